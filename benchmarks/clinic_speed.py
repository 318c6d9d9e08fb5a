"""How fast the clinic is, in a page and in Python: prints a table, asserts nothing.

    python benchmarks/clinic_speed.py

course    five years of one hidden patient under a usual course, the median and the slowest of all usual courses
visit     a career of three visits with three tests, played from its file for the first time
debrief   the same choices 3 x 200 times; on a page in slices, between which the page may draw
The page holds the script and the data alone. Beside them: the weight of both.
"""

from __future__ import annotations

import json
import statistics
import time
import zlib

from latency import browser_options, find_browser
from playwright.sync_api import sync_playwright

from teaching.clinic.debrief import debrief
from teaching.clinic.following import _solved
from teaching.clinic.people import hidden, person_of
from teaching.clinic.visit import Visit, resume, start
from teaching.model.therapies import usual_plans
from teaching.panels import bundle
from teaching.panels.clinic_data import clinic_data
from teaching.panels.packing import packed_words

_COURSES = """
() => data.therapies.map((therapy, k) => {
  const doses = clinic_plan_js.parse_plan(data, therapy.plan);
  const patients = [0, 1, 2, 3, 4, 5].map((n) => clinic_patient_js.hidden_patient(data, data.people[n], 900 + k));
  const begun = performance.now();
  for (const patient of patients) clinic_course_js.solved(data, patient, doses, data.game.end);
  return (performance.now() - begun) / patients.length;
})
"""
_VISITS = """
(texts) => texts.map((text) => {
  const begun = performance.now();
  clinic.play(text);
  return performance.now() - begun;
})
"""
_DEBRIEF = """
async (text) => {
  const begun = performance.now();
  await clinic.debrief(text);
  return performance.now() - begun;
}
"""
DISEASE = "SLE nephritis"
THERAPIES = ("rituximab", "CD19 CAR-T", "mosunetuzumab")


def main() -> None:
    """Prints the table."""
    careers, over = _third_visits(), {name: _career(name) for name in THERAPIES}
    data = json.dumps(clinic_data())
    script = f"{bundle.linked('clinic')}\nglobalThis.data = {data};\nglobalThis.clinic = clinic_js.make_clinic(data);"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options(find_browser()))
        page = browser.new_page()
        page.add_script_tag(content=script)
        first = page.evaluate(_COURSES)
        courses = page.evaluate(_COURSES)
        visits = page.evaluate(_VISITS, careers)
        debriefs = [page.evaluate(_DEBRIEF, text) for text in over.values()]
        browser.close()
    print("in ms                        page     Python")
    here = [1000 * statistics.median(_courses(plan)) for plan in usual_plans().values()]
    print(f"course, median           {statistics.median(courses):8.1f}  {statistics.median(here):8.1f}")
    print(f"course, slowest          {max(courses):8.1f}  {max(here):8.1f}")
    print(f"course, first of a page  {max(first):8.1f}")
    played = [1000 * _seconds(lambda text=text: resume(text)) for text in careers]
    print(f"visit, median            {statistics.median(visits):8.1f}  {statistics.median(played):8.1f}")
    for (name, text), found in zip(over.items(), debriefs, strict=True):
        print(f"debrief, {name:15s} {found:8.0f}  {1000 * _seconds(lambda text=text: debrief(text)):8.0f}")
    text = bundle.linked("clinic")
    sizes = [
        len(text),
        len(bundle._text("model")),
        len(zlib.compress(text.encode(), 9)),
        len(packed_words(clinic_data())),
    ]
    print("kB: script {:.0f}, of it the model {:.0f}; script packed {:.0f}; data packed {:.0f}".format(
        *(size / 1000 for size in sizes)
    ))  # fmt: skip


def _seconds(act) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _courses(plan) -> list[float]:
    patients = [hidden(person_of(DISEASE), 3000 + seed) for seed in range(6)]
    return [_seconds(lambda patient=patient: _solved(patient, plan)) for patient in patients]


def _third_visits() -> list[str]:
    found = []
    for seed in range(200):
        here = start(DISEASE, seed).order("autoantibody").give(THERAPIES[seed % 3]).next()
        here = here.order("total IgG").next() if isinstance(here, Visit) else here
        if isinstance(here, Visit):
            found.append(here.order("disease activity").to_json())
    return found


def _career(therapy: str) -> str:
    """A career to the end with one therapy, of the first seed without an infection."""
    for seed in range(1000, 2000):
        here = start(DISEASE, seed).give(therapy)
        while isinstance(here, Visit):
            here = here.next()
        if here.kind != "infection":
            return here.to_json()
    raise RuntimeError("nobody came to the end without an infection.")


if __name__ == "__main__":
    main()
