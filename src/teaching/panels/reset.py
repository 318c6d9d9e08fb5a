"""The reset panel: which cells are left, which come back first, and how much time depth buys."""

from __future__ import annotations

import math
from collections.abc import Mapping

from teaching import tables
from teaching.figures.course_axes import csv_text
from teaching.figures.reset import CHANCE, DAYS, DEEPEST, HORIZON_DAYS, reset_drawing, reset_values
from teaching.model.balance import regrowth_days
from teaching.model.course import CHANCE_CELLS, Course
from teaching.model.fate import dies_out_percent
from teaching.model.patient import Patient
from teaching.model.returns import naive_half_day, regrowth_from_lowest
from teaching.model.schedules import plan_of, usual_of
from teaching.model.simulation import treat
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import cited, dose_slider, product_sources, quantity_table
from teaching.words import amount_in_words, exact, in_text, rounded, whole

THERAPIES = ("rituximab", "blinatumomab", "CD19 CAR-T")
PRESETS = (
    Preset("CAR-T 1 million/kg", {"therapy": "CD19 CAR-T"}),
    Preset("Rituximab 2 × 1 g", {"therapy": "rituximab"}),
    Preset("Blinatumomab, 5 days", {"therapy": "blinatumomab"}),
    Preset("CAR-T, large clone", {"therapy": "CD19 CAR-T", "clone": 5}),
    Preset("CAR-T, large fast clone", {"therapy": "CD19 CAR-T", "clone": 5, "growth": 0.025}),
)


def _controls(patient: Patient) -> list:
    growth = tables.parameters()["lineage", "autoreactive_regrowth_per_day"]
    clone = next(row for row in tables.diseases()[patient.disease] if row.quantity == "clone_size")
    names, own = THERAPIES, (patient["autoreactive_regrowth_per_day"], patient["clone_size"])
    return [
        Choice("therapy", "Therapy", "CD19 CAR-T", names),
        # Where less than one cell is left, the clone's curve ends: no picture lies between one that ends and one that
        # does not. So nothing that moves that border is swept.
        *(dose_slider(name, when={"therapy": name}, sweep=name != "CD19 CAR-T") for name in names),
        Slider(
            "growth", "Regrowth", own[0], min(growth.low, own[0]), max(growth.high, own[0]), 0.001,
            "per day", sweep=False, source=f"data/parameters.csv ({', '.join(growth.source)}; {growth.confidence}): "
                                           f"{in_text(growth.note)}",
        ),
        Slider(
            "clone", "Clone", own[1], min(clone.low, own[1]), max(clone.high, own[1]), 0.05, "× 10⁹ cells",
            log=True, sweep=False, source=f"data/diseases.csv ({', '.join(clone.source)}; {clone.confidence}): "
                                          f"{in_text(clone.note)}",
        ),
    ]  # fmt: skip


def _sentence(values: Mapping[str, object], course: Course, regrown: float | None) -> str:
    name, growth, numbers = values["therapy"], values["growth"], course.metrics()
    cells, before = numbers["clone_nadir_cells"], course.patient.clone_at_rest()
    left = "no autoreactive memory cell" if cells < 0.05 else f"{amount_in_words(cells)} autoreactive memory cells"
    depth = f", {whole(numbers['clone_depth_log10'], 1)} powers of ten down" if cells > 0 else ""
    words = [f"{name[0].upper()}{name[1:]} leaves {left} of {amount_in_words(before)}{depth}."]
    young = naive_half_day(course)
    naive = "Naive B cells " + ("never fall below half" if young is None else f"are back at half on day {whole(young)}")
    if cells < CHANCE_CELLS:
        gone = dies_out_percent(cells, growth)
        often = f"{whole(gone)} %" if gone >= 1 else "less than 1 %"
        clone = f"so small that chance decides: it would die out in {often} of such patients"
    elif cells >= 0.5 * before:
        clone = "never below half"
    elif regrown is None:
        clone = f"not back at half on day {HORIZON_DAYS}"
    else:
        clone = f"back at half on day {whole(numbers['clone_half_day'])}"
    words.append(f"{naive}; the clone is {clone}.")
    words.append(
        f"Autoantibody falls to {whole(numbers['autoantibody_nadir_percent'])} % of its start, "
        f"vaccine antibody never below {whole(course['vaccine_antibody_percent'].min())} %."
    )
    decade = math.log(10) / growth
    words.append(
        f"At a regrowth of {rounded(growth, 2)} per day each further power of ten of depth buys {whole(decade)} days."
    )
    return " ".join(words)


def _sources(values: Mapping[str, object]) -> str:
    rows, names = tables.parameters(), ("cambridge2006_antidsdna", "hill2019_measles", "hill2019_igg")
    (dsdna, measles, igg), back = map(tables.observation, names), tables.observation("mackensen2022_return")
    division = tables.observation("macallan2005_memory_division")
    points = (
        "one patient relapsed after CD19 CAR-T cells and a second infusion did not expand (mueller2025, abstract; "
        "read)",
        "vaccine and antimicrobial antibodies generally unchanged after rituximab, while anti-dsDNA fell to "
        f"{exact(dsdna.value)} % (n = {dsdna.n}, {dsdna.disease}; {cited(dsdna, 'abstract')})",
        f"measles IgG +{exact(measles.value)} % about a year after CD19 CAR-T cells, total IgG "
        f"{exact(igg.value - 100)} % (n = {measles.n}, blood cancer; {cited(measles, 'abstract')})",
        f"B cells back on day {exact(back.value)} (SD {exact(back.sd)}) after CD19 CAR-T cells, naive and not "
        f"class-switched (n = {back.n}, {back.disease}; {cited(back, 'abstract')})",
        "a misfit: in blood the model has more memory one year after CAR-T cells than after rituximab "
        "(data/targets.csv, X2)",
    )
    return (
        "<p><b>A model for teaching.</b> That the autoreactive memory cells which survive bring disease back is a "
        "hypothesis; its rivals are T-cell help, plasma cells, damaged tissue and regulatory cells. Nobody has counted "
        "such a clone in a body. The line on the right is t = (D ln 10 + ln(1 - 10^-D)) / g; a course lies above it "
        f"while drug is still there. Fate of few cells: a birth-and-death estimate, division {exact(division.value)} "
        f"per day ({cited(division)}).</p>"
        + product_sources(values["therapy"], points)
        + quantity_table("The clone", [rows["lineage", "autoreactive_regrowth_per_day"]])
    )


@family(
    title="What returns",
    question="What comes back: young cells, or the clone that made the disease?",
    lesson=6,
    place=1,
    line="Deplete more or less deeply, and see whether the clone or young cells come back first.",
    controls=_controls,
    presets=PRESETS,
    figure=reset_drawing,
    sources=_sources,
)
def reset(patient: Patient, values: Mapping[str, object]) -> Scene:
    """Clone, naive cells and antibodies of one patient after a therapy (default: typical SLE)."""
    name = values["therapy"]
    person = patient.change(clone_size=values["clone"], autoreactive_regrowth_per_day=values["growth"])
    course = treat(person, plan_of(name, values[f"{name} dose"], usual_of(name)[1]), HORIZON_DAYS)
    depth = min(course.metrics()["clone_depth_log10"], DEEPEST)
    regrown = regrowth_from_lowest(course)
    days = regrowth_days(max(depth, 0.0), values["growth"]) if regrown is None else regrown
    parts = reset_values(course, depth, days / 365.25)
    columns = {"day": DAYS, "naive_cells": parts["naive"], "autoreactive_memory_cells": parts["clone"]}
    return Scene(parts, _sentence(values, course, regrown), (CHANCE,), table=lambda: csv_text(columns))
