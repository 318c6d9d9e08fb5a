"""The mechanism panels: rituximab, engager and CAR, drawn, step by step, with their words."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from teaching import tables
from teaching.figures import mechanism_car as car
from teaching.figures import mechanism_engager as engager
from teaching.figures import mechanism_rituximab as rituximab
from teaching.figures.mechanism_pieces import steps_table
from teaching.panels.controls import Choice, Slider
from teaching.panels.live import Panel
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, Timeline, preset_of
from teaching.panels.sources import cited, quantity_table
from teaching.words import amount_in_words, code, exact, percent, rounded, whole

SECONDS_A_STEP = 3.5
PRESETS = {
    "rituximab": (
        Preset("B cell, FcγRIIIa V/F", {"target": "B cell", "genotype": "VF"}),
        Preset("B cell, V/V", {"target": "B cell", "genotype": "VV"}),
        Preset("B cell, F/F", {"target": "B cell", "genotype": "FF"}),
        Preset("Plasma cell: no CD20", {"target": "plasma cell"}),
    ),
    "engager": (
        Preset("Blinatumomab, most bridges", {"antigen": "CD19", "amount": 1.0}),
        Preset("Blinatumomab in blood", {"antigen": "CD19", "amount": engager.ENGAGERS["CD19"].level}),
        Preset("Far too much", {"antigen": "CD19", "amount": 1000.0}),
        Preset("Mosunetuzumab in blood", {"antigen": "CD20", "amount": engager.ENGAGERS["CD20"].level}),
        Preset("Teclistamab", {"antigen": "BCMA", "amount": 1.0}),
    ),
    "CAR": (
        Preset("CD19 CAR with 4-1BB", {"generation": "second", "costimulation": "4-1BB", "antigen": "CD19"}),
        Preset("CD19 CAR with CD28", {"generation": "second", "costimulation": "CD28", "antigen": "CD19"}),
        Preset("BCMA CAR with 4-1BB", {"generation": "second", "costimulation": "4-1BB", "antigen": "BCMA"}),
        Preset("First generation", {"generation": "first", "antigen": "CD19"}),
        Preset("Third generation", {"generation": "third", "antigen": "CD19"}),
    ),
}


def mechanism(name: str = "rituximab", preset: str | None = None, predict: Predict | None = None) -> Panel:
    """How a therapy kills, drawn step by step: 'rituximab', 'engager' or 'CAR'.

    `preset` is the label of one of `PRESETS[name]`. Raises ValueError for another name or preset.
    """
    families = {"rituximab": _rituximab, "engager": _engager, "CAR": _car}
    if not isinstance(name, str) or name not in families:
        raise ValueError(f"name is {name!r}; choose one of: {', '.join(families)}.")
    question, controls, drawing, picture, steps, sources = families[name]()
    timeline = Timeline("Step", seconds=SECONDS_A_STEP * (len(steps) - 1), start=float(len(steps) - 1), steps=steps)
    return Panel(
        "mechanism", question, controls, drawing, picture, presets=PRESETS[name], sources=sources, about=name,
        timeline=timeline, predict=predict, start=preset_of(preset, PRESETS[name]).values,
    )  # fmt: skip


def _rituximab() -> tuple:
    controls = [
        Choice("target", "Cell", "B cell", rituximab.TARGETS, ("B cell (CD20)", "plasma cell (no CD20)")),
        Choice("genotype", "FcγRIIIa, position 158", "VF", rituximab.GENOTYPES, ("V/V", "V/F", "F/F"),
               source="the three genotypes of FCGR3A (lee2023, kastbom2012; read)"),
    ]  # fmt: skip

    def picture(values: Mapping[str, object]) -> Scene:
        target, genotype = values["target"], values["genotype"]
        closed = (
            {}
            if target == "B cell"
            else {"genotype": "Without CD20 no antibody is bound: the receptor has nothing to hold."}
        )
        return Scene(
            rituximab.rituximab_values(target, genotype), rituximab_in_words(target, genotype), closed=closed,
            table=lambda: steps_table(rituximab.STEPS, [(row.name, row.value) for row in _responses()]),
        )  # fmt: skip

    question = "How does rituximab kill a B cell, and how can the cell escape?"
    return (
        question,
        controls,
        rituximab.rituximab_drawing(),
        picture,
        rituximab.STEPS,
        lambda _: _statements(_rituximab_sources()),
    )


def _responses() -> list[tables.Quantity]:
    return [row for row in tables.parameters().values() if row.owner == "effector" and row.name.startswith("response_")]


def _lupus_patients() -> int:
    return tables.observation("cambridge2006_antidsdna").n


def rituximab_in_words(target: str, genotype: str) -> str:
    """The whole route in words."""
    pair = f"{genotype[0]}/{genotype[1]}"
    if target != "B cell":
        return (
            "A plasma cell carries no CD20: the arms of rituximab find nothing to hold, so no complement, "
            "macrophage or NK cell is called, and the cell goes on making antibody. "
            f"In {_lupus_patients()} patients with "
            "lupus antibodies against tetanus and pneumococci stayed as they were after rituximab (Cambridge 2006)."
        )
    pooled, arthritis = tables.observation("lee2023_patients"), tables.observation("kastbom2012_patients")
    shaved = tables.observation("beum2011_shaving")
    row = {found.name.removeprefix("response_"): found for found in _responses()}
    odds = row["odds_ratio_per_v_allele"]
    share = {one: f"{whole(row[f'percent_{one.lower()}'].value)} %" for one in ("VV", "VF", "FF")}
    return (
        "Rituximab holds CD20 on the B cell with its arms; its tail (Fc) points outward. Complement: C1q sits on "
        "neighbouring tails, a cascade ends in pores, water flows in and the cell bursts. Phagocytosis: a "
        "macrophage holds the tails with Fcγ receptors and swallows the cell. ADCC: an NK cell holds them with "
        f"FcγRIIIa, here {pair}, and perforin and granzymes kill; each V went with {exact(odds.value)}-fold odds "
        f"of a response ({whole(odds.low, 2)} to {whole(odds.high, 2)}; {pooled.n} patients), yet among {arthritis.n} "
        f"with rheumatoid arthritis V/F did best: {share['VF']} responded, F/F {share['FF']}, V/V {share['VV']}. "
        f"Escape: shaving tears off CD20 with its antibody, more than {exact(shaved.value)} % of it within an hour in "
        "leukaemia, and the cell lives on."
    )


def _engager() -> tuple:
    controls = [
        Choice("antigen", "Engager", "CD19", tuple(engager.ENGAGERS),
               tuple(f"{item.drug} ({name} × CD3)" for name, item in engager.ENGAGERS.items())),
        Slider("amount", "Free engager", 1.0, engager.LOW, engager.HIGH, unit="× the best amount", log=True,
               source="chosen by this kit: four powers of ten on either side of the peak"),
    ]  # fmt: skip

    def picture(values: Mapping[str, object]) -> Scene:
        antigen, amount = values["antigen"], values["amount"]
        shown = (engager.scene_of(antigen, amount), f"level-{antigen}")
        return Scene(
            engager.engager_values(antigen, amount), engager_in_words(antigen, amount), shown,
            table=lambda: _bell_table(antigen),
        )  # fmt: skip

    question = "How does an engager make a T cell kill, and why is more not always better?"
    return question, controls, engager.engager_drawing(), picture, engager.STEPS, _engager_sources


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


def _engager_sources(values: Mapping[str, object]) -> str:
    item = engager.ENGAGERS[values["antigen"]]
    rows = [
        row for (owner, name), row in tables.parameters().items() if owner == "binding" and name.startswith(item.drug)
    ]
    numbers = (
        quantity_table(f"Binding of {item.drug}", rows)
        if rows
        else f"<p>{html.escape(item.drug)}: {html.escape(_affinities(item))}</p>"
    )
    return numbers + _statements(_engager_claims())


def _affinities(item: engager.Engager) -> str:
    """The affinities of an engager that stand among the observations, and where they were read."""
    target, cd3, _ = (tables.observation(name) for name in item.observed)
    return (
        f"affinities {exact(target.value)} and {exact(cd3.value)} nM: United States review as quoted on a poster "
        f"({target.confidence})"
    )


def _car() -> tuple:
    controls = [
        Choice("antigen", "Antigen", "CD19", tuple(car.TARGETS), ("CD19 (B cell)", "BCMA (plasma cell)")),
        Choice("generation", "Generation", "second", car.GENERATIONS, ("1st", "2nd", "3rd")),
        Choice("costimulation", "Co-stimulation", "4-1BB", car.COSTIMULATIONS, when={"generation": "second"}),
    ]

    def picture(values: Mapping[str, object]) -> Scene:
        antigen, generation, domain = (values[name] for name in ("antigen", "generation", "costimulation"))
        lines, sentence = growth_in_words(antigen, generation, domain)
        inside = car.domains_of(generation, domain)
        return Scene(
            car.car_values(generation, domain, antigen, lines),
            f"{car_in_words(antigen, generation, domain)} {sentence}",
            (f"column-{generation}",),
            table=lambda: steps_table(car.STEPS, [("inside", " ".join(inside)), ("growth", sentence)]),
        )  # fmt: skip

    question = "What is a CAR made of, and what does each part do?"
    return question, controls, car.car_drawing(), picture, car.STEPS, lambda _: _statements(_car_sources())


def car_in_words(antigen: str, generation: str, costimulation: str) -> str:
    """The parts of the CAR and what the cell does, in words."""
    cell = car.TARGETS[antigen][0].replace("\n", " ")
    extra = [domain for domain in car.domains_of(generation, costimulation) if domain != "CD3ζ"]
    inside = (
        f"{' and '.join(extra)} for co-stimulation and CD3ζ for the signal to kill"
        if extra
        else "CD3ζ alone for the signal to kill"
    )
    return (
        f"A {generation}-generation CAR against {antigen}: outside the T cell an scFv, the binding ends of an "
        f"antibody, on a hinge; a stretch through the membrane; inside {inside}. The scFv holds {antigen} on a "
        f"{cell}, no MHC molecule is needed; perforin and granzymes cross over and the {cell} dies."
    )


def growth_in_words(antigen: str, generation: str, costimulation: str) -> tuple[tuple[str, str, str], str]:
    """How the cells multiply: three lines for the picture and a sentence, with the published number if one was read."""
    if generation == "first":
        return (
            ("but less: there is no", "co-stimulation", ""),
            "Without co-stimulation the cells multiply less than later designs.",
        )
    if generation == "third":
        lines = ("two co-stimulations are", "meant to make it grow", "and last more")
        return (
            lines,
            "The second co-stimulation is meant to make the cells grow and last more; no number was read for it.",
        )
    if antigen == "BCMA" and costimulation == "4-1BB":
        row = tables.observation("carvykti_label_peak_day")
        most = f"on day {exact(row.value)}"
        lines = (f"most cells {most}", "(4-1BB, myeloma)", "")
        return lines, f"The cells multiply; in {row.n} patients with myeloma there were most of them {most} (median)."
    if antigen == "BCMA":
        return (
            "no number was read for",
            "BCMA with CD28",
            "",
        ), "The cells multiply; no number was read for BCMA with CD28."
    if costimulation == "4-1BB":
        double, most = tables.observation("stein2019_doubling"), tables.observation("stein2019_peak_day")
        every, day = f"every {exact(double.value)} days", f"day {exact(most.value)}"
        lines = (f"doubles {every},", f"most cells on {day}", "(4-1BB, leukaemia)")
        return lines, f"The cells multiply: in {double.n} patients with leukaemia they doubled {every} until {day}."
    well, other = (tables.observation(f"kochenderfer2017_{end}remission") for end in ("", "no_"))
    peak = f"{exact(well.value)} per µL"
    lines = (f"median peak {peak}", "with remission (CD28,", "lymphoma)")
    sentence = (
        f"The cells multiply: in lymphoma ({well.n} patients) their median peak was {peak} with remission, "
        f"{exact(other.value)} without."
    )
    return lines, sentence


# --- where it was read ---------------------------------------------------------------------------

_ROUTES = "figure legends read: Scientifica 2012:215308 and Antibodies 2020;9:68 (doi 10.3390/antib9040068)"
_KILLING = "perforin and granzymes: doi 10.3390/ijms20061283 (review on CAR-T cells, abstract read)"


def _rituximab_sources() -> tuple[tuple[str, str], ...]:
    """What the drawing of rituximab says, and where it was read."""
    shaved = exact(tables.observation("beum2011_shaving").value)
    return (
        ("CD20 from the pre-B to the memory cell, none on plasma cells", "rituximab_label; read-secondary"),
        ("Complement with C1q and pores, phagocytosis, NK cells", _ROUTES),
        ("V158 binds IgG1 better than F158, shown on NK cells",
         "Koene 1997, Blood 90:1109, PMID 9242542 (abstract read)"),
        ("Odds of a response by V allele; response by genotype", "lee2023, kastbom2012; read; the two disagree"),
        ("In mice with human CD20 macrophages did most of the killing; which route counts most in patients is open",
         "Blood 2015;125:1901 (abstract read)"),
        (f"Shaving: more than {shaved} % of CD20 lost within an hour in leukaemia; CD19 counts fell by half with no "
         "cell dead", "beum2011, jones2012, valgardsdottir2017; read"),
        (f"Tetanus and pneumococcal antibodies unchanged in {_lupus_patients()} patients with lupus",
         "cambridge2006; read"),
        ("Left out: death by cross-linking of CD20, which was seen in cell culture", _ROUTES),
    )  # fmt: skip


def _engager_claims() -> tuple[tuple[str, str], ...]:
    """What the drawing of an engager says, and where it was read."""
    return (
        ("Two arms, synapse, cytolytic proteins, cytokines (among them IL-6, IL-10, interferon γ), growth of T cells",
         "Blincyto, United States prescribing information, clinical pharmacology (read in a reprint); klinger2012"),
        ("What the T cell pours out",
         _KILLING + "; named for blinatumomab in a register of trials only (read-secondary)"),
        ("Shape and peak of the bell", "douglass2013 (abstract read); computed with binding.py for few receptors"),
        ("Small scenes: too little, too much: below half of the peak on the left and on the right",
         "drawn by this kit"),
    )  # fmt: skip


def _car_sources() -> tuple[tuple[str, str], ...]:
    """What the drawing of a CAR says, and where it was read."""
    double, most, again, later = (
        tables.observation(f"{study}_{what}")
        for study in ("stein2019", "ogasawara2021") for what in ("doubling", "peak_day")
    )  # fmt: skip
    return (
        ("Parts and generations; co-stimulation adds killing and growth",
         "figure legends read: doi 10.1186/s40425-018-0460-5, doi 10.1186/s13045-018-0677-2, PMC5496242"),
        ("Binding without MHC, synapse", _KILLING + "; Fas ligand and cytokines kill as well and are not drawn"),
        (f"Doubling time {exact(double.value)} days and peak on day {exact(most.value)} with 4-1BB",
         f"{cited(double)}; {again.source[0]}: {exact(again.value)} days, day {whole(later.value, 1)}"),
        ("Peak with CD28", cited(tables.observation("kochenderfer2017_remission"))),
        ("Day of the peak of a BCMA product with 4-1BB", cited(tables.observation("carvykti_label_peak_day"))),
    )  # fmt: skip


def _statements(rows: Iterable[tuple[str, str]]) -> str:
    """What the drawing claims and where it was read, as HTML."""
    body = "".join(
        f'<tr><th scope="row">{html.escape(claim)}</th><td>{html.escape(source)}</td></tr>' for claim, source in rows
    )
    return (
        "<p><b>What the drawing says and where it was read</b> (a model for teaching: sizes, numbers of molecules and "
        "order in time are drawn to be seen, not to scale; keys: data/references.bib)</p>"
        f"<table><thead><tr><th>statement</th><th>source</th></tr></thead><tbody>{body}</tbody></table>"
    )
