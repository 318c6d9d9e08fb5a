"""Runs the lessons and writes them back in one settled form: `python tools/lessons.py [lesson ...]`.

The stored outputs are what GitHub, a printed handout and nbval show. Settled means: a second run
changes nothing. So times, widget ids and widget state are left out; pictures, words and execution
counts stay. `--check` runs the lessons, writes nothing, and fails when a file would change.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from teaching.deliver import notebook_files

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
TIMEOUT_SECONDS = 120
#: Of a cell's metadata: its tags, and whether its code or its output is folded.
KEPT = ("tags", "jupyter")


def run(path: Path) -> str:
    """The text of a lesson after it was executed and settled.

    Raises nbclient's CellExecutionError when a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        # Answers of whoever runs this must not show up in the stored outputs.
        os.environ["TEACHING_ANSWERS"] = folder
        client = NotebookClient(notebook, timeout=TIMEOUT_SECONDS, resources={"metadata": {"path": str(path.parent)}})
        client.execute()
    notebook_files.settle(notebook)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({name: value for name, value in cell.metadata.items() if name in KEPT})
    return nbformat.writes(notebook) + "\n"


def main(words: list[str] | None = None) -> int:
    """Runs the named lessons, or all; returns the number of those that failed a `--check`."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", help="file names in notebooks/, all when none is given")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a lesson would change")
    options = parser.parse_args(words)
    paths = [FOLDER / name for name in options.lessons] or sorted(FOLDER.glob("*.ipynb"))
    changed = 0
    for path in paths:
        before = path.read_text(encoding="utf-8")
        after = run(path)
        same = before == after
        print(f"{path.name}: {'as stored' if same else 'changed'}")
        if not same:
            changed += 1
            if not options.check:
                path.write_text(after, encoding="utf-8", newline="\n")
    return changed if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
