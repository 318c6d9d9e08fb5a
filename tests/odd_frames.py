"""Messages of a page as bytes, well formed and in every other way, for tests of whatever reads them."""

import json

from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1

HEADER = {"msg_id": "1", "msg_type": "comm_msg", "session": "s", "username": "", "version": "5.4", "date": None}
PARTS = [json.dumps(HEADER).encode(), b"{}", b"{}", b'{"data": 1}']


def frame(parts=PARTS, channel="shell") -> bytes:
    """As jupyter_server writes it."""
    return serialize_msg_to_ws_v1(parts, channel)


def table(*numbers: int, then: bytes = b"") -> bytes:
    """Numbers of eight bytes, then anything."""
    return b"".join(number.to_bytes(8, "little") for number in numbers) + then


def with_part(place: int, part: bytes) -> bytes:
    """A frame of which one part is another."""
    return frame([*PARTS[:place], part, *PARTS[place + 1 :]])


def with_offset(place: int, offset: int) -> bytes:
    """A frame of which one offset is another."""
    whole = frame()
    return whole[: 8 * (place + 1)] + offset.to_bytes(8, "little") + whole[8 * (place + 2) :]


DEEP = 100_000
#: What cannot be read: its name, the frame, and words of the sentence that refuses it.
REFUSED = {
    "text": ("{}", "came as text"),
    "nothing": (b"", "5 to 64 parts"),
    "half a number": (b"\x07\0\0", "follow one another"),
    "a count without end": (table(2**62), "5 to 64 parts"),
    "the older form": (json.dumps({"header": HEADER, "channel": "shell"}).encode(), "5 to 64 parts"),
    "too few parts": (frame(PARTS[:3]), "5 to 64 parts"),
    "too many parts": (frame([*PARTS, *[b""] * 60]), "5 to 64 parts"),
    "a table that ends early": (table(7, 64, 69), "follow one another"),
    "parts that overlap": (with_offset(2, 64), "follow one another|JSON"),
    "parts with a gap before them": (with_offset(0, 65), "follow one another"),
    "an end before the end": (frame() + b"x", "follow one another"),
    "an end behind the end": (frame()[:-1], "follow one another"),
    "minus one as an offset": (with_offset(3, 2**64 - 1), "follow one another"),
    "no channel": (frame(channel=""), "names no channel"),
    "a channel in other letters": (frame(channel="щ"), "names no channel"),
    "a channel as long as a book": (frame(channel="a" * 10_000), "names no channel"),
    "no JSON": (with_part(0, b"comm_msg"), "JSON objects"),
    "no UTF-8": (with_part(0, b'{"msg_type": "\xff"}'), "JSON objects"),
    "a list for a header": (with_part(0, b"[]"), "JSON objects"),
    "a number for a content": (with_part(3, b"1"), "JSON objects"),
    "a depth without end": (with_part(3, b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}"), "JSON objects"),
    "an integer without end": (with_part(2, b'{"a": ' + b"9" * DEEP + b"}"), "JSON objects"),
    "a header without its kind": (with_part(0, b"{}"), "say its kind"),
    "a kind that is no word": (with_part(0, b'{"msg_type": 1}'), "words"),
    "a record in the header": (with_part(0, b'{"msg_type": "comm_msg", "msg_id": {"a": {}}}'), "words"),
    "a word without end": (with_part(0, json.dumps({"msg_type": "x" * DEEP}).encode()), "words"),
    "words without end": (with_part(0, json.dumps({f"k{k}": "" for k in range(1000)}).encode()), "words"),
}
