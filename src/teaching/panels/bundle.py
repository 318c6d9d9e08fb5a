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
    return f"{_joined(SCRIPTS)}\nexport default panel_entry;\n"


@cache
def page_script() -> str:
    """The same script for a page without a kernel: `show_page(data, element)`."""
    return _joined((*SCRIPTS, "page.js"))


def _joined(names) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


@cache
def style() -> str:
    """The style sheet of a panel."""
    return (_FOLDER / "panel.css").read_text(encoding="utf-8")
