"""A panel as one HTML file: opened from the disk, with the network off, under a real mouse."""

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

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


# --- take it along ------------------------------------------------------------------------------------


def saved(page, name: str) -> bytes:
    """What a button of 'Take it along' gives."""
    folded = page.locator("details.teaching-files:not([open]) > summary")
    if folded.count():
        folded.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_the_picture_goes_along_with_its_words_and_nothing_that_is_not_seen(opened, live):
    text = saved(opened, "SVG").decode()
    words = " ".join(ElementTree.fromstring(text).itertext())
    assert live.question in " ".join(words.split())
    for part in live.sentence.split()[:6]:
        assert part in words
    assert "Not treatment advice" in words
    assert "http" not in text.replace("http://www.w3.org/", "") and "<script" not in text
    hidden = opened.evaluate("""() => [...document.querySelectorAll("[id*='-overlay-']")]
      .filter((group) => getComputedStyle(group).display === "none").map((group) => group.id)""")
    assert hidden and not any(f'id="{name}"' in text for name in hidden)


def test_the_png_is_what_the_svg_shows_on_white(opened, artifacts):
    opened.emulate_media(color_scheme="dark")
    data = saved(opened, "PNG")
    if artifacts:
        (artifacts / "page_taken_along.png").write_bytes(data)
    picture = Image.open(io.BytesIO(data)).convert("L")
    assert picture.width == 2 * 864 and picture.height > 900
    shares = [count / (picture.width * picture.height) for count in picture.histogram()]
    assert shares[255] > 0.7, "the ground is not white"
    assert sum(shares[:70]) > 0.005, "letters and axes are not dark"


def test_light_and_dark_have_an_accent_that_is_seen(opened):
    is_accent = """(wanted) => getComputedStyle(document.querySelector('.teaching-panel'))
      .getPropertyValue('--teaching-accent').trim() === wanted"""
    for scheme, wanted in (("dark", "#56b4e9"), ("light", "#0072b2")):
        opened.emulate_media(color_scheme=scheme)
        opened.wait_for_function(is_accent, arg=wanted)  # the page hears of it a moment later


def test_a_setting_goes_from_a_page_to_the_kernel_and_back(opened, live):
    """The same file and the same line mean the same in both places."""
    opened.get_by_role("radio", name="CD19 CAR-T", exact=True).check()
    text = saved(opened, "Setting (JSON)").decode()
    live.reset()
    live.open_text(text)
    assert live.values["product"] == "CD19 CAR-T" and words_of(opened) == live.sentence
    line = opened.get_by_label("This setting as one line").input_value()
    live.reset()
    live.open_text(line)
    assert words_of(opened) == live.sentence
    for preset in live.presets:
        live.press(preset.label)
        for told in (live.line, live.scenario().to_json()):
            opened.get_by_role("button", name="Reset").click()
            opened.get_by_label("Paste a setting here").fill(told.replace("\n", " "))
            opened.get_by_role("button", name="Open", exact=True).click()
            opened.wait_for_function(
                "(words) => document.querySelector('.teaching-sentence').textContent === words", arg=live.sentence
            )


def test_a_setting_between_two_pictures_goes_to_the_nearest_one_and_says_so(opened, live):
    saved(opened, "Setting (JSON)")
    slider = live.state.controls["rituximab dose"]
    between = slider.low + 0.317 * (slider.high - slider.low)
    opened.get_by_label("Paste a setting here").fill(f"treatment | SLE | product=rituximab; {slider.name}={between}")
    opened.get_by_role("button", name="Open", exact=True).click()
    opened.get_by_role("alert").filter(has_text="went to the nearest ones").wait_for()


@pytest.mark.parametrize(
    "text, words",
    [
        ("import os", "is no scenario"),
        ("{", "damaged"),
        ("[]", "no scenario of the B-cell depletion"),
        ('{"kit": "bcell-teaching-kit", "schema": 2}', "newer version of the kit (schema 2)"),
        (
            '{"kit": "bcell-teaching-kit", "schema": 1, "panel": "treatment", "about": "SLE", "values": [1]}',
            "short list",
        ),
        ("bell | SLE | product=rituximab", "belongs to the panel 'bell'"),
        ("treatment | SSc | product=rituximab", "is about 'SSc'"),
        ("treatment | SLE | product=aspirin", "choose one of"),
        ("treatment | SLE | product=rituximab; rituximab dose=-1", "allowed is a number from"),
        ("treatment | SLE | __proto__=1", "is not a control"),
        ("treatment | SLE | <img src=x onerror=alert(1)>=1", "is not a control"),
        ("treatment | SLE | product", "not of the form name=value"),
        ("treatment | SLE | product=rituximab; product=rituximab", "stands twice"),
        ("x" * 20_001, "characters"),
    ],
)
def test_a_setting_that_is_none_is_refused_in_one_sentence_and_the_picture_stays(opened, text, words):
    before = words_of(opened)
    opened.locator("details.teaching-files > summary").click()
    opened.get_by_label("Paste a setting here").fill(text)
    opened.get_by_role("button", name="Open", exact=True).click()
    opened.get_by_role("alert").filter(has_text=words).first.wait_for()
    assert words_of(opened) == before and opened.locator("img").count() == 0
