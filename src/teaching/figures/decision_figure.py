"""The still picture of a decision table: totals of the options, and the nearest numbers that change the first place."""

from __future__ import annotations

import textwrap

from teaching.evidence.decision import TOP, DecisionTable
from teaching.figures.drawing import Drawing
from teaching.figures.style import BLUE, FAINT, INK, ORANGE, style
from teaching.words import rounded

MOST_CHANGES = 6


def decision_drawing(table: DecisionTable) -> Drawing:
    """Left the weighted mean of each option, 0 to 10; right how far the nearest single numbers would have to move."""
    changes = table.changes()[:MOST_CHANGES]
    lines = max(len(table.totals), 2.2 * max(len(changes), 1))
    with style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(12, 1.4 + 0.5 * lines))
        high = figure.get_figheight()
        left = figure.add_axes((0.22, 0.65 / high, 0.25, 1 - 1.15 / high))
        for place, (option, total) in enumerate(table.totals.items()):
            first = option in table.first
            left.barh(-place, total, color=BLUE if first else FAINT, edgecolor=INK, height=0.6)
            left.text(total + 0.2, -place, f"{rounded(total, 3)}  ({table.ranks[option]})", va="center")
        left.set(xlim=(0, TOP + 3), xlabel="weighted mean (rank)", xticks=[0, 5, 10], title="Totals")
        left.set_yticks(
            [-place for place in range(len(table.totals))], [textwrap.fill(one, 22) for one in table.totals]
        )
        right = figure.add_axes((0.55, 0.65 / high, 0.42, 1 - 1.15 / high))
        for place, change in enumerate(changes):
            right.barh(-place, change.distance, color=ORANGE, edgecolor=INK, height=0.24)
            words = textwrap.fill(textwrap.shorten(change.words, 116, placeholder=" ..."), 58)
            right.text(0, -place + 0.15, words, va="bottom", fontsize=12)
        if not changes:
            shared = (
                "The first place is shared." if len(table.first) > 1 else "No single number changes the first place."
            )
            right.text(0, 0, shared, va="center")
        right.set(xlim=(0, TOP), yticks=[], xlabel="how far the number must move", title="What changes the first place")
        right.set_ylim(-max(len(changes), 1) + 0.4, 0.75)
        for axes in (left, right):
            axes.grid(visible=False)
        return Drawing(figure, [])
