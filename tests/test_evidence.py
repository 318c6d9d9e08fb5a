"""Reading the published evidence: exact intervals, sums that count nobody twice, unknown told from zero, curves.

The science first, then nobody twice (for every filter of two criteria, and for invented overlaps), then what is shown,
then what is refused.
"""

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teaching import tables_evidence
from teaching.evidence.arms import compare_arms
from teaching.evidence.intervals import exact_interval
from teaching.evidence.landscape import landscape
from teaching.evidence.overlap import independent
from teaching.evidence.pooling import counted, homogeneity, pool, rows_of
from teaching.evidence.selection import CRITERIA, everything, select
from teaching.evidence.survival import kaplan_meier

# --- intervals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(0, 15, 0, 0.218), (15, 15, 0.782, 1), (6, 10, 0.262, 0.878), (1, 1, 0.025, 1), (5, 10, 0.187, 0.813)],
)
def test_exact_intervals_are_those_of_the_tables(events, n, low, high):
    found = exact_interval(events, n)
    assert found == pytest.approx((events / n, low, high), abs=5e-4)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(max_examples=25, deadline=None)
def test_an_exact_interval_holds_its_share_and_turns_round_with_it(counts):
    events, n = counts
    share, low, high = exact_interval(events, n)
    assert 0 <= low <= share <= high <= 1 and (low > 0) == (events > 0) and (high < 1) == (events < n)
    turned = exact_interval(n - events, n)
    assert (turned.low, turned.high) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert exact_interval(events, n, side="upper").high <= high + 1e-12  # all of the doubt at one end


# --- sums ----------------------------------------------------------------------------------------------------------


def test_a_sum_is_the_sum_of_its_rows_and_nothing_else():
    found = pool("crs_severe", select(therapy="car_t"))
    *rows, total = found.table.rows
    assert (
        sum(row[2] for row in rows) == found.events == total[2] and sum(row[3] for row in rows) == found.n == total[3]
    )
    assert found.events == 3 and found.interval.high < 0.1 < exact_interval(3, 12).high
    assert max(rows, key=lambda row: row[4])[0] == "Sheba 2025", "one product stands out, and the table shows it"


def test_a_study_that_does_not_report_an_outcome_is_unknown_and_not_zero():
    selection = select(therapy="car_t", disease="SLE")
    found = pool("gvhd", selection)
    assert found.n < sum(study.n or 0 for study in selection) and "BMS-2025-BREAKFREE1" not in found.studies
    why = dict(zip(found.left_out["study"], found.left_out["why"], strict=True))
    assert why["HZ-2025-SLE15"] == "not reported: unknown, not zero"
    assert set(found.studies) | set(why) == {study.study for study in selection}


def test_what_was_not_checked_and_what_counts_others_is_never_added():
    found = pool("response", everything())
    why = dict(zip(found.left_out["study"], found.left_out["why"], strict=True))
    assert why["RTX-SLE-CASES-2009"].startswith("a review") and why["ALLEGORY-2026"] == "published as a percentage only"
    assert why["STR-2024-SSC1-BLI"].startswith("not checked") and why["RTX-SSC-BOSELLO"] == "from memory"
    assert why["REFLEX-2006"] == "published as a percentage only"
    for name in found.studies:
        assert tables_evidence.studies()[name].can_be_pooled


def test_without_digests_fewer_patients_are_counted():
    selection = select(therapy="car_t", disease="SLE")
    all_read, strict = pool("remission", selection), pool("remission", selection, digests=False)
    assert strict.n < all_read.n and set(strict.table["confidence"]) <= {"read", "derived", ""}
    # Without the blog on CASTLE, the abstract on the first five patients of that centre is counted instead.
    assert "ERL-2026-CASTLE" in all_read.studies and "ERL-2022-SLE5" in strict.studies


def test_a_study_of_several_diseases_gives_only_the_patients_who_have_the_disease():
    mixed = tables_evidence.studies()["IL-2025-SHEBA12"]
    assert [row.n for row in rows_of(mixed, "response", "treated", ("RA",))] == [3]
    assert rows_of(mixed, "icans_severe", "treated", ("RA",)) == []  # 2 of 12 in all: in whom is another question
    assert [row.n for row in rows_of(mixed, "icans_severe", "treated")] == [12]


def test_studies_of_one_truth_agree_and_a_strange_one_is_noticed():
    assert homogeneity([(5, 10), (6, 10), (4, 10)]) > 0.5
    assert homogeneity([(0, 15), (0, 15), (9, 12)]) < 0.001
    assert homogeneity([(3, 3)]) is None and homogeneity([(0, 9), (0, 4)]) == 1.0
    # Fisher's test is the same thing for two studies.
    assert homogeneity([(10, 14), (3, 12)]) == pytest.approx(0.047, abs=0.01)


# --- nobody twice --------------------------------------------------------------------------------------------------


def filters():
    """Every filter of two criteria with two words, once for each set of studies and diseases that it gives."""
    single = [{name: word} for name, words in CRITERIA.items() for word in words]
    single += [{"years": years} for years in ((2003, 2015), (2016, 2023), (2024, 2026))]
    seen = {}
    for one, other in itertools.combinations(single, 2):
        if set(one) != set(other):
            selection = select(**one, **other)
            seen.setdefault((selection.criteria.get("disease"), *(study.study for study in selection)), selection)
    return [selection for selection in seen.values() if len(selection)]


def test_no_sum_counts_a_patient_twice_whatever_two_criteria_are_chosen():
    outcomes = sorted({(row.outcome, row.arm) for row in tables_evidence.outcomes() if row.events is not None})
    sums = shared = 0
    for selection in filters():
        for outcome, arm in outcomes:
            used, left_out = counted(outcome, selection, arm)
            sets = [group for study, *_ in used for group in study.overlap]
            assert len(sets) == len(set(sets)), (selection.words, outcome)
            assert len({study.study for study, *_ in used}) == len(used)
            for study, events, n, *_ in used:
                assert 0 <= events <= n <= ((study.n if arm == "treated" else None) or study.n_all), study.study
            sums += bool(used)
            shared += sum(why.startswith("may share") for why in left_out.values())
    assert sums > 1_000 and shared > 100, "the search was too small to mean anything"


def test_all_of_erlangen_is_counted_once():
    found = pool("remission", select(disease="SLE", therapy="car_t"))
    erlangen = [name for name in found.studies if name.startswith("ERL")]
    assert erlangen == ["ERL-2026-CASTLE", "ERL-2024-cSLE1"]
    why = dict(zip(found.left_out["study"], found.left_out["why"], strict=True))
    assert why["ERL-2022-SLE5"] == "may share patients with ERL-2026-CASTLE"


class Report:
    """As much of a study as the rule looks at."""

    def __init__(self, study, n, overlap):
        self.study, self.n, self.overlap, self.followup_months, self.year = study, n, tuple(overlap), None, None


@given(st.lists(st.tuples(st.none() | st.integers(1, 50), st.sets(st.sampled_from("abcdef"), max_size=4)), max_size=12))
@settings(max_examples=80, deadline=None)
def test_of_any_reports_no_two_that_are_kept_share_and_none_is_left_out_for_nothing(rows):
    reports = [Report(f"r{i}", n, groups) for i, (n, groups) in enumerate(rows)]
    kept, left_out = independent(reports)
    groups = [group for report in kept for group in report.overlap]
    assert len(groups) == len(set(groups)) and len(kept) + len(left_out) == len(reports)
    by_name = {report.study: report for report in reports}
    for name, holder in left_out.items():
        assert holder in {report.study for report in kept}
        assert set(by_name[name].overlap) & set(by_name[holder].overlap)
        assert (by_name[holder].n or 0) >= (by_name[name].n or 0), "the larger one is kept"
    assert [report.study for report in independent(reversed(reports))[0]] == [report.study for report in kept]


def test_a_curve_counts_nobody_twice_either():
    found = kaplan_meier("relapse")
    sets = [group for name in found.studies for group in tables_evidence.studies()[name].overlap]
    assert len(sets) == len(set(sets))


# --- curves --------------------------------------------------------------------------------------------------------


def test_kaplan_and_meier_by_hand():
    """Each step by hand from the patients' rows: the share is the product of 1 - events / at risk."""
    found = kaplan_meier("relapse", select(therapy="car_t"))
    rows = [row for row in tables_evidence.patients() if row.what == "relapse" and row.study in found.studies]
    assert len(rows) == found.n > 20 and found.total_events == sum(row.event == "yes" for row in rows) > 2
    share = 1.0
    for day in sorted({row.day for row in rows}):
        at_risk = sum(row.day >= day for row in rows)
        share *= 1 - sum(row.day == day and row.event == "yes" for row in rows) / at_risk
        assert found.share_at(day) == pytest.approx(share, abs=1e-12)
    known = ~np.isnan(found.low)
    assert (found.low[known] <= found.share[known]).all() and (found.share[known] <= found.high[known]).all()
    assert found.share_at(0) == 1.0 and (np.diff(found.share) <= 0).all()


def test_patients_without_an_event_are_not_thrown_away():
    """Censoring matters: leaving them out would call the relapse of four of four."""
    found = kaplan_meier("relapse", select(therapy="car_t"))
    assert found.share_at(found.last_day) > 0.5 > 1 - found.total_events / found.total_events
    nobody = kaplan_meier("relapse", select(therapy="engager"))
    assert nobody.total_events == 0 and nobody.share_at(nobody.last_day) == 1.0


# --- two arms and the map ------------------------------------------------------------------------------------------


def test_two_arms_are_compared_where_counts_were_published_and_only_shown_where_not():
    table = compare_arms("response")
    rows = dict(zip(table["study"], table.rows, strict=True))
    names = list(table.columns)
    lunar, allegory = (
        dict(zip(names, rows[key], strict=True)) for key in ("Rovin 2012 (LUNAR)", "Furie 2026 (ALLEGORY)")
    )
    assert (lunar["treated"], lunar["controls"]) == pytest.approx((56.9, 45.8), abs=0.05)
    assert lunar["low"] < 1 < lunar["risk ratio"] < lunar["high"] and lunar["P"] > 0.05
    assert allegory["difference"] == pytest.approx(23.2) and allegory["risk ratio"] is None
    assert "unknown" in repr(table) and "REFLEX" not in repr(table)


def test_the_map_shows_that_car_t_cells_stand_almost_without_control():
    table = landscape()
    rows = {row[:2]: row[2:] for row in table.rows}
    studies, controlled, patients, alone, _ = rows["systemic lupus erythematosus", "CAR-T cells"]
    assert studies >= 25 and controlled == 0 and alone == patients > 80
    antibody = rows["systemic lupus erythematosus", "antibody"]
    assert antibody[1] >= 5 and antibody[3] < antibody[2] / 2
    for studies, controlled, patients, alone, uncounted in rows.values():
        assert 0 <= controlled <= studies and 0 <= alone <= patients and 0 <= uncounted <= studies


# --- what is shown -------------------------------------------------------------------------------------------------


def test_tables_show_themselves_with_units_and_say_what_is_unknown():
    selection = select(therapy="engager", disease="SLE")
    html = selection._repr_html_()
    assert "<caption" in html and "follow-up<br><small>months</small>" in html and "unknown" in html
    found = pool("crs", select(therapy="engager"))
    assert "share<br><small>%</small>" in found._repr_html_() and "all together" in repr(found)
    assert found.to_csv().splitlines()[0].startswith("study,design,events,patients,share [%]")
    assert ",,,unknown," not in selection.to_csv()  # in a file an unknown cell stays empty
    curve = kaplan_meier("relapse")
    assert "no rate" in repr(curve) and curve.table.columns["at risk"] == "patients"


def test_a_filter_says_how_many_studies_it_could_not_judge():
    assert select(years=(2000, 2030)).unknown == {
        "years": sum(s.year is None for s in tables_evidence.studies().values())
    }
    assert "left out: 4 of unknown conditioning" in repr(select(conditioning="none", therapy=["car_treg", "car_t"],
                                                              disease="RA"))  # fmt: skip
    assert (
        select(disease="SLE", therapy=["car_t", "engager"]).words
        == "disease SLE, therapy CAR-T cells or T-cell engager"
    )
    assert len(select(product="KYV")) == 3 and len(select()) == len(everything()) == len(tables_evidence.studies())


def test_importing_the_room_loads_no_scipy():
    code = "import sys, teaching.evidence.pooling, teaching.evidence.survival, teaching.evidence.small_numbers\n"
    code += (
        "import teaching.evidence\nprint([name for name in ('scipy', 'matplotlib', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: select(disease="lupus"), "disease is 'lupus'; choose one of: SLE, SSc"),
        (lambda: select(design=3), "design is 3; choose one of: case, series"),
        (lambda: select(therapy=[]), "therapy is empty; choose one or more of: antibody"),
        (lambda: select(product=""), "product is ''; allowed is a piece of a product's name"),
        (lambda: select(years=2020), "years is 2020; allowed are two years"),
        (lambda: select(years=(2026, 2020)), "the first year is 2026, after the last, 2020"),
        (lambda: select(years=("a", 2020)), "the first year is 'a'; a whole number is needed"),
        (lambda: pool("cure"), "outcome is 'cure'; choose one of: remission"),
        (lambda: pool("crs", arm="placebo"), "arm is 'placebo'; choose one of: treated, control"),
        (lambda: pool("crs", "SLE"), "selection is 'SLE'; allowed is what select(...) gives"),
        (
            lambda: pool("crs", select(disease="MN")),
            "no study of this selection (disease MN) has a count of crs; most of",
        ),
        (lambda: pool("crs", select(disease="MN", cells="allogeneic")), "no study of this selection"),
        (lambda: pool("crs", level=2), "level is 2; allowed is a number from 0.5 to 0.9999"),
        (lambda: exact_interval(3, 2), "events is 3; of 2 patients between 0 and 2 can have one"),
        (lambda: exact_interval(0, 0), "n is 0; a share needs between 1 and"),
        (lambda: exact_interval(1.5, 2), "events is 1.5; a whole number is needed"),
        (lambda: exact_interval(1, 2, side="left"), "side is 'left'; choose one of: both, upper, lower"),
        (lambda: kaplan_meier("cure"), "event is 'cure'; choose one of: relapse"),
        (lambda: kaplan_meier("relapse", select(disease="MN")), "no patient of this selection (disease MN) has a day"),
        (lambda: kaplan_meier("relapse").share_at(9999), "day is 9999; allowed is a number from 0 to 548 days"),
        (lambda: compare_arms("gvhd"), "no study of this selection (all studies) has gvhd in two arms"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_sentence(ask, told):
    with pytest.raises(ValueError) as error:
        ask()
    said = str(error.value)
    assert said.startswith(told) and said.endswith(".") and len(said) <= 400
