"""`show(course)`, `show(panel)`: a still picture with its sentence, for print and pages without a kernel."""

from __future__ import annotations

import base64

from teaching.figures.treatment import overlay_ids, treatment_drawing, treatment_values
from teaching.inputs import shortened
from teaching.model.course import Course


class Picture:
    """A still picture that carries its words; `figure` is the matplotlib figure behind it."""

    def __init__(self, figure, png: bytes, words: str):
        self.figure, self.png, self.words = figure, png, words

    def __repr__(self) -> str:
        return self.words

    def _repr_mimebundle_(self, **kwargs):
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": self.words}
        return data, {"image/png": {"alt": self.words}}


def show(shown: Course) -> Picture:
    """The four-part picture of a course, with the published values for its products; or a panel's picture as it stands.

    A panel that waits for a prediction gives nothing away.
    Raises ValueError when it is given anything but a course or a panel.
    """
    state = getattr(shown, "state", shown)  # of a live panel; a panel's state stands for itself
    if callable(getattr(state, "still", None)):
        png, words = state.still()
        return Picture(state.drawing.figure, png, words)
    if not isinstance(shown, Course):
        wanted = "it needs a course, such as treat(patient, plan), or a panel"
        raise ValueError(f"show() was given {shortened(shown)}; {wanted}.")
    drawing = treatment_drawing(treatment_values(shown))
    drawing.show_overlays([name for item in shown.plan.products for name in overlay_ids(item)])
    words = shown.describe()
    return Picture(drawing.figure, drawing.png(f"{shown.patient.disease}: {shown.plan}", words), words)
