"""The table of the four who speak about Mara's choice: who they are, what they want, know and ask.

A number is never written here: `{name}` in a sentence stands for the number of that row of benefit_risk.csv or
costs.csv, with its source and confidence. A sister of tables_costs.py, on which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from teaching import tables, tables_benefit, tables_costs
from teaching.inputs import choices, shortened
from teaching.tables import CONFIDENCE, _any, _column, _confidence, _maybe, _one_of, _text, _words
from teaching.tables_benefit import WITHOUT_NUMBER, Figure, _error, _must_be_empty, _sources_if_any
from teaching.tables_costs import CostRow
from teaching.words import exact, percent, whole

ROLES_FILE = "roles.csv"
#: Whose name stands on which card, in the order in which they are heard.
ROLES = {
    "patient": "The patient",
    "clinician": "The clinician",
    "payer": "The payer",
    "absent": "The patient who is not in the room",
}
PARTS = {"is": "who they are", "wants": "what they want", "knows": "what they know", "asks": "what they ask"}
#: How many rows each role has of each part.
HAS = {"is": 1, "wants": 1, "knows": 3, "asks": 1}
#: What Mara can choose, and the therapies of `tables_benefit.OPTIONS` whose figures belong to it; none for waiting.
CHOICES = {
    "rituximab again": ("rituximab",),
    "obinutuzumab": ("obinutuzumab",),
    "an engager in a study": ("cd19_engager", "bcma_engager"),
    "CAR-T cells in a study": ("cd19_car_t", "bcma_car_t"),
    "wait": (),
}
#: `{row}`, or with a word behind it: the control arm of a figure, or where and when a cost was so.
_PLACE = re.compile(r"\{([a-z0-9_]+)(?:\.(control|place|year))?\}")
_NUMBER = re.compile(r"(?<!\w)(?<!\w-)\d")


@dataclass(frozen=True)
class RoleRow:
    """A row of roles.csv as it stands there. `rests_on` names rows of benefit_risk.csv and costs.csv."""

    role: str = _column(_one_of(*ROLES))
    part: str = _column(_one_of(*PARTS))
    text: str = _column(_text)
    rests_on: tuple[str, ...] = _column(_words)
    source: tuple[str, ...] = _column(_sources_if_any)
    confidence: str | None = _column(_maybe(_confidence))
    note: str = _column(_any)


@dataclass(frozen=True)
class Known:
    """A sentence that somebody knows, with its numbers in place, keys of references.bib and the weakest confidence."""

    text: str
    rests_on: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class Role:
    """One card: its name on the card, who that is, what they want, three things they know, a question they ask."""

    role: str
    name: str
    who: str
    wants: str
    knows: tuple[Known, ...]
    asks: str


def _rows_by_name() -> dict[str, Figure | CostRow]:
    """Rows of both tables by their names, each figure once."""
    found: dict[str, Figure | CostRow] = {one.name: one for one in reversed(tables_benefit.figures())}
    return {**found, **tables_costs.costs()}


def _problems(row: RoleRow) -> Iterator[tuple[str, str]]:
    named = [name for name, _ in _PLACE.findall(row.text)]
    if row.part != "knows":
        yield from _must_be_empty(row, "rests_on", "source", "confidence", reason=f"beside what somebody {row.part}")
        if named or _NUMBER.search(row.text) and row.part != "is":
            yield "text", "holds a number; numbers stand in what somebody knows"
        return
    if _NUMBER.search(_PLACE.sub("", row.text)):
        yield "text", "holds a number; name the row that has it as {row}, so that no number is written twice"
    if "{" in _PLACE.sub("", row.text) or "}" in _PLACE.sub("", row.text):
        yield "text", "holds a bracket that names no row; write {row}, {row.control}, {row.place} or {row.year}"
    known = _rows_by_name()
    for name in row.rests_on:
        if name not in known:
            yield "rests_on", f"{shortened(name)} is no row of benefit_risk.csv or costs.csv; {choices(known, name)}"
    for name in named:
        if name not in row.rests_on:
            yield "rests_on", f"must name {name}, whose number stands in the text"
    if row.rests_on:
        yield from _must_be_empty(row, "source", "confidence", reason="beside rests_on; they stand in those rows")
    elif not row.source or row.confidence is None:
        yield "source", "is empty, or confidence is; name both, or rows in rests_on"
    if row.confidence == "recalled":
        yield "confidence", "is 'recalled'; what is from memory is not put before anybody who chooses"


def _number_of(row: Figure | CostRow, word: str) -> str:
    """What stands in a sentence for a row; ValueError with the reason when it has nothing of this kind."""
    if word in ("place", "year"):
        if isinstance(row, CostRow) and getattr(row, word) is not None:
            return str(getattr(row, word))
        raise ValueError(f"has no {word} that a sentence can name")
    if isinstance(row, CostRow):
        if word:
            raise ValueError("is a cost and has no control arm")
        if row.kind not in ("amount", "range"):
            raise ValueError(f"is {row.kind} and has no number")
        numbers = [row.amount] if row.kind == "amount" else [row.low, row.high]
        return _with_unit(" to ".join(_amount(one) for one in numbers), row)
    if row.kind in WITHOUT_NUMBER:
        raise ValueError(f"is {row.kind} and has no number")
    if word == "control":
        if row.control is None:
            raise ValueError("has no control arm")
        return _share(*row.control) if isinstance(row.control, tuple) else percent(row.control, 3)
    if row.kind == "rate":
        return f"{exact(row.value)} {row.unit}"
    return _share(row.count, row.n) if row.kind == "count" else f"{percent(row.value, 3)} of patients"


def _share(count: int, n: int) -> str:
    return f"{whole(count)} of {whole(n)}"


def _amount(value: float) -> str:
    """An amount as prices are written: whole where it is whole, thousands apart."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}" if value >= 1000 else exact(value)


def _with_unit(number: str, row: CostRow) -> str:
    currency, _, rest = row.unit.partition(" ")
    if currency in tables_costs.CURRENCIES:
        return f"{currency} {number} {rest}".strip()
    return f"{number} {row.unit}"


def number_in_words(name: str) -> str:
    """The number of a row of benefit_risk.csv or costs.csv as it stands in a sentence; ValueError if it has none."""
    row = _rows_by_name().get(name)
    if row is None:
        raise ValueError(f"{shortened(name)} is no row of benefit_risk.csv or costs.csv.")
    try:
        return _number_of(row, "")
    except ValueError as problem:
        raise ValueError(f"{name} {problem}.") from None


def _known(row: RoleRow, line: int) -> Known:
    rows = _rows_by_name()

    def number(found: re.Match) -> str:
        try:
            return _number_of(rows[found[1]], found[2] or "")
        except ValueError as problem:
            raise _error(ROLES_FILE, line, "text", f"{found[1]} {problem}") from None

    text = _PLACE.sub(number, row.text)
    if not row.rests_on:
        return Known(text, (), row.source, row.confidence)
    rests = [rows[name] for name in row.rests_on]
    source = tuple(dict.fromkeys(key for one in rests for key in one.source))
    told = [one.confidence for one in rests if one.confidence]
    if not told or not source:
        raise _error(ROLES_FILE, line, "rests_on", "no row of these has a source; name one that has")
    return Known(text, row.rests_on, source, max(told, key=list(CONFIDENCE).index))


@lru_cache(maxsize=1)
def roles() -> Mapping[str, Role]:
    """The four roles by name, in the order of ROLES; TableError with file, line, column and reason for a broken row."""
    path = tables.data_folder() / ROLES_FILE
    found: dict[str, dict[str, list]] = {role: {part: [] for part in PARTS} for role in ROLES}
    for line, row in tables._numbered(path, RoleRow):
        for column, reason in _problems(row):
            raise _error(ROLES_FILE, line, column, reason)
        parts = found[row.role][row.part]
        if len(parts) == HAS[row.part]:
            raise _error(ROLES_FILE, line, "part", f"is one {row.part} too many for {row.role}: {HAS[row.part]} needed")
        parts.append(_known(row, line) if row.part == "knows" else row.text)
    for role, parts in found.items():
        for part, rows in parts.items():
            if len(rows) < HAS[part]:
                raise _error(ROLES_FILE, 1, "part", f"{role} has {len(rows)} rows of {part}; {HAS[part]} needed")
    return {
        role: Role(
            role, name, parts["is"][0], parts["wants"][0], tuple(parts["knows"]), parts["asks"][0]
        )
        for (role, name), parts in zip(ROLES.items(), found.values(), strict=True)
    }  # fmt: skip
