"""Predictions and answers: kept safely, checked with bands, hints and feedback by misconception.

Needs no other floor. Questions and answers come from `answer_key.bin`, which is encoded so that
nobody reads an answer by accident; it is no protection against somebody who wants to read it.
"""

from __future__ import annotations

import base64
import difflib
import json
import math
import os
import re
import textwrap
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path

from teaching.inputs import listed, real, sentence, shortened
from teaching.learning import answer_store
from teaching.words import exact, power_behind

NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:e(?P<exponent>[+-]?[0-9]+))?(?P<rest>.*)", re.I | re.S
)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")  # '1,000' means 1 to some readers
ALL_FIGURES = 17  # hold every float
HUGE_POWER = 10**6  # of ten: beyond every float
LONGEST_TEXT = 1000  # typed by a person
UNIT_WORDS = {  # what may stand behind a number, as multiples of the question's unit
    "days": {"d": 1, "day": 1, "week": 7, "weeks": 7},
    "percent": {"%": 1, "per cent": 1},
}
COLOURS = {"Right": "#009E73", "Not yet": "#D55E00"}  # beside the word, never instead of it
CARD = (
    '<div role="status" aria-live="polite" style="border-left:5px solid {colour};padding:.3em .8em;'
    "max-width:46em;font-size:max(1rem,12pt);line-height:1.45;overflow-wrap:anywhere;"
    'color:var(--jp-content-font-color1,inherit)"><strong>{word}:</strong> {message}{note}</div>'
)


class AnswerProblem(ValueError):
    """One plain sentence about unusable input; a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Question:
    """A question of a lesson; kind is 'number' (with unit), 'option' or 'marker' (on a scale)."""

    id: str
    lesson: str
    kind: str
    prompt: str
    unit: str = ""
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    example: float = 10

    def __str__(self) -> str:
        choices = [f"  - {option}" for option in self.options]
        scale = [f"  {self.low} to {self.high} {self.unit}"] if self.kind == "marker" else []
        return "\n".join(textwrap.wrap(self.prompt, 80) + choices + scale)


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
        return CARD.format(colour=colour, word=self.word, message=escape(self.message), note=note)


@dataclass(frozen=True, repr=False)
class Prediction(Card):
    """What a student expects; time is UTC, as ISO text."""

    value: str | float = ""
    time: str = ""


@dataclass(frozen=True, repr=False)
class Feedback(Card):
    """A verdict; band is the (low, high) in which the answer lies, None if it lies in none."""

    right: bool = False
    misconception: str | None = None
    band: tuple[float, float] | None = None


def question(question_id: str) -> Question:
    """The question with an id such as '01-half-life'; AnswerProblem for an unknown one."""
    entry = _entry(question_id)
    visible = {name: entry[name] for name in Question.__dataclass_fields__ if name in entry}
    return Question(**visible | {"options": tuple(entry.get("options", ()))})


def questions_of(lesson: str) -> list[Question]:
    """The questions of a lesson, by the name of its file."""
    wanted = _text(lesson)
    return [question(name) for name, entry in _key().items() if entry["lesson"] == wanted]


def predict(question_id: str, value: str | float) -> Prediction:
    """Keep a prediction and return it; earlier ones stay in the file, the last one counts."""
    asked = question(question_id)
    value = _usable(asked, value)
    note = notes(answer_store.append(asked.lesson, "prediction", question_id, value))
    return Prediction("Your prediction", _shown(asked, value), note, value)


def prediction(question_id: str) -> Prediction | None:
    """The last prediction that was kept for a question, also before a kernel restart."""
    asked = question(question_id)
    for line in reversed(answer_store.read(asked.lesson)):
        if (line["kind"], line["question"]) == ("prediction", question_id):
            try:  # options and scales may have changed since
                value = _usable(asked, line["value"])
            except AnswerProblem:
                continue
            return Prediction("Your prediction", _shown(asked, value), notes(), value, str(line["time"]))
    return None


def check(question_id: str, value: str | float | None = None) -> Feedback:
    """Judge an answer, or without one the kept prediction; tries are unlimited and are kept."""
    asked = question(question_id)
    if "answer" not in _entry(question_id):
        raise AnswerProblem(f'"{question_id}" asks what you expect; there is no right answer.')
    if value is None:
        kept = prediction(question_id)
        if kept is None:
            raise AnswerProblem(f'"{question_id}" has no prediction to check yet; give an answer.')
        value = kept.value
    judged = verdict(question_id, value)
    note = notes(answer_store.append(asked.lesson, "answer", question_id, _usable(asked, value)))
    return replace(judged, note=note)


def verdict(question_id: str, value: str | float) -> Feedback:
    """What `check` says to an answer; keeps nothing."""
    right, message, misconception, band = judge(_entry(question_id), _usable(question(question_id), value))
    return Feedback("Right" if right else "Not yet", message, "", right, misconception, band)


def hint(question_id: str, number: int | None = None) -> Card:
    """A hint of a question, each saying more than the one before; that it was opened is kept.

    number: 1 for the first; without it the next one after those already opened, at last the last.
    """
    entry = _entry(question_id)
    hints = entry["hints"]
    opened = hints_opened(question_id)
    if number is None:
        number = min(opened + 1, len(hints))
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(hints):
        raise AnswerProblem(f'"{question_id}" has hints 1 to {len(hints)}; there is no hint {shortened(number)}.')
    problem = answer_store.append(entry["lesson"], "hint", question_id, number) if number > opened else ""
    note = notes(problem)
    return Card(f"Hint {number} of {len(hints)}", hints[number - 1], note)


def hints_opened(question_id: str) -> int:
    """How many hints of a question were opened so far, also before a kernel restart: one seen again counts once."""
    entry = _entry(question_id)
    lines = [
        line for line in answer_store.read(entry["lesson"]) if (line["kind"], line["question"]) == ("hint", question_id)
    ]
    numbers = [
        line["value"] for line in lines if isinstance(line["value"], int) and not isinstance(line["value"], bool)
    ]
    return min(max(max(numbers, default=0), len(lines) - len(numbers)), len(entry["hints"]))


def judge(entry: dict, value: str | float) -> tuple[bool, str, str | None, tuple | None]:
    """(right, message, misconception, band) for a usable value; a band includes both its ends.

    entry is a question of the key; its answer is tried first, then the known wrong ones in order.
    """
    answer = entry["answer"]
    for known in (answer, *entry.get("wrong", ())):
        band = tuple(known["band"]) if "band" in known else None
        if band[0] <= value <= band[1] if band else value == known["option"]:
            return known is answer, known["feedback"], known.get("id"), band
    if "option" in answer:
        return False, "Think again, or open the hint.", None, None
    side = "low" if value < answer["band"][0] else "high"
    shown = format_number(value, entry.get("unit", ""))
    return False, f"{shown} is too {side}. Try again, or open the hint.", None, None


def parse_number(text: str | float, unit: str = "", example: float = 10) -> float:
    """The number in a text such as '34,7', '34.7 d' or ' 1e3 '; AnswerProblem if there is none."""
    of_unit = f" of {unit}" if unit else ""
    wanted = f"type a number{of_unit} such as {format_number(example)}"
    given = real(text)
    written = _text(text).replace("\N{MINUS SIGN}", "-") if given is None else repr(given)
    if not written:
        raise AnswerProblem(f"The answer is empty; {wanted}.")
    found = NUMBER.fullmatch(written)
    value, behind = _number_and_unit(found) if found else (math.nan, "")
    factors = {"": 1, unit.lower(): 1, **UNIT_WORDS.get(unit, {})}
    factor = factors.get(behind.strip().lower()) if found else None
    if factor is None or not math.isfinite(value * factor):
        kind = f"number{of_unit}" if found else "number"
        raise AnswerProblem(f'"{sentence(written, 40)}" is not a {kind}; {wanted}.')
    if THOUSANDS.fullmatch(found["digits"]):
        raise AnswerProblem(f'"{sentence(written, 40)}" can be read in two ways; leave out the comma.')
    return value * factor


def _number_and_unit(found: re.Match) -> tuple[float, str]:
    """The number with a power of ten behind it, such as '1.5 million' or '2 × 10⁸', and the unit that is left."""
    power, behind = power_behind(found["rest"], found["digits"])
    power += int(found["exponent"] or 0) if len(found["exponent"] or "") < 9 else HUGE_POWER
    return float(f"{found['sign']}{found['digits'].replace(',', '.')}e{power}"), behind


def _text(value: object) -> str:
    """What was typed or chosen, as one short text."""
    return value.strip()[:LONGEST_TEXT] if isinstance(value, str) else shortened(value)


def format_number(value: float, unit: str = "") -> str:
    """A number as short text without exponent letters that `parse_number` reads back to the same value."""
    return f"{exact(value, ALL_FIGURES)} {unit}".rstrip()


def notes(first: str = "") -> str:
    """One text of what there is to say, once, about saving and about lines not read."""
    return " ".join(filter(None, [first, *answer_store.take_notes()]))


def decode(packed: bytes) -> dict[str, dict]:
    """The questions in the bytes of an answer key, by id."""
    return json.loads(zlib.decompress(base64.b85decode(packed)))


def _usable(asked: Question, value: object) -> str | float:
    """The value as the kind of question wants it; AnswerProblem if it cannot be one."""
    if asked.kind == "option":
        for option in asked.options:
            if _text(value).lower() == option.lower():
                return option
        choices = listed(asked.options, between="; ")
        raise AnswerProblem(f'"{sentence(_text(value), 40)}" is not an option; choose one of: {choices}.')
    number = parse_number(value, asked.unit, asked.example)
    if asked.kind == "marker" and not asked.low <= number <= asked.high:
        scale = f"{asked.low} to {asked.high} {asked.unit}"
        raise AnswerProblem(f"{format_number(number)} is off the scale; choose from {scale}.")
    return number


def _shown(asked: Question, value: str | float) -> str:
    return value if isinstance(value, str) else format_number(value, asked.unit)


def _entry(question_id: str) -> dict:
    questions, name = _key(), _text(question_id)
    if name in questions:
        return questions[name]
    near = difflib.get_close_matches(name[:60], questions, 1) or list(questions)
    raise AnswerProblem(f'There is no question "{sentence(name, 60)}"; there is {listed(near)}.')


@lru_cache(maxsize=1)
def _key() -> dict[str, dict]:
    try:
        # Whoever writes a lesson tries its questions with a key of their own.
        path = os.environ.get("TEACHING_ANSWER_KEY") or Path(__file__).with_name("answer_key.bin")
        return decode(Path(path).read_bytes())
    except (OSError, ValueError, zlib.error):
        sentence = "answer_key.bin is missing or damaged; install the kit again."
        raise AnswerProblem(sentence) from None
