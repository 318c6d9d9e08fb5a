"""A desk on a page: opened without a kernel or a network, worked with and read; and what page or kernel keep of it.

The functions that read or press work within whatever they are given, a page or one desk of it.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from teaching.panels import bundle
from teaching.panels.page import page as page_of

from .layout import faults
from .running_lab import write_notebook

#: A desk whose picture is there.
DRAWN = ".teaching-desk[data-frames]"
#: Where desks are walked through, in pixels: a laptop and a telephone.
WIDTHS = (1280, 360)
#: The windows in which a desk must hold with everything open: width in pixels, size of type in per cent.
WINDOWS = ((1280, 100), (320, 100), (1280, 200), (320, 200))
#: Values that hardly a field takes, among them those that Python and script write in different ways.
_ODD = (None, True, -1, 1.5, "it's", 'say "no"', "tab\tand\nline", "x" * 100, "\U0001f600" * 350, [], [None], {})
_ASK = "(given) => given.map((one) => { try { return [%s]; } catch (problem) { return problem.message; } })"


# --- opened --------------------------------------------------------------------------------------------------------


def desk_file(folder: Path, desk) -> Path:
    """The desk as a file of this disk."""
    path = folder / "desk.html"
    path.write_text(page_of(desk), encoding="utf-8")
    return path


@contextlib.contextmanager
def without_network(browser, width: int = 1280, height: int = 900) -> Iterator:
    """Windows of one visitor of this size, with the network cut.

    AssertionError at the end when a script threw, or something was asked of another computer.
    """
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, accept_downloads=True, offline=True)
    complaints = []
    here = ("file:", "data:", "blob:")
    context.on("page", lambda page: page.on("pageerror", lambda error: complaints.append(str(error))))
    context.on("request", lambda asked: None if asked.url.startswith(here) else complaints.append(asked.url))
    try:
        yield context
    finally:
        context.close()
    assert complaints == [], complaints


def opened(page, file: Path):
    """The page, when it has gone to the file of a desk and the desk is drawn."""
    page.goto(file.as_uri())
    page.locator(DRAWN).wait_for()
    return page


def start_desks(page) -> None:
    """Goes down a page of the site until each desk is drawn: a desk starts when it comes near the window."""
    places = page.locator(".teaching-place[data-kind=desk]")
    places.first.wait_for()
    for place in places.all():
        place.scroll_into_view_if_needed()
        place.locator(DRAWN).wait_for(timeout=20_000)


@contextlib.contextmanager
def lesson_page(browser, site: Path, name: str, width: int) -> Iterator:
    """A lesson's page of the site without a network, in a window of this width, when each of its desks is drawn."""
    with without_network(browser, width) as context:
        page = context.new_page()
        page.goto((site / "lessons" / f"{name}.html").as_uri())
        start_desks(page)
        yield page


def desks_in_lab(lab, open_notebook, name: str, *cells: str):
    """A notebook of these cells in JupyterLab, when they ran without a fault and each has drawn its desk."""
    write_notebook(lab.folder / name, list(cells))
    notebook, fine = open_notebook(name)
    assert fine and notebook.errors() == [], notebook.errors()
    notebook.page.locator(DRAWN).nth(len(cells) - 1).wait_for(timeout=60_000)
    notebook.page.locator(DRAWN).first.scroll_into_view_if_needed()
    return notebook


# --- worked with and read ------------------------------------------------------------------------------------------


def says(page) -> str:
    """The sentence under the picture."""
    return page.locator(".teaching-sentence").inner_text()


def refused(page) -> str:
    """Why the last thing was not taken; '' when it was."""
    return page.locator(".teaching-error").first.inner_text()


def press(page, name) -> None:
    """Presses the button of exactly this name, or of a name that fits a pattern."""
    page.get_by_role("button", name=name, exact=True).click()


def enter(page, label: str, text) -> None:
    """Types into the field of this label, and ends with Enter."""
    field = page.get_by_label(label, exact=True)
    field.fill(str(text))
    field.press("Enter")


class Saved(NamedTuple):
    """A file that a page gave: its name, its content."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")


def saved(page, button: str) -> Saved:
    """The file that a button gives."""
    with page.expect_download() as found:
        press(page, button)
    return Saved(found.value.suggested_filename, Path(found.value.path()).read_bytes())


def open_everything(page) -> None:
    """Unfolds whatever is folded in the desks."""
    page.evaluate("() => document.querySelectorAll('.teaching-desk details').forEach((one) => (one.open = true))")


def faults_in_windows(page) -> list[str]:
    """The faults of the whole page in each of WINDOWS, each said with its window."""
    return [fault for window in WINDOWS for fault in faults(page, page.locator("body"), *window)]


# --- kept ----------------------------------------------------------------------------------------------------------


def stored(page, question: str | None = None) -> list[dict]:
    """The settings that the page keeps, oldest first; AssertionError when it keeps anything but settings of desks, or,
    with `question`, of another desk."""
    lines = page.evaluate("() => Object.keys(localStorage).sort().map((key) => JSON.parse(localStorage[key]))")
    assert {line["kind"] for line in lines} <= {"desk"}, lines
    assert question is None or {line["question"] for line in lines} <= {question}, lines
    return [json.loads(line["value"]) for line in lines]


def kept_by_kernel(lab, lesson: str, enough: Callable[[dict], bool], seconds: float = 20) -> list[tuple[str, dict]]:
    """What the kernels of the lab kept for a lesson, as question and setting, oldest first.

    A kernel keeps in its own time after the page has shown something, so this waits until the last setting is
    `enough`; after `seconds` what there is comes back as it is, [] without a file.
    """
    end = time.monotonic() + seconds
    while True:
        files = list(lab.folder.parent.rglob(f"{lesson}.jsonl"))
        assert len(files) <= 1, files
        lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        kept = [(line["question"], json.loads(line["value"])) for line in lines]
        if (kept and enough(kept[-1][1])) or time.monotonic() > end:
            return kept
        time.sleep(0.1)


# --- the same rules in script and in Python ------------------------------------------------------------------------


def odd_settings(setting: dict) -> list[dict]:
    """The setting with each of its fields in turn holding each of the odd values."""
    return [{**setting, name: value} for name in setting for value in _ODD]


@contextlib.contextmanager
def script_of(browser, module: str, data=None) -> Iterator:
    """A page with a module of script and what it imports, with `data` as its global, and nothing shown."""
    page = browser.new_context().new_page()
    page.add_script_tag(content=f"{bundle.linked(module)}\nglobalThis.data = {json.dumps(data)};")
    yield page
    page.context.close()


def said_alike(page, call: str, given: list, in_python: Callable) -> list:
    """What Python makes of each of `given`, [its value] or the sentence that refuses it; AssertionError with the pairs
    in which the script's `call` of `one` says anything else."""
    there, here = page.evaluate(_ASK % call, given), []
    for one in given:
        try:
            here.append([in_python(one)])
        except ValueError as problem:
            here.append(str(problem))
    unlike = [pair for pair in zip(there, here, strict=True) if pair[0] != pair[1]]
    assert unlike == [], unlike
    return here
