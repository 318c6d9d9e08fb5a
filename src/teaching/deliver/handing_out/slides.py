"""Slides of each lesson's projector core: one HTML file a lesson that holds everything, and a page of notes beside it.

A page of our own and not reveal.js: a deck needs a few keys and a printed page a slide, which is two small files here.
reveal.js would be a foreign script with its own themes and plugins, to be brought along and kept up to date.

The lecturer's five lines tell the surprise, so they never stand in the file that is projected or handed out. They are
in `for_lecturers/`, which shows them beside the list of slides and turns the deck in its other window.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from teaching import __version__
from teaching.deliver.handing_out import crop, folder, lessons, notes, prose
from teaching.deliver.handing_out.lessons import Asked, Lesson, Part, Picture, Printed, Prose, Shown
from teaching.deliver.site.sources import NOT_ADVICE
from teaching.inputs import shortened
from teaching.learning.answers import Question, question
from teaching.saving import save_whole

PAGES = Path(__file__).parent / "page"
NOTES = "for_lecturers"
INDEX = "index.html"
APP = "http://127.0.0.1:8866"
#: How many words a slide holds that is read from the last row.
MOST_WORDS = 75
#: A paragraph of so many words stands on the slide of the table, or of the question, that follows it.
TABLE_LEAD, QUESTION_LEAD = 32, 24
#: The same for a curve to draw, which has no options under it.
DRAWN_LEAD = 45
#: A last piece of prose so short stays with the one before it, which may grow to so many words.
SHORT_END, WITH_ITS_END = 27, 96
#: How many rows of a table the last row of a room can read; a longer table goes on on the next slide.
MOST_ROWS = 8
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z*\"(])")


@dataclass(frozen=True)
class Slide:
    """One slide: its kind for the style, what stands above it, its title, its body as HTML, and the panel to open."""

    kind: str
    over: str
    title: str
    body: str
    panel: str = ""
    preset: str = ""


def build(
    out: str | Path,
    paths: list[Path] | None = None,
    app: str = APP,
    site: str = "",
    say: Callable[[str], None] = print,
) -> list[Path]:
    """Writes a deck for every lesson, and a list of them, into the new or empty folder `out`; returns the files.

    app, site: addresses of the running app and of the site, for links to live panels; '' for none of them. paths: the
    notebooks (default: all lessons); say: takes one line at a time. Notes are made where this copy of the kit has the
    lecturers' folder. Raises ValueError or OSError with one sentence.
    """
    app, site = address("app", app), address("site", site)
    folder.check(out)
    found = [lessons.read(path) for path in (lessons.all_paths() if paths is None else paths)]
    decks = {lesson.stem: slides_of(lesson) for lesson in found}
    place = folder.made(out)
    written = [
        save_whole(place / f"{one.stem}.html", deck(one, decks[one.stem], app, site)) for one in found
    ]  # fmt: skip
    written.append(save_whole(place / INDEX, contents(found)))
    try:
        lecturers = notes.folder()
    except ValueError as missing:
        say(f"The slides have no notes: {missing}")
        return written
    (place / NOTES).mkdir()
    for one in found:
        text = notes_page(one, decks[one.stem], notes.page_of(one.number, lecturers))
        written.append(save_whole(place / NOTES / f"{one.stem}.html", text))
    return written


def address(name: str, text: str) -> str:
    """An address without its last stroke, or ''; ValueError with one sentence for what no browser would open."""
    text = text.strip().rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    whole = parts.scheme in ("http", "https") and parts.hostname or parts.scheme == "file" and parts.path
    if not whole or re.search(r"[\s\"'<>]", text):
        raise ValueError(
            f"the address of the {name} is {shortened(text)}; it must begin with http://, https:// or file://."
        )
    return text


# --- what stands on the slides --------------------------------------------------------------------------


def slides_of(lesson: Lesson) -> list[Slide]:
    """The slides of a lesson's projector core, in their order."""
    name = f"Lesson {lesson.number} · {lesson.title}"
    advice = f"<p class='small'>{prose.escaped(NOT_ADVICE)}</p>"
    made = [Slide("title", "B-cell depletion", lesson.title, f"{prose.as_html(lesson.question)}{advice}")]
    if lesson.core_question:
        asked = lesson.core_question[0].upper() + lesson.core_question[1:]
        made.append(Slide("ask", name, "One question", prose.as_html(asked)))
    made += _core(lesson)
    return made + _take_home(lesson)


def _core(lesson: Lesson) -> list[Slide]:
    """The slides of the core's parts; prose after a picture leads to the same panel, where the hand is to be moved."""
    parts = lesson.core_parts()
    before = _picture_before(lesson, parts)
    panel = (before.panel, before.preset) if before else ("", "")
    made: list[Slide] = list(_slides(before)) if before else []
    words: list[str] = []  # prose that has no slide yet
    for place, part in enumerate(parts):
        after = parts[place + 1] if place + 1 < len(parts) else None
        if isinstance(part, Prose):
            words.append(prose.without_sources(prose.without_cells(part.text)))
            goes_on = isinstance(after, Prose) and after.section == part.section
            if goes_on:
                continue
            room = _room_for_a_lead(after) if after and after.section == part.section else 0
            pieces = packed("\n\n".join(filter(None, words)))
            lead = pieces.pop() if pieces and len(pieces[-1].split()) <= room else ""
            made += [
                Slide("prose", "", part.section.heading, prose.as_html(one), *panel) for one in _ended(pieces)
            ]  # fmt: skip
            words = [lead] if lead else []
            continue
        if isinstance(part, Picture) and part.panel:
            panel = (part.panel, part.preset)
        found = list(_slides(part))
        if words and found:
            found[0] = replace(found[0], body=f'<div class="lead">{prose.as_html(words[0])}</div>{found[0].body}')
        made += found
        words = []
    return made


def _room_for_a_lead(part: Part) -> int:
    """How many words may stand above what a part shows, on its slide."""
    if isinstance(part, Asked) or (isinstance(part, Picture) and part.waits):
        return DRAWN_LEAD if isinstance(part, Picture) and not part.options else QUESTION_LEAD
    return TABLE_LEAD if isinstance(part, Shown) else 0


def _picture_before(lesson: Lesson, core: list[Part]) -> Picture | None:
    """The panel's picture that the lesson showed last before a core that has none; the core speaks of it."""
    if any(isinstance(part, Picture) for part in core):
        return None
    before = lesson.parts[: lesson.parts.index(core[0])]
    return next((part for part in reversed(before) if isinstance(part, Picture) and part.panel), None)


def _slides(part: Part) -> Iterator[Slide]:
    over = part.section.heading
    match part:
        case Picture(waits=waits) if waits:
            options = _options(part.options) if part.options else "<p>Draw it, in the air or in the panel.</p>"
            yield Slide("ask", over, "Predict", f"<p>{prose.escaped(part.prompt)}</p>{options}")
            if not part.options:
                yield Slide("picture", over, "Where would it run?", _image(part), part.panel, part.preset)
        case Picture():
            yield Slide("picture", over, _question_of(part) or over, _image(part), part.panel, part.preset)
        case Shown(html=table):
            for one in _tables(table):
                yield Slide("table", "", over, one)
        case Printed(text=text):
            yield Slide("table", "", over, f"<pre>{prose.escaped(text)}</pre>")
        case Asked():
            one = question(part.id)
            title = "And now?" if part.again else "Vote" if part.expects else "Question"
            yield Slide("ask", over, title, _asked(one))


_ROWS = re.compile(r"(?<=<tbody>)(.*)(?=</tbody>)", re.S)
#: Words with a hyphen before their last letter, such as CAR-T: no line ends at it.
_CAR_T = re.compile(r"(?<![\w-])(\w+-\w)(?![\w-])(?=[^<>]*<)")


def _tables(table: str) -> list[str]:
    """A table in pieces that can be read from the last row, each with the head and about as many rows."""
    table = _CAR_T.sub(r'<span class="whole">\1</span>', table)
    body = _ROWS.search(table)
    rows = re.findall(r"<tr\b.*?</tr>", body[0], re.S) if body else []
    if "rowspan" in table or len(rows) <= MOST_ROWS:
        return [table]
    pieces = math.ceil(len(rows) / MOST_ROWS)
    each = math.ceil(len(rows) / pieces)
    made = [_ROWS.sub(lambda _, at=at: "".join(rows[at : at + each]), table) for at in range(0, len(rows), each)]
    return made[:1] + [one.replace("</caption>", " (continued)</caption>", 1) for one in made[1:]]


def _take_home(lesson: Lesson) -> list[Slide]:
    found = [part for part in lesson.parts if isinstance(part, Prose) and part.section.title == "Take home"]
    listed = re.search(r"(?:^\d+\. .+\n?)+", found[0].text, re.M) if found else None
    return [Slide("prose", lesson.title, "Take home", prose.as_html(listed[0]))] if listed else []


def packed(text: str, most: int = MOST_WORDS) -> list[str]:
    """Markdown in pieces of at most `most` words: whole paragraphs where they fit, else whole sentences.

    A list, a table or a formula is never cut, and what a line in bold announces stays with it, so a piece that holds
    one may be longer.
    """
    pieces: list[str] = []
    for block in _blocks(text):
        is_title = bool(pieces) and re.fullmatch(r"\*\*[^*\n]+\*\*|#+ [^\n]+", pieces[-1].split("\n\n")[-1])
        if pieces and (is_title or len(pieces[-1].split()) + len(block.split()) <= most):
            pieces[-1] += f"\n\n{block}"
        else:
            pieces.append(block)
    return pieces


def _ended(pieces: list[str]) -> list[str]:
    """The pieces, with a last one that would leave its slide nearly empty at the end of the one before."""
    if len(pieces) > 1 and len(pieces[-1].split()) <= SHORT_END:
        together = f"{pieces[-2]}\n\n{pieces[-1]}"
        if len(together.split()) <= WITH_ITS_END and not re.search(r"^\s*(?:[-*|]\s|\d+\.\s)|\$\$", together, re.M):
            return [*pieces[:-2], together]
    return pieces


def _blocks(text: str, most: int = MOST_WORDS) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text.strip()):
        whole = re.match(r"\s*(?:[-*|]\s|\d+\.\s|\||\$\$|#)", block) or "$" in block or len(block.split()) <= most
        if whole:
            if block.strip():
                yield block
            continue
        # Pieces of about the same length, so that no slide is left with the last half line.
        enough = 0.8 * len(block.split()) / math.ceil(len(block.split()) / most)
        piece = ""
        for sentence in _SENTENCE.split(block):
            is_full = len(piece.split()) >= enough or len(f"{piece} {sentence}".split()) > most
            if piece and is_full and piece.count("*") % 2 == 0:
                yield piece
                piece = sentence
            else:
                piece = f"{piece} {sentence}".strip()
        yield piece


def _options(options) -> str:
    items = "".join(f"<li>{prose.escaped(one)}</li>" for one in options)
    return f'<ol class="options">{items}</ol>'


def _asked(one: Question) -> str:
    told = f"<p>{prose.escaped(one.prompt)}</p>"
    if one.options:
        return told + _options(one.options)
    if one.kind == "marker":
        return f"{told}<p class='small'>Between {one.low} and {one.high:,} {prose.escaped(one.unit)}</p>"
    if one.unit:
        return f"{told}<p class='small'>In {prose.escaped(one.unit)}</p>"
    items = "".join(f"<li>{prose.escaped(item)}</li>" for item in (*one.phrases, *one.cards))
    places = ", ".join((*one.labels, *one.bins))
    return f"{told}<ul>{items}</ul><p class='small'>{prose.escaped(places)}</p>" if items else told


def _image(part: Picture) -> str:
    return prose.picture(crop.cropped(part.png, part.words) if part.panel else part.png, part.words)


def _question_of(part: Picture) -> str:
    from teaching.panels.catalogue import GALLERY

    return GALLERY[part.panel].question if part.panel in GALLERY else ""


# --- pages ----------------------------------------------------------------------------------------------


def deck(lesson: Lesson, made: list[Slide], app: str, site: str) -> str:
    """The deck as one page; without a script its slides stand one below the other."""
    name = f"Lesson {lesson.number} · {lesson.title}"
    sections = [_section(one, place, len(made), name, app, site) for place, one in enumerate(made, start=1)]
    help_line = (
        '<p class="help">Arrow keys turn the pages · F: full screen · Home, End · P: print, one slide a page</p>'
    )
    body = f'<main id="deck">{"".join(sections)}</main>{help_line}<p id="told" role="status" class="hidden"></p>'
    return prose.page(name, body, _read("slides.css"), _read("slides.js"), kind="deck")


def _section(one: Slide, place: int, count: int, name: str, app: str, site: str) -> str:
    over = f'<p class="over">{prose.escaped(one.over)}</p>' if one.over else ""
    tag = "h1" if one.kind == "title" else "h2"
    return (
        f'<section class="slide {one.kind}" id="slide-{place}" aria-label="Slide {place} of {count}">'
        f'<div class="fit">{over}<{tag}>{prose.escaped(one.title)}</{tag}>'
        f'<div class="body">{one.body}</div></div>'
        f'<p class="foot"><span>{prose.escaped(name)}</span>{_live(one, app, site)}<span>{place} / {count}</span></p>'
        "</section>\n"
    )


def _live(one: Slide, app: str, site: str) -> str:
    """Links to the live panel with its case: in the running app, and on the site."""
    if not one.panel:
        return ""
    from teaching.panels.catalogue import DESKS, GALLERY

    # A desk has no names for its cases in links.
    case = quote_plus(one.preset) if one.preset and one.panel not in DESKS else ""
    at_app = f"{app}/?panel={one.panel}&case={case}" if case else f"{app}/panel/{one.panel}"
    at_site = f"{site}/panels/{one.panel}.html" + (f"#case={case}" if case else "")
    links = [
        f'<a href="{prose.escaped(place)}" target="_blank" rel="noopener">{name}</a>'
        for name, place, there in (("app", at_app, app), ("site", at_site, site))
        if there
    ]
    case = f", case {prose.escaped(one.preset)}" if one.preset else ""
    told = f"Live panel {prose.escaped(GALLERY[one.panel].title)}{case}"
    return f'<span class="live">{told}{": " if links else ""}{" · ".join(links)}</span>'


def contents(found: list[Lesson]) -> str:
    """The list of all decks."""
    items = "".join(
        f'<li><a href="{one.stem}.html">{prose.escaped(f"{one.number} · {one.title}")}</a>'
        f"<p>{prose.escaped(one.core_question)}</p></li>"
        for one in found
    )
    body = (
        "<main><h1>Ten minutes and a projector</h1><p>The projector core of each lesson. Arrow keys turn the pages, F "
        f"fills the screen, P prints one slide a page.</p><ol class='decks'>{items}</ol></main>"
        f"<footer><p>B-cell depletion teaching kit, version {__version__}. {NOT_ADVICE}</p></footer>"
    )
    return prose.page("Slides", body, _read("slides.css"), kind="contents")


def notes_page(lesson: Lesson, made: list[Slide], page: str) -> str:
    """What a lecturer has on the own screen: the five lines, and the list of slides, which turns the deck."""
    told = prose.as_html(notes.before_class(page)) if page else "<p>Nobody has written this page yet.</p>"
    items = "".join(
        f'<li><button type="button" data-slide="{place}">{prose.escaped(one.title)}</button></li>'
        for place, one in enumerate(made, start=1)
    )
    name = f"Lesson {lesson.number} · {lesson.title}"
    body = (
        f'<main><h1>{prose.escaped(name)}: notes</h1><p class="warning"><strong>For lecturers: not to be projected.'
        '</strong></p><p><button type="button" id="open" '
        f'data-deck="../{lesson.stem}.html">Open the slides in a second window</button> Arrow keys here turn its '
        "pages.</p>"
        f'<p id="told" role="status"></p><div class="columns"><div>{told}</div><ol class="turn">{items}</ol></div>'
        "</main>"
    )
    return prose.page(f"Notes: {name}", body, _read("slides.css"), _read("slide_notes.js"), kind="notes")


def _read(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")
