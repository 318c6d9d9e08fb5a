"""The lineage: what makes, moves, matures and ends B cells and plasma cells when no drug is there.

One short function a mechanism. Each adds to `dy` [per day] what it does to the states `y`; `b` holds the numbers of
one patient, called by the symbols of data/parameters.csv (docs/model.md has each equation beside its function).
Nodes are in 1e9 cells, plasmablasts and plasma cells in multiples of their start.
"""

from __future__ import annotations

from teaching.model.states import (
    AUTO_BLOOD,
    AUTO_LYMPHOID,
    IMMATURE,
    LONG_AUTO,
    LONG_PROTECTIVE,
    MEMORY_BLOOD,
    MEMORY_LYMPHOID,
    NAIVE_BLOOD,
    NAIVE_LYMPHOID,
    PRE_B,
    SHORT_AUTO,
    SHORT_PROTECTIVE,
)


def marrow_production(y, b, dy):
    """The marrow makes precursors of B cells."""
    dy[PRE_B] += (b.d_P + b.m) * b.P0


def precursor_loss(y, b, dy):
    """Most precursors die where they were born."""
    dy[PRE_B] -= b.d_P * y[PRE_B]


def maturation(y, b, dy):
    """Precursors become immature B cells."""
    maturing = b.m * y[PRE_B]
    dy[PRE_B] -= maturing
    dy[IMMATURE] += maturing


def release(y, b, dy):
    """Immature B cells leave the marrow and are naive cells of the blood."""
    leaving = b.e * y[IMMATURE]
    dy[IMMATURE] -= leaving
    dy[NAIVE_BLOOD] += leaving


def naive_homing(y, b, dy):
    """Naive cells go from blood to lymphoid tissue."""
    homing = b.h * y[NAIVE_BLOOD]
    dy[NAIVE_BLOOD] -= homing
    dy[NAIVE_LYMPHOID] += homing


def naive_return(y, b, dy):
    """Naive cells go back from lymphoid tissue to blood."""
    returning = b.r_N * y[NAIVE_LYMPHOID]
    dy[NAIVE_LYMPHOID] -= returning
    dy[NAIVE_BLOOD] += returning


def naive_loss(y, b, dy):
    """Naive cells die."""
    dy[NAIVE_LYMPHOID] -= b.d_N * y[NAIVE_LYMPHOID]


def naive_activation(y, b, dy):
    """Naive cells that met their antigen become memory cells."""
    activated = b.a * y[NAIVE_LYMPHOID]
    dy[NAIVE_LYMPHOID] -= activated
    dy[MEMORY_LYMPHOID] += activated


def memory_homing(y, b, dy):
    """Memory cells, the autoreactive clone among them, go from blood to lymphoid tissue."""
    homing_memory = b.h_M * y[MEMORY_BLOOD]
    dy[MEMORY_BLOOD] -= homing_memory
    dy[MEMORY_LYMPHOID] += homing_memory
    homing_clone = b.h_M * y[AUTO_BLOOD]
    dy[AUTO_BLOOD] -= homing_clone
    dy[AUTO_LYMPHOID] += homing_clone


def memory_return(y, b, dy):
    """Memory cells, the autoreactive clone among them, go back to blood."""
    returning_memory = b.r_M * y[MEMORY_LYMPHOID]
    dy[MEMORY_LYMPHOID] -= returning_memory
    dy[MEMORY_BLOOD] += returning_memory
    returning_clone = b.r_M * y[AUTO_LYMPHOID]
    dy[AUTO_LYMPHOID] -= returning_clone
    dy[AUTO_BLOOD] += returning_clone


def memory_loss(y, b, dy):
    """Memory cells are lost, net of their own division."""
    dy[MEMORY_LYMPHOID] -= b.d_M * y[MEMORY_LYMPHOID]


def autoreactive_regrowth(y, b, dy):
    """A clone that survived grows back to its old size; below one cell it dies out."""
    clone = y[AUTO_LYMPHOID]
    dy[AUTO_LYMPHOID] += b.g * clone * (1.0 - clone / b.At0) * (clone - b.one) / (clone + b.one)


def autoreactive_seeding(y, b, dy):
    """Naive cells may found autoreactive memory anew (off unless a lesson switches it on)."""
    dy[AUTO_LYMPHOID] += b.s * y[NAIVE_LYMPHOID] - b.s * b.Nt0 / b.At0 * y[AUTO_LYMPHOID]


def plasmablast_formation(y, b, dy):
    """Memory cells become plasmablasts."""
    dy[SHORT_AUTO] += b.d_S * y[AUTO_LYMPHOID] / b.At0
    dy[SHORT_PROTECTIVE] += b.d_S * y[MEMORY_LYMPHOID] / b.Mt0


def plasmablast_loss(y, b, dy):
    """Plasmablasts live for days."""
    dy[SHORT_AUTO] -= b.d_S * y[SHORT_AUTO]
    dy[SHORT_PROTECTIVE] -= b.d_S * y[SHORT_PROTECTIVE]


def long_lived_formation(y, b, dy):
    """Memory cells become long-lived plasma cells, as many as age takes."""
    dy[LONG_AUTO] += b.d_L * y[AUTO_LYMPHOID] / b.At0
    dy[LONG_PROTECTIVE] += b.d_L * y[MEMORY_LYMPHOID] / b.Mt0


def long_lived_refill(y, b, dy):
    """Plasmablasts settle in a niche that stands empty."""
    dy[LONG_AUTO] += b.refill * y[SHORT_AUTO] * (1.0 - y[LONG_AUTO])
    dy[LONG_PROTECTIVE] += b.refill * y[SHORT_PROTECTIVE] * (1.0 - y[LONG_PROTECTIVE])


def long_lived_loss(y, b, dy):
    """Long-lived plasma cells live for years."""
    dy[LONG_AUTO] -= b.d_L * y[LONG_AUTO]
    dy[LONG_PROTECTIVE] -= b.d_L * y[LONG_PROTECTIVE]


def lineage_rates(y, b, dy):
    """All of them."""
    marrow_production(y, b, dy)
    precursor_loss(y, b, dy)
    maturation(y, b, dy)
    release(y, b, dy)
    naive_homing(y, b, dy)
    naive_return(y, b, dy)
    naive_loss(y, b, dy)
    naive_activation(y, b, dy)
    memory_homing(y, b, dy)
    memory_return(y, b, dy)
    memory_loss(y, b, dy)
    autoreactive_regrowth(y, b, dy)
    autoreactive_seeding(y, b, dy)
    plasmablast_formation(y, b, dy)
    plasmablast_loss(y, b, dy)
    long_lived_formation(y, b, dy)
    long_lived_refill(y, b, dy)
    long_lived_loss(y, b, dy)
