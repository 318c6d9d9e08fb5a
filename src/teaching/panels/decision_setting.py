"""The setting of the decision desk: names, weights and scores, the first table that was kept, and what moved the hand.

`script/decision_checks.js` has the same rules with the same words; tests compare the two.
"""

from __future__ import annotations

import json
import unicodedata

from teaching.evidence.decision import LONGEST_NAME, MOST_CRITERIA, MOST_OPTIONS, TOP, DecisionTable
from teaching.panels.told import told

#: What Mara may choose, and what she may look at: all scores and weights are alike, so that nothing is suggested.
OPTIONS = ("rituximab again", "obinutuzumab", "an engager in a study", "CAR-T cells in a study")
CRITERIA = (
    "how likely remission is", "how long it lasts", "serious infection", "days in hospital and travel", "cost to all",
    "how sure we are",
)  # fmt: skip
MIDDLE = 5
TABLE = ("criteria", "weights", "options", "scores")
#: `plan` is what moved the hand, in own words: reports look for it under this name, and for `says`.
FIELDS = (*TABLE, "first", "plan", "says")
LONGEST_PLAN, LONGEST_SAYS = 700, 600
#: Steps of a weight and of a score, one over this.
STEPS = 1000
LONGEST_TEXT = 20_000
#: Kinds of letters of Unicode that no name has: line breaks, tabs, spaces of other widths.
_BREAKS = ("Cc", "Zs", "Zl", "Zp")


def start(options=OPTIONS, criteria=CRITERIA) -> dict:
    """A table of these names in which everything is alike; nothing kept, nothing written."""
    return {
        "criteria": list(criteria), "weights": [MIDDLE] * len(criteria), "options": list(options),
        "scores": [[MIDDLE] * len(criteria) for _ in options], "first": None, "plan": "", "says": "",
    }  # fmt: skip


def checked(values: dict) -> dict:
    """A whole setting as the desk takes it; ValueError with one sentence for anything else."""
    if set(values) != set(FIELDS):
        raise ValueError("the setting of the decision table lacks a field, or has one too many.")
    _table(values)
    if values["first"] is not None:
        if not isinstance(values["first"], dict) or set(values["first"]) != set(TABLE):
            raise ValueError("the first table lacks a field, or has one too many.")
        _table(values["first"])
    _text("what moved you", values["plan"], LONGEST_PLAN)
    _text("the sentence for the report", values["says"], LONGEST_SAYS)
    if (long := len(json.dumps(values))) > LONGEST_TEXT:
        raise ValueError(f"this table has {long:,} letters and {LONGEST_TEXT:,} can be kept; shorten some names.")
    return {name: values[name] for name in FIELDS}


def table_of(values: dict) -> DecisionTable:
    """The decision table of a setting."""
    weights = dict(zip(values["criteria"], values["weights"], strict=True))
    rows = zip(values["options"], values["scores"], strict=True)
    return DecisionTable(weights, {option: dict(zip(values["criteria"], row, strict=True)) for option, row in rows})


def _table(values: dict) -> None:
    criteria, options = values["criteria"], values["options"]
    _names("criterion", "criteria", criteria, 1, MOST_CRITERIA)
    _names("option", "options", options, 2, MOST_OPTIONS)
    _grades("weights", values["weights"], len(criteria))
    for name, weight in zip(criteria, values["weights"], strict=True):
        _grade(f"the weight of {name}", weight)
    if not isinstance(values["scores"], list) or len(values["scores"]) != len(options):
        raise ValueError("there must be a row of scores for each option.")
    for option, row in zip(options, values["scores"], strict=True):
        _grades(f"scores of {option}", row, len(criteria))
        for name, score in zip(criteria, row, strict=True):
            _grade(f"the score of {option} on {name}", score)
    if not any(values["weights"]):
        raise ValueError("All weights are zero; give at least one criterion a weight above 0.")


def _names(one: str, many: str, names, least: int, most: int) -> None:
    if not isinstance(names, list) or not least <= len(names) <= most:
        number = told(len(names)) if isinstance(names, list) else told(names)
        raise ValueError(f"the number of {many} is {number}; allowed is a number from {least} to {most}.")
    for name in names:
        plain = isinstance(name, str) and 1 <= len(name) <= LONGEST_NAME and name == name.strip(" ")
        if not plain or any(_breaks(letter) for letter in name):
            raise ValueError(f"{told(name)} cannot name the {one}; a text of 1 to {LONGEST_NAME} letters is needed.")
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"two {many} are called {told(name)}; give each a name of its own.")


def _breaks(letter: str) -> bool:
    return letter == "\ufeff" or (letter != " " and unicodedata.category(letter) in _BREAKS)


def _grades(name: str, values, many: int) -> None:
    if not isinstance(values, list) or len(values) != many:
        raise ValueError(f"the {name} must be a list of {many} {'number' if many == 1 else 'numbers'}.")


def _grade(name: str, value) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 <= value <= TOP:
        raise ValueError(f"{name} is {told(value)}; allowed is a number from 0 to {TOP}.")
    if round(value * STEPS) / STEPS != value:
        raise ValueError(f"{name} is {told(value)}; at most three decimals are allowed.")


def _text(name: str, value, most: int) -> None:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{name} is {told(value)}; a text of at most {most} letters is needed.")
