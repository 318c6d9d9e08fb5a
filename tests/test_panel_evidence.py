"""The evidence explorer in Python: its sums are those of the evidence, nobody is counted twice, unknown is not zero,
bad input is one sentence. What its script does stands in tests/browser/test_evidence_rules.py and its neighbours."""

import base64
import itertools
import json
import re

import pytest

from teaching import panels, show, tables
from teaching import tables_evidence as evidence_tables
from teaching.deliver import cli
from teaching.evidence import forest as forests
from teaching.evidence import landscape
from teaching.evidence.citations import citation
from teaching.evidence.pooling import pool
from teaching.evidence.selection import select
from teaching.panels import evidence_explorer as explorer

MOST_BYTES = 150_000
MOST_WORDS = 30
CRITERIA = {
    "disease": evidence_tables.DISEASES, "therapy": evidence_tables.THERAPIES, "target": evidence_tables.TARGETS,
    "cells": evidence_tables.CELLS, "conditioning": evidence_tables.CONDITIONING, "design": evidence_tables.DESIGNS,
}  # fmt: skip
#: Every filter of one word in each of two criteria.
PAIRS = [
    {one: word, other: another}
    for one, other in itertools.combinations(CRITERIA, 2)
    for word, another in itertools.product(CRITERIA[one], CRITERIA[other])
]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?]) (?=[A-Z0-9])", text) if part]


# --- what is added up ---------------------------------------------------------------------------


def test_no_sum_of_the_forest_counts_a_patient_twice_for_any_filter_of_two_criteria():
    sums = 0
    for criteria in PAIRS:
        selection = select(**criteria)
        if not len(selection):
            continue
        for outcome in explorer._outcomes():
            found = forests.forest(outcome, selection)
            groups = [group for row in found.counted for group in row.study.overlap]
            assert len(groups) == len(set(groups)), (criteria, outcome)
            assert len({row.study.study for row in found.counted}) == len(found.counted)
            for row in found.counted:
                assert row.study.design not in evidence_tables.NEVER_POOLED, (criteria, outcome, row.study.study)
                assert row.study.opened not in evidence_tables.NOT_OPENED and row.confidence != "recalled"
                events, n = row.treated.events, row.treated.n
                assert 0 <= events <= n <= (row.study.n or n), (criteria, outcome, row.study.study)
            assert {row.study.study for row in found.counted} | set(found.why) == {one.study for one in selection}
            assert found.unknown >= 0 and not {row.study.study for row in found.counted} & set(found.why)
            sums += found.together is not None
    assert sums > 1000, "the filters must leave enough to add up for this to mean something"


def test_the_sum_is_that_of_the_evidence_and_every_study_that_is_left_out_has_its_reason():
    for criteria in ({}, {"disease": "SLE"}, {"disease": "SLE", "therapy": "car_t"}, {"therapy": "antibody"}):
        found, pooled = (
            forests.forest("response", select(**criteria)),
            pool("response", select(**criteria)),
        )
        assert (found.events, found.n, found.together) == (pooled.events, pooled.n, pooled.interval)
        assert set(found.why) == {row[0] for row in pooled.left_out.rows}
        for reason in found.why.values():
            assert forests.kind_of(reason) in forests.REASONS


def test_what_is_drawn_apart_is_a_count_that_stands_in_other_rows_and_is_never_from_memory():
    found = forests.forest("remission", select(disease="SLE", therapy="car_t"))
    assert {row.study.label for row in found.apart} == {"Mackensen 2022", "Müller 2024", "Mougiakakos 2021"}
    assert all(row.why.startswith("may share patients with ERL-2026-CASTLE") for row in found.apart)
    for outcome in explorer._outcomes():
        for row in forests.forest(outcome, select()).apart:
            assert row.confidence != "recalled" and row.why


def test_the_start_says_what_the_tables_say():
    desk = panels.evidence()
    pooled = pool("remission", select(disease="SLE", therapy="car_t"))
    assert f"{pooled.events} of {pooled.n} patients in {len(pooled.studies)} studies" in desk.sentence
    assert "unknown, not zero" in desk.sentence and "may share patients" in desk.sentence


def test_its_words_are_short_sentences_with_numbers_whatever_is_chosen():
    for criteria in PAIRS[::7]:
        selection = select(**criteria)
        for text in [forests.words(forests.forest(name, selection)) for name in explorer._outcomes()] * bool(selection):
            for one in [*sentences(text), *sentences(landscape.words(selection))]:
                assert len(one.split()) <= MOST_WORDS, one
            assert re.search(r"\d", text) and not re.search(r"\b(nan|inf|None)\b", text)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0"), (1, "100"), (0.025, "3"), (0.025 - 1e-13, "3"), (22 / 34_400, "0.064"), (0.997, "99.7"), (0.5, "50")],
)
def test_a_share_in_per_cent_is_whole_but_never_none_or_all_by_rounding(share, told):
    assert forests.percent(share) == told


def test_the_map_counts_each_patient_once_and_keeps_reviews_out():
    for criteria in PAIRS[::5]:
        selection = select(**criteria)
        for cell in landscape.cells(selection):
            here = [
                study
                for study in selection
                if cell.disease in study.diseases
                and study.therapy == cell.therapy
                and study.design not in evidence_tables.NEVER_POOLED
            ]
            assert cell.studies == len(here) and cell.patients <= sum(study.n or 0 for study in here)
            assert 0 <= cell.alone <= cell.patients and 0 <= cell.controlled <= cell.studies
            assert cell.controlled or cell.alone == cell.patients, (
                "without a control group all of them are uncontrolled"
            )


# --- what the page is given ---------------------------------------------------------------------


def test_its_data_fits_on_a_page_and_has_every_study_with_its_sources():
    desk = panels.evidence()
    assert len(base64.b64decode(desk.page_data()["packed"])) < MOST_BYTES
    data = desk.setup["data"]
    assert [study["study"] for study in data["studies"]] == list(evidence_tables.studies())
    for study in data["studies"]:
        assert study["source"] and all(key in data["references"] for key in study["source"])
        assert study["opened"] in data["opened"] and study["confidence"] in data["confidence"]
    assert all(kind in data["confidence"] for study in data["studies"] for *_, kind, _ in study["rows"])
    json.dumps(data, allow_nan=False)


def test_every_citation_names_an_author_or_a_title_and_where_it_can_be_read():
    for key, fields in tables.references().items():
        found = citation(key)
        assert found.text.endswith(".") and not re.search(r"[{}\\]", found.text)
        where = fields.get("journal", "-")
        assert not found.text.startswith(where), f"{key} is cited by a journal's name alone"
        assert found.link.startswith("https://") or not (fields.keys() & {"doi", "pmid"})


def test_the_still_pictures_and_their_words_stand_where_no_script_runs():
    desk = panels.evidence(disease="SLE", therapy="antibody", outcome="response")
    assert show(desk).words == desk.sentence
    forest, words = desk.still()
    desk.set({"view": "map"})
    assert desk.still()[0] != forest and desk.sentence != words and "control group" in desk.sentence
    for label, case in explorer.CASES.items():
        desk.set({**desk.start, **explorer._everything(), **case})
        assert desk.still()[0].startswith(b"\x89PNG") and desk.sentence, label


def test_it_is_written_as_one_file_by_the_command(tmp_path, capsys):
    file = tmp_path / "evidence.html"
    assert cli.main(["page", "evidence", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    assert panels.evidence().sentence in text and "desk_page_js.show_desk" in text
    # The content policy is the only thing that the page tells the browser about itself: nothing is loaded anew.
    assert text.count("http-equiv") == 1 and "connect-src 'none'" in text


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"disease": "lupus"}, "disease is 'lupus'; choose one of: SLE, SSc"),
        ({"therapy": "CAR-T"}, "therapy is 'CAR-T'; choose one of: antibody, engager, car_t"),
        ({"outcome": "cure"}, "outcome is 'cure'; choose one of: remission, response"),
        ({"design": 3}, "design is 3; choose one of: case"),
        ({"disease": "MN", "therapy": "car_t"}, "no study fits all of this: disease MN, therapy CAR-T cells"),
    ],
)
def test_words_that_the_tables_do_not_know_are_refused_in_one_sentence(asked, told):
    with pytest.raises(ValueError, match=re.escape(told)) as problem:
        panels.evidence(**asked)
    assert len(str(problem.value)) <= 300 and str(problem.value).endswith(".")


@pytest.mark.parametrize(
    "change",
    [
        {"first": 2020, "last": 2010},
        {"first": 1999},
        {"last": 2025.5},
        {"product": "x" * 61},
        {"product": 3},
        {"view": "table"},
        {"more": 1},
        {"disease": "MN", "therapy": "car_t"},
        {"product": "no such product"},
    ],
)
def test_a_setting_that_is_none_or_leaves_nothing_keeps_the_last_view(change):
    desk = panels.evidence()
    before = dict(desk.values)
    with pytest.raises(ValueError) as problem:
        desk.set(change)
    assert desk.values == before and len(str(problem.value)) <= 300 and str(problem.value).endswith(".")


def test_a_lesson_names_what_it_wants_and_the_rest_is_open():
    assert panels.evidence(disease="SLE").values["therapy"] == ""
    assert panels.evidence(outcome="crs").values == {**explorer._everything(), "outcome": "crs"}
    whole = panels.evidence(disease="SLE", therapy="antibody", target="CD20", design="randomised", outcome="response")
    assert "disease SLE, therapy antibody, target CD20, design randomised" in whole.sentence
