"""A product of one's own: what an antigen reaches and costs follows from the lineage."""

import re

import numpy as np
import pytest

from teaching import Patient, Plan, treat
from teaching.figures.design import DAYS
from teaching.model.design import ANTIGENS, KINDS, NEAREST, designed, plan_of
from teaching.model.therapies import product
from teaching.panels.design import PRESETS, design


@pytest.fixture(scope="module")
def shared():
    return design()


@pytest.fixture
def panel(shared):
    shared.reset()
    return shared


@pytest.fixture(scope="module")
def runs():
    patient, found = Patient.typical("SLE"), {}
    for kind, antigen in NEAREST:
        item = designed(kind, antigen)
        found[kind, antigen] = treat(patient, plan_of(item.name, 1.0), 730, products={item.name: item})
    return found


# --- what must be true --------------------------------------------------------------------------------------


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


def test_a_faster_antibody_goes_deeper(panel):
    panel.set({"kind": "antibody", "antigen": "CD20"})
    found = []
    for potency in (0.5, 1, 2, 5):
        panel.set({"potency": potency})
        found.append(panel.scene.values["memory"].min())
    assert found == sorted(found, reverse=True) and found[0] > 10 * found[-1]


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


# --- a product that does not exist --------------------------------------------------------------------------


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


# --- picture and words --------------------------------------------------------------------------------------


def test_the_sentence_holds_the_numbers_of_the_picture(panel):
    panel.set({"kind": "antibody", "antigen": "CD38"})
    values = panel.scene.values
    memory, igg, vaccine = (
        float(re.search(words, panel.sentence)[1])
        for words in (r"memory falls to ([\d.]+) %", r"IgG falls to (\d+) %", r"vaccine antibody to (\d+) %")
    )
    assert memory == pytest.approx(values["memory"].min(), rel=0.05)
    assert (igg, vaccine) == pytest.approx((values["igg"].min(), values["vaccine"].min()), abs=1)


def test_a_what_if_is_called_one(panel):
    assert "what-if" not in panel.sentence and panel.scene.values["numbers"] == "numbers of CD19 CAR-T"
    panel.set({"antigen": "CD20"})
    assert "aimed at CD20 instead (a what-if)" in panel.sentence
    assert panel.scene.values["numbers"] == "numbers of CD19 CAR-T: a what-if"


@pytest.mark.parametrize("kind, antigen", [(kind, antigen) for kind in KINDS for antigen in ANTIGENS])
def test_each_combination_is_drawn_or_refused_in_one_sentence(panel, kind, antigen):
    before = panel.frame, panel.sentence
    panel.set({"kind": kind, "antigen": antigen})
    if (kind, antigen) in NEAREST:
        assert panel.error == "" and np.isfinite(np.frombuffer(panel.frame, np.float32)).all()
        assert product(NEAREST[kind, antigen]).kind == KINDS[kind]
    else:
        assert (panel.frame, panel.sentence) == before
        assert panel.error.endswith(".") and ("choose" in panel.error)


def test_every_corner_of_the_controls_can_be_drawn(panel):
    for kind, antigen in NEAREST:
        for potency, dose in ((0.5, 0.1), (0.5, 6), (5, 0.1), (5, 6)):
            panel.set(
                {
                    "kind": kind,
                    "antigen": antigen,
                    "potency": potency,
                    "dose": min(dose, panel.controls["dose"].control.high),
                }
            )
            assert panel.error == "" and "nan" not in panel.sentence and len(panel.sentence) < 600
            assert np.isfinite(np.frombuffer(panel.frame, np.float32)).all()


def test_every_control_moves_picture_and_sentence(panel):
    changes = {"kind": "engager", "antigen": "BCMA", "potency": 2, "dose": 0.2}
    assert set(changes) == set(panel.controls)
    for name, value in changes.items():
        panel.reset()
        before = panel.frame, panel.sentence
        panel.set({name: value})
        assert panel.frame != before[0] and panel.sentence != before[1], name
        assert panel.error == ""


def test_presets_are_valid_and_distinct_and_one_can_be_the_start(panel):
    frames = {}
    for item in PRESETS:
        panel.press(item.label)
        assert panel.error == ""
        frames[item.label] = (panel.frame, panel.sentence)
    assert len(set(frames.values())) == len(PRESETS)
    other = design(preset="BCMA engager")
    assert (other.frame, other.sentence) == frames["BCMA engager"]


def test_the_table_is_what_is_drawn(panel):
    lines = panel.file("csv").decode().splitlines()
    header = lines[2].split(",")
    rows = np.array([line.split(",") for line in lines[3:]], float)
    assert rows.shape == (DAYS.size, 7)
    assert rows[:, header.index("igg_percent_of_start")] == pytest.approx(panel.scene.values["igg"], rel=1e-4)


def test_sources_say_what_is_assumed(panel):
    panel.notes_open = True
    panel.press("BCMA engager")
    for words in ("may not exist", "an assumption", "Safety is not in the picture", "0.06 mg/kg on day 0", "recalled"):
        assert words in panel.notes
    panel.notes_open = False


def test_bad_input_is_a_sentence(panel):
    with pytest.raises(ValueError, match="preset 'mine' does not exist; choose one of: CD19 CAR-T"):
        design(preset="mine")
    with pytest.raises(ValueError, match="patient is 3; a Patient or the name of a disease is needed"):
        design(3)
    with pytest.raises(ValueError, match="Antigen is 'CD22'; choose one of: CD19, CD20, BCMA"):
        panel.set({"antigen": "CD22"})
