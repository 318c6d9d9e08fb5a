"""What a student wrote counts once, belongs to one person, and can be set aside; whatever the disk does."""

import errno
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import teaching
from teaching.deliver.cli import main
from teaching.learning import answer_store
from teaching.panels.lesson import begin, start_afresh

pytestmark = pytest.mark.usefixtures("own_folder")


# --- each once ------------------------------------------------------------------------------------------


class Disk:
    """A disk with so many bytes of room; a write may be cut short, or fail after it has reached the disk."""

    def __init__(self, monkeypatch):
        self.room, self.lies, self.stuck = None, False, False
        monkeypatch.setattr(answer_store, "_put", self.put)
        monkeypatch.setattr(answer_store.os, "fsync", self.sync)

    def put(self, file, content):
        if self.room is not None and self.room < len(content):
            file.write(content[: self.room])
            self.room = 0
            raise OSError(errno.ENOSPC, "full")
        file.write(content)
        if self.room is not None:
            self.room -= len(content)

    def sync(self, descriptor):
        if self.lies:
            raise OSError(errno.EIO, "the line is there, but the disk says no")


steps = st.lists(
    st.one_of(st.just("write"), st.integers(0, 400), st.sampled_from(["free", "lie", "honest", "no truncate"])),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(steps)
def test_whatever_the_disk_does_every_answer_is_there_once_and_in_order(steps):
    """64 of 123 answers stood twice after a disk was full and had room again."""
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch:
        folder = answer_store.folder()
        for path in folder.glob("*"):
            path.unlink()
        patch.setattr(answer_store, "_unsaved", {})
        disk = Disk(patch)
        wanted = []
        for step in steps:
            if step == "write":
                wanted.append(len(wanted))
                answer_store.append("lesson", "answer", "q", wanted[-1])
            elif step == "free":
                disk.room = None
            elif step == "lie":
                disk.lies = True
            elif step == "honest":
                disk.lies = False
            elif step != "no truncate":
                disk.room = step
            assert [entry["value"] for entry in answer_store.read("lesson")] == wanted
        disk.room, disk.lies = None, False
        answer_store.append("lesson", "answer", "q", "last")
        assert [entry["value"] for entry in answer_store.read("lesson")] == [*wanted, "last"]
        lines = (folder / "lesson.jsonl").read_bytes().splitlines()
        marks = [json.loads(line)["id"] for line in lines if line.strip()]
        assert len(marks) == len(set(marks)) == len(wanted) + 1
        assert not answer_store._unsaved


def test_a_line_that_stands_twice_counts_once_and_old_lines_without_identity_all_count(own_folder):
    answer_store.append("lesson", "answer", "q", 1)
    file = own_folder / "lesson.jsonl"
    old = b'{"schema": 1, "time": "2026-11-01T00:00:00+00:00", "kind": "answer", "question": "q", "value": 2}\n'
    file.write_bytes(file.read_bytes() * 3 + old + old)
    assert [entry["value"] for entry in answer_store.read("lesson")] == [1, 2, 2]


def test_the_same_prediction_again_adds_no_line_and_another_one_does(own_folder):
    for value in ("yes", "yes", "no", "yes", "yes"):
        assert answer_store.append("lesson", "prediction", "q", value) == ""
    assert [entry["value"] for entry in answer_store.read("lesson")] == ["yes", "no", "yes"]
    answer_store.append("lesson", "answer", "q", 3)
    answer_store.append("lesson", "answer", "q", 3)  # tries count
    assert len(answer_store.read("lesson")) == 5


@pytest.mark.parametrize("kind", ["prediction", "answer", "hint"])
def test_a_page_for_everybody_keeps_nothing_whatever_is_written(own_folder, monkeypatch, kind):
    """Only the panels' predictions knew of it; those of the questions were kept."""
    monkeypatch.setenv("TEACHING_KEEPS_NOTHING", "1")
    assert "keeps nothing" in answer_store.append("lesson", kind, "q", 1)
    assert answer_store.read("lesson") == [] and not own_folder.exists()


# --- whose -------------------------------------------------------------------------------------------------


names = st.text(min_size=1, max_size=60).filter(lambda name: name.strip() and "\x00" not in name)


@given(
    st.lists(
        names, min_size=2, max_size=2, unique_by=lambda name: __import__("unicodedata").normalize("NFC", name.strip())
    )
)
def test_every_name_has_a_folder_of_its_own_that_every_system_takes(pair):
    one, other = (answer_store.person_folder(name) for name in pair)
    assert one != other
    for folder in (one, other):
        assert folder.isascii() and folder == folder.lower() and len(folder) < 60
        assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and folder.startswith("of-")


def test_two_people_in_one_folder_do_not_see_each_others_answers(own_folder):
    begin("00_start_here", needs="0.1.0", name="Anna")
    answer_store.append("lesson", "answer", "q", "Anna's")
    begin("00_start_here", needs="0.1.0", name="Änne Müller")
    assert answer_store.read("lesson") == []
    answer_store.append("lesson", "answer", "q", "Änne's")
    begin("00_start_here", needs="0.1.0", name="Anna")
    assert [entry["value"] for entry in answer_store.read("lesson")] == ["Anna's"]


@pytest.mark.parametrize("name", ["", "  ", 3, None.__class__, "x" * 101, "a\nb", ["Anna"], "../..\x00"])
def test_what_is_no_name_is_refused_in_a_sentence(name):
    with pytest.raises(ValueError, match="a short name is needed") as problem:
        begin("00_start_here", needs="0.1.0", name=name)
    assert len(str(problem.value)) <= 300


# --- afresh ------------------------------------------------------------------------------------------------


def test_answers_of_somebody_before_are_named_and_can_be_set_aside(own_folder):
    assert repr(begin("00_start_here", needs="0.1.0")).count("\n") == 0
    answer_store.append("lesson", "answer", "q", 1)
    ready = begin("00_start_here", needs="0.1.0")
    assert "1 entry is kept" in repr(ready)
    assert "Start afresh" in repr(ready)
    before = (own_folder / "lesson.jsonl").read_bytes()
    said = start_afresh()
    assert answer_store.read("lesson") == [] and "lie in" in repr(said)
    (aside,) = [path for path in own_folder.iterdir() if path.is_dir()]
    assert (aside / "lesson.jsonl").read_bytes() == before
    assert repr(begin("00_start_here", needs="0.1.0")).count("\n") == 0
    assert "fresh start already" in repr(start_afresh())


def test_starting_afresh_again_and_again_loses_nothing(own_folder):
    for number in range(5):
        answer_store.append("lesson", "answer", "q", number)
        start_afresh()
    kept = [
        json.loads(line)["value"]
        for path in own_folder.glob("*/lesson.jsonl")
        for line in path.read_text().splitlines()
    ]
    assert sorted(kept) == list(range(5))


def test_what_could_not_be_written_yet_is_set_aside_too(own_folder, monkeypatch):
    disk = Disk(monkeypatch)
    answer_store.append("lesson", "answer", "q", "written")
    disk.room = 0
    answer_store.append("lesson", "answer", "q", "waiting")
    assert "could not be set aside" in repr(start_afresh())  # there is no room for it yet
    assert [entry["value"] for entry in answer_store.read("lesson")] == ["written", "waiting"]
    disk.room = None
    start_afresh()
    assert answer_store.read("lesson") == []
    kept = [
        json.loads(line)["value"] for path in own_folder.glob("*/*.jsonl") for line in path.read_text().splitlines()
    ]
    assert sorted(kept) == ["waiting", "written"]


def test_the_button_under_the_first_cell_starts_afresh(own_folder):
    answer_store.append("lesson", "answer", "q", 1)
    ready = begin("00_start_here", needs="0.1.0")
    assert ready._repr_mimebundle_()["text/plain"] == repr(ready)
    from teaching.panels.lesson import _box

    box = _box(ready.words, ready.kept)
    button = next(part for part in box.children if getattr(part, "description", "") == "Start afresh")
    button.click()
    assert answer_store.read("lesson") == [] and button.disabled and "Afresh" in box.children[-1].value


def test_the_command_starts_afresh_for_one_person_or_for_nobody_in_particular(own_folder, capsys):
    answer_store.append("lesson", "answer", "q", 1)
    begin("00_start_here", needs="0.1.0", name="Anna")
    answer_store.append("lesson", "answer", "q", "Anna's")
    os.environ["TEACHING_NAME"] = ""
    assert main(["afresh", "--name", "Anna"]) == 0
    assert answer_store.read("lesson") == []  # hers are set aside
    os.environ["TEACHING_NAME"] = ""
    assert len(answer_store.read("lesson")) == 1
    assert main(["afresh"]) == 0
    assert "Afresh" in capsys.readouterr().out and answer_store.read("lesson") == []
    assert teaching.start_afresh is start_afresh


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(own_folder):
    answer_store.append("lesson", "answer", "q", 1)
    own_folder.chmod(0o500)
    try:
        assert "could not be set aside" in repr(start_afresh())
    finally:
        own_folder.chmod(0o700)
    assert len(answer_store.read("lesson")) == 1
