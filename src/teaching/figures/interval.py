"""The interval figure: which true shares are compatible with a result, and what a next group might show."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import circle
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Band, Bar, Words
from teaching.figures.pieces import labelled_curve, new_figure
from teaching.figures.style import BLUE, INK, ORANGE, VERMILION, style

#: True shares at which the curve is drawn [%].
TRUTHS = np.linspace(0, 100, 101)
#: Shares of a next group that stand in one column: within half a step of these [%].
STEP = 10
CLASSES = np.arange(0, 100 + STEP, STEP)
#: Half of what an interval of 95 % leaves out [%].
LEFT_OUT = 2.5


def interval_drawing(start: dict) -> Drawing:
    """The chance of such a result for each truth, with the interval filled, and columns of a next group.

    `start`: the values of the parts at the panel's start.
    """
    from matplotlib.patches import Polygon, Rectangle

    with style():
        figure = new_figure(12, 5.4)
        truth, following = figure.subplots(1, 2, width_ratios=(1.35, 1.0))
        truth.set_xlim(0, 100)
        truth.set_ylim(0, 112)
        truth.set_yticks([0, 25, 50, 75, 100])
        truth.set_xlabel("if the true share were … % of patients")
        truth.set_ylabel("chance of a result so far out, %")
        patch = truth.add_patch(Polygon(np.zeros((3, 2)), closed=True, facecolor=BLUE, edgecolor="none", alpha=0.25))
        parts = [Words("title", truth.set_title("5 of 5 had it")), Band("inside", patch, TRUTHS)]
        parts.append(labelled_curve(truth, "chance", TRUTHS, BLUE))
        truth.axhline(LEFT_OUT, color=INK, linewidth=1.2, linestyle=":")
        truth.text(103, LEFT_OUT, f"{LEFT_OUT} %", va="center", clip_on=False)
        parts.append(circle(truth, "seen", start["seen"], VERMILION, fill=VERMILION))
        for name in ("low", "high"):
            parts.append(circle(truth, name, start[name], BLUE, size=11))
        parts += _next_group(following, Rectangle)
        drawing = Drawing(figure, parts)
        drawing.move(start)
    return drawing


def _next_group(axes, rectangle) -> list:
    """Columns: the chance that so many of a next group of the same size will have it."""
    axes.set_xlim(-STEP, 100 + STEP)
    axes.set_ylim(0, 100)
    axes.set_xticks(CLASSES[::2], [f"{share}" for share in CLASSES[::2]])
    axes.set_xlabel("share of the next group that will have it, %")
    axes.set_ylabel("chance, %")
    axes.grid(False, axis="x")
    axes.set_axisbelow(True)
    parts = [Words("next-title", axes.set_title("The next 5 like them"))]
    for share in CLASSES:
        column = rectangle((share - 0.4 * STEP, 0), 0.8 * STEP, 1, facecolor=ORANGE, edgecolor=INK, linewidth=1)
        parts.append(Bar(f"next-{share}", axes.add_patch(column)))
    return parts
