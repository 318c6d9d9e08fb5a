"""A reference of references.bib as one line of text, with where it can be read. Names what was not seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from teaching import tables

MOST_AUTHORS = 3


class Citation(NamedTuple):
    """`text` names author or title, place and year; `link` is an address or '', `mark` what stands on it; `note`: what
    was read of it and what was not."""

    text: str
    link: str
    mark: str
    note: str


def citation(key: str) -> Citation:
    """The reference of that key; KeyError when there is none."""
    fields = tables.references()[key]
    where = _plain(fields, "journal") or _plain(fields, "howpublished") or _plain(fields, "publisher")
    first = [part for part in (_authors(fields), _plain(fields, "title")) if part]
    if not first:  # a journal's name alone is no citation
        first = [f"'{key}', author and title not seen"]
    numbers = _place(fields)
    parts = [*first, " ".join(filter(None, [where, numbers]))]
    text = ". ".join(part.rstrip(".") for part in parts if part)
    year = _plain(fields, "year")
    link, mark = _link(fields)
    return Citation(f"{text}{f', {year}' if year else ''}.", link, mark, _plain(fields, "note"))


def _place(fields: Mapping[str, str]) -> str:
    volume, pages = _plain(fields, "volume"), _plain(fields, "pages").replace("--", "–")
    return f"{volume}:{pages}" if volume and pages else volume


def _link(fields: Mapping[str, str]) -> tuple[str, str]:
    if doi := _plain(fields, "doi"):
        return f"https://doi.org/{doi}", f"doi {doi}"
    if pmid := _plain(fields, "pmid"):
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/", f"PMID {pmid}"
    address = _plain(fields, "url")
    return (address, re.sub(r"^https?://(www\.)?", "", address).split("/")[0]) if address else ("", "")


def _authors(fields: Mapping[str, str]) -> str:
    names = [name for name in _plain(fields, "author").split(" and ") if name]
    many = "others" in names or len(names) > MOST_AUTHORS
    return "; ".join([name for name in names if name != "others"][:MOST_AUTHORS]) + (" et al." if many else "")


def _plain(fields: Mapping[str, str], name: str) -> str:
    return re.sub(r"[{}\\]", "", fields.get(name, ""))
