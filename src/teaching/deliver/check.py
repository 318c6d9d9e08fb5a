"""Does everything work here? `teaching check` in a terminal, `check()` in a cell: the same list, before a workshop.

Each line is a thing that a lesson needs, what was found, and where it is not fine one sentence on what to do. Nothing
is changed: the folder of answers is tried with a file that goes away again.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from teaching.installed import NAME, needed
from teaching.words import whole

#: Room for answers and saved lessons [MB]; a lesson with all its pictures takes about 3.
LEAST_DISK_MB = 50
#: A course takes 2 ms compiled and about half a second in plain Python; slower than this a slider cannot be followed.
SLOW_SECONDS = 0.2
#: What a lesson takes beside the browser: measured as the kernel's own memory after lesson 05 [MB].
LEAST_MEMORY_MB = 400
#: Of an error of somebody else no more letters are told.
LONGEST = 200
AGAIN = "run start.py again, it brings the packages together"
#: Where the two parts of a live panel lie that the page loads, under share/jupyter/labextensions.
PAGE_PARTS = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, whether it is fine, and if not what can be done."""

    what: str
    found: str
    fine: bool = True
    advice: str = ""

    def __str__(self) -> str:
        words = f"{'ok' if self.fine else 'NO'}  {self.what}: {self.found}"
        return words if self.fine else f"{words}. {self.advice[0].upper()}{self.advice[1:]}."


class Checked:
    """All findings; shows itself as a table, and as lines in a terminal. `fine`: whether all of them are."""

    def __init__(self, findings: list[Finding], widget=None):
        self.findings, self._widget = findings, widget

    @property
    def fine(self) -> bool:
        return all(one.fine for one in self.findings)

    @property
    def words(self) -> str:
        """The last line: all is well, or how many lines are not."""
        wrong = sum(not one.fine for one in self.findings)
        if not wrong:
            return "Everything that was looked at works here."
        return f"{wrong} of {len(self.findings)} lines need something; what to do stands behind each."

    def __repr__(self) -> str:
        return "\n".join([*map(str, self.findings), self.words])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left">{"fine" if one.fine else "<b>not fine</b>"}</td>'
            f'<th scope="row" style="text-align:left">{escape(one.what)}</th>'
            f'<td style="text-align:left">{escape(one.found)}</td>'
            f'<td style="text-align:left">{escape(one.advice)}</td></tr>'
            for one in self.findings
        )
        head = "<tr><th></th><th>what</th><th>found</th><th>what to do</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table><p>{escape(self.words)}</p>"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display({"text/html": self._repr_html_(), "text/plain": repr(self)}, raw=True)
        if self._widget is not None:
            display(self._widget)


def check() -> Checked:
    """Looks at everything that a lesson needs on this computer.

    In a cell a line more appears under the table: the page itself says whether live panels work in it.
    """
    return Checked([one for look in LOOKS for one in _looked(look)], _page_line())


def _looked(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What one look finds; a look that fails is a finding of its own and ends nothing."""
    try:
        yield from look()
    except Exception as problem:  # whatever a broken installation can raise
        what = (look.__doc__ or look.__name__).splitlines()[0].rstrip(".")
        words = " ".join(
            f"{type(problem).__name__}: {problem}".split()
        )  # of the ground floor only: numpy may be missing
        yield Finding(what, words if len(words) <= LONGEST else f"{words[:LONGEST]}…", False, AGAIN)


def _page_line():
    """The widget that answers for the page, where a kernel runs this; else None."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if getattr(shell, "kernel", None) is None:
        return None
    try:
        from teaching.panels.handshake import Handshake

        return Handshake()
    except Exception:  # said already: the packages of live panels are among the findings
        return None


# --- what is looked at ------------------------------------------------------------------------------


def python_found() -> Iterator[Finding]:
    """Python."""
    wanted = importlib.metadata.metadata(NAME)["Requires-Python"]
    mine = "{}.{}.{}".format(*sys.version_info[:3])
    from packaging.specifiers import SpecifierSet

    fine = mine in SpecifierSet(wanted, prereleases=True)
    yield Finding("Python", mine, fine, "" if fine else f"install a Python {wanted} from python.org")


def packages_found() -> Iterator[Finding]:
    """Packages."""
    found = needed()
    if fitting := ", ".join(f"{one.name} {one.found}" for one in found if one.fits):
        yield Finding("Packages", fitting)
    for one in found:
        if not one.fits:
            yield Finding(f"Package {one.name}", one.found or "not installed", False, one.words)


def page_parts_found() -> Iterator[Finding]:
    """Live panels in JupyterLab."""
    from jupyter_core.paths import jupyter_path

    folders = [Path(one) for one in jupyter_path("labextensions")]
    missing = [
        package
        for name, package in PAGE_PARTS.items()
        if not any((one / name / "package.json").is_file() for one in folders)
    ]
    found = (
        "both parts are installed" if not missing else f"{' and '.join(missing)} did not install a part for the page"
    )
    yield Finding("Live panels in JupyterLab", found, not missing, "" if not missing else AGAIN)


def model_found() -> Iterator[Finding]:
    """The model."""
    from teaching.model.patient import Patient
    from teaching.model.simulation import backend, treat
    from teaching.model.therapies import Plan

    patient, plan = Patient.typical("SLE"), Plan("rituximab", days=[0])
    treat(patient, plan, days=100)  # compiles once
    begun = time.perf_counter()
    course = treat(patient, plan, days=730)
    seconds = time.perf_counter() - begun
    if not course["blood_b_cells_per_ul"].min() < 10:
        yield Finding("The model", "rituximab does not deplete B cells", False, AGAIN)
        return
    found = f"a course of two years takes {whole(1000 * seconds)} ms ({backend()})"
    slow = seconds > SLOW_SECONDS
    why = "sliders will follow slowly" if backend() == "numba" else "numba is missing, so sliders will follow slowly"
    yield Finding("The model", found, not slow, f"{why}: close other programs, or {AGAIN}" if slow else "")


def tables_found() -> Iterator[Finding]:
    """The tables."""
    from teaching import tables, tables_benefit, tables_costs, tables_evidence

    counted = len(tables.parameters()) + len(tables_evidence.outcomes()) + len(tables_benefit.figures())
    counted += len(tables_costs.costs())
    yield Finding("The tables", f"{whole(counted)} numbers with their sources were read")


def picture_found() -> Iterator[Finding]:
    """A picture."""
    from teaching.panels.catalogue import CATALOGUE

    panel = next(iter(CATALOGUE.values())).make()
    png, words = panel.state.still(as_new=True)
    fine = png.startswith(b"\x89PNG") and bool(words)
    yield Finding("A picture", f"a panel was drawn ({whole(len(png) / 1000)} kB)", fine, "" if fine else AGAIN)


def answers_found() -> Iterator[Finding]:
    """The folder of answers."""
    from teaching.learning import answer_store

    folder = answer_store.folder()
    there = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"0" * 4096)
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        advice = (
            "choose a folder of your own with the variable TEACHING_ANSWERS; until then answers are lost at the end"
        )
        yield Finding("The folder of answers", f"{folder} cannot be written to ({why})", False, advice)
        return
    yield Finding("The folder of answers", f"{folder} can be written to")
    free = shutil.disk_usage(there).free / 1e6
    fine = free >= LEAST_DISK_MB
    yield Finding("Room on the disk", f"{whole(free)} MB", fine, "" if fine else f"free at least {LEAST_DISK_MB} MB")


def memory_found() -> Iterator[Finding]:
    """Memory."""
    free = _memory_mb()
    if free is None:
        return  # this system does not say; nothing is claimed
    fine = free >= LEAST_MEMORY_MB
    advice = "close other programs and other notebooks" if not fine else ""
    yield Finding("Memory that is free", f"{whole(free)} MB", fine, advice)


def _memory_mb() -> float | None:
    """Memory [MB] that a new program can have, where the system tells it in a file; else None."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def address_found() -> Iterator[Finding]:
    """An address of this computer."""
    if sys.platform == "emscripten":
        return  # Python runs in the browser: there is no server
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        client.settimeout(2)
        client.connect(server.getsockname())
    proxy = next((name for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy") if os.environ.get(name)), "")
    spared = f"{os.environ.get('NO_PROXY', '')},{os.environ.get('no_proxy', '')}"
    asked = bool(proxy) and not any(word in spared for word in ("127.0.0.1", "localhost", "*"))
    found = "pages of this computer reach its browser"
    if asked:
        found = f"{proxy} is set and does not leave out this computer"
    yield Finding("127.0.0.1", found, not asked, "set NO_PROXY=127.0.0.1,localhost" if asked else "")


#: In the order in which they are told; each may yield several findings.
LOOKS = (
    python_found, packages_found, page_parts_found, tables_found, model_found, picture_found, answers_found,
    memory_found, address_found,
)  # fmt: skip
