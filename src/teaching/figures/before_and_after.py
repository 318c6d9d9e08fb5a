"""The figure of two visits without any drug: who is let in and reads lower next time, and who grows quiet by itself."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import circle
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Curve, Words
from teaching.figures.pieces import labelled_curve, new_figure
from teaching.figures.style import BLUE, GHOST, GREEN, INK, VERMILION, style

#: People in the picture.
PEOPLE = 60
MONTHS = np.linspace(0, 12, 61)
#: Highest score in the picture [points].
TOP = 20
#: Places of the two visits on their axis.
VISITS = np.array([0.0, 1.0])
#: Where somebody stands who is not in the picture: below its edge [points].
AWAY = -30.0


def before_and_after_drawing(start: dict) -> Drawing:
    """Two visits, a line a person, and the share that grows quiet over a year.

    `start`: the values of the parts at the panel's start.
    """
    with style():
        figure = new_figure(12, 5.6)
        visits, course = figure.subplots(1, 2, width_ratios=(1.25, 1.0))
        drawing = Drawing(figure, [*_visits(visits, start), *_course(course)])
        drawing.move(start)
    return drawing


def _visits(axes, start: dict) -> list:
    axes.set_xlim(-0.28, 1.28)
    axes.set_ylim(0, TOP)
    axes.set_yticks([0, 5, 10, 15, 20])
    axes.set_xticks([0, 1], ["first visit", "next visit"])
    axes.tick_params(axis="x", pad=9)  # a point at the lower edge must not lie on the words
    axes.set_ylabel("activity, SLEDAI points")
    axes.grid(False, axis="x")
    parts = [Words("title", axes.set_title("Two visits, and nobody is given anything"))]
    for number in range(PEOPLE):
        for kind, colour, width, alpha in (("out", GHOST, 1.0, 0.45), ("in", BLUE, 1.6, 0.75)):
            (line,) = axes.plot(VISITS, [0, 0], color=colour, linewidth=width, alpha=alpha, marker="o", markersize=4)
            parts.append(Curve(f"{kind}-{number}", line, VISITS))
    parts.append(labelled_curve(axes, "entry", np.array([-0.28, 1.28]), INK, ":", ghost=False))
    (mean,) = axes.plot(VISITS, [0, 0], color=VERMILION, linewidth=4.5, zorder=7)
    parts.append(Curve("mean", mean, VISITS))
    parts.append(circle(axes, "before", start["before"], VERMILION, "", size=12))
    parts.append(circle(axes, "after", start["after"], VERMILION, "mean", (10, -20), size=12))
    return parts


def _course(axes) -> list:
    axes.set_title("Active at the start, quiet by itself")
    axes.set_xlim(0, 12)
    axes.set_ylim(0, 100)
    axes.set_xticks([0, 3, 6, 9, 12])
    axes.set_xlabel("months without a new drug")
    axes.set_ylabel("quiet, % of patients")
    return [labelled_curve(axes, "quiet", MONTHS, GREEN)]
