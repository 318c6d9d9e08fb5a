"""The panel of two visits: what happens to patients of whom nobody is given anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from teaching import tables_evidence as tables
from teaching.evidence.natural_course import share_quiet
from teaching.evidence.numbers import value_of
from teaching.evidence.regression import Visits, simulate_visits
from teaching.figures.before_and_after import AWAY, MONTHS, PEOPLE, TOP, VISITS, before_and_after_drawing
from teaching.figures.course_axes import csv_text
from teaching.panels.controls import Slider
from teaching.panels.family import family, thing
from teaching.panels.scene import Preset, Scene
from teaching.words import exact, percent, rounded, whole

#: People whose mean the sentence tells; those in the picture are drawn besides.
MANY = 40_000
SEED = 4
HIGHEST_ENTRY, WIDEST_VISIT = 14, 6
PRESETS = (
    Preset("Let in from 8 points", {"entry": 8}),
    Preset("Everybody let in", {"entry": 0}),
    Preset("Let in from 12 points", {"entry": 12}),
    Preset("Visits that do not vary", {"entry": 8, "visit": 0}),
    Preset("Slow natural course", {"entry": 8, "quiet": 1}),
)


def _controls() -> list:
    rows = tables.appraisal()
    entry, visit, quiet = (
        rows[key]
        for key in (("regression", "entry_score"), ("regression", "visit_sd"), ("remission", "remission_rate"))
    )
    ours = "data/appraisal.csv ({}; {})"
    return [
        Slider(
            "entry", "Let in from", entry.value, 0, HIGHEST_ENTRY, 1, "points", whole=True, sweep=False,
            source=ours.format("; ".join(entry.source), entry.confidence),
        ),
        Slider(
            "visit", "Visit to visit (SD)", visit.value, 0, WIDEST_VISIT, 0.5, "points", sweep=False,
            source=ours.format("; ".join(visit.source), visit.confidence),
        ),
        Slider(
            "quiet", "Grow quiet", quiet.value, quiet.low, quiet.high, 0.5, "per year", sweep=False,
            source=ours.format("; ".join(quiet.source), quiet.confidence),
        ),
    ]  # fmt: skip


def _sources() -> str:
    rows = tables.appraisal()
    names = [("regression", name) for name in ("true_mean", "true_sd", "visit_sd", "entry_score")]
    names += [("remission", name) for name in ("flare_rate", "remission_rate")]
    names += [("regression", f"published_{name}") for name in ("entry_score", "placebo_change", "placebo_response")]
    body = "".join(
        f'<tr><th scope="row">{row.owner}: {row.name.replace("_", " ")}</th><td>{exact(row.value)} {row.unit}</td>'
        f"<td>{', '.join(row.source)}</td><td>{row.confidence}</td></tr>"
        for row in (rows[name] for name in names)
    )
    return (
        "<p><b>A game with chance, no model of lupus.</b> Everybody has a true level that does not change, and each "
        "visit reads it with an error. Both are drawn from bell curves; a real score cannot fall below 0, and one that "
        "does here is drawn at 0. On the right each patient grows quiet and flares again at two constant rates. How "
        "much a score varies from visit to visit was not found: that number is an assumption.</p>"
        "<p><b>Numbers behind it</b> (data/appraisal.csv)</p><table><thead><tr><th>number</th><th>value</th>"
        f"<th>source</th><th>confidence</th></tr></thead><tbody>{body}</tbody></table>"
    )


@lru_cache(maxsize=400)
def _many(entry: float, visit: float) -> Visits:
    return simulate_visits(MANY, SEED, entry_score=entry, visit_sd=visit)


@lru_cache(maxsize=100)
def _people(visit: float) -> tuple[np.ndarray, np.ndarray]:
    """The first scores of the people in the picture and the next ones (people,)."""
    # Drawn with some to spare: a score below 0 is not shown, and those who read so are left out.
    drawn = simulate_visits(4 * PEOPLE, SEED, entry_score=0, visit_sd=visit)
    shown = drawn.before >= 0
    return drawn.before[shown][:PEOPLE], drawn.after[shown][:PEOPLE]


def _sentence(values: Mapping[str, object], many: Visits, let_in: int) -> str:
    step = value_of("regression", "fall_called_improvement")
    before, after = float(many.before.mean()), float(many.after.mean())
    fell = f"falls from {rounded(before)} to {rounded(after)} points" if before - after >= 0.05 else (
        f"stays at {rounded(before)} points"
    )  # fmt: skip
    quiet = [percent(100 * share_quiet(months / 12, remission_rate=values["quiet"])) for months in (3, 12)]
    return (
        f"{let_in} of these {PEOPLE} people read {exact(values['entry'])} points or more and are let in, and nobody is "
        f"given anything. In many people let in so, the mean {fell}, and {percent(100 * many.improved)} fall by "
        f"{whole(step)} or more. On the right, at {exact(values['quiet'])} per year, {quiet[0]} of active patients are "
        f"quiet after 3 months and {quiet[1]} after 12."
    )


@family(
    title="Before and after",
    question="What happens to patients whom nobody treats?",
    lesson=9,
    place=3,
    line="Choose from which score on patients are let into a study, and see them again, without any drug.",
    controls=_controls,
    presets=PRESETS,
    figure=lambda start: before_and_after_drawing(start),
    sources=_sources,
    subject=thing(),
)
def before_and_after(values: Mapping[str, object]) -> Scene:
    """Two visits of patients without any treatment, and the natural course of a year."""
    entry, visit = float(values["entry"]), float(values["visit"])
    first, second = _people(visit)
    many, inside = _many(entry, visit), first >= entry
    parts: dict = {"entry": np.full(2, entry), "quiet": 100 * share_quiet(MONTHS / 12, remission_rate=values["quiet"])}
    away = np.full(VISITS.size, AWAY)
    for number in range(PEOPLE):
        seen = np.maximum([first[number], second[number]], 0.0)
        parts[f"in-{number}"], parts[f"out-{number}"] = (seen, away) if inside[number] else (away, seen)
    means = np.array([many.before.mean(), many.after.mean()])
    parts |= {"mean": means, "before": (0.0, min(means[0], TOP)), "after": (1.0, min(means[1], TOP))}
    parts["title"] = f"Let in from {exact(entry)} points: mean {means[0]:.1f}, next visit {means[1]:.1f}"
    columns = {"month": MONTHS, "quiet_percent": parts["quiet"]}
    return Scene(parts, _sentence(values, many, int(inside.sum())), table=lambda: csv_text(columns))
