"""The decision table: sums and ranks, and the numbers that alone would change the first place, tried one by one."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from teaching.evidence.decision import LONGEST_NAME, MOST_CRITERIA, TOP, Change, DecisionTable

WEIGHTS = {"remission": 8, "infection": 5, "cost": 2}
SCORES = {
    "rituximab": {"remission": 4, "infection": 7, "cost": 9},
    "CAR-T": {"remission": 9, "infection": 5, "cost": 1},
    "engager": {"remission": 6, "infection": 5, "cost": 5},
}
#: Half points, so that a place where two draw level can often be typed.
grades = st.integers(0, 2 * TOP).map(lambda half: half / 2)


@st.composite
def tables(draw):
    """Weights and scores of two to four options on one to four criteria, with at least one weight above 0."""
    criteria = [f"criterion {i}" for i in range(draw(st.integers(1, 4)))]
    options = [f"option {i}" for i in range(draw(st.integers(2, 4)))]
    weights = {name: draw(grades) for name in criteria}
    assume(any(weights.values()))
    return weights, {option: {name: draw(grades) for name in criteria} for option in options}


def changed(weights, scores, criterion, score_of, value):
    """The table with one number changed."""
    if score_of is None:
        return DecisionTable({**weights, criterion: value}, scores)
    return DecisionTable(weights, {**scores, score_of: {**scores[score_of], criterion: value}})


# --- by hand -------------------------------------------------------------------------------------------------------


def test_totals_and_ranks_by_hand():
    table = DecisionTable(WEIGHTS, SCORES)
    assert table.totals == pytest.approx({"rituximab": 85 / 15, "CAR-T": 99 / 15, "engager": 83 / 15})
    assert table.ranks == {"CAR-T": 1, "rituximab": 2, "engager": 3} and table.first == ("CAR-T",)


def test_the_nearest_change_by_hand():
    """CAR-T leads rituximab by 14 points: 14 / 8 on remission, or 14 / (9 - 1) on the weight of cost."""
    changes = DecisionTable(WEIGHTS, SCORES).changes()
    assert Change("remission", "rituximab", 4, 5.75, "rituximab", True) in changes
    assert Change("remission", "CAR-T", 9, 7.25, "rituximab", True) in changes
    assert Change("cost", None, 2, 3.75, "rituximab", True) in changes
    assert [change.distance for change in changes] == sorted(change.distance for change in changes)
    assert not any(change.criterion == "infection" and change.score_of is None for change in changes[:3])


def test_verdict_and_tables_say_it_in_words():
    table = DecisionTable(WEIGHTS, SCORES)
    assert table.verdict.startswith("CAR-T is first. What changes that soonest is ")
    assert table.verdict.endswith("4 now; above 5.75 rituximab overtakes.")
    assert table.table["option"] == ["CAR-T", "rituximab", "engager"] and table.table["rank"] == [1, 2, 3]
    assert "remission [weight 8]" in repr(table)
    assert len(table.sensitivity) == len(table.changes()) and table.sensitivity["then"][0] == "rituximab overtakes"


def test_a_shared_first_place_is_said_and_has_no_distance():
    """A tenth three times is three tenths here, which it is not in the computer's own numbers."""
    table = DecisionTable({"a": 0.1, "b": 0.3}, {"x": {"a": 3, "b": 0}, "y": {"a": 0, "b": 1}})
    assert table.first == ("x", "y") and table.ranks == {"x": 1, "y": 1}
    assert table.changes() == () and table.verdict == "x and y share the first place; any change decides between them."


def test_of_two_options_at_one_place_the_one_that_is_first_beyond_it_is_named():
    scores = {"first": {"a": 10, "b": 0}, "slow": {"a": 8, "b": 1}, "fast": {"a": 6, "b": 2}}
    change = next(
        one for one in DecisionTable({"a": 2, "b": 1}, scores).changes() if (one.criterion, one.score_of) == ("b", None)
    )
    assert (change.at, change.option) == (4, "fast")
    assert DecisionTable({"a": 2, "b": 4.1}, scores).first == ("fast",)


def test_a_first_place_that_no_single_number_can_take():
    scores = {"x": dict.fromkeys("abc", 10), "y": dict.fromkeys("abc", 0)}
    table = DecisionTable(dict.fromkeys("abc", 5), scores)
    assert table.changes() == () and table.verdict == "x is first, and no single number from 0 to 10 changes that."


def test_at_the_end_of_the_scale_an_option_only_draws_level():
    table = DecisionTable({"a": 5}, {"x": {"a": 10}, "y": {"a": 3}})
    at_top = next(change for change in table.changes() if change.score_of == "y")
    assert (at_top.at, at_top.overtakes) == (10, False) and at_top.words == "y on a: 3 now; at 10 y draws level."
    assert not any(change.score_of is None for change in table.changes())  # a single weight never decides


# --- laws ----------------------------------------------------------------------------------------------------------


@given(tables())
def test_ranks_follow_totals(given_table):
    table = DecisionTable(*given_table)
    totals, ranks = table.totals, table.ranks
    assert all(0 <= total <= TOP for total in totals.values()) and min(ranks.values()) == 1
    for one in totals:
        for other in totals:
            assert ranks[one] <= ranks[other] or totals[one] <= totals[other] + 1e-12


@given(tables(), st.sampled_from([0.5, 0.25, 0.1]))
def test_only_the_proportion_of_weights_matters(given_table, factor):
    weights, scores = given_table
    smaller = DecisionTable({name: weight * factor for name, weight in weights.items()}, scores)
    assert smaller.totals == pytest.approx(DecisionTable(weights, scores).totals)


@given(tables())
def test_an_option_that_is_never_worse_is_never_behind(given_table):
    weights, scores = given_table
    best = {name: max(row[name] for row in scores.values()) for name in weights}
    assert "best of all" in DecisionTable(weights, {**scores, "best of all": best}).first


@given(tables())
def test_at_a_change_the_option_is_level_and_a_little_beyond_it_is_first(given_table):
    weights, scores = given_table
    for change in DecisionTable(weights, scores).changes():
        where = (weights, scores, change.criterion, change.score_of)
        level = changed(*where, change.at).totals
        assert level[change.option] == pytest.approx(max(level.values()), abs=1e-9)
        if change.overtakes:
            beyond = change.at + (1e-6 if change.at > change.now else -1e-6)
            assert change.option in changed(*where, min(max(beyond, 0), TOP)).first
        else:
            assert change.at in (0, TOP)


@given(tables())
def test_no_number_changes_the_first_place_before_its_change(given_table):
    """Every half point of every number is tried: the first place falls only at or beyond what was said."""
    weights, scores = given_table
    table = DecisionTable(weights, scores)
    assume(len(table.first) == 1)
    places = {(change.criterion, change.score_of, change.at > change.now): change.at for change in table.changes()}
    for criterion in weights:
        for score_of in (None, *scores):
            now = weights[criterion] if score_of is None else scores[score_of][criterion]
            for value in (half / 2 for half in range(2 * TOP + 1)):
                others = sum(weights.values()) - weights[criterion]
                if value == now or (score_of is None and not value and not others):
                    continue
                at = places.get((criterion, score_of, value > now))
                reached = at is not None and abs(value - now) >= abs(at - now) - 1e-9
                same = changed(weights, scores, criterion, score_of, value).first == table.first
                assert same != reached, (criterion, score_of, now, value, at)


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "scores", "told"),
    [
        (dict.fromkeys(WEIGHTS, 0), SCORES, "All weights are zero; give at least one criterion a weight above 0."),
        ({**WEIGHTS, "cost": 11}, SCORES, "the weight of cost is 11; allowed is a number from 0 to 10."),
        ({**WEIGHTS, "cost": -1}, SCORES, "the weight of cost is -1; allowed is a number from 0 to 10."),
        ({**WEIGHTS, "cost": "much"}, SCORES, "the weight of cost is 'much'; allowed is a number from 0 to 10."),
        ({**WEIGHTS, "cost": float("nan")}, SCORES, "the weight of cost is nan; allowed is a number from 0 to 10."),
        ({**WEIGHTS, "cost": True}, SCORES, "the weight of cost is True; allowed is a number from 0 to 10."),
        ({}, SCORES, f"the number of criteria is 0; allowed is a number from 1 to {MOST_CRITERIA}."),
        (None, SCORES, "weights are None; numbers under names are needed."),
        ({"": 1}, SCORES, f"'' cannot name a criterion; a text of 1 to {LONGEST_NAME} letters is needed."),
        (WEIGHTS, {"CAR-T": SCORES["CAR-T"]}, "the number of options is 1; allowed is a number from 2 to 12."),
        (WEIGHTS, {**SCORES, "CAR-T": 5}, "the scores of CAR-T are 5; a score for each criterion is needed."),
        (
            WEIGHTS,
            {**SCORES, "CAR-T": {}},
            "CAR-T has no score on remission, infection, cost; give a number from 0 to 10.",
        ),
        (WEIGHTS, {**SCORES, "CAR-T": {**WEIGHTS, "luck": 3}}, "CAR-T has a score on 'luck', which has no weight."),
        (
            WEIGHTS,
            {**SCORES, "CAR-T": {**WEIGHTS, "cost": 12}},
            "the score of CAR-T on cost is 12; allowed is a number from 0 to 10.",
        ),
    ],
)
def test_a_table_that_cannot_be_is_refused_in_one_sentence(weights, scores, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        DecisionTable(weights, scores)


class Unspeakable:
    """An object that cannot even say what it is."""

    def __repr__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    "bad",
    [
        None,
        True,
        -1,
        10**400,
        float("inf"),
        "",
        "x" * 100_000,
        "\ud800",
        [],
        {},
        object(),
        Unspeakable(),
        np.ones(3),
        1j,
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_nonsense_anywhere_gets_one_plain_sentence(bad):
    tables_with_it = [
        lambda: DecisionTable(bad, SCORES),
        lambda: DecisionTable(WEIGHTS, bad),
        lambda: DecisionTable({**WEIGHTS, "cost": bad}, SCORES),
        lambda: DecisionTable(WEIGHTS, {**SCORES, "CAR-T": bad}),
        lambda: DecisionTable(WEIGHTS, {**SCORES, "CAR-T": {**WEIGHTS, "cost": bad}}),
    ]
    for make in tables_with_it:
        with pytest.raises(ValueError) as error:
            make()
        told = str(error.value)
        assert told.endswith(".") and "\n" not in told and len(told) <= 300
