"""CAR-T cells: how they grow on their target, contract, persist, kill, and are rejected.

One short function a mechanism: each adds to `dy` [per day] what it does; `at` is where the product's states begin in
`y`, `p` holds its numbers by the symbols of data/parameters.csv.
"""

from __future__ import annotations

from teaching.model.events import ADD, RAISE
from teaching.model.states import IGA_CELLS, LONG_PROTECTIVE, N_NODES, NAIVE_BLOOD, NICHE

EFFECTORS, PERSISTERS, IMMUNITY_PRIMED, IMMUNITY = range(4)
N_STATES = 4
#: Name, unit and meaning of the states, in order.
STATES = {
    "effectors": ("cells/uL", "CAR-T cells that grow on their target"),
    "persisters": ("cells/uL", "CAR-T cells that stay"),
    "immunity_primed": ("fraction", "immunity against the cells, primed"),
    "immunity": ("fraction", "immunity against the cells, mature"),
}
#: Twelve numbers each, one a node: how much of the kill rate reaches it, and how many 1e9 targets it holds.
BY_NODE = ("kill", "target")
#: Dose word of cells that are made inside the patient.
IN_VIVO_WORD = "mrna_mg"


def expansion(y, at, p, dy):
    """Effectors divide while they find targets and the niche feeds them."""
    target = 0.0
    for i in range(N_NODES):
        target += p.target[i] * y[i]
    dy[at + EFFECTORS] += p.rho * target / (target + p.K_T) * y[NICHE] * y[at + EFFECTORS]


def contraction(y, at, p, dy):
    """Effectors die."""
    dy[at + EFFECTORS] -= p.d_E * y[at + EFFECTORS]


def persistence(y, at, p, dy):
    """A few effectors become cells that stay, for weeks to months."""
    dy[at + PERSISTERS] += p.f_M * y[at + EFFECTORS] - p.d_M * y[at + PERSISTERS]


def rejection(y, at, p, dy):
    """Mature immunity against the cells removes them."""
    dy[at + EFFECTORS] -= p.reject * y[at + IMMUNITY] * y[at + EFFECTORS]
    dy[at + PERSISTERS] -= p.reject * y[at + IMMUNITY] * y[at + PERSISTERS]


def immunity_priming(y, at, p, dy):
    """The cells prime an immune response against themselves."""
    effectors = y[at + EFFECTORS]
    dy[at + IMMUNITY_PRIMED] += p.prime * effectors / (effectors + p.K_Z) * (1.0 - y[at + IMMUNITY_PRIMED])


def immunity_maturation(y, at, p, b, dy):
    """That response matures with the help of returning B cells; against another person's cells without."""
    help_ = p.mature * y[NAIVE_BLOOD] / b.Nb0 + p.alone
    dy[at + IMMUNITY] += help_ * y[at + IMMUNITY_PRIMED] * (1.0 - y[at + IMMUNITY])


def car_t_killing(y, at, p, dy):
    """Effectors and persisters kill, the faster the more there are, up to a highest rate."""
    cells = y[at + EFFECTORS] + y[at + PERSISTERS]
    rate = p.kmax * cells / (cells + p.K_C)
    for i in range(N_NODES):
        dy[i] -= rate * p.kill[i] * y[i]
    dy[IGA_CELLS] -= rate * p.kill[LONG_PROTECTIVE] * y[IGA_CELLS]  # the same antigens


def car_t_rates(y, at, p, b, dy):
    """All of them."""
    expansion(y, at, p, dy)
    contraction(y, at, p, dy)
    persistence(y, at, p, dy)
    rejection(y, at, p, dy)
    immunity_priming(y, at, p, dy)
    immunity_maturation(y, at, p, b, dy)
    car_t_killing(y, at, p, dy)


# --- outside of the equations ----------------------------------------------------------------------


def given(item, dose, milligrams: float, at: int, first: bool) -> list[tuple]:
    """What a dose does at its instant: cells in blood, and the little niche there is without conditioning."""
    if dose.word == IN_VIVO_WORD:
        cells = item["start_cells_per_ul_per_mg"] * dose.amount
    else:
        cells = item["start_cells_per_ul_per_1e6_per_kg"] * dose.amount / 1e6
    return [(ADD, at + EFFECTORS, cells), (RAISE, NICHE, item["niche_without_conditioning"])]


def series(item, y, at: int) -> dict:
    """What can be seen of one product beside the sum over all: nothing."""
    return {}
