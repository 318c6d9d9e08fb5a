"""How long from a slider to the picture, in a real browser: the live panel, `interact`, and the bare round trip.

    python benchmarks/latency.py [--steps N]

One run, one Chromium, one JupyterLab on 127.0.0.1, one kernel; the techniques take turns, so that a
busy computer slows all of them alike. Compare the ratios; the milliseconds belong to this computer.

step      keydown on the slider's handle -> end of the animation frame that first shows the change
          (for `interact`: of the new image, decoded)
moves     mouse moves per second that the browser took while the slider was dragged for three seconds, at most 60
pictures  changes shown per second in that time
lag       release of the mouse -> end of the frame that shows the last change
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests" / "browser"))

from running_lab import NotebookPage, browser_options, find_browser, running_lab, write_notebook  # noqa: E402

NOTEBOOK = "latency.ipynb"
ROUNDS, WARM_UP = 11, 6
MOVES_A_SECOND, DRAG_SECONDS, QUIET_SECONDS = 60, 3.0, 1.5
LONGEST_STEP_SECONDS = 15
_SET_UP = """\
%matplotlib inline
import ipywidgets as widgets
from IPython.display import display

from teaching import Patient, Plan, panels, treat
from teaching.figures.treatment import overlay_ids, treatment_drawing

patient = Patient.typical("SLE")


def course_of(dose):
    return treat(patient, Plan("rituximab", dose_mg=dose, days=[0, 14]), 730)


def dose_slider():
    return widgets.IntSlider(1000, 100, 2000, 10)
"""
_PANEL = "panels.treatment(patient)"
_BARE = """\
slider, words = widgets.IntSlider(1000, 100, 2000, 10), widgets.Label("1000")
slider.observe(lambda change: setattr(words, "value", str(change.new)), "value")
widgets.VBox([slider, words])
"""
_INTERACT = """\
@widgets.interact(dose=dose_slider())
def picture(dose):
    drawing = treatment_drawing(course_of(dose))
    drawing.show_overlays(overlay_ids("rituximab"))
    display(drawing.figure)
"""
_INTERACT_KEPT = """\
kept = treatment_drawing(course_of(1000))
kept.show_overlays(overlay_ids("rituximab"))


@widgets.interact(dose=dose_slider())
def moved(dose):
    kept.move(course_of(dose))
    display(kept.figure)
"""
#: Notes when a change of the picture has been painted. A frame's own message arrives after its painting;
#: a change made inside a frame is painted with it, one made between frames with the next.
_WATCH = """
(cell) => {
  const probe = { key: 0, release: 0, painted: [] };
  const channel = new MessageChannel();
  const waiting = [];
  let frame = 0, in_frame = false;
  channel.port1.onmessage = ({ data }) => {
    if (data === frame) in_frame = false;
    for (; waiting[0] <= data; waiting.shift()) probe.painted.push(performance.now());
  };
  const tick = () => {
    if (window.probed !== cell) return;  // another technique's turn
    frame += 1;
    in_frame = true;
    channel.port2.postMessage(frame);
    requestAnimationFrame(tick);
  };
  const changed = () => {
    const shown_by = in_frame ? frame : frame + 1;
    if (waiting.at(-1) !== shown_by) waiting.push(shown_by);
  };
  const svg = cell.querySelector(".teaching-picture svg");
  const images = cell.querySelector(".widget-interact .jp-OutputArea, .widget-output");
  if (svg) {
    new MutationObserver(changed).observe(svg, { attributes: true, attributeFilter: ["d"], subtree: true });
  } else if (images) {
    let last = null;
    new MutationObserver(() => {
      const image = [...images.querySelectorAll("img")].pop();
      if (image && image.src !== last) {
        last = image.src;
        image.decode().then(changed, () => {});
      }
    }).observe(images, { childList: true, attributes: true, attributeFilter: ["src"], subtree: true });
  } else {
    const label = cell.querySelector("div.widget-label");
    new MutationObserver(changed).observe(label, { childList: true, characterData: true, subtree: true });
  }
  const begin = (event) => {
    probe.key = event.timeStamp;
    if (window.probed !== cell) requestAnimationFrame(tick);
    window.probed = cell;
  };
  cell.addEventListener("keydown", begin, true);
  cell.addEventListener("pointerdown", begin, true);
  document.addEventListener("pointerup", (event) => (probe.release = event.timeStamp), true);
  cell.probe = probe;
}
"""


@dataclass
class Technique:
    """One way to show a slider's effect, with what was measured."""

    name: str
    source: str
    steps: list[float] = field(default_factory=list)
    lost: int = 0
    pictures_per_second: list[float] = field(default_factory=list)
    moves_per_second: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.steps)

    @property
    def p95(self) -> float:
        return sorted(self.steps)[int(0.95 * (len(self.steps) - 1) + 0.5)]


def techniques() -> list[Technique]:
    return [
        Technique("live panel (real model)", _PANEL),
        Technique("bare round trip: slider -> Python -> text", _BARE),
        Technique("interact, figure made anew", _INTERACT),
        Technique("interact, figure kept, lines moved", _INTERACT_KEPT),
    ]


def take_steps(page, cell, technique: Technique | None, count: int) -> None:
    """Presses an arrow key `count` times and waits for each picture; keeps the times when a technique is given."""
    handle = cell.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed()
    handle.focus()
    for number in range(count):
        before = cell.evaluate("(cell) => cell.probe.painted.length")
        page.keyboard.press("ArrowRight" if number % 22 < 11 else "ArrowLeft")
        deadline = time.monotonic() + LONGEST_STEP_SECONDS
        milliseconds = None
        while milliseconds is None and time.monotonic() < deadline:
            page.wait_for_timeout(40)
            milliseconds = cell.evaluate(
                "(cell, n) => (cell.probe.painted.length > n ? cell.probe.painted[n] - cell.probe.key : null)", before
            )
        if technique and milliseconds is None:
            technique.lost += 1
        elif technique:
            technique.steps.append(milliseconds)
        page.wait_for_timeout(150 + 7 * number % 40)  # never in step with the frames


def drag(page, cell, technique: Technique) -> None:
    """Drags the slider to and fro with the mouse for three seconds and lets go."""
    slider = cell.locator(".widget-slider").first
    slider.scroll_into_view_if_needed()
    track, handle = slider.locator(".noUi-base").bounding_box(), slider.locator(".noUi-handle").bounding_box()
    height, left, width = handle["y"] + handle["height"] / 2, track["x"], track["width"]
    page.mouse.move(handle["x"] + handle["width"] / 2, height)
    page.mouse.down()
    first = cell.evaluate("(cell) => cell.probe.painted.length")
    start = now = time.perf_counter()
    moves = 0
    while now - start < DRAG_SECONDS:
        phase = (2 * (now - start) / DRAG_SECONDS + 0.25) % 1  # two waves: nearly every move is another value
        page.mouse.move(left + width * (0.05 + 0.9 * abs(2 * phase - 1)), height)
        moves += 1
        time.sleep(max(0.0, start + moves / MOVES_A_SECOND - time.perf_counter()))
        now = time.perf_counter()
    page.mouse.up()
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1000 * QUIET_SECONDS)
    released, painted = cell.evaluate("(cell) => [cell.probe.release, cell.probe.painted]")
    during = [moment for moment in painted[first:] if moment <= released]
    technique.pictures_per_second.append(len(during) / seconds)
    technique.moves_per_second.append(moves / seconds)
    technique.lags.append(max(0.0, painted[-1] - released))


def measure(steps: int) -> list[Technique]:
    """Starts everything, measures all techniques in turns, ends everything."""
    from playwright.sync_api import sync_playwright

    executable = find_browser()
    if executable is None:
        raise SystemExit("No browser found: install Chromium or Chrome, or set TEACHING_BROWSER to its path.")
    measured = techniques()
    with tempfile.TemporaryDirectory(prefix="teaching-latency-", ignore_cleanup_errors=True) as scratch:
        with running_lab(Path(scratch)) as lab, sync_playwright() as playwright:
            write_notebook(lab.folder / NOTEBOOK, [_SET_UP, *(technique.source for technique in measured)])
            browser = playwright.chromium.launch(**browser_options(executable))
            notebook = NotebookPage.open(browser, lab, NOTEBOOK, viewport={"width": 1280, "height": 1000})
            if not notebook.run_all():
                raise SystemExit("The notebook of the measurement failed: " + "; ".join(notebook.errors()))
            page = notebook.page
            page.wait_for_timeout(2000)
            all_cells = page.locator(".jp-NotebookPanel .jp-CodeCell")
            cells = [all_cells.nth(number + 1) for number in range(len(measured))]
            for cell in cells:
                cell.evaluate(_WATCH)
                take_steps(page, cell, None, WARM_UP)
            for turn in range(ROUNDS):
                for technique, cell in zip(measured, cells, strict=True):
                    take_steps(page, cell, technique, steps * (turn + 1) // ROUNDS - steps * turn // ROUNDS)
            for _ in range(2):
                for technique, cell in zip(measured, cells, strict=True):
                    drag(page, cell, technique)
            notebook.close()
            browser.close()
    return measured


def report(measured: list[Technique]) -> str:
    """The table and the ratios as text."""
    lines = [f"{'technique':<44}{'median ms':>10}{'p95 ms':>8}{'moves/s':>9}{'pictures/s':>12}{'lag ms':>8}{'lost':>6}"]
    for item in measured:
        moves, pictures = statistics.mean(item.moves_per_second), statistics.mean(item.pictures_per_second)
        lines.append(
            f"{item.name:<44}{item.median:>10.0f}{item.p95:>8.0f}{moves:>9.0f}{pictures:>12.1f}"
            f"{max(item.lags):>8.0f}{item.lost:>6}"
        )
    ours, bare, *others = measured
    lines += ["", f"{ours.name} / bare: {ours.median / bare.median:.2f} (median), {ours.p95 / bare.p95:.2f} (p95)"]
    for item in others:
        median, p95 = item.median / ours.median, item.p95 / ours.p95
        lines.append(f"{item.name} / live panel: {median:.1f} (median), {p95:.1f} (p95)")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=44, help="key presses a technique (default 44)")
    steps = parser.parse_args().steps
    if steps < ROUNDS:
        parser.error(f"--steps is {steps}; at least {ROUNDS} are needed.")
    measured = measure(steps)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{steps} steps each, {os.cpu_count()} processors{load}, Python {sys.version.split()[0]}, {sys.platform}\n")
    print(report(measured))


if __name__ == "__main__":
    main()
