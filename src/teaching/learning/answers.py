"""Predictions and answers: kept safely, checked by their rule (rules.py), hints and feedback by misconception.

Questions and answers come from `answer_key.bin`, which is encoded so that
nobody reads an answer by accident; it is no protection against somebody who wants to read it.
"""

from __future__ import annotations

import base64
import difflib
import json
import os
import textwrap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from pathlib import Path

from teaching.inputs import listed, sentence, shortened
from teaching.learning import answer_store
from teaching.learning.placing import PLACED
from teaching.learning.rules import (
    AnswerProblem,
    answer_words,
    format_number,
    judge,
    parse_number,
    read_answer,
    typed,
    words_missing,
)

__all__ = [
    "AnswerProblem",
    "Card",
    "Feedback",
    "Prediction",
    "Question",
    "Sentence",
    "answer_words",
    "check",
    "decode",
    "entry_of",
    "format_number",
    "hint",
    "hints_in",
    "hints_opened",
    "is_only_kept",
    "judge",
    "last_answer",
    "notes",
    "parse_number",
    "predict",
    "prediction",
    "question",
    "questions_of",
    "read_answer",
    "verdict",
]
COLOURS = {"Right": "#009E73", "Not yet": "#D55E00"}  # beside the word, never instead of it
#: Parts of a question that are several texts, or two numbers.
_ROWS = ("options", "phrases", "labels", "cards", "bins", "words")
CARD = (
    '<div role="status" aria-live="polite" style="border-left:5px solid {colour};padding:.3em .8em;'
    "max-width:46em;font-size:max(1rem,12pt);line-height:1.45;overflow-wrap:anywhere;"
    'color:var(--jp-content-font-color1,inherit)"><strong>{word}:</strong> {message}{note}</div>'
)


@dataclass(frozen=True)
class Question:
    """A question of a lesson; kind is 'number' (with unit), 'option', 'marker' (on a scale), 'text' (kept, not judged;
    `words`: the least and the most that are asked for),
    'curve' (drawn on axes of its own: `across` and `up` have label, unit, low, high, log), 'mark' (labels are put onto
    the phrases of a text, or onto `nowhere`) or 'sort' (cards are put into bins)."""

    id: str
    lesson: str
    kind: str
    prompt: str
    unit: str = ""
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    example: float = 10
    across: dict = field(default_factory=dict)
    up: dict = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    nowhere: str = ""
    cards: tuple[str, ...] = ()
    bins: tuple[str, ...] = ()
    reference: str = ""
    words: tuple[int, ...] = ()

    def __str__(self) -> str:
        choices = [f"  - {option}" for option in self.options]
        choices += [f"  {number}. {card}" for number, card in enumerate(self.cards, start=1)]
        if self.kind == "mark":
            choices += textwrap.wrap(" ".join(self.phrases), 80, initial_indent="  ", subsequent_indent="  ")
            choices += [f"  ({self.reference})"] if self.reference else []
        if self.kind in PLACED:
            what = ("mark", self.labels) if self.kind == "mark" else ("bins", self.bins)
            choices.append(f"  {what[0]}: {', '.join(what[1])}")
        scale = [f"  {self.low} to {self.high} {self.unit}"] if self.kind == "marker" else []
        scale += [f"  {self.words[0]} to {self.words[1]} words"] if self.words else []
        axes = [_axis_in_words(axis) for axis in (self.across, self.up) if axis]
        return "\n".join(textwrap.wrap(self.prompt, 80) + choices + scale + axes)


@dataclass(frozen=True, repr=False)
class Card:
    """What a student gets back: a leading word, a message and, where needed, a note on saving."""

    word: str
    message: str
    note: str = ""

    def __repr__(self) -> str:
        return f"{self.word}: {self.message}\n{self.note}".rstrip()

    def _repr_html_(self) -> str:
        note = f"<br>{escape(self.note)}" if self.note else ""
        colour = COLOURS.get(self.word, "#0072B2")
        return CARD.format(colour=colour, word=escape(self.word), message=escape(self.message), note=note)


@dataclass(frozen=True, repr=False)
class Prediction(Card):
    """What a student expects; time is UTC, as ISO text."""

    value: str | float | list = ""
    time: str = ""


@dataclass(frozen=True, repr=False)
class Sentence(Card):
    """What a student wrote in own words or counted in them: kept, not judged; the message may show a sentence to
    compare it with."""

    value: str | list = ""


@dataclass(frozen=True, repr=False)
class Feedback(Card):
    """A verdict; band is the (low, high) in which the answer lies, None if it lies in none."""

    right: bool = False
    misconception: str | None = None
    band: tuple[float, float] | None = None
    value: str | float | list = ""


def question(question_id: str) -> Question:
    """The question with an id such as '01-half-life'; AnswerProblem for an unknown one."""
    entry = entry_of(question_id)
    visible = {name: entry[name] for name in Question.__dataclass_fields__ if name in entry}
    return Question(**visible | {name: tuple(entry.get(name, ())) for name in _ROWS})


def questions_of(lesson: str) -> list[Question]:
    """The questions of a lesson, by the name of its file."""
    wanted = typed(lesson)
    return [question(name) for name, entry in _key().items() if entry["lesson"] == wanted]


def predict(question_id: str, value: str | float | list) -> Prediction:
    """Keep a prediction and return it; earlier ones stay in the file, the last one counts."""
    entry = entry_of(question_id)
    value = read_answer(entry, value)
    note = notes(answer_store.append(entry["lesson"], "prediction", question_id, value))
    return Prediction("Your prediction", answer_words(entry, value), note, value)


def prediction(question_id: str) -> Prediction | None:
    """The last prediction that was kept for a question, also before a kernel restart."""
    entry = entry_of(question_id)
    for _, value, time in _kept(entry, "prediction"):
        return Prediction("Your prediction", answer_words(entry, value), notes(), value, time)
    return None


def check(question_id: str, value: str | float | list | None = None) -> Feedback | Sentence:
    """Judge an answer, or without one the kept prediction; tries are unlimited and are kept.

    What is written in own words is kept as a sentence and not judged; so is what a student counts in them.
    """
    entry = entry_of(question_id)
    if not is_only_kept(entry):
        _answer_of(entry)
    if value is None:
        kept = prediction(question_id)
        if kept is None:
            raise AnswerProblem(f'"{question_id}" has no prediction to check yet; give an answer.')
        value = kept.value
    value = read_answer(entry, value)
    said = _said(entry, value)
    kind = "sentence" if entry["kind"] == "text" else "answer"
    note = notes(answer_store.append(entry["lesson"], kind, question_id, value))
    return replace(said, note=note)


def verdict(question_id: str, value: str | float | list) -> Feedback:
    """What `check` says to an answer; keeps nothing."""
    entry = entry_of(question_id)
    _answer_of(entry)
    return _said(entry, read_answer(entry, value))


def last_answer(question_id: str) -> Prediction | Feedback | Sentence | None:
    """What a student gave last to a question that is checked, with what is said to it; else the kept prediction."""
    entry = entry_of(question_id)
    for kind, value, time in _kept(entry, "prediction", "answer", "sentence"):
        if kind == "prediction":
            return Prediction("Your prediction", answer_words(entry, value), notes(), value, time)
        if kind == ("sentence" if entry["kind"] == "text" else "answer"):
            return replace(_said(entry, value), note=notes())
    return None


def hint(question_id: str, number: int | None = None) -> Card:
    """A hint of a question, each saying more than the one before; that it was opened is kept.

    number: 1 for the first; without it the next one after those already opened, at last the last.
    """
    entry = entry_of(question_id)
    hints = entry["hints"]
    opened = hints_opened(question_id)
    if not hints:
        raise AnswerProblem(f'"{question_id}" has no hints.')
    if number is None:
        number = min(opened + 1, len(hints))
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(hints):
        raise AnswerProblem(f'"{question_id}" has hints 1 to {len(hints)}; there is no hint {shortened(number)}.')
    problem = answer_store.append(entry["lesson"], "hint", question_id, number) if number > opened else ""
    note = notes(problem)
    return Card(f"Hint {number} of {len(hints)}", hints[number - 1], note)


def hints_opened(question_id: str) -> int:
    """How many hints of a question were opened so far, also before a kernel restart: one seen again counts once."""
    entry = entry_of(question_id)
    return hints_in(entry, answer_store.read(entry["lesson"]))


def hints_in(entry: dict, lines: list[dict]) -> int:
    """How many hints of a question these lines open; `entry`: the question's own in the key."""
    lines = [line for line in lines if (line["kind"], line["question"]) == ("hint", entry["id"])]
    numbers = [
        line["value"] for line in lines if isinstance(line["value"], int) and not isinstance(line["value"], bool)
    ]
    return min(max(max(numbers, default=0), len(lines) - len(numbers)), len(entry["hints"]))


def is_only_kept(entry: dict) -> bool:
    """Whether what is given to a question is kept and not judged: own words, and cards that are only counted."""
    return entry["kind"] == "text" or "counts" in entry


def notes(first: str = "") -> str:
    """One text of what there is to say, once, about saving and about lines not read."""
    return " ".join(filter(None, [first, *answer_store.take_notes()]))


def decode(packed: bytes) -> dict[str, dict]:
    """The questions in the bytes of an answer key, by id."""
    return json.loads(zlib.decompress(base64.b85decode(packed)))


def entry_of(question_id: str) -> dict:
    """A question's entry in the key: all of it, the rule that checks included; AnswerProblem for an unknown id."""
    questions, name = _key(), typed(question_id)
    if name in questions:
        return questions[name]
    near = difflib.get_close_matches(name[:60], questions, 1) or list(questions)
    raise AnswerProblem(f'There is no question "{sentence(name, 60)}"; there is {listed(near)}.')


def _kept(entry: dict, *kinds: str) -> Iterator[tuple[str, str | float | list, str]]:
    """(kind, value, time) of what was kept for a question and still fits it, the last one first."""
    for line in reversed(answer_store.read(entry["lesson"])):
        if line["kind"] in kinds and line["question"] == entry["id"]:
            try:  # options and scales may have changed since
                yield line["kind"], read_answer(entry, line["value"]), str(line["time"])
            except AnswerProblem:
                continue


def _answer_of(entry: dict) -> dict:
    if "answer" not in entry:
        raise AnswerProblem(f'"{entry["id"]}" asks what you expect; there is no right answer.')
    return entry["answer"]


def _said(entry: dict, value: str | float | list) -> Feedback | Sentence:
    """What is said to a usable answer; keeps nothing."""
    if entry["kind"] == "text":
        model = f"One way to say it: {entry['model']}" if entry.get("model") else ""
        told = ["your words stand in your report.", words_missing(entry, value), model]
        return Sentence("Kept", " ".join(filter(None, told)), "", value)
    if is_only_kept(entry):
        return Sentence("Kept", answer_words(entry, value), "", value)
    right, message, misconception, band = judge(entry, value)
    return Feedback("Right" if right else "Not yet", message, "", right, misconception, band, value)


def _axis_in_words(axis: dict) -> str:
    return f"  {axis['label']}: {format_number(axis['low'])} to {format_number(axis['high'], axis['unit'])}"


@lru_cache(maxsize=1)
def _key() -> dict[str, dict]:
    # Whoever writes a lesson tries its questions with a key of their own.
    chosen = os.environ.get("TEACHING_ANSWER_KEY")
    try:
        return decode(Path(chosen or Path(__file__).with_name("answer_key.bin")).read_bytes())
    except (OSError, ValueError, zlib.error):
        if chosen:
            name = shortened(Path(chosen).name)
            words = f"TEACHING_ANSWER_KEY names {name}, which holds no answer key; build one or leave it out."
        else:
            words = "answer_key.bin is missing or damaged; install the kit again."
        raise AnswerProblem(words) from None
