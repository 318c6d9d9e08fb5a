"""Plans side by side: the same numbers as one by one, and what if the patient differs."""

import csv
import io
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import teaching
from teaching import Patient, Plan, compare, treat
from teaching.inputs import LONGEST_SENTENCE
from teaching.model.compare import MOST_PLANS, ROWS, Comparison
from teaching.model.measures import measure, number
from teaching.words import rounded

SLE = Patient.typical("SLE")
TWO = {"full": Plan("rituximab"), "half": "rituximab dose_mg=500 days=0,14"}


@pytest.fixture(scope="module")
def lessons():
    """The three plans of the lessons beside no therapy."""
    car_t = Plan("lymphodepletion") + Plan("CD19 CAR-T")
    return compare({"rituximab": "rituximab", "engager": "blinatumomab", "CAR-T": car_t, "none": Plan.none()}, SLE)


# --- the science ---------------------------------------------------------------------------------


def test_the_order_of_the_lessons_is_seen_at_a_glance(lessons):
    assert lessons["rituximab"]["days_depleted"] > lessons["CAR-T"]["days_depleted"]
    assert lessons["CAR-T"]["clone_depth_log10"] > 5 > lessons["rituximab"]["clone_depth_log10"]
    assert lessons["CAR-T"]["outcome_kind"] == "remission kept"
    assert lessons["none"]["day_back_above_10"] is None and lessons["none"]["days_depleted"] == 0


def test_the_numbers_are_those_of_each_course_alone(lessons):
    for name, plan in lessons.plans.items():
        alone = treat(SLE, plan, 730).metrics()
        assert dict(lessons[name]) == {row: alone[row] for row in ROWS}


@given(
    st.lists(st.sampled_from([100, 300, 500, 1000]), min_size=1, max_size=3, unique=True), st.sampled_from([60, 365])
)
def test_any_comparison_equals_its_courses_one_by_one(doses, days):
    plans = {f"{dose} mg": Plan("rituximab", dose_mg=dose, days=[0]) for dose in doses}
    found = compare(plans, SLE, days=days)
    assert list(found) == list(plans)
    for name, plan in plans.items():
        alone = treat(SLE, plan, days)
        assert (found.courses[name]["blood_b_cells_per_ul"] == alone["blood_b_cells_per_ul"]).all()
        assert dict(found[name]) == {row: alone.metrics()[row] for row in ROWS}


def test_a_row_may_be_a_series_on_a_day_or_anything_that_targets_read(lessons):
    rows = [
        "autoantibody_percent@90",
        "min total_igg_percent",
        "max blood_b_cells_per_ul 200 300",
        "nadir_per_ul / nadir_day",
    ]
    found = compare({"r": "rituximab"}, SLE, rows)
    course = found.courses["r"]
    assert dict(found["r"]) == {row: number(course, row) for row in rows}
    assert found["r"]["autoantibody_percent@90"] == course.at(90, "autoantibody_percent")
    assert found.table["key number"] == [
        "autoantibody on day 90", "lowest total IgG", "highest blood B cells, day 200 to 300",
        "lowest blood B-cell count over day of the lowest count",
    ]  # fmt: skip
    assert found.table["unit"] == ["% of start", "% of start", "cells/µL", ""]


def test_a_drug_that_a_plan_does_not_give_is_said_to_be_not_given():
    found = compare({"a": "rituximab", "b": "obinutuzumab"}, SLE, "rituximab_ug_per_ml@30", days=60)
    assert found["a"]["rituximab_ug_per_ml@30"] > 1
    assert found["b"]["rituximab_ug_per_ml@30"] == "not given"


def test_a_measure_that_does_not_happen_has_no_value():
    course = treat(SLE, Plan("rituximab"), 60)
    assert measure(course, "doubling car_t_cells_per_ul 2 6").value is None
    assert measure(course, "car_t_cells_per_ul@60 / car_t_peak").value is None
    assert measure(course, "doubling blood_b_cells_per_ul 2 6").value is None  # they fall
    assert measure(course, "halving rituximab_ug_per_ml 20 50").label == "half-life of rituximab, day 20 to 50"
    assert measure(course, "halving rituximab_ug_per_ml 20 50").unit == "d"


# --- what if ---------------------------------------------------------------------------------------


def test_a_what_if_is_the_same_comparison_in_another_patient(lessons):
    other = lessons.what_if(naive_loss_per_day=0.03)
    assert other.patient == SLE.change(naive_loss_per_day=0.03)
    assert list(other) == list(lessons) and other.rows == lessons.rows
    assert (
        other["rituximab"]["day_back_above_10"]
        == treat(SLE.change(naive_loss_per_day=0.03), Plan("rituximab")).metrics()["day_back_above_10"]
    )
    assert other.table.caption == "SLE patient, 730 days; what if loss of naive cells is 0.03 instead of 0.02 1/day"
    assert lessons.patient == SLE and lessons.table.caption == "SLE patient, 730 days"


def test_a_what_if_of_nothing_changes_nothing(lessons):
    assert lessons.what_if() == lessons and repr(lessons.what_if()) == repr(lessons)
    same = compare(TWO, SLE, days=60)
    assert same.what_if(clone_size="* 1") == same.what_if(clone_size="+ 0") == same
    assert same.what_if(elimination_per_day="* 1") == same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* 10", 5.0),
        ("*10", 5.0),
        ("× 2", 1.0),
        ("/ 2", 0.25),
        ("+ 0.5", 1.0),
        ("- 0.1", 0.4),
        (" * 1e1 ", 5.0),
        (2, 2.0),
    ],
)
def test_a_change_may_count_from_what_the_patient_has(text, expected):
    found = compare(TWO, SLE, "nadir_per_ul", days=30).what_if(clone_size=text)
    assert found.patient["clone_size"] == pytest.approx(expected)


def test_changes_of_changes_add_up_and_are_all_said():
    found = (
        compare(TWO, SLE, "nadir_per_ul", days=30)
        .what_if(clone_size="* 2")
        .what_if(clone_size="* 2", elimination_per_day="* 1.5")
    )
    assert found.patient["clone_size"] == pytest.approx(2.0)
    assert found.patient.factors == {"elimination_per_day": 1.5}
    assert found.table.caption == (
        "SLE patient, 30 days; what if size of the autoreactive clone is 1 instead of 0.5 × 10⁹ cells, and size of the "
        "autoreactive clone is 2 instead of 1 × 10⁹ cells, and elimination from the blood is 1.5 times as large"
    )


def test_faster_elimination_shortens_depletion():
    found = compare(TWO, SLE)
    faster = found.what_if(elimination_per_day="* 1.5")
    assert all(faster[name]["days_depleted"] < found[name]["days_depleted"] for name in found)


# --- the interface ---------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [["b", "a", "c"], ["c", "b", "a"]])
def test_the_order_of_the_dict_is_the_order_of_the_columns(names):
    found = compare(dict.fromkeys(names, "nothing"), SLE, days=10)
    assert list(found) == names
    assert list(found.table.columns) == ["key number", "unit", *names]
    assert found.to_csv().startswith("key number,unit," + ",".join(names) + "\n")


def test_it_shows_itself_to_eyes_ears_and_a_spreadsheet(lessons, tmp_path):
    assert isinstance(lessons, Comparison) and len(lessons) == 4
    caption, head, *rows = repr(lessons).split("\n")
    assert caption == "SLE patient, 730 days" and head.split() == ["key", "number", "unit", *lessons]
    assert len(rows) == len(ROWS)
    low = rounded(lessons["rituximab"]["nadir_per_ul"])
    assert low in rows[0] and "does not happen" in repr(lessons)
    html = lessons._repr_html_()
    assert "<caption" in html and 'scope="row"' in html and low in html
    lines = list(csv.reader(io.StringIO(lessons.to_csv())))
    assert lines[1][:2] == ["lowest blood B-cell count", "per µL"]
    assert [float(cell) for cell in lines[1][2:]] == [column["nadir_per_ul"] for column in lessons.values()]
    assert lessons.save_csv(tmp_path / "plans.csv").read_text(encoding="utf-8") == lessons.to_csv()


def test_in_a_hurry_plans_need_no_names():
    text = "rituximab dose_mg=500 days=0"
    assert list(compare("rituximab", SLE, days=30)) == ["rituximab"]
    assert list(compare(Plan("lymphodepletion") + Plan("CD19 CAR-T"), days=30)) == ["lymphodepletion + CD19 CAR-T"]
    found = compare([Plan("rituximab"), text, Plan("rituximab", dose_mg=100, days=[0]), Plan.none()], "RA", days=30)
    assert list(found) == ["rituximab", text, "rituximab dose_mg=100 days=0", "nothing"]
    assert found.patient.disease == "RA"


def test_the_door_of_the_kit_offers_it():
    assert teaching.compare is compare and "compare" in teaching.__all__


def test_one_row_is_enough_and_a_row_said_twice_stands_once():
    assert compare(TWO, SLE, "nadir_per_ul", days=30).rows == ("nadir_per_ul",)
    assert compare(TWO, SLE, ["nadir_day", "nadir_per_ul", "nadir_day"], days=30).rows == ("nadir_day", "nadir_per_ul")


def test_it_can_be_sent_to_another_process():
    found = compare(TWO, SLE, days=30).what_if(clone_size="* 2")
    again = pickle.loads(pickle.dumps(found))
    assert again == found and repr(again) == repr(found)


# --- bad input -------------------------------------------------------------------------------------


def refused(call, *parts):
    with pytest.raises(ValueError) as problem:
        call()
    words = str(problem.value)
    assert 10 < len(words) <= LONGEST_SENTENCE and words.endswith(".") and "\n" not in words, words
    for part in parts:
        assert part in words, words


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ("nadir", "row 'nadir' is no key number; choose one of: nadir"),
        ("autoantibody@90", "names no series of these courses; choose one of: autoantibody_percent"),
        ("autoantibody_percent", "is a series, which has many values; add a day, such as autoantibody_percent@90"),
        ("autoantibody_percent@900", "day is 900; this course runs from day 0 to day 60"),
        ("autoantibody_percent@soon", "'soon' is not a day"),
        ("min b_cells", "names no series"),
        ("mean blood_b_cells_per_ul", "is not of a form that is known"),
        ("", "is no text that names a number"),
        ("x" * 100_000, "is no text that names a number"),
        ("nadir_per_ul / outcome", "outcome is a word"),
    ],
)
def test_an_unknown_row_is_named_with_the_nearest(row, part):
    refused(lambda: compare(TWO, SLE, [row], days=60), part)


def test_rows_must_be_a_list_of_some_names():
    refused(lambda: compare(TWO, SLE, []), "rows holds 0 names; 1 to 60 are needed")
    refused(lambda: compare(TWO, SLE, ["nadir_per_ul"] * 61), "rows holds 61 names")
    refused(lambda: compare(TWO, SLE, [3]), "rows is [3]; a list of names is needed")
    refused(lambda: compare(TWO, SLE, None), "rows is None")


def test_plans_that_are_none_are_named():
    refused(lambda: compare({}, SLE), "plans is empty; at least one is needed")
    refused(lambda: compare([], SLE), "plans is empty")
    refused(lambda: compare(None, SLE), "plans is None; names with their plans are needed")
    refused(lambda: compare(SLE, Plan("rituximab")), "plans is ", "names with their plans are needed")
    refused(lambda: compare({"a": 3}, SLE), "the plan of 'a' is 3; a Plan or its text is needed")
    refused(lambda: compare([3], SLE), "plans has 3; a Plan or its text is needed")
    refused(lambda: compare({"a": ""}, SLE), "the plan of 'a' is ''")
    refused(lambda: compare({"a": "aspirin"}, SLE), "plan 'a': product 'aspirin' is not in the table; choose one of: ")
    refused(lambda: compare({"a": Plan("rituximab")}, SLE, days=10), "plan 'a': rituximab is given on day 14")
    refused(lambda: compare(["rituximab", "rituximab"], SLE), "'rituximab' is given twice; name the plans")


def test_more_plans_than_a_screen_has_room_for_are_refused():
    plans = {f"plan {i}": "nothing" for i in range(MOST_PLANS + 1)}
    refused(lambda: compare(plans, SLE), "plans are 13; at most 12 stand side by side")


@pytest.mark.parametrize("name", [3, None, "", "  ", "a\nb", "x" * 61, "\ud800", ("a",)])
def test_a_name_that_is_no_line_of_text_is_refused(name):
    refused(
        lambda: compare({name: "nothing"}, SLE), "the name of a plan is ", "one line of 1 to 60 characters is needed"
    )


@pytest.mark.parametrize("name", ["unit", "key number"])
def test_a_name_that_another_column_has_is_refused(name):
    refused(lambda: compare({name: "nothing"}, SLE), "which is the heading of another column")


@pytest.mark.parametrize("patient", [3, {}, Plan("rituximab"), ["SLE"]])
def test_a_patient_that_is_none_is_refused(patient):
    refused(lambda: compare(TWO, patient), "a Patient or the name of a disease is needed")


def test_an_impossible_horizon_is_refused():
    refused(lambda: compare(TWO, SLE, days="soon"), "days is 'soon'")
    refused(lambda: compare(TWO, SLE, days=-1), "days is -1")


def test_a_plan_that_was_not_compared_is_named(lessons):
    with pytest.raises(
        KeyError, match="'rituximap' is not a plan of this comparison; choose one of: rituximab, engager"
    ):
        lessons["rituximap"]
    assert lessons.get("rituximap") is None


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"clone_sise": 2}, "'clone_sise' is not a quantity of a patient; choose one of: clone_size"),
        ({"elimination_per_dy": "* 2"}, "choose one of: elimination_per_day"),
        ({"clone_size": "10"}, "clone_size is '10'; a number, or a text such as '* 10', is needed"),
        ({"clone_size": "* ten"}, "clone_size is '* ten'"),
        ({"clone_size": "* -1"}, "clone_size is '* -1'"),
        ({"clone_size": "/ 0"}, "clone_size is to be divided by 0"),
        ({"clone_size": "- 100"}, "clone_size is -99.5; allowed is a number from "),
        ({"clone_size": "* 1e999"}, "clone_size is inf; a finite number is needed"),
        ({"clone_size": None}, "clone_size is None"),
        ({"clone_size": "* " + "9" * 1000}, "clone_size is '* 999"),
        ({"elimination_per_day": 0.13}, "elimination_per_day is 0.13; a text such as '* 1.5' is needed"),
        ({"elimination_per_day": "+ 1"}, "each product has its own, so only '*' and '/' are known"),
        ({"elimination_per_day": "* 0"}, "elimination_per_day is 0; allowed is a number from "),
        ({"blood_naive_start": "/ 100"}, ""),
    ],
)  # fmt: skip
def test_a_change_that_is_not_understood_is_refused(changes, part):
    found = compare(TWO, SLE, "nadir_per_ul", days=30)
    refused(lambda: found.what_if(**changes), part)
