"""The balance panel: a pool of B cells with a tap and a drain, and blood as its window."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.figures.balance import DAYS, HOURS, balance_drawing
from teaching.figures.course_axes import csv_text
from teaching.figures.drawing import Drawing
from teaching.model import balance as pool
from teaching.model.patient import Patient
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import quantity_table
from teaching.words import amount_in_words, exact, percent, rounded, whole

PRESETS = (
    Preset("All B cells: 99 % gone", {"where": "everywhere", "removed": 99}),
    Preset("Blood: 99 % gone", {"where": "blood only", "removed": 99}),
    Preset("Blood: half gone", {"where": "blood only", "removed": 50}),
    Preset("Slow loss", {"where": "everywhere", "removed": 99, "half_life": 56}),
    Preset("Weak marrow", {"where": "everywhere", "removed": 99, "production": 25}),
)


def _controls(patient: Patient) -> list:
    row = tables.parameters()["lineage", "naive_loss_per_day"]
    own = patient["naive_loss_per_day"]
    slow, usual, fast = (round(pool.half_life_days(rate)) for rate in (min(row.low, own), own, max(row.high, own)))
    published = f"published {exact(row.low)} to {exact(row.high)} ({', '.join(row.source)}; {row.confidence})"
    at_once = "a thought experiment: at one instant, by no drug"
    ours = "chosen by this kit: none to one and a half"
    return [
        Choice("where", "Removed from", "everywhere", pool.PLACES, source=at_once),
        Slider("removed", "Removed there", 99, 0, 100, 1, "%", source=at_once),
        Slider(
            "half_life", "Half-life", usual, fast, slow, 1, "days",
            source=f"ln 2 / {exact(own)} per day; {published}",
        ),
        Slider("production", "Production", 100, 0, 150, 5, "% of before", source=ours),
    ]  # fmt: skip


def _of(left: float, before: float) -> str:
    return f"{amount_in_words(left)} of {amount_in_words(before)} left"


def _sentence(values: Mapping[str, object], left: pool.Pools, rest: pool.Pools, traffic_days: float) -> str:
    loss, tap = pool.loss_per_day(values["half_life"]), values["production"] / 100
    removed, half_life, settles = percent(values["removed"], 6), f"{exact(values['half_life'])} days", tap * rest.total
    everything = f"{amount_in_words(rest.total)} × 10⁹"
    in_blood = f"blood holds {percent(rest.blood_percent)} of all B cells"
    if not values["removed"]:
        words = [f"Nothing is removed: there are {everything} B cells, and {in_blood}."]
    elif values["where"] == "blood only":
        lost = f"the pool loses {percent(100 * (1 - left.total / rest.total))}"
        words = [
            f"{removed} of the B cells in blood are removed; as {in_blood}, {lost}.",
            f"Traffic from spleen and lymph nodes closes half of the gap in {whole(1440 * traffic_days)} minutes, "
            "unless a drug that is still in blood kills those that come.",
        ]
        missing, made = rest.total - left.total, loss * settles * traffic_days
        words.append(
            f"In that time the marrow makes {amount_in_words(made)} × 10⁹ cells, where {amount_in_words(missing)} × "
            "10⁹ are missing."
        )
        return " ".join(words)
    else:
        still = f"{amount_in_words(left.total)} of {everything} are left"
        words = [f"{removed} of all B cells are removed, {still}, in blood as in tissue."]
    marrow = f"The marrow makes {amount_in_words(loss * settles)} × 10⁹ cells a day"
    half, most = (pool.days_to(share * rest.total, left.total, settles, loss) for share in (0.5, 0.9))
    if left.total > 0.5 * rest.total or half == math.inf:
        goal = f"{percent(100 * tap, 6)} of its start"
        words.append(f"{marrow}, and every {half_life} the pool comes half of the way nearer to {goal}.")
    else:
        ninety = f", at nine tenths on day {whole(most)}" if most < math.inf else ""
        later = pool.days_to(0.5 * rest.total, 0.1 * left.total, settles, loss) - half
        words.append(
            f"{marrow}: with a half-life of {half_life} the pool is at half of its start on day {whole(half)}{ninety}, "
            f"and settles at {percent(100 * tap, 6)}."
        )
        words.append(f"Ten times fewer survivors would delay that half by {whole(later, 1)} days.")
    return " ".join(words)


def _sources(patient: Patient) -> str:
    rows, rest = tables.parameters(), pool.pools_of(patient)
    names = ("naive_loss_per_day", "naive_homing_per_day", "lymphoid_naive", "lymphoid_memory")
    fits = [tables.observation(f"{name}_loss") for name in ("yu2022", "pan2019", "chen2024")]
    first, second, third = (f"{exact(row.value)} ({', '.join(row.source)})" for row in fits)
    divide, all_cells = tables.observation("macallan2005_division"), tables.observation("westermann1992_share")
    many, would_be = tables.observation("hosseini2020_blood"), tables.observation("hosseini2020_share")
    stay, passages = tables.observation("textbook_transit"), tables.observation("westermann1992_passages")
    exchange = rows["lineage", "naive_homing_per_day"].value
    share = f"{rounded(rest.blood, 2)} of {rounded(rest.total, 3)} × 10⁹ B cells, {percent(rest.blood_percent)}"
    return (
        "<p><b>A model for teaching with one equation</b>: dN/dt = p − d N for all B cells that recirculate, and for "
        "its window B' = p + r T − (h + d) B. Before the depletion production equals loss, so a shorter half-life "
        "means a faster tap.</p>"
        f"<p>Blood holds {share}. The {exact(all_cells.value)} % of the textbooks are for <i>all</i> lymphocytes "
        f"({', '.join(all_cells.source)}, read through a database); with the {exact(many.value)} B cells per µL of "
        f"{many.source[0]} it would be {exact(would_be.value)} %. Time in blood: {exact(stay.value)} minutes, "
        f"{exact(pool.transit_per_day())} passages a day, from a textbook ({stay.confidence}; {exact(passages.value)} "
        f"a day follow from {passages.source[0]}). The full model uses an effective exchange of {exact(exchange)} a "
        "day that leaves out cells which return at once.</p>"
        f"<p>The loss rate is known poorly: fits to drug data gave {first}, {second} and {third} "
        f"per day; that {exact(divide.value)} % of blood B cells divide per day ({divide.source[0]}) tells how fast "
        "they divide and not how fast they are lost. Left out: the survival factor BAFF, division of the survivors, "
        "precursors in the marrow and any drug.</p>"
        + quantity_table("Numbers behind it", [rows["lineage", name] for name in names])
    )


def _figure(patient: Patient, start: dict) -> Drawing:
    return balance_drawing(start, pool.pools_of(patient))


@family(
    title="Balance",
    question="Who refills an emptied pool of B cells, and how long does it take?",
    lesson=0,
    place=1,
    line="Empty the blood or the whole body, turn the marrow's tap, and watch the pool refill.",
    controls=_controls,
    presets=PRESETS,
    figure=_figure,
    sources=_sources,
)
def balance(patient: Patient, values: Mapping[str, object]) -> Scene:
    """The one-equation panel of one patient's B cells (default: typical SLE), whose numbers must leave a balance."""
    rest = pool.pools_of(patient)
    loss, tap = pool.loss_per_day(values["half_life"]), values["production"] / 100
    left = pool.deplete(rest, values["removed"] / 100, values["where"])
    series = {}
    for part, days in (("hours", HOURS / 24), ("days", DAYS)):
        blood, tissue = pool.two_pools(days, left, rest, loss, tap)
        series[f"pool-{part}"] = 100 * (blood + tissue) / rest.total
        series[f"blood-{part}"] = 100 * blood / rest.blood
    at = pool.pool_over_time(values["half_life"], left.total, tap * rest.total, loss)
    places = {
        "half-life": (values["half_life"], 100 * at / rest.total),
        **{f"left-{name}": getattr(left, name) for name in ("blood", "tissue")},
        **{f"words-{name}": _of(getattr(left, name), getattr(rest, name)) for name in ("blood", "tissue")},
    }
    columns = {
        "day": np.r_[HOURS / 24, DAYS[1:]],
        "pool_percent_of_start": np.r_[series["pool-hours"], series["pool-days"][1:]],
        "blood_percent_of_start": np.r_[series["blood-hours"], series["blood-days"][1:]],
    }
    sentence = _sentence(values, left, rest, pool.half_gap_days(rest, loss))
    return Scene({**series, **places}, sentence, table=lambda: csv_text(columns))
