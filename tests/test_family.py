"""A family of panels is a declaration: a tiny one is made here, shows what the model says and is found like the others.

First what it shows, then the function that lessons call, then declarations that cannot be.
"""

import inspect

import numpy as np
import pytest

from teaching import Patient, panels
from teaching.figures.drawing import Drawing
from teaching.figures.pieces import labelled_curve, new_figure
from teaching.figures.style import BLUE, style
from teaching.model import balance as pool
from teaching.model.patient import patient_or_typical
from teaching.panels.catalogue import CATALOGUE, catalogue_of
from teaching.panels.controls import Slider
from teaching.panels.family import Subject, family, thing
from teaching.panels.scene import Preset, Scene

DAYS = np.linspace(0, 100, 51)
solved = []


def _controls(patient):
    usual = pool.half_life_days(patient["naive_loss_per_day"])
    return [Slider("half_life", "Half-life", usual, 5, 60, unit="days", source="a test")]


def _figure(start) -> Drawing:
    with style():
        figure = new_figure(6, 4)
        axes = figure.subplots()
        axes.set_ylim(0, 100)
        drawing = Drawing(figure, [labelled_curve(axes, "left", DAYS, BLUE)])
        drawing.move(start)
    return drawing


@family(
    title="A dry tap",
    question="How long does a pool last when nothing refills it?",
    lesson=1,
    place=1.5,
    line="Change the half-life of the cells, and watch the pool run out.",
    controls=_controls,
    presets=(Preset("As in the table", {}), Preset("Short-lived cells", {"half_life": 10.0})),
    figure=_figure,
    sources=lambda: "assumption",
)
def dry_tap(patient, values) -> Scene:
    """The pool of one patient (default: typical SLE) without production."""
    solved.append(dict(values))
    left = pool.pool_over_time(DAYS, 100, 0, pool.loss_per_day(values["half_life"]))
    return Scene({"left": left}, f"After {values['half_life']:.0f} days half of the pool is left.")


# --- what it shows -------------------------------------------------------------------------------


def test_without_production_half_is_left_after_the_half_life_that_is_chosen():
    panel = dry_tap(preset="Short-lived cells")
    assert panel.scene.values["left"][DAYS == 10] == pytest.approx(50)
    panel.set({"half_life": 20})
    assert panel.scene.values["left"][DAYS == 20] == pytest.approx(50)
    assert panel.sentence == "After 20 days half of the pool is left." and panel.state.notes_for({}) == "assumption"


def test_a_patient_starts_with_their_own_numbers_and_is_solved_once():
    solved.clear()
    panel = dry_tap(Patient.typical("RA").change(naive_loss_per_day=np.log(2) / 14))
    assert panel.values["half_life"] == pytest.approx(14) and panel.about == "RA" and len(solved) == 1
    panel.press("Short-lived cells")
    panel.reset()
    assert panel.values["half_life"] == pytest.approx(14) and len(solved) == 2


# --- how it is found and called ------------------------------------------------------------------


def test_it_stands_in_the_catalogue_at_its_place():
    found = catalogue_of([*vars(panels).values(), dry_tap])
    assert list(found)[:3] == ["balance", "treatment", "dry_tap"] and len(found) == len(CATALOGUE) + 1
    entry = found["dry_tap"]
    assert (entry.title, entry.lesson) == ("A dry tap", 1) and entry.question.startswith("How long does a pool")
    assert entry.make().sentence == dry_tap().sentence


def test_the_maker_is_called_and_explained_like_a_function_of_its_own():
    assert list(inspect.signature(dry_tap).parameters) == ["patient", "preset", "predict"]
    assert list(inspect.signature(panels.cohort).parameters) == ["patient", "preset", "predict", "seed"]
    assert list(inspect.signature(panels.bell).parameters) == ["preset", "predict"]
    assert dry_tap.__name__ == "dry_tap" and dry_tap.__module__ == __name__
    assert dry_tap.__doc__.startswith("The pool of one patient") and "Raises ValueError" in dry_tap.__doc__
    for maker in (getattr(panels, name) for name in CATALOGUE):
        assert len(maker.family.view.__doc__) > 30 and "\n\nArguments: " in maker.__doc__
        assert all(f"{name}, " in maker.__doc__ for name in inspect.signature(maker).parameters), maker.__name__


def test_a_panel_may_be_about_something_else():
    def _pair(patient=None, *, other="RA"):
        return patient_or_typical(patient).disease, patient_or_typical(other).disease

    said = vars(dry_tap.family) | {"subject": Subject("pair", _pair, " and ".join), "controls": lambda: _controls(SLE)}
    of_two = family(**{name: said[name] for name in said if name != "view"})(_of_two)
    assert of_two("MG", None, None, "SLE").about == "MG and SLE" and of_two(other="MG").about == "SLE and MG"
    with pytest.raises(ValueError, match="disease 'lupus' is not in the table"):
        of_two(other="lupus")
    assert thing("CAR").about(thing("CAR").find()) == "CAR"


SLE = Patient.typical("SLE")


def _of_two(pair, values):
    """Two of them."""
    return dry_tap.family.view(SLE, values)


# --- what cannot be ------------------------------------------------------------------------------


def test_an_argument_that_is_none_is_named():
    with pytest.raises(TypeError, match=r"dry_tap\(\) got an unexpected keyword argument 'patiant'"):
        dry_tap(patiant="RA")
    with pytest.raises(ValueError, match="preset 'Drought' does not exist; choose one of: As in the table, Short-"):
        dry_tap(preset="Drought")


@pytest.mark.parametrize("change, words", [
    ({"controls": lambda values: []}, "controls of the panel dry_tap asks for values; it may ask for patient."),
    ({"sources": lambda start: ""}, "sources of the panel dry_tap asks for start; it may ask for patient and values."),
    ({"presets": lambda who: ()}, "presets of the panel dry_tap asks for who; it may ask for patient."),
    ({"colour": "red"}, "unexpected keyword argument 'colour'"),
])  # fmt: skip
def test_a_declaration_that_cannot_be_is_refused_at_once(change, words):
    said = {name: value for name, value in vars(dry_tap.family).items() if name != "view"}
    with pytest.raises(TypeError) as problem:
        family(**said | change)(dry_tap.family.view)
    assert words in str(problem.value)
    del said["question"]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'question'"):
        family(**said)(dry_tap.family.view)
