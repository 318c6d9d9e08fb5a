"""Pieces of the mechanism drawings: cells, antigens, antibodies, receptors, arrows, words; one style for all.

One data unit is one inch in both directions. Every piece adds matplotlib artists to the axes and returns
them as a list, so that a drawing can let them come, go and travel together. Colours are opaque tints:
fading sets the opacity of an artist, and a tint must not get darker by it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from teaching.figures.drawing import Drawing
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION
from teaching.words import code

WIDTH, HEIGHT = 12.0, 6.3
#: From one line of words to the next [inch].
LINE = 0.25
#: Colour of each kind of cell; its name always stands with it.
B_CELL, PLASMA_CELL, T_CELL, NK_CELL, PHAGOCYTE = BLUE, ORANGE, GREEN, VERMILION, PURPLE
#: Words on a tint are black in a light and in a dark page.
ON_TINT = "black"
#: Shape and colour of each antigen: the same in every drawing.
ANTIGEN_LOOK = {
    "CD19": ("square", BLUE),
    "CD20": ("circle", VERMILION),
    "BCMA": ("triangle", PURPLE),
    "CD38": ("diamond", GREEN),
    "CD3": ("fork", GREEN),
}
SHAPES = {
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "triangle": [(-1.2, -0.9), (1.2, -0.9), (0, 1.2)],
    "diamond": [(-1.2, 0), (0, -1.3), (1.2, 0), (0, 1.3)],
    "circle": [
        (1.1 * math.cos(turn), 1.1 * math.sin(turn)) for turn in np.linspace(0, 2 * math.pi, 24, endpoint=False)
    ],
    "fork": [
        (-1.3, 1.3),
        (-1.3, 0.4),
        (-0.3, -1),
        (0.3, -1),
        (1.3, 0.4),
        (1.3, 1.3),
        (0.6, 1.3),
        (0, 0.3),
        (-0.6, 1.3),
    ],
}


class StepDrawing(Drawing):
    """A drawing whose SVG holds every part at home and fully there: the page itself hides and moves them.

    `fold`: where a narrow page may cut the picture in two columns [inch from the left]; None: as `Drawing` does.
    """

    def __init__(self, figure, parts, *arguments, fold: float | None = None, **options):
        self._fold = fold
        self._homes = {part.name: part.line.get_data() for part in parts if part.kind == "marker"}
        super().__init__(figure, parts, *arguments, **options)

    def svg(self, prefix: str) -> str:
        for part in self.parts:
            if part.kind == "fade":
                for artist in part.artists:
                    artist.set_visible(True)
                    artist.set_alpha(1.0)
            elif part.kind == "shift":
                for artist, home in zip(part.artists, part.homes, strict=True):
                    artist.set_transform(home)
            elif part.kind == "marker":
                part.line.set_data(*self._homes[part.name])
        return super().svg(prefix)

    def split(self) -> float:
        return super().split() if self._fold is None else 72.0 * self._fold


def stage(height: float = HEIGHT, share: float = 1.0):
    """A figure 12 inch wide and its axes in inches; `share`: how much of the width the axes take, from the left.

    Call it inside `with style():`. Returns figure and axes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, share, 1))
    axes.set_axis_off()
    axes.set_xlim(0, share * WIDTH)
    axes.set_ylim(0, height)
    return figure, axes


def tint(colour: str, share: float = 0.25) -> str:
    """A colour mixed with white; share 1 is the colour itself."""
    from matplotlib.colors import to_hex, to_rgb

    return to_hex([1 - share * (1 - channel) for channel in to_rgb(colour)])


def along(x: float, y: float, angle: float, distance: float) -> tuple[float, float]:
    """The point at a distance from (x, y) in a direction [degrees, 0 right, 90 up]."""
    return x + distance * math.cos(math.radians(angle)), y + distance * math.sin(math.radians(angle))


def placed(points, x: float, y: float, angle: float, size: float = 1.0) -> np.ndarray:
    """Points drawn upright at the origin, put on a membrane at (x, y) whose outside lies in direction `angle`."""
    turn = math.radians(angle - 90)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return np.asarray(points, float) * size @ rotation.T + (x, y)


def shape(axes, points, face: str = "none", edge: str = INK, width: float = 1.6, zorder: float = 3, hatch: str = ""):
    """A closed shape through these points, as a list of one artist."""
    from matplotlib.patches import Polygon

    patch = Polygon(points, closed=True, facecolor=face, edgecolor=edge, linewidth=width, zorder=zorder)
    patch.set_hatch(hatch or None)
    patch.set_joinstyle("round")
    return [axes.add_patch(patch)]


def strokes(axes, lines, colour: str, width: float = 5.0, zorder: float = 4, dashes="-") -> list:
    """Lines through points, drawn as one artist with round ends."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points = np.concatenate([np.asarray(line, float) for line in lines])
    codes = [code for line in lines for code in [Path.MOVETO] + [Path.LINETO] * (len(line) - 1)]
    patch = PathPatch(
        Path(points, codes), facecolor="none", edgecolor=colour, linewidth=width, linestyle=dashes, zorder=zorder
    )
    patch.set_capstyle("round")
    patch.set_joinstyle("round")
    return [axes.add_patch(patch)]


def disc(
    axes, x: float, y: float, radius: float, face: str, edge: str = INK, width: float = 1.2, zorder: float = 4
) -> list:
    """A filled circle."""
    from matplotlib.patches import Circle

    return [axes.add_patch(Circle((x, y), radius, facecolor=face, edgecolor=edge, linewidth=width, zorder=zorder))]


def cell(axes, x, y, radius, colour, name: str = "", wobble: float = 0.0, nucleus=(0.0, 0.0, 0.55), zorder=2) -> list:
    """A cell with nucleus and name; `wobble` makes the outline of a cell that crawls and swallows.

    nucleus: place of its centre and its radius, all as shares of the cell's radius.
    """
    if wobble:
        turn = np.linspace(0, 2 * math.pi, 120, endpoint=False)
        outline = radius * (1 + wobble * np.sin(7 * turn + 0.6) + 0.6 * wobble * np.sin(4 * turn))
        points = np.column_stack([x + outline * np.cos(turn), y + outline * np.sin(turn)])
        artists = shape(axes, points, tint(colour, 0.25), colour, 2.6, zorder)
    else:
        artists = disc(axes, x, y, radius, tint(colour, 0.25), colour, 2.6, zorder)
    across, up, size = nucleus
    artists += disc(
        axes, x + across * radius, y + up * radius, size * radius, tint(colour, 0.5), colour, 1.2, zorder + 0.1
    )
    if name:
        artists += words(axes, x + across * radius, y + up * radius, name, 14, "bold", "center", ON_TINT)
    return artists


def antigen(axes, x: float, y: float, angle: float, name: str, size: float = 0.085) -> list:
    """An antigen on a membrane: a short stem and the antigen's own shape."""
    look, colour = ANTIGEN_LOOK[name]
    stem = placed([(0, -0.06), (0, 0.1)], x, y, angle)
    head = placed(SHAPES[look], *along(x, y, angle, 0.1 + size), angle, size)
    return strokes(axes, [stem], colour, 2.4, 3) + shape(axes, head, tint(colour, 0.75), INK, 1.0, 3.5)


def mark(axes, x: float, y: float, name: str, size: float = 0.085, face: str | None = None) -> list:
    """The shape of an antigen without a membrane."""
    look, colour = ANTIGEN_LOOK[name]
    points = np.asarray(SHAPES[look], float) * size + (x, y)
    return shape(axes, points, tint(colour, 0.75) if face is None else face, INK, 1.0, 5)


def antibody(axes, x: float, y: float, angle: float, colour: str = INK, size: float = 1.0) -> list:
    """A whole antibody whose arms touch (x, y) and whose tail points in direction `angle`."""
    heavy = [[(-0.2, 0), (0, 0.4), (0, 0.86)], [(0.2, 0), (0, 0.4)]]
    light = [[(-0.31, 0.06), (-0.16, 0.36)], [(0.31, 0.06), (0.16, 0.36)]]
    put = [[placed(line, x, y, angle, size) for line in lines] for lines in (heavy, light)]
    return strokes(axes, put[0], colour, 4.6 * size, 4.4) + strokes(axes, put[1], colour, 3.0 * size, 4.4)


def fc_receptor(axes, x: float, y: float, angle: float, colour: str, deep: bool = True, reach: float = 0.32) -> list:
    """A receptor for antibody tails: a cup on a stalk; a deep cup holds more tightly than a flat one."""
    half = 115 if deep else 55
    turn = np.radians(np.linspace(-90 - half, -90 + half, 24))
    radius = 0.13 if deep else 0.2
    centre = reach + radius
    cup = np.column_stack([radius * np.cos(turn), centre + radius * np.sin(turn)])
    return strokes(axes, [placed([(0, -0.05), (0, reach)], x, y, angle), placed(cup, x, y, angle)], colour, 4.2, 4.2)


def c1q(axes, x: float, y: float, angle: float, colour: str = SKY, size: float = 1.0) -> list:
    """C1q: a bunch of six heads on stalks; the heads sit on antibody tails at (x, y)."""
    places = np.linspace(-0.42, 0.42, 6)
    stalks = [placed([(place, 0.05), (0.15 * place, 0.42), (0.15 * place, 0.7)], x, y, angle, size) for place in places]
    artists = strokes(axes, stalks, colour, 2.6, 4.1)
    for place in places:
        (centre,) = placed([(place, 0.03)], x, y, angle, size)
        artists += disc(axes, *centre, 0.075 * size, tint(colour, 0.8), INK, 1.0, 4.6)
    return artists


def pore(axes, x: float, y: float, angle: float, colour: str = SKY, size: float = 1.0) -> list:
    """A pore through a membrane at (x, y): two walls and the hole between them."""
    hole = placed([(-0.13, -0.2), (0.13, -0.2), (0.13, 0.2), (-0.13, 0.2)], x, y, angle, size)
    walls = [placed([(side, -0.24), (side, 0.24)], x, y, angle, size) for side in (-0.15, 0.15)]
    return shape(axes, hole, "white", "none", 0, 3.2) + strokes(axes, walls, colour, 5.0, 3.4)


def granules(axes, points: Sequence[tuple[float, float]], radius: float = 0.085) -> list:
    """Small stars: perforin and granzymes, what killer cells release."""
    turn = np.pi / 2 + np.arange(10) * np.pi / 5
    star = np.column_stack([np.cos(turn), np.sin(turn)]) * np.where(np.arange(10) % 2, 0.45, 1.0)[:, None] * radius
    return [artist for point in points for artist in shape(axes, star + point, VERMILION, INK, 0.7, 4.8)]


def bridge(axes, start, end, first: str, second: str, size: float = 1.0) -> list:
    """An engager between two points: two arms, each a lobe in the colour of what it holds, and a thin linker."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    gap = end - start
    lobe = 0.34 * size
    direction = gap / np.hypot(*gap)
    across = np.array([-direction[1], direction[0]])
    share = np.linspace(0, 1, 40)[:, None]
    middle = start + direction * lobe + share * (gap - 2 * lobe * direction)
    wave = middle + across * 0.06 * size * np.sin(share * 4 * math.pi)
    artists = strokes(axes, [wave], INK, 1.2 + 1.2 * size, 4.3)
    for place, way, colour in ((start, direction, first), (end, -direction, second)):
        artists += lobe_shape(axes, place, math.degrees(math.atan2(way[1], way[0])), colour, lobe)
    return artists


def lobe_shape(axes, place, angle: float, colour: str, length: float = 0.34) -> list:
    """One arm of an engager or the outer part of a CAR: a lobe that starts at `place` in direction `angle`."""
    turn = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    points = np.column_stack([0.36 * length * np.cos(turn), length * (0.5 + 0.5 * np.sin(turn))])
    return shape(axes, placed(points, *place, angle), tint(colour, 0.75), INK, 1.3, 4.5)


def car_receptor(axes, x: float, y: float, angle: float, domains: Sequence[str], size: float = 0.5) -> list:
    """A small CAR across a membrane at (x, y): two lobes and a hinge outside, one block a domain inside."""
    lobes = [
        shape(axes, placed(_lobe(side), x, y, angle, size), tint(BLUE, 0.75), INK, 1.1, 4.5) for side in (-0.13, 0.13)
    ]
    artists = [artist for lobe in lobes for artist in lobe]
    artists += strokes(axes, [placed([(0, -0.1), (0, 0.45)], x, y, angle, size)], INK, 3.0, 4.4)
    for number, colour in enumerate(domains):
        low = -0.5 - 0.42 * number
        block = [(-0.17, low), (0.17, low), (0.17, low + 0.36), (-0.17, low + 0.36)]
        artists += shape(axes, placed(block, x, y, angle, size), tint(colour, 0.8), INK, 1.0, 4.4)
    return artists


def _lobe(side: float) -> np.ndarray:
    turn = np.linspace(0, 2 * math.pi, 30, endpoint=False)
    return np.column_stack([side + 0.13 * np.cos(turn), 0.7 + 0.3 * np.sin(turn)])


def blebs(axes, x: float, y: float, radius: float, colour: str, angles: Sequence[float]) -> list:
    """Buds in these directions [degrees] round a cell that dies by its own programme."""
    places = [along(x, y, angle, radius * (1.02 + 0.07 * (number % 2))) for number, angle in enumerate(angles)]
    return [
        artist for place in places for artist in disc(axes, *place, 0.13 * radius, tint(colour, 0.25), colour, 1.8, 1.9)
    ]


def arrow(
    axes, start, end, colour: str = INK, bend: float = 0.0, width: float = 2.2, dashes="-", heads: str = "-|>"
) -> list:
    """An arrow from start to end; `bend` curves it."""
    from matplotlib.patches import FancyArrowPatch

    patch = FancyArrowPatch(
        start, end, arrowstyle=heads, mutation_scale=17, linewidth=width, color=colour, linestyle=dashes,
        connectionstyle=f"arc3,rad={bend}", shrinkA=0, shrinkB=0, zorder=5,
    )  # fmt: skip
    return [axes.add_patch(patch)]


def leader(axes, start, end) -> list:
    """A thin line from words to what they name."""
    return strokes(axes, [[start, end]], INK, 1.1, 5)


def words(
    axes, x, y, text: str, size: float = 12.5, weight="normal", place: str = "left", colour: str = INK, rise="center"
) -> list:
    """Words at a point; at least 12 pt, so that the last row can read them."""
    return [
        axes.text(
            x,
            y,
            text,
            fontsize=max(size, 12),
            fontweight=weight,
            ha=place,
            va=rise,
            color=colour,
            linespacing=1.3,
            zorder=6,
        )
    ]


def lines(axes, x: float, y: float, text: str, place: str = "left", size: float = 12.5, colour: str = INK) -> list:
    """Several lines of words, evenly spaced from the top at y (matplotlib's own spacing follows the letters)."""
    rows = [
        words(axes, x, y - LINE * number, row, size, "normal", place, colour, "baseline")
        for number, row in enumerate(text.split("\n"))
    ]
    return [artist for row in rows for artist in row]


def heading(axes, x: float, y: float, title: str, text: str, place: str = "left") -> list:
    """A bold line and, below it, the words that go with it."""
    return words(axes, x, y, title, 13.5, "bold", place, rise="baseline") + lines(axes, x, y - 0.28, text, place)


def frame_round(
    axes, x0: float, y0: float, x1: float, y1: float, edge: str = INK, face: str = "none", width=2.2, zorder=1
) -> list:
    """A rectangle with round corners."""
    from matplotlib.patches import FancyBboxPatch

    return [
        axes.add_patch(
            FancyBboxPatch(
                (x0 + 0.1, y0 + 0.1), x1 - x0 - 0.2, y1 - y0 - 0.2, boxstyle="round,pad=0.1",
                facecolor=face, edgecolor=edge, linewidth=width, zorder=zorder,
            )
        )
    ]  # fmt: skip


def from_step(step: float, last: int, shown: float = 1.0) -> np.ndarray:
    """Opacity at the stops 0 to `last` of something that appears at a step and stays."""
    return shown * (np.arange(last + 1) >= step).astype(float)


def steps_table(steps: Sequence[str], more: Sequence[tuple[str, object]] = ()) -> str:
    """The steps of a drawing, and numbers shown with it, as comma-separated text."""
    rows = ["what,words or number"]
    rows += [f'step {number},"{sentence}"' for number, sentence in enumerate(steps, start=1)]
    rows += [f'{name},"{value}"' if isinstance(value, str) else f"{name},{code(value, 6)}" for name, value in more]
    return "\n".join(rows) + "\n"
