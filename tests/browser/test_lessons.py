"""Every lesson in a real JupyterLab: all cells run, its first live panel follows the mouse, nobody outside is asked."""

import json
import re

import pytest

from .conftest import PROJECT, LivePanel, complaints_of_ours, keep_pictures

FIRST = "00_start_here.ipynb"
LESSONS = sorted({FIRST} | {path.name for path in (PROJECT / "notebooks").glob("*.ipynb")})


def code_of(name: str) -> str:
    notebook = json.loads((PROJECT / "notebooks" / name).read_text(encoding="utf-8"))
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_from_top_to_bottom_and_its_panels_stand(name, open_notebook, artifacts):
    notebook, succeeded = open_notebook(name)
    assert notebook.errors() == []
    assert succeeded
    wanted = len(re.findall(r"^panels\.\w+\(", code_of(name), re.M))
    panels = notebook.page.locator(".teaching-panel")
    assert wanted and panels.count() >= 1
    for number in range(panels.count()):
        panels.nth(number).scroll_into_view_if_needed()
        panel = panels.nth(number)
        # A desk may show its picture only after the student has done something.
        drawn = panel.and_(notebook.page.locator(".teaching-desk[data-frames]")).or_(panel.locator("svg").first)
        drawn.first.wait_for(timeout=20_000)
    assert notebook.outside == []
    assert complaints_of_ours(notebook) == []


def test_the_first_panel_follows_the_mouse(open_notebook, artifacts):
    notebook, _ = open_notebook(FIRST)
    panel = LivePanel(notebook)
    start = panel.state()
    panel.drag(1.3)
    high = panel.moved_from(start)
    panel.drag(-0.3)
    low = panel.moved_from(high)
    assert len({state["curves"]["curve-blood-hours"] for state in (start, high, low)}) == 3
    assert len({state["sentence"] for state in (start, high, low)}) == 3
    keep_pictures(notebook.page, [panel.root], "00_start_here_panel", artifacts)


def test_the_first_lesson_has_a_live_panel():
    assert "panels.balance(" in code_of(FIRST)


def test_a_desk_keeps_its_colours_when_others_follow_it(open_notebook, artifacts):
    """The boxes of lesson 10 are drawn by the style sheet of their own desk: without it they are black."""
    notebook, _ = open_notebook("10_benefit_risk_and_access.ipynb")
    desks = notebook.page.locator(".teaching-desk")
    for number in range(desks.count()):  # each brings its style sheet when it is shown
        desks.nth(number).scroll_into_view_if_needed()
        notebook.page.locator(".teaching-desk[data-frames]").nth(number).wait_for(timeout=20_000)
    assert desks.count() == 3
    looks = {
        name: desks.first.locator(name).first.evaluate("one => getComputedStyle(one).fill")
        for name in (".teaching-hit", ".teaching-empty-box", ".teaching-filled")
    }
    assert looks[".teaching-filled"] not in ("none", "rgb(0, 0, 0)")
    assert "rgb(0, 0, 0)" not in looks.values(), looks
