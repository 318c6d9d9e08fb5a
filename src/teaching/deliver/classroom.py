"""What a student's own server does first on a hub: brings copies of the lessons, and the model as it was compiled once.

Two variables that the hub sets say what is wanted, so nothing happens anywhere else: `TEACHING_CLASSROOM`, the folder
for the copies (inside the student's home), and `TEACHING_COMPILED`, the folder in which the installation has left what
numba made of the model. numba uses a folder only when it may write there; so each student gets a copy of that folder.
Whatever fails is said in the server's log, and the student's server starts all the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import MutableMapping
from pathlib import Path

from teaching.deliver import my_lessons

KIT = Path(__file__).resolve().parents[3]
#: In the student's home.
COMPILED = ".cache/teaching-compiled"


def prepare(home: Path, environ: MutableMapping[str, str], kit: Path = KIT) -> list[str]:
    """Does what the variables ask for; returns sentences for the log.

    `home`: where relative folders begin; `environ`: with a copy of what was compiled it is given `NUMBA_CACHE_DIR`, for
    the kernels that this server will start.
    """
    said = []
    if folder := environ.get("TEACHING_CLASSROOM", "").strip():
        said += _lessons(kit / "notebooks", home / Path(folder).expanduser())
    if source := environ.get("TEACHING_COMPILED", "").strip():
        target = home / COMPILED
        said += _compiled(Path(source).expanduser(), target)
        environ["NUMBA_CACHE_DIR"] = str(target)
    return said


def _lessons(lessons: Path, folder: Path) -> list[str]:
    if not any(lessons.glob("*.ipynb")):
        return [f"{lessons} holds no lessons: install the kit from its whole folder, as an editable one."]
    try:
        return my_lessons.bring(lessons, folder)
    except OSError as problem:
        return [f"The lessons could not be copied to {folder} ({problem.strerror or problem})."]


def _compiled(source: Path, target: Path) -> list[str]:
    """Copies what is not there yet; a copy that breaks off leaves nothing that numba would take for whole."""
    if not source.is_dir():
        return [f"{source} is no folder: the model is compiled when it is first used, which takes about a minute."]
    try:
        for path in sorted(source.rglob("*.nb*")):
            copy = target / path.relative_to(source)
            if copy.exists():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            half = copy.with_name(f"{copy.name}.{os.getpid()}.half")
            shutil.copyfile(path, half)
            half.replace(copy)
    except OSError as problem:
        return [f"What numba compiled could not be copied to {target} ({problem.strerror or problem})."]
    return []
