"""The command `teaching`: one word after it says what to do.

    teaching export --plan "rituximab dose_mg=1000 days=0,14" --disease SLE model.xml
    teaching targets

Bad input is answered by one sentence and exit code 2. Each command imports what it needs itself, so
that none waits for another's libraries.
"""

from __future__ import annotations

import argparse
import sys


class _Parser(argparse.ArgumentParser):
    """Answers bad input with one sentence instead of the list of all options."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message.rstrip('.')}. Help: {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; arguments default to those of the shell. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old console may lack a letter: better a '?' than a crash
            stream.reconfigure(errors="replace")
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except (ValueError, OSError) as error:
        print(f"teaching {chosen.command}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    from teaching import __version__

    parser = _Parser(
        prog="teaching",
        description="The B-cell depletion teaching kit. For teaching and self-study; not treatment advice.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for add in (_add_export, _add_targets):
        add(commands)
    return parser


def _add_export(commands) -> None:
    command = commands.add_parser(
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
    command.set_defaults(run=_export)


def _export(chosen) -> int:
    from teaching import exchange
    from teaching.lineage import Patient
    from teaching.therapies import Plan

    patient, plan = Patient.typical(chosen.disease), Plan.parse(chosen.plan)
    try:
        path = exchange.save(patient, plan, chosen.file, overwrite=chosen.overwrite)
    except FileExistsError as error:
        raise FileExistsError(f"{str(error).rstrip('.')} (--overwrite).") from None
    print(f"Written: {path} (typical patient with {chosen.disease}; {plan})")
    return 0


def _add_targets(commands) -> None:
    command = commands.add_parser(
        "targets",
        help="show what the model predicts beside what is accepted",
        description="Evaluates data/targets.csv; exit code 1 when a starred target is missed.",
    )
    command.set_defaults(run=_targets)


def _targets(chosen) -> int:
    from teaching.targets import check_all

    checks = check_all()
    for check in checks:
        print(check)
    met = sum(check.accepted for check in checks)
    print(f"{met} of {len(checks)} targets accepted")
    return 0 if all(check.accepted for check in checks if check.target.starred) else 1


if __name__ == "__main__":
    sys.exit(main())
