"""What a page and its kernel say to each other: one form of messages, only the kinds that a panel needs.

Written against Voila 0.5.12 and 0.5.13 on jupyter_server 2.21, whose own handler any visitor can bring to a stop:

* `voila.tornado.kernel_websocket_handler.read_header_from_binary_message` takes what the server sends for the
  form `SPOKEN`, whatever was agreed. To a visitor who did not ask for that form a message with buffers goes out
  in the older one, whose first bytes, read as a count, are of the order of 10**16: the server spins and grows.
* `jupyter_server...connection.base.deserialize_msg_from_ws_v1` makes as many offsets as a visitor's first eight
  bytes say; `deserialize_binary_message`, for the older form, as many as his first four.

So Voila's handler is not used, the older form is refused, and frames are read by `frames.read`. When a later
Voila checks the count itself and refuses what it cannot read (tests/test_gallery_hostile.py says what that
means), this file can go.
"""

from __future__ import annotations

import asyncio
import re

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.web import HTTPError, authenticated
from tornado.websocket import WebSocketHandler

from teaching.deliver.app import frames
from teaching.deliver.app.origins import Careful

#: A page loads and moves its widgets; it runs no code, restarts nothing and answers no prompt.
PASSED = {"comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"}
#: A page has one connection, for a moment two when it lost one; each takes about ten of the server's files.
MOST_CONNECTIONS = 4
#: The longest messages of a page are a setting (20,000 bytes); those of a kernel, a sweep (120,000).
LARGEST_MESSAGE_BYTES = 2**20
MOST_UNSENT_BYTES = 2**24
#: Becomes the name of a ZeroMQ socket, which has at most 255 bytes and does not begin with a zero.
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
#: Why a connection is closed: the codes of RFC 6455 and of its registry.
NOT_SPOKEN = 1002, f"This app speaks only the form {frames.SPOKEN}: ask for it as the subprotocol."
NO_SESSION = 1008, "The session_id must have 1 to 64 letters, digits, '-' or '_'."
TOO_MANY = 1013, f"This panel has {MOST_CONNECTIONS} connections already, as many as it may have."
TOO_SLOW = 1008, "This connection does not take what its panel sends."
NO_ANSWER = 1011, "The program behind this panel does not answer: reload the page."
UNREADABLE = 1007


class PanelConnection(ZMQChannelsWebsocketConnection):
    """Between a page and its kernel: reads what comes with care, and keeps the code of the cell to itself."""

    subprotocol = frames.SPOKEN  # no visitor who speaks another form comes this far

    def handle_incoming_message(self, incoming_msg: bytes | str) -> None:
        """Passes a message on when it is of a kind that panels need; ends the connection when it cannot be read."""
        if not self.channels:  # closed already
            return
        try:
            message = frames.read(incoming_msg)
        except ValueError as unreadable:
            self.websocket_handler.close(UNREADABLE, str(unreadable))
            return
        if message.channel == "shell" and message.kind in PASSED:
            self.session.send_raw(self.channels["shell"], message.parts)

    def handle_outgoing_message(self, stream, outgoing_msg: list) -> None:
        """Passes on what the kernel says, except the code that it runs."""
        _, parts = self.session.feed_identities(outgoing_msg)
        if self.session.unpack(parts[1])["msg_type"] != "execute_input":
            super().handle_outgoing_message(stream, outgoing_msg)


class OneKernel(Careful, KernelHandler):
    """What a page may ask about its kernel: whether it is there. DELETE ends it."""

    _track_activity = False  # this would read the words behind the '?', which may be no text at all


class GiveBack(Careful, APIHandler):
    """A page that is being closed gives its kernel back."""

    _track_activity = False

    @authenticated
    async def post(self, kernel_id: str) -> None:
        await self.kernel_manager.shutdown_kernel(kernel_id)
        self.set_status(204)
        self.finish()


class Channel(Careful, KernelWebsocketHandler):
    """A page's connection to its kernel. Nothing is made for a visitor before it is known that he can be served."""

    connection = None
    joined = False
    unsent_bytes = 0
    max_message_size = LARGEST_MESSAGE_BYTES  # a longer one ends the connection

    @ws_authenticated
    async def get(self, kernel_id: str) -> None:
        """Opens the connection; 404 for a kernel that is not there, or no longer, 403 for another site."""
        self.kernel_id = kernel_id
        if not self.check_origin():  # asked here, because tornado 6.6 takes it apart without care
            raise HTTPError(403)
        if kernel_id not in self.kernel_manager or not await self.kernel_manager.is_alive(kernel_id):
            raise HTTPError(404)
        await WebSocketHandler.get(self, kernel_id)

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The one form that is spoken, when the visitor offers it."""
        return frames.SPOKEN if frames.SPOKEN in subprotocols else None

    async def open(self, kernel_id: str) -> None:
        """Joins the visitor and the kernel, or says in one sentence why not."""
        refusal = self._refusal()
        if refusal:
            self.close(*refusal)
            return
        self.kernel_manager.channels[kernel_id].add(self)
        try:
            await self.pre_get()
            self.joined = True
            await super().open(kernel_id)
        except Exception:
            self.log.exception("a page could not be joined with its kernel")
            self.close(*NO_ANSWER)

    def _refusal(self) -> tuple[int, str] | None:
        session = self.get_query_arguments("session_id") or ["none-named"]
        if self.selected_subprotocol is None:
            return NOT_SPOKEN
        if len(session) > 1 or not SESSION.fullmatch(session[0]):
            return NO_SESSION
        if len(self.kernel_manager.channels[self.kernel_id]) >= MOST_CONNECTIONS:
            return TOO_MANY
        return None

    def on_message(self, ws_message: bytes | str) -> None:
        """Hands a message to the connection, unless it is being closed."""
        if self.ws_connection and self.joined:
            super().on_message(ws_message)

    def write_message(self, message, binary: bool = False):
        """Sends a message, unless the visitor has left; a visitor who takes nothing is left alone, too."""
        if not self.ws_connection:
            return None
        if self.unsent_bytes > MOST_UNSENT_BYTES:
            return self.close(*TOO_SLOW)
        size = len(message)
        self.unsent_bytes += size
        sending = asyncio.ensure_future(super().write_message(message, binary))
        sending.add_done_callback(lambda sent: self._sent(size, sent))
        return sending

    def _sent(self, size: int, sent: asyncio.Future) -> None:
        self.unsent_bytes -= size
        if not sent.cancelled():
            sent.exception()  # that the visitor has left is no error

    def on_close(self) -> None:
        """Gives the place free; the kernel is given back a little later, unless the visitor returns."""
        places = self.kernel_manager.channels
        places[self.kernel_id].discard(self)
        if not places[self.kernel_id]:
            del places[self.kernel_id]
        if self.joined:
            super().on_close()
