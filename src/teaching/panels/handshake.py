"""A line that the page itself writes: live panels work in it, and the kernel answers. For `check()`."""

from __future__ import annotations

import anywidget
import traitlets

from teaching.panels import bundle

#: Shown where a page cannot show widgets at all: then this text is what is left of them.
NO_WIDGETS = (
    "NO  Live panels on this page: this page cannot show them, or they are not installed where it comes from. Open the "
    "lesson with start.py, or install jupyterlab_widgets and anywidget where JupyterLab itself is installed, and "
    "reload the page."
)


class Handshake(anywidget.AnyWidget):
    """Says on the page that its script runs, asks the kernel, and says how soon the answer came."""

    _esm = property(lambda self: bundle.script("handshake"))
    _css = property(lambda self: bundle.style("all"))

    #: How often a page has asked; the page waits for its own number.
    answered = traitlets.Int(0).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.on_msg(self._message)

    def _message(self, _widget, content, _buffers) -> None:
        if isinstance(content, dict) and content.get("kind") == "hello":
            self.answered += 1

    def set_state(self, sync_data) -> None:
        """A page sets nothing: it asks."""

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": NO_WIDGETS}, metadata
