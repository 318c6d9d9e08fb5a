"""The table of money, time and access: what an amount includes, where and when it was so, and who says it.

A row without a number is a statement, or 'unknown' with the reason. A sister of tables_benefit.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from teaching import tables, tables_benefit
from teaching.inputs import one_of
from teaching.tables import _any, _column, _confidence, _count, _maybe, _number, _one_of, _text, _unique, _words
from teaching.tables_benefit import OPTIONS, POPULATIONS, _error, _must_be_empty, _of, _sources_if_any

COSTS = "costs.csv"

#: What a row of costs.csv is about; the first four are money.
MATTERS = {
    "drug_price": "price of the drug alone",
    "production_cost": "what it costs to make",
    "total_cost": "drug and care together",
    "care_cost": "a year of care",
    "waiting_time": "from the collection of cells to the infusion",
    "stay_near": "how long a patient must stay near the centre",
    "before_pregnancy": "how long a woman is asked not to become pregnant",
    "travel": "how far people live from a centre",
    "centres": "how many centres there are",
    "access": "who may have it",
}
MONEY = ("drug_price", "production_cost", "total_cost", "care_cost")
CURRENCIES = ("EUR", "GBP", "USD", "INR")
TOLD_BY = {
    "paper": "a paper in a journal",
    "congress": "an abstract of a congress",
    "authority": "an authority that decides on drugs or pays for them",
    "institute": "a research institute about its own work",
    "news": "a news item",
    "company": "a company about its own product",
    "kit": "computed by this kit from other rows",
}
#: Their numbers are second-hand or serve a purpose of the teller.
SECOND_HAND = ("institute", "news", "company")


@dataclass(frozen=True)
class CostRow:
    """One amount of money or time, or a way to a therapy: what it includes, where, when, and who says so.

    `amount`, or `low` to `high`, in `unit`. Without a number `includes` is the statement; `kind` 'unknown' was looked
    for and not found, and `not_known` has the reason.
    """

    cost: str = _column(_text)
    therapy: tuple[str, ...] = _column(_words)
    matter: str = _column(_one_of(*MATTERS))
    kind: str = _column(_one_of("amount", "range", "statement", "unknown"))
    amount: float | None = _column(_maybe(_number))
    low: float | None = _column(_maybe(_number))
    high: float | None = _column(_maybe(_number))
    unit: str = _column(_any)
    includes: str = _column(_text)
    population: str = _column(_one_of(*POPULATIONS))
    place: str = _column(_text)
    year: int | None = _column(_maybe(_count))
    told_by: str = _column(_one_of("", *TOLD_BY))
    source: tuple[str, ...] = _column(_sources_if_any)
    confidence: str | None = _column(_maybe(_confidence))
    not_known: str = _column(_text)
    note: str = _column(_any)


def _cost_problems(row: CostRow) -> Iterator[tuple[str, str]]:
    yield from _of(row.therapy, OPTIONS, "therapy")
    if row.kind == "amount" and row.amount is None:
        yield "amount", "is empty; an amount needs a number"
    if row.kind == "range" and (row.low is None or row.high is None):
        yield "low", "is empty, or high is; a range needs both"
    if row.kind != "amount":
        yield from _must_be_empty(row, "amount", reason=f"in a row of kind {row.kind}")
    if row.kind in ("statement", "unknown"):
        yield from _must_be_empty(row, "low", "high", "unit", reason=f"in a row of kind {row.kind}")
    elif not row.unit:
        yield "unit", "is empty; a number needs a unit"
    elif (row.matter in MONEY) != (row.unit.split(" ")[0] in CURRENCIES):
        kinds = ", ".join(CURRENCIES)
        yield "unit", f"{row.unit!r} does not fit {row.matter}; money begins with one of: {kinds}"
    if any(number is not None and number < 0 for number in (row.amount, row.low, row.high)):
        yield "amount", "a price, a time or a number of places is never below 0"
    if row.kind != "unknown":
        for column in ("year", "told_by", "source", "confidence"):
            if getattr(row, column) in (None, "", ()):
                yield column, "is empty; without it nobody can judge this row"
    if row.confidence == "recalled":
        yield "confidence", "is 'recalled'; a number from memory is not put before anybody who chooses"
    if row.told_by in SECOND_HAND and row.confidence != "read-secondary":
        yield "confidence", f"must be 'read-secondary': it was told by {TOLD_BY[row.told_by]}"
    if row.year is not None and not 1980 <= row.year <= 2100:
        yield "year", f"{row.year} is no year of these prices"


@lru_cache(maxsize=1)
def costs() -> Mapping[str, CostRow]:
    """Rows of costs.csv by name; TableError with file, line, column and reason for the first that is wrong."""
    path = tables.data_folder() / COSTS
    table = _unique(path, CostRow, "cost")
    for line, row in tables._numbered(path, CostRow):
        for column, reason in _cost_problems(row):
            raise _error(COSTS, line, column, reason)
    return table


def costs_of(therapy: str, matter: str | None = None) -> tuple[CostRow, ...]:
    """Costs of one therapy in file order, of one matter or of all.

    Raises ValueError for a word that is not in OPTIONS or MATTERS.
    """
    therapy = one_of("therapy", therapy, OPTIONS)
    if matter is not None:
        one_of("matter", matter, MATTERS)
    return tuple(row for row in costs().values() if therapy in row.therapy and matter in (None, row.matter))


def check() -> str:
    """Reads this table and that of benefits and risks and says how much they hold; TableError names a broken row."""
    found = tables_benefit.figures()
    unknown = sum(one.kind == "unknown" for one in found)
    return f"{len(found)} figures, {unknown} of them unknown, and {len(costs())} costs: all rows can be read."
