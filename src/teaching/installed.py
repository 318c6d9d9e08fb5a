"""What of the packages that the kit needs is installed here, and does it fit? Needs none of them itself."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import dataclass
from pathlib import Path

NAME = "bcell-teaching-kit"


@dataclass(frozen=True)
class Needed:
    """A package that the kit needs here: its name, the version found ('' when there is none), what is wanted."""

    name: str
    found: str
    wanted: str
    fits: bool

    @property
    def command(self) -> str:
        """What to type into a terminal to bring it."""
        return f'{Path(sys.executable).name} -m pip install "{self.name}{self.wanted}"'

    @property
    def words(self) -> str:
        """What is wrong, and what to do, in one sentence."""
        there = f"version {self.found} of {self.name} is installed" if self.found else f"{self.name} is not installed"
        return f"{there}, but the teaching kit needs {self.name} {self.wanted}: run start.py again, or {self.command}"


def needed() -> list[Needed]:
    """Every package that the kit needs on this system, as its own metadata say; empty where it is not installed."""
    try:
        from packaging.requirements import Requirement

        lines = importlib.metadata.requires(NAME) or []
    except ImportError:  # PackageNotFoundError is one: used from its folder, or without `packaging`
        return []
    found = []
    for line in lines:
        one = Requirement(line)
        if one.marker is not None and not one.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(one.name)
        except importlib.metadata.PackageNotFoundError:
            version = ""
        fits = bool(version) and one.specifier.contains(version, prereleases=True)
        found.append(Needed(one.name, version, str(one.specifier), fits))
    return found


def misfits() -> list[Needed]:
    """Packages that are missing or of a version that the kit does not work with."""
    return [one for one in needed() if not one.fits]


def explained(problem: ImportError) -> str:
    """An import that failed, in one sentence: which package is missing or does not fit, and what to do."""
    for one in misfits():
        return f"{one.words}."
    missing = (getattr(problem, "name", None) or "").split(".")[0]
    if missing and missing != "teaching":
        return f"{missing} is not installed, but the teaching kit needs it: run start.py again."
    return f"a package of the teaching kit could not be loaded ({problem}): run start.py again."
