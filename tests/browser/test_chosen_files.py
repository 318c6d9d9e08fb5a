"""Files of many people that are brought into a room: each is read or refused in a sentence, and none is passed over."""

import pytest

from .desk_page import script_of

_READ = """
async ([most, largest]) => {
  const read = (name, text) => {
    if (text.length > largest) throw new Error(`${name} is too large.`);
    if (!text) throw new Error(`${name} is empty.`);
    return [name, text];
  };
  const field = document.querySelector("input");
  return [...(await chosen_files_js.read_chosen(field, most, largest, read)), field.files.length];
}
"""


@pytest.fixture
def page(browser):
    with script_of(browser, "chosen_files") as page:
        page.set_content("<input type=file multiple>")
        yield page


def chosen(page, **texts: str) -> None:
    files = [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in texts.items()]
    page.locator("input").set_input_files(files)


def test_each_file_is_read_or_refused_and_the_field_is_empty(page):
    chosen(page, one="first", two="", three="x" * 11, four="ü" * 10, five="x" * 1000)
    found, problems, left = page.evaluate(_READ, [5, 10])
    assert found == [["one", "first"], ["four", "ü" * 10]] and left == 0
    assert problems == ["two is empty.", "three is too large.", "five is too large."]


def test_what_is_too_large_is_not_read_at_all(page):
    chosen(page, large="x" * 1000)
    page.evaluate("() => { File.prototype.text = async () => { throw new Error('it was read'); }; }")
    assert page.evaluate(_READ, [5, 10])[1] == ["large is too large."]


def test_of_too_many_files_the_first_are_read_and_it_is_said(page):
    chosen(page, one="1", two="2", three="3")
    assert page.evaluate(_READ, [2, 10])[:2] == [[["one", "1"], ["two", "2"]], ["Only the first 2 files were opened."]]


@pytest.mark.parametrize(
    ("room", "problems", "said"),
    [
        ({"added": "2 verdicts", "again": 1}, [], ["2 verdicts added.", "1 was here already and was not added again."]),
        ({"again": 2}, ["a is bad."], ["a is bad.", "2 were here already and were not added again."]),
        ({"added": 0, "outside": 3}, [], ["The room is full with 60 people; 3 found no seat."]),
        ({"added": 0, "again": 0, "outside": 0}, [], []),
    ],
)  # fmt: skip
def test_who_came_in_is_said(page, room, problems, said):
    call = "([room, problems]) => chosen_files_js.arrival_in_words(room, problems)"
    assert page.evaluate(call, [{**room, "most": 60}, problems]) == said
