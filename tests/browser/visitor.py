"""A visitor of the gallery without a browser: pages, connections to kernels, and bytes that no browser sends."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from http.cookies import SimpleCookie

import websocket
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

SPOKEN = "v1.kernel.websocket.jupyter.org"
PATIENCE_SECONDS = 60


def ask(address: str, method: str = "GET", seconds: float = PATIENCE_SECONDS, **headers: str):
    """Status, headers and text of an answer; no proxy that this computer's user has set is asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(urllib.request.Request(address, method=method, headers=headers), timeout=seconds) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers, problem.read().decode()


class Visitor:
    """Holds a panel's page open, without having drawn it: its kernel, and connections to that."""

    def __init__(self, address: str, panel: str = "treatment"):
        self.address = address
        status, headers, self.text = ask(f"{address}panel/{panel}", seconds=2 * PATIENCE_SECONDS)
        assert status == 200 and '"kernelId": "' in self.text
        self.kernel = self.text.split('"kernelId": "')[1].split('"')[0]
        self.model = self.text.split('"model_id": "')[1].split('"')[0]
        cookies = SimpleCookie()
        for line in headers.get_all("Set-Cookie"):
            cookies.load(line)
        self.token = cookies["_xsrf"].value

    def kernel_address(self, rest: str = "") -> str:
        """Where the page's kernel is asked about."""
        return f"{self.address}api/kernels/{self.kernel}{rest}"

    def connect(self, session: str | None = None, forms=(SPOKEN,), **options) -> websocket.WebSocket:
        """A connection to the kernel; every connection has a session of its own."""
        words = f"?session_id={uuid.uuid4().hex if session is None else session}"
        where = self.kernel_address("/channels" + words).replace("http", "ws", 1)
        if SPOKEN in forms:
            return websocket.create_connection(where, subprotocols=list(forms), timeout=20, **options)
        offer = [f"Sec-WebSocket-Protocol: {', '.join(forms)}"] if forms else []  # the client would want one of them
        return websocket.create_connection(where, header=offer, timeout=20, **options)

    def connections(self) -> int:
        """How many connections the kernel has."""
        return json.loads(ask(self.kernel_address())[2])["connections"]

    def leave(self) -> int:
        """Gives the kernel back as a closing page does; the status of the answer."""
        cookie = {"Cookie": f"_xsrf={self.token}", "X-XSRFToken": self.token}
        return ask(f"{self.address}voila/api/shutdown/{self.kernel}", "POST", **cookie)[0]


def message(kind: str, content: dict, channel: str = "shell") -> bytes:
    """A frame as the page sends it, each with a number of its own: kernels take no message twice."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.4"}
    return serialize_msg_to_ws_v1([json.dumps(part).encode() for part in (header, {}, {}, content)], channel)


def replies(line: websocket.WebSocket, last: str) -> list[str]:
    """The kinds of the messages that come, up to one of the kind `last`."""
    kinds = []
    while last not in kinds:
        operation, data = line.recv_data()
        assert operation != websocket.ABNF.OPCODE_CLOSE, f"closed ({data[:2].hex()}): {data[2:].decode()}"
        _, parts = deserialize_msg_from_ws_v1(data)
        kinds.append(json.loads(parts[0])["msg_type"])
    return kinds


def closing(line: websocket.WebSocket) -> tuple[int, str]:
    """Code and reason with which a connection is ended; what comes before that is let go."""
    while True:
        operation, data = line.recv_data()
        if operation == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big"), data[2:].decode()
