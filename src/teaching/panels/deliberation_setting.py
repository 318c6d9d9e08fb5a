"""The setting of the deliberation: a role, a signed choice, who was heard, the choice afterwards, and the room.

`script/deliberation_checks.js` has the same rules with the same words; tests compare the two.
"""

from __future__ import annotations

from teaching.inputs import listed
from teaching.panels.told import check_text, check_time, check_truth, told
from teaching.tables_roles import CHOICES, ROLES

LONGEST_WORDS, LONGEST_SAYS, LONGEST_NAME, MOST_IN_ROOM = 400, 1300, 30, 60
#: What moved somebody: one of the others by name, or one of these.
NO_PERSON = {"fact": "a fact that I heard", "thought": "my own thinking", "nothing": "nothing moved me"}
#: How many others there are to be heard.
OTHERS = len(ROLES) - 1
#: What is fixed by the first and by the second signature.
FIRST, SECOND = ("role", "dealt", "option", "sure", "reason"), ("option_after", "sure_after", "moved_by", "moved")
_SEAT = ("name", "role", "signed", "first", "sure", "then", "sure_then")


def start() -> dict:
    """The setting at the beginning: no role taken, nothing chosen; '' where nothing was said yet."""
    return {
        "role": "", "dealt": False, "option": "", "sure": "", "reason": "", "signed": "", "heard": 0,
        "option_after": "", "sure_after": "", "moved_by": "", "moved": "", "closed": "", "room": [], "says": "",
    }  # fmt: skip


def checked(values: dict) -> dict:
    """A whole setting as the desk takes it; ValueError with one sentence for anything else."""
    if set(values) != set(start()):
        raise ValueError("the setting of the deliberation lacks a field, or has one too many.")
    role, signed, closed, heard = values["role"], values["signed"], values["closed"], values["heard"]
    _one_of("the role", role, ("", *ROLES))
    check_truth("dealt", values["dealt"])
    for name in ("option", "option_after"):
        _one_of("the choice", values[name], ("", *CHOICES))
    for name in ("sure", "sure_after"):
        _sure(values[name])
    for name, most in (("reason", LONGEST_WORDS), ("moved", LONGEST_WORDS), ("says", LONGEST_SAYS)):
        check_text(name, values[name], most)
    _one_of("what moved you", values["moved_by"], ("", *ROLES, *NO_PERSON))
    check_time("the time of signing", signed)
    check_time("the time of the second signature", closed)
    if isinstance(heard, bool) or not isinstance(heard, int) or not 0 <= heard <= OTHERS:
        raise ValueError(f"heard is {told(heard)}; a whole number from 0 to {OTHERS} is needed.")
    if signed:
        _whole_choice(values["option"], values["sure"], values["reason"], role)
    elif heard:
        raise ValueError("others were heard before you committed; commit first.")
    if heard < OTHERS and (closed or any(values[name] != "" for name in SECOND)):
        raise ValueError("the choice was revised before all others were heard; hear them first.")
    if values["moved_by"] and values["moved_by"] == role:
        raise ValueError("you cannot be moved by your own card; choose one of the others, or something else.")
    if closed:
        _whole_revision(values)
    return {**values, "room": _room(values["room"])}


def follows(before: dict, after: dict, first: dict) -> None:
    """Whether a setting may come after another one; ValueError with one sentence if what was sealed would change.

    `first` is the setting with which the desk starts: to start again is allowed, with the room as it is.
    """
    if after in ({**start(), "room": after["room"]}, {**first, "room": after["room"]}):
        return
    if before["role"] and (before["role"], before["dealt"]) != (after["role"], after["dealt"]):
        raise ValueError("your card was read, so it stays yours; start again to take another one.")
    if before["signed"]:
        if after["signed"] != before["signed"] or any(before[name] != after[name] for name in FIRST):
            raise ValueError("your first choice is signed and cannot be changed; start again for another one.")
        if after["heard"] < before["heard"]:
            raise ValueError("who was heard cannot be unheard; start again for another round.")
    if before["closed"] and (
        after["closed"] != before["closed"] or any(before[name] != after[name] for name in SECOND)
    ):
        raise ValueError("your second choice is signed and cannot be changed; start again for another one.")


def _whole_choice(option, sure, reason, role) -> None:
    if not role:
        raise ValueError("nobody has taken a card yet; take one before you commit.")
    if not option:
        raise ValueError(f"no choice is made yet; choose one of: {listed(CHOICES)}.")
    if sure == "":
        raise ValueError("how sure you are is not said yet; give a whole number from 0 to 100.")
    if not reason.strip():
        raise ValueError("a reason is missing; write one sentence before you commit.")


def _whole_revision(values: dict) -> None:
    if not values["option_after"]:
        raise ValueError(f"no second choice is made yet; choose one of: {listed(CHOICES)}.")
    if values["sure_after"] == "":
        raise ValueError("how sure you are now is not said yet; give a whole number from 0 to 100.")
    if not values["moved_by"] or not values["moved"].strip():
        raise ValueError("what moved you is missing; choose who or what it was, and write one sentence.")


def _one_of(name: str, value, allowed) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {told(value)}; choose one of: {listed(one for one in allowed if one)}.")


def _sure(value) -> None:
    if value == "" and isinstance(value, str):
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise ValueError(f"how sure you are is {told(value)}; a whole number from 0 to 100 is needed.")


def _room(values) -> list[dict]:
    if not isinstance(values, list) or len(values) > MOST_IN_ROOM:
        raise ValueError(f"the room is full: it takes the choices of at most {MOST_IN_ROOM} people.")
    for one in values:
        if not isinstance(one, dict) or set(one) != set(_SEAT):
            raise ValueError("a seat of the room lacks a field, or has one too many.")
        check_text("a name", one["name"], LONGEST_NAME)
        _one_of("a role", one["role"], ("", *ROLES))
        check_time("a time of signing", one["signed"])
        for name in ("first", "then"):
            _one_of("a choice", one[name], tuple(CHOICES))
        for name in ("sure", "sure_then"):
            _sure(one[name])
    return values
