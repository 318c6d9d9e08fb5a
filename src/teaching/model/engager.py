"""T-cell engagers (blinatumomab and its kin): the drug, the T cells it wakes, and how they kill.

One short function a mechanism: each adds to `dy` [per day] what it does; `at` is where the product's states begin in
`y`, `p` holds its numbers by the symbols of data/parameters.csv. Margination, priming and T cells belong to the
patient. Each engager adds its own part, which fades at its own rate: so their order means nothing, and one that was
not given changes nothing.
"""

from __future__ import annotations

from teaching.model.events import ADD
from teaching.model.states import AUTO_BLOOD, IGA_CELLS, LONG_PROTECTIVE, MEMORY_BLOOD, N_NODES, NAIVE_BLOOD

DEPOT, CONCENTRATION, ACTIVATED, MARGINATED, PRIMED, GAINED, IL6, INFUSED = range(8)
N_STATES = 8
#: Name, unit and meaning of the states, in order.
STATES = {
    "depot": ("ug", "drug under the skin"),
    "concentration": ("ng/mL", "drug in blood"),
    "activated": ("fraction", "activated T cells"),
    "marginated": ("fraction", "its part of the blood T cells that stick to vessel walls"),
    "primed": ("fraction", "its part of the T cells that know an engager"),
    "gained": ("x start", "blood T cells gained by it"),
    "il6": ("pg/mL", "its part of interleukin-6"),
    "infused": ("ug/day", "rate of the infusion that runs"),
}
#: Twelve numbers each, one a node: how much of the kill rate reaches it, and how many 1e9 targets it holds.
BY_NODE = ("kill", "target")


def arrival(y, at, p, dy):
    """Drug comes in from the infusion and from the depot under the skin."""
    absorbed = p.k_abs * y[at + DEPOT]
    dy[at + DEPOT] -= absorbed
    dy[at + CONCENTRATION] += (y[at + INFUSED] + absorbed) / p.V


def clearance(y, at, p, dy):
    """Drug is cleared."""
    dy[at + CONCENTRATION] -= p.CL / p.V * y[at + CONCENTRATION]


def activation(y, at, p, occupied, dy):
    """T cells follow the drug within hours."""
    dy[at + ACTIVATED] += p.ka * (occupied - y[at + ACTIVATED])


def margination(y, at, p, occupied, primed, marginated, dy):
    """T cells that meet an engager for the first time leave the flowing blood, and come back."""
    new = (1.0 - primed) * (1.0 - primed) * (1.0 - primed)  # steep: only the first dose empties the blood of T cells
    dy[at + MARGINATED] += p.kon * occupied * new * (1.0 - marginated) - p.koff * y[at + MARGINATED]


def priming(y, at, p, occupied, primed, dy):
    """T cells get used to engagers, and forget them in months."""
    dy[at + PRIMED] += p.kq * occupied * (1.0 - primed) - y[at + PRIMED] / p.tq


def t_cell_expansion(y, at, p, target, t_cells, dy):
    """Activated T cells with targets before them divide, up to a ceiling; what was gained is lost again."""
    dy[at + GAINED] += p.kx * y[at + ACTIVATED] * target * t_cells * (1.0 - t_cells / p.Tmax)
    dy[at + GAINED] -= p.kd * y[at + GAINED]


def cytokine_release(y, at, p, target, primed, dy):
    """Unprimed T cells with targets before them release interleukin-6, which is gone within hours."""
    concentration = y[at + CONCENTRATION]
    dose = concentration / (concentration + p.ECI)
    dy[at + IL6] += p.kI * dose * (1.0 - primed) ** p.nI * y[at + ACTIVATED] * target - y[at + IL6] / p.tI


def engager_killing(y, at, p, occupied, dy):
    """T cells kill what they are bound to: in blood with the drug, in tissue once they are activated."""
    in_blood = p.kb * occupied * (p.q0 + (1.0 - p.q0) * min(1.0, y[at + ACTIVATED] / p.A_full))
    in_tissue = p.kl * y[at + ACTIVATED]
    for i in range(N_NODES):
        rate = in_blood if i == NAIVE_BLOOD or i == MEMORY_BLOOD or i == AUTO_BLOOD else in_tissue
        dy[i] -= rate * p.kill[i] * y[i]
    dy[IGA_CELLS] -= in_tissue * p.kill[LONG_PROTECTIVE] * y[IGA_CELLS]  # the same antigens


def engager_rates(y, at, p, marginated, primed, t_cells, dy):
    """All of them; the patient's margination, priming and T cells [x start] are summed over engagers."""
    concentration = y[at + CONCENTRATION]
    occupied = concentration / (concentration + p.EC)
    target = 0.0
    for i in range(N_NODES):
        target += p.target[i] * y[i]
    target /= p.B0_target
    arrival(y, at, p, dy)
    clearance(y, at, p, dy)
    activation(y, at, p, occupied, dy)
    margination(y, at, p, occupied, primed, marginated, dy)
    priming(y, at, p, occupied, primed, dy)
    t_cell_expansion(y, at, p, target, t_cells, dy)
    cytokine_release(y, at, p, target, primed, dy)
    engager_killing(y, at, p, occupied, dy)


# --- outside of the equations ----------------------------------------------------------------------


def given(item, dose, milligrams: float, at: int, first: bool) -> list[tuple]:
    """What a dose does at its instant: a rate that starts, a depot under the skin, or drug in blood."""
    if dose.duration_days is not None:
        return [(ADD, at + INFUSED, dose.amount)]
    micrograms = 1000 * item["bioavailability"] * milligrams
    if item["absorption_per_day"] > 0:
        return [(ADD, at + DEPOT, micrograms)]
    return [(ADD, at + CONCENTRATION, micrograms / item["volume_l"])]


def stopped(dose, at: int) -> list[tuple]:
    """What the end of an infusion does."""
    return [(ADD, at + INFUSED, -dose.amount)]


def series(item, y, at: int) -> dict:
    """What can be seen of it: the level [ng/mL]."""
    return {f"{item.name}_ng_per_ml": y[at + CONCENTRATION]}
