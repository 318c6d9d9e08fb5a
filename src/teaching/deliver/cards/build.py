"""All sheets as one HTML file: no script, nothing asked of the network, and a page of paper for each sheet."""

from __future__ import annotations

import os
from functools import lru_cache
from html import escape
from pathlib import Path

from teaching import __version__
from teaching.deliver.cards import citing, sheets, writing
from teaching.inputs import shortened
from teaching.saving import save_whole

#: Its name on the site.
FILE = "cards_10.html"
TITLE = "Lesson 10 on paper: benefit, risk and access"
_STYLE = Path(__file__).with_name("cards.css")


@lru_cache(maxsize=1)
def cards_page() -> str:
    """The whole file as text; about 200 kB, nearly all of it icons."""
    parts = [
        writing.first_sheet(), sheets.role_cards(), sheets.option_sheets(), sheets.cost_sheet(),
        writing.decision_sheet(), writing.person_sheet(), writing.rubric_sheet(),
        f'<section class="sheet last"><h2>Sources</h2>{sheets.confidence_words()}{citing.listed(sheets.sources_used())}'
        "</section>",
    ]  # fmt: skip
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(TITLE)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>{''.join(parts)}</main>"
        f"<footer>B-cell depletion teaching kit {escape(__version__)}. For teaching; not treatment advice. Text, "
        "figures and data: CC BY 4.0.</footer></body></html>\n"
    )


def save_cards(out: str | os.PathLike) -> Path:
    """Writes the file and returns where; ValueError for a name that is no HTML file, FileExistsError for one that is
    there, OSError for a place that cannot be written to, each with one sentence."""
    if not isinstance(out, (str, os.PathLike)) or Path(out).suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"the file is {shortened(str(out))}; its name must end in .html.")
    path = Path(out).expanduser()
    try:
        return save_whole(path, cards_page())
    except FileExistsError:
        raise FileExistsError(
            f"{shortened(str(path))} is already there and was not touched; name another file."
        ) from None
