"""The text of the equations with another meaning: compiled, traced, in symbols, or recorded call by call.

Functions of the model call one another by name. `linked` makes copies of a function and of all that it calls, each
passed through a wrapper, so that nothing has to be written twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import FunctionType

_PACKAGE = __name__.rpartition(".")[0]


def linked(function: FunctionType, wrap: Callable = lambda function: function, **names):
    """A copy of a function of the model and of every function of the model that it calls, each made by `wrap`.

    `names` replace other words of the text in all copies, such as `min`.
    """
    made: dict[FunctionType, object] = {}

    def link(one: FunctionType):
        if one not in made:
            scope = {**one.__globals__, **names}
            scope |= {name: link(other) for name, other in called(one).items() if name not in names}
            copy = FunctionType(one.__code__, scope, one.__name__, one.__defaults__)
            copy.__doc__, copy.__module__ = one.__doc__, one.__module__
            made[one] = wrap(copy)
        return made[one]

    return link(function)


def called(function: FunctionType) -> dict[str, FunctionType]:
    """The functions of the model that a function names."""
    found = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, FunctionType) and value.__module__.startswith(_PACKAGE)
    }


def _files(function: FunctionType) -> set[str]:
    files, waiting = set(), [function]
    while waiting:
        one = waiting.pop()
        files.add(one.__code__.co_filename)
        waiting += called(one).values()
    return files


@lru_cache(maxsize=8)
def stamp(function: FunctionType) -> str:
    """Eight letters that change with any file that this function or what it calls stands in.

    The states and events count as well: their numbers are frozen into what is compiled.
    """
    files = _files(function) | {str(Path(__file__).with_name(name)) for name in ("states.py", "events.py")}
    text = b"".join(Path(file).read_bytes() for file in sorted(files))
    return hashlib.sha256(text).hexdigest()[:8]


def compiled(function: FunctionType, jit: Callable):
    """The function and what it calls, compiled by `jit`, a decorator such as `numba.njit(cache=True)`.

    numba looks for a change in the file of a function only, not in what it calls; so each compiled copy carries
    the stamp of all of them in its name, and an edit of any is a new function.
    """
    mark = stamp(function)

    def compile_one(copy: FunctionType):
        name = f"{copy.__name__}_{mark}"
        code = copy.__code__.replace(co_name=name, co_qualname=name)
        return jit(FunctionType(code, copy.__globals__, name, copy.__defaults__))

    return linked(function, compile_one)
