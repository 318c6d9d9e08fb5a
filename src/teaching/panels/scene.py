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


@dataclass(frozen=True)
class Preset:
    """A named situation: the values of some controls; the others go back to the start."""

    label: str
    values: Mapping[str, object]
