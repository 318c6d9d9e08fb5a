"""The map of what exists: for each disease and therapy how many studies, how many patients, how many with a control."""

from __future__ import annotations

from typing import NamedTuple

from teaching import tables_evidence as tables
from teaching.evidence.overlap import RULE, independent
from teaching.evidence.selection import Selection, chosen
from teaching.showing import Table


class Cell(NamedTuple):
    """One disease with one therapy: studies, those with a control group, patients counted once.

    `alone`: of the patients those in studies without a control group; `uncounted`: studies whose patients are not in.
    """

    disease: str
    therapy: str
    studies: int
    controlled: int
    patients: int
    alone: int
    uncounted: int


def cells(selection: Selection | None = None) -> list[Cell]:
    """The pairs of a disease and a therapy that somebody has studied, in the order of the vocabularies.

    Patients are those who were given the therapy, each counted once; a study of several diseases stands in each of them
    but its patients in none, because the table does not know who had which. Reviews and registers are left out.
    """
    cohorts = [study for study in chosen(selection) if study.design not in tables.NEVER_POOLED]
    found = []
    for disease in tables.DISEASES:
        for therapy in tables.THERAPIES:
            here = [study for study in cohorts if disease in study.diseases and study.therapy == therapy]
            if here:
                found.append(Cell(disease, therapy, *_numbers(here)))
    return found


def landscape(selection: Selection | None = None) -> Table:
    """The `cells` as a table, one row for each disease and therapy."""
    selection = chosen(selection)
    rows = [(tables.DISEASES[one.disease], tables.THERAPIES[one.therapy], *one[2:]) for one in cells(selection)]
    columns = {"disease": "", "therapy": "", "studies": "", "with control": "", "patients": ""}
    columns |= {"of them in studies without control": "", "studies whose patients are not counted": ""}
    caption = f"What has been studied ({selection.words}); {RULE}; unknown numbers are not zero, they are not counted."
    return Table(caption, columns, rows)


def words(selection: Selection) -> str:
    """What the map shows, in sentences of at most thirty words."""
    found = cells(selection)
    if not found:
        return f"No study with patients of its own fits: {selection.words}."
    most = max(found, key=lambda one: one.patients)
    with_control = sum(one.controlled > 0 for one in found)
    said = [f"Somebody has studied {_pairs(len(found))} of disease and therapy ({selection.words})."]
    if with_control:
        said.append(f"A study with a control group exists for {with_control} of them.")
    else:
        said.append("A study with a control group exists for none of them.")
    if most.patients:
        said.append(
            f"The largest circle has {most.patients} patients: {tables.DISEASES[most.disease]}, "
            f"{tables.THERAPIES[most.therapy]}."
        )
    return " ".join(said)


def _pairs(number: int) -> str:
    return "1 pair" if number == 1 else f"{number} pairs"


def _numbers(studies: list[tables.Study]) -> tuple[int, int, int, int, int]:
    known = [study for study in studies if study.n is not None and len(study.diseases) == 1]
    kept, shared = independent(known)
    controlled = sum(study.design in tables.WITH_CONTROL for study in studies)
    alone = sum(study.n for study in kept if study.design not in tables.WITH_CONTROL)
    uncounted = len(studies) - len(known) + len(shared)
    return len(studies), controlled, sum(study.n for study in kept), alone, uncounted
