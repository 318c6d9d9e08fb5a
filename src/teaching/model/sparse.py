"""Which derivative depends on which state, read off the equations, and what that saves the integrator.

Of some 600 places of the Jacobian fewer than 100 can differ from 0. Knowing them, a step of the
integrator needs a handful of difference quotients and a few hundred multiplications.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from teaching.model.equations import derivatives
from teaching.model.linking import linked
from teaching.model.parameters import BY_NODE, KINDS, body_type, product_type
from teaching.model.states import N_BODY, N_NODES


class _Trace(frozenset):
    """Stands in for a number and remembers which states it was computed from."""

    def _with(self, other):
        return _Trace(self | other) if isinstance(other, frozenset) else self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _with

    def __neg__(self):
        return self

    def __bool__(self):
        raise TypeError("the equations branch on a state; which way they go would hide what they depend on.")

    def _compare(self, other):
        return self  # and asking whether it holds is refused above

    __lt__ = __gt__ = __le__ = __ge__ = _compare


def _either(*values):
    """min or max: it depends on everything that it chooses from."""
    return _Trace(frozenset().union(*(value for value in values if isinstance(value, _Trace))))


class SparsePlan(NamedTuple):
    """What `integrator.integrate` needs to build, factorise and solve with 4/h I - J.

    columns (n,): in groups that share no row and take one difference quotient together; groups (g + 1, 2): where each
    group begins in `columns` and in `jacobian`, and the ends; jacobian (q, 3): place, row, column of each entry, group
    by group; diagonal (n,): places; factor (f, 4): place,
    pivot, first and last update of each elimination; update (u, 2): places; lower and upper (l, 3):
    row, column, place in the order of the triangular solves; size: number of places with fill.
    """

    columns: np.ndarray
    groups: np.ndarray
    jacobian: np.ndarray
    diagonal: np.ndarray
    factor: np.ndarray
    update: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    size: int


def dependencies(numbers, states: int) -> list[set[int]]:
    """For each derivative the set of states it depends on: one run of the equations with tracing numbers."""
    traced = linked(derivatives, min=_either, max=_either)
    found = traced(0.0, [_Trace({i}) for i in range(states)], *numbers, [0.0] * states)
    return [set(value) if isinstance(value, _Trace) else set() for value in found]


@lru_cache(maxsize=32)
def sparse_plan(antibodies: int, engagers: int, cars: int) -> SparsePlan:
    """The plan for a patient treated with so many products of each kind."""
    return plan_of(_dependencies_under(antibodies, engagers, cars))


def _dependencies_under(*products: int) -> list[set[int]]:
    """For each derivative the states it depends on, under so many products of each kind."""
    counts = dict(zip(KINDS, products, strict=True))
    numbers = [_any(body_type()), *([_any(product_type(kind))] * count for kind, count in counts.items())]
    return dependencies(numbers, N_BODY + sum(KINDS[kind].N_STATES * n for kind, n in counts.items()))


def dependencies_by_block() -> dict:
    """The same for any number of products, block by block, as lists (for script/clinic_sparse.js).

    `body`: rows of the body without a product; for each kind of `blocks`: `body`, which states of its block a row of
    the body depends on; `own`, what a row of the block depends on, a state of the body by its place and one of the
    block by its place behind the body; `others`, which states of other blocks of this kind.
    """

    def inside(row: set[int], first: int, end: int, shift: int = 0) -> list[int]:
        return [one - shift for one in sorted(row) if first <= one < end]

    blocks = {}
    for place, (kind, module) in enumerate(KINDS.items()):
        size = module.N_STATES
        rows = _dependencies_under(*(2 * (place == other) for other in range(len(KINDS))))
        first, second = N_BODY + size, N_BODY + 2 * size
        blocks[kind] = {
            "body": [inside(row, N_BODY, first, N_BODY) for row in rows[:N_BODY]],
            "own": [inside(row, 0, first) for row in rows[N_BODY:first]],
            "others": [inside(row, first, second, first) for row in rows[N_BODY:first]],
        }
    return {"body": [sorted(row) for row in _dependencies_under(0, 0, 0)], "blocks": blocks}


def _any(fields: type):
    """A named tuple with some number at each place."""
    return fields(*((0.5,) * N_NODES if name in BY_NODE else 0.5 for name in fields._fields))


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
    group = _groups(depends)
    columns = sorted(range(n), key=lambda j: group[j])
    jacobian = [(place[i, j], i, j) for j in columns for i, row in enumerate(depends) if j in row]
    count = range(max(group) + 2)
    groups = [(sum(g < k for g in group), sum(group[j] < k for _, _, j in jacobian)) for k in count]
    return SparsePlan(
        np.array(columns, dtype=np.uint32),
        _table(groups, 2),
        _table(jacobian, 3),
        np.array([place[i, i] for i in range(n)], dtype=np.uint32),
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
    return np.array(entries, dtype=np.uint32).reshape(-1, width)
