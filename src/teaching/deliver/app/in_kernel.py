"""What runs in the kernels behind the pages: warm up ahead of time, then show one panel."""

from __future__ import annotations

VIEW = "application/vnd.jupyter.widget-view+json"
#: Panels that were made ahead and are not open: where a kernel is a copy of a warm parent, it begins with them.
_made: dict[str, object] = {}


def warm() -> None:
    """Loads what every panel needs and draws one panel, so that the next one comes at once."""
    from teaching.panels.catalogue import CATALOGUE

    make_ahead(next(iter(CATALOGUE)))


def make_ahead(name: str) -> None:
    """Makes the panel or desk of that name and closes it: `show` only has to open it."""
    from teaching.panels.catalogue import GALLERY

    panel = GALLERY[name].make()
    panel.layout.close()  # the page asks for every widget that is open: this one is not meant for it yet
    panel.close()
    _made[name] = panel


def show(name: str, question: str = "") -> None:
    """Shows the panel or desk of that name of the gallery; without the still picture that notebooks keep of it.

    question: the id of a prediction that a lesson asks in this panel, which is then asked first.
    """
    from importlib import import_module

    from IPython.display import display

    from teaching.deliver.app.lesson_questions import of_panel
    from teaching.panels.catalogue import GALLERY

    entry, made = GALLERY[name], _made.pop(name, None)
    if question:
        asked = of_panel(name)[question]
        panel = getattr(import_module(entry.module), entry.function)(preset=asked.preset, predict=asked.predict)
    elif made is None:
        panel = entry.make()
    else:
        panel = made
        panel.layout.open()
        panel.open()
    view = {"version_major": 2, "version_minor": 0, "model_id": panel.model_id}
    display({VIEW: view, "text/plain": ""}, raw=True)
