"""The lessons with their code in a browser: built here, served from this computer with the network cut, and read.

What stands in for Pyodide's files here starts no Python, and there is no kernel to choose: this is the page before
anything is run. docs/lite.md says what was run with a real Pyodide, and how.
"""

import dataclasses
import json
import zipfile
from pathlib import Path

import pytest

from teaching.deliver.cli import main
from teaching.deliver.lite import parts

from .conftest import keep_pictures
from .served import folder_served

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder that the command builds."""
    pytest.importorskip("jupyterlite_core", reason="JupyterLite comes with the extras 'lite' and 'test'")
    distribution, own = tmp_path_factory.mktemp("pyodide"), []
    for part in parts.listed_parts():
        if part.uses in (("core",), ("package",)):
            (distribution / part.file).write_text(f"in place of {part.file}", encoding="utf-8")
            own.append(dataclasses.replace(part, sha256=parts.fingerprint(distribution / part.file)))
    (distribution / parts.LOCK).write_text(json.dumps({"info": {"python": "3.14.2"}}), encoding="utf-8")
    out = tmp_path_factory.mktemp("site") / "lite"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "listed_parts", lambda: tuple(own))
        assert main(["lite", str(out), "--pyodide", str(distribution)]) == 0
    assert [path.name for path in out.parent.iterdir()] == ["lite"]  # nothing of the work is left beside it
    return out


@pytest.fixture
def served(built):
    """Its address on a server of this computer."""
    with folder_served(built) as address:
        yield address


def test_the_folder_holds_the_kit_and_an_index_of_the_list(built):
    python = built / "static" / "pyodide"
    index = json.loads((python / parts.LOCK).read_text(encoding="utf-8"))
    assert index["info"] == {"python": "3.14.2"}
    for name, package in index["packages"].items():
        assert parts.fingerprint(python / package["file_name"]) == package["sha256"], name
    kit = index["packages"]["bcell-teaching-kit"]
    assert kit["imports"] == ["teaching"] and "numpy" in kit["depends"]
    with zipfile.ZipFile(python / kit["file_name"]) as wheel:
        assert {"teaching/data/parameters.csv", "teaching/learning/answer_key.bin"} <= set(wheel.namelist())
    page = json.loads((built / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    kernel = page["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["disablePyPIFallback"] is True
    assert (built / kernel["pyodideUrl"]).is_file()


def test_a_lesson_opens_and_can_be_read_with_the_network_cut(built, served, browser, artifacts):
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    outside, broken = [], []
    page.on("pageerror", lambda error: broken.append(str(error)))

    def gate(route):
        if route.request.url.startswith((served, "data:", "blob:")):
            return route.continue_()
        outside.append(route.request.url)
        route.abort()

    page.route("**/*", gate)
    page.goto(served)
    page.locator(".jp-Notebook .jp-MarkdownOutput h1").first.wait_for(timeout=90_000)
    assert page.locator(".jp-Notebook .jp-MarkdownOutput h1").first.inner_text().startswith("00 · Start here")
    assert page.url.startswith(f"{served}lab/index.html")
    lessons = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
    page.locator(".jp-DirListing-itemName", has_text=lessons[-1]).wait_for()
    assert sorted(page.locator(".jp-DirListing-itemName").all_inner_texts()) == lessons
    stored = page.locator(".jp-OutputArea-output", has_text="Ready: lesson 00_start_here, teaching package")
    assert "For teaching, not treatment advice." in " ".join(stored.first.inner_text().split())
    keep_pictures(page, [page.locator("#main")], "lite", artifacts)
    assert (outside, broken) == ([], [])
    page.context.close()
