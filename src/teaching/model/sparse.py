"""Which derivative depends on which state, read off the equations, and what that saves the integrator.

Of some 600 places of the Jacobian fewer than 100 can differ from 0. Knowing them, a step of the
integrator needs a handful of difference quotients and a few hundred multiplications.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from teaching.model import equations as eq


class _Trace(frozenset):
    """Stands in for a number and remembers which states it was computed from."""

    def _with(self, other):
        return _Trace(self | other) if isinstance(other, frozenset) else self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _with

    def __neg__(self):
        return self

    def __lt__(self, other):
        return True

    def __gt__(self, other):
        return False


class SparsePlan(NamedTuple):
    """What `equations.integrate` needs to build, factorise and solve with 4/h I - J.

    group (n,): columns of one number share no row and take one difference quotient together;
    jacobian (q, 3): place, row, column of each entry; diagonal (n,): places; factor (f, 4): place,
    pivot, first and last update of each elimination; update (u, 2): places; lower and upper (l, 3):
    row, column, place in the order of the triangular solves; size: number of places with fill.
    """

    group: np.ndarray
    jacobian: np.ndarray
    diagonal: np.ndarray
    factor: np.ndarray
    update: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    size: int


def dependencies(parameters, states: int) -> list[set[int]]:
    """For each derivative the set of states it depends on: one run of the equations with tracing numbers."""
    found = eq.derivatives(0.0, [_Trace({i}) for i in range(states)], list(parameters), [0.0] * states)
    return [set(value) if isinstance(value, _Trace) else set() for value in found]


@lru_cache(maxsize=32)
def sparse_plan(antibodies: int, engagers: int, cars: int) -> SparsePlan:
    """The plan for a patient treated with so many products of each kind."""
    blocks = antibodies * eq.N_ANTIBODY + engagers * eq.N_ENGAGER + cars * eq.N_CAR
    parameters = [0.5] * (eq.N_LINEAGE - 3) + [antibodies, engagers, cars] + [0.5] * blocks
    states = eq.N_FIXED
    states += antibodies * eq.N_ANTIBODY_STATES + engagers * eq.N_ENGAGER_STATES + cars * eq.N_CAR_STATES
    return plan_of(dependencies(parameters, states))


def plan_of(depends: list[set[int]]) -> SparsePlan:
    """The plan for a system whose i-th derivative depends on the states `depends[i]`.

    No pivoting: states keep their order, and because products come last the fill stays small.
    """
    n = len(depends)
    rows = [set(row) | {i} for i, row in enumerate(depends)]
    for k in range(n):  # fill: eliminating state k couples all that depend on it
        for i in range(k + 1, n):
            if k in rows[i]:
                rows[i] |= {j for j in rows[k] if j > k}
    entries = [(i, j) for i in range(n) for j in sorted(rows[i])]
    place = {entry: number for number, entry in enumerate(entries)}
    factor, update = [], []
    for k in range(n):
        for i in range(k + 1, n):
            if k in rows[i]:
                first = len(update)
                update += [(place[i, j], place[k, j]) for j in sorted(rows[k]) if j > k]
                factor.append((place[i, k], k, first, len(update)))
    lower = [(i, j, place[i, j]) for i, j in entries if j < i]
    upper = [(i, j, place[i, j]) for i, j in reversed(entries) if j >= i]  # the diagonal comes last in its row
    return SparsePlan(
        np.array(_groups(depends), dtype=np.int32),
        _table([(place[i, j], i, j) for i, row in enumerate(depends) for j in sorted(row)], 3),
        np.array([place[i, i] for i in range(n)], dtype=np.int32),
        _table(factor, 4),
        _table(update, 2),
        _table(lower, 3),
        _table(upper, 3),
        len(place),
    )


def _groups(depends: list[set[int]]) -> list[int]:
    """A number for each column, so that columns of one number share no row."""
    taken: list[set[int]] = []
    numbers = []
    for column in range(len(depends)):
        touched = {i for i, row in enumerate(depends) if column in row}
        number = next((k for k, rows in enumerate(taken) if not rows & touched), len(taken))
        if number == len(taken):
            taken.append(set())
        taken[number] |= touched
        numbers.append(number)
    return numbers


def _table(entries: list, width: int) -> np.ndarray:
    return np.array(entries, dtype=np.int32).reshape(-1, width)
