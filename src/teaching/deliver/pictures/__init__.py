"""The small pictures of lessons and panels on the cards of the site and of the app; `tools/pictures.py` makes them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
#: Lesson -> the panel whose picture it has; the others have one of their own.
PANEL_OF_LESSON = {
    0: "treatment", 1: "body_map", 2: "antigens", 3: "mechanism_rituximab", 4: "mechanism_engager",
    5: "mechanism_car", 6: "reset", 7: "side_by_side", 8: "trial_desk",
}  # fmt: skip


def of_panel(name: str) -> str:
    """The file name of a panel's picture, or '' when it has none yet."""
    return f"{name}.png" if (FOLDER / f"{name}.png").is_file() else ""


def of_lesson(number: int) -> str:
    """The file name of a lesson's picture, or '' when it has none yet."""
    return of_panel(PANEL_OF_LESSON.get(number, f"lesson_{number:02d}"))
