"""The kernel is killed while a student answers, in JupyterLab; and one notebook stands open in two windows."""

import os
import signal

import pytest
from invented_questions import INVENTED

from teaching.learning import answer_store

from .asking import Asked
from .conftest import keep_pictures
from .running_lab import NotebookPage, write_notebook
from .test_question_rooms import WHY, key  # noqa: F401 (a fixture)

LESSON = INVENTED[WHY]["lesson"]
SPEED = "99-speed"
SEEN = {"viewport": {"width": 1280, "height": 1000}}
_RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
_STATUS = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
#: The number of the kernel's process, as the notebook itself says it.
_PROCESS = "() => window.jupyterapp.shell.currentWidget.content.widgets[0].outputArea.node.innerText"


@pytest.fixture
def answers_folder(key, monkeypatch):  # noqa: F811
    """Where the notebook below keeps answers; this process reads the same."""
    folder = key / "faults"
    monkeypatch.setenv("TEACHING_ANSWERS", str(folder))
    monkeypatch.setenv("TEACHING_NAME", "")
    return folder


@pytest.fixture
def notebook(lab, key, answers_folder):  # noqa: F811
    """Its name: a cell that says which process runs it, and two questions."""
    start = f"import os\nos.environ.update(TEACHING_ANSWER_KEY={str(key / 'key.bin')!r}, "
    start += f"TEACHING_ANSWERS={str(answers_folder)!r})\nfrom teaching.panels import questions\nprint(os.getpid())"
    write_notebook(lab.folder / "faults.ipynb", [start, f"questions.check({SPEED!r})", f"questions.check({WHY!r})"])
    return "faults.ipynb"


def asked(seen: NotebookPage, name: str) -> Asked:
    return Asked(seen.page, INVENTED[name]["prompt"])


def kept(kind: str) -> list:
    return [entry["value"] for entry in answer_store.read(LESSON) if entry["kind"] == kind]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_a_kernel_killed_in_the_middle_of_an_answer_loses_no_answer_and_is_said(lab, browser, notebook, artifacts):
    seen = NotebookPage.open(browser, lab, notebook, **SEEN)
    page = seen.page
    assert seen.run_all(), seen.errors()
    before = len(kept("answer"))
    speed = asked(seen, SPEED)
    speed.enter("31")
    speed.said("Not yet")
    assert len(kept("answer")) == before + 1
    process = int(page.evaluate(_PROCESS))
    why = asked(seen, WHY)
    why.field.fill("What I have just written, and is kept nowhere yet.")
    # JupyterLab says that the kernel has been started anew, before the next click or after it: it is read and closed.
    page.add_locator_handler(page.locator(".jp-Dialog"), lambda: page.keyboard.press("Enter"))
    os.kill(process, signal.SIGKILL)
    why.press("Keep my words")
    # One sentence: of the question, which hears no more of its kernel.
    error = why.root.locator(".teaching-error:not(:empty)").first
    error.wait_for(timeout=60_000)
    words = error.inner_text()
    assert "restarted" in words and "Run this question's cell again" in words and "Traceback" not in words
    assert "copy it first" in words, "running the cell makes the question anew, and what was typed would be gone"
    assert why.field.input_value() == "What I have just written, and is kept nowhere yet.", "it can be copied"
    keep_pictures(page, [why.root], "kernel_killed", artifacts)
    assert kept("sentence") == [] and len(kept("answer")) == before + 1
    page.wait_for_function(f"({_STATUS})() !== 'dead' && ({_STATUS})() !== 'autorestarting'", timeout=60_000)
    typed = why.field.input_value()
    assert seen.run_all(), seen.errors()
    assert int(page.evaluate(_PROCESS)) != process
    again = asked(seen, SPEED)
    assert again.field.input_value() == "31" and len(kept("answer")) == before + 1
    why = asked(seen, WHY)
    why.field.fill(typed)
    why.press("Keep my words")
    why.said("Kept")
    assert kept("sentence") == [typed]
    seen.close()


def test_one_notebook_in_two_windows_keeps_what_is_written_in_both(lab, browser, notebook):
    one = NotebookPage.open(browser, lab, notebook, **SEEN)
    assert one.run_all(), one.errors()
    other = NotebookPage.open(browser, lab, notebook, **SEEN)
    before = len(kept("answer"))
    asked(one, SPEED).enter("30")
    asked(one, SPEED).said("Not yet")
    assert other.run_all(), other.errors()
    assert asked(other, SPEED).field.input_value() == "30", "it is known in the other window"
    asked(other, SPEED).enter("3")
    asked(other, SPEED).said("Right")
    assert len(kept("answer")) == before + 2 and kept("answer")[-2:] == [30, 3]
    assert one.run_all() and asked(one, SPEED).field.input_value() == "3"
    one.close()
    other.page.context.close()
