"""Writes a file as a whole or not at all, and never over another one unasked. Stands on nothing of the kit."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


class NotWritten(OSError):
    """One plain sentence about a place that cannot be written to; a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def save_whole(path: str | os.PathLike, content: bytes | str, overwrite: bool = False) -> Path:
    """Writes `content` (text as UTF-8) to `path` and returns it.

    The file is written beside its place first, so that a full disk leaves what was there; it gets the
    permissions of any new file, so that whoever shares the folder can read it. Raises FileExistsError for
    a file that is there, NotWritten when the place cannot be written to, each with one sentence.
    """
    path = Path(path).expanduser()
    there = FileExistsError(f"{path} is already there; choose another name, or say overwrite=True.")
    # Half a character, as a page may send it, is written as a question mark: the rest must not be lost with it.
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        if not overwrite and path.exists():
            raise there
        with open(part, "xb") as stream:  # not mkstemp: that hides the file from everybody else
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if overwrite:
            os.replace(part, path)
        else:
            _put_in_place(part, path)
    except FileExistsError:
        raise there from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise _refused(path, error) from None
    finally:
        with suppress(OSError, ValueError):
            part.unlink(missing_ok=True)
    return path


def make_folder(path: Path) -> None:
    """Makes a folder that may be there already; OSError with one sentence where that is not possible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _refused(path, error) from None


def _refused(path: Path, error: Exception) -> NotWritten:
    why = getattr(error, "strerror", None) or "its name cannot be used"
    return NotWritten(f"{str(path)[:120]!r} cannot be written ({why}); choose another place.")


def _put_in_place(part: Path, path: Path) -> None:
    """Gives the finished file its name, unless somebody took that name meanwhile."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        os.replace(part, path)
