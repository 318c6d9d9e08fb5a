"""The tables: every number has a unit, a source and a confidence; a broken row says where it is."""

import csv
import re
from urllib.parse import urlsplit

import pytest
from own_tables import tables_in

from teaching import tables

RECORDS = {
    "lineage.csv": tables.Node,
    "parameters.csv": tables.Quantity,
    "products.csv": tables.ProductRow,
    "regimens.csv": tables.Regimen,
    "diseases.csv": tables.DiseaseRow,
    "observations.csv": tables.Observation,
    "targets.csv": tables.Target,
}
LOADERS = {
    "lineage.csv": tables.nodes,
    "parameters.csv": tables.parameters,
    "products.csv": tables.products,
    "regimens.csv": tables.regimens,
    "observations.csv": tables.observations,
    "targets.csv": tables.targets,
}
KIT = tables.data_folder()
#: Parts of addresses that belong to copies of a page, not to its publisher.
COPIES = ("mirror", "proxy", "preview", "staging", "sci-hub", "libgen", "weglot", "vukou", "100md")


def records(file):
    return list(tables.read_table(KIT / file, RECORDS[file]))


def everything():
    return [(file, row) for file in RECORDS for row in records(file)]


# --- provenance ----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", RECORDS)
def test_every_row_has_a_known_source_and_a_confidence_word(file):
    rows = records(file)
    assert rows
    known = set(tables.references()) | set(tables.OWN_SOURCES)
    for row in rows:
        assert row.source and set(row.source) <= known, row
        assert row.confidence in tables.CONFIDENCE, row


def test_own_sources_go_with_the_confidence_they_deserve():
    expected = {"assumption": "recalled", "calibration": "derived"}
    for file, row in everything():
        for word, confidence in expected.items():
            assert word not in row.source or row.confidence == confidence, (file, row)
        if row.source == ("arithmetic",):
            assert row.note, (file, row)


def test_a_recalled_number_says_that_it_is_assumed():
    recalled = [(file, row) for file, row in everything() if row.confidence == "recalled"]
    assert recalled
    for file, row in recalled:
        assert "assumption" in row.source, (file, row)


def test_model_defaults_are_not_taught_as_facts_when_nobody_published_them():
    """A default is a published number, a fit, or openly an assumption with a reason."""
    for row in tables.parameters().values():
        published = set(row.source) - set(tables.OWN_SOURCES)
        assert published or row.confidence in ("derived", "recalled"), row
        if "assumption" in row.source:
            assert row.note, row


def test_every_number_of_the_model_has_a_unit():
    for row in tables.parameters().values():
        assert row.unit, row
    for rows in tables.diseases().values():
        assert all(row.unit for row in rows)


def test_small_studies_state_how_many_patients():
    for row in tables.targets().values():
        if row.kind == "observed" and row.n is None:
            assert "n given" in row.note, row
        if row.n == 1:
            assert "one patient" in row.note, row
    for row in tables.observations().values():
        if row.n == 1:
            assert "one patient" in row.note, row


def test_observations_that_share_patients_name_each_other():
    cohorts = tables.observations()
    for name, row in cohorts.items():
        for other in row.overlaps:
            assert name in cohorts[other].overlaps, (name, other)


def test_tables_hold_plain_text_only():
    for file in RECORDS:
        text = (KIT / file).read_bytes()
        assert b"\r" not in text and b"\t" not in text, file
        assert text.decode("utf-8").endswith("\n"), file


# --- references ----------------------------------------------------------------------------------


def test_every_entry_of_the_bibliography_is_read():
    text = (KIT / "references.bib").read_text(encoding="utf-8")
    assert len(tables.references()) == len(re.findall(r"^@\w+\{", text, re.M)) > 50


def test_every_reference_can_be_found_by_a_reader():
    for key, entry in tables.references().items():
        is_label = key.endswith("_label") and entry["note"].startswith("label")
        assert is_label or {"doi", "pmid", "pmcid", "url", "journal"} & set(entry), key
        assert entry.get("title") or "title" in entry.get("note", ""), key


def test_references_are_written_in_one_way():
    for key, entry in tables.references().items():
        assert re.fullmatch(r"[a-z]+(\d{4}b?|_label|_abstract)", key), key
        assert key.endswith(("_label", "_abstract")) or key.rstrip("b").endswith(entry["year"]), key
        assert re.fullmatch(r"10\.\d{4,}/\S+", entry.get("doi", "10.1234/x")), key
        assert entry.get("pmid", "1").isdigit(), key
        assert re.fullmatch(r"PMC\d+", entry.get("pmcid", "PMC1")), key


def test_no_address_leads_to_a_copy_of_a_page():
    texts = [(KIT / name).read_text(encoding="utf-8") for name in tables.DATA_FILES]
    addresses = re.findall(r"https?://[^\s},;)>\"|]+", "\n".join(texts))
    assert addresses
    for address in addresses:
        host = urlsplit(address).netloc.lower()
        assert not any(word in host for word in COPIES), address
        assert ":" not in host and not re.fullmatch(r"[\d.]+", host), address


# --- what the tables say to a reader -------------------------------------------------------------


def test_the_readme_describes_every_table_and_every_word():
    text = (KIT / "README.md").read_text(encoding="utf-8")
    words = [*RECORDS, "references.bib", *tables.CONFIDENCE, *tables.OWN_SOURCES]
    for word in words:
        assert f"`{word}`" in text, word
    assert "For teaching, not treatment advice" in text


def test_every_disease_has_the_numbers_that_a_patient_needs():
    needed = {
        "activity_start",
        "clone_size",
        "autoantibody_long_lived_share",
        "blood_naive_start",
        "blood_memory_start",
    }
    assert len(tables.diseases()) >= 8
    for disease, rows in tables.diseases().items():
        model = {row.quantity for row in rows if not row.quantity.startswith("observed")}
        assert model == needed, disease


def test_only_lupus_is_measured_in_sledai_points():
    for disease, rows in tables.diseases().items():
        unit = next(row.unit for row in rows if row.quantity == "activity_start")
        assert unit == ("SLEDAI points" if disease == "SLE" else "% of start")


def test_a_quantity_shows_value_range_unit_source_and_confidence():
    row = tables.parameters()["lineage", "naive_loss_per_day"]
    assert str(row).startswith("loss of naive cells: 0.02 (0.0124 to 0.051) 1/day [pan2019")
    assert str(row).endswith("derived]")


@pytest.mark.parametrize("file", RECORDS)
def test_columns_are_the_fields_of_the_record(file):
    with open(KIT / file, newline="", encoding="utf-8") as stream:
        assert tuple(next(csv.reader(stream))) == tables.field_names(RECORDS[file])


# --- broken tables -------------------------------------------------------------------------------


def broken(tmp_path, file, change):
    """A copy of a table whose rows went through `change`; returns its path."""
    with open(KIT / file, newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    change(rows)
    path = tmp_path / file
    with open(path, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return path


def put(column, word, line=2):
    """A change that writes a word into a column of a line."""

    def change(rows):
        rows[line - 1][rows[0].index(column)] = word

    return change


DEFECTS = [
    ("parameters.csv", "value", "eleven", "'eleven' is not a number"),
    ("parameters.csv", "value", "nan", "'nan' is not a finite number"),
    ("parameters.csv", "value", "inf", "'inf' is not a finite number"),
    ("parameters.csv", "value", "", "'' is not a number"),
    ("parameters.csv", "value", "1,5", "'1,5' is not a number"),
    ("parameters.csv", "low", "a few", "'a few' is not a number"),
    ("parameters.csv", "name", "", "a word is needed"),
    (
        "parameters.csv",
        "confidence",
        "certain",
        "is not one of: read, read-secondary, derived, recalled",
    ),
    (
        "parameters.csv",
        "source",
        "nobody1999",
        "'nobody1999' stands neither in references.bib nor in: assumption",
    ),
    ("parameters.csv", "source", "", "a key of references.bib or one of: assumption"),
    ("lineage.csv", "CD19", "+++", "is not one of: ++, +, dim, low"),
    ("lineage.csv", "site", "spleen", "is not one of: marrow, blood, lymphoid, niche"),
    ("products.csv", "kind", "pill", "is not one of: antibody, engager, car_t, conditioning"),
    ("products.csv", "schedule_days", "0;two", "'two' is not a number"),
    ("diseases.csv", "value", "-", "'-' is not a number"),
    ("observations.csv", "n", "some", "'some' is not a whole number"),
    ("observations.csv", "n", "1.5", "'1.5' is not a whole number"),
    ("observations.csv", "quantity", "mean", "is not one of: value_at_day"),
    ("targets.csv", "starred", "maybe", "'maybe' is neither 'yes' nor 'no'"),
    ("targets.csv", "kind", "guess", "is not one of: observed, ordering, prediction"),
    ("targets.csv", "metric", "", "a word is needed"),
]


@pytest.mark.parametrize(("file", "column", "word", "reason"), DEFECTS)
def test_a_broken_field_is_named_by_file_line_column_and_reason(tmp_path, file, column, word, reason):
    path = broken(tmp_path, file, put(column, word, line=4))
    with pytest.raises(tables.TableError) as error:
        list(tables.read_table(path, RECORDS[file]))
    message = str(error.value)
    assert message.startswith(f"{file}, line 4, column {column}: ")
    assert reason in message


def test_low_above_high_is_named(tmp_path):
    def change(rows):
        put("low", "3")(rows), put("high", "2")(rows)

    path = broken(tmp_path, "targets.csv", change)
    with pytest.raises(tables.TableError, match="targets.csv, line 2, column low: 3 is above high, 2"):
        list(tables.read_table(path, tables.Target))


@pytest.mark.parametrize("word", ["44", "111"])
def test_a_value_outside_its_range_is_named(tmp_path, word):
    path = broken(tmp_path, "parameters.csv", put("value", word))  # weight, 45 to 110 kg
    with pytest.raises(tables.TableError, match=f"line 2, column value: {word} lies outside low to high"):
        list(tables.read_table(path, tables.Quantity))


def test_a_usual_dose_outside_its_range_is_named(tmp_path):
    path = broken(tmp_path, "products.csv", put("dose", "1e9"))
    with pytest.raises(tables.TableError, match="line 2, column dose: 1e.09 lies outside"):
        list(tables.read_table(path, tables.ProductRow))


def test_an_assumption_must_not_look_like_a_finding(tmp_path):
    path = broken(tmp_path, "parameters.csv", put("confidence", "read"))  # the weight is assumed
    with pytest.raises(tables.TableError, match="column confidence: an assumption must be marked"):
        list(tables.read_table(path, tables.Quantity))


def test_a_missing_column_is_named_with_all_that_are_needed(tmp_path):
    def change(rows):
        for row in rows:
            del row[3]

    path = broken(tmp_path, "parameters.csv", change)
    with pytest.raises(tables.TableError) as error:
        list(tables.read_table(path, tables.Quantity))
    message = str(error.value)
    assert message.startswith("parameters.csv, line 1: the columns must be owner, name, symbol, value")
    assert "found owner, name, symbol, unit" in message


def test_a_row_with_too_few_fields_is_named(tmp_path):
    path = broken(tmp_path, "diseases.csv", lambda rows: rows[4].pop())
    with pytest.raises(tables.TableError, match="diseases.csv, line 5: 10 fields, but 11 columns"):
        list(tables.read_table(path, tables.DiseaseRow))


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_table_is_named(tmp_path, text):
    path = tmp_path / "parameters.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(tables.TableError, match="parameters.csv, line 1: the columns must be .* found none"):
        list(tables.read_table(path, tables.Quantity))


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(tables.TableError, match="parameters.csv is missing from"):
        list(tables.read_table(tmp_path / "parameters.csv", tables.Quantity))


def test_a_table_in_another_encoding_is_named(tmp_path):
    path = tmp_path / "parameters.csv"
    path.write_bytes("owner,name\nMüller,x\n".encode("latin-1"))
    with pytest.raises(tables.TableError, match="parameters.csv cannot be read"):
        list(tables.read_table(path, tables.Quantity))


def test_a_spreadsheet_may_leave_its_byte_order_mark_and_line_ends(tmp_path):
    original = (KIT / "products.csv").read_text(encoding="utf-8")
    path = tmp_path / "products.csv"
    path.write_bytes(b"\xef\xbb\xbf" + original.replace("\n", "\r\n").encode("utf-8"))
    assert list(tables.read_table(path, tables.ProductRow)) == records("products.csv")


@pytest.fixture
def own_tables(tmp_path):
    (tmp_path / "references.bib").write_bytes((KIT / "references.bib").read_bytes())
    with tables_in(tmp_path, [*LOADERS.values(), tables.diseases, tables.references]):
        yield tmp_path


@pytest.mark.parametrize("file", LOADERS)
def test_a_name_that_stands_twice_is_named_by_line_and_column(own_tables, file):
    path = broken(own_tables, file, lambda rows: rows.append(rows[1]))
    lines = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(tables.TableError) as error:
        LOADERS[file]()
    message = str(error.value)
    assert message.startswith(f"{file}, line {lines}, column ") and message.endswith("stands there twice.")


def test_a_disease_value_that_stands_twice_is_named(own_tables):
    broken(own_tables, "diseases.csv", lambda rows: rows.append(rows[1]))
    with pytest.raises(tables.TableError, match="column quantity: SLE, activity_start stands there twice"):
        tables.diseases()


def test_a_reference_that_stands_twice_is_named(own_tables):
    path = own_tables / "references.bib"
    path.write_text(
        path.read_text(encoding="utf-8") + "\n@misc{juan2026,\n  year = {2026},\n}\n",
        encoding="utf-8",
    )
    with pytest.raises(tables.TableError, match=r"references.bib, line \d+: 'juan2026' stands there twice"):
        tables.references()


def test_a_missing_bibliography_is_named(own_tables):
    (own_tables / "references.bib").unlink()
    with pytest.raises(tables.TableError, match="references.bib cannot be read"):
        tables.references()


def test_lost_tables_are_reported_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "__file__", str(tmp_path / "src" / "teaching" / "tables.py"))
    with pytest.raises(tables.TableError, match="tables were not found .* install the kit again"):
        tables.data_folder()


def test_a_wheel_carries_its_tables_inside_the_package(tmp_path, monkeypatch):
    inside = tmp_path / "src" / "teaching" / "data"
    beside = tmp_path / "data"
    for folder in (inside, beside):
        folder.mkdir(parents=True)
        (folder / "parameters.csv").write_text("", encoding="utf-8")
    monkeypatch.setattr(tables, "__file__", str(inside.parent / "tables.py"))
    assert tables.data_folder() == inside
    (inside / "parameters.csv").unlink()
    assert tables.data_folder() == beside
