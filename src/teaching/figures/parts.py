"""The parts of a figure that may move, and how the value of each becomes numbers in the picture.

matplotlib draws every part once and gives it an id; later only numbers go to the page, in SVG units
(1/72 inch from the top left corner) or as shares. Each part says how many numbers it needs (`size`),
makes them (`encode`), tells the page what to do with them (`describe`), and moves its own matplotlib
artist (`move`), so that the live picture and the printed one cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from teaching.words import amount_in_words

#: Heights are kept within this share of the axes beyond their edges.
BEYOND = 0.2


class Part:
    """One part of a drawing that may move.

    `scale`: steps per unit when it is sent as a 16-bit number; `kept_scale`: the same on a page without a kernel, where
    an eighth of a unit is a sixth of a pixel at the most; `runs`: how many lists of equal length its numbers are.
    """

    name: str
    kind = ""
    scale = 16.0
    kept_scale = 8.0
    runs = 1

    def artists_of(self) -> list:
        """The matplotlib artists of this part."""
        named = (getattr(self, name, None) for name in ("line", "patch", "text", "label", "words"))
        return [artist for artist in named if artist is not None] + list(getattr(self, "artists", ()))

    def expose(self) -> None:
        """Makes sure that matplotlib writes the artists: it leaves out what is hidden and texts without letters."""
        for artist in self.artists_of():
            if hasattr(artist, "set_text") and not artist.get_text():
                artist.set_text("\u00a0")

    def size(self, stops: int) -> int:
        """How many numbers a frame holds for this part; `stops`: length of the drawing's timeline."""
        raise NotImplementedError

    def mark(self) -> None:
        """Gives the artists their ids, before the figure is written."""
        raise NotImplementedError

    def encode(self, value, height: float) -> np.ndarray:
        """The numbers (size,) of a value in a figure `height` units high."""
        raise NotImplementedError

    def describe(self, height: float) -> dict:
        """What the page needs to know once."""
        return {}

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        """Moves the artist itself, at a place of the timeline."""
        raise NotImplementedError


@dataclass(frozen=True)
class Curve(Part):
    """A line over fixed places `x` (n,); its value is y (n,) in data units. The label rides at its end."""

    name: str
    line: object  # matplotlib.lines.Line2D
    x: np.ndarray
    label: object | None = None  # matplotlib.text.Text with axes-fraction x
    kind = "curve"

    def size(self, stops: int) -> int:
        return len(self.x)

    def mark(self) -> None:
        self.line.set_gid(f"curve-{self.name}")
        if self.label is not None:
            self.label.set_gid(f"label-{self.name}")

    def encode(self, value, height: float) -> np.ndarray:
        return heights(self.line.axes, value, height)

    def describe(self, height: float) -> dict:
        across = places(self.line.axes, self.x)
        return {"across": [round(float(place), 2) for place in across], "label": self.label is not None}

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        self.line.set_data(self.x, value)


@dataclass(frozen=True)
class Band(Part):
    """A filled band over fixed places `x` (n,); its value is (lower (n,), upper (n,)) in data units."""

    name: str
    patch: object  # matplotlib.patches.Polygon
    x: np.ndarray
    kind = "band"
    runs = 2

    def size(self, stops: int) -> int:
        return 2 * len(self.x)

    def mark(self) -> None:
        self.patch.set_gid(f"band-{self.name}")

    def encode(self, value, height: float) -> np.ndarray:
        return np.concatenate([heights(self.patch.axes, edge, height) for edge in value])

    def describe(self, height: float) -> dict:
        return {"across": [round(float(place), 2) for place in places(self.patch.axes, self.x)]}

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        low, high = value
        self.patch.set_xy(np.column_stack([np.r_[self.x, self.x[::-1]], np.r_[low, np.asarray(high)[::-1]]]))


@dataclass(frozen=True)
class Marker(Part):
    """A point; its value is (x, y) in data units. Words with it (`label`) move along."""

    name: str
    line: object  # matplotlib.lines.Line2D with one point
    label: object | None = None  # matplotlib.text.Annotation at the same point
    home: list = field(default_factory=list)  # the point that it was drawn at
    kind = "marker"

    def size(self, stops: int) -> int:
        return 2

    def mark(self) -> None:
        self.line.set_gid(f"marker-{self.name}-0")
        self.home.extend(float(np.asarray(data, float)[0]) for data in self.line.get_data())
        if self.label is not None:
            self.label.set_gid(f"marker-{self.name}-1")

    def encode(self, value, height: float) -> np.ndarray:
        x, y = value
        axes = self.line.axes
        return np.array([places(axes, [x])[0], heights(axes, [y], height)[0]], np.float32)

    def describe(self, height: float) -> dict:
        return {"home": [float(number) for number in self.encode(self.home, height)]}

    def expose(self) -> None:
        super().expose()
        self.move(self.home, 0.0, np.zeros(1))  # the page moves it from there

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        x, y = value
        self.line.set_data([x], [y])
        if self.label is not None:
            self.label.xy = (x, y)


@dataclass(frozen=True)
class Bar(Part):
    """A rectangle that grows from its base; its value is the length in data units.

    `upright`: a column that grows upwards, else a bar that grows to the right.
    """

    name: str
    patch: object  # matplotlib.patches.Rectangle
    upright: bool = True
    kind = "bar"

    def size(self, stops: int) -> int:
        return 1

    def mark(self) -> None:
        self.patch.set_gid(f"bar-{self.name}")

    def encode(self, value, height: float) -> np.ndarray:
        axes = self.patch.axes
        if self.upright:
            return heights(axes, [value], height)
        return places(axes, [value])

    def describe(self, height: float) -> dict:
        box = self.patch.get_window_extent()
        return {
            "upright": self.upright,
            "box": [round(number, 2) for number in (box.x0, height - box.y1, box.x1, height - box.y0)],
        }

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        if self.upright:
            self.patch.set_height(value - self.patch.get_y())
        else:
            self.patch.set_width(value - self.patch.get_x())


@dataclass(frozen=True)
class Fill(Part):
    """A shape that fills from below like a glass; its value is the amount (stops,) along the timeline.

    The level is logarithmic: empty at `low`, full at `high`, where the patch is `tall` data units high.
    `words` (a Text) shows the amount with its unit.
    """

    name: str
    patch: object  # matplotlib.patches.Rectangle, clipped by the shape
    tall: float
    low: float
    high: float
    words: object | None = None
    unit: str = ""
    kind = "fill"
    scale = kept_scale = 2000.0  # of a power of ten

    def size(self, stops: int) -> int:
        return stops

    def mark(self) -> None:
        self.patch.set_gid(f"fill-{self.name}")
        if self.words is not None:
            self.words.set_gid(f"amount-{self.name}")

    def encode(self, value, height: float) -> np.ndarray:
        amounts = np.maximum(np.asarray(value, float), 1e-15)
        return np.log10(amounts).astype(np.float32)

    def describe(self, height: float) -> dict:
        box = self.patch.get_window_extent()
        return {
            "box": [round(number, 2) for number in (box.x0, height - box.y1, box.x1, height - box.y0)],
            "low": float(np.log10(self.low)),
            "high": float(np.log10(self.high)),
            "unit": self.unit,
            "words": self.words is not None,
        }

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        amount = 10 ** np.interp(stop, stops, np.log10(np.maximum(np.asarray(value, float), 1e-15)))
        share = np.clip((np.log10(amount) - np.log10(self.low)) / (np.log10(self.high) - np.log10(self.low)), 0, 1)
        self.patch.set_height(float(share) * self.tall)
        if self.words is not None:
            self.words.set_text(f"{amount_in_words(amount)} {self.unit}".strip())


@dataclass(frozen=True)
class Fade(Part):
    """Artists that come and go; the value is their opacity (stops,) along the timeline, 0 to 1."""

    name: str
    artists: Sequence
    own: list = field(default_factory=list)  # the opacity that each artist was drawn with
    kind = "fade"
    scale, kept_scale = 2000.0, 200.0  # the page shows two decimals

    def expose(self) -> None:
        super().expose()
        for artist, own in zip(self.artists, self.own, strict=False):
            artist.set_visible(True)
            artist.set_alpha(own)

    def size(self, stops: int) -> int:
        return stops

    def mark(self) -> None:
        for number, artist in enumerate(self.artists):
            artist.set_gid(f"fade-{self.name}-{number}")
            self.own.append(artist.get_alpha())

    def encode(self, value, height: float) -> np.ndarray:
        return np.clip(np.asarray(value, float), 0, 1).astype(np.float32)

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        opacity = float(np.clip(np.interp(stop, stops, np.asarray(value, float)), 0, 1))
        for artist, own in zip(self.artists, self.own, strict=False):
            artist.set_visible(opacity > 0.02)
            artist.set_alpha(opacity * (1.0 if own is None else own))


@dataclass(frozen=True)
class Shift(Part):
    """Artists that travel; the value is (across (stops,), up (stops,)) in data units of `axes`, from their home."""

    name: str
    artists: Sequence
    axes: object
    homes: list = field(default_factory=list)  # where the artists were drawn
    kind = "shift"
    runs = 2

    def expose(self) -> None:
        super().expose()
        for artist, home in zip(self.artists, self.homes, strict=False):
            artist.set_transform(home)  # the page moves them from there

    def size(self, stops: int) -> int:
        return 2 * stops

    def mark(self) -> None:
        from matplotlib.artist import Artist

        for number, artist in enumerate(self.artists):
            artist.set_gid(f"shift-{self.name}-{number}")
            self.homes.append(Artist.get_transform(artist))

    def encode(self, value, height: float) -> np.ndarray:
        across, up = (np.asarray(numbers, float) for numbers in value)
        origin = self.axes.transData.transform((0, 0))
        units = self.axes.transData.transform((1, 1)) - origin
        return np.concatenate([across * units[0], -up * units[1]]).astype(np.float32)

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        from matplotlib.transforms import Affine2D

        across, up = (float(np.interp(stop, stops, np.asarray(numbers, float))) for numbers in value)
        pixels = self.axes.transData.transform((across, up)) - self.axes.transData.transform((0, 0))
        for artist, home in zip(self.artists, self.homes, strict=False):
            artist.set_transform(home + Affine2D().translate(*pixels))


@dataclass(frozen=True)
class Words(Part):
    """One line of text in the picture; its value is the text."""

    name: str
    text: object  # matplotlib.text.Text, one line
    kind = "words"

    def size(self, stops: int) -> int:
        return 0

    def mark(self) -> None:
        self.text.set_gid(f"words-{self.name}")

    def encode(self, value, height: float) -> np.ndarray:
        return np.empty(0, np.float32)

    def move(self, value, stop: float, stops: np.ndarray) -> None:
        self.text.set_text(str(value))


def heights(axes, values, height: float) -> np.ndarray:
    """Distances from the top of the figure [SVG units] (n,) float32 of data values on the y axis."""
    low, high = axes.get_ylim()
    values = np.asarray(values, float)
    if axes.get_yscale() == "log":
        low, high = np.log10(low), np.log10(high)
        values = np.log10(np.maximum(values, 10.0 ** (low - 1)))
    share = np.clip((values - low) / (high - low), -BEYOND, 1 + BEYOND)
    return (height - (axes.bbox.y0 + share * (axes.bbox.y1 - axes.bbox.y0))).astype(np.float32)


def places(axes, values) -> np.ndarray:
    """Distances from the left of the figure [SVG units] (n,) float32 of data values on the x axis."""
    low, high = axes.get_xlim()
    values = np.asarray(values, float)
    if axes.get_xscale() == "log":
        low, high = np.log10(low), np.log10(high)
        values = np.log10(np.maximum(values, 10.0 ** (low - 1)))
    share = np.clip((values - low) / (high - low), -BEYOND, 1 + BEYOND)
    return (axes.bbox.x0 + share * (axes.bbox.x1 - axes.bbox.x0)).astype(np.float32)
