"""The right and the typical wrong numbers of lesson 02, computed; answers/02_*.toml name them.

Every function takes nothing and returns one number. Antibody in blood follows
left = a + (1 - a) 0.5 ** (t / half-life): a is the share that surviving cells make.
"""

import math

from teaching import Patient, Plan, treat
from teaching.model.therapies import product

IGG_HALF_LIFE_DAYS = 21  # stated in the prompts; igg_half_life_days of data/parameters.csv
DAY = 90  # stated in the prompts
LEFT = 0.14  # stated in the prompt of 02-share: anti-dsDNA, fraction of start on day 90
BCMA_PLAN = "lymphodepletion intensity=1 days=0 + BCMA CAR-T cells_per_kg=1e6 days=0"


def l02_old_igg():
    """Old IgG left on day 90 without any source [fraction of start]."""
    return 0.5 ** (DAY / IGG_HALF_LIFE_DAYS)


def l02_floor_day():
    """Day on which IgG without any source is down to a tenth [days]: half-life x log2(10)."""
    return IGG_HALF_LIFE_DAYS * math.log2(10)


def l02_floor_linear():
    """The same if every day took the same amount: nine tenths of two half-lives [days]."""
    return 0.9 * 2 * IGG_HALF_LIFE_DAYS


def l02_floor_mean_lifetime():
    """The same with the half-life put in for the mean lifetime [days]: half-life x ln(10)."""
    return IGG_HALF_LIFE_DAYS * math.log(10)


def l02_floor_ten_half_lives():
    """A tenth taken for ten half-lives [days]."""
    return 10 * IGG_HALF_LIFE_DAYS


def l02_floor_tenth_lost():
    """Day on which a tenth is lost instead of left [days]."""
    return IGG_HALF_LIFE_DAYS * math.log2(1 / 0.9)


def l02_share():
    """Share made by surviving cells, from what is left on day 90 [percent]."""
    old = l02_old_igg()
    return 100 * (LEFT - old) / (1 - old)


def l02_share_only_subtracted():
    """The share [percent] without the division by 1 - old."""
    return 100 * (LEFT - l02_old_igg())


def l02_share_all_that_is_left():
    """What is left [percent], taken for the share."""
    return 100 * LEFT


def l02_share_fall():
    """The fall [percent], taken for the share."""
    return 100 * (1 - LEFT)


def l02_share_of_the_others():
    """The share of the cells that are gone [percent]."""
    return 100 - l02_share()


def l02_share_old_igg():
    """Old IgG left [percent], taken for the share."""
    return 100 * l02_old_igg()


def l02_share_as_fraction():
    """The share as a fraction where per cent were asked."""
    return l02_share() / 100


def l02_bcma_vaccine_percent():
    """Vaccine antibody on day 90 after BCMA CAR-T cells, typical patient of the model [percent of start]."""
    return treat(Patient.typical("SLE"), Plan.parse(BCMA_PLAN), days=DAY).at(DAY, "vaccine_antibody_percent")


def l02_cd20_car_autoantibody_percent():
    """Autoantibody on day 90 after CAR-T cells that are aimed at CD20 instead of CD19 [percent of start]."""
    aimed = {"CD19 CAR-T": product("CD19 CAR-T").variant(["CD20"])}
    course = treat(Patient.typical("SLE"), Plan.usual("CD19 CAR-T"), days=DAY, products=aimed)
    return course.at(DAY, "autoantibody_percent")
