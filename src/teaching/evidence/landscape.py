"""The map of what exists: for each disease and therapy how many studies, how many patients, how many with a control."""

from __future__ import annotations

from teaching import tables_evidence as tables
from teaching.evidence.overlap import RULE, independent
from teaching.evidence.selection import Selection, chosen
from teaching.showing import Table


def landscape(selection: Selection | None = None) -> Table:
    """One row for each disease and therapy that somebody has studied, in the order of the vocabularies.

    Patients are those who were given the therapy, each counted once; a study of several diseases stands in each of them
    but its patients in none, because the table does not know who had which. Reviews and registers are left out.
    """
    selection, rows = chosen(selection), []
    cohorts = [study for study in selection if study.design not in tables.NEVER_POOLED]
    for disease, name in tables.DISEASES.items():
        for therapy, kind in tables.THERAPIES.items():
            here = [study for study in cohorts if disease in study.diseases and study.therapy == therapy]
            if here:
                rows.append((name, kind, *_cell(here)))
    columns = {"disease": "", "therapy": "", "studies": "", "with control": "", "patients": ""}
    columns |= {"of them in studies without control": "", "studies whose patients are not counted": ""}
    caption = f"What has been studied ({selection.words}); {RULE}; unknown numbers are not zero, they are not counted."
    return Table(caption, columns, rows)


def _cell(studies: list[tables.Study]) -> tuple[int, int, int, int, int]:
    known = [study for study in studies if study.n is not None and len(study.diseases) == 1]
    kept, shared = independent(known)
    controlled = sum(study.design in tables.WITH_CONTROL for study in studies)
    alone = sum(study.n for study in kept if study.design not in tables.WITH_CONTROL)
    uncounted = len(studies) - len(known) + len(shared)
    return len(studies), controlled, sum(study.n for study in kept), alone, uncounted
