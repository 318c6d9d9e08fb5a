"""The virtual trial: dice, two arms, the protocol, the trial and its truth, and a room full of them."""

import numpy as np
import pytest

from teaching import tables_evidence
from teaching.evidence.chances import chances, shares_of
from teaching.evidence.dice import SIDES, throw
from teaching.evidence.difference import coverage, difference, limits, patients_needed, power, wilson
from teaching.evidence.numbers import value_of
from teaching.evidence.pool import STANDARD, pool
from teaching.evidence.protocol import ENDPOINTS, NO_CONTROL, VERDICTS, Protocol, affordable, budget, seed_of, supported
from teaching.evidence.regression import expected_fall
from teaching.evidence.room import colleagues, colleagues_seed, repeat
from teaching.evidence.virtual_trial import (
    RELAPSE_OF_START,
    REMISSION_OF_START,
    RESPONSE_POINTS,
    Truth,
    first_relapse,
    first_remission,
    run,
    times_to_relapse,
    true_share,
)
from teaching.model.course import RELAPSE_SHARE, REMISSION_SHARE

CAR, OBI = "CD19 CAR-T", "obinutuzumab"
LATE = Protocol(CAR, OBI, "remission", 36, 16)


# --- the dice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [  # tests/kat_vectors of Random123, threefry2x32 with 20 rounds
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_the_dice_are_threefry(counter, key, expected):
    assert tuple(int(one) for one in throw(*key, *counter)) == expected


def test_the_dice_are_even():
    """A hundred thousand throws in sixteen boxes: chi-square below its 99.99 % point, and no echo of the one before."""
    from scipy.stats import chi2

    thrown = throw(7, 0, np.arange(100_000), 0)[0]
    boxes = np.bincount(thrown >> np.uint32(28), minlength=16)
    assert ((boxes - 6250) ** 2 / 6250).sum() < chi2.ppf(0.9999, 15)
    assert abs(np.corrcoef(thrown[:-1].astype(float), thrown[1:].astype(float))[0, 1]) < 0.015


# --- two arms ------------------------------------------------------------------------------------------------------


def test_newcombes_published_examples():
    """Newcombe 1998, table II, method 10: 56/70 against 48/80 and 10/10 against 0/10."""
    assert difference(56, 70, 48, 80)[:3] == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert difference(10, 10, 0, 10)[:3] == pytest.approx((1.0, 0.6075, 1.0), abs=5e-5)


def test_the_many_are_the_one():
    """The limits of all pairs at once are those of scipy's Wilson intervals, pair by pair."""
    low, high = limits(7, 7)
    for one in range(8):
        for two in range(8):
            found = difference(one, 7, two, 7)
            assert (low[one, two], high[one, two]) == pytest.approx((found.low, found.high), abs=1e-12)
    assert wilson(np.array([0, 7]), 7)[0][0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("n", [10, 16, 50, 200])
@pytest.mark.parametrize(("one", "two"), [(0.56, 0.34), (0.9, 0.9), (0.7, 0.1), (0.5, 0.5)])
def test_the_interval_holds_the_truth_as_often_as_it_says(n, one, two):
    assert 0.925 < coverage(one, two, n) < 0.995


def test_power_by_simulation_is_the_exact_power():
    """Two thousand trials drawn by numpy against the sum over all pairs of counts."""
    chance, n = np.random.default_rng(3), 30
    seen = chance.binomial(n, 0.7, 2000), chance.binomial(n, 0.4, 2000)
    won = (limits(n, n)[0][seen] > 0).mean()
    assert won == pytest.approx(power(0.7, 0.4, n), abs=4 * np.sqrt(0.25 / 2000))
    assert power(0.4, 0.4, n) < 0.04


@pytest.mark.parametrize(("one", "two"), [(0.48, 0.21), (0.6, 0.3), (0.8, 0.5), (0.4, 0.25)])
def test_the_rule_of_thumb_gives_a_power_of_about_80_percent(one, two):
    assert 0.75 < power(one, two, round(patients_needed(one, two))) < 0.88


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: power(1.2, 0.1, 10),
        lambda: power(0.5, 0.1, 0),
        lambda: patients_needed(0.3, 0.3),
        lambda: difference(5, 4, 1, 4),
    ],
)
def test_impossible_numbers_get_one_sentence(wrong):
    with pytest.raises(ValueError) as refused:
        wrong()
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


# --- who is let in, what is read, who leaves -----------------------------------------------------------------------


def test_the_chances_are_those_of_regression_to_the_mean():
    """Whole points instead of real numbers: mean at entry, mean level and untreated fall stay within 0.4 points."""
    tables, chance = chances(), shares_of(chances().entry)
    assert chance.sum() == pytest.approx(1) and (tables.reading >= value_of("regression", "entry_score")).all()
    assert (chance * tables.reading).sum() == pytest.approx(value_of("regression", "published_entry_score"), abs=0.4)
    assert (chance * (tables.reading - tables.level)).sum() == pytest.approx(expected_fall(), abs=0.4)
    swings = np.arange(len(tables.swing)) + tables.lowest_swing
    swing = shares_of(tables.swing)
    assert (swing * swings).sum() == pytest.approx(0, abs=1e-6)
    assert np.sqrt((swing * swings**2).sum()) == pytest.approx(value_of("regression", "visit_sd"), rel=0.01)
    year = pool().visits.index(12)
    assert tables.left[year] / SIDES == pytest.approx(1 - np.exp(-value_of("trial", "leave_per_year")))


def test_standard_treatment_responds_as_published_placebo_arms_did():
    """Nothing was fitted to it: 3,899 patients on placebo with standard care reached SRI-4 in 39.8 %."""
    published = tables_evidence.appraisal()["regression", "published_placebo_response"].value
    assert 100 * true_share(STANDARD, "response", 12) == pytest.approx(published, abs=5)


def test_remission_and_relapse_are_those_of_the_model():
    assert (REMISSION_OF_START, RELAPSE_OF_START) == (REMISSION_SHARE, RELAPSE_SHARE)
    assert value_of("regression", "fall_called_improvement") == RESPONSE_POINTS


# --- the protocol --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"endpoint": ""}, "no endpoint"),
        ({"endpoint": "cure"}, "choose one of: response, remission, no relapse"),
        ({"therapy": "aspirin"}, "choose one of: CD19 CAR-T"),
        ({"control": "nothing"}, NO_CONTROL),
        ({"month": 13}, "3, 6, 9, 12"),
        ({"patients": 2}, "5 to 200"),
        ({"patients": 12.5}, "whole number"),
        ({"patients": 60, "month": 12}, "costs 1,440 patient-months, and the budget is 1,200"),
        ({"matters": 0}, "from 1 to 100 points"),
    ],
)
def test_a_protocol_that_cannot_be_run_says_why(changes, says):
    good = {"therapy": CAR, "control": OBI, "endpoint": "remission", "month": 36, "patients": 16, "matters": 20}
    with pytest.raises(ValueError, match="(?s).*") as refused:
        Protocol(**{**good, **changes})
    assert says in str(refused.value) and str(refused.value).endswith(".")


@pytest.mark.parametrize("seed", ["", "seven", 0, -3, 1.5, 1_000_000, None, True, float("nan")])
def test_a_number_of_dice_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match="whole number from 1 to 999,999"):
        seed_of(seed)


def test_the_budget_hurts():
    assert affordable(OBI, 12) == 50 and affordable(OBI, 24) == 25 and affordable(NO_CONTROL, 24) == 50
    for month in pool().visits:
        assert Protocol(CAR, OBI, "remission", month, affordable(OBI, month)).cost <= budget()


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.5, "works better"), (-0.5, -0.01, "works worse"), (-0.1, 0.1, "no difference that matters"),
     (-0.1, 0.25, "cannot say"), (-0.25, 0.1, "cannot say"), (0, 0.1, "no difference that matters"),
     (None, None, "cannot say")],
)  # fmt: skip
def test_what_the_data_support(low, high, verdict):
    assert supported(low, high, 20) == verdict and verdict in VERDICTS


# --- the trial -----------------------------------------------------------------------------------------------------


def test_the_same_number_gives_the_same_trial_and_another_one_another():
    one, again, other = run(LATE, 5), run(LATE, "5"), run(LATE, 6)
    assert all((a.readings == b.readings).all() for a, b in zip(one.arms, again.arms, strict=True))
    assert repr(one.table) == repr(again.table)
    assert any((a.readings != b.readings).any() for a, b in zip(one.arms, other.arms, strict=True))


def test_more_patients_and_later_months_leave_the_first_ones_as_they_were():
    short, long = run(Protocol(CAR, OBI, "remission", 6, 20), 11), run(Protocol(CAR, OBI, "response", 24, 25), 11)
    for a, b in zip(short.arms, long.arms, strict=True):
        assert (a.entry == b.entry[:20]).all() and (a.readings == b.readings[:20, :2]).all()


def test_a_pinned_trial():
    """The script of the page is held to this one too (tests/browser/test_trial.py)."""
    found = run(LATE, 1)
    assert [arm.events for arm in found.arms] == [10, 7]
    assert found.compared[:3] == pytest.approx((0.1875, -0.14439, 0.46825), abs=1e-4)


def test_both_arms_the_same_differ_by_chance_alone():
    """The same therapy in both arms: a false alarm in at most 5 of 100, on either side."""
    found = repeat(Protocol(CAR, CAR, "remission", 36, 16), 4, 400)
    assert sum(found.supports.count(one) for one in ("works better", "works worse")) < 0.07 * 400
    assert np.diff(found.events.mean(axis=0)) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("therapy", "control", "month"), [(CAR, OBI, 42), ("rituximab", STANDARD, 12), ("blinatumomab", CAR, 60)]
)
def test_a_thousand_patients_find_the_truth(endpoint, therapy, control, month):
    protocol = Protocol(therapy, control, endpoint, month, affordable(control, month))
    runs = 4000 // protocol.patients
    events = repeat(protocol, 2, runs).events.sum(axis=0)
    truth, n = np.array(Truth(protocol).shares), runs * protocol.patients
    assert events / n == pytest.approx(truth, abs=float(4.5 * np.sqrt(0.25 / n)))


def test_simulated_power_is_the_exact_power_of_the_true_shares():
    protocol = Protocol(CAR, OBI, "remission", 42, 14)
    found = repeat(protocol, 9, 600)
    assert found.power == pytest.approx(power(*Truth(protocol).shares, 14), abs=4 * np.sqrt(0.25 / 600))


def test_who_leaves_has_not_reached_the_endpoint():
    arm = run(Protocol(CAR, OBI, "response", 60, 10), 3).arms[0]
    gone = arm.left < arm.readings.shape[1]
    assert gone.any() and not arm.reached[gone].any() and len(arm.changes) == (~gone).sum()


def test_remission_and_relapse_are_read_from_the_visits():
    entry = np.array([8, 8, 8, 8])
    readings = np.array([[8, 2, 2, 4], [8, 3, 9, 9], [2, 3, 3, 3], [2, 4, 1, 0]])
    assert first_remission(entry, readings).tolist() == [1, 4, 0, 0]
    assert first_relapse(entry, readings).tolist() == [3, 4, 4, 1]


def test_times_to_relapse_end_with_the_last_visit_that_was_seen():
    protocol = Protocol(CAR, "rituximab", "no relapse", 24, 25)
    found = run(protocol, 8)
    for arm in found.arms:
        months, relapsed = times_to_relapse(arm, protocol.visits)
        assert (months >= 0).all() and (months <= 24).all() and len(months) == len(relapsed) <= arm.n
    rituximab = times_to_relapse(found.arms[1], protocol.visits)[1]
    assert rituximab.mean() > 0.5  # its patients are nearly all ill again within two years


def test_without_a_control_there_is_nothing_to_compare():
    single = run(Protocol(CAR, NO_CONTROL, "remission", 24, 50), 2)
    assert single.compared is None and single.supports == "cannot say" and len(single.arms) == 1


# --- the room ------------------------------------------------------------------------------------------------------


def test_nineteen_colleagues_have_nineteen_numbers_and_the_same_truth():
    assert len({colleagues_seed(77, number) for number in range(19)}) == 19
    found = colleagues(LATE, 77)
    assert len(found) == 19 and {one.protocol for one in found} == {LATE}
    assert len({tuple(arm.events for arm in one.arms) for one in found}) > 5


def test_colleagues_with_protocols_of_their_own_stay_within_the_budget():
    found = colleagues(LATE, 77, protocols="their own")
    assert len({one.protocol.month for one in found}) > 3 and all(one.protocol.cost <= budget() for one in found)
    assert {one.protocol.arms for one in found} == {LATE.arms}


def test_a_room_that_cannot_be_filled_says_so():
    for wrong in (lambda: colleagues(LATE, 1, 0), lambda: repeat(LATE, 1, 0), lambda: repeat(LATE, "x")):
        with pytest.raises(ValueError):
            wrong()


def test_repetitions_tell_how_far_they_are():
    told = []
    repeat(LATE, 1, 5, lambda done, size: told.append((done, size)))
    assert told == [(number, 5) for number in range(1, 6)]
