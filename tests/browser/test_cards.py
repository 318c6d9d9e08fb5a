"""Lesson 10 on paper as a browser prints it: a sheet a page, nothing cut off, nothing asked of the network."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from teaching.deliver import cards

MM = 96 / 25.4
#: A4 without the margins of the file's own style.
WIDE, HIGH = (210 - 2 * 13) * MM, (297 - 12 - 14) * MM


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return cards.save_cards(tmp_path_factory.mktemp("cards") / "cards.html")


def test_each_sheet_of_one_page_fits_on_it(browser, file):
    context = browser.new_context(viewport={"width": round(WIDE), "height": 1000}, offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    style = re.search(r"@page \{(.*?)\}", cards.cards_page(), re.S)[1]
    assert "margin: 12mm 13mm 14mm;" in style, "the numbers above are those of the style"
    for kind, count in (("option", 7), ("decision", 1), ("person", 1), ("rubric", 1)):
        sheets = page.locator(f".sheet.{kind}")
        assert sheets.count() == count
        for one in sheets.all():
            box = one.bounding_box()
            assert box["height"] <= HIGH and box["width"] <= WIDE + 1, (kind, box)
    heights = [one.bounding_box()["height"] for one in page.locator(".card").all()]
    assert len(heights) == 4 and all(sum(heights[k : k + 2]) + 40 < HIGH for k in (0, 2)), "two cards on a page"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_it_prints_as_few_pages_without_an_empty_one(browser, file, tmp_path):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert 16 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 19
    words = [len(one.extract_text().split()) for one in PdfReader(BytesIO(printed)).pages]
    assert min(words) >= 60, f"a page is nearly empty: {words}"
    context.close()


def test_it_can_be_read_on_a_narrow_page(browser, file):
    context = browser.new_context(viewport={"width": 360, "height": 800}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
