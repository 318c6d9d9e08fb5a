"""Locks between programs: one file, held by one of them at a time. Stands on nothing of the kit."""

from __future__ import annotations

import errno
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
if not hasattr(fcntl, "flock"):  # Python in the browser: JupyterLite puts an empty module in its place
    fcntl = None
if os.name == "nt":
    import msvcrt

FILE = ".lock"
LOCK_IS_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EINTR}


@contextmanager
def held(folder: Path, seconds: float | None = None, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Holds a folder's lock against every other program; one that ends, however it ends, gives it back.

    seconds: how long to wait for it (default: as long as it takes), then TimeoutError; waiting: called once when it is
    not free at once. The lock is a file of its own: on Windows nobody else can read a locked file.
    """
    with open(folder / FILE, "ab") as handle:
        free = _take(handle)
        if waiting and not free:
            waiting()
        give_up = time.monotonic() + (math.inf if seconds is None else seconds)
        while not (free or _take(handle)):
            if time.monotonic() > give_up:
                raise TimeoutError(errno.ETIMEDOUT, "the lock is taken")
            time.sleep(0.01)
        try:
            yield
        finally:
            if os.name == "nt":  # elsewhere closing the file is enough
                with suppress(OSError):
                    msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)


def _take(handle: BinaryIO) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif os.name == "nt":
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as problem:
        # Some network drives know no locks: to go on without one beats not working at all.
        return problem.errno not in LOCK_IS_TAKEN
    return True
