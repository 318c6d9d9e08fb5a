"""The body map: where the B cells are on a day, what they carry, and what hunts them.

One drawing of marrow, blood, lymphoid tissue and plasma-cell niche, whose cells fill by their number
along the days of a course, beside two curves with the same day marked. Reads courses and tables.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np

from teaching import tables
from teaching.course import Course
from teaching.figures.drawing import Drawing, small_png
from teaching.figures.killers import HUNT, ICONS, OUTLINE
from teaching.figures.parts import Curve, Fade, Fill, Part, amount_in_words
from teaching.figures.pieces import labelled_curve, logarithmic, threshold
from teaching.figures.show import Picture
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION, style
from teaching.figures.treatment import HORIZON_DAYS
from teaching.lineage import Patient, kill_weight
from teaching.therapies import product

#: The timeline [day]: every day while doses act fast, then ever wider.
DAYS = np.array(
    [0, 0.5, *range(1, 15), 16, 18, 21, 24, 28, 35, 42, 50, 60, 75, 90, 105, 120, 150, 180, 210, 240, 270,
     300, 350, 400, 500, 600, 730], float
)  # fmt: skip
#: Days at which the curves are drawn.
CURVE_DAYS = np.unique(np.r_[np.arange(0, 10, 0.5), np.arange(10, 40, 2.0), np.arange(40, 240, 5.0), np.arange(240, 731, 14.0), 730])
#: A cell is full at its start and empty at a ten-thousandth of it: each line inside stands for ten times fewer.
TENTHS = 4
#: Amounts of a killer below this are shown as none: 1e-6 cells per uL are five cells in all the blood.
GONE = 1e-6
_ANTIGENS = ("CD19", "CD20", "BCMA")
_PLAIN, _DIM = ("+", "++"), ("dim", "-/+")
_CHIP_LETTERS = {"CD19": "19", "CD20": "20", "BCMA": "B"}
#: Level bars by kind of product: ending of the series, unit, amount when full.
_LEVELS = {
    "antibody": ("_ug_per_ml", "µg/mL", 1000.0),
    "engager": ("_ng_per_ml", "ng/mL", 1.0),
    "car_t": ("", "cells/µL", 100.0),
}


@dataclass(frozen=True)
class _Cell:
    """One node: name of the part, node in data/lineage.csv, words, place [inch], colour, unit of its amount."""

    name: str
    node: str
    words: str
    x: float
    y: float
    colour: str
    unit: str
    series: tuple[str, ...] = field(default=())  # the mean of these


_TOP, _MIDDLE, _LOW = 4.97, 3.45, 1.93
_RADIUS = 0.39
CELLS = (
    _Cell("pre-b", "pre_b", "pro-B, pre-B", 0.98, _TOP, PURPLE, "%", ("marrow_pre_b_percent",)),
    _Cell("immature", "immature", "immature", 0.98, _MIDDLE, PURPLE, "%", ("marrow_immature_percent",)),
    _Cell("blood-naive", "naive_blood", "naive", 3.02, _TOP, SKY, "/µL", ("blood_naive_per_ul",)),
    _Cell("blood-memory", "memory_blood", "memory", 3.02, _MIDDLE, ORANGE, "/µL", ("blood_memory_per_ul",)),
    _Cell("naive", "naive_lymphoid", "naive", 5.02, _TOP, SKY, "%", ("lymphoid_naive_percent",)),
    _Cell("memory", "memory_lymphoid", "memory", 5.02, _MIDDLE, ORANGE, "%", ("lymphoid_memory_percent",)),
    _Cell("plasmablasts", "plasmablast_protective", "plasmablasts", 5.02, _LOW, GREEN, "%", ("protective_plasmablasts_percent",)),
    _Cell("clone", "autoreactive_lymphoid", "memory", 6.52, _MIDDLE, VERMILION, "cells", ("autoreactive_memory_cells",)),
    _Cell("clone-plasmablasts", "plasmablast_autoreactive", "plasmablasts", 6.52, _LOW, VERMILION, "%", ("autoreactive_plasmablasts_percent",)),
    _Cell("plasma-cells", "long_lived_protective", "long-lived", 0.98, _LOW, GREEN, "%", ("autoreactive_long_lived_percent", "protective_long_lived_percent")),
)  # fmt: skip


# --- amounts -------------------------------------------------------------------------------------


def cell_amounts(course: Course, days) -> dict[str, np.ndarray]:
    """Amounts (n,) of every cell of the map on these days (n,), by part name, in the unit of `CELLS`.

    Blood in cells per uL, the autoreactive clone in cells, all others in % of the patient's start.
    """
    found = {}
    for cell in CELLS:
        rows = [np.interp(days, course.time_days, course[name]) for name in cell.series]
        found[cell.name] = np.maximum(np.mean(rows, axis=0), 0.0)
    return found


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
    series = f"{name}{_LEVELS[kind][0]}" if kind != "car_t" else "car_t_cells_per_ul"
    if name not in course.plan.products:
        return np.zeros(len(days))
    level = np.interp(days, course.time_days, course[series])
    return np.where(level < GONE, 0.0, level)


def killing_by_place(name: str) -> dict[str, float]:
    """How fast a product kills in marrow, lymphoid tissue and niche, as a share of its rate in blood (data/parameters.csv)."""
    item = product(name)
    tissue = item["kill_tissue_per_day"] / item["kill_blood_per_day"] if item.kind == "engager" else 1.0
    return {site: tissue * item[f"effect_{site}"] for site in ("marrow", "lymphoid", "niche")}


def body_values(course: Course, products) -> dict[str, object]:
    """What the parts of the body map show for a course; days beyond its horizon repeat the last value."""
    values: dict[str, object] = {
        "blood": np.interp(CURVE_DAYS, course.time_days, course["blood_b_cells_per_ul"]),
        "lymphoid-memory": np.interp(CURVE_DAYS, course.time_days, course["lymphoid_memory_percent"]),
    }
    values |= cell_amounts(course, DAYS)
    for name in products:
        level = killer_level(course, name, DAYS)
        full = _LEVELS[product(name).kind][2]
        values[f"level-{name}"] = level
        values[f"hunt-{name}"] = _share(level, full)
    return values


def _share(amount: np.ndarray, full: float) -> np.ndarray:
    """How full a shape is, 0 to 1: each tenth of `full` one step lower."""
    return np.clip(1 + np.log10(np.maximum(amount, 1e-30) / full) / TENTHS, 0, 1)


# --- the drawing ---------------------------------------------------------------------------------


def body_drawing(patient: Patient, groups, horizon_days: float = HORIZON_DAYS) -> Drawing:
    """The body map of a patient, ready for the killers of `groups`.

    `groups`: tuples of products that are shown together; each is an overlay named "+".join(group).
    A group may hold two products at most: there is room for two level bars.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(12, 6.4))
        FigureCanvasAgg(figure)
        blood = figure.add_axes((0.062, 0.575, 0.29, 0.355))
        memory = figure.add_axes((0.062, 0.095, 0.29, 0.355))
        curves = [_blood_curve(blood, horizon_days), _memory_curve(memory, horizon_days)]
        body = figure.add_axes((1 - 7.45 / 12, 0.0, 7.45 / 12, 1.0))
        body.set_axis_off()
        body.set_xlim(0, 7.45)
        body.set_ylim(0, 6.4)
        _anatomy(body)
        _traffic(body)
        starts = start_amounts(patient)
        parts: list[Part] = [*curves, *(_cell(body, cell, starts[cell.name]) for cell in CELLS)]
        overlays = {}
        for group in groups:
            artists = []
            for slot, name in enumerate(group):
                more, level, hunt = _killer(body, name, slot, len(group))
                artists += more
                parts += [level, hunt]
            overlays["+".join(group)] = artists + _hunted(body, group)
        _key(body)
        return Drawing(figure, parts, overlays, stops=DAYS, cursor=(blood, memory))


def _blood_curve(axes, horizon_days: float) -> Curve:
    axes.set_title("B cells per µL of blood")
    logarithmic(axes, 0.001, 2000, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10", 100: "100", 1000: "1000"})
    _days(axes, horizon_days)
    threshold(axes, 10, "depleted: below 10", 0.99 * horizon_days)
    return labelled_curve(axes, "blood", CURVE_DAYS, BLUE)


def _memory_curve(axes, horizon_days: float) -> Curve:
    axes.set_title("Lymphoid memory cells, % of start")
    logarithmic(axes, 1e-5, 400, {1e-5: "0.00001", 1e-3: "0.001", 0.1: "0.1", 1: "1", 10: "10", 100: "100"})
    _days(axes, horizon_days)
    axes.set_xlabel("days after the first dose")
    return labelled_curve(axes, "lymphoid-memory", CURVE_DAYS, ORANGE, (0, (5, 1.5)))


def _days(axes, horizon_days: float) -> None:
    axes.set_xlim(0, horizon_days)
    step = next(step for step in (10, 50, 100, 200) if horizon_days / step <= 4 or step == 200)
    axes.set_xticks(np.arange(0, horizon_days + 1, step))


def _smooth(points, closed: bool = True):
    """A smooth path through points (n, 2): Catmull and Rom's curve as Bezier pieces."""
    from matplotlib.path import Path

    points = np.asarray(points, float)
    ring = np.vstack([points[-1], points, points[:2]]) if closed else np.vstack([points[0], points, points[-1]])
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, start, end, after in zip(ring, ring[1:], ring[2:], ring[3:]):
        vertices += [start + (end - before) / 6, end - (after - start) / 6, end]
        codes += [Path.CURVE4] * 3
    return Path(vertices, codes)


_BONE = ((0, 5.74), (0.5, 5.76), (0.93, 5.55), (0.97, 5.05), (0.82, 4.5), (0.8, 3.5), (0.82, 2.8),
         (0.97, 2.25), (0.98, 1.7), (0.55, 1.36), (0, 1.36))  # fmt: skip
_NODE = ((5.7, 5.78), (6.7, 5.62), (7.25, 4.9), (7.38, 3.5), (7.22, 2.1), (6.6, 1.45), (5.4, 1.38), (4.4, 1.6),
         (4.18, 2.3), (4.32, 3.0), (4.42, 3.5), (4.32, 4.1), (4.18, 4.8), (4.5, 5.5))  # fmt: skip


def _deep(points) -> list[tuple[float, float]]:
    """Points of an outline, stretched downwards so that three rows of cells with their words fit in."""
    return [(x, 5.8 - (5.8 - y) * 1.07) for x, y in points]


def _anatomy(axes) -> None:
    """Bone, vessel and lymph node, each with its title."""
    from matplotlib.patches import Ellipse, PathPatch

    centre = 1.02
    bone = [(centre + x, y) for x, y in _BONE] + [(centre - x, y) for x, y in _BONE[-2:0:-1]]
    niche = [(0.32, 2.85), (1.02, 2.92), (1.72, 2.85), (1.82, 2.2), (1.7, 1.5), (1.02, 1.46), (0.34, 1.5), (0.22, 2.2)]
    shapes = [
        (_smooth(_deep(bone)), ORANGE, 0.2, INK, 2.0),
        (_smooth(_deep(niche)), GREEN, 0.16, GREEN, 1.6),
        (_smooth(_deep(_NODE)), PURPLE, 0.2, INK, 2.0),
    ]
    for path, colour, strength, edge, width in shapes:
        axes.add_patch(PathPatch(path, facecolor=colour, alpha=strength, edgecolor="none", zorder=0))
        axes.add_patch(PathPatch(path, facecolor="none", edgecolor=edge, linewidth=width, zorder=1))
    left = [(2.36, 5.7), (2.42, 4.6), (2.34, 3.4), (2.42, 2.3), (2.36, 1.45)]
    right = [(3.72, 1.45), (3.78, 2.3), (3.7, 3.4), (3.78, 4.6), (3.72, 5.7)]
    from matplotlib.path import Path

    walls = [_smooth(_deep(left), closed=False), _smooth(_deep(right), closed=False)]
    inside = Path(
        np.vstack([walls[0].vertices, walls[1].vertices]),
        np.r_[walls[0].codes, Path.LINETO, walls[1].codes[1:]],
    )
    axes.add_patch(PathPatch(inside, facecolor=VERMILION, alpha=0.16, edgecolor="none", zorder=0))
    for wall in walls:
        axes.add_patch(PathPatch(wall, facecolor="none", edgecolor=VERMILION, linewidth=3.2, zorder=1))
    for _, y in _deep([(0, 5.7), (0, 1.45)]):
        axes.add_patch(Ellipse((3.04, y), 1.36, 0.2, facecolor="none", edgecolor=VERMILION, linewidth=2.2, zorder=1))
    titles = {"bone marrow": 1.02, "blood": 3.04, "spleen and lymph nodes": 5.78}
    for words, x in titles.items():
        axes.text(x, 6.2, words, ha="center", va="center", fontsize=15, fontweight="bold")
    axes.text(6.55, 4.42, "autoreactive", ha="center", va="center", fontsize=13, fontstyle="italic")


def _traffic(axes) -> None:
    """Arrows of cells that mature (one head) and travel (two heads); with the room left at both ends."""
    from matplotlib.patches import FancyArrowPatch

    place = {cell.name: (cell.x, cell.y) for cell in CELLS}
    ways = (
        ("pre-b", "immature", "-|>", ()),
        ("immature", "blood-naive", "-|>", (0.78, 0.45)),
        ("blood-naive", "naive", "<|-|>", (0.45, 0.45)),
        ("blood-memory", "memory", "<|-|>", (0.45, 0.45)),
        ("naive", "memory", "-|>", ()),
        ("memory", "plasmablasts", "-|>", ()),
        ("clone", "clone-plasmablasts", "-|>", ()),
        ("plasmablasts", "plasma-cells", "-|>", (0.45, 0.8)),
    )
    for start, end, head, room in ways:
        look = {"arrowstyle": head, "mutation_scale": 17, "linewidth": 2.0, "color": INK, "zorder": 2}
        a, b = np.array(place[start]), np.array(place[end])
        if place[start][0] == place[end][0]:  # between the amount of one cell and the name of the next
            a, b = a - (0, _RADIUS + 0.25), b + (0, _RADIUS + 0.23)
        else:
            way = (b - a) / np.hypot(*(b - a))
            a, b = a + way * room[0], b - way * room[1]
        axes.add_patch(FancyArrowPatch(a, b, shrinkA=0, shrinkB=0, **look))


def _cell(axes, cell: _Cell, start: float) -> Fill:
    """One cell: outline, lines for the tenths, name, antigens, and the part that fills."""
    from matplotlib.patches import Circle, Rectangle

    outline = Circle((cell.x, cell.y), _RADIUS, facecolor="white", edgecolor="none", alpha=0.6, zorder=2)
    axes.add_patch(outline)
    fill = Rectangle((cell.x - _RADIUS, cell.y - _RADIUS), 2 * _RADIUS, 2 * _RADIUS, facecolor=cell.colour, zorder=3)
    axes.add_patch(fill)
    fill.set_clip_path(Circle((cell.x, cell.y), _RADIUS, transform=axes.transData))
    for tenth in range(1, TENTHS):
        y = cell.y - _RADIUS + 2 * _RADIUS * tenth / TENTHS
        half = (_RADIUS**2 - (y - cell.y) ** 2) ** 0.5
        axes.plot([cell.x - half, cell.x + half], [y, y], color=OUTLINE, linewidth=0.8, alpha=0.55, zorder=4)
    axes.add_patch(Circle((cell.x, cell.y), _RADIUS, facecolor="none", edgecolor=OUTLINE, linewidth=1.8, zorder=5))
    axes.text(cell.x, cell.y + _RADIUS + 0.13, cell.words, ha="center", va="center", fontsize=13, fontweight="bold", zorder=6)
    words = axes.text(cell.x, cell.y - _RADIUS - 0.14, "", ha="center", va="center", fontsize=13, zorder=6)
    for antigen, place in _chip_places(cell).items():
        _chip(axes, antigen, *place, dim=getattr(tables.nodes()[cell.node], antigen) in _DIM)
    return Fill(cell.name, fill, 2 * _RADIUS, start / 10**TENTHS, start, words, cell.unit)


def _chip_places(cell: _Cell) -> dict[str, tuple[float, float]]:
    """Where a cell carries its antigens: on its right edge, from above; traces are not drawn."""
    row = tables.nodes()[cell.node]
    carried = [antigen for antigen in _ANTIGENS if getattr(row, antigen) in _PLAIN + _DIM]
    angles = np.radians({1: (0,), 2: (24, -24), 3: (45, 0, -45)}[len(carried)])
    away = _RADIUS + 0.17
    return {name: (cell.x + away * np.cos(angle), cell.y + away * np.sin(angle)) for name, angle in zip(carried, angles)}


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
    elif antigen == "CD20":
        shape = RegularPolygon((x, y), 4, radius=0.2, orientation=np.pi / 4, **edge, **face)
    else:
        shape = RegularPolygon((x, y), 6, radius=0.175, **edge, **face)
    axes.add_patch(shape)
    # Letters as shapes: the page gives words its own ink, and these stand on white or yellow.
    letters = TextPath((0, 0), _CHIP_LETTERS[antigen], size=0.185, prop=FontProperties(family="DejaVu Sans", weight="bold"))
    box = letters.get_extents()
    moved = letters.vertices - ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) + (x, y)
    drawn = PathPatch(Path(moved, letters.codes), facecolor=OUTLINE, edgecolor="none", zorder=8 + 2 * hunted)
    axes.add_patch(drawn)
    return [shape, drawn]


def _killer(axes, name: str, slot: int, of: int) -> tuple[list, Fill, Fade]:
    """A product's icon, words and level bar, and its icons among the cells."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

    item = product(name)
    icon = ICONS[item.kind]
    _, unit, full = _LEVELS[item.kind]
    left = 0.1 + 2.2 * slot
    artists = icon(axes, left + 0.38, 0.55, 0.72)
    bag_x, bag_y, wide, tall = left + 2.72, 0.1, 0.46, 0.8
    if of > 1:
        bag_x = left + 1.7
    bag = FancyBboxPatch((bag_x, bag_y), wide, tall, boxstyle="round,pad=0,rounding_size=0.1", facecolor="white", edgecolor="none", alpha=0.6, zorder=2)
    edge = FancyBboxPatch((bag_x, bag_y), wide, tall, boxstyle="round,pad=0,rounding_size=0.1", facecolor="none", edgecolor=OUTLINE, linewidth=1.8, zorder=5)
    level = Rectangle((bag_x, bag_y), wide, tall, facecolor=HUNT, zorder=3)
    for patch in (bag, edge, level):
        axes.add_patch(patch)
    level.set_clip_path(bag.get_path(), bag.get_transform())
    for tenth in range(1, TENTHS):
        y = bag_y + tall * tenth / TENTHS
        artists += axes.plot([bag_x, bag_x + wide], [y, y], color=OUTLINE, linewidth=0.8, alpha=0.55, zorder=4)
    tube = FancyArrowPatch(
        (bag_x + wide / 2, bag_y + tall), (3.04, 1.13), arrowstyle="-|>", mutation_scale=15, linewidth=2.2, color=INK, shrinkA=0, shrinkB=0, zorder=2
    )
    axes.add_patch(tube)
    words = axes.text(left + 0.85, 0.53, "", va="center", fontsize=13.5)
    artists += [bag, edge, tube, words]
    lines = ((0.82, name, "bold"), (0.24, f"binds {' and '.join(item.antigens)}", "normal"))
    artists += [axes.text(left + 0.85, y, text, va="center", fontsize=13, fontweight=weight) for y, text, weight in lines]
    among = [
        artist
        for x, y, turn in ((2.62, 4.19, 20), (3.46, 4.19, -25), (2.7, 2.5, 160), (3.4, 2.45, 30), (2.7, 1.48, 200), (3.4, 1.5, -20),
                           (0.4, 4.26, 15), (1.62, 4.26, -30), (6.25, 5.1, 20), (6.75, 4.85, -20), (5.8, 2.72, 160))
        for artist in icon(axes, x, y, 0.34, turn)
    ]  # fmt: skip
    part = Fill(f"level-{name}", level, tall, full / 10**TENTHS, full, words, unit)
    return artists, part, Fade(f"hunt-{name}", among)


def _hunted(axes, group) -> list:
    """The antigens that a group of products binds, marked on every cell, and where it kills how fast."""
    antigens = {antigen for name in group for antigen in product(name).antigens}
    artists = []
    for cell in CELLS:
        places = _chip_places(cell)
        for antigen in antigens & set(places):
            dim = getattr(tables.nodes()[cell.node], antigen) in _DIM
            artists += _chip(axes, antigen, *places[antigen], dim=dim, hunted=True)
    if len(group) == 1:
        rates = killing_by_place(group[0])
        words = {1.02: rates["marrow"], 3.04: 1.0, 5.78: rates["lymphoid"]}
        texts = {x: f"kill rate × {amount_in_words(rate)}" for x, rate in words.items()}
        artists += [axes.text(x, 5.95, text, ha="center", va="center", fontsize=12) for x, text in texts.items()]
    return artists


def _key(axes) -> None:
    """How to read a cell and an antigen."""
    axes.text(4.3, 0.93, "Full = start; each line 10 times fewer", fontsize=12, va="center")
    for antigen, x in zip(_ANTIGENS, (4.45, 5.45, 6.45)):
        _chip(axes, antigen, x, 0.55)
        axes.text(x + 0.24, 0.55, antigen, fontsize=12, va="center")
    axes.text(4.3, 0.17, "yellow: bound by the drug; dashed: dim", fontsize=12, va="center")
