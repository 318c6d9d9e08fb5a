"""A lesson taken apart: prose, pictures, tables, questions, each with its section; nothing is run for it.

What the cells show is read from the outputs that are stored in the notebook; `tools/lessons.py` keeps them settled.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from teaching import tables

_HEADING = re.compile(r"^##\s+(.+)$", re.M)
_NUMBER = re.compile(r"^(\d+)\b")
_CORE = re.compile(r"\*\*Projector core[^*]*\*\*:?\s*(.+)")
_ROW = re.compile(r"^\|\s*([^|]+?)\s*\|\s*(\d+)\s*\|\s*(core|optional)\s*\|", re.M)


@dataclass(frozen=True)
class Section:
    """A section as its heading has it: '4 · Run' has the number 4 and the title 'Run'; number is 0 without one."""

    number: int
    title: str

    @property
    def heading(self) -> str:
        """The heading as the lesson has it."""
        return f"{self.number} · {self.title}" if self.number else self.title


@dataclass(frozen=True)
class Part:
    """One thing of a lesson; `cell` is the place of its cell in the notebook, from 0."""

    section: Section
    cell: int


@dataclass(frozen=True)
class Prose(Part):
    """Markdown under a heading, without the heading."""

    text: str


@dataclass(frozen=True)
class Picture(Part):
    """A picture: `png` in base 64, `words` that say what it shows. `panel` is the family that drew it, or ''.

    `waits` is the id of the prediction it waits for, with its `prompt` and `options`; `after` that of the prediction
    after which it shows what really comes.
    """

    png: str
    words: str
    panel: str = ""
    preset: str = ""
    waits: str = ""
    prompt: str = ""
    options: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Shown(Part):
    """A table of results, as the HTML that its cell shows."""

    html: str


@dataclass(frozen=True)
class Printed(Part):
    """What a cell prints."""

    text: str


@dataclass(frozen=True)
class Code(Part):
    """A line in which a student changes a number or a word."""

    source: str


@dataclass(frozen=True)
class Asked(Part):
    """A question that is asked; `again` when the same one was asked before."""

    id: str
    expects: bool
    again: bool


@dataclass(frozen=True)
class Lesson:
    """A lesson: `stem` is the name of its file, `number` two digits, `first` its first cell as Markdown.

    `core` holds the sections of the projector core, `core_question` what they ask; `minutes` has for the sections'
    numbers (label of the row, minutes, 'core' or 'optional').
    """

    stem: str
    number: str
    title: str
    question: str
    first: str
    parts: tuple[Part, ...]
    core: tuple[Section, ...]
    core_question: str
    minutes: dict[int, tuple[str, int, str]] = field(default_factory=dict)

    def core_parts(self) -> list[Part]:
        """The parts of the projector core, in their order."""
        return [part for part in self.parts if part.section in self.core]


def all_paths() -> list[Path]:
    """The notebooks of all lessons; ValueError where they are not beside the package."""
    found = sorted((tables.data_folder().parent / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise ValueError("the lessons are not beside the package: this command needs the whole folder of the kit.")
    return found


def read(path: Path) -> Lesson:
    """Takes the lesson in a notebook apart; ValueError names what a notebook without the usual first cell lacks."""
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells[0].source if notebook.cells else ""
    title = re.match(r"#\s*(?:(\d\d)\s*·\s*)?(.+)", first)
    if not title:
        raise ValueError(f"{path.name}: the first cell does not begin with the title of the lesson.")
    parts = tuple(_parts(notebook))
    question = re.search(r"^\*\*(.+\?)\*\*", first, re.M)
    core, core_question = _core(path.name, first, parts)
    return Lesson(
        path.stem, path.stem[:2], title[2].strip(), question[1] if question else "", first, parts, core,
        core_question, _minutes(first),
    )  # fmt: skip


def section_of(heading: str) -> Section:
    """'4 · Run' as a section."""
    number = _NUMBER.match(heading)
    title = re.sub(r"^\d+\s*·\s*", "", heading).strip()
    return Section(int(number[1]) if number else 0, title)


def _minutes(first: str) -> dict[int, tuple[str, int, str]]:
    """Section number -> its row of the table of minutes; a row may hold several sections."""
    found = {}
    for label, minutes, kind in _ROW.findall(first):
        for number in re.findall(r"(?:^|· )(\d+) ", label):
            found[int(number)] = (label, int(minutes), kind)
    return found


def _core(name: str, first: str, parts: tuple[Part, ...]) -> tuple[tuple[Section, ...], str]:
    line = _CORE.search(first)
    where, _, asked = line[1].partition("One question:") if line else ("", "", "")
    spans = re.findall(r"(\d+)(?: to (\d+))?", where)
    wanted = {number for low, high in spans for number in range(int(low), int(high or low) + 1)}
    titles = re.findall(r"\*([^*]+)\*", where)
    core = tuple(
        section
        for section in dict.fromkeys(part.section for part in parts)
        if section.number in wanted or (not wanted and section.title in titles)
    )
    if not core:
        raise ValueError(f"{name}: the line 'Projector core' of the first cell names no section of the lesson.")
    return core, asked.strip().strip("*").strip()


def _parts(notebook) -> Iterator[Part]:
    section, asked = Section(0, ""), set()
    for place, cell in enumerate(notebook.cells):
        if place == 0:
            continue
        if cell.cell_type == "markdown":
            pieces = _HEADING.split(cell.source)
            for heading, text in zip([None, *pieces[1::2]], pieces[::2], strict=True):
                section = section if heading is None else section_of(heading)
                if text.strip() or heading:
                    yield Prose(section, place, text.strip())
        elif cell.cell_type == "code":
            yield from _of_code(section, place, cell, asked)


def _of_code(section: Section, place: int, cell, asked: set[str]) -> Iterator[Part]:
    calls = list(_calls(cell.source))
    names = {name for name, _ in calls}
    if names & {"begin", "report", "take_home"}:  # what they show is the student's own, and nobody has written yet
        return
    for name, call in calls:
        if name in ("predict", "check") and (question := _text(call.args[:1])):
            yield Asked(section, place, question, name == "predict", question in asked)
            asked.add(question)
    if names & {"predict", "check"}:
        return
    is_a_picture = _panel_of(calls)[0] or "lineage_map" in names
    if not cell.metadata.get("jupyter", {}).get("source_hidden") and not is_a_picture:
        yield Code(section, place, cell.source.replace("# NBVAL_CHECK_OUTPUT\n", "").strip())
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data:
            yield _picture(section, place, output, calls)
        elif "text/html" in data:
            yield Shown(section, place, "".join(data["text/html"]))
        elif text := "".join(output.get("text", "") or data.get("text/plain", "")).strip():
            yield Printed(section, place, text)


def _picture(section: Section, place: int, output, calls) -> Picture:
    data = output["data"]
    words = output.get("metadata", {}).get("image/png", {}).get("alt") or "".join(data.get("text/plain", ""))
    panel, preset = _panel_of(calls)
    waits, prompt, options = "", "", ()
    for name, call in calls:
        if name == "Predict":
            waits, prompt = _text(call.args[:1]), _text(call.args[1:2])
            listed = next((word.value for word in call.keywords if word.arg == "options"), None)
            options = tuple(ast.literal_eval(listed)) if isinstance(listed, ast.List | ast.Tuple) else ()
    after = next((_keyword(call, "after") for name, call in calls if name == "show"), "")
    png = "".join(data["image/png"]).replace("\n", "")
    return Picture(section, place, png, " ".join(words.split()), panel, preset, waits, prompt, options, after)


def _family(name: str, call: ast.Call) -> str:
    """The panel family that a call makes; `mechanism` stands for three of them."""
    if name == "mechanism":
        return f"mechanism_{(_text(call.args[:1]) or 'rituximab').lower()}"
    return name


def _panel_of(calls) -> tuple[str, str]:
    """(family, preset) of the panel or desk that a cell makes; ('', '') where it makes none."""
    from teaching.panels.catalogue import GALLERY

    made = ((_family(name, call), _keyword(call, "preset")) for name, call in calls)
    return next(((family, preset) for family, preset in made if family in GALLERY), ("", ""))


def _calls(source: str) -> list[tuple[str, ast.Call]]:
    """(name of the function, its call) of all calls in a cell; none where it is no plain Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            found.append((name, node))
    return found


def _text(nodes) -> str:
    """The text of the first of these nodes, '' when it is none."""
    try:
        value = ast.literal_eval(nodes[0]) if nodes else ""
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _keyword(call: ast.Call, name: str) -> str:
    return next((_text([word.value]) for word in call.keywords if word.arg == name), "")
