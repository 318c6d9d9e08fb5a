"""From rows of the tables to the numbers of the equations, by symbol: `b.h`, `p.kmax`.

A row of data/parameters.csv (or diseases.csv) with a symbol that can be a name is a number of the equations: adding one
is a row and a line in a mechanism. What is computed from other rows is declared here, with its unit and meaning. Plain
Python takes named tuples, compiled code records with the same names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from teaching import tables
from teaching.model import antibody, car_t, engager
from teaching.model.patient import Patient, kill_weight
from teaching.model.states import N_NODES
from teaching.model.therapies import Product

#: The three kinds of product that have states, in the order of their blocks.
KINDS = {"antibody": antibody, "engager": engager, "car_t": car_t}
_BODY_OWNERS = ("body", "lineage", "serum", "conditioning")


class Meaning(NamedTuple):
    """What a number of the equations is called in the tables, its unit, and what it means."""

    name: str
    unit: str
    note: str = ""


#: Numbers of the body that follow from others (`Patient.rest` has the formulas).
BODY_DERIVED = {
    "m": Meaning("maturation_per_day", "1/day", "from the balance of the untreated patient"),
    "a": Meaning("naive_activation_per_day", "1/day", "from the balance of the untreated patient"),
    "r_N": Meaning("naive_return_per_day", "1/day", "from the balance of the untreated patient"),
    "r_M": Meaning("memory_return_per_day", "1/day", "from the balance of the untreated patient"),
    "Nb0": Meaning("naive_blood", "1e9 cells", "naive B cells in blood before any therapy"),
    "k_G": Meaning("igg_loss_per_day", "1/day", "ln 2 / igg_half_life_days"),
    "k_A": Meaning("iga_loss_per_day", "1/day", "ln 2 / iga_half_life_days"),
    "k_M": Meaning("igm_loss_per_day", "1/day", "ln 2 / igm_half_life_days"),
    "one": Meaning("one_cell", "1e9 cells", "one cell"),
}
#: Numbers of a product that follow from others.
PRODUCT_DERIVED = {
    "antibody": {},
    "engager": {
        "B0_target": Meaning("targets_at_rest", "1e9 cells", "targets in lymphoid tissue and niche before any therapy")
    },
    "car_t": {},
}
#: What the twelve numbers of a product by node are.
BY_NODE = {
    "kill": Meaning("kill", "fraction", "antigen weight x effect at the site"),
    "target": Meaning("target", "1e9 cells per unit of state", "what counts as target"),
}


def _symbols(rows: Iterable[tuple[str, str]], where: str) -> dict[str, str]:
    """Symbol -> name of the rows whose symbol can be a name; one symbol has one name."""
    found: dict[str, str] = {}
    for symbol, name in rows:
        if symbol.isidentifier() and found.setdefault(symbol, name) != name:
            raise tables.TableError(
                f"{where}: the symbol {symbol} stands for {found[symbol]} and for {name}; each symbol has one meaning."
            )
    return found


@lru_cache(maxsize=1)
def body_symbols() -> dict[str, str]:
    """Symbol -> name in the tables of the numbers of the body that are not derived."""
    rows = [(row.symbol, row.name) for row in tables.parameters().values() if row.owner in _BODY_OWNERS]
    rows += [(row.symbol, row.quantity) for group in tables.diseases().values() for row in group]
    return _symbols(rows, "parameters.csv and diseases.csv")


@lru_cache(maxsize=8)
def product_symbols(kind: str) -> dict[str, str]:
    """Symbol -> name in the tables of the numbers that a product of this kind brings into the equations."""
    owners = {kind} | {name for name, row in tables.products().items() if row.kind == kind}
    rows = [row for row in tables.parameters().values() if row.owner in owners]
    rows = [row for row in rows if not row.name.startswith("weight_")]  # theirs is a grade of expression
    return _symbols([(row.symbol, row.name) for row in rows], f"parameters.csv, {kind}")


@lru_cache(maxsize=1)
def body_type() -> type:
    """The named tuple of the body's numbers."""
    return _named_tuple("Body", [*body_symbols(), *BODY_DERIVED])


@lru_cache(maxsize=8)
def product_type(kind: str) -> type:
    """The named tuple of a product's numbers; `kill` and `target` hold one number a node."""
    return _named_tuple(kind, [*product_symbols(kind), *PRODUCT_DERIVED[kind], *KINDS[kind].BY_NODE])


def _named_tuple(name: str, fields: list[str]) -> type:
    from collections import namedtuple

    return namedtuple(name, fields)


@lru_cache(maxsize=8)
def record_type(fields: type) -> np.dtype:
    """The same names as a record of numpy, which compiled code reads without a detour."""
    return np.dtype([(name, "f8", (N_NODES,)) if name in BY_NODE else (name, "f8") for name in fields._fields])


def records(group: list[tuple], kind: np.dtype) -> np.ndarray:
    """Named tuples as an array of records, made from one row of numbers each because that is quick."""
    if not group:
        return np.empty(0, dtype=kind)
    rows = [[number for part in one for number in (part if isinstance(part, tuple) else (part,))] for one in group]
    return np.array(rows, dtype=float).view(kind)[:, 0]


def body(patient: Patient, rest: Mapping[str, float]) -> tuple:
    """The numbers of a patient, by symbol; `rest` is `patient.rest()`."""
    derived = {
        "m": rest["m"],
        "a": rest["a"],
        "r_N": rest["r_N"],
        "r_M": rest["r_M"],
        "Nb0": rest["naive_blood"],
        "k_G": math.log(2) / patient["igg_half_life_days"],
        "k_A": math.log(2) / patient["iga_half_life_days"],
        "k_M": math.log(2) / patient["igm_half_life_days"],
        "one": 1e-9,
    }
    values = [_of_patient(patient, name) for name in body_symbols().values()]
    return body_type()(*values, *(derived[symbol] for symbol in BODY_DERIVED))


def _of_patient(patient: Patient, name: str) -> float:
    if name in patient.values:
        return float(patient.values[name])
    row = tables.parameters()["conditioning", name]  # the only part of the body that belongs to a product
    return row.value * patient.factors.get(name, 1.0)


def product_numbers(item: Product, start, sizes) -> tuple:
    """The numbers of a product by symbol, for a patient whose nodes start at `start` and hold `sizes` targets."""
    fields = [item[name] for name in product_symbols(item.kind).values()]
    if item.kind == "antibody":
        return product_type(item.kind)(*fields, kill_coefficients(item))
    weights = target_weights(item, sizes)
    if item.kind == "car_t":
        return product_type(item.kind)(*fields, kill_coefficients(item), weights)
    inside = [row.site in ("lymphoid", "niche") for row in tables.nodes().values()]
    weights = tuple(weight * there for weight, there in zip(weights, inside, strict=True))
    at_rest = sum(weight * size for weight, size in zip(weights, start, strict=False)) or 1.0
    return product_type(item.kind)(*fields, at_rest, kill_coefficients(item), weights)


def target_sizes(patient: Patient) -> list[float]:
    """How many 1e9 cells one unit of each node's state stands for."""
    plasma = [patient["plasmablast_cells"] / 2] * 2 + [patient["long_lived_cells"] / 2] * 2
    return [1.0] * 8 + plasma


@lru_cache(maxsize=64)
def _weights(antigens: tuple[str, ...], own: tuple[tuple[str, float], ...] = ()) -> tuple[float, ...]:
    return tuple(kill_weight(node, antigens, dict(own)) for node in tables.nodes())


def antigen_weights(item: Product) -> tuple[float, ...]:
    """How far a product reaches each of the twelve nodes by its antigens alone (0 to 1).

    A product may have its own weight for a grade of expression (`weight_low` and so on).
    """
    return _weights(
        item.antigens,
        tuple((name, row.value) for name, row in item.quantities.items() if name.startswith("weight_")),
    )


def kill_coefficients(item: Product) -> tuple[float, ...]:
    """Antigen weight times the effect at the site, for the twelve nodes."""
    effect = {"blood": 1.0} | {site: item[f"effect_{site}"] for site in ("marrow", "lymphoid", "niche")}
    sites = (row.site for row in tables.nodes().values())
    return tuple(weight * effect[site] for weight, site in zip(antigen_weights(item), sites, strict=False))


def target_weights(item: Product, sizes: list[float]) -> tuple[float, ...]:
    """What one unit of each node's state counts as target: by the antigen, whatever the product."""
    return tuple(weight * size for weight, size in zip(_weights(item.antigens), sizes, strict=False))


def meanings(kind: str | None = None, item: Product | None = None) -> dict[str, Meaning]:
    """Name, unit and note of each symbol: of the body, or of a product of `kind`."""
    if kind is None:
        rows = {row.symbol: row for row in tables.parameters().values() if row.owner in _BODY_OWNERS}
        found = {symbol: Meaning(row.name, row.unit, row.note) for symbol, row in rows.items()}
        for group in tables.diseases().values():
            found |= {row.symbol: Meaning(row.quantity, row.unit, row.note) for row in group}
        return {symbol: found[symbol] for symbol in body_symbols()} | BODY_DERIVED
    quantities = item.quantities
    found = {symbol: quantities[name] for symbol, name in product_symbols(kind).items()}
    found = {symbol: Meaning(row.name, row.unit, row.note) for symbol, row in found.items()}
    return found | PRODUCT_DERIVED[kind]
