"""The server of the gallery: Voila with our own pages, warm kernels, and nothing of the user's settings."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import os
import signal
import socket
import tempfile
import threading
import webbrowser
from pathlib import Path

from tornado.ioloop import IOLoop, PeriodicCallback
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.paths import collect_static_paths

from teaching.deliver import pictures
from teaching.deliver.app import forked
from teaching.deliver.app.channels import Channel, GiveBack, OneKernel, PanelConnection
from teaching.deliver.app.kernels import ThisPython, WarmKernels
from teaching.deliver.app.origins import frame_policy
from teaching.deliver.app.pages import (
    FAILED,
    FOLDER,
    AroundPanel,
    GalleryPage,
    GivenFile,
    NoPage,
    PanelPage,
    choose_panel,
)
from teaching.inputs import shortened
from teaching.panels import bundle

FIRST_PORT = 8866
ADDRESS = "127.0.0.1"
#: A panel's kernel takes about 250 MB: a seminar finds room, one visitor who reloads for ever takes no more.
MOST_PANELS = 60
KERNEL = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
#: No page sends more than a few words by HTTP; nobody is waited for longer than this.
LIMITS = {"max_body_size": 2**16, "max_buffer_size": 2**22, "body_timeout": 30, "idle_connection_timeout": 600}
#: A panel takes about 15 of the server's files, and up to 25 more with its further connections.
MOST_FILES = 4096
#: A page that was closed gives its kernel back at once; one whose browser crashed, after this time.
FORGET_SECONDS, LOOK_SECONDS = 120, 30
#: Ending takes no longer than this.
END_SECONDS = 20
#: What the page's own script needs to show a widget; other extensions of this user stay out.
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
READY = (
    "The panels are ready. If no browser opens, copy this address into one:\n\n    {}\n\n"
    "They keep nothing that is entered. Leave this window open; Ctrl+C here ends them."
)
ENDED = "\nThe panels have ended; nothing was kept."


def choose_port(wanted: str | int | None = None) -> int:
    """The wanted port of 127.0.0.1, or the first free one; ValueError with one sentence when it cannot be had."""
    if wanted is None:
        for port in range(FIRST_PORT, FIRST_PORT + 100):
            if _is_free(port):
                return port
        raise ValueError(f"no port from {FIRST_PORT} to {FIRST_PORT + 99} is free: name one with --port.")
    words = str(wanted)
    port = int(words) if words.isascii() and words.isdecimal() and len(words) <= 5 else 0
    if not 1 <= port <= 65535:
        raise ValueError(f"--port {shortened(words)} is not a port: it must be a number from 1 to 65535.")
    if not _is_free(port):
        raise ValueError(f"port {port} is taken or not allowed: name another, or leave --port out.")
    return port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # a port that was only just given back counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((ADDRESS, port))
            return True
    return False


def _allow_files() -> None:
    """Many systems begin with 1,024 open files a program, too few for `MOST_PANELS`; Windows counts none."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve(port: str | int | None = None, browser: bool = True, embed: str | None = None) -> int:
    """Serves the panels until Ctrl+C; returns the exit code.

    embed: the origin of a course page that may show them in a frame; else no page may. Raises ValueError with one
    sentence for a port that cannot be had and for what is no origin.
    """
    policy = frame_policy(embed)
    retries = 50 if port is None else 0  # another program may take the port that was free a moment ago
    port = choose_port(port)
    with tempfile.TemporaryDirectory(prefix="teaching-app-", ignore_cleanup_errors=True) as scratch:
        print("Starting the panels", flush=True)
        _allow_files()
        # Neither read nor write what belongs to the user's own Jupyter.
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            os.environ[name] = os.path.join(scratch, name.lower())
        server = Gallery(config=_settings(Path(scratch), port, retries, policy))
        server.scratch, server.opens = Path(scratch), browser
        server.initialize([])
        server.start()
    print(ENDED, flush=True)
    return 0


def _settings(scratch: Path, port: int, retries: int, policy: str) -> Config:
    (scratch / "panel.ipynb").write_text(json.dumps(_NOTEBOOK), encoding="utf-8")
    settings = Config()
    settings.Voila.ip, settings.Voila.port, settings.Voila.port_retries = ADDRESS, port, retries
    settings.Voila.open_browser = False
    settings.Voila.kernel_websocket_connection_class = PanelConnection
    settings.Voila.notebook_path = str(scratch / "panel.ipynb")
    settings.Voila.connection_dir_root = str(scratch)
    # Another site's script must not reach the kernels under a name of its own for this address.
    headers = {"Content-Security-Policy": policy}
    settings.Voila.tornado_settings = {"allow_remote_access": False, "headers": headers}
    settings.VoilaConfiguration.template = "page"
    settings.VoilaConfiguration.allow_template_override = settings.VoilaConfiguration.allow_theme_override = "NO"
    settings.VoilaConfiguration.multi_kernel_manager_class = WarmKernels
    settings.VoilaConfiguration.kernel_spec_manager_class = ThisPython
    settings.VoilaConfiguration.extension_allowlist = EXTENSIONS
    settings.VoilaConfiguration.extension_denylist = []
    settings.VoilaConfiguration.resources = {"failed": FAILED}
    settings.VoilaConfiguration.file_allowlist = []
    settings.VoilaConfiguration.prelaunch_hook = choose_panel
    if forked.can_fork():
        forked.register()
        settings.KernelProvisionerFactory.default_provisioner_name = forked.NAME
    settings.KernelRestarter.restart_limit = 0  # a fresh kernel would know nothing of the page: the page says so
    settings.WarmKernels.log_file = str(scratch / "kernels.log")
    settings.WarmKernels.most_given = MOST_PANELS
    settings.WarmKernels.cull_idle_timeout, settings.WarmKernels.cull_interval = FORGET_SECONDS, LOOK_SECONDS
    return settings


class Gallery(Voila):
    """Voila that reads no file of settings, serves our pages, and speaks in sentences.

    What it takes of Voila's insides, seen in 0.5.12 and 0.5.13: `_init_asyncio_patch`, the order of `start`
    (settings, then handlers, then `listen`), `NotebookRenderer` and `get_page_config` (pages.py). Its own
    handlers are not used; channels.py says why.
    """

    scratch: Path
    opens: bool
    ending = False

    def initialize(self, argv=None) -> None:
        self._init_asyncio_patch()  # Voila's own, private: the event loop of Windows that its sockets need
        logging.basicConfig(filename=self.scratch / "gallery.log", encoding="utf-8", level=logging.WARNING)
        self.log.handlers, self.log.propagate = [], True
        self.log.setLevel(logging.WARNING)
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()
        for name in {"SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"} & set(dir(signal)):
            signal.signal(getattr(signal, name), self._handle_signal_stop)

    def setup_template_dirs(self) -> None:
        self.template_paths = [str(FOLDER)]
        self.static_paths = collect_static_paths(["voila", "nbconvert"], "base")

    def init_handlers(self) -> list:
        """All addresses there are. None of Voila's own: the page asks for no others than these."""
        renderer = {
            "voila_configuration": self.voila_configuration,
            "notebook_path": Path(self.notebook_path).name,
            "template_paths": self.template_paths,
            "traitlet_config": self.config,
        }
        base = self.server_url
        return [
            (base, GalleryPage),
            (rf"{base}panel/(\w+)", PanelPage, {"renderer": renderer}),
            (rf"{base}page/(gallery\.(?:css|js))", GivenFile, {"folders": [FOLDER]}),
            (rf"{base}page/around\.js", AroundPanel),
            (rf"{base}page/(around\.css)", GivenFile, {"folders": [bundle.FOLDER]}),
            (rf"{base}picture/(\w+\.png)", GivenFile, {"folders": [pictures.FOLDER]}),
            (rf"{base}voila/static/(.+)", GivenFile, {"folders": self.static_paths}),
            (rf"{base}voila/labextensions/(.+)", GivenFile, {"folders": self.labextensions_path}),
            (rf"{base}api/kernels/{KERNEL}", OneKernel),
            (rf"{base}api/kernels/{KERNEL}/channels", Channel),
            (rf"{base}voila/api/shutdown/{KERNEL}", GiveBack),
            (r".*", NoPage),
        ]

    def _handle_signal_stop(self, sig, frame) -> None:
        if not hasattr(self, "ioloop"):  # nothing has been started yet
            raise KeyboardInterrupt
        if not self.ending:  # once is enough: no kernel must be left behind
            self.ending = True
            self.ioloop.add_callback_from_signal(self._end)

    async def _end(self) -> None:
        # A kernel that breaks off while it starts may never be done; whatever is left ends when its parent has gone.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.kernel_manager.shutdown_all(now=True), END_SECONDS)
        self.ioloop.stop()

    def stop(self) -> None:
        """The kernels have ended already, and the files go with the folder they are in."""

    def listen(self) -> None:
        self.app.listen = functools.partial(self.app.listen, **LIMITS)
        IOLoop.current().add_callback(self._listening)
        super().listen()

    def _listening(self) -> None:
        self.kernel_manager.fill()
        PeriodicCallback(lambda: None, 500).start()  # Windows hears Ctrl+C only when something happens
        address = f"http://{ADDRESS}:{self.port}{self.base_url}"
        print(READY.format(address), flush=True)
        if self.opens:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


_NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "panel", "metadata": {}, "outputs": [], "execution_count": None, "source": ""}
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
