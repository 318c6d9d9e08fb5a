"""Axes and marks that the figures of courses share: blood counts, linked time axes, circles, published values.

A circle must be drawn where the panel starts: the page moves it from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from teaching import tables
from teaching.figures.parts import Marker
from teaching.figures.pieces import logarithmic, threshold
from teaching.figures.style import FAINT
from teaching.words import code, exact

BLOOD_LOW, BLOOD_HIGH = 0.001, 2000.0
DEPLETED = 10.0


def blood_axis(
    axes, place: float, words: str = "B cells per µL of blood", depleted: str = "depleted: below 10"
) -> list:
    """The blood count on a log axis with healthy range and line of depletion; `place`: where their words end.

    Returns the artists of range and line: both are about all B cells together.
    """
    axes.set_title(words)
    logarithmic(axes, BLOOD_LOW, BLOOD_HIGH, {10.0**power: exact(10.0**power) for power in range(-3, 4)})
    artists = healthy_band(axes, place)
    threshold(axes, DEPLETED, depleted, place)
    return [*artists, axes.lines[-1], axes.texts[-1]]


def healthy_band(axes, place: float, height: float = 640) -> list:
    """The laboratory range of B cells in healthy adults as a band, with its words ending at `place`, `height`."""
    row = tables.observation("arup2026_b_cells")
    band = axes.axhspan(row.low, row.high, color=FAINT, alpha=0.45, linewidth=0)
    words = f"healthy adults {exact(row.low)}–{exact(row.high)}"
    return [band, axes.text(place, height, words, ha="right", va="bottom")]


def at_days(course, series: str, days: np.ndarray) -> np.ndarray:
    """A series of a course at these days (n,); days beyond its horizon were not computed: NaN."""
    return np.interp(days, course.time_days, course[series], right=np.nan)


def circle(axes, name: str, at, colour: str, words: str = "", shift=(9, -16), size: float = 10, fill="white") -> Marker:
    """A circle that may move, with words beside it; `at`: (x, y) where the panel starts; `fill`: 'none' for a ring."""
    look = {"marker": "o", "markersize": size, "color": colour, "markerfacecolor": fill, "markeredgewidth": 2.4}
    (line,) = axes.plot([at[0]], [at[1]], linestyle="none", clip_on=False, zorder=8, **look)
    label = axes.annotate(words, at, shift, textcoords="offset points", color=colour) if words else None
    return Marker(name, line, label)


def travelling_words(axes, name: str, at, words: str, colour: str) -> Marker:
    """Words that move to a place of their own; `at`: (x, y) of their middle where the panel starts.

    For the name of a point on a curve: which side of it is free depends on where the point stands.
    """
    (line,) = axes.plot([at[0]], [at[1]], linestyle="none", marker="none")
    look = {"ha": "center", "va": "center", "color": colour, "fontweight": "bold"}
    return Marker(name, line, axes.annotate(words, at, (0, 0), textcoords="offset points", **look))


def published_in_blood(
    axes, product: str, colour: str, shifts: Mapping[str, tuple] | None = None, words: Mapping[str, str] | None = None
) -> dict[str, list]:
    """Published blood counts of a product as diamonds with spread and n: {cohort id: artists}.

    Rows of data/observations.csv; 'back' stands on the line of 10 per uL, 'gone' on 1. `shifts`: where the
    words of a cohort stand [points from the diamond]; `words`: other words than its n.
    """
    found = {}
    for name, row in tables.observations().items():
        if row.on_a_curve and row.product == product and row.series == "blood_b_cells_per_ul":
            people = (words or {}).get(name, f"n = {row.n}" if row.n else "review")
            shift = (shifts or {}).get(name, (9, 8))
            if row.quantity == "nadir":
                mark = level(axes, (0, 150), row.value, f"lowest, {people}", colour)
            elif row.quantity == "value_at_day":
                bound = row.spread == "upper bound"
                spread = None if bound or row.low is None else (row.low, row.high)
                mark = diamond(axes, (row.day, row.value), people, colour, up=spread, bound=bound, shift=shift)
            else:
                height = DEPLETED if row.quantity == "day_back" else 1.0
                mark = diamond(axes, (row.value, height), people, colour, across=(row.low, row.high), shift=shift)
            found[name] = mark
    return found


def diamond(axes, at, words: str, colour: str, up=None, across=None, bound: bool = False, shift=(9, 8)) -> list:
    """A published value: diamond (triangle for an upper bound), its spread as bars, and its words."""
    bar = {"color": colour, "linewidth": 2.2, "markersize": 9, "zorder": 5, "clip_on": False}
    artists = []
    if across is not None:
        artists += axes.plot(across, [at[1], at[1]], marker="|", **bar)
    if up is not None:
        artists += axes.plot([at[0], at[0]], up, marker="_", **bar)
    shape = {"marker": "v", "markersize": 10} if bound else {"marker": "D", "markersize": 8}
    artists += axes.plot(
        [at[0]], [at[1]], color="white", markeredgecolor=colour, markeredgewidth=2.2, zorder=6, clip_on=False, **shape
    )
    side = "left" if shift[0] >= 0 else "right"
    artists.append(axes.annotate(words, at, shift, textcoords="offset points", zorder=6, ha=side))
    return artists


def level(axes, across, value: float, words: str, colour: str) -> list:
    """A published value without a day: a level with its words under it, where no curve of a course comes down."""
    (line,) = axes.plot(across, [value, value], linestyle="-.", color=colour, linewidth=2.2, zorder=5)
    return [line, axes.annotate(words, (across[0], value), (14, -20), textcoords="offset points")]


def csv_text(columns: Mapping[str, Sequence]) -> str:
    """Columns of one length as comma-separated text, the unit in each name."""
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns)] + [",".join(v if isinstance(v, str) else code(v, 6) for v in row) for row in rows]
    return "\n".join(lines) + "\n"
