"""What each mechanism adds to a state on a day: the equations, run once and listened to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.inputs import choices, real, refusal, shortened
from teaching.model.equations import derivatives
from teaching.model.layout import Layout
from teaching.model.linking import linked
from teaching.model.parameters import KINDS
from teaching.model.patient import Patient
from teaching.model.states import SERUM_AND_DISEASE
from teaching.showing import Table
from teaching.words import exact, unit_in_words

#: Functions that only call others: what they add stands under the names of those.
_SUMS = ("derivatives", "_rates")


def state_units(layout: Layout) -> Mapping[str, str]:
    """Name of each state -> its unit, in the order of the state vector; a product's begin with its name."""
    found = {name: row.unit for name, row in tables.nodes().items()}
    found |= {name: unit for name, (unit, _) in SERUM_AND_DISEASE.items()}
    for item in layout.products:
        found |= {f"{item.name} {name}": unit for name, (unit, _) in KINDS[item.kind].STATES.items()}
    return found


def rates_by_mechanism(layout: Layout, y) -> list[tuple[str, str, str, list[float]]]:
    """(mechanism, product or '', what it does, its part of dy/dt (n,)) for each mechanism, at the states y (n,)."""
    heard = []
    places = sorted((at, name) for name, at in layout.state_of.items())

    def listen(function):
        if function.__name__.endswith(_SUMS):
            return function

        def call(*arguments):
            dy = arguments[-1]
            before = list(dy)
            dy[:] = [0.0] * len(dy)  # its own part, to the last digit
            function(*arguments)
            own = list(dy)
            dy[:] = [old + new for old, new in zip(before, own, strict=True)]
            product = ""
            if isinstance(arguments[1], int):
                product = next(name for at, name in reversed(places) if at <= arguments[1])
            words = (function.__doc__ or "").strip().split("\n")[0]
            heard.append((function.__name__.replace("_", " "), product, words, own))

        return call

    linked(derivatives, listen)(0.0, [float(value) for value in y], *layout.numbers, [0.0] * len(layout.start))
    return heard


def contributions(patient: Patient, products, times: np.ndarray, states: np.ndarray, name: str, day: float) -> Table:
    """What each mechanism adds to one state on a day, and their sum, as a table.

    Arguments: patient; the products given; saved times (k,) [day] and states (k, n); name of the state: a node of
    data/lineage.csv, something of serum and disease, or a state of a product such as 'rituximab central'; day [day].
    Raises ValueError for an unknown name or a day outside the course.
    """
    layout = Layout(patient, list(products))
    units = state_units(layout)
    if not isinstance(name, str) or name not in units:
        raise ValueError(f"{shortened(name)} is not a state of this course; choose one of: {choices(units, name)}.")
    last, found = float(times[-1]), real(day)
    if found is None or not 0 <= found <= last:
        raise ValueError(refusal("day", day, f"this course runs from day 0 to day {exact(last)}"))
    y = [float(np.interp(found, times, column)) for column in states.T]
    place = list(units).index(name)
    rows, total = [], 0.0
    for mechanism, product, words, own in rates_by_mechanism(layout, y):
        total += own[place]
        if own[place] != 0:
            rows.append((mechanism, product, words, own[place]))
    rows.append(("together", "", "the change of this state", total))
    return Table(
        f"What changes {name.replace('_', ' ')} on day {exact(found)}",
        {"mechanism": "", "product": "", "what it does": "", "adds": f"{unit_in_words(units[name])} per day"},
        rows,
    )
