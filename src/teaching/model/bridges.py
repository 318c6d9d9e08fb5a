"""An engager in blood as the bell takes it: how much target and CD3 there is, and how its two arms bind."""

from __future__ import annotations

from teaching import tables
from teaching.inputs import one_of
from teaching.model.binding import BindingConstants, binding_constants, free_drug_at_peak
from teaching.model.patient import Patient

DRUGS = ("blinatumomab", "mosunetuzumab")
#: Both arms bind like the root of blinatumomab's two: the same peak, another height and width.
MADE_UP = "made-up engager"
#: Antigen of each engager, and the observation that counted it on blood B cells of healthy donors.
COUNTED = {
    "blinatumomab": ("CD19", "ginaldi1998_cd19"),
    "mosunetuzumab": ("CD20", "ginaldi1998_cd20"),
    MADE_UP: ("CD19", "ginaldi1998_cd19"),
}
_AVOGADRO = 6.02214076e23  # exact since the SI of 2019
#: Concentration of one molecule per uL [nM].
NM_PER_MOLECULE_PER_UL = 1e6 * 1e9 / _AVOGADRO


def constants(engager: str) -> BindingConstants:
    """The binding constants of an engager; the made-up one has two equal arms and weighs as blinatumomab.

    Raises ValueError for another name. Source: data/parameters.csv.
    """
    if one_of("engager", engager, COUNTED) != MADE_UP:
        return binding_constants(engager)
    kd = binding_constants("blinatumomab")
    equal = free_drug_at_peak(kd.kd_target_nM, kd.kd_cd3_nM)
    return kd._replace(kd_target_nM=equal, kd_cd3_nM=equal)


def receptors_per_b_cell(engager: str) -> float:
    """Molecules of an engager's target on a blood B cell: the mean of healthy donors (data/observations.csv)."""
    return tables.observation(COUNTED[engager][1]).value


def cd3_per_t_cell() -> float:
    """CD3 molecules on a T cell, counted on a T-cell line (data/observations.csv)."""
    return tables.observation("liu2023_cd3").value


def t_cells_per_ul() -> float:
    """T cells per uL of blood (assumed; data/observations.csv)."""
    return tables.observation("t_cells_in_blood").value


def b_cells_per_ul() -> float:
    """B cells per uL of blood in a typical patient with SLE before any therapy (data/diseases.csv)."""
    return Patient.typical("SLE").blood_at_rest()


def system_of(
    engager: str, kd_cd3_nM: float, receptors: float | None = None, cooperativity: float = 1.0
) -> tuple[float, float, float, float, float]:
    """Target and CD3 in blood [nM], both KD [nM] and cooperativity, as `ternary_complex` takes them.

    `receptors`: molecules of the target per B cell, without it the counted ones.
    """
    receptors = receptors_per_b_cell(engager) if receptors is None else receptors
    target = receptors * b_cells_per_ul() * NM_PER_MOLECULE_PER_UL
    cd3 = cd3_per_t_cell() * t_cells_per_ul() * NM_PER_MOLECULE_PER_UL
    return target, cd3, constants(engager).kd_target_nM, kd_cd3_nM, cooperativity
