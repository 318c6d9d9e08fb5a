"""The bell panel: bridges between target and CD3 against free drug, and where a drug's level sits on them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.binding import (
    BindingConstants,
    binding_constants,
    free_drug_at_peak,
    nM_to_ng_per_ml,
    ng_per_ml_to_nM,
    place_on_bell,
    ternary_complex,
)
from teaching.figures.bell import FREE_NM, HIGH_NM, LOW_NM, bell_drawing
from teaching.figures.course_axes import csv_text
from teaching.panels.controls import Choice, Slider
from teaching.panels.frame import Panel, preset_of
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import quantity_table

QUESTION = "Where on the bell does an engager sit: would more drug make more bridges?"
#: Drug -> antigen of its first arm, molecules of it per B cell, who counted them.
DRUGS = {
    "blinatumomab": ("CD19", 22_000, "blood B cells of 17 healthy donors, 22,000 ± 7,000 (ginaldi1998; read)"),
    "mosunetuzumab": ("CD20", 94_000, "blood B cells of 17 healthy donors, 94,000 ± 16,000 (ginaldi1998; read)"),
}
CD3_PER_T_CELL = 66_000
#: Cells of either kind per mL of lymph node; two cells that touch are not a solution.
CELLS_PER_ML = 9.5e7
#: nM of a receptor that one molecule a cell amounts to: cells/L / (6.022e23/mol) x 1e9 nM/M.
NM_PER_MOLECULE = CELLS_PER_ML * 1e3 / 6.022e23 * 1e9
CHANGES = ("drug level", "affinity", "receptors", "cooperativity")
PRESETS = (
    Preset("Blinatumomab 28 µg/day", {}),
    Preset("Mosunetuzumab 60 mg", {"drug": "mosunetuzumab"}),
    Preset("Too much blinatumomab", {"blinatumomab level": 200_000}),
    Preset("Both arms equally tight", {"change": "affinity", "blinatumomab CD3 arm": 1.49}),
    Preset("Arms that help each other", {"change": "cooperativity", "cooperativity": 30}),
)


def bell(preset: str | None = None, predict: Predict | None = None) -> Panel:
    """Bridges against free drug for an engager; one thing at a time differs from the drug as it is.

    `preset` is the label of one of `PRESETS`. Raises ValueError for an unknown preset.
    """
    first = preset_of(preset, PRESETS).values
    controls = _controls()

    def picture(values: Mapping[str, object]) -> Scene:
        drug = values["drug"]
        arms, level, system = _system(values)
        T = ternary_complex(FREE_NM, *system)
        peak = free_drug_at_peak(arms.kd_target_nM, arms.kd_cd3_nM)
        at_peak = ternary_complex(peak, *system)
        here = place_on_bell(level, arms.kd_target_nM, arms.kd_cd3_nM, *system[:2], system[4])
        bridges = ternary_complex(level, *system) / NM_PER_MOLECULE
        parts = {
            "target": 100 * FREE_NM / (arms.kd_target_nM + FREE_NM),
            "cd3": 100 * FREE_NM / (arms.kd_cd3_nM + FREE_NM),
            "bell": 100 * T / at_peak,
            "bridges": T / NM_PER_MOLECULE,
            "level": (level, 100 * here.fraction),
            "level-below": (level, bridges),
            "peak": (peak, 107),
            "peak-below": (peak, 2 * at_peak / NM_PER_MOLECULE),
        }
        columns = {
            "free_drug_nM": FREE_NM,
            "free_drug_ng_per_ml": nM_to_ng_per_ml(FREE_NM, arms.molecular_weight_kDa),
            "bridges_percent_of_peak": parts["bell"],
            "bridges_per_b_cell": parts["bridges"],
            "target_arm_percent": parts["target"],
            "cd3_arm_percent": parts["cd3"],
        }
        return Scene(parts, _sentence(values, arms, level, here, bridges, at_peak), (drug,), table=lambda: csv_text(columns))

    start = {control.name: control.value for control in controls} | dict(first)
    weights = {drug: binding_constants(drug).molecular_weight_kDa for drug in DRUGS}
    drawing = bell_drawing(picture(start).values, weights, {drug: _published(drug) for drug in DRUGS})
    return Panel(
        "bell", QUESTION, controls, drawing, picture, presets=PRESETS, start=first, predict=predict, sources=_sources
    )


def _system(values: Mapping[str, object]) -> tuple[BindingConstants, float, tuple]:
    """Arms, level [nM], and what `ternary_complex` needs; whatever is not being changed is as in the table."""
    drug, change = values["drug"], values["change"]
    arms = binding_constants(drug)
    antigen, molecules, _ = DRUGS[drug]
    cd3, alpha, level = CD3_PER_T_CELL, 1.0, arms.level_ng_per_ml
    if change == "drug level":
        level = values[f"{drug} level"]
    elif change == "affinity":
        arms = arms._replace(kd_target_nM=values[f"{drug} {antigen} arm"], kd_cd3_nM=values[f"{drug} CD3 arm"])
    elif change == "receptors":
        molecules, cd3 = values[antigen], values["CD3"]
    else:
        alpha = values["cooperativity"]
    receptors = molecules * NM_PER_MOLECULE, cd3 * NM_PER_MOLECULE
    system = (*receptors, arms.kd_target_nM, arms.kd_cd3_nM, alpha)
    return arms, ng_per_ml_to_nM(level, arms.molecular_weight_kDa), system


def _controls() -> list:
    rows, ours = tables.parameters(), "range chosen by this kit"
    controls = [
        Choice("drug", "Engager", "blinatumomab", tuple(DRUGS)),
        Choice("change", "Change one thing", "drug level", CHANGES),
    ]
    for drug, (antigen, molecules, counted) in DRUGS.items():
        arms, only = binding_constants(drug), {"drug": drug}
        # Rounded to two figures, inside the picture.
        low, high = (round(nM * arms.molecular_weight_kDa, 2) for nM in (LOW_NM, HIGH_NM))
        controls.append(
            Slider(f"{drug} level", "Free drug", arms.level_ng_per_ml, low, high, unit="ng/mL", log=True,
                   when=only | {"change": "drug level"}, source=f"start: {_row(rows, drug, 'level_ng_per_ml')}; {ours}: both sides of the bell")
        )  # fmt: skip
        for arm, name, value in ((antigen, "kd_target_nm", arms.kd_target_nM), ("CD3", "kd_cd3_nm", arms.kd_cd3_nM)):
            controls.append(
                Slider(f"{drug} {arm} arm", f"{arm} arm, KD", value, 0.1, 1000, unit="nM", log=True,
                       when=only | {"change": "affinity"}, source=f"start: {_row(rows, drug, name)}; {ours} (smaller is tighter)")
            )  # fmt: skip
        controls.append(
            Slider(antigen, f"{antigen} per B cell", molecules, 1000, 200_000, unit="molecules", log=True,
                   when=only | {"change": "receptors"}, source=f"start: {counted}; {ours}")
        )  # fmt: skip
    source = f"start: a T-cell line, 66,299 ± 26,763 (liu2023, model code; read); {ours}"
    controls += [
        Slider("CD3", "CD3 per T cell", CD3_PER_T_CELL, 10_000, 200_000, unit="molecules", log=True, when={"change": "receptors"}, source=source),
        Slider("cooperativity", "Cooperativity", 1, 0.1, 100, unit="× tighter", log=True, when={"change": "cooperativity"},
               source=f"assumption: no value was found for these drugs; {ours}; 1: neither arm helps the other"),
    ]  # fmt: skip
    return controls


def _row(rows: Mapping, drug: str, name: str) -> str:
    row = rows["binding", f"{drug}_{name}"]
    return f"data/parameters.csv ({', '.join(row.source)}; {row.confidence}): {row.note}"


def _published(drug: str) -> tuple[float, tuple[float, float], str]:
    """Published level, mean ± SD [nM], and words; the labels' SD and CV stand in the notes of their rows."""
    arms = binding_constants(drug)
    spread = {"blinatumomab": 0.537, "mosunetuzumab": 0.5 * arms.level_ng_per_ml}[drug]
    words = {"blinatumomab": "in patients under 28 µg/day (label, mean ± SD)",
             "mosunetuzumab": "highest after 60 mg (label, mean ± SD)"}[drug]  # fmt: skip
    low, middle, high = (
        ng_per_ml_to_nM(arms.level_ng_per_ml + shift, arms.molecular_weight_kDa) for shift in (-spread, 0, spread)
    )
    return middle, (low, high), words


def _sentence(values: Mapping[str, object], arms: BindingConstants, level: float, here, bridges: float, at_peak: float) -> str:
    drug, antigen = values["drug"], DRUGS[values["drug"]][0]
    weight = arms.molecular_weight_kDa
    peak = free_drug_at_peak(arms.kd_target_nM, arms.kd_cd3_nM)
    more = {
        "left": "left of the peak, where more drug makes more bridges",
        "near the peak": "near the peak, where a little more drug changes little",
        "right": "right of the peak, where more drug makes fewer bridges",
    }[here.side]
    taken = 100 * peak / (arms.kd_target_nM + peak)
    return (
        f"{drug.capitalize()} at {_number(nM_to_ng_per_ml(level, weight))} ng/mL ({_number(level)} nM) makes "
        f"{_number(100 * here.fraction)} % of the bridges that it can make: {more}. The peak lies at the square root of "
        f"{_number(arms.kd_target_nM)} × {_number(arms.kd_cd3_nM)}, {_number(peak)} nM ({_number(nM_to_ng_per_ml(peak, weight))} ng/mL); "
        f"by themselves the {antigen} arm takes {taken:.0f} % and the CD3 arm {100 - taken:.0f} % of their receptors there, together 100 %. "
        f"In solution these are {_number(bridges)} bridges per B cell here and {_number(at_peak / NM_PER_MOLECULE)} at the peak: "
        "place on the bell, no scale of killing."
    )


def _number(value: float) -> str:
    """Three figures, thousands with commas."""
    if value >= 1000:
        return f"{round(value, 2 - math.floor(math.log10(value))):,.0f}"
    return f"{value:.3g}" if value >= 1e-4 else np.format_float_positional(value, 2, fractional=False, trim="-")


def _sources(values: Mapping[str, object]) -> str:
    drug = values["drug"]
    antigen, _, counted = DRUGS[drug]
    rows = [row for (owner, name), row in tables.parameters().items() if owner == "binding" and name.startswith(drug)]
    return (
        "<p><b>A model for teaching.</b> Three partners in solution at equilibrium, exact for every cooperativity (shape: "
        "douglass2013). Two cells that touch are not a solution: contact in two dimensions, avidity and receptor turnover "
        "are left out, and a level in plasma is taken as free drug. Blinatumomab empties the blood at about 1 % of its "
        "peak: the height of the bell is no scale of killing.</p>"
        f"<p><b>Receptors</b>: {antigen}: {counted}; CD3: a T-cell line, 66,299 ± 26,763 (liu2023; read); 95 million cells of "
        "either kind per mL of lymph node (hosseini2020; derived).</p>" + quantity_table(f"Binding of {drug}", rows)
    )
