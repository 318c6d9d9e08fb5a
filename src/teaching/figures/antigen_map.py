"""The antigen map: which cells carry a therapy's antigen and what is left of them, and which antibodies fall.

Left: the lineage in its four places; every cell carries its antigens as marks on its surface, a cell
that the therapy hits is hatched and says so. Right: antibody in blood, split by who makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teaching import tables
from teaching.figures import mechanism_pieces as draw
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Bar, Fade, Words
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, style
from teaching.model.antibody_origin import SERIES, antibody_amounts
from teaching.model.course import Course
from teaching.model.patient import ANTIGENS
from teaching.model.reach import STATES, state_of
from teaching.model.therapies import product
from teaching.words import code, exact, percent, whole

HEIGHT = 6.5
#: A spared cell of which less than this is left [% of start] lost the cells it comes from.
STARVED_BELOW = 80.0
_BOX_WIDTH, _BOX_HEIGHT = 1.8, 1.72
_PLACES = (
    ("bone marrow", 0.1, PURPLE),
    ("blood", 2.1, BLUE),
    ("lymphoid tissue", 4.1, GREEN),
    ("plasma-cell niche", 6.1, ORANGE),
)
_ROW_HEIGHTS = (0.35, 2.2, 4.05)


@dataclass(frozen=True)
class Cell:
    """A box of the map: node of data/lineage.csv, its name, place (column, row), and how much of it is left."""

    node: str
    name: str
    column: int
    row: int
    series: str

    def left(self, course: Course, day: float) -> float:
        """What is left on a day [% of start]."""
        value = course.at(day, self.series)
        return value if self.series.endswith("_percent") else 100 * value / _at_rest(course, self.series)


def _at_rest(course: Course, series: str) -> float:
    return course.patient["blood_naive_start"] if series == "blood_naive_per_ul" else course[series][0]


CELLS = (
    Cell("pre_b", "pro-B, pre-B", 0, 1, "marrow_pre_b_percent"),
    Cell("immature", "immature", 0, 2, "marrow_immature_percent"),
    Cell("naive_blood", "naive", 1, 2, "blood_naive_per_ul"),
    Cell("memory_blood", "memory", 1, 1, "blood_memory_percent"),
    Cell("naive_lymphoid", "naive", 2, 2, "lymphoid_naive_percent"),
    Cell("memory_lymphoid", "memory", 2, 1, "lymphoid_memory_percent"),
    Cell("plasmablast_autoreactive", "plasmablasts", 2, 0, "autoreactive_plasmablasts_percent"),
    Cell("long_lived_autoreactive", "long-lived cells", 3, 1, "autoreactive_long_lived_percent"),
)
#: Who becomes what, and who travels (both ways).
_ARROWS = (
    ("pre_b", "immature"),
    ("immature", "naive_blood"),
    ("naive_blood", "naive_lymphoid"),
    ("naive_lymphoid", "memory_lymphoid"),
    ("memory_blood", "memory_lymphoid"),
    ("memory_lymphoid", "plasmablast_autoreactive"),
    ("memory_lymphoid", "long_lived_autoreactive"),
)
#: Where the marks of each antigen sit on a cell [degrees], and how many a grade of data/lineage.csv has.
_QUARTER = {"CD19": 135, "CD20": 45, "BCMA": 225, "CD38": 315}
_MARKS = {"++": 2, "+": 1, "dim": 1, "low": 1, "-/+": 1, "-/low": 1, "-": 0}
_FAINT_GRADES = ("dim", "low", "-/+", "-/low")
GRADE_WORDS = {"-": "none", "-/+": "partly", "-/low": "trace"}

#: Antibodies of the right picture and their words under the bars.
_ANTIBODY_WORDS = {"autoantibody": "auto-\nantibody", "vaccine": "vaccine\nantibody", "igg": "total\nIgG"}
_OFFSET, _WIDE = 0.21, 0.34


def shown_state(cell: Cell, course: Course, name: str, day: float) -> str:
    """The word in a cell's box: `state_of`, or 'starved' for a spared cell that is dying out for want of parents."""
    state = state_of(cell.node, name)
    return "starved" if state == "spared" and cell.left(course, day) < STARVED_BELOW else state


def grade_in_words(node: str, antigen: str) -> str:
    """The grade of an antigen on a node as the map writes it."""
    grade = getattr(tables.nodes()[node], antigen)
    return GRADE_WORDS.get(grade, grade)


def published_points() -> dict[str, tuple[str, str, float, float | None, float | None, float, float]]:
    """Published antibody values by id: product, antibody, value, low, high, first and last day."""
    found = {}
    antibody_of = {series: name for name, (series, _) in SERIES.items()}
    for row in tables.observations().values():
        if row.series in antibody_of and row.quantity == "value_at_day":
            days = (row.day_low, row.day_high) if row.day_low is not None else (row.day, row.day)
            found[row.cohort] = (row.product, antibody_of[row.series], row.value, row.low, row.high, *days)
    return found


def antigen_drawing() -> Drawing:
    """The figure with all its parts; `antigen_values` says what they show."""
    with style():
        figure, axes = draw.stage(HEIGHT, share=8.0 / draw.WIDTH)
        parts = _map(axes)
        serum = figure.add_axes((0.735, 0.235, 0.255, 0.6))
        parts += _bars(serum)
        overlays = {name: _point(serum, name, point) for name, point in published_points().items()}
        overlays |= {f"antigen-{name}": _chosen(axes, name) for name in ANTIGENS}
        return draw.StepDrawing(figure, parts, overlays)


def antigen_values(course: Course, name: str, day: float) -> dict[str, object]:
    """What the parts show for a course under a product on a day."""
    values: dict[str, object] = {}
    antigens = product(name).antigens
    for cell in CELLS:
        state, left = state_of(cell.node, name), cell.left(course, day)
        values[f"antigen-{cell.node}"] = " ".join(grade_in_words(cell.node, antigen) for antigen in antigens)
        values[f"name-{cell.node}"] = "/".join(antigens)
        values[f"state-{cell.node}"] = shown_state(cell, course, name, day)
        values[f"left-{cell.node}"] = 0.1 + 1.6 * min(left, 100.0) / 100 + _PLACES[cell.column][1]
        values[f"words-{cell.node}"] = f"{percent(left)} left"
        for one in STATES[:3]:
            values[f"{one}-{cell.node}"] = [float(state == one)]
    for antibody, amount in antibody_amounts(course, day).items():
        values[f"{antibody}-start"] = amount["start long-lived"]
        values[f"{antibody}-total"] = amount["total"]
        values[f"{antibody}-long-lived"] = amount["long-lived"]
        values[f"{antibody}-words"] = percent(amount["total"])
        values[f"{antibody}-lowest"] = percent(amount["lowest"])
    values["plasmablasts"] = "plasmablasts" if values["autoantibody-start"] <= 60 else ""
    values["long-lived"] = "long-lived plasma cells"  # told with the bars: it answers who made the vaccine antibody
    values["bars"] = f"left bars: before; right bars: day {whole(day)}"
    return values


def antigen_table(course: Course, name: str, day: float) -> str:
    """The picture as comma-separated text: cells first, then antibodies."""
    rows = [f"cell,place,{','.join(ANTIGENS)},state under {name},left on day {exact(day)} [% of start]"]
    for cell in CELLS:
        node = tables.nodes()[cell.node]
        grades = ",".join(getattr(node, antigen) for antigen in ANTIGENS)
        state, left = state_of(cell.node, name), cell.left(course, day)
        rows.append(f'"{node.label}",{_PLACES[cell.column][0]},{grades},{state},{code(left, 6)}')
    rows.append(
        "antibody,made by long-lived plasma cells before [%],on the day [% of start],of it by long-lived "
        "cells,lowest,on day"
    )
    for antibody, amount in antibody_amounts(course, day).items():
        numbers = [amount[key] for key in ("start long-lived", "total", "long-lived", "lowest", "lowest day")]
        rows.append(",".join([antibody, *(code(number, 6) for number in numbers)]))
    return "\n".join(rows) + "\n"


def shown_points(name: str, day: float) -> list[str]:
    """Published values that belong to a product and a day."""
    return [key for key, (item, *_, first, last) in published_points().items() if item == name and first <= day <= last]


def _corner(cell: Cell) -> tuple[float, float]:
    return _PLACES[cell.column][1], _ROW_HEIGHTS[cell.row]


def _map(axes) -> list:
    for words, left, colour in _PLACES:
        draw.words(axes, left + _BOX_WIDTH / 2, 6.2, words, 13, "bold", "center")
        shade = draw.frame_round(axes, left - 0.08, 0.2, left + _BOX_WIDTH + 0.08, 6.02, "none", colour, 0, 0.5)
        shade[0].set_alpha(0.13)
    parts = []
    for cell in CELLS:
        parts += _box(axes, cell)
    _arrows(axes)
    _key(axes)
    return parts


def _box(axes, cell: Cell) -> list:
    x, y = _corner(cell)
    draw.frame_round(axes, x, y, x + _BOX_WIDTH, y + _BOX_HEIGHT, INK, "none", 1.5)
    draw.words(axes, x + _BOX_WIDTH / 2, y + 1.47, cell.name, 12.5, "bold", "center", rise="baseline")
    middle = (x + 0.49, y + 0.94)
    draw.cell(axes, *middle, 0.28, BLUE if cell.column < 3 else ORANGE, nucleus=(0, 0, 0.5))
    node = tables.nodes()[cell.node]
    for antigen in ANTIGENS:
        grade = getattr(node, antigen)
        for side in {0: (), 1: (0,), 2: (-20, 20)}[_MARKS[grade]]:
            place = draw.along(*middle, _QUARTER[antigen] + side, 0.37)
            draw.mark(axes, *place, antigen, 0.062, "none" if grade in _FAINT_GRADES else None)
    hatch = {"hit": "////", "nearby": "---", "hardly": "//"}
    parts = []
    for state, lines in hatch.items():
        artists = draw.disc(axes, *middle, 0.28, "none", INK, 1.0, 4)
        artists[0].set_hatch(lines)
        if state == "hit":
            x0, y0 = middle
            artists += draw.strokes(
                axes,
                [[(x0 - 0.19, y0 - 0.19), (x0 + 0.19, y0 + 0.19)], [(x0 - 0.19, y0 + 0.19), (x0 + 0.19, y0 - 0.19)]],
                INK,
                3.0,
                5.5,
            )
        parts.append(Fade(f"{state}-{cell.node}", artists))
    for kind, up, weight in (("name", 1.14, "normal"), ("antigen", 0.9, "normal"), ("state", 0.64, "bold")):
        (text,) = draw.words(axes, x + 0.97, y + up, "", 12, weight, rise="baseline")
        parts.append(Words(f"{kind}-{cell.node}", text))
    (text,) = draw.words(axes, x + _BOX_WIDTH / 2, y + 0.31, "", 12, "normal", "center", rise="baseline")
    parts.append(Words(f"words-{cell.node}", text))
    draw.shape(
        axes, [(x + 0.1, y + 0.1), (x + 1.7, y + 0.1), (x + 1.7, y + 0.24), (x + 0.1, y + 0.24)], "none", INK, 1.0
    )
    return [
        *parts,
        _bar(
            axes, f"left-{cell.node}", x + 0.1, y + 0.1, 1.6, 0.14, BLUE if cell.column < 3 else ORANGE, upright=False
        ),
    ]


def _bar(axes, name: str, x, y, wide, high, colour, upright=True, hatch: str = "", zorder: float = 2.5) -> Bar:
    from matplotlib.patches import Rectangle

    patch = Rectangle(
        (x, y),
        wide,
        high,
        facecolor=draw.tint(colour, 0.55),
        edgecolor=colour if hatch else INK,
        linewidth=1.0,
        zorder=zorder,
    )
    patch.set_hatch(hatch or None)
    axes.add_patch(patch)
    return Bar(name, patch, upright)


def _arrows(axes) -> None:
    corner = {cell.node: _corner(cell) for cell in CELLS}
    for start, end in _ARROWS:
        (x0, y0), (x1, y1) = corner[start], corner[end]
        if x0 == x1:
            middle, up = x0 + _BOX_WIDTH / 2, y1 > y0
            ends = (y0 + _BOX_HEIGHT, y1) if up else (y0, y1 + _BOX_HEIGHT)
            draw.arrow(axes, (middle, ends[0]), (middle, ends[1]), width=1.8)
        else:
            travel = "<|-|>" if "_blood" in start else "-|>"
            draw.arrow(axes, (x0 + _BOX_WIDTH, y0 + 0.9), (x1, y1 + 0.9), width=1.8, heads=travel)


_KEY_TOP, _KEY_STEP = 1.85, 0.3


def _key(axes) -> None:
    """The shape of each antigen, named once on the map itself, and how to read the marks."""
    x = _PLACES[0][1]
    for number, antigen in enumerate(ANTIGENS):
        draw.mark(axes, x + 0.2, _KEY_TOP - _KEY_STEP * number, antigen, 0.08)
        draw.words(axes, x + 0.42, _KEY_TOP - _KEY_STEP * number, antigen, 12, "bold")
    draw.lines(
        axes,
        _PLACES[1][1] + 0.02,
        _KEY_TOP - 0.05,
        "two marks: ++\none mark: +\nempty mark: dim,\nlow, partly, trace",
        size=12,
    )
    text = "hit: crossed out\nnearby: killed with\nlittle or no antigen\n(model)\nstarved: no new\ncells come in"
    draw.lines(axes, _PLACES[3][1] + 0.02, _KEY_TOP - 0.05, text, size=12)


def _chosen(axes, antigen: str) -> list:
    """A frame round the antigen of the chosen therapy."""
    x, y = _PLACES[0][1], _KEY_TOP - _KEY_STEP * ANTIGENS.index(antigen)
    return draw.frame_round(axes, x + 0.02, y - 0.16, x + 1.2, y + 0.16, INK, "none", 2.2, 4)


def _bars(axes) -> list:
    axes.set_xlim(-0.5, 2.62)
    axes.set_ylim(0, 128)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_xticks(range(3), list(_ANTIBODY_WORDS.values()))
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="x", visible=False)
    axes.axhline(100, color=INK, linewidth=1.2, linestyle=":", zorder=1)
    axes.text(-0.16, 1.15, "Antibody in blood, % of start", transform=axes.transAxes, fontsize=13, fontweight="bold")
    bars = axes.text(-0.16, 1.07, "", transform=axes.transAxes, fontsize=12)
    axes.text(0.5, -0.23, "lowest within a year:", transform=axes.transAxes, fontsize=12, ha="center")
    parts: list = [Words("bars", bars)]
    for place, name in enumerate(_ANTIBODY_WORDS):
        left, right = place - _OFFSET - _WIDE / 2, place + _OFFSET - _WIDE / 2
        _bar(axes, "", left, 0, _WIDE, 100, ORANGE)
        parts.append(_bar(axes, f"{name}-start", left, 0, _WIDE, 100, PURPLE, hatch="//", zorder=2.6))
        parts.append(_bar(axes, f"{name}-total", right, 0, _WIDE, 100, ORANGE))
        parts.append(_bar(axes, f"{name}-long-lived", right, 0, _WIDE, 100, PURPLE, hatch="//", zorder=2.6))
        value = axes.text(place + _OFFSET, 117, "", ha="center", fontsize=12.5, fontweight="bold")
        lowest = axes.text(place, -0.295, "", transform=axes.get_xaxis_transform(), ha="center", fontsize=12)
        parts += [Words(f"{name}-words", value), Words(f"{name}-lowest", lowest)]
    up = {"rotation": 90, "ha": "center", "fontsize": 12, "color": draw.ON_TINT, "zorder": 6}
    parts.append(Words("long-lived", axes.text(1 - _OFFSET, 6, "", va="bottom", **up)))
    parts.append(Words("plasmablasts", axes.text(-_OFFSET, 97, "", va="top", **up)))
    return parts


def _point(axes, cohort: str, point: Sequence) -> list:
    """A published value over the right bar, with spread and n."""
    _, antibody, value, low, high, *_ = point
    place = list(_ANTIBODY_WORDS).index(antibody) + _OFFSET
    look = {"color": BLUE, "linewidth": 2.2, "zorder": 7}
    artists = []
    if low is not None and high is not None:
        artists += axes.plot([place, place], [low, high], marker="_", markersize=9, **look)
    artists += axes.plot(
        [place], [value], "D", color="white", markersize=8, markeredgecolor=BLUE, markeredgewidth=2.2, zorder=8
    )
    row = tables.observation(cohort)
    top = max(value, high or 0)
    artists.append(
        axes.text(
            place + 0.06,
            top + 5,
            f"n = {row.n}" if row.n else "review",
            ha="center",
            va="bottom",
            fontsize=12,
            zorder=9,
        )
    )
    return artists


def sentence_of_states(name: str) -> Mapping[str, list[str]]:
    """Names of the cells in each state under a product, each once."""
    found: dict[str, list[str]] = {state: [] for state in STATES}
    for cell in CELLS:
        words = {"long-lived cells": "long-lived plasma cells", "pro-B, pre-B": "pro-B and pre-B"}.get(
            cell.name, cell.name
        )
        state = state_of(cell.node, name)
        if words not in found[state]:
            found[state].append(words)
    return found
