"""Finds and reads the tables of data/ into typed, validated records. Touches nothing else.

Every number of the kit stands in one of these tables with its unit, range, source and confidence.
A broken row is named by file, line, column and reason (`TableError`).
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path

from teaching.inputs import choices, sentence, shortened
from teaching.words import code, exact, unit_in_words

DATA_FILES = (
    "lineage.csv",
    "parameters.csv",
    "products.csv",
    "regimens.csv",
    "diseases.csv",
    "variation.csv",
    "limits.csv",
    "labels.csv",
    "targets.csv",
    "observations.csv",
    "studies.csv",
    "outcomes.csv",
    "patients.csv",
    "appraisal.csv",
    "clinic.csv",
    "benefit_risk.csv",
    "costs.csv",
    "roles.csv",
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


def _column(convert: Callable):
    """A column of a table: a field of the record that is made of a word by `convert`."""
    return field(metadata={"convert": convert})


# --- one record a table: its fields are the columns, in file order --------------------------------


@dataclass(frozen=True)
class Quantity:
    """One number with its unit, range, source and confidence."""

    owner: str = _column(_text)
    name: str = _column(_text)
    symbol: str = _column(_any)
    value: float = _column(_number)
    unit: str = _column(_any)
    low: float | None = _column(_maybe(_number))
    high: float | None = _column(_maybe(_number))
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)

    def __str__(self) -> str:
        span = "" if self.low is None or self.high is None else f" ({exact(self.low)} to {exact(self.high)})"
        unit, sources = unit_in_words(self.unit), ", ".join(self.source)
        return f"{label(self.name)}: {exact(self.value)}{span} {unit} [{sources}; {self.confidence}]"


@dataclass(frozen=True)
class Node:
    """One node of the lineage: where it lives and which antigens it carries."""

    node: str = _column(_text)
    label: str = _column(_text)
    site: str = _column(_one_of("marrow", "blood", "lymphoid", "niche"))
    unit: str = _column(_text)
    CD19: str = _column(_grade)
    CD20: str = _column(_grade)
    BCMA: str = _column(_grade)
    CD38: str = _column(_grade)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


@dataclass(frozen=True)
class ProductRow:
    """One product: its kind, antigens and usual dosing."""

    product: str = _column(_text)
    label: str = _column(_text)
    kind: str = _column(_one_of("antibody", "engager", "car_t", "conditioning"))
    antigens: tuple[str, ...] = _column(_words)
    like: str = _column(_any)
    dose_word: str = _column(_text)
    dose: float = _column(_number)
    dose_low: float = _column(_number)
    dose_high: float = _column(_number)
    dose_unit: str = _column(_text)
    schedule_days: tuple[float, ...] = _column(_numbers)
    duration_days: float | None = _column(_maybe(_number))
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


@dataclass(frozen=True)
class Regimen:
    """One usual course; `plan` is the text that `Plan.parse` reads, and `Plan.usual(regimen)` makes the plan."""

    regimen: str = _column(_text)
    label: str = _column(_text)
    plan: str = _column(_text)
    products: tuple[str, ...] = _column(_words)
    given_for: str = _column(_text)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


@dataclass(frozen=True)
class Statement:
    """One statement of the kit's founding documents and the lesson in which a student meets it."""

    id: str = _column(_text)
    source: str = _column(_text)
    statement: str = _column(_text)
    lesson: str = _column(_text)


@dataclass(frozen=True)
class GlossaryEntry:
    """A term, what it means in one sentence, and the lesson that introduces it."""

    term: str = _column(_text)
    meaning: str = _column(_text)
    lesson: str = _column(_text)


@dataclass(frozen=True)
class VariationRow:
    """How much one quantity differs between patients: log-normal, cut off at low and high."""

    quantity: str = _column(_text)
    applies_to: str = _column(_one_of("patient", "antigen", "antibody", "engager", "car_t"))
    log_sd: float = _column(_number)
    low: float = _column(_number)
    high: float = _column(_number)
    unit: str = _column(_text)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


@dataclass(frozen=True)
class Limit:
    """Between which values something typed makes sense, and why; owner: a kind of product, 'patient' or 'factor'."""

    owner: str = _column(_text)
    quantity: str = _column(_text)
    low: float = _column(_number)
    high: float = _column(_number)
    unit: str = _column(_text)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)

    def check(self, name: str, value: float) -> float:
        """The value, when it lies inside; ValueError with one sentence that gives both ends when it does not."""
        if not self.low <= value <= self.high:
            allowed = f"allowed is a number from {exact(self.low)} to {exact(self.high)} ({unit_in_words(self.unit)})"
            raise ValueError(f"{name} is {exact(value)}; {allowed}.")
        return value


@dataclass(frozen=True)
class Label:
    """What a reader is shown instead of the name that a quantity has in code."""

    quantity: str = _column(_text)
    label: str = _column(_text)


@dataclass(frozen=True)
class DiseaseRow:
    """One quantity in which a disease differs from the others."""

    disease: str = _column(_text)
    label: str = _column(_text)
    quantity: str = _column(_text)
    symbol: str = _column(_any)
    value: float = _column(_number)
    unit: str = _column(_any)
    low: float | None = _column(_maybe(_number))
    high: float | None = _column(_maybe(_number))
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


@dataclass(frozen=True)
class Target:
    """One statement that the model must reproduce, with the range that is accepted."""

    target: str = _column(_text)
    starred: bool = _column(_yes)
    kind: str = _column(_one_of("observed", "ordering", "prediction"))
    n: int | None = _column(_maybe(_count))
    statement: str = _column(_text)
    plan: str = _column(_text)
    metric: str = _column(_text)
    low: float | None = _column(_maybe(_number))
    high: float | None = _column(_maybe(_number))
    unit: str = _column(_any)
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    note: str = _column(_any)


#: Kinds of observation that can be laid over a curve of a course.
ON_A_CURVE = ("value_at_day", "day_back", "day_below_1", "nadir")
#: Kinds that belong to no curve: a mean or median without a day, a span without a middle, what a drug or a cell does,
#: and how many patients. 'most_below': a count below which most patients were.
OFF_CURVES = ("level", "range", "peak", "day_of_peak", "doubling_time", "rate", "affinity", "change", "most_below",
              "share_of_patients", "patients")  # fmt: skip


@dataclass(frozen=True)
class Observation:
    """One published observation: laid over a curve, or shown in a picture or a sentence.

    `cohort` is its name. `low` to `high` is its spread, and `spread` says which. Only a 'range' has no value.
    """

    cohort: str = _column(_text)
    product: str = _column(_any)
    plan: str = _column(_any)
    disease: str = _column(_text)
    n: int | None = _column(_maybe(_count))
    series: str = _column(_text)
    quantity: str = _column(_one_of(*ON_A_CURVE, *OFF_CURVES))
    value: float | None = _column(_maybe(_number))
    unit: str = _column(_text)
    low: float | None = _column(_maybe(_number))
    high: float | None = _column(_maybe(_number))
    spread: str = _column(_any)
    day: float | None = _column(_maybe(_number))
    day_low: float | None = _column(_maybe(_number))
    day_high: float | None = _column(_maybe(_number))
    source: tuple[str, ...] = _column(_sources)
    confidence: str = _column(_confidence)
    overlaps: tuple[str, ...] = _column(_words)
    note: str = _column(_any)

    @property
    def on_a_curve(self) -> bool:
        """Whether it can be laid over a curve of a course."""
        return self.quantity in ON_A_CURVE

    @property
    def sd(self) -> float | None:
        """The published SD, in the unit of the value; None where the spread is another one, or there is none."""
        return round((self.high - self.low) / 2, 10) if self.spread == "SD" else None


def read_table(path: Path, record: type) -> Iterator:
    """Typed records of one CSV table, in file order.

    Raises `TableError` naming file, line, column and reason for the first row that is broken.
    """
    return (row for _, row in _numbered(path, record))


def _numbered(path: Path, record: type) -> Iterator[tuple[int, object]]:
    """Line number and record of each row."""
    columns = {column.name: column.metadata["convert"] for column in fields(record)}
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            rows = csv.reader(stream, strict=True)
            header = next(rows, [])
            if header != list(columns):
                raise TableError(
                    f"{path.name}, line 1: the columns must be {', '.join(columns)}; found "
                    f"{sentence(', '.join(header), 200) or 'none'}."
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
    if values.get("quantity") == "range":
        if value is not None or low is None or high is None:
            return "value: a range has low and high and no value"
    elif "quantity" in values and "value" in values and value is None:
        return "value: is empty; a number is needed"
    if values.get("spread") == "SD" and (low is None or high is None):
        return "spread: SD needs low and high, the value less and plus one SD"
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


def _table(file: str, record: type, *key: str, holds: str) -> Callable[[], dict]:
    """The function that reads a table once: records by the columns that name them, in file order."""

    @lru_cache(maxsize=1)
    def load() -> dict:
        return _unique(data_folder() / file, record, *key)

    load.__doc__ = holds
    return load


nodes = _table("lineage.csv", Node, "node", holds="Nodes of the lineage by name, in the order of the equations.")
parameters = _table(
    "parameters.csv", Quantity, "owner", "name",
    holds="Parameters by (owner, name); owner is a part of the model or a product.",
)  # fmt: skip
products = _table("products.csv", ProductRow, "product", holds="Products by name.")
variation = _table("variation.csv", VariationRow, "quantity", holds="Between-patient variation by quantity.")
limits = _table("limits.csv", Limit, "owner", "quantity", holds="What may be typed, by (owner, quantity).")
labels = _table("labels.csv", Label, "quantity", holds="Labels by the names of quantities.")
targets = _table("targets.csv", Target, "target", holds="Calibration targets by id.")
statements = _table("statements.csv", Statement, "id", holds="Statements of the founding documents by id.")
glossary = _table("glossary.csv", GlossaryEntry, "term", holds="Terms of the lessons by term.")


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
def regimens() -> dict[str, Regimen]:
    """Usual courses by name; `Plan.usual` checks and makes their plans."""
    return {row.regimen: row for _, row in numbered_regimens()}


def numbered_regimens() -> list[tuple[int, Regimen]]:
    """Line number and row of each usual course: what reads the plans says in which line one is broken."""
    path = data_folder() / "regimens.csv"
    _unique(path, Regimen, "regimen")
    return list(_numbered(path, Regimen))


#: Two rows that agree in these claim the same fact.
_FACT = ("product", "plan", "disease", "series", "quantity", "day", "day_low", "day_high", "source")


@lru_cache(maxsize=1)
def observations() -> dict[str, Observation]:
    """Published values by name; one fact stands in one row."""
    path = data_folder() / "observations.csv"
    table, facts = _unique(path, Observation, "cohort"), {}
    for line, row in _numbered(path, Observation):
        other = facts.setdefault(tuple(getattr(row, column) for column in _FACT), row.cohort)
        if other != row.cohort:
            same = f"{row.cohort} claims the same fact as {other}; one row is enough"
            raise TableError(f"observations.csv, line {line}, column quantity: {same}.")
    return table


def observation(name: str) -> Observation:
    """The published value of that name.

    Raises ValueError for a name that is not in data/observations.csv.
    """
    rows = observations()
    if not isinstance(name, str) or name not in rows:
        known = choices(rows, name)
        raise ValueError(f"observation {shortened(name)} is not in data/observations.csv; choose one of: {known}.")
    return rows[name]


def label(name: str) -> str:
    """The words for a quantity of the tables; a name that has no row in data/labels.csv is only written apart."""
    row = labels().get(name)
    return row.label if row else name.replace("_", " ")


def field_names(record: type) -> tuple[str, ...]:
    """Column names of a record, in file order."""
    return tuple(field.name for field in fields(record))
