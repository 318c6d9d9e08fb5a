"""Lesson 10 on paper: every number leads to its row and its source, no request, nothing overwritten."""

import re
from html.parser import HTMLParser

import pytest

from teaching import tables, tables_costs
from teaching.deliver import cards
from teaching.deliver.cards import sheets, writing
from teaching.deliver.cards.marks import MARKS, icon_svg
from teaching.deliver.cli import main
from teaching.evidence.icons import IconArray, icons, icons_in_words
from teaching.tables_benefit import GRADES
from teaching.tables_roles import CHOICES, ROLES, roles


class Read(HTMLParser):
    """Tags in order with their attributes, and all text."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


PAGE = Read(cards.cards_page())


def test_the_file_is_whole_and_asks_for_nothing():
    assert PAGE.open == [] and PAGE.tags[0] == ("html", {"lang": "en"})
    assert not any(tag in ("script", "img", "iframe", "object", "embed", "video") for tag, _ in PAGE.tags)
    for tag, found in PAGE.tags:
        assert not any(name.startswith("on") or name == "src" for name in found)
        if tag == "link":
            assert found["href"] == "data:,"
    style = re.search(r"<style>(.*?)</style>", cards.cards_page(), re.S)[1]
    assert "url(" not in style and "@import" not in style and "size: A4" in style
    assert len(cards.cards_page()) < 500_000


def test_every_card_stands_there_with_its_facts_and_their_sources():
    for one in roles().values():
        for words in (one.name, one.who, one.wants, one.asks, *(known.text for known in one.knows)):
            assert words in PAGE.text
    assert PAGE.text.count("Wants:") == len(ROLES)


def test_each_picture_has_the_icons_and_the_words_of_its_figure():
    pictures = [found["aria-label"] for tag, found in PAGE.tags if tag == "svg" and found.get("role") == "img"]
    expected = []
    for therapies in CHOICES.values():
        for therapy in therapies:
            for event, grade in sheets.SHOWN:
                figure = sheets.figure_of(therapy, event, grade, "autoimmune")
                expected.append(icons_in_words(figure))
                assert icon_svg(icons(figure), expected[-1]) in cards.cards_page()
                if figure.kind not in ("unknown", "impossible"):
                    assert figure.source and figure.confidence in tables.CONFIDENCE
    waiting = pictures[len(expected) :]
    assert pictures[: len(expected)] == expected and len(waiting) == len(sheets.SHOWN)
    assert all("unknown" in words for words in waiting)


def test_every_number_on_a_figure_stands_beside_its_source():
    """Each caption with a number in it names a source that can be opened, or says that the kit has none."""
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", cards.cards_page(), re.S)
    assert len(captions) == len(sheets.SHOWN) * (sum(map(len, CHOICES.values())) + 1)
    counted = [one for one in captions if re.search(r"\d+ of \d|\d %|[Nn]obody of \d|[Aa]ll of \d", one)]
    assert len(counted) > 15
    for one in counted:
        assert "Source:" in one and ('href="http' in one or "no address found" in one), one


@pytest.mark.parametrize(("icons", "kinds"), [
    (IconArray(certain=3, seen=4, possible=5, free=88), {"certain": 3, "seen": 4, "possible": 5, "free": 88}),
    (IconArray(unknown=100), {"unknown": 100}),
    (IconArray(free=100), {"free": 100}),
])  # fmt: skip
def test_a_picture_has_a_hundred_marks_of_the_right_kinds(icons, kinds):
    found = dict(re.findall(r'<path class="(\w+)" d="([^"]*)"', icon_svg(icons, "words")))
    for kind in MARKS:
        assert found.get(kind, "").count("M") == kinds.get(kind, 0), kind
    assert found.get("half", "").count("M") == kinds.get("possible", 0)
    assert found.get("middle", "").count("M") == kinds.get("seen", 0)


def test_what_cannot_happen_is_drawn_as_points_and_words_are_escaped():
    svg = icon_svg(IconArray(free=100), 'a "b" <c>', impossible=True)
    assert svg.count("M") == 100 and 'class="dot"' in svg and "&quot;b&quot; &lt;c&gt;" in svg


def test_every_cost_of_the_options_stands_there_with_place_year_and_what_is_not_known():
    wanted = {therapy for therapies in CHOICES.values() for therapy in therapies}
    rows = [row for row in tables_costs.costs().values() if wanted & set(row.therapy)]
    assert len(rows) > 30
    for row in rows:
        assert row.includes in PAGE.text and row.not_known in PAGE.text
        if row.year:
            assert f"{row.place}, {row.year}" in PAGE.text
    assert "GBP 3,492.60" in PAGE.text and "USD 30,000 to 50,000" in PAGE.text


def test_the_empty_sheets_have_every_option_and_prefer_none():
    for text in (writing.decision_sheet(), writing.person_sheet()):
        assert all(text.count(name) >= 1 for name in CHOICES)
    grid = writing.decision_sheet()
    assert grid.count("<td></td>") == (len(writing.CRITERIA) + 3) * (len(CHOICES) + 1)
    assert not any(name in writing.rubric_sheet() for name in CHOICES)


def test_the_list_of_sources_has_each_source_once():
    listed = cards.cards_page().partition("<h2>Sources</h2>")[2]
    assert listed.count("<li>") == len(sheets.sources_used())


def test_the_words_are_short():
    """Sentences that are written here, and not taken from a table, have thirty words at most."""
    for text in (writing.first_sheet(), writing.decision_sheet(), writing.person_sheet(), writing.rubric_sheet()):
        for part in re.split(r"</?(?:p|li|td|th|h\d)[^>]*>", text):
            for sentence in re.split(r"(?<=[.?!:;]) ", re.sub(r"<[^>]+>", "", part)):
                assert len(sentence.split()) <= 30, sentence


def test_grades_are_known():
    assert all(grade in GRADES for _, grade in sheets.SHOWN)


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_writes_the_file_once(capsys, tmp_path):
    file = tmp_path / "cards.html"
    assert main(["cards", str(file)]) == 0 and file.read_text(encoding="utf-8") == cards.cards_page()
    assert "print it on A4" in capsys.readouterr().out
    file.write_text("mine", encoding="utf-8")
    assert main(["cards", str(file)]) == 2 and file.read_text(encoding="utf-8") == "mine"
    told = capsys.readouterr().err
    assert "is already there and was not touched" in told and told.count("\n") == 1


@pytest.mark.parametrize(("name", "says"), [
    ("cards.pdf", "must end in .html"), ("cards", "must end in .html"),
    ("no/such/folder/cards.html", "cannot be written"), ("", "must end in .html"), ("x\0.html", "cannot be"),
])  # fmt: skip
def test_a_place_that_cannot_be_used_gets_one_sentence(capsys, tmp_path, name, says):
    assert main(["cards", str(tmp_path / name) if name else ""]) == 2
    told = capsys.readouterr().err
    assert says in told and told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
