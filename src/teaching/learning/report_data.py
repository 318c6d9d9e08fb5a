"""What a saved report holds beside its table: the same predictions, answers and sentences, as data.

    {"kit": "bcell-teaching-kit", "what": "report", "schema": 1, "version": "0.1", "lesson": "01_...", "name": "",
     "time": "2026-11-27T20:00:00+00:00", "entries": [{"id", "time", "kind", "question", "value"}, ...]}

It stands in the page as the text of a <meta> element, which no browser runs; `teaching collect` and the vote in
a room read it. script/report_data.js writes the same. Data only: whoever reads it checks every word of it again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from html import escape

KIT, WHAT, SCHEMA = "bcell-teaching-kit", "report", 1
#: The name of the element.
META = "teaching-report"
#: A report with more entries keeps the newest; a lesson has some forty questions.
MOST_ENTRIES = 2000
LONGEST_WORDS = 2000
_KINDS = ("prediction", "answer", "hint", "sentence")


def report_data(lesson: str, name: str, time: str, entries: Iterable[dict]) -> dict:
    """The data of a report, plain and in the order in which it was written.

    name: whose it is, '' if unsaid; time: when it was saved, ISO text with its zone; entries: as
    `answer_store.read` gives them, of the lesson and of its panels. Of a desk's settings only its words stay.
    """
    kept = []
    for entry in entries:
        if entry["kind"] in _KINDS:
            kept.append(_entry(entry, entry["kind"], entry["value"]))
        elif entry["kind"] == "desk" and (words := _desk_words(entry["value"])):
            kept.append(_entry(entry, "desk", words))
    version = getattr(sys.modules.get("teaching"), "__version__", "source")
    about = {"kit": KIT, "what": WHAT, "schema": SCHEMA, "version": version}
    return {**about, "lesson": lesson, "name": name, "time": time, "entries": kept[-MOST_ENTRIES:]}


def as_meta(data: dict) -> str:
    """The data as an element of an HTML page; whatever a student wrote stays text."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":  # no markup, also for a reader that takes entities apart too early
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<meta name="{META}" content="{escape(text)}">'


def _entry(entry: dict, kind: str, value: object) -> dict:
    return {
        "id": entry.get("id") or "",
        "time": entry["time"],
        "kind": kind,
        "question": entry["question"],
        "value": value,
    }


def _desk_words(value: object) -> str:
    """What a desk says of the setting that was kept; '' where it says nothing."""
    try:
        words = json.loads(value)["says"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return words[:LONGEST_WORDS] if isinstance(words, str) else ""
