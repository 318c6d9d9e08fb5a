"""The deliberation in Python: its setting, what stays once it was signed, what is kept and stands in the report."""

import json

import pytest
from deliberation_settings import CLOSED, FOLLOWS, GOOD, HEARD, SEAT, SIGNED, TAKEN, WRONG

from teaching import tables
from teaching.learning import answer_store
from teaching.learning.report import _desk_rows
from teaching.panels.deliberation import LESSON, NAME, deliberation, deliberation_data
from teaching.panels.deliberation_setting import MOST_IN_ROOM, checked, follows, start
from teaching.panels.desk import LONGEST_SETTING
from teaching.tables_roles import CHOICES, ROLES

pytestmark = pytest.mark.usefixtures("own_folder")


def test_good_settings_are_taken_as_they_are():
    for good in GOOD:
        assert checked(good) == good


@pytest.mark.parametrize(("changes", "says"), WRONG)
def test_a_setting_that_is_none_gets_one_sentence(changes, says):
    with pytest.raises(ValueError) as refused:
        checked({**start(), **changes})
    assert says in str(refused.value) and str(refused.value).endswith(".") and "\n" not in str(refused.value)


@pytest.mark.parametrize(("before", "after", "says"), FOLLOWS)
def test_what_was_signed_stays(before, after, says):
    if not says:
        return follows(before, after, start())
    with pytest.raises(ValueError, match=says):
        follows(before, after, start())


def test_the_desk_refuses_to_change_what_was_signed_over_any_way():
    desk = deliberation()
    for step in (TAKEN, SIGNED, HEARD, CLOSED):
        desk.set(step)
    for name, value in (
        ("option", "rituximab again"),
        ("sure", 1),
        ("reason", "New."),
        ("moved", "No."),
        ("role", "patient"),
    ):
        with pytest.raises(ValueError, match="start again"):
            desk.set({name: value})
        desk._message(None, {"id": 1, "page": "p", "kind": "set", "values": {**desk.values, name: value}}, [])
        assert desk.values == CLOSED
    desk.set({"room": [SEAT]})
    desk.reset()
    assert desk.values == start()


def test_a_role_can_be_given_and_a_wrong_one_is_refused():
    assert deliberation("absent").values["role"] == "absent"
    for wrong in ("nurse", 5, "Patient"):
        with pytest.raises(ValueError, match="the role is"):
            deliberation(wrong)


def test_a_full_room_fits_into_what_is_kept():
    longest = max(CHOICES, key=len)
    seat = {
        **SEAT,
        "name": "\U0001f600" * 30,
        "role": "clinician",
        "first": longest,
        "then": longest,
        "sure": 100,
        "sure_then": 100,
    }
    full = {**CLOSED, "room": [seat] * MOST_IN_ROOM}
    full |= {"reason": "ü" * 400, "moved": "ü" * 400, "says": "ü" * 1300}
    text = json.dumps(full, ensure_ascii=False)
    assert len(text.encode("utf-16-le")) / 2 < LONGEST_SETTING, "a page counts so"
    assert deliberation().checked(full) == full


def test_the_desk_starts_as_it_was_kept_and_leaves_out_what_is_none():
    answer_store.append(LESSON, "desk", NAME, json.dumps(HEARD))
    answer_store.append(LESSON, "desk", NAME, json.dumps({**HEARD, "heard": 9}))
    assert deliberation().values == HEARD and deliberation().start == start()


def test_the_report_has_a_row_for_each_round_with_both_choices():
    rounds = [
        {**SIGNED, "says": "First: wait. Reason: <b>lots</b>"},
        {**CLOSED, "says": "First: wait. Then: obinutuzumab."},
        {**SIGNED, "signed": "2026-11-28T08:00:00Z", "says": "Second round."},
        {**TAKEN, "says": ""},
    ]
    for one in rounds:
        answer_store.append(LESSON, "desk", NAME, json.dumps(one))
    rows = _desk_rows(answer_store.read(LESSON))
    assert [row.answer for row in rows] == ["First: wait. Then: obinutuzumab.", "Second round."]
    assert {row.prompt for row in rows} == {"Desk: deliberation"} and {row.verdict for row in rows} == {"kept"}


def test_still_pictures_have_words_and_name_no_better_choice():
    desk = deliberation()
    png, words = desk.still()
    assert png[:4] == b"\x89PNG" and all(name[1:] in words for name in ROLES.values())
    for step, told in (
        (TAKEN, "not committed"),
        (SIGNED, "'wait', 60 of 100"),
        (CLOSED, "Then you chose 'obinutuzumab'"),
    ):
        desk.set(step)
        png, words = desk.still()
        assert png[:4] == b"\x89PNG" and told in words
    desk.set({"room": [SEAT] * 30})
    assert desk.still()[0] != png


def test_the_data_of_a_page_is_plain_and_small_and_every_sentence_has_a_source():
    data = deliberation_data()
    assert len(json.dumps(data, allow_nan=False)) < 20_000
    for role in data["roles"]:
        for known in role["knows"]:
            assert known["confidence"] in tables.CONFIDENCE and known["confidence"] != "recalled"
            for key in known["source"]:
                text, address, mark = data["references"][key]
                assert text and (key in tables.OWN_SOURCES or (address.startswith("http") and mark))
