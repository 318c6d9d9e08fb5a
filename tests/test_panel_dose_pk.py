"""Antibody dose and interval: the pharmacokinetics a textbook would demand, and the panel that shows it."""

import math
import re

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.figures.pharmacokinetics import DAYS, HORIZON_DAYS
from teaching.model.half_life import half_lives_days
from teaching.model.therapies import product
from teaching.panels.dose_pk import antibodies, dose_pk, presets_of

PANEL = dose_pk
SLE = Patient.typical("SLE")
LABELS = [item.label for item in presets_of(SLE)]


def shown(panel) -> dict:
    return panel.scene.values


def day_of_return(panel) -> int:
    return int(re.search(r"back above 10(?: for the first time)? on day (\d+)", panel.sentence)[1])


# --- pharmacokinetics -------------------------------------------------------------------------------------


def test_the_first_level_is_dose_over_volume_and_twice_the_dose_is_twice_the_level(panel):
    panel.set({"infusions": 1, "dose": 1000})
    single = shown(panel)["antibody"]
    assert single[0] == pytest.approx(1000 / product("rituximab")["central_volume_l"], rel=0.01)
    panel.set({"dose": 2000})
    assert shown(panel)["antibody"] == pytest.approx(2 * single, rel=1e-3, abs=1e-8)


@pytest.mark.parametrize("antibody", ["rituximab", "obinutuzumab"])
def test_the_late_slope_on_the_picture_is_the_half_life_of_the_sentence(panel, antibody):
    panel.set({"antibody": antibody})
    late = (DAYS > 250) & (DAYS < 320)
    slope = np.polyfit(DAYS[late], np.log(shown(panel)["antibody"][late]), 1)[0]
    said = float(re.search(r"half-life of (\d+) days", panel.sentence)[1])
    assert -math.log(2) / slope == pytest.approx(said, abs=1)
    assert said == pytest.approx(half_lives_days(product(antibody))[1], abs=0.5)


def test_every_infusion_shows_its_peak(panel):
    panel.set({"dose": 100, "infusions": 4, "interval": 181})
    drawn = shown(panel)["antibody"]
    inner = drawn[1:-1]
    peaks = inner[(inner > 5) & (inner >= drawn[:-2]) & (inner > drawn[2:])]
    assert peaks == pytest.approx(np.full(3, 100 / product("rituximab")["central_volume_l"]), rel=0.02)


def test_a_patient_who_clears_faster_is_told_a_shorter_half_life():
    fast = dose_pk(SLE.vary(elimination_per_day=1.5))
    said = float(re.search(r"half-life of (\d+) days", fast.sentence)[1])
    assert said < 16 and day_of_return(fast) < 200 and f"half-life {said:.0f} days" in shown(fast)["half-life"]


def test_levels_after_named_regimens_are_those_of_the_dossier(panel):
    """Concentration on day 56: 25 ug/mL after 2 x 1 g, 38 after 4 x 375 mg/m2, 12 after 2 x 0.5 g."""
    for label, expected in (("Rituximab 2 × 1 g", 25), ("Rituximab 4 × 375 mg/m²", 38), ("Rituximab 2 × 0.5 g", 12)):
        panel.press(label)
        assert shown(panel)["antibody"][DAYS == 56][0] == pytest.approx(expected, rel=0.05)


def test_half_the_dose_costs_one_half_life_and_not_half_of_the_time(panel):
    full = day_of_return(panel)
    assert "19 days earlier" in panel.sentence
    panel.press("Rituximab 2 × 0.5 g")
    half_life = half_lives_days(product("rituximab"))[1]
    assert full - day_of_return(panel) == pytest.approx(half_life, abs=2)


def test_a_stronger_fc_receptor_is_worth_a_fixed_number_of_days(panel):
    """At the return kill is nearly proportional to the level: a factor is worth ln(factor)/slope days."""
    days = {}
    for name in ("rituximab, Fc receptor FF", "rituximab", "rituximab, Fc receptor VV"):
        panel.set({"antibody": name})
        days[name] = day_of_return(panel)
    step = math.log(1.6) / math.log(2) * half_lives_days(product("rituximab"))[1]
    low, middle, high = days.values()
    assert (middle - low, high - middle) == (pytest.approx(step, abs=3), pytest.approx(step, abs=3))
    assert "what-if" in panel.sentence and "no such rate was measured" in panel.sentence


def test_obinutuzumab_is_deeper_and_longer_and_says_that_part_of_its_clearance_passes(panel):
    rituximab = shown(panel)["blood"].min(), day_of_return(panel)
    panel.press("Obinutuzumab")
    assert shown(panel)["blood"].min() < rituximab[0] and day_of_return(panel) > rituximab[1]
    assert "target-mediated" in panel.sentence and "at first" in shown(panel)["half-life"]


def test_four_weekly_infusions_leave_as_the_antibody_of_the_375_product_does(panel):
    panel.press("Rituximab 4 × 375 mg/m²")
    course = treat(SLE, Plan("rituximab 375", dose_mg_per_m2=375, days=[0, 7, 14, 21]), HORIZON_DAYS)
    assert day_of_return(panel) == round(course.metrics()["day_back_above_10"])


def test_later_infusions_keep_the_blood_empty_for_longer(panel):
    days = []
    for interval in (7, 60, 120):
        panel.set({"interval": interval})
        days.append(day_of_return(panel))
    assert days == sorted(days) and days[2] > days[0] + 60


# --- picture and words --------------------------------------------------------------------------------------


def test_the_circles_stand_on_both_curves_on_the_day_of_return(panel):
    values = shown(panel)
    day, level = values["left"]
    assert values["back"] == (day, pytest.approx(10, rel=0.02)) and round(day) == day_of_return(panel)
    assert level == pytest.approx(np.exp(np.interp(day, DAYS, np.log(values["antibody"]))), rel=0.05)
    assert f"{level:.2g} µg/mL is left" in panel.sentence and f"day {day:.0f}" in values["return"]


def test_a_return_that_does_not_come_is_said(panel):
    panel.set({"antibody": "obinutuzumab", "infusions": 4, "interval": 182})
    assert "still below 10 on day 730" in panel.sentence and "still below 10" in shown(panel)["return"]
    assert shown(panel)["back"][0] == HORIZON_DAYS


def test_a_return_between_infusions_is_called_the_first(panel):
    panel.set({"dose": 100, "infusions": 3, "interval": 182})
    assert "for the first time" in panel.sentence
    panel.set({"dose": 1000})
    assert "half of each dose they would be back on day 172 already, between two infusions" in panel.sentence


@pytest.mark.parametrize("name", antibodies())
def test_the_half_effect_line_is_that_of_the_antibody_drawn(panel, name):
    """One line for all would put rituximab's 0.62 µg/mL under an antibody that is assumed to need 0.02."""
    value = product(antibodies()[name][0])["kill_half_concentration_ug_per_ml"]
    panel.set({"antibody": name})
    assert shown(panel)["half"] == pytest.approx([value, value])
    assert shown(panel)["half-words"] == f"dotted, half of its full effect: {value:g}"


def test_published_values_follow_the_antibody_and_are_all_drawn(panel):
    of_rituximab = set(panel.overlays)
    assert {"reddy2012", "trouvin2015_after_course", "leandro2013_return"} <= of_rituximab
    panel.press("Obinutuzumab")
    assert panel.overlays == ["nobility2024"]
    for name in of_rituximab | {"nobility2024"}:
        assert f"overlay-{name}-0" in panel.svg


def test_body_surface_sets_the_milligrams_of_the_lymphoma_dose():
    panel = dose_pk(SLE.change(surface_m2=2.0), preset="Rituximab 4 × 375 mg/m²")
    assert panel.controls["dose"].value == 750


def test_the_interval_is_closed_when_there_is_one_infusion(panel):
    assert panel.closed == {}
    panel.set({"infusions": 1})
    assert panel.closed == {"interval": "There is only one infusion."}


@pytest.mark.parametrize("factor", [0.25, 4.0])
def test_the_fc_receptor_adds_to_what_a_patient_differs_by(factor):
    """VV used to throw a patient's own kill factor away."""
    sentences = []
    for patient in (SLE, SLE.vary(kill_max_per_day=factor)):
        panel = dose_pk(patient)
        panel.controls["antibody"].value = "rituximab, Fc receptor VV"
        sentences.append((panel.sentence, panel.frame))
    assert sentences[0] != sentences[1]
