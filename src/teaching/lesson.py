"""The first cell of every lesson: is this package new enough for it? Nothing else."""

from __future__ import annotations

from teaching.inputs import refusal

LONGEST_NAME = 100


class Ready:
    """What the first cell of a lesson shows."""

    def __init__(self, words: str, fine: bool):
        self.words, self.fine = words, fine

    def __repr__(self) -> str:
        return self.words


def begin(lesson: str, needs: str) -> Ready:
    """Says in one sentence whether the installed package fits this lesson.

    Arguments: lesson, the name of the notebook; needs, the oldest version that works with it, such as '0.1.0'.
    Raises ValueError with one sentence when one of the two is no such text.
    """
    from teaching import __version__

    for name, value, such in (("lesson", lesson, "a short name"), ("needs", needs, "a version such as '0.1.0'")):
        if not isinstance(value, str) or len(value) > LONGEST_NAME:
            raise ValueError(refusal(name, value, f"{such} is needed"))
    if _numbers(__version__) < _numbers(needs):
        return Ready(
            f"This lesson needs version {needs} of the teaching package, but version {__version__} is installed: "
            "close JupyterLab and run 'python start.py' in the kit's folder, which brings both together.",
            fine=False,
        )
    return Ready(f"Ready: lesson {lesson}, teaching package {__version__}. For teaching, not treatment advice.", fine=True)


def _numbers(version: str) -> tuple[int, ...]:
    parts = (part for part in version.split(".")[:3])
    return tuple(int("".join(letter for letter in part if letter.isdigit()) or 0) for part in parts)
