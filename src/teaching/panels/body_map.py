"""The body map panel: one patient, one product, and every place where B cells live, day by day."""

from __future__ import annotations

from collections.abc import Mapping

from teaching.course import Course
from teaching.figures.body_map import CELLS, DAYS, body_drawing, body_values, cell_amounts, killer_level, killing_by_place
from teaching.figures.parts import amount_in_words
from teaching.figures.treatment import HORIZON_DAYS
from teaching.lineage import Patient
from teaching.panels.frame import Panel, preset_of
from teaching.panels.prediction import Predict
from teaching.panels.scene import Scene, Timeline
from teaching.panels.sources import product_sources
from teaching.panels.treatment import PRESETS, PRODUCTS, chosen_plan, product_controls
from teaching.simulation import treat

QUESTION = "Where are the B cells on this day, and what is hunting them?"
START_DAY = 14.0
_UNITS = {"rituximab": "µg/mL", "blinatumomab": "ng/mL", "CD19 CAR-T": "cells per µL"}


def body_map(patient: Patient | None = None, preset: str | None = None, predict: Predict | None = None) -> Panel:
    """The body of one patient (default: typical SLE) with its B cells on any day of a course.

    `preset` is the label of one of the treatment panel's `PRESETS`. Raises ValueError for an unknown one.
    """
    patient = patient or Patient.typical("SLE")
    first = preset_of(preset, PRESETS)
    drawing = body_drawing(patient, [(name,) for name in PRODUCTS])

    def picture(values: Mapping[str, object]) -> Scene:
        name = values["product"]
        course = treat(patient, chosen_plan(values), HORIZON_DAYS)
        return Scene(body_values(course, PRODUCTS), in_words(course, name), (name,), table=lambda: table(course, name))

    def sources(values: Mapping[str, object]) -> str:
        rates = killing_by_place(values["product"])
        shares = ", ".join(f"{place} {amount_in_words(100 * share)} %" for place, share in rates.items())
        words = f"<p>Killing rate in each place, as a share of the rate in blood: {shares}.</p>"
        return words + product_sources(values["product"])

    return Panel(
        "body_map", QUESTION, product_controls(), drawing, picture, presets=PRESETS, start=first.values,
        about=patient.disease, predict=predict, sources=sources, timeline=Timeline("Day", "", seconds=14, start=START_DAY),
    )  # fmt: skip


def in_words(course: Course, name: str) -> str:
    """Counts in every place at the lowest blood count and at the end, and the killer's level, in words."""
    numbers = course.metrics()
    low_day = numbers["nadir_day"]

    def at(day: float) -> str:
        series = ("blood_b_cells_per_ul", "lymphoid_b_cells_percent", "marrow_immature_percent")
        blood, node, marrow = (amount_in_words(course.at(day, name)) for name in series)
        return f"{blood} B cells per µL of blood, {node} % left in lymphoid tissue, {marrow} % of the immature cells in marrow"

    (level,) = killer_level(course, name, [START_DAY])
    plasma = course.at(low_day, "protective_long_lived_percent")
    return (
        f"Day {START_DAY:.0f}: {at(START_DAY)}; {name} at {amount_in_words(level)} {_UNITS[name]}. "
        f"Lowest blood count, day {low_day:.0f}: {at(low_day)}; {plasma:.0f} % of the long-lived plasma cells. "
        f"Day {course.horizon_days:.0f}: {at(course.horizon_days)}."
    )


def table(course: Course, name: str) -> str:
    """Every amount of the map on its days, as comma-separated text."""
    columns = {"day": DAYS, f"{name} ({_UNITS[name]})": killer_level(course, name, DAYS)}
    amounts = cell_amounts(course, DAYS)
    columns |= {f"{cell.name} ({cell.unit})": amounts[cell.name] for cell in CELLS}
    lines = [",".join(columns)] + [",".join(f"{value:.6g}" for value in row) for row in zip(*columns.values(), strict=True)]
    return "\n".join(lines) + "\n"
