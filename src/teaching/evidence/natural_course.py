"""Natural remission (S4): patients who flare and grow quiet by themselves, at two constant rates."""

from __future__ import annotations

import numpy as np

from teaching.evidence.numbers import value_of
from teaching.inputs import numbers, plain, whole_number

MOST_PATIENTS, MOST_YEARS = 1_000_000, 100.0


def share_quiet(years, *, flare_rate: float | None = None, remission_rate: float | None = None):
    """The share (fraction, like `years`) of patients, active at the start, who are quiet after some years.

    r / (r + f) (1 - exp(-(r + f) t)) with rates per year, from appraisal.csv when not given. Raises ValueError for
    negative years or rates outside their range.
    """
    flare, quiet = _rates(flare_rate, remission_rate)
    years = numbers("years", years, MOST_YEARS, "years")
    return plain(quiet / (quiet + flare) * -np.expm1(-(quiet + flare) * years))


def share_without_flare(years, *, flare_rate: float | None = None):
    """The share (fraction, like `years`) of quiet patients who have no flare for some years: exp(-f t)."""
    years = numbers("years", years, MOST_YEARS, "years")
    return plain(np.exp(-value_of("remission", "flare_rate", flare_rate) * years))


def simulate_courses(
    years,
    patients: int = 10_000,
    seed: int = 1,
    *,
    flare_rate: float | None = None,
    remission_rate: float | None = None,
) -> np.ndarray:
    """Who is quiet when: True or False (patients, times) at `years` (times,), all active at the start.

    Each patient stays active or quiet for a time drawn from an exponential distribution, in turn.
    """
    flare, quiet = _rates(flare_rate, remission_rate)
    years = np.atleast_1d(numbers("years", years, MOST_YEARS, "years"))
    patients = whole_number("patients", patients)
    if not 1 <= patients * years.size <= MOST_PATIENTS:
        raise ValueError(f"{patients} patients at {years.size} times; allowed are {MOST_PATIENTS:,} in all.")
    chance, clock = np.random.default_rng(seed), np.zeros(patients)
    state, found = False, np.zeros((patients, years.size), dtype=bool)
    while (clock <= years.max()).any():
        until = clock + chance.exponential(1 / (flare if state else quiet), patients)
        if state:
            found |= (clock[:, None] <= years) & (years < until[:, None])
        clock, state = until, not state
    return found


def _rates(flare_rate, remission_rate) -> tuple[float, float]:
    flare = value_of("remission", "flare_rate", flare_rate)
    return flare, value_of("remission", "remission_rate", remission_rate)
