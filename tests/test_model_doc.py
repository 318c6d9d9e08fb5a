"""docs/model.md says what the code does: every mechanism, every formula, every symbol, every reference.

Each formula of the page is computed with random numbers and held against the function beside it. Each check is
also fed a page with one slip, which it must find.
"""

import inspect
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from teaching import Patient, Plan, tables, treat
from teaching.model import antibody, car_t, engager, lineage, serum
from teaching.model.layout import Layout
from teaching.model.parameters import (
    BODY_DERIVED,
    BY_NODE,
    KINDS,
    PRODUCT_DERIVED,
    body_symbols,
    body_type,
    product_symbols,
    product_type,
)
from teaching.model.states import LONG_PROTECTIVE, N_BODY, N_NODES, SERUM_AND_DISEASE

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
FILES = (lineage, serum, antibody, engager, car_t)
#: Heading of the section with the states, and of the table with the symbols, of each kind.
SECTIONS = {"antibody": "Therapeutic antibodies", "engager": "T-cell engagers", "car_t": "CAR-T cells"}
TABLES = {"body": "Body", "antibody": "Antibody", "engager": "Engager", "car_t": "CAR-T"}
BODY_STATES = [*tables.nodes(), *SERUM_AND_DISEASE]


# --- reading the page ------------------------------------------------------------------------------


def section(page: str, heading: str) -> str:
    """The text under a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", page, re.M | re.S)
    assert found, f"the page has no heading {heading}"
    return found[1]


def rows(text: str, *header: str) -> list[list[str]]:
    """The cells of all tables whose header begins with these words."""
    found, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells and cells[: len(header)] == list(header):
            inside = True
        elif not cells:
            inside = False
        elif inside and not set(line) <= set("|-: "):
            found.append(cells)
    assert found, f"the page has no table that begins with {header}"
    return found


def math(text: str) -> str:
    return text.strip().strip("$").strip()


def states(page: str, kind: str | None) -> dict[str, str]:
    """Name of a state -> how formulas write it."""
    text = section(page, "The lineage" if kind is None else SECTIONS[kind])
    return {row[0].strip("`"): math(row[1]) for row in rows(text, "state", "in formulas")}


def symbols(page: str, kind: str) -> dict[str, list[str]]:
    """Symbol -> (in formulas, name, unit, rows by origin)."""
    found = rows(section(page, TABLES[kind]), "symbol", "in formulas")
    return {row[0].strip("`"): [math(row[1]), row[2].strip("`"), *row[3:]] for row in found}


def mechanisms(page: str) -> dict[str, list[str]]:
    """Name of a function -> (address of its link, what it adds, symbols)."""
    found = {}
    for row in rows(page, "mechanism", "adds"):
        name, link = re.fullmatch(r"\[`(\w+)`\]\((\S+)\)", row[0]).groups()
        found[name] = [link, row[1], re.findall(r"`(\w+)`", row[3])]
    return found


def functions() -> dict[str, object]:
    """The mechanisms of the code: functions of the five files that end in dy, but no sums of others."""
    return {
        name: function
        for module in FILES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if list(inspect.signature(function).parameters)[-1] == "dy" and not name.endswith("_rates")
    }


def owner(function) -> str | None:
    """The kind of product a mechanism belongs to, or None for the body."""
    return next((kind for kind, module in KINDS.items() if module.__name__ == function.__module__), None)


def used(function) -> set[str]:
    """The symbols that the text of a function uses."""
    return set(re.findall(r"\b[bp]\.(\w+)", inspect.getsource(function)))


# --- from a formula to a number --------------------------------------------------------------------


def compute(formula: str, known: dict[str, float], of_node: dict[str, list]) -> tuple[float | list, set[str]]:
    """The value of a formula and the symbols in it, as the page writes them.

    `known` holds numbers by the way the page writes them, `of_node` twelve each. A formula with an index i gives
    twelve values, unless it sums over them.
    """
    used_symbols: set[str] = set()
    words = sorted([*known, *of_node], key=len, reverse=True)
    pattern = re.compile(r"(?<![A-Za-z\\])(" + "|".join(map(re.escape, words)) + r")(?![A-Za-z_])")

    def name(match) -> str:
        used_symbols.add(match[1])
        place = words.index(match[1])
        return f" @{place}@ "

    text = pattern.sub(name, formula)
    text = _fractions(text).replace(r"\min", " min ").replace("{", "(").replace("}", ")")
    text = text.replace(r"\sum_i", " total ")
    tokens = re.findall(r"@\d+@|\d+(?:\.\d+)?|\*\*|[-+*/(),^]|[A-Za-z\\]\S*|\S", text)
    unknown = [token for token in tokens if token[0].isalpha() and token not in ("min", "total") or token[0] == "\\"]
    assert not unknown, f"{formula}: {unknown} is no symbol of the tables of the page"
    python, before = [], ""
    for token in tokens:
        if before and (before[-1] in "@)" or before[-1].isdigit()) and (token[0] in "@(" or token[0].isalnum()):
            python.append("*")
        if token == "total":
            python.append("total*")  # all sums of the page stand alone in their bracket
        else:
            python.append("**" if token == "^" else token)
        before = token
    source = "".join(python)
    if "total*" in source:
        source = re.sub(r"total\*((?:[@\d*])+)", r"sum(\1 for i in range(12))", source)
    source = re.sub(r"@(\d+)@", lambda found: _reading(words[int(found[1])], of_node), source)
    scope = {"known": known, "of_node": of_node, "min": min, "sum": sum, "range": range}
    code = compile(source, formula, "eval")
    if "[i]" in source and "for i in" not in source:
        return [eval(code, {**scope, "i": i}) for i in range(N_NODES)], used_symbols
    return eval(code, scope), used_symbols


def _reading(word: str, of_node: dict) -> str:
    return f"of_node[{word!r}][i]" if word in of_node else f"known[{word!r}]"


def _fractions(text: str) -> str:
    r"""\frac{a}{b} as ((a)/(b))."""
    while (at := text.find(r"\frac")) >= 0:
        top, after = _group(text, at + len(r"\frac"))
        bottom, end = _group(text, after)
        text = f"{text[:at]}(({top})/({bottom})){text[end:]}"
    return text


def _group(text: str, at: int) -> tuple[str, int]:
    """What stands in the braces at a place, and where they end."""
    assert text[at] == "{", text
    depth = 0
    for end in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[at + 1 : end], end + 1
    raise AssertionError(f"{text}: a brace is not closed")


class Numbers:
    """Random numbers for one mechanism, in the code's arguments and as the page writes them."""

    def __init__(self, page: str, kind: str | None, seed: int):
        stream = np.random.default_rng(seed)

        def some() -> float:
            return float(stream.uniform(0.1, 2.0))

        own = KINDS[kind].STATES if kind else {}
        self.names = [*BODY_STATES, *(f"{kind} {name}" for name in own)]
        self.y = [some() for _ in self.names]
        self.b = body_type()(*(some() for _ in body_type()._fields))
        wide = {"kill", "target"}
        self.p = kind and product_type(kind)(
            *(tuple(some() for _ in range(N_NODES)) if name in wide else some() for name in product_type(kind)._fields)
        )
        self.arguments = {"y": self.y, "b": self.b, "p": self.p, "at": N_BODY}
        tex = [math_of for math_of in states(page, None).values()]
        tex += list(states(page, kind).values()) if kind else []
        self.place = {word: number for number, word in enumerate(tex)}
        self.known = dict(zip(tex, self.y, strict=True))
        self.symbol_of = {}
        self.of_node = {"y_i": self.y[:N_NODES]}
        for part, numbers in ((kind, self.p), ("body", self.b)):
            for symbol, row in symbols(page, part).items() if part else ():
                self.symbol_of.setdefault(row[0], symbol)
                value = getattr(numbers, symbol)
                if isinstance(value, tuple):
                    self.of_node[row[0]] = value
                else:
                    self.known.setdefault(row[0], value)
        if kind:  # one place of the twelve has a name of its own
            self.known[r"\kappa_{L_v}"] = self.p.kill[LONG_PROTECTIVE]
            self.symbol_of[r"\kappa_{L_v}"] = "kill"
        if kind == "engager":
            for row in rows(section(page, SECTIONS[kind]), "in formulas", "argument"):
                self.arguments[row[1].strip("`")] = self.known[math(row[0])] = some()

    def expected(self, cell: str) -> tuple[list[float], set[str]]:
        """The rates that the cell of a mechanism gives, and the symbols of parameters in it."""
        rate, seen = [0.0] * len(self.y), set()
        known = dict(self.known)
        for word, formula in re.findall(r"with \$([^$=]+?) = ([^$]+)\$", cell):
            value, words = compute(formula, known, self.of_node)
            known[word] = value
            seen |= words
        local = set(known) - set(self.known)
        blood = [i for i, row in enumerate(tables.nodes().values()) if row.site == "blood"]
        places = {"": range(N_NODES), " in blood": blood, " elsewhere": sorted(set(range(N_NODES)) - set(blood))}
        for state, where, formula in re.findall(r"\$([^$]+)\$([a-z ]*): \$([^$]+)\$", cell):
            value, words = compute(formula, known, self.of_node)
            seen |= words
            if state == "y_i":
                for i in places[where]:
                    rate[i] += value[i]
            else:
                rate[self.place[state]] += value
        return rate, {self.symbol_of[word] for word in seen - local if word in self.symbol_of}


# --- the checks, each a function of a page ---------------------------------------------------------


def check_mechanisms(page: str) -> None:
    """Every mechanism of the code stands on the page, with a link to its file, and none that is not there."""
    found, real = mechanisms(page), functions()
    assert set(found) == set(real)
    for name, (link, _, _) in found.items():
        file = Path(inspect.getsourcefile(real[name])).name
        assert link == f"../src/teaching/model/{file}", f"{name} stands in {file}, its link leads to {link}"


def check_links(page: str) -> None:
    """Every relative link leads to a file, and a name of the code to a file that has it."""
    for words, link in re.findall(r"\[([^\]]+)\]\(([^)#\s]+)\)", page):
        file = (ROOT / "docs" / link).resolve()
        assert file.exists(), f"{link} is not there"
        name = re.fullmatch(r"`(?:\w+\.)?(\w+)`", words)
        if name and file.suffix == ".py":
            text = file.read_text(encoding="utf-8")
            assert re.search(rf"^\s*(?:def|class) {name[1]}\b", text, re.M), f"{file.name} has no {name[1]}"
    headings = {
        re.sub(r"[^\w\- ]", "", line).lower().replace(" ", "-") for line in re.findall(r"^#+ (.+)$", page, re.M)
    }
    for anchor in re.findall(r"\]\(#([^)]+)\)", page):
        assert anchor in headings, f"no heading for #{anchor}"


def check_formulas(page: str) -> None:
    """Each formula gives what its function gives, for three sets of random numbers."""
    found = mechanisms(page)
    for name, function in functions().items():
        for seed in range(3):
            numbers = Numbers(page, owner(function), seed)
            dy = [0.0] * len(numbers.y)
            order = list(inspect.signature(function).parameters)[:-1]
            function(*(numbers.arguments[word] for word in order), dy)
            rate, _ = numbers.expected(found[name][1])
            for state, ours, theirs in zip(numbers.names, rate, dy, strict=True):
                assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12), f"{name}: what it adds to {state}"


def check_symbols_of_formulas(page: str) -> None:
    """A mechanism's formula and its column of symbols have those that its source uses, no more and no fewer."""
    found = mechanisms(page)
    for name, function in functions().items():
        _, cell, listed = found[name]
        _, seen = Numbers(page, owner(function), 0).expected(cell)
        assert seen == used(function), f"{name}: the formula has {sorted(seen)}, the code {sorted(used(function))}"
        assert Counter(listed) == Counter(used(function)), f"{name}: the column of symbols has {listed}"


def check_states(page: str) -> None:
    """Names, units and starts of the states are those of the code and tables."""
    listed = rows(section(page, "The lineage"), "state", "in formulas")
    units = [row.unit for row in tables.nodes().values()] + [unit for unit, _ in SERUM_AND_DISEASE.values()]
    start = Layout(Patient.typical("SLE"), []).start
    assert [row[0].strip("`") for row in listed] == BODY_STATES
    for row, unit, value in zip(listed, units, start, strict=True):
        assert row[2] == unit, f"{row[0]}: the unit is {unit}"
        assert float(row[3]) == pytest.approx(value, rel=2e-3), f"{row[0]} starts at {value}"
    for kind, heading in SECTIONS.items():
        listed = rows(section(page, heading), "state", "in formulas")
        assert [(row[0].strip("`"), row[2], row[3]) for row in listed] == [
            (name, unit, words) for name, (unit, words) in KINDS[kind].STATES.items()
        ]


def table_rows(symbol: str, name: str, part: str) -> list:
    """The rows of the tables with a symbol."""
    if part == "body":
        found = [row for (who, key), row in tables.parameters().items() if key == name and row.symbol == symbol]
        return found + [row for group in tables.diseases().values() for row in group if row.quantity == name]
    owners = {part} | {key for key, row in tables.products().items() if row.kind == part}
    return [row for row in tables.parameters().values() if row.owner in owners and row.symbol == symbol]


def origin(found: list) -> str:
    """The rows counted by where they come from, as the page writes it."""
    words = {"read": "read", "read-secondary": "read", "derived": "derived", "recalled": "assumption"}
    count = Counter("fitted" if "calibration" in row.source else words[row.confidence] for row in found)
    return ", ".join(f"{count[word]} {word}" for word in ("read", "derived", "fitted", "assumption") if count[word])


def check_symbols(page: str) -> None:
    """The tables of symbols: no symbol missing or too many; name, unit and origin of each."""
    for part in TABLES:
        real = body_symbols() if part == "body" else product_symbols(part)
        derived = BODY_DERIVED if part == "body" else PRODUCT_DERIVED[part]
        derived = derived | ({} if part == "body" else {name: BY_NODE[name] for name in KINDS[part].BY_NODE})
        listed = symbols(page, part)
        assert set(listed) == set(real) | set(derived), part
        assert len({row[0] for row in listed.values()}) == len(listed), f"{part}: one way to write it, one symbol"
        for symbol, (_, name, unit, where) in listed.items():
            if symbol in derived:
                assert (name, unit, where) == (derived[symbol].name, derived[symbol].unit, "computed"), symbol
                continue
            found = table_rows(symbol, real[symbol], part)
            assert name == real[symbol], f"{part} {symbol} is {real[symbol]}"
            assert unit == "; ".join(dict.fromkeys(row.unit for row in found)), f"{part} {symbol}: unit"
            assert where == origin(found), f"{part} {symbol}: write '{origin(found)}' in the last column"


def check_rest(page: str) -> None:
    """The balance of the page is that of the code, for patients who differ."""
    typical = Patient.typical("SLE")
    listed = rows(section(page, "The patient at rest"), "result", "formula")
    for patient in (typical, typical.change(naive_loss_per_day=0.03, blood_naive_start=250, clone_size=4)):
        known = {row[0]: patient[row[1]] for s, row in symbols(page, "body").items() if s in body_symbols()
                 and row[1] in patient.values}  # fmt: skip
        known |= {"n_b": patient["blood_naive_start"], "m_b": patient["blood_memory_start"]}
        known["c"] = patient.cells_per_ul_per_1e9
        rest, seen = patient.rest(), set()
        for row in listed:
            word, formula = math(row[1]).split(" = ")
            known[word], _ = compute(formula, known, {})
            seen.add(row[0].strip("`"))
            assert known[word] == pytest.approx(rest[row[0].strip("`")], rel=1e-12), word
        given = {"pre_b", "naive_lymphoid", "memory_lymphoid", "autoreactive_lymphoid"}
        assert seen == set(rest) - given


def check_helpers(page: str) -> None:
    """What engager_rates computes and hands on is what the page says."""
    listed = {row[1].strip("`"): row for row in rows(section(page, SECTIONS["engager"]), "in formulas", "argument")}
    numbers = Numbers(page, "engager", 5)
    for word in ("occupied", "target"):
        numbers.arguments[word], _ = compute(math(listed[word][2]), numbers.known, numbers.of_node)
    sums = ("marginated", "primed", "t_cells")
    assert set(listed) == {"occupied", "target", *sums}
    ours, theirs = [0.0] * len(numbers.y), [0.0] * len(numbers.y)
    for function in functions().values():
        if owner(function) == "engager":
            order = list(inspect.signature(function).parameters)[:-1]
            function(*(numbers.arguments[word] for word in order), ours)
    engager.engager_rates(numbers.y, N_BODY, numbers.p, *(numbers.arguments[word] for word in sums), theirs)
    assert ours == pytest.approx(theirs, rel=1e-9)


@lru_cache(maxsize=1)
def reference_keys() -> frozenset[str]:
    text = (ROOT / "data" / "references.bib").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^@\w+\{([^,\s]+),", text, re.M))


def check_references(page: str) -> None:
    """Every key of a reference is in references.bib."""
    keys = set(re.findall(r"`([a-z]+(?:19|20)\d\d[a-z]?|[a-z]+_label)`", page))
    assert len(keys) > 10
    assert keys <= reference_keys(), sorted(keys - reference_keys())


CHECKS = (
    check_mechanisms,
    check_links,
    check_formulas,
    check_symbols_of_formulas,
    check_states,
    check_symbols,
    check_rest,
    check_helpers,
    check_references,
)


@pytest.mark.parametrize("check", CHECKS)
def test_the_page_says_what_the_code_does(check):
    check(PAGE)


SLIPS = [
    (check_mechanisms, "[`naive_homing`]", "[`naive_going`]"),
    (
        check_mechanisms,
        "[`contraction`](../src/teaching/model/car_t.py)",
        "[`contraction`](../src/teaching/model/serum.py)",
    ),
    (check_links, "[series.py](../src/teaching/model/series.py)", "[series.py](../src/teaching/model/serie.py)"),
    (check_links, "[`Patient.rest`]", "[`Patient.rests`]"),
    (check_links, "(#all-symbols)", "(#all-symbol)"),
    (check_formulas, r"$N_b$: $- h N_b$<br>", r"$N_b$: $h N_b$<br>"),
    (check_formulas, r"(1 - Q_{all})^3", r"(1 - Q_{all})^2"),
    (check_formulas, r"$y_i$ elsewhere: $- k_l A", r"$y_i$ elsewhere: $- k_l \theta"),
    (check_formulas, r"with $T = \sum_i \tau_i y_i$", r"with $T = \sum_i y_i$"),
    (check_formulas, r"$R$: $(\frac{\mathrm{mature} N_b}{N_{b0}}", r"$R$: $(\frac{\mathrm{maturity} N_b}{N_{b0}}"),
    (check_symbols_of_formulas, r"$E$: $- d_E E$", r"$E$: $- d_M E$"),
    (check_symbols_of_formulas, r"| `g` `At0` `one` |", r"| `g` `At0` |"),
    (check_states, "| 1e9 cells | 45 |", "| 1e9 cells | 54 |"),
    (check_states, "| ug | drug under the skin |", "| mg | drug under the skin |"),
    (check_symbols, "| `koff` |", "| `kof` |"),
    (check_symbols, "| `igg_loss_per_day` | 1/day |", "| `igg_loss_per_day` | day |"),
    (check_symbols, "| `clearance_l_per_day` | L/day |", "| `clearance_l_per_day` | mL/day |"),
    (check_rest, r"$a = \frac{d_M M_{t0}}{N_{t0}}$", r"$a = \frac{d_N M_{t0}}{N_{t0}}$"),
    (check_rest, r"{c (M_{t0} + A_{t0})}", r"{c M_{t0}}"),
    (check_helpers, r"| $\frac{C}{C + EC}$ |", r"| $\frac{C}{C + ECI}$ |"),
    (check_references, "`feng2025`", "`feng2024`"),
]


@pytest.mark.parametrize(("check", "right", "wrong"), SLIPS)
def test_one_slip_on_the_page_is_found(check, right, wrong):
    assert PAGE.count(right) >= 1, f"the page no longer has {right}"
    with pytest.raises(AssertionError):
        check(PAGE.replace(right, wrong, 1))


def test_each_check_is_shown_to_fail():
    assert {check for check, _, _ in SLIPS} == set(CHECKS)


def test_numbers_that_the_page_takes_from_courses():
    """The tail below one cell, the niche, and blinatumomab at 28 ug/day: as the page writes them."""
    patient = Patient.typical("SLE")
    conditioned = Plan("lymphodepletion", intensity=1, days=[0])
    seen = [treat(patient, conditioned + Plan("CD19 CAR-T", cells_per_kg=dose, days=[0])).metrics()
            for dose in (2e5, 1e6, 5e6)]  # fmt: skip
    text = " ".join(PAGE.split())  # whatever the line breaks
    peaks = [f"{numbers['car_t_peak']:.0f}" for numbers in seen]
    left = [f"{numbers['clone_nadir_cells']:.1g}" for numbers in seen]
    assert f"({peaks[0]}, {peaks[1]} and {peaks[2]} cells" in text
    assert f"goes from {left[0]} and {left[1]}, where chance decides, to {left[2]}" in text
    half = Plan("lymphodepletion", intensity=0.5, days=[0]) + Plan("CD19 CAR-T", cells_per_kg=1e6, days=[0])
    assert round(seen[1]["car_t_peak"] / treat(patient, half, 60).metrics()["car_t_peak"]) == 6
    engaged = treat(patient, Plan("blinatumomab", rate_ug_per_day=28, duration_days=28, days=[0]), 60)
    levels = [f"{engaged.at(day, 'blood_b_cells_per_ul'):.1f}" for day in (5, 28)]
    assert f"leave {levels[0]} B cells per µL on day 5 and {levels[1]} on day 28" in text
