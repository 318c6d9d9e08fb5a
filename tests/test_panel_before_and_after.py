"""The panel of two visits: nobody is treated, and the mean of those let in falls as the formula says."""

import re

import numpy as np
import pytest

from teaching import panels
from teaching.evidence.natural_course import share_quiet
from teaching.evidence.regression import expected_fall
from teaching.figures.before_and_after import MONTHS, PEOPLE


@pytest.fixture(scope="module")
def panel():
    return panels.before_and_after()


def means(panel) -> tuple[float, float]:
    return tuple(float(value) for value in panel.scene.values["mean"])


@pytest.mark.parametrize(("entry", "visit"), [(8, 3), (12, 3), (4, 5), (8, 1)])
def test_those_who_are_let_in_fall_by_what_the_formula_says(panel, entry, visit):
    panel.set({"entry": entry, "visit": visit})
    before, after = means(panel)
    assert before - after == pytest.approx(expected_fall(entry_score=entry, visit_sd=visit), abs=0.15)
    assert before > entry


def test_the_numbers_of_the_dossier_are_said(panel):
    panel.reset()
    assert "the mean falls from 10.5 to 7.8 points, and 37 % fall by 4 or more" in panel.sentence
    assert "37 % of active patients are quiet after 3 months and 70 % after 12" in panel.sentence


def test_without_noise_nobody_falls_and_with_a_higher_bar_they_fall_more(panel):
    panel.press("Visits that do not vary")
    before, after = means(panel)
    assert before == after and "the mean stays at" in panel.sentence and " 0 % fall" in panel.sentence
    falls = []
    for entry in (0, 4, 8, 12):
        panel.set({**panel.start, "entry": entry})
        falls.append(np.subtract(*means(panel)))
    assert falls == sorted(falls)


def test_where_everybody_is_let_in_the_mean_stays(panel):
    """The fall needs a choice by a high reading: without it luck and bad luck even out."""
    panel.press("Everybody let in")
    before, after = means(panel)
    assert before == pytest.approx(5, abs=0.1) and abs(before - after) < 0.05
    assert "60 of these 60 people" in panel.sentence and "the mean stays at 5" in panel.sentence
    assert expected_fall(entry_score=0) == 0


def test_each_person_is_drawn_once_in_or_out_and_stays_the_same_person(panel):
    places = {}
    for entry in (0, 8, 14):
        panel.set({**panel.start, "entry": entry})
        values = panel.scene.values
        inside = 0
        for number in range(PEOPLE):
            seen, away = values[f"in-{number}"], values[f"out-{number}"]
            if seen[0] < away[0]:
                seen, away = away, seen
            else:
                inside += 1
                assert seen[0] >= entry
            assert (np.asarray(away) < 0).all(), "who is not there stands outside the picture"
            assert places.setdefault(number, tuple(seen)) == tuple(seen)
        assert int(re.match(r"(\d+) of these", panel.sentence)[1]) == inside
    assert len(places) == PEOPLE


def test_the_natural_course_is_that_of_the_evidence(panel):
    panel.set({**panel.start, "quiet": 4})
    assert np.allclose(panel.scene.values["quiet"], 100 * share_quiet(MONTHS / 12, remission_rate=4))
