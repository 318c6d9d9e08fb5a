"""How long a virtual cohort takes and how much memory it needs: prints a table, asserts nothing.

    python benchmarks/cohort.py [largest size]

Peak memory is the process's own account of its largest size so far (Linux and macOS), so sizes run
from small to large. What a million would take follows from the cost of one patient.
"""

from __future__ import annotations

import os
import sys
import time

from teaching import Plan
from teaching.model.cohort import Cohort, trial

PLANS = {
    "rituximab": Plan("rituximab"),
    "blinatumomab": Plan("blinatumomab"),
    "CAR-T": Plan("lymphodepletion") + Plan("CD19 CAR-T"),
}


def peak_megabytes() -> float:
    """Largest resident size of this process so far [MB]; NaN where the system does not tell."""
    try:
        import resource
    except ImportError:
        return float("nan")
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1e6 if sys.platform == "darwin" else 1e3)


def main(largest: int) -> None:
    """Measures and prints."""
    print(f"{os.cpu_count()} cores, threads of one process; courses of 730 days, 7 series every 7 days")
    for plan in PLANS.values():
        trial(Cohort.sample(2, seed=0), plan)  # compiles and imports
    print(f"{'plan':14}{'patients':>10}{'s':>9}{'ms each':>9}{'peak MB':>9}{'a million':>12}")
    sizes = [size for size in (100, 1000, 10_000, 100_000) if size <= largest]
    for size in sizes:
        for name, plan in PLANS.items():
            start = time.perf_counter()
            trial(Cohort.sample(size, seed=1), plan)
            taken = time.perf_counter() - start
            each = 1e3 * taken / size
            print(f"{name:14}{size:10d}{taken:9.2f}{each:9.2f}{peak_megabytes():9.0f}{each / 3.6:9.1f} h")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
