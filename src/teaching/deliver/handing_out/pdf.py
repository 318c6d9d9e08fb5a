"""An HTML file as PDF, printed by an installed Chromium, Chrome or Edge; where there is none, one sentence says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from teaching.inputs import sentence

#: The first one has no window, and needs half of the processor time of the others.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
#: Where Windows and macOS keep them, which is not on the search path.
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
MISSING = (
    "No PDF was made, because no Chromium, Chrome or Edge was found; open the HTML files in any browser and print "
    "them, or name a browser in TEACHING_BROWSER."
)
SECONDS = 180
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a printed page asks nobody
    "--virtual-time-budget=5000",
)


def browser() -> str | None:
    """Path of an installed browser that prints: TEACHING_BROWSER first, then the search path and usual places."""
    if named := os.environ.get("TEACHING_BROWSER", "").strip():
        return shutil.which(named)
    return next((path for path in map(shutil.which, (*BROWSERS, *PLACES)) if path), None)


def save(page: Path, target: Path, executable: str) -> None:
    """Prints an HTML file into `target`; OSError with one sentence when the browser makes none."""
    with tempfile.TemporaryDirectory(prefix="teaching-print-") as profile:
        made = Path(profile) / "page.pdf"
        command = [executable, *_OPTIONS, f"--user-data-dir={profile}/own", f"--print-to-pdf={made}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # Chromium refuses to start for root with its sandbox
        try:
            done = subprocess.run(
                [*command, page.resolve().as_uri()], capture_output=True, text=True, errors="replace", timeout=SECONDS
            )
            said = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        except subprocess.TimeoutExpired:
            said = f"it took longer than {SECONDS} seconds"
        except OSError as problem:
            said = problem.strerror or "it cannot be started"
        if not made.is_file() or made.read_bytes()[:5] != b"%PDF-":
            raise OSError(f"the browser could not print {page.name}: {sentence(said, 160)}.")
        shutil.copyfile(made, target)
