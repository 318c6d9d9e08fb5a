"""Products and plans: who gets what, how much and when."""

import dataclasses
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching import Plan, tables
from teaching.model import therapies
from teaching.model.therapies import DOSE_WORDS, amount_mg, dose_words, product

# --- products ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "antigens"),
    [
        ("rituximab", "antibody", ("CD20",)),
        ("blinatumomab", "engager", ("CD19",)),
        ("CD19 CAR-T", "car_t", ("CD19",)),
        ("lymphodepletion", "conditioning", ()),
    ],
)
def test_products_have_the_kind_and_antigens_of_the_table(name, kind, antigens):
    found = product(name)
    assert (found.kind, found.antigens) == (kind, antigens)


def test_tissue_factors_are_fractions_of_the_effect_in_blood():
    """Penetration, effector cells and niche protection can only take away."""
    for name, row in tables.products().items():
        if row.kind in ("antibody", "car_t"):
            for site in ("lymphoid", "marrow", "niche"):
                assert 0 <= product(name)[f"effect_{site}"] <= 1
            assert product(name)["effect_lymphoid"] < product(name)["effect_marrow"]


def test_car_t_reach_lymphoid_tissue_better_than_rituximab():
    assert product("CD19 CAR-T")["effect_lymphoid"] > 10 * product("rituximab")["effect_lymphoid"]


def test_a_product_takes_what_it_lacks_from_its_kind():
    assert product("CD19 CAR-T")["niche_without_conditioning"] == (
        tables.parameters()["car_t", "niche_without_conditioning"].value
    )


@pytest.fixture
def added_product(monkeypatch):
    """A lecturer's new antibody: like rituximab, with one number of its own."""
    rows = dict(tables.products())
    rows["newmab"] = dataclasses.replace(rows["rituximab"], product="newmab", like="rituximab")
    numbers = dict(tables.parameters())
    own = dataclasses.replace(numbers["rituximab", "effect_lymphoid"], owner="newmab", value=0.005)
    numbers["newmab", "effect_lymphoid"] = own
    monkeypatch.setattr(tables, "products", lambda: rows)
    monkeypatch.setattr(tables, "parameters", lambda: numbers)
    therapies._product.cache_clear()
    yield rows
    therapies._product.cache_clear()


def test_a_product_is_added_by_adding_a_row(added_product):
    new, old = product("newmab"), product("rituximab")
    assert new["effect_lymphoid"] == 0.005 != old["effect_lymphoid"]
    assert new["central_volume_l"] == old["central_volume_l"]
    assert str(Plan("newmab", days=[0])) == "newmab dose_mg=1000 days=0"


@pytest.mark.parametrize("like", ["othermab", "newmab"])
def test_a_product_that_is_like_nothing_is_named(added_product, like):
    added_product["newmab"] = dataclasses.replace(added_product["newmab"], like=like)
    with pytest.raises(tables.TableError, match=f"products.csv: 'newmab' is like '{like}', which leads nowhere"):
        product("newmab")


def test_a_number_that_a_product_lacks_is_named(added_product):
    added_product["newmab"] = dataclasses.replace(added_product["newmab"], like="")
    with pytest.raises(tables.TableError, match="no central_volume_l for 'newmab'; add a row whose owner is"):
        product("newmab")["central_volume_l"]


def test_a_product_shows_its_numbers_with_units_and_sources():
    text = repr(product("rituximab"))
    assert text.startswith("rituximab: antibody, CD20\n")
    row = next(line for line in text.split("\n") if line.endswith("central_volume_l"))
    assert row.split() == ["central", "volume", "4.1", "3", "4.7", "L", "lioger2017", "read", "central_volume_l"]


# --- doses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", tables.products())
def test_usual_dose_and_days_come_from_the_table(name):
    row = tables.products()[name]
    doses = Plan(name).doses
    assert tuple(dose.day for dose in doses) == row.schedule_days
    assert {(dose.word, dose.amount) for dose in doses} == {(row.dose_word, row.dose)}
    assert {dose.duration_days for dose in doses} == {row.duration_days}


def test_usual_dose_words_belong_to_the_kind_of_the_product():
    for row in tables.products().values():
        assert DOSE_WORDS[row.kind][row.dose_word] == row.dose_unit


@pytest.mark.parametrize(
    ("word", "amount", "milligrams"),
    [("dose_mg", 1000, 1000), ("dose_mg_per_m2", 375, 375 * 1.8), ("dose_mg_per_kg", 10, 700)],
)
def test_antibody_doses_follow_the_size_of_the_patient(patient, word, amount, milligrams):
    (dose,) = Plan("rituximab", days=[0], **{word: amount}).doses
    assert amount_mg(dose, patient) == pytest.approx(milligrams)


# --- plans ---------------------------------------------------------------------------------------


def test_plans_add_in_any_order(plans):
    first, second, third = plans.values()
    assert first + second + third == third + (second + first)
    assert hash(first + second) == hash(second + first)
    assert str(first + second) == str(second + first)
    assert first + Plan.none() == first != second


def test_adding_keeps_both_plans_as_they_were(plans):
    before = str(plans["rituximab"])
    plans["rituximab"] + plans["blinatumomab"]
    assert str(plans["rituximab"]) == before


def test_lymphodepletion_comes_before_cells_of_the_same_day():
    plan = Plan("CD19 CAR-T", days=[0]) + Plan("lymphodepletion", days=[0])
    assert plan.products == ("lymphodepletion", "CD19 CAR-T")


def test_doses_are_sorted_by_day():
    plan = Plan("rituximab", days=[100]) + Plan("blinatumomab", days=[3]) + Plan("rituximab", days=[0])
    assert [dose.day for dose in plan.doses] == [0, 3, 100]


def test_a_plan_reads_like_a_prescription(plans):
    assert str(plans["rituximab"]) == "rituximab dose_mg=1000 days=0,14"
    assert repr(plans["rituximab"]) == "Plan: rituximab dose_mg=1000 days=0,14"
    assert str(Plan.none()) == "nothing"
    assert str(plans["CAR-T"]) == ("lymphodepletion intensity=1 days=0 + CD19 CAR-T cells_per_kg=1000000 days=0")


def test_parse_fills_in_usual_doses_and_days():
    assert Plan.parse("rituximab") == Plan("rituximab")
    assert Plan.parse("blinatumomab rate_ug_per_day=28 days=0") == Plan("blinatumomab", rate_ug_per_day=28, days=[0])
    assert Plan.parse("nothing") == Plan.parse("") == Plan.none()


day_lists = st.lists(st.floats(0, 1000), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def any_plan(draw):
    """A sum of one to three plans with any doses and days."""
    total = Plan.none()
    for name in draw(st.lists(st.sampled_from(list(tables.products())), min_size=1, max_size=3)):
        word = draw(st.sampled_from(list(dose_words(name))))
        amount = draw(st.floats(0, tables.limits()[tables.products()[name].kind, word].high, allow_subnormal=False))
        if word == "rate_ug_per_day":
            days = [draw(st.floats(0, 1000))]
            duration = draw(st.floats(0.01, 100))
            total = total + Plan(name, days=days, duration_days=duration, **{word: amount})
        else:
            total = total + Plan(name, days=draw(day_lists), **{word: amount})
    return total


@given(any_plan())
def test_what_a_plan_writes_it_reads_back(plan):
    assert Plan.parse(str(plan)) == plan


@given(any_plan(), any_plan())
def test_plans_add_in_any_order_whatever_they_hold(first, second):
    assert first + second == second + first


def test_a_double_dose_on_one_day_survives_writing_and_reading():
    twice = Plan("rituximab", days=[0]) + Plan("rituximab", days=[0])
    assert str(twice) == "rituximab dose_mg=1000 days=0 + rituximab dose_mg=1000 days=0"
    assert Plan.parse(str(twice)) == twice


def test_a_plan_can_be_sent_to_another_process(plans):
    for plan in plans.values():
        assert pickle.loads(pickle.dumps(plan)) == plan


@pytest.mark.parametrize("days", [3, 3.0, np.int64(3), [3], (3,), np.array([3])])
def test_days_may_be_a_number_or_any_list_of_numbers(days):
    assert Plan("rituximab", days=days).doses[0].day == 3


# --- bad input -----------------------------------------------------------------------------------

KNOWN = "choose one of: rituximab, "


@pytest.mark.parametrize("name", ["Rituximab", "rituxan", "", None, 7, ["rituximab"]])
def test_an_unknown_product_is_named_with_those_that_are_known(name):
    with pytest.raises(ValueError) as error:
        Plan(name, days=[0])
    assert f"product {name!r} is not in the table; {KNOWN}" in str(error.value)


def test_looking_up_an_unknown_product_is_the_same_mistake():
    with pytest.raises(ValueError, match=f"product 'aspirin' is not in the table; {KNOWN}"):
        product("aspirin")


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"dose_mg": -1}, ["dose_mg is -1", "allowed is a number from 0 to 20000 (mg)"]),
        ({"dose_mg": math.nan}, ["dose_mg is nan", "a finite number is needed"]),
        ({"dose_mg": math.inf}, ["dose_mg is inf", "a finite number is needed"]),
        ({"dose_mg": "1000"}, ["dose_mg is '1000'", "number is needed"]),
        ({"dose_mg": None}, ["dose_mg is None", "number is needed"]),
        ({"dose_mg": [1000]}, ["dose_mg is [1000]", "number is needed"]),
        ({"dose_mg": True}, ["dose_mg is True", "number is needed"]),
        ({"dose_mg": 1 + 2j}, ["dose_mg is (1+2j)", "number is needed"]),
        (
            {"cells_per_kg": 1},
            ["'cells_per_kg' is not a dose word of rituximab", "dose_mg, dose_mg_per_m2"],
        ),
        ({"dosis": 1}, ["'dosis' is not a dose word of rituximab", "dose_mg, dose_mg_per_m2"]),
        (
            {"dose_mg": 1, "dose_mg_per_kg": 1},
            ["rituximab was given 2 doses (dose_mg, dose_mg_per_kg)", "give one of"],
        ),
        (
            {"duration_days": 5},
            ["duration_days does not go with dose_mg", "only with: rate_ug_per_day"],
        ),
        ({"days": [14, 0]}, ["days are 14, 0", "they must rise, each day once"]),
        ({"days": [0, 0]}, ["days are 0, 0", "they must rise, each day once"]),
        ({"days": [-1, 3]}, ["days are -1, 3", "a day must not be negative"]),
        ({"days": [0, math.nan]}, ["days is nan", "a finite number is needed"]),
        ({"days": [math.inf]}, ["days is inf", "a finite number is needed"]),
        ({"days": []}, ["days is empty", "give at least one day, such as [0]"]),
        ({"days": "14"}, ["days is '14'", "a list of days is needed, such as [0, 14]"]),
        ({"days": ["0"]}, ["days is '0'", "number is needed"]),
        ({"days": [[0, 14]]}, ["days is [0, 14]", "number is needed"]),
        ({"days": object}, ["days is <class 'object'>", "a list of days is needed"]),
    ],
)
def test_an_impossible_antibody_plan_is_explained(options, parts):
    with pytest.raises(ValueError) as error:
        Plan("rituximab", **options)
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"duration_days": 0}, ["duration_days is 0", "allowed is a number from 0.001 to 3650 (day)"]),
        ({"duration_days": -5}, ["duration_days is -5", "allowed is a number from 0.001 to 3650 (day)"]),
        ({"duration_days": math.nan}, ["duration_days is nan", "a finite number is needed"]),
        ({"duration_days": "5"}, ["duration_days is '5'", "number is needed"]),
        ({"rate_ug_per_day": -9}, ["rate_ug_per_day is -9", "allowed is a number from 0 to 10000 (µg/day)"]),
        (
            {"days": [0, 4], "duration_days": 5},
            ["over 5 days overlap on days 0, 4", "at least 5 days apart"],
        ),
        (
            {"dose_mg": 9},
            ["'dose_mg' is not a dose word of blinatumomab", "use one of: rate_ug_per_day"],
        ),
    ],
)
def test_an_impossible_infusion_is_explained(options, parts):
    with pytest.raises(ValueError) as error:
        Plan("blinatumomab", **options)
    for part in parts:
        assert part in str(error.value)


def test_infusions_may_follow_one_another_without_a_gap():
    assert len(Plan("blinatumomab", days=[0, 5], duration_days=5).doses) == 2


@pytest.mark.parametrize("intensity", [1.01, 50])
def test_lymphodepletion_cannot_be_more_than_full(intensity):
    with pytest.raises(ValueError, match=f"intensity is {intensity:g}; allowed is a number from 0 to 1"):
        Plan("lymphodepletion", intensity=intensity)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "rituximab dose_mg=lots days=0",
            "'dose_mg=lots' in the plan is not of the form name=number",
        ),
        ("rituximab days=", "'days=' in the plan is not of the form name=number"),
        (
            "rituximab dose_mg=500,1000 days=0",
            "'dose_mg=500,1000' in the plan: one number is needed",
        ),
        (
            "rituximab dose_mg=500 dose_mg=1000",
            "'dose_mg=1000' in the plan: one number is needed, given once",
        ),
        ("rituximab product=2", "'product=2' in the plan"),
        ("dose_mg=500 days=0", "product '' is not in the table"),
        ("rituximab + aspirin", "product 'aspirin' is not in the table"),
        ("rituximab dose_mg=-5", "dose_mg is -5; allowed is a number from 0 to 20000"),
        (None, "the plan is None; a text is needed"),
        (3, "the plan is 3; a text is needed"),
    ],
)
def test_a_plan_in_another_form_is_explained(text, part):
    with pytest.raises(ValueError) as error:
        Plan.parse(text)
    assert part in str(error.value)


def test_only_plans_can_be_added_to_plans(plans):
    with pytest.raises(TypeError):
        plans["rituximab"] + 3
    assert plans["rituximab"] != "rituximab dose_mg=1000 days=0,14"
