"""The 'reset': what comes back first, what stays, and how much time each power of ten of depth buys."""

import math
import re

import numpy as np
import pytest
from label_boxes import touching
from matplotlib.text import Text

from teaching import Patient, Plan, treat
from teaching.figures.reset import CHANCE, DAYS, DEPTHS
from teaching.model.returns import naive_half_day, regrowth_from_lowest
from teaching.panels.prediction import Predict
from teaching.panels.reset import PRESETS, reset

PANEL = reset
SLE = Patient.typical("SLE")


def shown(panel) -> dict:
    return panel.scene.values


def antibodies(panel) -> tuple[float, float]:
    """Lowest autoantibody and lowest vaccine antibody of the sentence [% of start]."""
    words = r"Autoantibody falls to (\d+) % of its start, vaccine antibody never below (\d+) %"
    found = re.search(words, panel.sentence)
    return float(found[1]), float(found[2])


# --- what the panel teaches ---------------------------------------------------------------------------------


def test_after_car_t_naive_cells_return_within_a_year_and_the_clone_does_not(panel):
    values = shown(panel)
    year = np.searchsorted(DAYS, 365)
    assert values["naive"][year] > 0.9 * values["naive"][-1]
    assert values["clone"][year] < 1000
    assert naive_half_day(treat(SLE, Plan.usual("CD19 CAR-T"), 730)) == pytest.approx(166, abs=2)
    assert "Naive B cells are back at half on day 166" in panel.sentence


def test_naive_cells_are_counted_in_cells(panel):
    assert shown(panel)["naive"][-1] == pytest.approx(45e9, rel=0.02)


@pytest.mark.parametrize("preset", [item.label for item in PRESETS[:3]])
def test_autoantibody_falls_and_vaccine_antibody_stays(panel, preset):
    panel.press(preset)
    autoantibody, vaccine = antibodies(panel)
    assert autoantibody < 60 and vaccine > 90


def test_deeper_is_later(panel):
    places = []
    for label in ("Blinatumomab, 5 days", "CAR-T 1 million/kg"):
        panel.press(label)
        places.append(shown(panel)["here"])
    assert places[1][0] > places[0][0] + 5 and places[1][1] > places[0][1] + 2


def test_few_cells_mean_chance_and_many_mean_a_day(panel):
    assert "chance decides" in panel.sentence and "die out in 30 % of such patients" in panel.sentence
    panel.press("Rituximab 2 × 1 g")
    assert "chance" not in panel.sentence and "the clone is back at half on day 243" in panel.sentence


def test_a_larger_clone_has_more_cells_left_at_the_same_depth(panel):
    here, low = shown(panel)["here"], shown(panel)["clone"].min()
    panel.press("CAR-T, large clone")
    assert shown(panel)["clone"].min() > 3 * low
    assert shown(panel)["here"][0] == pytest.approx(here[0], abs=0.5)
    assert "of 5 × 10⁹" in panel.sentence


def test_where_chance_begins_moves_with_the_size_of_the_clone(panel):
    def begins():
        return DEPTHS[np.argmax(shown(panel)["chance"][1] > 0)]

    usual = begins()
    assert usual == pytest.approx(math.log10(5e8 / 100), abs=0.1)
    panel.set({"clone": 5})
    assert begins() == pytest.approx(usual + 1, abs=0.1)


def test_a_faster_clone_gets_less_time_from_the_same_depth(panel):
    slow = shown(panel)["law"]
    panel.set({"growth": 0.025})
    assert np.all(shown(panel)["law"][20:] < slow[20:])
    assert "buys 92 days" in panel.sentence


def test_the_panel_starts_with_the_patients_own_clone():
    patient = Patient.typical("RA").change(clone_size=2.0, autoreactive_regrowth_per_day=0.026)
    one = reset(patient, preset="Rituximab 2 × 1 g")
    assert (one.controls["clone"].value, one.controls["growth"].value) == (2.0, 0.026)
    left = treat(patient, Plan("rituximab"), 1826).metrics()["clone_nadir_cells"] / 2e9
    assert 0.5 < left < 1 and "the clone is never below half" in one.sentence


# --- picture and words --------------------------------------------------------------------------------------


def test_the_circle_lies_at_the_models_depth_and_time(panel):
    panel.press("Rituximab 2 × 1 g")
    course = treat(SLE, Plan("rituximab"), 1826)
    depth, years = shown(panel)["here"]
    assert depth == pytest.approx(course.metrics()["clone_depth_log10"], rel=0.02)
    assert years == pytest.approx(regrowth_from_lowest(course) / 365.25, rel=0.02)


def test_the_panel_that_waits_does_not_tell_where_chance_decides(tmp_path, monkeypatch):
    """The band below 100 cells comes with the prediction: on empty axes it would tell how deep the clone goes."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path))
    ask = Predict("a-clone", "How many cells are there?", curve="clone", unit="cells", across_label="day")
    panel = reset(predict=ask)
    band = panel.drawing.overlays[CHANCE]
    waiting, _ = panel.state.still()
    assert not any(artist.get_visible() for artist in band)
    panel.predicted([[0, 1e8], [1000, 1e4]])
    filled, _ = panel.state.still()
    assert all(artist.get_visible() for artist in band) and waiting != filled
    words = [part.get_text() for part in panel.drawing.figure.findobj(Text) if part not in band]
    assert not [text for text in words if "chance" in text]


@pytest.mark.parametrize("growth", [0.008, 0.015, 0.025])
def test_the_name_of_the_point_stays_off_the_law(panel, growth):
    for item in PRESETS[:4]:
        panel.press(item.label)
        panel.set({"growth": growth})
        panel.drawing.move(panel.scene.values)
        panel.drawing.show_overlays(panel.overlays)
        assert not [other for words, other in touching(panel.drawing) if words == "here"], (item.label, growth)
