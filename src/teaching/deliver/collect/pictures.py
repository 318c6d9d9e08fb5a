"""What a class predicted as pictures inside a page: bars of words, dots of numbers, lines of what was drawn.

Plain HTML and SVG with their words beside them; no script, nothing from elsewhere. All text is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from teaching.words import rounded

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 40
_DOT = 5.0
#: From this ratio on numbers stand on a logarithmic axis.
LOG_FROM = 50
_RIGHT = " \u2713 right"


def bars(counts: Sequence[tuple[str, int]], of: int, label: str, right: str = "") -> str:
    """Words with a bar and a count each. of: how many the longest bar stands for; right: the words that are right."""
    rows = "".join(
        f'<tr><th scope="row">{escape(words)}</th><td><span class="bar" style="width:{_share(count, of):.1f}%"></span>'
        f"<b>{count}</b>{_RIGHT if words == right else ''}</td></tr>"
        for words, count in counts
    )
    return f'<table class="bars"><caption>{escape(label)}</caption><tbody>{rows}</tbody></table>'


def _share(count: int, of: int) -> float:
    return 80.0 * count / of if of else 0.0


def dots(numbers: Sequence[float], unit: str) -> str:
    """Every number as a dot over an axis; equal places stand on one another."""
    low, high, log = _ends(numbers)
    tall = 110
    middle = sorted(numbers)[len(numbers) // 2] if len(numbers) % 2 else _between(sorted(numbers))
    heights: dict[int, int] = {}
    marks = []
    for number in sorted(numbers):
        place = round(_place(number, low, high, log) * (WIDTH - LEFT - RIGHT) / (2 * _DOT))
        heights[place] = heights.get(place, 0) + 1
        marks.append((LEFT + 2 * _DOT * place, heights[place]))
    step = min(2 * _DOT, (tall - BOTTOM - TOP) / max(heights.values()))
    drawn = "".join(
        f'<circle cx="{x:.1f}" cy="{tall - BOTTOM - step * (row - 0.5):.1f}" r="{_DOT - 0.6}"/>' for x, row in marks
    )
    words = (
        f"{len(numbers)} numbers from {rounded(min(numbers), 3)} to {rounded(max(numbers), 3)} {unit}".strip()
        + f"; the middle one is {rounded(middle, 3)}."
    )
    return _picture(words, tall, drawn + _across(low, high, log, tall, unit))


def lines(curves: Sequence[Sequence[tuple[float, float]]], unit: str) -> str:
    """Every curve that was drawn as a thin line; a single point as a dot. Axes as wide as what was drawn."""
    across = _ends([x for curve in curves for x, _ in curve])
    up = _ends([y for curve in curves for _, y in curve])
    drawn = []
    for curve in curves:
        places = [
            (
                LEFT + _place(x, *across) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - _place(y, *up) * (HEIGHT - TOP - BOTTOM),
            )
            for x, y in curve
        ]
        if len(places) == 1:
            drawn.append(f'<circle cx="{places[0][0]:.1f}" cy="{places[0][1]:.1f}" r="{_DOT}"/>')
        else:
            drawn.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
    kind = "point was marked" if len(curves) == 1 and len(curves[0]) == 1 else "predictions were drawn"
    words = f"{len(curves)} {kind}; their values run from {rounded(up[0], 2)} to {rounded(up[1], 2)} {unit}".strip() + (
        ", on a logarithmic axis." if up[2] else "."
    )
    return _picture(words, HEIGHT, "".join(drawn) + _across(*across, HEIGHT, "") + _upwards(*up))


def _picture(words: str, tall: int, drawn: str) -> str:
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{escape(words)}">{drawn}</svg>'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )


def _ends(numbers: Sequence[float]) -> tuple[float, float, bool]:
    """(low, high, whether logarithmic) of an axis that holds these numbers."""
    low, high = min(numbers), max(numbers)
    log = low > 0 and high / low > LOG_FROM
    if low == high:
        wide = abs(low) or 1.0
        low, high = low - wide / 2, high + wide / 2
    return low, high, log


def _place(number: float, low: float, high: float, log: bool) -> float:
    """Share of an axis, 0 to 1."""
    return math.log(number / low) / math.log(high / low) if log else (number / 2 - low / 2) / (high / 2 - low / 2)


def _between(numbers: Sequence[float]) -> float:
    half = len(numbers) // 2
    return numbers[half - 1] / 2 + numbers[half] / 2


def _ticks(low: float, high: float, log: bool) -> list[tuple[float, str]]:
    """(share of the axis, words) of its ends and its middle."""
    middle = math.sqrt(low) * math.sqrt(high) if log else low / 2 + high / 2
    return [(_place(number, low, high, log), rounded(number, 2)) for number in (low, middle, high)]


def _across(low: float, high: float, log: bool, tall: int, unit: str) -> str:
    line = f'<path class="axis" d="M{LEFT} {tall - BOTTOM}H{WIDTH - RIGHT}"/>'
    ends = ("start", "middle", "end")
    for (share, words), anchor in zip(_ticks(low, high, log), ends, strict=True):
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        line += f'<text x="{x:.1f}" y="{tall - BOTTOM + 18}" text-anchor="{anchor}">{escape(words)}</text>'
    return line + f'<text x="{WIDTH - RIGHT}" y="{tall - 4}" text-anchor="end">{escape(unit)}</text>'


def _upwards(low: float, high: float, log: bool) -> str:
    line = f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}"/>'
    for share, words in _ticks(low, high, log):
        y = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM) + 5
        line += f'<text x="{LEFT - 6}" y="{y:.1f}" text-anchor="end">{escape(words)}</text>'
    return line
