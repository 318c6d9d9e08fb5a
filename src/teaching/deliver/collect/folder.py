"""A folder of reports in, a folder with a table and a page out. Reads files as text and runs nothing of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from teaching.deliver.collect.page import class_page
from teaching.deliver.collect.table import class_table
from teaching.inputs import sentence
from teaching.learning.class_reports import LARGEST_FILE_BYTES, ClassReport
from teaching.learning.class_students import read_all
from teaching.reading import read_text
from teaching.saving import save_whole

MOST_FILES = 5000
TABLE, PAGE = "class.csv", "class.html"


def collect(folder: Path, out: Path, names: bool = False) -> tuple[list[ClassReport], list[str]]:
    """Writes the table and the page of all reports in a folder and the folders in it; returns what counts and was said.

    folder: a folder of saved reports, such as a course page gives out; out: a folder that is not there yet;
    names: whether the table holds the names that students wrote on their reports.
    Raises ValueError or OSError with one sentence; out is made only when there is something to write.
    """
    if not folder.is_dir():
        raise ValueError(f"{sentence(folder, 120)} is no folder; name the folder that holds the reports.")
    if os.path.lexists(out):
        raise FileExistsError(f"{sentence(out, 120)} is there already; name a folder that is not there yet.")
    if not out.absolute().parent.is_dir():
        raise ValueError(
            f"{sentence(out.absolute().parent, 120)} is no folder: the place for the result must be there."
        )
    reports, said = read_all(_files(folder))
    if not reports:
        why = f": {said[0]}" if said else "."
        raise ValueError(f"no report of this kit was found in {sentence(folder, 100)}{why}")
    table, page = class_table(reports, names), class_page(reports, said, datetime.now().astimezone())
    out.mkdir()
    save_whole(out / TABLE, table)
    save_whole(out / PAGE, page)
    return reports, said


def _files(folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    """Every file below a folder, by its name inside it; links lead nowhere, and hidden files are no reports."""
    count = 0
    for here, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(here) / name
            if name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MOST_FILES:
                raise ValueError(f"the folder holds more than {MOST_FILES} files; collect a class at a time.")
            shown = str(path.relative_to(folder))
            yield shown, lambda path=path, shown=shown: _text(path, shown)


def _text(path: Path, name: str) -> str:
    shown = sentence(name, 80)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"{shown} is no report: a report is a file that ends in .html.")
    return read_text(path, LARGEST_FILE_BYTES, "a report", shown)
