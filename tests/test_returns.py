"""When cells are back in a course, how a few cells end, and who is no course."""

import math

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.model import returns
from teaching.model.balance import regrowth_days
from teaching.model.fate import dies_out_percent, division_per_day
from teaching.model.returns import last_return, regrowth_from_lowest
from teaching.model.schedules import plans_to_compare

SLE = Patient.typical("SLE")


@pytest.fixture(scope="module")
def compared():
    return {name: treat(SLE, plan, 730) for name, plan in plans_to_compare().items()}


# --- days -------------------------------------------------------------------------------------------------


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


def test_the_last_return_is_the_last_crossing_of_ten(compared):
    for name, course in compared.items():
        day, blood = last_return(course), course["blood_b_cells_per_ul"]
        if day is None:
            assert blood.min() >= 10 or blood[-1] < 10, name
            continue
        later = blood[course.time_days > day + 1e-6]
        assert later.min() >= 10 and course.at(day, "blood_b_cells_per_ul") == pytest.approx(10, rel=0.05), name


def test_the_half_days_are_where_the_curves_cross_half(compared):
    for find, series, half in (
        (returns.blood_half_day, "blood_b_cells_per_ul", None),
        (returns.naive_half_day, "lymphoid_naive_percent", 50),
    ):
        seen = {name: find(course) for name, course in compared.items()}
        assert seen["nothing"] is None and sum(day is not None for day in seen.values()) > 6
        for name, day in seen.items():
            course = compared[name]
            level = half or 0.5 * course[series][0]
            if day is None:
                lowest = course[series].argmin()
                assert course[series].min() >= level or course[series][lowest:].max() < level, name
            else:
                assert day > course.time_days[course[series].argmin()]
                assert course.at(day, series) == pytest.approx(level, rel=0.02), name


# --- a few cells and the end ------------------------------------------------------------------------------


def test_fewer_cells_and_slower_clones_die_out_more_often():
    assert dies_out_percent(0, 0.015) == 100
    assert dies_out_percent(1, 0.015) > dies_out_percent(5, 0.015) > dies_out_percent(100, 0.015)
    assert dies_out_percent(5, 0.008) > dies_out_percent(5, 0.025)


def test_one_cell_dies_out_as_a_birth_and_death_process_does():
    """A line whose cells divide at b and are lost at d = b - g dies out with probability d/b."""
    growth, born = 0.015, division_per_day()
    rng = np.random.default_rng(3)
    cells = np.ones(4000)
    while ((cells > 0) & (cells < 60)).any():  # of sixty cells hardly a line dies out
        alive = (cells > 0) & (cells < 60)
        cells[alive] += np.where(rng.random(alive.sum()) < born / (2 * born - growth), 1, -1)
    assert (cells == 0).mean() == pytest.approx(1 - growth / born, abs=0.03)
    assert dies_out_percent(1, growth) == pytest.approx(100 * math.exp(-growth / born))


def test_the_words_of_an_outcome_are_those_of_the_key_numbers(compared):
    for name, course in compared.items():
        words, numbers = returns.outcome_in_words(course), course.metrics()
        assert words.startswith("no remission") == (numbers["outcome_kind"] == "no remission"), name
        few = numbers["outcome_kind"] != "no remission" and numbers["clone_nadir_cells"] < 100
        assert ("chance decides" in words) == few, name
        if numbers["outcome_kind"] == "remission, relapse":
            assert words == f"remission, relapse on day {numbers['outcome_day']:.0f}"


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "blood_half_day", "naive_half_day", "regrowth_from_lowest", "last_return", "outcome_in_words",
])  # fmt: skip
def test_what_is_no_course_is_refused(name):
    for nothing in (None, 3, Plan("rituximab"), {"blood_b_cells_per_ul": []}):
        with pytest.raises(ValueError, match=r"is no course; make one, such as treat\(patient, plan\)\.$"):
            getattr(returns, name)(nothing)
