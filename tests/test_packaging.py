"""The kit finds its tables however it was installed; students' copies hold no answers."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import told_to_lecturers as told

from teaching.learning import answers

PROJECT = Path(__file__).resolve().parent.parent
READ_A_TABLE = """
from teaching import tables
folder = tables.data_folder()
print(folder)
for name in tables.DATA_FILES:
    assert (folder / name).read_text(encoding="utf-8").strip(), name
"""


def in_a_fresh_python(code, cwd, import_folder=None):
    """What a new Python prints, started far from the source tree; the folder named comes first."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environ.update(PYTHONUTF8="1", PYTHONDONTWRITEBYTECODE="1")
    if import_folder:
        environ["PYTHONPATH"] = str(import_folder)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel and a source archive, built without the network from a copy of the tree."""
    pytest.importorskip("hatchling", reason="the build tool of the extra 'test' is not installed")
    folder = tmp_path_factory.mktemp("build")
    tree = folder / "tree"
    left_out = shutil.ignore_patterns(".venv*", ".git", "__pycache__", "teaching-answers")
    shutil.copytree(PROJECT, tree, ignore=left_out)
    # Something must be there to be left out, whatever this copy of the kit holds.
    (tree / "instructor").mkdir(exist_ok=True)
    (tree / "instructor" / "00.md").write_text("an answer", encoding="utf-8")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder / "dist")]
    done = subprocess.run(build, cwd=tree, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist"


@pytest.fixture(scope="module")
def wheel_names(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def source_names(built):
    (archive_path,) = built.glob("*.tar.gz")
    with tarfile.open(archive_path) as archive:
        return [name.split("/", 1)[1] for name in archive.getnames() if "/" in name]


# -- finding the tables ---------------------------------------------------------------------------
def test_tables_are_found_from_the_source_tree(tmp_path):
    printed = in_a_fresh_python(READ_A_TABLE, tmp_path, PROJECT / "src")
    assert Path(printed) == PROJECT / "data"


def test_tables_are_found_from_a_wheel(built, tmp_path):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:  # a wheel without scripts is installed by unpacking
        archive.extractall(tmp_path / "target")
    printed = in_a_fresh_python(READ_A_TABLE, tmp_path, tmp_path / "target")
    assert Path(printed).resolve() == (tmp_path / "target" / "teaching" / "data").resolve()


@pytest.mark.skipif(not Path(sys.prefix, "teaching-kit.json").exists(), reason="needs start.py's own environment")
def test_tables_are_found_from_the_editable_install(tmp_path):
    printed = in_a_fresh_python(READ_A_TABLE, tmp_path)
    assert Path(printed) == PROJECT / "data"


# -- what is in the archives ----------------------------------------------------------------------
def test_the_wheel_holds_the_package_and_every_table(wheel_names):
    tables = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "data").rglob("*.csv")}
    assert "data/parameters.csv" in tables
    assert {"teaching/" + table for table in tables} <= set(wheel_names)
    assert "teaching/tables.py" in wheel_names
    top = {name.split("/")[0] for name in wheel_names}
    assert {name for name in top if not name.endswith((".dist-info", ".data"))} == {"teaching"}
    assert [name for name in wheel_names if ".data/" in name][0].endswith(
        "etc/jupyter/jupyter_server_config.d/teaching.json"
    )


def test_the_wheel_carries_both_licences(wheel_names):
    licences = {name.rsplit("/", 1)[1] for name in wheel_names if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-CONTENT"}


def test_no_answers_in_wheel_and_source_archive(wheel_names, source_names):
    assert [name for name in wheel_names if "instructor" in name] == []
    assert [name for name in source_names if name.startswith("instructor")] == []


def texts_in(built):
    """Name -> text of every file of wheel and source archive that is text."""
    (wheel,), (archive_path,) = built.glob("*.whl"), built.glob("*.tar.gz")
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        found |= {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(archive_path) as archive:
        found |= {one.name: archive.extractfile(one).read() for one in archive.getmembers() if one.isfile()}
    yield from as_texts(found)


def as_texts(files):
    """(name, text) of those files that are text; a notebook's text stands in lists of lines."""
    for name, content in files.items():
        if not name.endswith((".png", ".bin", ".ico")):
            text = content.decode("utf-8", errors="replace")
            yield name, " ".join(told.strings(json.loads(text))) if name.endswith(".ipynb") else text


def test_no_answer_of_any_question_stands_in_wheel_and_source_archive(built):
    texts = dict(texts_in(built))
    assert len(texts) > 300 and sum(name.endswith(".ipynb") for name in texts) >= 10
    away = told.given_away(" ".join(texts.values()))
    assert not away, [(secret, name) for name, text in texts.items() for secret in told.given_away(text)]


def test_the_search_for_answers_covers_every_question_and_finds_what_is_there():
    asked = {entry["id"] for entry in answers._key().values() if entry.get("answer") or entry.get("model")}
    secrets = told.of_questions()
    assert len(asked) > 60 and asked <= {name for name, pieces in secrets.items() if pieces}
    entry = answers.entry_of("03-split")
    for text in (entry["answer"]["feedback"], entry["hints"][2], entry["wrong"][0]["feedback"]):
        assert "03-split" in told.given_away(f"<p>before</p><b>{text[:40]}</b>{text[40:]}")
        assert "03-split" in told.given_away(f"<script>const hidden = {json.dumps(text, ensure_ascii=False)}</script>")
    assert told.given_away("Nothing of it.") == []


def test_the_source_archive_is_enough_to_start(source_names):
    needed = {"start.py", "pyproject.toml", "constraints.txt", "README.md", "environment.yml"}
    assert needed <= set(source_names)
    assert "data/parameters.csv" in source_names
    assert "src/teaching/tables.py" in source_names


def git(folder, *words):
    settings = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    command = ["git", "-C", str(folder), *settings, *words]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_release_archive_for_students_holds_no_answers(tmp_path):
    tree = tmp_path / "tree"
    (tree / "instructor" / "answers").mkdir(parents=True)
    (tree / "notebooks").mkdir()
    (tree / "instructor" / "answers" / "00.md").write_text("an answer", encoding="utf-8")
    (tree / "notebooks" / "00.ipynb").write_text("{}", encoding="utf-8")
    shutil.copy(PROJECT / ".gitattributes", tree)
    git(tree, "init", "--quiet")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "a release")
    git(tree, "archive", "--output", str(tmp_path / "release.tar"), "HEAD")
    with tarfile.open(tmp_path / "release.tar") as archive:
        names = archive.getnames()
    assert "notebooks/00.ipynb" in names
    assert [name for name in names if name.startswith("instructor")] == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_no_answer_stands_in_the_release_archive_of_this_very_kit(tmp_path):
    if not (PROJECT / ".git").exists():
        pytest.skip("this copy of the kit is no clone")
    git(PROJECT, "archive", "--output", str(tmp_path / "release.tar"), "HEAD")
    with tarfile.open(tmp_path / "release.tar") as archive:
        files = {one.name: archive.extractfile(one).read() for one in archive.getmembers() if one.isfile()}
    assert "README.md" in files and not [name for name in files if name.startswith("instructor")]
    readme = files["README.md"].decode("utf-8")
    assert [line for line in readme.splitlines() if "instructor/" in line and "git clone" in line]
    for name, text in as_texts(files):
        assert not told.given_away(text), name


# -- one version, said once -----------------------------------------------------------------------
def test_the_citation_names_the_version_of_the_package(tmp_path):
    code = "import teaching; print(teaching.__version__)"
    version = in_a_fresh_python(code, tmp_path, PROJECT / "src")
    citation = (PROJECT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {version}" in citation


def test_the_project_names_no_version_of_its_own():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project and project["dynamic"] == ["version"]
