"""Settings of the deliberation, for its tests in Python and in the browser."""

from teaching.panels.deliberation_setting import MOST_IN_ROOM, start

TAKEN = {**start(), "role": "payer", "dealt": True}
SIGNED = {**TAKEN, "option": "wait", "sure": 60, "reason": "Nobody drew lots.", "signed": "2026-11-27T09:30:00Z"}
HEARD = {**SIGNED, "heard": 3}
CLOSED = {**HEARD, "option_after": "obinutuzumab", "sure_after": 45, "moved_by": "absent",
          "moved": "Who waits longest?", "closed": "2026-11-27T09:50:00Z"}  # fmt: skip
SEAT = {"name": "Anna", "role": "patient", "signed": "2026-11-27T09:31:00Z", "first": "wait", "sure": 10,
        "then": "CAR-T cells in a study", "sure_then": 0}  # fmt: skip
TYPED = {**SEAT, "name": "", "role": "", "signed": "", "sure": "", "sure_then": ""}
GOOD = [start(), TAKEN, {**TAKEN, "reason": "a draft", "sure": 0}, SIGNED, {**SIGNED, "heard": 2}, HEARD,
        {**HEARD, "moved": "a draft"}, {**CLOSED, "moved_by": "nothing"}, {**CLOSED, "room": [SEAT, TYPED, TYPED]},
        {**start(), "room": [TYPED] * MOST_IN_ROOM}, {**TAKEN, "reason": "\U0001f600" * 400}]  # fmt: skip
#: Changes of a start that make it no setting, and a part of the sentence that refuses each.
WRONG = [
    ({"extra": 1}, "one too many"),
    ({"role": "nurse"}, "the role is 'nurse'; choose one of: patient, clinician, payer, absent"),
    ({"role": 4}, "the role is 4"),
    ({"dealt": 1}, "true or false"),
    ({"option": "aspirin"}, "the choice is 'aspirin'; choose one of: rituximab again"),
    ({"sure": "very"}, "how sure you are is 'very'; a whole number from 0 to 100"),
    ({"sure": 101}, "from 0 to 100"),
    ({"sure": -1}, "from 0 to 100"),
    ({"sure": 12.5}, "from 0 to 100"),
    ({"sure_after": "x"}, "from 0 to 100"),
    ({"reason": "x" * 401}, "at most 400 characters"),
    ({"moved": 5}, "a text of at most 400"),
    ({"says": "x" * 1301}, "at most 1300 characters"),
    ({"signed": "yesterday"}, "a time such as"),
    ({"closed": "soon"}, "the time of the second signature is 'soon'"),
    ({"heard": 4}, "a whole number from 0 to 3"),
    ({"heard": 1}, "commit first"),
    ({"signed": SIGNED["signed"]}, "nobody has taken a card yet"),
    ({**SIGNED, "option": ""}, "no choice is made yet; choose one of"),
    ({**SIGNED, "sure": ""}, "how sure you are is not said yet"),
    ({**SIGNED, "reason": "  \n"}, "a reason is missing"),
    ({**SIGNED, "option_after": "wait"}, "hear them first"),
    ({**CLOSED, "heard": 2}, "hear them first"),
    ({**HEARD, "moved_by": "payer"}, "your own card"),
    ({**HEARD, "moved_by": "weather"}, "what moved you is 'weather'"),
    ({**CLOSED, "option_after": ""}, "no second choice"),
    ({**CLOSED, "sure_after": ""}, "how sure you are now is not said yet"),
    ({**CLOSED, "moved_by": ""}, "what moved you is missing"),
    ({**CLOSED, "moved": " "}, "what moved you is missing"),
    ({"room": "full"}, "room is full"),
    ({"room": [TYPED] * (MOST_IN_ROOM + 1)}, "room is full"),
    ({"room": [{"name": "Anna"}]}, "lacks a field"),
    ({"room": [{**SEAT, "name": "x" * 31}]}, "at most 30 characters"),
    ({"room": [{**SEAT, "first": ""}]}, "a choice is ''"),
    ({"room": [{**SEAT, "role": "cat"}]}, "a role is 'cat'"),
    ({"room": [{**SEAT, "signed": "noon"}]}, "a time of signing is 'noon'"),
    ({"room": [{**SEAT, "sure_then": 300}]}, "from 0 to 100"),
]
#: What was, what would come, and a part of the sentence that refuses it; '' where it may come.
FOLLOWS = [
    (start(), TAKEN, ""),
    (TAKEN, {**TAKEN, "option": "wait"}, ""),
    (TAKEN, {**TAKEN, "role": "patient"}, "your card was read"),
    (TAKEN, {**TAKEN, "dealt": False}, "your card was read"),
    (SIGNED, {**SIGNED, "heard": 1}, ""),
    (SIGNED, {**SIGNED, "option": "obinutuzumab"}, "your first choice is signed"),
    (SIGNED, {**SIGNED, "sure": 61}, "your first choice is signed"),
    (SIGNED, {**SIGNED, "reason": "Other."}, "your first choice is signed"),
    (SIGNED, {**SIGNED, "signed": "2026-11-27T09:30:01Z"}, "your first choice is signed"),
    (SIGNED, {**SIGNED, "signed": ""}, "your first choice is signed"),
    (HEARD, {**HEARD, "heard": 2}, "cannot be unheard"),
    (HEARD, {**HEARD, "option_after": "wait"}, ""),
    (HEARD, CLOSED, ""),
    (CLOSED, {**CLOSED, "option_after": "wait"}, "your second choice is signed"),
    (CLOSED, {**CLOSED, "moved": "Nothing."}, "your second choice is signed"),
    (CLOSED, {**CLOSED, "closed": ""}, "your second choice is signed"),
    (CLOSED, {**CLOSED, "room": [SEAT]}, ""),
    (CLOSED, {**start(), "room": [SEAT]}, ""),
    (CLOSED, start(), ""),
    (TAKEN, start(), ""),
]
