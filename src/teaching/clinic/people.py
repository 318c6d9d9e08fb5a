"""The six patients of the clinic: what is known of them, what the model does not have, what the seed hides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from teaching import tables
from teaching.clinic.luck import PATIENT, normal, shares
from teaching.inputs import one_of
from teaching.model.patient import Patient
from teaching.model.variation import varied
from teaching.words import exact

_MOST_DRAWS = 200
#: Hidden numbers are kept with so many figures: the last bits of `exp` differ between machines.
_FIGURES = 6
#: Draws of products' numbers are cut off at so many standard deviations, as in a cohort.
_WIDEST = 3.0


@dataclass(frozen=True)
class Person:
    """Someone who comes to the clinic. `disease` is a disease of data/diseases.csv, `missing` what the model lacks."""

    name: str
    disease: str
    missing: str


_PEOPLE = (
    Person(
        "SLE nephritis",
        "SLE",
        "The model has no kidney: disease activity stands for the nephritis too.",
    ),
    Person(
        "systemic sclerosis with lung disease",
        "SSc",
        "The model has no lung and no skin, and scars do not count. Its numbers are those of lupus, an assumption.",
    ),
    Person(
        "myositis",
        "IIM",
        "The model has no muscle. Its numbers are those of lupus, an assumption.",
    ),
    Person(
        "rheumatoid arthritis",
        "RA",
        "The model has no joint. Its numbers are those of lupus, an assumption.",
    ),
    Person(
        "antiphospholipid syndrome",
        "APS",
        "The model has no clotting: a thrombosis is never seen. Its numbers are those of lupus, an assumption.",
    ),
    Person(
        "three diseases at once",
        "AIHA",
        "AIHA, ITP and antiphospholipid syndrome in one person. The model has one clone, one antibody and one "
        "activity, so that all three come and go together. It reads the rows of AIHA, which are assumptions.",
    ),
)


def people() -> dict[str, Person]:
    """The six patients by name."""
    return {person.name: person for person in _PEOPLE}


def person_of(name) -> Person:
    """The patient of that name; ValueError with one sentence for a name that is none."""
    return people()[one_of("patient", name, people())]


@lru_cache(maxsize=1024)
def hidden(person: Person, seed: int, number: int = 0) -> Patient:
    """The patient as the model knows them: hidden from the player until the debrief.

    Arguments: seed, as `luck.seed_of` gives it; number, 0 for the patient of the career, above it for others like them.
    Drawn by data/variation.csv (log-normal, cut off), as a cohort is, but by the kit's own dice. Raises ValueError when
    the table leaves no balance.
    """
    typical, rows = Patient.typical(person.disease), list(tables.variation().values())
    for attempt in range(_MOST_DRAWS):
        values, factors = {}, {}
        for place, row in enumerate(rows):
            ends = limits_of(typical, row)
            drawn = _within(*ends, row.log_sd, float(shares(seed, PATIENT, place, attempt, number)))
            (values if row.applies_to == "patient" else factors)[row.quantity] = drawn
        if (patient := varied(typical, values, factors)) is not None:
            return patient
    raise ValueError(f"no patient with {person.disease} could be drawn; data/variation.csv leaves no balance.")


def limits_of(typical: Patient, row: tables.VariationRow) -> tuple[float, float, float]:
    """Typical value, lowest and highest of what a row of data/variation.csv draws, in its unit (factors: 1 is typical).

    Raises ValueError when the typical value does not lie between the other two.
    """
    centre, span = typical[row.quantity] if row.applies_to == "patient" else 1.0, math.exp(_WIDEST * row.log_sd)
    low, high = (row.low, row.high) if row.applies_to in ("patient", "antigen") else (1 / span, span)
    if not low <= centre <= high:
        raise ValueError(
            f"variation.csv: the typical value {exact(centre)} does not lie inside {exact(low)} to {exact(high)}."
        )
    return centre, low, high


def share_below(centre: float, log_sd: float, end: float) -> float:
    """How many of a log-normal number with that centre lie below an end (fraction)."""
    return 0.5 * (1 + math.erf(math.log(end / centre) / log_sd / math.sqrt(2)))


def _within(centre: float, low: float, high: float, log_sd: float, share: float) -> float:
    """A log-normal number between two ends: its share of what lies between them is the throw."""
    below_low, below_high = share_below(centre, log_sd, low), share_below(centre, log_sd, high)
    value = centre * math.exp(log_sd * normal(below_low + share * (below_high - below_low)))
    return _figures(min(max(value, low), high))


def _figures(value: float) -> float:
    return float(f"{value:.{_FIGURES}g}")
