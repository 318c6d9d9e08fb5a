"""The base of all desks in a browser: drawn at once, refused with the way back, kept in the page's store, and over a
kernel that refuses, is silent or gone."""

import pytest
from invented_desk import invented, known

from teaching.panels import bundle
from teaching.panels.desk import OF_ANOTHER_VERSION

from . import desk_page
from .asking import faults_for_everyone, script_of_widget
from .desk_page import desk_file, opened, said_alike, says, script_of, stored, without_network


@pytest.fixture(autouse=True)
def bundled(own_folder, monkeypatch):
    known(monkeypatch)


@pytest.fixture
def context(browser):
    with without_network(browser, 1000, 700) as context:
        yield context


def enter(page, score) -> None:
    desk_page.enter(page, "Score", score)


@pytest.fixture
def open_page(context, tmp_path):
    """Opens the desk as a file of this disk, without a network."""
    file = desk_file(tmp_path, invented(keeps=True))
    return lambda: opened(context.new_page(), file)


def test_on_a_page_it_follows_refuses_and_goes_back(open_page):
    page = open_page()
    assert says(page) == "The score is 3 of 10."
    enter(page, 8)
    assert says(page) == "The score is 8 of 10."
    page.locator(".teaching-desk .teaching-spoken", has_text="The score is 8 of 10.").wait_for(state="attached")
    enter(page, 12)
    error = page.locator(".teaching-error").first
    assert error.inner_text() == "Score is 12; allowed is a number from 0 to 10."
    assert says(page) == "The score is 8 of 10." and page.get_by_label("Score", exact=True).input_value() == "12"
    assert faults_for_everyone(page, ".teaching-desk") == []
    page.get_by_role("button", name="Undo the last change").click()
    assert error.inner_text() == "" and page.get_by_label("Score", exact=True).input_value() == "8"
    assert page.evaluate("document.activeElement.closest('.teaching-desk') !== null"), "the focus is not lost"
    page.get_by_role("button", name="Reset").click()
    assert says(page) == "The score is 3 of 10."


def test_what_was_kept_by_another_version_is_said_and_stays(open_page):
    page = open_page()
    enter(page, 8)
    page.get_by_role("button", name="Keep").click()
    page.locator(".kept", has_text="Kept: 8").wait_for()
    page.evaluate(
        """() => { for (const [key, text] of Object.entries(localStorage))
        if (text.includes('"desk"')) localStorage.setItem(key, text.replace("score", "points")); }"""
    )
    page = open_page()
    assert says(page) == "The score is 3 of 10." and page.get_by_text(OF_ANOTHER_VERSION).is_visible()
    assert "points" in page.evaluate("JSON.stringify(localStorage)")


def test_what_is_kept_on_a_page_is_there_again_and_goes_when_it_is_erased(open_page):
    page = open_page()
    enter(page, 9)
    page.get_by_role("button", name="Keep").click()
    page.locator(".kept", has_text="Kept: 9").wait_for()
    assert page.locator(".teaching-note[role=status]").inner_text().startswith("Kept.")
    again = open_page()
    assert says(again) == "The score is 9 of 10." and again.locator(".kept").inner_text() == "Kept: 9"
    assert stored(again) == [{"score": 9}]
    page.evaluate("() => { localStorage.clear(); }")
    again.locator(".kept", has_text="Nothing kept").wait_for()  # the other tab hears of it
    assert says(again) == "The score is 3 of 10."


def test_the_exported_file_says_its_words_without_a_script(browser, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk_file(tmp_path, invented()).as_uri())
    assert "The score is 3 of 10." in page.locator("main").inner_text() and page.locator("noscript").count() == 1
    context.close()


def test_a_visit_notices_a_script_that_throws_and_what_is_asked_of_another_computer(browser):
    """Every desk is visited like this, so what it would not notice could be wrong in all of them."""
    pages = {
        "off the rails": "<script>throw new Error('off the rails')</script>",
        "https://elsewhere.example/": "<img src='https://elsewhere.example/'>",
    }
    for complaint, text in pages.items():
        with pytest.raises(AssertionError, match=complaint), without_network(browser) as context:
            context.new_page().set_content(text)


def test_a_difference_between_script_and_python_is_noticed(browser):
    def in_python(one):
        if one < 0:
            raise ValueError("below zero.")
        return one

    both = "(() => { if (one < 0) throw new Error('below zero.'); return one; })()"
    with script_of(browser, "numbers") as page:
        assert said_alike(page, both, [1, -1], in_python) == [[1], "below zero."]
        for script in ("one + 1", "one", both.replace("below", "above")):
            with pytest.raises(AssertionError):
                said_alike(page, script, [1, -1], in_python)


# --- over a kernel


@pytest.fixture
def widget(context):
    """A desk over a line that the test holds in its hand: `carry()` lets the kernel hear and the page see."""
    page, desk = context.new_page(), invented(keeps=True)
    page.clock.install()
    page.set_content("<!doctype html><html lang='en'><body></body></html>")
    page.add_style_tag(content=bundle.style("invented"))
    page.add_script_tag(content=bundle.linked("invented"))
    page.evaluate(script_of_widget("invented"), {"setup": desk.setup, "shown": desk.shown})

    def carry() -> list:
        sent = page.evaluate("() => sent.splice(0)")
        for message in sent:
            desk._message(desk, message, [])
            page.evaluate("(shown) => arrive(shown)", desk.shown)
        return sent

    page.carry, page.desk = carry, desk
    return page


def test_the_picture_does_not_wait_for_the_kernel_and_only_the_newest_setting_waits_to_be_sent(widget):
    for score in (4, 5, 6):
        enter(widget, score)
        assert says(widget) == f"The score is {score} of 10."
    assert [one["values"] for one in widget.carry()] == [{"score": 4}]
    assert says(widget) == "The score is 6 of 10.", "an older answer does not pull the picture back"
    assert [one["values"] for one in widget.carry()] == [{"score": 6}]
    assert widget.carry() == [] and widget.desk.values == {"score": 6} and says(widget) == "The score is 6 of 10."


def test_what_the_kernel_refuses_goes_back_and_says_why(widget):
    widget.desk._check = lambda values: (_ for _ in ()).throw(ValueError("this kernel is older than its page."))
    enter(widget, 4)
    widget.carry()
    assert says(widget) == "The score is 3 of 10." and widget.get_by_label("Score", exact=True).input_value() == "3"
    assert widget.locator(".teaching-error").first.inner_text() == "This kernel is older than its page."


def test_python_moves_it_too(widget):
    widget.desk.set({"score": 1})
    widget.evaluate("(shown) => arrive(shown)", widget.desk.shown)
    assert says(widget) == "The score is 1 of 10."


def test_a_silent_kernel_is_said_and_a_dead_one_too(widget):
    enter(widget, 4)
    widget.clock.run_for(11_000)
    assert widget.locator(".teaching-error").first.inner_text().startswith("No answer from the kernel")
    widget.evaluate("() => { dead = true; }")
    widget.get_by_role("button", name="Keep").click()
    assert widget.locator(".teaching-gone").inner_text().startswith("The kernel behind this desk has stopped")
