"""Runs the model: `treat(patient, plan, days) -> Course`. The only file that calls the solver.

The course is integrated segment by segment between doses with LSODA (scipy `odeint`), rtol 1e-6,
atol 1e-14 (one cell is 1e-9). numba compiles the right-hand side when it is installed; the same
source runs without it, slower. scipy and numba are imported on the first run, not with the package.
"""

from __future__ import annotations

import math
import os
import warnings
from functools import lru_cache

import numpy as np

from teaching import equations as eq
from teaching import tables
from teaching.course import Course
from teaching.lineage import Patient, kill_weight
from teaching.therapies import Dose, Plan, Product, amount_mg, product

SHORTEST_HORIZON_DAYS, LONGEST_HORIZON_DAYS = 0.001, 36_500
MOST_DOSES = 500
RTOL, ATOL = 1e-6, 1e-14
#: A left limit is stored this long before a dose, so that curves show the jump.
_JUST_BEFORE = 1e-6
#: Instants closer than 0.1 s are one instant: 0.1 + 0.2 is not 0.3 to a computer.
_DECIMALS_OF_A_DAY = 6


class SimulationError(RuntimeError):
    """The solver gave up; the message says on which day."""


@lru_cache(maxsize=1)
def _compiled():
    """The right-hand side compiled by numba, or None without numba.

    Without a writable cache folder it is compiled anew in each process. `TEACHING_PLAIN=1` turns
    numba off (for tests and for machines where it misbehaves).
    """
    if os.environ.get("TEACHING_PLAIN") == "1":
        return None
    try:
        import numba
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _first_call(numba.njit(cache=True, nogil=True, error_model="numpy")(eq.derivatives))
        except Exception:  # no writable place for the cache, a full disk, a damaged cache file
            return _first_call(numba.njit(nogil=True, error_model="numpy")(eq.derivatives))


def _first_call(compiled):
    """Compiles now, because numba reads and writes its cache only when a function is first called."""
    parameters = np.ones(eq.N_LINEAGE)
    parameters[-3:] = 0.0  # no products
    compiled(0.0, np.ones(eq.N_FIXED), parameters, np.empty(eq.N_FIXED))
    return compiled


def backend() -> str:
    """'numba' when the right-hand side is compiled, else 'plain Python'."""
    return "plain Python" if _compiled() is None else "numba"


def warm_up() -> None:
    """Compiles and loads everything once, so that the first course of a lesson is quick."""
    treat(Patient.typical("SLE"), Plan("rituximab", days=[0]), days=2)


def treat(patient: Patient, plan: Plan, days: float = 730, *, rtol: float = RTOL, atol: float = ATOL) -> Course:
    """The course of a patient under a plan, from day 0 to `days`.

    Arguments: patient; plan (`Plan.none()` for no therapy); days, the horizon [day], above 0 and at
    most 36,500; rtol and atol of the solver. Returns a `Course`. Raises ValueError for an impossible
    horizon or a dose that lies outside it, SimulationError when the solver gives up.
    """
    days = _horizon(days)
    _check(patient, plan, days)
    products = [product(name) for name in plan.products if product(name).kind != "conditioning"]
    layout = _Layout(patient, products)
    times, states = _integrate(layout, plan, days, rtol, atol)
    return _course(layout, plan, times, states)


def _horizon(days) -> float:
    try:
        number = float(days)
    except (TypeError, ValueError):
        raise ValueError(f"days is {days!r}; a number of days is needed.") from None
    if not SHORTEST_HORIZON_DAYS <= number <= LONGEST_HORIZON_DAYS:
        raise ValueError(
            f"days is {number:g}; it must be above 0 (at least {SHORTEST_HORIZON_DAYS:g}) "
            f"and at most {LONGEST_HORIZON_DAYS}."
        )
    return number


def _check(patient: Patient, plan: Plan, days: float) -> None:
    if not isinstance(patient, Patient):
        raise ValueError(f"patient is {patient!r}; a Patient is needed, such as Patient.typical('SLE').")
    if not isinstance(plan, Plan):
        raise ValueError(f"plan is {plan!r}; a Plan is needed, such as Plan('rituximab', days=[0, 14]).")
    if len(plan.doses) > MOST_DOSES:
        raise ValueError(f"the plan holds {len(plan.doses)} doses; at most {MOST_DOSES} are allowed.")
    late = [dose for dose in plan.doses if _instant(dose.day) >= days]
    if late:
        raise ValueError(
            f"{late[0].product} is given on day {late[0].day:g}, but the course ends on day {days:g}; "
            "give it earlier or simulate longer."
        )


class _Layout:
    """Where each product's states and numbers stand in `y` and `p` for one patient."""

    def __init__(self, patient: Patient, products: list[Product]):
        self.patient = patient
        kinds = {kind: [item for item in products if item.kind == kind] for kind in ("antibody", "engager", "car_t")}
        self.products = [item for group in kinds.values() for item in group]
        rest = patient.rest()
        self.scale = patient.cells_per_ul_per_1e9
        start = [rest[name] for name in list(tables.nodes())[:8]] + [1.0] * 8
        start[eq.ACTIVITY] = patient["activity_start"]
        start += [0.0, 0.0, 0.0, 1.0, 0.0]
        self.p = _lineage_parameters(patient, rest, kinds)
        self.state_of: dict[str, int] = {}
        self.rate_of: dict[str, int] = {}
        sizes = _target_sizes(patient)
        blocks = {"antibody": _antibody_block, "engager": _engager_block, "car_t": _car_block}
        for item in self.products:
            self.state_of[item.name] = len(start)
            if item.kind == "engager":
                self.rate_of[item.name] = len(self.p) + eq.ENGAGER_PARAMETERS.index("rate")
            self.p += blocks[item.kind](item, start, sizes)
            start += [0.0] * {"antibody": 2, "engager": 3, "car_t": 4}[item.kind]
        self.start = start

    def give(self, dose: Dose, y: list[float]) -> None:
        """Changes the state at the instant of a dose."""
        item = product(dose.product)
        if item.kind == "conditioning":
            survival = 1.0 - dose.amount * (1.0 - item["surviving_fraction"])
            for node in range(eq.LONG_A):
                y[node] *= survival
            y[eq.NICHE] = max(y[eq.NICHE], dose.amount)
            return
        at = self.state_of[dose.product]
        if item.kind == "antibody":
            y[at] += amount_mg(dose, self.patient)
        elif item.kind == "engager":
            self.p[self.rate_of[dose.product]] += dose.amount
        else:
            if dose.amount == 0:
                return
            y[at] += item["start_cells_per_ul_per_1e6_per_kg"] * dose.amount / 1e6
            y[eq.NICHE] = max(y[eq.NICHE], item["niche_without_conditioning"])

    def stop(self, dose: Dose) -> None:
        """Ends an infusion."""
        rate = self.p[self.rate_of[dose.product]] - dose.amount
        self.p[self.rate_of[dose.product]] = rate if rate > 1e-12 else 0.0


def _lineage_parameters(patient: Patient, rest: dict, kinds: dict) -> list[float]:
    conditioning = tables.parameters()
    numbers = {
        "P0": rest["pre_b"],
        "Nt0": rest["naive_lymphoid"],
        "At0": rest["autoreactive_lymphoid"],
        "Mt0": rest["memory_lymphoid"],
        "d_P": patient["pre_b_loss_per_day"],
        "m": rest["m"],
        "e": patient["immature_exit_per_day"],
        "a": rest["a"],
        "h": patient["naive_homing_per_day"],
        "r_N": rest["r_N"],
        "d_N": patient["naive_loss_per_day"],
        "h_M": patient["memory_homing_per_day"],
        "r_M": rest["r_M"],
        "d_M": patient["memory_loss_per_day"],
        "d_S": patient["plasmablast_loss_per_day"],
        "d_L": patient["long_lived_loss_per_day"],
        "g": patient["autoreactive_regrowth_per_day"],
        "s": patient["autoreactive_seeding_per_day"],
        "one": 1e-9,
        "f": patient["autoantibody_long_lived_share"],
        "w": patient["protective_igg_long_lived_share"],
        "k_G": math.log(2) / patient["igg_half_life_days"],
        "t_D": patient["activity_lag_days"],
        "D0": patient["activity_start"],
        "k_Y": conditioning["conditioning", "niche_decay_per_day"].value,
        "Nb0": rest["naive_blood"],
        "n_antibodies": len(kinds["antibody"]),
        "n_engagers": len(kinds["engager"]),
        "n_cars": len(kinds["car_t"]),
    }
    return [float(numbers[name]) for name in eq.LINEAGE_PARAMETERS]


def _target_sizes(patient: Patient) -> list[float]:
    """How many 1e9 cells one unit of each node's state stands for."""
    plasma = [patient["plasmablast_cells"] / 2] * 2 + [patient["long_lived_cells"] / 2] * 2
    return [1.0] * 8 + plasma


@lru_cache(maxsize=64)
def _weights(antigens: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(kill_weight(node, antigens) for node in tables.nodes())


def _kill_coefficients(item: Product) -> list[float]:
    """Antigen weight times the effect at the site, for the twelve nodes."""
    effect = {"blood": 1.0} | {site: item[f"effect_{site}"] for site in ("marrow", "lymphoid", "niche")}
    sites = (row.site for row in tables.nodes().values())
    return [weight * effect[site] for weight, site in zip(_weights(item.antigens), sites)]


def _target_weights(item: Product, sizes: list[float]) -> list[float]:
    return [weight * size for weight, size in zip(_weights(item.antigens), sizes)]


def _antibody_block(item: Product, start: list[float], sizes: list[float]) -> list[float]:
    names = {
        "V1": "central_volume_l",
        "k10": "elimination_per_day",
        "k12": "to_peripheral_per_day",
        "k21": "from_peripheral_per_day",
        "kmax": "kill_max_per_day",
        "EC50": "kill_half_concentration_ug_per_ml",
    }
    return [item[names[symbol]] for symbol in eq.ANTIBODY_PARAMETERS] + _kill_coefficients(item)


def _engager_block(item: Product, start: list[float], sizes: list[float]) -> list[float]:
    lymphoid = [row.site in ("lymphoid", "niche") for row in tables.nodes().values()]
    weights = [weight * inside for weight, inside in zip(_target_weights(item, sizes), lymphoid)]
    numbers = {
        "V": item["volume_l"],
        "CL": item["clearance_l_per_day"],
        "k_abs": 0.0,
        "rate": 0.0,
        "EC": item["kill_half_concentration_ng_per_ml"],
        "ECI": item["cytokine_half_concentration_ng_per_ml"],
        "kb": item["kill_blood_per_day"],
        "kl": item["kill_tissue_per_day"],
        "ka": item["activation_per_day"],
        "kon": item["margination_per_day"],
        "koff": item["margination_return_per_day"],
        "kq": item["priming_per_day"],
        "tq": item["priming_loss_days"],
        "kx": item["t_cell_expansion_per_day"],
        "kd": item["t_cell_return_per_day"],
        "Tmax": item["t_cell_ceiling"],
        "kI": item["il6_production_pg_per_ml_day"],
        "tI": item["il6_residence_days"],
        "nI": item["cytokine_priming_power"],
        "B0_target": sum(weight * size for weight, size in zip(weights, start)) or 1.0,
    }
    return [numbers[symbol] for symbol in eq.ENGAGER_PARAMETERS] + _kill_coefficients(item) + weights


#: Immunity against the product (model.md section 3): primed by the cells, matured by returning B cells.
_REJECTION = {"prime": 0.05, "mature": 0.01, "reject": 2.0}


def _car_block(item: Product, start: list[float], sizes: list[float]) -> list[float]:
    names = {
        "rho": "growth_per_day",
        "K_T": "growth_half_target_1e9",
        "d_E": "effector_loss_per_day",
        "f_M": "persister_fraction_per_day",
        "d_M": "persister_loss_per_day",
        "kmax": "kill_max_per_day",
        "K_C": "kill_half_cells_per_ul",
    }
    numbers = [_REJECTION[s] if s in _REJECTION else item[names[s]] for s in eq.CAR_PARAMETERS]
    return numbers + _kill_coefficients(item) + _target_weights(item, sizes)


def _grid(start: float, end: float) -> np.ndarray:
    """Solver times of one segment, both ends included: close together after a dose, two days apart later."""
    offsets = [0.0]
    step = 0.02
    while offsets[-1] < end - start:
        offsets.append(offsets[-1] + step)
        step = min(2.0, 0.03 + 0.07 * offsets[-1])
    inside = start + np.array(offsets[:-1])
    return np.append(inside[inside < end - 1e-3 * (end - start)], end)


def _instant(day: float) -> float:
    return round(day, _DECIMALS_OF_A_DAY)


def _integrate(layout: _Layout, plan: Plan, days: float, rtol: float, atol: float):
    events: dict[float, list] = {0.0: []}
    for dose in sorted(plan.doses, key=lambda dose: dose.order):
        start = _instant(dose.day)
        events.setdefault(start, []).append(("give", dose))
        if dose.duration_days is not None:
            end = max(_instant(dose.day + dose.duration_days), _instant(start + _JUST_BEFORE))
            if end < days:
                events.setdefault(end, []).insert(0, ("stop", dose))
    instants = sorted(events)
    y = list(layout.start)
    times, states = [], []
    for start, end in zip(instants, [*instants[1:], days]):
        for action, dose in events[start]:
            if action == "give":
                layout.give(dose, y)
            else:
                layout.stop(dose)
        grid = _grid(start, end)
        segment = _solve(y, grid, layout.p, rtol, atol)
        if end < days:
            grid[-1] = max(end - _JUST_BEFORE, 0.5 * (grid[-2] + end))
        times.append(grid)
        states.append(segment)
        y = segment[-1].tolist()
    return np.concatenate(times), np.vstack(states)


def _solve(y: list[float], grid: np.ndarray, p: list[float], rtol: float, atol: float) -> np.ndarray:
    from scipy.integrate import odeint

    compiled = _compiled()
    if compiled is None:
        buffer = [0.0] * len(y)

        def right_hand_side(t, state, p, buffer):
            return eq.derivatives(t, state.tolist(), p, buffer)

        arguments = (p, buffer)
    else:
        right_hand_side = compiled
        arguments = (np.array(p), np.empty(len(y)))
    found, report = odeint(
        right_hand_side, y, grid, args=arguments, tfirst=True, rtol=rtol, atol=atol,
        mxstep=20_000, full_output=True,
    )  # fmt: skip
    if report["message"] != "Integration successful." or not np.isfinite(found[-1]).all():
        raise SimulationError(
            f"The solver stopped between day {grid[0]:g} and day {grid[-1]:g} ({report['message'].strip()}); "
            "a number of the patient or the plan is probably far from anything possible."
        )
    # LSODA keeps to atol, so a state near 0 may come out as -1e-15: that is 0.
    return np.maximum(found, 0.0)


def _course(layout: _Layout, plan: Plan, times: np.ndarray, states: np.ndarray) -> Course:
    """Named series with units from the solver's states."""
    patient, scale, y = layout.patient, layout.scale, states.T
    rest = dict(zip(tables.nodes(), layout.start))
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
        "blood_t_cells_percent": 100 * y[eq.T_CELLS] * (1 - _margination_depth(layout) * y[eq.MARGINATED]),
        "il6_pg_per_ml": y[eq.IL6],
        "niche_fraction": y[eq.NICHE],
    }
    if patient.activity_unit == "SLEDAI points":
        series["activity_sledai_points"] = y[eq.ACTIVITY]
    car_t = np.zeros_like(times)
    for item in layout.products:
        at = layout.state_of[item.name]
        if item.kind == "antibody":
            series[f"{item.name}_ug_per_ml"] = y[at] / item["central_volume_l"]
        elif item.kind == "engager":
            series[f"{item.name}_ng_per_ml"] = y[at + 1]
        else:
            car_t = car_t + y[at] + y[at + 1]
    series["car_t_cells_per_ul"] = car_t
    return Course(patient, plan, times, series)


def _margination_depth(layout: _Layout) -> float:
    engagers = [item for item in layout.products if item.kind == "engager"]
    return engagers[0]["margination_depth"] if engagers else 0.0
