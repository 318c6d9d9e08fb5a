"""The hidden course of one patient under all that was given, with the fate of the clone as the dice say it.

Below one cell the clone dies out by the model's own rule (model/lineage.py). Where it turns with 1 to 100 cells left,
it dies out as often as model/fate.py says: then nothing comes back; autoantibody and activity only fall from that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from teaching.clinic.numbers import end_day
from teaching.model.course import CHANCE_CELLS
from teaching.model.fate import dies_out_percent
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.solver import RTOL, backend
from teaching.model.therapies import Plan

#: Tolerance of the compiled integrator, as in a cohort; key numbers move by less than 0.1 %.
COMPILED_RTOL = 5e-5
#: The clone has turned when it has doubled from its lowest; it falls anew when it has halved from its highest.
TURN = 2.0
#: What is read from a course, by the names of `Course`.
SERIES = (
    "blood_b_cells_per_ul",
    "lymphoid_b_cells_percent",
    "autoreactive_memory_cells",
    "autoantibody_percent",
    "vaccine_antibody_percent",
    "total_igg_percent",
    "activity_percent",
    "car_t_cells_per_ul",
)


@dataclass(frozen=True)
class Turn:
    """A day when hardly a cell of the clone was left: how many [cells], how often it dies out, and whether it did."""

    day: float
    cells: float
    chance: float
    died_out: bool


@dataclass(frozen=True, eq=False)
class Followed:
    """A course from day 0 to the end: `time_days` (k,), series (k,) by the names in SERIES, turns of the clone.

    Only what lies before the day that was asked for has happened; later values are those without any other therapy.
    """

    time_days: np.ndarray
    series: dict[str, np.ndarray]
    turns: tuple[Turn, ...]

    def at(self, day: float, name: str) -> float:
        """A series' value on a day (straight line between saved times)."""
        return self.interpolated(day, self.series[name])

    def interpolated(self, day: float, values: np.ndarray) -> float:
        """What stands on a day between values (k,) at the saved times."""
        return float(np.interp(day, self.time_days, values))


def follow(patient: Patient, plan: Plan, until: float, luck: Callable[[int], float]) -> Followed:
    """The course of a patient to the end of the clinic, the clone's fate thrown for all that is past on day `until`.

    Arguments: patient; plan, all doses so far, each before the end; until [day]; luck, the even throw (0 to 1) for the
    first, second ... time that hardly a cell was left. Raises SimulationError when the solver gives up.
    """
    times, found = _solved(patient, plan)
    turns: list[Turn] = []
    for day, cells in _lows(times, found["autoreactive_memory_cells"], until):
        chance = dies_out_percent(cells, patient["autoreactive_regrowth_per_day"]) / 100
        turns.append(Turn(day, cells, chance, luck(len(turns)) < chance))
        if turns[-1].died_out:
            return Followed(times, _without_the_clone(times, found, day), tuple(turns))
    return Followed(times, found, tuple(turns))


@lru_cache(maxsize=64)
def _solved(patient: Patient, plan: Plan) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Times (k,) [day] and series (k,) by name, without chance; not to be changed by the caller."""
    course = treat(patient, plan, end_day(), rtol=COMPILED_RTOL if backend() == "numba" else RTOL)
    return course.time_days, {name: course[name] for name in SERIES}


def _lows(times: np.ndarray, clone: np.ndarray, until: float) -> list[tuple[float, float]]:
    """Day and cells of each low point of the clone, 1 to 100 cells, from which it has turned by the day `until`."""
    found, falling, lowest, highest = [], True, 0, 0
    for place in range(int(np.searchsorted(times, until, side="right"))):
        if falling:
            if clone[place] <= clone[lowest]:
                lowest = place
            elif clone[place] > TURN * clone[lowest]:
                if 1 <= clone[lowest] < CHANCE_CELLS:
                    found.append((float(times[lowest]), float(clone[lowest])))
                falling, highest = False, place
        elif clone[place] >= clone[highest]:
            highest = place
        elif TURN * clone[place] < clone[highest]:
            falling, lowest = True, place
    return found


def _without_the_clone(times: np.ndarray, found: dict[str, np.ndarray], day: float) -> dict[str, np.ndarray]:
    """The series of a patient whose clone died out on that day."""
    after, changed = times >= day, dict(found)
    for name in ("autoantibody_percent", "activity_percent"):
        changed[name] = np.where(after, np.minimum.accumulate(np.where(after, found[name], np.inf)), found[name])
    changed["autoreactive_memory_cells"] = np.where(after, 0.0, found["autoreactive_memory_cells"])
    return changed
