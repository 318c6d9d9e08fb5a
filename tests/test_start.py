"""start.py: what it decides and says on every system, and that it really opens JupyterLab."""

import ast
import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SCRIPT = PROJECT / "start.py"


def load(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def start():
    return load(SCRIPT)


@pytest.fixture(scope="module")
def run_all():
    return load(PROJECT / "tests" / "run_all.py")


def run_start(*words, **environ):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *words],
        env={**os.environ, **environ},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


# -- which Python ---------------------------------------------------------------------------------
@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 9), (3, 14, 0)])
def test_supported_pythons_are_accepted(start, version):
    assert start.python_problem(version) is None


@pytest.mark.parametrize(
    "case, words",
    [
        ({"version": (3, 8, 10)}, "3.8) is too old"),
        ({"version": (3, 10, 99)}, "3.10) is too old"),
        ({"version": (3, 15, 0)}, "3.15) is too new"),
        ({"version": (4, 0, 0)}, "4.0) is too new"),
        ({"version": (3, 12, 0), "bits": 32}, "64-bit"),
        ({"version": (3, 12, 0), "implementation": "pypy"}, "CPython"),
        (
            {
                "version": (3, 12, 0),
                "place": r"C:\Users\ana\AppData\Local\Microsoft\WindowsApps"
                r"\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0\python.exe",
            },
            "Microsoft Store",
        ),
    ],
)
def test_other_pythons_get_one_sentence_with_the_way_out(start, case, words):
    sentence = start.python_problem(**case)
    assert words in sentence
    assert "python.org" in sentence
    assert "\n" not in sentence


def test_an_old_python_can_read_start_py():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_bounds_are_those_of_the_project(start):
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    after_newest = (start.NEWEST[0], start.NEWEST[1] + 1)
    bounds = ">={}.{},<{}.{}".format(*start.OLDEST, *after_newest)
    assert project["requires-python"] == bounds


# -- where the environment goes -------------------------------------------------------------------
HOME_WINDOWS = PureWindowsPath(r"C:\Users\ana")
HOME_POSIX = PurePosixPath("/home/ana")


@pytest.mark.parametrize(
    "project",
    [
        PurePosixPath("/home/ana/teaching kit"),
        PurePosixPath("/home/ana/Übung 1 データ"),
        PurePosixPath("/home/ana/dropboxer/kit"),
        PureWindowsPath(r"C:\Users\ana\Documents\kit"),
    ],
)
def test_the_environment_lies_in_the_project(start, project):
    assert start.environment_folder(project, HOME_POSIX, {}) == (project / ".venv", None)


@pytest.mark.parametrize(
    "project, service",
    [
        (PureWindowsPath(r"C:\Users\ana\OneDrive\kit"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\ana\OneDrive - Klinikum\Desktop\kit"), "OneDrive - Klinikum"),
        (PureWindowsPath(r"C:\Users\ana\iCloudDrive\kit"), "iCloudDrive"),
        (PureWindowsPath(r"G:\My Drive\kit"), "My Drive"),
        (PurePosixPath("/home/ana/Dropbox/kit"), "Dropbox"),
        (PurePosixPath("/home/ana/Dropbox (Lab)/kit"), "Dropbox (Lab)"),
        (PurePosixPath("/home/ana/Google Drive/kit"), "Google Drive"),
        (
            PurePosixPath("/Users/ana/Library/Mobile Documents/com~apple~CloudDocs/kit"),
            "Mobile Documents",
        ),
        (PurePosixPath("/Users/ana/Library/CloudStorage/OneDrive-Uni/kit"), "CloudStorage"),
    ],
)
def test_a_synchronised_folder_keeps_the_environment_out_and_says_so(start, project, service):
    home = HOME_WINDOWS if isinstance(project, PureWindowsPath) else HOME_POSIX
    folder, warning = start.environment_folder(project, home, {})
    assert folder.is_relative_to(home) and not folder.is_relative_to(project)
    assert service in warning and str(folder) in warning


def test_two_synchronised_copies_of_the_kit_do_not_share_an_environment(start):
    one, other = (
        start.environment_folder(PurePosixPath(f"/home/ana/Dropbox/{name}"), HOME_POSIX, {})[0]
        for name in ("kit", "kit copy")
    )
    assert one != other


def test_the_cache_folder_of_the_system_is_respected(start):
    project = PurePosixPath("/home/ana/Dropbox/kit")
    folder, _ = start.environment_folder(project, HOME_POSIX, {"XDG_CACHE_HOME": "/scratch/ana"})
    assert folder.is_relative_to("/scratch/ana")


def test_teaching_env_names_another_place(start):
    project = PurePosixPath("/home/ana/Dropbox/kit")
    folder, warning = start.environment_folder(project, HOME_POSIX, {"TEACHING_ENV": "/fast/env"})
    assert folder == PurePosixPath("/fast/env")
    assert warning is None


@pytest.mark.parametrize(
    "folder, long_paths_allowed, refused",
    [
        (PureWindowsPath("C:\\" + "a" * 85), False, False),
        (PureWindowsPath("C:\\" + "a" * 120), False, True),
        (PureWindowsPath("C:\\" + "a" * 120), True, False),
        (PurePosixPath("/" + "a" * 120), False, False),
    ],
)
def test_too_long_a_path_is_refused_on_windows_only(start, folder, long_paths_allowed, refused):
    sentence = start.room_problem(folder, 1e12, long_paths_allowed)
    assert (sentence is not None) == refused
    if refused:
        assert str(folder) in sentence and "TEACHING_ENV" in sentence


def test_the_longest_installed_file_fits_under_the_windows_limit(start):
    packages = Path(sys.prefix, "Lib" if os.name == "nt" else "lib")
    site = next(packages.rglob("site-packages"))
    longest = max(len(str(path.relative_to(site))) for path in site.rglob("*"))
    on_windows = len("\\Lib\\site-packages\\") + longest
    assert start.LONGEST_ENVIRONMENT_PATH + on_windows <= 259


def test_a_full_disk_is_seen_before_anything_is_downloaded(start):
    folder = PurePosixPath("/home/ana/kit/.venv")
    assert start.room_problem(folder, 2e9, True) is None
    sentence = start.room_problem(folder, 0.4e9, True)
    assert "0.4 GB" in sentence and "1.5 GB" in sentence


# -- what an installer said, in words -------------------------------------------------------------
@pytest.mark.parametrize(
    "output, words",
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: failed to write (os error 112)", "disk is full"),
        (
            "NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure"
            " in name resolution\nERROR: No matching distribution found for numpy>=2",
            "could not be downloaded",
        ),
        ("error: Failed to fetch: ...\n  Caused by: dns error", "could not be downloaded"),
        ("[Errno 11001] getaddrinfo failed", "could not be downloaded"),
        ("gaierror: nodename nor servname provided, or not known", "could not be downloaded"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("The virtual environment was not created because ensurepip is not available", "-venv'"),
        ("ERROR: No matching distribution found for llvmlite==0.50.0", "no ready-made file"),
        ("Because numba==0.68.1 has no usable wheels", "no ready-made file"),
        ("[WinError 5] Access is denied: 'zmq.pyd'", "in use"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "in use"),
    ],
)
def test_a_failed_step_becomes_a_sentence(start, output, words):
    sentence = start.explain(output, (3, 12, 1))
    assert words in sentence
    assert "{" not in sentence


def test_a_debian_user_is_told_the_package(start):
    sentence = start.explain("Error: ensurepip is not available", (3, 12, 1))
    assert "apt install python3.12-venv" in sentence


def test_an_unknown_failure_is_not_explained_away(start):
    assert start.explain("something nobody has seen before", (3, 12, 1)) is None


def test_a_failed_step_shows_its_last_lines_and_keeps_the_log(start, tmp_path, capsys):
    command = [sys.executable, "-c", "print('an odd thing'); raise SystemExit(7)"]
    with pytest.raises(start.Stop, match="code 7"):
        start.run_step(command, tmp_path, "Doing it")
    assert "an odd thing" in capsys.readouterr().out
    assert "an odd thing" in (tmp_path / "install.log").read_text(encoding="utf-8")


# -- the port -------------------------------------------------------------------------------------
def test_without_a_wish_the_next_free_port_is_taken(start):
    assert start.choose_port(None, lambda port: port >= 8891) == 8891


def test_a_wished_port_is_kept_or_refused_never_changed(start):
    assert start.choose_port(9000, lambda port: True) == 9000
    with pytest.raises(start.Stop, match="Port 9000 is taken"):
        start.choose_port(9000, lambda port: False)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(start, port):
    with pytest.raises(start.Stop, match=f"{port} is not a port"):
        start.choose_port(port, lambda port: True)


def test_no_free_port_at_all_is_said(start):
    with pytest.raises(start.Stop, match="name one with --port"):
        start.choose_port(None, lambda port: False)


def test_the_site_goes_beside_start_py_and_is_opened_unless_the_words_say_otherwise(start):
    assert start.site_words(["site"], Path("kit")) == ["site", str(Path("kit") / "site"), "--open"]
    assert start.site_words(["site", "stick", "--no-browser"], Path("kit")) == ["site", "stick"]
    assert start.requirements("site") != start.requirements("") and set(start.requirements("site")) <= {
        *start.requirements("test")
    }  # the tests build it, too


def test_a_taken_port_is_refused_by_the_command_itself():
    if not (PROJECT / "notebooks" / "00_start_here.ipynb").exists():
        pytest.skip("the first lesson is not written yet")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = run_start("--no-browser", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


# -- the environment's folder ---------------------------------------------------------------------
def test_a_folder_of_the_user_is_never_used_or_cleared(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    done = run_start("test", TEACHING_ENV=str(tmp_path))
    assert done.returncode == 1
    assert "was not made by start.py" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    done = run_start("test", TEACHING_ENV=str(tmp_path / "file" / "env"))
    assert done.returncode == 1
    assert "TEACHING_ENV" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_an_environment_is_ready_only_with_the_right_stamp(start, tmp_path):
    python = start.environment_python(tmp_path)
    python.parent.mkdir()
    python.touch()
    assert not start.is_ready(tmp_path, "test")
    start.write_stamp(tmp_path, {"with test": start.fingerprint(tmp_path)})
    assert start.is_ready(tmp_path, "test")
    assert not start.is_ready(tmp_path, "")
    start.write_stamp(tmp_path, {"with test": "of an older version"})
    assert not start.is_ready(tmp_path, "test")


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_or_version_changes_the_fingerprint(start, tmp_path, monkeypatch, name):
    for original in ("pyproject.toml", "constraints.txt"):
        (tmp_path / original).write_bytes((PROJECT / original).read_bytes())
    monkeypatch.setattr(start, "PROJECT", tmp_path)
    before = start.fingerprint(tmp_path / ".venv")
    assert start.fingerprint(tmp_path / ".venv") == before
    (tmp_path / name).write_bytes(b"# changed")
    assert start.fingerprint(tmp_path / ".venv") != before


def test_an_unfinished_environment_is_made_again(start, tmp_path, monkeypatch, capsys):
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "half a file").touch()
    start.write_stamp(folder, {"kind": "unfinished"})
    monkeypatch.setattr(start, "run_step", lambda command, folder, sentence: None)
    start.make_environment(folder, "uv")
    assert not (folder / "half a file").exists()
    assert start.read_stamp(folder)["kind"].endswith("uv")


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_an_environment_with_pip_serves_both_installers(start, tmp_path, installer):
    python = start.environment_python(tmp_path)
    python.parent.mkdir()
    python.touch()
    version = "{}.{}".format(*sys.version_info[:2])
    start.write_stamp(tmp_path, {"kind": f"{version} pip"})
    start.make_environment(tmp_path, installer)
    assert python.exists()


def test_a_missing_venv_part_is_said_before_anything_is_made(start, tmp_path, monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(start.Stop, match="apt install"):
        start.make_environment(tmp_path / ".venv", "pip")
    assert not (tmp_path / ".venv").exists()


def test_a_lone_start_py_asks_for_the_whole_archive(start, tmp_path, monkeypatch):
    monkeypatch.setattr(start, "PROJECT", tmp_path)
    with pytest.raises(start.Stop, match="unpack the whole archive"):
        start.prepare()
    with pytest.raises(start.Stop, match="unpack the whole archive"):
        start.open_lab(None, browser=False)


def test_a_program_never_outlives_an_interruption(start, tmp_path):
    forever = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(KeyboardInterrupt):
        with start.started(forever, dict(os.environ)) as process:
            raise KeyboardInterrupt
    assert process.returncode is not None


def test_only_one_start_py_prepares_at_a_time(start, tmp_path):
    with open(tmp_path / "lock", "a") as mine, open(tmp_path / "lock", "a") as other:
        assert start.try_lock(mine)
        assert not start.try_lock(other)
        mine.close()
        assert start.try_lock(other)


def test_children_get_nothing_stray(start, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    environ = start.child_environ(tmp_path)
    assert "PYTHONPATH" not in environ
    assert environ["PYTHONUTF8"] == "1"
    assert environ["PATH"].startswith(str(tmp_path))


# -- the test command ------------------------------------------------------------------------------
def test_words_after_test_choose_what_runs(run_all):
    assert run_all.parts(["-k", "rituximab"]) == [("your choice of tests", ["-k", "rituximab"])]
    ((_, lesson),) = run_all.parts(["notebooks/00_start_here.ipynb"])
    assert "--nbval-lax" in lesson and lesson[-1] == "notebooks/00_start_here.ipynb"


def test_without_words_the_browser_tests_come_last_and_alone(run_all, tmp_path, monkeypatch):
    for name in ("notebooks/00_start_here.ipynb", "tests/browser/test_panel.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(run_all, "PROJECT", tmp_path)
    tests, lessons, browser = run_all.parts([])
    assert "--ignore=tests/browser" in tests[1] and "-n" in tests[1]
    assert "--nbval-lax" in lessons[1] and "loadscope" in lessons[1]
    assert browser[1][0] == "tests/browser" and "loadfile" in browser[1]  # a file of them shares its pages


def test_all_parts_run_and_one_failure_fails_the_whole(run_all, capsys):
    done = []

    def call(command, cwd, env):
        done.append(command[-1])
        return int(command[-1] == "first")

    parts = [("one", ["first"]), ("two", ["second"])]
    assert run_all.run(parts, call) == 1
    assert done == ["first", "second"]
    summary = capsys.readouterr().out.splitlines()[-2:]
    assert summary[0].startswith("one: FAILED") and summary[1].startswith("two: passed")
    assert run_all.run(parts[1:], call) == 0


def test_the_tests_do_not_write_into_the_users_answers(run_all, monkeypatch, tmp_path):
    monkeypatch.setenv("TEACHING_ANSWERS", "/home/ana/teaching-answers")
    surroundings = run_all.quiet_surroundings(str(tmp_path))
    for name in ("TEACHING_ANSWERS", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        assert Path(surroundings[name]).is_relative_to(tmp_path)


# -- JupyterLab itself ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("environ", "writable", "expected"),
    [
        ({}, True, "/kit/my-lessons"),
        ({}, False, "/home/anna/bcell-lessons"),
        ({"TEACHING_LESSONS": "/data/lessons"}, True, "/data/lessons"),
        ({"TEACHING_LESSONS": "/data/lessons"}, False, "/data/lessons"),
    ],
)
def test_lessons_are_opened_as_copies_in_a_folder_of_ones_own(start, monkeypatch, environ, writable, expected):
    monkeypatch.setattr(start.os, "access", lambda *_: writable)
    assert start.lessons_folder(Path("/kit"), Path("/home/anna"), environ) == Path(expected)


@pytest.mark.parametrize(
    ("lessons", "environ", "expected"),
    [
        ("/kit/my-lessons", {}, "/kit/teaching-answers"),
        ("/home/anna/bcell-lessons", {}, "/home/anna/bcell-lessons/teaching-answers"),
        ("/kit/my-lessons", {"TEACHING_ANSWERS": "/data/answers"}, "/data/answers"),
    ],
)
def test_lessons_and_the_fresh_start_speak_of_the_same_answers(
    start, monkeypatch, tmp_path, lessons, environ, expected
):
    """A kit that nobody may write to keeps its lessons elsewhere: `start.py afresh` must look there too."""
    assert Path(start.answers_folder(Path(lessons), environ)) == Path(expected)
    from teaching.learning import answer_store

    folder = tmp_path / Path(lessons).relative_to("/")
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("TEACHING_ANSWERS", raising=False)
    monkeypatch.delenv("TEACHING_NAME", raising=False)
    if not environ:  # a notebook opened by another JupyterLab finds the same place by itself
        assert answer_store.folder() == Path(start.answers_folder(folder, {}))


def test_jupyterlab_shows_the_kit_or_the_folder_elsewhere(start, tmp_path):
    assert start.lab_place(PROJECT / "my-lessons") == (start.PROJECT, "my-lessons/00_start_here.ipynb")
    assert start.lab_place(tmp_path) == (tmp_path, "00_start_here.ipynb")


def test_jupyterlab_is_for_this_computer_only_and_calls_nobody(start):
    command = start.lab_command(Path("python"), 8931, False, PROJECT, "my-lessons/00_start_here.ipynb")
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--no-browser" in command
    assert "--LabApp.news_url=None" in command
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in command
    assert "--LabApp.extension_manager=readonly" in command
    assert not any("token" in word or "password" in word for word in command)
    assert "--no-browser" not in start.lab_command(Path("python"), 8931, True, PROJECT, "x.ipynb")


@pytest.mark.skipif(os.name != "posix", reason="the program is ended by a signal of POSIX systems")
@pytest.mark.skipif(not Path(sys.prefix, "teaching-kit.json").exists(), reason="needs start.py's own environment")
@pytest.mark.slow
def test_jupyterlab_opens_with_its_token_and_ends_with_a_sentence(start, tmp_path):
    if not (PROJECT / "notebooks" / start.FIRST_LESSON).exists():
        pytest.skip("the first lesson is not written yet")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {**os.environ, "TEACHING_ENV": sys.prefix, "JUPYTER_CONFIG_DIR": str(tmp_path)}
    environ["TEACHING_LESSONS"] = str(tmp_path / "mine")
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), "--no-browser", "--port", str(port)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        # A run in the background ignores Ctrl+C and hands that down; the program under test must not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        address = next((line.strip() for line in process.stdout if "http://" in line), "")
        assert address.startswith(f"http://127.0.0.1:{port}/lab/tree/{start.FIRST_LESSON}?token=")
        assert (tmp_path / "mine" / start.FIRST_LESSON).exists()
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        assert direct.open(address, timeout=60).status == 200
        with pytest.raises(urllib.error.HTTPError, match="403"):
            direct.open(f"http://127.0.0.1:{port}/api/contents", timeout=60)
        news = f"http://127.0.0.1:{port}/lab/api/update?token=" + address.split("token=")[1]
        assert json.loads(direct.open(news, timeout=60).read())["notification"] is None
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert "JupyterLab has ended" in rest and "Traceback" not in rest
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 30
    while not start.port_is_free(port) and time.monotonic() < deadline:
        time.sleep(0.2)
    with contextlib.closing(socket.socket()) as visitor:
        assert visitor.connect_ex(("127.0.0.1", port)) != 0
