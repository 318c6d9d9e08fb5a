"""The page of pictures of a class: what was predicted, which wrong ideas were met, what was written.

One HTML file without script, and nobody's name in it. Everything a student wrote goes in as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from html import escape

from teaching.deliver.collect.pictures import bars, dots, lines
from teaching.learning.class_reports import ClassReport
from teaching.learning.class_tally import Tally, ideas_met, summary, tallies
from teaching.learning.naming import idea_in_words, lesson_in_words

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Reports of a class</title><style>
:root {{ color-scheme: light; }}
body {{ font: 17px/1.5 system-ui, "Segoe UI", sans-serif; max-width: 58em; margin: 1.5em auto; padding: 0 1em;
 color: #1b1b1d; background: #fff; overflow-wrap: anywhere; }}
h2 {{ border-top: 3px solid #005a91; padding-top: .6em; margin-top: 2.2em; }}
section {{ border: 1px solid #9a9ca3; border-radius: 8px; padding: .6em 1em; margin: 1em 0; break-inside: avoid; }}
h3 {{ font-size: 1em; margin: .2em 0 .5em; }}
p {{ margin: .4em 0; }}
.bars {{ border-collapse: collapse; width: 100%; margin: .6em 0; }}
.bars caption {{ text-align: left; font-weight: 600; padding-bottom: .2em; }}
.bars th {{ text-align: left; font-weight: 400; width: 45%; padding: .15em .8em .15em 0; vertical-align: top; }}
.bars td {{ padding: .15em 0; vertical-align: top; }}
.bar {{ display: inline-block; height: 1em; min-width: 2px; background: #0072b2; margin-right: .4em;
 vertical-align: -.1em; }}
figure {{ margin: .6em 0; }}
svg {{ width: 100%; max-width: 640px; height: auto; display: block; }}
svg text {{ font-size: 15px; fill: #1b1b1d; }}
svg .axis {{ stroke: #55575d; fill: none; }}
svg circle {{ fill: #0072b2; fill-opacity: .75; }}
svg polyline {{ fill: none; stroke: #0072b2; stroke-opacity: .55; stroke-width: 2; }}
figcaption {{ font-size: .9em; }}
.own {{ white-space: pre-line; }}
summary {{ cursor: pointer; padding: .3em 0; min-height: 24px; }}
@media (max-width: 40em) {{ .bars th, .bars td {{ display: block; width: auto; }} svg text {{ font-size: 24px; }} }}
</style></head><body><h1>Reports of a class</h1><p>{about}</p>{left_out}{body}
<p>A model for teaching. Not treatment advice. Students saved these reports themselves; nobody has checked who sat
there. Wrong ideas stand here with what the kit says to them, so this page is for the lecturer.</p>
</body></html>
"""


def class_page(reports: Sequence[ClassReport], said: Sequence[str], now: datetime) -> str:
    """The page as text. reports: those that count; said: sentences about files that do not; now: when it is made."""
    found = tallies(reports)
    about = f"{now:%d %B %Y, %H:%M} \u00b7 {_several(len(reports), 'report')}, {_several(len(found), 'lesson')}."
    of = {lesson: [report for report in reports if report.lesson == lesson] for lesson in found}
    body = "".join(_lesson(lesson, made, of[lesson]) for lesson, made in found.items())
    return _PAGE.format(about=escape(about), left_out=_left_out(said), body=body)


def _left_out(said: Sequence[str]) -> str:
    if not said:
        return ""
    items = "".join(f"<li>{escape(words)}</li>" for words in said)
    head = f"What was left out or counted apart, and why ({len(said)})"
    return f"<details open><summary>{head}</summary><ul>{items}</ul></details>"


def _lesson(lesson: str, made: Sequence[Tally], reports: Sequence[ClassReport]) -> str:
    shown = [tally for tally in made if not tally.is_empty]
    students = len(reports)
    head = f"<h2>Lesson {escape(lesson_in_words(lesson))}</h2><p>{_several(students, 'student')}.</p>"
    untouched = len(made) - len(shown)
    rest = f"<p>Nobody has tried the other {untouched} questions.</p>" if untouched else ""
    return head + _all_ideas(reports) + "".join(_question(tally) for tally in shown) + rest


def _all_ideas(reports: Sequence[ClassReport]) -> str:
    """The wrong ideas of a lesson in one picture, those that most students met first."""
    met = [(idea_in_words(name), count) for name, count in ideas_met(reports)]
    label = "Known wrong ideas, and how many students met them"
    return f"<section>{bars(met, len(reports), label)}</section>" if met else ""


def _question(tally: Tally) -> str:
    parts = [f"<h3>{escape(tally.prompt)}</h3>"]
    if words := summary(tally):
        parts.append(f"<p>{escape(words)}</p>")
    if tally.counts:
        parts.append(bars(tally.counts, tally.students, "Predicted", tally.right))
    if tally.numbers:
        parts.append(dots(tally.numbers, tally.unit))
    if tally.curves:
        parts.append(lines(tally.curves, tally.unit))
    if tally.ideas:
        parts.append(
            bars([(idea_in_words(idea.name), count) for idea, count in tally.ideas], tally.students, "Wrong ideas met")
        )
        told = "".join(
            f"<li><b>{escape(idea_in_words(idea.name))}:</b> {escape(idea.words)}</li>"
            for idea, _ in tally.ideas
            if idea.words
        )
        if told:
            parts.append(f"<details><summary>What the kit says to them</summary><ul>{told}</ul></details>")
    if tally.sentences:
        own = "".join(f'<li class="own">{escape(words)}{_times(many)}</li>' for words, many in _alike(tally.sentences))
        parts.append(f"<details open><summary>In own words ({len(tally.sentences)})</summary><ul>{own}</ul></details>")
    return f"<section>{''.join(parts)}</section>"


def _alike(sentences: Sequence[str]) -> list[tuple[str, int]]:
    """(sentence, students who wrote just that) in the order of the reports."""
    return list(Counter(sentences).items())


def _times(many: int) -> str:
    return f" <b>({many} students)</b>" if many > 1 else ""


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
