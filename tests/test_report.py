"""The one-page report: what it says is what the student did, and nothing is ever replaced."""

import pytest
from invented_questions import INVENTED, WRONG_AND_RIGHT
from invented_questions import LESSON as INVENTED_LESSON

from teaching.learning import answer_store, answers
from teaching.learning.report import report

LESSON = "01_b_cells_in_balance"


pytestmark = pytest.mark.usefixtures("own_folder")


def row(name: str):
    return next(row for row in report(LESSON).rows if row.id == name)


def test_an_untouched_lesson_says_so():
    made = report(LESSON)
    assert (
        made.summary.startswith("Lesson 01_b_cells_in_balance: 0 of ")
        and "0 predictions kept, 0 hints opened" in made.summary
    )
    assert all(row.verdict == "not yet tried" for row in made.rows)
    assert len(made.rows) >= 8


def test_tries_hints_and_ideas_are_counted():
    answers.check("01-half-life", 80.6)  # the mean lifetime
    answers.hint("01-half-life")
    answers.check("01-half-life", "55.9 days")
    answers.check("01-half-life", 12)  # playing on afterwards takes nothing away
    found = row("01-half-life")
    assert (found.right, found.tries, found.hints, found.ideas) == (True, 2, 1, ("mean-lifetime",))
    assert found.verdict == "right after 2 tries" and found.answer == "12 days"
    assert "1 of " in report(LESSON).summary and "1 hint opened" in report(LESSON).summary


def test_an_answer_that_is_not_right_yet_is_shown_as_such():
    answers.check("01-return-time", 346)
    assert row("01-return-time").verdict == "not yet right at the first try"


def test_predictions_of_questions_and_of_panels_stand_there():
    answers.predict("01-return-marker", 140)
    answer_store.append("panels", "prediction", "01-panel-blood", [[0, 200], [100, 1]])
    answer_store.append("panels", "prediction", "02-panel-other", [[0, 200]])
    assert row("01-return-marker").prediction.startswith("140")
    assert row("01-panel-blood").prediction == "2 points drawn"
    assert all(found.id != "02-panel-other" for found in report(LESSON).rows)


def test_the_page_holds_it_all_and_replaces_nothing(own_folder):
    answers.check("01-half-life", 55.9)
    first = report(LESSON).save("Mara <b>M.</b>").path
    second = report(LESSON).save().path
    assert first != second and first.parent == own_folder
    page = first.read_text(encoding="utf-8")
    assert "Mara &lt;b&gt;M.&lt;/b&gt;" in page and "right at the first try" in page and "Not treatment advice" in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")


def test_the_page_gives_no_answer_away(own_folder):
    page = report(LESSON).save().path.read_text(encoding="utf-8")
    key = {name: entry for name, entry in answers._key().items() if entry["lesson"] == LESSON}
    for entry in key.values():
        for known in (entry.get("answer"), *entry.get("wrong", ())):
            if known:
                assert known["feedback"][:40] not in page
        for hint in entry["hints"]:
            assert hint[:40] not in page


def test_old_or_damaged_lines_do_not_stop_it(own_folder):
    answers.check("01-half-life", 55.9)
    with open(own_folder / f"{LESSON}.jsonl", "a", encoding="utf-8") as file:
        file.write(
            '{"schema": 1, "time": "", "kit": "0.0.1", "kind": "answer", "question": "01-half-life", "value": '
            '"thirty"}\n'
        )
        file.write("not a line\n")
    found = report(LESSON)
    assert row("01-half-life").right is True
    assert "damaged" in found.notes


def test_a_lesson_that_does_not_exist_is_said_in_a_sentence():
    with pytest.raises(answers.AnswerProblem, match="there is no lesson '99_none' with questions"):
        report("99_none")


@pytest.mark.parametrize("name", [None, 5, "x" * 5000, "a\nb", "\ud800", [], object()])
def test_a_name_that_is_none_is_refused_in_a_sentence(own_folder, name):
    with pytest.raises(answers.AnswerProblem, match="a short name is needed") as problem:
        report(LESSON).save(name)
    assert len(str(problem.value)) <= 300 and not list(own_folder.glob("report_*"))


@pytest.mark.parametrize("folder", [5, 1.5, [], {}, object()])
def test_a_folder_that_is_no_path_is_refused_in_a_sentence(own_folder, folder):
    with pytest.raises(answers.AnswerProblem, match="the path of a folder is needed") as problem:
        report(LESSON).save(folder=folder)
    assert len(str(problem.value)) <= 300


def test_a_damaged_number_in_the_students_file_does_not_stop_it(own_folder):
    answers.predict("01-half-life", 30)
    line = '{"schema": 1, "time": "", "kit": "0.0.1", "kind": "prediction", "question": "01-half-life", "value": %s}\n'
    with open(own_folder / f"{LESSON}.jsonl", "a", encoding="utf-8") as file:
        file.write(line % 10**400)
    assert "10⁴⁰⁰" in row("01-half-life").prediction


def test_texts_curves_and_sentences_stand_there_whole_and_as_text(own_folder, monkeypatch):
    """What a student wrote in own words, to a question or beside a panel's prediction, is no markup."""
    monkeypatch.setattr(answers, "_key", lambda: INVENTED)
    assert "0 of 8 questions right" in report(INVENTED_LESSON).summary, (
        "a text is kept and not judged: it is not counted"
    )
    words = "<script>alert(1)</script> because\nthe postman walks. " * 8
    answers.check("99-why", "first")
    answers.check("99-why", words)
    answers.predict("99-why", "it <i>flies</i>")
    wrong, right = WRONG_AND_RIGHT["99-course"]
    answers.check("99-course", wrong)
    answers.check("99-course", right)
    for given in WRONG_AND_RIGHT["99-letter"]:
        answers.check("99-letter", given)
    answers.check("99-count", {"an address": "there", "a stamp": "missing", "a greeting": "there"})
    answers.predict("99-straight", [[0.01, 1], [100, 2]])
    answer_store.append("panels", "prediction", "99-panel-blood", [[0, 200], [100, 1]])
    answer_store.append("panels", "sentence", "99-panel-blood", words)
    answer_store.append("panels", "sentence", "99-panel-empty", 7)
    made = report(INVENTED_LESSON)
    rows = {row.id: row for row in made.rows}
    why, course = rows["99-why"], rows["99-course"]
    assert (why.sentence, why.prediction, why.verdict) == (words.strip(), "it <i>flies</i>", "written")
    assert (course.answer, course.verdict, course.ideas) == ("5 points drawn", "right after 2 tries", ("a-line",))
    assert rows["99-straight"].prediction == "2 points drawn" and rows["99-speed"].verdict == "not yet tried"
    letter, count = rows["99-letter"], rows["99-count"]
    assert letter.answer == "writer: Yours, Anna; reader: Dear <b>aunt</b>,; postage: not in this letter"
    assert (letter.verdict, letter.ideas) == ("right after 2 tries", ("postman-writes",))
    assert (count.sentence, count.answer, count.verdict) == ("2 of 3 there. The others: card 2.", "", "written")
    panel = rows["99-panel-blood"]
    assert (panel.prediction, panel.sentence, panel.verdict) == ("2 points drawn", words, "predicted")
    assert "99-why: written" in repr(made) and "2 of 7 questions right" in made.summary, (
        "nor is what was only predicted"
    )
    for page in (made._repr_html_(), made.save().path.read_text(encoding="utf-8")):
        assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; because") == 16
        assert (
            not [mark for mark in ("<script", "<i>", "<b>") if mark in page] and INVENTED["99-why"]["model"] not in page
        )
