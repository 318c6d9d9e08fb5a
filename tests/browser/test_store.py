"""What a page without a kernel keeps in the browser: nothing is lost, overwritten, executed or pretended."""

import json

import pytest

from teaching.panels import bundle

SITE = "http://kit.test/lesson.html"


@pytest.fixture
def tab(browser):
    """Opens a tab of one browser on a page with the store in it; all tabs share the browser's storage."""
    context = browser.new_context()
    context.route("**/*", lambda route: route.fulfill(body="<title>a page</title>", content_type="text/html"))

    def another(address=SITE):
        page = context.new_page()
        page.goto(address)
        page.add_script_tag(
            content=f"{bundle.linked('store')}\nglobalThis.store = store_js.make_store({{ kit: '1' }});"
        )
        return page

    yield another
    context.close()


def values(page, lesson="03_rituximab") -> list:
    return [entry["value"] for entry in page.evaluate("(lesson) => store.read(lesson)", lesson)]


def add(page, value, kind="answer", question="03-double", lesson="03_rituximab") -> str:
    return page.evaluate("(entry) => store.append(...entry)", [lesson, kind, question, value])


def test_entries_come_back_in_order_after_a_reload(tab):
    page = tab()
    kept = [14, "a word", [[0, 1], [2.5, 3]], [["a card", "a bin"], ["another", "a bin"]], 0.25]
    assert [add(page, value) for value in kept] == [""] * 5
    assert add(page, 9, lesson="01_b_cells") == ""
    page.close()
    page = tab()
    assert values(page) == kept and values(page, "01_b_cells") == [9]
    assert page.evaluate("store.lessons().sort()") == ["01_b_cells", "03_rituximab"]
    assert page.evaluate("store.last('03_rituximab', 'answer', '03-double').value") == 0.25
    assert page.evaluate("store.last('03_rituximab', 'prediction', '03-double')") is None
    assert page.evaluate("store.lasts()") and page.evaluate("store.note()") == ""


def test_the_same_prediction_again_is_no_new_one(tab):
    page = tab()
    for value in (3, 3, 4, 4, 3):
        add(page, value, "prediction")
    assert values(page) == [3, 4, 3]


def test_two_tabs_on_one_lesson_lose_nothing_and_hear_of_one_another(tab):
    one, two = tab(), tab()
    two.evaluate("() => { globalThis.heard = 0; store.on_change(() => heard++); }")
    for number in range(20):
        add(one if number % 2 else two, number)
    assert sorted(values(one)) == sorted(values(two)) == list(range(20))
    two.wait_for_function("heard >= 20")


_LATER = """
([clock, values]) => {
  const later = store_js.make_store({ kit: "1", now: () => Date.parse(clock) });
  for (const value of values) later.append("03_rituximab", "prediction", "03-double", value);
  return later.read("03_rituximab").map((entry) => [entry.value, entry.time.slice(0, 4)]);
}
"""


def test_the_last_one_counts_although_the_clock_was_set_back(tab):
    """An answer given after the clock was set back stood before the older ones, which then counted."""
    page = tab()
    for clock, values_then in (
        ("2031-05-01", [1, 2]),
        ("1999-01-01", [3]),
        ("2029-01-01", [4, 5]),
        ("9999-12-31", [6]),
    ):
        page.evaluate(_LATER, [clock, values_then])
    found = page.evaluate(_LATER, ["2026-11-27", [7]])
    assert found == [[1, "2031"], [2, "2031"], [3, "1999"], [4, "2029"], [5, "2029"], [6, "9999"], [7, "2026"]]
    text = page.evaluate("store.export_lines()")
    page.evaluate("store.erase()")
    page.evaluate("(text) => store.import_lines(text)", text)
    assert values(tab()) == [1, 2, 3, 4, 5, 6, 7], "a file keeps the order, too"
    assert page.evaluate("store.last('03_rituximab', 'prediction', '03-double').value") == 7


@pytest.mark.parametrize("time", ["+275760-09-13T00:00:00.000Z", "-271821-04-20T00:00:00.000Z", "Jan 5 2099", "x", ""])
def test_an_odd_time_in_a_file_stops_no_answer_that_comes_after_it(tab, time):
    page = tab()
    line = {"lesson": "03_rituximab", "schema": 1, "id": "a", "kind": "answer", "question": "q", "value": 1}
    head = {"kit": "bcell-teaching-kit", "what": "answers", "schema": 1}
    page.evaluate("(text) => store.import_lines(text)", "\n".join(map(json.dumps, (head, line | {"time": time}))))
    page.evaluate("(key) => localStorage.setItem(key, '{')", f"bcell-teaching-kit/answers/03_rituximab/{time}/b")
    assert add(page, 2) == add(page, 3) == ""
    assert values(page)[-2:] == [2, 3]


def test_what_an_older_or_broken_page_left_is_kept_and_a_newer_one_is_said(tab):
    page = tab()
    add(page, 1)
    start = "bcell-teaching-kit/answers/03_rituximab/2026-01-0"
    wrong = ["{", "null", "[]", '"text"', '{"schema": 1}', json.dumps({"schema": 1, "id": "a", "time": "yesterday"})]
    newer = json.dumps({"schema": 2, "id": "b", "time": "2030-01-01", "something": "else"})
    for number, text in enumerate([*wrong, newer]):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"{start}{number}/x", text])
    assert values(page) == [1]
    newer_words = "1 entry is of a newer version of this kit and stays unread."
    assert page.evaluate("store.note()") == f"{newer_words} 6 damaged entries were left out, the rest was read."
    add(page, 2)
    assert page.evaluate("localStorage.length") == 2 + len(wrong) + 1, "nothing of another hand is taken away"


def test_a_full_storage_is_said_and_what_was_written_goes_in_when_there_is_room(tab):
    page = tab()
    add(page, 1)
    page.evaluate(
        """() => { let size = 1 << 22; let k = 0;
        while (size) try { localStorage.setItem('stuffing' + k++, 'x'.repeat(size)); } catch { size >>= 1; } }"""
    )
    said = add(page, 2)
    assert said.startswith("Not saved: this browser's storage is full.") and not page.evaluate("store.lasts()")
    assert values(page) == [1, 2], "still there on this page"
    assert values(tab()) == [1], "a full storage is read"
    page.evaluate("for (const key of Object.keys(localStorage)) if (key.startsWith('s')) localStorage.removeItem(key);")
    assert add(page, 3) == "" and page.evaluate("store.lasts()")
    assert values(tab()) == [1, 2, 3]


def test_a_browser_that_keeps_nothing_is_said_and_nothing_is_pretended(tab):
    page = tab("data:text/html,<title>no storage for such a page</title>")
    said = add(page, 1)
    assert said.startswith("Not saved: this browser lets no page keep anything here") and values(page) == [1]
    assert not page.evaluate("store.lasts()")
    assert page.evaluate("store.export_lines()").count("\n") == 2, "it can still be taken along"


def test_everything_can_be_taken_along_brought_back_and_erased(tab):
    page = tab()
    for value in (1, "<img src=x onerror=alert(1)>", [[0, 1], [1, 2]]):
        add(page, value)
    page.evaluate("localStorage.setItem('of another page', 'stays')")
    text = page.evaluate("store.export_lines()")
    page.evaluate("store.erase()")
    assert values(page) == [] and page.evaluate("localStorage.length") == 1
    assert page.evaluate("(text) => store.import_lines(text)", text) == "3 entries added."
    assert values(page) == [1, "<img src=x onerror=alert(1)>", [[0, 1], [1, 2]]]
    assert page.evaluate("(text) => store.import_lines(text)", text) == "0 entries added, 3 were here already."
    torn = text[:-20] + '\n{"lesson": "../x", "schema": 1}\n'
    assert page.evaluate("(text) => store.import_lines(text)", torn) == (
        "0 entries added, 2 were here already, 2 could not be read."
    )


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "holds no answers"), ("{}", "holds no answers"), ("<html>", "holds no answers"),
        ("null", "holds no answers"),
        ('{"kit": "bcell-teaching-kit", "what": "answers", "schema": 2}', "newer version"),
        ('{"kit": "bcell-teaching-kit", "what": "answers"}', "newer version"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(tab, text, said):
    page = tab()
    found = page.evaluate(
        "(text) => { try { return store.import_lines(text); } catch (problem) { return problem.message; } }", text
    )
    assert said in found and page.evaluate("localStorage.length") == 0
