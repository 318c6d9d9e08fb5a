"""Whoever picks this kit up adds a product by rows: in a copy of the kit nothing but its tables is changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
#: An antibody that is in no table: like rituximab, but for what it has of its own.
ROWS = {
    "products.csv": (
        "ocrelizumab,ocrelizumab,antibody,CD20,rituximab,dose_mg,600,100,1200,mg,0;14,,assumption,recalled,made up here"
    ),
    "parameters.csv": "ocrelizumab,elimination_per_day,k10,0.06,1/day,0.03,0.1,assumption,recalled,made up here",
    "regimens.csv": (
        'ocrelizumab,2 x 300 mg,"ocrelizumab dose_mg=300 days=0,14",ocrelizumab,a test,assumption,recalled,made up here'
    ),
    "targets.csv": (
        'T1,no,prediction,,ocrelizumab: lowest count,"ocrelizumab dose_mg=300 days=0,14",nadir_per_ul,,5,cells/uL,'
        "assumption,recalled,made up here"
    ),
}
CODE = """
import json
from teaching import Patient, Plan, panels, treat
from teaching.model import exchange, targets
from teaching.panels.dose_pk import antibodies
patient, plan = Patient.typical("SLE"), Plan.usual("ocrelizumab")
course = treat(patient, plan, 730)
panel = panels.dose_pk(patient)
before = panel.sentence
panel.controls["antibody"].value = "ocrelizumab"
print(json.dumps({
    "file": exchange.__file__, "level": float(course["ocrelizumab_ug_per_ml"].max()),
    "nadir": course.metrics()["nadir_per_ul"], "sbml": exchange.to_sbml(patient, plan + Plan("rituximab", days=[300])),
    "target": str(targets.check("T1")), "offered": list(antibodies()), "error": panel.error,
    "changed": panel.sentence != before, "parts": course.contributions("naive_blood", 1)["product"],
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What a copy of the kit with one row more in four tables says about the new product."""
    folder = tmp_path_factory.mktemp("kit")
    shutil.copytree(
        PROJECT / "src" / "teaching", folder / "src" / "teaching", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(PROJECT / "data", folder / "data")
    for name, row in ROWS.items():
        path = folder / "data" / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.rstrip("\n") + f"\n{row}\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "TEACHING_PLAIN": "1"}
    run = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    answer = json.loads(run.stdout)
    assert Path(answer["file"]).is_relative_to(folder)
    return answer


def test_it_acts_as_its_rows_say(found):
    """Half of 600 mg in the 4.1 litres of rituximab, and a clone of rituximab in what it has not of its own."""
    assert 70 < found["level"] < 150
    assert 0 < found["nadir"] < 5
    assert "ocrelizumab" in found["parts"]


def test_it_stands_in_the_panel_the_targets_and_the_export(found):
    assert "ocrelizumab" in found["offered"] and found["changed"] and found["error"] == ""
    assert found["target"].startswith("T1") and "accepted" in found["target"]
    assert "ocrelizumab_central" in found["sbml"] and "rituximab_central" in found["sbml"]


def test_its_export_has_its_units(found):
    libsbml = pytest.importorskip("libsbml")
    document = libsbml.readSBMLFromString(found["sbml"])
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, True)
    document.checkConsistency()
    assert [document.getError(i).getMessage() for i in range(document.getNumErrors())] == []
