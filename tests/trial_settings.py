"""Settings of the trial desk, for its tests in Python and in the browser."""

from teaching.panels.trial_setting import MOST_IN_ROOM, start

SIGNED = {**start(), "control": "obinutuzumab", "endpoint": "remission", "month": 36, "patients": 16, "seed": 4711,
          "signed": "2026-11-27T09:30:00Z"}  # fmt: skip
OPENED = {**SIGNED, "opened": True}
SEAT = {"therapy": "CD19 CAR-T", "control": "obinutuzumab", "endpoint": "remission", "month": 36, "patients": 16,
        "matters": 20, "name": "Anna", "seed": 12, "verdict": "cannot say"}  # fmt: skip
GOOD = [start(), SIGNED, OPENED, {**OPENED, "verdict": "works worse", "truth": True, "room": [SEAT]}]
#: Changes of a start that make it no setting, and a part of the sentence that refuses each.
WRONG = [
    ({"signed": "2026-11-27T09:30:00Z"}, "no endpoint"),
    ({"signed": "yesterday"}, "a time such as"),
    ({"patients": 200}, "the budget is 1,200"),
    ({"patients": "many"}, "patients is 'many'; a whole number is needed"),
    ({"patients": 12.5}, "patients is 12.5; a whole number is needed"),
    ({"patients": 3}, "an arm has 3 patients; allowed are 5 to 200"),
    ({"month": 7}, "patients are seen in months 3, 6"),
    ({"matters": 0}, "from 1 to 100 points"),
    ({"expects": [50, 120]}, "an expected share is 120; allowed is a number from 0 to 100 %"),
    ({"expects": [50, "half"]}, "an expected share is 'half'; allowed is a number"),
    ({"expects": [50]}, "two shares"),
    ({"seed": "abc"}, "a whole number"),
    ({"seed": -4}, "the number of the dice is -4; a whole number from 1 to 999,999 is needed"),
    ({"seed": 1_000_000}, "from 1 to 999,999"),
    ({"opened": True}, "before the protocol is signed"),
    ({"opened": 1}, "true or false"),
    ({"verdict": "works better"}, "before the seal is open"),
    ({"verdict": "proven"}, "choose one of: works better"),
    ({"truth": True}, "after your verdict"),
    ({"plan": "x" * 401}, "at most 400 characters"),
    ({"room": [{**SEAT, "seed": 0}]}, "from 1 to 999,999"),
    ({"room": [{**SEAT, "endpoint": ""}]}, "no endpoint"),
    ({"room": [{"name": "Anna"}]}, "lacks a field"),
    ({"room": [SEAT] * (MOST_IN_ROOM + 1)}, "room is full"),
    ({"room": "full"}, "room is full"),
    ({"colleagues": "all"}, "mine, their own"),
    ({"picture": "pie"}, "choose one of: interval"),
    ({"therapy": "aspirin"}, "choose one of: CD19 CAR-T, obinutuzumab"),
    ({"control": 5}, "a name is needed"),
    ({"extra": 1}, "one too many"),
]
