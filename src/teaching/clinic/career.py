"""A career: the patient, the seed and what was chosen on each visit. All the rest follows from it, so no more is kept.

As text it is JSON. What is read back is checked for its form here, and by playing it again in visit.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from teaching.clinic.numbers import VERSION, stamp
from teaching.inputs import refusal, sentence, shortened

LONGEST_NOTES, LONGEST_FILE = 20_000, 2_000_000
_ORDER, _GIVE, _STEROIDS, _IGG, _NOTES = "order", "give", "stop steroids", "replace IgG", "notes"
_KEYS = ("clinic", "tables", "patient", "seed", "left", "visits")


@dataclass(frozen=True)
class Choices:
    """What was chosen on one visit: tests, plans as text (days from that visit), two measures, and notes."""

    orders: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    stops_steroids: bool = False
    replaces_igg: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Career:
    """Patient by name, seed, choices of each visit so far, and whether the last of them has been left."""

    patient: str
    seed: int
    visits: tuple[Choices, ...]
    left: bool = False

    def with_choices(self, choices: Choices) -> Career:
        """This career with other choices on its last visit."""
        return replace(self, visits=(*self.visits[:-1], choices))

    def to_json(self) -> str:
        """The career as text, with the version of the clinic and the mark of its tables."""
        visits = [
            {
                _ORDER: list(one.orders),
                _GIVE: list(one.plans),
                _STEROIDS: one.stops_steroids,
                _IGG: one.replaces_igg,
                _NOTES: list(one.notes),
            }
            for one in self.visits
        ]
        values = (VERSION, stamp(), self.patient, self.seed, self.left, visits)
        # Written in ASCII: a note may hold half a character, which no file in UTF-8 can keep.
        return json.dumps(dict(zip(_KEYS, values, strict=True)), indent=1) + "\n"


def career_of(text) -> Career:
    """The career that a text holds, its form checked and nothing else.

    Raises ValueError with one sentence for what is no career, one of another version or of other tables.
    """
    if not isinstance(text, str):
        raise ValueError(f"the career is {shortened(text)}; the text of a career file is needed.")
    if len(text) > LONGEST_FILE:
        raise ValueError(f"the career file has {len(text):,} characters; at most {LONGEST_FILE:,} are read.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("this is no career file: it cannot be read as JSON.") from None
    if not isinstance(found, dict) or "clinic" not in found:
        raise ValueError("this is no career file: it does not say which version of the clinic wrote it.")
    if found["clinic"] != VERSION or isinstance(found["clinic"], bool):
        raise ValueError(
            refusal("the version of the career file", found["clinic"], f"this clinic reads {VERSION} only")
        )
    _keys(found, _KEYS, "the career file")
    if found["tables"] != stamp():
        raise ValueError("the career was played with other tables of the kit, so it would not be the same career here.")
    visits = found["visits"]
    if not isinstance(visits, list) or not visits:
        raise ValueError(refusal("visits in the career file", visits, "a list of at least one visit is needed"))
    return Career(
        _text("patient", found["patient"]),
        found["seed"],  # checked by whoever plays it
        tuple(_choices(number, one) for number, one in enumerate(visits, start=1)),
        _yes("left", found["left"]),
    )


def _choices(number: int, one) -> Choices:
    where = f"visit {number} of the career file"
    if not isinstance(one, dict):
        raise ValueError(refusal(where, one, "choices by name are needed"))
    _keys(one, (_ORDER, _GIVE, _STEROIDS, _IGG, _NOTES), where)
    return Choices(
        _texts(f"'{_ORDER}' in {where}", one[_ORDER]),
        _texts(f"'{_GIVE}' in {where}", one[_GIVE]),
        _yes(f"'{_STEROIDS}' in {where}", one[_STEROIDS]),
        _yes(f"'{_IGG}' in {where}", one[_IGG]),
        _texts(f"'{_NOTES}' in {where}", one[_NOTES]),
    )


def _keys(found: dict, known: tuple[str, ...], where: str) -> None:
    missing = [name for name in known if name not in found]
    unknown = [name for name in found if name not in known]
    if missing or unknown:
        wrong = f"lacks '{missing[0]}'" if missing else f"has {shortened(unknown[0])}, which is not known"
        raise ValueError(sentence(f"{where} {wrong}; needed are: {', '.join(known)}."))


def _text(name: str, value) -> str:
    if not isinstance(value, str):
        raise ValueError(refusal(name, value, "a text is needed"))
    return value


def _texts(name: str, values) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(refusal(name, values, "a list of texts is needed"))
    return tuple(values)


def _yes(name: str, value) -> bool:
    if not isinstance(value, bool):
        raise ValueError(refusal(name, value, "allowed is true or false"))
    return value
