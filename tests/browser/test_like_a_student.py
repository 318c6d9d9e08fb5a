"""One whole lesson as a student works through it: predict, run, a wrong answer, a hint, the right one, the report."""

import pytest

from teaching.learning import answers

from .asking import Asked
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
    widget = Asked(lesson.page, answers.question("02-share").prompt)
    for nonsense in ("", "no idea"):
        widget.enter(nonsense)
        assert "type a number" in widget.said("Not usable")
    widget.field.fill(f"{sum(wrong['band']) / 2:.4g}")
    widget.press("Check")
    assert wrong["feedback"][:30] in widget.said("Not yet")
    for number, words in enumerate(("Hint", "Hint 2 of 3", "Hint 3 of 3"), start=1):
        widget.press(words)
        assert entry["hints"][number - 1][:30] in widget.said(f"Hint {number} of 3")
    assert widget.root.get_by_role("button", name="No more hints").is_disabled()
    low, high = entry["answer"]["band"]
    widget.enter(f"{(low + high) / 2:.4g}")
    assert entry["answer"]["feedback"][:30] in widget.said("Right")
    keep_pictures(lesson.page, [widget.root], "student_answered", artifacts)


def test_a_choice_is_judged_by_the_idea_behind_it(lesson):
    entry = answers.entry_of("02-quiz-limit")
    widget = Asked(lesson.page, answers.question("02-quiz-limit").prompt)
    for known, word in ((entry["wrong"][0], "Not yet"), (entry["answer"], "Right")):
        widget.root.get_by_role("radio", name=known["option"], exact=True).check()
        widget.press("Check")
        assert known["feedback"][:30] in widget.said(word)


def test_the_report_tells_what_was_done(lesson, artifacts):
    lesson.page.evaluate(_RUN_REPORT)
    output = lesson.page.locator(".jp-OutputArea").filter(has_text="questions right").last
    output.get_by_text("right after 2 tries").first.wait_for(timeout=20_000)
    words = output.inner_text()
    assert f"Lesson {LESSON}: 2 of " in words and "3 hints opened" in words
    assert "Panel: panel antibodies" in words
    keep_pictures(lesson.page, [output], "student_report", artifacts)
