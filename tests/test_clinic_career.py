"""Career files: what is refused, in one sentence, and that nobody can play what the file claims by hand."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teaching.clinic import career, numbers
from teaching.clinic.career import career_of
from teaching.clinic.laboratory import orderable
from teaching.clinic.visit import Ending, Visit, resume, start

GOOD = start("SLE nephritis", 7).order("total IgG").give("rituximab").note("first").next().order("autoantibody")


def changed(change):
    """The text of a good file after a change by hand."""
    found = json.loads(GOOD.to_json())
    change(found)
    return json.dumps(found)


def set_to(*path, value):
    def change(found):
        for part in path[:-1]:
            found = found[part]
        found[path[-1]] = value

    return change


BROKEN = [
    (set_to("clinic", value=99), "the version of the career file is 99; this clinic reads 1 only"),
    (set_to("clinic", value=True), "the version of the career file is True"),
    (set_to("clinic", value=None), "the version of the career file is None"),
    (set_to("tables", value="0" * 16), "played with other tables of the kit"),
    (set_to("patient", value="a cold"), "patient is 'a cold'; choose one of: SLE nephritis"),
    (set_to("patient", value=3), "patient is 3; a text is needed"),
    (set_to("seed", value="7"), "seed is '7'; allowed is a whole number"),
    (set_to("seed", value=7.5), "seed is 7.5; allowed is a whole number"),
    (set_to("seed", value=-1), "seed is -1; allowed is a whole number"),
    (set_to("left", value="yes"), "left is 'yes'; allowed is true or false"),
    (set_to("left", value=True), "says that it is over, but visit 3 is still to come"),
    (set_to("visits", value=[]), "a list of at least one visit is needed"),
    (set_to("visits", value={}), "a list of at least one visit is needed"),
    (set_to("visits", 0, value="none"), "visit 1 of the career file is 'none'"),
    (set_to("visits", 0, "order", value="total IgG"), "'order' in visit 1 of the career file is 'total IgG'"),
    (set_to("visits", 0, "order", value=["MRI"]), "visit 1 of the career file cannot have been played: test is 'MRI'"),
    (set_to("visits", 0, "order", value=["total IgG"] * 2), "cannot have been played: total IgG was ordered"),
    (lambda found: found["visits"][0].update({"order": [*orderable()], "replace IgG": True}),
     "visit 1 of the career file cannot have been played: IgG replacement costs 2 points"),
    (set_to("visits", 1, "give", value=["aspirin"]), "visit 2 of the career file cannot have been played: product"),
    (set_to("visits", 1, "give", value=["rituximab days=4000"]), "the clinic ends on day 1826"),
    (set_to("visits", 1, "notes", value=[7]), "'notes' in visit 2 of the career file is"),
    (set_to("visits", 1, "replace IgG", value=1), "allowed is true or false"),
    (set_to("visits", 1, "cure", value=True), "visit 2 of the career file has 'cure', which is not known"),
    (lambda found: found.pop("seed"), "the career file lacks 'seed'"),
    (lambda found: found.update(points=99), "the career file has 'points', which is not known"),
    (lambda found: found["visits"].extend(found["visits"] * 3), "visit|steroids|costs"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), BROKEN)
def test_a_file_that_was_edited_by_hand_is_refused_in_one_sentence(change, words):
    with pytest.raises(ValueError, match=words) as error:
        resume(changed(change))
    told = str(error.value)
    assert len(told) <= 300 and "\n" not in told and told.endswith(".")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"clinic"', "{}", "[" * 100_000, '{"clinic": 1e999}'])
def test_what_is_no_career_file_is_refused(text):
    with pytest.raises(ValueError, match="career file"):
        resume(text)


@pytest.mark.parametrize("text", [None, 7, b"{}", {"clinic": 1}, ["x"]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(ValueError, match="the text of a career file is needed"):
        resume(text)


def test_a_file_of_two_million_letters_is_refused_before_it_is_read():
    with pytest.raises(ValueError, match="at most 2,000,000 are read"):
        resume(GOOD.to_json() + " " * career.LONGEST_FILE)


def test_more_than_five_visits_cannot_have_been_played():
    empty = {"order": [], "give": [], "stop steroids": False, "replace IgG": False, "notes": []}
    for seed in range(40):
        found = json.loads(start("myositis", seed).to_json())
        found["visits"] = [empty] * 6
        with pytest.raises(ValueError, match="there are 5|ended before it"):
            resume(json.dumps(found))


def test_visits_after_an_infection_cannot_have_been_played():
    for seed in range(200):
        here, count = start("SLE nephritis", seed), 1
        while isinstance(here, Visit) and count < 5:
            here, count = here.next(), count + 1
        if isinstance(here, Ending):
            break
    assert isinstance(here, Ending) and here.kind == "infection"
    found = json.loads(here.to_json())
    found["visits"].append(found["visits"][-1])
    with pytest.raises(ValueError, match="but this career ended before it"):
        resume(json.dumps(found))


def test_all_notes_that_are_allowed_fit_into_a_file_that_is_read():
    visit = start("SLE nephritis", 7)
    for _ in range(3):
        visit = visit.note("\u0001" * career.LONGEST_NOTES).next()
        assert isinstance(visit, Visit)
    assert 5 / 3 * len(visit.to_json()) < career.LONGEST_FILE and resume(visit.to_json()) == visit


@given(st.text(max_size=200).filter(str.strip))
@settings(max_examples=100)
def test_every_note_comes_back_as_it_was(text):
    visit = start("SLE nephritis", 7).note(text)
    written = visit.to_json()
    written.encode("utf-8")
    assert resume(written) == visit and career_of(written).visits[0].notes == (text,)


def test_a_file_says_its_version_and_its_tables():
    found = json.loads(GOOD.to_json())
    assert found["clinic"] == numbers.VERSION and found["tables"] == numbers.stamp()
    assert set(found) == {"clinic", "tables", "patient", "seed", "left", "visits"}
