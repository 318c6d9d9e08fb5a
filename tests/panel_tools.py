"""What tests of panels share: what the page would get, and what it would send."""

from __future__ import annotations

import asyncio
import itertools
import re

import ipywidgets
import numpy as np


def parts_of_frame(panel) -> dict[str, np.ndarray]:
    """The numbers that the page gets, by part, from the bytes of the message."""
    numbers = np.frombuffer(panel.frame, np.float32)
    found, start = {}, 0
    for part in panel.setup["layout"]["parts"]:
        found[part["name"]] = numbers[start : start + part["size"]]
        start += part["size"]
    labels = sum(bool(part.get("label")) for part in panel.setup["layout"]["parts"])
    assert len(numbers) == start + labels
    return found


def page_height(panel, axes, value: float) -> float:
    """Where matplotlib itself would put a value on a y axis [SVG units from the top]."""
    low = axes.get_xlim()[0]
    return panel.drawing.height - axes.transData.transform((low, value))[1]


def curve_of(panel, name: str):
    return next(part for part in panel.drawing.curves if part.name == name)


def some_value(control, share: float):
    """A value of a control at a share of its range."""
    if control.kind == "choice":
        return control.options[min(int(share * len(control.options)), len(control.options) - 1)]
    value = (
        control.low * (control.high / control.low) ** share
        if control.log
        else control.low + share * (control.high - control.low)
    )
    return int(round(value)) if control.whole else value


_numbers = itertools.count(1)


def values_from_page(panel, **values):
    """What a browser does: it sends the whole setting, unchecked."""
    ask(panel, {"kind": "set", "values": {**panel.values, **values}})


class Sent:
    """Every message to the page: `messages` of (widget, content, binary parts)."""

    def __init__(self, monkeypatch):
        self.messages = []

        def note(widget, message, buffers=None):
            self.messages.append((widget, message, buffers or []))

        monkeypatch.setattr(ipywidgets.Widget, "_send", note)

    def custom(self, kind: str) -> list[tuple[dict, list]]:
        """Contents and binary parts of the custom messages of one kind."""
        return [
            (message["content"], buffers)
            for _, message, buffers in self.messages
            if message.get("method") == "custom" and message["content"].get("kind") == kind
        ]


def ask(panel, content, page: str = "test") -> None:
    """A request of a page under its next number, and everything that it sets going in the kernel's loop."""
    if isinstance(content, dict):
        content = {"page": page, "number": next(_numbers), "values": dict(panel.values), **content}

    async def run() -> None:
        panel._message(panel, content, [])
        for _ in range(400):
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if not others:
                return
            await asyncio.wait(others, timeout=5)

    asyncio.run(run())


def exponent_words(text: str) -> list[str]:
    """Numbers with exponent letters in a text, such as 1.2e+02; none is what a reader should meet."""
    return re.findall(r"(?<![\w.])\d[\d.,]*[eE][+-]?\d+(?!\w)", text)
