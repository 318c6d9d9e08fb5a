"""What desks check alike, and a wrong value as their sentences tell it: the same letters as in `script/told.js`.

A value is plain data (JSON). A check raises ValueError with one sentence that calls the value by `name`.
"""

from __future__ import annotations

import json
import re
import unicodedata

LONGEST = 60
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def told(value) -> str:
    """A text in quotes on one line, anything else as JSON, cut to 60 letters."""
    if isinstance(value, str):
        value = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in value)
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def check_text(name: str, value, most: int) -> None:
    """Refuses whatever is no text of at most so many characters."""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{name} is {told(value)}; a text of at most {most} characters is needed.")


def check_time(name: str, value) -> None:
    """Refuses whatever is neither a time as a page signs with it nor '' for none."""
    if not isinstance(value, str) or (value and not _TIME.fullmatch(value)):
        raise ValueError(f"{name} is {told(value)}; a time such as 2026-11-27T09:30:00Z is needed.")


def check_truth(name: str, value) -> None:
    """Refuses whatever is neither true nor false."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {told(value)}; true or false is needed.")
