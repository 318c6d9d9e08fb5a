"""The panel's script and style as one text each: plain files, joined in order, no build step, no network."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "script"
#: Each file may use what stands above it; the last one is the widget's entry.
SCRIPTS = ("numbers.js", "picture.js", "controls.js", "prediction.js", "player.js", "sweeps.js", "files.js", "panel.js")


@cache
def script() -> str:
    """The script that draws and moves a panel, as one module."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)


@cache
def style() -> str:
    """The style sheet of a panel."""
    return (_FOLDER / "panel.css").read_text(encoding="utf-8")
