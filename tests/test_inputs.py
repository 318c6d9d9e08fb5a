"""What is handed over: numbers of every kind are taken, everything else is refused in one short sentence."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_tools import exponent_words

from teaching import Course, Patient, Plan, begin, inputs, show, treat
from teaching.figures.body_map import body_still
from teaching.figures.lineage_map import lineage_map
from teaching.learning import answers, report
from teaching.model import balance, binding, effector
from teaching.model.fate import dies_out_percent
from teaching.model.returns import regrowth_from_lowest
from teaching.panels import scenarios
from teaching.panels.controls import Choice, Slider

# --- numbers ---------------------------------------------------------------------------------------

KINDS = [int, float, Fraction, Decimal, np.float64, np.float32, np.int64]


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(0, 1000))
def test_every_kind_of_number_is_taken(kind, value):
    found = inputs.number("dose", kind(value), 0, 1000, "mg")
    assert type(found) is float and found == value
    assert inputs.numbers("doses", [kind(value), kind(0)], 1000).tolist() == [value, 0]
    slider = Slider("dose", "Dose", 10, 0, 1000, unit="mg")
    assert type(slider.check(kind(value))) is float and slider.check(kind(value)) == value
    assert type(Slider("n", "Number", 10, 0, 1000, whole=True).check(kind(value))) is int


@given(st.floats(allow_nan=False), st.floats(-1e300, 1e300), st.floats(0, 1e300))
def test_a_number_is_taken_exactly_when_it_lies_within(value, low, width):
    high = low + width
    if low <= value <= high:
        assert inputs.number("x", value, low, high, "") == value
    else:
        with pytest.raises(ValueError):
            inputs.number("x", value, low, high, "")


def test_an_endless_end_is_open_but_a_number_too_large_is_refused():
    assert inputs.number("hours", math.inf, 0, math.inf, "h") == math.inf
    with pytest.raises(ValueError, match="hours is 10⁴⁰⁰; allowed is a number from 0 to ∞ h"):
        inputs.number("hours", 10**400, 0, math.inf, "h")


def test_limits_are_written_in_words():
    slider = Slider("dose", "Dose", 1e6, 1e5, 5e6, unit="cells/kg", log=True)
    with pytest.raises(ValueError) as problem:
        slider.check(1e7)
    assert str(problem.value) == "Dose is 10 million; allowed is a number from 100000 to 5 million cells/kg."
    with pytest.raises(ValueError, match="^Dose is 10⁴⁰⁰; allowed"):
        slider.check(10**400)
    with pytest.raises(ValueError, match="a whole number from 1 to 14 is needed .in days."):
        Slider("d", "Days", 2, 1, 14, unit="days", whole=True).check(2.5)


@given(st.floats(100, 2000))
def test_a_number_at_the_edge_is_not_lost_to_rounding(value):
    slider = Slider("dose", "Dose", 1000, 100, 2000, unit="mg")
    assert slider.check(value) == value
    assert slider.check(2000 * (1 + 1e-12)) == 2000


# --- shortened -------------------------------------------------------------------------------------


class Silent:
    """An object that cannot be shown."""

    def __repr__(self):
        raise RuntimeError("no")


class Endless(float):
    """A number that cannot say its value."""

    def __float__(self):
        raise RuntimeError("no")

    def __repr__(self):
        return "x" * 10**5


def nested(depth: int) -> list:
    found: list = []
    for _ in range(depth):
        found = [found]
    return found


STRANGE = [
    None, True, False, "", "x", "x" * 10**5, "\ud800", "a\nb\0c", b"1", [], [[1], [1, 2]], {}, {"a": 1}, (), set(),
    object(), Silent(), Endless(1),
    1j, math.nan, math.inf, -math.inf, 10**400, -(10**400), 10**5000, [10**5000], Decimal("NaN"), Decimal("sNaN"),
    Decimal("1e999"),
    Fraction(10**400, 3), np.array([1, 2]), np.array([[None]]), np.float64(math.nan), nested(3000), int, print, -1,
    1e308,
]  # fmt: skip


@given(st.integers(10, 80))
def test_anything_is_shortened(most):
    for value in STRANGE:
        for text in (inputs.shortened(value, most), inputs.named(value, most)):
            assert 0 < len(text) <= most and "\n" not in text and text.isprintable()


def test_what_is_short_is_shown_as_it_is():
    assert inputs.shortened("a lot") == "'a lot'" and inputs.shortened([1, 2]) == "[1, 2]"
    assert inputs.shortened("x" * 100) == "'" + "x" * 56 + "..."
    assert inputs.named(5000) == "5000" and inputs.named(np.float64(2.5)) == "2.5" and inputs.named(math.nan) == "nan"


@given(st.lists(st.text("abcdef", min_size=1, max_size=30), min_size=1, max_size=60), st.integers(40, 200))
def test_a_list_of_options_fits_and_counts_the_rest(options, most):
    text = inputs.listed(options, most)
    assert len(text) <= most + len(" and 60 more")
    if " more" in text:
        shown, _, rest = text.removesuffix(" more").rpartition(" and ")
        assert len(shown.split(", ")) + int(rest) == len(options)
    else:
        assert text == ", ".join(options)


# --- every function that a lesson calls ------------------------------------------------------------

POOLS = balance.Pools(1.0, 75.0)
#: Function, arguments that work, and which of them is replaced by something strange.
CALLS = [
    (binding.binding_constants, ("blinatumomab",), (0,)),
    (binding.ng_per_ml_to_nM, (1.0, 55.0), (0, 1)),
    (binding.nM_to_ng_per_ml, (1.0, 55.0), (0, 1)),
    (binding.ternary_complex, (1.0, 5.0, 50.0, 1.0, 100.0, 1.0), range(6)),
    (binding.total_drug, (1.0, 5.0, 50.0, 1.0, 100.0, 1.0), range(6)),
    (binding.free_drug_at_peak, (1.0, 100.0), (0, 1)),
    (binding.total_drug_at_peak, (5.0, 50.0, 1.0, 100.0), range(4)),
    (binding.peak_complex, (5.0, 50.0, 1.0, 100.0, 1.0), range(5)),
    (binding.ternary_from_total, (1.0, 5.0, 50.0, 1.0, 100.0), range(5)),
    (binding.place_on_bell, (1.0, 1.0, 100.0, 5.0, 50.0, 1.0), range(6)),
    (balance.half_life_days, (0.02,), (0,)),
    (balance.loss_per_day, (35.0,), (0,)),
    (balance.pool_over_time, (1.0, 1.0, 76.0, 0.02), range(4)),
    (balance.days_to, (38.0, 1.0, 76.0, 0.02), range(4)),
    (balance.return_per_day, (POOLS, 0.02, 48.0), (0, 1)),
    (balance.two_pools, (1.0, POOLS, POOLS, 0.02, 1.0), range(5)),
    (balance.deplete, (POOLS, 0.9, "everywhere"), range(3)),
    (balance.regrowth_days, (3.0, 0.015), (0, 1)),
    (effector.fc_receptor_factor, ("VF",), (0,)),
    (effector.shaved_fraction, ("CD20",), (0,)),
    (lambda u: effector.shaved_fraction(activity=u), (0.5,), (0,)),
    (effector.antigen_after_shaving, (1.0, "CD20"), (0, 1)),
    (lambda h: effector.antigen_after_shaving(1.0, drug_hours=h), (2.0,), (0,)),
    (effector.exhausted_fraction, (1.0, "continuous"), (0, 1)),
    (lambda s: effector.exhausted_fraction(1.0, saturation=s), (1.0,), (0,)),
    (effector.lysis_under_exposure, (1.0, "continuous"), (0, 1)),
    (dies_out_percent, (10.0, 0.015), (0, 1)),
    (regrowth_from_lowest, (None,), (0,)),
    (lineage_map, (None,), (0,)),
    (show, (None,), (0,)),
    (lambda course: body_still(course, 1), (None,), (0,)),
    (begin, ("00_start_here", "0.1.0"), (0, 1)),
    (scenarios.read, ("treatment | SLE | dose=1",), (0,)),
    (answers.question, ("99-none",), (0,)),
    (answers.predict, ("99-none", 1), (0,)),
    (answers.check, ("99-none", 1), (0,)),
    (answers.hint, ("99-none", 1), (0,)),
    (answers.parse_number, ("1",), (0,)),
    (report.report, ("99_none",), (0,)),
    (Slider("dose", "Dose", 10, 1, 20, unit="mg").check, (5,), (0,)),
    (Slider("dose", "Dose", 10, 1, 20, unit="mg", whole=True).check, (5,), (0,)),
    (Choice("kind", "Kind", "one", ["one", "two"]).check, ("one",), (0,)),
    (Choice("kind", "Kind", "1", [str(k) for k in range(500)]).check, ("1",), (0,)),
]


@pytest.mark.parametrize("function, good, places", CALLS)
def test_whatever_is_handed_over_is_taken_or_refused_in_one_short_sentence(function, good, places):
    for place in places:
        for value in STRANGE:
            arguments = [*good[:place], value, *good[place + 1 :]]
            try:
                function(*arguments)
            except ValueError as problem:
                text = str(problem)
                assert 0 < len(text) <= inputs.LONGEST_SENTENCE, (place, inputs.shortened(value), text[:400])
                assert "\n" not in text and text.isprintable() and text.endswith((".", "?")), (place, text)
                assert not exponent_words(text.replace(inputs.shortened(value), "")), (place, text)


@pytest.fixture(scope="module")
def course() -> Course:
    return treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=1000, days=[0]), days=30)


def test_a_course_names_what_it_has_in_one_short_sentence(course):
    for value in STRANGE:
        for ask in (
            lambda value=value: course.at(value, "total_igg_percent"),
            lambda value=value: course[value],
            lambda value=value: course.metrics()[value],
        ):
            try:
                ask()
            except (ValueError, KeyError) as problem:
                assert len(str(problem)) <= 300
