"""Outcomes of many virtual patients under each therapy: what a virtual trial draws its patients from.

Each patient of a cohort is followed for five years under each therapy, without chance. Where hardly a cell of the
clone is left, chance has two futures for a patient; both are kept, with the chance of each, and the trial draws.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from teaching import tables
from teaching.model.cohort import Cohort
from teaching.model.course import CHANCE_CELLS
from teaching.model.fate import dies_out_percent
from teaching.model.simulation import treat
from teaching.model.solver import RTOL, backend
from teaching.model.therapies import Plan

#: Months after the start on which a trial of this kit sees its patients.
VISITS = (3, 6, 9, 12, 18, 24, 30, 36, 42, 48, 54, 60)
#: The patients of the pool: enough that no share of it is off by more than a point or two.
POOL_SIZE, POOL_SEED, POOL_DISEASE = 1000, 8, "SLE"
DAYS_A_MONTH = 365.25 / 12
#: Tolerance of the compiled integrator, as in a cohort; key numbers move by less than 0.1 %.
_RTOL = 5e-5
#: With fewer cells than this the clone dies out more surely than one in a hundred thousand tells apart.
_NEVER_BACK = 1e-5


@dataclass(frozen=True)
class Outcomes:
    """What becomes of each patient under one therapy.

    `returning` (patients, visits): activity [% of the start] at VISITS when the clone, if any is left, grows again;
    `lasting` (patients, visits): the same when it has died out; `dies_out` (patients,): how often it does
    (fraction). Where chance has no say, `dies_out` is 0 and both are equal.
    """

    returning: np.ndarray
    lasting: np.ndarray
    dies_out: np.ndarray


def therapies() -> dict[str, Plan]:
    """The therapies of the virtual trial by name; each is a usual course of data/regimens.csv."""
    names = ("CD19 CAR-T", "obinutuzumab in trials", "rituximab", "blinatumomab")
    return {tables.regimens()[name].products[-1]: Plan.usual(name) for name in names}


def outcomes(
    plan: Plan, patients: Iterable[int] = range(POOL_SIZE), told: Callable[[int], None] | None = None
) -> Outcomes:
    """Follows patients of the pool's cohort for five years under a plan.

    Arguments: plan; patients, their numbers in the cohort; told, called with how many are done. A patient takes about
    5 ms. Raises ValueError for a number outside of the cohort.
    """
    cohort, found = Cohort.sample(POOL_SIZE, POOL_SEED, POOL_DISEASE), []
    for done, number in enumerate(patients, start=1):
        found.append(_futures(cohort[number], plan))
        if told:
            told(done)
    returning, lasting, dies_out = zip(*found, strict=True)
    return Outcomes(np.array(returning), np.array(lasting), np.array(dies_out))


def _futures(patient, plan: Plan) -> tuple[np.ndarray, np.ndarray, float]:
    """Both futures of one patient at the visits, and how often the second one comes."""
    days = np.array(VISITS) * DAYS_A_MONTH
    course = _course(patient, plan, days[-1] + 1)
    smooth = np.interp(days, course.time_days, course["activity_percent"])
    clone = course["autoreactive_memory_cells"]
    cells, lowest = float(clone.min()), float(course.time_days[int(np.argmin(clone))])
    if cells >= CHANCE_CELLS:
        return smooth, smooth, 0.0
    growth = patient["autoreactive_regrowth_per_day"]
    dies_out = dies_out_percent(cells, growth) / 100
    # Nothing comes back without the clone: from its lowest day on, activity only falls.
    past = course.time_days <= max(lowest, days[0])
    floor = float(course["activity_percent"][past][-1])
    lasting = np.where(days <= lowest, smooth, np.minimum(np.minimum.accumulate(smooth), floor))
    returning = smooth
    if _NEVER_BACK <= cells < 1:
        # Who has a survivor has at least one cell: the same course, earlier by the time from so few cells to one.
        earlier = math.log(1 / cells) / growth
        longer = _course(patient, plan, days[-1] + earlier + 1)
        shifted = np.interp(days + earlier, longer.time_days, longer["activity_percent"])
        returning = np.where(days <= lowest, smooth, np.maximum(smooth, shifted))
    return returning, lasting, dies_out


def _course(patient, plan: Plan, days: float):
    return treat(patient, plan, float(days), rtol=_RTOL if backend() == "numba" else RTOL)


def model_stamp() -> str:
    """A mark of all that the pool depends on: the files of this room and the tables with numbers of the model."""
    mark = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        mark.update(path.read_bytes())
    for name in ("parameters", "products", "variation", "regimens", "diseases", "lineage", "observations"):
        mark.update((tables.data_folder() / f"{name}.csv").read_bytes())
    return mark.hexdigest()[:16]
