"""Exact intervals for a share of patients (Clopper and Pearson), computed by scipy."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from teaching.inputs import number, one_of, whole_number

#: More patients than any study has.
MOST_PATIENTS = 10_000_000


class Interval(NamedTuple):
    """A share of patients with its exact interval, all as fractions from 0 to 1."""

    share: float
    low: float
    high: float


def counts(events: int, n: int) -> tuple[int, int]:
    """Two whole numbers with 0 <= events <= n and n >= 1; ValueError with one sentence for anything else."""
    events, n = whole_number("events", events), whole_number("n", n)
    if not 1 <= n <= MOST_PATIENTS:
        raise ValueError(f"n is {n}; a share needs between 1 and {MOST_PATIENTS:,} patients.")
    if not 0 <= events <= n:
        raise ValueError(f"events is {events}; of {n} patients between 0 and {n} can have one.")
    return events, n


def exact_interval(events: int, n: int, level: float = 0.95, side: str = "both") -> Interval:
    """The share events / n and its exact interval at `level` (0.5 to 0.9999).

    `side` 'both' cuts off half of the rest at each end; 'upper' and 'lower' give one bound with all of it, the other
    end is 0 or 1. Raises ValueError for impossible counts. By `scipy.stats.binomtest`.
    """
    events, n = counts(events, n)
    level = number("level", level, 0.5, 0.9999, "")
    return _exact(events, n, level, one_of("side", side, ("both", "upper", "lower")))


@lru_cache(maxsize=10_000)  # a filter shows the same studies again and again, and each root takes milliseconds
def _exact(events: int, n: int, level: float, side: str) -> Interval:
    from scipy.stats import binomtest

    alternative = {"both": "two-sided", "upper": "less", "lower": "greater"}[side]
    found = binomtest(events, n, alternative=alternative).proportion_ci(level, method="exact")
    return Interval(events / n, float(found.low), float(found.high))
