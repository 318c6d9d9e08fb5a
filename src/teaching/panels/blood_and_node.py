"""The panel of blood against node: one patient, three therapies, one day on which both are looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping

from teaching import tables
from teaching.figures.blood_and_node import (
    DAYS,
    HORIZON_DAYS,
    OF_ALL_CELLS,
    SERIES,
    blood_and_node_drawing,
    blood_and_node_values,
)
from teaching.figures.course_axes import csv_text
from teaching.model.course import DEPLETED_PER_UL
from teaching.model.patient import Patient
from teaching.model.schedules import plan_of, usual_of
from teaching.model.therapies import Plan
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.remembered import course_of
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import cited, dose_slider, quantity_table
from teaching.words import amount_in_words, exact, in_text, percent, whole

#: Therapies that are given as their usual course; rituximab's dose is a control.
_OTHERS = ("blinatumomab", "CD19 CAR-T")
PRESETS = (
    Preset("Week 4", {"day": 28}),
    Preset("Day 5: blinatumomab ends", {"day": 5}),
    Preset("Month 6", {"day": 182}),
    Preset("Week 4, twice the dose", {"day": 28, "dose": 2000}),
    Preset("Week 4, if it reached tissue", {"day": 28, "tissue": 0.5}),
)


def _effect() -> tables.Quantity:
    return tables.parameters()["rituximab", "effect_lymphoid"]


def _controls() -> list:
    row = _effect()
    fitted = (
        f"data/parameters.csv, rituximab, {row.name} ({', '.join(row.source)}; {row.confidence}): {in_text(row.note)}"
    )
    return [
        Slider("day", "Day of both samples", 28, 1, HORIZON_DAYS, whole=True, source="chosen by this kit"),
        Choice("cells", "Cells", "all B cells", tuple(SERIES)),
        dose_slider("rituximab", "Rituximab 2 ×", "dose", {}),
        Slider(
            "tissue", "Its kill in tissue", 100 * row.value, 100 * row.low, 100 * row.high, 0.01,
            "% of blood", log=True, source=fitted,
        ),
    ]  # fmt: skip


def _sentence(values: Mapping[str, object], courses: Mapping[str, object]) -> str:
    day, cells = values["day"], values["cells"]
    in_blood, in_node = SERIES[cells]
    counts, shares, depleted = [], [], []
    for name, course in courses.items():
        name = f"rituximab 2 × {whole(values['dose'])} mg" if name == "rituximab" else name
        counts.append(f"{amount_in_words(course.at(day, in_blood))} after {name}")
        shares.append(f"{amount_in_words(course.at(day, in_node))} % after {name}")
        if course.at(day, "blood_b_cells_per_ul") < DEPLETED_PER_UL:
            depleted.append(name.split(" 2 ×")[0])
    what = cells if cells == "all B cells" else f"{cells} B cells"
    called = ", ".join(depleted) if depleted else "none of the three"
    same = math.isclose(values["tissue"] / 100, _effect().value)
    origin = "fitted to the observed difference" if same else f"a what-if; the fit is {percent(100 * _effect().value)}"
    return (
        f"Day {day}, {what} per µL of blood: {', '.join(counts)}. Left in lymphoid tissue: {', '.join(shares)}. "
        f"By the blood count (below 10 B cells per µL) depleted: {called}. "
        f"Rituximab's kill rate in tissue, {percent(values['tissue'], 6)} of that in blood, is {origin}."
    )


def _biopsies() -> list[str]:
    """What biopsies of lymphoid tissue showed, with n and how it was read."""
    seen = {
        name: tables.observation(f"tur2025_{name}") for name in ("car_t", "rituximab", "blinatumomab", "obinutuzumab")
    }
    of = {name: f"{exact(row.value)} of {row.n}" for name, row in seen.items()}
    all_of, none_of = tables.observation("tur2024_car_t"), tables.observation("tur2024_rituximab")
    arthritis = tables.observation("ramwadhdoebe2019_patients")
    return [
        f"nodes without B cells: {of['car_t']} after CD19 CAR-T cells, {of['rituximab']} after rituximab, "
        f"{of['blinatumomab']} after blinatumomab, {of['obinutuzumab']} after obinutuzumab; not randomised "
        f"({cited(seen['car_t'], 'news digest')})",
        f"nodes without B cells: {exact(all_of.value)} of {all_of.n} after CD19 CAR-T cells "
        f"({cited(all_of, 'abstract')}), {exact(none_of.value)} of {none_of.n} after rituximab with empty blood "
        f"({cited(none_of, 'lay summary')})",
        "four weeks after one dose, kidney recipients, n not given: nodes not depleted, fewer naive and more switched "
        "memory cells, blood nearly empty (kamburova2013, abstract; read)",
        f"after {exact(arthritis.day / 7)} weeks, rheumatoid arthritis, n = {arthritis.n}: naive and unswitched cells "
        f"fall, switched memory stays ({cited(arthritis, 'abstract')})",
    ]


def _given() -> str:
    """The courses of the picture in words."""
    (rate, length), (cells, share) = usual_of("blinatumomab"), usual_of("CD19 CAR-T")
    days, millions = usual_of("rituximab")[1], exact(cells / 1e6)
    return (
        f"Rituximab 2 doses {exact(days)} days apart, blinatumomab {exact(rate)} µg/day for {exact(length)} days, "
        f"CAR-T cells {millions} million per kg after {'full ' if share == 100 else ''}lymphodepletion, in one patient."
    )


def _sources() -> str:
    rows = tables.parameters()
    effects = [rows[name, "effect_lymphoid"] for name in ("rituximab", *_OTHERS)]
    points = "".join(f"<li>{line}</li>" for line in _biopsies())
    return (
        "<p><b>A model for teaching.</b> How well each therapy kills in tissue was fitted to just this difference: the "
        "picture restates it and cannot prove it; no head-to-head trial stands behind it. "
        f"{_given()}</p><p><b>What biopsies showed</b> (no percentages are in the texts seen):</p><ul>{points}</ul>"
        + quantity_table("Kill in lymphoid tissue", effects)
    )


@family(
    title="Blood and node",
    question="Blood is empty: is the lymph node empty too?",
    lesson=3,
    place=3,
    line="Empty the blood with three therapies, and look at what stays behind in the tissue.",
    controls=_controls,
    presets=PRESETS,
    figure=blood_and_node_drawing,
    sources=_sources,
)
def blood_and_node(patient: Patient, values: Mapping[str, object]) -> Scene:
    """Blood count and lymphoid tissue of one patient under three therapies (default: typical SLE)."""
    reached = patient.vary(effect_lymphoid=values["tissue"] / 100 / _effect().value)
    rituximab = plan_of("rituximab", values["dose"], usual_of("rituximab")[1])
    courses = {"rituximab": course_of(reached, rituximab, HORIZON_DAYS)}
    courses |= {name: course_of(patient, Plan.usual(name), HORIZON_DAYS) for name in _OTHERS}
    parts = blood_and_node_values(courses, values["cells"], values["day"])
    columns = {"day": DAYS}
    for name in courses:
        columns[f"{name} blood_per_ul"] = parts[f"blood-{name}"]
        columns[f"{name} lymphoid_percent_of_start"] = parts[f"node-{name}"]
    shown = (OF_ALL_CELLS,) if values["cells"] == "all B cells" else ()
    return Scene(parts, _sentence(values, courses), shown, table=lambda: csv_text(columns))
