"""One JupyterLab and one browser for all browser tests; a missing browser skips them, but fails where CI=true."""

import contextlib
import os
import time
from pathlib import Path

import pytest

from . import fonts
from .running_lab import BROWSERS, NotebookPage, browser_options, find_browser, running_lab, write_notebook

PROJECT = Path(__file__).resolve().parents[2]
PANEL_NOTEBOOK, PREDICT_NOTEBOOK = "treatment_panel.ipynb", "predict.ipynb"
_PANEL_CELL = 'from teaching import Patient, panels\n\npanels.treatment(Patient.typical("SLE"))'
_PREDICT_CELL = """\
from teaching import panels
from teaching.panels.prediction import Predict

panels.treatment(predict=Predict(
    "browser-{}", "How will blood B cells run after rituximab?",
    curve="blood", unit="B cells per µL", across_label="month", across_per_unit=365.25 / 12,
))"""
#: Words by which a console message is known to be about this kit and not about JupyterLab itself.
OURS = ("teaching", "anywidget", "widget", "svg", "blob:")
#: What a page tells about its panel. Overlay ids end in a number, one an artist; a name is shown or hidden as a whole.
STATE = """
(panel) => {
  const svg = panel.querySelector(".teaching-picture svg");
  const own = /^teaching\\d+-[a-z0-9]+-/;
  const paths = (kind) => Object.fromEntries([...svg.querySelectorAll(`[id*="-${kind}-"]`)]
    .filter((group) => own.test(group.id) && group.id.replace(own, "").startsWith(kind + "-"))
    .map((group) => [group.id.replace(own, ""), group.querySelector("path")?.getAttribute("d")]));
  const overlays = [...svg.querySelectorAll('[id*="-overlay-"]')]
    .filter((group) => getComputedStyle(group).display !== "none")
    .map((group) => group.id.replace(own, "").replace(/^overlay-/, "").replace(/-\\d+$/, ""));
  return {
    curves: paths("curve"),
    ghosts: paths("ghost"),
    overlays: [...new Set(overlays)].sort(),
    sentence: panel.querySelector(".teaching-sentence").textContent,
    error: panel.querySelector(".teaching-error").textContent,
    frames: Number(panel.dataset.frames),
    sweeps: Number(panel.dataset.sweeps || 0),
  };
}
"""


#: The files that take longest, in this order: who runs files side by side begins with them.
LONGEST = ("test_site", "test_gallery", "test_lessons", "test_layout", "test_treatment_panel", "test_script")


def pytest_collection_modifyitems(items):
    def turn(item) -> int:
        name = Path(item.fspath).stem
        return LONGEST.index(name) if name in LONGEST else len(LONGEST)

    ours = [item for item in items if Path(item.fspath).parent == Path(__file__).parent]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    places = [place for place, item in enumerate(items) if item in set(ours)]
    for place, item in zip(places, sorted(ours, key=turn), strict=True):
        items[place] = item


@pytest.fixture(scope="package")
def artifacts():
    """The folder in which pictures of this run are kept for people to look at, or None: a picture costs a second."""
    wanted = os.environ.get("TEACHING_ARTIFACTS", "").strip()
    if not wanted:
        return None
    folder = Path(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def executable():
    """Path of the browser."""
    found = find_browser()
    if found is None:
        reason = f"no browser found: install one of {', '.join(BROWSERS)}, or set TEACHING_BROWSER to its path"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="package")
def launched(executable, tmp_path_factory):
    """Launches the browser with one font family. Package scope: Playwright's event loop must be gone for asyncio."""
    from playwright.sync_api import sync_playwright

    @contextlib.contextmanager
    def launch(family: str):
        environ = fonts.only(family, tmp_path_factory.mktemp("fonts"))
        browser = playwright.chromium.launch(**browser_options(executable), env=environ)
        make = browser.new_context
        # Playwright evaluates the text of what it waits for, and the pages' content policy forbids that. Contexts of
        # test_from_outside.py obey the policy.
        browser.new_context = lambda **options: make(**{"bypass_csp": True, **options})
        yield browser
        browser.close()

    with sync_playwright() as playwright:
        yield launch


@pytest.fixture(scope="package")
def browser(launched):
    """The browser of all tests that do not choose a font of their own."""
    with launched(fonts.USUAL) as browser:
        yield browser


@pytest.fixture(scope="package")
def lab(executable, tmp_path_factory):
    """JupyterLab over a copy of the lessons, and beside them a notebook that shows the treatment panel only."""
    with running_lab(tmp_path_factory.mktemp("lab"), PROJECT / "notebooks") as lab:
        write_notebook(lab.folder / PANEL_NOTEBOOK, [_PANEL_CELL])
        write_notebook(lab.folder / PREDICT_NOTEBOOK, [_PREDICT_CELL.format(name) for name in ("drawn", "typed")])
        yield lab


class LivePanel:
    """The first panel with a live picture on a notebook's page, as a reader sees and uses it."""

    def __init__(self, notebook: NotebookPage):
        self.notebook, self.page = notebook, notebook.page
        self.root = self.page.locator(".teaching-panel[data-frames]").first
        self.root.wait_for(timeout=60_000)
        self.settle()

    def state(self) -> dict:
        """Curves, ghosts, overlays and sentence as they stand on the page."""
        return self.root.evaluate(STATE)

    def pulse(self) -> list:
        """How many frames were drawn and sweeps came, and whether the kernel rests: cheap to ask for."""
        counts = [self.root.get_attribute(f"data-{what}") for what in ("frames", "sweeps")]
        return [counts, self.notebook.kernel_is_idle()]

    def settle(self, quiet: float = 0.4) -> dict:
        """Waits until nothing is drawn for `quiet` seconds and the kernel rests; the state then."""
        last, since = self.pulse(), time.monotonic()
        for _ in range(1200):
            self.page.wait_for_timeout(50)
            now = self.pulse()
            if now != last or not now[1]:
                last, since = now, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return self.state()
        raise AssertionError("the panel never came to rest")

    def wait_until(self, condition, what: str) -> dict:
        """Waits until the state meets a condition; the state then."""
        seen = None
        for _ in range(400):
            pulse = self.pulse()
            if pulse != seen:
                seen, state = pulse, self.state()
                if condition(state):
                    return state
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what} did not happen within 20 seconds; the sentence is: {state['sentence']}")

    def wait_for_sweep(self) -> None:
        """Puts the pointer on the first slider and waits until its sweep is there."""
        self.slider().hover()
        self.wait_until(lambda state: state["sweeps"] > 0, "a sweep")

    def moved_from(self, before: dict) -> dict:
        """Waits until the curves differ from `before` and rest again; the state then."""
        self.wait_until(lambda state: state["curves"] != before["curves"], "a change of the curves")
        return self.settle()

    def slider(self, number: int = 0):
        """The track of a visible slider among the controls."""
        return self.root.locator(".teaching-controls input[type=range]:visible").nth(number)

    def field(self, number: int = 0):
        """The field beside a slider, in which its value can be typed."""
        return self.root.locator(".teaching-typed:visible").nth(number)

    def value(self, number: int = 0) -> float:
        """The value beside a slider."""
        words = self.field(number).input_value()
        return float(words.removesuffix(" million")) * (1e6 if words.endswith("million") else 1)

    def type_value(self, text: str, number: int = 0) -> None:
        """Types a value beside a slider."""
        self.field(number).fill(text)
        self.page.keyboard.press("Enter")

    def choose(self, name: str) -> None:
        """Chooses one of the words of a group, by its label."""
        self.root.get_by_role("radio", name=name, exact=True).check()

    def press(self, name: str) -> None:
        """Presses the button of that name with the mouse."""
        self.root.get_by_role("button", name=name, exact=True).click()

    def drag(self, share: float, number: int = 0, steps: int = 12, pause: float = 0.02, hold: bool = False) -> None:
        """Takes a slider by its handle with the mouse to a share of its track; beyond 0 or 1 is past the end."""
        slider = self.slider(number)
        slider.hover()  # waits until the page has stopped moving under it
        box = slider.bounding_box()
        least, most, now = (
            float(slider.get_attribute(name) or slider.input_value()) for name in ("min", "max", "none")
        )
        thumb = 16  # the thumb's middle runs between half its width from both ends
        track = {"x": box["x"] + thumb / 2, "width": box["width"] - thumb}
        height = box["y"] + box["height"] / 2
        start = track["x"] + track["width"] * (now - least) / (most - least)
        end = min(max(track["x"] + share * track["width"], box["x"] - 30), box["x"] + box["width"] + 30)
        self.page.mouse.move(start, height)
        self.page.mouse.down()
        for step in range(1, steps + 1):
            self.page.mouse.move(start + (end - start) * step / steps, height)
            self.page.wait_for_timeout(1000 * pause)
        if not hold:
            self.page.mouse.up()


@pytest.fixture(scope="module")
def open_notebook(lab, browser):
    """Opens notebooks of the lab's folder and runs all their cells; ends their kernels after the module."""
    opened = []

    def open_and_run(name: str) -> tuple[NotebookPage, bool]:
        notebook = NotebookPage.open(browser, lab, name, viewport={"width": 1280, "height": 1000})
        opened.append(notebook)
        return notebook, notebook.run_all()

    yield open_and_run
    for notebook in opened:
        notebook.close()


def keep_pictures(page, parts, name: str, folder: Path | None, width: int = 1280) -> None:
    """Screenshots of parts of the page, in a window of this width that is high enough to hold a panel; none without
    a folder."""
    if folder is None:
        return
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 1800})
    page.wait_for_timeout(300)
    for number, part in enumerate(parts, start=1):
        numbered = f"_{number}" if len(parts) > 1 else ""
        part.scroll_into_view_if_needed()
        page.wait_for_timeout(150)  # JupyterLab lays out what comes into view, which moves it once more
        part.screenshot(path=folder / f"{name}{numbered}_{width}.png")
    page.set_viewport_size(before)


def complaints_of_ours(notebook: NotebookPage) -> list[str]:
    """Errors that a script threw, and errors in the console that name something of this kit."""
    return [
        words
        for words in notebook.complaints
        if words.startswith("page error") or any(ours in words.lower() for ours in OURS)
    ]
