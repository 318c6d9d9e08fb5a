"""Benefits, risks and costs as tables: no number twice, unknown has a reason, cancer is not autoimmune disease.

First what the rows say of the world, then that none claims more than was read, then what a broken row is told.
"""

import csv
import re

import numpy as np
import pytest
from own_tables import tables_in

from teaching import tables, tables_benefit, tables_costs, tables_evidence
from teaching.evidence.citations import citation
from teaching.tables_benefit import EVENTS, KINDS, OPTIONS, POPULATIONS, WITHOUT_NUMBER, FigureRow, figures_of
from teaching.tables_costs import MATTERS, SECOND_HAND, TOLD_BY, CostRow, costs_of

KIT = tables.data_folder()
RECORDS = {"benefit_risk.csv": FigureRow, "costs.csv": CostRow}
LOADERS = {"benefit_risk.csv": tables_benefit.figures, "costs.csv": tables_costs.costs}
FIGURES, COSTS = tables_benefit.figures(), tables_costs.costs()
ROWS = list(tables.read_table(KIT / "benefit_risk.csv", FigureRow))


def shown(therapy, event, grade="", population="autoimmune"):
    rows = [one for one in figures_of(therapy, event, grade, population) if one.shown]
    assert len(rows) == 1, (therapy, event, grade, population)
    return rows[0]


# --- the science -----------------------------------------------------------------------------------------------


def test_severe_cytokine_release_was_seen_after_one_product_only():
    all_series, one_product = figures_of("cd19_car_t", "crs", "3+", "autoimmune")
    assert (all_series.count, all_series.n) == (3, 47) and (one_product.count, one_product.n) == (3, 12)
    assert one_product.studies == ("IL-2025-SHEBA12",) and set(one_product.studies) < set(all_series.studies)


def test_a_gain_is_told_with_its_control_arm():
    figure = shown("rituximab", "response")
    assert (figure.count, figure.n, figure.control) == (41, 72, (33, 72))
    assert shown("obinutuzumab", "infection").control == 7.6
    assert shown("cd19_car_t", "remission").control is None


def test_t_cell_cancer_is_counted_in_cancer_and_unknown_in_autoimmune_disease():
    assert shown("cd19_car_t", "t_cell_malignancy").kind == "unknown"
    counted = shown("cd19_car_t", "t_cell_malignancy", population="cancer")
    assert (counted.count, counted.n) == (22, 34400) and not counted.carries_over
    assert shown("bcma_car_t", "t_cell_malignancy", population="cancer").name == counted.name


def test_what_cannot_happen_is_told_from_what_nobody_counted():
    for therapy in ("rituximab", "obinutuzumab", "cd19_engager", "bcma_engager"):
        assert {shown(therapy, event).kind for event in ("local_toxicity", "insertion", "gvhd")} == {"impossible"}
    assert shown("allogeneic_car_t", "gvhd").count == 0
    assert shown("cd19_car_t", "local_toxicity").kind == "count"
    assert shown("cd19_car_t", "fertility").kind == "unknown"


@pytest.mark.parametrize(("therapy", "population"), [("cd19_car_t", "autoimmune"), ("bcma_engager", "cancer")])
def test_the_grades_of_one_group_add_up(therapy, population):
    whole, first, second = (shown(therapy, "crs", grade, population) for grade in ("any", "1", "2"))
    severe = shown(therapy, "crs", "3+", population)
    assert whole.n == first.n == second.n
    rest = severe.count if severe.n == whole.n else 0  # another group was graded for severe CRS
    assert whole.count == first.count + second.count + rest


def test_a_course_costs_its_vials():
    for course, vial, vials in (
        ("rtx_course_england", "rtx_vial_england", 4),
        ("rtx_course_biosimilar", "rtx_vial_biosimilar", 4),
        ("obi_halfyear_england", "obi_vial_england", 4),
        ("bli_cycle_england", "bli_vial_england", 28),
        ("car_t_academic_germany", "car_t_list_germany", 0.1),
    ):
        assert COSTS[course].amount == pytest.approx(vials * COSTS[vial].amount), course
        assert (COSTS[course].place, COSTS[course].unit) == (COSTS[vial].place, COSTS[vial].unit)


# --- nothing is claimed that was not read --------------------------------------------------------------------------


def test_every_therapy_and_event_has_a_row():
    assert {(one.therapy, one.event) for one in FIGURES} == {(t, e) for t in OPTIONS for e in EVENTS}
    assert {one.kind for one in FIGURES} == set(KINDS) and {one.population for one in FIGURES} == set(POPULATIONS)
    assert {row.matter for row in COSTS.values()} == set(MATTERS)
    assert {row.told_by for row in COSTS.values()} == {*TOLD_BY, ""}
    assert all(costs_of(therapy) for therapy in OPTIONS)


def test_every_number_has_a_source_a_year_and_a_word_for_its_confidence():
    for one in FIGURES:
        if one.kind not in WITHOUT_NUMBER:
            assert one.source and one.year and one.definition and one.confidence in tables.CONFIDENCE, one.name
            assert one.confidence != "recalled"
            assert all(citation(key).text for key in one.source), one.name
    for name, row in COSTS.items():
        assert row.kind == "unknown" or (row.source and row.year and row.place and row.includes), name
        assert row.told_by not in SECOND_HAND or row.confidence == "read-secondary", name


def test_a_count_that_outcomes_have_is_not_written_again():
    counted = [row for row in tables_evidence.outcomes() if row.events is not None]
    have = {(row.outcome, row.events, row.n, key) for row in counted for key in row.source}
    own = [row for row in ROWS if row.count is not None]
    assert len(own) > 30
    for row in own:
        outcome = EVENTS[row.event[0]].outcomes.get(row.grade)
        assert not {(outcome, row.count, row.n, key) for key in row.source} & have, row.figure


def test_a_sum_never_holds_a_patient_twice_and_agrees_with_its_studies():
    sums = [one for one in FIGURES if len(one.studies) > 1]
    assert len(sums) > 10
    for one in sums:
        studies = [tables_evidence.studies()[name] for name in one.studies]
        sets = [name for study in studies for name in study.overlap]
        assert len(sets) == len(set(sets)) and all(study.can_be_pooled for study in studies), one.name
        assert one.control is None


def test_a_count_made_of_a_percentage_is_the_only_whole_number_that_gives_it():
    checked = 0
    for row in ROWS:
        found = re.search(r"published as (\d+(?:\.\d+)?) %", row.note)
        if row.count is None or not found:
            continue
        step = 10.0 ** -len(found[1].partition(".")[2])
        fit = [k for k in range(row.n + 1) if abs(100 * k / row.n - float(found[1])) <= step / 2]
        assert fit == [row.count], (row.figure, fit)
        checked += 1
    assert checked >= 8


def test_one_place_is_never_called_unknown_and_counted():
    for one in FIGURES:
        rows = figures_of(one.therapy, one.event, population=one.population)
        assert not ({row.kind for row in rows} & set(WITHOUT_NUMBER)) or len(rows) == 1, (one.therapy, one.event)


def test_sentences_can_be_read_at_once():
    """B2: no sentence above 30 words, at most one bracket a sentence."""
    texts = [row.not_known for row in ROWS] + [text for row in COSTS.values() for text in (row.includes, row.not_known)]
    for text in texts:
        assert text[0].isupper() and text.endswith("."), text
        for sentence in re.split(r"(?<=[.:;])\s", text):
            assert len(sentence.split()) <= 30 and sentence.count("(") <= 1, sentence


def test_figures_of_gives_what_is_shown_first_and_refuses_other_words():
    found = figures_of("cd19_car_t", "t_cell_malignancy")
    assert [one.shown for one in found] == sorted((one.shown for one in found), reverse=True)
    assert found[0].population == "autoimmune"
    for bad in (
        ("aspirin", "crs"),
        ("rituximab", "luck"),
        ("rituximab", "crs", "4"),
        ("rituximab", "crs", "any", "mice"),
    ):
        with pytest.raises(ValueError, match=r"^\w+ is '\w+'; choose one of: .*\.$"):
            figures_of(*bad)
    for bad in (3, [], np.ones(3)):
        with pytest.raises(ValueError, match="choose one of: "):
            figures_of("rituximab", "crs", bad)
    for bad in (("aspirin",), ("rituximab", "luck"), (None,)):
        with pytest.raises(ValueError, match="choose one of: "):
            costs_of(*bad)


def test_check_says_how_much_can_be_read():
    told = tables_costs.check()
    unknown = sum(one.kind == "unknown" for one in FIGURES)
    assert told == f"{len(FIGURES)} figures, {unknown} of them unknown, and {len(COSTS)} costs: all rows can be read."


@pytest.mark.parametrize("file", RECORDS)
def test_tables_hold_plain_text_and_are_described(file):
    text = (KIT / file).read_bytes()
    assert b"\r" not in text and b"\t" not in text and text.endswith(b"\n")
    with open(KIT / file, newline="", encoding="utf-8") as stream:
        assert tuple(next(csv.reader(stream))) == tables.field_names(RECORDS[file])
    readme = (KIT / "README.md").read_text(encoding="utf-8")
    for word in (file, *KINDS, *POPULATIONS, "counted_in", "not_known", "shown", "told_by", "includes"):
        assert f"`{word}`" in readme, word


# --- broken rows ---------------------------------------------------------------------------------------------------


@pytest.fixture
def own_tables(tmp_path):
    tables_evidence.outcomes_by_study()  # read before the folder changes
    for file in RECORDS:
        (tmp_path / file).write_bytes((KIT / file).read_bytes())
    with tables_in(tmp_path, LOADERS.values()):
        yield tmp_path


def change(folder, file, name, **words):
    """Writes words into the row of that name, or takes it out; returns its line."""
    with open(folder / file, newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    place = next(i for i, row in enumerate(rows) if row[0] == name)
    for column, word in words.items():
        rows[place][header.index(column)] = word
    if not words:
        del rows[place]
    with open(folder / file, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return place + 2


B, C = "benefit_risk.csv", "costs.csv"


@pytest.mark.parametrize(
    ("file", "name", "words", "told"),
    [
        (B, "rtx_infection", {"count": "251"}, "column count: 251 is more than n, 250."),
        (B, "rtx_infection", {"n": ""}, "column n: is empty; 12 of how many patients?"),
        (B, "rtx_infection", {"count": ""}, "column count: is empty; a count needs a number of patients, 0 for"),
        (B, "rtx_infection", {"n": "0", "count": "0"}, "column n: 0 patients are no group"),
        (B, "rtx_infection", {"control_count": "400"}, "column control_count: 400 is more than control_n, 249."),
        (B, "rtx_infection", {"source": "nobody1999"}, "column source: 'nobody1999' stands neither in references"),
        (B, "rtx_infection", {"source": ""}, "column source: is empty; a number needs it"),
        (B, "rtx_infection", {"year": ""}, "column year: is empty; a number needs it"),
        (B, "rtx_infection", {"year": "11"}, "column year: 11 is no year of these studies."),
        (B, "rtx_infection", {"confidence": "recalled"}, "column confidence: is 'recalled'; a number from memory"),
        (B, "rtx_infection", {"therapy": "aspirin"}, "column therapy: 'aspirin' is not one of: rituximab"),
        (B, "rtx_infection", {"therapy": ""}, "column therapy: is empty; choose one of: rituximab"),
        (B, "rtx_infection", {"event": "luck"}, "column event: 'luck' is not one of: "),
        (B, "rtx_infection", {"event": "infection;relapse"}, "column event: a number belongs to one event"),
        (B, "rtx_infection", {"grade": "3+"}, "column grade: '3+' is no grade of infection; allowed is one of: ''."),
        (B, "rtx_infection", {"population": "mice"}, "column population: 'mice' is not one of: autoimmune, cancer."),
        (B, "rtx_infection", {"not_known": ""}, "column not_known: is empty; a word is needed."),
        (B, "rtx_infection", {"value": "5"}, "column value: must be empty beside a count."),
        (B, "rtx_infection_rate", {"value": ""}, "column value: is empty; a rate needs a number."),
        (B, "rtx_infection_rate", {"unit": ""}, "column unit: is empty; a rate needs a unit."),
        (B, "rtx_infection_rate", {"value": "-1"}, "column value: -1 is below 0."),
        (B, "rtx_infection_rate", {"shown": "yes"}, "column shown: line 8 is shown for the same already; say 'no'."),
        (B, "c19_igg_cancer", {"value": "191"}, "column value: 191 is no percentage; allowed is 0 to 100."),
        (B, "c19_igg_cancer", {"unit": "%"}, "column unit: must be '% of patients' for a percentage."),
        (B, "c19_local", {"count": "30"}, "column count: must be empty beside counted_in; it stands in outcomes.csv."),
        (B, "c19_local", {"counted_in": "ERL-2025"}, "column counted_in: 'ERL-2025' is not in studies.csv; choose one"),
        (
            B,
            "c19_local",
            {"counted_in": "TJ-2026-AIHA11"},
            "column counted_in: outcomes.csv has no main result for loc",
        ),
        (B, "c19_local", {"counted_in": "SERENE-2010"}, "column counted_in: SERENE-2010 is not a study of cd19_car_t."),
        (B, "c19_local", {"kind": "percent"}, "column kind: must be 'count', as in outcomes.csv."),
        (B, "c19_local", {"year": "2025"}, "column year: must be empty; studies.csv has it."),
        (B, "c19_local", {"event": "insertion"}, "column counted_in: no outcome of studies counts insertion."),
        (
            B,
            "c19_relapse",
            {"counted_in": "ERL-2024-MIX15;ERL-2025-RELAPSE"},
            "column counted_in: ERL-2025-RELAPSE is not a study of cd19_car_t.",
        ),
        (
            B,
            "c19_remission",
            {"counted_in": "ERL-2024-MIX15:SLE;ERL-2022-SLE5"},
            "column counted_in: ERL-2022-SLE5 may share patients with ERL-2024-MIX15.",
        ),
        (
            B,
            "c19_t_cell_cancer",
            {"counted_in": "CANCER-2024-FDA;CANCER-2024-PENN"},
            "column counted_in: CANCER-2024-FDA has no count that may be added to others.",
        ),
        (B, "c19_t_cell_cancer", {"population": "autoimmune"}, "column counted_in: CANCER-2024-FDA is about blood can"),
        (B, "obi_no_count", {"not_known": ""}, "column not_known: is empty; a word is needed."),
        (B, "obi_no_count", {"count": "0", "n": "5"}, "column count: must be empty where something is unknown."),
        (B, "obi_no_count", {"grade": "any"}, "column grade: must be empty for what is unknown; it is meant for all"),
        (B, "obi_no_count", {"event": "infection"}, "column kind: line 23 says something else of infection after obin"),
        (
            B,
            "c19_t_cell_axicel",
            {"figure": "c19_t_cell_cancer"},
            "column figure: c19_t_cell_cancer stands there twice.",
        ),
        (C, "rtx_vial_england", {"amount": ""}, "column amount: is empty; an amount needs a number."),
        (C, "rtx_vial_england", {"amount": "-1"}, "column amount: a price, a time or a number of places is never bel"),
        (C, "rtx_vial_england", {"unit": ""}, "column unit: is empty; a number needs a unit."),
        (C, "rtx_vial_england", {"unit": "days"}, "column unit: 'days' does not fit drug_price; money begins with one"),
        (C, "axicel_wait", {"unit": "EUR"}, "column unit: 'EUR' does not fit waiting_time; money begins with one of"),
        (C, "rtx_vial_england", {"place": ""}, "column place: is empty; a word is needed."),
        (C, "rtx_vial_england", {"includes": ""}, "column includes: is empty; a word is needed."),
        (C, "rtx_vial_england", {"told_by": ""}, "column told_by: is empty; without it nobody can judge this row."),
        (C, "rtx_vial_england", {"year": "14"}, "column year: 14 is no year of these prices."),
        (C, "rtx_vial_england", {"confidence": "recalled"}, "column confidence: is 'recalled'; a number from memory"),
        (C, "bli_launch_usa", {"confidence": "read"}, "column confidence: must be 'read-secondary': it was told by a"),
        (C, "car_t_list_usa", {"high": ""}, "column low: is empty, or high is; a range needs both."),
        (C, "car_t_list_usa", {"amount": "400000"}, "column amount: must be empty in a row of kind range."),
        (C, "tec_price", {"unit": "EUR"}, "column unit: must be empty in a row of kind unknown."),
        (C, "tec_price", {"not_known": ""}, "column not_known: is empty; a word is needed."),
        (C, "tec_price", {"therapy": "aspirin"}, "column therapy: 'aspirin' is not one of: rituximab"),
    ],
)
def test_a_broken_row_is_named_by_file_line_column_and_reason(own_tables, file, name, words, told):
    line = change(own_tables, file, name, **words)
    with pytest.raises(tables.TableError) as error:
        LOADERS[file]()
    assert str(error.value).startswith(f"{file}, line {line}, {told}"), error.value
    assert len(str(error.value)) < 400 and "\n" not in str(error.value)


def test_a_gap_in_the_table_is_named(own_tables):
    change(own_tables, B, "allo_gvhd")
    with pytest.raises(tables.TableError, match="nothing is said of gvhd after allogeneic_car_t; add a row, 'unknown'"):
        tables_benefit.figures()


def test_a_figure_that_nobody_would_see_is_named(own_tables):
    change(own_tables, B, "allo_gvhd", shown="no")
    with pytest.raises(tables.TableError, match="no figure of gvhd after allogeneic_car_t is shown; say 'yes' in one"):
        tables_benefit.figures()
