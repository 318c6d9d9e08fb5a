"""The folder that somebody names for handouts, slides or copies: only a new or an empty one is written to."""

from __future__ import annotations

import os
from pathlib import Path

from teaching.inputs import listed, shortened

NEEDS = (
    "formulas need the package {}: run 'python start.py' with this command and its folder, or install the extra 'site' "
    "of the kit."
)


def check(folder: str | os.PathLike) -> Path:
    """The folder as a path; ValueError or OSError with one sentence where nothing may be written into it.

    ValueError also where what draws formulas is missing: asked first, so that nothing is half made without it.
    """
    path = Path(folder).expanduser()
    if path.is_file():
        raise ValueError(f"{shortened(str(path))} is a file; name a new or an empty folder.")
    if path.is_dir() and (others := sorted(item.name for item in path.iterdir())):
        raise ValueError(
            f"the folder {shortened(str(path))} is not empty ({listed(others, 60)}), and none of it is touched: name a "
            "new or an empty folder."
        )
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise ValueError(f"{shortened(str(there))} is a file, and {shortened(str(path))} would lie inside it.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OSError(f"nobody may write to {shortened(str(there))}; name another folder.")
    try:
        import latex2mathml.converter  # noqa: F401
    except ImportError:
        raise ValueError(NEEDS.format("latex2mathml")) from None
    return path


def made(folder: str | os.PathLike) -> Path:
    """The folder, checked once more and made; OSError where it cannot be."""
    path = check(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OSError(f"{shortened(str(path))} cannot be made ({problem.strerror}); name another folder.") from None
    return path
