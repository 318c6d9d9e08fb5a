"""The figure of a product of one's own: depth and return on the left, antibodies in serum on the right."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import at_days
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Words
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, FAINT, GREEN, INK, PURPLE, VERMILION, style
from teaching.model.course import CHANCE_CELLS, DEPLETED_PER_UL
from teaching.words import whole

HORIZON_DAYS = 730
DAYS = np.unique(np.r_[np.arange(0, 10, 0.5), np.arange(10, 60, 2), np.arange(60, HORIZON_DAYS + 1, 7), HORIZON_DAYS])
_LOWEST, _HIGHEST = 1e-8, 1e4
_TICKS = {1e-8: "10⁻⁸", 1e-6: "10⁻⁶", 1e-4: "10⁻⁴", 1e-2: "0.01", 1: "1", 100: "100"}
#: Part, axes, series (None: the clone), colour, line style, word.
_CURVES = (
    ("blood", "depth", "blood_b_cells_per_ul", BLUE, (0, (1, 1.2)), "blood"),
    ("memory", "depth", "lymphoid_memory_percent", GREEN, (0, (5, 2)), "memory"),
    ("clone", "depth", None, VERMILION, "-", "clone"),
    ("autoantibody", "serum", "autoantibody_percent", VERMILION, "-", "autoantibody"),
    ("igg", "serum", "total_igg_percent", INK, (0, (5, 2)), "total IgG"),
    ("vaccine", "serum", "vaccine_antibody_percent", PURPLE, (0, (1, 1.2)), "vaccine"),
)


def design_drawing(start: dict, clone_cells: float) -> Drawing:
    """Cells in per cent of their start (logarithmic), and antibodies (linear), over two years.

    `start`: first values of the parts; `clone_cells`: autoreactive memory cells before any therapy.
    """
    with style():
        figure = new_figure(12, 6.0)
        depth, serum = figure.subplots(1, 2)
        depth.set_title("Cells, % of start")
        logarithmic(depth, _LOWEST, _HIGHEST, _TICKS)
        depth.axhspan(_LOWEST, 100 * CHANCE_CELLS / clone_cells, color=FAINT, alpha=0.45, linewidth=0)
        words = f"clone: below {whole(CHANCE_CELLS)} cells chance decides"
        depth.text(HORIZON_DAYS - 5, 1.6 * _LOWEST, words, ha="right", va="bottom")
        serum.set_title("Antibodies in serum, % of start")
        serum.set_ylim(0, 125)
        serum.set_yticks([0, 25, 50, 75, 100])
        axes = {"depth": depth, "serum": serum}
        for place in axes.values():
            days_axis(place, HORIZON_DAYS)
        parts = [labelled_curve(axes[place], name, DAYS, *look) for name, place, _, *look in _CURVES]
        ends = np.array([0.0, HORIZON_DAYS])
        parts.append(labelled_curve(depth, "depleted", ends, INK, ":", "10 per µL", ghost=False))
        parts[-1].line.set_linewidth(1.4)
        parts[-1].label.set_fontweight("normal")
        given = depth.text(0.03, 0.965, "product", transform=depth.transAxes, va="center", fontweight="bold")
        parts.append(Words("product", given))
        from_table = depth.text(0.03, 0.905, "numbers", transform=depth.transAxes, va="center")
        parts.append(Words("numbers", from_table))
        drawing = Drawing(figure, parts)
        drawing.move(start)
    return drawing


def design_values(course, product: str, numbers: str) -> dict:
    """What the parts show for a course, with the product's name and where its numbers come from."""
    blood_per_ul = course.patient.blood_at_rest()
    scale = {"blood": 100 / blood_per_ul, "clone": 100 / course.patient.clone_at_rest()}
    depleted = np.full(2, 100 * DEPLETED_PER_UL / blood_per_ul)
    values: dict = {"product": product, "numbers": numbers, "depleted": depleted}
    for name, place, series, *_ in _CURVES:
        amounts = scale.get(name, 1.0) * at_days(course, series or "autoreactive_memory_cells", DAYS)
        values[name] = np.maximum(amounts, _LOWEST / 10) if place == "depth" else amounts
    return values
