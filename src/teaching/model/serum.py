"""Antibody in serum, disease activity, and the cytokine niche: what follows from cells, and what fades by itself.

One short function a mechanism, as in lineage.py. Antibody is in multiples of its start.
"""

from __future__ import annotations

from teaching.model.states import (
    ACTIVITY,
    AUTOANTIBODY,
    LONG_AUTO,
    LONG_PROTECTIVE,
    NICHE,
    SHORT_AUTO,
    SHORT_PROTECTIVE,
    TOTAL_IGG,
    VACCINE_ANTIBODY,
)


def antibody_production(y, b, dy):
    """Plasmablasts and long-lived plasma cells make antibody, each its share."""
    dy[AUTOANTIBODY] += b.k_G * ((1.0 - b.f) * y[SHORT_AUTO] + b.f * y[LONG_AUTO])
    dy[VACCINE_ANTIBODY] += b.k_G * y[LONG_PROTECTIVE]
    dy[TOTAL_IGG] += b.k_G * (b.w * y[LONG_PROTECTIVE] + (1.0 - b.w) * y[SHORT_PROTECTIVE])


def antibody_clearance(y, b, dy):
    """IgG is lost with its half-life."""
    dy[AUTOANTIBODY] -= b.k_G * y[AUTOANTIBODY]
    dy[VACCINE_ANTIBODY] -= b.k_G * y[VACCINE_ANTIBODY]
    dy[TOTAL_IGG] -= b.k_G * y[TOTAL_IGG]


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
    activity_by_autoantibody(y, b, dy)
    activity_settling(y, b, dy)
    niche_closing(y, b, dy)
