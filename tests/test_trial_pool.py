"""The pool of virtual patients in the package is what the model computes today."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from trial_pool import computed  # noqa: E402

from teaching.evidence.pool import STANDARD, STEPS, pack, pool, unpack  # noqa: E402
from teaching.model.trial_pool import POOL_SIZE, VISITS, model_stamp  # noqa: E402

REBUILD = "the model gives other patients than the pool holds: run python tools/trial_pool.py"
#: Two steps of half a per cent: what backends and processors may differ by.
OFF = 2


def differences(numbers) -> dict[str, int]:
    """The largest difference [steps of half a per cent] between the pool and the model, by therapy."""
    here, now = pool(), computed(numbers)
    found = {}
    for name in now.therapies:
        chance = np.abs(here.dies_out[name][list(numbers)].astype(float) - now.dies_out[name].astype(float)) / 2**32
        assert chance.max() < 0.01, f"{name}: {REBUILD}"
        pairs = [(getattr(here, one)[name][list(numbers)], getattr(now, one)[name]) for one in ("returning", "lasting")]
        found[name] = max(int(np.abs(a.astype(int) - b.astype(int)).max()) for a, b in pairs)
    return found


def test_a_sample_computed_again_agrees():
    """Twenty patients when the stamp is today's; all of them when model or tables have changed since."""
    numbers = range(0, POOL_SIZE, 50) if pool().stamp == model_stamp() else range(POOL_SIZE)
    assert max(differences(numbers).values()) <= OFF, REBUILD


def test_the_pool_has_what_the_trial_needs():
    here = pool()
    assert here.size == POOL_SIZE and here.visits == VISITS and STANDARD in here.therapies
    for name in here.therapies:
        assert here.returning[name].shape == here.lasting[name].shape == (POOL_SIZE, len(VISITS))
        assert here.returning[name].max() <= STEPS
        if not here.dies_out[name].any():
            assert (here.returning[name] == here.lasting[name]).all()
    assert (here.returning[STANDARD] == STEPS).all()


def test_without_its_clone_disease_does_not_come_back_and_with_it_it_does():
    """CAR-T cells: activity only falls where the clone has died out, and is never lower where it has not."""
    here = pool()
    lasting, returning = (getattr(here, one)["CD19 CAR-T"].astype(int) for one in ("lasting", "returning"))
    lucky = here.dies_out["CD19 CAR-T"] > 0
    assert 0.3 < (here.dies_out["CD19 CAR-T"] / 2**32).mean() < 0.7
    assert (np.diff(lasting[lucky][:, 1:], axis=1) <= 0).all() and (returning[lucky] >= lasting[lucky]).all()
    few = lucky & (here.dies_out["CD19 CAR-T"] < 2**31)
    assert (returning[few][:, -1] > 100).mean() > 0.4  # most are ill again within five years


def test_the_file_can_be_read_back_and_another_one_cannot():
    again = unpack(pack(pool()))
    assert all((again.returning[name] == pool().returning[name]).all() for name in pool().therapies)
    assert len(pack(pool())) < 40_000
    for wrong in (b"", b"not a pool", pack(pool())[:100]):
        with pytest.raises(ValueError, match="no pool"):
            unpack(wrong)
