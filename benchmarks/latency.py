"""How long from a slider to the picture, in a real browser: the live panel, others, and the bare round trip.

    teaching bench [--steps N]        (or: python benchmarks/latency.py)

The panel twice: with a sweep at hand (the page draws by itself, the exact solution follows) and with
every picture from the kernel. Beside it `interact` (figure made anew, figure kept), plotly's
FigureWidget and ipympl, when these two are installed (`pip install plotly ipympl`), all with the same
model and the same four axes.

One run, one Chromium, one JupyterLab on 127.0.0.1, one kernel; the techniques take turns, so that a
busy computer slows all of them alike. Compare the ratios; the milliseconds belong to this computer.

step      keydown on the slider's handle -> end of the animation frame that first shows the change
          (for `interact`: of the new image, decoded)
play      pictures a second while the body map plays
memory    resident memory of a fresh kernel with one panel open, and what 200 moves of a slider add
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
from importlib.util import find_spec
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
import numpy as np
from teaching.figures.treatment import overlay_ids, treatment_drawing, treatment_values

patient = Patient.typical("SLE")


def course_of(dose):
    return treat(patient, Plan("rituximab", dose_mg=dose, days=[0, 14]), 730)


def dose_slider():
    return widgets.IntSlider(1000, 100, 2000, 10)
"""
_PANEL = "panels.treatment(patient)"
_PLOTLY = """\
import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from teaching.figures.treatment import treatment_values

drawn = treatment_drawing(treatment_values(course_of(1000)))
made = make_subplots(2, 2)
shown = treatment_values(course_of(1000))
for number, curve in enumerate(drawn.curves):
    made.add_scatter(x=curve.x, y=shown[curve.name], mode="lines", row=1 + number // 4, col=1 + number // 2 % 2)
for number in (1, 2):
    made.update_yaxes(type="log", range=[-5, 3], row=1, col=number)
plot = go.FigureWidget(made, layout={"width": 864, "height": 518, "showlegend": False})
slider = dose_slider()


def follow(change):
    values = treatment_values(course_of(change.new))
    with plot.batch_update():
        for line, curve in zip(plot.data, drawn.curves):
            line.y = values[curve.name]


slider.observe(follow, "value")
widgets.VBox([slider, plot])
"""
_IPYMPL = """\
%matplotlib widget
import matplotlib.pyplot as plt

from teaching.figures.treatment import treatment_values

kept_lines = treatment_drawing(treatment_values(course_of(1000)))
shown = treatment_values(course_of(1000))
figure, grid = plt.subplots(2, 2, figsize=(12, 7.2))
lines = []
for number, curve in enumerate(kept_lines.curves):
    axes = grid.flat[number // 2]
    lines += axes.plot(curve.x, np.maximum(shown[curve.name], 1e-5))
    if number < 4:
        axes.set_yscale("log")
slider = dose_slider()


def follow(change):
    values = treatment_values(course_of(change.new))
    for line, curve in zip(lines, kept_lines.curves):
        line.set_ydata(np.maximum(values[curve.name], 1e-5))
    figure.canvas.draw_idle()


slider.observe(follow, "value")
widgets.VBox([slider, figure.canvas])
"""
_BARE = """\
slider, words = widgets.IntSlider(1000, 100, 2000, 10), widgets.Label("1000")
slider.observe(lambda change: setattr(words, "value", str(change.new)), "value")
widgets.VBox([slider, words])
"""
_INTERACT = """\
@widgets.interact(dose=dose_slider())
def picture(dose):
    drawing = treatment_drawing(treatment_values(course_of(dose)))
    drawing.show_overlays(overlay_ids("rituximab"))
    display(drawing.figure)
"""
_INTERACT_KEPT = """\
kept = treatment_drawing(treatment_values(course_of(1000)))
kept.show_overlays(overlay_ids("rituximab"))


@widgets.interact(dose=dose_slider())
def moved(dose):
    kept.move(treatment_values(course_of(dose)))
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
  const plotly = cell.querySelector(".js-plotly-plot");
  const canvas = cell.querySelector(".jupyter-matplotlib canvas");
  const images = cell.querySelector(".widget-interact .jp-OutputArea, .widget-output");
  if (svg) {
    new MutationObserver(changed).observe(svg, { attributes: true, attributeFilter: ["d"], subtree: true });
  } else if (plotly) {
    new MutationObserver(changed).observe(plotly, { attributes: true, attributeFilter: ["d"], subtree: true });
  } else if (canvas) {
    // What ipympl shows, it copies into its canvas.
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
      if (cell.contains(this.canvas) || !this.canvas.isConnected) changed();
      return draw.apply(this, all);
    };
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
    slider: int = 0  # which slider of the cell
    sweep: bool = False  # wait for a sweep before the first step
    drags: bool = True
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
    """The panel first, the bare round trip second, then the others that are installed."""
    found = [
        Technique("live panel, sweep at hand (real model)", _PANEL, sweep=True),
        Technique("live panel, every picture from the kernel", _PANEL, slider=1),
        Technique("bare round trip: slider -> Python -> text", _BARE),
        Technique("interact, figure made anew", _INTERACT),
        Technique("interact, figure kept, lines moved", _INTERACT_KEPT),
    ]
    if find_spec("plotly"):
        found.append(Technique("plotly FigureWidget, lines moved", _PLOTLY))
    if find_spec("ipympl"):
        found.append(Technique("ipympl, lines moved", _IPYMPL))
    return found


def slider_of(cell, technique: Technique):
    """What takes the keys: the handle of a core slider, or the track of the panel's own."""
    if technique.source == _PANEL:
        return cell.locator(".teaching-controls input[type=range]:visible").nth(technique.slider)
    return cell.locator(".noUi-handle").first


def take_steps(page, cell, technique: Technique, count: int, keep: bool = True) -> None:
    """Presses an arrow key `count` times and waits for each picture; keeps the times unless it is a warm-up."""
    handle = slider_of(cell, technique)
    handle.scroll_into_view_if_needed()
    handle.focus()
    if technique.sweep:
        handle.hover()
        page.wait_for_function(
            "(cell) => cell.querySelector('[data-sweeps]')", arg=cell.element_handle(), timeout=20_000
        )
        page.wait_for_timeout(300)
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
        if keep and milliseconds is None:
            technique.lost += 1
        elif keep:
            technique.steps.append(milliseconds)
        page.wait_for_timeout(150 + 7 * number % 40)  # never in step with the frames


def drag(page, cell, technique: Technique) -> None:
    """Drags the slider to and fro with the mouse for three seconds and lets go."""
    handle = slider_of(cell, technique)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    track = box if technique.source == _PANEL else cell.locator(".noUi-base").first.bounding_box()
    height, left, width = box["y"] + box["height"] / 2, track["x"], track["width"]
    page.mouse.move(left + 0.5 * width if technique.source == _PANEL else box["x"] + box["width"] / 2, height)
    page.wait_for_timeout(400)
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


def measure(steps: int) -> tuple[list[Technique], str]:
    """Starts everything, measures all techniques in turns, ends everything; the second part is about playing."""
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
            for technique, cell in zip(measured, cells, strict=True):
                cell.evaluate(_WATCH)
                take_steps(page, cell, technique, WARM_UP, keep=False)
            for turn in range(ROUNDS):
                for technique, cell in zip(measured, cells, strict=True):
                    take_steps(page, cell, technique, steps * (turn + 1) // ROUNDS - steps * turn // ROUNDS)
            for _ in range(2):
                for technique, cell in zip(measured, cells, strict=True):
                    drag(page, cell, technique)
            notebook.close()
            played = playing(browser, lab)
            browser.close()
    return measured, played


_MEMORY = """\
import gc, psutil
from teaching import panels
panel = panels.treatment()
bundle = panel._repr_mimebundle_()
def resident():
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6
opened = resident()
for step in range(200):
    panel.controls["rituximab dose"].value = 100 + 10 * (step * 37 % 190)
print(f"{opened:.0f} {resident() - opened:.1f} {len(panel.frame)}")
"""


def memory() -> str:
    """Resident memory of a fresh kernel with one panel open, and what 200 moves add."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        words = []
        client.execute_interactive(
            _MEMORY, timeout=120, output_hook=lambda message: words.append(message["content"].get("text", ""))
        )
        opened, growth, size = "".join(words).split()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return (
        f"kernel with a panel open: {opened} MB resident; 200 moves add {growth} MB; a step sends {size} bytes of "
        f"picture"
    )


def playing(browser, lab) -> str:
    """Pictures a second while the body map plays, by counting frames in which a fill moved."""
    write_notebook(lab.folder / "play.ipynb", ["from teaching import panels\npanels.body_map()"])
    notebook = NotebookPage.open(browser, lab, "play.ipynb", viewport={"width": 1280, "height": 1000})
    notebook.run_all()
    page = notebook.page
    panel = page.locator(".teaching-panel[data-frames]")
    panel.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    panel.evaluate("""(panel) => {
      window.played = new Set();
      const svg = panel.querySelector(".teaching-picture svg");
      new MutationObserver(() => requestAnimationFrame((now) => window.played.add(now)))
        .observe(svg, { attributes: true, attributeFilter: ["d"], subtree: true });
    }""")
    panel.locator(".teaching-play").click()
    page.wait_for_timeout(4000)
    shown = page.evaluate(
        "() => { const all = [...window.played]; return all.length / ((all.at(-1) - all[0]) / 1000); }"
    )
    notebook.close()
    return f"body map playing: {shown:.0f} pictures a second"


def report(measured: list[Technique]) -> str:
    """The table and the ratios as text."""
    lines = [f"{'technique':<44}{'median ms':>10}{'p95 ms':>8}{'moves/s':>9}{'pictures/s':>12}{'lag ms':>8}{'lost':>6}"]
    for item in measured:
        moves, pictures = statistics.mean(item.moves_per_second), statistics.mean(item.pictures_per_second)
        lines.append(
            f"{item.name:<44}{item.median:>10.0f}{item.p95:>8.0f}{moves:>9.0f}{pictures:>12.1f}"
            f"{max(item.lags):>8.0f}{item.lost:>6}"
        )
    swept, ours, bare, *others = measured
    lines.append("")
    for item in (swept, ours):
        lines.append(f"{item.name} / bare: {item.median / bare.median:.2f} (median), {item.p95 / bare.p95:.2f} (p95)")
    for item in others:
        median, p95 = item.median / ours.median, item.p95 / ours.p95
        lines.append(f"{item.name} / live panel from the kernel: {median:.1f} (median), {p95:.1f} (p95)")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=44, help="key presses a technique (default 44)")
    steps = parser.parse_args().steps
    if steps < ROUNDS:
        parser.error(f"--steps is {steps}; at least {ROUNDS} are needed.")
    measured, played = measure(steps)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{steps} steps each, {os.cpu_count()} processors{load}, Python {sys.version.split()[0]}, {sys.platform}\n")
    print(report(measured))
    print(f"\n{played}\n{memory()}")


if __name__ == "__main__":
    main()
