"""The mechanism of rituximab, drawn: three ways to kill a B cell and two to escape."""

from __future__ import annotations

from collections.abc import Mapping

from teaching import tables
from teaching.figures import mechanism_rituximab as rituximab
from teaching.figures.mechanism_pieces import steps_table
from teaching.panels.controls import Choice
from teaching.panels.family import family, thing
from teaching.panels.scene import Preset, Scene, Timeline
from teaching.panels.sources import statements
from teaching.words import exact, whole

PRESETS = (
    Preset("B cell, FcγRIIIa V/F", {"target": "B cell", "genotype": "VF"}),
    Preset("B cell, V/V", {"target": "B cell", "genotype": "VV"}),
    Preset("B cell, F/F", {"target": "B cell", "genotype": "FF"}),
    Preset("Plasma cell: no CD20", {"target": "plasma cell"}),
)
_ROUTES = "figure legends read: Scientifica 2012:215308 and Antibodies 2020;9:68 (doi 10.3390/antib9040068)"


def _controls() -> list:
    return [
        Choice("target", "Cell", "B cell", rituximab.TARGETS, ("B cell (CD20)", "plasma cell (no CD20)")),
        Choice("genotype", "FcγRIIIa, position 158", "VF", rituximab.GENOTYPES, ("V/V", "V/F", "F/F"),
               source="the three genotypes of FCGR3A (lee2023, kastbom2012; read)"),
    ]  # fmt: skip


def _responses() -> list[tables.Quantity]:
    return [row for row in tables.parameters().values() if row.owner == "effector" and row.name.startswith("response_")]


def _best(shares: Mapping[str, float]) -> str:
    """The genotype with the highest share of responders, in words."""
    pair = max(shares, key=shares.get).upper()
    return f"{pair[0]}/{pair[1]}"


def _two_cohorts() -> str:
    """What two cohorts with rheumatoid arthritis found by genotype, in words: they disagree."""
    one, other = tables.observation("kastbom2012_patients"), tables.observation("quartuccio2014_patients")
    pairs = [pair.lower() for pair in rituximab.GENOTYPES]
    response = tables.parameters()
    first = _best({pair: response["effector", f"response_percent_{pair}"].value for pair in pairs})
    second = _best({pair: tables.observation(f"quartuccio2014_{pair}").value for pair in pairs})
    return f"{first} did best among {one.n} patients, and {second} among {other.n}"


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
    pooled = tables.observation("lee2023_patients")
    shaved = tables.observation("beum2011_shaving")
    odds = tables.parameters()["effector", "response_odds_ratio_per_v_allele"]
    return (
        "Rituximab holds CD20 on the B cell with its arms; its tail (Fc) points outward. Complement: C1q sits on "
        "neighbouring tails, a cascade ends in pores, water flows in and the cell bursts. Phagocytosis: a "
        "macrophage holds the tails with Fcγ receptors and swallows the cell. ADCC: an NK cell holds them with "
        f"FcγRIIIa, here {pair}, and perforin and granzymes kill. Each V went with {exact(odds.value)}-fold odds "
        f"of a response ({whole(odds.low, 2)} to {whole(odds.high, 2)}; {pooled.n} patients). "
        f"Two cohorts with rheumatoid arthritis disagree: {_two_cohorts()}. "
        f"Escape: shaving tears off CD20 with its antibody, more than {exact(shaved.value)} % of it within an hour in "
        "leukaemia, and the cell lives on."
    )


def _sources() -> str:
    """What the drawing of rituximab says, and where it was read."""
    shaved = exact(tables.observation("beum2011_shaving").value)
    return statements((
        ("CD20 from the pre-B to the memory cell, none on plasma cells", "rituximab_label; read-secondary"),
        ("Complement with C1q and pores, phagocytosis, NK cells", _ROUTES),
        ("V158 binds IgG1 better than F158, shown on NK cells",
         "Koene 1997, Blood 90:1109, PMID 9242542 (abstract read)"),
        ("Odds of a response by V allele; response by genotype",
         "lee2023, kastbom2012, quartuccio2014; read; the two cohorts disagree"),
        ("In mice with human CD20 macrophages did most of the killing; which route counts most in patients is open",
         "Blood 2015;125:1901 (abstract read)"),
        (f"Shaving: more than {shaved} % of CD20 lost within an hour in leukaemia; CD19 counts fell by half with no "
         "cell dead", "beum2011, jones2012, valgardsdottir2017; read"),
        (f"Tetanus and pneumococcal antibodies unchanged in {_lupus_patients()} patients with lupus",
         "cambridge2006; read"),
        ("Left out: death by cross-linking of CD20, which was seen in cell culture", _ROUTES),
    ))  # fmt: skip


@family(
    title="Rituximab, drawn",
    question="How does rituximab kill a B cell, and how can the cell escape?",
    lesson=3,
    place=1,
    line="Go step by step through the three ways in which the antibody kills.",
    controls=_controls,
    presets=PRESETS,
    figure=rituximab.rituximab_drawing,
    sources=_sources,
    subject=thing("rituximab"),
    timeline=Timeline.of_steps(rituximab.STEPS),
    panel="mechanism",
)
def mechanism_rituximab(values: Mapping[str, object]) -> Scene:
    """How rituximab kills, drawn step by step: complement, phagocytosis, ADCC, and the ways to escape."""
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
