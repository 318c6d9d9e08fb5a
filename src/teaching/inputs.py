"""Checks of what people hand in, and the sentences that refuse it. Stands on nothing of the kit.

A refusal names what was given, shortened, and what is allowed, in at most 300 characters.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from numbers import Real

import numpy as np

LONGEST_LIST = 150


def shortened(value, most: int = 60) -> str:
    """What was given, short enough to be read in a sentence; safe for whatever it is."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**most:
        return f"a whole number of more than {most} digits"
    if isinstance(value, str):
        value = value[: most + 1]
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a foreign object whose own words fail
        text = f"something of the kind {type(value).__name__}"
    return text if len(text) <= most else text[: most - 3] + "..."


def one_of(known: Iterable[str], given=None) -> str:
    """The allowed words for a sentence: all of a short list, else the nearest first and how many more there are."""
    names = [str(name) for name in known]
    if len(", ".join(names)) > LONGEST_LIST and isinstance(given, str):
        near = difflib.get_close_matches(given[:100], names, n=3, cutoff=0.4)
        names = [*near, *(name for name in names if name not in near)]
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join([*shown, name])) > LONGEST_LIST:
            return f"{', '.join(shown)} and {len(names) - len(shown)} more"
        shown.append(name)
    return ", ".join(shown)


def real(value, endless: bool = False) -> float | None:
    """A real number as float; None for anything else, for what no float can hold, and unless `endless` for infinity."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError, TypeError):
        return None
    return number if math.isfinite(number) or (endless and math.isinf(number)) else None


def finite(name: str, value) -> float:
    """A finite number as float; ValueError with one sentence for anything else."""
    found = real(value)
    if found is None:
        raise ValueError(f"{name} is {shortened(value)}; a finite number is needed.")
    return found


def whole(name: str, value) -> int:
    """A whole number as int; ValueError with one sentence for anything else."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or real(value) is None:
        raise ValueError(f"{name} is {shortened(value)}; a whole number is needed.")
    return int(value)


def number(name: str, value, low: float, high: float, unit: str) -> float:
    """One number from `low` to `high` [unit] as float; ValueError with one sentence for anything else."""
    found = real(value, endless=True)
    if found is None or not low <= found <= high:
        shown = shortened(value) if found is None or isinstance(value, int) else f"{value}"
        raise ValueError(f"{name} is {shown}; allowed is a number from {low:g} to {high:g} {unit}".rstrip() + ".")
    return found


def numbers(name: str, values, highest: float, unit: str = "") -> np.ndarray:
    """A number or array (any shape) of numbers from 0 to `highest` [unit]; ValueError with one sentence otherwise."""
    allowed = f"allowed are numbers from 0 to {highest:g} {unit}".rstrip()
    try:
        array = np.asarray(values)
    except (ValueError, OverflowError, RecursionError):  # rows of different length
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} is {shortened(values)}; {allowed}.")
    array = array.astype(float)
    wrong = array[~((array >= 0) & (array <= highest))]
    if wrong.size:
        raise ValueError(f"{name} is {wrong.flat[0]:g}; {allowed}.")
    return array


def plain(result):
    """A Python number for a single value, else the array."""
    return float(result) if np.ndim(result) == 0 else result
