"""Markdown of a lesson as HTML that asks nobody for anything.

nbconvert reads the Markdown, formulas included, as it does for JupyterLab's own export. Its pages are not used: they
fetch two scripts from other computers, and say 'No description has been provided' under each picture.
"""

from __future__ import annotations

import base64
import html
import re
from functools import lru_cache

from teaching.deliver.formulas import mathml
from teaching.deliver.site.sources import for_reading, with_links

_LESSON = re.compile(r"\[([^\]]+)\]\((?:[\w./-]*/)?\w+\.(?:ipynb|md)(?:#[\w-]*)?\)")
_DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)
#: Sentences that speak of cells, which paper and slides do not have.
_OF_CELLS = re.compile(
    r"(?:(?:Draw|Choose) first\. )?The next cell (?:holds|shows) the filled picture(?:, folded)?\.\s*|"
    r"^(?:Draw|Choose) first\.\s*$|"
    r"^The next cell computes the same without the panel[^\n]*\n*|"
    r"The last cell (?:is your page|shows (?:on one page )?what you predicted and answered)[^.\n]*\.\s*|"
    r": open the next cell when you have decided(?=\.)|"
    r"(?<=in the table) or in the next cell|"
    r"\s*Choose an option and press the button\. Your choice is kept in [^.\n]*\.|"
    r"\s*Its preset may be [^.\n]*\.",
    re.M,
)
#: A paragraph of words, or of references, with a point between them: a wall on paper, so it becomes a list.
_WALL = re.compile(r"^\*\*(Words|References):\*\* (.+ · .+)$", re.M)


@lru_cache(maxsize=1)
def _reader():
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        def block_math(self, body: str) -> str:
            return f'<div class="formula">{mathml(body, "block")}</div>'

        def inline_math(self, body: str) -> str:
            return mathml(body, "inline")

    return MarkdownWithMath(Renderer(escape=False, exclude_anchor_links=True))


def as_html(text: str) -> str:
    """Markdown as HTML; DOIs and PMIDs lead to where they can be read, other lessons are only named."""
    return _reader().render(with_links(_LESSON.sub(r"\1", text)))


def for_paper(text: str) -> str:
    """Prose of a lesson as HTML without anything that folds and without words about cells."""
    unfolded = _DETAILS.sub(r'<div class="source">\n\n**\1.**\2</div>', without_cells(text))
    return as_html(_WALL.sub(_listed, unfolded))


def _listed(wall: re.Match) -> str:
    items = "\n".join(f"* {one.strip()}" for one in wall[2].split(" · "))
    return f'<div class="listed {wall[1].lower()}">\n\n**{wall[1]}**\n\n{items}\n\n</div>'


def without_cells(text: str) -> str:
    """Prose of a lesson without what only concerns whoever runs its cells."""
    return _OF_CELLS.sub("", for_reading(text)).strip()


def without_sources(text: str) -> str:
    """Prose without the folded lines that say where numbers come from."""
    return _DETAILS.sub("", text).strip()


def escaped(words: str) -> str:
    """Any words as HTML."""
    return html.escape(words, quote=True)


def as_markdown(words: str) -> str:
    """Any words as Markdown that shows them as they are."""
    return re.sub(r"([\\`*_\[\]<>#|$~])", r"\\\1", words)


def picture(png: str, words: str, kind: str = "") -> str:
    """An `<img>` with its words and its size, so that a page does not jump."""
    head = base64.b64decode(png[:64])
    width, height = (int.from_bytes(head[place : place + 4], "big") for place in (16, 20))
    return (
        f'<img class="{kind}" src="data:image/png;base64,{png}" width="{width}" height="{height}" '
        f'alt="{escaped(words)}">'
    )


def page(title: str, body: str, style: str, script: str = "", kind: str = "") -> str:
    """A whole page that holds everything it shows; the policy in its head lets it ask nobody."""
    run = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        f'<link rel="icon" href="data:,">\n<title>{escaped(title)}</title>\n<style>\n{style}</style>\n</head>\n'
        f'<body class="{kind}">\n{body}\n{run}</body>\n</html>\n'
    )
