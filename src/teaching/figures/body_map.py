"""The body map: where the B cells are on a day, what they carry, and what hunts them.

One drawing of marrow, blood, lymphoid tissue and plasma-cell niche, whose cells fill by their number
along the days of a course, beside two curves with the same day marked. Reads courses and tables.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teaching import tables
from teaching.figures.course_axes import at_days, blood_axis, published_in_blood
from teaching.figures.drawing import Drawing, small_png
from teaching.figures.killers import HUNT, ICONS, OUTLINE
from teaching.figures.parts import Curve, Fade, Fill, Part
from teaching.figures.pieces import labelled_curve, logarithmic
from teaching.figures.show import Picture
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION, style
from teaching.figures.treatment import HORIZON_DAYS
from teaching.inputs import shortened
from teaching.model.course import CHANCE_CELLS, Course
from teaching.model.patient import ANTIGENS, Patient
from teaching.model.reach import killing_by_place
from teaching.model.therapies import Product, product
from teaching.words import amount_in_words, exact, whole

#: The timeline [day]: every day while doses act fast, then ever wider.
DAYS = np.array(
    [0, 0.5, *range(1, 15), 16, 18, 21, 24, 28, 35, 42, 50, 60, 75, 90, 105, 120, 150, 180, 210, 240, 270,
     300, 350, 400, 500, 600, 730], float
)  # fmt: skip
#: Days at which the curves are drawn when the course lasts two years; otherwise in proportion.
CURVE_DAYS = np.unique(
    np.r_[np.arange(0, 10, 0.5), np.arange(10, 40, 2.0), np.arange(40, 240, 5.0), np.arange(240, 731, 14.0), 730]
)
#: A cell is full at its start and empty at a ten-thousandth of it: each line inside stands for ten times fewer.
TENTHS = 4
#: Amounts of a killer below this are shown as none: 1e-6 cells per uL are five cells in all the blood.
GONE = 1e-6
MOST_KILLERS = 2
_WHOLE, _DIM = ("+", "++"), ("dim", "-/+")
_CHIP_LETTERS = {"CD19": "19", "CD20": "20", "BCMA": "B", "CD38": "38"}
#: Level bars by kind of product: ending of the series, unit, unit in a sentence, amount when full.
_LEVELS = {
    "antibody": ("_ug_per_ml", "µg/mL", "µg/mL", 1000.0),
    "engager": ("_ng_per_ml", "ng/mL", "ng/mL", 1.0),
    "car_t": ("", "cells/µL", "cells per µL", 100.0),
}


@dataclass(frozen=True)
class _Cell:
    """One cell of the map: name of its part, node in data/lineage.csv, words, place [inch], colour, unit."""

    name: str
    node: str
    words: str
    x: float
    y: float
    colour: str
    unit: str
    series: tuple[str, ...]  # of the course; the mean of these
    side: int = 1  # on which side it carries its antigens: 1 right, -1 left

    def carried(self, antigens: Sequence[str]) -> dict[str, bool]:
        """Which of these antigens it carries, and whether dimly or on a part of the cells; traces do not count."""
        grades = {antigen: getattr(tables.nodes()[self.node], antigen) for antigen in antigens}
        return {antigen: grade in _DIM for antigen, grade in grades.items() if grade in _WHOLE + _DIM}


_TOP, _MIDDLE, _LOW = 4.95, 3.44, 1.91
_IMMATURE = 3.49  # a little higher: the niche below it has a name
_BONE_X, _BLOOD_X, _NODE_X, _CLONE_X = 1.12, 3.03, 5.02, 6.5
_RADIUS = 0.4
CELLS = (
    _Cell("pre-b", "pre_b", "pro-B, pre-B", _BONE_X, _TOP, PURPLE, "%", ("marrow_pre_b_percent",), -1),
    _Cell("immature", "immature", "immature", _BONE_X, _IMMATURE, PURPLE, "%", ("marrow_immature_percent",), -1),
    _Cell("plasma-cells", "long_lived_protective", "long-lived", _BONE_X, _LOW, GREEN, "%",
          ("autoreactive_long_lived_percent", "protective_long_lived_percent"), -1),
    _Cell("blood-naive", "naive_blood", "naive", _BLOOD_X, _TOP, SKY, "/µL", ("blood_naive_per_ul",)),
    _Cell("blood-memory", "memory_blood", "memory", _BLOOD_X, _MIDDLE, ORANGE, "/µL", ("blood_memory_per_ul",)),
    _Cell("naive", "naive_lymphoid", "naive", _NODE_X, _TOP, SKY, "%", ("lymphoid_naive_percent",)),
    _Cell("memory", "memory_lymphoid", "memory", _NODE_X, _MIDDLE, ORANGE, "%", ("lymphoid_memory_percent",)),
    _Cell("plasmablasts", "plasmablast_protective", "plasmablasts", _NODE_X, _LOW, GREEN, "%",
          ("protective_plasmablasts_percent",)),
    _Cell("clone", "autoreactive_lymphoid", "memory", _CLONE_X, _MIDDLE, VERMILION, "cells",
          ("autoreactive_memory_cells",)),
    _Cell("clone-plasmablasts", "plasmablast_autoreactive", "plasmablasts", _CLONE_X, _LOW, VERMILION, "%",
          ("autoreactive_plasmablasts_percent",)),
)  # fmt: skip


# --- amounts -------------------------------------------------------------------------------------


def cell_amounts(course: Course, days) -> dict[str, np.ndarray]:
    """Amounts (n,) of every cell of the map on these days (n,), by part name, in the unit of `CELLS`.

    Blood in cells per uL, the autoreactive clone in cells, all others in % of the patient's start.
    """
    return {
        cell.name: np.maximum(np.mean([at_days(course, name, days) for name in cell.series], axis=0), 0.0)
        for cell in CELLS
    }


def start_amounts(patient: Patient) -> dict[str, float]:
    """The amount of every cell of the map before any therapy, by part name."""
    rest, per_ul = patient.rest(), patient.cells_per_ul_per_1e9
    return {cell.name: 100.0 for cell in CELLS} | {
        "blood-naive": rest["naive_blood"] * per_ul,
        "blood-memory": (rest["memory_blood"] + rest["autoreactive_blood"]) * per_ul,
        "clone": 1e9 * (rest["autoreactive_lymphoid"] + rest["autoreactive_blood"]),
    }


def killer_level(course: Course, name: str, days) -> np.ndarray:
    """Level (n,) of a product in blood on these days (n,): ug/mL, ng/mL or cells/uL; 0 when it was not given."""
    kind = product(name).kind
    if name not in course.plan.products:
        return np.zeros(len(days))
    level = at_days(course, f"{name}{_LEVELS[kind][0]}" if kind != "car_t" else "car_t_cells_per_ul", days)
    return np.where(level < GONE, 0.0, level)


def level_unit(name: str) -> str:
    """The unit of a product's level, as a sentence has it."""
    return _LEVELS[product(name).kind][2]


def body_values(course: Course, products, days=DAYS, horizon_days: float = HORIZON_DAYS) -> dict[str, object]:
    """What the parts of the body map show for a course; days beyond its horizon repeat the last value."""
    curve_days = _curve_days(horizon_days)
    values: dict[str, object] = {
        "blood": at_days(course, "blood_b_cells_per_ul", curve_days),
        "lymphoid-memory": at_days(course, "lymphoid_memory_percent", curve_days),
    }
    values |= cell_amounts(course, days)
    for name in products:
        level = killer_level(course, name, days)
        values[f"level-{name}"] = level
        values[f"hunt-{name}"] = _opacity(level, _LEVELS[product(name).kind][3])
    return values


def _opacity(level: np.ndarray, full: float) -> np.ndarray:
    """How clearly the icons of a killer stand among the cells: fainter as its bag empties, never too faint to see."""
    share = np.clip(1 + np.log10(np.maximum(level, 1e-30) / full) / TENTHS, 0, 1)
    return np.where(share > 0, 0.4 + 0.6 * share, 0.0)


def _curve_days(horizon_days: float) -> np.ndarray:
    return CURVE_DAYS * (horizon_days / HORIZON_DAYS)


def killers_of(course: Course) -> tuple[str, ...]:
    """The products of a course that hunt cells: all but lymphodepletion."""
    return tuple(name for name in course.plan.products if product(name).kind != "conditioning")


def in_words(course: Course, day: float) -> str:
    """The map of a day in words, the lowest blood and clone, and the end; at most five numbers a sentence.

    Every other amount stands in the picture and in the panel's table. Raises ValueError for a day outside the course.
    """

    def words(series: str, when: float) -> str:
        return amount_in_words(course.at(when, series))

    last, start = course.horizon_days, start_amounts(course.patient)
    blood = amount_in_words(start["blood-naive"] + start["blood-memory"])
    now = (
        f"Day {exact(day)}: {words('blood_b_cells_per_ul', day)} B cells per µL of blood ({blood} before therapy), "
        f"{words('lymphoid_b_cells_percent', day)} % left in lymphoid tissue"
    )
    levels = (
        f"{name} at {amount_in_words(killer_level(course, name, [day])[0])} {level_unit(name)}"
        for name in killers_of(course)
    )
    sentences = ["; ".join([now, *levels]) + "."]
    niche = f"long-lived plasma cells stay at {amount_in_words(min(_plasma_cells(course)))} % or more"
    if course.plan.doses:
        sentences.append(_lowest_in_words(course))
        niche = f"day {exact(last)}: {words('blood_b_cells_per_ul', last)} per µL of blood; {niche}"
    return " ".join([*sentences, f"{niche[0].upper()}{niche[1:]}."])


def _plasma_cells(course: Course) -> np.ndarray:
    return cell_amounts(course, course.time_days)["plasma-cells"]


def _lowest_in_words(course: Course) -> str:
    numbers = course.metrics()
    chance = ", so few that chance decides" if numbers["clone_nadir_cells"] < CHANCE_CELLS else ""
    lowest = amount_in_words(numbers["nadir_per_ul"])
    return (
        f"Blood is emptiest on day {whole(numbers['nadir_day'])}, at {lowest} per µL; "
        f"autoreactive memory falls to {amount_in_words(numbers['clone_nadir_cells'])} cells{chance}."
    )


def body_still(course: Course, day: float) -> Picture:
    """The body map of one day of a course as a still picture for print, with its words as alt text.

    Raises ValueError for anything but a course, a day outside it, or more killers than there is room for.
    """
    if not isinstance(course, Course):
        raise ValueError(
            f"body_still() was given {shortened(course)}; it needs a course, such as treat(patient, plan)."
        )
    words, killers, horizon = in_words(course, day), killers_of(course), course.horizon_days
    if len(killers) > MOST_KILLERS:
        raise ValueError(f"this course has {len(killers)} killers ({', '.join(killers)}); the map has room for two.")
    drawing = body_drawing(course.patient, [killers], [day], horizon)
    drawing.move(body_values(course, killers, [day], horizon), day)
    drawing.show_overlays(["+".join(killers)])
    heading = textwrap.fill(f"{course.patient.disease}: {course.plan}, day {exact(day)}", 72)
    return Picture(drawing.figure, small_png(io.BytesIO(drawing.file("png", heading, words, 110))), words)


# --- the drawing ---------------------------------------------------------------------------------


def body_drawing(patient: Patient, groups, days=DAYS, horizon_days: float = HORIZON_DAYS) -> Drawing:
    """The body map of a patient, ready for the killers of `groups`.

    Arguments: patient; groups, tuples of products that are shown together, at most two each; every group
    is an overlay named "+".join(group); days (n,), the stops of the timeline; horizon_days of the curves.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bound = {antigen for group in groups for name in group for antigen in product(name).antigens}
    # CD38 is drawn when it is hunted, and then only with CD19: a cell has room for two or three antigens.
    antigens = ANTIGENS[:3] if "CD38" not in bound else [name for name in ANTIGENS if name in bound | {"CD19"}]
    events = {
        row.cohort: f"{_EVENTS[row.quantity]}, n = {row.n}" if row.n else f"{_EVENTS[row.quantity]}, review"
        for row in tables.observations().values()
        if row.quantity in _EVENTS
    }
    with style():
        figure = Figure(figsize=(12, 6.4))
        FigureCanvasAgg(figure)
        blood = figure.add_axes((0.069, 0.575, 0.288, 0.355))
        memory = figure.add_axes((0.069, 0.095, 0.288, 0.355))
        body = figure.add_axes((1 - 7.5 / 12, 0.0, 7.5 / 12, 1.0))
        body.set_axis_off()
        body.set_xlim(-0.06, 7.44)
        body.set_ylim(0, 6.4)
        curves = [_blood_curve(blood, horizon_days), _memory_curve(memory, horizon_days)]
        _anatomy(body)
        _traffic(body)
        starts = start_amounts(patient)
        parts: list[Part] = [*curves, *(_cell(body, cell, starts[cell.name], antigens) for cell in CELLS)]
        overlays = {}
        for group in groups:
            artists = _hunted(body, group, antigens)
            for slot, name in enumerate(group):
                more, level, hunt = _killer(body, product(name), slot, alone=len(group) == 1)
                artists += more
                parts += [level, hunt]
                if len(group) == 1 and horizon_days >= HORIZON_DAYS / 2:  # published for one product, within a year
                    points = published_in_blood(blood, name, BLUE, _SHIFTS, events)
                    artists += [artist for marks in points.values() for artist in marks]
            overlays["+".join(group)] = artists
        _key(body, antigens)
        return Drawing(figure, parts, overlays, stops=days, cursor=(blood, memory))


#: Published days need a word besides their n; some words need another place [points from the diamond], where no case
#: draws a curve through them.
_EVENTS = {"day_back": "back", "day_below_1": "gone"}
_SHIFTS = {
    "mueller2024_iim_empty": (42, -4),
    "sidner2004_day2": (12, -15),
    "sidner2004_month6": (-8, 5),
    "leandro2013_return": (18, 8),
    "mackensen2022_return": (12, 12),
    "subklewe2024_day5": (9, -14),
    "subklewe2024_day28": (9, -10),
}


def _blood_curve(axes, horizon_days: float) -> Curve:
    axes.set_xlim(0, horizon_days)
    blood_axis(axes, 0.99 * horizon_days)
    _days(axes, horizon_days)
    return labelled_curve(axes, "blood", _curve_days(horizon_days), BLUE)


def _memory_curve(axes, horizon_days: float) -> Curve:
    axes.set_title("Lymphoid memory cells, % of start")
    logarithmic(axes, 1e-5, 400, {1e-5: "0.00001", 1e-3: "0.001", 0.1: "0.1", 1: "1", 10: "10", 100: "100"})
    _days(axes, horizon_days)
    axes.set_xlabel("days after the first dose")
    return labelled_curve(axes, "lymphoid-memory", _curve_days(horizon_days), ORANGE, (0, (5, 1.5)))


def _days(axes, horizon_days: float) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(0, horizon_days)
    axes.xaxis.set_major_locator(MaxNLocator(4))


def _smooth(points, closed: bool = True):
    """A smooth path through points (n, 2): Catmull and Rom's curve as Bezier pieces."""
    from matplotlib.path import Path

    points = np.asarray(points, float)
    ring = np.vstack([points[-1], points, points[:2]]) if closed else np.vstack([points[0], points, points[-1]])
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, start, end, after in zip(ring[:-3], ring[1:-2], ring[2:-1], ring[3:], strict=True):
        vertices += [start + (end - before) / 6, end - (after - start) / 6, end]
        codes += [Path.CURVE4] * 3
    return Path(vertices, codes)


#: Outlines [inch]: right half of the bone from its middle, the niche in it, the lymph node, the vessel's walls.
_BONE = ((0, 5.7), (0.5, 5.8), (0.97, 5.56), (1.02, 5.0), (0.92, 4.4), (0.9, 3.5), (0.92, 2.85), (1.03, 2.2),
         (1.02, 1.5), (0.58, 1.13), (0, 1.22))  # fmt: skip
_NICHE = ((0, 2.81), (0.72, 2.76), (0.87, 2.1), (0.76, 1.29), (0, 1.24))
_NODE = ((5.7, 5.8), (6.7, 5.64), (7.28, 4.9), (7.38, 3.5), (7.33, 2.1), (6.95, 1.28), (5.5, 1.12), (4.45, 1.35),
         (4.16, 2.15), (4.3, 2.9), (4.42, 3.44), (4.3, 4.05), (4.16, 4.8), (4.5, 5.55))  # fmt: skip
_WALLS = (((2.36, 5.74), (2.43, 4.6), (2.35, 3.4), (2.43, 2.2), (2.37, 1.24)),
          ((3.77, 1.24), (3.83, 2.2), (3.75, 3.4), (3.83, 4.6), (3.77, 5.74)))  # fmt: skip
_CLONE = ((5.88, 4.42), (6.5, 4.47), (7.16, 4.42), (7.26, 3.4), (7.2, 2.1), (7.02, 1.36), (6.5, 1.2), (5.92, 1.28),
          (5.8, 2.8))  # fmt: skip
_TITLES = {"marrow": ("bone marrow", 1.05), "blood": ("blood", 3.07), "lymphoid": ("spleen and lymph nodes", 5.78)}


def _anatomy(axes) -> None:
    """Bone with its niche, vessel and lymph node, each with its title."""
    from matplotlib.patches import Ellipse, PathPatch
    from matplotlib.path import Path

    def mirrored(half) -> list[tuple[float, float]]:
        return [(1.05 + x, y) for x, y in half] + [(1.05 - x, y) for x, y in half[-2:0:-1]]

    walls = [_smooth(wall, closed=False) for wall in _WALLS]
    vertices = np.vstack([wall.vertices for wall in walls])
    lumen = Path(vertices, np.r_[walls[0].codes, Path.LINETO, walls[1].codes[1:]])
    shapes = (
        (_smooth(mirrored(_BONE)), ORANGE, 0.2, INK),
        (_smooth(mirrored(_NICHE)), GREEN, 0.18, "none"),
        (_smooth(_NODE), PURPLE, 0.2, INK),
        (_smooth(_CLONE), VERMILION, 0.16, "none"),
        (lumen, VERMILION, 0.16, "none"),
    )
    for path, colour, strength, edge in shapes:
        axes.add_patch(PathPatch(path, facecolor=colour, alpha=strength, edgecolor="none", zorder=0))
        if edge != "none":
            axes.add_patch(PathPatch(path, facecolor="none", edgecolor=edge, linewidth=2.0, zorder=1))
    for wall in walls:
        axes.add_patch(PathPatch(wall, facecolor="none", edgecolor=VERMILION, linewidth=3.2, zorder=1))
    for y in (5.74, 1.24):
        axes.add_patch(Ellipse((3.07, y), 1.4, 0.16, facecolor="none", edgecolor=VERMILION, linewidth=2.2, zorder=1))
    look = {"ha": "center", "va": "center"}
    for words, x in _TITLES.values():
        axes.text(x, 6.2, words, fontsize=15, fontweight="bold", **look)
    axes.text(_BONE_X - 0.07, _LOW + 0.75, "plasma-cell niche", **look)
    axes.text(_CLONE_X, 4.21, "autoreactive", fontsize=13, fontweight="bold", color=VERMILION, **look)


def _traffic(axes) -> None:
    """Arrows: cells mature (one head) and travel between blood and tissue (two heads)."""
    from matplotlib.patches import FancyArrowPatch

    above, below = _RADIUS + 0.25, -_RADIUS - 0.26
    rows = (
        (_BONE_X, _TOP, _IMMATURE),
        (_NODE_X, _TOP, _MIDDLE),
        (_NODE_X, _MIDDLE, _LOW),
        (_CLONE_X, _MIDDLE, _LOW),
    )
    down = [(x, start + below, x, end + above, "-|>") for x, start, end in rows]
    across = [(3.87, y, _NODE_X - _RADIUS - 0.05, y, "<|-|>") for y in (_TOP, _MIDDLE)]
    out = (_BONE_X + 0.36, _IMMATURE + 0.29, _BLOOD_X - 0.36, _TOP - 0.29, "-|>")
    home = (_NODE_X - _RADIUS - 0.05, _LOW, _BONE_X + _RADIUS + 0.05, _LOW, "-|>")
    for x0, y0, x1, y1, head in (*down, *across, out, home):
        look = {"arrowstyle": head, "mutation_scale": 16, "linewidth": 2.0, "color": INK, "zorder": 2}
        axes.add_patch(FancyArrowPatch((x0, y0), (x1, y1), shrinkA=0, shrinkB=0, **look))


def _cell(axes, cell: _Cell, start: float, antigens) -> Fill:
    """One cell: outline, lines for the tenths, name, antigens, and the part that fills."""
    from matplotlib.patches import Circle, Rectangle

    place = (cell.x, cell.y)
    axes.add_patch(Circle(place, _RADIUS, facecolor="white", edgecolor="none", alpha=0.6, zorder=2))
    fill = Rectangle((cell.x - _RADIUS, cell.y - _RADIUS), 2 * _RADIUS, 2 * _RADIUS, facecolor=cell.colour, zorder=3)
    axes.add_patch(fill)
    fill.set_clip_path(Circle(place, _RADIUS, transform=axes.transData))
    for tenth in range(1, TENTHS):
        y = cell.y - _RADIUS + 2 * _RADIUS * tenth / TENTHS
        half = (_RADIUS**2 - (y - cell.y) ** 2) ** 0.5
        axes.plot([cell.x - half, cell.x + half], [y, y], color=OUTLINE, linewidth=0.8, alpha=0.55, zorder=4)
    axes.add_patch(Circle(place, _RADIUS, facecolor="none", edgecolor=OUTLINE, linewidth=1.8, zorder=5))
    look = {"ha": "center", "va": "center", "zorder": 6, "fontsize": 13}
    axes.text(cell.x, cell.y + _RADIUS + 0.14, cell.words, fontweight="bold", **look)
    words = axes.text(cell.x, cell.y - _RADIUS - 0.15, "", **look)
    for antigen, at in _chip_places(cell, antigens).items():
        _chip(axes, antigen, *at, dim=cell.carried(antigens)[antigen])
    return Fill(cell.name, fill, 2 * _RADIUS, start / 10**TENTHS, start, words, cell.unit)


def _chip_places(cell: _Cell, antigens) -> dict[str, tuple[float, float]]:
    """Where a cell carries its antigens: on one edge, from above."""
    carried = cell.carried(antigens)
    angles = np.radians({1: (0,), 2: (24, -24), 3: (46, 0, -46)}[len(carried)])
    away = _RADIUS + 0.17
    return {
        name: (cell.x + cell.side * away * np.cos(angle), cell.y + away * np.sin(angle))
        for name, angle in zip(carried, angles, strict=True)
    }


def _chip(axes, antigen: str, x: float, y: float, dim: bool = False, hunted: bool = False) -> list:
    """An antigen: its shape and its letters; a dashed edge for dim or partial expression, yellow when hunted."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Circle, PathPatch, RegularPolygon
    from matplotlib.path import Path
    from matplotlib.textpath import TextPath

    edge = {"linewidth": 2.2 if hunted else 1.4, "edgecolor": OUTLINE, "linestyle": (0, (2, 1.4)) if dim else "-"}
    face = {"facecolor": HUNT if hunted else "white", "zorder": 7 + 2 * hunted}
    if antigen == "CD19":
        shape = Circle((x, y), 0.155, **edge, **face)
    else:
        corners, radius, turn = {"CD20": (4, 0.2, np.pi / 4), "BCMA": (6, 0.175, 0), "CD38": (4, 0.215, 0)}[antigen]
        shape = RegularPolygon((x, y), corners, radius=radius, orientation=turn, **edge, **face)
    axes.add_patch(shape)
    # Letters as shapes: the page gives words its own ink, and these stand on white or yellow.
    bold = FontProperties(family="DejaVu Sans", weight="bold")
    letters = TextPath((0, 0), _CHIP_LETTERS[antigen], size=0.185 if antigen != "CD38" else 0.16, prop=bold)
    box = letters.get_extents()
    moved = letters.vertices - ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) + (x, y)
    drawn = PathPatch(Path(moved, letters.codes), facecolor=OUTLINE, edgecolor="none", zorder=8 + 2 * hunted)
    axes.add_patch(drawn)
    return [shape, drawn]


#: Where the killers' icons stand among the cells: x, y [inch], turn [degrees].
_AMONG = ((2.66, 2.5, 20), (3.45, 2.42, -25), (2.68, 1.6, 160), (3.44, 1.6, 30),
          (1.77, 4.75, 20), (1.76, 3.25, -20), (5.98, 5.22, 15), (6.55, 5.3, -25), (6.85, 4.82, 160))  # fmt: skip


def _killer(axes, item: Product, slot: int, alone: bool) -> tuple[list, Fill, Fade]:
    """A product's icon and words, the bag with its level, and its icons among the cells."""
    from matplotlib.offsetbox import AnnotationBbox, TextArea
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

    icon = ICONS[item.kind]
    _, unit, _, full = _LEVELS[item.kind]
    left = 0.08 + 2.03 * slot
    bag_x, bag_y, wide, tall = (2.86 if alone else left + 1.55), 0.1, 0.42, 0.84
    text_x = left + 0.86 if alone else left
    box = {"boxstyle": "round,pad=0,rounding_size=0.1"}
    glass = FancyBboxPatch((bag_x, bag_y), wide, tall, fc="white", ec="none", alpha=0.6, zorder=2, **box)
    edge = FancyBboxPatch((bag_x, bag_y), wide, tall, fc="none", ec=OUTLINE, lw=1.8, zorder=5, **box)
    level = Rectangle((bag_x, bag_y), wide, tall, facecolor=HUNT, zorder=3)
    look = {"arrowstyle": "-|>", "mutation_scale": 15, "linewidth": 2.2, "color": INK, "zorder": 2}
    tube = FancyArrowPatch((bag_x + wide / 2, bag_y + tall), (3.07, 1.2), shrinkA=0, shrinkB=0, **look)
    for patch in (glass, edge, level, tube):
        axes.add_patch(patch)
    level.set_clip_path(glass.get_path(), glass.get_transform())
    artists = [glass, edge, tube]
    for tenth in range(1, TENTHS):
        y = bag_y + tall * tenth / TENTHS
        artists += axes.plot([bag_x, bag_x + wide], [y, y], color=OUTLINE, linewidth=0.8, alpha=0.55, zorder=4)
    if alone:
        artists += icon(axes, left + 0.38, 0.55, 0.76)
        marks = ((tall - 0.08, full), (0.08, full / 10**TENTHS))
        artists += [axes.text(bag_x + wide + 0.08, bag_y + y, exact(mark), va="center") for y, mark in marks]
    binds = f"binds {' and '.join(item.antigens)}"
    name = textwrap.fill(item.name, 16)
    heights = (0.85, 0.55, 0.25) if "\n" not in name else (0.84, 0.43, 0.16)
    look = {"va": "center", "fontsize": 13 if max(len(item.name), len(binds)) <= 16 else 12}
    artists += [
        axes.text(text_x, heights[0], name, fontweight="bold", linespacing=1.0, **look),
        axes.text(text_x, heights[2], binds, **look),
    ]
    # The amount lies in a box of its own: the overlay shows and hides the box, the level writes the words in it.
    amount = TextArea("\u00a0", textprops={"fontsize": look["fontsize"]})
    amount_box = {"frameon": False, "pad": 0, "box_alignment": (0, 0.5), "zorder": 6}
    artists.append(axes.add_artist(AnnotationBbox(amount, (text_x, heights[1]), **amount_box)))
    (words,) = amount.get_children()
    among = [artist for x, y, turn in _AMONG[slot :: 1 if alone else 2] for artist in icon(axes, x, y, 0.38, turn)]
    part = Fill(f"level-{item.name}", level, tall, full / 10**TENTHS, full, words, unit)
    return artists, part, Fade(f"hunt-{item.name}", among)


def _hunted(axes, group, antigens) -> list:
    """The antigens that a group of products binds, on every cell that carries them, and how fast it kills where."""
    bound = {antigen for name in group for antigen in product(name).antigens}
    artists = []
    for cell in CELLS:
        carried = cell.carried(antigens)
        for antigen, place in _chip_places(cell, antigens).items():
            if antigen in bound:
                artists += _chip(axes, antigen, *place, dim=carried[antigen], hunted=True)
    if len(group) == 1:
        for site, share in {"blood": 1.0, **killing_by_place(group[0])}.items():
            if site in _TITLES:
                x = _TITLES[site][1]
                words = f"kill rate {amount_in_words(100 * share)} %"
                artists.append(axes.text(x, 5.95, words, ha="center", va="center"))
    return artists


def _key(axes, antigens) -> None:
    """How to read a cell and an antigen."""
    axes.text(4.2, 0.9, "Full = start; each line 10 times fewer", va="center")
    for number, antigen in enumerate(antigens):
        x = 4.37 + 1.05 * number
        _chip(axes, antigen, x, 0.55)
        axes.text(x + 0.23, 0.55, antigen, va="center")
    axes.text(4.2, 0.2, "yellow: the drug's target; dashed: dim", va="center")
