"""The cohort panel: patients differ as data/variation.csv says; median and band are theirs; courses are kept."""

import re
import sys

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.figures.cohort_figure import DAYS, MOST_PATIENTS, SERIES
from teaching.model.cohort import Cohort
from teaching.panels.cohort import cohort

PANEL = cohort
CAR_T = Plan("lymphodepletion") + Plan("CD19 CAR-T")


def curves(panel, site: str) -> np.ndarray:
    """The curves of the patients that are there (patients, days)."""
    count = panel.controls["patients"].value
    return np.array([panel.scene.values[f"{site}-{number}"] for number in range(count)])


def said(panel, words: str) -> float:
    return float(re.search(words, panel.sentence)[1])


# --- what must be true --------------------------------------------------------------------------------------


def test_every_curve_is_a_patient_of_the_cohort_under_that_plan(panel):
    for number in (0, 7, 39):
        course = treat(Cohort.sample(40, seed=1)[number], CAR_T, 548)
        drawn = panel.scene.values[f"blood-{number}"]
        expected = np.interp(DAYS, course.time_days, course["blood_b_cells_per_ul"])
        assert drawn == pytest.approx(expected, rel=0.01, abs=1e-4)


def test_median_and_band_hold_the_middle_and_four_fifths_of_the_patients(panel):
    for site in ("blood", "other"):
        rows, values = curves(panel, site), panel.scene.values
        low, high = values[f"{site}-band"]
        assert np.all(low <= values[f"{site}-median"]) and np.all(values[f"{site}-median"] <= high)
        inside = ((rows >= low) & (rows <= high)).mean(axis=0)[1:]  # at the start everybody is at 100 %
        assert np.all((0.75 <= inside) & (inside <= 0.85))
        assert (rows < values[f"{site}-median"]).sum(axis=0)[1:] == pytest.approx(20, abs=1)


def test_a_percentage_of_the_own_start_begins_at_100_for_everybody():
    panel = cohort(preset="Rituximab")
    for series in SERIES:
        panel.set({"series": series})
        assert curves(panel, "other")[:, 0] == pytest.approx(np.full(40, 100), rel=1e-6)


def test_the_return_after_car_t_is_spread_as_in_the_published_patients(panel):
    """Mackensen 2022: day 110, SD 32, of five patients; target C4 accepts 95 to 130 and 25 to 50 for many patients."""
    panel.set({"patients": 60})
    assert 90 <= said(panel, r"mean (\d+)") <= 130
    assert 15 <= said(panel, r"SD (\d+)") <= 50
    assert "mackensen2022_return" in panel.overlays


def test_therapies_keep_their_order_in_a_cohort(panel):
    """Deeper on average after CAR-T cells, later back after rituximab, and not everybody depleted by an engager."""
    lowest, depleted = {}, {}
    for name in ("CD19 CAR-T", "rituximab", "blinatumomab"):
        panel.set({"therapy": name})
        lowest[name] = np.median(curves(panel, "blood").min(axis=1))
        depleted[name] = said(panel, r"(\d+) of 40 fall below 10")
    assert lowest["CD19 CAR-T"] < lowest["rituximab"] < lowest["blinatumomab"]
    assert depleted["CD19 CAR-T"] == depleted["rituximab"] == 40 > depleted["blinatumomab"]


def test_the_sentence_counts_what_the_patients_do(panel):
    panel.set({"therapy": "rituximab"})
    courses = [treat(person, Plan("rituximab"), 548) for person in Cohort.sample(40, seed=1)]
    days = [course.metrics()["day_back_above_10"] for course in courses]
    well = sum(course.day_of_remission() is not None for course in courses)
    assert said(panel, r"on day (\d+) \(median") == pytest.approx(np.median(days), abs=1)
    assert f"{well} of 40 reach remission" in panel.sentence


# --- the same patients ---------------------------------------------------------------------------------------


def test_more_patients_are_the_same_ones_and_more(panel):
    panel.set({"patients": 10})
    ten = curves(panel, "blood")
    panel.set({"patients": 60})
    assert np.array_equal(curves(panel, "blood")[:10], ten)


def test_patients_that_are_not_there_hide_under_the_median(panel):
    panel.set({"patients": 10})
    values = panel.scene.values
    for number in range(10, MOST_PATIENTS):
        assert np.array_equal(values[f"other-{number}"], values["other-median"])


def test_the_same_seed_gives_the_same_picture_and_another_seed_other_patients(panel):
    assert cohort().frame == panel.frame
    other = cohort(seed=2)
    assert other.frame != panel.frame and "(seed 2)" in other.sentence


def test_courses_are_kept_so_that_only_new_patients_are_computed(monkeypatch):
    module = sys.modules[cohort.__module__]  # the name of the module is that of the function in it
    calls = []

    def counted(*arguments, **options):
        calls.append(1)
        return treat(*arguments, **options)

    monkeypatch.setattr(module, "treat", counted)
    module._course_of.cache_clear()
    panel = cohort()
    assert len(calls) == 40
    panel.set({"patients": 45})
    assert len(calls) == 45
    panel.set({"series": "total IgG"})
    panel.set({"patients": 20})
    assert len(calls) == 45


# --- picture and words --------------------------------------------------------------------------------------


def test_a_frame_is_small_enough_and_nothing_is_computed_ahead(panel):
    assert len(panel.frame) // 4 <= 4000
    assert not any(handle.control.sweep for handle in panel.controls.values())


def test_the_title_names_the_series_and_remission_belongs_to_activity(panel):
    assert panel.texts == ["Disease activity, % of start"] and "remission" in panel.overlays
    panel.set({"series": "total IgG"})
    assert panel.texts == ["Total IgG, % of start"] and "remission" not in panel.overlays


def test_the_table_holds_quantiles_and_every_patient(panel):
    panel.set({"patients": 10})
    lines = panel.file("csv").decode().splitlines()
    header = lines[2].split(",")
    assert header[:3] == ["day", "blood_b_cells_per_ul quantile 10 %", "blood_b_cells_per_ul quantile 50 %"]
    assert len(header) == 1 + 6 + 20
    rows = np.array([line.split(",") for line in lines[3:]], float)
    assert rows[:, 2] == pytest.approx(panel.scene.values["blood-median"], rel=1e-4)


def test_the_cohort_has_the_disease_of_the_patient():
    assert "10 virtual patients with RA" in cohort(Patient.typical("RA"), preset="CAR-T, 10 patients").sentence


def test_a_seed_that_is_none_is_refused():
    with pytest.raises(ValueError, match="seed is -1; a whole number of at least 0"):
        cohort(seed=-1)


def test_the_sentence_counts_those_who_are_still_waiting():
    from teaching.panels.cohort import _returns_in_words

    assert _returns_in_words(np.array([np.nan])) == ""
    few = _returns_in_words(np.array([100.0, np.nan, np.nan, np.nan]))
    assert few.startswith("; half of them are not back on day 548") and "3 are not back" in few
    most = _returns_in_words(np.array([100.0, 200.0, 300.0, np.nan]))
    assert "on day 200 (median; 10–90 %: 100–later than 548)" in most and "1 is not back" in most and "mean" not in most
    assert "mean 200, SD 100" in _returns_in_words(np.array([100.0, 200.0, 300.0]))
