"""Settings of the clinic desk, for its tests in Python and in the browser."""

import json

from teaching.clinic.visit import start as first_visit
from teaching.panels.clinic_setting import LONGEST_NOTES, start

PATIENT, SEED = "SLE nephritis", 7


def career(visit) -> dict:
    """A visit or ending as the object that a setting holds."""
    return json.loads(visit.to_json())


def at_first():
    """The first visit with a test, a course and a note."""
    return first_visit(PATIENT, SEED).order("blood B cells").give("rituximab").note("Blood <b>first</b>. Ünsicher 🙂")


def over():
    """The ending of a career on which little was given."""
    visit = at_first().next()
    while hasattr(visit, "number"):
        visit = visit.next()
    return visit


OPEN = {**start(), "patient": PATIENT, "seed": SEED, "career": career(at_first()), "signed": "2026-11-27T09:30:00Z",
        "says": "words"}  # fmt: skip
OVER = {**OPEN, "career": career(over())}
GOOD = [start(), {**start(), "patient": "myositis", "seed": 0}, OPEN, OVER, {**OPEN, "team": True}]


def changed(**changes) -> dict:
    """The open career with other keys."""
    return {"career": {**OPEN["career"], **changes}}


def first_choices(**changes) -> dict:
    """The open career with other choices on its first visit."""
    return changed(visits=[{**OPEN["career"]["visits"][0], **changes}])


DRAFTS = start()["drafts"]
#: Changes of OPEN that make it no setting, and a part of the sentence that refuses each.
WRONG = [
    ({"mode": "both"}, "choose one of: career, one visit"),
    ({"patient": "gout"}, "patient is 'gout'"),
    ({"patient": 7}, "patient is 7"),
    ({"seed": -1}, "seed is -1; allowed is a whole number from 0 to 4294967295"),
    ({"seed": 2**32}, "allowed is a whole number from 0"),
    ({"seed": "lucky"}, "seed is 'lucky'; allowed is a whole number"),
    ({"seed": True}, "allowed is a whole number"),
    ({"seed": 1.5}, "allowed is a whole number"),
    ({"team": "yes"}, "team is 'yes'; true or false is needed"),
    ({"signed": "yesterday"}, "a time such as"),
    ({"option": "pray"}, "choose one of: Wait and see"),
    ({"says": "x" * 701}, "at most 700 characters"),
    ({"says": None}, "at most 700 characters"),
    ({"drafts": {}}, "lacks a field"),
    ({"drafts": {**DRAFTS, "note": 4}}, "a text is needed"),
    ({"drafts": {**DRAFTS, "note": "x" * LONGEST_NOTES, "Patient": "y"}}, "notes of this visit have 3,001 characters"),
    ({"seed": 8}, "another patient or seed"),
    ({"patient": "myositis"}, "another patient or seed"),
    (first_choices(notes=["x" * 2_000, "y" * 1_001]), "the notes of visit 1 have 3,001 characters"),
    ({"career": [1]}, "no career file"),
    ({"career": {"answers": 1}}, "no career file"),
    (changed(clinic=2), "this clinic reads 1 only"),
    (changed(tables="0123456789abcdef"), "other tables of the kit"),
    (changed(visits=[]), "at least one visit"),
    (changed(patient="gout"), "patient is 'gout'"),
    (changed(left="no"), "left"),
    (changed(extra=1), "which is not known"),
    (changed(left=True), "is still to come"),
    (first_choices(order=["blood B cells", "blood B cells"]), "was ordered on this visit already"),
    (first_choices(order=["horoscope"]), "horoscope"),
    (first_choices(order=["lymph node biopsy", "CAR-T cells", "total IgG", "blood B cells", "autoantibody",
                          "vaccine antibody", "disease activity"] + ["x"]), "visit 1 of the career file"),
    (first_choices(give=["rituximab dose_mg=1000 days=5000"]), "visit 1 of the career file"),
    ({"extra": 1}, "one too many"),
]  # fmt: skip
