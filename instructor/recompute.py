"""The right and the typical wrong numbers of the answer key, computed; answers/*.toml name them.

A function takes nothing and returns one number, or (low, high) for a band. Give unit and source.
"""

import math
from functools import cache

from teaching import Patient, Plan, treat

LOSS_PER_DAY = 0.02  # stated in the prompts; naive_loss_per_day of data/parameters.csv
LEFT_FRACTION = 0.001  # stated in the prompt: 0.1 % of normal when the drug is gone
DAYS_PER_MONTH = 365.25 / 12

# Stated in the prompt of 01-blood-share. 200 per uL in 5 L of blood are 1e9 cells; spleen and lymph
# nodes hold 75e9 in the model (lymphoid_naive and lymphoid_memory of data/parameters.csv).
# With 1e11 B cells in the whole body (a textbook figure) it would be 1 %; the familiar 2 % is for
# all lymphocytes.
BLOOD_CELLS = 200 * 1e6 * 5
LYMPHOID_CELLS = 75e9


def half_life():
    """Half-life [days]: ln 2 / loss rate."""
    return math.log(2) / LOSS_PER_DAY


def mean_lifetime():
    """Mean lifetime [days]: 1 / loss rate."""
    return 1 / LOSS_PER_DAY


def linear_half_life():
    """Days until half is lost if every day took the same number of cells."""
    return 0.5 / LOSS_PER_DAY


def half_life_with_log10():
    """The half-life [days] with the decadic instead of the natural logarithm."""
    return math.log10(2) / LOSS_PER_DAY


def half_life_multiplied():
    """ln 2 times the rate instead of divided by it."""
    return math.log(2) * LOSS_PER_DAY


def half_life_with_two_for_percent():
    """The half-life [days] with 2 instead of 0.02."""
    return math.log(2) / (100 * LOSS_PER_DAY)


def return_time():
    """Days from the remaining fraction b to half of normal.

    B = B0 (1 - (1 - b) exp(-d t)), solved for B = B0/2.
    """
    return math.log(2 * (1 - LEFT_FRACTION)) / LOSS_PER_DAY


def return_time_by_doubling():
    """Band [days] of 'so many doublings': from the exact nine to the rounded ten half-lives."""
    return 0.99 * math.log2(0.5 / LEFT_FRACTION) * half_life(), 1.01 * 10 * half_life()


def blood_share():
    """B cells in blood [percent of those in blood, spleen and lymph nodes]."""
    return 100 * BLOOD_CELLS / (BLOOD_CELLS + LYMPHOID_CELLS)


def blood_share_as_fraction():
    """The same as a fraction of one."""
    return blood_share() / 100


def blood_share_with_millilitres():
    """The share [percent] with 5,000 mL of blood counted as 5,000 uL."""
    return 100 * 200 * 5000 / LYMPHOID_CELLS


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


def model_return_months():
    """The same in months."""
    return model_return_day() / DAYS_PER_MONTH


def model_node_percent():
    """B cells left in spleen and lymph nodes of the model at week 4 [percent of start]."""
    return _rituximab_course().at(28, "lymphoid_b_cells_percent")


@cache
def _rituximab_course():
    plan = Plan("rituximab", dose_mg=1000, days=[0, 14])
    return treat(Patient.typical("SLE"), plan, days=730)
