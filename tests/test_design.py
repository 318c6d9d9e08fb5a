"""A product of one's own: what an antigen reaches and costs follows from the lineage; a variant is what was asked."""

import re

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.model.design import ANTIGENS, KINDS, NEAREST, designed, plan_of
from teaching.model.therapies import product


@pytest.fixture(scope="module")
def runs():
    patient, found = Patient.typical("SLE"), {}
    for kind, antigen in NEAREST:
        item = designed(kind, antigen)
        found[kind, antigen] = treat(patient, plan_of(item.name, 1.0), 730, products={item.name: item})
    return found


# --- what must be true ------------------------------------------------------------------------------------


def test_only_antigens_of_plasma_cells_cost_igg(runs):
    """CD19 and CD20 are absent from long-lived plasma cells, BCMA and CD38 are not: IgG and vaccine antibody follow."""
    for (kind, antigen), course in runs.items():
        igg, vaccine = course["total_igg_percent"].min(), course["vaccine_antibody_percent"].min()
        if antigen in ("CD19", "CD20"):
            assert igg > 75 and vaccine > 85, (kind, antigen)
        else:
            assert igg < 65 and vaccine < 75, (kind, antigen)


def test_cd19_takes_more_early_cells_than_cd20(runs):
    """CD19 appears on pro-B cells, CD20 at the late pre-B stage: marrow tells them apart, all else equal."""
    for kind in ("antibody", "CAR-T"):
        early = {antigen: runs[kind, antigen]["marrow_pre_b_percent"].min() for antigen in ("CD19", "CD20")}
        assert early["CD19"] < early["CD20"], kind


def test_two_antigens_reach_what_either_alone_reaches(runs):
    both, one = (runs["CAR-T", antigen] for antigen in ("CD19+BCMA", "CD19"))
    assert both["total_igg_percent"].min() < 0.5 * one["total_igg_percent"].min()
    assert both["lymphoid_memory_percent"].min() < one["lymphoid_memory_percent"].min()


def test_an_antibody_leaves_more_in_tissue_than_the_cells_with_the_same_antigen(runs):
    for antigen in ("CD19", "CD20"):
        antibody, cells = (
            runs[kind, antigen].metrics()["lymphoid_memory_nadir_percent"] for kind in ("antibody", "CAR-T")
        )
        assert antibody > 100 * cells


def test_cells_that_kill_more_slowly_grow_more(panel):
    """Targets that stay feed the cells: growth ends when the targets do."""
    peaks = {}
    for potency in (0.5, 1, 5):
        item = designed("CAR-T", "CD19", potency)
        course = treat(Patient.typical("SLE"), plan_of(item.name, 1), 60, products={item.name: item})
        peaks[potency] = course.metrics()["car_t_peak"]
    assert peaks[0.5] > peaks[1] > peaks[5]
    assert peaks[0.5] < 1514  # the highest published peak that the dossier knows [cells per uL]


@pytest.mark.parametrize(
    "kind, antigen", [key for key in NEAREST if product(NEAREST[key]).antigens == tuple(key[1].split("+"))]
)
def test_a_product_of_the_table_is_itself(kind, antigen, runs):
    """At one times everything the course is that of the table's product, number for number."""
    name = NEAREST[kind, antigen]
    plain = treat(Patient.typical("SLE"), plan_of(name, 1.0), 730)
    course = runs[kind, antigen]
    for series in ("blood_b_cells_per_ul", "autoreactive_memory_cells", "total_igg_percent"):
        assert np.array_equal(course[series], plain[series]), series


# --- a product that does not exist ------------------------------------------------------------------------


def test_a_variant_changes_what_was_asked_and_nothing_else():
    usual = product("rituximab")
    other = usual.variant(["CD19"], kill_max_per_day=2.0)
    assert other.antigens == ("CD19",) and other.name == "rituximab"
    assert other["kill_max_per_day"] == 2 * usual["kill_max_per_day"]
    rest = [name for name in usual.quantities if name != "kill_max_per_day"]
    assert all(other[name] == usual[name] for name in rest)
    assert usual.antigens == ("CD20",) and product("rituximab") is usual


def test_numbers_that_act_with_the_dose_are_the_variants_own():
    """Cells put into blood by one infusion: the number stands in the schedule, not in the equations."""
    patient, plan = Patient.typical("SLE"), Plan("CD19 CAR-T", cells_per_kg=1e6, days=[0])
    twice = product("CD19 CAR-T").variant(start_cells_per_ul_per_1e6_per_kg=2.0)
    course = treat(patient, plan, 30, products={"CD19 CAR-T": twice})
    double = treat(patient, Plan("CD19 CAR-T", cells_per_kg=2e6, days=[0]), 30)
    assert course["car_t_cells_per_ul"] == pytest.approx(double["car_t_cells_per_ul"])
    assert course["car_t_cells_per_ul"][0] == pytest.approx(2 * treat(patient, plan, 30)["car_t_cells_per_ul"][0])


def test_factors_of_a_patient_and_of_a_variant_multiply():
    patient, plan = Patient.typical("SLE"), Plan("rituximab")
    item = product("rituximab").variant(kill_max_per_day=2.0)
    both = treat(patient.vary(kill_max_per_day=1.5), plan, 100, products={"rituximab": item})
    one = treat(patient.vary(kill_max_per_day=3.0), plan, 100)
    assert both["blood_b_cells_per_ul"] == pytest.approx(one["blood_b_cells_per_ul"], rel=1e-6)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"antigens": ["CD3"]}, "antigen 'CD3' is not in the table; choose from: CD19, CD20, BCMA, CD38"),
        ({"antigens": []}, "rituximab needs at least one antigen"),
        ({"speed": 2.0}, "'speed' is not a number of rituximab; choose from: "),
        ({"kill_max_per_day": 0.0}, "kill_max_per_day is 0; allowed is a number from 0.0001 to 10000"),
        ({"kill_max_per_day": "much"}, "kill_max_per_day is 'much'; a finite number is needed"),
    ],
)
def test_an_impossible_variant_is_refused(change, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        product("rituximab").variant(**change)


def test_lymphodepletion_can_be_aimed_at_nothing():
    with pytest.raises(ValueError, match="lymphodepletion binds no antigen"):
        product("lymphodepletion").variant(["CD19"])


def test_a_product_that_the_plan_does_not_give_is_refused():
    patient, plan, item = Patient.typical("SLE"), Plan("rituximab"), product("rituximab").variant(["CD19"])
    with pytest.raises(ValueError, match="products has 'daratumumab', but the plan gives rituximab"):
        treat(patient, plan, 30, products={"daratumumab": product("daratumumab")})
    with pytest.raises(ValueError, match="is made from 'daratumumab'; a variant of 'rituximab' is needed"):
        treat(patient, plan, 30, products={"rituximab": product("daratumumab")})
    with pytest.raises(ValueError, match="is 'rituximab'; a Product is needed"):
        treat(patient, plan, 30, products={"rituximab": "rituximab"})
    assert treat(patient, plan, 30, products={"rituximab": item}).plan == plan


def test_each_kind_and_antigen_is_made_or_refused_in_a_sentence():
    for kind in KINDS:
        for antigen in ANTIGENS:
            if (kind, antigen) in NEAREST:
                assert designed(kind, antigen).antigens == tuple(antigen.split("+"))
            else:
                with pytest.raises(ValueError, match="choose an"):
                    designed(kind, antigen)
    with pytest.raises(ValueError, match="kind is 'vaccine'; choose one of: antibody, engager, CAR-T"):
        designed("vaccine", "CD19")
    with pytest.raises(ValueError, match="antigen is 'CD22'; choose one of: CD19, CD20, BCMA"):
        designed("CAR-T", "CD22")
