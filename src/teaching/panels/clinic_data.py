"""The numbers and words with which `script/clinic.js` plays the clinic of lesson 11, as plain data.

The script has rules and the model's own text (model/script.py), and no number of a table: all of those stand here.
"""

from __future__ import annotations

from functools import lru_cache

from teaching import tables
from teaching.clinic import career, debrief, following, harm, laboratory, numbers, people, visit
from teaching.clinic.outcome import ENDINGS
from teaching.evidence.dice import SIDES
from teaching.model import solver
from teaching.model.course import CHANCE_CELLS, DEPLETED_PER_UL, RELAPSE_SHARE, REMISSION_SHARE
from teaching.model.fate import division_per_day
from teaching.model.parameters import KINDS, antigen_weights, body_symbols, product_symbols, target_weights
from teaching.model.patient import Patient
from teaching.model.sparse import dependencies_by_block
from teaching.model.states import N_BODY, N_NODES
from teaching.model.therapies import dose_words, product, usual_plans
from teaching.words import unit_in_words

_ONES = [1.0] * N_NODES
_FOLDS = (
    "serious_per_year", "depleted_fold", "conditioning_fold", "conditioning_days", "low_igg_fold", "low_igg",
    "steroids_off_fold", "steroids_off_days",
)  # fmt: skip


@lru_cache(maxsize=1)
def clinic_data() -> dict:
    """Everything that the script of the clinic needs (JSON); it packs to less than 12 kB, which a test holds."""
    return {
        "version": numbers.VERSION,
        "tables": numbers.stamp(),
        "most_seed": SIDES - 1,
        "game": _game(),
        "people": [{"name": one.name, "disease": one.disease, "missing": one.missing} for one in _people()],
        "tests": [_test(one) for one in laboratory.orderable().values()],
        "therapies": _therapies(),
        "kind_words": visit.KIND_WORDS,
        "endings": ENDINGS,
        "infection": {name: numbers.value_of("infection", name) for name in _FOLDS},
        "severe": {kind: harm.severe_cytokines(kind) for kind in harm.WITH_CYTOKINES},
        "drawn": _drawn(),
        "patients": {disease: _patient(disease) for disease in dict.fromkeys(one.disease for one in _people())},
        "nodes": {name: row.site for name, row in tables.nodes().items()},
        "body": body_symbols(),
        "conditioning": _conditioning(),
        "symbols": {kind: product_symbols(kind) for kind in KINDS},
        "kinds": {kind: {"states": one.N_STATES, "by_node": list(one.BY_NODE)} for kind, one in KINDS.items()},
        "products": {name: _product(name) for name in tables.products()},
        "dependencies": dependencies_by_block(),
        "limits": _limits(),
        "solver": {"rtol": following.COMPILED_RTOL, "atol": solver.ATOL, "others": solver.ATOL_OTHERS, "body": N_BODY},
        "fate": {"division_per_day": division_per_day(), "most_cells": CHANCE_CELLS, "turn": following.TURN},
        "depleted_per_ul": DEPLETED_PER_UL,
        "remission": 100 * REMISSION_SHARE,
        "relapse": 100 * RELAPSE_SHARE,
    }


def _people() -> list[people.Person]:
    return list(people.people().values())


def _game() -> dict:
    """Days, points and the other numbers that the game's rules need."""
    whole, value = numbers.whole_of, numbers.value_of
    return {
        "visit_days": list(numbers.visit_days()), "end": numbers.end_day(), "points": whole("game", "points"),
        "sure_share": value("game", "sure_share"), "times": whole("rerun", "times"), "most_times": debrief.MOST_TIMES,
        "severe_points": whole("severe CRS", "points"), "activity_fold": value("steroids", "activity_fold"),
        "igg_cost": whole("IgG replacement", "cost"), "igg_level": value("IgG replacement", "level"),
        "most_doses": visit.MOST_DOSES, "longest_notes": career.LONGEST_NOTES, "longest_file": career.LONGEST_FILE,
    }  # fmt: skip


def _test(one: laboratory.ClinicTest) -> dict:
    names = ("name", "series", "unit", "cost", "delay", "error", "lowest")
    return {name: getattr(one, name) for name in names}


def _therapies() -> list[dict]:
    """The usual courses, for whom each is usual, and where that was read."""
    found = []
    for name, plan in usual_plans().items():
        row = tables.regimens()[name]
        about = {"given_for": row.given_for, "source": "; ".join(row.source), "confidence": row.confidence}
        found.append({"name": name, "label": row.label, "plan": str(plan), **about})
    return found


def _drawn() -> list[dict]:
    """What the seed draws, in the order of data/variation.csv: numbers of the patient, and factors of products."""
    found = []
    for row in tables.variation().values():
        own = row.applies_to == "patient"
        unit = Patient.typical("SLE").unit(row.quantity) if own else "× typical"
        one = {"quantity": row.quantity, "own": own, "label": tables.label(row.quantity), "unit": unit}
        found.append({**one, "log_sd": row.log_sd})
    return found


def _patient(disease: str) -> dict:
    """The typical patient of a disease, and for each drawn number [centre, low, high, shares below low and high]."""
    typical, ends = Patient.typical(disease), []
    for row in tables.variation().values():
        centre, low, high = people.limits_of(typical, row)
        shares = (people.share_below(centre, row.log_sd, end) for end in (low, high))
        ends.append([centre, low, high, *shares])
    return {"values": dict(typical.values), "ends": ends}


def _conditioning() -> dict:
    """The numbers of the body that belong to lymphodepletion, by name."""
    own = Patient.typical("SLE").values
    return {
        name: tables.parameters()["conditioning", name].value for name in body_symbols().values() if name not in own
    }


def _product(name: str) -> dict:
    """A product: what a plan may ask of it, and its numbers in the typical patient."""
    item, row = product(name), tables.products()[name]
    usual = {"word": row.dose_word, "amount": row.dose, "days": list(row.schedule_days), "duration": row.duration_days}
    found = {"kind": item.kind, "usual": usual, "words": list(dose_words(name))}
    numbers_of = {key: one.value for key, one in item.quantities.items() if not key.startswith("weight_")}
    if item.kind == "conditioning":
        return {**found, "antigens": [], "numbers": numbers_of}
    weights = {"kill": list(antigen_weights(item)), "target": list(target_weights(item, _ONES))}
    return {**found, "antigens": list(item.antigens), "numbers": numbers_of, **weights}


def _limits() -> dict:
    """'kind word' -> [low, high, unit as it is told], for doses and days."""
    return {
        f"{owner} {name}": [row.low, row.high, unit_in_words(row.unit)]
        for (owner, name), row in tables.limits().items()
        if owner in (*KINDS, "conditioning", "any")
    }
