"""Therapeutic antibodies (rituximab and its kin): where the drug goes, and how it kills.

Two compartments, a part of the clearance that passes in the weeks after the first dose, and killing that saturates.
One short function a mechanism: each adds to `dy` [per day] what it does; `at` is where the product's states begin in
`y`, `p` holds its numbers by the symbols of data/parameters.csv.
"""

from __future__ import annotations

from teaching.model.events import ADD, RAISE
from teaching.model.states import IGA_CELLS, LONG_PROTECTIVE, N_NODES

CENTRAL, PERIPHERAL, PASSING = range(3)
N_STATES = 3
#: Name, unit and meaning of the states, in order.
STATES = {
    "central": ("mg", "drug in blood and what exchanges at once"),
    "peripheral": ("mg", "drug in tissue"),
    "passing": ("fraction", "what is left of the clearance that passes"),
}
#: Twelve numbers each, one a node: how much of the kill rate reaches it.
BY_NODE = ("kill",)


def distribution(y, at, p, dy):
    """Drug goes into tissue and comes back."""
    going = p.k12 * y[at + CENTRAL]
    coming = p.k21 * y[at + PERIPHERAL]
    dy[at + CENTRAL] += coming - going
    dy[at + PERIPHERAL] += going - coming


def elimination(y, at, p, dy):
    """Drug is cleared."""
    dy[at + CENTRAL] -= p.k10 * y[at + CENTRAL]


def passing_elimination(y, at, p, dy):
    """At first drug is cleared faster; that part fades."""
    dy[at + CENTRAL] -= p.CL_T / p.V1 * y[at + PASSING] * y[at + CENTRAL]
    dy[at + PASSING] -= p.k_des * y[at + PASSING]


def antibody_killing(y, at, p, dy):
    """Cells with antibody on them die, the faster the more drug there is, up to a highest rate."""
    concentration = y[at + CENTRAL] / p.V1
    rate = p.F_Fc * p.kmax * concentration / (concentration + p.EC50)
    for i in range(N_NODES):
        dy[i] -= rate * p.kill[i] * y[i]
    dy[IGA_CELLS] -= rate * p.kill[LONG_PROTECTIVE] * y[IGA_CELLS]  # the same antigens


def antibody_rates(y, at, p, dy):
    """All of them."""
    distribution(y, at, p, dy)
    elimination(y, at, p, dy)
    passing_elimination(y, at, p, dy)
    antibody_killing(y, at, p, dy)


# --- outside of the equations ----------------------------------------------------------------------


def given(item, dose, milligrams: float, at: int, first: bool) -> list[tuple]:
    """What a dose does at its instant; the clock of the passing clearance starts with the first one."""
    events = [(ADD, at + CENTRAL, milligrams)]
    if first and item["passing_clearance_l_per_day"] > 0:
        events.append((RAISE, at + PASSING, 1.0))
    return events


def series(item, y, at: int) -> dict:
    """What can be seen of it: the level [ug/mL]."""
    return {f"{item.name}_ug_per_ml": y[at + CENTRAL] / item["central_volume_l"]}
