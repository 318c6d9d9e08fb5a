"""A patient before any therapy: body, lineage at rest, and what antigens its nodes carry. Reads tables only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from teaching import tables
from teaching.inputs import choices, finite, shortened
from teaching.showing import Shown, Table
from teaching.words import exact, unit_in_words

ANTIGENS = ("CD19", "CD20", "BCMA", "CD38")
_GRADE_NAMES = {
    "++": "weight_high",
    "+": "weight_present",
    "dim": "weight_dim",
    "low": "weight_low",
    "-/+": "weight_partly",
    "-/low": "weight_trace",
    "-": "weight_absent",
}
_OWNERS = ("body", "lineage", "serum")


def kill_weight(node: str, antigens: tuple[str, ...], own: Mapping[str, float] = MappingProxyType({})) -> float:
    """Kill weight [0 to 1] of a node for a killer that binds any of these antigens.

    The strongest antigen counts. Grades: data/lineage.csv; weights: data/parameters.csv, unless
    `own` (a product's weights by name, such as weight_low) has its own.
    """
    row = tables.nodes()[node]
    weights = tables.parameters()
    names = (_GRADE_NAMES[getattr(row, antigen)] for antigen in antigens)
    return max((own[name] if name in own else weights["antigen", name].value for name in names), default=0.0)


@dataclass(frozen=True, repr=False)
class Patient(Shown):
    """A virtual patient: a disease and the numbers that describe body, lineage and serum.

    `Patient.typical("SLE")` reads them from data/; `patient.change(naive_loss_per_day=0.03)` makes
    a patient who differs in one or several of them. A patient shows itself as a table. For teaching and
    self-study, not for treatment.
    """

    disease: str
    values: Mapping[str, float] = field(repr=False)
    factors: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def typical(cls, disease: str = "SLE") -> Patient:
        """The typical patient with a disease of data/diseases.csv.

        Raises ValueError for a disease that is not in the table.
        """
        rows = tables.diseases().get(disease) if isinstance(disease, str) else None
        if rows is None:
            known = ", ".join(tables.diseases())
            raise ValueError(f"disease {shortened(disease)} is not in the table; choose one of: {known}.")
        values = {name: row.value for (owner, name), row in tables.parameters().items() if owner in _OWNERS}
        values |= {row.quantity: row.value for row in rows if not row.quantity.startswith("observed")}
        return cls(disease, MappingProxyType(values))

    def __hash__(self) -> int:
        return hash((self.disease, frozenset(self.values.items()), frozenset(self.factors.items())))

    def change(self, **values: float) -> Patient:
        """This patient with other values for the named quantities.

        Raises ValueError for an unknown name or a value that is not possible.
        """
        for name, value in values.items():
            if name not in self.values:
                known = choices(self.values, name)
                raise ValueError(f"{shortened(name)} is not a quantity of a patient; choose one of: {known}.")
            tables.limits()["patient", name].check(name, finite(name, value))
        return Patient(self.disease, MappingProxyType({**self.values, **values}), self.factors)

    def vary(self, **factors: float) -> Patient:
        """This patient with products that act differently in them.

        Each factor multiplies a product's number of that name (`elimination_per_day=1.3`: clears
        antibodies 30 % faster) or, as `antigen_CD20`, the kill rates of products against that
        antigen; it also multiplies what the patient differs by already. Raises ValueError for a name
        that no product has, and for a factor that is not a number inside data/limits.csv.
        """
        known = factor_names()
        together = dict(self.factors)
        for name, factor in factors.items():
            if name not in known:
                raise ValueError(f"{shortened(name)} is a number of no product; choose one of: {choices(known, name)}.")
            together[name] = together.get(name, 1.0) * finite(name, factor)
            tables.limits()["factor", "factor"].check(name, together[name])
        return Patient(self.disease, self.values, MappingProxyType(together))

    def __getitem__(self, name: str) -> float:
        try:
            return self.values[name]
        except (KeyError, TypeError):
            known = choices(self.values, name)
            words = f"{shortened(name)} is not a quantity of a patient; choose one of: {known}."
            raise KeyError(words) from None

    @property
    def table(self) -> Table:
        """Every number with its unit and source, beside that of the typical patient where it is another one."""
        typical, about = Patient.typical(self.disease), self._about()
        rows = [
            (
                tables.label(name),
                value,
                "" if value == typical[name] else typical[name],
                self.unit(name),
                "; ".join(about[name].source),
                name,
            )
            for name, value in self.values.items()
        ]
        rows += [
            (f"{tables.label(name)}, all products", factor, 1.0, "× typical", "", name)
            for name, factor in self.factors.items()
        ]
        differs = sum(row[2] != "" for row in rows)
        words = f"{differs} number{'s' if differs > 1 else ''} not typical" if differs else "typical"
        heads = ("quantity", "value", "typical, if other", "unit", "source of the typical", "name in code")
        columns = dict.fromkeys(heads, "")
        return Table(f"Patient with {self.disease}: {words}", columns, rows)

    def unit(self, name: str) -> str:
        """The unit of a quantity, as it stands behind a number; KeyError for a name that is none."""
        self[name]
        return unit_in_words(self._about()[name].unit)

    def _about(self) -> dict[str, tables.Quantity | tables.DiseaseRow]:
        """The rows of the tables behind the typical patient's numbers."""
        found = {name: row for (owner, name), row in tables.parameters().items() if owner in _OWNERS}
        return found | {row.quantity: row for row in tables.diseases()[self.disease]}

    def __reduce__(self):
        # A read-only view cannot be pickled; a cohort sends its patients to other processes.
        return _restored, (self.disease, dict(self.values), dict(self.factors))

    @property
    def activity_unit(self) -> str:
        """Unit of disease activity: 'SLEDAI points' for SLE, '% of start' otherwise."""
        rows = tables.diseases()[self.disease]
        return next(row.unit for row in rows if row.quantity == "activity_start")

    @property
    def cells_per_ul_per_1e9(self) -> float:
        """Cells per uL of blood that 1e9 cells in blood amount to (200 for 5 L)."""
        return 1e9 / (self["blood_volume_l"] * 1e6)

    def clone_at_rest(self) -> float:
        """Autoreactive memory cells of blood and tissue before any therapy [cells]."""
        rest = self.rest()
        return 1e9 * (rest["autoreactive_lymphoid"] + rest["autoreactive_blood"])

    def blood_at_rest(self) -> float:
        """B cells per uL of blood before any therapy."""
        rest = self.rest()
        return self.cells_per_ul_per_1e9 * (rest["naive_blood"] + rest["memory_blood"] + rest["autoreactive_blood"])

    def rest(self) -> dict[str, float]:
        """The untreated state and the rates that keep it still.

        Returns node sizes [1e9 cells] and derived rates [1/day] by symbol:
        a = d_M Mt0/Nt0; r_N = h Nb0/Nt0 - d_N - a; I0 = (d_N + a) Nt0/e; m = (d_N + a) Nt0/P0;
        r_M = h_M m_b/(c (Mt0 + At0)), m_b the count of blood memory with the clone, so that blood counts are inputs.
        Raises ValueError where the numbers leave no balance.
        """
        v = self.values
        per_ul = self.cells_per_ul_per_1e9
        Nt0, Mt0, At0 = v["lymphoid_naive"], v["lymphoid_memory"], v["clone_size"]
        Nb0 = v["blood_naive_start"] / per_ul
        r_M = v["memory_homing_per_day"] * v["blood_memory_start"] / per_ul / (Mt0 + At0)
        a = v["memory_loss_per_day"] * Mt0 / Nt0
        r_N = v["naive_homing_per_day"] * Nb0 / Nt0 - v["naive_loss_per_day"] - a
        if r_N < 0:
            raise ValueError(
                f"blood_naive_start {exact(v['blood_naive_start'])} per uL with naive_loss_per_day "
                f"{exact(v['naive_loss_per_day'])} leaves no balance: naive cells would be lost faster than "
                "they pass through blood; raise the blood count or lower the loss."
            )
        flow = (v["naive_loss_per_day"] + a) * Nt0
        return {
            "a": a,
            "r_N": r_N,
            "r_M": r_M,
            "m": flow / v["pre_b"],
            "pre_b": v["pre_b"],
            "immature": flow / v["immature_exit_per_day"],
            "naive_blood": Nb0,
            "naive_lymphoid": Nt0,
            "memory_blood": r_M * Mt0 / v["memory_homing_per_day"],
            "memory_lymphoid": Mt0,
            "autoreactive_blood": r_M * At0 / v["memory_homing_per_day"],
            "autoreactive_lymphoid": At0,
        }


def _restored(disease: str, values: dict[str, float], factors: dict[str, float]) -> Patient:
    return Patient(disease, MappingProxyType(values), MappingProxyType(factors))


def patient_or_typical(patient: Patient | str | None, disease: str = "SLE") -> Patient:
    """A patient, the typical one of a disease given by its name, or for None the typical one of `disease`.

    Raises ValueError for anything else.
    """
    if isinstance(patient, Patient):
        return patient
    if patient is None or isinstance(patient, str):
        return Patient.typical(disease if patient is None else patient)
    raise ValueError(f"patient is {shortened(patient)}; a Patient or the name of a disease is needed, such as 'SLE'.")


@lru_cache(maxsize=1)
def factor_names() -> tuple[str, ...]:
    """What patients may differ by in how products act: numbers of products, and antigens on their cells."""
    kinds = {row.kind for row in tables.products().values()} | set(tables.products())
    numbers = {name for owner, name in tables.parameters() if owner in kinds and not name.startswith("weight_")}
    return tuple(sorted(numbers)) + tuple(f"antigen_{antigen}" for antigen in ANTIGENS)
