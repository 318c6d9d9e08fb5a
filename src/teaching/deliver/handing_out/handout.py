"""Lessons on paper: prose, pictures with their words, tables, questions with lines to write on; no answers.

The surprise is kept on paper too: a picture that answers a picture's prediction stands on a page of its own at the end,
and what answers a question's prediction stands after the turn of a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from teaching import __version__
from teaching.deliver.handing_out import crop, folder, key_figures, lessons, lines, pdf, prose
from teaching.deliver.handing_out.lessons import Asked, Code, Lesson, Part, Picture, Printed, Prose, Shown
from teaching.deliver.site.sources import NOT_ADVICE
from teaching.saving import save_whole

STYLE = Path(__file__).parent / "page" / "handout.css"
KEY_FIGURES = "key_figures"


def build(
    out: str | Path,
    paths: list[Path] | None = None,
    browser: str | None = "",
    say: Callable[[str], None] = print,
) -> list[Path]:
    """Writes every lesson, and the key figures, as HTML and PDF into the new or empty folder `out`; returns the files.

    paths: the notebooks (default: all lessons); browser: what prints (default: the one that is found; None: none);
    say: takes one line at a time. Raises ValueError or OSError with one sentence.
    """
    folder.check(out)
    found = [lessons.read(path) for path in (lessons.all_paths() if paths is None else paths)]
    place = folder.made(out)
    pages = {lesson.stem: page_of(lesson) for lesson in found} | {KEY_FIGURES: key_figures.page()}
    written = [save_whole(place / f"{name}.html", text) for name, text in pages.items()]
    browser = pdf.browser() if browser == "" else browser
    if browser is None:
        say(pdf.MISSING)
    for page in list(written) if browser else ():
        pdf.save(page, page.with_suffix(".pdf"), browser)
        written.append(page.with_suffix(".pdf"))
        say(f"  {page.stem}")
    return written


def page_of(lesson: Lesson) -> str:
    """A lesson as one HTML page for paper."""
    later = [part for part in lesson.parts if isinstance(part, Picture) and part.after]
    waiting = {part.after: number for number, part in enumerate(later, start=1)}
    name = f"Lesson {lesson.number} · {lesson.title}"
    body = [
        f'<p class="running">{prose.escaped(name)}</p>',
        f"<main><section>{prose.for_paper(lesson.first)}{_NOTE}</section>",
    ]
    turns, section, start = _turns(lesson), None, len(body)
    for part in lesson.parts:
        if part in turns:
            body[start:] = _together(body[start:])
            start = len(body)
        if part.section != section:
            section = part.section
            start = len(body)
            if section.title:  # what comes before the first heading belongs to the first page
                body.append(f"<h2>{prose.escaped(section.heading)}</h2>")
        if part not in later:
            body.append(told(part, waiting))
    foot = f"<footer><p>{_FOOT}</p></footer>"
    if later:
        body.append(f'<section class="later{_follows(body)}"><h2>Pictures after your predictions</h2>')
        figures = [
            _figure(part, f"Picture {number}", f"It answers: {_prompt(lesson, part.after)}")
            for number, part in enumerate(later, start=1)
        ]
        # The foot stays with the last picture: alone it would make a page of one line.
        body += [*figures[:-1], f'<div class="last">{figures[-1]}{foot}</div></section></main>']
    else:
        body.append(f"</main>{foot}")
    return prose.page(name, "\n".join(body), STYLE.read_text(encoding="utf-8"), kind="handout")


def _turns(lesson: Lesson) -> list[Part]:
    """The parts before which a page is turned, so that nobody reads an answer beside its prediction.

    That is the next result after a prediction, or the beginning of the section that shows it: what a cell computes, or
    a picture in the same section or where the lesson comes back to the prediction.
    """
    again = {part.id for part in lesson.parts if isinstance(part, Asked) and part.again}
    found, asked = [], None
    for part in lesson.parts:
        if isinstance(part, Asked) and part.expects:
            asked = part
        elif asked and _answers(part, asked.id in again or part.section == asked.section):
            of_section = (one for one in lesson.parts if one.section == part.section)
            found.append(part if part.section == asked.section else next(of_section))
            asked = None
    return found


#: More words than stand on one page, so that what follows them is on another page than what is before them.
MORE_THAN_A_PAGE = 600


def _follows(body: list[str]) -> str:
    """The class of pictures that need no new page, because the last prediction is more than a page away."""
    after = re.sub("<[^>]+>", " ", "".join(body).rpartition('class="predict"')[2])
    return " follows" if len(after.split()) > MORE_THAN_A_PAGE else ""


#: Words of a section that may stand together before a turn of the page.
MOST_TOGETHER = 170


def _together(section: list[str]) -> list[str]:
    """The parts of a section with the turn after them; what leads to its prediction stays on the same page.

    Without this the paper would break before the question, and leave it alone on a page between two breaks.
    """
    first = len(section)
    while first and _is_short(section[first - 1 :]):
        first -= 1
    leads = "".join(section[first:])
    return [*section[:first], f'<div class="together">{leads}{_TURN}</div>{_NEXT}']


def _is_short(parts: list[str]) -> bool:
    text = "".join(parts)
    return not re.search("<(?:img|table|pre)\\b", text) and len(re.sub("<[^>]+>", " ", text).split()) <= MOST_TOGETHER


def _answers(part: Part, is_about_it: bool) -> bool:
    """Whether a part can tell what the prediction before it asked for; filled pictures stand at the end anyway."""
    if isinstance(part, Picture):
        return is_about_it and not part.waits and not part.after
    return isinstance(part, Shown | Printed)


_TURN = '<div class="turn" role="note"><p>Written down what you expect? Then turn the page.</p></div>'
_NEXT = '<div class="next"></div>'
_NOTE = (
    '<p class="note"><strong>On paper:</strong> where the text says <em>move</em>, <em>press</em> or <em>drag</em>, '
    "use the live panel of the kit. Write your answers on the lines; the kit checks them.</p>"
)
_FOOT = f"B-cell depletion teaching kit, version {__version__}. {NOT_ADVICE} Lessons and pictures: CC BY 4.0."


def _prompt(lesson: Lesson, waits: str) -> str:
    return next((part.prompt for part in lesson.parts if isinstance(part, Picture) and part.waits == waits), "")


def told(part, waiting: Mapping[str, int] = MappingProxyType({})) -> str:
    """One part on paper."""
    match part:
        case Prose(text=text):
            return prose.for_paper(text)
        case Picture(waits=waits) if waits:
            number = waiting.get(waits)
            hint = f'<p class="note">When you have answered, compare with picture {number} at the end.</p>'
            return (
                f'<section class="predict">{lines.waits(part.prompt, part.options)}{_figure(part, "", "")}'
                f"{hint if number else ''}</section>"
            )
        case Picture():
            return _figure(part, "", "")
        case Shown(html=table):
            return f'<div class="table">{table}</div>'
        case Printed(text=text):
            return f"<pre>{prose.escaped(text)}</pre>"
        case Code(source=source):
            return f'<p class="note">In the lesson you change a number here:</p><pre>{prose.escaped(source)}</pre>'
        case Asked():
            return lines.asked(part.id, part.expects, part.again)
    return ""


def _figure(part: Picture, label: str, asked: str) -> str:
    """A picture with its words as alternative text, and the same words as sentences under it."""
    heading = ". ".join(filter(None, [label, "" if part.waits else _question_of(part)]))
    head = f"<strong>{prose.escaped(heading)}{'' if heading.endswith('?') else '.'}</strong> " if heading else ""
    asked = f"<em>{prose.escaped(asked)}</em> " if asked else ""
    words = "" if part.waits else prose.escaped(part.words)
    caption = f'<p class="caption">{head}{asked}{words}</p>' if head or asked or words else ""
    png = crop.cropped(part.png, part.words) if part.panel else part.png
    # Not <figure>: printed, it is a picture around the picture, and one without words for whoever cannot see it.
    return f'<div class="figure" role="group">{prose.picture(png, part.words)}{caption}</div>'


def _question_of(part: Picture) -> str:
    """What the panel of a picture asks; '' for a picture without a panel."""
    from teaching.panels.catalogue import GALLERY

    return GALLERY[part.panel].question if part.panel in GALLERY else ""
