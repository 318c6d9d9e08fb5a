"""Every function that reads a file that a person names refuses a bad one in one plain sentence, and changes nothing."""

import os
import sys

import pytest

from teaching import panels
from teaching.deliver.collect.folder import _text
from teaching.learning import answers
from teaching.reading import UnusableFile, read_text


def panel_restores(path):
    panel = panels.bell()
    before = dict(panel.state.values)
    try:
        panel.restore(path)
    finally:
        assert panel.state.values == before


def page_restores(path):
    panels.bell().state.restore(path)


def a_report_is_collected(path):
    _text(path, path.name)


def an_answer_key_is_read(path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHING_ANSWER_KEY", str(path))
        answers._key.cache_clear()
        try:
            answers.entry_of("01-half-life")
        finally:
            answers._key.cache_clear()


READERS = [panel_restores, page_restores, a_report_is_collected, an_answer_key_is_read]


def missing(path):
    pass


def a_folder(path):
    path.mkdir()


def no_text(path):
    path.write_bytes(b"\xff\xd8\xff\xe0" * 50)


def a_dead_link(path):
    path.symlink_to(path.with_name("nowhere"))


def a_circle_of_links(path):
    path.symlink_to(path)


def below_a_file(path):
    path.parent.rmdir()
    path.parent.write_text("a file where a folder should be")


def without_permission(path):
    path.write_text("{}", encoding="utf-8")
    path.chmod(0)


BAD = [missing, a_folder, no_text, a_dead_link, a_circle_of_links, below_a_file, without_permission]


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, monkeypatch, read, make):
    if sys.platform == "win32" and "link" in make.__name__:
        pytest.skip("links need rights of their own there")
    path = tmp_path / "in" / "mine.html"
    path.parent.mkdir()
    make(path)
    if make is without_permission and os.access(path, os.R_OK):  # whoever runs the tests may read everything
        forbid(monkeypatch, path)
    with pytest.raises(ValueError) as problem:
        read(path)
    words = str(problem.value)
    assert "mine.html" in words and words.endswith(".") and "\n" not in words and len(words) <= 300
    assert not any(trace in words for trace in ("Errno", "Error", "Traceback", "codec"))
    assert problem.value._render_traceback_() == [words], "a notebook shows the sentence alone"


def forbid(monkeypatch, path):
    import builtins
    import io

    def refusing(true):
        def opened(file, *words, **more):
            if str(file) == str(path):
                raise PermissionError(13, "Permission denied", str(file))
            return true(file, *words, **more)

        return opened

    monkeypatch.setattr(builtins, "open", refusing(builtins.open))
    monkeypatch.setattr(io, "open", refusing(io.open))  # what pathlib calls


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "mine.json")
    with pytest.raises(UnusableFile, match="no ordinary file"):
        read_text(tmp_path / "mine.json", 100, "a scenario")


@pytest.mark.parametrize("name", [5, None, ["a"], "a\x00b", "~nobody-of-this-name/x.json", "x" * 5000, ""])
def test_what_names_no_file_is_said(name):
    with pytest.raises(UnusableFile) as problem:
        panels.bell().restore(name)
    assert len(str(problem.value)) <= 300 and str(problem.value).endswith(".")


def test_a_setting_of_another_panel_shows_no_traceback_either(tmp_path):
    path = panels.treatment().save(tmp_path / "mine.json")
    with pytest.raises(UnusableFile, match="belongs to the panel"):
        panels.bell().restore(path)
