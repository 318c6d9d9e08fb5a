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
from teaching.inputs import choices, shortened
from teaching.model.measures import number
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.therapies import Plan
from teaching.showing import Shown, Table
from teaching.tables import Target
from teaching.words import exact, in_text, percent, rounded, unit_in_words

#: Long enough to tell 'within two years' from 'never'.
HORIZON_DAYS = 730
_ACROSS_PLANS = ("rising", "fold", "difference")


@dataclass(frozen=True)
class Check:
    """A target beside what the model predicts; `predicted` is a tuple for an ordering."""

    target: Target
    predicted: float | tuple[float, ...]
    accepted: bool

    @property
    def margin(self) -> float | None:
        """How far inside the accepted range the prediction lies [%], negative when it is missed.

        The distance to the nearest end, in per cent of the width of the range; of the end itself where the range
        has one. For an ordering: the smallest step from plan to plan, in per cent of the earlier one. None where
        nothing can be divided by, or there is no number.
        """
        if isinstance(self.predicted, tuple):
            steps = [_step(*pair) for pair in zip(self.predicted, self.predicted[1:], strict=False)]
            return None if None in steps else min(steps, default=None)
        low, high = self.target.low, self.target.high
        ends = [end for end in (low, high) if end is not None]
        size = high - low if len(ends) == 2 else abs(ends[0]) if ends else 0.0
        if not size or math.isnan(self.predicted):
            return None
        gaps = ([] if low is None else [self.predicted - low]) + ([] if high is None else [high - self.predicted])
        return 100 * min(gaps) / size

    @property
    def found(self) -> str:
        """The prediction as text."""
        numbers = self.predicted if isinstance(self.predicted, tuple) else (self.predicted,)
        return (" < " if self.accepted else ", ").join(_shown(number) for number in numbers)

    @property
    def verdict(self) -> str:
        """'accepted' or 'NOT accepted'."""
        return "accepted" if self.accepted else "NOT accepted"

    def __str__(self) -> str:
        row, margin, unit = self.target, self.margin, unit_in_words(self.target.unit)
        room = "" if margin is None else f", margin {percent(margin)}"
        statement = in_text(row.statement)
        return f"{row.target}, {statement}: {self.found} {unit}; wanted {_wanted(row)}: {self.verdict}{room}"


class Checks(Shown, tuple):
    """Checks, a tuple of `Check`, that show themselves as a table."""

    @property
    def table(self) -> Table:
        """One row a target."""
        met = sum(check.accepted for check in self)
        return Table(f"{met} of {len(self)} targets accepted; {_MARGIN}", _COLUMNS, [_cells(check) for check in self])


class Misfits(Shown, tuple):
    """Targets that the model is known to miss, a tuple of `Target`; shown, each stands beside what the model has."""

    @property
    def table(self) -> Table:
        """One row a target, with the reason."""
        rows = [(*_cells(check(row)), in_text(row.note.removeprefix(_MISFIT).strip())) for row in self]
        return Table(f"{len(self)} targets that this model is known to miss; {_MARGIN}", _COLUMNS | {"why": ""}, rows)


_MISFIT = "misfit:"
_MARGIN = (
    "margin: distance to the nearest end of what is accepted, in per cent of the range (of the end, where it has one)"
)
_COLUMNS = {
    "id": "",
    "statement": "",
    "model": "",
    "unit": "",
    "accepted": "",
    "margin": "%",
    "verdict": "",
    "source": "",
}


def _cells(check: Check) -> tuple:
    row = check.target
    plain = not isinstance(check.predicted, tuple) and math.isfinite(check.predicted)
    model = check.predicted if plain else check.found
    return (
        row.target, in_text(row.statement), model, unit_in_words(row.unit), _wanted(row), check.margin, check.verdict,
        "; ".join(row.source),
    )  # fmt: skip


def _step(first: float, second: float) -> float | None:
    """By how much the second number is larger [%]; None where that cannot be said."""
    if math.isnan(first) or math.isnan(second) or first == 0:
        return None
    if math.isinf(first):
        return 0.0 if first == second else -100.0
    return 100 * (second - first) / abs(first)


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


def check_all(patient: Patient | str | None = None) -> Checks:
    """Every target of data/targets.csv, in file order: a tuple of `Check` that shows itself as a table."""
    return Checks(check(row, patient) for row in tables.targets().values())


def misfits() -> Misfits:
    """The targets that this model is known to miss, those whose note begins with 'misfit:'; also shown as a table."""
    return Misfits(row for row in tables.targets().values() if row.note.startswith(_MISFIT))


def _row(target: Target | str) -> Target:
    if isinstance(target, Target):
        return target
    rows = tables.targets()
    if not isinstance(target, str) or target not in rows:
        raise ValueError(f"target {shortened(target)} is not in the table; choose one of: {choices(rows, target)}.")
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
