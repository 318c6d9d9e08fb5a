"""A file is written as a whole or not at all, for everybody who may read the folder, and over nothing unasked."""

import errno
import os
import stat

import pytest

from teaching import saving
from teaching.saving import save_whole


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_a_file_gets_the_permissions_of_any_new_file(tmp_path, mask):
    """Exported models used to be readable by their owner only, whatever the folder was for."""
    before = os.umask(mask)
    try:
        path = save_whole(tmp_path / "model.xml", "text")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_what_is_there_is_replaced_on_purpose_only(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="already there"):
        save_whole(path, "theirs")
    assert path.read_text() == "mine"
    assert save_whole(path, b"theirs", overwrite=True).read_bytes() == b"theirs"


def test_a_name_that_was_taken_meanwhile_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "notes.txt"
    link = os.link

    def somebody_was_quicker(source, target):
        path.write_text("theirs")
        link(source, target)

    monkeypatch.setattr(saving.os, "link", somebody_was_quicker)
    with pytest.raises(FileExistsError, match="already there"):
        save_whole(path, "mine")
    assert path.read_text() == "theirs"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_full_disk_leaves_what_was_there_and_nothing_else(tmp_path, monkeypatch, overwrite):
    path = tmp_path / "notes.txt"
    if overwrite:
        path.write_text("mine")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(OSError, match="cannot be written .No space left on device.; choose another place"):
        save_whole(path, "theirs", overwrite=overwrite)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"] * overwrite


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def no_links(source, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(saving.os, "link", no_links)
    assert save_whole(tmp_path / "notes.txt", "mine").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["no folder/notes.txt", "a\x00b.txt", "x" * 5000])
def test_an_impossible_place_is_one_sentence(tmp_path, name):
    with pytest.raises(OSError, match="cannot be written") as problem:
        save_whole(tmp_path / name, "text")
    assert len(str(problem.value)) < 300
