"""The lineage as a map: marrow, blood, lymphoid tissue, plasma-cell niche; who lives where and carries what."""

from __future__ import annotations

import io
from dataclasses import dataclass

from teaching.figures.drawing import small_png
from teaching.figures.show import Picture
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, style
from teaching.inputs import shortened
from teaching.model.patient import ANTIGENS, Patient, kill_weight
from teaching.words import rounded, whole

_PLACES = (("marrow", "bone marrow", 0.0, PURPLE), ("blood", "blood", 2.6, BLUE),
           ("lymphoid", "spleen and lymph nodes", 5.2, GREEN), ("niche", "plasma-cell niche", 7.8, ORANGE))  # fmt: skip
_WIDTH = 2.3


@dataclass(frozen=True)
class _Box:
    node: str
    words: str
    column: int
    height: float


_BOXES = (
    _Box("pre_b", "pro-B and pre-B", 0, 3.3),
    _Box("immature", "immature", 0, 1.9),
    _Box("naive_blood", "naive", 1, 1.9),
    _Box("naive_lymphoid", "naive", 2, 1.9),
    _Box("memory_blood", "memory", 1, 0.5),
    _Box("memory_lymphoid", "memory", 2, 0.5),
    _Box("plasmablast_protective", "plasmablasts", 2, 3.3),
    _Box("long_lived_protective", "long-lived\nplasma cells", 3, 0.5),
)
_ARROWS = (
    ("pre_b", "immature", 1),
    ("immature", "naive_blood", 1),
    ("naive_blood", "naive_lymphoid", 2),
    ("naive_lymphoid", "memory_lymphoid", 1),
    ("memory_blood", "memory_lymphoid", 2),
    ("memory_lymphoid", "long_lived_protective", 1),
)


def lineage_map(patient: Patient) -> Picture:
    """The untreated lineage of a patient with cell numbers and the antigens each cell carries.

    Blood counts in cells per uL, all others in 1e9 cells (plasma cells have no number here: the
    model counts them relative to the patient's own start). Source: data/lineage.csv, parameters.csv.
    Raises ValueError for anything but a patient.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    if not isinstance(patient, Patient):
        wanted = "it needs a Patient, such as Patient.typical('SLE')"
        raise ValueError(f"lineage_map() was given {shortened(patient)}; {wanted}.")
    rest = patient.rest()
    with style():
        figure = Figure(figsize=(12, 5.6))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.01, 0.02, 0.98, 0.96))
        axes.set_axis_off()
        axes.set_xlim(-0.1, 10.2)
        axes.set_ylim(0.15, 4.85)
        for _, words, left, colour in _PLACES:
            shape = FancyBboxPatch(
                (left, 0.25), _WIDTH, 4.1, boxstyle="round,pad=0.05", fc=colour, ec="none", alpha=0.13
            )
            axes.add_patch(shape)
            axes.text(left + _WIDTH / 2, 4.5, words, ha="center", fontsize=16, fontweight="bold")
        centre = {}
        for box in _BOXES:
            left = _PLACES[box.column][2] + 0.15
            centre[box.node] = (left + 1.0, box.height + 0.45)
            shape = FancyBboxPatch(
                (left, box.height - 0.1), 2.0, 1.05, boxstyle="round,pad=0.04", fc="white", ec=INK, lw=1.6
            )
            axes.add_patch(shape)
            axes.text(
                *centre[box.node], _words(box, rest, patient), ha="center", va="center", fontsize=14, linespacing=1.4
            )
        for start, end, heads in _ARROWS:
            x0, y0 = centre[start]
            x1, y1 = centre[end]
            upright = abs(x1 - x0) < 0.1
            a = (x0, y0 - 0.6) if upright else (x0 + 1.06, y0)
            b = (x1, y1 + 0.5) if upright else (x1 - 1.06, y1)
            look = {"arrowstyle": "<|-|>" if heads == 2 else "-|>", "mutation_scale": 20, "lw": 2.2, "color": INK}
            axes.add_patch(FancyArrowPatch(a, b, shrinkA=0, shrinkB=0, **look))
        x, y = centre["memory_lymphoid"]  # round the naive cells to the plasmablasts above them
        up = (x + 1.06, centre["plasmablast_protective"][1])
        look = {"arrowstyle": "-|>", "mutation_scale": 20, "lw": 2.2, "color": INK, "connectionstyle": "arc3,rad=0.35"}
        axes.add_patch(FancyArrowPatch((x + 1.0, y + 0.3), up, **look))
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110, facecolor="white", metadata={"Software": None})
    return Picture(figure, small_png(stream), describe_map(patient))


def _words(box: _Box, rest: dict, patient: Patient) -> str:
    antigens = [name for name in ANTIGENS[:3] if kill_weight(box.node, (name,)) >= 0.3]
    marks = " ".join(antigens)
    return f"{box.words}{_size(box.node, rest, patient)}\n{marks}"


def _size(node: str, rest: dict, patient: Patient) -> str:
    if node not in rest:
        return ""
    if node.endswith("_blood"):
        return f"\n{whole(rest[node] * patient.cells_per_ul_per_1e9)} per µL"
    return f"\n{rounded(rest[node], 2)} × 10⁹"


def describe_map(patient: Patient) -> str:
    """The map in words."""
    rest = patient.rest()
    scale = patient.cells_per_ul_per_1e9
    blood = rest["naive_blood"] + rest["memory_blood"] + rest["autoreactive_blood"]
    # As the balance panel counts: without the marrow, whose cells do not travel yet.
    travelling = blood + sum(rest[node] for node in ("naive_lymphoid", "memory_lymphoid", "autoreactive_lymphoid"))
    return (
        f"The B lineage at rest. The marrow makes pre-B and immature cells; naive cells travel between blood "
        f"({whole(rest['naive_blood'] * scale)} per µL) and lymphoid tissue; some become memory cells "
        f"({whole(rest['memory_blood'] * scale)} per µL in blood), these feed plasmablasts and long-lived plasma "
        f"cells. "
        f"Of the B cells outside the marrow, blood holds {whole(100 * blood / travelling, 1)} %. "
        "CD19 is on all cells of the map but the long-lived plasma cells. CD20 is marked from the immature to the "
        "memory cell; late pre-B cells carry some of it as well. BCMA is on plasmablasts and plasma cells."
    )
