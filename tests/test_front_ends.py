"""What front ends that cannot be run here (VS Code, Colab) need: nothing of JupyterLab's own, only what widgets share.

They show anywidget's modules through the widget protocol. So a script may ask its model for no more than that contract,
and no text may reach for the application around it. Seen in a real browser: JupyterLab, Voila, Notebook 7.
"""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "teaching"
SCRIPTS = sorted((PACKAGE / "panels" / "script").glob("*.js"))
#: What anywidget promises of `model` in every front end.
CONTRACT = {"get", "set", "on", "off", "send", "save_changes"}
#: Words by which a script would reach for one front end.
OF_ONE = re.compile(r"jupyterapp|jupyterlab|jupyter-|\.jp-|\.lm-|colab|vscode|acquireVsCodeApi", re.IGNORECASE)
#: Comments may name where something runs.
_COMMENT = re.compile(r"(?m)(?<![:\"'`])//.*$|/\*.*?\*/", re.S)


def code_of(text: str) -> str:
    return _COMMENT.sub("", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_reaches_for_one_front_end(path):
    found = [one for one in OF_ONE.findall(code_of(path.read_text(encoding="utf-8")))]
    assert not found


@pytest.mark.parametrize("name", ["panel", "question", "desk", "handshake", "conversation"])
def test_a_widgets_script_asks_its_model_for_what_every_front_end_has(name):
    text = code_of((PACKAGE / "panels" / "script" / f"{name}.js").read_text(encoding="utf-8"))
    assert set(re.findall(r"\bmodel\.(\w+)\s*\(", text)) <= CONTRACT


def test_lessons_panels_and_pictures_import_no_front_end():
    """Only what serves (deliver/) knows servers; the rest works wherever a kernel does."""
    for room in ("model", "evidence", "clinic", "learning", "figures", "panels"):
        for path in (PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not [one for one in names if re.match(r"jupyter|notebook|voila|google\.colab", one)], path


def test_the_rule_would_notice():
    assert OF_ONE.findall(code_of('const app = window.jupyterapp; // fine here: colab\nel.querySelector(".jp-Cell")'))
    assert not OF_ONE.findall(code_of("// alive in JupyterLab and Voila\nconst page = 1;"))
