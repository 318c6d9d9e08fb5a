"""What a product reaches: which cells of the lineage it hits, and how fast it kills in each place."""

from __future__ import annotations

from teaching.model.patient import kill_weight
from teaching.model.therapies import product

#: From this weight on a product counts as hitting the cell; below it, but above 0, as hardly hitting it.
HIT_FROM = 0.25
#: One product a target, or two, which are given as their usual courses (data/regimens.csv).
THERAPIES = ("rituximab", "CD19 CAR-T", "BCMA CAR-T", "teclistamab", "daratumumab")
STATES = ("hit", "nearby", "hardly", "spared")


def state_of(node: str, name: str) -> str:
    """What a product does to a node: 'hit', 'hardly', 'nearby' or 'spared'.

    By the kill weight of its antigens there: 'hit' from 0.25 on, 'hardly' below, 'spared' at 0. 'nearby': the antigen
    alone would not do it, but the product's own weight, fitted to patients, is that high (bystander killing or
    antigen below detection: the model cannot tell). Source: data/lineage.csv, data/parameters.csv.
    """
    item = product(name)
    own = {key: row.value for key, row in item.quantities.items() if key.startswith("weight_")}
    weight, by_antigen = kill_weight(node, item.antigens, own), kill_weight(node, item.antigens)
    if weight <= 0:
        return "spared"
    if weight < HIT_FROM:
        return "hardly"
    return "hit" if by_antigen >= HIT_FROM else "nearby"


def killing_by_place(name: str) -> dict[str, float]:
    """How fast a product kills in marrow, lymphoid tissue and niche, as a share of its rate in blood.

    Source: data/parameters.csv; fitted or assumed.
    """
    item = product(name)
    tissue = item["kill_tissue_per_day"] / item["kill_blood_per_day"] if item.kind == "engager" else 1.0
    return {site: tissue * item[f"effect_{site}"] for site in ("marrow", "lymphoid", "niche")}
