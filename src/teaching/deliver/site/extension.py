"""What the site adds to Sphinx: formulas as MathML, meanings of terms in lessons, the first page, our script and style.

MathML is drawn by browsers themselves: no font and no script has to come from anywhere.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from docutils import nodes

from teaching import tables
from teaching.deliver.formulas import mathml

PAGES = Path(__file__).parent / "page"
#: Words inside these are not looked up: they are names, formulas, code, or lead somewhere else already.
_NOT_IN = (nodes.literal, nodes.reference, nodes.math, nodes.raw, nodes.title, nodes.problematic)


class MeantTerm(nodes.inline, nodes.TextElement):
    """A word of the glossary in a lesson; `known_as` is its name there."""


def setup(app) -> dict:
    """What Sphinx calls: joins everything to the building of the pages."""
    app.add_config_value("teaching", {}, "html")
    app.add_config_value("teaching_read_with", "", "env")
    app.add_html_math_renderer("mathml", (_inline_math, None), (_display_math, None))
    app.add_node(MeantTerm, html=(_open_term, _close_term))
    app.connect("doctree-read", _mark_terms)
    app.connect("html-page-context", _context, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# --- formulas -------------------------------------------------------------------------------------------


def _inline_math(translator, node) -> None:
    translator.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _display_math(translator, node) -> None:
    translator.body.append(f'<div class="teaching-formula">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


# --- terms ----------------------------------------------------------------------------------------------


def slug(name: str) -> str:
    """A term as part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _pattern(number: str) -> tuple[re.Pattern, dict[str, str]]:
    """Finds the terms of a lesson and of those before it: a later one could give something away."""
    names = {name.lower(): name for name, entry in tables.glossary().items() if entry.lesson <= number}
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(s?)(?![\w-])", re.I), names


def _mark_terms(app, doctree) -> None:
    """Marks the first place of each term in each paragraph of a lesson."""
    name = app.env.docname
    if not name.startswith("lessons/"):
        return
    number = name.removeprefix("lessons/")[:2]
    pattern, names = _pattern(number)
    if not names:
        return
    met: list[str] = []
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if paragraph.astext().startswith("Words:") or _is_within(paragraph, nodes.table, None):
            continue  # the lesson explains its words itself there; tables stay calm
        seen: set[str] = set()
        for text in list(paragraph.findall(nodes.Text)):
            if not _is_within(text, (*_NOT_IN, MeantTerm), paragraph):
                _mark(text, pattern, names, seen)
        met += [one for one in sorted(seen) if one not in met]
    if met:
        doctree += nodes.raw("", "".join(_meaning(one, names[one], name) for one in met), format="html")


def _is_within(node, kinds, end) -> bool:
    """Whether a node lies in one of these kinds of nodes, somewhere below `end`."""
    parent = node.parent
    while parent is not None and parent is not end:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False


def _mark(text, pattern: re.Pattern, names: dict[str, str], seen: set[str]) -> None:
    parts, last, words = [], 0, str(text)
    for found in pattern.finditer(words):
        known = found[1].lower()
        if known in seen:
            continue
        seen.add(known)
        parts += [nodes.Text(words[last : found.start()]), MeantTerm("", found[0], known_as=known)]
        last = found.end()
    if parts:
        text.parent.replace(text, [part for part in (*parts, nodes.Text(words[last:])) if part.astext()])


def _open_term(translator, node) -> None:
    place = f"term-{slug(node['known_as'])}"
    translator.body.append(f'<button type="button" class="teaching-term" popovertarget="{place}">')


def _close_term(translator, node) -> None:
    # A browser may break a line after a button: a joiner keeps a comma or a full stop beside its word.
    joiner = "&#8288;" if _following(node)[:1] in tuple(",.;:!?)") else ""
    translator.body.append(f"</button>{joiner}")


def _following(node) -> str:
    """The words that stand directly after a node in its block; '' at the end."""
    while node.parent is not None:
        place = next(k for k, child in enumerate(node.parent.children) if child is node)
        if place + 1 < len(node.parent.children):
            return node.parent.children[place + 1].astext()
        if not isinstance(node.parent, nodes.Inline):
            return ""
        node = node.parent
    return ""


def _meaning(known: str, name: str, page: str) -> str:
    entry = tables.glossary()[name]
    root = "../" * page.count("/")
    return (
        f'<div popover id="term-{slug(known)}" class="teaching-meaning" role="note" aria-label="{html.escape(name)}">'
        f"<p><strong>{html.escape(name)}</strong>: {html.escape(entry.meaning)}.</p>"
        f'<p><a href="{root}glossary.html#term-{slug(name)}">Glossary</a></p></div>'
    )


# --- pages ----------------------------------------------------------------------------------------------


def _context(app, pagename: str, templatename: str, context: dict, doctree) -> str | None:
    """Gives every page what its template asks for; the first page has a template of its own."""
    context["teaching"] = app.config.teaching
    context["root"] = "../" * pagename.count("/")
    context["is_lesson"] = pagename.startswith("lessons/")
    if tree := context.get("furo_navigation_tree"):  # a heading without a level is no heading for a screen reader
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    return "front.html" if pagename == "index" else None
