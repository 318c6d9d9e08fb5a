"""A family of panels, declared once: the decorator over its view makes the function that lessons call.

    @family(
        title="Dose and interval", question="What do dose and interval of an antibody change?", lesson=3, place=2,
        line="Change dose, interval and antibody, and compare ...",
        controls=_controls, presets=presets_of, figure=pharmacokinetics_drawing, sources=_sources,
    )
    def dose_pk(patient, values) -> Scene:
        \"""Antibody concentration and blood B cells of one patient (default: typical SLE).\"""

`dose_pk(patient=None, preset=None, predict=None)` is a panel then, and `dose_pk.family` is what was declared.
Every function of a family names what it needs: whom the panel is about (`patient`), `values` of the controls by
name, or `start`, the first values of the parts.
"""

from __future__ import annotations

import functools
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from teaching.figures.drawing import Drawing
from teaching.model.patient import Patient, patient_or_typical
from teaching.panels.controls import Control
from teaching.panels.live import Panel
from teaching.panels.prediction import Predict
from teaching.panels.scene import Preset, Scene, Timeline, preset_of


@dataclass(frozen=True)
class Subject:
    """Whom a panel is about.

    `name`: the word by which a family's functions ask for it; `find`: makes it from arguments of the lesson's
    call, or refuses them with a ValueError; `about`: how a setting names it; `arguments`: what they are, for help().
    """

    name: str
    find: Callable[..., object]
    about: Callable[[object], str]
    arguments: str = ""


def _patient(patient: Patient | str | None = None) -> Patient:
    return patient_or_typical(patient)


PATIENT = Subject(
    "patient", _patient, lambda patient: patient.disease, "patient, a `Patient` or the name of a disease"
)  # fmt: skip


def thing(about: str = "") -> Subject:
    """The subject of a panel that is about no patient; `about`: how a setting names it."""
    return Subject("thing", lambda: about, lambda _: about)


@dataclass(frozen=True)
class Family:
    """What is declared of a family.

    `view`: the scene for the controls' values; `title`: two or three words; `question`: what the panel asks;
    `lesson`, `place`: where it is used first, and its place among the panels of that lesson; `line`: what can be
    done with it, one sentence; `controls`: a function that gives them; `presets`: cases, or a function that gives
    them: the first is the start; `figure`: makes the drawing; `sources`: where the numbers of a setting come from
    (HTML); `panel`: its name in settings and files, where that is not the view's own.
    """

    view: Callable[..., Scene]
    title: str
    question: str
    lesson: int
    place: int
    line: str
    controls: Callable[..., Sequence[Control]]
    presets: Sequence[Preset] | Callable[..., Sequence[Preset]]
    figure: Callable[..., Drawing]
    sources: Callable[..., str]
    subject: Subject = PATIENT
    timeline: Timeline | None = None
    panel: str = ""

    def __post_init__(self):
        whom = self.subject.name
        may_ask = {"view": "values", "controls": "", "presets": "", "figure": "start", "sources": "values"}
        for part, more in may_ask.items():
            function, known = getattr(self, part), [whom, more] if more else [whom]
            if callable(function) and (unknown := set(inspect.signature(function).parameters) - set(known)):
                raise TypeError(
                    f"{part} of the panel {self.name} asks for {min(unknown)}; it may ask for {' and '.join(known)}."
                )

    @property
    def name(self) -> str:
        """The name of the function that makes the panel."""
        return self.view.__name__

    def make(self, subject, preset: str | None = None, predict: Predict | None = None) -> Panel:
        """The panel about a subject, as it starts. Raises ValueError for an unknown preset."""
        given = {self.subject.name: subject}
        presets = _asked(self.presets, given) if callable(self.presets) else self.presets
        first = preset_of(preset, presets).values
        controls = _asked(self.controls, given)
        start = {item.name: item.check(first.get(item.name, item.value)) for item in controls}

        def view(values: Mapping[str, object]) -> Scene:
            # The start was solved for the drawing, which stands where it starts; a panel asks for it again and again.
            return scene if values == start else _asked(self.view, given, values=values)

        scene = _asked(self.view, given, values=dict(start))
        return Panel(
            self.panel or self.name, self.question, controls, _asked(self.figure, given, start=scene.values), view,
            presets=presets, start=first, about=self.subject.about(subject), predict=predict, timeline=self.timeline,
            sources=lambda values: _asked(self.sources, given, values=values),
        )  # fmt: skip


def family(**declared) -> Callable[[Callable[..., Scene]], Callable[..., Panel]]:
    """Declares a family over its view, with the fields of `Family`; the view's name is then what makes the panel.

    The maker takes the arguments of the subject, `preset` and `predict`. Raises TypeError for a declaration with
    a field too few or too many, or a function that asks for what a panel does not know.
    """

    def over(view: Callable[..., Scene]) -> Callable[..., Panel]:
        return _maker(Family(view, **declared))

    return over


def _maker(declared: Family) -> Callable[..., Panel]:
    """The function that lessons call, with a signature and a docstring of its own."""
    either, subject = inspect.Parameter.POSITIONAL_OR_KEYWORD, declared.subject
    own = list(inspect.signature(subject.find).parameters.values())
    ours = [
        inspect.Parameter(name, either, default=None, annotation=kind)
        for name, kind in (("preset", "str | None"), ("predict", "Predict | None"))
    ]
    # What a subject takes by name only comes last: preset stands second in every panel of a patient.
    order = [item for item in own if item.kind is either], ours, [item for item in own if item.kind is not either]
    signature = inspect.Signature([item.replace(kind=either) for group in order for item in group])

    @functools.wraps(declared.view)
    def make(*given, **named) -> Panel:
        try:
            found = signature.bind(*given, **named).arguments
        except TypeError as problem:
            raise TypeError(f"{declared.name}() {problem}") from None
        preset, predict = found.pop("preset", None), found.pop("predict", None)
        return declared.make(subject.find(**found), preset, predict)

    arguments = (subject.arguments, "preset, the label of a case to start with", "predict, a `Predict` that asks first")
    told = f"Arguments: {'; '.join(filter(None, arguments))}."
    raised = "Raises ValueError with one sentence for what is none of these."
    make.__doc__ = "\n\n".join((inspect.getdoc(declared.view), textwrap.fill(told, 100), raised))
    make.__signature__ = signature.replace(return_annotation="Panel")
    make.family = declared
    return make


def _asked(function: Callable, given: Mapping[str, object], **more):
    """What a function says, given what it names."""
    known = {**given, **more}
    return function(**{name: known[name] for name in _names(function)})


@functools.cache
def _names(function: Callable) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
