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
    "no count was read": ("was read without a count", "were read without a count"),
    "published as": ("published a percentage only", "published a percentage only"),
    "a review": ("is a review of other studies", "are reviews of other studies"),
    "a registry": ("is a register or a label", "are registers or labels"),
    "not checked": ("was never opened", "were never opened"),
    "from memory": ("is known from memory only", "are known from memory only"),
}
#: So many reasons stand in the words; the rest are counted together.
MOST_REASONS = 3
#: [%]: what is so close below a half counts as one, so that no other way of computing it rounds another way.
HALF = 1e-6


class Row(NamedTuple):
    """One study with a count: `events` of `n` patients with their exact interval; `why` it is not added up, or ''."""

    study: tables.Study
    events: int
    n: int
    interval: Interval
    definition: str
    confidence: str
    why: str


class Forest(NamedTuple):
    """`counted` rows, those with the most patients first, and their sum; `apart`: with a count that is not added up.

    `why` has for each study that is not added up the reason; `together` is None when nothing can be added up.
    """

    outcome: str
    selection: Selection
    counted: tuple[Row, ...]
    apart: tuple[Row, ...]
    why: dict[str, str]
    events: int
    n: int
    together: Interval | None

    @property
    def unknown(self) -> int:
        """How many studies have no count that could be drawn."""
        return len(self.selection) - len(self.counted) - len(self.apart)

    @property
    def definitions(self) -> int:
        """In how many ways the studies that are added up define the outcome."""
        return len({row.definition for row in self.counted})


def forest(outcome: str, selection: Selection, level: float = 0.95) -> Forest:
    """Every study of a selection that has a count of an outcome in treated patients, and the sum of `pooling.pool`.

    Numbers from memory are never drawn. Raises ValueError for an outcome that is not in tables_evidence.OUTCOMES.
    """
    used, why = counted(outcome, selection)
    inside = [
        Row(study, events, n, exact_interval(events, n, level), told, sure, "") for study, events, n, told, sure in used
    ]
    apart = [row for name, reason in why.items() if (row := _apart(name, reason, outcome, selection, level))]
    events, n = sum(row.events for row in inside), sum(row.n for row in inside)
    together = exact_interval(events, n, level) if inside else None
    return Forest(outcome, selection, _sorted(inside), _sorted(apart), why, events, n, together)


def _apart(name: str, why: str, outcome: str, selection: Selection, level: float) -> Row | None:
    """A study whose count is known and not added up, because its patients are or may be elsewhere."""
    study = tables.studies()[name]
    if not (why.startswith("may share") or study.design in tables.NEVER_POOLED):
        return None
    rows = rows_of(study, outcome, "treated", selection.criteria.get("disease"))
    rows = [row for row in rows if row.events is not None and row.confidence != "recalled"]
    if not rows:
        return None
    events, n = sum(row.events for row in rows), sum(row.n for row in rows)
    told = "; ".join(dict.fromkeys(row.definition for row in rows))
    sure = "; ".join(dict.fromkeys(row.confidence for row in rows))
    return Row(study, events, n, exact_interval(events, n, level), told, sure, why)


def _sorted(rows: list[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.n, row.study.study)))


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
            f"{percent(found.together.share)} %, with an exact 95 % interval "
            f"from {percent(low)} to {percent(high)} %."
        )
    if found.definitions > 1:
        said.append(
            f"They define it in {found.definitions} ways, and the sum is only as good as these definitions are alike."
        )
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
