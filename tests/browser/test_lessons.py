"""Every lesson in a real JupyterLab: all cells run, its first live panel follows the mouse, nobody outside is asked."""

import json

import pytest

from .conftest import PROJECT, LivePanel, complaints_of_ours, keep_pictures

FIRST = "00_start_here.ipynb"
LESSONS = sorted({FIRST} | {path.name for path in (PROJECT / "notebooks").glob("*.ipynb")})


def code_of(name: str) -> str:
    notebook = json.loads((PROJECT / "notebooks" / name).read_text(encoding="utf-8"))
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_from_top_to_bottom_and_its_panel_is_live(name, open_notebook, artifacts):
    code = code_of(name)
    notebook, succeeded = open_notebook(name)
    assert notebook.errors() == []
    assert succeeded
    if "panels.treatment(" in code:
        panel = LivePanel(notebook)
        start = panel.state()
        panel.drag(1.3)
        high = panel.moved_from(start)
        panel.drag(-0.3)
        low = panel.moved_from(high)
        assert len({state["curves"]["curve-blood"] for state in (start, high, low)}) == 3
        assert len({state["sentence"] for state in (start, high, low)}) == 3
    for width in (1280, 400):
        panels = notebook.page.locator(".teaching-panel:has(.teaching-live):visible").all()
        keep_pictures(notebook.page, panels, f"{name.removesuffix('.ipynb')}_panel", artifacts, width)
    assert notebook.outside == []
    assert complaints_of_ours(notebook) == []


def test_the_first_lesson_has_a_live_panel():
    assert "panels.treatment(" in code_of(FIRST)
