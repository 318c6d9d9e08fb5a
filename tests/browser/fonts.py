"""The one font family that a browser of the tests has, so that no result depends on what a machine has installed.

Chromium asks fontconfig for its fonts on Linux; a configuration of our own shows it the files of a single family
under every name. On other systems it asks elsewhere: the tests then run with the system's own fonts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

FOLDER = Path("/usr/share/fonts")
FACES = ("Regular", "Bold", "Italic", "Oblique", "BoldItalic", "BoldOblique")
#: Family -> the Debian package that holds it (`.ci/run` installs both) and the beginning of its files' names.
FAMILIES = {
    "DejaVu Sans": ("fonts-dejavu", "DejaVuSans"),
    "DejaVu Sans Mono": ("fonts-dejavu", "DejaVuSansMono"),
    "Liberation Sans Narrow": ("fonts-liberation", "LiberationSansNarrow"),
}
#: What a bare Debian shows pages in, and what the pictures are drawn for: all tests that do not choose for themselves.
USUAL = "DejaVu Sans"
# Mean width of a letter over all words of all panels, of the 19 upright faces of the two packages: DejaVu Sans Mono
# 0.602 em, DejaVu Sans 0.510 (bold 0.573), Liberation Sans 0.449, Liberation Sans Narrow 0.368 (bold 0.393).
WIDEST, NARROWEST = "DejaVu Sans Mono", "Liberation Sans Narrow"
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
  <match target="pattern">
    <edit name="family" mode="assign" binding="strong"><string>{family}</string></edit>
  </match>
</fontconfig>
"""


def only(family: str, scratch: Path) -> dict[str, str]:
    """The environment of a browser that has this family and no other; `scratch` is an empty folder for it.

    Where a package is missing the test fails with its name if CI=true, and is skipped otherwise.
    """
    if not sys.platform.startswith("linux"):
        if family == USUAL:
            return dict(os.environ)
        pytest.skip("the fonts of a browser can be chosen through fontconfig only, which this system does not use")
    package, name = FAMILIES[family]
    files = files_of(name)
    if not files:
        reason = f"the font {family} is not below {FOLDER}: install {package}, as .ci/run does"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    for file in files:
        (scratch / file.name).symlink_to(file)
    configuration = scratch / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(folder=scratch, family=family), encoding="utf-8")
    return with_fonts(configuration, os.environ)


def files_of(name: str) -> list[Path]:
    """The files of a family: those of its faces, none of a sister family such as the condensed one."""
    faces = {f"{name}.ttf", *(f"{name}-{face}.ttf" for face in FACES)}
    return sorted(file for file in FOLDER.rglob(f"{name}*.ttf") if file.name in faces)


def with_fonts(configuration: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """An environment in which fontconfig reads this file and nothing of the user's or the system's."""
    others = {name: value for name, value in environ.items() if not name.startswith("FONTCONFIG_")}
    return {**others, "FONTCONFIG_FILE": str(configuration)}
