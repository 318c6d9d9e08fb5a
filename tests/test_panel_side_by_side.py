"""Side by side: the same patient under three plans; what differs is what the plans do, and the words say it."""

import re

import numpy as np
import pytest

from teaching import Patient, treat
from teaching.figures.side_by_side import DAYS, LETTERS, SIDES
from teaching.model.schedules import plans_to_compare
from teaching.panels.side_by_side import PRESETS, in_words, side_by_side

PANEL = side_by_side


@pytest.fixture(scope="module")
def courses():
    patient = Patient.typical("SLE")
    return {name: treat(patient, plan, 730) for name, plan in plans_to_compare().items()}


def depth(panel) -> dict[str, float]:
    return {letter: panel.scene.values[f"left-{letter}"].min() for letter in LETTERS}


# --- what must be true --------------------------------------------------------------------------------------


def test_empty_blood_does_not_tell_depth(panel):
    """Rituximab and CAR-T cells both empty the blood; only CAR-T cells take the clone down by powers of ten."""
    values, left = panel.scene.values, depth(panel)
    assert values["blood-A"].min() < 1 and values["blood-C"].min() < 1
    assert left["A"] > 10 and left["C"] < 1e-3


def test_depth_costs_no_igg_with_cd19_but_with_bcma(courses):
    cd19, bcma = courses["CD19 CAR-T"].metrics(), courses["BCMA CAR-T"].metrics()
    assert 70 <= cd19["igg_nadir_percent"] <= 90  # target C7b
    assert 5 <= bcma["igg_nadir_percent"] <= 60  # target C11c
    assert bcma["clone_depth_log10"] < cd19["clone_depth_log10"]


def test_car_t_cells_need_lymphodepletion(courses):
    with_it, without = courses["CD19 CAR-T"].metrics(), courses["CD19 CAR-T, no Flu/Cy"].metrics()
    assert without["car_t_peak"] < 0.2 * with_it["car_t_peak"]
    assert without["clone_depth_log10"] < 1 < with_it["clone_depth_log10"]


def test_a_second_therapy_adds_to_the_first(courses):
    one, two = courses["rituximab"].metrics(), courses["rituximab, then blinatumomab"].metrics()
    assert two["clone_depth_log10"] > one["clone_depth_log10"]
    assert courses["rituximab, then blinatumomab"].at(27, "blood_b_cells_per_ul") == pytest.approx(
        courses["rituximab"].at(27, "blood_b_cells_per_ul"), rel=0.01
    )


def test_b_cells_taken_away_before_leave_car_t_cells_less_to_grow_on(courses):
    first = courses["CD19 CAR-T"].metrics()["car_t_peak"]
    assert courses["rituximab, then CD19 CAR-T"].metrics()["car_t_peak"] < first


def test_nothing_changes_nothing(panel, courses):
    panel.press("With and without Flu/Cy")
    assert np.ptp(panel.scene.values["left-C"]) < 0.01 and np.ptp(panel.scene.values["blood-C"]) < 0.01
    assert "C, nothing: blood B cells stay at 228 per µL" in panel.sentence


def test_every_plan_takes_b_cells_or_is_nothing(courses):
    for name, course in courses.items():
        fall = course["lymphoid_memory_percent"].min()
        assert (fall > 99.9) == (name == "nothing"), name


# --- picture and words --------------------------------------------------------------------------------------


def test_curves_are_those_of_the_model(panel, courses):
    course, values = courses["CD19 CAR-T"], panel.scene.values
    assert values["blood-C"] == pytest.approx(np.interp(DAYS, course.time_days, course["blood_b_cells_per_ul"]))
    panel.set({"side": "lymphoid memory"})
    shown = panel.scene.values["left-C"]
    assert shown == pytest.approx(
        np.maximum(np.interp(DAYS, course.time_days, course["lymphoid_memory_percent"]), 1e-9)
    )


def test_the_clone_ends_at_the_depth_that_the_sentence_says(panel):
    said = [float(text) for text in re.findall(r"clone falls by ([\d.]+) powers", panel.sentence)]
    assert said == pytest.approx([2 - np.log10(left) for left in depth(panel).values()], abs=0.1)


def test_names_of_the_plans_stand_on_the_picture_and_in_the_sentence(panel):
    for item in PRESETS:
        panel.press(item.label)
        for letter, name in item.values.items():
            assert f"{letter}: {name}" in panel.texts and f"{letter}, {name}: " in panel.sentence


def test_the_same_plan_thrice_is_one_curve_thrice(panel):
    panel.set(dict.fromkeys(LETTERS, "teclistamab"))
    values = panel.scene.values
    assert np.array_equal(values["blood-A"], values["blood-B"]) and np.array_equal(values["left-A"], values["left-C"])


def test_published_returns_stand_only_with_their_plan(panel):
    assert set(panel.overlays) == {"rituximab", "CD19 CAR-T", "chance"}
    panel.press("Next generation")
    panel.set({"side": "lymphoid memory"})
    assert panel.overlays == []


def test_every_plan_has_words_that_fit(courses):
    for name, course in courses.items():
        for side in SIDES:
            words = in_words("A", name, course, side)
            assert words.startswith(f"A, {name}: blood B cells ") and words.endswith(".") and len(words) < 290
            assert "nan" not in words and "inf" not in words.split()
