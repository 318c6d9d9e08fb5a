"""The antigen map: hit and spared as the antigens say, antibodies as the model says, and Melero's puzzle solved."""

import pytest

from teaching import Patient, Plan, tables, treat
from teaching.figures import antigen_map as figure
from teaching.model.antibody_origin import SERIES, antibody_amounts
from teaching.model.reach import THERAPIES
from teaching.model.therapies import product
from teaching.panels.antigens import HORIZON_DAYS, antigens

PANEL = antigens
LONG_LIVED, PLASMABLAST = "long_lived_autoreactive", "plasmablast_autoreactive"
CELL = {cell.node: cell for cell in figure.CELLS}


def course_of(therapy: str, share: float = 0.034):
    patient = Patient.typical("SLE").change(autoantibody_long_lived_share=share)
    return treat(patient, Plan.usual(therapy), HORIZON_DAYS)


@pytest.fixture(scope="module")
def courses():
    return {therapy: course_of(therapy) for therapy in THERAPIES}


# --- who is hit ----------------------------------------------------------------------------------


def test_under_rituximab_plasmablasts_starve_though_they_are_spared(courses):
    course = courses["rituximab"]
    assert figure.state_of(PLASMABLAST, "rituximab") == "spared"
    assert figure.shown_state(CELL[PLASMABLAST], course, "rituximab", 1) == "spared"
    assert figure.shown_state(CELL[PLASMABLAST], course, "rituximab", 200) == "starved"
    assert figure.shown_state(CELL[LONG_LIVED], course, "rituximab", 200) == "spared"


@pytest.mark.parametrize("therapy", THERAPIES)
def test_what_is_left_is_the_course_of_the_model(courses, therapy):
    course = courses[therapy]
    for cell in figure.CELLS:
        expected = course.at(90, cell.series)
        if cell.node == "naive_blood":
            expected *= 100 / Patient.typical("SLE")["blood_naive_start"]
        assert cell.left(course, 90) == pytest.approx(expected)


# --- the picture ---------------------------------------------------------------------------------


def test_the_empty_picture_does_not_tell_who_makes_an_antibody(courses):
    """A panel that waits for a prediction shows it: nothing above the bars answers the question."""
    drawn = figure.antigen_drawing()
    serum = next(axes for axes in drawn.figure.axes if len(axes.get_xticks()) == 3)
    makers = ("plasmablasts", "long-lived plasma cells")
    assert not {text.get_text() for text in serum.texts} & set(makers)
    values = figure.antigen_values(courses["CD19 CAR-T"], "CD19 CAR-T", 90)
    assert set(makers) <= {value for value in values.values() if isinstance(value, str)}


@pytest.mark.parametrize("therapy", THERAPIES)
def test_the_bars_are_the_model_and_the_marks_follow_the_states(courses, therapy):
    course = courses[therapy]
    values = figure.antigen_values(course, therapy, 120)
    for name, (series, _) in SERIES.items():
        assert values[f"{name}-total"] == pytest.approx(course.at(120, series))
        assert values[f"{name}-long-lived"] <= values[f"{name}-total"]
    for cell in figure.CELLS:
        shown = [state for state in figure.STATES[:3] if values[f"{state}-{cell.node}"] == [1.0]]
        assert shown == [state for state in (figure.state_of(cell.node, therapy),) if state != "spared"]


def test_published_values_stand_only_in_their_window():
    assert figure.shown_points("CD19 CAR-T", 90) == ["hill2019_igg"]
    assert figure.shown_points("CD19 CAR-T", 10) == []
    assert figure.shown_points("rituximab", 200) == ["cambridge2006_antidsdna"]
    assert figure.shown_points("rituximab", 90) == figure.shown_points("teclistamab", 90) == []


def test_the_published_values_lie_near_the_model(courses):
    for _, (therapy, antibody, value, low, high, first, last) in figure.published_points().items():
        series = SERIES[antibody][0]
        model = courses[therapy].at((first + last) / 2, series)
        assert abs(model - value) < 10 if low is None else low <= model <= high


def test_the_start_is_cd19_car_t_in_lupus_and_the_sentence_says_what_the_picture_shows(panel, courses):
    assert panel.values["therapy"] == "CD19 CAR-T" and panel.values["day"] == 90
    numbers = antibody_amounts(courses["CD19 CAR-T"], 90)
    for amount in numbers.values():
        assert figure.percent(amount["total"]) in panel.sentence
        assert figure.percent(amount["lowest"]) in panel.sentence
    assert "spares long-lived plasma cells" in panel.sentence and "3.4 % of the autoantibody" in panel.sentence


def test_the_chosen_antigen_is_framed(panel):
    for therapy in THERAPIES:
        panel.controls["therapy"].value = therapy
        framed = [name for name in panel.overlays if name.startswith("antigen-")]
        assert framed == [f"antigen-{name}" for name in product(therapy).antigens]


def test_the_table_holds_every_cell_and_antibody_with_its_units(panel):
    rows = panel.file("csv").decode().splitlines()
    assert "left on day 90 [% of start]" in rows[2]
    labels = {tables.nodes()[cell.node].label for cell in figure.CELLS}
    assert {row.split('"')[1] for row in rows if row.startswith('"')} == labels
    assert sum(row.startswith(("autoantibody,", "vaccine,", "igg,")) for row in rows) == 3


def test_another_patient_starts_with_their_own_share():
    other = antigens(Patient.typical("RA").change(autoantibody_long_lived_share=0.6))
    assert other.values["share"] == pytest.approx(60)
    assert other.about == "RA" and "60 % of the autoantibody" in other.sentence
