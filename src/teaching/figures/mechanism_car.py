"""A CAR and its parts, three generations side by side; then the CAR-T cell at work and its daughters."""

from __future__ import annotations

from teaching.figures import mechanism_pieces as draw
from teaching.figures.parts import Fade, Words
from teaching.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, VERMILION, style

STEPS = (
    "A CAR is one protein chain in a T cell. Outside sits the scFv: the binding ends of an antibody in one piece.",
    "A hinge lifts the scFv off the membrane; a stretch through the membrane anchors it.",
    "Inside, CD3ζ gives the signal to kill: with it alone the CAR is of the first generation.",
    "With one co-stimulation domain, 4-1BB or CD28, it is of the second generation; with two, of the third.",
    "The CAR-T cell meets a cell with the antigen: the scFv holds it, and no MHC molecule is needed.",
    "Perforin and granzymes cross over: the cell dies.",
    "The signals also make the CAR-T cell multiply: a drug that grows.",
)
LAST = len(STEPS) - 1
GENERATIONS = ("first", "second", "third")
COSTIMULATIONS = ("4-1BB", "CD28")
TARGETS = {"CD19": ("B cell", draw.B_CELL), "BCMA": ("plasma\ncell", draw.PLASMA_CELL)}
COLOURS = {"CD3ζ": VERMILION, "4-1BB": ORANGE, "CD28": PURPLE}

_COLUMNS = dict(zip(GENERATIONS, (2.75, 4.15, 5.55), strict=True))
_TOP, _BOTTOM = 3.8, 3.4  # the membrane
_T, _B = (8.3, 4.75), (10.92, 4.75)
_T_RADIUS, _B_RADIUS = 1.0, 0.85
#: Heights at which CAR and antigen meet, above the middle of the cells.
_ROWS = (-0.45, 0.0, 0.45)


def domains_of(generation: str, costimulation: str) -> tuple[str, ...]:
    """The parts inside the cell, from the membrane inwards."""
    if generation == "first":
        return ("CD3ζ",)
    return (costimulation, "CD3ζ") if generation == "second" else ("CD28", "4-1BB", "CD3ζ")


def car_drawing() -> draw.StepDrawing:
    """The drawing with all its parts; `car_values` says which of them are seen."""
    with style():
        figure, axes = draw.stage(5.75)
        axes.set_ylim(0.5, 6.25)
        _membrane(axes)
        parts = _chains(axes) + _meeting(axes) + _daughters(axes)
        overlays = {f"column-{name}": _column_frame(axes, x) for name, x in _COLUMNS.items()}
        return draw.StepDrawing(figure, parts, overlays, stops=range(LAST + 1), fold=6.45)


def car_values(generation: str, costimulation: str, antigen: str, words: tuple[str, str, str]) -> dict[str, object]:
    """What each part shows for a CAR; `words`: three lines on how the cells multiply."""
    second = generation == "second"
    values: dict[str, object] = {
        "scfv": draw.from_step(0, LAST),
        "hinge": draw.from_step(1, LAST),
        "zeta": draw.from_step(2, LAST),
        "costimulation": draw.from_step(3, LAST),
        "t-cell": draw.from_step(4, LAST),
        "kill": draw.from_step(5, LAST),
        "daughters": draw.from_step(6, LAST),
        "granddaughters": draw.from_step(6, LAST, float(generation != "first")),
    }
    for name in COSTIMULATIONS:
        values[f"second-{name}"] = draw.from_step(3, LAST, float(name == costimulation))
    for name in _small_cars():
        values[f"car-{name}"] = draw.from_step(
            4, LAST, float(name == (f"second-{costimulation}" if second else generation))
        )
    for name in TARGETS:
        values[f"target-{name}"] = draw.from_step(4, LAST, float(name == antigen))
        values[f"dies-{name}"] = draw.from_step(5, LAST, float(name == antigen))
    for number, line in enumerate(words):
        values[f"multiply-{number}"] = line
    return values


def _small_cars() -> dict[str, tuple[str, ...]]:
    return {
        "first": domains_of("first", ""),
        **{f"second-{name}": domains_of("second", name) for name in COSTIMULATIONS},
        "third": domains_of("third", ""),
    }


def _membrane(axes) -> None:
    draw.shape(axes, [(2.05, _BOTTOM), (6.25, _BOTTOM), (6.25, _TOP), (2.05, _TOP)], draw.tint(GREEN), GREEN, 1.6, 1.5)
    draw.words(axes, 1.95, 5.88, "generation", 13.5, "bold", "right", rise="baseline")
    draw.lines(axes, 1.95, (_TOP + _BOTTOM) / 2 + 0.06, "membrane of\nthe T cell", "right")
    draw.words(axes, 1.95, 2.75, "inside", 12.5, "normal", "right")
    draw.words(axes, 1.95, 4.95, "scFv", 12.5, "bold", "right")
    draw.words(axes, 1.95, 4.7, "holds the antigen", 12.5, "normal", "right")
    draw.words(axes, 1.95, 4.15, "hinge", 12.5, "bold", "right")
    for (name, x), title in zip(_COLUMNS.items(), ("1st", "2nd", "3rd"), strict=True):
        draw.words(axes, x, 5.88, title, 13.5, "bold", "center", rise="baseline")
        text = {
            "first": "signal only",
            "second": "signal + one\nco-stimulation",
            "third": "signal + two\nco-stimulations",
        }[name]
        draw.lines(axes, x, 1.3, text, "center", 12)


def _column_frame(axes, x: float) -> list:
    return draw.frame_round(axes, x - 0.69, 0.8, x + 0.69, 6.2, INK, "none", 2.4)


def _chains(axes) -> list:
    scfv, hinge, zeta, costimulation = [], [], [], []
    parts = []
    for name, x in _COLUMNS.items():
        for side in (-0.17, 0.17):
            scfv += draw.lobe_shape(axes, (x + side, 4.45), 90, BLUE, 0.85)
        scfv += draw.strokes(axes, [[(x - 0.17, 5.3), (x, 5.5), (x + 0.17, 5.3)]], INK, 1.8, 4)
        hinge += draw.strokes(
            axes, [[(x, 4.47), (x - 0.07, 4.3), (x + 0.07, 4.13), (x - 0.07, 3.96), (x, 3.82)]], INK, 3.2, 4
        )
        hinge += draw.strokes(axes, [[(x, _TOP + 0.02), (x, _BOTTOM - 0.02)]], INK, 7, 4)
        for place, domain in enumerate(domains_of(name, "4-1BB")):
            into = zeta if domain == "CD3ζ" else costimulation
            if name == "second" and domain != "CD3ζ":
                parts += [Fade(f"second-{other}", _block(axes, x, place, other)) for other in COSTIMULATIONS]
            else:
                into += _block(axes, x, place, domain)
    return [Fade("scfv", scfv), Fade("hinge", hinge), Fade("zeta", zeta), Fade("costimulation", costimulation), *parts]


def _block(axes, x: float, place: int, domain: str) -> list:
    top = 3.25 - 0.58 * place
    box = [(x - 0.42, top - 0.44), (x + 0.42, top - 0.44), (x + 0.42, top), (x - 0.42, top)]
    artists = draw.strokes(axes, [[(x, top + 0.16), (x, top)]], INK, 3.2, 3)
    artists += draw.shape(axes, box, draw.tint(COLOURS[domain], 0.55), INK, 1.2, 4)
    return artists + draw.words(axes, x, top - 0.225, domain, 12.5, "bold", "center", draw.ON_TINT)


def _meeting(axes) -> list:
    t_cell = draw.cell(axes, *_T, _T_RADIUS, draw.T_CELL, nucleus=(-0.25, 0, 0.42))
    t_cell += draw.words(axes, 8.1, 6.0, "CAR-T cell", 13.5, "bold", "center")
    parts = [Fade("t-cell", t_cell)]
    for name, domains in _small_cars().items():
        colours = [COLOURS[domain] for domain in domains]
        artists = []
        for row in _ROWS:
            reach = (_T_RADIUS**2 - row**2) ** 0.5
            artists += draw.car_receptor(axes, _T[0] + reach, _T[1] + row, 0, colours, 0.46)
        parts.append(Fade(f"car-{name}", artists))
    for name, (cell, colour) in TARGETS.items():
        artists = draw.cell(axes, *_B, _B_RADIUS, colour, cell, nucleus=(0.08, 0, 0.62))
        for row in _ROWS:
            artists += draw.antigen(axes, _B[0] - (_B_RADIUS**2 - row**2) ** 0.5, _B[1] + row, 180, name)
        for angle in (40, -40):
            artists += draw.antigen(axes, *draw.along(*_B, angle, _B_RADIUS), angle, name)
        artists += draw.words(axes, 9.85, 5.75, name, 12.5, "bold", "center")
        artists += draw.leader(axes, (9.85, 5.62), (9.95, 5.35))
        buds = draw.blebs(axes, *_B, _B_RADIUS, colour, (-100, -70, -15, 15, 70, 100))
        parts += [Fade(f"target-{name}", artists), Fade(f"dies-{name}", buds)]
    dots = [
        (8.95, 4.52),
        (8.95, 4.98),
        (9.5, 4.52),
        (9.5, 4.98),
        (9.8, 4.52),
        (9.8, 4.98),
        (10.35, 4.52),
        (10.35, 4.98),
    ]
    kill = draw.granules(axes, dots)
    kill += draw.lines(axes, 10.35, 3.5, "perforin, granzymes (stars):\nthe cell dies", "center")
    return [*parts, Fade("kill", kill)]


def _daughters(axes) -> list:
    first = draw.arrow(axes, (8.2, 3.68), (7.7, 3.05)) + draw.arrow(axes, (8.35, 3.68), (8.72, 3.05))
    for x in (7.55, 8.85):
        first += _daughter(axes, x, 2.55, 0.42, (25, 155))
    second = []
    for x, parent in ((6.9, 7.4), (7.7, 7.7), (8.5, 8.7), (9.3, 9.0)):
        second += draw.arrow(axes, (parent, 2.1), (x, 1.55)) + _daughter(axes, x, 1.2, 0.32, (-55, -125))
    lines = []
    for number in range(3):
        lines += draw.words(axes, 9.7, 2.35 - draw.LINE * number, "", 12.5, rise="baseline")
    first += draw.words(axes, 9.7, 2.65, "It multiplies", 13.5, "bold", rise="baseline")
    parts = [Words(f"multiply-{number}", text) for number, text in enumerate(lines)]
    return [Fade("daughters", first), Fade("granddaughters", second), *parts]


def _daughter(axes, x: float, y: float, radius: float, angles) -> list:
    artists = draw.cell(axes, x, y, radius, draw.T_CELL, nucleus=(0, 0, 0.45))
    for angle in angles:
        artists += draw.car_receptor(axes, *draw.along(x, y, angle, radius), angle, (), 0.26)
    return artists
