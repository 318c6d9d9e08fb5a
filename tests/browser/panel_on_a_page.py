"""A panel on a page without any server: its real script in a real browser, the real kernel side, and a line between
them that the test holds in its hand, with a clock that the test turns."""

import asyncio
import base64
import random
from concurrent.futures import ThreadPoolExecutor

import ipywidgets
import numpy as np

from teaching.figures.drawing import Drawing
from teaching.figures.parts import Curve
from teaching.panels import bundle
from teaching.panels.controls import Choice, Slider
from teaching.panels.live import Panel
from teaching.panels.scene import Preset, Scene

IMPOSSIBLE = "a is 7 and c is two: that cannot be drawn."
START = {"a": 2.0, "b": 3.0, "c": "one"}
CASES = {"Case two": {"c": "two"}, "Case seven": {"a": 7.0, "c": "two"}, "Case nine": {"a": 9.0, "b": 1.0}}
#: A page with one panel whose clock and line are the test's: `play(round)` does what a person does in it, lets
#: messages arrive, turns the clock, and returns what the page sends and shows.
HARNESS = """
(setup) => {
  let now = 1000, last = 0, timers = new Map();
  const later = (act, ms) => (timers.set(++last, { at: now + (ms || 0), act }), last);
  window.setTimeout = later;
  window.clearTimeout = (id) => timers.delete(id);
  window.requestAnimationFrame = (act) => later(() => act(now), 16);
  window.cancelAnimationFrame = (id) => timers.delete(id);
  performance.now = () => now;
  function turn(ms) {
    const end = now + ms;
    for (;;) {
      const due = [...timers].filter(([, timer]) => timer.at <= end).sort(([a, one], [b, two]) => one.at - two.at || a - b)[0];
      if (!due) break;
      now = Math.max(now, due[1].at);
      timers.delete(due[0]);
      due[1].act();
    }
    now = end;
  }
  const view = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const received = (shown) => ({ ...shown, frame: view(shown.frame) });
  const state = { setup: setup.setup, svg: setup.svg, shown: received(setup.shown) };
  const listeners = {};
  let sent = [];
  const model = {
    get: (name) => state[name],
    send: (content) => sent.push(JSON.parse(JSON.stringify(content))),
    on: (name, act) => (listeners[name] = act),
    off: () => {},
  };
  const host = document.createElement("div");
  document.body.replaceChildren(host);
  panel_js.default.render({ model, el: host });
  const box = (name) => host.querySelector(`[data-control="${name}"]`);
  const fire = (element, kind) => element.dispatchEvent(new Event(kind, { bubbles: true }));
  const act = {
    type({ name, text }) { const field = box(name).querySelector(".teaching-typed"); field.value = text; fire(field, "change"); },
    slide({ name, at, rest }) { const track = box(name).querySelector("input[type=range]"); track.value = at; fire(track, "input"); if (rest) fire(track, "change"); },
    near({ name }) { box(name).dispatchEvent(new Event("pointerenter")); },
    leave({ name }) { box(name).dispatchEvent(new Event("pointerleave")); },
    choose({ option }) { const radio = box("c").querySelector(`input[value="${option}"]`); radio.checked = true; fire(radio, "change"); },
    press({ label }) { [...host.querySelectorAll("button")].find((button) => button.textContent === label).click(); },
    open({ text }) { host.querySelector("[aria-label='Paste a setting here']").value = text; act.press({ label: "Open" }); },
  };
  window.play = ({ acts, arrive, ms }) => {
    for (const one of acts) act[one.do](one);
    for (const one of arrive) {
      if (one.shown) { state.shown = received(one.shown); listeners["change:shown"](); }
      else listeners["msg:custom"](one.content, one.data.map(view));
    }
    turn(ms);
    const said = sent;
    sent = [];
    return {
      sent: said, now,
      sentence: host.querySelector(".teaching-sentence").textContent,
      error: host.querySelector(".teaching-error").textContent,
      line: host.querySelector(".teaching-line").value,
      path: host.querySelector("[id$='curve-line'] path").getAttribute("d"),
      a: box("a").querySelector(".teaching-typed").value,
      b: box("b").querySelector(".teaching-typed").value,
      c: box("c").querySelector("input:checked").value,
    };
  };
}
"""


def small_panel(predict=None, log_across=False, columns=False) -> Panel:
    """Two sliders, a choice, a curve, and a setting that cannot be drawn; `log_across`: from 0.001 to 10,000.

    `columns`: the curve stands in the right one of two columns, which a narrow page folds below the left one.
    """
    from matplotlib.figure import Figure

    x = np.geomspace(1e-3, 1e4, 20) if log_across else np.linspace(0, 10, 20)
    figure = Figure(figsize=(6, 3), dpi=72)  # an SVG counts in points
    axes = figure.subplots(1, 2)[1] if columns else figure.subplots()
    axes.set_xscale("log" if log_across else "linear")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 30)
    (line,) = axes.plot(x, x)

    def picture(values):
        if values["a"] == 7 and values["c"] == "two":
            raise ValueError(IMPOSSIBLE)
        height = values["a"] + values["b"] * x / x[-1] + (5 if values["c"] == "two" else 0)
        return Scene({"line": height}, sentence_of(values))

    controls = [
        Slider("a", "A", 2.0, 0.0, 10.0, 0.5, source="chosen"),
        Slider("b", "B", 3.0, 0.0, 10.0, 0.5, source="chosen"),
        Choice("c", "C", "one", ("one", "two")),
    ]
    presets = [Preset(label, values) for label, values in CASES.items()]
    return Panel(
        "small",
        "What does a bad line do?",
        controls,
        Drawing(figure, [Curve("line", line, x)]),
        picture,
        presets=presets,
        predict=predict,
    )


def sentence_of(values) -> str:
    return f"A is {values['a']:g}, B is {values['b']:g}, C is {values['c']}."


class Line:
    """Both ways between page and kernel: each message may be lost, doubled or late, and so overtake another."""

    def __init__(self, panel, monkeypatch, draw: random.Random):
        self.panel, self.draw, self.bad = panel, draw, True
        self.to_kernel, self.to_page = [], []
        self.thread = ThreadPoolExecutor(1)
        self.unanswered = {}  # number -> when the page sent it first, until an answer has reached the page
        self.kinds = {}
        monkeypatch.setattr(
            ipywidgets.Widget, "_send", lambda widget, *parts, **named: self._sent(widget, *parts, **named)
        )

    def _sent(self, widget, message, buffers=None):
        if widget is not self.panel:
            return
        if message["method"] == "update":
            shown = {**message["state"]["shown"], "frame": base64.b64encode(buffers[0]).decode()}
            self.to_page.append({"shown": shown})
        else:
            self.to_page.append(
                {"content": message["content"], "data": [base64.b64encode(part).decode() for part in buffers or []]}
            )

    def through(self, queue: list) -> list:
        """What comes out at the other end now; the rest stays on its way or is lost."""
        if not self.bad:
            out, queue[:] = list(queue), []
            return out
        out, stays = [], []
        for message in queue:
            fate = self.draw.random()
            if fate < 0.15:
                continue
            if fate < 0.4:
                stays.append(message)
                continue
            out += [message] * (2 if fate > 0.85 else 1)
        queue[:] = stays
        self.draw.shuffle(out)
        return out

    def kernel(self) -> None:
        """The kernel does what has reached it."""
        messages = self.through(self.to_kernel)

        async def work() -> None:
            for message in messages:
                self.panel._message(self.panel, message, [])
                await asyncio.sleep(0)
            while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(tasks)

        if messages:
            self.thread.submit(asyncio.run, work()).result()  # this thread's loop is the browser's

    def answers_in(self, arriving: list) -> None:
        for message in arriving:
            if "shown" in message:  # a sweep that was done is answered by its data only
                answers = [
                    one
                    for one in message["shown"]["answers"]
                    if (self.kinds.get(one["number"]), one["outcome"]) != ("sweep", "done")
                ]
            else:
                answers = [message["content"]]
            for answer in answers:
                self.unanswered.pop(answer["number"], None)


def open_page(browser, **context):
    """An empty page with the panel's script and style; `page.complaints` are the errors that a script threw."""
    page = browser.new_context(**context).new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.set_content("<!doctype html><html><body></body></html>")
    page.add_style_tag(content=bundle.style())
    page.add_script_tag(content=bundle.page_script())
    return page


def begin(page, panel) -> None:
    shown = {**panel.shown, "frame": base64.b64encode(panel.frame).decode()}
    page.evaluate(HARNESS, {"setup": panel.setup, "svg": panel.svg, "shown": shown})


def play(page, line, acts=(), ms=0) -> dict:
    arriving = line.through(line.to_page)
    line.answers_in(arriving)
    seen = page.evaluate("play", {"acts": list(acts), "arrive": arriving, "ms": ms})
    for message in seen["sent"]:
        if message["number"] not in line.kinds:
            line.kinds[message["number"]] = message["kind"]
            line.unanswered[message["number"]] = seen["now"] - ms
    line.to_kernel += seen["sent"]
    line.kernel()
    return seen
