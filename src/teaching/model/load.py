"""How many B cells a patient begins with: few, the usual number or many."""

from __future__ import annotations

from teaching import tables
from teaching.inputs import one_of
from teaching.model.patient import Patient

LOADS = ("few", "usual", "many")
_POOLS = ("lymphoid_naive", "lymphoid_memory", "clone_size", "pre_b", "blood_naive_start", "blood_memory_start")


def with_load(patient: Patient, load: str) -> Patient:
    """This patient with 'few', 'usual' or 'many' B cells everywhere, by the published range of those in tissue.

    All pools in proportion, so that the balance stays. Raises ValueError for another word.
    Source: data/parameters.csv, lymphoid_naive.
    """
    row = tables.parameters()["lineage", "lymphoid_naive"]
    share = {"few": row.low / row.value, "usual": 1.0, "many": row.high / row.value}[one_of("load", load, LOADS)]
    return patient.change(**{name: share * patient[name] for name in _POOLS})
