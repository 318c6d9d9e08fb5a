"""After a career: what was hidden beside what the player knew and noted, and the same choices run again many times.

Run again in the same patient, only luck differs; in other patients like them, also what nobody could know; with
nothing given, it shows what the choices were worth. So luck and judgement part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teaching import tables
from teaching.clinic.career import Choices
from teaching.clinic.following import Followed, Turn
from teaching.clinic.harm import with_replacement
from teaching.clinic.numbers import end_day, visit_days, whole_of
from teaching.clinic.outcome import ENDINGS, Given, activity, followed_until, given, whole_course
from teaching.clinic.people import hidden
from teaching.clinic.visit import Ending, Visit, resume
from teaching.inputs import listed, one_of, refusal, shortened, whole_number
from teaching.model.patient import Patient
from teaching.model.therapies import usual_plans
from teaching.showing import Table
from teaching.words import whole

MOST_TIMES = 2_000


@dataclass(frozen=True, eq=False)
class Debrief:
    """What a player is shown in the end, as tables.

    `hidden`: the numbers of this patient that differ from the typical one; `visits`: the truth on each visit beside
    what was read and noted; `turns`: when hardly a cell of the clone was left; `reruns`: how often each ending came;
    `counts`: the same numbers by column and ending, for the columns that were asked for; `therapies`: for whom each
    course that was given is usual; `words`: luck and judgement in sentences.
    """

    ending: Ending
    hidden: Table
    visits: Table
    turns: Table
    reruns: Table
    counts: dict[str, dict[str, int]]
    therapies: Table
    words: str


#: Columns of `Debrief.reruns`.
SAME, OTHERS, NOTHING = "this patient, other luck", "other patients", "this patient, nothing given"
COLUMNS = (SAME, OTHERS, NOTHING)


def debrief(ending: Ending | str, times: int | None = None, columns: Sequence[str] = COLUMNS) -> Debrief:
    """The debrief of a career that is over, or of the text of its file.

    `times`, how often the same choices are run again, 1 to 2,000, else as data/clinic.csv says; `columns`, which of
    COLUMNS are run: each costs as much time as another, and with none only what needs no run is told. The choices stay
    as they were, whatever a run would have shown: where a career ended early, nothing more is chosen. Raises ValueError
    for a career that is not over, another number, or a column that is none.
    """
    ending = resume(ending) if isinstance(ending, str) else ending
    if isinstance(ending, Visit):
        raise ValueError(f"this career is not over: visit {ending.number} is open, so go on to the last visit.")
    if not isinstance(ending, Ending):
        raise ValueError(f"the career is {shortened(ending)}; one that is over is needed: go on to the last visit.")
    times = whole_of("rerun", "times") if times is None else whole_number("times", times)
    if not 1 <= times <= MOST_TIMES:
        raise ValueError(f"times is {times}; allowed is a whole number from 1 to {MOST_TIMES}.")
    columns = _columns(columns)
    career, patient = ending.career, hidden(ending.person, ending.career.seed)
    seed, chosen = career.seed, career.visits

    def run(column: str, number: int) -> str:
        who, plan = patient, chosen if column != NOTHING else (Choices(),)
        if column == OTHERS:
            who = hidden(ending.person, seed, number)
        return whole_course(who, plan, seed, number, number if column == OTHERS else 0)[0]

    counts = {column: _counted(run(column, number) for number in range(1, times + 1)) for column in columns}
    last = _state(patient, chosen, ending.over, seed)
    return Debrief(
        ending, _hidden(patient), _visits(ending, patient), _turns(last[0].turns), _reruns(counts, times), counts,
        _therapies(chosen), _words(ending, counts, times),
    )  # fmt: skip


def _columns(columns) -> tuple[str, ...]:
    """The columns that were asked for, in the order of COLUMNS."""
    if isinstance(columns, str) or not isinstance(columns, Sequence):
        raise ValueError(refusal("columns", columns, f"a list is needed, of: {listed(COLUMNS)}"))
    asked = [one_of("column", column, COLUMNS) for column in columns]
    return tuple(column for column in COLUMNS if column in asked)


def _counted(endings) -> dict[str, int]:
    found = dict.fromkeys(ENDINGS, 0)
    for kind in endings:
        found[kind] += 1
    return found


def well(counts: dict[str, int]) -> int:
    """How many of some runs end well, with luck or without."""
    return counts["stays well"] + counts["chance"]


def _words(ending: Ending, counts: dict[str, dict[str, int]], times: int) -> str:
    """A line on luck, one on judgement and one on harm, as far as their columns were run; lines are parted by \\n."""
    said = [f"This career ended with '{ending.kind}'."]
    if SAME in counts:
        said[0] += (
            f" Luck: the same choices, run {times} times in the same patient, end so {counts[SAME][ending.kind]} times."
        )
    if counts:
        said.append(f"Judgement: they end well {_ways({name: well(one) for name, one in counts.items()}, times)}.")
        harmed = _ways({name: one["infection"] for name, one in counts.items()}, times)
        said.append(f"Harm: a serious infection ends them {harmed}.")
    return "\n".join(said)


def _ways(found: dict[str, int], times: int) -> str:
    """Numbers of some columns in words."""
    where = {SAME: "in this patient", OTHERS: f"in {times} other patients", NOTHING: "with nothing given"}
    ways = [f"{count} times {where[name]}" for name, count in found.items()]
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])}, and {ways[-1]}"


def _hidden(patient: Patient) -> Table:
    """The drawn numbers beside those of the typical patient."""
    typical, rows = Patient.typical(patient.disease), []
    for row in tables.variation().values():
        if row.applies_to == "patient":
            name = row.quantity
            rows.append((tables.label(name), patient[name], typical[name], patient.unit(name)))
        else:
            rows.append((tables.label(row.quantity), patient.factors[row.quantity], 1.0, "× typical"))
    columns = dict.fromkeys(("hidden quantity", "this patient", "typical", "unit"), "")
    return Table(f"What was hidden in this patient with {patient.disease}", columns, rows)


def _state(patient: Patient, chosen: Sequence[Choices], day: float, seed: int) -> tuple[Followed, Given]:
    what = given(chosen)
    return followed_until(patient, what, day, seed), what


def _visits(ending: Ending, patient: Patient) -> Table:
    """One row a visit, and one for the end: the truth before anything was given on it, results and notes."""
    chosen, seed, rows = ending.career.visits, ending.career.seed, []
    for number, choices in enumerate(chosen):
        day = visit_days()[number]
        read = "; ".join(f"{one.test} {one.words}" for one in ending.results if one.ordered == day)
        truth = _truth(*_state(patient, chosen[:number], day, seed), day)
        rows.append((f"visit {number + 1}", day, *truth, read, "\n".join(choices.notes)))
    last = _truth(*_state(patient, chosen, ending.over, seed), ending.over)
    rows.append(("end" if ending.over == end_day() else ending.kind, ending.over, *last, "", ""))
    columns = {"visit": "", "day": "d", "blood B cells": "cells/µL", "clone": "cells", "autoantibody": "% of start"}
    columns |= {"total IgG": "% of start", "disease activity": "% of start", "you read": "", "you noted": ""}
    return Table("The truth beside what you read and noted", columns, rows)


def _truth(followed: Followed, what: Given, day: float) -> tuple[float, ...]:
    return (
        followed.at(day, "blood_b_cells_per_ul"),
        followed.at(day, "autoreactive_memory_cells"),
        followed.at(day, "autoantibody_percent"),
        followed.interpolated(day, with_replacement(followed, what.replaced_from)),
        followed.interpolated(day, activity(followed, what)),
    )


def _turns(turns: Sequence[Turn]) -> Table:
    rows = [(turn.day, turn.cells, 100 * turn.chance, "died out" if turn.died_out else "grew again") for turn in turns]
    columns = {"day": "d", "cells of the clone left": "", "chance to die out": "%", "what the dice said": ""}
    return Table("When chance decided about the clone", columns, rows)


def _therapies(chosen: Sequence[Choices]) -> Table:
    """For whom each course is usual (data/regimens.csv): in the model also drugs work that were never tried here."""
    usual, rows = {str(plan): name for name, plan in usual_plans().items()}, []
    for number, choices in enumerate(chosen, start=1):
        for text in choices.plans:
            row = tables.regimens().get(usual.get(text))
            about = ("; ".join(row.source), row.confidence) if row else ("", "")
            rows.append((number, usual.get(text, text), row.given_for if row else "a plan of your own", *about))
    columns = dict.fromkeys(("visit", "therapy", "usual in", "source", "confidence"), "")
    return Table("For whom the therapies that you gave are usual", columns, rows)


def _reruns(counts: dict[str, dict[str, int]], times: int) -> Table:
    rows = [(kind, *(column[kind] for column in counts.values()), ENDINGS[kind]) for kind in ENDINGS]
    columns = dict.fromkeys(("ending", *counts, "meaning"), "")
    return Table(f"The same choices run {whole(times)} times", columns, rows)
