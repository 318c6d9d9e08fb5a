"""The one look of all figures: colours that colour-blind people tell apart, type that carries to the last row.

Colours are Okabe and Ito's. Text, axes and grid are drawn in two marker colours that the live
figure replaces by the page's own, so that the same picture works in a light and a dark theme.
"""

from __future__ import annotations

from contextlib import contextmanager

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY = "#CC79A7", "#56B4E9"
#: Drawn where the page's text colour and its faint line colour belong.
INK, FAINT = "#1b1b1d", "#d4d4d6"
GHOST = "#8c8c8c"

_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "teaching",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlecolor": INK,
    "axes.labelsize": 12,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "lines.linewidth": 2.6,
    "lines.solid_capstyle": "round",
    "figure.dpi": 72,
}


@contextmanager
def style():
    """Draw inside `with style():` to get the kit's look; nothing outside is changed."""
    import matplotlib

    with matplotlib.rc_context(_SETTINGS):
        yield
