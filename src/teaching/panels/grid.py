"""For which settings a page without a kernel holds pictures: a grid for every choice of words, and the pictures in it.

Each slider stops evenly along its track, and wherever the start or a case needs it: what stands at rest there is
exact. The first slider of a grid has the most stops, because the page glides between two of them. Where only whole
things are counted and they are few, every one has its picture.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from teaching.inputs import number
from teaching.panels.controls import Choice, Slider
from teaching.panels.packing import Pieces
from teaching.panels.state import PanelState, as_sentence

#: Stops of the first slider, the second, ... by how many sliders are shown at a time.
_STOPS = {0: (), 1: (41,), 2: (33, 7), 3: (21, 5, 4), 4: (13, 4, 3, 3)}
MOST_PICTURES = 5_000
#: Where all sliders count whole things, and they make no more pictures than these, every one of them stands there.
MOST_COUNTED = 1_000
#: Pictures that are compared before a grid computed for one panel is taken for another.
_SAMPLES = 6


@dataclass(frozen=True)
class Grid:
    """All settings for one choice of words: `axes`, slider and stops, of which the first one changes fastest."""

    chosen: Mapping[str, str]
    axes: Sequence[tuple[Slider, Sequence[float]]]

    @property
    def size(self) -> int:
        """How many pictures it has."""
        return math.prod(len(stops) for _, stops in self.axes)

    def settings(self, start: Mapping[str, object]) -> list[dict]:
        """The values of all controls for every picture, in order."""
        names = [slider.name for slider, _ in reversed(self.axes)]
        places = itertools.product(*(stops for _, stops in reversed(self.axes)))
        return [{**start, **self.chosen, **dict(zip(names, values, strict=True))} for values in places]

    def strides(self) -> list[int]:
        """How many pictures lie between two stops of each axis."""
        return [math.prod(len(stops) for _, stops in self.axes[:place]) for place in range(len(self.axes))]


def grids_of(panel: PanelState, detail: float = 1.0) -> list[Grid]:
    """The grids of a panel. `detail`: share of the usual stops, 0 to 1, for tests and quick builds.

    Raises ValueError when too many pictures would be needed.
    """
    detail = number("detail", detail, 0, 1, "of the usual stops")
    choices = [spec for spec in panel.controls.values() if isinstance(spec, Choice)]
    grids = []
    for words in itertools.product(*(choice.options for choice in choices)):
        chosen = {choice.name: word for choice, word in zip(choices, words, strict=True)}
        grids.append(Grid(chosen, _axes(panel, chosen, detail)))
    total = sum(grid.size for grid in grids)
    if total > MOST_PICTURES:
        raise ValueError(f"this panel would need {total:,} pictures; a page holds at most {MOST_PICTURES:,}.")
    return grids


def pictures(panel: PanelState, grids: Sequence[Grid]) -> tuple[np.ndarray, list[dict], list[int], list[str]]:
    """Numbers (pictures, numbers a frame) float32 of all settings; scenes, each once; which one each has; pieces.

    A scene: `sentence` and `texts` as numbers of pieces, `overlays`, `closed`, `error`. An impossible setting
    repeats the picture before it and says why.
    """
    settings = [(grid, setting) for grid in grids for setting in grid.settings(panel.start)]
    rows = np.zeros((len(settings), len(panel.drawing.scales())), np.float32)
    found: list[dict | None] = [None] * len(settings)
    pieces, known = Pieces(), {}
    valid = np.ones(len(settings), bool)
    for place in sorted(range(len(settings)), key=lambda place: _kinship(*settings[place])):
        numbers, found[place] = _picture(panel, settings[place][1])
        valid[place] = numbers is not None
        if numbers is not None:
            rows[place] = numbers
    # The page glides between neighbours: an impossible one must not pull the curves away.
    last = np.maximum.accumulate(np.where(valid, np.arange(len(rows)), -1))
    rows = rows[np.where(last < 0, int(np.argmax(valid)), last)]
    scene_of = []
    for scene in found:
        told = {
            **scene,
            "sentence": pieces.add(scene["sentence"]),
            "texts": [pieces.add(text) for text in scene["texts"]],
        }
        scene_of.append(known.setdefault(json.dumps(told, sort_keys=True), len(known)))
    return rows, [json.loads(text) for text in known], scene_of, pieces.pieces


def mark_of(panel: PanelState, grids: Sequence[Grid]) -> str:
    """Equal for panels whose grids hold the same pictures, such as one that starts with another case or asks first.

    A few pictures spread over the grid are computed for it: what a panel is about shows in its pictures.
    """
    settings = [setting for grid in grids for setting in grid.settings(panel.start)]
    shown = [{name: value for name, value in setting.items() if _is_used(panel, name, setting)} for setting in settings]
    digest = hashlib.sha256(json.dumps([panel.name, panel.about, shown], sort_keys=True, default=str).encode())
    for place in sorted({round(share) for share in np.linspace(0, len(settings) - 1, _SAMPLES)}):
        numbers, scene = _picture(panel, settings[place])
        digest.update(json.dumps(scene, sort_keys=True).encode() + (b"" if numbers is None else numbers.tobytes()))
    return digest.hexdigest()[:24]


def _is_used(panel: PanelState, name: str, setting: Mapping[str, object]) -> bool:
    """Whether a control is shown for this setting: what the others hold changes no picture."""
    return all(setting.get(other) == wanted for other, wanted in panel.controls[name].when.items())


def _kinship(grid: Grid, setting: Mapping[str, object]) -> list:
    """Settings with the same numbers follow one another, whatever the words: families keep courses for a while."""
    return [[(slider.name, setting[slider.name]) for slider, _ in grid.axes], list(grid.chosen.values())]


def _axes(panel: PanelState, chosen: Mapping[str, str], detail: float) -> list[tuple[Slider, list[float]]]:
    """The sliders shown for a choice and where each may stop: evenly, and wherever a case needs it."""
    shown = [
        spec
        for spec in panel.controls.values()
        if isinstance(spec, Slider) and all(chosen.get(name) == word for name, word in spec.when.items())
    ]
    shown.sort(key=lambda spec: not spec.sweep)  # the first one glides
    if detail == 1 and shown and all(spec.whole for spec in shown):
        counted = [[spec.check(place) for place in range(round(spec.low), round(spec.high) + 1)] for spec in shown]
        if math.prod(map(len, counted)) <= MOST_COUNTED:
            return list(zip(shown, counted, strict=True))
    counts = _STOPS[min(len(shown), 4)]
    return [
        (spec, _stops(panel, spec, max(2, round(detail * count)))) for spec, count in zip(shown, counts, strict=True)
    ]


def _stops(panel: PanelState, spec: Slider, count: int) -> list[float]:
    needed = {panel.start[spec.name], spec.check(spec.value)}  # a panel that starts with a case has the same stops
    needed |= {item.values[spec.name] for item in panel.presets if spec.name in item.values}
    step = spec.step if spec.step and not spec.log else 0.0
    even = [round(stop / step) * step if step else float(f"{stop:.3g}") for stop in spec.stops(count)]
    even = [round(stop) if spec.whole else min(max(stop, spec.low), spec.high) for stop in even]
    even[0], even[-1] = spec.low, spec.high
    return sorted({spec.check(stop) for stop in (*needed, *even)})


def _picture(panel: PanelState, setting: dict) -> tuple[np.ndarray | None, dict]:
    """Numbers and words of a setting; of an impossible one no numbers and why."""
    try:
        scene = panel.picture(setting)
    except ValueError as problem:
        scene = panel.scene
        numbers, error = None, as_sentence(problem)
        closed = {}
    else:
        numbers, error = panel.drawing.numbers(scene.values), ""
        closed = dict(scene.closed)
    return numbers, {
        "sentence": scene.sentence,
        "overlays": list(scene.shown),
        "texts": panel.drawing.words(scene.values),
        "closed": closed,
        "error": error,
    }
