"""The trial desk in Python: its setting, what is refused, what is kept and stands in the report, its still pictures."""

import json

import pytest
from trial_settings import GOOD, OPENED, SEAT, SIGNED, WRONG

from teaching.evidence.protocol import NO_CONTROL
from teaching.evidence.virtual_trial import run
from teaching.learning import answer_store
from teaching.learning.report import report
from teaching.panels.desk import LONGEST_SETTING
from teaching.panels.trial_data import real_trials, trial_data
from teaching.panels.trial_desk import LESSON, trial_desk
from teaching.panels.trial_setting import MOST_IN_ROOM, checked, protocol_of, start

pytestmark = pytest.mark.usefixtures("own_folder")


KEEPS = (LESSON, "08-desk-own")


def test_good_settings_are_taken_as_they_are():
    for good in GOOD:
        assert checked(good) == good


@pytest.mark.parametrize(("changes", "says"), WRONG)
def test_a_setting_that_is_none_gets_one_sentence(changes, says):
    with pytest.raises(ValueError) as refused:
        checked({**start(), **changes})
    assert says in str(refused.value) and str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_a_full_room_fits_into_what_is_kept():
    arms = {"therapy": "standard treatment", "control": "standard treatment"}
    longest = {**SEAT, **arms, "name": "x" * 30, "verdict": "no difference that matters"}
    full = {**OPENED, "verdict": "cannot say", "room": [{**longest, "seed": 900_000 + k} for k in range(MOST_IN_ROOM)],
            "plan": "x" * 400, "says": "x" * 700}  # fmt: skip
    assert len(json.dumps(full)) < LONGEST_SETTING and checked(full) == full


def test_the_desk_starts_as_it_was_kept_and_refuses_the_rest():
    desk = trial_desk()
    desk.set({"endpoint": "remission"})
    with pytest.raises(ValueError, match="budget"):
        desk.set({"patients": 180, "month": 60})
    assert desk.values["patients"] == 20 and desk.values["endpoint"] == "remission"
    answer_store.append(*(KEEPS[0], "desk", KEEPS[1]), json.dumps(OPENED))
    answer_store.append(*(KEEPS[0], "desk", KEEPS[1]), json.dumps({**OPENED, "patients": 999}))
    assert trial_desk().values == OPENED


def test_two_desks_of_a_lesson_do_not_mix():
    answer_store.append(LESSON, "desk", "08-desk-first", json.dumps(OPENED))
    assert trial_desk("first").values == OPENED and trial_desk("second").values["signed"] == ""
    for wrong in ("", "First trial", 5, "../x"):
        with pytest.raises(ValueError, match="name is"):
            trial_desk(wrong)


def test_a_wrong_start_is_refused_by_name():
    with pytest.raises(ValueError, match="therapy"):
        trial_desk(therapy="aspirin")


def test_still_pictures_have_words():
    desk = trial_desk(control="obinutuzumab", month=36, patients=16)
    png, words = desk.still()
    assert png[:4] == b"\x89PNG" and "1,152 of 1,200 patient-months" in words
    desk.set(OPENED)
    words = desk.still()[1]
    trial = run(protocol_of(OPENED), 4711)
    assert f"{trial.arms[0].events} of 16 with CD19 CAR-T" in words and "The difference is" in words
    desk.set({"control": NO_CONTROL})
    assert "The difference" not in desk.still()[1]


def test_the_report_carries_protocol_time_result_and_verdict():
    lesson, name = KEEPS
    says = "CD19 CAR-T against obinutuzumab; signed 2026-11-27 09:30:00 UTC; sealed."
    for more in ({}, {"opened": True, "says": "first: 6 of 16 against 5 of 16; verdict: cannot say"}):
        answer_store.append(
            lesson, "desk", name, json.dumps({**SIGNED, "says": says, "plan": "zero <b>outside</b>", **more})
        )
    answer_store.append(
        lesson, "desk", name, json.dumps({**SIGNED, "signed": "2026-11-28T10:00:00Z", "says": "second"})
    )
    for broken in ("no json", json.dumps([1]), json.dumps({"says": 4})):
        answer_store.append(lesson, "desk", name, broken)
    rows = [row for row in report(lesson).rows if row.id == name]
    assert [row.answer for row in rows] == ["first: 6 of 16 against 5 of 16; verdict: cannot say", "second"]
    assert rows[0].sentence == "zero <b>outside</b>" and rows[0].verdict == "kept"
    assert "&lt;b&gt;" in report(lesson)._repr_html_()


def test_the_data_of_a_page_is_plain_and_small():
    text = json.dumps(trial_data(), allow_nan=False)
    assert len(text) < 160_000
    assert [one["name"] for one in real_trials()] == ["CASTLE", "Descartes-08", "ALLEGORY"]
    assert [(one["arms"], one["patients"], one["month"]) for one in real_trials()] == [
        (1, 24, 5.5),
        (2, 18, 3),
        (2, 152, 12),
    ]
