"""Every lesson keeps the house style, stores what its pages without a kernel show, and starts anywhere."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import teaching
from teaching import tables
from teaching.deliver import notebook_files
from teaching.panels.lesson import begin

PROJECT = Path(__file__).resolve().parent.parent
LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
TEMPLATE = PROJECT / "docs" / "template_lesson.ipynb"
#: Right words that a list of common slips takes for wrong.
SPELLED_SO = "ther,ro,ot,nd,ue,te,fo,ba,hist,thats,als,ser,pres,presse,bloc,shs"
CHECKED = re.compile(r"^# NBVAL_CHECK_OUTPUT$", re.M)
MOST_CELLS, MOST_LINES = 50, 12


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_there_are_lessons():
    assert [path.stem for path in LESSONS][:2] == ["00_start_here", "01_b_cells_in_balance"]


# --- the science: what is checked is really compared --------------------------------------------------


def test_checked_cells_hold_an_output_to_compare(notebook):
    """nbval compares nothing in a cell without an execution count."""
    checked = [cell for cell in code(notebook) if CHECKED.search(cell.source)]
    assert len(checked) >= 2
    for cell in checked:
        assert cell.execution_count and cell.outputs, cell.source


def test_numbers_of_the_prose_stand_in_checked_output():
    """The days that lesson 01 speaks of are those its cells print."""
    lesson = nbformat.read(PROJECT / "notebooks" / "01_b_cells_in_balance.ipynb", as_version=4)
    printed = "\n".join(out["data"]["text/plain"] for cell in code(lesson) for out in cell.outputs if "data" in out)
    rows = {}
    for line in filter(str.strip, printed.split("\n")):
        rows.setdefault(line.strip().split("  ")[0], line.split())
    assert rows["day back above 10 per µL"][-2:] == ["218", "199"] and "19 days earlier" in prose(lesson)
    assert rows["196"] == ["196", "8", "2.9"] and rows["250"] == ["250", "45.3", "40.1"]
    assert "From day 196 to day 250 the count rises more than tenfold" in prose(lesson)
    assert "on day 140 1.1 µg/mL" in printed and "On day 140 about 1 µg/mL" in prose(lesson)
    assert rows["B cells back"][4:7] == ["183", "to", "274"] and "6 to 9 months" in prose(lesson)


def test_every_doi_of_a_lesson_is_in_the_bibliography(notebook):
    known = {entry.get("doi", "").lower() for entry in tables.references().values()}
    known |= {
        url.lower().partition("doi.org/")[2] for entry in tables.references().values() if (url := entry.get("url"))
    }
    for doi in re.findall(r"\b10\.\d{4,}/[^\s,;)·]+", prose(notebook)):
        assert doi.rstrip(".").lower() in known, doi


# --- the interface ------------------------------------------------------------------------------------


def test_no_cell_is_long_and_no_lesson_endless(notebook):
    assert len(notebook.cells) <= MOST_CELLS
    for cell in code(notebook):
        lines = [line for line in cell.source.split("\n") if line.strip()]
        assert len(lines) <= MOST_LINES, cell.source
        assert "import *" not in cell.source and "interact(" not in cell.source and "def " not in cell.source


def test_nothing_stored_is_an_error_or_a_widgets_state(notebook):
    assert "widgets" not in notebook.metadata
    for cell in code(notebook):
        assert not [out for out in cell.outputs if out.output_type == "error" or out.get("name") == "stderr"]
        for out in cell.outputs:
            assert "application/vnd.jupyter.widget-view+json" not in out.get("data", {}) or len(out.data) == 1


def test_pages_without_a_kernel_show_a_picture_with_alt_text(notebook):
    pictures = [out for cell in code(notebook) for out in cell.outputs if "image/png" in out.get("data", {})]
    assert pictures
    for picture in pictures:
        assert len(picture.metadata["image/png"]["alt"]) > 60
        assert picture.data["text/plain"]


def test_a_lesson_says_what_it_is(notebook):
    first = notebook.cells[0].source
    for words in ("minutes", "After this lesson you can", "Projector core", "not treatment advice"):
        assert words in first
    assert set(notebook.metadata.teaching) - {"edition"} == {"lesson", "minutes", "needs"}
    text = prose(notebook)
    for words in ("Predict", "Run", "Compare", "Explain", "leaves out", "Take home", "References"):
        assert words in text, words


# --- the skeleton: a student always knows where they are -----------------------------------------------

#: Words that stand in a lesson, in this order; the first cell holds the first four.
SKELETON = (
    "minutes", "After this lesson you can", "Projector core", "| section | minutes |",
    "One minute with a patient", "Theory", "Predict", "Run", "Compare", "Explain", "Worked example", "Your turn",
    "Model against published data", "leaves out", "Quiz", "Take home", "**Words:**", "**References:**", "**Next:**",
)  # fmt: skip
#: Lessons in which the mechanism has been taught: the student acts, then answers for it. They have no theory, worked
#: example and quiz in a row; what a student needs in order to know where they are stands in them too.
OWN_FORM = ("08", "09", "10", "11")
#: Minutes of what is core and of all sections, where a lesson is meant for two sittings.
MOST_MINUTES = {"11": (90, 90)}
SKELETON_OF_OWN_FORM = (
    "minutes", "After this lesson you can", "Projector core", "| section | minutes |", "leaves out", "Take home",
    "**Words:**", "**References:**", "**Next:**",
)  # fmt: skip
VERBS = (
    "compute",
    "explain",
    "predict",
    "say",
    "derive",
    "design",
    "choose",
    "name",
    "read",
    "compare",
    "decide",
    "draw",
)


@pytest.fixture(params=[path for path in LESSONS if path.stem[:2] != "00"] + [TEMPLATE], ids=lambda path: path.stem)
def lesson(request):
    return nbformat.read(request.param, as_version=4)


def has_own_form(lesson) -> bool:
    return lesson.metadata.teaching.lesson in OWN_FORM


def test_a_lesson_has_the_skeleton(lesson):
    text, place = prose(lesson), 0
    skeleton = SKELETON_OF_OWN_FORM if has_own_form(lesson) else SKELETON
    for words in skeleton:
        found = text.find(words, place)
        assert found >= 0, f"'{words}' is missing, or stands before '{skeleton[skeleton.index(words) - 1]}'"
        place = found


def test_objectives_can_be_tested(lesson):
    objectives = re.findall(r"^\d\. \*\*(\w+)\*\*", lesson.cells[0].source, re.M)
    assert len(objectives) == 3 and set(objectives) <= set(VERBS)


def test_a_lesson_predicts_runs_and_checks_at_least_twice(lesson):
    if has_own_form(lesson):
        pytest.skip("this lesson is no row of panels")
    sources = [cell.source for cell in code(lesson)]
    panels_shown = [
        number for number, source in enumerate(sources) if re.search(r"\bpanels\.(?!Predict|mechanism)\w+\(", source)
    ]
    checked = [number for number, source in enumerate(sources) if CHECKED.search(source)]
    predicted = [
        number for number, source in enumerate(sources) if "questions.predict(" in source or "predict=" in source
    ]
    assert len(panels_shown) >= 2 and len(predicted) >= 2
    for number in panels_shown:
        assert any(number < other <= number + 3 for other in checked), f"no key numbers follow: {sources[number]}"
    assert predicted[0] <= panels_shown[0]


def test_a_quiz_has_four_questions(lesson):
    if has_own_form(lesson):
        assert len(re.findall(r"questions\.(?:check|predict)\(", "\n".join(cell.source for cell in code(lesson)))) >= 4
        return
    assert len(re.findall(r'questions\.check\("\w+-quiz-', "\n".join(cell.source for cell in code(lesson)))) == 4


def test_every_code_cell_is_introduced(lesson):
    for before, cell in zip(lesson.cells, lesson.cells[1:], strict=False):
        if cell.cell_type == "code" and before.cell_type == "code":
            both = before.source + cell.source
            assert "questions." in both or CHECKED.search(cell.source) or "report(" in both, cell.source


def test_minutes_add_up(lesson):
    rows = re.findall(r"^\| (?!section|-)[^|]+\| *(\d+) *\| *(core|optional) *\|$", lesson.cells[0].source, re.M)
    assert 4 <= len(rows) <= 10
    core = sum(int(minutes) for minutes, word in rows if word == "core")
    most_core, most = MOST_MINUTES.get(lesson.metadata.teaching.lesson, (60, 75))
    assert 30 <= core <= most_core and sum(int(minutes) for minutes, _ in rows) <= most


def test_references_have_an_address_and_stand_in_the_bibliography(lesson):
    text = prose(lesson)
    references = text[text.rindex("**References:**") :].split("**Next:**")[0]
    known = {
        word.lower()
        for entry in tables.references().values()
        for name in ("doi", "pmid", "pmcid", "url")
        if (word := entry.get(name))
    }
    for reference in references.removeprefix("**References:**").split(" · "):
        if "data/references.bib" in reference and "doi" not in reference and "PMID" not in reference:
            continue
        addresses = re.findall(r"10\.\d{4,}/[^\s,;)]+|(?<=PMID )\d+|PMC\d+|https?://\S+", reference)
        assert addresses, f"no DOI, PMID or address: {reference}"
        assert any(address.rstrip(".").lower() in known for address in addresses), reference


def test_words_of_a_lesson_stand_in_the_glossary(lesson):
    text = prose(lesson)
    words = re.findall(r"\*([^*]+)\*", text[text.rindex("**Words:**") + 10 :].split("**References:**")[0])
    assert len(words) >= 4
    known = {entry.term.lower() for entry in tables.glossary().values()}
    assert not [word for word in words if word.lower() not in known]


@pytest.mark.parametrize("row", [row for row in tables.statements().values()], ids=lambda row: row.id)
def test_every_founding_statement_is_found_in_its_lesson(row):
    found = [path for path in LESSONS if path.stem.startswith(row.lesson)]
    assert found, f"lesson {row.lesson} is missing"
    tags = [tag for cell in nbformat.read(found[0], as_version=4).cells for tag in cell.metadata.get("tags", ())]
    assert f"statement-{row.id}" in tags


def test_the_founding_statements_are_all_there_and_no_tag_is_of_another_table():
    """Five documents with 29 statements; a tag in a lesson that no row sends there would be met by nobody."""
    rows = tables.statements().values()
    assert len(rows) == 29 and len({row.id[0] for row in rows}) == 5
    home = {row.id: row.lesson for row in rows}
    for path in LESSONS:
        for cell in nbformat.read(path, as_version=4).cells:
            for tag in cell.metadata.get("tags", ()):
                if tag.startswith("statement-"):
                    assert home[tag.removeprefix("statement-")] == path.stem[:2], f"{path.stem}: {tag}"


# --- links and spelling ----------------------------------------------------------------------------------


def test_links_are_well_formed_and_those_inside_the_kit_lead_somewhere():
    pages = [
        *PROJECT.glob("*.md"),
        *PROJECT.glob("docs/**/*.md"),
        *PROJECT.glob("data/*.md"),
        *PROJECT.glob("benchmarks/*.md"),
        *PROJECT.glob("calibration/*.md"),
    ]
    texts = [(page, page.read_text(encoding="utf-8")) for page in pages]
    texts += [(path, prose(nbformat.read(path, as_version=4))) for path in [*LESSONS, TEMPLATE]]
    for page, text in texts:
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"https?://", target):
                assert re.fullmatch(r"https?://[\w.-]+\.[a-z]{2,}(/\S*)?", target), f"{page.name}: {target}"
            elif not target.startswith("#"):
                assert (page.parent / target.split("#")[0]).exists(), f"{page.name}: {target}"


def test_words_are_spelled_as_in_a_dictionary_of_common_slips(tmp_path):
    for path in [*LESSONS, TEMPLATE]:  # their words without their pictures
        (tmp_path / f"{path.stem}.md").write_text(prose(nbformat.read(path, as_version=4)), encoding="utf-8")
    places = [
        PROJECT / name
        for name in ("README.md", "CONTRIBUTING.md", "data", "docs", "src", "instructor")
        if (PROJECT / name).exists()
    ]
    command = [
        sys.executable,
        "-m",
        "codespell_lib",
        "--skip",
        "*.bib,*.bin,*.png,*.svg,*.ipynb",
        "--ignore-words-list",
        SPELLED_SO,
    ]
    result = subprocess.run([*command, str(tmp_path), *map(str, places)], capture_output=True, text=True, check=False)
    assert result.returncode == 0 and not result.stdout, result.stdout + result.stderr


def test_settling_twice_changes_nothing(notebook):
    notebook_files.settle(notebook)
    once = nbformat.writes(notebook)
    notebook_files.settle(notebook)
    assert nbformat.writes(notebook) == once


def test_links_between_lessons_lead_somewhere(notebook):
    for target in re.findall(r"\]\(([^)#]+\.ipynb)\)", prose(notebook)):
        assert (PROJECT / "notebooks" / target).is_file(), target


# --- bad input ----------------------------------------------------------------------------------------


def test_an_older_package_beside_newer_lessons_is_said_in_one_sentence():
    answer = begin("00_start_here", needs="9.0.0")
    assert not answer.fine
    assert "needs version 9.0.0" in repr(answer) and teaching.__version__ in repr(answer) and "start.py" in repr(answer)
    assert repr(answer).count(". ") == 0


@pytest.mark.parametrize("needs", ["0.0.9", teaching.__version__, "0.1"])
def test_a_package_that_is_new_enough_is_ready(needs):
    assert begin("00_start_here", needs=needs).fine


def test_a_lesson_opened_from_another_folder_works(tmp_path):
    """The package brings its tables along, wherever the notebook lies."""
    line = "from teaching import Patient, Plan, begin, treat; print(begin('00_start_here', needs='0.1.0')); "
    line += "print(treat(Patient.typical('SLE'), Plan('rituximab'), 30).describe())"
    result = subprocess.run([sys.executable, "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Ready") and "Blood B cells fall" in result.stdout
