"""A small table that shows itself: HTML with units and a caption, plain text for everyone else, CSV to keep."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from html import escape
from numbers import Real
from pathlib import Path

import numpy as np

from teaching.inputs import choices, shortened
from teaching.saving import save_whole
from teaching.words import code, rounded


class Shown:
    """Anything that shows itself as a table: it gives `table`, and a notebook, a screen reader and a file have it."""

    @property
    def table(self) -> Table:
        """What is shown."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_csv(self) -> str:
        """The table as comma-separated text, numbers in full, units in the table."""
        return self.table.to_csv()

    def save_csv(self, path: str | os.PathLike, *, overwrite: bool = False) -> Path:
        """Writes `to_csv()` to a file.

        Raises FileExistsError for a file that is there unless `overwrite`, OSError when it cannot be written.
        """
        return save_whole(Path(path), self.to_csv(), overwrite)


class Table:
    """Rows under named columns with units.

    `columns` gives each name its unit ('' for words); a cell is a word, a number, True or False, or None for what did
    not happen or is not known. `table["depth"]` is a column (list), `table.rows` all rows, `len(table)` their number.
    Numbers are rounded for reading only: `to_csv()` has them in full.
    """

    def __init__(self, caption: str, columns: Mapping[str, str], rows: Sequence[Sequence], none: str = "none"):
        self.caption, self.columns, self.none = caption, dict(columns), none
        self.rows = tuple(tuple(row) for row in rows)
        if wrong := [row for row in self.rows if len(row) != len(self.columns)]:
            raise ValueError(f"a row has {len(wrong[0])} cells, but the table has {len(self.columns)} columns.")

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self):
        return iter(self.rows)

    def __getitem__(self, name: str) -> list:
        if not isinstance(name, str) or name not in self.columns:
            known = choices(self.columns, name)
            raise KeyError(f"{shortened(name)} is not a column of this table; choose one of: {known}.")
        place = list(self.columns).index(name)
        return [row[place] for row in self.rows]

    def to_csv(self) -> str:
        """The table as comma-separated text, units in the first line."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([f"{name} [{unit}]" if unit else name for name, unit in self.columns.items()])
        for row in self.rows:
            writer.writerow(["" if cell is None else code(cell) if _is_number(cell) else cell for cell in row])
        return stream.getvalue()

    def save_csv(self, path: str | os.PathLike, *, overwrite: bool = False) -> Path:
        """Writes `to_csv()` to a file.

        Raises FileExistsError for a file that is there unless `overwrite`, OSError when it cannot be written.
        """
        return save_whole(Path(path), self.to_csv(), overwrite)

    def shown(self) -> list[list[str]]:
        """All cells as they are read."""
        return [[self._word(cell) for cell in row] for row in self.rows]

    def _word(self, cell) -> str:
        if cell is None:
            return self.none
        if isinstance(cell, (bool, np.bool_)):
            return "yes" if cell else "no"
        return rounded(cell) if _is_number(cell) else str(cell)

    def _heads(self) -> list[str]:
        return [f"{name} [{unit}]" if unit else name for name, unit in self.columns.items()]

    def __repr__(self) -> str:
        lines = [self._heads(), *self.shown()]
        numeric = [all(_is_number(cell) or cell in (None, "") for cell in self[name]) for name in self.columns]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        text = [
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, numeric, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption, *text])

    def _repr_html_(self) -> str:
        heads = "".join(
            f'<th scope="col" style="text-align:left">{escape(name)}'
            + (f"<br><small>{escape(unit)}</small>" if unit else "")
            + "</th>"
            for name, unit in self.columns.items()
        )
        body = ""
        for line in self.shown():
            first, *rest = line
            cells = "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in rest)
            body += f'<tr><th scope="row" style="text-align:left">{escape(first)}</th>{cells}</tr>'
        caption = f'<caption style="text-align:left;caption-side:top">{escape(self.caption)}</caption>'
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _is_number(cell) -> bool:
    return isinstance(cell, Real) and not isinstance(cell, bool)
