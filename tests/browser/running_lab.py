"""JupyterLab (or Notebook 7) and a browser for the browser tests and for benchmarks/latency.py.

The server gets folders of its own, a free port of 127.0.0.1 and asks nothing: neither the user's
settings nor the network can change what is seen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

#: The first one has no window, and needs half of the processor time of the others.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
#: Front ends by the module that starts them: where a notebook opens, and what gives it a fresh workspace.
PLACES = {"jupyterlab": ("lab/tree", "&reset"), "notebook": ("notebooks", "")}
#: The application of each that takes its settings.
_APPS = {"jupyterlab": "LabApp", "notebook": "JupyterNotebookApp"}
START_SECONDS = 90
RUN_SECONDS = 120
# The user's own paths and a hub's settings must not reach the server.
_FOREIGN = ("JUPYTERHUB_", "JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "JUPYTER_TOKEN", "JUPYTERLAB_")
_QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
# "Run all" sent to a kernel that still starts can be lost without a word, so the kernel is asked first.
_RUN_ALL = """
async (milliseconds) => {
  const late = new Promise((_, no) => setTimeout(() => no(new Error("the cells did not finish")), milliseconds));
  const run = async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session.kernel;
    await kernel.info;
    await kernel.requestExecute({ code: "", silent: true }).done;
    return window.jupyterapp.commands.execute("notebook:run-all-cells");
  };
  return Promise.race([run(), late]);
}
"""
_KERNEL_IS_IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"

_ERRORS = """
() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
  .flatMap((cell) => (cell.outputs ? cell.outputs.toJSON() : []))
  .filter((output) => output.output_type === "error" || output.name === "stderr")
  .map((output) => (output.ename ? output.ename + ": " + output.evalue : [output.text].flat().join("")))
"""


def find_browser() -> str | None:
    """Path of an installed Chromium, Chrome or Edge: TEACHING_BROWSER first, then the search path."""
    named = os.environ.get("TEACHING_BROWSER")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def browser_options(executable: str) -> dict:
    """How Playwright starts that browser, so that it draws in software and calls nobody."""
    arguments = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
    return {"executable_path": executable, "args": arguments + ["--no-sandbox"] * _is_root()}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it answers and the folder whose notebooks it shows."""

    address: str
    token: str
    folder: Path
    front: str = "jupyterlab"

    def page(self, notebook: str) -> str:
        """The address of one notebook, with a fresh workspace."""
        place, reset = PLACES[self.front]
        return f"{self.address}{place}/{quote(notebook)}?token={self.token}{reset}"


@contextlib.contextmanager
def running_lab(scratch: Path, notebooks: Path | None = None, front: str = "jupyterlab") -> Iterator[Lab]:
    """JupyterLab, or another one of PLACES, over a copy of `notebooks` (or nothing) in `scratch`, ended on leaving."""
    folder = scratch / "notebooks"
    if notebooks is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(notebooks, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    for name in ("config", "data", "runtime"):
        environ[f"JUPYTER_{name.upper()}_DIR"] = str(scratch / name)
    environ["IPYTHONDIR"] = str(scratch / "ipython")
    environ["TEACHING_ANSWERS"] = str(scratch / "answers")
    overrides = scratch / "config" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(_QUIET), encoding="utf-8")
    command = [sys.executable, "-m", front, "--no-browser", f"--ServerApp.root_dir={folder}"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={_free_port()}"]
    command += [f"--{_APPS[front]}.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--allow-root"] * _is_root()
    with open(scratch / "jupyterlab.log", "wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=scratch, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    lab = None
    try:
        lab = _wait_for(process, scratch, folder, front)
        yield lab
    finally:
        _end(process, lab)


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook of code cells that nobody has run yet."""
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made = [empty | {"id": f"cell{number}", "source": source} for number, source in enumerate(cells)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _ask(address: str, token: str, method: str = "GET") -> bytes:
    request = urllib.request.Request(address, method=method, headers={"Authorization": f"token {token}"})
    # A proxy that the user has set is not meant for a server on this computer.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=10) as answer:
        return answer.read()


def _wait_for(process: subprocess.Popen, scratch: Path, folder: Path, front: str) -> Lab:
    """The address, once the server answers there."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for path in (scratch / "runtime").glob("jpserver-*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError):
                server = json.loads(path.read_text(encoding="utf-8"))
                _ask(server["url"] + "api/status", server["token"])
                return Lab(server["url"], server["token"], folder, front)
        time.sleep(0.2)
    words = (scratch / "jupyterlab.log").read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
    raise RuntimeError(f"{front} did not start:\n" + "\n".join(words))


def _end(process: subprocess.Popen, lab: Lab | None) -> None:
    """Asks the server to end, which ends its kernels too on every system; by force only when it does not react."""
    if lab and process.poll() is None:
        with contextlib.suppress(OSError):
            _ask(lab.address + "api/shutdown", lab.token, "POST")
    elif process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class NotebookPage:
    """A notebook open in JupyterLab, with everything its page asked for and complained about."""

    page: object  # playwright.sync_api.Page
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser, lab: Lab, notebook: str, **context) -> NotebookPage:
        """Opens the notebook in a browser context of its own and waits until its cells are there."""
        page = browser.new_context(**context).new_page()
        self = cls(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.context.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.goto(lab.page(notebook), wait_until="domcontentloaded")
        page.wait_for_function("() => window.jupyterapp", timeout=60_000)
        page.evaluate("() => window.jupyterapp.restored")
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=60_000)
        page.evaluate("() => window.jupyterapp.shell.collapseLeft?.()")
        return self

    def _console(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.outside.append(url)

    def run_all(self) -> bool:
        """Runs all cells and waits for the last; True when none of them failed."""
        succeeded = self.page.evaluate(_RUN_ALL, RUN_SECONDS * 1000)
        self.page.wait_for_function(_KERNEL_IS_IDLE, timeout=RUN_SECONDS * 1000)
        return succeeded

    def kernel_is_idle(self) -> bool:
        """Whether the notebook's kernel has nothing to do."""
        return self.page.evaluate(_KERNEL_IS_IDLE)

    def errors(self) -> list[str]:
        """Every error and warning that stands under a cell."""
        return self.page.evaluate(_ERRORS)

    def close(self) -> None:
        """Ends the notebook's kernel and closes its page."""
        with contextlib.suppress(Exception):  # a kernel that has died cannot be ended
            self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.context.close()
