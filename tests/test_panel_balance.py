"""The balance of B cells: the one-equation pool, its window blood, and the panel that shows both."""

import math

import numpy as np
import pytest
from scipy.integrate import odeint

from teaching import Patient, tables
from teaching.model import balance as pool
from teaching.panels.balance import PRESETS, balance

REST = pool.Pools(1.0, 70.0)
LOSS = 0.02


@pytest.fixture(scope="module")
def shared():
    return balance()


@pytest.fixture
def panel(shared):
    shared.reset()
    return shared


def shown(panel) -> dict:
    return panel.scene.values


# --- the equation ---------------------------------------------------------------------------------------


def test_at_rest_nothing_moves():
    blood, tissue = pool.two_pools(np.array([0.0, 0.01, 1, 100, 1000]), REST, REST, LOSS)
    assert blood == pytest.approx(np.full(5, REST.blood)) and tissue == pytest.approx(np.full(5, REST.tissue))
    assert pool.pool_over_time([0, 500], 71, 71, LOSS) == pytest.approx([71, 71])


@pytest.mark.parametrize("production", [0, 0.25, 1, 1.5])
@pytest.mark.parametrize("start", [REST, pool.Pools(0.0, 70.0), pool.Pools(0.0, 0.0), pool.Pools(0.5, 1.0)])
def test_the_closed_form_is_what_an_integrator_finds(start, production):
    h, r = pool.transit_per_day(), pool.return_per_day(REST, LOSS)
    p = production * LOSS * REST.total

    def slopes(y, t):
        return [p + r * y[1] - (h + LOSS) * y[0], h * y[0] - (r + LOSS) * y[1]]

    days = np.array([0, 0.001, 0.01, 0.05, 0.3, 2, 30, 200])
    found = odeint(slopes, list(start), days, rtol=1e-10, atol=1e-12)
    blood, tissue = pool.two_pools(days, start, REST, LOSS, production)
    assert blood == pytest.approx(found[:, 0], rel=1e-6, abs=1e-8)
    assert tissue == pytest.approx(found[:, 1], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("production", [0, 0.25, 1, 1.5])
def test_both_pools_together_are_the_one_equation(production):
    days, start = np.linspace(0, 300, 50), pool.Pools(0.0, 7.0)
    blood, tissue = pool.two_pools(days, start, REST, LOSS, production)
    assert blood + tissue == pytest.approx(pool.pool_over_time(days, start.total, production * REST.total, LOSS))


def test_without_production_half_is_left_after_each_half_life():
    days = pool.half_life_days(LOSS) * np.arange(4)
    assert pool.pool_over_time(days, 80, 0, LOSS) == pytest.approx([80, 40, 20, 10])
    assert pool.loss_per_day(pool.half_life_days(LOSS)) == pytest.approx(LOSS)


def test_depth_hardly_matters_for_what_a_tap_refills():
    """A thousandth or a millionth left: half is back after one half-life; dividing survivors would double the time."""
    after = [pool.days_to(35, 70 * left, 70, LOSS) for left in (1e-3, 1e-6, 0)]
    assert after == pytest.approx([pool.half_life_days(LOSS)] * 3, abs=0.1)


def test_an_emptied_blood_refills_from_tissue_in_hours_and_an_emptied_body_from_the_marrow_in_weeks():
    only_blood, _ = pool.two_pools(3 / 24, pool.Pools(0, REST.tissue), REST, LOSS)
    body, _ = pool.two_pools(3 / 24, pool.Pools(0, 0), REST, LOSS)
    assert only_blood > 0.9 * REST.blood and body < 0.06 * REST.blood


def test_a_slower_passage_refills_blood_later():
    empty = pool.Pools(0.0, REST.tissue)
    after = [pool.two_pools(1 / 24, empty, REST, LOSS, transit=transit)[0] for transit in (48, 12, 2)]
    assert after[0] > after[1] > after[2]


@pytest.mark.parametrize("level, start, rest, expected", [
    (50, 50, 100, 0.0),
    (50, 0, 50, math.inf),
    (50, 0, 25, math.inf),
    (20, 50, 100, math.inf),
    (25, 100, 0, 2 * math.log(2) / LOSS),
])  # fmt: skip
def test_the_day_of_a_level(level, start, rest, expected):
    assert pool.days_to(level, start, rest, LOSS) == pytest.approx(expected)


def test_a_day_that_was_named_is_on_the_curve():
    day = pool.days_to(63, 2, 70, LOSS)
    assert pool.pool_over_time(day, 2, 70, LOSS) == pytest.approx(63)


def test_numbers_come_back_as_they_went_in():
    assert isinstance(pool.pool_over_time(3, 1, 2, LOSS), float)
    assert pool.pool_over_time([[1, 2], [3, 4]], 1, 2, LOSS).shape == (2, 2)
    assert all(isinstance(value, float) for value in pool.two_pools(3, REST, REST, LOSS))


def test_the_share_in_blood_of_a_typical_patient_is_one_to_two_percent():
    """228 per uL in 5 L are 1.14e9; 75.5e9 in spleen and nodes; the textbooks' 2 % counts all lymphocytes."""
    pools = pool.pools_of(Patient.typical("SLE"))
    assert pools.blood == pytest.approx(228 * 5e6 / 1e9, rel=0.02)
    assert pools.tissue == pytest.approx(75.5)
    assert 1 < pools.blood_percent < 2


# --- bad input of the equation ----------------------------------------------------------------------------


@pytest.mark.parametrize("call, words", [
    (lambda: pool.half_life_days(0), "rate_per_day is 0; allowed is a number from 10⁻⁹"),
    (lambda: pool.loss_per_day("35"), "half_life is '35'; allowed"),
    (lambda: pool.pool_over_time(-1, 1, 1, 1), "days is -1; allowed are numbers from 0"),
    (lambda: pool.pool_over_time("soon", 1, 1, 1), "days is 'soon'"),
    (lambda: pool.pool_over_time([1, [2, 3]], 1, 1, 1), "days is"),
    (lambda: pool.pool_over_time(1, math.nan, 1, 1), "start is nan; allowed"),
    (lambda: pool.two_pools(1, REST, REST, 0), "loss is 0; allowed"),
    (lambda: pool.two_pools(1, REST, REST, LOSS, production=-1), "production is -1; allowed"),
    (lambda: pool.deplete(REST, 1.5), "share is 1.5; allowed is a number from 0 to 1."),
    (lambda: pool.deplete(REST, 0.5, "spleen"), "where is 'spleen'; choose one of: everywhere, blood only"),
    (lambda: pool.return_per_day(pool.Pools(0.1, 76), 0.05, 4), "0.1 × 10⁹ cells in blood that stay there for 6 hours"),
])  # fmt: skip
def test_bad_input_is_named_in_a_sentence(call, words):
    with pytest.raises(ValueError) as problem:
        call()
    assert words in str(problem.value)
    assert str(problem.value).endswith(".") and "\n" not in str(problem.value)


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


def test_every_control_moves_picture_and_sentence(panel):
    for name, value in {"where": "blood only", "removed": 50, "half_life": 20, "production": 40}.items():
        panel.reset()
        before = panel.frame, panel.sentence
        panel.set({name: value})
        assert (panel.frame != before[0], panel.sentence != before[1]) == (True, True), name
        assert panel.error == ""


def test_presets_are_valid_distinct_and_words_fit_to_numbers(panel):
    frames = set()
    for item in PRESETS:
        panel.press(item.label)
        assert panel.error == "" and panel.sentence.endswith(".")
        frames.add((panel.frame, tuple(panel.texts)))
    assert len(frames) == len(PRESETS)


def test_every_corner_of_the_controls_can_be_drawn(panel):
    for where in ("everywhere", "blood only"):
        for removed in (0, 100):
            for half_life in (14, 56):
                for production in (0, 150):
                    panel.set({"where": where, "removed": removed, "half_life": half_life, "production": production})
                    assert panel.error == "" and "inf" not in panel.sentence and "nan" not in panel.sentence
                    assert np.isfinite(np.frombuffer(panel.frame, np.float32)).all()


def test_the_table_is_what_is_drawn(panel):
    lines = panel.file("csv").decode().splitlines()
    assert lines[2] == "day,pool_percent_of_start,blood_percent_of_start"
    rows = np.array([line.split(",") for line in lines[3:]], float)
    assert np.all(np.diff(rows[:, 0]) > 0)
    assert rows[-1, 1] == pytest.approx(shown(panel)["pool-days"][-1], rel=1e-5)


def test_sources_say_that_two_percent_is_another_number_and_that_it_is_a_model(panel):
    panel.notes_open = True
    assert "model for teaching" in panel.notes and "westermann1992" in panel.notes and "recalled" in panel.notes
    panel.notes_open = False


def test_the_panel_starts_with_the_patients_own_loss():
    assert balance(Patient.typical("RA").change(naive_loss_per_day=0.05)).controls["half_life"].value == 14


def test_a_preset_can_be_the_start(panel):
    panel.press(PRESETS[4].label)
    assert balance(preset=PRESETS[4].label).sentence == panel.sentence


def test_bad_input_of_the_panel():
    with pytest.raises(ValueError, match="preset 'all' does not exist; choose one of: All B cells: 99 % gone, Blood"):
        balance(preset="all")
    with pytest.raises(ValueError, match="disease 'lupus' is not in the table"):
        balance("lupus")
