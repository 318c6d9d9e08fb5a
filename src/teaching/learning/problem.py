"""What is raised where an answer cannot be used: one plain sentence, without a traceback."""

from __future__ import annotations


class AnswerProblem(ValueError):
    """One plain sentence about unusable input; a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]
