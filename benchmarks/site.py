"""How large and how fast the pages of the site are: `python benchmarks/site.py FOLDER`, a site that was built before.

Serves the folder compressed, as a web server would, and opens each lesson in Chromium, as it is and over 1.6 Mbit/s on
a processor that is slowed fourfold. Readable: the browser has painted text. Alive: the first panel, scrolled to at
once, has drawn its first picture. Budgets: readable 1 s, alive 2 s (throttled 5 s), 400 kB before, 1.5 MB a lesson.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from running_lab import browser_options, find_browser  # noqa: E402

#: [bytes/s], [ms], [times]: what Chromium calls slow 4G, and a fourfold slower processor.
SLOW = {"offline": False, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8, "latency": 150}
SLOWER_PROCESSOR = 4
WATCH = """
() => {
  const first = document.querySelector(".teaching-place:is([data-kind=panel], [data-kind=desk])");
  window.alive = null;
  // Again and again: while the page above it grows, the panel moves out of the window.
  const again = setInterval(() => {
    if (window.alive === null) first.scrollIntoView({ block: "center", behavior: "instant" });
    else clearInterval(again);
  }, 50);
  const seen = new MutationObserver(() => (window.alive ??= performance.now()));
  seen.observe(first, { attributeFilter: ["data-started"] });
}
"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves text as a web server does: compressed. `sent` counts the bytes of all answers."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        """Answers with the whole file, compressed when that makes it smaller."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        content = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if len(content) < path.stat().st_size:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        Compressing.sent += len(content)


@functools.cache
def packed(path: Path) -> bytes:
    """The file as it goes over the line."""
    plain = path.read_bytes()
    small = gzip.compress(plain, 6)
    return small if len(small) < len(plain) else plain


def visit(browser, address: str, slow: bool) -> dict:
    """Times [s] and sizes [kB] of one page in a browser that has seen nothing before."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if slow:
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    Compressing.sent = 0
    page.add_init_script(f"document.addEventListener('DOMContentLoaded', {WATCH});")
    page.goto(address)
    page.wait_for_function("() => window.alive", timeout=120_000)
    before = Compressing.sent
    found = {
        "readable s": page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000,
        "alive s": page.evaluate("window.alive") / 1000,
        "before kB": before / 1000,
    }
    if not slow:
        for place in page.locator("[data-kind=panel], [data-kind=desk]").all():
            place.scroll_into_view_if_needed()
            place.and_(page.locator("[data-started=yes]")).wait_for(timeout=120_000)
        found["whole kB"] = Compressing.sent / 1000
    context.close()
    return found


def main(words: list[str] | None = None) -> int:
    """Prints a table, a lesson a line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(words).folder
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressing, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    from playwright.sync_api import sync_playwright

    print(f"{'page':32s} readable  alive  before   whole | throttled: readable  alive")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options(find_browser()))
        for path in [folder / "index.html", *sorted((folder / "lessons").glob("*.html"))]:
            where = f"http://127.0.0.1:{server.server_port}/{path.relative_to(folder).as_posix()}"
            plain, slow = visit(browser, where, False), visit(browser, where, True)
            print(
                f"{path.stem:32s} {plain['readable s']:6.2f} s {plain['alive s']:4.2f} s {plain['before kB']:4.0f} kB "
                f"{plain['whole kB']:5.0f} kB | {slow['readable s']:14.2f} s {slow['alive s']:5.2f} s",
                flush=True,
            )
        browser.close()
    server.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
