"""All products of the lessons: who is hit and who is spared, how deep, how long; then doses; then bad input."""

import math

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.model import states as at
from teaching.model import targets
from teaching.model.equations import derivatives
from teaching.model.events import ADD, RAISE
from teaching.model.layout import Layout
from teaching.model.parameters import kill_coefficients, target_weights
from teaching.model.therapies import dose_words, product

LYMPHODEPLETION = "lymphodepletion intensity=1 days=0 + "
STEP_UP = "teclistamab dose_mg_per_kg=0.06 days=0 + teclistamab dose_mg_per_kg=0.3 days=2 + "
TEXTS = {
    "rituximab": "rituximab dose_mg=1000 days=0,14",
    "rituximab 375": "rituximab 375 dose_mg_per_m2=375 days=0,7,14,21",
    "obinutuzumab": "obinutuzumab dose_mg=1000 days=0,14",
    "inebilizumab": "inebilizumab dose_mg=300 days=0,14",
    "blinatumomab SC": "blinatumomab SC dose_mg=0.25 days=0,1,2,3,4,5,6",
    "daratumumab": "daratumumab dose_mg_per_kg=16 days=0,7,14,21,28,35,42,49",
    "teclistamab": STEP_UP + "teclistamab dose_mg_per_kg=1.5 days=4,28",
    "mosunetuzumab": "mosunetuzumab dose_mg=1 days=0 + mosunetuzumab dose_mg=2 days=7"
    " + mosunetuzumab dose_mg=60 days=14,21",
    "CD19 CAR-T": LYMPHODEPLETION + "CD19 CAR-T days=0",
    "CD19 CAR-T CD28": LYMPHODEPLETION + "CD19 CAR-T CD28 days=0",
    "BCMA CAR-T": LYMPHODEPLETION + "BCMA CAR-T days=0",
    "CD19/BCMA CAR-T": LYMPHODEPLETION + "CD19/BCMA CAR-T days=0",
    "allogeneic CD19 CAR-T": LYMPHODEPLETION + "allogeneic CD19 CAR-T days=0",
    "in-vivo CD19 CAR": "in-vivo CD19 CAR mrna_mg=4 days=0,3,6",
}
NAIVE_AND_MEMORY = range(at.NAIVE_BLOOD, at.AUTO_LYMPHOID + 1)
PLASMABLASTS = (at.SHORT_AUTO, at.SHORT_PROTECTIVE)
PLASMA_CELLS = (at.LONG_AUTO, at.LONG_PROTECTIVE)


@pytest.fixture(scope="module")
def runs():
    """Two years of the typical patient under each product."""
    typical = Patient.typical("SLE")
    return {name: treat(typical, Plan.parse(text)) for name, text in TEXTS.items()}


def days_gone(course, share=0.01):
    """Last day on which CAR-T cells are above a share of their peak."""
    cells = course["car_t_cells_per_ul"]
    return float(course.time_days[cells > share * cells.max()][-1])


# --- what is depleted ----------------------------------------------------------------------------


def test_every_product_of_the_table_is_tried_here():
    assert set(TEXTS) | {"blinatumomab", "lymphodepletion"} == set(tables.products())


@pytest.mark.parametrize("name", ["rituximab", "rituximab 375", "obinutuzumab", "mosunetuzumab"])
def test_cd20_products_spare_every_antibody_secreting_cell(name):
    coefficients = kill_coefficients(product(name))
    assert [coefficients[node] for node in (*PLASMABLASTS, *PLASMA_CELLS)] == [0.0] * 4
    assert all(coefficients[node] > 0 for node in NAIVE_AND_MEMORY)


@pytest.mark.parametrize("name", ["CD19 CAR-T CD28", "allogeneic CD19 CAR-T", "in-vivo CD19 CAR"])
def test_cd19_products_take_plasmablasts_and_spare_long_lived_plasma_cells(name):
    coefficients = kill_coefficients(product(name))
    assert [coefficients[node] for node in PLASMA_CELLS] == [0.0] * 2
    assert all(coefficients[node] > 0 for node in (*NAIVE_AND_MEMORY, *PLASMABLASTS))


@pytest.mark.parametrize("name", ["teclistamab", "BCMA CAR-T", "CD19/BCMA CAR-T", "daratumumab"])
def test_bcma_and_cd38_reach_long_lived_plasma_cells(name, runs):
    assert all(kill_coefficients(product(name))[node] > 0 for node in PLASMA_CELLS)
    assert runs[name]["protective_long_lived_percent"].min() < 70


def test_igg_and_vaccine_antibody_fall_after_bcma_and_cd38_but_not_after_cd20_and_cd19(runs):
    for name, course in runs.items():
        deep = name in ("teclistamab", "BCMA CAR-T", "CD19/BCMA CAR-T", "daratumumab")
        assert (course["vaccine_antibody_percent"].min() < 70) == deep, name
        assert (course["total_igg_percent"].min() < 70) == deep, name


def test_igg_comes_back_after_bcma_therapy_because_the_niche_refills(patient, runs):
    """Normal plasma cells were seen again on median day 212, IgG was back in about half on day 386 (wang2021)."""
    never = treat(patient.change(long_lived_refill_per_day=0), Plan.parse(TEXTS["BCMA CAR-T"]))
    course = runs["BCMA CAR-T"]
    assert never.at(386, "total_igg_percent") < 30 < 45 < course.at(386, "total_igg_percent") < 80
    assert course.at(729, "total_igg_percent") > 80
    cells = course["protective_long_lived_percent"]
    assert (
        60 < course.time_days[np.argmin(cells)] < 212 and course.at(212, "protective_long_lived_percent") > cells.min()
    )


def test_iga_comes_back_later_than_igg_and_igm_after_bcma_therapy(runs):
    """Although its half-life is the shorter: what is missing are its makers (wang2021: 5 of 21, 8 of 15, 19 of 26)."""
    course = runs["BCMA CAR-T"]
    for day in (300, 386, 500):
        iga, igg, igm = (course.at(day, f"total_{name}_percent") for name in ("iga", "igg", "igm"))
        assert iga < igg and iga < igm


def test_rituximab_lowers_igm_most_and_igg_and_iga_little(runs):
    """Means of 59 patients with lupus: IgM -55 % at 9 months, IgG -20 and IgA -10 % at the most (reddy2014)."""
    course = runs["rituximab"]
    lowest = {name: course[f"total_{name}_percent"].min() for name in ("igm", "iga", "igg")}
    assert lowest["igm"] < 50 and min(lowest["iga"], lowest["igg"]) > 80
    assert all(course.at(729, f"total_{name}_percent") > lowest[name] + 4 for name in lowest)


def test_antibody_without_its_makers_falls_with_the_half_life_of_its_class(patient):
    """IgM and IgA are gone within weeks, IgG within months."""
    for name, days in (("igm", 5.1), ("iga", 5.9), ("igg", 21)):
        assert patient[f"{name}_half_life_days"] == days
    layout = Layout(patient, [])
    y = list(layout.start)
    for cells in (at.SHORT_PROTECTIVE, at.LONG_PROTECTIVE, at.IGA_CELLS):
        y[cells] = 0.0
    fall = derivatives(0.0, y, *layout.numbers, [0.0] * len(y))
    for place, name in ((at.TOTAL_IGM, "igm"), (at.TOTAL_IGA, "iga"), (at.TOTAL_IGG, "igg")):
        assert fall[place] == pytest.approx(-math.log(2) / patient[f"{name}_half_life_days"])


def test_an_antibody_against_cd19_tells_the_target_from_the_kind_of_therapy(runs):
    """Same target as CAR-T, same kind as rituximab: it reaches plasmablasts, empties blood, and leaves the node."""
    own = kill_coefficients(product("inebilizumab"))
    assert (
        all(own[node] > 0 for node in PLASMABLASTS)
        and own[at.PRE_B] > kill_coefficients(product("rituximab"))[at.PRE_B]
    )
    antibody, cells, other = (runs[name] for name in ("inebilizumab", "CD19 CAR-T", "rituximab"))
    assert antibody["blood_b_cells_per_ul"].min() < 1
    assert antibody["lymphoid_memory_percent"].min() > 0.1 > 1000 * cells["lymphoid_memory_percent"].min()
    assert antibody.at(28, "lymphoid_memory_percent") == pytest.approx(other.at(28, "lymphoid_memory_percent"), rel=0.2)


def test_under_the_skin_the_depot_is_the_pump(patient, runs):
    """Flip-flop: injected blinatumomab fades with its absorption (1 per day), not with its half-life of two hours."""
    course = runs["blinatumomab SC"]
    later = [course.at(day, "blinatumomab SC_ng_per_ml") for day in (7.5, 8.5)]
    assert math.log(later[0] / later[1]) == pytest.approx(product("blinatumomab SC")["absorption_per_day"], rel=0.02)
    level = course["blinatumomab SC_ng_per_ml"]
    inside = level[(course.time_days > 5) & (course.time_days < 7)]
    assert inside.max() < 6 * inside.min()  # between two daily injections; into a vein a day is twelve half-lives


def test_a_tail_without_fucose_is_a_factor_of_its_own():
    """Obinutuzumab kills as rituximab does, but for one factor."""
    items = product("obinutuzumab"), product("rituximab")
    assert items[0]["kill_max_per_day"] == items[1]["kill_max_per_day"]
    assert (items[0]["fc_tail_fold"], items[1]["fc_tail_fold"]) == (2, 1)


def test_a_niche_that_refills_is_as_still_without_therapy(patient):
    course = treat(patient.change(long_lived_refill_per_day=0.01), Plan.none())
    assert course["protective_long_lived_percent"] == pytest.approx(100, rel=1e-6)


def test_daratumumab_takes_antibody_secreting_cells_and_leaves_blood_b_cells(runs):
    course = runs["daratumumab"]
    assert course["protective_plasmablasts_percent"].min() < 50
    assert course["blood_b_cells_per_ul"].min() > 10
    assert course["autoantibody_percent"].min() < 60


def test_bcma_car_t_lowers_autoantibody_and_b_cells_are_back_within_three_months(runs):
    course = runs["BCMA CAR-T"]
    assert course.at(90, "autoantibody_percent") < 20
    assert course.metrics()["day_back_above_10"] < 92


def test_own_kill_weights_change_killing_but_not_what_counts_as_target():
    """Bystander killing feeds nobody: T cells still grow on their antigen."""
    own, general = product("BCMA CAR-T"), tables.parameters()["antigen", "weight_trace"].value
    assert own["weight_trace"] > general
    assert kill_coefficients(own)[at.NAIVE_BLOOD] == own["weight_trace"]
    assert target_weights(own, [1.0] * at.N_NODES)[at.NAIVE_BLOOD] == general


# --- how deep and how long -----------------------------------------------------------------------


def test_obinutuzumab_is_deeper_than_rituximab_in_blood_and_node(runs):
    for day in (28, 84, 150):
        for series in ("blood_b_cells_per_ul", "lymphoid_memory_percent"):
            assert runs["obinutuzumab"].at(day, series) < runs["rituximab"].at(day, series)


def test_clearance_of_obinutuzumab_falls_as_published(patient):
    """CL = CL_inf + CL_T exp(-k t), t from the first dose and not from the second."""
    item = product("obinutuzumab")
    layout = Layout(patient, [item])
    plan = Plan("obinutuzumab", days=[10, 40])
    events = layout.schedule(plan, 100).events
    share = layout.state_of["obinutuzumab"] + 2
    assert [event[0] for event in events if event[1] == RAISE and event[2] == share] == [1.0]
    for days in (0.0, 30.0):
        y = list(layout.start)
        y[share - 2], y[share] = 1.0, math.exp(-item["passing_clearance_decay_per_day"] * days)
        loss = derivatives(0.0, y, *layout.numbers, [0.0] * len(y))[share - 2 : share]
        clearance = -sum(loss) * item["central_volume_l"]
        assert clearance == pytest.approx(0.0828 + 0.231 * math.exp(-0.0359 * days), rel=1e-3)


def test_rituximab_keeps_its_constant_clearance(patient):
    layout = Layout(patient, [product("rituximab")])
    events = layout.schedule(Plan("rituximab"), 100).events
    assert {int(event[1]) for event in events} == {ADD}


def test_four_weekly_doses_act_like_two_large_ones(runs):
    """2.7 g and 2 g of the same antibody: return within a month of each other."""
    first, second = (runs[name].metrics()["day_back_above_10"] for name in ("rituximab", "rituximab 375"))
    assert abs(first - second) < 30


def test_cd28_cells_peak_higher_and_stay_shorter(runs):
    long, short = runs["CD19 CAR-T"], runs["CD19 CAR-T CD28"]
    assert short.metrics()["car_t_peak_day"] < long.metrics()["car_t_peak_day"]
    assert short.at(60, "car_t_cells_per_ul") < long.at(60, "car_t_cells_per_ul")
    assert short.metrics()["day_back_above_10"] < long.metrics()["day_back_above_10"]


def test_cells_from_another_person_are_gone_earlier(runs):
    own, donor = runs["CD19 CAR-T"], runs["allogeneic CD19 CAR-T"]
    assert days_gone(donor) < days_gone(own)
    assert donor.metrics()["day_back_above_10"] < own.metrics()["day_back_above_10"]


def test_cells_made_by_mrna_are_gone_in_days_and_need_no_lymphodepletion(runs, patient):
    course = runs["in-vivo CD19 CAR"]
    assert days_gone(course) < 6 + 3
    assert course["niche_fraction"].max() == 0
    assert course.metrics()["day_below_5"] is not None and course.metrics()["day_back_above_10"] < 30
    with_niche = treat(patient, Plan.parse(LYMPHODEPLETION + TEXTS["in-vivo CD19 CAR"]), 60)
    assert with_niche["car_t_cells_per_ul"].max() == pytest.approx(course["car_t_cells_per_ul"].max(), rel=1e-6)


def test_a_second_infusion_of_the_same_cells_does_not_expand_but_another_product_does(patient):
    again = "lymphodepletion intensity=1 days=270 + "
    same = treat(patient, Plan.parse(TEXTS["CD19 CAR-T"] + " + " + again + "CD19 CAR-T days=270"), 400)
    other = treat(patient, Plan.parse(TEXTS["CD19 CAR-T"] + " + " + again + "BCMA CAR-T days=270"), 400)
    later = same.time_days > 270
    assert same["car_t_cells_per_ul"][later].max() < 0.01 * same["car_t_cells_per_ul"].max()
    later = other.time_days > 270
    assert other["car_t_cells_per_ul"][later].max() > 0.1 * other["car_t_cells_per_ul"].max()


def test_the_published_relapse_case_runs_as_one_plan(patient):
    """CD19 CAR-T, relapse, failed second infusion, daratumumab, BCMA CAR-T."""
    plan = Plan.parse(tables.targets()["C14"].plan)
    assert plan.products == ("lymphodepletion", "CD19 CAR-T", "daratumumab", "BCMA CAR-T")
    course = treat(patient, plan)
    assert course.at(500, "protective_long_lived_percent") < 0.7 * course.at(329, "protective_long_lived_percent")


@pytest.mark.parametrize(
    ("stepped", "flat"),
    [
        (STEP_UP + "teclistamab dose_mg_per_kg=1.5 days=4", "teclistamab dose_mg_per_kg=1.5 days=0"),
        (
            "mosunetuzumab dose_mg=1 days=0 + mosunetuzumab dose_mg=2 days=7 + mosunetuzumab dose_mg=60 days=14",
            "mosunetuzumab dose_mg=60 days=0",
        ),
        (
            "blinatumomab rate_ug_per_day=9 duration_days=7 days=0"
            " + blinatumomab rate_ug_per_day=28 duration_days=21 days=7",
            "blinatumomab rate_ug_per_day=28 duration_days=28 days=0",
        ),
    ],
)
def test_a_step_up_brings_less_interleukin_6_than_a_flat_start(patient, stepped, flat):
    peaks = [treat(patient, Plan.parse(text), 60).metrics()["il6_peak"] for text in (stepped, flat)]
    assert peaks[0] < 0.6 * peaks[1]


def test_label_course_of_blinatumomab_goes_deeper_than_short_cycles(patient):
    label = treat(patient, Plan("blinatumomab", rate_ug_per_day=28, duration_days=28, days=[0]), 200)
    cycles = treat(patient, Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[0, 28]), 200)
    assert label["lymphoid_memory_percent"].min() < 0.01 * cycles["lymphoid_memory_percent"].min()
    assert label.metrics()["days_depleted"] > 20 > cycles.metrics()["days_depleted"]


# --- doses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("daratumumab", {"dose_mg", "dose_mg_per_m2", "dose_mg_per_kg"}),
        ("blinatumomab", {"rate_ug_per_day"}),
        ("teclistamab", {"dose_mg", "dose_mg_per_kg"}),
        ("mosunetuzumab", {"dose_mg", "dose_mg_per_kg"}),
        ("BCMA CAR-T", {"cells_per_kg"}),
        ("in-vivo CD19 CAR", {"mrna_mg"}),
        ("lymphodepletion", {"intensity"}),
    ],
)
def test_each_product_has_its_own_dose_words(name, words):
    assert set(dose_words(name)) == words


def test_a_dose_under_the_skin_arrives_late_and_in_part(patient):
    """All that leaves the blood equals bioavailability x dose; the highest level comes days later."""
    course = treat(patient, Plan("teclistamab", dose_mg_per_kg=1.5, days=[0]), 400)
    level, item = course["teclistamab_ng_per_ml"], product("teclistamab")
    assert level[0] == 0 and 2 < course.time_days[level.argmax()] < 15
    eliminated_ug = item["clearance_l_per_day"] * np.trapezoid(level, course.time_days)
    assert eliminated_ug == pytest.approx(0.69 * 1.5 * 70 * 1000, rel=0.01)


def test_a_dose_into_the_vein_is_there_at_once(patient):
    course = treat(patient, Plan("mosunetuzumab", dose_mg=60, days=[0]), 10)
    assert course["mosunetuzumab_ng_per_ml"][0] == pytest.approx(60_000 / product("mosunetuzumab")["volume_l"])


def test_milligrams_and_milligrams_per_kg_agree(patient):
    """70 kg: 105 mg are 1.5 mg/kg."""
    first = treat(patient, Plan("teclistamab", dose_mg=105, days=[0]), 30)
    second = treat(patient, Plan("teclistamab", dose_mg_per_kg=1.5, days=[0]), 30)
    assert first["blood_b_cells_per_ul"] == pytest.approx(second["blood_b_cells_per_ul"], rel=1e-9)


def test_cells_made_by_mrna_follow_the_dose(patient):
    low, high = (treat(patient, Plan("in-vivo CD19 CAR", mrna_mg=dose, days=[0]), 10) for dose in (2, 4))
    assert high["car_t_cells_per_ul"][0] == pytest.approx(2 * low["car_t_cells_per_ul"][0])
    assert high["blood_b_cells_per_ul"].min() < low["blood_b_cells_per_ul"].min()


@pytest.mark.parametrize("text", TEXTS.values())
def test_plans_with_these_names_are_read_back(text):
    assert Plan.parse(str(Plan.parse(text))) == Plan.parse(text)


def test_every_number_of_a_product_has_a_unit_and_a_confidence():
    for name in tables.products():
        for row in product(name).quantities.values():
            assert row.unit and row.confidence in tables.CONFIDENCE, (name, row.name)


def test_misfits_are_listed_from_the_table():
    found = targets.misfits()
    assert {"R8c", "C11e", "B5d", "C9c", "C13d"} <= {row.target for row in found}
    assert not any(row.starred or targets.check(row).accepted for row in found)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word", "allowed"),
    [
        ("teclistamab", "rate_ug_per_day", "dose_mg, dose_mg_per_kg"),
        ("mosunetuzumab", "dose_mg_per_m2", "dose_mg, dose_mg_per_kg"),
        ("blinatumomab", "dose_mg_per_kg", "rate_ug_per_day"),
        ("CD19 CAR-T", "mrna_mg", "cells_per_kg"),
        ("in-vivo CD19 CAR", "cells_per_kg", "mrna_mg"),
    ],
)
def test_a_dose_word_of_another_way_of_giving_is_refused(name, word, allowed):
    with pytest.raises(ValueError, match=f"'{word}' is not a dose word of {name}; use one of: {allowed}"):
        Plan(name, days=[0], **{word: 1})


def test_an_infusion_time_does_not_go_with_a_dose_under_the_skin():
    with pytest.raises(ValueError, match="duration_days does not go with dose_mg_per_kg"):
        Plan("teclistamab", dose_mg_per_kg=1.5, duration_days=5, days=[0])


def test_dose_words_of_an_unknown_product_are_refused():
    with pytest.raises(ValueError, match="product 'belimumab' is not in the table; choose one of: "):
        dose_words("belimumab")
