"""Whatever is handed to a public function of the model: it works, or it says in one plain sentence what is wrong."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import teaching
from teaching import Patient, Plan, compare, show, treat
from teaching.model import targets
from teaching.model.cohort import Cohort, summary, trial
from teaching.model.exchange import to_antimony, to_sbml
from teaching.model.therapies import dose_words, product

SLE = Patient.typical("SLE")
ONCE = Plan("rituximab", days=[0])
TINY = Cohort.sample(2, seed=1)


class Unspeakable:
    """An object that cannot even say what it is."""

    def __repr__(self):
        raise RuntimeError("no words")


NONSENSE = [
    None, True, 0, -1, 3.5, 10**400, -(10**400), float("nan"), float("inf"), -float("inf"), 1e308, "", "x",
    "x" * 100_000, "\x00\ud800",
    [], [0], [None], [[]], {}, {"x": 1}, (), object(), Unspeakable(), np.array([]), np.array([1.0, np.nan]), np.nan,
    Fraction(1, 3), 1j, b"x", print, range(3),
]  # fmt: skip
#: Public functions with one argument that may be anything.
CALLS = {
    "Patient.typical": Patient.typical,
    "Patient.change": lambda bad: SLE.change(clone_size=bad),
    "Patient.change weight": lambda bad: SLE.change(weight_kg=bad),
    "Patient.change share": lambda bad: SLE.change(autoantibody_long_lived_share=bad),
    "Patient.vary": lambda bad: SLE.vary(elimination_per_day=bad),
    "Plan product": lambda bad: Plan(bad),
    "Plan days": lambda bad: Plan("rituximab", days=bad),
    "Plan dose": lambda bad: Plan("rituximab", dose_mg=bad, days=[0]),
    "Plan dose per kg": lambda bad: Plan("rituximab", dose_mg_per_kg=bad, days=[0]),
    "Plan cells": lambda bad: Plan("CD19 CAR-T", cells_per_kg=bad),
    "Plan intensity": lambda bad: Plan("lymphodepletion", intensity=bad),
    "Plan rate": lambda bad: Plan("blinatumomab", rate_ug_per_day=bad, duration_days=5),
    "Plan duration": lambda bad: Plan("blinatumomab", rate_ug_per_day=9, duration_days=bad),
    "Plan.parse": Plan.parse,
    "product": product,
    "dose_words": dose_words,
    "Product.variant antigens": lambda bad: product("rituximab").variant(antigens=bad),
    "Product.variant factor": lambda bad: product("rituximab").variant(kill_max_per_day=bad),
    "treat patient": lambda bad: treat(bad, ONCE, 2),
    "treat plan": lambda bad: treat(SLE, bad, 2),
    "treat days": lambda bad: treat(SLE, ONCE, bad),
    "treat products": lambda bad: treat(SLE, ONCE, 2, products=bad),
    "treat one product": lambda bad: treat(SLE, ONCE, 2, products={"rituximab": bad}),
    "treat rtol": lambda bad: treat(SLE, ONCE, 2, rtol=bad),
    "treat atol": lambda bad: treat(SLE, ONCE, 2, atol=bad),
    "Cohort.sample n": lambda bad: Cohort.sample(bad, seed=1),
    "Cohort.sample seed": lambda bad: Cohort.sample(2, seed=bad),
    "Cohort.sample disease": lambda bad: Cohort.sample(2, seed=1, disease=bad),
    "Cohort.of": Cohort.of,
    "trial cohort": lambda bad: trial(bad, ONCE, 2),
    "trial plan": lambda bad: trial(TINY, bad, 2),
    "trial days": lambda bad: (
        trial(TINY, ONCE, bad) if not isinstance(bad, (int, float, Fraction)) or bad < 0.001 or bad > 40_000 else None
    ),
    "trial every_days": lambda bad: trial(TINY, ONCE, 2, every_days=bad),
    "trial series": lambda bad: trial(TINY, ONCE, 2, every_days=1, series=bad),
    "trial executor": lambda bad: trial(TINY, ONCE, 2, every_days=1, executor=bad),
    "trial progress": lambda bad: trial(TINY, ONCE, 2, every_days=1, progress=bad if bad is not print else False),
    "Course.at day": lambda bad: treat(SLE, ONCE, 2).at(bad, "blood_b_cells_per_ul"),
    "summary": summary,
    "compare plans": lambda bad: compare(bad, SLE, days=2),
    "compare one plan": lambda bad: compare({"a": bad}, SLE, days=2),
    "compare list": lambda bad: compare([bad], SLE, days=2),
    "compare patient": lambda bad: compare("nothing", bad, days=2),
    "compare rows": lambda bad: compare("nothing", SLE, bad, days=2),
    "compare one row": lambda bad: compare("nothing", SLE, [bad], days=2),
    "compare days": lambda bad: compare("nothing", SLE, days=bad),
    "what_if": lambda bad: compare("nothing", SLE, days=2).what_if(clone_size=bad),
    "what_if of products": lambda bad: compare("nothing", SLE, days=2).what_if(elimination_per_day=bad),
    "target": targets.check,
    "to_sbml": lambda bad: to_sbml(bad, ONCE),
    "to_antimony": lambda bad: to_antimony(SLE, bad),
    "show": show,
}
#: Names of things that are looked up like keys: KeyError is their documented answer.
KEYS = {
    "Course[series]": lambda bad: treat(SLE, ONCE, 2)[bad],
    "Course.at series": lambda bad: treat(SLE, ONCE, 2).at(1, bad),
    "Comparison[plan]": lambda bad: compare("nothing", SLE, days=2)[bad],
    "Patient[quantity]": lambda bad: SLE[bad],
    "Patient.unit": SLE.unit,
    "Table[column]": lambda bad: SLE.table[bad],
    "Metrics[name]": lambda bad: treat(SLE, ONCE, 2).metrics()[bad],
    "Cohort[number]": lambda bad: TINY[bad],
}


def is_one_plain_sentence(words: str) -> bool:
    return 10 < len(words) <= 300 and words.rstrip()[-1] in ".!?" and "\n" not in words and "Traceback" not in words


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("number", range(len(NONSENSE)))
def test_anything_works_or_is_refused_in_a_sentence(name, number):
    try:
        CALLS[name](NONSENSE[number])
    except ValueError as problem:
        assert is_one_plain_sentence(str(problem)), str(problem)[:500]


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("number", [n for n, value in enumerate(NONSENSE) if not isinstance(value, np.ndarray)])
def test_what_is_not_there_is_named(name, number):
    try:
        KEYS[name](NONSENSE[number])
    except (LookupError, ValueError) as problem:
        assert is_one_plain_sentence(str(problem.args[0])), str(problem)[:500]


@pytest.mark.parametrize(
    "call",
    [
        lambda **named: SLE.change(**named),
        lambda **named: SLE.vary(**named),
        lambda **named: Plan("rituximab", **named),
        lambda **named: product("rituximab").variant(**named),
        lambda **named: compare("nothing", SLE, days=2).what_if(**named),
    ],
)
@pytest.mark.parametrize("name", ["elimination_per_dy", "clone_sise", "x" * 50_000, "", "self", "__class__", "dose"])
def test_an_unknown_name_is_refused_with_the_nearest_one(call, name):
    """`vary(elimination_per_dy=2)` used to change nothing, without a word."""
    with pytest.raises((ValueError, TypeError)) as problem:
        call(**{name: 2.0})
    assert isinstance(problem.value, ValueError) or name == "self"  # Python itself refuses `self` twice
    if isinstance(problem.value, ValueError):
        assert is_one_plain_sentence(str(problem.value)), str(problem.value)


def test_the_nearest_name_is_offered():
    with pytest.raises(
        ValueError, match=r"'elimination_per_dy' is a number of no product; choose one of: elimination_per_day"
    ):
        SLE.vary(elimination_per_dy=2)
    with pytest.raises(ValueError, match=r"choose one of: clone_size"):
        SLE.change(clone_sise=2)


def test_factors_multiply_and_stay_inside_their_limits():
    twice = SLE.vary(kill_max_per_day=2).vary(kill_max_per_day=3, antigen_CD20=0.5)
    assert dict(twice.factors) == {"kill_max_per_day": 6.0, "antigen_CD20": 0.5}
    with pytest.raises(ValueError, match="allowed is a number from 0.0001 to 10000"):
        SLE.vary(kill_max_per_day=1000).vary(kill_max_per_day=1000)


@given(st.text(alphabet="rituximab =0123456789.,+-e_dosemgyNaself\x00", max_size=60) | st.text(max_size=40))
def test_any_text_is_a_plan_or_is_refused_in_a_sentence(text):
    try:
        plan = Plan.parse(text)
    except ValueError as problem:
        assert is_one_plain_sentence(str(problem)), str(problem)
    else:
        assert Plan.parse(str(plan)) == plan


@pytest.mark.parametrize(
    "word", ["self=1", "product=1", "days=0", "duration_days=5", "__init__=2", "dose_mg=1e400", "dose_mg=nan"]
)
def test_any_word_of_a_plan_is_refused_in_a_sentence(word):
    with pytest.raises(ValueError) as problem:
        Plan.parse(f"rituximab {word} days=0")
    assert is_one_plain_sentence(str(problem.value))


def test_every_limit_lets_its_patient_be_computed():
    """The bounds of the table are where the equations still hold."""
    for (owner, name), limit in teaching.tables.limits().items():
        if owner != "patient":
            continue
        for value in (limit.low, limit.high):
            try:
                course = treat(SLE.change(**{name: value}), Plan("rituximab", days=[0]), 200)
            except ValueError as problem:
                assert re.search("leaves no balance", str(problem)), (name, value, problem)
            else:
                assert np.isfinite(course["blood_b_cells_per_ul"]).all() and course.describe()
