"""Live panels: widgets only, no equation. One file a family; `panels.treatment(patient)` and its sisters.

A family that this door shows stands in the catalogue (`catalogue.py`), the app and the tests of every panel.
"""

from teaching.panels.antigens import antigens
from teaching.panels.balance import balance
from teaching.panels.before_and_after import before_and_after
from teaching.panels.bell import bell
from teaching.panels.benefits import benefits
from teaching.panels.blood_and_node import blood_and_node
from teaching.panels.body_map import body_map
from teaching.panels.clinic_desk import clinic
from teaching.panels.cohort import cohort
from teaching.panels.decision import decision
from teaching.panels.deliberation import deliberation
from teaching.panels.design import design
from teaching.panels.dose_pk import dose_pk
from teaching.panels.evidence_explorer import evidence
from teaching.panels.expansion import expansion
from teaching.panels.infusion import infusion
from teaching.panels.interval import interval
from teaching.panels.mechanism import mechanism
from teaching.panels.mechanism_car import mechanism_car
from teaching.panels.mechanism_engager import mechanism_engager
from teaching.panels.mechanism_rituximab import mechanism_rituximab
from teaching.panels.prediction import Predict
from teaching.panels.reset import reset
from teaching.panels.side_by_side import side_by_side
from teaching.panels.treatment import treatment
from teaching.panels.trial_desk import trial_desk

__all__ = [
    "Predict",
    "antigens",
    "balance",
    "before_and_after",
    "bell",
    "benefits",
    "blood_and_node",
    "body_map",
    "clinic",
    "cohort",
    "decision",
    "deliberation",
    "design",
    "dose_pk",
    "evidence",
    "expansion",
    "infusion",
    "interval",
    "mechanism",
    "mechanism_car",
    "mechanism_engager",
    "mechanism_rituximab",
    "reset",
    "side_by_side",
    "treatment",
    "trial_desk",
]
