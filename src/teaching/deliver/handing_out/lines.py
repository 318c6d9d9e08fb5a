"""A question on paper: what is asked, and lines, boxes, a scale or axes to answer it with a pen. Knows no answer."""

from __future__ import annotations

import math

from teaching.deliver.handing_out.prose import escaped
from teaching.learning.answers import Question, question
from teaching.learning.rules import format_number

BOX = '<span class="box" aria-hidden="true"></span>'
LINE = '<div class="line"></div>'
#: Words that a hand writes on one line of A4, and lines for a text of no stated length.
_WORDS_A_LINE, _LINES = 12, 4
#: Size of the drawn scales and axes [px of their own].
_WIDE, _HIGH = 640, 250


def asked(question_id: str, expects: bool, again: bool) -> str:
    """A question as HTML for paper; the second time it is named, with one line for the new answer."""
    one = question(question_id)
    if again and not expects:
        return (
            '<div class="question again"><p><strong>Back to your prediction:</strong> '
            f"{escaped(one.prompt)}</p><p>What would you say now, and why?</p>{LINE * 2}</div>"
        )
    head = "Predict" if expects else "Question"
    return f'<div class="question"><p><strong>{head}:</strong> {escaped(one.prompt)}</p>{_room(one)}</div>'


def waits(prompt: str, options: tuple[str, ...]) -> str:
    """What a picture asks before it shows itself, with boxes for its options, or a word on drawing."""
    room = boxes(options) if options else "<p>Draw your curve into the picture.</p>"
    return f'<div class="question"><p><strong>Predict:</strong> {escaped(prompt)}</p>{room}</div>'


def boxes(options) -> str:
    """Options, each with a box to tick."""
    return f'<ul class="boxes">{"".join(f"<li>{BOX} {escaped(one)}</li>" for one in options)}</ul>'


def _room(one: Question) -> str:
    return _ROOMS[one.kind](one)


def _number(one: Question) -> str:
    return (
        f'<p class="answer">Answer: <span class="gap"></span> {escaped(one.unit)}</p><p>How you came to it:</p>{LINE}'
    )


def _text(one: Question) -> str:
    return LINE * (max(2, math.ceil(one.words[1] / _WORDS_A_LINE)) if one.words else _LINES)


def _marker(one: Question) -> str:
    ends = [one.low + (one.high - one.low) * step / 10 for step in range(11)]
    places = [20 + (_WIDE - 40) * step / 10 for step in range(11)]
    ticks = "".join(f'<path d="M{x:.1f} 22v{16 if n % 5 else 24}"/>' for n, x in enumerate(places))
    numbers = "".join(
        f'<text x="{places[n]:.1f}" y="62" text-anchor="{where}">{escaped(format_number(ends[n]))}</text>'
        for n, where in ((0, "start"), (5, "middle"), (10, "end"))
        if ends[n] == round(ends[n])  # half a thing is no place on a scale of things
    )
    words = f"A scale from {format_number(one.low)} to {format_number(one.high)} {one.unit}, to be marked"
    return (
        f'<svg class="scale" viewBox="0 0 {_WIDE} 70" role="img" aria-label="{escaped(words)}">'
        f'<path d="M20 30H{_WIDE - 20}"/>{ticks}{numbers}</svg><p>Mark your place: {escaped(one.unit)}</p>'
    )


def _curve(one: Question) -> str:
    left, right, top, bottom = 70, _WIDE - 20, 12, _HIGH - 46
    across, up = one.across, one.up
    lines, words = [], []
    for share, told in _ticks(across):
        x = left + (right - left) * share
        lines.append(f"M{x:.1f} {top}V{bottom}")
        words.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{escaped(told)}</text>')
    for share, told in _ticks(up):
        y = bottom - (bottom - top) * share
        lines.append(f"M{left} {y:.1f}H{right}")
        words.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{escaped(told)}</text>')
    names = [f"{axis['label']}, {axis['unit']}" for axis in (across, up)]
    words.append(
        f'<text x="{(left + right) / 2}" y="{_HIGH - 8}" text-anchor="middle">{escaped(names[0])}</text>'
        f'<text x="14" y="{(top + bottom) / 2}" text-anchor="middle" '
        f'transform="rotate(-90 14 {(top + bottom) / 2})">{escaped(names[1])}</text>'
    )
    label = escaped(f"Empty axes to draw on: {names[0]}; {names[1]}")
    return (
        f'<svg class="axes" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{label}"><path d="{" ".join(lines)}"/>'
        f"{''.join(words)}</svg><p>Draw your curve.</p>"
    )


def _ticks(axis: dict) -> list[tuple[float, str]]:
    """(share of the axis, its number in words): the powers of ten of a log axis, else fifths."""
    low, high = axis["low"], axis["high"]
    if not axis.get("log"):
        return [(n / 5, format_number(low + (high - low) * n / 5)) for n in range(6)]
    wide = math.log10(high / low)
    powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    return [((power - math.log10(low)) / wide, format_number(10.0**power)) for power in powers]


def _mark(one: Question) -> str:
    phrases = "".join(f"<li>{escaped(phrase)}</li>" for phrase in one.phrases)
    said = f"<p>{escaped(one.reference)}</p>" if one.reference else ""
    nowhere = f" The place may be <em>{escaped(one.nowhere)}</em>." if one.nowhere else ""
    rows = "".join(f'<tr><th scope="row">{escaped(label)}</th><td></td></tr>' for label in one.labels)
    return (
        f'<ol class="phrases">{phrases}</ol>{said}<p>Write the number of the phrase beside each label.{nowhere}</p>'
        f'<table class="fill"><thead><tr><th scope="col">label</th><th scope="col">phrase</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _sort(one: Question) -> str:
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in one.bins)
    rows = "".join(
        f'<tr><th scope="row">{escaped(card)}</th>{f"<td>{BOX}</td>" * len(one.bins)}</tr>' for card in one.cards
    )
    return f'<table class="fill"><thead><tr><th scope="col">card</th>{head}</tr></thead><tbody>{rows}</tbody></table>'


_ROOMS = {
    "option": lambda one: boxes(one.options),
    "number": _number,
    "text": _text,
    "marker": _marker,
    "curve": _curve,
    "mark": _mark,
    "sort": _sort,
}
