"""Antibody in serum, disease activity, and the cytokine niche: what follows from cells, and what fades by itself.

One short function a mechanism, as in lineage.py. Antibody is in multiples of its start.
"""

from __future__ import annotations

from teaching.model.states import (
    ACTIVITY,
    AUTOANTIBODY,
    IGA_CELLS,
    LONG_AUTO,
    LONG_PROTECTIVE,
    MEMORY_LYMPHOID,
    NICHE,
    SHORT_AUTO,
    SHORT_PROTECTIVE,
    TOTAL_IGA,
    TOTAL_IGG,
    TOTAL_IGM,
    VACCINE_ANTIBODY,
)


def antibody_production(y, b, dy):
    """Plasmablasts and long-lived plasma cells make antibody, each its share."""
    dy[AUTOANTIBODY] += b.k_G * ((1.0 - b.f) * y[SHORT_AUTO] + b.f * y[LONG_AUTO])
    dy[VACCINE_ANTIBODY] += b.k_G * y[LONG_PROTECTIVE]
    dy[TOTAL_IGG] += b.k_G * (b.w * y[LONG_PROTECTIVE] + (1.0 - b.w) * y[SHORT_PROTECTIVE])
    dy[TOTAL_IGA] += b.k_A * (b.w_A * y[IGA_CELLS] + (1.0 - b.w_A) * y[SHORT_PROTECTIVE])
    dy[TOTAL_IGM] += b.k_M * (b.w_M * y[LONG_PROTECTIVE] + (1.0 - b.w_M) * y[SHORT_PROTECTIVE])


def antibody_clearance(y, b, dy):
    """Antibody is lost with the half-life of its class."""
    dy[AUTOANTIBODY] -= b.k_G * y[AUTOANTIBODY]
    dy[VACCINE_ANTIBODY] -= b.k_G * y[VACCINE_ANTIBODY]
    dy[TOTAL_IGG] -= b.k_G * y[TOTAL_IGG]
    dy[TOTAL_IGA] -= b.k_A * y[TOTAL_IGA]
    dy[TOTAL_IGM] -= b.k_M * y[TOTAL_IGM]


def iga_cell_formation(y, b, dy):
    """Plasma cells that make IgA are made as age takes them; an emptied niche in the gut fills slowly."""
    dy[IGA_CELLS] += b.d_L * y[MEMORY_LYMPHOID] / b.Mt0 + b.refill_A * y[SHORT_PROTECTIVE] * (1.0 - y[IGA_CELLS])


def iga_cell_loss(y, b, dy):
    """They live for years."""
    dy[IGA_CELLS] -= b.d_L * y[IGA_CELLS]


def activity_by_autoantibody(y, b, dy):
    """Autoantibody drives disease, the more the higher it is, up to twice the start."""
    x = y[AUTOANTIBODY]
    dy[ACTIVITY] += 2.0 * b.D0 * x * x / (x * x + 1.0) / b.t_D


def activity_settling(y, b, dy):
    """Without a drive disease settles within weeks."""
    dy[ACTIVITY] -= y[ACTIVITY] / b.t_D


def niche_closing(y, b, dy):
    """The niche that lymphodepletion opened closes as lymphocytes return."""
    dy[NICHE] -= b.k_Y * y[NICHE]


def serum_rates(y, b, dy):
    """All of them."""
    antibody_production(y, b, dy)
    antibody_clearance(y, b, dy)
    iga_cell_formation(y, b, dy)
    iga_cell_loss(y, b, dy)
    activity_by_autoantibody(y, b, dy)
    activity_settling(y, b, dy)
    niche_closing(y, b, dy)
