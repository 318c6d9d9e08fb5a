"""The cohort panel: the same plan in virtual patients who differ, with median and band."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from teaching import tables
from teaching.figures.cohort_figure import (
    BLOOD,
    DAYS,
    HORIZON_DAYS,
    MOST_PATIENTS,
    PUBLISHED,
    REMISSION,
    SERIES,
    SHARES,
    cohort_drawing,
    cohort_values,
)  # fmt: skip
from teaching.figures.course_axes import at_days, csv_text
from teaching.model.cohort import Cohort, waiting_times
from teaching.model.patient import Patient, patient_or_typical
from teaching.model.schedules import plan_of, usual_of
from teaching.model.simulation import treat
from teaching.model.solver import RTOL, backend
from teaching.model.therapies import Plan
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import Subject, family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import dose_slider, published
from teaching.words import amount_in_words, exact, unit_in_words, whole

THERAPIES = ("CD19 CAR-T", "rituximab", "blinatumomab")
#: Tolerance of the compiled solver for a picture of many: key numbers move by less than 0.1 % (as in a trial).
_RTOL = 5e-5
DAY_OF_THE_SENTENCE = 190
PRESETS = (
    Preset("CAR-T", {"therapy": "CD19 CAR-T"}),
    Preset("Rituximab", {"therapy": "rituximab"}),
    Preset("Blinatumomab", {"therapy": "blinatumomab"}),
    Preset("CAR-T, 10 patients", {"therapy": "CD19 CAR-T", "patients": 10}),
    Preset("Rituximab, IgG", {"therapy": "rituximab", "series": "total IgG"}),
)


def _controls() -> list:
    return [
        Choice("therapy", "Therapy", THERAPIES[0], THERAPIES),
        *(dose_slider(name, when={"therapy": name}, sweep=False) for name in THERAPIES),  # each place: a whole cohort
        Slider("patients", "Patients", 40, 10, MOST_PATIENTS, 1, whole=True, sweep=False, source="chosen by this kit"),
        Choice("series", "Right picture", next(iter(SERIES)), tuple(SERIES)),
    ]


def _table(blood: np.ndarray, other: np.ndarray, series: str) -> str:
    columns = {"day": DAYS}
    for name, rows in ((BLOOD, blood), (series, other)):
        for share, row in zip(SHARES, np.percentile(rows, SHARES, axis=0), strict=True):
            columns[f"{name} quantile {share} %"] = row
    for name, rows in ((BLOOD, blood), (series, other)):
        columns |= {f"{name} patient {number}": row for number, row in enumerate(rows)}
    return csv_text(columns)


def _sentence(values: Mapping[str, object], who: str, dose: str, numbers: list[tuple], other: np.ndarray) -> str:
    name, count = values["therapy"], values["patients"]
    words = [f"{count} virtual patients with {who} after {_times(name)}{dose} of {name}."]
    depleted = sum(low for low, _, _ in numbers)
    back = np.array([math.nan if day is None else day for low, day, _ in numbers if low])
    fall = f"{depleted} of {count} fall below 10 B cells per µL"
    words.append(f"{fall}{_returns_in_words(back)}.")
    low, middle, high = np.percentile(other[:, DAYS == DAY_OF_THE_SENTENCE], SHARES)
    at = f"On day {DAY_OF_THE_SENTENCE} {values['series']} is at {whole(middle)} % of the start"
    words.append(f"{at} (10–90 %: {whole(low)}–{whole(high)}).")
    well = sum(well for *_, well in numbers)
    words.append(f"{well} of {count} reach remission, activity below a quarter, within {HORIZON_DAYS} days.")
    return " ".join(words)


def _times(name: str) -> str:
    """How often or how long the usual course gives the dose, before the dose."""
    doses = [dose for dose in Plan.usual(name).doses if dose.product == name]
    if doses[0].duration_days is not None:
        return f"{exact(doses[0].duration_days)} days of "
    return "" if len(doses) == 1 else f"{len(doses)} × "


def _returns_in_words(back: np.ndarray) -> str:
    """When the depleted return: `back`, days (NaN: not within the horizon), which count as later than all others."""
    if back.size < 2:
        return ""
    still = int(np.isnan(back).sum())
    low, middle, high = waiting_times(back, HORIZON_DAYS, [share / 100 for share in SHARES])
    left = f"; {still} {'is' if still == 1 else 'are'} not back on day {HORIZON_DAYS}" if still else ""
    if math.isnan(middle):
        return f"; half of them are not back on day {HORIZON_DAYS}{left}"
    upper = f"later than {HORIZON_DAYS}" if math.isnan(high) else f"{high:.0f}"
    mean = "" if still else f"; mean {back.mean():.0f}, SD {back.std(ddof=1):.0f}"
    return f"; they are back above it on day {middle:.0f} (median; 10–90 %: {low:.0f}–{upper}{mean}){left}"


def _sources(values: Mapping[str, object]) -> str:
    row = PUBLISHED[values["therapy"]]
    keys = ", ".join(tables.observation(row).source)
    lines = [line for line in published(values["therapy"]) if keys in line]
    points = "".join(f"<li>{line}</li>" for line in lines)
    rows = "".join(
        f'<tr><th scope="row">{tables.label(item.quantity)}</th><td>{exact(item.log_sd)}</td>'
        f"<td>{exact(item.low)} to {exact(item.high)} {unit_in_words(item.unit)}</td>"
        f"<td>{', '.join(item.source)}</td><td>{item.confidence}</td></tr>"
        for item in tables.variation().values()
    )
    return (
        "<p><b>A model for teaching</b>: virtual patients, drawn log-normally around a typical one. How much they "
        "differ is partly read, partly assumed, and quantities are drawn independently of each other; the fate of "
        "clones of a few cells is not drawn here.</p>"
        f"<p><b>Published values on the picture</b>:</p><ul>{points}</ul>"
        "<p><b>How patients differ</b> (data/variation.csv)</p><table><thead><tr><th>quantity</th>"
        f"<th>SD of the logarithm</th><th>cut off at</th><th>source</th><th>confidence</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _people(patient: Patient | str | None = None, *, seed: int = 1) -> Cohort:
    return Cohort.sample(MOST_PATIENTS, seed, patient_or_typical(patient).disease)


@lru_cache(maxsize=20 * MOST_PATIENTS)
def _course_of(disease: str, seed: int, number: int, name: str, dose: float):
    """Curves by series (days,); depleted or not, day of return or None, remission or not. Computed once."""
    person, tolerance = Cohort(disease, MOST_PATIENTS, seed)[number], _RTOL if backend() == "numba" else RTOL
    course = treat(person, plan_of(name, dose, usual_of(name)[1]), HORIZON_DAYS, rtol=tolerance)
    curves = {series: at_days(course, series, DAYS) for series in (BLOOD, *SERIES.values())}
    numbers = course.metrics()
    well = numbers["outcome_kind"] != "no remission"
    return curves, (numbers["days_depleted"] > 0, numbers["day_back_above_10"], well)


@family(
    title="Virtual patients",
    question="The same plan for everybody: how much do patients differ?",
    lesson=8,
    place=1,
    line="Give one plan to many virtual patients, and read their spread, their median and their returns.",
    controls=_controls,
    presets=PRESETS,
    figure=cohort_drawing,
    sources=_sources,
    subject=Subject(
        "people",
        _people,
        lambda people: f"{people.disease} seed {people.seed}",
        "patient, whose disease they all have (default: SLE); seed, a whole number of at least 0, which draws other "
        "patients, the same ones each time",
    ),
)
def cohort(people: Cohort, values: Mapping[str, object]) -> Scene:
    """Virtual patients with one disease under one plan."""
    name, series, who = values["therapy"], SERIES[values["series"]], (people.disease, people.seed)
    found = [_course_of(*who, number, name, values[f"{name} dose"]) for number in range(values["patients"])]
    blood, other = (np.array([curves[which] for curves, _ in found]) for which in (BLOOD, series))
    shown = [PUBLISHED[name]] + ([REMISSION] if series == "activity_percent" else [])
    dose = f"{amount_in_words(values[f'{name} dose'])} {dose_slider(name).unit}"
    who = f"{people.disease} (seed {people.seed})"
    sentence = _sentence(values, who, dose, [numbers for _, numbers in found], other)
    parts = cohort_values(blood, other, values["series"])
    return Scene(parts, sentence, shown, table=lambda: _table(blood, other, series))
