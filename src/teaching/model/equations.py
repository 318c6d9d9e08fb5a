"""The one right-hand side of the model: the sum of all mechanisms.

Each mechanism is a short function of lineage.py, serum.py, antibody.py, engager.py or car_t.py that a student can read;
numba compiles the same text when it is installed, and the export, the table of contributions and the sparsity are read
off it by running it with other numbers (linking.py). Numbers come in by name, never as globals: a compiled function
would keep an old global for ever. docs/model.md has each equation beside its function.
"""

from __future__ import annotations

from teaching.model.antibody import N_STATES as N_ANTIBODY_STATES
from teaching.model.antibody import antibody_rates
from teaching.model.car_t import N_STATES as N_CAR_STATES
from teaching.model.car_t import car_t_rates
from teaching.model.engager import GAINED, MARGINATED, PRIMED, engager_rates
from teaching.model.engager import N_STATES as N_ENGAGER_STATES
from teaching.model.lineage import lineage_rates
from teaching.model.serum import serum_rates
from teaching.model.states import N_BODY


def derivatives(t, y, body, antibodies, engagers, cars, dy):
    """Writes dy/dt [per day] into `dy` and returns it.

    Arguments: t [day] (unused: layout.py turns doses into segments and events); y and dy (n,), first the body
    (states.py), then a block for each antibody, each engager, each CAR-T product; body, the numbers of the patient;
    antibodies, engagers, cars, those of each product, all by symbol (parameters.py).
    """
    for i in range(len(y)):
        dy[i] = 0.0
    lineage_rates(y, body, dy)
    serum_rates(y, body, dy)
    at = N_BODY
    for k in range(len(antibodies)):
        antibody_rates(y, at, antibodies[k], dy)
        at += N_ANTIBODY_STATES
    marginated, primed, t_cells = 0.0, 0.0, 1.0
    first = at
    for _ in range(len(engagers)):
        marginated += y[at + MARGINATED]
        primed += y[at + PRIMED]
        t_cells += y[at + GAINED]
        at += N_ENGAGER_STATES
    at = first
    for k in range(len(engagers)):
        engager_rates(y, at, engagers[k], marginated, primed, t_cells, dy)
        at += N_ENGAGER_STATES
    for k in range(len(cars)):
        car_t_rates(y, at, cars[k], body, dy)
        at += N_CAR_STATES
    return dy
