"""Numbers as text: rounding keeps its promise, order stays order, what is written is read back, no exponent letters."""

import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from panel_tools import exponent_words, some_value

from teaching import words
from teaching.panels.catalogue import CATALOGUE
from teaching.words import amount_in_words, code, exact, percent, read, rounded, whole

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=1e-300, max_value=1e300)
anything = (
    st.floats() | st.integers() | st.decimals() | st.fractions() | st.none() | st.booleans() | st.text(max_size=5)
)
FOR_PEOPLE = (exact, rounded, amount_in_words, percent, whole)
two_decimals = lambda value: whole(value, 2)  # noqa: E731
three_figures = lambda value: rounded(value, 3)  # noqa: E731


# --- rounding --------------------------------------------------------------------------------------


def floats_between(one: float, other: float) -> float:
    return abs(one - other) / max(abs(one), abs(other), 1e-320)


@given(positive, st.integers(1, 12))
def test_a_rounded_number_is_wrong_by_at_most_half_of_its_last_figure(value, figures):
    for text in (rounded(value, figures), exact(value, figures)):
        assert abs(read(text) - value) <= value * 0.5 * 10.0 ** (1 - figures) * (1 + 1e-9)


@given(positive)
def test_an_amount_has_two_figures(value):
    text = amount_in_words(value)
    if value < words.NOTHING:
        assert text == "0"
    else:
        assert floats_between(read(text), value) <= 0.0501
        digits = "1" if re.match("10[⁻⁰-⁹¹²³]", text) else text.split(" ×")[0]
        assert len(digits.replace(".", "").strip("0")) <= 2


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_decimals_are_wrong_by_at_most_half_of_the_last(value, decimals):
    allowed = 0.5 * 10.0**-decimals if abs(value) < 1e6 else 0.005 * abs(value)
    assert abs(read(whole(value, decimals)) - value) <= allowed * (1 + 1e-6)


@given(st.floats(0, 1e12))
def test_a_percent_is_a_rounded_number_or_a_bound(value):
    text = percent(value)
    if 0 < value < 0.01:
        assert text == "< 0.01 %"
    else:
        assert read(text) == read(rounded(value, 2))
        assert text.endswith(" %")


@given(finite, finite)
@example(9.96, 10.04)
@example(999_999.6, 1_000_000.0)
@example(999.6, 1000.4)
@example(9.9999e8, 1e9)
@example(9.99e-7, 1e-6)
def test_order_stays_order(one, other):
    low, high = sorted((one, other))
    for write in (rounded, three_figures, amount_in_words, whole, two_decimals, code):
        text_low, text_high = write(low), write(high)
        assert (float if write is code else read)(text_low) <= (float if write is code else read)(text_high), (
            text_low,
            text_high,
        )


@given(finite)
def test_minus_changes_only_the_sign(value):
    for write in (exact, rounded, amount_in_words, whole):
        text = write(abs(value))
        assert write(-abs(value)) == (text if text == "0" else f"-{text}")


# --- what is written is read back ------------------------------------------------------------------


@given(finite)
def test_writing_again_what_was_read_changes_nothing(value):
    for write in (exact, rounded, three_figures, amount_in_words, whole, two_decimals):
        text = write(value)
        if not math.isinf(read(text)):  # the largest float of all, rounded up
            assert write(read(text)) == text


@given(st.integers(-(10**9) + 1, 10**9 - 1), st.integers(-12, 12))
def test_nine_figures_are_written_in_full(digits, power):
    value = float(f"{digits}e{power}")
    assert read(exact(value)) == value


@given(finite)
def test_all_figures_are_written_when_asked_for(value):
    assert read(exact(value, 17)) == value


@given(finite)
def test_machines_read_back_exactly_the_same_number(value):
    assert float(code(value)) == value
    assert float(code(value, 17)) == value


@given(st.text(max_size=30))
def test_a_text_of_another_kind_is_not_read(text):
    try:
        value = read(text)
    except ValueError as problem:
        assert len(str(problem)) <= 300
    else:
        assert not math.isnan(value)


# --- no letters ------------------------------------------------------------------------------------


@given(anything)
@example(5e-324)
@example(4.94066e-324)
@example(1.7976931348623157e308)
@example(120.0)
@example(10**400)
@example(-(10**400))
@example(10**5000)
@example(Decimal("sNaN"))
@example(Decimal("1e9999"))
@example(Fraction(10**400, 3))
@example(np.float32(1e-30))
@example(np.int64(10**12))
def test_no_text_holds_exponent_letters_or_words_of_code(value):
    for write in (*FOR_PEOPLE, three_figures, two_decimals):
        text = write(value)
        assert not exponent_words(text), (write, text)
        assert not re.search(r"nan|inf|none|\.0*(?!\d)", text.lower()), (write, text)
        assert text.split(" ")[0] != "-0" and len(text) < 60


@pytest.mark.parametrize(
    "write, value, text",
    [
        (exact, 1e6, "1 million"), (exact, 1.5e6, "1.5 million"), (exact, 100000, "100000"), (exact, 12345.6,
        "12345.6"),
        (exact, 1e-9, "10⁻⁹"), (exact, 1e12, "10¹²"), (exact, 2.4e9, "2.4 × 10⁹"), (exact, 0.0001, "0.0001"),
        (exact, 1 / 3, "0.333333"), (exact, 0.1 + 0.2, "0.3"), (exact, 10**400, "10⁴⁰⁰"), (exact, -3, "-3"),
        (rounded, 217.92, "218"), (rounded, 10.44, "10.4"), (rounded, 0.2149, "0.21"), (rounded, 1.2e2, "120"),
        (rounded, 22_000, "22,000"), (rounded, 1757, "1757"), (rounded, 1.75e8, "175 million"), (rounded, 0.004,
        "0.004"),
        (amount_in_words, 0.0533, "0.053"), (amount_in_words, 45e9, "4.5 × 10¹⁰"), (amount_in_words, 9996, "10⁴"),
        (amount_in_words, -45, "-45"), (amount_in_words, 1e-13, "0"), (amount_in_words, 12.5, "13"),
        (percent, 4.94066e-324, "< 0.01 %"), (percent, 0, "0 %"), (percent, 42.4, "42 %"), (percent, 123.4, "123 %"),
        (percent, -4e-324, "> -0.01 %"), (percent, math.nan, "no number"), (percent, 0.03, "0.03 %"),
        (percent, 0.004, "< 0.01 %"), (percent, 0.5, "0.5 %"), (percent, 9.04, "9 %"), (percent, 9.96, "10 %"),
        (whole, 207.6, "208"), (whole, -0.3, "0"), (whole, 2.5, "3"), (whole, 26_763, "26,763"), (whole, 2.04e8,
        "204 million"),
        (two_decimals, 1.6, "1.6"), (two_decimals, 1.125, "1.13"),
        (exact, None, "no number"), (exact, math.nan, "no number"), (exact, -math.inf, "-∞"), (exact, "3", "no number"),
        (code, 1e6, "1000000"), (code, 1e-9, "1e-09"), (code, 0.1, "0.1"), (code, 2**70, repr(2.0**70)),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(write, value, text):
    assert write(value) == text


# --- every panel -----------------------------------------------------------------------------------


def texts_of(panel) -> dict[str, str]:
    """All that a panel says: the sentence, the words in the picture, its notes, its error, why controls are closed."""
    return {
        "sentence": panel.sentence,
        "texts": " ".join(panel.texts),
        "notes": re.sub(r"<[^>]*>", " ", panel.state.notes_for(dict(panel.values))),
        "error": panel.error,
        "closed": " ".join(panel.closed.values()),
    }


def settings_of(panel, count: int):
    """Start, cases, all controls at one end, `count` random settings, and values that a hand can only type."""
    random = np.random.default_rng(9)
    controls = [handle.control for handle in panel.controls.values()]
    yield dict(panel.start)
    yield from ({**panel.start, **item.values} for item in panel.presets)
    for share in (0.0, 1.0):
        yield {control.name: some_value(control, share) for control in controls}
    for _ in range(count):
        yield {control.name: some_value(control, random.choice([0.0, 1.0, random.random()])) for control in controls}
    for control in controls:
        if control.kind == "slider" and not control.whole:
            inside = [
                control.low * (1 + 1e-9),
                control.high * (1 - 1e-13),
                control.low + (control.high - control.low) / 3e7,
            ]
            for value in (*inside, *([5e-324, 1e-20] if control.low == 0 else [])):
                yield {**panel.start, control.name: value}


REFUSED = (
    1e300,
    -5e-324,
    1e-300,
    10**400,
    -(10**400),
    1e6 + 0.123456789,
    math.nan,
    math.inf,
    None,
    True,
    [],
    {},
    "5",
    "x" * 10**5,
)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_panel_ever_speaks_in_exponents(name):
    panel = CATALOGUE[name].make()
    count = 200 // len(CATALOGUE) + 1
    for setting in settings_of(panel, count):
        panel.set_state({"values": {**panel.values, **setting}})
        for where, text in texts_of(panel).items():
            assert not exponent_words(text), (where, setting, exponent_words(text))
            assert not re.search(r"\bnan\b|\binf\b|\bNone\b", text), (where, setting)
    for handle in panel.controls.values():
        control = handle.control
        for value in REFUSED:
            try:
                control.check(value)
            except ValueError as problem:
                assert not exponent_words(str(problem).replace(repr(value), "")), (control.name, value)
                assert len(str(problem)) <= 300 and str(problem).endswith("."), (control.name, value)
