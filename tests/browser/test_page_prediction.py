"""A panel on a page asks for a prediction first, keeps it in the browser, and is honest where it cannot."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from teaching import panels
from teaching.panels.page import save_page
from teaching.panels.prediction import Predict

from .conftest import keep_pictures
from .panel_on_a_page import small_panel

ASKED = Predict("page-test", "How will it run?", curve="line", unit="units", across_label="place")
SCRIPT = "<img src=x onerror=document.title=1> & <b>because</b>"
POINTS = [[0.0, 2.0], [2.5, 2.0], [5.0, 12.0], [7.5, 12.0], [10.0, 20.0]]


pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The page of a panel that asks, one whose maker lets it keep nothing, and one that asks with words."""
    from teaching.panels.page import page

    folder = tmp_path_factory.mktemp("asking")
    choice = Predict("page-words", "Up or down?", options=("up", "down"))
    nothing = folder / "nothing.html"
    nothing.write_text(page(small_panel(ASKED), keeps=False), encoding="utf-8")
    return {
        "drawn": save_page(small_panel(ASKED), folder / "drawn.html"),
        "nothing": nothing,
        "words": save_page(small_panel(choice), folder / "words.html"),
        "columns": save_page(small_panel(choice, columns=True), folder / "columns.html"),
    }


@pytest.fixture
def tab(browser, files):
    """Opens tabs of one browser, without a network, on the pages."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, offline=True)
    complaints = []

    def another(name="drawn", before=""):
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(files[name].as_uri())
        page.wait_for_selector(".teaching-panel[data-frames]")
        return page

    yield another
    context.close()
    assert complaints == []


#: The colour of the columns of a picture, and how far a pixel of it may lie from it.
_ORANGE, _NEAR = (230, 159, 0), 9


def orange(png: bytes) -> int:
    """How many pixels of a picture have that colour."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    found = picture.getcolors(2**24)
    return sum(
        count for count, colour in found if max(abs(a - b) for a, b in zip(colour, _ORANGE, strict=True)) < _NEAR
    )


@pytest.mark.parametrize("width", [1280, 360])
def test_no_half_of_a_picture_shows_what_a_prediction_asks(browser, tmp_path_factory, width):
    """A narrow page shows the right half as a copy below the left one; the copy used to be filled from the start."""
    asked = Predict("page-half", "How likely is it?", options=("hardly", "likely"))
    file = save_page(panels.interval(predict=asked), tmp_path_factory.mktemp("half") / "half.html", detail=0.1)
    context = browser.new_context(viewport={"width": width, "height": 1400}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector(".teaching-panel[data-frames]")
    halves = page.locator(".teaching-picture > svg")
    assert halves.count() == (1 if width == 1280 else 2)
    assert orange(halves.last.screenshot()) == 0
    page.get_by_text("hardly", exact=True).click()
    press(page, "Keep my prediction and run")
    page.wait_for_timeout(600)
    assert orange(halves.last.screenshot()) > 500
    context.close()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def type_points(page) -> None:
    """The keyboard's way, from the summary on: Tab, Enter and digits only."""
    page.locator("summary", has_text="or type points").focus()
    page.keyboard.press("Enter")
    for across, up in POINTS:
        for text in (across, up):
            page.keyboard.press("Tab")
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(f"{text:g}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def verdict_of(page) -> str:
    page.wait_for_function("document.querySelector('.teaching-verdict').textContent", polling=100)  # behind another tab
    return page.locator(".teaching-verdict").inner_text()


def is_locked(page) -> bool:
    return page.evaluate("document.querySelector('.teaching-panel').classList.contains('teaching-locked')")


def serious(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def test_locked_page_gives_nothing_away_and_is_asked_and_opened_with_the_keyboard_alone(tab, artifacts):
    page = tab()
    assert is_locked(page) and page.locator(".teaching-sentence").inner_text() == ""
    assert page.locator(".teaching-own").is_hidden() and page.locator(".teaching-cases").is_hidden()
    assert (
        page.locator("[id$='-curve-line'] path").first.evaluate("(path) => getComputedStyle(path).visibility")
        == "hidden"
    )
    assert serious(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    keep_pictures(page, [page.locator(".teaching-panel")], "page_locked", artifacts, width=320)
    type_points(page)
    live = small_panel(ASKED)
    live.predicted(POINTS)
    assert verdict_of(page) == live.verdict and not is_locked(page)
    assert page.locator(".teaching-sentence").inner_text() == live.sentence
    assert page.locator(".teaching-prediction path").count() == 1 and serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_locked_page_gives_nothing_away_in_the_column_that_a_narrow_page_folds_below(tab):
    """The second column is a copy (<use>), which rules that name the panel around it do not reach."""
    page = tab("columns")
    page.set_viewport_size({"width": 360, "height": 900})
    column = page.locator(".teaching-picture svg").nth(1)
    column.wait_for()
    assert is_locked(page)
    page.wait_for_timeout(200)
    shown = column.screenshot()
    page.evaluate("document.querySelectorAll('.teaching-part').forEach((part) => part.remove())")
    page.wait_for_timeout(200)
    assert column.screenshot() == shown, "something that the prediction asks about is drawn"


def test_once_predicted_the_folded_column_shows_the_picture(tab):
    page = tab("columns")
    page.set_viewport_size({"width": 360, "height": 900})
    column = page.locator(".teaching-picture svg").nth(1)
    column.wait_for()
    page.wait_for_timeout(200)
    empty = column.screenshot()
    page.get_by_label("up", exact=True).check()
    press(page, "Keep my prediction and run")
    verdict_of(page)
    page.wait_for_timeout(300)
    assert not is_locked(page) and column.screenshot() != empty


def test_prediction_and_sentence_outlive_the_page_and_another_tab_follows(tab, artifacts):
    page, other = tab(), tab()
    page.bring_to_front()
    box = page.locator(".teaching-surface").bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 0.6 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 0.2 * box["height"], steps=20)
    page.mouse.up()
    press(page, "Keep my prediction and run")
    words = verdict_of(page)
    assert verdict_of(other) == words and not is_locked(other)

    field = page.get_by_label("In one sentence: what surprised you, and why?")
    press(page, "Keep")
    page.wait_for_function("document.querySelector('.teaching-error').textContent === 'Write your sentence first.'")
    field.fill("x" * 501)
    press(page, "Keep")
    page.wait_for_function(
        "document.querySelector('.teaching-error').textContent.includes('has 501 letters; up to 500')"
    )
    assert len(field.input_value()) == 501, "nothing that was typed is lost"
    other.get_by_label("In one sentence").fill("a draft")
    field.fill(SCRIPT)
    press(page, "Keep")
    page.get_by_text("Kept. You can change it; the last one counts.").wait_for()
    assert page.locator(".teaching-error").first.inner_text() == ""
    other.wait_for_timeout(300)
    assert other.get_by_label("In one sentence").input_value() == "a draft", "a draft stays"
    keep_pictures(page, [page.locator(".teaching-panel")], "page_predicted", artifacts)

    again = tab()
    assert verdict_of(again) == words
    assert again.get_by_label("In one sentence").input_value() == SCRIPT and again.title() != "1"
    kept = again.evaluate("Object.keys(localStorage).sort().map((key) => JSON.parse(localStorage[key]))")
    assert [entry["kind"] for entry in kept] == ["prediction", "sentence"]
    assert all(entry["question"] == "page-test" for entry in kept)

    again.locator(".teaching-typed").first.fill("9")
    again.locator(".teaching-typed").first.press("Enter")
    again.get_by_text("A is 9,").first.wait_for()
    assert verdict_of(again) == words, "the verdict is about the start"
    press(again, "Predict again")
    assert again.locator(".teaching-typed").first.input_value() == "2", "and the panel goes back there"
    again.evaluate("localStorage.clear()")
    for one in (page, other):  # everything was erased: it is asked anew
        one.wait_for_function(
            "document.querySelector('.teaching-panel').classList.contains('teaching-locked')", polling=100
        )


def test_an_option_is_chosen_and_what_is_no_prediction_is_refused(tab):
    page = tab("words")
    press(page, "Keep my prediction and run")
    assert page.locator(".teaching-error").first.inner_text() == "Choose one of the options first."
    page.get_by_text("down", exact=True).click()
    press(page, "Keep my prediction and run")
    assert verdict_of(page) == "You expected: down."
    drawn = tab()
    box = drawn.locator(".teaching-surface").bounding_box()
    drawn.mouse.click(box["x"] + 20, box["y"] + 20)
    press(drawn, "Keep my prediction and run")
    drawn.get_by_text("Draw the curve from left to right, or type at least two points.").wait_for()
    assert is_locked(drawn)


@pytest.mark.parametrize(
    "name, before, said",
    [
        ("nothing", "", "This page keeps nothing: what you wrote is gone when it is closed."),
        ("drawn", "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });",
         "Not saved: this browser lets no page keep anything here"),
    ],
)  # fmt: skip
def test_where_nothing_is_kept_it_is_said_and_the_panel_runs_all_the_same(tab, name, before, said):
    page = tab(name, before)
    type_points(page)
    assert said in verdict_of(page) and not is_locked(page)
    page.get_by_label("In one sentence").fill("It rose.")
    press(page, "Keep")
    page.locator(".teaching-own [role=status]", has_text=said).wait_for()
    page.reload()
    page.wait_for_selector(".teaching-panel[data-frames]")
    assert is_locked(page)
