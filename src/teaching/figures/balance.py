"""The balance figure: the pool and its window, blood, after a depletion; and where B cells are."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import circle
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Bar, Words
from teaching.figures.pieces import labelled_curve, new_figure
from teaching.figures.style import BLUE, FAINT, INK, VERMILION, style
from teaching.model.balance import Pools
from teaching.words import whole

HOURS = np.linspace(0, 3, 61)
#: From where the hours end: the first hours would be a wall at the left edge.
DAYS = np.r_[HOURS[-1] / 24, np.linspace(2, 180, 90)]
#: Place in the picture, height of the bar, words, colour.
_ROWS = (("blood", 1.0, "in blood", VERMILION), ("tissue", 0.0, "in spleen and lymph nodes", BLUE))
_DASHES = (0, (4, 2))


def balance_drawing(start: dict, rest: Pools) -> Drawing:
    """Two time axes (hours, days) of pool and blood, and bars of where the cells are.

    `start`: the values of the parts at the panel's start; `rest`: the untreated pools [1e9 cells].
    """
    with style():
        figure = new_figure(12, 6.6)
        # Two columns of one width: a narrow page shows one below the other, and type stays large enough to read.
        grid = figure.add_gridspec(2, 2, width_ratios=(1.15, 1.0))
        hours, days = (figure.add_subplot(grid[row, 0]) for row in (0, 1))
        places = figure.add_subplot(grid[:, 1])
        parts = []
        for axes, x, part in ((hours, HOURS, "hours"), (days, DAYS, "days")):
            axes.set_ylim(0, 160)
            axes.set_yticks([0, 50, 100, 150])
            axes.set_xlim(0, x[-1])
            axes.axhline(100, color=INK, linewidth=1.2, linestyle=":")
            axes.set_title(f"B cells by {part}, % of start")
            parts.append(labelled_curve(axes, f"pool-{part}", x, BLUE, "-", "all B cells"))
            parts.append(labelled_curve(axes, f"blood-{part}", x, VERMILION, _DASHES, "blood"))
        hours.set_xticks([0, 1, 2, 3])
        hours.get_xticklabels()[-1].set_ha("right")  # clear of the label of a curve that runs along the axis
        hours.set_xlabel("hours after the depletion")
        days.set_xticks([0, 30, 60, 90, 120, 150, 180])
        days.set_xlabel("days after the depletion")
        days.text(178, 103, "as before", ha="right", va="bottom")
        parts.append(circle(days, "half-life", start["half-life"], BLUE, "one half-life", (10, -20)))
        parts += _places(places, rest)
        drawing = Drawing(figure, parts)
        drawing.move(start)
    return drawing


def _places(axes, rest: Pools) -> list:
    """Bars of what is left in blood and in tissue; a frame shows what was there."""
    from matplotlib.patches import Rectangle

    axes.set_title("Where they are, 10⁹ cells")
    axes.set_xlim(0, 1.12 * rest.total)
    axes.locator_params(axis="x", nbins=5)
    axes.set_ylim(-0.45, 2.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="y")
    axes.set_axisbelow(True)
    axes.set_xlabel("frame: before · filled: left at once")
    parts = []
    for name, height, words, colour in _ROWS:
        before = getattr(rest, name)
        axes.add_patch(Rectangle((0, height - 0.2), before, 0.4, facecolor=FAINT, edgecolor=INK, linewidth=1.2))
        bar = axes.add_patch(Rectangle((0, height - 0.2), before, 0.4, facecolor=colour, edgecolor="none"))
        share = f"{words}, {whole(100 * before / rest.total, 1)} %"
        axes.text(0, height + 0.50, share, color=colour, fontweight="bold", va="center")
        parts.append(Bar(f"left-{name}", bar, upright=False))
        parts.append(Words(f"words-{name}", axes.text(0, height + 0.32, "of", va="center")))
    return parts
