"""The antigen map: which cells a therapy hits, what is left of them, and which antibodies fall."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from teaching import tables
from teaching.figures import antigen_map as figure
from teaching.model.antibody_origin import antibody_amounts
from teaching.model.course import Course
from teaching.model.patient import ANTIGENS, Patient
from teaching.model.reach import THERAPIES
from teaching.model.therapies import Plan, product
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.remembered import course_of
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import quantity_table
from teaching.words import exact, in_text, percent, unit_in_words, whole

_SHARE = "autoantibody_long_lived_share"
HORIZON_DAYS = 365


def _with_antigen(name: str) -> str:
    """A product with its antigen before it, unless its name says it already."""
    antigen = tables.products()[name].antigens[0]
    return name if name.startswith(antigen) else f"{antigen} {name}"


PRESETS = (
    Preset("CD19 CAR-T", {"therapy": "CD19 CAR-T", "day": 90}),
    Preset("Rituximab, day 200", {"therapy": "rituximab", "day": 200}),
    Preset("BCMA CAR-T", {"therapy": "BCMA CAR-T", "day": 90}),
    Preset("Daratumumab", {"therapy": "daratumumab", "day": 90}),
    Preset("Half from long-lived cells", {"therapy": "CD19 CAR-T", "day": 90, "share": 50.0}),
)


def _controls(patient: Patient) -> list:
    """Therapy, day shown, and who makes the autoantibody."""
    row = _share_row(patient)
    range_words = (
        f"{exact(100 * row.low)} to {exact(100 * row.high)} %"
        if row.low is not None and row.high is not None
        else "no range"
    )
    return [
        Choice("therapy", "Therapy", "CD19 CAR-T", THERAPIES, tuple(map(_with_antigen, THERAPIES)),
               source="plans: data/regimens.csv"),
        Slider("day", "Day shown", 90, 0, HORIZON_DAYS, 1, "", whole=True, source="chosen by this kit: the first year"),
        Slider("share", "Long-lived share", round(100 * patient[_SHARE], 6), 0, 100, 0.1, "% of autoantibody",
               source="autoantibody made by long-lived plasma cells before therapy; "
               f"data/diseases.csv, {patient.disease}: {percent(100 * row.value)} ({range_words}; "
               f"{', '.join(row.source)}; "
                      f"{row.confidence}); beyond that range a what-if"),
    ]  # fmt: skip


def _share_row(patient: Patient):
    return next(row for row in tables.diseases()[patient.disease] if row.quantity == _SHARE)


def in_words(course: Course, therapy: str, day: float) -> str:
    """The picture in words: who is hit, what is left, which antibody falls, and who made it."""
    states = figure.sentence_of_states(therapy)
    hits = f"{therapy[0].upper()}{therapy[1:]} binds {_list(product(therapy).antigens)}. It hits {_list(states['hit'])}"
    extra = [
        (", hardly ", states["hardly"]),
        (", and in this model also, with little or no antigen, ", states["nearby"]),
    ]
    hits += "".join(words + _list(cells) for words, cells in extra if cells)
    hits += f"; it spares {_list(states['spared'])}." if states["spared"] else "; it spares none of the cells drawn."
    starved = [cell for cell in figure.CELLS if figure.shown_state(cell, course, therapy, day) == "starved"]
    hits += (
        f" Spared {_list([cell.name for cell in starved])} starve: most of the cells they come from are gone."
        if starved
        else ""
    )
    left = {cell.node: percent(cell.left(course, day)) for cell in figure.CELLS}
    auto, vaccine, igg = antibody_amounts(course, day).values()
    return (
        f"{hits} On day {whole(day)}, of lymphoid memory cells {left['memory_lymphoid']} are left, of plasmablasts "
        f"that make autoantibody {left['plasmablast_autoreactive']}, of long-lived plasma cells "
        f"{left['long_lived_autoreactive']}. Autoantibody is at {percent(auto['total'])} of its start, vaccine "
        f"antibody at {percent(vaccine['total'])}, total IgG at {percent(igg['total'])} (lowest within a year: "
        f"{percent(auto['lowest'])}, {percent(vaccine['lowest'])} and {percent(igg['lowest'])}). Before therapy "
        f"long-lived cells made {percent(auto['start long-lived'])} of the autoantibody, all of the vaccine "
        f"antibody and {percent(igg['start long-lived'])} of total IgG, plasmablasts the rest; IgG whose source is "
        f"gone halves every {whole(course.patient['igg_half_life_days'])} days."
    )


def _list(cells: Sequence[str]) -> str:
    return cells[0] if len(cells) == 1 else f"{', '.join(cells[:-1])} and {cells[-1]}"


def _sources(patient: Patient, values: Mapping[str, object]) -> str:
    """Grades of the antigens, published points, and the numbers of the model, as HTML."""
    therapy = values["therapy"]
    grades = "".join(
        f'<tr><th scope="row">{html.escape(row.label)}</th>'
        f"{''.join(f'<td>{getattr(row, name)}</td>' for name in ANTIGENS)}"
        f"<td>{html.escape(', '.join(row.source))}; {row.confidence}</td><td>{html.escape(in_text(row.note))}</td></tr>"
        for row in tables.nodes().values()
    )
    points = [
        f"{exact(row.value)} {unit_in_words(row.unit)}, n = {row.n}, {row.disease}, days {whole(point[5])} to "
        f"{whole(point[6])} "
        f"({', '.join(row.source)}; {row.confidence}): {in_text(row.note)}"
        for name, point in figure.published_points().items()
        if point[0] == therapy and (row := tables.observation(name))
    ]
    rows = tables.parameters()
    serum = [rows["serum", "igg_half_life_days"], rows["serum", "protective_igg_long_lived_share"]]
    serum += [rows["lineage", "plasmablast_loss_per_day"], rows["lineage", "long_lived_loss_per_day"]]
    share = _share_row(patient)
    return (
        "<p>The question comes from melero2022: plasma cells lose CD19, and yet CD19 therapy lowers "
        "autoantibodies. The answer drawn here (most autoantibody made by short-lived plasmablasts that are hit, "
        f"or starved of their parents) is this model's: the share of {percent(100 * share.value)} was set so "
        f"({', '.join(share.source)}; {share.confidence}): {html.escape(in_text(share.note))}. Plasmablasts and "
        f"long-lived "
        "cells are drawn for the autoreactive line; CAR-T cells come after lymphodepletion, which halves every "
        "cell but the long-lived ones in this model.</p>"
        + (
            "<p><b>Published values on the picture</b> (shown while the day lies in their window):</p>"
            f"<ul>{_items(points)}</ul>"
            if points
            else ""
        )
        + "<p><b>Antigens by stage</b> (data/lineage.csv; grades called recalled in the notes are from memory, "
        "not facts)</p>"
        f"<table><thead><tr><th>cell</th>{''.join(f'<th>{name}</th>' for name in ANTIGENS)}"
        f"<th>source</th><th>note</th></tr></thead><tbody>{grades}</tbody></table>"
        + quantity_table("Antibody and the cells that make it", serum)
        + quantity_table(f"Numbers of the model for {product(therapy).row.label}", product(therapy).quantities.values())
    )


def _items(lines: list[str]) -> str:
    return "".join(f"<li>{html.escape(line)}</li>" for line in lines)


@family(
    title="Antigen map",
    question="Which cells does a therapy hit, and which antibodies fall?",
    lesson=2,
    place=1,
    line="Aim at CD19, CD20, BCMA or CD38 and see which cells of the lineage are hit and which are spared.",
    controls=_controls,
    presets=PRESETS,
    figure=figure.antigen_drawing,
    sources=_sources,
)
def antigens(patient: Patient, values: Mapping[str, object]) -> Scene:
    """The antigen map of one patient (default: typical SLE), with five therapies."""
    therapy, day = values["therapy"], values["day"]
    changed = patient.change(autoantibody_long_lived_share=values["share"] / 100)
    result = course_of(changed, Plan.usual(therapy), HORIZON_DAYS)
    shown = [*figure.shown_points(therapy, day), *(f"antigen-{name}" for name in product(therapy).antigens)]
    return Scene(
        figure.antigen_values(result, therapy, day), in_words(result, therapy, day), shown,
        table=lambda: figure.antigen_table(result, therapy, day),
    )  # fmt: skip
