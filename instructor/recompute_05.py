"""Lesson 05, CAR-T cells: right and typical wrong numbers, computed."""

import math
from functools import cache

from teaching import Patient, Plan, treat

DOUBLING_DAYS = 0.78  # stein2019


@cache
def _course(cells_per_kg=1e6):
    plan = Plan("lymphodepletion", days=[0]) + Plan("CD19 CAR-T", cells_per_kg=cells_per_kg, days=[0])
    return treat(Patient.typical("SLE"), plan, days=365)


def l05_tenth_percent():
    """Peak at a tenth of the dose [% of the peak at the whole dose], in the model."""
    return 100 * _course(1e5).metrics()["car_t_peak"] / _course().metrics()["car_t_peak"]


def l05_delay():
    """Days that a tenth of the start costs: log2(10) doublings of 0.78 days."""
    return math.log2(10) * DOUBLING_DAYS


def l05_delay_doublings():
    """The number of doublings, without the time that each takes."""
    return math.log2(10)


def l05_delay_natural():
    """ln 10 times the doubling time, as if it were the time constant [days]."""
    return math.log(10) * DOUBLING_DAYS


def l05_delay_tenfold():
    """Ten doubling times [days]."""
    return 10 * DOUBLING_DAYS
