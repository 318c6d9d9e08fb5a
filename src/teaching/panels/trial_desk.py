"""The trial desk: a protocol within a budget, signed before the seal opens; a verdict; and a room full of them."""

from __future__ import annotations

import re

from teaching.evidence.protocol import budget
from teaching.evidence.virtual_trial import Trial, run
from teaching.figures.trial_figure import budget_drawing, trial_drawing
from teaching.inputs import refusal
from teaching.panels.desk import Desk, desk
from teaching.panels.trial_data import real_trials, trial_data
from teaching.panels.trial_setting import arms_in_words, checked, protocol_of, start

LESSON = "08_virtual_trial"


@desk(
    title="Trial desk",
    question="What can a trial decide that you can pay for?",
    lesson=8,
    place=2,
    line="Write a protocol within a budget, sign it, break the seal, and give your verdict beside those of a room.",
)
def trial_desk(name: str = "own", **changes) -> Desk:
    """The desk of lesson 08.

    Arguments: name, under which its trials are kept, so that two desks of a lesson do not mix; parts of the setting at
    the start by name, such as control='obinutuzumab', month=36, patients=16 (`trial_setting.start` has all).
    Raises ValueError with one sentence for a name that is no short word and for a part that cannot be used.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z]{1,20}", name):
        raise ValueError(refusal("name", name, "a short word in small letters is needed, such as 'first'"))
    return Desk(
        "trial_desk", trial_desk.desk.question, data=trial_data(), start={**start(), **changes}, check=checked,
        draw=_draw, describe=_describe, keeps=(LESSON, f"08-desk-{name}"),
    )  # fmt: skip


def _trial(values: dict) -> Trial:
    return run(protocol_of(values), values["seed"])


def _draw(values: dict):
    if values["opened"]:
        return trial_drawing(_trial(values))
    return budget_drawing(values["month"], values["patients"], values["control"], real_trials())


def _describe(values: dict) -> str:
    """The words of the still picture."""
    if not values["opened"]:
        arms = 1 if arms_in_words(values).endswith("group") else 2
        cost = arms * values["patients"] * values["month"]
        return (
            f"{arms_in_words(values)}: {values['patients']} patients in each arm, endpoint in month {values['month']}, "
            f"{cost:,} of {budget():,} patient-months. Beside the plan, three real trials."
        )
    trial = _trial(values)
    arms = ", and ".join(
        f"{arm.events} of {arm.n} with {arm.name} ({100 * arm.share.share:.0f} %)" for arm in trial.arms
    )
    words = f"{values['endpoint']} in month {values['month']}: {arms}."
    if trial.compared:
        gap, low, high = (f"{100 * one:.0f}" for one in trial.compared[:3])
        words += f" The difference is {gap} points, from {low} to {high}."
    return words
