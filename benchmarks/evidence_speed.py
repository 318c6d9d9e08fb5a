"""How fast the evidence explorer follows a filter, in a real browser: prints a table, asserts nothing.

    python benchmarks/evidence_speed.py [--steps N]

filter    change event of a list -> end of the frame that first shows the new picture
bare      the same wait when nothing is to be drawn: what the browser itself takes
The lists are changed to words drawn at random among those that leave a study, on a page without a kernel and in
JupyterLab. Beside them the weight of the explorer's data and of its page.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import os
import random
import statistics
import tempfile
from pathlib import Path

from latency import NotebookPage, browser_options, find_browser, running_lab, write_notebook

from teaching import panels
from teaching.panels.page import page as page_of

WARM_UP = 5
#: Changes one list and waits for the frame after it; without a word it only waits.
_STEP = """
async ([name, word]) => {
  const desk = document.querySelector(".teaching-desk");
  const list = name && desk.querySelector(`select[id$="-${name}"]`);
  const begun = performance.now();
  if (list) {
    list.value = word;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}
"""
_FITS = "() => document.querySelector('.teaching-desk .teaching-error').textContent === ''"
_OPTIONS = """
(name) => [...document.querySelectorAll(`.teaching-desk select[id$="-${name}"] option`)]
  .filter((one) => !one.textContent.endsWith("(0)")).map((one) => one.value)
"""
LISTS = ("outcome", "disease", "therapy", "design")


def steps_on(page, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of `count` changes of a filter, and of as many empty waits; they take turns."""
    draw = random.Random(1)
    filters, bare = [], []
    for number in range(count + WARM_UP):
        name = draw.choice(LISTS)
        word = draw.choice(page.evaluate(_OPTIONS, name))
        filters.append(page.evaluate(_STEP, [name, word]))
        assert page.evaluate(_FITS)
        bare.append(page.evaluate(_STEP, ["", ""]))
        if number == WARM_UP - 1:
            filters, bare = [], []
    return filters, bare


def told(name: str, filters: list[float], bare: list[float]) -> str:
    """One row of the table."""

    def end(values: list[float]) -> float:
        return statistics.quantiles(values, n=20)[-1]

    ratio = statistics.median(filters) / statistics.median(bare)
    return (
        f"| {name} | {statistics.median(filters):.0f} | {end(filters):.0f} | {max(filters):.0f} | "
        f"{statistics.median(bare):.0f} | {ratio:.1f} |"
    )


def main() -> int:
    """Measures and prints."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=100)
    steps = parser.parse_args().steps
    text, desk = page_of(panels.evidence()), panels.evidence()
    print(f"load {os.getloadavg()[0]:.1f}, {steps} changes each\n")
    print("| where | filter, median ms | 95th percentile | longest | bare, median | ratio |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options(find_browser()))
        file = Path(scratch) / "evidence.html"
        file.write_text(text, encoding="utf-8")
        page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
        page.goto(file.as_uri())
        page.locator(".teaching-desk[data-frames]").wait_for()
        print(told("page", *steps_on(page, steps)))
        with running_lab(Path(scratch)) as lab:
            write_notebook(lab.folder / "evidence.ipynb", ["from teaching import panels\npanels.evidence()"])
            notebook = NotebookPage.open(browser, lab, "evidence.ipynb", viewport={"width": 1280, "height": 1000})
            notebook.run_all()
            notebook.page.locator(".teaching-desk[data-frames]").wait_for(timeout=60_000)
            print(told("JupyterLab", *steps_on(notebook.page, steps)))
            notebook.close()
        browser.close()
    data = len(base64.b64decode(desk.page_data()["packed"]))
    whole, sent = len(text.encode()), len(gzip.compress(text.encode(), 9))
    print(
        f"\nData of the explorer {data / 1000:.0f} kB packed; "
        f"its page {whole / 1000:.0f} kB, {sent / 1000:.0f} kB as sent."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
