"""Where words in a picture touch each other, a line or a point: by the boxes that matplotlib gives them.

A picture as it stands (`Drawing.move`, `Drawing.show_overlays`) is looked at in display units, 1/72 inch. Looked at are
all words inside the axes or beside them, all lines (curves, thresholds, spans of published values) and all points
(diamonds, circles). Left out are grid, ticks and frame of the axes, bands, and the moving line of a timeline's day.
"""

from __future__ import annotations

import itertools

import numpy as np
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

#: A text's box holds room for the tallest and deepest letter; what is drawn of most words is this share of it.
INK_WIDE, INK_TALL = 0.98, 0.72


def touching(drawing) -> list[tuple[str, str]]:
    """Pairs (words, what they touch) in the drawing as it stands; empty when nothing touches."""
    figure = drawing.figure
    figure.draw_without_rendering()
    boxes = [(text.get_text(), ink(text)) for text in words_of(figure)]
    found = [tuple(sorted((one, other))) for (one, a), (other, b) in itertools.combinations(boxes, 2) if overlap(a, b)]
    for line in lines_of(figure, set(drawing._cursors)):
        name = line.get_gid() or f"a line of {line.axes.get_title(loc='left') or 'the picture'}"
        path, points = stroke(line), marks(line)
        for words, box in boxes:
            if crosses(path, grown(box, line.get_linewidth() / 2)):
                found.append((words, name))
            if any(overlap(box, point) for point in points):
                found.append((words, f"point of {name}"))
    return found


def words_of(figure) -> list[Text]:
    """The words that are seen: of all axes, of the figure, no tick without letters."""
    found, below = [], [figure]
    while below:
        artist = below.pop()
        if not artist.get_visible():
            continue  # with all that it holds: a hidden box of words, axes that are not shown
        if isinstance(artist, Axis):  # it keeps ticks beyond the ends of its axes, which are not drawn
            below += [artist.label, *artist._update_ticks()] if artist.axes.axison else []
        else:
            below += artist.get_children()
        if isinstance(artist, Text) and artist.get_text().strip() and artist.get_alpha() != 0:
            found.append(artist)
    return found


def lines_of(figure, without: set) -> list[Line2D]:
    """The lines that are seen in the axes, but not ticks and grid (they belong to an axis, not to the axes)."""
    shown = [axes for axes in figure.axes if axes.get_visible()]
    return [line for axes in shown for line in axes.lines if line not in without and line.get_visible()]


def ink(text: Text) -> Bbox:
    """The box of the letters themselves [1/72 inch]."""
    box = Text.get_window_extent(text)  # of an annotation: its words without its arrow
    lines = text.get_text().count("\n") + 1
    return box.shrunk(INK_WIDE, 1 - (1 - INK_TALL) / lines)


def stroke(line: Line2D) -> np.ndarray:
    """Short pieces (n, 2, 2) of a line as it is drawn [1/72 inch], cut at the frame of its axes."""
    if line.get_linestyle() in ("None", "none", "", " "):
        return np.empty((0, 2, 2))
    path = line.get_transform().transform(np.column_stack(line.get_data()).astype(float))
    pieces = np.stack([path[:-1], path[1:]], axis=1) if len(path) > 1 else np.empty((0, 2, 2))
    pieces = pieces[np.isfinite(pieces).all(axis=(1, 2))]
    return clipped(pieces, line.axes.bbox) if line.get_clip_on() else pieces


def marks(line: Line2D) -> list[Bbox]:
    """The boxes of a line's points [1/72 inch]."""
    if line.get_marker() in ("None", "none", "", " ", None, "|", "_"):
        return []
    half = line.get_markersize() / 2
    places = line.get_transform().transform(np.column_stack(line.get_data()).astype(float))
    return [Bbox.from_extents(x - half, y - half, x + half, y + half) for x, y in places if np.isfinite([x, y]).all()]


def crosses(pieces: np.ndarray, box: Bbox) -> bool:
    """Whether any straight piece (n, 2, 2) passes through a box."""
    return bool(len(clipped(pieces, box)))


def clipped(pieces: np.ndarray, box: Bbox) -> np.ndarray:
    """What of straight pieces (n, 2, 2) lies in a box (m, 2, 2), by Liang and Barsky's way."""
    start, way = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    enter, leave = np.zeros(len(pieces)), np.ones(len(pieces))
    outside = np.zeros(len(pieces), bool)
    for axis, (low, high) in enumerate(((box.x0, box.x1), (box.y0, box.y1))):
        still = way[:, axis] == 0
        outside |= still & ((start[:, axis] <= low) | (start[:, axis] >= high))
        step = np.where(still, 1.0, way[:, axis])
        ends = np.sort(np.stack([(low - start[:, axis]) / step, (high - start[:, axis]) / step]), axis=0)
        enter = np.where(still, enter, np.maximum(enter, ends[0]))
        leave = np.where(still, leave, np.minimum(leave, ends[1]))
    inside = ~outside & (enter < leave)
    start, way, enter, leave = start[inside], way[inside], enter[inside, None], leave[inside, None]
    return np.stack([start + enter * way, start + leave * way], axis=1)


def overlap(one: Bbox, other: Bbox) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def grown(box: Bbox, by: float) -> Bbox:
    return Bbox.from_extents(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)
