"""The bell figure: bridges between two cells against free engager, as share of the peak and as a number per cell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching.figures.course_axes import circle, travelling_words
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Words
from teaching.figures.pieces import labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, INK, VERMILION, style
from teaching.model.binding import BindingConstants, ng_per_ml_to_nM

#: What may be chosen; the picture goes on to the right of it.
LOWEST_NM, HIGHEST_NM = 1e-4, 1e4
FREE_NM = np.logspace(-4, 5, 181)
#: What the right picture can show [bridges per B cell].
FEWEST, MOST = 1e-4, 1e6
#: The name of a point stands this many powers of ten beside it, and steps of these above it.
_ASIDE, _ABOVE_PERCENT, _ABOVE_DECADES = 0.62, 4.0, 0.4
LEFTMOST_NAME_NM = 3.2e-4
_NM_TICKS = {1e-4: "0.0001", 1e-2: "0.01", 1: "1", 100: "100", 1e4: "10,000"}
_NG_TICKS = {0.1: "0.1", 10: "10", 1000: "1,000", 1e5: "10⁵"}
_COUNT_TICKS = {1e-4: "0.0001", 1e-2: "0.01", 1: "1", 100: "100", 1e4: "10,000", 1e6: "10⁶"}


def bell_drawing(start: dict, drugs: Mapping[str, tuple[BindingConstants, str]]) -> Drawing:
    """Share of the peak on the left, bridges per B cell on the right, over the same free drug.

    `start`: values of the parts at the panel's start; `drugs`: name -> constants and the words of the clinical
    level ('' draws none); each is an overlay of that name, with a second row of ticks in ng/mL.
    """
    with style():
        figure = new_figure(12, 5.8)
        share, count = figure.subplots(1, 2)
        share.set_title("Bridges, % of the most this engager can make")
        share.set_ylim(0, 135)
        share.set_yticks([0, 25, 50, 75, 100])
        count.set_title("Bridges per B cell, as if in solution")
        logarithmic(count, FEWEST, MOST, _COUNT_TICKS)
        for axes in (share, count):
            axes.set_xscale("log")
            axes.set_xlim(FREE_NM[0], FREE_NM[-1])
            axes.set_xticks(list(_NM_TICKS), list(_NM_TICKS.values()))
            axes.minorticks_off()
            axes.set_xlabel("free engager: first row nM, second row ng/mL", labelpad=24)
        parts = [
            labelled_curve(share, "share", FREE_NM, BLUE),  # the titles name the only curve
            labelled_curve(count, "count", FREE_NM, BLUE),
            circle(share, "peak", start["peak"], BLUE, "peak", (-5, 20), size=9),
            circle(count, "peak-count", start["peak-count"], BLUE, size=9),
            circle(share, "here", start["here"], VERMILION, size=12, fill=VERMILION),
            circle(count, "here-count", start["here-count"], VERMILION, size=12, fill=VERMILION),
            travelling_words(share, "here-name", start["here-name"], "here", VERMILION),
            travelling_words(count, "here-count-name", start["here-count-name"], "here", VERMILION),
            Words("words-peak", count.text(1.5e-4, 3.5e5, "peak", ha="left", va="center", color=BLUE)),
            Words("words-here", count.text(1.5e-4, 6e4, "here", ha="left", va="center", color=VERMILION)),
        ]
        parts[2].label.set(ha="center", fontweight="bold")
        overlays = {name: _of_drug(share, count, kd, words) for name, (kd, words) in drugs.items()}
        drawing = Drawing(figure, parts, overlays)
        drawing.move(start)
    return drawing


def _of_drug(share, count, kd: BindingConstants, words: str) -> list:
    """Ticks in ng/mL, which need the drug's weight, and its clinical level as a dotted line."""
    artists = []
    for axes in (share, count):
        for amount, text in _NG_TICKS.items():
            place = ng_per_ml_to_nM(amount, kd.molecular_weight_kDa)
            below = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "annotation_clip": False}
            artists.append(axes.annotate(text, (place, 0), (0, -21), ha="center", va="top", **below))
    if words:
        level = ng_per_ml_to_nM(kd.level_ng_per_ml, kd.molecular_weight_kDa)
        artists.append(share.axvline(level, color=INK, linewidth=1.4, linestyle=":"))
        side, shift = ("left", 5) if level < 1 else ("right", -5)
        artists.append(
            share.annotate(words, (level, 124), (shift, 0), textcoords="offset points", ha=side, va="center")
        )
    return artists


def beside(level_nM: float, peak_nM: float) -> tuple[float, float]:
    """Where the name of a point on a bell stands: (x [nM], how many steps above the point).

    On the side that falls away from the peak, so that the curve never passes through it; above the point where the
    left edge leaves no room.
    """
    aside = 10 ** (-_ASIDE if level_nM <= peak_nM else _ASIDE)
    if level_nM * aside < LEFTMOST_NAME_NM:
        return LEFTMOST_NAME_NM, 3.0
    return level_nM * aside, 1.0


def here_names(level_nM: float, peak_nM: float, percent: float, bridges: float) -> dict[str, tuple[float, float]]:
    """Where 'here' is written in both pictures, by part name; the point is at `percent` of the peak, and `bridges`."""
    x, far = beside(level_nM, peak_nM)
    return {
        "here-name": (x, percent + far * _ABOVE_PERCENT),
        "here-count-name": (x, within(bridges) * 10 ** (far * _ABOVE_DECADES)),
    }


def within(value: float) -> float:
    """A number of bridges, kept inside the right picture."""
    return float(min(max(value, FEWEST), MOST))
