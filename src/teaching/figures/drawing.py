"""A figure that is drawn once and whose parts can move afterwards.

matplotlib draws axes, labels and overlays once as SVG; every part that may move carries an id. Later
only numbers are sent: no new figure, no flicker, no layout jump. The kinds of parts stand in parts.py.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from teaching.figures.parts import Curve, Part, heights
from teaching.figures.style import FAINT, INK, style

#: Per cent of a curve's colour in its label; the rest is the page's text colour (contrast at least 4.5).
COLOUR_IN_WORDS = 60
#: Labels at the right end of curves keep at least this distance [points].
LABEL_GAP = 15.0


class Drawing:
    """A matplotlib figure, its parts that may move, groups that may be shown or hidden, and its timeline.

    Arguments: figure; parts; overlays, {name: artists}; stops (n,), the places of the timeline that
    fills, fades and shifts are given at (days, or steps of an explanation); cursor, the axes in which
    a vertical line shows the place on the timeline (their x axis is the timeline's); split, whether a
    narrow page may fold the right column below the left one.
    """

    def __init__(
        self,
        figure,
        parts: Sequence[Part],
        overlays: Mapping[str, list] | None = None,
        stops: Sequence[float] = (0.0,),
        cursor: Sequence = (),
        split: bool = True,
    ):
        self.figure = figure
        self.parts = list(parts)
        self.overlays = {name: [*artists, *_arrows(artists)] for name, artists in (overlays or {}).items()}
        self.stops = np.asarray(stops, float)
        self._split = split
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names):
            raise ValueError(f"two parts of a drawing share a name: {', '.join(sorted(names))}.")
        for part in self.parts:
            part.mark()
        for name, artists in self.overlays.items():
            for number, artist in enumerate(artists):
                artist.set_gid(f"overlay-{name}-{number}")
        self._cursors = [
            axes.axvline(self.stops[0], color=INK, linewidth=1.6, zorder=7, gid=f"cursor-{number}")
            for number, axes in enumerate(cursor)
        ]
        figure.canvas.draw()
        figure.set_layout_engine("none")  # the layout is settled: nothing may jump later
        self.height = float(figure.bbox.height)
        self._together: dict = {}  # curves of one pair of axes and one length
        for part in self.curves:
            self._together.setdefault((part.line.axes, len(part.x)), []).append(part)
        self._about = [part.describe(self.height) for part in self.parts]

    @property
    def curves(self) -> list[Curve]:
        """The parts that are curves."""
        return [part for part in self.parts if part.kind == "curve"]

    def split(self) -> float:
        """Where a narrow page may cut the picture in two columns [SVG units from the left]."""
        column = max(axes.get_position().x0 for axes in self.figure.axes)
        right = [axes for axes in self.figure.axes if axes.get_position().x0 > column - 0.01]
        if not self._split or len(right) == len(self.figure.axes):
            return float(self.figure.bbox.width)
        return float(min(axes.get_tightbbox().x0 for axes in right)) - 4.0

    def layout(self) -> dict:
        """What the page needs to know once, as plain data (JSON).

        `parts`: name, kind, `size` (numbers a frame holds for it), `scale` (for 16-bit numbers) and
        what its kind needs; `stops`; `cursors`: of each, left and right end [SVG units], the timeline's
        values there, top and bottom [SVG units].
        """
        stops = len(self.stops)
        parts = [
            {"name": part.name, "kind": part.kind, "size": part.size(stops), "scale": part.scale, **about}
            for part, about in zip(self.parts, self._about, strict=False)
        ]
        cursors = [
            [
                *(round(float(edge), 2) for edge in (axes.bbox.x0, axes.bbox.x1)),
                *map(float, axes.get_xlim()),
                *(round(self.height - float(edge), 2) for edge in (axes.bbox.y1, axes.bbox.y0)),
            ]
            for axes in (line.axes for line in self._cursors)
        ]
        return {"parts": parts, "stops": self.stops.tolist(), "cursors": cursors, "split": self.split()}

    def show_overlays(self, names) -> None:
        """Shows these overlays in the matplotlib figure and hides the others."""
        for name, artists in self.overlays.items():
            for artist in artists:
                artist.set_visible(name in names)

    def svg(self, prefix: str) -> str:
        """The picture as SVG text whose ids start with `prefix`.

        Two pictures on one page must not share ids: a clip path that the page has hidden would
        hide the other picture's curves too.
        """
        self.show_overlays(self.overlays)  # all are drawn; the page hides what it does not need
        for part in self.parts:
            part.expose()
        text = self.plain_svg()
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
        text = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{prefix}", text)
        # matplotlib's rule for '*' would restyle the whole page
        text = re.sub(r"(<style[^>]*>)\s*\*", rf"\g<1>#{prefix}figure_1 *", text)
        # Coloured words are mixed with the page's text colour: light orange is a line, not a letter.
        text = re.sub(r"(<text[^>]*fill: )(#[0-9a-f]{6})", _readable, text)
        return text.replace(INK, "currentColor").replace(FAINT, "var(--teaching-faint)")

    def plain_svg(self) -> str:
        """The picture as it stands, as an SVG file with real words."""
        stream = io.StringIO()
        with style():  # words stay words: readable, searchable, sharp
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return stream.getvalue()

    def png(self, heading: str = "", sentence: str = "", dpi: int = 100) -> bytes:
        """The picture as PNG on white with its words, for pages that cannot move."""
        return small_png(io.BytesIO(self.file("png", heading, sentence, dpi)))

    def file(self, kind: str, heading: str = "", sentence: str = "", dpi: int = 200) -> bytes:
        """The picture with its heading and sentence as a file: kind 'png', 'pdf' or 'svg'."""
        lines = "\n".join(textwrap.wrap(sentence, 105))
        words = [
            self.figure.text(0.01, 1.03, heading, ha="left", va="bottom", fontsize=17, fontweight="bold", color=INK),
            self.figure.text(0.01, -0.01, lines, ha="left", va="top", fontsize=14, color=INK, linespacing=1.4),
        ]
        undated = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None, "Creator": None}}
        stream = io.BytesIO()
        with style():
            self.figure.savefig(
                stream, format=kind, dpi=dpi, facecolor="white", bbox_inches="tight", metadata=undated[kind]
            )
        for text in words:
            text.remove()
        return stream.getvalue()

    def frame(self, values: Mapping[str, object]) -> bytes:
        """The numbers of a picture, float32: all parts one after the other, then one height a label."""
        return self.numbers(values).tobytes()

    def numbers(self, values: Mapping[str, object]) -> np.ndarray:
        """As `frame`, as an array."""
        curves = {}
        for (axes, _), parts in self._together.items():  # sixty patients at once
            found = heights(axes, [values[part.name] for part in parts], self.height)
            curves |= {part.name: numbers for part, numbers in zip(parts, found, strict=True)}
        found = [
            curves[part.name] if part.kind == "curve" else part.encode(values[part.name], self.height)
            for part in self.parts
        ]
        return np.concatenate([*found, self._label_heights(curves)]).astype(np.float32)

    def scales(self) -> np.ndarray:
        """Steps per unit of every number of a frame when it is sent as a 16-bit number."""
        stops = len(self.stops)
        labels = sum(curve.label is not None for curve in self.curves)
        return np.concatenate([np.full(part.size(stops), part.scale) for part in self.parts] + [np.full(labels, 16.0)])

    def blocks(self) -> list[tuple[int, float]]:
        """How many numbers of a frame belong together, and with how many steps per unit a page keeps them, in order."""
        stops = len(self.stops)
        found = []
        for part in self.parts:
            if size := part.size(stops):
                found += [(size // part.runs, part.kept_scale)] * part.runs
        return found + [(1, Part.kept_scale)] * sum(curve.label is not None for curve in self.curves)

    def words(self, values: Mapping[str, object]) -> list[str]:
        """The texts of a picture, in the order of the parts."""
        return [str(values[part.name]) for part in self.parts if part.kind == "words"]

    def move(self, values: Mapping[str, object], stop: float | None = None) -> None:
        """Moves the matplotlib figure itself, for the next PNG or PDF; `stop`: the place on the timeline."""
        stop = float(self.stops[0]) if stop is None else stop
        for part in self.parts:
            part.move(values[part.name], stop, self.stops)
        curves = {part.name: part.encode(values[part.name], self.height) for part in self.curves}
        labelled = [part for part in self.curves if part.label is not None]
        for curve, height in zip(labelled, self._label_heights(curves), strict=False):
            inverse = curve.line.axes.transAxes.inverted()
            curve.label.set_y(inverse.transform((0, self.height - height))[1])
        for line in self._cursors:
            line.set_xdata([stop, stop])

    @contextmanager
    def parts_hidden(self, hidden: bool = True):
        """Inside `with`: the parts that may move are not drawn, so that a question is not answered by its picture."""
        artists = [artist for part in self.parts for artist in part.artists_of()] if hidden else []
        seen = [artist.get_visible() for artist in artists]
        for artist in artists:
            artist.set_visible(False)
        try:
            yield
        finally:
            for artist, visible in zip(artists, seen, strict=False):
                artist.set_visible(visible)

    def _label_heights(self, heights: Mapping[str, np.ndarray]) -> np.ndarray:
        """Where labels stand: at the end of their curve, pushed apart within one pair of axes."""
        labelled = [part for part in self.curves if part.label is not None]
        wanted = np.array([_last_drawn(heights[part.name]) for part in labelled], dtype=float)
        for axes in dict.fromkeys(curve.line.axes for curve in labelled):
            top, bottom = self.height - axes.bbox.y1, self.height - axes.bbox.y0
            mine = [i for i, curve in enumerate(labelled) if curve.line.axes is axes]
            mine.sort(key=lambda i: wanted[i])
            for above, below in zip([None, *mine], mine, strict=False):
                wanted[below] = min(max(wanted[below], top), bottom)
                if above is not None:
                    wanted[below] = max(wanted[below], wanted[above] + LABEL_GAP)
        return wanted.astype(np.float32)


def _arrows(artists) -> list:
    """The arrows of annotations: matplotlib draws each beside its words, where hiding the words does not hide it."""
    arrows = (getattr(artist, "arrow_patch", None) for artist in artists)
    return [arrow for arrow in arrows if arrow is not None]


def _last_drawn(heights: np.ndarray) -> float:
    """The height of a curve's end; a course may end before its axes do."""
    drawn = heights[np.isfinite(heights)]
    return float(drawn[-1]) if drawn.size else 0.0


def _readable(found: re.Match) -> str:
    colour = found[2] if found[2] == INK else f"color-mix(in srgb, {found[2]} {COLOUR_IN_WORDS} %, currentColor)"
    return found[1] + colour.replace(" %", "%")


def small_png(stream: io.BytesIO) -> bytes:
    """A PNG with at most 128 colours: a third of the size, and no eye sees the difference."""
    from PIL import Image

    small = io.BytesIO()
    Image.open(stream).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()
