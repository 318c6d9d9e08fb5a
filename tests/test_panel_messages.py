"""Every panel under thousands of messages, sensible and hostile: no exception, no old picture, no error that stays."""

import asyncio
import logging
import random

import pytest
from panel_tools import Sent, some_value

from teaching.panels.catalogue import CATALOGUE
from teaching.panels.live import Panel

RANDOM, HOSTILE = 10_000, 5_000  # over all panels together
DEEP = []
for _ in range(400):
    DEEP = [DEEP]
HUGE = "x" * 50_000
#: What nobody should send, in any place of a message.
NONSENSE = [
    None, True, False, 0, -1, 1.5, 10**400, -(10**400), float("nan"), float("inf"), "", "\ud800", "\x00", HUGE,
    "<script>alert(1)</script>",
    "__import__('os')", [], [[]], DEEP, {}, {"": None}, {"x": HUGE}, {HUGE: 1}, [None] * 1000, {"values": {}}, "1e400",
    b"bytes",
]  # fmt: skip


@pytest.fixture(params=list(CATALOGUE))
def panel(request, own_folder, caplog):
    """A panel whose log must stay empty: an exception that was caught is a mistake all the same."""
    panel = CATALOGUE[request.param].make()
    with caplog.at_level(logging.WARNING, logger="teaching"):
        yield panel
    assert [record.getMessage() for record in caplog.get_records("call") if record.name.startswith("teaching")] == []
    panel.close()


def some_setting(panel: Panel, draw: random.Random) -> dict:
    """A setting of all controls that each of them takes, near a case or far from it."""
    start = {**panel.start, **(draw.choice(panel.presets).values if panel.presets and draw.random() < 0.5 else {})}
    moved = draw.sample(list(panel.controls), k=draw.randint(1, min(3, len(panel.controls))))
    return {
        **start,
        **{name: some_value(panel.controls[name].control, draw.choice((0.0, 1.0, draw.random()))) for name in moved},
    }


def sensible(panel: Panel, draw: random.Random) -> dict:
    kinds = ("set", "open", "place", "notes", "file", "predict", "sentence")
    kind = draw.choices(kinds, (70, 10, 5, 5, 5, 3, 2))[0]
    return {
        "kind": kind,
        "values": some_setting(panel, draw),
        "text": draw.choice((panel.line, panel.state.scenario().to_json())),
        "place": draw.uniform(-10, 800),
        "open": draw.random() < 0.5,
        "format": draw.choice(("json", "csv")),
        "value": "yes",
    }


def hostile(panel: Panel, draw: random.Random) -> object:
    if draw.random() < 0.1:
        return draw.choice(NONSENSE)
    content = {"page": "hostile", **sensible(panel, draw)}
    for _ in range(draw.randint(1, 3)):
        place = draw.choice(
            ("kind", "page", "number", "values", "text", "place", "open", "format", "value", "control", "inside")
        )
        if place == "inside" and isinstance(content.get("values"), dict):
            content["values"] = {
                **content["values"],
                draw.choice([*panel.controls, "", HUGE, "__class__"]): draw.choice(NONSENSE),
            }
        else:
            content[place] = draw.choice([*NONSENSE, "sweep", "set", "open", "file"])
    return content


def is_a_sentence(words: str) -> bool:
    return words == "" or (
        len(words) <= 300 and words[0] == words[0].upper() and words[-1] in ".!?…" and "\n" not in words
    )


def say(panel: Panel, messages: list) -> None:
    async def run() -> None:
        for message in messages:
            panel._message(panel, message, [])
            await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run(run())


def is_not_stale(panel: Panel) -> bool:
    """Whether picture and words are those of the controls' values, computed once more."""
    scene = panel.state.picture(dict(panel.values))
    return panel.frame == panel.drawing.frame(scene.values) and panel.sentence == scene.sentence


def test_sensible_messages_are_all_answered_and_the_picture_is_never_an_older_one(panel, monkeypatch):
    Sent(monkeypatch)
    draw = random.Random(panel.name)
    for number in range(1, RANDOM // len(CATALOGUE) + 1):
        content = {**sensible(panel, draw), "page": "a", "number": number}
        say(panel, [content])
        if content["kind"] != "file":
            answer = panel.shown["answers"][-1]
            assert answer["number"] == number
            refusal = {"predict": "refused", "sentence": "refused"}.get(
                content["kind"], "done"
            )  # no panel of the catalogue asks for a prediction
            assert answer["outcome"] == refusal, answer
        assert is_a_sentence(panel.error)
        if content["kind"] == "set":
            assert panel.values == content["values"]
            if number % 8 == 0 and not panel.error:
                assert is_not_stale(panel)
    say(panel, [{"kind": "set", "values": panel.start, "page": "a", "number": 10**6}])
    assert panel.error == "" and is_not_stale(panel)


def test_hostile_messages_change_nothing_but_what_they_may(panel, monkeypatch):
    sent = Sent(monkeypatch)
    draw = random.Random(panel.name)
    for number in range(1, HOSTILE // len(CATALOGUE) + 1):
        before = dict(panel.values)
        content = hostile(panel, draw)
        if isinstance(content, dict):
            content.setdefault("number", number)
        sent.messages.clear()
        say(panel, [content])
        assert is_a_sentence(panel.error), panel.error[:400]
        assert all(len(str(answer["words"])) <= 300 for answer in panel.shown["answers"])
        if panel.values != before:
            assert panel.state.check_whole(panel.values) == panel.values
    say(panel, [{"kind": "set", "values": panel.start, "page": "somebody", "number": 1}])
    assert panel.error == "" and panel.values == panel.start and is_not_stale(panel)
