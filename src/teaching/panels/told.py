"""A wrong value as a sentence of a desk tells it: the same letters as in the script (`script/told.js`)."""

from __future__ import annotations

import json
import unicodedata

LONGEST = 60


def told(value) -> str:
    """A text in quotes on one line, anything else as JSON, cut to 60 letters. `value` is plain data (JSON)."""
    if isinstance(value, str):
        value = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in value)
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
