"""The figure of the 'reset': what is left of a clone while naive cells return, and what depth buys in time."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import at_days, circle, travelling_words
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Band
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, FAINT, INK, VERMILION, style
from teaching.model.balance import regrowth_days
from teaching.model.course import CHANCE_CELLS

HORIZON_DAYS = 1826
DAYS = np.unique(np.r_[np.arange(0, 60, 2), np.arange(60, 365, 7), np.arange(365, HORIZON_DAYS, 21), HORIZON_DAYS])
DEPTHS = np.linspace(0, 10, 201)
LOWEST_CELLS, MOST_CELLS = 0.1, 1e12
DEEPEST, LONGEST_YEARS = DEPTHS[-1], 8.0
#: Where chance decides: a band and its words.
CHANCE = "chance-decides"
_DASHES = (0, (5, 2))
_POWERS = {1: "1", 1e2: "100", 1e4: "10⁴", 1e6: "10⁶", 1e8: "10⁸", 1e10: "10¹⁰", 1e12: "10¹²"}


def reset_drawing(start: dict) -> Drawing:
    """Cells over five years on the left, depth against time to regrowth on the right; `start`: where it begins."""
    from matplotlib.patches import Polygon

    with style():
        figure = new_figure(12, 6.0)
        cells, law = figure.subplots(1, 2, width_ratios=(1.05, 1))
        cells.set_title("Naive B cells and the autoreactive clone, cells")
        logarithmic(cells, LOWEST_CELLS, MOST_CELLS, _POWERS)
        days_axis(cells, HORIZON_DAYS)
        months = np.arange(0, 61, 12)
        cells.set_xticks(months * 365.25 / 12, [f"{month}" for month in months])
        chance = [
            cells.axhspan(LOWEST_CELLS, CHANCE_CELLS, color=FAINT, alpha=0.45, linewidth=0),
            cells.text(HORIZON_DAYS - 15, 60, "below 100 cells chance decides", ha="right", va="top"),
            law.text(9.9, 0.15, "fewer than\n100 cells left:\nchance decides", ha="right", va="bottom"),
        ]
        law.set_title("Years until the clone is back at half")
        law.set_xlim(0, DEEPEST)
        law.set_ylim(0, LONGEST_YEARS)
        law.set_xticks(range(0, 11, 2))
        law.set_xlabel("depth of the clone, powers of ten (log10)")
        band = Polygon(np.zeros((3, 2)), closed=True, facecolor=FAINT, edgecolor="none", alpha=0.6, zorder=0.5)
        law.add_patch(band)
        parts = [
            labelled_curve(cells, "naive", DAYS, BLUE, _DASHES, "naive"),
            labelled_curve(cells, "clone", DAYS, VERMILION, "-", "clone"),
            Band("chance", band, DEPTHS),
            labelled_curve(law, "law", DEPTHS, INK),
            circle(law, "here", start["here"], VERMILION),
            travelling_words(law, "here-name", start["here-name"], "here", VERMILION),
        ]
        # An overlay: a panel that waits for a prediction shows none, and the band would tell how deep the clone goes.
        drawing = Drawing(figure, parts, {CHANCE: chance})
        drawing.move(start)
    return drawing


def reset_values(course, depth_log10: float, years: float) -> dict:
    """What curves, band and circle show: the course, the law of regrowth, and where this course stands on it."""
    patient = course.patient
    by_chance = np.log10(patient.clone_at_rest() / CHANCE_CELLS)
    here = min(depth_log10, DEEPEST), min(years, LONGEST_YEARS)
    # The law rises: the name stands above and left of the point, and near the left edge above it.
    name = (here[0] - 0.62, here[1] + 0.27) if here[0] > 1.2 else (here[0] + 0.15, here[1] + 0.95)
    naive = patient["lymphoid_naive"] * 1e9 * at_days(course, "lymphoid_naive_percent", DAYS) / 100
    return {
        "naive": naive,
        "clone": at_days(course, "autoreactive_memory_cells", DAYS),
        "chance": (np.zeros_like(DEPTHS), np.where(DEPTHS >= by_chance, LONGEST_YEARS, 0.0)),
        "law": regrowth_days(DEPTHS, patient["autoreactive_regrowth_per_day"]) / 365.25,
        "here": here,
        "here-name": name,
    }
