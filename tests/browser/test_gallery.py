"""The gallery under mouse and keyboard: every panel at 1280 and 400 pixels, light and dark, for eyes and for screen readers."""

import itertools
import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from teaching.panels.catalogue import CATALOGUE

from .conftest import LivePanel, keep_pictures
from .running_gallery import PanelPage, running_gallery
from .test_treatment_panel import CONTRAST, WIDTHS

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 900}
#: A stop of the Tab key: its place among everything that can be reached, and where it is on the page.
FOCUS = """
() => {
  const field = document.activeElement;
  if (!field || field === document.body) return null;
  const box = field.getBoundingClientRect();
  return {
    panel: Boolean(field.closest(".teaching-panel")),
    name: field.dataset.stop || field.textContent.trim() || field.href,
    place: [box.y + box.height / 2 + scrollY, box.x],
  };
}
"""
#: Numbers everything in the panel that can be used; of a group of radio buttons the chosen one stands for all.
STOPS = """
(panel) => {
  const fields = [...panel.querySelectorAll("button, input, summary, select, textarea, a[href]")]
    .filter((field) => field.checkVisibility({ visibilityProperty: true }) && !field.disabled)
    .filter((field) => field.type !== "radio" || field.checked);
  fields.forEach((field, k) => (field.dataset.stop = `${k}: ${field.getAttribute("aria-label") || field.id || field.textContent.trim()}`));
  return fields.map((field) => field.dataset.stop);
}
"""
#: Opens or closes everything that can be opened.
OPEN = """
(panel, opened) => {
  for (const part of panel.querySelectorAll("details")) part.open = opened;
  for (const button of panel.querySelectorAll(`button[aria-expanded=${!opened}]`)) button.click();
}
"""


@pytest.fixture(scope="module")
def gallery(executable):
    with running_gallery() as gallery:
        yield gallery


@pytest.fixture(scope="module")
def times(artifacts):
    """Seconds until each panel's picture stood: printed and kept, judged by people."""
    seconds = {}
    yield seconds
    lines = [f"{name}: {value:.1f} s" for name, value in seconds.items()]
    (artifacts / "gallery_times.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\nuntil the picture stood: " + "; ".join(lines))


@pytest.fixture(scope="module", params=CATALOGUE)
def opened(request, gallery, browser, times):
    """One panel's page, opened once for all tests of that panel."""
    page = PanelPage(browser, viewport=WIDE, reduced_motion="no-preference")
    times[request.param] = page.open(gallery.panel(request.param))
    panel = LivePanel(page)
    panel.name = request.param
    yield panel
    page.close()


@pytest.fixture
def panel(opened):
    """The panel as it starts, 1280 pixels wide, light; after the test: no script complained, nobody outside was asked."""
    opened.page.set_viewport_size(WIDE)
    opened.page.emulate_media(color_scheme="light")
    opened.press("Reset")
    opened.settle(0.2)
    yield opened
    assert opened.notebook.outside == []
    assert opened.notebook.complaints == []


def grave(page) -> list[str]:
    """Violations that axe calls serious or critical, each with the places where it stands."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {', '.join(' '.join(node['target']) for node in rule['nodes'])}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def picture(panel) -> str:
    """The picture as it stands."""
    return panel.root.locator(".teaching-picture").inner_html()


def changed(panel, before: str, what: str) -> None:
    """Waits until the picture is another one."""
    for _ in range(200):
        if picture(panel) != before:
            return
        panel.page.wait_for_timeout(50)
    raise AssertionError(f"{what} did not change the picture")


def open_everything(panel, opened: bool = True) -> None:
    """Opens (or closes) all lines and lists that can be opened."""
    panel.root.evaluate(OPEN, opened)
    panel.settle(0.2)


def test_the_panel_stands_there_with_picture_sentence_and_no_code(panel, artifacts):
    entry, page = CATALOGUE[panel.name], panel.page
    assert page.locator(".gallery-loading").count() == 0
    assert panel.root.get_by_role("heading", name=entry.question).is_visible()
    assert panel.root.locator(".teaching-picture svg text").count() > 5
    sentence = panel.state()["sentence"]
    assert len(sentence) > 40 and sentence.endswith((".", "?"))
    words = page.locator("body").inner_text()
    assert entry.title in words and "keeps nothing you enter" in words
    for code in ("Traceback", "import ", "NaN", "undefined", "[object"):
        assert code not in words
    keep_pictures(page, [page.locator("body")], f"gallery_{panel.name}", artifacts)
    assert grave(page) == []


def test_a_control_moves_picture_and_sentence(panel):
    before, sentence = picture(panel), panel.state()["sentence"]
    sliders = panel.root.locator(".teaching-controls input[type=range]:visible")
    if sliders.count():
        slider = sliders.first
        slider.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    else:
        panel.root.locator(".teaching-choice input:not(:checked)").first.check()
    changed(panel, before, "the first control")
    assert panel.settle(0.2)["sentence"] != sentence
    assert panel.state()["error"] == ""


def test_on_a_telephone_nothing_sticks_out(panel, artifacts):
    panel.page.set_viewport_size(NARROW)
    open_everything(panel)
    assert panel.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    found = grave(panel.page)
    panel.root.evaluate("(panel) => panel.querySelectorAll('table').forEach((table) => table.remove())")  # they may scroll
    widths = panel.root.evaluate(WIDTHS)
    open_everything(panel, False)
    keep_pictures(panel.page, [panel.page.locator("body")], f"gallery_{panel.name}", artifacts, width=400)
    assert widths["scrolls"] <= 0
    assert widths["outside"] == []
    assert widths["cut"] == []
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_everything_open_it_can_be_read_and_heard(panel, artifacts, scheme):
    panel.page.emulate_media(color_scheme=scheme)
    open_everything(panel)
    found, words = grave(panel.page), panel.root.evaluate(CONTRAST)
    if scheme == "dark":
        keep_pictures(panel.page, [panel.page.locator("body")], f"gallery_{panel.name}_dark", artifacts)
    open_everything(panel, False)
    assert found == []
    assert [word for word in words if word[1] < 4.5] == []


def tab_to(page, stop: str) -> None:
    """Presses Tab until that stop has the focus."""
    for _ in range(80):
        here = page.evaluate(FOCUS)
        if here and here["name"] == stop:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches '{stop}'")


def test_the_keyboard_alone_is_enough(panel):
    page, keyboard = panel.page, panel.page.keyboard
    stops = panel.root.evaluate(STOPS)
    page.locator("a[href]").first.focus()
    reached = []
    for _ in range(80):
        keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here and here["panel"]:
            reached.append(here)
        elif reached:
            break
    assert [stop["name"] for stop in reached] == stops, "Tab goes through everything once, in this order"
    for (upper, left), (lower, right) in itertools.pairwise(stop["place"] for stop in reached):
        assert lower > upper + 12 or (abs(lower - upper) <= 12 and right > left), "reading order"

    def use(selector: str, key: str) -> None:
        """Goes there with Tab, presses the key, and waits for another picture."""
        field = panel.root.locator(selector).first
        if not field.count():
            return
        page.locator("a[href]").first.focus()
        tab_to(page, field.get_attribute("data-stop"))
        before = picture(panel)
        keyboard.press(key)
        changed(panel, before, f"{key} on {selector}")
        panel.settle(0.2)

    use(".teaching-cases button:nth-of-type(2)", "Enter")
    panel.root.evaluate(STOPS)
    use(".teaching-controls input[type=range][data-stop]:visible", "PageUp")
    use(".teaching-choice input:checked:visible", "ArrowDown")
    panel.root.evaluate(STOPS)
    if panel.root.locator(".teaching-play").count():
        use(".teaching-play", "Space")
        assert panel.root.locator(".teaching-play").get_attribute("aria-pressed") == "true"
        keyboard.press("Space")
        use(".teaching-player input", "PageUp")
    for summary in panel.root.locator("summary").all():
        tab_to(page, summary.get_attribute("data-stop"))
        keyboard.press("Enter")
        assert summary.evaluate("(summary) => summary.parentElement.open")
        keyboard.press("Enter")


# --- the gallery itself --------------------------------------------------------------------------


@pytest.fixture
def front(gallery, browser):
    page = PanelPage(browser, viewport=WIDE)
    page.page.goto(gallery.address)
    yield page
    assert page.outside == []
    assert page.complaints == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_has_a_card_for_every_panel(front, artifacts, scheme):
    front.page.emulate_media(color_scheme=scheme)
    links = front.page.get_by_role("main").get_by_role("link").all()
    assert [link.inner_text() for link in links] == [entry.question for entry in CATALOGUE.values()]
    assert "Not treatment advice" in front.page.locator("body").inner_text()
    for width in (1280, 400):
        keep_pictures(front.page, [front.page.locator("body")], f"gallery_{scheme}", artifacts, width=width)
    front.page.set_viewport_size(NARROW)
    assert front.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert grave(front.page) == []


def test_the_keyboard_opens_a_panel_and_goes_on_to_the_next(front, gallery):
    names, page = list(CATALOGUE), front.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(gallery.panel(names[0]))
    assert page.locator(".gallery-loading").inner_text() == "Loading the panel …"
    page.locator(".teaching-panel[data-frames]").wait_for(timeout=60_000)
    for stop in (page.get_by_role("link", name="All panels"), page.locator("a[rel=next]")):
        page.keyboard.press("Tab")
        assert stop.evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url(gallery.panel(names[1]))


def test_larger_type_goes_along_from_page_to_page(front, gallery):
    page, first = front.page, next(iter(CATALOGUE))
    page.goto(gallery.panel(first))
    size = "() => parseFloat(getComputedStyle(document.querySelector('.teaching-panel')).fontSize)"
    page.locator(".teaching-panel[data-frames]").wait_for(timeout=60_000)
    before = page.evaluate(size)
    page.get_by_role("button", name="Larger type").press("Enter")
    assert page.evaluate(size) > 1.15 * before
    page.get_by_role("link", name="All panels").click()
    page.wait_for_url(f"{gallery.address}?size=large")
    page.get_by_role("link", name=CATALOGUE[first].question).click()
    page.locator(".teaching-panel[data-frames]").wait_for(timeout=60_000)
    assert page.evaluate(size) > 1.15 * before
    page.get_by_role("button", name="Larger type").press("Enter")
    assert page.evaluate(size) == before
    assert page.url == gallery.panel(first)
    assert json.loads(page.evaluate("() => JSON.stringify({ ...localStorage })")) == {}


def test_the_look_for_barriers_would_notice(front):
    front.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<input><button></button>')")
    assert {line.split()[0] for line in grave(front.page)} >= {"button-name", "label"}
