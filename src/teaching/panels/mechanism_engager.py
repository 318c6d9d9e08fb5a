"""The mechanism of an engager, drawn: the bridge between two cells, the kill, and the bell."""

from __future__ import annotations

import html
from collections.abc import Mapping

from teaching import tables
from teaching.figures import mechanism_engager as engager
from teaching.figures.mechanism_pieces import steps_table
from teaching.panels.controls import Choice, Slider
from teaching.panels.family import family, thing
from teaching.panels.scene import Preset, Scene, Timeline
from teaching.panels.sources import KILLING, quantity_table, statements
from teaching.words import amount_in_words, code, exact, percent, rounded

#: What the drawing says, and where it was read.
_CLAIMS = (
    ("Two arms, synapse, cytolytic proteins, cytokines (among them IL-6, IL-10, interferon γ), growth of T cells",
     "Blincyto, United States prescribing information, clinical pharmacology (read in a reprint); klinger2012"),
    ("What the T cell pours out",
     KILLING + "; named for blinatumomab in a register of trials only (read-secondary)"),
    ("Shape and peak of the bell", "douglass2013 (abstract read); computed with binding.py for few receptors"),
    ("Small scenes: too little, too much: below half of the peak on the left and on the right",
     "drawn by this kit"),
)  # fmt: skip


def _presets() -> tuple[Preset, ...]:
    """The named cases; what stands in blood is read from the tables."""
    return (
        Preset("Blinatumomab, most bridges", {"antigen": "CD19", "amount": 1.0}),
        Preset("Blinatumomab in blood", {"antigen": "CD19", "amount": engager.ENGAGERS["CD19"].level}),
        Preset("Far too much", {"antigen": "CD19", "amount": 1000.0}),
        Preset("Mosunetuzumab in blood", {"antigen": "CD20", "amount": engager.ENGAGERS["CD20"].level}),
        Preset("Teclistamab", {"antigen": "BCMA", "amount": 1.0}),
    )


def _controls() -> list:
    return [
        Choice("antigen", "Engager", "CD19", tuple(engager.ENGAGERS),
               tuple(f"{item.drug} ({name} × CD3)" for name, item in engager.ENGAGERS.items())),
        Slider("amount", "Free engager", 1.0, engager.LOW, engager.HIGH, unit="× the best amount", log=True,
               source="chosen by this kit: four powers of ten on either side of the peak"),
    ]  # fmt: skip


def engager_in_words(antigen: str, amount: float) -> str:
    """The bridge, the kill and the place on the bell in words."""
    item = engager.ENGAGERS[antigen]
    cell = item.target.replace("\n", " ")
    why = {
        "too little": "too little: most receptors stay empty",
        "just right": "just right: many receptors are bridged",
        "too much": "too much: both cells are full of separate molecules and few are bridged",
    }[engager.scene_of(antigen, amount)]
    blood = ""
    if item.level is not None:
        share = float(item.fraction(item.level))
        level = rounded(item.kd.level_ng_per_ml, 3)
        bridges = percent(100 * share, 1)
        blood = f" The level in patients' blood ({level} ng/mL) would make {bridges} of the most bridges"
        blood += ", and it kills: the height of the bell is no scale of killing." if share < 0.1 else "."
    return (
        f"{item.drug.capitalize()} has two arms: one holds {antigen} on the {cell}, the other CD3 on a T cell, "
        "whatever the T cell's own receptor was made for. Many bridges make a synapse; the T cell pours perforin "
        f"and granzymes into it, the {cell} dies, cytokines leak out and T cells multiply. With "
        f"{amount_in_words(amount * item.peak_nM)} nM free engager, {amount_in_words(amount)} times the best "
        f"amount, there are {percent(100 * float(item.fraction(amount)), 1)} of the most bridges, {why}.{blood}"
    )


def _bell_table(antigen: str) -> str:
    shares = engager.ENGAGERS[antigen].fraction(engager.AMOUNTS) * 100
    rows = "".join(
        f"{code(amount, 5)},{code(share, 5)}\n" for amount, share in zip(engager.AMOUNTS, shares, strict=True)
    )
    return steps_table(engager.STEPS) + "free engager [x the amount at the peak],bridges [% of the most]\n" + rows


def _affinities(item: engager.Engager) -> str:
    """The affinities of an engager that stand among the observations, and where they were read."""
    target, cd3, _ = (tables.observation(name) for name in item.observed)
    return (
        f"affinities {exact(target.value)} and {exact(cd3.value)} nM: United States review as quoted on a poster "
        f"({target.confidence})"
    )


def _sources(values: Mapping[str, object]) -> str:
    item = engager.ENGAGERS[values["antigen"]]
    rows = [
        row for (owner, name), row in tables.parameters().items() if owner == "binding" and name.startswith(item.drug)
    ]
    numbers = (
        quantity_table(f"Binding of {item.drug}", rows)
        if rows
        else f"<p>{html.escape(item.drug)}: {html.escape(_affinities(item))}</p>"
    )
    return numbers + statements(_CLAIMS)


@family(
    title="The engager, drawn",
    question="How does an engager make a T cell kill, and why is more not always better?",
    lesson=4,
    place=1,
    line="Go step by step from the bridge between two cells to the kill.",
    controls=_controls,
    presets=_presets,
    figure=engager.engager_drawing,
    sources=_sources,
    subject=thing("engager"),
    timeline=Timeline.of_steps(engager.STEPS),
    panel="mechanism",
)
def mechanism_engager(values: Mapping[str, object]) -> Scene:
    """How an engager kills, drawn step by step, with the bell of its bridges beside it."""
    antigen, amount = values["antigen"], values["amount"]
    shown = (engager.scene_of(antigen, amount), f"level-{antigen}")
    return Scene(
        engager.engager_values(antigen, amount), engager_in_words(antigen, amount), shown,
        table=lambda: _bell_table(antigen),
    )  # fmt: skip
