"""The body map says where the B cells are: the same cells as the model's, in every place, on every day."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.patches import Patch
from matplotlib.text import Text
from panel_tools import parts_of_frame

from teaching import Patient, Plan, treat
from teaching.figures.body_map import (
    CELLS,
    DAYS,
    TENTHS,
    body_drawing,
    body_still,
    body_values,
    cell_amounts,
    in_words,
    killer_level,
    start_amounts,
)
from teaching.figures.killers import HUNT
from teaching.model.patient import kill_weight
from teaching.panels.body_map import body_map as panel_of
from teaching.panels.one_product import PRODUCTS, chosen_plan, product_presets

PANEL = panel_of
PRESETS = product_presets()
BASIC = ("CD19", "CD20", "BCMA")
RITUXIMAB, BLINATUMOMAB, CAR_T = (PRESETS[number].label for number in (0, 2, 3))


@pytest.fixture(scope="module")
def courses():
    """The course of every preset, by its label."""
    patient = Patient.typical("SLE")
    return {item.label: treat(patient, chosen_plan(item.values), 730) for item in PRESETS}


def amounts(panel) -> dict[str, np.ndarray]:
    return {cell.name: 10.0 ** parts_of_frame(panel)[cell.name] for cell in CELLS}


def cell_of(name: str):
    return next(cell for cell in CELLS if cell.name == name)


# --- what the map shows is the model's and the immunologist's ----------------------------------------


def test_without_therapy_every_cell_stays_full():
    patient = Patient.typical("SLE")
    found, full = cell_amounts(treat(patient, Plan.none(), 730), DAYS), start_amounts(patient)
    for cell in CELLS:
        np.testing.assert_allclose(found[cell.name], full[cell.name], rtol=1e-3)


def test_the_map_shows_the_models_own_counts(panel, courses):
    shown = amounts(panel)
    for number in (5, 20, 30, 39):
        blood = shown["blood-naive"][number] + shown["blood-memory"][number]
        assert blood == pytest.approx(courses[RITUXIMAB].at(DAYS[number], "blood_b_cells_per_ul"), rel=2e-3)
        memory = courses[RITUXIMAB].at(DAYS[number], "lymphoid_memory_percent")
        assert shown["memory"][number] == pytest.approx(memory, rel=2e-3)


def test_each_cell_carries_the_antigens_by_which_it_can_be_killed():
    for cell in CELLS:
        carried = cell.carried(BASIC)
        for antigen in BASIC:
            weight = kill_weight(cell.node, (antigen,))
            if antigen in carried:
                assert weight < 1 if carried[antigen] else weight == 1
            else:
                assert weight <= 0.1
    assert cell_of("plasma-cells").carried(BASIC) == {"BCMA": False}
    assert cell_of("plasmablasts").carried(BASIC) == {"CD19": True, "BCMA": False}
    assert cell_of("pre-b").carried(BASIC) == {"CD19": False, "CD20": True}
    assert all(set(cell.carried(BASIC)) == {"CD19", "CD20"} for cell in CELLS if "memory" in cell.words)


def test_cells_without_the_antigen_stay_full(panel):
    """CD20 therapy spares plasmablasts and long-lived plasma cells at first; no therapy here touches the long-lived."""
    day = int(np.flatnonzero(DAYS == 28)[0])
    for label in (RITUXIMAB, CAR_T):
        panel.press(label)
        assert amounts(panel)["plasma-cells"][day] > 95
    panel.press(RITUXIMAB)
    spared = amounts(panel)["plasmablasts"][day]
    panel.press(CAR_T)
    assert spared > 10 * amounts(panel)["plasmablasts"][day]


def test_empty_blood_is_no_empty_node_after_an_antibody_but_after_car_t_cells(panel):
    day = int(np.flatnonzero(DAYS == 14)[0])
    left = {}
    for label in (RITUXIMAB, CAR_T):
        panel.press(label)
        shown = amounts(panel)
        assert shown["blood-naive"][day] + shown["blood-memory"][day] < 10
        left[label] = shown["memory"][day]
    assert left[RITUXIMAB] > 50 and left[CAR_T] < 1


def test_after_car_t_cells_young_cells_return_and_the_clone_does_not(panel):
    panel.press(CAR_T)
    shown, full = amounts(panel), start_amounts(Patient.typical("SLE"))
    day = int(np.flatnonzero(DAYS == 400)[0])
    assert shown["naive"][day] > 90 and shown["blood-naive"][day] > 0.9 * full["blood-naive"]
    assert shown["clone"][day] < 1e-6 * full["clone"]
    assert shown["plasmablasts"][day] > 1e4 * shown["clone-plasmablasts"][day]


def test_a_shape_falls_by_one_line_when_cells_fall_to_a_tenth(shared, courses):
    values = body_values(courses[RITUXIMAB], PRODUCTS)
    fills = {part.name: part for part in shared.drawing.parts if part.kind == "fill"}
    full = start_amounts(Patient.typical("SLE"))
    for day in (14.0, 120.0):
        shared.drawing.move(values, day)
        stop = int(np.flatnonzero(day == DAYS)[0])
        for name in ("immature", "blood-naive", "memory", "clone"):
            tenths = -np.log10(values[name][stop] / full[name])
            height = fills[name].patch.get_height() / fills[name].tall
            assert height == pytest.approx(max(0.0, 1 - tenths / TENTHS), abs=1e-3)


def test_an_engager_is_gone_within_a_day_and_an_antibody_after_months(courses):
    engager, antibody = courses[BLINATUMOMAB], courses[RITUXIMAB]
    # 9 ug/day over a clearance of 53.28 L/day
    assert killer_level(engager, "blinatumomab", [4.0])[0] == pytest.approx(9 / 53.28, rel=0.01)
    assert killer_level(engager, "blinatumomab", [6.5])[0] < 0.01 * 9 / 53.28
    assert killer_level(antibody, "rituximab", [60.0])[0] > 1
    assert killer_level(antibody, "blinatumomab", [4.0])[0] == 0


def test_the_killer_is_only_there_when_it_was_given(panel):
    for name in PRODUCTS:
        panel.controls["product"].value = name
        parts = parts_of_frame(panel)
        for other in PRODUCTS:
            assert (parts[f"hunt-{other}"].max() > 0.3) == (other == name)
        assert panel.overlays == [name]


def hunted_cells(drawing, name: str) -> dict[str, int]:
    """How many yellow marks lie at each cell in the overlay of a product."""
    # Only antigens: the icons and the bag of the product are further away from a cell's middle.
    found = {cell.name: 0 for cell in CELLS}
    for artist in drawing.overlays[name]:
        if isinstance(artist, Patch) and artist.get_facecolor() == to_rgba(HUNT):
            box = artist.get_window_extent().transformed(artist.axes.transData.inverted())
            x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            for cell in CELLS:
                found[cell.name] += np.hypot(x - cell.x, y - cell.y) < 0.62
    return found


@pytest.mark.parametrize("name, antigen", [("rituximab", "CD20"), ("blinatumomab", "CD19"), ("CD19 CAR-T", "CD19")])
def test_the_target_is_yellow_on_every_cell_that_carries_it_and_on_no_other(shared, name, antigen):
    assert hunted_cells(shared.drawing, name) == {cell.name: int(antigen in cell.carried(BASIC)) for cell in CELLS}


# --- words -------------------------------------------------------------------------------------------


def test_the_sentence_tells_what_matters_in_few_numbers(panel):
    assert panel.sentence == (
        "Day 14: 3.6 B cells per µL of blood (230 before therapy), 62 % left in lymphoid tissue; "
        "rituximab at 290 µg/mL. "
        "Blood is emptiest on day 119, at 0.21 per µL; autoreactive memory falls to 1.8 × 10⁸ cells. "
        "Day 730: 210 per µL of blood; long-lived plasma cells stay at 98 % or more."
    )
    panel.controls["product"].value = "CD19 CAR-T"
    assert "CD19 CAR-T at 25 cells per µL" in panel.sentence
    assert "autoreactive memory falls to 2.2 cells, so few that chance decides" in panel.sentence


def test_no_words_of_the_body_are_small_or_lie_over_each_other(shared, courses):
    drawing = shared.drawing
    body = drawing.figure.axes[-1]
    boxed = [child.offsetbox.get_children()[0] for child in body.get_children() if isinstance(child, AnnotationBbox)]
    owner = {text: box for box in body.get_children() if isinstance(box, AnnotationBbox) for text in box.findobj(Text)}
    for label, day in itertools.product((RITUXIMAB, BLINATUMOMAB, CAR_T), (0, 14, 50, 400)):
        course = courses[label]
        drawing.move(body_values(course, PRODUCTS), day)
        drawing.show_overlays([course.plan.products[-1]])
        drawing.figure.draw_without_rendering()
        shown = [text for text in [*body.texts, *boxed] if text.get_text().strip()]
        shown = [text for text in shown if text.get_visible() and owner.get(text, text).get_visible()]
        assert len(shown) > 30 and min(text.get_fontsize() for text in shown) >= 12
        boxes = [text.get_window_extent().shrunk(0.96, 0.75) for text in shown]
        for (a, box), (b, other) in itertools.combinations(zip(shown, boxes, strict=True), 2):
            assert not box.overlaps(other), (label, day, a.get_text(), b.get_text())


# --- the panel ---------------------------------------------------------------------------------------


def test_a_frame_is_small_and_its_timeline_dense_at_first(panel):
    sizes = {kind: [] for kind in ("curve", "fill", "fade")}
    for part in panel.setup["layout"]["parts"]:
        sizes[part["kind"]].append(part["size"])
    assert len(sizes["fill"]) <= 14 and max(sizes["fill"]) <= 40 and max(sizes["curve"]) <= 120
    assert len(panel.frame) // 4 < 1000
    assert panel.setup["timeline"]["label"] == "Day" and panel.position == 14
    assert (np.diff(DAYS[:14]) <= 1).all() and DAYS[-1] == 730


def test_the_page_finds_every_amount_and_every_killer(panel):
    for part in (part for part in panel.drawing.parts if part.kind == "fill"):
        assert f'-fill-{part.name}"' in panel.svg and f'-amount-{part.name}"' in panel.svg
    for name in PRODUCTS:
        assert f"-overlay-{name}-0" in panel.svg and f"-fade-hunt-{name}-0" in panel.svg


def test_published_counts_lie_over_the_curve_of_their_own_product(shared):
    words = {
        name: {artist.get_text() for artist in shared.drawing.overlays[name] if isinstance(artist, Text)}
        for name in PRODUCTS
    }
    assert {"n = 9", "lowest, n = 39", "back, review"} <= words["rituximab"]
    assert {"gone, n = 3", "back, n = 5"} <= words["CD19 CAR-T"]
    assert "n = 1" in words["blinatumomab"] and "n = 1" not in words["rituximab"]


def test_the_table_holds_every_cell_on_every_day(panel):
    lines = [line for line in panel.file("csv").decode().splitlines() if not line.startswith("#")]
    assert len(lines) == 1 + len(DAYS) and lines[0].count(",") == len(CELLS) + 1
    assert "rituximab (µg/mL)" in lines[0] and "blood-naive (cells per µL)" in lines[0]
    day_14 = dict(zip(lines[0].split(","), lines[1 + int(np.flatnonzero(DAYS == 14)[0])].split(","), strict=True))
    assert float(day_14["immature (% of start)"]) == pytest.approx(0.57, abs=0.01)


# --- the still picture -------------------------------------------------------------------------------


def test_a_still_picture_shows_the_day_and_says_it(courses):
    early, late = (body_still(courses[CAR_T], day) for day in (14, 400))
    assert early.words.startswith("Day 14: 0.0091 B cells per µL") and late.words.startswith("Day 400: 200 B cells")
    assert early.png.startswith(b"\x89PNG") and early.png != late.png
    data, about = late._repr_mimebundle_()
    assert data["text/plain"] == about["image/png"]["alt"] == late.words


def test_a_still_picture_takes_plans_of_other_products():
    patient = Patient.typical("MG")
    both = body_still(treat(patient, Plan("rituximab") + Plan("blinatumomab", days=[30]), 100), 33)
    assert "rituximab at 58 µg/mL; blinatumomab at 0.17 ng/mL" in both.words
    assert {"rituximab", "blinatumomab"} <= {text.get_text() for text in both.figure.findobj(Text)}
    assert in_words(treat(patient, Plan.none(), 60), 30) == (
        "Day 30: 230 B cells per µL of blood (230 before therapy), 100 % left in lymphoid tissue. "
        "Long-lived plasma cells stay at 100 % or more."
    )


def test_an_antibody_against_cd38_hunts_plasma_cells():
    drawing = body_drawing(Patient.typical("SLE"), [("daratumumab",)])
    hunted = {name for name, marks in hunted_cells(drawing, "daratumumab").items() if marks}
    assert hunted == {"pre-b", "immature", "plasma-cells", "plasmablasts", "clone-plasmablasts"}


# --- bad input ---------------------------------------------------------------------------------------


def test_what_is_impossible_is_said_in_one_sentence(courses):
    with pytest.raises(ValueError, match="was given 3; it needs a course"):
        body_still(3, 14)
    with pytest.raises(ValueError, match="day is 900; this course runs from day 0 to day 730"):
        body_still(courses[CAR_T], 900)
    three = Plan("rituximab") + Plan("blinatumomab") + Plan("CD19 CAR-T")
    with pytest.raises(ValueError, match="3 killers .* has room for two"):
        body_still(treat(Patient.typical("SLE"), three, 60), 9)
