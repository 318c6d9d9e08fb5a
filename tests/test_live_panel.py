"""The live panel: messages, files, scenarios, sweeps, predictions; nothing ends in a traceback."""

import asyncio
import base64
import gc
import io
import json
import logging
import re
import tracemalloc

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances as open_widgets
from panel_tools import Sent, ask, curve_of, parts_of_frame, values_from_page

from teaching import Patient
from teaching.figures.style import FAINT, INK
from teaching.learning import answer_store
from teaching.model.simulation import SimulationError
from teaching.panels import treatment as panel_of
from teaching.panels.prediction import Predict
from teaching.panels.state import FAILED, MOST_CONTROLS

MOST_BYTES_A_STEP = 40_000
MOST_BYTES_A_SWEEP = 120_000
#: One line's width [SVG units]: a swept picture may differ from the exact one by less.
LINE_WIDTH = 2.6


@pytest.fixture
def sent(monkeypatch):
    return Sent(monkeypatch)


# --- sweeps: the picture at the speed of the hand -----------------------------------------------------


def swept(panel, sent, name: str) -> tuple[dict, np.ndarray]:
    """The sweep that the page gets when the pointer comes near a slider: its head and its rows in picture units."""
    ask(panel, {"kind": "sweep", "control": name})
    (content, (packed,)) = sent.custom("sweep")[-1]
    rows = np.frombuffer(packed, "<i2").reshape(len(content["places"]), content["numbers"])
    return content, rows / panel.drawing.scales()


@pytest.mark.parametrize(
    "product, name",
    [("rituximab", "rituximab dose"), ("CD19 CAR-T", "CD19 CAR-T dose"), ("blinatumomab", "blinatumomab dose")],
)
def test_between_two_places_of_a_sweep_the_picture_is_exact_to_a_lines_width(panel, sent, product, name):
    panel.set({"product": product})
    content, rows = swept(panel, sent, name)
    control = panel.controls[name].control
    assert content["places"][0] == pytest.approx(control.low) and content["places"][-1] == pytest.approx(control.high)
    worst = 0.0
    for number in range(0, len(content["places"]) - 1, 3):
        for share in (0.25, 0.5):
            one, two = content["places"][number : number + 2]
            value = one * (two / one) ** share if control.log else one + share * (two - one)
            panel.controls[name].value = value
            exact = np.frombuffer(panel.frame, np.float32)
            between = rows[number] + share * (rows[number + 1] - rows[number])
            # What the edge of the axes hides may differ.
            low, high = 0, panel.drawing.height
            worst = max(worst, np.max(np.abs(np.clip(between, low, high) - np.clip(exact, low, high))))
    assert worst < LINE_WIDTH


def test_a_sweep_is_small_and_says_what_it_belongs_to(panel, sent):
    content, _ = swept(panel, sent, "rituximab dose")
    (packed,) = sent.custom("sweep")[-1][1]
    assert len(packed) <= MOST_BYTES_A_SWEEP
    assert (content["control"], content["outcome"], content["page"]) == ("rituximab dose", "done", "test")
    assert content["numbers"] * len(content["places"]) * 2 == len(packed)
    assert len(content["places"]) >= 35


def test_a_sweep_gives_way_when_another_control_moves(panel, sent):
    """What was computed for an old setting never reaches the page."""
    seen = []
    picture = panel.state.picture

    def moves_meanwhile(values):
        seen.append(values)
        if len(seen) == 5:
            panel.controls["rituximab schedule"].value = 100
        return picture(values)

    panel.state.picture = moves_meanwhile
    try:
        ask(panel, {"kind": "sweep", "control": "rituximab dose"})
    finally:
        panel.state.picture = picture
    assert sent.custom("sweep") == []
    assert [content["outcome"] for content, _ in sent.custom("answer")] == ["dropped"]
    assert len(seen) < 10


def test_the_next_sweep_takes_the_place_of_the_one_under_way_and_both_are_answered(panel, sent):
    """Crossing one slider on the way to another must not leave the first one slow for ever."""
    panel.press("CAR-T 1 million/kg")

    async def cross() -> None:
        for number, name in ((901, "CD19 CAR-T dose"), (902, "CD19 CAR-T schedule")):
            content = {
                "kind": "sweep",
                "control": name,
                "values": dict(panel.values),
                "page": "crossing",
                "number": number,
            }
            panel._message(panel, content, [])
            await asyncio.sleep(0.01)
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(tasks)

    asyncio.run(cross())
    outcomes = {
        content["number"]: content["outcome"] for kind in ("answer", "sweep") for content, _ in sent.custom(kind)
    }
    assert outcomes == {901: "dropped", 902: "done"}


def test_doses_in_time_and_choices_are_never_swept(panel, sent):
    for name in ("rituximab schedule", "blinatumomab schedule", "product", "no such control", None):
        ask(panel, {"kind": "sweep", "control": name})
    assert sent.custom("sweep") == []
    assert [content["outcome"] for content, _ in sent.custom("answer")] == ["refused"] * 5
    assert panel.error == ""


# --- messages -------------------------------------------------------------------------------------------


def test_a_step_is_one_small_message(panel, sent):
    panel.controls["rituximab dose"].value += 10
    pictures = [(message, buffers) for widget, message, buffers in sent.messages if buffers]
    assert len(pictures) == 1
    total = sum(
        len(json.dumps(message)) + sum(memoryview(part).nbytes for part in buffers)
        for _, message, buffers in sent.messages
    )
    assert len(panel.frame) < total <= MOST_BYTES_A_STEP


def test_several_controls_at_once_are_drawn_once(panel, sent):
    panel.set({"product": "CD19 CAR-T", "CD19 CAR-T dose": 2e6, "CD19 CAR-T schedule": 50})
    assert sum(bool(buffers) for *_, buffers in sent.messages) == 1


def test_an_answer_names_the_message_and_stands_in_what_is_shown(panel):
    ask(panel, {"kind": "set", "values": {**panel.values, "rituximab dose": 640}, "number": 7}, page="another")
    assert panel.shown["values"]["rituximab dose"] == 640
    assert panel.shown["answers"][-1] == {"page": "another", "number": 7, "outcome": "done", "words": ""}


def test_a_page_sets_nothing_by_itself(panel):
    before = dict(panel.shown), panel.svg
    panel.set_state({"shown": {}, "svg": "<svg onload=alert(1)>", "setup": {}})
    assert (dict(panel.shown), panel.svg) == before


def test_a_panel_shows_at_most_four_controls_at_a_time(panel):
    for product in panel.controls["product"].control.options:
        panel.controls["product"].value = product
        shown = [
            spec
            for spec in panel.setup["controls"]
            if all(panel.values[key] == word for key, word in spec["when"].items())
        ]
        assert 1 <= len(shown) <= MOST_CONTROLS


# --- the picture on the page ----------------------------------------------------------------------------


def test_two_panels_on_a_page_share_no_id_and_each_finds_its_own(panel):
    other = panel_of(Patient.typical("SLE"))
    ids = [set(re.findall(r'\sid="([^"]+)"', one.svg)) for one in (panel, other)]
    assert ids[0] and not ids[0] & ids[1]
    for own, one in zip(ids, (panel, other), strict=True):
        used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', one.svg))
        assert used and used <= own


def test_the_picture_takes_the_colours_of_the_page(panel):
    assert "currentColor" in panel.svg and "var(--teaching-faint)" in panel.svg
    assert INK.lower() not in panel.svg.lower() and FAINT.lower() not in panel.svg.lower()


def test_the_words_of_the_picture_are_text_and_not_outlines(panel):
    words = re.findall(r"<text[^>]*>([^<]+)</text>", panel.svg)
    for needed in ("B cells per µL of blood", "depleted: below 10", "all B cells", "months after the first dose"):
        assert needed in words


def test_the_style_of_the_picture_stays_inside_the_picture(panel):
    for sheet in re.findall(r"<style[^>]*>(.*?)</style>", panel.svg, flags=re.S):
        assert not re.search(r"(^|[},])\s*\*", sheet), "a rule for '*' in an inline SVG restyles the whole page"


def test_every_part_has_its_group_in_the_picture(panel):
    ids = set(re.findall(r'\sid="([^"]+)"', panel.svg))
    for part in panel.drawing.curves:
        for kind in ("curve", "ghost", "label"):
            assert f"{panel.setup['prefix']}{kind}-{part.name}" in ids


# --- files and scenarios --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, start", [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("csv", b"#"), ("json", b"{")]
)
def test_the_picture_and_its_numbers_can_be_taken_along(panel, sent, kind, start):
    ask(panel, {"kind": "file", "format": kind})
    ((content, (data,)),) = sent.custom("file")
    assert bytes(data).startswith(start)
    assert content["name"] == f"treatment-sle.{kind}"


def test_the_picture_that_is_taken_along_shows_the_present_setting_and_its_words(panel):
    first = panel.file("svg")
    panel.press("CAR-T 1 million/kg")
    second = panel.file("svg").decode()
    assert first != second.encode()
    words = " ".join(re.sub(r"<[^>]+>", " ", second).split())
    assert panel.sentence in words and "Not treatment advice" in words


def test_the_numbers_hold_every_series_with_its_unit(panel):
    lines = panel.file("csv").decode().splitlines()
    assert lines[0].startswith("# How deep do B cells fall")
    table = np.genfromtxt(io.StringIO("\n".join(lines[2:])), delimiter=",", names=True)
    assert table["time_days"][0] == 0 and table["time_days"][-1] == 730
    assert table["blood_b_cells_per_ul"].min() < 1


def test_a_setting_comes_back_from_its_file_and_from_its_line(panel, tmp_path):
    panel.set({"product": "CD19 CAR-T", "CD19 CAR-T dose": 1234567, "CD19 CAR-T schedule": 60})
    frame, line = panel.frame, panel.line
    path = panel.save(tmp_path / "mine.json")
    for back in (
        lambda: panel.restore(path),
        lambda: panel.open_text(line),
        lambda: ask(panel, {"kind": "open", "text": line}),
    ):
        panel.reset()
        assert panel.frame != frame
        back()
        assert panel.frame == frame and panel.error == ""


def test_a_scenario_file_is_never_replaced_unasked(panel, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text("my notes")
    with pytest.raises(FileExistsError, match="already there"):
        panel.save(path)
    assert path.read_text() == "my notes"
    panel.save(path, overwrite=True)
    assert json.loads(path.read_text())["panel"] == "treatment"


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is empty"),
        ("__import__('os').system('true')", "is no scenario"),
        (
            '{"kit": "bcell-teaching-kit", "schema": 1, "panel": "treatment", "about": "SLE", "values": {"dose": 1}}',
            "not a control",
        ),
        (
            '{"kit": "bcell-teaching-kit", "schema": 1, "panel": "bell", "about": "", "values": {}}',
            "belongs to the panel 'bell'",
        ),
        ("treatment | RA | product=rituximab", "is about 'RA'"),
        ("treatment | SLE | rituximab dose=999999", "allowed is a number from 100 to 2000 mg"),
        ("treatment | SLE | product=aspirin", "choose one of: rituximab"),
        (None, "is text"),
        (["x"], "is text"),
        ("x" * 200_000, "200,000 characters"),
    ],
)
def test_a_foreign_or_damaged_scenario_is_refused_in_a_sentence_and_nothing_moves(panel, text, words):
    before = panel.frame, panel.sentence, dict(panel.values)
    ask(panel, {"kind": "open", "text": text})
    assert words in panel.error
    assert panel.error.endswith(".") and "\n" not in panel.error and "Traceback" not in panel.error
    assert (panel.frame, panel.sentence, dict(panel.values)) == before
    panel.controls["rituximab dose"].value = 990
    assert panel.error == ""


def test_a_huge_file_is_refused_before_it_is_read(panel, tmp_path):
    path = tmp_path / "huge.json"
    with open(path, "wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="100,000,000 bytes; a scenario is smaller"):
            panel.restore(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_no_text_is_refused(panel, tmp_path):
    path = tmp_path / "picture.json"
    path.write_bytes(b"\xff\xd8\xff\xe0" * 50)
    with pytest.raises(ValueError, match="picture.json is no text file"):
        panel.restore(path)


# --- predict first --------------------------------------------------------------------------------------

CURVE = Predict(
    "test-blood",
    "How will blood B cells run?",
    curve="blood",
    unit="per µL",
    across_label="month",
    across_per_unit=30.44,
)


def test_a_panel_waits_for_the_prediction_and_keeps_it_over_a_restart(own_folder):
    panel = panel_of(Patient.typical("SLE"), predict=CURVE)
    assert panel.prediction is None and panel.verdict == ""
    ask(panel, {"kind": "predict", "value": [[0, 200], [180, 50], [730, 200]]})
    assert panel.prediction == [[0, 200], [180, 50], [730, 200]]
    assert "factor of two" in panel.verdict and panel.error == ""
    again = panel_of(Patient.typical("SLE"), predict=CURVE)  # as after a restart of the kernel
    assert again.prediction == panel.prediction and again.verdict == panel.verdict


def test_the_difference_is_named_with_place_and_size(own_folder):
    panel = panel_of(Patient.typical("SLE"), predict=CURVE)
    curve = curve_of(panel, "blood")
    truth = np.asarray(panel.scene.values["blood"])
    panel.predicted([[float(day), float(value)] for day, value in zip(curve.x[::2], truth[::2], strict=True)])
    assert "100 % of the way" in panel.verdict or "99 % of the way" in panel.verdict
    panel.predicted([[0.0, 200.0], [730.0, 200.0]])
    nadir = truth.min()
    assert re.search(r"widest at month 3\.\d|widest at month 4", panel.verdict)
    assert f"the model gives {nadir:.2g}" in panel.verdict
    fold = float(re.search(r"\((\d+)-fold", panel.verdict)[1])
    assert fold == pytest.approx(200 / nadir, rel=0.03)


def test_a_straight_stroke_on_a_logarithmic_axis_is_straight_there():
    asked = Predict("test-bell", "How?", curve="bell", unit="nM", across_label="dose")
    x = np.geomspace(1e-3, 1e3, 61)
    y = 10 * (3 + np.log10(x))  # a straight line on a logarithmic x axis
    assert "for 100 % of the way" in asked.verdict([[1e-3, 0.0], [1e3, 60.0]], x, y, False, log_across=True)
    assert "for 100 % of the way" not in asked.verdict([[1e-3, 0.0], [1e3, 60.0]], x, y, False)


@pytest.mark.parametrize("height", [1e-9, 3e-5, 0.004, 124.0, 123_456.0, 4e8])
def test_a_verdict_speaks_in_plain_numbers(height):
    asked = Predict("test-words", "How?", curve="x", unit="per µL")
    words = asked.verdict([[0.0, height], [10.0, height]], np.array([0.0, 5.0, 10.0]), np.full(3, 3.0), True)
    assert not re.search(r"\de[+-]?\d", words) and "nan" not in words


def test_a_point_and_a_choice_can_be_predicted_too(own_folder):
    one = panel_of(
        predict=Predict("test-point", "Where is the lowest count?", curve="blood", marker=True, unit="per µL")
    )
    one.predicted([[120, 5]])
    assert "You expected 5 per µL at day 120; the model gives 0.2" in one.verdict
    two = panel_of(predict=Predict("test-option", "Does memory return first?", options=("yes", "no")))
    two.predicted("no")
    assert (two.prediction, two.verdict) == ("no", "You expected: no.")


def test_before_the_prediction_the_still_picture_gives_nothing_away(own_folder):
    panel = panel_of(predict=CURVE)
    waiting, metadata = panel._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == "Predict first: How will blood B cells run?"
    assert "0.21" not in waiting["text/plain"]
    panel.predicted([[0, 200], [730, 200]])
    shown, metadata = panel._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == panel.sentence
    assert shown["image/png"] != waiting["image/png"]
    assert all(part.line.get_visible() for part in panel.drawing.curves)


@pytest.mark.parametrize(
    "value, words",
    [
        ([], "1 to 200 points"),
        ([[0, 1]], "at least two points"),
        ([[0, 1], ["x", 2]], "two numbers"),
        ([[0, 1], [5, float("nan")]], "two numbers"),
        ([[0, 1], [900, 10]], "onth is 30; it must lie on the picture, between 0 and 24"),
        ([[0, 1], [100, 1e9]], "must lie on the picture"),
        ("a word", "1 to 200 points"),
        (None, "1 to 200 points"),
        ([[0, 1]] * 5000, "1 to 200 points"),
    ],
)
def test_what_is_no_prediction_is_refused_in_a_sentence(own_folder, value, words):
    panel = panel_of(predict=CURVE)
    ask(panel, {"kind": "predict", "value": value})
    assert words in panel.error and panel.error.endswith(".")
    assert panel.prediction is None
    assert not list(own_folder.glob("*.jsonl"))


def test_a_prediction_is_about_the_start_and_the_panel_goes_back_there(own_folder):
    """Moved to another dose, a panel used to compare the answer to its question with a curve nobody had asked about."""
    panel = panel_of(Patient.typical("SLE"), predict=CURVE)
    panel.predicted([[0, 200], [730, 200]])
    words = panel.verdict
    panel.press(panel.presets[-1].label)
    assert panel.verdict == words and panel.values != panel.start
    ask(panel, {"kind": "predict", "value": [[0, 200], [730, 200]]})
    assert panel.verdict == words and panel.values == panel.start and panel.error == ""


def test_one_sentence_follows_the_prediction_and_the_last_one_counts_after_a_restart(own_folder):
    panel = panel_of(predict=CURVE)
    assert panel.setup["predict"]["afterwards"] == "In one sentence: what surprised you, and why?"
    ask(panel, {"kind": "sentence", "text": "too early"})
    assert panel.error == "There is no prediction yet to write about."
    panel.predicted([[0, 200], [730, 200]])
    said = '<script>alert("x")</script> fell & stayed'
    for text in ("The first", f"  {said}\n\ud800\x00 low "):
        ask(panel, {"kind": "sentence", "text": text})
        assert panel.error == "" and panel.shown["own_note"] == "Kept. You can change it; the last one counts."
    assert panel.own_sentence == panel.shown["own_sentence"] == f"{said} low"
    for text, refused in (
        ("", "Write your sentence first."),
        (" \n", "Write your sentence first."),
        ("é" * 501, "Your sentence has 501 letters; up to 500 are kept."),
        (7, "Your sentence must be text."),
        (None, "Your sentence must be text."),
    ):
        ask(panel, {"kind": "sentence", "text": text})
        assert panel.error == refused and panel.shown["answers"][-1]["outcome"] == "refused"
    again = panel_of(predict=CURVE)
    assert again.own_sentence == f"{said} low" and again.own_note == ""
    kinds = [entry["kind"] for entry in answer_store.read("panels")]
    assert kinds == ["prediction", "sentence", "sentence"]
    ask(panel_of(), {"kind": "sentence", "text": "nobody asked"})


def test_a_sentence_that_cannot_be_saved_is_said_and_stays(own_folder):
    own_folder.write_text("a file in the way")
    panel = panel_of(predict=CURVE)
    panel.predicted([[0, 200], [730, 200]])
    panel.write_sentence("It fell further than I drew.")
    assert panel.own_note.startswith("Not saved in") and panel.own_sentence == "It fell further than I drew."


def test_a_page_that_keeps_nothing_says_so(own_folder, monkeypatch):
    monkeypatch.setenv("TEACHING_KEEPS_NOTHING", "1")
    panel = panel_of(predict=CURVE)
    panel.predicted([[0, 200], [730, 200]])
    assert "keeps nothing" in panel.verdict
    assert not own_folder.exists()


# --- without a kernel -------------------------------------------------------------------------------------


def test_one_output_holds_the_live_panel_the_picture_and_the_words(panel):
    data, metadata = panel._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG\r\n")
    assert panel.question in data["text/plain"] and panel.sentence in data["text/plain"]
    assert metadata["image/png"]["alt"] == panel.sentence
    assert "<" not in data["text/plain"]


def test_the_still_picture_follows_the_controls_and_leaves_the_live_one_alone(panel):
    frame = panel.frame
    first = panel._repr_mimebundle_()[0]["image/png"]
    panel.controls["product"].value = "CD19 CAR-T"
    second = panel._repr_mimebundle_()[0]["image/png"]
    assert first != second
    panel.reset()
    assert panel.frame == frame
    assert panel._repr_mimebundle_()[0]["image/png"] == first


# --- long use -----------------------------------------------------------------------------------------------


def test_a_hundred_moves_leave_nothing_behind(panel):
    from matplotlib.figure import Figure

    def figures() -> int:
        return sum(type(thing) is Figure for thing in gc.get_objects())  # isinstance would ask dead proxies

    def walk(steps: int) -> None:
        for step in range(steps):
            panel.controls["rituximab dose"].value = 100 + 10 * (step * 37 % 190)

    walk(20)  # the first moves fill caches
    gc.collect()
    widgets_before, figures_before = len(open_widgets), figures()
    walk(60)
    tracemalloc.start()
    try:
        walk(5)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        walk(50)
        gc.collect()
        growth = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert (len(open_widgets), figures()) == (widgets_before, figures_before)
    assert growth < 1_500_000  # one course holds about 0.09 MB: fifty kept ones would be 4 MB


# --- what cannot be drawn, and bad input --------------------------------------------------------------------


@pytest.mark.parametrize(
    "problem, words",
    [
        (ValueError("rituximab is given on day 800 <late>, but the course ends on day 730."), "on day 800 <late>, but"),
        (SimulationError("The solver stopped between day 0 and day 14."), "the last picture stays"),
        (ZeroDivisionError("float division"), "the last picture stays"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_is_one_sentence_and_the_last_picture_stays(panel, caplog, problem, words):
    before = panel.frame, panel.sentence
    picture = panel.state.picture

    def fails(values):
        raise problem

    panel.state.picture = fails
    try:
        with caplog.at_level(logging.ERROR, logger="teaching.panels"):
            panel.controls["rituximab dose"].value = 1500
    finally:
        panel.state.picture = picture
    assert (panel.frame, panel.sentence) == before
    assert words in panel.error
    assert panel.error.endswith(".") and "\n" not in panel.error and "Traceback" not in panel.error
    assert panel.shown["values"]["rituximab dose"] == 1500  # the page knows what could not be drawn
    if not isinstance(problem, ValueError):
        (record,) = caplog.records
        assert record.exc_info[1] is problem  # the detail is in the log
        assert panel.error == FAILED
    panel.controls["rituximab dose"].value = 1600
    assert panel.error == ""
    assert panel.frame != before[0]


@pytest.mark.parametrize(
    "values, words",
    [
        ({"rituximab dose": 5000}, "Dose each time is 5000; allowed is a number from 100 to 2000 mg."),
        ({"rituximab dose": "many"}, "Dose each time is 'many'; allowed is a number"),
        ({"rituximab dose": float("nan")}, "Dose each time is nan; allowed"),
        ({"rituximab dose": True}, "Dose each time is True; allowed"),
        ({"rituximab schedule": 14.5}, "a whole number from 7 to 182 is needed"),
        ({"product": 3}, "Therapy is 3; choose one of: rituximab"),
        ({"dosis": 3}, "'dosis' is not a control of this panel; it has: product, rituximab dose"),
    ],
)
def test_a_value_that_a_control_does_not_take_is_refused_in_a_sentence(panel, values, words):
    before = panel.frame, dict(panel.values)
    with pytest.raises(ValueError) as problem:
        panel.set({"rituximab schedule": 30, **values} if "rituximab schedule" not in values else values)
    assert words in str(problem.value)
    assert (panel.frame, dict(panel.values)) == before
    values_from_page(panel, **values)  # the same from the page: said, not raised
    assert words in panel.error
    assert (panel.frame, dict(panel.values)) == before


def test_a_message_that_is_no_request_is_left_alone(panel, sent):
    before = panel.frame
    for content in ({}, {"kind": "run", "code": "1"}, {"kind": None}, "text", 3):
        ask(panel, content)
    ask(panel, {"kind": "file", "format": "exe"})
    assert "choose one of: svg, png, pdf, csv, json" in panel.error
    assert panel.frame == before and sent.custom("file") == []
    panel.controls["rituximab dose"].value = 1010
    assert parts_of_frame(panel)["blood"].size and panel.error == ""


def test_before_the_prediction_no_file_gives_anything_away(own_folder):
    panel = panel_of(Patient.typical("SLE"), predict=CURVE)
    waiting = panel.file("svg")
    assert b"Predict first" in waiting and panel.sentence.split(";")[0].encode() not in waiting
    with pytest.raises(ValueError, match="the numbers would answer what is asked; predict first"):
        panel.file("csv")
    panel.predicted([[0, 200], [180, 50], [730, 200]])
    assert b"Predict first" not in panel.file("svg") and len(panel.file("svg")) > len(waiting)
    assert panel.file("csv").count(b"\n") > 10
