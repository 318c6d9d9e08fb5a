"""From the solver's states to named series with units: what a student reads on a course."""

from __future__ import annotations

import numpy as np

from teaching import tables
from teaching.model import engager
from teaching.model.car_t import EFFECTORS, PERSISTERS
from teaching.model.layout import Layout
from teaching.model.parameters import KINDS
from teaching.model.states import (
    ACTIVITY,
    AUTO_BLOOD,
    AUTO_LYMPHOID,
    AUTOANTIBODY,
    IMMATURE,
    LONG_AUTO,
    LONG_PROTECTIVE,
    MEMORY_BLOOD,
    MEMORY_LYMPHOID,
    NAIVE_BLOOD,
    NAIVE_LYMPHOID,
    NICHE,
    PRE_B,
    SHORT_AUTO,
    SHORT_PROTECTIVE,
    TOTAL_IGA,
    TOTAL_IGG,
    TOTAL_IGM,
    VACCINE_ANTIBODY,
)


def series(layout: Layout, times: np.ndarray, states: np.ndarray) -> dict[str, np.ndarray]:
    """All series (k,) of a course from saved times (k,) [day] and states (k, n); `Course` says what each is."""
    y = states.T
    return _of_cells(layout, y) | _of_serum(layout, y) | _of_products(layout, times, y)


def _of_cells(layout: Layout, y: np.ndarray) -> dict[str, np.ndarray]:
    scale, rest = layout.scale, dict(zip(tables.nodes(), layout.start, strict=False))
    memory = y[MEMORY_BLOOD] + y[AUTO_BLOOD]
    lymphoid = y[NAIVE_LYMPHOID] + y[MEMORY_LYMPHOID] + y[AUTO_LYMPHOID]
    lymphoid0 = rest["naive_lymphoid"] + rest["memory_lymphoid"] + rest["autoreactive_lymphoid"]
    return {
        "blood_b_cells_per_ul": (y[NAIVE_BLOOD] + y[MEMORY_BLOOD] + y[AUTO_BLOOD]) * scale,
        "blood_naive_per_ul": y[NAIVE_BLOOD] * scale,
        "blood_memory_per_ul": memory * scale,
        "blood_memory_percent": 100 * memory / (rest["memory_blood"] + rest["autoreactive_blood"]),
        "lymphoid_b_cells_percent": 100 * lymphoid / lymphoid0,
        "lymphoid_naive_percent": 100 * y[NAIVE_LYMPHOID] / rest["naive_lymphoid"],
        "lymphoid_memory_percent": 100 * y[MEMORY_LYMPHOID] / rest["memory_lymphoid"],
        "marrow_pre_b_percent": 100 * y[PRE_B] / rest["pre_b"],
        "marrow_immature_percent": 100 * y[IMMATURE] / rest["immature"],
        "autoreactive_memory_cells": 1e9 * (y[AUTO_LYMPHOID] + y[AUTO_BLOOD]),
        "autoreactive_plasmablasts_percent": 100 * y[SHORT_AUTO],
        "protective_plasmablasts_percent": 100 * y[SHORT_PROTECTIVE],
        "autoreactive_long_lived_percent": 100 * y[LONG_AUTO],
        "protective_long_lived_percent": 100 * y[LONG_PROTECTIVE],
    }


def _of_serum(layout: Layout, y: np.ndarray) -> dict[str, np.ndarray]:
    patient = layout.patient
    found = {
        "autoantibody_percent": 100 * y[AUTOANTIBODY],
        "vaccine_antibody_percent": 100 * y[VACCINE_ANTIBODY],
        "total_igg_percent": 100 * y[TOTAL_IGG],
        "total_iga_percent": 100 * y[TOTAL_IGA],
        "total_igm_percent": 100 * y[TOTAL_IGM],
        "activity_percent": 100 * y[ACTIVITY] / patient["activity_start"],
        "niche_fraction": y[NICHE],
    }
    if patient.activity_unit == "SLEDAI points":
        found["activity_sledai_points"] = y[ACTIVITY]
    return found


def _of_products(layout: Layout, times: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    nothing = np.zeros_like(times)
    found = {"il6_pg_per_ml": nothing, "car_t_cells_per_ul": nothing}
    gained, marginated = nothing, nothing
    for item in layout.products:
        at = layout.state_of[item.name]
        found |= KINDS[item.kind].series(item, y, at)
        if item.kind == "engager":
            found["il6_pg_per_ml"] = found["il6_pg_per_ml"] + y[at + engager.IL6]
            gained = gained + y[at + engager.GAINED]
            marginated = marginated + item["margination_depth"] * y[at + engager.MARGINATED]
        elif item.kind == "car_t":
            found["car_t_cells_per_ul"] = found["car_t_cells_per_ul"] + y[at + EFFECTORS] + y[at + PERSISTERS]
    return found | {"blood_t_cells_percent": 100 * (1 + gained) * (1 - marginated)}
