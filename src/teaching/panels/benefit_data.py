"""What the script of the benefit desk draws from, as plain data: every figure with its icons, words and sources."""

from __future__ import annotations

from functools import lru_cache

from teaching import tables, tables_costs
from teaching.evidence.citations import citation
from teaching.evidence.icons import doubt_in_words, icons, icons_in_words, number_in_words
from teaching.evidence.prices import amount_in_words
from teaching.panels.benefit_boxes import SHORT, box, overview, things
from teaching.panels.evidence_explorer import CONFIDENCE
from teaching.tables_benefit import EVENTS, OPTIONS, POPULATIONS, Figure, parts_of
from teaching.tables_costs import MATTERS, TOLD_BY, CostRow
from teaching.words import in_text, percent, whole

MOST_THERAPIES, MOST_EVENTS = 3, 3
VIEWS = {
    "people": "A hundred people",
    "overview": "Overview: what is counted",
    "costs": "Cost, time and access",
}
#: What is told of a box of which the tables hold nothing, not even that it was looked for.
NOTHING = {
    "autoimmune": "The tables of this kit have no figure of this grade in autoimmune disease.",
    "cancer": "The tables of this kit have no figure of it in cancer.",
}


@lru_cache(maxsize=1)
def benefit_data() -> dict:
    """The data of the desk (JSON). `boxes`: population -> thing -> therapy -> places in `figures`, the shown first."""
    figures: list[dict] = []
    places: dict[Figure, int] = {}

    def place(one: Figure) -> int:
        if one not in places:
            places[one] = len(figures)
            figures.append(_figure(one))
        return places[one]

    boxes = {}
    for population in POPULATIONS:
        boxes[population] = {thing: {} for thing in things()}
        for thing in things():
            for therapy in OPTIONS:
                found = box(therapy, thing, population)
                shown = [found.shown] if found.shown else []
                boxes[population][thing][therapy] = [place(one) for one in (*shown, *found.others)]
    costs = [_cost(row) for row in tables_costs.costs().values()]
    keys = [
        key for one in figures for key in (*one["source"], *(key for part in one["parts"] for key in part["source"]))
    ]
    keys += [key for row in costs for key in row["source"]]
    return {
        "therapies": {name: {"words": option.words, "short": SHORT[name]} for name, option in OPTIONS.items()},
        "things": things(), "benefits": [name for name in things() if EVENTS[name.partition(":")[0]].benefit],
        "overview": list(dict.fromkeys(thing for thing, _ in overview("autoimmune"))), "populations": POPULATIONS,
        "views": VIEWS, "most_therapies": MOST_THERAPIES, "most_events": MOST_EVENTS, "nothing": NOTHING,
        "figures": figures, "boxes": boxes, "costs": costs, "matters": MATTERS, "told_by": TOLD_BY,
        "confidence": CONFIDENCE, "references": {key: _reference(key) for key in dict.fromkeys(keys)},
    }  # fmt: skip


def _reference(key: str) -> list[str]:
    """Text, address, what stands on the link, and a note; what this kit computed names itself."""
    own = tables.OWN_SOURCES.get(key)
    return [f"{key}: {own}.", "", "", ""] if own else list(citation(key))


def _figure(one: Figure) -> dict:
    """A figure as the script draws it; `icons` in the order certain, seen, possible, free, unknown."""
    control = one.control
    if isinstance(control, tuple):
        control = f"{whole(control[0])} of {whole(control[1])} patients ({percent(100 * control[0] / control[1])})"
    elif control is not None:
        control = percent(control, 3)
    return {
        "name": one.name, "therapy": one.therapy, "event": one.event, "grade": one.grade, "kind": one.kind,
        "population": one.population, "icons": list(icons(one).counts), "number": number_in_words(one),
        "doubt": doubt_in_words(one), "words": icons_in_words(one), "count": one.count, "n": one.n, "value": one.value,
        "unit": one.unit, "control": control or "", "months": one.followup_months, "year": one.year,
        "definition": in_text(one.definition), "source": list(one.source), "confidence": one.confidence or "",
        "not_known": in_text(one.not_known), "note": in_text(one.note), "parts": _parts(one),
    }  # fmt: skip


def _parts(one: Figure) -> list[dict]:
    """The studies that a figure adds up, each with its own count and definition."""
    return [
        {
            "label": study.label,
            "number": f"{whole(result.events)} of {whole(result.n)}" if result.events is not None else
            percent(result.value, 3),
            "definition": in_text(result.definition), "months": result.month or study.followup_months,
            "source": list(result.source),
        }
        for study, result in parts_of(one)
    ]  # fmt: skip


def _cost(row: CostRow) -> dict:
    return {
        "name": row.cost, "therapies": list(row.therapy), "matter": row.matter, "kind": row.kind,
        "amount": amount_in_words(row), "includes": in_text(row.includes), "population": row.population,
        "place": row.place, "year": row.year, "told_by": row.told_by, "source": list(row.source),
        "confidence": row.confidence or "", "not_known": in_text(row.not_known), "note": in_text(row.note),
    }  # fmt: skip
