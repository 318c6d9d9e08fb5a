"""Makes the small pictures of lessons and panels: `python tools/pictures.py [name ...]`.

They stand on the cards of the site and of the app (src/teaching/deliver/pictures/), drawn by the panels' own figures
without their words, which nobody could read at this size. Lessons that are not there yet are drawn from the model or
from arithmetic, never from numbers that were made up. Run it after a panel has changed its looks.
"""

from __future__ import annotations

import argparse
import io

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image, ImageChops

from teaching import Patient, Plan, treat
from teaching.deliver.pictures import FOLDER
from teaching.figures.style import BLUE, INK, ORANGE, SKY, VERMILION, style
from teaching.panels.catalogue import CATALOGUE, GALLERY

SIZE = (640, 400)
#: Panel -> the case it shows, and the part of the figure that fits the card: left, top, right, bottom in shares.
LOOKS = {
    "antigens": (None, (0.0, 0.0, 0.66, 1.0)),
    "balance": (None, (0.0, 0.49, 0.52, 1.0)),
    "before_and_after": (None, (0.0, 0.0, 0.555, 1.0)),
    "bell": ("Mosunetuzumab 60 mg", (0.0, 0.0, 0.52, 1.0)),
    "blood_and_node": (None, (0.0, 0.0, 0.5, 1.0)),
    "body_map": ("CAR-T 1 million/kg", (0.38, 0.0, 1.0, 0.83)),
    "cohort": (None, (0.0, 0.0, 0.49, 1.0)),
    "design": (None, (0.0, 0.0, 0.49, 1.0)),
    "expansion": (None, (0.0, 0.0, 0.48, 1.0)),
    "interval": (None, (0.0, 0.0, 0.575, 1.0)),
    "mechanism_car": (None, (0.0, 0.0, 0.6, 1.0)),
    "mechanism_engager": (None, (0.0, 0.0, 0.665, 1.0)),
    "reset": ("CAR-T 1 million/kg", (0.0, 0.0, 0.49, 1.0)),
    "side_by_side": (None, (0.0, 0.0, 0.5, 1.0)),
    "treatment": ("CAR-T 1 million/kg", (0.0, 0.0, 0.52, 0.5)),
}


def panel_picture(name: str) -> Image.Image:
    """The picture of a panel at one of its cases, without words."""
    case, part = LOOKS.get(name, (None, None))
    if name not in CATALOGUE:  # a desk has no cases and nothing that moves
        return _fitted(GALLERY[name].make().drawing.figure, part)
    panel = CATALOGUE[name].make().state
    if case:
        panel.press(case)
    drawing = panel.drawing
    drawing.move(panel.scene.values, panel.position if panel.timeline else None)
    drawing.show_overlays(panel.scene.shown)
    return _fitted(drawing.figure, part)


def _fitted(figure: Figure, part=None) -> Image.Image:
    """A figure without its words, cut to the shape of a card."""
    for words in figure.findobj(Text):
        words.set_visible(False)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=160, facecolor="white")
    picture = Image.open(stream).convert("RGB")
    wide, high = picture.size
    left, top, right, bottom = part or (0, 0, 1, 1)
    picture = picture.crop((round(left * wide), round(top * high), round(right * wide), round(bottom * high)))
    return _on_a_card(picture)


def _on_a_card(picture: Image.Image) -> Image.Image:
    """The picture as large as a card holds, on white."""
    around = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    picture = picture.crop(around)
    share = min((SIZE[0] - 40) / picture.width, (SIZE[1] - 40) / picture.height)
    picture = picture.resize((round(share * picture.width), round(share * picture.height)), Image.Resampling.LANCZOS)
    card = Image.new("RGB", SIZE, "white")
    card.paste(picture, ((SIZE[0] - picture.width) // 2, (SIZE[1] - picture.height) // 2))
    return card.quantize(64, dither=Image.Dither.NONE)


def _figure() -> tuple[Figure, object]:
    figure = Figure(figsize=(8, 5))
    return figure, figure.add_axes((0.04, 0.06, 0.92, 0.88))


def reading_the_evidence() -> Image.Image:
    """Intervals of 95 % for shares of which all or none of a few patients were counted: exact, by arithmetic."""
    from scipy.stats import beta

    figure, axes = _figure()
    for place, (met, n) in enumerate([(15, 15), (5, 5), (3, 4), (6, 10), (1, 6), (0, 5)]):
        low = beta.ppf(0.025, met, n - met + 1) if met else 0
        high = beta.ppf(0.975, met + 1, n - met) if met < n else 1
        axes.plot([100 * low, 100 * high], [-place, -place], color=INK, linewidth=4)
        axes.plot(100 * met / n, -place, marker="D", markersize=8 + n, color=(BLUE, VERMILION)[met / n < 0.5])
    axes.axvline(50, color=ORANGE, linestyle="--", linewidth=3)
    axes.set(xlim=(-6, 106), ylim=(-5.7, 0.7), xticks=[], yticks=[])
    return _fitted(figure)


def benefit_and_risk() -> Image.Image:
    """A hundred people, all drawn empty: how the lesson on benefit and risk draws what nobody has counted."""
    figure, axes = _figure()
    body = {"color": "white", "markeredgecolor": INK, "markeredgewidth": 1.5, "markersize": 11}
    for number in range(100):
        column, row = number % 20, number // 20
        axes.plot(column, -row, marker="o", **body)
        axes.plot(column, -row - 0.42, marker="s", **body)
    axes.set(xlim=(-1, 20), ylim=(-5, 0.8))
    axes.axis("off")
    return _fitted(figure)


def clinic() -> Image.Image:
    """A course of the model's typical patient, known only on five visits."""
    course = treat(Patient.typical("SLE"), Plan.usual("rituximab"), days=730)
    days, cells = course.time_days, course["blood_b_cells_per_ul"]
    figure, axes = _figure()
    axes.plot(days, cells, color=SKY, linewidth=3, linestyle=":")
    visits = np.array([0, 90, 240, 420, 700])
    axes.plot(visits, np.interp(visits, days, cells), "o", markersize=20, color=BLUE, markeredgecolor=INK)
    for visit in visits:
        axes.axvline(visit, color=ORANGE, linewidth=2)
    axes.set(yscale="log", xticks=[], xlim=(-30, 760))
    axes.tick_params(left=False, which="both")
    return _fitted(figure)


def virtual_trial() -> Image.Image:
    """A room: twenty trials of one protocol in month 42, their intervals one above the other; run, not made up."""
    from teaching.evidence.protocol import Protocol
    from teaching.evidence.room import colleagues
    from teaching.evidence.virtual_trial import run

    plan = Protocol("CD19 CAR-T", "obinutuzumab", "remission", 42, 14)
    figure, axes = _figure()
    trials = sorted((run(plan, 1), *colleagues(plan, 1)), key=lambda trial: trial.compared.difference)
    for place, trial in enumerate(trials):
        color = BLUE if trial.supports == "works better" else INK
        axes.plot([trial.compared.low, trial.compared.high], [place, place], color=color, linewidth=3)
        filled = color if trial.supports == "works better" else "white"
        axes.plot(trial.compared.difference, place, "o", color=filled, markeredgecolor=color, markersize=10)
    axes.axvline(0, color=VERMILION, linewidth=4)
    axes.set(xticks=[], yticks=[], ylim=(-1, 20))
    return _fitted(figure)


def clinic_desk() -> Image.Image:
    """A career: disease activity and autoantibody as they ran, visits upright, and the results of the few tests."""
    from teaching.clinic.outcome import followed_until, given
    from teaching.clinic.people import hidden
    from teaching.clinic.visit import Visit, resume
    from teaching.panels.clinic_case import case

    visit = resume(case()).give("CD19 CAR-T")
    while isinstance(visit, Visit):
        visit = visit.next()
    career = visit.career
    run = followed_until(hidden(visit.person, career.seed), given(career.visits), visit.day, career.seed)
    figure, axes = _figure()
    for day in (0, 28, 91, 365, 730):
        axes.axvline(day**0.5, color=ORANGE, linewidth=3)
    for test, name, color in (
        ("disease activity", "activity_percent", BLUE),
        ("autoantibody", "autoantibody_percent", SKY),
    ):
        axes.plot(run.time_days**0.5, run.series[name], color=color, linewidth=3, linestyle=":")
        seen = [(one.ordered**0.5, one.value) for one in visit.results if one.test == test and one.value is not None]
        axes.plot(*zip(*seen, strict=True), "o", color=color, markeredgecolor=INK, markersize=20)
    axes.set(xticks=[], yticks=[], xlim=(-1, 43), ylim=(-5, 115))
    return _fitted(figure)


def three_hundreds() -> Image.Image:
    """A hundred people for each of three therapies; not the grid, because lesson 10 asks how much of it is full."""
    from teaching import panels

    figure = panels.benefits("rituximab", "obinutuzumab", third="cd19_car_t").drawing.figure
    return _fitted(figure, (0.0, 0.0, 1.0, 0.62))


def everything_alike() -> Image.Image:
    """The decision table as it starts: a weight and four scores for each criterion, all in the middle."""
    from teaching import panels

    values = panels.decision().start
    figure, axes = _figure()
    for row, scores in enumerate(zip(values["weights"], *values["scores"], strict=True)):
        for column, score in enumerate(scores):
            left = 1.25 * column + (0.35 if column else 0)
            axes.plot([left, left + 1], [-row, -row], color=INK, linewidth=4)
            axes.plot(left + score / 10, -row, "o", markersize=20, color=BLUE if column else ORANGE)
    axes.set(ylim=(-5.6, 0.6))
    axes.axis("off")
    return _fitted(figure)


def four_voices() -> Image.Image:
    """Four cards on a table, one of them open: how the deliberation starts."""
    from matplotlib.patches import FancyBboxPatch

    figure, axes = _figure()
    for number in range(4):
        column, row = number % 2, -(number // 2)
        looks = (
            {"linewidth": 6, "edgecolor": BLUE}
            if number == 2
            else {"linewidth": 3, "edgecolor": INK, "linestyle": "--"}
        )
        axes.add_patch(
            FancyBboxPatch((2.4 * column, 1.6 * row), 2, 1.2, boxstyle="round,pad=0.08", facecolor="none", **looks)
        )
        if number == 2:
            for line in range(4):
                axes.plot([0.2, 1.8 - 0.3 * (line % 2)], [1.6 * row + 1.0 - 0.27 * line] * 2, color=INK, linewidth=5)
        else:
            axes.plot(2.4 * column + 1, 1.6 * row + 0.6, "o", markersize=26, color=ORANGE, markeredgecolor=INK)
    axes.set(xlim=(-0.3, 4.8), ylim=(-1.9, 1.5))
    axes.axis("off")
    return _fitted(figure)


#: Panels and desks whose card is not their picture at the start.
IN_PLACE = {
    "trial_desk": virtual_trial, "clinic": clinic_desk, "benefits": three_hundreds, "decision": everything_alike,
    "deliberation": four_voices,
}  # fmt: skip
DRAWN = {9: reading_the_evidence, 10: benefit_and_risk, 11: clinic}


def main(words: list[str] | None = None) -> int:
    """Makes the named pictures, or all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="panels, or lessons as lesson_09; all when none is given")
    chosen = parser.parse_args(words).names
    makers = {name: (lambda name=name: panel_picture(name)) for name in GALLERY} | IN_PLACE
    makers |= {f"lesson_{number:02d}": maker for number, maker in DRAWN.items()}
    for name in chosen or makers:
        with style():
            picture = makers[name]()
        picture.save(FOLDER / f"{name}.png", optimize=True)
        print(f"{name}.png: {(FOLDER / f'{name}.png').stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
