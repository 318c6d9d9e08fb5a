"""The mechanism panels: what the drawings claim agrees with the tables, and every step and control is seen."""

import itertools
import re

import numpy as np
import pytest

from teaching import tables
from teaching.figures import mechanism_car as car
from teaching.figures import mechanism_engager as engager
from teaching.figures import mechanism_rituximab as rituximab
from teaching.figures.mechanism_pieces import tint
from teaching.panels.mechanism import MECHANISMS, mechanism
from teaching.panels.mechanism_rituximab import rituximab_in_words
from teaching.panels.prediction import Predict

NAMES = tuple(MECHANISMS)


@pytest.fixture(scope="module")
def panels():
    """One panel a mechanism for all tests: drawing one takes a second."""
    return {name: mechanism(name) for name in NAMES}


@pytest.fixture(params=NAMES)
def panel(panels, request):
    panels[request.param].reset()
    return panels[request.param]


def first_step(opacity) -> int:
    """The first step at which something is seen."""
    return int(np.argmax(np.asarray(opacity) > 0.5))


def seen_at_end(values) -> set[str]:
    return {name for name, value in values.items() if np.ndim(value) == 1 and len(value) > 1 and value[-1] > 0.5}


# --- rituximab -----------------------------------------------------------------------------------


def test_no_route_starts_before_the_antibody_is_bound():
    values = rituximab.rituximab_values("B cell", "VF")
    bound = 1 + int(np.flatnonzero(np.hypot(*values["antibody-0"]) > 0)[-1])
    order = [first_step(values[name]) for name in ("complement", "macrophage", "nk-cell", "shaving")]
    assert bound == 1
    assert order == sorted(set(order)) and order[0] > bound


def test_every_antibody_is_bound_in_the_end_to_a_b_cell_and_none_to_a_plasma_cell():
    for target, is_bound in (("B cell", True), ("plasma cell", False)):
        values = rituximab.rituximab_values(target, "VF")
        away = [np.hypot(*shift)[-1] for name, shift in values.items() if name.startswith("antibody-")]
        assert len(away) > 5
        assert all((distance == 0) == is_bound for distance in away)


def test_a_plasma_cell_meets_no_route_as_it_carries_no_cd20():
    assert tables.nodes()["long_lived_protective"].CD20 == "-"
    assert tables.nodes()["memory_blood"].CD20 == "++"
    assert seen_at_end(rituximab.rituximab_values("plasma cell", "VV")) == {"plasma-cell"}
    assert {"complement", "macrophage", "nk-cell"} < seen_at_end(rituximab.rituximab_values("B cell", "VV"))


@pytest.mark.parametrize("genotype", rituximab.GENOTYPES)
def test_the_nk_cell_shows_one_receptor_for_each_gene_copy(genotype):
    seen = seen_at_end(rituximab.rituximab_values("B cell", genotype))
    assert sorted(name[-1] for name in seen if name.startswith("receptor-")) == sorted(genotype)


def test_the_words_name_all_routes_and_the_published_numbers(panels):
    panels["rituximab"].reset()
    words = panels["rituximab"].sentence
    for route in ("Complement", "C1q", "macrophage", "NK cell", "FcγRIIIa", "shaving"):
        assert route in words
    rows = tables.parameters()
    odds = rows["effector", "response_odds_ratio_per_v_allele"]
    assert f"{odds.value:g}-fold" in words and f"{odds.low:.2f} to {odds.high:.2f}" in words


def test_without_cd20_the_receptor_of_the_nk_cell_cannot_be_chosen(panels):
    panels["rituximab"].press("Plasma cell: no CD20")
    assert set(panels["rituximab"].closed) == {"genotype"}
    assert "complement" in panels["rituximab"].sentence and "no CD20" in panels["rituximab"].sentence
    panels["rituximab"].reset()
    assert panels["rituximab"].closed == {}


# --- engager -------------------------------------------------------------------------------------


@pytest.mark.parametrize("antigen", engager.ENGAGERS)
def test_the_bell_is_highest_at_the_best_amount_and_too_much_is_like_too_little(antigen):
    item = engager.ENGAGERS[antigen]
    assert item.fraction(1.0) == pytest.approx(1.0)
    for amount in (3.0, 50.0, 2000.0):
        assert item.fraction(amount) == pytest.approx(item.fraction(1 / amount), rel=1e-9)
        assert item.fraction(amount) < item.fraction(amount / 2)


@pytest.mark.parametrize(("antigen", "amount"), [*itertools.product(engager.ENGAGERS, (1e-4, 0.3, 1.0, 40.0, 1e4))])
def test_the_point_rides_on_the_curve_and_the_framed_scene_is_the_right_one(antigen, amount):
    values = engager.engager_values(antigen, amount)
    x, y = values["amount"]
    assert y == pytest.approx(np.interp(np.log(x), np.log(engager.AMOUNTS), values["bell"]), abs=0.5)
    expected = "just right" if y >= 50 else "too little" if amount < 1 else "too much"
    assert engager.scene_of(antigen, amount) == expected


def test_the_levels_in_blood_lie_where_the_dossier_has_them():
    blinatumomab, mosunetuzumab = engager.ENGAGERS["CD19"], engager.ENGAGERS["CD20"]
    assert blinatumomab.fraction(blinatumomab.level) == pytest.approx(0.0086, rel=0.02)
    assert blinatumomab.level < 1 < mosunetuzumab.level
    assert mosunetuzumab.fraction(mosunetuzumab.level) == pytest.approx(0.84, abs=0.01)
    assert engager.ENGAGERS["BCMA"].level is None


def test_an_engager_is_drawn_with_a_cell_that_carries_its_antigen():
    node = {"B cell": "memory_lymphoid", "plasma\ncell": "long_lived_protective"}
    for antigen, item in engager.ENGAGERS.items():
        assert getattr(tables.nodes()[node[item.target]], antigen) == "++"
        assert tables.products()[item.drug].antigens == (antigen,)


def test_the_cells_meet_only_when_the_second_arm_holds():
    values = engager.engager_values("CD19", 1.0)
    apart = values["t-cell"][0]
    assert apart[0] < 0 and apart[1] < 0 and not apart[2:].any()
    steps = [first_step(values[name]) for name in ("first-CD19", "more-CD19", "kill")]
    assert steps == [1, 3, 4]
    assert seen_at_end(values) >= {"target-CD19", "first-CD19"} and "target-BCMA" not in seen_at_end(values)


# --- CAR -----------------------------------------------------------------------------------------


def test_generations_differ_by_their_co_stimulation_and_all_end_in_the_signal():
    domains = {name: car.domains_of(name, "CD28") for name in car.GENERATIONS}
    assert [len(found) - 1 for found in domains.values()] == [0, 1, 2]
    assert all(found[-1] == "CD3ζ" and found.count("CD3ζ") == 1 for found in domains.values())
    assert set(domains["third"]) == {"CD3ζ", *car.COSTIMULATIONS}


def test_cells_with_co_stimulation_have_more_daughters():
    words = ("", "", "")
    daughters = {
        name: "granddaughters" in seen_at_end(car.car_values(name, "4-1BB", "CD19", words)) for name in car.GENERATIONS
    }
    assert daughters == {"first": False, "second": True, "third": True}


@pytest.mark.parametrize(("generation", "costimulation"), [*itertools.product(car.GENERATIONS, car.COSTIMULATIONS)])
def test_the_cell_carries_the_car_that_was_chosen(generation, costimulation):
    seen = seen_at_end(car.car_values(generation, costimulation, "BCMA", ("", "", "")))
    small = [name for name in seen if name.startswith("car-")]
    assert small == [f"car-second-{costimulation}" if generation == "second" else f"car-{generation}"]
    assert "target-BCMA" in seen and "target-CD19" not in seen


def test_the_growth_that_is_told_lies_in_the_accepted_range_of_its_target(panels):
    panels["CAR"].reset()
    days, peak = map(float, re.search(r"every ([\d.]+) days until day (\d+\.?\d*)", panels["CAR"].sentence).groups())
    targets = tables.targets()
    assert targets["C1b"].low <= days <= targets["C1b"].high
    assert targets["C1a"].low <= peak <= targets["C1a"].high


# --- all three -----------------------------------------------------------------------------------


def test_the_printed_picture_is_the_last_step(panel):
    assert panel.position == len(panel.timeline.steps) - 1 == panel.drawing.stops[-1]
    panel.file("svg")
    for part in panel.drawing.parts:
        if part.kind == "fade":
            opacity = panel.scene.values[part.name][-1]
            assert all(artist.get_visible() == (opacity > 0.02) for artist in part.artists), part.name


def test_every_part_stands_in_the_svg_at_home_also_when_it_is_hidden_at_first(panel):
    for part in panel.drawing.parts:
        if part.kind in ("fade", "shift"):
            for number in range(len(part.artists)):
                assert f'-{part.kind}-{part.name}-{number}"' in panel.svg
    assert "opacity: 0" not in panel.svg


def test_every_step_adds_something(panel):
    values = panel.scene.values
    changing = [
        np.asarray(value, float)
        for value in values.values()
        if np.ndim(value) == 1 and len(value) == len(panel.drawing.stops)
    ]
    moving = [np.asarray(value, float) for value in values.values() if np.ndim(value) == 2]
    quiet = [
        step
        for step in range(1, len(panel.drawing.stops))
        if not any(value[step] != value[step - 1] for value in changing)
        and not any((m[:, step] != m[:, step - 1]).any() for m in moving)
    ]
    assert quiet in ([], [len(panel.drawing.stops) - 1])  # the engager's last step tells of the bell beside it
    assert bool(quiet) == (panel.about == "engager")


def test_pictures_and_tables_can_be_taken_along(panel):
    assert panel.drawing.png(panel.question, panel.sentence).startswith(b"\x89PNG")
    assert b"<text" in panel.file("svg")  # words stay words
    rows = panel.file("csv").decode().splitlines()
    assert sum(row.startswith("step ") for row in rows) == len(panel.timeline.steps)


def test_a_prediction_can_be_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_KEEPS_NOTHING", "1")
    asked = mechanism(
        "CAR", predict=Predict("car-test", "What does CD3ζ do?", options=("holds the antigen", "gives the signal"))
    )
    asked.predicted("gives the signal")
    assert "gives the signal" in asked.verdict


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["belimumab", "", "car", None, 3, ["CAR"]])
def test_another_mechanism_is_refused_with_the_ones_there_are(name):
    with pytest.raises(ValueError, match=r"choose one of: rituximab, engager, CAR\."):
        mechanism(name)


def test_a_tint_is_opaque_and_lies_between_white_and_its_colour():
    assert tint("#0072B2", 0.0) == "#ffffff" and tint("#0072B2", 1.0) == "#0072b2"
    assert len(tint("#0072B2", 0.25)) == 7  # no opacity: fading must not change the colour


def test_the_words_tell_of_both_cohorts_with_fc_receptors():
    """They disagree; who quotes one of them teaches from an outlier."""
    said = rituximab_in_words("B cell", "VF")
    assert "disagree: V/F did best among 177 patients, and V/V among 212." in said
