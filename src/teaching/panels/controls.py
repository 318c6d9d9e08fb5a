"""The controls of a panel: what may be chosen, in which range and unit, and where the range comes from.

A control holds no value of its own: the panel does. The page draws it with the browser's own range,
number and radio fields, which keyboards, screen readers and fingers know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from teaching.inputs import one_of, real, refusal, within
from teaching.words import exact


@dataclass(frozen=True)
class Slider:
    """A number between `low` and `high` [unit] in steps; every value in between can be typed.

    `log`: equal ratios instead of equal steps. `whole`: only whole numbers. `when`: shown only while
    another control has a value, such as {"product": "rituximab"}. `sweep`: the page may draw between
    values computed ahead (not for doses in time, whose curves jump). `source`: where the range comes from.
    """

    name: str
    label: str
    value: float
    low: float
    high: float
    step: float = 0.0
    unit: str = ""
    log: bool = False
    whole: bool = False
    when: Mapping[str, str] = field(default_factory=dict)
    sweep: bool = True
    source: str = ""
    kind = "slider"

    def check(self, value) -> float:
        """The value as this control keeps it; ValueError with one sentence when it is none."""
        found = real(value)
        slack = 1e-9 * max(abs(self.low), abs(self.high))
        if found is None or not self.low - slack <= found <= self.high + slack:
            raise ValueError(refusal(self.label, value, within(self.low, self.high, self.unit)))
        found = min(max(found, self.low), self.high)
        if not self.whole:
            return found
        if abs(found - round(found)) > 1e-9:
            needed = f"a whole number from {exact(self.low)} to {exact(self.high)} is needed"
            raise ValueError(refusal(self.label, value, f"{needed} (in {self.unit})" if self.unit else needed))
        return int(round(found))

    def stops(self, count: int) -> list[float]:
        """`count` values from low to high, evenly on the control's own scale."""
        shares = [number / (count - 1) for number in range(count)]
        if self.log:
            return [self.low * (self.high / self.low) ** share for share in shares]
        return [self.low + share * (self.high - self.low) for share in shares]

    def describe(self) -> dict:
        """What the page needs to draw it."""
        step = self.step or (1.0 if self.whole else (self.high - self.low) / 100)
        return {
            "kind": "slider", "name": self.name, "label": self.label, "low": self.low, "high": self.high,
            "step": step, "unit": self.unit, "log": self.log, "whole": self.whole, "when": dict(self.when),
            "sweep": self.sweep, "source": self.source,
        }  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One of a few words. `options` are the values; `words` what the page shows for them (default: the same)."""

    name: str
    label: str
    value: str
    options: Sequence[str]
    words: Sequence[str] = ()
    when: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    kind = "choice"
    sweep = False

    def check(self, value) -> str:
        """The value, when it is one of the options; ValueError with one sentence when not."""
        return one_of(self.label, value, self.options)

    def describe(self) -> dict:
        """What the page needs to draw it."""
        return {
            "kind": "choice", "name": self.name, "label": self.label, "options": list(self.options),
            "words": list(self.words or self.options), "when": dict(self.when), "source": self.source,
        }  # fmt: skip


Control = Slider | Choice
