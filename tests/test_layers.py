"""The house: imports go only downwards, and importing the kit does no work."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "teaching"

#: A file may import what stands on a line below its own; one folder's files may import each other.
FLOORS = [
    {"cli"},
    {"gallery", "server_extension"},
    {"panels", "lesson"},
    {"figures"},
    {"cohort", "targets", "exchange"},
    {"simulation"},
    {"solver"},
    {"layout"},
    {"course", "sparse"},
    {"report"},
    {"therapies", "equations", "answers"},
    {"lineage", "binding", "balance", "effector", "answer_store", "scenarios"},
    {"tables", "my_lessons"},
    {"inputs", "saving", "notebook_files"},
    {"words"},
]
HEIGHT = {name: len(FLOORS) - floor for floor, names in enumerate(FLOORS) for name in names}
#: Files beside the one way through the house stand on less than the lines above would let them.
ALONE = {
    "words": set(),
    "inputs": {"words"},
    "tables": {"words"},
    "saving": set(),
    "notebook_files": set(),
    "server_extension": {"notebook_files"},
    "my_lessons": {"saving"},
    "equations": set(),
    "sparse": {"equations"},
    "answers": {"tables", "answer_store", "inputs", "words"},
    "report": {"answers", "answer_store", "inputs"},
    "answer_store": set(),
    "scenarios": {"inputs", "words"},
    "course": {"tables", "lineage", "therapies", "inputs", "words"},
}
#: From this floor down nothing knows pictures or widgets.
PICTURES = HEIGHT["figures"]
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


def own_imports(path):
    """Parts of the kit that a file imports, its own folder left out."""
    found = {name.split(".")[1] for name in imports(parse(path)) if name.startswith("teaching.")}
    return {name for name in found if name in HEIGHT or (PACKAGE / f"{name}.py").exists()} - {part(path)}


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
    name = part(path)
    assert name in HEIGHT, f"{name} has no floor yet: give it one in FLOORS above"
    for other in own_imports(path):
        assert HEIGHT[other] < HEIGHT[name], f"{name} must not import {other}"
    if name in ALONE:
        assert own_imports(path) <= ALONE[name]


def test_the_rule_would_notice(tmp_path):
    """The reading of imports finds them in every form, also inside functions."""
    text = (
        "import teaching.panels.live\nfrom teaching.figures import show\n"
        "from teaching import cohort, Plan\n"
        "def late():\n    from teaching.simulation import treat\n    import scipy.integrate\n"
    )
    assert set(imports(ast.parse(text))) == {
        "teaching.panels.live", "teaching.figures", "teaching.cohort", "teaching.Plan",
        "teaching.simulation", "scipy.integrate",
    }  # fmt: skip


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_floors_below_figures_know_neither_pictures_nor_widgets(path):
    libraries = {name.split(".")[0] for name in imports(parse(path))}
    if HEIGHT[part(path)] < PICTURES:
        assert not libraries & PICTURE_LIBRARIES
    elif HEIGHT[part(path)] == PICTURES:
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
        if flags & writing or "{data}" in str(path):
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
        if HEIGHT[part(path)] < PICTURES
    ]
    found = import_in_a_fresh_process(", ".join(names))
    assert found == {"seen": [], "loaded": [], "settings": []}


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
