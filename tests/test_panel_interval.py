"""The interval panel: the exact interval is where its curve is high enough, and the next group is counted right."""

import numpy as np
import pytest

from teaching import panels
from teaching.evidence.intervals import exact_interval
from teaching.evidence.small_numbers import chance_as_far, chances_of_next, rule_of_three
from teaching.figures.interval import CLASSES, LEFT_OUT, TRUTHS
from teaching.panels.grid import grids_of, pictures


@pytest.mark.parametrize(("events", "n"), [(0, 5), (5, 5), (1, 1), (15, 15), (3, 12), (10, 14), (29, 60)])
def test_the_exact_interval_ends_where_the_chance_of_such_a_result_falls_to_what_is_left_out(events, n):
    found = exact_interval(events, n)
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert 100 * float(chance_as_far(events, n, end)) == pytest.approx(LEFT_OUT, rel=1e-6)
    inside = np.linspace(found.low, found.high, 50)[1:-1]
    assert (100 * chance_as_far(events, n, inside) > LEFT_OUT).all()


@pytest.mark.parametrize(("events", "n"), [(0, 5), (5, 5), (3, 12), (10, 14)])
def test_chances_of_a_next_group_add_up_and_follow_the_rule_of_succession(events, n):
    """The mean of the next group is (events + 1) / (n + 2), Laplace's rule."""
    chances = chances_of_next(events, n, 7)
    assert chances.sum() == pytest.approx(1)
    assert (chances * np.arange(8)).sum() / 7 == pytest.approx((events + 1) / (n + 2))
    assert chances_of_next(n, n, n)[-1] == pytest.approx((n + 1) / (2 * n + 1)), "all of n, and all again"


def test_what_is_drawn_and_said_is_what_was_computed():
    panel = panels.interval()
    for item in panel.presets:
        panel.press(item.label)
        events, without = panel.values["with"], panel.values["without"]
        found, values = exact_interval(events, events + without), panel.scene.values
        assert values["low"][0] == pytest.approx(100 * found.low) and values["high"][0] == pytest.approx(
            100 * found.high
        )
        assert sum(values[f"next-{share}"] for share in CLASSES) == pytest.approx(100)
        lower, upper = values["inside"]
        filled = TRUTHS[np.asarray(upper) > 0]
        assert not np.any(lower) and filled.min() >= 100 * found.low and filled.max() <= 100 * found.high
        assert panel.sentence.startswith(f"{events} of {events + without} had it, ")
    panel.press("0 of 15")
    assert f"it is {100 * rule_of_three(15):.0f} %; the rule of three says 3/15, 20 %." in panel.sentence
    panel.press("15 of 15")
    assert "from 78 % to 100 %" in panel.sentence and "the chance of 15 again is 52 %" in panel.sentence


def test_nobody_treated_is_a_picture_of_its_own():
    panel = panels.interval()
    panel.set({"with": 0, "without": 0})
    assert panel.error == "" and panel.sentence.startswith("Nobody was treated yet")
    assert (panel.scene.values["low"][0], panel.scene.values["high"][0]) == (0, 100)


def test_on_a_page_every_whole_number_of_patients_has_its_own_picture():
    panel = panels.interval().state
    (grid,) = grids_of(panel)
    assert [len(stops) for _, stops in grid.axes] == [31, 31] and grid.size == 961
    (coarse,) = grids_of(panel, 0.2)
    assert coarse.size < 150
    rows, scenes, scene_of, _ = pictures(panel, [coarse])
    assert len(rows) == coarse.size == len(scene_of) and not any(scene["error"] for scene in scenes)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda: chance_as_far(6, 5, 0.5), "events is 6; of 5 patients between 0 and 5 can have one"),
        (lambda: chance_as_far(1, 5, 2), "truths is 2; allowed are numbers from 0 to 1"),
        (lambda: chances_of_next(1, 5, 0), "size is 0; allowed is a whole number from 1 to"),
        (lambda: chances_of_next(1, 5, "many"), "size is 'many'; a whole number is needed"),
    ],
)
def test_impossible_counts_are_refused_in_a_sentence(act, told):
    with pytest.raises(ValueError) as problem:
        act()
    assert told in str(problem.value)
