"""One whole lesson as a student works through it: predict, run, a wrong answer, a hint, the right one, the report."""

import pytest

from teaching.learning import answers

from .conftest import complaints_of_ours, keep_pictures

LESSON = "02_targets_on_the_lineage"
_RUN_REPORT = """
async () => {
  const content = window.jupyterapp.shell.currentWidget.content;
  content.activeCellIndex = content.widgets.findIndex((cell) => cell.model.sharedModel.source.startsWith("report("));
  await window.jupyterapp.commands.execute("notebook:run-cell");
}
"""


@pytest.fixture(scope="module")
def lesson(open_notebook):
    notebook, succeeded = open_notebook(f"{LESSON}.ipynb")
    assert succeeded, notebook.errors()
    yield notebook
    assert notebook.outside == [] and complaints_of_ours(notebook) == []


def question(lesson, question_id: str):
    """The widget of a question, in view."""
    prompt = answers.question(question_id).prompt
    found = lesson.page.locator(".teaching-question").filter(has_text=prompt[:60]).last
    found.scroll_into_view_if_needed()
    return found


def card(widget, words: str) -> str:
    """Waits for a card that begins with these words; its text."""
    found = widget.get_by_role("status").filter(has_text=words).first
    found.wait_for(timeout=20_000)
    return found.inner_text()


def test_first_the_prediction_then_the_picture(lesson, artifacts):
    panel = lesson.page.locator(".teaching-panel[data-frames]").first
    panel.scroll_into_view_if_needed()
    assert panel.locator(".teaching-sentence").inner_text() == ""
    run = panel.get_by_role("button", name="Keep my prediction and run")
    run.click()
    assert "Choose one of the options first." in panel.locator(".teaching-error").first.inner_text()
    panel.get_by_role("radio").filter(visible=True).last.check()
    run.click()
    panel.locator(".teaching-verdict:not(:empty)").wait_for(timeout=20_000)
    assert panel.locator(".teaching-sentence").inner_text().endswith(".")
    keep_pictures(lesson.page, [panel], "student_predicted", artifacts)


def test_nonsense_a_wrong_answer_three_hints_and_the_right_one(lesson, artifacts):
    entry = answers.entry_of("02-share")
    wrong = entry["wrong"][0]
    widget = question(lesson, "02-share")
    field, check = widget.locator("input[type=text]"), widget.get_by_role("button", name="Check")
    field.fill("no idea")
    check.click()
    assert "type a number" in card(widget, "Not usable")
    field.fill(f"{sum(wrong['band']) / 2:.4g}")
    check.click()
    assert wrong["feedback"][:30] in card(widget, "Not yet")
    for number in (1, 2, 3):
        widget.get_by_role("button", name="Hint").click()
        assert entry["hints"][number - 1][:30] in card(widget, f"Hint {number} of 3")
    assert widget.get_by_role("button", name="No more hints").is_disabled()
    low, high = entry["answer"]["band"]
    field.fill(f"{(low + high) / 2:.4g}")
    check.click()
    assert entry["answer"]["feedback"][:30] in card(widget, "Right")
    keep_pictures(lesson.page, [widget], "student_answered", artifacts)


def test_a_choice_is_judged_by_the_idea_behind_it(lesson):
    entry = answers.entry_of("02-quiz-limit")
    widget = question(lesson, "02-quiz-limit")
    for known, word in ((entry["wrong"][0], "Not yet"), (entry["answer"], "Right")):
        widget.get_by_role("radio", name=known["option"], exact=True).check()
        widget.get_by_role("button", name="Check").click()
        assert known["feedback"][:30] in card(widget, word)


def test_the_report_tells_what_was_done(lesson, artifacts):
    lesson.page.evaluate(_RUN_REPORT)
    output = lesson.page.locator(".jp-OutputArea").filter(has_text="questions right").last
    output.get_by_text("right after 2 tries").first.wait_for(timeout=20_000)
    words = output.inner_text()
    assert f"Lesson {LESSON}: 2 of " in words and "3 hints opened" in words
    assert "Panel: panel antibodies" in words
    keep_pictures(lesson.page, [output], "student_report", artifacts)
