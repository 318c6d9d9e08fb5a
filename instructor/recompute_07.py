"""Lesson 07, head to head: right and typical wrong numbers, computed."""

from functools import cache

from teaching import Patient, Plan, treat
from teaching.model.design import designed, plan_of

L07_IGG_HALF_LIFE_DAYS = 21  # rogentine1966; stated in the prompt
L07_MARA_IGG_G_PER_L = 9  # invented, as Mara is; stated in the prompt
L07_NINE = (
    "rituximab", "rituximab, then blinatumomab", "blinatumomab", "teclistamab", "CD19 CAR-T", "BCMA CAR-T",
    "CD19/BCMA CAR-T", "donor CD19 CAR-T", "mRNA CAR in vivo",
)  # fmt: skip
L07_LEAST_IGG_PERCENT = 70  # Mara's limit; stated in the prompt


@cache
def _l07_numbers(name):
    return treat(Patient.typical("SLE"), Plan.usual(name), days=730).metrics()


def l07_depth_teclistamab():
    """Powers of ten by which the clone falls under teclistamab, in the model."""
    return _l07_numbers("teclistamab")["clone_depth_log10"]


def l07_combination_depth():
    """Powers of ten by which the clone falls when rituximab is given 8 weeks before CD19 CAR-T cells."""
    return _l07_numbers("rituximab, then CD19 CAR-T")["clone_depth_log10"]


def l07_igg():
    """Mara's IgG [g/L] after 42 days when a fifth of the production goes on."""
    return L07_MARA_IGG_G_PER_L * (0.2 + 0.8 * _l07_decayed())


def l07_igg_all_stopped():
    """The same as if all production had stopped [g/L]."""
    return L07_MARA_IGG_G_PER_L * _l07_decayed()


def l07_igg_product():
    """The decayed IgG times the share, without the production that goes on [g/L]."""
    return 0.2 * l07_igg_all_stopped()


def l07_igg_at_once():
    """As if IgG followed its production at once [g/L]."""
    return 0.2 * L07_MARA_IGG_G_PER_L


def l07_igg_lost():
    """What has been lost instead of what is left [g/L]."""
    return L07_MARA_IGG_G_PER_L - l07_igg()


def l07_igg_percent():
    """What is left in per cent of the start instead of g/L."""
    return 100 * l07_igg() / L07_MARA_IGG_G_PER_L


def _l07_decayed():
    return 2 ** (-42 / L07_IGG_HALF_LIFE_DAYS)


def l07_how_many():
    """Of the nine therapies of section 9, those that meet all three of Mara's limits in the model."""
    return float(sum(map(_l07_meets_all, L07_NINE)))


def _l07_meets_all(name):
    numbers = _l07_numbers(name)
    spares_igg = numbers["igg_nadir_percent"] >= L07_LEAST_IGG_PERCENT
    return spares_igg and _l07_no_flu_cy(name) and numbers["outcome_kind"] == "remission kept"


def _l07_no_flu_cy(name):
    return "lymphodepletion" not in Plan.usual(name).products


def l07_cousin_igg():
    """Lowest IgG [g/L] under teclistamab of somebody who starts at 15 g/L, in the model."""
    return 15 * _l07_numbers("teclistamab")["igg_nadir_percent"] / 100


def l07_design_igg():
    """Lowest total IgG [% of start] under an engager against CD20."""
    item = designed("engager", "CD20")
    course = treat(Patient.typical("SLE"), plan_of(item.name, 1), days=730, products={item.name: item})
    return course.metrics()["igg_nadir_percent"]
