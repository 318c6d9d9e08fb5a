"""The tables of the published evidence: studies, their outcomes, single patients. A sister of tables.py, made alike.

An empty cell is unknown and never zero: `events` 0 says that nobody had it, an empty one that no count was read. What
two columns or two tables say against each other is named by file, line, column and reason (`TableError`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from teaching import tables
from teaching.inputs import choices, shortened
from teaching.tables import (
    Quantity,
    TableError,
    _any,
    _column,
    _confidence,
    _count,
    _maybe,
    _number,
    _one_of,
    _sources,
    _table,
    _text,
    _unique,
    _words,
    _yes,
)
from teaching.words import exact

#: What kind of study, from the weakest to the strongest; the last two are no cohorts of their own.
DESIGNS = {
    "case": "one patient",
    "series": "several patients, treated outside of a trial or collected afterwards",
    "single arm": "a trial in which everybody was given the therapy",
    "controlled": "with a group for comparison, not randomised",
    "randomised": "with a group for comparison, chosen by lot",
    "registry": "reports to an authority, a safety database or a label",
    "review": "counts the patients of other studies",
}
#: In these everybody was given the therapy.
UNCONTROLLED = ("case", "series", "single arm")
#: In these there is a control arm.
WITH_CONTROL = ("controlled", "randomised")
#: Patients of these are, or may be, patients of other rows: they are shown and never pooled.
NEVER_POOLED = ("registry", "review")
THERAPIES = {
    "antibody": "antibody",
    "engager": "T-cell engager",
    "car_t": "CAR-T cells",
    "car_nk": "CAR-NK cells",
    "car_treg": "regulatory CAR-T cells",
    "conditioning": "chemotherapy alone",
}
TARGETS = ("CD19", "CD20", "CD28", "CD38", "BCMA", "IL-6", "TNF", "none")
CELLS = {
    "autologous": "the patient's own cells",
    "allogeneic": "cells of a donor",
    "in vivo": "cells changed inside the body",
    "none": "no cells are given",
}
CONDITIONING = {
    "Flu+Cy": "fludarabine and cyclophosphamide",
    "Cy": "cyclophosphamide",
    "other": "something else; the note says what",
    "none": "none",
}
#: What of a source was opened, from the most to the least.
OPENED = {
    "full text": "the whole paper",
    "abstract": "its abstract, or a whole congress abstract",
    "part": "a part of its abstract, a table or a figure legend",
    "digest": "somebody else's summary, a news item or a press release, not the source",
    "title": "its title or an index entry",
    "none": "only that it exists, in somebody else's words",
}
#: From these no number can have been read.
NOT_OPENED = ("title", "none")
DISEASES = {
    "SLE": "systemic lupus erythematosus",
    "SSc": "systemic sclerosis",
    "IIM": "idiopathic inflammatory myopathy",
    "RA": "rheumatoid arthritis",
    "Sjogren": "Sjögren's disease",
    "APS": "antiphospholipid syndrome",
    "AAV": "ANCA-associated vasculitis",
    "PAN": "polyarteritis nodosa",
    "IgG4-RD": "IgG4-related disease",
    "MG": "myasthenia gravis",
    "LEMS": "Lambert-Eaton myasthenic syndrome",
    "NMOSD": "neuromyelitis optica spectrum disorder",
    "MS": "multiple sclerosis",
    "SPS": "stiff-person syndrome",
    "GAD ataxia": "cerebellar ataxia with antibodies to GAD65",
    "AIHA": "autoimmune haemolytic anaemia",
    "ITP": "immune thrombocytopenia",
    "MN": "membranous nephropathy",
    "other autoimmune": "autoimmune diseases that the source does not tell apart",
    "blood cancer": "leukaemia, lymphoma or myeloma, not an autoimmune disease",
}
#: What can be counted in patients or measured in a group.
OUTCOMES = {
    "remission": "remission as the study defines it",
    "response": "improvement as the study defines it",
    "drug_free": "off all immunosuppressive drugs",
    "relapse": "relapse, flare or loss of the response",
    "depletion": "B cells in blood gone, as the study defines it",
    "node_depletion": "B cells in a lymph node gone",
    "autoantibodies_gone": "autoantibodies no longer found",
    "crs": "cytokine release syndrome of any grade",
    "crs_severe": "cytokine release syndrome of grade 3 or higher",
    "icans": "neurotoxicity (ICANS) of any grade",
    "icans_severe": "neurotoxicity (ICANS) of grade 3 or higher",
    "local_toxicity": "local immune effector cell-associated toxicity (LICATS)",
    "late_blood_toxicity": "immune effector cell-associated haematotoxicity",
    "gvhd": "graft-versus-host disease",
    "neutropenia_severe": "neutropenia of grade 3 or higher",
    "thrombocytopenia_severe": "thrombocytopenia of grade 3 or higher",
    "anaemia_severe": "anaemia of grade 3 or higher",
    "infection_severe": "infection called serious, or of grade 3 or higher, or in hospital",
    "infection_rate": "infections per time",
    "low_igg": "low IgG, with the threshold of the study",
    "low_igm": "low IgM, with the threshold of the study",
    "serious_event": "patients with a serious adverse event",
    "death": "deaths",
    "second_cancer": "a second cancer",
    "t_cell_malignancy": "a T-cell malignancy",
    "product_made": "patients for whom the product could be made",
    "activity": "a score of disease activity at a time",
    "activity_change": "change of a score of disease activity",
    "remission_length": "how long a remission lasted",
    "aplasia_length": "how long B cells were missing in blood",
    "b_cell_return": "when B cells were seen again in blood",
    "b_cell_loss": "when B cells were gone from blood",
    "car_t_peak_time": "when CAR-T cells were most",
    "car_t_loss": "when CAR-T cells were gone from blood",
}
#: Events of one patient that have a day; 'no' means: not until that day, when observation ended.
EVENTS = ("relapse", "b_cells_gone", "b_cells_back", "marrow_b_cells_gone", "antibody_negative", "drug_added")


@dataclass(frozen=True)
class Study:
    """One published cohort, trial or case; `n` were given the therapy, `n_all` are the patients of all arms.

    `overlap` names sets of patients: two studies that share a set have, or may have, patients in common.
    """

    study: str = _column(_text)
    label: str = _column(_text)
    design: str = _column(_one_of(*DESIGNS))
    diseases: tuple[str, ...] = _column(_words)
    therapy: str = _column(_one_of(*THERAPIES))
    product: str = _column(_text)
    targets: tuple[str, ...] = _column(_words)
    cells: str | None = _column(_maybe(_one_of(*CELLS)))
    conditioning: str | None = _column(_maybe(_one_of(*CONDITIONING)))
    comparator: str = _column(_any)
    place: str = _column(_any)
    year: int | None = _column(_maybe(_count))
    n: int | None = _column(_maybe(_count))
    n_all: int | None = _column(_maybe(_count))
    followup_months: float | None = _column(_maybe(_number))
    followup_low: float | None = _column(_maybe(_number))
    followup_high: float | None = _column(_maybe(_number))
    registration: tuple[str, ...] = _column(_words)
    overlap: tuple[str, ...] = _column(_words)
    opened: str = _column(_one_of(*OPENED))
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)

    @property
    def can_be_pooled(self) -> bool:
        """Whether its patients are its own, and its source was opened."""
        return self.design not in NEVER_POOLED and self.opened not in NOT_OPENED and self.confidence != "recalled"


@dataclass(frozen=True)
class Outcome:
    """One result of a study: `events` of `n` patients, or a `value` with unit and spread.

    `disease` is empty when all patients of the study are meant. `main` is 'no' for another time, threshold or analysis
    of the same patients. `month` is counted from the start of treatment.
    """

    study: str = _column(_text)
    arm: str = _column(_one_of("treated", "control"))
    disease: str = _column(_any)
    outcome: str = _column(_one_of(*OUTCOMES))
    main: bool = _column(_yes)
    events: int | None = _column(_maybe(_count))
    n: int | None = _column(_maybe(_count))
    value: float | None = _column(_maybe(_number))
    unit: str = _column(_any)
    low: float | None = _column(_maybe(_number))
    high: float | None = _column(_maybe(_number))
    spread: str = _column(_any)
    month: float | None = _column(_maybe(_number))
    definition: str = _column(_text)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


@dataclass(frozen=True)
class PatientRow:
    """One observation of one patient: an event that came ('yes') or did not until `day` ('no'), or a value."""

    study: str = _column(_text)
    patient: str = _column(_text)
    sex: str = _column(_one_of("F", "M", ""))
    age_years: float | None = _column(_maybe(_number))
    disease: str = _column(_text)
    what: str = _column(_text)
    event: str = _column(_one_of("yes", "no", ""))
    value: float | None = _column(_maybe(_number))
    unit: str = _column(_any)
    day: float | None = _column(_maybe(_number))
    definition: str = _column(_any)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


# --- what rows say against themselves and each other: (column, reason) for each that is wrong ------------------


def _of(words: Iterable[str], known: Iterable[str], column: str):
    known = tuple(known)
    words = tuple(words)
    if not words:
        yield column, f"is empty; one or more of: {', '.join(known)}"
    for word in words:
        if word not in known:
            yield column, f"{word!r} is not one of: {', '.join(known)}"


def _study_problems(row: Study):
    yield from _of(row.diseases, DISEASES, "diseases")
    yield from _of(row.targets, TARGETS, "targets")
    for column in ("n", "n_all"):
        if getattr(row, column) == 0:
            yield column, "0 patients are no study; leave it empty when the number is unknown"
    if row.n is not None and row.n_all is not None and row.n > row.n_all:
        yield "n", f"{row.n} patients were given the therapy, but all arms have {row.n_all}"
    if row.design in UNCONTROLLED and row.n != row.n_all:
        yield "n_all", f"in a {row.design} everybody is treated: it must be the same as n ({_told(row.n)})"
    if row.design == "case" and row.n != 1:
        yield "design", f"a case is one patient, and n is {_told(row.n)}"
    if (row.design in WITH_CONTROL) != bool(row.comparator):
        yield "comparator", f"{'is empty in' if not row.comparator else 'stands in'} a study called {row.design}"
    if (row.therapy in ("car_t", "car_nk", "car_treg")) == (row.cells == "none"):
        yield "cells", f"{row.cells or 'unknown'!r} does not fit the therapy {row.therapy}"
    low, middle, high = row.followup_low, row.followup_months, row.followup_high
    known = [months for months in (low, middle, high) if months is not None]
    if known != sorted(known) or any(months < 0 for months in known):
        yield "followup_months", "followup_low, followup_months, followup_high must rise and not be negative"
    if row.year is not None and not 1980 <= row.year <= 2100:
        yield "year", f"{row.year} is no year of these studies"


def _told(number) -> str:
    return "unknown" if number is None else exact(number)


def _outcome_problems(row: Outcome, study: Study):
    if row.disease and row.disease not in study.diseases:
        yield "disease", f"{row.disease!r} is not among the diseases of {row.study}: {', '.join(study.diseases)}"
    if row.arm == "control" and study.design not in WITH_CONTROL:
        yield "arm", f"{row.study} is a {study.design} and has no control arm"
    if row.events is None and row.value is None and not row.note:
        yield "events", "is empty, and so is value; the note must say why nothing was read"
    if row.events is not None:
        if row.n is None:
            yield "n", f"is empty; {row.events} patients of how many?"
        elif row.events > row.n:
            yield "events", f"{row.events} is more than n, {row.n}"
        if row.value is not None:
            yield "value", "stands beside events; a row has one of them"
    if row.value is not None and not row.unit:
        yield "unit", "is empty; a value needs a unit"
    if row.n == 0:
        yield "n", "0 patients cannot have an outcome; leave it empty when the number is unknown"
    whole = study.n if row.arm == "treated" and study.n is not None else study.n_all
    if row.n is not None and whole is not None and row.n > whole:
        yield "n", f"{row.n} is more than the {whole} patients of {row.study}"
    if row.events is not None and study.opened in NOT_OPENED and row.confidence != "recalled":
        yield "confidence", f"must be 'recalled': of {row.study} only {OPENED[study.opened]} was seen"


def _patient_problems(row: PatientRow, study: Study):
    if row.disease not in study.diseases:
        yield "disease", f"{row.disease!r} is not among the diseases of {row.study}: {', '.join(study.diseases)}"
    if (row.what in EVENTS) != bool(row.event):
        yield "event", f"'yes' or 'no' goes with one of: {', '.join(EVENTS)}" if row.event else "is empty; yes or no"
    if not row.event and row.value is None:
        yield "value", "is empty; a number is needed"
    if row.value is not None and not row.unit:
        yield "unit", "is empty; a value needs a unit"
    if row.event == "no" and row.day is None:
        yield "day", "is empty; until when was the patient watched?"
    if row.event and row.day is not None and row.day < 0:
        yield "day", f"{exact(row.day)}: an event before the treatment belongs to no outcome"
    if row.age_years is not None and not 0 <= row.age_years <= 120:
        yield "age_years", f"{exact(row.age_years)} is no age in years"


def _checked(file: str, record: type, problems: Callable) -> list:
    """Line and row of a table after its rows were held against themselves and, where they name one, their study."""
    rows = list(tables._numbered(tables.data_folder() / file, record))
    for line, row in rows:
        if record is Study:
            found = problems(row)
        elif row.study not in studies():
            known = choices(studies(), row.study)
            found = [("study", f"{shortened(row.study)} is not in studies.csv; choose one of: {known}")]
        else:
            found = problems(row, studies()[row.study])
        for column, reason in found:
            raise _error(file, line, column, reason)
    return rows


def _error(file: str, line: int, column: str, reason: str) -> TableError:
    return TableError(f"{file}, line {line}, column {column}: {reason}.")


@lru_cache(maxsize=1)
def studies() -> Mapping[str, Study]:
    """Studies by their name, in file order."""
    table = _unique(tables.data_folder() / "studies.csv", Study, "study")
    _checked("studies.csv", Study, _study_problems)
    return table


@lru_cache(maxsize=1)
def outcomes() -> tuple[Outcome, ...]:
    """Outcomes in file order; the parts of a study never add up to more patients than it has."""
    file, counted, parts = "outcomes.csv", {}, {}
    rows = _checked(file, Outcome, _outcome_problems)
    for line, row in rows:
        if not row.main:
            continue
        key = (row.study, row.arm, row.outcome, row.disease)
        if key in counted:
            reason = f"line {counted[key]} has the main {row.outcome} of the same patients already; say 'no' in one"
            raise _error(file, line, "main", reason)
        counted[key] = line
        study = studies()[row.study]
        if row.disease and row.n is not None and study.n_all is not None:
            whole = study.n if row.arm == "treated" and study.n is not None else study.n_all
            parts[key[:3]] = parts.get(key[:3], 0) + row.n
            if parts[key[:3]] > whole:
                reason = f"the diseases of {row.study} add up to {parts[key[:3]]} patients, but it has {whole}"
                raise _error(file, line, "n", reason)
    return tuple(row for _, row in rows)


@lru_cache(maxsize=1)
def outcomes_by_study() -> Mapping[str, tuple[Outcome, ...]]:
    """Outcomes by the name of their study; a study without any has an empty tuple."""
    table: dict = {name: () for name in studies()}
    for row in outcomes():
        table[row.study] += (row,)
    return table


@lru_cache(maxsize=1)
def patients() -> tuple[PatientRow, ...]:
    """Observations of single patients in file order; a patient has one sex, age and disease, and each event once."""
    file, people, events, count = "patients.csv", {}, {}, {}
    rows = _checked(file, PatientRow, _patient_problems)
    for line, row in rows:
        who = (row.study, row.patient)
        same = (row.sex, row.age_years, row.disease)
        if people.setdefault(who, same) != same:
            raise _error(file, line, "patient", f"{row.patient} of {row.study} has another sex, age or disease above")
        count.setdefault(row.study, set()).add(row.patient)
        n = studies()[row.study].n
        if n is not None and len(count[row.study]) > n:
            reason = f"{row.patient} is one patient more than the {n} of {row.study}"
            raise _error(file, line, "patient", reason)
        if row.event and events.setdefault((*who, row.what, row.definition), line) != line:
            raise _error(file, line, "event", f"{row.what} of {row.patient} of {row.study} stands there twice")
    return tuple(row for _, row in rows)


appraisal = _table(
    "appraisal.csv", Quantity, "owner", "name",
    holds="Numbers of the exercises in reading evidence, by (exercise, name).",
)  # fmt: skip


def check() -> str:
    """Reads all tables of the evidence and says how many rows they have; TableError names the first broken row."""
    sizes = len(studies()), len(outcomes()), len(patients()), len(appraisal())
    return "{} studies, {} outcomes, {} observations of single patients, {} numbers: all rows can be read.".format(
        *sizes
    )
