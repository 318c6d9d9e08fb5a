"""Predict first: what a student expects, drawn, typed or chosen before the panel runs, and how far it was off.

A prediction is kept in the student's own folder and is there again after a restart of the kernel; so is the one
sentence that the student writes once the picture is open. script/verdict.js holds the same rules for a page without
a kernel: every sentence here is one there, and a test compares thousands of them.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from teaching.inputs import real
from teaching.learning import answer_store
from teaching.words import rounded

#: File in the student's folder that keeps the predictions made in panels.
LESSON = "panels"
MOST_POINTS = 200
#: What is asked once the picture is open, and how long the answer may be [letters].
AFTERWARDS = "In one sentence: what surprised you, and why?"
LONGEST_OWN_SENTENCE = 500
#: Below this a gap [powers of ten, or units of a linear axis] is a matter of rounding.
NOTHING = 1e-9


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
        about = {
            "id": self.id,
            "kind": self.kind,
            "question": self.question,
            "options": list(self.options),
            "afterwards": AFTERWARDS,
        }
        if curve is None:
            return about
        axes = curve.line.axes
        across = [float(number) / self.across_per_unit for number in axes.get_xlim()]
        up = [float(number) for number in axes.get_ylim()]
        return about | {
            "curve": curve.name,
            "box": [
                float(axes.bbox.x0),
                height - float(axes.bbox.y1),
                float(axes.bbox.x1),
                height - float(axes.bbox.y0),
            ],
            "across": across,
            "up": up,
            "across_read": [_as_read(number) for number in across],
            "up_read": [_as_read(number) for number in up],
            "log_across": axes.get_xscale() == "log",
            "log_up": axes.get_yscale() == "log",
            "unit": self.unit,
            "across_label": self.across_label,
            "across_per_unit": self.across_per_unit,
        }

    def check(self, value, about: Mapping | None = None) -> list[list[float]] | str:
        """The prediction as it is kept; ValueError with one sentence when it is none.

        `about`: what `describe` gave; with it every point must lie on the picture.
        """
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
        if about is not None:
            points = [_inside(point, about) for point in points]
        return points[:1] if self.marker else points

    def keep(self, value) -> str:
        """Keeps it in the student's folder; '' or one sentence that says why not."""
        return answer_store.append(LESSON, "prediction", self.id, value)

    def kept(self):
        """The last prediction kept under this id, or None."""
        for value in self._last_first("prediction"):
            try:
                return self.check(value)
            except ValueError:
                continue  # of another version of this panel
        return None

    def check_sentence(self, text) -> str:
        """What the student wrote after the prediction, on one line; ValueError with one sentence when it is none."""
        if not isinstance(text, str):
            raise ValueError("your sentence must be text.")
        text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)
        text = " ".join(text.split())
        if not text:
            raise ValueError("write your sentence first.")
        if len(text) > LONGEST_OWN_SENTENCE:
            raise ValueError(f"your sentence has {len(text)} letters; up to {LONGEST_OWN_SENTENCE} are kept.")
        return text

    def keep_sentence(self, text: str) -> str:
        """Keeps what the student wrote after the prediction; '' or one sentence that says why not."""
        return answer_store.append(LESSON, "sentence", self.id, text)

    def kept_sentence(self) -> str:
        """The last sentence kept under this id, or ''."""
        return next((text for text in self._last_first("sentence") if isinstance(text, str)), "")

    def _last_first(self, kind: str) -> list:
        entries = reversed(answer_store.read(LESSON))
        return [entry["value"] for entry in entries if entry["kind"] == kind and entry["question"] == self.id]

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
            model = _clean(np.interp(along(place), along(x), y))
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
        # What differs by rounding only is the same: the widest gap is the first one, and a factor of two is within.
        gap = np.abs(drawn - np.log10(model)) if logarithmic else np.abs(drawn - model)
        worst = int(np.argmax(gap >= gap.max() - NOTHING))
        close = np.mean(gap <= (math.log10(2) if logarithmic else 10) + NOTHING)
        within = "within a factor of two of the model" if logarithmic else "within 10 of the model"
        there = _clean(10 ** drawn[worst] if logarithmic else drawn[worst])
        return (
            f"Your curve is {within} for {100 * close:.0f} % of the way. The gap is widest at "
            f"{self._place(place[worst])}: you drew {rounded(there, 2)} {self.unit}, the model gives "
            f"{rounded(model[worst], 2)}{_how_far(there, model[worst], logarithmic)}."
        )

    def _place(self, place: float) -> str:
        return f"{self.across_label} {rounded(place / self.across_per_unit, 2)}"


def _inside(point: list[float], about: Mapping) -> list[float]:
    """The point, when it lies on the picture; on its edge, when it lies beyond by less than is shown of a number.

    An axis that ends at month 23.98 is read as ending at 24, and a student may type what can be read.
    """
    inside = []
    for number, way, scale, word in (
        (point[0], "across", about["across_per_unit"], about["across_label"]),
        (point[1], "up", 1.0, "the value"),
    ):
        (low, high), read = about[way], about[f"{way}_read"]
        slack = 1e-6 * abs(high - low)
        if not min(low, read[0]) - slack <= number / scale <= max(high, read[1]) + slack:
            raise ValueError(
                f"{word} is {rounded(number / scale, 2)}; it must lie on the picture, "
                f"between {rounded(low, 2)} and {rounded(high, 2)}."
            )
        inside.append(min(max(number, low * scale), high * scale))
    return inside


def _as_read(number: float) -> float:
    """A number as it can be read at the end of an axis."""
    return float(f"{number:.3g}")


def _clean(number) -> float:
    """A number without the last digits, in which two computers may differ."""
    return float(f"{number:.12g}")


def _finite(number) -> float | None:
    found = real(number) if isinstance(number, (int, float)) else None
    return found if found is not None and math.isfinite(found) else None


def _how_far(first: float, second: float, logarithmic: bool) -> str:
    if not logarithmic:
        return f" ({abs(first - second):.0f} apart)"
    low, high = sorted((max(first, 1e-12), max(second, 1e-12)))
    ratio = high / low
    return " (nearly the same)" if ratio < 1.15 else f" ({rounded(ratio, 2)}-fold apart)"
