"""Lesson 09 tells what the tables of published studies hold: its reports, its sums and its checklist."""

import re
from pathlib import Path

import nbformat
import pytest

from teaching import tables_evidence as tables
from teaching.evidence.press_release import CHECKLIST, score_release
from teaching.learning import answers

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "09_reading_the_evidence.ipynb"
#: Report -> study, and the counts that the text tells: patients, events and of how many.
REPORTS = {
    "09-mark-lupus": ("ERL-2022-SLE5", "remission", "treated"),
    "09-mark-compound": ("ICELL-2024-SLE13", "remission", "treated"),
    "09-mark-company": ("BMS-2025-BREAKFREE1", "drug_free", "treated"),
    "09-mark-placebo": ("US-2024-MG36", "response", "treated"),
    "09-mark-cases": ("RTX-SLE-CASES-2009", "response", "treated"),
    "09-mark-explorer": ("EXPLORER-2010", "response", "treated"),
}
#: Reports of trials with a control group that was chosen by lot.
WITH_PLACEBO = ["09-mark-placebo", "09-mark-explorer"]
WORDS = {
    "five": 5,
    "twelve": 12,
    "thirteen": 13,
    "thirty-six": 36,
    "seventy-one": 71,
    "ten": 10,
    "three": 3,
    "eight": 8,
}


def numbers_in(text: str) -> set[float]:
    """Numbers of a text, in digits or in words."""
    found = {float(number) for number in re.findall(r"(?<![\w.])\d+(?![\w.-])", text)}
    return found | {float(WORDS[word]) for word in re.findall(r"[a-z]+(?:-[a-z]+)?", text.lower()) if word in WORDS}


def main_row(study: str, outcome: str, arm: str):
    rows = tables.outcomes_by_study()[study]
    return next(row for row in rows if (row.outcome, row.arm, row.main) == (outcome, arm, True))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_tells_what_its_study_says(name):
    study, outcome, arm = REPORTS[name]
    told = numbers_in(" ".join(answers.entry_of(name)["phrases"]))
    row = main_row(study, outcome, arm)
    assert tables.studies()[study].n_all in told or tables.studies()[study].n in told
    if row.events is None:  # published as a percentage, in one report of nobody says how many
        assert round(row.value) in told and (row.n is None or row.n in told)
    else:
        assert {row.events, row.n} <= told


def test_the_control_of_the_report_with_a_placebo_is_told_too():
    row = main_row("US-2024-MG36", "response", "control")
    assert {row.events, row.n} <= numbers_in(" ".join(answers.entry_of("09-mark-placebo")["phrases"]))
    found = [name for name in REPORTS if tables.studies()[REPORTS[name][0]].design in tables.WITH_CONTROL]
    assert found == WITH_PLACEBO


def test_the_trial_that_missed_its_goal_is_told_with_everybody_in_it():
    told = numbers_in(" ".join(answers.entry_of("09-mark-explorer")["phrases"]))
    control = main_row("EXPLORER-2010", "response", "control")
    assert {control.n, round(control.value)} <= told
    assert control.n + main_row("EXPLORER-2010", "response", "treated").n == tables.studies()["EXPLORER-2010"].n_all


def test_what_a_report_does_not_say_is_marked_so():
    """A control group is in the reports that have one; every place is one of the text."""
    for name in REPORTS:
        places = answers.entry_of(name)["answer"]["places"]
        assert (places["control"] == ["not in this text"]) == (name not in WITH_PLACEBO)


def test_the_checklist_is_that_of_the_evidence_and_the_release_has_two_of_its_points():
    for name in ("09-release", "09-score"):
        assert answers.entry_of(name)["cards"] == list(CHECKLIST.values())
    places = answers.entry_of("09-release")["answer"]["places"]
    met = [point for point, words in CHECKLIST.items() if places[words] == ["there"]]
    assert score_release(met).score == 2 and score_release(met).met == ("n", "follow-up")


def test_the_sums_of_the_lesson_count_nobody_twice():
    """The prose says how many remissions may be the same people again: it is what the table above it prints."""
    lesson = nbformat.read(NOTEBOOK, as_version=4)
    printed = "\n".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for cell in lesson.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    added = int(re.search(r"every report added up +(\d+)", printed)[1])
    once = int(re.search(r"nobody twice +(\d+)", printed)[1])
    assert added - once == 14
    assert "Fourteen 'remissions' may be the same people again" in "\n".join(cell.source for cell in lesson.cells)
    assert "6 different definitions" in printed
