"""The explorer's script against Python: exact intervals against scipy, and what is added up, left out, said and mapped
for every filter of two criteria. A rule that is changed on one side only fails here."""

import json
import random

import pytest
from test_panel_evidence import PAIRS

from teaching.evidence import forest as forests
from teaching.evidence import landscape
from teaching.panels import bundle, evidence, evidence_explorer

#: All numbers of patients up to here with every count, then some larger ones with counts at their ends and between.
EVERY_N, SOME_N = 60, (75, 100, 127, 250, 499, 1_112, 3_899, 12_394, 34_400)
CLOSE = 1e-6
AT_ONCE = 60
_FORESTS = """
([data, settings, outcomes]) => settings.map((values) => {
  const all = outcomes.map((outcome) => {
    const found = evidence_rules_js.forest_of(data, { ...values, outcome });
    const arm = (one) => one && [one.share, one.events, one.n];
    const row_told = ({ study, treated, control, definition, confidence }) =>
      [study.study, arm(treated), arm(control), definition, confidence];
    const names = (rows) => rows.map(row_told);
    const words = evidence_rules_js.forest_words(data, { ...values, outcome }, found);
    const sum = [found.events, found.n, found.unknown.length, [...found.why].sort()];
    return [names(found.counted), names(found.apart), names(found.uncounted), ...sum, words];
  });
  const cells = evidence_rules_js.cells_of(data, values);
  const order = ["disease", "therapy", "studies", "controlled", "patients", "alone", "uncounted"];
  const map = cells.map((one) => order.map((name) => one[name]));
  return [all, map, evidence_rules_js.map_words(data, values, cells)];
})
"""
_CHECKED = """
([setup, all]) => all.map((values) => {
  try { return [true, evidence_rules_js.check(setup, values)]; } catch (problem) { return [false, problem.message]; }
})
"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<!doctype html><html><body></body></html>")
    page.add_script_tag(content=bundle.linked("evidence_rules"))
    yield page
    context.close()


@pytest.fixture(scope="module")
def setup():
    return evidence().setup


def everything(**change) -> dict:
    return {**evidence_explorer._everything(), **change}


def test_exact_intervals_are_those_of_scipy(page):
    from scipy.stats import beta

    counts = [(k, n) for n in range(1, EVERY_N + 1) for k in range(n + 1)]
    for n in SOME_N:
        some = {0, 1, 2, 3, n // 7, n // 3, n // 2, (4 * n) // 5, n - 2, n - 1, n}
        counts += [(k, n) for k in sorted(some)]
    found = page.evaluate("(all) => all.map(([k, n]) => interval_js.exact_interval(k, n))", counts)
    k, n = zip(*counts, strict=True)
    k, n = [list(map(float, one)) for one in (k, n)]
    low = beta.ppf(0.025, k, [b - a + 1 for a, b in zip(k, n, strict=True)])
    high = beta.ppf(0.975, [a + 1 for a in k], [b - a for a, b in zip(k, n, strict=True)])
    for place, ((events, patients), one) in enumerate(zip(counts, found, strict=True)):
        wanted = 0 if events == 0 else low[place], 1 if events == patients else high[place]
        assert abs(one["low"] - wanted[0]) < CLOSE and abs(one["high"] - wanted[1]) < CLOSE, (events, patients)
        assert one["share"] == events / patients


def arm(one) -> list | None:
    return one and [one.share, one.events, one.n]


def python_side(values: dict, outcomes) -> list:
    """What Python has of one setting, in the form in which the script tells it."""
    selection = evidence_explorer._selection(values)
    all_of_it = []
    for outcome in outcomes:
        found = forests.forest(outcome, selection)
        rows = [
            [[row.study.study, arm(row.treated), arm(row.control), row.definition, row.confidence] for row in group]
            for group in (found.counted, found.apart, found.uncounted)
        ]
        why = sorted([name, reason] for name, reason in found.why.items())
        all_of_it.append([*rows, found.events, found.n, found.unknown, why, forests.words(found)])
    around = evidence_explorer._around(values)
    cells = [list(cell) for cell in landscape.cells(around)]
    return [all_of_it, cells, landscape.words(around)]


def compare(page, setup, settings) -> int:
    """Asks both sides about each setting and every outcome; returns how many sums there were."""
    outcomes, sums = list(setup["data"]["outcomes"]), 0
    for start in range(0, len(settings), AT_ONCE):
        some = settings[start : start + AT_ONCE]
        told = page.evaluate(_FORESTS, [setup["data"], some, outcomes])
        for values, script in zip(some, told, strict=True):
            python = python_side(values, outcomes)
            for outcome, one, other in zip(outcomes, script[0], python[0], strict=True):
                assert one == other, (values, outcome)
                sums += one[4] > 0
            assert script[1:] == python[1:], values
    return sums


def test_for_every_filter_of_two_criteria_both_sides_add_up_the_same_patients(page, setup):
    known = setup["data"]["vocabulary"]
    settings = [everything()]
    settings += [everything(**pair) for pair in PAIRS if all(word in known[name] for name, word in pair.items())]
    assert len(settings) > 400
    assert compare(page, setup, settings) > 1000


def test_with_product_and_years_too_both_sides_agree(page, setup):
    draw, known = random.Random(5), setup["data"]["vocabulary"]
    low, high = setup["data"]["years"]
    settings = []
    for _ in range(150):
        first = draw.randint(low, high)
        chosen = {"product": draw.choice(["", "", "ritux", " CAR", "4-1bb", "mab ", "Obinutuzumab"])}
        chosen |= draw.choice([{}, {"first": first, "last": draw.randint(first, high)}])
        for name in draw.sample(list(known), draw.randint(0, 3)):
            chosen[name] = draw.choice(list(known[name]))
        settings.append(everything(**chosen))
    assert compare(page, setup, settings) > 100


def test_both_sides_take_and_refuse_the_same_settings(page, setup):
    draw, known = random.Random(7), setup["data"]["vocabulary"]
    odd = [
        {"view": "table"}, {"outcome": "cure"}, {"disease": "lupus"}, {"design": None}, {"first": 1999},
        {"last": 2025.5}, {"first": 2020, "last": 2010}, {"product": "x" * 61}, {"product": 3}, {"more": 1},
        {"product": "nothing has this"}, {"first": "2010"},
    ]  # fmt: skip
    settings = [everything(**change) for change in odd] + [{"view": "map"}]
    settings += [
        everything(**{name: draw.choice(list(known[name])) for name in draw.sample(list(known), 2)}) for _ in range(300)
    ]
    told = page.evaluate(_CHECKED, [setup, settings])
    taken = refused = 0
    for values, (fine, answer) in zip(settings, told, strict=True):
        try:
            found = evidence_explorer._checked(values)
        except ValueError as problem:
            assert not fine, values
            refused += 1
            if "no study fits" in str(problem):
                assert answer == str(problem)
            assert len(answer) <= 300 and answer.endswith(".")
        else:
            assert fine and json.loads(json.dumps(found)) == answer, values
            taken += 1
    assert taken > 50 and refused > 50
