"""Every lesson keeps the house style, stores what its pages without a kernel show, and starts anywhere."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import teaching
from teaching import tables
from teaching.lesson import begin

PROJECT = Path(__file__).resolve().parent.parent
LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
CHECKED = re.compile(r"^# NBVAL_CHECK_OUTPUT$", re.M)
MOST_CELLS, MOST_LINES = 48, 12


def tool():
    spec = importlib.util.spec_from_file_location("lessons_tool", PROJECT / "tools" / "lessons.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    printed = "".join(out.get("text", "") for cell in code(lesson) for out in cell.outputs)
    for words in ("day 218", "0.0124", "half-life 56 days", "228.0"):
        assert words in printed
    assert "From day 196 to day 250".lower() in prose(lesson).lower()
    assert re.search(r"^ *196 .* 2\.9$", printed, re.M) and re.search(r"^ *250 .* 40\.1$", printed, re.M)


def test_every_doi_of_a_lesson_is_in_the_bibliography(notebook):
    known = {entry.get("doi", "").lower() for entry in tables.references().values()}
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
    assert set(notebook.metadata.teaching) == {"lesson", "minutes", "needs"}
    text = prose(notebook)
    for words in ("Predict", "Run", "Compare", "Explain", "leaves out", "Take home", "References"):
        assert words in text, words


def test_settling_twice_changes_nothing(notebook):
    module = tool()
    module.settle(notebook)
    once = nbformat.writes(notebook)
    module.settle(notebook)
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
