"""What a product reaches, as its antigens say, and who made the antibody: Melero's puzzle in the model."""

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.model.antibody_origin import SERIES, long_lived_shares, made_by_long_lived
from teaching.model.reach import THERAPIES, killing_by_place, state_of
from teaching.model.therapies import product

LONG_LIVED, PLASMABLAST = "long_lived_autoreactive", "plasmablast_autoreactive"
_PRODUCTS = ("rituximab", "blinatumomab", "CD19 CAR-T")


def course_of(therapy: str, share: float = 0.034):
    patient = Patient.typical("SLE").change(autoantibody_long_lived_share=share)
    return treat(patient, Plan.usual(therapy), 365)


@pytest.fixture(scope="module")
def courses():
    return {therapy: course_of(therapy) for therapy in THERAPIES}


# --- who is hit ----------------------------------------------------------------------------------


@pytest.mark.parametrize("therapy", THERAPIES)
def test_a_cell_without_the_antigen_is_never_called_hit(therapy):
    for node in tables.nodes():
        grades = [getattr(tables.nodes()[node], antigen) for antigen in product(therapy).antigens]
        if set(grades) == {"-"}:
            assert state_of(node, therapy) in ("spared", "nearby")
        elif {"++", "+"} & set(grades):
            assert state_of(node, therapy) == "hit"


def test_what_each_antigen_means_for_those_who_make_antibody():
    states = {therapy: [state_of(node, therapy) for node in (PLASMABLAST, LONG_LIVED)] for therapy in THERAPIES}
    assert states["rituximab"] == ["spared", "spared"]
    assert states["CD19 CAR-T"] == ["hit", "spared"]
    assert states["BCMA CAR-T"] == states["teclistamab"] == states["daratumumab"] == ["hit", "hit"]


def test_loss_without_antigen_is_named_as_such_and_not_as_a_hit():
    assert tables.nodes()["immature"].BCMA == "-"
    assert {state_of(node, "teclistamab") for node in ("immature", "naive_blood", "memory_lymphoid")} == {"nearby"}
    assert state_of("naive_blood", "daratumumab") == "hardly"


def test_an_antibody_kills_far_slower_in_tissue_than_in_blood_and_the_others_less_so():
    places = {name: killing_by_place(name) for name in _PRODUCTS}
    assert places["rituximab"]["lymphoid"] < 0.01
    assert all(places["rituximab"]["lymphoid"] < 0.1 * places[name]["lymphoid"] for name in _PRODUCTS[1:])
    assert all(0 <= share <= 1 for by_place in places.values() for share in by_place.values())


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
