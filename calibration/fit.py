"""Refits the fitted numbers of a product to its published targets and says how well they are pinned.

    python calibration/fit.py [--product rituximab] [--starts 8] [--seed 1]

Without --product every product and part that has fitted numbers takes its turn. Reads data/, writes
calibration/fit_<product>.csv, and never changes data/: a table is changed by a person, not by a fit.

Unknowns   rows of parameters.csv with the source `calibration`, between their low and high, on a
           logarithmic scale. Numbers of a kind (owner `engager`, ...) go with its first product.
Targets    rows of targets.csv, observed or ordering, whose plan holds the product; known misfits and
           predictions of this model are left out: a fit must not bend towards them.
Penalty    squared distance outside the accepted range (logarithms), and where two ends were
           observed a hundred times weaker pull to the middle.
Optimiser  scipy's least_squares (trust region): the penalty is a sum of squares of smooth terms, so
           it needs some ten courses a parameter where a simplex or an evolution needs thousands.
           Days and thresholds leave flat stretches; each start is the best of twelve random points.
Pinned?    Least squares ends where it first has nothing to gain, so its ends look more certain than
           the targets are. A random walk from every successful end through what meets *all* targets
           shows how far each number may go. It sees no more than it visits: read widths as at least.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from what_if import one_course_a_plan, what_if

from teaching import tables
from teaching.model import targets
from teaching.model.simulation import SimulationError
from teaching.model.therapies import Plan
from teaching.tables import Quantity, Target

FOLDER = Path(__file__).resolve().parent
#: Parts of the model beside the products: their numbers act under every plan.
PARTS = ("lineage", "serum")
FITTED_KINDS = ("observed", "ordering")

DRAWS_A_START = 12
MOST_EVALUATIONS = 40  # of least squares from one start, each with one course more a parameter
WALK_STEPS = 800
MOST_STARTS = 1000
#: On logarithms: how far inside the range the penalty begins, so that a fit ends inside and not on the edge.
MARGIN = 0.02
PULL = 0.1
#: Stands for 'never' and for what cannot be computed, in the penalty only.
NEVER_DAYS, IMPOSSIBLE = 10.0 * targets.HORIZON_DAYS, 10.0
#: The walk seldom visits an end itself: this near, as a share of low to high on logarithms, counts as reached.
SAME_END = 0.05
#: Wide enough to see a change of a day that is read between two saved times.
DIFFERENCE_STEP = 0.01

COLUMNS = (
    "owner name unit table low high fitted starts_low starts_high allowed_low allowed_high "
    "open_share pinned table_verdict starts_met starts targets"
).split()


@dataclass(frozen=True)
class Pinned:
    """One number after the fit: `starts` are the ends of the successful starts, `allowed` what the walk visited."""

    quantity: Quantity
    fitted: float
    starts: tuple[float, float] | None
    allowed: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        """How much of low to high the targets leave open, on logarithms: 0 pinned, 1 not at all."""
        if self.allowed is None:
            return None
        span = math.log(self.quantity.high / self.quantity.low)
        return math.log(self.allowed[1] / self.allowed[0]) / span

    @property
    def sides(self) -> str:
        """Which ends of low to high the targets exclude: 'both sides', 'from below', 'from above', 'no'."""
        if self.allowed is None:
            return "-"
        row = self.quantity
        near = SAME_END * math.log(row.high / row.low)
        below = math.log(self.allowed[0] / row.low) > near
        above = math.log(row.high / self.allowed[1]) > near
        return {(True, True): "both sides", (True, False): "from below", (False, True): "from above"}.get(
            (below, above), "no"
        )

    @property
    def table_verdict(self) -> str:
        """Where the value of the table lies beside what the targets allow."""
        if self.allowed is None:
            return "-"
        low, high = self.allowed[0] * (1 - 1e-9), self.allowed[1] * (1 + 1e-9)
        return "below" if self.quantity.value < low else "above" if self.quantity.value > high else "inside"


@dataclass(frozen=True)
class Fit:
    """A fit of one product: its numbers, and how many of the starts met every target."""

    product: str
    rows: tuple[Target, ...]
    pinned: tuple[Pinned, ...]
    starts_met: int
    starts: int
    missed: tuple[str, ...]


# --- what is fitted to what ----------------------------------------------------------------------


def fitted_names() -> tuple[str, ...]:
    """Products and parts that have both fitted numbers and targets."""
    names = (*tables.products(), *PARTS)
    return tuple(name for name in names if unknowns(name) and targets_of(name))


def unknowns(name: str) -> tuple[Quantity, ...]:
    """The fitted numbers of a product or part that have a range to search in."""
    return tuple(row for row in _calibrated(name) if row.low and row.high and row.low < row.high)


def kept(name: str) -> tuple[Quantity, ...]:
    """Numbers with the source `calibration` but without a range above 0: the fit leaves them alone."""
    return tuple(row for row in _calibrated(name) if row not in unknowns(name))


def targets_of(name: str) -> tuple[Target, ...]:
    """Observed and ordering targets under whose plan the product is given; for a part, all of them."""
    rows = [row for row in tables.targets().values() if row.kind in FITTED_KINDS and not row.note.startswith("misfit")]
    return tuple(row for row in rows if name in PARTS or name in _given(row))


def _calibrated(name: str) -> list[Quantity]:
    products = tables.products()
    owners = {name}
    if name in products:
        kind = products[name].kind
        first = next(row.product for row in products.values() if row.kind == kind)
        owners |= {kind} if name == first else set()
    return [row for row in tables.parameters().values() if row.owner in owners and "calibration" in row.source]


def _given(row: Target) -> set[str]:
    return {name for text in row.plan.split(" | ") for name in Plan.parse(text).products}


# --- the penalty ---------------------------------------------------------------------------------


def _predictions(rows: Sequence[Target], changes: dict) -> list:
    """What the model predicts for each target with these numbers; None where it cannot be computed."""
    with what_if(changes), one_course_a_plan():
        return [_tried(row) for row in rows]


def _tried(row: Target):
    try:
        return targets.evaluate(row)
    except (SimulationError, ValueError, ArithmeticError):  # numbers that leave no balance at rest
        return None


def _met(row: Target, predicted) -> bool:
    """As `targets.check`, for a prediction that is already there."""
    if predicted is None:
        return False
    if isinstance(predicted, tuple):
        return all(first < second for first, second in zip(predicted, predicted[1:], strict=False))
    low = -math.inf if row.low is None else row.low
    high = math.inf if row.high is None else row.high
    return low <= predicted <= high


def _residuals(row: Target, predicted) -> tuple[float, float]:
    """(distance outside the accepted range, weak pull to its middle), both to be squared."""
    if predicted is None:
        return IMPOSSIBLE, 0.0
    if isinstance(predicted, tuple):
        steps = [_log(second) - _log(first) for first, second in zip(predicted, predicted[1:], strict=False)]
        return max(0.0, MARGIN - min(steps)), 0.0
    if math.isnan(predicted):
        return IMPOSSIBLE, 0.0
    value = _log(predicted)
    low = -math.inf if row.low is None else _log(row.low)
    high = math.inf if row.high is None else _log(row.high)
    margin = min(MARGIN, (high - low) / 4)
    outside = max(low + margin - value, value - high + margin, 0.0)
    if row.kind != "observed" or math.isinf(high - low):
        return outside, 0.0
    return outside, PULL * (value - (low + high) / 2) / (high - low)


def _log(number: float) -> float:
    """Logarithm that takes 0, small negative differences and 'never'."""
    return math.log(min(max(number, 1e-9), NEVER_DAYS))


# --- the fit -------------------------------------------------------------------------------------


def fit(
    name: str,
    starts: int = 8,
    seed: int = 1,
    *,
    numbers: Sequence[Quantity] | None = None,
    rows: Sequence[Target] | None = None,
    walk_steps: int = WALK_STEPS,
    tell=lambda text: None,
) -> Fit:
    """Refits a product (or part) from random starts inside the ranges of the table.

    Arguments: name; starts, how many; seed of the random numbers; numbers and rows, other unknowns
    and targets than those of the tables; walk_steps, steps of the walk that finds how far each number
    may go; tell, called with a line of progress. Raises ValueError for a name without fitted numbers
    or without targets, and for a target that the table's own numbers cannot be compared with.
    """
    numbers, rows = _what_is_fitted(name, numbers, rows)
    for row in rows:  # a fault of model or table must be heard here; in the fit it would be one more miss
        targets.evaluate(row)
    low = np.log([row.low for row in numbers])
    span = np.log([row.high for row in numbers]) - low
    keys = [(row.owner, row.name) for row in numbers]
    rng = np.random.default_rng(seed)

    def predictions(place: np.ndarray) -> list:
        return _predictions(rows, dict(zip(keys, np.exp(low + span * place).tolist(), strict=True)))

    def residuals(place: np.ndarray) -> np.ndarray:
        found = predictions(place)
        return np.array([_residuals(row, value) for row, value in zip(rows, found, strict=True)]).ravel()

    def missed(place: np.ndarray) -> list[str]:
        return [row.target for row, value in zip(rows, predictions(place), strict=True) if not _met(row, value)]

    ends = []
    for number in range(starts):
        end, cost = _least_squares(residuals, len(numbers), rng)
        ends.append((cost, tuple(missed(end)), end))
        tell(f"start {number + 1} of {starts}: " + (f"misses {', '.join(ends[-1][1])}" if ends[-1][1] else "meets all"))
    _, still_missed, best = min(ends, key=lambda end: (len(end[1]), end[0]))
    good = [end for _, misses, end in ends if not misses]
    visited = list(good)
    in_table = (np.log([row.value for row in numbers]) - low) / span
    if good and not missed(in_table):
        visited.append(in_table)
    visited = _walk(lambda place: not missed(place), visited, walk_steps, rng)

    def extent(places: list, index: int) -> tuple[float, float] | None:
        if not places:
            return None
        column = [place[index] for place in places]
        return tuple(float(np.exp(low[index] + span[index] * end)) for end in (min(column), max(column)))

    fitted = np.exp(low + span * best)
    pinned = tuple(Pinned(row, float(fitted[i]), extent(good, i), extent(visited, i)) for i, row in enumerate(numbers))
    return Fit(name, tuple(rows), pinned, len(good), starts, still_missed)


def _what_is_fitted(name, numbers, rows):
    if name not in tables.products() and name not in PARTS:
        known = ", ".join((*tables.products(), *PARTS))
        raise ValueError(f"product {name!r} is not in the table; choose one of: {known}.")
    numbers = unknowns(name) if numbers is None else tuple(numbers)
    rows = targets_of(name) if rows is None else tuple(rows)
    missing = "number with the source calibration and a range" if not numbers else "observed target" if not rows else ""
    if missing:
        raise ValueError(
            f"{name!r} has no {missing}, so there is nothing to fit; choose one of: {', '.join(fitted_names())}."
        )
    return numbers, rows


def _least_squares(residuals, size: int, rng) -> tuple[np.ndarray, float]:
    """Place in the unit cube where one start ends, and its cost."""
    from scipy.optimize import least_squares

    draws = rng.random((DRAWS_A_START, size))
    start = min(draws, key=lambda place: float(np.sum(residuals(place) ** 2)))
    found = least_squares(
        residuals, start, bounds=(0.0, 1.0), diff_step=DIFFERENCE_STEP, max_nfev=MOST_EVALUATIONS, xtol=1e-4, ftol=1e-4
    )  # fmt: skip
    return found.x, float(found.cost)


def _walk(accepted, places: list, steps: int, rng) -> list:
    """Adds places of the unit cube that are accepted too, found by slice sampling.

    Takes turns between one number at a time and the direction from one known place to another, which
    follows the ridges along which numbers make up for each other.
    """
    if not places:
        return []
    places = list(places)
    tips = list(places)
    for step in range(steps):
        tip = tips[step % len(tips)]
        direction = np.zeros(len(tip))
        direction[rng.integers(len(tip))] = 1.0
        if step // len(tips) % 2:
            first, second = rng.integers(len(places), size=2)
            difference = places[first] - places[second]
            direction = difference if np.abs(difference).max() > 1e-6 else direction
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.stack([-tip / direction, (1 - tip) / direction])[:, direction != 0]
        back, ahead = float(ends.min(axis=0).max()), float(ends.max(axis=0).min())
        while ahead - back > 1e-3:
            move = rng.uniform(back, ahead)
            place = np.clip(tip + move * direction, 0.0, 1.0)
            if accepted(place):
                tips[step % len(tips)] = place
                places.append(place)
                break
            back, ahead = (move, ahead) if move < 0 else (back, move)
    return places


# --- what is told and written --------------------------------------------------------------------


def table_of(found: Fit) -> str:
    """The fit as a table to read."""
    lines = [f"{'number':46} {'table':>9} {'fitted':>9} {'ends of the starts':>22} {'allowed':>22}  pinned"]
    for one in found.pinned:
        row = one.quantity
        verdict = "" if one.table_verdict in ("inside", "-") else f"; the table's value lies {one.table_verdict}"
        lines.append(
            f"{row.owner + ' ' + row.name:46} {row.value:9.4g} {one.fitted:9.4g} {_extent(one.starts):>22} "
            f"{_extent(one.allowed):>22}  {one.sides}{verdict}"
        )
    return "\n".join(lines)


def _extent(ends: tuple[float, float] | None) -> str:
    return "-" if ends is None else f"{ends[0]:.3g} to {ends[1]:.3g}"


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """Where the fit of a product is written."""
    return folder / f"fit_{re.sub('[^A-Za-z0-9.-]+', '_', name)}.csv"


def write(found: Fit, folder: Path = FOLDER) -> Path:
    """Writes calibration/fit_<product>.csv, one line a fitted number; replaces an older fit."""
    path = path_of(found.product, folder)
    ids = ";".join(row.target for row in found.rows)
    with open(path, "w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(COLUMNS)
        for one in found.pinned:
            row = one.quantity
            ends = [*(one.starts or ("", "")), *(one.allowed or ("", ""))]
            shown = [f"{end:.4g}" if end != "" else "" for end in (one.fitted, *ends)]
            plain = [row.owner, row.name, row.unit, *(f"{number:.10g}" for number in (row.value, row.low, row.high))]
            share = "" if one.share is None else f"{one.share:.2f}"
            lines.writerow([*plain, *shown, share, one.sides, one.table_verdict, found.starts_met, found.starts, ids])
    return path


def main(words: Sequence[str] | None = None) -> None:
    """The command line; wrong words end in one sentence."""
    parser = argparse.ArgumentParser(
        description="Refits the fitted numbers of a product to its published targets; data/ is never changed.",
        exit_on_error=False,
    )
    parser.add_argument("--product", help="a product of products.csv, or lineage or serum; default: all, one by one")
    parser.add_argument("--starts", default="8", help="random starts inside the ranges (8)")
    parser.add_argument("--seed", default="1", help="seed of the random numbers (1)")
    parser.add_argument("--folder", default=str(FOLDER), help="where fit_<product>.csv is written")
    try:
        chosen, unknown = parser.parse_known_args(words)
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not a word of this script; see --help.")
        starts = _whole("starts", chosen.starts, 1, MOST_STARTS)
        seed = _whole("seed", chosen.seed, 0, 2**32 - 1)
        folder = Path(chosen.folder)
        if not folder.is_dir():
            raise ValueError(f"folder {chosen.folder!r} does not exist; make it first.")
        for name in fitted_names() if chosen.product is None else [chosen.product]:
            _run(name, starts, seed, folder)
    except (ValueError, argparse.ArgumentError) as error:
        sys.exit(str(error))


def _run(name: str, starts: int, seed: int, folder: Path) -> None:
    numbers, rows = _what_is_fitted(name, None, None)
    print(f"\n{name}: {len(numbers)} fitted numbers, {len(rows)} targets ({', '.join(row.target for row in rows)})")
    for row in kept(name):
        print(f"left alone, because the table gives no range above 0: {row.owner} {row.name} = {row.value:g}")
    found = fit(name, starts, seed, tell=lambda text: print(text, flush=True))
    print(table_of(found))
    if found.missed:
        print(f"No start met every target; the best still misses {', '.join(found.missed)}.")
    outside = [one.quantity.name for one in found.pinned if one.table_verdict in ("below", "above")]
    print(f"Values of the table outside what these targets allow: {', '.join(outside) or 'none'}.")
    print(f"written: {write(found, folder).name}")


def _whole(name: str, text: str, low: int, high: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ValueError(f"{name} is {text!r}; a whole number from {low} to {high} is needed.")
    return number


if __name__ == "__main__":
    main()
