"""The figure of blood against node: three therapies in one patient, the count on the left, the tissue on the right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.figures.course_axes import BLOOD_LOW, at_days, blood_axis, circle
from teaching.figures.drawing import Drawing
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, GREEN, VERMILION, style
from teaching.words import exact

HORIZON_DAYS = 365
DAYS = np.unique(np.r_[np.arange(0, 14, 0.5), np.arange(14, 60, 2), np.arange(60, HORIZON_DAYS + 1, 5)])
NODE_LOW = 1e-6
_TICKS = ("0.000001", "0.00001", "0.0001", "0.001", "0.01", "0.1", "1", "10", "100")
#: Therapy, word at its curve, colour, line style, biopsies of nodes.
LOOKS = (
    ("rituximab", "rituximab", BLUE, "-", "tur2025_rituximab"),
    ("blinatumomab", "blinatumomab", GREEN, (0, (5, 2)), "tur2025_blinatumomab"),
    ("CD19 CAR-T", "CAR-T", VERMILION, (0, (1, 1.2)), "tur2025_car_t"),
)
#: Overlay: healthy range and threshold, which are about all B cells together.
OF_ALL_CELLS = "all-cells"
#: Cells: series in blood and in lymphoid tissue.
SERIES = {
    "all B cells": ("blood_b_cells_per_ul", "lymphoid_b_cells_percent"),
    "memory": ("blood_memory_per_ul", "lymphoid_memory_percent"),
    "naive": ("blood_naive_per_ul", "lymphoid_naive_percent"),
}


def blood_and_node_drawing(start: dict) -> Drawing:
    """Blood on the left, lymphoid tissue on the right; rings on the chosen day; `start`: where they stand first."""
    with style():
        figure = new_figure(12, 6.0)
        blood, node = figure.subplots(1, 2)
        of_all_cells = blood_axis(blood, 362, "In blood, cells per µL", "depleted:\nbelow 10")
        node.set_title("In lymphoid tissue, % of start")
        logarithmic(node, NODE_LOW, 400, {float(tick): tick for tick in _TICKS})
        parts = []
        for axes, site in ((blood, "blood"), (node, "node")):
            days_axis(axes, HORIZON_DAYS, months=False)
            axes.set_xticks([0, 90, 180, 270, 360])
            axes.set_xlabel("days after the first dose (rings: the chosen day)")
            for size, (name, words, colour, dashes, _) in zip((15, 11, 7), LOOKS, strict=True):
                parts.append(labelled_curve(axes, f"{site}-{name}", DAYS, colour, dashes, words))
                day = f"{site}-{name}-day"  # rings of three sizes: two that meet are both seen
                parts.append(circle(axes, day, start[day], colour, size=size, fill="none"))
        _biopsies(node)
        drawing = Drawing(figure, parts, {OF_ALL_CELLS: of_all_cells})
        drawing.move(start)
    return drawing


def blood_and_node_values(courses: Mapping[str, object], cells: str, day: float) -> dict:
    """What the curves and circles show for one course a therapy, for these cells, on this day."""
    values = {}
    for name, course in courses.items():
        for site, series, low in zip(("blood", "node"), SERIES[cells], (BLOOD_LOW, NODE_LOW), strict=True):
            values[f"{site}-{name}"] = at_days(course, series, DAYS)
            values[f"{site}-{name}-day"] = (day, max(course.at(day, series), low))
    return values


def _biopsies(axes) -> None:
    """Published biopsies, without a day and without a percentage: words, not points."""
    found = ((words, colour, tables.observation(seen)) for _, words, colour, _, seen in LOOKS)
    counts = ((f"{words} {exact(row.value)} of {row.n}", colour) for words, colour, row in found)
    rows = [("nodes without B cells", None), *counts]
    for number, (words, colour) in enumerate([*rows, ("(biopsies, Tur 2025)", None)]):
        look = {"color": colour} if colour else {}
        axes.annotate(words, (1, 0), (-6, 76 - 17 * number), xycoords="axes fraction", textcoords="offset points",
                      ha="right", va="center", **look)  # fmt: skip
