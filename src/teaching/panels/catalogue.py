"""The list of all panels: name, question, lesson, and where each is made; none is loaded before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

#: Lesson number -> its subject, as the lessons' own titles have it.
LESSONS = {
    0: "Start here",
    1: "B cells in balance",
    2: "Targets on the lineage",
    3: "Rituximab",
    4: "Bispecific engagers",
    5: "CAR-T cells",
    6: "Reset",
    7: "Head to head",
    8: "A virtual trial",
}


@dataclass(frozen=True)
class Entry:
    """One panel: `make()` builds it as it starts.

    `module` and `function` say where it is made, with which `arguments`; `title`: two or three words;
    `question`: what it asks, word for word as the panel has it; `lesson`: where it is used first;
    `line`: what can be done with it, one sentence.
    """

    module: str
    function: str
    title: str
    question: str
    lesson: int
    line: str
    arguments: Mapping[str, object] = field(default_factory=dict)

    def make(self):
        """The panel."""
        return getattr(import_module(f"teaching.panels.{self.module}"), self.function)(**self.arguments)


#: name -> panel, in the order of the lessons.
CATALOGUE = {
    "treatment": Entry(
        "treatment", "treatment", "One treatment",
        "How deep do B cells fall, how long, and what comes back?", 0,
        "Give rituximab, an engager or CAR-T cells to a typical patient and follow two years.",
    ),
    "balance": Entry(
        "balance", "balance", "Balance",
        "Who refills an emptied pool of B cells, and how long does it take?", 1,
        "Empty the blood or the whole body, turn the marrow's tap, and watch the pool refill.",
    ),
    "body_map": Entry(
        "body_map", "body_map", "Body map",
        "Where are the B cells on this day, and what is hunting them?", 1,
        "Play a course through marrow, blood and lymphoid tissue, day by day.",
    ),
    "antigens": Entry(
        "antigens", "antigens", "Antigen map",
        "Which cells does a therapy hit, and which antibodies fall?", 2,
        "Aim at CD19, CD20, BCMA or CD38 and see which cells of the lineage are hit and which are spared.",
    ),
    "mechanism_rituximab": Entry(
        "mechanism", "mechanism", "Rituximab, drawn",
        "How does rituximab kill a B cell, and how can the cell escape?", 3,
        "Go step by step through the three ways in which the antibody kills.", {"name": "rituximab"},
    ),
    "dose_pk": Entry(
        "dose_pk", "dose_pk", "Dose and interval",
        "What do dose and interval of an antibody change?", 3,
        "Change dose, interval and antibody, and compare its concentration with the B cells in blood.",
    ),
    "blood_and_node": Entry(
        "blood_and_node", "blood_and_node", "Blood and node",
        "Blood is empty: is the lymph node empty too?", 3,
        "Empty the blood with three therapies, and look at what stays behind in the tissue.",
    ),
    "mechanism_engager": Entry(
        "mechanism", "mechanism", "The engager, drawn",
        "How does an engager make a T cell kill, and why is more not always better?", 4,
        "Go step by step from the bridge between two cells to the kill.", {"name": "engager"},
    ),
    "bell": Entry(
        "bell", "bell", "Bell",
        "Where on the bell does an engager stand, and what would more of it do?", 4,
        "Change the engager, its CD3 arm and the receptors of the cell, and find the peak.",
    ),
    "infusion": Entry(
        "infusion", "infusion", "Infusion planner",
        "How fast may an infusion start, and what does a pause cost?", 4,
        "Give blinatumomab at once, in steps or with a pause, and follow IL-6 and the cells.",
    ),
    "mechanism_car": Entry(
        "mechanism", "mechanism", "The CAR, drawn",
        "What is a CAR made of, and what does each part do?", 5,
        "Go step by step through the parts of the receptor and what each one adds.", {"name": "CAR"},
    ),
    "expansion": Entry(
        "expansion", "expansion", "Expansion",
        "A drug that grows: what sets the peak of CAR-T cells?", 5,
        "Change dose, lymphodepletion and the cells that feed it, and watch the peak.",
    ),
    "reset": Entry(
        "reset", "reset", "What returns",
        "What comes back: young cells, or the clone that made the disease?", 6,
        "Deplete more or less deeply, and see whether the clone or young cells come back first.",
    ),
    "side_by_side": Entry(
        "side_by_side", "side_by_side", "Side by side",
        "The same patient, three plans: which goes deepest, and what does it cost?", 7,
        "Give one patient up to three plans, and compare them on the same axes.",
    ),
    "design": Entry(
        "design", "design", "Your own product",
        "Design your own product: what does it reach, and what does it cost?", 7,
        "Choose kind, antigen, kill rate and dose, and see what they buy and what they cost.",
    ),
    "cohort": Entry(
        "cohort", "cohort", "Virtual patients",
        "The same plan for everybody: how much do patients differ?", 8,
        "Give one plan to many virtual patients, and read their spread, their median and their returns.",
    ),
}  # fmt: skip
