"""Ends a process by force before each of its steps on the disk, as a power cut does, one step further each time."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from itertools import count

#: Calls that change a file or a folder, or that end a change of one.
ON_DISK = {
    "open", "write", "truncate", "flush", "fsync", "close", "__exit__", "flock",
    "replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir",
}  # fmt: skip


def killed_before_each_step(act: Callable[[], object], prepare: Callable[[], None], look: Callable[[], None]) -> int:
    """`prepare`, then `act` in a process that is killed before its first, second, ... step, then `look`; in the last
    round it comes to its end. Returns the number of rounds. Needs fork."""
    for step in count(1):
        prepare()
        process = os.fork()
        if process == 0:
            _act(act, step)
        _, status = os.waitpid(process, 0)
        look()
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "the act failed by itself"
            return step
        assert os.WTERMSIG(status) == signal.SIGKILL
    raise AssertionError("no act is endless")


def _act(act: Callable[[], object], left: int) -> None:
    def watch(frame, event, called):
        nonlocal left
        if event == "c_call" and called.__name__ in ON_DISK:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        sys.setprofile(watch)
        act()
        sys.setprofile(None)
        code = 0
    finally:
        os._exit(code)
