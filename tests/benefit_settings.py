"""Settings of the benefit desk, for its tests in Python and in the browser."""

from teaching.panels.benefit_boxes import things
from teaching.tables_benefit import OPTIONS, POPULATIONS

START = {"view": "people", "therapies": ["obinutuzumab", "cd19_car_t"], "events": ["infection"],
         "population": "autoimmune"}  # fmt: skip
GOOD = [
    START,
    {**START, "view": "overview", "population": "cancer"},
    {**START, "view": "costs", "therapies": list(OPTIONS)[:3]},
    {**START, "therapies": ["rituximab"], "events": list(things())[:3]},
]
#: One setting for every therapy alone and every event, in autoimmune disease and in cancer, and the other views.
ALL = [
    {**START, "therapies": [therapy], "events": [thing], "population": population}
    for therapy in OPTIONS
    for thing in things()
    for population in POPULATIONS
]
ALL += [{**START, "view": "overview", "population": population} for population in POPULATIONS]
ALL += [{**START, "view": "costs", "therapies": [one, *others]} for one in OPTIONS for others in ([], ["in_vivo_car_t"])
        if one not in others]  # fmt: skip
#: Changes of a start that make it no setting, and a part of the sentence that refuses each.
WRONG = [
    ({"view": "pie"}, "the view is 'pie'; choose one of: people, overview, costs."),
    ({"view": None}, "the view is null"),
    ({"view": "constructor"}, "the view is 'constructor'"),
    ({"population": "children"}, "the population is 'children'; choose one of: autoimmune, cancer."),
    ({"therapies": []}, "the therapies are []; a list of 1 to 3 of them is needed."),
    ({"therapies": "rituximab"}, "the therapies are 'rituximab'; a list"),
    ({"therapies": list(OPTIONS)[:4]}, "a list of 1 to 3 of them is needed."),
    ({"therapies": ["aspirin"]}, "the therapy is 'aspirin'; choose one of: rituximab, obinutuzumab"),
    ({"therapies": ["rituximab", "rituximab"]}, "one therapy is chosen twice; choose each once."),
    ({"therapies": [5]}, "the therapy is 5"),
    ({"events": ["crs"]}, "the event is 'crs'; choose one of"),
    ({"events": ["infection", "infection"]}, "one event is chosen twice"),
    ({"events": {}}, "the events are {}; a list"),
    ({"extra": 1}, "one too many"),
]
