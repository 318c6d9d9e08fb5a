"""How fast the two desks of lesson 10 answer on a page: prints a table, asserts nothing.

    python benchmarks/benefit_speed.py

Each line is the median and the slowest of 30 acts of the hand in the browser that the tests use, from the act to the
picture on the screen. An icon array is to be drawn anew within 50 ms.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from latency import browser_options, find_browser
from playwright.sync_api import sync_playwright

from teaching import panels
from teaching.panels.page import page as page_of

ACTS = 30
#: Acts on a field and waits for the picture: drawn in the same turn, painted in the next frame.
_CHOOSE = """
async ([label, words]) => {
  const field = [...document.querySelectorAll(".teaching-desk :is(select, input)")].find((one) =>
    one.getAttribute("aria-label") === label || one.labels?.[0]?.textContent === label);
  const times = [];
  for (const word of words) {
    field.value = word;
    const begun = performance.now();
    field.dispatchEvent(new Event(field.localName === "select" ? "change" : "input", { bubbles: true }));
    const drawn = performance.now() - begun;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push([drawn, performance.now() - begun]);
  }
  return times;
}
"""
EVENTS = ["infection", "relapse", "crs:any", "t_cell_malignancy"]
DESKS = [
    ("two therapies, one event", lambda: panels.benefits(), "Event", EVENTS),
    (
        "three therapies, three events",
        lambda: panels.benefits("rituximab", "cd19_car_t", ["pml", "gvhd", "remission"], third="bcma_car_t"),
        "Event",
        EVENTS,
    ),
    ("decision, 6 criteria and 4 options", lambda: panels.decision(), "Weight of cost to all", ["3", "7"]),
    (
        "decision, 40 criteria and 12 options",
        lambda: panels.decision([f"option {k}" for k in range(12)], [f"criterion {k}" for k in range(40)]),
        "Weight of criterion 7",
        ["3", "7"],
    ),
]


def main() -> None:
    """Prints the table."""
    print("| desk | drawn, median, ms | drawn, slowest, ms | on the screen, median, ms |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["TEACHING_ANSWERS"] = folder
        browser = playwright.chromium.launch(**browser_options(find_browser()))
        for name, make, label, words in DESKS:
            file = Path(folder) / "desk.html"
            file.write_text(page_of(make()), encoding="utf-8")
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(file.as_uri())
            page.locator(".teaching-desk[data-frames]").wait_for()
            times = page.evaluate(_CHOOSE, [label, [words[k % len(words)] for k in range(ACTS)]])
            drawn, seen = zip(*times, strict=True)
            middle = statistics.median(drawn)
            print(f"| {name} | {middle:.0f} | {max(drawn):.0f} | {statistics.median(seen):.0f} |")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
