"""The sheets of lesson 10 that are empty and are filled by hand: decision table, the four steps, the rubric; HTML."""

from __future__ import annotations

from html import escape

from teaching.tables_roles import CHOICES, ROLES

CRITERIA = (
    "How likely is remission?",
    "How long does it last?",
    "How rare is serious infection?",
    "How few days in hospital and on the way?",
    "How little does it cost all of us?",
    "How sure are we of all this?",
)
#: What is looked at, and how it looks when it is there; no row asks which option was chosen.
RUBRIC = (
    ("Goal", "It says what Mara wants, in words that she would use."),
    ("Number", "It uses a number with its numerator, denominator and source."),
    (
        "Unknown",
        "It names something that nobody has counted, and what would have to be watched, in whom and for how long.",
    ),
    ("Price", "It says what the choice costs, in money or in days, with place and year."),
    ("The others", "It tells fairly what another role said, also when it was not followed."),
    ("Doubt", "It names the one number that, if it were different, would change the choice."),
    ("Movement", "It says what moved the writer, or why nothing did, after the others were heard."),
)
_STEPS = (
    ("Deal", "One role card for each person; in a group of more than four, several people share a card."),
    (
        "Commit",
        "Read your own card and the pages with the hundred people. Choose alone, write it down and fold the sheet.",
    ),
    ("Hear", "One after another reads the own card aloud. Nobody answers until all four were heard."),
    ("Revise", "Choose again: the same option or another one. Write down what moved you."),
    ("Look", "The room makes two rows of marks on the board, before and after. Who moved, and by what?"),
)


def _lines(count: int) -> str:
    return '<div class="line"></div>' * count


def _boxes() -> str:
    return "".join(f'<li><span class="box"></span> {escape(name)}</li>' for name in CHOICES)


def _choice(title: str, more: str) -> str:
    return (
        f'<h3>{title}</h3><ul class="tick">{_boxes()}</ul>'
        f'<p>How sure are you, from 0 to 100? <span class="blank"></span></p>{more}'
    )


def first_sheet() -> str:
    """What lies in this pile of paper, and how an hour with it goes."""
    steps = "".join(f"<li><strong>{word}.</strong> {escape(text)}</li>" for word, text in _STEPS)
    return (
        '<section class="sheet"><h1>What would you choose with Mara?</h1>'
        "<p>Lesson 10 of the B-cell depletion teaching kit, on paper. Mara is invented; the numbers are not. "
        "<strong>There is no right answer here, and nothing here is treatment advice.</strong></p>"
        f"<h2>How it goes</h2><ol>{steps}</ol>"
        "<h2>What is in this file</h2><ul><li>four role cards, to be cut apart</li><li>a page for each therapy that "
        "Mara could choose, and one for waiting; each shows a hundred people for six events</li><li>what is known of "
        "costs, time and access</li><li>an empty decision table, a sheet for each person, and the rubric</li><li>all "
        "sources</li></ul><p>Print on A4, one side. Each person needs one sheet to write on; all else is shared.</p>"
        "</section>"
    )


def decision_sheet() -> str:
    """The decision table as an empty grid, with what to do with it."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in CHOICES)
    cells = "<td></td>" * (len(CHOICES) + 1)
    rows = "".join(f'<tr><th scope="row">{escape(words)}</th>{cells}</tr>' for words in (*CRITERIA, "", ""))
    return (
        '<section class="sheet decision"><h2>Decision table</h2><p>Give each question a weight from 0 to 10, and each '
        "option a score from 0 to 10 on it; 10 is best. Cross out questions that are not yours, and add your own. "
        "Multiply each score by its weight, add up each column, and divide by the sum of the weights.</p>"
        f'<table class="grid"><thead><tr><th scope="col">question</th><th scope="col">weight</th>{head}</tr></thead>'
        f'<tbody>{rows}<tr><th scope="row">weighted mean</th>{cells}</tr></tbody></table>'
        "<p>Where did you have no number, and what did you write there instead?</p>"
        + _lines(2)
        + "<p>Which single score or weight, if it were different, would put another option first? How far would it "
        "have to move?</p>" + _lines(3) + "</section>"
    )


def person_sheet() -> str:
    """Commit, hear, revise, what moved me: one page for each person."""
    cards = "".join(f'<li><span class="box"></span> {escape(name)}</li>' for name in ROLES.values())
    heard = "".join(
        f"<p>Another role, <span class='blank'></span>, said:</p>{_lines(1)}" for _ in range(len(ROLES) - 1)
    )
    moved = "<p>What moved me: which fact, or which person? Or why did nothing move me?</p>" + _lines(3)
    return (
        '<section class="sheet person"><h2>Commit · hear · revise · what moved me</h2>'
        f'<p>Name, if you like: <span class="blank wide"></span></p><p>My card:</p><ul class="tick">{cards}</ul>'
        + _choice("1 · Commit", "<p>One reason:</p>" + _lines(2))
        + '<p>Signed at <span class="blank"></span> o’clock. Nothing above the fold is changed after this.</p>'
        '<p class="fold">fold here</p>'
        f"<h3>2 · Hear</h3>{heard}" + _choice("3 · Revise", moved) + "</section>"
    )


def rubric_sheet() -> str:
    """The rubric: for the writer first, then for a neighbour; which option was chosen counts for nothing."""
    head = "".join(f'<th scope="col">{word}</th>' for word in ("", "it is there when", "yes", "in part", "not yet"))
    rows = "".join(
        f'<tr><th scope="row">{word}</th><td>{escape(text)}</td><td></td><td></td><td></td></tr>'
        for word, text in RUBRIC
    )
    return (
        '<section class="sheet rubric"><h2>Rubric</h2><p>Score your own sheet first, then exchange it with somebody. '
        "Which option was chosen counts for nothing: two people with opposite choices can both have all rows.</p>"
        f'<table class="grid"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "<p>One thing that I would write differently now:</p>" + _lines(3) + "</section>"
    )
