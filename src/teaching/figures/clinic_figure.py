"""The still picture of the clinic: visits on a line of days, and under them what each test said, or what it costs."""

from __future__ import annotations

from teaching.clinic.laboratory import orderable
from teaching.clinic.numbers import end_day, visit_days
from teaching.clinic.visit import Ending, Visit
from teaching.figures.drawing import Drawing
from teaching.figures.pieces import new_figure
from teaching.figures.style import BLUE, GHOST, INK, VERMILION, style
from teaching.words import exact, whole


def clinic_drawing(here: Visit | Ending | None) -> Drawing:
    """One row a test: what it said on the visit on which it was ordered; without a patient, its cost and its delay.

    Days stand on a square root, so that the early visits have room.
    """
    with style():
        figure = new_figure(12, 5.6)
        axes = figure.subplots()
        tests = list(orderable().values())
        for day in visit_days():
            axes.axvline(day**0.5, color=GHOST, linewidth=1)
        axes.axvline(end_day() ** 0.5, color=INK, linewidth=1)
        if isinstance(here, Visit):
            axes.axvline(here.day**0.5, color=VERMILION, linewidth=2)
        for place, test in enumerate(tests):
            axes.axhline(place, color=GHOST, linewidth=0.5)
            if here is None:
                cost = "1 point" if test.cost == 1 else f"{test.cost} points"
                late = "at once" if test.delay == 0 else f"{exact(test.delay)} days later"
                axes.annotate(f"{cost}, result {late}", (0.4, place), (0, 4), textcoords="offset points")
                continue
            for one in here.results:
                if one.test == test.name:
                    axes.plot([one.ordered**0.5], [place], "o", color=BLUE, markersize=8)
                    words = one.words.removesuffix(" of start")
                    axes.annotate(words, (one.ordered**0.5, place), (3, 6), textcoords="offset points", fontsize=11)
        days = (*visit_days(), end_day())
        axes.set_xticks([day**0.5 for day in days], [whole(day) for day in days])
        axes.set_yticks(range(len(tests)), [test.name for test in tests])
        axes.set(ylim=(len(tests) - 0.4, -0.8), xlim=(-0.6, end_day() ** 0.5 + 1), xlabel="Day (visits, and the end)")
    return Drawing(figure, [])
