"""Which figure stands in which box of the benefit desk: a therapy, an event with its grade, and in whom it was counted.

Autoimmune disease and cancer are never mixed: a box holds figures of one of them. What cannot happen because of what a
therapy is cannot happen in either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from teaching.inputs import one_of
from teaching.tables_benefit import EVENTS, GRADES, OPTIONS, POPULATIONS, WITHOUT_NUMBER, Figure, figures_of

#: The therapies of tables_benefit.OPTIONS in as many letters as a picture has room for.
SHORT = {
    "rituximab": "rituximab",
    "obinutuzumab": "obinutuzumab",
    "cd19_engager": "CD19 engager",
    "bcma_engager": "BCMA engager",
    "cd19_car_t": "CD19 CAR-T",
    "bcma_car_t": "BCMA CAR-T",
    "mrna_car_t": "mRNA CAR-T",
    "allogeneic_car_t": "donor CAR-T",
    "in_vivo_car_t": "in-vivo CAR-T",
}
#: Grades that the overview shows; single grades are part of 'any grade'.
IN_OVERVIEW = ("", "any", "3+")


class Box(NamedTuple):
    """`shown` is the figure of the box, None where the tables say nothing; `others` are further counts of the same."""

    shown: Figure | None
    others: tuple[Figure, ...]


@lru_cache(maxsize=1)
def things() -> dict[str, str]:
    """Key -> words of everything that can be chosen: an event, or an event and a grade as 'crs:3+'."""
    found = {}
    for event, said in EVENTS.items():
        for grade in said.grades:
            found[f"{event}:{grade}" if grade else event] = f"{said.words}, {GRADES[grade]}" if grade else said.words
    return found


def thing_of(word: str) -> str:
    """The key of an event that was given without its grade: that of any grade. ValueError for an unknown word."""
    if isinstance(word, str) and word in EVENTS and word not in things():
        word = f"{word}:{EVENTS[word].grades[0]}"
    return one_of("event", word, things())


@lru_cache(maxsize=1024)
def box(therapy: str, thing: str, population: str) -> Box:
    """What the tables say of an event after a therapy, in one population; KeyError or ValueError for unknown words."""
    event, _, grade = thing.partition(":")
    one_of("population", population, POPULATIONS)
    fits = [one for one in figures_of(therapy, event) if one.grade == grade or one.kind in WITHOUT_NUMBER]
    here = [one for one in fits if one.population == population]
    here += [one for one in fits if one.kind == "impossible" and one not in here]
    here.sort(key=lambda one: (not one.shown, one.kind in WITHOUT_NUMBER))
    return Box(here[0] if here else None, tuple(here[1:]))


@lru_cache(maxsize=2)
def overview(population: str) -> dict[tuple[str, str], Box]:
    """(thing, therapy) -> box, for every box of the overview, row after row."""
    rows = [thing for thing in things() if thing.partition(":")[2] in IN_OVERVIEW]
    return {(thing, therapy): box(therapy, thing, population) for thing in rows for therapy in OPTIONS}


def kind_of(one: Box) -> str:
    """How the overview draws a box: 'count', 'percent', 'rate', 'unknown', 'impossible', or '' for nothing said."""
    return one.shown.kind if one.shown else ""
