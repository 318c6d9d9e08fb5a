"""What holds for every panel of the catalogue: its frame, its words, its sweeps, and long walks over its controls.

A walk takes 50 steps; `TEACHING_WALK=300 python start.py test tests/test_every_panel.py` takes more.
"""

import html
import importlib
import inspect
import os
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from panel_tools import Sent, ask, parts_of_frame, some_value

from teaching import Patient
from teaching.panels.catalogue import CATALOGUE
from teaching.panels.state import FAILED, MOST_CONTROLS

STEPS = int(os.environ.get("TEACHING_WALK", "50"))
MOST_BYTES_A_STEP = 40_000
LINE_WIDTH = 2.6
_made = {}


@pytest.fixture(params=list(CATALOGUE))
def panel(request):
    """The panel at its start; made once for all tests."""
    name = request.param
    if name not in _made:
        _made[name] = CATALOGUE[name].make()
    _made[name].reset()
    return _made[name]


def shown_controls(panel) -> list:
    """Controls that the page shows and that can be used now."""
    return [
        handle.control
        for name, handle in panel.controls.items()
        if all(panel.values[key] == word for key, word in handle.control.when.items()) and name not in panel.closed
    ]


def test_the_catalogue_tells_the_panels_own_question(panel):
    entry = next(entry for name, entry in CATALOGUE.items() if _made.get(name) is panel)
    assert panel.question == entry.question and panel.question.endswith("?")


@pytest.mark.parametrize("name", CATALOGUE)
def test_whose_panel_it_is_can_be_said_in_three_ways(name):
    """`panels.antigens("RA")` used to end in an AttributeError."""
    entry = CATALOGUE[name]
    make = getattr(importlib.import_module(entry.module), entry.function)
    if "patient" not in inspect.signature(make).parameters:
        pytest.skip("this panel shows no patient")
    by_name, by_patient = make("RA"), make(Patient.typical("RA"))
    assert by_name.frame == by_patient.frame and "RA" in by_name.about
    for nobody in ("lupus", 3, [], object()):
        with pytest.raises(ValueError) as problem:
            make(nobody)
        assert len(str(problem.value)) <= 300


def test_it_has_few_controls_with_known_ranges(panel):
    presets = panel.presets
    assert 2 <= len(presets) <= 6 or not presets
    for setting in [panel.start, *({**panel.start, **item.values} for item in presets)]:
        panel.set(setting)
        controls = shown_controls(panel)
        assert 1 <= len(controls) <= MOST_CONTROLS
        for control in controls:
            assert control.kind == "choice" or control.source, f"{control.name} does not say where its range comes from"


def test_cases_are_valid_and_differ(panel):
    frames = set()
    for item in panel.presets:
        panel.press(item.label)
        assert panel.error == ""
        frames.add((panel.frame, panel.sentence, tuple(panel.texts)))
    assert len(frames) == len(panel.presets)


def test_its_sentence_says_it_in_words_with_numbers(panel):
    for setting in [panel.start, *({**panel.start, **item.values} for item in panel.presets)]:
        panel.set(setting)
        assert 40 <= len(panel.sentence) <= 900
        assert not panel.sentence[0].islower() and panel.sentence.rstrip().endswith((".", "?"))
        assert "nan" not in panel.sentence.lower().split() and "None" not in panel.sentence
        assert "\n" not in panel.sentence and "<" not in panel.sentence.replace(" < ", "")


def test_it_says_where_its_numbers_come_from(panel):
    words = panel.state.notes_for(dict(panel.values))
    plain = html.unescape(re.sub(r"<[^>]+>", " ", words))
    assert re.search(r"[a-z]+(19|20)\d\d|data/|assumption|calibration", plain), plain[:200]
    assert "<script" not in words


def test_a_step_stays_small(panel):
    assert len(panel.frame) <= MOST_BYTES_A_STEP


def test_words_of_the_picture_are_at_least_twelve_points_high(panel):
    sizes = [float(size) for size in re.findall(r"font: (?:[\w-]+ )*?([\d.]+)px", panel.svg)]
    sizes += [float(size) for size in re.findall(r"font-size: ([\d.]+)px", panel.svg)]
    assert sizes and min(sizes) >= 8.4  # superscripts of 12 points; everything else is larger
    assert np.mean(np.array(sizes) >= 12) > 0.9


def test_the_table_holds_numbers_with_units(panel):
    if not panel.setup["has_table"]:
        pytest.skip("this panel explains and has no numbers to take along")
    lines = panel.file("csv").decode().splitlines()
    assert lines[0].startswith(f"# {panel.question}")
    head = next(line for line in lines if not line.startswith("#"))
    assert len(lines) > 3 and "," in head and not re.search(r"\bnan\b", "\n".join(lines).lower())


def test_every_setting_comes_back_from_its_line(panel):
    for item in panel.presets:
        panel.press(item.label)
        frame, line = panel.frame, panel.line
        panel.reset()
        panel.open_text(line)
        assert panel.frame == frame, line


def test_swept_pictures_are_exact_to_a_lines_width(panel, monkeypatch):
    sent = Sent(monkeypatch)
    for control in shown_controls(panel):
        if control.kind == "choice" or not control.sweep:
            continue
        panel.reset()
        ask(panel, {"kind": "sweep", "control": control.name})
        if not sent.custom("sweep") or sent.custom("sweep")[-1][0]["control"] != control.name:
            assert len(panel.drawing.scales()) > 4000, f"{control.name} says it can be swept, but no sweep came"
            continue
        content, (packed,) = sent.custom("sweep")[-1]
        assert len(packed) <= 120_000
        rows = np.frombuffer(packed, "<i2").reshape(len(content["places"]), -1) / panel.drawing.scales()
        for number in range(1, len(content["places"]) - 1, 7):
            one, two = content["places"][number : number + 2]
            value = (one * two) ** 0.5 if control.log else (one + two) / 2
            value = round(value) if control.whole else value
            share = np.log(value / one) / np.log(two / one) if control.log else (value - one) / (two - one)
            if not 0 <= share <= 1:
                continue
            panel.set({control.name: value})
            exact = seen_of(panel, np.frombuffer(panel.frame, np.float32))
            middle = seen_of(panel, rows[number] + share * (rows[number + 1] - rows[number]))
            for name, places in exact.items():
                apart = np.abs(places - middle[name]).max(initial=0)
                assert apart < LINE_WIDTH, f"{name}, {control.name} between {one:g} and {two:g}"


def seen_of(panel, numbers) -> dict[str, np.ndarray]:
    """Heights of curves and bands as the axes show them: beyond their edges everything is hidden."""
    found, start = {}, 0
    for part in panel.drawing.parts:
        size = part.size(len(panel.drawing.stops))
        if part.kind in ("curve", "band"):
            axes = (part.line if part.kind == "curve" else part.patch).axes
            edges = panel.drawing.height - axes.bbox.y1, panel.drawing.height - axes.bbox.y0
            found[part.name] = np.clip(numbers[start : start + size], *edges)
        start += size
    return found


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@seed(20261122)
@given(steps=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=STEPS, max_size=STEPS))
def test_no_walk_over_the_controls_raises_or_leaves_a_stale_picture(panel, steps):
    panel.reset()
    for which, share in steps:
        controls = shown_controls(panel)
        control = controls[min(int(which * len(controls)), len(controls) - 1)]
        before = panel.frame, panel.sentence
        panel.controls[control.name].value = some_value(control, share)
        assert panel.error != FAILED, (control.name, panel.values)
        if panel.error:
            assert (panel.frame, panel.sentence) == before, "a refused setting must keep the last picture"
            continue
        for name, numbers in parts_of_frame(panel).items():
            assert np.isfinite(numbers).all(), name
        scene = panel.state.picture(dict(panel.values))  # the same setting again: the picture is not an older one
        assert panel.drawing.frame(scene.values) == panel.frame and scene.sentence == panel.sentence
