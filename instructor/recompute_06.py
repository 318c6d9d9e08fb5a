"""The right and the typical wrong numbers of lesson 06, computed; answers/06_reset.toml names them."""

import math
from functools import cache

from teaching import Patient, Plan, treat

L06_GROWTH_PER_DAY = 0.015  # stated in the prompts; autoreactive_regrowth_per_day of data/parameters.csv
L06_DEPTH_LOG10 = 8.4  # stated in the prompt; what the key numbers of section 7 print for CAR-T cells
L06_DAYS_PER_MONTH = 365.25 / 12
L06_FOLLOW_UP_DAYS = 8 * L06_DAYS_PER_MONTH  # median follow-up; Mackensen 2022, doi 10.1038/s41591-022-02017-5
L06_RELAPSE_DAY = 274  # stated in the prompt: nine months; Mueller 2025, doi 10.1038/s41591-025-03718-3


def l06_decade():
    """Days in which a clone grows tenfold: ln 10 / g."""
    return math.log(10) / L06_GROWTH_PER_DAY


def l06_doubling():
    """Days in which a clone doubles: ln 2 / g."""
    return math.log(2) / L06_GROWTH_PER_DAY


def l06_decade_with_log10():
    """log10(10) / g: days of an e-fold growth, taken for a tenfold one."""
    return 1 / L06_GROWTH_PER_DAY


def l06_decade_linear():
    """10 / g [days]: as if the clone grew along a straight line."""
    return 10 / L06_GROWTH_PER_DAY


def l06_decade_multiplied():
    """ln 10 times g instead of divided by it."""
    return math.log(10) * L06_GROWTH_PER_DAY


def l06_follow_up():
    """Depth [powers of ten] from which a clone is back at half after 8 months.

    Half of the start in logistic growth: D = log10(1 + e^(g t)); the law without the ceiling, g t / ln 10, gives 1.59.
    """
    return math.log10(1 + math.exp(L06_GROWTH_PER_DAY * L06_FOLLOW_UP_DAYS))


def l06_follow_up_natural():
    """The depth in powers of e: g t."""
    return L06_GROWTH_PER_DAY * L06_FOLLOW_UP_DAYS


def l06_follow_up_doublings():
    """The depth in halvings: g t / ln 2."""
    return L06_GROWTH_PER_DAY * L06_FOLLOW_UP_DAYS / math.log(2)


def l06_follow_up_months():
    """g t / ln 10 with t = 8 although g is per day."""
    return L06_GROWTH_PER_DAY * 8 / math.log(10)


def l06_growth():
    """Net growth rate [1/day] that climbs 8.4 powers of ten in 274 days: D ln 10 / t."""
    return L06_DEPTH_LOG10 * math.log(10) / L06_RELAPSE_DAY


def l06_growth_with_log10():
    """D / t [1/day]: powers of ten taken for powers of e."""
    return L06_DEPTH_LOG10 / L06_RELAPSE_DAY


def l06_growth_doublings():
    """D ln 2 / t [1/day]: powers of ten taken for doublings."""
    return L06_DEPTH_LOG10 * math.log(2) / L06_RELAPSE_DAY


def l06_growth_per_month():
    """The right rate per month instead of per day."""
    return l06_growth() * L06_DAYS_PER_MONTH


def l06_first_peak():
    """CAR-T cells per uL of blood at the peak of the first infusion of the model."""
    return _l06_two_infusions()[0]


def l06_second_peak():
    """CAR-T cells per uL of blood at the highest point after the second infusion: those infused."""
    return _l06_two_infusions()[1]


@cache
def _l06_two_infusions():
    cells = Plan("lymphodepletion") + Plan("CD19 CAR-T")
    again = Plan("lymphodepletion", days=[L06_RELAPSE_DAY]) + Plan("CD19 CAR-T", days=[L06_RELAPSE_DAY])
    course = treat(Patient.typical("IIM"), cells + again, days=400)
    level, late = course["car_t_cells_per_ul"], course.time_days >= L06_RELAPSE_DAY
    return float(level[~late].max()), float(level[late].max())
