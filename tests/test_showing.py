"""A table that shows itself: the same cells for eyes, for ears and for a spreadsheet."""

import csv
import io
import math
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching.showing import Shown, Table

TABLE = Table(
    "What <rituximab> does & how long",
    {"key number": "", "value": "d", "reached": "", "note": ""},
    [("nadir", 218.123456789, True, ""), ("never", None, False, "a, b\n<i>"), ("many", 2.4e8, np.False_, "x")],
    none="does not happen",
)


def page(table):
    """The HTML as a tree: it must be well formed."""
    return ElementTree.fromstring(table._repr_html_().replace("<br>", "<br/>"))


# --- for eyes and ears ---------------------------------------------------------------------------


def test_the_html_has_a_caption_and_says_what_each_heading_heads():
    tree = page(TABLE)
    assert tree.find("caption").text == TABLE.caption
    heads = tree.findall("thead/tr/th")
    assert [head.get("scope") for head in heads] == ["col"] * 4
    assert ["".join(head.itertext()) for head in heads] == ["key number", "valued", "reached", "note"]
    assert heads[1].find("small").text == "d"
    for row in tree.findall("tbody/tr"):
        assert row[0].tag == "th" and row[0].get("scope") == "row"
        assert [cell.tag for cell in row[1:]] == ["td"] * 3


def test_numbers_are_rounded_for_reading_and_nothing_is_said_in_words():
    assert TABLE.shown() == [
        ["nadir", "218", "yes", ""],
        ["never", "does not happen", "no", "a, b\n<i>"],
        ["many", "240 million", "no", "x"],
    ]


WORD = st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\x85"), max_size=12)
CELL = st.none() | st.booleans() | WORD | st.floats(allow_nan=False) | st.integers(-(10**6), 10**6)


@st.composite
def tables_of_any_kind(draw):
    heads = draw(st.dictionaries(WORD.filter(str.strip), WORD, min_size=1, max_size=4))
    return Table(draw(WORD), heads, draw(st.lists(st.tuples(*[CELL] * len(heads)), max_size=4)))


@given(tables_of_any_kind())
def test_text_lines_up_and_html_is_well_formed(table):
    caption, *lines = repr(table).split("\n")
    assert caption == table.caption and len(lines) == 1 + len(table)
    tree = page(table)
    assert len(tree.findall("tbody/tr")) == len(table)
    cells = [["".join(cell.itertext()) for cell in row] for row in tree.findall("tbody/tr")]
    assert cells == table.shown()
    heads = [f"{name} [{unit}]" if unit else name for name, unit in table.columns.items()]
    widths = [max(map(len, column)) for column in zip(heads, *table.shown(), strict=True)]
    start = 0
    for place, width in enumerate(widths):  # every cell lies inside its own columns of letters
        for line, row in zip(lines, [heads, *table.shown()], strict=True):
            assert line.ljust(sum(widths) + 2 * len(widths))[start : start + width].strip() == row[place].strip()
        start += width + 2


def test_columns_of_numbers_stand_on_the_right_also_with_gaps():
    text = repr(Table("t", {"a": "", "b": "d"}, [("x", 1.0), ("y", 100.0), ("z", None), ("u", "")], none="-"))
    assert text.split("\n")[1:] == ["a  b [d]", "x      1", "y    100", "z      -", "u"]


# --- for a spreadsheet -----------------------------------------------------------------------------


def test_the_first_line_of_the_csv_has_the_units():
    assert TABLE.to_csv().split("\n")[0] == "key number,value [d],reached,note"


@given(st.lists(st.tuples(WORD, st.floats(allow_nan=False)), max_size=6))
def test_csv_comes_back_with_every_digit(rows):
    lines = list(csv.reader(io.StringIO(Table("t", {"name": "", "x": "mg"}, rows).to_csv())))
    assert lines[0] == ["name", "x [mg]"]
    assert [(name, float(value)) for name, value in lines[1:]] == rows


def test_what_did_not_happen_is_an_empty_cell():
    lines = list(csv.reader(io.StringIO(TABLE.to_csv())))
    assert lines[2] == ["never", "", "False", "a, b\n<i>"]


def test_a_file_is_kept_unless_told_otherwise(tmp_path):
    path = TABLE.save_csv(tmp_path / "kept.csv")
    assert path.read_text(encoding="utf-8") == TABLE.to_csv()
    with pytest.raises(FileExistsError, match="already there"):
        TABLE.save_csv(path)
    assert TABLE.save_csv(path, overwrite=True) == path


# --- the interface ---------------------------------------------------------------------------------


def test_a_column_is_found_by_its_name():
    assert TABLE["value"] == [218.123456789, None, 2.4e8]
    assert len(TABLE) == 3 and list(TABLE) == list(TABLE.rows)
    for wrong in ("valu", None, 3, []):
        with pytest.raises(KeyError, match="is not a column of this table; choose one of: "):
            TABLE[wrong]


def test_rows_and_columns_must_agree():
    with pytest.raises(ValueError, match="a row has 1 cells, but the table has 2 columns"):
        Table("t", {"a": "", "b": ""}, [("x",)])


def test_endless_and_no_number_are_words():
    assert Table("t", {"a": ""}, [(math.inf,), (math.nan,)]).shown() == [["∞"], ["no number"]]


def test_whatever_gives_a_table_shows_itself(tmp_path):
    class Owner(Shown):
        table = TABLE

    owner = Owner()
    assert repr(owner) == repr(TABLE) and owner._repr_html_() == TABLE._repr_html_()
    assert owner.to_csv() == TABLE.to_csv()
    assert owner.save_csv(tmp_path / "owner.csv").read_text(encoding="utf-8") == TABLE.to_csv()
    with pytest.raises(NotImplementedError):
        repr(Shown())
