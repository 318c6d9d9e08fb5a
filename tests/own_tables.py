"""The kit's tables read from a folder of a test, and forgotten afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from teaching import tables


@contextlib.contextmanager
def tables_in(folder: Path, loaders: Iterable) -> Iterator[Path]:
    """Lets the kit read its tables from a folder; what `loaders` remember is read anew there, and after the block."""
    loaders = list(loaders)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "data_folder", lambda: folder)
        _forget(loaders)
        try:
            yield folder
        finally:
            _forget(loaders)


def _forget(loaders: list) -> None:
    for loader in loaders:
        loader.cache_clear()
