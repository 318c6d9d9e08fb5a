"""Writes a patient under a plan as a model file that other programs open: SBML or Antimony.

Nothing is written twice: `equations.derivatives` and `equations.apply_event` run once with symbols
in the place of numbers, and what comes out is the file. So COPASI, Tellurium or libRoadRunner
compute from the text a student reads in equations.py. Needs no package but the kit itself.
"""

from __future__ import annotations

import builtins
import math
import os
import re
import sys
import types
from collections import Counter
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from xml.sax.saxutils import escape

from teaching import tables
from teaching.inputs import shortened
from teaching.model import equations as eq
from teaching.model.layout import Layout
from teaching.model.lineage import Patient
from teaching.model.therapies import Plan, Product, product
from teaching.saving import save_whole

MODEL_NAME = "bcell_depletion"
#: Numbers of products that `derivatives` counts with; they stay numbers and shape the equations.
COUNTS = ("n_antibodies", "n_engagers", "n_cars")
#: Units of the states that every patient has beside the nodes, by their constant in equations.py.
BODY_STATES = {
    "autoantibody": "x start",
    "vaccine": "x start; antibody after a vaccination",
    "total_igg": "x start",
    "activity": "points; disease activity",
    "niche": "fraction; cytokine niche opened by lymphodepletion",
}
#: Units of the states of a product, by their name in `derivatives`.
PRODUCT_STATES = {
    "antibody": {"A1": "mg, central", "A2": "mg, peripheral", "X": "share left of the passing clearance"},
    "engager": {
        "depot": "ug",
        "C": "ng/mL",
        "A": "activation, 0 to 1",
        "J": "its part of the margination, fraction of blood T cells",
        "Q": "its part of the priming, fraction of T cells that know an engager",
        "T1": "blood T cells gained by it, x start",
        "I6": "its part of interleukin-6, pg/mL",
    },
    "car_t": {
        "E": "cells/uL, effectors",
        "M": "cells/uL, persisting",
        "Z": "immunity primed, 0 to 1",
        "R": "immunity matured, 0 to 1",
    },
}
PRODUCT_PARAMETERS = {
    "antibody": eq.ANTIBODY_PARAMETERS,
    "engager": eq.ENGAGER_PARAMETERS,
    "car_t": eq.CAR_PARAMETERS,
}
#: Units of the parameters that no row of parameters.csv carries as a symbol.
_DERIVED = {
    "At0": "clone_size [1e9 cells]",
    "m": "maturation, from the balance [1/day]",
    "a": "naive to memory, from the balance [1/day]",
    "r_N": "naive return to blood, from the balance [1/day]",
    "r_M": "memory return to blood, from the balance [1/day]",
    "one": "one cell [1e9 cells]",
    "f": "autoantibody_long_lived_share [fraction]",
    "k_G": "ln 2 / igg_half_life_days [1/day]",
    "D0": "activity_start [points]",
    "Nb0": "naive B cells in blood at rest [1e9 cells]",
    "refill": "long_lived_refill_per_day [1/day]",
    "k_T": "passing clearance / V1 [1/day]",
    "rate": "infusion [ug/day], switched by the events",
    "B0_target": "lymphoid targets at rest [1e9 cells]",
}


# --- numbers that remember how they were computed --------------------------------------------------


def _operator(sign: str, swapped: bool = False):
    def operate(self, other):
        if not isinstance(other, (_Expression, Real)):
            return NotImplemented
        _name_after_locals(sys._getframe(1).f_locals, self, other)
        left, right = (other, self) if swapped else (self, other)
        if sign == "+" and isinstance(left, Real) and left == 0:  # a sum that starts at 0
            return right
        if sign == "+" and isinstance(right, Real) and right == 0:
            return left
        return _Operation(sign, left, right)

    return operate


class _Expression:
    """Stands in for a number in equations.py; arithmetic with it builds the formula."""

    __add__, __radd__ = _operator("+"), _operator("+", swapped=True)
    __sub__, __rsub__ = _operator("-"), _operator("-", swapped=True)
    __mul__, __rmul__ = _operator("*"), _operator("*", swapped=True)
    __truediv__, __rtruediv__ = _operator("/"), _operator("/", swapped=True)
    __pow__, __rpow__ = _operator("^"), _operator("^", swapped=True)

    def __neg__(self):
        return _Operation("neg", self)

    def __bool__(self):
        raise TypeError("equations.py branches on a state or parameter; a model file needs min or max instead.")


class _Symbol(_Expression):
    """A state or parameter with its start value; `owner` is the product it belongs to, or ''.

    `local` is its name within the owner; `name`, unique in the file, follows from both.
    """

    def __init__(self, local: str, value: float, note: str = "", owner: str = ""):
        self.local, self.value, self.note, self.owner = local, float(value), note, owner
        self.name = ""


class _Operation(_Expression):
    """An operation on parts; `local` is what equations.py calls the result, if it has a name there."""

    def __init__(self, sign: str, *parts):
        self.sign, self.parts, self.local = sign, parts, ""


def _name_after_locals(variables, *operands) -> None:
    """States of products and results that are used again are called what `derivatives` calls them."""
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
    """A function of equations.py whose `min` and `max` take expressions."""
    scope = {**vars(eq), "min": _extreme("min"), "max": _extreme("max")}
    return types.FunctionType(function.__code__, scope, function.__name__)


# --- the model, read off the equations -------------------------------------------------------------


@dataclass(frozen=True)
class _Model:
    """What both formats write: symbols, named parts, one rate a state, and the doses as events."""

    header: tuple[str, ...]
    states: list[_Symbol]
    parameters: list[_Symbol]
    switched: set[str]
    parts: dict[_Operation, str]
    rates: list
    events: list[tuple[str, float, list[tuple[str, object]]]]


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
    states, parameters = _states(layout), _parameters(layout)
    symbols = [symbol for symbol in parameters if isinstance(symbol, _Symbol)]
    rates = _with_symbols(eq.derivatives)(0.0, list(states), list(parameters), [0.0] * len(states))
    names = _Names()
    for symbol in states + symbols:
        symbol.name = names.take(symbol.owner, symbol.local or "state")
    for state in states[eq.N_FIXED :]:
        kind = product(state.owner).kind
        state.note = f"{state.owner} [{PRODUCT_STATES[kind].get(state.local, 'see equations.py')}]"
    parts = _parts(rates, names)
    events, switched = _events(layout, plan, states, parameters, names)
    return _Model(_header(patient, plan), states, symbols, switched, parts, rates, events)


def _states(layout: Layout) -> list[_Symbol]:
    """One symbol for each state; those of products are named while the equations run."""
    notes = {row.node: f"{row.label} [{row.unit}]" for row in tables.nodes().values()}
    notes |= {name: f"[{unit}]" for name, unit in BODY_STATES.items()}
    places = {place: node for place, node in enumerate(tables.nodes())}
    places |= {getattr(eq, name.upper()): name for name in BODY_STATES}
    names = [places.get(place, "") for place in range(eq.N_FIXED)]
    states = [_Symbol(name, value, notes.get(name, "")) for name, value in zip(names, layout.start, strict=False)]
    first_of = {place: owner for owner, place in layout.state_of.items()}
    owner = ""
    for place in range(eq.N_FIXED, len(layout.start)):
        owner = first_of.get(place, owner)
        states.append(_Symbol("", layout.start[place], owner=owner))
    return states


def _parameters(layout: Layout) -> list[_Symbol | float]:
    """One symbol for each place of the parameter vector; the counts of products stay numbers."""
    owners = ("lineage", "serum", "conditioning")
    rows = {row.symbol: row for (owner, _), row in tables.parameters().items() if owner in owners}
    found = [(name, _note(name, rows), "") for name in eq.LINEAGE_PARAMETERS]
    for item in layout.products:
        rows = {row.symbol: row for row in item.quantities.values()}
        found += [(name, f"{item.name}: {_note(name, rows)}", item.name) for name in PRODUCT_PARAMETERS[item.kind]]
        found += _coefficients(item)
    return [
        float(value) if name in COUNTS and not owner else _Symbol(name, value, note, owner)
        for (name, note, owner), value in zip(found, layout.p, strict=True)
    ]


def _coefficients(item: Product) -> list[tuple[str, str, str]]:
    nodes = tables.nodes()
    found = [(f"kill_{node}", f"{item.name}: antigen weight x effect at the site", item.name) for node in nodes]
    if item.kind == "antibody":
        return found
    note = f"{item.name}: what counts as target [1e9 cells per unit of state]"
    return found + [(f"target_{node}", note, item.name) for node in nodes]


def _note(symbol: str, rows: dict[str, tables.Quantity]) -> str:
    if symbol in rows:
        return f"{rows[symbol].name} [{rows[symbol].unit}]"
    return _DERIVED.get(symbol, "")


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


def _events(layout: Layout, plan: Plan, states: list[_Symbol], parameters: list, names: _Names):
    """One event an instant, because events that coincide would each start from the same old values.

    Returns (name, day, [(symbol, new value)]) in order of the days, and the parameters they change.
    """
    schedule = layout.schedule(plan, math.inf)
    apply_event = _with_symbols(eq.apply_event)
    p = list(layout.p)  # infusion rates change only here, so they are known as numbers
    events, switched = [], set()
    for segment, day in enumerate(schedule.instants):
        y, before = list(states), list(p)
        for _, action, index, amount in schedule.events[schedule.events[:, 0] == segment]:
            apply_event(int(action), int(index), float(amount), y, p)
        changes = [(old.name, new) for old, new in zip(states, y, strict=True) if new is not old]
        rates = [(parameters[i].name, p[i]) for i in range(len(p)) if p[i] != before[i]]
        switched |= {name for name, _ in rates}
        if changes or rates:
            events.append((names.take(f"day_{_number(float(day))}"), float(day), changes + rates))
    return events, switched


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
    lines += [_with_comment(f"{p.name} = {_number(p.value)};", p.note) for p in model.parameters]
    lines += ["", "  // states before any therapy"]
    lines += [_with_comment(f"{state.name} = {_number(state.value)};", state.note) for state in model.states]
    lines += ["", "  // parts of the equations"]
    lines += [f"  {name} := {_infix(part, model.parts, own_line=True)};" for part, name in model.parts.items()]
    lines += ["", "  // rates of change per day"]
    for state, rate in zip(model.states, model.rates, strict=True):
        lines.append(f"  {state.name}' = {_infix(rate, model.parts)};")
    lines += ["", "  // doses; t0 = false lets those of day 0 happen"]
    for name, day, changes in model.events:
        assignments = ", ".join(f"{symbol} = {_infix(new, {})}" for symbol, new in changes)
        lines.append(f"  {name}: at (time >= {_number(day)}), t0 = false: {assignments};")
    return "\n".join([*lines, "", "end", ""])


def _with_comment(statement: str, note: str) -> str:
    return f"  {statement}  // {note}" if note else f"  {statement}"


_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 2, "^": 3}
_SPACED = {"+": " + ", "-": " - "}


def _infix(expression, parts: dict, own_line: bool = False) -> str:
    """A formula as text; brackets keep the order of evaluation of equations.py."""
    if isinstance(expression, _Symbol):
        return expression.name
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

_MATHML = 'xmlns="http://www.w3.org/1998/Math/MathML"'
_TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">time</csymbol>'
_WORD = {"+": "plus", "-": "minus", "*": "times", "/": "divide", "neg": "minus", "^": "power"}
#: How two values are compared when the smaller or the larger is wanted: as text and in MathML.
_RELATION = {"min": ("<", "lt"), "max": (">", "gt")}


def to_sbml(patient: Patient, plan: Plan) -> str:
    """The same as `to_antimony` as SBML, Level 3 Version 2.

    States and parameters are SBML parameters without declared units (their units stand in notes);
    time is in days. Arguments and errors as `to_antimony`.
    """
    model = _model(patient, plan)
    comment = "\n".join(f"  {line}" for line in model.header).replace("--", "- -")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<!--\n{comment}\n-->",
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">',
        f'<model id="{MODEL_NAME}" timeUnits="day">',
        _notes(model.header),
        '<listOfUnitDefinitions><unitDefinition id="day"><listOfUnits>',
        '<unit kind="second" exponent="1" scale="0" multiplier="86400"/>',
        "</listOfUnits></unitDefinition></listOfUnitDefinitions>",
        "<listOfParameters>",
    ]
    for state in model.states:
        lines.append(_parameter(state.name, state.value, "false", state.note))
    for symbol in model.parameters:
        lines.append(_parameter(symbol.name, symbol.value, str(symbol.name not in model.switched).lower(), symbol.note))
    lines += [f'<parameter id="{name}" constant="false"/>' for name in model.parts.values()]
    lines += ["</listOfParameters>", "<listOfRules>"]
    for part, name in model.parts.items():
        lines.append(_rule("assignmentRule", name, _mathml(part, model.parts, own_line=True)))
    for state, rate in zip(model.states, model.rates, strict=True):
        lines.append(_rule("rateRule", state.name, _mathml(rate, model.parts)))
    lines.append("</listOfRules>")
    if model.events:
        lines += ["<listOfEvents>", *(_event(*event) for event in model.events), "</listOfEvents>"]
    return "\n".join([*lines, "</model>", "</sbml>", ""])


def _notes(sentences) -> str:
    paragraphs = "".join(f'<p xmlns="http://www.w3.org/1999/xhtml">{escape(line)}</p>' for line in sentences if line)
    return f"<notes>{paragraphs}</notes>" if paragraphs else ""


def _parameter(name: str, value: float, constant: str, note: str) -> str:
    return f'<parameter id="{name}" value="{_number(value)}" constant="{constant}">{_notes([note])}</parameter>'


def _rule(kind: str, name: str, mathml: str) -> str:
    return f'<{kind} variable="{name}"><math {_MATHML}>{mathml}</math></{kind}>'


def _event(name: str, day: float, changes: list) -> str:
    """An event; `initialValue` false lets the doses of day 0 happen."""
    when = f"<apply><geq/>{_TIME}{_mathml(day, {})}</apply>"
    assignments = "\n".join(
        f'<eventAssignment variable="{symbol}"><math {_MATHML}>{_mathml(new, {})}</math></eventAssignment>'
        for symbol, new in changes
    )
    return (
        f'<event id="{name}" useValuesFromTriggerTime="true">'
        f'<trigger initialValue="false" persistent="true"><math {_MATHML}>{when}</math></trigger>\n'
        f"<listOfEventAssignments>\n{assignments}\n</listOfEventAssignments></event>"
    )


def _mathml(expression, parts: dict, own_line: bool = False) -> str:
    if isinstance(expression, _Symbol):
        return f"<ci>{expression.name}</ci>"
    if not isinstance(expression, _Operation):
        return _mathml_number(expression)
    if expression in parts and not own_line:
        return f"<ci>{parts[expression]}</ci>"
    inside = [_mathml(part, parts) for part in expression.parts]
    if expression.sign in _RELATION:
        first, second = inside
        relation = f"<apply><{_RELATION[expression.sign][1]}/>{first}{second}</apply>"
        return f"<piecewise><piece>{first}{relation}</piece><otherwise>{second}</otherwise></piecewise>"
    return f"<apply><{_WORD[expression.sign]}/>{''.join(inside)}</apply>"


def _mathml_number(value: float) -> str:
    digits, _, exponent = _number(value).partition("e")
    if exponent:
        return f'<cn type="e-notation">{digits}<sep/>{int(exponent)}</cn>'
    return f"<cn>{digits}</cn>"


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
