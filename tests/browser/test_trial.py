"""The virtual trial in the script is the one in Python: dice, intervals, thousands of trials, colleagues."""

import json
import random

import pytest

from teaching.evidence.dice import throw
from teaching.evidence.difference import difference
from teaching.evidence.intervals import exact_interval
from teaching.evidence.pool import pool
from teaching.evidence.protocol import ENDPOINTS, NO_CONTROL, Protocol, affordable, supported
from teaching.evidence.room import colleagues_protocol, colleagues_seed
from teaching.evidence.virtual_trial import run, times_to_relapse
from teaching.panels import bundle
from teaching.panels.trial_data import trial_data

_TRIALS = """
(asked) => asked.map(([protocol, seed]) => {
  const trial = trial_js.run_trial(tables, protocol, seed);
  const months = trial_js.visits_of(tables, protocol);
  return [
    trial.arms.map((arm) => [arm.events, arm.patients.map((one) => [one.entry, one.left, ...one.readings])]),
    trial.supports, trial.arms.map((arm) => trial_js.times_to_relapse(arm, months)),
    trial.arms.map(trial_js.changes_of),
  ];
})
"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_context().new_page()
    script = f"{bundle.linked('trial')}\nglobalThis.tables = trial_js.make_tables({json.dumps(trial_data())});"
    page.add_script_tag(content=script)
    yield page
    page.context.close()


def test_dice_fall_alike(page):
    draw = random.Random(1)
    asked = [[draw.choice([0, 1, 0xC0, 2**32 - 1, draw.randrange(2**32)]) for _ in range(4)] for _ in range(5000)]
    there = page.evaluate("(asked) => asked.map((four) => dice_js.throw_dice(...four))", asked)
    assert there == [[int(one) for one in throw(*four)] for four in asked]


def test_intervals_are_those_of_scipy(page):
    draw = random.Random(2)
    asked = [[0, 5, 0, 5], [5, 5, 5, 5], [5, 5, 0, 5], [200, 200, 199, 200]]
    for _ in range(600):
        n, m = draw.randint(1, 200), draw.randint(1, 200)
        asked.append([draw.randint(0, n), n, draw.randint(0, m), m])
    there = page.evaluate(
        """(asked) => asked.map((four) => {
          const { difference, low, high } = two_arms_js.difference(...four);
          const exact = two_arms_js.exact_interval(four[0], four[1]);
          return [difference, low, high, two_arms_js.fisher(...four), exact.share, exact.low, exact.high];
        })""",
        asked,
    )
    for four, found in zip(asked, there, strict=True):
        assert found == pytest.approx([*difference(*four), *exact_interval(*four[:2])], abs=1e-9), four


def protocols(count: int) -> list[Protocol]:
    draw, arms, found = random.Random(3), pool().therapies, []
    for _ in range(count):
        month, control = draw.choice(pool().visits), draw.choice((*arms, NO_CONTROL))
        patients = draw.randint(5, max(5, min(40, affordable(control, month))))
        found.append(
            Protocol(draw.choice(arms), control, draw.choice(list(ENDPOINTS)), month, patients, draw.randint(5, 40))
        )
    return found


def plain(protocol: Protocol) -> dict:
    return {name: getattr(protocol, name) for name in Protocol.__dataclass_fields__}


def test_two_thousand_trials_are_the_same_patient_by_patient(page):
    draw = random.Random(4)
    asked = [(protocol, draw.randint(1, 999_999)) for protocol in protocols(2000)]
    there = page.evaluate(_TRIALS, [[plain(protocol), seed] for protocol, seed in asked])
    for (protocol, seed), (arms, supports, times, changes) in zip(asked, there, strict=True):
        here = run(protocol, seed)
        for arm, (events, patients), ends, fell in zip(here.arms, arms, times, changes, strict=True):
            assert events == arm.events
            rows = zip(arm.entry, arm.left, arm.readings, strict=True)
            mine = [[int(entry), int(left), *map(int, row)] for entry, left, row in rows]
            assert patients == mine
            assert ends == [[int(a), bool(b)] for a, b in zip(*times_to_relapse(arm, protocol.visits), strict=True)]
            assert fell == arm.changes.tolist()
        assert supports == here.supports


def test_what_is_supported_is_the_same(page):
    pairs = [(low / 20, high / 20) for low in range(-20, 20) for high in range(low, 21)]
    cases = [(*pair, matters) for pair in pairs for matters in (1, 20, 50)]
    there = page.evaluate(
        "(cases) => cases.map(([low, high, matters]) => trial_js.supported({ low, high }, matters))", cases
    )
    assert there == [supported(*case) for case in cases]


def test_colleagues_are_the_same(page):
    mine = Protocol("CD19 CAR-T", "obinutuzumab", "remission", 36, 16)
    there = page.evaluate(
        "([protocol, seeds]) => seeds.flatMap((seed) => [0, 1, 7, 18].map((k) => "
        "[trial_js.colleagues_seed(tables, seed, k), trial_js.colleagues_protocol(tables, protocol, seed, k)]))",
        [plain(mine), [1, 77, 999_999]],
    )
    here = [
        [colleagues_seed(seed, k), plain(colleagues_protocol(mine, seed, k))]
        for seed in (1, 77, 999_999)
        for k in (0, 1, 7, 18)
    ]
    assert there == here


def test_kaplan_and_meier_is_scipys(page):
    from scipy.stats import CensoredData, ecdf

    draw = random.Random(5)
    for _ in range(20):
        times = [[draw.choice([0, 3, 6, 9, 12, 18]), draw.random() < 0.5] for _ in range(draw.randint(1, 30))]
        steps = page.evaluate("(times) => trial_js.kaplan_meier(times)", times)
        curve = ecdf(CensoredData.right_censored([one for one, _ in times], [not back for _, back in times])).sf
        assert [step["month"] for step in steps] == curve.quantiles.tolist()
        assert [step["share"] for step in steps] == pytest.approx(curve.probabilities.tolist(), abs=1e-12)


def test_two_hundred_repetitions_of_two_hundred_patients_take_less_than_twenty_seconds(page):
    plan = plain(Protocol("CD19 CAR-T", "obinutuzumab", "no relapse", 6, 100))
    seconds = page.evaluate(
        "(plan) => { const begun = performance.now(); for (let k = 0; k < 200; k++) trial_js.run_trial(tables, plan, "
        "trial_js.repetitions_seed(tables, 1, k)); return (performance.now() - begun) / 1000; }",
        plan,
    )
    assert seconds < 20
