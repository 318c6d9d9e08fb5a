"""A decision table: options scored on weighted criteria, their rank, and which single number would change it.

The sum is exact in the numbers as they were typed, so that a tie is a tie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from teaching.inputs import listed, number, shortened
from teaching.showing import Shown, Table
from teaching.words import code, exact

#: Weights and scores go from 0 to this.
TOP = 10
#: More than fit on a page.
MOST_CRITERIA, MOST_OPTIONS = 40, 12
LONGEST_NAME = 80


@dataclass(frozen=True)
class Change:
    """One number that, changed alone, puts another option first: from `now` to `at`, where `option` draws level.

    `score_of` is the option whose score it is, None for the weight of the criterion. Beyond `at` `option` is first;
    where `at` is an end of the scale it only draws level (`overtakes` is False).
    """

    criterion: str
    score_of: str | None
    now: float
    at: float
    option: str
    overtakes: bool

    @property
    def distance(self) -> float:
        """How far the number must move."""
        return abs(self.at - self.now)

    @property
    def words(self) -> str:
        """The change as one sentence."""
        what = f"the weight of {self.criterion}" if self.score_of is None else f"{self.score_of} on {self.criterion}"
        verb = "overtakes" if self.overtakes else "draws level"
        way = "above" if self.at > self.now else "below"
        place = f"{way} {exact(self.at)}" if self.overtakes else f"at {exact(self.at)}"
        return f"{what}: {exact(self.now)} now; {place} {self.option} {verb}."


class DecisionTable(Shown):
    """Options with a score on each criterion, and a weight for each criterion, all from 0 to 10.

    `weights`: criterion -> weight. `scores`: option -> {criterion -> score}, higher is better for whoever scores.
    Totals are weighted means (0 to 10). Raises ValueError with one sentence for anything else, and when all weights
    are zero.
    """

    def __init__(self, weights: Mapping[str, float], scores: Mapping[str, Mapping[str, float]]):
        criteria = _names("weights", "a criterion", "criteria", weights, 1, MOST_CRITERIA)
        options = _names("scores", "an option", "options", scores, 2, MOST_OPTIONS)
        self.weights = {name: _grade(f"the weight of {name}", weights[name]) for name in criteria}
        self.scores = {option: self._row(option, scores[option]) for option in options}
        if not any(self.weights.values()):
            raise ValueError("All weights are zero; give at least one criterion a weight above 0.")

    def _row(self, option: str, row: Mapping[str, float]) -> dict[str, Fraction]:
        if not isinstance(row, Mapping):
            raise ValueError(f"the scores of {option} are {shortened(row)}; a score for each criterion is needed.")
        if missing := [name for name in self.weights if name not in row]:
            raise ValueError(f"{option} has no score on {listed(missing)}; give a number from 0 to {TOP}.")
        if extra := [name for name in row if name not in self.weights]:
            raise ValueError(f"{option} has a score on {shortened(extra[0])}, which has no weight.")
        return {name: _grade(f"the score of {option} on {name}", row[name]) for name in self.weights}

    @cached_property
    def _sums(self) -> dict[str, Fraction]:
        return {
            option: sum((self.weights[name] * row[name] for name in self.weights), Fraction())
            for option, row in self.scores.items()
        }

    @property
    def totals(self) -> dict[str, float]:
        """The weighted mean of each option (0 to 10), in the order in which they were given."""
        whole = sum(self.weights.values())
        return {option: float(total / whole) for option, total in self._sums.items()}

    @property
    def ranks(self) -> dict[str, int]:
        """The rank of each option, 1 for the highest total; options with one total share a rank."""
        return {option: 1 + sum(other > total for other in self._sums.values()) for option, total in self._sums.items()}

    @property
    def first(self) -> tuple[str, ...]:
        """The option in first place, or those that share it."""
        return tuple(option for option, rank in self.ranks.items() if rank == 1)

    def changes(self) -> tuple[Change, ...]:
        """Each single number that could put another option first, the nearest first; none where that place is shared.

        For each number only its nearest such place in each direction is given.
        """
        if len(self.first) > 1:
            return ()
        (first,) = self.first
        found = []
        for name in self.weights:
            found += self._by_weight(first, name)
            for option in self.scores:
                found += self._by_score(first, name, option)
        return tuple(sorted(found, key=lambda change: change.distance))

    def _by_weight(self, first: str, name: str) -> list[Change]:
        """Where the weight of a criterion lets another option draw level: one place above and one below at most."""
        now, places = self.weights[name], []
        others = sum(self.weights.values()) - now
        for option in self.scores:
            gain = self.scores[option][name] - self.scores[first][name]
            if option == first or not gain:
                continue
            at = now + (self._sums[first] - self._sums[option]) / gain
            # With this weight at zero and no other, there would be no table.
            if 0 <= at <= TOP and (at or others):
                places.append((at, option, 0 < at < TOP, abs(gain)))
        return _nearest(name, None, now, places)

    def _by_score(self, first: str, name: str, option: str) -> list[Change]:
        """Where the score of an option on a criterion changes who is first."""
        weight, now = self.weights[name], self.scores[option][name]
        if not weight:
            return []
        if option == first:
            gaps = [(self._sums[first] - total, other) for other, total in self._sums.items() if other != first]
            gap, other = min(gaps, key=lambda one: one[0])
            at = now - gap / weight
        else:
            other, at = option, now + (self._sums[first] - self._sums[option]) / weight
        return _nearest(name, option, now, [(at, other, 0 < at < TOP, 1)] if 0 <= at <= TOP else [])

    @property
    def verdict(self) -> str:
        """Who is first, and the nearest single number that would change it, in one or two sentences."""
        if len(self.first) > 1:
            return f"{listed(self.first, between=' and ')} share the first place; any change decides between them."
        changes = self.changes()
        if not changes:
            return f"{self.first[0]} is first, and no single number from 0 to {TOP} changes that."
        words = changes[0].words
        return f"{self.first[0]} is first. What changes that soonest is {words}"

    @property
    def table(self) -> Table:
        """One row an option: rank, weighted mean, and its scores; the weights stand as units."""
        columns = {"option": "", "rank": "", "total": f"0 to {TOP}"}
        columns |= {name: f"weight {exact(float(weight))}" for name, weight in self.weights.items()}
        totals, ranks = self.totals, self.ranks
        rows = [
            (option, ranks[option], totals[option], *(float(score) for score in row.values()))
            for option, row in self.scores.items()
        ]
        return Table(self.verdict, columns, sorted(rows, key=lambda row: row[1]))

    @property
    def sensitivity(self) -> Table:
        """One row a number that could change the first place, the nearest first."""
        rows = [
            (
                "weight" if change.score_of is None else f"score of {change.score_of}",
                change.criterion,
                change.now,
                change.at,
                change.distance,
                f"{change.option} {'overtakes' if change.overtakes else 'draws level'}",
            )
            for change in self.changes()
        ]
        columns = dict.fromkeys(("number", "criterion", "now", "at", "distance", "then"), "")
        return Table(f"Which single number changes the first place. {self.verdict}", columns, rows)


def _nearest(name: str, score_of: str | None, now: Fraction, places: list) -> list[Change]:
    """The nearest place on each side of `now`, as changes; of two options at one place the one that gains most."""
    found = []
    for side in (True, False):
        beside = [place for place in places if (place[0] > now) == side]
        if beside:
            at, option, overtakes, _ = min(beside, key=lambda place: (abs(place[0] - now), -place[3]))
            found.append(Change(name, score_of, float(now), float(at), option, overtakes))
    return found


def _names(what: str, one: str, many: str, given: Mapping, least: int, most: int) -> list[str]:
    """The names of a mapping; ValueError when it is none, too short or too long, or a name is no short text."""
    if not isinstance(given, Mapping):
        raise ValueError(f"{what} are {shortened(given)}; numbers under names are needed.")
    if not least <= len(given) <= most:
        raise ValueError(f"the number of {many} is {len(given)}; allowed is a number from {least} to {most}.")
    for name in given:
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
            raise ValueError(f"{shortened(name)} cannot name {one}; a text of 1 to {LONGEST_NAME} letters is needed.")
    return list(given)


def _grade(name: str, value: float) -> Fraction:
    """A number from 0 to 10, exactly as it was typed."""
    return Fraction(code(number(name, value, 0, TOP, "")))
