"""The question widgets: what a student chooses, types or draws is kept, checked and shown again; every message is
answered. What a page does with them stands in tests/browser/test_question_rooms.py and test_question_page.py."""

import base64
import json
import zlib

import pytest
from invented_questions import HINTS, INVENTED, LESSON, WRONG_AND_RIGHT, said_to_wrong

from teaching.learning import answer_store, answers
from teaching.panels import questions

KINDS = {entry["kind"]: name for name, entry in reversed(INVENTED.items())}
#: One usable answer of each kind: as a page sends it, as it is kept, as the field shows it again.
USABLE = {
    "number": ("12,5 d", 12.5, "12.5"),
    "option": ("  yellow ", "Yellow", "Yellow"),
    "marker": ("4", 4, "4"),
    "text": (" By post. \ud800", "By post. \N{REPLACEMENT CHARACTER}", "By post. \N{REPLACEMENT CHARACTER}"),
    "curve": ([[30, 1], [0, 500]], [[0, 500], [30, 1]], [[0, 500], [30, 1]]),
}
KINDS |= {"option": "99-colour", "sort": "99-sorting"}
for _name in ("99-letter", "99-sorting"):
    _placed = WRONG_AND_RIGHT[_name][1]
    USABLE[INVENTED[_name]["kind"]] = (_placed[::-1], _placed, _placed)


@pytest.fixture(autouse=True)
def invented_questions(own_folder, monkeypatch):
    monkeypatch.setattr(answers, "_key", lambda: INVENTED)


def lines(kind: str | None = None) -> list:
    """(kind, value) of what is kept."""
    return [(line["kind"], line["value"]) for line in answer_store.read(LESSON) if kind is None or line["kind"] == kind]


class Page:
    """A page that shows a question: it numbers its messages and reads what the kernel shows."""

    def __init__(self, panel, name="page"):
        self.panel, self.name, self.number = panel, name, 0

    def send(self, kind, number=None, **content) -> dict:
        """The answer to one message, from what every page sees."""
        self.number = number or self.number + 1
        self.panel._message(self.panel, {"kind": kind, "page": self.name, "number": self.number, **content}, [])
        (answer,) = [
            one for one in self.panel.shown["answers"] if (one["page"], one["number"]) == (self.name, self.number)
        ]
        return answer


@pytest.mark.parametrize("kind", USABLE)
@pytest.mark.parametrize("ask", [questions.predict, questions.check])
def test_what_a_page_sends_is_kept_shown_and_there_again_in_the_next_kernel(ask, kind):
    given, kept, shown = USABLE[kind]
    panel = ask(KINDS[kind])
    assert panel.shown["value"] is None and panel.shown["card"] is None
    assert Page(panel).send("submit", value=given)["outcome"] == "done"
    word = "prediction" if ask is questions.predict else "sentence" if kind == "text" else "answer"
    assert lines() == [(word, kept)] and panel.shown["value"] == shown
    again = ask(KINDS[kind])
    assert {**again.shown, "revision": 0, "answers": 0} == {**panel.shown, "revision": 0, "answers": 0}
    json.dumps(again.shown)


@pytest.mark.parametrize("name", WRONG_AND_RIGHT)
def test_a_wrong_answer_gets_its_feedback_and_may_be_tried_again(name):
    panel, entry = questions.check(name), INVENTED[name]
    for given, word, told in zip(
        WRONG_AND_RIGHT[name], ("Not yet", "Right"), (said_to_wrong(name), entry["answer"]["feedback"]), strict=True
    ):
        panel.submit(given)
        assert (panel.card.word, panel.card.message) == (word, told)
    assert len(lines("answer")) == 2


def test_own_words_are_kept_and_not_judged_and_then_a_sentence_to_compare_stands_there():
    panel = questions.check("99-why")
    panel.submit("It flies.")
    assert (panel.card.word, panel.note) == ("Kept", "")
    assert panel.card.message.endswith(INVENTED["99-why"]["model"])
    predicted = questions.predict("99-why")
    predicted.submit("It swims.")
    assert repr(predicted.card) == "Your prediction: It swims.", "nothing to compare with before the lesson"
    assert questions.check("99-why").question.options == ()


@pytest.mark.parametrize("kind", USABLE)
def test_what_cannot_be_used_is_refused_in_a_sentence_and_changes_nothing(kind):
    panel = questions.check(KINDS[kind])
    page = Page(panel)
    page.send("submit", value=USABLE[kind][0])
    before = lines()
    for given in (None, "", "\x00", [], {}, [[0, 1]], True, 10**400, "x" * 5000, [[0, "1"], [30, 2]], [None] * 500):
        if kind == "text" and given == "\x00":
            continue  # a strange text, but one
        answer = page.send("submit", value=given)
        assert answer["outcome"] == "refused" and answer["words"].endswith(".") and len(answer["words"]) <= 300
        assert panel.shown["card"] == {"word": "Not usable", "message": answer["words"]}
    assert lines() == before and panel.shown["value"] == USABLE[kind][2]


def test_a_message_that_comes_twice_is_one_try_and_a_stranger_is_not_answered():
    panel = questions.check("99-speed")
    page = Page(panel)
    for _ in range(3):
        assert page.send("submit", number=1, value="31")["outcome"] == "done"
    assert page.send("hint", number=2)["outcome"] == page.send("hint", number=2)["outcome"] == "done"
    assert lines() == [("answer", 31), ("hint", 1)] and panel.shown["hints"] == HINTS[:1]
    assert page.send("run", code="1/0")["outcome"] == "refused"
    before = panel.shown
    for content in (
        None,
        "submit",
        [],
        {},
        {"kind": "submit"},
        {"page": "", "number": 1},
        {"page": "p", "number": 0.5},
    ):
        panel._message(panel, content, [])
    panel.set_state({"shown": {}, "setup": {}})
    assert panel.shown is before and panel.setup["prompt"]


def test_hints_come_one_by_one_also_after_a_restart_and_count_once():
    """Each new kernel used to count the hints from one, so that a report knew more hints than there are."""
    page = Page(questions.check("99-speed"))
    for _ in range(2):
        page.send("hint")
    again = questions.check("99-speed")  # as after a restart
    assert again.hints == again.shown["hints"] == HINTS[:2]
    for _ in range(3):
        assert Page(again, "other").send("hint", number=_ + 1)["outcome"] == "done"
    assert again.shown["hints"] == HINTS and lines("hint") == [("hint", number) for number in (1, 2, 3)]
    assert questions.predict("99-vote").setup["hints"] == 0


def test_a_prediction_can_be_checked_afterwards_and_the_newest_answer_stands_there():
    answers.predict("99-colour", "red")
    panel = questions.check("99-colour")
    assert panel.shown["value"] == "red" and panel.card.word == "Your prediction"
    panel.submit("Yellow")
    assert questions.check("99-colour").card.word == "Right"
    answer_store.append(LESSON, "answer", "99-colour", "an option of last year")
    assert questions.check("99-colour").shown["value"] == "Yellow"


@pytest.mark.parametrize("name", INVENTED)
def test_one_output_with_the_widget_and_the_question_as_text(name):
    panel = (questions.predict if name == "99-vote" else questions.check)(name)
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    assert bundle["text/plain"] == str(answers.question(name))
    assert INVENTED[name]["prompt"] in " ".join(bundle["text/plain"].split())


def test_axes_and_scales_are_told_in_words_too():
    words = str(answers.question("99-course"))
    assert "time after posting: 0 to 30 days" in words and "letters under way: 0.1 to 1000 per mL" in words


@pytest.mark.parametrize("name", INVENTED)
def test_a_page_has_the_rule_but_no_answer_feedback_or_hint_in_clear(name):
    """Packed against an accidental look; whoever wants to read it can."""
    is_vote = name == "99-vote"
    for ask in [questions.predict] if is_vote else [questions.check, questions.predict]:
        data = ask(name).page_data()
        clear, rule = (
            json.dumps(data, ensure_ascii=False),
            json.loads(zlib.decompress(base64.b64decode(data["packed"]), -15)),
        )
        known = [INVENTED[name].get("answer", {}), *INVENTED[name].get("wrong", ())]
        secrets = [*HINTS, INVENTED[name].get("model"), *(one.get("feedback") for one in known)]
        assert not any(secret in clear for secret in filter(None, secrets))
        assert "band" not in clear and data["lesson"] == LESSON
        assert rule.get("answer") == (INVENTED[name].get("answer") if ask is questions.check else None)


def test_what_could_not_be_saved_or_read_is_said_under_the_card(tmp_path, monkeypatch):
    answers.predict("99-colour", "red")
    with open(answer_store.folder() / f"{LESSON}.jsonl", "a", encoding="utf-8") as handle:
        handle.write("no line of ours\n")
    assert "damaged line" in questions.predict("99-colour").shown["note"]
    (tmp_path / "in-the-way").touch()
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "in-the-way"))
    panel = questions.predict("99-colour")
    panel.submit("red")
    assert panel.card.word == "Your prediction" and "Not saved" in panel.shown["note"]
    panel = questions.check("99-colour")
    panel.open_hint()
    assert "Not saved" in panel.shown["note"] and panel.shown["hints"] == HINTS[:1]


def test_a_question_that_is_none_is_refused_in_a_sentence():
    with pytest.raises(answers.AnswerProblem, match="There is no question"):
        questions.predict("no-such")
    with pytest.raises(answers.AnswerProblem, match="there is no right answer"):
        questions.check("99-vote")
    with pytest.raises(answers.AnswerProblem, match="there is no right answer"):
        answers.verdict("99-why", "words")
