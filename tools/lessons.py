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

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
TIMEOUT_SECONDS = 120


def settle(notebook) -> None:
    """Takes out of an executed notebook whatever would differ in the next run."""
    kept = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    kept |= {"language_info": {"name": "python"}, "teaching": dict(notebook.metadata.get("teaching", {}))}
    notebook.metadata = nbformat.from_dict(kept)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({key: value for key, value in cell.metadata.items() if key == "tags"})
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "data" in output and len(output.data) > 1:
                output.data.pop(WIDGET_VIEW, None)  # its id is drawn anew each time
            if "metadata" in output:
                # the picture's alt text is what matters there
                output.metadata = {key: value for key, value in output.metadata.items() if key == "image/png"}


def _joined(outputs: list) -> list:
    """Outputs in which printed text is one piece: a kernel sends it in as many as time allows."""
    joined = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


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
    settle(notebook)
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
