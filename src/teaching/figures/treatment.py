"""The treatment figure: blood, lymphoid memory, autoantibody and activity of one course.

Logarithmic for cells, linear for serum and disease, always the same axes, so that two courses can
be compared by eye. Published values are laid over as points with their spread and n.
"""

from __future__ import annotations

import numpy as np

from teaching import tables
from teaching.figures.course_axes import at_days, healthy_band
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Curve
from teaching.figures.pieces import labelled_curve, logarithmic, threshold
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, VERMILION, style
from teaching.model.patient import Patient

HORIZON_DAYS = 730
#: Days at which cell curves are drawn: close together where things happen fast.
CELL_DAYS = np.unique(
    np.concatenate([np.arange(0, 8, 0.25), np.arange(8, 60, 1.0), np.arange(60, HORIZON_DAYS + 1, 6.0)])
)
#: Serum and activity follow within weeks: fewer points draw the same line.
SLOW_DAYS = np.unique(np.concatenate([np.arange(0, 30, 2.0), np.arange(30, HORIZON_DAYS + 1, 10.0)]))
#: id, axes, series, colour, line style, label at the right end
_CURVES = (
    ("blood", "blood", "blood_b_cells_per_ul", BLUE, "-", "all B cells"),
    ("blood-memory", "blood", "blood_memory_per_ul", ORANGE, (0, (4, 2)), "memory"),
    ("lymphoid-memory", "lymphoid", "lymphoid_memory_percent", GREEN, "-", "memory"),
    ("lymphoid-naive", "lymphoid", "lymphoid_naive_percent", PURPLE, (0, (4, 2)), "naive"),
    ("autoantibody", "serum", "autoantibody_percent", VERMILION, "-", "autoantibody"),
    ("igg", "serum", "total_igg_percent", INK, (0, (4, 2)), "total IgG"),
    ("activity", "activity", "activity_percent", BLUE, "-", "activity"),
)
_AXES_OF = {series: place for _, place, series, *_ in _CURVES} | {"activity_sledai_points": "activity"}
_COLOUR_OF = {series: colour for _, _, series, colour, *_ in _CURVES} | {"activity_sledai_points": BLUE}
_DAYS_PER_MONTH = 365.25 / 12
_MONTHS = np.arange(0, 25, 6)
#: Where published 'days' stand on the blood axes [cells per uL].
_LEVEL = {"day_back": 10.0, "day_below_1": 1.0}
#: Where the words of a diamond stand [points from it], so that no case draws a curve through them.
_SHIFTS = {
    "sidner2004_month6": (-8, 5),
    "sidner2004_memory_year1": (5, -24),
    "trouvin2015_after_course": (2, -20),
    "leandro2013_return": (19, 13),
    "cambridge2006_antidsdna": (8, -14),
    "subklewe2024_day5": (9, -14),
    "subklewe2024_day28": (9, -10),
    "mueller2024_iim_empty": (56, -34),
    "mackensen2022_return": (18, 17),
    "mackensen2022_activity": (16, 18),
    "hill2019_igg": (5, -15),
}
#: One diamond stands where curves pass on all sides: its words stand apart, at the end of a thin line.
_LED = ("mueller2024_iim_empty",)


def treatment_drawing(start: dict) -> Drawing:
    """Blood, lymphoid tissue, serum and activity over two years, with overlays by cohort id.

    `start`: the first values of the parts, from `treatment_values`; `drawing.figure` is the matplotlib figure.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(12, 7.2), layout="constrained")
        FigureCanvasAgg(figure)
        figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
        grid = figure.subplots(2, 2, sharex=True)
        axes = dict(zip(("blood", "lymphoid", "serum", "activity"), grid.flat, strict=False))
        _blood(axes["blood"])
        _lymphoid(axes["lymphoid"])
        _percent(axes["serum"], "Antibody in serum, % of start")
        _percent(axes["activity"], "Disease activity, % of start")
        threshold(axes["activity"], 25, "remission", 725)
        for place in grid.flat:
            place.set_xlim(0, HORIZON_DAYS)
            place.set_xticks(_MONTHS * _DAYS_PER_MONTH, [f"{month}" for month in _MONTHS])
            place.tick_params(labelbottom=True)
        for place in grid[1]:
            place.set_xlabel("months after the first dose")
        curves = [_curve(axes[place], name, _days(place), look) for name, place, _, *look in _CURVES]
        overlays = {row.cohort: _overlay(axes, row) for row in tables.observations().values() if _place(row)}
        drawing = Drawing(figure, curves, overlays)
        drawing.move(start)
    return drawing


def treatment_values(course) -> dict[str, np.ndarray]:
    """What the parts of the treatment figure show for a course; days beyond its horizon are NaN."""
    return {name: at_days(course, series, _days(place)) for name, place, series, *_ in _CURVES}


def _days(place: str) -> np.ndarray:
    return CELL_DAYS if place in ("blood", "lymphoid") else SLOW_DAYS


def overlay_ids(product: str) -> tuple[str, ...]:
    """Ids of the published values that belong over a product's curves."""
    return tuple(row.cohort for row in tables.observations().values() if row.product == product and _place(row))


def _curve(axes, name: str, days: np.ndarray, look) -> Curve:
    colour, dashes, word = look
    return labelled_curve(axes, name, days, colour, dashes, word)


def _blood(axes) -> None:
    axes.set_title("B cells per \u00b5L of blood")
    logarithmic(
        axes, 0.001, 2000, {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10", 100: "100", 1000: "1000"}
    )
    healthy_band(axes, 725)
    threshold(axes, 10, "depleted: below 10", 725)


def _lymphoid(axes) -> None:
    axes.set_title("B cells in lymphoid tissue, % of start")
    ticks = {1e-5: "0.00001", 1e-4: "", 1e-3: "0.001", 1e-2: "", 0.1: "0.1", 1: "", 10: "10", 100: "100"}
    logarithmic(axes, 1e-5, 400, ticks)


def _percent(axes, title: str) -> None:
    axes.set_title(title)
    axes.set_ylim(0, 125)
    axes.set_yticks([0, 25, 50, 75, 100])


def _place(row: tables.Observation) -> str | None:
    """The axes a published value belongs to, or None when it belongs to no curve or has no day."""
    if not row.on_a_curve:
        return None
    if row.quantity in (*_LEVEL, "nadir"):
        return "blood"
    if row.day is None and (row.day_low is None or row.day_high is None):
        return None
    return _AXES_OF.get(row.series)


def _overlay(axes: dict, row: tables.Observation) -> list:
    """Point, spread and a short label of one published value."""
    place = axes[_place(row)]
    colour = _COLOUR_OF.get(row.series, INK)
    bar = {"color": colour, "linewidth": 2.2, "markersize": 9, "zorder": 5, "clip_on": False}
    label = f"n = {row.n}" if row.n else "review"
    if row.quantity == "nadir":  # published without a day: a level, not a point
        (level,) = place.plot([0, 150], [row.value, row.value], linestyle="-.", **bar)
        shift = _SHIFTS.get(row.cohort, (2, 6))
        return [level, place.annotate(f"lowest, {label}", (0, row.value), shift, textcoords="offset points")]
    points = row.series == "activity_sledai_points"
    scale = 100 / Patient.typical(row.disease)["activity_start"] if points else 1.0  # the axis is in per cent
    if row.quantity in _LEVEL:
        day, day_low, day_high = row.value, row.low, row.high
        value, low, high = _LEVEL[row.quantity], None, None
    else:
        day_low, day_high = row.day_low, row.day_high
        day = row.day if row.day is not None else (day_low + day_high) / 2
        value, low, high = (None if number is None else scale * number for number in (row.value, row.low, row.high))
    bound = row.spread == "upper bound"
    artists = []
    if day_low is not None and day_high is not None:
        artists += place.plot([day_low, day_high], [value, value], marker="|", **bar)
    if low is not None and high is not None and not bound:
        artists += place.plot([day, day], [low, high], marker="_", **bar)
    shape = {"marker": "v" if bound else "D", "markersize": 10 if bound else 8, "color": "white"}
    artists += place.plot([day], [value], markeredgecolor=colour, markeredgewidth=2.2, zorder=6, clip_on=False, **shape)
    shift = _SHIFTS.get(row.cohort, (9, 8))
    look = {"textcoords": "offset points", "zorder": 6, "ha": "left" if shift[0] >= 0 else "right"}
    if row.cohort in _LED:
        look["arrowprops"] = {"arrowstyle": "-", "color": INK, "linewidth": 0.8, "shrinkA": 1, "shrinkB": 6}
    return [*artists, place.annotate(label, (day, value), shift, **look)]
