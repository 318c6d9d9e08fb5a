"""Lesson 07, head to head: right and typical wrong numbers, computed."""

import math
from functools import cache

from teaching import Patient, Plan, treat
from teaching.model.design import designed, plan_of

IGG_HALF_LIFE_DAYS = 21  # rogentine1966; stated in the prompt
LIMIT_G_PER_L = 4  # hagen2024


@cache
def _numbers(name):
    return treat(Patient.typical("SLE"), Plan.usual(name), days=730).metrics()


def l07_rituximab_days():
    """Days with fewer than 10 B cells per uL of blood after rituximab, in the model."""
    return _numbers("rituximab")["days_depleted"]


def l07_combination_depth():
    """Powers of ten by which the clone falls when rituximab is given 8 weeks before CD19 CAR-T cells."""
    return _numbers("rituximab, then CD19 CAR-T")["clone_depth_log10"]


def l07_igg():
    """IgG [% of start] after 42 days when a fifth of the production goes on."""
    return 100 * (0.2 + 0.8 * 2 ** (-42 / IGG_HALF_LIFE_DAYS))


def l07_igg_all_stopped():
    """The same as if all production had stopped."""
    return 100 * 2 ** (-42 / IGG_HALF_LIFE_DAYS)


def l07_igg_product():
    """The decayed IgG times the share, without the production that goes on."""
    return 0.2 * l07_igg_all_stopped()


def l07_igg_at_once():
    """As if IgG followed its production at once [% of start]."""
    return 20.0


def l07_igg_lost():
    """What has been lost instead of what is left [% of start]."""
    return 100 - l07_igg()


def _floor(name):
    return LIMIT_G_PER_L / (_numbers(name)["igg_nadir_percent"] / 100)


def l07_floor():
    """Starting IgG [g/L] whose lowest value under teclistamab is 4 g/L, in the model."""
    return _floor("teclistamab")


def l07_floor_multiplied():
    """The limit multiplied by the share instead of divided by it [g/L]."""
    return LIMIT_G_PER_L**2 / l07_floor()


def l07_floor_lost_share():
    """The limit divided by the share that is lost [g/L]."""
    return LIMIT_G_PER_L / (1 - LIMIT_G_PER_L / l07_floor())


def l07_floor_bcma_car_t():
    """The same question for BCMA CAR-T cells [g/L]."""
    return _floor("BCMA CAR-T")


def l07_floor_cd19_car_t():
    """The same question for CD19 CAR-T cells [g/L]."""
    return _floor("CD19 CAR-T")


def l07_in_a_row():
    """Patients in a row after which a share of 90 % or less is excluded at 95 %: 0.9^n = 0.05."""
    return math.ceil(math.log(0.05) / math.log(0.9))


def l07_in_a_row_for_95():
    """The same for a share of 95 %."""
    return math.ceil(math.log(0.05) / math.log(0.95))


def l07_choice_depth():
    """Powers of ten by which the clone falls under the CAR made inside the patient."""
    return _numbers("mRNA CAR in vivo")["clone_depth_log10"]


def l07_design_igg():
    """Lowest total IgG [% of start] under an engager against CD20."""
    item = designed("engager", "CD20")
    course = treat(Patient.typical("SLE"), plan_of(item.name, 1), days=730, products={item.name: item})
    return course.metrics()["igg_nadir_percent"]
