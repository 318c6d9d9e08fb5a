"""The deliberation on a page without a kernel or a network: from the card to the room, and what it refuses."""

import json
import re

import pytest
from deliberation_settings import CLOSED, FOLLOWS, GOOD, SEAT, WRONG

from teaching.panels.deliberation import LESSON, NAME, deliberation, deliberation_data
from teaching.panels.deliberation_setting import checked, follows, start
from teaching.tables_roles import CHOICES, ROLES, roles

from .asking import faults_for_everyone
from .conftest import complaints_of_ours, keep_pictures
from .desk_page import (
    WIDTHS,
    WINDOWS,
    desk_file,
    desks_in_lab,
    kept_by_kernel,
    odd_settings,
    open_everything,
    opened,
    press,
    refused,
    said_alike,
    saved,
    says,
    script_of,
    stored,
    without_network,
)
from .layout import faults

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return desk_file(tmp_path_factory.mktemp("desk"), deliberation())


@pytest.fixture(params=WIDTHS)
def open_page(browser, file, request):
    """Opens the desk without a network, in a window of this width."""
    with without_network(browser, request.param) as context:
        yield lambda: opened(context.new_page(), file)


def choose(page, which, option) -> None:
    page.locator(f"input[name$='-{which}'][value='{option}']").check()


def commit(page, option="wait", sure="60", reason="Nobody drew lots.") -> None:
    choose(page, "option", option)
    page.get_by_label("How sure are you?", exact=True).fill(sure)
    page.get_by_label("One reason, in your own words").fill(reason)
    press(page, "Commit: sign this choice")


def hear_all(page) -> None:
    for count in range(1, 4):
        page.get_by_role("button", name=re.compile("^Hear the ")).click()
        page.get_by_text(f"{count} of 3 heard.").wait_for()


def revise(page, option="obinutuzumab", sure="45", by="absent", words="Who waits longest?") -> None:
    choose(page, "option_after", option)
    page.get_by_label("How sure are you now?").fill(sure)
    page.get_by_label("What moved you most?").select_option(by)
    page.get_by_label("What moved you, or why did nothing move you?").fill(words)
    press(page, "Sign this as well")


def to_the_room(page) -> None:
    press(page, "The payer")
    commit(page)
    hear_all(page)
    revise(page)
    page.get_by_role("heading", name="5 · The room, before and after").wait_for()


# --- the rules -----------------------------------------------------------------------------------------------------


def test_the_script_takes_and_refuses_what_python_does_in_the_same_words(browser):
    given = [*GOOD, *({**start(), **changes} for changes, _ in WRONG)]
    pairs = [[before, after, start()] for before, after, _ in FOLLOWS]
    with script_of(browser, "deliberation_checks", deliberation_data()) as page:
        said = said_alike(page, "deliberation_checks_js.check_setting({ data }, one)", given, checked)
        said_alike(
            page,
            "deliberation_checks_js.check_setting({ data }, one)",
            [*odd_settings(start()), *odd_settings(CLOSED)],
            checked,
        )
        said_alike(page, "deliberation_checks_js.follows(...one) ?? null", pairs, lambda one: follows(*one))
        blank = page.evaluate("() => deliberation_checks_js.blank([])")
    assert sum(isinstance(one, str) for one in said) == len(WRONG)
    assert blank == start()


# --- the walk ------------------------------------------------------------------------------------------------------


def test_from_the_card_to_the_room(open_page):
    page = open_page()
    for one in roles().values():
        assert page.get_by_text(one.who).is_hidden() and page.get_by_text(one.asks).is_hidden()
    press(page, "The payer")
    assert page.get_by_text(roles()["payer"].who).is_visible()
    assert page.get_by_role("button", name=re.compile("^Hear")).is_hidden(), "nobody is heard before the commitment"
    press(page, "Commit: sign this choice")
    assert refused(page).startswith("No choice is made yet")
    commit(page)
    for role in ("patient", "clinician", "absent"):
        for other in ("patient", "clinician", "absent"):
            heard = list(ROLES).index(other) < list(ROLES).index(role)
            assert page.get_by_text(roles()[other].asks).is_visible() == heard
        page.get_by_role("button", name=re.compile("^Hear the ")).click()
        page.get_by_text(roles()[role].asks).wait_for()
        for known in roles()[role].knows:
            assert page.get_by_text(known.text).is_visible()
    revise(page)
    assert 'First you chose "wait", 60 of 100 sure. Then you chose "obinutuzumab", 45 of 100 sure.' in says(page)
    last = stored(page)[-1]
    assert checked(last) == last and last["moved_by"] == "absent" and last["closed"] >= last["signed"] > "2026"
    for word in ("payer (chosen)", "wait, 60", "Nobody drew lots.", "obinutuzumab, 45", "Who waits longest?"):
        assert word in last["says"]
    assert faults_for_everyone(page, ".teaching-desk") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    words = page.locator(".teaching-desk").inner_text().lower()
    assert not re.search(r"\b(correct|best choice|well done|right answer)\b", words)


def test_the_first_choice_cannot_be_changed_and_is_there_again(open_page):
    page = open_page()
    press(page, "The clinician")
    commit(page)
    for field in page.locator("[name$='-option'], [id$='-sure'], [id$='-reason']").all():
        assert field.is_disabled()
    # Not even by a script that opens the fields again.
    page.evaluate("() => { for (const one of document.querySelectorAll('[name$=\"-option\"]')) one.disabled = false; }")
    choose(page, "option", "obinutuzumab")
    assert refused(page) == "Your first choice is signed and cannot be changed; start again for another one."
    assert all(one["option"] in ("", "wait") for one in stored(page))
    again = open_page()
    assert 'First you chose "wait"' in says(again) and again.locator("[name$='-option'][value=wait]").is_checked()


def test_what_is_missing_is_said_and_nothing_typed_is_lost(open_page):
    page = open_page()
    press(page, "The payer")
    page.get_by_label("One reason, in your own words").fill("A long thought.")
    page.get_by_label("How sure are you?", exact=True).fill("very")
    choose(page, "option", "wait")
    assert refused(page) == "How sure you are is 'very'; a whole number from 0 to 100 is needed."
    assert page.get_by_label("One reason, in your own words").input_value() == "A long thought."
    page.get_by_label("How sure are you?", exact=True).fill("70 %")
    press(page, "Commit: sign this choice")
    assert refused(page) == "" and '"wait", 70 of 100' in says(page)
    hear_all(page)
    press(page, "Sign this as well")
    assert refused(page).startswith("No second choice is made yet")
    choose(page, "option_after", "wait")
    page.get_by_label("What moved you, or why did nothing move you?").fill("x" * 401)
    page.get_by_label("How sure are you now?").fill("70")
    press(page, "Sign this as well")
    assert "a text of at most 400 characters is needed" in refused(page)
    assert len(page.get_by_label("What moved you, or why did nothing move you?").input_value()) == 401
    assert page.get_by_text("401 of 400 characters").is_visible()


def test_a_draft_is_there_again_and_another_chair_keeps_the_round_before(open_page):
    page = open_page()
    press(page, "The payer")
    page.get_by_label("One reason, in your own words").fill("A draft.")
    page.get_by_label("How sure are you?", exact=True).focus()
    again = open_page()
    assert again.get_by_label("One reason, in your own words").input_value() == "A draft."
    commit(again)
    hear_all(again)
    revise(again, option="wait", by="nothing")
    press(again, "Sit in another chair")
    again.get_by_role("button", name="Deal me a card").wait_for()
    assert says(again) == "Four cards lie on the table, closed. Take one."
    assert again.get_by_label("One reason, in your own words").input_value() == ""
    press(again, "Deal me a card")
    again.get_by_text(", dealt by chance").first.wait_for()
    assert sum(bool(one["closed"]) for one in stored(again)) == 1


def test_a_card_is_dealt_by_chance(browser, file):
    """Each of the four is dealt in forty deals, whoever they are."""
    with without_network(browser) as context:
        page, dealt = opened(context.new_page(), file), set()
        for _ in range(40):
            press(page, "Deal me a card")
            page.get_by_text("Your card", exact=True).wait_for()
            dealt.add(says(page))
            press(page, "Reset")
    assert len(dealt) == len(ROLES)


# --- the room ------------------------------------------------------------------------------------------------------


def test_files_of_a_room_come_in_and_bad_ones_get_a_sentence_each(open_page, tmp_path):
    page = open_page()
    to_the_room(page)
    page.get_by_text("Bring in the choices of other people").click()
    page.get_by_label("Name on the file (if you like)").fill("Anna")
    text = saved(page, "Save my two choices as a file").text
    mine = json.loads(text)
    assert (mine["first"], mine["then"], mine["sure"], mine["name"]) == ("wait", "obinutuzumab", 60, "Anna")
    assert "Nobody drew lots" not in text and "Who waits" not in text

    def other(**changes):
        return {**mine, "name": "Ben", "signed": "2026-11-27T08:00:00Z", **changes}

    texts = {
        "good_1.json": other(),
        "good_2.json": other(name="<img src=x onerror=alert(1)>", role="patient", then="wait"),
        "twice.json": other(),
        "mine.json": mine,
        "damaged.json": json.dumps(other())[:60],
        "foreign.json": {"answers": [1]},
        "list.json": [],
        "null.json": None,
        "newer.json": other(schema=2),
        "lesson.json": other(lesson="08_virtual_trial"),
        "option.json": other(first="aspirin"),
        "sure.json": other(sure=1000),
        "big.json": other(more="x" * 30_000),
    }
    for name, one in texts.items():
        (tmp_path / name).write_text(one if isinstance(one, str) else json.dumps(one), encoding="utf-8")
    page.get_by_label("Open files of other people").set_input_files([tmp_path / name for name in texts])
    page.get_by_text("2 people added.").wait_for()
    told = page.locator(".teaching-said-list li").all_inner_texts()
    sentences = {"damaged": "is damaged", "foreign": "holds no choice", "list": "holds no choice",
                 "null": "holds no choice", "newer": "newer version", "lesson": "another lesson",
                 "option": "a choice is 'aspirin'",
                 "sure": "from 0 to 100", "big": "too large"}  # fmt: skip
    for name, words in sentences.items():
        assert sum(f"{name}.json" in one and words in one for one in told) == 1, (name, told)
    assert "2 were here already and were not added again." in told and len(told) == len(sentences) + 2
    assert all(one.endswith(".") for one in told)
    page.get_by_text("3 people in the room: 2 chose another option after hearing the others, and 1 stayed.").wait_for()
    assert page.locator("img").count() == 0
    assert stored(page)[-1]["room"][0]["name"] == "Ben"


def test_typed_people_come_in_and_bad_lines_get_a_sentence_each(open_page):
    page = open_page()
    to_the_room(page)
    page.get_by_text("Bring in the choices of other people").click()
    field = page.get_by_label("Or type a line a person: number of the option before, and after")
    field.fill("2 4\n2, 4\n7 x 5 -> 5\n\n6 1\nfoo\n2\n0 x 1 1\n3 3 3")
    press(page, "Add these people")
    page.get_by_text("9 people added.").wait_for()
    told = page.locator(".teaching-said-list li").all_inner_texts()
    assert [one[:6] for one in told if one.startswith("Line")] == ["Line 5", "Line 6", "Line 7", "Line 8", "Line 9"]
    page.get_by_text("10 people in the room: 3 chose another option").wait_for()
    page.get_by_text("Who went where, as a table").click()
    rows = [row.split("\t") for row in page.locator(".teaching-step table tbody").inner_text().splitlines()]
    names = list(CHOICES)
    assert [names[1], names[3], "2"] in rows and [names[4], names[4], "7"] in rows and len(rows) == 3
    field.fill("100 x 1 2")
    press(page, "Add these people")
    page.get_by_text("The room is full with 60 people; 49 found no seat.").wait_for()
    press(page, "Send everybody home")
    page.get_by_text("1 person in the room: 1 chose").wait_for()


def test_the_picture_of_a_full_room_shows_every_person_and_holds_on_narrow_pages(browser, tmp_path):
    room = [{**SEAT, "name": f"N{k}", "first": list(CHOICES)[k % 5], "then": list(CHOICES)[k % 3]} for k in range(60)]
    file = desk_file(tmp_path, deliberation(**{**CLOSED, "room": room}))
    with without_network(browser) as context:
        page = opened(context.new_page(), file)
        open_everything(page)
        for width, size in WINDOWS:
            assert faults(page, page.locator("body"), width, size) == []
            picture = page.locator(".teaching-room-picture svg")
            assert picture.locator("circle").count() == 2 * 61
            outside = picture.evaluate(
                "(svg) => [...svg.querySelectorAll('text, circle')].filter((one) => { const box = one.getBBox(), "
                "view = svg.viewBox.baseVal; return box.x < -1 || box.x + box.width > view.width + 1 || box.y < -1 || "
                "box.y + box.height > view.height + 1; }).map((one) => one.outerHTML)"
            )
            assert outside == [], width


def test_by_keyboard_alone(open_page):
    page = open_page()
    key = page.keyboard.press
    page.get_by_role("button", name="Deal me a card").focus()
    for _ in range(3):
        key("Tab")
    key("Enter")  # the payer
    page.wait_for_function("document.activeElement.textContent === 'The payer'")
    while page.evaluate("document.activeElement.value") != "rituximab again":
        key("Tab")
    key("Space")
    key("ArrowDown")
    key("Tab")
    page.keyboard.type("55")
    key("Tab")
    page.keyboard.type("Four infusions and no stay.")
    key("Tab")
    key("Enter")
    for name in ("The patient", "The clinician", "The patient who is not in the room"):
        page.wait_for_function("document.activeElement.textContent.startsWith('Hear the ')")
        key("Enter")
        page.wait_for_function(f"document.activeElement.textContent === '{name}'")
        while not page.evaluate(
            "/^Hear the |option_after$/.test(document.activeElement.textContent + document.activeElement.name)"
        ):
            key("Tab")
    key("Space")
    key("Tab")
    page.keyboard.type("50")
    key("Tab")
    key("ArrowDown")
    key("Tab")
    page.keyboard.type("Nothing new.")
    key("Tab")
    key("Enter")
    page.wait_for_function("document.activeElement.textContent === 'Sit in another chair'")
    assert 'First you chose "obinutuzumab", 55 of 100 sure. Then you chose "rituximab again", 50' in says(page)


# --- over a kernel -------------------------------------------------------------------------------------------------


def test_in_jupyterlab_the_kernel_keeps_both_choices_and_the_report_carries_them(lab, open_notebook, artifacts):
    cell = "from teaching import panels\npanels.deliberation()"
    notebook = desks_in_lab(lab, open_notebook, "deliberation.ipynb", cell)
    page = notebook.page
    to_the_room(page)
    keep_pictures(page, [page.locator(".teaching-desk")], "deliberation_lab", artifacts)
    name, last = kept_by_kernel(lab, LESSON, lambda last: last["closed"])[-1]
    assert name == NAME and checked(last) == last and last["closed"]
    assert "Nobody drew lots." in last["says"] and "Who waits longest?" in last["says"]
    assert notebook.outside == [] and complaints_of_ours(notebook) == []
