"""Settings of the decision desk, for its tests in Python and in the browser."""

from teaching.panels.decision_setting import TABLE, start

FIRST = {name: start()[name] for name in TABLE}
GOOD = [
    start(),
    {**start(), "weights": [0, 0, 0, 0, 0, 0.125], "plan": "Her hands.", "says": "First table."},
    {**start(), "first": FIRST, "weights": [10, 0, 2.5, 7.333, 1, 1]},
    start(["a", "b"], ["only one"]),
    start([f"option {k}" for k in range(12)], [f"criterion {k}" for k in range(40)]),
    start(["naïve 'cells'", "日本"], ["wie lange? 🙂"]),
]
#: Changes of a start that make it no setting, and a part of the sentence that refuses each.
WRONG = [
    ({"weights": [0] * 6}, "All weights are zero; give at least one criterion a weight above 0."),
    (
        {"weights": [11, 5, 5, 5, 5, 5]},
        "the weight of how likely remission is is 11; allowed is a number from 0 to 10.",
    ),
    ({"weights": [-1, 5, 5, 5, 5, 5]}, "is -1; allowed is a number from 0 to 10."),
    ({"weights": ["much", 5, 5, 5, 5, 5]}, "is 'much'; allowed is a number from 0 to 10."),
    ({"weights": [True, 5, 5, 5, 5, 5]}, "is true; allowed is a number from 0 to 10."),
    ({"weights": [None, 5, 5, 5, 5, 5]}, "is null; allowed is a number from 0 to 10."),
    ({"weights": [0.1234, 5, 5, 5, 5, 5]}, "is 0.1234; at most three decimals are allowed."),
    ({"weights": [5, 5]}, "the weights must be a list of 6 numbers."),
    ({"weights": 5}, "the weights must be a list of 6 numbers."),
    ({"scores": [[5] * 6] * 3}, "there must be a row of scores for each option."),
    ({"scores": [[5] * 6] * 3 + [[5]]}, "the scores of CAR-T cells in a study must be a list of 6 numbers."),
    ({"scores": [[5] * 6] * 3 + [[5] * 5 + [""]]}, "the score of CAR-T cells in a study on how sure we are is ''"),
    ({"options": ["one"], "scores": [[5] * 6]}, "the number of options is 1; allowed is a number from 2 to 12."),
    ({"options": "many"}, "the number of options is 'many'"),
    ({"options": ["a", "a", "b", "c"]}, "two options are called 'a'; give each a name of its own."),
    ({"options": ["", "a", "b", "c"]}, "'' cannot name the option; a text of 1 to 80 letters is needed."),
    ({"options": [" a", "d", "b", "c"]}, "' a' cannot name the option"),
    ({"options": ["a\nb", "d", "b", "c"]}, "cannot name the option"),
    ({"options": ["a\u00a0b", "d", "b", "c"]}, "cannot name the option"),
    ({"options": [5, "d", "b", "c"]}, "5 cannot name the option"),
    ({"criteria": ["x" * 81, "b", "c", "d", "e", "f"]}, "cannot name the criterion; a text of 1 to 80 letters"),
    ({"criteria": []}, "the number of criteria is 0; allowed is a number from 1 to 40."),
    ({"first": {}}, "the first table lacks a field, or has one too many."),
    ({"first": [1]}, "the first table lacks a field"),
    ({"first": {**FIRST, "weights": [0] * 6}}, "All weights are zero"),
    ({"plan": "x" * 701}, "a text of at most 700 letters is needed."),
    ({"plan": None}, "what moved you is null"),
    ({"says": "x" * 601}, "a text of at most 600 letters"),
    ({"extra": 1}, "one too many"),
    (start([f"{'é' * 76}{k}" for k in range(12)], [f"{'é' * 76}{k}" for k in range(40)]), "can be kept; shorten some"),
]
