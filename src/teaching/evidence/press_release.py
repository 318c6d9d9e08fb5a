"""A press release against a checklist of eight points (S7), and what exaggeration does to the news."""

from __future__ import annotations

from collections.abc import Iterable

from teaching.evidence.numbers import value_of
from teaching.inputs import listed, one_of
from teaching.showing import Shown, Table

#: What a fair release has, in the order in which one reads.
CHECKLIST = {
    "n": "the number of patients stands in the first paragraph",
    "comparator": "what they are compared with is named",
    "co-treatments": "other treatments given at the same time are named",
    "endpoint": "the endpoint is defined, and was chosen beforehand",
    "follow-up": "how long they were watched is given",
    "harms": "harms are given",
    "no cure": "'cure' and 'reset' are absent or qualified",
    "alternatives": "one sentence says what else could explain the result",
}


class Score(Shown):
    """How many of the eight points a release has: `score` from 0 to 8, `met` and `missing` the points."""

    def __init__(self, met: Iterable[str]):
        found = set(met)
        self.met = tuple(point for point in CHECKLIST if point in found)
        self.missing = tuple(point for point in CHECKLIST if point not in found)
        self.score = len(self.met)

    @property
    def table(self) -> Table:
        """The checklist with what was found."""
        rows = [(point, told, point in self.met) for point, told in CHECKLIST.items()]
        return Table(f"{self.score} of {len(CHECKLIST)} points.", {"point": "", "what": "", "found": ""}, rows)


def score_release(met: Iterable[str]) -> Score:
    """The score of a release that has these points of `CHECKLIST`.

    Raises ValueError for a point that is not in the checklist, or for a text instead of a list of points.
    """
    if isinstance(met, str) or not isinstance(met, Iterable):
        raise ValueError(f"the points met must be a list; choose from: {listed(CHECKLIST)}.")
    return Score([one_of("a point", point, CHECKLIST) for point in met])


def exaggeration() -> Table:
    """How often releases exaggerate, and how often the news does after a release that did and one that did not.

    Published shares from appraisal.csv, in per cent, with their source in that table.
    """
    words = {"advice": "advice to readers", "cause": "causes", "species": "people, from animals"}
    rows = [
        (
            told,
            value_of("press", f"exaggerated_{name}"),
            value_of("press", f"news_after_exaggerated_{name}"),
            value_of("press", f"news_after_plain_{name}"),
        )
        for name, told in words.items()
    ]
    columns = {"claims about": "", "releases that exaggerate": "%", "news after such a release": "%"}
    columns |= {"news after one that does not": "%"}
    caption = f"Exaggeration in {value_of('press', 'releases'):.0f} press releases and the news that followed."
    return Table(caption, columns, rows)
