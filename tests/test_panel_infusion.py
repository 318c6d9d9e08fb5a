"""The infusion planner: what pharmacology and first-dose immunology demand, and the panel that shows it."""

import math
import re

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.figures.infusion import DAYS, EARLY, HORIZON_DAYS
from teaching.model.half_life import half_life_hours
from teaching.model.returns import blood_half_day as half_day
from teaching.model.therapies import product
from teaching.panels.infusion import PRESETS, infusion, plan_of

PANEL = infusion
SLE = Patient.typical("SLE")
LABELS = tuple(item.label for item in PRESETS)


def shown(panel) -> dict:
    return panel.scene.values


def said(panel, pattern: str) -> float:
    return float(re.search(pattern, panel.sentence)[1])


# --- pharmacology -------------------------------------------------------------------------------------------


def test_the_plateau_is_rate_over_clearance(panel):
    for rate in (5, 9, 28):
        panel.set({"rate": rate})
        level = shown(panel)["drug"][np.searchsorted(EARLY, 4.0)]
        assert level == pytest.approx(rate / product("blinatumomab")["clearance_l_per_day"], rel=0.01)


def test_the_drug_leaves_with_a_half_life_of_two_hours(panel):
    drug = shown(panel)["drug"]
    after = (EARLY > 5.01) & (EARLY < 5.6)
    slope = np.polyfit(24 * EARLY[after], np.log(drug[after]), 1)[0]
    half_life = half_life_hours(product("blinatumomab"))
    assert -math.log(2) / slope == pytest.approx(half_life, rel=0.03)
    assert half_life == pytest.approx(1.87, abs=0.01)  # label: 2.2 (SD 1.34)
    hours = said(panel, r"less than 1 % of the drug is left (\d+) hours")
    assert drug[0] == 0 and 0.5 ** (hours / half_life) < 0.01 < 0.5 ** ((hours - 1) / half_life)


def test_the_published_case_comes_out_as_the_targets_ask(panel):
    """9 ug/day for 5 days: below 10 per uL on day 5 and 128 on day 28 (one patient)."""
    blood = shown(panel)["blood"]
    assert blood[np.searchsorted(DAYS, 5.0)] < 10
    assert 0.4 < blood[np.searchsorted(DAYS, 28.0)] / blood[0] < 0.9
    assert {"subklewe2024_day5", "subklewe2024_day28"} <= set(panel.overlays)


# --- first dose ---------------------------------------------------------------------------------------------


def test_a_lower_first_rate_lowers_the_peak_of_il6(panel):
    peaks = {}
    for label in LABELS:
        panel.press(label)
        peaks[label] = said(panel, r"IL-6 peaks at (\d+)")
    low, at_once, stepped, week, pause = (peaks[label] for label in LABELS)
    assert at_once > 2 * low and at_once > 3 * stepped and week == low
    assert 45 < low < 289  # middle half of patients whose first rate was about 9 ug/day (hosseini2020, digitised)
    assert pause == low  # the peak comes before the pause


def test_the_second_step_meets_primed_t_cells(panel):
    panel.press("9 for a week, then 28")
    il6, drug = shown(panel)["il6"], shown(panel)["drug"]
    later = EARLY > 7
    assert drug[later].max() > 3 * drug[~later].max() and il6[later].max() < 0.2 * il6[~later].max()


def test_the_misfit_that_the_sources_tell_is_the_models(panel):
    course = treat(SLE, Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[0, 28]), 60)
    il6, later = course["il6_pg_per_ml"], course.time_days >= 28
    panel.notes_open = True
    told = re.search(r"IL-6 peak (\d+) times smaller", panel.notes)[1]
    panel.notes_open = False
    assert il6[~later].max() / il6[later].max() == pytest.approx(float(told), rel=0.1)


def test_t_cells_leave_the_blood_within_a_day_and_overshoot_within_a_week(panel):
    for label in LABELS:
        panel.press(label)
        cells = shown(panel)["t-cells"]
        assert EARLY[cells.argmin()] < 1 and 5 < cells.min() < 20
        assert 130 < cells.max() < 220 and EARLY[cells.argmax()] > 3


def test_a_longer_first_step_costs_cytokine_nothing_and_the_comparison_is_the_flat_start(panel):
    panel.press("5, then 28 µg/day")
    flat = said(panel, r"\((\d+) if 28 came at once\)")
    panel.press("28 µg/day at once")
    assert said(panel, r"IL-6 peaks at (\d+)") == flat


# --- what a pause does --------------------------------------------------------------------------------------


def test_a_pause_lets_b_cells_return_within_a_day_and_costs_no_drug(panel):
    before = shown(panel)
    panel.press("9 µg/day with a pause")
    inside = (EARLY > 2.5 + 13 / 24) & (EARLY < 3.5)
    assert shown(panel)["drug"][inside].max() < 0.02 * shown(panel)["drug"].max()
    low, high = map(float, re.search(r"go from ([\d.]+) to ([\d.]+) per µL", panel.sentence).groups())
    blood = shown(panel)["blood"]
    assert high > 3 * low and high == pytest.approx(blood[np.searchsorted(DAYS, 3.5)], rel=0.03)
    area = [np.trapezoid(values["drug"], EARLY) for values in (before, shown(panel))]
    assert area[1] == pytest.approx(area[0], rel=0.01)


def test_a_longer_pause_lets_more_of_them_return(panel):
    rises = []
    for hours in (4, 12, 24, 72):
        panel.set({"pause": hours})
        low, high = map(float, re.search(r"go from ([\d.]+) to ([\d.]+) per µL", panel.sentence).groups())
        rises.append(high / low)
    assert rises == sorted(rises) and rises[0] > 1


# --- depth --------------------------------------------------------------------------------------------------


def test_four_weeks_go_deeper_in_tissue_than_five_days(panel):
    depth = {}
    for days in (1, 5, 14, 28):
        panel.set({"total": days})
        depth[days] = shown(panel)["memory"].min()
    assert list(depth.values()) == sorted(depth.values(), reverse=True) and depth[28] < 0.05 * depth[5]


def test_numbers_of_the_sentence_are_those_of_the_course(panel):
    for label in LABELS:
        panel.press(label)
        course = treat(SLE, plan_of(panel.values), HORIZON_DAYS)
        numbers = course.metrics()
        assert said(panel, r"to ([\d.]+) per µL (?:on|after)") == pytest.approx(numbers["nadir_per_ul"], rel=0.05)
        assert said(panel, r"above 10 again on day ([\d.]+)") == pytest.approx(numbers["day_back_above_10"], abs=0.06)
        assert said(panel, r"half of their start on day (\d+)") == pytest.approx(half_day(course), abs=0.51)
        assert course.at(half_day(course), "blood_b_cells_per_ul") == pytest.approx(114, rel=0.02)


def test_what_does_not_happen_is_said(panel):
    panel.set({"rate": 5, "total": 1})
    assert "never below 10" in panel.sentence and "again" not in panel.sentence


# --- the panel ----------------------------------------------------------------------------------------------


def test_a_setting_is_a_sum_of_plans():
    def part(rate, days, start):
        return Plan("blinatumomab", rate_ug_per_day=rate, duration_days=days, days=[start])

    usual = {"5 days": 2, "9 days": 7, "pause": 0}
    assert plan_of({**usual, "first": "none", "rate": 9, "total": 5}) == part(9, 5, 0)
    assert plan_of({**usual, "first": "5 µg/day", "rate": 9, "total": 5}) == part(5, 2, 0) + part(9, 3, 2)
    paused = {**usual, "first": "none", "rate": 9, "total": 5, "pause": 12}
    assert plan_of(paused) == part(9, 2.5, 0) + part(9, 2.5, 3)


def test_circles_stand_on_their_curves(panel):
    for label in LABELS:
        panel.press(label)
        values = shown(panel)
        for mark, curve, days in (("il6-peak", "il6", EARLY), ("lowest", "blood", DAYS)):
            day, height = values[mark]
            assert height == pytest.approx(np.interp(day, days, values[curve]), rel=0.03), (label, mark)


def test_published_values_are_shown_only_where_they_were_measured(panel):
    expected = {
        LABELS[0]: {"label-9", "hosseini2020", "subklewe2024_day5", "subklewe2024_day28"},
        LABELS[1]: {"label-28", "klinger2012"},
        LABELS[2]: {"label-28"},
        LABELS[3]: {"label-9", "hosseini2020"},
        LABELS[4]: {"hosseini2020"},
    }
    for label, names in expected.items():
        panel.press(label)
        assert set(panel.overlays) == names
    panel.reset()
    panel.set({"rate": 14})
    assert panel.overlays == []


# --- impossible plans and bad input -------------------------------------------------------------------------


def test_an_impossible_step_up_is_refused_in_a_sentence_and_the_picture_stays(panel):
    before = panel.frame, panel.sentence
    panel.set({"first": "9 µg/day", "rate": 9, "total": 14})
    assert panel.error.startswith("The first rate is 9 and the rate after it 9") and "higher rate" in panel.error
    panel.set({"first": "9 µg/day", "rate": 28, "total": 7, "9 days": 7})
    assert "takes 7 of 7 days" in panel.error and "leave at least one day" in panel.error
    assert (panel.frame, panel.sentence) == before
    panel.set({"total": 8})
    assert panel.error == "" and "28 for 1 day:" in panel.sentence
