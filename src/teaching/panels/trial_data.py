"""What the script of the trial desk draws from, as plain data: pool, chances, truth, words and real trials."""

from __future__ import annotations

import base64
import sys
from functools import lru_cache

import numpy as np

from teaching import tables_evidence
from teaching.evidence.chances import chances
from teaching.evidence.pool import STANDARD, STEPS, pool
from teaching.evidence.protocol import (
    ENDPOINTS,
    FEWEST_PATIENTS,
    MOST_PATIENTS,
    MOST_SEED,
    NO_CONTROL,
    VERDICTS,
    budget,
)
from teaching.evidence.room import COLLEAGUES, COLLEAGUES_MONTHS, REPETITIONS
from teaching.evidence.virtual_trial import true_share

#: Real trials beside the student's own: name of the study, its outcome and the words on the picture.
REAL = (
    ("ERL-2026-CASTLE", "remission", "CASTLE"),
    ("US-2024-MG36", "response", "Descartes-08"),
    ("ALLEGORY-2026", "response", "ALLEGORY"),
)


@lru_cache(maxsize=1)
def trial_data() -> dict:
    """The data of the desk (JSON); about 130 kB, of which the pool is 90."""
    people, tables = pool(), chances()
    pooled = [name for name in people.therapies if name != STANDARD]
    chance = [name for name in pooled if people.dies_out[name].any()]
    return {
        "size": people.size, "steps": STEPS, "visits": list(people.visits), "pooled": pooled, "chance": chance,
        "standard": STANDARD, "no_control": NO_CONTROL, "stamp": people.stamp, "pool": _packed(pooled, chance),
        "entry": tables.entry.tolist(), "level": tables.level.tolist(), "reading": tables.reading.tolist(),
        "swing": tables.swing.tolist(), "lowest_swing": tables.lowest_swing, "left": tables.left.tolist(),
        "truth": {name: {one: _truths(name, one) for one in ENDPOINTS} for name in people.therapies},
        "endpoints": ENDPOINTS, "verdicts": VERDICTS, "budget": budget(), "most_seed": MOST_SEED,
        "fewest_patients": FEWEST_PATIENTS, "most_patients": MOST_PATIENTS, "colleagues": COLLEAGUES,
        "kit": getattr(sys.modules.get("teaching"), "__version__", "source"),
        "colleagues_months": list(COLLEAGUES_MONTHS), "repetitions": REPETITIONS, "real": real_trials(),
    }  # fmt: skip


def real_trials() -> list[dict]:
    """Name, arms, patients in the larger arm and months of the real trials, from studies.csv and outcomes.csv.

    `below`: its words stand lower, because another one stands above it.
    """
    found = []
    for name, outcome, words in REAL:
        study = tables_evidence.studies()[name]
        rows = [row for row in tables_evidence.outcomes() if (row.study, row.outcome) == (name, outcome)]
        months = max(row.month for row in rows if row.arm == "treated" and row.main and row.month is not None)
        arms = 2 if study.design in tables_evidence.WITH_CONTROL else 1
        patients = -(-study.n_all // arms)
        below = any(abs(months - one["month"]) < 12 and one["patients"] > patients for one in found)
        found.append({"name": words, "arms": arms, "patients": patients, "month": months, "below": below})
    return found


def _truths(therapy: str, endpoint: str) -> list[float]:
    return [round(true_share(therapy, endpoint, month), 4) for month in pool().visits]


def _packed(pooled: list[str], chance: list[str]) -> str:
    """The numbers of the pool as base64: visit after visit, and how often the clone dies out."""
    people, parts = pool(), []
    for name in pooled:
        parts.append(np.ascontiguousarray(people.returning[name].T).tobytes())
        if name in chance:
            parts.append(np.ascontiguousarray(people.lasting[name].T).tobytes())
            parts.append(people.dies_out[name].astype("<u4").tobytes())
    return base64.b64encode(b"".join(parts)).decode()
