"""Predictions and answers: right means right, nothing a student made is lost, no answer in clear.

These tests go to students too: they use an invented question and name no answer of a lesson.
"""

import errno
import json
import math
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from told_to_lecturers import text_of

from teaching import locking
from teaching.learning import answer_store, answers

PROJECT = Path(__file__).resolve().parent.parent
INSTRUCTOR = PROJECT / "instructor"
for_lecturers = pytest.mark.skipif(
    not (INSTRUCTOR / "build_answers.py").exists(), reason="a student's copy has no instructor/"
)
INVENTED = {
    "99-speed": {
        "id": "99-speed",
        "lesson": "99_invented",
        "kind": "number",
        "prompt": "How many days does the letter travel?",
        "unit": "days",
        "example": 12,
        "hints": ["Ask the postman.", "Ask him when he is out of breath.", "He does 3 km/h with a bag."],
        "answer": {"band": [2.0, 4.0], "feedback": "Three days <it is>."},
        "wrong": [{"id": "by-ship", "band": [28.0, 35.0], "feedback": "That is the ship."}],
    },
    "99-colour": {
        "id": "99-colour",
        "lesson": "99_invented",
        "kind": "option",
        "prompt": "Which colour has the post?",
        "options": ["red", "Yellow", "green"],
        "hints": ["Look outside.", "Open the window.", "Stretch out a hand."],
        "answer": {"option": "Yellow", "feedback": "As the horn on it."},
        "wrong": [{"id": "other-country", "option": "red", "feedback": "Elsewhere it is."}],
    },
    "99-day": {
        "id": "99-day",
        "lesson": "99_invented",
        "kind": "marker",
        "prompt": "On which day does it arrive?",
        "unit": "days",
        "low": 0,
        "high": 30,
        "hints": ["Wait.", "Wait a little longer.", "Wait for spring."],
    },
}
REAL = answers._key()


@pytest.fixture(autouse=True)
def invented_questions(own_folder, monkeypatch):
    monkeypatch.setattr(answers, "_key", lambda: INVENTED)


@pytest.fixture
def file(own_folder):
    """The file of the invented lesson."""
    return own_folder / "99_invented.jsonl"


def judged(entry):
    """The right and the known wrong answers of a question of the key."""
    return [entry["answer"], *entry["wrong"]] if "answer" in entry else []


def banded(kind):
    """What is judged by a 'band' or an 'option'; shapes of curves and places of things are tried elsewhere."""
    return [(name, known) for name, entry in REAL.items() for known in judged(entry) if kind in known]


# What is right, what is wrong


@given(st.data())
def test_a_value_within_a_band_always_gets_its_verdict_with_both_ends_included(data):
    name, known = data.draw(st.sampled_from(banded("band")))
    low, high = known["band"]
    value = data.draw(st.one_of(st.just(low), st.just(high), st.floats(low, high)))
    right, message, misconception, band = answers.judge(REAL[name], value)
    assert (right, message) == ("id" not in known, known["feedback"])
    assert (misconception, band) == (known.get("id"), (low, high))


@pytest.mark.parametrize(("name", "known"), banded("option"))
def test_every_named_option_gets_its_verdict(name, known):
    right, message, misconception, _ = answers.judge(REAL[name], known["option"])
    assert (right, message, misconception) == (
        "id" not in known,
        known["feedback"],
        known.get("id"),
    )


def test_a_known_wrong_place_gets_its_feedback_and_everything_in_its_place_is_right():
    placed = {name: entry for name, entry in REAL.items() if "places" in entry.get("answer", {})}
    assert placed
    for name, entry in placed.items():
        best = {thing: places[0] for thing, places in entry["answer"]["places"].items()}
        assert answers.judge(entry, answers.read_answer(entry, best))[0], name
        for known in entry["wrong"]:
            value = answers.read_answer(entry, best | {known["thing"]: known["place"]})
            right, message, misconception, _ = answers.judge(entry, value)
            assert not right and misconception == known["id"] and message.endswith(known["feedback"]), name


def test_every_option_on_offer_has_feedback_of_its_own():
    for name, entry in REAL.items():
        if entry["kind"] == "option" and "answer" in entry:
            assert {known["option"] for known in judged(entry)} == set(entry["options"]), name


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_only_values_within_the_band_are_right_and_others_hear_the_direction(value):
    right, message, misconception, _ = answers.judge(INVENTED["99-speed"], value)
    assert right == (2 <= value <= 4)
    if not right and misconception is None:
        assert f"too {'low' if value < 2 else 'high'}" in message


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["", "days", "percent", "mg"]))
def test_a_number_that_the_kit_writes_is_read_back_exactly(value, unit):
    assert answers.parse_number(answers.format_number(value, unit), unit) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(10.0**9)
@example(1e16)
@example(5e-324)
def test_no_number_that_the_kit_writes_to_a_student_has_exponent_letters(value):
    text = answers.format_number(value)
    assert "e" not in text.replace("million", "") and len(text) < 40
    assert answers.parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5 million", 1.5e6), ("2 × 10⁸", 2e8), ("2 x 10^8", 2e8), ("10⁹", 1e9), ("3 million days", 3e6),
    ("2,5 × 10⁻³ d", 0.0025), ("1e2 × 10³", 1e5)],
)  # fmt: skip
def test_large_numbers_are_read_as_they_are_shown(text, number):
    assert answers.parse_number(text, "days") == number


@pytest.mark.parametrize(
    "value",
    [
        10**400,
        "9" * 5000,
        "1e999999999999",
        "\ud800",
        "5\n6",
        "x" * 10**5,
        None,
        True,
        [],
        {},
        object(),
        1j,
        "1 × 10^9999",
    ],
)
def test_an_unusable_answer_of_any_kind_is_one_short_sentence(value):
    for ask in (answers.parse_number, lambda value: answers.predict("99-speed", value),
    lambda value: answers.predict("99-colour", value),
                lambda value: answers.verdict("99-colour", value), lambda value: answers.hint("99-colour",
                value or 0)):  # fmt: skip
        with pytest.raises(answers.AnswerProblem) as problem:
            ask(value)
        text = str(problem.value)
        assert len(text) <= 300 and text.isprintable() and text.endswith(".")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("34,7", 34.7),
        ("34.7 d", 34.7),
        (" 1e3 ", 1000),
        ("2 weeks", 14),
        ("3days", 3),
        ("\N{MINUS SIGN}4", -4),
        (".5", 0.5),
        ("0,125", 0.125),
        (7, 7),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert answers.parse_number(text, "days") == pytest.approx(number)


@for_lecturers
def test_the_recomputed_times_agree_with_the_balance_equation_stepped_in_time():
    numbers = runpy.run_path(str(INSTRUCTOR / "recompute.py"))
    loss, slow, step = numbers["LOSS_PER_DAY"], numbers["SLOW_LOSS_PER_DAY"], 1e-3

    def days_until(level, start, loss, production):
        cells, day = start, 0.0
        while (cells < level) == (start < level):
            middle = cells + step / 2 * (production - loss * cells)
            cells, day = cells + step * (production - loss * middle), day + step
        return day

    assert numbers["half_life"]() == pytest.approx(days_until(0.5, 1, slow, 0), abs=2 * step)
    assert numbers["return_time"]() == pytest.approx(days_until(numbers["LEVEL"], 0, loss, loss), abs=2 * step)
    fewer, more = (days_until(0.5, numbers[left], loss, loss) for left in ("FEWER_LEFT", "MORE_LEFT"))
    assert numbers["survivors_delay"]() == pytest.approx(fewer - more, abs=4 * step)


# The key


@for_lecturers
@pytest.mark.parametrize("lesson", sorted(path.stem for path in (PROJECT / "notebooks").glob("[0-9][0-9]_*.ipynb")))
def test_questions_are_told_in_the_order_in_which_the_lesson_asks_them(lesson):
    """The report is read from top to bottom, like the lesson."""
    cells = json.loads((PROJECT / "notebooks" / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    asked = list(dict.fromkeys(re.findall(r'questions\.(?:predict|check)\("([^"]+)"', code)))
    assert [name for name, entry in REAL.items() if entry["lesson"] == lesson] == asked


def test_the_key_is_what_the_sources_and_the_model_give_today():
    build = runpy.run_path(str(INSTRUCTOR / "build_answers.py"))
    fresh = build["build"]()
    # Compared decoded: another zlib may pack the same text into other bytes.
    assert fresh == REAL, "stale: run python instructor/build_answers.py"
    mixed = {name: dict(reversed(question.items())) for name, question in fresh.items()}
    assert build["encode"](fresh) == build["encode"](mixed)
    assert answers.decode(build["encode"](fresh)) == fresh


@for_lecturers
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("hints = ", "hunts = "), "hints is missing"),
        (('"!!", ', ""), "hints must be 3 texts"),
        (("example = 12", "example = 2"), "the example gives the answer away"),
        (("value = 30", "value = 4"), "overlap"),
        (("value = 3\n", "value = 9\n"), "does not hold 9"),
        (('kind = "number"', 'kind = "essay"'), "kind is essay"),
        (("value = 30", 'value_from = "no_such"'), "no_such"),
    ],
)
def test_the_build_names_what_is_wrong(tmp_path, change, sentence):
    text = (
        '[99-speed]\nkind = "number"\nunit = "days"\nprompt = "?"\nhints = ["!", "!!", "!!!"]\nexample = 12\n'
        '[99-speed.answer]\nvalue = 3\nlow = 2\nhigh = 4\nfeedback = "{value:.1f}"\n'
        '[[99-speed.wrong]]\nid = "ship"\nvalue = 30\nabsolute = 1\nfeedback = "no"\n'
    )
    build = runpy.run_path(str(INSTRUCTOR / "build_answers.py"))["build"]
    source = tmp_path / "99_invented.toml"
    source.write_text(text, encoding="utf-8")
    question = build(tmp_path)["99-speed"]
    assert question["answer"] == {"band": [2, 4], "feedback": "3.0"}
    assert question["wrong"][0]["band"] == [29, 31]
    source.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ValueError, match=r"99_invented.toml, 99-speed: ") as raised:
        build(tmp_path)
    assert sentence in str(raised.value)


_NEW_KINDS = """
[99-why]
kind = "text"
prompt = "?"
model = "By post."
[99-course]
kind = "curve"
prompt = "?"
hints = ["!", "!!", "!!!"]
across = { label = "time", unit = "days", low = 0, high = 30 }
up = { label = "letters", unit = "per mL", low = 0.1, high = 1000, log = true }
[99-course.answer]
feedback = "so"
bands = [{ at = 0, low = 100, high = 1000 }, { at = 20, value = 1, relative = 0.5 }]
[[99-course.wrong]]
id = "a-line"
feedback = "no"
bands = [{ at = 20, low = 10, high = 1000 }]
"""


@for_lecturers
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('model = "By post."', "[99-why.answer]\nvalue = 1"), "a text is kept and not judged"),
        (('model = "By post."', "words = [60]"), "words must be the least and the most of a text"),
        (('model = "By post."', "words = [150, 60]"), "words must be the least and the most of a text"),
        (('model = "By post."', "words = [0, 60]"), "words must be the least and the most of a text"),
        (('model = "By post."', "words = [60, 10000]"), "such as [60, 150], up to 250"),
        (('kind = "curve"', 'kind = "curve"\nwords = [6, 15]'), "words must be the least and the most of a text"),
        (('hints = ["!", "!!", "!!!"]', ""), "hints is missing"),
        (("up = {", "down = {"), "up is missing"),
        (('unit = "days", ', ""), "across needs unit"),
        (("low = 0.1,", "low = 0,"), "up runs from 0 to 1000"),
        (("at = 0, low", "at = -1, low"), "leaves the axis across"),
        (("at = 20, low = 10, ", "at = 20, low = 1, "), "one curve could be both the answer and a-line"),
        (("at = 20, low = 10, ", "at = 25, low = 10, "), "one curve could be both the answer and a-line"),
        (("high = 1000 }, {", "high = 2000 }, {"), "leaves the axis up"),
    ],
)
def test_texts_and_curves_are_built_and_the_build_names_what_is_wrong(tmp_path, change, sentence):
    build = runpy.run_path(str(INSTRUCTOR / "build_answers.py"))["build"]
    source = tmp_path / "99_invented.toml"
    source.write_text(_NEW_KINDS, encoding="utf-8")
    made = build(tmp_path)
    assert made["99-why"]["hints"] == [] and made["99-why"]["model"] == "By post."
    assert made["99-course"]["answer"]["bands"] == [[0, 100, 1000], [20, 0.5, 1.5]]
    assert made["99-course"]["across"]["log"] is False and made["99-course"]["wrong"][0]["id"] == "a-line"
    source.write_text(_NEW_KINDS.replace(*change), encoding="utf-8")
    with pytest.raises(ValueError, match=r"99_invented.toml, 99-") as raised:
        build(tmp_path)
    assert sentence in str(raised.value)


def letters(text):
    """Text without spaces, marks and line ends, so that wrapping cannot hide a sentence."""
    return re.sub(r"[\W_]+", "", text.lower())


def test_no_answer_stands_in_clear_in_what_students_get():
    secrets = set()
    for entry in REAL.values():
        texts = [*entry["hints"], entry.get("model", ""), *(known["feedback"] for known in judged(entry))]
        secrets |= {part for text in texts for part in map(letters, text.split(". "))}
    secrets = {part for part in secrets if len(part) > 20}
    assert len(secrets) > 20
    searched = 0
    for place in ("src", "notebooks", "data", "docs", "tests"):
        for path in (PROJECT / place).rglob("*"):
            if path.suffix in {".py", ".ipynb", ".csv", ".md", ".json", ".toml", ".js", ".bin"}:
                plain = letters(text_of(path))
                found = [secret for secret in secrets if secret in plain]
                assert not found, f"{path} gives away: {found}"
                searched += 1
    assert searched > 10


# Kept


def test_the_last_prediction_counts_and_the_file_keeps_all(file):
    assert answers.prediction("99-colour") is None
    answers.predict("99-colour", "red")
    answers.predict("99-day", 5)
    kept = answers.predict("99-colour", "green")
    assert answers.prediction("99-colour").value == kept.value == "green"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["value"] for line in lines] == ["red", 5, "green"]
    assert set(lines[0]) == {"schema", "id", "time", "kit", "kind", "question", "value"}
    assert (lines[0]["schema"], lines[0]["kind"]) == (1, "prediction")
    assert lines[0]["time"].endswith("+00:00")


def test_a_prediction_is_there_in_a_new_python(monkeypatch):
    monkeypatch.setattr(answers, "_key", lambda: REAL)
    name = next(name for name, entry in REAL.items() if entry["kind"] == "option")
    chosen = answers.predict(name, REAL[name]["options"][-1])
    code = f"from teaching.learning import answers; print(answers.prediction({name!r}).value)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stdout.strip() == chosen.value, done.stderr


def test_two_programs_that_write_at_once_lose_nothing(file):
    code = (
        "import sys; from teaching.learning import answer_store\n"
        "for count in range(200):\n"
        "    note = answer_store.append('99_invented', 'answer', sys.argv[1], count)\n"
        "    assert not note, note\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, name], stderr=subprocess.PIPE) for name in ("one", "two")]
    for writer in writers:
        assert writer.communicate()[1] == b""
    entries = answer_store.read("99_invented")
    for name in ("one", "two"):
        assert [line["value"] for line in entries if line["question"] == name] == list(range(200))
    assert len(entries) == 400 and answer_store.take_notes() == []


def test_attempts_and_hints_are_kept_too(file):
    answers.check("99-speed", "31 d")
    answers.hint("99-speed")
    answers.check("99-speed", "3")
    kept = [(line["kind"], line["value"]) for line in answer_store.read("99_invented")]
    assert kept == [("answer", 31), ("hint", 1), ("answer", 3)]


def test_a_damaged_line_is_set_aside_once_and_the_rest_is_read(file):
    answers.predict("99-colour", "red")
    bad = [b'{"schema": 1, "ti', b"\xff\xfe", b'{"schema": "x"}', b"[1]", b'"text"']
    with open(file, "ab") as handle:
        handle.write(b"\n".join(bad) + b"\r\n\n")
    told = answers.predict("99-day", 4).note
    before = file.read_bytes()
    kept = answers.prediction("99-colour")
    assert kept.value == "red" and answers.prediction("99-day").value == 4
    assert "5 damaged line(s) copied" in told and told.count(".jsonl: ") == 1 and kept.note == ""
    aside = file.with_name(file.name + ".damaged")
    assert aside.read_bytes().splitlines() == bad
    assert answers.prediction("99-colour").note == ""
    assert len(aside.read_bytes().splitlines()) == 5 and file.read_bytes() == before


def test_a_line_cut_off_by_a_crash_does_not_swallow_the_next(file):
    answers.predict("99-colour", "red")
    with open(file, "ab") as handle:
        handle.write(b'{"schema": 1, "time": "20')
    answers.predict("99-colour", "green")
    assert answers.prediction("99-colour").value == "green"


def test_lines_of_a_newer_kit_stay_and_are_skipped_with_a_sentence(file):
    answers.predict("99-colour", "red")
    newer = b'{"schema": 2, "something": "new"}\n'
    with open(file, "ab") as handle:
        handle.write(newer)
    kept = answers.prediction("99-colour")
    assert kept.value == "red" and "newer version" in kept.note
    assert file.read_bytes().endswith(newer)
    assert not file.with_name(file.name + ".damaged").exists()


def test_a_prediction_that_no_longer_fits_its_question_gives_way_to_one_that_does(file):
    answers.predict("99-colour", "red")
    for value in ("purple", 7, None, ["red"]):
        answer_store.append("99_invented", "prediction", "99-colour", value)
    assert answers.prediction("99-colour").value == "red"


@pytest.mark.parametrize("start", ["kit", "kit/notebooks"])
def test_the_folder_stands_beside_the_notebooks(tmp_path, monkeypatch, start):
    (tmp_path / "kit" / "notebooks").mkdir(parents=True)
    monkeypatch.delenv("TEACHING_ANSWERS")
    monkeypatch.chdir(tmp_path / start)
    answers.prediction("99-colour")
    assert not (tmp_path / "kit" / "teaching-answers").exists(), "reading makes no folder"
    answers.predict("99-colour", "red")
    assert (tmp_path / "kit" / "teaching-answers" / "99_invented.jsonl").exists()


# When it cannot be saved


def test_with_no_place_to_write_the_answer_is_checked_and_kept_in_memory(tmp_path, monkeypatch):
    (tmp_path / "in-the-way").write_text("mine", encoding="utf-8")
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "in-the-way"))
    verdict = answers.check("99-speed", 3)
    assert verdict.right and verdict.note.startswith("Not saved in ")
    assert "a file of that name is in the way" in verdict.note
    answers.predict("99-colour", "green")
    assert answers.prediction("99-colour").value == "green"
    assert (tmp_path / "in-the-way").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", int)() == 0, reason="this user may write anywhere")
def test_a_read_only_folder_is_read_and_said(own_folder):
    answers.predict("99-colour", "red")
    own_folder.chmod(0o500)
    (own_folder / ".lock").chmod(0o400)
    (own_folder / "99_invented.jsonl").chmod(0o400)
    try:
        assert answers.prediction("99-colour").value == "red"
        assert "cannot be opened or written to" in answers.predict("99-colour", "green").note
        assert answers.prediction("99-colour").value == "green"
    finally:
        own_folder.chmod(0o700)


def test_what_a_full_disk_refused_is_saved_with_the_next_entry(file, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        verdict = answers.check("99-speed", 31)
    assert verdict.misconception == "by-ship" and "the disk is full" in verdict.note
    file.write_bytes(file.read_bytes()[:20])  # what a full disk leaves of a line
    assert answers.check("99-speed", 3).note == ""
    kept = [line["value"] for line in answer_store.read("99_invented")]
    assert kept == [31, 3]


def test_a_lock_that_does_not_come_free_ends_in_a_sentence(file, monkeypatch):
    answers.predict("99-colour", "red")
    monkeypatch.setattr(answer_store, "LOCK_WAIT_SECONDS", 0.05)
    with locking.held(file.parent):
        assert answers.prediction("99-colour").value == "red"
        note = answers.predict("99-colour", "green").note
    assert "another program is holding the folder" in note
    assert answers.predict("99-day", 3).note == ""
    assert [line["value"] for line in answer_store.read("99_invented")] == ["red", "green", 3]


def test_without_locks_it_still_saves(file, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="Windows locks in another way")

    def no_locks(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    assert answers.predict("99-colour", "red").note == ""
    assert file.exists()


# What a student sees


def test_feedback_says_its_verdict_in_words_and_is_safe_to_show():
    verdict = answers.check("99-speed", "3 d")
    assert repr(verdict) == "Right: Three days <it is>."
    page = verdict._repr_html_()
    assert "<strong>Right:</strong> Three days &lt;it is&gt;." in page
    assert 'role="status"' in page and 'aria-live="polite"' in page
    assert repr(answers.check("99-speed", 30)) == "Not yet: That is the ship."
    assert answers.check("99-speed", 5).message.startswith("5 days is too high.")
    assert answers.check("99-colour", "green").word == "Not yet"
    assert repr(answers.predict("99-day", "7")) == "Your prediction: 7 days"
    assert repr(answers.hint("99-speed")) == "Hint 1 of 3: Ask the postman."


def test_each_hint_says_more_and_the_last_one_stays():
    shown = [answers.hint("99-speed") for _ in range(5)]
    assert [card.word for card in shown] == [f"Hint {number} of 3" for number in (1, 2, 3, 3, 3)]
    assert [card.message for card in shown[:3]] == INVENTED["99-speed"]["hints"]
    assert answers.hint("99-speed", 2).message == INVENTED["99-speed"]["hints"][1]
    for wrong in (0, 4, True, "2"):
        with pytest.raises(answers.AnswerProblem, match="has hints 1 to 3"):
            answers.hint("99-speed", wrong)


def test_a_question_shows_what_to_choose_from_and_never_the_answer():
    assert str(answers.question("99-colour")).splitlines()[1:] == [
        "  - red",
        "  - Yellow",
        "  - green",
    ]
    assert "0 to 30 days" in str(answers.question("99-day"))
    for name in INVENTED:
        shown = repr(answers.question(name)) + str(answers.question(name))
        for hidden in (*INVENTED[name]["hints"], "feedback", "band", "That is the ship"):
            assert hidden not in shown


def test_the_kept_prediction_can_be_checked():
    answers.predict("99-colour", "  yellow ")
    assert answers.check("99-colour").right


# Bad input


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("abc", '"abc" is not a number; type a number of days such as 12.'),
        ("", "The answer is empty; type a number of days such as 12."),
        ("5 months", '"5 months" is not a number of days; type a number of days such as 12.'),
        ("1,000", '"1,000" can be read in two ways; leave out the comma.'),
        ("1e999", '"1e999" is not a number of days; type a number of days such as 12.'),
        (True, '"True" is not a number; type a number of days such as 12.'),
        (math.nan, '"nan" is not a number; type a number of days such as 12.'),
        ([3], '"[3]" is not a number; type a number of days such as 12.'),
    ],
)
def test_nonsense_gets_one_sentence_and_changes_nothing(file, text, sentence):
    answers.check("99-speed", 3)
    before = file.read_bytes()
    with pytest.raises(answers.AnswerProblem) as raised:
        answers.check("99-speed", text)
    assert str(raised.value) == sentence
    assert file.read_bytes() == before


@given(st.text())
def test_any_text_is_a_number_or_one_sentence(text):
    try:
        assert math.isfinite(answers.parse_number(text, "days"))
    except answers.AnswerProblem as problem:
        assert str(problem).endswith(".")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: answers.question("99-sped"), 'no question "99-sped"; there is 99-speed.'),
        (lambda: answers.question(None), "there is 99-speed, 99-colour, 99-day."),
        (lambda: answers.predict("99-colour", "blue"), "choose one of: red; Yellow; green."),
        (lambda: answers.predict("99-day", 31), "31 is off the scale; choose from 0 to 30 days."),
        (lambda: answers.check("99-day", 3), "there is no right answer."),
        (lambda: answers.check("99-speed"), "has no prediction to check yet"),
    ],
)
def test_other_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(answers.AnswerProblem) as raised:
        call()
    assert sentence in str(raised.value)


def test_a_missing_key_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(answers, "__file__", str(tmp_path / "answers.py"))
    read = answers._key.__wrapped__
    for damage in (None, b"", b"not a key!", b"c-jpg"):
        if damage is not None:
            (tmp_path / "answer_key.bin").write_bytes(damage)
        with pytest.raises(answers.AnswerProblem, match="install the kit again"):
            read()


def test_a_notebook_shows_the_sentence_without_a_traceback():
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    shown = []
    shell._showtraceback = lambda kind, value, lines: shown.extend(lines)
    shell.run_cell('from teaching.learning import answers; answers.parse_number("abc")')
    assert shown == ['"abc" is not a number; type a number such as 10.']
