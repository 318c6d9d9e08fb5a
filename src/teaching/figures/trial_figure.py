"""Still pictures of a virtual trial: what the budget buys before it, and the shares of its arms after it."""

from __future__ import annotations

import numpy as np

from teaching.evidence.protocol import NO_CONTROL, budget
from teaching.evidence.virtual_trial import Trial
from teaching.figures.drawing import Drawing
from teaching.figures.pieces import new_figure
from teaching.figures.style import BLUE, GHOST, INK, VERMILION, style

_SIZE = (12, 5)


def budget_drawing(month: int, patients: int, control: str, real: list[dict]) -> Drawing:
    """Patients in each arm against months: what the budget allows, the planned trial, and real ones as diamonds."""
    with style():
        figure, axes = _axes()
        arms = 1 if control == NO_CONTROL else 2
        along = np.linspace(2, 62, 200)
        axes.fill_between(along, 2, budget() / (arms * along), color=BLUE, alpha=0.15, linewidth=0)
        axes.plot(along, budget() / (arms * along), color=BLUE)
        axes.annotate(
            "the budget ends here", (40, budget() / (arms * 40)), (4, 6), textcoords="offset points", color=BLUE
        )
        axes.plot([month], [patients], "o", color=VERMILION, markersize=12)
        axes.annotate("your plan", (month, patients), (12, -5), textcoords="offset points", fontweight="bold")
        for one in real:
            axes.plot([one["month"]], [one["patients"]], "D", color=INK, markersize=8)
            axes.annotate(
                one["name"],
                (one["month"], one["patients"]),
                (10, -13 if one["below"] else 3),
                textcoords="offset points",
            )
        axes.set(
            xlim=(0, 62), ylim=(2, 400), yscale="log", xlabel="Month of the endpoint", ylabel="Patients in each arm"
        )
        axes.set_yticks([5, 10, 20, 50, 100, 200], ["5", "10", "20", "50", "100", "200"])
        axes.minorticks_off()
    return Drawing(figure, [])


def trial_drawing(trial: Trial) -> Drawing:
    """The share of each arm with its exact interval, and the difference with Newcombe's."""
    with style():
        figure, axes = _axes()
        rows = [(f"{arm.name}: {arm.events} of {arm.n}", *arm.share) for arm in trial.arms]
        if trial.compared:
            rows.append(("difference", *trial.compared[:3]))
        for place, (words, middle, low, high) in enumerate(rows):
            color = VERMILION if words == "difference" else BLUE
            axes.plot([100 * low, 100 * high], [place, place], color=color, linewidth=3)
            axes.plot([100 * middle], [place], "o", color=color, markersize=10)
            axes.annotate(words, (100 * max(low, -1), place), (0, 10), textcoords="offset points")
        axes.axvline(0, color=GHOST)
        axes.axvline(trial.protocol.matters, color=GHOST, linestyle=":")
        axes.annotate(
            "what would matter", (trial.protocol.matters, -0.6), (4, 0), textcoords="offset points", color=GHOST
        )
        axes.set(ylim=(len(rows) - 0.3, -0.9), xlim=(-105, 105), yticks=[], xlabel="Patients, % (difference: points)")
    return Drawing(figure, [])


def _axes():
    figure = new_figure(*_SIZE)
    return figure, figure.subplots()
