"""Lesson 11 and the end of the kit: letter and defence have rubrics, our own lines stand in the lessons they name."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from teaching.learning import answer_store, answers
from teaching.learning.answers import AnswerProblem
from teaching.learning.take_home import EMPTY, take_home
from teaching.panels import questions

PROJECT = Path(__file__).resolve().parent.parent
LESSON = "11_clinic"
PATHS = {path.stem[:2]: path for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))}
LINES = ("what", "deep", "long", "returns", "disease", "sure")
CITED = re.compile(r"\(([A-Z][\w\u00c0-\u017f]+) (\d{4})")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    return tmp_path / "answers"


def told(number: str) -> str:
    """All that a lesson says: its prose, and the words of its outputs."""
    cells = nbformat.read(PATHS[number], as_version=4).cells
    outputs = (json.dumps(out.get("data", {}).get("text/plain", "")) for one in cells for out in one.get("outputs", ()))
    return " ".join(" ".join([*(one.source for one in cells), *outputs]).replace("\\n", " ").split())


def lessons_named(text: str) -> list[str]:
    """The lessons that a text names, as two digits."""
    found = re.findall(r"lessons? ((?:\d\d)(?:(?:, | and )\d\d)*)", text)
    return [number for one in found for number in re.findall(r"\d\d", one)]


# --- the page to take home ------------------------------------------------------------------------------


@pytest.mark.parametrize("line", LINES)
def test_our_own_lines_say_what_the_lessons_say(line):
    """Each number and each citation of a line stands in a lesson that the line names."""
    entry = answers.entry_of(f"11-page-{line}")
    text, sources = entry["model"], [told(number) for number in lessons_named(entry["model"])]
    assert sources, "a line names the lessons that it comes from"
    plain = re.sub(r"lessons? [\d, and]+", "", CITED.sub("(", text))
    for number in re.findall(r"\d+(?:\.\d+)?(?: of \d+)?", re.sub(r"CD\d+", "", plain)):
        assert any(re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", source) for source in sources), number
    for name, year in CITED.findall(text):
        assert any(re.search(rf"{name}\b[^.]{{0,60}}{year}", source) for source in sources), (name, year)


def test_the_six_lines_are_those_of_the_page_and_link_to_lessons_that_exist():
    cells = nbformat.read(PATHS["11"], as_version=4).cells
    table = next(one.source for one in cells if "| line | taught in |" in one.source)
    rows = re.findall(r"^\| ([^|?]+\?) \| ([^|]+) \|$", table, re.M)
    prompts = [answers.entry_of(f"11-page-{line}")["prompt"] for line in LINES]
    assert [words for words, _ in rows] == [prompt.partition("?")[0] + "?" for prompt in prompts]
    for (_, where), prompt in zip(rows, prompts, strict=True):
        assert set(lessons_named(prompt)) <= set(re.findall(r"\b\d\d\b", re.sub(r"\([^)]*\)", "", where))), prompt
        for target in re.findall(r"\]\((\w+\.ipynb)\)", where):
            assert (PROJECT / "notebooks" / target).is_file()


def test_the_page_holds_what_was_written_and_nothing_of_ours(own_folder):
    empty = take_home(LESSON, "11-page")
    assert empty.summary == "Your page to take home: 0 of 7 lines written."
    assert empty._repr_html_().count(EMPTY) == 7
    answers.check("11-page-therapy", "Rituximab <b>twice</b>")
    answers.check("11-page-what", "B cells with CD20, not plasma cells.")
    page = take_home(LESSON, "11-page")
    assert page.summary == "Your page to take home: 2 of 7 lines written."
    assert "Rituximab &lt;b&gt;twice" in page._repr_html_() and "Leandro" not in page._repr_html_()
    first, second = page.save("Anna").path, page.save("Anna").path
    assert first != second and first.parent == own_folder and first.name.startswith("page_11_clinic_")
    text = first.read_text(encoding="utf-8")
    assert "<h1>Your page to take home</h1>" in text and "Anna" in text and "<b>" not in text
    # Six lines of the most words that are kept fit on one sheet: about 3,500 letters.
    longest = sum(answers.entry_of(f"11-page-{line}")["words"][1] for line in LINES)
    assert longest <= 250


@pytest.mark.parametrize("lesson, begins", [(LESSON, ""), (LESSON, "11-none"), (LESSON, None), (LESSON, 7),
                                            ("no lesson", "11-page"), (LESSON, "11-luck")])  # fmt: skip
def test_a_page_that_is_none_is_refused_in_one_sentence(lesson, begins):
    with pytest.raises(AnswerProblem) as problem:
        take_home(lesson, begins)
    assert str(problem.value).endswith(".") and "\n" not in str(problem.value)


# --- the letter -----------------------------------------------------------------------------------------


def test_a_letter_is_kept_up_to_its_limit_and_refused_beyond_it_and_the_one_before_stays():
    letter = " ".join(["word"] * 150)
    assert answers.check("11-letter", letter).value == letter
    for count in (151, 10_000):
        with pytest.raises(AnswerProblem, match=rf"has {count} words; at most 150 can be kept, so take out"):
            answers.check("11-letter", " ".join(["words"] * count))
    assert answers.last_answer("11-letter").value == letter


def test_a_short_letter_is_kept_and_it_is_said_that_it_is_short():
    said = answers.check("11-letter", "Dear Anna,\n\nwe wait.")
    assert said.value == "Dear Anna,\n\nwe wait." and "So far it has 4 words; 60 to 150 are asked for." in said.message


def test_a_letter_of_long_words_has_a_limit_of_letters_and_the_store_of_a_page_takes_as_many():
    with pytest.raises(AnswerProblem, match="has 2001 letters; at most 2000 can be kept"):
        answers.check("11-letter", "w" * 2001)
    store = (PROJECT / "src" / "teaching" / "panels" / "script" / "store.js").read_text(encoding="utf-8")
    assert int(re.search(r"const LONGEST_TEXT = (\d+);", store)[1]) >= 2 * 2000  # a letter may take two places


def test_the_widget_of_a_letter_knows_its_limit_and_keeps_the_text_that_it_refused():
    panel = questions.check("11-letter")
    assert panel.setup["words"] == [60, 150] and "60 to 150 words" in repr(panel)
    panel.submit("w " * 10_000)
    assert panel.card.word == "Not usable" and panel.shown["value"] is None, "what stands in the field is left alone"
    panel.submit("Dear Anna, " + "w " * 70)
    assert panel.card.word == "Kept"
    assert [line["kind"] for line in answer_store.read(LESSON)] == ["sentence"]


@pytest.mark.parametrize("name, points", [("11-letter-score", 9), ("11-defence-score", 6)])
def test_letter_and_defence_are_scored_by_their_writer(name, points):
    entry = answers.entry_of(name)
    assert len(entry["cards"]) == points and entry["counts"] == "there" and "answer" not in entry
    page = PROJECT / "instructor" / "11.md"
    if page.exists():
        word = "letter" if "letter" in name else "defence"
        assert re.search(rf"^\*\*Rubric for the {word}\*\* \(0, 1 or 2 each\)", page.read_text(encoding="utf-8"), re.M)


# --- the form ---------------------------------------------------------------------------------------------


def test_there_is_no_hint_no_option_and_no_new_word():
    """Its words are those of earlier lessons; what is asked is written, scored or guessed on a scale."""
    for one in answers.questions_of(LESSON):
        entry = answers.entry_of(one.id)
        assert one.kind in ("text", "sort", "marker") and (one.kind == "marker" or not entry["hints"]), one.id
    lesson = nbformat.read(PATHS["11"], as_version=4)
    text = "\n".join(one.source for one in lesson.cells)
    words = re.findall(r"\*([^*]+)\*", text[text.rindex("**Words:**") + 10 :].split("**References:**")[0])
    earlier = " ".join(told(number) for number in sorted(PATHS) if number < "11").lower()
    assert len(words) >= 4 and all(f"*{word.lower()}*" in earlier for word in words)


def test_the_lecturers_page_tells_the_numbers_of_the_tables():
    page = PROJECT / "instructor" / "11.md"
    if not page.exists():
        pytest.skip("a student's copy has no instructor/")
    text, lesson = page.read_text(encoding="utf-8"), told("11")
    rows = re.findall(r"(Wait and see|Rituximab again|Obinutuzumab|CD19 CAR-T cells) +(\d+) +(\d+) +(\d+)", lesson)
    wells, others = [row[1] for row in rows], {row[0]: row[2] for row in rows}
    assert len(rows) == 4 and f"{', '.join(wells[:3])} and {wells[3]} end well" in text
    assert f"ends well in only {others['CD19 CAR-T cells']} of 200 *other* patients" in text
    infected, ill = re.search(r"SLE nephritis +0 +0 +(\d+) +(\d+)", lesson).groups()
    assert int(infected) + int(ill) == 200 and abs(int(infected) - 50) <= 5 and "about 50 of 200" in text
