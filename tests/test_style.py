"""What a machine catches before a reader's eye: the rules of `ruff`, links and names of the script."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from teaching.panels import bundle

PROJECT = Path(__file__).resolve().parent.parent


def test_python_keeps_the_rules_of_pyproject():
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=PROJECT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr


@pytest.fixture
def lint():
    """Looks at a folder with the rules of .oxlintrc.json: (found nothing, what was printed)."""
    program = next(Path(sysconfig.get_path("scripts")).glob("oxlint*"), None)
    if program is None:
        pytest.skip("oxlint has no ready-made file for this computer")

    def look(folder) -> tuple[bool, str]:
        command = [program, "--config", PROJECT / ".oxlintrc.json", folder]
        result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
        return result.returncode == 0, result.stdout + result.stderr

    return look


def test_the_script_has_no_unknown_name_and_no_link_that_leads_nowhere(lint):
    fine, words = lint(bundle.FOLDER)
    assert fine, words[-3000:]


@pytest.mark.parametrize(
    "slip",
    [
        'import { makes } from "./numbers.js";\nexport const x = makes;\n',
        "export const x = () => make(3);\n",
        "export const x = (used, not_used) => used;\nconst y = 1;\n",
    ],
    ids=["a name that is not exported", "a name of nowhere", "a name that nobody uses"],
)
def test_the_look_at_the_script_would_notice(lint, tmp_path, slip):
    (tmp_path / "numbers.js").write_text("export const make = () => 1;\n", encoding="utf-8")
    (tmp_path / "slip.js").write_text(slip, encoding="utf-8")
    assert not lint(tmp_path)[0]


def test_modules_are_linked_each_with_names_of_its_own(tmp_path, monkeypatch):
    files = {
        "one": 'import { help } from "./two.js";\nimport start from "./three.js";\nexport const x = help() + start;\n',
        "two": "const hidden = 2;\nexport function help() {\n  return hidden;\n}\n",
        "three": 'import { help } from "./two.js";\nconst hidden = 3;\nexport default hidden + help();\n',
    }
    monkeypatch.setattr(bundle, "_text", files.__getitem__)
    text = bundle.linked("one")
    assert text.index("const two_js") < text.index("const three_js") < text.index("const one_js")
    assert text.count("const two_js") == 1
    assert "const { help } = two_js;" in text and "const start = three_js.default;" in text
    assert "import" not in text and "export" not in text


@pytest.mark.parametrize(
    "files, words",
    [
        ({"one": 'import { a } from "./two.js";\n', "two": 'import { b } from "./one.js";\n'}, "in a circle"),
        (
            {"one": 'import { a } from "./two.js";\n', "two": "export const b = 1;\n"},
            "imports a, which two.js does not export",
        ),
    ],
)
def test_links_that_cannot_be_made_are_named(monkeypatch, files, words):
    monkeypatch.setattr(bundle, "_text", files.__getitem__)
    with pytest.raises(ValueError, match=words):
        bundle.linked("one")
