"""A product of one's own: kind, antigen and kill rate choose and change the nearest product of the table."""

from __future__ import annotations

from teaching.inputs import one_of
from teaching.model.therapies import Dose, Plan, Product, product

KINDS = {"antibody": "antibody", "engager": "engager", "CAR-T": "car_t"}
ANTIGENS = ("CD19", "CD20", "BCMA", "CD38", "CD19+BCMA")
#: Kind, antigen -> the product of the table whose numbers are taken; another antigen than its own is a what-if.
NEAREST = {
    ("antibody", "CD19"): "rituximab",
    ("antibody", "CD20"): "rituximab",
    ("antibody", "BCMA"): "daratumumab",
    ("antibody", "CD38"): "daratumumab",
    ("engager", "CD19"): "blinatumomab",
    ("engager", "CD20"): "mosunetuzumab",
    ("engager", "BCMA"): "teclistamab",
    ("engager", "CD19+BCMA"): "teclistamab",
    ("CAR-T", "CD19"): "CD19 CAR-T",
    ("CAR-T", "CD20"): "CD19 CAR-T",
    ("CAR-T", "BCMA"): "BCMA CAR-T",
    ("CAR-T", "CD19+BCMA"): "CD19/BCMA CAR-T",
}
_KILL = ("kill_max_per_day", "kill_blood_per_day", "kill_tissue_per_day")


def designed(kind: str, antigen: str, potency: float = 1.0) -> Product:
    """The product of that kind against that antigen, killing `potency` times as fast as the nearest one of the table.

    Raises ValueError with one sentence for what this kit cannot make.
    """
    one_of("kind", kind, KINDS)
    one_of("antigen", antigen, ANTIGENS)
    if kind == "antibody" and "+" in antigen:
        raise ValueError(
            "An antibody of this kit binds one antigen; choose an engager or CAR-T cells for CD19 and BCMA."
        )
    if kind != "antibody" and antigen == "CD38":
        raise ValueError(
            f"CD38 with {kind} is closed: active T cells carry CD38 themselves and would be killed too, and this "
            "kit has no numbers for that; choose an antibody for CD38."
        )
    item = product(NEAREST[kind, antigen])
    factors = {name: potency for name in _KILL if name in item.quantities}
    return item.variant(antigen.split("+"), **factors)


def plan_of(name: str, dose: float) -> Plan:
    """The usual course of a product of the table with every dose of it multiplied; ValueError without such a course."""
    plan = Plan.none()
    for one in Plan.usual(name).doses:
        amount = dose * one.amount if one.product == name else one.amount
        plan = plan + Plan(one.product, days=[one.day], duration_days=one.duration_days, **{one.word: amount})
    return plan


def steps_of(name: str) -> list[Dose]:
    """The doses of a product's usual course that come before the full one."""
    row = product(name).row
    return [dose for dose in Plan.usual(name).doses if dose.product == name and dose.amount < row.dose]
