"""The dose panel: what an antibody's dose and interval do to its concentration and to B cells in blood."""

from __future__ import annotations

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
from teaching.model.course import Course
from teaching.model.effector import fc_receptor_factor
from teaching.model.half_life import half_lives_days
from teaching.model.patient import Patient
from teaching.model.schedules import usual_infusions
from teaching.model.simulation import treat
from teaching.model.therapies import Plan, Product, product
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import cited, product_sources, published, quantity_table
from teaching.words import exact, rounded, whole


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
    dose, *times = usual_infusions("rituximab", patient)
    rows = (
        ("Rituximab 2 × 1 g", "rituximab", dose, *times),
        ("Rituximab 4 × 375 mg/m²", "rituximab", *usual_infusions("weekly rituximab", patient)),
        ("Rituximab 2 × 0.5 g", "rituximab", dose / 2, *times),
        ("Rituximab, Fc VV", "rituximab, Fc receptor VV", dose, *times),
        ("Obinutuzumab", "obinutuzumab", *usual_infusions("obinutuzumab", patient)),
    )
    names = ("antibody", "dose", "infusions", "interval")
    return tuple(Preset(label, dict(zip(names, row, strict=True))) for label, *row in rows)


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


def _run(patient: Patient, values: Mapping[str, object], factor: float = 1.0) -> Course:
    """The course of a setting, with `factor` times the dose; the genotype adds to what the patient differs by."""
    name, genotype = antibodies()[values["antibody"]]
    person = patient if genotype == "VF" else patient.vary(kill_max_per_day=fc_receptor_factor(genotype))
    days = [number * values["interval"] for number in range(values["infusions"])]
    return treat(person, Plan(name, dose_mg=factor * values["dose"], days=days), HORIZON_DAYS)


@family(
    title="Dose and interval",
    question="What do dose and interval of an antibody change?",
    lesson=3,
    place=2,
    line="Change dose, interval and antibody, and compare its concentration with the B cells in blood.",
    controls=_controls,
    presets=presets_of,
    figure=pharmacokinetics_drawing,
    sources=_sources,
)
def dose_pk(patient: Patient, values: Mapping[str, object]) -> Scene:
    """Antibody concentration and blood B cells of one patient (default: typical SLE)."""
    name, _ = antibodies()[values["antibody"]]
    course, half = _run(patient, values), _run(patient, values, 0.5)
    parts = pharmacokinetics_values(course, name, course.metrics()["day_back_above_10"])
    parts["half-life"] = _half_life_words(product(name).scaled(patient.factors))
    parts["return"] = _return_words(course.metrics())
    columns = {"day": DAYS, f"{name}_ug_per_ml": parts["antibody"], "blood_b_cells_per_ul": parts["blood"]}
    closed = {"interval": "There is only one infusion."} if values["infusions"] == 1 else {}
    return Scene(parts, _sentence(values, course, half), overlay_ids(name), closed, lambda: csv_text(columns))
