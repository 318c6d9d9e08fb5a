"""The question panels: what a student chooses or types is kept, checked and shown again."""

import asyncio

import ipywidgets as widgets
import pytest

from teaching.learning import answer_store, answers
from teaching.panels import questions


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """A fresh folder and a fresh memory."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "teaching-answers"))
    monkeypatch.setattr(answer_store, "_unsaved", {})
    monkeypatch.setattr(answer_store, "_told", {})
    return tmp_path / "teaching-answers"


def named(kind):
    """The ids of the questions of one kind."""
    return sorted(name for name, entry in answers._key().items() if entry["kind"] == kind)


OPTION, NUMBER, MARKER = named("option")[0], named("number")[0], named("marker")[0]


def a_right(name):
    """A right answer, from the key: no answer stands here."""
    answer = answers._key()[name]["answer"]
    return answer["option"] if "option" in answer else sum(answer["band"]) / 2


def every_widget(panel):
    """The panel and all widgets in it."""
    yield panel
    for child in getattr(panel, "children", ()):
        yield from every_widget(child)


@pytest.mark.parametrize("name", [OPTION, MARKER])
def test_a_prediction_is_kept_and_stands_in_the_next_panel(name):
    panel = questions.predict(name)
    choices = answers.question(name).options or (30, 40)
    for value in choices[:2]:
        panel.field.value = value
        panel.button.click()
        assert answers.prediction(name).value == value
    later = questions.predict(name)
    assert later.field.value == choices[1]
    assert "Your prediction" in later.feedback.value
    assert str(choices[1]) in later.feedback.value


def test_a_number_can_be_predicted_too():
    panel = questions.predict(NUMBER)
    panel.field.value = "12,5"
    panel.button.click()
    assert questions.predict(NUMBER).field.value == "12.5"


def test_nothing_is_chosen_until_the_student_chooses():
    panel = questions.predict(OPTION)
    assert panel.field.value is None
    panel.button.click()
    assert "choose one of the options first" in panel.feedback.value
    assert answers.prediction(OPTION) is None


@pytest.mark.parametrize("name", [OPTION, NUMBER, MARKER])
def test_a_right_answer_is_called_right_in_words(name):
    panel = questions.check(name)
    right = a_right(name)
    panel.field.value = {NUMBER: f"{right} ", MARKER: round(right) if name == MARKER else 0}.get(name, right)
    panel.button.click()
    assert "<strong>Right:</strong>" in panel.feedback.value
    assert 'role="status" aria-live="polite"' in panel.feedback.value


def test_a_wrong_number_gets_its_feedback_and_may_be_tried_again():
    panel = questions.check(NUMBER)
    known = answers._key()[NUMBER]["wrong"][0]
    panel.field.value = str(sum(known["band"]) / 2)
    panel.button.click()
    assert "<strong>Not yet:</strong>" in panel.feedback.value
    panel.field.value = str(a_right(NUMBER))
    panel.button.click()
    assert "<strong>Right:</strong>" in panel.feedback.value


@pytest.mark.parametrize("how", ["Enter", "click"])
def test_what_is_checked_is_the_text_that_arrives_just_after_enter_or_a_click(monkeypatch, how):
    """A page may send the click first; the answer before it was judged once more, and a right one called wrong."""
    monkeypatch.setattr(questions, "TYPED_TEXT_WAIT_SECONDS", 0.01)
    panel = questions.check(NUMBER)

    async def browser():
        if how == "Enter":
            panel.field._handle_custom_msg({"event": "submit"}, [])
        else:
            panel.button.click()
        panel.field.value = str(a_right(NUMBER))
        while not panel.feedback.value:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(browser(), timeout=30))
    assert "<strong>Right:</strong>" in panel.feedback.value


def test_hints_come_one_by_one_and_only_when_asked_for():
    panel = questions.check(NUMBER)
    assert panel.hint.value == ""
    for number in (1, 2, 3):
        assert not panel.hint_button.disabled
        panel.hint_button.click()
        assert panel.hint.value.count("<strong>Hint ") == number
        assert f"<strong>Hint {number} of 3:</strong>" in panel.hint.value
    assert panel.hint_button.disabled


def test_a_prediction_can_be_checked_afterwards():
    answers.predict(OPTION, a_right(OPTION))
    panel = questions.check(OPTION)
    assert panel.field.value == a_right(OPTION)
    panel.button.click()
    assert "<strong>Right:</strong>" in panel.feedback.value


@pytest.mark.parametrize("name", [OPTION, NUMBER, MARKER])
@pytest.mark.parametrize("kind", [questions.predict, questions.check])
def test_one_output_with_the_widget_and_the_question_as_text(kind, name):
    panel = kind(name)
    bundle = panel._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    asked = answers.question(name)
    assert asked.prompt in " ".join(bundle["text/plain"].split())
    assert all(option in bundle["text/plain"] for option in asked.options)
    assert not any(isinstance(part, widgets.Output) for part in every_widget(panel))


def test_what_could_not_be_saved_or_read_is_said_in_the_panel(tmp_path, monkeypatch):
    lesson = answers.question(OPTION).lesson
    answers.predict(OPTION, answers.question(OPTION).options[0])
    with open(answer_store.folder() / f"{lesson}.jsonl", "w", encoding="utf-8") as handle:
        handle.write("no line of ours\n")
    assert "damaged line" in questions.predict(OPTION).feedback.value
    (tmp_path / "in-the-way").touch()
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "in-the-way"))
    panel = questions.predict(OPTION)
    panel.field.value = answers.question(OPTION).options[0]
    panel.button.click()
    assert "Your prediction" in panel.feedback.value and "Not saved" in panel.feedback.value


def test_nonsense_shows_one_sentence_and_no_traceback():
    panel = questions.check(NUMBER)
    panel.field.value = "<b>abc"
    panel.button.click()
    assert "&lt;b&gt;abc" in panel.feedback.value and "is not a number" in panel.feedback.value
    with pytest.raises(answers.AnswerProblem, match="There is no question"):
        questions.predict("no-such")


def test_hints_opened_before_a_restart_are_there_again_and_count_once():
    """Each new kernel used to count the hints from one, so that a report knew more hints than there are."""
    from teaching.learning import answer_store

    first = questions.check("01-half-life")
    for _ in range(2):
        first._show_hint()
    again = questions.check("01-half-life")  # as after a restart
    assert again.hint.value == first.hint.value and again.hint_button.description == "Hint 3 of 3"
    again._show_hint()
    third = questions.check("01-half-life")
    assert third.hint_button.disabled and third.hint.value.count('role="status"') == 3
    assert answers.hints_opened("01-half-life") == 3
    kept = [line for line in answer_store.read(answers.question("01-half-life").lesson) if line["kind"] == "hint"]
    assert [line["value"] for line in kept] == [1, 2, 3]
