"""Scenarios: the setting of a panel as a small JSON file and as one line of text. Data only, never executed.

    {"kit": "bcell-teaching-kit", "schema": 1, "panel": "treatment", "about": "SLE", "values": {"dose": 1000}}
    treatment | SLE | product=rituximab; dose=1000

Knows no panel: what the values may be is the panel's to say. Reads anything a stranger may hand over,
and answers with a `Scenario` or one plain sentence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from teaching.inputs import named, real, shortened
from teaching.words import code, whole

KIT, SCHEMA = "bcell-teaching-kit", 1
LARGEST_BYTES = 20_000
MOST_VALUES, LONGEST_WORD = 40, 120
#: Up to here a float holds every whole number.
LARGEST_WHOLE = 2**53
_KEYS = {"kit", "schema", "panel", "about", "values"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.+-]{0,59}")


@dataclass(frozen=True)
class Scenario:
    """A panel's name, what it is about (such as the disease), and the values of its controls."""

    panel: str
    about: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The scenario as the text of a file."""
        content = {"kit": KIT, "schema": SCHEMA, "panel": self.panel, "about": self.about, "values": dict(self.values)}
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def to_line(self) -> str:
        """The scenario as one line that can be pasted in a chat."""
        pairs = "; ".join(
            f"{name}={value if isinstance(value, str) else code(value)}" for name, value in self.values.items()
        )
        return f"{self.panel} | {self.about} | {pairs}"


def read(text: str) -> Scenario:
    """Reads a scenario from the text of a file or from one line.

    Raises ValueError with one sentence for anything else: too long, damaged, foreign, of a newer version.
    """
    if not isinstance(text, str):
        raise ValueError("a scenario is text; this is something else.")
    if len(text) > LARGEST_BYTES:
        raise ValueError(
            f"this text has {whole(len(text))} characters; a scenario has fewer than {whole(LARGEST_BYTES)}."
        )
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise ValueError("this scenario is empty.")
    return _from_json(text) if text[0] in "{[" else _from_line(text)


def _from_json(text: str) -> Scenario:
    try:
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as problem:
        words = str(problem) if isinstance(problem, _Refused) else "it is damaged or no JSON"
        raise ValueError(f"this scenario file cannot be read: {words}.") from None
    if not isinstance(content, dict) or content.get("kit") != KIT:
        raise ValueError("this file is no scenario of the B-cell depletion teaching kit.")
    schema = content.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        newer = f"a newer version of the kit (schema {named(schema, 20)}); this one reads {SCHEMA}"
        raise ValueError(f"this scenario was made by {newer}.")
    if schema != SCHEMA or isinstance(schema, bool):
        raise ValueError(f"this scenario has no schema number that this kit knows ({SCHEMA}).")
    if unknown := sorted(set(content) - _KEYS):
        raise ValueError(f"this scenario holds {shortened(unknown[0])}, which no scenario has.")
    return _checked(content.get("panel"), content.get("about", ""), content.get("values"))


def _from_line(text: str) -> Scenario:
    if "\n" in text or text.count("|") != 2:
        raise ValueError("this is no scenario; one line looks like: treatment | SLE | product=rituximab; dose=1000.")
    panel, about, pairs = (part.strip() for part in text.split("|"))
    values: dict[str, float | str] = {}
    for pair in filter(None, (part.strip() for part in pairs.split(";"))):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals:
            raise ValueError(f"{shortened(pair)} in this line is not of the form name=value.")
        if name in values:
            raise ValueError(f"{shortened(name)} stands twice in this line; once is needed.")
        values[name] = _number_or_word(value)
    return _checked(panel, about, values)


def _checked(panel, about, values) -> Scenario:
    for name, what in ((panel, "panel"), (about, "about")):
        if not isinstance(name, str) or not _is_short(name):
            raise ValueError(f"the {what} of this scenario is {shortened(name)}; a short name is needed.")
    if not panel:
        raise ValueError("this scenario does not say which panel it belongs to.")
    if not isinstance(values, dict) or len(values) > MOST_VALUES:
        raise ValueError("the values of this scenario are not a short list of controls.")
    return Scenario(panel, about, {name: _value(name, value) for name, value in values.items()})


def _value(name: str, value) -> float | str:
    """The value of a control as a setting holds it."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{shortened(name)} is no name of a control.")
    if isinstance(value, str):
        if not _is_short(value):
            raise ValueError(f"{name} is {shortened(value)}; a short word is needed.")
        return value
    number = real(value)
    if number is None:
        raise ValueError(f"{name} is {shortened(value)}; a number or a word is needed.")
    if not math.isfinite(number):
        raise ValueError(f"{name} is {named(value)}; a finite number is needed.")
    return value if abs(number) <= LARGEST_WHOLE else number


def _is_short(text: str) -> bool:
    """Whether a word comes back from a line of text: short, printable, without the line's own signs."""
    return len(text) <= LONGEST_WORD and text.isprintable() and text == text.strip() and not set(text) & set("|;")


class _Refused(ValueError):
    """A reason of our own, shown as it is."""


def _once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("a name stands twice in it")
    return found


def _not_a_number(word: str):
    raise _Refused(f"{word} is no number")


def _number_or_word(text: str) -> float | str:
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text):
        return float(text)
    return text
