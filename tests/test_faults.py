"""Power cuts, full disks, folders that may only be read, clocks set back, upgrades: no answer is lost, one sentence."""

import json
import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invented_desk import invented, known
from killing import killed_before_each_step

from teaching.deliver import my_lessons
from teaching.deliver.site import target
from teaching.learning import answer_store, answers
from teaching.learning.report import report
from teaching.panels.lesson import start_afresh
from teaching.saving import save_whole

LESSON = "01_b_cells_in_balance"
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


pytestmark = pytest.mark.usefixtures("own_folder")


def values(lesson: str = LESSON) -> list:
    return [entry["value"] for entry in answer_store.read(lesson)]


def is_one_sentence(words: str) -> bool:
    return 10 < len(words) <= 300 and words.endswith(".") and "\n" not in words and "Traceback" not in words


def empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


# --- a power cut between two steps ------------------------------------------------------------------


@needs_fork
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_is_the_old_or_the_new_one_whenever_the_power_goes(tmp_path, overwrite):
    folder, new = tmp_path / "files", "new " * 5000
    path = folder / "notes.txt"
    seen = set()

    def prepare():
        empty(folder)
        if overwrite:
            path.write_text("old")

    def look():
        seen.add(path.read_text() if path.exists() else None)

    steps = killed_before_each_step(lambda: save_whole(path, new, overwrite), prepare, look)
    assert steps > 5 and seen == {"old" if overwrite else None, new}


@needs_fork
def test_answers_before_a_power_cut_are_there_and_the_one_under_way_is_whole_or_not_there(own_folder):
    long = "in my own words " * 80

    def prepare():
        shutil.rmtree(own_folder, ignore_errors=True)
        for value in (1, 2):
            assert answer_store.append(LESSON, "answer", "q", value) == ""

    def look():
        assert values() in ([1, 2], [1, 2, long])
        assert answer_store.append(LESSON, "answer", "q", "next") == ""
        assert values() in ([1, 2, "next"], [1, 2, long, "next"])
        assert answer_store.take_notes() == []

    assert killed_before_each_step(lambda: answer_store.append(LESSON, "sentence", "q", long), prepare, look) > 4


def test_a_line_cut_off_at_any_letter_costs_itself_and_nothing_else(own_folder):
    answer_store.append(LESSON, "answer", "q", "before")
    file = own_folder / f"{LESSON}.jsonl"
    start = len(file.read_bytes())
    answer_store.append(LESSON, "answer", "q", "ä cut")
    whole = file.read_bytes()
    for end in range(start, len(whole)):
        file.write_bytes(whole[:end])
        (own_folder / f"{LESSON}.jsonl.damaged").unlink(missing_ok=True)
        assert answer_store.append(LESSON, "answer", "q", "after") == ""
        assert values() in (["before", "after"], ["before", "ä cut", "after"]), end
        if len(values()) == 2 and end > start:
            assert (own_folder / f"{LESSON}.jsonl.damaged").read_bytes().strip() == whole[start:end].strip()


@needs_fork
def test_starting_afresh_may_be_cut_off_and_every_answer_still_lies_in_the_folder(own_folder):
    def prepare():
        shutil.rmtree(own_folder, ignore_errors=True)
        for lesson in ("01_one", "02_two"):
            answer_store.append(lesson, "answer", "q", lesson)

    def look():
        kept = [json.loads(line)["value"] for path in own_folder.rglob("*.jsonl") for line in path.open()]
        assert sorted(kept) == ["01_one", "02_two"]

    assert killed_before_each_step(answer_store.start_afresh, prepare, look) > 3


@needs_fork
@pytest.mark.parametrize("state", ["first", "untouched", "worked in"])
def test_copies_of_lessons_are_whole_and_a_students_words_stay_whenever_the_power_goes(tmp_path, state):
    """Half a copy used to pass for something that a student had written."""
    kit, mine = tmp_path / "notebooks", tmp_path / "mine"
    old, new, words = ("old " * 4000, "new " * 5000, "my words " * 3000)

    def prepare():
        empty(kit)
        shutil.rmtree(mine, ignore_errors=True)
        (kit / "00.ipynb").write_text(old)
        if state != "first":
            my_lessons.bring(kit, mine)
            (kit / "00.ipynb").write_text(new)
        if state == "worked in":
            (mine / "00.ipynb").write_text(words)

    def look():
        known = {"first": {old}, "untouched": {old, new}, "worked in": {words, new}}[state]
        there = {path.read_text() for path in mine.glob("*.ipynb")} if mine.is_dir() else set()
        assert there <= known
        my_lessons.bring(kit, mine)
        copies = {path.name: path.read_text() for path in mine.glob("*.ipynb")}
        assert copies.pop("00.ipynb") == (old if state == "first" else new)
        assert list(copies.values()) == ([words] if state == "worked in" else [])

    assert killed_before_each_step(lambda: my_lessons.bring(kit, mine), prepare, look) > 5


@needs_fork
@pytest.mark.parametrize("is_first", [True, False])
def test_a_site_that_was_cut_off_has_whole_pages_and_is_made_again_in_its_folder(tmp_path, is_first):
    """A first build that was ended left a folder that the next one refused, because it held 'other files'."""
    source, folder = tmp_path / "source", tmp_path / "site"
    pages = {"index.html": "new " * 3000, "lessons/one.html": "one", "same.html": "same"}
    older = {"index.html": "old", "gone.html": "gone", "same.html": "same"}

    def write(files: dict) -> None:
        empty(source)
        for name, text in files.items():
            (source / name).parent.mkdir(exist_ok=True)
            (source / name).write_text(text)

    def prepare():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if not is_first:
            write(older)
            target.bring(source, folder, {})
        write(pages)

    def look():
        for path in folder.rglob("*.html"):
            name = path.relative_to(folder).as_posix()
            assert path.read_text() in {pages.get(name), None if is_first else older.get(name)}, name
        target.bring(source, folder, {})
        there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        assert json.loads(there.pop(target.LIST).read_text())["files"] == sorted(pages)
        assert {name: path.read_text() for name, path in there.items()} == pages

    assert killed_before_each_step(lambda: target.bring(source, folder, {}), prepare, look) > 15


def test_a_part_of_somebody_elses_file_is_not_taken_away(tmp_path):
    source, folder = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    (source / "index.html").write_text("a page")
    target.bring(source, folder, {})
    others = [folder / ".film.mp4.part", folder / ".mine.html.0123abcd.part", folder / "index.html.0123abcd.part"]
    for path in others:
        path.write_text("somebody's")
    (folder / ".index.html.0123abcd.part").write_text("ours")
    target.bring(source, folder, {})
    assert all(path.exists() for path in others) and not (folder / ".index.html.0123abcd.part").exists()


# --- a full disk ------------------------------------------------------------------------------------


@pytest.fixture
def small_disk():
    """A real disk with room for 128 kB (a tmpfs); only root may put one up."""
    folder = Path(tempfile.mkdtemp())
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        done = False
    if not done:
        folder.rmdir()
        pytest.skip("no file system may be mounted here; test_kept_answers.py has a disk that only says it is full")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def fill(folder: Path) -> Path:
    """Fills the disk to its last byte."""
    stuffing = folder / "stuffing"
    with stuffing.open("wb", buffering=0) as file:
        with pytest.raises(OSError):
            while True:
                file.write(b"x" * 4096)
    return stuffing


def test_a_disk_that_is_really_full_loses_no_answer_and_says_so_in_a_sentence(small_disk, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(small_disk / "answers"))
    long = "x" * 1900
    assert answer_store.append(LESSON, "sentence", "q", "before") == ""
    stuffing = fill(small_disk)
    told = [answer_store.append(LESSON, "sentence", "q", f"{number}{long}") for number in range(4)]
    assert is_one_sentence(told[-1]) and "the disk is full" in told[-1]
    written = ["before", *(f"{number}{long}" for number in range(4))]
    assert values() == written, "all of it can be read, and a report can be made of it"
    with pytest.raises(OSError) as problem:
        report(LESSON).save()
    assert is_one_sentence(str(problem.value)) and not list(small_disk.rglob("report_*"))
    assert problem.value._render_traceback_() == [str(problem.value)], "a notebook shows no more than the sentence"
    stuffing.unlink()
    assert answer_store.append(LESSON, "sentence", "q", "after") == ""
    answer_store._unsaved.clear()  # as in a new kernel
    assert values() == [*written, "after"]
    assert report(LESSON).save().path.is_file()


def test_a_full_disk_leaves_copies_of_lessons_as_they_were(small_disk, tmp_path):
    kit, mine = tmp_path / "notebooks", small_disk / "mine"
    kit.mkdir()
    (kit / "00.ipynb").write_text("old" * 3000)
    my_lessons.bring(kit, mine)
    (kit / "00.ipynb").write_text("new" * 3000)
    stuffing = fill(small_disk)
    with pytest.raises(OSError) as problem:
        my_lessons.bring(kit, mine)
    assert is_one_sentence(str(problem.value))
    assert (mine / "00.ipynb").read_text() == "old" * 3000
    stuffing.unlink()
    assert my_lessons.bring(kit, mine) == [] and (mine / "00.ipynb").read_text() == "new" * 3000


# --- a folder that may only be read -----------------------------------------------------------------


def as_somebody_who_may_not_write(act) -> object:
    """What `act` returns (JSON) in a process of a user without rights; root may write everywhere."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(writing, json.dumps(act()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        found = file.read()
    os.waitpid(process, 0)
    return json.loads(found)


@needs_fork
@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_may_only_be_read_is_said_and_nothing_is_lost(monkeypatch, is_there):
    place = Path(tempfile.mkdtemp())  # not tmp_path: nobody else may look into that
    folder = place / "answers"
    monkeypatch.setenv("TEACHING_ANSWERS", str(folder))
    report(LESSON)  # all that is imported and read on the way
    if is_there:
        answer_store.append(LESSON, "answer", "q", "before")
        folder.chmod(0o555)
    place.chmod(0o555)

    def act():
        said = answer_store.append(LESSON, "answer", "q", "now")
        before = values()
        try:
            saved = str(report(LESSON).save())
        except OSError as problem:
            saved = str(problem)
        return said, before, values(), saved, repr(start_afresh())

    try:
        said, before, after, saved, afresh = as_somebody_who_may_not_write(act)
        assert is_one_sentence(said) and said.startswith(f"Not saved in {folder}")
        assert before == after == (["before", "now"] if is_there else ["now"])
        assert is_one_sentence(saved) and "cannot be written" in saved
        assert "could not be set aside" in afresh
        assert values() == (["before"] if is_there else []), "what was written before is as it was"
    finally:
        for one in (place, folder):
            if one.exists():
                one.chmod(0o755)
        shutil.rmtree(place)


# --- a clock that is wrong --------------------------------------------------------------------------


class Clock(datetime):
    """A clock that goes a year back each time somebody looks."""

    moment = datetime(2040, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz=None):
        cls.moment -= timedelta(days=365)
        return cls.moment if tz else cls.moment.replace(tzinfo=None)


def test_the_last_one_counts_whatever_the_clock_says(monkeypatch):
    monkeypatch.setattr(answer_store, "datetime", Clock)
    question = next(one for one in answers.questions_of(LESSON) if one.kind == "option")
    for option in (*question.options, question.options[0]):
        answers.predict(question.id, option)
        assert answers.prediction(question.id).value == option
    given = [entry["value"] for entry in answer_store.read(LESSON)]
    assert given == [*question.options, question.options[0]]
    times = [entry["time"] for entry in answer_store.read(LESSON)]
    assert times == sorted(times, reverse=True), "the clock did go back"
    (row,) = [row for row in report(LESSON).rows if row.id == question.id]
    assert row.prediction == question.options[0]


@pytest.mark.parametrize("time", ["", "9999-99-99", "1970-01-01T00:00:00+00:00", 3, None, "+275760-09-13", "\ud800"])
def test_a_line_with_an_odd_time_is_an_answer_like_any_other(own_folder, time):
    answer_store.append(LESSON, "answer", "q", "before")
    line = {"schema": 1, "id": "x", "time": time, "kit": "0", "kind": "answer", "question": "q", "value": "odd"}
    with (own_folder / f"{LESSON}.jsonl").open("ab") as file:
        file.write(json.dumps(line).encode() + b"\n")
    answer_store.append(LESSON, "answer", "q", "after")
    assert values() == ["before", "odd", "after"]
    assert answer_store.kept_before()[0] == 3 and repr(report(LESSON)) and answer_store.start_afresh()


# --- the kit is upgraded, or goes back, between two sessions -----------------------------------------


def test_lines_of_an_older_and_of_a_newer_kit_stay_and_are_read_if_that_is_possible(own_folder):
    own_folder.mkdir()
    file = own_folder / f"{LESSON}.jsonl"
    older = {"schema": 1, "time": "2025-01-01T00:00:00+00:00", "kind": "answer", "question": "q", "value": "older"}
    same = older | {"id": "s", "value": "same", "kit": "9.9", "what is new in 9.9": [1]}
    newer = {"schema": 2, "id": "n", "answer": {"quite": "another form"}}
    lines = [json.dumps(one).encode() + b"\n" for one in (older, newer, same)]
    file.write_bytes(b"".join(lines))
    assert values() == ["older", "same"]
    (said,) = answer_store.take_notes()
    assert is_one_sentence(said) and "newer version of this kit" in said
    answer_store.append(LESSON, "answer", "q", "now")
    assert file.read_bytes().startswith(b"".join(lines)), "the newer kit finds its line again"
    assert not file.with_name(f"{file.name}.damaged").exists()


def test_a_prediction_whose_option_is_gone_stands_in_the_report_and_does_not_stop_the_question():
    question = next(one for one in answers.questions_of(LESSON) if one.kind == "option")
    answer_store.append(LESSON, "prediction", question.id, "an option of long ago")
    assert answers.prediction(question.id) is None
    (row,) = [row for row in report(LESSON).rows if row.id == question.id]
    assert row.prediction == "an option of long ago"


def test_a_desk_says_that_what_was_kept_is_of_another_version_and_keeps_it(monkeypatch):
    known(monkeypatch)
    lesson, name = invented(keeps=True).keeps
    answer_store.append(lesson, "desk", name, json.dumps({"of": "another version"}))
    desk = invented(keeps=True)
    assert desk.values == desk.start and is_one_sentence(desk.note) and "another version" in desk.note
    assert values(lesson) == ['{"of": "another version"}']


# --- half characters --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b", "\ud83d\ude00 whole, and \ud83d", "\udcff"])
def test_half_a_character_costs_neither_the_answer_nor_the_message(own_folder, text):
    """A page cuts a text after so many halves; the line could not be written, and the answer was gone."""
    assert answer_store.append(LESSON, "sentence", "q", text) == ""
    assert len(values()) == 1 and not answer_store._unsaved
    assert save_whole(own_folder / "report.html", text).is_file()


def test_half_a_character_at_a_desk_is_kept_with_a_mark_in_its_place_and_reaches_the_page(monkeypatch):
    from jupyter_client.session import json_packer

    known(monkeypatch)
    desk = invented(keeps=True)
    monkeypatch.setattr(desk, "_check", lambda values: values)
    desk._message(desk, {"page": "p", "number": 1, "kind": "keep", "values": {"name": "Anna \ud83d"}}, [])
    assert desk.values == {"name": "Anna \N{REPLACEMENT CHARACTER}"} and desk.note == "Kept."
    json_packer({"shown": desk.shown})  # what a kernel sends must be UTF-8
