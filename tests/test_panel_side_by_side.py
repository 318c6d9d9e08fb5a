"""Side by side: the same patient under three plans; what differs is what the plans do, and the words say it."""

import re

import numpy as np
import pytest

from teaching import Patient, treat
from teaching.figures.side_by_side import DAYS, LETTERS, SIDES
from teaching.model.returns import last_return
from teaching.model.schedules import plans_to_compare
from teaching.panels.side_by_side import PRESETS, in_words, side_by_side


@pytest.fixture(scope="module")
def shared():
    return side_by_side()


@pytest.fixture
def panel(shared):
    shared.reset()
    return shared


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


def test_the_last_return_is_the_last_crossing_of_ten(courses):
    for name, course in courses.items():
        day, blood = last_return(course), course["blood_b_cells_per_ul"]
        if day is None:
            assert blood.min() >= 10 or blood[-1] < 10, name
            continue
        later = blood[course.time_days > day + 1e-6]
        assert later.min() >= 10 and course.at(day, "blood_b_cells_per_ul") == pytest.approx(10, rel=0.05), name


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


def test_every_control_moves_picture_and_sentence(panel):
    changes = {"A": "daratumumab", "B": "nothing", "C": "mRNA CAR in vivo", "side": "lymphoid memory"}
    assert set(changes) == set(panel.controls)
    for name, value in changes.items():
        panel.reset()
        before = panel.frame, panel.sentence
        panel.set({name: value})
        assert panel.frame != before[0] and panel.sentence != before[1], name
        assert panel.error == ""


def test_presets_are_valid_and_distinct_and_one_can_be_the_start(panel):
    frames = {}
    for item in PRESETS:
        panel.press(item.label)
        assert panel.error == ""
        frames[item.label] = (panel.frame, panel.sentence)
    assert len(set(frames.values())) == len(PRESETS)
    other = side_by_side(preset=PRESETS[1].label)
    assert (other.frame, other.sentence) == frames[PRESETS[1].label]


def test_every_plan_has_words_that_fit(courses):
    for name, course in courses.items():
        for side in SIDES:
            words = in_words("A", name, course, side)
            assert words.startswith(f"A, {name}: blood B cells ") and words.endswith(".") and len(words) < 290
            assert "nan" not in words and "inf" not in words.split()


def test_the_table_is_what_is_drawn(panel):
    lines = panel.file("csv").decode().splitlines()
    header = lines[2].split(",")
    rows = np.array([line.split(",") for line in lines[3:]], float)
    assert len(header) == 7 and rows.shape == (DAYS.size, 7)
    assert rows[:, header.index("C CD19 CAR-T blood_b_cells_per_ul")] == pytest.approx(
        panel.scene.values["blood-C"], rel=1e-4
    )


def test_sources_say_plans_doses_and_what_is_not_known(panel):
    panel.press("One after the other")
    panel.notes_open = True
    for words in ("No trial has compared", "cannot prove it", "assumption", "mackensen2022", "days=56"):
        assert words in panel.notes
    panel.notes_open = False


def test_bad_input_is_a_sentence(panel):
    with pytest.raises(ValueError, match="preset 'best' does not exist; choose one of: Antibody, engager, CAR-T"):
        side_by_side(preset="best")
    with pytest.raises(ValueError, match="patient is 3; a Patient or the name of a disease is needed"):
        side_by_side(3)
    with pytest.raises(ValueError, match="Plan A is 'aspirin'; choose one of: nothing, rituximab"):
        panel.set({"A": "aspirin"})
