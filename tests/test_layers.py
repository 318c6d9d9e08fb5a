"""The house: imports go only downwards, and importing the kit does no work."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "teaching"

#: The rooms, from the top of the house down: a room may import from those on lines below its own. The rooms of one
#: line do not know each other.
ROOMS = [
    {"deliver"},
    {"panels"},
    {"figures"},
    {"clinic"},
    {"learning", "evidence", "model"},
    {"tables_roles"},
    {"tables_costs"},
    {"tables_benefit"},
    {"tables_evidence"},
    {"tables"},
    {"showing", "reading"},
    {"inputs"},
    {"words", "saving", "locking", "progress", "installed"},
]
ROOM_HEIGHT = {name: len(ROOMS) - floor for floor, names in enumerate(ROOMS) for name in names}
#: Inside a room files stand on one another as freely as they can without a circle; in the model the order is fixed.
MODEL = [
    {"trial_pool"},
    {"compare", "cohort", "targets", "exchange"},
    {"simulation"},
    {"solver", "series", "contributions", "script"},
    {"layout", "integrator", "measures", "returns", "antibody_origin"},
    {"course", "sparse"},
    {"parameters", "half_life", "design", "schedules", "reach"},
    {"therapies", "equations", "bridges", "fate", "load", "variation"},
    {"patient", "binding", "balance", "effector", "linking", "units", "script_loops"},
    {"lineage", "serum", "antibody", "engager", "car_t"},
    {"states", "events"},
]
MODEL_HEIGHT = {name: len(MODEL) - floor for floor, names in enumerate(MODEL) for name in names}
#: What stands on less than its line would let it: everything of the kit that the file imports.
ALONE = {
    "words.py": set(),
    "saving.py": set(),
    "locking.py": set(),
    "installed.py": set(),
    "progress.py": set(),
    "inputs.py": {"words"},
    "tables.py": {"inputs", "words"},
    "tables_evidence.py": {"inputs", "tables", "words"},
    "tables_benefit.py": {"inputs", "tables", "tables_evidence", "words"},
    "tables_costs.py": {"inputs", "tables", "tables_benefit"},
    "showing.py": {"inputs", "saving", "words"},
    "reading.py": {"inputs"},
    "model/states.py": set(),
    "model/events.py": set(),
    "model/linking.py": set(),
    "model/script_loops.py": set(),
    "model/lineage.py": {"model.states"},
    "model/serum.py": {"model.states"},
    "model/antibody.py": {"model.states", "model.events"},
    "model/engager.py": {"model.states", "model.events"},
    "model/car_t.py": {"model.states", "model.events"},
    "model/measures.py": {"inputs", "words", "model.course"},
    "model/integrator.py": {"model.equations", "model.events"},
    "evidence/overlap.py": {"tables_evidence"},
    "evidence/intervals.py": {"inputs"},
    "evidence/numbers.py": {"inputs", "tables_evidence", "words"},
    "learning/answer_store.py": {"locking"},
    "deliver/notebook_files.py": set(),
    "deliver/classroom.py": {"deliver.my_lessons"},
    "deliver/server_extension.py": {"deliver.classroom", "deliver.notebook_files"},
    "deliver/my_lessons.py": {"saving"},
    "panels/packing.py": set(),
    "panels/scenarios.py": {"inputs", "words"},
}
#: From this floor down nothing knows pictures or widgets.
PICTURES = ROOM_HEIGHT["figures"]
PICTURE_LIBRARIES = {"matplotlib", "ipywidgets", "anywidget", "IPython", "traitlets", "jupyterlab"}
LOADED_LATE = {"scipy", "numba", "matplotlib"}
HEAVY = ["matplotlib", "scipy", "numba", "ipywidgets", "anywidget", "pandas", "IPython"]


def files():
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part(path):
    """The part of the house that a file belongs to: its folder, or its own name."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree):
    """Every imported module, wherever in the file; `from teaching import x` is teaching.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a file reaches"
            if node.module == "teaching":
                yield from (f"teaching.{alias.name}" for alias in node.names)
            else:
                yield node.module


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def modules():
    """Every module of the kit by its address without 'teaching.'; a room's own name leads to its door."""
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for path in files()}


def own_imports(path):
    """Modules of the kit that a file imports, by their addresses without 'teaching.'."""
    known, found = modules(), set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "teaching":
            for alias in node.names:  # `from teaching.model import layout` reaches for the module, not for the door
                whole = f"{node.module}.{alias.name}".removeprefix("teaching.")
                found.add(whole if whole in known else node.module.removeprefix("teaching").removeprefix("."))
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("teaching.") for a in node.names if a.name.startswith("teaching.")}
    return found & known


def at_import(tree):
    """Nodes that run when a file is imported: everything outside of functions."""
    stack = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            stack += node.decorator_list + node.args.defaults
            continue
        if isinstance(node, ast.Lambda):
            continue
        yield node
        stack += ast.iter_child_nodes(node)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_only_downwards(path):
    room = part(path)
    assert room in ROOM_HEIGHT, f"{room} is no room of the house: give it a line in ROOMS above"
    name = path.relative_to(PACKAGE).as_posix()
    for other in own_imports(path):
        above = other.split(".")[0]
        assert above == room or ROOM_HEIGHT[above] < ROOM_HEIGHT[room], f"{name} must not import {other}"
        if room == above == "model" and other != "model":
            assert MODEL_HEIGHT[other.split(".")[1]] < MODEL_HEIGHT[path.stem], f"{name} must not import {other}"
    if name in ALONE:
        assert own_imports(path) <= ALONE[name]


def test_evidence_reads_tables_and_nothing_that_moves():
    """The published studies are judged without the model, from tables and the small files of the ground."""
    tables = {"tables_costs", "tables_benefit", "tables_evidence", "tables"}
    allowed = tables | {"words", "showing", "inputs", "saving", "progress"}
    found = {other for path in files() if part(path) == "evidence" for other in own_imports(path)}
    assert found and {other for other in found if not other.startswith("evidence")} <= allowed
    assert not any(
        other.startswith("evidence") for path in files() if part(path) == "model" for other in own_imports(path)
    )


def test_inside_a_room_there_is_no_circle():
    graph = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): own_imports(path)
        for path in files()
    }
    ended, open_now = set(), []

    def visit(module):
        assert module not in open_now, " -> ".join([*open_now[open_now.index(module) :], module])
        if module in ended:
            return
        open_now.append(module)
        for other in graph[module]:
            visit(other)
        open_now.pop()
        ended.add(module)

    for module in graph:
        visit(module)


def test_every_exception_still_stands_in_the_house():
    for name in ALONE:
        assert (PACKAGE / name).is_file(), f"{name} is gone: take it out of ALONE"
    assert {path.stem for path in (PACKAGE / "model").glob("*.py")} - {"__init__"} == set(MODEL_HEIGHT)
    for rooms in ROOMS:
        for room in rooms:
            assert (PACKAGE / room).is_dir() or (PACKAGE / f"{room}.py").is_file(), f"{room} is not in the house"


def test_the_rule_would_notice(tmp_path):
    """The reading of imports finds them in every form, also inside functions."""
    text = (
        "import teaching.panels.live\nfrom teaching.figures import show\n"
        "from teaching import tables, Plan\n"
        "def late():\n    from teaching.model.simulation import treat\n    import scipy.integrate\n"
    )
    assert set(imports(ast.parse(text))) == {
        "teaching.panels.live", "teaching.figures", "teaching.tables", "teaching.Plan",
        "teaching.model.simulation", "scipy.integrate",
    }  # fmt: skip


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_floors_below_figures_know_neither_pictures_nor_widgets(path):
    libraries = {name.split(".")[0] for name in imports(parse(path))}
    if ROOM_HEIGHT[part(path)] < PICTURES:
        assert not libraries & PICTURE_LIBRARIES
    elif ROOM_HEIGHT[part(path)] == PICTURES:
        assert not libraries & (PICTURE_LIBRARIES - {"matplotlib"})


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_happens_at_import(path):
    """No prints, files, network, settings; solver, compiler, pictures are loaded when needed."""
    for node in at_import(parse(path)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            assert not {name.split(".")[0] for name in names} & LOADED_LATE, ast.unparse(node)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = called.split(".")[-1]
            assert last not in {
                "print",
                "open",
                "read_text",
                "write_text",
                "urlopen",
                "run",
                "mkdir",
            }, called
            assert not called.startswith(("matplotlib.", "plt.", "os.putenv", "logging.basicConfig")), called


WATCH = """
import json, os, sys
seen = []
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if flags & writing or "{data}" in str(path) or str(path).endswith(".csv"):
            seen.append(["open", str(path)])
    elif event.split(".")[0] in ("socket", "urllib", "subprocess", "shutil"):
        seen.append([event, repr(arguments)[:80]])
    elif event in ("os.system", "os.mkdir"):
        seen.append([event, repr(arguments)[:80]])

sys.addaudithook(watch)
before = set(os.environ.items())
import {module}
print(json.dumps({{
    "seen": seen,
    "loaded": [name for name in {heavy} if name in sys.modules],
    "settings": sorted(map(str, before ^ set(os.environ.items()))),
}}))
"""


def import_in_a_fresh_process(module):
    code = WATCH.format(data="references.bib", module=module, heavy=HEAVY)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert len(lines) == 1, "importing printed something"
    return json.loads(lines[0])


def test_importing_the_kit_loads_nothing_heavy_and_touches_nothing():
    found = import_in_a_fresh_process("teaching")
    assert found == {"seen": [], "loaded": [], "settings": []}


def test_importing_every_file_below_figures_is_as_quiet():
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in files()
        if ROOM_HEIGHT[part(path)] < PICTURES
    ]
    found = import_in_a_fresh_process(", ".join(names))
    assert found == {"seen": [], "loaded": [], "settings": []}


def test_the_list_of_all_panels_is_cheap():
    """The app's server reads it: widgets come with it, but no picture, no solver, no table."""
    found = import_in_a_fresh_process("teaching.panels.catalogue")
    assert set(found["loaded"]) <= {"ipywidgets", "anywidget", "IPython"}
    assert not [what for what in found["seen"] if what[1].endswith(".csv")]


def test_the_watch_would_notice():
    """A module that opens a socket and loads matplotlib is caught."""
    found = import_in_a_fresh_process("_socket, socket; socket.socket(); import matplotlib")
    assert "matplotlib" in found["loaded"]
    assert any(event.startswith("socket") for event, _ in found["seen"])


def test_the_front_door_shows_only_what_it_has():
    import teaching

    for name in teaching.__all__:
        assert getattr(teaching, name) is not None
    with pytest.raises(AttributeError, match="module 'teaching' has no attribute 'cure'"):
        teaching.cure  # noqa: B018
