"""The evidence explorer: filters over all published studies, a forest of one outcome, and the map of what exists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from teaching import tables_evidence as tables
from teaching.evidence import forest as forests
from teaching.evidence import landscape
from teaching.evidence.citations import citation
from teaching.evidence.selection import Selection, select, words_of
from teaching.inputs import one_of, refusal, shortened, whole_number
from teaching.panels.desk import Desk, desk
from teaching.words import in_text

VIEWS = ("forest", "map")
FOOT = "For teaching and self-study. Not treatment advice. The tables are no systematic review: see data/README.md."
#: What the words of confidence mean, as data/README.md has them.
CONFIDENCE = {
    "read": "the number stood in a text that was read",
    "read-secondary": "it stood in a news item, a talk, a label reprint or another paper",
    "derived": "arithmetic from values that were read",
    "recalled": "from memory, not a fact to be taught",
}
#: Filters of one word each, in the order in which they are refused.
WORDS = ("disease", "therapy", "target", "cells", "conditioning", "design")
LONGEST_PRODUCT = 60
#: Where nothing is asked for, the explorer starts with a case that everybody in the field knows.
FIRST = {"disease": "SLE", "therapy": "car_t", "outcome": "remission"}
#: What is drawn when no outcome is asked for.
FIRST_OUTCOME = "remission"
CASES = {
    "CAR-T cells in lupus": {"disease": "SLE", "therapy": "car_t", "outcome": "remission"},
    "Antibodies in lupus": {"disease": "SLE", "therapy": "antibody", "outcome": "response"},
    "Cytokine release, all cells": {"therapy": "car_t", "outcome": "crs"},
    "All studies": {"outcome": "response"},
}


@desk(
    title="The evidence",
    question="What has been published, in how many patients, and how sure is it?",
    lesson=9,
    place=1,
    line="Choose disease, therapy and outcome, and see each study with its interval and its source.",
)
def evidence(
    *,
    disease: str | None = None,
    therapy: str | None = None,
    target: str | None = None,
    design: str | None = None,
    outcome: str | None = None,
) -> Desk:
    """Every published study of the tables: filters, a forest of one outcome, a map of what exists.

    Arguments: words of `studies.csv` and of `tables_evidence.OUTCOMES`; without any: remission after CAR-T in lupus.
    Raises ValueError with one sentence for a word that the tables do not use, or words that no study fits.
    """
    asked = {"disease": disease, "therapy": therapy, "target": target, "design": design, "outcome": outcome}
    asked = {name: word for name, word in asked.items() if word is not None}
    start = {**_everything(), **(asked or FIRST)}
    return Desk(
        "evidence", evidence.desk.question, data=_data(), start=start, check=_checked, draw=_draw, describe=_describe,
        foot=FOOT,
    )  # fmt: skip


def _everything() -> dict:
    first, last = _years()
    empty = dict.fromkeys((*WORDS, "product"), "")
    return {"view": "forest", "outcome": FIRST_OUTCOME, **empty, "first": first, "last": last}


# --- the setting ----------------------------------------------------------------------------------------


def _checked(values: Mapping) -> dict:
    """A whole setting whose words the tables know and that some study fits; script/evidence_rules.js has the same."""
    if unknown := set(values) ^ set(_everything()):
        raise ValueError(f"the setting has or lacks the field {shortened(min(unknown))}.")
    one_of("view", values["view"], VIEWS)
    one_of("outcome", values["outcome"], _outcomes())
    for name in WORDS:
        if values[name] != "":
            one_of(name, values[name], _vocabulary()[name])
    if not isinstance(values["product"], str) or len(values["product"]) > LONGEST_PRODUCT:
        allowed = f"allowed is a piece of a name with at most {LONGEST_PRODUCT} letters"
        raise ValueError(refusal("product", values["product"], allowed))
    low, high = _years()
    for name in ("first", "last"):
        if not low <= whole_number(f"the {name} year", values[name]) <= high:
            raise ValueError(f"the {name} year is {values[name]}; allowed is a year from {low} to {high}.")
    if values["first"] > values["last"]:
        raise ValueError(f"the first year is {values['first']}, after the last, {values['last']}; turn them round.")
    if not len(found := _selection(values)):
        raise ValueError(f"no study fits all of this: {found.words}; the picture stays as it was.")
    return {name: values[name] for name in _everything()}


def _selection(values: Mapping) -> Selection:
    """The studies of a setting. The whole range of years asks for no year, so that a study of unknown year stays."""
    words = {name: values[name] for name in WORDS if values[name]}
    years = (values["first"], values["last"])
    product = values["product"].strip()
    return select(**words, product=product or None, years=None if years == _years() else years)


def _around(values: Mapping) -> Selection:
    """The studies of the map: disease and therapy are its own two axes."""
    return _selection({**values, "disease": "", "therapy": ""})


@lru_cache(maxsize=1)
def _years() -> tuple[int, int]:
    years = [study.year for study in tables.studies().values() if study.year is not None]
    return min(years), max(years)


@lru_cache(maxsize=1)
def _outcomes() -> tuple[str, ...]:
    """Outcomes of which at least one study has a count in treated patients."""
    rows = [row for row in tables.outcomes() if row.main and row.arm == "treated" and row.events is not None]
    return tuple(name for name in tables.OUTCOMES if any(row.outcome == name for row in rows))


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, dict[str, str]]:
    """For each filter the words that some study uses and what they mean, in the order of the table's vocabulary."""
    known = {"disease": tables.DISEASES, "therapy": tables.THERAPIES, "target": {word: word for word in tables.TARGETS}}
    known |= {"cells": tables.CELLS, "conditioning": tables.CONDITIONING, "design": tables.DESIGNS}
    used = {name: {word for study in tables.studies().values() for word in words_of(study, name)} for name in known}
    return {name: {word: told for word, told in words.items() if word in used[name]} for name, words in known.items()}


# --- what the script is given ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _data() -> dict:
    """All that the script counts and draws: studies with their main outcomes, references, words and their meanings."""
    keys = dict.fromkeys(key for study in tables.studies().values() for key in study.source)
    return {
        "vocabulary": _vocabulary(),
        "outcomes": {name: tables.OUTCOMES[name] for name in _outcomes()},
        "opened": tables.OPENED,
        "confidence": CONFIDENCE,
        "never_pooled": list(tables.NEVER_POOLED),
        "not_opened": list(tables.NOT_OPENED),
        "with_control": list(tables.WITH_CONTROL),
        "reasons": forests.REASONS,
        "most_reasons": forests.MOST_REASONS,
        "years": list(_years()),
        "longest_product": LONGEST_PRODUCT,
        "cases": {label: {**_everything(), **case} for label, case in CASES.items()},
        "studies": [_study(study) for study in tables.studies().values()],
        "references": {key: list(citation(key)) for key in keys},
    }


def _study(study: tables.Study) -> dict:
    """A row of studies.csv with its main outcomes; what is unknown is null."""
    names = ("study", "label", "design", "therapy", "product", "cells", "conditioning", "comparator", "place", "year")
    names += ("n", "n_all", "followup_months", "opened", "confidence", "note")
    row = {name: getattr(study, name) for name in names}
    row["note"] = in_text(study.note)
    lists = {name: list(getattr(study, name)) for name in ("diseases", "targets", "registration", "overlap", "source")}
    outcomes = tables.outcomes_by_study()[study.study]
    rows = [_outcome(one) for one in outcomes if one.main and one.outcome in _outcomes()]
    return {**row, **lists, "pooled": study.can_be_pooled, "rows": rows}


def _outcome(row: tables.Outcome) -> list:
    """Arm, disease, outcome, events, n, value, unit, month, definition, confidence, note."""
    head = [row.arm, row.disease, row.outcome, row.events, row.n, row.value, row.unit, row.month]
    return [*head, row.definition, row.confidence, in_text(row.note)]


# --- the still picture ----------------------------------------------------------------------------------


def _draw(values: Mapping):
    from teaching.figures.evidence_forest import forest_drawing, map_drawing

    if values["view"] == "map":
        return map_drawing(landscape.cells(_around(values)))
    return forest_drawing(forests.forest(values["outcome"], _selection(values)))


def _describe(values: Mapping) -> str:
    if values["view"] == "map":
        return landscape.words(_around(values))
    return forests.words(forests.forest(values["outcome"], _selection(values)))
