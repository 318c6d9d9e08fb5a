"""What a dose does at its instant, as the integrator knows it: (action, place in `y`, amount)."""

from __future__ import annotations

ADD, SCALE_NODES, RAISE = range(3)


def apply_event(action, place, amount, y):
    """Changes the states at the instant of a dose."""
    if action == ADD:
        y[place] += amount
    elif action == SCALE_NODES:
        for i in range(place):  # all nodes before this one
            y[i] *= amount
    else:
        y[place] = max(y[place], amount)
