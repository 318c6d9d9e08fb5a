"""A product of one's own: what an antigen reaches and costs follows from the lineage."""

import re

import numpy as np
import pytest

from teaching.model.design import ANTIGENS, KINDS, NEAREST
from teaching.model.therapies import product
from teaching.panels.design import design

PANEL = design


# --- what must be true --------------------------------------------------------------------------------------


def test_a_faster_antibody_goes_deeper(panel):
    panel.set({"kind": "antibody", "antigen": "CD20"})
    found = []
    for potency in (0.5, 1, 2, 5):
        panel.set({"potency": potency})
        found.append(panel.scene.values["memory"].min())
    assert found == sorted(found, reverse=True) and found[0] > 10 * found[-1]


# --- picture and words --------------------------------------------------------------------------------------


def test_the_sentence_holds_the_numbers_of_the_picture(panel):
    panel.set({"kind": "antibody", "antigen": "CD38"})
    values = panel.scene.values
    memory, igg, vaccine = (
        float(re.search(words, panel.sentence)[1])
        for words in (r"memory falls to ([\d.]+) %", r"IgG falls to (\d+) %", r"vaccine antibody to (\d+) %")
    )
    assert memory == pytest.approx(values["memory"].min(), rel=0.05)
    assert (igg, vaccine) == pytest.approx((values["igg"].min(), values["vaccine"].min()), abs=1)


def test_a_what_if_is_called_one(panel):
    assert "what-if" not in panel.sentence and panel.scene.values["numbers"] == "numbers of CD19 CAR-T"
    panel.set({"antigen": "CD20"})
    assert "aimed at CD20 instead (a what-if)" in panel.sentence
    assert panel.scene.values["numbers"] == "numbers of CD19 CAR-T: a what-if"


@pytest.mark.parametrize("kind, antigen", [(kind, antigen) for kind in KINDS for antigen in ANTIGENS])
def test_each_combination_is_drawn_or_refused_in_one_sentence(panel, kind, antigen):
    before = panel.frame, panel.sentence
    panel.set({"kind": kind, "antigen": antigen})
    if (kind, antigen) in NEAREST:
        assert panel.error == "" and np.isfinite(np.frombuffer(panel.frame, np.float32)).all()
        assert product(NEAREST[kind, antigen]).kind == KINDS[kind] and len(panel.sentence) < 600
    else:
        assert (panel.frame, panel.sentence) == before
        assert panel.error.endswith(".") and ("choose" in panel.error)
