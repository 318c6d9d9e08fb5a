"""The warm parent: a program that has loaded everything once, and makes kernels by copying itself.

A copy made by `fork` shares its parent's memory until one of the two writes, and has nothing left to load: a kernel is
there after some hundredths of a second and needs a fraction of the memory. Linux only; elsewhere kernels start as ever.

It is started by forked.py and speaks with it in lines of JSON: in, {"argv", "env", "log"} for one kernel; out, first
{"ready": true}, then {"pid"} for each that was asked for, in their order, and {"ended", "code"} whenever one has ended.
It ends when its input ends, and the kernels see that their parent has gone.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import traceback
from pathlib import Path

#: What a kernel of IPython loads when it starts.
ALSO = (
    "ipykernel.debugger", "ipykernel.ipkernel", "ipykernel.kernelapp", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "psutil", "sqlite3", "tornado.platform.asyncio", "tornado.queues",
)  # fmt: skip
#: How often it looks whether a kernel has ended [s].
LOOK_SECONDS = 0.2


def main() -> None:
    """Loads everything, then answers until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for the server, which closes the input
    # No line buffered in Python may be seen twice, once in the parent and once in a copy: only raw files are used.
    lines, answers = sys.stdin.fileno(), os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    ahead = _load()
    _answer(answers, {"ready": True})
    waiting, children, itself = b"", set(), os.getpid()
    while True:
        if not select.select([lines], [], [], 0 if ahead else LOOK_SECONDS)[0]:
            if ahead:  # nobody asks: time to make the next panel ahead
                _make_ahead(ahead.pop(0))
        else:
            more = os.read(lines, 2**16)
            if not more:
                return
            *whole, waiting = (waiting + more).split(b"\n")
            for line in whole:
                wanted = json.loads(line)
                if pid := os.fork():
                    children.add(pid)
                    _answer(answers, {"pid": pid})
                else:
                    os.close(answers)
                    _become_a_kernel(parent=itself, **wanted)
        while children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            children.discard(pid)
            _answer(answers, {"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _load() -> list[str]:
    """Loads what every kernel of the app needs; returns the panels that can be made ahead when there is time."""
    # No visitor of a panel debugs it: without this each kernel would load a debugger of some 100 modules.
    sys.modules["debugpy"] = None
    for name in ALSO:
        importlib.import_module(name)

    from teaching.deliver.app import in_kernel
    from teaching.panels.catalogue import GALLERY

    in_kernel.warm()
    _keep_shared()
    return list(GALLERY)


def _make_ahead(name: str) -> None:
    from teaching.deliver.app import in_kernel

    try:
        in_kernel.make_ahead(name)
    except Exception:
        traceback.print_exc()  # its page will make it, or say why not
    _keep_shared()


def _keep_shared() -> None:
    """What is there now is not looked at by the collector again: it would write into every page and unshare it."""
    gc.collect()
    gc.freeze()


def _answer(out: int, what: dict) -> None:
    os.write(out, json.dumps(what).encode() + b"\n")  # shorter than a pipe's buffer: written at once or not at all


def _become_a_kernel(parent: int, argv: list[str], env: dict[str, str], log: str) -> None:
    """Turns this copy into a kernel; never returns. `parent`: the process that was copied, asked before the copy."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for found, place in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(found, place)
        os.environ.clear()
        os.environ.update(env)
        _call_itself(f"kernel {argv[-1].rpartition('kernel-')[2]}")
        os.environ["JPY_PARENT_PID"] = str(parent)
        from ipykernel.kernelapp import IPKernelApp

        # A kernel ends when whoever made it is gone. ipykernel read the variable when the parent loaded it, too early.
        app = IPKernelApp.instance(parent_handle=parent)
        app.initialize(argv)
        app.start()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # the parent's own way out, its open files and its exit functions are not this one's


def _call_itself(name: str) -> None:
    """The name that lists of processes show, at most 15 letters: a copy would have its parent's."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name[:15])


if __name__ == "__main__":
    main()
