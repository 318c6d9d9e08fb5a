"""Kernels as copies of one warm parent (parent.py), where the system can copy a program; elsewhere as ever.

`ForkProvisioner` takes the place of jupyter_client's `LocalProvisioner` for the app's kernels: how they are started and
watched. Measured with thirty visitors at once, in benchmarks/README.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

NAME = "teaching-fork"
#: Loading everything takes a few seconds; a machine on which it takes longer starts kernels as ever.
READY_SECONDS = 60.0
FORK_SECONDS = 10.0


def can_fork() -> bool:
    """Whether kernels may be copies: on Linux. A fork on macOS breaks libraries of the system; Windows has none."""
    return sys.platform == "linux" and os.environ.get("TEACHING_FORK") != "0"


def register() -> None:
    """Makes the provisioner known to jupyter_client under NAME, as an entry point of a package would."""
    found = EntryPoint(NAME, f"{__name__}:ForkProvisioner", KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.provisioners[NAME] = found


class WarmParent:
    """The parent's own process, seen from the server: asks for copies, and learns when one has ended."""

    def __init__(self, log: str):
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._asked: list[asyncio.Future] = []
        self._codes: dict[int, int] = {}
        self._listening: asyncio.Task | None = None
        self._ready: asyncio.Future | None = None

    async def start(self) -> None:
        """Starts it, once; whoever asks for a kernel meanwhile waits until everything is loaded."""
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            environ = {**os.environ, "TEACHING_KEEPS_NOTHING": "1"}
            with open(self._log, "ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "teaching.deliver.app.parent", env=environ,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                )  # fmt: skip
            self._listening = asyncio.ensure_future(self._listen())
        await asyncio.wait_for(asyncio.shield(self._ready), READY_SECONDS)

    async def fork(self, argv: list[str], env: dict[str, str]) -> ForkedProcess:
        """A copy that runs a kernel. Raises OSError or TimeoutError when none can be had."""
        await self.start()
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        line = json.dumps({"argv": argv, "env": env, "log": self._log})
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()
        pid = await asyncio.wait_for(answer, FORK_SECONDS)
        return ForkedProcess(pid, self._codes)

    @property
    def gone(self) -> bool:
        """Whether it was started and is no longer there; its copies end a moment later."""
        return self._process is not None and (self._process.returncode is not None or _has_ended(self._process.pid))

    async def stop(self) -> None:
        """Ends it; kernels that are still there end by themselves."""
        if self._process is not None and self._process.returncode is None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 2)
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()
        if self._listening is not None:
            self._listening.cancel()

    async def _listen(self) -> None:
        try:
            while line := await self._process.stdout.readline():
                told = json.loads(line)
                if "ready" in told:
                    self._ready.set_result(True)
                elif "pid" in told:
                    answer = self._asked.pop(0)
                    if not answer.done():
                        answer.set_result(told["pid"])
                    else:  # whoever asked has gone: so must the copy
                        with contextlib.suppress(OSError):
                            os.kill(told["pid"], signal.SIGKILL)
                else:
                    self._codes[told["ended"]] = told["code"]
        finally:
            for answer in (self._ready, *self._asked):
                if not answer.done():
                    answer.set_exception(OSError("the warm parent has ended"))
            self._asked.clear()
            await self._process.wait()


class ForkedProcess:
    """A copy, as jupyter_client looks at a process of its own (`subprocess.Popen`)."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, codes: dict[int, int]):
        self.pid, self._codes, self.returncode = pid, codes, None

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._codes.pop(self.pid, None)
            if self.returncode is None and _has_ended(self.pid):
                self.returncode = -signal.SIGKILL  # the parent is busy or gone, and has not told
        return self.returncode

    def wait(self) -> int | None:
        """Its exit code; jupyter_client asks for it only when `poll` has said that it has ended."""
        return self.poll()

    def send_signal(self, signum: int) -> None:
        """Sends a signal, as long as it runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)


def _has_ended(pid: int) -> bool:
    """Whether a process is gone, or only waits until its parent has taken note."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state in "ZX"


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel as a copy of the warm parent; as a program of its own when that cannot be had."""

    async def launch_kernel(self, cmd: list[str], **kwargs) -> KernelConnectionInfo:
        """As `LocalProvisioner.launch_kernel`; `cmd`: Python, '-m', 'ipykernel_launcher', the kernel's own words."""
        parent: WarmParent | None = getattr(self.parent.parent, "warm_parent", None)
        if parent is None or parent.gone:
            return await super().launch_kernel(cmd, **kwargs)
        try:
            self.process = await parent.fork(cmd[cmd.index("-m") + 2 :], dict(kwargs.get("env") or os.environ))
        except (OSError, TimeoutError, ValueError) as problem:
            self.log.warning("no copy of the warm parent could be had (%s): a kernel starts as ever", problem)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid  # each copy leads a group of its own
        return self.connection_info
