"""Lesson 11 on the site with the network cut, from top to bottom: one decision of a room, five visits by the keyboard,
letter, defence, debrief, the page to take home, and the report as a file."""

import re

import pytest
from site_tools import small_site

from teaching.clinic.debrief import debrief
from teaching.clinic.visit import Ending, Visit, start
from teaching.learning import answers
from teaching.panels.clinic_told import LACKS

from .desk_page import WIDTHS, saved, start_desks, without_network
from .layout import faults
from .test_clinic_desk import PATIENT, SEED, by_tab_to

NAME = "11_clinic"
MIND = "If activity is above fifty per cent, I would give CAR-T cells."
ROUND = "One chair wants to wait; one counts cells; one fears for the kidney; and Leyla asks about her class."
LETTER = (
    "Dear Leyla, you asked what else there is. We gave you rituximab, and your disease became quieter for a while. "
    "We hope that it stays so, and we shall know more in six months. Nobody knows how long it lasts. "
    "A fever is an alarm: call the ward on the same day, also at night. You decide whether we try something stronger. "
    "Do not stop a drug without calling us first. We meet again in spring."
)
DEFENCE = (
    "The activity on day zero was high. I chose rituximab, because it has been given to many people with this disease. "
    "What spoke against it is that a node may stay full. A full node would have changed my mind."
)
CHANGED = "My judgement changed little in this patient. Luck decided about the infections, and I had none."
LINES = {
    "11-page-therapy": "Rituximab, twice",
    "11-page-what": "B cells with CD20, and no plasma cells.",
    "11-page-deep": "Blood is empty, and a node is not.",
    "11-page-long": "Months and not years in the blood.",
    "11-page-returns": "New naive cells, and some of the old clone.",
    "11-page-disease": "It can come back in many people.",
    "11-page-sure": "Two trials in lupus missed their goals.",
}
NOTE = "Blood first, and then we see."


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of this lesson alone."""
    return small_site(tmp_path_factory.mktemp("lesson"), NAME, panels=["benefits"])


@pytest.fixture(params=WIDTHS)
def page(site, browser, request):
    with without_network(browser, request.param) as context:
        page = context.new_page()
        page.goto((site / "lessons" / f"{NAME}.html").as_uri())
        start_desks(page)
        yield page


def asked(page, name: str):
    place = page.locator(f'.teaching-place[data-id="{name}"]')
    place.scroll_into_view_if_needed()
    return place


def written(page, name: str, text: str) -> str:
    """What the page says after a text was typed and kept."""
    place = asked(page, name)
    place.get_by_role("textbox").fill(text)
    place.get_by_role("button", name="Keep my words").click()
    place.get_by_text(re.compile("^Kept")).first.wait_for()
    return place.inner_text()


def scored(page, name: str) -> int:
    """Every point but the last is there; returns how many cards there are."""
    place = asked(page, name)
    there, missing = (place.get_by_role("radio", name=word).all() for word in ("there", "missing"))
    for radio in [*there[:-1], missing[-1]]:
        radio.check()
    place.get_by_role("button", name="Keep my count").click()
    return len(there)


def next_visit(page, number: int) -> None:
    """Leaves a visit by the keyboard, and thinks twice."""
    by_tab_to(page, "Next visit" if number < 5 else "End the last visit")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    there = "How it ended" if number == 5 else f"Visit {number + 1} of 5"
    page.wait_for_function("(words) => document.activeElement.textContent.startsWith(words)", arg=there)


def career() -> Ending:
    """What is played below, in Python."""
    visit = start(PATIENT, SEED).order("disease activity").give("rituximab").note(NOTE)
    while isinstance(visit, Visit):
        visit = visit.next()
    return visit


def test_the_lesson_is_walked_from_top_to_bottom(page):
    room, desk = page.locator(".teaching-desk").all()
    room.get_by_role("radio", name="Wait and see").check()
    room.locator(".teaching-clinic-door > p > button").click()
    room.get_by_role("button", name="Yes, close this visit").click()
    room.get_by_role("heading", name="How it ended").wait_for()

    desk.locator(".teaching-clinic-person input").first.focus()
    page.keyboard.press("Space")
    by_tab_to(page, "Seed")
    page.keyboard.type(str(SEED))
    by_tab_to(page, "Call the patient in")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.textContent.startsWith('Visit 1 of 5')")
    by_tab_to(page, "disease activity")
    page.keyboard.press("Space")
    by_tab_to(page, "Antibodies")
    page.keyboard.press("Enter")
    by_tab_to(page, "rituximab")
    page.keyboard.press("Space")
    by_tab_to(page, "Your note")
    page.keyboard.type(NOTE)
    for number in range(1, 4):
        next_visit(page, number)
    written(page, "11-mind", MIND)
    written(page, "11-round", ROUND)
    desk.get_by_role("heading", name="Visit 4 of 5").focus()
    next_visit(page, 4)

    assert "words; at most 150" in refused(page, "11-letter", "word " * 151)
    written(page, "11-letter", LETTER)
    assert scored(page, "11-letter-score") == len(answers.entry_of("11-letter-score")["cards"])
    written(page, "11-defence", DEFENCE)
    assert scored(page, "11-defence-score") == len(answers.entry_of("11-defence-score")["cards"])
    guess = asked(page, "11-luck")
    guess.get_by_role("textbox").or_(guess.get_by_role("spinbutton")).first.fill("120")
    guess.get_by_role("button", name="Keep my prediction").click()

    desk.get_by_role("heading", name="Visit 5 of 5").focus()
    next_visit(page, 5)
    ending = career()
    assert desk.locator(".teaching-sentence").inner_text() == ending.words
    by_tab_to(page, "Look behind the curtain")
    page.keyboard.press("Enter")
    desk.get_by_role("heading", name="Luck and judgement").wait_for(timeout=60_000)
    told = desk.locator(".teaching-clinic-debrief").inner_text()
    assert all(line in told for line in (*debrief(ending).words.split("\n"), *LACKS, ending.person.missing, NOTE))
    written(page, "11-changed", CHANGED)

    for name, line in LINES.items():
        said = written(page, name, line)
        model = answers.entry_of(name).get("model", "")
        assert model in said, "ours opens when the own line is kept"
    take_home = saved(page, "Save my page").text
    assert all(line in take_home for line in LINES.values()) and "Leandro" not in take_home
    report = saved(page, "Save my report").text
    for words in (MIND, ROUND, LETTER, DEFENCE, CHANGED, "120", ending.words, *LINES.values()):
        assert words in report, words

    page.reload()
    page.locator(".teaching-report", has_text=LETTER).first.wait_for()
    assert ending.words in page.get_by_role("region", name="My report").inner_text(), "nothing is lost overnight"


def refused(page, name: str, text: str) -> str:
    """What the page says to a text that it does not take."""
    place = asked(page, name)
    place.get_by_role("textbox").fill(text)
    place.get_by_role("button", name="Keep my words").click()
    place.get_by_text(re.compile("so take out")).first.wait_for()
    assert place.get_by_role("textbox").input_value() == text, "it stays in its field"
    return place.inner_text()


def test_nothing_sticks_out_or_is_cut_off(page):
    wide = page.viewport_size["width"]
    for desk in page.locator(".teaching-desk").all():
        assert faults(page, desk, wide) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
