"""The protocol of a virtual trial: what is decided before anybody is treated, and what a verdict may say."""

from __future__ import annotations

from dataclasses import dataclass

from teaching.evidence.numbers import value_of
from teaching.evidence.pool import pool
from teaching.inputs import listed, number, shortened, whole_number
from teaching.showing import Shown, Table

#: What is counted, by name. A quarter is remission and a half is relapse in this kit (docs/model.md).
ENDPOINTS = {
    "response": "score at least 4 points lower than at the start",
    "remission": "score at most a quarter of that at the start",
    "no relapse": "remission at some visit, and no later reading of half the start or more",
}
#: The control of a trial that has none.
NO_CONTROL = "no control group"
FEWEST_PATIENTS, MOST_PATIENTS = 5, 200
MOST_SEED = 999_999
#: What a student may conclude, and what each says.
VERDICTS = {
    "works better": "the therapy does better than the control",
    "works worse": "the therapy does worse than the control",
    "no difference that matters": "whatever difference there is, it is smaller than what would matter",
    "cannot say": "this trial cannot tell",
}


@dataclass(frozen=True, repr=False)
class Protocol(Shown):
    """A trial as it is planned; shows itself as a table. Raises ValueError with one sentence for what cannot be done.

    Arguments: therapy, control (a name of the pool, or NO_CONTROL), endpoint (of ENDPOINTS), month of the endpoint
    (a visit of the pool), patients in each arm, matters: the smallest difference that would matter [points].
    """

    therapy: str
    control: str
    endpoint: str
    month: int
    patients: int
    matters: float = 20.0

    def __post_init__(self):
        arms, months = pool().therapies, pool().visits
        if self.therapy not in arms:
            raise ValueError(f"the therapy is {shortened(self.therapy)}; choose one of: {listed(arms)}.")
        if self.control not in (*arms, NO_CONTROL):
            raise ValueError(f"the control is {shortened(self.control)}; choose one of: {listed((*arms, NO_CONTROL))}.")
        if not self.endpoint:
            raise ValueError("This protocol has no endpoint: choose what will be counted before you sign.")
        if self.endpoint not in ENDPOINTS:
            raise ValueError(f"the endpoint is {shortened(self.endpoint)}; choose one of: {listed(ENDPOINTS)}.")
        if self.month not in months:
            raise ValueError(
                f"the month is {shortened(self.month)}; patients are seen in months {listed(map(str, months))}."
            )
        patients = whole_number("patients", self.patients)
        if not FEWEST_PATIENTS <= patients <= MOST_PATIENTS:
            raise ValueError(f"an arm has {patients} patients; allowed are {FEWEST_PATIENTS} to {MOST_PATIENTS}.")
        number("matters", self.matters, 1, 100, "points")
        if self.cost > budget():
            raise ValueError(
                f"This trial costs {self.cost:,} patient-months, and the budget is {budget():,}: take fewer patients, "
                "or an earlier month."
            )

    @property
    def arms(self) -> tuple[str, ...]:
        """What each arm gets."""
        return (self.therapy,) if self.control == NO_CONTROL else (self.therapy, self.control)

    @property
    def cost(self) -> int:
        """Patients times months."""
        return len(self.arms) * self.patients * self.month

    @property
    def visits(self) -> tuple[int, ...]:
        """The months in which patients are seen."""
        return tuple(month for month in pool().visits if month <= self.month)

    @property
    def table(self) -> Table:
        """What was decided, one line each."""
        rows = [
            ("therapy", self.therapy, ""), ("control", self.control, ""),
            ("endpoint", f"{self.endpoint}: {ENDPOINTS[self.endpoint]}", ""), ("month of the endpoint", self.month, ""),
            ("patients in each arm", self.patients, ""), ("cost", self.cost, "patient-months"),
            ("smallest difference that matters", self.matters, "points"),
        ]  # fmt: skip
        return Table("The protocol of a virtual trial", {"what": "", "decided": "", "unit": ""}, rows)


def budget() -> int:
    """What a trial may cost [patient-months], from appraisal.csv."""
    return int(value_of("trial", "budget"))


def affordable(control: str, month: int) -> int:
    """The most patients in each arm that the budget allows with this control and this month."""
    return min(MOST_PATIENTS, budget() // ((1 if control == NO_CONTROL else 2) * month))


def seed_of(value) -> int:
    """The number of a trial's dice; ValueError with one sentence when it is no whole number from 1 to 999,999."""
    try:
        found = whole_number("the number of the dice", int(value) if isinstance(value, str) else value)
    except ValueError:
        found = 0
    if not 1 <= found <= MOST_SEED:
        raise ValueError(
            f"the number of the dice is {shortened(value)}; a whole number from 1 to {MOST_SEED:,} is needed."
        )
    return found


def supported(low: float | None, high: float | None, matters: float) -> str:
    """What the data support: a name of VERDICTS.

    low, high: the interval of the difference (fractions), or None of a trial without a control; matters [points].
    """
    if low is None or high is None:
        return "cannot say"
    if low > 0:
        return "works better"
    if high < 0:
        return "works worse"
    return "no difference that matters" if max(high, -low) < matters / 100 else "cannot say"
