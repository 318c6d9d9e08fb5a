"""Answers of lesson 10, from the table of benefits and risks."""

from teaching.tables_benefit import EVENTS, OPTIONS, WITHOUT_NUMBER, figures_of


def _kinds():
    """What each box holds: a kind of figure for every harm and therapy, counted in autoimmune disease."""
    harms = [name for name, event in EVENTS.items() if not event.benefit]
    return [figures_of(therapy, name, population="autoimmune")[0].kind for name in harms for therapy in OPTIONS]


def l10_boxes():
    """Boxes that hold a number."""
    return sum(kind not in WITHOUT_NUMBER for kind in _kinds())
