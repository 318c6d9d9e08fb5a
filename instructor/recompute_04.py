"""Lesson 04, bispecific engagers: right and typical wrong numbers, computed."""

import math

from teaching import Patient, Plan, treat

BLINATUMOMAB_NM = (1.49, 260)  # the lesson's text
LEVEL_NM, RATE_UG_PER_DAY = 0.0112, 28  # the prompt's numbers
IL6_LIMIT_PG_PER_ML = 50  # the lesson's text
FULL_RATE_UG_PER_DAY = 28


def l04_peak_rate():
    """Rate that holds blinatumomab at the top of its bell [mg/day]: root of the product of both KD, over the level."""
    return _rate_for(math.sqrt(math.prod(BLINATUMOMAB_NM)))


def l04_peak_rate_in_ug():
    """The same in the unit that was forgotten [ug/day]."""
    return 1000 * l04_peak_rate()


def l04_peak_rate_without_root():
    """The rate for the product of both KD without the root [mg/day]."""
    return _rate_for(math.prod(BLINATUMOMAB_NM))


def l04_peak_rate_mean():
    """The rate for the arithmetic mean of both KD [mg/day]."""
    return _rate_for(sum(BLINATUMOMAB_NM) / 2)


def _rate_for(wanted_nm):
    return RATE_UG_PER_DAY * wanted_nm / LEVEL_NM / 1000


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
