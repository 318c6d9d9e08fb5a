"""`show(course)`, `show(panel)`: a still picture with its sentence, for print and pages without a kernel."""

from __future__ import annotations

import base64
import os

from teaching.figures.treatment import overlay_ids, treatment_drawing, treatment_values
from teaching.inputs import shortened
from teaching.learning import answer_store
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


class Waiting:
    """Stands where a picture will be: it would give away what is asked first."""

    words = "Predict first: keep your prediction in the panel above, then run this cell again."

    def __repr__(self) -> str:
        return self.words


def show(shown: Course, after: str = "") -> Picture | Waiting:
    """The four-part picture of a course, with the published values for its products; or a panel's picture as it stands.

    A panel that waits for a prediction gives nothing away. `after`: the id of a panel's prediction; until the student
    has kept it, one sentence stands in the picture's place (not where `TEACHING_FILLED` is set: lessons are stored
    with their pictures, for print and pages without a kernel).
    Raises ValueError when it is given anything but a course, a panel or a desk.
    """
    if after and not os.environ.get("TEACHING_FILLED") and not _is_kept(after):
        return Waiting()
    state = getattr(shown, "state", shown)  # of a live panel; a panel's state and a desk stand for themselves
    if callable(getattr(state, "still", None)):
        png, words = state.still()
        return Picture(state.drawing.figure, png, words)
    if not isinstance(shown, Course):
        wanted = "it needs a course, such as treat(patient, plan), a panel or a desk"
        raise ValueError(f"show() was given {shortened(shown)}; {wanted}.")
    drawing = treatment_drawing(treatment_values(shown))
    drawing.show_overlays([name for item in shown.plan.products for name in overlay_ids(item)])
    words = shown.describe()
    return Picture(drawing.figure, drawing.png(f"{shown.patient.disease}: {shown.plan}", words), words)


def _is_kept(prediction: str) -> bool:
    """Whether the student has made this prediction in a panel."""
    return any(
        (entry["kind"], entry["question"]) == ("prediction", prediction) for entry in answer_store.read("panels")
    )
