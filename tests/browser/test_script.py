"""The panel's script by itself: numbers are read and written on the page as in Python."""

import math
import random

import pytest

from teaching import words
from teaching.panels import bundle
from teaching.panels.catalogue import CATALOGUE
from teaching.words import amount_in_words, exact


@pytest.fixture(scope="module")
def script(browser):
    """Calls a function of the script: `script('shown_number', 1000)`."""
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.page_script())

    def call(name, *arguments):
        return page.evaluate(
            f"(all) => all.map((one) => {{ const found = numbers_js.{name}(...one); return Number.isNaN(found) ? null "
            f": found; }})",
            [list(arguments)],
        )[0]

    def each(name, lists):
        """The same function for many lists of arguments in one go; what is no number is None."""
        return page.evaluate(
            f"(all) => all.map((one) => {{ const found = numbers_js.{name}(...one); return Number.isNaN(found) ? null "
            f": found; }})",
            lists,
        )

    call.each = each
    yield call
    page.context.close()


@pytest.mark.parametrize(
    "text, number",
    [
        ("1000", 1000), (" 1 000 ", 1000), ("1,000", 1000), ("0,25", 0.25), ("0.25", 0.25), (".5", 0.5), ("1e6", 1e6),
        ("1.5 million", 1.5e6), ("2 Mio", 2e6), ("1.5 million cells/kg", 1.5e6), ("375 mg/m²", 375), ("9 µg/day", 9),
        ("-3", -3), ("\u22123", -3), ("33 %", 33), ("14 days", 14), ("5 thousand", 5000),
        ("", None), ("a lot", None), ("1000; drop table", None), ("1..2", None), ("--5", None), ("∞", None),
        ("<b>5</b>", None),
    ],
)  # fmt: skip
def test_typed_numbers_are_read_as_people_write_them(script, text, number):
    found = script("typed_number", text)
    assert found is None if number is None else math.isclose(found, number)


def numbers_of_every_size(count: int) -> list[float]:
    """Numbers that sliders, kernels and people bring, small and large, short and long."""
    chance = random.Random(4)
    short = [
        float(f"{chance.randrange(1, 10 ** chance.randrange(1, 10))}e{chance.randrange(-14, 9)}") for _ in range(count)
    ]
    long = [chance.uniform(1, 10) * 10.0 ** chance.randrange(-12, 13) for _ in range(count)]
    halves = [k + 0.5 for k in range(1, 200)] + [0.125, 0.0125, 12.5, 1125.0, 112_500.0, 9995.0, 99.5, 999_999.5]
    return [0.0, 5e-324, 1.7e308, 12_345.6, 9996.0, 1 / 3, *short, *long, *halves]


def test_what_is_shown_is_read_back(script):
    """Nine figures come back as the very same number; of a longer tail what is displayed comes back."""
    values = numbers_of_every_size(2000)
    shown = script.each("shown_number", [[value] for value in values])
    back = script.each("typed_number", [[text] for text in shown])
    again = script.each("shown_number", [[value] for value in back])
    assert again == shown
    for value, text, found in zip(values, shown, back, strict=True):
        if exact(value) == exact(value, 17):  # nine figures hold it
            assert found == value, (value, text)
        else:
            assert math.isclose(found, value, rel_tol=5.1e-4), (value, text)
        assert "e" not in text, (value, text)
    same = script.each("number_in_field", [[text, "mg", value] for text, value in zip(shown, values, strict=True)])
    assert same == values, "Enter in a field that nobody changed must not change the value"


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_words_of_every_slider_are_read_back_with_their_unit(script, name):
    for item in (handle.control for handle in CATALOGUE[name].make().controls.values()):
        if item.kind != "slider":
            continue
        values = [item.value, item.low, item.high, *item.stops(7)]
        shown = script.each("shown_number", [[value] for value in values])
        first_word = item.unit.split(" ")[0]
        for behind in ("", " ", f" {item.unit}", f" {first_word}", f" {item.unit.upper()}"):
            found = script.each("typed_number", [[text + behind, item.unit] for text in shown])
            for value, number in zip(values, found, strict=True):
                assert number is not None and math.isclose(number, value, rel_tol=5.1e-4), (
                    item.name,
                    value,
                    behind,
                    number,
                )


def test_python_and_the_page_write_the_same(script):
    values = numbers_of_every_size(1500)
    values += [-value for value in values[:500]]
    assert script.each("shown_number", [[value, 6] for value in values]) == [exact(value) for value in values]
    assert script.each("amount_in_words", [[value] for value in values]) == [amount_in_words(value) for value in values]
    texts = [write(value) for value in values for write in (exact, amount_in_words, words.rounded, words.whole)]
    assert script.each("typed_number", [[text] for text in texts]) == [words.read(text) for text in texts]


def test_what_is_no_number_is_shown_in_words(script):
    page_words = script.each("shown_number", [[1e400], [-1e400]])
    assert page_words == [exact(math.inf), exact(-math.inf)]


@pytest.mark.parametrize(
    "text, unit, number",
    [
        ("70 kg", "kg", 70), ("70 lb", "kg", None), ("70", "kg", 70), ("70 g", "kg", None), ("70 k", "kg", 70_000),
        ("0.5 × usual", "× usual", 0.5), ("0.5×", "× usual", 0.5), ("0.5 x", "× usual", 0.5), ("0.5 times usual",
        "× usual", 0.5),
        ("0,5 × 10⁹ cells", "× 10⁹ cells", 0.5), ("0.5 x 10^9", "× 10⁹ cells", 0.5), ("500 million cells",
        "× 10⁹ cells", 0.5),
        ("5e8 cells", "× 10⁹ cells", 0.5), ("5 × 10⁸ cells", "× 10⁹ cells", 0.5), ("0.5 kg", "× 10⁹ cells", None),
        ("10 per µL", "per µL", 10), ("10/µL", "per µL", 10), ("10 / uL", "per µL", 10), ("10 per mL", "per µL", None),
        ("375 mg/m2", "mg/m²", 375), ("375 mg/m^2", "mg/m²", 375), ("375 mg", "mg/m²", 375), ("375 mg/m²", "mg", None),
        ("9 ug/day", "µg/day", 9), ("9 \u03bcg per day", "µg/day", 9), ("9 µg", "µg/day", 9), ("9 mg/day", "µg/day",
        None),
        ("2 weeks", "days", 14), ("14 d", "days", 14), ("1 day", "days", 1), ("1 day", "hours", 24), ("14 hours",
        "days", None),
        ("1.5 million", "cells/kg", 1.5e6), ("1.5 million cells", "cells/kg", 1.5e6), ("2 thousand cells/kg",
        "cells/kg", 2000),
        ("1.5 × 10⁶ cells/kg", "cells/kg", 1.5e6), ("10⁶", "cells/kg", 1e6), ("1.5 million mg", "cells/kg", None),
        ("50 %", "% of Flu/Cy", 50), ("50 percent", "% of Flu/Cy", 50), ("50 per cent", "%", 50), ("50 mg", "%", None),
        ("50 %", "mg", None),
        ("40", "", 40), ("40 patients", "", None), ("1e400", "nM", None), ("10⁻⁹ nM", "nM", 1e-9), ("2.4 × 10⁻³ nM",
        "nM", 0.0024),
        ("1 000,5", "mg", 1000.5), ("1,000.5 mg", "mg", 1000.5), ("1'000", "mg", 1000), ("1\u00a0000 mg", "mg", 1000),
        ("12 34", "mg", None),
        ("5²", "mg", None), ("5 m", "mg", 5e6), ("5" + " " * 300 + "lb", "mg", None),
    ],
)  # fmt: skip
def test_a_unit_behind_a_number_is_the_fields_own_or_refused(script, text, unit, number):
    found = script("typed_number", text, unit)
    assert found is None if number is None else math.isclose(found, number)


def test_a_refused_text_says_why(script):
    assert script("read_number", "70 lb", "kg")["problem"] == "its unit is kg"
    assert script("read_number", "40 mg", "")["problem"] == "it has no unit"
    assert script("read_number", "a lot", "kg")["problem"] == "no number can be read in it"
    assert script("read_number", "1e999", "kg")["problem"] == "it is too large"
    assert script("read_number", "70 kg", "kg") == {"value": 70, "problem": ""}


def test_no_text_of_any_kind_breaks_the_reading(script):
    """Thousands of texts, of what people type and of nonsense: a number, or a reason, never an error."""
    chance = random.Random(5)
    pieces = [*"0123456789.,-+eE x×*^%/ '\u2212\u00a0", "10", "⁹", "²", "million", "mio", "k", "m", "kg", "mg/m²",
    "µL", "per", "days", "weeks",
              "<b>", "NaN", "Infinity", "constructor", "__proto__", "\ud83d\ude00", "½", "①", "\n", "(", "\\",
              "$&"]  # fmt: skip
    texts = ["".join(chance.choices(pieces, k=chance.randrange(0, 9))) for _ in range(6000)]
    units = ["", "kg", "mg/m²", "days", "× 10⁹ cells", "× usual", "% of Flu/Cy", "constructor"]
    found = script.each("read_number", [[text, chance.choice(units)] for text in texts])
    for text, one in zip(texts, found, strict=True):
        assert set(one) == {"value", "problem"}
        number = isinstance(one["value"], (int, float)) and math.isfinite(one["value"])
        assert number == (one["problem"] == "") and len(one["problem"]) < 100, (text, one)
        if number:
            assert any(letter.isdigit() for letter in text)
    plain = [text for text in texts if set(text) <= set("0123456789.-") and text]
    assert len(plain) > 20
    for text, number in zip(plain, script.each("typed_number", [[text, "mg"] for text in plain]), strict=True):
        try:
            expected = float(text)
        except ValueError:
            expected = None
        assert number == expected, text


def test_a_value_and_its_place_on_the_track_belong_together(script):
    for control in ({"low": 1e5, "high": 5e6, "log": True}, {"low": 100, "high": 2000, "log": False}):
        for share in (0, 0.3, 0.99, 1):
            assert math.isclose(script("share_of", control, script("value_at", control, share)), share, abs_tol=1e-9)
