"""Sweeps: what a slider would show at every place, computed before the hand gets there.

The page draws between the values of a sweep by itself, so the picture moves at the speed of the hand;
the exact solution lands when the hand rests. A sweep is a matrix of 16-bit numbers: one row a value
of the slider, the columns of a frame in steps of 1/16 unit (shares and powers of ten: 1/2000).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import numpy as np

STOPS = 49
#: The largest sweep that is sent [bytes]; with more numbers a frame, fewer stops are computed.
LARGEST_BYTES = 120_000
FEWEST_STOPS = 15


def stops_for(numbers: int) -> int:
    """How many values of the slider a sweep of frames with so many numbers may hold; 0: too large."""
    count = min(STOPS, LARGEST_BYTES // (2 * numbers)) if numbers else 0
    return count if count >= FEWEST_STOPS else 0


def pack(rows: Sequence[np.ndarray], scales: np.ndarray) -> bytes:
    """Rows (stops, numbers) as 16-bit numbers, in steps of 1/scale."""
    steps = np.rint(np.asarray(rows, float) * scales)
    return np.clip(steps, -32768, 32767).astype("<i2").tobytes()


async def sweep(
    values: Mapping[str, object],
    name: str,
    places: Sequence[float],
    numbers_of: Callable[[Mapping[str, object]], np.ndarray],
    still_wanted: Callable[[], bool],
) -> list[np.ndarray] | None:
    """The frames at every place of one control, the others as in `values`; None when no longer wanted.

    Gives way after every single course, so that a moving slider is answered first.
    """
    rows = []
    for place in places:
        await asyncio.sleep(0)
        if not still_wanted():
            return None
        rows.append(numbers_of({**values, name: place}))
    return rows
