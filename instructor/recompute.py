"""The right and the typical wrong numbers of the answer key, computed; answers/*.toml name them.

A function takes nothing and returns one number, or (low, high) for a band. Give unit and source.
"""

import math
from functools import cache

from teaching import Patient, Plan, treat
from teaching.model import balance

SLOW_LOSS_PER_DAY = 0.0124  # stated in the prompt of 01-half-life; yu2022_loss of data/observations.csv
LOSS_PER_DAY = 0.02  # stated in the prompt of 01-return-time; naive_loss_per_day of data/parameters.csv
LEVEL = 10 / 228  # stated there as well: 10 of 228 B cells per uL
MORE_LEFT, FEWER_LEFT = 0.01, 0.0001  # stated in the prompt of 01-survivors
DAYS_PER_MONTH = 365.25 / 12


def blood_alone_minutes():
    """Time in which traffic brings half of the B cells back to emptied blood [minutes], in the balance panel."""
    patient = Patient.typical("SLE")
    return 24 * 60 * balance.half_gap_days(balance.pools_of(patient), patient["naive_loss_per_day"])


def survivors_delay():
    """How much later [days] half of the pool is back when 0.01 % of it are left and not 1 %."""
    more, fewer = (balance.days_to(0.5, left, 1.0, LOSS_PER_DAY) for left in (MORE_LEFT, FEWER_LEFT))
    return fewer - more


def half_life():
    """Half-life [days]: ln 2 / loss rate."""
    return math.log(2) / SLOW_LOSS_PER_DAY


def mean_lifetime():
    """Mean lifetime [days]: 1 / loss rate."""
    return 1 / SLOW_LOSS_PER_DAY


def linear_half_life():
    """Days until half is lost if every day took the same number of cells."""
    return 0.5 / SLOW_LOSS_PER_DAY


def half_life_with_log10():
    """The half-life [days] with the decadic instead of the natural logarithm."""
    return math.log10(2) / SLOW_LOSS_PER_DAY


def half_life_multiplied():
    """ln 2 times the rate instead of divided by it."""
    return math.log(2) * SLOW_LOSS_PER_DAY


def half_life_with_percent():
    """The half-life [days] with 1.24 instead of 0.0124."""
    return math.log(2) / (100 * SLOW_LOSS_PER_DAY)


def return_time():
    """Days from an empty pool to the level: B = B0 (1 - exp(-d t)), solved for B = level B0."""
    return -math.log(1 - LEVEL) / LOSS_PER_DAY


def return_time_with_percent():
    """The same [days] with 2 instead of 0.02."""
    return return_time() / 100


def time_to_fall_to_the_level():
    """Days in which a full pool without production falls to the level."""
    return -math.log(LEVEL) / LOSS_PER_DAY


def kit_half_life():
    """Half-life [days] at the kit's own rate: the day on which half is back."""
    return math.log(2) / LOSS_PER_DAY


def kit_mean_lifetime():
    """Mean lifetime [days] at the kit's own rate."""
    return 1 / LOSS_PER_DAY


def rituximab_return_band():
    """Band [days] of the usual blood depletion after one course: 6 to 9 months.

    Rounded outward to 5 days. Source: Leandro 2013, doi 10.1186/ar3908.
    """
    return 5 * math.floor(6 * DAYS_PER_MONTH / 5), 5 * math.ceil(9 * DAYS_PER_MONTH / 5)


def antibody_half_life_band():
    """Band [days] of one to two terminal half-lives of rituximab (19 to 22 days).

    Source: Breedveld 2007, PMID 17766699.
    """
    return 14, 2 * 22


def model_return_day():
    """Day on which the typical patient of the model is back above 10 B cells per uL."""
    return _rituximab_course().metrics()["day_back_above_10"]


@cache
def _rituximab_course():
    plan = Plan("rituximab", dose_mg=1000, days=[0, 14])
    return treat(Patient.typical("SLE"), plan, days=730)
