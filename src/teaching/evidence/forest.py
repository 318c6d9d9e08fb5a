"""One outcome, study by study: what can be drawn with an interval, what is added up, what is unknown; in words too."""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

from teaching import tables_evidence as tables
from teaching.evidence.intervals import Interval, exact_interval
from teaching.evidence.pooling import counted, rows_of
from teaching.evidence.selection import Selection, sentence_case
from teaching.words import rounded, whole

#: How a reason of `pooling.counted` begins -> how it is told of one study, and of several.
REASONS = {
    "may share patients": ("may share patients with a counted study", "may share patients with a counted study"),
    "not reported for": ("does not report it for this disease alone", "do not report it for this disease alone"),
    "not reported": (
        "does not report it, which is unknown and not zero",
        "do not report it, which is unknown, not zero",
    ),
    "no count was read": ("has no count in what was read", "have no count in what was read"),
    "published as": ("published a percentage only", "published a percentage only"),
    "a review": ("is a review of other studies", "are reviews of other studies"),
    "a registry": ("is a register or a label", "are registers or labels"),
    "not checked": ("was never opened", "were never opened"),
    "from memory": ("is known from memory only", "are known from memory only"),
}
#: Unit of a result that was published without a count.
PERCENT = "% of patients"
#: So many reasons stand in the words; the rest are counted together.
MOST_REASONS = 2
#: [%]: what is so close below a half counts as one, so that no other way of computing it rounds another way.
HALF = 1e-6


class Arm(NamedTuple):
    """`share` of an arm's patients; `events` of `n` with their exact interval; None without a count."""

    share: float
    events: int | None
    n: int | None
    interval: Interval | None


class Row(NamedTuple):
    """One study: its treated arm, its control arm where that is known, and `why` it is not added up, or ''."""

    study: tables.Study
    treated: Arm
    control: Arm | None
    definition: str
    confidence: str
    why: str

    @property
    def size(self) -> int:
        """How many treated patients were counted."""
        return self.treated.n or 0


class Forest(NamedTuple):
    """`counted` rows, those with the most patients first, and their sum; `apart`: with a count that is not added up;
    `uncounted`: with a percentage and no count.

    `why` has for each study that is not added up the reason; `together` is None when nothing can be added up.
    """

    outcome: str
    selection: Selection
    counted: tuple[Row, ...]
    apart: tuple[Row, ...]
    uncounted: tuple[Row, ...]
    why: dict[str, str]
    events: int
    n: int
    together: Interval | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the order in which they are drawn."""
        return (*self.counted, *self.apart, *self.uncounted)

    @property
    def unknown(self) -> int:
        """How many studies have neither a count nor a percentage that could be drawn."""
        return len(self.selection) - len(self.rows)

    @property
    def therapies(self) -> int:
        """How many kinds of therapy are added up."""
        return len({row.study.therapy for row in self.counted})

    @property
    def definitions(self) -> int:
        """In how many ways the studies that are added up define the outcome."""
        return len({row.definition for row in self.counted})


def forest(outcome: str, selection: Selection, level: float = 0.95) -> Forest:
    """Every study of a selection of which an outcome in treated patients is known, and the sum of `pooling.pool`.

    Numbers from memory are never drawn. Raises ValueError for an outcome that is not in tables_evidence.OUTCOMES.
    """
    used, why = counted(outcome, selection)
    wanted = selection.criteria.get("disease")
    inside = []
    for study, events, n, told, sure in used:
        treated = Arm(events / n, events, n, exact_interval(events, n, level))
        inside.append(Row(study, treated, _arm(study, outcome, "control", wanted, level), told, sure, ""))
    apart, uncounted = [], []
    for name, reason in why.items():
        study = tables.studies()[name]
        elsewhere = reason.startswith("may share") or study.design in tables.NEVER_POOLED
        if not elsewhere and not reason.startswith("published as"):
            continue
        treated = _arm(study, outcome, "treated", wanted, level)
        if treated is None or (treated.n is None) == elsewhere:
            continue
        rows = _sure(study, outcome, "treated", wanted)
        rows = [row for row in rows if (row.events is None) == (treated.n is None)]
        told = "; ".join(dict.fromkeys(row.definition for row in rows))
        sure = "; ".join(dict.fromkeys(row.confidence for row in rows))
        row = Row(study, treated, _arm(study, outcome, "control", wanted, level), told, sure, reason)
        (apart if elsewhere else uncounted).append(row)
    events, n = sum(row.treated.events for row in inside), sum(row.treated.n for row in inside)
    together = exact_interval(events, n, level) if inside else None
    return Forest(outcome, selection, _sorted(inside), _sorted(apart), _sorted(uncounted), why, events, n, together)


def _sure(study: tables.Study, outcome: str, arm: str, diseases) -> list[tables.Outcome]:
    """The main rows of an arm that are not from memory."""
    return [row for row in rows_of(study, outcome, arm, diseases) if row.confidence != "recalled"]


def _arm(study: tables.Study, outcome: str, arm: str, diseases, level: float) -> Arm | None:
    """What is known of an arm: a count, else a single percentage, else None."""
    rows = _sure(study, outcome, arm, diseases)
    counts = [row for row in rows if row.events is not None]
    if counts:
        events, n = sum(row.events for row in counts), sum(row.n for row in counts)
        return Arm(events / n, events, n, exact_interval(events, n, level))
    shares = [row.value for row in rows if row.unit == PERCENT and row.value is not None]
    return Arm(shares[0] / 100, None, None, None) if len(shares) == 1 else None


def _sorted(rows: list[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.size, row.study.study)))


# --- in words -------------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """A share of patients in per cent: whole, but what is nearly none or nearly all keeps what sets it apart."""
    value = 100 * share
    if 0 < value < 1:
        return rounded(value, 2)
    if 99 < value < 100:
        return rounded(value, 3)
    return str(math.floor(value + 0.5 + HALF))


def words(found: Forest) -> str:
    """What a forest shows, in sentences of at most thirty words."""
    said = [f"{_studies(len(found.selection))} fit: {found.selection.words}."]
    name = sentence_case(tables.OUTCOMES[found.outcome])
    if found.together is None:
        said.append(f"{name}: no study among them has a count that can be added up.")
    else:
        _, low, high = found.together
        said.append(
            f"{name}: {whole(found.events)} of {whole(found.n)} patients in {_studies(len(found.counted))}, "
            f"{percent(found.together.share)} % (exact 95 % interval {percent(low)} to {percent(high)} %)."
        )
    mixed = [f"mix {found.therapies} therapies"] * (found.therapies > 1)
    mixed += [f"define it in {found.definitions} ways"] * (found.definitions > 1)
    if mixed:
        said.append(f"They {' and '.join(mixed)}, and the sum is only as good as these are alike.")
    if found.why:
        said.append(f"Not added up: {told_reasons(found.why)}.")
    return " ".join(said)


def told_reasons(why: dict[str, str]) -> str:
    """The commonest reasons with how often, as text; the rest is counted together."""
    count = Counter(kind_of(reason) for reason in why.values())
    order = list(REASONS)
    kinds = sorted(count, key=lambda kind: (-count[kind], order.index(kind)))
    rest = sum(count[kind] for kind in kinds[MOST_REASONS:])
    parts = [f"{count[kind]} {REASONS[kind][count[kind] > 1]}" for kind in kinds[:MOST_REASONS]]
    return "; ".join([*parts, *([f"{rest} for other reasons"] if rest else [])])


def kind_of(reason: str) -> str:
    """Which of `REASONS` a reason of `pooling.counted` is."""
    return next(kind for kind in REASONS if reason.startswith(kind))


def _studies(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"
