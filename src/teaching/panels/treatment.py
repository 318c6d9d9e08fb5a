"""The treatment panel: one patient, one product, and what happens to B cells, antibody and disease."""

from __future__ import annotations

from collections.abc import Mapping

from teaching.figures.treatment import HORIZON_DAYS, overlay_ids, treatment_drawing, treatment_values
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.panels.family import family
from teaching.panels.one_product import chosen_plan, product_controls, product_presets
from teaching.panels.scene import Scene
from teaching.panels.sources import product_sources, published


def _sources(values: Mapping[str, object]) -> str:
    return product_sources(values["product"], published(values["product"]))


@family(
    title="One treatment",
    question="How deep do B cells fall, how long, and what comes back?",
    lesson=1,
    place=1,
    line="Give rituximab, an engager or CAR-T cells to a typical patient and follow two years.",
    controls=product_controls,
    presets=product_presets,
    figure=treatment_drawing,
    sources=_sources,
)
def treatment(patient: Patient, values: Mapping[str, object]) -> Scene:
    """One patient (default: typical SLE) under one product: two years of B cells, antibody and disease."""
    course = treat(patient, chosen_plan(values), HORIZON_DAYS)
    return Scene(treatment_values(course), course.describe(), overlay_ids(values["product"]), table=course.to_csv)
