"""Checks of what a student hands over, and refusals that are one short sentence. Stands on `words` alone."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from decimal import Decimal
from numbers import Real

import numpy as np

from teaching.words import exact

#: No refusal is longer: it must be read at a glance.
LONGEST_SENTENCE = 300


def shortened(value, most: int = 60) -> str:
    """The `repr` of anything, cut to `most` characters; safe also for what cannot be shown at all."""
    if isinstance(value, str):
        value = value[: most + 1]  # the repr of the rest would be thrown away
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a stranger's object may answer with anything, a long integer does not answer
        text = f"something of type {type(value).__name__}"
    return text if len(text) <= most else text[: most - 3] + "..."


def named(value, most: int = 60) -> str:
    """What was given, for a refusal: a number as people write it, anything else (also nan and inf) as in code."""
    found = real(value)
    if found is None:
        return shortened(value, most)
    text = repr(found) if math.isnan(found) or _says_endless(value) else exact(value, 17)
    return text if len(text) <= most else text[: most - 3] + "..."


def listed(options: Iterable[str], most: int = 180, between: str = ", ") -> str:
    """Options in a row, as many as fit into `most` characters; the others are counted."""
    options = [str(option) for option in options]
    shown = len(options)
    while shown > 1 and len(between.join(options[:shown])) > most:
        shown -= 1
    text = sentence(between.join(options[:shown]), most)
    return text if shown == len(options) else f"{text} and {len(options) - shown} more"


def refusal(name: str, value, allowed: str) -> str:
    """'<name> is <value>; <allowed>.' in one sentence of at most 300 characters."""
    name = name if len(name) <= 80 else name[:77] + "..."
    room = LONGEST_SENTENCE - len(name) - len(allowed) - len(" is ; .")
    return sentence(f"{name} is {named(value, max(20, min(60, room)))}; {allowed}.")


def sentence(text: object, most: int = LONGEST_SENTENCE) -> str:
    """A text on one line, cut to `most` characters; what cannot be printed stands as its code."""
    letters = " ".join(str(text).split())[: most + 1]
    words = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in letters)
    return words if len(words) <= most else words[: most - 3] + "..."


def real(value) -> float | None:
    """Any kind of real number as float, endless when it is too large for one; None for everything else."""
    if not _is_number(value):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except Exception:  # a number that cannot say its value
        return None


def within(low: float, high: float, unit: str = "", kind: str = "a number") -> str:
    """'allowed is a number from 0 to 1 nM', for refusals."""
    return f"allowed is {kind} from {exact(low)} to {exact(high)} {unit}".rstrip()


def number(name: str, value, low: float, high: float, unit: str) -> float:
    """One number from `low` to `high` [unit] as float; ValueError with one sentence for anything else."""
    found = real(value)
    if found is None or not low <= found <= high or (math.isinf(found) and not _says_endless(value)):
        raise ValueError(refusal(name, value, within(low, high, unit)))
    return found


def numbers(name: str, values, highest: float, unit: str = "") -> np.ndarray:
    """A number or array (any shape) of numbers from 0 to `highest` [unit]; ValueError with one sentence otherwise."""

    def allowed() -> str:
        return f"allowed are numbers from 0 to {exact(highest)} {unit}".rstrip()

    try:
        array = np.asarray(values)
        if array.dtype.kind == "O":  # fractions, decimals, whole numbers of any length
            found = [real(value) for value in array.flat]
            array = np.asarray(values if None in found else np.reshape(found, array.shape))
    except Exception:  # rows of different length, or an object that answers with anything
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise ValueError(refusal(name, values, allowed()))
    array = array.astype(float)
    wrong = array[~((array >= 0) & (array <= highest))]
    if wrong.size:
        raise ValueError(refusal(name, float(wrong.flat[0]), allowed()))
    return array


def one_of(name: str, value, options: Iterable[str]) -> str:
    """The value, when it is one of the options; ValueError with one sentence when not."""
    options = tuple(options)
    if not isinstance(value, str) or value not in options:
        raise ValueError(refusal(name, value, f"choose one of: {listed(options)}"))
    return value


def choices(known: Iterable[str], given=None, most: int = 150) -> str:
    """The allowed words for a sentence: all of a short list, else the nearest first and how many more there are."""
    names = [str(name) for name in known]
    if len(", ".join(names)) > most and isinstance(given, str):
        near = difflib.get_close_matches(given[:100], names, n=3, cutoff=0.4)
        names = [*near, *(name for name in names if name not in near)]
    return listed(names, most)


def finite(name: str, value) -> float:
    """A finite number as float; ValueError with one sentence for anything else."""
    found = real(value)
    if found is None or not math.isfinite(found):
        raise ValueError(f"{name} is {named(value)}; a finite number is needed.")
    return found


def whole_number(name: str, value) -> int:
    """A whole number as int; ValueError with one sentence for anything else."""
    if (
        isinstance(value, (bool, np.bool_))
        or not isinstance(value, (int, np.integer))
        or not math.isfinite(real(value) or 0.0)
    ):
        raise ValueError(f"{name} is {named(value)}; a whole number is needed.")
    return int(value)


def plain(result):
    """A Python number for a single value, else the array."""
    return float(result) if np.ndim(result) == 0 else result


def _is_number(value) -> bool:
    return isinstance(value, (float, Real, Decimal)) and not isinstance(value, (bool, np.bool_))


def _says_endless(value) -> bool:
    """Whether a value means infinity, and is not merely too large for a float."""
    return (
        value.is_infinite()
        if isinstance(value, Decimal)
        else isinstance(value, (float, np.floating)) and np.isinf(value)
    )


def whole_letters(text: str) -> str:
    """The text with a mark in place of each half of a character: no file in UTF-8 and no kernel's message can hold one.

    Pages count in halves, so a text that they cut may end in the middle of an emoji.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
