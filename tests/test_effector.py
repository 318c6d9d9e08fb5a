"""Fc receptor genotype, antigen shaving, exhaustion: what was measured, what the forms say."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching import tables
from teaching.model.effector import (
    antigen_after_shaving,
    exhausted_fraction,
    fc_receptor_factor,
    lysis_under_exposure,
    shaved_fraction,
)

SHARE = st.floats(0, 1)
RATE = st.floats(0.001, 5)
PAUSE = [(0, 7)]


def value(name):
    return tables.parameters()["effector", name].value


def stepwise(rates, start, end, steps=20_000):
    """x' = go (1 - x) - back x from x(0) = start by Euler's midpoint rule: an independent solution."""
    x, step = start, end / steps
    for number in range(steps):
        go, back = rates((number + 0.5) * step)
        half = x + step / 2 * (go * (1 - x) - back * x)
        x += step * (go * (1 - half) - back * half)
    return x


# --- Fc receptor ---------------------------------------------------------------------------------


def test_each_v_allele_helps_by_the_same_factor():
    factors = [fc_receptor_factor(genotype) for genotype in ("FF", "VF", "VV")]
    assert factors[0] < factors[1] == 1 < factors[2]
    assert factors[1] / factors[0] == pytest.approx(factors[2] / factors[1])


def test_v_over_f_homozygotes_stays_inside_the_recalled_ratio_of_affinity():
    assert 2 <= fc_receptor_factor("VV") / fc_receptor_factor("FF") <= 3


def test_the_factor_is_an_assumption_and_says_so():
    row = tables.parameters()["effector", "fc_receptor_step_per_v_allele"]
    assert row.source == ("assumption",) and row.confidence == "recalled"
    assert row.low == 1, "no effect at all must stay in range"
    assert "assumption" in fc_receptor_factor.__doc__.splitlines()[0]


def test_one_cohort_contradicts_any_factor_that_rises_with_v():
    seen = {genotype: value(f"response_percent_{genotype.lower()}") for genotype in ("FF", "VF", "VV")}
    assert sorted(seen, key=seen.get) == ["VV", "FF", "VF"]
    assert sorted(seen, key=fc_receptor_factor) == ["FF", "VF", "VV"]


# --- shaving -------------------------------------------------------------------------------------


def test_half_of_cd19_can_vanish_without_a_dead_cell():
    assert shaved_fraction("CD19") == pytest.approx(0.51, abs=0.01)
    assert 1 - antigen_after_shaving(1000, "CD19") == pytest.approx(0.51, abs=0.01)


def test_rituximab_takes_four_fifths_of_cd20_within_an_hour():
    assert antigen_after_shaving(1) < 0.2
    assert 0.75 < 1 - antigen_after_shaving(1) < 0.90


def test_cd20_is_back_a_day_after_the_antibody_is_gone():
    at_end = antigen_after_shaving(12, drug_hours=12)
    day_later = antigen_after_shaving(12 + 24, drug_hours=12)
    assert at_end < 0.1
    assert day_later > 0.9
    lost = 1 - np.array([at_end, day_later])
    assert lost[1] / lost[0] == pytest.approx(0.1, abs=0.005)


def test_an_antibody_that_is_not_shaved_loses_nothing():
    assert shaved_fraction(activity=0) == 0
    assert list(antigen_after_shaving([0, 1, 100], activity=0)) == [1, 1, 1]


def test_antigen_is_whole_at_the_start_and_never_rises_while_antibody_is_there():
    shown = antigen_after_shaving(np.linspace(0, 48, 97), "CD19")
    assert shown[0] == 1
    assert all(later < earlier for earlier, later in pairwise(shown[:40]))


@given(SHARE, RATE, RATE)
def test_antigen_ends_at_the_balance(activity, shaving, back):
    rates = dict(activity=activity, shaving_per_hour=shaving, reexpression_per_hour=back)
    lost = shaved_fraction(**rates)
    assert 0 <= lost < 1
    assert 1 - antigen_after_shaving(50 / back, **rates) == pytest.approx(lost, abs=1e-12)


def test_the_closed_form_of_shaving_agrees_with_small_steps():
    expected = 1 - stepwise(lambda hour: (1.5 * 0.6 if hour < 2 else 0, 0.2), 0.0, 5.0)
    found = antigen_after_shaving(5, drug_hours=2, activity=0.6, shaving_per_hour=1.5, reexpression_per_hour=0.2)
    assert found == pytest.approx(expected, rel=1e-6)


def test_without_return_what_is_shaved_stays_away():
    assert shaved_fraction(reexpression_per_hour=0) == 1
    shown = antigen_after_shaving([2, 500], drug_hours=2, reexpression_per_hour=0)
    assert shown[0] == pytest.approx(shown[1]) and 0 < shown[0] < 0.1
    still = antigen_after_shaving([0, 5], shaving_per_hour=0, reexpression_per_hour=0)
    assert list(still) == [1, 1]


# --- exhaustion ----------------------------------------------------------------------------------

MEASURED = {7: 88.4, 14: 34.9, 28: 8.6}
AFTER_PAUSE = 93.4


def test_continuous_exposure_exhausts_and_a_pause_preserves():
    """Lysis in vitro on days 7, 14, 28, and on day 14 after a week without drug: within 10 points."""
    for day, lysis in MEASURED.items():
        assert lysis_under_exposure(day) == pytest.approx(lysis, abs=10), day
    assert lysis_under_exposure(14, PAUSE) == pytest.approx(AFTER_PAUSE, abs=10)


def test_lysis_proportional_to_fresh_t_cells_cannot_reach_the_data():
    """Why a test that fills up stands in the form: the plain product misses by 10 points or more."""
    days, measured = np.array([*MEASURED]), np.array([*MEASURED.values()])
    rate = np.linspace(0, 1, 1001)[:, None, None]
    highest = np.linspace(0, 100, 101)[None, :, None]
    miss = np.abs(highest * np.exp(-rate * days) - measured).max(axis=-1)
    assert miss.min() == pytest.approx(17, abs=0.5)


def test_the_recorded_rates_are_the_fit():
    """The fit itself: smallest largest miss for ke and kappa, then kr from the pause."""
    days, measured = np.array([*MEASURED]), np.array([*MEASURED.values()])
    rate = np.linspace(0.05, 0.5, 451)[:, None, None]
    kappa = np.linspace(1, 20, 381)[None, :, None]
    miss = np.abs(-100 * np.expm1(-kappa * np.exp(-rate * days)) - measured).max(axis=-1)
    recorded = max(abs(lysis_under_exposure(day) - MEASURED[day]) for day in MEASURED)
    assert recorded == pytest.approx(miss.min(), abs=0.7)
    assert lysis_under_exposure(14, PAUSE) == pytest.approx(AFTER_PAUSE, abs=0.5)


def test_the_recovery_rate_is_hardly_known():
    """What the docstring and the table say: even without recovery the pause is within 10 points."""
    row = tables.parameters()["effector", "exhaustion_recovery_per_day"]
    for rate in (row.low, row.high):
        assert lysis_under_exposure(14, PAUSE, recovery_per_day=rate) == pytest.approx(AFTER_PAUSE, abs=10)


@pytest.mark.parametrize("name", ["exhaustion_per_day", "exhaustion_assay_kill"])
def test_ranges_of_the_fit_have_partners_within_ten_points(name):
    row = tables.parameters()["effector", name]
    days, measured = np.array([*MEASURED]), np.array([*MEASURED.values()])
    other = np.linspace(0.1, 0.4, 301) if "kill" in name else np.linspace(2, 25, 461)
    for end in (row.low, row.high):
        rate, kappa = (other, np.full(other.shape, end)) if "kill" in name else (end + 0 * other, other)
        lysis = -100 * np.expm1(-kappa[:, None] * np.exp(-rate[:, None] * days))
        assert np.abs(lysis - measured).max(axis=1).min() <= 10


def test_no_engager_no_exhaustion():
    assert list(exhausted_fraction([0, 7, 28], [])) == [0, 0, 0]
    assert lysis_under_exposure(0) > 99
    assert exhausted_fraction(28, saturation=0) == 0


def test_exhaustion_rises_under_drug_and_falls_without():
    course = exhausted_fraction(np.arange(0, 29), [(0, 7), (14, 21)])
    steps = np.sign(np.diff(course))
    assert list(steps) == [1] * 7 + [-1] * 7 + [1] * 7 + [-1] * 7
    assert course[0] == 0 and course.max() < 1


def test_the_same_days_of_drug_exhaust_less_with_pauses():
    assert exhausted_fraction(28, [(0, 7), (14, 21)]) < exhausted_fraction(14)
    assert lysis_under_exposure(28, [(0, 7), (14, 21)]) > lysis_under_exposure(28)


def test_less_drug_on_the_t_cells_exhausts_less():
    found = [exhausted_fraction(28, saturation=s) for s in (0, 0.1, 0.5, 1)]
    assert all(lower < higher for lower, higher in pairwise(found))


@given(SHARE, RATE, RATE)
def test_partial_saturation_ends_at_its_balance(s, exhaustion, recovery):
    rates = dict(saturation=s, exhaustion_per_day=exhaustion, recovery_per_day=recovery)
    balance = exhaustion * s / (exhaustion * s + recovery * (1 - s))
    assert exhausted_fraction(1e6, **rates) == pytest.approx(balance, abs=1e-9)


def test_the_closed_form_of_exhaustion_agrees_with_small_steps():
    ke, kr, s = 0.3, 0.1, 0.7
    schedule = [(1, 5), (8, 9)]

    def rates(day):
        here = s if any(start <= day < stop for start, stop in schedule) else 0
        return ke * here, kr * (1 - here)

    found = exhausted_fraction(12, schedule, saturation=s, exhaustion_per_day=ke, recovery_per_day=kr)
    assert found == pytest.approx(stepwise(rates, 0.0, 12.0, steps=24_000), rel=1e-6)


# --- shapes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda time: antigen_after_shaving(time, drug_hours=3),
        lambda time: exhausted_fraction(time, [(0, 7), (14, 21)]),
        lambda time: lysis_under_exposure(time, [(0, 7), (14, 21)]),
    ],
)
def test_a_number_gives_a_number_and_an_array_its_own_shape(function):
    """Times need no order; each is answered as if it stood alone."""
    grid = np.array([[21, 0, 2], [3, 28, 14]])
    found = function(grid)
    assert found.shape == grid.shape
    for place, time in np.ndenumerate(grid):
        single = function(time)
        assert type(single) is float
        assert found[place] == pytest.approx(single, rel=1e-14)
    assert function([]).shape == (0,)


def test_a_schedule_may_be_an_array_or_end_never():
    days = [3, 10, 20]
    pairs = exhausted_fraction(days, [(0, 7), (14, math.inf)])
    assert list(exhausted_fraction(days, np.array([[0, 7], [14, np.inf]]))) == list(pairs)
    assert list(exhausted_fraction(days, [(0, math.inf)])) == list(exhausted_fraction(days))
    joined = exhausted_fraction(days, [(0, 7), (7, 14)])
    assert list(joined) == pytest.approx(list(exhausted_fraction(days, [(0, 14)])))


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fc_receptor_factor("AA"), "genotype is 'AA'; choose one of: FF, VF, VV."),
        (lambda: fc_receptor_factor("vv"), "genotype is 'vv'; "),
        (lambda: fc_receptor_factor(None), "genotype is None; "),
        (lambda: shaved_fraction("BCMA"), "antigen is 'BCMA'; choose one of: CD20, CD19."),
        (lambda: shaved_fraction(["CD20"]), "antigen is ['CD20']; "),
        (lambda: shaved_fraction(activity=1.5), "activity is 1.5; allowed is a number from 0 to 1"),
        (lambda: shaved_fraction(shaving_per_hour=-1), "shaving_per_hour is -1; "),
        (lambda: shaved_fraction(reexpression_per_hour=math.nan), "reexpression_per_hour is nan; "),
        (lambda: antigen_after_shaving(-1), "hours is -1; allowed are numbers from 0"),
        (lambda: antigen_after_shaving([1, math.nan]), "hours is nan; "),
        (lambda: antigen_after_shaving(math.inf), "hours is inf; "),
        (lambda: antigen_after_shaving("1"), "hours is '1'; "),
        (lambda: antigen_after_shaving(1, drug_hours=-2), "drug_hours is -2; "),
        (lambda: exhausted_fraction(-1), "days is -1; "),
        (lambda: exhausted_fraction(1, saturation=2), "saturation is 2; "),
        (lambda: exhausted_fraction(1, exhaustion_per_day=-1), "exhaustion_per_day is -1; "),
        (lambda: exhausted_fraction(1, recovery_per_day="slow"), "recovery_per_day is 'slow'; "),
        (lambda: lysis_under_exposure(1, assay_kill=True), "assay_kill is True; "),
        (lambda: lysis_under_exposure(1, "weekly"), "schedule is 'weekly'; use 'continuous' or pairs"),
        (lambda: lysis_under_exposure(1, [(7, 0)]), "schedule is [(7, 0)]; "),
        (lambda: lysis_under_exposure(1, [(0, 7), (5, 9)]), "schedule is [(0, 7), (5, 9)]; "),
        (lambda: lysis_under_exposure(1, [(3, 3)]), "schedule is [(3, 3)]; "),
        (lambda: lysis_under_exposure(1, [(-1, 3)]), "schedule is [(-1, 3)]; "),
        (lambda: lysis_under_exposure(1, [(0, math.nan)]), "schedule is [(0, nan)]; "),
        (lambda: lysis_under_exposure(1, [0, 7]), "schedule is [0, 7]; "),
        (lambda: lysis_under_exposure(1, 7), "schedule is 7; "),
    ],
)
def test_bad_input_is_one_plain_sentence(call, says):
    with pytest.raises(ValueError) as error:
        call()
    message = str(error.value)
    assert message.startswith(says)
    assert message.endswith(".") and "\n" not in message
