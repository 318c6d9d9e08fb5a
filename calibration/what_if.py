"""Runs the model with other numbers than those of data/, without touching a file.

    with what_if({("rituximab", "kill_max_per_day"): 10.0}):
        print(targets.check("R2"))

Swaps what `tables.parameters()` returns and forgets what was derived from it, inside the `with` only.
One at a time and in one thread: the swap is seen by the whole process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from teaching import tables
from teaching.model import parameters, targets, therapies

#: What keeps numbers of the table: products, and the kill weights by antigen.
_DERIVED = (therapies._product, parameters._weights)


@contextmanager
def what_if(changes: Mapping[tuple[str, str], float]) -> Iterator[None]:
    """Inside the `with`, the model uses these values instead of those of data/parameters.csv.

    Arguments: changes, value by (owner, name), in the unit of the table. Raises ValueError for a
    number that the table does not have or that is not finite.
    """
    stand_in = dict(tables.parameters())
    for key, value in changes.items():
        if key not in stand_in:
            raise ValueError(f"{key!r} is not an (owner, name) of parameters.csv.")
        if not math.isfinite(value):
            raise ValueError(f"{' '.join(key)} is {value}; a finite number is needed.")
        stand_in[key] = replace(stand_in[key], value=float(value))
    original = tables.parameters
    tables.parameters = lambda: stand_in
    _forget()
    try:
        yield
    finally:
        tables.parameters = original
        _forget()


@contextmanager
def one_course_a_plan() -> Iterator[None]:
    """Inside the `with`, targets that share patient, plan and horizon share one course.

    Ten targets of one plan then cost one run. Only for numbers that stay as they are meanwhile.
    """
    original, courses = targets.treat, {}

    def remembered(patient, plan, days):
        key = (patient.disease, tuple(patient.values.items()), plan, days)
        if key not in courses:
            courses[key] = original(patient, plan, days)
        return courses[key]

    targets.treat = remembered
    try:
        yield
    finally:
        targets.treat = original


def _forget() -> None:
    for cached in _DERIVED:
        cached.cache_clear()
