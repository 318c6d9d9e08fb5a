"""The report in the repository is what the model says today, and a what-if leaves nothing behind."""

import importlib.util
import sys
from pathlib import Path

import pytest

from teaching import Patient, Plan, tables, treat
from teaching.model import targets

FOLDER = Path(__file__).resolve().parent.parent / "calibration"


def script(name):
    """A file of calibration/ as a module; these are scripts, not part of the package."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(FOLDER))


def test_the_report_is_not_stale():
    """Each target's row holds today's prediction to the digits that are printed."""
    report = script("report")
    stored = (FOLDER / "report.md").read_text(encoding="utf-8")
    for found in targets.check_all():
        assert report.table_row(found) in stored, f"{found.target.target}: run python calibration/report.py"
    assert (FOLDER / "report.png").stat().st_size > 10_000


def test_the_report_lists_what_is_met_most_narrowly():
    report = script("report")
    checks = targets.check_all()
    section = report.report(checks).split("## Met, but narrowly")[1].split("\n## ")[0]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == report.NARROWEST
    margins = {found.target.target: found.margin for found in checks if found.accepted}
    assert [margins[name] for name in rows] == sorted(filter(lambda m: m is not None, margins.values()))[: len(rows)]


def test_every_prediction_outside_its_range_is_a_known_misfit():
    outside = {found.target.target for found in targets.check_all() if not found.accepted}
    known = {name for name, row in tables.targets().items() if row.note.startswith("misfit:")}
    assert outside == known
    assert not [name for name in outside if tables.targets()[name].starred]


def test_a_what_if_changes_the_course_and_leaves_nothing_behind():
    what_if = script("what_if").what_if
    patient, plan = Patient.typical("SLE"), Plan("rituximab")
    before = treat(patient, plan, 300).metrics()["nadir_per_ul"]
    with what_if({("rituximab", "kill_max_per_day"): 10.0}):
        inside = treat(patient, plan, 300).metrics()["nadir_per_ul"]
    assert inside > 1.5 * before
    assert treat(patient, plan, 300).metrics()["nadir_per_ul"] == before


def test_a_what_if_on_a_number_that_does_not_exist_is_refused():
    what_if = script("what_if").what_if
    with pytest.raises(ValueError, match="kill_max"), what_if({("nobody", "kill_max"): 1.0}):
        pass


def test_unknown_words_end_in_one_sentence(capsys):
    with pytest.raises(SystemExit) as ended:
        script("report").main(["--folder", "no such folder"])
    assert "no such folder" in str(ended.value) and "\n" not in str(ended.value)
