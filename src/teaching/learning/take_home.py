"""A page that a student fills in line by line and takes home: some questions of a lesson, with the student's own words.

Reads the student's own file; writes only when `save` is called, and never over another file. Stands on report.
"""

from __future__ import annotations

from html import escape

from teaching.inputs import refusal
from teaching.learning import answers
from teaching.learning.report import Report, Row, report

TITLE = "Your page to take home"
EMPTY = "(not written yet)"


class Page(Report):
    """The lines of one page; shows itself as a table. `save(name=...)` writes it as a page to print."""

    file = "page"
    holds_data = False  # among a class's reports it would pass for a newer one with nothing in it

    def __init__(self, lesson: str, rows: list[Row], notes: str = ""):
        super().__init__(lesson, rows, notes)
        self.title = TITLE

    @property
    def summary(self) -> str:
        """One sentence."""
        written = sum(bool(row.sentence) for row in self.rows)
        return f"{self.title}: {written} of {len(self.rows)} lines written."

    def _table(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;width:34%">{escape(row.prompt)}</th>'
            f'<td style="white-space:pre-line;text-align:left">{escape(row.sentence or EMPTY)}</td></tr>'
            for row in self.rows
        )
        return f"<table><thead><tr><th>line</th><th>in your own words</th></tr></thead><tbody>{rows}</tbody></table>"


def take_home(lesson: str, begins: str) -> Page:
    """The page of a lesson, made of those of its questions whose ids begin with `begins`, such as '11-page'.

    Raises AnswerProblem with one sentence for a lesson without questions, and where no text of it begins so.
    """
    whole = report(lesson)
    texts = {one.id for one in answers.questions_of(lesson) if one.kind == "text"}
    is_start = isinstance(begins, str) and bool(begins.strip())
    rows = [row for row in whole.rows if is_start and row.id in texts and row.id.startswith(begins)]
    if not rows:
        raise answers.AnswerProblem(refusal("begins", begins, "the start of the ids of texts in this lesson is needed"))
    return Page(lesson, rows, whole.notes)
