"""A panel as one HTML file without a kernel: the pictures in it are those of the live panel."""

import base64
import json
import re
import zlib

import numpy as np
import pytest

from teaching import Patient
from teaching.deliver.cli import main
from teaching.panels import page as pages
from teaching.panels import treatment as panel_of

LARGEST_MB = 3


@pytest.fixture(scope="module")
def made():
    panel = panel_of(Patient.typical("SLE"))
    text = pages.page(panel)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])
    steps = np.frombuffer(zlib.decompress(base64.b64decode(data["packed"]), -15), "<i2").reshape(-1, data["width"])
    rows = np.cumsum(steps.astype(np.int64), axis=0).astype("<i2") / np.array(data["scales"])
    return panel, text, data, rows


def row_of(data, values) -> int:
    (grid,) = [grid for grid in data["grids"] if all(values[name] == word for name, word in grid["choices"].items())]
    return grid["start"] + sum(axis["stride"] * axis["stops"].index(values[axis["name"]]) for axis in grid["axes"])


def test_every_case_and_the_start_are_exact(made):
    panel, _, data, rows = made
    for preset in panel.presets:
        panel.press(preset.label)
        row = row_of(data, panel.values)
        exact = np.frombuffer(panel.frame, np.float32)
        assert np.abs(rows[row] - exact).max() < 0.04  # a 16th of a unit
        assert data["scenes"][data["scene_of"][row]]["sentence"] == panel.sentence


def test_any_stop_of_any_slider_is_exact(made):
    panel, _, data, rows = made
    draw = np.random.default_rng(4)
    for grid in data["grids"]:
        for _ in range(4):
            values = {axis["name"]: axis["stops"][draw.integers(len(axis["stops"]))] for axis in grid["axes"]}
            panel.set({**panel.start, **grid["choices"], **values})
            row = row_of(data, panel.values)
            assert np.abs(rows[row] - np.frombuffer(panel.frame, np.float32)).max() < 0.04
            assert data["scenes"][data["scene_of"][row]]["sentence"] == panel.sentence


def test_the_file_needs_nothing_from_outside_and_stays_small(made):
    _, text, _, _ = made
    addresses = set(re.findall(r'https?://[^\s"\'<>)\\]+', text)) - {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not addresses
    assert len(text) < LARGEST_MB * 1e6


def test_the_first_slider_has_stops_from_end_to_end(made):
    panel, _, data, _ = made
    for grid in data["grids"]:
        control = panel.controls[grid["axes"][0]["name"]].control
        stops = grid["axes"][0]["stops"]
        assert len(stops) >= 30 or control.whole
        assert (stops[0], stops[-1]) == (control.low, control.high)
        assert stops == sorted(set(stops))


def test_an_impossible_setting_says_why_and_repeats_the_picture_before(made):
    panel, *_ = made
    picture = panel.state.picture

    def refuses(values):
        raise ValueError("rituximab is not given twice a day")

    panel.state.picture = refuses
    try:
        numbers, about = pages._picture(panel.state, dict(panel.start), [np.zeros(3)])
    finally:
        panel.state.picture = picture
    assert about["error"] == "Rituximab is not given twice a day."
    assert len(numbers) == 3


def test_too_many_pictures_are_refused(made, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PICTURES", 10)
    with pytest.raises(ValueError, match=r"pictures; a page holds at most 10"):
        pages.page(made[0])


@pytest.mark.parametrize(
    "words, problem",
    [
        (["page", "cure", "a.html"], "panel 'cure' does not exist; choose one of: treatment"),
        (["page", "treatment", "a.txt"], "must end in .html"),
    ],
)
def test_the_command_names_what_is_wrong(words, problem, capsys):
    assert main(words) == 2
    assert problem in capsys.readouterr().err


def test_the_command_never_replaces_a_file_unasked(tmp_path, capsys):
    path = tmp_path / "mine.html"
    path.write_text("my notes")
    assert main(["page", "treatment", str(path)]) == 2
    assert "already there" in capsys.readouterr().err
    assert path.read_text() == "my notes"
