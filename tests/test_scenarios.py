"""Scenarios: what is written comes back the same; what a stranger hands over is read or refused in one sentence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teaching.panels.scenarios import KIT, LARGEST_BYTES, Scenario, read

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 _.+-]{0,20}[A-Za-z0-9]", fullmatch=True)
numbers = st.floats(allow_nan=False, allow_infinity=False)
words = st.sampled_from(["rituximab", "CD19 CAR-T", "in-vivo CD19 CAR", "BCMA × CD3", "µ"])
scenarios = st.builds(
    Scenario, st.sampled_from(["treatment", "bell", "side by side"]), st.sampled_from(["", "SLE", "SSc"]),
    st.dictionaries(names, numbers | words, max_size=8),
)  # fmt: skip


@given(scenarios)
def test_a_file_and_a_line_bring_back_the_same_setting(scenario):
    assert read(scenario.to_json()) == scenario
    assert read(scenario.to_line()) == scenario
    assert "\n" not in scenario.to_line()


@given(
    st.text(max_size=300) | st.recursive(st.none() | st.booleans() | numbers | st.text(max_size=9), st.lists).map(repr)
)
def test_any_text_is_read_or_refused_in_one_sentence(text):
    try:
        assert isinstance(read(text), Scenario)
    except ValueError as problem:
        assert "\n" not in str(problem) and len(str(problem)) < 300


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | numbers | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_values_in_a_file_are_read_or_refused_in_one_sentence(values):
    content = {"kit": KIT, "schema": 1, "panel": "treatment", "about": "SLE", "values": values}
    try:
        found = read(json.dumps(content))
    except ValueError as problem:
        assert "\n" not in str(problem) and len(str(problem)) < 300
    else:
        assert all(type(value) in (int, float, str) for value in found.values.values())


def _file(**changes) -> str:
    content = {"kit": KIT, "schema": 1, "panel": "treatment", "about": "", "values": {}}
    return json.dumps({**content, **changes})


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is empty"),
        ("{", "damaged"),
        ("[]", "no scenario of the B-cell depletion"),
        ('{"cells": []}', "no scenario of the B-cell depletion"),
        (_file(kit="other"), "no scenario of the B-cell depletion"),
        (_file(schema=2), "newer version of the kit (schema 2)"),
        (_file(schema=True), "no schema number"),
        (_file(schema="1"), "no schema number"),
        (_file(run="print(1)"), "holds 'run', which no scenario has"),
        (_file(panel=3), "the panel of this scenario is 3"),
        (_file(panel=""), "which panel"),
        (_file(values=[1]), "not a short list of controls"),
        (_file(values={"a" * 99: 1}), "no name of a control"),
        (_file(values={"dose": [1]}), "dose is [1]; a number or a word"),
        (_file(values={"dose": True}), "dose is True; a number or a word"),
        (_file(values={"dose": "x" * 500}), "a short word is needed"),
        ('{"kit": "bcell-teaching-kit", "schema": 1, "panel": "a", "values": {"x": NaN}}', "NaN is no number"),
        ('{"kit": "bcell-teaching-kit", "schema": 1, "panel": "a", "values": {"x": 1e999}}', "finite"),
        ('{"kit": "bcell-teaching-kit", "schema": 1, "panel": "a", "panel": "b", "values": {}}', "stands twice"),
        ("[" * 5000, "damaged"),
        ("treatment | SLE | dose", "not of the form name=value"),
        ("treatment | SLE | dose=1; dose=2", "stands twice"),
        ("import os", "is no scenario"),
        ("x" * (LARGEST_BYTES + 1), "characters; a scenario has fewer"),
        (b"{}", "is text"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    with pytest.raises(ValueError) as problem:
        read(text)
    assert words in str(problem.value)


def test_a_number_too_long_for_python_is_refused_like_any_other():
    with pytest.raises(ValueError, match="damaged|finite"):
        read(_file(values={}).replace("{}", '{"dose": ' + "9" * 6000 + "}"))


# --- whatever a stranger hands over ----------------------------------------------------------------


def refused_in_one_sentence(text) -> Scenario | None:
    """The scenario, or None when it is refused as it should be; any other exception fails the test."""
    try:
        return read(text)
    except ValueError as problem:
        words = str(problem)
        assert 0 < len(words) <= 300 and words.isprintable() and words.endswith("."), words[:400]
        return None


mutations = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["cut", "put", "double", "swap"]),
    st.text(max_size=6) | st.sampled_from([
        '"', "{", "}", "[", "]", ",", ":", "|", ";", "=", "\\", "\\ud800", "\n", "\0", "null", "true", "NaN",
        "-Infinity", "1e999", "9" * 400,
        "9" * 5000, "[" * 900, '{"a":' * 300, "x" * 3000, "\ud800", "\u202e", "kit", "schema", "values",
    ])),
    min_size=1, max_size=5,
)  # fmt: skip


def mutated(text: str, changes) -> str:
    for share, how, what in changes:
        at = int(share * len(text))
        other = int((1 - share) * len(text))
        low, high = sorted((at, other))
        text = {
            "cut": text[:low] + text[min(high, low + 5) :],
            "put": text[:at] + what + text[at:],
            "double": text[:high] + text[low:],
            "swap": text[:at] + what + text[at + len(what) :],
        }[how]
    return text


@settings(max_examples=500, deadline=None)
@given(scenarios, st.booleans(), mutations)
def test_a_damaged_file_or_line_is_read_or_refused_in_one_sentence(scenario, as_file, changes):
    found = refused_in_one_sentence(mutated(scenario.to_json() if as_file else scenario.to_line(), changes))
    if found is not None:  # what is read can be written, kept as a file, and read again
        assert read(found.to_json()) == found
        assert read(found.to_line()) == found
        found.to_json().encode("utf-8")
        assert "\n" not in found.to_line()


LONG = ["x" * 15_000, "\u00e4" * 15_000, "[" * 15_000, "9" * 4000, "\n" * 15_000, "\\" * 7000, "'\"" * 7000]
ODD = [None, True, 0, -1, 10**400, 10**4000, 1.5, [], {}, [[[[]]]], "", "\ud800", "a\nb", "a|b", "a;b", " a", *LONG]


@pytest.mark.parametrize("key", ["kit", "schema", "panel", "about", "values", "format", "x" * 15_000])
def test_no_field_makes_a_long_sentence(key):
    for value in ODD:
        for content in (value, [value], {"dose": value}, {str(value)[:15_000]: 1}):
            file = json.dumps(
                {"kit": KIT, "schema": 1, "panel": "treatment", "about": "SLE", "values": {}} | {key: content}
            )
            found = refused_in_one_sentence(file)
            assert found is None or (isinstance(found.about, str) and isinstance(found.panel, str))


def test_whole_numbers_of_any_length_are_refused_or_kept_as_numbers():
    assert read(_file(values={"dose": 10**300})).values == {"dose": 1e300}
    with pytest.raises(ValueError, match="dose is 10⁴⁰⁰; a finite number is needed"):
        read(_file(values={"dose": 10**400}))


def test_what_a_line_cannot_hold_is_refused_in_a_file_too():
    """Otherwise the page would offer a line that nobody can paste."""
    for word in ("a|b", "a;b", "a\nb", "\ud800", " a"):
        with pytest.raises(ValueError, match="a short name is needed"):
            read(_file(about=word))
        with pytest.raises(ValueError, match="a short word is needed"):
            read(_file(values={"kind": word}))
    for nothing in (0, False, None, [], {}):
        with pytest.raises(ValueError, match="the about of this scenario is"):
            read(_file(about=nothing))
