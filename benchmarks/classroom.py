"""A class with a JupyterLab each, as a hub gives them: how soon a lesson runs and a slider answers, and the memory.

    python benchmarks/classroom.py [--students 30] [--moves 20] [--lesson 03_rituximab]

For each student a single-user server, a kernel, every code cell of the lesson, then a slider of its last panel moved
over the websocket in the form that JupyterLab's page speaks: first the servers, then all lessons at once, then all
hands at once. What a hub adds, its own two programs, is not in it. Loopback only, a token each; ends what it started.
Linux: memory from /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from speaking import Hand, Line, memory, percentile
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"
#: So many servers start side by side: a hub staggers them too.
AT_A_TIME = 4
START_SECONDS, LESSON_SECONDS = 180, 600


class Student:
    """One student: a server, a kernel, a lesson."""

    def __init__(self, scratch: Path, number: int):
        self.number, self.token = number, secrets.token_hex(16)
        self.home = scratch / f"student{number}"
        self.home.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"

    async def start(self) -> float:
        """Starts the server; the seconds until it answers."""
        begun = time.perf_counter()
        environ = {**os.environ, "HOME": str(self.home), "TEACHING_ANSWERS": str(self.home / "answers")}
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            environ[name] = str(self.home / name.lower())
        environ["JUPYTER_TOKEN"] = self.token  # not in the command line, which every user of a machine can read
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"]
        command += [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.home}"]
        command += ["--LabApp.extension_manager=readonly", "--allow-root"]
        with open(self.home / "log", "wb") as log:
            self.process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while time.perf_counter() - begun < START_SECONDS:
            with contextlib.suppress(OSError):
                await self._ask("api/status")
                return time.perf_counter() - begun
            await asyncio.sleep(0.2)
        raise RuntimeError((self.home / "log").read_text()[-2000:])

    async def learn(self, cells: list[str]) -> float:
        """Starts a kernel and runs the cells one after another; the seconds until the last is done."""
        begun = time.perf_counter()
        kernel = json.loads(await self._ask("api/kernels", "POST"))["id"]
        self.line = await Line.to(self.address, kernel, self.token)
        models: list[str] = []
        for cell in cells:
            content = {"code": cell, "silent": False, "store_history": True, "user_expressions": {}}
            await self.line.send("execute_request", {**content, "allow_stdin": False, "stop_on_error": True})
            await self.line.until(lambda kind, content: _done(kind, content, models))
        self.models = models
        return time.perf_counter() - begun

    async def move(self, count: int) -> list[float]:
        """Moves the first slider of the last panel that has one."""
        for model in reversed(self.models):
            with contextlib.suppress(KeyError, StopIteration):
                hand = await Hand.on(self.line, model)
                return await hand.move(count, self.number)
        raise RuntimeError("the lesson shows no panel with a slider")

    async def _ask(self, what: str, method: str = "GET") -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        body = "{}" if method == "POST" else None
        asked = HTTPRequest(self.address + what, method, headers, body=body, request_timeout=60)
        return (await AsyncHTTPClient(force_instance=True).fetch(asked)).body

    def end(self) -> None:
        with contextlib.suppress(psutil.Error, AttributeError):
            for process in [*psutil.Process(self.process.pid).children(recursive=True), self.process]:
                process.terminate()


def _done(kind: str, content: dict, models: list[str]) -> bool:
    """Whether a cell is done; notes the widgets that it shows. Raises RuntimeError for a cell that failed."""
    if kind in ("display_data", "execute_result") and VIEW in content["data"]:
        models.append(content["data"][VIEW]["model_id"])
    if kind == "error":
        raise RuntimeError(f"{content['ename']}: {content['evalue']}")
    return kind == "execute_reply"


async def teach(students: list[Student], cells: list[str], moves: int) -> list[tuple[str, str]]:
    """All of it; rows of the table."""
    turn = asyncio.Semaphore(AT_A_TIME)

    async def start(one: Student) -> float:
        async with turn:
            return await one.start()

    starts = await asyncio.gather(*map(start, students))
    lessons = await asyncio.gather(*(asyncio.wait_for(one.learn(cells), LESSON_SECONDS) for one in students))
    steps = [1000 * step for found in await asyncio.gather(*(one.move(moves) for one in students)) for step in found]
    found = [memory(psutil.Process(one.process.pid)) for one in students]
    servers, kernels = [one[0] for one in found], [one[1][0] for one in found]
    each = statistics.median(servers) + statistics.median(kernels)
    return [
        (f"a server answers, {AT_A_TIME} starting at a time, median", f"{statistics.median(starts):.1f} s"),
        ("the whole lesson has run, all at once, median", f"{statistics.median(lessons):.0f} s"),
        ("the whole lesson has run, the last student", f"{max(lessons):.0f} s"),
        ("a move answered, median", f"{statistics.median(steps):.0f} ms"),
        ("a move answered, 95 %", f"{percentile(steps, 0.95):.0f} ms of {len(steps)}"),
        ("memory of a server (PSS), median", f"{statistics.median(servers):.0f} MB"),
        ("memory of a kernel (PSS), median", f"{statistics.median(kernels):.0f} MB"),
        ("memory a student (PSS)", f"{each:.0f} MB"),
    ]


def main() -> None:
    """Reads the options, and prints a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--students", type=int, default=30)
    options.add_argument("--moves", type=int, default=20)
    options.add_argument("--lesson", default="03_rituximab")
    chosen = options.parse_args()
    notebook = json.loads((LESSONS / f"{chosen.lesson}.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    with tempfile.TemporaryDirectory() as scratch:
        students = [Student(Path(scratch), number) for number in range(chosen.students)]
        try:
            rows = asyncio.run(teach(students, cells, chosen.moves))
        finally:
            for one in students:
                one.end()
            psutil.wait_procs([psutil.Process(one.process.pid) for one in students if hasattr(one, "process")], 20)
    print(f"{chosen.students} students, lesson {chosen.lesson}, {os.cpu_count()} processors")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
