"""From a course to one number, named in a small language that tables, targets and comparisons share.

Days count from the first dose.

==============================  ===================================================================
``clone_half_day``              a key number of `Course.metrics()`
``total_igg_percent@90``        a series on a day
``min <series>``                its lowest value; ``min <series> 0.25 1``: between these two days
``max <series>``                its highest value; days as with ``min``
``doubling <series> 2 6``       doubling time [day] between two days: slope of the logarithm
``halving <series> 14 24``      the same for a half-life
``<measure> / <measure>``       a ratio of two of the above, in the same course
==============================  ===================================================================
"""

from __future__ import annotations

import math

import numpy as np

from teaching.inputs import shortened
from teaching.model.course import Course, Metric
from teaching.words import exact

LONGEST_TEXT = 200
_EXTREME = {"min": np.min, "max": np.max}
_SPOKEN = {"min": "lowest", "max": "highest", "doubling": "doubling time of", "halving": "half-life of"}


def number(course: Course, text: str) -> float:
    """What the text names, as a number; a day that does not come is infinite, what is not there no number (NaN).

    Raises ValueError for a text of another form, a day outside the course or a key number that is a word,
    KeyError for an unknown name.
    """
    parts = [_single(part.split(), course) for part in text.split(" / ")]
    if len(parts) > 2:
        raise ValueError("a ratio has two parts.")
    if len(parts) == 1:
        return parts[0]
    return parts[0] / parts[1] if parts[1] else math.nan


def measure(course: Course, text: str) -> Metric:
    """What the text names, with a label and a unit to show; the value is None where it does not happen.

    Key numbers may be words here, such as 'outcome'. Raises as `number`.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise ValueError(
            f"{shortened(text)} is no text that names a number of a course, such as 'nadir_per_ul' or "
            "'autoantibody_percent@90'."
        )
    key_numbers = course.metrics().table
    if text in key_numbers:
        return key_numbers[text]
    value = number(course, text)
    parts = [_described(part.split(), key_numbers) for part in text.split(" / ")]
    label, unit = (" over ".join(label for label, _ in parts), "") if len(parts) > 1 else parts[0]
    return Metric(text, label, value if math.isfinite(value) else None, unit)


def _described(words: list[str], key_numbers: dict[str, Metric]) -> tuple[str, str]:
    """Label and unit of one measure that `_single` has read."""
    match words:
        case [name] if "@" in name:
            series, _, day = name.partition("@")
            return f"{Course.spoken(series)} on day {exact(_day(day))}", Course.unit(series)
        case [name]:
            return key_numbers[name].label, key_numbers[name].unit
    pick, series, *days = words
    between = f", day {exact(_day(days[0]))} to {exact(_day(days[1]))}" if days else ""
    return f"{_SPOKEN[pick]} {Course.spoken(series)}{between}", Course.unit(series) if pick in _EXTREME else "d"


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
    raise ValueError(
        "is not of a form that is known; write a key number such as nadir_per_ul, a series on a day such as "
        "autoantibody_percent@90, or its lowest value such as min total_igg_percent."
    )


def _day(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f"{word!r} is not a day.") from None


def _key_number(course: Course, name: str) -> float:
    metric = course.metrics()
    if name in course.series_names and name not in metric:
        raise ValueError(f"{name} is a series, which has many values; add a day, such as {name}@90.")
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
