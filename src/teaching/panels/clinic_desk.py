"""The clinic: one patient, five visits, no way back; then what was hidden, and the same choices run again."""

from __future__ import annotations

import re

from teaching.clinic.visit import Ending
from teaching.figures.clinic_figure import clinic_drawing
from teaching.inputs import refusal
from teaching.panels.clinic_case import CASE_VISIT, case_values, options
from teaching.panels.clinic_data import clinic_data
from teaching.panels.clinic_setting import LONGEST_NOTES, LONGEST_SAYS, career_start, checked, here_of
from teaching.panels.clinic_told import told
from teaching.panels.desk import Desk, desk
from teaching.words import whole

LESSON = "11_clinic"
PRESETS = ("one visit",)
FOOT = "A game over a model, for teaching and self-study. Not a decision aid, not treatment advice."


@desk(
    title="The clinic",
    question="What do you do for this patient?",
    lesson=11,
    place=1,
    line="See one patient five times, order tests, choose, live with it, and then look at what was hidden.",
)
def clinic(
    name: str | None = None,
    *,
    patient: str | None = None,
    seed: int | None = None,
    team: bool = False,
    preset: str | None = None,
) -> Desk:
    """The desk of lesson 11.

    Arguments: name, under which its careers are kept, so that two desks of a lesson do not mix ('own', and 'room' with
    a preset); patient, a name of `teaching.clinic.people.people()`, and seed, 0 to 2³²-1, chosen already in the waiting
    room; team, whether four roles write a line before a visit can be left; preset, 'one visit' for the projector: the
    first visits are given, and the room decides once.
    Raises ValueError with one sentence for anything else.
    """
    if preset is not None and preset not in PRESETS:
        raise ValueError(refusal("preset", preset, f"choose one of: {', '.join(PRESETS)}"))
    name = name if name is not None else "room" if preset else "own"
    if not isinstance(name, str) or not re.fullmatch(r"[a-z]{1,20}", name):
        raise ValueError(refusal("name", name, "a short word in small letters is needed, such as 'first'"))
    if preset and (patient is not None or seed is not None):
        raise ValueError("the preset has a patient and a seed of its own; leave out the others.")
    start = career_start(patient, seed, team) | (case_values() if preset else {})
    return Desk(
        "clinic_desk", clinic.desk.question, data=desk_data(), start=start, check=checked, draw=_draw,
        describe=_describe, keeps=(LESSON, f"11-desk-{name}"), foot=FOOT,
    )  # fmt: skip


def desk_data() -> dict:
    """The data of the desk (JSON): the model's numbers, what is told beside them, and the case of the projector."""
    limits = {"notes": LONGEST_NOTES, "says": LONGEST_SAYS}
    return {
        "clinic": clinic_data(),
        "told": told() | {"case_visit": CASE_VISIT},
        "options": options(),
        "limits": limits,
    }


def _draw(values: dict):
    return clinic_drawing(here_of(values))


def _describe(values: dict) -> str:
    """The words of the still picture."""
    here = here_of(values)
    if here is None:
        return (
            "Six patients wait. Whoever comes is seen on five visits within two years, and the course ends after five. "
            "Tests cost points, and most results come on a later visit."
        )
    if isinstance(here, Ending):
        return here.words
    read = "; ".join(f"{one.test} {one.words} (day {whole(one.ordered)})" for one in here.results[-3:])
    known = f" The last results: {read}." if read else " No result has come yet."
    return f"{here.person.name}, visit {here.number}, day {whole(here.day)}, {here.points} points left.{known}"
