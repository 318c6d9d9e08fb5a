"""What the kit adds to a Jupyter server of its environment: a saved lesson reopens with its pictures; and on a hub the
lessons come by themselves (classroom.py).

The installation puts `jupyter-config/teaching.json` where the server looks for extensions, so this works
however the server was started: by start.py, by hand, on a hub.
"""

from __future__ import annotations

import os
from pathlib import Path

from teaching.deliver import classroom, notebook_files


def settle_before_saving(model: dict, **_named) -> None:
    """Brings a notebook into its settled form on its way to the disk; what is open in the browser stays as it is."""
    if model.get("type") == "notebook" and isinstance(model.get("content"), dict):
        notebook_files.settle(model["content"])


def _jupyter_server_extension_points() -> list[dict]:
    return [{"module": "teaching.deliver.server_extension"}]


def _load_jupyter_server_extension(server) -> None:
    server.contents_manager.register_pre_save_hook(settle_before_saving)
    for sentence in classroom.prepare(Path.home(), os.environ):
        server.log.warning("teaching: %s", sentence)
