"""The predictions that lessons ask in their panels, so that the app can ask a room the same.

Read from the text of the lessons' cells, of which nothing is run: a prediction is taken when all it says is written
out as words and numbers. Without the lessons beside the package there are none.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from teaching import tables
from teaching.panels.prediction import Predict

#: How lessons call their patient, which is the typical one that the panel takes by itself.
PATIENT = "patient"
_OPERATIONS = {ast.Div: lambda one, other: one / other, ast.Mult: lambda one, other: one * other}


@dataclass(frozen=True)
class Asked:
    """A prediction of a lesson: the panel that asks, the case that it starts with (None: its own start), the words."""

    panel: str
    preset: str | None
    predict: Predict


@cache
def questions() -> dict[str, Asked]:
    """Id of a prediction -> what is asked, in the order of the lessons."""
    return questions_in(tables.data_folder().parent / "notebooks")


def questions_in(folder: Path) -> dict[str, Asked]:
    """The same of the lessons in a folder; what cannot be read is left out."""
    found = {}
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        for source in _cells(path):
            for asked in _asked_in(source):
                found.setdefault(asked.predict.id, asked)
    return found


def of_panel(panel: str) -> dict[str, Asked]:
    """The predictions that lessons ask in one panel."""
    return {name: asked for name, asked in questions().items() if asked.panel == panel}


def _cells(path: Path) -> Iterator[str]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return


def _asked_in(source: str) -> Iterator[Asked]:
    """What a cell asks: `panels.NAME(patient, preset="...", predict=Predict(...))`, the prediction also by name."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    named = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).startswith("panels."):
            continue
        given = {word.arg: word.value for word in node.keywords}
        about_the_patient = all(isinstance(part, ast.Name) and part.id == PATIENT for part in node.args)
        if "predict" not in given or not about_the_patient or set(given) - {"predict", "preset"}:
            continue
        asked = given["predict"]
        asked = named.get(asked.id) if isinstance(asked, ast.Name) else asked
        try:
            preset = _value(given["preset"]) if "preset" in given else None
            yield Asked(ast.unparse(node.func).removeprefix("panels."), preset, _predict(asked))
        except (ValueError, TypeError):
            continue


def _predict(node: ast.AST | None) -> Predict:
    if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ("Predict", "panels.Predict"):
        raise ValueError("no prediction")
    return Predict(*map(_value, node.args), **{word.arg: _value(word.value) for word in node.keywords})


def _value(node: ast.AST):
    """Words, numbers, lists of them, and quotients and products of numbers."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    return ast.literal_eval(node)
