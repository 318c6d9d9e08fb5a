"""The clinic desk in Python: its setting, what is refused, kept and reported, its words and its still pictures."""

import json

import pytest
from clinic_settings import DRAFTS, GOOD, OPEN, OVER, WRONG, career

from teaching import tables
from teaching.clinic.outcome import ENDINGS
from teaching.clinic.people import people
from teaching.clinic.visit import Ending, Visit, resume
from teaching.learning import answer_store
from teaching.learning.report import _desk_rows
from teaching.panels.clinic_case import CASE_VISIT, OPTIONS, case
from teaching.panels.clinic_desk import LESSON, clinic, desk_data
from teaching.panels.clinic_setting import LONGEST_NOTES, checked
from teaching.panels.clinic_told import LACKS, ROLES, STORIES, TOLD, courses
from teaching.panels.desk import LONGEST_SETTING

pytestmark = pytest.mark.usefixtures("own_folder")


def test_good_settings_are_taken_as_they_are():
    for good in GOOD:
        assert checked(good) == good


@pytest.mark.parametrize(("changes", "says"), WRONG)
def test_a_setting_that_is_none_gets_one_sentence(changes, says):
    with pytest.raises(ValueError) as refused:
        checked({**OPEN, **changes})
    assert says in str(refused.value) and str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_what_may_be_written_fits_into_what_is_kept():
    """Five visits full of notes, on each of them five long courses: the longest career that anybody writes."""
    visits = [
        {"order": ["blood B cells"], "give": [row.plan for row in list(tables.regimens().values())[-5:]],
         "stop steroids": True, "replace IgG": True, "notes": ["ü" * LONGEST_NOTES]}
        for _ in range(5)
    ]  # fmt: skip
    full = {**OPEN, "career": {**OPEN["career"], "visits": visits}, "drafts": {**DRAFTS, "note": "é" * LONGEST_NOTES}}
    assert len(json.dumps(full, ensure_ascii=False)) < LONGEST_SETTING / 2


def test_arguments_choose_and_are_refused_in_a_sentence():
    desk = clinic(patient="myositis", seed=3, team=True)
    assert (desk.values["patient"], desk.values["seed"], desk.values["team"]) == ("myositis", 3, True)
    assert clinic().keeps == (LESSON, "11-desk-own") and clinic(preset="one visit").keeps == (LESSON, "11-desk-room")
    for wrong in (
        {"patient": "gout"},
        {"seed": -1},
        {"team": 1},
        {"name": "Two Words"},
        {"preset": "two visits"},
        {"preset": "one visit", "seed": 4},
    ):
        with pytest.raises(ValueError) as refused:
            clinic(**wrong)
        assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_the_desk_starts_as_it_was_kept_and_refuses_the_rest():
    for kept in (OPEN, {**OPEN, "seed": 9}, {**OPEN, "career": {**OPEN["career"], "tables": "other"}}):
        answer_store.append(LESSON, "desk", "11-desk-own", json.dumps(kept))
    desk = clinic()
    assert desk.values == OPEN and clinic("another").values["career"] is None
    with pytest.raises(ValueError, match="another patient or seed"):
        desk.set({"seed": 9})
    assert desk.values == OPEN


def test_the_report_has_a_row_for_each_career():
    for kept in (
        {**OPEN, "says": "first"},
        {**OVER, "says": "first, over"},
        {**OPEN, "signed": "2026-11-28T09:30:00Z", "says": "second"},
    ):
        answer_store.append(LESSON, "desk", "11-desk-own", json.dumps(kept))
    assert [row.answer for row in _desk_rows(answer_store.read(LESSON))] == ["first, over", "second"]


def test_still_pictures_have_words():
    desk = clinic()
    assert desk.still()[0][:4] == b"\x89PNG" and "Six patients wait" in desk.sentence
    desk.set(OPEN)
    assert "visit 1, day 0, 11 points left" in desk.still()[1]
    desk.set(OVER)
    assert desk.still()[1] == resume(json.dumps(OVER["career"])).words


def test_everything_that_can_come_is_told():
    assert set(STORIES) == set(people()) and set(TOLD) == set(ENDINGS) and len(ROLES) == 4
    assert set(courses()) == set(tables.regimens())
    for text in (*STORIES.values(), *TOLD.values(), *ROLES.values(), *LACKS):
        assert not any(letter.isdigit() for letter in text), "a number without a source"
        assert all(len(one.split()) <= 30 for one in text.split(". "))


def test_a_course_says_what_it_is_given_in():
    found = courses()
    assert found["mosunetuzumab"]["usual"] == "Given in lymphoma. No result in autoimmune disease was found."
    assert found["blinatumomab in leukaemia"]["usual"] == "Given in leukaemia, not in autoimmune disease."
    assert found["rituximab, then blinatumomab"]["usual"].startswith("A what-if")
    tried = {name for name, one in found.items() if not one["untried"]}
    assert {"rituximab", "obinutuzumab", "CD19 CAR-T", "CD19/BCMA CAR-T", "daratumumab"} <= tried
    assert {"mosunetuzumab", "blinatumomab in leukaemia", "rituximab, then CD19 CAR-T"}.isdisjoint(tried)
    groups = {name: one["group"] for name, one in found.items()}
    assert groups["CD19/BCMA CAR-T"] == groups["mRNA CAR in vivo"] == "CAR cells"
    assert groups["rituximab, then CD19 CAR-T"] == "Combinations" and groups["teclistamab"] == "T-cell engagers"
    for one in found.values():
        assert one["usual"].endswith(".") and one["costs"]
        assert all(cost.endswith(".") for cost in one["costs"])


def test_the_case_of_the_projector_waits_for_a_decision_and_every_option_can_be_played():
    visit = resume(case())
    assert isinstance(visit, Visit) and visit.number == CASE_VISIT
    endings = set()
    for names in OPTIONS.values():
        here = visit
        for name in names:
            here = here.give(name)
        while isinstance(here, Visit):
            here = here.next()
        assert isinstance(here, Ending)
        endings.add(here.kind)
    assert len(endings) > 1, "the decision changes nothing"
    desk = clinic(preset="one visit")
    assert desk.values["career"] == career(visit) and desk.values["mode"] == "one visit"


def test_the_data_of_a_page_is_plain_and_small():
    assert len(json.dumps(desk_data(), allow_nan=False)) < 90_000
