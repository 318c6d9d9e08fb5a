"""A panel as one HTML file: opened from the disk, with the network off, under a real mouse."""

import pytest

from teaching.panels import treatment as panel_of
from teaching.panels.page import save_page

from .conftest import keep_pictures


@pytest.fixture(scope="module")
def live():
    return panel_of()


@pytest.fixture(scope="module")
def file(live, tmp_path_factory):
    return save_page(live, tmp_path_factory.mktemp("page") / "Lehre über B-Zellen.html", detail=0.5)


@pytest.fixture
def opened(browser, file):
    page = browser.new_context(viewport={"width": 1280, "height": 1000}, offline=True).new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.complaints.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    page.wait_for_selector(".teaching-panel[data-frames]")
    yield page
    assert page.complaints == []
    page.context.close()


def words_of(page) -> str:
    return page.locator(".teaching-sentence").inner_text()


def curve_of(page) -> str:
    return page.locator("[id$='-curve-blood'] path").first.get_attribute("d")


def test_cases_show_what_the_live_panel_says(opened, live, artifacts):
    assert words_of(opened) == live.sentence
    for preset in live.presets:
        opened.get_by_role("button", name=preset.label, exact=True).click()
        live.press(preset.label)
        opened.wait_for_function(
            "(words) => document.querySelector('.teaching-sentence').textContent === words", arg=live.sentence
        )
    keep_pictures(opened, [opened.locator(".teaching-panel")], "page", artifacts)
    keep_pictures(opened, [opened.locator(".teaching-panel")], "page", artifacts, width=400)


def test_a_slider_glides_with_the_hand_and_rests_on_an_exact_picture(opened, live):
    live.reset()
    slider = opened.locator("input[type=range]:visible").first
    box = slider.bounding_box()
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.down()
    seen = set()
    for step in range(20):
        opened.mouse.move(box["x"] + box["width"] * (0.5 - 0.015 * step), box["y"] + box["height"] / 2)
        opened.wait_for_timeout(30)
        seen.add(curve_of(opened))
    opened.mouse.up()
    opened.wait_for_timeout(300)
    dose = float(opened.locator(".teaching-typed:visible").first.input_value())
    live.controls["rituximab dose"].value = dose
    assert len(seen) >= 8
    assert words_of(opened) == live.sentence


def test_a_typed_value_goes_to_the_nearest_picture_and_the_sources_open(opened, live):
    field = opened.locator(".teaching-typed:visible").first
    field.fill("1003")
    field.press("Enter")
    assert field.input_value() == "1000"
    live.reset()
    assert words_of(opened) == live.sentence
    opened.locator("summary", has_text="Where do these numbers come from?").click()
    opened.get_by_text("Published values on the picture").wait_for()
