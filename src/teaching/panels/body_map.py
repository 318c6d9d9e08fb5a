"""The body map panel: one patient, one product, and every place where B cells live, day by day."""

from __future__ import annotations

from collections.abc import Mapping

from teaching.figures.body_map import (
    CELLS,
    DAYS,
    body_drawing,
    body_values,
    cell_amounts,
    in_words,
    killer_level,
    level_unit,
)
from teaching.figures.course_axes import csv_text
from teaching.figures.drawing import Drawing
from teaching.figures.treatment import HORIZON_DAYS
from teaching.model.course import Course
from teaching.model.patient import Patient
from teaching.model.reach import killing_by_place
from teaching.model.simulation import treat
from teaching.panels.family import family
from teaching.panels.one_product import PRODUCTS, chosen_plan, product_controls, product_presets
from teaching.panels.scene import Scene, Timeline
from teaching.panels.sources import product_sources, published
from teaching.words import amount_in_words

START_DAY = 14.0
_LEGEND = (
    "<p>A model for teaching. Blood in cells per µL; autoreactive memory in cells (with those in blood); all others in "
    "% of the patient's own start. Antigens: data/lineage.csv. A dashed edge stands for dim (CD19 of plasmablasts: "
    "recalled) or for a part of the cells (CD20 of pro-B and pre-B cells); traces such as BCMA of memory cells "
    "are not drawn. Long-lived plasma cells: mean of those that make autoantibody and those that make protective "
    "antibody. Every place on every day stands in the table (CSV) under <i>Take it along</i>.</p>"
)


def _figure(patient: Patient) -> Drawing:
    return body_drawing(patient, [(name,) for name in PRODUCTS])


def _table(course: Course, name: str) -> str:
    """Every amount of the map on its days, as comma-separated text."""
    amounts = cell_amounts(course, DAYS)
    units = {"%": "% of start", "/µL": "cells per µL", "cells": "cells"}
    columns = {"day": DAYS, f"{name} ({level_unit(name)})": killer_level(course, name, DAYS)}
    return csv_text(columns | {f"{cell.name} ({units[cell.unit]})": amounts[cell.name] for cell in CELLS})


def _sources(values: Mapping[str, object]) -> str:
    name = values["product"]
    rates = ", ".join(f"{place} {amount_in_words(100 * share)} %" for place, share in killing_by_place(name).items())
    fitted = (
        f"<p>Kill rate where the antigen is, in % of that in blood: {rates}. "
        "Fitted or assumed (the rows 'effect' and 'kill' below), not measured in patients.</p>"
    )
    blood = [line for line in published(name) if "B cells" in line]
    return _LEGEND + fitted + product_sources(name, [line for line in blood if not line.startswith("memory")])


@family(
    title="Body map",
    question="Where are the B cells on this day, and what is hunting them?",
    lesson=1,
    place=2,
    line="Play a course through marrow, blood and lymphoid tissue, day by day.",
    controls=product_controls,
    presets=product_presets,
    figure=_figure,
    sources=_sources,
    timeline=Timeline("Day", "", seconds=12, start=START_DAY),
)
def body_map(patient: Patient, values: Mapping[str, object]) -> Scene:
    """The body of one patient (default: typical SLE) with its B cells on any day of a course."""
    name, course = values["product"], treat(patient, chosen_plan(values), HORIZON_DAYS)
    shown, words = body_values(course, PRODUCTS), in_words(course, START_DAY)
    return Scene(shown, words, (name,), table=lambda: _table(course, name))
