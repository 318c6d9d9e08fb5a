"""Makes the list of what the lessons in a browser are built from: `python tools/lite_parts.py PYODIDE WHEELS`.

PYODIDE is the unpacked npm package `pyodide` of the version that the Pyodide kernel of JupyterLite asks for
(`PYODIDE_VERSION` in its `constants.py`); WHEELS a folder with the wheels of the Python registry named in FROM_PYTHON,
as `pip download` brings them. Names, versions, hashes and dependencies of Pyodide's own wheels are read from its
`pyodide-lock.json`. Writes src/teaching/deliver/lite/parts.csv; docs/lite.md says when.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

LIST = Path(__file__).resolve().parent.parent / "src" / "teaching" / "deliver" / "lite" / "parts.csv"
CORE = {
    "pyodide.mjs": "starts Python in a page",
    "pyodide.asm.mjs": "the interpreter's other half in JavaScript",
    "pyodide.asm.wasm": "the interpreter",
    "python_stdlib.zip": "Python's standard library",
}
#: What somebody asks for in Pyodide's distribution; what these need themselves comes from the lock.
FROM_PYODIDE = {
    "micropip": "the kernel loads its own parts with it",
    "ipython": "the kernel's shell",
    "jedi": "completes names in the kernel",
    "numpy": "the kit's arrays",
    "scipy": "the solver LSODA: there is no numba in a browser",
    "matplotlib": "the kit's pictures",
    "xarray": "what a trial of a cohort gives back; loaded only when a cell imports it",
    "typing-extensions": "for anywidget",
}
#: Wheels that Pyodide does not have: use, and what of it is needed in the browser's Python.
FROM_PYTHON = {
    "jupyterlite-pyodide-kernel": ("extension", "the kernel itself", ()),
    "jupyterlab-widgets": ("extension", "shows core widgets", ()),
    "anywidget": ("package extension", "shows panels and questions", ("ipywidgets", "psygnal", "typing-extensions")),
    "ipywidgets": ("package", "core widgets", ("comm", "ipython", "traitlets")),
    "comm": ("package", "how widgets talk to the page", ()),
    "psygnal": ("package", "for anywidget", ()),
}
COLUMNS = ("name", "version", "file", "sha256", "origin", "use", "imports", "depends", "why")


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(pyodide: Path, wheels: Path) -> None:
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    version = json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]
    packages = {canonicalize_name(name): package for name, package in lock["packages"].items()}
    rows = [
        (name, version, name, fingerprint(pyodide / name), "pyodide", "core", "", "", why) for name, why in CORE.items()
    ]
    waiting, needed = list(FROM_PYODIDE) + ["traitlets"], {}
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in needed:
            needed[name] = packages[name]
            waiting += packages[name]["depends"]
    for name in sorted(needed):
        package = needed[name]
        users = sorted(other for other, one in needed.items() if name in map(canonicalize_name, one["depends"]))
        why = FROM_PYODIDE.get(name) or f"for {' and '.join(users[:2]) or 'ipywidgets'}"
        rows.append(
            (
                name,
                package["version"],
                package["file_name"],
                package["sha256"],
                "pyodide",
                "package",
                ";".join(package["imports"]),
                ";".join(map(canonicalize_name, package["depends"])),
                why,
            )
        )
    for path in sorted(wheels.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(path.name)
        use, why, depends = FROM_PYTHON[name]
        imports = "" if use == "extension" else name.replace("-", "_")
        rows.append((name, str(version), path.name, fingerprint(path), "python", use, imports, ";".join(depends), why))
    with open(LIST, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{len(rows)} parts written to {LIST}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
