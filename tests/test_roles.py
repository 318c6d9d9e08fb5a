"""The table of roles: numbers come from the rows that have them, each fact has a source, and a broken row is named."""

import csv
import re
import shutil

import pytest
from own_tables import tables_in

from teaching import tables, tables_benefit, tables_costs
from teaching.tables_benefit import OPTIONS
from teaching.tables_roles import CHOICES, HAS, ROLES, number_in_words, roles

KIT = tables.data_folder()
ROWS = list(csv.DictReader((KIT / "roles.csv").open(encoding="utf-8")))


def test_each_role_has_its_card():
    assert list(roles()) == list(ROLES)
    for one in roles().values():
        assert one.who and one.wants and one.asks.endswith("?") and len(one.knows) == HAS["knows"]
        for known in one.knows:
            assert known.source and known.confidence in ("read", "read-secondary", "derived") and "{" not in known.text


def test_a_fact_has_the_numbers_of_its_rows_and_no_other():
    """Every number in a sentence is written by one of the rows on which it rests."""
    for one in roles().values():
        for known in one.knows:
            told = " ".join(_all_of(name) for name in known.rests_on)
            for number in re.findall(r"(?<!\w)(?<!\w-)\d[\d,.]*\d|(?<!\w)(?<!\w-)\d", known.text):
                assert number in told, (known.text, number)


def _all_of(name: str) -> str:
    found = [one for one in tables_benefit.figures() if one.name == name]
    row = found[0] if found else tables_costs.costs()[name]
    if not found:
        told = [row.amount, row.low, row.high, row.year]
        return " ".join([*(f"{one:,.10g}" for one in told if one is not None), str(row.year), row.unit])
    control = row.control if isinstance(row.control, tuple) else (row.control,)
    return " ".join(f"{one:,} {one}" for one in (row.count, row.n, row.value, *control) if one is not None)


def test_the_weakest_confidence_counts():
    known = roles()["patient"].knows[0]
    assert known.rests_on == ("c19_remission", "obi_remission") and known.confidence == "derived"
    assert set(known.source) == {"mueller2024", "furie2022"}


def test_every_therapy_of_a_choice_is_one_of_the_table():
    assert all(one in OPTIONS for therapies in CHOICES.values() for one in therapies) and CHOICES["wait"] == ()


def test_sentences_are_short_and_hold_few_numbers():
    for row in ROWS:
        for sentence in re.split(r"(?<=[.?!;]) ", row["text"]):
            assert len(sentence.split()) <= 30, sentence
            assert len(re.findall(r"\{[a-z0-9_]+(?:\.control)?\}", sentence)) <= 5


@pytest.mark.parametrize(("name", "words"), [
    ("c19_crs_severe", "3 of 47"), ("obi_infection", "16.9 % of patients"), ("tisacel_england", "GBP 282,000"),
    ("car_t_india", "USD 30,000 to 50,000"), ("rtx_course_england", "GBP 3,492.60"),
    ("sle_care_after", "EUR 3,094 a year"), ("axicel_wait", "30.4 days"),
    ("rtx_infection_rate", "4.31 per 100 patient-years"),
])  # fmt: skip
def test_a_number_is_written_as_people_write_it(name, words):
    assert number_in_words(name) == words


@pytest.mark.parametrize(("name", "says"), [
    ("nobody", "is no row"), ("c19_t_cell", "is unknown and has no number"), ("car_t_access", "is statement"),
])  # fmt: skip
def test_what_has_no_number_is_refused(name, says):
    with pytest.raises(ValueError, match=says):
        number_in_words(name)


KNOWS = next(number for number, row in enumerate(ROWS) if row["part"] == "knows")
ASKS = next(number for number, row in enumerate(ROWS) if row["part"] == "asks")


@pytest.mark.parametrize(("row", "changes", "column", "says"), [
    (0, {"role": "nurse"}, "role", "is not one of"),
    (0, {"part": "thinks"}, "part", "is not one of"),
    (0, {"text": ""}, "text", "is empty"),
    (0, {"rests_on": "c19_remission"}, "rests_on", "must be empty"),
    (0, {"source": "mueller2024"}, "source", "must be empty"),
    (ASKS, {"text": "Why 5 years?"}, "text", "holds a number"),
    (KNOWS, {"text": "It helped 8 of 9 people."}, "text", "no number is written twice"),
    (KNOWS, {"text": "It helped {c19_remission} and {so}.", "rests_on": "c19_remission"}, "rests_on", "must name so"),
    (KNOWS, {"text": "It helped {c19_remission.n} people."}, "text", "names no row"),
    (KNOWS, {"text": "It helped {c19_relapse}."}, "rests_on", "must name c19_relapse"),
    (KNOWS, {"rests_on": "c19_remision;obi_remission"}, "rests_on", "is no row of benefit_risk.csv"),
    (KNOWS, {"text": "It helped {c19_t_cell}.", "rests_on": "c19_t_cell"}, "text", "is unknown and has no number"),
    (KNOWS, {"text": "In {c19_remission.year}.", "rests_on": "c19_remission"}, "text", "has no year"),
    (KNOWS, {"text": "It was {c19_remission.control}.", "rests_on": "c19_remission"}, "text", "has no control arm"),
    (KNOWS, {"text": "Nobody knows.", "rests_on": "rtx_no_count"}, "rests_on", "no row of these has a source"),
    (KNOWS, {"text": "Nobody knows.", "rests_on": ""}, "source", "is empty"),
    (KNOWS, {"text": "So.", "rests_on": "", "source": "mueller2024", "confidence": "recalled"}, "confidence",
     "from memory"),
    (KNOWS, {"source": "mueller2024"}, "source", "must be empty"),
    (KNOWS, {"source": "nobody1900"}, "source", "stands neither"),
])  # fmt: skip
def test_a_broken_row_is_named(tmp_path, row, changes, column, says):
    with pytest.raises(tables.TableError) as error:
        _read_with(tmp_path, [{**one, **changes} if k == row else one for k, one in enumerate(ROWS)])
    assert f"roles.csv, line {row + 2}, column {column}" in str(error.value) and says in str(error.value)


def test_a_card_with_too_much_or_too_little_is_named(tmp_path):
    with pytest.raises(tables.TableError, match="one asks too many for patient"):
        _read_with(tmp_path, [*ROWS, ROWS[ASKS]])
    with pytest.raises(tables.TableError, match="patient has 2 rows of knows; 3 needed"):
        _read_with(tmp_path, [one for k, one in enumerate(ROWS) if k != KNOWS])


def test_a_fact_without_a_row_has_its_own_source(tmp_path):
    own = {"text": "Some were asked.", "rests_on": "", "source": "mueller2024", "confidence": "read"}
    found = _read_with(tmp_path, [{**one, **own} if k == KNOWS else one for k, one in enumerate(ROWS)])
    known = found["patient"].knows[0]
    assert (known.text, known.source, known.confidence) == ("Some were asked.", ("mueller2024",), "read")


def _read_with(tmp_path, rows):
    folder = tmp_path / "data"
    shutil.copytree(KIT, folder, dirs_exist_ok=True)
    with (folder / "roles.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(ROWS[0]))
        writer.writeheader()
        writer.writerows(rows)
    with tables_in(folder, [roles]):
        return roles()
