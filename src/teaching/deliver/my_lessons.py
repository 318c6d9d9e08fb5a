"""A student's own copies of the lessons: what is written into them is never touched, and the kit stays as it came.

Each copy is remembered by the fingerprint of the lesson that it was made from. When a lesson of the kit is newer,
an untouched copy is replaced; one that somebody has worked in is kept under another name beside the new one.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from itertools import count
from pathlib import Path

from teaching.saving import save_whole

MEMORY = ".copied-from-the-kit.json"


def bring(lessons: Path, folder: Path) -> list[str]:
    """Brings the lessons of a folder as copies into another one; returns sentences about what was kept aside.

    Raises OSError when the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copied_from = _remembered(folder)
    told = []
    for lesson in sorted(lessons.glob("*.ipynb")):
        copy, newest = folder / lesson.name, _fingerprint(lesson)
        if copy.exists() and copied_from.get(lesson.name) != newest:
            mine = _fingerprint(copy)
            if mine == newest:
                pass  # somebody has put it there by hand
            elif mine == copied_from.get(lesson.name):
                save_whole(copy, lesson.read_bytes(), overwrite=True)
            else:
                kept = _free_name(copy)
                copy.rename(kept)
                told.append(
                    f"{lesson.name} is newer in the kit: your copy is kept as {kept.name}, the new one lies beside it."
                )
        if not copy.exists():
            save_whole(copy, lesson.read_bytes())  # half a copy would pass for a student's own at the next start
        copied_from[lesson.name] = newest
    memory = json.dumps(copied_from, indent=1, sort_keys=True) + "\n"
    if memory != _text(folder / MEMORY):
        save_whole(folder / MEMORY, memory, overwrite=True)
    return told


def _free_name(copy: Path) -> Path:
    """A name that says what it is and that nothing has yet."""
    for number in count(1):
        more = "" if number == 1 else f"_{number}"
        name = copy.with_name(f"{copy.stem}_mine_until_{date.today():%Y-%m-%d}{more}{copy.suffix}")
        if not name.exists():
            return name


def _remembered(folder: Path) -> dict[str, str]:
    """Name of a copy -> fingerprint of its lesson; nothing when the memory is lost: every copy is somebody's."""
    try:
        found = json.loads(_text(folder / MEMORY))
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
