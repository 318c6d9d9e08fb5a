"""The rule that checks an answer: text or points in, a usable value and a verdict out. Keeps nothing.

A rule is data: an entry of the answer key (instructor/build_answers.py tells its form). It is read here and,
for a page without a kernel, in panels/script/rule.js; tests/browser/test_rule.py holds both to the same verdicts
and the same words. A change here is a change there.
"""

from __future__ import annotations

import math
import re

from teaching.inputs import listed, real, sentence, shortened, whole_letters
from teaching.learning.placing import PLACED, judge_placed, placed_words, read_placed
from teaching.learning.problem import AnswerProblem
from teaching.words import exact, power_behind

#: Digits in groups of three that can be read in one way only, and then with a comma or point for decimals.
GROUPED = (
    r"[0-9]{1,3}(?:[ \u00a0\u2009\u202f'\u2019][0-9]{3})+(?![0-9])(?:[.,][0-9]*)?"
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]*"
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?![0-9])"
    r"|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?![0-9])(?:,[0-9]*)?"
)
NUMBER = re.compile(
    rf"(?P<sign>[+-]?)(?:(?P<groups>{GROUPED})|(?P<digits>[0-9]+[.,]?[0-9]*|[.,][0-9]+))"
    r"(?:e(?P<exponent>[+-]?[0-9]+))?(?P<rest>.*)",
    re.I | re.S,
)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")  # '1,000' means 1 to some readers
ALL_FIGURES = 17  # hold every float
HUGE_POWER = 10**6  # of ten: beyond every float
LONGEST_TEXT = 1000  # letters typed by a person
LONGEST_LETTER = 2000  # letters of a text whose words are counted
MOST_POINTS = 200
EDGE = 0.05  # of its axis: so far a drawn curve may begin and end from the ends
SLACK = 1e-6  # of an axis: so far a point may lie beyond it by rounding
UNIT_WORDS = {  # what may stand behind a number, as multiples of the question's unit
    "days": {"d": 1, "day": 1, "week": 7, "weeks": 7},
    "percent": {"%": 1, "per cent": 1},
}


def read_answer(entry: dict, given: object) -> str | float | list[list[float]] | list[list[str]]:
    """What was chosen, typed, drawn or placed, as the kind of question wants it: an option, a number in the question's
    unit, a text, points [across, up] from left to right in the units of the axes, or pairs [thing, place].

    entry: a question of the key. Raises AnswerProblem with one sentence when it cannot be used.
    """
    return READERS[entry["kind"]](entry, given)


def judge(entry: dict, value: str | float | list) -> tuple[bool, str, str | None, tuple | None]:
    """(right, message, misconception, band) for a usable value; a band includes both its ends, and a curve has none.

    entry is a question of the key; its answer is tried first, then the known wrong ones in order.
    """
    if entry["kind"] in PLACED:
        return judge_placed(entry, value)
    answer = entry["answer"]
    for known in (answer, *entry.get("wrong", ())):
        if _fits(entry, known, value):
            band = tuple(known["band"]) if "band" in known else None
            return known is answer, known["feedback"], known.get("id"), band
    return False, _unknown(entry, value), None, None


def answer_words(entry: dict, value: str | float | list) -> str:
    """A usable value as a person reads it: '34.7 days', an option, a text, points drawn, what is where."""
    if entry["kind"] in PLACED:
        return placed_words(entry, value)
    if isinstance(value, list):
        return f"{len(value)} points drawn"
    return value if isinstance(value, str) else format_number(value, entry.get("unit", ""))


def parse_number(text: str | float, unit: str = "", example: float = 10) -> float:
    """The number in a text such as '34,7', '34.7 d' or ' 1e3 '; AnswerProblem if there is none."""
    of_unit = f" of {unit}" if unit else ""
    wanted = f"type a number{of_unit} such as {format_number(example)}"
    given = real(text)
    written = typed(text).replace("\N{MINUS SIGN}", "-") if given is None else repr(given)
    if not written:
        raise AnswerProblem(f"The answer is empty; {wanted}.")
    found = NUMBER.fullmatch(written)
    value, behind = _number_and_unit(found) if found else (math.nan, "")
    factors = {"": 1, unit.lower(): 1, **UNIT_WORDS.get(unit, {})}
    factor = factors.get(behind.strip().lower()) if found else None
    if factor is None or not math.isfinite(value * factor):
        kind = f"number{of_unit}" if found else "number"
        raise AnswerProblem(f'"{sentence(written, 40)}" is not a {kind}; {wanted}.')
    if found["digits"] and THOUSANDS.fullmatch(found["digits"]):
        raise AnswerProblem(f'"{sentence(written, 40)}" can be read in two ways; leave out the comma.')
    return value * factor


def format_number(value: float, unit: str = "") -> str:
    """A number as short text without exponent letters that `parse_number` reads back to the same value."""
    return f"{exact(value, ALL_FIGURES)} {unit}".rstrip()


def word_count(text: str) -> int:
    """How many words a text has: what stands between gaps and holds a letter or a digit. A dash alone is none."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


def words_missing(entry: dict, text: str) -> str:
    """One sentence on a text that was kept although it has fewer words than were asked for, else ''.

    entry: a question of kind text; its `words` are the least and the most.
    """
    least, most = entry.get("words", (0, 0))
    count = word_count(text)
    if count >= least:
        return ""
    return f"So far it has {count} word{'s' * (count != 1)}; {least} to {most} are asked for."


def typed(value: object) -> str:
    """What was typed or chosen, as one short text."""
    return value.strip()[:LONGEST_TEXT] if isinstance(value, str) else shortened(value)


def height_at(entry: dict, points: list[list[float]], place: float) -> float:
    """The height of a drawn curve at a place on its axis: straight between two points as the axes are drawn, level
    beyond the first and the last. In the units of the axes."""
    last = None
    for across, up in points:
        if across == place or (last is None and across > place):
            return up
        if across > place:
            return _between(entry, last, (across, up), place)
        last = across, up
    return last[1]


# --- reading, kind by kind


def _option(entry: dict, given: object) -> str:
    for option in entry["options"]:
        if typed(given).lower() == option.lower():
            return option
    choices = listed(entry["options"], between="; ")
    raise AnswerProblem(f'"{sentence(typed(given), 40)}" is not an option; choose one of: {choices}.')


def _number(entry: dict, given: object) -> float:
    return parse_number(given, entry.get("unit", ""), entry.get("example", 10))


def _marker(entry: dict, given: object) -> float:
    number = _number(entry, given)
    if not entry["low"] <= number <= entry["high"]:
        scale = f"{entry['low']} to {entry['high']} {entry['unit']}"
        raise AnswerProblem(f"{format_number(number)} is off the scale; choose from {scale}.")
    return number


def _text(entry: dict, given: object) -> str:
    if not isinstance(given, str):
        raise AnswerProblem(f"{shortened(given)} is no text; write one or two sentences.")
    # Half a letter, which a broken program can send, is one that no file takes.
    text = whole_letters(given).strip()
    if not text:
        raise AnswerProblem("There is nothing written yet; write one or two sentences.")
    most = entry["words"][1] if "words" in entry else math.inf
    if (count := word_count(text)) > most:
        raise AnswerProblem(f"The text has {count} words; at most {most} can be kept, so take out {count - most}.")
    longest = LONGEST_LETTER if "words" in entry else LONGEST_TEXT
    if len(text) > longest:
        raise AnswerProblem(f"The text has {len(text)} letters; at most {longest} can be kept.")
    return text


def _curve(entry: dict, given: object) -> list[list[float]]:
    if not isinstance(given, (list, tuple)) or len(given) < 2:
        raise AnswerProblem("A curve needs at least two points; draw it from left to right, or type its values.")
    if len(given) > MOST_POINTS:
        raise AnswerProblem(f"The curve has {len(given)} points; at most {MOST_POINTS} can be kept.")
    points = []
    for point in given:
        numbers = [_finite(number) for number in point] if isinstance(point, (list, tuple)) else []
        if len(numbers) != 2 or None in numbers:
            raise AnswerProblem("Every point of a curve needs two numbers.")
        points.append([_inside(entry[name], number) for name, number in zip(("across", "up"), numbers, strict=True)])
    points.sort(key=lambda point: point[0])
    axis = entry["across"]
    first, last = points[0][0], points[-1][0]
    if share_of(axis, first) > EDGE or share_of(axis, last) < 1 - EDGE:
        runs = f"{format_number(first)} to {format_number(last, axis['unit'])}"
        raise AnswerProblem(f"Your curve runs from {runs}; draw it from {_scale(axis)}.")
    return points


READERS = {
    "option": _option, "number": _number, "marker": _marker, "text": _text, "curve": _curve,
    **dict.fromkeys(PLACED, read_placed),
}  # fmt: skip


# --- axes and numbers


def share_of(axis: dict, value: float) -> float:
    """Where a value stands on an axis as it is drawn: 0 at its low end, 1 at its high end."""
    low, high = axis["low"], axis["high"]
    if axis.get("log"):
        return math.log(value / low) / math.log(high / low)
    return (value - low) / (high - low)


def _inside(axis: dict, number: float) -> float:
    low, high = axis["low"], axis["high"]
    below, above = (SLACK * low, SLACK * high) if axis.get("log") else [SLACK * (high - low)] * 2
    if not low - below <= number <= high + above:
        raise AnswerProblem(f"{format_number(number)} is off the picture; choose from {_scale(axis)}.")
    return float(min(max(number, low), high))


def _scale(axis: dict) -> str:
    return f"{format_number(axis['low'])} to {format_number(axis['high'], axis['unit'])}"


def _between(entry: dict, one: tuple[float, float], other: tuple[float, float], place: float) -> float:
    across, up = entry["across"], entry["up"]
    if across.get("log"):
        part = math.log(place / one[0]) / math.log(other[0] / one[0])
    else:
        part = (place - one[0]) / (other[0] - one[0])
    if up.get("log"):
        height = one[1] * (other[1] / one[1]) ** part
    else:
        height = one[1] + part * (other[1] - one[1])
    # Logarithms may differ in the last digit from one program to the next; a verdict must not.
    return float(f"{height:.12g}") if across.get("log") or up.get("log") else height


def _fits(entry: dict, known: dict, value: str | float | list) -> bool:
    if "bands" in known:
        return all(low <= height_at(entry, value, place) <= high for place, low, high in known["bands"])
    return known["band"][0] <= value <= known["band"][1] if "band" in known else value == known["option"]


def _unknown(entry: dict, value: str | float | list) -> str:
    """What is said to an answer that nobody has thought of."""
    answer = entry["answer"]
    if "option" in answer:
        return "Think again, or open the hint."
    if "band" in answer:
        side = "low" if value < answer["band"][0] else "high"
        return f"{answer_words(entry, value)} is too {side}. Try again, or open the hint."
    heights = ((place, height_at(entry, value, place), low, high) for place, low, high in answer["bands"])
    place, side = next((place, height < low) for place, height, low, high in heights if not low <= height <= high)
    where = format_number(place, entry["across"]["unit"])
    return f"At {where} your curve is too {'low' if side else 'high'}. Try again, or open the hint."


def _finite(number: object) -> float | None:
    found = real(number)
    return found if found is not None and math.isfinite(found) else None


def _number_and_unit(found: re.Match) -> tuple[float, str]:
    """The number with a power of ten behind it, such as '1.5 million' or '2 × 10⁸', and the unit that is left."""
    digits = _plain_digits(found["groups"]) if found["groups"] else found["digits"].replace(",", ".")
    power, behind = power_behind(found["rest"], found["digits"] or "")
    power += int(found["exponent"] or 0) if len(found["exponent"] or "") < 9 else HUGE_POWER
    return float(f"{found['sign']}{digits}e{power}"), behind


def _plain_digits(groups: str) -> str:
    """Digits in groups of three as one number with a point: the last comma or point stands for decimals when it is
    the only one of its kind beside other signs between the groups."""
    signs = [sign for sign in groups if not sign.isdigit()]
    decimal = signs[-1] if signs[-1] in ",." and signs.count(signs[-1]) == 1 else ""
    whole, _, rest = groups.partition(decimal) if decimal else (groups, "", "")
    return re.sub("[^0-9]", "", whole) + (f".{rest}" if rest else "")
