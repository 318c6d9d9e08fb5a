"""The panel of a product of one's own: kind, antigen, potency and dose, and what they buy and cost."""

from __future__ import annotations

from collections.abc import Mapping

from teaching import tables
from teaching.figures.course_axes import csv_text
from teaching.figures.design import DAYS, HORIZON_DAYS, design_drawing, design_values
from teaching.figures.drawing import Drawing
from teaching.model.course import CHANCE_CELLS
from teaching.model.design import ANTIGENS, KINDS, NEAREST, designed, plan_of, steps_of
from teaching.model.patient import Patient
from teaching.model.returns import last_return, outcome_in_words
from teaching.model.simulation import treat
from teaching.model.therapies import Product, product
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import product_sources
from teaching.words import amount_in_words, exact, rounded, whole

#: Lowest and highest multiple of the kill rate.
POTENCY = (0.5, 5.0)
PRESETS = (
    Preset("CD19 CAR-T", {"kind": "CAR-T", "antigen": "CD19"}),
    Preset("CD19 and BCMA CAR-T", {"kind": "CAR-T", "antigen": "CD19+BCMA"}),
    Preset("BCMA engager", {"kind": "engager", "antigen": "BCMA"}),
    Preset("CD19 antibody", {"kind": "antibody", "antigen": "CD19"}),
    Preset("CD20 antibody, kill rate × 5", {"kind": "antibody", "antigen": "CD20", "potency": 5}),
)


def _controls() -> list:
    rows = [row for row in tables.products().values() if row.product in NEAREST.values()]
    low, high = min(row.dose_low / row.dose for row in rows), max(row.dose_high / row.dose for row in rows)
    return [
        Choice("kind", "Kind", "CAR-T", tuple(KINDS)),
        Choice("antigen", "Antigen", "CD19", ANTIGENS),
        Slider(
            "potency", "Kill rate", 1, *POTENCY, 0, "× usual", log=True, sweep=False,  # the clone dives too steeply
            source="a thought experiment chosen by this kit: half to five times the nearest product's kill rate; with "
            "less than half, CAR-T cells would find targets for so long that they outgrew every published peak",
        ),
        Slider(
            "dose", "Dose", 1, low, high, 0, "× usual", log=True, sweep=False,
            source=f"data/products.csv: the smallest and the largest share of a usual dose among {len(rows)} products",
        ),
    ]  # fmt: skip


def _numbers(values: Mapping[str, object], item: Product) -> str:
    own = product(item.name).antigens == item.antigens
    return f"numbers of {item.name}" + ("" if own else ": a what-if")


def _sentence(values: Mapping[str, object], name: str, course) -> str:
    numbers, day, item = course.metrics(), last_return(course), designed(values["kind"], values["antigen"])
    potency, dose = (
        f"{rounded(values[key], 2)} × the {words}" for key, words in (("potency", "kill rate"), ("dose", "usual dose"))
    )
    given = f"{potency} and {dose} of {item.name}"
    if product(item.name).antigens != item.antigens:
        given += f", aimed at {values['antigen'].replace('+', ' and ')} instead (a what-if)"
    if numbers["days_depleted"] == 0:
        back = "and never below 10"
    else:
        back = "and is still below 10 at the end" if day is None else f"and is above 10 for good from day {whole(day)}"
    left = numbers["clone_nadir_cells"]
    cells = f"{amount_in_words(left)} cells" if left >= 1 else "less than one cell"
    end = outcome_in_words(course) if left < CHANCE_CELLS else outcome_in_words(course).split(" (")[0]
    return (
        f"{name[0].upper() + name[1:]}, with {given}: lymphoid memory falls to "
        f"{amount_in_words(numbers['lymphoid_memory_nadir_percent'])} %, the autoreactive clone to {cells}. "
        f"Blood falls to {amount_in_words(numbers['nadir_per_ul'])} B cells per µL {back}. "
        f"Autoantibody falls to {amount_in_words(numbers['autoantibody_nadir_percent'])} %; the cost: total IgG "
        f"falls to {whole(numbers['igg_nadir_percent'])} %, vaccine antibody to "
        f"{whole(course['vaccine_antibody_percent'].min())} %. "
        f"Outcome: {end}."
    )


def _sources(values: Mapping[str, object]) -> str:
    name = NEAREST.get((values["kind"], values["antigen"]))
    if name is None:
        return "<p><b>A model for teaching.</b> This kit has no product like that (data/products.csv).</p>"
    unit = product(name).row.dose_unit
    step = ", ".join(f"{exact(dose.amount)} {unit} on day {exact(dose.day)}" for dose in steps_of(name))
    step = f"; before it {step}, both times the dose chosen" if step else ""
    return (
        "<p><b>A model for teaching, and products that may not exist.</b> Kind and antigen choose the nearest product "
        "of data/products.csv; its numbers are kept, its kill rates are multiplied, and where its antigen is another "
        "one "
        "only the cells that carry it change (data/lineage.csv: grades of expression). That such a product would be as "
        "potent, reach tissue as well and be cleared as fast is an assumption. Safety is not in the picture. That "
        "active T cells carry CD38 is recalled, not read.</p>"
        f"<p>Course: the usual doses and days of {name}{step}; CAR-T cells "
        "after full lymphodepletion.</p>" + product_sources(name)
    )


def _figure(patient: Patient, start: dict) -> Drawing:
    return design_drawing(start, patient.clone_at_rest())


@family(
    title="Your own product",
    question="Design your own product: what does it reach, and what does it cost?",
    lesson=7,
    place=2,
    line="Choose kind, antigen, kill rate and dose, and see what they buy and what they cost.",
    controls=_controls,
    presets=PRESETS,
    figure=_figure,
    sources=_sources,
)
def design(patient: Patient, values: Mapping[str, object]) -> Scene:
    """A product of one's own in one patient (default: typical SLE)."""
    item = designed(values["kind"], values["antigen"], values["potency"])
    course = treat(patient, plan_of(item.name, values["dose"]), HORIZON_DAYS, products={item.name: item})
    name = f"{values['antigen'].replace('+', ' and ')} {values['kind']}"
    parts = design_values(course, name[0].upper() + name[1:], _numbers(values, item))
    columns = {"day": DAYS} | {
        f"{part}_percent_of_start": parts[part]
        for part in ("blood", "memory", "clone", "autoantibody", "igg", "vaccine")
    }
    return Scene(parts, _sentence(values, name, course), table=lambda: csv_text(columns))
