"""Handouts, slides and lecturers' copies: the lesson in each, and no answer where students read."""

import copy
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import quote_plus

import nbformat
import pytest
import told_to_lecturers as told

from teaching.deliver.cli import main
from teaching.deliver.handing_out import (
    crop,
    folder,
    handout,
    key_figures,
    lecturer,
    lessons,
    lines,
    notes,
    pdf,
    prose,
    slides,
)
from teaching.deliver.handing_out.lessons import Asked, Picture, Printed, Prose, Shown
from teaching.learning import answers
from teaching.panels.catalogue import DESKS, GALLERY

pytest.importorskip("latex2mathml", reason="the extra 'site' is not installed")
PATHS = lessons.all_paths()
LESSONS = {path.stem: lessons.read(path) for path in PATHS}
#: What makes a browser ask for something: everything of it must be inside the page.
ASKS = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|track)\b[^>]*\bsrc\s*=\s*(?![\"']?data:)|<link\b[^>]*href=(?!\"data:)|"
    r"@import|url\((?![\"']?data:)|<object\b|\bfetch\(|XMLHttpRequest|<base\b",
    re.I,
)
of_a_full_clone = pytest.mark.skipif(not told.PAGES.exists(), reason="a student's copy has no instructor/")


@pytest.fixture(scope="module")
def papers():
    """Name -> page of every handout."""
    return {stem: handout.page_of(lesson) for stem, lesson in LESSONS.items()} | {"key figures": key_figures.page()}


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The folder of all decks."""
    out = tmp_path_factory.mktemp("decks") / "slides"
    slides.build(out, site="https://example.org/kit/", say=lambda line: None)
    return out


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """The folder of all lecturers' copies."""
    if not told.PAGES.exists():
        pytest.skip("a student's copy has no instructor/")
    out = tmp_path_factory.mktemp("copies") / "copies"
    lecturer.build(out, say=lambda line: None)
    return out


# --- a lesson taken apart -------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", LESSONS)
def test_every_question_picture_and_section_of_a_lesson_is_found(stem):
    lesson, source = LESSONS[stem], nbformat.read(next(p for p in PATHS if p.stem == stem), as_version=4)
    code = "\n".join(cell.source for cell in source.cells if cell.cell_type == "code")
    assert {part.id for part in lesson.parts if isinstance(part, Asked)} == set(
        re.findall(r'questions\.(?:predict|check)\(\s*"([^"]+)"', code)
    )
    found = [part for part in lesson.parts if isinstance(part, Picture)]
    stored = [out for cell in source.cells for out in cell.get("outputs", ()) if "image/png" in out.get("data", {})]
    assert len(found) == len(stored) and all(len(part.words) > 20 for part in found)
    waiting = {part.waits for part in found} - {""}
    assert waiting == set(re.findall(r'panels\.Predict\(\s*"([^"]+)"', code))
    assert waiting == {part.after for part in found} - {""}, "each is paid off by a filled picture"
    assert lesson.title and lesson.question and lesson.core_question and lesson.core
    assert all(part.cell > 0 for part in lesson.parts)


def test_a_notebook_without_a_title_or_a_core_is_refused_in_one_sentence(tmp_path):
    first = nbformat.v4.new_markdown_cell("No title")
    nbformat.write(nbformat.v4.new_notebook(cells=[first]), tmp_path / "12_odd.ipynb")
    with pytest.raises(ValueError, match=r"12_odd\.ipynb: the first cell does not begin with the title"):
        lessons.read(tmp_path / "12_odd.ipynb")
    first.source = "# 12 · Odd\n\n**Projector core (ten minutes):** section 7. One question: *why?*"
    nbformat.write(nbformat.v4.new_notebook(cells=[first]), tmp_path / "12_odd.ipynb")
    with pytest.raises(ValueError, match=r"'Projector core' of the first cell names no section"):
        lessons.read(tmp_path / "12_odd.ipynb")


@pytest.mark.parametrize(
    "line, wanted",
    [
        ("sections 3 to 5", [3, 4, 5]),
        ("section 5", [5]),
        ("sections 2 and 4", [2, 4]),
        ("the sections *Run* and *Ask*", [6]),
    ],
)
def test_the_core_is_what_its_line_names(tmp_path, line, wanted):
    first = f"# 12 · Odd\n\n**Projector core (ten minutes):** {line}. One question: *why?*"
    cells = [first, *(f"## {number} · {title}\n\nProse." for number, title in enumerate("abcdef", start=1))]
    cells[6] = "## 6 · Run\n\nProse."
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text) for text in cells])
    nbformat.write(notebook, tmp_path / "12_odd.ipynb")
    lesson = lessons.read(tmp_path / "12_odd.ipynb")
    assert [section.number for section in lesson.core] == wanted and lesson.core_question == "why?"


# --- students' and lecturers' copies agree but for the answers ------------------------------------------


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lecturers_copy_without_its_own_cells_is_the_students_lesson(copies, stem):
    student = nbformat.read(next(path for path in PATHS if path.stem == stem), as_version=4)
    made = nbformat.read(copies / f"{stem}.ipynb", as_version=4)
    nbformat.validate(made)
    added = [cell for cell in made.cells if lecturer.TAG in cell.metadata.get("tags", [])]
    made.cells = [cell for cell in made.cells if cell not in added]
    assert made == student
    text = told.letters("\n".join(cell.source.replace("\\", "") for cell in added))
    for name, pieces in told.of_questions().items():
        if name in {part.id for part in LESSONS[stem].parts if isinstance(part, Asked)}:
            assert all(piece in text for piece in pieces), name
    assert "minutes" in added[1].source or stem.startswith("00")
    assert told.letters(notes.before_class(notes.page_of(stem[:2], told.PAGES))) in text


def test_the_one_page_of_lecturers_holds_the_same_prose_as_the_handouts(copies, papers):
    page = (copies / lecturer.HTML).read_text(encoding="utf-8")
    own = re.sub(r'<div class="lecturer">.*?</div>(?=\n|<)', "", page, flags=re.S)
    plain = told.letters(own)
    for stem, lesson in LESSONS.items():
        for part in lesson.parts:
            if isinstance(part, Prose):
                words = told.letters(prose.for_paper(part.text))
                assert words in plain and words in told.letters(papers[stem])
    assert not told.given_away(own), "without its framed notes the page is fit for students"


def test_what_lecturers_get_is_found_by_the_search_that_students_copies_must_pass(copies):
    page = (copies / lecturer.HTML).read_text(encoding="utf-8")
    asked = {part.id for lesson in LESSONS.values() for part in lesson.parts if isinstance(part, Asked)}
    secrets = {name for name, pieces in told.of_questions().items() if pieces and name in asked}
    without = {name for name in asked if "answer" not in answers.entry_of(name)}  # nothing there is right or wrong
    assert len(secrets) > 60 and secrets >= asked - without
    assert secrets <= set(told.given_away(page))
    assert len(told.of_pages()) > 100


# --- no answer where students read ----------------------------------------------------------------------


def test_no_handout_gives_an_answer_away(papers):
    assert len(papers) == len(PATHS) + 1
    for name, page in papers.items():
        assert not told.given_away(page), name


def test_no_slide_gives_an_answer_away_and_notes_stand_apart(decks):
    pages = [path for path in decks.glob("*.html")]
    assert len(pages) == len(PATHS) + 1
    for path in pages:
        assert not told.given_away(path.read_text(encoding="utf-8")), path.name
    if told.PAGES.exists():
        for path in (decks / slides.NOTES).glob("*.html"):
            page = notes.page_of(path.stem[:2], told.PAGES)
            seen = told.letters(path.read_text(encoding="utf-8"))
            assert len(notes.five_lines(page)) == 5
            assert all(told.letters(line) in seen for line in notes.five_lines(page)), path.name


def test_no_lesson_page_of_the_site_gives_an_answer_away():
    from teaching.deliver.site import sources

    for path in PATHS:
        cells = nbformat.read(path, as_version=4).cells
        stored = [[dict(out) for out in cell.outputs] for cell in cells if cell.cell_type == "code"]
        assert not told.given_away(sources.lesson_page(path, stored, set(LESSONS))), path.name
    for name, text in sources.doc_pages(told.PROJECT, PATHS).items():
        assert not told.given_away(text), name


# --- on paper -------------------------------------------------------------------------------------------


def test_a_handout_has_no_control_and_asks_for_nothing(papers, decks):
    for name, page in papers.items():
        assert not re.search(r"<(?:button|input|select|textarea|details|script|canvas|iframe)\b", page), name
        assert not ASKS.search(page), name
        assert "default-src 'none'" in page and '<html lang="en">' in page
    for path in decks.rglob("*.html"):
        assert not ASKS.search(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("stem", LESSONS)
def test_every_picture_on_paper_has_its_words_and_comes_after_its_prediction(papers, stem):
    page = papers[stem]
    pictures = re.findall(r'<img [^>]*alt="([^"]*)"', page)
    assert len(pictures) == len([part for part in LESSONS[stem].parts if isinstance(part, Picture)])
    assert all(len(words) > 20 and "description" not in words for words in pictures)
    for part in LESSONS[stem].parts:
        if not isinstance(part, Picture):
            continue
        png = crop.cropped(part.png, part.words) if part.panel else part.png
        if part.after:
            assert page.index(png) > page.index("Pictures after your predictions")
        if not part.waits:
            under = re.search(rf"{re.escape(png)}.*?<p class=\"caption\">(.*?)</p>", page, re.S)[1]
            assert prose.escaped(part.words) in under


@pytest.mark.parametrize("stem", LESSONS)
def test_on_paper_what_answers_a_prediction_stands_after_the_turn_of_a_page(papers, stem):
    page, place, asked = papers[stem], 0, None
    again = {part.id for part in LESSONS[stem].parts if isinstance(part, Asked) and part.again}
    for part in LESSONS[stem].parts:
        if isinstance(part, Asked) and part.expects:
            place = page.index(lines.asked(part.id, True, False), place)
            asked, section = part.id, part.section
        shown = ""
        if isinstance(part, Shown):
            shown = part.html
        elif isinstance(part, Printed):
            shown = prose.escaped(part.text)
        elif isinstance(part, Picture) and not (part.waits or part.after) and asked:
            shown = prose.escaped(part.words) if asked in again or part.section == section else ""
        if shown and asked:
            assert "Then turn the page." in page[place : page.index(shown, place)], asked
            asked = None


def test_every_kind_of_question_has_room_for_a_pen():
    seen = set()
    for entry in answers._key().values():
        page = lines.asked(entry["id"], expects=False, again=False)
        assert prose.escaped(entry["prompt"]) in page
        assert re.search(r'class="(?:line|box|gap|scale|axes|fill)"', page), entry["id"]
        for word in (*entry.get("options", ()), *entry.get("cards", ()), *entry.get("labels", ())):
            assert prose.escaped(word) in page
        seen.add(entry["kind"])
    assert seen == {"option", "number", "marker", "text", "mark", "sort"} | seen & {"curve"}


def test_a_text_has_lines_for_as_many_words_as_may_be_kept():
    found = {entry["id"]: lines.asked(entry["id"], False, False).count(lines.LINE) for entry in answers._key().values()
             if entry["kind"] == "text"}  # fmt: skip
    assert found["11-letter"] >= 150 / 14, "a letter of 150 words by hand"
    for name, count in found.items():
        if most := answers.question(name).words[1:]:
            assert 14 * count >= most[0], name


def test_axes_to_draw_on_have_their_numbers(monkeypatch):
    entry = {
        "id": "99-curve", "kind": "curve", "prompt": "Draw <it>.", "lesson": "99", "hints": [],
        "across": {"label": "time", "unit": "days", "low": 0, "high": 100, "log": False},
        "up": {"label": "cells", "unit": "per µL", "low": 0.1, "high": 1000, "log": True},
    }  # fmt: skip
    monkeypatch.setattr(answers, "_key", lambda: {"99-curve": entry})
    page = lines.asked("99-curve", True, False)
    assert "Draw &lt;it&gt;." in page and "<it>" not in page
    assert re.findall(r'text-anchor="end">([^<]+)', page) == ["0.1", "1", "10", "100", "1000"]
    assert re.findall(r'"middle">(\d+)<', page) == ["0", "20", "40", "60", "80", "100"]


def test_words_with_markup_in_them_stay_words():
    assert prose.as_html(prose.as_markdown("<b>*x*</b> $5_a$")) == "<p>&lt;b&gt;*x*&lt;/b&gt; $5_a$</p>\n"
    assert "<script>" not in prose.page("<script>", "", "", kind="handout")
    assert 'alt="&quot;&gt;&lt;b&gt;"' in prose.picture("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", '"><b>')


def test_formulas_are_written_so_that_a_browser_draws_them(papers):
    formulas = sum(page.count("<math ") for page in papers.values())
    assert formulas > 50
    for name, page in papers.items():
        assert "$" not in re.sub(r"<[^>]+>", " ", page), f"{name}: a formula is left as LaTeX"


# --- key figures ----------------------------------------------------------------------------------------


def test_key_figures_stand_in_the_tables_and_none_is_an_assumption(papers):
    rows = key_figures.parameters()
    assert len(rows) > 20 and {one.confidence for _, one in rows} <= {"read", "read-secondary", "derived"}
    assert not any("assumption" in one.source for _, one in rows)
    page = papers["key figures"]
    for one in key_figures.figures():
        assert f"{one.count} of {one.n:,}" in page and one.carries_over
    assert "not a comparison" in page and "95 % interval" in page
    cited = [int(number) for number in re.findall(r"\[(\d+)\]", re.sub(r"<ol class=.*?</ol>", "", page))]
    for section in page.split("<section>")[1:]:
        listed = section[section.index('<ol class="references">') :].count("<li>")
        found = {int(number) for number in re.findall(r"\[(\d+)\]", section)}
        assert found == set(range(1, listed + 1))
    assert cited


# --- slides ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", LESSONS)
def test_a_deck_shows_all_of_the_core_and_nothing_else(decks, stem):
    lesson, page = LESSONS[stem], (decks / f"{stem}.html").read_text(encoding="utf-8")
    made = slides.slides_of(lesson)
    assert page.count('<section class="slide') == len(made) >= 5
    assert any(one.kind == "picture" for one in made), "a wall without a picture"
    text = told.letters(page)
    for part in lesson.core_parts():
        if isinstance(part, Asked):
            assert told.letters(answers.question(part.id).prompt) in text
        if isinstance(part, Prose):
            for sentence in re.split(r"(?<=[.?!])\s|\n", prose.without_sources(prose.without_cells(part.text))):
                assert told.letters(prose.as_html(sentence)) in text
        if isinstance(part, Picture) and part.after:
            shown = [one for one in made if one.kind == "picture" and prose.escaped(part.words) in one.body]
            assert shown, "the filled picture is on a slide"
        if isinstance(part, Picture) and part.panel:
            case = quote_plus(part.preset) if part.preset and part.panel not in DESKS else ""
            at_site = f"/panels/{part.panel}.html" + (f"#case={case}" if case else "")
            at_app = f"/?panel={part.panel}&amp;case={case}" if case else f"/panel/{part.panel}"
            assert f'href="https://example.org/kit{at_site}"' in page
            assert f'href="{slides.APP}{at_app}"' in page
            names = [one.label for one in GALLERY[part.panel].make().presets] if case else []
            assert not case or part.preset in names, "a link opens a case that exists"
    outside = [part for part in lesson.parts if isinstance(part, Asked) and part not in lesson.core_parts()]
    core = {part.id for part in lesson.core_parts() if isinstance(part, Asked)}
    for part in outside:
        if part.id not in core:
            assert told.letters(answers.question(part.id).prompt) not in text, f"{part.id} is not of the core"


def test_long_prose_is_cut_between_sentences_and_lists_and_formulas_never():
    text = "One two three. Four five *six seven. Eight* nine ten.\n\n* a list\n* of two\n\n$$x + y$$"
    pieces = slides.packed(text, most=6)
    assert " ".join(pieces).split() == text.split()
    assert any("* a list\n* of two" in piece for piece in pieces) and any("$$x + y$$" in piece for piece in pieces)
    assert all(piece.replace("* a", "").replace("* of", "").count("*") % 2 == 0 for piece in pieces)


def test_a_long_paragraph_is_cut_into_pieces_of_about_the_same_length():
    text = " ".join(f"This is sentence number {number} of it." for number in range(1, 14))  # 91 words
    sizes = [len(piece.split()) for piece in slides.packed(text)]
    assert sum(sizes) == 91 and len(sizes) == 2 and min(sizes) > 30


def test_a_line_that_announces_a_list_stays_with_it():
    long = " ".join(["word"] * 70)
    pieces = slides.packed(f"**What you see**\n\n* {long}\n* the end\n\nOne more.")
    assert pieces[0].startswith("**What you see**\n\n* word") and len(pieces) >= 1
    for stem, lesson in LESSONS.items():
        for one in slides.slides_of(lesson):
            if one.kind == "prose":
                assert not re.fullmatch(r"\s*<p><strong>[^<]*</strong></p>\s*", one.body), (stem, one.body)


@pytest.mark.parametrize("stem", LESSONS)
def test_no_slide_that_ends_a_section_is_nearly_empty(stem):
    made = slides.slides_of(LESSONS[stem])
    words = [len(re.sub("<[^>]+>", " ", one.body).split()) for one in made]
    for place in range(1, len(made)):
        same = all(one.kind == "prose" and one.title == made[place].title for one in made[place - 1 : place + 1])
        if same and "<li>" not in made[place - 1].body + made[place].body:
            few = words[place] <= slides.SHORT_END and words[place - 1] + words[place] <= slides.WITH_ITS_END
            assert not few, (stem, made[place].body)


def test_a_long_table_goes_on_on_the_next_slide_with_its_head():
    rows = [f"<tr><th>row {number}</th><td>CD19 CAR-T</td></tr>" for number in range(slides.MOST_ROWS * 2 - 1)]
    head = "<table><caption>All</caption><thead><tr><th>what</th></tr></thead>"
    made = slides._tables(f"{head}<tbody>{''.join(rows)}</tbody></table>")
    assert len(made) == 2 and all("<thead>" in one and one.endswith("</table>") for one in made)
    assert [re.findall(r"row \d+", one) for one in made] == [
        [f"row {number}" for number in range(slides.MOST_ROWS)],
        [f"row {number}" for number in range(slides.MOST_ROWS, slides.MOST_ROWS * 2 - 1)],
    ]
    assert "(continued)" in made[1] and "(continued)" not in made[0]
    assert 'CD19 <span class="whole">CAR-T</span>' in made[0], "no line ends inside of CAR-T"
    whole = slides._tables(f"{head}<tbody>{rows[0]}</tbody></table>")
    assert len(whole) == 1 and 'title="CAR-T"' in slides._tables('<table title="CAR-T"></table>')[0]


#: What only makes sense to whoever sits before the notebook.
OF_THE_NOTEBOOK = re.compile(
    r"\b(?:next|last|previous) cell (?:is|shows|holds|when|computes)|\bin the next cell\b|\bopen the next cell\b|"
    r"\brun (?:the|this) (?:next )?cell\b|Shift\s*\+\s*Enter|teaching-answers|[Pp]ress the button|preset may be",
)


@pytest.mark.parametrize("stem", LESSONS)
def test_a_slide_says_nothing_that_only_makes_sense_in_the_notebook(decks, stem):
    text = re.sub("<[^>]+>", "", (decks / f"{stem}.html").read_text(encoding="utf-8").split("<main")[1])
    assert OF_THE_NOTEBOOK.findall(text) == []
    assert OF_THE_NOTEBOOK.search("Run the cell, then go on.".lower())


@pytest.mark.parametrize("stem", LESSONS)
def test_words_and_references_on_paper_are_lists_and_no_walls(papers, stem):
    page = papers[stem]
    assert not re.search(r"<strong>(?:Words|References):</strong>[^<]* · ", page)
    raw = next(
        (one.text for one in LESSONS[stem].parts if isinstance(one, Prose) and "**References:**" in one.text), ""
    )
    wall = re.search(r"^\*\*References:\*\* (.+)$", raw, re.M)
    if wall and " · " in wall[1]:
        listed = re.search(r'<div class="listed references">(.*?)</div>', page, re.S)[1]
        assert listed.count("<li>") == wall[1].count(" · ") + 1


def test_a_picture_loses_its_words_and_nothing_of_its_curves():
    part = next(part for part in LESSONS["03_rituximab"].parts if isinstance(part, Picture) and part.after)
    cut = crop.cropped(part.png, part.words)
    assert cut != part.png

    def size(png):
        return tuple(int(n) for n in re.findall(r'(?:width|height)="(\d+)"', prose.picture(png, "")))

    (wide, high), (cut_wide, cut_high) = size(part.png), size(cut)
    assert 0.9 * wide < cut_wide <= wide and 0.7 * high < cut_high < 0.95 * high
    assert crop.cropped(part.png, "word " * 2_000) == part.png, "what is not found is not cut"


@pytest.mark.parametrize(
    "given", ["foo", "javascript:alert(1)", "http://", 'http://a.b/"><script>', "http://[", "/panels"]
)
def test_an_address_that_is_none_is_refused(given, tmp_path, capsys):
    assert main(["slides", str(tmp_path / "out"), "--site", given]) == 2
    assert "it must begin with http://" in refusal(capsys, "slides")
    assert not (tmp_path / "out").exists()


def test_addresses_lose_their_last_stroke_and_may_be_left_out():
    assert slides.address("site", " https://example.org/kit/ ") == "https://example.org/kit"
    assert slides.address("app", "") == "" and slides.address("site", "file:///media/stick/site").endswith("site")
    lesson = LESSONS["03_rituximab"]
    page = slides.deck(lesson, slides.slides_of(lesson), "", "")
    assert "Live panel Dose and interval" in page and "href=" not in page.replace('rel="icon" href="data:,"', "")


# --- bad input ------------------------------------------------------------------------------------------


def refusal(capsys, command):
    said = capsys.readouterr().err
    assert said.startswith(f"teaching {command}: ") and said.count("\n") == 1 and len(said) < 320
    return said


@pytest.mark.parametrize("command", ["instructor", "handout", "slides"])
def test_a_folder_that_is_not_empty_a_file_or_a_closed_folder_is_refused(command, tmp_path, capsys):
    (tmp_path / "thesis.docx").write_text("years of work")
    assert main([command, str(tmp_path)]) == 2
    assert "is not empty (thesis.docx)" in refusal(capsys, command)
    assert main([command, str(tmp_path / "thesis.docx")]) == 2
    assert "is a file; name a new or an empty folder" in refusal(capsys, command)
    assert main([command, str(tmp_path / "thesis.docx" / "in")]) == 2
    assert "would lie inside it" in refusal(capsys, command)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    assert (tmp_path / "thesis.docx").read_text() == "years of work"
    if os.name == "posix" and os.geteuid():
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        assert main([command, str(closed / "out")]) == 2
        assert "nobody may write to" in refusal(capsys, command)


def test_a_students_copy_says_in_one_sentence_what_is_missing(tmp_path, capsys, monkeypatch):
    """As in a release archive: lessons and data, and no instructor/."""
    kit = tmp_path / "kit"
    shutil.copytree(told.PROJECT / "data", kit / "data")
    shutil.copytree(told.PROJECT / "notebooks", kit / "notebooks")
    monkeypatch.setattr(notes.tables, "data_folder", lambda: kit / "data")
    assert main(["instructor", str(tmp_path / "out")]) == 2
    assert "a full clone of the repository has it" in refusal(capsys, "instructor")
    assert not (tmp_path / "out").exists()
    said = []
    written = slides.build(tmp_path / "slides", paths=PATHS[:1], say=said.append)
    assert [path.name for path in written] == [f"{PATHS[0].stem}.html", "index.html"]
    assert len(said) == 1 and said[0].startswith("The slides have no notes: the lecturers' folder")


def test_without_lessons_or_formulas_one_sentence_says_so(tmp_path, capsys, monkeypatch):
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "latex2mathml.converter", None)
        for command in ("handout", "slides"):
            assert main([command, str(tmp_path / "out")]) == 2
            assert "formulas need the package latex2mathml" in refusal(capsys, command)
    monkeypatch.setattr(lessons.tables, "data_folder", lambda: tmp_path / "data")
    assert main(["handout", str(tmp_path / "out")]) == 2
    assert "the lessons are not beside the package" in refusal(capsys, "handout")
    assert list(tmp_path.iterdir()) == []


@of_a_full_clone
def test_a_question_that_is_written_but_not_packed_is_named(monkeypatch, tmp_path):
    known = copy.deepcopy(answers._key())
    known.pop("03-split")
    monkeypatch.setattr(answers, "_key", lambda: known)
    with pytest.raises(ValueError, match=r"the question 03-split is written, but not in the answer key"):
        lecturer.build(tmp_path / "out", paths=[path for path in PATHS if path.stem.startswith("03")])
    assert not (tmp_path / "out").exists()


@of_a_full_clone
def test_a_lesson_without_a_page_for_lecturers_still_has_its_answers(monkeypatch, tmp_path):
    monkeypatch.setattr(notes, "page_of", lambda number, found: "")
    said = []
    lecturer.build(tmp_path / "out", paths=PATHS[:1], say=said.append)
    assert said == [
        f"  {PATHS[0].stem}: nobody has written its page for lecturers yet; the copy has the answers alone."
    ]
    assert "**Answer:**" in told.text_of(tmp_path / "out" / PATHS[0].name)


def test_without_a_browser_html_is_made_and_one_sentence_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TEACHING_BROWSER", raising=False)
    monkeypatch.setattr(pdf, "PLACES", ())
    assert pdf.browser() is None
    said = []
    written = handout.build(tmp_path / "out", paths=PATHS[:1], say=said.append)
    assert said == [pdf.MISSING] and {path.suffix for path in written} == {".html"} and len(written) == 2


@pytest.mark.skipif(os.name != "posix", reason="the program is a script of POSIX systems")
def test_a_browser_that_prints_nothing_is_told_with_what_it_said(tmp_path):
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\necho 'no screen here' >&2\nexit 3\n")
    broken.chmod(0o755)
    (tmp_path / "a.html").write_text("<p>a</p>")
    with pytest.raises(OSError, match=r"could not print a\.html: no screen here\.") as raised:
        pdf.save(tmp_path / "a.html", tmp_path / "a.pdf", str(broken))
    assert not (tmp_path / "a.pdf").exists() and str(raised.value).count(". ") == 0
    with pytest.raises(OSError, match=r"could not print a\.html"):
        pdf.save(tmp_path / "a.html", tmp_path / "a.pdf", str(tmp_path / "nothing"))


def test_the_folder_is_made_with_those_above_it(tmp_path):
    assert folder.made(tmp_path / "a" / "b").is_dir()
    assert folder.made(tmp_path / "a" / "b") == Path(tmp_path / "a" / "b")


# --- a release archive says how a lecturer gets the notes -----------------------------------------------


def test_the_readme_of_an_archive_says_in_one_line_how_lecturers_get_the_notes():
    readme = (told.PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    said = [line for line in readme if "git clone" in line]
    assert len(said) == 1 and "instructor/" in said[0] and "archive" in said[0]
    kept = (told.PROJECT / ".gitattributes").read_text(encoding="utf-8")
    assert "/instructor export-ignore" in kept and "README" not in kept
