"""The lessons with their code in a browser: what the kit needs there is on the list, and it runs with nothing else.

A Python is made as poor as that of a browser (its modules that are missing or empty, no thread, no compiler, only
packages of the list) and does what a lesson does; then the list is read; at the end the folders that are refused.
The page itself is opened in tests/browser/test_lite.py.
"""

import ast
import dataclasses
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from teaching import Patient, Plan, treat
from teaching.deliver.cli import main
from teaching.deliver.lite import build, parts
from teaching.panels import lesson, rerun

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "src" / "teaching"
LIST = parts.listed_parts()
BY_NAME = {part.name: part for part in LIST}
PROVIDED = {name.replace("-", "_") for part in LIST for name in part.imports} | {"teaching"}
#: Of Python's own modules Pyodide 314 has all but these; and the kernel of JupyterLite puts empty ones in some places.
ABSENT = ("pwd", "grp", "curses", "readline", "msvcrt", "winreg", "_winapi")
EMPTY = ("fcntl", "resource", "termios", "pexpect", "tornado")

IN_A_BROWSER = """
import sys, threading, types
from importlib.machinery import PathFinder

provided, absent, empty = {provided!r}, {absent!r}, {empty!r}
allowed = set(sys.stdlib_module_names) | set(provided)

class AsInABrowser:
    not_yet = {{"xarray", "pandas"}}
    find_distributions = staticmethod(PathFinder.find_distributions)

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        fine = top in allowed and top not in self.not_yet
        if fine or top.endswith("__mypyc") or top.startswith("_sysconfig"):  # a compiled half of psygnal; Python's own
            return PathFinder.find_spec(name, path, target)

here = AsInABrowser()
sys.meta_path[:] = [here if finder is PathFinder else finder for finder in sys.meta_path]
for name in empty:
    sys.modules[name] = types.ModuleType(name)
sys.modules.update(dict.fromkeys(absent))  # None: importing one fails

def start(self):
    raise RuntimeError("can't start new thread")

threading.Thread.start = start

import importlib, json, pathlib
import teaching
for path in sorted(pathlib.Path(teaching.__file__).parent.rglob("*.py")):
    words = path.relative_to(pathlib.Path(teaching.__file__).parent).with_suffix("").parts
    if words[0] not in ("deliver", "__init__"):
        importlib.import_module(".".join(["teaching", *words]).removesuffix(".__init__"))
from teaching import Patient, Plan, panels, treat
from teaching.learning import answer_store, answers
from teaching.model import cohort, solver
patient, plan = Patient.typical("SLE"), Plan.usual("rituximab")
found = {{"backend": solver.backend(), "nadir": treat(patient, plan).metrics()["nadir_per_ul"]}}
found["kept"] = answer_store.append("00_start_here", "prediction", "00-anything", 3.5)
found["read"] = [entry["value"] for entry in answer_store.read("00_start_here")]
found["said"] = panels.bell().state.sentence
try:
    cohort.trial(cohort.Cohort.sample(2, seed=1), plan)
except ValueError as problem:
    found["without xarray"] = str(problem)
here.not_yet = set()
result = cohort.trial(cohort.Cohort.sample(3, seed=1), plan, days=60)
found["patients"] = dict(result.sizes)["patient"]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def poor(tmp_path_factory):
    """What a Python like that of a browser found."""
    code = IN_A_BROWSER.format(provided=sorted(PROVIDED), absent=ABSENT, empty=EMPTY)
    environ = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "TEACHING_NAME": ""}
    environ["TEACHING_ANSWERS"] = str(tmp_path_factory.mktemp("answers"))
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


# --- the kit where there is little ----------------------------------------------------------------


def test_a_course_is_the_same_without_a_compiler(poor):
    assert poor["backend"] == "plain Python"
    here = treat(Patient.typical("SLE"), Plan.usual("rituximab")).metrics()["nadir_per_ul"]
    assert poor["nadir"] == pytest.approx(here, rel=1e-3)


def test_panels_answers_and_a_trial_work_without_threads_and_locks(poor):
    assert poor["kept"] == "" and poor["read"] == [3.5]
    assert "ng/mL" in poor["said"]
    assert poor["patients"] == 3


def test_a_trial_asks_for_xarray_before_it_computes(poor):
    assert poor["without xarray"].endswith("run 'import xarray' in a cell.")


def test_the_first_cell_says_that_a_browser_is_slow_and_where_answers_are(monkeypatch):
    assert "browser" not in repr(lesson.begin("00_start_here", "0.1.0"))
    monkeypatch.setattr(sys, "platform", "emscripten")
    said = repr(lesson.begin("00_start_here", "0.1.0"))
    assert "half a second" in said and "teaching-answers" in said


def test_a_cell_is_known_in_a_browser_too(monkeypatch):
    """Its kernel has no channels to choose from: get_parent takes no word."""

    class Kernel:
        def get_parent(self):
            return {"metadata": {"cellId": "abc"}}

    class Shell:
        kernel, execution_count = Kernel(), 7

    monkeypatch.setattr("IPython.get_ipython", Shell)
    assert rerun._place()[1] is None
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert rerun._place()[1:] == ("abc", 7)


# --- the list -------------------------------------------------------------------------------------


def test_what_a_listed_package_needs_is_listed():
    assert len(BY_NAME) == len(LIST) == len({part.file for part in LIST})
    for part in LIST:
        assert set(part.depends) <= set(BY_NAME), part.name
    assert {*build.KIT_NEEDS, *build.AT_START} <= {part.name for part in LIST if "package" in part.uses}


def test_every_part_has_a_version_a_hash_and_a_reason():
    assert len({part.version for part in LIST if "core" in part.uses}) == 1
    for part in LIST:
        assert len(part.sha256) == 64 and int(part.sha256, 16) and part.why
        if "core" not in part.uses:
            name, version, *_, platform = part.file.removesuffix(".whl").split("-")
            assert name.lower().replace("_", "-") == part.name and version == part.version
            assert platform == "any" or platform.endswith("wasm32")


def test_everything_that_the_kit_imports_is_listed():
    """numba is the one exception: where it is missing the kit computes without it."""
    asked = set()
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] != "deliver":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    asked |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    asked.add(node.module.partition(".")[0])
    assert {"numpy", "scipy", "matplotlib", "anywidget"} <= asked
    assert asked - set(sys.stdlib_module_names) - PROVIDED == {"numba"}


def test_the_versions_of_the_list_are_those_that_the_kit_allows():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {one.name: one.specifier for one in map(Requirement, project["dependencies"])}
    assert {"anywidget", "matplotlib", "numpy", "scipy", "xarray"} <= set(wanted) & set(BY_NAME)
    for name in set(wanted) & set(BY_NAME):
        assert wanted[name].contains(BY_NAME[name].version), name
    tag = next(word for word in BY_NAME["numpy"].file.split("-") if word.startswith("cp3"))
    assert SpecifierSet(project["requires-python"]).contains(f"3.{tag[3:]}")


@pytest.mark.parametrize("file", ["docs/lite.md", ".github/actions/lite/action.yml"])
def test_what_is_written_about_the_download_is_what_the_list_asks_for(file):
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert f"pyodide-{parts.version_of_pyodide(LIST)}.tar.bz2" in text
    for part in LIST:
        if part.origin == "python":
            assert f" {part.name}=={part.version}" in " ".join(text.split())


# --- bad input ------------------------------------------------------------------------------------


@pytest.fixture
def distribution(tmp_path):
    """A folder with two files of the list, and the list for it."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    own = []
    for part in (BY_NAME["pyodide.mjs"], BY_NAME["comm"]):
        (folder / part.file).write_text(f"what stands for {part.name}", encoding="utf-8")
        own.append(dataclasses.replace(part, sha256=parts.fingerprint(folder / part.file)))
    (folder / parts.LOCK).write_text("{}", encoding="utf-8")
    return folder, own


def test_a_folder_that_holds_the_list_is_taken(distribution):
    parts.check(*distribution)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "pyodide.mjs").write_text("another"), "not the files of the list, .*: pyodide.mjs; "),
        (lambda folder: (folder / "pyodide.mjs").unlink(), "^1 file of Pyodide [0-9.]+ missing: pyodide.mjs.$"),
        (lambda folder: next(folder.glob("comm*")).unlink(), "^to be brought with pip download: comm==[0-9.]+.$"),
        (lambda folder: (folder / parts.LOCK).unlink(), "^pyodide-lock.json is missing in '.*'"),
        (lambda folder: folder.rename(folder.with_name("elsewhere")), "^the folder '.*' is not there"),
    ],
)
def test_a_distribution_that_is_not_the_one_is_named(distribution, spoil, sentence):
    spoil(distribution[0])
    with pytest.raises(ValueError, match=sentence) as refused:
        parts.check(*distribution)
    assert str(refused.value).count("\n") == 0 and len(str(refused.value)) <= 300


def test_without_a_distribution_the_door_is_not_built(tmp_path, capsys):
    assert main(["lite", str(tmp_path / "lite")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("teaching lite: not built: the lessons' code needs a Pyodide distribution 314.")
    assert "--pyodide" in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path, distribution):
    folder, own = distribution
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    for overwrite in (False, True):
        with pytest.raises(ValueError, match="holds something else than a JupyterLite"):
            build.build(out, folder, PROJECT, overwrite=overwrite, parts=own)
    (out / "jupyter-lite.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="already there; .*--overwrite"):
        build.build(out, folder, PROJECT, parts=own)
    assert sorted(path.name for path in out.iterdir()) == ["jupyter-lite.json", "thesis.txt"]


def test_without_the_lessons_nothing_is_built(tmp_path, distribution):
    with pytest.raises(ValueError, match="the lessons are not beside the package"):
        build.build(tmp_path / "out", distribution[0], tmp_path, parts=distribution[1])


def test_a_tool_that_fails_says_why_in_one_sentence(tmp_path):
    with pytest.raises(
        ValueError, match="^json.tool failed .*error: .*No such file or directory: 'nothing'"
    ) as refused:
        build._run("json.tool", "nothing", cwd=tmp_path)
    assert str(refused.value).count("\n") == 0
