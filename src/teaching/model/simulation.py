"""Runs the model: `treat(patient, plan, days) -> Course`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.inputs import choices, finite, named, real, shortened
from teaching.model import equations as eq
from teaching.model.course import Course
from teaching.model.layout import Layout, instant
from teaching.model.lineage import Patient
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
    return _course(layout, plan, times, states)


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


def _course(layout: Layout, plan: Plan, times: np.ndarray, states: np.ndarray) -> Course:
    """Named series with units from the solver's states."""
    patient, scale, y = layout.patient, layout.scale, states.T
    rest = dict(zip(tables.nodes(), layout.start, strict=False))
    blood = y[eq.NAIVE_B] + y[eq.MEMORY_B] + y[eq.AUTO_B]
    lymphoid = y[eq.NAIVE_T] + y[eq.MEMORY_T] + y[eq.AUTO_T]
    memory0 = rest["memory_blood"] + rest["autoreactive_blood"]
    lymphoid0 = rest["naive_lymphoid"] + rest["memory_lymphoid"] + rest["autoreactive_lymphoid"]
    series = {
        "blood_b_cells_per_ul": blood * scale,
        "blood_naive_per_ul": y[eq.NAIVE_B] * scale,
        "blood_memory_per_ul": (y[eq.MEMORY_B] + y[eq.AUTO_B]) * scale,
        "blood_memory_percent": 100 * (y[eq.MEMORY_B] + y[eq.AUTO_B]) / memory0,
        "lymphoid_b_cells_percent": 100 * lymphoid / lymphoid0,
        "lymphoid_naive_percent": 100 * y[eq.NAIVE_T] / rest["naive_lymphoid"],
        "lymphoid_memory_percent": 100 * y[eq.MEMORY_T] / rest["memory_lymphoid"],
        "marrow_pre_b_percent": 100 * y[eq.PRE_B] / rest["pre_b"],
        "marrow_immature_percent": 100 * y[eq.IMMATURE] / rest["immature"],
        "autoreactive_memory_cells": 1e9 * (y[eq.AUTO_T] + y[eq.AUTO_B]),
        "autoreactive_plasmablasts_percent": 100 * y[eq.SHORT_A],
        "protective_plasmablasts_percent": 100 * y[eq.SHORT_V],
        "autoreactive_long_lived_percent": 100 * y[eq.LONG_A],
        "protective_long_lived_percent": 100 * y[eq.LONG_V],
        "autoantibody_percent": 100 * y[eq.AUTOANTIBODY],
        "vaccine_antibody_percent": 100 * y[eq.VACCINE],
        "total_igg_percent": 100 * y[eq.TOTAL_IGG],
        "activity_percent": 100 * y[eq.ACTIVITY] / patient["activity_start"],
        "blood_t_cells_percent": 100 * np.ones_like(times),
        "il6_pg_per_ml": np.zeros_like(times),
        "niche_fraction": y[eq.NICHE],
    }
    if patient.activity_unit == "SLEDAI points":
        series["activity_sledai_points"] = y[eq.ACTIVITY]
    car_t, gained, marginated = np.zeros_like(times), np.zeros_like(times), np.zeros_like(times)
    for item in layout.products:
        at = layout.state_of[item.name]
        if item.kind == "antibody":
            series[f"{item.name}_ug_per_ml"] = y[at] / item["central_volume_l"]
        elif item.kind == "engager":
            series[f"{item.name}_ng_per_ml"] = y[at + 1]
            series["il6_pg_per_ml"] = series["il6_pg_per_ml"] + y[at + eq.IL6]
            gained = gained + y[at + eq.T_GAINED]
            marginated = marginated + item["margination_depth"] * y[at + eq.MARGINATED]
        else:
            car_t = car_t + y[at] + y[at + 1]
    series["car_t_cells_per_ul"] = car_t
    series["blood_t_cells_percent"] = 100 * (1 + gained) * (1 - marginated)
    return Course(patient, plan, times, series)
