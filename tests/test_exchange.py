"""The model files: first that independent programs compute the same course, then their form, then bad input.

How independent the checks are. libRoadRunner brings its own parser, event handling, compiler and
integrator (CVODE), but it reads a right-hand side that was read off equations.py: it finds faults of
our solver, of our schedule of doses and of the export, not a fault of the equations themselves. For
those, `written_from_the_page` below sets up the model once more by hand, from the design page and
not from equations.py, and lets Radau of scipy solve it. Both take their numbers from data/.
"""

import ast
import math
import operator
import os
import platform
import re
import sys
import types
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.model import equations as eq
from teaching.model import exchange
from teaching.model.layout import Layout
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
    "vaccine_antibody_percent": lambda y, rest, v: 100 * y["vaccine"],
    "total_igg_percent": lambda y, rest, v: 100 * y["total_igg"],
    "activity_percent": lambda y, rest, v: 100 * y["activity"] / rest["activity"],
    "activity_sledai_points": lambda y, rest, v: y["activity"],
    "niche_fraction": lambda y, rest, v: y["niche"],
    "il6_pg_per_ml": lambda y, rest, v: of_all(y, "_I6"),
    "blood_t_cells_percent": lambda y, rest, v: 100 * (1 + of_all(y, "_T1")) * (1 - 0.93 * of_all(y, "_J")),
    "car_t_cells_per_ul": lambda y, rest, v: sum(y[name] for name in y if name.endswith(("_E", "_M"))),
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
    return y[f"{prefix}_A1"] / product(drug)["central_volume_l"] if unit == "ug" else y[f"{prefix}_C"]


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
    agree(course, run_in_roadrunner(roadrunner, sbml, course.time_days), start_values(sbml))


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
        agree(course, run_in_roadrunner(roadrunner, changed, course.time_days), start_values(sbml))


def test_the_antimony_text_is_the_same_model(roadrunner, antimony, patient):
    plan = Plan.parse(PLANS["all three"])
    assert antimony.loadAntimonyString(exchange.to_antimony(patient, plan)) >= 0, antimony.getLastError()
    course = treat(patient, plan, DAYS, rtol=RTOL, atol=ATOL)
    read_back = antimony.getSBMLString()
    agree(course, run_in_roadrunner(roadrunner, read_back, course.time_days), start_values(read_back))


@pytest.mark.parametrize("name", ["no therapy", "all three"])
def test_the_sbml_is_valid(libsbml, patient, name):
    document = libsbml.readSBMLFromString(exchange.to_sbml(patient, Plan.parse(PLANS[name])))
    document.checkConsistency()
    found = [document.getError(i) for i in range(document.getNumErrors())]
    assert [error.getMessage() for error in found if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR] == []
    # Units stand in notes, not in declarations; beyond that there is nothing to warn of.
    others = [error for error in found if error.getCategory() != libsbml.LIBSBML_CAT_UNITS_CONSISTENCY]
    others = [error for error in others if error.getErrorId() != 80701]  # "best to declare units"
    assert [error.getMessage() for error in others] == []


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
    return ["rituximab_A1", "rituximab_A2"], [0, 0], drug, doses


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

    names = [f"blinatumomab_{name}" for name in ("C", "A", "J", "Q", "T1", "I6")]
    return names, [0, 0, 0, 0, 0, 0], drug, {0.0: infuse(9.0), 5.0: infuse(0.0)}


def car_t(v, N0, Nb0):
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

    return ["CD19_CAR_T_E", "CD19_CAR_T_M", "niche", "CD19_CAR_T_Z", "CD19_CAR_T_R"], [0] * 5, drug, {0.0: give}


def written_from_the_page(v, therapy, times):
    """Sections 2 and 3 of the model's design page, solved by Radau: (states by name, those at rest)."""
    from scipy.integrate import solve_ivp

    P0, Nt0, Mt0, At0 = v["pre_b"], v["lymphoid_naive"], v["lymphoid_memory"], v["clone_size"]
    h, h_M, e = v["naive_homing_per_day"], v["memory_homing_per_day"], v["immature_exit_per_day"]
    d_N, d_M, d_P = v["naive_loss_per_day"], v["memory_loss_per_day"], v["pre_b_loss_per_day"]
    d_S, d_L = v["plasmablast_loss_per_day"], v["long_lived_loss_per_day"]
    g, s, one = v["autoreactive_regrowth_per_day"], v["autoreactive_seeding_per_day"], 1e-9
    f, w = v["autoantibody_long_lived_share"], v["protective_igg_long_lived_share"]
    k_G, t_D, D0 = math.log(2) / v["igg_half_life_days"], v["activity_lag_days"], v["activity_start"]
    Nb0 = v["blood_naive_start"] / per_ul(v)
    r_M = h_M * v["blood_memory_start"] / per_ul(v) / (Mt0 + At0)
    a = d_M * Mt0 / Nt0
    r_N = h * Nb0 / Nt0 - d_N - a
    m = (d_N + a) * Nt0 / P0
    rest = np.array([P0, (d_N + a) * Nt0 / e, Nb0, Nt0, r_M * Mt0 / h_M, Mt0, r_M * At0 / h_M, At0, 1, 1, 1, 1])
    names, start, drug, doses = therapy(v, rest, Nb0)

    def rates(t, y):
        N, (x, vaccine, igg, activity) = y[:12], y[12:16]
        k, of_the_drug = drug(N, y[16:])
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
            d_L * At / At0,
            d_L * Mt / Mt0,
        ]
        loss = [d_P + m, e, h, r_N + d_N + a, h_M, r_M + d_M, h_M, r_M + s * Nt0 / At0, d_S, d_S, d_L, d_L]
        serum = [
            k_G * ((1 - f) * Sa + f * La - x),
            k_G * (Lv - vaccine),
            k_G * (w * Lv + (1 - w) * Sv - igg),
            (2 * D0 * x**2 / (x**2 + 1) - activity) / t_D,
        ]
        return np.concatenate([gain - (np.array(loss) + k) * N, serum, of_the_drug])

    y = np.concatenate([rest, [1, 1, 1, D0], start])
    found = np.empty((len(times), len(y)))
    for begin, end in pairwise([*sorted(doses), DAYS]):
        N, states = doses[begin](y[:12], y[16:])
        y = np.concatenate([N, y[12:16], states])
        inside = (times >= begin) & (times <= end)
        segment = solve_ivp(
            rates, (begin, end), y, "Radau", t_eval=np.unique([*times[inside], end]), rtol=RTOL, atol=ATOL
        )
        assert segment.success, segment.message
        found[inside] = segment.y.T[: inside.sum()]
        y = segment.y[:, -1]
    every = [*tables.nodes(), "autoantibody", "vaccine", "total_igg", "activity", *names]
    untouched = {"niche": 0 * times}
    at_rest = dict(zip(every, [*rest, 1, 1, 1, D0, *start], strict=True))
    return untouched | dict(zip(every, found.T, strict=True)), at_rest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "therapy"),
    [("rituximab twice", rituximab), ("blinatumomab for 5 days", blinatumomab), ("CAR-T", car_t)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_model_written_from_the_page_finds_the_same_course(patient, name, therapy):
    course = treat(patient, Plan.parse(PLANS[name]), DAYS, rtol=RTOL, atol=ATOL)
    agree(course, *written_from_the_page(patient, therapy, course.time_days))


# --- the file says what equations.py says ----------------------------------------------------------

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
    symbols = list(start_values(exchange.to_sbml(patient, plan)))
    n, counts = len(layout.start), eq.N_LINEAGE - len(exchange.COUNTS)
    random = np.random.default_rng(20)
    for _ in range(10):
        y = list(random.uniform(0.01, 0.99, n))
        p = list(random.uniform(0.1, 3, len(layout.p)))
        p[counts : eq.N_LINEAGE] = layout.p[counts : eq.N_LINEAGE]
        known = dict(zip(symbols, y + p[:counts] + p[eq.N_LINEAGE :], strict=False))  # then come the named parts
        expected = eq.derivatives(0.0, y, p, [0.0] * n)
        assert rates(text, known) == pytest.approx(expected, rel=1e-12, abs=1e-300)


def test_every_state_and_parameter_of_the_equations_appears(patient):
    plan = Plan.parse(PLANS["all three"])
    layout, sbml = layout_of(patient, plan), exchange.to_sbml(patient, plan)
    values, antimony = start_values(sbml), exchange.to_antimony(patient, plan)
    nodes = list(tables.nodes())
    lineage = [name for name in eq.LINEAGE_PARAMETERS if not name.startswith("n_")]
    parameters = lineage + [f"rituximab_{name}" for name in eq.ANTIBODY_PARAMETERS]
    parameters += [f"blinatumomab_{name}" for name in eq.ENGAGER_PARAMETERS]
    parameters += [f"CD19_CAR_T_{name}" for name in eq.CAR_PARAMETERS]
    for who in ("rituximab", "blinatumomab", "CD19_CAR_T"):
        parameters += [f"{who}_kill_{node}" for node in nodes]
        parameters += [f"{who}_target_{node}" for node in nodes if who != "rituximab"]
    assert len(parameters) == len(layout.p) - len(exchange.COUNTS)
    for name in parameters:
        assert name in values
        assert re.search(rf"^  {name} = ", antimony, re.M), name
        assert len(re.findall(rf"\b{name}\b", antimony)) > 1, f"{name} stands in no formula"
    assert rate_rules(sbml)[: len(nodes)] == nodes
    assert len(rate_rules(sbml)) == len(layout.start)
    assert [values[name] for name in rate_rules(sbml)] == layout.start


@pytest.mark.parametrize("name", tables.products())
def test_every_product_of_the_table_can_be_written(patient, name):
    sbml = exchange.to_sbml(patient, Plan(name))
    assert len(rate_rules(sbml)) == len(layout_of(patient, Plan(name)).start)
    assert "<event " in sbml


def edited_equations(old, new):
    """A copy of equations.py, as a module, with one place changed."""
    text = Path(eq.__file__).read_text(encoding="utf-8")
    assert text.count(old) == 1
    module = types.ModuleType("edited_equations")
    exec(compile(text.replace(old, new), "edited_equations.py", "exec"), vars(module))
    return module


@pytest.mark.parametrize(
    ("old", "new", "plan", "line"),
    [
        ("0.3 + 0.7 * min(1.0, A / 0.5)", "0.3 + 0.6 * min(1.0, A / 0.5)", "blinatumomab", "kill_blood :="),
        ("dy[13] = k_G * (Lv - y[13])", "dy[13] = k_G * (Lv - 2 * y[13])", "nothing", "vaccine' ="),
        ("m * P - (e + dy[1]) * I", "m * P - (e + 2 * dy[1]) * I", "CD19 CAR-T", "immature' ="),
        ("y[i] *= amount", "y[i] *= amount * amount", "lymphodepletion", "pre_b = pre_b*0.5"),
    ],
)
def test_an_edit_of_the_equations_reaches_the_file(patient, monkeypatch, old, new, plan, line):
    """And nothing else changes: the file has no second copy of the equations."""
    before = exchange.to_antimony(patient, Plan.parse(plan)), exchange.to_sbml(patient, Plan.parse(plan))
    monkeypatch.setattr(exchange, "eq", edited_equations(old, new))
    after = exchange.to_antimony(patient, Plan.parse(plan)), exchange.to_sbml(patient, Plan.parse(plan))
    changed = [a for a, b in zip(before[0].splitlines(), after[0].splitlines(), strict=True) if a != b]
    assert len(changed) == 1 and line in changed[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("branch", ["if A > 0.5:", "if A:"])
def test_equations_that_branch_are_refused_rather_than_written_wrongly(patient, monkeypatch, branch):
    edited = edited_equations("target /= B0_target", f"target /= B0_target\n        {branch}\n            target = 0.0")
    monkeypatch.setattr(exchange, "eq", edited)
    with pytest.raises(TypeError):
        exchange.to_sbml(patient, Plan("blinatumomab"))


def test_doses_are_events_one_an_instant(patient):
    text = exchange.to_antimony(patient, Plan.parse(PLANS["all three"]))
    events = dict(re.findall(r"^  (day_\w+): at \(time >= [\d.]+\), t0 = false: (.*);$", text, re.M))
    assert list(events) == ["day_0", "day_5", "day_14", "day_28", "day_33", "day_200"]
    assert events["day_0"] == "rituximab_A1 = rituximab_A1 + 1000, blinatumomab_rate = 9"
    assert events["day_33"] == "blinatumomab_rate = 0"
    assert "memory_lymphoid = memory_lymphoid*0.5" in events["day_200"]
    assert "long_lived" not in events["day_200"]
    assert "niche = piecewise(niche, niche > 1, 1)" in events["day_200"]
    assert events["day_200"].endswith("CD19_CAR_T_E = CD19_CAR_T_E + 0.02")


def test_a_rate_that_does_not_change_is_no_event(patient):
    plan = Plan("blinatumomab", rate_ug_per_day=9, duration_days=5, days=[0, 5])
    assert re.findall(r"day_\w+", exchange.to_antimony(patient, plan)) == ["day_0", "day_10"]


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
