"""The lecturers' pages in `instructor/`, which students do not get: found, and taken apart for copies and slides."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from teaching import tables

#: Said wherever the lecturers' folder is needed and is not there.
MISSING = (
    "the lecturers' folder instructor/ (answers and notes) is not part of this copy of the kit: release archives, "
    "packages and the site leave it out, and a full clone of the repository has it."
)


def folder() -> Path:
    """The lecturers' folder; ValueError with one sentence where this copy of the kit has none."""
    found = tables.data_folder().parent / "instructor"
    if not any((found / "answers").glob("*.toml")):
        raise ValueError(MISSING)
    return found


def page_of(number: str, found: Path) -> str:
    """The page for a lesson such as '03', without its title; '' where nobody has written one yet."""
    file = found / f"{number}.md"
    if not file.is_file():
        return ""
    return re.sub(r"\A# [^\n]*\n+", "", file.read_text(encoding="utf-8"))


def before_class(page: str) -> str:
    """What a lecturer reads before the ten minutes: from the first line to the sentence to end on, both included."""
    end = re.search(r"^\*\*The sentence to end on:\*\*[^\n]*$", page, re.M)
    return page[: end.end()].strip() if end else ""


def rest(page: str) -> str:
    """Everything after the sentence to end on: objectives, answers, discussion, plans by the minute."""
    return page.strip()[len(before_class(page)) :].strip()


def five_lines(page: str) -> list[str]:
    """The numbered lines to say, as Markdown."""
    return [line.strip() for line in re.findall(r"^\d\. (.+(?:\n(?!\d\. |\n).+)*)", before_class(page), re.M)]


def questions_of(stem: str, found: Path) -> list[str]:
    """The ids of a lesson's questions, in the order in which they are written; [] where it has no file."""
    file = found / "answers" / f"{stem}.toml"
    return list(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []
