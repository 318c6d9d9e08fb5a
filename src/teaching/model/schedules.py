"""Plans by the few numbers that a clinician names: dose and interval, length of an infusion, a step up, a pause."""

from __future__ import annotations

from teaching.model.patient import Patient
from teaching.model.therapies import Plan, amount_mg
from teaching.words import exact

#: Usual courses that lessons and panels set side by side, by their names in data/regimens.csv.
_COMPARED = (
    "rituximab", "blinatumomab", "teclistamab", "daratumumab", "CD19 CAR-T", "CD19 CAR-T, no Flu/Cy", "BCMA CAR-T",
    "CD19/BCMA CAR-T", "donor CD19 CAR-T", "mRNA CAR in vivo", "rituximab, then blinatumomab",
    "rituximab, then CD19 CAR-T",
)  # fmt: skip


def plans_to_compare() -> dict[str, Plan]:
    """Usual courses that are worth setting side by side, by name, and nothing at all (data/regimens.csv)."""
    return {"nothing": Plan.none()} | {name: Plan.usual(name) for name in _COMPARED}


def usual_of(name: str) -> tuple[float, float]:
    """Dose and schedule, as `plan_of` takes them, of the usual course of a product (data/regimens.csv)."""
    doses = Plan.usual(name).doses
    first, *later = [dose for dose in doses if dose.product == name]
    if later:
        return first.amount, later[0].day - first.day
    if first.duration_days is not None:
        return first.amount, first.duration_days
    return first.amount, sum(100 * dose.amount for dose in doses if dose.product == "lymphodepletion")


def plan_of(name: str, dose: float, schedule: float) -> Plan:
    """The plan of a dose and a schedule.

    `schedule`: rituximab, days between two infusions; blinatumomab, length of the infusion [day];
    CAR-T, lymphodepletion [% of full Flu/Cy] on the same day. Raises ValueError as `Plan`.
    """
    if name == "rituximab":
        return Plan(name, dose_mg=dose, days=[0, schedule])
    if name == "blinatumomab":
        return Plan(name, rate_ug_per_day=dose, duration_days=schedule, days=[0])
    cells = Plan(name, cells_per_kg=dose, days=[0])
    return cells if schedule == 0 else Plan("lymphodepletion", intensity=schedule / 100, days=[0]) + cells


def usual_infusions(name: str, patient: Patient) -> tuple[float, int, float]:
    """Dose [mg] in this patient, number of infusions and interval [day] of an antibody's usual course.

    Source: data/regimens.csv, whose doses may count by body surface or weight.
    """
    first, second, *later = Plan.usual(name).doses
    return amount_mg(first, patient), 2 + len(later), second.day - first.day


def infusion(name: str, rate: float, days: float, pause_hours: float = 0) -> Plan:
    """An infusion at one rate [ug/day] for so many days, with a pause after half of them."""
    if not pause_hours:
        return _part(name, rate, days, 0)
    return _part(name, rate, days / 2, 0) + _part(name, rate, days / 2, days / 2 + pause_hours / 24)


def stepped_infusion(name: str, first_rate: float, first_days: float, rate: float, days: float) -> Plan:
    """An infusion of `days` in all that begins at a lower rate [ug/day] for the first of them.

    Raises ValueError with one sentence when the first step is no step up or leaves no day for the rest.
    """
    if first_rate >= rate:
        raise ValueError(
            f"the first rate is {exact(first_rate)} and the rate after it {exact(rate)} µg/day; a step-up needs a "
            "higher rate."
        )
    if first_days >= days:
        raise ValueError(
            f"the first rate takes {exact(first_days)} of {exact(days)} days; leave at least one day for the rate "
            "after it."
        )
    return _part(name, first_rate, first_days, 0) + _part(name, rate, days - first_days, first_days)


def _part(name: str, rate: float, days: float, start: float) -> Plan:
    return Plan(name, rate_ug_per_day=rate, duration_days=days, days=[start])
