"""The figure of an antibody course: concentration in serum, and the blood count that follows it."""

from __future__ import annotations

import numpy as np

from teaching import tables
from teaching.figures.course_axes import BLOOD_LOW, at_days, blood_axis, circle, diamond, published_in_blood
from teaching.figures.drawing import Drawing
from teaching.figures.parts import Words
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, INK, VERMILION, style
from teaching.model.therapies import product
from teaching.words import exact, whole

HORIZON_DAYS = 730
#: Close together after the infusions, which may come every week to every half year.
DAYS = np.unique(np.r_[np.arange(0, 60, 1.0), np.arange(60, HORIZON_DAYS + 1, 3.0)])
LOWEST_UG_PER_ML = 0.001
#: Where the words of published counts stand [points from the diamond], so that none meets a curve.
_SHIFTS = {"sidner2004_day2": (10, 6), "sidner2004_month6": (-10, 4), "leandro2013_return": (10, -20)}
_ENDS = np.array([0.0, HORIZON_DAYS])
_WORDS = {"sidner2004_day2": "dialysis, one dose, "}  # before n


def pharmacokinetics_drawing(start: dict) -> Drawing:
    """Concentration above, blood count beneath, on one time axis; `start`: the parts' values at the panel's start."""
    with style():
        figure = new_figure(12, 6.2)
        serum, blood = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.15))
        serum.set_title("Antibody in serum, µg/mL")
        logarithmic(serum, LOWEST_UG_PER_ML, 2000, {10.0**power: exact(10.0**power) for power in range(-3, 4)})
        blood_axis(blood, 725)
        days_axis(blood, HORIZON_DAYS, "days after the first infusion")
        serum.tick_params(labelbottom=True)
        parts = [
            labelled_curve(serum, "antibody", DAYS, VERMILION),  # the titles name the only curve
            labelled_curve(blood, "blood", DAYS, BLUE),
            labelled_curve(serum, "half", _ENDS, INK, ":", ghost=False),  # each antibody has its own
            circle(serum, "left", start["left"], VERMILION),
            circle(blood, "back", start["back"], BLUE),
            Words("half-life", serum.text(725, 700, "half-life", ha="right", va="center")),
            Words("half-words", serum.text(725, 130, "half of its full effect", ha="right", va="center")),
            Words("return", blood.text(725, 0.0045, "back", ha="right", va="center")),
        ]
        level, low = tables.observation("reddy2012_serum"), tables.observation("nobility2024_week4")
        words = {name: f"{before}n = {tables.observation(name).n}" for name, before in _WORDS.items()}
        tenths = whole(tables.observation("nobility2024_week4_share").value / 10)
        overlays = {
            **published_in_blood(blood, "rituximab", BLUE, _SHIFTS, words),
            "reddy2012": diamond(
                serum, (level.day, level.value), f"{level.disease}, n = {level.n}", VERMILION,
                across=(level.day_low, level.day_high), shift=(10, 13),
            ),
            "nobility2024": diamond(
                blood, (low.day, low.value), f"{tenths} of 10 below, n = {low.n}", BLUE, bound=True, shift=(14, 12)
            ),
        }  # fmt: skip
        drawing = Drawing(figure, parts, overlays)
        drawing.move(start)
    return drawing


def overlay_ids(antibody: str) -> tuple[str, ...]:
    """The published values that belong to an antibody."""
    if antibody != "rituximab":
        return ("nobility2024",) if antibody == "obinutuzumab" else ()
    rows = tables.observations().items()
    blood = "blood_b_cells_per_ul"
    found = [name for name, row in rows if row.on_a_curve and (row.product, row.series) == (antibody, blood)]
    return ("reddy2012", *found)


def pharmacokinetics_values(course, antibody: str, return_day: float | None) -> dict:
    """What the curves and circles show for a course; the circles mark the return, or the end without one."""
    series, half = f"{antibody}_ug_per_ml", product(antibody)["kill_half_concentration_ug_per_ml"]
    day = HORIZON_DAYS if return_day is None else return_day
    return {
        "antibody": _with_peaks(course.time_days, course[series]),
        "half": np.full(len(_ENDS), half),
        "half-words": f"dotted, half of its full effect: {exact(half)}",
        "blood": at_days(course, "blood_b_cells_per_ul", DAYS),
        "left": (day, max(course.at(day, series), LOWEST_UG_PER_ML)),
        "back": (day, max(course.at(day, "blood_b_cells_per_ul"), BLOOD_LOW)),
    }


def _with_peaks(time_days: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values at `DAYS`, each infusion's peak drawn at the place before it: between two places it would be lost."""
    drawn = np.interp(DAYS, time_days, values)
    np.maximum.at(drawn, np.searchsorted(DAYS, time_days, side="right") - 1, values)
    return drawn
