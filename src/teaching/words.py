"""Numbers as text: the one place where the kit decides how a number is written. Stands on nothing of the kit.

| function          | for                                                | 12345.6  | 1.5e-9     | 2.4e8         |
|-------------------|----------------------------------------------------|----------|------------|---------------|
| `exact`           | what was set, typed or stands in a table; limits   | 12345.6  | 1.5 × 10⁻⁹ | 240 million   |
| `rounded`         | key numbers and results in a sentence              | 12,346   | 1.5 × 10⁻⁹ | 240 million   |
| `whole`           | days and counts, or a fixed number of decimals     | 12,346   | 0          | 240 million   |
| `percent`         | shares; what is too small to matter is a bound     | 12,346 % | < 0.01 %   | 240 million % |
| `amount_in_words` | cells and drug, which span many powers of ten      | 1.2 × 10⁴| 1.5 × 10⁻⁹ | 2.4 × 10⁸     |
| `code`            | text for machines: plans, scenarios, CSV           | 12345.6  | 1.5e-09    | 240000000     |

Rules of the first five: no exponent letters; no empty decimals; a point for decimals; halves are rounded away from
zero; from a million on 'million', from a thousand million on and below a millionth a power of ten. Five digits and
more stand in groups of three, but not in `exact`, whose text is to be typed again and must mean the same to a reader
of decimal commas. Endless is '∞'; what is no number, or none at all, is 'no number'. The minus is the one of the
keyboard, so that a number can be copied into code. `read` reads them all back. The
page's script (panels/script/numbers.js) holds to the same rules, and a test compares the two.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from numbers import Rational, Real

NO_NUMBER = "no number"
#: Powers of ten from which the look changes: plain, grouped, million, power of ten.
TINY, GROUPED, MILLION, POWERS = -6, 4, 6, 9
#: A number that this many figures hold is written in full by `exact`.
FULL_FIGURES = 9
#: Below this an amount of cells or drug is nothing.
NOTHING = 1e-12
LEAST_PERCENT = 0.01

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FROM_SUPERSCRIPT = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_RAISED = "[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}"
_TIMES = re.compile(
    r"\s*(?:(?P<word>(?ai:million|mio|thousand))(?![^\W\d_])\.?"
    rf"|[×x*·]\s*10(?:\^(?P<typed>[+-]?[0-9]{{1,4}})|(?P<raised>{_RAISED})))",
    re.I,
)
_WORDS = {"million": 6, "mio": 6, "thousand": 3}
_ALONE = re.compile(_RAISED)
_EXPONENT = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}(?!\w)")
#: What the tables write with letters of every keyboard: micro as u, square metres as m2.
_MICRO, _SQUARE = re.compile(r"\bu(?=[gLlMm]\b)"), re.compile(r"\bm2\b")
_WRITTEN = re.compile(r"(?P<sign>-?)(?P<digits>[0-9]+(?:\.[0-9]+)?)(?P<rest>.*)")


def exact(value: float | None, figures: int = 6) -> str:
    """A number in full when nine figures (or `figures`) hold it, else rounded to `figures` figures."""
    size, odd = _size(value)
    if odd:
        return odd
    digits, power = _shortest(size)
    if len(digits) > max(FULL_FIGURES, figures):
        digits, power = _digits(size, figures)
    return _signed(value, _written(digits, power, grouped=False))


def rounded(value: float | None, figures: int | None = None) -> str:
    """A number with at most `figures` figures, by default three, and two below ten; its whole part stays whole."""
    size, odd = _size(value)
    if odd:
        return odd
    if figures is None:
        figures = 3 if size >= 10 else 2
    _, power = _digits(size, figures)
    if power < MILLION:
        figures = max(figures, power + 1)
    return _signed(value, _written(*_digits(size, figures)))


def amount_in_words(value: float | None) -> str:
    """A number with two figures, from 10,000 and below a thousandth as a power of ten; under 10⁻¹² nothing, 0."""
    size, odd = _size(value)
    if odd:
        return odd
    if size < NOTHING:
        return "0"
    digits, power = _digits(size, 2)
    return _signed(value, _positional(digits, power) if -3 <= power <= 3 else _power_of_ten(digits, power))


def percent(value: float | None, figures: int = 2) -> str:
    """Per cent with `figures` figures and a whole part that stays whole; under 0.01 % only that it is so little."""
    size, odd = _size(value)
    if odd == NO_NUMBER:
        return odd
    if not odd and size < LEAST_PERCENT:
        return f"> -{exact(LEAST_PERCENT)} %" if value < 0 else f"< {exact(LEAST_PERCENT)} %"
    return f"{rounded(value, figures)} %"


def whole(value: float | None, decimals: int = 0) -> str:
    """A number with at most `decimals` decimals, whole by default; from a million on with three figures."""
    size, odd = _size(value)
    if odd:
        return odd
    if size >= 10**MILLION:
        return rounded(value, 3)
    near = Decimal(size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=40))
    return _signed(value, _written(*_digits(near, 40))) if near else "0"


def in_text(text: str) -> str:
    """A text of the tables for people: its numbers such as 1e6 as `rounded` writes them, its ug as µg, its m2 as m²."""
    text = _SQUARE.sub("m²", _MICRO.sub("µ", text))
    return _EXPONENT.sub(lambda found: rounded(float(found[0]), 15), text)


def unit_in_words(unit: str) -> str:
    """A unit of the tables as it stands behind a number: '1e9 cells' as '× 10⁹ cells', 'ug/m2' as 'µg/m²'."""
    return f"× {in_text(unit)}" if _EXPONENT.match(unit) else in_text(unit)


def code(value: float, figures: int | None = None) -> str:
    """A number as machines write it. Without `figures` it is read back as exactly the same number."""
    value = float(value)
    if figures is not None:
        return f"{value:.{figures}g}"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def read(text: str) -> float:
    """The number in a text that this file wrote, without its unit; ValueError for any other text."""
    plain = text.replace(",", "").removesuffix("%").strip()
    if plain in ("∞", "-∞"):
        return -math.inf if plain[0] == "-" else math.inf
    found = _WRITTEN.fullmatch(plain)
    power, rest = power_behind(found["rest"], found["digits"]) if found else (0, "")
    if found is None or rest:
        raise ValueError(f"{text[:60]!r} is no number as this kit writes it.")
    return float(f"{found['sign']}{found['digits']}e{power}")


def power_behind(rest: str, digits: str = "") -> tuple[int, str]:
    """What ' million' or ' × 10⁸' behind the digits of a number multiplies it by, and the text behind that.

    Returns the power of ten, 0 when there is none; of '10⁸' written alone it is 7, because the 10 is read already.
    """
    found = _ALONE.match(rest) if digits == "10" else None
    if found:
        return int(found[0].translate(_FROM_SUPERSCRIPT)) - 1, rest[found.end() :]
    found = _TIMES.match(rest)
    if found is None:
        return 0, rest
    if found["word"]:
        return _WORDS[found["word"].lower()], rest[found.end() :]
    return int((found["typed"] or found["raised"]).translate(_FROM_SUPERSCRIPT)), rest[found.end() :]


# --- how a number becomes digits, and digits become words ----------------------------------------------


def _size(value) -> tuple[float, str]:
    """A number without its sign, or 0 and the words for what has no digits: nothing, no number, endless, too large."""
    if not isinstance(value, float) and (isinstance(value, bool) or not isinstance(value, (Real, Decimal))):
        return 0.0, NO_NUMBER
    try:
        size = abs(float(value))
    except OverflowError:
        size = math.inf
    except Exception:  # a stranger's kind of number, or one that stands for none
        return 0.0, NO_NUMBER
    if math.isnan(size):
        return 0.0, NO_NUMBER
    if size == 0:
        return 0.0, "0"
    if math.isinf(size):
        return 0.0, _signed(value, _beyond(abs(value)))
    return size, ""


def _beyond(size) -> str:
    """A number too large for a float, with two figures; its digits are never all written down."""
    if isinstance(size, Decimal) and size.is_finite():
        return _power_of_ten(*_digits(size, 2))
    if not isinstance(size, Rational):
        return "∞"
    size = int(size)
    spare = max(0, size.bit_length() - 64)
    power, share = divmod(math.log10(size >> spare) + spare * math.log10(2), 1)
    digits, more = _digits(10**share, 2)
    return _power_of_ten(digits, int(power) + more)


def _digits(size, figures: int) -> tuple[str, int]:
    """The first figures of a number above 0, rounded, without zeros at the end, and the power of ten of the first."""
    if isinstance(size, float) and figures < 24:
        more = f"{size:.24e}"
        is_half = more[figures + 1] == "5" and not more[figures + 2 : more.index("e")].strip("0")
        if not is_half:  # Python rounds as we do
            mantissa, power = f"{size:.{figures - 1}e}".split("e")
            return mantissa.replace(".", "").rstrip("0"), int(power)
    near = Context(prec=figures, rounding=ROUND_HALF_UP).plus(Decimal(size))
    return "".join(map(str, near.as_tuple().digits)).rstrip("0"), near.adjusted()


def _shortest(size: float) -> tuple[str, int]:
    """As few digits as tell this float from every other one, and the power of ten of the first."""
    mantissa, _, power = repr(size).partition("e")
    before, _, after = mantissa.partition(".")
    digits = (before + after).lstrip("0")
    zeros = len(before + after) - len(digits)
    return digits.rstrip("0"), len(before) - 1 - zeros + int(power or 0)


def _signed(value, text: str) -> str:
    return f"-{text}" if value < 0 else text


def _written(digits: str, power: int, grouped: bool = True) -> str:
    if power < TINY or power >= POWERS:
        return _power_of_ten(digits, power)
    if power >= MILLION:
        return f"{_positional(digits, power - MILLION)} million"
    text = _positional(digits, power)
    if power < GROUPED or not grouped:
        return text
    before, point, after = text.partition(".")
    return f"{int(before):,}{point}{after}"


def _positional(digits: str, power: int) -> str:
    if power < 0:
        return "0." + "0" * (-power - 1) + digits
    before, after = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return f"{before}.{after}" if after else before


def _power_of_ten(digits: str, power: int) -> str:
    ten = "10" + str(power).translate(_SUPERSCRIPT)
    return ten if digits == "1" else f"{_positional(digits, 0)} × {ten}"
