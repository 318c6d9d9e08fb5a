"""Units as the tables write them ('1e9 cells', 'ug/mL', '1/day'), multiplied, divided, and told to SBML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from teaching.inputs import shortened

#: What a word of a unit is made of: SBML's base unit, its power, power of ten, factor.
_WORDS = {
    "day": ("second", 1, 0, 86400.0),
    "L": ("litre", 1, 0, 1.0),
    "mL": ("litre", 1, -3, 1.0),
    "uL": ("litre", 1, -6, 1.0),
    "kg": ("gram", 1, 3, 1.0),
    "g": ("gram", 1, 0, 1.0),
    "mg": ("gram", 1, -3, 1.0),
    "ug": ("gram", 1, -6, 1.0),
    "ng": ("gram", 1, -9, 1.0),
    "pg": ("gram", 1, -12, 1.0),
    "m2": ("metre", 2, 0, 1.0),
    "cells": ("item", 1, 0, 1.0),
    "1e9 cells": ("item", 1, 9, 1.0),
}
#: Units that are plain numbers: shares, multiples of a start, points of a score.
_PLAIN = re.compile(r"^(|1|power|fold.*|kill weight|.*points|% of start|x .*|fraction.*|.* per unit of state)$")


@dataclass(frozen=True)
class Unit:
    """A product of words of the tables with their powers; no word at all is a plain number."""

    powers: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Unit:
        """The unit that a table writes.

        Raises ValueError for a word that is not known here.
        """
        if _PLAIN.match(text):
            return cls()
        top, *bottom = text.split("/")
        powers: dict[str, int] = {}
        for word, power in [(top, 1), *((word, -1) for word in bottom)]:
            if word == "1":
                continue
            if word not in _WORDS:
                known = ", ".join(_WORDS)
                raise ValueError(f"the unit {shortened(text)} has the word {shortened(word)}; known are: {known}.")
            powers[word] = powers.get(word, 0) + power
        return cls(powers)

    def __mul__(self, other: Unit) -> Unit:
        words = dict.fromkeys([*self.powers, *other.powers])
        powers = {word: self.powers.get(word, 0) + other.powers.get(word, 0) for word in words}
        return Unit({word: power for word, power in powers.items() if power})

    def __truediv__(self, other: Unit) -> Unit:
        return self * Unit({word: -power for word, power in other.powers.items()})

    def __str__(self) -> str:
        over = [word for word, power in self.powers.items() for _ in range(power)]
        under = [word for word, power in self.powers.items() for _ in range(-power)]
        if not over and not under:
            return "fraction"
        return "/".join([" * ".join(over) or "1", *under])


def _read(text: str) -> Unit:
    top, *bottom = text.split("/")
    unit = Unit()
    for part in top.split(" * "):
        unit = unit * Unit.of(part)
    for part in bottom:
        unit = unit / Unit.of(part)
    return unit


def unit_id(text: str) -> str:
    """The name of a unit in a file."""
    unit = _read(text)
    if not unit.powers:
        return "dimensionless"
    if unit.powers == {"day": 1}:
        return "day"
    over = [_word(word, power) for word, power in sorted(unit.powers.items()) if power > 0]
    under = [_word(word, -power) for word, power in sorted(unit.powers.items()) if power < 0]
    return "_".join((over or ["one"]) + (["per", *under] if under else []))


def _word(word: str, power: int) -> str:
    name = "giga_cells" if word == "1e9 cells" else word
    return name if power == 1 else f"{name}_to_{power}"


def definition(text: str) -> str:
    """The unit as an element of SBML, Level 3; '' for a plain number."""
    unit = _read(text)
    if not unit.powers:
        return ""
    parts = []
    for word, power in sorted(unit.powers.items()):
        kind, own, scale, factor = _WORDS[word]
        parts.append(f'<unit kind="{kind}" exponent="{own * power}" scale="{scale}" multiplier="{factor:g}"/>')
    inside = "".join(parts)
    return f'<unitDefinition id="{unit_id(text)}"><listOfUnits>{inside}</listOfUnits></unitDefinition>'
