"""How far a long computation is: a bar in a notebook after a second, a line elsewhere, nothing of what is quick."""

import nbformat
import pytest
from nbclient import NotebookClient

from teaching import progress
from teaching.deliver import notebook_files
from teaching.progress import Progress


class Page:
    """Stands for the page of a notebook: what is displayed in it, and a clock."""

    def __init__(self):
        self.seconds, self.said = 0.0, []

    def display(self, bundle, **about):
        self.said.append(bundle)
        return self

    def update(self, bundle, **about):
        self.said.append(bundle)


@pytest.fixture
def page(monkeypatch):
    found = Page()
    monkeypatch.setattr(progress, "_notebook_display", lambda: found.display)
    return found


def count(page, seconds_each: float, size: int = 100, always: bool = False) -> None:
    with Progress("patients", always, clock=lambda: page.seconds) as told:
        for done in range(1, size + 1):
            page.seconds += seconds_each
            told(done, size)


def test_a_bar_comes_after_a_second_rises_and_goes(page):
    count(page, 0.05)
    bars = [bundle["text/html"] for bundle in page.said[:-1]]
    assert 'max="100" value="20"' in bars[0] and "20 of 100 patients" in bars[0]
    assert 'value="100"' in bars[-1] and len(bars) == len(set(bars))
    assert page.said[-1] == {"text/plain": ""}, "nothing is left in the notebook"


def test_what_is_quick_says_nothing(page):
    count(page, 0.009)
    assert page.said == []


def test_a_bar_is_not_drawn_more_often_than_the_eye_wants(page):
    count(page, 0.005, size=1000)
    assert len(page.said) <= 1 + 4.0 / progress.STEP_SECONDS + 2


def test_a_run_that_is_interrupted_leaves_no_bar(page):
    with pytest.raises(KeyboardInterrupt), Progress("patients", clock=lambda: page.seconds) as told:
        page.seconds = 2.0
        told(3, 10)
        raise KeyboardInterrupt
    assert page.said[-1] == {"text/plain": ""}


def test_a_terminal_is_told_only_when_asked(capsys):
    for always in (False, True):
        with Progress("patients", always) as told:
            told(5, 10)
            told(10, 10)
    assert capsys.readouterr().out == "\r5 of 10 patients\r10 of 10 patients\n"


def test_a_kernel_shows_it_and_a_stored_lesson_does_not():
    code = """from teaching.progress import Progress
seconds = iter([0, 0.5, 2, 3])
with Progress("patients", clock=lambda: next(seconds)) as told:
    for done in (1, 2, 3):
        told(done, 3)
print("done")"""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code)], metadata={"teaching": {"lesson": "00"}}
    )
    NotebookClient(notebook, timeout=60).execute()
    bar, said = notebook.cells[0].outputs
    assert bar["metadata"] == {notebook_files.PASSING: True} and bar["data"] == {"text/plain": ""}
    assert progress.PASSING == notebook_files.PASSING
    notebook_files.settle(notebook)
    assert notebook.cells[0].outputs == [said]
