"""The settled form of a notebook's file: what reopens tomorrow, and what a second run does not change.

A saved widget is an id of a kernel that is gone by then: JupyterLab shows 'model not found' in its place,
although picture and words stand in the same output. So views of widgets are left out where something else
can be shown. Knows nothing of the kit and needs no package: a notebook is plain data here.
"""

from __future__ import annotations

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
#: In the metadata of an output that only told how far something was (teaching/progress.py): it depends on the computer.
PASSING = "teaching_progress"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
#: What JupyterLab notes in a cell about a run or its looks; everything else in a cell's metadata is somebody's own.
_OF_A_RUN = ("execution", "ExecuteTime", "scrolled", "collapsed", "outputId", "trusted")


def is_lesson(notebook: dict) -> bool:
    """Whether a notebook is one of the kit's lessons, or made from its template."""
    return isinstance(notebook.get("metadata"), dict) and isinstance(notebook["metadata"].get("teaching"), dict)


def settle(notebook: dict) -> None:
    """Takes out of a notebook, in place, what would not reopen or would differ in the next run.

    In a lesson of the kit that is all of it: ids and state of widgets, times, version of Python. In any other
    notebook only views of widgets go that have a picture beside them.
    """
    lesson = is_lesson(notebook)
    if lesson:
        kept = {name: value for name, value in notebook["metadata"].items() if name not in ("widgets", "signature")}
        if kept.get("kernelspec", KERNEL).get("name") == KERNEL["name"]:  # another kernel is somebody's choice
            kept |= {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
        notebook["metadata"] = kept
    for cell in notebook.get("cells", []):
        if lesson:
            cell["metadata"] = {
                name: value for name, value in cell.get("metadata", {}).items() if name not in _OF_A_RUN
            }
        if cell.get("cell_type") != "code":
            continue
        if lesson:
            cell["outputs"] = _joined([output for output in cell.get("outputs", []) if not _passes(output)])
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if len(data) > 1 and (lesson or "image/png" in data):
                data.pop(WIDGET_VIEW, None)
            if lesson and "metadata" in output:  # the picture's alt text is what matters there
                output["metadata"] = {name: value for name, value in output["metadata"].items() if name == "image/png"}


def _passes(output: dict) -> bool:
    """Whether an output only told how far something was."""
    return PASSING in output.get("metadata", {})


def _joined(outputs: list) -> list:
    """Outputs in which printed text is one piece: a kernel sends it in as many as time allows."""
    joined: list = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output.get("output_type") == "stream" == before.get("output_type") and before.get("name") == output.get(
            "name"
        ):
            before["text"] = _text(before["text"]) + _text(output["text"])
        else:
            joined.append(output)
    return joined


def _text(text) -> str:
    return text if isinstance(text, str) else "".join(text)
