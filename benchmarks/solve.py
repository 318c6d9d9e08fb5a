"""How long a course of two years takes: prints a table; measures nothing else and asserts nothing.

Four ways through the same right-hand side at the same tolerances: the kit's compiled integrator,
LSODA of scipy's `odeint` with compiled equations, the same in plain Python, and
`solve_ivp(method="LSODA")` in plain Python. They take turns, so that a busy computer slows them all alike;
compare ratios, not milliseconds of two days.

    python benchmarks/solve.py [runs]
"""

from __future__ import annotations

import platform
import sys
import time
from contextlib import contextmanager

import numpy as np
import scipy
from scipy.integrate import solve_ivp

from teaching import Patient, Plan, treat
from teaching.model import equations as eq
from teaching.model import solver
from teaching.model.events import apply_event

DAYS = 730
PLANS = {
    "rituximab": "rituximab dose_mg=1000 days=0,14",
    "blinatumomab": "blinatumomab rate_ug_per_day=9 duration_days=5 days=0",
    "CAR-T": "lymphodepletion intensity=1 days=0 + CD19 CAR-T cells_per_kg=1e6 days=0",
}
WAYS = ("compiled", "LSODA, compiled", "LSODA, plain", "solve_ivp")


def with_solve_ivp(layout, schedule, grids, rtol, atol):
    """Stands in for `solver._with_lsoda`: same equations, same grid, same tolerances."""
    y, rates, states = list(layout.start), [0.0] * len(layout.start), []

    def right_hand_side(t, state):
        return eq.derivatives(t, state.tolist(), *layout.numbers, rates)

    for segment, grid in enumerate(grids):
        for _, action, index, amount in schedule.events[schedule.events[:, 0] == segment]:
            apply_event(int(action), int(index), float(amount), y)
        ends = (grid[0], grid[-1])
        found = solve_ivp(right_hand_side, ends, y, method="LSODA", t_eval=grid, rtol=rtol, atol=atol)
        if not found.success:
            raise RuntimeError(found.message)
        states.append(found.y.T)
        y = found.y[:, -1].tolist()
    return np.vstack(states)


@contextmanager
def way(name):
    """Lets `treat` go one of the four ways; what it is to be called with."""
    compiled, lsoda = solver.compiled, solver._with_lsoda
    if name in ("LSODA, plain", "solve_ivp"):
        solver.compiled = lambda: None
    if name == "solve_ivp":
        solver._with_lsoda = with_solve_ivp
    try:
        yield {"lsoda": name != "compiled"}
    finally:
        solver.compiled, solver._with_lsoda = compiled, lsoda


def measure(runs):
    """Milliseconds of every run by (plan, way), and the day of B-cell return each way finds."""
    patient = Patient.typical("SLE")
    plans = {name: Plan.parse(text) for name, text in PLANS.items()}
    milliseconds = {(plan, name): [] for plan in plans for name in WAYS}
    back = {}
    for run in range(runs + 1):  # the first is not counted: it compiles and imports
        for plan in plans:
            for name in WAYS:
                with way(name) as options:
                    start = time.perf_counter()
                    course = treat(patient, plans[plan], DAYS, **options)
                    taken = 1e3 * (time.perf_counter() - start)
                back[plan, name] = course.metrics()["day_back_above_10"]
                if run:
                    milliseconds[plan, name].append(taken)
    return milliseconds, back


def main(runs):
    """Measures and prints."""
    system = f"Python {platform.python_version()}, scipy {scipy.__version__}, {platform.system()}"
    print(f"{system}; {runs} courses of {DAYS} days each; compiled: {solver.backend()}")
    if solver.backend() != "numba":
        print("numba is not installed: the first way is plain Python as well.")
    milliseconds, back = measure(runs)
    print(f"{'plan':14}{'way':18}{'median ms':>10}{'95 % ms':>10}{'ratio':>9}{'back above 10':>15}")
    for plan in PLANS:
        reference = np.median(milliseconds[plan, "compiled"])
        for name in WAYS:
            taken = np.array(milliseconds[plan, name])
            print(
                f"{plan:14}{name:18}{np.median(taken):10.1f}{np.percentile(taken, 95):10.1f}"
                f"{np.median(taken) / reference:9.1f}{back[plan, name]:13.2f} d"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
