"""Predict first: what a student expects, drawn, typed or chosen before the panel runs, and how far it was off.

A prediction is kept in the student's own folder and is there again after a restart of the kernel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teaching.learning import answer_store
from teaching.words import rounded

#: File in the student's folder that keeps the predictions made in panels.
LESSON = "panels"
MOST_POINTS = 200


@dataclass(frozen=True)
class Predict:
    """What a panel asks before it runs.

    `id`: under which it is kept; `question`: what is asked. Either `curve`, the part whose course the
    student draws (`marker`: one point only), or `options`, one of which is chosen. `unit` and
    `across_unit` belong to the axes of the curve; `across_label` names the x axis in words.
    """

    id: str
    question: str
    curve: str = ""
    marker: bool = False
    options: Sequence[str] = ()
    unit: str = ""
    across_label: str = "day"
    across_per_unit: float = 1.0

    @property
    def kind(self) -> str:
        """'options', 'marker' or 'curve'."""
        return "options" if self.options else "marker" if self.marker else "curve"

    def describe(self, curve, height: float) -> dict:
        """What the page needs to ask it; `curve`: the part that is drawn, or None; `height` [SVG units]."""
        about = {"kind": self.kind, "question": self.question, "options": list(self.options)}
        if curve is None:
            return about
        axes = curve.line.axes
        return about | {
            "curve": curve.name,
            "box": [
                float(axes.bbox.x0),
                height - float(axes.bbox.y1),
                float(axes.bbox.x1),
                height - float(axes.bbox.y0),
            ],
            "across": [float(number) / self.across_per_unit for number in axes.get_xlim()],
            "up": [float(number) for number in axes.get_ylim()],
            "log_across": axes.get_xscale() == "log",
            "log_up": axes.get_yscale() == "log",
            "unit": self.unit,
            "across_label": self.across_label,
            "across_per_unit": self.across_per_unit,
        }

    def check(self, value, axes=None) -> list[list[float]] | str:
        """The prediction as it is kept; ValueError with one sentence when it is none."""
        if self.options:
            if value not in self.options:
                raise ValueError(f"choose one of: {', '.join(self.options)}.")
            return value
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MOST_POINTS:
            raise ValueError(f"a prediction has 1 to {MOST_POINTS} points.")
        points = []
        for point in value:
            numbers = [_finite(number) for number in point] if isinstance(point, (list, tuple)) else []
            if len(numbers) != 2 or None in numbers:
                raise ValueError("every point of a prediction needs two numbers.")
            points.append(numbers)
        points.sort(key=lambda point: point[0])
        if not self.marker and len(points) < 2:
            raise ValueError("draw the curve from left to right, or type at least two points.")
        if axes is not None:
            points = [_inside(point, axes, self) for point in points]
        return points[:1] if self.marker else points

    def keep(self, value) -> str:
        """Keeps it in the student's folder; '' or one sentence that says why not."""
        return answer_store.append(LESSON, "prediction", self.id, value)

    def kept(self):
        """The last prediction kept under this id, or None."""
        found = [
            entry["value"]
            for entry in answer_store.read(LESSON)
            if entry["kind"] == "prediction" and entry["question"] == self.id
        ]
        for value in reversed(found):
            try:
                return self.check(value)
            except ValueError:
                continue  # of another version of this panel
        return None

    def verdict(self, value, x: np.ndarray, y: np.ndarray, logarithmic: bool, log_across: bool = False) -> str:
        """The difference between a prediction and the model's curve (x, y), in words.

        `logarithmic`, `log_across`: whether the axes are; a straight stroke on the picture is straight there.
        """
        if self.options:
            return f"You expected: {value}."
        points = np.asarray(value, float)
        along = (lambda places: np.log10(np.maximum(places, 1e-12))) if log_across else np.asarray
        if self.marker:
            place, height = points[0]
            model = float(np.interp(along(place), along(x), y))
            return (
                f"You expected {rounded(height, 2)} {self.unit} at {self._place(place)}; "
                f"the model gives {rounded(model, 2)} there{_how_far(height, model, logarithmic)}."
            )
        inside = (x >= points[0, 0]) & (x <= points[-1, 0])
        if not inside.any():
            return "Your points lie too close together to be compared with the curve."
        place = x[inside]
        model = np.maximum(y[inside], 1e-12) if logarithmic else y[inside]
        drawn_points = np.log10(np.maximum(points[:, 1], 1e-12)) if logarithmic else points[:, 1]
        drawn = np.interp(along(place), along(points[:, 0]), drawn_points)
        drawn = 10**drawn if logarithmic else drawn
        gap = np.abs(np.log10(drawn / model)) if logarithmic else np.abs(drawn - model)
        worst = int(np.argmax(gap))
        close = np.mean(gap <= (math.log10(2) if logarithmic else 10))
        within = "within a factor of two of the model" if logarithmic else "within 10 of the model"
        return (
            f"Your curve is {within} for {100 * close:.0f} % of the way. The gap is widest at "
            f"{self._place(place[worst])}: you drew {rounded(drawn[worst], 2)} {self.unit}, the model gives "
            f"{rounded(model[worst], 2)}{_how_far(drawn[worst], model[worst], logarithmic)}."
        )

    def _place(self, place: float) -> str:
        return f"{self.across_label} {rounded(place / self.across_per_unit, 2)}"


def _inside(point: list[float], axes, predict: Predict) -> list[float]:
    """The point, when it lies on the picture; on its edge, when it lies beyond by less than is shown of a number.

    An axis that ends at month 23.98 is read as ending at 24, and a student may type what can be read.
    """
    inside = []
    for number, ends, scale, word in (
        (point[0], axes.get_xlim(), predict.across_per_unit, predict.across_label),
        (point[1], axes.get_ylim(), 1.0, "the value"),
    ):
        low, high = (float(end) for end in ends)
        as_read = [float(f"{end / scale:.3g}") * scale for end in (low, high)]
        slack = 1e-6 * abs(high - low)
        if not min(low, as_read[0]) - slack <= number <= max(high, as_read[1]) + slack:
            raise ValueError(
                f"{word} is {rounded(number / scale, 2)}; it must lie on the picture, "
                f"between {rounded(low / scale, 2)} and {rounded(high / scale, 2)}."
            )
        inside.append(min(max(number, low), high))
    return inside


def _finite(number) -> float | None:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        return None
    return float(number)


def _how_far(first: float, second: float, logarithmic: bool) -> str:
    if not logarithmic:
        return f" ({abs(first - second):.0f} apart)"
    low, high = sorted((max(first, 1e-12), max(second, 1e-12)))
    ratio = high / low
    return " (nearly the same)" if ratio < 1.15 else f" ({rounded(ratio, 2)}-fold apart)"
