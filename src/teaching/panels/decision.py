"""The decision desk: options scored on weighted criteria, who is first, and which single number would change that."""

from __future__ import annotations

from teaching.evidence.selection import sentence_case
from teaching.inputs import shortened
from teaching.panels.decision_setting import CRITERIA, OPTIONS, checked, start, table_of
from teaching.panels.desk import Desk, desk

LESSON, KEPT_AS = "10_benefit_risk_and_access", "10-desk-decision"
FOOT = "For teaching and self-study. Not treatment advice. The numbers are yours: the table only adds them up."


@desk(
    title="Decision table",
    question="What do you weigh, and which single number would change your choice?",
    lesson=10,
    place=2,
    line="Give scores and weights, see who comes first, and what would have to differ to change that.",
)
def decision(options: list[str] | None = None, criteria: list[str] | None = None) -> Desk:
    """The decision table of lesson 10; it starts with everything alike, so that no answer is suggested.

    Arguments: names of 2 to 12 options and of 1 to 40 criteria; without them those of Mara. What is kept stands in the
    lesson's file under '10-desk-decision', the first kept table beside the last one.
    Raises ValueError with one sentence for what cannot be a name.
    """
    given = start(_list("options", options, OPTIONS), _list("criteria", criteria, CRITERIA))
    return Desk(
        "decision", decision.desk.question, data={}, start=given, check=checked, draw=_draw, describe=_describe,
        keeps=(LESSON, KEPT_AS), foot=FOOT,
    )  # fmt: skip


def _list(name: str, given, usual) -> list:
    if given is None:
        return list(usual)
    if not isinstance(given, (list, tuple)):
        raise ValueError(f"{name} is {shortened(given)}; a list of names is needed.")
    return list(given)


def _describe(values: dict) -> str:
    return sentence_case(table_of(values).verdict)


def _draw(values: dict):
    from teaching.figures.decision_figure import decision_drawing

    return decision_drawing(table_of(values))
