"""Regression to the mean at a flare (S1), and what a co-treatment adds to it (S5).

A patient has a true level m ~ N(true_mean, true_sd²); a visit reads m + e, e ~ N(0, visit_sd²), with a correlation
between the two visits. Whoever reads high enough is treated, and reads lower next time without any treatment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teaching.evidence.numbers import value_of, whole_of
from teaching.inputs import whole_number
from teaching.showing import Shown, Table

MOST_PATIENTS = 2_000_000


@dataclass(frozen=True, repr=False, eq=False)
class Visits(Shown):
    """Scores of the patients who were let in: `before` and `after` (patients,) [SLEDAI points].

    `fall` is before less after, `improved` the share whose fall counts as improvement (fraction), `low_after` the share
    at or below that size afterwards.
    """

    before: np.ndarray
    after: np.ndarray
    fall_called_improvement: float

    @property
    def fall(self) -> np.ndarray:
        """How far each patient's score fell [points]."""
        return self.before - self.after

    @property
    def improved(self) -> float:
        """The share of patients whose score fell by what counts as improvement (fraction)."""
        return float((self.fall >= self.fall_called_improvement).mean())

    @property
    def low_after(self) -> float:
        """The share of patients whose second score is no higher than what counts as improvement (fraction)."""
        return float((self.after <= self.fall_called_improvement).mean())

    @property
    def table(self) -> Table:
        """Means of both visits and of the fall, and the share that seems improved."""
        step = self.fall_called_improvement
        rows = [
            ("patients let in", self.before.size, ""),
            ("mean score at entry", float(self.before.mean()), "points"),
            ("mean score at the second visit", float(self.after.mean()), "points"),
            ("mean fall", float(self.fall.mean()), "points"),
            (f"fell by {step:g} points or more", 100 * self.improved, "% of patients"),
            (f"at {step:g} points or fewer afterwards", 100 * self.low_after, "% of patients"),
        ]
        return Table("Two visits of patients who were let in because they read high.", _COLUMNS, rows)


_COLUMNS = {"what": "", "value": "", "unit": ""}


def expected_fall(
    *, true_mean: float | None = None, true_sd: float | None = None, visit_sd: float | None = None,
    visit_correlation: float | None = None, entry_score: float | None = None,
) -> float:  # fmt: skip
    """The mean fall without any treatment [points]: visit_sd² (1 - correlation) / s² times what entry adds to the mean.

    s² = true_sd² + visit_sd²; the mean of those above the entry score is by `scipy.stats.truncnorm`. An entry score of
    0 lets everybody in, and then the mean stays. Arguments that are not given come from appraisal.csv; ValueError for
    one outside its range.
    """
    from scipy.stats import truncnorm

    mean, between, within, correlation, entry = _numbers(true_mean, true_sd, visit_sd, visit_correlation, entry_score)
    spread = np.hypot(between, within)
    if spread == 0 or entry == 0:
        return 0.0
    excess = float(truncnorm.mean((entry - mean) / spread, np.inf)) * spread
    return within**2 * (1 - correlation) / spread**2 * excess


def simulate_visits(
    patients: int = 200_000, seed: int = 1, *, true_mean: float | None = None, true_sd: float | None = None,
    visit_sd: float | None = None, visit_correlation: float | None = None, entry_score: float | None = None,
    fall_called_improvement: float | None = None,
) -> Visits:  # fmt: skip
    """Two visits of untreated patients, of whom those stay who read `entry_score` or more at the first.

    `patients` are drawn and only some of them let in; an entry score of 0 lets everybody in. Raises ValueError when
    nobody is.
    """
    mean, between, within, correlation, entry = _numbers(true_mean, true_sd, visit_sd, visit_correlation, entry_score)
    step = value_of("regression", "fall_called_improvement", fall_called_improvement)
    patients = _patients(patients)
    chance = np.random.default_rng(seed)
    true, shared, first, second = chance.standard_normal((4, patients))
    common, own = np.sqrt(correlation), np.sqrt(1 - correlation)
    before = mean + between * true + within * (common * shared + own * first)
    after = mean + between * true + within * (common * shared + own * second)
    kept = (before >= entry) | (entry == 0)  # no score is below 0; the bell curve has some there
    if not kept.any():
        raise ValueError(f"none of {patients:,} patients reads {entry:g} or more; choose a lower entry score.")
    return Visits(before[kept], after[kept], step)


def simulate_treated_visits(
    patients: int = 200_000, seed: int = 1, *, conditioning_effect: float | None = None,
    product_effect: float | None = None, **numbers,
) -> Visits:  # fmt: skip
    """Visits of a single arm in which everybody is given a product and the conditioning before it (S5).

    Each lowers the second score by its effect [points]; only their sum can be seen. `numbers` as in `simulate_visits`.
    """
    conditioning = value_of("confounding", "conditioning_effect", conditioning_effect)
    product = value_of("confounding", "product_effect", product_effect)
    untreated = simulate_visits(patients, seed, **numbers)
    return Visits(untreated.before, untreated.after - conditioning - product, untreated.fall_called_improvement)


def arm_means(trials: int = 5_000, seed: int = 1, *, arm_size: int | None = None, **numbers) -> np.ndarray:
    """Mean falls (trials,) [points] of single arms of `arm_size` patients; `numbers`: `simulate_treated_visits`."""
    size, trials = whole_of("confounding", "patients", arm_size), whole_number("trials", trials)
    if not 1 <= trials * size <= MOST_PATIENTS:
        raise ValueError(f"{trials} trials of {size} patients; allowed are 1 to {MOST_PATIENTS:,} patients in all.")
    falls = simulate_treated_visits(min(MOST_PATIENTS, 20 * trials * size), seed, **numbers).fall
    if falls.size < trials * size:
        raise ValueError("too few patients read high enough for so many trials; choose fewer, or a lower entry score.")
    return falls[: trials * size].reshape(trials, size).mean(axis=1)


def _numbers(true_mean, true_sd, visit_sd, visit_correlation, entry_score) -> tuple[float, ...]:
    given = {"true_mean": true_mean, "true_sd": true_sd, "visit_sd": visit_sd, "visit_correlation": visit_correlation}
    given["entry_score"] = entry_score
    return tuple(value_of("regression", name, value) for name, value in given.items())


def _patients(patients) -> int:
    patients = whole_number("patients", patients)
    if not 1 <= patients <= MOST_PATIENTS:
        raise ValueError(f"patients is {patients}; allowed is a whole number from 1 to {MOST_PATIENTS:,}.")
    return patients
