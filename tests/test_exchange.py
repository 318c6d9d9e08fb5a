"""The model files: first that independent programs compute the same course, then their form, then bad input.

How independent the checks are. libRoadRunner brings its own parser, event handling, compiler and
integrator (CVODE), but it reads a right-hand side that was read off our equations: it finds faults of
our solver, of our schedule of doses and of the export, not a fault of the equations themselves. For
those, `written_from_the_page` below sets up the model once more by hand, from the design page and
not from our text, and lets Radau of scipy solve it. Both take their numbers from data/.
"""

import ast
import inspect
import math
import operator
import os
import platform
import re
import sys
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.model import antibody, car_t, engager, equations, events, exchange, lineage, serum, sparse
from teaching.model.equations import derivatives
from teaching.model.layout import Layout
from teaching.model.parameters import BY_NODE, KINDS
from teaching.model.states import SERUM_AND_DISEASE
from teaching.model.therapies import product

DAYS = 730
RTOL, ATOL = 1e-9, 1e-14
#: What counts as agreement, and below which share of its largest value a series counts as gone.
AGREEMENT, GONE = 1e-3, 1e-8

CAR_T = "CD19 CAR-T cells_per_kg=1e6"
FULL = "lymphodepletion intensity=1"
PLANS = {
    "no therapy": "nothing",
    "rituximab once": "rituximab dose_mg=1000 days=0",
    "rituximab twice": "rituximab dose_mg=1000 days=0,14",
    "rituximab by body surface": "rituximab dose_mg_per_m2=375 days=0,7,14,21",
    "rituximab by weight, odd days": "rituximab dose_mg_per_kg=10 days=0.25,20.1",
    "rituximab, dose zero": "rituximab dose_mg=0 days=0,14",
    "blinatumomab for 5 days": "blinatumomab rate_ug_per_day=9 duration_days=5 days=0",
    "blinatumomab for 28 days": "blinatumomab rate_ug_per_day=28 duration_days=28 days=0",
    "blinatumomab, two cycles": "blinatumomab rate_ug_per_day=9 duration_days=5 days=0,28",
    "blinatumomab, rate raised without a pause": (
        "blinatumomab rate_ug_per_day=9 duration_days=7 days=0"
        " + blinatumomab rate_ug_per_day=28 duration_days=14 days=7"
    ),
    "CAR-T": f"{FULL} days=0 + {CAR_T} days=0",
    "CAR-T without lymphodepletion": f"{CAR_T} days=0",
    "CAR-T after weak lymphodepletion": f"lymphodepletion intensity=0.2 days=0 + {CAR_T} days=0",
    "CAR-T five days after lymphodepletion": f"{FULL} days=10 + {CAR_T} days=15",
    "CAR-T twice": f"{FULL} days=0,200 + {CAR_T} days=0,200",
    "lymphodepletion alone": f"{FULL} days=0",
    "rituximab then CAR-T": f"rituximab dose_mg=1000 days=0,14 + {FULL} days=90 + {CAR_T} days=90",
    "blinatumomab then rituximab": (
        "blinatumomab rate_ug_per_day=9 duration_days=5 days=0 + rituximab dose_mg=1000 days=5,19"
    ),
    "all three": (
        "rituximab dose_mg=1000 days=0,14 + blinatumomab rate_ug_per_day=9 duration_days=5 days=0,28"
        f" + {FULL} days=200 + {CAR_T} days=200"
    ),
}
CHANGES = {
    "heavy, with little lymphoid tissue": {
        "weight_kg": 100,
        "surface_m2": 2.2,
        "lymphoid_naive": 35,
        "clone_size": 1.5,
    },
    "quick turnover, clone refilled from naive cells": {
        "naive_loss_per_day": 0.015,
        "memory_homing_per_day": 0.5,
        "autoreactive_regrowth_per_day": 0.02,
        "autoreactive_seeding_per_day": 1e-9,
    },
}

#: Every series of a course from the states of the model, written out once more: `y` by name, `rest`
#: their values before therapy, `v` the patient.
SERIES = {
    "blood_b_cells_per_ul": lambda y, rest, v: (
        per_ul(v) * (y["naive_blood"] + y["memory_blood"] + y["autoreactive_blood"])
    ),
    "blood_naive_per_ul": lambda y, rest, v: per_ul(v) * y["naive_blood"],
    "blood_memory_per_ul": lambda y, rest, v: per_ul(v) * (y["memory_blood"] + y["autoreactive_blood"]),
    "blood_memory_percent": lambda y, rest, v: (
        100 * (y["memory_blood"] + y["autoreactive_blood"]) / (rest["memory_blood"] + rest["autoreactive_blood"])
    ),
    "lymphoid_b_cells_percent": lambda y, rest, v: 100 * lymphoid(y) / lymphoid(rest),
    "lymphoid_naive_percent": lambda y, rest, v: 100 * y["naive_lymphoid"] / rest["naive_lymphoid"],
    "lymphoid_memory_percent": lambda y, rest, v: 100 * y["memory_lymphoid"] / rest["memory_lymphoid"],
    "marrow_pre_b_percent": lambda y, rest, v: 100 * y["pre_b"] / rest["pre_b"],
    "marrow_immature_percent": lambda y, rest, v: 100 * y["immature"] / rest["immature"],
    "autoreactive_memory_cells": lambda y, rest, v: 1e9 * (y["autoreactive_blood"] + y["autoreactive_lymphoid"]),
    "autoreactive_plasmablasts_percent": lambda y, rest, v: 100 * y["plasmablast_autoreactive"],
    "protective_plasmablasts_percent": lambda y, rest, v: 100 * y["plasmablast_protective"],
    "autoreactive_long_lived_percent": lambda y, rest, v: 100 * y["long_lived_autoreactive"],
    "protective_long_lived_percent": lambda y, rest, v: 100 * y["long_lived_protective"],
    "autoantibody_percent": lambda y, rest, v: 100 * y["autoantibody"],
    "vaccine_antibody_percent": lambda y, rest, v: 100 * y["vaccine_antibody"],
    "total_igg_percent": lambda y, rest, v: 100 * y["total_igg"],
    "total_iga_percent": lambda y, rest, v: 100 * y["total_iga"],
    "total_igm_percent": lambda y, rest, v: 100 * y["total_igm"],
    "activity_percent": lambda y, rest, v: 100 * y["activity"] / rest["activity"],
    "activity_sledai_points": lambda y, rest, v: y["activity"],
    "niche_fraction": lambda y, rest, v: y["niche"],
    "il6_pg_per_ml": lambda y, rest, v: of_all(y, "_il6"),
    "blood_t_cells_percent": lambda y, rest, v: (
        100 * (1 + of_all(y, "_gained")) * (1 - 0.93 * of_all(y, "_marginated"))
    ),
    "car_t_cells_per_ul": lambda y, rest, v: sum(y[name] for name in y if name.endswith(("_effectors", "_persisters"))),
}


def of_all(y, ending):
    """What all engagers add together."""
    return sum((y[name] for name in y if name.endswith(ending)), 0 * y["niche"])


def by_hand(name, y, rest, v):
    """A series of the course from the states; the concentration of a drug ends in its unit."""
    if name in SERIES:
        return SERIES[name](y, rest, v)
    drug, unit = re.fullmatch(r"(.*)_([un]g)_per_ml", name).groups()
    prefix = re.sub(r"\W+", "_", drug)
    return y[f"{prefix}_central"] / product(drug)["central_volume_l"] if unit == "ug" else y[f"{prefix}_concentration"]


def per_ul(v):
    return 1e9 / (1e6 * v["blood_volume_l"])


def lymphoid(y):
    return y["naive_lymphoid"] + y["memory_lymphoid"] + y["autoreactive_lymphoid"]


def dose_days(plan):
    """Days on which something starts or stops."""
    starts = {dose.day for dose in plan.doses}
    return sorted({0.0} | starts | {dose.day + dose.duration_days for dose in plan.doses if dose.duration_days})


def deviations(course, y, rest):
    """Largest relative deviation by series, at saved times that are no dose instants."""
    away = np.min(np.abs(course.time_days[:, None] - np.array(dose_days(course.plan))), axis=1) > 1e-9
    found = {}
    for name in course.series_names:
        ours, theirs = course[name], by_hand(name, y, rest, course.patient) * np.ones_like(course.time_days)
        counts = away & (ours > GONE * ours.max())
        if counts.any():
            found[name] = float(np.max(np.abs(theirs[counts] / ours[counts] - 1)))
        assert np.all(theirs[away & ~counts] <= 2 * GONE * ours.max() + 1e-12), name  # gone there too
    return found


def agree(course, y, rest):
    found = deviations(course, y, rest)
    assert len(found) >= 18
    worst = max(found, key=found.get)
    assert found[worst] < AGREEMENT, f"{worst}: {found[worst]:.2g}"


# --- libRoadRunner computes the same course --------------------------------------------------------


def _import(name):
    """A checking program; it must be there where the project's own machine runs the tests."""
    try:
        return __import__(name)
    except ImportError:
        if os.environ.get("CI") == "true" and (sys.platform, platform.machine()) == ("linux", "x86_64"):
            pytest.fail(f"{name} is not installed, but CI must make the independent check")
        pytest.skip(f"{name} is not installed: there is no wheel of it for every platform")


@pytest.fixture(scope="session")
def roadrunner():
    return _import("roadrunner")


@pytest.fixture(scope="session")
def antimony():
    return _import("antimony")


@pytest.fixture(scope="session")
def libsbml():
    return _import("libsbml")


def run_in_roadrunner(roadrunner, sbml, times):
    """States by name at the given times."""
    runner = roadrunner.RoadRunner(sbml)
    names = rate_rules(sbml)
    runner.integrator.relative_tolerance = RTOL
    # One for each state: a single number would be scaled by the state's value, which may be 1e-90.
    runner.integrator.setValue("absolute_tolerance", [ATOL] * len(names))
    runner.integrator.maximum_num_steps = 1_000_000
    runner.timeCourseSelections = names
    return dict(zip(names, np.array(runner.simulate(times=list(times))).T, strict=True))


def compare_with_roadrunner(roadrunner, patient, plan):
    course = treat(patient, plan, DAYS, rtol=RTOL, atol=ATOL)
    sbml = exchange.to_sbml(patient, plan)
    agree(course, run_in_roadrunner(roadrunner, sbml, course.time_days), at_rest(patient))


@pytest.mark.parametrize("name", PLANS)
def test_libroadrunner_finds_the_same_course(roadrunner, patient, name):
    compare_with_roadrunner(roadrunner, patient, Plan.parse(PLANS[name]))


@pytest.mark.parametrize("name", tables.products())
def test_libroadrunner_finds_the_same_course_for_every_product_of_the_table(roadrunner, patient, name):
    """With its usual dose on its usual days, T cells after lymphodepletion."""
    plan = Plan(name)
    if product(name).kind == "car_t" and product(name)["niche_without_conditioning"] > 0:
        plan = Plan("lymphodepletion") + plan
    compare_with_roadrunner(roadrunner, patient, plan)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["rituximab by body surface", "CAR-T"])
def test_libroadrunner_finds_the_same_course_in_another_patient(roadrunner, patient, name, change):
    compare_with_roadrunner(roadrunner, patient.change(**CHANGES[change]), Plan.parse(PLANS[name]))


def test_the_comparison_would_notice(roadrunner, patient):
    """One parameter of one tissue changed by 1 % is more than the check lets pass."""
    plan = Plan.parse(PLANS["rituximab twice"])
    sbml = exchange.to_sbml(patient, plan)
    changed = re.sub(r'(<parameter id="d_N" value=)"0.02"', r'\1"0.0202"', sbml)
    assert changed != sbml
    course = treat(patient, plan, DAYS, rtol=RTOL, atol=ATOL)
    with pytest.raises(AssertionError):
        agree(course, run_in_roadrunner(roadrunner, changed, course.time_days), at_rest(patient))


def test_the_antimony_text_is_the_same_model(roadrunner, antimony, patient):
    plan = Plan.parse(PLANS["all three"])
    assert antimony.loadAntimonyString(exchange.to_antimony(patient, plan)) >= 0, antimony.getLastError()
    course = treat(patient, plan, DAYS, rtol=RTOL, atol=ATOL)
    read_back = antimony.getSBMLString()
    agree(course, run_in_roadrunner(roadrunner, read_back, course.time_days), at_rest(patient))


CATEGORIES = (
    "UNITS_CONSISTENCY",
    "MODELING_PRACTICE",
    "GENERAL_CONSISTENCY",
    "MATHML_CONSISTENCY",
    "SBO_CONSISTENCY",
    "IDENTIFIER_CONSISTENCY",
    "OVERDETERMINED_MODEL",
)


def complaints(libsbml, sbml):
    """Everything that libSBML has to say with all its checks on: units, good practice, identifiers."""
    document = libsbml.readSBMLFromString(sbml)
    for category in CATEGORIES:
        document.setConsistencyChecks(getattr(libsbml, f"LIBSBML_CAT_{category}"), True)
    document.checkConsistency()
    return [document.getError(i).getMessage() for i in range(document.getNumErrors())]


def everything_that_can_be_given():
    """Every product of the table as usually given, and the plans above."""
    plans = {name: Plan.parse(text) for name, text in PLANS.items()}
    for name in tables.products():
        cells = product(name).kind == "car_t" and product(name)["niche_without_conditioning"] > 0
        plans[f"{name} as usual"] = Plan("lymphodepletion") + Plan(name) if cells else Plan(name)
    return plans


@pytest.mark.parametrize("name", everything_that_can_be_given())
def test_libsbml_finds_nothing_to_say(libsbml, patient, name):
    """No error and no warning: every number has its unit, and the units fit together."""
    assert complaints(libsbml, exchange.to_sbml(patient, everything_that_can_be_given()[name])) == []


def test_a_wrong_unit_would_be_noticed(libsbml, patient):
    sbml = exchange.to_sbml(patient, Plan("rituximab"))
    wrong = re.sub(r'(id="rituximab_EC50"[^>]*units=)"\w+"', r'\1"one_per_day"', sbml)
    assert wrong != sbml and complaints(libsbml, wrong) != []


@pytest.mark.parametrize("name", ["rituximab twice", "blinatumomab for 5 days", "CAR-T", "all three"])
def test_a_copy_in_level_two_keeps_the_doses_of_day_0(libsbml, patient, name):
    """Level 2 has no word for 'not yet true at the start': an event on day 0 would never happen there."""
    plan = Plan.parse(PLANS[name])
    document = libsbml.readSBMLFromString(exchange.to_sbml(patient, plan))
    properties = libsbml.ConversionProperties()
    properties.addOption("setLevelAndVersion", True)
    properties.addOption("strict", False)
    properties.setTargetNamespaces(libsbml.SBMLNamespaces(2, 4))
    assert document.convert(properties) == libsbml.LIBSBML_OPERATION_SUCCESS
    assert document.getLevel() == 2
    values = start_values(libsbml.writeSBMLToString(document))
    assert values == pytest.approx(start_values(exchange.to_sbml(patient, plan)), nan_ok=True)
    given = [value for name, value in values.items() if name.endswith(("_central", "_infused", "_effectors"))]
    assert max(given) > 0


# --- COPASI computes the same course ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["rituximab twice", "blinatumomab, two cycles", "CAR-T", "all three"])
def test_copasi_finds_the_same_course(patient, name):
    """A third integrator (LSODA inside COPASI) that reads units, too: assumed moles would change every number."""
    basico = _import("basico")
    plan = Plan.parse(PLANS[name])
    course = treat(patient, plan, DAYS, rtol=RTOL, atol=ATOL)
    basico.load_model_from_string(exchange.to_sbml(patient, plan))
    try:
        names = rate_rules(exchange.to_sbml(patient, plan))
        away = [day for day in course.time_days if min(abs(day - dose) for dose in dose_days(plan)) > 1e-6]
        chosen = sorted({0.0, *away[:: max(1, len(away) // 60)], float(DAYS)})
        found = basico.run_time_course(values=chosen, use_sbml_id=True, r_tol=1e-9, a_tol=1e-16, max_steps=1_000_000)
        states = {name: found[f"Values[{name}]" if f"Values[{name}]" in found else name].to_numpy() for name in names}
    finally:
        basico.remove_datamodel(basico.get_current_model())
    at = np.array(found.index)
    for name in ("blood_b_cells_per_ul", "lymphoid_memory_percent", "autoreactive_memory_cells", "total_igg_percent"):
        theirs, ours = by_hand(name, states, at_rest(patient), patient), np.interp(at, course.time_days, course[name])
        counts = (at > 0) & (ours > GONE * ours.max())
        assert np.max(np.abs(theirs[counts] / ours[counts] - 1)) < AGREEMENT, name


# --- the model once more, from the design page -----------------------------------------------------

CD19 = np.array([1, 1, 1, 1, 1, 1, 1, 1, 0.3, 0.3, 0, 0])  # dim on plasmablasts, none on plasma cells
CD20 = np.array([0.1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0])  # late in the pre-B stage
MARROW, BLOOD, TISSUE, NICHE = [0, 1], [2, 4, 6], [3, 5, 7, 8, 9], [10, 11]


def at_each_site(marrow, blood, tissue, niche):
    effect = np.zeros(12)
    for places, value in ((MARROW, marrow), (BLOOD, blood), (TISSUE, tissue), (NICHE, niche)):
        effect[places] = value
    return effect


def rituximab(v, N0, Nb0):
    """Two compartments; kill = kmax C/(C + EC50)."""
    q = product("rituximab")
    site = CD20 * at_each_site(q["effect_marrow"], 1, q["effect_lymphoid"], 0)

    def drug(N, A):
        A1, A2 = A
        C = A1 / q["central_volume_l"]
        back = q["from_peripheral_per_day"] * A2
        out = q["to_peripheral_per_day"] * A1
        return (
            q["kill_max_per_day"] * C / (C + q["kill_half_concentration_ug_per_ml"]) * site,
            [back - out - q["elimination_per_day"] * A1, out - back],
        )

    doses = {0.0: lambda N, A: (N, A + [1000, 0]), 14.0: lambda N, A: (N, A + [1000, 0])}
    return ["rituximab_central", "rituximab_peripheral"], [0, 0], drug, doses


def blinatumomab(v, N0, Nb0):
    """Drug C, activation A, margination J, priming Q, T-cell number T, interleukin-6."""
    q = product("blinatumomab")
    rate = 0.0

    def drug(N, states):
        C, A, J, Q, T1, IL6 = states
        T = 1 + T1
        s = C / (C + q["kill_half_concentration_ng_per_ml"])
        sI = C / (C + q["cytokine_half_concentration_ng_per_ml"]) * (1 - Q) ** q["cytokine_priming_power"]
        left = (N[3] + N[5] + N[7]) / (N0[3] + N0[5] + N0[7])
        tissue = q["kill_tissue_per_day"] * A
        kill = CD19 * at_each_site(tissue, q["kill_blood_per_day"] * s * (0.3 + 0.7 * min(1, A / 0.5)), tissue, tissue)
        return kill, [
            rate / q["volume_l"] - q["clearance_l_per_day"] / q["volume_l"] * C,
            q["activation_per_day"] * (s - A),
            q["margination_per_day"] * s * (1 - Q) ** 3 * (1 - J) - q["margination_return_per_day"] * J,
            q["priming_per_day"] * s * (1 - Q) - Q / q["priming_loss_days"],
            q["t_cell_expansion_per_day"] * A * left * T * (1 - T / q["t_cell_ceiling"])
            - q["t_cell_return_per_day"] * (T - 1),
            q["il6_production_pg_per_ml_day"] * sI * A * left - IL6 / q["il6_residence_days"],
        ]

    def infuse(micrograms):
        def change(N, states):
            nonlocal rate
            rate = micrograms
            return N, states

        return change

    names = [f"blinatumomab_{name}" for name in ("concentration", "activated", "marginated", "primed", "gained", "il6")]
    return names, [0, 0, 0, 0, 0, 0], drug, {0.0: infuse(9.0), 5.0: infuse(0.0)}


def cells(v, N0, Nb0):
    """E effectors, M persisting cells, niche Y; immunity Z, R against them."""
    q = product("CD19 CAR-T")
    site = CD19 * at_each_site(q["effect_marrow"], 1, q["effect_lymphoid"], q["effect_niche"])
    cells = np.array([1] * 8 + [v["plasmablast_cells"] / 2] * 2 + [v["long_lived_cells"] / 2] * 2)
    k_Y = tables.parameters()["conditioning", "niche_decay_per_day"].value

    def drug(N, states):
        E, M, Y, Z, R = states
        T = np.sum(CD19 * cells * N)
        grown = q["growth_per_day"] * T / (T + q["growth_half_target_1e9"]) * Y
        return q["kill_max_per_day"] * (E + M) / (E + M + q["kill_half_cells_per_ul"]) * site, [
            (grown - q["effector_loss_per_day"]) * E - 2 * R * E,
            q["persister_fraction_per_day"] * E - q["persister_loss_per_day"] * M - 2 * R * M,
            -k_Y * Y,
            0.05 * E / (E + 1) * (1 - Z),
            0.01 * Z * N[2] / Nb0 * (1 - R),
        ]

    def give(N, states):
        halved = N.copy()
        halved[:10] *= tables.parameters()["conditioning", "surviving_fraction"].value
        return halved, states + [q["start_cells_per_ul_per_1e6_per_kg"], 0, 1, 0, 0]

    names = ["effectors", "persisters", "", "immunity_primed", "immunity"]
    names = [f"CD19_CAR_T_{name}" if name else "niche" for name in names]
    return names, [0] * 5, drug, {0.0: give}


def written_from_the_page(v, therapy, times):
    """Sections 2 and 3 of the model's design page, solved by Radau: (states by name, those at rest)."""
    from scipy.integrate import solve_ivp

    P0, Nt0, Mt0, At0 = v["pre_b"], v["lymphoid_naive"], v["lymphoid_memory"], v["clone_size"]
    h, h_M, e = v["naive_homing_per_day"], v["memory_homing_per_day"], v["immature_exit_per_day"]
    d_N, d_M, d_P = v["naive_loss_per_day"], v["memory_loss_per_day"], v["pre_b_loss_per_day"]
    d_S, d_L = v["plasmablast_loss_per_day"], v["long_lived_loss_per_day"]
    g, s, one = v["autoreactive_regrowth_per_day"], v["autoreactive_seeding_per_day"], 1e-9
    f, w = v["autoantibody_long_lived_share"], v["protective_igg_long_lived_share"]
    w_A, w_M = v["iga_long_lived_share"], v["igm_long_lived_share"]
    refill, refill_A = v["long_lived_refill_per_day"], v["iga_refill_per_day"]
    k_A, k_M = math.log(2) / v["iga_half_life_days"], math.log(2) / v["igm_half_life_days"]
    k_G, t_D, D0 = math.log(2) / v["igg_half_life_days"], v["activity_lag_days"], v["activity_start"]
    Nb0 = v["blood_naive_start"] / per_ul(v)
    r_M = h_M * v["blood_memory_start"] / per_ul(v) / (Mt0 + At0)
    a = d_M * Mt0 / Nt0
    r_N = h * Nb0 / Nt0 - d_N - a
    m = (d_N + a) * Nt0 / P0
    rest = np.array([P0, (d_N + a) * Nt0 / e, Nb0, Nt0, r_M * Mt0 / h_M, Mt0, r_M * At0 / h_M, At0, 1, 1, 1, 1])
    names, start, drug, doses = therapy(v, rest, Nb0)

    def rates(t, y):
        N, (x, vaccine, igg, gut, iga, igm, activity) = y[:12], y[12:19]
        k, of_the_drug = drug(N, y[19:])
        P, I, Nb, Nt, Mb, Mt, Ab, At, Sa, Sv, La, Lv = N  # noqa: E741
        gain = [
            (d_P + m) * P0,
            m * P,
            e * I + r_N * Nt,
            h * Nb,
            r_M * Mt,
            h_M * Mb + a * Nt,
            r_M * At,
            h_M * Ab + s * Nt + g * At * (1 - At / At0) * (At - one) / (At + one),
            d_S * At / At0,
            d_S * Mt / Mt0,
            d_L * At / At0 + refill * Sa * (1 - La),
            d_L * Mt / Mt0 + refill * Sv * (1 - Lv),
        ]
        loss = [d_P + m, e, h, r_N + d_N + a, h_M, r_M + d_M, h_M, r_M + s * Nt0 / At0, d_S, d_S, d_L, d_L]
        serum = [
            k_G * ((1 - f) * Sa + f * La - x),
            k_G * (Lv - vaccine),
            k_G * (w * Lv + (1 - w) * Sv - igg),
            d_L * Mt / Mt0 + refill_A * Sv * (1 - gut) - (d_L + k[11]) * gut,
            k_A * (w_A * gut + (1 - w_A) * Sv - iga),
            k_M * (w_M * Lv + (1 - w_M) * Sv - igm),
            (2 * D0 * x**2 / (x**2 + 1) - activity) / t_D,
        ]
        return np.concatenate([gain - (np.array(loss) + k) * N, serum, of_the_drug])

    y = np.concatenate([rest, [1] * 6, [D0], start])
    found = np.empty((len(times), len(y)))
    for begin, end in pairwise([*sorted(doses), DAYS]):
        N, states = doses[begin](y[:12], y[19:])
        y = np.concatenate([N, y[12:19], states])
        inside = (times >= begin) & (times <= end)
        segment = solve_ivp(
            rates, (begin, end), y, "Radau", t_eval=np.unique([*times[inside], end]), rtol=RTOL, atol=ATOL
        )
        assert segment.success, segment.message
        found[inside] = segment.y.T[: inside.sum()]
        y = segment.y[:, -1]
    serum = ["autoantibody", "vaccine_antibody", "total_igg", "iga_cells", "total_iga", "total_igm", "activity"]
    every = [*tables.nodes(), *serum, *names]
    untouched = {"niche": 0 * times}
    at_rest = dict(zip(every, [*rest, *[1] * 6, D0, *start], strict=True))
    return untouched | dict(zip(every, found.T, strict=True)), at_rest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "therapy"),
    [("rituximab twice", rituximab), ("blinatumomab for 5 days", blinatumomab), ("CAR-T", cells)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_model_written_from_the_page_finds_the_same_course(patient, name, therapy):
    course = treat(patient, Plan.parse(PLANS[name]), DAYS, rtol=RTOL, atol=ATOL)
    agree(course, *written_from_the_page(patient, therapy, course.time_days))


# --- the file says what the equations say ----------------------------------------------------------

CORE = "{http://www.sbml.org/sbml/level3/version2/core}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
FOLDED = {"plus": operator.add, "times": operator.mul, "divide": operator.truediv, "power": operator.pow}
COMPARED = {"lt": operator.lt, "gt": operator.gt}


def namespace(element):
    return element.tag.split("}")[0] + "}"


def rate_rules(sbml):
    root = ElementTree.fromstring(sbml)
    return [rule.get("variable") for rule in root.iter(f"{namespace(root)}rateRule")]


def start_values(sbml):
    root = ElementTree.fromstring(sbml)
    return {p.get("id"): float(p.get("value", "nan")) for p in root.iter(f"{namespace(root)}parameter")}


def at_rest(patient):
    """Every state before any therapy, by name."""
    return start_values(exchange.to_sbml(patient, Plan.none()))


def value_of(element, known):
    """Evaluates a MathML expression: a second reader, of a few lines."""
    tag = element.tag.removeprefix(MATH)
    if tag == "math":
        return value_of(element[0], known)
    if tag == "ci":
        return known[element.text]
    if tag == "cn":
        exponent = element[0].tail if len(element) else "0"
        return float(f"{element.text}e{exponent}")
    if tag == "piecewise":
        piece, otherwise = element
        return value_of(piece[0], known) if value_of(piece[1], known) else value_of(otherwise[0], known)
    assert tag == "apply", tag
    word = element[0].tag.removeprefix(MATH)
    parts = [value_of(part, known) for part in element[1:]]
    if word == "minus":
        return -parts[0] if len(parts) == 1 else parts[0] - parts[1]
    return (FOLDED | COMPARED)[word](*parts)


def rates_in_sbml(text, known):
    root = ElementTree.fromstring(text)
    known = dict(known)
    for rule in root.iter(f"{CORE}assignmentRule"):
        known[rule.get("variable")] = value_of(rule[0], known)
    return [value_of(rule[0], known) for rule in root.iter(f"{CORE}rateRule")]


def rates_in_antimony(text, known):
    """Antimony's formulas read as Python: only the power is written differently."""
    known = dict(known) | {"piecewise": lambda value, condition, otherwise: value if condition else otherwise}
    rates = []
    for name, sign, formula in re.findall(r"^  (\w+)(' | :)= (.*);$", text, re.M):
        value = eval(formula.replace("^", "**"), {"__builtins__": {}}, known)
        if sign == "' ":
            rates.append(value)
        else:
            known[name] = value
    return rates


def layout_of(patient, plan):
    return Layout(patient, [product(name) for name in plan.products])


@pytest.mark.parametrize(
    ("write", "rates"), [(exchange.to_sbml, rates_in_sbml), (exchange.to_antimony, rates_in_antimony)]
)
@pytest.mark.parametrize("name", ["no therapy", "rituximab once", "CAR-T", "all three"])
def test_the_formulas_give_the_rates_of_the_equations_for_any_numbers(patient, name, write, rates):
    """Random states and parameters: a number baked into a formula, or a bracket too few, would show."""
    plan = Plan.parse(PLANS[name])
    layout, text = layout_of(patient, plan), write(patient, plan)
    written = re.findall(r'<parameter id="(\w+)" value="', exchange.to_sbml(patient, plan))
    random = np.random.default_rng(20)
    for _ in range(10):
        known = {name: random.uniform(0.01, 0.99) for name in written}
        y = [known[name] for name in state_names(layout)]
        expected = derivatives(0.0, y, *renumbered(layout, known), [0.0] * len(y))
        moving = [
            rate for name, rate in zip(state_names(layout), expected, strict=True) if not name.endswith("_infused")
        ]
        assert rates(text, known) == pytest.approx(moving, rel=1e-12, abs=1e-300)


def state_names(layout):
    """What the states are called in a file, in the order of the equations."""
    names = [*tables.nodes(), *SERUM_AND_DISEASE]
    for item in layout.products:
        names += [f"{re.sub(r'[^A-Za-z0-9]+', '_', item.name)}_{name}" for name in KINDS[item.kind].STATES]
    return names


def symbol_names(numbers, owner=""):
    """What the numbers of one named tuple are called in a file; those by node as a list."""
    prefix = re.sub(r"[^A-Za-z0-9]+", "_", owner) + "_" if owner else ""
    for symbol in numbers._fields:
        if symbol in BY_NODE:
            yield symbol, [f"{prefix}{symbol}_{node}" for node in tables.nodes()]
        else:
            yield symbol, f"{prefix}{symbol}"


def renumbered(layout, known):
    """The numbers of a layout with the values of a file in their places."""

    def again(numbers, owner=""):
        values = {
            symbol: tuple(known[one] for one in name) if isinstance(name, list) else known.get(name, 0.5)
            for symbol, name in symbol_names(numbers, owner)
        }
        return type(numbers)(**values)

    body, *groups = layout.numbers
    owners = iter(item.name for item in layout.products)
    return again(body), *([again(numbers, next(owners)) for numbers in group] for group in groups)


def test_every_state_and_parameter_of_the_equations_appears(patient):
    """And no number of the tables that stands in no formula, but for what acts when a dose is given."""
    plan = Plan.parse(PLANS["all three"])
    layout, sbml = layout_of(patient, plan), exchange.to_sbml(patient, plan)
    values, antimony = start_values(sbml), exchange.to_antimony(patient, plan)
    body, *groups = layout.numbers
    owners = ["", *(item.name for item in layout.products)]
    parameters = []
    for owner, numbers in zip(owners, [body, *(one for group in groups for one in group)], strict=True):
        for _, name in symbol_names(numbers, owner):
            parameters += name if isinstance(name, list) else [name]
    parameters.remove("blinatumomab_F")
    for name in parameters:
        assert name in values, f"{name} is in the tables, but no mechanism uses it"
        assert re.search(rf"^  {name} = ", antimony, re.M), name
        assert len(re.findall(rf"\b{name}\b", antimony)) > 1, f"{name} stands in no formula"
    written = re.findall(r'<parameter id="(\w+)" value="', sbml)
    assert written == state_names(layout) + parameters
    still = [name for name in state_names(layout) if name not in rate_rules(sbml)]
    assert still == ["blinatumomab_infused"]


@pytest.mark.parametrize("name", tables.products())
def test_a_dose_of_day_0_stands_in_the_start_and_a_later_one_is_an_event(patient, name):
    now, later = (start_values(exchange.to_sbml(patient, Plan(name, days=[day]))) for day in (0, 3))
    assert {state for state in later if later[state] != now[state]} or name == "lymphodepletion"
    assert "<event " in exchange.to_sbml(patient, Plan(name, days=[3]))
    assert now != at_rest(patient)


def edited(function, old, new):
    """The function with one place of its text changed, in its own module."""
    text = inspect.getsource(function)
    assert text.count(old) == 1
    scope = dict(function.__globals__)
    exec(compile(text.replace(old, new), function.__code__.co_filename, "exec"), scope)
    changed = scope[function.__name__]
    changed.__module__ = function.__module__
    return changed


def put_in(monkeypatch, function, changed):
    """The changed text in the place of the old one, wherever it is called."""
    for module in (lineage, serum, antibody, engager, car_t, equations, exchange):
        if getattr(module, function.__name__, None) is function:
            monkeypatch.setattr(module, function.__name__, changed)


EDITS = [
    (engager.engager_killing, "min(1.0, y[", "min(2.0, y[", "blinatumomab", "blinatumomab_in_blood :="),
    (serum.antibody_clearance, "b.k_G * y[VACCINE_ANTIBODY]", "2 * b.k_G * y[VACCINE_ANTIBODY]", "nothing",
     "vaccine_antibody' ="),
    (lineage.release, "b.e * y[IMMATURE]", "3.0 * b.e * y[IMMATURE]", "CD19 CAR-T", "leaving :="),
    (antibody.antibody_killing, "p.kmax *", "2 * p.kmax *", "rituximab", "rituximab_rate :="),
    (car_t.contraction, "p.d_E *", "2 * p.d_E *", "CD19 CAR-T", "CD19_CAR_T_effectors' ="),
    (events.apply_event, "y[i] *= amount", "y[i] *= amount * amount", "lymphodepletion days=3", "pre_b = pre_b*0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "old", "new", "plan", "line"), EDITS)
def test_an_edit_of_the_equations_reaches_the_file(patient, monkeypatch, function, old, new, plan, line):
    """And nothing else changes: the file has no second copy of the equations."""
    before = exchange.to_antimony(patient, Plan.parse(plan)), exchange.to_sbml(patient, Plan.parse(plan))
    put_in(monkeypatch, function, edited(function, old, new))
    after = exchange.to_antimony(patient, Plan.parse(plan)), exchange.to_sbml(patient, Plan.parse(plan))
    changed = [a for a, b in zip(before[0].splitlines(), after[0].splitlines(), strict=True) if a != b]
    assert len(changed) == 1 and line in changed[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("branch", ["if y[at + ACTIVATED] > 0.5:", "if y[at + ACTIVATED]:"])
def test_equations_that_branch_are_refused_rather_than_written_wrongly(patient, monkeypatch, branch):
    old = "    in_tissue = p.kl * y[at + ACTIVATED]\n"
    changed = edited(engager.engager_killing, old, f"{old}    {branch}\n        in_tissue = 0.0\n")
    put_in(monkeypatch, engager.engager_killing, changed)
    with pytest.raises(TypeError):
        exchange.to_sbml(patient, Plan("blinatumomab"))
    with pytest.raises(TypeError):  # nor is guessed from one way of going what depends on what
        sparse.sparse_plan.__wrapped__(0, 1, 0)


def test_doses_after_day_0_are_events_one_an_instant(patient):
    text = exchange.to_antimony(patient, Plan.parse(PLANS["all three"]))
    events = dict(re.findall(r"^  (day_\w+): at \(time >= [\d.]+\): (.*);$", text, re.M))
    assert list(events) == ["day_5", "day_14", "day_28", "day_33", "day_200"]
    assert "  rituximab_central = 1000;" in text and "  blinatumomab_infused = 9;" in text
    assert events["day_5"] == "blinatumomab_infused = 0"
    assert events["day_33"] == "blinatumomab_infused = 0"
    assert "memory_lymphoid = memory_lymphoid*0.5" in events["day_200"]
    assert "long_lived" not in events["day_200"]
    assert "niche = piecewise(niche, niche > 1, 1)" in events["day_200"]
    assert events["day_200"].endswith("CD19_CAR_T_effectors = CD19_CAR_T_effectors + 0.02")


def test_a_rate_that_does_not_change_is_no_event(patient):
    plan = Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[0, 5])
    assert re.findall(r"day_\w+", exchange.to_antimony(patient, plan)) == ["day_10"]


# --- the form --------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [exchange.to_antimony, exchange.to_sbml])
def test_the_same_model_is_the_same_text(patient, write):
    plan = Plan.parse(PLANS["all three"])
    assert write(patient, plan) == write(Patient.typical("SLE"), Plan.parse(str(plan)))


@pytest.mark.parametrize("write", [exchange.to_antimony, exchange.to_sbml])
def test_the_head_says_what_it_is(patient, write):
    import teaching

    head = write(patient, Plan("rituximab", dose_mg=1000, days=[0, 14]))[:3000]
    for words in (
        "bcell_depletion",
        "rituximab dose_mg=1000 days=0,14",
        f"version {teaching.__version__}",
        "not treatment advice",
        "BSD-3-Clause",
        "CC BY 4.0",
        "time in days",
    ):
        assert words in head, words


def test_parameters_carry_their_unit(patient):
    text = exchange.to_antimony(patient, Plan.parse(PLANS["all three"]))
    assert "  rituximab_EC50 = 0.62;  // rituximab: kill_half_concentration_ug_per_ml [ug/mL]" in text
    without = [line for line in text.splitlines() if re.match(r"  \w+ = [^;]*;$", line)]
    assert without == []


@pytest.mark.parametrize("name", ["CD19_CAR_T", "2-in-1 β", "time", "Nt0"])
def test_names_of_products_become_names_of_the_format(name):
    """Whatever a lecturer calls a product: letters, digits, underscores, and no name twice."""
    names = exchange._Names()
    given = [names.take("CD19 CAR-T", "E"), *(names.take(name, "E") for _ in range(3))]
    assert len(set(given)) == 4
    for word in given:
        assert re.fullmatch(r"[A-Za-z]\w*", word, re.ASCII)


def test_a_plan_with_characters_of_xml_is_still_xml(patient, monkeypatch):
    monkeypatch.setattr(Plan, "__str__", lambda plan: "a--b <c> & d-->")
    ElementTree.fromstring(exchange.to_sbml(patient, Plan("rituximab")))


def test_the_file_needs_no_other_package():
    """Students export without libsbml, antimony or libRoadRunner."""
    tree = ast.parse(Path(exchange.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {name.split(".")[0] for name in imported} - sys.stdlib_module_names
    assert outside == {"teaching"}


# --- files and bad input ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "begins"), [("ant", "// bcell"), ("xml", "<?xml"), ("sbml", "<?xml"), ("XML", "<?xml")]
)
def test_the_ending_chooses_the_format(patient, plans, tmp_path, ending, begins):
    path = exchange.save(patient, plans["rituximab"], tmp_path / f"model.{ending}")
    assert path.read_text(encoding="utf-8").startswith(begins)
    assert [entry.name for entry in tmp_path.iterdir()] == [f"model.{ending}"]


def test_a_file_that_is_there_stays_unless_asked(patient, plans, tmp_path):
    path = tmp_path / "mine.xml"
    path.write_text("two evenings of work", encoding="utf-8")
    with pytest.raises(
        FileExistsError, match=r"mine\.xml is already there; choose another name, or say overwrite=True"
    ):
        exchange.save(patient, plans["rituximab"], path)
    assert path.read_text(encoding="utf-8") == "two evenings of work"
    exchange.save(patient, plans["rituximab"], str(path), overwrite=True)
    assert path.read_text(encoding="utf-8") == exchange.to_sbml(patient, plans["rituximab"])


def test_a_write_that_fails_leaves_the_old_file(patient, plans, tmp_path, monkeypatch):
    path = tmp_path / "mine.xml"
    path.write_text("two evenings of work", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exchange.os, "replace", full)
    with pytest.raises(OSError, match="cannot be written .No space left on device.; choose another place"):
        exchange.save(patient, plans["rituximab"], path, overwrite=True)
    assert path.read_text(encoding="utf-8") == "two evenings of work"
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.xml"]


def test_another_ending_or_a_missing_folder_is_explained(patient, plans, tmp_path):
    with pytest.raises(
        ValueError, match=r"'model\.txt' ends in '\.txt'; the ending must be one of: \.ant, \.xml, \.sbml"
    ):
        exchange.save(patient, plans["rituximab"], tmp_path / "model.txt")
    with pytest.raises(OSError, match="cannot be written"):
        exchange.save(patient, plans["rituximab"], tmp_path / "nowhere" / "model.xml")


@pytest.mark.parametrize("write", [exchange.to_antimony, exchange.to_sbml])
def test_arguments_of_another_kind_are_explained(patient, plans, write):
    with pytest.raises(ValueError, match="patient is 'SLE'; a Patient is needed"):
        write("SLE", plans["rituximab"])
    with pytest.raises(ValueError, match="plan is 'rituximab'; a Plan is needed"):
        write(patient, "rituximab")
