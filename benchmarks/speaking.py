"""What a page and a Jupyter server say to each other over a websocket, as jupyterlab's own script does."""

from __future__ import annotations

import asyncio
import json
import re
import struct
import time
import uuid
from pathlib import Path

import psutil
from tornado.websocket import websocket_connect

SPOKEN = "v1.kernel.websocket.jupyter.org"
ANSWER_SECONDS = 180
#: A hand rests between two moves; with none a visitor would ask as fast as a machine can.
PAUSE_SECONDS = 0.25
#: Shell, iopub, stdin, control and heartbeat: who listens on so many ports is a kernel.
PORTS_OF_A_KERNEL = 4


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


class Line:
    """A page's connection to a kernel."""

    @classmethod
    async def to(cls, address: str, kernel: str, token: str = "") -> Line:
        """Opens the websocket of a kernel (its id) at a server's address, with the server's token if it has one."""
        self = cls()
        self.session = uuid.uuid4().hex
        asked = f"session_id={self.session}" + (f"&token={token}" if token else "")
        place = f"{address.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?{asked}"
        self._socket = await websocket_connect(place, subprotocols=[SPOKEN], ping_interval=0)
        return self

    async def send(self, kind: str, content: dict) -> None:
        await self._socket.write_message(frame(kind, content, self.session), binary=True)

    async def until(self, found):
        """Reads messages until `found(kind, content)` is something, and returns it."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            message = await asyncio.wait_for(self._socket.read_message(), max(0.001, deadline - time.monotonic()))
            if message is None:
                raise RuntimeError("the server closed the connection")
            kind, _, content = unpacked(message)
            if answer := found(kind, content):
                return answer

    def close(self) -> None:
        self._socket.close()


class Hand:
    """A hand on the first slider of a panel."""

    @classmethod
    async def on(cls, line: Line, model: str) -> Hand:
        """Asks for the state of the panel (its model id), as a page does that shows it."""
        self = cls()
        self.line, self.model = line, model
        await line.send("comm_msg", {"comm_id": model, "data": {"method": "request_state"}})
        state = await line.until(lambda kind, content: _state(kind, content, model))
        self.values = dict(state["shown"]["values"])
        self.slider = next(one for one in state["setup"]["controls"] if one.get("kind") == "slider")
        return self

    async def move(self, count: int, number: int = 0) -> list[float]:
        """Moves the slider `count` times, the next move after the answer; the seconds of each. `number`: whose hand."""
        page, seconds = uuid.uuid4().hex[:8], []
        low, high = self.slider["low"], self.slider["high"]
        for turn in range(1, count + 1):
            share = ((turn * 7 + number * 3) % 19 + 0.5) / 20
            self.values[self.slider["name"]] = round(low + share * (high - low))
            asked = {"kind": "set", "page": page, "number": turn, "values": self.values}
            begun = time.perf_counter()
            await self.line.send("comm_msg", {"comm_id": self.model, "data": {"method": "custom", "content": asked}})
            await self.line.until(lambda kind, content, turn=turn: _answered(kind, content, page, turn))
            seconds.append(time.perf_counter() - begun)
            await asyncio.sleep(PAUSE_SECONDS)
        return seconds


def _state(kind: str, content: dict, model: str):
    if kind == "comm_msg" and content["comm_id"] == model and content["data"].get("method") == "update":
        state = content["data"]["state"]
        return state if "setup" in state and "shown" in state else None
    return None


def _answered(kind: str, content: dict, page: str, number: int) -> bool:
    state = content.get("data", {}).get("state", {}) if kind == "comm_msg" else {}
    answers = state.get("shown", {}).get("answers", ())
    return any(one["page"] == page and one["number"] == number for one in answers)


def pss(pid: int) -> float:
    """Memory of a process [MB], what it shares divided among those who share it (Linux)."""
    words = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", words, re.M)[1]) / 1e3


def memory(root: psutil.Process) -> tuple[float, list[float]]:
    """PSS [MB] of a server with everything that is no kernel, and of each of its kernels."""
    kernels, rest = [], 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            size = pss(process.pid)
            listens = sum(one.status == psutil.CONN_LISTEN for one in process.net_connections("tcp"))
        except (psutil.Error, OSError):
            continue
        if listens >= PORTS_OF_A_KERNEL:
            kernels.append(size)
        else:
            rest += size
    return rest, kernels


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of all lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
