"""The site as tests see it: built with few pictures a panel, and what its files name."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

PROJECT = Path(__file__).resolve().parents[1]
#: What makes a browser ask for something by itself; a link that a reader follows is none of them.
ASKING = {
    ("script", "src"), ("link", "href"), ("img", "src"), ("img", "srcset"), ("iframe", "src"), ("source", "src"),
    ("video", "src"), ("audio", "src"), ("object", "data"), ("embed", "src"), ("use", "href"), ("use", "xlink:href"),
    ("div", "data-file"), ("div", "data-script"), ("form", "action"),
}  # fmt: skip
#: <link>s that name a page and fetch nothing.
NAMES_ONLY = {"author", "index", "search", "next", "prev", "canonical", "copyright"}


class Page(HTMLParser):
    """A page of the site: what it asks for, where its links lead, which places it has, its words."""

    def __init__(self, path: Path):
        super().__init__()
        self.path, self.asks, self.links, self.ids, self.words = path, [], [], set(), []
        self.lang, self.bare_pictures = None, []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag == "html":
            self.lang = found.get("lang")
        if tag == "img" and ("alt" not in found or re.search(r"\.\w{3,4}$", found["alt"] or "")):  # a file's name
            self.bare_pictures.append(found.get("src"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag == "link" and found.get("rel") in NAMES_ONLY:
            self.links.append(found["href"])
            return
        self.asks += [value for name, value in attributes if (tag, name) in ASKING and value]

    def handle_data(self, data):
        self.words.append(data)

    def target(self, address: str) -> tuple[Path, str]:
        """The file that a relative address names, and the place in it."""
        parts = urlsplit(address)
        return (self.path.parent / unquote(parts.path)).resolve() if parts.path else self.path, unquote(parts.fragment)


@cache
def page(path: Path) -> Page:
    """A page, read once."""
    return Page(path)


def small_kit(folder: Path, lesson: str = "") -> Path:
    """A kit of one lesson, that of this file name or the template, as a project for a site; returns its folder."""
    (folder / "notebooks").mkdir(parents=True)
    if lesson:
        shutil.copy(PROJECT / "notebooks" / f"{lesson}.ipynb", folder / "notebooks")
    else:
        shutil.copy(PROJECT / "docs" / "template_lesson.ipynb", folder / "notebooks" / "01_template.ipynb")
    shutil.copytree(PROJECT / "docs", folder / "docs")
    shutil.copytree(PROJECT / "data", folder / "data")
    for name in ("CITATION.cff", "CONTRIBUTING.md"):
        shutil.copy(PROJECT / name, folder)
    return folder


def built(folder: Path, project: Path = PROJECT, **choice) -> Path:
    """The site in `folder`, with few pictures a panel; what was computed in this run of tests is used again."""
    from teaching.deliver.site.build import build

    cache = os.environ.get("TEACHING_SITE_CACHE")
    cache = Path(cache) / project.name if cache else folder.with_name(f"{folder.name}-cache")
    build(folder, project=project, cache=cache, coarse=True, say=lambda line: None, **choice)
    return folder


def small_site(folder: Path, lesson: str = "", **choice) -> Path:
    """The site of a small kit, both made in a folder; without Sphinx the test is skipped."""
    pytest.importorskip("sphinx", reason="the extra 'site' is not installed")
    return built(folder / "site", small_kit(folder / f"{lesson or 'template'}-kit", lesson), **choice)


def secrets() -> dict[str, str]:
    """What only the answer key may hold: feedback and hints by their question, of each the longest piece."""
    found = {}
    for file in sorted((PROJECT / "instructor" / "answers").glob("*.toml")):
        for name, question in tomllib.loads(file.read_text(encoding="utf-8")).items():
            texts = [*question.get("hints", []), question.get("answer", {}).get("feedback", "")]
            texts += [wrong.get("feedback", "") for wrong in question.get("wrong", [])]
            for number, text in enumerate(texts):
                piece = max(re.split(r"\{[^}]*\}", text), key=len).strip()
                if len(piece) >= 25:
                    found[f"{name} {number}"] = piece
    return found
