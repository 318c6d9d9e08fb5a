"""The B-cell depletion teaching kit: the names a lesson imports; nothing else happens here.

For teaching and self-study. Not a decision aid and not treatment advice.
"""

from teaching.model.compare import compare
from teaching.model.course import Course
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.therapies import Plan

__version__ = "0.1.0"
#: Names whose rooms load matplotlib or widgets: they are fetched when they are asked for.
_LATER = {
    "begin": "teaching.panels.lesson",
    "show": "teaching.figures.show",
    "start_afresh": "teaching.panels.lesson",
}
__all__ = ["Course", "Patient", "Plan", "begin", "compare", "show", "start_afresh", "treat"]


def __getattr__(name: str):
    """`show` and its like come from rooms that load matplotlib or widgets: only when they are asked for."""
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'teaching' has no attribute {name!r}")
