"""The body map says where the B cells are: the same cells as the model's, in every place, on every day."""

import numpy as np
import pytest
from panel_tools import parts_of_frame

from teaching import Patient, Plan, treat
from teaching.figures.body_map import CELLS, DAYS, cell_amounts, killer_level, start_amounts
from teaching.panels.body_map import body_map as panel_of
from teaching.panels.treatment import PRESETS, PRODUCTS


@pytest.fixture(scope="module")
def shared():
    return panel_of()


@pytest.fixture
def panel(shared):
    shared.reset()
    return shared


def amounts(panel) -> dict[str, np.ndarray]:
    return {cell.name: 10.0 ** parts_of_frame(panel)[cell.name] for cell in CELLS}


def test_without_therapy_every_cell_stays_full():
    patient = Patient.typical("SLE")
    found, full = cell_amounts(treat(patient, Plan.none(), 730), DAYS), start_amounts(patient)
    for cell in CELLS:
        np.testing.assert_allclose(found[cell.name], full[cell.name], rtol=1e-3)


def test_the_map_shows_the_models_own_counts(panel):
    course = treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=1000, days=[0, 14]), 730)
    shown = amounts(panel)
    for number in (5, 20, 30, 39):
        blood = shown["blood-naive"][number] + shown["blood-memory"][number]
        assert blood == pytest.approx(course.at(DAYS[number], "blood_b_cells_per_ul"), rel=2e-3)
        assert shown["memory"][number] == pytest.approx(course.at(DAYS[number], "lymphoid_memory_percent"), rel=2e-3)


def test_cells_without_the_antigen_stay_full(panel):
    """CD20 therapy spares plasmablasts and long-lived plasma cells at first; no therapy here touches the long-lived."""
    day = int(np.flatnonzero(DAYS == 28)[0])
    for label in (PRESETS[0].label, PRESETS[3].label):
        panel.press(label)
        assert amounts(panel)["plasma-cells"][day] > 95
    panel.press(PRESETS[0].label)
    spared = amounts(panel)["plasmablasts"][day]
    panel.press(PRESETS[3].label)
    assert spared > 10 * amounts(panel)["plasmablasts"][day]


def test_the_killer_is_only_there_when_it_was_given(panel):
    for name in PRODUCTS:
        panel.controls["product"].value = name
        parts = parts_of_frame(panel)
        for other in PRODUCTS:
            assert (parts[f"hunt-{other}"].max() > 0.3) == (other == name)
        assert panel.overlays == [name]


def test_an_engager_is_gone_within_a_day_and_an_antibody_after_months():
    patient = Patient.typical("SLE")
    engager = treat(patient, Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[0]), 730)
    antibody = treat(patient, Plan("rituximab", days=[0, 14]), 730)
    assert killer_level(engager, "blinatumomab", [4.0])[0] > 100 * killer_level(engager, "blinatumomab", [6.5])[0]
    assert killer_level(antibody, "rituximab", [60.0])[0] > 1


def test_the_sentence_tells_counts_in_every_place_and_the_killer(panel):
    for words in ("Day 14:", "per µL of blood", "left in lymphoid tissue", "in marrow", "µg/mL", "Lowest blood count, day 119: 0.21", "Day 730"):
        assert words in panel.sentence
    panel.controls["product"].value = "CD19 CAR-T"
    assert "CD19 CAR-T at 25 cells per µL" in panel.sentence


def test_a_frame_is_small_and_its_timeline_dense_at_first(panel):
    assert len(panel.frame) // 4 < 1000
    assert panel.setup["timeline"]["label"] == "Day" and panel.position == 14
    assert (np.diff(DAYS[:14]) <= 1).all() and DAYS[-1] == 730


def test_the_table_holds_every_cell_on_every_day(panel):
    lines = [line for line in panel.file("csv").decode().splitlines() if not line.startswith("#")]
    assert len(lines) == 1 + len(DAYS) and lines[0].count(",") == len(CELLS) + 1
    assert "blood-naive (/µL)" in lines[0]
