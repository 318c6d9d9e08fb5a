"""What a student did in a lesson, on one page: for the student, and to hand in to a lecturer.

Reads the student's own file and the questions; writes only when `save` is called, and never over
another file. Stands on answers and answer_store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import count
from pathlib import Path

from teaching.inputs import real, refusal, sentence, shortened
from teaching.learning import answer_store, answers
from teaching.learning.placing import PLACED
from teaching.learning.report_data import as_meta, report_data
from teaching.saving import make_folder, save_whole

#: File that keeps predictions made in panels; their ids start with the lesson's number.
_PANELS = "panels"
LONGEST_NAME = 200
#: Verdicts of questions with which nothing has been done.
UNTOUCHED = ("not yet tried", "not yet written")
#: Letters of a prediction or an answer that stand in the table, and of a sentence: more is not kept of one.
LONGEST_SHOWN, LONGEST_SENTENCE = 120, 2000
#: Letters of what was put where: several things, each with its place.
LONGEST_PLACED = 400
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">{data}<title>{title}</title><style>
body {{ font: 15px/1.45 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #1b1b1d; background: #fff; }}
table {{ border-collapse: collapse; width: 100%; }}
td, th {{ text-align: left; vertical-align: top; padding: .35em .8em .35em 0; border-bottom: 1px solid #bbb; }}
@media print {{ body {{ margin: 0; font-size: 11pt; }} }}
</style><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"></head><body><h1>{title}</h1><p>{about}</p>{body}
<p>A model for teaching. Not treatment advice. Written by the student's own computer; nobody has checked who sat there.</p>
</body></html>
"""


@dataclass(frozen=True)
class Row:
    """One question: what was asked, expected, written in own words and answered, after how many tries and hints."""

    id: str
    prompt: str
    prediction: str = ""
    answer: str = ""
    tries: int = 0
    hints: int = 0
    right: bool | None = None
    ideas: tuple[str, ...] = ()
    sentence: str = ""
    is_only_kept: bool = False
    is_judged: bool = False

    @property
    def verdict(self) -> str:
        """How far it came, in words."""
        if self.right is None:
            if self.prediction and not self.is_only_kept:
                return "predicted"
            if self.answer and not self.is_only_kept and not self.tries:
                return "kept"
            return "written" if self.sentence else "not yet written" if self.is_only_kept else "not yet tried"
        tries = "at the first try" if self.tries == 1 else f"after {self.tries} tries"
        return f"right {tries}" if self.right else f"not yet right {tries}"


class Report:
    """A lesson's predictions and answers; shows itself as a table. `save(name=...)` writes it as a page."""

    #: How the name of its file begins.
    file = "report"
    #: Whether its file holds the entries as data too, so that a class's reports can be collected.
    holds_data = True

    def __init__(self, lesson: str, rows: list[Row], notes: str = "", entries: Iterable[dict] = ()):
        self.lesson, self.rows, self.notes, self.entries = lesson, rows, notes, list(entries)
        self.title = f"Lesson {lesson}"

    @property
    def summary(self) -> str:
        """One sentence."""
        if self.rows and not any(row.is_judged for row in self.rows):
            return self._summary_of_words()
        asked = [row for row in self.rows if row.right is not None or row.verdict == "not yet tried"]
        right = sum(row.right is True for row in self.rows)
        predicted = sum(bool(row.prediction) for row in self.rows)
        hints = sum(row.hints for row in self.rows)
        return (
            f"Lesson {self.lesson}: {right} of {len(asked)} questions right, {predicted} predictions kept, "
            f"{hints} hint{'s' * (hints != 1)} opened."
        )

    def _summary_of_words(self) -> str:
        """The sentence over a lesson in which nothing is right or wrong."""
        written = sum(bool(row.sentence or row.answer) for row in self.rows)
        predicted = sum(bool(row.prediction) for row in self.rows)
        return (
            f"Lesson {self.lesson}: nothing here is right or wrong; {written} of {len(self.rows)} rows are filled, "
            f"{predicted} predictions kept."
        )

    def __repr__(self) -> str:
        lines = [self.summary, *(f"{row.id}: {row.verdict}" for row in self.rows if row.verdict not in UNTOUCHED)]
        return "\n".join([*lines, self.notes] if self.notes else lines)

    def _repr_html_(self) -> str:
        note = f"<p>{escape(self.notes)}</p>" if self.notes else ""
        return f"<p><strong>{escape(self.summary)}</strong></p>{note}{self._table()}"

    def save(self, name: str = "", folder=None) -> Saved:
        """Writes the page into the student's folder (or another) and returns where; replaces nothing.

        name: whose page it is, if the student wants to say so.
        Raises AnswerProblem for a name that is no short text and a folder that is no path; NotWritten
        (an OSError) with one sentence for a place that cannot be written to.
        """
        if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable():
            raise answers.AnswerProblem(refusal("name", name, "a short name is needed"))
        try:
            target = answer_store.folder() if folder is None else Path(folder).expanduser()
        except (TypeError, RuntimeError):  # no path, or the home of a user who is not there
            raise answers.AnswerProblem(refusal("folder", folder, "the path of a folder is needed")) from None
        make_folder(target)
        now = datetime.now().astimezone()
        title = self.title
        about = f"{escape(name) + ' · ' if name else ''}{now:%d %B %Y, %H:%M} · {escape(self.summary)}"
        whole = report_data(self.lesson, name, now.isoformat(timespec="seconds"), self.entries)
        data = as_meta(whole) if self.holds_data else ""
        text = _PAGE.format(title=escape(title), about=about, body=self._table(), data=data)
        for number in count(1):
            path = target / f"{self.file}_{self.lesson}_{now:%Y-%m-%d}{'' if number == 1 else f'_{number}'}.html"
            try:
                save_whole(path, text)
            except FileExistsError:
                continue
            return Saved(path)

    def _table(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(row.prompt)}</th><td>{escape(row.prediction)}</td>'
            f'<td style="white-space:pre-line">{escape(row.sentence)}</td>'
            f"<td>{escape(row.answer)}</td><td>{escape(row.verdict)}</td><td>{row.hints or ''}</td>"
            f"<td>{escape(', '.join(row.ideas))}</td></tr>"
            for row in self.rows
        )
        head = "".join(
            f"<th>{word}</th>"
            for word in (
                "question",
                "prediction",
                "in own words",
                "last answer",
                "result",
                "hints",
                "ideas met on the way",
            )
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


class Saved:
    """Where a page was written; shows itself as a sentence."""

    def __init__(self, path: Path):
        self.path = path

    def __repr__(self) -> str:
        return f"Saved as {self.path}: open it in a browser to read, print or hand in."


def report(lesson: str) -> Report:
    """The report of a lesson, named as its file such as '01_b_cells_in_balance'.

    Raises AnswerProblem with one sentence for a lesson without questions.
    """
    asked = answers.questions_of(lesson)
    if not asked:
        raise answers.AnswerProblem(
            f"there is no lesson {shortened(lesson)} with questions; give the name of its file."
        )
    lines = answer_store.read(lesson)
    of_panels = [line for line in answer_store.read(_PANELS) if _is_of(line, lesson)]
    rows = [row_of(question, lines) for question in asked] + panel_rows(of_panels) + _desk_rows(lines)
    return Report(lesson, rows, answers.notes(), [*lines, *of_panels])


def _is_of(line: dict, lesson: str) -> bool:
    """Whether a line of the panels' file belongs to a lesson."""
    return str(line["question"]).startswith(f"{lesson[:2]}-")


def row_of(question: answers.Question, lines: list[dict]) -> Row:
    """What lines, as `answer_store.read` gives them, say of a question; lines of other questions are left out."""
    lines = [line for line in lines if line["question"] == question.id]
    predictions = [line["value"] for line in lines if line["kind"] == "prediction"]
    given = [line["value"] for line in lines if line["kind"] == "answer"]
    sentences = [line["value"] for line in lines if line["kind"] == "sentence"]
    is_only_kept = answers.is_only_kept(answers.entry_of(question.id))
    if is_only_kept and question.kind != "text":  # what was counted in one's own words stands with them
        sentences, given = [_shown(question, given)] if given else [], []
    judged = [] if is_only_kept else list(_judged(question.id, given))
    right = None if not judged else any(verdict.right for verdict in judged)
    ideas = tuple(dict.fromkeys(verdict.misconception for verdict in judged if verdict.misconception))
    first = next((number for number, verdict in enumerate(judged, start=1) if verdict.right), len(judged))
    return Row(
        question.id, question.prompt, _shown(question, predictions), _shown(question, given), first,
        answers.hints_in(answers.entry_of(question.id), lines), right, ideas,
        _whole(sentences), is_only_kept, "answer" in answers.entry_of(question.id),
    )  # fmt: skip


def _judged(question_id: str, given: list) -> Iterator[answers.Feedback]:
    for value in given:
        try:
            yield answers.verdict(question_id, value)
        except answers.AnswerProblem:  # of an older version: options and scales may have changed
            continue


def _shown(question: answers.Question, values: list) -> str:
    if not values:
        return ""
    value = values[-1]
    if question.kind in PLACED:
        return _placed(question, value)
    if isinstance(value, list):
        return _drawn(value)
    if question.kind == "text":
        return _whole(values)
    return str(value)[:LONGEST_SHOWN] if real(value) is None else answers.format_number(value, question.unit)


def _drawn(points: list) -> str:
    return f"{len(points)} points drawn"


def _placed(question: answers.Question, value: object) -> str:
    """What was put where, as long as it fits the question as it is today."""
    entry = answers.entry_of(question.id)
    try:
        return sentence(answers.answer_words(entry, answers.read_answer(entry, value)), LONGEST_PLACED)
    except answers.AnswerProblem:
        return ""


def _whole(values: list) -> str:
    """The text written last, as long as one can be; '' when there is none."""
    texts = [value for value in values if isinstance(value, str)]
    return texts[-1][:LONGEST_SENTENCE] if texts else ""


def _desk_rows(lines: list[dict]) -> list[Row]:
    """What was kept at the desks of a lesson: the last setting with words of its own, one row a desk and start.

    A setting is the text of JSON; `says` are its words, `plan` what the student wrote, `signed` what it belongs to.
    """
    found: dict[tuple[str, str], dict] = {}
    for line in lines:
        if line["kind"] == "desk":
            try:
                setting = json.loads(line["value"])
                words, signed = setting["says"], setting.get("signed", "")
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue  # a desk without words, or a line that is none
            if isinstance(words, str) and words and isinstance(signed, str):
                found[line["question"], signed] = setting
    return [
        Row(
            name,
            f"Desk: {name.split('-')[-1]}",
            answer=one["says"][:LONGEST_SENTENCE],
            sentence=_whole([one.get("plan")]),
        )
        for (name, _), one in found.items()
    ]


def panel_rows(lines: list[dict]) -> list[Row]:
    """Predictions drawn in the lesson's panels, and what was written when they were compared with the model."""
    found: dict[str, dict[str, list]] = {}
    for line in lines:
        name = str(line["question"])
        if line["kind"] in ("prediction", "sentence"):
            found.setdefault(name, {}).setdefault(line["kind"], []).append(line["value"])
    rows = []
    for name, kept in found.items():
        value = kept.get("prediction", [""])[-1]
        prediction = _drawn(value) if isinstance(value, list) else str(value)[:LONGEST_SHOWN]
        title = f"Panel: {name.split('-', 1)[1].replace('-', ' ')}"
        sentence = _whole(kept.get("sentence", []))
        if prediction or sentence:
            rows.append(Row(name, title, prediction, sentence=sentence))
    return rows
