"""The infusion planner: blinatumomab at one rate, in two steps, or with a pause; IL-6 and B cells."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.figures.course_axes import csv_text
from teaching.figures.drawing import Drawing
from teaching.figures.infusion import HORIZON_DAYS, IL6, LABEL_LEVELS, T_CELLS, infusion_drawing, infusion_values
from teaching.model import schedules
from teaching.model.course import Course
from teaching.model.half_life import half_life_hours
from teaching.model.patient import Patient
from teaching.model.returns import blood_half_day
from teaching.model.simulation import treat
from teaching.model.therapies import Plan, product
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import cited, dose_slider, product_sources, published
from teaching.words import code, exact, rounded, whole

DRUG = "blinatumomab"
#: First rate [ug/day] by its words; 0: no first step.
FIRST_RATES = {"none": 0.0, "5 µg/day": 5.0, "9 µg/day": 9.0}
PRESETS = (
    Preset("9 µg/day, 5 days", {"first": "none", "rate": 9, "total": 5}),
    Preset("28 µg/day at once", {"first": "none", "rate": 28, "total": 5}),
    Preset("5, then 28 µg/day", {"first": "5 µg/day", "5 days": 2, "rate": 28, "total": 5}),
    Preset("9 for a week, then 28", {"first": "9 µg/day", "9 days": 7, "rate": 28, "total": 28}),
    Preset("9 µg/day with a pause", {"first": "none", "rate": 9, "total": 5, "pause": 24}),
)


def plan_of(values: Mapping[str, object]) -> Plan:
    """The plan of a setting: a first step and the rest, or one rate with a pause in its middle.

    Raises ValueError with one sentence when the first step is no step up or leaves no day for the rest.
    """
    first, rate, total = FIRST_RATES[values["first"]], values["rate"], values["total"]
    if first:
        return schedules.stepped_infusion(DRUG, first, values[f"{code(first)} days"], rate, total)
    return schedules.infusion(DRUG, rate, total, values["pause"])


def shown_for(values: Mapping[str, object]) -> tuple[str, ...]:
    """Published values that belong to a setting: none is drawn over an infusion it was not measured under."""
    first, rate, total = FIRST_RATES[values["first"]], values["rate"], values["total"]
    alone = not first and not values["pause"]
    steady = rate if not first or values[f"{code(first)} days"] <= 3 else first
    found = [f"label-{code(steady)}"] if steady in LABEL_LEVELS and total >= 5 and (first or alone) else []
    if (first or rate) == 9:
        found.append("hosseini2020")
    elif alone and rate == 28:
        found.append("klinger2012")
    if alone and (rate, total) == (9, 5):
        found += ["subklewe2024_day5", "subklewe2024_day28"]
    return tuple(found)


def _controls() -> list:
    ours = "chosen by this kit: what is given in practice, and around it"
    week = tables.regimens()["blinatumomab in leukaemia"]
    lowest, later = (name for name, rate in FIRST_RATES.items() if rate)
    first = f"{lowest}: lowest rate of data/products.csv; {later}: first week in leukaemia ({', '.join(week.source)})"
    step = {"low": 1, "high": 14, "unit": "days", "whole": True, "sweep": False, "source": ours}
    row = dose_slider(DRUG)
    return [
        Choice("first", "First step", "none", tuple(FIRST_RATES), source=first),
        Slider("5 days", "Days at 5 µg/day", 2, when={"first": "5 µg/day"}, **step),
        Slider("9 days", "Days at 9 µg/day", 7, when={"first": "9 µg/day"}, **step),
        Slider("rate", "Rate", row.value, row.low, row.high, row.step, row.unit, sweep=False, source=row.source),
        Slider("total", "Days of infusion", 5, 1, 28, unit="days", whole=True, sweep=False, source=ours),
        Slider(
            "pause", "Pause after half of it", 0, 0, 72, 1, "hours", whole=True, sweep=False,
            when={"first": "none"}, source="chosen by this kit; the days of infusion stay the same",
        ),
    ]  # fmt: skip


def _at(day: float) -> str:
    return f"after {whole(24 * day)} hours" if day < 2 else f"on day {whole(day, 1)}"


def _given(values: Mapping[str, object]) -> str:
    first, rate, total = FIRST_RATES[values["first"]], values["rate"], values["total"]
    if first:
        days = values[f"{code(first)} days"]
        return f"{exact(first)} µg/day for {_days(days)}, then {exact(rate)} for {_days(total - days)}"
    pause = f" with a pause of {values['pause']} hours after half of them" if values["pause"] else ""
    return f"{exact(rate)} µg/day for {_days(total)}{pause}"


def _days(number: float) -> str:
    return "1 day" if number == 1 else f"{exact(number)} days"


def _sentence(values: Mapping[str, object], course: Course) -> str:
    numbers, t_cells, blood = course.metrics(), course["blood_t_cells_percent"], course["blood_b_cells_per_ul"]
    peak, lowest = numbers["il6_peak"], int(np.argmin(t_cells))
    alarm = f"{_given(values)}: IL-6 peaks at {whole(peak)} pg/mL {_at(numbers['il6_peak_day'])}"
    if FIRST_RATES[values["first"]]:
        at_once = schedules.infusion(DRUG, values["rate"], values["total"])
        flat = treat(course.patient, at_once, HORIZON_DAYS).metrics()["il6_peak"]
        alarm += f" ({whole(flat)} if {exact(values['rate'])} came at once)"
    words = [
        f"{alarm}, and T cells in blood are lowest {_at(course.time_days[lowest])}, at {whole(t_cells[lowest])} % of "
        f"their start."
    ]
    nadir, back = numbers["nadir_per_ul"], numbers["day_back_above_10"]
    fall = f"Blood B cells fall from {whole(blood[0])} to {rounded(nadir, 2)} per µL {_at(numbers['nadir_day'])}"
    if numbers["days_depleted"] == 0:
        fall += ", never below 10"
    elif back is None:
        fall += f" and are still below 10 on day {HORIZON_DAYS}"
    else:
        fall += f" and are above 10 again on day {whole(back, 1)}"
    half = blood_half_day(course)
    half = f"at half of their start on day {whole(half)}" if half is not None else "not seen at half of their start"
    words.append(
        f"{fall}, {half}; lymphoid memory falls to {rounded(numbers['lymphoid_memory_nadir_percent'], 2)} % of its "
        f"start."
    )
    hours = half_life_hours(product(DRUG))
    if values["pause"] and not FIRST_RATES[values["first"]]:
        begin = values["total"] / 2
        end = begin + values["pause"] / 24
        rise = course.at(begin, "blood_b_cells_per_ul"), course.at(end, "blood_b_cells_per_ul")
        words.append(
            f"With a half-life of {whole(hours, 1)} hours the drug halves {whole(values['pause'] / hours)} times in "
            f"the pause: "
            f"blood B cells go from {rounded(rise[0], 2)} to {rounded(rise[1], 2)} per µL."
        )
    else:
        gone = math.ceil(hours * math.log2(100))
        words.append(
            f"With a half-life of {whole(hours, 1)} hours less than 1 % of the drug is left {gone} hours after the end."
        )
    return " ".join(words)


def _points() -> list[str]:
    """Published values of this panel in words, with n and source."""
    low, high = (tables.observation(name) for name, _ in LABEL_LEVELS.values())
    half_day, full_day, week = (tables.observation(name) for name in T_CELLS)
    slow, at_once = tables.observation(IL6), tables.observation("hosseini2020_il6_flat")
    clearance = product(DRUG)["clearance_l_per_day"]
    first, usual = (f"{exact(rate)} µg/day" for rate in LABEL_LEVELS)
    model = " and ".join(rounded(rate / clearance, 2) for rate in LABEL_LEVELS)
    return [
        f"mean concentration in leukaemia: {exact(low.value)} ng/mL (SD {exact(low.sd)}) at {first}, "
        f"{exact(high.value)} (SD {exact(high.sd)}) at {usual}; the model has {model}, a typical "
        f"patient and no mean ({cited(low)})",
        f"CD8 T cells in blood, leukaemia, median of {week.n}: {exact(half_day.value)} % of start after "
        f"{exact(24 * half_day.day)} hours, {exact(full_day.value)} % after {exact(24 * full_day.day)}, "
        f"{exact(week.value)} % on day {exact(week.day)} ({cited(week)}: digitised by others). With {usual} the model "
        "recovers sooner: a misfit",
        f"IL-6 in the first day, lymphoma, median: {exact(slow.value)} pg/mL with {_plan_in_words(slow)}, "
        f"{exact(at_once.value)} with {_plan_in_words(at_once)} ({cited(slow)}: digitised by others; n not given). The "
        "model was fitted to it",
    ]


def _plan_in_words(row: tables.Observation) -> str:
    return row.plan.replace("ug/m2", "µg/m²")


def _sources() -> str:
    usual, leukaemia = tables.regimens()[DRUG], tables.regimens()["blinatumomab in leukaemia"]
    (only,), (one, two) = Plan.usual(DRUG).doses, Plan.usual("blinatumomab in leukaemia").doses
    later, steps = (
        tables.observation("il6_second_course"),
        _plan_in_words(tables.observation(IL6)).replace(" and then ", ", "),
    )
    return (
        f"<p><b>A model for teaching</b>, and no dosing advice: rates above {exact(dose_slider(DRUG).high)} µg/day and "
        f"step-ups of lymphoma ({steps}) are not offered. {exact(only.amount)} µg/day over "
        f"{exact(only.duration_days)} days is the first of four courses of the first autoimmune case "
        f"({', '.join(usual.source)}, one patient, systemic sclerosis); {exact(one.amount)} µg/day for "
        f"{exact(one.duration_days)} days and then {exact(two.amount)} is the leukaemia schedule "
        f"({', '.join(leukaemia.source)}); 5 and then 28 µg/day over five days is a what-if of this kit.</p>"
        "<p>IL-6 and the fall of T cells belong to the first exposure: primed T cells give little at the next step. "
        "Known misfits: no early shift of B cells out of blood in the first two hours, and a second course on day 28 "
        f"brings an IL-6 peak 40 times smaller than the first, where data say about {exact(later.value)} times "
        f"({later.confidence}).</p>" + product_sources(DRUG, (*_points(), *published(DRUG)))
    )


def _figure(start: dict) -> Drawing:
    return infusion_drawing(start, product(DRUG)["kill_half_concentration_ng_per_ml"])


@family(
    title="Infusion planner",
    question="How fast may an infusion start, and what does a pause cost?",
    lesson=4,
    place=3,
    line="Give blinatumomab at once, in steps or with a pause, and follow IL-6 and the cells.",
    controls=_controls,
    presets=PRESETS,
    figure=_figure,
    sources=_sources,
)
def infusion(patient: Patient, values: Mapping[str, object]) -> Scene:
    """Blinatumomab infusions of one patient (default: typical SLE)."""
    course = treat(patient, plan_of(values), HORIZON_DAYS)
    columns = {
        "day": course.time_days,
        "blinatumomab_ng_per_ml": course["blinatumomab_ng_per_ml"],
        "il6_pg_per_ml": course["il6_pg_per_ml"],
        "blood_t_cells_percent_of_start": course["blood_t_cells_percent"],
        "blood_b_cells_per_ul": course["blood_b_cells_per_ul"],
        "lymphoid_memory_percent_of_start": course["lymphoid_memory_percent"],
    }
    shown, sentence = shown_for(values), _sentence(values, course)
    return Scene(infusion_values(course), sentence, shown, table=lambda: csv_text(columns))
