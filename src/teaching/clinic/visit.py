"""The state machine: a visit is a value, and each choice gives another one. There is no way back.

    visit = start("SLE nephritis", seed=7)
    visit = visit.order("blood B cells").give("rituximab").note("Blood first.")
    visit = visit.next()                     # the second visit, or an Ending
    text = visit.to_json()                   # resume(text) plays it again and is the same visit

A visit knows nothing that was not ordered. For teaching and self-study, not for treatment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from teaching.clinic.career import LONGEST_NOTES, Career, Choices, career_of
from teaching.clinic.harm import with_replacement
from teaching.clinic.laboratory import ClinicTest, Result, orderable, orderable_named, reading
from teaching.clinic.luck import seed_of
from teaching.clinic.numbers import end_day, visit_days, whole_of
from teaching.clinic.outcome import ENDINGS, activity, cytokine_releases, ending, followed_until, given, infected
from teaching.clinic.people import Person, hidden, person_of
from teaching.inputs import listed, refusal, sentence, shortened
from teaching.model.therapies import Plan, usual_plans
from teaching.words import exact, whole

#: More doses than these on one visit nobody gives, and a visit's answer would take too long.
MOST_DOSES = 60
KIND_WORDS = {"engager": "the T-cell engager", "car_t": "the CAR-T cells"}
_STEROIDS, _IGG = "stop steroids", "IgG replacement"


@dataclass(frozen=True)
class Visit:
    """One of the five visits, as the player sees it.

    `number` from 1, `day` since the first visit, `points` left, `results` that have come so far, `waiting`: tests
    whose result comes later, `events` since the last visit, `steroids` and `replacement` as they are now, and
    `career`: all that was chosen.
    """

    person: Person
    number: int
    day: float
    points: int
    results: tuple[Result, ...]
    waiting: tuple[str, ...]
    events: tuple[str, ...]
    steroids: bool
    replacement: bool
    career: Career

    def order(self, test: str) -> Visit:
        """This visit with a test ordered; its result comes on the first visit after its delay, or at once.

        Raises ValueError for an unknown test, one that was ordered on this visit already, or too few points.
        """
        found = orderable_named(test)
        if found.name in self._chosen.orders:
            raise ValueError(f"{found.name} was ordered on this visit already; it is served once, so choose another.")
        self._paid(found.name, found.cost)
        career = self._with(orders=(*self._chosen.orders, found.name))
        visit = replace(self, points=self.points - found.cost, career=career)
        if found.delay == 0:
            return replace(visit, results=(*self.results, _result(visit, found, self.number, self.day)))
        return replace(visit, waiting=(*self.waiting, found.name))

    def give(self, plan: str | Plan) -> Visit:
        """This visit with a therapy given: a usual course by its name, or a plan whose days count from this visit.

        `give("CD19 CAR-T")`, `give("lymphodepletion intensity=1 days=0")`. Two words are no drugs: 'IgG replacement',
        from now to the end, and 'stop steroids'. Raises ValueError for what is not understood, given twice on this
        visit, or does not end before the clinic does.
        """
        if isinstance(plan, str) and plan.strip() == _STEROIDS:
            return self._without_steroids()
        if isinstance(plan, str) and plan.strip() == _IGG:
            return self._with_replacement()
        found = _plan(plan)
        if str(found) in self._chosen.plans:
            raise ValueError(sentence(f"{shortened(str(found), 100)} was given on this visit already; give it once."))
        doses = len(found.doses) + sum(len(Plan.parse(text).doses) for text in self._chosen.plans)
        if doses > MOST_DOSES:
            raise ValueError(f"this visit would give {doses} doses; at most {MOST_DOSES} are allowed.")
        last = max(self.day + dose.day + (dose.duration_days or 0) for dose in found.doses)
        if last >= end_day():
            raise ValueError(
                f"the plan goes on to day {exact(last)}, but the clinic ends on day {exact(end_day())}; "
                "give less of it."
            )
        return replace(self, career=self._with(plans=(*self._chosen.plans, str(found))))

    def note(self, text: str) -> Visit:
        """This visit with a note of the player's own; it is kept as it is and shown again in the debrief.

        Raises ValueError for what is no text or is empty, and when the notes of a visit pass 20,000 characters.
        """
        if not isinstance(text, str) or not text.strip():
            raise ValueError(refusal("the note", text, "a text is needed"))
        length = len(text) + sum(len(note) for note in self._chosen.notes)
        if length > LONGEST_NOTES:
            raise ValueError(
                f"the notes of this visit would have {length:,} characters; at most {LONGEST_NOTES:,} are kept."
            )
        return replace(self, career=self._with(notes=(*self._chosen.notes, text)))

    def next(self) -> Visit | Ending:
        """The next visit, or the ending. Raises SimulationError when the solver gives up."""
        seed, career = self.career.seed, self.career
        what, patient = given(career.visits), hidden(self.person, seed)
        until = (*visit_days(), end_day())[self.number]
        followed = followed_until(patient, what, until, seed)
        severe = cytokine_releases(self._chosen, self.number - 1, seed)
        points = max(0, self.points - len(severe) * whole_of("severe CRS", "points"))
        events = tuple(f"Severe cytokine release after {KIND_WORDS[kind]}: days in intensive care." for kind in severe)
        infection = infected(followed, what, [self.number - 1], seed)
        if infection is not None or self.number == len(visit_days()):
            kind, day = ending(followed, what, infection)
            results = self.results + _arrived(self, _over(kind, day))
            words = _told(kind, day, self.steroids)
            return Ending(self.person, kind, day, words, results, events, points, replace(career, left=True))
        return Visit(
            self.person, self.number + 1, until, points, self.results + _arrived(self, until), _waiting(self, until),
            events, self.steroids, self.replacement, replace(career, visits=(*career.visits, Choices())),
        )  # fmt: skip

    def to_json(self) -> str:
        """The career so far as text; `resume` reads it back."""
        return self.career.to_json()

    @property
    def _chosen(self) -> Choices:
        return self.career.visits[-1]

    def _with(self, **changes) -> Career:
        return self.career.with_choices(replace(self._chosen, **changes))

    def _paid(self, name: str, cost: int) -> None:
        if cost > self.points:
            costs, left = _points(cost), f"{self.points} {'is' if self.points == 1 else 'are'} left"
            raise ValueError(f"{name} costs {costs}, and {left}; choose something cheaper.")

    def _without_steroids(self) -> Visit:
        if not self.steroids:
            raise ValueError("steroids are stopped already, and there is no way back.")
        return replace(self, steroids=False, career=self._with(stops_steroids=True))

    def _with_replacement(self) -> Visit:
        if self.replacement:
            raise ValueError("IgG is replaced already, and it goes on to the end.")
        cost = whole_of(_IGG, "cost")
        self._paid(_IGG, cost)
        return replace(self, replacement=True, points=self.points - cost, career=self._with(replaces_igg=True))


@dataclass(frozen=True)
class Ending:
    """How a career ended: `kind` a word of ENDINGS, its `day`, `words` to read, and what the player knew."""

    person: Person
    kind: str
    day: float
    words: str
    results: tuple[Result, ...]
    events: tuple[str, ...]
    points: int
    career: Career

    @property
    def over(self) -> float:
        """The day up to which the career went: a relapse does not end it, a serious infection does [day]."""
        return _over(self.kind, self.day)

    def to_json(self) -> str:
        """The career as text; `resume` reads it back and comes to the same ending."""
        return self.career.to_json()


def start(patient: str, seed: int) -> Visit:
    """The first visit of a patient.

    Arguments: patient, a name of `people()`; seed, a whole number from 0 to 2³²-1, from which the hidden patient and
    all chance are drawn. Raises ValueError with one sentence for anything else.
    """
    person, seed = person_of(patient), seed_of(seed)
    points = whole_of("game", "points")
    career = Career(person.name, seed, (Choices(),))
    return Visit(person, 1, visit_days()[0], points, (), (), (), True, False, career)


def resume(text: str) -> Visit | Ending:
    """The visit or ending that a career file leads to: it is played again, and nothing in it is taken on trust.

    Raises ValueError with one sentence for what is no career file, one of another version, or one that nobody could
    have played.
    """
    career = career_of(text)
    here: Visit | Ending = start(career.patient, career.seed)
    for number, choices in enumerate(career.visits, start=1):
        if number > 1:
            here = here.next()
        if isinstance(here, Ending):
            raise ValueError(f"the career file has a visit {number}, but this career ended before it.")
        try:
            here = _chosen_again(here, choices)
        except ValueError as problem:
            raise ValueError(
                sentence(f"visit {number} of the career file cannot have been played: {problem}")
            ) from None
        if here.number == len(visit_days()) and len(career.visits) > number:
            raise ValueError(f"the career file has {len(career.visits)} visits; there are {number}.")
    if career.left:
        here = here.next()
        if isinstance(here, Visit):
            raise ValueError(f"the career file says that it is over, but visit {here.number} is still to come.")
    return here


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _chosen_again(visit: Visit, choices: Choices) -> Visit:
    for test in choices.orders:
        visit = visit.order(test)
    for plan in choices.plans:
        visit = visit.give(plan)
    visit = visit.give(_STEROIDS) if choices.stops_steroids else visit
    visit = visit.give(_IGG) if choices.replaces_igg else visit
    for note in choices.notes:
        visit = visit.note(note)
    return visit


def _plan(plan: str | Plan) -> Plan:
    """The plan that was handed over, not empty."""
    if isinstance(plan, Plan):
        found = plan
    elif isinstance(plan, str) and plan in usual_plans():
        found = Plan.usual(plan)
    else:
        try:
            found = Plan.parse(plan)
        except ValueError as problem:
            known = listed([*usual_plans(), _IGG, _STEROIDS], 120)
            raise ValueError(sentence(f"{str(problem).rstrip('.')}; usual courses are: {known}.")) from None
    if not any(dose.amount > 0 for dose in found.doses):
        raise ValueError("the plan gives nothing; to give nothing, go on to the next visit.")
    return found


def _result(visit: Visit, test: ClinicTest, number: int, arrived: float) -> Result:
    """The result of a test that was ordered on a visit: before anything was given on it."""
    career, day = visit.career, visit_days()[number - 1]
    what = given(career.visits[: number - 1])
    followed = followed_until(hidden(visit.person, career.seed), what, day, career.seed)
    truth = followed.at(day, test.series)
    if test.name == "disease activity":
        truth = followed.interpolated(day, activity(followed, what))
    elif test.name == "total IgG":
        truth = followed.interpolated(day, with_replacement(followed, what.replaced_from))
    return reading(test, truth, career.seed, number - 1, day, arrived)


def _outstanding(visit: Visit) -> list[tuple[ClinicTest, int, float]]:
    """Tests that wait for their result: test, number of the visit on which it was ordered, day of the result."""
    found = []
    for number, (day, choices) in enumerate(zip(visit_days(), visit.career.visits, strict=False), start=1):
        for name in choices.orders:
            test = orderable()[name]
            if day + test.delay > visit.day:
                found.append((test, number, day + test.delay))
    return found


def _arrived(visit: Visit, until: float) -> tuple[Result, ...]:
    """Results that come after a visit, up to a day."""
    return tuple(_result(visit, test, number, until) for test, number, ready in _outstanding(visit) if ready <= until)


def _waiting(visit: Visit, until: float) -> tuple[str, ...]:
    return tuple(test.name for test, _, ready in _outstanding(visit) if ready > until)


def _over(kind: str, day: float) -> float:
    return day if kind == "infection" else end_day()


def _told(kind: str, day: float, steroids: bool) -> str:
    """The ending in words: what, when, and whether steroids were still taken."""
    when = "" if day == end_day() else f" on day {whole(day)}"
    taken = "Steroids were still taken." if steroids else "Steroids had been stopped."
    return f"{kind[0].upper()}{kind[1:]}{when}: {ENDINGS[kind]}. {taken}"
