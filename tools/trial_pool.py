"""Computes the pool of virtual patients of the virtual trial and writes it: `python tools/trial_pool.py` (20 s).

Needed when the model or a table that it reads has changed; `tests/test_trial_pool.py` says so.
"""

from __future__ import annotations

import sys

from teaching.evidence.pool import FILE, STANDARD, Pool, chances_of, pack, steps_of
from teaching.model.trial_pool import POOL_DISEASE, POOL_SIZE, VISITS, model_stamp, outcomes, therapies
from teaching.saving import save_whole


def computed(patients=range(POOL_SIZE), told=None) -> Pool:
    """The pool of these patients of the cohort; nothing is computed for standard treatment, which is not in it."""
    found = {name: outcomes(plan, patients, told) for name, plan in therapies().items()}
    return Pool(
        POOL_DISEASE, model_stamp(), VISITS,
        {name: steps_of(one.returning) for name, one in found.items()},
        {name: steps_of(one.lasting) for name, one in found.items()},
        {name: chances_of(one.dies_out) for name, one in found.items()},
    )  # fmt: skip


def main() -> int:
    """Writes the pool beside its reader."""
    pool = computed(told=lambda done: print(f"\r{done} of {POOL_SIZE} patients", end="", file=sys.stderr))
    assert STANDARD not in pool.therapies
    save_whole(FILE, pack(pool), overwrite=True)
    print(f"\n{FILE.name}: {FILE.stat().st_size:,} bytes, {', '.join(pool.therapies)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
