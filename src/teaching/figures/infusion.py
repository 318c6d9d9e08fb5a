"""The figure of an infusion: drug, IL-6 and T cells over two weeks; B cells of blood and tissue over twelve weeks."""

from __future__ import annotations

import numpy as np

from teaching import tables
from teaching.figures.course_axes import DEPLETED, at_days, circle, diamond, healthy_band, published_in_blood
from teaching.figures.drawing import Drawing
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure, threshold
from teaching.figures.style import BLUE, GREEN, ORANGE, PURPLE, VERMILION, style
from teaching.words import code, exact

FIRST_DAYS, HORIZON_DAYS = 14, 84
LOWEST_PER_UL = 0.5
#: Hours matter for drug, IL-6 and T cells: a point every 1.2 hours.
EARLY = np.linspace(0, FIRST_DAYS, 281)
DAYS = np.unique(np.r_[np.linspace(0, 8, 65), np.arange(8, 32, 0.5), np.arange(32, HORIZON_DAYS + 1, 2.0)])
MOST_IL6 = 320.0
_DASHES = (0, (5, 2))
#: The label's levels: rate [ug/day] -> observation, and where it stands [day]: the rate has been running for hours
#: then, in every plan that shows it.
LABEL_LEVELS = {9.0: ("blincyto_label_9", 2.0), 28.0: ("blincyto_label_28", 3.5)}
T_CELLS = ("klinger2012_12h", "klinger2012_24h", "klinger2012_day7")
IL6 = "hosseini2020_il6_stepup"


def infusion_drawing(start: dict, half_effect: float) -> Drawing:
    """Left: drug above IL-6 and T cells. Right: blood above lymphoid memory.

    `start`: values of the parts at the panel's start; `half_effect`: drug with half of its effect [ng/mL].
    """
    with style():
        figure = new_figure(12, 6.6)
        grid = figure.subplots(2, 2, width_ratios=(1.05, 1))
        (drug, blood), (alarm, tissue) = grid
        drug.set_title("Blinatumomab in serum, ng/mL")
        drug.set_ylim(0, 0.78)
        drug.set_yticks([0, 0.2, 0.4, 0.6])
        threshold(drug, half_effect, f"half of its full effect: {exact(half_effect)}", 13.9)
        alarm.set_title("IL-6 in pg/mL, and T cells in blood in % of start")
        alarm.set_ylim(0, MOST_IL6)
        alarm.set_yticks([0, 100, 200, 300])
        threshold(alarm, 100, "T cells as before: 100 %", 13.9)
        for axes in (drug, alarm):
            days_axis(axes, FIRST_DAYS, "days after the start", months=False)
            axes.set_xticks(range(0, FIRST_DAYS + 1, 2))
        blood.set_title("B cells per µL of blood")
        logarithmic(blood, LOWEST_PER_UL, 1500, {1: "1", 10: "10", 100: "100", 1000: "1000"})
        healthy_band(blood, HORIZON_DAYS - 0.5, 560)
        threshold(blood, DEPLETED, "depleted: below 10", HORIZON_DAYS - 0.5)
        tissue.set_title("Memory B cells in lymphoid tissue, % of start")
        logarithmic(tissue, 0.001, 200, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10", 100: "100"})
        for axes in (blood, tissue):
            days_axis(axes, HORIZON_DAYS, "days after the start", months=False)
            axes.set_xticks(range(0, HORIZON_DAYS + 1, 14))
        for axes in grid[0]:
            axes.set_xlabel("")
        parts = [
            labelled_curve(drug, "drug", EARLY, VERMILION),  # the title names the only curve
            labelled_curve(alarm, "il6", EARLY, PURPLE, _DASHES, "IL-6"),
            labelled_curve(alarm, "t-cells", EARLY, GREEN, "-", "T cells"),
            labelled_curve(blood, "blood", DAYS, BLUE),
            labelled_curve(tissue, "memory", DAYS, ORANGE),
            circle(alarm, "il6-peak", start["il6-peak"], PURPLE, size=9),
            circle(blood, "lowest", start["lowest"], BLUE, "lowest", (0, -24), size=13, fill="none"),
        ]
        parts[-1].label.set(ha="center")
        overlays = {
            f"label-{code(rate)}": diamond(drug, (day, tables.observation(name).value), "label, leukaemia", VERMILION)
            for rate, (name, day) in LABEL_LEVELS.items()
        }
        counts = [tables.observation(name) for name in T_CELLS]
        words = {counts[-1].cohort: f"leukaemia, n = {counts[-1].n}"}
        overlays["klinger2012"] = [
            artist
            for row in counts
            for artist in diamond(alarm, (row.day, row.value), words.get(row.cohort, ""), GREEN, shift=(-2, 12))
        ]
        il6 = tables.observation(IL6)
        overlays["hosseini2020"] = diamond(alarm, (il6.day, il6.value), "lymphoma", PURPLE, shift=(2, 20))
        shifts = {"subklewe2024_day5": (11, 9), "subklewe2024_day28": (4, -26)}
        overlays |= published_in_blood(blood, "blinatumomab", BLUE, shifts)
        drawing = Drawing(figure, parts, overlays)
        drawing.move(start)
    return drawing


def infusion_values(course) -> dict:
    """What curves and circles show for a course."""
    numbers = course.metrics()
    return {
        "drug": at_days(course, "blinatumomab_ng_per_ml", EARLY),
        "il6": at_days(course, "il6_pg_per_ml", EARLY),
        "t-cells": at_days(course, "blood_t_cells_percent", EARLY),
        "blood": at_days(course, "blood_b_cells_per_ul", DAYS),
        "memory": at_days(course, "lymphoid_memory_percent", DAYS),
        "il6-peak": (min(numbers["il6_peak_day"], FIRST_DAYS), min(numbers["il6_peak"], MOST_IL6)),
        "lowest": (min(numbers["nadir_day"], HORIZON_DAYS), max(numbers["nadir_per_ul"], LOWEST_PER_UL)),
    }
