"""How lessons and wrong ideas are called: their names in files and answers, in words."""

from __future__ import annotations

import re

#: Lesson number -> its subject, as the lessons' own titles have it.
LESSONS = {
    0: "Start here",
    1: "B cells in balance",
    2: "Targets on the lineage",
    3: "Rituximab",
    4: "Bispecific engagers",
    5: "CAR-T cells",
    6: "Reset",
    7: "Head to head",
    8: "A virtual trial",
    9: "Reading the evidence",
    10: "Benefit, risk and access",
    11: "The clinic",
}
#: Names of wrong ideas are in small letters; these words are not.
_SPELT = {"bcma": "BCMA", "car": "CAR", "cd19": "CD19", "cd20": "CD20", "igg": "IgG"}


def lesson_in_words(lesson: str) -> str:
    """'01_b_cells_in_balance' is '01 · B cells in balance'; the name itself where it is no lesson of this kit."""
    number = lesson.partition("_")[0]
    subject = LESSONS.get(int(number)) if number.isascii() and number.isdecimal() else None
    return f"{number} \u00b7 {subject}" if subject else lesson


def idea_in_words(name: str) -> str:
    """A wrong idea's name as words: 'b-cells-secrete' is 'B cells secrete'."""
    words = " ".join(_SPELT.get(word, word) for word in name.split("-"))
    return re.sub(r"\bb cell", "B cell", words)
