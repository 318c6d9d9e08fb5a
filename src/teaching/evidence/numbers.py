"""The numbers of the appraisal exercises: what stands in appraisal.csv, unless somebody tries another one."""

from __future__ import annotations

from teaching import tables_evidence as tables
from teaching.inputs import choices, number, shortened
from teaching.words import unit_in_words


def value_of(exercise: str, name: str, given: float | None = None) -> float:
    """The number of an exercise, or the one that is given when it lies between low and high of its row.

    Raises ValueError with one sentence for a number outside, or for a name that is not in data/appraisal.csv.
    """
    rows = tables.appraisal()
    if (exercise, name) not in rows:
        known = choices([name for owner, name in rows if owner == exercise] or {owner for owner, _ in rows}, name)
        raise ValueError(
            f"{shortened(name)} is no number of the exercise {shortened(exercise)}; choose one of: {known}."
        )
    row = rows[exercise, name]
    if given is None:
        return row.value
    if row.low is None or row.high is None:
        raise ValueError(f"{name} was published and is not for changing; it is {row.value} {unit_in_words(row.unit)}.")
    return number(name, given, row.low, row.high, unit_in_words(row.unit))


def whole_of(exercise: str, name: str, given: int | None = None) -> int:
    """Like `value_of`, for what is counted."""
    found = value_of(exercise, name, given)
    if found != int(found):
        raise ValueError(f"{name} is {found:g}; a whole number is needed.")
    return int(found)
