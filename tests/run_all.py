"""Runs every part of the tests, one after the other: `python start.py test` ends up here.

The parts are the tests in tests/, the lessons (each executed from top to bottom by nbval) and the
tests in a browser. More words on the command line go to pytest and choose what runs.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TWO_AT_ONCE = ["-n", "2", "--dist", "loadscope"]  # loadscope keeps a notebook's cells together
#: A file of browser tests shares its pages. More than two, because a browser test often waits; the longest first.
FILES_AT_ONCE = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
LESSONS = [
    "--nbval-lax",
    "--nbval-current-env",
    "--nbval-cell-timeout=60",
    "--nbval-kernel-startup-timeout=120",
    "-p",
    "no:python",
]


def parts(words):
    """The parts of a run: pairs of a name and pytest's arguments."""
    if any("notebooks" in word or word.endswith(".ipynb") for word in words):
        return [("your choice of lessons", [*LESSONS, *words])]
    if words:
        return [("your choice of tests", list(words))]
    chosen = [("tests", ["tests", "--ignore=tests/browser", *TWO_AT_ONCE])]
    if any(PROJECT.glob("notebooks/*.ipynb")):
        chosen.append(("lessons", [*LESSONS, "notebooks/", *TWO_AT_ONCE]))
    if any(PROJECT.glob("tests/browser/test_*.py")):
        chosen.append(("browser", ["tests/browser", *FILES_AT_ONCE]))
    return chosen


def quiet_surroundings(scratch):
    """Variables under which the user's settings change no result, and no test the user's files."""
    environ = dict(os.environ)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        environ[name] = os.path.join(scratch, name.lower())
    environ["TEACHING_ANSWERS"] = os.path.join(scratch, "answers")
    environ["TEACHING_SITE_CACHE"] = os.path.join(scratch, "site")
    return environ


def run(chosen, call=subprocess.call):
    """Runs the parts, all of them even after a failure; 0 only when every part passed."""
    results = []
    with tempfile.TemporaryDirectory(prefix="teaching-kit-", ignore_cleanup_errors=True) as scratch:
        environ = quiet_surroundings(scratch)
        for name, arguments in chosen:
            print(f"\n--- {name}: pytest {' '.join(arguments)}", flush=True)
            started = time.monotonic()
            code = call([sys.executable, "-m", "pytest", *arguments], cwd=PROJECT, env=environ)
            results.append((name, code, time.monotonic() - started))
    print("\n--- summary")
    for name, code, seconds in results:
        verdict = "passed" if code == 0 else f"FAILED (pytest's code {code})"
        print(f"{name}: {verdict} in {seconds:.0f} s", flush=True)
    return int(any(code != 0 for _, code, _ in results))


if __name__ == "__main__":
    try:
        sys.exit(run(parts(sys.argv[1:])))
    except KeyboardInterrupt:
        sys.exit(130)
