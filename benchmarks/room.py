"""Thirty visitors of the app at once: how soon the first panel, how soon a move of a slider, how much memory each.

    python benchmarks/room.py [--visitors 30] [--moves 20] [--no-fork]

Starts `teaching app` on a free port of this computer and visits it as browsers do: each visitor asks for a panel's
page, opens the websocket in the form that the page's script speaks, asks for the widget's state, and then moves a
slider again and again, the next move after the answer. Loopback only; ends what it started. Linux: memory from /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import psutil
from speaking import Hand, Line, memory, percentile
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

PANEL = "treatment"
PAGE_SECONDS = 180


class Visitor:
    """One browser: its page, its connection, its panel."""

    def __init__(self, address: str, number: int):
        self.address, self.number = address, number
        self.alive = 0.0  # seconds until the panel's state has come
        self.moves: list[float] = []

    async def come(self) -> None:
        """Asks for the page, and joins its kernel."""
        begun = time.perf_counter()
        client = AsyncHTTPClient(force_instance=True, defaults={"request_timeout": PAGE_SECONDS})
        page = await client.fetch(HTTPRequest(f"{self.address}panel/{PANEL}", request_timeout=PAGE_SECONDS))
        text = page.body.decode()
        kernel = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', text)[1]
        found = re.search(r'"model_id":\s*"([0-9a-f]{32})"', text)
        if found is None:
            raise RuntimeError(f"no panel came: {re.sub(r'<[^>]*>', ' ', text)[-300:]}")
        self.line = await Line.to(self.address, kernel)
        self.hand = await Hand.on(self.line, found[1])
        self.alive = time.perf_counter() - begun

    async def move(self, count: int) -> None:
        """Moves the first slider `count` times and waits for each answer."""
        self.moves = await self.hand.move(count, self.number)


async def visit(address: str, count: int, moves: int, root: psutil.Process) -> list[tuple[str, str]]:
    visitors = [Visitor(address, number) for number in range(count)]
    begun = time.perf_counter()
    await asyncio.gather(*(one.come() for one in visitors))
    all_there = time.perf_counter() - begun
    first = [one.alive for one in visitors]
    await asyncio.gather(*(one.move(moves) for one in visitors))
    steps = [1000 * one for visitor in visitors for one in visitor.moves]
    rest, kernels = memory(root)
    for one in visitors:
        one.line.close()
    return [
        ("first panel alive, median", f"{statistics.median(first):.1f} s"),
        ("first panel alive, the last", f"{max(first):.1f} s (all there after {all_there:.1f} s)"),
        ("a move answered, median", f"{statistics.median(steps):.0f} ms"),
        ("a move answered, 95 %", f"{percentile(steps, 0.95):.0f} ms of {len(steps)}"),
        ("a move answered, slowest", f"{max(steps):.0f} ms"),
        ("memory of a kernel (PSS), median", f"{statistics.median(kernels):.0f} MB of {len(kernels)}"),
        ("memory of server and parent (PSS)", f"{rest:.0f} MB"),
        ("memory together (PSS)", f"{rest + sum(kernels):.0f} MB"),
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--visitors", type=int, default=30)
    options.add_argument("--moves", type=int, default=20)
    options.add_argument("--wait", type=float, default=30, help="seconds from the start of the app to the visit")
    options.add_argument("--no-fork", action="store_true", help="start each kernel as a program of its own")
    chosen = options.parse_args()
    environ = {**os.environ, **({"TEACHING_FORK": "0"} if chosen.no_fork else {})}
    with tempfile.TemporaryFile() as log:
        app = subprocess.Popen(
            [sys.executable, "-m", "teaching.deliver.cli", "app", "--no-browser"], env=environ,
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            address = next(line.strip() for line in app.stdout if line.strip().startswith("http"))
            time.sleep(chosen.wait)  # a lecturer starts the app before a room comes in
            rows = asyncio.run(visit(address, chosen.visitors, chosen.moves, psutil.Process(app.pid)))
        finally:
            app.send_signal(signal.SIGINT)
            app.wait(120)
    print(f"{chosen.visitors} visitors at once, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
