"""The still pictures of the evidence explorer: a forest of one outcome, and the map of what exists."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from teaching import tables_evidence as tables
from teaching.evidence.forest import Arm, Forest, Row, percent
from teaching.evidence.intervals import Interval
from teaching.evidence.landscape import Cell
from teaching.evidence.selection import sentence_case
from teaching.figures.drawing import Drawing
from teaching.figures.style import BLUE, GHOST, INK, style

ROW_INCHES = 0.34
#: Rows of studies that are drawn; a still picture of more could not be read.
MOST_ROWS = 36
#: Areas of circles [square points]: of the largest in a map, and the smallest that can be seen.
LARGEST, SMALLEST = 1900, 24


def forest_drawing(found: Forest) -> Drawing:
    """Each study with its exact interval, the sum below, and in words what is not drawn."""
    rows = found.rows
    more = max(0, len(rows) - MOST_ROWS)
    notes = [(more, "with a count, not drawn here")] * (more > 0)
    notes += [(found.unknown, "nothing is known: unknown, not zero")] * (found.unknown > 0)
    lines = len(rows) - more + (found.together is not None) + len(notes)
    with style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(12, 1.5 + ROW_INCHES * max(lines, 1)))
        axes = figure.add_axes((0.27, 0.8 / figure.get_figheight(), 0.4, 1 - 1.3 / figure.get_figheight()))
        for place, row in enumerate(rows[:MOST_ROWS]):
            _draw_row(axes, -place, row)
        place = more - len(rows)
        if found.together is not None:
            _draw_sum(axes, place, found)
            place -= 1
        for number, told in notes:
            studies = f"{number} more {'study' if number == 1 else 'studies'}"
            axes.text(-0.02, place, studies, ha="right", va="center", transform=axes.get_yaxis_transform())
            axes.text(50, place, told, ha="center", va="center", style="italic", backgroundcolor="white")
            place -= 1
        axes.set(xlim=(-2, 102), ylim=(-lines + 0.4, 0.7), yticks=[])
        axes.set_xlabel("patients, %: square with a control group (triangle), circle without; open: not added up")
        axes.set_title(sentence_case(tables.OUTCOMES[found.outcome]))
        axes.spines["left"].set_visible(False)
        axes.grid(axis="y", visible=False)
        return Drawing(figure, [])


def _draw_row(axes, place: int, row: Row) -> None:
    """A study's treated arm, and under it the control arm as an open triangle."""
    mark = "s" if row.study.design in tables.WITH_CONTROL else "o"
    look = {"color": GHOST if row.why else BLUE, "linestyle": ":" if row.why else "-"}
    lift = 0.16 if row.control else 0
    _draw_arm(axes, place + lift, row.treated, mark, look, filled=not row.why)
    if row.control:
        _draw_arm(axes, place - lift, row.control, "^", {"color": INK, "linestyle": look["linestyle"]}, filled=False)
    count = f"{row.treated.events} of {row.treated.n}" if row.treated.n else "no count"
    _words(axes, place, row.study.label, count, row.treated.share, row.treated.interval)


def _draw_arm(axes, place: float, arm: Arm, mark: str, look: dict, filled: bool) -> None:
    if arm.interval:
        axes.plot([100 * arm.interval.low, 100 * arm.interval.high], [place, place], linewidth=2, **look)
    size = min(12, 5 + math.sqrt(arm.n or 0) / 2)
    ground = look["color"] if filled else "white"
    axes.plot(100 * arm.share, place, mark, markersize=size, color=look["color"], markerfacecolor=ground)


def _draw_sum(axes, place: int, found: Forest) -> None:
    share, low, high = (100 * part for part in found.together)
    axes.fill([low, share, high, share], [place, place + 0.3, place, place - 0.3], color=INK)
    _words(
        axes, place, "All together", f"{found.events} of {found.n}", found.together.share, found.together,
        fontweight="bold",
    )  # fmt: skip


def _words(axes, place: int, left: str, count: str, share: float, interval: Interval | None, **looks) -> None:
    beside = {"va": "center", "transform": axes.get_yaxis_transform(), **looks}
    axes.text(-0.02, place, left, ha="right", **beside)
    axes.text(1.02, place, count, ha="left", **beside)
    span = f" ({percent(interval.low)} to {percent(interval.high)})" if interval else ""
    axes.text(1.24, place, f"{percent(share)} %{span}", ha="left", **beside)


def map_drawing(cells: Sequence[Cell]) -> Drawing:
    """For each disease and therapy a circle whose area is the patients; hatched: no control group; a number beside."""
    diseases = [name for name in tables.DISEASES if any(cell.disease == name for cell in cells)]
    therapies = [name for name in tables.THERAPIES if any(cell.therapy == name for cell in cells)]
    with style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(12, 1.2 + 0.46 * max(len(diseases), 2)))
        axes = figure.add_axes((0.36, 0.02, 0.62, 1 - 0.75 / figure.get_figheight()))
        most = max([1, *(cell.patients for cell in cells)])
        for cell in cells:
            _draw_cell(axes, therapies.index(cell.therapy), -diseases.index(cell.disease), cell, LARGEST / most)
        axes.set(xlim=(-0.5, max(len(therapies), 1) - 0.2), ylim=(-len(diseases) + 0.4, 0.6))
        axes.set_xticks(range(len(therapies)), [tables.THERAPIES[name].replace(" ", "\n", 1) for name in therapies])
        names = [textwrap.fill(tables.DISEASES[name], 40) for name in diseases]
        axes.set_yticks([-place for place in range(len(diseases))], names)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for side in axes.spines.values():
            side.set_visible(False)
        return Drawing(figure, [])


def _draw_cell(axes, across: int, up: int, cell: Cell, a_patient: float) -> None:
    hatched = cell.controlled == 0
    ground = BLUE if cell.controlled and cell.patients else "white"
    axes.scatter(
        across, up, s=max(SMALLEST, a_patient * cell.patients), facecolor=ground,
        edgecolor=BLUE, hatch="////" if hatched and cell.patients else None,
        linestyle="-" if cell.patients else ":", clip_on=False,
    )  # fmt: skip
    more = f" +{cell.uncounted}" if cell.uncounted else ""
    axes.text(across + 0.29, up, f"{cell.patients or '?'}{more}", va="center", fontsize=11, color=INK)
