"""The first cell of every lesson: is the package new enough, whose answers are these, how does one start afresh?"""

from __future__ import annotations

import os
import sys
from html import escape

from teaching.inputs import refusal, shortened
from teaching.installed import misfits
from teaching.learning import answer_store

AFRESH = "Start afresh"
LONGEST_NAME = 100
#: Said where Python itself runs in the browser, as in JupyterLite; docs/lite.md has the measurements.
IN_A_BROWSER = (
    "Python runs inside your browser here, without a compiler: a course takes up to half a second, so sliders follow "
    "in steps and not at once. Answers stay in this browser, in the folder teaching-answers beside the lessons."
)


class Ready:
    """What the first cell of a lesson shows: a sentence and, where answers are kept, a button to start afresh."""

    def __init__(self, words: str, fine: bool, kept: str = ""):
        self.words, self.fine, self.kept = words, fine, kept

    def __repr__(self) -> str:
        return f"{self.words}\n{self.kept}".rstrip()

    def _repr_mimebundle_(self, **kwargs) -> dict:
        widget = _box(self.words, self.kept)._repr_mimebundle_() if self.kept else {}
        return {**widget, "text/plain": repr(self)}


def begin(lesson: str, needs: str, name: str | None = None) -> Ready:
    """Says in one sentence whether the installed package fits this lesson, and in another whose answers are kept.

    Arguments: lesson, the name of the notebook; needs, the oldest version that works with it, such as '0.1.0'; name,
    whose answers these are where several people use one folder (without it: TEACHING_NAME, or nobody's in particular).
    Raises ValueError with one sentence when one of them is no such text.
    """
    from teaching import __version__

    for what, value, such in (("lesson", lesson, "a short name"), ("needs", needs, "a version such as '0.1.0'")):
        if not isinstance(value, str) or len(value) > LONGEST_NAME:
            raise ValueError(refusal(what, value, f"{such} is needed"))
    if name is not None:
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError(f"name is {shortened(name)}; a short name is needed, such as name='Anna'.")
        os.environ["TEACHING_NAME"] = name
    if _numbers(__version__) < _numbers(needs):
        return Ready(
            f"This lesson needs version {needs} of the teaching package, but version {__version__} is installed: "
            "close JupyterLab and run 'python start.py' in the kit's folder, which brings both together.",
            fine=False,
        )
    if wrong := misfits():
        return Ready(f"{wrong[0].words[0].upper()}{wrong[0].words[1:]}.", fine=False)
    words = f"Ready: lesson {lesson}, teaching package {__version__}. For teaching, not treatment advice."
    if sys.platform == "emscripten":
        words = f"{words}\n{IN_A_BROWSER}"
    return Ready(words, fine=True, kept=_kept_in_words())


def start_afresh() -> Ready:
    """Sets the answers that are kept aside, in a folder that says when, and says so. Deletes nothing.

    Cells that were run before show the old answers until they are run again.
    """
    try:
        aside = answer_store.start_afresh()
    except OSError as problem:
        return Ready(f"The answers could not be set aside ({problem.strerror}); they are still in use.", fine=False)
    if aside is None:
        return Ready("There are no answers here: this is a fresh start already.", fine=True)
    return Ready(
        f"Afresh: the answers before now lie in {aside}. Run the cells again, and nothing is answered.", fine=True
    )


def _kept_in_words() -> str:
    number, day = answer_store.kept_before()
    if not number:
        return ""
    whose = os.environ.get("TEACHING_NAME", "").strip()
    of = f" of {whose}" if whose else ""
    entries = "entry" if number == 1 else "entries"
    verb = "is" if number == 1 else "are"
    return (
        f"{number} {entries}{of} {verb} kept in this folder, the last of {day}. If they are not yours: press "
        f"'{AFRESH}' "
        "(they are set aside, not deleted), or give your name: begin(..., name='Anna')."
    )


def _box(*sentences: str):
    """The sentences with a button under them."""
    import ipywidgets

    button, said = ipywidgets.Button(description=AFRESH), ipywidgets.HTML()
    words = [ipywidgets.HTML(escape(sentence)) for sentence in sentences]

    def press(_) -> None:
        button.disabled = True
        said.value = escape(repr(start_afresh()))

    button.on_click(press)
    return ipywidgets.VBox([*words, button, said])


def _numbers(version: str) -> tuple[int, ...]:
    parts = (part for part in version.split(".")[:3])
    return tuple(int("".join(letter for letter in part if letter.isdigit()) or 0) for part in parts)
