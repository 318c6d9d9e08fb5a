"""The deliberation of lesson 10: take a role, commit, hear the others, revise, and say what moved you.

Nothing here knows a right answer: no option is called better, and no choice is judged.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from teaching import tables
from teaching.evidence.citations import citation
from teaching.figures.deliberation_figure import deliberation_drawing
from teaching.panels.deliberation_setting import (
    LONGEST_NAME,
    LONGEST_SAYS,
    LONGEST_WORDS,
    MOST_IN_ROOM,
    NO_PERSON,
    checked,
    follows,
    start,
)
from teaching.panels.desk import Desk, desk
from teaching.tables_roles import CHOICES, ROLES, roles

FOOT = "For teaching and self-study. Not treatment advice. Mara is invented; the numbers on the cards are not."
LESSON, NAME = "10_benefit_risk_and_access", "10-desk-deliberation"


class Deliberation(Desk):
    """A desk on which what was signed stays as it was signed: a setting that would change it is refused."""

    def _take(self, values) -> None:
        found = self.checked(values)
        follows(self.values, found, self.start)
        super()._take(found)


@desk(
    title="Four voices",
    question="What would you choose with Mara, and who can move you?",
    lesson=10,
    place=3,
    line="Take one of four roles, commit to a choice, hear the other three, revise, and say what moved you.",
)
def deliberation(role: str = "", **changes) -> Desk:
    """The deliberation of lesson 10.

    Arguments: role, 'patient', 'clinician', 'payer' or 'absent' (the patient who is not in the room), or '' for
    whoever is dealt one or chooses; parts of the setting at the start by name (`deliberation_setting.start` has all).
    Raises ValueError with one sentence for a role that is none and for a part that cannot be used.
    """
    return Deliberation(
        "deliberation", deliberation.desk.question, data=deliberation_data(),
        start={**start(), "role": role, **changes}, check=checked, draw=_draw, describe=_describe, keeps=(LESSON, NAME),
        foot=FOOT,
    )  # fmt: skip


@lru_cache(maxsize=1)
def deliberation_data() -> dict:
    """The cards with their sources and the words of the choices (JSON); about 12 kB."""
    used = {key for role in roles().values() for known in role.knows for key in known.source}
    return {
        "roles": [
            {
                "role": one.role, "name": one.name, "who": one.who, "wants": one.wants, "asks": one.asks,
                "knows": [{"text": k.text, "source": list(k.source), "confidence": k.confidence} for k in one.knows],
            }
            for one in roles().values()
        ],
        "choices": list(CHOICES), "no_person": NO_PERSON, "confidence": tables.CONFIDENCE,
        "references": {key: _reference(key) for key in sorted(used)},
        "longest": LONGEST_WORDS, "longest_says": LONGEST_SAYS, "longest_name": LONGEST_NAME, "room": MOST_IN_ROOM,
        "kit": getattr(sys.modules.get("teaching"), "__version__", "source"),
    }  # fmt: skip


def _reference(key: str) -> list[str]:
    """Text, address and mark of a source; the kit's own sources have no address."""
    if key in tables.OWN_SOURCES:
        return [f"{key[0].upper()}{key[1:]}: {tables.OWN_SOURCES[key]}.", "", ""]
    return list(citation(key)[:3])


def _draw(values: dict):
    seats = [(values["option"], values["option_after"] if values["closed"] else "")] if values["signed"] else []
    return deliberation_drawing(seats, [(one["first"], one["then"]) for one in values["room"]])


def _describe(values: dict) -> str:
    """The words of the still picture."""
    if not values["role"]:
        return (
            f"Four closed cards: {', '.join(map(_in_sentence, ROLES))}. Take one, commit to a choice, "
            "hear the others, revise, and say what moved you. Nothing here says which choice is better."
        )
    who = f"Your card: {_in_sentence(values['role'])}."
    if not values["signed"]:
        return f"{who} You have not committed yet."
    first = f"First you chose '{values['option']}', {values['sure']} of 100 sure."
    if not values["closed"]:
        return f"{who} {first} You have heard {values['heard']} of the other three."
    return f"{who} {first} Then you chose '{values['option_after']}', {values['sure_after']} of 100 sure."


def _in_sentence(role: str) -> str:
    """The name of a role inside a sentence."""
    return ROLES[role][0].lower() + ROLES[role][1:]
