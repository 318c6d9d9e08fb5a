"""Kernels that wait warm: everything is loaded and compiled before the first page asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import defaultdict

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Integer, Unicode, default

from teaching.deliver.app import forked

WARM = "from teaching.deliver.app import in_kernel; in_kernel.warm()"
START_SECONDS = 120
#: A new kernel starts this long after one was taken: the page that took it needs the processor first.
REST_SECONDS = 4.0


class ThisPython(KernelSpecManager):
    """Knows one kernel only, the Python that runs the gallery, whatever others this user has installed."""

    @default("kernel_dirs")
    def _default_kernel_dirs(self):
        return []


class WarmKernels(AsyncMappingKernelManager):
    """Hands out kernels from a small pool and refills it. Waiting kernels are never culled.

    One pool serves all panels, because a warm kernel has loaded what every panel needs; a pool for each
    panel would take the memory of a kernel (about 250 MB) for each of them. Where the system can copy a program
    (`forked.can_fork`), kernels are copies of one warm parent: they need no pool to be quick, and share its memory.
    """

    pool_size = Integer(2, config=True, help="How many kernels wait.")
    most_given = Integer(60, config=True, help="How many kernels pages may hold at once.")
    log_file = Unicode(os.devnull, config=True, help="Where what the kernels print goes.")

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._waiting: list[asyncio.Task] = []
        self._refill: asyncio.TimerHandle | None = None
        self._ending = False
        self._given: set[str] = set()
        self._starting: set[asyncio.Task] = set()
        self._asked = 0
        self.channels: defaultdict[str, set] = defaultdict(set)  # the open connections of each kernel
        self.warm_parent = forked.WarmParent(self.log_file) if forked.can_fork() else None
        self._one_at_a_time = asyncio.Lock()  # the first page waits for one kernel, not for two that share a processor

    def fill(self) -> None:
        """Starts as many kernels as are missing."""
        if self._refill:
            self._refill.cancel()
            self._refill = None
        while not self._ending and len(self._waiting) < self.pool_size:
            self._waiting.append(asyncio.ensure_future(self._warm_kernel()))

    def is_full(self) -> bool:
        """Whether no further page can have a kernel: one visitor must not take the memory that serves the room."""
        self._given = {kernel_id for kernel_id in self._given if kernel_id in self}
        return len(self._given) + self._asked >= self.most_given

    async def start_kernel(self, **kwargs) -> str:
        """The id of a warm kernel; of a fresh one when none could be had. Raises RuntimeError when all are given."""
        if self.is_full():
            raise RuntimeError(f"all {self.most_given} kernels are given")
        self._asked += 1
        try:
            kernel_id = await self._take()
        finally:
            self._asked -= 1
        self._given.add(kernel_id)
        return kernel_id

    async def _take(self) -> str:
        if not self._waiting:
            self.fill()
        while self._waiting:
            task = self._waiting.pop(0)
            if self._refill is None:
                self._refill = asyncio.get_running_loop().call_later(REST_SECONDS, self.fill)
            try:
                kernel_id = await task
                if await self.is_alive(kernel_id) and not self._is_an_orphan(kernel_id):
                    return kernel_id
                await self.shutdown_kernel(kernel_id, now=True)
            except Exception:
                self.log.exception("a waiting kernel could not be used")
        return await self._start()

    async def _start(self) -> str:
        """A new kernel. Once begun it is begun to the end: one that is broken off half-way can never be shut down."""
        if self.warm_parent is not None:  # waited for before it is begun: this can be broken off
            with contextlib.suppress(OSError, TimeoutError):
                await self.warm_parent.start()
        starting = asyncio.ensure_future(self._begin())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return await asyncio.shield(starting)

    async def _begin(self) -> str:
        environ = {**os.environ, "TEACHING_KEEPS_NOTHING": "1"}
        with open(self.log_file, "ab") as log:
            return await super().start_kernel(kernel_name="python3", env=environ, stdout=log, stderr=log)

    async def _warm_kernel(self) -> str:
        async with self._one_at_a_time:
            kernel_id = await self._start()
            if self._is_a_copy(kernel_id):
                return kernel_id  # all that is to be loaded was there before it
            client = self.get_kernel(kernel_id).client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=START_SECONDS)
                warming = client.execute(WARM, store_history=False, reply=True, timeout=START_SECONDS)
                asked = asyncio.ensure_future(warming)
                while not (await asyncio.wait([asked], timeout=0.5))[0]:
                    if not await self.is_alive(kernel_id):
                        asked.cancel()
                        raise RuntimeError("a kernel ended while it warmed up")
                reply = asked.result()["content"]
            except BaseException:
                await self.shutdown_kernel(kernel_id, now=True)
                raise
            finally:
                client.stop_channels()
        if reply["status"] != "ok":  # it may still serve: if not, the page says so
            self.log.error("a kernel could not warm up: %s", "\n".join(reply.get("traceback", [])))
        return kernel_id

    def _is_a_copy(self, kernel_id: str) -> bool:
        return isinstance(getattr(self.get_kernel(kernel_id).provisioner, "process", None), forked.ForkedProcess)

    def _is_an_orphan(self, kernel_id: str) -> bool:
        """Whether it is a copy whose parent has gone: it ends by itself within a second."""
        return self._is_a_copy(kernel_id) and self.warm_parent.gone

    def _is_waiting(self, kernel_id: str) -> bool:
        done = (task for task in self._waiting if task.done() and not task.cancelled() and not task.exception())
        return any(task.result() == kernel_id for task in done)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        if not self._is_waiting(kernel_id):
            await super().cull_kernel_if_idle(kernel_id)

    async def shutdown_all(self, now: bool = False) -> None:
        """Ends every kernel, those included that are only just starting."""
        self._ending = True
        if self._refill:
            self._refill.cancel()
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)
        self._waiting.clear()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await super().shutdown_all(now=now)
        if self.warm_parent is not None:
            await self.warm_parent.stop()
