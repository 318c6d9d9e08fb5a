"""The pool of virtual patients from which the virtual trial draws, as it lies in the package.

The model computes it (`model/trial_pool.py`), `python tools/trial_pool.py` writes it: numbers of one byte, so that
the browser can carry them too. This room only reads it, because it knows no model.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from teaching.evidence.dice import SIDES

FILE = Path(__file__).with_name("trial_pool.bin")
#: Activity is kept in steps of half a per cent of the start, at most 100 %.
STEPS = 200
#: What an arm gets that no therapy is added to: activity stays as it is, and only readings swing.
STANDARD = "standard treatment"
_FORMAT = 1


@dataclass(frozen=True)
class Pool:
    """Outcomes of `size` virtual patients with `disease`, by therapy.

    `visits` (visits,) months; for each therapy `returning` and `lasting` (patients, visits) activity [steps of half
    a per cent], uint8, and `dies_out` (patients,) out of 2³², uint64. `stamp` marks model and tables it was made from.
    """

    disease: str
    stamp: str
    visits: tuple[int, ...]
    returning: Mapping[str, np.ndarray]
    lasting: Mapping[str, np.ndarray]
    dies_out: Mapping[str, np.ndarray]

    @property
    def size(self) -> int:
        """How many patients."""
        return len(next(iter(self.returning.values())))

    @property
    def therapies(self) -> tuple[str, ...]:
        """The names of what an arm can get."""
        return tuple(self.returning)


def steps_of(percent: np.ndarray) -> np.ndarray:
    """Activity [% of the start] as whole steps of half a per cent, uint8."""
    return np.clip(np.rint(2 * np.asarray(percent)), 0, STEPS).astype(np.uint8)


def chances_of(shares: np.ndarray) -> np.ndarray:
    """Chances (fractions) as whole numbers out of 2³², uint64: a throw below it, and it happens."""
    return np.rint(np.asarray(shares) * SIDES).astype(np.uint64)


def pack(pool: Pool) -> bytes:
    """The pool as the bytes of its file: a line that says what follows, then the numbers, compressed."""
    chance = [name for name in pool.therapies if pool.dies_out[name].any()]
    head = {
        "format": _FORMAT, "disease": pool.disease, "stamp": pool.stamp, "visits": list(pool.visits),
        "patients": pool.size, "therapies": [name for name in pool.therapies if name != STANDARD], "chance": chance,
    }  # fmt: skip
    parts = [json.dumps(head).encode() + b"\n"]
    for name in head["therapies"]:  # visit after visit: neighbours are alike, which packs well
        parts.append(np.ascontiguousarray(pool.returning[name].T).tobytes())
        if name in chance:
            parts.append(np.ascontiguousarray(pool.lasting[name].T).tobytes())
            parts.append(np.minimum(pool.dies_out[name], SIDES - 1).astype("<u4").tobytes())
    return zlib.compress(b"".join(parts), 9)


def unpack(content: bytes) -> Pool:
    """The pool of such bytes, with the arm of standard treatment added. Raises ValueError for anything else."""
    try:
        text = zlib.decompress(content)
        end = text.index(b"\n")
        head = json.loads(text[:end])
        if head["format"] != _FORMAT:
            raise ValueError
        size, visits = head["patients"], tuple(head["visits"])
        place, returning, lasting, dies_out = end + 1, {}, {}, {}
        for name in head["therapies"]:
            here = size * len(visits)
            returning[name] = _block(text, place, size, visits)
            place, lasting[name], dies_out[name] = place + here, returning[name], np.zeros(size, dtype=np.uint64)
            if name in head["chance"]:
                lasting[name] = _block(text, place, size, visits)
                dies_out[name] = np.frombuffer(text, "<u4", size, place + here).astype(np.uint64)
                place += here + 4 * size
    except (zlib.error, ValueError, KeyError) as problem:
        raise ValueError("this is no pool of virtual patients of this kit.") from problem
    returning[STANDARD] = lasting[STANDARD] = np.full((size, len(visits)), STEPS, dtype=np.uint8)
    dies_out[STANDARD] = np.zeros(size, dtype=np.uint64)
    return Pool(head["disease"], head["stamp"], visits, returning, lasting, dies_out)


@lru_cache(maxsize=1)
def pool() -> Pool:
    """The pool of the package."""
    return unpack(FILE.read_bytes())


def _block(text: bytes, place: int, size: int, visits: tuple[int, ...]) -> np.ndarray:
    return np.frombuffer(text, np.uint8, size * len(visits), place).reshape(len(visits), size).T
