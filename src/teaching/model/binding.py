"""Binding of an engager to its two receptors: the ternary complex and its bell. Reads tables only.

An engager (drug, free concentration b) bridges a target A (CD19, CD20, BCMA) and CD3 (C). Too little
drug leaves receptors empty; too much fills both with separate molecules: a bell between the two.

All concentrations in nM, in solution at equilibrium. Two cells that touch are not a solution: contact
in two dimensions, avidity and receptor turnover are left out, and blinatumomab kills at about 1 % of
its peak. So the bell teaches shape and position; its height is no scale of killing.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from teaching import tables
from teaching.inputs import number, numbers, one_of, plain

#: Beyond these no solution exists, and within them no product of two numbers overflows.
HIGHEST_NM = 1e12
LOWEST_KD_NM = 1e-12
#: From this fraction of the peak on, a place is called 'near the peak'. Our word, not a measurement.
NEAR_PEAK = 0.9


class BindingConstants(NamedTuple):
    """What the table knows about an engager's two arms."""

    kd_target_nM: float
    kd_cd3_nM: float
    molecular_weight_kDa: float
    level_ng_per_ml: float


class BellPlace(NamedTuple):
    """Where a concentration sits on the bell: fraction of the peak and side."""

    fraction: float | np.ndarray
    side: str | np.ndarray


def binding_constants(drug: str) -> BindingConstants:
    """The affinities, molecular weight and a clinical level of an engager, from the table.

    Arguments: drug, a name that has rows of owner `binding` in data/parameters.csv.
    Returns: KD of the target arm and of the CD3 arm [nM], molecular weight [kDa], level [ng/mL].
    Raises: ValueError for a drug without rows.
    Holds: the level belongs to the dose that the row's note names; sources stand in the rows.
    """
    rows = {name: row.value for (owner, name), row in tables.parameters().items() if owner == "binding"}
    known = [name.removesuffix("_kd_target_nm") for name in rows if name.endswith("_kd_target_nm")]
    one_of("drug", drug, known)
    names = ("kd_target_nm", "kd_cd3_nm", "molecular_weight_kda", "level_ng_per_ml")
    return BindingConstants(*(rows[f"{drug}_{name}"] for name in names))


# --- units ---------------------------------------------------------------------------------------


def ng_per_ml_to_nM(concentration_ng_per_ml, molecular_weight_kDa: float):
    """Turns a mass concentration into a molar one.

    nM = (ng/mL) / kDa

    Arguments: concentration_ng_per_ml [ng/mL], number or array; molecular_weight_kDa [kDa].
    Returns: concentration [nM], in the shape of the first argument.
    Raises: ValueError for a negative or endless concentration or a weight outside 0.1 to 10,000 kDa.
    Holds: always; 1 ng/mL of a 55 kDa protein is 0.0182 nM.
    """
    weight = number("molecular_weight_kDa", molecular_weight_kDa, 0.1, 1e4, "kDa")
    return plain(_numbers("concentration_ng_per_ml", concentration_ng_per_ml, "ng/mL") / weight)


def nM_to_ng_per_ml(concentration_nM, molecular_weight_kDa: float):
    """Turns a molar concentration into a mass concentration.

    ng/mL = nM x kDa

    Arguments: concentration_nM [nM], number or array; molecular_weight_kDa [kDa].
    Returns: concentration [ng/mL], in the shape of the first argument.
    Raises: ValueError for a negative or endless concentration or a weight outside 0.1 to 10,000 kDa.
    Holds: always.
    """
    weight = number("molecular_weight_kDa", molecular_weight_kDa, 0.1, 1e4, "kDa")
    return plain(_numbers("concentration_nM", concentration_nM) * weight)


# --- the bell in free drug: exact for every cooperativity ----------------------------------------


def ternary_complex(
    free_drug_nM,
    target_total_nM: float,
    cd3_total_nM: float,
    kd_target_nM: float,
    kd_cd3_nM: float,
    cooperativity: float = 1.0,
):
    """Concentration of target-drug-CD3 complexes at equilibrium, from the free drug.

    g(b) = alpha b / ((K1 + b) (K2 + b));  S = At + Ct + 1/g
    T(b) = 2 At Ct / (S + sqrt(S^2 - 4 At Ct))

    Arguments: free_drug_nM (b) [nM], number or array; target_total_nM (At) and cd3_total_nM (Ct)
    [nM], 0 allowed; kd_target_nM (K1) and kd_cd3_nM (K2) [nM]; cooperativity (alpha) [-], above 1
    when one bound arm helps the other.
    Returns: T [nM], in the shape of free_drug_nM; 0 without drug or without receptors.
    Raises: ValueError for a negative or endless concentration, a KD or cooperativity of 0 or below.
    Holds: in solution, at equilibrium, each arm binding one receptor; exact for every alpha.
    References: douglass2013 (shape; no cooperativity there).
    """
    free = _numbers("free_drug_nM", free_drug_nM)
    system = _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, cooperativity)
    return plain(_complex(free, *system))


def total_drug(
    free_drug_nM,
    target_total_nM: float,
    cd3_total_nM: float,
    kd_target_nM: float,
    kd_cd3_nM: float,
    cooperativity: float = 1.0,
):
    """Total drug that holds a free concentration: free, on one receptor, and on both.

    Bt = b + (At - T) b/(K1 + b) + (Ct - T) b/(K2 + b) + T

    Arguments: as in `ternary_complex`.
    Returns: Bt [nM], in the shape of free_drug_nM.
    Raises: ValueError as `ternary_complex`.
    Holds: as `ternary_complex`. A dose-response drawn in total drug is shifted by this difference.
    """
    b = _numbers("free_drug_nM", free_drug_nM)
    At, Ct, K1, K2, alpha = _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, cooperativity)
    T = _complex(b, At, Ct, K1, K2, alpha)
    return plain(b + (At - T) * (b / (K1 + b)) + (Ct - T) * (b / (K2 + b)) + T)


def free_drug_at_peak(kd_target_nM: float, kd_cd3_nM: float) -> float:
    """Free drug at which the ternary complex is highest.

    b_peak = sqrt(K1 K2)

    Arguments: kd_target_nM (K1), kd_cd3_nM (K2) [nM].
    Returns: b_peak [nM].
    Raises: ValueError for a KD of 0 or below.
    Holds: exactly, whatever the receptor numbers and the cooperativity. In free drug, not in total.
    References: douglass2013.
    """
    return sqrt(_kd("kd_target_nM", kd_target_nM)) * sqrt(_kd("kd_cd3_nM", kd_cd3_nM))


def total_drug_at_peak(target_total_nM: float, cd3_total_nM: float, kd_target_nM: float, kd_cd3_nM: float) -> float:
    """Total drug at which the ternary complex is highest.

    Bt_peak = sqrt(K1 K2) + (At sqrt(K2) + Ct sqrt(K1)) / (sqrt(K1) + sqrt(K2))

    Arguments: as in `ternary_complex`.
    Returns: Bt_peak [nM].
    Raises: ValueError as `ternary_complex`.
    Holds: exactly, for every cooperativity: at the peak b/(K1 + b) and b/(K2 + b) add up to one, so
    T falls out of the balance. The short rule sqrt(K1 K2) + (At + Ct)/2 needs At = Ct or K1 = K2.
    """
    At, Ct, K1, K2, _ = _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, 1.0)
    root1, root2 = sqrt(K1), sqrt(K2)
    return root1 * root2 + (At * root2 + Ct * root1) / (root1 + root2)


def peak_complex(
    target_total_nM: float,
    cd3_total_nM: float,
    kd_target_nM: float,
    kd_cd3_nM: float,
    cooperativity: float = 1.0,
) -> float:
    """Highest concentration of the ternary complex.

    T_max = T(sqrt(K1 K2));  with few receptors and alpha = 1: At Ct / (sqrt(K1) + sqrt(K2))^2

    Arguments: as in `ternary_complex`.
    Returns: T_max [nM].
    Raises: ValueError as `ternary_complex`.
    Holds: as `ternary_complex`.
    """
    system = _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, cooperativity)
    return plain(_complex(np.asarray(free_drug_at_peak(kd_target_nM, kd_cd3_nM)), *system))


def ternary_from_total(
    total_drug_nM,
    target_total_nM: float,
    cd3_total_nM: float,
    kd_target_nM: float,
    kd_cd3_nM: float,
):
    """Concentration of the ternary complex from the total drug, without cooperativity.

    phi_X = ((X + B + K) - sqrt((X + B + K)^2 - 4 X B)) / 2;  T = phi_A phi_C / B

    Arguments: total_drug_nM (B) [nM], number or array; the rest as in `ternary_complex`.
    Returns: T [nM], in the shape of total_drug_nM; 0 without drug.
    Raises: ValueError as `ternary_complex`.
    Holds: exactly for alpha = 1, where the two arms bind as if the other were not there: each binds
    phi_X of its receptor, and a share phi_A/B of those molecules carries the other receptor too.
    References: douglass2013.
    """
    B = _numbers("total_drug_nM", total_drug_nM)
    At, Ct, K1, K2, _ = _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, 1.0)

    def per_drug(X, K):  # phi_X / B, written without a difference of large numbers
        return 2 * X / (X + B + K + np.hypot(X - B, np.sqrt(K * (2 * (X + B) + K))))

    return plain(np.minimum(per_drug(At, K1) * per_drug(Ct, K2) * B, min(At, Ct)))


def place_on_bell(
    concentration_nM,
    kd_target_nM: float,
    kd_cd3_nM: float,
    target_total_nM: float = 0.0,
    cd3_total_nM: float = 0.0,
    cooperativity: float = 1.0,
) -> BellPlace:
    """Where a free drug concentration sits on the bell.

    fraction = T(b) / T(sqrt(K1 K2));  few receptors: b (sqrt(K1) + sqrt(K2))^2 / ((K1 + b)(K2 + b))

    Arguments: concentration_nM (b) [nM], number or array; kd_target_nM, kd_cd3_nM [nM]; receptor
    totals [nM], 0 for the limit of few receptors; cooperativity [-], without effect in that limit.
    Returns: `BellPlace`: fraction of the peak [0 to 1] and side, 'left', 'near the peak' (from
    0.9 of it on) or 'right', both in the shape of concentration_nM.
    Raises: ValueError as `ternary_complex`.
    Holds: for free drug; a level in plasma is taken as free. Right of the peak more drug makes
    fewer complexes. Position only: the fraction is no fraction of killing.
    """
    b = _numbers("concentration_nM", concentration_nM)
    system = _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, cooperativity)
    peak = free_drug_at_peak(kd_target_nM, kd_cd3_nM)
    fraction = np.minimum(_per_receptors(b, *system) / _per_receptors(peak, *system), 1.0)
    side = np.where(fraction >= NEAR_PEAK, "near the peak", np.where(b < peak, "left", "right"))
    return BellPlace(plain(fraction), str(side) if side.ndim == 0 else side)


def _per_receptors(b, At, Ct, K1, K2, alpha):
    """T / (At Ct): finite also without receptors, and free of cancellation.

    With a = g At and c = g Ct: S^2 - 4 At Ct = ((a - c)^2 + 2 (a + c) + 1) / g^2, a sum of squares
    where the textbook form subtracts two nearly equal numbers.
    """
    g = alpha * (b / (K1 + b)) / (K2 + b)
    a, c = g * At, g * Ct
    return 2 * g / (1 + a + c + np.hypot(a - c, np.sqrt(1 + 2 * (a + c))))


def _complex(b, At, Ct, K1, K2, alpha):
    # The last rounding must not make more complexes than there are receptors.
    return np.minimum(At * Ct * _per_receptors(b, At, Ct, K1, K2, alpha), min(At, Ct))


# --- input ---------------------------------------------------------------------------------------


def _system(target_total_nM, cd3_total_nM, kd_target_nM, kd_cd3_nM, cooperativity):
    """Checked At, Ct, K1, K2, alpha as floats."""
    return (
        number("target_total_nM", target_total_nM, 0, HIGHEST_NM, "nM"),
        number("cd3_total_nM", cd3_total_nM, 0, HIGHEST_NM, "nM"),
        _kd("kd_target_nM", kd_target_nM),
        _kd("kd_cd3_nM", kd_cd3_nM),
        number("cooperativity", cooperativity, 1e-12, 1e12, "(1: none)"),
    )


def _kd(name, value):
    return number(name, value, LOWEST_KD_NM, HIGHEST_NM, "nM")


def _numbers(name, values, unit="nM"):
    return numbers(name, values, HIGHEST_NM, unit)
