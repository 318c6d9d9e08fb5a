"""Two arms of a trial: the difference of their shares with its interval, Fisher's test, and the power of a plan."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from teaching.evidence.intervals import counts
from teaching.inputs import number, whole_number

#: 95 % of a normal distribution lie within so many standard deviations of its mean.
_Z = 1.959963984540054
#: More patients in an arm than the exact power is computed for.
MOST_IN_AN_ARM = 1000


class Difference(NamedTuple):
    """Share of the first arm less that of the second, with its 95 % interval (fractions, -1 to 1), and Fisher's P."""

    difference: float
    low: float
    high: float
    p: float


def difference(events: int, n: int, control_events: int, control_n: int) -> Difference:
    """Compares two arms: events of n patients, and the same of the control arm.

    The interval is Newcombe's of 1998 (his method 10: both Wilson intervals, by `scipy.stats.binomtest`, put
    together); P by `scipy.stats.fisher_exact`, two-sided. Raises ValueError for impossible counts.
    """
    from scipy.stats import binomtest, fisher_exact

    treated, control = counts(events, n), counts(control_events, control_n)
    (low1, high1), (low2, high2) = (binomtest(*arm).proportion_ci(0.95, method="wilson") for arm in (treated, control))
    share1, share2 = (seen / all_of for seen, all_of in (treated, control))
    p = fisher_exact([[seen, all_of - seen] for seen, all_of in (treated, control)])[1]
    gap = share1 - share2
    low = gap - np.hypot(share1 - low1, high2 - share2)
    high = gap + np.hypot(high1 - share1, share2 - low2)
    return Difference(gap, float(low), float(high), float(p))


def wilson(events, n) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % intervals (low, high; like `events`) of many shares at once: the roots of his quadratic."""
    share, z2 = np.asarray(events) / n, _Z**2
    middle, half = share + z2 / (2 * n), _Z * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


@lru_cache(maxsize=32)
def limits(n: int, control_n: int) -> tuple[np.ndarray, np.ndarray]:
    """Newcombe's limits (low, high; each (n + 1, control_n + 1), fractions) for every possible pair of counts."""
    one, two = np.arange(n + 1), np.arange(control_n + 1)
    (low1, high1), (low2, high2) = wilson(one, n), wilson(two, control_n)
    share1, share2 = (one / n)[:, None], (two / control_n)[None, :]
    gap = share1 - share2
    low = gap - np.hypot(share1 - low1[:, None], high2[None, :] - share2)
    return low, gap + np.hypot(high1[:, None] - share1, share2 - low2[None, :])


def power(share: float, control_share: float, n: int) -> float:
    """How often (fraction) a trial of n patients an arm finds the first arm better: its interval lies above zero.

    share, control_share: the true shares (fractions). Exact: the binomial chances of all pairs of counts, by
    `scipy.stats.binom`. Raises ValueError for shares outside 0 to 1 and for n outside 1 to 1,000.
    """
    chance = _chances(share, control_share, n)
    return float(chance[limits(n, n)[0] > 0].sum())


def coverage(share: float, control_share: float, n: int) -> float:
    """How often (fraction) the interval of such a trial holds the true difference; arguments as in `power`."""
    low, high = limits(n, n)
    truth = share - control_share
    return float(_chances(share, control_share, n)[(low <= truth) & (truth <= high)].sum())


def patients_needed(share: float, control_share: float) -> float:
    """Patients an arm for a power of about 80 %: 16 × share × (1 − share) / difference², with the mean share.

    Lehr's rule of thumb. Arguments: the two expected shares (fractions). Raises ValueError for equal ones.
    """
    one, two = number("share", share, 0, 1, "fraction"), number("control_share", control_share, 0, 1, "fraction")
    if one == two:
        raise ValueError("both shares are equal; no number of patients shows a difference that is not there.")
    middle = (one + two) / 2
    return 16 * middle * (1 - middle) / (one - two) ** 2


def _chances(share: float, control_share: float, n: int) -> np.ndarray:
    from scipy.stats import binom

    one, two = number("share", share, 0, 1, "fraction"), number("control_share", control_share, 0, 1, "fraction")
    n = whole_number("n", n)
    if not 1 <= n <= MOST_IN_AN_ARM:
        raise ValueError(f"n is {n}; an arm has between 1 and {MOST_IN_AN_ARM:,} patients here.")
    seen = np.arange(n + 1)
    return np.outer(binom.pmf(seen, n, one), binom.pmf(seen, n, two))
