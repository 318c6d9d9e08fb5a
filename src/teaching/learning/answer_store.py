"""Keeps what a student makes: lines that are only ever added to files in the student's own folder.

One JSON-lines file a lesson in `teaching-answers/`, or in a folder inside it for each person who gives a
name. Every line has an identity: it counts once however often it was written. Knows no question; touches
no other folder. `TEACHING_ANSWERS` names another folder, `TEACHING_NAME` the person; with
`TEACHING_KEEPS_NOTHING` (the panels without code, on a screen for everybody) nothing is kept.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import unicodedata
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

from teaching.locking import held

SCHEMA = 1
LOCK_WAIT_SECONDS = 5.0
#: Folders of lessons: answers lie beside them and not inside.
LESSON_FOLDERS = ("notebooks", "my-lessons")
REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EEXIST: "a file of that name is in the way",
    errno.ENOTDIR: "a file is in the way",
    errno.ETIMEDOUT: "another program is holding the folder",
}

_unsaved: dict[Path, list[bytes]] = {}  # goes out with the next line that can be written
_told: dict[str, bool] = {}  # sentence -> was it handed out


def folder() -> Path:
    """The student's folder: `TEACHING_ANSWERS`, or `teaching-answers` beside the lessons; in it the person's own."""
    if chosen := os.environ.get("TEACHING_ANSWERS", "").strip():
        whole = Path(chosen).expanduser().absolute()
    else:
        here = Path.cwd()
        whole = (here.parent if here.name in LESSON_FOLDERS else here) / "teaching-answers"
    return whole / person_folder(name) if (name := os.environ.get("TEACHING_NAME", "").strip()) else whole


def person_folder(name: str) -> str:
    """A person's own folder: their name in letters that every system takes; different names never share one."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    if letters == name.strip():  # a plain name stands as it is
        return f"of-{letters}"
    mark = uuid.uuid5(uuid.NAMESPACE_OID, unicodedata.normalize("NFC", name.strip())).hex[:6]
    return f"of-{letters}-{mark}".replace("--", "-")


def keeps_nothing() -> bool:
    """Whether this page is for everybody and keeps no answers."""
    return bool(os.environ.get("TEACHING_KEEPS_NOTHING"))


def start_afresh() -> Path | None:
    """Sets all answers aside in a folder that says when, and returns it; None when there were none. Deletes nothing.

    Raises OSError when the folder cannot be written to.
    """
    here = folder()
    kept = sorted(here.glob("*.jsonl")) + sorted(here.glob("*.jsonl.damaged"))
    waiting = [path for path in _unsaved if path.parent == here]
    if not kept and not waiting:
        return None
    here.mkdir(parents=True, exist_ok=True)
    with held(here, LOCK_WAIT_SECONDS):
        for path in waiting:  # first of all: what a full disk has refused so far is set aside with the rest
            _write(path, _unsaved[path])
            del _unsaved[path]
        for number in count(1):
            aside = here / f"until_{datetime.now():%Y-%m-%d_%H-%M-%S}{'' if number == 1 else f'_{number}'}"
            try:
                aside.mkdir()
            except FileExistsError:
                continue
            break
        for path in dict.fromkeys([*kept, *waiting]):
            path.rename(aside / path.name)
    return aside


def kept_before() -> tuple[int, str]:
    """How many answers are kept in the person's folder, and the day of the last one ('' when there is none)."""
    entries = [entry for path in sorted(folder().glob("*.jsonl")) for entry in read(path.stem)]
    return len(entries), max((str(entry["time"])[:10] for entry in entries), default="")


def append(lesson: str, kind: str, question: str, value: str | float | list | None) -> str:
    """Add one line to a lesson's file; return '' or one sentence that says why it is not saved.

    kind is 'prediction', 'answer', 'hint', 'sentence' (in a student's own words) or 'desk' (a setting as the text of
    JSON). What cannot be saved stays in memory: `read` finds it, and the next line that can be saved takes it along. A
    prediction that is the last one already is not added again.
    """
    if keeps_nothing():
        return "This page keeps nothing: what you wrote is gone when it is closed."
    if kind == "prediction" and _last_prediction(lesson, question) == [value]:
        return ""
    entry = {
        "schema": SCHEMA,
        "id": uuid.uuid4().hex[:16],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "kit": getattr(sys.modules.get("teaching"), "__version__", "source"),
        "kind": kind,
        "question": question,
        "value": value,
    }
    path = folder() / f"{lesson}.jsonl"
    lines = _unsaved.get(path, []) + [_line(entry)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held(path.parent, LOCK_WAIT_SECONDS):
            _write(path, lines)
    except OSError as problem:
        _unsaved[path] = lines
        return (
            f"Not saved in {path.parent}: {_reason(problem)}; it is kept until this notebook's "
            "kernel stops, and saved with your next entry if that has become possible."
        )
    _unsaved.pop(path, None)
    return ""


def _line(entry: dict) -> bytes:
    """An entry as a line. Half a character, which UTF-8 cannot hold, stands in it by its number."""
    try:
        return json.dumps(entry, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(entry).encode()


def _last_prediction(lesson: str, question: str) -> list:
    """The value of the last prediction in a list, or an empty list."""
    found = [entry["value"] for entry in read(lesson) if (entry["kind"], entry["question"]) == ("prediction", question)]
    return found[-1:]


def read(lesson: str) -> list[dict]:
    """The entries of a lesson, oldest first, each once; damaged lines are set aside, newer ones skipped."""
    if keeps_nothing():
        return []
    path = folder() / f"{lesson}.jsonl"
    try:
        with held(path.parent, LOCK_WAIT_SECONDS):
            return _entries(path, _lines(path))
    except OSError:  # no folder yet, one that may only be read, or a lock that does not come free
        try:
            return _entries(path, _lines(path))
        except OSError as problem:
            _tell(f"{path} was not read: {_reason(problem)}.")
            return _entries(path, [])


def take_notes() -> list[str]:
    """Sentences about lines that could not be read; each is handed out once."""
    fresh = [sentence for sentence, handed_out in _told.items() if not handed_out]
    _told.update(dict.fromkeys(fresh, True))
    return fresh


def _write(path: Path, lines: list[bytes]) -> None:
    """Adds lines to a file. Those that an attempt before has brought there, although it failed, are left out."""
    there = set(_lines(path)) if len(lines) > 1 else set()
    lines = [line for line in lines if line not in there]
    with open(path, "a+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # a line cut off by a crash must not swallow the next one
                lines = [b"", *lines]
        try:
            _put(file, b"".join(line + b"\n" for line in lines))
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # half a line must not stay; where it must, reading sets it aside
                file.truncate(size)
            raise


def _put(file: BinaryIO, content: bytes) -> None:
    """Writes all of it: a disk that fills up may take a part and say nothing."""
    while content:
        content = content[file.write(content) :]


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []


def _entries(path: Path, lines: list[bytes]) -> list[dict]:
    entries, damaged, known = [], [], set()
    for line in filter(bytes.strip, lines + _unsaved.get(path, [])):
        try:
            entry = json.loads(line.decode("utf-8-sig"))
            if entry["schema"] > SCHEMA:
                _tell(f"{path.name} has lines of a newer version of this kit; they stay unread.")
            elif (mark := entry.get("id")) is None or mark not in known:  # older lines have no identity
                known.add(mark)
                entries.append({key: entry[key] for key in ("time", "kind", "question", "value")} | {"id": mark})
        except (ValueError, TypeError, KeyError, RecursionError):
            damaged.append(line.strip())
    if damaged:
        _set_aside(path, damaged)
    return entries


def _set_aside(path: Path, damaged: list[bytes]) -> None:
    aside = path.with_name(path.name + ".damaged")
    try:
        known = _lines(aside)
        if fresh := [line for line in damaged if line not in known]:
            _write(aside, fresh)
            _tell(f"{path.name}: {len(fresh)} damaged line(s) copied to {aside.name}, rest read.")
    except OSError:
        _tell(f"{path.name}: {len(damaged)} damaged line(s) left out, the rest was read.")


def _reason(problem: OSError) -> str:
    return REASONS.get(problem.errno, "it cannot be opened or written to")


def _tell(sentence: str) -> None:
    _told.setdefault(sentence, False)
