"""Writes calibration/report.md and report.png: what the model predicts beside what was published.

    python calibration/report.py

Runs every target of data/targets.csv and reads the fits that fit.py left. A second run changes
nothing; `tests/test_calibration.py` fails when tables or model have moved since the last one.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fit import FOLDER, fitted_names, path_of, targets_of, unknowns

from teaching import tables
from teaching.model import targets
from teaching.model.targets import Check
from teaching.tables import Target
from teaching.words import percent

HEADER = "| id | statement | n | source | accepted | predicted | verdict |"
MISFIT = "misfit:"
#: So many targets are listed with their margin.
NARROWEST = 10
#: The axis of the figure: so many times below and above the accepted value.
FARTHEST = 8.0
ROW_INCHES, WIDTH_INCHES = 0.40, 15.0


# --- one row -------------------------------------------------------------------------------------


def accepted_text(row: Target) -> str:
    """The accepted range with its unit."""
    if row.metric.startswith("rising "):
        return f"rising, {row.unit}"
    if row.low is None:
        return f"at most {row.high:g} {row.unit}"
    if row.high is None:
        return f"at least {row.low:g} {row.unit}"
    return f"{row.low:g} to {row.high:g} {row.unit}"


def predicted_text(found: Check) -> str:
    """The prediction to three digits; plans of an ordering one after the other."""
    numbers = found.predicted if isinstance(found.predicted, tuple) else (found.predicted,)
    return ", ".join("never" if math.isinf(number) else f"{number:.3g}" for number in numbers)


def verdict(found: Check) -> str:
    """'inside', 'OUTSIDE', or 'OUTSIDE (known misfit)'."""
    known = found.target.note.startswith(MISFIT)
    if found.accepted:
        return "inside (the note calls it a misfit)" if known else "inside"
    return "OUTSIDE (known misfit)" if known else "OUTSIDE"


def table_row(found: Check) -> str:
    """One line of the report's table."""
    row = found.target
    star = "*" if row.starred else ""
    n = "-" if row.n is None else str(row.n)
    what = n if row.kind == "observed" else f"{n} ({row.kind})" if row.kind == "ordering" else "- (prediction)"
    cells = (
        f"{row.target}{star}", row.statement, what, "; ".join(row.source),
        accepted_text(row), predicted_text(found), verdict(found),
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


# --- the report ----------------------------------------------------------------------------------


def report(checks: Sequence[Check], folder: Path = FOLDER) -> str:
    """The text of report.md. `folder` is where the fits lie."""
    parts = [
        _summary(checks), _table(checks), _room(checks), _misfits(checks), _identifiability(folder), _meaning(), _rerun()
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _summary(checks: Sequence[Check]) -> str:
    inside = sum(found.accepted for found in checks)
    kinds = Counter(found.target.kind for found in checks)
    lone = [found.target.target for found in checks if found.target.kind == "observed" and found.target.n == 1]
    return f"""# How the model compares with what was published

Written by `calibration/report.py`; do not edit it by hand. For teaching, not treatment advice.

{inside} of {len(checks)} predictions lie inside the accepted range: {kinds["observed"]} targets were observed in patients,
{kinds["ordering"]} are an order of two plans seen in patients, {kinds["prediction"]} are predictions of this model that nobody has
measured. Resting on one patient: {", ".join(lone) or "none"}. The patient is the typical one with SLE, followed for
{targets.HORIZON_DAYS} days. A star marks what a test demands.

![Predictions against accepted ranges, one row a target](report.png)"""


def _table(checks: Sequence[Check]) -> str:
    return "\n".join(
        [
            "## Every target",
            "",
            "Sources are keys of `data/references.bib`; the notes in `data/targets.csv` say what was read (mostly "
            "abstracts) and",
            "where a range is a choice of ours. *never*: not within the days followed.",
            "",
            HEADER,
            "|---|---|---|---|---|---|---|",
            *(table_row(found) for found in checks),
        ]
    )


def _room(checks: Sequence[Check]) -> str:
    """The targets that are met most narrowly."""
    met = [found for found in checks if found.accepted and found.margin is not None]
    narrow = sorted(met, key=lambda found: found.margin)[:NARROWEST]
    lines = [
        "## Met, but narrowly",
        "",
        "The least margin first: how far the prediction lies from the nearest end of the accepted range, in per cent of the",
        "width of that range; of the end itself where it has one; for an ordering the smallest step from plan to plan.",
        "",
        "| id | accepted | predicted | margin |",
        "|---|---|---|---|",
    ]
    for found in narrow:
        cells = (found.target.target, accepted_text(found.target), predicted_text(found), percent(found.margin))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _misfits(checks: Sequence[Check]) -> str:
    lines = ["## What this model does not reproduce, and why", ""]
    for found in checks:
        row = found.target
        if found.accepted and not row.note.startswith(MISFIT):
            continue
        why = row.note.removeprefix(MISFIT).strip()
        unknown = (
            "" if row.note.startswith(MISFIT) else " **No reason is recorded for this one; it is not a known misfit.**"
        )
        lines.append(
            f"* **{row.target}**, {row.statement}: predicted {predicted_text(found)}; accepted: {accepted_text(row)}. "
            f"{why[:1].upper() + why[1:]}.{unknown}"
        )
    if len(lines) == 2:
        lines.append("Every target is met.")
    return "\n".join(lines)


def _identifiability(folder: Path) -> str:
    lines = [
        "## How well the fitted numbers are pinned",
        "",
        "A number is *pinned* on the side where the targets exclude part of its range in `data/parameters.csv`. "
        "*Allowed* is how far",
        "`fit.py` could move it, together with the other numbers of the same product, with every observed and ordering "
        "target of",
        "that product still met: at least that far. *Open* is the allowed share of the range, on a logarithmic scale.",
    ]
    loose, counts = [], []
    for name in fitted_names():
        numbers, rows = unknowns(name), targets_of(name)
        counts.append(
            f"| {name} | {len(numbers)} | {len(rows)} | {'yes' if path_of(name, folder).is_file() else 'not run'} |"
        )
        fits = _read(path_of(name, folder))
        if not fits:
            continue
        lines += ["", f"### {name}", "", *_of_one(name, fits)]
        loose += [f"{line['owner']} {line['name']}" for line in fits if line["pinned"] in ("no", "-")]
    lines[5:5] = ["", "| product or part | fitted numbers | targets | fit |", "|---|---|---|---|", *counts]
    lines += [
        "",
        "**Pinned on neither side**, so any value in the range would do as well and nothing may be concluded from the "
        "one in the",
        f"table: {', '.join(loose) or 'none'}.",
        "",
        "Each product was fitted alone, with all other numbers as in the tables; fitted together they would be looser "
        "still. Where",
        "*best fit* differs from *table*, neither is better known: both meet the targets, and the best fit merely lies "
        "closer to the",
        "middle of the accepted ranges, which often are a choice of ours.",
    ]
    return "\n".join(lines)


def _of_one(name: str, fits: list[dict]) -> list[str]:
    first = fits[0]
    ids = tuple(first["targets"].split(";"))
    lines = [f"{first['starts_met']} of {first['starts']} random starts met all {len(ids)} targets ({', '.join(ids)})."]
    if _is_old(name, fits):
        lines += [
            "",
            f'**This fit is older than the tables:** run `python calibration/fit.py --product "{name}"` again.',
        ]
    lines += [
        "",
        "| number | table | range | best fit | ends of the starts | allowed | open | pinned |",
        "|" + "---|" * 8,
    ]
    for line in fits:
        table = line["table"] + (
            "" if line["table_verdict"] in ("inside", "-") else f" ({line['table_verdict']} the allowed)"
        )
        share = f"{float(line['open_share']):.0%}" if line["open_share"] else "-"
        cells = (
            f"{line['owner']} {line['name']} [{line['unit']}]", table, _span(line, "low", "high"),
            _short(line["fitted"]),
            _span(line, "starts_low", "starts_high"), _span(line, "allowed_low", "allowed_high"), share, line["pinned"],
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _is_old(name: str, fits: list[dict]) -> bool:
    """Whether unknowns, their values or ranges, or the list of targets changed since the fit."""
    then = [(line["owner"], line["name"], *(float(line[key]) for key in ("table", "low", "high"))) for line in fits]
    now = [(row.owner, row.name, row.value, row.low, row.high) for row in unknowns(name)]
    return then != now or fits[0]["targets"].split(";") != [row.target for row in targets_of(name)]


def _read(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _short(word: str) -> str:
    return f"{float(word):.3g}" if word else "-"


def _span(line: dict, low: str, high: str) -> str:
    return f"{_short(line[low])} to {_short(line[high])}" if line[low] else "-"


def _meaning() -> str:
    effects = [
        f"{row.owner} {row.value:g}"
        for row in tables.parameters().values()
        if row.name == "effect_lymphoid" and "calibration" in row.source
    ]
    return f"""## What this agreement does not show

The tissue factors (`effect_lymphoid`: {", ".join(effects)}; and their like for marrow) were **fitted to the
observed difference** between the therapies. So the model **restates** that difference and cannot prove it: agreement here says
that the equations can hold the observations together, not that penetration, effector cells or niches cause them. No head-to-head
trial stands behind the order of the therapies, several targets rest on very few patients or on another disease, and no target was
kept aside to test the fit."""


def _rerun() -> str:
    return """## How to rerun

```
python calibration/fit.py                        # every product and part: a few minutes
python calibration/fit.py --product rituximab    # one: well under two minutes
python calibration/report.py                     # this page and its figure: seconds
```

After any change in `data/` or in the equations, run `report.py`; a test fails until it was. [data/README.md](../data/README.md) says what the
fit does and how to read it."""


# --- the figure ----------------------------------------------------------------------------------


def relative(found: Check) -> tuple[float, float | None, float | None]:
    """(prediction, low, high) over the middle of the accepted range; over its one end where it has one.

    The middle is the geometric mean of low and high. An ordering becomes its smallest step from plan
    to plan, to be above 1.
    """
    row = found.target
    if isinstance(found.predicted, tuple):
        pairs = zip(found.predicted, found.predicted[1:], strict=False)
        return min(_over(second, first) for first, second in pairs), 1.0, None
    if row.low and row.high:
        middle = math.sqrt(row.low * row.high)
        return found.predicted / middle, row.low / middle, row.high / middle
    end = row.high if not row.low else row.low
    return found.predicted / end, 1.0 if row.low else None, 1.0 if not row.low else None


def _over(second: float, first: float) -> float:
    if math.isinf(first):
        return 1.0 if math.isinf(second) else 0.0
    return second / first if first else math.inf


def draw(checks: Sequence[Check], path: Path) -> None:
    """Draws report.png: accepted range as a bar, prediction as a dot inside it or a cross outside."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from teaching.figures.style import FAINT, style

    with style():
        figure = Figure(figsize=(WIDTH_INCHES, ROW_INCHES * len(checks) + 2.2), facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.46, 1.0 / figure.get_figheight(), 0.36, 1 - 2.2 / figure.get_figheight()))
        axes.set_xscale("log")
        axes.set_xlim(1 / FARTHEST / 1.25, FARTHEST * 1.25)
        axes.set_ylim(len(checks) - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        axes.axvline(1, color=FAINT, linewidth=2, zorder=0)
        for place, found in enumerate(checks):
            _draw_row(axes, place, found)
        ticks = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]
        axes.set_xticks(ticks, ["÷8", "÷4", "÷2", "1", "×2", "×4", "×8"])
        axes.set_xticks([], minor=True)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("times the middle of the accepted range (its end, where the range has one end)", x=0.3)
        _title_and_key(figure, axes, checks)
        # No date and no version in the file: the same tables give the same bytes.
        figure.savefig(path, dpi=100, metadata={"Software": None, "Description": _drawn(checks)})


def _drawn(checks: Sequence[Check]) -> str:
    """What the figure shows, as text: kept in the PNG, so that a test sees when it is stale."""
    return "; ".join(f"{found.target.target} {accepted_text(found.target)}: "
                     f"{predicted_text(found)}" for found in checks).encode(
        "ascii", "replace"
    ).decode()  # fmt: skip


def _draw_row(axes, place: int, found: Check) -> None:
    from teaching.figures.style import BLUE, GHOST, INK, SKY, VERMILION

    value, low, high = relative(found)
    left, right = axes.get_xlim()
    observed = found.target.kind == "observed"
    axes.barh(
        place,
        (high or right) - (low or left),
        left=low or left,
        height=0.62,
        color=SKY if observed else "#dcdcde",
        edgecolor=BLUE if observed else GHOST,
        linewidth=1,
        alpha=0.75 if observed else 1.0,
    )
    shown = min(max(value, 1 / FARTHEST), FARTHEST) if not math.isnan(value) else FARTHEST
    if shown != value:  # beyond the axis: an arrow says so
        sign = 1 if value > shown else -1
        axes.plot(
            FARTHEST ** (1.06 * sign), place, marker=">" if sign > 0 else "<", color=INK, markersize=8, clip_on=False
        )
    marker, colour = ("o", "#00466f") if found.accepted else ("X", VERMILION)
    size = 11 if found.accepted else 15
    axes.plot(shown, place, marker=marker, color=colour, markersize=size, markeredgecolor="white", linestyle="none")
    row, across = found.target, axes.get_yaxis_transform()
    weight = "normal" if found.accepted else "bold"
    text = {"fontsize": 12, "va": "center", "fontweight": weight, "color": INK if found.accepted else "#a84400"}
    axes.text(-0.02, place, _label(row), transform=across, ha="right", **text)
    axes.text(1.02, place, f"{predicted_text(found)} {row.unit}", transform=across, ha="left", **text)


def _label(row: Target) -> str:
    words, most = f"{row.target}  {row.statement}", 78
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _title_and_key(figure, axes, checks: Sequence[Check]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    from teaching.figures.style import BLUE, GHOST, SKY, VERMILION

    inside, height = sum(found.accepted for found in checks), figure.get_figheight()
    title = f"Model against published values: {inside} of {len(checks)} inside the accepted range"
    figure.text(0.01, 1 - 0.42 / height, title, fontsize=20, fontweight="bold", va="center")
    marks = {"linestyle": "none", "markeredgecolor": "white"}
    key = [
        Line2D([], [], marker="o", color="#00466f", markersize=11, label="predicted, inside", **marks),
        Line2D([], [], marker="X", color=VERMILION, markersize=15, label="predicted, outside", **marks),
        Patch(facecolor=SKY, edgecolor=BLUE, alpha=0.75, label="accepted, observed in patients"),
        Patch(facecolor="#dcdcde", edgecolor=GHOST, label="accepted, order or prediction"),
    ]
    where = (0.005, 1 - 1.18 / height)
    figure.legend(handles=key, loc="lower left", bbox_to_anchor=where, ncols=4, frameon=False, fontsize=14)
    axes.text(1.02, -0.75, "predicted", transform=axes.get_yaxis_transform(), fontweight="bold", va="bottom")


def main(words: Sequence[str] | None = None) -> None:
    """The command line; wrong words end in one sentence."""
    parser = argparse.ArgumentParser(description="Writes calibration/report.md and report.png.")
    parser.add_argument("--folder", default=str(FOLDER), help="where both are written and the fits are read")
    chosen, unknown = parser.parse_known_args(words)
    folder = Path(chosen.folder)
    if unknown:
        sys.exit(f"{unknown[0]!r} is not a word of this script; see --help.")
    if not folder.is_dir():
        sys.exit(f"folder {chosen.folder!r} does not exist; make it first.")
    checks = targets.check_all()
    (folder / "report.md").write_text(report(checks, folder), encoding="utf-8", newline="\n")
    draw(checks, folder / "report.png")
    outside = [found.target.target for found in checks if not found.accepted]
    print(f"written: report.md and report.png; outside the accepted range: {', '.join(outside) or 'none'}")


if __name__ == "__main__":
    main()
