"""Which number of the state vector `y` is what in every patient; after these comes one block a product.

The names are read by people; the compiler turns them into numbers. Order of the nodes: data/lineage.csv.
"""

from __future__ import annotations

PRE_B, IMMATURE = 0, 1
NAIVE_BLOOD, NAIVE_LYMPHOID, MEMORY_BLOOD, MEMORY_LYMPHOID, AUTO_BLOOD, AUTO_LYMPHOID = range(2, 8)
SHORT_AUTO, SHORT_PROTECTIVE, LONG_AUTO, LONG_PROTECTIVE = range(8, 12)
N_NODES = 12
AUTOANTIBODY, VACCINE_ANTIBODY, TOTAL_IGG = range(12, 15)
IGA_CELLS, TOTAL_IGA, TOTAL_IGM = range(15, 18)
ACTIVITY, NICHE = 18, 19
N_BODY = 20

#: Unit and meaning of what is no node, in order.
SERUM_AND_DISEASE = {
    "autoantibody": ("x start", "autoantibody in serum"),
    "vaccine_antibody": ("x start", "antibody from an old vaccination"),
    "total_igg": ("x start", "all IgG in serum"),
    "iga_cells": ("x start", "long-lived plasma cells that make IgA, in gut and marrow"),
    "total_iga": ("x start", "all IgA in serum"),
    "total_igm": ("x start", "all IgM in serum"),
    "activity": ("points", "disease activity, in the points of the disease"),
    "niche": ("fraction", "cytokine niche opened by lymphodepletion"),
}
