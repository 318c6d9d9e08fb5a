"""The rules of the second edition (docs/adding_a_lesson.md): surprise kept, half the load, honest minutes."""

import json
import re
import statistics
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))

import lesson_measures  # noqa: E402

LESSONS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))}
SECOND = [name for name, notebook in LESSONS.items() if notebook.metadata.teaching.get("edition") == 2]
MOST_WORDS, MOST_NUMBERS, LONGEST_SENTENCE = 1500, 5.0, 30
MOST_LINES, MOST_MINUTES, CORE_MINUTES = 4, 60, 10
#: Lessons that are meant for two sittings, with all their minutes.
MINUTES_OF_TWO = {"11": 90}
#: How far the minutes that a header says may lie from those that were counted.
MINUTES_OFF = 6
of_a_full_clone = pytest.mark.skipif(
    not (PROJECT / "instructor").exists(), reason="a student's copy has no instructor/"
)
PREDICTION = re.compile(r'(?:questions\.predict|panels\.Predict)\(\s*"([^"]+)"')


@pytest.fixture(scope="module", params=SECOND)
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def measured(lesson):
    kinds, texts = lesson_measures.kinds_of_questions(), lesson_measures.texts_of_questions()
    return lesson_measures.measure(LESSONS[lesson], lesson, kinds, LONGEST_SENTENCE, texts)


def test_the_measures_measure():
    """A lesson that breaks every rule is found out."""
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nOf 12 in 2024, 9 (Blood 2024); see lesson 3. " + "so " * 31 + "end."),
        nbformat.v4.new_code_cell('a = 1\nb = 2\n# a note\n\nquestions.check("x")'),
        nbformat.v4.new_markdown_cell("## More (optional)\n\nNot counted here."),
        nbformat.v4.new_markdown_cell("## Next\n\n| 1 | 2 |\n|---|---|\n\n<details>folded words</details>\n\nShort."),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"teaching": {"minutes": 10}})
    found = lesson_measures.measure(notebook, "t", {})
    assert found.numbers == 2 and found.bare_journals == ("(Blood 2024)",) and found.lines == (3,)
    assert len(found.long_sentences) == 1 and found.words == 10 + 32 + 1
    assert found.minutes > 0 and found.said_minutes == 10
    more = lesson_measures.measure(notebook, "t", {"x": "mark"}, texts={"x": "Four words to mark."})
    assert more.words == found.words + 4 and more.minutes > found.minutes
    cells.insert(1, nbformat.v4.new_markdown_cell("## More (optional)"))
    later = nbformat.v4.new_notebook(cells=cells, metadata={"teaching": {"minutes": 10}})
    optional = lesson_measures.measure(later, "t", {"x": "mark"}, texts={"x": "Four words to mark."})
    # Nobody has to read what is optional, but it takes its time.
    assert optional.words == found.words and optional.minutes > found.minutes


def test_a_text_takes_the_longer_the_more_words_it_may_have():
    """A line, a few sentences and a letter; a text without a limit is a few sentences. A visit is a decision too."""
    entries = {
        name: {"kind": "text", "words": [1, most]} for name, most in (("line", 40), ("some", 60), ("letter", 150))
    }
    kinds = lesson_measures.kinds_of(entries | {"plain": {"kind": "text"}, "vote": {"kind": "option"}})
    assert kinds == {"line": "line", "some": "text", "letter": "letter", "plain": "text", "vote": "option"}

    def minutes(source: str) -> float:
        cells = [nbformat.v4.new_code_cell(source)]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"teaching": {"minutes": 10}})
        return lesson_measures.measure(notebook, "t", kinds).minutes

    asked = [minutes(f'questions.check("{name}")') for name in ("line", "some", "letter")]
    assert asked == sorted(set(asked)) and minutes('questions.check("plain")') == asked[1]
    assert minutes("panels.clinic()") > minutes('panels.clinic(preset="one visit")') == minutes("panels.bell()") > 0


def test_the_table_before_and_after_is_that_of_the_lessons():
    """docs/second_edition.md holds the numbers of the lessons as they stand (after the arrow)."""
    page = (PROJECT / "docs" / "second_edition.md").read_text(encoding="utf-8")
    command = re.search(r"^python (tools/lesson_measures\.py .*)$", page, re.M)
    kinds, texts = lesson_measures.kinds_of_questions(), lesson_measures.texts_of_questions()
    now = [lesson_measures.measure(notebook, name, kinds, texts=texts) for name, notebook in LESSONS.items()]
    table = page.partition(lesson_measures.TABLE_BEGINS)[2].partition(lesson_measures.TABLE_ENDS)[0].strip()
    today = re.sub(r"[\d,.]+ → ", "", table)
    assert today == lesson_measures.comparison({}, now).strip(), f"run again: python {command[1]}"


def test_before_and_after_stand_in_one_cell(tmp_path):
    def of(words: int, minutes: int):
        return lesson_measures.Measures("01_x", words, 2, (), (3, 1), minutes, 50, ())

    table = lesson_measures.comparison({"01": of(2000, 80)}, [of(1000, 55)])
    assert "| 01 | 2,000 → 1,000 | 0.1 → 0.2 | 0 → 0 | 0 → 0 | 4 → 4 | 3 → 3 | 80 → 55 | 50 → 50 |" in table
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n\n{lesson_measures.TABLE_BEGINS}\nold\n{lesson_measures.TABLE_ENDS}\n\nAfter.\n")
    for _ in range(2):  # the second time changes nothing
        lesson_measures.put_into(page, table)
        text = page.read_text(encoding="utf-8")
        assert text.startswith("Before.") and text.endswith("After.\n") and table in text and "old" not in text
        assert text.count("| 01 |") == 1
    page.write_text("No place.")
    with pytest.raises(ValueError, match="page.md has no place for the table"):
        lesson_measures.put_into(page, table)


def test_a_commit_that_git_does_not_have_is_named(capsys):
    with pytest.raises(SystemExit):
        lesson_measures.main(["--against", "no-such-commit"])
    assert "git has nothing for 'no-such-commit'; name a commit of a full clone." in capsys.readouterr().err


def test_no_lesson_tells_the_surprise_to_the_student():
    for name in SECOND:
        assert "surprise to expect" not in " ".join(cell.source for cell in LESSONS[name].cells).lower(), name


def test_core_prose_is_short(measured):
    assert measured.words <= MOST_WORDS


def test_numbers_are_few(measured):
    assert measured.numbers_per_100 <= MOST_NUMBERS


def test_no_sentence_is_long(measured):
    assert not measured.long_sentences, "\n".join(measured.long_sentences)


def test_code_is_out_of_the_way(measured):
    """What nobody needs to read is folded; what is seen is one line, four at most."""
    assert statistics.median(measured.lines) <= 1 and max(measured.lines) <= MOST_LINES


def test_minutes_are_honest(measured):
    assert measured.minutes <= MINUTES_OF_TWO.get(measured.name[:2], MOST_MINUTES) + MINUTES_OFF
    assert abs(measured.said_minutes - measured.minutes) <= MINUTES_OFF, f"it takes {measured.minutes:.0f}"


def test_the_projector_core_takes_the_minutes_it_says(lesson):
    first = LESSONS[lesson].cells[0].source
    said = re.search(r"\*\*Projector core \(ten minutes\):?\*\*:? *sections? (\d+)(?: to (\d+))?", first)
    if lesson.startswith("00"):
        return  # its sections have names, no numbers; its core is one round of predict, run, compare
    assert said, "the core is named by its sections, such as 'sections 3 to 5'"
    core = set(range(int(said[1]), int(said[2] or said[1]) + 1))
    rows = re.findall(r"^\| ([^|]*\d[^|]*)\| *(\d+) *\|", first, re.M)
    minutes = sum(int(number) for words, number in rows if core & {int(one) for one in re.findall(r"\b(\d+)\b", words)})
    assert minutes == CORE_MINUTES


def test_no_journal_stands_alone_as_a_citation(measured):
    assert not measured.bare_journals


# --- the surprise ------------------------------------------------------------------------------------------------


def giveaways(lesson: str) -> dict[str, list[str]]:
    """Patterns of what would give a prediction away, by the prediction's id."""
    path = PROJECT / "instructor" / "giveaways" / f"{lesson[:2]}.toml"
    return {name: entry["gives_away"] for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def told(cell) -> str:
    """Everything that a reader of a cell sees: its source, its printed output, the words of its pictures."""
    seen = [cell.source]
    for output in cell.get("outputs", []):
        seen.append(output.get("text", ""))
        seen += [json.dumps(data) for kind, data in output.get("data", {}).items() if not kind.startswith("image/")]
        seen.append(output.get("metadata", {}).get("image/png", {}).get("alt", ""))
    return "\n".join("".join(text) for text in seen)


def predictions(lesson: str) -> list[tuple[str, int]]:
    """The predictions of a lesson and the cells that ask them."""
    cells = enumerate(LESSONS[lesson].cells)
    return [(name, at) for at, cell in cells if cell.cell_type == "code" for name in PREDICTION.findall(cell.source)]


@of_a_full_clone
def test_nothing_before_a_prediction_gives_it_away(lesson):
    known, names = giveaways(lesson), list(LESSONS)
    asked = predictions(lesson)
    assert {name for name, _ in asked} == set(known), "each prediction says what would give it away, and no other does"
    before_lesson = {
        name: "\n".join(map(told, LESSONS[name].cells)) for name in names[: names.index(lesson)] if name in SECOND
    }
    for prediction, at in asked:
        cells = [told(cell) for cell in LESSONS[lesson].cells]
        for pattern in known[prediction]:
            sought = re.compile(pattern, re.I | re.S)
            for place, text in [*before_lesson.items(), *((f"cell {k}", cells[k]) for k in range(at))]:
                found = sought.search(text)
                near = text[max(0, found.start() - 60) : found.end() + 60] if found else ""
                assert not found, f"{place} gives {prediction} away: {near}"


@of_a_full_clone
def test_what_would_give_a_prediction_away_is_what_comes_after_it(lesson):
    """A pattern that matches nothing guards nothing: each is found after the prediction, or in its feedback."""
    answers = (PROJECT / "instructor" / "answers" / f"{lesson}.toml").read_text(encoding="utf-8")
    known = giveaways(lesson)
    for prediction, at in predictions(lesson):
        after = "\n".join(map(told, LESSONS[lesson].cells[at + 1 :])) + answers
        assert len(known[prediction]) >= 2
        for pattern in known[prediction]:
            assert re.search(pattern, after, re.I | re.S), f"{prediction}: {pattern} stands nowhere after it"


def test_a_filled_picture_follows_every_panel_that_waits(lesson):
    """Print, GitHub and a page without a kernel show data, folded in JupyterLab, and not empty axes."""
    cells = LESSONS[lesson].cells
    for place, cell in enumerate(cells):
        if cell.cell_type != "code" or "predict=" not in cell.source:
            continue
        following = [other for other in cells[place + 1 : place + 4] if other.cell_type == "code"]
        filled = [other for other in following if "show(" in other.source]
        assert filled, f"no filled picture after: {cell.source}"
        (prediction,) = PREDICTION.findall(cell.source)
        assert f'after="{prediction}")' in filled[0].source, "run all must not show it before it is predicted"
        assert any("image/png" in output.get("data", {}) for output in filled[0].outputs)
        folded = filled[0].metadata.get("jupyter", {})
        assert folded.get("outputs_hidden") and folded.get("source_hidden")


# --- one meaning a symbol ------------------------------------------------------------------------------------------


def symbols_of(text: str) -> set[str]:
    """The symbols of the formulas of a text, such as B, K_T, B_0; functions, units and differentials are none."""
    found = set()
    for formula in re.findall(r"\$\$(.*?)\$\$|\$([^$\n]+)\$", text, re.S):
        plain = re.sub(r"\\(?:text|mathrm|operatorname)\{[^}]*\}", " ", " ".join(formula))
        plain = re.sub(r"\bd([A-Z]\w*)\s*/\s*dt\b|\\frac\{d(\w+)\}\{dt\}", r" \1 \2 ", plain)
        plain = re.sub(r"\\[A-Za-z]+", " ", plain)
        for letter, braced, bare in re.findall(r"([A-Za-z])(?:_(?:\{([^}]*)\}|(\w+)))?", plain):
            found.add("_".join(filter(None, (letter, braced or bare))))
    return found - {"e"}


def test_a_symbol_has_one_meaning_in_all_lessons():
    """Every symbol stands once in the table of docs/adding_a_lesson.md."""
    page = (PROJECT / "docs" / "adding_a_lesson.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \$([^$]+)\$ \| ([^|]+) \|", page, re.M)
    names = [name.replace("{", "").replace("}", "") for name, _ in rows]
    assert names and len(names) == len(set(names)), "a symbol stands twice in the table"
    for lesson in SECOND:
        text = "\n\n".join(cell.source for cell in LESSONS[lesson].cells if cell.cell_type == "markdown")
        assert symbols_of(text) <= set(names), f"{lesson}: {symbols_of(text) - set(names)} are not in the table"
