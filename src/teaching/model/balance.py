"""The balance of B cells: one pool with a tap and a drain, and what recirculation does to blood. Reads tables only.

The pool: dN/dt = p - d N. At rest N0 = p/d, and what is missing shrinks like exp(-d t): how deep the
pool was emptied hardly matters, because the tap, and not what is left, refills it.

Blood is a small window on that pool. Cells pass through it in minutes to hours and through spleen and
lymph nodes in about a day; cells are made, and lost, within weeks. So an emptied blood that is not kept
empty refills from tissue, and an emptied pool refills from the marrow.

All B cells that recirculate count as one kind here, without memory, antigen or drug; the full lineage
stands in equations.py. What the time in blood means there is another matter: its exchange of 2 per day
leaves out the cells that return at once.
"""

from __future__ import annotations

from math import inf, log
from typing import NamedTuple

import numpy as np

from teaching import tables
from teaching.inputs import number, numbers, one_of, plain, real, refusal
from teaching.words import exact, rounded

#: Longer than this nobody waits, and no exponent overflows.
LONGEST_DAYS = 1e6
#: More than this [1e9 cells] no sum of two pools could hold.
MOST_CELLS = 1e30
PLACES = ("everywhere", "blood only")


class Pools(NamedTuple):
    """Where B cells are: in blood and in lymphoid tissue [1e9 cells]."""

    blood: float
    tissue: float

    @property
    def total(self) -> float:
        """Both together [1e9 cells]."""
        return self.blood + self.tissue

    @property
    def blood_percent(self) -> float:
        """The part that a blood sample can see [% of both]."""
        return 100.0 * self.blood / self.total


def pools_of(patient) -> Pools:
    """Naive and memory cells (autoreactive ones too) of an untreated `Patient`, in blood and tissue [1e9 cells]."""
    blood = (patient["blood_naive_start"] + patient["blood_memory_start"]) / patient.cells_per_ul_per_1e9
    return Pools(blood, patient["lymphoid_naive"] + patient["lymphoid_memory"] + patient["clone_size"])


def transit_per_day() -> float:
    """Passages of a cell through blood per day, as textbooks have it.

    Returns: h [1/day], the upper end of `naive_homing_per_day` in data/parameters.csv; recalled there.
    Holds: as an order of magnitude. The lymphocytes that pass per day (westermann1992; row
    westermann1992_passages of data/observations.csv) say about the same; the exchange that the full
    model uses is much slower.
    """
    return tables.parameters()["lineage", "naive_homing_per_day"].high


def half_life_days(rate_per_day: float) -> float:
    """The time in which half of the cells are lost.

    t_half = ln 2 / d

    Arguments: rate_per_day (d) [1/day], above 0.
    Returns: t_half [day]. Raises: ValueError for a rate of 0 or below.
    Holds: for a constant rate, whatever the number of cells.
    """
    return log(2) / number("rate_per_day", rate_per_day, 1e-9, 1e9, "1/day")


def loss_per_day(half_life: float) -> float:
    """The loss rate that belongs to a half-life.

    d = ln 2 / t_half

    Arguments: half_life (t_half) [day], above 0.
    Returns: d [1/day]. Raises: ValueError for a half-life of 0 or below.
    Holds: as `half_life_days`.
    """
    return log(2) / number("half_life", half_life, 1e-9, 1e9, "days")


def pool_over_time(days, start: float, rest: float, loss: float):
    """The one-equation pool.

    N' = p - d N;  N(t) = Nr + (N(0) - Nr) exp(-d t), Nr = p/d

    Arguments: days (t) [day], number or array, from 0; start (N(0)) and rest (Nr), the pool on day 0
    and where it settles, in one unit; loss (d) [1/day].
    Returns: N in that unit, in the shape of days.
    Raises: ValueError for negative or endless numbers.
    Holds: while production and loss rate are constant: no drug, no survival factor that rises when
    cells are gone (BAFF), no division of the survivors.
    """
    time = _days(days)
    first, final = number("start", start, 0, MOST_CELLS, ""), number("rest", rest, 0, MOST_CELLS, "")
    return plain(final + (first - final) * np.exp(-number("loss", loss, 0, 1e9, "1/day") * time))


def days_to(level: float, start: float, rest: float, loss: float) -> float:
    """When the pool reaches a level.

    t = ln( (Nr - N(0)) / (Nr - L) ) / d

    Arguments: level (L), start, rest as in `pool_over_time`; loss (d) [1/day], above 0.
    Returns: t [day]; 0 if it is there at the start, infinity if it never gets there.
    Raises: ValueError as `pool_over_time`.
    Holds: as `pool_over_time`.
    """
    wanted, first = number("level", level, 0, MOST_CELLS, ""), number("start", start, 0, MOST_CELLS, "")
    final, d = number("rest", rest, 0, MOST_CELLS, ""), number("loss", loss, 1e-9, 1e9, "1/day")
    if wanted == first:
        return 0.0
    missing, left = final - first, final - wanted
    if missing == 0 or left == 0 or missing / left < 1:
        return inf
    return log(missing / left) / d


def return_per_day(pools: Pools, loss: float, transit: float | None = None) -> float:
    """The rate at which cells return from tissue to blood, from the balance at rest.

    r = ((h + d) B0 - d N0) / T0

    Arguments: pools, at rest; loss (d) [1/day]; transit (h) [1/day], default `transit_per_day`.
    Returns: r [1/day].
    Raises: ValueError where no balance exists: more cells made per day than pass through blood.
    Holds: with all new cells entering by the blood, and the same loss in blood and tissue.
    """
    h = transit_per_day() if transit is None else number("transit", transit, 1e-9, 1e9, "1/day")
    d = number("loss", loss, 0, 1e9, "1/day")
    pools = _pools("pools", pools, with_tissue=True)
    rate = ((h + d) * pools.blood - d * pools.total) / pools.tissue
    if rate < 0:
        raise ValueError(
            f"{rounded(pools.blood, 3)} × 10⁹ cells in blood that stay there for {rounded(24 / h, 2)} hours cannot "
            f"carry the "
            f"{rounded(d * pools.total, 3)} × 10⁹ cells made per day; allowed is a longer half-life or a shorter stay "
            f"in blood."
        )
    return rate


def half_gap_days(rest: Pools, loss: float, transit: float | None = None) -> float:
    """Time in which traffic and loss close half of the gap between blood and tissue.

    ln 2 / (h + r + d)

    Arguments: rest, the untreated pools [1e9 cells]; loss (d) [1/day]; transit (h) [1/day], default
    `transit_per_day`.
    Returns: the time [day].
    Raises: ValueError as `return_per_day`.
    """
    h = transit_per_day() if transit is None else transit
    return log(2) / (h + return_per_day(rest, loss, h) + loss)


def two_pools(days, start: Pools, rest: Pools, loss: float, production: float = 1.0, transit: float | None = None):
    """Blood and tissue after a depletion, with recirculation between them.

    B' = p + r T - (h + d) B;  T' = h B - (r + d) T;  N = B + T obeys N' = p - d N exactly
    B(t) = Bi + c exp(-d t) + (B(0) - Bi - c) exp(-(h + r + d) t),
    Bi = (p + r Ni)/(h + r + d), Ni = p/d, c = r (N(0) - Ni)/(h + r)

    Arguments: days (t) [day], number or array; start and rest, `Pools` after the depletion and
    before it; loss (d) [1/day]; production (p) as a multiple of that at rest [-]; transit (h)
    [1/day], default `transit_per_day`.
    Returns: blood and tissue [1e9 cells], each in the shape of days.
    Raises: ValueError as `pool_over_time` and `return_per_day`.
    Holds: as `pool_over_time`. The fast exponent is traffic, the slow one turnover.
    """
    time = _days(days)
    start, rest = _pools("start", start), _pools("rest", rest)
    d = number("loss", loss, 1e-9, 1e9, "1/day")
    tap = number("production", production, 0, 1e6, "x rest")
    h = transit_per_day() if transit is None else number("transit", transit, 1e-9, 1e9, "1/day")
    r = return_per_day(rest, d, h)
    p = tap * d * rest.total
    final = p / d
    settled = (p + r * final) / (h + r + d)
    slow = r * (start.total - final) / (h + r)
    pool = final + (start.total - final) * np.exp(-d * time)
    blood = settled + slow * np.exp(-d * time) + (start.blood - settled - slow) * np.exp(-(h + r + d) * time)
    # Rounding must not leave less than nothing in a pool that was emptied.
    return plain(np.maximum(blood, 0.0)), plain(np.maximum(pool - blood, 0.0))


def deplete(rest: Pools, share: float, where: str = "everywhere") -> Pools:
    """What is left at once when a share of the cells is removed.

    B(0) = (1 - s) B0;  T(0) = (1 - s) T0 everywhere, T0 with blood only

    Arguments: rest, `Pools`; share (s) [0 to 1]; where, 'everywhere' or 'blood only'.
    Returns: `Pools` [1e9 cells].
    Raises: ValueError for a share outside 0 to 1 or another place.
    Holds: as a thought experiment: no drug removes cells at one instant and then is gone.
    """
    one_of("where", where, PLACES)
    rest = _pools("rest", rest)
    left = 1.0 - number("share", share, 0, 1, "")
    return Pools(left * rest.blood, left * rest.tissue if where == "everywhere" else rest.tissue)


def regrowth_days(depth_log10, growth: float):
    """How long a clone that divides, and that no tap refills, needs back to half of its start.

    A' = g A (1 - A/A0), A(0) = A0 10^-D;  t = (D ln 10 + ln(1 - 10^-D)) / g

    Arguments: depth_log10 (D) [log10], number or array, from 0: decades of cells lost; growth (g)
    [1/day], above 0.
    Returns: t [day], in the shape of depth_log10; 0 where half or more was left.
    Raises: ValueError for a negative or endless depth or a growth of 0 or below.
    Holds: for more than about 100 cells: below, chance decides. Each further decade costs ln(10)/g
    days, where a pool with a tap (`days_to`) hardly minds. Regrowth at one rate is a hypothesis.
    """
    depth = _days(depth_log10, "depth_log10", 300.0)
    rate = number("growth", growth, 1e-9, 1e9, "1/day")
    left = np.minimum(10.0**-depth, 0.5)
    return plain((np.log1p(-left) - np.log(left)) / rate)


# --- input ---------------------------------------------------------------------------------------


def _pools(name: str, pools, with_tissue: bool = False) -> Pools:
    """Checked pools, `with_tissue` more than none of it; anything else is refused in one sentence."""
    found = [real(part) for part in pools] if isinstance(pools, Pools) else [None]
    if None in found or not all(0 <= part <= MOST_CELLS for part in found) or (with_tissue and not found[1]):
        lowest = "; tissue must hold more than 0" if with_tissue else ""
        allowed = f"needed is Pools(blood, tissue), each from 0 to {exact(MOST_CELLS)} × 10⁹ cells{lowest}"
        raise ValueError(refusal(name, pools, allowed))
    return Pools(*found)


def _days(values, name="days", highest=LONGEST_DAYS):
    return numbers(name, values, highest)
