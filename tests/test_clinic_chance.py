"""Chance in the clinic: the fate of the clone, infections by their rate, luck and judgement in the debrief."""

import itertools
import math
import re
import time
from functools import partial

import numpy as np
import pytest

from teaching.clinic import following, harm, numbers
from teaching.clinic.career import Choices
from teaching.clinic.debrief import COLUMNS, NOTHING, OTHERS, SAME, debrief, well
from teaching.clinic.following import follow
from teaching.clinic.luck import INFECTION, normal, shares
from teaching.clinic.outcome import ENDINGS, activity, ending, given, infected, whole_course
from teaching.clinic.people import hidden, people, person_of
from teaching.clinic.visit import Visit, start
from teaching.evidence.dice import SIDES
from teaching.evidence.pooling import pool
from teaching.evidence.selection import select
from teaching.model.fate import dies_out_percent
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.therapies import Plan

NEVER, ALWAYS = (lambda number: 1 - 1e-12), (lambda number: 0.0)
TYPICAL = Patient.typical("SLE")
#: How the words of a debrief name each of COLUMNS.
_WHERE = ("in this patient", "other patients", "with nothing given")


def finished(patient, seed, *plans):
    """The ending when these plans are given on the first visit."""
    here = start(patient, seed)
    for plan in plans:
        here = here.give(plan)
    while isinstance(here, Visit):
        here = here.next()
    return here


def patient_with_few_cells(low=3.0, high=10.0):
    """A patient in whom CAR-T cells leave between so many cells of the clone."""
    for seed in range(300):
        patient = hidden(person_of("SLE nephritis"), seed)
        course = follow(patient, Plan.usual("CD19 CAR-T"), numbers.end_day(), NEVER)
        if course.turns and low < course.turns[0].cells < high:
            return patient
    raise AssertionError("no such patient among 300")


# --- the course and the clone -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rituximab", "blinatumomab", "daratumumab"])
def test_where_chance_has_no_say_the_course_is_that_of_the_model(name):
    plan = Plan.usual(name)
    here, there = follow(TYPICAL, plan, numbers.end_day(), NEVER), treat(TYPICAL, plan, numbers.end_day())
    assert here.turns == ()
    days = np.linspace(0, numbers.end_day(), 200)
    for series in following.SERIES:
        mine, own = (np.interp(days, one, two) for one, two in (
            (here.time_days, here.series[series]), (there.time_days, there[series])))  # fmt: skip
        assert np.allclose(mine, own, rtol=5e-3, atol=1e-3 * max(own.max(), 1e-9)), series


def test_a_clone_that_died_out_never_comes_back_and_one_that_did_not_grows():
    patient, plan, end = patient_with_few_cells(), Plan.usual("CD19 CAR-T"), numbers.end_day()
    gone, back = follow(patient, plan, end, ALWAYS), follow(patient, plan, end, NEVER)
    turn = gone.turns[0]
    assert turn.died_out and not back.turns[0].died_out and turn.cells == back.turns[0].cells
    assert turn.chance == pytest.approx(dies_out_percent(turn.cells, patient["autoreactive_regrowth_per_day"]) / 100)
    after = gone.time_days >= turn.day
    assert (np.diff(gone.series["activity_percent"][after]) <= 0).all()
    assert (gone.series["autoreactive_memory_cells"][after] == 0).all()
    smooth = treat(patient, plan, end)
    for series in following.SERIES:
        assert back.at(end, series) == pytest.approx(smooth.at(end, series), rel=5e-3, abs=1e-9), series
    assert back.at(end, "activity_percent") > 20 > gone.at(end, "activity_percent")


def test_below_one_cell_the_model_lets_the_clone_die_out_and_no_dice_are_thrown():
    deep = 0
    for seed in range(60):
        patient = hidden(person_of("SLE nephritis"), seed)
        found = follow(patient, Plan.usual("CD19 CAR-T"), numbers.end_day(), NEVER)
        clone = found.series["autoreactive_memory_cells"]
        assert all(1 <= turn.cells < 100 for turn in found.turns)
        if clone.min() < 1:
            deep += 1
            assert clone[-1] < 1 and found.at(numbers.end_day(), "activity_percent") < 20
    assert deep > 10


def test_the_future_of_the_clone_is_not_known_before_it_has_turned():
    patient, plan = patient_with_few_cells(), Plan.usual("CD19 CAR-T")
    turn = follow(patient, plan, numbers.end_day(), ALWAYS).turns[0]
    assert follow(patient, plan, turn.day, ALWAYS).turns == ()
    assert len(follow(patient, plan, turn.day + 200, ALWAYS).turns) == 1


def test_a_second_course_is_thrown_anew():
    patient = patient_with_few_cells()
    plan = Plan.usual("CD19 CAR-T") + Plan("lymphodepletion", days=[730]) + Plan("BCMA CAR-T", days=[730])
    asked = []
    followed = follow(patient, plan, numbers.end_day(), lambda number: asked.append(number) or NEVER(number))
    assert asked == list(range(len(followed.turns)))
    days = [turn.day for turn in followed.turns]
    assert days == sorted(days)


def test_low_points_are_found_in_a_made_up_clone():
    times = np.arange(8.0)
    lows = following._lows(times, np.array([1e8, 50.0, 10.0, 15.0, 40.0, 5.0, 9.0, 11.0]), 7.0)
    assert lows == [(2.0, 10.0), (5.0, 5.0)]
    assert following._lows(times, np.array([1e8, 50.0, 10.0, 15.0, 40.0, 5.0, 9.0, 11.0]), 6.0) == [(2.0, 10.0)]
    assert following._lows(times, np.array([1e8, 500.0, 0.9, 2.0, 40.0, 900.0, 1e4, 1e6]), 7.0) == []
    assert following._lows(times, np.array([1e8, 500.0, 101.0, 150.0, 400.0, 900.0, 1e4, 1e6]), 7.0) == []


# --- infection --------------------------------------------------------------------------------------


def test_the_risk_of_nothing_given_is_the_rate_of_the_table():
    followed = follow(TYPICAL, Plan.none(), numbers.end_day(), NEVER)
    run = harm.risk(followed, Plan.none())
    assert run[-1] == pytest.approx(numbers.value_of("infection", "serious_per_year") * numbers.end_day() / 365.25)


def test_each_fold_raises_or_lowers_the_risk_as_the_table_says():
    end = numbers.end_day()
    deep = Plan.usual("teclistamab") + Plan.usual("BCMA CAR-T")
    followed = follow(TYPICAL, deep, end, NEVER)
    plain = harm.risk(followed, Plan.none())
    assert harm.risk(followed, deep)[-1] > plain[-1]  # lymphodepletion
    assert harm.risk(followed, Plan.none(), replaced_from=0.0)[-1] < plain[-1]
    assert harm.risk(followed, Plan.none(), steroids_until=0.0)[-1] < plain[-1]
    assert plain[-1] > harm.risk(follow(TYPICAL, Plan.none(), end, NEVER), Plan.none())[-1]
    off = harm.risk(followed, Plan.none(), steroids_until=0.0)
    wait = numbers.value_of("infection", "steroids_off_days")
    assert np.interp(wait - 3, followed.time_days, off) == pytest.approx(np.interp(wait - 3, followed.time_days, plain))


@pytest.mark.parametrize(
    ("blood", "igg", "plan", "fold"),
    [
        (50, 100, "nothing", 1),
        (5, 100, "nothing", "depleted_fold"),
        (50, 40, "nothing", "low_igg_fold"),
        (50, 100, "lymphodepletion intensity=1 days=0", "conditioning_fold"),
    ],
)
def test_each_fold_multiplies_the_rate_on_its_days(blood, igg, plan, fold):
    days = np.linspace(0, numbers.value_of("infection", "conditioning_days") - 1, 50)
    made = {"blood_b_cells_per_ul": np.full(50, float(blood)), "total_igg_percent": np.full(50, float(igg))}
    run = harm.risk(following.Followed(days, made, ()), Plan.parse(plan))
    rate = numbers.value_of("infection", "serious_per_year") / 365.25
    times = fold if fold == 1 else numbers.value_of("infection", fold)
    assert run[-1] == pytest.approx(days[-1] * rate * times) and (fold == 1 or times > 1.5)


def test_infections_come_as_often_as_the_risk_says():
    followed, what = follow(TYPICAL, Plan.none(), numbers.end_day(), NEVER), given((Choices(),))
    came = [infected(followed, what, range(5), seed) for seed in range(3000)]
    expected = 1 - math.exp(-harm.risk(followed, Plan.none())[-1])
    share = np.mean([day is not None for day in came])
    assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / 3000)
    days = np.array([day for day in came if day is not None])
    assert days.min() > 0 and days.max() < numbers.end_day()
    assert 0.4 < np.mean(days < numbers.end_day() / 2) < 0.65


def test_severe_cytokine_release_is_counted_in_the_evidence_tables():
    for kind in harm.WITH_CYTOKINES:
        counted = pool("crs_severe", select(therapy=kind))
        assert 0 < harm.severe_cytokines(kind) < 0.2
        assert harm.severe_cytokines(kind) == pytest.approx((counted.events + 0.5) / (counted.n + 1))


def test_severe_cytokine_release_costs_points_and_is_told():
    told = 0
    for seed in range(300):
        visit = start("rheumatoid arthritis", seed).give("CD19 CAR-T").next()
        if visit.events:
            told += 1
            assert visit.events == ("Severe cytokine release after the CAR-T cells: days in intensive care.",)
            assert visit.points == numbers.whole_of("game", "points") - numbers.whole_of("severe CRS", "points")
        if told == 3:
            break
    assert told == 3
    assert not any(start("rheumatoid arthritis", seed).give("rituximab").next().events for seed in range(20))


# --- throws -----------------------------------------------------------------------------------------


def test_throws_are_even_and_each_has_its_place():
    drawn = shares(5, INFECTION, np.arange(20_000))
    assert drawn.min() >= 0 and drawn.max() < 1 and abs(drawn.mean() - 0.5) < 0.01
    assert shares(5, INFECTION, 17) == drawn[17]
    others = [shares(6, INFECTION, 17), shares(5, INFECTION + 1, 17), shares(5, INFECTION, 17, 1),
              shares(5, INFECTION, 17, 0, 1)]  # fmt: skip
    assert len({float(one) for one in others} | {float(drawn[17])}) == 5


def test_the_normal_number_of_every_throw_is_finite():
    assert math.isfinite(normal(0.0)) and math.isfinite(normal((SIDES - 1) / SIDES))
    assert normal(0.5) == pytest.approx(0, abs=1e-6) and normal(0.0) < -6


# --- endings ----------------------------------------------------------------------------------------


def made_up(values, chance=None, died_out=True):
    time_days = np.linspace(0, numbers.end_day(), len(values))
    turns = () if chance is None else (following.Turn(100.0, 1.0, chance, died_out),)
    return following.Followed(time_days, {"activity_percent": np.array(values, dtype=float)}, turns)


@pytest.mark.parametrize(
    ("values", "chance", "kind"),
    [
        ([100, 60, 30, 26], None, "stays ill"),
        ([100, 20, 10, 10], None, "stays well"),
        ([100, 20, 40, 45], None, "stays well"),
        ([100, 20, 40, 60], None, "relapse"),
        ([100, 20, 60, 20], None, "stays well"),
        ([100, 20, 60, 30], None, "relapse"),
        ([100, 20, 10, 0], 0.4, "chance"),
        ([100, 20, 10, 0], 0.999, "stays well"),
        ([100, 90, 80, 70], 0.4, "stays ill"),
    ],
)
def test_each_ending_has_its_rule(values, chance, kind):
    assert ending(made_up(values, chance), given(()), None)[0] == kind
    assert ending(made_up(values, chance), given(()), 55.0) == ("infection", 55.0)


def test_a_survivor_is_no_lucky_end():
    assert ending(made_up([100, 20, 10, 10], 0.4, died_out=False), given(()), None)[0] == "stays well"


def test_activity_without_steroids_counts_for_the_ending():
    followed, off = made_up([100, 20, 40, 40]), given((Choices(stops_steroids=True),))
    assert activity(followed, off)[-1] == pytest.approx(40 * numbers.value_of("steroids", "activity_fold"))
    assert ending(followed, given(()), None)[0] == "stays well" and ending(followed, off, None)[0] == "stays ill"


def test_visit_by_visit_and_all_at_once_are_one_career():
    """`Visit.next` and the reruns go different ways to the same ending."""
    for seed in range(60):
        name = list(people())[seed % 6]
        here = finished(name, seed, ("CD19 CAR-T", "rituximab", "teclistamab")[seed % 3])
        kind, day = whole_course(hidden(here.person, seed), here.career.visits, seed)
        assert kind == here.kind and day == pytest.approx(here.day, abs=0.5)


# --- debrief ----------------------------------------------------------------------------------------


def test_the_debrief_parts_luck_and_judgement():
    here = start("SLE nephritis", 10).order("total IgG").give("CD19 CAR-T").note("Deep, once.")
    while isinstance(here, Visit):
        here = here.next()
    found = debrief(here, times=60)
    assert set(found.counts) == {SAME, OTHERS, NOTHING}
    assert all(sum(column.values()) == 60 and set(column) == set(ENDINGS) for column in found.counts.values())
    assert sum(count > 0 for count in found.counts[SAME].values()) > 1, "other luck, other endings"
    assert well(found.counts[SAME]) > well(found.counts[NOTHING]) == 0
    assert "Deep, once." in found.visits["you noted"] and any("total IgG" in text for text in found.visits["you read"])
    assert len(found.hidden) == 19 and len(found.reruns) == len(ENDINGS)
    assert "and 0 times with nothing given" in found.words
    luck, judgement, harm = found.words.split("\n")
    assert f"end so {found.counts[SAME][here.kind]} times" in luck and judgement.startswith("Judgement: they end well ")
    infections = [column["infection"] for column in found.counts.values()]
    assert [int(one) for one in re.findall(r"(\d+) times", harm)] == infections and max(infections) > 0
    assert found.counts == debrief(here.to_json(), times=60).counts


def test_a_relapse_does_not_end_a_career_so_results_still_come_and_the_truth_goes_on_to_the_end():
    here = start("rheumatoid arthritis", 23).give("obinutuzumab")
    while isinstance(here, Visit):
        here = here.order("blood B cells").next()
    assert here.kind == "relapse" and here.day < 730, "the relapse lies before the last visit"
    assert [one.ordered for one in here.results] == [0, 28, 91, 365, 730] and here.over == 1826
    rows = debrief(here, 1, ()).visits
    assert rows["day"] == [0, 28, 91, 365, 730, 1826] and rows["visit"][-1] == "end"
    infected = next(one for one in (finished("myositis", seed) for seed in range(60)) if one.kind == "infection")
    assert infected.over == infected.day == debrief(infected, 1, ()).visits["day"][-1]


def test_a_debrief_runs_only_the_columns_that_were_asked_for():
    here = finished("SLE nephritis", 4, "CD19 CAR-T")
    whole = debrief(here, times=20)
    for columns in itertools.chain.from_iterable(itertools.combinations(COLUMNS, k) for k in range(4)):
        found = debrief(here, 20, columns[::-1])
        assert found.counts == {name: whole.counts[name] for name in columns}, "in the order of the desk"
        assert list(found.reruns.columns) == ["ending", *columns, "meaning"]
        assert (found.visits.rows, found.hidden.rows) == (whole.visits.rows, whole.hidden.rows)
        assert all((name in columns) == (words in found.words) for name, words in zip(COLUMNS, _WHERE, strict=True))


@pytest.mark.parametrize("columns", [SAME, None, 7, ["luck"], [None], [SAME, 3]])
def test_a_column_that_is_none_is_refused_in_one_sentence(columns):
    with pytest.raises(ValueError, match=r"^columns? is .*: this patient, other luck, other patients,[^\n]*\.$"):
        debrief(finished("SLE nephritis", 4), 1, columns)


def test_the_debrief_says_for_whom_each_therapy_is_usual():
    found = debrief(finished("SLE nephritis", 4, "mosunetuzumab", "rituximab dose_mg=200 days=3"), times=1)
    assert found.therapies["therapy"] == ["mosunetuzumab", "rituximab dose_mg=200 days=3"]
    assert found.therapies["usual in"] == ["lymphoma", "a plan of your own"]
    assert found.therapies["source"] == ["lunsumio_label", ""] and found.therapies["visit"] == [1, 1]


def test_a_debrief_of_what_is_not_over_is_refused():
    visit = start("SLE nephritis", 4)
    for wrong in (visit, visit.to_json(), None, 7):
        with pytest.raises(ValueError, match="one that is over is needed|this career is not over: visit \\d is open"):
            debrief(wrong)
    for times in (0, 2001, 1.5, "many"):
        with pytest.raises(ValueError, match="times is"):
            debrief(finished("SLE nephritis", 4), times)


def test_two_hundred_reruns_are_quick():
    """The aim is 2 s for the same patient's reruns on a quiet machine; a busy one may take five times as long."""
    here = finished("SLE nephritis", 5, "CD19 CAR-T")
    patient = hidden(here.person, 5)
    begun = time.perf_counter()
    for future in range(1, 201):
        whole_course(patient, here.career.visits, 5, future)
    assert time.perf_counter() - begun < 10


def test_both_integrators_give_the_same_careers(monkeypatch):
    """LSODA, which a machine without numba takes, agrees about endings, results and days."""
    names = list(people())
    compiled = [finished(names[seed % 6], seed, "CD19 CAR-T") for seed in range(6)]
    following._solved.cache_clear()
    monkeypatch.setattr(following, "treat", partial(treat, lsoda=True))
    try:
        for seed, mine in enumerate(compiled):
            other = finished(names[seed % 6], seed, "CD19 CAR-T")
            assert (other.kind, other.career) == (mine.kind, mine.career)
            assert other.day == pytest.approx(mine.day, abs=1)
    finally:
        following._solved.cache_clear()
