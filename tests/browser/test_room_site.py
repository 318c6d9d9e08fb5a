"""A panel's page of the site in a room: links behind a '#', the projector, and a frame on a course page."""

import re
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from site_tools import PROJECT, built  # noqa: E402

from .layout import faults  # noqa: E402
from .served import folder_served  # noqa: E402
from .test_gallery import grave  # noqa: E402

pytest.importorskip("sphinx", reason="the extra 'site' is not installed")
SCREEN = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of one panel and one desk, and one lesson."""
    project = tmp_path_factory.mktemp("project")
    for name in ("data", "docs", "src", "CITATION.cff", "pyproject.toml", "README.md"):
        (project / name).symlink_to(PROJECT / name)
    (project / "notebooks").mkdir()
    lesson = PROJECT / "notebooks" / "01_b_cells_in_balance.ipynb"
    (project / "notebooks" / lesson.name).write_bytes(lesson.read_bytes())
    return built(tmp_path_factory.mktemp("out") / "site", project, panels=["bell", "evidence"])


@pytest.fixture
def visit(browser, site):
    """Opens pages of the site as files, without a network."""
    context = browser.new_context(viewport=SCREEN, offline=True)
    complaints = []

    def open_page(words: str):
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{(site / 'panels').as_uri()}/{words}")
        page.locator(".teaching-around").wait_for(state="attached")
        return page

    yield open_page
    context.close()
    assert complaints == []


def labels(page) -> list[str]:
    return page.evaluate("() => document.querySelector('.teaching-live').teaching.cases")


def test_a_link_to_a_case_opens_it_and_is_copied_again(visit, artifacts):
    page = visit("bell.html")
    case = labels(page)[2]
    page.close()
    page = visit(f"bell.html#case={quote(case)}")
    page.wait_for_function(
        "(label) => document.querySelector('.teaching-live').teaching.case_now() === label", arg=case
    )
    page.get_by_role("button", name="Copy a link").click()
    link = page.get_by_label("Link to this panel as it stands").input_value()
    assert link.startswith("file:") and "#case=" in link
    page.evaluate("(label) => { location.hash = new URLSearchParams({ case: label }); }", labels(page)[1])
    page.wait_for_function(
        "(label) => document.querySelector('.teaching-live').teaching.case_now() === label", arg=labels(page)[1]
    )
    page.evaluate("() => { location.hash = 'case=<img src=x onerror=alert(1)>'; }")
    page.locator(".teaching-around-said", has_text="This panel has no case").wait_for()
    assert page.locator(".teaching-around img").count() == 0
    assert grave(page) == []
    if artifacts:
        page.screenshot(path=str(artifacts / "room_site.png"), full_page=True)
    assert [fault for width in (320, 360) for fault in faults(page, page.locator(".teaching-around"), width)] == []


def test_a_link_to_a_setting_opens_it(visit):
    page = visit("bell.html")
    slider = page.locator(".teaching-controls input[type=range]").filter(visible=True).first
    slider.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Copy a link").click()
    link = page.get_by_label("Link to this panel as it stands").input_value()
    line = page.evaluate("() => document.querySelector('.teaching-live').teaching.line()")
    assert "#setting=bell" in link and line
    again = visit(link.rsplit("/", 1)[1])
    again.wait_for_function("(line) => document.querySelector('.teaching-live').teaching.line() === line", arg=line)


def test_the_projector_shows_the_panel_alone(visit, artifacts):
    page = visit("bell.html#projector")
    page.locator(".teaching-projector-bar").wait_for()
    page.wait_for_timeout(300)
    if artifacts:
        page.screenshot(path=str(artifacts / "room_site_projector.png"))
    seen = page.evaluate(
        """() => [...document.body.querySelectorAll("a, button, input, summary")]
          .filter((field) => field.checkVisibility({ visibilityProperty: true }) && !field.closest("[inert]"))
          .filter((field) => !field.closest(".teaching-projector")).length"""
    )
    assert seen == 0
    page.keyboard.press("n")
    assert page.locator(".teaching-projector-case").inner_text().startswith("Case 2 of")
    bar = page.locator(".teaching-projector-bar").bounding_box()
    assert bar["y"] + bar["height"] <= SCREEN["height"] + 1
    assert page.locator(".teaching-picture svg").bounding_box()["height"] > 0.5 * SCREEN["height"]
    page.keyboard.press("Escape")
    assert page.locator(".teaching-projector-bar").count() == 0


def test_a_desk_fills_the_projector_too(visit, artifacts):
    page = visit("evidence.html#projector")
    page.locator(".teaching-projector-bar").wait_for()
    page.wait_for_timeout(300)
    if artifacts:
        page.screenshot(path=str(artifacts / "room_desk_projector.png"))
    assert page.locator(".teaching-desk .teaching-sentence").is_visible()
    assert page.get_by_role("button", name="Controls").count() == 0
    assert page.locator(".teaching-desk").evaluate("(desk) => desk.getBoundingClientRect().width") > 1200


def test_in_a_lesson_only_the_room_is_shown_when_the_address_asks_for_it(browser, site):
    context = browser.new_context(viewport=SCREEN, offline=True)
    for words, shown in (("", 0), ("#room", 2)):
        page = context.new_page()
        page.goto(f"{(site / 'lessons' / '01_b_cells_in_balance.html').as_uri()}{words}")
        for place in page.locator('.teaching-place[data-kind="panel"]').all():
            place.scroll_into_view_if_needed()
            page.wait_for_timeout(1500)
        started = '.teaching-place[data-kind="panel"][data-started="yes"]'
        page.wait_for_function("(place) => document.querySelectorAll(place).length === 2", arg=started)
        page.wait_for_timeout(500)
        assert page.locator(".teaching-vote").filter(visible=True).count() == shown
        assert page.locator(".teaching-around").count() == 0
        page.close()
    context.close()


def test_a_course_page_of_another_origin_may_show_a_page_in_a_frame(browser, site, tmp_path):
    with folder_served(site) as own, folder_served(tmp_path) as course:
        snippet = re.findall(
            r"```html\n(.*?)```", (PROJECT / "docs/app_in_a_room.md").read_text(encoding="utf-8"), re.S
        )[0]
        page_of_course = f"<!doctype html><title>Course</title>{snippet.replace('https://YOUR-SITE/', own)}"
        (tmp_path / "course.html").write_text(page_of_course, encoding="utf-8")
        page = browser.new_context().new_page()
        page.goto(f"{course}course.html")
        inside = page.frame_locator("iframe")
        inside.locator(".teaching-live[data-frames] svg").first.wait_for()
        inside.locator(".teaching-choice input[value=mosunetuzumab]:checked").wait_for()  # the case of the address
        before = inside.locator(".teaching-picture").inner_html()
        inside.locator(".teaching-cases button").first.click()
        page.wait_for_timeout(800)
        assert inside.locator(".teaching-picture").inner_html() != before
        page.context.close()
