"""One product with its dose and schedule: the controls and cases that the treatment panel and the body map share."""

from __future__ import annotations

from collections.abc import Mapping

from teaching.model.schedules import plan_of, usual_of
from teaching.model.therapies import Plan
from teaching.panels.controls import Choice, Control, Slider
from teaching.panels.scene import Preset
from teaching.panels.sources import dose_slider

PRODUCTS = ("rituximab", "blinatumomab", "CD19 CAR-T")
#: Second control of each product: lowest, highest, words, unit; it starts where the usual course has it.
_SCHEDULES = {
    "rituximab": (7, 182, "Between two infusions", "days"),
    "blinatumomab": (1, 28, "Length of infusion", "days"),
    "CD19 CAR-T": (0, 100, "Lymphodepletion", "% of Flu/Cy"),
}
#: Label, product, and what is another number in it than at the start.
_CASES = (
    ("Rituximab 2 × 1 g", "rituximab", {}),
    ("Rituximab 2 × 0.5 g", "rituximab", {"dose": 500}),
    ("Blinatumomab 9 µg/day, 5 days", "blinatumomab", {}),
    ("CAR-T 1 million/kg", "CD19 CAR-T", {}),
    ("CAR-T, weak lymphodepletion", "CD19 CAR-T", {"schedule": 33}),
)


def product_presets() -> tuple[Preset, ...]:
    """The named cases: the usual course of a product, with another dose or schedule where one is said."""

    def values(name: str, change: Mapping[str, float]) -> dict[str, object]:
        usual = dict(zip(("dose", "schedule"), usual_of(name), strict=True))
        return {"product": name} | {f"{name} {what}": value for what, value in {**usual, **change}.items()}

    return tuple(Preset(label, values(name, change)) for label, name, change in _CASES)


def product_controls() -> list[Control]:
    """Product, and its dose and schedule, of which the page shows those of the chosen product."""
    controls: list[Control] = [Choice("product", "Therapy", PRODUCTS[0], PRODUCTS)]
    for name in PRODUCTS:
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
