"""How fast libRoadRunner solves the same courses at equal accuracy: prints a table, asserts nothing.

For each plan both programs get the loosest relative tolerance with which no state is further than
0.01 % from a far finer solution; then they take turns, so that a busy computer slows both alike.
Compare ratios, not milliseconds of two days. `treat` is timed as a lesson calls it, from patient
and plan to a Course; libRoadRunner only from reset to numbers, because it translates a model into
machine code once, when it loads it: that time stands in a column of its own.

    python benchmarks/roadrunner.py [runs]
"""

from __future__ import annotations

import platform
import sys
import time
from pathlib import Path

import numpy as np

# A script's own folder is searched first: there `roadrunner` would be this file.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

import roadrunner  # noqa: E402

from teaching import Patient, Plan, treat  # noqa: E402
from teaching.model import exchange, solver  # noqa: E402
from teaching.model.layout import Layout  # noqa: E402
from teaching.model.therapies import product  # noqa: E402

DAYS = 730
#: Accuracy asked for, and below which share of its largest value a state counts as gone.
ACCURACY, GONE = 1e-4, 1e-6
TOLERANCES = [10.0**-power for power in range(3, 11)]
FINEST = 1e-11
PLANS = {
    "rituximab": "rituximab dose_mg=1000 days=0,14",
    "blinatumomab": "blinatumomab rate_ug_per_day=9 duration_days=5 days=0",
    "CAR-T": "lymphodepletion intensity=1 days=0 + CD19 CAR-T cells_per_kg=1e6 days=0",
}


class Ours:
    """The kit's own way."""

    def __init__(self, patient, plan):
        self.patient, self.plan = patient, plan
        self.layout = Layout(patient, [product(name) for name in plan.products if product(name).kind != "conditioning"])
        self.schedule = self.layout.schedule(plan, DAYS)

    def reference(self):
        """Saved times and states, solved far finer by LSODA."""
        return solver.solve(self.layout, self.schedule, DAYS, FINEST, solver.ATOL, lsoda=True)

    def states(self, rtol):
        return solver.solve(self.layout, self.schedule, DAYS, rtol)[1]

    def run(self, rtol):
        treat(self.patient, self.plan, DAYS, rtol=rtol)


class Theirs:
    """libRoadRunner on the exported SBML, with the same saved times."""

    def __init__(self, patient, plan, times, n_states):
        sbml = exchange.to_sbml(patient, plan)
        start = time.perf_counter()
        self.runner = roadrunner.RoadRunner(sbml)
        self.loading = 1e3 * (time.perf_counter() - start)
        self.times = list(times)
        self.absolute = [solver.ATOL] * n_states  # looser for the drugs: no faster, and less accurate
        self.runner.timeCourseSelections = rate_rules(sbml)

    def states(self, rtol):
        self.run(rtol)
        return np.array(self.runner.getSimulationData())

    def run(self, rtol):
        self.runner.resetToOrigin()
        self.runner.integrator.relative_tolerance = rtol
        self.runner.integrator.setValue("absolute_tolerance", self.absolute)
        self.runner.simulate(times=self.times)


def rate_rules(sbml):
    """Names of the states, in the order of equations.py."""
    parts = sbml.split('<rateRule variable="')[1:]
    return [part.split('"', 1)[0] for part in parts]


def error(found, reference, times, instants):
    """Largest relative deviation away from the doses."""
    counts = (reference > GONE * reference.max(axis=0)) & ~np.isin(times, instants)[:, None]
    return float(np.max(np.abs(found - reference)[counts] / reference[counts]))


def loosest(states, reference, times, instants):
    """Loosest tolerance that is accurate enough, and how accurate it is."""
    for rtol in TOLERANCES:
        reached = error(states(rtol), reference, times, instants)
        if reached <= ACCURACY:
            break
    return rtol, reached


def main(runs):
    """Measures and prints."""
    system = f"Python {platform.python_version()}, libRoadRunner {roadrunner.__version__}, {platform.system()}"
    print(f"{system}; {runs} courses of {DAYS} days each; ours: {solver.backend()}")
    print(f"{'plan':14}{'way':15}{'rtol':>7}{'error':>9}{'median ms':>11}{'95 % ms':>9}{'ratio':>7}{'loading ms':>12}")
    patient = Patient.typical("SLE")
    for label, text in PLANS.items():
        plan = Plan.parse(text)
        ours = Ours(patient, plan)
        times, reference = ours.reference()
        theirs = Theirs(patient, plan, times, reference.shape[1])
        instants = ours.schedule.instants
        ways = {
            "treat": (ours.run, *loosest(ours.states, reference, times, instants)),
            "libRoadRunner": (theirs.run, *loosest(theirs.states, reference, times, instants)),
        }
        taken = {name: [] for name in ways}
        for _ in range(runs):
            for name, (run, rtol, _) in ways.items():
                start = time.perf_counter()
                run(rtol)
                taken[name].append(1e3 * (time.perf_counter() - start))
        for name, (_, rtol, reached) in ways.items():
            median, slow = np.median(taken[name]), np.percentile(taken[name], 95)
            ratio = median / np.median(taken["treat"])
            loading = f"{theirs.loading:12.0f}" if name == "libRoadRunner" else ""
            print(f"{label:14}{name:15}{rtol:7.0e}{reached:9.0e}{median:11.2f}{slow:9.2f}{ratio:7.2f}{loading}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
