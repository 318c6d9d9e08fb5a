"""What few patients can say: the rule of three (S2), what one or fifteen do to a belief (S3), and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teaching.evidence.intervals import MOST_PATIENTS, counts, exact_interval
from teaching.evidence.numbers import value_of
from teaching.inputs import number, numbers, whole_number
from teaching.showing import Shown, Table

#: Patients of a next group.
MOST_NEXT = 10_000


def rule_of_three(n: int, level: float = 0.95) -> float:
    """The largest risk (fraction) that is compatible with no event in n patients, one-sided: 1 - (1 - level)^(1/n)."""
    return exact_interval(0, n, level, side="upper").high


def least_response(n: int, level: float = 0.95) -> float:
    """The lowest true share (fraction) that is compatible with a response of all n patients, two-sided."""
    return exact_interval(n, n, level).low


def patients_to_see_one(risk: float, chance: float = 0.95) -> int:
    """How many patients are needed to see at least one event of a risk (fraction) with a chance (fraction).

    By `scipy.stats.geom`. Raises ValueError for a risk that is not above 0, or needs more than ten million patients.
    """
    from scipy.stats import geom

    risk, chance = number("risk", risk, 1e-6, 1.0, ""), number("chance", chance, 0.01, 0.9999, "")
    needed = int(geom.ppf(chance, risk))
    if needed > MOST_PATIENTS:
        raise ValueError(f"more than {MOST_PATIENTS:,} patients would be needed; choose a larger risk.")
    return needed


def small_numbers_table(sizes: tuple[int, ...] = (1, 4, 5, 6, 10, 15, 29, 100, 400)) -> Table:
    """For series of these sizes: the bound when nobody has an event, and when everybody responds, in per cent."""
    rows = [(whole_number("a size", n), 100 * rule_of_three(n), 100 * least_response(n)) for n in sizes]
    columns = {"patients": "", "risk can be as high as, if nobody had it": "%"}
    columns |= {"response can be as low as, if all had it": "%"}
    return Table("What 0 of n and n of n leave open (95 %; the first one-sided).", columns, rows)


@dataclass(frozen=True, repr=False)
class Belief(Shown):
    """What is believed of a share after some patients: a beta distribution from `responders` and `others`.

    Both count the prior's patients and those seen. `mean`, `interval(level)` and `above(share)` are fractions.
    """

    responders: float
    others: float

    def _beta(self):
        from scipy.stats import beta

        return beta(self.responders, self.others)

    @property
    def mean(self) -> float:
        """The mean of the belief (fraction)."""
        return self.responders / (self.responders + self.others)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The middle part of the belief that holds `level` of it, low and high (fractions)."""
        level = number("level", level, 0.5, 0.9999, "")
        low, high = self._beta().interval(level)
        return float(low), float(high)

    def above(self, share: float) -> float:
        """The belief (fraction) that the true share is above one (fraction)."""
        return float(self._beta().sf(number("share", share, 0.0, 1.0, "")))

    @property
    def table(self) -> Table:
        """Mean and 95 % interval of the belief, in per cent."""
        low, high = self.interval()
        rows = [("mean", 100 * self.mean), ("95 % lie above", 100 * low), ("and below", 100 * high)]
        return Table("What is believed of the true share of responders.", {"what": "", "share": "%"}, rows)


def belief_after(
    events: int, n: int, *, prior_responders: float | None = None, prior_others: float | None = None
) -> Belief:
    """The belief after `events` of `n` patients responded, from a prior worth some patients (appraisal.csv).

    A prior of one responder and one other is flat. Raises ValueError for impossible counts.
    """
    events, n = counts(events, n)
    a = value_of("small_numbers", "prior_responders", prior_responders)
    b = value_of("small_numbers", "prior_others", prior_others)
    return Belief(a + events, b + n - events)


def chance_of(events: int, n: int, truth: float) -> float:
    """The chance (fraction) of at least `events` responses in n patients when the true share is `truth` (fraction)."""
    from scipy.stats import binom

    events, n = counts(events, n)
    return float(binom.sf(events - 1, n, number("truth", truth, 0.0, 1.0, "")))


def chance_as_far(events: int, n: int, truths) -> np.ndarray:
    """The chance (fractions, like `truths`) of a result as far out as events of n, for each true share (fractions).

    The smaller one of the two tails: at least so many events, and at most so many. The exact interval at a level is
    where it is above half of what the level leaves out. By `scipy.stats.binom`.
    """
    from scipy.stats import binom

    events, n = counts(events, n)
    truths = numbers("truths", truths, 1.0)
    return np.minimum(binom.sf(events - 1, n, truths), binom.cdf(events, n, truths))


def chances_of_next(events: int, n: int, size: int) -> np.ndarray:
    """The chances (size + 1,) (fractions) that 0, 1, ... `size` patients of a next group have it, after events of n.

    Before the first group nothing was known (a flat prior), and the next patients are drawn as those were. By
    `scipy.stats.betabinom`.
    """
    from scipy.stats import betabinom

    events, n = counts(events, n)
    size = whole_number("size", size)
    if not 1 <= size <= MOST_NEXT:
        raise ValueError(f"size is {size}; allowed is a whole number from 1 to {MOST_NEXT:,}.")
    return betabinom.pmf(np.arange(size + 1), size, 1 + events, 1 + n - events)
