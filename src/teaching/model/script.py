"""The text of the equations and of the integrator as a JavaScript module, for pages that have no Python.

Functions are read by `ast` from the files that numba compiles, so that there is no second copy of the model. They are
written in a small part of Python (loops over ranges, arithmetic, arrays, records by name); whatever is outside of it is
refused when the module is made. An array of two dimensions is a flat one there: `WIDTHS` says how wide each is.
"""

from __future__ import annotations

import ast
import math
from functools import lru_cache
from pathlib import Path
from types import FunctionType

import numpy as np

from teaching.model import antibody, car_t, engager, events, linking, states
from teaching.model.equations import derivatives
from teaching.model.integrator import integrate
from teaching.model.script_loops import misread

#: Names of arrays of two dimensions and how many numbers a row has: those of `SparsePlan`, events, and the result.
WIDTHS = {"groups": 2, "jacobian": 3, "factor": 4, "update": 2, "lower": 3, "upper": 3, "events": 4, "out": "n"}
#: Names of records of numbers: of the body, and of a product.
RECORDS = ("b", "p")
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!=="}
_BUILT_IN = {"min": "Math.min", "max": "Math.max", "abs": "Math.abs", "int": "Math.trunc"}
#: Words that a name of Python may be and a name of JavaScript may not.
_RESERVED = frozenset(
    "new var let const function delete switch case default this void typeof instanceof export extends super throw "
    "catch enum null true false do package static interface private public protected implements arguments eval".split()
)


class ScriptError(ValueError):
    """A line of the model that this small part of Python does not have; the message names file and line."""


@lru_cache(maxsize=1)
def model_module() -> str:
    """The module: `derivatives`, `integrate` and all that they call, and the places of states and events.

    `integrate` takes what integrator.py says, arrays as typed arrays, `sparse` as an array of its parts in their order,
    records as objects, each made by `RECORDS.body`, `RECORDS.antibody` and so on from an object with the same names.
    What states.py and events.py name is a constant each, what a block of a product names stands in `ANTIBODY`,
    `ENGAGER` and `CAR_T`. Raises ScriptError for a line that cannot be told in script.
    """
    head = "// Made from the text of the model by model/script.py.\n"
    functions = _with_called(derivatives, integrate)
    return "\n".join([head, _places(), _records(functions), *(one.text() for one in functions)])


def _places() -> str:
    """Constants of the state vector and of events."""

    def of(source) -> dict[str, int]:
        return {name: value for name, value in vars(source).items() if name.isupper() and type(value) is int}

    body = {**of(states), **of(events)}
    lines = [f"export const {name} = {value};" for name, value in body.items()]
    for source in (antibody, engager, car_t):
        own = ", ".join(f"{name}: {value}" for name, value in of(source).items() if name not in body)
        lines.append(f"export const {source.__name__.rpartition('.')[2].upper()} = {{ {own} }};")
    return "\n".join([*lines, ""])


def module(*functions: FunctionType) -> str:
    """Functions of the model and all that they call, each after those that it calls."""
    return "\n".join(one.text() for one in _with_called(*functions))


def _with_called(*functions: FunctionType) -> list[_Function]:
    order: dict[FunctionType, None] = {}

    def visit(one: FunctionType) -> None:
        for other in linking.called(one).values():
            visit(other)
        order.setdefault(one)

    for function in functions:
        visit(function)
    names = [one.__name__ for one in order]
    if len(set(names)) < len(names):
        raise ScriptError("two functions of the model have one name; a module of script has room for one.")
    return [_Function(one) for one in order]


def _records(functions: list[_Function]) -> str:
    """Who makes the records: an object with all names written out is read twice as fast as one that was filled."""
    fields: dict[str, set[str]] = {"body": set(), "antibody": set(), "engager": set(), "car_t": set()}
    for one in functions:
        for name, field in one.fields():
            fields["body" if name == "b" else one.file.stem].add(field)
    made = (
        f"  {kind}: (from) => ({{ {', '.join(f'{name}: from.{name}' for name in sorted(names))} }}),"
        for kind, names in fields.items()
    )
    return "\n".join(["export const RECORDS = {", *made, "};", ""])


class _Function:
    """One function on its way to script."""

    def __init__(self, function: FunctionType):
        self.function, self.file = function, Path(function.__code__.co_filename)
        self.calls = linking.called(function)
        tree = ast.parse(self.file.read_text(encoding="utf-8"))
        found = [
            one
            for one in tree.body
            if isinstance(one, ast.FunctionDef) and one.lineno == function.__code__.co_firstlineno
        ]
        if len(found) != 1:
            raise ScriptError(f"{function.__name__} is no plain function of {self.file.name}.")
        self.node, self.hidden = found[0], 0
        arguments = self.node.args
        odd = arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs or arguments.defaults
        if odd or self.node.decorator_list:
            raise self._refused(self.node)
        self.arguments = [one.arg for one in arguments.args]
        self.locals = set(self.arguments) | {
            one.id for one in ast.walk(self.node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }

    def text(self) -> str:
        if (odd := misread(self.node, self.arguments)) is not None:
            raise self._refused(odd)
        body = self.node.body[1:] if ast.get_docstring(self.node) is not None else self.node.body
        lines = self._block(body, 1)
        own = sorted(self._name(one) for one in self._assigned() - set(self.arguments))
        head = f"export function {self.function.__name__}({', '.join(map(self._name, self.arguments))}) {{"
        return "\n".join([head, *([f"  let {', '.join(own)};"] if own else []), *lines, "}", ""])

    def fields(self) -> list[tuple[str, str]]:
        """(name of a record, name of a number in it) for all that is read from records."""
        found = [one for one in ast.walk(self.node) if isinstance(one, ast.Attribute)]
        return [
            (one.value.id, one.attr) for one in found if isinstance(one.value, ast.Name) and one.value.id in RECORDS
        ]

    # --- statements

    def _block(self, nodes: list[ast.stmt], depth: int) -> list[str]:
        return ["  " * depth + line for node in nodes for line in self._statement(node)]

    def _statement(self, node: ast.stmt) -> list[str]:
        match node:
            case ast.Assign(targets=[target]):
                return self._assignment(target, node.value)
            case ast.AugAssign(target=(ast.Name() | ast.Subscript()) as target, op=op) if type(op) in _OPERATORS:
                return [f"{self._place(target)} {_OPERATORS[type(op)]}= {self._value(node.value)};"]
            case ast.For(
                target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), keywords=[]), orelse=[]
            ) if not self._is_own("range"):
                return self._loop(node, name)
            case ast.While(orelse=[]):
                return [f"while ({self._truth(node.test)}) {{", *self._block(node.body, 1), "}"]
            case ast.If():
                lines = [f"if ({self._truth(node.test)}) {{", *self._block(node.body, 1)]
                return [*lines, *(["} else {", *self._block(node.orelse, 1)] if node.orelse else []), "}"]
            case ast.Return(value=ast.expr()):
                return [f"return {self._value(node.value)};"]
            case ast.Expr(value=ast.Call()):
                return [f"{self._value(node.value)};"]
            case ast.Continue():
                return ["continue;"]
        raise self._refused(node)

    def _assignment(self, target: ast.expr, value: ast.expr) -> list[str]:
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            whole = target.slice.lower is target.slice.upper is target.slice.step is None
            if not whole or not isinstance(target.value, ast.Name) or not isinstance(value, ast.Constant):
                raise self._refused(target)
            return [f"{self._value(target.value)}.fill({self._value(value)});"]
        if not isinstance(target, ast.Tuple):
            return [f"{self._place(target)} = {self._value(value)};"]
        names = {one.id for one in target.elts if isinstance(one, ast.Name)}
        if len(names) < len(target.elts):
            raise self._refused(target)
        if isinstance(value, ast.Name):  # the parts of a tuple, in their order
            pairs = enumerate(target.elts)
            return [f"{self._place(one)} = {self._value(value)}[{number}];" for number, one in pairs]
        used = {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
        if not isinstance(value, ast.Tuple) or len(value.elts) != len(target.elts) or names & used:
            raise self._refused(target)  # one after the other would not be all at once
        pairs = zip(target.elts, value.elts, strict=True)
        return [f"{self._place(one)} = {self._value(other)};" for one, other in pairs]

    def _loop(self, node: ast.For, name: str) -> list[str]:
        ends = node.iter.args
        if not 1 <= len(ends) <= 2:
            raise self._refused(node)
        self.hidden += 1
        start = self._value(ends[0]) if len(ends) == 2 else "0"
        last, name = f"end_{self.hidden}", self._name(name)
        if last in self.locals:
            raise self._refused(node)
        head = f"for (let {name} = {start}, {last} = {self._value(ends[-1])}; {name} < {last}; {name}++) {{"
        return [head, *self._block(node.body, 1), "}"]

    # --- expressions

    def _value(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=bool(value)):
                return "true" if value else "false"
            case ast.Constant(value=int() | float()):
                return self._number(node.value, node)
            case ast.Name(id=name):
                return self._named(name, node)
            case ast.BinOp(op=op) if type(op) in _OPERATORS:
                return f"({self._value(node.left)} {_OPERATORS[type(op)]} {self._value(node.right)})"
            case ast.UnaryOp(op=ast.USub()):
                return f"(-{self._value(node.operand)})"
            case ast.UnaryOp(op=ast.Not()):
                return f"(!{self._truth(node.operand)})"
            case ast.Compare(ops=[op], comparators=[other]) if type(op) in _COMPARED:
                return f"({self._value(node.left)} {_COMPARED[type(op)]} {self._value(other)})"
            case ast.BoolOp():
                word = " && " if isinstance(node.op, ast.And) else " || "
                return f"({word.join(map(self._truth, node.values))})"
            case ast.IfExp():
                return f"({self._truth(node.test)} ? {self._value(node.body)} : {self._value(node.orelse)})"
            case ast.Attribute(value=ast.Name(id=name), attr="size") if name in self.locals and name not in WIDTHS:
                return f"{self._name(name)}.length"
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in RECORDS and name in self.arguments:
                return f"{self._name(name)}.{attr}"
            case ast.Subscript():
                return self._place(node)
            case ast.Call(keywords=[]):
                return self._call(node)
        raise self._refused(node)

    def _truth(self, node: ast.expr) -> str:
        """What is asked about: a number that is no number would be true in Python and false in script."""
        asks = (ast.Compare, ast.BoolOp, ast.Name, ast.Constant)
        if isinstance(node, asks) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
            return self._value(node)
        raise self._refused(node)

    def _place(self, node: ast.expr) -> str:
        """A name, or a place in an array."""
        match node:
            case ast.Name(id=name) if name in self.locals:
                return self._name(name)
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="shape"), slice=ast.Constant(value=0)):
                width = WIDTHS.get(name, 1)
                if not isinstance(width, int):
                    raise self._refused(node)
                return f"({self._name(name)}.length / {width})" if width > 1 else f"{self._name(name)}.length"
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[row, column])) if name in WIDTHS:
                return f"{self._name(name)}[{self._value(row)} * {WIDTHS[name]} + {self._value(column)}]"
            case ast.Subscript(value=(ast.Name() | ast.Attribute()) as array, slice=index):
                flat = isinstance(array, ast.Name) and array.id in WIDTHS
                if flat or isinstance(index, (ast.Slice, ast.Tuple, ast.UnaryOp)):  # -1 would be the last one
                    raise self._refused(node)
                return f"{self._value(array)}[{self._value(index)}]"
        raise self._refused(node)

    def _call(self, node: ast.Call) -> str:
        arguments = ", ".join(map(self._value, node.args))
        match node.func:
            case ast.Name(id=name) if name in self.calls and name not in self.locals:
                called = self.calls[name]
                if len(node.args) != called.__code__.co_argcount:
                    raise self._refused(node)
                return f"{called.__name__}({arguments})"
            case ast.Name(id="len") if len(node.args) == 1 and not self._is_own("len"):
                return f"{arguments}.length"
            case ast.Name(id=name) if name in _BUILT_IN and not self._is_own(name):
                if len(node.args) not in ((1,) if name in ("abs", "int") else (2, 3)):
                    raise self._refused(node)
                return f"{_BUILT_IN[name]}({arguments})"
            case ast.Attribute(value=ast.Name(id=name), attr="zeros" | "empty") if len(node.args) == 1:
                if name not in self.locals and self.function.__globals__.get(name) is np:
                    return f"new Float64Array({arguments})"
        raise self._refused(node)

    def _is_own(self, name: str) -> bool:
        """Whether a built-in word means something else here."""
        return name in self.locals or name in self.function.__globals__

    def _named(self, name: str, node: ast.expr) -> str:
        """A local name, or the number that a name of the module stands for."""
        if name in self.locals:
            return self._name(name)
        found = self.function.__globals__.get(name)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise self._refused(node)
        return self._number(found, node)

    def _number(self, value: float, node: ast.expr) -> str:
        if not math.isfinite(value) or (isinstance(value, int) and abs(value) > 2**53):
            raise self._refused(node)
        return repr(value) if value >= 0 else f"({value!r})"

    def _name(self, name: str) -> str:
        if not name.isascii():
            raise ScriptError(f"{self.file.name}: the name {name!r} has letters that script would write another way.")
        other = f"{name}_"
        if name in _RESERVED and other in self.locals:
            raise ScriptError(f"{self.file.name}: {name!r} is no name in script, and {other!r} is taken.")
        return other if name in _RESERVED else name

    def _assigned(self) -> set[str]:
        """Names that are given a value outside of the head of a loop; that of a loop is known inside of it only."""
        heads = {id(one.target) for one in ast.walk(self.node) if isinstance(one, ast.For)}
        stored = (one for one in ast.walk(self.node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
        return {one.id for one in stored if id(one) not in heads}

    def _refused(self, node: ast.AST) -> ScriptError:
        line = getattr(node, "lineno", self.node.lineno)
        said = " ".join(ast.unparse(node).split())
        said = said if len(said) <= 80 else said[:77] + "..."
        return ScriptError(f"{self.file.name}, line {line}: {said!r} cannot be told in script (model/script.py).")
