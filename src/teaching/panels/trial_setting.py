"""The setting of the trial desk: a protocol, whether it is signed and opened, the verdict, and the room's verdicts.

`script/trial_checks.js` has the same rules with the same words; tests compare the two.
"""

from __future__ import annotations

from teaching.evidence.numbers import whole_of
from teaching.evidence.pool import STANDARD, pool
from teaching.evidence.protocol import ENDPOINTS, MOST_SEED, NO_CONTROL, VERDICTS, Protocol
from teaching.inputs import listed
from teaching.panels.told import check_text, check_time, check_truth, told

LONGEST_PLAN, LONGEST_SAYS, LONGEST_NAME, MOST_IN_ROOM = 400, 700, 30, 60
COLLEAGUES = ("", "mine", "their own")
PICTURES = ("interval", "waterfall", "relapses")
_PROTOCOL = tuple(Protocol.__dataclass_fields__)


def start() -> dict:
    """The setting at the beginning: no endpoint chosen, no number of the dice drawn, nothing signed."""
    return {
        "therapy": "CD19 CAR-T", "control": STANDARD, "endpoint": "", "month": 12, "patients": 20,
        "matters": whole_of("trial", "smallest_difference"), "expects": [50, 50], "plan": "", "seed": 0, "signed": "",
        "opened": False, "verdict": "", "colleagues": "", "room": [], "truth": False, "picture": PICTURES[0],
        "says": "",
    }  # fmt: skip


def checked(values: dict) -> dict:
    """A whole setting as the desk takes it; ValueError with one sentence for anything else."""
    if set(values) != set(start()):
        raise ValueError("the setting of the trial desk lacks a field, or has one too many.")
    found = dict(values)
    signed, opened, verdict = values["signed"], values["opened"], values["verdict"]
    check_time("the time of signing", signed)
    for name in ("opened", "truth"):
        check_truth(name, values[name])
    found.update(_protocol(values, needs_endpoint=bool(signed)))
    _expects(values["expects"])
    for name, most in (("plan", LONGEST_PLAN), ("says", LONGEST_SAYS)):
        check_text(name, values[name], most)
    if signed or values["seed"] != 0:  # 0: no number was drawn yet
        _seed(values["seed"])
    if opened and not signed:
        raise ValueError("the seal is open before the protocol is signed; sign first.")
    if verdict not in ("", *VERDICTS):
        raise ValueError(f"the verdict is {told(verdict)}; choose one of: {listed(VERDICTS)}.")
    if verdict and not opened:
        raise ValueError("there is a verdict before the seal is open; open it first.")
    if values["truth"] and not verdict:
        raise ValueError("the truth is shown after your verdict; choose one first.")
    if values["colleagues"] not in COLLEAGUES:
        raise ValueError(f"colleagues is {told(values['colleagues'])}; choose one of: mine, their own, or none.")
    if values["picture"] not in PICTURES:
        raise ValueError(f"the picture is {told(values['picture'])}; choose one of: {listed(PICTURES)}.")
    found["room"] = _room(values["room"])
    return found


def protocol_of(values: dict) -> Protocol:
    """The protocol of a setting; ValueError with one sentence when it cannot be run."""
    return Protocol(**{name: values[name] for name in _PROTOCOL})


def _protocol(values: dict, needs_endpoint: bool) -> dict:
    given = {name: values[name] for name in _PROTOCOL}
    for name in ("therapy", "control", "endpoint"):
        if not isinstance(given[name], str):
            raise ValueError(f"the {name} is {told(given[name])}; a name is needed.")
    for name, words in (("month", "the month"), ("patients", "patients"), ("matters", "the difference that matters")):
        if not _is_whole(given[name]):
            raise ValueError(f"{words} is {told(given[name])}; a whole number is needed.")
    arms = pool().therapies
    for name, known in (("therapy", arms), ("control", (*arms, NO_CONTROL)), ("endpoint", ENDPOINTS)):
        if given[name] not in known and (name, given[name]) != ("endpoint", ""):
            raise ValueError(f"the {name} is {told(given[name])}; choose one of: {listed(known)}.")
    endpoint = given["endpoint"] or ("" if needs_endpoint else next(iter(ENDPOINTS)))
    Protocol(**{**given, "endpoint": endpoint})
    return given


def _seed(value) -> int:
    """A number of dice that is a number: the desk makes one of what was typed."""
    if not _is_whole(value) or not 1 <= value <= MOST_SEED:
        raise ValueError(f"the number of the dice is {told(value)}; a whole number from 1 to {MOST_SEED:,} is needed.")
    return value


def _expects(values) -> None:
    if not isinstance(values, list) or len(values) != 2:
        raise ValueError("expects must be two shares in per cent, of the therapy and of the control.")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
            raise ValueError(f"an expected share is {told(value)}; allowed is a number from 0 to 100 %.")


def _is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _room(values) -> list[dict]:
    if not isinstance(values, list) or len(values) > MOST_IN_ROOM:
        raise ValueError(f"the room is full: it takes the verdicts of at most {MOST_IN_ROOM} people.")
    found = []
    for one in values:
        if not isinstance(one, dict) or set(one) != {*_PROTOCOL, "name", "seed", "verdict"}:
            raise ValueError("a verdict of the room lacks a field, or has one too many.")
        check_text("a name", one["name"], LONGEST_NAME)
        if one["verdict"] not in ("", *VERDICTS):
            raise ValueError(f"a verdict is {told(one['verdict'])}; choose one of: {listed(VERDICTS)}.")
        found.append({**one, **_protocol(one, needs_endpoint=True), "seed": _seed(one["seed"])})
    return found


def arms_in_words(values: dict) -> str:
    """What is compared, such as 'CD19 CAR-T against rituximab'."""
    if values["control"] == NO_CONTROL:
        return f"{values['therapy']} without a control group"
    return f"{values['therapy']} against {values['control']}"
