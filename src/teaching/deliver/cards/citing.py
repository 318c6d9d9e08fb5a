"""Where a number comes from, in small type: short beside the number, whole in the list at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from teaching import tables
from teaching.evidence.citations import citation


def short(keys: Iterable[str], confidence: str | None) -> str:
    """Who, when and where to read it, with how far it was read; HTML."""
    return f'<small class="source">Source: {"; ".join(map(_short, keys))}. <em>{escape(confidence or "")}</em></small>'


def _short(key: str) -> str:
    if key in tables.OWN_SOURCES:
        return escape(f"{key} of this kit")
    fields, found = tables.references()[key], citation(key)
    name = re.split(r" and |,", re.sub(r"[{}]", "", fields.get("author", "")))[0].strip()
    title = re.sub(r"[{}\\]", "", fields.get("title", ""))
    first = name or (f"“{' '.join(title.split()[:6])} …”" if title else f"{key} (author not seen)")
    return f"{escape(first)} {escape(fields.get('year', ''))}, {_link(found)}"


def _link(found) -> str:
    return f'<a href="{escape(found.link)}">{escape(found.mark)}</a>' if found.link else "no address found"


def listed(keys: Iterable[str]) -> str:
    """All sources as a list, each once; HTML. Sources of the kit itself say what they are."""
    lines = []
    for key in sorted(set(keys)):
        if key in tables.OWN_SOURCES:
            lines.append(f"<li><strong>{escape(key)}</strong>: {escape(tables.OWN_SOURCES[key])}.</li>")
        else:
            found = citation(key)
            note = f" <em>{escape(found.note)}</em>" if found.note else ""
            lines.append(f"<li>{escape(found.text)} {_link(found)}{note}</li>")
    return f'<ul class="sources">{"".join(lines)}</ul>'
