"""The panel of plans side by side: the same patient, up to three plans, the same axes."""

from __future__ import annotations

import html
from collections.abc import Mapping

from teaching import tables
from teaching.figures.course_axes import csv_text
from teaching.figures.drawing import Drawing
from teaching.figures.side_by_side import (
    CHANCE,
    DAYS,
    HORIZON_DAYS,
    LETTERS,
    PUBLISHED,
    SIDES,
    side_by_side_drawing,
    side_by_side_values,
)
from teaching.model.patient import Patient
from teaching.model.returns import last_return, outcome_in_words
from teaching.model.schedules import plans_to_compare
from teaching.panels.controls import Choice
from teaching.panels.family import family
from teaching.panels.remembered import course_of
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import published
from teaching.words import amount_in_words, in_text, whole


def _case(label: str, *plans: str) -> Preset:
    return Preset(label, dict(zip(LETTERS, plans, strict=True)))


PRESETS = (
    _case("Antibody, engager, CAR-T", "rituximab", "blinatumomab", "CD19 CAR-T"),
    _case("Antibody, BCMA engager, CAR-T", "rituximab", "teclistamab", "CD19 CAR-T"),
    _case("CD19 against BCMA", "CD19 CAR-T", "BCMA CAR-T", "CD19/BCMA CAR-T"),
    _case("With and without Flu/Cy", "CD19 CAR-T", "CD19 CAR-T, no Flu/Cy", "nothing"),
    _case("One after the other", "rituximab", "rituximab, then blinatumomab", "rituximab, then CD19 CAR-T"),
    _case("Next generation", "teclistamab", "donor CD19 CAR-T", "mRNA CAR in vivo"),
)


def in_words(letter: str, name: str, course, side: str) -> str:
    """One sentence about one course: blood, depth of the clone or of lymphoid memory, total IgG, outcome."""
    if not course.plan.doses:
        start = f"{whole(course['blood_b_cells_per_ul'][0])} per µL"
        return f"{letter}, {name}: blood B cells stay at {start} and disease stays as it is."
    numbers, day = course.metrics(), last_return(course)
    low = f"blood B cells fall to {amount_in_words(numbers['nadir_per_ul'])} per µL"
    if numbers["days_depleted"] == 0:
        back = "never below 10"
    else:
        back = "still below 10 at the end" if day is None else f"above 10 for good from day {whole(day)}"
    depth = numbers["clone_depth_log10"]
    left = f"the clone falls by {whole(depth, 1)} powers of ten"
    if numbers["clone_nadir_cells"] < 1:
        left = "less than one cell of the clone is left"
    if SIDES[side]:
        left = f"lymphoid memory falls to {amount_in_words(numbers['lymphoid_memory_nadir_percent'])} %"
    igg = f"total IgG to {whole(numbers['igg_nadir_percent'])} %"
    return f"{letter}, {name}: {low} ({back}), {left}, {igg}; {outcome_in_words(course)}."


def _sources(values: Mapping[str, object]) -> str:
    chosen = dict.fromkeys(values[letter] for letter in LETTERS)
    given, rows = plans_to_compare(), tables.products()
    names = dict.fromkeys(product for name in chosen for product in given[name].products)
    plans = "".join(f"<li><b>{html.escape(name)}</b>: {html.escape(str(given[name]))}</li>" for name in chosen)
    doses = "".join(
        f"<li>{html.escape(rows[name].label)}: {html.escape(in_text(rows[name].note))} "
        f"({', '.join(rows[name].source)}; "
        f"{rows[name].confidence})</li>"
        for name in names
    )
    points = "".join(f"<li>{html.escape(line)}</li>" for name in names for line in published(name))
    return (
        "<p><b>A model for teaching.</b> No trial has compared these plans head to head; depth in tissue was fitted to "
        "the very difference that is seen here, so the picture restates it and cannot prove it. That the clone's "
        "survivors "
        "bring disease back is a hypothesis. Plans that follow each other have hardly been studied: their order and "
        "the days between them are chosen by this kit (assumption), and so is what few B cells do to CAR-T cells that "
        "need "
        f"them to grow.</p><p><b>Plans</b></p><ul>{plans}</ul><p><b>Doses</b> (data/products.csv)</p><ul>{doses}</ul>"
        + (f"<p><b>Published values</b> (data/observations.csv)</p><ul>{points}</ul>" if points else "")
    )


def _controls() -> list:
    plans = tuple(plans_to_compare())
    letters = [Choice(letter, f"Plan {letter}", PRESETS[0].values[letter], plans) for letter in LETTERS]
    return [*letters, Choice("side", "On the right", "autoreactive clone", tuple(SIDES))]


def _figure(patient: Patient, start: dict) -> Drawing:
    return side_by_side_drawing(start, patient.clone_at_rest())


@family(
    title="Side by side",
    question="The same patient, three plans: which goes deepest, and what does it cost?",
    lesson=7,
    place=1,
    line="Give one patient up to three plans, and compare them on the same axes.",
    controls=_controls,
    presets=PRESETS,
    figure=_figure,
    sources=_sources,
)
def side_by_side(patient: Patient, values: Mapping[str, object]) -> Scene:
    """Three plans in one patient (default: typical SLE) on the same axes."""
    names, plans, side = {letter: values[letter] for letter in LETTERS}, plans_to_compare(), values["side"]
    courses = {letter: course_of(patient, plans[name], HORIZON_DAYS) for letter, name in names.items()}
    parts = side_by_side_values(names, courses, side)
    columns = {"day": DAYS}
    for letter, name in names.items():
        start = f"{letter} {name.replace(',', '')}"
        columns[f"{start} blood_b_cells_per_ul"] = parts[f"blood-{letter}"]
        columns[f"{start} {side} percent_of_start"] = parts[f"left-{letter}"]
    shown = [name for name in PUBLISHED if name in names.values()] + [CHANCE] * (not SIDES[side])
    sentence = " ".join(in_words(letter, names[letter], courses[letter], side) for letter in LETTERS)
    return Scene(parts, sentence, shown, table=lambda: csv_text(columns))
