"""One question of each kind in each room: in JupyterLab, in Voila and on a page without a kernel.

The same student does the same in all three: nonsense, a wrong answer, hints, the right one, with the keyboard alone,
and finds everything again the next day.
"""

import json

import pytest
from invented_questions import HINTS, INVENTED, WRONG_AND_RIGHT, said_to_wrong, save_key
from playwright.sync_api import expect

from teaching.learning import answers
from teaching.panels import bundle, questions

from .asking import Asked, faults_for_everyone, running_voila
from .conftest import complaints_of_ours, keep_pictures
from .running_lab import NotebookPage, write_notebook

VOTE, WHY, COUNT, REPLY = "99-vote", "99-why", "99-count", "99-reply"
COUNTED = [["an address", "there"], ["a stamp", "missing"], ["a greeting", "there"]]
WORDS = 'By post, <img src="x" onerror="shipped()"> says the postman.'
_HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Questions</title>'
_SHOW = """
globalThis.store = store_js.make_store({ kit: "1" });
Promise.all(data.map((one, k) => question_page_js.show_question(one, document.getElementById(`q${k}`), store)))
  .then((all) => { globalThis.leave = all; });
"""


def page_of(panels) -> str:
    """A page without a kernel that shows questions, as text; it names no address."""
    data = json.dumps([panel.page_data() for panel in panels]).replace("<", "\\u003c")
    hosts = "".join(f'<div id="q{k}"></div>' for k in range(len(panels)))
    script = f"{bundle.linked('question_page')}\nconst data = {data};{_SHOW}"
    return f"{_HEAD}<style>{bundle.style('question')}</style><body><main>{hosts}</main><script>{script}</script></body>"


def made() -> list:
    """The questions of the rooms, one of each kind, with a vote that is only kept."""
    return [questions.check(name) for name in (*WRONG_AND_RIGHT, WHY, COUNT, REPLY)] + [questions.predict(VOTE)]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A folder with the invented questions as an answer key; they are those of this process too.

    The environment says nothing of it: JupyterLab, which starts here, is that of other files as well.
    """
    folder = tmp_path_factory.mktemp("asked")
    save_key(folder / "key.bin")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "_key", lambda: INVENTED)
        patch.setenv("TEACHING_ANSWERS", str(folder / "answers"))
        yield folder


def notebook_cells(key, answers_of: str) -> list[str]:
    start = f"import os\nos.environ.update(TEACHING_ANSWER_KEY={str(key / 'key.bin')!r}, "
    start += f"TEACHING_ANSWERS={str(key / answers_of)!r})\nfrom teaching.panels import questions"
    return [
        start,
        *(f"questions.check({name!r})" for name in (*WRONG_AND_RIGHT, WHY, COUNT, REPLY)),
        f"questions.predict({VOTE!r})",
    ]


class InLab:
    """A notebook in JupyterLab; the next day its kernel is another one."""

    def __init__(self, request, key):
        self.browser, self.lab, self.seen = request.getfixturevalue("browser"), request.getfixturevalue("lab"), None
        write_notebook(self.lab.folder / "asked.ipynb", notebook_cells(key, "lab"))

    def open(self):
        self.close()
        self.seen = NotebookPage.open(self.browser, self.lab, "asked.ipynb", viewport={"width": 1280, "height": 1400})
        assert self.seen.run_all(), self.seen.errors()
        return self.seen.page

    def complaints(self) -> list:
        return complaints_of_ours(self.seen) + self.seen.outside

    def close(self):
        if self.seen:
            self.seen.close()


class InBrowser:
    """What the pages of Voila and those without a kernel have in common: they are opened by an address."""

    def __init__(self, request):
        self.context, self.said = (
            request.getfixturevalue("browser").new_context(viewport={"width": 1280, "height": 1400}),
            [],
        )
        self.page = None

    def open(self):
        if self.page:
            self.page.close()
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(self.address)
        self.page.locator(".teaching-question").nth(len(WRONG_AND_RIGHT) + 2).wait_for(timeout=90_000)
        return self.page

    def complaints(self) -> list:
        return self.said

    def close(self):
        self.context.close()


class InVoila(InBrowser):
    """A notebook as an app; each visit has a kernel of its own."""

    def __init__(self, request, key):
        super().__init__(request)
        notebook = key / "voila" / "asked.ipynb"
        notebook.parent.mkdir()
        write_notebook(notebook, notebook_cells(key, "voila"))
        self.server = running_voila(notebook, key / "voila.log")
        self.address = self.server.__enter__()

    def close(self):
        super().close()
        self.server.__exit__(None, None, None)


class OnPage(InBrowser):
    """A page without a kernel, with the network cut."""

    def __init__(self, request, key):
        super().__init__(request)
        text, self.address = page_of(made()), "http://kit.test/lesson.html"
        self.context.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))


@pytest.fixture(scope="module", params=[InLab, InVoila, OnPage])
def room(request, key):
    room = request.param(request, key)
    yield room
    assert room.complaints() == []
    room.close()


def asked(page, name: str) -> Asked:
    return Asked(page, INVENTED[name]["prompt"])


def test_each_kind_is_answered_with_the_keyboard_and_is_there_the_next_day(room, artifacts):
    page = room.open()
    page.evaluate("() => { globalThis.shipped = () => (globalThis.executed = true); }")
    number = asked(page, "99-speed")
    number.enter("no idea")
    assert number.said("Not usable") == 'Not usable: "no idea" is not a number; type a number of days such as 12.'
    assert number.field.input_value() == "no idea", "what was typed stays to be mended"
    for name, (wrong, right) in WRONG_AND_RIGHT.items():
        one = asked(page, name)
        one.enter(wrong)
        assert one.said("Not yet") == f"Not yet: {said_to_wrong(name)}"
        for k, words in enumerate(("Hint", "Hint 2 of 3", "Hint 3 of 3")):
            one.press(words)
            assert one.said(f"Hint {k + 1} of 3") == f"Hint {k + 1} of 3: {HINTS[k]}"
        assert one.root.get_by_role("button", name="No more hints").is_disabled()
        one.enter(right)
        assert one.said("Right") == f"Right: {INVENTED[name]['answer']['feedback']}"
    why, vote = asked(page, WHY), asked(page, VOTE)
    why.press("Keep my words")
    assert "There is nothing written yet" in why.said("Not usable")
    why.enter(WORDS)
    assert why.said("Kept").endswith(f"One way to say it: {INVENTED[WHY]['model']}")
    count = asked(page, COUNT)
    count.press("Keep my count")
    assert count.root.locator(".teaching-error").first.inner_text() == "Still without a place: card 1, card 2, card 3."
    count.enter(COUNTED)
    assert count.said("Kept") == "Kept: 2 of 3 there. The others: card 2."
    vote.press("Keep my prediction")
    assert vote.root.locator(".teaching-error").first.inner_text() == "Choose one of the options first."
    vote.enter("much")
    vote.enter("little")
    assert vote.said("Your prediction: little") and vote.root.locator(".teaching-error").first.inner_text() == ""
    assert faults_for_everyone(page) == []
    pictures = [asked(page, name).root for name in (*WRONG_AND_RIGHT, WHY)]
    keep_pictures(page, pictures, f"question_{type(room).__name__}", artifacts)

    page = room.open()
    for name in WRONG_AND_RIGHT:
        one = asked(page, name)
        assert one.said("Right") and one.said("Hint 3 of 3")
    assert asked(page, "99-speed").field.input_value() == "3.5"
    assert asked(page, WHY).field.input_value() == WORDS
    curve = asked(page, "99-course")
    assert len(curve.root.locator(".teaching-prediction path").get_attribute("d")) > 40
    assert curve.root.locator("td input").first.input_value() == "500"
    letter = asked(page, "99-letter").root
    assert letter.get_by_role("button", name="Yours, Anna writer", exact=True).get_attribute("aria-pressed") == "true"
    assert letter.get_by_role("button", name="the postman is late again,", exact=True).is_visible()
    sorting = asked(page, "99-sorting").root.get_by_role("group", name="2. a postcard", exact=True)
    assert sorting.get_by_role("radio", name="by bag").is_checked()
    assert asked(page, COUNT).said("Kept: 2 of 3 there.")
    assert asked(page, VOTE).said("Your prediction") == "Your prediction: little"
    assert asked(page, VOTE).root.get_by_role("radio", name="little").is_checked()
    assert not page.evaluate("() => globalThis.executed"), "what was written is text and never markup"
    assert page.locator(".teaching-question :is(img, script, b)").count() == 0


def test_a_letter_of_ten_thousand_words_stays_in_the_field_and_one_that_fits_is_kept(room, artifacts):
    """Sixty thousand characters are refused in one sentence; nothing typed is lost, and the count goes along."""
    page = room.open()
    one = asked(page, REPLY)
    count, beyond = one.root.locator(".teaching-count"), one.root.locator(".teaching-beyond")
    # JupyterLab lays out a cell that comes into sight in its own time.
    expect(count).to_have_text("0 words so far; 6 to 70 are asked for")
    expect(beyond).to_have_text("")
    long = "words " * 9_999 + "end"
    one.field.fill(long)
    expect(count).to_have_text("10000 words so far; 6 to 70 are asked for")
    expect(beyond).to_contain_text("All of it stays here")
    keep_pictures(page, [one.root], f"letter_{type(room).__name__}", artifacts)
    one.press("Keep my words")
    words = "Not usable: The text has 10000 words; at most 70 can be kept, so take out 9930."
    assert one.said("Not usable") == words and one.field.input_value() == long
    assert faults_for_everyone(page) == []
    one.field.fill("Dear aunt,")
    page.keyboard.press("End")
    page.keyboard.press("Enter")  # a letter has lines: Enter does not send it away
    page.keyboard.type("he came.")
    expect(count).to_have_text("4 words so far; 6 to 70 are asked for")
    expect(beyond).to_have_text("")
    page.keyboard.press("Control+Enter")
    assert "So far it has 4 words; 6 to 70 are asked for." in one.said("your words stand")
    page = room.open()
    one = asked(page, REPLY)
    assert one.field.input_value() == "Dear aunt,\nhe came."
    expect(one.root.locator(".teaching-count")).to_have_text("4 words so far; 6 to 70 are asked for")
