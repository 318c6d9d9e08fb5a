"""Questions in a lesson as widgets: keep a prediction, or check an answer. Judges nothing itself.

A lesson says `from teaching.panels import questions`, then `questions.predict("00-taste")`.
"""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets

from teaching.learning import answers
from teaching.panels import rerun

#: The page may send Enter or a click before the text that was typed last: so long the kernel waits for it.
TYPED_TEXT_WAIT_SECONDS = 0.25
LABEL = {"description_width": "auto"}
STYLE = """<style>
.teaching-question {
  --jp-widgets-font-size: max(1rem, 12pt);
  --jp-widgets-inline-height: 2.2rem;
  --jp-widgets-slider-handle-size: 24px;
  --jp-widgets-slider-handle-background-color: var(--jp-brand-color1, #1976d2);
  box-sizing: border-box; width: 100%; max-width: 46rem; padding: 0.8rem min(1rem, 3vw); overflow: visible;
  border: 1px solid var(--jp-border-color1, #999); border-radius: 6px;
}
.teaching-question .widget-html-content, .teaching-question label, .teaching-question input,
.teaching-question .widget-label, .teaching-question button {
  font-size: max(1rem, 12pt); line-height: 1.45; overflow-wrap: anywhere;
  color: var(--jp-content-font-color1, inherit);
}
.teaching-question .widget-box { overflow: visible; }
/* Core widgets have fixed widths and cut their words: here rows wrap, then words break. */
.teaching-question .jupyter-widgets {
  box-sizing: border-box; min-width: 0; max-width: calc(100% - 2 * var(--jp-widgets-margin, 2px));
}
.teaching-question .widget-label {
  flex: 0 1 auto; width: auto; height: auto; min-width: 0; max-width: 100%; overflow: visible;
  white-space: normal; text-align: left;
}
.teaching-question input[type="text"], .teaching-question input[type="number"] {
  flex: 1 1 10ch; width: 16ch; min-width: 0; max-width: 100%; height: auto; min-height: 2.2rem;
  background: var(--jp-layout-color1, Field);
}
.teaching-question .widget-text { display: flex; flex-wrap: wrap; width: auto; height: auto; }
.teaching-question .widget-hslider { flex-wrap: wrap; height: auto; min-height: 2.2rem; padding-right: 4px; }
.teaching-question .slider-container { min-height: 28px; }
.teaching-question .widget-radio, .teaching-question .widget-radio-box {
  width: auto; height: auto; max-width: 100%;
}
.teaching-question .widget-radio-box label {
  display: flex; flex-direction: row; align-items: baseline; gap: 0.5em;
  height: auto; min-height: 24px; margin: 0.3em 0 0; white-space: normal;
}
.teaching-question .widget-radio-box input {
  flex: none; width: 0.8em; height: 0.8em; margin: 0; position: static; order: -1; /* before its words */
}
.teaching-question .widget-button {
  width: auto; height: auto; min-height: 2.2rem; white-space: normal;
}
.teaching-question .widget-button.mod-primary { color: var(--jp-ui-inverse-font-color1, #fff); }
</style>"""


class QuestionPanel(widgets.VBox):
    """One question: prompt, an input that fits its kind, buttons, a place for what comes back."""

    def __init__(self, question_id: str, action: str) -> None:
        self.question = answers.question(question_id)
        self.prompt = widgets.HTML(f"{STYLE}<strong>{escape(self.question.prompt)}</strong>")
        self.button = widgets.Button(description=action, button_style="primary")
        self.button.on_click(lambda _: self._submit_soon())
        self.buttons = _row(self.button)
        self.feedback = widgets.HTML()
        self.field, shown = INPUTS[self.question.kind](self.question)
        self.field.on_msg(self._on_message)
        kept = answers.prediction(question_id)
        if kept:
            self.field.value = str(kept.value) if self.question.kind == "number" else kept.value
            self.feedback.value = kept._repr_html_()
        elif unread := answers.notes():
            self._say("Note", unread)
        super().__init__([self.prompt, shown, self.buttons, self.feedback])
        self.add_class("teaching-question")

    def submit(self) -> None:
        """Take what the student set or typed, and show what comes back or why it cannot be used."""
        if self.field.value is None:
            return self._say("Nothing chosen yet", "choose one of the options first.")
        try:
            self.feedback.value = self._take(self.field.value)._repr_html_()
        except answers.AnswerProblem as problem:
            self._say("Not usable", str(problem))

    def _take(self, value: str | float) -> answers.Card:
        raise NotImplementedError

    def _say(self, word: str, sentence: str) -> None:
        self.feedback.value = answers.Card(word, sentence)._repr_html_()

    def _on_message(self, _widget: widgets.Widget, content: dict, _buffers: list) -> None:
        if content.get("event") == "submit":  # Enter
            self._submit_soon()

    def _submit_soon(self) -> None:
        """Submits when what was typed last has had time to arrive; it may come just after the click."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no page: a test, or a script
            return self.submit()
        loop.call_later(TYPED_TEXT_WAIT_SECONDS, self.submit)

    def _repr_mimebundle_(self, **kwargs: object) -> dict:
        """The widget, and for a page without a kernel the question as text."""
        if self.comm is None:  # let go when its cell ran again, and shown once more
            for part in _parts_of(self):
                part.open()
        rerun.shown(self, lambda: [rerun.close(part) for part in _parts_of(self)])
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": str(self.question)}


class PredictPanel(QuestionPanel):
    """Keeps what a student expects; it can be changed, the last one counts."""

    def __init__(self, question_id: str) -> None:
        super().__init__(question_id, "Keep my prediction")

    def _take(self, value: str | float) -> answers.Card:
        return answers.predict(self.question.id, value)


class CheckPanel(QuestionPanel):
    """Checks an answer as often as the student likes, and has three hints, one after the other."""

    def __init__(self, question_id: str) -> None:
        super().__init__(question_id, "Check")
        self.hint_button = widgets.Button(description="Hint")
        self.hint_button.on_click(lambda _: self._show_hint())
        self.hint = widgets.HTML()
        for number in range(1, answers.hints_opened(question_id) + 1):
            self._show(answers.hint(question_id, number), number)  # seen before: it is there again
        self.buttons.children += (self.hint_button,)
        self.children += (self.hint,)

    def _take(self, value: str | float) -> answers.Card:
        return answers.check(self.question.id, value)

    def _show_hint(self) -> None:
        number = 1 + self.hint.value.count('role="status"')
        self._show(answers.hint(self.question.id, number), number)

    def _show(self, card: answers.Card, number: int) -> None:
        self.hint.value += card._repr_html_()
        total = int(card.word.rsplit(" ", 1)[1])
        self.hint_button.disabled = number == total
        self.hint_button.description = "No more hints" if number == total else f"Hint {number + 1} of {total}"


def predict(question_id: str) -> PredictPanel:
    """The panel that keeps a prediction and shows it again after a kernel restart."""
    return PredictPanel(question_id)


def check(question_id: str) -> CheckPanel:
    """The panel that checks an answer, with feedback and a hint."""
    return CheckPanel(question_id)


def _options(question: answers.Question) -> tuple[widgets.Widget, widgets.Widget]:
    choice = widgets.RadioButtons(options=question.options, value=None, layout={"width": "auto"})
    return choice, choice


def _number(question: answers.Question) -> tuple[widgets.Widget, widgets.Widget]:
    # Sent on Enter or on leaving the field: a slow connection then cannot deliver half a number.
    text = widgets.Text(description="Your answer", continuous_update=False, style=LABEL)
    return text, _row(text, widgets.Label(question.unit))


def _marker(question: answers.Question) -> tuple[widgets.Widget, widgets.Widget]:
    scale = {"min": question.low, "max": question.high, "value": question.low, "style": LABEL}
    typed = widgets.BoundedIntText(description="or type", layout={"width": "11rem"}, **scale)
    slider = widgets.IntSlider(
        description="Marker", readout=False, layout={"flex": "1 1 14rem", "width": "auto"}, **scale
    )
    row = _row(slider, typed, widgets.Label(question.unit))
    row.linked = widgets.jslink((typed, "value"), (slider, "value"))  # in the browser: no lag
    return typed, row


def _parts_of(widget: widgets.Widget) -> list[widgets.Widget]:
    """A widget with everything it is made of: layouts, styles, children, links; each once, the outermost last."""
    found: dict[int, widgets.Widget] = {}

    def visit(one: widgets.Widget) -> None:
        if id(one) in found:
            return
        for name in one.keys:
            value = getattr(one, name, None)
            for part in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(part, widgets.Widget):
                    visit(part)
        if isinstance(getattr(one, "linked", None), widgets.Widget):
            visit(one.linked)
        found[id(one)] = one

    visit(widget)
    return list(found.values())


def _row(*parts: widgets.Widget) -> widgets.HBox:
    return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})


INPUTS = {"option": _options, "number": _number, "marker": _marker}
