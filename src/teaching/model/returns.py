"""When cells are back in a course, and how it ends: days, None where it is not seen, and a few words.

Each function raises ValueError for anything but a course.
"""

from __future__ import annotations

import numpy as np

from teaching.inputs import shortened
from teaching.model.course import CHANCE_CELLS, DEPLETED_PER_UL, Course
from teaching.words import whole


def blood_half_day(course: Course) -> float | None:
    """Day on which blood B cells are back at half of their first count after their lowest."""
    blood = _checked("blood_b_cells_per_ul", course)
    return _back_at(0.5 * blood[0], blood, course.time_days)


def naive_half_day(course: Course) -> float | None:
    """Day on which naive cells in tissue are back at half of their start; None if they never fall below it."""
    return _back_at(50, _checked("lymphoid_naive_percent", course), course.time_days)


def regrowth_from_lowest(course: Course) -> float | None:
    """Days from the autoreactive clone's lowest point until it is back at half of its start."""
    clone = _checked("autoreactive_memory_cells", course)
    half = course.metrics()["clone_half_day"]
    return None if half is None else half - float(course.time_days[int(np.argmin(clone))])


def last_return(course: Course) -> float | None:
    """The day from which blood stays above 10 per uL; None if it never was below, or still is at the end."""
    blood, days = _checked("blood_b_cells_per_ul", course), course.time_days
    low = np.flatnonzero(blood < DEPLETED_PER_UL)
    if not low.size or low[-1] + 1 == len(days):
        return None
    around = slice(low[-1], low[-1] + 2)
    return float(np.interp(np.log(DEPLETED_PER_UL), np.log(blood[around]), days[around]))


def outcome_in_words(course: Course) -> str:
    """The outcome in a few words; below 100 cells of the clone chance decides about disease."""
    _checked("autoreactive_memory_cells", course)
    numbers = course.metrics()
    kind, day = numbers["outcome_kind"], numbers["outcome_day"]
    if kind == "remission, relapse":
        return f"remission, relapse on day {whole(day)}"
    words = "no remission" if kind == "no remission" else f"remission kept to day {whole(course.horizon_days)}"
    if kind == "remission, relapse by chance":
        words = "remission"
    few = kind != "no remission" and numbers["clone_nadir_cells"] < CHANCE_CELLS
    return f"{words} (fewer than {whole(CHANCE_CELLS)} cells of the clone left: chance decides)" if few else words


def _checked(series: str, course) -> np.ndarray:
    if not isinstance(course, Course):
        raise ValueError(f"{shortened(course)} is no course; make one, such as treat(patient, plan).")
    return course[series]


def _back_at(level: float, values: np.ndarray, days: np.ndarray) -> float | None:
    """Day on which values (n,) reach a level again after their lowest one; None if never below, or not seen."""
    lowest = int(np.argmin(values))
    if values[lowest] >= level or values[lowest:].max() < level:
        return None
    return float(np.interp(level, np.maximum.accumulate(values[lowest:]), days[lowest:]))
