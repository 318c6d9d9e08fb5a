"""The pages about the kit in a real browser: narrow and wide, light and dark, without a barrier, pictures loaded."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from site_tools import built, small_kit  # noqa: E402

from teaching.deliver.site import sources  # noqa: E402

from .test_site import serious, visit  # noqa: E402, F401

PAGES = [
    name for source, name in sources.DOCS.items() if source.startswith(("docs/teaching/", "docs/contributing/"))
] + ["how_the_model_works", "what_the_model_leaves_out", "contributing", "index"]


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    """The folder of these pages, of a kit with one lesson and one panel."""
    project = small_kit(tmp_path_factory.mktemp("project") / "small")
    return built(tmp_path_factory.mktemp("out") / "site", project, panels=["bell"]) / "docs"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width, scheme", [(1280, "light"), (360, "dark")])
def test_a_page_about_the_kit_can_be_read_by_everybody(docs, visit, name, width, scheme, artifacts):  # noqa: F811
    page = visit((docs / f"{name}.html").as_uri(), viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("details").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
    assert serious(page) == []
    pictures = page.locator("article img")
    for number in range(pictures.count()):
        pictures.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "(n) => document.querySelectorAll('article img')[n].naturalWidth > 0",
            arg=number,
        )
        assert pictures.nth(number).bounding_box()["width"] <= width
        assert len(pictures.nth(number).get_attribute("alt")) > 40
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if artifacts:
        page.screenshot(path=artifacts / f"docs_{name}_{width}.png", full_page=True)


def test_a_student_finds_the_way_from_the_first_page_with_the_keyboard(docs, visit):  # noqa: F811
    page = visit((docs.parent / "index.html").as_uri())
    page.get_by_role("link", name="For students", exact=True).press("Enter")
    page.wait_for_url("**/docs/students.html")
    assert page.get_by_role("heading", level=1).inner_text().startswith("For students")
    page.get_by_role("link", name="four weeks").press("Enter")
    page.wait_for_url("**/docs/plans.html#four-weeks-alone-705-minutes")
    page.wait_for_function(  # the page glides there
        "() => document.getElementById('four-weeks-alone-705-minutes').getBoundingClientRect().top < innerHeight / 2"
    )


def test_the_objectives_unfold_with_a_key(docs, visit):  # noqa: F811
    page = visit((docs / "plans.html").as_uri())
    row = page.get_by_text("01-half-life", exact=True)
    assert not row.is_visible()
    page.locator("summary", has_text="All objectives").press("Enter")
    assert row.is_visible()
