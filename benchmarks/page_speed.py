"""How fast a panel on a page without a kernel is, in a real browser: prints a table, asserts nothing.

    python benchmarks/page_speed.py [panel] [--steps N] [--opens N]

step      keydown on the first slider's handle -> end of the animation frame that first shows the change
readable  start of the visit -> first words on the screen
alive     start of the visit -> the panel stands there and moves
The page is asked for afresh each time, compressed as a web server would, once as this computer is and once with
Chromium's throttling: 1.6 Mbit/s, 150 ms to the server and back, a processor four times as slow.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from latency import _PANEL, _WATCH, WARM_UP, Technique, browser_options, find_browser, take_steps

from teaching.panels.catalogue import CATALOGUE
from teaching.panels.page import page as page_of

BYTES_A_SECOND, ROUND_TRIP_MS, SLOWER = 1.6e6 / 8, 150, 4
#: Notes when the panel has drawn its first picture.
_ALIVE = """
new MutationObserver((_, watcher) => {
  if (!document.querySelector(".teaching-panel[data-frames]")) return;
  watcher.disconnect();
  requestAnimationFrame(() => setTimeout(() => (window.alive = performance.now())));
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-frames"] });
"""


def served(text: str) -> ThreadingHTTPServer:
    """A server on this computer only that answers everything with one page, compressed."""
    content = gzip.compress(text.encode(), 9)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def opened(browser, address: str, throttled: bool) -> tuple[float, float]:
    """Milliseconds until the first words and until the panel is alive, in a browser that knows nothing yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.add_init_script(_ALIVE)
    page = context.new_page()
    if throttled:
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        line = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND / 2}
        devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP_MS, **line})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, timeout=120_000)
    page.wait_for_function("window.alive", timeout=120_000, polling=100)
    readable = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    alive = page.evaluate("window.alive")
    context.close()
    return readable, alive


def steps_on(browser, address: str, count: int) -> Technique:
    """Key presses on the first slider, each with the time until its picture."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".teaching-panel[data-frames]")
    panel, technique = page.locator("main"), Technique("panel on a page", _PANEL)
    panel.evaluate(_WATCH)
    take_steps(page, panel, technique, WARM_UP, keep=False)
    take_steps(page, panel, technique, count)
    context.close()
    return technique


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", nargs="?", default="treatment", choices=list(CATALOGUE))
    parser.add_argument("--steps", type=int, default=44, help="key presses (default 44)")
    parser.add_argument("--opens", type=int, default=5, help="visits of each kind (default 5)")
    chosen = parser.parse_args()
    from playwright.sync_api import sync_playwright

    text = page_of(CATALOGUE[chosen.panel].make())
    server = served(text)
    address = f"http://127.0.0.1:{server.server_port}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options(find_browser()))
        opened(browser, address, False)  # the browser itself has to come to life
        visits = {kind: [opened(browser, address, kind) for _ in range(chosen.opens)] for kind in (False, True)}
        technique = steps_on(browser, address, chosen.steps)
        browser.close()
    server.shutdown()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{chosen.panel}, {len(gzip.compress(text.encode(), 9)) / 1e3:.0f} kB, {os.cpu_count()} processors{load}\n")
    print(f"step: median {technique.median:.0f} ms, 95th percentile {technique.p95:.0f} ms, lost {technique.lost}")
    for kind, found in visits.items():
        words = "throttled" if kind else "as it is"
        readable, alive = (statistics.median(times) for times in zip(*found, strict=True))
        worst = max(alive for _, alive in found)
        print(f"{words}: readable after {readable:.0f} ms, alive after {alive:.0f} ms (longest {worst:.0f})")


if __name__ == "__main__":
    main()
