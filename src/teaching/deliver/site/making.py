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
    sphinx = Sphinx(*folders, "html", confoverrides=settings, status=None, warning=warnings)
    sphinx.build()
    _take_away_the_rest(cache / "html", sphinx.env)
    return re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()).strip()


def _take_away_the_rest(html: Path, environment) -> None:
    """Pages and pictures of texts that are no longer there go: Sphinx leaves them."""
    pages = {f"{name}.html" for name in [*environment.found_docs, "search"]}
    images = {f"_images/{name}" for _, name in environment.images.values()}
    for path in [*html.rglob("*.html"), *(html / "_images").glob("*")]:
        if path.relative_to(html).as_posix() not in pages | images:
            path.unlink()


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
