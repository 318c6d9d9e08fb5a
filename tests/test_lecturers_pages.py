"""One page for lecturers a lesson of the second edition: all its parts, and every answer, which is that of the key."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

from teaching.learning import answers
from teaching.panels.catalogue import CATALOGUE, DESKS

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))

from objectives import ids_in  # noqa: E402

PAGES = PROJECT / "instructor"
LESSONS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))}
SECOND = [name for name, notebook in LESSONS.items() if notebook.metadata.teaching.get("edition") == 2]
#: What a lecturer looks for ten minutes before class, and how it is found on the page.
PARTS = {
    "what to show": r"^\*\*Ten minutes in class: ",
    "five lines to say": r"^1\. .+\n(?:.+\n)*?2\. .+\n(?:.+\n)*?3\. .+\n(?:.+\n)*?4\. .+\n(?:.+\n)*?5\. ",
    "the vote": r"^\d\. \*\*Vote:?\*\*",
    "the expected split": r"\*\*Vote:?\*\*.*(?:\n.+)*?\bExpect\b",
    "the surprise": r"\*\*The surprise to expect:\*\*",
    "the sentence to end on": r"^\*\*The sentence to end on:\*\* \"",
    "objectives and questions": r"^\| objective \|",
    "answers": r"^\| question \| answer \|",
    "discussion": r"^\*\*Questions that open a discussion\.?\*\*",
    "plans by the minute": r"^\| minutes \| plan \|",
}
#: A lesson of at most so many minutes, such as the first one, has no plan for a whole lecture.
SHORT = 30
#: How many of the letters a page may have to be printed on one sheet in a small font.
MOST_LETTERS = 7_500
ASKED = re.compile(r'(?:questions\.(?:predict|check)|panels\.Predict)\(\s*"([^"]+)"')
of_a_full_clone = pytest.mark.skipif(not PAGES.exists(), reason="a student's copy has no instructor/")
pytestmark = of_a_full_clone


@pytest.fixture(params=SECOND)
def lesson(request):
    return request.param


@pytest.fixture
def page(lesson):
    return (PAGES / f"{lesson[:2]}.md").read_text(encoding="utf-8")


def asked(lesson: str) -> set[str]:
    """The ids of all questions and predictions of a lesson."""
    return {name for cell in LESSONS[lesson].cells if cell.cell_type == "code" for name in ASKED.findall(cell.source)}


def rows_under(page: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins so, as cells."""
    lines = page[re.search(head, page, re.M).start() :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def agrees(told: str, entry: dict) -> bool:
    """Whether the answer on a page is that of the key: a number of its band, or the words of its option.

    The words of an option are those that no other option has; where there are none, half of its words.
    """
    answer = entry.get("answer")
    if not answer:
        return bool(told)
    if "option" in answer:
        said, right = words_of(told), words_of(answer["option"])
        own = right - set().union(*(words_of(other) for other in entry["options"] if other != answer["option"]))
        return bool(own & said) if own else 2 * len(right & said) >= len(right)
    if entry["kind"] == "mark":  # what the text does not say, and one word or more of the phrase of each other label
        return all(_said_of(label, places, entry, told) for label, places in answer["places"].items())
    if entry["kind"] == "sort":  # each bin that holds something is named
        return all(words_of(place) & words_of(told) for places in answer["places"].values() for place in places)
    if entry["kind"] not in ("number", "marker"):
        return bool(told)
    low, high = answer["band"]
    numbers = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", told)]
    return any(low <= number <= high for number in numbers)


def _said_of(label: str, places: list[str], entry: dict, told: str) -> bool:
    if entry.get("nowhere") in places:
        return label in told and bool(re.search(r"\bno\b|\bnot\b", told))
    said = {word for word in words_of(told) if len(word) > 3 or word.isdigit()}
    return any(said & words_of(place) for place in places)


def test_the_page_has_every_part(page):
    missing = [part for part, pattern in PARTS.items() if not re.search(pattern, page, re.M)]
    assert not missing and len(page) <= MOST_LETTERS


def test_there_is_a_plan_for_one_lecture_and_for_two(lesson, page):
    plans = {int(row[0]): row[1] for row in rows_under(page, PARTS["plans by the minute"])}
    minutes = LESSONS[lesson].metadata.teaching["minutes"]
    assert all(plans.values()) and (len(plans) >= 2 if minutes <= SHORT else {45, 90} <= set(plans))


def test_what_is_to_be_pressed_exists(lesson, page):
    """The panel and the case of the ten minutes are called what the app calls them."""
    if "panels." not in "".join(cell.source for cell in LESSONS[lesson].cells):
        pytest.skip("this lesson has no panel")
    shown = page[page.index("**Ten minutes in class") :].split("\n\n")[0]
    if desk := re.search(r"desk \*([^*]+)\*", shown):  # a desk has no cases
        assert desk[1] in {entry.title for entry in DESKS.values()}, f"no desk is called {desk[1]!r}"
        return
    named = re.search(r"panel \*([^*]+)\*.*?case \*([^*]+)\*", shown, re.S)
    assert named, "say which panel and which case"
    found = [entry for entry in CATALOGUE.values() if entry.title == named[1]]
    assert found, f"no panel is called {named[1]!r}"
    assert any(named[2] in [item.label for item in entry.make().presets] for entry in found), named[2]


def test_every_question_is_answered_as_the_key_has_it(lesson, page):
    rows = rows_under(page, PARTS["answers"])
    assert all(row[1] for row in rows)
    told = {name: row for row in rows for name in ids_in(row[0])}
    assert set(told) == asked(lesson)
    key = answers._key()
    for name, row in told.items():
        assert row[1] and (row[2] or "answer" not in key.get(name, {})), name
        if name in key:
            assert agrees(row[1], key[name]), f"{name}: {row[1]!r} is not the answer of the key"


def test_every_objective_has_questions_that_check_it(lesson, page):
    objectives = re.findall(r"^\d+\. \*\*", LESSONS[lesson].cells[0].source, re.M)
    rows = rows_under(page, PARTS["objectives and questions"])
    assert len(rows) == len(objectives) >= 3
    for row in rows:
        assert set(ids_in(row[-1])) <= asked(lesson) and row[-1], row
        assert ids_in(row[-1]) or LESSONS[lesson].metadata.teaching["minutes"] <= SHORT, row


def test_every_question_for_a_discussion_is_answered(page):
    part = page[re.search(PARTS["discussion"], page, re.M).end() :].split("\n\n")[0]
    asked_aloud = re.findall(r"^\* \*([^*]+\?)\*((?:.|\n(?!\*))*)", part, re.M)
    assert len(asked_aloud) >= 3 and all(len(answer.split()) >= 5 for _, answer in asked_aloud)


def test_what_is_missing_or_wrong_on_a_page_is_seen():
    assert ids_in("06-card-well, -new, -control") == ["06-card-well", "06-card-new", "06-card-control"]
    assert ids_in("02-quiz-reach and 02-share") == ["02-quiz-reach", "02-share"]
    number = {"kind": "number", "answer": {"band": [46, 52]}}
    assert agrees("28 × 19.7 = 49 mg", number) and not agrees("969 mg", number) and agrees("any", {"kind": "number"})
    option = {"kind": "option", "options": ["their target is gone", "their dose is used up"]}
    option |= {"answer": {"option": option["options"][0]}}
    assert agrees("the target is gone", option) and not agrees("the dose is used up", option)
    assert rows_under("| question | answer | why |\n|---|---|---|\n| 1 | 2 | 3 |\n\nNo row.", r"^\| question") == [
        ["1", "2", "3"]
    ]
    places = {"control": ["not in this text"], "patients": ["Five people with lupus"]}
    mark = {"kind": "mark", "nowhere": "not in this text", "answer": {"places": places}}
    assert agrees("five people; no control", mark)
    assert not agrees("five people", mark) and not agrees("nine of them; no control", mark)
    sort = {"kind": "sort", "answer": {"places": {"a card": ["seen"], "another": ["said"]}}}
    assert agrees("seen: 1; said: 2", sort) and not agrees("seen: 1 and 2", sort)
