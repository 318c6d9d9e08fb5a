"""The report of a page without a kernel tells what learning/report.py tells: answers, own words, what was put where."""

import json
import re
from html import unescape

import pytest
from invented_questions import INVENTED, LESSON, WRONG_AND_RIGHT

from teaching.learning import answer_store, answers
from teaching.learning.class_reports import read_report
from teaching.learning.report import report
from teaching.learning.take_home import take_home
from teaching.panels import bundle

#: What a student did: kind of entry, question, value.
DONE = [
    *(("answer", "99-letter", given) for given in WRONG_AND_RIGHT["99-letter"]),
    ("answer", "99-sorting", WRONG_AND_RIGHT["99-sorting"][0]),
    ("answer", "99-count", [["an address", "there"], ["a stamp", "missing"], ["a greeting", "there"]]),
    ("sentence", "99-why", "By post, <b>says</b> the postman."),
    ("answer", "99-speed", 3.0),
]
_ROWS = """
({ lesson, questions, done, rules }) => {
  const store = store_js.make_store({ storage: null });
  for (const [kind, question, value] of done) store.append(lesson, kind, question, value);
  const known = (act) => (id, value) => act(rules[id], rule_js.read_answer(rules[id], value).value);
  const judge = known((rule, value) => {
    if (!rule.answer) return null;
    const { right, misconception } = rule_js.judge(rule, value);
    return { right, idea: misconception };
  });
  const is_placed = ({ kind }) => placing_js.PLACED.includes(kind);
  const tell = known((rule, value) => (is_placed(rule) ? rule_js.answer_words(rule, value) : null));
  const rows = report_page_js.rows_of({ lesson, questions }, store, judge, tell);
  const entries = report_page_js.entries_of(lesson, store);
  const text = report_page_js.report_text(lesson, "Anna <b>", rows, new Date(0), entries);
  return { rows, text, summary: report_page_js.summary_of(lesson, rows) };
}
"""


@pytest.fixture
def there(browser):
    """The rows, the page and the summary of the script."""
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.linked("site"))  # all of it; it is not started
    questions = [
        {"id": name, "prompt": entry["prompt"], "unit": entry.get("unit", ""), "kept": answers.is_only_kept(entry)}
        for name, entry in INVENTED.items()
    ]
    given = {"lesson": LESSON, "questions": questions, "done": DONE, "rules": INVENTED}
    yield page.evaluate(_ROWS, json.loads(json.dumps(given)))
    page.context.close()


def test_it_tells_the_same_as_in_a_notebook(there, tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    monkeypatch.setattr(answers, "_key", lambda: INVENTED)
    for kind, question, value in DONE:
        answer_store.append(LESSON, kind, question, value)
    here = report(LESSON)
    assert there["summary"] == here.summary
    for mine, its in zip(here.rows, there["rows"], strict=True):
        told = mine.answer or mine.sentence
        assert (its["prompt"], its["right"], its["ideas"]) == (mine.prompt, mine.right, list(mine.ideas))
        assert its["answer"] == told, mine.id


_PAGE = """
({ lesson, questions, done, page }) => {
  const store = store_js.make_store({ storage: null });
  for (const [kind, question, value] of done) store.append(lesson, kind, question, value);
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  report_page_js.show_report(place, { lesson, questions, page }, store);
  const before = place.querySelector(".teaching-report").innerText;
  store.append(lesson, "sentence", "99-reply", "Dear aunt, <b>he</b> came.");
  const buttons = [...place.querySelectorAll("button")].map((one) => one.textContent);
  const after = place.querySelector(".teaching-report").innerText;
  return { before, after, markup: place.querySelectorAll("b").length, buttons };
}
"""


def test_the_page_to_take_home_has_its_lines_and_nothing_else(browser, tmp_path, monkeypatch):
    """It follows what is written, and says what learning/take_home.py says."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    monkeypatch.setattr(answers, "_key", lambda: INVENTED)
    for kind, question, value in [*DONE, ("sentence", "99-reply", "Dear aunt, <b>he</b> came.")]:
        answer_store.append(LESSON, kind, question, value)
    here = take_home(LESSON, "99-")
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.linked("site"))
    asked = [
        {"id": name, "prompt": entry["prompt"], "unit": entry.get("unit", ""), "kept": answers.is_only_kept(entry)}
        for name, entry in INVENTED.items()
        if entry["kind"] == "text"
    ]
    given = {"lesson": LESSON, "questions": asked, "done": DONE, "page": {"title": here.title}}
    seen = page.evaluate(_PAGE, json.loads(json.dumps(given)))
    page.context.close()
    assert "(not written yet)" in seen["before"] and seen["markup"] == 0
    assert here.summary in seen["after"] and "99-speed" not in seen["after"]
    for row in here.rows:
        assert row.prompt in seen["after"] and (row.sentence or "(not written yet)") in seen["after"]
    assert seen["buttons"] == ["Save my page", "Print my page"]


def test_where_nothing_is_right_or_wrong_no_question_counts_as_not_yet_right(browser, tmp_path, monkeypatch):
    """A lesson of letters used to say '0 of 1 questions right'. Its lines stand as they were written."""
    only = {name: INVENTED[name] for name in ("99-why", "99-reply", "99-count", "99-vote")}
    done = [("sentence", "99-reply", "Dear aunt,\n\nhe came."), ("prediction", "99-vote", "much"), DONE[3]]
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    monkeypatch.setattr(answers, "_key", lambda: only)
    for kind, question, value in done:
        answer_store.append(LESSON, kind, question, value)
    here = report(LESSON)
    asked = [
        {"id": name, "prompt": entry["prompt"], "unit": "", "kept": answers.is_only_kept(entry), "judged": False}
        for name, entry in only.items()
    ]
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.linked("site"))
    seen = page.evaluate(_ROWS, {"lesson": LESSON, "questions": asked, "done": done, "rules": only})
    page.context.close()
    words = f"Lesson {LESSON}: nothing here is right or wrong; 2 of 4 rows are filled, 1 predictions kept."
    assert seen["summary"] == here.summary == words
    assert '<td style="white-space:pre-line">Dear aunt,\n\nhe came.</td>' in seen["text"]


def test_its_data_is_that_of_a_notebook_and_is_read_as_such(there, tmp_path, monkeypatch):
    """What `teaching collect` and the vote in a room read: the same entries, and no markup in them."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    monkeypatch.setattr(answers, "_key", lambda: INVENTED)
    for kind, question, value in DONE:
        answer_store.append(LESSON, kind, question, value)
    mine = report(LESSON).save("Anna <b>").path.read_text(encoding="utf-8")
    here, its = (_data(text) for text in (mine, there["text"]))
    for entry in here["entries"] + its["entries"]:
        assert entry.pop("id") and entry.pop("time")
    for made in (here, its):
        assert made.pop("time") and made.pop("version") is not None
    assert its == here and its["name"] == "Anna <b>"
    one, other = read_report("a.html", mine), read_report("b.html", there["text"])
    assert one.given == other.given and one.notes == other.notes == () and len(other.marks) == len(DONE)


def _data(text: str) -> dict:
    (found,) = re.findall(r'<meta name="teaching-report" content="([^"]*)">', text)
    assert "<" not in found
    return json.loads(unescape(found))


def test_own_words_are_written_and_stand_there_as_text(there):
    """A text of one's own used to be 'not yet tried' in the report of a page, and its words were not in it."""
    assert "By post, &lt;b&gt;says&lt;/b&gt; the postman." in there["text"] and "<b>" not in there["text"]
    assert there["text"].count("<td>written</td>") == 2 and "2 of 3 there. The others: card 2." in there["text"]
