"""The gallery under mouse and keyboard: every panel at 1280 and 400 pixels, light and dark, seen and heard."""

import io
import itertools
import json

import numpy as np
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from teaching.panels.catalogue import CATALOGUE, DESKS, GALLERY

from .conftest import LivePanel, keep_pictures
from .layout import FORMS, faults
from .running_gallery import PanelPage, running_gallery

WIDE = {"width": 1280, "height": 900}
#: A stop of the Tab key: its name, its own box and that of the control it belongs to.
FOCUS = """
() => {
  const field = document.activeElement;
  if (!field || field === document.body) return null;
  const box = (part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    return { left, right, top: top + scrollY, bottom: bottom + scrollY };
  };
  const control = field.closest(".teaching-control");
  return {
    panel: Boolean(field.closest(".teaching-panel")),
    name: field.dataset.stop || field.textContent.trim() || field.href,
    box: box(field),
    control: control?.dataset.control || "",
    around: box(control || field),
  };
}
"""
#: Every shown text of the picture: words, colour [0-255], box in the picture; then texts are hidden (or shown again).
TEXTS = """
(panel, hide) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (words) => {  // any CSS colour, by painting one pixel
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = words;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const host = panel.querySelector(".teaching-picture").getBoundingClientRect();
  const opacity = (part) => (part === panel ? 1 : opacity(part.parentElement) * Number(getComputedStyle(part).opacity));
  const texts = [...panel.querySelectorAll(".teaching-picture svg text")];
  const seen = texts.filter((text) => text.getClientRects().length && opacity(text) > 0.9).map((text) => {
    const box = text.getBoundingClientRect();
    const place = [box.left - host.left, box.top - host.top, box.right - host.left, box.bottom - host.top];
    return { words: text.textContent.trim(), ink: colour(getComputedStyle(text).fill), place };
  });
  texts.forEach((text) => (text.style.visibility = hide ? "hidden" : ""));
  return seen.filter((text) => text.words);
}
"""
#: Numbers everything in the panel that can be used; of a group of radio buttons the chosen one stands for all.
STOPS = """
(panel) => {
  const fields = [...panel.querySelectorAll("button, input, summary, select, textarea, a[href]")]
    .filter((field) => field.checkVisibility({ visibilityProperty: true }) && !field.disabled)
    .filter((field) => field.type !== "radio" || field.checked);
  const name = (field) => field.getAttribute("aria-label") || field.id || field.textContent.trim();
  fields.forEach((field, k) => (field.dataset.stop = `${k}: ${name(field)}`));
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
    if artifacts:
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
    """The panel as it starts, 1280 pixels wide, light; after the test: no complaints, nobody outside was asked."""
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


def answered(panel, before: str, what: str) -> None:
    """Waits until the picture is another one, or a sentence says why it is not."""
    for _ in range(200):
        if picture(panel) != before or panel.root.locator(".teaching-error").first.inner_text():
            return
        panel.page.wait_for_timeout(50)
    raise AssertionError(f"{what} did not change the picture")


def open_everything(panel, opened: bool = True) -> None:
    """Opens (or closes) all lines and lists that can be opened."""
    panel.root.evaluate(OPEN, opened)
    panel.settle(0.2)


def test_the_panel_stands_there_with_picture_sentence_and_no_code(panel, artifacts):
    entry, page = GALLERY[panel.name], panel.page
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


def test_a_control_moves_picture_and_sentence(panel):
    before, sentence = picture(panel), panel.state()["sentence"]
    sliders = panel.root.locator(".teaching-controls input[type=range]:visible")
    if sliders.count():
        slider = sliders.first
        slider.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    else:
        panel.root.locator(".teaching-choice input:not(:checked)").first.check()
    answered(panel, before, "the first control")
    assert panel.settle(0.2)["sentence"] != sentence
    assert panel.state()["error"] == ""


def test_on_a_telephone_nothing_sticks_out(panel, artifacts):
    page = panel.page
    open_everything(panel)
    found = [fault for width in (320, 400) for fault in faults(page, page.locator("body"), width)]
    barriers = grave(page) if panel.name in FORMS else []  # the others: in the dark, where all of them are heard
    open_everything(panel, False)
    keep_pictures(page, [page.locator("body")], f"gallery_{panel.name}", artifacts, width=400)
    assert found == []
    assert barriers == []


def contrasts(panel) -> dict[str, float]:
    """Contrast (WCAG 2) of every text of the picture with the median of what lies behind it."""
    texts = panel.root.evaluate(TEXTS, True)
    picture = panel.root.locator(".teaching-picture").screenshot()
    panel.root.evaluate(TEXTS, False)
    ground = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), float)

    def light(colour) -> float:
        share = np.asarray(colour) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    found = {}
    for text in texts:
        left, top, right, bottom = (max(0, round(number)) for number in text["place"])
        behind = ground[top : bottom + 1, left : right + 1].reshape(-1, 3)
        if behind.size:
            dark, bright = sorted((light(text["ink"]), light(np.median(behind, axis=0))))
            found[text["words"]] = round((bright + 0.05) / (dark + 0.05), 2)
    return found


def test_in_the_dark_with_everything_open_it_can_be_read_and_heard(panel, artifacts):
    light = contrasts(panel)
    panel.page.emulate_media(color_scheme="dark")
    dark = contrasts(panel)
    open_everything(panel)
    found = grave(panel.page)
    keep_pictures(panel.page, [panel.page.locator("body")], f"gallery_{panel.name}_dark", artifacts)
    open_everything(panel, False)
    assert found == []
    assert len(light) > 5
    assert {words: contrast for words, contrast in light.items() if contrast < 4.5} == {}
    assert {words: contrast for words, contrast in dark.items() if contrast < 4.5} == {}


def tab_to(page, stop: str) -> None:
    """Presses Tab until that stop has the focus."""
    for _ in range(80):
        here = page.evaluate(FOCUS)
        if here and here["name"] == stop:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches '{stop}'")


AT_ITS_END = "(track) => Number(track.value) >= Number(track.max)"


def follows(one: dict, other: dict) -> bool:
    """Whether a reader's eye goes from one box to the other: further right in the same row, or further down."""
    below = other["top"] >= one["bottom"] - 3
    return below or (other["left"] >= one["right"] - 3 and other["bottom"] > one["top"])


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
    for one, other in itertools.pairwise(reached):
        box = "box" if one["control"] == other["control"] else "around"
        assert follows(one[box], other[box]), f"in reading order {other['name']} does not follow {one['name']}"

    def use(selector: str, key: str) -> None:
        """Goes there with Tab, presses the key, and waits for the answer."""
        field = panel.root.locator(selector).first
        if not field.count():
            return
        page.locator("a[href]").first.focus()
        tab_to(page, field.get_attribute("data-stop"))
        before = picture(panel)
        # A slider that stands at its end goes the other way; there the key rightly changes nothing.
        pressed = "PageDown" if key == "PageUp" and field.evaluate(AT_ITS_END) else key
        keyboard.press(pressed)
        answered(panel, before, f"{pressed} on {selector}")
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


def kernel_of(page, gallery):
    """The process behind a panel's page."""
    page.wait_for_function("() => window.jupyterapp?.widgetManager?.kernel")
    name = page.evaluate("() => window.jupyterapp.widgetManager.kernel.id")
    return gallery.kernel(name)


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
    assert [link.inner_text() for link in links] == [entry.question for entry in GALLERY.values()]
    assert "Not treatment advice" in front.page.locator("body").inner_text()
    for width in (1280, 400):
        keep_pictures(front.page, [front.page.locator("body")], f"gallery_{scheme}", artifacts, width=width)
    assert faults(front.page, front.page.locator("body"), 320) == []
    assert grave(front.page) == []


def test_the_keyboard_opens_a_panel_and_goes_on_to_the_next(front, gallery):
    names, page = list(GALLERY), front.page
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
    page.go_back()
    page.wait_for_url(gallery.panel(names[0]))
    page.locator(".teaching-panel[data-frames]").wait_for(timeout=60_000)
    assert page.locator(".gallery-failed").all_inner_texts() in ([], [""])


@pytest.mark.parametrize("name", DESKS)
def test_a_desk_stands_there_with_picture_and_words(front, gallery, name, artifacts):
    page = front.page
    page.goto(gallery.panel(name))
    desk = page.locator(".teaching-desk[data-frames]")
    desk.wait_for(timeout=60_000)
    assert page.locator(".gallery-loading").count() == 0
    assert desk.get_by_role("heading", name=DESKS[name].question).is_visible()
    assert len(desk.locator(".teaching-sentence").inner_text()) > 40
    assert "Traceback" not in page.locator("body").inner_text()
    keep_pictures(page, [page.locator("body")], f"gallery_{name}", artifacts)
    assert [fault for width in (320, 400) for fault in faults(page, page.locator("body"), width)] == []
    assert grave(page) == []


def test_larger_type_goes_along_from_page_to_page(front, gallery):
    page, first = front.page, next(iter(GALLERY))
    page.goto(gallery.panel(first))
    size = "() => parseFloat(getComputedStyle(document.querySelector('.teaching-panel')).fontSize)"
    page.locator(".teaching-panel[data-frames]").wait_for(timeout=60_000)
    before = page.evaluate(size)
    page.get_by_role("button", name="Larger type").press("Enter")
    assert page.evaluate(size) > 1.15 * before
    kernel = kernel_of(page, gallery)
    page.get_by_role("link", name="All panels").click()
    page.wait_for_url(f"{gallery.address}?size=large")
    assert psutil.wait_procs([kernel], timeout=30)[1] == [], "a page that was left gives its kernel back"
    large = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("link", name=GALLERY[first].question).click()
    page.wait_for_url(f"{gallery.panel(first)}?size=large")
    page.get_by_role("button", name="Larger type").press("Enter")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)") < large / 1.15
    assert page.url == gallery.panel(first)
    assert json.loads(page.evaluate("() => JSON.stringify({ ...localStorage })")) == {}


def test_a_script_that_fails_does_not_leave_the_reader_waiting(front, gallery):
    page = front.page
    page.goto(gallery.panel(next(iter(GALLERY))), wait_until="commit")
    loading = page.locator(".gallery-loading")
    loading.wait_for(state="attached")
    page.evaluate("() => dispatchEvent(new ErrorEvent('error'))")
    assert loading.inner_text().startswith("This panel has not come. Reload the page")
    page.locator(".teaching-panel[data-frames]").wait_for(timeout=60_000)  # it was nothing of ours, and the panel comes
    loading.wait_for(state="detached")


def test_a_kernel_that_dies_is_said_at_the_top_of_the_page(front, gallery):
    page = front.page
    front.open(gallery.panel(next(iter(GALLERY))))
    notice = page.locator(".gallery-notice")
    notice.wait_for(state="attached", timeout=20_000)
    assert notice.inner_text() == ""
    kernel_of(page, gallery).kill()
    notice.wait_for(state="visible", timeout=30_000)
    assert "has stopped. Reload the page" in notice.inner_text()
    front.complaints.clear()  # the browser's own words about the lost connection


def test_the_look_for_barriers_would_notice(front):
    front.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<input><button></button>')")
    assert {line.split()[0] for line in grave(front.page)} >= {"button-name", "label"}
