"""The published evidence as tables: every row has a source, unknown is not zero, patients in two rows are marked.

First what the rows say of the world, then that no row claims more than was read, then what a broken row is told.
"""

import csv
import re

import pytest
from own_tables import tables_in

from teaching import tables, tables_evidence
from teaching.tables_evidence import DISEASES, NEVER_POOLED, NOT_OPENED, OPENED, OUTCOMES, Outcome, PatientRow, Study

KIT = tables.data_folder()
RECORDS = {
    "studies.csv": Study,
    "outcomes.csv": Outcome,
    "patients.csv": PatientRow,
    "appraisal.csv": tables.Quantity,
}
#: Readers that remember a table; the bibliography stays the kit's own.
CACHED = [
    tables_evidence.studies,
    tables_evidence.outcomes,
    tables_evidence.outcomes_by_study,
    tables_evidence.patients,
    tables_evidence.appraisal,
]


def study(name):
    return tables_evidence.studies()[name]


def result(name, outcome, **fits):
    rows = [row for row in tables_evidence.outcomes_by_study()[name] if row.outcome == outcome and row.main]
    rows = [row for row in rows if all(getattr(row, column) == word for column, word in fits.items())]
    assert len(rows) == 1, (name, outcome, fits)
    return rows[0]


# --- the science -----------------------------------------------------------------------------------------------


def test_the_table_holds_the_published_cohorts():
    studies = tables_evidence.studies().values()
    assert len(studies) >= 85
    assert {disease for one in studies for disease in one.diseases} >= set(DISEASES)
    cohorts = [one for one in studies if one.design not in NEVER_POOLED]
    assert {one.therapy for one in cohorts} == set(tables_evidence.THERAPIES)
    assert {one.design for one in studies} == set(tables_evidence.DESIGNS)


def test_car_t_cells_have_been_compared_by_lot_once():
    trials = [one.study for one in tables_evidence.studies().values() if one.therapy == "car_t" and one.n_all]
    assert [name for name in trials if study(name).design == "randomised"] == ["US-2024-MG36"]
    treated, control = (result("US-2024-MG36", "response", arm=arm) for arm in ("treated", "control"))
    assert (treated.events, treated.n, control.events, control.n) == (10, 14, 3, 12)


def test_rituximab_failed_in_lupus_and_worked_in_vasculitis_and_arthritis():
    """The founding error of a hostile reading: 'rituximab, no gain' is true of lupus only."""
    gain = {}
    for name, outcome in (("EXPLORER-2010", "response"), ("RAVE-2010", "remission"), ("IMAGE-2011", "response")):
        gain[name] = result(name, outcome, arm="treated").value - result(name, outcome, arm="control").value
    assert gain["EXPLORER-2010"] < gain["RAVE-2010"] < gain["IMAGE-2011"]
    assert result("RITAZAREM-2023", "relapse", arm="treated").events < 32 / 2
    cases = result("RTX-SLE-CASES-2009", "response")
    assert cases.events / cases.n > 0.9 > result("EXPLORER-2010", "response", arm="treated").value / 100


def test_obinutuzumab_is_what_a_trial_in_lupus_must_now_be_compared_with():
    treated, control = (result("ALLEGORY-2026", "response", arm=arm) for arm in ("treated", "control"))
    assert (treated.value, control.value) == (76.7, 53.5) and treated.unit == control.unit == "% of patients"
    assert treated.events is None and study("ALLEGORY-2026").n_all == treated.n + control.n == 303


def test_severe_cytokine_release_followed_the_cd28_product():
    seen = [row for row in tables_evidence.outcomes() if row.outcome == "crs_severe" and row.main and row.events]
    assert [(row.study, row.events, row.n) for row in seen] == [("IL-2025-SHEBA12", 3, 12)]
    assert "CD28" in study("IL-2025-SHEBA12").product


def test_a_slip_of_the_kit_stays_mended():
    """Ten patients lost all autoantibodies, twelve were in remission (Wang W 2024)."""
    assert result("ICELL-2024-SLE13", "autoantibodies_gone").n == 10
    assert result("ICELL-2024-SLE13", "remission").n == 12 < study("ICELL-2024-SLE13").n


def test_what_is_measured_in_cancer_is_not_called_autoimmune():
    for one in tables_evidence.studies().values():
        if "blood cancer" in one.diseases:
            assert one.design == "registry" and "not " in one.note and "autoimmune disease" in one.note, one.study


# --- nothing is claimed that was not read --------------------------------------------------------------------------


@pytest.mark.parametrize("file", RECORDS)
def test_every_row_has_a_source_and_says_how_sure_it_is(file):
    text = (KIT / file).read_bytes()
    assert b"\r" not in text and b"\t" not in text and text.endswith(b"\n")
    with open(KIT / file, newline="", encoding="utf-8") as stream:
        assert tuple(next(csv.reader(stream))) == tables.field_names(RECORDS[file])
    for row in tables.read_table(KIT / file, RECORDS[file]):
        assert row.source and row.confidence in tables.CONFIDENCE
        published = set(row.source) - set(tables.OWN_SOURCES)
        assert published or file == "appraisal.csv", row


def test_sources_of_studies_can_be_found_by_a_reader():
    for one in tables_evidence.studies().values():
        for key in one.source:
            entry = tables.references()[key]
            assert {"doi", "pmid", "pmcid", "url", "journal"} & set(entry) or key.endswith("_label"), (one.study, key)


def test_no_count_comes_from_a_source_of_which_nothing_was_opened():
    for row in tables_evidence.outcomes():
        assert row.events is None or study(row.study).opened not in NOT_OPENED, row
    for row in tables_evidence.patients():
        assert study(row.study).opened not in NOT_OPENED, row
    for one in tables_evidence.studies().values():
        if one.opened == "digest":
            assert one.confidence != "read", f"{one.study}: a digest is not the source"


def test_a_count_made_of_a_percentage_is_the_only_whole_number_that_gives_it():
    """'derived' counts: the note holds the published percentages, and no other count rounds to them."""
    checked = 0
    for row in tables_evidence.outcomes():
        if row.events is None or row.confidence != "derived":
            continue
        shares = re.findall(r"(\d+(?:\.\d+)?) %", row.note)
        assert shares, row
        if len(shares) == 1:
            # A printed half may have been rounded either way, and cut off.
            step = 10.0 ** -len(shares[0].partition(".")[2])
            fit = [k for k in range(row.n + 1) if -step / 2 <= 100 * k / row.n - float(shares[0]) <= step / 2]
            assert fit == [row.events], (row.study, row.outcome, fit)
            checked += 1
    assert checked >= 12


def test_unknown_is_told_from_zero():
    rows = tables_evidence.outcomes()
    assert any(row.events == 0 for row in rows)
    silent = [row for row in rows if row.events is None and row.value is None]
    assert silent and all(row.note for row in silent)
    assert any(one.n is None for one in tables_evidence.studies().values())
    # Tables show it: the cell of an unknown number is no 0.
    assert not any(one.n == 0 or one.n_all == 0 for one in tables_evidence.studies().values())


# --- nobody is in two rows unmarked --------------------------------------------------------------------------------


def share(one, other):
    return bool(set(one.overlap) & set(other.overlap))


def test_a_study_whose_note_names_another_shares_patients_with_it():
    """'contains', 'in', 'part of': a note that names a study admits an overlap, and pooling must know it."""
    names = sorted(tables_evidence.studies(), key=len, reverse=True)
    apart = {("RTX-SLE-CASES-2009", "EXPLORER"), ("RTX-RA-SAFETY-2013", "REFLEX")}
    found = 0
    for one in tables_evidence.studies().values():
        for name in names:
            if name in one.note and name != one.study and (one.study, name) not in apart:
                assert share(one, study(name)), f"{one.study} names {name}"
                found += 1
    assert found >= 8


def test_one_trial_number_in_one_disease_is_one_set_of_patients():
    for one in tables_evidence.studies().values():
        for other in tables_evidence.studies().values():
            same = set(one.registration) & set(other.registration) and set(one.diseases) & set(other.diseases)
            if one.study < other.study and same:
                assert share(one, other), (one.study, other.study)


def test_rows_of_one_centre_one_product_and_one_disease_are_marked_or_said_to_be_apart():
    """In Erlangen every CAR-T row of lupus, sclerosis or myositis shares patients with the large series."""
    large = study("ERL-2026-CASTLE")
    for one in tables_evidence.studies().values():
        if one.study.startswith("ERL-") and one.therapy == "car_t" and set(one.diseases) & set(large.diseases):
            assert share(one, large) or one.study == "ERL-2024-cSLE1", one.study  # a girl; the series has adults


# --- the interface -------------------------------------------------------------------------------------------------


def test_check_says_how_many_rows_can_be_read():
    told = tables_evidence.check()
    assert told.startswith(f"{len(tables_evidence.studies())} studies, ") and told.endswith("all rows can be read.")


def test_the_readme_says_what_each_word_means():
    text = (KIT / "README.md").read_text(encoding="utf-8")
    for word in (*RECORDS, *tables_evidence.DESIGNS, *OPENED, "overlap", "opened", "main"):
        assert f"`{word}`" in text, word


# --- broken rows ---------------------------------------------------------------------------------------------------


@pytest.fixture
def own_tables(tmp_path):
    tables.references()  # read before the folder changes
    for file in RECORDS:
        (tmp_path / file).write_bytes((KIT / file).read_bytes())
    with tables_in(tmp_path, CACHED):
        yield tmp_path


def change(folder, file, fits, again=False, **words):
    """Writes words into the first row that fits, or into a copy of it at the end; returns its line."""
    with open(folder / file, newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    place = next(i for i, row in enumerate(rows) if all(row[header.index(c)] == w for c, w in fits.items()))
    if again:
        rows.append(list(rows[place]))
        place = len(rows) - 1
    for column, word in words.items():
        rows[place][header.index(column)] = word
    with open(folder / file, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return place + 2


MACKENSEN, FENG = {"study": "ERL-2022-SLE5"}, {"study": "HZ-2025-SLE15", "outcome": "remission"}
EXPLORER, CASE = {"study": "EXPLORER-2010"}, {"study": "ROM-2024-JDM1"}


@pytest.mark.parametrize(
    ("file", "fits", "words", "told"),
    [
        ("studies.csv", MACKENSEN, {"design": "cohort"}, "column design: 'cohort' is not one of: case, series"),
        ("studies.csv", MACKENSEN, {"diseases": "lupus"}, "column diseases: 'lupus' is not one of: SLE"),
        ("studies.csv", MACKENSEN, {"diseases": ""}, "column diseases: is empty; one or more of: SLE"),
        ("studies.csv", MACKENSEN, {"targets": "CD-19"}, "column targets: 'CD-19' is not one of: CD19"),
        ("studies.csv", MACKENSEN, {"n": "five"}, "column n: 'five' is not a whole number"),
        ("studies.csv", MACKENSEN, {"n": "0", "n_all": "0"}, "column n: 0 patients are no study; leave it empty"),
        (
            "studies.csv",
            MACKENSEN,
            {"n": "4"},
            "column n_all: in a series everybody is treated: it must be the same as",
        ),
        ("studies.csv", EXPLORER, {"n": "300"}, "column n: 300 patients were given the therapy, but all arms have 257"),
        ("studies.csv", EXPLORER, {"comparator": ""}, "column comparator: is empty in a study called randomised"),
        ("studies.csv", MACKENSEN, {"comparator": "placebo"}, "column comparator: stands in a study called series"),
        ("studies.csv", MACKENSEN, {"design": "case"}, "column design: a case is one patient, and n is 5"),
        ("studies.csv", MACKENSEN, {"cells": "none"}, "column cells: 'none' does not fit the therapy car_t"),
        (
            "studies.csv",
            MACKENSEN,
            {"followup_low": "9"},
            "column followup_months: followup_low, followup_months, follow",
        ),
        ("studies.csv", MACKENSEN, {"year": "22"}, "column year: 22 is no year of these studies"),
        ("studies.csv", MACKENSEN, {"opened": "yes"}, "column opened: 'yes' is not one of: full text, abstract"),
        (
            "studies.csv",
            MACKENSEN,
            {"source": "nobody1999"},
            "column source: 'nobody1999' stands neither in references",
        ),
        ("studies.csv", MACKENSEN, {"confidence": "sure"}, "column confidence: 'sure' is not one of: read"),
        ("outcomes.csv", FENG, {"events": "16"}, "column events: 16 is more than n, 15"),
        ("outcomes.csv", FENG, {"n": "16"}, "column n: 16 is more than the 15 patients of HZ-2025-SLE15"),
        ("outcomes.csv", FENG, {"n": ""}, "column n: is empty; 12 patients of how many?"),
        ("outcomes.csv", FENG, {"events": ""}, "column events: is empty, and so is value; the note must say why"),
        ("outcomes.csv", FENG, {"value": "80"}, "column value: stands beside events; a row has one of them"),
        ("outcomes.csv", FENG, {"events": "", "value": "80"}, "column unit: is empty; a value needs a unit"),
        ("outcomes.csv", FENG, {"outcome": "cure"}, "column outcome: 'cure' is not one of: remission, response"),
        ("outcomes.csv", FENG, {"definition": ""}, "column definition: is empty; a word is needed"),
        (
            "outcomes.csv",
            FENG,
            {"disease": "RA"},
            "column disease: 'RA' is not among the diseases of HZ-2025-SLE15: SLE",
        ),
        ("outcomes.csv", FENG, {"arm": "control"}, "column arm: HZ-2025-SLE15 is a single arm and has no control arm"),
        (
            "outcomes.csv",
            FENG,
            {"study": "HZ-2025-SLE"},
            "column study: 'HZ-2025-SLE' is not in studies.csv; choose one",
        ),
        (
            "outcomes.csv",
            FENG,
            {"study": "STR-2024-SSC1-BLI", "events": "1", "n": "1"},
            "column confidence: must be 'rec",
        ),
        ("patients.csv", CASE, {"disease": "SLE"}, "column disease: 'SLE' is not among the diseases of ROM-2024-JDM1"),
        ("patients.csv", CASE, {"value": ""}, "column value: is empty; a number is needed"),
        ("patients.csv", CASE, {"unit": ""}, "column unit: is empty; a value needs a unit"),
        ("patients.csv", CASE, {"event": "yes"}, "column event: 'yes' or 'no' goes with one of: relapse"),
        ("patients.csv", CASE, {"what": "relapse"}, "column event: is empty; yes or no"),
        ("patients.csv", CASE, {"age_years": "912"}, "column age_years: 912 is no age in years"),
        (
            "patients.csv",
            {"what": "relapse", "event": "no"},
            {"day": ""},
            "column day: is empty; until when was the pat",
        ),
        (
            "patients.csv",
            {"what": "relapse", "event": "yes"},
            {"day": "-3"},
            "column day: -3: an event before the treat",
        ),
        (
            "appraisal.csv",
            {"name": "true_mean"},
            {"confidence": "read"},
            "column confidence: an assumption must be mark",
        ),
    ],
)
def test_a_broken_row_is_named_by_file_line_column_and_reason(own_tables, file, fits, words, told):
    line = change(own_tables, file, fits, **words)
    with pytest.raises(tables.TableError) as error:
        tables_evidence.check()
    assert str(error.value).startswith(f"{file}, line {line}, {told}")


@pytest.mark.parametrize(
    ("file", "fits", "words", "told"),
    [
        ("studies.csv", MACKENSEN, {}, "column study: ERL-2022-SLE5 stands there twice"),
        ("outcomes.csv", FENG, {"events": "11"}, r"column main: line \d+ has the main remission of the same patients"),
        (
            "outcomes.csv",
            {"study": "ERL-2024-MIX15", "disease": "SLE"},
            {"disease": "SSc"},
            "column n: the diseases of",
        ),
        ("patients.csv", CASE, {"patient": "P2"}, "column patient: P2 is one patient more than the 1 of ROM-2024-JDM1"),
        ("patients.csv", CASE, {"sex": "F"}, "column patient: P1 of ROM-2024-JDM1 has another sex, age or disease"),
        (
            "patients.csv",
            {**CASE, "event": "yes"},
            {"day": "6"},
            "column event: b_cells_gone of P1 of ROM-2024-JDM1 st",
        ),
    ],
)
def test_a_row_that_disagrees_with_another_is_named(own_tables, file, fits, words, told):
    line = change(own_tables, file, fits, again=True, **words)
    with pytest.raises(tables.TableError, match=f"^{file}, line {line}, {told}"):
        tables_evidence.check()


def test_a_row_that_a_lecturer_adds_is_used_at_once(own_tables):
    change(
        own_tables, "studies.csv", MACKENSEN, again=True, study="XY-2027-SLE5", overlap="", year="2027", place="Graz"
    )
    change(
        own_tables, "outcomes.csv", {**MACKENSEN, "outcome": "remission"}, again=True, study="XY-2027-SLE5", events="2"
    )
    tables_evidence.check()
    from teaching.evidence.pooling import pool
    from teaching.evidence.selection import select

    found = pool("remission", select(years=(2027, 2027)))
    assert (found.events, found.n, found.studies) == (2, 5, ("XY-2027-SLE5",))


def test_every_outcome_word_is_used():
    used = {row.outcome for row in tables_evidence.outcomes()}
    assert set(OUTCOMES) == used, set(OUTCOMES) - used
