"""A desk: a widget whose logic and picture are in its script, the same in a notebook, in the app and on a page.

A panel's picture is made in Python, and a page without a kernel gets a grid of pictures computed ahead. Where there are
far too many settings for a grid, a desk stands instead: Python gives its data and its reference numbers, the script
chooses, counts and draws, and the kernel keeps the setting and refuses what is none.

    @desk(title="The evidence", question="What ...?", lesson=9, place=1, line="Choose ... and see ...")
    def evidence(*, disease=None) -> Desk:
        \"""...\"""
        return Desk("evidence", evidence.desk.question, data=..., start=..., check=..., draw=..., describe=...)

Its script is `script/<name>.js`, made by `make_desk` of script/desk.js and named in script/desks.js.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import anywidget
import traitlets

from teaching.inputs import shortened, whole_letters
from teaching.learning import answer_store
from teaching.panels import bundle, rerun
from teaching.panels.conversation import Conversation
from teaching.panels.packing import packed_words
from teaching.panels.state import FOOT, as_sentence

#: Characters of the JSON text of a setting; script/store.js has the same.
LONGEST_SETTING = 60_000
KEPT = "Kept."
#: script/desk_page.js says the same.
OF_ANOTHER_VERSION = (
    "What you kept here last is of another version of this desk and cannot be shown by this one; it stays where it is."
)
#: Kind of an entry of the answer store.
KIND = "desk"


@dataclass(frozen=True)
class Listing:
    """What is declared of a desk: `make` and what lists say of it, as `Family` has it for panels."""

    make: Callable[..., Desk]
    title: str
    question: str
    lesson: int
    place: int
    line: str

    @property
    def name(self) -> str:
        """The name of the function that makes the desk, and of its script."""
        return self.make.__name__


def desk(*, title: str, question: str, lesson: int, place: int, line: str) -> Callable:
    """Declares that a function makes a desk; lists find what is declared as its attribute `desk`."""

    def over(make: Callable[..., Desk]) -> Callable[..., Desk]:
        make.desk = Listing(make, title, question, lesson, place, line)
        return make

    return over


class Desk(anywidget.AnyWidget):
    """One question, worked at in the script.

    `desk.values` is the setting, plain data (JSON); `desk.set({...})` changes parts of it, `desk.reset()` goes back to
    the start; `desk.sentence` says what the still picture shows, `desk.error` is empty or one plain sentence.

    Args: name, that of the desk and of its script; question; data, what never changes (JSON); start, the whole setting
    at the beginning; check, takes a whole setting from anywhere and returns it or raises ValueError with one sentence;
    draw, a setting -> `Drawing` without parts; describe, a setting -> its words; keeps, (lesson, id) under which the
    script may keep a setting in the answer store: the last one that is still usable is then where the desk starts;
    foot, the line at the bottom.
    Raises what `check` raises for the start.
    """

    _esm = property(lambda self: bundle.script(self.name))
    _css = property(lambda self: bundle.style("all"))

    setup = traitlets.Dict().tag(sync=True)
    #: What can change, complete in itself: values, error, note on keeping, kept; with `revision` and `answers`.
    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        name: str,
        question: str,
        *,
        data: Mapping[str, object],
        start: Mapping[str, object],
        check: Callable[[dict], dict],
        draw: Callable[[dict], object],
        describe: Callable[[dict], str],
        keeps: tuple[str, str] | None = None,
        foot: str = FOOT,
    ):
        self.name, self.question = name, question
        self._check, self._draw, self._describe, self.keeps = check, draw, describe, keeps
        self.start = self.checked(start)
        self.error = self.note = ""
        self.kept = self._last_kept()
        self.values = dict(self.kept or self.start)
        self._revision = 0
        self._conversation = Conversation(
            {
                "set": lambda content: self._take(content.get("values")),
                "keep": lambda content: self._keep(content.get("values")),
            },
            self._refused,
        )
        setup = {"name": name, "question": question, "start": self.start, "foot": foot, "data": dict(data)}
        super().__init__(setup=setup, shown=self._snapshot())
        self.on_msg(self._message)

    # --- from Python ----------------------------------------------------------------------------------

    def set(self, values: Mapping[str, object]) -> None:
        """Changes parts of the setting; ValueError with one sentence leaves it as it is."""
        self._take({**self.values, **values})
        self._show()

    def reset(self) -> None:
        """Back to the start."""
        self._take(self.start)
        self._show()

    def checked(self, values) -> dict:
        """A whole setting as the desk takes it; ValueError with one sentence for anything else."""
        if not isinstance(values, Mapping):
            raise ValueError(f"the setting is {shortened(values)}; it must name a value for each field.")
        try:
            text = json.dumps(values, allow_nan=False, ensure_ascii=False)  # letters count as on a page
        except (TypeError, ValueError, RecursionError):
            raise ValueError("the setting holds something that is neither text, number, list nor table.") from None
        if len(text) > LONGEST_SETTING:
            raise ValueError(f"the setting has {len(text):,} characters; this desk takes at most {LONGEST_SETTING:,}.")
        return self._check(json.loads(whole_letters(text)))

    @property
    def sentence(self) -> str:
        """What the still picture of the present setting shows."""
        return self._describe(self.values)

    @property
    def drawing(self):
        """The still picture of the present setting, as a `Drawing`."""
        return self._draw(self.values)

    def still(self, as_new: bool = False) -> tuple[bytes, str]:
        """The present picture as PNG, and its words. `as_new`: of the desk as it starts."""
        values = self.start if as_new else self.values
        words = self._describe(values)
        return self._draw(values).png(self.question, words), words

    def page_data(self) -> dict:
        """What `show_desk` of script/desk_page.js needs on a page without a kernel; plain data (JSON)."""
        return {
            "desk": self.name,
            "kit": getattr(sys.modules.get("teaching"), "__version__", "source"),
            "keeps": list(self.keeps) if self.keeps else None,
            "packed": packed_words(self.setup),
        }

    # --- what the pages show --------------------------------------------------------------------------

    def _snapshot(self) -> dict:
        self._revision += 1
        return {
            "revision": self._revision,
            "answers": self._conversation.told(),
            "values": self.values,
            "error": self.error,
            "note": self.note,
            "kept": self.kept,
        }

    def _show(self) -> None:
        """Sends the present state to every page that shows this desk."""
        self.shown = self._snapshot()

    def set_state(self, sync_data) -> None:
        """A page sets nothing by itself: it asks in numbered messages, which can be refused."""

    # --- messages of the pages ------------------------------------------------------------------------

    def _message(self, _widget, content, _buffers) -> None:
        if self._conversation.receive(content) is not None:
            self._show()

    def _take(self, values) -> None:
        self.values = self.checked(values)
        self.error = ""

    def _keep(self, values) -> None:
        if self.keeps is None:
            raise ValueError("this desk keeps nothing.")
        self._take(values)
        lesson, name = self.keeps
        problem = answer_store.append(lesson, KIND, name, json.dumps(self.values, ensure_ascii=False))
        self.kept, self.note = self.values, problem or KEPT

    def _last_kept(self) -> dict | None:
        """The last kept setting that this version of the desk can use."""
        if self.keeps is None:
            return None
        lesson, name = self.keeps
        lines = [line for line in answer_store.read(lesson) if (line["kind"], line["question"]) == (KIND, name)]
        self.note = " ".join(answer_store.take_notes())
        for line in reversed(lines):
            try:
                return self.checked(json.loads(line["value"]))
            except (ValueError, TypeError, RecursionError):
                if OF_ANOTHER_VERSION not in self.note:
                    self.note = f"{self.note} {OF_ANOTHER_VERSION}".strip()
        return None

    def _refused(self, kind: str, problem: Exception | str) -> str:
        """Says why a setting cannot be used; the last valid one stays."""
        self.error = as_sentence(problem)
        return self.error

    # --- in a notebook --------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **kwargs):
        """Widget view, the still picture, and its words: one output, each page shows what it can."""
        view = rerun.view_of(self)
        png, words = self.still()
        data = {
            "text/plain": f"{self.question}\n{words}",
            "image/png": base64.b64encode(png).decode(),
            **view,
        }
        return data, {"image/png": {"alt": words}}

    def __repr__(self) -> str:
        return f"{self.question}\n{self.sentence}"
