"""A saved lesson reopens with its pictures, and a lesson that was only run differs in nothing but what it shows."""

import copy
import json
from pathlib import Path

import nbformat
import pytest

from teaching.deliver import notebook_files
from teaching.deliver.notebook_files import WIDGET_VIEW, settle
from teaching.deliver.server_extension import settle_before_saving

PROJECT = Path(__file__).resolve().parent.parent
LESSONS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
VIEW = {"version_major": 2, "version_minor": 0, "model_id": "f00"}


def shown(**data):
    return {"output_type": "display_data", "data": data, "metadata": {"image/png": {"alt": "words"}, "other": 1}}


def notebook(lesson: bool, *outputs) -> dict:
    cell = {
        "cell_type": "code",
        "metadata": {"execution": {"iopub.status.busy": "now"}, "mine": 1, "tags": ["a"]},
        "outputs": list(outputs),
        "source": "x",
    }
    about = {"teaching": {"lesson": "00"}} if lesson else {}
    more = {
        "widgets": {"state": 1},
        "language_info": {"name": "python", "version": "3.11.7"},
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"},
    }
    return {"metadata": about | more, "cells": [cell], "nbformat": 4, "nbformat_minor": 5}


def test_where_something_else_can_be_shown_the_view_of_a_widget_goes():
    file = notebook(
        True,
        shown(**{WIDGET_VIEW: VIEW, "image/png": "x", "text/plain": "words"}),
        shown(**{WIDGET_VIEW: VIEW, "text/plain": "question"}),
        shown(**{WIDGET_VIEW: VIEW}),
    )
    settle(file)
    assert [sorted(output["data"]) for output in file["cells"][0]["outputs"]] == [
        ["image/png", "text/plain"],
        ["text/plain"],
        [WIDGET_VIEW],
    ]
    assert "widgets" not in file["metadata"]


def test_somebodys_own_notebook_loses_only_views_with_a_picture_beside_them():
    file = notebook(
        False, shown(**{WIDGET_VIEW: VIEW, "image/png": "x"}), shown(**{WIDGET_VIEW: VIEW, "text/plain": "slider"})
    )
    before = copy.deepcopy(file)
    settle(file)
    del before["cells"][0]["outputs"][0]["data"][WIDGET_VIEW]
    assert file == before


def test_what_is_somebodys_own_stays_in_a_lesson_too():
    file = notebook(True)
    file["cells"].append(
        {"cell_type": "markdown", "metadata": {"mine": 2}, "source": "my words", "attachments": {"a.png": {}}}
    )
    settle(file)
    assert file["cells"][0]["metadata"] == {"mine": 1, "tags": ["a"]}
    assert (
        file["cells"][1]["source"] == "my words"
        and file["cells"][1]["metadata"] == {"mine": 2}
        and file["cells"][1]["attachments"]
    )


def test_a_kernel_that_somebody_has_chosen_stays():
    file = notebook(True)
    file["metadata"]["kernelspec"] = {"name": "my-conda", "display_name": "Mine"}
    settle(file)
    assert file["metadata"]["kernelspec"]["name"] == "my-conda" and file["metadata"]["language_info"]["version"]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_kits_lessons_are_in_their_settled_form(path):
    text = path.read_text(encoding="utf-8")
    file = json.loads(text)
    once = copy.deepcopy(file)
    settle(once)
    assert once == file
    lesson = nbformat.reads(text, as_version=4)
    notebook_files.settle(lesson)
    assert nbformat.writes(lesson) + "\n" == text


@pytest.mark.parametrize(
    "model",
    [
        {},
        {"type": "file", "content": "x"},
        {"type": "notebook"},
        {"type": "notebook", "content": None},
        {"type": "notebook", "content": {}},
        {"type": "notebook", "content": {"metadata": None, "cells": [{}]}},
    ],
)
def test_saving_anything_else_is_left_alone(model):
    before = copy.deepcopy(model)
    settle_before_saving(model=model, path="x", contents_manager=None)
    assert model == before


def test_the_server_of_the_environment_loads_the_extension():
    from importlib.metadata import files

    listed = [str(file) for file in files("bcell-teaching-kit") or []]
    assert any(name.endswith("jupyter_server_config.d/teaching.json") for name in listed), (
        "the installation brings no server setting"
    )
