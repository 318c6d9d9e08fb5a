"""The bell of an engager: bridges against free drug as a share of the most, and as a number per B cell."""

from __future__ import annotations

import numpy as np

from teaching.figures.course_axes import circle, diamond
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Marker
from teaching.figures.pieces import labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, GREEN, ORANGE, VERMILION, style

LOW_NM, HIGH_NM = 1e-3, 1e4
FREE_NM = np.geomspace(LOW_NM, HIGH_NM, 141)
#: Place of the published level above the curves [% of the peak].
_LEVEL_HEIGHT = 120


def bell_drawing(start: dict, weights_kDa: dict[str, float], levels: dict[str, tuple]) -> Drawing:
    """Two pictures over one axis of free drug: share of the peak (with both arms), and bridges per B cell.

    `start`: the parts' values at the panel's start; `weights_kDa`: molecular weight by drug, for the
    second scale in ng/mL; `levels`: drug -> (level, its spread, both in nM, and words). Both are
    overlays with the drug's name.
    """
    with style():
        figure = new_figure(12, 6.4)
        share, number = figure.subplots(2, 1, sharex=True, height_ratios=(1.25, 1))
        for axes in (share, number):
            axes.set_xscale("log")
            axes.set_xlim(LOW_NM, HIGH_NM)
            axes.set_xticks([10.0**power for power in range(-3, 5)])
            axes.set_xticklabels([f"{10.0**power:,g}" if power < 4 else "10,000" for power in range(-3, 5)])
            axes.minorticks_off()
        share.set_title("Bridges, % of this drug's most; and receptors that each arm takes by itself, %")
        share.set_ylim(0, 132)
        share.set_yticks([0, 25, 50, 75, 100])
        number.set_title("Bridges per B cell, in solution")
        ticks = {10.0**power: f"{10**power:,}" if power >= 0 else f"{10.0**power:g}" for power in range(-2, 6)}
        logarithmic(number, 0.01, 1e5, {value: words if i % 2 == 0 else "" for i, (value, words) in enumerate(ticks.items())})
        number.set_xlabel("free drug, nM", labelpad=26)
        parts = [
            labelled_curve(share, "target", FREE_NM, ORANGE, (0, (4, 2)), "target arm"),
            labelled_curve(share, "cd3", FREE_NM, GREEN, (0, (1, 1.4)), "CD3 arm"),
            labelled_curve(share, "bell", FREE_NM, BLUE, "-", "bridges"),
            labelled_curve(number, "bridges", FREE_NM, BLUE, "-", "bridges"),
            circle(share, "level", start["level"], VERMILION, "this level", (12, 10)),
            circle(number, "level-below", start["level-below"], VERMILION),
            _peak(share, "peak", start["peak"], "peak"),
            _peak(number, "peak-below", start["peak-below"], "peak"),
        ]
        overlays = {}
        for drug, weight in weights_kDa.items():
            level, spread, words = levels[drug]
            marks = diamond(share, (level, _LEVEL_HEIGHT), words, VERMILION, across=spread, shift=(0, 0))
            marks[-1].remove()
            overlays[drug] = [*marks[:-1], *_nanograms(number, weight)]
            place = (max(spread) * 1.25, _LEVEL_HEIGHT)
            overlays[drug].append(share.annotate(words, place, ha="left", va="center", zorder=6))
        drawing = Drawing(figure, parts, overlays, split=False)
        drawing.move(start)
    return drawing


def _peak(axes, name: str, at, words: str) -> Marker:
    (line,) = axes.plot([at[0]], [at[1]], linestyle="none", marker="v", markersize=11, color=BLUE, clip_on=False, zorder=7)
    return Marker(name, line, axes.annotate(words, at, (11, 0), textcoords="offset points", va="center", color=BLUE))


def _nanograms(axes, weight_kDa: float) -> list:
    """A second row of numbers under the axis: the same places in ng/mL."""
    below = {"textcoords": "offset points", "ha": "center", "va": "top", "annotation_clip": False}
    texts = []
    for power in range(-3, 5):
        amount = 10.0**power * weight_kDa
        words = f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"
        texts.append(axes.annotate(words, (10.0**power, 0.01), (0, -24), **below))
    texts.append(axes.annotate("ng/mL", (1.015, 0), (0, -24), xycoords="axes fraction", **below | {"ha": "left"}))
    texts.append(axes.annotate("nM", (1.015, 0), (0, -5), xycoords="axes fraction", **below | {"ha": "left"}))
    return texts
