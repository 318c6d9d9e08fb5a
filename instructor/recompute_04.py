"""Lesson 04, bispecific engagers: right and typical wrong numbers, computed."""

import math

from teaching import Patient, Plan, treat

TECLISTAMAB_NM = (0.18, 28.03)  # the lesson's text
WEIGHT_KDA = 150  # the lesson's text
PAUSE_HOURS, HALF_LIFE_HOURS = 6, 2  # the prompt's numbers
IL6_LIMIT_PG_PER_ML = 50  # the lesson's text
FULL_RATE_UG_PER_DAY = 28


def l04_peak():
    """Free teclistamab with the most bridges [ng/mL]: root of the product of both KD, times the weight."""
    return math.sqrt(math.prod(TECLISTAMAB_NM)) * WEIGHT_KDA


def l04_peak_without_root():
    """The product of both KD without the root, times the weight [ng/mL]."""
    return math.prod(TECLISTAMAB_NM) * WEIGHT_KDA


def l04_peak_mean():
    """The arithmetic mean of both KD, times the weight [ng/mL]."""
    return sum(TECLISTAMAB_NM) / 2 * WEIGHT_KDA


def l04_peak_blinatumomab_weight():
    """The right peak in nM with the weight of blinatumomab, 55 kDa [ng/mL]."""
    return math.sqrt(math.prod(TECLISTAMAB_NM)) * 55


def l04_pause():
    """Share of the drug that is left after the pause [%]."""
    return 100 * 0.5 ** (PAUSE_HOURS / HALF_LIFE_HOURS)


def l04_pause_shared_out():
    """A hundred divided by the number of half-lives [%]."""
    return 100 / (PAUSE_HOURS / HALF_LIFE_HOURS)


def l04_pause_natural():
    """exp(-t / half-life), as if the half-life were the time constant [%]."""
    return 100 * math.exp(-PAUSE_HOURS / HALF_LIFE_HOURS)


def l04_pause_lost():
    """Share of the drug that is gone after the pause [%]."""
    return 100 - l04_pause()


def l04_step_up_days():
    """Fewest whole days at a first rate of 1 to 9 ug/day before 28 ug/day with IL-6 below 50 pg/mL [days]."""
    patient = Patient.typical("SLE")
    for low_days in range(1, 8):
        for rate in range(1, 10):
            plan = Plan("blinatumomab", rate_ug_per_day=rate, duration_days=low_days, days=[0])
            plan += Plan("blinatumomab", rate_ug_per_day=FULL_RATE_UG_PER_DAY, duration_days=7, days=[low_days])
            if treat(patient, plan, days=30).metrics()["il6_peak"] < IL6_LIMIT_PG_PER_ML:
                return low_days
    raise ValueError("no schedule keeps IL-6 below the limit; the prompt must change.")
