"""How large every panel's page without a kernel is and how long its pictures take: prints a table.

    python benchmarks/page_sizes.py [names of panels]

Exit code 1 when a page is above its budget: 1.5 MB for the cohort, 1.1 MB for every other panel.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import time

from teaching.panels.catalogue import CATALOGUE
from teaching.panels.page import page

BUDGET_MB = {"cohort": 1.5}
USUAL_BUDGET_MB = 1.1


def main(names: list[str]) -> int:
    """Measures and prints."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} processors{load}; data: what a site loads; page: the one-file HTML (kB)\n")
    print(f"{'panel':<22}{'pictures':>9}{'data':>7}{'gzip':>7}{'page':>7}{'gzip':>7}{'s':>8}{'s of CPU':>10}")
    too_large, seconds, work = [], 0.0, 0.0
    for name in names:
        panel = CATALOGUE[name].make()
        clock, used = time.perf_counter(), time.process_time()
        html = page(panel)
        clock, used = time.perf_counter() - clock, time.process_time() - used
        seconds, work = seconds + clock, work + used
        text = re.search(r'id="data">(.*?)</script>', html, re.S)[1]
        pictures = json.loads(text)["pictures"]["rows"]
        sizes = [len(part.encode()) for part in (text, html)]
        packed = [len(gzip.compress(part.encode(), 9)) for part in (text, html)]
        kilobytes = "".join(f"{size / 1e3:>7.0f}" for size in (sizes[0], packed[0], sizes[1], packed[1]))
        print(f"{name:<22}{pictures:>9,}{kilobytes}{clock:>8.1f}{used:>10.1f}", flush=True)
        if sizes[1] > BUDGET_MB.get(name, USUAL_BUDGET_MB) * 1e6:
            too_large.append(name)
    print(f"{'together':<22}{'':>37}{seconds:>8.1f}{work:>10.1f}")
    if too_large:
        print(f"above the budget: {', '.join(too_large)}")
    return 1 if too_large else 0


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in CATALOGUE]
    if unknown:
        raise SystemExit(f"panel {unknown[0][:60]!r} does not exist; choose from: {', '.join(CATALOGUE)}.")
    sys.exit(main(sys.argv[1:] or list(CATALOGUE)))
