"""The numbers of the clinic (data/clinic.csv), and a mark of all tables that a career depends on."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from teaching import tables
from teaching.inputs import choices, shortened

#: Raised by hand when the rules of the clinic change, so that the same choices would give another career.
VERSION = 1
#: The tables that the model, the patients, the tests and the harms are made of.
_TABLES = (
    "clinic", "parameters", "products", "variation", "regimens", "diseases", "lineage", "observations", "studies",
    "outcomes",
)  # fmt: skip


@lru_cache(maxsize=1)
def rows() -> dict[tuple[str, str], tables.Quantity]:
    """Rows of data/clinic.csv by (owner, name); `TableError` for a broken row, or one that stands there twice."""
    path, table = tables.data_folder() / "clinic.csv", {}
    for row in tables.read_table(path, tables.Quantity):
        if (row.owner, row.name) in table:
            raise tables.TableError(f"clinic.csv: {row.owner}, {row.name} stands there twice.")
        table[row.owner, row.name] = row
    return table


def value_of(owner: str, name: str) -> float:
    """The number of an owner, in the unit of its row; ValueError for a name that is not in data/clinic.csv."""
    row = rows().get((owner, name))
    if row is None:
        known = choices((f"{one} {other}" for one, other in rows()), f"{owner} {name}")
        raise ValueError(f"{shortened(f'{owner} {name}')} is no number of the clinic; choose one of: {known}.")
    return row.value


def whole_of(owner: str, name: str) -> int:
    """Like `value_of`, for what is counted: points, careers; `TableError` when it is not whole."""
    found = value_of(owner, name)
    if found != int(found):
        raise tables.TableError(f"clinic.csv: {owner}, {name} is {found:g}; a whole number is needed.")
    return int(found)


@lru_cache(maxsize=1)
def visit_days() -> tuple[float, ...]:
    """Days of the visits, in their order; `TableError` when they do not rise up to the end."""
    days = tuple(row.value for (owner, name), row in rows().items() if owner == "game" and name.startswith("visit_"))
    if any(later <= earlier for earlier, later in zip(days, (*days[1:], end_day()), strict=True)):
        raise tables.TableError("clinic.csv: the days of the visits must rise, and the end must come after them.")
    return days


def end_day() -> float:
    """The day on which a career is over."""
    return value_of("game", "end")


@lru_cache(maxsize=1)
def stamp() -> str:
    """A mark of the tables: with another one the same choices may give another career."""
    mark = hashlib.sha256()
    for name in _TABLES:
        # Lines may end in another way on another machine.
        mark.update((tables.data_folder() / f"{name}.csv").read_text(encoding="utf-8-sig").encode())
    return mark.hexdigest()[:16]
