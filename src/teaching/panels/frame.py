"""The frame that every panel shares: question, controls, cases, picture, sentence, sources, files, errors.

A family gives it controls, a drawing, and a function from the controls' values to a `Scene`; the frame
does the rest: it keeps the last valid picture when something is impossible, says so in one sentence,
logs the detail, computes sweeps ahead, and takes scenarios and predictions in and out. Knows no model.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from teaching import scenarios
from teaching.figures.drawing import Drawing
from teaching.panels import bundle
from teaching.panels import sweep as sweeps
from teaching.panels.controls import Control, Slider
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, Timeline

log = logging.getLogger("teaching.panels")
FOOT = "A model for teaching. Not treatment advice."
FAILED = "This combination could not be computed; the last picture stays. Move a control or press Reset."
MOST_CONTROLS = 4
_prefixes = itertools.count(1)


class ControlHandle:
    """One control of a panel: `.value` reads and moves it; `.control` says what it allows."""

    def __init__(self, panel: Panel, control: Control):
        self._panel, self.control = panel, control

    @property
    def value(self):
        return self._panel.values[self.control.name]

    @value.setter
    def value(self, value) -> None:
        self._panel.set({self.control.name: value})

    def __repr__(self) -> str:
        return f"{self.control.label}: {self.value}"


class Panel(anywidget.AnyWidget):
    """One question with its controls and its live picture.

    `panel.controls[name].value = ...` moves a control, `panel.set({...})` several; `panel.sentence` is
    what the picture says; `panel.error` is empty or one plain sentence. `panel.save(file)` and
    `panel.restore(file)` keep and restore a scenario. On pages without a kernel the start-up picture and
    its sentence stand instead (`_repr_mimebundle_`).
    """

    _esm = property(lambda self: bundle.script())
    _css = property(lambda self: bundle.style())

    setup = traitlets.Dict().tag(sync=True)
    svg = traitlets.Unicode().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes().tag(sync=True)
    texts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    overlays = traitlets.List(traitlets.Unicode()).tag(sync=True)
    closed = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    #: What this message answers: the values that the frame was drawn for.
    answered = traitlets.Dict().tag(sync=True)
    notes = traitlets.Unicode().tag(sync=True)
    notes_open = traitlets.Bool(False).tag(sync=True)
    line = traitlets.Unicode().tag(sync=True)
    position = traitlets.Float(0.0).tag(sync=True)
    prediction = traitlets.Any(None, allow_none=True).tag(sync=True)
    verdict = traitlets.Unicode().tag(sync=True)

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
        self._picture, self._sources = picture, sources
        self._specs = {control.name: control for control in controls}
        self.controls = {control.name: ControlHandle(self, control) for control in controls}
        self.start = {control.name: control.check(control.value) for control in controls}
        self.start |= {key: self._specs[key].check(value) for key, value in (start or {}).items()}
        self._scene: Scene | None = None
        self._wanted_sweep = 0
        prefix = f"teaching{next(_prefixes)}-"
        first = self._picture(self.start)  # a panel that cannot show its start is a mistake of ours: let it raise
        drawing.move(first.values, timeline.start if timeline else None)
        numbers = drawing.numbers(first.values)
        labels = sum(curve.label is not None for curve in drawing.curves)
        homes = [float(number) for number in numbers[len(numbers) - labels :]]
        super().__init__(
            svg=drawing.svg(prefix),
            setup={
                "name": name,
                "question": question,
                "foot": FOOT,
                "prefix": prefix,
                "controls": [control.describe() for control in controls],
                "start": self.start,
                "presets": [{"label": item.label, "values": dict(item.values)} for item in self.presets],
                "layout": {**drawing.layout(), "label_homes": homes},
                "timeline": _timeline(timeline),
                "predict": self._describe_prediction(),
                "has_sources": sources is not None,
                "has_table": first.table is not None,
            },
            values=dict(self.start),
            position=timeline.start if timeline else 0.0,
        )
        self._show(first)
        if predict and (kept := predict.kept()) is not None:
            self._reveal(kept)
        self._before = dict(self.values)
        self.observe(self._take_values, "values")
        self.observe(lambda _: self._write_notes(), "notes_open")
        self.on_msg(self._message)

    # --- controls -----------------------------------------------------------------------------------

    def set(self, values: Mapping[str, object]) -> None:
        """Moves several controls at once and draws once.

        Raises ValueError for a control that this panel does not have or a value it does not take;
        nothing moves then.
        """
        self.values = {**self.values, **self._check(values)}

    def reset(self) -> None:
        """Back to the start of this panel."""
        self.set(self.start)

    def press(self, label: str) -> None:
        """Shows the case of that label. Raises ValueError when there is none."""
        for item in self.presets:
            if item.label == label:
                return self.set({**self.start, **item.values})
        raise ValueError(_no_preset(label, self.presets))

    def _check(self, values: Mapping[str, object]) -> dict:
        checked = {}
        for name, value in values.items():
            if name not in self._specs:
                raise ValueError(f"{name!r} is not a control of this panel; it has: {', '.join(self._specs)}.")
            checked[name] = self._specs[name].check(value)
        return checked

    def _take_values(self, change) -> None:
        """The page or a line of Python has moved controls: take only what is allowed."""
        try:
            checked = self._check(self.values)
            if set(checked) != set(self._specs):
                raise ValueError("the page sent a setting of another panel.")
        except ValueError as problem:
            self.unobserve(self._take_values, "values")
            self.values = dict(self._before)
            self.observe(self._take_values, "values")
            self.error = _sentence(problem)
            return
        self._before = checked
        self.refresh()

    # --- the picture --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draws the controls' present values; an impossible setting keeps the last picture and says why."""
        try:
            scene = self._picture(dict(self.values))
            self._show(scene)
        except ValueError as problem:
            self._fail(_sentence(problem))
        except Exception:  # a student must never see a traceback here
            log.exception("the panel %r could not be drawn", self.question)
            self._fail(FAILED)

    def _show(self, scene: Scene) -> None:
        frame, texts = self.drawing.frame(scene.values), self.drawing.words(scene.values)
        with self.hold_sync():
            self.frame, self.texts = frame, texts
            self.sentence = scene.sentence
            self.overlays = list(scene.shown)
            self.closed = dict(scene.closed)
            self.error = ""
            self.answered = dict(self.values)
            self.line = self.scenario().to_line()
            self._scene = scene
            self._write_notes()

    def _fail(self, words: str) -> None:
        with self.hold_sync():
            self.error = words
            self.answered = dict(self.values)

    def _write_notes(self) -> None:
        self.notes = self._sources(dict(self.values)) if self.notes_open and self._sources else ""

    # --- messages of the page -----------------------------------------------------------------------

    def _message(self, _widget, content, _buffers) -> None:
        """A request of the page; anything it does not know is left alone."""
        handlers = {"sweep": self._sweep, "file": self._send_file, "open": self._open_text, "predict": self._predicted}
        handler = handlers.get(content.get("kind")) if isinstance(content, dict) else None
        if handler is None:
            return
        try:
            handler(content)
        except (ValueError, OSError) as problem:
            self.error = _sentence(problem)
        except Exception:
            log.exception("the panel %r could not answer %r", self.question, content.get("kind"))
            self.error = "This could not be done; nothing was changed."

    def _sweep(self, content: Mapping) -> None:
        name = content.get("control")
        control = self._specs.get(name)
        numbers = len(self.frame) // 4
        count = sweeps.stops_for(numbers)
        if not isinstance(control, Slider) or not control.sweep or not count:
            return
        self._wanted_sweep += 1
        ticket, values = self._wanted_sweep, dict(self.values)
        others = {key: value for key, value in values.items() if key != name}

        def still_wanted() -> bool:
            same = {key: value for key, value in self.values.items() if key != name} == others
            return same and ticket == self._wanted_sweep

        def numbers_of(setting: Mapping[str, object]) -> np.ndarray:
            return self.drawing.numbers(self._picture(setting).values)

        async def run() -> None:
            places = control.stops(count)
            try:
                rows = await sweeps.sweep(values, name, places, numbers_of, still_wanted)
            except Exception as problem:  # some place of the slider cannot be computed: no sweep, the slow path says why
                log.debug("no sweep of %s: %s", name, problem)
                return
            if rows is not None:
                packed = sweeps.pack(rows, self.drawing.scales())
                about = {"kind": "sweep", "control": name, "places": places, "others": others, "numbers": numbers}
                self.send(about, [packed])

        asyncio.get_running_loop().create_task(run())

    def _send_file(self, content: Mapping) -> None:
        kind = content.get("format")
        self.send({"kind": "file", "name": self.file_name(kind), "type": _MIME[kind]}, [self.file(kind)])

    def _open_text(self, content: Mapping) -> None:
        self.open_text(content.get("text"))

    def _predicted(self, content: Mapping) -> None:
        self.predicted(content.get("value"))

    # --- files --------------------------------------------------------------------------------------

    def file_name(self, kind: str) -> str:
        """A name for a file of this kind: svg, png, pdf, csv or json. Raises ValueError for another kind."""
        if kind not in _MIME:
            raise ValueError(f"the format is {kind!r}; choose one of: {', '.join(_MIME)}.")
        safe = re.sub(r"[^a-z0-9]+", "-", f"{self.name} {self.about}".lower()).strip("-")
        return f"{safe}.{kind}"

    def file(self, kind: str) -> bytes:
        """The present picture (svg, png, pdf), its numbers (csv) or its scenario (json) as the bytes of a file."""
        self.file_name(kind)
        if kind == "json":
            return self.scenario().to_json().encode()
        scene = self._scene
        if kind == "csv":
            if scene.table is None:
                raise ValueError("this panel has no table of numbers.")
            return f"# {self.question} {self.line}\n# {FOOT}\n{scene.table()}".encode()
        self.drawing.move(scene.values, self.position if self.timeline else None)
        self.drawing.show_overlays(scene.shown)
        return self.drawing.file(kind, self.question, f"{scene.sentence} {FOOT}")

    def scenario(self) -> scenarios.Scenario:
        """The present setting as a scenario: the controls that the page shows now."""
        used = {
            name: value
            for name, value in self.values.items()
            if all(self.values.get(other) == wanted for other, wanted in self._specs[name].when.items())
        }
        return scenarios.Scenario(self.name, self.about, used)

    def save(self, path, overwrite: bool = False) -> Path:
        """Writes the present setting as a scenario file; refuses to replace a file unless told to."""
        path = Path(path).expanduser()
        if path.exists() and not overwrite:
            raise FileExistsError(f"{path} is already there; choose another name or say overwrite=True.")
        path.write_text(self.scenario().to_json(), encoding="utf-8")
        return path

    def restore(self, path) -> None:
        """Restores a scenario from a file; ValueError with one sentence when it is none for this panel."""
        path = Path(path).expanduser()
        if path.stat().st_size > scenarios.LARGEST_BYTES:
            raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes; a scenario is smaller than {scenarios.LARGEST_BYTES:,}.")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError(f"{path.name} is no text file.") from None
        self.open_text(text)

    def open_text(self, text: str) -> None:
        """Restores a scenario from its JSON text or its line; ValueError leaves the panel as it is."""
        scenario = scenarios.read(text)
        if scenario.panel != self.name:
            raise ValueError(f"this scenario belongs to the panel {scenario.panel!r}, and this is the panel {self.name!r}.")
        if scenario.about != self.about:
            raise ValueError(f"this scenario is about {scenario.about!r}, and this panel is about {self.about!r}.")
        self.set({**self.start, **self._check(scenario.values)})

    # --- prediction ---------------------------------------------------------------------------------

    def predicted(self, value) -> None:
        """Takes a prediction (points [[x, y], ...] or an option), keeps it, and shows how far it was off.

        Raises ValueError with one sentence when it is none.
        """
        if self.predict is None:
            raise ValueError("this panel asks for no prediction.")
        curve = self._predicted_curve()
        checked = self.predict.check(value, curve.line.axes if curve else None)
        problem = self.predict.keep(checked)
        self._reveal(checked, problem)

    def _reveal(self, value, problem: str = "") -> None:
        curve = self._predicted_curve()
        if curve is None:
            words = self.predict.verdict(value, np.empty(0), np.empty(0), False)
        else:
            y = np.asarray(self._scene.values[curve.name], float)
            axes = curve.line.axes
            words = self.predict.verdict(value, curve.x, y, axes.get_yscale() == "log", axes.get_xscale() == "log")
        with self.hold_sync():
            self.verdict = f"{words} {problem}".strip()
            self.prediction = value

    def _predicted_curve(self):
        if self.predict is None or not self.predict.curve:
            return None
        return next(part for part in self.drawing.curves if part.name == self.predict.curve)

    def _describe_prediction(self) -> dict | None:
        if self.predict is None:
            return None
        about = {"kind": self.predict.kind, "question": self.predict.question, "options": list(self.predict.options)}
        if curve := self._predicted_curve():
            axes, height = curve.line.axes, self.drawing.height
            about |= {
                "curve": curve.name,
                "box": [float(axes.bbox.x0), height - float(axes.bbox.y1), float(axes.bbox.x1), height - float(axes.bbox.y0)],
                "across": [float(number) / self.predict.across_per_unit for number in axes.get_xlim()],
                "up": [float(number) for number in axes.get_ylim()],
                "log_across": axes.get_xscale() == "log",
                "log_up": axes.get_yscale() == "log",
                "unit": self.predict.unit,
                "across_label": self.predict.across_label,
                "across_per_unit": self.predict.across_per_unit,
            }
        return about

    # --- without a kernel ---------------------------------------------------------------------------

    def _repr_mimebundle_(self, **kwargs):
        """Widget view, the present picture, and its sentence: one output, each page shows what it can.

        A panel that still waits for a prediction shows its empty axes and the question.
        """
        scene = self._scene
        self.drawing.move(scene.values, self.position if self.timeline else None)
        waits = self.predict is not None and self.prediction is None
        words = f"Predict first: {self.predict.question}" if waits else self.sentence
        self.drawing.show_overlays(() if waits else scene.shown)
        with self.drawing.parts_hidden(waits):
            png = self.drawing.png(self.question, words)
        bundle_ = {
            "text/plain": f"{self.question}\n{words}",
            "image/png": base64.b64encode(png).decode(),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.model_id,
            },
        }
        return bundle_, {"image/png": {"alt": words}}

    def __repr__(self) -> str:
        return f"{self.question}\n{self.sentence}"


def preset_of(label: str | None, presets: Sequence[Preset]) -> Preset:
    """The preset of that label, the first one for None. Raises ValueError with those that exist."""
    if label is None:
        return presets[0]
    for item in presets:
        if item.label == label:
            return item
    raise ValueError(_no_preset(label, presets))


def _no_preset(label, presets: Sequence[Preset]) -> str:
    return f"preset {label!r} does not exist; choose one of: {', '.join(item.label for item in presets)}."


def _sentence(problem: Exception) -> str:
    """A message as one sentence that starts with a capital and ends with a stop."""
    words = " ".join(str(problem).split()) or FAILED
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?" else ".")


def _timeline(timeline: Timeline | None) -> dict | None:
    if timeline is None:
        return None
    return {"label": timeline.label, "unit": timeline.unit, "seconds": timeline.seconds, "steps": list(timeline.steps)}


_MIME = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
}
