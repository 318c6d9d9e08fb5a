"""Lets Sphinx make the pages, in a process of its own: `python -m teaching.deliver.site.making CACHE`.

CACHE holds the pages' text (source/) and settings.json; the pages come into html/. Prints Sphinx's warnings and nothing
else: without any, all is as it should be.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path


def make(cache: Path) -> str:
    """Makes the pages; returns the warnings, a line each."""
    from sphinx.application import Sphinx

    settings = json.loads((cache / "settings.json").read_text(encoding="utf-8"))
    settings["html_js_files"] = [tuple(item) for item in settings["html_js_files"]]
    warnings = io.StringIO()
    folders = (cache / "source", None, cache / "html", cache / "doctrees")
    Sphinx(*folders, "html", confoverrides=settings, status=None, warning=warnings).build()
    return re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()).strip()


def main(words: list[str]) -> int:
    """Does what the docstring above says; returns the exit code."""
    from sphinx.errors import SphinxError

    try:
        if found := make(Path(words[0])):
            print(found)
    except SphinxError as problem:
        print(" ".join(str(problem).split()))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
