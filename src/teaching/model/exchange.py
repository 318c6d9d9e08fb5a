"""Writes a patient under a plan as a model file that other programs open: SBML or Antimony.

Nothing is written twice: `equations.derivatives` and `events.apply_event` run once with symbols in the place of
numbers, and what comes out is the file; units come from the tables. So COPASI, Tellurium or libRoadRunner compute from
the text a student reads in lineage.py and its sisters. Needs no package but the kit itself.
"""

from __future__ import annotations

import builtins
import math
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from xml.sax.saxutils import escape

from teaching import tables
from teaching.inputs import shortened
from teaching.model.equations import derivatives
from teaching.model.events import ADD, apply_event
from teaching.model.layout import Layout
from teaching.model.linking import linked
from teaching.model.parameters import BY_NODE, KINDS, Meaning, meanings
from teaching.model.patient import Patient
from teaching.model.states import SERUM_AND_DISEASE
from teaching.model.therapies import Plan, product
from teaching.model.units import Unit, definition, unit_id
from teaching.saving import save_whole

MODEL_NAME = "bcell_depletion"


# --- numbers that remember how they were computed --------------------------------------------------


def _operator(sign: str, swapped: bool = False):
    def operate(self, other):
        if not isinstance(other, (_Expression, Real)):
            return NotImplemented
        _name_after_locals(sys._getframe(1).f_locals, self, other)
        left, right = (other, self) if swapped else (self, other)
        if sign == "+" and isinstance(left, Real) and left == 0:  # a sum that starts at 0
            return right
        if sign in "+-" and isinstance(right, Real) and right == 0:
            return left
        if sign == "-" and isinstance(left, Real) and left == 0:
            return _Operation("neg", right)
        if sign == "+" and isinstance(right, _Operation) and right.sign == "neg":
            return _Operation("-", left, right.parts[0])
        if sign == "+" and isinstance(left, _Operation) and left.sign == "neg" and isinstance(right, _Expression):
            return _Operation("-", right, left.parts[0])
        return _Operation(sign, left, right)

    return operate


class _Expression:
    """Stands in for a number of the equations; arithmetic with it builds the formula."""

    __add__, __radd__ = _operator("+"), _operator("+", swapped=True)
    __sub__, __rsub__ = _operator("-"), _operator("-", swapped=True)
    __mul__, __rmul__ = _operator("*"), _operator("*", swapped=True)
    __truediv__, __rtruediv__ = _operator("/"), _operator("/", swapped=True)
    __pow__, __rpow__ = _operator("^"), _operator("^", swapped=True)

    def __neg__(self):
        return _Operation("neg", self)

    def __bool__(self):
        raise TypeError("the equations branch on a state or parameter; a model file needs min or max instead.")


class _Symbol(_Expression):
    """A state or parameter with its start value; `owner` is the product it belongs to, or ''.

    `local` is its name within the owner; `name`, unique in the file, follows from both.
    """

    def __init__(self, local: str, value: float, unit: str, note: str = "", owner: str = ""):
        self.local, self.value, self.unit, self.owner = local, float(value), unit, owner
        self.note = f"{owner}: {note}" if owner else note
        self.name = ""


class _Amount(_Expression):
    """A number with a unit: what a dose adds."""

    def __init__(self, value: float, unit: str):
        self.value, self.unit, self.local = value, unit, ""


class _Operation(_Expression):
    """An operation on parts; `local` is what the equations call the result, if it has a name there."""

    def __init__(self, sign: str, *parts):
        self.sign, self.parts, self.local = sign, parts, ""


def _name_after_locals(variables, *operands) -> None:
    """States of products and results that are used again are called what the equations call them."""
    for operand in operands:
        if isinstance(operand, _Expression) and not operand.local:
            operand.local = next((name for name, value in variables.items() if value is operand), "")


def _extreme(word: str):
    """min or max that also takes expressions."""

    def pick(*values):
        if not any(isinstance(value, _Expression) for value in values):
            return getattr(builtins, word)(*values)
        numbers = [value for value in values if isinstance(value, Real)]
        rest = [value for value in values if isinstance(value, _Expression)]
        # max(max(x, 1), 0.2) is max(x, 1): doses that fall on one instant
        while rest and isinstance(rest[0], _Operation) and rest[0].sign == word and isinstance(rest[0].parts[1], Real):
            numbers.append(rest[0].parts[1])
            rest[0] = rest[0].parts[0]
        values = rest + ([getattr(builtins, word)(numbers)] if numbers else [])
        result = values[0]
        for value in values[1:]:
            result = _Operation(word, result, value)
        return result

    return pick


def _with_symbols(function):
    """A function of the model whose `min` and `max` take expressions."""
    return linked(function, min=_extreme("min"), max=_extreme("max"))


# --- the model, read off the equations -------------------------------------------------------------


@dataclass(frozen=True)
class _Model:
    """What both formats write: symbols, named parts, one rate a state (None: only doses change it), doses as events.

    The start of a state has the doses of day 0 in it: Level 2 of SBML and some programs would lose an event there.
    """

    header: tuple[str, ...]
    states: list[_Symbol]
    parameters: list[_Symbol]
    parts: dict[_Operation, str]
    rates: list
    events: list[tuple[str, float, list[tuple[_Symbol, object]]]]


class _Names:
    """Identifiers, each given once: letters, digits and underscores, no digit first."""

    def __init__(self):
        self.taken: set[str] = set()

    def take(self, *words: str) -> str:
        name = re.sub(r"[^A-Za-z0-9_]+", "_", "_".join(filter(None, words))).strip("_")
        name = name if re.match(r"[A-Za-z]", name) else f"product_{name}"
        number, unique = 1, name
        while unique in self.taken:
            number += 1
            unique = f"{name}_{number}"
        self.taken.add(unique)
        return unique


def _model(patient: Patient, plan: Plan) -> _Model:
    if not isinstance(patient, Patient):
        raise ValueError(f"patient is {shortened(patient)}; a Patient is needed, such as Patient.typical('SLE').")
    if not isinstance(plan, Plan):
        raise ValueError(f"plan is {shortened(plan)}; a Plan is needed, such as Plan('rituximab', days=[0, 14]).")
    layout = Layout(patient, [product(name) for name in plan.products])
    states, numbers = _states(layout), _numbers(layout)
    parameters = [symbol for group in numbers for one in (group if isinstance(group, list) else [group])
                  for part in one for symbol in (part if isinstance(part, tuple) else (part,))]  # fmt: skip
    rates = _with_symbols(derivatives)(0.0, list(states), *numbers, [0.0] * len(states))
    rates = [rate if isinstance(rate, _Expression) else None for rate in rates]
    names = _Names()
    for symbol in states + parameters:
        symbol.name = names.take(symbol.owner, symbol.local)
    parts = _parts([rate for rate in rates if rate is not None], names)
    events = _events(layout, plan, states, rates, names)
    return _Model(_header(patient, plan), states, _used(parameters, rates), parts, rates, events)


def _states(layout: Layout) -> list[_Symbol]:
    """One symbol for each state, with unit and meaning."""
    found = [(name, row.unit, row.label, "") for name, row in tables.nodes().items()]
    found += [(name, unit, meaning, "") for name, (unit, meaning) in SERUM_AND_DISEASE.items()]
    for item in layout.products:
        states = KINDS[item.kind].STATES
        found += [(name, unit, meaning, item.name) for name, (unit, meaning) in states.items()]
    return [
        _Symbol(name, value, unit, meaning, owner)
        for (name, unit, meaning, owner), value in zip(found, layout.start, strict=True)
    ]


def _numbers(layout: Layout) -> list:
    """The numbers of the equations as symbols, in the same named tuples."""
    body, *groups = layout.numbers
    found = [_symbols(body, meanings(), "")]
    for kind, group in zip(KINDS, groups, strict=True):
        items = [item for item in layout.products if item.kind == kind]
        found.append([_symbols(one, meanings(kind, item), item.name) for one, item in zip(group, items, strict=True)])
    return found


def _symbols(numbers: tuple, meaning: dict[str, Meaning], owner: str) -> tuple:
    values = {}
    for symbol, value in zip(numbers._fields, numbers, strict=True):
        if symbol in BY_NODE:
            rows = zip(tables.nodes().values(), value, strict=True)
            values[symbol] = tuple(
                _Symbol(f"{symbol}_{row.node}", part, _unit_of(symbol, row), BY_NODE[symbol].note, owner)
                for row, part in rows
            )
        else:
            about = meaning[symbol]
            values[symbol] = _Symbol(symbol, value, about.unit, about.name, owner)
    return type(numbers)(**values)


def _unit_of(symbol: str, node: tables.Node) -> str:
    """Targets are counted in 1e9 cells, whatever the unit of the node."""
    return "1e9 cells" if symbol == "target" and node.unit == "x start" else "fraction"


def _used(parameters: list[_Symbol], rates: list) -> list[_Symbol]:
    """The parameters that a rate stands on: the tables hold some that only doses need."""
    seen, waiting = set(), [rate for rate in rates if rate is not None]
    while waiting:
        expression = waiting.pop()
        if expression in seen:
            continue
        seen.add(expression)
        if isinstance(expression, _Operation):
            waiting += [part for part in expression.parts if isinstance(part, _Expression)]
    return [symbol for symbol in parameters if symbol in seen]


def _parts(rates: list, names: _Names) -> dict[_Operation, str]:
    """Results that are used more than once, by name, each after those it is made of."""
    uses: Counter = Counter()
    order: list[_Operation] = []

    def visit(expression) -> None:
        if isinstance(expression, _Operation):
            uses[expression] += 1
            if uses[expression] == 1:
                for part in expression.parts:
                    visit(part)
                order.append(expression)

    for rate in rates:
        visit(rate)
    return {part: names.take(_owner(part), part.local or "part") for part in order if uses[part] > 1}


def _owner(expression) -> str:
    """The product whose symbols an expression holds, '' when none or several do."""
    owners, waiting = set(), [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _Symbol):
            owners.add(part.owner)
        elif isinstance(part, _Operation):
            waiting += part.parts
    owners.discard("")
    return owners.pop() if len(owners) == 1 else ""


def _events(layout: Layout, plan: Plan, states: list[_Symbol], rates: list, names: _Names):
    """One event an instant, because events that coincide would each start from the same old values.

    Returns (name, day, [(symbol, new value)]) in order of the days; what happens on day 0 goes into the start.
    """
    schedule = layout.schedule(plan, math.inf)
    dose = _with_symbols(apply_event)
    known = [state.value for state in states]  # of what no mechanism changes the value is known
    events = []
    for segment, day in enumerate(schedule.instants):
        steps = [step for step in schedule.events if step[0] == segment]
        if day == 0:
            for _, action, place, amount in steps:
                apply_event(int(action), int(place), float(amount), known)
            for state, value in zip(states, known, strict=True):
                state.value = float(value)
            continue
        y = [state if rate is not None else value for state, rate, value in zip(states, rates, known, strict=True)]
        old = list(y)
        for _, action, place, amount in steps:
            plain = int(action) != ADD or not isinstance(y[int(place)], _Expression)
            amount = float(amount) if plain else _Amount(float(amount), states[int(place)].unit)
            dose(int(action), int(place), amount, y)
        known = [value if isinstance(value, Real) else None for value in y]
        changes = []
        for state, before, new in zip(states, old, y, strict=True):
            if new is not before and new != before:
                changes.append((state, _Amount(new, state.unit) if isinstance(new, Real) else new))
        if changes:
            events.append((names.take(f"day_{_number(float(day))}"), float(day), changes))
    return events


def _header(patient: Patient, plan: Plan) -> tuple[str, ...]:
    from teaching import __version__

    return (
        f"{MODEL_NAME}: B-cell depletion in a virtual patient ({patient.disease})",
        f"Plan: {plan}",
        f"Written by the B-cell depletion teaching kit, version {__version__}",
        "For teaching and self-study; not a decision aid and not treatment advice",
        "Licence: equations BSD-3-Clause; numbers and words CC BY 4.0; sources in the kit's data/parameters.csv",
        "Units: time in days; cells in 1e9 per body; blood CAR-T cells in cells/uL; antibodies in mg;"
        " engagers in ng/mL, infused in ug/day; the rest beside each name",
    )


# --- Antimony --------------------------------------------------------------------------------------


def to_antimony(patient: Patient, plan: Plan) -> str:
    """The equations, numbers and doses of a patient under a plan as Antimony text.

    Arguments: patient; plan (`Plan.none()` for no therapy). States follow rate rules, doses are
    events, time is in days. Raises ValueError when one of them is of another kind.
    """
    model = _model(patient, plan)
    lines = [f"// {line}" for line in model.header]
    lines += ["", f"model {MODEL_NAME}", "", "  // parameters"]
    lines += [_with_comment(f"{p.name} = {_number(p.value)};", _about(p)) for p in model.parameters]
    lines += ["", "  // states before any therapy, with the doses of day 0"]
    lines += [_with_comment(f"{state.name} = {_number(state.value)};", _about(state)) for state in model.states]
    lines += ["", "  // parts of the equations"]
    lines += [f"  {name} := {_infix(part, model.parts, own_line=True)};" for part, name in model.parts.items()]
    lines += ["", "  // rates of change per day"]
    for state, rate in zip(model.states, model.rates, strict=True):
        if rate is not None:
            lines.append(f"  {state.name}' = {_infix(rate, model.parts)};")
    lines += ["", "  // doses after day 0"]
    for name, day, changes in model.events:
        assignments = ", ".join(f"{state.name} = {_infix(new, {})}" for state, new in changes)
        lines.append(f"  {name}: at (time >= {_number(day)}): {assignments};")
    return "\n".join([*lines, "", "end", ""])


def _about(symbol: _Symbol) -> str:
    return f"{symbol.note} [{symbol.unit}]"


def _with_comment(statement: str, note: str) -> str:
    return f"  {statement}  // {note}" if note else f"  {statement}"


_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 2, "^": 3}
_SPACED = {"+": " + ", "-": " - "}


def _infix(expression, parts: dict, own_line: bool = False) -> str:
    """A formula as text; brackets keep the order of evaluation of the equations."""
    if isinstance(expression, _Symbol):
        return expression.name
    if isinstance(expression, _Amount):
        return _number(expression.value)
    if not isinstance(expression, _Operation):
        return _number(expression)
    if expression in parts and not own_line:
        return parts[expression]
    sign = expression.sign
    if sign in _RELATION:
        first, second = (_infix(part, parts) for part in expression.parts)
        return f"piecewise({first}, {first} {_RELATION[sign][0]} {second}, {second})"
    rank = _RANK[sign]
    if sign == "neg":
        return "-" + _bracketed(expression.parts[0], parts, rank + 1)
    first, second = expression.parts
    left = _bracketed(first, parts, rank + 1) if sign == "^" else _bracketed(first, parts, rank, leads=True)
    return left + _SPACED.get(sign, sign) + _bracketed(second, parts, rank + 1)


def _bracketed(expression, parts: dict, rank: int, leads: bool = False) -> str:
    """A part of a formula, in brackets when it binds less than `rank` or its sign would follow another."""
    text = _infix(expression, parts)
    weaker = isinstance(expression, _Operation) and expression not in parts and _RANK.get(expression.sign, 9) < rank
    return f"({text})" if weaker or (text.startswith("-") and not leads) else text


def _number(value: float) -> str:
    """The shortest text that is read back as the same number."""
    if isinstance(value, int) or value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


# --- SBML ------------------------------------------------------------------------------------------

_MATHML = 'xmlns="http://www.w3.org/1998/Math/MathML" xmlns:sbml="http://www.sbml.org/sbml/level3/version2/core"'
_TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">time</csymbol>'
_WORD = {"+": "plus", "-": "minus", "*": "times", "/": "divide", "neg": "minus", "^": "power"}
#: How two values are compared when the smaller or the larger is wanted: as text and in MathML.
_RELATION = {"min": ("<", "lt"), "max": (">", "gt")}


def to_sbml(patient: Patient, plan: Plan) -> str:
    """The same as `to_antimony` as SBML, Level 3 Version 2, with the unit of every number.

    States and parameters are SBML parameters; time is in days. Arguments and errors as `to_antimony`.
    """
    model = _model(patient, plan)
    comment = "\n".join(f"  {line}" for line in model.header).replace("--", "- -")
    units = dict.fromkeys(symbol.unit for symbol in model.states + model.parameters)
    units |= dict.fromkeys(_units_of_parts(model).values())
    units |= dict.fromkeys(["day"])
    definitions = dict.fromkeys(filter(None, map(definition, units)))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<!--\n{comment}\n-->",
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">',
        f'<model id="{MODEL_NAME}" timeUnits="day">',
        _notes(model.header),
        "<listOfUnitDefinitions>",
        *definitions,
        "</listOfUnitDefinitions>",
        "<listOfParameters>",
    ]
    lines += [_parameter(state, "false") for state in model.states]
    lines += [_parameter(symbol, "true") for symbol in model.parameters]
    named = _units_of_parts(model)
    lines += [f'<parameter id="{name}" units="{unit_id(named[name])}" constant="false"/>' for name in named]
    lines += ["</listOfParameters>", "<listOfRules>"]
    for part, name in model.parts.items():
        lines.append(_rule("assignmentRule", name, _mathml(part, model.parts, own_line=True)))
    for state, rate in zip(model.states, model.rates, strict=True):
        if rate is not None:
            lines.append(_rule("rateRule", state.name, _mathml(rate, model.parts)))
    lines.append("</listOfRules>")
    if model.events:
        lines += ["<listOfEvents>", *(_event(*event) for event in model.events), "</listOfEvents>"]
    return "\n".join([*lines, "</model>", "</sbml>", ""])


def _units_of_parts(model: _Model) -> dict[str, str]:
    """The unit of each named part of the equations."""
    return {name: str(_unit(part)) for part, name in model.parts.items()}


def _unit(expression) -> Unit:
    """The unit that follows from those of the parts."""
    if isinstance(expression, (_Symbol, _Amount)):
        return Unit.of(expression.unit)
    if not isinstance(expression, _Operation):
        return Unit()
    first, *rest = (_unit(part) for part in expression.parts)
    if expression.sign == "*":
        return first * rest[0]
    if expression.sign == "/":
        return first / rest[0]
    return first  # sums, the smaller, the larger; a power has a base without a unit


def _notes(sentences) -> str:
    paragraphs = "".join(f'<p xmlns="http://www.w3.org/1999/xhtml">{escape(line)}</p>' for line in sentences if line)
    return f"<notes>{paragraphs}</notes>" if paragraphs else ""


def _parameter(symbol: _Symbol, constant: str) -> str:
    units, value = unit_id(symbol.unit), _number(symbol.value)
    notes = _notes([_about(symbol)])
    return f'<parameter id="{symbol.name}" value="{value}" units="{units}" constant="{constant}">{notes}</parameter>'


def _rule(kind: str, name: str, mathml: str) -> str:
    return f'<{kind} variable="{name}"><math {_MATHML}>{mathml}</math></{kind}>'


def _event(name: str, day: float, changes: list) -> str:
    """A dose after day 0."""
    when = f"<apply><geq/>{_TIME}{_mathml(_Amount(day, 'day'), {})}</apply>"
    assignments = "\n".join(
        f'<eventAssignment variable="{state.name}"><math {_MATHML}>{_mathml(new, {})}</math></eventAssignment>'
        for state, new in changes
    )
    return (
        f'<event id="{name}" useValuesFromTriggerTime="true">'
        f'<trigger initialValue="false" persistent="true"><math {_MATHML}>{when}</math></trigger>\n'
        f"<listOfEventAssignments>\n{assignments}\n</listOfEventAssignments></event>"
    )


def _mathml(expression, parts: dict, own_line: bool = False) -> str:
    if isinstance(expression, _Symbol):
        return f"<ci>{expression.name}</ci>"
    if isinstance(expression, _Amount):
        return _mathml_number(expression.value, expression.unit)
    if not isinstance(expression, _Operation):
        return _mathml_number(expression, "fraction")
    if expression in parts and not own_line:
        return f"<ci>{parts[expression]}</ci>"
    inside = [_mathml(part, parts) for part in expression.parts]
    if expression.sign in _RELATION:
        first, second = inside
        relation = f"<apply><{_RELATION[expression.sign][1]}/>{first}{second}</apply>"
        return f"<piecewise><piece>{first}{relation}</piece><otherwise>{second}</otherwise></piecewise>"
    return f"<apply><{_WORD[expression.sign]}/>{''.join(inside)}</apply>"


def _mathml_number(value: float, unit: str) -> str:
    digits, _, exponent = _number(value).partition("e")
    units = f'sbml:units="{unit_id(unit)}"'
    if exponent:
        return f'<cn {units} type="e-notation">{digits}<sep/>{int(exponent)}</cn>'
    return f"<cn {units}>{digits}</cn>"


# --- files -----------------------------------------------------------------------------------------

WRITERS = {".ant": to_antimony, ".xml": to_sbml, ".sbml": to_sbml}


def save(patient: Patient, plan: Plan, path: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Writes the model to a file: Antimony for the ending .ant, SBML for .xml and .sbml.

    Arguments: patient and plan as `to_antimony`; path; overwrite, to replace a file that is there.
    Returns the path. Raises ValueError for another ending, FileExistsError for a file that is there,
    OSError when the place cannot be written to.
    """
    path = Path(path)
    if path.suffix.lower() not in WRITERS:
        raise ValueError(
            f"the file {shortened(path.name)} ends in {shortened(path.suffix)}; the ending must be one of: "
            f"{', '.join(WRITERS)}."
        )
    text = WRITERS[path.suffix.lower()](patient, plan)
    return save_whole(path, text, overwrite)
