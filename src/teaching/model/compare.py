"""Several plans for one patient, side by side, and what if the patient differs: `compare({"name": plan}, patient)`."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from teaching import tables
from teaching.inputs import LONGEST_SENTENCE, choices, finite, sentence, shortened
from teaching.model.course import Course
from teaching.model.measures import measure
from teaching.model.patient import Patient, factor_names, patient_or_typical
from teaching.model.simulation import treat
from teaching.model.therapies import Plan
from teaching.showing import Shown, Table
from teaching.words import exact, unit_in_words

#: What a student asks first of a therapy: how deep, how long, how deep in tissue, what it costs, and how it ends.
ROWS = (
    "nadir_per_ul",
    "days_depleted",
    "day_back_above_10",
    "lymphoid_memory_nadir_percent",
    "clone_depth_log10",
    "autoantibody_nadir_percent",
    "igg_nadir_percent",
    "outcome_kind",
)
#: More columns than these no screen shows and nobody compares.
MOST_PLANS, LONGEST_NAME, MOST_ROWS = 12, 60, 60
_LABEL, _UNIT = "key number", "unit"
_EXAMPLE = "{'rituximab': Plan('rituximab'), 'engager': 'blinatumomab'}"
_CHANGE = re.compile(r"\s*(?P<sign>[*×/+-])\s*(?P<by>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)\s*", re.ASCII)
_SIGNS = {"*": operator.mul, "×": operator.mul, "/": operator.truediv, "+": operator.add, "-": operator.sub}


class Comparison(Shown, Mapping):
    """Plans side by side: a table with one column a plan and one row a key number.

    `comparison["rituximab"]` holds that plan's numbers by the names of the rows (None: does not happen),
    `comparison.courses["rituximab"]` its `Course`. `comparison.what_if(clone_size="* 10")` is the same comparison
    in another patient; `to_csv()` and `save_csv(path)` keep the table, with all figures.
    """

    def __init__(
        self, patient: Patient, plans: Mapping[str, Plan], rows: Sequence[str], days: float, changes: tuple[str, ...]
    ):
        self.patient, self.plans, self.rows, self.changes = patient, MappingProxyType(dict(plans)), tuple(rows), changes
        self.courses = MappingProxyType({name: _course(name, patient, plan, days) for name, plan in plans.items()})
        self._shown, cells = [], {name: {} for name in plans}
        for row in self.rows:
            found = _measured(row, self.courses)
            first = next(metric for metric in found if metric is not None)
            values = ["not given" if metric is None else metric.value for metric in found]
            for name, value in zip(cells, values, strict=True):
                cells[name][row] = value
            self._shown.append((first.label, unit_in_words(first.unit), *values))
        self._cells = {name: MappingProxyType(column) for name, column in cells.items()}

    def __getitem__(self, name: str) -> Mapping[str, float | str | None]:
        if not isinstance(name, str) or name not in self._cells:
            known = choices(self._cells, name)
            raise KeyError(f"{shortened(name)} is not a plan of this comparison; choose one of: {known}.")
        return self._cells[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __reduce__(self):
        # Read-only views cannot be pickled; the courses are quicker computed again than sent.
        return Comparison, (self.patient, dict(self.plans), self.rows, self.days, self.changes)

    @property
    def days(self) -> float:
        """The last day of every course."""
        return next(iter(self.courses.values())).horizon_days

    @property
    def table(self) -> Table:
        """What is shown."""
        caption = f"{self.patient.disease} patient, {exact(self.days)} days"
        if self.changes:
            caption += f"; what if {', and '.join(self.changes)}"
        columns = {_LABEL: "", _UNIT: ""} | dict.fromkeys(self._cells, "")
        return Table(caption, columns, self._shown, none="does not happen")

    def what_if(self, /, **changes: float | str) -> Comparison:
        """The same plans in a patient who differs; the change stands in the caption.

        A number takes the place of the patient's own, `what_if(naive_loss_per_day=0.03)`; a text counts from it:
        "* 10", "/ 2", "+ 5" or "- 5". What differs in how products act can only be multiplied or divided, because
        each product has a number of its own: `what_if(elimination_per_day="* 1.5", antigen_CD20="/ 2")`. Changes of
        changes add up. Raises ValueError for an unknown quantity, and for one that is not possible.
        """
        if not changes:
            return self
        patient, said = self.patient, []
        for name, change in changes.items():
            patient, words = _changed(patient, name, change)
            said.append(words)
        return Comparison(patient, self.plans, self.rows, self.days, (*self.changes, *said))


def compare(
    plans: Mapping[str, Plan | str] | Sequence[Plan | str] | Plan | str,
    patient: Patient | str | None = None,
    rows: Sequence[str] | str = ROWS,
    days: float = 730,
) -> Comparison:
    """Plans side by side in one patient, as a table: one column a plan, one row a key number.

        compare({"full dose": Plan("rituximab"), "half": "rituximab dose_mg=500 days=0,14"}, patient)

    Arguments: plans, up to 12 under names of your own, in the order of the columns; a text is read by `Plan.parse`,
    and 'nothing' is the column without therapy. In a hurry a list, or a single plan, does without names: a text is
    then its own heading, a Plan is called by its products. patient, else the typical one with SLE, or that of the
    disease named. rows, key numbers of `Course.metrics()`, or anything else that `measures.py` reads, such as a
    series on a day: 'autoantibody_percent@90'. days, the horizon of all courses [day].
    Returns a `Comparison`. Raises ValueError for anything that is not understood, named in one sentence.
    """
    named, rows = _plans(plans), _rows(rows)
    return Comparison(patient_or_typical(patient), named, rows, days, ())


# --- reading what was handed over --------------------------------------------------------------------


def _plans(given) -> dict[str, Plan]:
    """Plans by the names of their columns."""
    if isinstance(given, (Plan, str)):
        given = [given]
    if isinstance(given, (list, tuple)):
        given = _headed(given)
    if not isinstance(given, Mapping):
        raise ValueError(f"plans is {shortened(given)}; names with their plans are needed, such as {_EXAMPLE}.")
    if not given:
        raise ValueError(f"plans is empty; at least one is needed, such as {_EXAMPLE}.")
    if len(given) > MOST_PLANS:
        raise ValueError(f"plans are {len(given)}; at most {MOST_PLANS} stand side by side.")
    return {_name(name): _plan(name, plan) for name, plan in given.items()}


def _headed(plans: Sequence) -> dict[str, Plan | str]:
    """Plans without names under headings of their own: a text is one; a Plan is called by its products."""
    found: dict[str, Plan | str] = {}
    for plan in plans:
        heading = (" + ".join(plan.products) or "nothing") if isinstance(plan, Plan) else plan
        if isinstance(plan, Plan) and (heading in found or len(heading) > LONGEST_NAME):
            heading = str(plan)
        if not isinstance(heading, str):
            raise ValueError(f"plans has {shortened(plan)}; a Plan or its text is needed, such as 'rituximab'.")
        heading = heading if len(heading) <= LONGEST_NAME else sentence(heading, LONGEST_NAME)
        if heading in found:
            raise ValueError(f"{shortened(heading)} is given twice; name the plans, such as {_EXAMPLE}.")
        found[heading] = plan
    return found


def _name(name) -> str:
    if not isinstance(name, str) or not name.strip() or sentence(name, LONGEST_NAME) != name:
        raise ValueError(
            f"the name of a plan is {shortened(name)}; one line of 1 to {LONGEST_NAME} characters is needed."
        )
    if name in (_LABEL, _UNIT):
        raise ValueError(f"the name of a plan is {name!r}, which is the heading of another column; choose another.")
    return name


def _plan(name: str, plan) -> Plan:
    if isinstance(plan, Plan):
        return plan
    if not isinstance(plan, str) or not plan.strip():
        raise ValueError(
            f"the plan of {shortened(name)} is {shortened(plan)}; a Plan or its text is needed, such as "
            "'rituximab dose_mg=1000 days=0,14', or 'nothing'."
        )
    try:
        return Plan.parse(plan)
    except ValueError as problem:
        raise ValueError(_about(name, problem)) from None


def _rows(rows) -> tuple[str, ...]:
    words = (rows,) if isinstance(rows, str) else rows
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"rows is {shortened(rows)}; a list of names is needed, such as ['nadir_per_ul'].")
    if not 1 <= len(words) <= MOST_ROWS:
        raise ValueError(f"rows holds {len(words)} names; 1 to {MOST_ROWS} are needed, such as ['nadir_per_ul'].")
    return tuple(dict.fromkeys(words))


# --- what is shown ---------------------------------------------------------------------------------


def _course(name: str, patient: Patient, plan: Plan, days: float) -> Course:
    try:
        return treat(patient, plan, days)
    except ValueError as problem:
        raise ValueError(_about(name, problem)) from None


def _about(name: str, problem: Exception) -> str:
    return sentence(f"plan {shortened(name, 40)}: {problem.args[0] if problem.args else problem}", LONGEST_SENTENCE)


def _measured(row: str, courses: Mapping[str, Course]) -> list:
    """The row's number in every course; None where a course has no such series, its product not being given."""
    found, unknown = [], None
    for course in courses.values():
        try:
            found.append(measure(course, row))
        except KeyError:
            found.append(None)
            unknown = unknown or course
        except ValueError as problem:
            raise ValueError(sentence(f"row {shortened(row, 40)}: {problem}")) from None
    if all(metric is None for metric in found):
        raise ValueError(_unknown(row, unknown))
    return found


def _unknown(row: str, course: Course) -> str:
    """A sentence for a row that no course knows, with the nearest names."""
    known, words = course.series_names, re.split(r"[\s@/]+", row)
    if len(words) > 1:
        wrong = next((word for word in words if "_" in word and word not in known), row)
        return f"row {shortened(row, 40)} names no series of these courses; choose one of: {choices(known, wrong)}."
    names = (*course.metrics(), *(f"{name}@90" for name in known))
    return f"row {shortened(row, 40)} is no key number; choose one of: {choices(names, row)}."


# --- what if -----------------------------------------------------------------------------------------


def _changed(patient: Patient, name: str, change: float | str) -> tuple[Patient, str]:
    """The patient with one quantity changed, and that change in words."""
    acting = factor_names()
    if name not in patient.values and name not in acting:
        known = choices((*patient.values, *acting), name)
        raise ValueError(f"{shortened(name)} is not a quantity of a patient; choose one of: {known}.")
    counted = _CHANGE.fullmatch(change) if isinstance(change, str) and len(change) < 40 else None
    if counted is None and (isinstance(change, str) or name not in patient.values):
        example = "a number, or a text such as '* 10'," if name in patient.values else "a text such as '* 1.5'"
        raise ValueError(f"{name} is {shortened(change)}; {example} is needed.")
    if name not in patient.values:
        if counted["sign"] not in "*×/":
            raise ValueError(f"{name} is {shortened(change)}; each product has its own, so only '*' and '/' are known.")
        factor = _counted(name, 1.0, counted)
        return patient.vary(**{name: factor}), f"{tables.label(name)} is {exact(factor)} times as large"
    old = patient[name]
    new = finite(name, change) if counted is None else _counted(name, old, counted)
    words = f"{tables.label(name)} is {exact(new)} instead of {exact(old)} {patient.unit(name)}"
    return patient.change(**{name: new}), words


def _counted(name: str, old: float, change: re.Match) -> float:
    by = float(change["by"])
    if by == 0 and change["sign"] == "/":
        raise ValueError(f"{name} is to be divided by 0; another number is needed.")
    return finite(name, _SIGNS[change["sign"]](old, by))
