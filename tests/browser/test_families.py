"""Every panel of the catalogue in JupyterLab: it stands, it follows its controls, it fits on a narrow page."""

import pytest

from teaching.panels.catalogue import CATALOGUE

from .conftest import complaints_of_ours, keep_pictures
from .layout import FORMS, faults
from .running_lab import write_notebook

NOTEBOOK = "families.ipynb"
#: Everything that can move in the picture, as one text.
PICTURE = """
(panel) => [...panel.querySelectorAll(".teaching-picture svg .teaching-part")]
  .map((group) => [group.getAttribute("transform"), group.getAttribute("style"), group.textContent,
    ...[...group.querySelectorAll("path")].map((path) => path.getAttribute("d"))].join("|")).join("\\n")
"""
SOMETHING_ELSE = "([panel, before]) => (" + PICTURE.strip() + ")(panel) !== before"


@pytest.fixture(scope="module")
def notebook(lab, open_notebook):
    """One notebook with all panels: a cell each, one kernel."""
    cells = ["from teaching.panels.catalogue import CATALOGUE"] + [f"CATALOGUE[{name!r}].make()" for name in CATALOGUE]
    write_notebook(lab.folder / NOTEBOOK, cells)
    notebook, succeeded = open_notebook(NOTEBOOK)
    assert succeeded, notebook.errors()
    return notebook


@pytest.fixture(params=list(CATALOGUE))
def panel(notebook, request):
    number = list(CATALOGUE).index(request.param)
    cell = notebook.page.locator(".jp-NotebookPanel .jp-CodeCell").nth(number + 1)
    cell.scroll_into_view_if_needed()
    panel = cell.locator(".teaching-panel[data-frames]")
    panel.wait_for(timeout=60_000)
    panel.name = request.param
    yield panel
    assert notebook.outside == [] and complaints_of_ours(notebook) == []


def test_a_control_moves_the_picture_and_its_words(notebook, panel):
    page = notebook.page
    before, words = panel.evaluate(PICTURE), panel.locator(".teaching-sentence").inner_text()
    assert words.strip().endswith(".") and "nan" not in before.lower()
    sliders = panel.locator(".teaching-controls input[type=range]:enabled:visible")
    if sliders.count():
        sliders.first.focus()
        page.keyboard.press("PageUp")
        if panel.evaluate(PICTURE) == before:
            page.keyboard.press("PageDown")
            page.keyboard.press("PageDown")
    elif panel.locator(".teaching-list select").count():
        panel.locator(".teaching-list select").first.select_option(index=0)
    else:
        panel.locator(".teaching-choice input:not(:checked)").first.check()
    page.wait_for_function(SOMETHING_ELSE, arg=[panel.element_handle(), before], timeout=20_000)
    assert panel.locator(".teaching-error").first.inner_text() == ""
    panel.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function(
        "([panel, words]) => panel.querySelector('.teaching-sentence').textContent === words",
        arg=[panel.element_handle(), words],
        timeout=20_000,
    )


@pytest.mark.parametrize("panel", FORMS, indirect=True)  # test_layout.py holds all of them, in a cell alone
def test_it_fits_on_a_wide_and_on_a_narrow_page(notebook, panel, artifacts):
    page = notebook.page
    keep_pictures(page, [panel], f"panel_{panel.name}", artifacts)
    keep_pictures(page, [panel], f"panel_{panel.name}", artifacts, width=400)
    before = page.viewport_size
    try:
        found = [fault for width in (400, 320) for fault in faults(page, panel, width, height=1000)]
    finally:
        page.set_viewport_size(before)
    assert found == []
