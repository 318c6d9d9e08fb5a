"""An engager between a T cell and its target: two arms, the synapse, the kill; and why too much is like too little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teaching import tables
from teaching.figures import mechanism_pieces as draw
from teaching.figures.parts import Fade, Marker, Shift, Words
from teaching.figures.pieces import labelled_curve
from teaching.figures.style import BLUE, GREEN, INK, VERMILION, style
from teaching.model.binding import (
    BindingConstants,
    binding_constants,
    free_drug_at_peak,
    ng_per_ml_to_nM,
    place_on_bell,
)
from teaching.words import percent

STEPS = (
    "A T cell with CD3 and its target cell are strangers: the T cell's own receptor fits nothing here.",
    "The engager has two arms. One holds the target antigen on the target cell.",
    "The other arm holds CD3 on the T cell: a bridge, and the two cells lie close together.",
    "Many bridges make a synapse and switch the T cell on, whatever its own receptor was made for.",
    "The T cell pours perforin and granzymes into the gap: the target cell dies. Cytokines leak out; T cells multiply.",
    "The bell: too little or too much makes few bridges; in between most receptors are bridged.",
)
LAST = len(STEPS) - 1
#: Free engager [multiples of the amount at the peak] over which the bell is drawn.
LOW, HIGH = 1e-4, 1e4
AMOUNTS = np.geomspace(LOW, HIGH, 121)
#: Which of the four receptor pairs of a small scene are bridged.
_BRIDGED = {("too little", 2), ("just right", 0), ("just right", 2), ("just right", 3)}
SCENES = ("too little", "just right", "too much")


@dataclass(frozen=True)
class Engager:
    """One engager of the drawing; its affinities are rows of data/parameters.csv or the observations named here."""

    drug: str
    antigen: str
    target: str
    colour: str
    observed: tuple[str, ...] = ()  # KD of the target arm, KD of the CD3 arm, molecular weight

    @property
    def kd(self) -> BindingConstants:
        """Affinities of the two arms [nM], molecular weight, a level in blood."""
        if not self.observed:
            return binding_constants(self.drug)
        return BindingConstants(*(tables.observation(name).value for name in self.observed), 0.0)  # no level was read

    def fraction(self, amount):
        """Share of the highest number of bridges [0 to 1] at an amount [multiples of the amount at the peak]."""
        kd = self.kd
        return place_on_bell(np.asarray(amount) * self.peak_nM, kd.kd_target_nM, kd.kd_cd3_nM).fraction

    @property
    def peak_nM(self) -> float:
        """Free engager with the most bridges [nM]."""
        return free_drug_at_peak(self.kd.kd_target_nM, self.kd.kd_cd3_nM)

    @property
    def level(self) -> float | None:
        """A level in patients' blood [multiples of the amount at the peak], None where none was read."""
        kd = self.kd
        return (
            ng_per_ml_to_nM(kd.level_ng_per_ml, kd.molecular_weight_kDa) / self.peak_nM if kd.level_ng_per_ml else None
        )


ENGAGERS = {
    "CD19": Engager("blinatumomab", "CD19", "B cell", draw.B_CELL),
    "CD20": Engager("mosunetuzumab", "CD20", "B cell", draw.B_CELL),
    "BCMA": Engager("teclistamab", "BCMA", "plasma\ncell", draw.PLASMA_CELL,
                    ("tecvayli_kd_target", "tecvayli_kd_cd3", "teclistamab_weight")),
}  # fmt: skip

_T, _B, _R = (2.07, 3.4), (6.08, 3.4), 1.25
_MIDDLE = (_T[0] + _B[0]) / 2
_APART = -0.67  # where the T cell waits before the bridge [inch]
#: Heights of the three bridges above the middle.
_ROWS = (0.62, 0.0, -0.62)


def engager_drawing() -> draw.StepDrawing:
    """The drawing with all its parts; `engager_values` says which of them are seen."""
    with style():
        figure, axes = draw.stage(share=0.655)
        parts = _cells(axes) + _bridges(axes) + _kill(axes)
        bell = figure.add_axes((0.7, 0.145, 0.275, 0.36))
        scenes = figure.add_axes((0.675, 0.565, 0.32, 0.42))
        parts += _bell(bell)
        overlays = _levels(bell) | _scenes(scenes)
        return draw.StepDrawing(figure, parts, overlays, stops=range(LAST + 1))


def engager_values(antigen: str, amount: float) -> dict[str, object]:
    """What each part shows for a target antigen and an amount of engager [multiples of the amount at the peak]."""
    chosen = ENGAGERS[antigen]
    fraction = float(chosen.fraction(amount))
    still = np.zeros(LAST + 1)
    waiting = np.where(np.arange(LAST + 1) < 2, _APART, 0.0)
    here = {name: float(name == antigen) for name in ENGAGERS}
    values: dict[str, object] = {
        "t-cell": (waiting, still),
        "synapse": draw.from_step(3, LAST),
        "kill": draw.from_step(4, LAST),
        "bell": chosen.fraction(AMOUNTS) * 100,
        "amount": (amount, 100 * fraction),
        "share": f"{percent(100 * fraction, 1)} of the most bridges",
    }
    for name, share in here.items():
        values[f"target-{name}"] = draw.from_step(0, LAST, share)
        values[f"first-{name}"] = draw.from_step(1, LAST, share)
        values[f"more-{name}"] = draw.from_step(3, LAST, share)
        values[f"dies-{name}"] = draw.from_step(4, LAST, share)
    return values


def scene_of(antigen: str, amount: float) -> str:
    """'too little', 'just right' or 'too much': below, around or beyond the half-height of the bell."""
    if float(ENGAGERS[antigen].fraction(amount)) >= 0.5:
        return "just right"
    return "too little" if amount < 1 else "too much"


def _gap(row: float) -> tuple[float, float]:
    """Ends of a bridge in a row: the tips of CD3 and of the target antigen."""
    inset = _R - np.sqrt(_R**2 - row**2)
    return _T[0] + _R - inset + 0.24, _B[0] - _R + inset - 0.29


def _cells(axes) -> list:
    t_cell = draw.cell(axes, *_T, _R, draw.T_CELL, "T cell")
    for row in _ROWS:
        x = _T[0] + np.sqrt(_R**2 - row**2)
        t_cell += draw.antigen(axes, x, _T[1] + row, 0, "CD3")
    t_cell += draw.words(axes, 2.75, 5.05, "CD3", 12.5, "bold", "center")
    t_cell += draw.leader(axes, (2.82, 4.92), (3.22, 4.15))
    parts = [Shift("t-cell", t_cell, axes)]
    for name, item in ENGAGERS.items():
        nucleus = (0.12, 0.1, 0.5) if item.target != "B cell" else (0, 0, 0.55)
        artists = draw.cell(axes, *_B, _R, item.colour, item.target, nucleus=nucleus)
        for row in _ROWS:
            artists += draw.antigen(axes, _B[0] - np.sqrt(_R**2 - row**2), _B[1] + row, 180, name)
        for angle in (35, 5, -35):
            artists += draw.antigen(axes, *draw.along(*_B, angle, _R), angle, name)
        artists += draw.words(axes, 5.45, 5.05, name, 12.5, "bold", "center")
        artists += draw.leader(axes, (5.38, 4.92), (4.95, 4.18))
        parts.append(Fade(f"target-{name}", artists))
    return parts


def _bridges(axes) -> list:
    parts = []
    for name, item in ENGAGERS.items():
        rows = [_bridge(axes, row, name) for row in _ROWS]
        first = rows[0] + draw.words(
            axes, _MIDDLE, 5.85, f"{item.drug}: one arm for CD3, one for {name}", 12.5, "bold", "center"
        )
        first += draw.leader(axes, (_MIDDLE, 5.7), (_MIDDLE, _T[1] + _ROWS[0] + 0.1))
        parts += [Fade(f"first-{name}", first), Fade(f"more-{name}", rows[1] + rows[2])]
    return parts


def _bridge(axes, row: float, name: str) -> list:
    left, right = _gap(row)
    return draw.bridge(axes, (left, _T[1] + row), (right, _T[1] + row), GREEN, draw.ANTIGEN_LOOK[name][1])


def _kill(axes) -> list:
    synapse = draw.words(axes, _MIDDLE, 2.1, "synapse", 12.5, "bold", "center")
    synapse += draw.leader(axes, (_MIDDLE, 2.22), (_MIDDLE, 2.68))
    dots = [(2.95, 3.72), (3.02, 3.08), (3.6, 3.7), (3.85, 3.12), (4.25, 3.72), (4.5, 3.1), (5.15, 3.76), (5.2, 3.06)]
    kill = draw.granules(axes, dots)
    kill += draw.words(axes, _MIDDLE, 1.75, "perforin and granzymes (stars)", 12.5, "bold", "center")
    kill += draw.words(axes, 6.05, 1.75, "the cell dies", 12.5, "bold", "left")
    for angle in (150, 180, 210):
        kill += draw.arrow(axes, draw.along(*_T, angle, _R + 0.08), draw.along(*_T, angle, _R + 0.5), VERMILION)
    kill += draw.lines(axes, 0.25, 1.15, "Cytokines leak out (IL-6, IL-10, interferon γ);\nT cells multiply.", "left")
    buds = [
        Fade(f"dies-{name}", draw.blebs(axes, *_B, _R, item.colour, (-85, -58, -18, 21, 58, 85)))
        for name, item in ENGAGERS.items()
    ]
    return [Fade("synapse", synapse), Fade("kill", kill), *buds]


def _bell(axes) -> list:
    axes.set_xscale("log")
    axes.set_xlim(LOW, HIGH)
    axes.set_ylim(0, 119)
    axes.set_yticks([0, 50, 100])
    axes.set_xticks([1e-4, 1e-2, 1, 1e2, 1e4], ["0.0001", "0.01", "1", "100", "10,000"])
    axes.minorticks_off()
    axes.set_xlabel("free engager, × the best amount")
    axes.set_ylabel("bridges, % of the most")
    curve = labelled_curve(axes, "bell", AMOUNTS, BLUE, "-", ghost=False)
    (point,) = axes.plot(
        [1.0], [100.0], "o", color=VERMILION, markersize=13, markeredgecolor=INK, zorder=6, clip_on=False
    )
    share = axes.text(0.5, 1.03, "", transform=axes.transAxes, ha="center", fontweight="bold", color=INK)
    return [curve, Marker("amount", point), Words("share", share)]


def _levels(axes) -> dict[str, list]:
    """Where the level in patients' blood lies on the bell, for the engagers whose level was read."""
    overlays = {}
    for name, item in ENGAGERS.items():
        if item.level is not None:
            height = 100 * float(item.fraction(item.level))
            (point,) = axes.plot(
                [item.level],
                [height],
                "D",
                color="white",
                markersize=9,
                markeredgecolor=BLUE,
                markeredgewidth=2.2,
                zorder=5,
                clip_on=False,
            )
            text = f"in patients'\nblood: {percent(height, 1)}"
            if item.level < 1:  # above the flat foot of the bell, with a line down to the point
                overlays[f"level-{name}"] = [point, axes.text(1.6 * LOW, 60, text, va="bottom")]
                overlays[f"level-{name}"] += axes.plot([item.level] * 2, [height + 7, 57], color=INK, linewidth=1.1)
            else:
                overlays[f"level-{name}"] = [point, axes.text(2.2 * item.level, height, text, va="center")]
    return overlays


def _scenes(axes) -> dict[str, list]:
    """Three small scenes above the bell: four receptor pairs each; the one that applies is framed."""
    axes.set_axis_off()
    axes.set_xlim(0, 3.84)
    axes.set_ylim(0, 2.646)
    overlays = {}
    for number, name in enumerate(SCENES):
        x = 0.06 + 1.26 * number
        overlays[name] = draw.frame_round(axes, x, 0.28, x + 1.2, 2.2, INK, "none", 2.4)
        draw.words(axes, x + 0.6, 2.36, name, 12.5, "bold", "center", rise="baseline")
        draw.shape(
            axes, [(x + 0.08, 0.4), (x + 0.24, 0.4), (x + 0.24, 2.08), (x + 0.08, 2.08)], draw.tint(GREEN), GREEN, 1.4
        )
        draw.shape(
            axes, [(x + 0.96, 0.4), (x + 1.12, 0.4), (x + 1.12, 2.08), (x + 0.96, 2.08)], draw.tint(BLUE), BLUE, 1.4
        )
        for row in range(4):
            y = 0.62 + 0.42 * row
            draw.shape(
                axes,
                np.array(draw.SHAPES["fork"]) @ [[0, -1], [1, 0]] * 0.06 + (x + 0.32, y),
                draw.tint(GREEN, 0.75),
                INK,
                0.9,
            )
            draw.shape(axes, np.array(draw.SHAPES["square"]) * 0.06 + (x + 0.88, y), draw.tint(BLUE, 0.75), INK, 0.9)
            if (name, row) in _BRIDGED:
                draw.bridge(axes, (x + 0.38, y), (x + 0.82, y), GREEN, BLUE, 0.45)
            elif name == "too much":
                draw.bridge(axes, (x + 0.38, y), (x + 0.57, y + 0.18), GREEN, BLUE, 0.36)
                draw.bridge(axes, (x + 0.63, y - 0.18), (x + 0.82, y), GREEN, BLUE, 0.36)
    return overlays
