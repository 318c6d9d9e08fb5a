"""A room full of the same trial: colleagues with other dice, and the same trial two hundred times over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from teaching.evidence.dice import throw
from teaching.evidence.protocol import ENDPOINTS, MOST_SEED, VERDICTS, Protocol, affordable, seed_of
from teaching.evidence.virtual_trial import Trial, Truth, run
from teaching.inputs import one_of, whole_number
from teaching.progress import Progress
from teaching.showing import Shown, Table

#: Colleagues of whoever is alone; repetitions of a power by simulation.
COLLEAGUES, REPETITIONS = 19, 200
MOST_REPETITIONS = 2_000
#: Second keys of the dice that choose numbers and protocols; arms have 0 and 1.
_COLLEAGUE, _REPETITION = 0xC0, 0xD1
#: Months among which colleagues with protocols of their own choose.
COLLEAGUES_MONTHS = (3, 6, 12, 24, 36, 42, 48, 60)


def colleagues_seed(seed: int, number: int) -> int:
    """The number of the dice of one colleague (0, 1, ...) of somebody with this number."""
    return int(throw(seed, _COLLEAGUE, number, 0)[0]) % MOST_SEED + 1


def colleagues_protocol(protocol: Protocol, seed: int, number: int) -> Protocol:
    """What a colleague would write: the same arms, an endpoint and a month of their own, all that the budget allows."""
    first, second = (int(one) for one in throw(seed, _COLLEAGUE, number, 1))
    month = COLLEAGUES_MONTHS[first % len(COLLEAGUES_MONTHS)]
    endpoint = tuple(ENDPOINTS)[second % len(ENDPOINTS)]
    patients = affordable(protocol.control, month)
    return Protocol(protocol.therapy, protocol.control, endpoint, month, patients, protocol.matters)


def colleagues(protocol: Protocol, seed, count: int = COLLEAGUES, protocols: str = "mine") -> list[Trial]:
    """The trials of so many colleagues (1 to 199). `protocols`: 'mine', or 'their own' (`colleagues_protocol`)."""
    seed, count = seed_of(seed), whole_number("count", count)
    if not 1 <= count <= 199:
        raise ValueError(f"count is {count}; between 1 and 199 colleagues are possible.")
    own = one_of("protocols", protocols, ("mine", "their own")) == "their own"
    plans = [colleagues_protocol(protocol, seed, number) if own else protocol for number in range(count)]
    return [run(plan, colleagues_seed(seed, number)) for number, plan in enumerate(plans)]


@dataclass(frozen=True, repr=False, eq=False)
class Repeated(Shown):
    """Many runs of one protocol: how often each conclusion was supported. Shows itself as a table.

    `events` (runs, arms); `supports`: the conclusions, a name of VERDICTS each.
    """

    protocol: Protocol
    events: np.ndarray
    supports: tuple[str, ...]

    @property
    def power(self) -> float:
        """The share (fraction) of runs that support 'works better'."""
        return self.supports.count("works better") / len(self.supports)

    @property
    def table(self) -> Table:
        """How often each conclusion came."""
        seen, runs = Counter(self.supports), len(self.supports)
        rows = [(name, seen[name], 100 * seen[name] / runs) for name in VERDICTS]
        truth = " and ".join(f"{100 * share:.0f} %" for share in Truth(self.protocol).shares)
        caption = f"The same trial {runs} times, other dice each time; true shares {truth}"
        return Table(caption, {"the data support": "", "trials": "", "share": "%"}, rows)


def repeat(
    protocol: Protocol, seed, times: int = REPETITIONS, told: Callable[[int, int], None] | None = None
) -> Repeated:
    """Runs a protocol so many times (1 to 2,000); 200 runs with 200 patients take about 2 s.

    told: called with (done, all); without it a bar stands in a notebook for what takes more than a second. The stop
    button of a notebook ends it.
    """
    seed, times = seed_of(seed), whole_number("times", times)
    if not 1 <= times <= MOST_REPETITIONS:
        raise ValueError(f"times is {times}; between 1 and {MOST_REPETITIONS:,} runs are possible.")
    events, supports, bar = [], [], Progress("trials")
    with bar:
        for number in range(times):
            found = run(protocol, int(throw(seed, _REPETITION, number, 0)[0]) % MOST_SEED + 1)
            events.append([arm.events for arm in found.arms])
            supports.append(found.supports)
            (told or bar)(number + 1, times)
    return Repeated(protocol, np.array(events), tuple(supports))
