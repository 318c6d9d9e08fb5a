"""`teaching check` and `check()`: tells before the workshop what works, and what to do about what does not."""

import importlib.metadata
import subprocess
import sys

import pytest

from teaching import installed
from teaching.deliver import check as checking
from teaching.deliver import cli
from teaching.deliver.check import Finding, check


def without(monkeypatch, name, version=None):
    """As if a package were missing, or of another version."""
    real = importlib.metadata.version

    def version_of(asked):
        if asked != name:
            return real(asked)
        if version is None:
            raise importlib.metadata.PackageNotFoundError(asked)
        return version

    monkeypatch.setattr(importlib.metadata, "version", version_of)


def only(monkeypatch, *looks):
    monkeypatch.setattr(checking, "LOOKS", looks)


def test_everything_is_fine_where_the_tests_run(capsys):
    assert cli.main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 9 and all(line.startswith("ok  ") for line in lines[:-1])
    assert lines[-1] == "Everything that was looked at works here."


def test_an_older_package_is_named_with_what_to_do(monkeypatch, capsys):
    only(monkeypatch, checking.packages_found)
    without(monkeypatch, "numpy", "1.26.4")
    assert cli.main(["check"]) == 1
    out = capsys.readouterr().out
    assert "NO  Package numpy: 1.26.4. Version 1.26.4 of numpy is installed" in out
    assert "needs numpy >=2: run start.py again, or" in out and 'pip install "numpy>=2"' in out


def test_a_missing_package_is_named(monkeypatch):
    only(monkeypatch, checking.packages_found)
    without(monkeypatch, "ipywidgets")
    (wrong,) = [one for one in check().findings if not one.fine]
    assert wrong.what == "Package ipywidgets" and wrong.found == "not installed"


def test_within_the_bounds_nothing_is_said(monkeypatch):
    """Somebody's own environment: older versions that the kit works with are no fault."""
    for name, version in (("numpy", "2.0.0"), ("jupyterlab", "4.4.0"), ("ipywidgets", "8.1.0")):
        with monkeypatch.context() as patch:
            without(patch, name, version)
            assert installed.misfits() == []


def test_a_lesson_says_in_its_first_line_which_package_does_not_fit(monkeypatch):
    from teaching import begin

    without(monkeypatch, "ipywidgets", "7.8.1")
    ready = begin("00_start_here", needs="0.1.0")
    assert not ready.fine and ready.words.startswith("Version 7.8.1 of ipywidgets is installed, but the teaching kit")


def test_a_kit_without_numpy_says_so_in_one_sentence(tmp_path):
    """Whoever imports a name meets one sentence; the list of `check` still comes, with what is missing first."""
    (tmp_path / "numpy.py").write_text("raise ModuleNotFoundError(\"No module named 'numpy'\", name='numpy')\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    found = subprocess.run([sys.executable, "-c", code + "from teaching import treat"], capture_output=True, text=True)
    assert found.stderr.strip().splitlines()[-1] == (
        "ImportError: numpy is not installed, but the teaching kit needs it: run start.py again."
    )
    run = "from teaching.deliver.cli import main; sys.exit(main(['check']))"
    found = subprocess.run([sys.executable, "-c", code + run], capture_output=True, text=True)
    assert found.returncode == 1 and "NO  The model: ModuleNotFoundError" in found.stdout and not found.stderr
    run = "from teaching.deliver.cli import main; sys.exit(main(['targets']))"
    found = subprocess.run([sys.executable, "-c", code + run], capture_output=True, text=True)
    assert found.returncode == 2 and found.stderr.startswith("teaching targets: numpy is not installed")


def test_an_answers_folder_that_cannot_be_written_to(monkeypatch, tmp_path):
    only(monkeypatch, checking.answers_found)
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    assert check().fine and not list(tmp_path.iterdir())  # looked at, and nothing left behind
    monkeypatch.setattr(checking.tempfile, "TemporaryFile", refuse)
    (found,) = check().findings
    assert not found.fine and "Permission denied" in found.found and "TEACHING_ANSWERS" in found.advice


def test_little_room_and_a_slow_model(monkeypatch):
    monkeypatch.setattr(checking, "_memory_mb", lambda: 100.0)
    monkeypatch.setattr(checking, "SLOW_SECONDS", 0.0)
    only(monkeypatch, checking.memory_found, checking.model_found)
    memory, model = check().findings
    assert not memory.fine and "100 MB" in memory.found
    assert not model.fine and "sliders will follow slowly" in model.advice
    monkeypatch.setattr(checking, "_memory_mb", lambda: None)
    assert [one.what for one in check().findings] == ["The model"]  # a system that does not say is not judged


def test_a_proxy_that_would_swallow_this_computer(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    only(monkeypatch, checking.address_found)
    assert check().fine
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    assert not check().fine
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    assert check().fine


def test_a_look_that_breaks_is_a_line_and_ends_nothing(monkeypatch):
    def broken():
        """Something broken."""
        raise RuntimeError("<b>far away</b>\nsecond line " + "x" * 1000)
        yield

    only(monkeypatch, broken, checking.python_found)
    found = check()
    assert [one.fine for one in found.findings] == [False, True]
    assert found.words.startswith("1 of 2 lines need something")
    assert "&lt;b&gt;" in found._repr_html_() and "<b>far" not in found._repr_html_()
    assert max(map(len, repr(found).splitlines())) < 400


@pytest.mark.parametrize("fine", [True, False])
def test_each_line_says_what_to_do_only_where_it_must(fine):
    line = str(Finding("Room", "5 MB", fine, "" if fine else "free some"))
    assert line == ("ok  Room: 5 MB" if fine else "NO  Room: 5 MB. Free some.")


def test_the_page_asks_and_the_kernel_answers():
    from teaching.panels.handshake import NO_WIDGETS, Handshake

    line = Handshake()
    for content in ({"kind": "hello"}, {"kind": "other"}, "hello", None):
        line._message(line, content, [])
    assert line.answered == 1
    assert line._repr_mimebundle_()[0]["text/plain"] == NO_WIDGETS
