"""The base of all desks, in Python: what is declared, what is refused, what is kept, what a page is given."""

import base64
import json
import zlib

import pytest
from invented_desk import SCORE, invented, known

from teaching import show
from teaching.learning import answer_store
from teaching.panels import bundle
from teaching.panels.catalogue import CATALOGUE, DESKS, GALLERY, Entry, desks_of
from teaching.panels.desk import LONGEST_SETTING, Desk


@pytest.fixture(autouse=True)
def invented_desk(own_folder, monkeypatch):
    known(monkeypatch)


def send(desk: Desk, number: int, kind: str, **content) -> dict:
    """The answer to one message of a page."""
    desk._message(desk, {"kind": kind, "page": "page", "number": number, **content}, [])
    return next(one for one in desk.shown["answers"] if one["number"] == number)


def test_a_setting_of_a_page_is_taken_or_refused_with_one_sentence_and_the_last_one_stays():
    desk = invented()
    assert send(desk, 1, "set", values={"score": 4})["outcome"] == "done" and desk.values == {"score": 4}
    for number, bad in enumerate(({"score": 11}, {"score": "4"}, {}, {"score": 4, "more": 1}, None, [], "4"), 2):
        answer = send(desk, number, "set", values=bad)
        assert answer["outcome"] == "refused" and answer["words"] == desk.shown["error"]
        assert answer["words"].endswith(".") and len(answer["words"]) <= 300
        assert desk.shown["values"] == {"score": 4}
    assert send(desk, 20, "set", values={"score": 5})["outcome"] == "done" and desk.shown["error"] == ""
    assert send(desk, 21, "dance")["outcome"] == "refused"


def test_from_python_parts_are_set_and_it_goes_back_to_the_start():
    desk = invented()
    desk.set({"score": 7})
    assert desk.values == desk.shown["values"] == {"score": 7} and "7" in desk.sentence
    with pytest.raises(ValueError, match="score is 70; allowed"):
        desk.set({"score": 70})
    desk.reset()
    assert desk.values == desk.start
    for wrong in ({"score": float("nan")}, {"score": object()}):
        with pytest.raises(ValueError, match="neither text, number"):
            desk.set(wrong)
    with pytest.raises(ValueError, match=f"at most {LONGEST_SETTING:,}"):
        desk.checked({"score": "x" * LONGEST_SETTING})


def test_what_is_kept_is_there_in_the_next_kernel_and_what_no_longer_fits_is_left_out(monkeypatch):
    desk = invented(keeps=True)
    assert desk.kept is None and desk.values == desk.start
    assert send(desk, 1, "keep", values={"score": 6})["outcome"] == "done"
    assert desk.shown["note"].startswith("Kept") and desk.shown["kept"] == {"score": 6}
    assert send(desk, 1, "keep", values={"score": 6})["outcome"] == "done"
    assert [line["kind"] for line in answer_store.read("99_invented")] == ["desk"], "one message is kept once"
    answer_store.append("99_invented", "desk", "99-desk", json.dumps({"score": 600}))
    answer_store.append("99_invented", "desk", "99-desk", "{")
    answer_store.append("99_invented", "desk", "99-other", json.dumps({"score": 1}))
    again = invented(keeps=True)
    assert again.values == again.kept == {"score": 6}
    monkeypatch.setenv("TEACHING_KEEPS_NOTHING", "1")
    nobody = invented(keeps=True)
    assert nobody.values == nobody.start
    send(nobody, 1, "keep", values={"score": 2})
    assert nobody.shown["note"].startswith("This page keeps nothing")


def test_a_desk_that_keeps_nothing_says_so():
    desk = invented()
    assert send(desk, 1, "keep", values={"score": 6})["words"] == "This desk keeps nothing."


def test_a_page_is_given_the_whole_setup_packed():
    desk = invented(keeps=True)
    data = desk.page_data()
    json.dumps(data)
    setup = json.loads(zlib.decompress(base64.b64decode(data["packed"]), -15))
    assert setup == desk.setup and setup["start"] == {"score": SCORE} and data["keeps"] == ["99_invented", "99-desk"]


def test_without_a_kernel_its_still_picture_and_its_words_stand_there():
    desk = invented()
    data, more = desk._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == f"{desk.question}\n{desk.sentence}" == repr(desk)
    assert more["image/png"]["alt"] == desk.sentence
    desk.set({"score": 9})
    assert show(desk).words == desk.sentence != desk.still(as_new=True)[1]


def test_lists_have_panels_and_desks_apart_and_the_gallery_has_both():
    assert not set(CATALOGUE) & set(DESKS) and set(GALLERY) == set(CATALOGUE) | set(DESKS)
    (entry,) = desks_of([invented, len, None]).values()
    assert isinstance(entry, Entry) and entry.question == invented.desk.question and entry.make().name == "invented"


def test_all_widgets_of_a_notebook_bring_one_style_sheet():
    """The sheet that arrives last has the last word: with different ones the grid of lesson 10 lost its colours."""
    from teaching import panels
    from teaching.panels.handshake import Handshake
    from teaching.panels.questions import QuestionPanel

    made = [panels.benefits(), panels.deliberation(), panels.treatment(), QuestionPanel("00-taste"), Handshake()]
    assert {one.get_state("_css")["_css"] for one in made} == {bundle.style("all")}
