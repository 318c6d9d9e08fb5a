"""The bell: what binding at equilibrium demands of the panel, and the panel that shows it."""

import math
import re

import numpy as np
import pytest
from label_boxes import touching

from teaching.figures.bell import FEWEST, FREE_NM, HIGHEST_NM, LOWEST_NM, MOST
from teaching.model.binding import binding_constants, ng_per_ml_to_nM, place_on_bell, ternary_complex
from teaching.model.bridges import DRUGS, MADE_UP, constants
from teaching.panels.bell import PRESETS, bell
from teaching.panels.bell import _system as system_of

PANEL = bell
LABELS = tuple(item.label for item in PRESETS)


def shown(panel) -> dict:
    return panel.scene.values


def width(share) -> float:
    """Over how many powers of ten at least half of the most bridges are made."""
    return float(np.ptp(np.log10(FREE_NM[np.asarray(share) >= 50])))


# --- binding ------------------------------------------------------------------------------------------------


def test_the_peak_is_at_the_root_of_both_affinities_for_every_case(panel):
    for label in LABELS:
        panel.press(label)
        share, (peak, top) = shown(panel)["share"], shown(panel)["peak"]
        _, _, target, cd3, _ = system_of(panel.values)
        assert peak == pytest.approx(math.sqrt(target * cd3)) and top == 100
        assert abs(math.log10(FREE_NM[np.argmax(share)] / peak)) <= 0.026  # half of a step of the grid
        assert share.max() == pytest.approx(100, abs=0.2)


def test_the_clinical_places_are_those_of_the_dossier(panel):
    """Blinatumomab 0.616 ng/mL: 0.9 % of the peak, left; mosunetuzumab 17.9 ug/mL: 84 %, right (few receptors)."""
    for label, drug, share, side in (
        (LABELS[0], "blinatumomab", 0.86, "left"),
        (LABELS[1], "mosunetuzumab", 83.5, "right"),
    ):
        panel.press(label)
        kd = binding_constants(drug)
        level, height = shown(panel)["here"]
        assert level == pytest.approx(ng_per_ml_to_nM(kd.level_ng_per_ml, kd.molecular_weight_kDa))
        assert height == pytest.approx(share, rel=0.01)
        assert f"{side} of the peak" in panel.sentence


def test_neither_receptor_number_nor_cooperativity_moves_the_peak_but_both_lift_the_bell(panel):
    for label, name, factor in ((LABELS[0], "blinatumomab receptors", 2.0), (LABELS[2], "cooperativity", 5.0)):
        panel.press(label)
        peak, most = shown(panel)["peak-count"]
        panel.set({name: panel.values[name] * factor})
        place, height = shown(panel)["peak-count"]
        assert place == pytest.approx(peak)
        assert height == pytest.approx(factor * most, rel=0.02)  # few receptors: in proportion


def test_a_tighter_cd3_arm_moves_the_peak_left_and_makes_more_bridges_at_the_same_level(panel):
    peak, here = shown(panel)["peak"][0], shown(panel)["here-count"][1]
    panel.set({"blinatumomab kd_cd3": 2.6})
    assert shown(panel)["peak"][0] == pytest.approx(peak / 10)
    assert shown(panel)["here-count"][1] > 50 * here


def test_two_equal_arms_make_a_higher_and_narrower_bell_at_the_same_place(panel):
    uneven = dict(shown(panel))
    panel.press("Equal arms, same peak")
    equal = shown(panel)
    assert equal["peak"][0] == pytest.approx(uneven["peak"][0])
    assert equal["peak-count"][1] == pytest.approx(3.8 * uneven["peak-count"][1], rel=0.02)
    assert width(equal["share"]) < width(uneven["share"]) - 0.5
    exact = 2 * math.log10(3 + 2 * math.sqrt(2))  # 4 x / (1 + x)^2 = 1/2
    assert width(equal["share"]) == pytest.approx(exact, abs=0.06)


def test_more_drug_helps_on_the_left_and_harms_on_the_right(panel):
    for level, side, sign in ((1.0, "left", 1), (20.0, "near the peak", 0), (2000.0, "right", -1)):
        panel.set({"blinatumomab level": level})
        before = shown(panel)["here-count"][1]
        assert {1: "makes more bridges", 0: "changes little", -1: "makes fewer bridges"}[sign] in panel.sentence, side
        panel.set({"blinatumomab level": 1.5 * level})
        change = math.log(shown(panel)["here-count"][1] / before)
        assert np.sign(round(change, 1)) == sign


def test_bridges_are_the_complexes_of_the_model_per_b_cell_and_never_more_than_receptors(panel):
    share, count = shown(panel)["share"], shown(panel)["count"]
    complexes = ternary_complex(FREE_NM, *system_of(panel.values))
    per_cell = system_of(panel.values)[0] / panel.values["blinatumomab receptors"]
    assert count == pytest.approx(complexes / per_cell)
    assert share == pytest.approx(100 * complexes / complexes.max(), rel=0.01)
    panel.set({"engager": MADE_UP, "cooperativity": 100, f"{MADE_UP} kd_cd3": 1})
    assert shown(panel)["count"].max() <= 22_000


def test_the_circle_stands_on_the_curve_in_both_pictures(panel):
    for label in LABELS:
        panel.press(label)
        values = shown(panel)
        for curve, mark in (("share", "here"), ("count", "here-count")):
            level, height = values[mark]
            drawn = np.exp(np.interp(math.log(level), np.log(FREE_NM), np.log(values[curve])))
            assert height == pytest.approx(drawn, rel=0.01)


def test_it_says_that_height_is_no_scale_of_killing(panel):
    for label in LABELS:
        panel.press(label)
        assert "Height is no scale of killing" in panel.sentence
    panel.reset()
    assert "half of its full effect at 0.15 ng/mL" in panel.sentence and "0.86 % of the peak" in panel.sentence


def test_cooperativity_lifts_the_bell_and_its_share_stays(panel):
    panel.press(LABELS[2])
    share, most = shown(panel)["share"], shown(panel)["peak-count"][1]
    panel.press("Arms that help each other")
    assert shown(panel)["peak-count"][1] == pytest.approx(30 * most, rel=0.05)
    assert shown(panel)["share"] == pytest.approx(share, abs=3)


# --- the panel ----------------------------------------------------------------------------------------------


def test_numbers_of_the_sentence_are_those_of_the_picture(panel):
    panel.press(LABELS[3])
    place = place_on_bell(2000, *constants("blinatumomab")[:2], *system_of(panel.values)[:2])
    assert float(re.search(r"makes ([\d.]+) % of the most", panel.sentence)[1]) == pytest.approx(
        100 * place.fraction, rel=0.01
    )
    assert "2000 nM (110 µg/mL)" in panel.sentence and "= 19.7 nM (1.08 µg/mL), 102 times less" in panel.sentence


def test_ticks_in_mass_and_the_clinical_level_follow_the_drug(panel):
    for label, engager in zip(LABELS[:3], (*DRUGS, MADE_UP), strict=True):
        panel.press(label)
        assert panel.overlays == [engager]
    assert "0.616 ng/mL" in panel.svg and "17,900 ng/mL" in panel.svg


def test_every_corner_of_the_controls_stays_inside_the_picture(panel):
    for engager in (*DRUGS, MADE_UP):
        for level, kd in ((1e-4, 1.0), (1e4, 1.0), (1e-4, 1000.0), (1e4, 1000.0)):
            for receptors, cooperativity in ((1000, 0.1), (200_000, 100)):
                last = {"cooperativity": cooperativity} if engager == MADE_UP else {f"{engager} receptors": receptors}
                panel.set({"engager": engager, f"{engager} level": level, f"{engager} kd_cd3": kd, **last})
                assert panel.error == "" and np.isfinite(np.frombuffer(panel.frame, np.float32)).all()
                assert FEWEST <= shown(panel)["here-count"][1] <= MOST and 0 <= shown(panel)["here"][1] <= 100.001


def test_the_table_is_what_is_drawn(panel):
    lines = panel.file("csv").decode().splitlines()
    head = next(line for line in lines if not line.startswith("#"))
    assert head == "free_engager_nM,free_engager_ng_per_ml,bridges_percent_of_peak,bridges_per_b_cell"
    rows = np.array([line.split(",") for line in lines[lines.index(head) + 1 :]], float)
    assert rows[:, 1] == pytest.approx(55 * rows[:, 0], rel=1e-4)
    assert rows[:, 3] == pytest.approx(shown(panel)["count"], rel=1e-4)


@pytest.mark.parametrize("engager", ["blinatumomab", "mosunetuzumab", "made-up engager"])
def test_the_name_of_the_point_stays_off_the_curve_wherever_the_slider_stands(panel, engager):
    panel.set({"engager": engager})
    for level in np.geomspace(LOWEST_NM, HIGHEST_NM, 17):
        panel.set({f"{engager} level": float(np.clip(level, LOWEST_NM, HIGHEST_NM))})
        panel.drawing.move(panel.scene.values)
        panel.drawing.show_overlays(panel.overlays)
        met = {other for words, other in touching(panel.drawing) if words in ("here", "peak")}
        assert met <= {f"overlay-{engager}-8"}, (level, met)  # the dotted line of the clinical level may be passed
