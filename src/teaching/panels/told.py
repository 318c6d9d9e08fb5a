"""A wrong value as a sentence of a desk tells it: the same letters as in the script (`script/told.js`)."""

from __future__ import annotations

import json

LONGEST = 60


def told(value) -> str:
    """A text in quotes, anything else as JSON, cut to 60 letters. `value` is plain data (JSON)."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
