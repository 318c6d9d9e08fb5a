"""The expansion panel: a drug that grows, what feeds it, and why its dose hardly sets the peak."""

from __future__ import annotations

from collections.abc import Mapping

from teaching import tables
from teaching.figures.course_axes import at_days, csv_text
from teaching.figures.expansion import (
    CD28_PEAKS,
    DAYS,
    HORIZON_DAYS,
    ONE_PEAK,
    OVERLAYS,
    PEAK_DAYS,
    expansion_drawing,
    expansion_values,
)
from teaching.model.load import LOADS, with_load
from teaching.model.patient import Patient
from teaching.model.schedules import plan_of
from teaching.model.simulation import treat
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import cited, dose_slider, product_sources
from teaching.words import amount_in_words, exact, rounded, whole

PRODUCTS = {"CD19 CAR-T": "4-1BB", "CD19 CAR-T CD28": "CD28"}
PRESETS = (
    Preset("4-1BB, 1 million/kg", {"product": "CD19 CAR-T"}),
    Preset("A tenth of the dose", {"dose": 1e5}),
    Preset("CD28", {"product": "CD19 CAR-T CD28"}),
    Preset("Weak lymphodepletion", {"lymphodepletion": 33}),
    Preset("Few B cells", {"load": "few"}),
)


def _controls() -> list:
    row = tables.parameters()["lineage", "lymphoid_naive"]
    given = next(iter(tables.parameters()["conditioning", "surviving_fraction"].source))
    return [
        Choice("product", "Costimulation", "CD19 CAR-T", tuple(PRODUCTS), tuple(PRODUCTS.values())),
        dose_slider("CD19 CAR-T", control="dose", when={}),
        Slider(
            "lymphodepletion", "Lymphodepletion", 100, 0, 100, 1, "% of Flu/Cy", whole=True, sweep=False,
            source=f"full: fludarabine and cyclophosphamide as in schett2023 (read); its effect: {given} of this kit",
        ),
        Choice(
            "load", "B cells at the start", "usual", LOADS,
            source=f"naive cells in tissue {exact(row.low)}, {exact(row.value)}, {exact(row.high)} × 10⁹ "
                   f"({', '.join(row.source)}; "
            f"{row.confidence}), all other B cells in proportion",
        ),
    ]  # fmt: skip


def _sentence(values: Mapping[str, object], course, tenth) -> str:
    numbers, other = course.metrics(), tenth.metrics()
    peak, day = numbers["car_t_peak"], numbers["car_t_peak_day"]
    given = f"{amount_in_words(values['dose'])} {PRODUCTS[values['product']]} CAR-T cells per kg"
    prepared = f"{values['lymphodepletion']} % lymphodepletion" if values["lymphodepletion"] else "no lymphodepletion"
    words = [f"{given} after {prepared} peak at {amount_in_words(peak)} per µL on day {whole(day)}."]
    fold, later = peak / other["car_t_peak"], other["car_t_peak_day"] - day
    when = f"{whole(abs(later))} days {'later' if later >= 0 else 'earlier'}"
    left = amount_in_words(course.at(60, "car_t_cells_per_ul"))
    words.append(
        f"On day 60 there are {left} left; with a tenth of the dose the peak would be "
        f"{rounded(fold, 2)} times lower and come {when}."
    )
    fall = f"Blood B cells fall to {amount_in_words(numbers['nadir_per_ul'])} per µL"
    tissue_low = amount_in_words(course["lymphoid_b_cells_percent"].min())
    back = numbers["day_back_above_10"]
    if numbers["days_depleted"] == 0:
        end = "blood never falls below 10 per µL"
    elif back is None:
        end = f"blood is still below 10 per µL on day {HORIZON_DAYS}"
    else:
        end = f"blood is back above 10 per µL on day {whole(back)}"
    words.append(f"{fall} and B cells in lymphoid tissue to {tissue_low} % of their start; {end}.")
    return " ".join(words)


def _published(name: str) -> list[str]:
    """What was read of the expansion of a product, with n, patients and source; the rows of figures/expansion.py."""
    if name == "CD19 CAR-T CD28":
        well, not_well = (tables.observation(row) for row, _ in CD28_PEAKS)
        return [
            f"median peak {exact(well.value)} cells per µL in patients with remission and {exact(not_well.value)} "
            f"without (n = {well.n} in all, lymphoma, {well.plan}; {cited(well)}); no value in autoimmune disease was "
            "found",
            "in this kit the growth of CD28 cells is an assumption (data/parameters.csv, recalled)",
        ]
    first, second, third = (tables.observation(row) for row, *_ in PEAK_DAYS)
    one, gone, back = map(tables.observation, (ONE_PEAK, "mueller2024_iim_empty", "mackensen2022_return"))
    return [
        f"day of the peak {exact(first.value)} (mean, n = {first.n}, leukaemia, {first.plan}; {cited(first)}) and "
        f"{exact(second.value)} ({exact(second.low)} to {exact(second.high)}, n = {second.n}, lymphoma, {second.plan}; "
        f"{cited(second)}); {exact(third.value)} (SD {exact(third.sd)}, n = {third.n}, myositis; "
        f"{cited(third, 'society summary')})",
        f"peak {exact(one.value)} cells per µL on day {exact(one.day)} after 1 million per kg (n = {one.n}, child with "
        f"dermatomyositis; {cited(one, 'abstract')}; which costimulation was not seen)",
        f"blood B cells gone on day {exact(gone.value)} (SD {exact(gone.sd)}, n = {gone.n}, myositis; {cited(gone)}); "
        f"back on day {exact(back.value)} (SD {exact(back.sd)}, n = {back.n}, {back.disease}; "
        f"{cited(back, 'abstract')}); neither gives a threshold",
        "CAR-T cells expanded in one child whose blood held no B cells; B cells in tissue are suspected "
        "(parismunoz2025, abstract; read)",
    ]


def _sources(values: Mapping[str, object]) -> str:
    name = values["product"]
    return (
        "<p><b>A model for teaching.</b> Here cells grow while they find B cells and while lymphodepletion leaves them "
        "room (a niche of cytokines); they stop when B cells run out. Growth was fitted to published doubling times, "
        "so the picture cannot prove what drives it. The sources disagree: in leukaemia expansion follows the burden; "
        "in "
        "one model the niche alone explains it (kimmel2021, read); expansion was similar in SLE and in lymphoma "
        "(mueller2025b, abstract). Published peaks spread over about three powers of ten "
        "(kirouac2023, read), one patient stands here. "
        "The dashed line is a tenth of the chosen dose, which may lie below what was ever given.</p>"
        + product_sources(name, _published(name))
    )


@family(
    title="Expansion",
    question="A drug that grows: what sets the peak of CAR-T cells?",
    lesson=5,
    place=2,
    line="Change dose, lymphodepletion and the cells that feed it, and watch the peak.",
    controls=_controls,
    presets=PRESETS,
    figure=expansion_drawing,
    sources=_sources,
)
def expansion(patient: Patient, values: Mapping[str, object]) -> Scene:
    """CAR-T cells and B cells of one patient (default: typical SLE) after one infusion."""
    person = with_load(patient, values["load"])
    name, intensity = values["product"], values["lymphodepletion"]
    plans = (plan_of(name, factor * values["dose"], intensity) for factor in (1.0, 0.1))
    course, tenth = (treat(person, plan, HORIZON_DAYS) for plan in plans)
    parts = expansion_values(course, tenth)
    columns = {
        "day": DAYS,
        "car_t_cells_per_ul": at_days(course, "car_t_cells_per_ul", DAYS),
        "car_t_cells_per_ul_at_a_tenth_of_the_dose": at_days(tenth, "car_t_cells_per_ul", DAYS),
        "blood_b_cells_percent_of_start": parts["blood"],
        "lymphoid_b_cells_percent_of_start": parts["tissue"],
    }
    return Scene(parts, _sentence(values, course, tenth), OVERLAYS[name], table=lambda: csv_text(columns))
