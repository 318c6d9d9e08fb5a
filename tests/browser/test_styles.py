"""One look everywhere: with a sheet of its own (a single file), and with all sheets (a notebook, the site)."""

import pytest

from teaching.panels import bundle, questions
from teaching.panels.catalogue import DESKS, GALLERY
from teaching.panels.page import save_page

from .layout import settle
from .still_panels import questions_page

SIDES = ("Top", "Right", "Bottom", "Left")
#: What our sheets say about parts; sizes that follow from the words inside are left out.
PROPERTIES = [
    *(f"{what}{side}" for what in ("margin", "padding") for side in SIDES),
    *(f"border{side}{what}" for side in SIDES for what in ("Width", "Style", "Color")),
    *("display position color backgroundColor accentColor fill stroke strokeWidth strokeDasharray opacity".split()),
    *("fontSize fontWeight fontStyle lineHeight textAlign textDecorationLine whiteSpace listStyleType".split()),
    *("maxWidth minWidth minHeight maxHeight flexGrow flexShrink flexBasis flexDirection flexWrap".split()),
    *("rowGap columnGap justifyContent alignItems overflowX borderTopLeftRadius cursor outlineStyle".split()),
]
#: Each part with what the browser computes for it; also of what is hidden at first.
#: What has no class inside a picture is no matter of our rules.
LOOK = """
(PROPERTIES) => [...document.querySelectorAll("*")]
  .filter((part) => part.closest(".teaching-panel, .teaching-question"))
  .filter((part) => !part.ownerSVGElement || part.getAttribute("class"))
  .map((part) => {
    const computed = getComputedStyle(part);
    const name = `${part.tagName} ${part.getAttribute("class") ?? ""}`;
    return [name, PROPERTIES.map((property) => `${property}: ${computed[property]}`)];
  })
"""
ADD = "(css) => document.head.append(Object.assign(document.createElement('style'), { textContent: css }))"


@pytest.fixture
def page(browser):
    opened = browser.new_context()
    yield opened.new_page()
    opened.close()


def changed(page, css: str) -> list[str]:
    """What looks different when this sheet arrives after all others."""
    before = page.evaluate(LOOK, PROPERTIES)
    page.evaluate(ADD, css)
    settle(page)
    after = page.evaluate(LOOK, PROPERTIES)
    assert len(before) == len(after) > 5
    return [
        f"{part}: {old} is now {new}"
        for (part, was), (_, now) in zip(before, after, strict=True)
        for old, new in zip(was, now, strict=True)
        if old != new
    ]


@pytest.mark.parametrize("width", [1100, 360])
@pytest.mark.parametrize("name", [*DESKS, "treatment"])
def test_a_panel_or_a_desk_looks_alike_alone_and_among_all(page, tmp_path, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(save_page(GALLERY[name].make(), tmp_path / "page.html", detail=0.05).as_uri())
    page.locator(".teaching-live, .teaching-panel svg").first.wait_for()
    settle(page)
    assert changed(page, bundle.style("site")) == []


def test_a_question_looks_alike_alone_and_among_all(page, tmp_path, own_folder):
    made = [questions.QuestionPanel(name) for name in ("00-taste", "01-half-life", "01-return-marker", "11-letter")]
    page.goto(questions_page(made, tmp_path / "questions.html").as_uri())
    settle(page)
    assert changed(page, bundle.style("site")) == []
