"""A prediction is drawn with a mouse, a pen or a finger, on any axis; it can be typed, repeated and made anew."""

import math
import random

import pytest

from teaching.panels.prediction import Predict

from .panel_on_a_page import Line, begin, open_page, play, small_panel

POINTS_DRAWN = "() => document.querySelector('.teaching-prediction path')?.getAttribute('d').split('L').length ?? 0"


pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def shown(browser, monkeypatch):
    """Shows a small panel that asks for a prediction, over a line without faults."""
    pages = []

    def show(log_across=False, marker=False, across_per_unit=1.0, **context):
        page = open_page(browser, viewport={"width": 1000, "height": 900}, **context)
        pages.append(page)
        asked = Predict(
            "drawn-test",
            "How will it run?",
            curve="line",
            marker=marker,
            unit="units",
            across_label="place",
            across_per_unit=across_per_unit,
        )
        panel = small_panel(asked, log_across)
        line = Line(panel, monkeypatch, random.Random(1))
        line.bad = False
        begin(page, panel)
        page.panel, page.line = panel, line
        return page

    yield show
    for page in pages:
        assert page.complaints == []
        page.context.close()


def settle(page) -> dict:
    play(page, page.line, ms=50)
    return play(page, page.line, ms=50)


def press(page, name: str) -> dict:
    page.get_by_role("button", name=name, exact=True).click()
    return settle(page)


def stroke(page, start=0.02, end=0.98, steps=25):
    """Draws from left to right over shares of the surface with the mouse."""
    box = page.locator(".teaching-surface").bounding_box()
    for step in range(steps + 1):
        share = start + (end - start) * step / steps
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] * (0.3 + 0.4 * share))
        if step == 0:
            page.mouse.down()
    page.mouse.up()


@pytest.mark.parametrize("log_across", [False, True])
def test_a_curve_is_drawn_along_the_whole_axis_whatever_its_scale(shown, log_across):
    """On an axis from 0.001 to 10,000 a stroke over three quarters used to leave a single point."""
    page = shown(log_across)
    stroke(page, 0.0, 0.75)
    assert page.evaluate(POINTS_DRAWN) >= 15
    press(page, "Keep my prediction and run")
    kept = page.panel.prediction
    assert len(kept) >= 15
    places = [math.log(x / 1e-3) / math.log(1e7) if log_across else x / 10 for x, _ in kept]
    assert places[0] < 0.02 and places[-1] == pytest.approx(0.75, abs=0.02)
    assert max(b - a for a, b in zip(places, places[1:], strict=False)) < 0.06


def test_drawing_over_a_stretch_again_replaces_it(shown):
    page = shown()
    stroke(page, steps=40)
    box = page.locator(".teaching-surface").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 5)  # in one leap
    page.mouse.up()
    press(page, "Keep my prediction and run")
    inside = [y for x, y in page.panel.prediction if 3.2 < x < 6.8]
    assert all(y > 25 for y in inside), "points of the first stroke are left under the second one"


@pytest.mark.parametrize("kind", ["touch", "pen"])
def test_a_finger_and_a_pen_draw_to_the_end(shown, kind):
    """A finger's stroke used to end after two points, because the page took it for scrolling."""
    page = shown(has_touch=True)
    box = page.locator(".teaching-surface").bounding_box()
    devtools = page.context.new_cdp_session(page)

    def at(share):
        return {"x": box["x"] + share * box["width"], "y": box["y"] + (0.2 + 0.6 * share) * box["height"]}

    for step in range(26):
        place = at(0.02 + 0.96 * step / 25)
        if kind == "touch":
            devtools.send(
                "Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": [place]}
            )
        else:
            what = "mouseMoved" if step else "mousePressed"
            devtools.send(
                "Input.dispatchMouseEvent",
                {"type": what, "button": "left", "buttons": 1, "pointerType": "pen", "clickCount": 1, **place},
            )
    if kind == "touch":
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    else:
        devtools.send(
            "Input.dispatchMouseEvent",
            {"type": "mouseReleased", "button": "left", "pointerType": "pen", "clickCount": 1, **at(0.98)},
        )
    assert page.evaluate(POINTS_DRAWN) >= 20


def test_where_a_curve_stands_a_finger_that_goes_up_scrolls_the_page_and_one_that_goes_along_draws(shown):
    """A page on a phone is axes from edge to edge for a while: a finger that met them could not go on."""
    page = shown(has_touch=True)
    devtools = page.context.new_cdp_session(page)
    page.locator("body").evaluate("(body) => (body.style.paddingBottom = '2000px')")

    def finger(x_from, y_from, x_to, y_to):
        """A stroke over the picture, in shares of its surface; afterwards points and how far the page is scrolled."""
        box = page.locator(".teaching-surface").bounding_box()
        for step in range(21):
            x, y = (start + (end - start) * step / 20 for start, end in ((x_from, x_to), (y_from, y_to)))
            place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            kind = "touchMove" if step else "touchStart"
            devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(300)
        return page.evaluate(POINTS_DRAWN), page.evaluate("() => scrollY")

    drawn, scrolled = finger(0.05, 0.1, 0.12, 0.9)
    assert drawn > 0 and scrolled == 0, "on empty axes a steep fall is drawn"
    after = finger(0.5, 0.9, 0.5, 0.2)
    assert after[0] == drawn and after[1] > 50, "the page was not scrolled, or a point stayed where the finger began"
    assert finger(0.3, 0.5, 0.9, 0.6)[0] > drawn


def test_the_page_scrolls_over_the_picture_unless_it_is_drawn_on(shown):
    page = shown()
    action = "() => getComputedStyle(document.querySelector('.teaching-picture svg')).touchAction"
    assert page.evaluate(action) == "none"
    stroke(page)
    press(page, "Keep my prediction and run")
    assert page.evaluate(action) == "auto"
    assert page.locator(".teaching-surface").count() == 0


def test_a_stroke_ends_when_the_pointer_is_lost_and_a_second_finger_draws_nothing(shown):
    page = shown()
    send = """([kind, id, share, buttons]) => {
      const surface = document.querySelector(".teaching-surface"), box = surface.getBoundingClientRect();
      surface.setPointerCapture = () => {};
      surface.dispatchEvent(new PointerEvent(kind, { pointerId: id, clientX: box.x + share * box.width, clientY: box.y + box.height / 2, buttons, button: 0, bubbles: true, cancelable: true }));
    }"""

    def points(*events):
        for event in events:
            page.evaluate(send, list(event))
        return page.evaluate(POINTS_DRAWN)

    assert points(("pointerdown", 1, 0.1, 1), ("pointermove", 1, 0.2, 1)) == 2
    assert points(("pointerdown", 2, 0.6, 1), ("pointermove", 2, 0.7, 1)) == 2  # another finger
    assert points(("pointermove", 1, 0.3, 1)) == 3
    assert points(("pointercancel", 1, 0.3, 0), ("pointermove", 1, 0.5, 1)) == 3
    assert (
        points(("pointerdown", 3, 0.5, 1), ("pointermove", 3, 0.6, 0), ("pointermove", 3, 0.7, 1)) == 4
    )  # let go outside
    assert points(("pointerdown", 4, 0.8, 1), ("lostpointercapture", 4, 0.8, 0), ("pointermove", 4, 0.9, 1)) == 5


def test_the_same_prediction_again_runs_the_panel_again_and_is_kept_once(shown, own_folder):
    """The panel used to stay locked for good, without a word."""
    page = shown()
    stroke(page)
    press(page, "Keep my prediction and run")
    words = page.locator(".teaching-verdict").inner_text()
    assert words
    for _ in range(3):
        press(page, "Predict again")
        assert page.locator(".teaching-ask").is_visible() and page.locator(".teaching-cases").is_hidden()
        press(page, "Keep my prediction and run")
        assert page.locator(".teaching-verdict").inner_text() == words
        assert page.locator(".teaching-cases").is_visible()
    assert len((own_folder / "panels.jsonl").read_text().splitlines()) == 1


def test_a_prediction_that_is_refused_leaves_the_form_open_and_says_why(shown):
    page = shown()
    box = page.locator(".teaching-surface").bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    seen = press(page, "Keep my prediction and run")
    assert seen["error"] == "Draw the curve from left to right, or type at least two points."
    assert page.locator(".teaching-ask").is_visible()
    stroke(page)
    assert press(page, "Keep my prediction and run")["error"] == ""


def test_the_rows_that_are_filled_in_can_be_used_as_they_stand(shown):
    """An axis that ends at 9.9967 was filled in as 10 and then refused."""
    page = shown(across_per_unit=1.0003)
    page.locator("summary", has_text="or type points").click()
    filled = [page.get_by_label(f"Point {number}: place").input_value() for number in range(1, 6)]
    assert filled == ["0", "2.5", "5", "7.5", "10"]
    for number in range(1, 6):
        page.get_by_label(f"Point {number}: units").fill(str(5 * number))
    assert press(page, "Keep my prediction and run")["error"] == ""
    assert len(page.panel.prediction) == 5


def test_a_row_that_is_no_number_is_named(shown):
    page = shown()
    page.locator("summary", has_text="or type points").click()
    page.get_by_label("Point 2: units").fill("much")
    page.get_by_label("Point 2: units").press("Tab")
    assert settle(page)["error"] == "Point 2: units is 'much'; a number is needed."


@pytest.mark.parametrize("width", [360, 1000])
def test_on_a_narrow_page_the_whole_surface_can_be_reached(shown, width):
    page = shown()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(200)
    box = page.locator(".teaching-surface").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    hint = page.get_by_text("Turn the screen on its side")
    assert hint.is_visible() == (width < 640), "a picture in one piece becomes small"
    page.get_by_text("or type points").click()
    for point, (at, high) in enumerate(((0, 1), (5, 2)), start=1):
        for name, value in (("place", at), ("units", high)):
            page.get_by_label(f"Point {point}: {name}").fill(str(value))
            page.get_by_label(f"Point {point}: {name}").press("Tab")
    press(page, "Keep my prediction and run")
    assert not hint.is_visible()
