"""`teaching collect`: the reports of a class in one table and one page, robust to whatever lies in the folder."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from teaching.deliver import cli
from teaching.deliver.collect.folder import PAGE, TABLE, collect
from teaching.deliver.collect.table import safe
from teaching.learning import answer_store, answers
from teaching.learning.class_reports import ClassReport, Given, Idea, plain_name, read_report
from teaching.learning.class_students import newest, read_all
from teaching.learning.class_tally import ideas_met, tallies
from teaching.learning.naming import idea_in_words, lesson_in_words
from teaching.learning.report import Row, report
from teaching.learning.report_data import META

LESSON = "01_b_cells_in_balance"
SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=alert(1)>"


@pytest.fixture
def class_of(tmp_path, monkeypatch):
    """Makes a folder of reports: a function from a student's name and what they do to the file that they save."""
    folder = tmp_path / "reports"
    folder.mkdir()

    def student(name: str, does=lambda: None, own: str | None = None) -> Path:
        monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers" / (own or name or "nobody")))
        does()
        made = report(LESSON).save(name, folder=tmp_path / "saved").path
        target = folder / f"{len(list(folder.iterdir()))}_{made.name}"
        made.rename(target)
        return target

    student.folder = folder
    return student


def half_life(*given_answers):
    def does():
        for value in given_answers:
            answers.check("01-half-life", value)

    return does


def rows(out: Path) -> list[dict]:
    return list(csv.DictReader(io.StringIO((out / TABLE).read_text(encoding="utf-8"))))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def change(path: Path, **changes) -> None:
    """Puts other data into a saved report."""
    text = text_of(path)
    found = re.search(rf'<meta name="{META}" content="([^"]*)">', text)
    data = json.loads(found[1].replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&"))
    data = {**data, **changes}
    fresh = json.dumps(data).replace("&", "\\u0026").replace('"', "&quot;")
    path.write_text(text.replace(found[1], fresh), encoding="utf-8")


# --- what it finds ---------------------------------------------------------------------------------------


def test_predictions_tries_ideas_and_sentences_of_a_class(class_of, tmp_path, capsys):
    class_of("Anna", half_life(80.6, 55.9))  # the mean lifetime first, then right
    class_of("Ben", half_life(55.9))
    class_of("Cleo", half_life(80.6))

    def panels():
        answers.predict("01-return-marker", 140)
        answer_store.append("panels", "prediction", "01-panel-blood", [[0, 200.0], [100, 1.0]])
        answer_store.append("panels", "sentence", "01-panel-blood", "It came back late.")

    class_of("Dora", panels)
    out = tmp_path / "class"
    assert cli.main(["collect", str(class_of.folder), str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 reports collected") and "class.html" in said
    found = rows(out)
    half = {row["student"]: row for row in found if row["question"] == "01-half-life"}
    assert sorted(row["result"] for row in half.values()) == [
        "not yet right at the first try",
        "right after 2 tries",
        "right at the first try",
    ]
    assert sorted(row["ideas"] for row in half.values()) == ["", "mean-lifetime", "mean-lifetime"]
    (blood,) = (row for row in found if row["question"] == "01-panel-blood")
    assert (blood["prediction_value"], blood["in_own_words"]) == ("0 200; 100 1", "It came back late.")
    (marker,) = (row for row in found if row["question"] == "01-return-marker")
    assert marker["prediction_value"] == "140"
    page = text_of(out / PAGE)
    assert "Of 3 who answered, 1 was right at the first try and 1 was right later; 1 is not right yet." in page
    assert '<th scope="row">mean lifetime</th>' in page and "<b>2</b>" in page
    assert "It came back late." in page and "<polyline" in page and "<circle" in page
    for name in ("Anna", "Ben", "Cleo", "Dora"):
        assert name not in page and name not in text_of(out / TABLE), "nobody's name is shown"


def test_lessons_and_ideas_are_called_in_words_and_what_many_wrote_stands_once(class_of, tmp_path):
    def said_so():
        answers.predict("01-quiz-first", right)
        answers.check("01-quiz-first", next(one["option"] for one in wrong if one["id"] == "plasmablasts-first"))
        answer_store.append("panels", "sentence", "01-panel-blood", "It came <b>late</b>.")

    wrong = answers.entry_of("01-quiz-first")["wrong"]
    right = answers.entry_of("01-quiz-first")["answer"]["option"]
    for name in ("Anna", "Ben"):
        class_of(name, said_so)
    collect(class_of.folder, tmp_path / "class")
    page = text_of(tmp_path / "class" / PAGE)
    assert "<h2>Lesson 01 \u00b7 B cells in balance</h2>" in page and ">plasmablasts first<" in page
    assert page.count("It came &lt;b&gt;late&lt;/b&gt;. <b>(2 students)</b>") == 1
    assert page.count("It came") == 1
    assert page.count("<b>2</b> \u2713 right</td>") == 1 == page.count("\u2713"), "the right one is marked, once"
    assert idea_in_words("b-cells-secrete") == "B cells secrete" and idea_in_words("car-knows-self") == "CAR knows self"
    assert idea_in_words("climb-cell") == "climb cell"
    assert lesson_in_words("01_b_cells_in_balance") == "01 \u00b7 B cells in balance"
    assert [lesson_in_words(name) for name in ("99_none", "own", "")] == ["99_none", "own", ""]


def test_names_come_into_the_table_when_they_are_wanted(class_of, tmp_path):
    class_of("Anna", half_life(55.9))
    collect(class_of.folder, tmp_path / "class", names=True)
    assert {row["name"] for row in rows(tmp_path / "class")} == {"Anna"}
    assert "Anna" not in text_of(tmp_path / "class" / PAGE)


def test_of_a_student_who_saved_twice_the_newest_counts_and_it_is_said(class_of, tmp_path):
    first = class_of("", half_life(80.6), own="same")
    change(first, time="2026-01-01T00:00:00+00:00")
    second = class_of("", half_life(55.9), own="same")
    other = class_of("", half_life(55.9), own="another")
    reports, said = collect(class_of.folder, tmp_path / "class")
    assert {one.file for one in reports} == {second.name, other.name}
    assert said == [f"{first.name} and {second.name} are of the same student; the newer one, {second.name}, counts."]
    assert said[0].replace("'", "&#x27;") in text_of(tmp_path / "class" / PAGE)


def test_two_students_of_one_name_are_two_and_can_be_told_apart(class_of, tmp_path):
    one, two = class_of("Anna  B", half_life(80.6), own="a"), class_of("anna b", half_life(55.9), own="b")
    reports, said = collect(class_of.folder, tmp_path / "class", names=True)
    assert len(reports) == 2
    assert said == [f"{one.name} and {two.name} have the same name and share nothing: they count as 2 students."]
    found = {row["name"]: (row["student"], row["file"]) for row in rows(tmp_path / "class")}
    assert found == {
        "Anna B (lesson 01, 1 of 2)": ("1", one.name),
        "anna b (lesson 01, 2 of 2)": ("2", two.name),
    }
    assert "(lesson 01" not in text_of(tmp_path / "class" / PAGE)


def test_what_was_written_once_tells_a_student_whatever_the_name(class_of):
    old, new = class_of("Anna", half_life(80.6), own="a"), class_of("Anna Berg", half_life(55.9), own="a")
    change(old, time="2026-01-01T00:00:00+00:00")
    kept, said = newest([read_report(path.name, text_of(path)) for path in (new, old)])
    assert [one.file for one in kept] == [new.name] and "though their names differ" in said[0]


def made_up(file, lesson, name, time, marks):
    saved = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=time)
    return ClassReport(file, lesson, name, saved, "0.1", frozenset(marks), ())


def test_savings_that_share_nothing_directly_are_joined_by_what_lies_between():
    a, b, c = (made_up(f"{k}.html", LESSON, "", k, {f"m{k}", f"m{k + 1}"}) for k in range(3))
    kept, _ = newest([a, c, b])
    assert [one.file for one in kept] == ["2.html"]


def test_a_name_that_two_students_have_leads_to_no_other_lesson():
    kept, said = newest(
        [
            made_up("a.html", "01_b_cells_in_balance", "Anna", 1, {"1"}),
            made_up("b.html", "01_b_cells_in_balance", "Anna", 2, {"2"}),
            made_up("c.html", "02_x", "Anna", 3, {"3"}),
            made_up("d.html", "01_b_cells_in_balance", "Ben", 1, {"4"}),
            made_up("e.html", "02_x", "ben", 2, {"5"}),
        ]
    )
    numbers = {one.file: one.student for one in kept}
    assert len({numbers[name] for name in ("a.html", "b.html", "c.html")}) == 3
    assert numbers["d.html"] == numbers["e.html"]
    assert len(said) == 2 and "numbered anew" in said[1]


def test_reports_without_identities_have_the_name_alone():
    old, new = made_up("old.html", LESSON, "Anna", 1, ()), made_up("new.html", LESSON, "Anna", 2, {"1"})
    other, nobody = made_up("other.html", LESSON, "Anna", 3, {"2"}), made_up("none.html", LESSON, "", 1, ())
    kept, said = newest([old, new, nobody, replace(nobody, file="none2.html")])
    assert [one.file for one in kept] == ["new.html", "none.html", "none2.html"] and "same name" in said[0]
    assert len(newest([old, new, other])[0]) == 3, "nobody knows whose it is"


@some.composite
def classes(draw):
    """(reports in any order, what each student saved last): students of few names who save, go on and save again."""
    reports, last = [], {}
    for student in range(draw(some.integers(1, 30))):
        name = draw(some.sampled_from(["Anna", "ANNA", "Ben", "Cleo ", "", f"Student {student}"]))
        marks: set[str] = set()
        for saving in range(draw(some.integers(1, 4))):
            marks |= {f"s{student}m{len(marks) + k}" for k in range(draw(some.integers(1, 3)))}
            renamed = draw(some.sampled_from([name, name, name, "Anna"]))
            time = 1000 * saving + student
            reports.append(made_up(f"{student}_{saving}.html", LESSON, renamed, time, marks))
            last[student] = reports[-1].file
    return draw(some.permutations(reports)), last


@given(classes())
@settings(max_examples=150, deadline=None)
def test_of_any_class_each_student_counts_once_with_the_newest(made):
    reports, last = made
    kept, said = newest(reports)
    assert {one.file for one in kept} == set(last.values()) and len(kept) == len(last)
    assert len({one.student for one in kept}) == len(kept), "each has a number"
    named = [one.called for one in kept if one.called]
    assert len(set(map(plain_name, named))) == len(named), "and a name of its own in the table"
    older = [words for words in said if words.endswith("counts.")]
    assert len(older) == len(reports) - len(kept)
    assert all(len(words) <= 300 for words in said)
    assert newest(list(reversed(reports))) == (kept, said), "whatever the order of the files"


def test_a_verdict_in_a_file_is_not_believed(class_of):
    path = class_of("Anna", half_life(80.6))
    path.write_text(text_of(path).replace("not yet right", "right"), encoding="utf-8")
    (half,) = (one for one in read_report("a.html", text_of(path)).given if one.row.id == "01-half-life")
    assert half.row.right is False and [idea.name for idea in half.ideas] == ["mean-lifetime"] and half.ideas[0].words


def test_a_report_of_an_older_kit_is_read_from_its_table(class_of):
    def does():
        half_life(80.6, 55.9)()
        answers.predict("01-return-marker", 140)

    path = class_of("Anna", does)
    path.write_text(re.sub(rf'<meta name="{META}"[^>]*>', "", text_of(path)), encoding="utf-8")
    old = read_report("old.html", text_of(path))
    assert old.name == "Anna" and old.saved.year >= 2026 and "older version" in old.notes[0] and len(old.notes) == 1
    known = {one.row.id: one for one in old.given}
    assert known["01-half-life"].row.verdict == "right after 2 tries"
    assert [idea.name for idea in known["01-half-life"].ideas] == ["mean-lifetime"]
    assert known["01-return-marker"].value == 140


# --- what is no report -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"hello", "is no report: a report is a file that ends in .html"),
        ("page.html", b"<!doctype html><p>My holidays</p>", "is no report of this kit"),
        ("empty.html", b"", "is no report of this kit"),
        ("bytes.html", b"\xff\xfe\x00bcell", "is damaged: it is no text"),
        ("cut.html", b"A model for teaching. Not treatment advice. Written by the student's own", "is damaged"),
        ("meta.html", f'<meta name="{META}" content="{{&quot;kit">'.encode(), "is damaged: its data"),
        ("deep.html", f'<meta name="{META}" content="{"[" * 200000}">'.encode(), "is damaged: its data"),
        ("kit.html", f'<meta name="{META}" content="{{}}">'.encode(), "holds no report of this kit"),
        ("large.html", b"x" * 4_000_001, "is too large to be a report"),
    ],
)
def test_what_is_no_report_is_named_in_one_sentence_and_left_out(class_of, tmp_path, name, content, words):
    class_of("Anna", half_life(55.9))
    (class_of.folder / name).write_bytes(content)
    reports, said = collect(class_of.folder, tmp_path / "class")
    assert len(reports) == 1 and len(said) == 1
    assert said[0].startswith(name) and words in said[0] and said[0].endswith(".") and len(said[0]) < 300


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "made by a newer version of the kit"),
        ({"schema": True}, "no schema number"),
        ({"schema": None}, "no schema number"),
        ({"lesson": "99_nothing"}, "which this kit does not have"),
        ({"lesson": 5}, "does not name a lesson"),
        ({"entries": None}, "its data cannot be read"),
        ({"name": ["x"]}, "its data cannot be read"),
        ({"kit": "another"}, "holds no report of this kit"),
    ],
)
def test_data_of_another_version_or_damaged_data_is_refused(class_of, changes, words):
    path = class_of("Anna", half_life(55.9))
    change(path, **changes)
    with pytest.raises(ValueError, match=re.escape(words)) as problem:
        read_report("a.html", text_of(path))
    assert str(problem.value).startswith("a.html") and len(str(problem.value)) < 300


def test_entries_that_are_none_are_counted_and_the_rest_counts(class_of):
    path = class_of("Anna", half_life(55.9))
    good = {"id": "a1", "time": "", "kind": "answer", "question": "01-half-life", "value": 55.9}
    wrong = [None, 5, {}, {**good, "value": {}}, {**good, "value": float("inf")}, {**good, "question": "../x"}]
    unfit = {**good, "value": "thirty"}
    change(path, entries=[good, *wrong, unfit])
    found = read_report("a.html", text_of(path))
    assert "6 of 8 entries could not be read" in found.notes[0] and "1 of its answers do not fit" in found.notes[1]
    (half,) = (one for one in found.given if one.row.id == "01-half-life")
    assert half.row.right is True


def test_a_copy_counts_once_and_folders_of_a_course_page_are_read(class_of, tmp_path):
    path = class_of("Anna", half_life(55.9))
    inner = class_of.folder / "Anna_123_file"
    inner.mkdir()
    (inner / "report.html").write_bytes(path.read_bytes())
    reports, said = collect(class_of.folder, tmp_path / "class")
    assert len(reports) == 1 and len(said) == 1 and "is a copy of" in said[0]


def test_links_and_hidden_files_are_not_followed(class_of, tmp_path):
    class_of("Anna", half_life(55.9))
    (class_of.folder / ".hidden.html").write_text("x", encoding="utf-8")
    (class_of.folder / "link.html").symlink_to(__file__)
    (class_of.folder / "up").symlink_to(tmp_path, target_is_directory=True)
    assert collect(class_of.folder, tmp_path / "class")[1] == []


@given(some.text(max_size=300), some.integers(0, 2000), some.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_a_report_cut_or_overwritten_anywhere_is_read_or_refused(saved_text, noise, start, length):
    text = saved_text[:start] + noise + saved_text[start + length :]
    try:
        found = read_report("a.html", text)
    except ValueError as problem:
        assert str(problem).startswith("a.html")
    else:
        assert found.lesson == LESSON


@pytest.fixture(scope="module")
def saved_text(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHING_ANSWERS", str(tmp_path_factory.mktemp("answers")))
        half_life(80.6, 55.9)()
        return text_of(report(LESSON).save("Anna").path)


# --- nothing of a file is run ------------------------------------------------------------------------------


def test_script_in_names_answers_sentences_and_file_names_stays_text(class_of, tmp_path):
    def does():
        half_life(55.9)()
        answer_store.append("panels", "prediction", "01-panel-blood", SCRIPT)
        answer_store.append("panels", "sentence", "01-panel-blood", SCRIPT)
        answer_store.append(LESSON, "desk", "01-desk", json.dumps({"says": SCRIPT, "plan": SCRIPT}))

    path = class_of(SCRIPT, does)
    assert "<script" not in text_of(path) and "<img" not in text_of(path)
    path.rename(path.with_name("<img src=x onerror=alert(2)>.html"))
    (class_of.folder / "<b>bold<b>.html").write_text("x", encoding="utf-8")
    collect(class_of.folder, tmp_path / "class", names=True)
    page = text_of(tmp_path / "class" / PAGE)
    assert "&lt;script&gt;document.title" in page and "&lt;b&gt;bold" in page
    assert not re.search(r"<(script|img|b>bold)", page), "user text is never markup"
    assert "default-src 'none'" in page, "and no browser would run it"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", " =1", "\t=1"])
def test_no_spreadsheet_takes_what_a_student_wrote_for_a_formula(class_of, tmp_path, cell):
    assert safe(cell) == f"'{cell}"

    def does():
        answer_store.append("panels", "prediction", "01-panel-blood", [[0, 1], [2, 3]])
        answer_store.append("panels", "sentence", "01-panel-blood", cell)

    class_of("Anna", does)
    collect(class_of.folder, tmp_path / "class")
    assert [row["in_own_words"] for row in rows(tmp_path / "class") if row["in_own_words"]] == [f"'{cell}"]


# --- bad input of the command --------------------------------------------------------------------------------


def refused(capsys, *words) -> str:
    assert cli.main(["collect", *map(str, words)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


def test_an_out_that_exists_is_refused_and_stays_as_it_was(class_of, tmp_path, capsys):
    class_of("Anna", half_life(55.9))
    out = tmp_path / "class"
    out.mkdir()
    assert "is there already" in refused(capsys, class_of.folder, out)
    assert list(out.iterdir()) == []
    dead = tmp_path / "dead"
    dead.symlink_to(tmp_path / "nowhere")
    assert "is there already" in refused(capsys, class_of.folder, dead)


def test_folders_that_are_none_are_said(class_of, tmp_path, capsys):
    assert "is no folder" in refused(capsys, tmp_path / "nothing")
    assert "no report of this kit was found" in refused(capsys, class_of.folder, tmp_path / "class")
    assert not (tmp_path / "class").exists()
    class_of("Anna", half_life(55.9))
    assert "is no folder" in refused(capsys, class_of.folder, tmp_path / "no" / "class")


def test_without_a_place_the_result_lies_beside_the_folder(class_of, tmp_path, capsys):
    class_of("Anna", half_life(55.9))
    assert cli.main(["collect", str(class_of.folder)]) == 0
    assert (tmp_path / "reports_collected" / PAGE).is_file()


def test_a_student_who_meets_an_idea_in_two_questions_is_counted_once(class_of):
    one = Given(Row("a", "A?"), ideas=(Idea("depth"), Idea("memory")))
    two = Given(Row("b", "B?"), ideas=(Idea("depth", "It does not."),))
    made = read_report("a.html", text_of(class_of("Anna")))
    assert ideas_met([replace(made, given=(one, two)), replace(made, given=(two,))]) == [("depth", 2), ("memory", 1)]


def test_options_nobody_chose_stand_there_with_a_zero(class_of):
    question = next(one for one in answers.questions_of("00_start_here") if one.kind == "option")
    entry = {"id": "a1", "time": "", "kind": "prediction", "question": question.id, "value": question.options[0]}
    path = class_of("Anna", half_life(55.9))
    change(path, lesson="00_start_here", entries=[entry])
    (made,) = tallies(read_all([("a.html", lambda: text_of(path))])[0]).values()
    (tally,) = (one for one in made if one.id == question.id)
    assert tally.counts == tuple((option, int(option == question.options[0])) for option in question.options)
