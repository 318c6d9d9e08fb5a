"""The balance panel shows the one-equation pool and its window, blood (the equation itself: test_balance.py)."""

import math

import pytest

from teaching import Patient, tables
from teaching.panels.balance import balance

PANEL = balance


def shown(panel) -> dict:
    return panel.scene.values


# --- the panel shows it -----------------------------------------------------------------------------------


def test_the_start_is_a_pool_that_is_half_back_after_one_half_life(panel):
    x, y = shown(panel)["half-life"]
    assert (x, y) == (35, pytest.approx(50.5))
    assert "half of its start on day 34" in panel.sentence


def test_emptied_blood_takes_no_more_than_its_share_and_is_back_within_hours(panel):
    panel.press("Blood: 99 % gone")
    values = shown(panel)
    assert values["blood-hours"][0] == pytest.approx(1) and values["blood-hours"][-1] > 95
    assert values["pool-hours"].min() > 98 and values["left-tissue"] == pytest.approx(75.5)
    assert "blood holds 1.5 % of all B cells" in panel.sentence and "20 minutes" in panel.sentence
    assert "the marrow makes 0.022 × 10⁹ cells, where 1.1 × 10⁹ are missing" in panel.sentence


def test_after_the_whole_pool_blood_and_pool_return_together(panel):
    values = shown(panel)
    assert values["blood-days"] == pytest.approx(values["pool-days"], abs=3)


def test_a_shorter_half_life_brings_the_pool_back_earlier(panel):
    at_60 = []
    for days in (14, 35, 56):
        panel.set({"half_life": days})
        at_60.append(shown(panel)["pool-days"][30])
    assert at_60[0] > at_60[1] > at_60[2]


def test_production_sets_where_it_settles_and_none_at_all_lets_it_die_out(panel):
    panel.set({"production": 150, "half_life": 14})
    assert shown(panel)["pool-days"][-1] == pytest.approx(150, abs=1)
    panel.set({"production": 0, "half_life": 35, "removed": 50})
    assert shown(panel)["pool-days"][-1] < 2 and "× 10⁹ cells a day" in panel.sentence


def test_ranges_are_those_of_the_table(panel):
    row = tables.parameters()["lineage", "naive_loss_per_day"]
    control = panel.controls["half_life"].control
    assert (control.low, control.high) == (round(math.log(2) / row.high), round(math.log(2) / row.low))
    assert "yu2022" in control.source


def test_the_panel_starts_with_the_patients_own_loss():
    assert balance(Patient.typical("RA").change(naive_loss_per_day=0.05)).controls["half_life"].value == 14
