"""`show(course)`: the still picture of a course with its sentence."""

from __future__ import annotations

import base64

from teaching.figures.treatment import overlay_ids, treatment_drawing
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


def show(course: Course) -> Picture:
    """The four-part picture of a course, with the published values for its products.

    Raises ValueError when it is given anything but a course.
    """
    if not isinstance(course, Course):
        raise ValueError(f"show() was given {shortened(course)}; it needs a course, such as treat(patient, plan).")
    drawing = treatment_drawing(course)
    drawing.show_overlays([name for item in course.plan.products for name in overlay_ids(item)])
    words = course.describe()
    return Picture(drawing.figure, drawing.png(f"{course.patient.disease}: {course.plan}", words), words)
