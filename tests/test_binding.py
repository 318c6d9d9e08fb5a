"""The ternary complex: reference values, the bell, balances, units, bad input."""

import math
from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching.model import binding
from teaching.model.binding import (
    binding_constants,
    free_drug_at_peak,
    ng_per_ml_to_nM,
    nM_to_ng_per_ml,
    peak_complex,
    place_on_bell,
    ternary_complex,
    ternary_from_total,
    total_drug,
    total_drug_at_peak,
)


def logarithmic(low, high):
    """Numbers spread evenly over powers of ten."""
    return st.floats(low, high).map(lambda power: 10.0**power)


RECEPTORS = logarithmic(-3, 4)
KD = logarithmic(-2, 4)
DRUG = logarithmic(-4, 6)
ALPHA = logarithmic(-2, 3)
SYSTEM = st.tuples(RECEPTORS, RECEPTORS, KD, KD, ALPHA)
ALONE = st.tuples(RECEPTORS, RECEPTORS, KD, KD)


def exact(b, At, Ct, K1, K2, alpha=1.0):
    """The textbook formula in 60 digits: an independent reference without rounding."""
    with localcontext() as context:
        context.prec = 60
        b, At, Ct, K1, K2, alpha = (Decimal(float(x)) for x in (b, At, Ct, K1, K2, alpha))
        S = At + Ct + (K1 + b) * (K2 + b) / (alpha * b)
        return float(2 * At * Ct / (S + (S * S - 4 * At * Ct).sqrt()))


# --- reference values ----------------------------------------------------------------------------

# At, Ct, K1, K2, alpha; free drug, complex and total drug at the peak; complex at 0.1 and at 1000.
REFERENCE = [
    ((5, 50, 1, 100, 1), 10, 1.432108, 19.09091, 0.216285, 0.216285),
    ((5, 50, 1, 100, 20), 10, 4.414167, 19.09091, None, None),
    ((0.5, 0.5, 1.49, 260, 1), 19.6825, 0.000828, 20.18248, 0.000060, 0.000198),
    ((1, 1, 0.18, 28.03, 1), 2.2462, 0.028840, 3.2462, 0.012384, 0.000971),
]


def printed(value):
    """Equal to 1e-4, or to the last of the six decimals that were printed."""
    return pytest.approx(value, rel=1e-4, abs=6e-7)


@pytest.mark.parametrize(("system", "free", "height", "total", "low", "high"), REFERENCE)
def test_reference_values(system, free, height, total, low, high):
    At, Ct, K1, K2, alpha = system
    assert free_drug_at_peak(K1, K2) == pytest.approx(free, rel=1e-4)
    assert peak_complex(*system) == printed(height)
    assert total_drug_at_peak(At, Ct, K1, K2) == pytest.approx(total, rel=1e-4)
    if low is not None:
        assert ternary_complex([0.1, 1000], *system) == printed([low, high])


@given(DRUG, SYSTEM)
def test_the_formula_agrees_with_sixty_digits(b, system):
    assert ternary_complex(b, *system) == pytest.approx(exact(b, *system), rel=1e-12)


@pytest.mark.parametrize(
    "arguments",
    [
        (10, 1e6, 1e6, 1e-3, 1e-3, 1),  # S^2 and 4 At Ct agree in nine digits
        (1e-3, 1e6, 1e-6, 1e-3, 1e3, 1e6),
        (1e9, 1e9, 1e9, 1e-9, 1e-9, 1e12),
        (1e-9, 1e-9, 1e9, 1e9, 1e-9, 1e-12),
        (1e11, 1e11, 1e11, 1e11, 1e11, 1),
        (1e-12, 1e12, 1e12, 1e-12, 1e-12, 1e12),
    ],
)
def test_extreme_values_keep_their_digits(arguments):
    b, *system = arguments
    assert ternary_complex(b, *system) == pytest.approx(exact(*arguments), rel=1e-11)
    total = total_drug(b, *system)
    assert math.isfinite(total) and total >= b
    if system[-1] == 1:
        back = ternary_from_total(total, *system[:4])
        assert back == pytest.approx(exact(*arguments), rel=1e-6)


# --- the bell ------------------------------------------------------------------------------------


def test_more_drug_makes_more_complexes_and_then_fewer():
    drug = np.logspace(-3, 5, 161)
    T = ternary_complex(drug, 5, 50, 1, 100)
    top = int(T.argmax())
    assert drug[top] == pytest.approx(10)
    assert all(a < b for a, b in pairwise(T[: top + 1]))
    assert all(a > b for a, b in pairwise(T[top:]))
    assert T[0] < 0.01 * T[top] and T[-1] < 0.01 * T[top]


@given(SYSTEM, logarithmic(0.01, 4))
def test_the_peak_in_free_drug_is_the_root_of_both_affinities(system, fold):
    """Whatever the receptor numbers and the cooperativity; and the bell is even around it."""
    peak = math.sqrt(system[2] * system[3])
    left, top, right = ternary_complex([peak / fold, peak, peak * fold], *system)
    assert left == pytest.approx(right, rel=1e-9)
    assert left <= top * (1 + 1e-12)
    assert top == pytest.approx(peak_complex(*system), rel=1e-12)
    assert free_drug_at_peak(system[2], system[3]) == pytest.approx(peak, rel=1e-12)


@given(SYSTEM)
def test_the_total_drug_at_the_peak_does_not_know_the_cooperativity(system):
    at_peak = total_drug(free_drug_at_peak(system[2], system[3]), *system)
    assert at_peak == pytest.approx(total_drug_at_peak(*system[:4]), rel=1e-9)


def test_the_peak_in_total_drug_lies_right_of_the_peak_in_free_drug():
    total = np.linspace(5, 40, 3501)
    T = ternary_from_total(total, 5, 50, 1, 100)
    assert total[T.argmax()] == pytest.approx(19.09, abs=0.011)
    assert total_drug_at_peak(5, 50, 1, 100) > free_drug_at_peak(1, 100)


@given(SYSTEM)
def test_few_receptors_follow_the_short_formula(system):
    _, _, K1, K2, _ = system
    short = 1e-6 * 1e-6 / (math.sqrt(K1) + math.sqrt(K2)) ** 2
    assert peak_complex(1e-6, 1e-6, K1, K2) == pytest.approx(short, rel=1e-3)


@given(DRUG, SYSTEM)
def test_the_two_receptors_are_alike(b, system):
    At, Ct, K1, K2, alpha = system
    swapped = ternary_complex(b, Ct, At, K2, K1, alpha)
    assert ternary_complex(b, *system) == pytest.approx(swapped, rel=1e-12)


@given(DRUG, SYSTEM)
def test_no_more_complexes_than_receptors(b, system):
    At, Ct = system[:2]
    assert 0 < ternary_complex(b, *system) <= min(At, Ct)


@given(DRUG, SYSTEM)
def test_cooperativity_helps(b, system):
    *rest, alpha = system
    assert ternary_complex(b, *rest, 2 * alpha) > ternary_complex(b, *rest, alpha)


def test_no_drug_or_no_receptor_no_complex():
    assert ternary_complex(0, 5, 50, 1, 100) == 0
    assert ternary_from_total(0, 5, 50, 1, 100) == 0
    assert total_drug(0, 5, 50, 1, 100) == 0
    for At, Ct in ((0, 50), (5, 0), (0, 0)):
        assert ternary_complex(10, At, Ct, 1, 100) == 0
        assert peak_complex(At, Ct, 1, 100) == 0
        assert ternary_from_total(10, At, Ct, 1, 100) == 0
    assert total_drug(10, 0, 0, 1, 100) == 10


# --- balances ------------------------------------------------------------------------------------


@given(DRUG, SYSTEM)
def test_every_molecule_is_somewhere(b, system):
    """Free receptors from mass action alone: receptor, drug and equilibrium must all agree."""
    At, Ct, K1, K2, alpha = system
    T = ternary_complex(b, *system)
    A, C = (At - T) / (1 + b / K1), (Ct - T) / (1 + b / K2)
    drug = b + A * b / K1 + C * b / K2 + T
    assert total_drug(b, *system) == pytest.approx(drug, rel=1e-9)
    # The equilibrium is told by the scarcer free receptor only as far as At - T keeps digits.
    lost = max(At / (At - T), Ct / (Ct - T)) if T < min(At, Ct) else math.inf
    if lost < 1e6:
        assert alpha * A * b * C / (K1 * K2) == pytest.approx(T, rel=1e-8)


@given(DRUG, ALONE)
def test_without_cooperativity_the_form_in_total_drug_says_the_same(b, system):
    from_total = ternary_from_total(total_drug(b, *system), *system)
    assert from_total == pytest.approx(ternary_complex(b, *system), rel=1e-8)


# --- where the drugs sit -------------------------------------------------------------------------


def place(drug, level_ng_per_ml=None):
    known = binding_constants(drug)
    level = known.level_ng_per_ml if level_ng_per_ml is None else level_ng_per_ml
    molar = ng_per_ml_to_nM(level, known.molecular_weight_kDa)
    return place_on_bell(molar, known.kd_target_nM, known.kd_cd3_nM)


def test_blinatumomab_sits_far_left_of_its_peak():
    """28 ug/day: about 0.9 % of the peak, for the label mean and for the typical patient."""
    for level in (None, 0.525):
        found = place("blinatumomab", level)
        assert found.side == "left"
        assert 0.005 < found.fraction < 0.02
    assert place("blinatumomab").fraction == pytest.approx(0.0086, abs=0.0001)


def test_mosunetuzumab_is_past_its_peak_after_a_full_dose():
    found = place("mosunetuzumab")
    assert found.side == "right"
    assert found.fraction == pytest.approx(0.84, abs=0.01)


def test_sides_from_left_to_right():
    found = place_on_bell([0, 0.1, 10, 1000], 1, 100)
    assert list(found.side) == ["left", "left", "near the peak", "right"]
    assert found.fraction[0] == 0 and found.fraction[2] == pytest.approx(1)


@given(DRUG, SYSTEM)
def test_the_place_is_the_share_of_the_peak(b, system):
    At, Ct, K1, K2, alpha = system
    share = ternary_complex(b, *system) / peak_complex(*system)
    found = place_on_bell(b, K1, K2, At, Ct, alpha)
    assert found.fraction == pytest.approx(share, rel=1e-9)
    assert found.fraction <= 1


@given(DRUG, KD, KD, ALPHA)
def test_with_few_receptors_the_place_needs_only_the_affinities(b, K1, K2, alpha):
    expected = b * (math.sqrt(K1) + math.sqrt(K2)) ** 2 / ((K1 + b) * (K2 + b))
    assert place_on_bell(b, K1, K2, cooperativity=alpha).fraction == pytest.approx(expected, rel=1e-9)
    few = place_on_bell(b, K1, K2, 1e-9, 1e-9, 1).fraction
    assert few == pytest.approx(expected, rel=1e-5)


# --- units and shapes ----------------------------------------------------------------------------


def test_units():
    assert ng_per_ml_to_nM(1, 55) == pytest.approx(0.0182, abs=5e-5)
    assert ng_per_ml_to_nM(1, 150) == pytest.approx(0.00667, abs=5e-6)
    assert ng_per_ml_to_nM(17_900, 150) == pytest.approx(119, abs=0.5)
    assert nM_to_ng_per_ml(free_drug_at_peak(1.49, 260), 55) == pytest.approx(1083, abs=1)


@given(DRUG, st.floats(1, 1000))
def test_units_there_and_back(level, weight):
    assert nM_to_ng_per_ml(ng_per_ml_to_nM(level, weight), weight) == pytest.approx(level)


@pytest.mark.parametrize(
    "function",
    [
        lambda b: ternary_complex(b, 5, 50, 1, 100, 20),
        lambda b: total_drug(b, 5, 50, 1, 100, 20),
        lambda b: ternary_from_total(b, 5, 50, 1, 100),
        lambda b: place_on_bell(b, 1, 100).fraction,
        lambda b: ng_per_ml_to_nM(b, 55),
        lambda b: nM_to_ng_per_ml(b, 55),
    ],
)
def test_a_number_gives_a_number_and_an_array_its_own_shape(function):
    grid = np.array([[0, 1, 2], [3, 40, 500]])
    found = function(grid)
    assert found.shape == grid.shape
    for place, value in np.ndenumerate(grid):
        single = function(value)
        assert type(single) is float
        assert found[place] == pytest.approx(single, rel=1e-14)
    assert list(function([1, 2])) == pytest.approx([function(1), function(2)])
    assert function([]).shape == (0,)
    assert list(grid.ravel()) == [0, 1, 2, 3, 40, 500]


def test_one_place_on_the_bell_has_one_word():
    assert type(place_on_bell(1, 1, 100).side) is str


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ternary_complex(-1, 5, 50, 1, 100), "free_drug_nM is -1; allowed are numbers from 0"),
        (lambda: ternary_complex([1, math.nan], 5, 50, 1, 100), "free_drug_nM is nan; "),
        (lambda: ternary_complex([1, math.inf], 5, 50, 1, 100), "free_drug_nM is inf; "),
        (lambda: ternary_complex("1", 5, 50, 1, 100), "free_drug_nM is '1'; "),
        (lambda: ternary_complex(None, 5, 50, 1, 100), "free_drug_nM is None; "),
        (lambda: ternary_complex(True, 5, 50, 1, 100), "free_drug_nM is True; "),
        (lambda: ternary_complex([[1], [2, 3]], 5, 50, 1, 100), "free_drug_nM is [[1], [2, 3]]; "),
        (lambda: ternary_complex(1, -5, 50, 1, 100), "target_total_nM is -5; allowed is a number from 0"),
        (lambda: ternary_complex(1, 5, math.nan, 1, 100), "cd3_total_nM is nan; "),
        (lambda: ternary_complex(1, 5, [50], 1, 100), "cd3_total_nM is [50]; "),
        (lambda: ternary_complex(1, 5, 50, 0, 100), "kd_target_nM is 0; allowed is a number from 10⁻¹²"),
        (lambda: ternary_complex(1, 5, 50, 1, -100), "kd_cd3_nM is -100; "),
        (lambda: ternary_complex(1, 5, 50, 1, 100, 0), "cooperativity is 0; "),
        (lambda: ternary_complex(1, 5, 50, 1, 100, "much"), "cooperativity is 'much'; "),
        (lambda: total_drug(-1, 5, 50, 1, 100), "free_drug_nM is -1; "),
        (lambda: ternary_from_total(-1, 5, 50, 1, 100), "total_drug_nM is -1; "),
        (lambda: free_drug_at_peak(0, 100), "kd_target_nM is 0; "),
        (lambda: total_drug_at_peak(5, -50, 1, 100), "cd3_total_nM is -50; "),
        (lambda: peak_complex(5, 50, 1, 0), "kd_cd3_nM is 0; "),
        (lambda: place_on_bell(-1, 1, 100), "concentration_nM is -1; "),
        (lambda: ng_per_ml_to_nM(1, 0), "molecular_weight_kDa is 0; allowed is a number from 0.1"),
        (lambda: ng_per_ml_to_nM(-1, 55), "concentration_ng_per_ml is -1; "),
        (lambda: nM_to_ng_per_ml(math.nan, 55), "concentration_nM is nan; "),
        (lambda: binding_constants("aspirin"), "drug is 'aspirin'; choose one of: blinatumomab, "),
        (lambda: binding_constants(None), "drug is None; choose one of: "),
    ],
)
def test_bad_input_is_one_plain_sentence(call, says):
    with pytest.raises(ValueError) as error:
        call()
    message = str(error.value)
    assert message.startswith(says)
    assert message.endswith(".") and "\n" not in message


def test_the_allowed_borders_are_allowed():
    high, low = binding.HIGHEST_NM, binding.LOWEST_KD_NM
    assert math.isfinite(ternary_complex(high, high, high, low, low, 1e12))
    assert math.isfinite(total_drug(high, high, high, high, high, 1e-12))
    with pytest.raises(ValueError, match="free_drug_nM"):
        ternary_complex(high * 1.01, 1, 1, 1, 1)
