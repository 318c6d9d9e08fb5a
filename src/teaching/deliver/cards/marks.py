"""A hundred people as one small picture for paper: five kinds of marks that are told apart without colour."""

from __future__ import annotations

from html import escape

from teaching.evidence.icons import PEOPLE, IconArray

ACROSS, STEP, RADIUS = 10, 10.0, 3.9
#: The kinds in the order in which they stand, and what each mark means.
MARKS = {
    "certain": "has it, even at the low end of the interval",
    "seen": "has it by the count, and lies within the interval",
    "possible": "may have it, within the interval",
    "free": "does not have it",
    "unknown": "nobody has counted it",
    "impossible": "cannot have it",
}


def icon_svg(icons: IconArray, words: str, impossible: bool = False) -> str:
    """The icons as an inline SVG with `words` for whoever does not see it; `impossible` draws small points."""
    kinds = [kind for kind, count in zip(MARKS, icons.counts, strict=False) for _ in range(count)]
    assert len(kinds) == PEOPLE
    if impossible:
        kinds = ["impossible"] * PEOPLE
    places: dict[str, list[tuple[float, float]]] = {}
    for number, kind in enumerate(kinds):
        places.setdefault(kind, []).append((STEP * (number % ACROSS + 0.5), STEP * (number // ACROSS + 0.5)))
    marks = "".join(_marks(kind, found) for kind, found in places.items())
    size = int(ACROSS * STEP)
    return f'<svg role="img" aria-label="{escape(words)}" viewBox="0 0 {size} {size}">{marks}</svg>'


def mark_svg(kind: str) -> str:
    """One mark alone, for the legend; its meaning stands beside it."""
    return f'<svg class="mark" aria-hidden="true" viewBox="0 0 10 10">{_marks(kind, [(5.0, 5.0)])}</svg>'


def _marks(kind: str, places: list[tuple[float, float]]) -> str:
    """All marks of one kind as one or two paths."""
    if kind == "impossible":
        return f'<path class="dot" d="{_circles(places, 1.0)}"/>'
    outline = f'<path class="{kind}" d="{_circles(places, RADIUS)}"/>'
    if kind == "seen":  # filled, with a white middle
        return f'{outline}<path class="middle" d="{_circles(places, 1.7)}"/>'
    if kind == "possible":  # half filled
        halves = "".join(f"M{x:g} {y - RADIUS:g}a{RADIUS} {RADIUS} 0 0 0 0 {2 * RADIUS:g}z" for x, y in places)
        return f'{outline}<path class="half" d="{halves}"/>'
    return outline


def _circles(places: list[tuple[float, float]], radius: float) -> str:
    half = f"a{radius:g} {radius:g} 0 1 0"
    return "".join(f"M{x - radius:g} {y:g}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0z" for x, y in places)
