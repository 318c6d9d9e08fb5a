"""A question as a student works with it, in whatever room it stands; and a Voila that shows a notebook."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe

from .running_lab import _free_port

PATIENCE_SECONDS = 60
#: Shows a widget over a kernel that the test plays: `sent` is what the page asked, `arrive(shown)` answers.
_WIDGET = """
({ setup, shown }) => {
  const state = { setup, shown }, listeners = {};
  globalThis.sent = [];
  globalThis.dead = false;
  const model = {
    get: (name) => state[name], off() {}, on: (name, act) => (listeners[name] = act),
    send(content) { if (dead) throw new Error("no comm"); sent.push(JSON.parse(JSON.stringify(content))); },
  };
  globalThis.arrive = (next) => { state.shown = next; listeners["change:shown"](); };
  const host = document.createElement("div");
  document.body.replaceChildren(host);
  {entry}_js.default.render({ model, el: host });
}
"""


def script_of_widget(entry: str) -> str:
    """The script that shows the widget of a bundle's entry, such as 'question', for `page.evaluate` with its state."""
    return _WIDGET.replace("{entry}", entry)


class Asked:
    """One question on a page, found by its prompt."""

    def __init__(self, page, prompt: str):
        self.page = page
        self.root = page.locator(".teaching-question").filter(has_text=prompt[:60]).last
        self.root.scroll_into_view_if_needed()

    def press(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    def said(self, words: str) -> str:
        """Waits for a card that begins with these words; its text."""
        card = self.root.locator(".teaching-card").filter(has_text=words).first
        card.wait_for(timeout=1000 * PATIENCE_SECONDS)
        return card.inner_text()

    def enter(self, given) -> None:
        """Answers with the keyboard alone, from the question's first field on, and ends with Enter."""
        keys = self.page.keyboard
        if isinstance(given, list) and isinstance(given[0][0], str):
            return self._place(given)
        if isinstance(given, list):  # a curve: its heights, typed at five places
            self._open_typed()
            heights = [height_of(given, k / 4) for k in range(5)]
            for k, height in enumerate(heights):
                self.root.locator("td input").nth(k).focus()
                keys.press("Control+A")
                keys.type(f"{height:.4g}")
        elif (radios := self.root.get_by_role("radio")).count():
            wanted = radios.evaluate_all("(all, value) => all.findIndex((one) => one.value === value)", given)
            radios.first.focus()
            keys.press("Space")
            for _ in range(wanted):
                keys.press("ArrowDown")
            assert radios.nth(wanted).is_checked()
        else:
            self.field.focus()
            keys.press("Control+A")
            keys.type(given)
        keys.press("Enter")

    def _place(self, pairs) -> None:
        """Puts labels onto phrases, or cards into bins, by keys alone, and checks."""
        keys, cards = self.page.keyboard, self.root.locator(".teaching-card-to-sort")
        for thing, place in pairs:
            if cards.count():
                row = cards.filter(has_text=thing).get_by_role("radio")
                names = row.evaluate_all("(all) => all.map((one) => one.value)")
                row.nth(names.index(place)).focus()
                keys.press("Space")
                continue
            radios = self.root.locator(".teaching-labels input")
            radios.nth(
                radios.evaluate_all("(all, value) => all.findIndex((one) => one.value === value)", thing)
            ).focus()
            keys.press("Space")
            phrase = self.root.locator(".teaching-phrase").filter(has_text=place)
            if phrase.locator(".teaching-tag").filter(has_text=thing).count() == 0:  # it does not lie there yet
                phrase.focus()
                keys.press("Enter")
        if not cards.count():
            self.root.locator(".teaching-run").focus()
        keys.press("Enter")

    def _open_typed(self) -> None:
        details = self.root.locator("details")
        if details.get_attribute("open") is None:
            self.root.locator("summary").focus()
            self.page.keyboard.press("Enter")

    @property
    def field(self):
        """Where an answer is typed."""
        return self.root.locator("input[type=text], textarea").first


def height_of(points: list, share: float) -> float:
    """The height of the last point that is not beyond this share of the way: steps do for typing."""
    across = points[0][0] + share * (points[-1][0] - points[0][0])
    return [up for place, up in points if place <= across + 1e-9][-1]


def faults_for_everyone(page, within: str = ".teaching-question") -> list[str]:
    """What axe calls serious or critical inside the questions of a page."""
    found = Axe().run(page, context={"include": [within]}).response["violations"]
    return [
        f"{one['id']}: {node['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@contextlib.contextmanager
def running_voila(notebook, log):
    """Voila over one notebook, ended on leaving; its address."""
    address = f"http://127.0.0.1:{(port := _free_port())}/"
    command = [sys.executable, "-m", "voila", notebook.name, "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    with open(log, "wb") as out:
        process = subprocess.Popen(command, cwd=notebook.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        for _ in range(10 * PATIENCE_SECONDS):
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    f"{address}voila/static/no", timeout=5
                )
            except urllib.error.HTTPError:  # it is there, and has no such file
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
