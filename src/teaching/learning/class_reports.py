"""Reads the saved reports of a class, whoever hands them over: data or one sentence, and nothing of a file is ever run.

A report of today holds its data in a <meta> element (report_data.py); its answers are judged again by the rules of
answers.py, so a verdict in a file is not believed. A report of an older kit has its table only, which is read as
it was written: what was drawn is lost there, and the verdicts are those of the file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

from teaching.inputs import named, real, sentence, shortened
from teaching.learning import answers
from teaching.learning.placing import PLACED
from teaching.learning.report import LONGEST_NAME, LONGEST_SENTENCE, LONGEST_SHOWN, Row, panel_rows, row_of
from teaching.learning.report_data import KIT, META, SCHEMA, WHAT

#: A report has some 50 kB; what is larger is none.
LARGEST_FILE_BYTES = 4_000_000
MOST_POINTS = 200
_META = re.compile(rf'<meta name="{META}" content="([^"]*)">')
_OLD = "A model for teaching. Not treatment advice. Written by the student's own"
_TITLE = re.compile(r"<h1>Lesson (\d\d_[a-z0-9_]{1,60})</h1><p>([^<]*)</p>")
_CELL = re.compile(r"<t[dh][^<>]*>([^<]*)</t[dh]>")
_SAVED = re.compile(r"(\d{1,2} [A-Z][a-z]+ \d{4})(?:,| at) (\d\d:\d\d)")
_TRIES = re.compile(r"(not yet )?right (?:at the first try|after (\d{1,4}) tries)")
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.I)
_LESSON = re.compile(r"\d\d_[a-z0-9_]{1,60}")
_KINDS = ("prediction", "answer", "hint", "sentence", "desk")


@dataclass(frozen=True)
class Idea:
    """A known wrong idea that a student met: its name, and what the kit says to it ('' in older reports)."""

    name: str
    words: str = ""


@dataclass(frozen=True)
class Given:
    """What one student did with one question: the row of the report, the prediction as data, and the ideas met.

    value: an option, a number in the question's unit, points [[across, up], ...], pairs [[thing, place], ...], a
    text; None where nothing was predicted or only words are left of it.
    """

    row: Row
    value: str | float | list | None = None
    ideas: tuple[Idea, ...] = ()


@dataclass(frozen=True)
class ClassReport:
    """One report of one student about one lesson. `marks`: the identities of what was written, to know it again.

    `notes`: sentences about what was left out of it; each begins with the file's name. `student` and `called`: who
    it is among the class (class_students.py); 0 and '' until the whole class is known.
    """

    file: str
    lesson: str
    name: str
    saved: datetime
    version: str
    marks: frozenset[str]
    given: tuple[Given, ...]
    notes: tuple[str, ...] = field(default=())
    student: int = 0
    called: str = ""


def read_report(file: str, text: str) -> ClassReport:
    """The report in the text of a file; ValueError with one sentence that names the file when it is none."""
    shown = sentence(file, 80)
    if len(text) > LARGEST_FILE_BYTES:
        raise ValueError(f"{shown} is too large to be a report.")
    if found := _META.search(text):
        return _of_data(shown, _parsed(shown, unescape(found[1])))
    if KIT not in text and _OLD not in text:
        raise ValueError(f"{shown} is no report of this kit.")
    if title := _TITLE.search(text):
        return _of_table(shown, title[1], unescape(title[2]), text)
    raise ValueError(f"{shown} is damaged: no report can be read in it.")


# --- a report with data ----------------------------------------------------------------------------------


def _parsed(file: str, text: str) -> dict:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ValueError(f"{file} is damaged: its data cannot be read.")
    if data.get("kit") != KIT or data.get("what") != WHAT:
        raise ValueError(f"{file} holds no report of this kit.")
    schema = data.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        newer = f"a newer version of the kit (schema {named(schema, 20)}); this one reads {SCHEMA}"
        raise ValueError(f"{file} was made by {newer}.")
    if schema != SCHEMA or isinstance(schema, bool):
        raise ValueError(f"{file} has no schema number that this kit knows ({SCHEMA}).")
    return data


def _of_data(file: str, data: dict) -> ClassReport:
    lesson, name, entries = data.get("lesson"), data.get("name"), data.get("entries")
    asked = _questions_of(file, lesson)
    if not isinstance(entries, list) or not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise ValueError(f"{file} is damaged: its data cannot be read.")
    lines = [line for entry in entries[:5000] if (line := _line(entry))]
    known = {question.id for question in asked}
    notes = []
    if left_out := len(entries) - len(lines):
        notes.append(f"{file}: {left_out} of {len(entries)} entries could not be read and were left out.")
    given = [_given(question, lines) for question in asked]
    of_panels = [line for line in lines if line["question"] not in known and line["kind"] in ("prediction", "sentence")]
    values = {line["question"]: line["value"] for line in of_panels if line["kind"] == "prediction"}
    given += [Given(row, values.get(row.id)) for row in panel_rows(of_panels)]
    given += _desks(lines)
    strange = {line["question"] for line in lines if line["kind"] in ("answer", "hint")} - known
    unfit = sum(not _fits(asked, line) for line in lines if line["question"] in known)
    if unfit or strange:
        version = sentence(data.get("version"), 20)
        notes.append(
            f"{file} is of version {version}: {unfit + len(strange)} of its answers do not fit today's questions "
            "and were left out."
        )
    return ClassReport(
        file, lesson, sentence(name, LONGEST_NAME).strip(), _time(data.get("time")), sentence(data.get("version"), 40),
        frozenset(line["id"] for line in lines if line["id"]), tuple(given), tuple(notes),
    )  # fmt: skip


def _questions_of(file: str, lesson: object) -> list[answers.Question]:
    if not isinstance(lesson, str) or not _LESSON.fullmatch(lesson):
        raise ValueError(f"{file} is damaged: it does not name a lesson.")
    if not (asked := answers.questions_of(lesson)):
        raise ValueError(f"{file} is about lesson {shortened(lesson, 40)}, which this kit does not have.")
    return asked


def _line(entry: object) -> dict | None:
    """An entry with what is known of it and nothing else; None when it is none."""
    if not isinstance(entry, dict) or entry.get("kind") not in _KINDS:
        return None
    question, value, mark = entry.get("question"), entry.get("value"), entry.get("id")
    if not isinstance(question, str) or not _ID.fullmatch(question) or not _is_value(value):
        return None
    mark = mark if isinstance(mark, str) and _ID.fullmatch(mark) else ""
    return {
        "id": mark,
        "time": str(entry.get("time"))[:40],
        "kind": entry["kind"],
        "question": question,
        "value": value,
    }


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_SENTENCE
    if isinstance(value, list):
        pairs = all(isinstance(pair, list) and len(pair) == 2 for pair in value)
        numbers = pairs and all(_is_number(part) for pair in value for part in pair)
        words = pairs and all(isinstance(part, str) and len(part) <= 1000 for pair in value for part in pair)
        return len(value) <= MOST_POINTS and (numbers or words)
    return _is_number(value)


def _is_number(value: object) -> bool:
    found = real(value)
    return found is not None and abs(found) < 1e300  # nan and what is endless are neither


def _given(question: answers.Question, lines: list[dict]) -> Given:
    lines = [line for line in lines if line["question"] == question.id]
    entry = answers.entry_of(question.id)
    value = None
    for line in lines:
        if line["kind"] == "prediction" and (read := _read(entry, line["value"])) is not None:
            value = read
    met = dict.fromkeys(
        Idea(said.misconception, said.message)
        for line in lines
        if line["kind"] == "answer" and (said := _judged(entry, line["value"])) and said.misconception
    )
    unlike = {idea.name: idea for idea in met}
    return Given(row_of(question, [line for line in lines if _fits([question], line)]), value, tuple(unlike.values()))


def _fits(asked: Iterable[answers.Question], line: dict) -> bool:
    """Whether a prediction or an answer can be used in today's question of its name."""
    names = {question.id for question in asked}
    if line["kind"] not in ("prediction", "answer") or line["question"] not in names:
        return True
    return _read(answers.entry_of(line["question"]), line["value"]) is not None


def _read(entry: dict, value: object):
    try:
        return answers.read_answer(entry, value)
    except answers.AnswerProblem:
        return None


def _judged(entry: dict, value: object) -> answers.Feedback | None:
    if answers.is_only_kept(entry) or "answer" not in entry:
        return None
    try:
        return answers.verdict(entry["id"], value)
    except answers.AnswerProblem:
        return None


def _desks(lines: list[dict]) -> Iterator[Given]:
    """What desks said of the settings that were kept, the last one of each."""
    last = {line["question"]: line["value"] for line in lines if line["kind"] == "desk"}
    for name, words in last.items():
        if isinstance(words, str) and words:
            yield Given(Row(name, f"Desk: {name.split('-')[-1]}", answer=words))


def _time(text: object) -> datetime:
    """When it was saved; the beginning of all time where it does not say."""
    try:
        found = datetime.fromisoformat(str(text)[:40])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


# --- a report of an older kit ------------------------------------------------------------------------------


def _of_table(file: str, lesson: str, about: str, text: str) -> ClassReport:
    asked = {question.prompt: question for question in _questions_of(file, lesson)}
    head, *rows = text.partition("<table>")[2].split("<tr>")[1:] or [""]
    words = [unescape(cell) for cell in _CELL.findall(head)]
    if "question" not in words or "result" not in words:
        raise ValueError(f"{file} is damaged: no report can be read in it.")
    given, strange = [], 0
    for row in rows:
        cells = [unescape(cell) for cell in _CELL.findall(row)]
        if len(cells) != len(words):
            strange += 1
            continue
        found = _old_row(dict(zip(words, cells, strict=True)), asked)
        strange += found is None
        given += [found] if found else []
    parts = about.split(" \u00b7 ")
    name = parts[0] if len(parts) > 2 else ""
    notes = [f"{file} was saved by an older version of the kit: its table was read, and what was drawn is lost."]
    if strange:
        notes.append(f"{file}: {strange} of its rows do not fit today's questions and were left out.")
    saved = _SAVED.search(about)
    return ClassReport(
        file, lesson, sentence(name, LONGEST_NAME), _old_time(saved[1], saved[2]) if saved else _time(None),
        "older", frozenset(), tuple(given), tuple(notes),
    )  # fmt: skip


def _old_time(day: str, hour: str) -> datetime:
    try:
        return datetime.strptime(f"{day} {hour}", "%d %B %Y %H:%M").replace(tzinfo=UTC)
    except ValueError:
        return _time(None)


def _old_row(cells: dict[str, str], asked: dict[str, answers.Question]) -> Given | None:
    prompt, result = cells["question"], cells["result"]
    question = asked.get(prompt)
    if question is None and not prompt.startswith(("Panel: ", "Desk: ")):
        return None
    tried = _TRIES.fullmatch(result)
    entry = answers.entry_of(question.id) if question else None
    prediction = cells.get("prediction", "")[:LONGEST_SHOWN]
    ideas = tuple(Idea(name) for name in cells.get("ideas met on the way", "").split(", ") if name)
    hints = cells.get("hints", "")
    own = cells.get("in own words", "")[:LONGEST_SENTENCE]
    answer = cells.get("last answer", "")[:LONGEST_SENTENCE]
    only_kept = bool(entry) and answers.is_only_kept(entry)
    if only_kept and not own:  # a page had no column for them
        own, answer = answer, ""
    row = Row(
        question.id if question else prompt, prompt, prediction, answer,
        int(tried[2] or 1) if tried else 0, int(hints) if hints.isdecimal() and len(hints) < 3 else 0,
        None if not tried else not tried[1], tuple(idea.name for idea in ideas), own, only_kept,
    )  # fmt: skip
    usable = entry and prediction and question.kind not in (*PLACED, "curve")
    return Given(row, _read(entry, prediction) if usable else None, ideas)


# --- names -----------------------------------------------------------------------------------------------


def plain_name(name: str) -> str:
    """A name without capitals and doubled spaces, however its accents were typed."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
