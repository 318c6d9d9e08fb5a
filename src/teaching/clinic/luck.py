"""Everything that chance decides in the clinic: throws of the kit's dice, each with a place of its own.

A throw depends on seed, purpose, number and future, and on nothing that was thrown before. So what a player orders
moves no other throw, and the same seed gives the same luck on every machine.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from teaching.evidence.dice import SIDES, throw
from teaching.inputs import refusal

#: What a throw is for. `PATIENT` draws the hidden patient; with a number above 0 in its place, another one like them.
PATIENT, TEST, INFECTION, CLONE, CYTOKINE = range(5)
#: Purposes of one person stand next to each other in the second key.
_PURPOSES = 16


def seed_of(seed) -> int:
    """The seed, when it is a whole number from 0 to 2³²-1; ValueError with one sentence for anything else."""
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, (bool, np.bool_))
    if not whole or not 0 <= seed < SIDES:
        raise ValueError(refusal("seed", seed, f"allowed is a whole number from 0 to {SIDES - 1}"))
    return int(seed)


def shares(seed: int, purpose: int, numbers, future=0, person: int = 0) -> np.ndarray:
    """Even throws (like `numbers`), each at least 0 and below 1.

    Arguments: seed; purpose, one of the words above; numbers, which throw of that purpose; future, 0 for the career
    itself and above it for another run of the same choices; person, 0 for the patient and above it for another one.
    """
    first, _ = throw(seed, purpose + _PURPOSES * person, numbers, future)
    return np.asarray(first, dtype=float) / SIDES


def normal(share: float) -> float:
    """The standard normal number below which that share of all lies; written in Python, so alike on every machine."""
    # Half a side up: the lowest throw is 0, and below 0 of all lies no number.
    return NormalDist().inv_cdf(share + 0.5 / SIDES)
