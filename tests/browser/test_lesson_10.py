"""Lesson 10 on the site with the network cut: predicted, committed, weighed, written, and carried by the report."""

import re

import pytest
from site_tools import small_site

from .desk_page import WIDTHS, lesson_page
from .layout import faults

NAME = "10_benefit_risk_and_access"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of this lesson alone."""
    return small_site(tmp_path_factory.mktemp("lesson"), NAME, panels=["benefits"])


@pytest.fixture(params=WIDTHS)
def page(site, browser, request):
    with lesson_page(browser, site, NAME, request.param) as page:
        yield page


def asked(page, name: str):
    """The places of one question, in the order of the lesson."""
    return page.locator(f'.teaching-place[data-id="{name}"]').all()


def answer_with_number(place, value: str, button: str) -> str:
    """What is said after a number was typed and a button pressed."""
    place.scroll_into_view_if_needed()
    place.get_by_role("spinbutton").or_(place.get_by_role("textbox")).first.fill(value)
    place.get_by_role("button", name=button).click()
    return place.inner_text()


def test_the_lesson_is_walked_from_the_prediction_to_the_report(page):
    (prediction,), (check,) = asked(page, "10-boxes"), asked(page, "10-empty")
    answer_with_number(prediction, "90", "Keep my prediction")
    check.scroll_into_view_if_needed()
    wrong, right = (check.get_by_role("radio", name=re.compile(words)) for words in ("^she is right: ", "^a number in"))
    for radio, said in ((wrong, "is missed then"), (right, "counts boxes and not")):
        radio.check()
        check.get_by_role("button", name="Check").click()
        assert said in check.inner_text()

    benefits, voices, table = page.locator(".teaching-desk").all()
    benefits.scroll_into_view_if_needed()
    assert "hold a number" in benefits.locator(".teaching-sentence").inner_text()

    voices.get_by_role("button", name="The payer", exact=True).click()
    voices.locator("input[name$='-option'][value='wait']").check()
    voices.get_by_label("How sure are you?", exact=True).fill("60")
    voices.get_by_label("One reason, in your own words").fill("Nobody drew lots.")
    voices.get_by_role("button", name="Commit: sign this choice").click()
    for count in range(1, 4):
        voices.get_by_role("button", name=re.compile("^Hear the ")).click()
        voices.get_by_text(f"{count} of 3 heard.").wait_for()
    voices.locator("input[name$='-option_after'][value='obinutuzumab']").check()
    voices.get_by_label("How sure are you now?").fill("45")
    voices.get_by_label("What moved you most?").select_option("absent")
    voices.get_by_label("What moved you, or why did nothing move you?").fill("Who waits longest?")
    voices.get_by_role("button", name="Sign this as well").click()

    table.get_by_label("obinutuzumab on how sure we are, typed").fill("8")
    table.get_by_label("obinutuzumab on how sure we are, typed").press("Enter")
    assert "Obinutuzumab is first" in table.locator(".teaching-sentence").inner_text()
    table.get_by_role("button", name="Keep this table").click()

    (mine,) = asked(page, "10-page")
    mine.get_by_role("textbox").fill("I would wait. Nobody counted ovaries.")
    mine.get_by_role("button", name="Keep my words").click()
    assert "Two people, two pages." in mine.inner_text()

    report = page.locator(".teaching-report")
    report.scroll_into_view_if_needed()
    words = report.inner_text()
    for told in ("90", "Nobody drew lots.", "Who waits longest?", "I would wait. Nobody counted ovaries."):
        assert told in words, told


def test_nothing_sticks_out_or_is_cut_off(page):
    wide = page.viewport_size["width"]
    for desk in page.locator(".teaching-desk").all():
        assert faults(page, desk, wide) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
