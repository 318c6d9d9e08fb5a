"""From a figure to a hundred icons: how many have the event, how many may have it, and what nobody has counted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from teaching import tables_benefit as tables
from teaching.evidence.intervals import Interval, counts, exact_interval
from teaching.evidence.small_numbers import rule_of_three
from teaching.inputs import number
from teaching.tables_benefit import EVENTS, GRADES, OPTIONS, Figure
from teaching.words import percent, rounded, whole

PEOPLE = 100
#: Of so many people a rare event is told, the first of them in which at least one person has it.
ROUND_NUMBERS = tuple(10**power for power in range(2, 8))


@dataclass(frozen=True)
class IconArray:
    """A hundred people: `certain` + `seen` have the event, `possible` may have it, `free` do not, `unknown` are empty.

    `certain` have it even at the lower end of the interval; `seen` were counted and lie above that end; `possible` lie
    between the share that was counted and the upper end. All five are whole numbers and always add up to 100.
    """

    certain: int = 0
    seen: int = 0
    possible: int = 0
    free: int = 0
    unknown: int = 0

    @property
    def filled(self) -> int:
        """Icons that are filled: the share that was counted, rounded."""
        return self.certain + self.seen

    @property
    def uncertain(self) -> int:
        """Icons within the interval, filled or not."""
        return self.seen + self.possible

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """The five numbers in the order in which the icons stand."""
        return self.certain, self.seen, self.possible, self.free, self.unknown


def interval_of(events: int, n: int) -> Interval:
    """Share and exact 95 % interval; for nobody of n the upper end is the one-sided one, as in the rule of three.

    Raises ValueError for impossible counts.
    """
    events, n = counts(events, n)
    found = exact_interval(events, n)
    return found if events else Interval(0.0, 0.0, rule_of_three(n))


def icons_of_count(events: int, n: int) -> IconArray:
    """The icons for `events` of n patients; ValueError for impossible counts.

    The share is rounded to the nearest icon, a half upwards; the lower end down and the upper end up, so that the
    icons never show less doubt than there is.
    """
    events, n = counts(events, n)
    interval = interval_of(events, n)
    filled = (2 * PEOPLE * events + n) // (2 * n)
    # The lower end of a share of zero and the upper end of a whole one are exact; all others lie around the share.
    low = min(math.floor(PEOPLE * interval.low), filled)
    high = max(_up(PEOPLE * interval.high), filled)
    return IconArray(certain=low, seen=filled - low, possible=high - filled, free=PEOPLE - high)


def icons_of_percent(value: float) -> IconArray:
    """The icons for a percentage (0 to 100) of unknown many patients: none is certain, and no upper end is known.

    Raises ValueError for a number outside 0 to 100.
    """
    filled = math.floor(number("value", value, 0, 100, "%") + 0.5)
    return IconArray(seen=filled, free=PEOPLE - filled)


def icons(figure: Figure) -> IconArray:
    """The icons of a figure: a rate is no share of people, so that it leaves all icons unknown."""
    if figure.kind == "count":
        return icons_of_count(figure.count, figure.n)
    if figure.kind == "percent":
        return icons_of_percent(figure.value)
    return IconArray(free=PEOPLE) if figure.kind == "impossible" else IconArray(unknown=PEOPLE)


def icons_in_words(figure: Figure) -> str:
    """A figure in plain sentences: what and after what, numerator and denominator, what may still be, in whom."""
    sentences = [f"{_what(figure)}: {_number(figure)}."]
    if figure.kind == "count":
        sentences.append(_doubt(figure.count, figure.n))
    if figure.kind == "percent":
        sentences.append("Without the number of patients who had it there is no interval.")
    if figure.kind == "rate":
        sentences.append("One patient can have several, so that no icon is filled.")
    if figure.control is not None:
        sentences.append(f"In the control arm it was {_control(figure.control)}.")
    if not figure.carries_over and figure.kind not in tables.WITHOUT_NUMBER:
        sentences.append("Counted in cancer: this does not carry over to autoimmune disease.")
    told = figure.not_known
    if figure.kind not in tables.WITHOUT_NUMBER:
        told = f"This does not show {told[0].lower() if told[1].islower() else told[0]}{told[1:]}"
    sentences.append(told)
    return " ".join(sentences)


def number_in_words(figure: Figure) -> str:
    """What was counted, as one phrase: '1 of 15 patients (6.7 %)', 'nobody of 4 patients', 'unknown'."""
    return _number(figure)


def doubt_in_words(figure: Figure) -> str:
    """One sentence on the true share, exact at 95 %, or '' for what is not a count."""
    return _doubt(figure.count, figure.n) if figure.kind == "count" else ""


def of_a_round_number(share: float, up: bool = False) -> str:
    """A share (0 to 1) as so many of 100, 1,000 and so on, the first number in which somebody has it.

    `up` rounds upwards, for an upper end. Raises ValueError for a share outside 0 to 1.
    """
    share = number("share", share, 0, 1, "")
    size = _size(share)
    return f"{whole(_up(share * size) if up else _near(share * size))} of {whole(size)}"


def _size(share: float) -> int:
    return next((size for size in ROUND_NUMBERS if share * size >= 1), ROUND_NUMBERS[-1] if share else PEOPLE)


def _near(people: float) -> int:
    return math.floor(people + 0.5)


def _up(people: float) -> int:
    return math.ceil(people - 1e-9)  # what is a hair above a whole number by the computer's arithmetic is that number


def _what(figure: Figure) -> str:
    event = EVENTS[figure.event].words
    grade = f", {GRADES[figure.grade]}" if figure.grade else ""
    return f"{event[0].upper()}{event[1:]}{grade}, after {OPTIONS[figure.therapy].words}"


def _number(figure: Figure) -> str:
    if figure.kind == "unknown":
        return "unknown"
    if figure.kind == "impossible":
        return "it cannot happen"
    if figure.kind == "percent":
        whom = f"{whole(figure.n)} patients" if figure.n else "patients"
        return f"{percent(figure.value, 3)} of {whom}"
    if figure.kind == "rate":
        return f"{rounded(figure.value, 3)} {figure.unit}"
    patients = f"{whole(figure.n)} {'patient' if figure.n == 1 else 'patients'}"
    if figure.count == 0:
        return f"nobody of {patients}"
    if figure.count == figure.n:
        return f"all of {patients}"
    return f"{whole(figure.count)} of {patients} ({percent(100 * figure.count / figure.n)})"


def _doubt(events: int, n: int) -> str:
    interval = interval_of(events, n)
    if events == 0:
        return f"Up to {of_a_round_number(interval.high, up=True)} may still have it (95 %)."
    if events == n:
        return f"Up to {of_a_round_number(1 - interval.low, up=True)} may still not have it (95 %)."
    if PEOPLE * interval.share < 1:  # per cent would all read alike
        size = _size(interval.share)
        ends = f"{whole(math.floor(interval.low * size))} to {whole(_up(interval.high * size))}"
        return f"That is about {of_a_round_number(interval.share)}; the true number may lie from {ends} (95 %)."
    return f"The true share may lie from {percent(100 * interval.low)} to {percent(100 * interval.high)} (95 %)."


def _control(control: tuple[int, int] | float) -> str:
    if isinstance(control, tuple):
        events, n = control
        return f"{whole(events)} of {whole(n)} patients ({percent(100 * events / n)})"
    return percent(control, 3)
