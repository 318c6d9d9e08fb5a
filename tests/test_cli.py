"""The command line: what the commands do, then that bad input is one sentence and exit code 2."""

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from teaching import Patient, Plan, tables
from teaching.deliver import cli
from teaching.model import exchange, targets

PROJECT = Path(__file__).resolve().parent.parent
RITUXIMAB = "rituximab dose_mg=1000 days=0,14"


def run(capsys, *arguments):
    """Exit code, printed lines and complaints of a command."""
    try:
        code = cli.main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = stop.code
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# --- what the commands do --------------------------------------------------------------------------


@pytest.mark.parametrize(("ending", "write"), [("xml", exchange.to_sbml), ("ant", exchange.to_antimony)])
def test_export_writes_the_model(capsys, tmp_path, ending, write):
    path = tmp_path / f"out.{ending}"
    code, said, complaint = run(capsys, "export", "--plan", RITUXIMAB, "--disease", "SLE", path)
    assert (code, complaint) == (0, "")
    assert said == f"Written: {path} (typical patient with SLE; {RITUXIMAB})\n"
    assert path.read_text(encoding="utf-8") == write(Patient.typical("SLE"), Plan.parse(RITUXIMAB))


def test_export_without_a_plan_is_the_body_at_rest(capsys, tmp_path):
    path = tmp_path / "rest.xml"
    assert run(capsys, "export", path)[0] == 0
    assert path.read_text(encoding="utf-8") == exchange.to_sbml(Patient.typical("SLE"), Plan.none())


@pytest.mark.parametrize("disease", tables.diseases())
def test_export_knows_every_disease(capsys, tmp_path, disease):
    path = tmp_path / "out.ant"
    assert run(capsys, "export", "--disease", disease, path)[0] == 0
    assert f"({disease})" in path.read_text(encoding="utf-8")


def test_targets_shows_predicted_beside_accepted(capsys, monkeypatch):
    rows = [targets.Check(row, 0.5 * (row.low or 0), False) for row in list(tables.targets().values())[:2]]
    monkeypatch.setattr(targets, "check_all", lambda: tuple(rows))
    code, said, _ = run(capsys, "targets")
    assert said.splitlines() == [str(rows[0]), str(rows[1]), "0 of 2 targets accepted"]
    assert code == 1  # both are starred
    rows[:] = [targets.Check(rows[0].target, rows[0].target.low, True)]
    assert run(capsys, "targets")[0] == 0


def test_a_missed_target_without_a_star_is_no_failure(capsys, monkeypatch):
    row = next(row for row in tables.targets().values() if not row.starred)
    monkeypatch.setattr(targets, "check_all", lambda: (targets.Check(row, 0.0, False),))
    assert run(capsys, "targets")[0] == 0


def test_the_version_and_the_help(capsys):
    import teaching

    assert run(capsys, "--version") == (0, f"{teaching.__version__}\n", "")
    code, said, _ = run(capsys, "--help")
    assert code == 0
    assert "export" in said and "targets" in said and "not treatment advice" in " ".join(said.split())


def test_an_installed_kit_has_the_command():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["teaching"].partition(":")
    assert getattr(importlib.import_module(module), function) is cli.main


def test_it_works_as_a_program_of_its_own(tmp_path):
    """With a console that knows no Greek letter and no superscript."""
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1]), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "teaching.deliver.cli"]
    path = tmp_path / "µ.xml"
    done = subprocess.run([*command, "export", str(path)], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert path.exists()
    done = subprocess.run([*command, "export", str(path)], env=environment, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1 and b"already there" in done.stderr


# --- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export", "--plan", "aspirin days=0", "a.xml"], "product 'aspirin' is not in the table; choose one of:"),
        (
            ["export", "--plan", "rituximab dose_mg=-1", "a.xml"],
            "dose_mg is -1; allowed is a number from 0 to 20000 (mg).",
        ),
        (["export", "--plan", "rituximab dose_mg=much", "a.xml"], "is not of the form name=number."),
        (["export", "--disease", "hiccups", "a.xml"], "disease 'hiccups' is not in the table; choose one of:"),
        (["export", "a.pdf"], "the ending must be one of: .ant, .xml, .sbml."),
        (["export", "nowhere/a.xml"], "cannot be written"),
        (["export"], "the following arguments are required: file"),
        (["export", "--speed", "9", "a.xml"], "unrecognized arguments: --speed"),
        ([], "the following arguments are required: COMMAND"),
        (["cure"], "invalid choice: 'cure'"),
    ],
)
def test_bad_input_is_one_sentence(capsys, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    code, said, complaint = run(capsys, *arguments)
    assert (code, said) == (2, "")
    assert complaint.startswith("teaching") and complaint.count("\n") == 1
    assert sentence in complaint
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unasked(capsys, tmp_path):
    path = tmp_path / "mine.xml"
    path.write_text("two evenings of work", encoding="utf-8")
    code, _, complaint = run(capsys, "export", path)
    assert code == 2
    advice = "choose another name, or say --overwrite."
    assert complaint == f"teaching export: {path} is already there; {advice}\n"
    assert path.read_text(encoding="utf-8") == "two evenings of work"
    assert run(capsys, "export", "--overwrite", path)[0] == 0
    assert path.read_text(encoding="utf-8").startswith("<?xml")


STRANGE = [
    "",
    " ",
    "x" * 5000,
    "\ud800",
    "a\nb",
    "-",
    "--",
    "1e400",
    "9" * 5000,
    "nan",
    "../..",
    "/proc/none/x.xml",
    "\u202e",
    "%s",
    "{}",
    "days=",
    "=" * 3000,
    "|",
    "+" * 2000,
]


@pytest.mark.parametrize(
    "arguments",
    [
        ["{}"], ["export", "{}"], ["export", "--disease", "{}", "a.xml"], ["export", "--plan", "{}", "a.xml"],
        ["export", "--plan", "rituximab dose_mg={} days=0", "a.xml"],
        ["export", "--plan", "rituximab {}", "a.xml"], ["export", "{}.xml", "{}"], ["page", "{}", "a.html"], ["page",
        "bell", "{}"], ["page", "{}"],
        ["app", "--port", "{}"], ["app", "{}"], ["bench", "--steps", "{}"], ["targets", "{}"], ["--{}"],
    ],
)  # fmt: skip
def test_strange_words_are_one_short_sentence_and_exit_code_two(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    for word in STRANGE:
        code, said, complaint = run(capsys, *(part.replace("{}", word) for part in arguments))
        if code == 0:  # a plan of no dose, or a name that a file may have
            assert said.startswith("Written: ") and complaint == ""
            continue
        assert (code, said) == (2, ""), (word[:40], code)
        assert complaint.startswith("teaching") and complaint.endswith("\n") and complaint.count("\n") == 1, complaint[
            :400
        ]
        assert len(complaint.split(" Help: ")[0].rstrip("\n").partition(": ")[2]) <= 300, complaint[:400]


@pytest.mark.parametrize("number", ["0", "-1", "65536", "1.5", "ten", "1e3", "9" * 400])
def test_a_number_out_of_its_range_is_named_with_the_range(capsys, number):
    for arguments, span in (
        (["app", "--port", number], "from 1 to 65535"),
        (["bench", "--steps", number], "from 1 to 1000"),
    ):
        if (number, arguments[0]) == ("65536", "bench"):
            continue
        code, said, complaint = run(capsys, *arguments)
        assert (code, said) == (2, "") and span in complaint and complaint.count("\n") == 1


def test_the_app_hears_ctrl_c_also_when_a_script_started_it_in_the_background(monkeypatch):
    """A shell makes what it starts with '&' deaf to Ctrl+C: a signal during the seconds of loading was lost."""
    import signal

    from teaching.deliver.app import server

    def serve(*_, **__):
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the signal was not heard")

    monkeypatch.setattr(server, "serve", serve)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert cli.main(["app", "--no-browser"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
