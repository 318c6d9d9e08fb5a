"""The right and the typical wrong numbers of lesson 03, computed; answers/03_rituximab.toml names them.

A function takes nothing and returns one number, or (low, high) for a band. Give unit and source.
"""

import math
from functools import cache

from teaching import Patient, Plan, treat

# Stated in the prompts. Half-life: slow phase of k10 0.11, k12 0.42, k21 0.25 per day (lioger2017).
HALF_LIFE_DAYS = 18.7
LONGER_DAYS = 156  # day 374 of l03_split_return less day 218, as the lesson's table rounds them
LATER_DAY = 182


def l03_split_return():
    """Day on which blood B cells of the model are back above 10 per uL after 1 g and 1 g on day 182 [day]."""
    return _course(1000, LATER_DAY).metrics()["day_back_above_10"]


def l03_dose_factor():
    """Factor on the dose for 156 days more [-]: 2^(156 / 18.7)."""
    return 2 ** (LONGER_DAYS / HALF_LIFE_DAYS)


def l03_dose_doublings():
    """The number of doublings alone [-]."""
    return LONGER_DAYS / HALF_LIFE_DAYS


def l03_dose_twice_the_doublings():
    """Two times the number of doublings [-]: doubling read as times two, once each."""
    return 2 * l03_dose_doublings()


def l03_dose_squared():
    """The number of doublings squared [-]: base and exponent exchanged."""
    return l03_dose_doublings() ** 2


def l03_dose_with_e():
    """e instead of 2 as the base [-]."""
    return math.exp(l03_dose_doublings())


def l03_node_percent_doubled():
    """B cells left in lymphoid tissue of the model on day 28 after 2 x 2 g [percent of start]."""
    return _course(2000, 14).at(28, "lymphoid_b_cells_percent")


@cache
def _course(dose_mg, second_day):
    plan = Plan("rituximab", dose_mg=dose_mg, days=[0, second_day])
    return treat(Patient.typical("SLE"), plan, days=730)
