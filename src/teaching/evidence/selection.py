"""Which studies: filters over studies.csv, in the words of that table."""

from __future__ import annotations

from collections.abc import Iterable

from teaching import tables_evidence as tables
from teaching.inputs import listed, one_of, refusal, whole_number
from teaching.showing import Shown, Table

#: What may be asked for, and the words that are allowed; a product is any piece of its name.
CRITERIA = {
    "disease": tables.DISEASES,
    "therapy": tables.THERAPIES,
    "target": tables.TARGETS,
    "cells": tables.CELLS,
    "conditioning": tables.CONDITIONING,
    "design": tables.DESIGNS,
}


class Selection(Shown):
    """Studies that fit all criteria, in file order; a notebook shows them as a table.

    `selection.studies` are the rows, `selection.criteria` what was asked for, `selection.unknown` for each criterion
    how many studies were left out because the table does not know that of them; `len(selection)` counts the studies.
    """

    def __init__(self, studies: Iterable[tables.Study], criteria: dict, unknown: dict[str, int]):
        self.studies, self.criteria, self.unknown = tuple(studies), criteria, unknown

    def __len__(self) -> int:
        return len(self.studies)

    def __iter__(self):
        return iter(self.studies)

    @property
    def words(self) -> str:
        """What was asked for, as text: 'disease SLE, therapy CAR-T cells'."""
        return ", ".join(f"{name} {_told(name, value)}" for name, value in self.criteria.items()) or "all studies"

    @property
    def table(self) -> Table:
        """One row a study: what was done, in whom, for how long, and how far its source was opened."""
        rows = [
            (study.study, study.label, study.design, "; ".join(study.diseases), tables.THERAPIES[study.therapy],
             study.product, study.cells, study.n_all, study.n, study.followup_months, study.opened, study.confidence,
             "; ".join(study.source))
            for study in self.studies
        ]  # fmt: skip
        unsure = [f"{count} of unknown {name}" for name, count in self.unknown.items() if count]
        caption = f"{len(rows)} studies ({self.words})" + (f"; left out: {', '.join(unsure)}" if unsure else "")
        columns = dict.fromkeys(("study", "name", "design", "disease", "therapy", "product", "cells"), "")
        columns |= {"patients": "", "treated": "", "follow-up": "months", "opened": "", "confidence": "", "source": ""}
        return Table(caption, columns, rows, none="unknown")


def select(
    *,
    disease: str | Iterable[str] | None = None,
    therapy: str | Iterable[str] | None = None,
    target: str | Iterable[str] | None = None,
    cells: str | Iterable[str] | None = None,
    conditioning: str | Iterable[str] | None = None,
    design: str | Iterable[str] | None = None,
    product: str | None = None,
    years: tuple[int, int] | None = None,
) -> Selection:
    """Studies that fit all criteria; of several words in one criterion one is enough.

    `product` is any piece of a product's name, `years` the first and the last. What the table does not know fits no
    criterion. Raises ValueError with one sentence for a word that the table does not use. An empty answer is no error.
    """
    asked = {"disease": disease, "therapy": therapy, "target": target, "cells": cells, "conditioning": conditioning}
    asked["design"] = design
    criteria: dict = {name: _wanted(name, value) for name, value in asked.items() if value is not None}
    if product is not None:
        if not isinstance(product, str) or not product.strip():
            raise ValueError(refusal("product", product, "allowed is a piece of a product's name"))
        criteria["product"] = product.strip()
    if years is not None:
        criteria["years"] = _span(years)
    kept, unknown = [], dict.fromkeys(criteria, 0)
    for study in tables.studies().values():
        answers = {name: _fits(study, name, value) for name, value in criteria.items()}
        if all(answers.values()):
            kept.append(study)
        elif False not in answers.values():
            for name in answers:
                unknown[name] += answers[name] is None
    return Selection(kept, criteria, unknown)


def everything() -> Selection:
    """All studies of the table."""
    return select()


def chosen(selection: Selection | None) -> Selection:
    """The selection that was handed over, or all studies; ValueError for anything else."""
    if selection is None:
        return everything()
    if not isinstance(selection, Selection):
        raise ValueError(refusal("selection", selection, "allowed is what select(...) gives"))
    return selection


def sentence_case(words: str) -> str:
    """Words with a capital at the start and the rest as it is."""
    return words[:1].upper() + words[1:]


def _wanted(name: str, value) -> tuple[str, ...]:
    words = (value,) if isinstance(value, str) else value
    try:
        words = tuple(words)
    except TypeError:
        words = (value,)
    if not words:
        raise ValueError(f"{name} is empty; choose one or more of: {listed(CRITERIA[name])}.")
    return tuple(one_of(name, word, CRITERIA[name]) for word in words)


def _span(years) -> tuple[int, int]:
    try:
        first, last = years
    except (TypeError, ValueError):
        raise ValueError(refusal("years", years, "allowed are two years, the first and the last")) from None
    first, last = whole_number("the first year", first), whole_number("the last year", last)
    if first > last:
        raise ValueError(f"the first year is {first}, after the last, {last}; turn them round.")
    return first, last


def _fits(study: tables.Study, name: str, value) -> bool | None:
    """Whether a study fits one criterion; None when the table does not know."""
    if name == "product":
        return value.lower() in study.product.lower()
    if name == "years":
        return None if study.year is None else value[0] <= study.year <= value[1]
    found = words_of(study, name)
    return bool(set(value) & set(found)) if found else None


def words_of(study: tables.Study, name: str) -> tuple[str, ...]:
    """The words that the table has of a study for one of `CRITERIA`; empty when it does not know."""
    if name in ("disease", "target"):
        return study.diseases if name == "disease" else study.targets
    found = getattr(study, name)
    return () if found is None else (found,)


def _told(name: str, value) -> str:
    if name == "years":
        return f"{value[0]} to {value[1]}"
    if name == "therapy":
        value = [tables.THERAPIES[word] for word in value]
    return value if isinstance(value, str) else " or ".join(value)
