"""A figure that is drawn once and whose curves can move afterwards.

matplotlib draws axes, labels and overlays once as SVG; every curve carries an id. Later only the
heights of the curves are sent, as 32-bit pixel positions: no new figure, no flicker, no layout jump.
"""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import dataclass

import numpy as np

from teaching.figures.style import FAINT, INK, style


#: Per cent of a curve's colour in its label; the rest is the page's text colour (contrast at least 4.5).
COLOUR_IN_WORDS = 60
#: Labels at the right end of curves keep at least this distance [points].
LABEL_GAP = 15.0


@dataclass(frozen=True)
class Curve:
    """One curve that may move: its line, the label at its right end, and the fixed days it is drawn at."""

    name: str
    line: object  # matplotlib.lines.Line2D
    label: object  # matplotlib.text.Text, placed with axes-fraction x and data y
    series: str
    days: np.ndarray


class Drawing:
    """A matplotlib figure, the curves in it that may move, and the groups that may be shown or hidden."""

    def __init__(self, figure, curves: list[Curve], overlays: dict[str, list] | None = None):
        self.figure = figure
        self.curves = curves
        self.overlays = overlays or {}
        for curve in curves:
            curve.line.set_gid(f"curve-{curve.name}")
            curve.label.set_gid(f"label-{curve.name}")
        for name, artists in self.overlays.items():
            for number, artist in enumerate(artists):
                artist.set_gid(f"overlay-{name}-{number}")
        figure.canvas.draw()
        figure.set_layout_engine("none")  # the layout is settled: nothing may jump later
        self._height = figure.bbox.height
        self._axes = {curve.name: _scale(curve.line.axes) for curve in curves}

    def split(self) -> float:
        """Where a narrow page may cut the picture in two columns [SVG units from the left]."""
        column = max(axes.get_position().x0 for axes in self.figure.axes)
        right = [axes for axes in self.figure.axes if axes.get_position().x0 > column - 0.01]
        if len(right) == len(self.figure.axes):
            return self.figure.bbox.width
        return float(min(axes.get_tightbbox().x0 for axes in right)) - 4.0

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
        stream = io.StringIO()
        with style():  # words stay words: readable, searchable, sharp
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        text = stream.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
        text = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{prefix}", text)
        # matplotlib's rule for '*' would restyle the whole page
        text = re.sub(r"(<style[^>]*>)\s*\*", rf"\g<1>#{prefix}figure_1 *", text)
        # Coloured words are mixed with the page's text colour: light orange is a line, not a letter.
        text = re.sub(r"(<text[^>]*fill: )(#[0-9a-f]{6})", _readable, text)
        return text.replace(INK, "currentColor").replace(FAINT, "var(--teaching-faint)")

    def png(self, heading: str = "", sentence: str = "", dpi: int = 100) -> bytes:
        """The picture as PNG on white with its words, for pages that cannot move."""
        lines = "\n".join(textwrap.wrap(sentence, 105))
        words = [
            self.figure.text(0.01, 1.03, heading, ha="left", va="bottom", fontsize=17, fontweight="bold", color=INK),
            self.figure.text(0.01, -0.01, lines, ha="left", va="top", fontsize=14, color=INK, linespacing=1.4),
        ]
        stream = io.BytesIO()
        self.figure.savefig(
            stream, format="png", dpi=dpi, facecolor="white", bbox_inches="tight", metadata={"Software": None}
        )
        for text in words:
            text.remove()
        return small_png(stream)

    def positions(self, name: str, values: np.ndarray) -> np.ndarray:
        """Heights [SVG units from the top] (n,) float32 of a curve's values at its days."""
        low, high, bottom, top, logarithmic = self._axes[name]
        if logarithmic:
            values = np.log10(np.maximum(values, 10.0 ** (low - 1)))
        share = np.clip((values - low) / (high - low), -0.2, 1.2)
        return (self._height - (bottom + share * (top - bottom))).astype(np.float32)

    def across(self) -> list[np.ndarray]:
        """Horizontal positions [SVG units] (n,) float32 of each curve's days."""
        found = []
        for curve in self.curves:
            points = np.column_stack([curve.days, np.ones_like(curve.days)])
            found.append(curve.line.axes.transData.transform(points)[:, 0].astype(np.float32))
        return found

    def frame(self, course) -> bytes:
        """Heights for a course, float32: all curves one after the other, then one a label."""
        heights = [self.positions(curve.name, _sample(course, curve)) for curve in self.curves]
        return b"".join(height.tobytes() for height in heights) + self._label_heights(heights).tobytes()

    def move(self, course) -> None:
        """Moves the curves of the matplotlib figure itself, for the next PNG or PDF."""
        heights = [self.positions(curve.name, _sample(course, curve)) for curve in self.curves]
        for curve, height in zip(self.curves, self._label_heights(heights)):
            curve.line.set_data(curve.days, _sample(course, curve))
            inverse = curve.line.axes.transAxes.inverted()
            curve.label.set_y(inverse.transform((0, self._height - height))[1])

    def _label_heights(self, heights: list[np.ndarray]) -> np.ndarray:
        """Where labels stand: at the end of their curve, pushed apart within one pair of axes."""
        wanted = np.array([height[-1] for height in heights], dtype=float)
        for axes in dict.fromkeys(curve.line.axes for curve in self.curves):
            top, bottom = self._height - axes.bbox.y1, self._height - axes.bbox.y0
            mine = [i for i, curve in enumerate(self.curves) if curve.line.axes is axes]
            mine.sort(key=lambda i: wanted[i])
            for above, below in zip([None, *mine], mine):
                wanted[below] = min(max(wanted[below], top), bottom)
                if above is not None:
                    wanted[below] = max(wanted[below], wanted[above] + LABEL_GAP)
        return wanted.astype(np.float32)


def _readable(found: re.Match) -> str:
    colour = found[2] if found[2] == INK else f"color-mix(in srgb, {found[2]} {COLOUR_IN_WORDS} %, currentColor)"
    return found[1] + colour.replace(" %", "%")


def small_png(stream: io.BytesIO) -> bytes:
    """A PNG with at most 128 colours: a third of the size, and no eye sees the difference."""
    from PIL import Image

    small = io.BytesIO()
    Image.open(stream).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()


def _scale(axes) -> tuple[float, float, float, float, bool]:
    logarithmic = axes.get_yscale() == "log"
    low, high = axes.get_ylim()
    if logarithmic:
        low, high = np.log10(low), np.log10(high)
    return low, high, axes.bbox.y0, axes.bbox.y1, logarithmic


def _sample(course, curve: Curve) -> np.ndarray:
    """The course's series at the curve's days; days beyond the horizon repeat the last value."""
    return np.interp(curve.days, course.time_days, course[curve.series])
