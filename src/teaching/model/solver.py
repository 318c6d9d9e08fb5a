"""Solves a patient's equations over a schedule: the only file that calls a solver.

With numba, `integrator.integrate` runs as one compiled piece: RODAS4, checked against LSODA and
libRoadRunner in the tests. Without it, LSODA of scipy works on the same right-hand side in plain
Python, twenty times slower. numba and scipy are imported on the first run, not with the package.
"""

from __future__ import annotations

import os
import warnings
from functools import lru_cache

import numpy as np

from teaching.model import linking
from teaching.model.equations import derivatives
from teaching.model.events import apply_event
from teaching.model.integrator import integrate
from teaching.model.layout import Layout, Schedule
from teaching.model.parameters import KINDS, body_type, product_type, record_type
from teaching.model.sparse import sparse_plan
from teaching.model.states import N_BODY, SHORT_AUTO

RTOL, ATOL = 1.5e-6, 1e-14
#: Below this amount (mg, ng/mL, cells/uL, x start) a state outside the lineage counts as gone.
ATOL_OTHERS = 1e-10
#: An amount this far below zero, as a share of its largest value, is a mistake and not rounding.
_BELOW_ZERO = 1e-5
#: A left limit is stored this long before a dose, so that curves show the jump.
_JUST_BEFORE = 1e-6


class SimulationError(RuntimeError):
    """The solver gave up; the message says on which day."""


@lru_cache(maxsize=1)
def compiled():
    """(derivatives, integrate) compiled by numba, or None without numba.

    Without a writable cache folder they are compiled anew in each process. `TEACHING_PLAIN=1`
    turns numba off (for tests and for machines where it misbehaves).
    """
    if os.environ.get("TEACHING_PLAIN") == "1":
        return None
    try:
        import numba
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _first_call(numba.njit(cache=True, nogil=True, error_model="numpy"))
        except Exception:  # no writable place for the cache, a full disk, a damaged cache file
            return _first_call(numba.njit(nogil=True, error_model="numpy"))


def _first_call(jit):
    """Compiles now, because numba reads and writes its cache only when a function is first called."""
    functions = linking.compiled(derivatives, jit), linking.compiled(integrate, jit)
    types = [body_type(), *(product_type(kind) for kind in KINDS)]
    bodies, *none = (np.ones(int(i == 0), dtype=record_type(fields)) for i, fields in enumerate(types))
    y, out = np.ones(N_BODY), np.empty((2, N_BODY))
    functions[0](0.0, y, bodies[0], *none, np.empty(N_BODY))
    ends, parts = np.array([0.0, 1e-9]), np.array([0, 2])
    sparse = tuple(sparse_plan(0, 0, 0))
    functions[1](y, bodies, *none, np.empty((0, 4)), ends, parts, 1e-3, np.ones(N_BODY), sparse, out)
    return functions


def backend() -> str:
    """'numba' when the equations are compiled, else 'plain Python'."""
    return "plain Python" if compiled() is None else "numba"


def solve(layout: Layout, schedule: Schedule, days: float, rtol: float = RTOL, atol: float = ATOL, lsoda: bool = False):
    """Saved times (k,) [day] and states (k, n) from day 0 to `days`.

    At a dose two times are saved: just before and at the dose. `lsoda` asks for LSODA whatever is
    installed. Raises SimulationError when the solver gives up.
    """
    ends = [*schedule.instants[1:], days]
    grids = [_grid(float(start), float(end)) for start, end in zip(schedule.instants, ends, strict=False)]
    times = np.concatenate(grids)
    parts = np.cumsum([0, *(len(grid) for grid in grids)])
    if lsoda or compiled() is None:
        states = _with_lsoda(layout, schedule, grids, rtol, atol)
    else:
        states = _with_rodas(layout, schedule, times, parts, rtol, atol)
    broken = ~np.isfinite(states).all(axis=1)
    if broken.any():
        raise _gave_up(0.0, float(times[np.argmax(broken)]), "a value is no longer a number")
    if (states < -_BELOW_ZERO * np.maximum(states.max(axis=0), 1.0)).any():
        raise _gave_up(0.0, days, "an amount fell below zero")
    for first, after in zip(parts[1:-1], times[parts[1:-1]], strict=False):
        times[first - 1] = max(after - _JUST_BEFORE, 0.5 * (times[first - 2] + after))
    # The solver keeps to atol, so a state near 0 may come out as -1e-15: that is 0.
    return times, np.maximum(states, 0.0)


@lru_cache(maxsize=256)
def _grid(start: float, end: float) -> np.ndarray:
    """Solver times of one segment, both ends included: close together after a dose, two days apart later.

    Kept, because a cohort asks for the same ones again and again; not to be changed by the caller.
    """
    offsets = [0.0]
    step = 0.02
    while offsets[-1] < end - start:
        offsets.append(offsets[-1] + step)
        step = min(2.0, 0.03 + 0.07 * offsets[-1])
    inside = start + np.array(offsets[:-1])
    return np.append(inside[inside < end - 1e-3 * (end - start)], end)


def _with_rodas(layout: Layout, schedule: Schedule, times, parts, rtol: float, atol: float) -> np.ndarray:
    tolerance = np.full(len(layout.start), ATOL_OTHERS)
    tolerance[:SHORT_AUTO] = atol
    states = np.empty((len(times), len(layout.start)))
    _, run = compiled()
    steps = run(
        np.array(layout.start), *layout.records, schedule.events, times, parts, rtol, tolerance, layout.sparse, states
    )
    if steps < 0:
        raise _gave_up(times[max(-2 - steps, 0)], times[-1], "the step became too small")
    return states


def _with_lsoda(layout: Layout, schedule: Schedule, grids, rtol: float, atol: float) -> np.ndarray:
    from scipy.integrate import odeint

    y, functions = list(layout.start), compiled()
    if functions is None:
        buffer = [0.0] * len(y)

        def right_hand_side(t, state):
            return derivatives(t, state.tolist(), *layout.numbers, buffer)
    else:
        bodies, *products = layout.records
        body, array = bodies[0], np.empty(len(y))

        def right_hand_side(t, state):
            return functions[0](t, state, body, *products, array)

    states = []
    for segment, grid in enumerate(grids):
        for _, action, place, amount in schedule.events[schedule.events[:, 0] == segment]:
            apply_event(int(action), int(place), float(amount), y)
        found, report = odeint(
            right_hand_side, y, grid, tfirst=True, rtol=rtol, atol=atol, mxstep=20_000, full_output=True,
        )  # fmt: skip
        if report["message"] != "Integration successful.":
            raise _gave_up(grid[0], grid[-1], report["message"].strip())
        states.append(found)
        y = found[-1].tolist()
    return np.vstack(states)


def _gave_up(start: float, end: float, why: str) -> SimulationError:
    return SimulationError(
        f"The solver stopped between day {start:g} and day {end:g} ({why}); "
        "a number of the patient or the plan is probably far from anything possible."
    )
