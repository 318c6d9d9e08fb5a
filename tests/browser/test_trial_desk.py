"""The trial desk on a page without a kernel or a network: from the protocol to the room, and what it refuses."""

import json
import re

import pytest
from site_tools import small_site
from trial_settings import GOOD, OPENED, SEAT, WRONG

from teaching.evidence.protocol import Protocol
from teaching.evidence.room import colleagues
from teaching.evidence.virtual_trial import Truth, run
from teaching.panels.trial_data import trial_data
from teaching.panels.trial_desk import trial_desk
from teaching.panels.trial_setting import checked, protocol_of, start

from .asking import faults_for_everyone
from .conftest import complaints_of_ours, keep_pictures
from .desk_page import (
    WIDTHS,
    desk_file,
    desks_in_lab,
    enter,
    faults_in_windows,
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
    start_desks,
    stored,
    without_network,
)
from .layout import faults

LATE = Protocol("CD19 CAR-T", "obinutuzumab", "remission", 36, 16)
pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The desk as a file, at the start of the lesson's second round."""
    return desk_file(tmp_path_factory.mktemp("desk"), trial_desk(control="obinutuzumab", month=36, patients=16))


@pytest.fixture(params=WIDTHS)
def open_page(browser, file, request):
    """Opens the desk without a network, in a window of this width."""
    with without_network(browser, request.param) as context:

        def another():
            page = opened(context.new_page(), file)
            the_dice_have_a_number(page)
            return page

        yield another


def the_dice_have_a_number(page) -> None:
    page.wait_for_function("document.querySelector('.teaching-desk [id$=-seed]').value !== ''")


def to_the_verdict(page, seed=4711, verdict="cannot say") -> None:
    page.get_by_role("radio", name=re.compile("^remission")).check()
    enter(page, "The number of my dice", seed)
    press(page, "Sign the protocol")
    press(page, "Break the seal")
    page.get_by_label(verdict, exact=True).check()
    press(page, "Give my verdict")
    page.get_by_role("heading", name="4 · The room").wait_for()


# --- the setting ---------------------------------------------------------------------------------------------------


def test_the_script_takes_and_refuses_what_python_does_in_the_same_words(browser):
    given = [*GOOD, *({**start(), **changes} for changes, _ in WRONG)]
    with script_of(browser, "trial_checks", trial_data()) as page:
        said = said_alike(page, "trial_checks_js.check_setting({ data }, one)", given, checked)
        said_alike(
            page,
            "trial_checks_js.check_setting({ data }, one)",
            [*odd_settings(start()), *odd_settings(OPENED)],
            checked,
        )
    assert sum(isinstance(one, str) for one in said) == len(WRONG)


# --- the walk ------------------------------------------------------------------------------------------------------


def test_from_the_protocol_to_the_truth(open_page):
    page = open_page()
    assert "no endpoint yet" in says(page) and page.get_by_role("button", name="Break the seal").is_hidden()
    press(page, "Sign the protocol")
    assert refused(page) == "This protocol has no endpoint: choose what will be counted before you sign."
    to_the_verdict(page)
    trial = run(LATE, 4711)
    words = says(page)
    for arm in trial.arms:
        assert f"{arm.events} of 16 with {arm.name}" in words
    gap, low, high = (round(100 * one) for one in trial.compared[:3])
    assert f"The difference is {gap} points, from {low} to {high}." in words
    assert page.locator(".teaching-verdict").inner_text().startswith("So say the data")
    page.get_by_label("19 colleagues with my protocol").check()
    all_of = [trial, *colleagues(LATE, 4711)]
    for name in {one.supports for one in all_of}:
        assert f'{sum(one.supports == name for one in all_of)} "{name}"' in page.locator("section").nth(1).inner_text()
    press(page, "Show the truth of the model")
    one, two = (round(100 * share) for share in Truth(LATE).shares)
    page.get_by_text(f"In this model the true shares are {one} % and {two} %").wait_for()
    assert faults_for_everyone(page, ".teaching-desk") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pictures_have_words_and_stay_inside(open_page):
    page = open_page()
    to_the_verdict(page)
    for name in ("Waterfall", "Relapses (Kaplan-Meier)", "Intervals"):
        page.get_by_label(name, exact=True).check()
        picture = page.locator(".teaching-trial-picture svg").first
        assert len(picture.get_attribute("aria-label")) > 60
        outside = picture.evaluate(
            "(svg) => [...svg.querySelectorAll('text')].filter((one) => { const box = one.getBBox(); "
            "return box.x < -1 || box.x + box.width > svg.viewBox.baseVal.width + 1; }).map((one) => one.textContent)"
        )
        assert outside == [], name


def test_a_signed_protocol_cannot_be_changed_and_everything_is_there_again(open_page):
    page = open_page()
    to_the_verdict(page, verdict="works worse")
    assert page.get_by_label("Patients in each arm", exact=True).is_disabled()
    assert "The data support another verdict" in page.locator(".teaching-verdict").inner_text()
    again = open_page()
    assert says(again) == says(page)
    assert again.get_by_label("works worse", exact=True).is_checked()
    found = stored(again)
    last = found[-1]
    assert protocol_of(last) == LATE and last["verdict"] and "signed 20" in last["says"] and len(found) == 3


def test_another_trial_keeps_the_one_before(open_page):
    page = open_page()
    to_the_verdict(page)
    press(page, "Plan another trial")
    page.get_by_role("button", name="Sign the protocol").wait_for()
    to_the_verdict(page, seed=99)
    page.get_by_text("All trials as a table").click()
    assert "my trial before" in page.locator("table").inner_text()


def test_two_hundred_runs_can_be_stopped_and_started_again(open_page):
    page = open_page()
    to_the_verdict(page)
    # Time flies: after each trial the page looks up, and each look takes a while.
    page.evaluate(
        "() => { let now = 0; performance.now = () => (now += 40); "
        "globalThis.setTimeout = ((real) => (act, ms) => real(act, Math.max(ms ?? 0, 60)))(setTimeout); }"
    )
    press(page, "Run my trial 200 times")
    press(page, "Stop")
    page.get_by_text(re.compile(r"^Stopped: \d+ trials with this protocol")).wait_for()
    page.reload()
    press(page, "Run my trial 200 times")
    page.get_by_text(re.compile(r"^200 trials with this protocol")).wait_for(timeout=30_000)


# --- bad input and the room ----------------------------------------------------------------------------------------


def test_bad_fields_are_refused_and_the_way_back_is_offered(open_page):
    page = open_page()
    before = says(page)
    enter(page, "Patients in each arm", "100")
    assert refused(page).startswith("This trial costs 7,200 patient-months, and the budget is 1,200")
    assert says(page) == before and page.get_by_label("Patients in each arm", exact=True).input_value() == "100"
    press(page, "Undo the last change")
    enter(page, "The number of my dice", "lucky")
    assert refused(page) == "The number of the dice is 'lucky'; a whole number from 1 to 999,999 is needed."
    press(page, "Undo the last change")
    page.get_by_label("Month of the endpoint", exact=True).select_option("3")
    press(page, "All that the budget allows")
    assert "200 patients in each arm" in says(page)


def test_what_was_refused_is_used_once_it_fits(open_page):
    """100 patients are too many for month 36; with month 6 chosen next, both count."""
    page = open_page()
    enter(page, "Patients in each arm", "100")
    assert "the budget is 1,200" in refused(page)
    page.get_by_label("Month of the endpoint", exact=True).select_option("6")
    assert refused(page) == "" and "month 6" in says(page) and "100 patients in each arm" in says(page)


def test_a_draft_is_there_again(open_page):
    page = open_page()
    page.get_by_label("What will you conclude from which result?").fill("Above zero: better.")
    page.get_by_role("radio", name=re.compile("^remission")).check()
    again = open_page()
    assert again.get_by_label("What will you conclude from which result?").input_value() == "Above zero: better."


def test_a_verdict_without_a_choice_is_asked_for(open_page):
    page = open_page()
    page.get_by_role("radio", name=re.compile("^remission")).check()
    press(page, "Sign the protocol")
    press(page, "Break the seal")
    press(page, "Give my verdict")
    page.get_by_text("Choose one of the four verdicts first.").wait_for()


def test_files_of_a_room_come_in_and_bad_ones_get_a_sentence_each(open_page, tmp_path):
    page = open_page()
    to_the_verdict(page)
    page.get_by_text("Bring in the verdicts of other people").click()
    page.get_by_label("Name on the file (if you like)").fill("Anna")
    mine = json.loads(saved(page, "Save my verdict as a file").text)
    assert mine["name"] == "Anna" and mine["lesson"] == "08_virtual_trial" and mine["seed"] == 4711
    assert mine["result"]["events"] == [arm.events for arm in run(LATE, 4711).arms] and mine["version"]

    def other(seed, **changes):
        events = [arm.events for arm in run(LATE, seed).arms]
        return {**mine, "seed": seed, "name": f"N{seed}", "result": {**mine["result"], "events": events}, **changes}

    texts = {
        "good_1.json": other(1),
        "good_2.json": other(2, verdict="works better"),
        "twice.json": other(1),
        "mine.json": mine,
        "damaged.json": json.dumps(other(3))[:90],
        "foreign.json": {"answers": [1, 2]},
        "list.json": [],
        "newer.json": other(4, schema=2),
        "lesson.json": other(5, lesson="09_reading_the_evidence"),
        "changed.json": other(6, result={"events": [16, 0]}),
        "seedless.json": {**other(7), "seed": "x"},
        "big.json": other(8, plan="x" * 30_000),
        "proto.json": other(9, protocol=None),
    }
    paths = []
    for name, text in texts.items():
        (tmp_path / name).write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        paths.append(tmp_path / name)
    page.get_by_label("Open verdict files").set_input_files(paths)
    page.get_by_text("2 verdicts added.").wait_for()
    told = page.locator(".teaching-said-list li").all_inner_texts()
    sentences = {
        "damaged": "is damaged",
        "foreign": "holds no verdict of this kit",
        "list": "holds no verdict",
        "newer": "newer version",
        "lesson": "another lesson",
        "changed": "says another result",
        "seedless": "a whole number from 1 to 999,999",
        "big": "too large",
        "proto": "cannot be used",
    }
    for name, words in sentences.items():
        assert sum(f"{name}.json" in one and words in one for one in told) == 1, (name, told)
    assert "2 were here already and were not added again." in told and len(told) == 11
    assert all(one.endswith(".") for one in told)
    assert "3 trials" in page.locator("section").nth(1).inner_text(), "the last valid picture stays"


def test_typed_verdicts_of_a_room_come_in_and_bad_lines_get_a_sentence_each(open_page):
    page = open_page()
    to_the_verdict(page)
    page.get_by_text("Bring in the verdicts of other people").click()
    field = page.get_by_label(re.compile("^Or type one a line"))
    field.fill(
        "12 cannot say\n13, works better\n14; NO DIFFERENCE\n\nabc cannot say\n15 maybe\n16 works\n12 cannot say"
    )
    press(page, "Add these verdicts")
    page.get_by_text("3 verdicts added.").wait_for()
    told = page.locator(".teaching-said-list li").all_inner_texts()
    assert sorted(one[:6] for one in told if one.startswith("Line")) == ["Line 5", "Line 6", "Line 7"]
    assert "1 was here already and was not added again." in told
    assert "4 trials" in page.locator("section").nth(1).inner_text()
    press(page, "Send everybody home")
    assert "1 trial:" in page.locator("section").nth(1).inner_text()


def test_by_keyboard_alone(browser, file):
    with without_network(browser, 1000, 800) as context:
        page = opened(context.new_page(), file)
        page.get_by_role("radio", name=re.compile("^response")).focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        assert "remission in month 36" in says(page)
        page.get_by_role("button", name="Sign the protocol").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.textContent === 'Break the seal'")
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.value === 'works better'")
        page.keyboard.press("Space")
        page.get_by_role("button", name="Give my verdict").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="4 · The room").wait_for()


def test_a_kept_trial_of_python_opens_in_the_script(browser, tmp_path):
    """What the answer store of a notebook holds is what the page draws."""
    desk = trial_desk(**{name: value for name, value in OPENED.items() if name != "picture"})
    with without_network(browser) as context:
        page = opened(context.new_page(), desk_file(tmp_path, desk))
        assert says(page).split(".")[0].lower().startswith("remission in month 36")
        assert all(f"{arm.events} of 16" in says(page) for arm in run(LATE, 4711).arms)


def test_a_full_room_holds_on_narrow_pages_with_large_type(browser, tmp_path):
    """Everything open: the protocol, the room with its table, the picture of each kind."""
    room = [{**SEAT, "seed": 1 + number, "name": f"Anna-Katharina the {number}th"} for number in range(29)]
    full = {**OPENED, "verdict": "no difference that matters", "truth": True, "colleagues": "their own", "room": room}
    with without_network(browser) as context:
        page = opened(context.new_page(), desk_file(tmp_path, trial_desk(**full)))
        open_everything(page)
        press(page, "Run my trial 200 times")
        page.get_by_text(re.compile(r"^200 trials with this protocol")).wait_for(timeout=30_000)
        for name in ("Intervals", "Waterfall", "Relapses (Kaplan-Meier)"):
            page.get_by_label(name, exact=True).check()
            assert faults_in_windows(page) == [], name


# --- over a kernel, and on the site --------------------------------------------------------------------------------


def test_in_jupyterlab_the_kernel_keeps_the_trial_and_the_report_carries_it(lab, open_notebook, artifacts):
    cell = "from teaching import panels\npanels.trial_desk('first', control='obinutuzumab', month=36, patients=16)"
    notebook = desks_in_lab(lab, open_notebook, "trial_desk.ipynb", cell)
    page = notebook.page
    the_dice_have_a_number(page)
    to_the_verdict(page)
    page.get_by_label("19 colleagues with my protocol").check()
    page.get_by_text(re.compile("^20 trials")).wait_for()
    keep_pictures(page, [page.locator(".teaching-desk")], "trial_desk_lab", artifacts)
    kept = [
        setting for _, setting in kept_by_kernel(lab, "08_virtual_trial", lambda last: last["colleagues"] == "mine")
    ]
    assert [bool(one["verdict"]) for one in kept] == [False, False, True, True] and kept[-1]["colleagues"] == "mine"
    trial = run(LATE, 4711)
    assert f"result {trial.arms[0].events} of 16 against {trial.arms[1].events} of 16" in kept[-1]["says"]
    assert checked(kept[-1]) == kept[-1]
    assert notebook.outside == [] and complaints_of_ours(notebook) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of this lesson alone, and of the desk's own page."""
    return small_site(tmp_path_factory.mktemp("trial"), "08_virtual_trial", panels=["trial_desk"])


def test_the_lesson_is_walked_on_the_site_with_the_network_cut(site, browser):
    """Both desks, a question, and the report that carries protocol, time, result and verdict."""
    with without_network(browser) as context:
        page = context.new_page()
        page.goto((site / "lessons" / "08_virtual_trial.html").as_uri())
        start_desks(page)
        first, second = page.locator(".teaching-desk").all()
        to_the_verdict(first, 5)
        to_the_verdict(second, 6)
        report = page.locator(".teaching-report")
        report.scroll_into_view_if_needed()
        words = report.inner_text()
        assert "Desk: first" in words and "Desk: second" in words
        for control, seed in (("standard treatment", 5), ("obinutuzumab", 6)):
            plan = Protocol("CD19 CAR-T", control, "remission", 12, 20)
            one, two = (arm.events for arm in run(plan, seed).arms)
            assert f"CD19 CAR-T against {control}; remission in month 12" in words
            assert f"dice {seed}; signed 20" in words and f"result {one} of 20 against {two} of 20" in words
        page.reload()
        again = page.locator(".teaching-place[data-kind=desk]").last
        again.scroll_into_view_if_needed()
        again.get_by_role("heading", name="4 · The room").wait_for(timeout=20_000)


def test_the_desk_has_a_page_of_its_own(site, browser):
    with without_network(browser, 360) as context:
        page = context.new_page()
        page.goto((site / "panels" / "trial_desk.html").as_uri())
        start_desks(page)
        assert faults(page, page.locator(".teaching-desk"), 360) == []
