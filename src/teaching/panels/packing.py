"""Pictures and words as little text: what a page without a kernel holds, packed here and read by script/unpack.js.

A picture is a row of numbers, made of blocks: a curve, one edge of a band, a point. Many rows share a block
(a slider moves one curve and not the others), so each different block is kept once and a row is a list of
which. Blocks are kept as whole steps: what a neighbour before and the place before foretell is taken off, and
what is left is mostly 0 or 1. Knows no panel and no figure.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Sequence

import numpy as np

#: A piece of a text: up to the end of a sentence or of an element. Sentences repeat more than texts do.
_PIECE = re.compile(r".+?(?:[.;:] |</\w+>|$)", re.S)


def packed_rows(rows: np.ndarray, blocks: Sequence[tuple[int, float]]) -> dict:
    """Rows (pictures, numbers) as plain data (JSON).

    Args: rows, float; blocks, of each block its length and its steps per unit. Lengths sum up to the
    numbers of a row. Returns `rows`, their number; `groups`, [length, how many] of the different blocks of each
    length; `blocks`, [group, steps per unit] of each block; `bytes`, base64 of deflate of, for each group, the low
    and then the high bytes of what is left of its steps, and then, for each block, which of its group each row has:
    what is left of these numbers as low, middle and high bytes. Raises ValueError when lengths do not fit.
    """
    count = len(rows)
    if sum(length for length, _ in blocks) != rows.shape[1]:
        raise ValueError(f"the blocks have {sum(n for n, _ in blocks)} numbers, and a row has {rows.shape[1]}.")
    known: dict[int, dict[bytes, int]] = {length: {} for length, _ in blocks}
    which = np.empty((len(blocks), count), np.int64)
    start = 0
    for block, (length, scale) in enumerate(blocks):
        steps = np.clip(np.rint(rows[:, start : start + length] * scale), -32768, 32767).astype("<i2")
        mine = known[length]
        which[block] = [mine.setdefault(row.tobytes(), len(mine)) for row in steps]
        start += length
    lengths = list(known)
    stream = [_steps(np.frombuffer(b"".join(known[length]), "<i2").reshape(-1, length)) for length in lengths]
    # Most blocks are new ones, one after the other, or those of the row before.
    stream.append(_planes(_folded(np.diff(which, axis=1, prepend=0), 32), 3))
    return {
        "rows": count,
        "groups": [[length, len(known[length])] for length in lengths],
        "blocks": [[lengths.index(length), scale] for length, scale in blocks],
        "bytes": deflated(b"".join(stream)),
    }


def packed_words(content) -> str:
    """Plain data (JSON) as base64 of deflate of its text."""
    return deflated(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


class Pieces:
    """Texts as lists of numbers of pieces, each piece kept once: `pieces`, in the order in which they were met."""

    def __init__(self):
        self.pieces: list[str] = []
        self._known: dict[str, int] = {}

    def add(self, text: str) -> list[int]:
        """Which pieces a text is made of."""
        found = []
        for piece in _PIECE.findall(text):
            if piece not in self._known:
                self._known[piece] = len(self.pieces)
                self.pieces.append(piece)
            found.append(self._known[piece])
        return found


def deflated(data: bytes) -> str:
    """Bytes as base64 of raw deflate, which every browser unpacks by itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode()


def _steps(steps: np.ndarray) -> bytes:
    """Blocks (count, length) of one length: each number less the one above and the one before, plus the one between."""
    left = np.diff(np.diff(steps.astype(np.int64), axis=0, prepend=0), axis=1, prepend=0)
    return _planes(_folded(left, 16), 2)


def _folded(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Small numbers of either sign as small ones without: 0, -1, 1, -2 become 0, 1, 2, 3; wraps round at `bits`."""
    half = 1 << (bits - 1)
    wrapped = (numbers + half) % (2 * half) - half
    return np.where(wrapped < 0, -2 * wrapped - 1, 2 * wrapped)


def _planes(numbers: np.ndarray, count: int) -> bytes:
    """The lowest bytes of all numbers, then the next ones: bytes of one kind pack better together."""
    return b"".join(((numbers >> (8 * plane)) & 255).astype(np.uint8).tobytes() for plane in range(count))
