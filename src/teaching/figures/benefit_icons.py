"""The still pictures of the benefit desk: a hundred people, the overview of what is counted, and a list of costs.

A person who was counted is filled; one who may have it is an open ring; dashed and empty is what nobody knows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np

from teaching.evidence.icons import doubt_in_words, icons, number_in_words
from teaching.evidence.prices import amount_in_words
from teaching.figures.drawing import Drawing
from teaching.figures.style import BLUE, FAINT, GHOST, INK, VERMILION, style
from teaching.tables_benefit import EVENTS, Figure
from teaching.tables_costs import CostRow
from teaching.words import exact, whole

#: Look -> marker, filled, size: told apart by shape as in script/benefit_icons.js.
LOOKS = {
    "certain": ("o", True, 9.0), "seen": ("o", True, 5.0), "possible": ("o", False, 9.0), "free": (".", False, 3.0),
    "unknown": ("s", False, 8.0), "impossible": ("x", False, 6.0),
}  # fmt: skip
KEY = {
    "certain": "counted, beyond doubt", "seen": "counted, within the doubt", "possible": "not counted, may be so many",
    "free": "without it", "unknown": "nobody knows", "impossible": "cannot happen",
}  # fmt: skip
_MOST_COSTS = 40
#: Letters of a count that stand in one line beside its box.
LONG_COUNT = 9


def looks_of(figure: Figure | None) -> list[str]:
    """The look of each of a figure's hundred people; without a figure all are unknown."""
    if figure is None:
        return ["unknown"] * 100
    if figure.kind == "impossible":
        return ["impossible"] * 100
    names = list(LOOKS)[:5]
    return [name for name, many in zip(names, icons(figure).counts, strict=True) for _ in range(many)]


def people_drawing(found: Mapping, things: Mapping, short: Mapping, population: str, nothing: str) -> Drawing:
    """`found`: (thing, therapy) -> Box, row after row; the others are words for the keys of things and therapies."""
    rows, columns = list(dict.fromkeys(row for row, _ in found)), list(dict.fromkeys(one for _, one in found))
    with style():
        from matplotlib.figure import Figure as Picture

        picture = Picture(figsize=(12, 1.0 + 4.6 * len(rows)))
        high = picture.get_figheight()
        for place, thing in enumerate(rows):
            top = 1 - (0.1 + 4.6 * place) / high
            words = things[thing]
            picture.text(0.01, top, f"{words[:1].upper()}{words[1:]}, {population}", va="top", fontweight="bold")
            for column, therapy in enumerate(columns):
                left = 0.01 + column / len(columns)
                axes = picture.add_axes((left, top - 3.45 / high, 2.7 / 12, 2.7 / high))
                shown = found[thing, therapy].shown
                _people(axes, shown, BLUE if EVENTS[thing.partition(":")[0]].benefit else VERMILION)
                picture.text(left, top - 0.42 / high, short[therapy], va="top", fontweight="bold", fontsize=13)
                said = _said(shown, nothing, 40 if len(columns) > 2 else 60)
                picture.text(left, top - 3.55 / high, said, va="top", fontsize=12)
        axes = picture.add_axes((0.01, 0.02, 0.98, 0.75 / high))
        for place, (look, words) in enumerate(KEY.items()):
            _person(axes, look, np.array([place % 3]), np.array([-(place // 3)]), INK)
            axes.annotate(words, (place % 3, -(place // 3)), (10, -4), textcoords="offset points")
        axes.set(xlim=(-0.05, 3), ylim=(-1.5, 0.5))
        axes.axis("off")
        return Drawing(picture, [])


def _said(figure: Figure | None, nothing: str, width: int) -> str:
    if figure is None:
        return textwrap.fill(nothing, width)
    number = number_in_words(figure)
    first = f"{number[:1].upper()}{number[1:]}. {doubt_in_words(figure)}".strip()
    return textwrap.fill(first, width)


def _people(axes, figure: Figure | None, colour: str) -> None:
    looks = np.array(looks_of(figure))
    places = np.arange(100)
    for look in LOOKS:
        mine = places[looks == look]
        if len(mine):
            _person(axes, look, mine % 10, -(mine // 10), colour)
    axes.set(xlim=(-0.6, 9.6), ylim=(-9.6, 0.6))
    axes.axis("off")


def _person(axes, look: str, x: np.ndarray, y: np.ndarray, colour: str) -> None:
    marker, filled, size = LOOKS[look]
    edge = colour if look in ("certain", "seen", "possible") else GHOST
    axes.plot(
        x, y, marker, markersize=size, markerfacecolor=edge if filled else "none", markeredgecolor=edge,
        markeredgewidth=1.6, linestyle="none",
    )  # fmt: skip
    if look == "seen":  # a ring around a filled middle
        axes.plot(x, y, "o", markersize=10, markerfacecolor="none", markeredgecolor=edge, linestyle="none")


def overview_drawing(boxes: Mapping, things: Mapping, short: Mapping, population: str) -> Drawing:
    """`boxes`: (thing, therapy) -> Box. A box is filled as far as the share that was counted; empty is unknown."""
    rows, columns = list(dict.fromkeys(row for row, _ in boxes)), list(dict.fromkeys(one for _, one in boxes))
    with style():
        from matplotlib.figure import Figure as Picture

        picture = Picture(figsize=(12, 1.2 + 0.34 * len(rows)))
        axes = picture.add_axes((0.34, 0.03, 0.65, 0.87))
        for (thing, therapy), found in boxes.items():
            _box(axes, columns.index(therapy), -rows.index(thing), found.shown)
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-len(rows) + 0.4, 0.6))
        axes.set_yticks([-place for place in range(len(rows))], [things[row] for row in rows])
        axes.set_xticks(
            range(len(columns)), [short[one].replace(" ", "\n").replace("tuz", "tu-\nz") for one in columns]
        )
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        picture.text(0.01, 0.985, textwrap.fill(population, 34), va="top", fontweight="bold")
        return Drawing(picture, [])


def _box(axes, x: float, y: float, figure: Figure | None) -> None:
    from matplotlib.patches import Rectangle

    wide, high = 0.26, 0.72
    left, low = x - 0.4, y - high / 2
    if figure is None:
        axes.plot([left + wide / 2], [y], ".", color=GHOST, markersize=4)
    elif figure.kind == "impossible":
        axes.plot([left + wide / 2], [y], "x", color=GHOST, markersize=8, markeredgewidth=2)
    elif figure.kind in ("unknown", "rate"):
        axes.add_patch(Rectangle((left, low), wide, high, fill=False, edgecolor=GHOST, linestyle="--"))
    else:
        colour = BLUE if EVENTS[figure.event].benefit else VERMILION
        counts = icons(figure)
        axes.add_patch(
            Rectangle((left, low), wide, high * (counts.filled + counts.possible) / 100, color=FAINT, linewidth=0)
        )
        axes.add_patch(Rectangle((left, low), wide, high * counts.filled / 100, color=colour, linewidth=0))
        axes.add_patch(Rectangle((left, low), wide, high, fill=False, edgecolor=colour))
        count = f"{whole(figure.count)} of {whole(figure.n)}" if figure.kind == "count" else f"{exact(figure.value)} %"
        long = len(count) > LONG_COUNT
        count = count.replace(" of ", " of\n" if long else "/")
        axes.text(left + wide + 0.05, y, count, va="center", fontsize=10, linespacing=0.95)


def costs_drawing(rows: Sequence[CostRow], short: Mapping, chosen: set) -> Drawing:
    """Rows of costs.csv as lines: who, how much, what it includes, where and when; empty is what was not found."""
    from teaching.words import in_text

    shown = list(rows)[:_MOST_COSTS]
    with style():
        from matplotlib.figure import Figure as Picture

        picture = Picture(figsize=(12, 0.6 + 0.32 * (len(shown) + (len(rows) > len(shown)))))
        step = 0.32 / picture.get_figheight()
        y = 1 - 0.15 / picture.get_figheight()
        for row in shown:
            whom = ", ".join(short[one] for one in row.therapy if one in chosen)
            when = f"{row.place}, {row.year}" if row.year else row.place
            for x, words, width, weight in (
                (0.01, whom, 24, "normal"),
                (0.22, row.kind if row.kind in ("unknown", "statement") else amount_in_words(row), 24, "bold"),
                (0.44, in_text(row.includes), 44, "normal"),
                (0.82, when, 22, "normal"),
            ):
                picture.text(x, y, textwrap.shorten(words, width, placeholder=" ..."), va="top", fontweight=weight)
            y -= step
        if len(rows) > len(shown):
            picture.text(0.01, y, f"and {len(rows) - len(shown)} more", va="top", style="italic")
        return Drawing(picture, [])
