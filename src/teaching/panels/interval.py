"""The interval panel: what '5 of 5' or '0 of 15' leaves open, and what a next group might show."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching.evidence.intervals import Interval, exact_interval
from teaching.evidence.small_numbers import chance_as_far, chances_of_next, rule_of_three
from teaching.figures.course_axes import csv_text
from teaching.figures.interval import CLASSES, LEFT_OUT, STEP, TRUTHS, interval_drawing
from teaching.panels.controls import Slider
from teaching.panels.family import family, thing
from teaching.panels.scene import Preset, Scene
from teaching.words import percent, whole

#: Patients with and without, each at the most.
MOST = 30
#: Level of the interval, and of the range of a next group (fractions).
LEVEL, NEXT_LEVEL = 0.95, 0.90
NOBODY = Interval(0.5, 0.0, 1.0)


def _preset(with_it: int, without: int) -> Preset:
    return Preset(f"{with_it} of {with_it + without}", {"with": with_it, "without": without})


PRESETS = tuple(_preset(*pair) for pair in ((5, 0), (0, 5), (15, 0), (0, 15), (10, 4), (3, 9)))


def _controls() -> list:
    ours = "chosen by this kit: as few patients as in early reports"
    # Each place is a picture of its own: between two whole numbers of patients there is none.
    whole_numbers = {"low": 0, "high": MOST, "step": 1, "unit": "patients", "whole": True, "sweep": False}
    return [
        Slider("with", "Had it", 5, source=ours, **whole_numbers),
        Slider("without", "Did not have it", 0, source=ours, **whole_numbers),
    ]


def _sources() -> str:
    return (
        "<p><b>Arithmetic, no model of a disease.</b> The interval is the exact one of Clopper and Pearson at 95 % "
        "(scipy.stats.binomtest, side by side with the tables in data/README.md). The curve is the smaller one of two "
        "chances: to see at least so many, and at most so many. Where it is above 2.5 % the true share is compatible "
        "with the result.</p>"
        "<p><b>An assumption stands behind the columns</b>: before the first group nothing was known (every share was "
        "equally likely), and the next patients are like the first, treated in the same way. In life the next ones "
        "are often less strictly chosen. Each column holds the shares within five points of its middle.</p>"
    )


def _sentence(events: int, n: int, found: Interval, next_group: np.ndarray) -> str:
    if not n:
        return "Nobody was treated yet: 0 of 0 says nothing, and every true share from 0 to 100 % is possible."
    low, high = (percent(100 * end) for end in (found.low, found.high))
    words = [
        f"{events} of {n} had it, {percent(100 * found.share)}.",
        f"True shares from {low} to {high} are compatible with that (exact interval, 95 %).",
    ]
    if events == 0:
        only = percent(100 * rule_of_three(n, LEVEL))
        words.append(f"If only the upper end is asked, it is {only}; the rule of three says 3/{n}, {percent(300 / n)}.")
    few, many = _middle(next_group)
    again = percent(100 * next_group[events])
    span = f"{few}" if few == many else f"{few} to {many}"
    words.append(f"Of the next {n} patients like these, {span} will have it in at least nine groups of ten;")
    words.append(f"the chance of {events} again is {again}.")
    return " ".join(words)


def _middle(chances: np.ndarray) -> tuple[int, int]:
    """The fewest counts in a row, as near to the likeliest as can be, that hold the level of a next group."""
    low = high = int(np.argmax(chances))
    while chances[low : high + 1].sum() < NEXT_LEVEL:
        below = chances[low - 1] if low else -1.0
        above = chances[high + 1] if high + 1 < len(chances) else -1.0
        low, high = (low - 1, high) if below >= above else (low, high + 1)
    return low, high


def _columns(chances: np.ndarray) -> np.ndarray:
    """Chances of counts (n + 1,) in the columns of the picture [%]."""
    n = len(chances) - 1
    shares = 100 * np.arange(n + 1) / n
    places = np.minimum((shares / STEP + 0.5).astype(int), len(CLASSES) - 1)
    return 100 * np.bincount(places, weights=chances, minlength=len(CLASSES))


@family(
    title="Interval",
    question="What do a few patients leave open?",
    lesson=9,
    place=2,
    line="Choose how many patients had something and how many had not, and read what is still possible.",
    controls=_controls,
    presets=PRESETS,
    figure=lambda start: interval_drawing(start),
    sources=_sources,
    subject=thing(),
)
def interval(values: Mapping[str, object]) -> Scene:
    """Which true shares are compatible with so many of so many patients, and what a next group might show."""
    events, n = int(values["with"]), int(values["with"] + values["without"])
    found = exact_interval(events, n, LEVEL) if n else NOBODY
    curve = 100 * chance_as_far(events, n, TRUTHS / 100) if n else np.full(TRUTHS.size, 100.0)
    low, high = 100 * found.low, 100 * found.high
    next_group = chances_of_next(events, n, n) if n else np.zeros(1)
    columns = _columns(next_group) if n else np.zeros(len(CLASSES))
    filled = np.where((low <= TRUTHS) & (high >= TRUTHS), curve, 0.0)
    parts = {
        "title": f"● {events} of {n} had it · ○ {whole(low)} to {whole(high)} % are compatible",
        "inside": (np.zeros(TRUTHS.size), filled),
        "chance": curve,
        "seen": (100 * found.share, 106),
        "low": (low, LEFT_OUT),
        "high": (high, LEFT_OUT),
        "next-title": f"The next {n} like them" if n else "Nobody was treated yet",
        **{f"next-{share}": float(height) for share, height in zip(CLASSES, columns, strict=True)},
    }

    def table() -> str:
        return csv_text({"true share (%)": TRUTHS, "chance of a result so far out (%)": curve})

    return Scene(parts, _sentence(events, n, found, next_group), table=table)
