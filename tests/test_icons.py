"""A hundred icons: they always add up, never show less doubt than there is, and their words have both numbers."""

import re
from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching.evidence.icons import (
    PEOPLE,
    IconArray,
    icons,
    icons_in_words,
    icons_of_count,
    icons_of_percent,
    interval_of,
    of_a_round_number,
)
from teaching.evidence.intervals import exact_interval
from teaching.evidence.small_numbers import rule_of_three
from teaching.tables_benefit import EVENTS, OPTIONS, figures, figures_of
from teaching.words import whole


@st.composite
def groups(draw, most=100_000):
    """(events, n) of a group of patients."""
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


def figure(name):
    return next(one for one in figures() if one.name == name)


# --- laws ----------------------------------------------------------------------------------------------------------


@given(groups())
def test_icons_add_up_to_a_hundred_and_none_is_negative(group):
    found = icons_of_count(*group)
    assert sum(found.counts) == PEOPLE and min(found.counts) >= 0 and found.unknown == 0
    assert found.filled + found.possible + found.free == PEOPLE


@given(groups())
def test_the_filled_icons_are_the_share_to_the_nearest_icon(group):
    events, n = group
    assert abs(icons_of_count(events, n).filled - 100 * events / n) <= 0.5 + 1e-9


@given(groups())
def test_icons_never_show_less_doubt_than_the_interval(group):
    found, interval = icons_of_count(*group), interval_of(*group)
    assert found.certain <= 100 * interval.low + 1e-9
    assert found.certain + found.uncertain >= 100 * interval.high - 1e-8
    # Nor a whole icon more, but for the rounding of the share itself.
    assert found.certain > 100 * interval.low - 1 - 1e-9 or found.certain == found.filled
    assert found.certain + found.uncertain < 100 * interval.high + 1 + 1e-9 or found.possible == 0


@given(groups(), st.data())
def test_more_events_never_mean_fewer_icons(group, data):
    events, n = group
    more = data.draw(st.integers(events, n))
    less, found = icons_of_count(events, n), icons_of_count(more, n)
    assert less.filled <= found.filled and less.certain <= found.certain and less.free >= found.free


@given(groups(10_000), st.integers(2, 50))
def test_more_patients_with_the_same_share_never_leave_more_doubt(group, times):
    events, n = group
    small, large = icons_of_count(events, n), icons_of_count(times * events, times * n)
    assert small.filled == large.filled and small.uncertain >= large.uncertain


@given(groups())
def test_who_has_it_and_who_has_it_not_mirror_each_other(group):
    """Having it in so many is not having it in the others; a half icon goes up in both, and nobody is one-sided."""
    events, n = group
    have, lack = icons_of_count(events, n), icons_of_count(n - events, n)
    halves = (2 * PEOPLE * events) % (2 * n) == n
    assert have.filled + lack.filled == PEOPLE + halves
    if 0 < events < n and not halves:
        assert (have.certain, have.free) == (lack.free, lack.certain)


@given(st.floats(0, 100))
def test_a_percentage_without_patients_has_no_certain_and_no_possible_icon(value):
    found = icons_of_percent(value)
    assert sum(found.counts) == PEOPLE and found.certain == found.possible == found.unknown == 0
    assert abs(found.filled - value) <= 0.5


# --- single values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "n", "counts"),
    [
        (0, 5, (0, 0, 46, 54, 0)),  # rule of three, exact: 45.1 %
        (0, 15, (0, 0, 19, 81, 0)),  # 18.1 %
        (15, 15, (78, 22, 0, 0, 0)),  # the true share may be as low as 78.2 %
        (1, 15, (0, 7, 25, 68, 0)),  # 0.17 to 31.9 %
        (22, 34_400, (0, 0, 1, 99, 0)),
        (1, 1, (2, 98, 0, 0, 0)),
        (0, 1, (0, 0, 95, 5, 0)),  # 95 %: a hair of the computer's arithmetic above may not add an icon
        (1, 8, (0, 13, 40, 47, 0)),  # 12.5 icons: a half goes up
    ],
)
def test_icons_by_hand(events, n, counts):
    assert icons_of_count(events, n).counts == counts


def test_nobody_of_n_is_the_rule_of_three_and_the_others_are_two_sided():
    assert interval_of(0, 15).high == rule_of_three(15) < exact_interval(0, 15).high
    assert interval_of(3, 15) == exact_interval(3, 15) and interval_of(15, 15) == exact_interval(15, 15)


@pytest.mark.parametrize(
    ("share", "up", "words"),
    [
        (0.07, False, "7 of 100"),
        (0.07, True, "7 of 100"),
        (0.0701, True, "8 of 100"),
        (0.00064, False, "6 of 10,000"),
        (0.0038, True, "4 of 1000"),
        (2.56e-5, False, "3 of 100,000"),
        (1, True, "100 of 100"),
        (0, False, "0 of 100"),
        (1e-12, True, "1 of 10 million"),
    ],
)
def test_a_share_is_told_of_the_first_round_number_in_which_somebody_has_it(share, up, words):
    assert of_a_round_number(share, up) == words


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: icons_of_count(6, 5), "events is 6; of 5 patients between 0 and 5 can have one."),
        (lambda: icons_of_count(0, 0), "n is 0; a share needs between 1 and 10,000,000 patients."),
        (lambda: icons_of_count(1.5, 5), "events is 1.5; a whole number is needed."),
        (lambda: icons_of_percent(101), "value is 101; allowed is a number from 0 to 100 %."),
        (lambda: of_a_round_number(2), "share is 2; allowed is a number from 0 to 1."),
    ],
)
def test_impossible_numbers_are_refused_in_one_sentence(call, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        call()


# --- the figures of the kit ----------------------------------------------------------------------------------------


def test_each_kind_of_figure_has_its_icons():
    assert icons(figure("c19_infection")).counts == icons_of_count(1, 15).counts
    assert icons(figure("obi_infection")) == IconArray(seen=17, free=83)
    assert icons(figure("rtx_no_cells")) == IconArray(free=100)
    assert icons(figure("obi_no_count")) == icons(figure("rtx_infection_rate")) == IconArray(unknown=100)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("c19_infection", ["Serious infection, after CAR-T cells against CD19: 1 of 15 patients (6.7 %).",
                           "The true share may lie from 0.17 % to 32 % (95 %)."]),
        ("e19_infection", ["nobody of 4 patients. Up to 53 of 100 may still have it (95 %)."]),
        ("c19_drug_free", ["all of 15 patients. Up to 22 of 100 may still not have it (95 %)."]),
        ("rtx_response", ["41 of 72 patients (57 %).", "In the control arm it was 33 of 72 patients (46 %)."]),
        ("obi_infection", ["16.9 % of patients. Without the number of patients who had it there is no interval.",
                           "In the control arm it was 7.6 %."]),
        ("obi_remission_regency", ["46.4 % of 135 patients."]),
        ("c19_t_cell_cancer", ["22 of 34,400 patients (0.064 %). That is about 6 of 10,000;",
                               "the true number may lie from 4 to 10 (95 %). Counted in cancer: this does not"]),
        ("rtx_infection_rate", ["4.31 per 100 patient-years. One patient can have several, so that no icon"]),
        ("c19_crs_severe", ["Cytokine release syndrome, grade 3 or higher, after CAR-T cells against CD19: 3 of 47"]),
        ("obi_no_count", [": unknown. No count in autoimmune disease was found"]),
        ("rtx_no_cells", [": it cannot happen. No cells are given and no gene is changed."]),
    ],
)  # fmt: skip
def test_words_have_numerator_denominator_and_what_may_still_be(name, parts):
    words = icons_in_words(figure(name))
    for part in parts:
        assert part in words, words


def test_words_of_all_figures_are_plain_and_whole():
    for one in figures():
        words = icons_in_words(one)
        assert words.endswith(".") and ".." not in words and not re.search(r"\b(nan|None)\b", words), words
        assert (
            one.not_known[1:] in words and EVENTS[one.event].words[1:] in words and OPTIONS[one.therapy].words in words
        )
        if one.kind == "count":
            assert whole(one.n) in words and (whole(one.count) in words or one.count in (0, one.n)), words
        if not one.carries_over and one.kind not in ("unknown", "impossible"):
            assert "does not carry over" in words
        for sentence in re.split(r"(?<=[.;:])\s", words):
            assert len(sentence.split()) <= 30, sentence


def test_a_single_patient_is_one_patient():
    assert "nobody of 1 patient." in icons_in_words(replace(figure("e19_infection"), n=1))


def test_icons_of_all_figures_come_at_once():
    icons(figure("c19_infection"))
    start = perf_counter()
    for one in figures_of("cd19_car_t", "crs"):
        icons(one), icons_in_words(one)
    assert perf_counter() - start < 0.5  # the page has 50 ms for one; a busy machine gets some room
