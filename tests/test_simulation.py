"""The simulation: first the immunology it must respect, then its numerics, then bad input."""

import itertools
import json
import math
import os
import shutil
import subprocess
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from teaching import Patient, Plan, tables, treat
from teaching.model import contributions, engager, simulation, solver
from teaching.model import states as at
from teaching.model.equations import derivatives
from teaching.model.layout import Layout
from teaching.model.parameters import kill_coefficients, target_weights
from teaching.model.therapies import product

PROJECT = Path(__file__).resolve().parent.parent
THERAPIES = ("rituximab", "blinatumomab", "CAR-T")


def layout(patient, *names):
    """Layout, start state and numbers for a patient under these products."""
    made = Layout(patient, [product(name) for name in names])
    return made, list(made.start), made.numbers


def rates(y, numbers):
    """dy/dt by the plain text of equations.py."""
    return np.array(derivatives(0.0, list(y), *numbers, [0.0] * len(y)))


def node_kill(y, numbers):
    """Kill rate [1/day] on each node: its loss above that of the same state without products."""
    without = rates(y[: at.N_BODY], (numbers[0], [], [], []))[: at.N_NODES]
    return (without - rates(y, numbers)[: at.N_NODES]) / np.array(y[: at.N_NODES])


def nodes(*parts):
    """Positions of the nodes whose names start with one of these words."""
    return [i for i, name in enumerate(tables.nodes()) if name.startswith(parts)]


PLASMA_CELLS = nodes("long_lived")
CD20_NEGATIVE = nodes("plasmablast", "long_lived")


# --- a body without therapy ----------------------------------------------------------------------


@pytest.mark.parametrize("disease", tables.diseases())
def test_an_untreated_patient_stays_as_they_are_for_two_years(disease):
    course = treat(Patient.typical(disease), Plan.none(), 730)
    still = [name for name in course.series_names if course[name][0] > 0]
    assert len(still) >= 18
    for name in still:
        drift = np.abs(course[name] / course[name][0] - 1).max()
        assert drift < 1e-6, (name, drift)
    for name in set(course.series_names) - set(still):
        assert not course[name].any(), name


@pytest.mark.parametrize(
    "plan",
    [
        "rituximab dose_mg=0 days=0,14",
        "blinatumomab rate_ug_per_day=0 duration_days=5 days=0",
        "CD19 CAR-T cells_per_kg=0 days=0",
        "lymphodepletion intensity=0 days=0",
    ],
)
def test_a_dose_of_zero_changes_nothing(patient, plan):
    course, untreated = treat(patient, Plan.parse(plan)), treat(patient, Plan.none())
    for name in untreated.series_names:
        assert np.allclose(course[name], untreated[name][0], rtol=1e-6, atol=0), name
    for name in set(course.series_names) - set(untreated.series_names):
        assert not course[name].any(), name  # no drug


states = st.lists(st.floats(1e-6, 100), min_size=at.N_BODY, max_size=at.N_BODY)


@given(states)
def test_cells_are_neither_made_nor_lost_on_the_way(state):
    """Of naive and memory lineage together: gain = source, loss = deaths; all transfers cancel."""
    patient = Patient.typical("SLE")
    _, start, p = layout(patient)
    y = np.array(state)
    y[at.NICHE :] = start[at.NICHE :]
    rest, change = patient.rest(), rates(y, p)
    source = (patient["pre_b_loss_per_day"] + rest["m"]) * rest["pre_b"]
    deaths = (
        patient["pre_b_loss_per_day"] * y[at.PRE_B]
        + patient["naive_loss_per_day"] * y[at.NAIVE_LYMPHOID]
        + patient["memory_loss_per_day"] * y[at.MEMORY_LYMPHOID]
    )
    total = change[at.PRE_B : at.MEMORY_LYMPHOID + 1].sum()
    flows = source + np.abs(change).sum()
    assert total == pytest.approx(source - deaths, abs=1e-12 * flows)


@given(states, st.floats(0, 500), st.floats(0, 50), st.floats(0, 1), st.floats(0, 500))
def test_what_a_killer_takes_is_the_only_difference_it_makes(state, antibody, cells, activation, drug):
    """With all three products: nodes lose kill x cells more, and nothing is moved elsewhere."""
    patient = Patient.typical("SLE")
    made, start, p = layout(patient, "rituximab", "blinatumomab", "CD19 CAR-T")
    y = np.array(state[: at.NICHE] + start[at.NICHE :])
    places = made.state_of
    y[places["rituximab"]], y[places["CD19 CAR-T"]] = antibody, cells
    y[places["blinatumomab"] + engager.CONCENTRATION] = drug
    y[places["blinatumomab"] + engager.ACTIVATED] = activation
    extra = node_kill(y, p)
    assert (extra >= -1e-9).all()
    assert np.abs(extra[PLASMA_CELLS]).max() < 1e-9
    serum = slice(at.AUTOANTIBODY, at.NICHE)
    assert (rates(y, p)[serum] == rates(y[: at.N_BODY], (p[0], [], [], []))[serum]).all()  # none binds antibody


def test_marrow_refills_exponentially_after_lymphodepletion(patient):
    """P(t) = P0 (1 - loss exp(-(d_P + m) t)): the source never dies, so depletion is reversible."""
    for intensity in (1.0, 0.4):
        course = treat(patient, Plan("lymphodepletion", intensity=intensity, days=[0]), 100)
        lost = intensity * (1 - product("lymphodepletion")["surviving_fraction"])
        rate = patient["pre_b_loss_per_day"] + patient.rest()["m"]
        expected = 100 * (1 - lost * np.exp(-rate * course.time_days))
        assert np.allclose(course["marrow_pre_b_percent"], expected, rtol=1e-5)


def test_half_of_the_gap_is_closed_after_one_half_life(patient):
    course = treat(patient, Plan("lymphodepletion", days=[0]), 100)
    half_life = math.log(2) / (patient["pre_b_loss_per_day"] + patient.rest()["m"])
    assert course.at(half_life, "marrow_pre_b_percent") == pytest.approx(75, rel=1e-3)


def test_the_cytokine_niche_closes_exponentially(patient):
    course = treat(patient, Plan("lymphodepletion", days=[0]), 365)
    rate = tables.parameters()["conditioning", "niche_decay_per_day"].value
    assert np.allclose(course["niche_fraction"], np.exp(-rate * course.time_days), rtol=1e-5)


def test_antibody_without_its_makers_falls_with_the_half_life_of_igg(patient):
    """Serum lags behind cells: with no secreting cell left, half is there after 21 days."""
    _, y, p = layout(patient)
    for node in (at.SHORT_AUTO, at.SHORT_PROTECTIVE, at.LONG_AUTO, at.LONG_PROTECTIVE):
        y[node] = 0.0
    fall = rates(y, p)[[at.AUTOANTIBODY, at.VACCINE_ANTIBODY, at.TOTAL_IGG]]
    assert fall == pytest.approx(-math.log(2) / patient["igg_half_life_days"])


# --- what is depleted: the antigen map -----------------------------------------------------------


def test_rituximab_kills_no_cell_without_cd20(patient):
    made, y, p = layout(patient, "rituximab")
    y[made.state_of["rituximab"]] = 1e6  # mg: far above any dose
    kill = node_kill(y, p)
    assert [kill[node] for node in CD20_NEGATIVE] == [0.0] * 4
    coefficients = kill_coefficients(product("rituximab"))
    assert [coefficients[node] for node in CD20_NEGATIVE] == [0.0] * 4


def test_rituximab_takes_plasmablasts_only_by_taking_their_source(courses):
    """Plasmablasts follow their memory cells with their own life span, drug or no drug."""
    course = courses["rituximab"]
    early = course.time_days < 2
    assert course["protective_plasmablasts_percent"][early].min() > 95
    assert course["blood_b_cells_per_ul"][early].min() < 10
    assert course["protective_plasmablasts_percent"].min() > course["lymphoid_memory_percent"].min()


@pytest.mark.parametrize("name", ["CD19 CAR-T", "blinatumomab"])
def test_killers_that_see_cd19_spare_long_lived_plasma_cells(name):
    coefficients = kill_coefficients(product(name))
    assert [coefficients[node] for node in PLASMA_CELLS] == [0.0] * 2
    weights = target_weights(product(name), [1.0] * at.N_NODES)
    assert [weights[node] for node in PLASMA_CELLS] == [0.0] * 2
    assert all(coefficients[node] > 0 for node in range(at.N_NODES) if node not in PLASMA_CELLS)


def test_plasma_cells_lose_after_car_t_only_what_age_takes(patient, courses):
    """With no memory left to feed them they fall by d_L, 14 years of half-life, and no faster."""
    course = courses["CAR-T"]
    natural = 100 * np.exp(-patient["long_lived_loss_per_day"] * course.time_days)
    assert (course["protective_long_lived_percent"] >= natural - 1e-4).all()
    assert (course["autoreactive_long_lived_percent"] <= 100 + 1e-4).all()


def test_autoantibody_falls_further_than_vaccine_antibody_under_every_therapy(courses):
    for course in courses.values():
        autoantibody = course["autoantibody_percent"].min()
        assert autoantibody < 60 and course["vaccine_antibody_percent"].min() > 90


def test_rituximab_takes_fewer_of_the_earliest_marrow_cells_than_car_t(courses):
    """CD20 comes later than CD19."""
    lowest = {name: course["marrow_pre_b_percent"].min() for name, course in courses.items()}
    assert lowest["CAR-T"] < lowest["rituximab"]


# --- how deep: access to tissue ------------------------------------------------------------------


@pytest.mark.parametrize(("name", "day"), [("rituximab", 28), ("blinatumomab", 5)])
def test_empty_blood_is_no_empty_node(courses, name, day):
    """An antibody or a short infusion clears blood first and leaves lymphoid tissue populated."""
    course = courses[name]
    blood = 100 * course.at(day, "blood_b_cells_per_ul") / course["blood_b_cells_per_ul"][0]
    assert blood < 5
    assert course.at(day, "lymphoid_b_cells_percent") > 5 * blood
    assert course.at(day, "lymphoid_memory_percent") > 30


def test_car_t_empty_the_node_too(courses):
    """At day 20 the marrow already sends a few cells through blood; the node holds even less."""
    course = courses["CAR-T"]
    assert course["lymphoid_b_cells_percent"].min() < 0.01
    assert course["lymphoid_memory_percent"].min() < 0.001 * courses["rituximab"]["lymphoid_memory_percent"].min()


def test_deeper_is_later(patient):
    """More antibody: later return, by one terminal half-life for each doubling of the dose."""
    doses = (125, 250, 500, 1000, 2000)
    back = [
        treat(patient, Plan("rituximab", dose_mg=dose, days=[0, 14])).metrics()["day_back_above_10"] for dose in doses
    ]
    later = np.diff(back)
    assert (later > 0).all()
    assert later == pytest.approx(terminal_half_life(), rel=0.1)


def test_a_surviving_clone_buys_ln10_over_g_days_for_each_further_log(patient):
    """Depth and return day of clones from some 3e6 down to 100 cells, g slow and fast.

    Cells in blood do not divide, so the clone as a whole grows by the share in tissue slower:
    exactly 1 + r_M/h_M.
    """
    for growth in (0.015, 0.025):
        changed = patient.change(autoreactive_regrowth_per_day=growth)
        depth, regrowth = [], []
        for duration in (15, 25, 35, 45):
            plan = Plan("blinatumomab", rate_ug_per_day=28, duration_days=duration, days=[0])
            metrics = treat(changed, plan, 2000).metrics()
            depth.append(metrics["clone_depth_log10"])
            regrowth.append(metrics["clone_half_day"] - duration)
        assert metrics["clone_nadir_cells"] > 100 and depth[-1] > 6
        days_per_log = np.diff(regrowth) / np.diff(depth)
        law = math.log(10) / growth
        assert days_per_log == pytest.approx(law, rel=0.025)
        in_blood = changed.rest()["r_M"] / changed["memory_homing_per_day"]
        assert days_per_log == pytest.approx(law * (1 + in_blood), rel=0.01)


def test_a_clone_below_one_cell_dies_out_and_above_it_regrows(patient):
    _, y, p = layout(patient)
    one = 1e-9
    growth = {}
    for cells in (0.1, 0.5, 2, 100, 1e6):
        y[at.AUTO_LYMPHOID] = cells * one
        y[at.AUTO_BLOOD] = y[at.AUTO_LYMPHOID] * patient.rest()["r_M"] / patient["memory_homing_per_day"]
        growth[cells] = rates(y, p)[at.AUTO_LYMPHOID] / y[at.AUTO_LYMPHOID]
    assert growth[0.1] < growth[0.5] < 0 < growth[2] < growth[100]
    assert growth[1e6] == pytest.approx(patient["autoreactive_regrowth_per_day"], rel=0.01)


def test_new_autoreactive_cells_from_the_naive_pool_take_the_gain_from_depth(patient):
    """Some forty new cells a day: a clone that was wiped out is back, however deep it was."""
    plan = Plan("blinatumomab", rate_ug_per_day=28, duration_days=70, days=[0])
    without = treat(patient, plan, 2000).metrics()
    seeded = patient.change(autoreactive_seeding_per_day=4e-8 / 45)
    assert without["clone_nadir_cells"] < 1 and without["clone_half_day"] is None
    assert treat(seeded, plan, 2000).metrics()["clone_half_day"] < 1500


# --- how long: the killer ------------------------------------------------------------------------


def exponents():
    """Fast and slow exponent [1/day] of rituximab's two compartments."""
    drug = product("rituximab")
    k10, k12, k21 = (drug[name] for name in ("elimination_per_day", "to_peripheral_per_day", "from_peripheral_per_day"))
    total = k10 + k12 + k21
    root = math.sqrt(total**2 - 4 * k10 * k21)
    return (total + root) / 2, (total - root) / 2, k21


def terminal_half_life():
    return math.log(2) / exponents()[1]


def after_one_dose(time_days, milligrams):
    """Concentration [ug/mL] after a bolus: two exponentials."""
    fast, slow, k21 = exponents()
    volume = product("rituximab")["central_volume_l"]
    time_days = np.maximum(time_days, 0)
    return (
        (milligrams / volume)
        / (fast - slow)
        * ((fast - k21) * np.exp(-fast * time_days) + (k21 - slow) * np.exp(-slow * time_days))
    )


def test_rituximab_has_the_two_half_lives_of_its_source():
    fast, slow, _ = exponents()
    assert math.log(2) / fast == pytest.approx(0.93, abs=0.01)
    assert math.log(2) / slow == pytest.approx(18.7, abs=0.1)


def test_rituximab_follows_the_analytic_two_compartment_curve(patient):
    course = treat(patient, Plan("rituximab", dose_mg=1000, days=[0]), 365)
    expected = after_one_dose(course.time_days, 1000)
    assert np.allclose(course["rituximab_ug_per_ml"], expected, rtol=1e-4)


def test_doses_of_rituximab_superpose(courses):
    course = courses["rituximab"]
    time = course.time_days
    second = np.where(time >= 14, after_one_dose(time - 14, 1000), 0)
    assert np.allclose(course["rituximab_ug_per_ml"], after_one_dose(time, 1000) + second, rtol=1e-4)


@pytest.mark.parametrize("rate", [5, 9, 28])
def test_blinatumomab_settles_at_rate_over_clearance(patient, rate):
    plan = Plan("blinatumomab", rate_ug_per_day=rate, duration_days=5, days=[0])
    course = treat(patient, plan, 20)
    level = rate / product("blinatumomab")["clearance_l_per_day"]
    assert course.at(1, "blinatumomab_ng_per_ml") == pytest.approx(level, rel=1e-3)
    assert course.at(4.9, "blinatumomab_ng_per_ml") == pytest.approx(level, rel=1e-5)


def test_blinatumomab_is_gone_within_a_day_of_its_stop(courses):
    """Half-life ln2 V/CL, about two hours: the killer does not persist."""
    drug, course = product("blinatumomab"), courses["blinatumomab"]
    half_life = math.log(2) * drug["volume_l"] / drug["clearance_l_per_day"]
    assert 24 * half_life == pytest.approx(1.87, abs=0.01)
    after = (course.time_days >= 5) & (course.time_days < 6)
    expected = course.at(5, "blinatumomab_ng_per_ml") * 0.5 ** ((course.time_days[after] - 5) / half_life)
    assert np.allclose(course["blinatumomab_ng_per_ml"][after], expected, rtol=1e-3)


def test_two_infusions_at_once_give_twice_the_level(patient):
    pump = Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[0])
    later = Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[2])
    course = treat(patient, pump + later, 20)
    level = 9 / product("blinatumomab")["clearance_l_per_day"]
    for day, pumps in ((1.5, 1), (4, 2), (6.5, 1)):
        found = course.at(day, "blinatumomab_ng_per_ml")
        assert found == pytest.approx(pumps * level, rel=1e-3), day
    assert course.at(9, "blinatumomab_ng_per_ml") < 1e-6


def test_car_t_stop_growing_because_their_target_runs_out(patient):
    """Fewer B cells at the start: a lower peak. The peak day is an outcome, not an input."""
    cells = Plan("CD19 CAR-T", days=[60]) + Plan("lymphodepletion", days=[60])
    alone = treat(patient, cells, 200).metrics()
    after_rituximab = treat(patient, Plan("rituximab") + cells, 200).metrics()
    assert after_rituximab["car_t_peak"] < 0.5 * alone["car_t_peak"]


def test_car_t_need_the_niche_that_lymphodepletion_opens(patient):
    peaks = [
        treat(patient, Plan("lymphodepletion", intensity=x, days=[0]) + Plan("CD19 CAR-T"), 60).metrics()["car_t_peak"]
        for x in (0.3, 0.5, 0.7, 1.0)
    ]
    assert sorted(peaks) == peaks
    without = treat(patient, Plan("CD19 CAR-T"), 60).metrics()["car_t_peak"]
    assert without < peaks[0]


def test_t_cell_margination_and_cytokine_belong_to_the_first_infusion(patient):
    course = treat(patient, Plan("blinatumomab", days=[0, 28]), 60)
    second = (course.time_days > 28) & (course.time_days < 33)
    assert course["blood_t_cells_percent"][~second].min() < 20
    assert course["blood_t_cells_percent"][second].min() > 80
    assert course["il6_pg_per_ml"][second].max() < 0.1 * course["il6_pg_per_ml"].max()


# --- one course, however it is computed ----------------------------------------------------------


def test_the_order_of_the_plans_does_not_matter(patient, plans):
    found = [
        treat(patient, first + second + third, 400) for first, second, third in itertools.permutations(plans.values())
    ]
    for course in found[1:]:
        for series in course.series_names:
            assert np.array_equal(course[series], found[0][series]), series


@pytest.mark.parametrize("name", THERAPIES)
def test_a_year_is_the_first_half_of_two_years(patient, plans, courses, name):
    """Where the course ends has no say in what came before."""
    short, long = treat(patient, plans[name], 365), courses[name]
    shared = np.isin(long.time_days, short.time_days)
    within = np.isin(short.time_days, long.time_days)
    assert shared.sum() > 200
    for series in short.series_names:
        assert np.allclose(short[series][within], long[series][shared], rtol=1e-4, atol=1e-9), series
        assert short.at(365, series) == pytest.approx(long.at(365, series), rel=1e-3, abs=1e-9), series


@pytest.mark.parametrize("name", THERAPIES)
def test_half_the_tolerance_moves_no_reported_number_by_half_a_percent(patient, plans, courses, name):
    reference = courses[name].metrics()
    finer = treat(patient, plans[name], rtol=simulation.RTOL / 2, atol=simulation.ATOL / 2).metrics()
    numbers = [key for key, value in reference.items() if isinstance(value, float)]
    assert len(numbers) >= 12
    for key in numbers:
        assert finer[key] == pytest.approx(reference[key], rel=5e-3), key
    assert finer["outcome_kind"] == reference["outcome_kind"]


@pytest.mark.parametrize("name", THERAPIES)
def test_a_thousandfold_finer_tolerance_agrees_too(patient, plans, courses, name):
    """Both could be wrong together at 1e-6 and 5e-7; not at 1e-9."""
    reference = courses[name].metrics()
    finest = treat(patient, plans[name], rtol=1e-9, atol=1e-17).metrics()
    for key, value in reference.items():
        if isinstance(value, float):
            assert finest[key] == pytest.approx(value, rel=5e-3), key


@pytest.mark.parametrize("name", THERAPIES)
def test_saving_more_instants_moves_no_reported_number(patient, plans, courses, monkeypatch, name):
    """Key numbers are read between saved instants: four times as many must give the same."""
    coarse = solver._grid

    def fine(start, end):
        grid = coarse(start, end)
        parts = [np.linspace(a, b, 4, endpoint=False) for a, b in itertools.pairwise(grid)]
        return np.append(np.concatenate(parts), grid[-1])

    monkeypatch.setattr(solver, "_grid", fine)
    course = treat(patient, plans[name])
    assert course.time_days.size > 3.5 * courses[name].time_days.size
    finer = course.metrics()
    for key, value in courses[name].metrics().items():
        if isinstance(value, float):
            assert finer[key] == pytest.approx(value, rel=5e-3), key


@pytest.mark.parametrize("name", THERAPIES)
def test_the_compiled_integrator_agrees_with_lsoda(patient, plans, name):
    """Our own stiff method against a well-kept one at tolerances that leave only its own error."""
    if solver.compiled() is None:
        pytest.skip("numba is not installed: LSODA is what runs")
    ours = treat(patient, plans[name])
    theirs = treat(patient, plans[name], rtol=1e-10, atol=1e-16, lsoda=True)
    assert np.array_equal(ours.time_days, theirs.time_days)
    for series in theirs.series_names:
        seen = theirs[series] > 1e-8 * max(theirs[series].max(), 1e-12)
        assert np.allclose(ours[series][seen], theirs[series][seen], rtol=1e-3), series
    halved = treat(patient, plans[name], rtol=1e-8)
    for series in theirs.series_names:
        scale = max(theirs[series].max(), 1e-12)
        assert abs(halved[series] - theirs[series]).max() < 1e-6 * scale, series


@pytest.mark.parametrize("name", THERAPIES)
def test_plain_python_and_numba_agree(patient, plans, monkeypatch, name):
    pytest.importorskip("numba")
    found = {}
    try:
        for backend, plain in (("numba", "0"), ("plain Python", "1")):
            monkeypatch.setenv("TEACHING_PLAIN", plain)
            solver.compiled.cache_clear()
            assert simulation.backend() == backend
            found[backend] = treat(patient, plans[name])
    finally:
        solver.compiled.cache_clear()
    plain, compiled = found["plain Python"], found["numba"]
    assert np.array_equal(plain.time_days, compiled.time_days)
    for series in compiled.series_names:
        floor = 1e-8 * max(compiled[series].max(), 1e-12)
        seen = compiled[series] > floor
        assert np.allclose(plain[series][seen], compiled[series][seen], rtol=1e-3), series


@pytest.fixture
def with_numba(monkeypatch):
    """Puts a stand-in for numba in place and forgets what was compiled."""

    def install(njit):
        monkeypatch.delenv("TEACHING_PLAIN", raising=False)
        monkeypatch.setitem(sys.modules, "numba", types.SimpleNamespace(njit=njit))
        solver.compiled.cache_clear()

    yield install
    monkeypatch.undo()
    solver.compiled.cache_clear()


def test_no_numba_means_plain_python(patient, plans, courses, monkeypatch, with_numba):
    monkeypatch.setitem(sys.modules, "numba", None)  # importing it now fails
    solver.compiled.cache_clear()
    assert simulation.backend() == "plain Python"
    back = treat(patient, plans["rituximab"], 300).metrics()["day_back_above_10"]
    assert back == pytest.approx(courses["rituximab"].metrics()["day_back_above_10"], rel=1e-3)


@pytest.mark.parametrize("when", ["decoration", "first call"])
@pytest.mark.parametrize("error", [RuntimeError, OSError, EOFError])
def test_a_cache_that_cannot_be_used_is_done_without(with_numba, when, error):
    """numba finds out about the folder when it decorates, about the files at the first call."""
    asked = []

    def njit(cache=False, **options):
        def decorate(function):
            asked.append(cache)
            if cache and when == "decoration":
                raise error("no locator available")

            def call(*arguments):
                if cache:
                    raise error("the cache file is damaged")
                return None

            return call

        return decorate

    with_numba(njit)
    assert simulation.backend() == "numba"
    assert asked[0] and not asked[-1]


def copy_of_the_kit(folder):
    """Package and tables in another place, without compiled files."""
    shutil.copytree(
        PROJECT / "src" / "teaching", folder / "src" / "teaching",
        ignore=shutil.ignore_patterns("__pycache__", "panels", "figures"),
    )  # fmt: skip
    shutil.copytree(PROJECT / "data", folder / "data")


RUN = """
import json
from teaching import Patient, Plan, treat
from teaching.model import simulation, solver
course = treat(Patient.typical("SLE"), Plan("rituximab", days=[0]), 60)
cached = all(function._cache.cache_path is not None for function in solver.compiled())
number = course.at(60, "autoantibody_percent")
print(json.dumps([simulation.__file__, simulation.backend(), cached, number]))
"""


def run_copy(folder, cache, **environment):
    """File, backend, whether numba keeps a cache, and a number, from a fresh process."""
    result = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1",
             "NUMBA_CACHE_DIR": str(cache), "TEACHING_PLAIN": "0", **environment},
        capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    file, backend, cached, number = json.loads(result.stdout)
    assert Path(file).is_relative_to(folder) and backend == "numba"
    return cached, number


def test_edited_equations_are_seen_in_spite_of_the_cache(tmp_path):
    """A compiled function that kept old physics would teach a student that editing does nothing."""
    pytest.importorskip("numba")
    copy_of_the_kit(tmp_path)
    cached, before = run_copy(tmp_path, tmp_path / "cache")
    assert cached and list((tmp_path / "cache").rglob("*.nbi"))
    serum = tmp_path / "src" / "teaching" / "model" / "serum.py"
    text = serum.read_text(encoding="utf-8")
    line = "    dy[AUTOANTIBODY] -= b.k_G * y[AUTOANTIBODY]\n"
    assert text.count(line) == 1
    serum.write_text(text.replace(line, line.replace("-= b.k_G", "-= 0.5 * b.k_G")), encoding="utf-8")
    cached, after = run_copy(tmp_path, tmp_path / "cache")
    assert cached
    assert before < 90 and after > before + 30


def test_what_is_compiled_carries_the_stamp_of_every_file_it_stands_in(tmp_path):
    """numba looks at the file of a function only; the mechanisms stand in files of their own."""
    copy_of_the_kit(tmp_path)
    model = tmp_path / "src" / "teaching" / "model"
    code = "from teaching.model import integrator, linking; print(linking.stamp(integrator.integrate))"

    def stamp():
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True).stdout

    seen = [stamp()]
    assert len(seen[0].strip()) == 8 and stamp() == seen[0]
    for name in "lineage serum antibody engager car_t equations integrator states events".split():
        file = model / f"{name}.py"
        file.write_text(file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
        seen.append(stamp())
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("name", ["rituximab", "blinatumomab", "CAR-T"])
@pytest.mark.parametrize("day", [0.0, 0.5, 3.7, 90.0, 365.0])
def test_what_the_mechanisms_add_is_the_whole_change(courses, patient, plans, name, day):
    """A table for a student, not another model: its rows sum to the derivative of the equations, for every state."""
    course = courses[name]
    made = Layout(patient, [product(one) for one in plans[name].products])
    units = contributions.state_units(made)
    y = np.array([np.interp(day, *columns) for columns in saved_states(made, plans[name])])
    together = rates(y, made.numbers)
    for state, expected in zip(units, together, strict=True):
        table = course.contributions(state, day)
        *parts, total = table["adds"]
        assert sum(parts) == pytest.approx(total, rel=1e-9, abs=1e-15)
        assert total == pytest.approx(expected, rel=1e-6, abs=1e-12)
        assert all(words.endswith(".") for words in table["what it does"][:-1])


def saved_states(made, plan):
    times, states = solver.solve(made, made.schedule(plan, 730), 730)
    return [(times, column) for column in states.T]


@given(st.data())
def test_mechanisms_sum_to_the_equations_at_any_states(data):
    patient = Patient.typical("SLE")
    made = Layout(patient, [product(name) for name in ("rituximab", "blinatumomab", "teclistamab", "CD19 CAR-T")])
    y = data.draw(st.lists(st.floats(0, 2), min_size=len(made.start), max_size=len(made.start)))
    heard = contributions.rates_by_mechanism(made, y)
    total = np.sum([own for *_, own in heard], axis=0)
    scale = np.sum(np.abs([own for *_, own in heard]), axis=0)
    assert total == pytest.approx(rates(y, made.numbers), rel=1e-9, abs=1e-12 * max(scale.max(), 1e-3))
    assert {name for name, *_ in heard} >= {"naive homing", "antibody killing", "cytokine release", "expansion"}


def test_an_unknown_state_or_day_of_contributions_is_explained(courses):
    with pytest.raises(ValueError, match="'naive_blod' is not a state of this course; .*naive_blood"):
        courses["rituximab"].contributions("naive_blod", 3)
    with pytest.raises(ValueError, match="day is -1; this course runs from day 0 to day 730"):
        courses["rituximab"].contributions("naive_blood", -1)


def test_without_any_writable_folder_the_kit_still_compiles(tmp_path):
    """On a shared computer nothing may be writable; here files stand where folders would."""
    pytest.importorskip("numba")
    copy_of_the_kit(tmp_path)
    (tmp_path / "src" / "teaching" / "model" / "__pycache__").write_text("")
    wall = tmp_path / "a file and no folder"
    wall.write_text("")
    places = ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA")
    cached, number = run_copy(tmp_path, wall / "cache", **{place: str(wall) for place in places})
    assert not cached
    assert 50 < number < 90


# --- whatever a student tries --------------------------------------------------------------------


def ranges():
    """Range of every number of a patient that has one in the tables."""
    rows = [row for (owner, _), row in tables.parameters().items() if owner in ("body", "lineage", "serum")]
    spans = {row.name: (row.low, row.high) for row in rows if row.low is not None and row.high is not None}
    for row in tables.diseases()["SLE"]:
        if row.low is not None and row.high is not None:
            spans[row.quantity] = (row.low, row.high)
    return spans


patients = st.fixed_dictionaries({}, optional={name: st.floats(low, high) for name, (low, high) in ranges().items()})


@st.composite
def any_plan(draw):
    total = Plan.none()
    for name in draw(st.lists(st.sampled_from(list(tables.products())), min_size=1, max_size=4)):
        row = tables.products()[name]
        dose = draw(st.floats(0, row.dose_high if row.kind == "conditioning" else 3 * row.dose_high))
        options = {"duration_days": draw(st.floats(1e-3, 60))} if row.dose_word == "rate_ug_per_day" else {}
        total = total + Plan(name, days=[draw(st.floats(0, 399))], **{row.dose_word: dose}, **options)
    return total


def check_sane(course):
    assert (np.diff(course.time_days) > 0).all()
    assert course.time_days[0] == 0 and course.horizon_days == 400
    for name in course.series_names:
        values = course[name]
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    for name, value in course.metrics().items():
        assert not isinstance(value, float) or not math.isnan(value), name
    assert course.describe() and repr(course)


@settings(max_examples=150)
@given(patients, any_plan())
def test_no_plan_and_no_patient_brings_negative_or_endless_numbers(values, plan):
    changed = Patient.typical("SLE").change(**values)
    try:
        changed.rest()
    except ValueError as error:
        assert "leaves no balance" in str(error)
        reject()
    check_sane(treat(changed, plan, 400))


@settings(max_examples=25)
@given(patients)
def test_any_patient_of_the_tables_is_still_without_therapy(values):
    changed = Patient.typical("SLE").change(**values)
    try:
        changed.rest()
    except ValueError:
        reject()
    course = treat(changed, Plan.none(), 730)
    for name in (
        "blood_b_cells_per_ul",
        "lymphoid_b_cells_percent",
        "autoantibody_percent",
        "activity_percent",
    ):
        assert np.abs(course[name] / course[name][0] - 1).max() < 1e-6, name


@pytest.mark.parametrize("plan", ["rituximab dose_mg=20000", "CD19 CAR-T cells_per_kg=1e9"])
def test_absurd_doses_bring_a_course_that_can_be_read(patient, plan):
    course = treat(patient, Plan.parse(plan))
    assert "Blood B cells fall to" in course.describe()
    assert "clone" in repr(course.metrics().table)


def test_infusions_that_touch_with_rounding_between_them(patient):
    """0.1 + 0.2 is not 0.3 to a computer; the pumps still follow one another."""
    first = Plan("blinatumomab", days=[0.1], duration_days=0.2)
    course = treat(patient, first + Plan("blinatumomab", days=[0.3], duration_days=1), 10)
    level = 9 / product("blinatumomab")["clearance_l_per_day"]
    assert course["blinatumomab_ng_per_ml"].max() == pytest.approx(level, rel=1e-3)
    assert course.at(5, "blinatumomab_ng_per_ml") < 1e-6


@pytest.mark.parametrize("gap", [1e-300, 1e-15, 1e-9, 1e-6, 1e-3])
def test_two_doses_almost_at_once_are_a_double_dose(patient, gap):
    twice = Plan("rituximab", days=[0]) + Plan("rituximab", days=[gap])
    double = Plan("rituximab", dose_mg=2000, days=[0])
    assert treat(patient, twice, 300).metrics()["day_back_above_10"] == pytest.approx(
        treat(patient, double, 300).metrics()["day_back_above_10"], rel=1e-4
    )


def test_the_shortest_infusion_ends(patient):
    course = treat(patient, Plan("blinatumomab", days=[0], duration_days=0.001), 10)
    assert course["blinatumomab_ng_per_ml"].max() < 0.01
    assert course.at(10, "blood_b_cells_per_ul") == pytest.approx(228, rel=1e-3)


def test_an_infusion_may_outlast_the_course(patient):
    course = treat(patient, Plan("blinatumomab", days=[0], duration_days=28), 3)
    level = 9 / product("blinatumomab")["clearance_l_per_day"]
    assert course.at(3, "blinatumomab_ng_per_ml") == pytest.approx(level, rel=1e-3)


def test_warm_up_leaves_no_trace(courses, patient, plans):
    simulation.warm_up()
    again = treat(patient, plans["rituximab"])
    assert np.array_equal(again["activity_percent"], courses["rituximab"]["activity_percent"])


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "parts"),
    [
        (0, ["days is 0", "above 0"]),
        (-5, ["days is -5", "above 0"]),
        (1e9, ["days is 10⁹", "at most 36500"]),
        (math.nan, ["days is nan", "above 0"]),
        (math.inf, ["days is inf", "at most 36500"]),
        ("two years", ["days is 'two years'", "a number of days is needed"]),
        (None, ["days is None", "a number of days is needed"]),
        ([730], ["days is [730]", "a number of days is needed"]),
    ],
)
def test_an_impossible_horizon_is_explained(patient, plans, days, parts):
    with pytest.raises(ValueError) as error:
        treat(patient, plans["rituximab"], days)
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize("day", [14, 20, 13.99999999])
def test_a_dose_after_the_horizon_is_explained(patient, day):
    with pytest.raises(ValueError) as error:
        treat(patient, Plan("rituximab", days=[day]), 14 if day >= 14 else 13.99999999)
    assert "rituximab is given on day" in str(error.value)
    assert "give it earlier or simulate longer" in str(error.value)


def test_arguments_of_another_kind_are_explained(patient, plans):
    with pytest.raises(ValueError, match="patient is 'SLE'; a Patient is needed, such as Patient.typical"):
        treat("SLE", plans["rituximab"])
    with pytest.raises(ValueError, match="plan is 'rituximab'; a Plan is needed, such as Plan"):
        treat(patient, "rituximab")


def test_too_many_doses_are_explained(patient):
    with pytest.raises(ValueError, match="the plan holds 501 doses; at most 500 are allowed"):
        treat(patient, Plan("rituximab", days=range(501)))


def test_a_patient_out_of_balance_is_explained_before_the_solver_starts(patient, plans):
    with pytest.raises(ValueError, match="leaves no balance"):
        treat(patient.change(naive_loss_per_day=0.1), plans["rituximab"])


@pytest.mark.parametrize("lsoda", [False, True])
def test_a_solver_that_gives_up_says_where(patient, lsoda):
    """Cells that come and go 1e160 times a day are too fast for any solver."""
    restless = Patient("SLE", {**patient.values, "naive_homing_per_day": 1e160})  # past the limits of the table
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy's own words about the same
        with pytest.raises(simulation.SimulationError, match=r"stopped between day 0 and day (730|14) \("):
            treat(restless, Plan("rituximab"), lsoda=lsoda)
