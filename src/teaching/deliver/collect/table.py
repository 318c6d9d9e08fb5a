"""The reports of a class as one CSV table: a row a student and question."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from teaching.learning.class_reports import ClassReport, Given

COLUMNS = (
    "lesson", "student", "name", "file", "saved", "version", "question", "prompt", "prediction", "prediction_value",
    "in_own_words", "last_answer", "result", "tries", "hints", "ideas",
)  # fmt: skip
#: What may say who a student is.
_OF_NAMES = ("name", "file")
#: A spreadsheet takes a cell that begins so for a formula.
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?(e[+-][0-9]+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def class_table(reports: Iterable[ClassReport], names: bool = False) -> str:
    """The table as text. names: whether it holds the names on the reports and their files; else numbers alone.

    reports: as `class_students.newest` gives them, which says who is one student.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = [name for name in COLUMNS if names or name not in _OF_NAMES]
    writer.writerow(columns)
    for report in reports:
        for given in report.given:
            if _is_touched(given):
                row = _row(report, given)
                writer.writerow([safe(row[name]) for name in columns])
    return stream.getvalue()


def _is_touched(given: Given) -> bool:
    row = given.row
    return bool(row.prediction or row.answer or row.sentence or row.hints or row.right is not None)


def _row(report: ClassReport, given: Given) -> dict[str, object]:
    row = given.row
    return {
        "lesson": report.lesson, "student": report.student, "name": report.called, "file": report.file,
        "saved": f"{report.saved:%Y-%m-%d %H:%M}Z" if report.saved.year > 1 else "", "version": report.version,
        "question": row.id, "prompt": row.prompt, "prediction": row.prediction, "prediction_value": _value(given.value),
        "in_own_words": row.sentence, "last_answer": row.answer, "result": row.verdict, "tries": row.tries or "",
        "hints": row.hints or "", "ideas": "; ".join(idea.name for idea in given.ideas),
    }  # fmt: skip


def _value(value: object) -> str:
    """A number as such, points as 'across up; across up'; '' of everything else, which stands in words already."""
    if isinstance(value, list) and value and not isinstance(value[0][0], str):
        return "; ".join(f"{across:.6g} {up:.6g}" for across, up in value)
    return f"{value:.10g}" if isinstance(value, (int, float)) else ""


def safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: text that looks like one gets an apostrophe before it."""
    is_number = isinstance(cell, str) and _NUMBER.fullmatch(cell)  # -3.5 is one, and stays one
    return f"'{cell}" if isinstance(cell, str) and not is_number and cell.lstrip().startswith(_FORMULA) else cell
