"""The three mechanisms by name: how rituximab, an engager or a CAR-T cell kills, drawn step by step."""

from __future__ import annotations

from teaching.inputs import one_of
from teaching.panels.live import Panel
from teaching.panels.mechanism_car import mechanism_car
from teaching.panels.mechanism_engager import mechanism_engager
from teaching.panels.mechanism_rituximab import mechanism_rituximab
from teaching.panels.prediction import Predict

MECHANISMS = {"rituximab": mechanism_rituximab, "engager": mechanism_engager, "CAR": mechanism_car}


def mechanism(name: str = "rituximab", preset: str | None = None, predict: Predict | None = None) -> Panel:
    """How a therapy kills, drawn step by step: 'rituximab', 'engager' or 'CAR'.

    `preset` is the label of a case. Raises ValueError for another name or preset.
    """
    return MECHANISMS[one_of("name", name, MECHANISMS)](preset, predict)
