"""Answers that put things into places: labels onto the phrases of a text (mark), cards into bins (sort).

Both are lists of [thing, place] pairs, one for each thing. Read, judged and told here and, for a page without a kernel,
in panels/script/placing.js; tests/browser/test_rule.py holds both to the same verdicts and the same words.
"""

from __future__ import annotations

from teaching.inputs import listed, sentence
from teaching.learning.problem import AnswerProblem

#: Kinds of questions that are answered so.
PLACED = ("mark", "sort")
_WORDS = {"mark": ("label", "a phrase of the text"), "sort": ("card", "one of the bins")}
NOT_PAIRS = "Every part of the answer needs two texts: what is placed, and where."


def things_of(entry: dict) -> list[str]:
    """What has to be placed: the labels of a mark question, the cards of a sort question."""
    return entry["labels" if entry["kind"] == "mark" else "cards"]


def places_of(entry: dict) -> list[str]:
    """Where it may be placed: phrases and, where a question has one, the place for what the text does not say; bins."""
    if entry["kind"] == "sort":
        return entry["bins"]
    return [*entry["phrases"], *([entry["nowhere"]] if entry.get("nowhere") else [])]


def read_placed(entry: dict, given: object) -> list[list[str]]:
    """[thing, place] for every thing, in the order of the question, from pairs or a dict.

    Raises AnswerProblem for anything else, for a thing or a place that the question does not have, for a thing that
    stands twice, and for things that have no place yet.
    """
    word, where = _WORDS[entry["kind"]]
    if isinstance(given, dict):
        given = list(given.items())
    if not isinstance(given, (list, tuple)) or not given:
        raise AnswerProblem(f"Nothing is placed yet; give every {word} {where}.")
    found: dict[str, str] = {}
    for pair in given:
        two = isinstance(pair, (list, tuple)) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
        if not two:
            raise AnswerProblem(NOT_PAIRS)
        thing, place = pair
        if thing not in things_of(entry):
            allowed = listed(things_of(entry), between="; ")
            raise AnswerProblem(f'"{sentence(thing, 40)}" is not a {word} of this question; there are: {allowed}.')
        if place not in places_of(entry):
            raise AnswerProblem(f'"{sentence(place, 40)}" is not {where}; choose one for "{sentence(thing, 40)}".')
        if thing in found:
            raise AnswerProblem(f'"{sentence(thing, 40)}" stands there twice; give it one place.')
        found[thing] = place
    if missing := [_short(entry, thing) for thing in things_of(entry) if thing not in found]:
        raise AnswerProblem(f"Still without a place: {listed(missing)}.")
    return [[thing, found[thing]] for thing in things_of(entry)]


def judge_placed(entry: dict, value: list[list[str]]) -> tuple[bool, str, str | None, None]:
    """(right, message, misconception, None): what is right, and a line for each thing that is not.

    The misconception is that of the first known wrong place.
    """
    answer, known = entry["answer"], entry.get("wrong", ())
    right = [thing for thing, place in value if place in answer["places"][thing]]
    if len(right) == len(value):
        return True, answer["feedback"], None, None
    names = f" ({listed(right)})" if entry["kind"] == "mark" and right else ""
    lines, misconception = [f"{len(right)} of {len(value)} stand where they belong{names}."], None
    for thing, place in value:
        if thing in right:
            continue
        found = next((one for one in known if (one["thing"], one["place"]) == (thing, place)), None)
        misconception = misconception or (found and found["id"])
        lines.append(f"{_short(entry, thing)}: {found['feedback'] if found else 'look again.'}")
    return False, "\n".join(lines), misconception, None


def placed_words(entry: dict, value: list[list[str]]) -> str:
    """An answer as a person reads it; of a question that is only counted, how many stand where they are counted."""
    if "counts" not in entry:
        return "; ".join(f"{_short(entry, thing)}: {place}" for thing, place in value)
    others = [_short(entry, thing) for thing, place in value if place != entry["counts"]]
    told = f"{len(value) - len(others)} of {len(value)} {entry['counts']}."
    return f"{told} The others: {listed(others)}." if others else told


def _short(entry: dict, thing: str) -> str:
    """A thing in a list or at the start of a line: a label as it is, a card by its number."""
    return thing if entry["kind"] == "mark" else f"card {things_of(entry).index(thing) + 1}"
