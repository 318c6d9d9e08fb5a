"""A lesson in Notebook 7, and the line of `check()` that the page itself writes, there and in JupyterLab."""

import pytest

from teaching.learning import answers

from .asking import Asked
from .conftest import PROJECT, LivePanel, complaints_of_ours
from .running_lab import NotebookPage, running_lab, write_notebook

LESSON = "02_targets_on_the_lineage.ipynb"
CHECK = "check.ipynb"
CHECK_CELL = "from teaching import check\n\ncheck()"


@pytest.fixture(scope="module")
def notebook7(executable, tmp_path_factory):
    pytest.importorskip("notebook", minversion="7")
    with running_lab(tmp_path_factory.mktemp("notebook7"), PROJECT / "notebooks", front="notebook") as server:
        write_notebook(server.folder / CHECK, [CHECK_CELL])
        yield server


@pytest.fixture
def opened(browser):
    pages = []

    def open_and_run(server, name):
        pages.append(NotebookPage.open(browser, server, name))
        assert pages[-1].run_all(), pages[-1].errors()
        return pages[-1]

    yield open_and_run
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def faults_of_its_own(browser, notebook7):
    """What the page of an empty notebook complains about already, without anything of this kit."""
    write_notebook(notebook7.folder / "empty.ipynb", ["1 + 1"])
    page = NotebookPage.open(browser, notebook7, "empty.ipynb")
    assert page.run_all()
    page.close()
    return set(complaints_of_ours(page))


def test_a_lesson_is_alive_in_notebook_7(notebook7, faults_of_its_own, opened):
    page = opened(notebook7, LESSON)
    assert page.errors() == []
    question = answers.question("02-share")
    widget = Asked(page.page, question.prompt)
    low, high = answers.entry_of("02-share")["answer"]["band"]
    widget.enter(f"{(low + high) / 2:.4g}")
    assert answers.entry_of("02-share")["answer"]["feedback"][:30] in widget.said("Right")
    assert set(complaints_of_ours(page)) <= faults_of_its_own and page.outside == []


def test_a_panel_follows_the_hand_in_notebook_7(notebook7, faults_of_its_own, opened):
    write_notebook(notebook7.folder / "panel.ipynb", ["from teaching import panels\n\npanels.treatment()"])
    page = opened(notebook7, "panel.ipynb")
    panel = LivePanel(page)
    before = panel.settle()
    panel.slider().focus()
    page.page.keyboard.press("End")
    assert panel.moved_from(before)["sentence"] != before["sentence"]
    assert set(complaints_of_ours(page)) <= faults_of_its_own and page.outside == []


@pytest.mark.parametrize("front", ["notebook 7", "jupyterlab"])
def test_the_page_says_that_live_panels_work(front, notebook7, lab, faults_of_its_own, opened):
    server = notebook7 if front == "notebook 7" else lab
    write_notebook(server.folder / CHECK, [CHECK_CELL])
    page = opened(server, CHECK)
    line = page.page.get_by_role("status").filter(has_text="Live panels on this page")
    line.filter(has_text="they work, and the kernel answered after").wait_for(timeout=20_000)
    table = page.page.locator(".jp-OutputArea table").first
    assert "Live panels in JupyterLab" in table.inner_text() and "not fine" not in table.inner_text()
    assert set(complaints_of_ours(page)) <= faults_of_its_own and page.outside == []
