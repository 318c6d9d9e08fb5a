"""The setting of the clinic desk: who comes, the career so far, the team round, and what is being written.

`script/clinic_desk_checks.js` has the same rules with the same words; tests compare the two. Whether a career could
have been played is asked of `teaching.clinic`, on a page of its script.
"""

from __future__ import annotations

import json
import re

from teaching.clinic.luck import seed_of
from teaching.clinic.people import person_of
from teaching.clinic.visit import Ending, Visit, resume
from teaching.inputs import listed, shortened
from teaching.panels.clinic_case import OPTIONS
from teaching.panels.clinic_told import ROLES

MODES = ("career", "one visit")
#: Characters of all that is written on one visit, and of the words for the report.
LONGEST_NOTES, LONGEST_SAYS = 3_000, 700
NOTE = "note"
DRAFTS = (NOTE, *ROLES)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def start() -> dict:
    """The setting at the beginning: nobody chosen, no seed, nothing written."""
    return {
        "mode": MODES[0], "patient": "", "seed": None, "career": None, "team": False,
        "drafts": dict.fromkeys(DRAFTS, ""), "option": "", "signed": "", "says": "",
    }  # fmt: skip


def checked(values: dict) -> dict:
    """A whole setting as the desk takes it; ValueError with one sentence for anything else."""
    if set(values) != set(start()):
        raise ValueError("the setting of the clinic lacks a field, or has one too many.")
    if values["mode"] not in MODES:
        raise ValueError(f"the mode is {shortened(values['mode'])}; choose one of: {listed(MODES)}.")
    if values["patient"] != "":
        person_of(values["patient"])
    if values["seed"] is not None:
        seed_of(values["seed"])
    if not isinstance(values["team"], bool):
        raise ValueError(f"team is {shortened(values['team'])}; true or false is needed.")
    signed = values["signed"]
    if not isinstance(signed, str) or (signed and not _TIME.fullmatch(signed)):
        raise ValueError(
            f"the time of the start is {shortened(signed)}; a time such as 2026-11-27T09:30:00Z is needed."
        )
    if values["option"] not in ("", *OPTIONS):
        raise ValueError(f"the option is {shortened(values['option'])}; choose one of: {listed(OPTIONS)}.")
    if not isinstance(values["says"], str) or len(values["says"]) > LONGEST_SAYS:
        raise ValueError(f"says is {shortened(values['says'])}; a text of at most {LONGEST_SAYS} characters is needed.")
    _drafts(values["drafts"])
    if values["career"] is not None:
        _career(values)
    return dict(values)


def _drafts(drafts) -> None:
    if not isinstance(drafts, dict) or set(drafts) != set(DRAFTS):
        raise ValueError("what is being written lacks a field, or has one too many.")
    for name, text in drafts.items():
        if not isinstance(text, str):
            raise ValueError(f"what is written under {name} is {shortened(text)}; a text is needed.")
    _short_enough(sum(len(text) for text in drafts.values()), "this visit")


def _short_enough(length: int, where: str) -> None:
    if length > LONGEST_NOTES:
        raise ValueError(f"the notes of {where} have {length:,} characters; this desk takes at most {LONGEST_NOTES:,}.")


def _career(values: dict) -> None:
    career = values["career"]
    here = resume(json.dumps(career))
    if (career["patient"], career["seed"]) != (values["patient"], values["seed"]):
        raise ValueError("the career belongs to another patient or seed than the setting.")
    for number, choices in enumerate(here.career.visits, start=1):
        _short_enough(sum(len(note) for note in choices.notes), f"visit {number}")


def here_of(values: dict) -> Visit | Ending | None:
    """The visit or the ending that a setting shows, or None in the waiting room."""
    return None if values["career"] is None else resume(json.dumps(values["career"]))


def career_start(patient: str | None, seed: int | None, team: bool) -> dict:
    """The waiting room with a patient or a seed already chosen; checked by whoever takes it."""
    return {**start(), "patient": "" if patient is None else patient, "seed": seed, "team": team}
