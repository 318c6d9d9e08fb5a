"""The dose panel: what an antibody's dose and interval do to its concentration and to B cells in blood."""

from __future__ import annotations

import math
from collections.abc import Mapping

from teaching import tables
from teaching.figures.course_axes import csv_text
from teaching.figures.pharmacokinetics import (
    DAYS,
    HORIZON_DAYS,
    overlay_ids,
    pharmacokinetics_drawing,
    pharmacokinetics_values,
)  # fmt: skip
from teaching.figures.treatment import published
from teaching.model.effector import fc_receptor_factor
from teaching.model.patient import Patient, patient_or_typical
from teaching.model.simulation import treat
from teaching.model.therapies import Plan, Product, amount_mg, product
from teaching.panels.controls import Choice, Slider
from teaching.panels.live import Panel
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, preset_of
from teaching.panels.sources import cited, product_sources, quantity_table
from teaching.words import exact, rounded, whole

QUESTION = "What do dose and interval of an antibody change?"
LABELS = (
    "Rituximab 2 × 1 g",
    "Rituximab 4 × 375 mg/m²",
    "Rituximab 2 × 0.5 g",
    "Rituximab, Fc VV",
    "Obinutuzumab",
)


def dose_pk(patient: Patient | str | None = None, preset: str | None = None, predict: Predict | None = None) -> Panel:
    """Antibody concentration and blood B cells of one patient (default: typical SLE).

    `preset` is the label of one of `LABELS`. Raises ValueError for an unknown preset.
    """
    patient = patient_or_typical(patient)
    presets = presets_of(patient)
    first = preset_of(preset, presets).values
    controls = _controls()

    def run(values: Mapping[str, object], factor: float = 1.0):
        name, genotype = antibodies()[values["antibody"]]
        person = patient if genotype == "VF" else patient.vary(kill_max_per_day=fc_receptor_factor(genotype))
        days = [number * values["interval"] for number in range(values["infusions"])]
        return treat(person, Plan(name, dose_mg=factor * values["dose"], days=days), HORIZON_DAYS)

    def picture(values: Mapping[str, object]) -> Scene:
        name, _ = antibodies()[values["antibody"]]
        course, half = run(values), run(values, 0.5)
        parts = pharmacokinetics_values(course, name, course.metrics()["day_back_above_10"])
        parts["half-life"] = _half_life_words(product(name).scaled(patient.factors))
        parts["return"] = _return_words(course.metrics())
        columns = {
            "day": DAYS,
            f"{name}_ug_per_ml": parts["antibody"],
            "blood_b_cells_per_ul": parts["blood"],
        }
        return Scene(
            parts, _sentence(values, course, half), overlay_ids(name),
            {"interval": "There is only one infusion."} if values["infusions"] == 1 else {}, lambda: csv_text(columns),
        )  # fmt: skip

    start = {control.name: control.value for control in controls} | dict(first)
    return Panel(
        "dose_pk", QUESTION, controls, pharmacokinetics_drawing(picture(start).values), picture,
        presets=presets, start=first, about=patient.disease, predict=predict, sources=_sources,
    )  # fmt: skip


def antibodies() -> dict[str, tuple[str, str]]:
    """What may be chosen: product and Fc receptor genotype by name; a typical patient is a VF.

    Rituximab also with the other two genotypes, and every antibody of data/products.csv whose usual dose is in mg.
    """
    found = {"rituximab": ("rituximab", "VF")}
    found |= {f"rituximab, Fc receptor {genotype}": ("rituximab", genotype) for genotype in ("FF", "VV")}
    rows = tables.products().values()
    return found | {
        row.product: (row.product, "VF")
        for row in rows
        if row.kind == "antibody" and row.dose_word == "dose_mg" and row.product not in found
    }


def presets_of(patient: Patient) -> tuple[Preset, ...]:
    """The named regimens; 375 mg/m2 are so many mg for this patient's body surface."""
    dose, *times = _usual("rituximab", patient)
    rows = (
        ("rituximab", dose, *times),
        ("rituximab", *_usual("weekly rituximab", patient)),
        ("rituximab", dose / 2, *times),
        ("rituximab, Fc receptor VV", dose, *times),
        ("obinutuzumab", *_usual("obinutuzumab", patient)),
    )
    names = ("antibody", "dose", "infusions", "interval")
    return tuple(Preset(label, dict(zip(names, row, strict=True))) for label, row in zip(LABELS, rows, strict=True))


def _usual(name: str, patient: Patient) -> tuple[float, int, float]:
    """Dose [mg] in this patient, number of infusions and interval [day] of a usual course."""
    first, second, *later = Plan.usual(name).doses
    return amount_mg(first, patient), 2 + len(later), second.day - first.day


def half_lives_days(item: Product) -> tuple[float, float]:
    """Half-life of the slow phase, at first (with the clearance that passes) and in the end [day].

    beta = ((k10 + k12 + k21) - sqrt((k10 + k12 + k21)^2 - 4 k10 k21)) / 2, at first k10 + CL_T/V1 for k10
    """
    found = []
    for extra in (item["passing_clearance_l_per_day"] / item["central_volume_l"], 0.0):
        k10, k21 = item["elimination_per_day"] + extra, item["from_peripheral_per_day"]
        total = k10 + item["to_peripheral_per_day"] + k21
        found.append(math.log(2) / ((total - math.sqrt(total**2 - 4 * k10 * k21)) / 2))
    return found[0], found[1]


def _controls() -> list:
    row, (first, *later) = product("rituximab").row, Plan.usual("rituximab").doses
    apart = later[0].day - first.day
    source = f"start and range: data/products.csv ({', '.join(row.source)}; {row.confidence})"
    ours = "chosen by this kit: what is given in practice, and beyond"
    return [
        Choice(
            "antibody", "Antibody", "rituximab", tuple(antibodies()),
            source="Fc receptor: a what-if, no kill rate by genotype was found (data/parameters.csv: recalled)",
        ),
        Slider("dose", "Dose each time", row.dose, row.dose_low, row.dose_high, 25, "mg", source=source),
        Slider("infusions", "Infusions", 1 + len(later), 1, 4, whole=True, sweep=False, source=ours),
        Slider("interval", "Interval", apart, 7, 182, 1, "days", whole=True, sweep=False, source=ours),
    ]  # fmt: skip


def _half_life_words(item: Product) -> str:
    first, last = half_lives_days(item)
    if first == last:
        return f"half-life {whole(last)} days"
    return f"half-life {whole(first)} days at first (target takes part of it; from CLL), {whole(last)} days in the end"


def _return_words(numbers: Mapping[str, object]) -> str:
    if numbers["days_depleted"] == 0:
        return "never below 10 per µL"
    day = numbers["day_back_above_10"]
    return f"still below 10 on day {HORIZON_DAYS}" if day is None else f"circles: back above 10 on day {whole(day)}"


def _sentence(values: Mapping[str, object], course, half) -> str:
    name, genotype = antibodies()[values["antibody"]]
    numbers, series = course.metrics(), f"{name}_ug_per_ml"
    first, last = half_lives_days(product(name).scaled(course.patient.factors))
    apart = "" if values["infusions"] == 1 else f", {values['interval']} days apart"
    given = f"{values['infusions']} × {whole(values['dose'])} mg of {name}{apart}"
    passing = "" if first == last else f" (at first {whole(first)}: target-mediated clearance that passes)"
    peak = f"the antibody peaks at {whole(course[series].max())} µg/mL"
    words = [f"{given}: {peak} and leaves with a half-life of {whole(last)} days{passing}."]
    fall = f"Blood B cells fall to {rounded(numbers['nadir_per_ul'], 2)} per µL"
    day, other = numbers["day_back_above_10"], half.metrics()["day_back_above_10"]
    if numbers["days_depleted"] == 0:
        words.append(f"{fall} and never below 10.")
    elif day is None:
        words.append(f"{fall} and are still below 10 on day {HORIZON_DAYS}.")
    else:
        first_time = " for the first time" if numbers["days_depleted"] > day else ""
        left = f"when {rounded(course.at(day, series), 2)} µg/mL is left"
        words.append(f"{fall} and are back above 10{first_time} on day {whole(day)}, {left}.")
        last_infusion = (values["infusions"] - 1) * values["interval"]
        if other is not None and other < last_infusion < day:
            words.append(
                f"With half of each dose they would be back on day {whole(other)} already, between two infusions."
            )
        elif other is not None:
            earlier = f"{whole(day - other)} days earlier, not in half of the time"
            words.append(f"Half of each dose would bring them back {earlier}.")
    if genotype != "VF":
        factor = fc_receptor_factor(genotype)
        words.append(f"Fc receptor {genotype}: a what-if, kill rate × {rounded(factor, 2)}; no such rate was measured.")
    return " ".join(words)


def _sources(values: Mapping[str, object]) -> str:
    name, genotype = antibodies()[values["antibody"]]
    if name == "rituximab":
        serum, others = tables.observation("reddy2012_serum"), tables.observation("reddy2012_ra")
        points = [
            *published(name),
            f"rituximab in serum {exact(serum.value)} µg/mL (median) one month after 2 × 1 g, n = {serum.n}, "
            f"{serum.disease}; from the first or the second dose is not said, so days {exact(serum.day_low)} to "
            f"{exact(serum.day_high)}; lower than in {others.n} {others.disease} patients "
            f"({cited(serum, 'congress abstract')})",
        ]
    else:
        low, share = tables.observation("nobility2024_week4"), tables.observation("nobility2024_week4_share")
        points = [
            f"{exact(share.value)} % of patients below {exact(low.value)} B cells per µL in week {exact(low.day / 7)}, "
            f"n = {low.n}, {low.disease}, {low.plan} ({cited(low, 'congress abstract')}); the model has more: a misfit "
            "(data/targets.csv, R8c)"
        ]
    text = "<p><b>A model for teaching</b>; how well the antibody kills was fitted to published counts.</p>"
    text += product_sources(name, points)
    if genotype != "VF":
        rows = [row for row in tables.parameters().values() if row.name.startswith(("fc_receptor", "response_"))]
        text += quantity_table("Fc receptor genotype: an assumption, and what patients showed", rows)
    return text
