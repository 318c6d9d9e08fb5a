"""The files that the lessons in a browser are built from, by version and hash, and whether a folder holds them.

The list is parts.csv beside this file; docs/lite.md says where its files come from and how it is made anew.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from teaching.inputs import listed, shortened

#: The file of a Pyodide distribution that describes its wheels.
LOCK = "pyodide-lock.json"
USES = {
    "core": "the interpreter, beside the wheels",
    "package": "a wheel for the browser's Python",
    "extension": "a wheel whose scripts become part of JupyterLab",
}


@dataclass(frozen=True)
class Part:
    """One file: name and version of what it holds, its sha256, where it is from and what it is used for."""

    name: str
    version: str
    file: str
    sha256: str
    origin: str
    uses: tuple[str, ...]
    imports: tuple[str, ...]
    depends: tuple[str, ...]
    why: str


def listed_parts() -> tuple[Part, ...]:
    """All parts of parts.csv, in its order; ValueError names a line that cannot be one."""
    found = []
    with open(Path(__file__).with_name("parts.csv"), encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            uses = tuple(row["use"].split())
            if not uses or not set(uses) <= set(USES) or row["origin"] not in ("pyodide", "python"):
                raise ValueError(f"parts.csv, line {number}: {shortened(row['use'])} from {shortened(row['origin'])}.")
            imports, depends = (tuple(filter(None, row[name].split(";"))) for name in ("imports", "depends"))
            own = (row["name"], row["version"], row["file"], row["sha256"], row["origin"])
            found.append(Part(*own, uses, imports, depends, row["why"]))
    return tuple(found)


def version_of_pyodide(parts: Sequence[Part]) -> str:
    """The version of Pyodide that the interpreter's files are of."""
    return next(part.version for part in parts if "core" in part.uses)


def check(folder: Path, parts: Sequence[Part]) -> None:
    """Holds a folder against the list, file by file; ValueError says in one sentence what is missing or changed."""
    if not folder.is_dir():
        raise ValueError(
            f"the folder {shortened(str(folder), 160)} is not there; name one with a Pyodide distribution."
        )
    missing = [part for part in parts if not (folder / part.file).is_file()]
    if not (folder / LOCK).is_file():
        raise ValueError(f"{LOCK} is missing in {shortened(str(folder), 160)}: it holds no Pyodide distribution.")
    if missing:
        of_pyodide = [part.file for part in missing if part.origin == "pyodide"]
        of_python = [f"{part.name}=={part.version}" for part in missing if part.origin == "python"]
        said = []
        if of_pyodide:
            files = "file" if len(of_pyodide) == 1 else "files"
            said.append(
                f"{len(of_pyodide)} {files} of Pyodide {version_of_pyodide(parts)} missing: {listed(of_pyodide, 90)}"
            )
        if of_python:
            said.append(f"to be brought with pip download: {listed(of_python, 90)}")
        raise ValueError("; ".join(said) + ".")
    changed = [part.file for part in parts if fingerprint(folder / part.file) != part.sha256]
    if changed:
        raise ValueError(
            f"not the files of the list, by their sha256: {listed(changed, 110)}; "
            f"Pyodide must be of version {version_of_pyodide(parts)}, every other file of the version in its name."
        )


def fingerprint(path: Path) -> str:
    """The sha256 of a file, in hexadecimal letters."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
