"""Builds JupyterLite with the kit and its lessons into a folder: `build(out, distribution, project)`.

Everything that the page loads lies in that folder: JupyterLab's scripts from the installed `jupyterlite-core`, the
interpreter and wheels of the list from the distribution, the kit as a wheel, the lessons. Nothing is fetched, neither
while building nor by the page.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from teaching.deliver.lite import parts as the_list
from teaching.deliver.lite.parts import Part
from teaching.inputs import sentence, shortened

NAME = "B-cell teaching kit"
#: Where lessons stand among the files that the page shows; answers then lie beside that folder.
LESSONS = "notebooks"
FIRST_LESSON = "00_start_here.ipynb"
KIT = "bcell-teaching-kit"
#: What the kernel cannot start without; the kit and its libraries come when a cell first imports them.
AT_START = ("micropip", "comm", "jedi", "ipython")
#: What the kit needs as soon as it is imported or shows a panel.
KIT_NEEDS = ("anywidget", "ipywidgets", "matplotlib", "numpy", "scipy")
PYODIDE = Path("static", "pyodide")
_KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
_KERNEL_OF_THE_PAGE = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
#: Parts of JupyterLab that would look for news, updates or extensions outside.
_SWITCHED_OFF = ("@jupyterlab/apputils-extension:announcements", "@jupyterlab/extensionmanager-extension")
_OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}
#: What the archive of JupyterLite carries that no page asks for.
_NOT_NEEDED = ("rspack.config*.js", "package.json", "doc")
#: The first page goes to the first lesson: JupyterLite's own cannot name a file. Other pages read its element
#: `jupyter-config-data`, and stay white without it.
_FIRST_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<link rel="icon" href="lab/favicon.ico"><meta http-equiv="refresh" content="0; url={first}">
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{{}}</script></head>
<body><p><a href="{first}">Open the lessons</a></p></body></html>
"""


@dataclass(frozen=True)
class Built:
    """What was built: the folder, how many lessons, megabytes in all and of the interpreter with its wheels."""

    folder: Path
    lessons: int
    megabytes: float
    of_python: float


def address(lesson: str) -> str:
    """Where a lesson opens, seen from the built folder: address('05_car_t') is 'lab/index.html?path=...'."""
    return f"lab/index.html?path={LESSONS}/{lesson.removesuffix('.ipynb')}.ipynb"


def build(
    out: Path,
    distribution: Path | None,
    project: Path,
    overwrite: bool = False,
    parts: Sequence[Part] | None = None,
) -> Built:
    """Builds into `out`, which appears when all is done or not at all.

    Arguments: out, a folder that is not there, or is empty; with `overwrite` also one that holds a JupyterLite;
    distribution, a folder with the files of the list (`parts`, by itself that of parts.csv); project, the kit's folder.
    Raises ValueError with one sentence when the distribution is missing or is another one, when the lessons, a tool or
    the place are not as needed, and when JupyterLite itself fails.
    """
    parts = the_list.listed_parts() if parts is None else parts
    if distribution is None:
        raise ValueError(
            "not built: the lessons' code needs a Pyodide distribution "
            f"{the_list.version_of_pyodide(parts)} to run in a browser; name its folder with --pyodide (docs/lite.md)."
        )
    lessons = sorted((project / "notebooks").glob("*.ipynb"))
    if not lessons:
        raise ValueError("the lessons are not beside the package: this command needs the whole folder of the kit.")
    _check_place(out, overwrite)
    the_list.check(distribution, parts)
    absent = [
        name for name in ("jupyterlite_core", "jupyter_server", "nbformat", "hatchling") if find_spec(name) is None
    ]
    if absent:
        raise ValueError(f"the package {absent[0]} is not installed: pip install 'bcell-teaching-kit[lite]' brings it.")
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that the last step is a change of name on one disk.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".lite-", ignore_cleanup_errors=True) as scratch:
        source, made = Path(scratch, "source"), Path(scratch, "made")
        _write_source(source, lessons, parts, distribution)
        _run("jupyterlite_core", "build", "--lite-dir", source.resolve(), "--output-dir", made.resolve(), cwd=source)
        wheel = _wheel(project, Path(scratch))
        _add_python(made, wheel, parts, distribution)
        for pattern in _NOT_NEEDED:
            for path in made.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (made / "index.html").write_text(_FIRST_PAGE.format(name=NAME, first=address(FIRST_LESSON)), encoding="utf-8")
        _put(made, out, Path(scratch))
    return Built(out, len(lessons), _megabytes(out), _megabytes(out / PYODIDE))


def _check_place(out: Path, overwrite: bool) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    place = shortened(str(out), 160)
    if not (out / "jupyter-lite.json").is_file():
        raise ValueError(f"{place} holds something else than a JupyterLite; name an empty folder or a new one.")
    if not overwrite:
        raise ValueError(f"{place} is already there; name another folder, or say --overwrite.")


def _write_source(source: Path, lessons: Sequence[Path], parts: Sequence[Part], distribution: Path) -> None:
    """The folder that JupyterLite is built from: its settings and the lessons."""
    import nbformat

    (source / "contents" / LESSONS).mkdir(parents=True)
    for lesson in lessons:
        # Read so, texts of several lines are one text again: the page shows lists of lines with commas.
        content = nbformat.reads(lesson.read_text(encoding="utf-8"), as_version=4)
        content["metadata"]["kernelspec"] = (
            _KERNEL_OF_THE_PAGE  # else the page looks for another and says it was changed
        )
        _write_json(source / "contents" / LESSONS / lesson.name, content)
    kernel = {
        "pyodideUrl": f"./{PYODIDE.as_posix()}/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(AT_START)},
    }
    page = {
        "appName": NAME,
        "disabledExtensions": list(_SWITCHED_OFF),
        "litePluginSettings": {_KERNEL: kernel},
    }
    _write_json(source / "jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": page})
    _write_json(source / "overrides.json", _OVERRIDES)
    extensions = [str((distribution / part.file).resolve()) for part in parts if "extension" in part.uses]
    how = {
        "apps": ["lab"],
        "contents": ["contents"],
        "federated_extensions": extensions,
        "ignore_sys_prefix": True,  # what happens to be installed here is no part of the page
        "no_libarchive": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    _write_json(source / "jupyter_lite_config.json", {"LiteBuildConfig": how})


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def _run(tool: str, *words: object, cwd: Path) -> None:
    """Runs a tool of Python apart from the user's own settings; what it leaves where it runs is its own affair.

    Raises ValueError with what it said last about an error, when it fails.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTERLITE_", "PYTHON"))}
    places = [os.path.abspath(place) for place in sys.path if place]
    environ.update(JUPYTER_NO_CONFIG="1", PYTHONUTF8="1", PYTHONPATH=os.pathsep.join(places))
    command = [sys.executable, "-m", tool, *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        lines = [line for line in (done.stdout + "\n" + done.stderr).splitlines() if line.strip()] or ["nothing"]
        said = [line for line in lines if "error" in line.lower()] or lines
        raise ValueError(f"{tool} failed ({done.returncode}): {sentence(said[-1], 200)}")


def _wheel(project: Path, scratch: Path) -> Path:
    """The kit as a wheel: plain Python and its tables, the same file on every system."""
    _run("hatchling", "build", "-t", "wheel", "-d", (scratch / "wheel").resolve(), cwd=project)
    (wheel,) = (scratch / "wheel").glob("*.whl")
    return wheel


def _add_python(made: Path, wheel: Path, parts: Sequence[Part], distribution: Path) -> None:
    """Puts interpreter, wheels and their index where the kernel looks for them.

    The index holds the list and the kit only. A cell that imports one of its names has it loaded.
    """
    folder = made / PYODIDE
    folder.mkdir(parents=True)
    packages = {}
    for part in parts:
        if set(part.uses) & {"core", "package"}:
            shutil.copyfile(distribution / part.file, folder / part.file)
        if "package" in part.uses:
            packages[part.name] = _entry(part.name, part.version, part.file, part.sha256, part.imports, part.depends)
    mark = the_list.fingerprint(wheel)
    # A folder named after its content: a browser that kept the last edition's wheel never takes it for this one.
    place = folder / f"kit-{mark[:12]}"
    place.mkdir()
    shutil.copyfile(wheel, place / wheel.name)
    version = wheel.name.split("-")[1]
    packages[KIT] = _entry(KIT, version, f"{place.name}/{wheel.name}", mark, ("teaching",), KIT_NEEDS)
    info = json.loads((distribution / the_list.LOCK).read_text(encoding="utf-8"))["info"]
    _write_json(folder / the_list.LOCK, {"info": info, "packages": packages})


def _entry(name: str, version: str, file: str, sha256: str, imports: Sequence[str], depends: Sequence[str]) -> dict:
    """A package as Pyodide's index describes it."""
    return {
        "name": name,
        "version": version,
        "file_name": file,
        "install_dir": "site",
        "sha256": sha256,
        "package_type": "package",
        "imports": list(imports),
        "depends": list(depends),
        "unvendored_tests": False,
    }


def _put(made: Path, out: Path, scratch: Path) -> None:
    """Gives the finished folder its name; what was there is kept until that has worked."""
    before = scratch / "before"
    try:
        if out.exists():
            out.rename(before)
        made.rename(out)
    except OSError as problem:
        if before.exists() and not out.exists():
            before.rename(out)
        why = problem.strerror or "it cannot be written to"
        raise ValueError(f"{shortened(str(out), 160)} cannot be put in place: {why}.") from None


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
