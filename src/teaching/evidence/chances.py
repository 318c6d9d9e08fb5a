"""Chances of the virtual trial as whole numbers out of 2³²: who is let in, how readings swing, who leaves.

The numbers of regression to the mean (S1) and of the trial in appraisal.csv, in whole points of a score: readings are
whole. A true level below 0 counts as 0. Whole numbers, so that Python and the browser throw the same trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from teaching.evidence.dice import SIDES
from teaching.evidence.numbers import value_of
from teaching.evidence.pool import pool

#: Levels and swings beyond this many points do not come up once in a million.
_HIGHEST_LEVEL, _WIDEST_SWING = 21, 15


@dataclass(frozen=True)
class Chances:
    """Tables that a throw is looked up in: the first entry that is above the throw counts.

    `entry` (pairs,) cumulative out of 2³², with `level` and `reading` (pairs,) [points] of a patient who is let in;
    `swing` (swings,) cumulative, the first of them `lowest_swing` [points]; `left` (visits,) who has left before that
    visit, if the throw lies below.
    """

    entry: np.ndarray
    level: np.ndarray
    reading: np.ndarray
    swing: np.ndarray
    lowest_swing: int
    left: np.ndarray


@lru_cache(maxsize=1)
def chances() -> Chances:
    """The tables for the numbers of appraisal.csv, by `scipy.stats.norm`."""
    mean, between, within, entry = (
        value_of("regression", name) for name in ("true_mean", "true_sd", "visit_sd", "entry_score")
    )
    levels, swings = np.arange(_HIGHEST_LEVEL + 1), np.arange(-_WIDEST_SWING, _WIDEST_SWING + 1)
    of_level, of_swing = _whole(levels, mean, between), _whole(swings, 0.0, within)
    level, swing = (grid.ravel() for grid in np.meshgrid(levels, swings, indexing="ij"))
    let_in = level + swing >= entry
    weight = np.outer(of_level, of_swing).ravel()[let_in]
    months = np.array(pool().visits)
    left = -np.expm1(-value_of("trial", "leave_per_year") * months / 12)
    return Chances(
        _cumulative(weight), level[let_in], (level + swing)[let_in], _cumulative(of_swing), int(swings[0]),
        np.rint(left * SIDES).astype(np.uint64),
    )  # fmt: skip


def shares_of(cumulative: np.ndarray) -> np.ndarray:
    """The chance (fraction) of each entry of a cumulative table."""
    return np.diff(cumulative.astype(float), prepend=0.0) / SIDES


def _whole(values: np.ndarray, mean: float, sd: float) -> np.ndarray:
    """Chances of whole numbers when a normal number is rounded to one of them; the ends take what lies beyond."""
    from scipy.stats import norm

    edges = np.concatenate([[-np.inf], values[:-1] + 0.5, [np.inf]])
    return np.diff(norm.cdf(edges, mean, sd))


def _cumulative(weight: np.ndarray) -> np.ndarray:
    total = np.cumsum(weight) / weight.sum()
    found = np.rint(total * SIDES).astype(np.uint64)
    found[-1] = SIDES
    return found
