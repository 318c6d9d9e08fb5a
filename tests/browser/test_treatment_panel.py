"""The treatment panel under a real mouse and keyboard: it follows, ends where it should, stays still and readable."""

import itertools
import re

import pytest

from .conftest import PANEL_NOTEBOOK, PREDICT_NOTEBOOK, LivePanel, complaints_of_ours, keep_pictures
from .layout import faults

NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
PRODUCTS = ("rituximab", "blinatumomab", "CD19 CAR-T")
WIDE, NARROW = {"width": 1280, "height": 1000}, {"width": 400, "height": 1000}
#: Watches sizes in every animation frame until it is told to stop; returns each different one once.
WATCH = """
(panel) => {
  const svg = panel.querySelector(".teaching-picture svg");
  const seen = new Set();
  const look = () => {
    const [inner, outer] = [svg.getBoundingClientRect(), panel.getBoundingClientRect()];
    const numbers = [inner.width, inner.height, inner.x - outer.x, inner.y - outer.y, outer.width, outer.height];
    seen.add(numbers.map((number) => number.toFixed(1)).join(" "));
    if (!window.stop_watching) requestAnimationFrame(look);
  };
  window.stop_watching = false;
  window.watched = seen;
  look();
}
"""
#: How wide the tracks of the shown sliders are.
TRACKS = """
(panel) => [...panel.querySelectorAll("input[type=range]")].filter((track) => track.getClientRects().length)
  .map((track) => track.getBoundingClientRect().width)
"""
#: Keeps every message to the server in the page until `let_go()`.
HOLD_BACK = """
() => {
  const send = WebSocket.prototype.send;
  const held = [];
  WebSocket.prototype.send = function (message) {
    held.push([this, message]);
  };
  window.let_go = () => {
    WebSocket.prototype.send = send;
    held.forEach(([socket, message]) => socket.send(message));
  };
}
"""
#: Contrast (WCAG 2) of every shown text of the picture with what lies behind the picture.
CONTRAST = """
(panel) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (words) => {  // any CSS colour, by painting one pixel
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = words;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const straight = (share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
    const part = rgb.slice(0, 3).map((byte) => straight(byte / 255));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  let behind = panel;
  while (behind && colour(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
  const ground = light(behind ? colour(getComputedStyle(behind).backgroundColor) : [255, 255, 255]);
  const words = [...panel.querySelectorAll(".teaching-picture svg text")];
  return words.filter((text) => text.getClientRects().length).map((text) => {
    const ink = light(colour(getComputedStyle(text).fill));
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    return [text.textContent.trim(), Math.round(contrast * 100) / 100];
  });
}
"""


@pytest.fixture(scope="module")
def opened(open_notebook):
    notebook, succeeded = open_notebook(PANEL_NOTEBOOK)
    assert succeeded, notebook.errors()
    return LivePanel(notebook)


@pytest.fixture
def panel(opened):
    """The panel as it starts; after the test: nobody outside was asked and no script complained."""
    if opened.page.viewport_size != WIDE:
        opened.page.set_viewport_size(WIDE)
    opened.press("Reset")
    opened.settle()
    yield opened
    assert opened.notebook.outside == []
    assert complaints_of_ours(opened.notebook) == []


def test_the_curves_and_the_sentence_follow_the_mouse_to_both_ends(panel, artifacts):
    start = panel.state()
    panel.drag(1.3)
    high = panel.moved_from(start)
    keep_pictures(panel.page, [panel.root], "treatment_panel", artifacts)
    highest = panel.value()
    panel.drag(-0.3)
    low = panel.moved_from(high)
    assert (highest, panel.value()) == (2000, 100)
    assert len({state["curves"]["curve-blood"] for state in (start, high, low)}) == 3
    assert len({state["sentence"] for state in (start, high, low)}) == 3
    assert "nan" not in str(low["curves"]).lower() and "nan" not in str(high["curves"]).lower()


def test_a_higher_dose_keeps_b_cells_away_for_longer(panel):
    back = []
    for share in (-0.3, 1.3):
        panel.drag(share)
        sentence = panel.settle()["sentence"]
        back.append(int(sentence.split("back above 10 on day ")[1].split(".")[0]))
    assert back[0] < back[1]


def test_the_picture_moves_while_the_mouse_is_still_down(panel):
    before = panel.state()
    panel.drag(0.9, hold=True)
    during = panel.wait_until(lambda state: state["curves"] != before["curves"], "a change while dragging")
    panel.page.mouse.up()
    assert during["frames"] > before["frames"]


def test_arrow_keys_move_the_slider_and_the_curves(panel):
    before, dose = panel.state(), panel.value()
    panel.slider().focus()
    for _ in range(3):
        panel.page.keyboard.press("ArrowRight")
    after = panel.moved_from(before)
    assert panel.value() == dose + 30
    panel.page.keyboard.press("ArrowLeft")
    panel.moved_from(after)
    assert panel.value() == dose + 20


def test_after_a_fast_drag_the_last_state_is_the_one_that_typing_gives(panel):
    panel.drag(1.1, steps=40, pause=0)
    panel.drag(0.1, steps=40, pause=0)
    panel.drag(0.8, steps=40, pause=0)
    dragged, value = panel.settle(quiet=1.0), panel.value()
    assert value not in (100, 1000, 2000)
    panel.press("Reset")
    reset = panel.moved_from(dragged)
    panel.type_value(f"{value:g}")
    typed = panel.moved_from(reset)
    assert typed["curves"] == dragged["curves"]
    assert typed["sentence"] == dragged["sentence"]


def test_every_case_shows_another_picture_and_reset_goes_back(panel):
    start = panel.state()
    names = panel.root.locator(".teaching-cases button").all_inner_texts()
    cases = names[: names.index("Reset")]
    assert len(cases) >= 3
    seen, before = [], start
    for name in cases[1:]:
        panel.press(name)
        before = panel.moved_from(before)
        seen.append(before)
    panel.press("Reset")
    back = panel.moved_from(before)
    everything = [start, *seen]
    assert len({state["curves"]["curve-blood"] for state in everything}) == len(cases)
    assert len({state["sentence"] for state in everything}) == len(cases)
    assert {key: back[key] for key in ("curves", "sentence", "overlays")} == {
        key: start[key] for key in ("curves", "sentence", "overlays")
    }


def test_each_product_brings_its_own_published_values_and_its_own_sliders(panel):
    overlays, labels = {}, {}
    before = panel.state()
    for name in PRODUCTS:
        panel.choose(name)
        state = before if name == PRODUCTS[0] else panel.moved_from(before)
        overlays[name] = set(state["overlays"])
        labels[name] = panel.root.locator(".teaching-slider:visible > label").all_inner_texts()
        before = state
    assert all(overlays.values())
    assert not overlays["rituximab"] & overlays["CD19 CAR-T"]
    assert not overlays["rituximab"] & overlays["blinatumomab"]
    assert len({tuple(words) for words in labels.values()}) == len(PRODUCTS)


def test_after_a_pause_the_last_picture_stays_as_a_grey_ghost(panel):
    panel.page.wait_for_timeout(1000)
    before = panel.state()
    panel.slider().focus()
    for _ in range(4):
        panel.page.keyboard.press("ArrowRight")
        panel.page.wait_for_timeout(80)
    after = panel.moved_from(before)
    curves = {name.removeprefix("curve-"): path for name, path in before["curves"].items()}
    assert {name.removeprefix("ghost-"): path for name, path in after["ghosts"].items()} == curves
    assert after["curves"]["curve-blood"] != after["ghosts"]["ghost-blood"]


def test_nothing_jumps_while_a_slider_is_dragged(panel):
    panel.root.evaluate(WATCH)
    panel.drag(1.2)
    panel.drag(-0.2)
    panel.settle()
    sizes = panel.page.evaluate("() => { window.stop_watching = true; return [...window.watched]; }")
    assert len(sizes) == 1, f"width, height, x, y of the picture, width, height of the panel: {sizes}"


def test_tab_goes_through_the_controls_in_reading_order(panel):
    panel.root.get_by_role("button", name="Rituximab 2 × 1 g").focus()
    place = "(panel) => { const box = document.activeElement.getBoundingClientRect();"
    place += " return panel.contains(document.activeElement) ? [box.y + box.height / 2, box.x] : null; }"
    places = []
    while (where := panel.root.evaluate(place)) and len(places) < 40:
        places.append(where)
        panel.page.keyboard.press("Tab")
    assert len(places) >= 12  # cases, Reset, the chosen product, two sliders with number and source, two details
    for (upper, left), (lower, right) in itertools.pairwise(places):
        assert lower > upper + 20 or (abs(lower - upper) <= 20 and right > left)


def test_those_who_hear_the_page_get_the_sentence_when_the_hand_rests(panel):
    before = panel.state()
    panel.slider().focus()
    panel.page.keyboard.press("ArrowRight")
    sentence = panel.moved_from(before)["sentence"]
    picture = panel.root.locator(".teaching-picture svg").first
    assert picture.get_attribute("role") == "img"
    assert sentence in picture.get_attribute("aria-label")
    status = panel.root.get_by_role("status").filter(has_text=sentence)
    status.wait_for(state="attached", timeout=20_000)


def test_the_sources_open_on_demand(panel):
    words = panel.root.get_by_text("Published values on the picture")
    assert words.count() == 0
    summary = panel.root.locator("summary", has_text="Where do these numbers come from?")
    summary.focus()
    panel.page.keyboard.press("Enter")
    words.wait_for(timeout=20_000)
    panel.page.keyboard.press("Enter")
    words.wait_for(state="detached", timeout=20_000)


# --- the sweep: the page draws by itself ---------------------------------------------------------------


def test_near_a_slider_the_page_can_draw_without_the_kernel(panel):
    """Kernel messages are held back: what moves then is drawn from the sweep, and is right when the kernel answers."""
    before = panel.state()
    panel.wait_for_sweep()
    panel.page.evaluate(HOLD_BACK)
    panel.slider().focus()
    for _ in range(8):
        panel.page.keyboard.press("ArrowRight")
        panel.page.wait_for_timeout(40)
    panel.page.wait_for_timeout(300)
    during = panel.state()
    assert during["curves"] != before["curves"]
    assert during["sentence"] == before["sentence"]  # no word of the kernel has arrived
    panel.page.evaluate("() => window.let_go()")
    after = panel.settle(quiet=1.0)
    assert after["sentence"] != before["sentence"]
    apart = max(
        abs(float(one) - float(other))
        for name in ("curve-blood", "curve-autoantibody")
        for one, other in zip(
            NUMBERS.findall(during["curves"][name]), NUMBERS.findall(after["curves"][name]), strict=True
        )
    )
    assert apart < 2.6, "the exact solution differs from the swept picture by more than a line's width"


# --- predict first -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def waiting(open_notebook):
    notebook, succeeded = open_notebook(PREDICT_NOTEBOOK)
    assert succeeded, notebook.errors()
    return notebook


def test_a_prediction_is_drawn_kept_and_compared(waiting, artifacts):
    panel = waiting.page.locator(".teaching-panel[data-frames]").nth(0)
    shown = (
        "(panel) => [...panel.querySelectorAll('.teaching-part path')].filter((p) => "
        "getComputedStyle(p).visibility !== 'hidden').length"
    )
    assert panel.evaluate(shown) == 0, "the answer is on the picture before the prediction"
    assert panel.locator(".teaching-sentence").inner_text() == ""
    box = panel.locator(".teaching-surface").bounding_box()
    mouse = waiting.page.mouse
    mouse.move(box["x"] + 2, box["y"] + 30)
    mouse.down()
    for step in range(1, 30):
        mouse.move(box["x"] + 2 + (box["width"] - 4) * step / 29, box["y"] + 30 + 2.5 * min(step, 29 - step))
    mouse.up()
    keep_pictures(waiting.page, [panel], "predict_drawn", artifacts)
    panel.get_by_role("button", name="Keep my prediction and run").click()
    panel.locator(".teaching-verdict:not(:empty)").wait_for(timeout=20_000)
    assert "the model gives" in panel.locator(".teaching-verdict").inner_text()
    assert panel.evaluate(shown) > 5
    assert panel.locator(".teaching-prediction path").count() == 1
    keep_pictures(waiting.page, [panel], "predict_compared", artifacts)


def test_a_prediction_can_be_typed_with_the_keyboard_alone(waiting):
    panel = waiting.page.locator(".teaching-panel[data-frames]").nth(1)
    keys = waiting.page.keyboard
    panel.locator("summary", has_text="or type points").focus()
    keys.press("Enter")
    for number, (month, count) in enumerate([(0, 200), (3, 5), (8, 20), (12, 100), (24, 200)]):
        keys.press("Tab")
        keys.press("ControlOrMeta+A")
        keys.type(str(month))
        keys.press("Tab")
        keys.type(str(count))
        assert panel.evaluate("(panel) => panel.contains(document.activeElement)"), number
    keys.press("Tab")
    assert panel.evaluate("() => document.activeElement.textContent") == "Keep my prediction and run"
    keys.press("Enter")
    panel.locator(".teaching-verdict:not(:empty)").wait_for(timeout=20_000)
    assert panel.locator(".teaching-prediction path").count() == 1


def test_a_prediction_is_there_again_when_the_cell_runs_again(waiting):
    words = waiting.page.locator(".teaching-verdict").nth(0).inner_text()
    assert words
    assert waiting.run_all()
    verdict = waiting.page.locator(".teaching-verdict").nth(0)
    verdict.wait_for(timeout=20_000)
    assert verdict.inner_text() == words
    assert waiting.outside == [] and complaints_of_ours(waiting) == []


# --- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "button, start", [("SVG", b"<?xml"), ("Numbers (CSV)", b"# How deep"), ("Setting (JSON)", b"{")]
)
def test_what_is_shown_can_be_saved(panel, tmp_path, button, start):
    files = panel.root.locator("details.teaching-files")
    if files.get_attribute("open") is None:
        files.locator("summary").click()
    with panel.page.expect_download(timeout=20_000) as download:
        files.get_by_role("button", name=button, exact=True).click()
    download.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_bytes().startswith(start)


def test_a_setting_is_opened_from_a_pasted_line_and_bad_ones_are_refused(panel):
    files = panel.root.locator("details.teaching-files")
    if files.get_attribute("open") is None:
        files.locator("summary").click()
    before = panel.state()
    pasted = files.get_by_label("Paste a setting here")
    pasted.fill("treatment | SLE | product=CD19 CAR-T; CD19 CAR-T dose=2000000")
    pasted.press("Enter")
    after = panel.moved_from(before)
    assert panel.root.get_by_role("radio", name="CD19 CAR-T").is_checked() and panel.value() == 2e6
    pasted.fill("<script>alert(1)</script>")
    pasted.press("Enter")
    refused = panel.wait_until(lambda state: state["error"], "a refusal")
    assert "no scenario" in refused["error"]
    assert refused["curves"] == after["curves"]


def test_a_wrong_number_is_said_in_a_sentence_and_put_back(panel):
    before = panel.state()
    panel.type_value("a lot")
    state = panel.wait_until(lambda state: state["error"], "a refusal")
    assert state["error"] == "Dose each time is 'a lot'; allowed is a number from 100 to 2000 mg."
    panel.type_value("1,5")  # outside the range, and the comma is understood
    state = panel.wait_until(lambda state: "1,5" in state["error"], "a refusal")
    assert panel.value() == 1000 and panel.state()["curves"] == before["curves"]


def test_a_restarted_kernel_is_said_in_a_sentence(lab, open_notebook):
    # A notebook of its own: a second page of the same one shares its kernel, and a cell that runs again there lets go
    # of what the first page shows.
    (lab.folder / "restarted.ipynb").write_bytes((lab.folder / PANEL_NOTEBOOK).read_bytes())
    notebook, _ = open_notebook("restarted.ipynb")
    panel = LivePanel(notebook)
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    notebook.page.wait_for_timeout(1500)
    panel.slider().focus()
    notebook.page.keyboard.press("ArrowRight")
    panel.root.get_by_text("The kernel behind this panel has stopped or was restarted").wait_for(timeout=20_000)
    assert not any("page error" in words for words in notebook.complaints)


def test_at_400_pixels_nothing_sticks_out_and_sliders_can_still_be_dragged(panel, artifacts):
    keep_pictures(panel.page, [panel.root], "treatment_panel", artifacts, width=400)
    assert faults(panel.page, panel.root, NARROW["width"], height=NARROW["height"]) == []
    assert min(panel.root.evaluate(TRACKS)) >= 100


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_word_of_the_picture_can_be_read_in_both_themes(panel, artifacts, theme):
    change = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
    try:
        panel.page.evaluate(change, theme)
        panel.page.wait_for_function(f"() => document.body.dataset.jpThemeName === '{theme}'", timeout=20_000)
        panel.page.wait_for_timeout(500)
        keep_pictures(panel.page, [panel.root], f"treatment_panel_{theme.split()[-1].lower()}", artifacts)
        words = panel.root.evaluate(CONTRAST)
    finally:
        panel.page.evaluate(change, "JupyterLab Light")
    assert len(words) > 30
    assert [word for word in words if word[1] < 4.5] == []
