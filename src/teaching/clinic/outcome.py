"""What comes of choices in one patient: what was given when, what happened in between, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teaching import tables
from teaching.clinic.career import Choices
from teaching.clinic.following import Followed, follow
from teaching.clinic.harm import WITH_CYTOKINES, infection_day, risk, severe_cytokines
from teaching.clinic.luck import CLONE, CYTOKINE, INFECTION, shares
from teaching.clinic.numbers import end_day, value_of, visit_days
from teaching.model.course import RELAPSE_SHARE, REMISSION_SHARE
from teaching.model.patient import Patient
from teaching.model.therapies import Dose, Plan

#: How a career can end, and what that means.
ENDINGS = {
    "stays well": "in remission at the end, and no luck was needed",
    "chance": "in remission at the end, because the last cells of the clone died out by chance",
    "relapse": "a remission was reached, and disease is back at the end",
    "infection": "a serious infection ended the course",
    "stays ill": "no remission was ever reached",
}


@dataclass(frozen=True)
class Given:
    """All that was chosen up to a visit, on days since the first: plan, end of steroids, start of IgG replacement."""

    plan: Plan
    steroids_until: float | None
    replaced_from: float | None


def given(visits: Sequence[Choices]) -> Given:
    """What the choices of the first visits amount to; the plan of each counts from its own day."""
    plan, steroids, replaced = Plan.none(), None, None
    for day, choices in zip(visit_days(), visits, strict=False):
        for text in choices.plans:
            for dose in Plan.parse(text).doses:
                plan = plan + later(dose, day)
        steroids = day if choices.stops_steroids and steroids is None else steroids
        replaced = day if choices.replaces_igg and replaced is None else replaced
    return Given(plan, steroids, replaced)


def later(dose: Dose, days: float) -> Plan:
    """The plan that gives a dose so many days later."""
    return Plan(dose.product, days=[dose.day + days], duration_days=dose.duration_days, **{dose.word: dose.amount})


def followed_until(
    patient: Patient, what: Given, until: float, seed: int, future: int = 0, person: int = 0
) -> Followed:
    """The hidden course under what was given, with all that chance has decided for the clone by the day `until`."""

    def luck(number: int) -> float:
        return float(shares(seed, CLONE, number, future, person))

    return follow(patient, what.plan, until, luck)


def infected(
    followed: Followed, what: Given, intervals: Sequence[int], seed: int, future: int = 0, person: int = 0
) -> float | None:
    """The day of the first serious infection in some intervals between visits (0: after the first), or None."""
    run = risk(followed, what.plan, what.steroids_until, what.replaced_from)
    days = (*visit_days(), end_day())
    throws = shares(seed, INFECTION, np.asarray(intervals), future, person)
    for number, throw in zip(intervals, throws, strict=True):
        day = infection_day(followed, run, days[number], days[number + 1], float(throw))
        if day is not None:
            return day
    return None


def cytokine_releases(choices: Choices, number: int, seed: int) -> tuple[str, ...]:
    """Kinds of product, given on a visit (its number, from 0), after which cytokine release was severe.

    One throw for each kind on each visit, whatever the number of its doses: the studies count courses.
    """
    products = {name for text in choices.plans for name in Plan.parse(text).products}
    kinds = {tables.products()[name].kind for name in products}
    places = [number * len(WITH_CYTOKINES) + place for place in range(len(WITH_CYTOKINES))]
    throws = shares(seed, CYTOKINE, np.array(places))
    return tuple(
        kind
        for kind, throw in zip(WITH_CYTOKINES, throws, strict=True)
        if kind in kinds and throw < severe_cytokines(kind)
    )


def activity(followed: Followed, what: Given) -> np.ndarray:
    """Disease activity (k,) [% of start]; without steroids it is higher by a fold of data/clinic.csv."""
    own = followed.series["activity_percent"]
    if what.steroids_until is None:
        return own
    return np.where(followed.time_days > what.steroids_until, own * value_of("steroids", "activity_fold"), own)


def ending(followed: Followed, what: Given, infection: float | None) -> tuple[str, float]:
    """A word of ENDINGS, and its day: of the infection, of the last relapse, or the end.

    Remission and relapse as in model/course.py. A relapse that was treated until remission came back is no ending.
    """
    if infection is not None:
        return "infection", infection
    seen, well, relapse = activity(followed, what), False, None
    for day, value in zip(followed.time_days.tolist(), seen.tolist(), strict=True):
        if not well and value <= 100 * REMISSION_SHARE:
            well, relapse = True, None
        elif well and value >= 100 * RELAPSE_SHARE:
            well, relapse = False, day
    if relapse is not None:
        return "relapse", relapse
    if not well:
        return "stays ill", end_day()
    lucky = any(turn.died_out and turn.chance < value_of("game", "sure_share") for turn in followed.turns)
    return ("chance" if lucky else "stays well"), end_day()


def whole_course(
    patient: Patient, visits: Sequence[Choices], seed: int, future: int = 0, person: int = 0
) -> tuple[str, float]:
    """How these choices end, all at once: a word of ENDINGS and its day. As `Visit.next` does it visit by visit."""
    what = given(visits)
    followed = followed_until(patient, what, end_day(), seed, future, person)
    return ending(followed, what, infected(followed, what, range(len(visit_days())), seed, future, person))
