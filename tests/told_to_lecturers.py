"""What only lecturers may read: everything of the answer key that says an answer, and the notes of their pages."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from pathlib import Path

from teaching.learning import answers

PROJECT = Path(__file__).resolve().parent.parent
PAGES = PROJECT / "instructor"
#: A sentence of fewer letters may stand in a lesson by chance.
FEWEST = 25
#: Pictures in base 64: no words, and most of the letters of a page.
_PIXELS = re.compile(r"iVBORw0KGgo[A-Za-z0-9+/=\n]+")


def letters(text: str) -> str:
    """Text without tags, spaces and marks, so that neither markup nor wrapping can hide a sentence."""
    text = _PIXELS.sub("", text)
    text = re.sub(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"[\W_]+", "", html.unescape(text).lower())


def raw_letters(text: str) -> str:
    """As `letters`, with scripts and the names and values of tags left in: nothing may hide there either."""
    return re.sub(r"[\W_]+", "", html.unescape(_PIXELS.sub("", text)).lower())


@lru_cache(maxsize=1)
def of_questions() -> dict[str, list[str]]:
    """Id of every question of every lesson -> sentences of its feedback, model and hints, as letters.

    A fact that the lesson itself tells in the same sentence is no secret; `test_answers.py` holds how they are written.
    """
    lessons, found = of_lessons(), {}
    for name, entry in answers._key().items():
        judged = [entry.get("answer", {}), *entry.get("wrong", ())]
        texts = [*entry.get("hints", ()), entry.get("model", ""), *(one.get("feedback", "") for one in judged)]
        pieces = [letters(piece) for text in texts for piece in re.split(r"(?<=[.?!]) ", text)]
        found[name] = [piece for piece in pieces if len(piece) >= FEWEST and piece not in lessons]
    return found


@lru_cache(maxsize=1)
def of_lessons() -> str:
    """Everything that stands in the students' notebooks, as letters."""
    return letters(" ".join(map(text_of, sorted((PROJECT / "notebooks").glob("*.ipynb")))))


@lru_cache(maxsize=1)
def of_pages() -> list[str]:
    """Sentences of the lecturers' pages that stand in no lesson, as letters."""
    lessons, found = of_lessons(), []
    for file in sorted(PAGES.glob("[0-9][0-9].md")):
        text = re.sub(r"[*`|]", " ", file.read_text(encoding="utf-8"))
        for piece in re.split(r"(?<=[.?!])\s|\n", text):
            if len(letters(piece)) >= 40 and letters(piece) not in lessons:
                found.append(letters(piece))
    return found


def text_of(path: Path) -> str:
    """The text of a file; of a notebook all texts in it, whose lines stand in lists."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return " ".join(strings(json.loads(text))) if path.suffix == ".ipynb" else text


def strings(node):
    """Every text in a JSON tree; a list of lines is one text."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        if node and all(isinstance(line, str) for line in node):
            yield "".join(node)
        else:
            for value in node:
                yield from strings(value)


def given_away(text: str) -> list[str]:
    """Which questions, or pages, a text gives away; [] when it is fit for students."""
    plain, seen = raw_letters(text), letters(text)
    found = [
        name for name, pieces in of_questions().items() if any(piece in plain or piece in seen for piece in pieces)
    ]
    return found + [piece[:60] for piece in of_pages() if piece in plain or piece in seen]
