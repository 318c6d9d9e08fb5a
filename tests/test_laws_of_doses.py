"""Laws of doses, for every product: nothing given changes nothing; order and calendar mean nothing; mass is kept."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching import Patient, Plan, tables, treat
from teaching.model.course import Course
from teaching.model.layout import Layout
from teaching.model.series import series
from teaching.model.solver import solve
from teaching.model.therapies import amount_mg, dose_words, product

PRODUCTS = list(tables.products())
GIVEN = [name for name in PRODUCTS if product(name).kind != "conditioning"]
ENGAGERS = [name for name in PRODUCTS if product(name).kind == "engager"]
SLE = Patient.typical("SLE")
#: Numbers of an engager that used to reach its neighbours.
OWN = (
    "margination_return_per_day",
    "priming_loss_days",
    "t_cell_return_per_day",
    "t_cell_ceiling",
    "il6_residence_days",
    "margination_depth",
)


def usual(name: str, share: float = 1.0, day: float = 0.0) -> Plan:
    """One dose of a product, as a share of its usual one."""
    row = tables.products()[name]
    return Plan(name, days=[day], **{row.dose_word: share * row.dose})


def seen(course, days=None) -> dict[str, np.ndarray]:
    days = np.linspace(0, course.horizon_days, 300) if days is None else days
    return {name: np.interp(days, course.time_days, course[name]) for name in course.series_names}


def agree(one: dict, other: dict, rtol: float = 2e-4) -> None:
    """Every series that both hold is the same; what only one of them holds is nothing but zeros."""
    for name in set(one) | set(other):
        if name not in one or name not in other:
            assert not np.any(one.get(name, other.get(name))), name
            continue
        size = np.abs(one[name]).max()
        assert np.allclose(one[name], other[name], rtol=rtol, atol=1e-7 * size), (
            name,
            np.abs(one[name] - other[name]).max() / (size or 1),
        )


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("zero_day", [0.0, 30.0, 150.0])
def test_a_dose_of_zero_changes_nothing_on_any_day(name, zero_day):
    """A first dose of 0 mg used to start the clock of an antibody's passing clearance."""
    real = usual(name, day=100.0)
    agree(seen(treat(SLE, real + usual(name, 0.0, zero_day), 300)), seen(treat(SLE, real, 300)))


@pytest.mark.parametrize(
    "one, other",
    list(itertools.permutations(["rituximab", "teclistamab", "blinatumomab", "CD19 CAR-T", "obinutuzumab"], 2)),
)
def test_a_dose_of_zero_of_another_product_changes_nothing(one, other):
    agree(seen(treat(SLE, usual(one, day=5.0) + usual(other, 0.0), 200)), seen(treat(SLE, usual(one, day=5.0), 200)))


@pytest.mark.parametrize("name", ENGAGERS)
def test_an_engager_that_was_not_given_does_not_lend_its_numbers(name):
    other = next(one for one in ENGAGERS if one != name)
    odd = {other: product(other).variant(**{number: 5.0 for number in OWN if number != "margination_depth"})}
    plan = usual(name, day=2.0)
    agree(seen(treat(SLE, plan + usual(other, 0.0), 200, products=odd)), seen(treat(SLE, plan, 200)))


@pytest.mark.parametrize("names", list(itertools.combinations(GIVEN, 2)), ids=" and ".join)
def test_the_order_of_the_products_changes_nothing(names):
    """For every pair, variants with numbers of their own among them."""
    plan = usual(names[0]) + usual(names[1], day=3.0)
    items = [product(name) for name in names]
    items[1] = items[1].variant(**{number: 2.0 for number in OWN[:-1] if number in items[1].quantities})
    found = []
    for order in (items, items[::-1]):
        layout = Layout(SLE, order)
        times, states = solve(layout, layout.schedule(plan, 120.0), 120.0)
        found.append(seen(Course(SLE, plan, times, series(layout, times, states))))
    agree(*found, rtol=2e-3)


@given(
    st.permutations(
        [
            usual("rituximab"),
            usual("blinatumomab", day=20.0),
            usual("lymphodepletion", day=40.0),
            usual("CD19 CAR-T", day=40.0),
        ]
    )
)
def test_the_order_of_the_terms_of_a_plan_changes_nothing(plans):
    total = Plan.none()
    for plan in plans:
        total = total + plan
    reference = (
        usual("rituximab")
        + usual("blinatumomab", day=20.0)
        + usual("lymphodepletion", day=40.0)
        + usual("CD19 CAR-T", day=40.0)
    )
    assert total == reference and str(total) == str(reference)
    agree(seen(treat(SLE, total, 60)), seen(treat(SLE, reference, 60)), rtol=0)


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("share", [0.5, 0.1])
def test_a_dose_in_two_parts_at_one_instant_is_the_whole_dose(name, share):
    """Lymphodepletion is left out: its word is a fraction of a course and no amount."""
    parts = usual(name, share, 7.0) + usual(name, 1 - share, 7.0)
    agree(seen(treat(SLE, parts, 200)), seen(treat(SLE, usual(name, day=7.0), 200)))


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_calendar_means_nothing(name):
    """Given a month later, everything happens a month later: the untreated body stands still."""
    days = np.linspace(0.5, 200, 300)
    early = seen(treat(SLE, usual(name, day=1.0), 240), days + 1.0)
    late = seen(treat(SLE, usual(name, day=31.0), 240), days + 31.0)
    agree(early, late, rtol=1e-3)


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize(
    "factors",
    [
        {},
        {"volume_l": 2.0},
        {"central_volume_l": 2.0},
        {"bioavailability": 0.5},
        {"start_cells_per_ul_per_1e6_per_kg": 2.0, "start_cells_per_ul_per_mg": 2.0},
    ],
    ids=str,
)
def test_what_is_given_arrives_in_a_patient_who_differs(name, factors):
    """Mass is kept: level x volume = dose x bioavailability. Factors used to reach the equations and not the dose."""
    patient = SLE.vary(**factors)
    item, plan = product(name), usual(name)
    row = tables.products()[name]
    course = treat(patient, plan, 1.0)
    if item.kind == "antibody":
        volume = item["central_volume_l"] * factors.get("central_volume_l", 1.0)
        assert course[f"{name}_ug_per_ml"][0] * volume == pytest.approx(amount_mg(plan.doses[0], patient))
    elif item.kind == "car_t":
        key = "start_cells_per_ul_per_mg" if row.dose_word == "mrna_mg" else "start_cells_per_ul_per_1e6_per_kg"
        dose = row.dose / (1.0 if row.dose_word == "mrna_mg" else 1e6)
        assert course["car_t_cells_per_ul"][0] == pytest.approx(item[key] * factors.get(key, 1.0) * dose)
    else:
        layout = Layout(patient, [item])
        events = [event for event in layout.schedule(plan, 1.0).events if event[0] == 0]
        volume = item["volume_l"] * factors.get("volume_l", 1.0)
        if row.dose_word == "rate_ug_per_day":
            assert events[0][3] == row.dose
        else:
            micrograms = (
                1000 * item["bioavailability"] * factors.get("bioavailability", 1.0) * amount_mg(plan.doses[0], patient)
            )
            depot = item["absorption_per_day"] > 0
            assert sum(event[3] for event in events) * (1.0 if depot else volume) == pytest.approx(micrograms)


def test_every_dose_word_has_a_highest_dose_that_makes_sense():
    for name in PRODUCTS:
        for word in dose_words(name):
            limit = tables.limits()[product(name).kind, word]
            assert limit.low == 0 < limit.high
        row = tables.products()[name]
        assert row.dose_high <= tables.limits()[row.kind, row.dose_word].high
        for word in dose_words(name):
            with pytest.raises(ValueError, match=f"{word} is 10¹²; allowed is a number from 0 to"):
                Plan(name, days=[0], **{word: 1e12})


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_highest_dose_can_be_computed(name):
    for word in dose_words(name):
        plan = Plan(name, days=[0], **{word: tables.limits()[product(name).kind, word].high})
        assert np.isfinite(treat(SLE, plan, 100)["blood_b_cells_per_ul"]).all()
