"""What a hub needs: the lessons come by themselves, nothing is shared that must not be, and the files are sound."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

from teaching.deliver import classroom

PROJECT = Path(__file__).resolve().parent.parent
DEPLOY = PROJECT / "deploy"


def kit_in(folder, lesson="{}"):
    """A kit of one lesson, which nobody may write to."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "00_start_here.ipynb").write_text(lesson)
    return folder


def compiled_in(folder):
    (folder / "model_1a2b").mkdir(parents=True)
    (folder / "model_1a2b" / "integrate.nbi").write_bytes(b"index")
    (folder / "model_1a2b" / "integrate.1.nbc").write_bytes(b"code")
    return folder


def test_a_student_gets_copies_of_the_lessons_and_keeps_what_was_written_into_them(tmp_path):
    kit, environ = kit_in(tmp_path / "kit"), {"TEACHING_CLASSROOM": "my-lessons"}
    home = tmp_path / "home"
    assert classroom.prepare(home, environ, kit) == []
    mine = home / "my-lessons" / "00_start_here.ipynb"
    mine.write_text('{"mine": 1}')
    assert classroom.prepare(home, environ, kit) == [] and mine.read_text() == '{"mine": 1}'
    (kit / "notebooks" / "00_start_here.ipynb").write_text('{"newer": 1}')  # the kit is brought up to date
    (said,) = classroom.prepare(home, environ, kit)
    assert "your copy is kept as 00_start_here_mine_until_" in said
    assert mine.read_text() == '{"newer": 1}'
    assert [path.read_text() for path in mine.parent.glob("*_mine_until_*")] == ['{"mine": 1}']


def test_nothing_happens_where_no_hub_asks(tmp_path):
    environ = {}
    assert classroom.prepare(tmp_path / "home", environ, kit_in(tmp_path / "kit")) == []
    assert environ == {} and not (tmp_path / "home").exists()


def test_what_was_compiled_is_copied_once_and_only_whole(tmp_path):
    home, environ = tmp_path / "home", {"TEACHING_COMPILED": str(compiled_in(tmp_path / "compiled"))}
    assert classroom.prepare(home, environ) == []
    target = Path(environ["NUMBA_CACHE_DIR"])
    assert target == home / classroom.COMPILED
    assert sorted(path.name for path in target.rglob("*") if path.is_file()) == ["integrate.1.nbc", "integrate.nbi"]
    (target / "model_1a2b" / "integrate.nbi").write_bytes(b"my own")
    assert classroom.prepare(home, environ) == []
    assert (target / "model_1a2b" / "integrate.nbi").read_bytes() == b"my own"


def test_a_copied_model_is_not_compiled_again(tmp_path):
    """numba finds in the student's folder what the installation has compiled."""
    pytest.importorskip("numba")
    code = "import teaching.model.simulation as s; s.warm_up(); print(s.backend())"

    def run(folder):
        environ = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
        done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=300)
        assert done.stdout.strip() == "numba", done.stderr
        return {path.relative_to(folder): path.stat().st_mtime_ns for path in Path(folder).rglob("*.nb*")}

    made = run(tmp_path / "compiled")
    assert made
    environ = {"TEACHING_COMPILED": str(tmp_path / "compiled")}
    assert classroom.prepare(tmp_path / "home", environ) == []
    copied = Path(environ["NUMBA_CACHE_DIR"])
    before = {path.relative_to(copied): path.stat().st_mtime_ns for path in copied.rglob("*.nb*")}
    assert run(copied) == before and set(before) == set(made)


@pytest.mark.parametrize("what", ["no lessons", "no folder", "a file in the way"])
def test_what_fails_is_one_sentence_and_the_server_starts(tmp_path, what):
    home, environ, kit = tmp_path / "home", {"TEACHING_CLASSROOM": "my-lessons"}, tmp_path / "kit"
    if what == "no folder":
        environ = {"TEACHING_COMPILED": str(tmp_path / "nowhere")}
    elif what == "a file in the way":
        kit_in(kit)
        home.mkdir()
        (home / "my-lessons").write_text("a file")
    (said,) = classroom.prepare(home, environ, kit)
    assert said.count(". ") == 0 and said.endswith((".", ")."))


def test_the_server_says_in_its_log_what_failed(tmp_path, monkeypatch):
    from types import SimpleNamespace

    from teaching.deliver import server_extension

    said, hooks = [], []
    monkeypatch.setenv("TEACHING_CLASSROOM", "my-lessons")
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: tmp_path))
    monkeypatch.setattr(classroom, "KIT", tmp_path)
    monkeypatch.setattr(classroom.prepare, "__defaults__", (tmp_path,))
    server = SimpleNamespace(
        contents_manager=SimpleNamespace(register_pre_save_hook=hooks.append),
        log=SimpleNamespace(warning=lambda words, *rest: said.append(words % rest)),
    )
    server_extension._load_jupyter_server_extension(server)
    assert hooks and said and said[0].startswith("teaching: ")


# --- the files of a hub ---------------------------------------------------------------------------


def tljh_settings():
    found = Config()
    code = (DEPLOY / "tljh" / "jupyterhub_config.d" / "teaching.py").read_text(encoding="utf-8")
    exec(compile(code, "teaching.py", "exec"), {"get_config": lambda: found})
    return found


def test_the_littlest_hub_gives_each_student_lessons_and_answers_in_the_own_home():
    found = tljh_settings().Spawner
    assert found.environment["TEACHING_CLASSROOM"] == "my-lessons"
    assert found.environment["TEACHING_ANSWERS"].startswith("~/")
    assert found.environment["TEACHING_COMPILED"].endswith("/.compiled")
    assert found.default_url == "/lab/tree/my-lessons/00_start_here.ipynb"


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.yaml")), ids=lambda path: path.parent.name)
def test_no_file_of_a_hub_holds_a_way_in(path):
    """No password, no token, no account, nobody let in by default, and no check is switched off."""
    text = path.read_text(encoding="utf-8")
    found = yaml.safe_load(text)

    def entries(value, names=()):
        if isinstance(value, dict):
            for name, inside in value.items():
                yield from entries(inside, (*names, str(name)))
        else:
            yield names, value

    for names, value in entries(found):
        last = names[-1].lower()
        assert not re.search(r"password|secret|token|dummy", last), names
        assert not (last in ("allow_all", "create_users", "admin_access") and value), names
        assert not (last in ("admin", "allowed") and value), names
    assert "dummy" not in text.lower() and "allow_origin" not in text


def test_memory_of_a_student_is_limited_above_what_a_lesson_takes():
    """Measured: benchmarks/README.md, a class with a JupyterLab each."""
    text = (PROJECT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    taken = int(re.search(r"\| memory a student \(PSS\) \| (\d+) MB \|", text)[1])
    tljh = yaml.safe_load((DEPLOY / "tljh" / "config.yaml").read_text(encoding="utf-8"))
    cluster = yaml.safe_load((DEPLOY / "z2jh" / "values.yaml").read_text(encoding="utf-8"))["singleuser"]["memory"]
    assert int(tljh["limits"]["memory"].rstrip("M")) == int(cluster["limit"].rstrip("M")) >= 2 * taken
    assert taken <= int(cluster["guarantee"].rstrip("M")) < 2 * taken


@pytest.mark.skipif(os.name != "posix", reason="scripts of Linux")
def test_the_scripts_can_be_read_by_a_shell_and_may_be_run():
    scripts = [DEPLOY / "tljh" / "install.sh", PROJECT / "binder" / "postBuild", PROJECT / "binder" / "start"]
    for script in scripts:
        assert script.stat().st_mode & stat.S_IXUSR, script
        subprocess.run(["bash", "-n", str(script)], check=True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="runs the installer as root")
def test_the_installer_says_what_is_missing(tmp_path):
    environ = {**os.environ, "TLJH": str(tmp_path / "nowhere")}
    done = subprocess.run([str(DEPLOY / "tljh" / "install.sh")], env=environ, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith("There is no The Littlest JupyterHub in")


def test_binder_installs_the_tested_versions_from_this_folder():
    lines = (PROJECT / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted == ["--constraint ../constraints.txt", "--editable ."]
    version = (PROJECT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert (3, 11) <= tuple(map(int, version.split("."))) <= (3, 14)
