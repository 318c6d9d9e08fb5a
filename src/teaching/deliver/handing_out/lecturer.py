"""Lecturers' copies of the lessons: the same notebooks, with cells between them that students do not get.

Every cell of the student's notebook stays as it is. What is added are Markdown cells that carry the tag `lecturer`, so
a copy without them is the student's notebook again, and a test says so.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat

from teaching import __version__
from teaching.deliver.handing_out import answer_words, folder, handout, lessons, notes, prose
from teaching.deliver.handing_out.lessons import Asked, Lesson, Picture
from teaching.deliver.site.sources import NOT_ADVICE
from teaching.learning import answers
from teaching.saving import save_whole

TAG = "lecturer"
HTML = "lecturers.html"
STYLES = ("handout.css", "lecturer.css")
_WARNING = (
    "**Lecturer's copy: do not project it and do not hand it out.** Answers stand beside the questions. Cells with the "
    "tag `lecturer` are added; all others are those of the student's lesson."
)


def build(out: str | Path, paths: list[Path] | None = None, say: Callable[[str], None] = print) -> list[Path]:
    """Writes a copy of every lesson as a notebook, and all of them as one HTML page, into the new or empty `out`.

    Returns the files. paths: the notebooks (default: all lessons); say: takes one line at a time. Raises ValueError
    with one sentence where this copy of the kit has no lecturers' folder, or a question is not in the answer key.
    """
    found = notes.folder()
    folder.check(out)
    paths = lessons.all_paths() if paths is None else paths
    taken = [(path, lessons.read(path)) for path in paths]
    added = {lesson.stem: list(_added(lesson, found)) for _, lesson in taken}
    place = folder.made(out)
    written = []
    for path, lesson in taken:
        text = nbformat.writes(notebook(nbformat.read(path, as_version=4), added[lesson.stem]))
        written.append(save_whole(place / path.name, text))
        if not notes.page_of(lesson.number, found):
            say(f"  {lesson.stem}: nobody has written its page for lecturers yet; the copy has the answers alone.")
    written.append(save_whole(place / HTML, page([lesson for _, lesson in taken], added)))
    return written


def notebook(student, added: list[tuple[int, str]]):
    """The student's notebook with (cell after which it stands, Markdown) added as cells of their own."""
    made = copy.deepcopy(student)
    after: dict[int, list[str]] = {}
    for place, text in added:
        after.setdefault(place, []).append(text)
    cells, count = [], 0
    for place, cell in enumerate(made.cells):
        cells.append(cell)
        for text in after.get(place, ()):
            one = nbformat.v4.new_markdown_cell(text, metadata={"tags": [TAG]})
            one["id"] = f"{TAG}-{count}"
            cells.append(one)
            count += 1
    made.cells = cells
    return made


def page(taken: list[Lesson], added: dict[str, list[tuple[int, str]]]) -> str:
    """All lessons with their notes as one HTML page."""
    links = "".join(
        f'<li><a href="#lesson-{one.number}">{prose.escaped(f"{one.number} · {one.title}")}</a></li>' for one in taken
    )
    body = [
        "<main><h1>Lecturers' copies of all lessons</h1>",
        f'<nav aria-label="Lessons"><ul>{links}</ul></nav>',
    ]
    for lesson in taken:
        body.append(f'<article id="lesson-{lesson.number}">{_lesson(lesson, added[lesson.stem])}</article>')
    body.append(f"</main><footer><p>B-cell depletion teaching kit, version {__version__}. {NOT_ADVICE}</p></footer>")
    style = "\n".join((handout.STYLE.parent / name).read_text(encoding="utf-8") for name in STYLES)
    return prose.page("Lecturers' copies", "\n".join(body), style, kind="handout lecturers")


def _lesson(lesson: Lesson, added: list[tuple[int, str]]) -> str:
    by_cell: dict[int, list[str]] = {}
    for place, text in added:
        by_cell.setdefault(place, []).append(f'<div class="lecturer">{prose.as_html(text)}</div>')
    body = [prose.for_paper(lesson.first), *by_cell.pop(0, ())]
    section, last = None, 0
    for part in lesson.parts:
        if part.cell != last:
            for place in range(last, part.cell):
                body += by_cell.pop(place, ())
            last = part.cell
        if part.section != section:
            section = part.section
            if section.title:
                body.append(f"<h2>{prose.escaped(section.heading)}</h2>")
        body.append(handout.told(part))
    for rest in by_cell.values():
        body += rest
    return "\n".join(body)


def _added(lesson: Lesson, found: Path) -> Iterator[tuple[int, str]]:
    """(cell after which it stands, Markdown) of everything that lecturers get beside a lesson."""
    _check_key(lesson, found)
    page_text = notes.page_of(lesson.number, found)
    before = notes.before_class(page_text)
    yield 0, f"{_WARNING}\n\n{before}".strip()
    told: set = set()
    rows: set[str] = set()
    for part in lesson.parts:
        row = lesson.minutes.get(part.section.number)
        if row and row[0] not in rows:
            rows.add(row[0])
            yield part.cell, f"**For lecturers · {row[1]} minutes** for {row[0]} ({row[2]})."
        if isinstance(part, Asked) and part.id not in told:
            told.add(part.id)
            yield part.cell, answer_words.told(answers.entry_of(part.id))
        if isinstance(part, Picture) and part.panel and not part.after:
            yield part.cell, _cue(part)
        if isinstance(part, Picture) and part.waits and part.waits in _known(lesson, found):
            yield part.cell, answer_words.told(answers.entry_of(part.waits))
    if after := notes.rest(page_text):
        yield max((part.cell for part in lesson.parts), default=0), f"**For lecturers · after the lesson**\n\n{after}"


def _cue(part: Picture) -> str:
    """What to press before a panel can be shown, in the words of the app."""
    from teaching.panels.catalogue import DESKS, GALLERY

    entry = GALLERY[part.panel]
    what = "desk" if part.panel in DESKS else "panel"
    case = f", case *{prose.as_markdown(part.preset)}*" if part.preset else ""
    words = f"**For lecturers · press:** {what} *{entry.title}*{case}; without code: `python start.py app`."
    if part.waits:
        words += " It shows nothing until a prediction is made, so let the room predict first."
    return words


def _known(lesson: Lesson, found: Path) -> list[str]:
    return notes.questions_of(lesson.stem, found)


def _check_key(lesson: Lesson, found: Path) -> None:
    """ValueError when the packed key is older than the written answers."""
    packed = {one.id for one in answers.questions_of(lesson.stem)}
    for name in _known(lesson, found):
        if name not in packed:
            raise ValueError(
                f"the question {name} is written, but not in the answer key: run python instructor/build_answers.py."
            )
