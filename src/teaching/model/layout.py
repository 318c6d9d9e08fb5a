"""Where each product's states and numbers stand for one patient, and what a plan does to them when.

Turns names into the vectors that equations.py works on. Reads tables; knows no solver.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from teaching import tables
from teaching.model import equations as eq
from teaching.model.lineage import Patient, kill_weight
from teaching.model.sparse import sparse_plan
from teaching.model.therapies import IN_VIVO_WORD, Dose, Plan, Product, amount_mg

#: Instants closer than 0.1 s are one instant: 0.1 + 0.2 is not 0.3 to a computer.
_DECIMALS_OF_A_DAY = 6
SHORTEST_INFUSION_DAYS = 1e-6
_STATES = {"antibody": eq.N_ANTIBODY_STATES, "engager": eq.N_ENGAGER_STATES, "car_t": eq.N_CAR_STATES}


@dataclass(frozen=True)
class Schedule:
    """The segments between doses and what happens where a segment begins.

    instants (s,) [day]: beginnings of the segments, day 0 first; events (m, 4): segment, action
    (equations.ADD_STATE ...), index, amount, in the order in which they happen.
    """

    instants: np.ndarray
    events: np.ndarray


def instant(day: float) -> float:
    """A day rounded to what counts as one instant."""
    return round(day, _DECIMALS_OF_A_DAY)


class Layout:
    """Where each product's states and numbers stand in `y` and `p` for one patient."""

    def __init__(self, patient: Patient, products: list[Product]):
        self.patient = patient
        products = [item.scaled(patient.factors) for item in products]
        self._by_name = {item.name: item for item in products}  # what a dose does is scaled as the equations are
        kinds = {kind: [item for item in products if item.kind == kind] for kind in ("antibody", "engager", "car_t")}
        self.products = [item for group in kinds.values() for item in group]
        rest = patient.rest()
        self.scale = patient.cells_per_ul_per_1e9
        start = [rest[name] for name in list(tables.nodes())[:8]] + [1.0] * 8
        start[eq.ACTIVITY] = patient["activity_start"]
        start += [0.0] * (eq.N_FIXED - len(start))
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
            start += [0.0] * _STATES[item.kind]
        self.start = start
        self.sparse = tuple(sparse_plan(*(len(group) for group in kinds.values())))

    def schedule(self, plan: Plan, days: float) -> Schedule:
        """Segments and events of a plan up to `days`."""
        at: dict[float, list[tuple]] = {0.0: []}
        given: set[str] = set()
        for dose in sorted(plan.doses, key=lambda dose: dose.order):
            if dose.amount == 0:
                continue  # nothing was given: not even a clock starts
            start = instant(dose.day)
            at.setdefault(start, []).extend(self._given(dose, first=dose.product not in given))
            given.add(dose.product)
            if dose.duration_days is not None:
                end = max(instant(dose.day + dose.duration_days), instant(start + SHORTEST_INFUSION_DAYS))
                if end < days:  # an infusion stops before the next one starts
                    at.setdefault(end, []).insert(0, (eq.ADD_PARAMETER, self.rate_of[dose.product], -dose.amount))
        instants = sorted(at)
        events = [(segment, *event) for segment, day in enumerate(instants) for event in at[day]]
        return Schedule(np.array(instants), np.array(events, dtype=float).reshape(-1, 4))

    def _given(self, dose: Dose, first: bool) -> list[tuple]:
        """What a dose does at its instant: (action, index, amount) each."""
        item = self._by_name[dose.product]
        if item.kind == "conditioning":
            survival = 1.0 - dose.amount * (1.0 - item["surviving_fraction"])
            return [(eq.SCALE_NODES, eq.LONG_A, survival), (eq.RAISE_STATE, eq.NICHE, dose.amount)]
        place = self.state_of[dose.product]
        if item.kind == "antibody":
            events = [(eq.ADD_STATE, place, amount_mg(dose, self.patient))]
            if first and item["passing_clearance_l_per_day"] > 0:  # its decay begins with the first dose
                events.append((eq.RAISE_STATE, place + 2, 1.0))
            return events
        if item.kind == "engager":
            if dose.duration_days is not None:
                return [(eq.ADD_PARAMETER, self.rate_of[dose.product], dose.amount)]
            micrograms = 1000 * item["bioavailability"] * amount_mg(dose, self.patient)
            if item["absorption_per_day"] > 0:  # under the skin: through the depot
                return [(eq.ADD_STATE, place, micrograms)]
            return [(eq.ADD_STATE, place + 1, micrograms / item["volume_l"])]
        if dose.word == IN_VIVO_WORD:
            cells = item["start_cells_per_ul_per_mg"] * dose.amount
        else:
            cells = item["start_cells_per_ul_per_1e6_per_kg"] * dose.amount / 1e6
        return [(eq.ADD_STATE, place, cells), (eq.RAISE_STATE, eq.NICHE, item["niche_without_conditioning"])]


def _lineage_parameters(patient: Patient, rest: dict, kinds: dict) -> list[float]:
    niche_decay = tables.parameters()["conditioning", "niche_decay_per_day"].value
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
        "k_Y": niche_decay * patient.factors.get("niche_decay_per_day", 1.0),
        "Nb0": rest["naive_blood"],
        "refill": patient["long_lived_refill_per_day"],
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
def _weights(antigens: tuple[str, ...], own: tuple[tuple[str, float], ...] = ()) -> tuple[float, ...]:
    return tuple(kill_weight(node, antigens, dict(own)) for node in tables.nodes())


def kill_coefficients(item: Product) -> list[float]:
    """Antigen weight times the effect at the site, for the twelve nodes.

    A product may have its own weight for a grade of expression (`weight_low` and so on).
    """
    effect = {"blood": 1.0} | {site: item[f"effect_{site}"] for site in ("marrow", "lymphoid", "niche")}
    sites = (row.site for row in tables.nodes().values())
    own = tuple((name, row.value) for name, row in item.quantities.items() if name.startswith("weight_"))
    return [weight * effect[site] for weight, site in zip(_weights(item.antigens, own), sites, strict=False)]


def target_weights(item: Product, sizes: list[float]) -> list[float]:
    """What one unit of each node's state counts as target: by the antigen, whatever the product."""
    return [weight * size for weight, size in zip(_weights(item.antigens), sizes, strict=False)]


def _antibody_block(item: Product, start: list[float], sizes: list[float]) -> list[float]:
    names = {
        "V1": "central_volume_l",
        "k10": "elimination_per_day",
        "k12": "to_peripheral_per_day",
        "k21": "from_peripheral_per_day",
        "kmax": "kill_max_per_day",
        "EC50": "kill_half_concentration_ug_per_ml",
        "k_des": "passing_clearance_decay_per_day",
    }
    passing = {"k_T": item["passing_clearance_l_per_day"] / item["central_volume_l"]}
    numbers = [passing[s] if s in passing else item[names[s]] for s in eq.ANTIBODY_PARAMETERS]
    return numbers + kill_coefficients(item)


def _engager_block(item: Product, start: list[float], sizes: list[float]) -> list[float]:
    lymphoid = [row.site in ("lymphoid", "niche") for row in tables.nodes().values()]
    weights = [weight * inside for weight, inside in zip(target_weights(item, sizes), lymphoid, strict=False)]
    numbers = {
        "V": item["volume_l"],
        "CL": item["clearance_l_per_day"],
        "k_abs": item["absorption_per_day"],
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
        "B0_target": sum(weight * size for weight, size in zip(weights, start, strict=False)) or 1.0,
    }
    return [numbers[symbol] for symbol in eq.ENGAGER_PARAMETERS] + kill_coefficients(item) + weights


def _car_block(item: Product, start: list[float], sizes: list[float]) -> list[float]:
    names = {
        "rho": "growth_per_day",
        "K_T": "growth_half_target_1e9",
        "d_E": "effector_loss_per_day",
        "f_M": "persister_fraction_per_day",
        "d_M": "persister_loss_per_day",
        "kmax": "kill_max_per_day",
        "K_C": "kill_half_cells_per_ul",
        "prime": "immunity_priming_per_day",
        "mature": "immunity_maturation_per_day",
        "reject": "rejection_per_day",
        "alone": "immunity_without_b_cells_per_day",
    }
    numbers = [item[names[symbol]] for symbol in eq.CAR_PARAMETERS]
    return numbers + kill_coefficients(item) + target_weights(item, sizes)
