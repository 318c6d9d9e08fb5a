"""Rituximab on a B cell: how it holds on, three routes that kill, and the escape by shaving."""

from __future__ import annotations

import numpy as np

from teaching.figures import mechanism_pieces as draw
from teaching.figures.parts import Fade, Shift
from teaching.figures.style import GREEN, INK, ORANGE, SKY, VERMILION, style

STEPS = (
    "The antibody rituximab has two arms that fit CD20, and a tail. Does this cell carry CD20?",
    "Where there is CD20 the arms hold it and many tails stick out; without CD20 the antibodies drift past.",
    "Complement, on a bound cell: C1q sits on neighbouring tails; a cascade ends in pores, and the cell bursts.",
    "Phagocytosis, of a bound cell: a macrophage holds the tails with its Fcγ receptors and swallows the cell.",
    "NK cell, on a bound cell: its FcγRIIIa holds the tails; perforin and granzymes make the cell die.",
    "Escape: a cell with Fc receptors tears CD20 off with its antibody (shaving); the B cell lives on.",
)
LAST = len(STEPS) - 1
TARGETS = ("B cell", "plasma cell")
GENOTYPES = ("VV", "VF", "FF")

_X, _Y, _R = 5.35, 3.1, 1.2
#: Direction of each antibody round the cell, and the step from which it carries a route.
_ANTIBODIES = (112, 167, 194, 20, 47, -20, -47)
_NK_SIDE, _PHAGOCYTE_SIDE = (-20, -47), (20, 47)
#: Half the angle between the two CD20 molecules that one antibody holds.
_APART = 9.0
_FOOT, _TAIL = 0.31, 1.17  # feet and tail of a bound antibody above the membrane [inch]
_FREE = 0.75  # how far from the cell an antibody waits before it binds [inch]


def rituximab_drawing() -> draw.StepDrawing:
    """The drawing with all its parts; `rituximab_values` says which of them are seen."""
    with style():
        figure, axes = draw.stage()
        groups = {
            "b-cell": _b_cell(axes),
            "plasma-cell": _plasma_cell(axes),
            "binding": _binding(axes),
            "complement": _complement(axes),
            "macrophage": _macrophage(axes),
            "nk-cell": _nk_cell(axes),
            "shaving": _shaving(axes),
        }
        for number, angle in enumerate(_NK_SIDE):
            groups |= {f"receptor-{number}-{allele}": _receptor(axes, angle, allele) for allele in "VF"}
        antibodies = [
            Shift(f"antibody-{number}", draw.antibody(axes, *draw.along(_X, _Y, angle, _R + _FOOT), angle), axes)
            for number, angle in enumerate(_ANTIBODIES)
        ]
        parts = [Fade(name, artists) for name, artists in groups.items()]
        return draw.StepDrawing(figure, [*parts, *antibodies], stops=range(LAST + 1))


def rituximab_values(target: str, genotype: str) -> dict[str, object]:
    """What each part shows for a target cell ('B cell', 'plasma cell') and an FcγRIIIa-158 genotype.

    A plasma cell carries no CD20: the antibodies stay in the fluid and no route starts.
    """
    held = float(target == "B cell")
    values: dict[str, object] = {
        "b-cell": draw.from_step(0, LAST, held),
        "plasma-cell": draw.from_step(0, LAST, 1 - held),
        "binding": draw.from_step(0, LAST, held),
        "complement": draw.from_step(2, LAST, held),
        "macrophage": draw.from_step(3, LAST, held),
        "nk-cell": draw.from_step(4, LAST, held),
        "shaving": draw.from_step(5, LAST, held),
    }
    for number, allele in enumerate(genotype):
        for one in "VF":
            values[f"receptor-{number}-{one}"] = draw.from_step(4, LAST, held * (one == allele))
    for number, angle in enumerate(_ANTIBODIES):
        away = np.full(LAST + 1, _FREE) + 0.12 * np.cos(np.arange(LAST + 1) + number)
        if held:
            away[1:] = 0
        values[f"antibody-{number}"] = (away * np.cos(np.radians(angle)), away * np.sin(np.radians(angle)))
    return values


def _b_cell(axes) -> list:
    artists = draw.cell(axes, _X, _Y, _R, draw.B_CELL, "B cell")
    pairs = [angle + side for angle in _ANTIBODIES for side in (-_APART, _APART)]
    for angle in (*pairs, 82, 140, 0):  # none at the bottom: there they are torn off
        artists += draw.antigen(axes, *draw.along(_X, _Y, angle, _R), angle, "CD20")
    return artists


def _plasma_cell(axes) -> list:
    artists = draw.cell(axes, _X, _Y, _R, draw.PLASMA_CELL, "plasma\ncell", nucleus=(-0.2, 0.1, 0.5))
    artists += draw.words(axes, 3.9, 5.75, "rituximab", 12.5, "bold", "right")
    return artists + draw.heading(
        axes, 9.0, 3.75, "No CD20 on this cell",
        "The arms find nothing to hold;\nno route starts. The plasma\ncell goes on making antibody.",
    )  # fmt: skip


def _binding(axes) -> list:
    tail = draw.along(_X, _Y, 112, _R + 1.05)
    arm = draw.along(_X, _Y, 117, _R + 0.5)
    root = draw.along(_X, _Y, 82, _R + 0.22)
    artists = draw.words(axes, 3.5, 5.75, "rituximab: tail (Fc)", 12.5, "bold", "right")
    artists += draw.leader(axes, (3.6, 5.72), tail)
    artists += draw.words(axes, 3.5, 5.3, "arm (Fab)", 12.5, "bold", "right") + draw.leader(axes, (3.6, 5.3), arm)
    return artists + draw.words(axes, 5.75, 5.05, "CD20", 12.5, "bold") + draw.leader(axes, (5.72, 4.95), root)


def _complement(axes) -> list:
    spot = draw.along(_X, _Y, 180.5, _R + _TAIL - 0.03)
    artists = draw.c1q(axes, *spot, 180.5, size=1.2)
    hole = draw.along(_X, _Y, 222, _R)
    artists += draw.pore(axes, *hole, 222)
    artists += draw.arrow(axes, draw.along(*hole, 222, 0.62), draw.along(*hole, 42, 0.35), SKY, width=3.0)
    artists += draw.words(axes, 2.75, 3.75, "C1q", 12.5, "bold", "right")
    artists += draw.words(axes, 3.75, 1.95, "pore: water flows in", 12.5, "bold", "right")
    return artists + draw.heading(
        axes, 0.2, 4.75, "1  Complement (CDC)", "C1q sits on two tails;\na cascade ends in pores:\nthe cell bursts",
    )  # fmt: skip


def _macrophage(axes) -> list:
    x, y, radius = 8.15, 4.95, 0.98
    artists = draw.cell(axes, x, y, radius, draw.PHAGOCYTE, wobble=0.07, nucleus=(0.45, 0.38, 0.3))
    # a B cell that has been swallowed
    artists += draw.disc(axes, x + 0.1, y - 0.25, 0.42, "white", draw.PHAGOCYTE, 1.6, 2.5)
    artists += draw.disc(axes, x + 0.1, y - 0.25, 0.31, draw.tint(draw.B_CELL, 0.25), draw.B_CELL, 1.6, 2.6)
    for angle in _PHAGOCYTE_SIDE:
        tail = draw.along(_X, _Y, angle, _R + _TAIL + 0.03)
        way = np.degrees(np.arctan2(tail[1] - y, tail[0] - x))
        distance = np.hypot(tail[0] - x, tail[1] - y)
        reach = distance - radius * 0.95 - 0.02
        artists += draw.fc_receptor(axes, *draw.along(x, y, way, radius * 0.95), way, ORANGE, reach=max(0.08, reach))
    return artists + draw.heading(
        axes, 9.35, 6.05, "2  Phagocytosis (ADCP)",
        "a macrophage holds the tails\nwith Fcγ receptors and\nswallows the cell",
    )  # fmt: skip


_NK = (8.2, 1.35, 0.85)


def _nk_cell(axes) -> list:
    x, y, radius = _NK
    artists = draw.cell(axes, x, y, radius, draw.NK_CELL, "NK cell", nucleus=(0.12, -0.08, 0.62))
    artists += draw.granules(
        axes, [draw.along(_X, _Y, -33 + bend, _R + far) for bend, far in ((2, 0.2), (-2, 0.5), (2, 0.8), (-2, 1.1))]
    )
    return artists + draw.heading(
        axes, 9.35, 2.75, "3  NK cell (ADCC)",
        "FcγRIIIa holds the tails;\nperforin and granzymes\n(stars) make it die.\n"
        "V158 binds IgG1 better\nthan F158; one receptor\nper gene copy is drawn.",
    )  # fmt: skip


def _receptor(axes, angle: float, allele: str) -> list:
    x, y, radius = _NK
    tail = draw.along(_X, _Y, angle, _R + _TAIL + 0.03)
    way = float(np.degrees(np.arctan2(tail[1] - y, tail[0] - x)))
    reach = float(np.hypot(tail[0] - x, tail[1] - y)) - radius
    artists = draw.fc_receptor(axes, *draw.along(x, y, way, radius), way, GREEN, allele == "V", max(0.08, reach))
    side = {-20: (0.3, 0.14), -47: (-0.3, -0.1)}[angle]
    return artists + draw.words(axes, tail[0] + side[0], tail[1] + side[1], allele, 14, "bold", "center")


def _shaving(axes) -> list:
    x, y, radius = 3.75, 0.66, 0.46
    artists = draw.cell(axes, x, y, radius, draw.PHAGOCYTE, wobble=0.05, nucleus=(-0.15, -0.1, 0.45))
    for angle in (30, -4):
        artists += draw.fc_receptor(axes, *draw.along(x, y, angle, radius), angle, ORANGE, reach=0.08)
        artists += draw.antibody(axes, *draw.along(x, y, angle, radius + 0.86), angle + 180, INK, 0.7)
        artists += draw.antigen(axes, *draw.along(x, y, angle, radius + 1.15), angle + 180, "CD20")
    artists += draw.arrow(axes, (5.5, 1.8), (5.2, 1.4), VERMILION, -0.2)
    return artists + draw.heading(
        axes, 0.2, 1.35, "Escape: shaving", "CD20 is torn off with\nits antibody; the B cell\nlives on with less CD20",
    )  # fmt: skip
