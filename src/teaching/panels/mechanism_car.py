"""The mechanism of a CAR, drawn: its parts, its generations, and what each part adds."""

from __future__ import annotations

from collections.abc import Mapping

from teaching import tables
from teaching.figures import mechanism_car as car
from teaching.figures.mechanism_pieces import steps_table
from teaching.panels.controls import Choice
from teaching.panels.family import family, thing
from teaching.panels.scene import Preset, Scene, Timeline
from teaching.panels.sources import KILLING, cited, statements
from teaching.words import exact, whole

PRESETS = (
    Preset("CD19 CAR with 4-1BB", {"generation": "second", "costimulation": "4-1BB", "antigen": "CD19"}),
    Preset("CD19 CAR with CD28", {"generation": "second", "costimulation": "CD28", "antigen": "CD19"}),
    Preset("BCMA CAR with 4-1BB", {"generation": "second", "costimulation": "4-1BB", "antigen": "BCMA"}),
    Preset("First generation", {"generation": "first", "antigen": "CD19"}),
    Preset("Third generation", {"generation": "third", "antigen": "CD19"}),
)


def _controls() -> list:
    return [
        Choice("antigen", "Antigen", "CD19", tuple(car.TARGETS), ("CD19 (B cell)", "BCMA (plasma cell)")),
        Choice("generation", "Generation", "second", car.GENERATIONS, ("1st", "2nd", "3rd")),
        Choice("costimulation", "Co-stimulation", "4-1BB", car.COSTIMULATIONS, when={"generation": "second"}),
    ]


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


def _sources() -> str:
    """What the drawing of a CAR says, and where it was read."""
    double, most, again, later = (
        tables.observation(f"{study}_{what}")
        for study in ("stein2019", "ogasawara2021") for what in ("doubling", "peak_day")
    )  # fmt: skip
    return statements((
        ("Parts and generations; co-stimulation adds killing and growth",
         "figure legends read: doi 10.1186/s40425-018-0460-5, doi 10.1186/s13045-018-0677-2, PMC5496242"),
        ("Binding without MHC, synapse", KILLING + "; Fas ligand and cytokines kill as well and are not drawn"),
        (f"Doubling time {exact(double.value)} days and peak on day {exact(most.value)} with 4-1BB",
         f"{cited(double)}; {again.source[0]}: {exact(again.value)} days, day {whole(later.value, 1)}"),
        ("Peak with CD28", cited(tables.observation("kochenderfer2017_remission"))),
        ("Day of the peak of a BCMA product with 4-1BB", cited(tables.observation("carvykti_label_peak_day"))),
    ))  # fmt: skip


@family(
    title="The CAR, drawn",
    question="What is a CAR made of, and what does each part do?",
    lesson=5,
    place=1,
    line="Go step by step through the parts of the receptor and what each one adds.",
    controls=_controls,
    presets=PRESETS,
    figure=car.car_drawing,
    sources=_sources,
    subject=thing("CAR"),
    timeline=Timeline.of_steps(car.STEPS),
    panel="mechanism",
)
def mechanism_car(values: Mapping[str, object]) -> Scene:
    """How CAR-T cells kill and multiply, drawn step by step, part by part of the receptor."""
    antigen, generation, domain = (values[name] for name in ("antigen", "generation", "costimulation"))
    lines, sentence = growth_in_words(antigen, generation, domain)
    inside = car.domains_of(generation, domain)
    return Scene(
        car.car_values(generation, domain, antigen, lines),
        f"{car_in_words(antigen, generation, domain)} {sentence}",
        (f"column-{generation}",),
        table=lambda: steps_table(car.STEPS, [("inside", " ".join(inside)), ("growth", sentence)]),
    )
