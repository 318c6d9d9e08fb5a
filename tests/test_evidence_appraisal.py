"""The exercises in reading evidence (S1 to S7) give the reference numbers of the method they were taken from.

Chance is seeded; where the reference was itself drawn by chance the tolerance is that of its last digit.
"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm

from teaching import tables_evidence
from teaching.evidence.natural_course import share_quiet, share_without_flare, simulate_courses
from teaching.evidence.numbers import value_of, whole_of
from teaching.evidence.press_release import CHECKLIST, exaggeration, score_release
from teaching.evidence.publication import report_sizes, simulate_reports
from teaching.evidence.regression import arm_means, expected_fall, simulate_treated_visits, simulate_visits
from teaching.evidence.small_numbers import (
    belief_after,
    chance_of,
    least_response,
    patients_to_see_one,
    rule_of_three,
    small_numbers_table,
)

# --- S1: regression to the mean ------------------------------------------------------------------------------------


def test_untreated_patients_who_were_let_in_high_read_lower_next_time():
    visits = simulate_visits()
    assert visits.before.mean() == pytest.approx(10.5, abs=0.05) and visits.after.mean() == pytest.approx(
        7.75, abs=0.05
    )
    assert visits.fall.mean() == pytest.approx(2.76, abs=0.03) and visits.improved == pytest.approx(0.37, abs=0.005)
    assert visits.fall.mean() == pytest.approx(expected_fall(), abs=0.03)


def test_the_fall_grows_with_the_noise_of_a_visit_and_halves_when_visits_agree():
    noisy = simulate_visits(visit_sd=4)
    assert noisy.fall.mean() == pytest.approx(3.85, abs=0.05) and noisy.improved == pytest.approx(0.49, abs=0.005)
    assert expected_fall(visit_correlation=0.5) == pytest.approx(expected_fall() / 2)
    assert simulate_visits(visit_correlation=0.5).fall.mean() == pytest.approx(expected_fall() / 2, abs=0.05)
    assert expected_fall(visit_sd=0) == expected_fall(visit_correlation=1) == expected_fall(true_sd=0, visit_sd=0) == 0


def test_the_higher_the_entry_the_more_of_the_fall_is_nothing():
    strict = simulate_visits(1_000_000, entry_score=12)
    assert strict.before.mean() == pytest.approx(13.8, abs=0.05) and strict.after.mean() == pytest.approx(9.4, abs=0.05)
    assert strict.improved == pytest.approx(0.54, abs=0.006)


def test_about_half_of_a_published_placebo_change_is_explained():
    share = expected_fall() / -value_of("regression", "published_placebo_change")
    assert 0.45 < share < 0.6
    entry = simulate_visits().before.mean()
    assert entry == pytest.approx(value_of("regression", "published_entry_score"), abs=0.2)


# --- S2: the rule of three -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "upper", "lower"),
    [(1, 0.95, 0.025), (4, 0.527, 0.398), (5, 0.451, 0.478), (6, 0.393, 0.541), (10, 0.259, 0.692), (15, 0.181, 0.782),
     (29, 0.098, 0.881), (100, 0.0295, 0.964), (400, 0.0075, 0.991)],
)  # fmt: skip
def test_what_nobody_and_everybody_leave_open(n, upper, lower):
    assert rule_of_three(n) == pytest.approx(upper, abs=0.00051 if n < 100 else 0.000051)
    assert least_response(n) == pytest.approx(lower, abs=0.00051)
    assert rule_of_three(n) == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-6)
    assert n < 10 or rule_of_three(n) == pytest.approx(3 / n, rel=0.15)


def test_how_many_patients_show_a_rare_harm():
    assert patients_to_see_one(0.01) == 299
    row = next(
        r for r in tables_evidence.outcomes() if r.outcome == "t_cell_malignancy" and r.study == "CANCER-2024-FDA"
    )
    assert row.events / row.n == pytest.approx(0.00064, abs=1e-5)
    assert patients_to_see_one(round(row.events / row.n, 5)) == pytest.approx(4680, abs=5)


# --- S3: one patient against fifteen -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "n", "flat", "mean", "low", "high"),
    [
        (1, 1, True, 2 / 3, 0.158, 0.987),
        (15, 15, True, 16 / 17, 0.794, 0.998),
        (1, 1, False, 0.455, 0.187, 0.738),
        (6, 10, False, 0.50, 0.289, 0.711),
        (6, 6, False, 0.625, 0.384, 0.837),
        (15, 15, False, 0.760, 0.578, 0.902),
    ],
)
def test_a_belief_moves_as_far_as_the_patients_carry_it(events, n, flat, mean, low, high):
    prior = {"prior_responders": 1, "prior_others": 1} if flat else {}
    found = belief_after(events, n, **prior)
    assert (found.mean, *found.interval()) == pytest.approx((mean, low, high), abs=0.0006)


def test_the_chance_that_the_truth_is_above_placebo():
    placebo = value_of("regression", "published_placebo_response") / 100
    beliefs = [belief_after(*seen).above(placebo) for seen in ((1, 1), (6, 10), (6, 6), (15, 15))]
    assert beliefs[:3] == pytest.approx([0.64, 0.82, 0.97], abs=0.005) and beliefs[3] > 0.999
    chances = [chance_of(*seen, placebo) for seen in ((1, 1), (6, 6), (6, 10), (15, 15))]
    assert chances == pytest.approx([0.398, 0.0040, 0.163, 1e-6], rel=0.01)


# --- S4: natural remission -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "percent"), [(1, (20, 34, 49)), (2, (37, 55, 70)), (4, (59, 78, 85))])
def test_patients_grow_quiet_by_themselves(rate, percent):
    years = np.array([3, 6, 12]) / 12
    assert 100 * share_quiet(years, remission_rate=rate) == pytest.approx(percent, abs=0.51)
    drawn = simulate_courses(years, 20_000, remission_rate=rate).mean(axis=0)
    assert drawn == pytest.approx(share_quiet(years, remission_rate=rate), abs=0.012)


def test_eleven_quiet_months_are_no_rarity_and_lasting_drug_free_remission_is():
    assert share_without_flare(11 / 12) == pytest.approx(0.55, abs=0.005)
    rare = [value_of("remission", name) for name in ("drug_free_five_years", "monophasic", "drug_free_three_years")]
    assert rare == sorted(rare) and rare[-1] < 100 * share_quiet(0.25)


# --- S5: confounding -----------------------------------------------------------------------------------------------


def share_that_falls(by):
    """The share of those let in whose second visit reads lower by so much, by integration over the first."""
    mean, between, within, entry = (value_of("regression", name) for name in
                                    ("true_mean", "true_sd", "visit_sd", "entry_score"))  # fmt: skip
    both = np.hypot(between, within)
    slope = between**2 / both**2
    left = np.sqrt(between**2 * (1 - slope) + within**2)

    def weight(first):
        return norm.pdf(first, mean, both) * norm.cdf((first - by - mean - slope * (first - mean)) / left)

    return quad(weight, entry, mean + 12 * both)[0] / norm.sf(entry, mean, both)


@pytest.mark.parametrize(("effect", "fall", "improved"), [(0, 2.8, 0.37), (2, 4.8, 0.58), (4, 6.8, 0.77)])
def test_a_product_that_does_nothing_shines_beside_what_is_given_with_it(effect, fall, improved):
    """The reference for 4 points is 77 %, drawn by chance; integrated it is 76.4 %."""
    visits = simulate_treated_visits(conditioning_effect=effect)
    assert visits.fall.mean() == pytest.approx(fall, abs=0.06)
    assert visits.improved == pytest.approx(improved, abs=0.01)
    assert visits.improved == pytest.approx(share_that_falls(4 - effect), abs=0.005)
    if effect == 4:
        assert visits.low_after == pytest.approx(0.53, abs=0.006)


def test_fifteen_patients_never_show_that_it_does_nothing():
    means = arm_means(conditioning_effect=4)
    assert np.percentile(means, [2.5, 97.5]) == pytest.approx([4.8, 8.6], abs=0.2) and means.min() > 2
    # Only the sum can be seen: 4 + 0 and 0 + 4 are the same arm.
    swapped = simulate_treated_visits(20_000, conditioning_effect=0, product_effect=4)
    assert (swapped.after == simulate_treated_visits(20_000, conditioning_effect=4, product_effect=0).after).all()


# --- S6: publication bias ------------------------------------------------------------------------------------------


def expected_share(truth, best, middle, worst):
    """The published share without drawing: every report that can be, times its chance."""
    seen = [(binom.pmf(k, n, truth), k, n) for n in report_sizes() for k in range(n + 1)]
    printed = [(p * (best if k == n else middle if 2 * k >= n else worst), k, n) for p, k, n in seen]
    return sum(p * k for p, k, _ in printed) / sum(p * n for p, _, n in printed)


def test_what_is_printed_is_better_than_what_happened():
    found = simulate_reports(400_000)
    assert found.share == pytest.approx(0.40, abs=0.005)
    assert found.published_share == pytest.approx(0.58, abs=0.01)  # the reference; exactly it is 0.586
    assert found.single_cases == pytest.approx(0.86, abs=0.005)
    assert found.published_share == pytest.approx(expected_share(0.4, 0.9, 0.6, 0.1), abs=0.005)
    assert sorted(report_sizes()) == [1, 1, 1, 2, 3, 4, 5, 6, 10]
    same = {"published_if_all_respond": 0.5, "published_if_half_respond": 0.5, "published_otherwise": 0.5}
    assert simulate_reports(**same).published_share == pytest.approx(0.40, abs=0.01)
    silent = simulate_reports(**dict.fromkeys(same, 0))
    assert silent.published_share is None and "none" in repr(silent)


def test_the_same_ladder_is_seen_for_rituximab_in_lupus():
    """Cases, then open series, then trials by lot."""
    rows = {row.study: row for row in tables_evidence.outcomes() if row.outcome == "response" and row.main}
    cases, series = rows["RTX-SLE-CASES-2009"], rows["RTX-SLE-META-2018"]
    assert 100 * cases.events / cases.n == pytest.approx(91, abs=0.5) and series.value == 72
    assert 100 * cases.events / cases.n > series.value


# --- S7: the press release -----------------------------------------------------------------------------------------


def test_a_release_is_scored_by_eight_points():
    assert len(CHECKLIST) == 8
    assert score_release([]).score == 0 and score_release(CHECKLIST).score == 8 and not score_release(CHECKLIST).missing
    some = score_release(["harms", "n", "harms"])
    assert (some.score, some.met) == (2, ("n", "harms")) and "2 of 8 points" in repr(some)


def test_news_exaggerates_when_the_release_does():
    rows = {row[0]: row[1:] for row in exaggeration()}
    assert sorted(rows.values()) == [(33, 81, 18), (36, 86, 10), (40, 58, 17)]
    assert "462" in exaggeration().caption


# --- shown and refused ---------------------------------------------------------------------------------------------


def test_results_show_themselves_with_units():
    assert "mean fall" in repr(simulate_visits(5_000)) and "% of patients" in simulate_visits(5_000)._repr_html_()
    assert "95 % lie above" in repr(belief_after(15, 15)) and len(small_numbers_table()) == 9
    assert np.array_equal(simulate_visits(5_000, 7).before, simulate_visits(5_000, 7).before)
    assert not np.array_equal(simulate_visits(5_000, 7).before, simulate_visits(5_000, 8).before)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: simulate_visits(visit_sd=-1), "visit_sd is -1; allowed is a number from 0 to 15 SLEDAI points"),
        (lambda: simulate_visits(0), "patients is 0; allowed is a whole number from 1 to 2,000,000"),
        (
            lambda: simulate_visits(10, entry_score=40, visit_sd=0),
            "none of 10 patients reads 40 or more; choose a lower",
        ),
        (lambda: arm_means(0), "0 trials of 15 patients; allowed are 1 to 2,000,000 patients in all"),
        (lambda: arm_means(1_000, arm_size=20, entry_score=25), "too few patients read high enough"),
        (lambda: whole_of("confounding", "patients", 2.5), "patients is 2.5; a whole number is needed"),
        (
            lambda: value_of("remission", "monophasic2"),
            "'monophasic2' is no number of the exercise 'remission'; choose",
        ),
        (lambda: value_of("press", "releases", 3), "releases was published and is not for changing; it is 462"),
        (lambda: rule_of_three(0), "n is 0; a share needs between 1 and"),
        (lambda: patients_to_see_one(0), "risk is 0; allowed is a number from"),
        (lambda: belief_after(2, 1), "events is 2; of 1 patients between 0 and 1 can have one"),
        (
            lambda: belief_after(1, 1, prior_others=0),
            "prior_others is 0; allowed is a number from 0.1 to 1000 patients",
        ),
        (lambda: share_quiet(-1), "years is -1; allowed are numbers from 0 to 100 years"),
        (lambda: share_quiet(1, flare_rate=9), "flare_rate is 9; allowed is a number from 0.3 to 3 1/year"),
        (lambda: simulate_courses([1], 0), "0 patients at 1 times; allowed are 1,000,000 in all"),
        (
            lambda: simulate_reports(reports=3_000_000),
            "reports is 3000000; allowed is a whole number from 1 to 2,000,000",
        ),
        (lambda: score_release("n"), "the points met must be a list; choose from: n, comparator"),
        (lambda: score_release(["nice"]), "a point is 'nice'; choose one of: n, comparator"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(ask, told):
    with pytest.raises(ValueError) as error:
        ask()
    assert str(error.value).startswith(told) and str(error.value).endswith(".")
