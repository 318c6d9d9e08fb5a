"""How fast a virtual trial is, on a page and in Python: prints a table, asserts nothing.

    python benchmarks/trial_speed.py

one       a trial of 2 x 100 patients, from the protocol to its interval
200       the same 200 times; on a page by the desk's own button, with its progress bar
The page is the desk as one file in the browser that the tests use. Beside them: the weight of the pool and of the page.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from latency import browser_options, find_browser
from playwright.sync_api import sync_playwright

from teaching import panels
from teaching.evidence.pool import FILE
from teaching.evidence.protocol import Protocol
from teaching.evidence.room import repeat
from teaching.evidence.virtual_trial import run
from teaching.panels.page import page as page_of

PLAN = Protocol("CD19 CAR-T", "obinutuzumab", "remission", 6, 100)
SETTING = {"control": PLAN.control, "endpoint": PLAN.endpoint, "month": PLAN.month, "patients": PLAN.patients}
_PRESS = """
(name) => new Promise((done) => {
  const desk = document.querySelector(".teaching-desk"), begun = performance.now();
  const button = [...desk.querySelectorAll("button")].find((one) => one.textContent === name);
  const look = () => (desk.innerText.includes("200 trials with this") || name !== "Run my trial 200 times"
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))) : setTimeout(look, 5));
  button.click();
  look();
})
"""


def main() -> None:
    """Prints the table."""
    run(PLAN, 1)
    python = statistics.median(_seconds(lambda seed=seed: run(PLAN, seed)) for seed in range(1, 21))
    many = _seconds(lambda: repeat(PLAN, 1))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEACHING_ANSWERS"] = folder
        file = Path(folder) / "desk.html"
        file.write_text(page_of(panels.trial_desk(**SETTING)), encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**browser_options(find_browser()))
            page = browser.new_page()
            page.goto(file.as_uri())
            page.locator(".teaching-desk[data-frames]").wait_for()
            page.evaluate(_PRESS, "Sign the protocol")
            page.locator("button", has_text="Break the seal").wait_for()
            one = page.evaluate(_PRESS, "Break the seal")
            page.get_by_label("cannot say", exact=True).check()
            page.evaluate(_PRESS, "Give my verdict")
            repeated = page.evaluate(_PRESS, "Run my trial 200 times")
            browser.close()
        weight = file.stat().st_size
    print("| where | a trial of 2 × 100 patients, ms | the same 200 times, s |\n|---|---|---|")
    print(f"| page: button to picture | {one:.0f} | {repeated / 1000:.2f} |")
    print(f"| Python | {1000 * python:.0f} | {many:.2f} |")
    print(f"\npool {FILE.stat().st_size / 1000:.0f} kB, page with script and style {weight / 1000:.0f} kB")


def _seconds(act) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
