"""What a cell showed before is let go when the cell runs again: its widgets would stay in memory for ever.

A cell is known by the id that JupyterLab, nbclient and other front ends send with each run; without one
nothing is let go. Whatever a student still holds under a name stays usable: it opens again when it is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

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


def close(widget) -> None:
    """Closes a widget so that it can be opened again: ipywidgets takes away what it shows itself with."""
    widget.close()
    vars(widget).pop("_repr_mimebundle_", None)


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
