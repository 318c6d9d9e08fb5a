"""What runs in the kernels behind the pages: warm up ahead of time, then show one panel."""

from __future__ import annotations

VIEW = "application/vnd.jupyter.widget-view+json"


def warm() -> None:
    """Loads what every panel needs and draws one panel, so that the next one comes at once."""
    from teaching.panels.catalogue import CATALOGUE

    panel = next(iter(CATALOGUE.values())).make()
    panel.layout.close()  # the page asks for every widget that is open: this one is not meant for it
    panel.close()


def show(name: str, question: str = "") -> None:
    """Shows the panel or desk of that name of the gallery; without the still picture that notebooks keep of it.

    question: the id of a prediction that a lesson asks in this panel, which is then asked first.
    """
    from importlib import import_module

    from IPython.display import display

    from teaching.deliver.app.lesson_questions import of_panel
    from teaching.panels.catalogue import GALLERY

    entry = GALLERY[name]
    if question:
        asked = of_panel(name)[question]
        panel = getattr(import_module(entry.module), entry.function)(preset=asked.preset, predict=asked.predict)
    else:
        panel = entry.make()
    view = {"version_major": 2, "version_minor": 0, "model_id": panel.model_id}
    display({VIEW: view, "text/plain": ""}, raw=True)
