"""Nobody is counted twice: of studies that share patients, or may, one is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from teaching.tables_evidence import Study

#: How the one is chosen, for captions and for readers.
RULE = "of studies that may share patients: the one with most patients, then the longest follow-up, then the newest"


def independent(
    studies: Iterable[Study], size: Callable[[Study], float | None] = lambda study: study.n
) -> tuple[list[Study], dict[str, str]]:
    """Studies of which no two share a set of patients, and for each that is left out the kept one it overlaps with.

    `size` says how many patients of a study would be counted (None: unknown, comes last). The largest is taken first,
    then the longest follow-up, then the newest, then the first by name; one is left out when any of its sets of
    patients (`Study.overlap`) is taken already. Returns (kept studies, {name of one left out: name of a kept one}).
    """
    taken: dict[str, str] = {}
    kept, left_out = [], {}
    for study in sorted(studies, key=lambda study: _rank(study, size(study))):
        holder = next((taken[group] for group in study.overlap if group in taken), None)
        if holder is None:
            kept.append(study)
            taken |= dict.fromkeys(study.overlap, study.study)
        else:
            left_out[study.study] = holder
    return kept, left_out


def _rank(study: Study, size: float | None) -> tuple:
    return -(size or 0), -(study.followup_months or 0), -(study.year or 0), study.study
