"""The virtual trial: patients drawn from the pool, read at their visits, counted by the protocol's endpoint.

Every throw belongs to a trial's number, an arm, a patient and a place, so the same number and protocol give the same
trial on every machine, and more patients leave the first ones as they were. `panels/script/trial.js` is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from teaching.evidence.chances import Chances, chances, shares_of
from teaching.evidence.dice import SIDES, throw
from teaching.evidence.difference import Difference, difference
from teaching.evidence.intervals import Interval, exact_interval
from teaching.evidence.pool import STEPS, pool
from teaching.evidence.protocol import ENDPOINTS, Protocol, seed_of, supported
from teaching.inputs import one_of
from teaching.showing import Shown, Table

#: What a response is [points], remission and relapse [fractions of the start].
RESPONSE_POINTS, REMISSION_OF_START, RELAPSE_OF_START = 4, 0.25, 0.5
#: A patient's throws: (who, fate of the clone), (level and reading at entry, when they leave), then two visits each.
_WHO, _ENTRY, _VISITS = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Arm:
    """One arm, patient by patient: `entry` (patients,) and `readings` (patients, visits) [points].

    `left` (patients,): the place of the first visit that a patient missed, the number of visits for who stayed.
    `reached` (patients,): whether the endpoint was reached; who has left has not.
    """

    name: str
    entry: np.ndarray
    readings: np.ndarray
    left: np.ndarray
    reached: np.ndarray

    @property
    def n(self) -> int:
        """How many patients."""
        return len(self.entry)

    @property
    def events(self) -> int:
        """How many reached the endpoint."""
        return int(self.reached.sum())

    @property
    def share(self) -> Interval:
        """The share that reached it, with its exact interval."""
        return exact_interval(self.events, self.n)

    @property
    def changes(self) -> np.ndarray:
        """Change of the score from entry to the last visit [points] of those who stayed, the largest fall first."""
        stayed = self.left == self.readings.shape[1]
        return np.sort((self.readings[:, -1] - self.entry)[stayed])


class Trial(Shown):
    """A trial that was run; shows itself as a table. `arms`, `compared` (None without a control), `supports`."""

    def __init__(self, protocol: Protocol, seed: int, arms: tuple[Arm, ...]):
        self.protocol, self.seed, self.arms = protocol, seed, arms
        self.compared: Difference | None = None
        if len(arms) == 2:
            self.compared = difference(arms[0].events, arms[0].n, arms[1].events, arms[1].n)

    @property
    def supports(self) -> str:
        """What the data support, a name of protocol.VERDICTS."""
        low, high = (None, None) if self.compared is None else self.compared[1:3]
        return supported(low, high, self.protocol.matters)

    @property
    def table(self) -> Table:
        """Each arm with its exact interval, and the difference with Newcombe's."""
        rows = [(arm.name, arm.events, arm.n, *(100 * one for one in arm.share)) for arm in self.arms]
        if self.compared is not None:
            rows.append(("difference", None, None, *(100 * one for one in self.compared[:3])))
        plan = self.protocol
        caption = f"{plan.endpoint} in month {plan.month}, number {self.seed}; difference in points: {self.supports}"
        columns = {"arm": "", "reached it": "", "of": "", "share": "%", "from": "%", "to": "%"}
        return Table(caption, columns, rows, none="")


def run(protocol: Protocol, seed) -> Trial:
    """Runs the trial with this number. Raises ValueError for a number that is none (see `protocol.seed_of`)."""
    seed = seed_of(seed)
    return Trial(protocol, seed, tuple(_arm(protocol, seed, place) for place in range(len(protocol.arms))))


def _arm(protocol: Protocol, seed: int, place: int) -> Arm:
    """The patients of one arm, by the same whole numbers as the browser."""
    name, who, tables, people = protocol.arms[place], np.arange(protocol.patients), chances(), pool()
    visits = len(protocol.visits)
    drawn, fate = throw(seed, place, who, _WHO)
    entered, stays = throw(seed, place, who, _ENTRY)
    patient = (drawn.astype(np.uint64) * np.uint64(people.size)) // np.uint64(SIDES)
    died = fate.astype(np.uint64) < people.dies_out[name][patient]
    activity = np.where(died[:, None], people.lasting[name][patient], people.returning[name][patient])[:, :visits]
    pair = np.searchsorted(tables.entry, entered.astype(np.uint64), side="right")
    level, entry = tables.level[pair], tables.reading[pair]
    readings = np.empty((protocol.patients, visits), dtype=np.int64)
    for visit in range(visits):
        swing = throw(seed, place, who, _VISITS + visit // 2)[visit % 2]
        off = np.searchsorted(tables.swing, swing.astype(np.uint64), side="right") + tables.lowest_swing
        true = (level * activity[:, visit].astype(np.int64) + STEPS // 2) // STEPS
        readings[:, visit] = np.maximum(0, true + off)
    left = (stays.astype(np.uint64)[:, None] >= tables.left[None, :visits]).sum(axis=1)
    return Arm(name, entry, readings, left, _reached(protocol.endpoint, entry, readings, left))


def _reached(endpoint: str, entry: np.ndarray, readings: np.ndarray, left: np.ndarray) -> np.ndarray:
    stayed = left == readings.shape[1]
    if endpoint == "response":
        return stayed & (entry - readings[:, -1] >= RESPONSE_POINTS)
    if endpoint == "remission":
        return stayed & (readings[:, -1] <= REMISSION_OF_START * entry)
    start = first_remission(entry, readings)
    return stayed & (start < readings.shape[1]) & (first_relapse(entry, readings) == readings.shape[1])


def first_remission(entry: np.ndarray, readings: np.ndarray) -> np.ndarray:
    """The place (patients,) of the first visit in remission; the number of visits where there is none."""
    return _first(readings <= REMISSION_OF_START * entry[:, None])


def first_relapse(entry: np.ndarray, readings: np.ndarray) -> np.ndarray:
    """The place (patients,) of the first visit after a remission with a relapse; the number of visits without."""
    after = np.arange(readings.shape[1]) > first_remission(entry, readings)[:, None]
    return _first(after & (readings >= RELAPSE_OF_START * entry[:, None]))


def _first(yes: np.ndarray) -> np.ndarray:
    return np.where(yes.any(axis=1), yes.argmax(axis=1), yes.shape[1])


def times_to_relapse(arm: Arm, visits: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Months from the first remission to a relapse or to the last visit, and whether it was a relapse (both (m,)).

    Only patients who were seen in remission; whoever left is watched until the last visit before.
    """
    months, last = np.array(visits), arm.left - 1
    start, back = first_remission(arm.entry, arm.readings), first_relapse(arm.entry, arm.readings)
    here = (start < len(months)) & (start <= last)
    relapsed = back <= last
    end = np.where(relapsed, np.minimum(back, len(months) - 1), last)
    return (months[end] - months[np.minimum(start, len(months) - 1)])[here], relapsed[here]


# --- the truth behind the dice


def true_share(therapy: str, endpoint: str, month: int) -> float:
    """The share (fraction) of all patients of the pool, over all throws, who would reach the endpoint.

    Exact, no simulation. Raises ValueError for a therapy, an endpoint or a month that are not there.
    """
    people = pool()
    therapy, endpoint = one_of("therapy", therapy, people.therapies), one_of("endpoint", endpoint, ENDPOINTS)
    if month not in people.visits:
        raise ValueError(f"month is {month}; patients are seen in months {', '.join(map(str, people.visits))}.")
    return float(_true_shares(therapy, endpoint)[people.visits.index(month)])


@lru_cache(maxsize=64)
def _true_shares(therapy: str, endpoint: str) -> np.ndarray:
    """The true shares (visits,) of an arm."""
    people, tables = pool(), chances()
    stay = 1 - tables.left.astype(float) / SIDES
    died = people.dies_out[therapy].astype(float) / SIDES
    found = np.zeros(len(people.visits))
    for activity, weight in ((people.returning[therapy], 1 - died), (people.lasting[therapy], died)):
        kept = weight > 0
        if kept.any():
            found += (_expected(activity[kept], endpoint, tables) * weight[kept, None]).sum(axis=0)
    return stay * found / people.size


def _expected(activity: np.ndarray, endpoint: str, tables: Chances) -> np.ndarray:
    """How often (patients, visits) each patient who stays has reached the endpoint at each visit."""
    chance = shares_of(tables.entry)
    if endpoint == "response":
        return (_at_most(tables, tables.reading - RESPONSE_POINTS) @ chance)[activity]
    well = _at_most(tables, np.floor(REMISSION_OF_START * tables.reading))
    if endpoint == "remission":
        return (well @ chance)[activity]
    ill = 1 - _at_most(tables, np.ceil(RELAPSE_OF_START * tables.reading) - 1)
    not_yet = np.ones((len(activity), len(chance)))
    calm = np.zeros_like(not_yet)
    found = np.empty(activity.shape)
    for visit in range(activity.shape[1]):
        here = activity[:, visit]
        calm = calm * (1 - ill[here]) + not_yet * well[here]
        not_yet *= 1 - well[here]
        found[:, visit] = calm @ chance
    return found


def _at_most(tables: Chances, highest: np.ndarray) -> np.ndarray:
    """The chance (steps of activity, pairs at entry) that a visit reads at most so many points."""
    steps = np.arange(STEPS + 1)[:, None]
    true = (tables.level[None, :] * steps + STEPS // 2) // STEPS
    below = np.concatenate([[0.0], np.cumsum(shares_of(tables.swing))])  # of swings below the lowest, the next, ...
    place = (highest[None, :] - true - tables.lowest_swing + 1).astype(int)
    return np.where(highest[None, :] < 0, 0.0, below[np.clip(place, 0, len(below) - 1)])  # no score is below 0


@dataclass(frozen=True)
class Truth(Shown):
    """The true shares of both arms of a protocol, as a table."""

    protocol: Protocol

    @property
    def shares(self) -> tuple[float, ...]:
        """The true share (fraction) of each arm."""
        return tuple(true_share(arm, self.protocol.endpoint, self.protocol.month) for arm in self.protocol.arms)

    @property
    def table(self) -> Table:
        """One line an arm."""
        rows = [(name, 100 * share) for name, share in zip(self.protocol.arms, self.shares, strict=True)]
        caption = f"The truth of this model: {self.protocol.endpoint} in month {self.protocol.month}"
        return Table(caption, {"arm": "", "share": "%"}, rows)
