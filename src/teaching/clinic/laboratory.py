"""The tests of the clinic: what each reads from the hidden course, its cost, how late it comes, how wrong it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from teaching.clinic.luck import TEST, normal, shares
from teaching.clinic.numbers import value_of, whole_of
from teaching.inputs import one_of
from teaching.words import exact, rounded

#: What each test reads, by the names of `Course`.
_READS = {
    "blood B cells": ("blood_b_cells_per_ul", "cells/µL"),
    "autoantibody": ("autoantibody_percent", "% of start"),
    "total IgG": ("total_igg_percent", "% of start"),
    "vaccine antibody": ("vaccine_antibody_percent", "% of start"),
    "CAR-T cells": ("car_t_cells_per_ul", "cells/µL"),
    "disease activity": ("activity_percent", "% of start"),
    "lymph node biopsy": ("lymphoid_b_cells_percent", "% of start"),
}
#: Tests of one visit stand next to each other among the throws.
_PLACES = 16


@dataclass(frozen=True)
class ClinicTest:
    """A test that can be ordered: `cost` [points], `delay` [day], `error` [standard deviation of the logarithm],
    `lowest` and `unit`: what lies below is read as 'below' and has no value."""

    name: str
    series: str
    unit: str
    cost: int
    delay: float
    error: float
    lowest: float


@dataclass(frozen=True)
class Result:
    """What a test says: `value` in its unit, or None below the lowest it can see; `words` is how it is told."""

    test: str
    ordered: float
    arrived: float
    value: float | None
    unit: str
    words: str


def orderable() -> dict[str, ClinicTest]:
    """The tests by name, with the numbers of data/clinic.csv."""
    return {
        name: ClinicTest(
            name, *read, whole_of(name, "cost"), *(value_of(name, what) for what in ("delay", "error", "lowest"))
        )
        for name, read in _READS.items()
    }


def orderable_named(name) -> ClinicTest:
    """The test of that name; ValueError with one sentence for a name that is none."""
    return orderable()[one_of("test", name, _READS)]


def reading(test: ClinicTest, truth: float, seed: int, visit: int, ordered: float, arrived: float) -> Result:
    """What a test reads where the model has `truth`, in the unit of the test.

    Arguments: visit, the number of the visit on which it was ordered; ordered and arrived [day]. The error is
    log-normal and thrown for this test on this visit; three figures are told.
    """
    place = visit * _PLACES + list(_READS).index(test.name)
    read = truth * math.exp(test.error * normal(float(shares(seed, TEST, place))))
    if read < test.lowest:
        return Result(test.name, ordered, arrived, None, test.unit, f"below {exact(test.lowest)} {test.unit}")
    value = float(f"{read:.3g}")
    return Result(test.name, ordered, arrived, value, test.unit, f"{rounded(value)} {test.unit}")
