"""Does the model reproduce what was published? Evaluates data/targets.csv.

Stands on simulation and tables only.

A target names a plan, a metric and the range that is accepted. The metric is written in the small
language of `measures.py`; 'never' counts as infinity. Three words compare courses of several plans, which the
plan column separates by `` | ``:

==============================  ===================================================================
``rising <metric>``             accepted when the metric rises strictly from plan to plan
``fold <metric>``               the metric under the first plan over that under the second
``difference <metric>``         the metric under the first plan minus that under the second
==============================  ===================================================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from teaching import tables
from teaching.model.measures import number
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.therapies import Plan
from teaching.tables import Target
from teaching.words import exact, rounded

#: Long enough to tell 'within two years' from 'never'.
HORIZON_DAYS = 730
_ACROSS_PLANS = ("rising", "fold", "difference")


@dataclass(frozen=True)
class Check:
    """A target beside what the model predicts; `predicted` is a tuple for an ordering."""

    target: Target
    predicted: float | tuple[float, ...]
    accepted: bool

    def __str__(self) -> str:
        row = self.target
        numbers = self.predicted if isinstance(self.predicted, tuple) else (self.predicted,)
        found = (" < " if self.accepted else ", ").join(_shown(number) for number in numbers)
        verdict = "accepted" if self.accepted else "NOT accepted"
        return f"{row.target}, {row.statement}: {found} {row.unit}; wanted {_wanted(row)}: {verdict}"


def evaluate(target: Target | str, patient: Patient | str | None = None) -> float | tuple[float, ...]:
    """What the model predicts for a target.

    Arguments: target, a row of data/targets.csv or its id; patient, the typical one with SLE unless
    another is given. Returns a number in the target's unit, for an ordering one number a plan; a
    day that does not come is infinite. Raises ValueError for an unknown id, plan or metric.
    """
    row = _row(target)
    try:
        return _evaluate(row, Patient.typical("SLE") if patient is None else patient)
    except (ValueError, KeyError) as error:
        reason = error.args[0] if error.args else error
        raise ValueError(f"target {row.target}, metric {row.metric!r}: {reason}") from None


def check(target: Target | str, patient: Patient | str | None = None) -> Check:
    """A target with its prediction and whether that is accepted; arguments as `evaluate`."""
    row = _row(target)
    predicted = evaluate(row, patient)
    if isinstance(predicted, tuple):
        accepted = all(first < second for first, second in zip(predicted, predicted[1:], strict=False))
    else:
        low = -math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        accepted = low <= predicted <= high
    return Check(row, predicted, accepted)


def check_all(patient: Patient | str | None = None) -> tuple[Check, ...]:
    """Every target of data/targets.csv, in file order."""
    return tuple(check(row, patient) for row in tables.targets().values())


def misfits() -> tuple[Target, ...]:
    """The targets that this model is known to miss: their note begins with 'misfit:'."""
    return tuple(row for row in tables.targets().values() if row.note.startswith("misfit:"))


def _row(target: Target | str) -> Target:
    if isinstance(target, Target):
        return target
    rows = tables.targets()
    if not isinstance(target, str) or target not in rows:
        raise ValueError(f"target {target!r} is not in the table; choose one of: {', '.join(rows)}.")
    return rows[target]


def _evaluate(row: Target, patient: Patient) -> float | tuple[float, ...]:
    plans = [Plan.parse(text) for text in row.plan.split(" | ")]
    across, _, inner = row.metric.partition(" ")
    if across not in _ACROSS_PLANS:
        across, inner = "", row.metric
    needed = 2 if across else 1
    if len(plans) < needed or (across != "rising" and len(plans) > needed):
        word = f"at least {needed}" if across == "rising" else str(needed)
        raise ValueError(f"plans given: {len(plans)}; needed: {word}.")
    values = tuple(number(treat(patient, plan, HORIZON_DAYS), inner) for plan in plans)
    if across == "rising":
        return values
    if across == "fold":
        return values[0] / values[1] if values[1] else math.inf
    if across == "difference":
        return values[0] - values[1]
    return values[0]


def _shown(number: float) -> str:
    return "never" if math.isinf(number) else rounded(number, 4)


def _wanted(row: Target) -> str:
    if row.metric.startswith("rising "):
        return "rising from plan to plan"
    if row.low is None:
        return f"at most {exact(row.high)}"
    if row.high is None:
        return f"at least {exact(row.low)}"
    return f"{exact(row.low)} to {exact(row.high)}"
