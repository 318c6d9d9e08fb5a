"""A row of cost, time or access in words."""

from __future__ import annotations

from teaching.tables_costs import CostRow
from teaching.words import exact, whole

GROUPED_FROM = 1000


def amount_in_words(row: CostRow) -> str:
    """The number of a row with its unit, such as '30,000 to 50,000 USD'; 'unknown', or '' for a statement."""
    if row.kind == "unknown":
        return "unknown"
    if row.kind == "statement":
        return ""
    numbers = [row.amount] if row.kind == "amount" else [row.low, row.high]
    written = " to ".join(whole(one, 2) if one >= GROUPED_FROM else exact(one) for one in numbers)
    return f"{written} {row.unit}"
