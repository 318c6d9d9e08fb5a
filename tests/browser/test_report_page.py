"""The report of a page without a kernel tells what learning/report.py tells: answers, own words, what was put where."""

import json
import re
from html import unescape

import pytest
from invented_questions import INVENTED, LESSON, WRONG_AND_RIGHT

from teaching.learning import answer_store, answers
from teaching.learning.class_reports import read_report
from teaching.learning.report import report
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
