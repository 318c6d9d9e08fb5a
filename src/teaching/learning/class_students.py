"""Who wrote which report of a class: one student's savings are put together, two students of one name are not.

Whatever is written is given an identity by chance, once (`ClassReport.marks`), and every later saving of the same
answers holds it again. So a shared identity means one student, whatever names stand there; and one name with nothing
in common means two students. Only reports of older kits have no identities: there the name alone has to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from teaching.inputs import listed, sentence
from teaching.learning.class_reports import ClassReport, plain_name, read_report


def read_all(files: Iterable[tuple[str, Callable[[], str]]]) -> tuple[list[ClassReport], list[str]]:
    """(the reports that count, sentences about everything else) of files: name, and what gives its text.

    A function that gives a text may raise OSError or ValueError with one sentence.
    """
    reports, said, seen = [], [], {}
    for name, text_of in files:
        try:
            text = text_of()
            if (twin := seen.get(text)) is not None:
                said.append(f"{sentence(name, 80)} is a copy of {twin}; it was counted once.")
                continue
            report = read_report(name, text)
        except (ValueError, OSError) as problem:
            said.append(sentence(problem))
            continue
        seen[text] = report.file
        reports.append(report)
        said += report.notes
    counting, twins = newest(reports)
    return counting, [*said, *twins]


def newest(reports: Iterable[ClassReport]) -> tuple[list[ClassReport], list[str]]:
    """(the reports that count, sentences about names and about reports that do not): of one student the newest counts.

    A report counts for its lesson. Those that count have their `student` (from 1, the same number in every lesson)
    and what they are `called`: the name, with the lesson and a number where several students have it.
    """
    by_lesson: dict[str, list[ClassReport]] = {}
    for report in sorted(reports, key=lambda one: (one.lesson, one.saved, one.file), reverse=True):
        by_lesson.setdefault(report.lesson, []).append(report)
    kept, said = [], []
    for lesson in by_lesson.values():
        for savings in _by_student(lesson):
            kept.append(savings[0])
            said += [_counted_once(savings[0], older) for older in savings[1:]]
    numbered, names = _numbered(sorted(kept, key=lambda one: (one.lesson, one.file)))
    return numbered, [*sorted(said), *names]


def _by_student(reports: list[ClassReport]) -> list[list[ClassReport]]:
    """The reports of one lesson, newest first, student by student and in that order."""
    owner: dict[str, list[ClassReport]] = {}  # of an identity: everything of the student who has it
    groups: dict[int, list[ClassReport]] = {}
    for report in (one for one in reports if one.marks):
        joined = [report]
        for same in {id(owner[mark]): owner[mark] for mark in report.marks if mark in owner}.values():
            joined += groups.pop(id(same))
        groups[id(joined)] = joined
        owner.update((mark, joined) for one in joined for mark in one.marks)
    named: dict[str, list[list[ClassReport]]] = {}
    for group in groups.values():
        for name in {plain_name(one.name) for one in group} - {""}:
            named.setdefault(name, []).append(group)
    for report in (one for one in reports if not one.marks):
        same = named.setdefault(plain_name(report.name), [])
        if report.name and len(same) == 1:  # one student has this name, so it is an older saving of that one
            same[0].append(report)
        elif report.name and same and not same[-1][0].marks:  # there are two, and others like this one
            same[-1].append(report)
        else:
            alone = [report]
            same.append(alone)
            groups[id(alone)] = alone
    return [sorted(group, key=lambda one: (one.saved, one.file), reverse=True) for group in groups.values()]


def _counted_once(newer: ClassReport, older: ClassReport) -> str:
    counts = f"the newer one, {newer.file}, counts."
    if not (newer.marks and older.marks):
        return f"{older.file} and {newer.file} have the same name, and an older report holds nothing else; {counts}"
    names = {plain_name(one.name) for one in (newer, older)} - {""}
    though = ", though their names differ" if len(names) > 1 else ""
    return f"{older.file} and {newer.file} are of the same student{though}; {counts}"


def _numbered(kept: list[ClassReport]) -> tuple[list[ClassReport], list[str]]:
    """The reports with number and name of their students, and sentences about names that several students have."""
    sharing: dict[str, dict[str, list[ClassReport]]] = {}
    for report in kept:
        if name := plain_name(report.name):
            sharing.setdefault(name, {}).setdefault(report.lesson, []).append(report)
    shared = {name for name, lessons in sharing.items() if any(len(found) > 1 for found in lessons.values())}
    numbers: dict[object, int] = {}
    numbered = []
    for report in kept:
        name = plain_name(report.name)
        # A name alone leads from lesson to lesson, so one that two students have leads nowhere.
        key = name if name and name not in shared else (report.lesson, report.file)
        number = numbers.setdefault(key, len(numbers) + 1)
        numbered.append(
            replace(report, student=number, called=_called(report, sharing) if name in shared else report.name)
        )
    said = []
    for name in sorted(shared):
        for _, found in sorted(sharing[name].items()):
            files = listed((one.file for one in found), 160, " and ")
            if len(found) > 1:
                said.append(f"{files} have the same name and share nothing: they count as {len(found)} students.")
            else:
                said.append(f"{files} has a name that several students have: its student is numbered anew here.")
    return numbered, said


def _called(report: ClassReport, sharing: dict[str, dict[str, list[ClassReport]]]) -> str:
    found = sharing[plain_name(report.name)][report.lesson]
    place = f", {found.index(report) + 1} of {len(found)}" if len(found) > 1 else ""
    return f"{report.name} (lesson {report.lesson[:2]}{place})"
