"""The figure of plans side by side: up to three courses of one patient, in blood and of what is left in tissue."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.figures.course_axes import BLOOD_LOW, DEPLETED, at_days, blood_axis, diamond
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Words
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, FAINT, INK, ORANGE, VERMILION, style
from teaching.model.course import CHANCE_CELLS
from teaching.words import exact, whole

HORIZON_DAYS = 730
DAYS = np.unique(np.r_[np.arange(0, 10, 0.5), np.arange(10, 60, 2), np.arange(60, HORIZON_DAYS + 1, 7), HORIZON_DAYS])
LETTERS = ("A", "B", "C")
#: Colour and line style of A, B and C; A is drawn widest, so that equal courses are all seen.
_LOOKS = {"A": (BLUE, "-", 4.6), "B": (VERMILION, (0, (5, 2)), 3.0), "C": (ORANGE, (0, (1, 1.2)), 3.0)}
_LOWEST, _HIGHEST = 1e-8, 1e6
_TICKS = {1e-8: "10⁻⁸", 1e-6: "10⁻⁶", 1e-4: "10⁻⁴", 1e-2: "0.01", 1: "1", 100: "100"}
#: Overlay: where so few cells of the clone are left that chance decides.
CHANCE = "chance"
#: Words of the right picture: series of a course, in % of its start (None: the clone, in cells).
SIDES = {"autoreactive clone": None, "lymphoid memory": "lymphoid_memory_percent"}
#: Plan: cohort whose day of return is laid over the blood count.
PUBLISHED = {"rituximab": "leandro2013_return", "CD19 CAR-T": "mackensen2022_return"}
_HEIGHTS = {"rituximab": 0.0045, "CD19 CAR-T": 0.0018}  # where their words stand


def side_by_side_drawing(start: dict, clone_cells: float) -> Drawing:
    """Blood counts on the left; clone or lymphoid memory with the plans' names on the right.

    `start`: the first values of the parts; `clone_cells`: autoreactive memory cells before any therapy.
    """
    with style():
        figure = new_figure(12, 6.2)
        blood, left = figure.subplots(1, 2)
        blood_axis(blood, HORIZON_DAYS - 5, depleted="depleted:\nbelow 10")
        title = left.set_title("Autoreactive clone, % of start")
        logarithmic(left, _LOWEST, _HIGHEST, _TICKS)
        parts = [Words("title", title)]
        for axes, site in ((blood, "blood"), (left, "left")):
            days_axis(axes, HORIZON_DAYS)
            for letter, (colour, dashes, width) in _LOOKS.items():
                parts.append(labelled_curve(axes, f"{site}-{letter}", DAYS, colour, dashes, letter, ghost=False))
                parts[-1].line.set_linewidth(width)
        for row, (letter, (colour, dashes, width)) in enumerate(_LOOKS.items()):
            height = 0.965 - 0.062 * row
            left.plot(
                [0.02, 0.11], [height] * 2, color=colour, linestyle=dashes, linewidth=width, transform=left.transAxes
            )
            name = left.text(
                0.13, height, letter, color=colour, fontweight="bold", transform=left.transAxes, va="center"
            )
            parts.append(Words(f"name-{letter}", name))
        overlays = {plan: _published(blood, plan) for plan in PUBLISHED} | {CHANCE: _chance(left, clone_cells)}
        drawing = Drawing(figure, parts, overlays)
        drawing.move(start)
    return drawing


def _published(blood, plan: str) -> list:
    """The published day of return on the line of 10 per uL."""
    row = tables.observation(PUBLISHED[plan])
    *marks, words = diamond(blood, (row.value, DEPLETED), "", INK, across=(row.low, row.high))
    words.remove()
    people = f"n = {row.n}" if row.n else "review"
    told = f"◇ published, {plan}: back on day {exact(row.value)}, {people}"
    return [*marks, blood.text(HORIZON_DAYS - 5, _HEIGHTS[plan], told, ha="right", va="center")]


def _chance(axes, clone_cells: float) -> list:
    band = axes.axhspan(_LOWEST, 100 * CHANCE_CELLS / clone_cells, color=FAINT, alpha=0.45, linewidth=0)
    words = f"below {whole(CHANCE_CELLS)} cells chance decides"
    return [band, axes.text(HORIZON_DAYS - 5, 1.6 * _LOWEST, words, ha="right", va="bottom")]


def side_by_side_values(names: Mapping[str, str], courses: Mapping[str, object], side: str) -> dict:
    """What the parts show; `names` and `courses` by letter."""
    values = {"title": f"{side[0].upper()}{side[1:]}, % of start"}
    for letter in LETTERS:
        values[f"name-{letter}"] = f"{letter}: {names[letter]}"
        values[f"blood-{letter}"] = np.maximum(at_days(courses[letter], "blood_b_cells_per_ul", DAYS), BLOOD_LOW / 10)
        values[f"left-{letter}"] = np.maximum(at_days_percent(courses[letter], side), _LOWEST / 10)
    return values


def at_days_percent(course, side: str) -> np.ndarray:
    """Clone or lymphoid memory in % of the untreated start, at DAYS."""
    if SIDES[side]:
        return at_days(course, SIDES[side], DAYS)
    return 100 * at_days(course, "autoreactive_memory_cells", DAYS) / course.patient.clone_at_rest()
