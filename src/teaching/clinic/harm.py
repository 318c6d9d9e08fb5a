"""Harm in the clinic: serious infection by a rate that follows the hidden course, and severe cytokine release.

The model knows neither. Rates and folds are rows of data/clinic.csv, most of them from other patients than these; that
they multiply is an assumption of this kit. How often severe cytokine release comes is added up from data/outcomes.csv.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from teaching import tables
from teaching.clinic.following import Followed
from teaching.clinic.numbers import value_of
from teaching.evidence.pooling import counted
from teaching.evidence.selection import select
from teaching.model.course import DEPLETED_PER_UL
from teaching.model.therapies import Plan

_DAYS_A_YEAR = 365.25
#: Kinds of product after which severe cytokine release is counted in the evidence tables.
WITH_CYTOKINES = ("engager", "car_t")


def risk(
    followed: Followed, plan: Plan, steroids_until: float | None = None, replaced_from: float | None = None
) -> np.ndarray:
    """Risk of a serious infection that has been run by each saved time (k,): the integral of the rate since day 0.

    Arguments: followed; plan, all that was given; steroids_until, the day on which steroids were stopped, or None;
    replaced_from, the day from which IgG is replaced, or None. The chance by then is 1 - exp(-risk).
    """
    time, number = followed.time_days, _infection
    rate = np.full(len(time), number("serious_per_year") / _DAYS_A_YEAR)
    rate[followed.series["blood_b_cells_per_ul"] < DEPLETED_PER_UL] *= number("depleted_fold")
    rate[with_replacement(followed, replaced_from) < number("low_igg")] *= number("low_igg_fold")
    for dose in plan.doses:
        if tables.products()[dose.product].kind == "conditioning" and dose.amount > 0:
            after = (time >= dose.day) & (time < dose.day + number("conditioning_days"))
            # In proportion to the dose: nothing for none, the whole fold for full Flu/Cy. An assumption.
            rate[after] *= 1 + dose.amount * (number("conditioning_fold") - 1)
    if steroids_until is not None:
        rate[time >= steroids_until + number("steroids_off_days")] *= number("steroids_off_fold")
    return np.concatenate([[0.0], np.cumsum(np.diff(time) * (rate[1:] + rate[:-1]) / 2)])


def with_replacement(followed: Followed, replaced_from: float | None) -> np.ndarray:
    """Total IgG (k,) [% of start] when IgG is replaced from a day on: from then it does not fall below a level."""
    own = followed.series["total_igg_percent"]
    if replaced_from is None:
        return own
    level = value_of("IgG replacement", "level")
    return np.where(followed.time_days >= replaced_from, np.maximum(own, level), own)


def infection_day(followed: Followed, run: np.ndarray, start: float, end: float, share: float) -> float | None:
    """The day of a serious infection between two days, or None.

    Arguments: followed; run, what `risk` gives; start and end [day]; share, an even throw (0 to 1).
    """
    before, after = np.interp([start, end], followed.time_days, run)
    wanted = -np.log1p(-share)  # at this much risk it happens
    if wanted >= after - before:
        return None
    return float(np.interp(before + wanted, run, followed.time_days))


@lru_cache(maxsize=8)
def severe_cytokines(kind: str) -> float:
    """How often a course of such a product brings cytokine release of grade 3 or more (fraction).

    Argument: kind, one of WITH_CYTOKINES. (events + 1/2)/(patients + 1) over the independent studies of
    data/outcomes.csv: where nobody had it, the chance is small and not zero.
    """
    # Not by `pool`: its exact intervals load scipy.stats, for which a player would wait most of a second.
    studies, _ = counted("crs_severe", select(therapy=kind))
    events, patients = (sum(study[place] for study in studies) for place in (1, 2))
    return (events + 0.5) / (patients + 1)


def _infection(name: str) -> float:
    return value_of("infection", name)
