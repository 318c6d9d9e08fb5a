"""A panel without a kernel: the pictures and words in its data are those of the live panel, and they are little."""

import base64
import json
import re
import zlib

import numpy as np
import pytest

from teaching import Patient, panels
from teaching.deliver.cli import main
from teaching.panels import grid as grids
from teaching.panels import page as pages
from teaching.panels import treatment as panel_of
from teaching.panels.catalogue import CATALOGUE, GALLERY
from teaching.panels.packing import Pieces, packed_rows
from teaching.panels.prediction import Predict

#: What a page may weigh as a file, with script and style in it [MB].
LARGEST_PAGE_MB = 1.5
#: The coarser grid of these tests: a share of the usual stops.
DETAIL = 0.25
HALF_A_PIXEL = 0.5 * 864 / 1180  # of the widest panel, in units of its picture


def unfolded(numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers & 1, -((numbers + 1) >> 1), numbers >> 1)


def unpacked(packed: dict) -> np.ndarray:
    """The rows, read as script/unpack.js does, with numpy."""
    data = np.frombuffer(zlib.decompress(base64.b64decode(packed["bytes"]), -15), np.uint8).astype(np.int64)
    groups, at = [], 0

    def planes(size: int, count: int) -> np.ndarray:
        nonlocal at
        found = sum(data[at + k * size : at + (k + 1) * size] << (8 * k) for k in range(count))
        at += count * size
        return unfolded(found)

    for length, count in packed["groups"]:
        groups.append(planes(length * count, 2).reshape(count, length).cumsum(1).cumsum(0).astype(np.int16))
    which = planes(len(packed["blocks"]) * packed["rows"], 3).reshape(-1, packed["rows"]).cumsum(1)
    assert at == len(data)
    return np.hstack([groups[group][of] / scale for (group, scale), of in zip(packed["blocks"], which, strict=True)])


def words_in(data: dict) -> dict:
    return json.loads(zlib.decompress(base64.b64decode(data["words"]), -15))


def sentence_of(words: dict, row: int) -> str:
    return "".join(words["pieces"][piece] for piece in words["scenes"][words["scene_of"][row]]["sentence"])


@pytest.fixture(scope="module")
def made():
    panel = panel_of(Patient.typical("SLE"))
    data = pages.page_data(panel, DETAIL)
    return panel, data, words_in(data), unpacked(data["pictures"])


def row_of(words, values) -> int:
    (grid,) = [grid for grid in words["grids"] if all(values[name] == word for name, word in grid["choices"].items())]
    return grid["start"] + sum(axis["stride"] * axis["stops"].index(values[axis["name"]]) for axis in grid["axes"])


def test_every_case_and_any_stop_of_any_slider_are_exact_to_less_than_half_a_pixel(made):
    panel, _, words, rows = made
    draw = np.random.default_rng(4)
    settings = [{**panel.start, **preset.values} for preset in panel.presets]
    for grid in words["grids"]:
        for _ in range(4):
            values = {axis["name"]: axis["stops"][draw.integers(len(axis["stops"]))] for axis in grid["axes"]}
            settings.append({**panel.start, **grid["choices"], **values})
    for values in settings:
        panel.set(values)
        row = row_of(words, panel.values)
        assert np.abs(rows[row] - np.frombuffer(panel.frame, np.float32)).max() < HALF_A_PIXEL
        assert sentence_of(words, row) == panel.sentence
    panel.reset()


@pytest.mark.parametrize("name", ["mechanism_car", "body_map", "bell", "reset"])
def test_other_kinds_of_panels_say_at_their_start_what_the_live_ones_say(name):
    """With a timeline, with steps to play, on a logarithmic axis, with points and words that move."""
    panel = CATALOGUE[name].make()
    data = pages.page_data(panel, 0)
    words, rows = words_in(data), unpacked(data["pictures"])
    row = row_of(words, panel.start)
    assert np.abs(rows[row] - np.frombuffer(panel.frame, np.float32)).max() < HALF_A_PIXEL
    assert sentence_of(words, row) == panel.sentence
    grid = words["grids"][-1]
    assert words["notes"][grid["notes"]] == panel.state.notes_for({**panel.start, **grid["choices"]})
    start = 0
    for part in panel.setup["layout"]["parts"]:
        if part["kind"] == "fill":  # the words beside a vessel have two figures
            mine = slice(start, start + part["size"])
            assert np.abs(10 ** (rows[row] - np.frombuffer(panel.frame, np.float32))[mine] - 1).max() < 0.001
        start += part["size"]


def test_the_largest_page_stays_far_below_one_and_a_half_megabytes():
    """It was 7.2 MB: sixty patients, twice, for 3,264 settings. A third of them must not take half of the room.

    The whole table, with exit code 1 above the budget: benchmarks/page_sizes.py.
    """
    panel = CATALOGUE["cohort"].make().state
    text = pages.page(panel, 0.5)
    share = sum(grid.size for grid in grids.grids_of(panel, 0.5)) / sum(grid.size for grid in grids.grids_of(panel))
    assert share > 0.25
    assert len(text.encode()) < LARGEST_PAGE_MB / 2 * 1e6


def test_the_file_needs_nothing_from_outside_and_stays_small(made):
    text = pages.page(made[0], DETAIL)
    addresses = set(re.findall(r'https?://[^\s"\'<>)\\]+', text)) - {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not addresses
    assert len(text) < 0.4e6


def test_the_first_slider_has_stops_from_end_to_end_and_a_coarse_grid_fewer(made):
    panel, _, words, _ = made
    fine = grids.grids_of(panel.state)
    for grid, coarse in zip(fine, words["grids"], strict=True):
        slider, stops = grid.axes[0]
        few = coarse["axes"][0]["stops"]
        assert len(stops) >= 30 or slider.whole
        assert (stops[0], stops[-1]) == (few[0], few[-1]) == (slider.low, slider.high)
        assert stops == sorted(set(stops)) and 2 <= len(few) < len(stops)


def test_rows_come_back_to_half_a_step_whatever_they_are():
    draw = np.random.default_rng(1)
    blocks = [(3, 4.0), (1, 2000.0), (3, 4.0), (40, 16.0)]
    rows = draw.choice([0.0, -1e4, 1e4, 1.0, 15.9, 1e-3, -3.25], (50, 47))
    rows[::2] = rows[0]
    packed = packed_rows(rows, blocks)
    scales = np.concatenate([np.full(length, scale) for length, scale in blocks])
    within = np.clip(rows, -32768 / scales, 32767 / scales)  # what 16 bits hold
    assert (np.abs(unpacked(packed) - within) * scales <= 0.5).all()
    assert packed["groups"][0][1] < 2 * len(rows), "blocks that rows share are kept once"
    with pytest.raises(ValueError, match="the blocks have 47 numbers, and a row has 46"):
        packed_rows(rows[:, 1:], blocks)


def test_pieces_make_up_their_texts_again():
    pieces = Pieces()
    texts = [
        "",
        "B cells fall to 0.2 per µL. Back on day 190; IgG stays.",
        "<p>a</p><ul><li>1.5 mg</li></ul>\n. ",
        "..",
        " ",
    ]
    for text in texts * 2:
        assert "".join(pieces.pieces[piece] for piece in pieces.add(text)) == text
    assert len(pieces.pieces) == len(set(pieces.pieces))


def test_an_impossible_setting_says_why_and_repeats_the_picture_before():
    def no_picture(values):
        if values["infusions"] == 4:
            raise ValueError("rituximab is not given four times")
        return picture(values)

    panel = panels.dose_pk().state
    picture, panel.picture = panel.picture, no_picture
    words = words_in(data := pages.page_data(panel, 0))
    rows = unpacked(data["pictures"])
    wrong = row_of(words, {**panel.start, "infusions": 4})
    assert words["scenes"][words["scene_of"][wrong]]["error"] == "Rituximab is not given four times."
    assert (rows[wrong] == rows[wrong - 1]).all() or np.isfinite(rows[wrong]).all()
    fine = row_of(words, panel.start)
    assert words["scenes"][words["scene_of"][fine]]["error"] == ""


def test_too_many_pictures_and_no_share_of_detail_are_refused(made, monkeypatch):
    for wrong in (-0.1, 1.5, "fine", None, float("nan")):
        with pytest.raises(ValueError, match="detail is .*; allowed is a number from 0 to 1"):
            pages.page_data(made[0], wrong)
    monkeypatch.setattr(grids, "MOST_PICTURES", 10)
    with pytest.raises(ValueError, match=r"pictures; a page holds at most 10"):
        pages.page_data(made[0])


def test_a_page_is_a_new_one_whatever_its_maker_has_predicted_and_moved(tmp_path, monkeypatch):
    """The maker's own prediction must not stand on the pages of others."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path))
    asked = Predict("page-of-others", "How does it run?", curve="share", unit="%", across_label="nM")
    panel = panels.bell(predict=asked)
    new = words_in(pages.page_data(panel, 0)), panel.state.still(as_new=True)
    panel.predicted([[0.01, 10.0], [100.0, 20.0]])
    panel.write_sentence("It falls again.")
    panel.press(panel.presets[-1].label)
    assert panel.values != panel.start
    old = words_in(pages.page_data(panel, 0)), panel.state.still(as_new=True)
    for words, _ in (new, old):
        words["shown"] = {
            key: value
            for key, value in words["shown"].items()
            if key not in ("texts", "sentence", "overlays", "closed")
        }
    assert old == new
    shown = old[0]["shown"]
    assert (shown["prediction"], shown["verdict"], shown["own_sentence"], shown["values"]) == (
        None,
        "",
        "",
        panel.start,
    )
    assert old[1][1] == "Predict first: How does it run?"
    x, y = panel.state.model_curve()
    assert old[0]["model"] == {"x": x.tolist(), "y": y.tolist()}, "to the last digit"


@pytest.mark.parametrize(
    "words, problem",
    [
        (["page", "cure", "a.html"], f"panel 'cure' does not exist; choose one of: {next(iter(GALLERY))}"),
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


def test_panels_that_differ_in_their_start_alone_share_their_pictures():
    """A site computes them once; what is about another patient never takes them."""
    patient = Patient.typical("SLE")
    asks = Predict("06-x", "How many cells?", curve="clone", unit="cells")
    other_case = panels.reset(patient, preset="CAR-T, large clone")
    alike = [panels.reset(patient), other_case, panels.reset(patient, predict=asks)]
    others = [panels.reset("RA"), panels.reset(patient.change(clone_size=5)), panels.treatment(patient)]

    def mark(panel):
        return grids.mark_of(panel.state, grids.grids_of(panel.state, 0.1))

    assert len({mark(panel) for panel in alike}) == 1
    assert len({mark(panel) for panel in [alike[0], *others]}) == 4
    computed = {}

    def kept(name, compute):
        if name not in computed:
            computed[name] = compute()
        return computed[name]

    pictures = [pages.page_data(panel, 0.1, kept=kept)["pictures"] for panel in alike]
    assert len(computed) == 1 and pictures == [pages.page_data(alike[0], 0.1)["pictures"]] * 3
