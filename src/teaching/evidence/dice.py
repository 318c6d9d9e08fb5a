"""The dice of the virtual trial: Threefry-2x32 with 20 rounds, whole numbers only, so that every machine throws alike.

A throw depends on its two keys and its two counters and on nothing that was thrown before: a patient keeps their
throws whatever else a trial has. The algorithm is of Salmon and others 2011 (Random123); `panels/script/dice.js` is
the same in the browser, and tests compare the two.
"""

from __future__ import annotations

import numpy as np

#: One more than the largest throw.
SIDES = 2**32
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)


def throw(key0, key1, counter0, counter1) -> tuple[np.ndarray, np.ndarray]:
    """Two throws (like the counters, uint32, 0 to 2³²-1) for two keys and two counters (whole numbers below 2³²).

    Arguments may be arrays that fit together. Source of the algorithm and of its test vectors: Random123.
    """
    ks = [np.asarray(key0, dtype=np.uint32), np.asarray(key1, dtype=np.uint32)]
    ks.append(ks[0] ^ ks[1] ^ _PARITY)
    with np.errstate(over="ignore"):  # sums are meant to wrap around
        x0 = np.asarray(counter0, dtype=np.uint32) + ks[0]
        x1 = np.asarray(counter1, dtype=np.uint32) + ks[1]
        for group in range(5):
            for turn in _ROTATIONS[group % 2]:
                x0 = x0 + x1
                x1 = ((x1 << np.uint32(turn)) | (x1 >> np.uint32(32 - turn))) ^ x0
            x0 = x0 + ks[(group + 1) % 3]
            x1 = x1 + ks[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1
