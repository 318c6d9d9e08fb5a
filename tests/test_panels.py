"""The live panels without a browser: curves and words follow the controls, and nothing ends in a traceback."""

import base64
import gc
import importlib
import json
import logging
import re
import tracemalloc

import ipywidgets
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances as open_widgets

from teaching import Patient, Plan, treat
from teaching.figures.style import FAINT, INK
from teaching.panels import treatment as panel_of
from teaching.panels.treatment import PRESETS
from teaching.simulation import SimulationError

#: The module: `panels.treatment` itself is the function of the same name.
MODULE = importlib.import_module("teaching.panels.treatment")
MOST_BYTES_A_STEP = 40_000


@pytest.fixture(scope="module")
def shared():
    return panel_of(Patient.typical("SLE"))


@pytest.fixture
def panel(shared):
    """A treatment panel at its start; one for all tests, because drawing the figure takes a second."""
    shared.set(shared.start_values)
    return shared


@pytest.fixture(scope="module", autouse=True)
def start_values(shared):
    shared.start_values = {name: control.value for name, control in shared.controls.items()}


@pytest.fixture
def sent(monkeypatch):
    """Every message to the page from now on: (widget, state and words, binary parts)."""
    messages = []

    def note(widget, message, buffers=None):
        messages.append((widget, message, buffers or []))

    monkeypatch.setattr(ipywidgets.Widget, "_send", note)
    return messages


def values_of(panel) -> dict:
    return {name: control.value for name, control in panel.controls.items()}


def heights_of(panel) -> dict[str, np.ndarray]:
    """Heights on the page [SVG units from the top] by curve, from the bytes that the page gets."""
    numbers = np.frombuffer(panel.figure.frame, np.float32)
    assert len(numbers) == sum(panel.figure.lengths) + len(panel.figure.curves)
    ends = np.cumsum(panel.figure.lengths)
    return dict(zip(panel.figure.curves, np.split(numbers, ends)[:-1], strict=True))  # the rest: heights of labels


def press(panel, label: str) -> None:
    (button,) = [widget for widget in parts_of(panel) if getattr(widget, "description", "") == label]
    button.click()


def parts_of(widget) -> list:
    return [widget] + [part for child in getattr(widget, "children", ()) for part in parts_of(child)]


def page_height(panel, axes_number: int, value: float) -> float:
    """Where matplotlib itself would put a value [SVG units from the top]."""
    figure = panel.figure.drawing.figure
    return figure.bbox.height - figure.axes[axes_number].transData.transform((0, value))[1]


# --- the picture says what the model says -------------------------------------------------------------


@pytest.mark.parametrize("dose", [100, 500, 2000])
def test_the_blood_curve_crosses_10_per_ul_on_the_day_that_the_model_names(panel, dose):
    panel.controls["rituximab dose"].value = dose
    course = treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=dose, days=[0, 14]), 730)
    line = page_height(panel, 0, 10)
    days = next(curve.days for curve in panel.figure.drawing.curves if curve.name == "blood")
    higher = heights_of(panel)["blood"] < line  # higher on the page is a smaller number
    first_low = np.argmin(higher)
    back = days[first_low + np.argmax(higher[first_low:])]
    assert higher[0] and not higher.all()
    assert back == pytest.approx(course.metrics()["day_back_above_10"], abs=2)
    assert f"back above 10 on day {course.metrics()['day_back_above_10']:.0f}." in panel.sentence


@pytest.mark.parametrize(
    "curve, axes_number, series",
    [
        ("blood", 0, "blood_b_cells_per_ul"),
        ("lymphoid-memory", 1, "lymphoid_memory_percent"),
        ("autoantibody", 2, "autoantibody_percent"),
    ],
)
def test_every_height_is_where_the_axis_puts_the_value(panel, curve, axes_number, series):
    panel.set({"product": "blinatumomab", "blinatumomab schedule": 3})
    course = treat(Patient.typical("SLE"), Plan("blinatumomab", rate_ug_per_day=9, duration_days=3, days=[0]), 730)
    drawn = next(item for item in panel.figure.drawing.curves if item.name == curve)
    heights = heights_of(panel)[curve]
    for number in (0, 40, 130, 300, len(heights) - 1):
        value = np.interp(drawn.days[number], course.time_days, course[series])
        assert heights[number] == pytest.approx(page_height(panel, axes_number, value), abs=0.05)


def test_the_deeper_therapy_lies_lower_as_the_sentence_says(panel):
    lowest, said = {}, {}
    for name in ("rituximab", "blinatumomab", "CD19 CAR-T"):
        panel.controls["product"].value = name
        lowest[name] = heights_of(panel)["lymphoid-memory"].max()  # low on the page is a large number
        said[name] = float(re.search(r"Lymphoid memory falls to ([\d.e-]+) %", panel.sentence)[1])
    assert sorted(lowest, key=lowest.get, reverse=True) == sorted(said, key=said.get)
    assert said["CD19 CAR-T"] < said["rituximab"] < 100


def test_words_and_curves_belong_to_the_same_course(panel):
    course = treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=700, days=[0, 28]), 730)
    panel.set({"rituximab dose": 700, "rituximab schedule": 28})
    assert panel.sentence == course.describe()
    assert panel.figure.frame == panel.figure.drawing.frame(course)


# --- controls, cases, Reset ---------------------------------------------------------------------------


def test_every_control_moves_the_picture(panel):
    for name, control in panel.controls.items():
        if name == "product":
            continue
        panel.set(panel.start_values | {"product": name.rsplit(" ", 1)[0]})
        before = panel.figure.frame, panel.sentence
        control.value = control.min if control.value != control.min else control.max
        assert panel.figure.frame != before[0], name
        assert panel.sentence != before[1], name
        assert panel.error == ""


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.label)
def test_a_case_sets_the_controls_that_its_label_names(panel, preset):
    press(panel, preset.label)
    assert panel.controls["product"].value == preset.product
    assert panel.controls[f"{preset.product} dose"].value == pytest.approx(preset.dose)
    assert panel.controls[f"{preset.product} schedule"].value == preset.schedule
    assert panel.error == ""


def test_no_two_cases_are_alike(panel):
    frames = set()
    for preset in PRESETS:
        press(panel, preset.label)
        frames.add(panel.figure.frame)
    assert len(frames) == len(PRESETS)


def test_a_panel_can_start_with_any_case(panel):
    label = PRESETS[3].label
    press(panel, label)
    started = panel_of(Patient.typical("SLE"), preset=label)
    assert (started.figure.frame, started.sentence) == (panel.figure.frame, panel.sentence)


def test_reset_puts_back_every_control_and_the_picture(panel):
    before = panel.figure.frame, panel.sentence, list(panel.figure.overlays)
    for name, control in panel.controls.items():
        if name == "product":
            control.value = "CD19 CAR-T"
        else:
            control.value = control.max if control.value != control.max else control.min
    press(panel, "Reset")
    assert (panel.figure.frame, panel.sentence, list(panel.figure.overlays)) == before
    assert values_of(panel) == panel.start_values


def test_each_product_shows_its_own_published_values(panel):
    shown = {}
    for name in ("rituximab", "blinatumomab", "CD19 CAR-T"):
        panel.controls["product"].value = name
        shown[name] = set(panel.figure.overlays)
        assert shown[name]
        for overlay in shown[name]:
            assert f"overlay-{overlay}-0" in panel.figure.svg
    assert not shown["rituximab"] & (shown["blinatumomab"] | shown["CD19 CAR-T"])


# --- what goes to the page ----------------------------------------------------------------------------


def test_a_step_is_one_small_message_of_the_figure(panel, sent):
    panel.controls["rituximab dose"].value += 10
    from_figure = [(message, buffers) for widget, message, buffers in sent if widget is panel.figure]
    assert len(from_figure) == 1
    total = sum(
        len(json.dumps(message)) + sum(memoryview(part).nbytes for part in buffers) for _, message, buffers in sent
    )
    assert len(panel.figure.frame) < total <= MOST_BYTES_A_STEP


def test_several_controls_at_once_are_drawn_once(panel, sent):
    panel.set({"product": "CD19 CAR-T", "CD19 CAR-T dose": 2e6, "CD19 CAR-T schedule": 50})
    assert len([widget for widget, *_ in sent if widget is panel.figure]) == 1


def test_two_panels_on_a_page_share_no_id_and_each_finds_its_own(panel):
    other = panel_of(Patient.typical("SLE"))
    ids = [set(re.findall(r'\sid="([^"]+)"', one.figure.svg)) for one in (panel, other)]
    assert ids[0] and not ids[0] & ids[1]
    for own, one in zip(ids, (panel, other), strict=True):
        used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', one.figure.svg))
        assert used and used <= own


def test_the_picture_takes_the_colours_of_the_page(panel):
    svg = panel.figure.svg
    assert "currentColor" in svg and "var(--teaching-faint)" in svg
    assert INK.lower() not in svg.lower() and FAINT.lower() not in svg.lower()


def test_the_words_of_the_picture_are_text_and_not_outlines(panel):
    words = re.findall(r"<text[^>]*>([^<]+)</text>", panel.figure.svg)
    for needed in ("B cells per µL of blood", "depleted: below 10", "all B cells", "months after the first dose"):
        assert needed in words


def test_the_style_of_the_picture_stays_inside_the_picture(panel):
    for sheet in re.findall(r"<style[^>]*>(.*?)</style>", panel.figure.svg, flags=re.S):
        assert not re.search(r"(^|[},])\s*\*", sheet), "a rule for '*' in an inline SVG restyles the whole page"


# --- without a kernel ---------------------------------------------------------------------------------


def test_one_output_holds_the_live_panel_the_picture_and_the_words(panel):
    data, metadata = panel._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG\r\n")
    assert panel.question in data["text/plain"] and panel.sentence in data["text/plain"]
    assert metadata["image/png"]["alt"] == panel.sentence
    assert "<" not in data["text/plain"]


def test_the_still_picture_follows_the_controls_and_leaves_the_live_one_alone(panel):
    frame = panel.figure.frame
    first = panel._repr_mimebundle_()[0]["image/png"]
    panel.controls["product"].value = "CD19 CAR-T"
    second = panel._repr_mimebundle_()[0]["image/png"]
    assert first != second
    panel.set(panel.start_values)
    assert panel.figure.frame == frame
    assert panel._repr_mimebundle_()[0]["image/png"] == first


def test_the_sources_name_numbers_units_and_papers_only_when_asked(panel):
    assert panel._notes.value == ""
    panel._info.value = True
    try:
        assert "lioger2017" in panel._notes.value and "data/references.bib" in panel._notes.value
        panel.controls["product"].value = "blinatumomab"
        assert "subklewe2024" in panel._notes.value
    finally:
        panel._info.value = False
    assert panel._notes.value == ""


# --- long use -----------------------------------------------------------------------------------------


def test_two_hundred_moves_leave_nothing_behind(panel):
    from matplotlib.figure import Figure

    def figures() -> int:
        return sum(type(thing) is Figure for thing in gc.get_objects())  # isinstance would ask dead proxies

    def walk(steps: int) -> None:
        for step in range(steps):
            panel.controls["rituximab dose"].value = 100 + 10 * (step * 37 % 190)

    walk(20)  # the first moves fill caches
    gc.collect()
    widgets_before, figures_before = len(open_widgets), figures()
    walk(150)
    tracemalloc.start()
    try:
        walk(5)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        walk(50)
        gc.collect()
        growth = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert (len(open_widgets), figures()) == (widgets_before, figures_before)
    assert growth < 1_500_000  # one course holds about 0.09 MB: fifty kept ones would be 4 MB


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0, 1)), min_size=50, max_size=50))
def test_no_walk_over_the_controls_ends_in_an_error(shared, steps):
    bottom = shared.figure.drawing.figure.bbox.height
    for which, share in steps:
        control = list(shared.controls.values())[which]
        if isinstance(control, ipywidgets.ToggleButtons):
            control.value = control.options[min(int(share * len(control.options)), len(control.options) - 1)]
        elif isinstance(control, ipywidgets.FloatLogSlider):
            control.value = 10 ** (control.min + share * (control.max - control.min))
        else:
            control.value = type(control.value)(control.min + share * (control.max - control.min))
        assert shared.error == ""
        assert shared.sentence.endswith(".")
        everything = np.concatenate(list(heights_of(shared).values()))
        assert np.isfinite(everything).all()
        assert everything.min() >= 0 and everything.max() <= bottom * 1.2


# --- what cannot be drawn, and bad input ----------------------------------------------------------------


@pytest.mark.parametrize(
    "problem, words",
    [
        (ValueError("rituximab is given on day 800 <late>, but the course ends on day 730."), "on day 800 <late>, but"),
        (SimulationError("The solver stopped between day 0 and day 14."), "the last picture stays"),
        (ZeroDivisionError("float division"), "the last picture stays"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_is_one_sentence_and_the_last_picture_stays(panel, monkeypatch, caplog, problem, words):
    before = panel.figure.frame, panel.sentence

    def fails(*args, **kwargs):
        raise problem

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, logger="teaching.panels"):
        patch.setattr(MODULE, "treat", fails)
        panel.controls["rituximab dose"].value = 1500
    assert (panel.figure.frame, panel.sentence) == before
    assert words in panel.error
    assert panel.error.endswith(".") and "\n" not in panel.error and "Traceback" not in panel.error
    assert "<late>" not in panel._error.value  # a message is text, never markup
    if not isinstance(problem, ValueError):
        (record,) = caplog.records
        assert record.exc_info[1] is problem  # the detail is in the log
    panel.controls["rituximab dose"].value = 1600
    assert panel.error == ""
    assert panel.figure.frame != before[0]


def test_a_control_that_does_not_exist_is_named_with_those_that_do(panel):
    before = panel.figure.frame
    with pytest.raises(ValueError, match=r"'dosis' is not a control of this panel; it has: product, rituximab dose"):
        panel.set({"rituximab dose": 500, "dosis": 3})
    assert values_of(panel) == panel.start_values
    assert panel.figure.frame == before


def test_a_case_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ValueError, match=r"preset 'Rituximab 3 g' does not exist; choose one of: Rituximab 2 × 1 g,"):
        panel_of(Patient.typical("SLE"), preset="Rituximab 3 g")


def test_a_patient_that_is_none_of_ours_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="patient is 'SLE'; a Patient is needed"):
        panel_of("SLE")
