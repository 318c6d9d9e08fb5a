"""Questions in a lesson as widgets: a prediction is kept, an answer is checked. Judges nothing itself.

A lesson says `from teaching.panels import questions`, then `questions.predict("00-taste")`. A question talks with
its pages as panels do, in numbered messages that are all answered (conversation.py); what was typed goes with the
message that asks for it to be checked. On a page without a kernel the same script has the rule itself (`page_data`).
"""

from __future__ import annotations

import base64
import json
import zlib

import anywidget
import traitlets

from teaching.learning import answers
from teaching.panels import bundle, rerun
from teaching.panels.conversation import Conversation

PREDICT, CHECK = "predict", "check"
#: What a page may know of a question before it is answered.
VISIBLE = (
    "id", "kind", "prompt", "unit", "options", "low", "high", "across", "up",
    "phrases", "labels", "nowhere", "cards", "bins", "counts", "reference", "words",
)  # fmt: skip
#: What only the rule knows: none of it stands in clear in a page.
HIDDEN = ("answer", "wrong", "hints", "model")


class QuestionPanel(anywidget.AnyWidget):
    """One question: its prompt, a field that fits its kind, buttons, and a place for what comes back.

    `action`: 'predict' keeps what a student expects, the last one counts; 'check' checks an answer as often as the
    student likes and has hints. `panel.submit(value)` answers from Python, `panel.open_hint()` opens the next hint;
    `panel.card` is what was said last, `panel.hints` are the hints that are open.
    Raises AnswerProblem with one sentence for an unknown question, or a check where nothing is right or wrong.
    """

    _esm = property(lambda self: bundle.script("question"))
    _css = property(lambda self: bundle.style("all"))

    setup = traitlets.Dict().tag(sync=True)
    #: What can change, complete in itself: value, card, note on saving, hints; with `revision` and `answers`.
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, question_id: str, action: str = CHECK) -> None:
        self._entry = answers.entry_of(question_id)
        if action == CHECK and "answer" not in self._entry and not answers.is_only_kept(self._entry):
            raise answers.AnswerProblem(f'"{question_id}" asks what you expect; there is no right answer.')
        self.question, self._action = answers.question(question_id), action
        kept = answers.prediction(question_id) if action == PREDICT else answers.last_answer(question_id)
        self.card, self.note, self._value = kept, kept.note if kept else answers.notes(), kept and kept.value
        opened = answers.hints_opened(question_id) if action == CHECK else 0
        self.hints = list(self._entry["hints"][:opened])
        self._revision = 0
        self._conversation = Conversation(
            {"submit": lambda content: self._take(content.get("value")), "hint": lambda content: self._open_hint()},
            self._refused,
        )
        super().__init__(setup=self._setup(), shown=self._snapshot())
        self.on_msg(self._message)

    def submit(self, value: str | float | list) -> None:
        """Takes an answer as it is typed, chosen, drawn or placed; `card` says what is said to it, or why it cannot be
        used."""
        try:
            self._take(value)
        except answers.AnswerProblem as problem:
            self._refused("submit", problem)
        self._show()

    def open_hint(self) -> None:
        """Opens the next hint; after the last one nothing happens."""
        self._open_hint()
        self._show()

    def page_data(self) -> dict:
        """What `show_question` of script/question_page.js needs on a page without a kernel; plain data (JSON).

        The rule is packed: neither answer nor feedback nor hint stands in clear. That keeps nobody from reading it.
        """
        hidden = ("hints",) if self._action == PREDICT else HIDDEN
        entry = {name: self._entry[name] for name in (*VISIBLE, "example", *hidden) if name in self._entry}
        if self._action == PREDICT:
            entry["hints"] = []
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(json.dumps(entry, ensure_ascii=False).encode()) + packer.flush()
        return {"setup": self.setup, "lesson": self._entry["lesson"], "packed": base64.b64encode(packed).decode()}

    # --- what the pages show --------------------------------------------------------------------------

    def _setup(self) -> dict:
        """What never changes."""
        visible = {name: self._entry[name] for name in VISIBLE if name in self._entry}
        button = "Keep my prediction" if self._action == PREDICT else "Check"
        if self._action == CHECK and answers.is_only_kept(self._entry):
            button = "Keep my words" if self.question.kind == "text" else "Keep my count"
        hints = len(self._entry["hints"]) if self._action == CHECK else 0
        return {"unit": "", **visible, "action": self._action, "button": button, "hints": hints}

    def _snapshot(self) -> dict:
        self._revision += 1
        number = isinstance(self._value, (int, float))
        return {
            "revision": self._revision,
            "answers": self._conversation.told(),
            "value": answers.format_number(self._value) if number else self._value,
            "card": self.card and {"word": self.card.word, "message": self.card.message},
            "note": self.note,
            "hints": list(self.hints),
        }

    def _show(self) -> None:
        """Sends the present state to every page that shows this question."""
        self.shown = self._snapshot()

    def set_state(self, sync_data) -> None:
        """A page sets nothing by itself: it asks in numbered messages, which can be refused."""

    # --- messages of the pages ------------------------------------------------------------------------

    def _message(self, _widget, content, _buffers) -> None:
        if self._conversation.receive(content) is not None:
            self._show()

    def _take(self, value: object) -> None:
        act = answers.predict if self._action == PREDICT else answers.check
        if value is None:  # a message without one: `check` would take the kept prediction for it
            raise answers.AnswerProblem("There is no answer yet; give one first.")
        self.card = act(self.question.id, value)
        self.note, self._value = self.card.note, self.card.value

    def _open_hint(self) -> None:
        hints = self._entry["hints"] if self._action == CHECK else []
        if len(self.hints) < len(hints):
            hint = answers.hint(self.question.id, len(self.hints) + 1)
            self.note = hint.note
            self.hints.append(hint.message)

    def _refused(self, kind: str, problem: Exception | str) -> str:
        """Says why something cannot be used; what was kept before stays."""
        self.card, self.note = answers.Card("Not usable", str(problem)), ""
        return str(problem)

    # --- in a notebook --------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **kwargs: object) -> dict:
        """The widget, and for a page without a kernel the question as text."""
        return {"text/plain": str(self.question), **rerun.view_of(self)}

    def __repr__(self) -> str:
        return str(self.question)


def predict(question_id: str) -> QuestionPanel:
    """The question that keeps a prediction and shows it again after a kernel restart."""
    return QuestionPanel(question_id, PREDICT)


def check(question_id: str) -> QuestionPanel:
    """The question that checks an answer, with feedback and hints; what is written in own words is kept."""
    return QuestionPanel(question_id, CHECK)
