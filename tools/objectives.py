"""Writes docs/teaching/objectives.csv and the table of plans.md beside it from the lessons and the lecturers' pages.

    python tools/objectives.py

An objective is what the first cell of a lesson promises; the ids of the questions that check it stand in the table
'objective' of instructor/NN.md.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TABLE = Path("docs", "teaching", "objectives.csv")
PAGE = Path("docs", "teaching", "plans.md")
BEGINS = "<!-- objectives: made by tools/objectives.py -->"
ENDS = "<!-- end of objectives -->"
COLUMNS = ("lesson", "number", "objective", "questions")
Row = tuple[str, str, str, str]


def promised(notebook: dict) -> dict[str, str]:
    """Number of an objective -> its words, of a lesson as the JSON of its file."""
    first = "".join(notebook["cells"][0]["source"])
    lines = re.findall(r"^(\d)\. (.+?)[,.]?$", first.partition("After this lesson you can")[2], re.M)
    return {number: words.replace("**", "") for number, words in lines}


def checked(page: str) -> dict[str, list[str]]:
    """Number of an objective -> ids of the questions that check it, of a page for lecturers."""
    table = page.partition("| objective |")[2].partition("\n\n")[0]
    return {number: ids_in(cell) for number, cell in re.findall(r"^\| (\d) [^|]*\|[^|]*\|([^|]*)\|", table, re.M)}


def ids_in(text: str) -> list[str]:
    """The ids of a cell; '02-quiz-reach, -starve' is short for two of them."""
    found: list[str] = []
    for full, rest in re.findall(r"\b(\d\d-[a-z0-9-]+[a-z0-9])|(?<=[ ,])-([a-z][a-z0-9-]*)", text):
        if full:
            found.append(full)
        elif found:
            found.append(found[0].rsplit("-", rest.count("-") + 1)[0] + f"-{rest}")
    return found


def kept(project: Path) -> list[Row]:
    """The rows of the table as it stands."""
    with (project / TABLE).open(encoding="utf-8", newline="") as file:
        return [tuple(row[name] for name in COLUMNS) for row in csv.DictReader(file)]


def rows(project: Path) -> list[Row]:
    """The rows as they should be; raises ValueError for a lesson whose page for lecturers is missing."""
    found = []
    for path in sorted((project / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        number = path.stem[:2]
        page = project / "instructor" / f"{number}.md"
        if not page.is_file():
            raise ValueError(f"lesson {number} has no page for lecturers: write instructor/{number}.md first.")
        ids = checked(page.read_text(encoding="utf-8"))
        for one, words in promised(json.loads(path.read_text(encoding="utf-8"))).items():
            found.append((number, one, words, ";".join(ids.get(one, []))))
    return found


def as_csv(table: list[Row]) -> str:
    """The table as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *table])
    return text.getvalue()


def as_markdown(table: list[Row]) -> str:
    """The table as it stands on the page of plans."""
    lines = ["| objective | after it you can | checked by |", "|---|---|---|"]
    for lesson, number, words, ids in table:
        told = ", ".join(f"`{one}`" for one in ids.split(";") if one) or "aloud"
        lines.append(f"| {lesson}.{number} | {words} | {told} |")
    return "\n".join(lines)


def into_page(page: str, table: str) -> str:
    """The page with another table in its place; raises ValueError when it has no place for one."""
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not (begins and ends):
        raise ValueError(f"{PAGE.name} has no place for the table: it lies between '{BEGINS}' and '{ENDS}'.")
    return f"{before}{BEGINS}\n\n{table}\n\n{ENDS}{after}"


def main(project: Path = PROJECT) -> int:
    """Writes both files; returns the exit code."""
    try:
        table = rows(project)
        page = into_page((project / PAGE).read_text(encoding="utf-8"), as_markdown(table))
    except (ValueError, OSError) as error:
        print(f"objectives: {error}", file=sys.stderr)
        return 2
    (project / TABLE).write_text(as_csv(table), encoding="utf-8", newline="\n")
    (project / PAGE).write_text(page, encoding="utf-8", newline="\n")
    print(f"{len(table)} objectives written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
