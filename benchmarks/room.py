"""Thirty visitors of the app at once: how soon the first panel, how soon a move of a slider, how much memory each.

    python benchmarks/room.py [--visitors 30] [--moves 20] [--no-fork]

Starts `teaching app` on a free port of this computer and visits it as browsers do: each visitor asks for a panel's page,
opens the websocket in the form that the page's script speaks, asks for the widget's state, and then moves a slider
again and again, the next move after the answer. Loopback only; ends what it started. Linux (memory is read from /proc).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

PANEL, CONTROL = "treatment", None
SPOKEN = "v1.kernel.websocket.jupyter.org"
PAGE_SECONDS, ANSWER_SECONDS = 180, 60
#: A hand rests between two moves; with none a visitor would ask as fast as a machine can.
PAUSE_SECONDS = 0.25


def frame(kind: str, content: dict, session: str) -> bytes:
    """A message on the shell channel, as jupyterlab's own script packs it: offsets, then the parts."""
    header = {"msg_id": uuid.uuid4().hex, "session": session, "username": "", "msg_type": kind, "version": "5.3"}
    header["date"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    parts = [b"shell", *(json.dumps(one).encode() for one in (header, {}, {}, content))]
    offsets = [8 * (1 + len(parts) + 1)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return struct.pack(f"<{1 + len(offsets)}Q", len(offsets), *offsets) + b"".join(parts)


def unpacked(message: bytes) -> tuple[str, dict, dict]:
    """Kind, parent header and content of a message."""
    (count,) = struct.unpack_from("<Q", message)
    offsets = struct.unpack_from(f"<{count}Q", message, 8)
    parts = [message[start:end] for start, end in zip(offsets, offsets[1:], strict=False)]
    header, parent, _, content = (json.loads(one) for one in parts[1:5])
    return header["msg_type"], parent, content


class Visitor:
    """One browser: its page, its connection, its panel."""

    def __init__(self, address: str, number: int):
        self.address, self.number = address, number
        self.session = uuid.uuid4().hex
        self.first = self.alive = None  # seconds until the panel is on the page, and until its state has come
        self.moves: list[float] = []

    async def come(self) -> None:
        """Asks for the page, and joins its kernel."""
        begun = time.perf_counter()
        client = AsyncHTTPClient(force_instance=True, defaults={"request_timeout": PAGE_SECONDS})
        page = await client.fetch(HTTPRequest(f"{self.address}panel/{PANEL}", request_timeout=PAGE_SECONDS))
        text = page.body.decode()
        self.first = time.perf_counter() - begun
        kernel = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', text)[1]
        self.model = re.search(r'"model_id":\s*"([0-9a-f]{32})"', text)[1]
        address = f"{self.address.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?session_id={self.session}"
        self.line = await websocket_connect(address, subprotocols=[SPOKEN], ping_interval=0)
        await self._send("comm_msg", {"comm_id": self.model, "data": {"method": "request_state"}})
        state = await self._until(lambda kind, content: _state(kind, content, self.model))
        self.alive = time.perf_counter() - begun
        self.values = dict(state["shown"]["values"])
        self.sliders = [one for one in state["setup"]["controls"] if one.get("kind") == "slider"]

    async def move(self, count: int) -> None:
        """Moves the first slider `count` times and waits for each answer."""
        slider, page = self.sliders[0], uuid.uuid4().hex[:8]
        low, high = slider["low"], slider["high"]
        for number in range(1, count + 1):
            share = ((number * 7 + self.number * 3) % 19 + 0.5) / 20
            self.values[slider["name"]] = round(low + share * (high - low))
            asked = {"kind": "set", "page": page, "number": number, "values": self.values}
            begun = time.perf_counter()
            await self._send("comm_msg", {"comm_id": self.model, "data": {"method": "custom", "content": asked}})
            await self._until(lambda kind, content, number=number: _answered(kind, content, page, number))
            self.moves.append(time.perf_counter() - begun)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _send(self, kind: str, content: dict) -> None:
        await self.line.write_message(frame(kind, content, self.session), binary=True)

    async def _until(self, found):
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            message = await asyncio.wait_for(self.line.read_message(), deadline - time.monotonic())
            if message is None:
                raise RuntimeError("the app closed the connection")
            kind, _, content = unpacked(message)
            if answer := found(kind, content):
                return answer


def _state(kind: str, content: dict, model: str):
    if kind == "comm_msg" and content["comm_id"] == model and content["data"].get("method") == "update":
        state = content["data"]["state"]
        return state if "setup" in state and "shown" in state else None
    return None


def _answered(kind: str, content: dict, page: str, number: int) -> bool:
    state = content.get("data", {}).get("state", {}) if kind == "comm_msg" else {}
    answers = state.get("shown", {}).get("answers", ())
    return any(one["page"] == page and one["number"] == number for one in answers)


def memory(root: psutil.Process) -> tuple[float, list[float]]:
    """PSS [MB] of the server with its parent of kernels, and of each kernel."""
    kernels, rest = [], 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            words = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            size = int(re.search(r"^Pss:\s+(\d+) kB", words, re.M)[1]) / 1e3
            listens = sum(one.status == psutil.CONN_LISTEN for one in process.net_connections("tcp"))
        except (psutil.Error, OSError):
            continue
        if listens >= 4:  # shell, iopub, stdin, control and heartbeat
            kernels.append(size)
        else:
            rest += size
    return rest, kernels


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


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
            app.wait(30)
    print(f"{chosen.visitors} visitors at once, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
