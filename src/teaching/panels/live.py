"""The live panel: a `PanelState` as a widget that talks with its pages in numbered messages.

From the kernel to the page goes one synced value, `shown`: everything that can change, complete in
itself, with a revision that rises by one and the last answers. Files and sweeps go as messages of
their own. What a page wants comes in numbered messages only (conversation.py); it sets nothing here.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import anywidget
import traitlets

from teaching.panels import bundle, rerun
from teaching.panels import sweep as sweeps
from teaching.panels.controls import Control
from teaching.panels.conversation import LATER, Answer, Conversation, Later
from teaching.panels.state import MEDIA_TYPES, PanelState, as_sentence

log = logging.getLogger("teaching.panels")


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


def _of_state(name: str) -> property:
    """What a panel's state knows under this name, read through the panel."""
    return property(attrgetter(f"state.{name}"))


@dataclass(frozen=True)
class _Sweep:
    """A sweep under way: who asked for it, and the setting around the swept control."""

    page: str
    number: int
    control: str
    values: Mapping[str, object]

    def fits(self, values: Mapping[str, object]) -> bool:
        """Whether its pictures still belong to a setting: all controls but the swept one are the same."""
        return all(value == values[name] for name, value in self.values.items() if name != self.control)


class Panel(anywidget.AnyWidget):
    """One question with its controls and its live picture.

    `panel.controls[name].value = ...` moves a control, `panel.set({...})` several; `panel.sentence` is
    what the picture says; `panel.error` is empty or one plain sentence. `panel.save(file)` and
    `panel.restore(file)` keep and restore a scenario. On pages without a kernel the start-up picture and
    its sentence stand instead (`_repr_mimebundle_`). Arguments: those of `PanelState`.
    """

    _esm = property(lambda self: bundle.script())
    _css = property(lambda self: bundle.style("all"))

    setup = traitlets.Dict().tag(sync=True)
    svg = traitlets.Unicode().tag(sync=True)
    #: The state's snapshot with `revision` and `answers`; one value, so that each message can be understood alone.
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, *arguments, **named):
        self.state = PanelState(*arguments, **named)
        self.controls = {name: ControlHandle(self, control) for name, control in self.state.controls.items()}
        self._revision = 0
        self._sweep: _Sweep | None = None
        self._conversation = Conversation(
            {
                "set": lambda content: self._set(content.get("values")),
                "sweep": self._start_sweep,
                "file": self._send_file,
                "open": lambda content: self._open(content.get("text")),
                "predict": lambda content: self._predict(content.get("value")),
                "sentence": lambda content: self._write(content.get("text")),
                "place": lambda content: self.state.move_to(content.get("place")),
                "notes": lambda content: setattr(self.state, "notes_open", content.get("open") is True),
            },
            self._refused,
        )
        super().__init__(svg=self.state.svg, setup=self.state.setup(), shown=self._snapshot())
        self.on_msg(self._message)

    def _snapshot(self) -> dict:
        self._revision += 1
        return {"revision": self._revision, "answers": self._conversation.told(), **self.state.snapshot()}

    def _show(self) -> None:
        """Sends the present state to every page that shows this panel."""
        self.shown = self._snapshot()

    def set_state(self, sync_data) -> None:
        """A page sets nothing by itself: it asks in numbered messages, which can be refused."""

    # --- from Python ----------------------------------------------------------------------------------

    name = _of_state("name")
    question = _of_state("question")
    about = _of_state("about")
    drawing = _of_state("drawing")
    presets = _of_state("presets")
    timeline = _of_state("timeline")
    predict = _of_state("predict")
    start = _of_state("start")
    values = _of_state("values")
    scene = _of_state("scene")
    frame = _of_state("frame")
    texts = _of_state("texts")
    sentence = _of_state("sentence")
    overlays = property(lambda self: list(self.state.scene.shown))
    closed = property(lambda self: dict(self.state.scene.closed))
    error = _of_state("error")
    line = _of_state("line")
    notes = _of_state("notes")
    prediction = _of_state("prediction")
    verdict = _of_state("verdict")
    own_sentence = _of_state("own_sentence")
    own_note = _of_state("own_note")

    @property
    def position(self) -> float:
        """The place on the timeline that files and the still picture show."""
        return self.state.position

    @position.setter
    def position(self, position: float) -> None:
        self._then_show(self.state.move_to, position)

    @property
    def notes_open(self) -> bool:
        """Whether somebody reads where the numbers come from."""
        return self.state.notes_open

    @notes_open.setter
    def notes_open(self, is_open: bool) -> None:
        self._then_show(setattr, self.state, "notes_open", bool(is_open))

    def set(self, values: Mapping[str, object]) -> None:
        """As `PanelState.set`, and every page that shows the panel follows."""
        self._then_show(self.state.set, values)

    def reset(self) -> None:
        """Back to the start of this panel."""
        self._then_show(self.state.reset)

    def press(self, label: str) -> None:
        """Shows the case of that label. Raises ValueError when there is none."""
        self._then_show(self.state.press, label)

    def restore(self, path) -> None:
        """Restores a scenario from a file; `UnusableFile` with one sentence when it is none for this panel."""
        self._then_show(self.state.restore, path)

    def open_text(self, text: str) -> None:
        """Restores a scenario from its JSON text or its line; ValueError leaves the panel as it is."""
        self._then_show(self.state.open_text, text)

    def predicted(self, value) -> None:
        """Takes a prediction, as `PanelState.predicted`."""
        self._then_show(self.state.predicted, value)

    def write_sentence(self, text) -> None:
        """Takes the sentence that the student writes after the prediction, as `PanelState.write_sentence`."""
        self._then_show(self.state.write_sentence, text)

    def _then_show(self, act: Callable, *arguments) -> None:
        act(*arguments)
        self._drop_sweep_of_another_setting()
        self._show()

    def scenario(self):
        """The present setting as a scenario: the controls that the page shows now."""
        return self.state.scenario()

    def save(self, path, overwrite: bool = False) -> Path:
        """Writes the present setting as a scenario file; refuses to replace a file unless told to."""
        return self.state.save(path, overwrite)

    def file(self, kind: str) -> bytes:
        """The present picture (svg, png, pdf), its numbers (csv) or its scenario (json) as the bytes of a file."""
        return self.state.file(kind)

    # --- messages of the pages ------------------------------------------------------------------------

    def _message(self, _widget, content, _buffers) -> None:
        """A numbered message of a page: done, refused or dropped, and answered in every case."""
        kind = content.get("kind") if isinstance(content, Mapping) else None
        answer = self._conversation.receive(content)
        if answer is None:
            return
        if kind == "sweep":
            self._tell(answer)
        elif kind != "file" or answer.outcome != "done":  # a file that was sent is its own answer
            self._show()

    def _refused(self, kind: str, problem: Exception | str) -> str:
        """The sentence of a refusal; a sweep was the page's idea and not the student's: it stays unsaid."""
        return as_sentence(problem) if kind == "sweep" else self.state.refuse(problem)

    def _tell(self, answer: Answer) -> None:
        self.send({"kind": "answer", **answer.describe()})

    def _set(self, values) -> None:
        self.state.set(self.state.check_whole(values))
        self._drop_sweep_of_another_setting()

    def _open(self, text) -> None:
        self.state.open_text(text)
        self._drop_sweep_of_another_setting()

    def _predict(self, value) -> None:
        self.state.predicted(value)
        self._drop_sweep_of_another_setting()
        self.state.accepted()

    def _write(self, text) -> None:
        self.state.write_sentence(text)
        self.state.accepted()

    def _send_file(self, content: Mapping) -> None:
        kind = content.get("format")
        about = {"kind": "file", "name": self.state.file_name(kind), "type": MEDIA_TYPES[kind]}
        data = self.state.file(kind)
        self.state.accepted()
        self.send({**about, "page": content["page"], "number": content["number"], "outcome": "done"}, [data])

    # --- sweeps ---------------------------------------------------------------------------------------

    def _start_sweep(self, content: Mapping) -> Later:
        """Sets a sweep going; the newest takes the place of the one under way, which is dropped aloud."""
        page, number = content["page"], content["number"]
        values = self.state.check_whole(content.get("values"))
        control = self.state.swept(content.get("control"))
        count = sweeps.stops_for(len(self.state.frame) // 4)
        if control is None or not count:
            raise ValueError("no pictures are computed ahead for this control.")
        self._drop_sweep()
        mine = self._sweep = _Sweep(page, number, control.name, values)

        async def run() -> None:
            places = control.stops(count)
            try:
                rows = await sweeps.sweep(
                    values, control.name, places, self.state.numbers_of, lambda: mine is self._sweep
                )
            except (
                Exception
            ) as problem:  # some place of the slider cannot be computed: no sweep, the slow path says why
                log.debug("no sweep of %s: %s", control.name, problem)
                if mine is self._sweep:
                    self._sweep = None
                    self._tell(self._conversation.answer(page, number, "refused", ""))
                return
            if rows is not None:
                self._sweep = None
                self._conversation.answer(page, number, "done")
                about = {"kind": "sweep", "page": page, "number": number, "outcome": "done"}
                about |= {"control": control.name, "places": places, "numbers": len(rows[0])}
                self.send(about, [sweeps.pack(rows, self.state.drawing.scales())])

        asyncio.get_running_loop().create_task(run())
        return LATER

    def _drop_sweep_of_another_setting(self) -> None:
        if self._sweep and not self._sweep.fits(self.state.values):
            self._drop_sweep()

    def _drop_sweep(self) -> None:
        if (dropped := self._sweep) is not None:
            self._sweep = None
            self._tell(self._conversation.answer(dropped.page, dropped.number, "dropped"))

    # --- without a kernel -----------------------------------------------------------------------------

    def _repr_mimebundle_(self, **kwargs):
        """Widget view, the present picture, and its sentence: one output, each page shows what it can."""
        view = rerun.view_of(self, self._let_go)
        png, words = self.state.still()
        data = {
            "text/plain": f"{self.question}\n{words}",
            "image/png": base64.b64encode(png).decode(),
            **view,
        }
        return data, {"image/png": {"alt": words}}

    def _let_go(self) -> None:
        self._drop_sweep()
        rerun.close(self)

    def __repr__(self) -> str:
        return f"{self.question}\n{self.sentence}"
