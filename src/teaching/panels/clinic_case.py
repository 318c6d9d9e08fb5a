"""One visit for the projector: a patient whose first visits are given, one decision of a room, options side by side."""

from __future__ import annotations

import json
from functools import lru_cache

from teaching.clinic.visit import Visit, start
from teaching.model.therapies import usual_plans

PATIENT, SEED = "SLE nephritis", 54
#: The number of the visit on which the room decides.
CASE_VISIT = 4
#: What a room may decide on the visit, as names of usual courses; nothing else is given afterwards.
OPTIONS = {
    "Wait and see": (),
    "Rituximab again": ("rituximab",),
    "Obinutuzumab": ("obinutuzumab",),
    "CD19 CAR-T cells": ("CD19 CAR-T",),
}


@lru_cache(maxsize=1)
def case() -> str:
    """The career up to the visit on which the room decides, as the text of its file."""
    first = start(PATIENT, SEED).order("disease activity").order("blood B cells").order("autoantibody")
    second = first.give("rituximab").next()
    third = _still(second).order("disease activity").next()
    fourth = _still(third).order("disease activity").order("blood B cells").order("autoantibody").next()
    return _still(fourth).order("disease activity").to_json()


def _still(visit) -> Visit:
    """The visit: this case was chosen so that nothing ends it before."""
    if not isinstance(visit, Visit):
        raise ValueError(f"the case of the projector ends with '{visit.kind}' before the room can decide.")
    return visit


def case_values() -> dict:
    """The parts of a setting that make this case."""
    return {"mode": "one visit", "patient": PATIENT, "seed": SEED, "career": json.loads(case())}


def options() -> dict[str, list[str]]:
    """Each option by its name, as plans (text)."""
    return {name: [str(usual_plans()[course]) for course in courses] for name, courses in OPTIONS.items()}
