"""What a panel shows for one setting of its controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scene:
    """One picture with its words.

    `values`: part name -> value, for every part of the panel's drawing; `sentence`: the picture in
    words, with key numbers; `shown`: names of the overlays that belong to it; `closed`: control name ->
    why it cannot be used now; `table`: called for the numbers behind the picture as CSV text.
    """

    values: Mapping[str, object]
    sentence: str
    shown: Sequence[str] = ()
    closed: Mapping[str, str] = field(default_factory=dict)
    table: Callable[[], str] | None = None


@dataclass(frozen=True)
class Timeline:
    """The second slider under a picture that has a timeline: its label, unit and how long playing takes [s].

    `steps`: one sentence a stop, read out while an explanation plays (empty for days).
    """

    label: str = "Day"
    unit: str = ""
    seconds: float = 12.0
    start: float = 0.0
    steps: Sequence[str] = ()

    @classmethod
    def of_steps(cls, steps: Sequence[str]) -> Timeline:
        """The timeline of an explanation, which rests at its last step and takes 3.5 s for each."""
        last = len(steps) - 1
        return cls("Step", seconds=3.5 * last, start=float(last), steps=steps)

    def describe(self) -> dict:
        """What the page needs to draw it."""
        return {"label": self.label, "unit": self.unit, "seconds": self.seconds, "steps": list(self.steps)}


@dataclass(frozen=True)
class Preset:
    """A named situation: the values of some controls; the others go back to the start."""

    label: str
    values: Mapping[str, object]


def preset_of(label: str | None, presets: Sequence[Preset]) -> Preset:
    """The preset of that label, the first one for None. Raises ValueError with those that exist."""
    if label is None:
        return presets[0]
    for item in presets:
        if item.label == label:
            return item
    raise ValueError(
        f"preset {repr(label)[:60]} does not exist; choose one of: {', '.join(item.label for item in presets)}."
    )
