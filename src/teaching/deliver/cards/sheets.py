"""The sheets of lesson 10 that hold facts: role cards, a page of icon arrays for each therapy, and costs; HTML.

No number is written here: all of them come from roles.csv, benefit_risk.csv and costs.csv.
"""

from __future__ import annotations

from html import escape

from teaching import tables
from teaching.deliver.cards.citing import short
from teaching.deliver.cards.marks import MARKS, icon_svg, mark_svg
from teaching.evidence.icons import IconArray, icons, icons_in_words
from teaching.tables_benefit import EVENTS, GRADES, OPTIONS, Figure, figures_of
from teaching.tables_costs import MATTERS, TOLD_BY, CostRow, costs
from teaching.tables_roles import CHOICES, number_in_words, roles
from teaching.words import percent, whole

#: What stands on the page of each therapy: the event and its grade.
SHOWN = (
    ("remission", ""),
    ("relapse", ""),
    ("infection", ""),
    ("crs", "3+"),
    ("low_igg", ""),
    ("t_cell_malignancy", ""),
)
#: Said once on a page, because it holds for every number in italics there.
_CANCER = "Counted in cancer: this does not carry over to autoimmune disease. "
_THERAPIES = tuple(therapy for choice in CHOICES.values() for therapy in choice)


def role_cards() -> str:
    """The four cards, two on a page, to be cut apart."""
    cards = "".join(
        f'<article class="card"><h2>{escape(one.name)}</h2><p>{escape(one.who)}</p>'
        f"<p><strong>Wants:</strong> {escape(one.wants)}</p><h3>Knows</h3><ul>"
        + "".join(f"<li>{escape(k.text)} {short(k.source, k.confidence)}</li>" for k in one.knows)
        + f'</ul><p class="asks">“{escape(one.asks)}”</p></article>'
        for one in roles().values()
    )
    return f'<section class="sheet cards" aria-label="Four role cards">{cards}</section>'


def figure_of(therapy: str, event: str, grade: str, population: str) -> Figure | None:
    """The figure that is shown of one therapy, event and population; None where the table has none."""
    grades = grade or None
    return next((one for one in figures_of(therapy, event, grades, population) if one.shown), None)


def option_sheets() -> str:
    """A page of six icon arrays for each therapy of Mara's options, and one for waiting."""
    pages = []
    for choice, therapies in CHOICES.items():
        for therapy in therapies:
            words = OPTIONS[therapy].words
            title = f"{choice[0].upper()}{choice[1:]}"
            below = "" if words in choice else f'<p class="which">{escape(words)}</p>'
            boxes = "".join(_box(therapy, event, grade) for event, grade in SHOWN)
            pages.append(_sheet(title, below, boxes))
        if not therapies:
            boxes = "".join(_waiting_box(event, grade) for event, grade in SHOWN)
            below = (
                '<p class="which">Go on with the usual drugs. No row of this kit follows people like Mara who wait.</p>'
            )
            pages.append(_sheet(f"{choice[0].upper()}{choice[1:]}", below, boxes))
    return "".join(pages)


def _sheet(title: str, below: str, boxes: str) -> str:
    cancer = (
        '<p class="cancer">What stands in italics was counted in cancer. It does not carry over to autoimmune disease, '
        "and the pictures leave it out.</p>"
        if 'class="cancer"' in boxes
        else ""
    )
    legend = "".join(f"<li>{mark_svg(kind)} {escape(words)}</li>" for kind, words in MARKS.items())
    return (
        f'<section class="sheet option"><h2>{escape(title)}: of a hundred people</h2>{below}'
        f'<div class="boxes">{boxes}</div>{cancer}<ul class="legend">{legend}</ul></section>'
    )


def _name(event: str, grade: str) -> str:
    words = EVENTS[event].words
    return f"{words[0].upper()}{words[1:]}{f', {GRADES[grade]}' if grade else ''}"


def _told(figure: Figure) -> str:
    """What `icons_in_words` says, without what the page says already: event, therapy, and what cancer cannot tell."""
    words = icons_in_words(figure).partition(": ")[2].replace(_CANCER, "")
    return f"{words[0].upper()}{words[1:]}"


def _box(therapy: str, event: str, grade: str) -> str:
    mine, cancer = (figure_of(therapy, event, grade, population) for population in ("autoimmune", "cancer"))
    picture = icon_svg(icons(mine), icons_in_words(mine), mine.kind == "impossible")
    words = f"<p>{escape(_told(mine))}</p>{_about(mine)}"
    if cancer is not None:
        words += f'<p class="cancer">In cancer: {escape(_told(cancer))}</p>{_about(cancer)}'
    return f"<figure><h3>{escape(_name(event, grade))}</h3>{picture}<figcaption>{words}</figcaption></figure>"


def _about(figure: Figure) -> str:
    parts = []
    if figure.definition:
        parts.append(f"In the words of the study: {figure.definition}.")
    if figure.followup_months:
        parts.append(f"Watched for {whole(figure.followup_months, 1)} months or longer.")
    about = f"<small>{escape(' '.join(parts))}</small> " if parts else ""
    return about + (short(figure.source, figure.confidence) if figure.source else "")


def _waiting_box(event: str, grade: str) -> str:
    name = _name(event, grade)
    words = f"{name}, while waiting: unknown. No row of this kit's table counts it."
    beside = []
    for therapy in ("rituximab", "obinutuzumab"):
        figure = figure_of(therapy, event, grade, "autoimmune")
        if figure is not None and figure.control is not None:
            control = figure.control
            told = f"{control[0]} of {control[1]} patients" if isinstance(control, tuple) else percent(control, 3)
            text = f"In the control arm beside {therapy} it was {told}; those were other patients."
            beside.append(f"<p>{escape(text)}</p>{_about(figure)}")
    picture = icon_svg(IconArray(unknown=100), words)
    caption = f"<p>Unknown. No row of this kit's table counts it.</p>{''.join(beside)}"
    return f"<figure><h3>{escape(name)}</h3>{picture}<figcaption>{caption}</figcaption></figure>"


def cost_sheet() -> str:
    """Every row of costs.csv for Mara's options, by what it is about; with place, year and who says it."""
    rows = [row for row in costs().values() if set(row.therapy) & set(_THERAPIES)]
    parts = []
    for matter, words in MATTERS.items():
        lines = "".join(_cost_line(row) for row in rows if row.matter == matter)
        if lines:
            title = f"{words[0].upper()}{words[1:]}"
            parts.append(
                f'<tbody><tr class="matter"><th colspan="4" scope="rowgroup">{escape(title)}</th></tr>{lines}</tbody>'
            )
    head = "".join(f'<th scope="col">{word}</th>' for word in ("what it is", "how much", "where and when", "not known"))
    return (
        '<section class="sheet costs"><h2>What it costs: money, time and access</h2>'
        "<p>A price on a list is not what is paid: discounts are confidential. Prices of other years, places and "
        "diseases cannot be added up or compared one by one.</p>"
        f"<table><thead><tr>{head}</tr></thead>{''.join(parts)}</table></section>"
    )


def _cost_line(row: CostRow) -> str:
    whom = " · ".join(OPTIONS[one].words for one in row.therapy if one in _THERAPIES)
    much = number_in_words(row.cost) if row.kind in ("amount", "range") else "unknown" if row.kind == "unknown" else "–"
    disease = "" if row.population == "autoimmune" else " (cancer)"
    when = f"{row.place}{f', {row.year}' if row.year else ''}{disease}"
    told = f"<br><small>{escape(TOLD_BY[row.told_by])}</small>" if row.told_by else ""
    source = f"<br>{short(row.source, row.confidence)}" if row.source else ""
    return (
        f"<tr><td>{escape(row.includes)}<br><small>{escape(whom)}</small>{source}</td><td>{escape(much)}</td>"
        f"<td>{escape(when)}{told}</td><td>{escape(row.not_known)}</td></tr>"
    )


def sources_used() -> set[str]:
    """Keys of all sources on these sheets."""
    used = {key for one in roles().values() for known in one.knows for key in known.source}
    for event, grade in SHOWN:
        for therapy in _THERAPIES:
            for population in ("autoimmune", "cancer"):
                figure = figure_of(therapy, event, grade, population)
                used |= set(figure.source) if figure else set()
    used |= {key for row in costs().values() if set(row.therapy) & set(_THERAPIES) for key in row.source}
    return used


def confidence_words() -> str:
    """What the words of confidence mean, in one paragraph."""
    meaning = "; ".join(
        f"<em>{word}</em>: {escape(text)}" for word, text in tables.CONFIDENCE.items() if word != "recalled"
    )
    return f"<p><small>{meaning}.</small></p>"
