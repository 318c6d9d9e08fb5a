"""The clinic desk on a page without a kernel or a network: careers by mouse and by keyboard, and what it refuses."""

import contextlib
import json
import math
import re

import pytest
from clinic_settings import GOOD, OPEN, OVER, WRONG, at_first

from teaching.clinic.debrief import debrief
from teaching.clinic.visit import Ending, Visit, resume, start
from teaching.panels.clinic_case import OPTIONS, case
from teaching.panels.clinic_desk import clinic, desk_data
from teaching.panels.clinic_setting import LONGEST_NOTES, checked
from teaching.panels.clinic_told import LACKS

from .asking import faults_for_everyone
from .conftest import complaints_of_ours, keep_pictures
from .desk_page import (
    desk_file,
    desks_in_lab,
    faults_in_windows,
    kept_by_kernel,
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
from .layout import faults, unread

PATIENT, SEED = "SLE nephritis", 54
pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The desk as a file, in the waiting room."""
    return desk_file(tmp_path_factory.mktemp("desk"), clinic())


@pytest.fixture
def visited(browser):
    """Opens a file of the desk without a network, in a window of a width; no error may come up."""
    with contextlib.ExitStack() as visitors:

        def another(file, width=1280, context=None):
            context = context or visitors.enter_context(without_network(browser, width))
            return opened(context.new_page(), file)

        yield another


def call_in(page, patient=PATIENT, seed=SEED) -> None:
    page.locator(".teaching-clinic-person", has_text=re.compile(f"^{patient}", re.I)).locator("input").check()
    page.get_by_label(re.compile("^Seed")).fill(str(seed))
    press(page, "Call the patient in")
    page.get_by_role("heading", name="Visit 1 of 5").wait_for()


def order(page, *tests) -> None:
    for test in tests:
        page.locator(".teaching-clinic-test").filter(has=page.get_by_text(test, exact=True)).click()


def give(page, course) -> None:
    row = page.locator(".teaching-clinic-course").filter(has=page.get_by_text(course, exact=True))
    if not row.is_visible():
        row.locator("xpath=..").locator("summary").click()
    row.locator("input").check()


def go_on(page) -> None:
    page.locator(".teaching-clinic-door > p > button").click()
    press(page, "Yes, close this visit")


def keys(page, times, key="Tab") -> None:
    for _ in range(times):
        page.keyboard.press(key)


def by_tab_to(page, words, most=60) -> None:
    """Goes on with the tabulator until the focus stands on something with these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(
            "(words) => { const one = document.activeElement; return (one.closest('label') ?? one).textContent"
            ".startsWith(words) || one.getAttribute('aria-label')?.startsWith(words) || "
            "[...(one.labels ?? [])].some((label) => label.textContent.startsWith(words)); }",
            words,
        ):
            return
    raise AssertionError(f"the tabulator does not lead to {words!r}")


# --- the setting ---------------------------------------------------------------------------------------------------


def test_the_script_takes_and_refuses_what_python_does_in_the_same_words(browser):
    given = [*GOOD, *({**OPEN, **changes} for changes, _ in WRONG)]
    with script_of(browser, "clinic_desk_checks", desk_data()) as page:
        said = said_alike(page, "clinic_desk_checks_js.check_setting({ data }, one)", given, checked)
    assert sum(isinstance(one, str) for one in said) == len(WRONG)


# --- whole careers -------------------------------------------------------------------------------------------------


def played(until=None):
    """The career that the tests below play, in Python: the visit of a number, or the ending."""
    visit = start(PATIENT, SEED).order("blood B cells").order("disease activity").give("rituximab").note("Blood first.")
    visit = visit.next()
    if until == 2:
        return visit
    visit = visit.order("autoantibody").next().next()
    visit = visit.give("CD19 CAR-T").give("IgG replacement").give("stop steroids").next()
    return visit.next()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_career_by_mouse(visited, file, width):
    page = visited(file, width)
    call_in(page)
    assert says(page) == "Visit 1 of 5, day 0. 12 points left."
    order(page, "blood B cells", "disease activity")
    give(page, "rituximab")
    page.get_by_label(re.compile("^Your note")).fill("Blood first.")
    go_on(page)
    second = played(2)
    assert says(page).startswith("Visit 2 of 5, day 28. 1 result is new.")
    table = page.get_by_role("region", name="Results so far").inner_text()
    assert all(one.words in table for one in second.results)
    assert page.evaluate("document.activeElement.textContent").startswith("Visit 2 of 5")
    order(page, "autoantibody")
    go_on(page)
    go_on(page)
    give(page, "CD19 CAR-T")
    give(page, "Replace IgG")
    give(page, "Stop steroids")
    go_on(page)
    go_on(page)
    page.get_by_role("heading", name="How it ended").wait_for()
    ending = played()
    assert isinstance(ending, Ending) and says(page) == ending.words
    assert faults_for_everyone(page, ".teaching-desk") == []
    press(page, re.compile("^Look behind"))
    page.get_by_role("heading", name="Luck and judgement").wait_for(timeout=60_000)
    found = debrief(ending)
    body = page.locator(".teaching-clinic-debrief").inner_text()
    assert all(line in body for line in found.words.split("\n")) and "You noted: Blood first." in body
    assert ending.person.missing in body and all(sentence in body for sentence in LACKS)
    for row, (name, counts) in zip(page.locator(".teaching-clinic-runs").all(), found.counts.items(), strict=True):
        words = row.inner_text().lower()
        assert name in words and all(f"{kind}: {count}" in words for kind, count in counts.items() if count)
    for name, own, *_ in found.hidden.rows[:2]:
        assert name in body and f"{own:.3g}" in body
    far = [abs(math.log2(own / typical)) for _, own, typical, _ in found.hidden.rows]
    first = page.locator(".teaching-clinic-part", has_text="The hidden numbers").locator("tbody tr").first.inner_text()
    assert first.startswith(found.hidden.rows[far.index(max(far))][0]), "what is farthest from typical stands first"
    assert "lioger2017" in body and "England, 2014" in body
    assert faults_for_everyone(page, ".teaching-desk") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page, page.locator(".teaching-desk"), width) == []
    assert resume(json.dumps(stored(page)[-1]["career"])).words == ending.words


@pytest.mark.parametrize("width", [1280, 360])
def test_a_career_by_keyboard_alone(visited, file, width):
    page = visited(file, width)
    by_tab_to(page, "SLE nephritis")
    page.keyboard.press("Space")
    by_tab_to(page, "Seed")
    page.keyboard.type(str(SEED))
    by_tab_to(page, "Call the patient in")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.textContent.startsWith('Visit 1 of 5')")
    for test in ("blood B cells", "disease activity"):
        by_tab_to(page, test)
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    by_tab_to(page, "Antibodies")
    page.keyboard.press("Enter")
    by_tab_to(page, "rituximab")
    page.keyboard.press("Space")
    by_tab_to(page, "Your note")
    page.keyboard.type("Blood first.")
    for number in range(1, 6):
        by_tab_to(page, "Next visit" if number < 5 else "End the last visit")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.textContent") == "Stay on this visit"
        if number == 1:  # whoever thinks again loses nothing
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.textContent").startswith("Next visit")
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        if page.locator(".teaching-clinic-ending").is_visible():
            break
        page.wait_for_function(f"document.activeElement.textContent.startsWith('Visit {number + 1} of 5')")
    assert page.evaluate("document.activeElement.textContent") == "How it ended"
    by_tab_to(page, "Look behind the curtain")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.getAttribute('aria-label') === 'Debrief'", timeout=60_000)
    visit = start(PATIENT, SEED).order("blood B cells").order("disease activity").give("rituximab")
    while isinstance(visit, Visit):
        visit = visit.next()
    assert says(page) == visit.words
    by_tab_to(page, "Another patient")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.type === 'radio'")


def test_nothing_hidden_shows_before_the_end(visited, file):
    page = visited(file)
    call_in(page)
    order(page, "disease activity")
    go_on(page)
    words = page.locator(".teaching-clinic-known").inner_text() + page.locator(
        ".teaching-clinic-known svg"
    ).get_attribute("aria-label")
    assert "disease activity" in words
    for other in ("autoantibody", "blood B cells", "clone", "total IgG"):
        assert other not in words


def test_a_choice_can_be_taken_back_until_the_visit_is_left_but_not_what_was_seen(visited, file):
    page = visited(file)
    call_in(page)
    order(page, "lymph node biopsy")
    assert "8 points left" in says(page)
    order(page, "lymph node biopsy", "disease activity")
    page.locator(".teaching-clinic-test", has_text="disease activity").click(force=True)
    assert "11 points left" in says(page)
    assert refused(page) == "You have seen what disease activity says today, so it cannot be taken back."
    order(page, "lymph node biopsy", "CAR-T cells", "total IgG", "autoantibody", "vaccine antibody", "blood B cells")
    assert "1 point left" in says(page)
    box = page.get_by_label(re.compile("^Replace IgG"))
    box.click()
    assert refused(page) == "IgG replacement costs 2 points, and 1 is left; choose something cheaper."
    assert not box.is_checked() and "1 point left" in says(page)


def test_a_career_goes_on_after_a_reload_and_a_finished_one_stays_kept(visited, file):
    page = visited(file)
    call_in(page)
    give(page, "rituximab")
    page.get_by_label(re.compile("^Your note")).fill("half a thought")
    page.wait_for_timeout(1500)
    again = visited(file, context=page.context)
    assert says(again) == says(page)
    assert again.get_by_label(re.compile("^Your note")).input_value() == "half a thought"
    for _ in range(5):
        go_on(again)
    press(again, "Another patient")
    again.get_by_role("button", name="Call the patient in").wait_for()
    call_in(again, "myositis", 3)
    kept = stored(again)
    assert kept[-1]["patient"] == "myositis" and any(one["career"] and one["career"]["left"] for one in kept)
    assert all(checked(one) == one for one in kept)


def test_bad_seeds_get_one_sentence_and_nothing_typed_is_lost(visited, file):
    page = visited(file)
    seed = page.get_by_label(re.compile("^Seed"))
    page.locator(".teaching-clinic-person input").first.check()
    for typed in ("lucky", "-4", "1.5", "4294967296", "99999999999999999999"):
        seed.fill(typed)
        press(page, "Call the patient in")
        assert re.fullmatch(r"Seed is .*; allowed is a whole number from 0 to 4294967295\.", refused(page)), typed
        assert seed.input_value() == typed
        assert page.get_by_role("heading", name="Visit 1").is_hidden()
    seed.fill("")
    press(page, "Call the patient in")
    page.get_by_role("heading", name="Visit 1 of 5").wait_for()  # a seed by chance


def test_nobody_chosen_is_said(visited, file):
    page = visited(file)
    press(page, "Call the patient in")
    assert refused(page) == "No patient has been chosen: choose one, or let one be dealt to you."
    press(page, "Deal me one")
    assert page.locator(".teaching-clinic-person input:checked").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "Call the patient in"


def test_a_note_that_is_too_long_stays_and_is_said_while_typing(visited, file):
    page = visited(file)
    call_in(page)
    note = page.get_by_label(re.compile("^Your note"))
    note.fill("x" * (LONGEST_NOTES + 7))
    page.get_by_text("7 characters too many").wait_for()
    order(page, "total IgG")
    page.locator(".teaching-clinic-door button").first.click()
    assert "at most 3,000 are kept" in refused(page) and page.get_by_text("Visit 1 of 5 ·").is_visible()
    assert len(note.input_value()) == LONGEST_NOTES + 7
    note.fill("ü" * LONGEST_NOTES)
    page.get_by_text("3,000 of 3,000 characters.").wait_for()
    go_on(page)
    assert stored(page)[-1]["career"]["visits"][0]["notes"] == ["ü" * LONGEST_NOTES]


def test_the_team_round_asks_each_role_for_a_line(visited, file):
    page = visited(file, 360)
    call_in(page)
    page.get_by_label(re.compile("^Team round")).check()
    roles = ("Rheumatology", "Haematology", "Nephrology", "Patient")
    for role in roles:
        page.locator(".teaching-clinic-door button").first.click()
        assert refused(page) == f"{role} has not written its line yet; each role writes one before the visit is left."
        page.keyboard.type(f"{role} would wait.")
    go_on(page)
    notes = stored(page)[-1]["career"]["visits"][0]["notes"]
    assert notes == [f"{role}: {role} would wait." for role in roles]
    assert page.get_by_label("Patient says").input_value() == ""


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_career_is_saved_and_opened_here_and_in_python(visited, file, tmp_path):
    page = visited(file)
    call_in(page)
    order(page, "blood B cells")
    page.get_by_label(re.compile("^Your note")).fill("Grüße 🙂")
    page.get_by_text("The career as a file").click()
    text = saved(page, "Save this career as a file").content.decode("ascii")
    visit = resume(text)
    assert isinstance(visit, Visit) and visit.career.visits[0].notes == ("Grüße 🙂",)
    other = visited(file, 360)
    other.get_by_text("The career as a file").click()
    other.get_by_label("Open a career").set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
    )
    other.get_by_role("heading", name="Visit 1 of 5").wait_for()
    assert other.get_by_label(re.compile("^Your note")).input_value() == "Grüße 🙂"
    over = OVER["career"]
    other.get_by_label("Open a career").set_input_files(
        {"name": "b.json", "mimeType": "application/json", "buffer": json.dumps(over).encode()}
    )
    other.get_by_role("heading", name="How it ended").wait_for()
    assert says(other) == resume(json.dumps(over)).words


def test_bad_career_files_get_one_sentence_and_the_last_view_stays(visited, file):
    page = visited(file)
    call_in(page)
    before = says(page)
    good = json.loads(at_first().to_json())
    visits = good["visits"]
    bad = {
        "damaged": (json.dumps(good)[:60], "is damaged: it cannot be read."),
        "foreign": (json.dumps({"answers": 1}), "is no career of this clinic."),
        "list": ("[]", "is no career of this clinic."),
        "version": (json.dumps({**good, "clinic": 2}), "this clinic reads 1 only"),
        "tables": (json.dumps({**good, "tables": "0"}), "other tables of the kit"),
        "twice": (json.dumps({**good, "visits": [{**visits[0], "order": ["total IgG"] * 2}]}), "already"),
        "over": (json.dumps({**good, "left": True}), "still to come"),
        "long": (json.dumps({**good, "visits": [{**visits[0], "notes": ["x" * 3001]}]}), "at most 3,000"),
        "huge": ("x" * 2_100_000, "is too large to be a career."),
    }
    page.get_by_text("The career as a file").click()
    for name, (text, words) in bad.items():
        page.get_by_label("Open a career").set_input_files(
            {"name": f"{name}.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        page.wait_for_function(
            "(words) => document.querySelector('.teaching-error').textContent.includes(words)", arg=words
        )
        assert refused(page).endswith(".") and says(page) == before
        page.wait_for_function("document.querySelector('input[type=file]').value === ''")


# --- the debrief, and the projector ------------------------------------------------------------------------------


def test_the_runs_can_be_stopped_and_started_again(visited, file):
    page = visited(file)
    page.get_by_text("The career as a file").click()
    page.get_by_label("Open a career").set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": json.dumps(OVER["career"]).encode()}
    )
    page.get_by_role("button", name=re.compile("^Look behind")).wait_for()
    # Time flies: the page looks up after each run, and each look takes a while.
    page.evaluate(
        "() => { let now = 0; performance.now = () => (now += 40); "
        "globalThis.setTimeout = ((real) => (act, ms) => real(act, Math.max(ms ?? 0, 60)))(setTimeout); }"
    )
    press(page, re.compile("^Look behind"))
    press(page, "Stop")
    page.get_by_text("Stopped: the runs were not counted to the end").wait_for()
    hidden = ["What was hidden", "Your notes beside the truth", "The hidden numbers of this patient", "What you gave"]
    body = page.locator(".teaching-clinic-debrief").inner_text()
    assert all(title in body for title in hidden) and "Luck and judgement" not in body
    assert page.locator(".teaching-clinic-runs").count() == 0
    assert page.evaluate("document.activeElement.textContent").startswith("Look behind")
    page.reload()
    press(page, re.compile("^Look behind"))
    page.get_by_role("heading", name="Luck and judgement").wait_for(timeout=60_000)


def test_a_course_that_was_never_tried_is_told_as_what_the_model_believes(visited, file):
    page = visited(file)
    call_in(page)
    give(page, "mosunetuzumab")
    give(page, "rituximab")
    for number in range(2, 6):
        go_on(page)
        if page.get_by_role("heading", name="How it ended").is_visible():
            break
        page.get_by_role("heading", name=f"Visit {number} of 5").wait_for()
    else:
        go_on(page)
    press(page, re.compile("^Look behind"))
    page.get_by_role("heading", name="What the model does not have").wait_for(timeout=60_000)
    lines = (
        page.locator(".teaching-clinic-part", has_text="What the model does not have").locator("li").all_inner_texts()
    )
    believed = [line for line in lines if "what the model believes" in line]
    assert len(believed) == 1 and believed[0].startswith("Mosunetuzumab: Given in lymphoma. No result in autoimmune")


def test_one_visit_for_the_projector(visited, tmp_path):
    page = visited(desk_file(tmp_path, clinic(preset="one visit")))
    door = page.locator(".teaching-clinic-door button").first
    door.click()
    assert refused(page) == "Nothing has been decided yet: choose one of the options first."
    name, courses = list(OPTIONS.items())[-1]
    page.get_by_label(re.compile(f"^{name}")).check()
    go_on(page)
    visit = resume(case())
    for course in courses:
        visit = visit.give(course)
    while isinstance(visit, Visit):
        visit = visit.next()
    assert says(page) == visit.words
    press(page, "Run each option 200 times")
    page.get_by_role("heading", name="Each option, run again").wait_for(timeout=120_000)
    found = debrief(visit).counts["this patient, other luck"]
    row = page.locator(".teaching-clinic-part", has_text="the room's decision").inner_text()
    assert all(f"{kind}: {count}" in row for kind, count in found.items() if count)
    assert page.locator(".teaching-clinic-pair").count() == len(OPTIONS)
    assert faults_for_everyone(page, ".teaching-desk") == []
    press(page, "Decide once more")
    page.get_by_role("heading", name="Visit 4 of 5").wait_for()
    assert stored(page)[-2]["option"] == name and checked(stored(page)[-2])


def test_everything_open_holds_on_narrow_pages_with_large_type(visited, file):
    page = visited(file)
    call_in(page)
    order(page, "disease activity", "blood B cells", "autoantibody")
    page.get_by_label(re.compile("^Team round")).check()
    open_everything(page)
    assert faults_in_windows(page) == []
    assert faults_for_everyone(page, ".teaching-desk") == []


def test_nothing_is_out_of_sight_small_or_set_apart(visited, file, tmp_path):
    page = visited(file)
    desk = page.locator(".teaching-desk")

    def look(step):
        for width in (1280, 1000, 768, 360):
            assert unread(page, desk, width) + faults(page, desk, width) == [], step

    look("waiting room")
    call_in(page)
    order(page, "disease activity", "blood B cells", "autoantibody")
    look("first visit")
    for _ in range(5):
        go_on(page)
    press(page, re.compile("^Look behind"))
    page.get_by_role("heading", name="Luck and judgement").wait_for(timeout=60_000)
    page.get_by_text("What you knew and what you gave").click()
    look("debrief")
    one = desk_file(tmp_path, clinic(preset="one visit"))
    page = visited(one)
    desk = page.locator(".teaching-desk")
    look("one visit")
    page.add_style_tag(content=".teaching-clinic table { min-width: 80em; }")
    assert any("Results so far" in fault for fault in unread(page, desk, 1280)), "a column out of sight is seen"


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_refused_moves_nothing_and_covers_no_button(visited, file, width):
    page = visited(file, width)
    call_in(page)
    page.get_by_label(re.compile("^Team round")).check()
    door = page.locator(".teaching-clinic-door button").first
    door.scroll_into_view_if_needed()
    places = (
        "() => [document.scrollingElement.scrollHeight, ...[...document.querySelectorAll('.teaching-desk button')]"
        ".filter((one) => one.getClientRects().length).map((one) => one.getBoundingClientRect().top + scrollY)]"
    )
    before = page.evaluate(places)
    door.click()
    assert refused(page) and page.evaluate(places) == before


# --- the focus, and what a screen reader is told ------------------------------------------------------------------

_LISTEN = """
() => {
  globalThis.told = [];
  const live = "[role=status], [role=alert], [aria-live]";
  new MutationObserver((changes) => {
    const places = changes.map(({ target }) => (target.nodeType === 3 ? target.parentElement : target));
    for (const part of new Set(places.map((one) => one.closest(live)))) {
      if (part && part.textContent) told.push(part.textContent);
    }
  }).observe(document.querySelector(".teaching-desk"), { subtree: true, childList: true, characterData: true });
}
"""


def test_a_screen_reader_hears_once_what_changed(visited, file):
    page = visited(file)
    call_in(page)
    order(page, "blood B cells")
    page.wait_for_timeout(1800)  # what is said when the hand rests
    page.evaluate(_LISTEN)
    page.get_by_label(re.compile("^Your note")).press_sequentially("I write some words here.")
    page.wait_for_timeout(1800)
    assert page.evaluate("told") == [], "typing says nothing"
    go_on(page)
    assert page.evaluate("document.activeElement.textContent") == "Visit 2 of 5 · day 28"
    page.wait_for_timeout(1800)
    assert page.evaluate("told") == ["1 result is new. 11 points left."], "the heading has said which visit it is"
    assert says(page) == "Visit 2 of 5, day 28. 1 result is new. 11 points left."
    page.evaluate("told.length = 0")
    note = page.get_by_label(re.compile("^Your note"))
    note.fill("x" * (LONGEST_NOTES + 7))
    note.press_sequentially("yz")
    note.fill("short")
    page.wait_for_timeout(1800)
    assert page.evaluate("told") == ["This is too long now.", "It fits now."]


def test_whoever_stays_on_the_one_visit_stays_at_its_door(visited, tmp_path):
    file = desk_file(tmp_path, clinic(preset="one visit"))
    page = visited(file)
    page.get_by_role("radio", name=re.compile("^Obinutuzumab")).check()
    door = page.locator(".teaching-clinic-door > p > button")
    for leave in (lambda: page.keyboard.press("Escape"), lambda: press(page, "Stay on this visit")):
        door.click()
        leave()
        assert page.evaluate("document.activeElement.textContent") == "The room has decided: no way back"
    door.click()
    page.get_by_role("radio", name=re.compile("^Wait and see")).check()
    assert page.evaluate("document.activeElement.value") == "Wait and see"
    assert page.get_by_role("group", name="Close this visit?").is_hidden()


def test_the_options_come_one_after_the_other_and_can_be_stopped(visited, tmp_path):
    file = desk_file(tmp_path, clinic(preset="one visit"))
    page = visited(file)
    page.get_by_role("radio", name=re.compile("^Wait and see")).check()
    go_on(page)
    # Time flies: the page looks up after each run of other patients, and each look takes a while.
    page.evaluate(
        "() => { let now = 0; performance.now = () => (now += 12); "
        "globalThis.setTimeout = ((real) => (act, ms) => real(act, Math.max(ms ?? 0, 20)))(setTimeout); }"
    )
    press(page, re.compile("^Run each option"))
    page.get_by_role("heading", name="Each option, run again").wait_for(timeout=60_000)
    runs, waits = page.locator(".teaching-clinic-runs"), page.get_by_text("Other patients are not counted yet.")
    assert runs.count() + waits.count() == 2 * len(OPTIONS) and waits.count() >= len(OPTIONS) - 1
    press(page, "Stop")
    page.get_by_text(re.compile(r"^Stopped: [01] of 4 options were run in other patients\.$")).wait_for()
    assert runs.count() + waits.count() == 2 * len(OPTIONS), "what was counted stays"
    assert page.evaluate("document.activeElement.textContent").startswith("Run each option")


def test_whoever_reads_elsewhere_is_not_called_away_by_the_runs(visited, file):
    page = visited(file)
    call_in(page)
    for _ in range(5):
        go_on(page)
    # The runs are held until the reader is elsewhere: a page that is faster than the test would be done before.
    page.evaluate(
        "() => { const real = setTimeout, held = []; globalThis.setTimeout = (act, ms) => held.push([act, ms]); "
        "globalThis.let_go = () => { globalThis.setTimeout = real; for (const one of held) real(...one); }; }"
    )
    press(page, re.compile("^Look behind"))
    page.get_by_text("What you knew and what you gave").focus()
    assert page.get_by_role("heading", name="Luck and judgement").count() == 0
    page.evaluate("() => let_go()")
    page.get_by_role("heading", name="Luck and judgement").wait_for(timeout=60_000)
    page.get_by_text("The runs are done, and the debrief stands below.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "What you knew and what you gave"


# --- over a kernel -------------------------------------------------------------------------------------------------


def test_in_jupyterlab_the_kernel_keeps_the_career(lab, open_notebook, artifacts):
    cell = "from teaching import panels\npanels.clinic('lab')"
    notebook = desks_in_lab(lab, open_notebook, "clinic_desk.ipynb", cell)
    page = notebook.page
    call_in(page)
    order(page, "disease activity")
    give(page, "rituximab")
    for _ in range(5):
        go_on(page)
    page.get_by_role("heading", name="How it ended").wait_for()
    keep_pictures(page, [page.locator(".teaching-desk")], "clinic_desk_lab", artifacts)
    kept = [setting for _, setting in kept_by_kernel(lab, "11_clinic", lambda last: last["career"]["left"])]
    assert kept[-1]["career"]["left"] and checked(kept[-1]) == kept[-1]
    assert resume(json.dumps(kept[-1]["career"])).words == says(page)
    assert resume(json.dumps(kept[-1]["career"])).words in kept[-1]["says"]
    assert notebook.outside == [] and complaints_of_ours(notebook) == []
