"""The treatment panel: one patient, one product, and what happens to B cells, antibody and disease."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass

import ipywidgets as widgets

from teaching.course import Course
from teaching.figures.treatment import HORIZON_DAYS, overlay_ids, published, treatment_drawing
from teaching.lineage import Patient
from teaching.panels.frame import Panel, row
from teaching.panels.live_figure import LiveFigure
from teaching.simulation import treat
from teaching.therapies import Plan, product

QUESTION = "How deep do B cells fall, how long, and what comes back?"
_LONG = {"description_width": "initial"}
_WIDE = widgets.Layout(width="auto")


@dataclass(frozen=True)
class Preset:
    """A named clinical situation: product, dose and schedule."""

    label: str
    product: str
    dose: float
    schedule: float


#: Second control of each product: start, lowest, highest, words.
_SCHEDULES = {
    "rituximab": (14, 7, 182, "Days between two infusions"),
    "blinatumomab": (5, 1, 28, "Days of infusion"),
    "CD19 CAR-T": (100, 0, 100, "Lymphodepletion, % of Flu/Cy"),
}
PRESETS = (
    Preset("Rituximab 2 × 1 g", "rituximab", 1000, 14),
    Preset("Rituximab 2 × 0.5 g", "rituximab", 500, 14),
    Preset("Blinatumomab 9 µg/day, 5 days", "blinatumomab", 9, 5),
    Preset("CAR-T 1 million/kg", "CD19 CAR-T", 1e6, 100),
    Preset("CAR-T, weak lymphodepletion", "CD19 CAR-T", 1e6, 33),
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


class _TreatmentControls:
    """Product, dose and schedule; a dose slider and a schedule slider a product."""

    def __init__(self):
        self.product = widgets.ToggleButtons(options=list(_SCHEDULES), style={"button_width": "auto"})
        self.dose, self.schedule = {}, {}
        for name in self.product.options:
            self.dose[name] = _dose_slider(product(name).row)
            start, low, high, words = _SCHEDULES[name]
            self.schedule[name] = widgets.IntSlider(start, low, high, 1, description=words, style=_LONG, layout=_WIDE)
        self.sliders = row()
        self.product.observe(self._swap, "value")
        self._swap()

    def _swap(self, change=None) -> None:
        name = self.product.value
        self.sliders.children = (self.dose[name], self.schedule[name])

    def plan(self) -> Plan:
        name = self.product.value
        return plan_of(name, self.dose[name].value, self.schedule[name].value)

    def by_name(self) -> dict[str, widgets.Widget]:
        named = {"product": self.product}
        for name in self.product.options:
            named[f"{name} dose"] = self.dose[name]
            named[f"{name} schedule"] = self.schedule[name]
        return named


def _dose_slider(row) -> widgets.Widget:
    """A dose slider over the range of products.csv: logarithmic for cells, straight otherwise."""
    look = {"value": row.dose, "style": _LONG, "layout": _WIDE}
    if row.kind == "car_t":
        low, high = math.log10(row.dose_low), math.log10(row.dose_high)
        look |= {"min": low, "max": high, "step": (high - low) / 80, "readout_format": ".1e"}
        return widgets.FloatLogSlider(description="Dose, cells per kg", **look)
    step, words = (0.5, "Dose, µg per day") if row.kind == "engager" else (10, "Dose, mg each time")
    return widgets.FloatSlider(min=row.dose_low, max=row.dose_high, step=step, readout_format=".4g", description=words, **look)


def treatment(patient: Patient | None = None, preset: str | None = None) -> Panel:
    """The live treatment panel of one patient (default: typical SLE).

    `preset` is the label of one of `PRESETS`. Raises ValueError for an unknown preset.
    """
    patient = patient or Patient.typical("SLE")
    first = _preset(preset)
    controls = _TreatmentControls()
    course = treat(patient, plan_of(first.product, first.dose, first.schedule), HORIZON_DAYS)
    drawing = treatment_drawing(course)
    figure = LiveFigure(drawing, course, QUESTION)
    state: dict[str, Course] = {"course": course}

    def draw() -> None:
        state["course"] = treat(patient, controls.plan(), HORIZON_DAYS)
        figure.show(state["course"], state["course"].describe(), overlay_ids(controls.product.value))

    def sources() -> str:
        return _sources(controls.product.value)

    def still() -> bytes:
        drawing.move(state["course"])
        drawing.show_overlays(overlay_ids(controls.product.value))
        return drawing.png(QUESTION, figure.sentence)

    presets = [widgets.Button(description=item.label, tooltip=f"Show: {item.label}") for item in PRESETS]
    reset = widgets.Button(description="Reset", tooltip="Back to the start of this panel")
    rows = [row(*presets, reset, label="Cases"), row(controls.product, label="Therapy"), controls.sliders]
    panel = Panel(QUESTION, controls.by_name(), rows, figure, draw, sources, still)

    def show(item: Preset) -> None:
        panel.set({f"{item.product} dose": item.dose, f"{item.product} schedule": item.schedule, "product": item.product})

    for button, item in zip(presets, PRESETS):
        button.on_click(lambda _, item=item: show(item))
    start = {name: control.value for name, control in panel.controls.items()}
    start |= {"product": first.product, f"{first.product} dose": first.dose, f"{first.product} schedule": first.schedule}
    reset.on_click(lambda _: panel.set(start))
    panel.set(start)
    return panel


def _preset(label: str | None) -> Preset:
    if label is None:
        return PRESETS[0]
    for item in PRESETS:
        if item.label == label:
            return item
    raise ValueError(f"preset {label!r} does not exist; choose one of: {', '.join(item.label for item in PRESETS)}.")


def _sources(name: str) -> str:
    """Where the numbers of a product and its published values come from, as HTML."""
    item = product(name)
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{html.escape(q.name.replace("_", " "))}</th>'
        f"<td>{q.value:g} {html.escape(q.unit)}</td>"
        f"<td>{'' if q.low is None or q.high is None else f'{q.low:g} to {q.high:g}'}</td>"
        f"<td>{html.escape(', '.join(q.source))}</td><td>{q.confidence}</td></tr>"
        for q in item.quantities.values()
    )
    points = "".join(f"<li>{html.escape(line)}</li>" for line in published(name))
    return (
        f'<div class="teaching-note"><p><b>Published values on the picture</b> (some of them are also what the '
        f"model was fitted to, see data/targets.csv):</p><ul>{points}</ul>"
        f"<p><b>Numbers of the model for {html.escape(item.row.label)}</b> "
        f"(calibration: fitted by this kit; assumption: no source found; keys: data/references.bib)</p>"
        f"<table><thead><tr><th>quantity</th><th>value</th><th>range</th><th>source</th><th>confidence</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
