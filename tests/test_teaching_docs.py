"""Pages for lecturers, students and contributors: minutes, objectives, commands and messages are what they say."""

import csv
import re
import shutil
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from own_tables import tables_in

from teaching import tables, tables_evidence
from teaching.deliver import cli
from teaching.deliver.site import sources

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))

import lesson_measures  # noqa: E402
import objectives  # noqa: E402

TEACHING = PROJECT / "docs" / "teaching"
PAGES = [
    *sorted(TEACHING.glob("*.md")),
    *sorted((PROJECT / "docs" / "contributing").glob("*.md")),
    PROJECT / "docs" / "how_the_model_works.md",
    PROJECT / "docs" / "what_the_model_leaves_out.md",
]
#: A student may open any page before a lesson, and all but this one keep the surprises; it says so in its first lines.
TELLS = "how_the_model_works.md"
LESSONS = {
    path.stem[:2]: nbformat.read(path, as_version=4) for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb"))
}
ASKED = re.compile(r'(?:questions\.(?:predict|check)|panels\.Predict)\(\s*"([^"]+)"')
CORE_MINUTES, LONGEST_SENTENCE = 10, 30
#: Objectives that no question checks; their pages for lecturers say that they are checked aloud.
ALOUD = {("00", "1"), ("00", "3")}
#: Commands that are not for a class: for modellers, for whoever builds or measures the kit, for a single panel or copy.
NOT_FOR_A_CLASS = {"export", "targets", "page", "lite", "lessons", "bench"}
of_a_full_clone = pytest.mark.skipif(
    not (PROJECT / "instructor").exists(), reason="a student's copy has no instructor/"
)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


# --- objectives ----------------------------------------------------------------------------------------------------


def test_the_table_of_objectives_is_what_the_lessons_promise():
    table = objectives.kept(PROJECT)
    promised = {lesson: objectives.promised(notebook) for lesson, notebook in LESSONS.items()}
    told = {lesson: {} for lesson in promised}
    for lesson, number, words, _ in table:
        assert lesson in promised, f"lesson {lesson} is not there"
        told[lesson][number] = words
    assert {lesson: told[lesson] for lesson in promised} == promised, "run again: python tools/objectives.py"
    assert all(len(one) == 3 for one in told.values())


@of_a_full_clone
def test_the_questions_of_the_table_are_those_of_the_pages_for_lecturers():
    table = objectives.rows(PROJECT)
    assert text(PROJECT / objectives.TABLE) == objectives.as_csv(table), "run again: python tools/objectives.py"
    page = text(PROJECT / objectives.PAGE)
    assert page == objectives.into_page(page, objectives.as_markdown(table)), "run again: python tools/objectives.py"


def test_every_question_of_the_table_is_asked_and_every_objective_is_checked():
    for lesson, number, _, ids in objectives.kept(PROJECT):
        cells = [cell.source for cell in LESSONS[lesson].cells if cell.cell_type == "code"]
        asked = {name for source in cells for name in ASKED.findall(source)}
        named = set(filter(None, ids.split(";")))
        assert named <= asked, f"{lesson}.{number}: {named - asked}"
        assert bool(named) != ((lesson, number) in ALOUD), f"{lesson}.{number}"


@of_a_full_clone
def test_every_question_of_the_table_has_an_answer_or_is_asked_in_a_panel():
    known = set()
    for path in (PROJECT / "instructor" / "answers").glob("*.toml"):
        known |= set(tomllib.loads(text(path)))
    ids = {one for row in objectives.kept(PROJECT) for one in row[3].split(";") if one}
    assert {one for one in ids - known if "-panel-" not in one} == set()


def test_the_tool_reads_short_ids_and_changes_nothing_when_it_cannot_write_all(tmp_path):
    assert objectives.ids_in("02-quiz-reach, -starve; optional 02-xy") == ["02-quiz-reach", "02-quiz-starve", "02-xy"]
    for name in ("notebooks", "instructor", "docs/teaching"):
        (tmp_path / name).mkdir(parents=True)
    first = "# T\n\nAfter this lesson you can\n\n1. **do** a thing,\n2. **say** it.\n"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(first)])
    nbformat.write(notebook, tmp_path / "notebooks" / "01_t.ipynb")
    head = "| objective | where | checked |\n|---|---|---|\n"
    (tmp_path / objectives.TABLE).write_text("lesson,number,objective,questions\n01,9,old,\n")
    (tmp_path / objectives.PAGE).write_text(f"A\n{objectives.BEGINS}\nold\n{objectives.ENDS}\nB\n")
    assert objectives.main(tmp_path) == 2, "no page for lecturers"
    (tmp_path / "instructor" / "01.md").write_text(
        f"{head}| 1 a thing | 2 | 01-aa, -bb |\n| 2 say | 3 | aloud |\n\nEnd"
    )
    for _ in range(2):  # the second time changes nothing
        assert objectives.main(tmp_path) == 0
        expected = [("01", "1", "do a thing", "01-aa;01-bb"), ("01", "2", "say it", "")]
        assert objectives.kept(tmp_path) == expected
        page = text(tmp_path / objectives.PAGE)
        assert page.startswith("A\n") and page.endswith("B\n") and "| 01.1 | do a thing | `01-aa`, `01-bb` |" in page
    (tmp_path / objectives.PAGE).write_text("no place")
    assert objectives.main(tmp_path) == 2 and text(tmp_path / objectives.PAGE) == "no place"


# --- minutes -------------------------------------------------------------------------------------------------------


def plans(page: str) -> dict[str, list[list[str]]]:
    """Heading of a plan that names minutes -> the rows of its table, as cells."""
    found = {}
    for heading, body in re.findall(r"^## ([^\n]*\d minutes[^\n]*)\n(.*?)(?=^## |\Z)", page, re.M | re.S):
        lines = [line for line in body.splitlines() if re.match(r"\| \**\d", line)]
        found[heading] = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return found


def expected_minutes(lesson: str, how: str) -> int:
    """Minutes of a lesson's core, of all of it, or of all that is not optional, as its header says."""
    if how == "core":
        return CORE_MINUTES
    said = LESSONS[lesson].metadata.teaching["minutes"]
    rows = re.findall(r"^\|[^|]+\| *(\d+) *\| *(core|optional) *\|", LESSONS[lesson].cells[0].source, re.M)
    needed = sum(int(minutes) for minutes, kind in rows if kind == "core")
    return said if how == "all" else min(said, needed)


def faults_of(page: str) -> list[str]:
    """What is wrong with the minutes of a page of plans."""
    faults = []
    for heading, rows in plans(page).items():
        total, part = 0, 0
        for minutes, words, *_ in rows:
            if minutes.startswith("**"):
                if int(minutes.strip("*")) != part:
                    faults.append(f"{heading}: {words} is {part} minutes")
                part = 0
                continue
            total, part = total + int(minutes), part + int(minutes)
            found = re.match(r"\[?lesson (\d\d)\]?(?:\([^)]*\))?, (core|all|without the optional part)\b", words)
            if found and int(minutes) != expected_minutes(*found.groups()):
                faults.append(f"{heading}: {words} takes {expected_minutes(*found.groups())} minutes")
        if part or total != int(re.search(r"(\d+) minutes", heading)[1]):
            faults.append(f"{heading}: the rows are {total} minutes")
    return faults


def test_the_minutes_of_every_plan_add_up_to_what_the_lessons_say():
    page = text(TEACHING / "plans.md")
    assert len(plans(page)) == 6 and all(len(rows) >= 4 for rows in plans(page).values())
    assert faults_of(page) == []


@pytest.mark.parametrize(
    "right, wrong",
    [("| 57 | [lesson 07]", "| 60 | [lesson 07]"), ("| **135** |", "| **130** |"), ("45 minutes: a", "50 minutes: a")],
)
def test_minutes_that_are_wrong_are_found(right, wrong):
    page = text(TEACHING / "plans.md")
    assert right in page and faults_of(page.replace(right, wrong))


def test_the_four_weeks_hold_every_lesson_and_every_plan_names_objectives_that_exist():
    known = {f"{row[0]}.{row[1]}" for row in objectives.kept(PROJECT)}
    found = plans(text(TEACHING / "plans.md"))
    for heading, rows in found.items():
        named = {one for row in rows for one in re.findall(r"\d\d\.\d", row[-1])}
        assert named and named <= known, heading
    weeks = next(rows for heading, rows in found.items() if "Four weeks" in heading)
    lessons = [found[1] for row in weeks if (found := re.match(r"\[?lesson (\d\d)", row[1]))]
    assert lessons == sorted({row[0] for row in objectives.kept(PROJECT)})
    bare = re.findall(r"\| (lesson (\d\d))", text(TEACHING / "plans.md"))
    assert not {lesson for _, lesson in bare} & set(LESSONS), "a lesson that is there has a link"
    assert {one for row in weeks for one in re.findall(r"\d\d\.\d", row[-1])} == known


def test_the_map_of_a_curriculum_names_objectives_that_exist():
    known = {f"{row[0]}.{row[1]}" for row in objectives.kept(PROJECT)}
    named = set(re.findall(r"\b\d\d\.\d\b", re.sub(r"\]\([^)]*\)", "", text(TEACHING / "curriculum.md"))))
    assert len(named) > 12 and named <= known


# --- commands, tests and messages ----------------------------------------------------------------------------------


def commands_of_kit() -> set[str]:
    actions = [action for action in cli._parser()._actions if action.dest == "command"]
    return set(actions[0].choices)


def commands_of_start() -> set[str]:
    """The words that start.py tells in its help."""
    told = text(PROJECT / "start.py").split('"""')[1]
    return {one or more for one, more in re.findall(r"python start\.py ([a-z]+)|\b([a-z]+) FOLDER", told)}


def named_commands(page: str) -> tuple[set[str], set[str]]:
    """Words after `teaching` and after `python start.py` in the code of a page."""
    code = "\n".join([*re.findall(r"`([^`\n]+)`", page), *re.findall(r"```\w*\n(.*?)```", page, re.S)])
    return set(re.findall(r"^teaching ([a-z]+)", code, re.M)), set(
        re.findall(r"^python start\.py ([a-z]+)", code, re.M)
    )


@pytest.mark.parametrize(
    "page", [*PAGES, PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"], ids=lambda path: path.name
)
def test_every_command_that_a_page_names_exists(page):
    of_kit, of_start = named_commands(text(page))
    assert of_kit <= commands_of_kit(), of_kit
    assert of_start <= commands_of_start(), of_start


def test_every_command_of_the_kit_for_a_class_stands_on_the_page_for_lecturers():
    of_kit, of_start = named_commands(text(TEACHING / "lecturers.md"))
    missing = commands_of_kit() - NOT_FOR_A_CLASS - of_kit - of_start
    assert not missing, f"say on the page what they are for: {missing}"
    assert {"app", "site", "afresh", "test"} <= commands_of_start(), "the help of start.py is read"


def test_a_command_that_does_not_exist_would_be_found():
    assert named_commands("`teaching dance now` and\n```\npython start.py fly\n```") == ({"dance"}, {"fly"})


def test_every_test_that_a_page_calls_as_a_witness_exists():
    named = [found for page in PAGES for found in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text(page))]
    assert len(named) >= 10
    for file, function in named:
        assert (PROJECT / file).is_file(), file
        assert not function or f"def {function}(" in text(PROJECT / file), f"{file}::{function}"


def test_every_complaint_names_its_thread_and_what_holds_the_answer():
    parts = re.split(r"^## ", text(TEACHING / "faq.md"), flags=re.M)[1:]
    assert len(parts) >= 8
    for part in parts:
        assert re.search(r"\]\(https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+\)", part), part
        assert "Held by `tests/" in part, part


def _slip(folder: Path, file: str, **words: str) -> None:
    """One more row, a copy of the last one under a name of its own, with these words."""
    path = folder / file
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        columns, row = reader.fieldnames, list(reader)[-1]
    with path.open("a", encoding="utf-8", newline="") as handle:
        csv.DictWriter(handle, columns, lineterminator="\n").writerow({**row, **words})


@pytest.mark.parametrize(
    "file, words",
    [
        ("studies.csv", {"study": "XX-2027-SLE9", "design": "cohort", "overlap": ""}),
        ("outcomes.csv", {"events": "10", "n": "9", "value": "", "unit": "", "low": "", "high": "", "spread": ""}),
        ("studies.csv", {"study": "XX-2027-SLE9", "source": "example2027", "overlap": ""}),
    ],
)
def test_the_messages_on_the_page_for_a_new_study_are_what_the_tables_say(tmp_path, file, words):
    page = text(PROJECT / "docs" / "contributing" / "new_study.md")
    shutil.copytree(tables.data_folder(), tmp_path / "data")
    _slip(tmp_path / "data", file, **words)
    tables.references()  # the bibliography stays the kit's own
    cached = [one for one in vars(tables_evidence).values() if hasattr(one, "cache_clear")]
    with tables_in(tmp_path / "data", cached), pytest.raises(tables.TableError) as error:
        tables_evidence.check()
    plain = re.sub(r"line \d+", "line N", str(error.value))
    assert plain in re.sub(r"line \d+", "line N", page)


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_is_read_in_three_minutes_in_short_sentences(page):
    prose = text(page).partition(objectives.BEGINS)[0]
    parts = [part for block in lesson_measures.blocks(prose) for part in lesson_measures.sentences(block)]
    for line in re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", prose).splitlines():
        parts += line.strip("|").split("|") if line.startswith("|") else []
    assert len(parts) > 8
    long = [part for part in parts if len(lesson_measures.words(part)) > LONGEST_SENTENCE]
    assert not long, "\n".join(long)
    assert len(lesson_measures.words(prose)) <= 750, "a lecturer reads a page in three minutes, and looks its tables up"


@of_a_full_clone
@pytest.mark.parametrize("page", [page for page in PAGES if page.name != TELLS], ids=lambda path: path.name)
def test_pages_keep_the_surprises(page):
    for path in sorted((PROJECT / "instructor" / "giveaways").glob("*.toml")):
        for prediction, entry in tomllib.loads(text(path)).items():
            for pattern in entry["gives_away"]:
                found = re.search(pattern, text(page), re.I | re.S)
                assert not found, f"{page.name} gives {prediction} away: {found[0] if found else ''}"


def test_the_page_with_pictures_says_first_which_lessons_it_gives_away():
    first = text(PROJECT / "docs" / TELLS).split("\n\n")[1]
    assert "do lessons 00 to 05 first" in first and "predict" in first


def test_what_is_left_out_is_told_for_every_lesson_with_a_link_to_it():
    page = text(PROJECT / "docs" / "what_the_model_leaves_out.md")
    for lesson in LESSONS:
        assert re.search(rf"\[{lesson}\]\(\.\./notebooks/{lesson}_\w+\.ipynb\)", page), lesson
    assert not re.findall(r"^\| lesson \d\d", page, re.M)


def test_every_page_has_its_place_in_the_sidebar():
    assert {path.relative_to(PROJECT).as_posix() for path in PAGES} <= set(sources.DOCS)
    placed = [name for names in sources.SIDEBAR.values() for name in names]
    assert len(placed) == len(set(placed)) and set(placed) <= {"index", *sources.DOCS.values()}
    front = sources.front_page([], set(sources.DOCS.values()))
    assert [line[10:] for line in front.splitlines() if line.startswith(":caption:")] == [
        "Lessons", "Look up", *sources.SIDEBAR, "About",
    ]  # fmt: skip
    assert ":caption: Contribute" not in sources.front_page([], {"students"})
