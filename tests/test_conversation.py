"""The kernel's half of the talk: each numbered message is answered once done, refused or dropped; nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teaching.panels.conversation import ANSWERS_KEPT, ANSWERS_TOLD, LATER, PAGES_KEPT, Conversation


class Talk:
    """A conversation over something that only remembers what was done."""

    def __init__(self):
        self.done, self.refusals = [], []
        acts = {kind: self._act(kind) for kind in ("set", "open", "predict", "file")}
        acts["sweep"] = lambda content: LATER
        self.conversation = Conversation(acts, self._refused)

    def _act(self, kind):
        def act(content):
            if content.get("values") == "bad":
                raise ValueError("no.")
            if content.get("values") == "broken":
                raise ZeroDivisionError
            self.done.append((kind, content["page"], content["number"]))

        return act

    def _refused(self, kind, problem):
        self.refusals.append(str(problem))
        return str(problem)

    def say(self, kind, number, page="a", **content):
        return self.conversation.receive({"kind": kind, "number": number, "page": page, **content})


@pytest.fixture
def talk():
    return Talk()


def test_every_message_is_answered_by_its_own_number(talk):
    answers = [
        talk.say("set", 1),
        talk.say("set", 2, values="bad"),
        talk.say("fly", 3),
        talk.say("set", 4, values="broken"),
    ]
    assert [(answer.number, answer.outcome) for answer in answers] == [
        (1, "done"),
        (2, "refused"),
        (3, "refused"),
        (4, "refused"),
    ]
    assert all(answer.words for answer in answers[1:])
    assert [answer["number"] for answer in talk.conversation.told()] == [1, 2, 3, 4]


def test_the_same_message_twice_is_done_once_and_answered_twice(talk):
    assert talk.say("predict", 1) == talk.say("predict", 1)
    assert talk.done == [("predict", "a", 1)]


def test_the_same_setting_under_a_new_number_is_done_again(talk):
    """Whether two settings are equal is nobody's business: Reset at the start is answered like any other."""
    assert [talk.say("set", number, values={"x": 1}).outcome for number in (1, 2)] == ["done", "done"]
    assert len(talk.done) == 2


def test_an_older_setting_that_comes_late_is_dropped_aloud(talk):
    talk.say("set", 5)
    assert talk.say("set", 4).outcome == "dropped"
    assert talk.say("open", 3).outcome == "dropped"
    assert talk.say("predict", 2).outcome == "done"  # no setting: it takes nothing back
    assert talk.done == [("set", "a", 5), ("predict", "a", 2)]


def test_two_pages_do_not_know_each_others_numbers(talk):
    assert talk.say("set", 9, page="a").outcome == talk.say("set", 1, page="b").outcome == "done"


def test_an_answer_may_come_later_and_only_once(talk):
    assert talk.say("sweep", 1) is None
    assert talk.say("sweep", 1) is None  # sent again meanwhile: still under way
    assert talk.conversation.answer("a", 1, "dropped").outcome == "dropped"
    assert talk.say("sweep", 1).outcome == "dropped"


def test_what_carries_data_is_done_again_when_its_answer_was_lost(talk):
    talk.say("file", 1)
    talk.say("file", 1)
    assert talk.done == [("file", "a", 1)] * 2


@pytest.mark.parametrize(
    "content",
    [None, 3, "set", [], {}, {"kind": "set"}, *({"kind": "set", "page": "a", "number": number} for number in (0, -1,
    1.5, True, None, "1", 10**400)),
     *({"kind": "set", "page": page, "number": 1} for page in ("", None, 3, "x" * 41, ["a"]))],
)  # fmt: skip
def test_what_names_no_page_and_number_is_left_alone(talk, content):
    assert talk.conversation.receive(content) is None
    assert talk.done == [] and talk.conversation.told() == []


@pytest.mark.parametrize("kind", [None, 3, ["set"], {"set": 1}, "x" * 100_000])
def test_an_unknown_request_is_refused_in_a_short_sentence(talk, kind):
    answer = talk.say(kind, 1)
    assert answer.outcome == "refused" and len(answer.words) < 300


def test_a_crowd_of_pages_and_numbers_takes_no_more_room(talk):
    for number in range(1, 2000):
        talk.say("set", number, page=f"page {number % 200}")
        talk.say("set", number, page="busy")
    assert len(talk.conversation._pages) <= PAGES_KEPT
    assert len(talk.conversation._pages["busy"].answers) == ANSWERS_KEPT
    assert len(talk.conversation.told()) == ANSWERS_TOLD
    assert talk.say("predict", 3, page="busy").outcome == "dropped"  # nobody knows any more whether it was done
    assert ("predict", "busy", 3) not in talk.done


@given(
    st.lists(
        st.tuples(st.sampled_from(["set", "open", "predict"]), st.integers(1, 30), st.sampled_from("ab")), max_size=60
    )
)
def test_nothing_is_done_twice_and_the_newest_setting_is_never_taken_back(messages):
    talk = Talk()
    kinds = {}  # a number belongs to one message: what comes again is the same one
    for kind, number, page in messages:
        kind = kinds.setdefault((page, number), kind)
        answer = talk.say(kind, number, page)
        assert (answer.page, answer.number) == (page, number)
    assert len(talk.done) == len(set(talk.done))
    for page in "ab":
        settings = [number for kind, own, number in talk.done if own == page and kind != "predict"]
        assert settings == sorted(settings)
        sent = [number for (own, number), kind in kinds.items() if own == page and kind != "predict"]
        assert max(sent, default=0) == max(settings, default=0)
