"""The B-cell depletion teaching kit: the names a lesson imports; nothing else happens here.

For teaching and self-study. Not a decision aid and not treatment advice.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for editors: in a program each name is fetched when it is asked for
    from teaching.deliver.check import check
    from teaching.figures.show import show
    from teaching.model.compare import compare
    from teaching.model.course import Course
    from teaching.model.patient import Patient
    from teaching.model.simulation import treat
    from teaching.model.therapies import Plan
    from teaching.panels.lesson import begin, start_afresh

__version__ = "0.1.0"
#: Where each name stands. None is loaded before it is asked for: so a package that is missing or too old can be named
#: in a sentence, and whoever wants the model only waits for no picture and no widget.
_ROOMS = {
    "Course": "teaching.model.course",
    "Patient": "teaching.model.patient",
    "Plan": "teaching.model.therapies",
    "begin": "teaching.panels.lesson",
    "check": "teaching.deliver.check",
    "compare": "teaching.model.compare",
    "show": "teaching.figures.show",
    "start_afresh": "teaching.panels.lesson",
    "treat": "teaching.model.simulation",
}
__all__ = ["Course", "Patient", "Plan", "begin", "check", "compare", "show", "start_afresh", "treat"]


def __getattr__(name: str):
    """A name from its room; ImportError with one sentence when a package that it needs is missing or does not fit."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'teaching' has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_ROOMS[name]), name)
    except ImportError as problem:
        from teaching.installed import explained

        raise ImportError(explained(problem)) from None
