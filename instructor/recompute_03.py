"""The right and the typical wrong numbers of lesson 03, computed; answers/03_rituximab.toml names them.

A function takes nothing and returns one number, or (low, high) for a band. Give unit and source.
"""

import math
from functools import cache

from teaching import Patient, Plan, treat

# Stated in the prompts. Half-life: slow phase of k10 0.11, k12 0.42, k21 0.25 per day (lioger2017).
HALF_LIFE_DAYS = 18.7
START_UG_PER_ML, END_UG_PER_ML = 70, 0.062
LONGER_DAYS = 182
BLOOD_KILL_PER_DAY, SITE = 22, 0.0006  # kill_max_per_day and effect_lymphoid of data/parameters.csv


def l03_double_return():
    """Day on which blood B cells of the model are back above 10 per uL after 2 x 2 g [day]."""
    return _course(2000).metrics()["day_back_above_10"]


def l03_halvings():
    """Half-lives from 70 to 0.062 ug/mL [-]: log2 of the ratio."""
    return math.log2(START_UG_PER_ML / END_UG_PER_ML)


def l03_halvings_natural():
    """The same with the natural logarithm: ln of the ratio [-]."""
    return math.log(START_UG_PER_ML / END_UG_PER_ML)


def l03_halvings_decadic():
    """The same with the decadic logarithm [-]."""
    return math.log10(START_UG_PER_ML / END_UG_PER_ML)


def l03_halvings_ratio():
    """The ratio of the two concentrations itself [-]."""
    return START_UG_PER_ML / END_UG_PER_ML


def l03_halvings_in_days():
    """The halvings as days [day]: halvings x half-life."""
    return l03_halvings() * HALF_LIFE_DAYS


def l03_dose_factor():
    """Factor on the dose for 182 days more [-]: 2^(182 / 18.7)."""
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
    return _course(2000).at(28, "lymphoid_b_cells_percent")


def l03_node_half_life():
    """Half-life of a node cell under the highest kill rate of rituximab there [day]."""
    return math.log(2) / (BLOOD_KILL_PER_DAY * SITE)


def l03_blood_half_life():
    """The same in blood [day]: about three quarters of an hour."""
    return math.log(2) / BLOOD_KILL_PER_DAY


def l03_node_mean_lifetime():
    """1 / rate instead of ln 2 / rate [day]."""
    return 1 / (BLOOD_KILL_PER_DAY * SITE)


def l03_node_linear():
    """0.5 / rate: equal numbers a day [day]."""
    return 0.5 / (BLOOD_KILL_PER_DAY * SITE)


def l03_node_rate():
    """The rate itself [1/day]."""
    return BLOOD_KILL_PER_DAY * SITE


@cache
def _course(dose_mg):
    plan = Plan("rituximab", dose_mg=dose_mg, days=[0, 14])
    return treat(Patient.typical("SLE"), plan, days=730)
