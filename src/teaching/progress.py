"""How far something long is: a bar in a notebook, a line that counts up elsewhere. Says nothing of what is quick."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from html import escape

#: What is over before this says nothing [s].
QUICK_SECONDS = 1.0
#: So often a bar is drawn anew [s]: the eye wants no more, and each time is a message to the page.
STEP_SECONDS = 0.1
#: In the metadata of an output that only told how far something was: a stored lesson leaves it out.
PASSING = "teaching_progress"


class Progress:
    """Is told `(done, all)` and shows it: `with Progress("patients") as progress: ... progress(400, 1000)`.

    `what` is counted, such as 'patients'. In a notebook a bar appears once a second has gone by, and goes when all is
    done. In a terminal one line counts up, only when `always` is set. `clock` gives seconds.
    """

    def __init__(self, what: str, always: bool = False, clock: Callable[[], float] = time.monotonic):
        self.what, self.always, self._clock = what, always, clock
        self._display = _notebook_display()
        self._begun = clock()
        self._shown_at: float | None = None
        self._handle = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *problem) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True, metadata={PASSING: True})
            self._handle = None

    def __call__(self, done: int, size: int) -> None:
        """Shows that `done` of `size` are done, when it is time to."""
        if self._display is None:
            if self.always:
                print(f"\r{self._words(done, size)}", end="\n" if done == size else "", flush=True)
            return
        now = self._clock()
        due = QUICK_SECONDS if self._shown_at is None else self._shown_at - self._begun + STEP_SECONDS
        if now - self._begun < due and done < size:
            return
        if self._shown_at is None and done == size:
            return  # over before there was anything to show
        self._shown_at = now
        bundle = {"text/html": _bar(self._words(done, size), done, size), "text/plain": self._words(done, size)}
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True, metadata={PASSING: True})
        else:
            self._handle.update(bundle, raw=True, metadata={PASSING: True})

    def _words(self, done: int, size: int) -> str:
        return f"{done} of {size} {self.what}"


def _bar(words: str, done: int, size: int) -> str:
    """A bar that a screen reader reads too."""
    label = escape(words)
    bar = f'<progress max="{size}" value="{done}" aria-label="{label}" style="width:16em"></progress>'
    return f'<div style="display:flex;gap:.8em;flex-wrap:wrap;align-items:center">{bar}<span>{label}</span></div>'


def _notebook_display() -> Callable | None:
    """IPython's `display` where a kernel runs this; None in a terminal, a script, a worker process.

    A kernel has loaded IPython before anybody computes something, so nothing is loaded here.
    """
    found = sys.modules.get("IPython")
    shell = found.get_ipython() if found is not None and hasattr(found, "get_ipython") else None
    return None if getattr(shell, "kernel", None) is None else found.display.display
