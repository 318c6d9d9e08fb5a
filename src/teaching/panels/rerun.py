"""What a cell showed before is let go when the cell runs again: its widgets would stay in memory for ever.

A cell is known by the id that JupyterLab, nbclient and other front ends send with each run; without one
nothing is let go. Whatever a student still holds under a name stays usable: it opens again when it is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
#: cell id -> (number of the run, what it showed: (widget, how to let it go))
_shown: dict[str, tuple[int, list[tuple[object, Callable[[], None]]]]] = {}


def shown(widget, let_go: Callable[[], None]) -> None:
    """Notes that a cell shows this widget; calls `let_go` of what an earlier run of the same cell showed."""
    shell, cell, run = _place()
    if cell is None:
        return
    before, items = _shown.get(cell, (run, []))
    if before != run:
        kept = {id(one) for other, (_, found) in _shown.items() if other != cell for one, _ in found}
        for one, end in items:
            if one is not widget and id(one) not in kept:
                end()
                _forget(shell, one)
        items = []
    if all(one is not widget for one, _ in items):
        items = [*items, (widget, let_go)]
    _shown[cell] = (run, items)


def view_of(widget, let_go: Callable[[], None] | None = None) -> dict[str, dict]:
    """The view of a widget as a part of its cell's output; one that was let go opens again.

    `let_go`: what ends the widget when its cell runs again, `close` where nothing is said.
    """
    if widget.comm is None:
        widget.layout.open()
        widget.open()
    shown(widget, let_go or (lambda: close(widget)))
    return {WIDGET_VIEW: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}}


def close(widget) -> None:
    """Closes a widget and its layout so that they can be opened again."""
    for one in (widget.layout, widget):
        one.close()
        vars(one).pop("_repr_mimebundle_", None)  # None after closing: nothing would be shown


def _place():
    """The shell, the id of the cell that runs, and the number of the run; None for the id when there is none."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None, None, 0
    shell = get_ipython()
    try:
        # The kernel of a browser knows one channel only, and its get_parent takes no word.
        parent = shell.kernel.get_parent() if sys.platform == "emscripten" else shell.kernel.get_parent("shell")
        cell = parent["metadata"]["cellId"]
    except (AttributeError, KeyError, TypeError):
        return shell, None, 0
    return shell, cell if isinstance(cell, str) else None, shell.execution_count


def _forget(shell, widget) -> None:
    """IPython remembers what cells gave back, as `_`, `_12` and `Out[12]`: not this one any longer."""
    history = shell.user_ns.get("Out", {})
    for number in [number for number, value in history.items() if value is widget]:
        del history[number]
    for names in (
        shell.user_ns,
        shell.user_ns_hidden,
    ):  # the second one keeps a copy of what IPython itself has put there
        for name in [name for name, value in names.items() if value is widget and name.startswith("_")]:
            names[name] = ""
    hook = shell.displayhook
    for name in ("_", "__", "___"):
        if getattr(hook, name, None) is widget:
            setattr(hook, name, "")
