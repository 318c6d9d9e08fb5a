"""Answers of lesson 09, by arithmetic and from the tables of published studies."""

from teaching import tables_evidence
from teaching.evidence.overlap import independent
from teaching.evidence.small_numbers import least_response

#: The reports of one hospital that the lesson's table lists.
REPORTS = ("ERL-2021-SLE1", "ERL-2022-SLE5", "ERL-2023-ASS1", "ERL-2023-ASS2", "ERL-2024-MIX15")


def l09_all_of_15():
    """Two-sided bound when all of 15 had it, in per cent."""
    return 100 * least_response(15)


def _studies():
    return [tables_evidence.studies()[name] for name in REPORTS]


def l09_added_up():
    """Patients of all reports, those of several reports counted more than once."""
    return sum(study.n for study in _studies())


def l09_once():
    """Patients when of reports that may share some the largest is taken."""
    return sum(study.n for study in independent(_studies())[0])


def l09_two_largest():
    """The two series added up, the single cases left out."""
    return sum(sorted(study.n for study in _studies())[-2:])
