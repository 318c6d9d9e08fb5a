"""The B-cell depletion teaching kit: the names a lesson imports; nothing else happens here.

For teaching and self-study. Not a decision aid and not treatment advice.
"""

from teaching.course import Course
from teaching.lesson import begin, start_afresh
from teaching.lineage import Patient
from teaching.simulation import treat
from teaching.therapies import Plan

__version__ = "0.1.0"
__all__ = ["Course", "Patient", "Plan", "begin", "show", "start_afresh", "treat"]


def __getattr__(name: str):
    """`show` comes from the figures floor, which loads matplotlib: only when it is asked for."""
    if name == "show":
        from teaching.figures.show import show

        return show
    raise AttributeError(f"module 'teaching' has no attribute {name!r}")
