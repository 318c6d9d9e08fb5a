"""A message from a page to its kernel, as bytes: every count and offset is checked before it is used."""

from __future__ import annotations

import json
from typing import NamedTuple

#: The only form in which pages and kernels speak here: a count, that many offsets, then the parts, end to end.
SPOKEN = "v1.kernel.websocket.jupyter.org"
NUMBER_BYTES = 8
#: Channel, header, parent header, metadata and content; after them stand buffers.
FEWEST_PARTS, MOST_PARTS = 5, 64
LONGEST_CHANNEL, LONGEST_WORD, MOST_WORDS = 16, 200, 16


class Message(NamedTuple):
    """A message that can be passed on: its channel, its kind, and its parts as a kernel takes them."""

    channel: str
    kind: str
    parts: list[bytes]


def read(frame: bytes | str) -> Message:
    """The message in a frame of the form `SPOKEN`.

    Raises ValueError with one sentence, short enough for the reason of a close (123 bytes), when the frame
    is none. Nothing is made before its length is known to fit, so a frame costs no more than its own bytes.
    """
    if not isinstance(frame, bytes):
        raise ValueError(f"A message came as text; it must come as bytes in the form {SPOKEN}.")
    channel, *parts = _parts(frame)
    if len(channel) > LONGEST_CHANNEL or not channel.isalpha():
        raise ValueError("A message names no channel; it must name one in ASCII letters.")
    header, *_ = (_record(part) for part in parts[: FEWEST_PARTS - 1])
    words = [word for word in header.values() if word is not None]
    if len(header) > MOST_WORDS or not all(isinstance(word, str) and len(word) <= LONGEST_WORD for word in words):
        raise ValueError(f"A message's header must hold at most {MOST_WORDS} words of {LONGEST_WORD} letters.")
    if not isinstance(header.get("msg_type"), str):
        raise ValueError("A message's header must say its kind (msg_type).")
    return Message(channel.decode(), header["msg_type"], parts)


def _parts(frame: bytes) -> list[bytes]:
    count = int.from_bytes(frame[:NUMBER_BYTES], "little")
    if not FEWEST_PARTS < count <= MOST_PARTS + 1:  # one offset for each part, and one for the end
        raise ValueError(f"A message must have {FEWEST_PARTS} to {MOST_PARTS} parts, not {max(count - 1, 0)}.")
    table = frame[NUMBER_BYTES : NUMBER_BYTES * (count + 1)]
    offsets = [int.from_bytes(table[k : k + NUMBER_BYTES], "little") for k in range(0, len(table), NUMBER_BYTES)]
    begins, ends = NUMBER_BYTES * (count + 1), len(frame)
    if len(offsets) != count or offsets[0] != begins or offsets[-1] != ends or offsets != sorted(offsets):
        raise ValueError("A message's parts must follow one another and fill it from the table of offsets to its end.")
    return [frame[start:stop] for start, stop in zip(offsets, offsets[1:], strict=False)]


def _record(part: bytes) -> dict:
    try:
        record = json.loads(part)
    except (ValueError, RecursionError):  # what is no UTF-8 is a ValueError, too
        record = None
    if not isinstance(record, dict):
        raise ValueError("A message's header, parent header, metadata and content must be JSON objects.")
    return record
