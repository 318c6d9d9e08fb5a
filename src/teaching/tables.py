"""Finds and reads the tables of data/ into typed, validated records. Touches nothing else.

Every number of the kit stands in one of these tables with its unit, range, source and confidence.
A broken row is named by file, line, column and reason (`TableError`).
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from teaching.words import code, exact

DATA_FILES = (
    "lineage.csv",
    "parameters.csv",
    "products.csv",
    "diseases.csv",
    "variation.csv",
    "limits.csv",
    "targets.csv",
    "cohorts.csv",
    "references.bib",
    "README.md",
)

CONFIDENCE = {
    "read": "the number stood in a text that was read",
    "read-secondary": "the number stood in a news item, a talk or another paper",
    "derived": "arithmetic, simulation or fit from values that were read",
    "recalled": "from memory or assumed: not a fact to be taught",
}
#: Words that may stand where a reference key stands.
OWN_SOURCES = {
    "assumption": "chosen by this kit; no source was found",
    "calibration": "fitted by this kit to the targets in targets.csv",
    "arithmetic": "computed from other rows; the note says how",
}


class TableError(ValueError):
    """A table cannot be read; the message names file, line, column and reason."""


def data_folder() -> Path:
    """The folder with the kit's tables.

    A wheel carries it inside the package; a source tree and an editable install have it beside
    `src/`. Raises `TableError` when neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent.parent / "data"):
        if (folder / "parameters.csv").is_file():
            return folder
    raise TableError(
        "The kit's tables were not found (looked for parameters.csv in the package and in a folder "
        "'data' beside 'src'); install the kit again or keep its folders together."
    )


@dataclass(frozen=True)
class Quantity:
    """One number with its unit, range, source and confidence."""

    owner: str
    name: str
    symbol: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: tuple[str, ...]
    confidence: str
    note: str

    def __str__(self) -> str:
        span = "" if self.low is None or self.high is None else f" ({exact(self.low)} to {exact(self.high)})"
        return f"{self.name}: {exact(self.value)}{span} {self.unit} [{', '.join(self.source)}; {self.confidence}]"


@dataclass(frozen=True)
class Node:
    """One node of the lineage: where it lives and which antigens it carries."""

    node: str
    label: str
    site: str
    unit: str
    CD19: str
    CD20: str
    BCMA: str
    CD38: str
    source: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True)
class ProductRow:
    """One product: its kind, antigens and usual dosing."""

    product: str
    label: str
    kind: str
    antigens: tuple[str, ...]
    like: str
    dose_word: str
    dose: float
    dose_low: float
    dose_high: float
    dose_unit: str
    schedule_days: tuple[float, ...]
    duration_days: float | None
    source: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True)
class Statement:
    """One statement of the kit's founding documents and the lesson in which a student meets it."""

    id: str
    source: str
    statement: str
    lesson: str


@dataclass(frozen=True)
class GlossaryEntry:
    """A term, what it means in one sentence, and the lesson that introduces it."""

    term: str
    meaning: str
    lesson: str


@dataclass(frozen=True)
class VariationRow:
    """How much one quantity differs between patients: log-normal, cut off at low and high."""

    quantity: str
    applies_to: str
    log_sd: float
    low: float
    high: float
    unit: str
    source: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True)
class Limit:
    """Between which values something typed makes sense, and why; owner: a kind of product, 'patient' or 'factor'."""

    owner: str
    quantity: str
    low: float
    high: float
    unit: str
    source: tuple[str, ...]
    confidence: str
    note: str

    def check(self, name: str, value: float) -> float:
        """The value, when it lies inside; ValueError with one sentence that gives both ends when it does not."""
        if not self.low <= value <= self.high:
            allowed = f"allowed is a number from {exact(self.low)} to {exact(self.high)} ({self.unit})"
            raise ValueError(f"{name} is {exact(value)}; {allowed}.")
        return value


@dataclass(frozen=True)
class DiseaseRow:
    """One quantity in which a disease differs from the others."""

    disease: str
    label: str
    quantity: str
    symbol: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True)
class Target:
    """One statement that the model must reproduce, with the range that is accepted."""

    target: str
    starred: bool
    kind: str
    n: int | None
    statement: str
    plan: str
    metric: str
    low: float | None
    high: float | None
    unit: str
    source: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True)
class CohortValue:
    """One published observation that can be laid over a curve."""

    cohort: str
    product: str
    plan: str
    disease: str
    n: int | None
    series: str
    quantity: str
    value: float
    unit: str
    low: float | None
    high: float | None
    spread: str
    day: float | None
    day_low: float | None
    day_high: float | None
    source: tuple[str, ...]
    confidence: str
    overlaps: tuple[str, ...]
    note: str


# --- one converter a kind of column ------------------------------------------------------------


def _text(word: str) -> str:
    if not word:
        raise ValueError("is empty; a word is needed")
    return word


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise ValueError(f"{word!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{word!r} is not a finite number")
    return value


def _maybe(convert: Callable) -> Callable:
    return lambda word: convert(word) if word else None


def _count(word: str) -> int:
    if not word.isdigit():
        raise ValueError(f"{word!r} is not a whole number")
    return int(word)


def _words(word: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in word.split(";") if part.strip())


def _numbers(word: str) -> tuple[float, ...]:
    return tuple(_number(part) for part in _words(word))


def _yes(word: str) -> bool:
    if word not in ("yes", "no"):
        raise ValueError(f"{word!r} is neither 'yes' nor 'no'")
    return word == "yes"


def _one_of(*allowed: str) -> Callable:
    def convert(word: str) -> str:
        if word not in allowed:
            raise ValueError(f"{word!r} is not one of: {', '.join(allowed)}")
        return word

    return convert


def _sources(word: str) -> tuple[str, ...]:
    keys = _words(word)
    if not keys:
        raise ValueError("is empty; a key of references.bib or one of: " + ", ".join(OWN_SOURCES))
    known = references()
    for key in keys:
        if key not in known and key not in OWN_SOURCES:
            raise ValueError(f"{key!r} stands neither in references.bib nor in: {', '.join(OWN_SOURCES)}")
    return keys


_any = str
_grade = _one_of("++", "+", "dim", "low", "-/+", "-/low", "-")
_confidence = _one_of(*CONFIDENCE)
_COMMON = {"source": _sources, "confidence": _confidence, "note": _any}
_RANGE = {"value": _number, "unit": _any, "low": _maybe(_number), "high": _maybe(_number)}

_COLUMNS: dict[type, dict[str, Callable]] = {
    Quantity: {"owner": _text, "name": _text, "symbol": _any, **_RANGE, **_COMMON},
    Node: {
        "node": _text,
        "label": _text,
        "site": _one_of("marrow", "blood", "lymphoid", "niche"),
        "unit": _text,
        **{antigen: _grade for antigen in ("CD19", "CD20", "BCMA", "CD38")},
        **_COMMON,
    },
    ProductRow: {
        "product": _text,
        "label": _text,
        "kind": _one_of("antibody", "engager", "car_t", "conditioning"),
        "antigens": _words,
        "like": _any,
        "dose_word": _text,
        "dose": _number,
        "dose_low": _number,
        "dose_high": _number,
        "dose_unit": _text,
        "schedule_days": _numbers,
        "duration_days": _maybe(_number),
        **_COMMON,
    },
    VariationRow: {
        "quantity": _text,
        "applies_to": _one_of("patient", "antigen", "antibody", "engager", "car_t"),
        "log_sd": _number,
        "low": _number,
        "high": _number,
        "unit": _text,
        **_COMMON,
    },
    Limit: {"owner": _text, "quantity": _text, "low": _number, "high": _number, "unit": _text, **_COMMON},
    DiseaseRow: {"disease": _text, "label": _text, "quantity": _text, "symbol": _any, **_RANGE, **_COMMON},
    Statement: {"id": _text, "source": _text, "statement": _text, "lesson": _text},
    GlossaryEntry: {"term": _text, "meaning": _text, "lesson": _text},
    Target: {
        "target": _text,
        "starred": _yes,
        "kind": _one_of("observed", "ordering", "prediction"),
        "n": _maybe(_count),
        "statement": _text,
        "plan": _text,
        "metric": _text,
        "low": _maybe(_number),
        "high": _maybe(_number),
        "unit": _any,
        **_COMMON,
    },
    CohortValue: {
        "cohort": _text,
        "product": _text,
        "plan": _text,
        "disease": _text,
        "n": _maybe(_count),
        "series": _text,
        "quantity": _one_of("value_at_day", "day_back", "day_below_1", "nadir"),
        **_RANGE,
        "spread": _any,
        "day": _maybe(_number),
        "day_low": _maybe(_number),
        "day_high": _maybe(_number),
        "source": _sources,
        "confidence": _confidence,
        "overlaps": _words,
        "note": _any,
    },
}


def read_table(path: Path, record: type) -> Iterator:
    """Typed records of one CSV table, in file order.

    Raises `TableError` naming file, line, column and reason for the first row that is broken.
    """
    return (row for _, row in _numbered(path, record))


def _numbered(path: Path, record: type) -> Iterator[tuple[int, object]]:
    """Line number and record of each row."""
    columns = _COLUMNS[record]
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            rows = csv.reader(stream, strict=True)
            header = next(rows, [])
            if header != list(columns):
                raise TableError(
                    f"{path.name}, line 1: the columns must be {', '.join(columns)}; found "
                    f"{', '.join(header) or 'none'}."
                )
            for row in rows:
                if row:
                    yield rows.line_num, _record(path.name, rows.line_num, row, record, columns)
    except FileNotFoundError:
        raise TableError(f"{path.name} is missing from {path.parent}; install the kit again.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path.name} cannot be read: {error}.") from None


def _record(file: str, line: int, row: list[str], record: type, columns: dict[str, Callable]):
    if len(row) != len(columns):
        raise TableError(f"{file}, line {line}: {len(row)} fields, but {len(columns)} columns.")
    values = {}
    for (column, convert), word in zip(columns.items(), row, strict=True):
        try:
            values[column] = convert(word.strip())
        except ValueError as error:
            raise TableError(f"{file}, line {line}, column {column}: {error}.") from None
    problem = _inconsistent(values)
    if problem:
        raise TableError(f"{file}, line {line}, column {problem}.")
    return record(**values)


def _inconsistent(values: dict) -> str | None:
    """What two columns of one row say against each other, or None."""
    low, value, high = values.get("low"), values.get("value"), values.get("high")
    if low is not None and high is not None and low > high:
        return f"low: {code(low, 6)} is above high, {code(high, 6)}"
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        return f"value: {code(value, 6)} lies outside low to high"
    if "assumption" in values.get("source", ()) and values["confidence"] != "recalled":
        return "confidence: an assumption must be marked 'recalled'"
    if "dose" in values and not values["dose_low"] <= values["dose"] <= values["dose_high"]:
        return f"dose: {code(values['dose'], 6)} lies outside dose_low to dose_high"
    return None


def _unique(path: Path, record: type, *key: str) -> dict:
    """Records by the columns that name them; raises `TableError` for a name that comes twice."""
    table: dict = {}
    for line, entry in _numbered(path, record):
        words = tuple(getattr(entry, column) for column in key)
        name = words if len(words) > 1 else words[0]
        if name in table:
            raise TableError(f"{path.name}, line {line}, column {key[-1]}: {', '.join(words)} stands there twice.")
        table[name] = entry
    return table


# --- the tables --------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def references() -> dict[str, dict[str, str]]:
    """References by key; each a dict of its BibTeX fields, `type` among them."""
    path = data_folder() / "references.bib"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"references.bib cannot be read: {error}.") from None
    table: dict[str, dict[str, str]] = {}
    for entry in re.finditer(r"^@(\w+)\{([^,\s]+),(.*?)^\}", text, re.S | re.M):
        kind, key, body = entry.groups()
        if key in table:
            line = text.count("\n", 0, entry.start()) + 1
            raise TableError(f"references.bib, line {line}: {key!r} stands there twice.")
        found = re.findall(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}", body)
        table[key] = {"type": kind.lower(), **{name.lower(): " ".join(word.split()) for name, word in found}}
    return table


@lru_cache(maxsize=1)
def parameters() -> dict[tuple[str, str], Quantity]:
    """Parameters by (owner, name); owner is a part of the model or a product."""
    return _unique(data_folder() / "parameters.csv", Quantity, "owner", "name")


@lru_cache(maxsize=1)
def nodes() -> dict[str, Node]:
    """Nodes of the lineage by name, in the order of the equations."""
    return _unique(data_folder() / "lineage.csv", Node, "node")


@lru_cache(maxsize=1)
def products() -> dict[str, ProductRow]:
    """Products by name."""
    return _unique(data_folder() / "products.csv", ProductRow, "product")


@lru_cache(maxsize=1)
def diseases() -> dict[str, tuple[DiseaseRow, ...]]:
    """Rows by disease; `observed...` quantities may stand there several times."""
    table: dict[str, list[DiseaseRow]] = {}
    for line, row in _numbered(data_folder() / "diseases.csv", DiseaseRow):
        rows = table.setdefault(row.disease, [])
        if not row.quantity.startswith("observed") and row.quantity in [other.quantity for other in rows]:
            raise TableError(
                f"diseases.csv, line {line}, column quantity: {row.disease}, {row.quantity} stands there twice."
            )
        rows.append(row)
    return {name: tuple(rows) for name, rows in table.items()}


@lru_cache(maxsize=1)
def variation() -> dict[str, VariationRow]:
    """Between-patient variation by quantity."""
    return _unique(data_folder() / "variation.csv", VariationRow, "quantity")


@lru_cache(maxsize=1)
def limits() -> dict[tuple[str, str], Limit]:
    """What may be typed, by (owner, quantity)."""
    return _unique(data_folder() / "limits.csv", Limit, "owner", "quantity")


@lru_cache(maxsize=1)
def targets() -> dict[str, Target]:
    """Calibration targets by id."""
    return _unique(data_folder() / "targets.csv", Target, "target")


@lru_cache(maxsize=1)
def cohorts() -> dict[str, CohortValue]:
    """Published values for the overlay by id."""
    return _unique(data_folder() / "cohorts.csv", CohortValue, "cohort")


@lru_cache(maxsize=1)
def statements() -> dict[str, Statement]:
    """Statements of the founding documents by id."""
    return _unique(data_folder() / "statements.csv", Statement, "id")


@lru_cache(maxsize=1)
def glossary() -> dict[str, GlossaryEntry]:
    """Terms of the lessons by term."""
    return _unique(data_folder() / "glossary.csv", GlossaryEntry, "term")


def field_names(record: type) -> tuple[str, ...]:
    """Column names of a record, in file order."""
    return tuple(field.name for field in fields(record))
