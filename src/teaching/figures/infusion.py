"""The figure of an infusion: drug, IL-6 and T cells over two weeks; B cells of blood and tissue over twelve weeks."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import DEPLETED, HEALTHY, at_days, circle, diamond, published_in_blood
from teaching.figures.drawing import Drawing
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure, threshold
from teaching.figures.style import BLUE, FAINT, GREEN, ORANGE, PURPLE, VERMILION, style
from teaching.words import code, exact

FIRST_DAYS, HORIZON_DAYS = 14, 84
LOWEST_PER_UL = 0.5
#: Hours matter for drug, IL-6 and T cells: a point every 1.2 hours.
EARLY = np.linspace(0, FIRST_DAYS, 281)
DAYS = np.unique(np.r_[np.linspace(0, 8, 65), np.arange(8, 32, 0.5), np.arange(32, HORIZON_DAYS + 1, 2.0)])
MOST_IL6 = 320.0
_DASHES = (0, (5, 2))
#: Label means in leukaemia at 9 and 28 ug/day [ng/mL], as in data/targets.csv (B2a, B2b).
LABEL_NG_PER_ML = {9.0: 0.228, 28.0: 0.616}
#: Where these stand [day]: the rate has been running for hours then, in every plan that shows them.
_LABEL_DAY = {9.0: 2.0, 28.0: 3.5}
#: CD8 T cells in leukaemia, % of start by day (median, n = 20), as in data/targets.csv (B3a, B3b).
_T_CELLS = ((0.5, 7.0), (1.0, 11.0), (7.0, 178.0))
#: IL-6 in the first day of 5 ug/m2 per day, which is about 9 ug/day: median [pg/mL], as in data/targets.csv (B4).
_IL6 = (1.0, 100.0)


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
        blood.axhspan(*HEALTHY, color=FAINT, alpha=0.45, linewidth=0)
        blood.text(HORIZON_DAYS - 0.5, 560, f"healthy adults {HEALTHY[0]}–{HEALTHY[1]}", ha="right", va="bottom")
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
            f"label-{code(rate)}": diamond(drug, (_LABEL_DAY[rate], level), "label, leukaemia", VERMILION)
            for rate, level in LABEL_NG_PER_ML.items()
        }
        overlays["klinger2012"] = [
            artist
            for place in _T_CELLS
            for artist in diamond(alarm, place, "leukaemia, n = 20" if place[0] == 7 else "", GREEN, shift=(-2, 12))
        ]
        overlays["hosseini2020"] = diamond(alarm, _IL6, "lymphoma", PURPLE, shift=(2, 20))
        shifts = {"subklewe2024_day5": (14, 3), "subklewe2024_day28": (4, -26)}
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
