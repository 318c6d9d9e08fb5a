"""The hidden course of one patient under all that was given, with the fate of the clone as the dice say it.

Where fewer than 100 cells of the clone are left, it dies out as often as model/fate.py says. If it does, nothing comes
back: from that day on autoantibody and activity only fall. If it does not, at least one cell is left, and the course is
solved again with that cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from teaching.clinic.numbers import end_day
from teaching.model.course import CHANCE_CELLS
from teaching.model.events import ADD
from teaching.model.fate import dies_out_percent
from teaching.model.layout import Layout, Schedule, instant
from teaching.model.patient import Patient
from teaching.model.series import series
from teaching.model.solver import RTOL, backend, solve
from teaching.model.states import AUTO_LYMPHOID
from teaching.model.therapies import Plan, product

#: Tolerance of the compiled integrator, as in a cohort; key numbers move by less than 0.1 %.
_RTOL = 5e-5
#: The clone has turned when it has doubled from its lowest; it falls anew when it has halved from its highest.
_TURN = 2.0
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
    survivors: tuple[tuple[float, float], ...] = ()
    turns: list[Turn] = []
    growth = patient["autoreactive_regrowth_per_day"]
    while True:
        times, found = _solved(patient, plan, survivors)
        lows = _lows(times, found["autoreactive_memory_cells"], until)[len(turns) :]
        if not lows:
            return Followed(times, found, tuple(turns))
        day, cells = lows[0]
        chance = dies_out_percent(cells, growth) / 100
        turn = Turn(day, cells, chance, luck(len(turns)) < chance)
        turns.append(turn)
        if turn.died_out:
            return Followed(times, _without_the_clone(times, found, day), tuple(turns))
        if cells < 1:  # whoever has a survivor has at least one cell
            survivors += ((day, (1 - cells) / 1e9),)


@lru_cache(maxsize=64)
def _solved(patient: Patient, plan: Plan, survivors: tuple[tuple[float, float], ...]):
    """Times (k,) [day] and series (k,) by name; survivors are (day, amount added to the clone [1e9 cells])."""
    layout = Layout(patient, [product(name) for name in plan.products])
    schedule = _with(layout.schedule(plan, end_day()), survivors)
    times, states = solve(layout, schedule, end_day(), _RTOL if backend() == "numba" else RTOL)
    whole = series(layout, times, states)
    return times, {name: whole[name] for name in SERIES}


def _with(schedule: Schedule, survivors: tuple[tuple[float, float], ...]) -> Schedule:
    """The schedule with cells that come to the clone on their days."""
    happening = [(float(schedule.instants[int(event[0])]), *event[1:]) for event in schedule.events]
    happening += [(instant(day), ADD, AUTO_LYMPHOID, amount) for day, amount in survivors]
    instants = sorted({*(float(day) for day in schedule.instants), *(instant(day) for day, _ in survivors)})
    place = {day: segment for segment, day in enumerate(instants)}
    events = [(place[day], *rest) for day, *rest in sorted(happening, key=lambda event: event[0])]
    return Schedule(np.array(instants), np.array(events, dtype=float).reshape(-1, 4))


def _lows(times: np.ndarray, clone: np.ndarray, until: float) -> list[tuple[float, float]]:
    """Day and cells of each low point of the clone below 100 cells from which it has turned by the day `until`."""
    found, falling, lowest, highest = [], True, 0, 0
    for place in range(int(np.searchsorted(times, until, side="right"))):
        if falling:
            if clone[place] <= clone[lowest]:
                lowest = place
            elif clone[place] > _TURN * clone[lowest]:
                if clone[lowest] < CHANCE_CELLS:
                    found.append((float(times[lowest]), float(clone[lowest])))
                falling, highest = False, place
        elif clone[place] >= clone[highest]:
            highest = place
        elif _TURN * clone[place] < clone[highest]:
            falling, lowest = True, place
    return found


def _without_the_clone(times: np.ndarray, found: dict[str, np.ndarray], day: float) -> dict[str, np.ndarray]:
    """The series of a patient whose clone died out on that day."""
    after, changed = times >= day, dict(found)
    for name in ("autoantibody_percent", "activity_percent"):
        changed[name] = np.where(after, np.minimum.accumulate(np.where(after, found[name], np.inf)), found[name])
    changed["autoreactive_memory_cells"] = np.where(after, 0.0, found["autoreactive_memory_cells"])
    return changed
