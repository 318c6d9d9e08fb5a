"""A drawing and its moving parts: the page's numbers and matplotlib's own picture are the same picture."""

import re

import numpy as np
import pytest

from teaching.figures.drawing import Drawing
from teaching.figures.parts import Band, Bar, Curve, Fade, Fill, Marker, Shift, Words, amount_in_words
from teaching.figures.pieces import days_axis, labelled_curve, logarithmic, new_figure
from teaching.figures.style import BLUE, style

X = np.linspace(0, 100, 11)
STOPS = np.array([0.0, 10.0, 100.0])


@pytest.fixture
def drawing():
    from matplotlib.patches import Circle, Polygon, Rectangle

    with style():
        figure = new_figure(8, 4)
        left, right = figure.subplots(1, 2)
        logarithmic(left, 0.1, 1000, {0.1: "0.1", 10: "10", 1000: "1000"})
        days_axis(left, 100)
        right.set(xlim=(0, 10), ylim=(0, 10))
        curve = labelled_curve(left, "blood", X, BLUE, "-", "all")
        band = Band("spread", left.add_patch(Polygon(np.zeros((4, 2)) + 1)), X)
        (point,) = right.plot([2], [3], "D")
        shape = right.add_patch(Circle((5, 5), 2, fill=False))
        fill = right.add_patch(Rectangle((3, 3), 4, 4, clip_path=None))
        fill.set_clip_path(shape)
        column, traveller = right.add_patch(Rectangle((8, 0), 1, 5)), right.add_patch(Circle((1, 1), 0.5))
        words = right.text(5, 8, "0"), right.text(1, 9, "start")
        parts = [
            curve, band, Marker("now", point), Bar("column", column),
            Fill("cells", fill, 4, 0.01, 1, words[0], "of start"), Fade("arrow", [traveller]),
            Shift("walk", [traveller], right), Words("title", words[1]),
        ]  # fmt: skip
        # One artist has one id: the fading traveller gets a companion of its own.
        parts[5] = Fade("arrow", [right.add_patch(Circle((9, 9), 0.3))])
        led = right.annotate("led", (1, 5), (20, 20), textcoords="offset points", arrowprops={"arrowstyle": "-"})
        return Drawing(figure, parts, {"extra": [right.axhline(5)], "led": [led]}, stops=STOPS, cursor=[left])


VALUES = {
    "blood": np.geomspace(200, 2, 11), "spread": (np.full(11, 1.0), np.full(11, 100.0)), "now": (4, 6), "column": 7.5,
    "cells": [1, 0.1, 0.001], "arrow": [0, 1, 0.5], "walk": ([0, 1, 2], [0, 2, 4]), "title": "later",
}  # fmt: skip


def numbers_of(drawing):
    numbers, found, start = drawing.numbers(VALUES), {}, 0
    for part in drawing.layout()["parts"]:
        found[part["name"]] = numbers[start : start + part["size"]]
        start += part["size"]
    return found, numbers[start:]


def test_heights_are_those_of_the_axes(drawing):
    found, labels = numbers_of(drawing)
    axes = drawing.curves[0].line.axes
    expected = drawing.height - axes.transData.transform(np.column_stack([X, VALUES["blood"]]))[:, 1]
    np.testing.assert_allclose(found["blood"], expected, atol=0.02)
    np.testing.assert_allclose(
        found["spread"][:11] - found["spread"][11:],
        2 * (expected[0] - axes.bbox.y0) * 0 + axes.bbox.height / 2,
        atol=0.02,
    )
    assert len(labels) == 1 and labels[0] == pytest.approx(expected[-1], abs=0.02)


def test_points_columns_and_travels_are_in_picture_units(drawing):
    found, _ = numbers_of(drawing)
    right = drawing.parts[2].line.axes
    at = right.transData.transform((4, 6))
    np.testing.assert_allclose(found["now"], [at[0], drawing.height - at[1]], atol=0.02)
    assert found["column"][0] == pytest.approx(drawing.height - right.transData.transform((0, 7.5))[1], abs=0.02)
    unit = right.transData.transform((1, 1)) - right.transData.transform((0, 0))
    np.testing.assert_allclose(found["walk"], [0, unit[0], 2 * unit[0], 0, -2 * unit[1], -4 * unit[1]], atol=0.02)
    np.testing.assert_allclose(found["cells"], [0, -1, -3], atol=1e-6)


def test_the_printed_picture_moves_like_the_live_one(drawing):
    drawing.move(VALUES, stop=10)
    by_name = {part.name: part for part in drawing.parts}
    np.testing.assert_allclose(by_name["blood"].line.get_ydata(), VALUES["blood"])
    assert by_name["cells"].patch.get_height() == pytest.approx(4 * 0.5)  # a tenth on a scale of two decades
    assert by_name["cells"].words.get_text() == "0.1 of start"
    assert by_name["column"].patch.get_height() == 7.5
    assert by_name["title"].text.get_text() == "later"
    shift = by_name["walk"]
    moved = shift.artists[0].get_window_extent()
    at = shift.axes.transData.transform((2, 3))
    assert (moved.x0 + moved.x1) / 2 == pytest.approx(at[0], abs=0.1)
    assert (moved.y0 + moved.y1) / 2 == pytest.approx(at[1], abs=0.1)
    drawing.move(VALUES, stop=0)
    assert not by_name["arrow"].artists[0].get_visible()
    assert by_name["cells"].patch.get_height() == pytest.approx(4)


def test_every_part_has_its_group_and_every_group_an_own_id(drawing):
    drawing.move(VALUES)
    ids = re.findall(r'\sid="([^"]+)"', drawing.svg("x-"))
    assert len(ids) == len(set(ids))
    for name in ("curve-blood", "label-blood", "ghost-blood", "band-spread", "marker-now-0", "bar-column", "fill-cells",
                 "amount-cells", "fade-arrow-0", "shift-walk-0", "words-title", "overlay-extra-0",
                 "cursor-0"):  # fmt: skip
        assert f"x-{name}" in ids


def test_what_the_page_moves_is_written_where_it_was_drawn(drawing):
    """The page adds the way from home; a picture that is written moved would be moved twice."""
    homes = drawing.svg("x-")
    drawing.move(VALUES, stop=100)
    svg = drawing.svg("x-")
    for name in ("marker-now-0", "shift-walk-0"):
        found = [re.search(rf'<g id="x-{name}">.*?</g>', text, re.S)[0] for text in (homes, svg)]
        assert found[0] == found[1]


def test_hidden_parts_come_back(drawing):
    drawing.move(VALUES, stop=10)
    before = drawing.plain_svg()
    with drawing.parts_hidden():
        assert drawing.plain_svg() != before
    assert drawing.plain_svg() == before


def test_numbers_fit_into_sixteen_bits(drawing):
    steps = np.abs(drawing.numbers(VALUES) * drawing.scales())
    assert steps.max() < 32767
    assert len(drawing.scales()) == len(drawing.numbers(VALUES))


@pytest.mark.parametrize(
    "amount, words",
    [(0, "0"), (0.0533, "0.053"), (0.5, "0.5"), (1, "1"), (9.96, "10"), (17.4, "17"), (228, "230"), (1000, "1000"),
     (45e9, "4.5 × 10¹⁰"), (1e6, "10⁶"), (9.99e5, "10⁶"), (2e-5, "2 × 10⁻⁵")],
)  # fmt: skip
def test_amounts_are_written_as_people_write_them(amount, words):
    assert amount_in_words(amount) == words


def test_two_parts_may_not_share_a_name(drawing):
    with pytest.raises(ValueError, match="share a name"):
        Drawing(drawing.figure, [drawing.parts[0], Curve("blood", drawing.parts[0].line, X)])


def test_a_course_is_not_drawn_beyond_the_days_that_were_computed():
    """`show(treat(..., days=60))` drew the last value as a flat line to month 24."""
    from teaching import Patient, Plan, show, treat
    from teaching.figures.course_axes import at_days

    course = treat(Patient.typical("SLE"), Plan("rituximab", days=[0]), days=60)
    values = at_days(course, "blood_b_cells_per_ul", np.array([0.0, 59.0, 60.0, 61.0, 700.0]))
    assert np.isfinite(values[:3]).all() and np.isnan(values[3:]).all()
    picture = show(course)
    lines = [line for axes in picture.figure.axes for line in axes.lines if str(line.get_gid()).startswith("curve-")]
    assert len(lines) >= 6
    for line in lines:
        drawn = np.asarray(line.get_xdata(), float)[np.isfinite(np.asarray(line.get_ydata(), float))]
        assert drawn.size and drawn.max() <= 60
    assert picture.png.startswith(b"\x89PNG")


def test_a_picture_after_a_prediction_waits_for_it(monkeypatch, tmp_path):
    """'Run all' must not show what the panel above still asks; a stored lesson has it, for print."""
    from teaching import Patient, Plan, show, treat
    from teaching.learning import answer_store

    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path))
    monkeypatch.delenv("TEACHING_FILLED", raising=False)
    course = treat(Patient.typical("SLE"), Plan("rituximab"), days=60)
    assert repr(show(course, after="01-panel-x")).startswith("Predict first: keep your prediction")
    answer_store.append("panels", "prediction", "01-panel-y", [[1, 2]])
    assert repr(show(course, after="01-panel-x")).startswith("Predict first")
    answer_store.append("panels", "prediction", "01-panel-x", [[1, 2]])
    assert show(course, after="01-panel-x").png[:4] == b"\x89PNG"
    monkeypatch.setenv("TEACHING_FILLED", "1")
    assert show(course, after="01-panel-z").words == course.describe()


def test_the_picture_of_a_panel_is_the_one_it_shows():
    from teaching import panels, show

    panel = panels.bell()
    assert show(panel).words == panel.sentence and show(panel.state).png[:4] == b"\x89PNG"
    with pytest.raises(ValueError, match="it needs a course, such as treat"):
        show("a course")


def test_an_overlay_takes_the_lines_of_its_words_with_it(drawing):
    """matplotlib draws the line from words to a point beside the words: it stayed when the page hid the overlay."""
    shown = re.sub(r'<g id="p-overlay-led-\d+">.*?</g>', "", drawing.svg("p-"), flags=re.S)
    assert drawing.svg("p-").count("p-overlay-led-") == 2 and "led" not in shown
    drawing.show_overlays(["extra"])
    assert not any(artist.get_visible() for artist in drawing.overlays["led"])
