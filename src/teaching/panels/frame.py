"""The frame that every panel shares: question, controls, presets, picture, sentence, sources, errors.

A panel family gives it controls and a function that turns their values into a picture; the frame
does the rest: it keeps the last valid picture when something is impossible, says so in one
sentence, and logs the detail. Core ipywidgets and the live figure only.
"""

from __future__ import annotations

import base64
import html
import logging
from collections.abc import Callable, Mapping

import ipywidgets as widgets

log = logging.getLogger("teaching.panels")

_STYLE = """<style>
.teaching-panel { border: 1px solid var(--jp-border-color1, #bbb); border-radius: 8px; padding: 12px 16px;
  max-width: 1160px; margin: 6px 0; box-sizing: border-box; color: var(--jp-content-font-color0, #1b1b1d); }
.teaching-panel h3 { font-size: 22px; line-height: 1.3; margin: 0; color: inherit; }
.teaching-panel p { color: inherit; }
.teaching-controls { flex-flow: row wrap; gap: 4px 10px; align-items: center; min-height: 42px; }
.teaching-controls > .widget-label { font-weight: bold; }
.teaching-panel .widget-toggle-buttons { width: auto; }
.teaching-panel { container-type: inline-size; }
.teaching-panel .widget-slider { flex: 1 1 420px; max-width: 540px; }
@container (max-width: 560px) {
  .teaching-panel h3, .teaching-panel .widget-html h3 { font-size: 18px; }
  .teaching-panel .widget-slider { flex: 1 1 100%; height: auto; flex-flow: row wrap; }
  .teaching-panel .widget-slider .widget-label { flex: 1 1 100%; white-space: normal; text-align: left; }
  .teaching-panel .widget-slider .slider-container { min-width: 100px; }
  .teaching-panel .jupyter-widgets.jupyter-button { max-width: 100%; width: auto; min-width: 0; display: block; overflow: visible;
    text-overflow: clip; white-space: normal; height: auto; min-height: 34px; line-height: 1.3; padding: 6px 10px; }
  .teaching-controls { flex-shrink: 0; height: auto; }
}
.teaching-panel .widget-label, .teaching-panel .widget-readout { font-size: 16px; }
.teaching-panel .jupyter-button { font-size: 15px; height: 34px; line-height: 30px; width: auto; }
.teaching-panel .widget-toggle-buttons .jupyter-button.mod-active { outline: 2px solid currentColor; outline-offset: -2px; font-weight: bold; }
.teaching-panel .jupyter-button:focus-visible, .teaching-panel .noUi-handle:focus-visible { outline: 3px solid #d55e00; }
.teaching-note { font-size: 14px; line-height: 1.4; margin: 2px 4px; }
.teaching-error { font-size: 16px; font-weight: bold; border-left: 4px solid #d55e00; padding: 2px 10px; margin: 2px 4px; }
</style>"""


FOOT = "A model for teaching. Not treatment advice."


def row(*children: widgets.Widget, label: str = "") -> widgets.HBox:
    """Controls side by side, wrapping where the page is narrow; `label` names the row."""
    box = widgets.HBox([widgets.Label(label), *children] if label else list(children))
    box.add_class("teaching-controls")
    return box


class Panel(widgets.VBox):
    """One question with its controls and its live picture.

    `panel.controls[name].value = ...` moves a control; `panel.sentence` is what the picture says;
    `panel.error` is empty or one plain sentence. On pages without a kernel the start-up picture
    and its sentence stand instead (`_repr_mimebundle_`).
    """

    def __init__(
        self,
        question: str,
        controls: Mapping[str, widgets.Widget],
        rows: list[widgets.Widget],
        figure,
        draw: Callable[[], str],
        sources: Callable[[], str],
        still: Callable[[], bytes],
    ):
        self.question = question
        self.controls = dict(controls)
        self.figure = figure
        self._draw, self._sources, self._still = draw, sources, still
        self._error = widgets.HTML()
        self._notes = widgets.HTML()
        self._info = widgets.ToggleButton(value=False, description="Where do these numbers come from?")
        head = widgets.HTML(f"{_STYLE}<h3>{html.escape(question)}</h3>")
        foot = row(self._info, widgets.HTML(f'<p class="teaching-note">{FOOT}</p>'))
        super().__init__([head, *rows, figure, self._error, foot, self._notes])
        self.add_class("teaching-panel")
        self._quiet = False
        for control in self.controls.values():
            control.observe(self._moved, "value")
        self._info.observe(self._write_notes, "value")
        self.refresh()

    @property
    def sentence(self) -> str:
        """What the picture says, in words."""
        return self.figure.sentence

    @property
    def error(self) -> str:
        """Empty, or one sentence on why the picture did not follow."""
        return html.unescape(self._error.value.removeprefix('<p class="teaching-error" role="alert">').removesuffix("</p>"))

    def set(self, values: Mapping[str, object]) -> None:
        """Moves several controls at once and draws once.

        Raises ValueError for a control that this panel does not have.
        """
        unknown = [name for name in values if name not in self.controls]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not a control of this panel; it has: {', '.join(self.controls)}.")
        self._quiet = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._quiet = False
        self.refresh()

    def refresh(self) -> None:
        """Draws the controls' present state; an impossible one keeps the last picture and says why."""
        try:
            self._draw()
        except ValueError as problem:
            self._say(str(problem))
        except Exception:  # a student must never see a traceback here
            log.exception("the panel %r could not be drawn", self.question)
            self._say("This combination could not be computed; the last picture stays. Move a control or press Reset.")
        else:
            self._say("")
        self._write_notes()

    def _moved(self, change) -> None:
        if not self._quiet:
            self.refresh()

    def _say(self, words: str) -> None:
        self._error.value = f'<p class="teaching-error" role="alert">{html.escape(words)}</p>' if words else ""

    def _write_notes(self, change=None) -> None:
        self._notes.value = self._sources() if self._info.value else ""

    def _repr_mimebundle_(self, **kwargs):
        """Widget view, the start-up picture, and its sentence: one output, each page shows what it can."""
        bundle = {
            "text/plain": f"{self.question}\n{self.sentence}",
            "image/png": base64.b64encode(self._still()).decode(),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.model_id,
            },
        }
        return bundle, {"image/png": {"alt": self.sentence}}
