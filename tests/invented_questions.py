"""Questions of a lesson that does not exist, one of each kind: no answer of a lesson stands in a test."""

import base64
import json
import zlib

LESSON = "99_invented"
HINTS = ["Ask the postman.", "Ask him when he is out of breath.", "He does 3 km/h with a bag."]
DAYS = {"label": "time after posting", "unit": "days", "low": 0, "high": 30, "log": False}
WEIGHT = {"label": "letters under way", "unit": "per mL", "low": 0.1, "high": 1000, "log": True}
_WRITTEN = {
    "99-speed": {
        "kind": "number",
        "prompt": "How many days does the letter travel?",
        "unit": "days",
        "example": 12,
        "answer": {"band": [2.0, 4.0], "feedback": "Three days <it is>."},
        "wrong": [{"id": "by-ship", "band": [28.0, 35.0], "feedback": "That is the ship <script>shipped()</script>."}],
    },
    "99-colour": {
        "kind": "option",
        "prompt": "Which colour has the post?",
        "options": ["red", "Yellow", "green, with <b>stripes</b>, such as a post office of the old days has"],
        "answer": {"option": "Yellow", "feedback": "As the horn on it."},
        "wrong": [{"id": "other-country", "option": "red", "feedback": "Elsewhere it is."}],
    },
    "99-day": {
        "kind": "marker",
        "prompt": "On which day does it arrive?",
        "unit": "days",
        "low": 0,
        "high": 30,
        "answer": {"band": [2.5, 4.5], "feedback": "On the third or fourth."},
        "wrong": [{"id": "by-ship", "band": [25.0, 30.0], "feedback": "That is the ship."}],
    },
    "99-why": {
        "kind": "text",
        "prompt": "Why does the letter arrive at all?",
        "model": "Somebody carries it <b>by hand</b>.",
    },
    "99-reply": {"kind": "text", "prompt": "Write back to the aunt.", "words": [6, 70], "model": "Dear aunt, he came."},
    "99-course": {
        "kind": "curve",
        "prompt": "How many letters are still under way?",
        "across": DAYS,
        "up": WEIGHT,
        "answer": {
            "bands": [[0, 100, 1000], [3, 1, 50], [20, 0.1, 2]],
            "feedback": "Most are there after three days.",
        },
        "wrong": [{"id": "a-line", "bands": [[0, 100, 1000], [20, 10, 1000]], "feedback": "They do not wait."}],
    },
    "99-straight": {
        "kind": "curve",
        "prompt": "How far has the postman walked?",
        "across": {"label": "dose", "unit": "mg", "low": 0.01, "high": 100, "log": True},
        "up": {"label": "way", "unit": "km", "low": 0, "high": 10, "log": False},
        "answer": {"bands": [[0.1, 0, 2], [10, 8, 10]], "feedback": "All the way."},
        "wrong": [],
    },
    "99-letter": {
        "kind": "mark",
        "prompt": "Mark who writes, to whom, and what it costs.",
        "phrases": ["Dear <b>aunt</b>,", "the postman is late again,", "as he was last week.", "Yours, Anna"],
        "labels": ["writer", "reader", "postage"],
        "nowhere": "not in this letter",
        "reference": "A letter that nobody wrote <i>down</i>.",
        "answer": {
            "places": {"writer": ["Yours, Anna"], "reader": ["Dear <b>aunt</b>,"], "postage": ["not in this letter"]},
            "feedback": "Nobody <writes> what it costs.",
        },
        "wrong": [
            {
                "id": "postman-writes",
                "thing": "writer",
                "place": "the postman is late again,",
                "feedback": "He <script>shipped()</script> carries it.",
            },
        ],
    },  # fmt: skip
    "99-sorting": {
        "kind": "sort",
        "prompt": "Where does each of these go?",
        "cards": [
            "a parcel with <b>string</b>",
            "a postcard",
            "a letter that came back, because nobody of that name lives there",
        ],
        "bins": ["by van", "by bag", "to the sender"],
        "answer": {
            "places": {
                "a parcel with <b>string</b>": ["by van"],
                "a postcard": ["by bag", "by van"],
                "a letter that came back, because nobody of that name lives there": ["to the sender"],
            },
            "feedback": "All of it <arrives>.",
        },
        "wrong": [
            {
                "id": "heavy-bag",
                "thing": "a parcel with <b>string</b>",
                "place": "by bag",
                "feedback": "He is no <ox>.",
            },
        ],
    },
    "99-count": {
        "kind": "sort",
        "prompt": "Which of these does your own letter have?",
        "cards": ["an address", "a stamp", "a greeting"],
        "bins": ["there", "missing"],
        "counts": "there",
        "hints": [],
    },
    "99-vote": {"kind": "option", "prompt": "What do you expect?", "options": ["much", "little"]},
}
INVENTED = {name: {"id": name, "lesson": LESSON, "hints": HINTS, **entry} for name, entry in _WRITTEN.items()}
_CARDS = _WRITTEN["99-sorting"]["cards"]
#: A wrong and a right answer of each kind that is judged, as they are typed, chosen or drawn.
WRONG_AND_RIGHT = {
    "99-speed": ("31 d", "3,5 days"),
    "99-colour": ("red", "Yellow"),
    "99-day": ("28", "3"),
    "99-course": ([[0, 500], [30, 500]], [[0, 500], [7.5, 0.5], [15, 0.5], [22.5, 0.2], [30, 0.2]]),
    "99-letter": (
        [["writer", "the postman is late again,"], ["reader", "Dear <b>aunt</b>,"], ["postage", "not in this letter"]],
        [["writer", "Yours, Anna"], ["reader", "Dear <b>aunt</b>,"], ["postage", "not in this letter"]],
    ),
    "99-sorting": (
        [[_CARDS[0], "by bag"], [_CARDS[1], "by bag"], [_CARDS[2], "to the sender"]],
        [[_CARDS[0], "by van"], [_CARDS[1], "by bag"], [_CARDS[2], "to the sender"]],
    ),
}


def said_to_wrong(name: str) -> str:
    """What is said to the wrong answer of a kind that is judged."""
    feedback = INVENTED[name]["wrong"][0]["feedback"]
    before = {
        "99-letter": "2 of 3 stand where they belong (reader, postage).\nwriter: ",
        "99-sorting": "2 of 3 stand where they belong.\ncard 1: ",
    }
    return before.get(name, "") + feedback


def save_key(path) -> None:
    """Writes the invented questions as an answer key (`TEACHING_ANSWER_KEY`)."""
    text = json.dumps(INVENTED, ensure_ascii=False)
    path.write_bytes(base64.b85encode(zlib.compress(text.encode())))
