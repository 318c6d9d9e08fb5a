"""A lesson that was run, saved and opened the next day shows its pictures and words again."""

import json

import pytest

from .conftest import PROJECT, complaints_of_ours, keep_pictures
from .running_lab import NotebookPage

LESSON = "00_start_here.ipynb"
_SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
#: The kernel is gone, as on the next day.
_END = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"


@pytest.fixture(scope="module")
def reopened(lab, browser):
    """The lesson's page after it was run, saved, closed, and opened anew without a kernel that knows it."""
    first = NotebookPage.open(browser, lab, LESSON, viewport={"width": 1280, "height": 1000})
    assert first.run_all(), first.errors()
    first.page.evaluate(_SAVE)
    first.page.evaluate(_END)
    first.page.context.close()
    second = NotebookPage.open(browser, lab, LESSON, viewport={"width": 1280, "height": 1000})
    yield second
    second.close()


def test_the_saved_file_is_the_kits_lesson_with_nothing_of_a_run_in_it(reopened, lab):
    saved = json.loads((lab.folder / LESSON).read_text(encoding="utf-8"))
    stored = json.loads((PROJECT / "notebooks" / LESSON).read_text(encoding="utf-8"))
    assert saved["metadata"] == stored["metadata"]
    assert [cell["metadata"] for cell in saved["cells"]] == [cell["metadata"] for cell in stored["cells"]]
    assert [cell["source"] for cell in saved["cells"]] == [cell["source"] for cell in stored["cells"]]
    text = json.dumps(saved)
    assert "model_id" not in text and "widget-state" not in text
    for mine, kits in zip(saved["cells"], stored["cells"], strict=True):
        kinds = [[sorted(output.get("data", {})) for output in cell.get("outputs", [])] for cell in (mine, kits)]
        assert kinds[0] == kinds[1], kits["source"]


def test_pictures_and_words_are_there_again(reopened, artifacts):
    page = reopened.page
    panel = page.locator(".jp-RenderedImage img").first
    panel.scroll_into_view_if_needed()
    assert panel.evaluate("(image) => image.complete && image.naturalWidth") > 600
    keep_pictures(page, [panel], "saved_lesson", artifacts)
    words = page.locator(".jp-NotebookPanel").inner_text()
    assert "Error displaying widget" not in words and "model not found" not in words
    assert complaints_of_ours(reopened) == []
