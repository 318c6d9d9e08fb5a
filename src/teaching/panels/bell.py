"""The bell panel: how many bridges an engager makes, and on which side of the peak a drug stands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.figures.bell import FREE_NM, HIGHEST_NM, LOWEST_NM, bell_drawing, within
from teaching.figures.course_axes import csv_text
from teaching.model.binding import (
    BindingConstants,
    binding_constants,
    free_drug_at_peak,
    ng_per_ml_to_nM,
    nM_to_ng_per_ml,
    peak_complex,
    place_on_bell,
    ternary_complex,
)
from teaching.model.patient import Patient
from teaching.model.therapies import product
from teaching.panels.controls import Choice, Slider
from teaching.panels.live import Panel
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, preset_of
from teaching.panels.sources import cited, quantity_table
from teaching.words import exact, percent, rounded, whole

QUESTION = "Where on the bell does an engager stand, and what would more of it do?"
DRUGS = ("blinatumomab", "mosunetuzumab")
#: Both arms bind like the root of blinatumomab's two: the same peak, another height and width.
MADE_UP = "made-up engager"
LABELS = (
    "Blinatumomab 28 µg/day",
    "Mosunetuzumab 60 mg",
    "Equal arms, same peak",
    "Blinatumomab, far too much",
    "Blinatumomab, tighter CD3 arm",
    "Arms that help each other",
)
#: Under which dose the clinical level of data/parameters.csv was measured.
_LEVEL_WORDS = {"blinatumomab": "under 28 µg/day: ", "mosunetuzumab": "highest after 60 mg: "}
#: Antigen of each engager, and the observation that counted it on blood B cells of healthy donors.
_COUNTED = {
    "blinatumomab": ("CD19", "ginaldi1998_cd19"),
    "mosunetuzumab": ("CD20", "ginaldi1998_cd20"),
    MADE_UP: ("CD19", "ginaldi1998_cd19"),
}
_NM_PER_MOLECULE_PER_UL = 1e6 * 1e9 / 6.02214076e23


def bell(preset: str | None = None, predict: Predict | None = None) -> Panel:
    """The ternary complex of target, engager and CD3 against free engager.

    `preset` is the label of one of `LABELS`. Raises ValueError for an unknown preset.
    """
    presets = presets_of()
    first = preset_of(preset, presets).values
    controls = _controls()
    drugs = {name: (constants(name), _level_in_words(name)) for name in (*DRUGS, MADE_UP)}

    def picture(values: Mapping[str, object]) -> Scene:
        kd, level = constants(values["engager"]), values[f"{values['engager']} level"]
        system = system_of(values)
        peak, per_cell = free_drug_at_peak(*system[2:4]), _NM_PER_MOLECULE_PER_UL * b_cells_per_ul()
        count = ternary_complex(FREE_NM, *system) / per_cell
        most, here = peak_complex(*system) / per_cell, ternary_complex(level, *system) / per_cell
        share = 100 * np.minimum(count / most, 1.0)
        parts = {
            "share": share, "count": count,
            "peak": (peak, 100.0), "peak-count": (peak, within(most)),
            "here": (level, 100 * here / most), "here-count": (level, within(here)),
            "words-peak": f"peak: {rounded(most, 3)} at {rounded(peak, 3)} nM",
            "words-here": f"here: {rounded(here, 3)} at {rounded(level, 3)} nM",
        }  # fmt: skip
        columns = {
            "free_engager_nM": FREE_NM,
            "free_engager_ng_per_ml": nM_to_ng_per_ml(FREE_NM, kd.molecular_weight_kDa),
            "bridges_percent_of_peak": share,
            "bridges_per_b_cell": count,
        }
        return Scene(parts, _sentence(values, here, most), (values["engager"],), table=lambda: csv_text(columns))

    start = {control.name: control.value for control in controls} | dict(first)
    return Panel(
        "bell", QUESTION, controls, bell_drawing(picture(start).values, drugs), picture,
        presets=presets, start=first, predict=predict, sources=_sources,
    )  # fmt: skip


def constants(engager: str) -> BindingConstants:
    """The binding constants of an engager; the made-up one has two equal arms and weighs as blinatumomab."""
    if engager != MADE_UP:
        return binding_constants(engager)
    kd = binding_constants("blinatumomab")
    equal = free_drug_at_peak(kd.kd_target_nM, kd.kd_cd3_nM)
    return kd._replace(kd_target_nM=equal, kd_cd3_nM=equal)


def receptors_per_b_cell(engager: str) -> float:
    """Molecules of an engager's target on a blood B cell: the mean of healthy donors."""
    return tables.observation(_COUNTED[engager][1]).value


def cd3_per_t_cell() -> float:
    """CD3 molecules on a T cell, counted on a T-cell line."""
    return tables.observation("liu2023_cd3").value


def t_cells_per_ul() -> float:
    """T cells per uL of blood (assumed)."""
    return tables.observation("t_cells_in_blood").value


def _level_in_words(engager: str) -> str:
    """The clinical level that the picture marks; '' for the made-up engager, which has none."""
    if engager not in _LEVEL_WORDS:
        return ""
    return f"{_LEVEL_WORDS[engager]}{rounded(constants(engager).level_ng_per_ml, 3)} ng/mL"


def b_cells_per_ul() -> float:
    """B cells per uL of blood in a typical patient before any therapy."""
    patient = Patient.typical("SLE")
    return patient["blood_naive_start"] + patient["blood_memory_start"]


def system_of(values: Mapping[str, object]) -> tuple[float, float, float, float, float]:
    """Target and CD3 in blood [nM], both KD [nM] and cooperativity of a setting, as `ternary_complex` takes them."""
    engager = values["engager"]
    made_up = engager == MADE_UP
    receptors = receptors_per_b_cell(MADE_UP) if made_up else values[f"{engager} receptors"]
    target = receptors * b_cells_per_ul() * _NM_PER_MOLECULE_PER_UL
    cd3 = cd3_per_t_cell() * t_cells_per_ul() * _NM_PER_MOLECULE_PER_UL
    cooperativity = values["cooperativity"] if made_up else 1.0
    return target, cd3, constants(engager).kd_target_nM, values[f"{engager} kd_cd3"], cooperativity


def presets_of() -> tuple[Preset, ...]:
    """The named cases: two drugs at their clinical level, and four what-ifs."""
    values = (
        {"engager": "blinatumomab"},
        {"engager": "mosunetuzumab"},
        {"engager": MADE_UP},
        {"engager": "blinatumomab", "blinatumomab level": 2000.0},
        {"engager": "blinatumomab", "blinatumomab kd_cd3": 2.6},
        {"engager": MADE_UP, "cooperativity": 30.0},
    )
    return tuple(Preset(label, setting) for label, setting in zip(LABELS, values, strict=True))


def _controls() -> list:
    """Engager, its level and its CD3 arm; of a drug its receptors, of the made-up engager its cooperativity."""
    ours, rows = "range chosen by this kit", tables.parameters()
    controls: list = [Choice("engager", "Engager", "blinatumomab", (*DRUGS, MADE_UP))]
    for engager in (*DRUGS, MADE_UP):
        kd, only = constants(engager), {"engager": engager}
        row = (engager if engager in DRUGS else "blinatumomab") + "_"
        found = [rows["binding", row + name] for name in ("level_ng_per_ml", "kd_cd3_nm")]
        level, arm = (f"{', '.join(quantity.source)}; {quantity.confidence}" for quantity in found)
        arm = arm if engager in DRUGS else "the root of blinatumomab's two KDs"
        controls += [
            Slider(
                f"{engager} level", "Free engager", ng_per_ml_to_nM(kd.level_ng_per_ml, kd.molecular_weight_kDa),
                LOWEST_NM, HIGHEST_NM, unit="nM", log=True, when=only,
                source=f"start: a clinical level taken as free ({level}); {ours}: the whole bell",
            ),
            Slider(
                f"{engager} kd_cd3", "KD of the CD3 arm", kd.kd_cd3_nM, 1, 1000, unit="nM", log=True, when=only,
                source=f"start: {rounded(kd.kd_cd3_nM, 3)} nM ({arm}); {ours}",
            ),
        ]  # fmt: skip
        if engager in DRUGS:
            antigen, seen = _COUNTED[engager][0], tables.observation(_COUNTED[engager][1])
            counted = f"start: {_mean(seen)}, {seen.n} healthy donors ({cited(seen)})"
            controls.append(
                Slider(
                    f"{engager} receptors", f"{antigen} per B cell", seen.value, 1000, 200_000,
                    unit="molecules", log=True, when=only, source=f"{counted}; {ours}",
                )
            )  # fmt: skip
    helps = f"a what-if: no measured value was found; 1: the arms do not help each other; {ours}"
    controls.append(
        Slider("cooperativity", "Cooperativity", 1.0, 0.1, 100, log=True, when={"engager": MADE_UP}, source=helps)
    )
    return controls


def _mean(row: tables.Observation) -> str:
    return f"{whole(row.value)} (SD {whole(row.sd)})"


def _mass(level_nM: float, weight_kDa: float) -> str:
    amount = nM_to_ng_per_ml(level_nM, weight_kDa)
    return f"{rounded(amount, 3)} ng/mL" if amount < 1000 else f"{rounded(amount / 1000, 3)} µg/mL"


def _sentence(values: Mapping[str, object], here: float, most: float) -> str:
    engager, system = values["engager"], system_of(values)
    level = values[f"{engager} level"]
    kd, peak = constants(engager), free_drug_at_peak(system[2], system[3])
    place = place_on_bell(level, system[2], system[3], system[0], system[1], system[4])
    name = engager[0].upper() + engager[1:] if engager in DRUGS else "A made-up engager"
    more = {
        "left": "left of the peak, where more engager makes more bridges",
        "near the peak": "near the peak, where more or less engager changes little",
        "right": "right of the peak, where more engager makes fewer bridges",
    }[place.side]
    factor = peak / level
    far = f"{rounded(factor, 3)} times more" if factor >= 1 else f"{rounded(1 / factor, 3)} times less"
    amount = f"{rounded(level, 3)} nM ({_mass(level, kd.molecular_weight_kDa)})"
    peaks = f"{rounded(peak, 3)} nM ({_mass(peak, kd.molecular_weight_kDa)})"
    words = [
        f"{name} at {amount} makes {percent(100 * place.fraction, 3)} of the most bridges it can make: {more}.",
        f"The peak lies at √({rounded(system[2], 3)} × {rounded(system[3], 3)}) = {peaks}, {far}, "
        "whatever the receptor number and the cooperativity.",
        f"As if in solution, that is {rounded(here, 3)} bridges per B cell here and {rounded(most, 3)} at the peak.",
    ]
    if engager == "blinatumomab":
        half = product("blinatumomab")["kill_half_concentration_ng_per_ml"]
        clinical = place_on_bell(ng_per_ml_to_nM(kd.level_ng_per_ml, kd.molecular_weight_kDa), *kd[:2]).fraction
        words.append(
            f"Height is no scale of killing: the drug has half of its full effect at {exact(half)} ng/mL, and its "
            f"clinical "
            f"level is at {percent(100 * clinical)} of the peak for its own KDs."
        )
    else:
        words.append("Height is no scale of killing: two cells that touch are not a solution.")
    return " ".join(words)


def _sources(values: Mapping[str, object]) -> str:
    rows = tables.parameters()
    found = [row for (owner, name), row in rows.items() if owner == "binding" and name.startswith(DRUGS)]
    cd19, cd20, cd3 = (tables.observation(name) for name in ("ginaldi1998_cd19", "ginaldi1998_cd20", "liu2023_cd3"))
    weight = rows["binding", "mosunetuzumab_molecular_weight_kda"].value
    half = product("blinatumomab").quantities["kill_half_concentration_ng_per_ml"]
    return (
        "<p><b>A model for teaching</b>: T = 2 A C / (S + √(S² − 4 A C)) with S = A + C + (K1 + b)(K2 + b)/(α b), at "
        "equilibrium in solution; the peak at b = √(K1 K2) is exact in free drug (douglass2013). Left out: two "
        "surfaces that touch, avidity, receptor turnover. So the picture teaches shape and place; its height is no "
        "scale of killing, and bridges per cell are no count of a synapse.</p>"
        f"<p>Target per B cell: CD19 {_mean(cd19)}, CD20 {_mean(cd20)}, n = {cd19.n} healthy donors ({cited(cd19)}); "
        f"CD3: {whole(cd3.value)} on a T-cell line (SD {whole(cd3.sd)}; {cited(cd3)}). Cells in blood: "
        f"{whole(b_cells_per_ul())} B cells per µL (data/diseases.csv, SLE) and {whole(t_cells_per_ul())} T cells per "
        "µL (assumption). Cooperativity: a what-if, no value was found. The made-up engager binds with both arms at "
        f"{rounded(constants(MADE_UP).kd_cd3_nM, 3)} nM, the root of blinatumomab's two KDs, and is no drug.</p>"
        "<p>Clinical levels are label values in leukaemia and lymphoma, taken as free drug; mosunetuzumab's weight in "
        f"nM is an assumption ({exact(weight)} kDa). Half effect of blinatumomab at {exact(half.value)} ng/mL: fixed "
        f"from literature in a published model ({', '.join(half.source)}; {half.confidence}).</p>"
        + quantity_table("Numbers behind it", found)
    )
