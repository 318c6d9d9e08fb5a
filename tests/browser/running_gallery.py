"""The gallery (`teaching app`) in a process of its own, and its pages as a reader sees them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

APP = (sys.executable, "-m", "teaching.deliver.cli", "app", "--no-browser")
PATIENCE_SECONDS = 90


@dataclass
class Gallery:
    """A running gallery: its address, its process, and how long it took until it answered [s]."""

    address: str
    process: subprocess.Popen
    seconds: float
    last_words: str = ""

    def panel(self, name: str) -> str:
        """The address of one panel."""
        return f"{self.address}panel/{name}"

    def kernels(self) -> list[psutil.Process]:
        """The processes of all kernels, given and waiting; one that has ended may still be listed for a while."""
        return [child for child in psutil.Process(self.process.pid).children(recursive=True) if _kernel(child)]

    def kernel(self, name: str) -> psutil.Process:
        """The process of the kernel with that id."""
        (found,) = [child for child in self.kernels() if name[:8] in _kernel(child)]
        return found

    def end(self) -> str:
        """Ends it as Ctrl+C does; what it printed last."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if os.name == "posix" else signal.CTRL_BREAK_EVENT)
        if not self.process.stdout.closed:
            self.last_words = self.process.communicate(timeout=PATIENCE_SECONDS)[0]
        return self.last_words


def _kernel(process: psutil.Process) -> str:
    """What tells a kernel: its command line, or the name of a copy of the warm parent; '' of anything else."""
    with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one of these
        command = " ".join(process.cmdline())
        if "teaching.deliver.app.parent" not in command:
            return command
        return process.name() if process.name().startswith("kernel ") else ""
    return ""


@contextlib.contextmanager
def running_gallery(*words: str, command: tuple[str, ...] = APP) -> Iterator[Gallery]:
    """The gallery until the block is left; more words go to the command."""
    group = {} if os.name == "posix" else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", **group
    )
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "http://" in line:
                break
        assert process.poll() is None and said, f"the gallery did not start: {''.join(said)}"
        gallery = Gallery(said[-1].strip(), process, time.monotonic() - started)
        yield gallery
        gallery.end()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class PanelPage:
    """A page of the gallery in the browser: what it asks for, what goes wrong, whether its kernel rests."""

    def __init__(self, browser, **options):
        self.page = browser.new_context(**options).new_page()
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.context.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))

    def _console(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.outside.append(url)

    def open(self, address: str) -> float:
        """Opens a panel; the seconds until its picture stands."""
        started = time.monotonic()
        self.page.goto(address, wait_until="commit")
        self.page.locator(".teaching-panel[data-frames] svg").first.wait_for(timeout=1000 * PATIENCE_SECONDS)
        return time.monotonic() - started

    def kernel_is_idle(self) -> bool:
        """Whether the kernel behind the page has nothing to do."""
        return self.page.evaluate("() => window.jupyterapp.widgetManager.kernel.status === 'idle'")

    def close(self) -> None:
        """Leaves the page as a reader does, so that it gives its kernel back."""
        with contextlib.suppress(Exception):  # a page that hangs cannot be left in peace
            self.page.goto("about:blank")
        self.page.context.close()
