"""Half-lives of products, from their numbers: an antibody's two phases, an infused engager's one."""

from __future__ import annotations

import math

from teaching.inputs import shortened
from teaching.model.therapies import Product


def half_lives_days(item: Product) -> tuple[float, float]:
    """Half-life of an antibody's slow phase, at first (with the clearance that passes) and in the end [day].

    beta = ((k10 + k12 + k21) - sqrt((k10 + k12 + k21)^2 - 4 k10 k21)) / 2, at first k10 + CL_T/V1 for k10.
    Raises ValueError for a product that is no antibody. Source: data/parameters.csv.
    """
    _of_kind("half_lives_days", item, "antibody")
    found = []
    for extra in (item["passing_clearance_l_per_day"] / item["central_volume_l"], 0.0):
        k10, k21 = item["elimination_per_day"] + extra, item["from_peripheral_per_day"]
        total = k10 + item["to_peripheral_per_day"] + k21
        found.append(math.log(2) / ((total - math.sqrt(total**2 - 4 * k10 * k21)) / 2))
    return found[0], found[1]


def half_life_hours(item: Product) -> float:
    """Half-life of an engager once its infusion has ended: ln 2 V / CL [h].

    Raises ValueError for a product that is no engager. Source: data/parameters.csv.
    """
    _of_kind("half_life_hours", item, "engager")
    return 24 * math.log(2) * item["volume_l"] / item["clearance_l_per_day"]


def _of_kind(asked: str, item: Product, kind: str) -> None:
    if not isinstance(item, Product) or item.kind != kind:
        given = item.name if isinstance(item, Product) else shortened(item)
        raise ValueError(f"{asked}() was given {given}; it needs a product of the kind {kind}, such as product(name).")
