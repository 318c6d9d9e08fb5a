"""The benefit desk: a hundred people for each therapy and event, what nobody has counted, and cost, time and access."""

from __future__ import annotations

from collections import Counter

from teaching.evidence.icons import number_in_words
from teaching.evidence.selection import sentence_case
from teaching.inputs import one_of, refusal
from teaching.panels.benefit_boxes import SHORT, box, kind_of, overview, thing_of, things
from teaching.panels.benefit_data import MOST_EVENTS, NOTHING, VIEWS, benefit_data
from teaching.panels.benefit_setting import checked
from teaching.panels.desk import Desk, desk
from teaching.tables_benefit import OPTIONS, POPULATIONS
from teaching.tables_costs import CostRow, costs

FOOT = "For teaching and self-study. Not treatment advice. The tables are no systematic review: see data/README.md."


@desk(
    title="Benefit and risk",
    question="Of a hundred people, how many gain, how many are harmed, and what has nobody counted?",
    lesson=10,
    place=1,
    line="Put therapies beside each other, event by event, and see how much of the picture is empty.",
)
def benefits(
    left: str = "obinutuzumab",
    right: str | None = "cd19_car_t",
    event: str | list[str] = "infection",
    *,
    third: str | None = None,
    population: str = "autoimmune",
    view: str = "people",
) -> Desk:
    """Icon arrays of one to three therapies and one to three events, each figure with its source.

    Arguments: therapies of `tables_benefit.OPTIONS`; an event of `tables_benefit.EVENTS`, 'crs:3+' for one of its
    grades, or a list of up to three; population, 'autoimmune' or 'cancer'; view, 'people', 'overview' or 'costs'.
    Raises ValueError with one sentence for anything else.
    """
    given = list(event) if isinstance(event, (list, tuple)) else [event]
    if not 1 <= len(given) <= MOST_EVENTS:
        raise ValueError(refusal("event", event, f"1 to {MOST_EVENTS} events are needed"))
    therapies = [one_of("therapy", one, OPTIONS) for one in (left, right, third) if one is not None]
    start = {
        "view": one_of("view", view, VIEWS), "therapies": therapies, "events": [thing_of(one) for one in given],
        "population": one_of("population", population, POPULATIONS),
    }  # fmt: skip
    return Desk(
        "benefits", benefits.desk.question, data=benefit_data(), start=start, check=checked, draw=_draw,
        describe=describe, foot=FOOT,
    )  # fmt: skip


def describe(values: dict) -> str:
    """The words under the picture; script/benefit_words.js has the same."""
    if values["view"] == "overview":
        return _overview_in_words(values["population"])
    if values["view"] == "costs":
        return _costs_in_words(values["therapies"])
    found = []
    for thing in values["events"]:
        for therapy in values["therapies"]:
            shown = box(therapy, thing, values["population"]).shown
            number = number_in_words(shown) if shown else "no figure"
            found.append(f"{sentence_case(things()[thing])}, {SHORT[therapy]}: {number}.")
    return " ".join([f"Counted in {POPULATIONS[values['population']]}.", *found])


def _overview_in_words(population: str) -> str:
    boxes = overview(population)
    kinds = Counter(map(kind_of, boxes.values()))
    said = kinds["count"] + kinds["percent"] + kinds["rate"]
    nothing = f" In {kinds['']} more the tables of this kit hold nothing." if kinds[""] else ""
    return (
        f"Counted in {POPULATIONS[population]}. Of {len(boxes)} boxes, {said} hold a number; in {kinds['unknown']} it "
        f"was looked for and not found, and in {kinds['impossible']} the event cannot happen.{nothing}"
    )


def rows_of(therapies: list[str]) -> list[CostRow]:
    """Rows of costs.csv about at least one of these therapies, in file order."""
    return [row for row in costs().values() if set(row.therapy) & set(therapies)]


def _costs_in_words(therapies: list[str]) -> str:
    rows = rows_of(therapies)
    unknown = sum(row.kind == "unknown" for row in rows)
    return (
        f"{len(rows)} rows on cost, time and access of {', '.join(SHORT[one] for one in therapies)}; {unknown} of them "
        "say what was looked for and not found. Amounts of different places, years and currencies cannot be added."
    )


def _draw(values: dict):
    from teaching.figures.benefit_icons import costs_drawing, overview_drawing, people_drawing

    if values["view"] == "overview":
        boxes = overview(values["population"])
        return overview_drawing(boxes, things(), SHORT, POPULATIONS[values["population"]])
    if values["view"] == "costs":
        return costs_drawing(rows_of(values["therapies"]), SHORT, set(values["therapies"]))
    found = {
        (thing, therapy): box(therapy, thing, values["population"])
        for thing in values["events"]
        for therapy in values["therapies"]
    }
    return people_drawing(found, things(), SHORT, POPULATIONS[values["population"]], NOTHING[values["population"]])
