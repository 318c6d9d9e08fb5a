"""Numbers as words: the one formatter of the kit. Stands on nothing of it.

The rules: as many figures as asked for; no exponent where a plain number serves; what is large in words
('1.5 million') or, like what is tiny, as a power of ten ('2.4 × 10⁹'); '∞' and 'unknown' instead of inf
and nan. What a program reads back (plans, scenario lines, CSV) is written elsewhere, with all its digits.
`script/numbers.js` keeps to the same rules on the page.
"""

from __future__ import annotations

import math

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: From here on a number is a power of ten, and in between it is said in millions.
_MILLION, _LARGE, _TINY = 1e6, 1e9, 1e-7
#: Nothing that the kit counts is smaller: it is rounding.
NOTHING = 1e-12


def figures(value: float, count: int = 2) -> str:
    """A number with `count` figures; whole digits are never given up: 1234 with two figures is '1234'."""
    value = float(value)
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size < NOTHING:
        return "0"
    if float(f"{size:.{count}g}") >= _LARGE or size < _TINY:
        return _power(value, count)
    if float(f"{size:.{count}g}") >= _MILLION:
        return f"{_trimmed(value / _MILLION, count)} million"
    return _trimmed(value, count)


def exact(value: float) -> str:
    """A number as it stands in a table, with up to six figures: 0.0124, 375, 1.5 million."""
    return figures(value, 6)


def reading(value: float) -> str:
    """A number as a student would write it: three figures at most, two below ten."""
    return figures(value, 3 if abs(value) >= 10 else 2)


def amount_in_words(value: float) -> str:
    """Two figures at most; from 10,000 on and below 0.001 as a power of ten: the page's script writes the same."""
    if value < NOTHING:
        return "0"
    power = int(math.floor(math.log10(value) + 1e-9))
    return _trimmed(value, 2, whole=False) if -3 <= power <= 3 else _power(value, 2)


def percent(value: float) -> str:
    """Per cent with two figures; tiny amounts as a bound."""
    if value < 0.01:
        return "< 0.01 %"
    return f"{value:.0f} %" if value >= 9.95 else f"{figures(value)} %"


def _trimmed(value: float, count: int, whole: bool = True) -> str:
    """Decimal digits only, so many figures, no zeros at the end; `whole`: no digit before the point is rounded away."""
    power = math.floor(math.log10(abs(value)) + 1e-12) if value else 0
    digits = count - 1 - power
    rounded = round(value, max(digits, 0) if whole else digits)
    text = f"{rounded:.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _power(value: float, count: int) -> str:
    mantissa, power = f"{value:.{max(count - 1, 0)}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    ten = "10" + str(int(power)).translate(_SUPERSCRIPT)
    return ten if mantissa == "1" else f"{mantissa} × {ten}"
