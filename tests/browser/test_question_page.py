"""A question's script by itself: drawn with a mouse, with the keyboard alone, over a kernel that is silent or gone, in
two tabs, and where a browser keeps nothing."""

import base64

import pytest
from invented_questions import HINTS, INVENTED, WRONG_AND_RIGHT

from teaching.panels import bundle, questions

from .asking import Asked, faults_for_everyone, script_of_widget
from .test_question_rooms import VOTE, WORDS, asked, key, made, page_of  # noqa: F401 (a fixture)

SPEED = INVENTED["99-speed"]
_REDRAWN = """
(wide) => [...document.querySelectorAll(".teaching-prediction path")].every((one) => one.getAttribute("d") !== wide)
"""
_NAME_OF_FOCUS = """
() => {
  const at = document.activeElement;
  return at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent;
}
"""
_FOCUS_IS_SEEN = """
() => {
  const at = document.activeElement;
  return [at, at.closest("label") || at].some((one) => parseFloat(getComputedStyle(one).outlineWidth) >= 3);
}
"""


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    yield context
    context.close()


@pytest.fixture
def lesson(context, key, tmp_path):  # noqa: F811
    """Opens the questions as a file of this disk, with the network cut; `lesson()` opens one more tab."""
    file = tmp_path / "Lehre über B-Zellen.html"
    file.write_text(page_of(made()), encoding="utf-8")
    context.set_offline(True)
    complaints = []

    def another():
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        page.locator(".teaching-question").nth(5).wait_for()
        return page

    yield another
    assert complaints == []


# --- a kernel that is silent or gone


@pytest.fixture
def widget(context, key):  # noqa: F811
    """A question over a line that the test holds in its hand: `carry()` lets the kernel hear and the page see."""
    page, panel = context.new_page(), questions.check("99-speed")
    page.clock.install()
    page.set_content("<!doctype html><html lang='en'><body></body></html>")
    page.add_style_tag(content=bundle.style("question"))
    page.add_script_tag(content=bundle.linked("question"))
    page.evaluate(script_of_widget("question"), {"setup": panel.setup, "shown": panel.shown})
    page.evaluate("() => { globalThis.told = []; }")

    def carry(times: int = 1) -> list:
        sent = page.evaluate("() => sent.splice(0)")
        for message in sent * times:
            panel._message(panel, message, [])
            page.evaluate("(shown) => arrive(shown)", panel.shown)
        return sent

    page.carry = carry
    return page


def test_the_text_typed_last_goes_with_the_click_and_a_second_click_is_no_second_try(widget):
    """The text had to be waited for: a right answer was judged as the wrong one before it."""
    one = Asked(widget, SPEED["prompt"])
    one.field.fill("31")
    one.press("Check")
    one.press("Check")
    one.field.fill("3")
    one.press("Check")
    (first,) = widget.carry(times=2)  # and it comes twice
    assert (first["kind"], first["value"], first["number"]) == ("submit", "31", 1)
    assert one.said("Not yet") and one.field.input_value() == "3", "what is being typed is not taken away"
    assert [message["value"] for message in widget.carry()] == ["3"]
    assert one.said("Right") and widget.carry() == []


def test_a_kernel_that_is_silent_is_said_and_asked_again_and_one_that_is_gone_is_said_too(widget):
    one = Asked(widget, SPEED["prompt"])
    error = one.root.locator(".teaching-error").first
    one.enter("3")
    widget.clock.run_for(9_000)
    assert error.inner_text() == ""
    widget.clock.run_for(2_000)
    assert error.inner_text().startswith("No answer from the kernel") and one.field.input_value() == "3"
    sent = widget.carry()
    assert len(sent) >= 3 and {message["number"] for message in sent} == {1}
    assert one.said("Right") and error.inner_text() == ""
    widget.evaluate("() => { dead = true; }")
    one.press("Hint")
    gone = one.root.locator(".teaching-gone").inner_text()
    assert gone.startswith("The kernel behind this question has stopped or was restarted.")


# --- with a hand


def test_a_curve_is_drawn_mended_kept_and_follows_the_width_of_the_page(lesson):
    page = lesson()
    one = asked(page, "99-course")

    def stroke(*points):
        """From share to share of the axes, across and up."""
        one.root.locator(".teaching-surface").scroll_into_view_if_needed()
        box = one.root.locator(".teaching-surface").bounding_box()
        places = [(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]) for across, up in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=8)
        page.mouse.up()

    stroke((0.01, 0.9), (0.5, 0.9))
    one.press("Check")
    assert "draw it from 0 to 30 days" in one.said("Not usable")
    stroke((0.4, 0.9), (0.99, 0.9))
    one.press("Check")
    assert one.said("Not yet").endswith(INVENTED["99-course"]["wrong"][0]["feedback"])
    stroke((0.01, 0.9), (0.1, 0.4), (0.99, 0.05))  # drawn over, it is replaced
    one.press("Check")
    assert one.said("Right")
    line = one.root.locator(".teaching-prediction path")
    wide, typed = line.get_attribute("d"), [field.input_value() for field in one.root.locator("td input").all()]
    page.set_viewport_size({"width": 400, "height": 900})
    page.wait_for_function(_REDRAWN, arg=wide)
    assert [field.input_value() for field in one.root.locator("td input").all()] == typed and float(typed[0]) > 200
    one.press("Start over")
    assert line.count() == 0 and set(field.input_value() for field in one.root.locator("td input").all()) == {""}
    one.root.locator("summary").click()
    one.root.locator("td input").nth(1).fill("a lot")
    one.press("Check")
    said = one.root.locator(".teaching-error").first.inner_text()
    assert said == "letters under way at 7.5 days, per mL is 'a lot'; a number is needed."


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_labels_are_put_moved_and_taken_off_with_mouse_or_finger(browser, key, touch):  # noqa: F811
    context = browser.new_context(viewport={"width": 320, "height": 900}, has_touch=touch)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=page_of(made()), content_type="text/html; charset=utf-8"))
    page.goto("http://kit.test/lesson.html")
    one = asked(page, "99-letter")

    def press(words: str) -> None:
        place = one.root.locator(".teaching-phrase").filter(has_text=words)
        place.tap() if touch else place.click()

    def hand() -> str:
        return one.root.locator(".teaching-labels input:checked").get_attribute("value")

    def tags() -> list[str]:
        return one.root.locator(".teaching-phrase:has(.teaching-tag)").all_inner_texts()

    one.press("Check")
    assert "Still without a place: writer, reader, postage." in one.root.locator(".teaching-error").first.inner_text()
    assert hand() == "writer"
    press("the postman")
    assert hand() == "reader", "the next label comes into the hand"
    press("aunt")
    press("not in this letter")
    assert len(tags()) == 3
    one.press("Check")
    assert one.said("Not yet").endswith(f"writer: {INVENTED['99-letter']['wrong'][0]['feedback']}")
    writer = one.root.locator(".teaching-labels label").first
    writer.tap() if touch else writer.click()
    press("the postman")  # pressed again: taken off
    assert len(tags()) == 2 and hand() == "writer"
    one.press("Check")
    assert "Still without a place: writer." in one.root.locator(".teaching-error").first.inner_text()
    press("Yours")
    one.press("Check")
    assert one.said("Right")
    row = asked(page, "99-sorting")
    for number, bin_ in enumerate(("by van", "by van", "to the sender")):
        chip = row.root.locator(".teaching-card-to-sort").nth(number).locator("label").filter(has_text=bin_)
        chip.tap() if touch else chip.click()
    row.press("Check")
    assert row.said("Right") and faults_for_everyone(page) == []
    page.reload()
    asked(page, "99-letter").said("Right")
    assert len(asked(page, "99-letter").root.locator(".teaching-tag").all()) == 3
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    context.close()


def test_the_whole_page_is_worked_through_with_the_keyboard_alone(lesson):
    page = lesson()
    keys, seen = page.keyboard, []

    def where() -> str:
        return page.evaluate(_NAME_OF_FOCUS)

    for _ in range(40):
        keys.press("Tab")
        seen.append(at := where())
        outline = page.evaluate(_FOCUS_IS_SEEN)
        assert outline, f"where one is cannot be seen: {at}"
        if at == "Your answer" and seen.count("Your answer") == 1:
            keys.type("3")
            keys.press("Enter")
        elif at == "Hint" and seen.count("Hint") == 1:
            for _ in HINTS:
                keys.press("Enter")
            assert where() == "Check", "a button that is closed passes the focus on"
        elif at == "red":
            keys.press("ArrowDown")
            keys.press("Enter")
        elif at == "much":
            keys.press("Space")
            keys.press("Enter")
            break
    for name, words in (
        ("99-speed", "Right"),
        ("99-speed", "Hint 3 of 3"),
        ("99-colour", "Right"),
        (VOTE, "Your prediction"),
    ):
        asked(page, name).said(words)
    assert {"Start over", "or type its values", "Keep my words"} <= set(seen)
    assert faults_for_everyone(page) == []
    page.evaluate("() => document.body.classList.add('teaching-dark')")
    page.add_style_tag(content=".teaching-dark main { --jp-content-font-color0: #f2f2f2; --jp-layout-color0: #111; }")
    assert faults_for_everyone(page) == []


# --- what the browser keeps


def test_two_tabs_follow_each_other_and_lose_nothing(lesson):
    one, two = lesson(), lesson()
    asked(one, "99-speed").enter("31")
    asked(two, "99-speed").said("Not yet")
    assert asked(two, "99-speed").field.input_value() == "31"
    asked(two, "99-speed").press("Hint")
    asked(one, "99-speed").said("Hint 1 of 3")
    asked(one, "99-why").field.fill("half a sent")
    asked(two, "99-why").enter(WORDS)
    asked(one, "99-why").said("Kept")
    assert asked(one, "99-why").field.input_value() == "half a sent", "what is being written is not taken away"
    asked(two, "99-course").enter(WRONG_AND_RIGHT["99-course"][0])
    asked(one, "99-course").said("Not yet")
    kept = one.evaluate("store.read('99_invented').map(({ kind, question, value }) => [kind, question, value])")
    assert kept[:3] == [["answer", "99-speed", 31], ["hint", "99-speed", 1], ["sentence", "99-why", WORDS]]
    one.evaluate("store.erase()")
    two.wait_for_function("document.querySelectorAll('.teaching-card').length === 0")
    assert asked(two, "99-speed").field.input_value() == ""
    one.evaluate("leave.forEach((act) => act())")  # taken away: nothing listens any longer
    asked(two, "99-speed").enter("3")
    assert asked(one, "99-speed").root.locator(".teaching-card").count() == 0


def test_where_nothing_can_be_kept_it_is_said_under_the_card(context, key):  # noqa: F811
    page = context.new_page()
    packed = base64.b64encode(page_of(made()).encode()).decode()
    page.goto(f"data:text/html;charset=utf-8;base64,{packed}")
    one = asked(page, "99-speed")
    one.enter("3")
    one.said("Right")
    assert (
        one.root.locator(".teaching-note").inner_text().startswith("Not saved: this browser lets no page keep anything")
    )
    one.press("Hint")
    one.said("Hint 1 of 3")
    assert one.root.locator(".teaching-note").inner_text().startswith("Not saved")
