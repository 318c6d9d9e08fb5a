"""A panel without a widget: controls, values, the picture and its words, files, scenario, prediction, errors.

A family gives it controls, a drawing and a function from the controls' values to a `Scene`. The state
keeps the last valid picture when something is impossible, says so in one sentence and logs the detail.
The live widget (live.py) and the page without a kernel (page.py) both stand on it. Knows no model.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from teaching.figures.drawing import Drawing
from teaching.inputs import shortened
from teaching.panels import scenarios
from teaching.panels.controls import Control, Slider
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, Timeline, preset_of
from teaching.reading import UnusableFile, read_text
from teaching.saving import save_whole

log = logging.getLogger("teaching.panels")
FOOT = "A model for teaching. Not treatment advice."
KEPT = "Kept. You can change it; the last one counts."
FAILED = "This combination could not be computed; the last picture stays. Move a control or press Reset."
MOST_CONTROLS = 4
#: A sentence that refuses something is never longer.
LONGEST_REFUSAL = 300
#: Kind of file -> its media type.
MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
}
_prefixes = itertools.count(1)


class PanelState:
    """One question, its controls and what its picture shows now.

    `values`: control name -> value; `scene`: the last valid picture; `frame` its numbers as bytes;
    `error`: empty or one sentence; `prediction`, `verdict`: what the student expected and how far it
    was off; `own_sentence`, `own_note`: what the student wrote then, and what became of it; `position`: the
    place on the timeline; `notes_open`: whether the sources are read.
    """

    def __init__(
        self,
        name: str,
        question: str,
        controls: Sequence[Control],
        drawing: Drawing,
        picture: Callable[[Mapping[str, object]], Scene],
        presets: Sequence[Preset] = (),
        sources: Callable[[Mapping[str, object]], str] | None = None,
        about: str = "",
        timeline: Timeline | None = None,
        predict: Predict | None = None,
        start: Mapping[str, object] | None = None,
    ):
        self.name, self.question, self.about = name, question, about
        self.drawing, self.presets, self.timeline, self.predict = drawing, list(presets), timeline, predict
        self.picture, self.sources = picture, sources
        self.controls = {control.name: control for control in controls}
        self.start = {control.name: control.check(control.value) for control in controls}
        self.start |= {key: self.controls[key].check(value) for key, value in (start or {}).items()}
        self.values = dict(self.start)
        self.position = timeline.start if timeline else 0.0
        self.notes_open = False
        self.prediction, self.verdict = None, ""
        self.own_sentence, self.own_note = "", ""
        self._impossible = ""  # stands as long as the setting that it is about
        self._refusal = ""  # about the last thing that was asked; the next thing that works ends it
        self._take(self.picture(self.start))  # a panel that cannot show its start is a mistake of ours: let it raise
        self._first = self.scene  # what a prediction is compared with, and what a page starts with
        drawing.move(self.scene.values, self.position if timeline else None)
        self._setup = self._describe()
        self.svg = drawing.svg(self._setup["prefix"])
        if predict and (kept := predict.kept()) is not None:
            self._reveal(kept)
            self.own_sentence = predict.kept_sentence()

    # --- what the page is told ----------------------------------------------------------------------

    def setup(self) -> dict:
        """What the page needs to know once, as plain data (JSON)."""
        return self._setup

    def snapshot(self) -> dict:
        """Everything that can change, as plain data and the frame as bytes; needs no earlier one to be understood."""
        return {
            "values": dict(self.values),
            "frame": self.frame,
            "texts": list(self.texts),
            "sentence": self.sentence,
            "overlays": list(self.scene.shown),
            "closed": dict(self.scene.closed),
            "error": self.error,
            "line": self.line,
            "notes": self.notes,
            "position": self.position,
            "prediction": self.prediction,
            "verdict": self.verdict,
            "own_sentence": self.own_sentence,
            "own_note": self.own_note,
        }

    @property
    def sentence(self) -> str:
        """The picture in words."""
        return self.scene.sentence

    @property
    def error(self) -> str:
        """Empty, or one sentence: what was refused last, else why the present setting has no picture."""
        return self._refusal or self._impossible

    @property
    def line(self) -> str:
        """The setting as one line of text."""
        return self.scenario().to_line()

    @property
    def notes(self) -> str:
        """Where the numbers come from (HTML), while somebody reads it."""
        return self.notes_for(self.values) if self.notes_open else ""

    def notes_for(self, values: Mapping[str, object]) -> str:
        """Where the numbers of a setting come from (HTML); empty when the panel has no sources."""
        return self.sources(dict(values)) if self.sources else ""

    def _describe(self) -> dict:
        numbers = self.drawing.numbers(self.scene.values)
        labels = sum(curve.label is not None for curve in self.drawing.curves)
        homes = [float(number) for number in numbers[len(numbers) - labels :]]
        return {
            "name": self.name,
            "question": self.question,
            "foot": FOOT,
            "prefix": f"teaching{next(_prefixes)}-",
            "controls": [control.describe() for control in self.controls.values()],
            "start": self.start,
            "presets": [{"label": item.label, "values": dict(item.values)} for item in self.presets],
            "layout": {**self.drawing.layout(), "label_homes": homes},
            "timeline": self.timeline.describe() if self.timeline else None,
            "predict": self.predict.describe(self._predicted_curve(), self.drawing.height) if self.predict else None,
            "has_sources": self.sources is not None,
            "scenario": {"panel": self.name, "about": self.about},
            "formats": [kind for kind in MEDIA_TYPES if kind != "csv" or self.scene.table is not None],
        }

    # --- controls -----------------------------------------------------------------------------------

    def set(self, values: Mapping[str, object]) -> None:
        """Moves several controls at once and draws once; an impossible setting keeps the last picture and says why.

        Raises ValueError for a control that this panel does not have or a value it does not take;
        nothing moves then.
        """
        self.values = {**self.values, **self.check(values)}
        self.draw()

    def reset(self) -> None:
        """Back to the start of this panel."""
        self.set(self.start)

    def press(self, label: str) -> None:
        """Shows the case of that label. Raises ValueError when there is none."""
        self.set({**self.start, **preset_of(label, self.presets).values})

    def check(self, values: Mapping[str, object]) -> dict:
        """The values as the controls keep them; ValueError with one sentence for what they do not take."""
        if not isinstance(values, Mapping):
            raise ValueError(f"a setting is {shortened(values)}; names of controls with their values are needed.")
        checked = {}
        for name, value in values.items():
            if name not in self.controls:
                raise ValueError(
                    f"{shortened(name)} is not a control of this panel; it has: {', '.join(self.controls)}."
                )
            checked[name] = self.controls[name].check(value)
        return checked

    def check_whole(self, values) -> dict:
        """As `check`, for a setting of all controls."""
        checked = self.check(values)
        if missing := [name for name in self.controls if name not in checked]:
            raise ValueError(f"the page sent a setting without {missing[0]!r}; all controls of this panel are needed.")
        return checked

    # --- the picture --------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draws the controls' present values; an impossible setting keeps the last picture and says why."""
        try:
            self._take(self.picture(dict(self.values)))
        except ValueError as problem:
            self._impossible = as_sentence(problem)
        except Exception:  # a student must never see a traceback here
            log.exception("the panel %r could not be drawn", self.question)
            self._impossible = FAILED
        self._refusal = ""

    def _take(self, scene: Scene) -> None:
        frame, texts = self.drawing.frame(scene.values), self.drawing.words(scene.values)
        self.scene, self.frame, self.texts, self._impossible = scene, frame, texts, ""

    def refuse(self, problem: Exception | str) -> str:
        """Notes that something asked for cannot be done; returns the sentence."""
        self._refusal = as_sentence(problem)
        return self._refusal

    def accepted(self) -> None:
        """Notes that the last thing asked for was done: an earlier refusal is over."""
        self._refusal = ""

    # --- sweeps -------------------------------------------------------------------------------------

    def swept(self, name) -> Slider | None:
        """The slider of that name, when pictures may be computed ahead for it."""
        control = self.controls.get(name) if isinstance(name, str) else None
        return control if isinstance(control, Slider) and control.sweep else None

    def numbers_of(self, values: Mapping[str, object]) -> np.ndarray:
        """The numbers of the picture of a setting, which is not shown. Raises what the family raises."""
        return self.drawing.numbers(self.picture(values).values)

    # --- files --------------------------------------------------------------------------------------

    def file_name(self, kind: str) -> str:
        """A name for a file of this kind: svg, png, pdf, csv or json. Raises ValueError for another kind."""
        if not isinstance(kind, str) or kind not in MEDIA_TYPES:
            raise ValueError(f"the format is {shortened(kind)}; choose one of: {', '.join(MEDIA_TYPES)}.")
        safe = re.sub(r"[^a-z0-9]+", "-", f"{self.name} {self.about}".lower()).strip("-")
        return f"{safe}.{kind}"

    def file(self, kind: str) -> bytes:
        """The present picture (svg, png, pdf), its numbers (csv) or its scenario (json) as the bytes of a file."""
        self.file_name(kind)
        if kind == "json":
            return self.scenario().to_json().encode()
        waits = self.predict is not None and self.prediction is None
        if kind != "csv":
            return self._picture_file(kind, waits)
        if waits:
            raise ValueError("the numbers would answer what is asked; predict first.")
        if self.scene.table is None:
            raise ValueError("this panel has no table of numbers.")
        return f"# {self.question} {self.line}\n# {FOOT}\n{self.scene.table()}".encode()

    def _picture_file(self, kind: str, waits: bool) -> bytes:
        """The present picture as a file; one that waits for a prediction gives nothing away."""
        words = f"Predict first: {self.predict.question}" if waits else self.scene.sentence
        self.drawing.move(self.scene.values, self.position if self.timeline else None)
        self.drawing.show_overlays(() if waits else self.scene.shown)
        with self.drawing.parts_hidden(waits):
            return self.drawing.file(kind, self.question, f"{words} {FOOT}")

    def still(self, as_new: bool = False) -> tuple[bytes, str]:
        """The present picture as PNG, and its words; one that waits for a prediction gives nothing away.

        `as_new`: the panel as it starts, whatever has been moved or predicted since.
        """
        waits = self.predict is not None and (as_new or self.prediction is None)
        scene = self._first if as_new else self.scene
        place = self.position if not as_new else self.timeline.start if self.timeline else 0.0
        words = f"Predict first: {self.predict.question}" if waits else scene.sentence
        self.drawing.move(scene.values, place if self.timeline else None)
        self.drawing.show_overlays(() if waits else scene.shown)
        with self.drawing.parts_hidden(waits):
            return self.drawing.png(self.question, words), words

    def scenario(self) -> scenarios.Scenario:
        """The present setting as a scenario: the controls that the page shows now."""
        used = {
            name: value
            for name, value in self.values.items()
            if all(self.values.get(other) == wanted for other, wanted in self.controls[name].when.items())
        }
        return scenarios.Scenario(self.name, self.about, used)

    def save(self, path, overwrite: bool = False) -> Path:
        """Writes the present setting as a scenario file; refuses to replace a file unless told to."""
        return save_whole(path, self.scenario().to_json(), overwrite)

    def restore(self, path) -> None:
        """Restores a scenario from a file; `UnusableFile` with one sentence when it is none for this panel."""
        text = read_text(path, scenarios.LARGEST_BYTES, "a scenario")
        try:
            self.open_text(text)
        except ValueError as problem:
            raise UnusableFile(str(problem)) from None

    def open_text(self, text: str) -> None:
        """Restores a scenario from its JSON text or its line; ValueError leaves the panel as it is."""
        scenario = scenarios.read(text)
        if scenario.panel != self.name:
            raise ValueError(
                f"this scenario belongs to the panel {scenario.panel!r}, and this is the panel {self.name!r}."
            )
        if scenario.about != self.about:
            raise ValueError(f"this scenario is about {scenario.about!r}, and this panel is about {self.about!r}.")
        self.set({**self.start, **self.check(scenario.values)})

    def move_to(self, position) -> None:
        """Takes the place on the timeline, for files; a place beyond its ends is its end."""
        if isinstance(position, bool) or not isinstance(position, (int, float)) or not abs(position) < 1e9:
            raise ValueError(f"the place on the timeline is {shortened(position)}; a number is needed.")
        first, last = self.drawing.stops[0], self.drawing.stops[-1]
        self.position = float(min(max(position, first), last))

    # --- prediction ---------------------------------------------------------------------------------

    def predicted(self, value) -> None:
        """Takes a prediction (points [[x, y], ...] or an option), keeps it, and shows how far it was off.

        The question is about the start of the panel, so the panel goes back there. Raises ValueError with one
        sentence when it is no prediction.
        """
        if self.predict is None:
            raise ValueError("this panel asks for no prediction.")
        checked = self.predict.check(value, self._setup["predict"] if self.predict.curve else None)
        problem = self.predict.keep(checked)
        self.reset()
        self._reveal(checked, problem)

    def write_sentence(self, text) -> None:
        """Takes the sentence that the student writes after the prediction, and keeps it; the last one counts.

        Raises ValueError with one sentence when it is empty or too long, or comes before the prediction.
        """
        if self.predict is None or self.prediction is None:
            raise ValueError("there is no prediction yet to write about.")
        checked = self.predict.check_sentence(text)
        problem = self.predict.keep_sentence(checked)
        self.own_sentence, self.own_note = checked, problem or KEPT

    def model_curve(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The curve (x, y) at the panel's start that a prediction is compared with; None where an option is chosen."""
        curve = self._predicted_curve()
        if curve is None:
            return None
        y = np.asarray(self._first.values[curve.name], float)
        there = np.isfinite(y)  # a course may end before its axes do
        return np.asarray(curve.x, float)[there], y[there]

    def _reveal(self, value, problem: str = "") -> None:
        x, y = self.model_curve() or (np.empty(0), np.empty(0))
        about = self._setup["predict"]
        words = self.predict.verdict(value, x, y, about.get("log_up", False), about.get("log_across", False))
        self.prediction, self.verdict = value, f"{words} {problem}".strip()

    def _predicted_curve(self):
        if self.predict is None or not self.predict.curve:
            return None
        return next(part for part in self.drawing.curves if part.name == self.predict.curve)


def as_sentence(problem: Exception | str) -> str:
    """A message as one sentence of at most 300 characters that starts with a capital and ends with a stop."""
    words = " ".join(str(problem).split()) or FAILED
    if len(words) >= LONGEST_REFUSAL:
        words = words[: LONGEST_REFUSAL - 3].rsplit(" ", 1)[0] + " …"
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?…" else ".")
