"""The antigen map: hit and spared as the antigens say, antibodies as the model says, and Melero's puzzle solved."""

import itertools
import re

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.figures import antigen_map as figure
from teaching.model.antibody_origin import SERIES, antibody_amounts, long_lived_shares, made_by_long_lived
from teaching.model.reach import THERAPIES
from teaching.model.therapies import product
from teaching.panels.antigens import HORIZON_DAYS, PRESETS, antigens

LONG_LIVED, PLASMABLAST = "long_lived_autoreactive", "plasmablast_autoreactive"
CELL = {cell.node: cell for cell in figure.CELLS}


@pytest.fixture(scope="module")
def shared():
    return antigens(Patient.typical("SLE"))


@pytest.fixture
def panel(shared):
    shared.reset()
    return shared


def course_of(therapy: str, share: float = 0.034):
    patient = Patient.typical("SLE").change(autoantibody_long_lived_share=share)
    return treat(patient, Plan.usual(therapy), HORIZON_DAYS)


@pytest.fixture(scope="module")
def courses():
    return {therapy: course_of(therapy) for therapy in THERAPIES}


# --- who is hit ----------------------------------------------------------------------------------


@pytest.mark.parametrize("therapy", THERAPIES)
def test_a_cell_without_the_antigen_is_never_called_hit(therapy):
    for cell in figure.CELLS:
        grades = [getattr(tables.nodes()[cell.node], antigen) for antigen in product(therapy).antigens]
        if set(grades) == {"-"}:
            assert figure.state_of(cell.node, therapy) in ("spared", "nearby")
        elif {"++", "+"} & set(grades):
            assert figure.state_of(cell.node, therapy) == "hit"


def test_what_each_antigen_means_for_those_who_make_antibody():
    states = {therapy: [figure.state_of(node, therapy) for node in (PLASMABLAST, LONG_LIVED)] for therapy in THERAPIES}
    assert states["rituximab"] == ["spared", "spared"]
    assert states["CD19 CAR-T"] == ["hit", "spared"]
    assert states["BCMA CAR-T"] == states["teclistamab"] == states["daratumumab"] == ["hit", "hit"]


def test_loss_without_antigen_is_named_as_such_and_not_as_a_hit():
    assert tables.nodes()["immature"].BCMA == "-"
    assert {figure.state_of(node, "teclistamab") for node in ("immature", "naive_blood", "memory_lymphoid")} == {
        "nearby"
    }
    assert figure.state_of("naive_blood", "daratumumab") == "hardly"


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


# --- who made the antibody -----------------------------------------------------------------------


@pytest.mark.parametrize("therapy", THERAPIES)
def test_the_part_of_long_lived_cells_is_all_of_the_vaccine_antibody_and_never_more_than_the_whole(courses, therapy):
    course = courses[therapy]
    part = made_by_long_lived(course, "protective_long_lived_percent", 1.0)
    np.testing.assert_allclose(part, course["vaccine_antibody_percent"], atol=0.05)
    for name, (series, cells) in SERIES.items():
        share = long_lived_shares(course.patient)[name]
        part = made_by_long_lived(course, cells, share)
        assert part[0] == pytest.approx(100 * share)
        assert (part <= course[series] + 0.05).all()


def test_antibody_whose_source_is_gone_halves_in_the_half_life_of_igg():
    course = course_of("CD19 CAR-T", share=0.0)
    half_life = course.patient["igg_half_life_days"]
    at = [course.at(day, "autoantibody_percent") for day in (60, 60 + half_life)]
    assert at[1] / at[0] == pytest.approx(0.5, rel=0.01)


def test_an_untouched_source_keeps_its_antibody():
    course = treat(Patient.typical("SLE"), Plan.none(), 100)
    part = made_by_long_lived(course, "protective_long_lived_percent", 0.85)
    np.testing.assert_allclose(part, 85.0, rtol=1e-6)


def test_the_puzzle_cd19_therapy_lowers_autoantibody_when_plasmablasts_make_it_and_not_when_long_lived_cells_do():
    left = [course_of("CD19 CAR-T", share).at(90, "autoantibody_percent") for share in (0.0, 0.034, 0.5, 1.0)]
    assert left == sorted(left)
    assert left[1] < 10 and left[2] > 45 and left[3] > 95


def test_vaccine_antibody_stays_after_cd20_and_cd19_and_falls_after_bcma_and_cd38(courses):
    lowest = {therapy: courses[therapy]["vaccine_antibody_percent"].min() for therapy in THERAPIES}
    assert min(lowest["rituximab"], lowest["CD19 CAR-T"]) > 85
    assert max(lowest["BCMA CAR-T"], lowest["teclistamab"], lowest["daratumumab"]) < 85


# --- the picture ---------------------------------------------------------------------------------


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


def test_words_are_large_and_do_not_collide_in_any_case(panel):
    for preset in PRESETS:
        panel.press(preset.label)
        panel.drawing.move(panel.scene.values)
        panel.drawing.show_overlays(panel.overlays)
        panel.drawing.figure.draw_without_rendering()
        boxes = []
        for text in panel.drawing.figure.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_visible()):
            if text.get_text().strip():
                assert text.get_fontsize() >= 12
                boxes.append((text.get_text(), text.get_window_extent().shrunk(0.96, 0.8)))
        width, height = panel.drawing.figure.bbox.width, panel.drawing.figure.bbox.height
        for words, box in boxes:
            assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, words
        for (one, first), (other, second) in itertools.combinations(boxes, 2):
            assert not first.overlaps(second), (one, other)


def test_the_start_is_cd19_car_t_in_lupus_and_the_sentence_says_what_the_picture_shows(panel, courses):
    assert panel.values["therapy"] == "CD19 CAR-T" and panel.values["day"] == 90
    numbers = antibody_amounts(courses["CD19 CAR-T"], 90)
    for amount in numbers.values():
        assert figure.percent(amount["total"]) in panel.sentence
        assert figure.percent(amount["lowest"]) in panel.sentence
    assert "spares long-lived plasma cells" in panel.sentence and "3.4 % of the autoantibody" in panel.sentence


def test_every_case_is_a_picture_and_a_sentence_of_its_own(panel):
    seen = set()
    for preset in PRESETS:
        panel.press(preset.label)
        assert panel.error == ""
        seen.add((panel.frame, panel.sentence))
    assert len(seen) == len({sentence for _, sentence in seen}) == len(PRESETS) == 5


@pytest.mark.parametrize(("control", "value"), [("therapy", "teclistamab"), ("day", 30), ("share", 80.0)])
def test_every_control_moves_picture_and_sentence(panel, control, value):
    before = (panel.frame, panel.sentence)
    panel.controls[control].value = value
    assert panel.frame != before[0] and panel.sentence != before[1] and panel.error == ""


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


def test_sources_tell_which_grades_are_from_memory_and_where_the_share_comes_from(panel):
    panel.notes_open = True
    assert "recalled" in panel.notes and "melero2022" in panel.notes and "calibration" in panel.notes
    keys = set(re.findall(r"\b[a-z]+(?:19|20)\d\db?\b", panel.notes))
    assert keys <= set(tables.references())
    panel.notes_open = False


def test_small_amounts_are_written_as_a_bound():
    assert [figure.percent(value) for value in (0.0, 0.004, 0.5, 9.04, 9.96, 99.4)] == [
        "0 %", "< 0.01 %", "0.5 %", "9 %", "10 %", "99 %",
    ]  # fmt: skip


def test_a_page_gets_a_small_drawing(panel):
    assert len(panel.svg) < 150_000 and len(panel.frame) // 4 < 200


def test_another_patient_starts_with_their_own_share():
    other = antigens(Patient.typical("RA").change(autoantibody_long_lived_share=0.6))
    assert other.values["share"] == pytest.approx(60)
    assert other.about == "RA" and "60 % of the autoantibody" in other.sentence


# --- bad input -----------------------------------------------------------------------------------


def test_unknown_case_and_values_out_of_range_are_refused(panel):
    with pytest.raises(ValueError, match="does not exist; choose one of: CD19 CAR-T"):
        antigens(preset="CD22")
    with pytest.raises(ValueError, match="Therapy is 'belimumab'; choose one of"):
        panel.controls["therapy"].value = "belimumab"
    with pytest.raises(ValueError, match="allowed is a number from 0 to 365"):
        panel.controls["day"].value = 400
    with pytest.raises(ValueError, match="allowed is a number from 0 to 100"):
        panel.controls["share"].value = -1
    assert panel.values["therapy"] == "CD19 CAR-T"
