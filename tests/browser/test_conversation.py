"""Page and kernel talk over a bad line: messages are lost, doubled, late and in another order.

Whatever the line does, the last setting ends on the screen, and no sentence ever stands that is untrue.
"""

import random

import numpy as np
import pytest

from teaching.panels.controls import Slider

from .panel_on_a_page import CASES, IMPOSSIBLE, START, Line, begin, open_page, play, sentence_of, small_panel

SEQUENCES = 1000


@pytest.fixture
def page(browser):
    page = open_page(browser)
    yield page
    assert page.complaints == []
    page.context.close()


class Hand:
    """A person's acts at random, and what must be on the screen after the last of them."""

    def __init__(self, draw: random.Random):
        self.draw = draw
        self.wanted, self.complaint = dict(START), ""

    def acts(self) -> list[dict]:
        return [self.act() for _ in range(self.draw.choice((0, 1, 1, 2, 3)))]

    def act(self) -> dict:
        kind = self.draw.choice(
            ("type", "type", "slide", "slide", "choose", "press", "reset", "near", "leave", "nonsense")
        )
        name = self.draw.choice("ab")
        if kind in ("near", "leave"):
            return {"do": kind, "name": name}
        self.complaint = ""
        if kind == "nonsense":
            self.complaint = f"{name.upper()} is 'a lot'; allowed is a number from 0 to 10."
            return {"do": "type", "name": name, "text": "a lot"}
        if kind == "type":
            self.wanted[name] = self.draw.choice((0.0, 1.25, 7.0, 7.0, 10.0))
            return {"do": "type", "name": name, "text": f"{self.wanted[name]:g}"}
        if kind == "slide":
            at = self.draw.randrange(21)
            self.wanted[name] = at / 2
            return {"do": "slide", "name": name, "at": at, "rest": self.draw.random() < 0.7}
        if kind == "choose":
            self.wanted["c"] = self.draw.choice(("one", "two"))
            return {"do": "choose", "option": self.wanted["c"]}
        label = "Reset" if kind == "reset" else self.draw.choice(list(CASES))
        self.wanted = {**START, **CASES.get(label, {})}
        return {"do": "press", "label": label}


def until_quiet(page, line) -> dict:
    """The line is mended and time goes by until nobody has anything more to say."""
    line.bad = False
    for _ in range(12):
        seen = play(page, line, ms=40_000)
        if not seen["sent"] and not line.to_page and not line.to_kernel:
            return seen
    raise AssertionError("page and kernel never came to rest")


@pytest.mark.parametrize("part", range(4))
def test_whatever_the_line_does_the_last_setting_ends_on_the_screen_and_every_sentence_is_true(page, monkeypatch, part):
    panel = small_panel()
    draw = random.Random(part)
    line = Line(panel, monkeypatch, draw)
    begin(page, panel)
    hand = Hand(draw)
    for sequence in range(SEQUENCES // 4):
        line.bad = True
        for _ in range(draw.randint(2, 5)):
            seen = play(page, line, hand.acts(), ms=draw.choice((0, 5, 40, 200, 900, 4000, 11_000)))
            if seen["error"].startswith("No answer from the kernel"):
                assert any(seen["now"] - since >= 10_000 for since in line.unanswered.values()), "an answer had come"
        seen = until_quiet(page, line)
        about = f"part {part}, sequence {sequence}: {seen}"
        assert (float(seen["a"]), float(seen["b"]), seen["c"]) == tuple(hand.wanted[name] for name in "abc"), about
        assert panel.values == hand.wanted, about
        impossible = hand.wanted["a"] == 7 and hand.wanted["c"] == "two"
        assert seen["error"] == (hand.complaint or (IMPOSSIBLE[0].upper() + IMPOSSIBLE[1:] if impossible else "")), (
            about
        )
        if not impossible:
            assert seen["sentence"] == sentence_of(hand.wanted), about
            numbers = np.array([pair.split(" ")[1] for pair in seen["path"][1:].split("L") if pair.strip()], float)
            assert np.allclose(numbers, np.frombuffer(panel.frame, np.float32)[: len(numbers)], atol=0.06), about


@pytest.fixture
def good(page, monkeypatch):
    """Page and kernel over a line without faults: `good(acts, ms)` plays a round there and back."""
    panel = small_panel()
    line = Line(panel, monkeypatch, random.Random(1))
    line.bad = False
    begin(page, panel)

    def play_round(*acts, ms=20):
        play(page, line, acts, ms)
        return play(page, line, (), ms)

    play_round.page, play_round.line, play_round.panel = page, line, panel
    return play_round


@pytest.mark.parametrize(
    "acts",
    [
        [{"do": "press", "label": "Reset"}],
        [{"do": "press", "label": "Case two"}, {"do": "press", "label": "Case two"}],
        [{"do": "slide", "name": "a", "at": 6, "rest": False}, {"do": "slide", "name": "a", "at": 6, "rest": True}],
        [{"do": "type", "name": "a", "text": "2"}],
    ],
    ids=["Reset at the start", "the same case twice", "a slider at rest before it is let go",
    "the value that stands there"],
)  # fmt: skip
def test_a_setting_that_stands_already_is_answered_too(good, acts):
    """The page said 'No answer from the kernel' after ten seconds, because nothing new was sent."""
    for act in acts:
        good(act, ms=300)
    assert good(ms=15_000)["error"] == ""
    assert not good.line.unanswered


def test_a_value_that_the_kernel_refuses_is_answered_and_put_back(good):
    good.page.evaluate("play", {"acts": [], "arrive": [], "ms": 0})
    good.panel.state.controls["a"] = Slider("a", "A", 2.0, 0.0, 5.0, 0.5)  # a kernel of another version allows less
    seen = good({"do": "type", "name": "a", "text": "9"})
    assert seen["error"] == "A is 9; allowed is a number from 0 to 5." and seen["a"] == "2"
    assert good(ms=15_000)["error"].startswith("A is 9")
    assert good({"do": "type", "name": "b", "text": "4"})["error"] == ""


def test_an_error_goes_when_the_setting_is_valid_again(good):
    assert good({"do": "press", "label": "Case seven"})["error"].startswith("A is 7 and c is two")
    assert good({"do": "choose", "option": "one"})["error"] == ""
    assert good({"do": "type", "name": "b", "text": "a lot"})["error"].startswith("B is 'a lot'")
    assert good({"do": "type", "name": "b", "text": "3"})["error"] == ""  # the value that stood there all the time
    assert good({"do": "open", "text": "no setting"})["error"] != ""
    assert good({"do": "press", "label": "Reset"})["error"] == ""


def test_a_sweep_that_was_dropped_is_asked_for_again(good):
    def swept(name):
        return [message for message in good.line.seen if message["kind"] == "sweep" and message["control"] == name]

    kernel, good.line.seen = good.line.kernel, []

    def note_and_work():
        good.line.seen += good.line.to_kernel
        kernel()

    good.line.kernel = note_and_work
    # The pointer crosses A on its way to B, both before the kernel gets to it: A's is dropped.
    good({"do": "near", "name": "a"}, {"do": "leave", "name": "a"}, {"do": "near", "name": "b"})
    assert len(swept("a")) == len(swept("b")) == 1
    good({"do": "leave", "name": "b"}, {"do": "near", "name": "a"})
    assert len(swept("a")) == 2
    good({"do": "leave", "name": "a"}, {"do": "near", "name": "a"})
    assert len(swept("a")) == 2  # it is there now


def test_a_kernel_that_stays_silent_is_named_and_the_sentence_goes_with_its_answer(good):
    page = good.page
    seen = page.evaluate("play", {"acts": [{"do": "type", "name": "a", "text": "4"}], "arrive": [], "ms": 9_000})
    assert seen["error"] == ""
    late = page.evaluate("play", {"acts": [], "arrive": [], "ms": 2_000})
    assert late["error"].startswith("No answer from the kernel")
    good.line.to_kernel += seen["sent"]
    good.line.kernel()
    assert good()["error"] == ""
    assert good()["a"] == "4"
