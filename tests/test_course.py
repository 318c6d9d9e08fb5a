"""A course: how its key numbers are found, what they mean, how it shows itself."""

import csv
import io
import math
import pickle
import re

import numpy as np
import pytest

from teaching import Course, Patient, Plan, treat
from teaching.model.course import Metric, Metrics

DAYS = np.arange(0.0, 731.0)
#: Ending of a series' name and its unit: the contract with figures, panels and lessons.
UNITS = {
    "_per_ul": "cells/µL",
    "_percent": "% of start",
    "_sledai_points": "SLEDAI points",
    "_pg_per_ml": "pg/mL",
    "_ng_per_ml": "ng/mL",
    "_fraction": "fraction",
    "_cells": "cells",
}


def clone_at_rest(patient):
    rest = patient.rest()
    return 1e9 * (rest["autoreactive_lymphoid"] + rest["autoreactive_blood"])


def made(plan="rituximab", patient=None, **series):
    """A course with given series; what is not given stays as in health. Values: days to numbers."""
    patient = patient or Patient.typical("SLE")
    usual = {
        "blood_b_cells_per_ul": 228.0,
        "blood_memory_per_ul": 58.0,
        "lymphoid_memory_percent": 100.0,
        "autoreactive_memory_cells": clone_at_rest(patient),
        "autoantibody_percent": 100.0,
        "total_igg_percent": 100.0,
        "activity_percent": 100.0,
        "car_t_cells_per_ul": 0.0,
        "il6_pg_per_ml": 0.0,
    }
    values = {name: np.full(DAYS.size, level) for name, level in usual.items()}
    for name, points in series.items():
        values[name] = np.interp(DAYS, list(points), list(points.values()))
    return Course(patient, Plan.parse(plan), DAYS, values)


DIP = {0: 228, 10: 228, 20: 1, 200: 1, 300: 100}  # blood: below 10 from about day 17 to day 220


# --- what the numbers mean -----------------------------------------------------------------------


def test_return_needs_depletion_first():
    metrics = made(blood_b_cells_per_ul={0: 228, 30: 12, 60: 228}).metrics()
    assert metrics["day_back_above_10"] is None
    assert metrics["days_depleted"] == 0
    assert metrics["nadir_per_ul"] == pytest.approx(12)


def test_depletion_and_return_are_days_on_the_curve():
    metrics = made(blood_b_cells_per_ul=DIP).metrics()
    assert metrics["day_below_5"] == pytest.approx(20, abs=1)
    assert metrics["day_back_above_10"] == pytest.approx(209, abs=1)
    assert metrics["days_depleted"] == pytest.approx(209 - 19.6, abs=1)
    assert metrics["day_below_1"] is None  # 1 is not below 1


def test_depletion_to_the_end_has_no_return():
    metrics = made(blood_b_cells_per_ul={0: 228, 10: 228, 20: 1, 730: 1}).metrics()
    assert metrics["day_back_above_10"] is None
    assert metrics["days_depleted"] == pytest.approx(730 - 19.6, abs=1)


def test_days_of_two_depletions_add():
    twice = {0: 228, 10: 228, 20: 1, 100: 1, 110: 228, 300: 228, 310: 1, 400: 1, 410: 228}
    metrics = made(blood_b_cells_per_ul=twice).metrics()
    assert metrics["days_depleted"] == pytest.approx(80.8 + 90.8, abs=2)
    assert metrics["day_back_above_10"] == pytest.approx(101, abs=1)  # the first return


def test_memory_share_is_taken_at_the_return():
    course = made(blood_b_cells_per_ul=DIP, blood_memory_per_ul={0: 58, 20: 0.5, 730: 0.5})
    assert course.metrics()["memory_share_at_return"] == pytest.approx(5, abs=0.2)


def test_depth_counts_logs_from_the_untreated_clone(patient):
    start = clone_at_rest(patient)
    logs = np.interp(DAYS, [0, 20, 720], [0, -3, 4])
    course = made()
    course._series["autoreactive_memory_cells"] = start * 10 ** np.minimum(logs, 0)
    metrics = course.metrics()
    assert metrics["clone_depth_log10"] == pytest.approx(3)
    assert metrics["clone_nadir_cells"] == pytest.approx(start / 1000)
    assert metrics["clone_half_day"] == pytest.approx(20 + 100 * (3 + math.log10(0.5)), abs=1)


def test_lymphodepletion_on_day_0_belongs_to_the_depth(patient):
    """At the first saved instant it has already acted: half of the clone is gone."""
    course = treat(patient, Plan("lymphodepletion", intensity=1, days=[0]) + Plan("rituximab", days=[0]))
    clone = course["autoreactive_memory_cells"]
    assert clone[0] == pytest.approx(0.5 * clone_at_rest(patient))
    metrics = course.metrics()
    assert metrics["clone_depth_log10"] == pytest.approx(math.log10(clone_at_rest(patient) / clone.min()))
    back = metrics["clone_half_day"]
    assert course.at(back, "autoreactive_memory_cells") == pytest.approx(clone[0], rel=0.01)


def test_a_clone_that_keeps_half_has_no_return(patient):
    start = clone_at_rest(patient)
    metrics = made(autoreactive_memory_cells={0: start, 50: 0.6 * start, 730: start}).metrics()
    assert metrics["clone_half_day"] is None
    assert metrics["clone_depth_log10"] == pytest.approx(-math.log10(0.6))


def test_what_was_not_given_has_no_peak(courses):
    metrics = courses["rituximab"].metrics()
    for name in ("car_t_peak", "car_t_peak_day", "il6_peak", "il6_peak_day"):
        assert metrics[name] is None


def test_peaks_are_read_off_the_curve(courses):
    for therapy, series, name in (
        ("CAR-T", "car_t_cells_per_ul", "car_t_peak"),
        ("blinatumomab", "il6_pg_per_ml", "il6_peak"),
    ):
        course, metrics = courses[therapy], courses[therapy].metrics()
        highest = course[series].max()
        assert highest <= metrics[name] < 1.01 * highest
        nearest = course.time_days[course[series].argmax()]
        assert metrics[f"{name}_day"] == pytest.approx(nearest, abs=1)


def test_an_untreated_patient_has_no_events(patient):
    metrics = treat(patient, Plan.none()).metrics()
    for name in (
        "day_below_5", "day_below_1", "day_back_above_10", "memory_share_at_return",
        "clone_half_day", "car_t_peak", "il6_peak",
    ):  # fmt: skip
        assert metrics[name] is None, name
    assert metrics["days_depleted"] == 0
    assert metrics["clone_depth_log10"] == pytest.approx(0, abs=1e-9)
    assert metrics["outcome_kind"] == "no remission"


# --- outcomes ------------------------------------------------------------------------------------


def test_no_remission_tells_how_near_it_came():
    course = made(activity_percent={0: 100, 200: 26, 400: 100})
    metrics = course.metrics()
    assert metrics["outcome_kind"] == "no remission"
    assert metrics["outcome"] == "no remission (lowest activity 26 % of start, day 200)"
    assert metrics["outcome_day"] == pytest.approx(200, abs=1)


def test_remission_and_relapse_on_a_day():
    metrics = made(activity_percent={0: 100, 100: 20, 200: 20, 300: 50, 400: 100}).metrics()
    assert metrics["outcome_kind"] == "remission, relapse"
    assert metrics["outcome_day"] == pytest.approx(300, abs=0.5)
    assert metrics["outcome"] == "remission, relapse on day 300"


def test_remission_that_lasts_to_the_horizon():
    metrics = made(activity_percent={0: 100, 100: 20, 730: 49}).metrics()
    assert metrics["outcome_kind"] == "remission kept"
    assert metrics["outcome"] == "remission kept to day 730"
    assert metrics["outcome_day"] is None


def test_half_the_activity_again_is_relapse_only_after_a_quarter():
    """Activity that never reached a quarter cannot relapse."""
    metrics = made(activity_percent={0: 100, 100: 30, 200: 60}).metrics()
    assert metrics["outcome_kind"] == "no remission"


@pytest.mark.parametrize(
    ("activity_at_the_end", "kind"), [(100, "remission, relapse by chance"), (20, "remission kept")]
)
def test_with_a_handful_of_cells_left_chance_decides(patient, activity_at_the_end, kind):
    few = {0: clone_at_rest(patient), 20: 60, 100: 60, 730: 1e6}
    course = made(
        autoreactive_memory_cells=few,
        activity_percent={0: 100, 100: 20, 400: 20, 600: activity_at_the_end},
    )
    metrics = course.metrics()
    assert metrics["outcome_kind"] == kind
    assert "about 60 autoreactive memory cells were left, so chance decides" in metrics["outcome"]
    assert metrics["outcome_day"] is None
    assert "relapse on day" not in metrics["outcome"]


def test_with_a_hundred_cells_a_day_is_given(patient):
    cells = {0: clone_at_rest(patient), 20: 101, 730: 1e6}
    metrics = made(autoreactive_memory_cells=cells, activity_percent={0: 100, 100: 20, 300: 50, 400: 90}).metrics()
    assert metrics["outcome_kind"] == "remission, relapse"


def test_a_deeper_therapy_after_the_relapse_does_not_undo_it(patient):
    """Relapse on day 300 happened; what CAR-T cells of day 400 leave has no say in it."""
    start = clone_at_rest(patient)
    course = made(
        autoreactive_memory_cells={0: start, 20: 1e6, 399: start, 420: 3, 730: 3},
        activity_percent={0: 100, 100: 20, 300: 50, 400: 90, 500: 5},
    )
    assert course.metrics()["outcome"] == "remission, relapse on day 300"


def test_the_three_therapies_end_differently(courses):
    """In this model: no remission in two, remission by the one that leaves a handful of cells."""
    kinds = {name: course.metrics()["outcome_kind"] for name, course in courses.items()}
    assert kinds == {
        "rituximab": "no remission",
        "blinatumomab": "no remission",
        "CAR-T": "remission kept",
    }
    assert "chance decides" in courses["CAR-T"].metrics()["outcome"]


# --- series --------------------------------------------------------------------------------------


def test_every_series_ends_in_its_unit(courses):
    for course in courses.values():
        for name in course.series_names:
            ending = [ending for ending in UNITS if name.endswith(ending)]
            unit = UNITS[ending[0]] if ending else None
            assert Course.unit(name) == (unit or "µg/mL"), name
            assert ending or name.endswith("_ug_per_ml"), name


def test_the_docstring_names_every_series(courses):
    drugs = {"rituximab_ug_per_ml", "blinatumomab_ng_per_ml"}
    for course in courses.values():
        for name in set(course.series_names) - drugs:
            assert f"`{name}`" in Course.__doc__, name


def test_parts_add_to_the_whole(courses):
    for course in courses.values():
        total = course["blood_naive_per_ul"] + course["blood_memory_per_ul"]
        assert np.allclose(course["blood_b_cells_per_ul"], total, rtol=1e-12)


def test_percentages_start_at_a_hundred(courses):
    for name in ("rituximab", "blinatumomab"):
        course = courses[name]
        for series in course.series_names:
            if series.endswith("_percent"):
                assert course[series][0] == pytest.approx(100), series


@pytest.mark.parametrize(("disease", "shown"), [("SLE", True), ("RA", False)])
def test_sledai_points_are_shown_in_lupus_only(disease, shown):
    course = treat(Patient.typical(disease), Plan("rituximab"), 100)
    assert ("activity_sledai_points" in course.series_names) is shown
    if shown:
        assert np.allclose(course["activity_sledai_points"], 0.16 * course["activity_percent"])


def test_a_jump_is_seen_from_both_sides(courses):
    """Just before the second dose the level is low, at the dose it is high."""
    course = courses["rituximab"]
    level = course["rituximab_ug_per_ml"]
    dose = int(np.flatnonzero(course.time_days == 14)[0])
    assert course.time_days[dose - 1] == pytest.approx(14, abs=1e-5)
    assert level[dose] - level[dose - 1] == pytest.approx(1000 / 4.1, rel=1e-3)


def test_at_reads_a_straight_line_between_saved_days():
    course = made(blood_b_cells_per_ul={0: 200, 730: 200 + 730})
    assert course.at(0.25, "blood_b_cells_per_ul") == pytest.approx(200.25)
    assert course.at(730, "blood_b_cells_per_ul") == pytest.approx(930)
    assert course.horizon_days == 730


def test_an_unknown_series_is_named_with_those_there_are(courses):
    with pytest.raises(KeyError) as error:
        courses["rituximab"]["b_cells"]
    assert "'b_cells' is not a series of this course; choose one of: blood_b_cells_per_ul" in str(error.value)


@pytest.mark.parametrize("day", [-1, 731])
def test_a_day_outside_the_course_is_explained(courses, day):
    with pytest.raises(ValueError) as error:
        courses["rituximab"].at(day, "blood_b_cells_per_ul")
    assert f"day is {day:g}; this course runs from day 0 to day 730" in str(error.value)


def test_a_course_can_be_sent_to_another_process(courses):
    course = courses["CAR-T"]
    twin = pickle.loads(pickle.dumps(course))
    assert repr(twin) == repr(course) and twin.plan == course.plan


def test_two_definitions_of_remission_are_kept_apart(courses):
    """A quarter of the start comes first; all points gone comes later, or not at all."""
    course = courses["CAR-T"]
    kit, doris = course.day_of_remission(), course.day_of_remission("DORIS-like")
    assert course.at(kit, "activity_percent") == pytest.approx(25, rel=0.02)
    assert course.at(doris, "activity_sledai_points") == pytest.approx(0.5, rel=0.05)
    assert kit < doris
    assert courses["rituximab"].day_of_remission("DORIS-like") is None


def test_a_definition_that_is_none_and_a_disease_without_points_are_explained(courses):
    with pytest.raises(ValueError, match="definition is 'LLDAS'"):
        courses["CAR-T"].day_of_remission("LLDAS")
    other = treat(Patient.typical("RA"), Plan("rituximab"), 100)
    with pytest.raises(ValueError, match="DORIS is a definition for lupus; this patient has RA: use 'kit'"):
        other.day_of_remission("DORIS-like")


# --- how it shows itself -------------------------------------------------------------------------


def test_metrics_behave_like_a_dictionary_and_know_their_units(courses):
    metrics = courses["CAR-T"].metrics()
    assert "nadir_per_ul" in metrics and "nadir" not in metrics
    assert list(metrics) == list(metrics.table) and len(metrics) == len(metrics.table)
    units = {row.unit for row in metrics.table.values() if not isinstance(row.value, str)}
    assert "" not in units
    with pytest.raises(KeyError) as error:
        metrics["nadir"]
    assert "'nadir' is not a metric; choose one of: nadir_day, nadir_per_ul" in str(error.value)


def test_what_did_not_happen_is_said_in_words(courses):
    text = repr(courses["rituximab"].metrics())
    assert "CAR-T peak: does not happen" in text
    assert "None" not in text


def test_a_metric_shows_value_and_unit():
    assert str(Metric("x", "day back", 217.92, "d")) == "day back: 218 d"
    assert str(Metric("x", "outcome", "no remission", "")) == "outcome: no remission"
    assert str(Metric("x", "day back", None, "d")) == "day back: does not happen"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (228.4, "228"), (58.04, "58"), (10.44, "10.4"), (9.51, "9.5"), (0.2149, "0.21"),
        (0.00412, "0.0041"), (0.000033, "0.000033"), (1.75e8, "175 million"), (3e-9, "3 × 10⁻⁹"),
        (math.inf, "∞"), (-0.5, "-0.5"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_as_a_student_would_write_them(value, text):
    assert Metric("x", "x", value, "").shown == text


def test_a_clone_that_is_gone_can_be_shown(patient):
    course = made(autoreactive_memory_cells={0: clone_at_rest(patient), 100: 0, 730: 0})
    metrics = course.metrics()
    assert metrics["clone_depth_log10"] == math.inf and metrics["clone_half_day"] is None
    assert "depth of the autoreactive clone: ∞ log10" in repr(course)
    assert "∞" in course._repr_html_()


def test_a_course_introduces_itself_with_patient_plan_and_horizon(courses):
    course = courses["rituximab"]
    first = repr(course).splitlines()[0]
    assert first == "SLE patient, rituximab dose_mg=1000 days=0,14, 730 days"
    assert first in course._repr_html_()


def test_the_table_in_the_browser_has_headers_for_every_row(courses):
    page = courses["CAR-T"].metrics()._repr_html_()
    assert page.count('<th scope="row"') == len(courses["CAR-T"].metrics())
    assert "<thead>" in page and "remission kept to day 730" in page


def test_the_table_in_the_browser_escapes_what_it_shows():
    page = Metrics([Metric("x", "<b>label</b>", "a < b", "")])._repr_html_()
    assert "&lt;b&gt;label" in page and "a &lt; b" in page and "<b>" not in page


def test_each_therapy_is_described_in_words(courses):
    """The description carries the key numbers, for everyone who cannot see the picture."""
    for course in courses.values():
        text, metrics = course.describe(), course.metrics()
        first = re.match(
            r"Blood B cells fall to (\S+) per µL \(day (\d+)\) "
            r"and are back above 10 on day (\d+)\.",
            text,
        )
        nadir, nadir_day, back = map(float, first.groups())
        assert nadir == pytest.approx(metrics["nadir_per_ul"], rel=0.05)
        assert nadir_day == pytest.approx(metrics["nadir_day"], abs=0.5)
        assert back == pytest.approx(metrics["day_back_above_10"], abs=0.5)
        assert metrics["outcome"][1:] in text
        assert "None" not in text and "nan" not in text
        assert 2 <= text.count(". ") + 1 <= 4


def test_a_course_without_therapy_says_so(patient):
    text = treat(patient, Plan.none(), 30).describe()
    assert text.startswith("Without therapy blood B cells stay at 228 per µL")


def test_shallow_and_lasting_depletion_are_described():
    shallow = made(blood_b_cells_per_ul={0: 228, 30: 12, 60: 228}).describe()
    assert shallow.startswith("Blood B cells fall from 228 to 12 per µL and never go below 10.")
    lasting = made(blood_b_cells_per_ul={0: 228, 10: 228, 20: 1, 730: 1}).describe()
    assert "and are still below 10 on day 730." in lasting


def test_csv_holds_every_series_with_its_unit_and_reads_back(courses):
    for course in courses.values():
        rows = list(csv.reader(io.StringIO(course.to_csv())))
        assert rows[0] == ["time_days", *course.series_names]
        assert len(rows) == course.time_days.size + 1
        table = np.array(rows[1:], dtype=float)
        assert np.allclose(table[:, 0], course.time_days, rtol=1e-7)
        for column, name in enumerate(course.series_names, start=1):
            assert np.allclose(table[:, column], course[name], rtol=1e-6), name
