"""The right and the typical wrong numbers of lesson 06, computed; answers/06_reset.toml names them."""

import math
from functools import cache

from teaching import Patient, Plan, treat
from teaching.model.fate import dies_out_percent

L06_GROWTH_PER_DAY = 0.015  # stated in the prompts; autoreactive_regrowth_per_day of data/parameters.csv
L06_DAYS_PER_MONTH = 365.25 / 12
L06_FOLLOW_UP_DAYS = 8 * L06_DAYS_PER_MONTH  # median follow-up; Mackensen 2022, doi 10.1038/s41591-022-02017-5
L06_RELAPSE_DAY = 274  # nine months; Mueller 2025, doi 10.1038/s41591-025-03718-3


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
    """Depth [powers of ten] from which a clone needs 8 months to its old size, by the law of the lesson: g t / ln 10.

    Back at half, a doubling earlier, needs 0.3 more; both are accepted. The kit's logistic growth is slower at the end.
    """
    return L06_GROWTH_PER_DAY * L06_FOLLOW_UP_DAYS / math.log(10)


def l06_follow_up_natural():
    """The depth in powers of e: g t."""
    return L06_GROWTH_PER_DAY * L06_FOLLOW_UP_DAYS


def l06_follow_up_doublings():
    """The depth in halvings: g t / ln 2."""
    return L06_GROWTH_PER_DAY * L06_FOLLOW_UP_DAYS / math.log(2)


def l06_follow_up_months():
    """g t / ln 10 with t = 8 although g is per day."""
    return L06_GROWTH_PER_DAY * 8 / math.log(10)


def l06_odds_fold():
    """How many times better the odds are that the clone dies out after the whole dose than after a tenth of it."""
    whole, tenth = (
        dies_out_percent(_l06_cells_left(dose), Patient.typical("SLE")["autoreactive_regrowth_per_day"])
        for dose in (1e6, 1e5)
    )
    return whole / tenth


def _l06_cells_left(cells_per_kg):
    plan = Plan("lymphodepletion") + Plan("CD19 CAR-T", cells_per_kg=cells_per_kg)
    return treat(Patient.typical("SLE"), plan, days=365).metrics()["clone_nadir_cells"]


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
