"""Reads a file that a person has named: its text, or one sentence that says why not. Stands on `inputs` alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from teaching.inputs import sentence, shortened


class UnusableFile(ValueError):
    """One plain sentence about a file that cannot be used; a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def read_text(path: str | os.PathLike, largest_bytes: int, what: str, name: str = "") -> str:
    """The text of a file in UTF-8, with or without a mark of its order at the beginning.

    what: the kind of file, such as 'a scenario'; name: how the sentence calls it, else by the last part of its path.
    Raises `UnusableFile` for a file that is not there, a folder, what is no ordinary file, one that may not be read,
    that is larger than `largest_bytes`, or that is no text. No more than that is ever read.
    """
    try:
        path = Path(path).expanduser()
    except (TypeError, RuntimeError):
        raise UnusableFile(f"{shortened(path)} names no file; allowed is a name in quotation marks.") from None
    shown = sentence(name or path.name or path, 80)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnusableFile(f"{shown} is a folder; name a file that holds {what}.")
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for without an end
            raise UnusableFile(f"{shown} is no ordinary file; name a file that holds {what}.")
        if found.st_size > largest_bytes:
            size = f"it has {found.st_size:,} bytes, and {largest_bytes:,} are allowed"
            raise UnusableFile(f"{shown} is too large to be {what}: {size}.")
        with open(path, "rb") as file:
            content = file.read(largest_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise UnusableFile(f"{shown} is not there; name a file that holds {what}.") from None
    except PermissionError:
        raise UnusableFile(f"{shown} cannot be opened: you may not read it.") from None
    except OSError as error:
        raise UnusableFile(f"{shown} cannot be opened ({error.strerror or 'no reason is known'}).") from None
    except UnusableFile:
        raise
    except ValueError:  # a null character
        raise UnusableFile(f"{shown} names no file: no name can hold such a letter.") from None
    if len(content) > largest_bytes:  # it has grown meanwhile
        raise UnusableFile(f"{shown} is too large to be {what}: {largest_bytes:,} bytes are allowed.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile(f"{shown} is damaged: it is no text in UTF-8.") from None
