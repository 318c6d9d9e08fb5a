"""The panel's script by itself: numbers are read and written on the page as in Python."""

import math

import numpy as np
import pytest

from teaching.figures.parts import amount_in_words
from teaching.panels import bundle


@pytest.fixture(scope="module")
def script(browser):
    """Calls a function of the script: `script('shown_number', 1000)`."""
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.page_script())

    def call(name, *arguments):
        return page.evaluate(f"(all) => all.map((one) => {{ const found = {name}(...one); return Number.isNaN(found) ? null : found; }})", [list(arguments)])[0]

    yield call
    page.context.close()


@pytest.mark.parametrize(
    "text, number",
    [
        ("1000", 1000), (" 1 000 ", 1000), ("1,000", 1000), ("0,25", 0.25), ("0.25", 0.25), (".5", 0.5), ("1e6", 1e6),
        ("1.5 million", 1.5e6), ("2 Mio", 2e6), ("1.5 million cells/kg", 1.5e6), ("375 mg/m²", 375), ("9 µg/day", 9),
        ("-3", -3), ("\u22123", -3), ("33 %", 33), ("14 days", 14), ("5 thousand", 5000),
        ("", None), ("a lot", None), ("1000; drop table", None), ("1..2", None), ("--5", None), ("∞", None), ("<b>5</b>", None),
    ],
)  # fmt: skip
def test_typed_numbers_are_read_as_people_write_them(script, text, number):
    found = script("typed_number", text)
    assert found is None if number is None else math.isclose(found, number)


def test_what_is_shown_is_read_back(script):
    for value in [0.01, 0.5, 1, 14, 99.5, 1000, 2000, 1e5, 123000, 1.5e6, 5e6]:
        assert math.isclose(script("typed_number", script("shown_number", value)), value, rel_tol=5e-3)


def test_amounts_look_the_same_on_the_page_and_in_print(script):
    for amount in [0, 1e-9, 2e-5, *np.geomspace(1e-4, 2e11, 60), 9.96, 99.6, 999.6, 9996.0]:
        assert script("amount_in_words", float(amount)) == amount_in_words(float(amount)), amount


def test_a_value_and_its_place_on_the_track_belong_together(script):
    for control in ({"low": 1e5, "high": 5e6, "log": True}, {"low": 100, "high": 2000, "log": False}):
        for share in (0, 0.3, 0.99, 1):
            assert math.isclose(script("share_of", control, script("value_at", control, share)), share, abs_tol=1e-9)
