"""The bell panel: how many bridges an engager makes, and on which side of the peak a drug stands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teaching import tables
from teaching.figures.bell import FREE_NM, HIGHEST_NM, LOWEST_NM, bell_drawing, here_names, within
from teaching.figures.course_axes import csv_text
from teaching.figures.drawing import Drawing
from teaching.model.binding import (
    free_drug_at_peak,
    ng_per_ml_to_nM,
    nM_to_ng_per_ml,
    peak_complex,
    place_on_bell,
    ternary_complex,
)
from teaching.model.bridges import (
    COUNTED,
    DRUGS,
    MADE_UP,
    NM_PER_MOLECULE_PER_UL,
    b_cells_per_ul,
    constants,
    system_of,
    t_cells_per_ul,
)
from teaching.model.therapies import product
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family, thing
from teaching.panels.scene import Preset, Scene
from teaching.panels.sources import cited, quantity_table
from teaching.words import exact, percent, rounded, whole

PRESETS = (
    Preset("Blinatumomab 28 µg/day", {"engager": "blinatumomab"}),
    Preset("Mosunetuzumab 60 mg", {"engager": "mosunetuzumab"}),
    Preset("Equal arms, same peak", {"engager": MADE_UP}),
    Preset("Blinatumomab, far too much", {"engager": "blinatumomab", "blinatumomab level": 2000.0}),
    Preset("Blinatumomab, tighter CD3 arm", {"engager": "blinatumomab", "blinatumomab kd_cd3": 2.6}),
    Preset("Arms that help each other", {"engager": MADE_UP, "cooperativity": 30.0}),
)
#: Under which dose the clinical level of data/parameters.csv was measured.
_LEVEL_WORDS = {"blinatumomab": "under 28 µg/day: ", "mosunetuzumab": "highest after 60 mg: "}


def _level_in_words(engager: str) -> str:
    """The clinical level that the picture marks; '' for the made-up engager, which has none."""
    if engager not in _LEVEL_WORDS:
        return ""
    return f"{_LEVEL_WORDS[engager]}{rounded(constants(engager).level_ng_per_ml, 3)} ng/mL"


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
            antigen, seen = COUNTED[engager][0], tables.observation(COUNTED[engager][1])
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
    engager, system = values["engager"], _system(values)
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


def _system(values: Mapping[str, object]) -> tuple[float, float, float, float, float]:
    """The system of a setting, as `ternary_complex` takes it; only the made-up engager's arms may help each other."""
    engager = values["engager"]
    arm = values[f"{engager} kd_cd3"]
    if engager == MADE_UP:
        return system_of(engager, arm, cooperativity=values["cooperativity"])
    return system_of(engager, arm, values[f"{engager} receptors"])


def _figure(start: dict) -> Drawing:
    return bell_drawing(start, {name: (constants(name), _level_in_words(name)) for name in (*DRUGS, MADE_UP)})


@family(
    title="Bell",
    question="Where on the bell does an engager stand, and what would more of it do?",
    lesson=4,
    place=2,
    line="Change the engager, its CD3 arm and the receptors of the cell, and find the peak.",
    controls=_controls,
    presets=PRESETS,
    figure=_figure,
    sources=_sources,
    subject=thing(),
)
def bell(values: Mapping[str, object]) -> Scene:
    """The ternary complex of target, engager and CD3 against free engager."""
    kd, level = constants(values["engager"]), values[f"{values['engager']} level"]
    system = _system(values)
    peak, per_cell = free_drug_at_peak(*system[2:4]), NM_PER_MOLECULE_PER_UL * b_cells_per_ul()
    count = ternary_complex(FREE_NM, *system) / per_cell
    most, here = peak_complex(*system) / per_cell, ternary_complex(level, *system) / per_cell
    share = 100 * np.minimum(count / most, 1.0)
    parts = {
        "share": share, "count": count,
        "peak": (peak, 100.0), "peak-count": (peak, within(most)),
        "here": (level, 100 * here / most), "here-count": (level, within(here)),
        **here_names(level, peak, 100 * here / most, here),
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
