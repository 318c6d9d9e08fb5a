"""What drawn numbers make of a typical patient: one rule, whoever throws the dice (cohort.py, clinic/people.py)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from teaching.model.patient import Patient


def varied(typical: Patient, values: Mapping[str, float], factors: Mapping[str, float]) -> Patient | None:
    """The typical patient with these numbers, or None when they leave no balance before treatment: nobody is like that.

    Args: values, numbers of the patient in their own units, `weight_kg` among them; factors, what a parameter is
    multiplied by. The body surface follows the weight (Mosteller, at equal height).
    """
    surface = typical["surface_m2"] * math.sqrt(values["weight_kg"] / typical["weight_kg"])
    patient = typical.change(**values, surface_m2=surface).vary(**factors)
    try:
        patient.rest()
    except ValueError:
        return None
    return patient
