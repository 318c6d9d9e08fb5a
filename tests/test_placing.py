"""Answers that put labels onto phrases or cards into bins: what is right, what is told, and what cannot be used.

That a page without a kernel says the same is held by tests/browser/test_rule.py.
"""

import itertools
import runpy
from pathlib import Path

import pytest
from invented_questions import INVENTED, WRONG_AND_RIGHT

from teaching.learning import placing, rules
from teaching.learning.problem import AnswerProblem

LETTER, SORTING, COUNT = (INVENTED[f"99-{name}"] for name in ("letter", "sorting", "count"))
INSTRUCTOR = Path(__file__).resolve().parent.parent / "instructor"
of_a_full_clone = pytest.mark.skipif(not INSTRUCTOR.exists(), reason="a student's copy has no instructor/")


def every_way(entry):
    """All answers there are."""
    things, places = placing.things_of(entry), placing.places_of(entry)
    for chosen in itertools.product(places, repeat=len(things)):
        yield [list(pair) for pair in zip(things, chosen, strict=True)]


# --- the law of it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [LETTER, SORTING], ids=lambda entry: entry["kind"])
def test_an_answer_is_right_when_everything_is_in_one_of_its_places_and_only_then(entry):
    places, found = entry["answer"]["places"], []
    for value in every_way(entry):
        right, message, misconception, band = rules.judge(entry, value)
        count = sum(place in places[thing] for thing, place in value)
        assert right == (count == len(value)) and band is None
        found.append(right)
        if right:
            assert message == entry["answer"]["feedback"] and misconception is None
        else:
            first, *lines = message.split("\n")
            assert (
                first.startswith(f"{count} of {len(value)} stand where they belong")
                and len(lines) == len(value) - count
            )
    assert sum(found) == len(list(itertools.product(*places.values()))) > 0


@pytest.mark.parametrize("entry", [LETTER, SORTING], ids=lambda entry: entry["kind"])
def test_a_known_wrong_place_is_told_its_own_feedback_and_another_one_is_not(entry):
    (known,) = entry["wrong"]
    for value in every_way(entry):
        _, message, misconception, _ = rules.judge(entry, value)
        there = [known["thing"], known["place"]] in value
        assert (misconception == known["id"]) == there == (known["feedback"] in message)


def test_the_order_in_which_things_were_placed_does_not_matter_and_a_dict_will_do():
    wrong, right = WRONG_AND_RIGHT["99-letter"]
    for given in (right, right[::-1], dict(right), tuple(map(tuple, right))):
        assert rules.read_answer(LETTER, given) == right
    assert rules.judge(LETTER, rules.read_answer(LETTER, wrong[::-1])) == rules.judge(LETTER, wrong)


def test_one_phrase_may_carry_two_labels():
    one = [["writer", "Yours, Anna"], ["reader", "Yours, Anna"], ["postage", "not in this letter"]]
    assert rules.judge(LETTER, rules.read_answer(LETTER, one))[1].startswith(
        "2 of 3 stand where they belong (writer, postage)."
    )


def test_what_is_only_counted_is_counted():
    for value in every_way(COUNT):
        there = sum(place == "there" for _, place in value)
        words = rules.answer_words(COUNT, value)
        assert words.startswith(f"{there} of 3 there.") and ("The others" in words) == (there < 3)


# --- what cannot be used -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "Nothing is placed yet; give every label a phrase of the text."),
        ("", "Nothing is placed yet"),
        ([], "Nothing is placed yet"),
        ({}, "Nothing is placed yet"),
        ("nonsense", "Nothing is placed yet"),
        ([1, 2], "Every part of the answer needs two texts: what is placed, and where."),
        ([["writer"]], "Every part of the answer needs two texts"),
        ([["writer", 3]], "Every part of the answer needs two texts"),
        (
            [["painter", "Yours, Anna"]],
            '"painter" is not a label of this question; there are: writer; reader; postage.',
        ),
        ([["writer", "Dear uncle,"]], '"Dear uncle," is not a phrase of the text; choose one for "writer".'),
        ([["writer", "Yours, Anna"]] * 2, '"writer" stands there twice; give it one place.'),
        ([["writer", "Yours, Anna"]], "Still without a place: reader, postage."),
        ([["writer", "x" * 5000]], "..."),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(given, told):
    with pytest.raises(AnswerProblem) as problem:
        rules.read_answer(LETTER, given)
    said = str(problem.value)
    assert told in said and said.endswith(".") and len(said) <= 300 and "\n" not in said


def test_cards_without_a_bin_are_named_by_their_numbers():
    with pytest.raises(AnswerProblem, match=r"Still without a place: card 1, card 3\."):
        rules.read_answer(SORTING, [["a postcard", "by bag"]])
    with pytest.raises(AnswerProblem, match='"by ship" is not one of the bins; choose one for "a postcard"'):
        rules.read_answer(SORTING, [["a postcard", "by ship"]])


# --- how such a question is written ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def build():
    return runpy.run_path(str(INSTRUCTOR / "build_answers.py"))["build"]


def written(kind: str, **changes) -> str:
    """A question as it stands in a file of answers; what is None is left out."""
    parts = {
        "kind": kind, "prompt": "Where?", "hints": ["one", "two", "three"],
        **({"phrases": ["a", "b"], "labels": ["x", "y"], "nowhere": "nowhere"} if kind == "mark" else {}),
        **({"cards": ["x", "y"], "bins": ["a", "b"]} if kind == "sort" else {}),
        "answer": {"feedback": "Yes.", "places": {"x": "a", "y": ["a", "b"]}},
        "wrong": [{"id": "no", "thing": "x", "place": "b", "feedback": "No."}],
    }  # fmt: skip
    parts |= changes

    def text(value) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f'"{name}" = {text(one)}' for name, one in value.items()) + "}"
        return "[" + ", ".join(map(text, value)) + "]" if isinstance(value, list) else f'"{value}"'

    return "[q]\n" + "\n".join(f"{name} = {text(value)}" for name, value in parts.items() if value is not None)


@of_a_full_clone
@pytest.mark.parametrize("kind", placing.PLACED)
def test_a_question_is_packed_with_a_list_of_places_for_everything(kind, build, tmp_path):
    (tmp_path / "l.toml").write_text(written(kind), encoding="utf-8")
    (entry,) = build(tmp_path).values()
    assert entry["answer"]["places"] == {"x": ["a"], "y": ["a", "b"]}
    assert rules.judge(entry, [["x", "b"], ["y", "a"]])[2] == "no"


@of_a_full_clone
@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("mark", {"labels": None}, "labels is missing"),
        ("mark", {"phrases": ["a", "a"]}, "phrases must be at least two different texts"),
        ("mark", {"hints": ["one"]}, "hints must be 3 texts"),
        ("mark", {"answer": {"feedback": "Yes.", "places": {"x": "a"}}}, "must name every one of"),
        ("mark", {"answer": {"feedback": "Yes.", "places": {"x": "a", "y": "c"}}}, "cannot be put onto 'c'"),
        ("mark", {"answer": None}, "answer is missing"),
        ("sort", {"bins": ["a", "b", "c", "d", "e"]}, "there are 5 bins; allowed are 2 to 4"),
        ("sort", {"counts": "there"}, "counts must name a bin"),
        ("sort", {"wrong": [{"id": "no", "thing": "y", "place": "b", "feedback": "No."}]}, "or is a right one"),
        (
            "sort",
            {"wrong": [{"id": "no", "thing": "z", "place": "b", "feedback": "No."}]},
            "'z' cannot be put onto 'b'",
        ),
    ],
)
def test_a_badly_written_question_is_named(kind, changes, told, build, tmp_path):
    (tmp_path / "l.toml").write_text(written(kind, **changes), encoding="utf-8")
    with pytest.raises(ValueError, match=r"^l\.toml, q: ") as problem:
        build(tmp_path)
    assert told in str(problem.value)
