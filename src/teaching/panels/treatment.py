"""The treatment panel: one patient, one product, and what happens to B cells, antibody and disease."""

from __future__ import annotations

from collections.abc import Mapping

from teaching.figures.treatment import HORIZON_DAYS, overlay_ids, published, treatment_drawing, treatment_values
from teaching.model.patient import Patient, patient_or_typical
from teaching.model.simulation import treat
from teaching.model.therapies import Plan
from teaching.panels.controls import Choice, Control, Slider
from teaching.panels.live import Panel
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, preset_of
from teaching.panels.sources import dose_slider, product_sources

QUESTION = "How deep do B cells fall, how long, and what comes back?"
PRODUCTS = ("rituximab", "blinatumomab", "CD19 CAR-T")
#: Second control of each product: lowest, highest, words, unit; it starts where the usual course has it.
_SCHEDULES = {
    "rituximab": (7, 182, "Between two infusions", "days"),
    "blinatumomab": (1, 28, "Length of infusion", "days"),
    "CD19 CAR-T": (0, 100, "Lymphodepletion", "% of Flu/Cy"),
}


def usual_of(name: str) -> tuple[float, float]:
    """Dose and schedule, as `plan_of` takes them, of the usual course of a product (data/regimens.csv)."""
    doses = Plan.usual(name).doses
    first, *later = [dose for dose in doses if dose.product == name]
    if later:
        return first.amount, later[0].day - first.day
    if first.duration_days is not None:
        return first.amount, first.duration_days
    return first.amount, sum(100 * dose.amount for dose in doses if dose.product == "lymphodepletion")


def _case(label: str, product: str, dose: float | None = None, schedule: float | None = None) -> Preset:
    """A named case: the usual course of a product, with another dose or schedule where one is given."""
    usual = usual_of(product)
    dose, schedule = usual[0] if dose is None else dose, usual[1] if schedule is None else schedule
    return Preset(label, {"product": product, f"{product} dose": dose, f"{product} schedule": schedule})


PRESETS = (
    _case("Rituximab 2 × 1 g", "rituximab"),
    _case("Rituximab 2 × 0.5 g", "rituximab", dose=500),
    _case("Blinatumomab 9 µg/day, 5 days", "blinatumomab"),
    _case("CAR-T 1 million/kg", "CD19 CAR-T"),
    _case("CAR-T, weak lymphodepletion", "CD19 CAR-T", schedule=33),
)


def plan_of(name: str, dose: float, schedule: float) -> Plan:
    """The plan that a panel's controls stand for.

    `schedule`: rituximab, days between two infusions; blinatumomab, length of the infusion [day];
    CAR-T, lymphodepletion [% of full Flu/Cy] on the same day.
    """
    if name == "rituximab":
        return Plan(name, dose_mg=dose, days=[0, schedule])
    if name == "blinatumomab":
        return Plan(name, rate_ug_per_day=dose, duration_days=schedule, days=[0])
    cells = Plan(name, cells_per_kg=dose, days=[0])
    return cells if schedule == 0 else Plan("lymphodepletion", intensity=schedule / 100, days=[0]) + cells


def product_controls(products=PRODUCTS) -> list[Control]:
    """Product, and its dose and schedule, of which the page shows those of the chosen product."""
    controls: list[Control] = [Choice("product", "Therapy", products[0], products)]
    for name in products:
        low, high, label, unit = _SCHEDULES[name]
        controls.append(dose_slider(name))
        controls.append(
            Slider(
                f"{name} schedule", label, usual_of(name)[1], low, high, 1, unit, whole=True,
                when={"product": name}, sweep=name == "CD19 CAR-T",
                source="chosen by this kit: what is given in practice, and beyond",
            )
        )  # fmt: skip
    return controls


def chosen_plan(values: Mapping[str, object]) -> Plan:
    """The plan of `product_controls`' values."""
    name = values["product"]
    return plan_of(name, values[f"{name} dose"], values[f"{name} schedule"])


def treatment(patient: Patient | str | None = None, preset: str | None = None, predict: Predict | None = None) -> Panel:
    """The live treatment panel of one patient (default: typical SLE).

    `preset` is the label of one of `PRESETS`. Raises ValueError for an unknown preset.
    """
    patient = patient_or_typical(patient)
    first = preset_of(preset, PRESETS)

    def picture(values: Mapping[str, object]) -> Scene:
        course = treat(patient, chosen_plan(values), HORIZON_DAYS)
        return Scene(treatment_values(course), course.describe(), overlay_ids(values["product"]), table=course.to_csv)

    return Panel(
        "treatment", QUESTION, product_controls(),
        treatment_drawing(treat(patient, chosen_plan(first.values), HORIZON_DAYS)), picture,
        presets=PRESETS, start=first.values, about=patient.disease, predict=predict,
        sources=lambda values: product_sources(values["product"], published(values["product"])),
    )  # fmt: skip
