"""Runs the model: `treat(patient, plan, days) -> Course`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from teaching.inputs import choices, finite, named, real, shortened
from teaching.model.contributions import contributions
from teaching.model.course import Course
from teaching.model.layout import Layout, instant
from teaching.model.patient import Patient
from teaching.model.series import series
from teaching.model.solver import ATOL, RTOL, SimulationError, backend, solve
from teaching.model.therapies import Plan, Product, product
from teaching.words import exact

__all__ = ["SimulationError", "backend", "treat", "warm_up"]

SHORTEST_HORIZON_DAYS, LONGEST_HORIZON_DAYS = 0.001, 36_500
MOST_DOSES = 500


def warm_up() -> None:
    """Compiles and loads everything once, so that the first course of a lesson is quick."""
    treat(Patient.typical("SLE"), Plan("rituximab", days=[0]), days=2)


def treat(
    patient: Patient,
    plan: Plan,
    days: float = 730,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    lsoda: bool = False,
    products: Mapping[str, Product] | None = None,
) -> Course:
    """The course of a patient under a plan, from day 0 to `days`.

    Arguments: patient; plan (`Plan.none()` for no therapy); days, the horizon [day], above 0 and at
    most 36,500; rtol and atol of the solver; lsoda, to have LSODA of scipy solve it; products, {name: product}
    to be given instead of those of the table (`Product.variant`). Returns a `Course`. Raises ValueError for an
    impossible horizon, a dose that lies outside it or a product that the plan does not give, SimulationError
    when the solver gives up.
    """
    days = _horizon(days)
    _check(patient, plan, days)
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not 0 < finite(name, tolerance) <= 0.1:
            raise ValueError(f"{name} is {shortened(tolerance)}; a tolerance above 0 and at most 0.1 is needed.")
    own = _own_products(plan, {} if products is None else products)
    items = [own.get(name) or product(name) for name in plan.products]
    layout = Layout(patient, items)
    times, states = solve(layout, layout.schedule(plan, days), days, rtol, atol, lsoda)
    return Course(
        patient,
        plan,
        times,
        series(layout, times, states),
        partial(contributions, patient, tuple(items), times, states),
    )


def _own_products(plan: Plan, products: Mapping[str, Product]) -> dict[str, Product]:
    """The products that replace those of the table, checked against the plan."""
    example = "product('rituximab').variant(['CD19'])"
    if not isinstance(products, Mapping):
        raise ValueError(
            f"products is {shortened(products)}; names with their products are needed, such as {{'rituximab': "
            f"{example}}}."
        )
    for name, item in products.items():
        shown = shortened(name)
        if not isinstance(item, Product):
            raise ValueError(f"products[{shown}] is {shortened(item)}; a Product is needed, such as {example}.")
        if name not in plan.products:
            given = choices(plan.products) or "nothing"
            raise ValueError(f"products has {shown}, but the plan gives {given}; it would change nothing.")
        if (item.name, item.kind) != (name, product(name).kind) or item.kind == "conditioning":
            raise ValueError(
                f"products[{shown}] is made from {item.name!r}; a variant of {shown} is needed that is no "
                f"lymphodepletion."
            )
    return dict(products)


def _horizon(days) -> float:
    number = real(days)
    if number is None:
        raise ValueError(f"days is {shortened(days)}; a number of days is needed.")
    if not SHORTEST_HORIZON_DAYS <= number <= LONGEST_HORIZON_DAYS:
        raise ValueError(
            f"days is {named(days)}; it must be above 0 (at least {exact(SHORTEST_HORIZON_DAYS)}) "
            f"and at most {LONGEST_HORIZON_DAYS}."
        )
    return number


def _check(patient: Patient, plan: Plan, days: float) -> None:
    if not isinstance(patient, Patient):
        raise ValueError(f"patient is {shortened(patient)}; a Patient is needed, such as Patient.typical('SLE').")
    if not isinstance(plan, Plan):
        raise ValueError(f"plan is {shortened(plan)}; a Plan is needed, such as Plan('rituximab', days=[0, 14]).")
    if len(plan.doses) > MOST_DOSES:
        raise ValueError(f"the plan holds {len(plan.doses)} doses; at most {MOST_DOSES} are allowed.")
    late = [dose for dose in plan.doses if instant(dose.day) >= days]
    if late:
        raise ValueError(
            f"{late[0].product} is given on day {exact(late[0].day)}, but the course ends on day {exact(days)}; "
            "give it earlier or simulate longer."
        )
