"""The setting of the benefit desk: what is looked at, of which therapies and events, counted in whom.

`script/benefit_checks.js` has the same rules with the same words; tests compare the two.
"""

from __future__ import annotations

from teaching.panels.benefit_boxes import things
from teaching.panels.benefit_data import MOST_EVENTS, MOST_THERAPIES, VIEWS
from teaching.panels.told import told
from teaching.tables_benefit import OPTIONS, POPULATIONS

FIELDS = ("view", "therapies", "events", "population")


def checked(values: dict) -> dict:
    """A whole setting as the desk takes it; ValueError with one sentence for anything else."""
    if set(values) != set(FIELDS):
        raise ValueError("the setting of this desk lacks a field, or has one too many.")
    _word("view", values["view"], VIEWS)
    _word("population", values["population"], POPULATIONS)
    _words("therapy", "therapies", values["therapies"], OPTIONS, MOST_THERAPIES)
    _words("event", "events", values["events"], things(), MOST_EVENTS)
    return {name: values[name] for name in FIELDS}


def _word(name: str, value, known) -> None:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"the {name} is {told(value)}; choose one of: {', '.join(known)}.")


def _words(one: str, many: str, values, known, most: int) -> None:
    if not isinstance(values, list) or not 1 <= len(values) <= most:
        raise ValueError(f"the {many} are {told(values)}; a list of 1 to {most} of them is needed.")
    for value in values:
        _word(one, value, known)
    if len(set(values)) < len(values):
        raise ValueError(f"one {one} is chosen twice; choose each once.")
