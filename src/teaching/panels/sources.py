"""Where a panel's numbers come from, as text and HTML; and sliders whose range stands in data/products.csv."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from teaching import tables
from teaching.figures.treatment import overlay_ids
from teaching.model.therapies import product
from teaching.panels.controls import Slider
from teaching.words import exact, in_text, unit_in_words

_DOSE_WORDS = {"antibody": ("Dose each time", 10.0), "engager": ("Dose", 0.5), "car_t": ("Dose", 0.0)}
_DOSE_UNITS = {
    "dose_mg": "mg",
    "dose_mg_per_m2": "mg/m²",
    "dose_mg_per_kg": "mg/kg",
    "rate_ug_per_day": "µg/day",
    "cells_per_kg": "cells/kg",
}
#: Where it was read how T cells kill, for all drawings that show it.
KILLING = "perforin and granzymes: doi 10.3390/ijms20061283 (review on CAR-T cells, abstract read)"
#: Series of a course, as a sentence about a published value names them.
_QUANTITY_WORDS = {
    "blood_b_cells_per_ul": "blood B cells",
    "blood_memory_per_ul": "memory B cells in blood",
    "autoantibody_percent": "autoantibody",
    "total_igg_percent": "total IgG",
    "lymphoid_memory_percent": "lymphoid memory",
    "activity_sledai_points": "SLEDAI",
}


def dose_slider(
    name: str, label: str = "", control: str = "", when: Mapping[str, str] | None = None, sweep: bool = True
) -> Slider:
    """A dose slider over the range of data/products.csv: logarithmic for cells, straight otherwise.

    `control`: the control's name (default: "<product> dose"); `when`: default {"product": name}.
    """
    row = product(name).row
    words, step = _DOSE_WORDS[row.kind]
    return Slider(
        control or f"{name} dose", label or words, row.dose, row.dose_low, row.dose_high, step,
        _DOSE_UNITS[row.dose_word],
        log=row.kind == "car_t", when={"product": name} if when is None else when, sweep=sweep,
        source=f"start and range: data/products.csv ({', '.join(row.source)}; {row.confidence})",
    )  # fmt: skip


def product_sources(name: str, points: Iterable[str] = ()) -> str:
    """The numbers of the model for one product with unit, range, source and confidence; published points before it."""
    item = product(name)
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in points)
    head = (
        "<p><b>Published values on the picture</b> (some of them are also what the model was fitted to, "
        f"see data/targets.csv):</p><ul>{lines}</ul>"
        if lines
        else ""
    )
    return head + quantity_table(f"Numbers of the model for {item.row.label}", item.quantities.values())


def published(product: str) -> list[str]:
    """One sentence a published value laid over a product's curves, with n, spread and source."""
    return [_in_words(tables.observation(name)) for name in overlay_ids(product)]


def _in_words(row: tables.Observation) -> str:
    spread, unit = "", unit_in_words(row.unit)
    if row.low is not None and row.high is not None:
        spread = f" ({exact(row.low)} to {exact(row.high)}{', ' + row.spread if row.spread else ''})"
    if row.quantity == "day_back":
        what = f"B cells back on day {exact(row.value)}{spread}"
    elif row.quantity == "day_below_1":
        what = f"B cells gone on day {exact(row.value)}{spread}"
    elif row.quantity == "nadir":
        what = f"{_QUANTITY_WORDS[row.series]} at the lowest {exact(row.value)} {unit}"
    elif row.spread == "upper bound":
        what = f"{_QUANTITY_WORDS[row.series]} below {exact(row.value)} {unit} on day {exact(row.day)}"
    else:
        when = f"day {exact(row.day)}" if row.day is not None else f"days {exact(row.day_low)} to {exact(row.day_high)}"
        what = f"{_QUANTITY_WORDS[row.series]} {exact(row.value)}{spread} {unit} on {when}"
    people = f"n = {row.n}" if row.n else "review, n not given"
    return f"{what}; {people}, {row.disease}, {in_text(row.plan)} ({', '.join(row.source)}; {row.confidence})"


def cited(row: tables.Observation, seen: str = "") -> str:
    """Source and confidence of an observation, as they stand in brackets; `seen`: what of the source was seen."""
    keys = ", ".join(key for key in row.source if key != "arithmetic")
    return f"{keys}, {seen}; {row.confidence}" if seen else f"{keys}; {row.confidence}"


def quantity_table(title: str, quantities: Iterable[tables.Quantity]) -> str:
    """Quantities of the tables with unit, range, source and confidence, as an HTML table."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(tables.label(q.name))}</th>'
        f"<td>{exact(q.value)} {html.escape(unit_in_words(q.unit))}</td>"
        f"<td>{'' if q.low is None or q.high is None else f'{exact(q.low)} to {exact(q.high)}'}</td>"
        f"<td>{html.escape(', '.join(q.source))}</td><td>{q.confidence}</td></tr>"
        for q in quantities
    )
    return (
        f"<p><b>{html.escape(title)}</b> (calibration: fitted by this kit; assumption: no source found; keys: "
        f"data/references.bib)</p>"
        "<table><thead><tr><th>quantity</th><th>value</th><th>range</th><th>source</th><th>confidence</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def statements(rows: Iterable[tuple[str, str]]) -> str:
    """What the drawing claims and where it was read, as HTML."""
    body = "".join(
        f'<tr><th scope="row">{html.escape(claim)}</th><td>{html.escape(source)}</td></tr>' for claim, source in rows
    )
    return (
        "<p><b>What the drawing says and where it was read</b> (a model for teaching: sizes, numbers of molecules and "
        "order in time are drawn to be seen, not to scale; keys: data/references.bib)</p>"
        f"<table><thead><tr><th>statement</th><th>source</th></tr></thead><tbody>{body}</tbody></table>"
    )
