"""The figure of a cohort: one thin curve a patient, with median and band, for blood and for a second series."""

from __future__ import annotations

import numpy as np

from teaching import tables
from teaching.figures.course_axes import blood_axis, diamond
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Band, Curve, Words
from teaching.figures.pieces import days_axis, labelled_curve, new_figure, threshold
from teaching.figures.style import BLUE, INK, PURPLE, style
from teaching.words import exact

HORIZON_DAYS = 548
#: Few places, because sixty patients are drawn at each: close where counts fall, then three weeks and more apart.
DAYS = np.array([0, 1, 3, 6, 10, 16, 24, 34, 46, 60, 76, 94, 112, 130, 150, 170, 190, 212, 236, 262, 290, 320, 350, 382,
                 418, 456, 500, HORIZON_DAYS], float)  # fmt: skip
MOST_PATIENTS = 60
BLOOD = "blood_b_cells_per_ul"
#: Word of the second series, its name in a course.
SERIES = {
    "disease activity": "activity_percent",
    "autoantibody": "autoantibody_percent",
    "total IgG": "total_igg_percent",
    "lymphoid memory": "lymphoid_memory_percent",
}
SHARES = (10, 50, 90)
#: Published day on which B cells were back, or a count on a day, laid over the cohort of a therapy.
PUBLISHED = {
    "CD19 CAR-T": "mackensen2022_return",
    "rituximab": "leandro2013_return",
    "blinatumomab": "subklewe2024_day28",
}
REMISSION = "remission"


def cohort_drawing() -> Drawing:
    """Blood on the left, a series in per cent of the start on the right; call `move` with `cohort_values`."""
    with style():
        figure = new_figure(12, 6.0)
        blood, other = figure.subplots(1, 2)
        blood_axis(blood, HORIZON_DAYS - 5, depleted="depleted:\nbelow 10")
        title = other.set_title("disease activity, % of start")
        other.set_ylim(0, 150)
        other.set_yticks([0, 25, 50, 75, 100, 125])
        parts = [Words("title", title)]
        for axes, site, colour in ((blood, "blood", BLUE), (other, "other", PURPLE)):
            days_axis(axes, HORIZON_DAYS, "days after the first dose (band: 10–90 %)")
            parts.append(Band(f"{site}-band", _band(axes, colour), DAYS))
            for number in range(MOST_PATIENTS):
                (line,) = axes.plot(DAYS, np.full(DAYS.size, np.nan), color=colour, linewidth=0.9, alpha=0.5)
                parts.append(Curve(f"{site}-{number}", line, DAYS))
            parts.append(labelled_curve(axes, f"{site}-median", DAYS, colour, "-", "median", ghost=site == "blood"))
            # no ghost on the right: the run before may have been another series
            parts[-1].line.set(linewidth=4.2, zorder=6)
        overlays = {name: _published(blood, name) for name in PUBLISHED.values()}
        before = len(other.lines), len(other.texts)
        threshold(other, 25, "remission:\nbelow 25", HORIZON_DAYS - 5)
        overlays[REMISSION] = [*other.lines[before[0] :], *other.texts[before[1] :]]
        drawing = Drawing(figure, parts, overlays)
    return drawing


def cohort_values(blood: np.ndarray, other: np.ndarray, series: str) -> dict:
    """What the parts show for courses (patients, days); curves of patients that are not there hide under the median."""
    values: dict = {"title": f"{series[0].upper()}{series[1:]}, % of start"}
    for site, rows in (("blood", blood), ("other", other)):
        low, middle, high = np.percentile(rows, SHARES, axis=0)
        values[f"{site}-band"] = (low, high)
        values[f"{site}-median"] = middle
        for number in range(MOST_PATIENTS):
            values[f"{site}-{number}"] = rows[number] if number < len(rows) else middle
    return values


def published_words(name: str) -> str:
    """A published return, or a count, in one line with its spread, n and source."""
    row = tables.observation(name)
    people = f"n = {row.n}" if row.n else "review"
    what = (
        f"back on day {exact(row.value)}"
        if row.quantity == "day_back"
        else f"{exact(row.value)} on day {exact(row.day)}"
    )
    spread = "" if row.low is None else f" ({exact(row.low)}–{exact(row.high)})"
    return f"published: {what}{spread}, {people}"


def _band(axes, colour: str):
    from matplotlib.patches import Polygon

    band = Polygon(np.zeros((3, 2)), closed=True, facecolor=colour, edgecolor="none", alpha=0.18, zorder=1)
    return axes.add_patch(band)


def _published(axes, name: str) -> list:
    row = tables.observation(name)
    back = row.quantity == "day_back"
    at = (row.value, 10.0) if back else (row.day, row.value)
    *marks, words = diamond(axes, at, "", INK, across=(row.low, row.high) if back else None)
    words.remove()
    for mark in marks:
        mark.set_zorder(mark.get_zorder() + 4)  # above the curves
    text = axes.annotate("", (1, 0), (-6, 10), xycoords="axes fraction", textcoords="offset points", ha="right")
    text.set_text(published_words(name).replace("published", "◇ published"))
    return [*marks, text]
