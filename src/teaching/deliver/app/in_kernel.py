"""What runs in the kernels behind the pages: warm up ahead of time, then show one panel."""

from __future__ import annotations

VIEW = "application/vnd.jupyter.widget-view+json"


def warm() -> None:
    """Loads what every panel needs and draws one panel, so that the next one comes at once."""
    from teaching.panels.catalogue import CATALOGUE

    panel = next(iter(CATALOGUE.values())).make()
    panel.layout.close()  # the page asks for every widget that is open: this one is not meant for it
    panel.close()


def show(name: str) -> None:
    """Shows the panel or desk of that name of the gallery; without the still picture that notebooks keep of it."""
    from IPython.display import display

    from teaching.panels.catalogue import GALLERY

    panel = GALLERY[name].make()
    view = {"version_major": 2, "version_minor": 0, "model_id": panel.model_id}
    display({VIEW: view, "text/plain": ""}, raw=True)
