"""The balance of B cells: the pool and its window, blood, and the law by which a clone regrows; then bad input."""

import math

import numpy as np
import pytest
from scipy.integrate import odeint, solve_ivp

from teaching import Patient
from teaching.model import balance as pool
from teaching.model.balance import days_to, regrowth_days

REST = pool.Pools(1.0, 70.0)
LOSS = 0.02


# --- the pool ---------------------------------------------------------------------------------------------


def test_at_rest_nothing_moves():
    blood, tissue = pool.two_pools(np.array([0.0, 0.01, 1, 100, 1000]), REST, REST, LOSS)
    assert blood == pytest.approx(np.full(5, REST.blood)) and tissue == pytest.approx(np.full(5, REST.tissue))
    assert pool.pool_over_time([0, 500], 71, 71, LOSS) == pytest.approx([71, 71])


@pytest.mark.parametrize("production", [0, 0.25, 1, 1.5])
@pytest.mark.parametrize("start", [REST, pool.Pools(0.0, 70.0), pool.Pools(0.0, 0.0), pool.Pools(0.5, 1.0)])
def test_the_closed_form_is_what_an_integrator_finds(start, production):
    h, r = pool.transit_per_day(), pool.return_per_day(REST, LOSS)
    p = production * LOSS * REST.total

    def slopes(y, t):
        return [p + r * y[1] - (h + LOSS) * y[0], h * y[0] - (r + LOSS) * y[1]]

    days = np.array([0, 0.001, 0.01, 0.05, 0.3, 2, 30, 200])
    found = odeint(slopes, list(start), days, rtol=1e-10, atol=1e-12)
    blood, tissue = pool.two_pools(days, start, REST, LOSS, production)
    assert blood == pytest.approx(found[:, 0], rel=1e-6, abs=1e-8)
    assert tissue == pytest.approx(found[:, 1], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("production", [0, 0.25, 1, 1.5])
def test_both_pools_together_are_the_one_equation(production):
    days, start = np.linspace(0, 300, 50), pool.Pools(0.0, 7.0)
    blood, tissue = pool.two_pools(days, start, REST, LOSS, production)
    assert blood + tissue == pytest.approx(pool.pool_over_time(days, start.total, production * REST.total, LOSS))


def test_without_production_half_is_left_after_each_half_life():
    days = pool.half_life_days(LOSS) * np.arange(4)
    assert pool.pool_over_time(days, 80, 0, LOSS) == pytest.approx([80, 40, 20, 10])
    assert pool.loss_per_day(pool.half_life_days(LOSS)) == pytest.approx(LOSS)


def test_depth_hardly_matters_for_what_a_tap_refills():
    """A thousandth or a millionth left: half is back after one half-life; dividing survivors would double the time."""
    after = [pool.days_to(35, 70 * left, 70, LOSS) for left in (1e-3, 1e-6, 0)]
    assert after == pytest.approx([pool.half_life_days(LOSS)] * 3, abs=0.1)


def test_an_emptied_blood_refills_from_tissue_in_hours_and_an_emptied_body_from_the_marrow_in_weeks():
    only_blood, _ = pool.two_pools(3 / 24, pool.Pools(0, REST.tissue), REST, LOSS)
    body, _ = pool.two_pools(3 / 24, pool.Pools(0, 0), REST, LOSS)
    assert only_blood > 0.9 * REST.blood and body < 0.06 * REST.blood


def test_a_slower_passage_refills_blood_later():
    empty = pool.Pools(0.0, REST.tissue)
    after = [pool.two_pools(1 / 24, empty, REST, LOSS, transit=transit)[0] for transit in (48, 12, 2)]
    assert after[0] > after[1] > after[2]


@pytest.mark.parametrize("level, start, rest, expected", [
    (50, 50, 100, 0.0),
    (50, 0, 50, math.inf),
    (50, 0, 25, math.inf),
    (20, 50, 100, math.inf),
    (25, 100, 0, 2 * math.log(2) / LOSS),
])  # fmt: skip
def test_the_day_of_a_level(level, start, rest, expected):
    assert pool.days_to(level, start, rest, LOSS) == pytest.approx(expected)


def test_a_day_that_was_named_is_on_the_curve():
    day = pool.days_to(63, 2, 70, LOSS)
    assert pool.pool_over_time(day, 2, 70, LOSS) == pytest.approx(63)


def test_numbers_come_back_as_they_went_in():
    assert isinstance(pool.pool_over_time(3, 1, 2, LOSS), float)
    assert pool.pool_over_time([[1, 2], [3, 4]], 1, 2, LOSS).shape == (2, 2)
    assert all(isinstance(value, float) for value in pool.two_pools(3, REST, REST, LOSS))


def test_the_share_in_blood_of_a_typical_patient_is_one_to_two_percent():
    """228 per uL in 5 L are 1.14e9; 75.5e9 in spleen and nodes; the textbooks' 2 % counts all lymphocytes."""
    pools = pool.pools_of(Patient.typical("SLE"))
    assert pools.blood == pytest.approx(228 * 5e6 / 1e9, rel=0.02)
    assert pools.tissue == pytest.approx(75.5)
    assert 1 < pools.blood_percent < 2


def test_traffic_closes_half_of_the_gap_within_the_half_hour_that_is_named():
    days = np.array([0.0, pool.half_gap_days(REST, LOSS)])
    blood, _ = pool.two_pools(days, pool.Pools(0.0, REST.tissue), REST, LOSS)
    assert blood[1] == pytest.approx(0.5 * REST.blood, rel=0.02) and 10 < 1440 * days[1] < 40


@pytest.mark.parametrize("passages", [48, 12, 2])
def test_with_another_traffic_the_gap_is_half_closed_when_it_is_said(passages):
    day = pool.half_gap_days(REST, LOSS, passages)
    blood, _ = pool.two_pools(day, pool.Pools(0.0, REST.tissue), REST, LOSS, transit=passages)
    assert blood == pytest.approx(0.5 * REST.blood, rel=0.02) and day == pytest.approx(math.log(2) / passages, rel=0.02)


# --- the law of regrowth ----------------------------------------------------------------------------------


@pytest.mark.parametrize("growth", [0.008, 0.015, 0.025])
def test_each_further_decade_costs_ln10_over_growth(growth):
    days = regrowth_days(np.arange(2, 9), growth)
    assert np.diff(days) == pytest.approx(np.full(6, math.log(10) / growth), rel=0.01)


def test_the_law_is_the_solution_of_logistic_growth():
    growth, depth = 0.015, 3.0
    day = regrowth_days(depth, growth)
    found = solve_ivp(lambda t, a: growth * a * (1 - a), (0, day), [10**-depth], rtol=1e-9, atol=1e-12)
    assert found.y[0, -1] == pytest.approx(0.5, rel=1e-4)


def test_a_clone_minds_depth_and_a_pool_with_a_tap_does_not():
    deeper_clone = regrowth_days(6, 0.015) - regrowth_days(3, 0.015)
    deeper_pool = days_to(50, 1e-4, 100, 0.015) - days_to(50, 1e-1, 100, 0.015)
    assert deeper_clone > 400 and deeper_pool < 1


def test_half_or_more_left_needs_no_time():
    assert regrowth_days([0, 0.2, 0.3], 0.015) == pytest.approx([0, 0, 0], abs=1e-9)


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call, words", [
    (lambda: pool.half_life_days(0), "rate_per_day is 0; allowed is a number from 10⁻⁹"),
    (lambda: pool.loss_per_day("35"), "half_life is '35'; allowed"),
    (lambda: pool.pool_over_time(-1, 1, 1, 1), "days is -1; allowed are numbers from 0"),
    (lambda: pool.pool_over_time("soon", 1, 1, 1), "days is 'soon'"),
    (lambda: pool.pool_over_time([1, [2, 3]], 1, 1, 1), "days is"),
    (lambda: pool.pool_over_time(1, math.nan, 1, 1), "start is nan; allowed"),
    (lambda: pool.two_pools(1, REST, REST, 0), "loss is 0; allowed"),
    (lambda: pool.two_pools(1, REST, REST, LOSS, production=-1), "production is -1; allowed"),
    (lambda: pool.deplete(REST, 1.5), "share is 1.5; allowed is a number from 0 to 1."),
    (lambda: pool.deplete(REST, 0.5, "spleen"), "where is 'spleen'; choose one of: everywhere, blood only"),
    (lambda: pool.return_per_day(pool.Pools(0.1, 76), 0.05, 4), "0.1 × 10⁹ cells in blood that stay there for 6 hours"),
])  # fmt: skip
def test_bad_input_is_named_in_a_sentence(call, words):
    with pytest.raises(ValueError) as problem:
        call()
    assert words in str(problem.value)
    assert str(problem.value).endswith(".") and "\n" not in str(problem.value)


@pytest.mark.parametrize("call, words", [
    (lambda: regrowth_days(-1, 0.015), "depth_log10 is -1; allowed are numbers from 0 to 300."),
    (lambda: regrowth_days("deep", 0.015), "depth_log10 is 'deep'"),
    (lambda: regrowth_days(3, 0), "growth is 0; allowed is a number from 10⁻⁹"),
])  # fmt: skip
def test_bad_input_of_the_law_is_named(call, words):
    with pytest.raises(ValueError) as problem:
        call()
    assert words in str(problem.value)
