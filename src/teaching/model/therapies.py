"""Therapies: products of four kinds, and plans that say which product is given when.

Products are rows of data/products.csv; their numbers stand in data/parameters.csv. A plan knows
days and doses, but neither patient nor solver. Reads tables only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from numbers import Real
from types import MappingProxyType

from teaching import tables
from teaching.inputs import choices, finite, shortened
from teaching.model.car_t import IN_VIVO_WORD
from teaching.model.patient import ANTIGENS, Patient
from teaching.showing import Shown, Table
from teaching.words import exact, unit_in_words

#: Dose words each kind knows, with the unit of the number; `dose_words` says which a product takes.
DOSE_WORDS = {
    "antibody": {"dose_mg": "mg", "dose_mg_per_m2": "mg/m2", "dose_mg_per_kg": "mg/kg"},
    "engager": {"rate_ug_per_day": "ug/day", "dose_mg": "mg", "dose_mg_per_kg": "mg/kg"},
    "car_t": {"cells_per_kg": "cells/kg", "mrna_mg": "mg mRNA"},
    "conditioning": {"intensity": "fraction of Flu/Cy"},
}
#: Doses that amount to milligrams in a patient.
MASS_WORDS = ("dose_mg", "dose_mg_per_m2", "dose_mg_per_kg")
_TIMED = {"rate_ug_per_day"}  # given as an infusion over duration_days
#: Words of one way of giving: a product whose usual dose has such a word takes no other.
_ALONE = {"rate_ug_per_day", "cells_per_kg", IN_VIVO_WORD}
#: What may stand before '=' in the text of a plan.
_OPTIONS = {"days", "duration_days", *(word for words in DOSE_WORDS.values() for word in words)}
LONGEST_TEXT = 20_000
#: Rates that rise with the number of antigen molecules on a cell.
_KILL_RATES = ("kill_max_per_day", "kill_blood_per_day", "kill_tissue_per_day")
#: A kind as a reader sees it, where the word of the table is none.
_KIND_WORDS = {"car_t": "CAR-T cells"}
#: What happens first when several products are given at the same instant.
_ORDER = {"conditioning": 0, "antibody": 1, "engager": 2, "car_t": 3}


@dataclass(frozen=True, repr=False)
class Product(Shown):
    """A product with its kind, antigens and numbers."""

    name: str
    kind: str
    antigens: tuple[str, ...]
    row: tables.ProductRow
    quantities: Mapping[str, tables.Quantity]

    def __getitem__(self, name: str) -> float:
        if name not in self.quantities:
            raise tables.TableError(
                f"parameters.csv has no {name} for {self.name!r}; add a row whose owner is {self.name!r} or "
                f"{self.kind!r}."
            )
        return self.quantities[name].value

    def scaled(self, factors: Mapping[str, float]) -> Product:
        """This product in a patient in whom some of its numbers are multiplied (see `Patient.vary`)."""
        expression = [factors.get(f"antigen_{antigen}", 1.0) for antigen in self.antigens]
        density = sum(expression) / len(expression) if expression else 1.0
        quantities = {}
        for name, quantity in self.quantities.items():
            factor = factors.get(name, 1.0) * (density if name in _KILL_RATES else 1.0)
            quantities[name] = replace(quantity, value=quantity.value * factor) if factor != 1.0 else quantity
        return replace(self, quantities=MappingProxyType(quantities))

    def variant(self, antigens: Sequence[str] | None = None, **factors: float) -> Product:
        """A product that does not exist: this one against other antigens, or with some of its numbers multiplied.

        Arguments: antigens, names of `patient.ANTIGENS`; a factor for each number, such as
        `kill_max_per_day=2`. It keeps its name, so that a plan can give it: `treat(patient, plan,
        products={"rituximab": product("rituximab").variant(["CD19"])})`. Raises ValueError for an unknown
        antigen, an antigen of a product that has none, an unknown number or a factor that is not above 0.
        """
        antigens = self.antigens if antigens is None else _antigens(antigens)
        if wrong := [antigen for antigen in antigens if antigen not in ANTIGENS]:
            raise ValueError(f"antigen {shortened(wrong[0])} is not in the table; choose from: {', '.join(ANTIGENS)}.")
        if bool(antigens) != bool(self.antigens):
            allowed = "needs at least one antigen" if self.antigens else "binds no antigen"
            raise ValueError(f"antigens are {list(antigens)}; {self.name} {allowed}.")
        for name, factor in factors.items():
            if name not in self.quantities:
                known = choices(self.quantities, name)
                raise ValueError(f"{shortened(name)} is not a number of {self.name}; choose from: {known}.")
            tables.limits()["factor", "factor"].check(name, finite(name, factor))
        return replace(self.scaled(factors), antigens=antigens)

    def __reduce__(self):
        # A read-only view cannot be pickled; a course that is sent to another process knows its products.
        return _restored, (self.name, self.kind, self.antigens, self.row, dict(self.quantities))

    @property
    def _heading(self) -> str:
        kind = _KIND_WORDS.get(self.kind, self.kind)
        return f"{self.row.label}: {kind}, {' and '.join(self.antigens) or 'no antigen'}"

    @property
    def table(self) -> Table:
        """Every number with its unit, range, source and confidence."""
        columns = ("quantity", "value", "low", "high", "unit", "source", "confidence", "name in code")
        rows = [
            (
                tables.label(row.name),
                row.value,
                "" if row.low is None else row.low,
                "" if row.high is None else row.high,
                unit_in_words(row.unit),
                "; ".join(row.source),
                row.confidence,
                row.name,
            )
            for row in self.quantities.values()
        ]
        return Table(self._heading, dict.fromkeys(columns, ""), rows)


def _restored(name, kind, antigens, row, quantities) -> Product:
    return Product(name, kind, antigens, row, MappingProxyType(quantities))


def product(name: str) -> Product:
    """The product of that name.

    A number is looked up for the product itself, then for the product it is `like`, then for its
    kind. Raises ValueError for an unknown name.
    """
    _row(name)
    return _product(name)


@lru_cache(maxsize=128)
def _product(name: str) -> Product:
    rows, row = tables.products(), _row(name)
    owners = [row.kind]
    ancestor = row
    while ancestor.like:
        if ancestor.like not in rows or ancestor.like in owners:
            raise tables.TableError(
                f"products.csv: {ancestor.product!r} is like {ancestor.like!r}, which leads nowhere."
            )
        owners.insert(1, ancestor.like)
        ancestor = rows[ancestor.like]
    owners.append(name)
    quantities: dict[str, tables.Quantity] = {}
    for owner in owners:
        quantities |= {key: row for (who, key), row in tables.parameters().items() if who == owner}
    return Product(name, row.kind, row.antigens, row, MappingProxyType(quantities))


@dataclass(frozen=True)
class Dose:
    """One product given on one day."""

    day: float
    product: str
    word: str
    amount: float
    duration_days: float | None = None

    @property
    def order(self) -> tuple:
        """Sort key: by day, then conditioning before cells, then by name."""
        kind = tables.products()[self.product].kind
        return (self.day, _ORDER[kind], self.product, self.word, self.amount, self.duration_days or 0.0)


class Plan:
    """Which product is given, how much, and on which days. Plans add: `a + b`.

    `Plan("rituximab", dose_mg=1000, days=[0, 14])`; without a dose word the usual dose of
    products.csv is taken, without days the usual days. Dose words: dose_mg, dose_mg_per_m2,
    dose_mg_per_kg (antibodies); rate_ug_per_day with duration_days (blinatumomab); dose_mg,
    dose_mg_per_kg (engagers that stay in the body for days); cells_per_kg (CAR-T); mrna_mg (CAR-T
    cells made inside the patient); intensity, 0 to 1 (lymphodepletion). A step-up schedule is a sum
    of plans, one an amount. `Plan.none()` treats with nothing.

    Raises ValueError for an unknown product or dose word, a dose that is negative or not a number,
    days that are negative, unsorted or given twice.
    """

    def __init__(
        self,
        product: str,
        *,
        days: Sequence[float] | None = None,
        duration_days: float | None = None,
        **dose: float,
    ):
        row = _row(product)
        words = dose_words(product)
        if len(dose) > 1:
            given = shortened(", ".join(dose)).strip("'")
            raise ValueError(f"{product} was given {len(dose)} doses ({given}); give one of: {', '.join(words)}.")
        word, amount = next(iter(dose.items()), (row.dose_word, row.dose))
        if word not in words:
            raise ValueError(f"{shortened(word)} is not a dose word of {product}; use one of: {', '.join(words)}.")
        amount = tables.limits()[row.kind, word].check(word, finite(word, amount))
        if word in _TIMED:
            duration_days = finite("duration_days", row.duration_days if duration_days is None else duration_days)
            tables.limits()["any", "duration_days"].check("duration_days", duration_days)
        elif duration_days is not None:
            raise ValueError(f"duration_days does not go with {word}; only with: {', '.join(_TIMED)}.")
        days = _days(row.schedule_days if days is None else days)
        if word in _TIMED and any(b - a < duration_days for a, b in zip(days, days[1:], strict=False)):
            raise ValueError(
                f"infusions of {product} over {exact(duration_days)} days overlap on days {_list(days)}; "
                f"start them at least {exact(duration_days)} days apart."
            )
        self.doses = tuple(Dose(day, product, word, amount, duration_days) for day in days)

    @classmethod
    def none(cls) -> Plan:
        """The plan that gives nothing."""
        return cls._of(())

    @classmethod
    def _of(cls, doses: Sequence[Dose]) -> Plan:
        plan = cls.__new__(cls)
        plan.doses = tuple(sorted(doses, key=lambda dose: dose.order))
        return plan

    @classmethod
    def parse(cls, text: str) -> Plan:
        """The plan that a text describes, the form `str(plan)` writes.

        Example: 'lymphodepletion days=0 + CD19 CAR-T cells_per_kg=1e6 days=0'. 'nothing' is the
        empty plan. Raises ValueError for text of another form.
        """
        if not isinstance(text, str):
            raise ValueError(
                f"the plan is {shortened(text)}; a text is needed, such as 'rituximab dose_mg=1000 days=0,14'."
            )
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"the plan has {len(text):,} characters; at most {LONGEST_TEXT:,} are read.")
        plan = cls.none()
        for part in text.split(" + "):
            if part.strip() in ("", "nothing"):
                continue
            words = part.split()
            name = " ".join(word for word in words if "=" not in word)
            options: dict = {}
            for word in words:
                if "=" in word:
                    key, _, value = word.partition("=")
                    try:
                        numbers = [float(number) for number in value.split(",")]
                    except ValueError:
                        raise ValueError(f"{shortened(word)} in the plan is not of the form name=number.") from None
                    if key in options or (key != "days" and len(numbers) > 1):
                        raise ValueError(f"{shortened(word)} in the plan: one number is needed, given once.")
                    if key not in _OPTIONS:
                        known = ", ".join(sorted(_OPTIONS))
                        raise ValueError(
                            f"{shortened(word)} in the plan is unknown; what may stand before '=': {known}."
                        )
                    options[key] = numbers if key == "days" else numbers[0]
            plan = plan + cls(name, **options)
        return plan

    @classmethod
    def usual(cls, name: str) -> Plan:
        """A usual course by its name: a row of data/regimens.csv.

        `Plan.usual("teclistamab")`. Raises ValueError for a name that is not there, with the nearest ones.
        """
        plans = usual_plans()
        if not isinstance(name, str) or name not in plans:
            known = choices(plans, name)
            raise ValueError(f"usual course {shortened(name)} is not in the table; choose one of: {known}.")
        return plans[name]

    def __add__(self, other: Plan) -> Plan:
        if not isinstance(other, Plan):
            return NotImplemented
        return Plan._of(self.doses + other.doses)

    def __eq__(self, other) -> bool:
        return isinstance(other, Plan) and sorted(self.doses, key=lambda d: d.order) == sorted(
            other.doses, key=lambda d: d.order
        )

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.doses, key=lambda d: d.order)))

    @property
    def products(self) -> tuple[str, ...]:
        """Names of the products given, each once, in order of the first dose."""
        return tuple(dict.fromkeys(dose.product for dose in sorted(self.doses, key=lambda d: d.order)))

    def __str__(self) -> str:
        groups: dict[tuple, list[list[float]]] = {}
        for dose in self.doses:
            lists = groups.setdefault((dose.product, dose.word, dose.amount, dose.duration_days), [])
            # A plan made by '+' may give a product twice at once: that takes a part of its own.
            free = (days for days in lists if dose.day > days[-1] and dose.day - days[-1] >= (dose.duration_days or 0))
            days = next(free, None)
            lists.append([dose.day]) if days is None else days.append(dose.day)
        parts = []
        for (name, word, amount, duration), lists in groups.items():
            infusion = "" if duration is None else f" duration_days={_text(duration)}"
            parts += [f"{name} {word}={_text(amount)}{infusion} days={','.join(map(_text, days))}" for days in lists]
        return " + ".join(parts) or "nothing"

    def __repr__(self) -> str:
        return f"Plan: {self}"


@lru_cache(maxsize=1)
def usual_plans() -> dict[str, Plan]:
    """The plans of data/regimens.csv by name; `TableError` names the first broken row by line, column and reason."""
    plans: dict[str, Plan] = {}
    for line, row in tables.numbered_regimens():
        place = f"regimens.csv, line {line}, column"
        try:
            plan = Plan.parse(row.plan)
        except ValueError as problem:
            raise tables.TableError(f"{place} plan: {problem}") from None
        if plan in plans.values():
            other = next(name for name, known in plans.items() if known == plan)
            raise tables.TableError(f"{place} plan: {row.regimen} has the same plan as {other}; one row is enough.")
        if set(row.products) != set(plan.products):
            given = "; ".join(plan.products) or "none"
            raise tables.TableError(f"{place} products: {'; '.join(row.products)}, but the plan gives: {given}.")
        plans[row.regimen] = plan
    return plans


def dose_words(name: str) -> dict[str, str]:
    """The dose words a product takes, with the unit of the number.

    Raises ValueError for an unknown name.
    """
    row = _row(name)
    words = DOSE_WORDS[row.kind]
    if row.dose_word in _ALONE:
        return {row.dose_word: words[row.dose_word]}
    return {word: unit for word, unit in words.items() if word not in _ALONE}


def amount_mg(dose: Dose, patient: Patient) -> float:
    """A dose of an antibody or engager in mg for this patient."""
    scale = dict(zip(MASS_WORDS, (1.0, patient["surface_m2"], patient["weight_kg"]), strict=True))
    return dose.amount * scale[dose.word]


def _row(name: str) -> tables.ProductRow:
    rows = tables.products()
    if not isinstance(name, str) or name not in rows:
        raise ValueError(f"product {shortened(name)} is not in the table; choose one of: {choices(rows, name)}.")
    return rows[name]


def _text(number: float) -> str:
    """The shortest text that `Plan.parse` reads back as the same number."""
    short = f"{number:.10g}"
    return short if float(short) == number else repr(number)


def _list(days: Sequence[float]) -> str:
    return shortened(", ".join(f"{exact(day)}" for day in days)).strip("'")


def _antigens(antigens) -> tuple[str, ...]:
    words = [antigens] if isinstance(antigens, str) else antigens
    try:
        return tuple(dict.fromkeys(words))
    except TypeError:  # no list, or lists inside
        raise ValueError(f"antigens are {shortened(antigens)}; a list of names is needed, such as ['CD19'].") from None


def _days(days) -> list[float]:
    if isinstance(days, Real):
        days = [days]
    try:
        if isinstance(days, str):  # '14' would be read as days 1 and 4
            raise TypeError
        numbers = [finite("days", day) for day in days]
    except TypeError:
        raise ValueError(f"days is {shortened(days)}; a list of days is needed, such as [0, 14].") from None
    if not numbers:
        raise ValueError("days is empty; give at least one day, such as [0].")
    if any(day < 0 for day in numbers):
        raise ValueError(f"days are {_list(numbers)}; a day must not be negative.")
    if any(later <= earlier for earlier, later in zip(numbers, numbers[1:], strict=False)):
        raise ValueError(f"days are {_list(numbers)}; they must rise, each day once.")
    return numbers
