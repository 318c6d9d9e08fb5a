"""The folder that the site is written into: only an empty one or a site of ours, and nobody else's file is touched."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from teaching.inputs import listed, shortened
from teaching.saving import save_whole

#: Lists what was written, so that the next build takes away what is no longer part of the site and nothing else.
LIST = "teaching-site.json"
#: Folders that others may have put there before: the lessons' code in the browser.
WELCOME = ("lite", ".git", "CNAME")
#: Sphinx's own notes between two builds: no part of the site.
NOTES = (".buildinfo", "objects.inv")
#: What a build that was ended in the middle of a file has left beside it (saving.py).
HALF = re.compile(r"\.(?P<of>.+)\.[0-9a-f]{8}\.part")


def check(folder: Path) -> None:
    """Raises ValueError for a file, or a folder with files of somebody else; OSError for one nobody may write to."""
    if folder.is_file():
        raise ValueError(f"{shortened(str(folder))} is a file; name a folder for the site.")
    if folder.is_dir() and not (folder / LIST).is_file():
        names = [item.name for item in folder.iterdir() if item.name not in WELCOME]
        others = sorted(name for name in names if _half_of(name) != LIST)
        if others:
            raise ValueError(
                f"the folder {shortened(str(folder))} holds other files ({listed(others, 60)}), and none of them is "
                "touched: name a new or an empty folder."
            )
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise ValueError(f"{shortened(str(there))} is a file, and {shortened(str(folder))} would lie inside it.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OSError(f"nobody may write to {shortened(str(there))}; name another folder for the site.")


def bring(source: Path, folder: Path, about: dict) -> int:
    """Brings the files of `source` into `folder`; returns how many were new or had changed.

    Files of an earlier build that are no longer part of the site go; files that no build has written stay. `about` is
    noted in the list of files.
    """
    check(folder)
    found = [path for path in sorted(source.rglob("*")) if path.is_file() and path.name not in NOTES]
    files = {path.relative_to(source).as_posix(): path for path in found}
    before = _listed(folder)
    # The list comes first and holds both: a build that is ended in between is a site of ours, and can be made again.
    _write_list(folder, about, dict.fromkeys([*before, *files]))
    changed = 0
    for name, path in files.items():
        target, content = folder / name, path.read_bytes()
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            save_whole(target, content, overwrite=True)
            changed += 1
    for name in sorted(set(before) - set(files)):
        _take_away(folder, folder / name)
    names = {LIST, *(Path(name).name for name in [*before, *files])}
    for path in folder.rglob(".*.part"):
        if _half_of(path.name) in names:
            path.unlink(missing_ok=True)
    _write_list(folder, about, files)
    return changed


def _write_list(folder: Path, about: dict, files) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_whole(folder / LIST, json.dumps({**about, "files": list(files)}, indent=0), overwrite=True)


def _half_of(name: str) -> str | None:
    """The file of which this is an unfinished part; None of any other name."""
    found = HALF.fullmatch(name)
    return found and found["of"]


def _listed(folder: Path) -> list[str]:
    """What an earlier build has written; names that lead out of the folder are none of its."""
    try:
        names = list(json.loads((folder / LIST).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    whole = folder.resolve()
    return [name for name in names if isinstance(name, str) and _is_within(whole, name)]


def _is_within(folder: Path, name: str) -> bool:
    """Whether a name is that of something inside the folder."""
    try:
        found = (folder / name).resolve()
    except (OSError, ValueError):  # a name that no file can have
        return False
    return found != folder and found.is_relative_to(folder) and not found.is_dir()


def _take_away(folder: Path, path: Path) -> None:
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
