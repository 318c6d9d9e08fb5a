"""The decision desk in Python: its setting, what is refused, what is kept and reported, its still picture."""

import json

import pytest
from decision_settings import FIRST, GOOD, WRONG

from teaching.evidence.decision import TOP, DecisionTable
from teaching.evidence.selection import sentence_case
from teaching.learning import answer_store
from teaching.learning.report import _desk_rows
from teaching.panels.decision import KEPT_AS, LESSON, decision
from teaching.panels.decision_setting import CRITERIA, LONGEST_TEXT, OPTIONS, TABLE, checked, start, table_of
from teaching.panels.desk import LONGEST_SETTING

pytestmark = pytest.mark.usefixtures("own_folder")


def send(desk, number, kind, **content):
    desk._message(desk, {"kind": kind, "page": "page", "number": number, **content}, [])
    return next(one for one in desk.shown["answers"] if one["number"] == number)


@pytest.mark.parametrize("good", GOOD, ids=range(len(GOOD)))
def test_good_settings_are_taken_as_they_are_and_make_a_table(good):
    assert checked(good) == good and isinstance(table_of(good), DecisionTable)


@pytest.mark.parametrize(("changes", "says"), WRONG, ids=range(len(WRONG)))
def test_a_setting_that_is_none_gets_one_sentence(changes, says):
    with pytest.raises(ValueError) as refused:
        checked({**start(), **changes})
    assert says in str(refused.value) and str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_the_start_suggests_no_answer():
    table = table_of(decision().start)
    assert table.first == OPTIONS and set(table.totals.values()) == {TOP / 2}
    assert "share the first place" in decision().sentence
    assert len(set(decision().start["weights"])) == 1 and decision().start["criteria"] == list(CRITERIA)


def test_the_longest_setting_that_is_taken_can_be_kept():
    assert LONGEST_TEXT <= LONGEST_SETTING
    answer = send(decision(), 1, "keep", values=GOOD[4])
    assert answer["outcome"] == "done"


def test_own_names_make_another_start_and_bad_ones_are_refused():
    assert decision(["stay", "change"], ["peace"]).values["scores"] == [[5], [5]]
    for options, words in (
        ("rituximab", "a list of names"),
        (["one"], "number of options"),
        (["a", "a"], "two options"),
    ):
        with pytest.raises(ValueError, match=words):
            decision(options)


def test_weights_of_zero_leave_the_last_valid_table():
    desk = decision()
    desk.set({"weights": [9, 1, 1, 1, 1, 1]})
    answer = send(desk, 1, "set", values={**desk.values, "weights": [0] * 6})
    assert answer["outcome"] == "refused" and desk.error.startswith("All weights are zero")
    assert desk.values["weights"] == [9, 1, 1, 1, 1, 1]


def test_what_is_kept_is_there_again_with_the_first_table():
    desk = decision()
    later = {**start(), "first": FIRST, "weights": [9, 1, 1, 1, 1, 1], "plan": "Her hands.", "says": "Moved."}
    assert send(desk, 1, "keep", values=later)["outcome"] == "done"
    again = decision()
    assert again.values == later and {name: again.values["first"][name] for name in TABLE} == FIRST
    answer_store.append(LESSON, "desk", KEPT_AS, json.dumps({**later, "weights": [99] * 6}))
    assert decision().values == later


def test_the_report_says_what_moved_in_own_words():
    answer_store.append(LESSON, "desk", KEPT_AS, json.dumps({**start(), "says": "First table: all share."}))
    answer_store.append(
        LESSON,
        "desk",
        KEPT_AS,
        json.dumps({**start(), "first": FIRST, "says": "Moved: a weight.", "plan": "<b>Her</b>"}),
    )
    rows = _desk_rows(answer_store.read(LESSON))
    assert [(row.id, row.answer, row.sentence) for row in rows] == [(KEPT_AS, "Moved: a weight.", "<b>Her</b>")]


def test_the_still_picture_shows_totals_and_distances():
    desk = decision()
    tied = desk.still()[1]
    desk.set({"weights": [8, 5, 2, 1, 1, 1], "scores": [[4, 7, 9, 5, 5, 5], [9, 5, 1, 5, 5, 5], [6] * 6, [5] * 6]})
    png, words = desk.still()
    table = table_of(desk.values)
    assert png[:4] == b"\x89PNG" and words == sentence_case(table.verdict) != tied
    axes = desk.drawing.figure.axes
    assert [bar.get_width() for bar in axes[0].patches] == pytest.approx(list(table.totals.values()))
    shown = [change.distance for change in table.changes()][: len(axes[1].patches)]
    assert [bar.get_width() for bar in axes[1].patches] == pytest.approx(shown) and shown
