"""Plans by the few numbers that a clinician names, half-lives from the table, and patients with few or many B cells."""

import math

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.model import schedules
from teaching.model.half_life import half_life_hours, half_lives_days
from teaching.model.load import LOADS, with_load
from teaching.model.therapies import product

DRUG = "blinatumomab"


def _part(rate, days, start):
    return Plan(DRUG, rate_ug_per_day=rate, duration_days=days, days=[start])


# --- what must be true ------------------------------------------------------------------------------------


def test_a_step_and_a_pause_keep_the_days_of_infusion():
    assert schedules.infusion(DRUG, 9, 5) == _part(9, 5, 0)
    assert schedules.infusion(DRUG, 9, 5, pause_hours=12) == _part(9, 2.5, 0) + _part(9, 2.5, 3)
    assert schedules.stepped_infusion(DRUG, 5, 2, 9, 5) == _part(5, 2, 0) + _part(9, 3, 2)


def test_infusions_count_by_the_body_of_the_patient():
    large = Patient.typical("SLE").change(surface_m2=2.0)
    assert schedules.usual_infusions("weekly rituximab", large) == (750, 4, 7)
    assert schedules.usual_infusions("rituximab", large) == (1000, 2, 14)


def test_half_lives_are_those_of_the_papers():
    """Rituximab in RA 17 to 22 days (lioger2017, breedveld2007); obinutuzumab about 8.5 at first and 29 to 32 late."""
    assert half_lives_days(product("rituximab")) == pytest.approx((18.7, 18.7), abs=0.2)
    first, last = half_lives_days(product("obinutuzumab"))
    assert 7.5 < first < 9.5 and 29 < last < 33


def test_an_engager_leaves_the_course_with_its_half_life():
    course = treat(Patient.typical("SLE"), Plan.usual(DRUG), 7)
    level, after = course["blinatumomab_ng_per_ml"], (course.time_days > 5.05) & (course.time_days < 5.6)
    slope = np.polyfit(24 * course.time_days[after], np.log(level[after]), 1)[0]
    assert -math.log(2) / slope == pytest.approx(half_life_hours(product(DRUG)), rel=0.03)


def test_a_load_is_the_same_patient_in_proportion_and_in_balance():
    patient = Patient.typical("SLE")
    for load, share in zip(LOADS, (30 / 45, 1, 60 / 45), strict=True):
        person = with_load(patient, load)
        assert person["lymphoid_naive"] == pytest.approx(share * patient["lymphoid_naive"])
        assert person["blood_memory_start"] == pytest.approx(share * patient["blood_memory_start"])
        assert person.rest()["r_N"] == pytest.approx(patient.rest()["r_N"])


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call, words", [
    (lambda: schedules.stepped_infusion(DRUG, 9, 2, 9, 5), "the first rate is 9 and the rate after it 9 µg/day"),
    (lambda: schedules.stepped_infusion(DRUG, 5, 5, 9, 5), "the first rate takes 5 of 5 days; leave at least one day"),
    (lambda: half_lives_days(product(DRUG)), "half_lives_days() was given blinatumomab; it needs a product of"),
    (lambda: half_life_hours("rituximab"), "half_life_hours() was given 'rituximab'; it needs a product of"),
    (lambda: with_load(Patient.typical("SLE"), "none"), "load is 'none'; choose one of: few, usual, many"),
])  # fmt: skip
def test_what_cannot_be_is_named(call, words):
    with pytest.raises(ValueError) as problem:
        call()
    assert words in str(problem.value)
