"""What holds for every panel of the catalogue: its start, controls, cases, corners, words, table, sources, sweeps.

At the end what a panel refuses, and long walks over its controls. A walk takes 50 steps;
`TEACHING_WALK=300 python start.py test tests/test_every_panel.py` takes more.
"""

import html
import inspect
import itertools
import os
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from label_boxes import ink, touching, words_of
from panel_tools import Sent, ask, exponent_words, parts_of_frame, some_value

from teaching import Patient, panels, tables
from teaching.figures.mechanism_pieces import StepDrawing
from teaching.panels.catalogue import CATALOGUE
from teaching.panels.state import FAILED, MOST_CONTROLS
from teaching.words import exact

STEPS = int(os.environ.get("TEACHING_WALK", "50"))
MOST_BYTES_A_STEP = 40_000
#: More numbers than these give fewer stops to a sweep (docs/panels.md asks for 1,200).
MOST_NUMBERS_OF_A_SWEEP = 1_400
MOST_BYTES_OF_A_DRAWING, LONGEST_SENTENCE = {"body_map": 280_000}, 700  # others: 200,000
LINE_WIDTH = 2.6
#: More corners than these are tried one after the other at equal distances.
MOST_CORNERS = 40
#: A sentence under a picture may hold so many numbers; these panels compare several courses and may hold more.
MOST_NUMBERS_A_SENTENCE = 5
MANY_NUMBERS = {"antigens": 6, "dose_pk": 6, "blood_and_node": 6, "side_by_side": 7, "infusion": 11, "cohort": 14}
_NAMES_WITH_DIGITS = re.compile(r"\bCD\d+|4-1BB|\bIL-6")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*(?: × 10[⁻⁰-⁹]+)?|10[⁻⁰-⁹]+")
#: A unit in the name of a column, after its number's name or in brackets.
_UNIT = re.compile(r"percent|%|per_(ul|ml|b_cell)|_nM|cells|\[.+\]|\(.+\)|quantile|patient|fraction|points")
#: What the sources of a panel must say, at its start or in the case before the colon.
TOLD = {
    "treatment": ["lioger2017", "data/references.bib"],
    "balance": ["model for teaching", "westermann1992", "recalled"],
    "body_map": ["marrow 65 %, lymphoid 0.06 %", "sidner2004", "A model for teaching", "data/lineage.csv", "recalled"],
    "antigens": ["recalled", "melero2022", "calibration"],
    "mechanism_rituximab": ["drawn to be seen"],
    "mechanism_engager": ["drawn to be seen"],
    "mechanism_car": ["drawn to be seen"],
    "dose_pk": ["lioger2017", "reddy2012", "fitted"],
    "dose_pk: Rituximab, Fc VV": ["kastbom2012", "recalled"],
    "dose_pk: Obinutuzumab": ["misfit", "gibiansky2014"],
    "blood_and_node": ["cannot prove it", "tur2024", "kamburova2013", "n = 14", "read-secondary", "calibration"],
    "bell": ["douglass2013", "ginaldi1998", "liu2023", "blincyto_label", "lunsumio_label", "assumption", "what-if"],
    "infusion": ["subklewe2024", "klinger2012", "hosseini2020", "blincyto_label", "misfit", "what-if", "n = 1"],
    "expansion": ["stein2019", "n = 261", "read-secondary", "cannot prove", "kimmel2021", "A model for teaching"],
    "expansion: CD28": ["kochenderfer2017", "an assumption"],
    "reset": ["hypothesis", "T-cell help", "hill2019", "n = 5", "misfit", "macallan2005"],
    "side_by_side: One after the other":
        ["No trial has compared", "cannot prove it", "assumption", "mackensen2022", "days=56"],
    "design: BCMA engager":
        ["may not exist", "an assumption", "Safety is not in the picture", "0.06 mg/kg on day 0", "recalled"],
    "interval": ["Clopper and Pearson", "An assumption stands behind the columns"],
    "before_and_after": ["tselios2021", "petri1991", "recalled", "A game with chance", "assumption"],
    "cohort": ["virtual patients", "n = 5", "mackensen2022", "SD of the logarithm", "assumption"],
}  # fmt: skip
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


def name_of(panel) -> str:
    return next(name for name, made in _made.items() if made is panel)


def seen(panel) -> tuple:
    """What somebody who looks at the picture can tell apart."""
    return panel.frame, tuple(panel.texts), tuple(sorted(panel.overlays))


def settings_with(panel, control):
    """Settings in which a control is seen and can be used: the start, then the cases."""
    for setting in ({}, *(item.values for item in panel.presets)):
        panel.set({**panel.start, **setting, **control.when})
        if not panel.error and control.name not in panel.closed:
            yield dict(panel.values)


# --- where it begins, and whom it is about -------------------------------------------------------


def test_the_catalogue_tells_the_panels_own_question(panel):
    assert panel.question == CATALOGUE[name_of(panel)].question and panel.question.endswith("?")


@pytest.mark.parametrize("name", CATALOGUE)
def test_whose_panel_it_is_can_be_said_in_three_ways(name):
    """`panels.antigens("RA")` used to end in an AttributeError."""
    make = getattr(panels, name)
    if "patient" not in inspect.signature(make).parameters:
        pytest.skip("this panel shows no patient")
    by_name, by_patient = make("RA"), make(Patient.typical("RA"))
    assert by_name.frame == by_patient.frame and "RA" in by_name.about
    for nobody in ("lupus", 3, [], object()):
        with pytest.raises(ValueError, match="is not in the table|a Patient or the name of a disease") as problem:
            make(nobody)
        assert len(str(problem.value)) <= 300


def test_it_can_start_with_any_case_and_comes_back_to_it(panel):
    last = panel.presets[-1]
    panel.press(last.label)
    started = getattr(panels, name_of(panel))(preset=last.label)
    assert (*seen(started), started.sentence) == (*seen(panel), panel.sentence)
    started.set({**panel.start, **panel.presets[0].values})
    assert (*seen(started), started.sentence) != (*seen(panel), panel.sentence)
    started.reset()
    assert seen(started) == seen(panel)
    with pytest.raises(ValueError) as problem:
        getattr(panels, name_of(panel))(preset="Tuesday")
    first = panel.presets[0].label
    assert str(problem.value).startswith(f"preset 'Tuesday' does not exist; choose one of: {first}")


# --- controls and cases --------------------------------------------------------------------------


def test_it_has_few_controls_with_known_ranges(panel):
    presets = panel.presets
    assert 2 <= len(presets) <= 6
    for setting in [panel.start, *({**panel.start, **item.values} for item in presets)]:
        panel.set(setting)
        controls = shown_controls(panel)
        assert 1 <= len(controls) <= MOST_CONTROLS
        for control in controls:
            assert control.kind == "choice" or control.source, f"{control.name} does not say where its range comes from"


def test_cases_set_what_their_labels_name_and_differ_in_picture_and_sentence(panel):
    pictures, sentences = set(), set()
    for item in panel.presets:
        panel.press(item.label)
        assert panel.error == "" and {name: panel.values[name] for name in item.values} == dict(item.values)
        pictures.add(seen(panel))
        sentences.add(panel.sentence)
    assert len(pictures) == len(sentences) == len(panel.presets)


def test_every_control_moves_picture_and_sentence(panel):
    for handle in panel.controls.values():
        control, moved = handle.control, 0
        for setting in settings_with(panel, control):
            before = (seen(panel), panel.sentence)
            for share in (0.0, 0.35, 0.999):
                value = some_value(control, share)
                panel.set({**setting, control.name: value})
                if value == setting[control.name] or panel.error:
                    continue
                moved += 1
                assert seen(panel) != before[0] and panel.sentence != before[1], (control.name, value)
            if moved:
                break
        assert moved, f"{control.name} moves nothing"


def test_every_corner_of_the_controls_is_drawn_or_refused_in_a_sentence(panel):
    choices = [handle.control for handle in panel.controls.values() if handle.control.kind == "choice"]
    sliders = [handle.control for handle in panel.controls.values() if handle.control.kind == "slider"]
    ends = [(0, 0), (1, 1), (0, 1), (1, 0)] if sliders else [(0, 0)]
    corners = list(itertools.product(*(control.options for control in choices), ends))
    for *words, (odd, even) in corners[:: -(-len(corners) // MOST_CORNERS)]:
        chosen = {control.name: word for control, word in zip(choices, words, strict=True)}
        shown = [slider for slider in sliders if all(chosen.get(key) == word for key, word in slider.when.items())]
        for number, slider in enumerate(shown):
            chosen[slider.name] = slider.high if (odd, even)[number % 2] else slider.low
        before = panel.frame, panel.sentence
        panel.set({**panel.start, **chosen})
        assert panel.error != FAILED, chosen
        if panel.error:
            assert (panel.frame, panel.sentence) == before and panel.error.endswith(".") and len(panel.error) <= 300
        assert np.isfinite(np.frombuffer(panel.frame, np.float32)).all(), chosen
        assert not re.search(r"\b(nan|inf|None)\b", panel.sentence) and not exponent_words(panel.sentence), chosen
        assert len(panel.sentence) <= LONGEST_SENTENCE


# --- words, picture, table, sources --------------------------------------------------------------


def test_its_sentence_says_it_in_words_with_numbers(panel):
    for setting in [panel.start, *({**panel.start, **item.values} for item in panel.presets)]:
        panel.set(setting)
        assert 40 <= len(panel.sentence) <= 900
        assert not panel.sentence[0].islower() and panel.sentence.rstrip().endswith((".", "?"))
        assert "nan" not in panel.sentence.lower().split() and "None" not in panel.sentence
        assert "\n" not in panel.sentence and "<" not in panel.sentence.replace(" < ", "")


def test_a_sentence_of_its_words_holds_few_numbers(panel):
    """Four sentences of five numbers can be read beside a picture; the rest stands in the table."""
    for item in panel.presets:
        panel.press(item.label)
        told = re.split(r"(?<=[.?]) (?=[A-Z√\d])", _NAMES_WITH_DIGITS.sub("", panel.sentence))
        counts = [len(_NUMBER.findall(sentence)) for sentence in told]
        assert max(counts) <= MANY_NUMBERS.get(name_of(panel), MOST_NUMBERS_A_SENTENCE), panel.sentence


def test_it_says_where_its_numbers_come_from(panel):
    for item in panel.presets:
        panel.press(item.label)
        words = panel.state.notes_for(dict(panel.values))
        plain = html.unescape(re.sub(r"<[^>]+>", " ", words))
        keys = set(re.findall(r"\b[a-z]+(?:19|20)\d\d[a-z]?\b", plain))
        assert keys <= set(tables.references()), keys - set(tables.references())
        assert keys or re.search(r"data/|assumption|calibration", plain), plain[:200]
        assert "<script" not in words
    cases = {case.partition(": ")[::2]: words for case, words in TOLD.items()}
    own = {label: words for (name, label), words in cases.items() if name == name_of(panel)}
    assert own, "say in TOLD what the sources of this panel must say"
    for label, words in own.items():
        panel.press(label) if label else panel.reset()
        assert panel.notes == ""
        panel.notes_open = True
        said, panel.notes_open = panel.notes, False
        assert not [word for word in words if word not in said], label


def test_a_step_stays_small(panel):
    assert len(panel.frame) <= MOST_BYTES_A_STEP and len(panel.svg) <= MOST_BYTES_OF_A_DRAWING.get(
        name_of(panel), 200_000
    )
    if any(handle.control.sweep for handle in panel.controls.values()):
        assert len(panel.frame) // 4 <= MOST_NUMBERS_OF_A_SWEEP


def test_words_of_the_picture_are_at_least_twelve_points_high(panel):
    sizes = [float(size) for size in re.findall(r"font: (?:[\w-]+ )*?([\d.]+)px", panel.svg)]
    sizes += [float(size) for size in re.findall(r"font-size: ([\d.]+)px", panel.svg)]
    assert sizes and min(sizes) >= 8.4  # superscripts of 12 points; everything else is larger
    assert np.mean(np.array(sizes) >= 12) > 0.9


def test_words_touch_no_words_no_line_and_no_point_in_any_case(panel):
    """At the start and in every case. Between the cases no test looks: a slider may draw a curve there."""
    for setting in [panel.start, *({**panel.start, **item.values} for item in panel.presets)]:
        panel.set(setting)
        panel.drawing.move(panel.scene.values, panel.position if panel.timeline else None)
        panel.drawing.show_overlays(panel.overlays)
        assert touching(panel.drawing) == [], panel.line
        figure = panel.drawing.figure
        for text in words_of(figure):
            box = ink(text)
            assert box.x0 >= 0 and box.x1 <= figure.bbox.width and box.y0 >= 0 and box.y1 <= figure.bbox.height, text
            if isinstance(panel.drawing, StepDrawing):
                assert text.get_fontsize() >= 12, text


def test_what_touches_is_found():
    """Words on words, on a curve, on a point and under a threshold are found; words beside them are not."""
    from matplotlib.figure import Figure

    from teaching.figures.drawing import Drawing
    from teaching.figures.style import style

    with style():
        figure = Figure(figsize=(6, 4))
        axes = figure.add_subplot()
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        axes.plot([0, 10], [0, 10], gid="rising")
        axes.plot([12, 15], [2, 2], gid="beyond the frame")
        axes.plot([2], [8], "D", gid="diamond")
        axes.axhline(5, gid="threshold", xmax=0.3)
        places = {"on the curve": (5, 5), "on the point": (2, 8), "on it": (0.2, 5), "one": (6, 1), "two": (6.2, 1)}
        for words, (x, y) in {**places, "free": (6, 3), "also free": (12, 2)}.items():
            axes.text(x, y, words, va="center")
        axes.text(6, 3, "not seen", visible=False)
        drawing = Drawing(figure, [])
    assert set(touching(drawing)) == {
        ("on the curve", "rising"), ("on the point", "point of diamond"), ("on it", "threshold"), ("one", "two"),
    }  # fmt: skip


def test_the_table_holds_numbers_with_units(panel):
    if "csv" not in panel.setup["formats"]:
        pytest.skip("this panel explains and has no numbers to take along")
    lines = panel.file("csv").decode().splitlines()
    assert lines[0].startswith(f"# {panel.question}")
    head = next(line for line in lines if not line.startswith("#"))
    assert len(lines) > 3 and "," in head and not re.search(r"\bnan\b", "\n".join(lines).lower())


def test_the_table_is_what_is_drawn(panel):
    """Of a picture of curves: each column has its unit, places rise, and some curve stands in a column as drawn."""
    if not panel.drawing.curves or panel.timeline:
        pytest.skip("this picture is not one of curves alone")
    lines = [line for line in panel.file("csv").decode().splitlines() if not line.startswith("#")]
    head, rows = lines[0].split(","), np.array([line.split(",") for line in lines[1:]], float)
    assert rows.shape[1] == len(head) and (np.diff(rows[:, 0]) >= 0).all()
    assert all(_UNIT.search(name) for name in head[1:]), head
    drawn = {part.name: (part.x, np.asarray(panel.scene.values[part.name])) for part in panel.drawing.curves}
    told = {
        name
        for name, (x, y) in drawn.items()
        for column in rows.T[1:]
        if np.ptp(y) > 0 and np.allclose(np.interp(x, rows[:, 0], column), y, rtol=0.02, atol=1e-6)
    }
    assert told, f"no curve of {list(drawn)} stands in {head}"


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


# --- what it refuses, and long walks -------------------------------------------------------------


def test_what_a_control_does_not_take_is_refused_with_what_it_does(panel):
    before = dict(panel.values), panel.frame, panel.sentence
    for name, handle in panel.controls.items():
        control, words = handle.control, "choose one of"
        wrong = ["nothing of the kind", 3, None]
        if control.kind == "slider":
            words, far = "allowed is a number from", control.high - control.low
            wrong = [control.low - far, control.high + far, "much", None, float("nan")]
        for value in wrong:
            with pytest.raises(ValueError) as problem:
                panel.set({name: value})
            said = str(problem.value)
            assert said.startswith(f"{control.label} is ") and words in said and len(said) <= 300, said
            if control.kind == "slider":
                assert exact(control.low) in said and exact(control.high) in said and control.unit in said, said
        if control.kind == "slider" and control.whole:
            with pytest.raises(ValueError, match="a whole number from"):
                handle.value = control.low + 0.5
    with pytest.raises(ValueError, match="'moon' is not a control of this panel; it has: "):
        panel.set({"moon": 1})
    with pytest.raises(ValueError, match="preset 'Tuesday' does not exist; choose one of: "):
        panel.press("Tuesday")
    assert (dict(panel.values), panel.frame, panel.sentence) == before and panel.error == ""


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
