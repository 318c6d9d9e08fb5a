"""The 'reset': what comes back first, what stays, and how much time each power of ten of depth buys."""

import math
import re

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from teaching import Patient, Plan, tables, treat
from teaching.figures.reset import DAYS, DEPTHS
from teaching.model.balance import days_to, regrowth_days
from teaching.model.fate import dies_out_percent
from teaching.model.returns import naive_half_day, regrowth_from_lowest
from teaching.panels.reset import PRESETS, reset

SLE = Patient.typical("SLE")


@pytest.fixture(scope="module")
def shared():
    return reset()


@pytest.fixture
def panel(shared):
    shared.reset()
    return shared


def shown(panel) -> dict:
    return panel.scene.values


def antibodies(panel) -> tuple[float, float]:
    """Lowest autoantibody and lowest vaccine antibody of the sentence [% of start]."""
    words = r"Autoantibody falls to (\d+) % of its start, vaccine antibody never below (\d+) %"
    found = re.search(words, panel.sentence)
    return float(found[1]), float(found[2])


# --- the law of regrowth ------------------------------------------------------------------------------------


@pytest.mark.parametrize("growth", [0.008, 0.015, 0.025])
def test_each_further_decade_costs_ln10_over_growth(growth):
    days = regrowth_days(np.arange(2, 9), growth)
    assert np.diff(days) == pytest.approx(np.full(6, math.log(10) / growth), rel=0.01)


def test_the_law_is_the_solution_of_logistic_growth():
    growth, depth = 0.015, 3.0
    day = regrowth_days(depth, growth)
    found = solve_ivp(lambda t, a: growth * a * (1 - a), (0, day), [10**-depth], rtol=1e-9, atol=1e-12)
    assert found.y[0, -1] == pytest.approx(0.5, rel=1e-4)


def test_a_clone_minds_depth_and_a_pool_with_a_tap_does_not():
    deeper_clone = regrowth_days(6, 0.015) - regrowth_days(3, 0.015)
    deeper_pool = days_to(50, 1e-4, 100, 0.015) - days_to(50, 1e-1, 100, 0.015)
    assert deeper_clone > 400 and deeper_pool < 1


def test_half_or_more_left_needs_no_time():
    assert regrowth_days([0, 0.2, 0.3], 0.015) == pytest.approx([0, 0, 0], abs=1e-9)


def test_the_full_model_follows_the_law_down_to_a_hundred_cells():
    """What a deeper course needs longer from its lowest point is what the law says, within a tenth."""
    found = []
    for factor in (2, 3, 4):  # rituximab that reaches tissue better and better: a what-if
        course = treat(SLE.vary(effect_lymphoid=factor), Plan("rituximab"), 1826)
        numbers = course.metrics()
        assert numbers["clone_nadir_cells"] > 100
        found.append((regrowth_days(numbers["clone_depth_log10"], 0.015), regrowth_from_lowest(course)))
    law, model = np.array(found).T
    assert np.diff(model) == pytest.approx(np.diff(law), rel=0.1)
    assert np.all(model > law)  # drug that is still there slows the first regrowth


@pytest.mark.parametrize("call, words", [
    (lambda: regrowth_days(-1, 0.015), "depth_log10 is -1; allowed are numbers from 0 to 300."),
    (lambda: regrowth_days("deep", 0.015), "depth_log10 is 'deep'"),
    (lambda: regrowth_days(3, 0), "growth is 0; allowed is a number from 10⁻⁹"),
])  # fmt: skip
def test_bad_input_of_the_law_is_named(call, words):
    with pytest.raises(ValueError) as problem:
        call()
    assert words in str(problem.value)


def test_fewer_cells_and_slower_clones_die_out_more_often():
    assert dies_out_percent(0, 0.015) == 100
    assert dies_out_percent(1, 0.015) > dies_out_percent(5, 0.015) > dies_out_percent(100, 0.015)
    assert dies_out_percent(5, 0.008) > dies_out_percent(5, 0.025)


# --- what the panel teaches ---------------------------------------------------------------------------------


def test_after_car_t_naive_cells_return_within_a_year_and_the_clone_does_not(panel):
    values = shown(panel)
    year = np.searchsorted(DAYS, 365)
    assert values["naive"][year] > 0.9 * values["naive"][-1]
    assert values["clone"][year] < 1000
    assert naive_half_day(treat(SLE, Plan("lymphodepletion") + Plan("CD19 CAR-T"), 730)) == pytest.approx(166, abs=2)
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


def test_every_control_moves_picture_and_sentence(panel):
    changes = {
        "therapy": "rituximab",
        "growth": 0.01,
        "clone": 2.0,
        "CD19 CAR-T dose": 1e5,
        "rituximab dose": 300,
        "blinatumomab dose": 28,
    }
    assert set(changes) == set(panel.controls)
    for name, value in changes.items():
        panel.reset()
        if name.endswith(" dose"):
            panel.set({"therapy": name.removesuffix(" dose")})
        before = panel.frame, panel.sentence
        panel.set({name: value})
        assert (panel.frame != before[0], panel.sentence != before[1]) == (True, True), name
        assert panel.error == ""


def test_presets_are_valid_and_distinct_and_one_can_be_the_start(panel):
    frames = {}
    for item in PRESETS:
        panel.press(item.label)
        assert panel.error == "" and panel.sentence.endswith(".") and panel.sentence[0].isupper()
        frames[item.label] = panel.frame
    assert len(set(frames.values())) == len(PRESETS)
    assert reset(preset=PRESETS[1].label).frame == frames[PRESETS[1].label]


def test_every_corner_of_the_controls_can_be_drawn(panel):
    rows = tables.products()
    for name in ("rituximab", "blinatumomab", "CD19 CAR-T"):
        for dose in (rows[name].dose_low, rows[name].dose_high):
            for growth, clone in ((0.008, 0.05), (0.025, 5), (0.008, 5)):
                panel.set({"therapy": name, f"{name} dose": dose, "growth": growth, "clone": clone})
                assert panel.error == "" and not re.search("nan|inf|None", panel.sentence)
                assert np.isfinite(np.frombuffer(panel.frame, np.float32)).all()


def test_a_frame_leaves_room_for_a_full_sweep(panel):
    assert len(panel.frame) // 4 <= 1400


def test_the_table_is_what_is_drawn(panel):
    lines = panel.file("csv").decode().splitlines()
    assert lines[2] == "day,naive_cells,autoreactive_memory_cells"
    rows = np.array([line.split(",") for line in lines[3:]], float)
    assert rows[:, 2] == pytest.approx(shown(panel)["clone"], rel=1e-4)


def test_sources_call_the_clone_a_hypothesis_and_name_the_misfit(panel):
    panel.notes_open = True
    for words in ("hypothesis", "T-cell help", "hill2019", "n = 5", "misfit", "macallan2005"):
        assert words in panel.notes
    panel.notes_open = False


def test_bad_input_is_a_sentence(panel):
    with pytest.raises(ValueError, match="preset 'cure' does not exist; choose one of: CAR-T 1 million/kg,"):
        reset(preset="cure")
    with pytest.raises(ValueError, match="disease 'lupus' is not in the table"):
        reset("lupus")
    with pytest.raises(ValueError, match="Regrowth is 0.5; allowed is a number from 0.008"):
        panel.set({"growth": 0.5})
