"""The fate of a few cells: a clone of which hardly anything is left dies out by chance, or regrows."""

from __future__ import annotations

import math

from teaching import tables
from teaching.inputs import number
from teaching.model.balance import MOST_CELLS


def division_per_day() -> float:
    """Division rate of memory B cells [1/day], the birth rate of the birth-death process (data/observations.csv)."""
    return tables.observation("macallan2005_memory_division").value


def dies_out_percent(cells: float, growth_per_day: float) -> float:
    """How often so few cells die out: 100 exp(-N (1 - q)) with 1 - q = g / division [% of patients].

    A birth-death process whose cells divide at the rate of memory cells and are lost at that rate less the net
    growth g, q = loss / division. Arguments: cells (N); growth_per_day (g) [1/day]. Raises ValueError for a
    negative or endless number of cells or rate. Source of the division rate: data/observations.csv.
    """
    few = number("cells", cells, 0, MOST_CELLS, "")
    return 100 * math.exp(-few * number("growth_per_day", growth_per_day, 0, 1e9, "1/day") / division_per_day())
