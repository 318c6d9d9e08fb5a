"""The treatment panel without a browser: curves and words follow the controls and say what the model says."""

import re

import numpy as np
import pytest
from panel_tools import curve_of, page_height, parts_of_frame

from teaching import Patient, Plan, treat
from teaching.panels.one_product import PRODUCTS, product_presets

PRESETS = product_presets()

# --- the picture says what the model says -------------------------------------------------------------


@pytest.mark.parametrize("dose", [100, 500, 2000])
def test_the_blood_curve_crosses_10_per_ul_on_the_day_that_the_model_names(panel, dose):
    panel.controls["rituximab dose"].value = dose
    course = treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=dose, days=[0, 14]), 730)
    curve = curve_of(panel, "blood")
    higher = parts_of_frame(panel)["blood"] < page_height(panel, curve.line.axes, 10)  # higher up is a smaller number
    first_low = np.argmin(higher)
    back = curve.x[first_low + np.argmax(higher[first_low:])]
    assert higher[0] and not higher.all()
    assert back == pytest.approx(course.metrics()["day_back_above_10"], abs=6)
    assert f"back above 10 on day {course.metrics()['day_back_above_10']:.0f}." in panel.sentence


@pytest.mark.parametrize(
    "name, series",
    [
        ("blood", "blood_b_cells_per_ul"),
        ("lymphoid-memory", "lymphoid_memory_percent"),
        ("autoantibody", "autoantibody_percent"),
    ],
)
def test_every_height_is_where_the_axis_puts_the_value(panel, name, series):
    panel.set({"product": "blinatumomab", "blinatumomab schedule": 3})
    course = treat(Patient.typical("SLE"), Plan("blinatumomab", rate_ug_per_day=9, duration_days=3, days=[0]), 730)
    curve, heights = curve_of(panel, name), parts_of_frame(panel)[name]
    for number in (0, 20, 50, 70, len(heights) - 1):
        value = np.interp(curve.x[number], course.time_days, course[series])
        assert heights[number] == pytest.approx(page_height(panel, curve.line.axes, value), abs=0.05)


def test_few_points_draw_the_same_line_as_many(panel):
    """Between the drawn days a straight line leaves the model by less than a line's width."""
    for label in (preset.label for preset in PRESETS):
        panel.press(label)
        course = treat(Patient.typical("SLE"), _plan(panel), 730)
        curve = curve_of(panel, "blood")
        days = np.arange(0.25, 730, 0.25)
        drawn = np.interp(days, curve.x, parts_of_frame(panel)["blood"])
        exact = curve.encode(np.interp(days, course.time_days, course["blood_b_cells_per_ul"]), panel.drawing.height)
        assert np.max(np.abs(drawn - exact)[days > 1]) < 2.6, label


def _plan(panel):
    from teaching.panels.one_product import chosen_plan

    return chosen_plan(panel.values)


def test_the_deeper_therapy_lies_lower_as_the_sentence_says(panel):
    lowest, said = {}, {}
    for name in PRODUCTS:
        panel.controls["product"].value = name
        lowest[name] = parts_of_frame(panel)["lymphoid-memory"].max()  # low on the page is a large number
        said[name] = float(re.search(r"Lymphoid memory falls to ([\d.e-]+) %", panel.sentence)[1])
    assert sorted(lowest, key=lowest.get, reverse=True) == sorted(said, key=said.get)
    assert said["CD19 CAR-T"] < said["rituximab"] < 100


def test_words_and_curves_belong_to_the_same_course(panel):
    course = treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=700, days=[0, 28]), 730)
    panel.set({"rituximab dose": 700, "rituximab schedule": 28})
    assert panel.sentence == course.describe()
    curve = curve_of(panel, "igg")
    expected = curve.encode(np.interp(curve.x, course.time_days, course["total_igg_percent"]), panel.drawing.height)
    np.testing.assert_array_equal(parts_of_frame(panel)["igg"], expected)


def test_each_product_shows_its_own_published_values(panel):
    shown = {}
    for name in PRODUCTS:
        panel.controls["product"].value = name
        shown[name] = set(panel.overlays)
        assert shown[name]
        for overlay in shown[name]:
            assert f"overlay-{overlay}-0" in panel.svg
    assert not shown["rituximab"] & (shown["blinatumomab"] | shown["CD19 CAR-T"])
