"""The panel of plans side by side: the same patient, up to three plans, the same axes."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from teaching import tables
from teaching.figures.course_axes import DEPLETED, csv_text
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
from teaching.figures.treatment import published
from teaching.model.course import CHANCE_CELLS
from teaching.model.patient import Patient, patient_or_typical
from teaching.model.simulation import treat
from teaching.model.therapies import Plan
from teaching.panels.controls import Choice
from teaching.panels.live import Panel
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, preset_of
from teaching.words import amount_in_words, in_text, whole

QUESTION = "The same patient, three plans: which goes deepest, and what does it cost?"
_USUAL = (
    "rituximab", "blinatumomab", "teclistamab", "daratumumab", "CD19 CAR-T", "CD19 CAR-T, no Flu/Cy", "BCMA CAR-T",
    "CD19/BCMA CAR-T", "donor CD19 CAR-T", "mRNA CAR in vivo", "rituximab, then blinatumomab",
    "rituximab, then CD19 CAR-T",
)  # fmt: skip
#: Name -> plan of a usual course, as text (data/regimens.csv).
PLANS = {"nothing": "nothing"} | {name: tables.regimens()[name].plan for name in _USUAL}


def _case(label: str, *plans: str) -> Preset:
    return Preset(label, dict(zip(LETTERS, plans, strict=True)))


PRESETS = (
    _case("Antibody, engager, CAR-T", "rituximab", "blinatumomab", "CD19 CAR-T"),
    _case("CD19 against BCMA", "CD19 CAR-T", "BCMA CAR-T", "CD19/BCMA CAR-T"),
    _case("With and without Flu/Cy", "CD19 CAR-T", "CD19 CAR-T, no Flu/Cy", "nothing"),
    _case("One after the other", "rituximab", "rituximab, then blinatumomab", "rituximab, then CD19 CAR-T"),
    _case("Next generation", "teclistamab", "donor CD19 CAR-T", "mRNA CAR in vivo"),
)


def side_by_side(
    patient: Patient | str | None = None, preset: str | None = None, predict: Predict | None = None
) -> Panel:
    """Three plans in one patient (default: typical SLE) on the same axes.

    `preset` is the label of one of `PRESETS`. Raises ValueError for an unknown preset.
    """
    patient = patient_or_typical(patient)
    first = preset_of(preset, PRESETS).values
    controls = [Choice(letter, f"Plan {letter}", first[letter], tuple(PLANS)) for letter in LETTERS]
    controls.append(Choice("side", "On the right", "autoreactive clone", tuple(SIDES)))

    @lru_cache(maxsize=len(PLANS))
    def course(name: str):
        return treat(patient, Plan.parse(PLANS[name]), HORIZON_DAYS)

    def picture(values: Mapping[str, object]) -> Scene:
        names = {letter: values[letter] for letter in LETTERS}
        courses = {letter: course(name) for letter, name in names.items()}
        parts = side_by_side_values(names, courses, values["side"])
        columns = {"day": DAYS}
        for letter, name in names.items():
            start = f"{letter} {name.replace(',', '')}"
            columns[f"{start} blood_b_cells_per_ul"] = parts[f"blood-{letter}"]
            columns[f"{start} {values['side']} percent_of_start"] = parts[f"left-{letter}"]
        shown = [name for name in PUBLISHED if name in names.values()] + [CHANCE] * (not SIDES[values["side"]])
        sentence = " ".join(in_words(letter, names[letter], courses[letter], values["side"]) for letter in LETTERS)
        return Scene(parts, sentence, shown, table=lambda: csv_text(columns))

    start = picture({control.name: control.value for control in controls}).values
    drawing = side_by_side_drawing(start, patient.clone_at_rest())
    return Panel(
        "side_by_side", QUESTION, controls, drawing, picture,
        presets=PRESETS, start=first, about=patient.disease, predict=predict, sources=_sources,
    )  # fmt: skip


def last_return(course) -> float | None:
    """The day from which blood stays above 10 per uL; None if it never was below, or still is at the end."""
    blood, days = course["blood_b_cells_per_ul"], course.time_days
    low = np.flatnonzero(blood < DEPLETED)
    if not low.size or low[-1] + 1 == len(days):
        return None
    around = slice(low[-1], low[-1] + 2)
    return float(np.interp(np.log(DEPLETED), np.log(blood[around]), days[around]))


def outcome_in_words(course) -> str:
    """The outcome in a few words; below 100 cells of the clone chance decides about disease."""
    numbers = course.metrics()
    kind, day = numbers["outcome_kind"], numbers["outcome_day"]
    if kind == "remission, relapse":
        return f"remission, relapse on day {whole(day)}"
    words = "no remission" if kind == "no remission" else f"remission kept to day {whole(course.horizon_days)}"
    if kind == "remission, relapse by chance":
        words = "remission"
    few = kind != "no remission" and numbers["clone_nadir_cells"] < CHANCE_CELLS
    return f"{words} (fewer than {whole(CHANCE_CELLS)} cells of the clone left: chance decides)" if few else words


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
    rows = tables.products()
    names = dict.fromkeys(product for name in chosen for product in Plan.parse(PLANS[name]).products)
    plans = "".join(f"<li><b>{html.escape(name)}</b>: {html.escape(PLANS[name])}</li>" for name in chosen)
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
