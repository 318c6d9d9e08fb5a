"""How fast the clinic desk answers the hand, on a page: prints a table, asserts nothing.

    python benchmarks/clinic_desk_speed.py

test      a test is ordered, until the picture with it stands
visit     'Yes, close this visit', until the next visit stands
debrief   'Look behind the curtain', until everything stands, with 3 x 200 runs
first     one visit for the projector: until each option stands with 200 runs of this patient
options   the same, until 200 other patients stand beside each option
The page is the desk as one file in the browser that the tests use; times are those of the page itself.
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

SEEDS = range(1, 7)
ROOMS = 3
OVER = "How it ended"
#: Presses a button and waits until something stands there that begins with these words, or the career is over.
_PRESS = """
([name, there]) => new Promise((done) => {
  const shown = (one) => one.checkVisibility();
  const desk = document.querySelector(".teaching-desk"), begun = performance.now();
  const button = [...desk.querySelectorAll("button")].find((one) => shown(one) && one.textContent.startsWith(name));
  const ends = name.startsWith("Yes") ? [there, "How it ended"] : [there];
  const stands = ({ textContent }) => ends.some((words) => textContent.startsWith(words));
  const look = () => ([...desk.querySelectorAll("h4, h5")].some((one) => shown(one) && stands(one))
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))) : setTimeout(look, 2));
  button.click();
  look();
})
"""


#: Waits until nothing is being run any more; the time of the page.
_ALL_STAND = """
() => new Promise((done) => {
  const bar = document.querySelector(".teaching-desk progress");
  const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now())));
  const look = () => (bar.hidden ? drawn() : setTimeout(look, 2));
  look();
})
"""


def main() -> None:
    """Prints the table."""
    times: dict[str, list[float]] = {"test": [], "visit": [], "debrief": [], "first": [], "options": []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["TEACHING_ANSWERS"] = folder
        browser = playwright.chromium.launch(**browser_options(find_browser()))
        for seed in SEEDS:
            page = _opened(browser, Path(folder), panels.clinic(patient="SLE nephritis", seed=seed))
            page.get_by_role("button", name="Call the patient in").click()
            _career(page, times)
            page.context.close()
        for _ in range(ROOMS):
            page = _opened(browser, Path(folder), panels.clinic(preset="one visit"))
            page.get_by_role("radio", name="CD19 CAR-T cells").check()
            page.get_by_role("button", name="The room has decided").click()
            page.evaluate(_PRESS, ["Yes, close", OVER])
            begun = page.evaluate("performance.now()")
            times["first"].append(page.evaluate(_PRESS, ["Run each option", "Each option"]))
            times["options"].append(page.evaluate(_ALL_STAND) - begun)
            page.context.close()
        browser.close()
    print("| what the hand did | times | median ms | 95th percentile ms | slowest ms |\n|---|---|---|---|---|")
    for name, found in times.items():
        late = statistics.quantiles(found, n=20, method="inclusive")[-1]
        print(f"| {name} | {len(found)} | {statistics.median(found):.0f} | {late:.0f} | {max(found):.0f} |")


def _opened(browser, folder: Path, desk):
    file = folder / "clinic.html"
    file.write_text(page_of(desk), encoding="utf-8")
    page = browser.new_context().new_page()
    page.goto(file.as_uri())
    page.locator(".teaching-desk[data-frames]").wait_for()
    return page


def _career(page, times: dict[str, list[float]]) -> None:
    """Rituximab on the first visit, CAR-T cells on the fourth, an examination on each."""
    for number in range(1, 6):
        times["test"].append(page.evaluate(_PRESS, ["disease activity", f"Visit {number}"]))
        for visit, group, course in ((1, "Antibodies", "rituximab"), (4, "CAR cells", "CD19 CAR-T")):
            if number == visit:
                page.locator("summary", has_text=group).click()
                row = page.locator(".teaching-clinic-course").filter(has=page.get_by_text(course, exact=True))
                row.locator("input").check()
        page.locator(".teaching-clinic-door > p > button").click()
        page.wait_for_timeout(50)
        there = f"Visit {number + 1}" if number < 5 else OVER
        times["visit"].append(page.evaluate(_PRESS, ["Yes, close", there]))
        if page.get_by_role("heading", name=OVER).is_visible():
            times["debrief"].append(page.evaluate(_PRESS, ["Look behind", "Luck and judgement"]))
            return


if __name__ == "__main__":
    main()
