"""Expansion: the dose of a drug that grows hardly sets its peak; room and targets do."""

import re

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.figures.expansion import CELL_DAYS, DAYS, PEAK_DAYS
from teaching.model.load import LOADS
from teaching.panels.expansion import expansion

PANEL = expansion


def peak(panel) -> tuple[float, float]:
    return panel.scene.values["peak"]


# --- what must be true --------------------------------------------------------------------------------------


def test_fifty_times_the_dose_moves_the_peak_by_less_than_a_factor_of_two(panel):
    panel.set({"dose": 1e5})
    late, low = peak(panel)
    panel.set({"dose": 5e6})
    early, high = peak(panel)
    assert 1 < high / low < 2 and 2 < late - early < 6


def test_ten_times_the_dose_comes_earlier_by_the_time_that_tenfold_growth_takes(panel):
    """While cells double, the curve of a tenth is the same curve shifted: by ln 10 / growth, and by nothing else."""
    tenth, full = (panel.scene.values[name] for name in ("tenth", "car-t"))
    early = (CELL_DAYS >= 0.5) & (CELL_DAYS <= 3)
    growth = np.polyfit(CELL_DAYS[early], np.log(full[early]), 1)[0]
    shift = np.interp(np.log(full[early]), np.log(tenth[:40]), CELL_DAYS[:40]) - CELL_DAYS[early]
    assert shift == pytest.approx(np.log(10) / growth, rel=0.06)


def test_the_peak_comes_when_published_peaks_came(panel):
    assert 7 <= peak(panel)[0] <= 11  # target C1a
    assert all(7 <= tables.observation(name).value <= 11 for name, *_ in PEAK_DAYS)


def test_the_dose_matters_where_there_is_no_room_to_grow(panel):
    """Without lymphodepletion ten times the dose makes more than a factor of two; with it less than 1.5."""
    folds = {}
    for intensity in (0, 100):
        panel.set({"lymphodepletion": intensity})
        folds[intensity] = panel.scene.values["car-t"].max() / panel.scene.values["tenth"].max()
    assert folds[0] > 2 and folds[100] < 1.5


def test_less_lymphodepletion_means_a_lower_and_later_peak(panel):
    found = []
    for intensity in (100, 70, 33):
        panel.set({"lymphodepletion": intensity})
        found.append(peak(panel))
    days, heights = zip(*found, strict=True)
    assert list(days) == sorted(days) and list(heights) == sorted(heights, reverse=True)


def test_more_b_cells_feed_a_higher_peak(panel):
    heights = []
    for load in LOADS:
        panel.set({"load": load})
        heights.append(peak(panel)[1])
    assert heights == sorted(heights) and heights[-1] > 1.5 * heights[0]


def test_cd28_cells_peak_higher_and_leave_fewer_behind(panel):
    high, left = peak(panel)[1], panel.scene.values["car-t"][-1]
    panel.press("CD28")
    assert peak(panel)[1] > high and panel.scene.values["car-t"][-1] < left


def test_b_cells_start_at_half_after_full_lymphodepletion_and_tissue_follows_blood(panel):
    values = panel.scene.values
    assert values["blood"][0] == pytest.approx(50, rel=0.01) and values["tissue"][0] == pytest.approx(50, rel=0.01)
    assert DAYS[np.argmin(values["tissue"])] > DAYS[np.argmin(values["blood"])]
    panel.set({"lymphodepletion": 0})
    assert panel.scene.values["blood"][0] == pytest.approx(100)


# --- picture and words --------------------------------------------------------------------------------------


def test_curves_are_those_of_the_model(panel):
    course = treat(Patient.typical("SLE"), Plan.parse("lymphodepletion + CD19 CAR-T cells_per_kg=1e6 days=0"), 180)
    values = panel.scene.values
    assert values["car-t"] == pytest.approx(np.interp(CELL_DAYS, course.time_days, course["car_t_cells_per_ul"]))
    assert values["tissue"] == pytest.approx(np.interp(DAYS, course.time_days, course["lymphoid_b_cells_percent"]))


def test_blood_crosses_the_dotted_line_on_the_day_that_the_sentence_says(panel):
    for load in LOADS:
        panel.set({"load": load})
        values = panel.scene.values
        day = float(re.search(r"back above 10 per µL on day (\d+)", panel.sentence)[1])
        on_it = np.interp(day, DAYS, values["blood"])
        assert on_it == pytest.approx(values["depleted"][0], rel=0.08)


def test_the_sentence_holds_peak_day_and_fold(panel):
    day, height = peak(panel)
    said = re.search(r"peak at ([\d.]+) per µL on day (\d+).*would be ([\d.]+) times lower", panel.sentence)
    fold = panel.scene.values["car-t"].max() / panel.scene.values["tenth"].max()
    assert [float(text) for text in said.groups()] == pytest.approx([height, day, fold], rel=0.06)


def test_a_patient_who_is_never_depleted_is_told_so(panel):
    panel.set({"lymphodepletion": 0, "dose": 1e5})
    assert "blood never falls below 10 per µL" in panel.sentence
    panel.set({"lymphodepletion": 100, "dose": 1e6})
    assert "never" not in panel.sentence


def test_published_values_belong_to_their_product(panel):
    assert set(panel.overlays) == {"peak-days", "one-peak", "b-cells"}
    panel.press("CD28")
    assert panel.overlays == ["cd28-peaks"]
    for words in ("n = 261", "n = 90", "n = 22"):
        assert words in panel.svg
