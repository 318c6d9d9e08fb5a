"""The app in a room: links into it, the projector by keys, the room's predictions on the panel, a frame around it."""

import json
import re
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from teaching.learning import answer_store
from teaching.learning.report import report
from teaching.learning.report_data import META
from teaching.panels import bundle

from .layout import faults
from .running_gallery import PanelPage, running_gallery
from .served import folder_served
from .test_gallery import grave

PROJECT = Path(__file__).resolve().parents[2]
SCREEN = {"width": 1280, "height": 720}
SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
CASE = "CAR-T 1 million/kg"
NEXT = "09-panel-next"
OPTIONS = ["nearly certain", "about 80 %", "about one half", "less than 10 %"]


@pytest.fixture(scope="module")
def gallery(executable):
    with running_gallery() as gallery:
        yield gallery


@pytest.fixture
def visit(gallery, browser):
    """Opens the app at the words behind its address; at the end nobody outside was asked and nothing complained."""
    pages = []

    def open_page(words: str, viewport=SCREEN) -> PanelPage:
        page = PanelPage(browser, viewport=viewport)
        pages.append(page)
        page.open(gallery.address + words)
        page.page.locator(".teaching-around").wait_for()
        return page

    yield open_page
    for page in pages:
        assert page.outside == [] and page.complaints == []
        assert page.page.title() != "run"
        page.close()


def said(page) -> str:
    return page.page.locator(".teaching-around-said").inner_text()


def sentence(page, holds: str) -> None:
    page.page.locator(".teaching-sentence", has_text=re.compile(re.escape(holds))).wait_for()


# --- links -----------------------------------------------------------------------------------------------------


def test_a_link_opens_a_case_and_a_copied_link_opens_the_same_again(visit, gallery):
    page = visit(f"?panel=treatment&case={quote(CASE)}")
    chosen = page.page.locator('.teaching-choice input[value="CD19 CAR-T"]')
    page.page.wait_for_function("(field) => field.checked", arg=chosen.element_handle())
    assert said(page) == ""
    page.page.get_by_role("button", name="Copy a link").click()
    link = page.page.get_by_label("Link to this panel as it stands").input_value()
    assert link.startswith(f"{gallery.address}?panel=treatment&case=CAR-T+1+million") and "link" in said(page)
    slider = page.page.locator(".teaching-controls input[type=range]").filter(visible=True).first
    slider.press("PageDown")
    page.page.wait_for_function("() => !document.querySelector('.teaching-live').teaching.case_now()")
    page.page.wait_for_timeout(1000)  # until the kernel has told the line of this setting
    page.page.get_by_role("button", name="Copy a link").click()
    own = page.page.get_by_label("Link to this panel as it stands").input_value()
    assert "&setting=treatment+%7C+SLE+%7C+" in own and "case=" not in own
    line = page.page.evaluate("() => document.querySelector('.teaching-live').teaching.line()")
    again = visit(own.removeprefix(gallery.address))
    again.page.wait_for_function(
        "(line) => document.querySelector('.teaching-live').teaching.line() === line", arg=line
    )


#: Follows a link on a panel that is there already; the sentence that comes, of the page around it or of the panel.
FOLLOW = """
(words) => {
  const panel = document.querySelector(".teaching-live");
  return link_js.follow_link(panel.teaching, link_js.read_link(words));
}
"""


def test_a_link_to_no_case_or_no_setting_gets_one_sentence(visit):
    page = visit("panel/treatment?case=Nothing")
    assert said(page).startswith("This panel has no case 'Nothing'; it has: Rituximab 2 × 1 g,")
    here = page.page
    here.add_script_tag(content=bundle.linked("link"))
    for words, told in {
        f"?case={quote(SCRIPT)}": "This panel has no case '<script>",
        "?case=x&setting=y": "it must name one of them",
        "#case=" + "x" * 500: "This link is too long",
        "#setting=" + "x" * 2001: "This link is too long",
    }.items():
        found = here.evaluate(FOLLOW, words)
        assert told in found and len(found) < 400
    error = here.locator(".teaching-error").first
    for setting in ("nonsense", "treatment | SLE | dose=-1", f"{SCRIPT} | x | y=1", "bell | | a=1", "{"):
        assert here.evaluate(FOLLOW, f"?setting={quote(setting)}") == ""
        here.wait_for_function("() => document.querySelector('.teaching-error').textContent")
        assert error.inner_text().count("\n") == 0
        here.get_by_role("button", name="Reset").click()
        here.wait_for_function("() => !document.querySelector('.teaching-error').textContent")
    for words in ("#results", "", "?", "#%ff%00", "?size=large"):
        assert here.evaluate(FOLLOW, words) == "", "an anchor is no link to a case"


def test_a_link_to_a_desk_opens_its_setting_and_refuses_what_is_none(visit, gallery):
    page = visit("?panel=evidence")
    page.page.locator(".teaching-desk select").first.wait_for()
    values = page.page.evaluate(
        """() => { const select = document.querySelector(".teaching-desk select");
        select.value = [...select.options].at(-1).value; select.dispatchEvent(new Event("change", { bubbles: true }));
        return document.querySelector(".teaching-live").teaching.line(); }"""
    )
    assert json.loads(values)
    page.page.get_by_role("button", name="Copy a link").click()
    link = page.page.get_by_label("Link to this panel as it stands").input_value()
    words = page.page.locator(".teaching-desk .teaching-sentence").inner_text()
    again = visit(link.removeprefix(gallery.address))
    assert again.page.locator(".teaching-desk .teaching-sentence").inner_text() == words
    again.page.add_script_tag(content=bundle.linked("link"))
    for wrong in ("nonsense", '{"strange": 1}', "[]", '{"disease": 5}', json.dumps({"disease": SCRIPT}), "{" * 1900):
        again.page.evaluate(FOLLOW, f"?setting={quote(wrong)}")
        assert again.page.locator(".teaching-desk .teaching-error").first.inner_text()
        assert again.page.locator(".teaching-desk .teaching-sentence").inner_text() == words, "the last view stays"
    assert "a link to a desk names a setting" in again.page.evaluate(FOLLOW, "?case=SLE")


# --- the projector ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SCREEN, {"width": 1920, "height": 1080}])
def test_on_a_projector_the_panel_is_alone_and_keys_lead_through_its_cases(visit, size, artifacts):
    page = visit("?panel=treatment&projector", size)
    here = page.page
    here.locator(".teaching-projector-bar").wait_for()
    assert (
        here.locator(".gallery-head, .gallery-foot, .teaching-controls, .teaching-files").filter(visible=True).count()
        == 0
    )
    type_size = here.locator(".teaching-sentence").evaluate("(words) => parseFloat(getComputedStyle(words).fontSize)")
    assert type_size >= size["height"] / 32, "large type"
    box = here.locator(".teaching-picture svg").bounding_box()
    assert box["height"] > 0.55 * size["height"]
    bar = here.locator(".teaching-projector-bar").bounding_box()
    assert bar["y"] + bar["height"] <= size["height"] + 1, "everything is on one screen"
    assert here.evaluate("() => document.querySelector('.gallery-panel').scrollHeight <= innerHeight + 1")
    ink, ground = here.locator(".teaching-live").evaluate(
        "(panel) => [getComputedStyle(panel).color, getComputedStyle(panel).backgroundColor]"
    )
    assert {ink, ground} == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}
    case = here.locator(".teaching-projector-case")
    assert case.inner_text() == "Case 1 of 5: Rituximab 2 × 1 g"
    here.keyboard.press("n")
    assert case.inner_text() == "Case 2 of 5: Rituximab 2 × 0.5 g"
    here.keyboard.press("PageDown")
    assert case.inner_text().startswith("Case 3 of 5")
    here.wait_for_function("""() => document.querySelector('.teaching-live').teaching.case_now().startsWith("Blina")""")
    for _ in range(3):
        here.keyboard.press("b")
    assert case.inner_text().startswith("Case 5 of 5"), "before the first comes the last"
    here.keyboard.press("r")
    assert case.inner_text() == "Back at the start."
    sentence(page, "back above 10 on day 218")
    here.keyboard.press("c")
    assert here.locator(".teaching-controls").is_visible()
    field = here.locator(".teaching-typed").filter(visible=True).first
    field.focus()
    here.keyboard.press("n")
    assert case.inner_text() == "Back at the start.", "whoever types a letter does not change the case"
    if artifacts:
        here.screenshot(path=str(artifacts / f"room_projector_{size['width']}.png"))
    assert grave(here) == []
    here.keyboard.press("Escape")
    assert here.locator(".teaching-projector-bar").count() == 0 and here.locator(".gallery-head").is_visible()
    assert here.evaluate("() => document.querySelectorAll('[inert]').length") == 0


def test_in_the_dark_the_projector_is_white_on_black(visit):
    page = visit("?panel=bell&projector")
    page.page.emulate_media(color_scheme="dark")
    colour = "(panel) => getComputedStyle(panel).backgroundColor"
    assert page.page.locator(".teaching-live").evaluate(colour) == "rgb(0, 0, 0)"
    assert grave(page.page) == []


# --- the room --------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Makes a report as a lesson saves it: whose, and the prediction."""
    count = iter(range(100))

    def make(name: str, value, own: str = "", question: str = NEXT, lesson: str = "09_reading_the_evidence"):
        folder = tmp_path / (own or f"student_{next(count)}")
        monkeypatch.setenv("TEACHING_ANSWERS", str(folder))
        answer_store.append("panels", "prediction", question, value)
        return report(lesson).save(name).path

    return make


def bring(page, *files) -> list[str]:
    """Opens files in the room; the sentences that are said then."""
    details = page.page.locator(".teaching-vote-enter")
    details.evaluate("(details) => { details.open = true; }")
    page.page.get_by_label("Open reports that students saved").set_input_files(list(map(str, files)))
    page.page.locator(".teaching-vote .teaching-said-list li").first.wait_for()
    return page.page.locator(".teaching-vote .teaching-said-list li").all_inner_texts()


def counts(page) -> list[int]:
    return [int(words) for words in page.page.locator(".teaching-vote-count").all_inner_texts()]


def test_reports_and_hands_of_a_room_stand_as_bars_before_and_after(visit, saved, tmp_path, artifacts):
    page = visit(f"?panel=interval&ask={NEXT}&room")
    files = [saved("Anna", OPTIONS[0], own="anna"), saved("Ben", OPTIONS[0]), saved("Cleo", OPTIONS[3])]
    files.append(saved(SCRIPT, OPTIONS[1]))
    twice = saved("ANNA", OPTIONS[2], own="anna")
    foreign = tmp_path / "holiday.html"
    foreign.write_text("<p>My holidays</p>", encoding="utf-8")
    damaged = tmp_path / "damaged.html"
    damaged.write_text(f'<meta name="{META}" content="{{&quot;kit">', encoding="utf-8")
    hostile = tmp_path / "<img src=x onerror=alert(1)>.html"
    data = {"kit": "bcell-teaching-kit", "what": "report", "schema": 1, "name": SCRIPT, "time": "", "entries": []}
    data["entries"] = [{"id": "z", "kind": "prediction", "question": NEXT, "value": SCRIPT}]
    hostile.write_text(f'{SCRIPT}<meta name="{META}" content="{escape(json.dumps(data))}">', encoding="utf-8")
    newer = tmp_path / "newer.html"
    newer.write_text(f'<meta name="{META}" content="{escape(json.dumps({**data, "schema": 2}))}">', encoding="utf-8")
    told = bring(page, *files, twice, foreign, damaged, hostile, newer)
    assert told[0] == "4 predictions added."
    assert told[1] == "1 report is of a student who was here already; the newest one counts."
    assert told[2:] == [
        "holiday.html is no report of this kit.",
        "damaged.html is damaged: its data cannot be read.",
        f"{hostile.name} cannot be used: choose one of: {', '.join(OPTIONS)}.",
        "newer.html was made by a newer version of the kit.",
    ]
    assert sum(counts(page)) == 4 and counts(page)[1] == 1 and counts(page)[3] == 1
    hands = page.page.locator(".teaching-vote-hands")
    hands.nth(1).fill("12")
    assert counts(page)[1] == 13
    words = page.page.locator(".teaching-vote-words").inner_text()
    assert words == "16 predictions of the room; 13 of them: about 80 %."
    hands.nth(2).fill("many")
    assert (
        "a whole number from 0 to 400 is needed" in page.page.locator(".teaching-vote .teaching-said-list").inner_text()
    )
    assert page.page.locator(".teaching-vote img, .teaching-vote script").count() == 0
    for name in ("Anna", "ANNA", "Ben", "Cleo"):
        assert name not in page.page.locator("body").inner_text()
    if artifacts:
        page.page.screenshot(path=str(artifacts / "room_vote_before.png"), full_page=True)
    assert grave(page.page) == []
    page.page.locator(".teaching-choice input").nth(1).check()
    page.page.get_by_role("button", name="Keep my prediction and run").click()
    page.page.locator(".teaching-verdict", has_text="You expected").wait_for()
    assert counts(page)[1] == 13 and page.page.locator(".teaching-vote").is_visible()
    if artifacts:
        page.page.screenshot(path=str(artifacts / "room_vote_after.png"), full_page=True)
    found = [fault for width in (320, 360) for fault in faults(page.page, page.page.locator("body"), width)]
    assert found == []
    page.page.get_by_role("button", name="Send the room home").click()
    assert counts(page) == [0, 0, 0, 0]


def test_drawn_predictions_of_a_room_are_lines_on_the_picture_before_and_after(visit, saved):
    page = visit("?panel=treatment&ask=01-panel-blood&room")
    of_lesson = {"question": "01-panel-blood", "lesson": "01_b_cells_in_balance"}
    drawn = [[[0.0, 200.0], [100.0, 1.0], [700.0, 150.0]], [[0.0, 200.0], [60.0, 1.0]]]
    told = bring(page, *(saved("", value, **of_lesson) for value in drawn), saved("", OPTIONS[0]))
    assert told[0] == "2 predictions added." and told[1].endswith("holds no prediction of this question.")
    typed = page.page.locator("[id$=typed-votes]")
    typed.fill("0 200; 6 10; 24 20\nnonsense\n0 200; 99 1")
    page.page.get_by_role("button", name="Add these predictions").click()
    told = page.page.locator(".teaching-vote .teaching-said-list li").all_inner_texts()
    assert told[0] == "1 prediction added." and told[1].startswith(
        "Line 2 is 'nonsense'; it must hold pairs of numbers"
    )
    assert told[2] == "Line 3: month is 99; it must lie on the picture, between 0 and 24."
    lines = page.page.locator(".teaching-room path")
    assert lines.count() == 3
    before = [line.get_attribute("d") for line in lines.all()]
    page.page.get_by_text("or type points").click()
    for k, value in enumerate(("200", "1", "1", "50", "100")):
        page.page.get_by_label(f"Point {k + 1}: B cells per µL").fill(value)
    page.page.keyboard.press("Tab")
    page.page.get_by_role("button", name="Keep my prediction and run").click()
    page.page.locator(".teaching-verdict", has_text="Your curve is").wait_for()
    assert [line.get_attribute("d") for line in lines.all()] == before
    page.page.get_by_role("button", name="Predictions of the room").click()
    assert not page.page.locator(".teaching-vote").is_visible()
    assert page.page.locator(".teaching-room").evaluate("(group) => getComputedStyle(group).display") == "none"


def test_of_one_student_the_newest_counts_and_a_full_room_is_said(browser):
    """The rules alone: joining votes, whoever hands them over and in whatever order."""
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.linked("votes"))
    found = page.evaluate(
        """() => {
          const vote = (value, time, name, ...marks) => ({ value, time, name, marks: new Set(marks) });
          const { join_votes, MOST_IN_ROOM } = votes_js;
          const newer_last = join_votes([], [vote("a", 1, "", "x"), vote("b", 2, "", "x", "y")]).room;
          const newer_first = join_votes([], [vote("b", 2, "n"), vote("a", 1, "n")]).room;
          const others = join_votes([], [vote("a", 1, ""), vote("b", 1, "")]);
          const full = join_votes([], Array.from({ length: MOST_IN_ROOM + 3 }, () => vote("a", 0, "")));
          const names = join_votes([], [vote("a", 1, "n", "x"), vote("b", 2, "n", "y"), vote("c", 3, "m", "y")]).room;
          const between = [vote("a", 1, "", "x"), vote("c", 3, "", "y"), vote("b", 2, "", "x", "y")];
          const chained = join_votes([], between).room;
          return [newer_last, newer_first, others.room, names, chained].map((room) => room.map(({ value }) => value))
            .concat([[others.added, full.room.length, full.outside]]);
        }"""
    )
    page.context.close()
    assert found == [["b"], ["b"], ["a", "b"], ["a", "c"], ["c"], [2, 400, 3]]


# --- a frame ---------------------------------------------------------------------------------------------------


def framed(browser, address: str, tmp_path, origin_of):
    """A course page of another origin with the app in a frame, as docs/app_in_a_room.md has it."""
    snippet = re.findall(r"```html\n(.*?)```", (PROJECT / "docs/app_in_a_room.md").read_text(encoding="utf-8"), re.S)[1]
    page_of_course = f"<!doctype html><title>Course</title>{snippet.replace('http://127.0.0.1:8866/', address)}"
    (tmp_path / "course.html").write_text(page_of_course, encoding="utf-8")
    page = browser.new_context().new_page()
    page.goto(f"{origin_of}course.html")
    return page


def test_a_course_page_shows_the_app_only_when_it_was_named(browser, gallery, tmp_path):
    with folder_served(tmp_path) as course:
        page = framed(browser, gallery.address, tmp_path, course)
        page.wait_for_timeout(1500)
        assert page.frames[-1].locator(".gallery-head, .teaching-live").count() == 0, "refused by default"
        page.context.close()
        with running_gallery("--embed", course.rstrip("/")) as named:
            page = framed(browser, named.address, tmp_path, course)
            page.frame_locator("iframe").locator(".teaching-live[data-frames] svg").first.wait_for(timeout=90_000)
            slider = page.frame_locator("iframe").locator(".teaching-controls input[type=range]").first
            before = page.frame_locator("iframe").locator(".teaching-picture").inner_html()
            slider.press("PageUp")
            page.wait_for_timeout(1500)
            assert page.frame_locator("iframe").locator(".teaching-picture").inner_html() != before, "and it is alive"
            page.context.close()
