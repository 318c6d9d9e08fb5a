"""Copies of the lessons: what a student wrote is never lost, newer ones arrive, the kit's stay as they came."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teaching.deliver import my_lessons
from teaching.deliver.cli import main


@pytest.fixture
def kit(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00_start.ipynb", "01_balance.ipynb"):
        (folder / name).write_text(f"first {name}")
    return folder


def test_a_first_start_copies_every_lesson_and_says_nothing(kit, tmp_path):
    assert my_lessons.bring(kit, tmp_path / "mine") == []
    assert {path.name: path.read_text() for path in (tmp_path / "mine").glob("*.ipynb")} == {
        path.name: path.read_text() for path in kit.iterdir()
    }


def test_what_was_written_stays_at_the_next_start(kit, tmp_path):
    mine = tmp_path / "mine"
    my_lessons.bring(kit, mine)
    (mine / "00_start.ipynb").write_text("my words")
    (mine / "notes.ipynb").write_text("my own notebook")
    assert my_lessons.bring(kit, mine) == []
    assert (mine / "00_start.ipynb").read_text() == "my words" and (mine / "notes.ipynb").exists()


def test_a_newer_lesson_replaces_an_untouched_copy_and_keeps_one_that_was_worked_in(kit, tmp_path):
    mine = tmp_path / "mine"
    my_lessons.bring(kit, mine)
    (mine / "00_start.ipynb").write_text("my words")
    for lesson in kit.iterdir():
        lesson.write_text(f"second {lesson.name}")
    (told,) = my_lessons.bring(kit, mine)
    assert "00_start.ipynb is newer in the kit" in told
    assert (mine / "01_balance.ipynb").read_text() == "second 01_balance.ipynb"
    assert (mine / "00_start.ipynb").read_text() == "second 00_start.ipynb"
    (kept,) = mine.glob("00_start_mine_until_*.ipynb")
    assert kept.read_text() == "my words"


def test_a_deleted_copy_comes_back_and_a_lost_memory_loses_nothing(kit, tmp_path):
    mine = tmp_path / "mine"
    my_lessons.bring(kit, mine)
    (mine / "01_balance.ipynb").unlink()
    (mine / "00_start.ipynb").write_text("my words")
    for damaged in ("", "{", "[1]", '{"00_start.ipynb": 3}', "\udcff"):
        (mine / my_lessons.MEMORY).write_text(damaged, errors="surrogateescape")
        my_lessons.bring(kit, mine)
        assert (mine / "01_balance.ipynb").read_text() == "first 01_balance.ipynb"
        assert "my words" in [path.read_text() for path in mine.glob("00_start*.ipynb")]


acts = st.lists(st.sampled_from(["start", "write", "upgrade", "delete", "forget"]), max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_whatever_happens_in_whatever_order_no_word_of_the_student_is_lost(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("kit")
    kit, mine = folder / "notebooks", folder / "mine"
    kit.mkdir()
    lesson, copy = kit / "00.ipynb", mine / "00.ipynb"
    lesson.write_text("version 0")
    my_lessons.bring(kit, mine)
    words = set()
    for number, step in enumerate(steps):
        if step == "start":
            my_lessons.bring(kit, mine)
        elif step == "write" and copy.exists():
            text = f"{copy.read_text()} + words {number}"
            words.discard(copy.read_text())  # the student has written on
            words.add(text)
            copy.write_text(text)
        elif step == "upgrade":
            lesson.write_text(f"version {number}")
        elif step == "delete" and copy.exists():
            words.discard(copy.read_text())
            copy.unlink()
        elif step == "forget":
            (mine / my_lessons.MEMORY).unlink(missing_ok=True)
        assert words <= {path.read_text() for path in mine.glob("*.ipynb")}
    my_lessons.bring(kit, mine)
    assert words <= {path.read_text() for path in mine.glob("*.ipynb")} and copy.exists()


def test_the_command_brings_the_kits_lessons(tmp_path, capsys):
    assert main(["lessons", str(tmp_path / "mine")]) == 0
    first = json.loads((tmp_path / "mine" / "00_start_here.ipynb").read_text(encoding="utf-8"))
    assert first["metadata"]["teaching"]["lesson"] == "00"
    (tmp_path / "file").write_text("in the way")
    assert main(["lessons", str(tmp_path / "file")]) == 2
    assert "Traceback" not in capsys.readouterr().err
