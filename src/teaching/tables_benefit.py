"""The table of benefits and risks: one figure a row, in whom it was counted, and what it cannot tell.

A sister of tables_evidence.py; money, time and access stand in tables_costs.py. A count that stands in outcomes.csv is
named here by its study and never written again. What nobody has counted is a row of its own with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from teaching import tables, tables_evidence
from teaching.inputs import choices, one_of, shortened
from teaching.tables import (
    TableError,
    _any,
    _column,
    _confidence,
    _count,
    _maybe,
    _number,
    _one_of,
    _sources,
    _text,
    _unique,
    _words,
    _yes,
)
from teaching.tables_evidence import NEVER_POOLED, WITH_CONTROL, Outcome, Study
from teaching.words import exact

FIGURES = "benefit_risk.csv"


@dataclass(frozen=True)
class Option:
    """A therapy that can be chosen, and which studies are about it: their therapy, a target, their cells, product."""

    words: str
    therapy: str
    target: str
    cells: str = "none"
    product: str = ""
    not_target: str = ""


OPTIONS = {
    "rituximab": Option("rituximab", "antibody", "CD20", product="rituximab"),
    "obinutuzumab": Option("obinutuzumab", "antibody", "CD20", product="obinutuzumab"),
    "cd19_engager": Option("blinatumomab or another engager against CD19", "engager", "CD19"),
    "bcma_engager": Option("teclistamab or another engager against BCMA", "engager", "BCMA"),
    "cd19_car_t": Option("CAR-T cells against CD19", "car_t", "CD19", "autologous", not_target="BCMA"),
    "bcma_car_t": Option("CAR-T cells against BCMA, alone or with CD19", "car_t", "BCMA", "autologous"),
    "mrna_car_t": Option("mRNA CAR-T cells against BCMA", "car_t", "BCMA", "autologous", product="mRNA"),
    "allogeneic_car_t": Option("CAR-T cells of a donor", "car_t", "CD19", "allogeneic"),
    "in_vivo_car_t": Option("CAR-T cells made inside the body", "car_t", "CD19", "in vivo"),
}
#: Stands in the product of a study whose cells carry messenger RNA and no gene.
MESSENGER = "mRNA"


@dataclass(frozen=True)
class Event:
    """Something that can happen: its words, whether it is wished for, and by which outcome of a study it is counted.

    `outcomes` gives an outcome of `tables_evidence.OUTCOMES` for a grade; a grade without one has figures of its own.
    """

    words: str
    benefit: bool
    outcomes: Mapping[str, str]
    grades: tuple[str, ...] = ("",)


_GRADED = ("any", "1", "2", "3+")
EVENTS = {
    "remission": Event("remission as the study defines it", True, {"": "remission"}),
    "response": Event("improvement as the study defines it", True, {"": "response"}),
    "drug_free": Event("off all immunosuppressive drugs", True, {"": "drug_free"}),
    "relapse": Event("relapse", False, {"": "relapse"}),
    "crs": Event("cytokine release syndrome", False, {"any": "crs", "3+": "crs_severe"}, _GRADED),
    "icans": Event("neurotoxicity (ICANS)", False, {"any": "icans", "3+": "icans_severe"}, _GRADED),
    "local_toxicity": Event("local toxicity (LICATS)", False, {"": "local_toxicity"}),
    "infection": Event("serious infection", False, {"": "infection_severe"}),
    "low_igg": Event("low IgG", False, {"": "low_igg"}),
    "igg_replacement": Event("treatment with immunoglobulins", False, {}),
    "cytopenia": Event("severe lack of neutrophils", False, {"": "neutropenia_severe"}),
    "t_cell_malignancy": Event("T-cell malignancy", False, {"": "t_cell_malignancy"}),
    "insertion": Event("cancer of the cells that carry the new gene", False, {}),
    "second_cancer": Event("any new cancer", False, {"": "second_cancer"}),
    "fertility": Event("ovaries that stop working too early", False, {}),
    "gvhd": Event("graft-versus-host disease", False, {"": "gvhd"}),
    "infusion_reaction": Event("reaction to an infusion", False, {}),
    "pml": Event("progressive multifocal leukoencephalopathy (PML)", False, {}),
}
GRADES = {
    "": "not graded",
    "any": "any grade",
    "1": "grade 1",
    "2": "grade 2",
    "3+": "grade 3 or higher",
}
POPULATIONS = {
    "autoimmune": "autoimmune disease",
    "cancer": "cancer, which does not carry over to autoimmune disease",
}
KINDS = {
    "count": "so many of so many patients",
    "percent": "a percentage that no whole number of patients belongs to, or whose patients were not published",
    "rate": "events per time, which is no share of patients",
    "unknown": "looked for and not found; the reason stands in not_known",
    "impossible": "cannot happen, because of what the therapy is",
}
#: Of these no number is known, and none is needed.
WITHOUT_NUMBER = ("unknown", "impossible")
SHARE = "% of patients"


def _sources_if_any(word: str) -> tuple[str, ...]:
    return _sources(word) if word else ()


@dataclass(frozen=True)
class FigureRow:
    """A row of benefit_risk.csv as it stands there; `figures()` has it with what its studies counted.

    `counted_in` names studies of outcomes.csv (`STUDY`, or `STUDY:disease`) whose counts are added up. Without it
    `count` of `n`, or `value` with `unit`, stand in the row itself. `therapy` and `event` may hold several words.
    """

    figure: str = _column(_text)
    therapy: tuple[str, ...] = _column(_words)
    event: tuple[str, ...] = _column(_words)
    grade: str = _column(_one_of(*GRADES))
    population: str = _column(_one_of(*POPULATIONS))
    shown: bool = _column(_yes)
    kind: str = _column(_one_of(*KINDS))
    counted_in: tuple[str, ...] = _column(_words)
    count: int | None = _column(_maybe(_count))
    n: int | None = _column(_maybe(_count))
    control_count: int | None = _column(_maybe(_count))
    control_n: int | None = _column(_maybe(_count))
    value: float | None = _column(_maybe(_number))
    unit: str = _column(_any)
    followup_months: float | None = _column(_maybe(_number))
    year: int | None = _column(_maybe(_count))
    definition: str = _column(_any)
    source: tuple[str, ...] = _column(_sources_if_any)
    confidence: str | None = _column(_maybe(_confidence))
    not_known: str = _column(_text)
    note: str = _column(_any)


@dataclass(frozen=True)
class Figure:
    """One figure of one therapy and one event: `count` of `n` patients, or a `value` in `unit`, or neither.

    `control` is what the control arm had, (count, n), or a percentage; None without one. `followup_months` is the
    shortest of its studies, `year` the newest, `studies` their names. `name` is that of the row it comes from.
    """

    name: str
    therapy: str
    event: str
    grade: str
    population: str
    shown: bool
    kind: str
    count: int | None
    n: int | None
    value: float | None
    unit: str
    control: tuple[int, int] | float | None
    followup_months: float | None
    year: int | None
    definition: str
    source: tuple[str, ...]
    confidence: str | None
    studies: tuple[str, ...]
    not_known: str
    note: str

    @property
    def carries_over(self) -> bool:
        """Whether it was counted in autoimmune disease."""
        return self.population == "autoimmune"


# --- what a row says against itself: (column, reason) for each that is wrong ---------------------------------------


def _of(words: tuple[str, ...], known: Mapping, column: str) -> Iterator[tuple[str, str]]:
    if not words:
        yield column, f"is empty; choose one of: {choices(known)}"
    for word in words:
        if word not in known:
            yield column, f"{shortened(word)} is not one of: {choices(known, word)}"


def _figure_problems(row: FigureRow) -> Iterator[tuple[str, str]]:
    yield from _of(row.therapy, OPTIONS, "therapy")
    yield from _of(row.event, EVENTS, "event")
    if row.kind not in WITHOUT_NUMBER and len(row.event) > 1:
        yield "event", "a number belongs to one event; only 'unknown' and 'impossible' may name several"
    for event in row.event:
        if row.grade not in EVENTS[event].grades and row.kind not in WITHOUT_NUMBER:
            allowed = ", ".join(repr(grade) for grade in EVENTS[event].grades)
            yield "grade", f"{row.grade!r} is no grade of {event}; allowed is one of: {allowed}"
    if row.kind in WITHOUT_NUMBER:
        yield from _must_be_empty(
            row, "counted_in", "count", "n", "value", "unit", reason=f"where something is {row.kind}"
        )
        if row.grade:
            yield "grade", f"must be empty for what is {row.kind}; it is meant for all grades"
    elif row.counted_in:
        own = ("count", "n", "control_count", "control_n", "value", "unit", "followup_months", "definition", "source")
        yield from _must_be_empty(row, *own, "confidence", reason="beside counted_in; it stands in outcomes.csv")
    else:
        yield from _own_number_problems(row)
    if row.confidence == "recalled":
        yield "confidence", "is 'recalled'; a number from memory is not put before anybody who chooses"
    if row.year is not None and not 1980 <= row.year <= 2100:
        yield "year", f"{row.year} is no year of these studies"


def _must_be_empty(row, *columns: str, reason: str) -> Iterator[tuple[str, str]]:
    for column in columns:
        if getattr(row, column) not in (None, "", ()):
            yield column, f"must be empty {reason}"


def _own_number_problems(row: FigureRow) -> Iterator[tuple[str, str]]:
    for column in ("definition", "source", "confidence", "year"):
        if getattr(row, column) in (None, "", ()):
            yield column, "is empty; a number needs it, or a study in counted_in"
    if row.kind == "count":
        yield from _must_be_empty(row, "value", "unit", reason="beside a count")
        yield from _share_problems("count", row.count, "n", row.n)
        if (row.control_count, row.control_n) != (None, None):
            yield from _share_problems("control_count", row.control_count, "control_n", row.control_n)
        return
    yield from _must_be_empty(row, "count", "control_count", "control_n", reason=f"beside a {row.kind}")
    if row.value is None:
        yield "value", f"is empty; a {row.kind} needs a number"
    elif row.kind == "percent" and not 0 <= row.value <= 100:
        yield "value", f"{exact(row.value)} is no percentage; allowed is 0 to 100"
    elif row.value < 0:
        yield "value", f"{exact(row.value)} is below 0"
    if row.kind == "percent" and row.unit != SHARE:
        yield "unit", f"must be '{SHARE}' for a percentage"
    if not row.unit:
        yield "unit", "is empty; a rate needs a unit"


def _share_problems(column: str, count: int | None, whole: str, n: int | None) -> Iterator[tuple[str, str]]:
    if count is None:
        yield column, "is empty; a count needs a number of patients, 0 for nobody"
    elif n is None:
        yield whole, f"is empty; {count} of how many patients?"
    elif n == 0:
        yield whole, "0 patients are no group; leave out what nobody was in"
    elif count > n:
        yield column, f"{count} is more than {whole}, {n}"


# --- from a row to its figures --------------------------------------------------------------------------------------


def _error(file: str, line: int, column: str, reason: str) -> TableError:
    return TableError(f"{file}, line {line}, column {column}: {reason}.")


def _studies_of(row: FigureRow, line: int) -> list[tuple[Study, Outcome]]:
    """The studies and main outcomes that a row names; TableError for one that is not there or does not fit."""
    event = EVENTS[row.event[0]]
    outcome = event.outcomes.get(row.grade)
    if outcome is None:
        raise _error(FIGURES, line, "counted_in", f"no outcome of studies counts {row.event[0]} {row.grade}".rstrip())
    found, sets = [], {}
    for word in row.counted_in:
        name, _, disease = word.partition(":")
        study = tables_evidence.studies().get(name)
        if study is None:
            known = choices(tables_evidence.studies(), name)
            raise _error(
                FIGURES, line, "counted_in", f"{shortened(name)} is not in studies.csv; choose one of: {known}"
            )
        if reason := _misfit(row, study):
            raise _error(FIGURES, line, "counted_in", reason)
        result = _outcome(name, outcome, disease, "treated")
        if result is None or (result.events is None and result.value is None):
            where = f"{outcome} of {word}"
            raise _error(FIGURES, line, "counted_in", f"outcomes.csv has no main result for {where}")
        if result.confidence == "recalled":
            raise _error(FIGURES, line, "counted_in", f"{outcome} of {word} is from memory and is not shown")
        for one in study.overlap:
            if sets.setdefault(one, name) != name:
                raise _error(FIGURES, line, "counted_in", f"{name} may share patients with {sets[one]}")
        found.append((study, result))
    if len(found) > 1:
        for study, result in found:
            if study.design in NEVER_POOLED or result.events is None:
                raise _error(FIGURES, line, "counted_in", f"{study.study} has no count that may be added to others")
    return found


def _misfit(row: FigureRow, study: Study) -> str:
    """Why a study is not about the therapy and the population of a row; '' when it is."""
    if ("blood cancer" in study.diseases) != (row.population == "cancer"):
        return f"{study.study} is about {', '.join(study.diseases)} and not about {row.population}"
    for name in row.therapy:
        option = OPTIONS[name]
        fits = (study.therapy, study.cells) == (option.therapy, option.cells) and option.target in study.targets
        fits &= option.product.lower() in study.product.lower()
        fits &= option.cells != "autologous" or (option.product == MESSENGER) == (MESSENGER in study.product)
        # Registers count several therapies together; a row that names them all says so.
        fits &= len(row.therapy) > 1 or not option.not_target or option.not_target not in study.targets
        if not fits:
            return f"{study.study} is not a study of {name}"
    return ""


def _outcome(study: str, outcome: str, disease: str, arm: str) -> Outcome | None:
    rows = tables_evidence.outcomes_by_study()[study]
    key = (outcome, disease, arm, True)
    return next((row for row in rows if (row.outcome, row.disease, row.arm, row.main) == key), None)


def _control(study: Study, result: Outcome) -> tuple[int, int] | float | None:
    if study.design not in WITH_CONTROL:
        return None
    other = _outcome(study.study, result.outcome, result.disease, "control")
    if other is None:
        return None
    return (other.events, other.n) if other.events is not None else other.value


def _resolved(row: FigureRow, line: int) -> Figure:
    """A row with the counts of its studies, for its first therapy and event."""
    control = None if row.control_n is None else (row.control_count, row.control_n)
    figure = Figure(
        row.figure, row.therapy[0], row.event[0], row.grade, row.population, row.shown, row.kind, row.count, row.n,
        row.value, row.unit, control, row.followup_months, row.year, row.definition, row.source, row.confidence, (),
        row.not_known, row.note,
    )  # fmt: skip
    if not row.counted_in:
        return figure
    found = _studies_of(row, line)
    kind = "count" if found[0][1].events is not None else "percent"
    if row.kind != kind:
        raise _error(FIGURES, line, "kind", f"must be {kind!r}, as in outcomes.csv")
    years = {study.year for study, _ in found} - {None}
    if bool(years) == (row.year is not None):
        reason = "must be empty; studies.csv has it" if years else "is empty, and studies.csv has none"
        raise _error(FIGURES, line, "year", reason)
    months = [result.month if result.month is not None else study.followup_months for study, result in found]
    months = [month for month in months if month is not None]
    first = found[0][1]
    ranks = list(tables.CONFIDENCE)
    return replace(
        figure,
        count=sum(result.events for _, result in found) if kind == "count" else None,
        n=sum(result.n for _, result in found) if kind == "count" else first.n,
        value=first.value if kind == "percent" else None,
        unit=first.unit if kind == "percent" else "",
        control=_control(*found[0]) if len(found) == 1 else None,
        followup_months=min(months) if months else None,
        year=max(years) if years else row.year,
        definition="; ".join(dict.fromkeys(result.definition for _, result in found)),
        source=tuple(dict.fromkeys(key for _, result in found for key in result.source)),
        confidence=max((result.confidence for _, result in found), key=ranks.index),
        studies=tuple(study.study for study, _ in found),
    )


@lru_cache(maxsize=1)
def figures() -> tuple[Figure, ...]:
    """All figures in file order, one for each therapy and event that its row names.

    Raises TableError with file, line, column and reason for the first row that is wrong, for a therapy and event of
    which nothing is said, and for two figures of which it is not clear which one is shown.
    """
    path = tables.data_folder() / FIGURES
    _unique(path, FigureRow, "figure")
    found, lines, said = [], {}, {}
    for line, row in tables._numbered(path, FigureRow):
        for column, reason in _figure_problems(row):
            raise _error(FIGURES, line, column, reason)
        figure = _resolved(row, line)
        for therapy in row.therapy:
            for event in row.event:
                one = replace(figure, therapy=therapy, event=event)
                key = (therapy, event, row.grade, row.population)
                _contradiction(said, one, line)
                if row.shown and lines.setdefault(key, line) != line:
                    raise _error(FIGURES, line, "shown", f"line {lines[key]} is shown for the same already; say 'no'")
                found.append(one)
    shown = set(lines)
    for one in found:
        if (one.therapy, one.event, one.grade, one.population) not in shown:
            raise _error(
                FIGURES, 1, "shown", f"no figure of {one.event} after {one.therapy} is shown; say 'yes' in one"
            )
    said_of = {(one.therapy, one.event) for one in found}
    for therapy in OPTIONS:
        for event in EVENTS:
            if (therapy, event) not in said_of:
                reason = f"nothing is said of {event} after {therapy}; add a row, 'unknown' with its reason if need be"
                raise _error(FIGURES, 1, "event", reason)
    return tuple(found)


def _contradiction(said: dict, one: Figure, line: int) -> None:
    """TableError when something is called unknown or impossible and has a number, or another such row, as well."""
    key = (one.therapy, one.event, one.population)
    number = one.kind not in WITHOUT_NUMBER
    known, before = said.setdefault(key, (number, line))
    if before != line and not (known and number):
        reason = f"line {before} says something else of {one.event} after {one.therapy}"
        raise _error(FIGURES, line, "kind", reason)


def figures_of(therapy: str, event: str, grade: str | None = None, population: str | None = None) -> tuple[Figure, ...]:
    """Figures of one therapy and one event, those to be shown first, autoimmune disease before cancer.

    Raises ValueError for a word that is not in OPTIONS, EVENTS, GRADES or POPULATIONS.
    """
    therapy, event = one_of("therapy", therapy, OPTIONS), one_of("event", event, EVENTS)
    if grade is not None and not (isinstance(grade, str) and grade == ""):
        one_of("grade", grade, [name for name in GRADES if name])
    if population is not None:
        one_of("population", population, POPULATIONS)
    found = [
        one
        for one in figures()
        if (one.therapy, one.event) == (therapy, event)
        and (grade is None or one.grade == grade or one.kind in WITHOUT_NUMBER)
        and (population is None or one.population == population)
    ]
    return tuple(sorted(found, key=_first_shown))


def parts_of(figure: Figure) -> tuple[tuple[Study, Outcome], ...]:
    """The studies that a figure adds up, each with what it counted; none where the row has its own number."""
    if not figure.studies:
        return ()
    path = tables.data_folder() / FIGURES
    line, row = next((line, row) for line, row in tables._numbered(path, FigureRow) if row.figure == figure.name)
    return tuple(_studies_of(row, line))


def _first_shown(one: Figure) -> tuple[bool, int, int]:
    return not one.shown, list(POPULATIONS).index(one.population), list(GRADES).index(one.grade)
