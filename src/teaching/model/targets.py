"""Does the model reproduce what was published? Evaluates data/targets.csv.

Stands on simulation and tables only.

A target names a plan, a metric and the range that is accepted. The metric is written in a small
language; days count from the first dose, and 'never' counts as infinity:

==============================  ===================================================================
``clone_half_day``              a key number of `Course.metrics()`
``total_igg_percent@90``        a series on a day
``min <series>``                its lowest value; ``min <series> 0.25 1``: between these two days
``max <series>``                its highest value; days as with ``min``
``doubling <series> 2 6``       doubling time [day] between two days: slope of the logarithm
``halving <series> 14 24``      the same for a half-life
``<metric> / <metric>``         a ratio of two of the above, in the same course
==============================  ===================================================================

Three words compare courses of several plans, which the plan column separates by `` | ``:

==============================  ===================================================================
``rising <metric>``             accepted when the metric rises strictly from plan to plan
``fold <metric>``               the metric under the first plan over that under the second
``difference <metric>``         the metric under the first plan minus that under the second
==============================  ===================================================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from teaching import tables
from teaching.model.course import Course
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.therapies import Plan
from teaching.tables import Target
from teaching.words import exact, rounded

#: Long enough to tell 'within two years' from 'never'.
HORIZON_DAYS = 730
_ACROSS_PLANS = ("rising", "fold", "difference")
_EXTREME = {"min": np.min, "max": np.max}


@dataclass(frozen=True)
class Check:
    """A target beside what the model predicts; `predicted` is a tuple for an ordering."""

    target: Target
    predicted: float | tuple[float, ...]
    accepted: bool

    def __str__(self) -> str:
        row = self.target
        numbers = self.predicted if isinstance(self.predicted, tuple) else (self.predicted,)
        found = (" < " if self.accepted else ", ").join(_shown(number) for number in numbers)
        verdict = "accepted" if self.accepted else "NOT accepted"
        return f"{row.target}, {row.statement}: {found} {row.unit}; wanted {_wanted(row)}: {verdict}"


def evaluate(target: Target | str, patient: Patient | str | None = None) -> float | tuple[float, ...]:
    """What the model predicts for a target.

    Arguments: target, a row of data/targets.csv or its id; patient, the typical one with SLE unless
    another is given. Returns a number in the target's unit, for an ordering one number a plan; a
    day that does not come is infinite. Raises ValueError for an unknown id, plan or metric.
    """
    row = _row(target)
    try:
        return _evaluate(row, Patient.typical("SLE") if patient is None else patient)
    except (ValueError, KeyError) as error:
        reason = error.args[0] if error.args else error
        raise ValueError(f"target {row.target}, metric {row.metric!r}: {reason}") from None


def check(target: Target | str, patient: Patient | str | None = None) -> Check:
    """A target with its prediction and whether that is accepted; arguments as `evaluate`."""
    row = _row(target)
    predicted = evaluate(row, patient)
    if isinstance(predicted, tuple):
        accepted = all(first < second for first, second in zip(predicted, predicted[1:], strict=False))
    else:
        low = -math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        accepted = low <= predicted <= high
    return Check(row, predicted, accepted)


def check_all(patient: Patient | str | None = None) -> tuple[Check, ...]:
    """Every target of data/targets.csv, in file order."""
    return tuple(check(row, patient) for row in tables.targets().values())


def misfits() -> tuple[Target, ...]:
    """The targets that this model is known to miss: their note begins with 'misfit:'."""
    return tuple(row for row in tables.targets().values() if row.note.startswith("misfit:"))


def _row(target: Target | str) -> Target:
    if isinstance(target, Target):
        return target
    rows = tables.targets()
    if not isinstance(target, str) or target not in rows:
        raise ValueError(f"target {target!r} is not in the table; choose one of: {', '.join(rows)}.")
    return rows[target]


def _evaluate(row: Target, patient: Patient) -> float | tuple[float, ...]:
    plans = [Plan.parse(text) for text in row.plan.split(" | ")]
    across, _, inner = row.metric.partition(" ")
    if across not in _ACROSS_PLANS:
        across, inner = "", row.metric
    needed = 2 if across else 1
    if len(plans) < needed or (across != "rising" and len(plans) > needed):
        word = f"at least {needed}" if across == "rising" else str(needed)
        raise ValueError(f"plans given: {len(plans)}; needed: {word}.")
    values = tuple(_ratio(inner, treat(patient, plan, HORIZON_DAYS)) for plan in plans)
    if across == "rising":
        return values
    if across == "fold":
        return values[0] / values[1] if values[1] else math.inf
    if across == "difference":
        return values[0] - values[1]
    return values[0]


def _ratio(text: str, course: Course) -> float:
    parts = [_single(part.split(), course) for part in text.split(" / ")]
    if len(parts) > 2:
        raise ValueError("a ratio has two parts.")
    if len(parts) == 1:
        return parts[0]
    return parts[0] / parts[1] if parts[1] else math.nan


def _single(words: list[str], course: Course) -> float:
    match words:
        case [name] if "@" in name:
            series, _, day = name.partition("@")
            return course.at(_day(day), series)
        case [name]:
            return _key_number(course, name)
        case ["min" | "max" as pick, series]:
            return float(_EXTREME[pick](course[series]))
        case ["min" | "max" as pick, series, start, end]:
            return float(_EXTREME[pick](_between(course, series, _day(start), _day(end))))
        case ["doubling", series, start, end]:
            return _doubling(course, series, _day(start), _day(end))
        case ["halving", series, start, end]:
            return _doubling(course, series, _day(start), _day(end), falling=True)
    raise ValueError("is not of a form that the first lines of targets.py list.")


def _day(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f"{word!r} is not a day.") from None


def _key_number(course: Course, name: str) -> float:
    metric = course.metrics()
    value = metric[name]
    if value is None:
        return math.inf if metric.table[name].unit == "d" else math.nan
    if isinstance(value, str):
        raise ValueError(f"{name} is a word, not a number.")
    return float(value)


def _between(course: Course, series: str, start: float, end: float) -> np.ndarray:
    if start >= end:
        raise ValueError(f"day {exact(start)} does not come before day {exact(end)}.")
    inside = (course.time_days > start) & (course.time_days < end)
    return np.array([course.at(start, series), *course[series][inside], course.at(end, series)])


def _doubling(course: Course, series: str, start: float, end: float, falling: bool = False) -> float:
    """ln2 (end - start) / ln(value(end)/value(start)); infinite where the series does not grow."""
    if start >= end:
        raise ValueError(f"day {exact(start)} does not come before day {exact(end)}.")
    if course.at(start, series) <= 0 or course.at(end, series) <= 0:
        return math.nan
    # A straight line between logarithms follows an exponential exactly.
    logs = np.interp([start, end], course.time_days, np.log(np.maximum(course[series], 1e-300)))
    growth = float(logs[1] - logs[0]) * (-1.0 if falling else 1.0)
    return math.log(2) * (end - start) / growth if growth > 0 else math.inf


def _shown(number: float) -> str:
    return "never" if math.isinf(number) else rounded(number, 4)


def _wanted(row: Target) -> str:
    if row.metric.startswith("rising "):
        return "rising from plan to plan"
    if row.low is None:
        return f"at most {exact(row.high)}"
    if row.high is None:
        return f"at least {exact(row.low)}"
    return f"{exact(row.low)} to {exact(row.high)}"
