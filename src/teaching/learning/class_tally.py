"""What a class predicted, which wrong ideas it met and what it wrote, question by question. Knows no picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from teaching.learning import answers
from teaching.learning.class_reports import ClassReport, Given, Idea
from teaching.learning.placing import PLACED
from teaching.words import whole

#: So many different texts are counted by themselves.
MOST_ROWS = 12


@dataclass(frozen=True)
class Tally:
    """One question and a class.

    students: reports of the lesson; predicted: how many of them predicted something; counts: (what, how many) of
    what was chosen, options with nobody included; numbers: what was typed or marked [unit]; curves: points
    [[across, up], ...] a student; first, later, never: students who were right at the first try, later, or not yet;
    ideas: (idea, students who met it), the most frequent first; sentences: in own words, each student's last; right:
    the option that is right, '' where none is.
    """

    id: str
    prompt: str
    unit: str
    students: int
    predicted: int
    counts: tuple[tuple[str, int], ...]
    numbers: tuple[float, ...]
    curves: tuple[tuple[tuple[float, float], ...], ...]
    first: int
    later: int
    never: int
    ideas: tuple[tuple[Idea, int], ...]
    sentences: tuple[str, ...]
    right: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has done anything with it."""
        return not (self.predicted or self.tried or self.sentences)

    @property
    def tried(self) -> int:
        """How many students gave an answer that was judged."""
        return self.first + self.later + self.never


def tallies(reports: Iterable[ClassReport]) -> dict[str, list[Tally]]:
    """Lesson -> its questions in the order of the lesson, then panels and desks."""
    by_lesson: dict[str, list[ClassReport]] = {}
    for report in reports:
        by_lesson.setdefault(report.lesson, []).append(report)
    return {lesson: _tallies(lesson, by_lesson[lesson]) for lesson in sorted(by_lesson)}


def ideas_met(reports: Iterable[ClassReport]) -> list[tuple[str, int]]:
    """(name of a known wrong idea, students who met it in whatever question), the most frequent first."""
    met = Counter(name for report in reports for name in {idea.name for one in report.given for idea in one.ideas})
    return sorted(met.items(), key=lambda item: (-item[1], item[0]))


def _tallies(lesson: str, reports: list[ClassReport]) -> list[Tally]:
    names = [question.id for question in answers.questions_of(lesson)]
    prompts: dict[str, str] = {}
    given: dict[str, list[Given]] = {name: [] for name in names}
    for report in reports:
        for one in report.given:
            given.setdefault(_key(one), []).append(one)
            prompts[_key(one)] = one.row.prompt
    return [_tally(name, prompts.get(name, name), given[name], len(reports)) for name in given if given[name]]


def _key(one: Given) -> str:
    """A panel is the same whether its data or only its row in a table is left."""
    return one.row.prompt if one.row.prompt.startswith(("Panel: ", "Desk: ")) else one.row.id


def _tally(name: str, prompt: str, given: list[Given], students: int) -> Tally:
    entry = {} if name.startswith(("Panel: ", "Desk: ")) else answers.entry_of(name)
    values = [one.value for one in given if one.value is not None]
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    curves = [
        tuple((float(across), float(up)) for across, up in value)
        for value in values
        if isinstance(value, list) and value and not isinstance(value[0][0], str)
    ]
    chosen = Counter(words for one in given if (words := _chosen(entry, one)) and not (entry.get("kind") == "text"))
    counts = [(option, chosen.pop(option, 0)) for option in entry.get("options", ())] if chosen else []
    counts += chosen.most_common(MOST_ROWS)
    if (others := sum(chosen.values()) - sum(number for _, number in chosen.most_common(MOST_ROWS))) > 0:
        counts.append(("something else", others))
    ideas: dict[str, list[Idea]] = {}
    for one in given:
        for idea in one.ideas:
            ideas.setdefault(idea.name, []).append(idea)
    judged = [one.row for one in given if one.row.right is not None]
    own = [one.row.sentence for one in given if one.row.sentence]
    own += [one.row.prediction for one in given if entry.get("kind") == "text" and one.row.prediction]
    own += [one.row.answer for one in given if name.startswith("Desk: ") and one.row.answer]
    return Tally(
        name, prompt, entry.get("unit", ""), students, sum(bool(one.row.prediction) for one in given),
        tuple(counts), tuple(numbers), tuple(curves),
        sum(row.right is True and row.tries <= 1 for row in judged),
        sum(row.right is True and row.tries > 1 for row in judged),
        sum(row.right is False for row in judged),
        tuple((max(met, key=_words), len(met)) for met in sorted(ideas.values(), key=len, reverse=True)),
        tuple(own), entry.get("answer", {}).get("option", ""),
    )  # fmt: skip


def _words(idea: Idea) -> int:
    """How much the kit says to it: a report of an older kit holds the name alone."""
    return len(idea.words)


def _chosen(entry: dict, one: Given) -> str:
    """What was chosen in words; '' of a number or a curve."""
    if isinstance(one.value, str):
        return one.value
    if isinstance(one.value, list) and entry.get("kind") in PLACED:
        return one.row.prediction
    return ""


def summary(tally: Tally) -> str:
    """One or two sentences: how many predicted, how many were right when."""
    said = []
    if tally.predicted:
        said.append(f"{whole(tally.predicted)} of {whole(tally.students)} predicted.")
    if tally.tried:
        said.append(
            f"Of {whole(tally.tried)} who answered, {_were(tally.first)} right at the first try and "
            f"{_were(tally.later)} right later; {_are(tally.never)} not right yet."
        )
    return " ".join(said)


def _were(count: int) -> str:
    return f"{whole(count)} {'was' if count == 1 else 'were'}"


def _are(count: int) -> str:
    return f"{whole(count)} {'is' if count == 1 else 'are'}"
