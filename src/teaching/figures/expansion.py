"""The figure of expansion: CAR-T cells in blood on the left, B cells in blood and tissue on the right."""

from __future__ import annotations

import numpy as np

from teaching import tables
from teaching.figures.course_axes import at_days, circle, diamond
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Words
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, GREEN, INK, PURPLE, VERMILION, style
from teaching.model.course import DEPLETED_PER_UL
from teaching.words import exact, rounded, whole

CELL_HORIZON_DAYS, HORIZON_DAYS = 60, 180
CELL_DAYS = np.unique(np.r_[np.arange(0, 20, 0.25), np.arange(20, CELL_HORIZON_DAYS + 1, 1.0)])
DAYS = np.unique(np.r_[np.arange(0, 20, 0.5), np.arange(20, 60, 1.0), np.arange(60, HORIZON_DAYS + 1, 2.0)])
#: Observed days of the peak: name, disease in a word, place on the axis; the first two with 4-1BB.
PEAK_DAYS = (
    ("stein2019_peak_day", "leukaemia", 13000),
    ("ogasawara2021_peak_day", "lymphoma", 5000),
    ("mueller2024_iim_peak_day", "myositis", 2000),
)
#: The one patient with autoimmune disease for whom a peak and its day were both read.
ONE_PEAK = "nicolai2024_peak"
#: Observed median peaks with a CD28 product in lymphoma; no day was given.
CD28_PEAKS = (("kochenderfer2017_remission", "in remission"), ("kochenderfer2017_no_remission", "no remission"))
OVERLAYS = {"CD19 CAR-T": ("peak-days", "one-peak", "b-cells"), "CD19 CAR-T CD28": ("cd28-peaks",)}


def expansion_drawing(start: dict) -> Drawing:
    """CAR-T cells over two months, B cells over half a year; `start`: the values where the panel begins."""
    with style():
        figure = new_figure(12, 6.2)
        cells, b_cells = figure.subplots(1, 2, width_ratios=(1.05, 1))
        cells.set_title("CAR-T cells per µL of blood")
        logarithmic(cells, 0.001, 80000, {10.0**power: exact(10.0**power) for power in range(-3, 4)})
        days_axis(cells, CELL_HORIZON_DAYS, "days after the infusion")
        b_cells.set_title("B cells, % of start")
        ticks = {10.0**power: exact(10.0**power) for power in range(-5, 3)}
        logarithmic(b_cells, 1e-5, 40000, ticks)
        days_axis(b_cells, HORIZON_DAYS, "days after the infusion")
        b_cells.set_xticks([0, 30, 60, 90, 120, 150, 180])
        parts = [
            labelled_curve(cells, "tenth", CELL_DAYS, PURPLE, (0, (5, 2)), "a tenth", ghost=False),
            labelled_curve(cells, "car-t", CELL_DAYS, VERMILION, "-", "this dose"),
            circle(cells, "peak", start["peak"], VERMILION),
            Words("peak-words", cells.text(58, 400, "peak", ha="right", color=VERMILION, fontweight="bold")),
            labelled_curve(b_cells, "blood", DAYS, BLUE, "-", "blood"),
            labelled_curve(b_cells, "tissue", DAYS, GREEN, (0, (5, 2)), "tissue"),
            labelled_curve(b_cells, "depleted", np.array([0.0, HORIZON_DAYS]), INK, ":", "10 per µL", ghost=False),
        ]
        parts[-1].line.set_linewidth(1.4)
        parts[-1].label.set_fontweight("normal")
        drawing = Drawing(figure, parts, _published(cells, b_cells))
        drawing.move(start)
    return drawing


def _published(cells, b_cells) -> dict[str, list]:
    """Overlays by name: what was read of expansion and of B cells."""
    cells_gone, back = (tables.observation(name) for name in ("mueller2024_iim_empty", "mackensen2022_return"))
    days = [cells.text(11.2, 34000, "Day of the peak, published:", va="center")]
    for name, disease, height in PEAK_DAYS:
        row = tables.observation(name)
        words, span = f"{whole(row.value, 1)}: {disease}, n = {row.n}", None if row.low is None else (row.low, row.high)
        days += diamond(cells, (row.value, height), words, INK, across=span, shift=(12, -4))
    medians = [(tables.observation(name), words) for name, words in CD28_PEAKS]
    peaks = [cells.text(24, 37, f"CD28, median peaks, n = {medians[0][0].n}", va="center")]
    for row, words in medians:
        (line,) = cells.plot([0, 23], [row.value, row.value], linestyle="-.", color=INK, linewidth=2.0, zorder=5)
        peaks += [line, cells.text(24, row.value, f"{exact(row.value)}: {words}", va="center")]
    b = [
        *diamond(b_cells, (cells_gone.value, 9000), f"gone, n = {cells_gone.n}", INK,
                 across=(cells_gone.low, cells_gone.high), shift=(12, -4)),
        *diamond(b_cells, (back.value, 1700), f"back, n = {back.n}", INK, across=(back.low, back.high), shift=(0, 8)),
        b_cells.text(178, 9000, "blood B cells, published (SD)", ha="right", va="bottom"),
    ]  # fmt: skip
    single = tables.observation(ONE_PEAK)
    one = diamond(cells, (single.day, single.value), f"n = {single.n}", INK, shift=(-2, 10))
    return {"peak-days": days, "one-peak": one, "cd28-peaks": peaks, "b-cells": b}


def expansion_values(course, tenth) -> dict:
    """What the parts show for a course and for the same course at a tenth of the dose."""
    numbers = course.metrics()
    depleted = 100 * DEPLETED_PER_UL / course.patient.blood_at_rest()
    peak, day = numbers["car_t_peak"], numbers["car_t_peak_day"]
    return {
        "car-t": at_days(course, "car_t_cells_per_ul", CELL_DAYS),
        "tenth": at_days(tenth, "car_t_cells_per_ul", CELL_DAYS),
        "peak": (day, peak),
        "peak-words": f"peak {rounded(peak, 2)} per µL on day {whole(day)}",
        "blood": 100 * at_days(course, "blood_b_cells_per_ul", DAYS) / course.patient.blood_at_rest(),
        "tissue": at_days(course, "lymphoid_b_cells_percent", DAYS),
        "depleted": np.array([depleted, depleted]),
    }
