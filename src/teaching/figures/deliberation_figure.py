"""The still picture of a deliberation: the choices before and after as two rows of dots, a line for each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from teaching.figures.drawing import Drawing
from teaching.figures.pieces import new_figure
from teaching.figures.style import BLUE, GHOST, INK, VERMILION, style
from teaching.tables_roles import CHOICES

_SIZE = (12, 5)
_ACROSS = 5
_STEP = 0.13


def deliberation_drawing(mine: Sequence[tuple[str, str]], room: Sequence[tuple[str, str]]) -> Drawing:
    """Pairs of choices, before and after ('' while that is open): one's own in the accent colour, those of a room."""
    with style():
        figure = new_figure(*_SIZE)
        axes = figure.subplots()
        place = {name: number for number, name in enumerate(CHOICES)}
        most = max([1, *Counter(one[side] for one in (*mine, *room) for side in (0, 1) if one[side]).values()])
        high = 0.35 + -(-most // _ACROSS) * _STEP
        for number, name in enumerate(CHOICES):
            words = name.replace(" in a study", "\nin a study").replace(" again", "\nagain")
            axes.annotate(words, (number, 1 + high), ha="center", va="center", fontweight="bold")
            for height in (0, 1):
                axes.plot([number - 0.4, number + 0.4], [height, height], color=GHOST, linewidth=1)
        for (first, then), count in Counter(one for one in room if all(one)).items():
            axes.plot([place[first], place[then]], [1, 0], color=BLUE, alpha=0.4, linewidth=min(12, 1 + 1.5 * count))
        for first, then in mine:
            if then:
                axes.plot([place[first], place[then]], [1, 0], color=VERMILION, linewidth=3)
        for way, height in ((1, 1), (-1, 0)):
            seated = Counter()
            everybody = Counter(pair[0 if way == 1 else 1] for pair in (*mine, *room))
            for pairs, color in ((mine, VERMILION), (room, BLUE)):
                for pair in pairs:
                    if name := pair[0 if way == 1 else 1]:
                        column, row = seated[name] % _ACROSS, seated[name] // _ACROSS
                        seated[name] += 1
                        x = place[name] + (column - (min(_ACROSS, everybody[name]) - 1) / 2) * 0.15
                        axes.plot([x], [height + way * (0.12 + row * _STEP)], "o", color=color, markersize=11)
        for height, words in ((1, "before"), (0, "after")):
            axes.annotate(words, (-1.05, height), va="center", color=INK)
        if not mine and not room:
            axes.annotate("commit, hear the other three, revise", (2, 0.5), ha="center", va="center", color=INK)
        axes.set(xlim=(-1.1, len(CHOICES) - 0.5), ylim=(-high, 1.2 + high), xticks=[], yticks=[])
        for side in axes.spines.values():
            side.set_visible(False)
    return Drawing(figure, [])
