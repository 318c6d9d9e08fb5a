"""The command `teaching`: one word after it says what to do.

    teaching export --plan "rituximab dose_mg=1000 days=0,14" --disease SLE model.xml
    teaching targets
    teaching app
    teaching page treatment treatment.html
    teaching site site
    teaching cards cards_10.html
    teaching lite site/lite --pyodide pyodide
    teaching instructor copies
    teaching handout handouts
    teaching slides slides --site https://example.org/kit
    teaching collect reports class
    teaching lessons my-lessons
    teaching check
    teaching afresh
    teaching bench

Bad input is answered by one sentence and exit code 2. Each command imports what it needs itself, so
that none waits for another's libraries.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys


class _Parser(argparse.ArgumentParser):
    """Answers bad input with one sentence instead of the list of all options."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {_short(message, 220).rstrip('.')}. Help: {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; arguments default to those of the shell. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old console may lack a letter: better a '?' than a crash
            stream.reconfigure(errors="replace")
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except ImportError as problem:
        from teaching.installed import explained

        print(f"teaching {chosen.command}: {explained(problem)}", file=sys.stderr)
        return 2
    except (ValueError, OSError) as error:
        print(f"teaching {chosen.command}: {_short(error, 280)}", file=sys.stderr)
        return 2


def _short(message: object, most: int) -> str:
    from teaching.inputs import sentence

    return sentence(message, most)


def _whole_number(low: int, high: int):
    """Reads a whole number from `low` to `high`; the parser shows the sentence to whoever types another."""

    def read(text: str) -> int:
        from teaching.inputs import shortened

        if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{shortened(text)} is not a whole number from {low} to {high}")
        return int(text)

    return read


def _parser() -> argparse.ArgumentParser:
    from teaching import __version__

    parser = _Parser(
        prog="teaching",
        description="The B-cell depletion teaching kit. For teaching and self-study; not treatment advice.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    files = (_add_export, _add_targets, _add_page, _add_site, _add_lite)
    for_a_room = (_add_cards, _add_instructor, _add_handout, _add_slides, _add_collect)
    for add in (*files, *for_a_room, _add_app, _add_check, _add_lessons, _add_afresh, _add_bench):
        add(commands)
    return parser


def _command(commands, run, name: str, help: str, description: str):
    """A command that `run` carries out; returns its parser, for its arguments."""
    parser = commands.add_parser(name, help=help, description=description)
    parser.set_defaults(run=run)
    return parser


def _add_lessons(commands) -> None:
    command = _command(
        commands,
        _lessons,
        "lessons",
        help="bring copies of the lessons into a folder of your own",
        description="Copies the lessons; copies that somebody has worked in are kept.",
    )
    command.add_argument("folder", help="the folder for the copies")


def _lessons(chosen) -> int:
    from pathlib import Path

    from teaching import tables
    from teaching.deliver import my_lessons

    lessons = tables.data_folder().parent / "notebooks"
    if not any(lessons.glob("*.ipynb")):
        raise ValueError("the lessons are not beside the package: this command needs the whole folder of the kit.")
    for sentence in my_lessons.bring(lessons, Path(chosen.folder).expanduser()):
        print(sentence)
    return 0


def _add_afresh(commands) -> None:
    command = _command(
        commands,
        _afresh,
        "afresh",
        help="set the answers that are kept aside, for the next person or class",
        description="Sets the answers aside in a folder that says when; deletes nothing.",
    )
    command.add_argument("--name", help="whose answers, where several people share the folder")


def _afresh(chosen) -> int:
    from teaching.panels.lesson import start_afresh

    if chosen.name:
        os.environ["TEACHING_NAME"] = chosen.name
    said = start_afresh()
    print(said)
    return 0 if said.fine else 1


def _add_export(commands) -> None:
    command = _command(
        commands,
        _export,
        "export",
        help="write a patient under a plan as SBML (.xml, .sbml) or Antimony (.ant)",
        description="Writes equations, numbers and doses as a file for COPASI, Tellurium and other programs.",
    )
    command.add_argument("file", help="the file to write; its ending chooses the format: .xml, .sbml or .ant")
    command.add_argument(
        "--plan",
        default="nothing",
        help="such as 'rituximab dose_mg=1000 days=0,14'; plans add with ' + '; else nothing",
    )
    command.add_argument("--disease", default="SLE", help="a disease of data/diseases.csv (default: SLE)")
    command.add_argument("--overwrite", action="store_true", help="replace the file if it is already there")


def _export(chosen) -> int:
    from teaching.model import exchange
    from teaching.model.patient import Patient
    from teaching.model.therapies import Plan

    patient, plan = Patient.typical(chosen.disease), Plan.parse(chosen.plan)
    try:
        path = exchange.save(patient, plan, chosen.file, overwrite=chosen.overwrite)
    except FileExistsError as error:
        raise FileExistsError(str(error).replace("overwrite=True", "--overwrite")) from None
    print(f"Written: {path} (typical patient with {chosen.disease}; {plan})")
    return 0


def _add_targets(commands) -> None:
    _command(
        commands,
        _targets,
        "targets",
        help="show what the model predicts beside what is accepted",
        description="Evaluates data/targets.csv; exit code 1 when a starred target is missed.",
    )


def _targets(chosen) -> int:
    from teaching.model.targets import check_all

    checks = check_all()
    for check in checks:
        print(check)
    met = sum(check.accepted for check in checks)
    print(f"{met} of {len(checks)} targets accepted")
    return 0 if all(check.accepted for check in checks if check.target.starred) else 1


def _add_app(commands) -> None:
    command = _command(
        commands,
        _app,
        "app",
        help="open all panels without code in a browser",
        description="Serves every panel as a page for a browser, for this computer only, until Ctrl+C.",
    )
    command.add_argument("--no-browser", action="store_true", help="only print the address")
    command.add_argument("--port", help="port of 127.0.0.1 (else the next free one from 8866)")
    command.add_argument("--embed", metavar="ORIGIN", help="a course page that may show the panels in a frame")


def _app(chosen) -> int:
    # A script that starts a program in the background makes it deaf to Ctrl+C; loading takes seconds, so not later.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        from teaching.deliver.app.server import serve

        return serve(chosen.port, browser=not chosen.no_browser, embed=chosen.embed)
    except ModuleNotFoundError as missing:
        raise ValueError(f"the package {missing.name} is not installed: run start.py again.") from None
    except KeyboardInterrupt:  # an impatient hand, before the panels are there
        return 130


def _add_check(commands) -> None:
    _command(
        commands,
        _check,
        "check",
        help="look whether everything that the lessons need works on this computer",
        description="Tells before a workshop what works and what to do about what does not; exit code 1 when something "
        "is not fine. The same in a cell: from teaching import check; check()",
    )


def _check(chosen) -> int:
    from teaching.deliver.check import check

    found = check()
    print(found)
    return 0 if found.fine else 1


def _add_page(commands) -> None:
    command = _command(
        commands,
        _page,
        "page",
        help="write a panel as one HTML file that lives without Python and network",
        description="Computes the panel's pictures ahead; the file's sliders stay alive on any tablet or course page.",
    )
    command.add_argument("panel", help="name of a panel, such as treatment or bell")
    command.add_argument("file", help="the file to write, ending in .html")
    command.add_argument("--overwrite", action="store_true", help="replace the file if it is already there")


def _page(chosen) -> int:
    from teaching.inputs import listed, shortened
    from teaching.panels.catalogue import GALLERY
    from teaching.words import whole

    if chosen.panel not in GALLERY:
        raise ValueError(f"panel {shortened(chosen.panel)} does not exist; choose one of: {listed(GALLERY, 200)}.")
    if not chosen.file.lower().endswith((".html", ".htm")):
        raise ValueError(f"the file is {shortened(chosen.file)}; its name must end in .html.")
    from teaching.panels.page import save_page

    try:
        path = save_page(GALLERY[chosen.panel].make(), chosen.file, overwrite=chosen.overwrite)
    except FileExistsError as error:
        raise FileExistsError(str(error).replace("overwrite=True", "--overwrite")) from None
    print(f"Written: {path} ({whole(path.stat().st_size / 1e6, 1)} MB). Open it in any browser; it needs no network.")
    return 0


def _add_site(commands) -> None:
    command = _command(
        commands,
        _site,
        "site",
        help="build all lessons and panels as pages that live without Python and network",
        description="Writes a folder for GitHub Pages, a course page or a USB stick; what has not changed is kept.",
    )
    command.add_argument("folder", help="the folder to write; new, empty, or a site that was built before")
    command.add_argument("--open", action="store_true", help="open the first page in a browser when it is ready")


def _site(chosen) -> int:
    from pathlib import Path

    from teaching.deliver.site.build import build

    first = build(Path(chosen.folder), say=lambda line: print(line, flush=True))
    print(f"Open it in any browser: {first}")
    if chosen.open:
        import webbrowser

        webbrowser.open(first.resolve().as_uri())
    return 0


def _add_lite(commands) -> None:
    command = _command(
        commands,
        _lite,
        "lite",
        help="build the lessons with their code for a browser without Python (JupyterLite)",
        description="Writes a folder that any web server can show; docs/lite.md says where its wheels come from.",
    )
    command.add_argument("folder", help="the folder to build, new or empty")
    command.add_argument("--pyodide", help="folder with the Pyodide distribution and wheels that docs/lite.md names")
    command.add_argument("--overwrite", action="store_true", help="replace a JupyterLite that is already there")


def _lite(chosen) -> int:
    from pathlib import Path

    from teaching import tables
    from teaching.deliver.lite.build import build
    from teaching.words import whole

    out, pyodide = Path(chosen.folder).expanduser(), chosen.pyodide and Path(chosen.pyodide).expanduser()
    built = build(out, pyodide or None, tables.data_folder().parent, overwrite=chosen.overwrite)
    print(
        f"Built: {built.folder} ({built.lessons} lessons, {whole(built.megabytes, 0)} MB, of them "
        f"{whole(built.of_python, 0)} MB Python). It needs a web server, for instance: python -m http.server"
    )
    return 0


def _add_cards(commands) -> None:
    command = _command(
        commands,
        _cards,
        "cards",
        help="write lesson 10 on paper: role cards, icon arrays, costs and sheets as one file to print",
        description="Writes one HTML file for A4 that needs neither Python nor network; a file that is there stays.",
    )
    command.add_argument("file", help="the file to write, ending in .html")


def _cards(chosen) -> int:
    from teaching.deliver.cards import save_cards

    print(f"Written: {save_cards(chosen.file)}. Open it in any browser and print it on A4.")
    return 0


def _add_instructor(commands) -> None:
    command = _command(
        commands,
        _instructor,
        "instructor",
        help="write lecturers' copies of the lessons, with answers, as notebooks and as one page",
        description="Needs the folder instructor/ of a full clone; students' copies of the kit have none.",
    )
    command.add_argument("folder", help="the folder to write, new or empty")


def _instructor(chosen) -> int:
    from teaching.deliver.handing_out import lecturer

    written = lecturer.build(chosen.folder)
    print(f"Written: {len(written) - 1} notebooks, and all of them as one page: {written[-1]}")
    return 0


def _add_handout(commands) -> None:
    command = _command(
        commands,
        _handout,
        "handout",
        help="write every lesson for paper, as HTML and PDF, with lines to write on",
        description="Writes the lessons and two pages of key figures; PDF needs Chromium, Chrome or Edge.",
    )
    command.add_argument("folder", help="the folder to write, new or empty")


def _handout(chosen) -> int:
    from teaching.deliver.handing_out import handout

    written = handout.build(chosen.folder, say=lambda line: print(line, flush=True))
    kinds = [path.suffix for path in written]
    print(f"Written: {kinds.count('.html')} HTML and {kinds.count('.pdf')} PDF files in {written[0].parent}")
    return 0


def _add_slides(commands) -> None:
    command = _command(
        commands,
        _slides,
        "slides",
        help="write slides of each projector core, with links to the live panels",
        description="Writes a file a lesson that needs no network; notes for lecturers stand in a folder of their own.",
    )
    command.add_argument("folder", help="the folder to write, new or empty")
    command.add_argument("--app", help="address of the running app (default: the one of this computer); '' for none")
    command.add_argument("--site", default="", help="address of the site, such as https://example.org/kit")


def _slides(chosen) -> int:
    from pathlib import Path

    from teaching.deliver.handing_out import slides

    app = slides.APP if chosen.app is None else chosen.app
    written = slides.build(chosen.folder, app=app, site=chosen.site)
    print(
        f"Written: {len(written)} files. Open {Path(chosen.folder) / slides.INDEX} in any browser; it needs no network."
    )
    return 0


def _add_collect(commands) -> None:
    command = _command(
        commands,
        _collect,
        "collect",
        help="put the saved reports of a class into one table and one page of pictures",
        description="Reads the reports in a folder as text, runs nothing of them, and names what it leaves out.",
    )
    command.add_argument("folder", help="the folder with the reports, also in folders inside it")
    command.add_argument("out", nargs="?", help="the folder to make (default: FOLDER_collected)")
    command.add_argument("--names", action="store_true", help="write the names on the reports into the table")


def _collect(chosen) -> int:
    from pathlib import Path

    from teaching.deliver.collect.folder import PAGE, TABLE, collect

    folder = Path(chosen.folder).expanduser()
    absolute = folder.absolute()
    out = Path(chosen.out).expanduser() if chosen.out else absolute.with_name(f"{absolute.name}_collected")
    reports, said = collect(folder, out, chosen.names)
    for words in said:
        print(words)
    print(f"{len(reports)} report{'s' * (len(reports) != 1)} collected: {out / PAGE} and {out / TABLE}.")
    return 0


def _add_bench(commands) -> None:
    command = _command(
        commands,
        _bench,
        "bench",
        help="measure how fast the panels answer on this computer, in a real browser",
        description="Prints a table of times and ratios; needs the kit's folder, its test packages and a Chromium.",
    )
    command.add_argument(
        "--steps", type=_whole_number(1, 1000), default=44, help="key presses a technique (default 44)"
    )


def _bench(chosen) -> int:
    import subprocess
    from pathlib import Path

    script = Path(__file__).resolve().parents[3] / "benchmarks" / "latency.py"
    if not script.is_file():
        raise ValueError("the benchmark is part of the kit's folder, not of the installed package: run it from there.")
    return subprocess.call([sys.executable, str(script), "--steps", str(chosen.steps)])


if __name__ == "__main__":
    sys.exit(main())
