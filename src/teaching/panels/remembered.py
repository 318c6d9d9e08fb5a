"""Courses that panels show again while something else moves: a day, another curve, the plan beside it."""

from __future__ import annotations

from functools import lru_cache

from teaching.model.course import Course
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.therapies import Plan


@lru_cache(maxsize=64)
def course_of(patient: Patient, plan: Plan, days: float) -> Course:
    """As `treat`: computed once for a patient, a plan and a horizon [day]; the last 64 are kept for all panels."""
    return treat(patient, plan, days)
