"""Lesson 05, CAR-T cells: right and typical wrong numbers, computed."""

import math
from functools import cache

from teaching import Patient, Plan, treat

DOUBLING_DAYS = 0.78  # stein2019
LYMPHOID_CELLS = 76e9  # the prompt's number: naive, memory and autoreactive memory cells of the model
BLOOD_UL = 5e6
MEAN_CAR_T_PER_UL = 8  # stated in the lesson's cell


@cache
def _course(cells_per_kg=1e6, share=1.0):
    plan = Plan("lymphodepletion", intensity=share, days=[0]) + Plan("CD19 CAR-T", cells_per_kg=cells_per_kg, days=[0])
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


def l05_kills():
    """B cells of lymphoid tissue that disappear per CAR-T cell of the blood and day, day 3 to day 7."""
    shares = [_course().at(day, "lymphoid_b_cells_percent") for day in (3, 7)]
    return LYMPHOID_CELLS * (shares[0] - shares[1]) / 100 / (MEAN_CAR_T_PER_UL * BLOOD_UL) / 4


def l05_kills_four_days():
    """The same without dividing by the four days."""
    return 4 * l05_kills()


def l05_kills_percent():
    """The same with per cent taken for a share of one."""
    return 100 * l05_kills()


def l05_gentle_percent():
    """Lowest share of Flu/Cy [%] that leaves less than 0.1 % of the lymphoid B cells in the model."""
    low, high = 0.3, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        left = _course(1e6, middle)["lymphoid_b_cells_percent"].min()
        low, high = (low, middle) if left < 0.1 else (middle, high)
    return 100 * high
