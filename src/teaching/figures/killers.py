"""Small icons of the killers: antibody, engager (BiTE), CAR-T cell. Drawn by our own code, to be used in any figure.

All of them take axes in which one unit across is as long as one unit up, a centre, a height [data
units] and a turn [degrees], and return the artists, so that a figure can hide, fade or move them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teaching.figures.style import INK

#: Looks dark on light pages and on dark ones: it is not the ink that follows the page.
OUTLINE = "#26262a"
#: Okabe and Ito's yellow, which no cell and no curve has: what is yellow hunts, or is hunted for.
HUNT = "#F0E442"


def antibody(axes, x: float, y: float, size: float, turn: float = 0.0, zorder: float = 6) -> list:
    """A Y: two heavy chains, and a light chain along each arm."""
    heavy = [[(-0.05, -0.5), (-0.05, 0.0), (-0.36, 0.36)], [(0.05, -0.5), (0.05, 0.0), (0.36, 0.36)]]
    light = [[(-0.2, 0.02), (-0.48, 0.33)], [(0.2, 0.02), (0.48, 0.33)]]
    return [
        _strokes(axes, heavy, x, y, size, turn, OUTLINE, 0.145, zorder),
        _strokes(axes, heavy, x, y, size, turn, HUNT, 0.09, zorder),
        _strokes(axes, light, x, y, size, turn, OUTLINE, 0.12, zorder),
        _strokes(axes, light, x, y, size, turn, "#ffffff", 0.07, zorder),
    ]


def engager(axes, x: float, y: float, size: float, turn: float = 0.0, zorder: float = 6) -> list:
    """Two hands on one string: one for the B cell, one for the T cell."""
    strings = [[(-0.27, -0.17), (-0.27, 0.17)], [(0.27, -0.17), (0.27, 0.17)], [(-0.27, -0.17), (0.27, 0.17)]]
    artists = [_strokes(axes, strings, x, y, size, turn, INK, 0.07, zorder)]
    for side, colour in ((-1, HUNT), (1, "#ffffff")):
        for height in (-0.19, 0.19):
            artists.append(_blob(axes, (side * 0.27, height), 0.36, x, y, size, turn, colour, zorder))
    return artists


def car_t_cell(axes, x: float, y: float, size: float, turn: float = 0.0, zorder: float = 6) -> list:
    """A T cell with its receptors all round."""
    around = np.radians(np.arange(0, 360, 45) + 22.5)
    spikes = [
        stroke
        for angle in around
        for stroke in (
            [_at(angle, 0.3), _at(angle, 0.41)],
            [_at(angle - 0.2, 0.5), _at(angle, 0.41), _at(angle + 0.2, 0.5)],
        )
    ]
    return [
        _strokes(axes, spikes, x, y, size, turn, INK, 0.06, zorder),
        _blob(axes, (0, 0), 0.64, x, y, size, turn, HUNT, zorder),
        _blob(axes, (-0.03, 0.02), 0.34, x, y, size, turn, "#ffffff", zorder),
    ]


#: Drawing function by kind of product (data/products.csv).
ICONS: dict[str, Callable] = {"antibody": antibody, "engager": engager, "car_t": car_t_cell}


def _at(angle: float, radius: float) -> tuple[float, float]:
    return radius * float(np.cos(angle)), radius * float(np.sin(angle))


def _placed(points, x: float, y: float, size: float, turn: float) -> np.ndarray:
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(points, float) @ rotation.T * size + (x, y)


def _points_per_unit(axes) -> float:
    """Points (1/72 inch) that one data unit is long on paper."""
    return float(axes.transData.transform((1, 0))[0] - axes.transData.transform((0, 0))[0]) * 72 / axes.figure.dpi


def _strokes(axes, strokes, x, y, size, turn, colour: str, width: float, zorder: float):
    """Lines with round ends as one artist; `width` as a share of the icon's size."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    path = Path.make_compound_path(*(Path(_placed(points, x, y, size, turn)) for points in strokes))
    look = {"capstyle": "round", "joinstyle": "round", "linewidth": width * size * _points_per_unit(axes)}
    return axes.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, zorder=zorder, **look))


def _blob(axes, centre, across: float, x, y, size, turn, colour: str, zorder: float):
    from matplotlib.patches import Circle

    ((at_x, at_y),) = _placed([centre], x, y, size, turn)
    width = 0.035 * size * _points_per_unit(axes)
    return axes.add_patch(
        Circle((at_x, at_y), across * size / 2, facecolor=colour, edgecolor=OUTLINE, linewidth=width, zorder=zorder)
    )
