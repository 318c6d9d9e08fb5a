"""Where each product's states stand for one patient, which numbers go into the equations, and what a plan does when.

Turns names into what equations.py works on. Reads tables; knows no solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from teaching import tables
from teaching.model import engager
from teaching.model.events import RAISE, SCALE_NODES
from teaching.model.parameters import (
    KINDS,
    body,
    body_type,
    product_numbers,
    product_type,
    record_type,
    records,
    target_sizes,
)
from teaching.model.patient import Patient
from teaching.model.sparse import sparse_plan
from teaching.model.states import ACTIVITY, LONG_AUTO, N_BODY, NICHE
from teaching.model.therapies import MASS_WORDS, Dose, Plan, Product, amount_mg

#: Instants closer than 0.1 s are one instant: 0.1 + 0.2 is not 0.3 to a computer.
_DECIMALS_OF_A_DAY = 6
SHORTEST_INFUSION_DAYS = 1e-6


@dataclass(frozen=True)
class Schedule:
    """The segments between doses and what happens where a segment begins.

    instants (s,) [day]: beginnings of the segments, day 0 first; events (m, 4): segment, action
    (events.ADD ...), place, amount, in the order in which they happen.
    """

    instants: np.ndarray
    events: np.ndarray


def instant(day: float) -> float:
    """A day rounded to what counts as one instant."""
    return round(day, _DECIMALS_OF_A_DAY)


class Layout:
    """Start, numbers and places for one patient under some products.

    `start` (n,) states before any therapy; `numbers`, what `equations.derivatives` takes after `y`: (body, antibodies,
    engagers, cars) as named tuples; `state_of`, where each product's states begin.
    """

    def __init__(self, patient: Patient, products: list[Product]):
        self.patient = patient
        products = [item.scaled(patient.factors) for item in products]
        self._by_name = {item.name: item for item in products}  # what a dose does is scaled as the equations are
        kinds = {kind: [item for item in products if item.kind == kind] for kind in KINDS}
        self.products = [item for group in kinds.values() for item in group]
        rest = patient.rest()
        self.scale = patient.cells_per_ul_per_1e9
        start = [rest[name] for name in list(tables.nodes())[:8]] + [1.0] * (N_BODY - 8)
        start[ACTIVITY] = patient["activity_start"]
        start[NICHE] = 0.0
        self.state_of: dict[str, int] = {}
        sizes = target_sizes(patient)
        for item in self.products:
            self.state_of[item.name] = len(start)
            start += [0.0] * KINDS[item.kind].N_STATES
        blocks = [[product_numbers(item, start, sizes) for item in group] for group in kinds.values()]
        self.start = start
        self.numbers = (body(patient, rest), *blocks)
        self.sparse = tuple(sparse_plan(*(len(group) for group in kinds.values())))

    @cached_property
    def records(self) -> tuple[np.ndarray, ...]:
        """`numbers` as records of numpy, for compiled code; the body stands in an array of one."""
        types = [body_type(), *(product_type(kind) for kind in KINDS)]
        groups = [[self.numbers[0]], *self.numbers[1:]]
        return tuple(records(group, record_type(fields)) for group, fields in zip(groups, types, strict=True))

    def schedule(self, plan: Plan, days: float) -> Schedule:
        """Segments and events of a plan up to `days`."""
        at: dict[float, list[tuple]] = {0.0: []}
        given: set[str] = set()
        for dose in sorted(plan.doses, key=lambda dose: dose.order):
            if dose.amount == 0:
                continue  # nothing was given: not even a clock starts
            start = instant(dose.day)
            at.setdefault(start, []).extend(self._given(dose, first=dose.product not in given))
            given.add(dose.product)
            if dose.duration_days is not None:
                end = max(instant(dose.day + dose.duration_days), instant(start + SHORTEST_INFUSION_DAYS))
                if end < days:  # an infusion stops before the next one starts
                    at.setdefault(end, [])[:0] = engager.stopped(dose, self.state_of[dose.product])
        instants = sorted(at)
        events = [(segment, *event) for segment, day in enumerate(instants) for event in at[day]]
        return Schedule(np.array(instants), np.array(events, dtype=float).reshape(-1, 4))

    def _given(self, dose: Dose, first: bool) -> list[tuple]:
        """What a dose does at its instant: (action, place, amount) each."""
        item = self._by_name[dose.product]
        if item.kind == "conditioning":
            survival = 1.0 - dose.amount * (1.0 - item["surviving_fraction"])
            return [(SCALE_NODES, LONG_AUTO, survival), (RAISE, NICHE, dose.amount)]
        milligrams = amount_mg(dose, self.patient) if dose.word in MASS_WORDS else 0.0
        return KINDS[item.kind].given(item, dose, milligrams, self.state_of[dose.product], first)
