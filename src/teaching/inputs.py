"""Checks of numbers that a student hands to a small teaching function. Stands on nothing of the kit."""

from __future__ import annotations

from numbers import Real

import numpy as np


def number(name: str, value, low: float, high: float, unit: str) -> float:
    """One number from `low` to `high` [unit] as float; ValueError with one sentence for anything else."""
    real = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    if not real or not low <= value <= high:
        shown = value if real else repr(value)
        raise ValueError(f"{name} is {shown}; allowed is a number from {low:g} to {high:g} {unit}".rstrip() + ".")
    return float(value)


def numbers(name: str, values, highest: float, unit: str = "") -> np.ndarray:
    """A number or array (any shape) of numbers from 0 to `highest` [unit]; ValueError with one sentence otherwise."""
    allowed = f"allowed are numbers from 0 to {highest:g} {unit}".rstrip()
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different length
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} is {values!r}; {allowed}.")
    array = array.astype(float)
    wrong = array[~((array >= 0) & (array <= highest))]
    if wrong.size:
        raise ValueError(f"{name} is {wrong.flat[0]:g}; {allowed}.")
    return array


def plain(result):
    """A Python number for a single value, else the array."""
    return float(result) if np.ndim(result) == 0 else result
