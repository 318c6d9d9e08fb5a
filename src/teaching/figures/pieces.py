"""Pieces that many figures share: an empty figure in the kit's look, axes, thresholds, labelled curves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching.figures.parts import Curve
from teaching.figures.style import GHOST, INK

DAYS_PER_MONTH = 365.25 / 12


def new_figure(width: float = 12.0, height: float = 6.0):
    """An empty matplotlib figure [inch] with settled margins; call it inside `with style():`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    return figure


def labelled_curve(
    axes, name: str, x: np.ndarray, colour: str, dashes="-", words: str = "", ghost: bool = True
) -> Curve:
    """A curve that may move, its grey ghost (the run before), and its label at the right end.

    `x` (n,): where it is drawn; `dashes`: matplotlib's line style, so that colour never stands alone.
    """
    nothing = np.full(len(x), np.nan)
    if ghost:
        axes.plot(x, nothing, color=GHOST, linewidth=1.6, alpha=0.75, gid=f"ghost-{name}")
    (line,) = axes.plot(x, nothing, color=colour, linestyle=dashes)
    label = None
    if words:
        label = axes.text(1.015, 0.5, words, color=colour, transform=axes.transAxes, va="center", fontweight="bold")
    return Curve(name, line, np.asarray(x, float), label)


def logarithmic(axes, low: float, high: float, ticks: Mapping[float, str]) -> None:
    """A logarithmic y axis with these ticks and no others."""
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.minorticks_off()


def days_axis(axes, horizon_days: float, words: str = "days after the first dose", months: bool | None = None) -> None:
    """The time axis: days, or months beyond half a year; x data are days in both cases."""
    months = horizon_days > 200 if months is None else months
    axes.set_xlim(0, horizon_days)
    if months:
        count = int(round(horizon_days / DAYS_PER_MONTH))
        step = 6 if count > 14 else 3 if count > 7 else 1
        ticks = np.arange(0, count + 1, step)
        axes.set_xticks(ticks * DAYS_PER_MONTH, [f"{tick}" for tick in ticks])
        axes.set_xlabel(words.replace("days", "months"))
    else:
        axes.set_xlabel(words)


def threshold(axes, value: float, words: str, place: float) -> None:
    """A dotted line at a value with its meaning in words, ending at `place` on the x axis."""
    axes.axhline(value, color=INK, linewidth=1.2, linestyle=":")
    axes.annotate(words, (place, value), (0, -3), textcoords="offset points", ha="right", va="top")
