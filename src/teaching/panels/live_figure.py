"""The live figure: one small widget that moves the curves of a drawing. Knows no model.

The script beside this file is bundled as it is: no network, no build step.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from teaching.figures.drawing import Drawing

_HERE = Path(__file__).parent
_numbers = itertools.count(1)


class LiveFigure(anywidget.AnyWidget):
    """A drawing on the page whose curves follow `show(course, sentence, overlays)`.

    One message a step: float32 heights (about 13 kB for seven curves), the sentence, the ids of
    the overlays that are shown.
    """

    _esm = _HERE / "live_figure.js"
    _css = _HERE / "live_figure.css"

    svg = traitlets.Unicode().tag(sync=True)
    split = traitlets.Float().tag(sync=True)
    prefix = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    curves = traitlets.List(traitlets.Unicode()).tag(sync=True)
    lengths = traitlets.List(traitlets.Int()).tag(sync=True)
    across = traitlets.Bytes().tag(sync=True)
    label_homes = traitlets.List(traitlets.Float()).tag(sync=True)
    frame = traitlets.Bytes().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    overlays = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, drawing: Drawing, course, title: str):
        self.drawing = drawing
        across = drawing.across()
        prefix = f"teaching{next(_numbers)}-"
        frame = drawing.frame(course)
        homes = np.frombuffer(frame, np.float32)[-len(drawing.curves) :]
        super().__init__(
            svg=drawing.svg(prefix),
            split=drawing.split(),
            prefix=prefix,
            title=title,
            curves=[curve.name for curve in drawing.curves],
            lengths=[len(part) for part in across],
            across=b"".join(part.tobytes() for part in across),
            label_homes=[float(home) for home in homes],
            frame=frame,
        )

    def show(self, course, sentence: str, overlays=()) -> None:
        """Moves the curves to a course and says it in a sentence, in one message."""
        with self.hold_sync():
            self.frame = self.drawing.frame(course)
            self.sentence = sentence
            self.overlays = list(overlays)
