"""A course: what happened to one patient under one plan. Knows no solver and no picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np

from teaching.inputs import choices, one_of, real, refusal, shortened
from teaching.model.patient import Patient
from teaching.model.therapies import Plan
from teaching.showing import Table
from teaching.words import code, exact, rounded, whole

#: Endings of series names, longest first, and the unit each stands for.
_UNITS = {
    "_sledai_points": "SLEDAI points",
    "_pg_per_ml": "pg/mL",
    "_ng_per_ml": "ng/mL",
    "_ug_per_ml": "µg/mL",
    "_per_ul": "cells/µL",
    "_fraction": "fraction",
    "_percent": "% of start",
    "_cells": "cells",
}
#: Words of series names that are written otherwise in a sentence.
_SPOKEN = {"igg": "IgG", "il6": "IL-6", "car": "CAR", "b": "B", "t": "T"}
DEPLETED_PER_UL = 10.0
#: Below this many cells chance decides whether a clone dies out; no day of relapse is reported.
CHANCE_CELLS = 100.0
RELAPSE_SHARE, REMISSION_SHARE = 0.5, 0.25
#: What `Course.day_of_remission` can mean by remission, and from where on a number of points reads as 0.
DEFINITIONS = ("kit", "DORIS-like")
ROUNDS_TO_ZERO = 0.5


@dataclass(frozen=True)
class Metric:
    """One key number of a course; `value` is None when it did not happen."""

    name: str
    label: str
    value: float | str | None
    unit: str

    def __str__(self) -> str:
        return f"{self.label}: {self.shown}"

    @property
    def shown(self) -> str:
        """The value as text, rounded for reading."""
        if self.value is None:
            return "does not happen"
        if isinstance(self.value, str):
            return self.value
        return f"{rounded(self.value)} {self.unit}".strip()


class Metrics(Mapping):
    """Key numbers of a course by name; shows itself as a table with units.

    `metrics["day_back_above_10"]` is the number (None when it did not happen);
    `metrics.table` holds the `Metric` records.
    """

    def __init__(self, rows: list[Metric]):
        self.table = {row.name: row for row in rows}

    def __getitem__(self, name: str):
        if not isinstance(name, str) or name not in self.table:
            raise KeyError(f"{shortened(name)} is not a metric; choose one of: {choices(self.table, name)}.")
        return self.table[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return "\n".join(str(row) for row in self.table.values())

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(row.label)}</th>'
            f'<td style="text-align:left">{escape(row.shown)}</td></tr>'
            for row in self.table.values()
        )
        return f"<table><thead><tr><th>key number</th><th>value</th></tr></thead><tbody>{rows}</tbody></table>"


class Course:
    """Named series with units, and the key numbers they hold.

    `time_days` (n,) [day]. `course[name]` (n,), the name ending in its unit:
    blood: `blood_b_cells_per_ul` (naive + memory + autoreactive memory), `blood_naive_per_ul`,
    `blood_memory_per_ul`, `blood_memory_percent`, `blood_t_cells_percent`;
    tissue: `lymphoid_b_cells_percent`, `lymphoid_naive_percent`, `lymphoid_memory_percent`,
    `marrow_pre_b_percent`, `marrow_immature_percent`, `autoreactive_memory_cells`;
    antibody-secreting cells: `autoreactive_plasmablasts_percent`, `protective_plasmablasts_percent`,
    `autoreactive_long_lived_percent`, `protective_long_lived_percent`;
    serum and disease: `autoantibody_percent`, `vaccine_antibody_percent`, `total_igg_percent`,
    `total_iga_percent`, `total_igm_percent`,
    `activity_percent` and, in SLE, `activity_sledai_points`;
    killers: `<antibody>_ug_per_ml`, `<engager>_ng_per_ml`, `car_t_cells_per_ul`, `il6_pg_per_ml`,
    `niche_fraction` (cytokine niche after lymphodepletion). Percent is of the patient's own start.
    """

    def __init__(
        self,
        patient: Patient,
        plan: Plan,
        time_days: np.ndarray,
        series: Mapping[str, np.ndarray],
        contributions: Callable[[str, float], Table] | None = None,
    ):
        self.patient = patient
        self.plan = plan
        self.time_days = time_days
        self._series = dict(series)
        self._contributions = contributions

    def __getitem__(self, name: str) -> np.ndarray:
        if not isinstance(name, str) or name not in self._series:
            raise KeyError(
                f"{shortened(name)} is not a series of this course; choose one of: {choices(self._series, name)}."
            )
        return self._series[name]

    @property
    def series_names(self) -> tuple[str, ...]:
        """Names of all series."""
        return tuple(self._series)

    @staticmethod
    def unit(name: str) -> str:
        """The unit of a series, read off its name."""
        return next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")

    @staticmethod
    def spoken(name: str) -> str:
        """The name of a series as it stands in a sentence, without its unit."""
        ending = next((ending for ending in _UNITS if name.endswith(ending)), "")
        return " ".join(_SPOKEN.get(word, word) for word in name.removesuffix(ending).split("_")).replace(
            "CAR T", "CAR-T"
        )

    @property
    def horizon_days(self) -> float:
        """The last day of the course."""
        return float(self.time_days[-1])

    def at(self, day: float, name: str) -> float:
        """A series' value on a day (straight line between saved times).

        Raises ValueError for a day outside the course.
        """
        values, found = self[name], real(day)
        if found is None or not 0 <= found <= self.horizon_days:
            raise ValueError(refusal("day", day, f"this course runs from day 0 to day {exact(self.horizon_days)}"))
        return float(np.interp(found, self.time_days, values))

    def contributions(self, state: str, day: float) -> Table:
        """What each mechanism of the model adds to a state on a day, and their sum, as a table.

        Arguments: state, a node of data/lineage.csv such as 'naive_blood', something of serum and disease such as
        'autoantibody', or a state of a product such as 'rituximab central'; day [day]. Raises ValueError for an
        unknown state or a day outside the course.
        """
        if self._contributions is None:
            raise ValueError("this course was not computed by treat(), so no mechanism is known behind it.")
        return self._contributions(state, day)

    def metrics(self) -> Metrics:
        """The key numbers.

        'Back above 10' needs 'below 10' first; what did not happen is None. Remission: activity at
        most a quarter of its start; relapse: back to half of it after that (docs/model.md).
        """
        return Metrics(self._metrics)

    @cached_property
    def _metrics(self) -> list[Metric]:
        """The rows of `metrics`, found once: several sentences and pictures of one course ask for them."""
        blood, clone = self["blood_b_cells_per_ul"], self["autoreactive_memory_cells"]
        low, low_day = self._extreme("blood_b_cells_per_ul", np.argmin)
        below = self._crossing(blood, DEPLETED_PER_UL, falling=True)
        back = None if below is None else self._crossing(blood, DEPLETED_PER_UL, falling=False, after=below)
        depth = math.log10(self.patient.clone_at_rest() / clone.min()) if clone.min() > 0 else math.inf
        kind, outcome, outcome_day = self._outcome()
        rows = [
            Metric("nadir_per_ul", "lowest blood B-cell count", low, "per µL"),
            Metric("nadir_day", "day of the lowest count", low_day, "d"),
            Metric("day_below_5", "first day below 5 per µL", self._crossing(blood, 5.0, falling=True), "d"),
            Metric("day_below_1", "first day below 1 per µL", self._crossing(blood, 1.0, falling=True), "d"),
            Metric("day_back_above_10", "day back above 10 per µL", back, "d"),
            Metric("days_depleted", "days below 10 per µL", self._days_below(blood, DEPLETED_PER_UL), "d"),
            Metric("memory_share_at_return", "memory among B cells at return", self._share_at(back), "%"),
            Metric(
                "lymphoid_memory_nadir_percent",
                "lowest lymphoid memory",
                self._extreme("lymphoid_memory_percent", np.argmin)[0],
                "% of start",
            ),
            Metric("clone_depth_log10", "depth of the autoreactive clone", depth, "log10"),
            Metric("clone_nadir_cells", "autoreactive memory cells left", float(clone.min()), "cells"),
            Metric("clone_half_day", "autoreactive memory back at half", self._clone_half_day(), "d"),
            Metric(
                "autoantibody_nadir_percent",
                "lowest autoantibody",
                self._extreme("autoantibody_percent", np.argmin)[0],
                "% of start",
            ),
            Metric(
                "igg_nadir_percent", "lowest total IgG", self._extreme("total_igg_percent", np.argmin)[0], "% of start"
            ),
            Metric("outcome_kind", "outcome", kind, ""),
            Metric("outcome", "outcome in words", outcome, ""),
            Metric("outcome_day", "day of the outcome", outcome_day, "d"),
            *self._peak("car_t_cells_per_ul", "car_t_peak", "CAR-T peak", "cells/µL"),
            *self._peak("il6_pg_per_ml", "il6_peak", "IL-6 peak", "pg/mL"),
        ]
        return rows

    def day_of_remission(self, definition: str = "kit") -> float | None:
        """First day of remission, or None when it does not come.

        Two definitions that must not be compared as if they were one: 'kit', activity at most a quarter of its start;
        'DORIS-like', a SLEDAI that rounds to 0. That is the part of DORIS (vanvollenhoven2021) which this model knows:
        the physician's assessment and the limit on prednisolone are not in it. Raises ValueError for another word, and
        for 'DORIS-like' in a disease that is not measured in SLEDAI points.
        """
        one_of("definition", definition, DEFINITIONS)
        if definition == "kit":
            return self._crossing(self["activity_percent"], 100 * REMISSION_SHARE, falling=True)
        if "activity_sledai_points" not in self._series:
            raise ValueError(f"DORIS is a definition for lupus; this patient has {self.patient.disease}: use 'kit'.")
        return self._crossing(self["activity_sledai_points"], ROUNDS_TO_ZERO, falling=True)

    def describe(self) -> str:
        """The course in two to four sentences, for everyone who cannot see the picture."""
        numbers = self.metrics()
        if not self.plan.doses:
            return (
                f"Without therapy blood B cells stay at {whole(self.patient.blood_at_rest())} per µL; "
                "memory, autoantibody and activity stay as they are."
            )
        sentences = []
        if numbers["days_depleted"] == 0:
            sentences.append(
                f"Blood B cells fall from {whole(self.patient.blood_at_rest())} to {rounded(numbers['nadir_per_ul'])} "
                f"per µL "
                "and never go below 10."
            )
        else:
            text = (
                f"Blood B cells fall to {rounded(numbers['nadir_per_ul'])} per µL (day {whole(numbers['nadir_day'])})"
            )
            if numbers["day_back_above_10"] is None:
                text += f" and are still below 10 on day {whole(self.horizon_days)}."
            else:
                text += f" and are back above 10 on day {whole(numbers['day_back_above_10'])}."
            sentences.append(text)
        sentences.append(
            f"Lymphoid memory falls to {rounded(numbers['lymphoid_memory_nadir_percent'])} % of its start, "
            f"autoantibody to {rounded(numbers['autoantibody_nadir_percent'])} %."
        )
        sentences.append(numbers["outcome"][0].upper() + numbers["outcome"][1:] + ".")
        return " ".join(sentences)

    def to_csv(self) -> str:
        """All series as comma-separated text, one row a saved time, the unit in each name."""
        names = ["time_days", *self._series]
        columns = np.column_stack([self.time_days, *self._series.values()])
        lines = [",".join(names)]
        lines += [",".join(code(value, 8) for value in row) for row in columns]
        return "\n".join(lines) + "\n"

    def __repr__(self) -> str:
        return f"{self.patient.disease} patient, {self.plan}, {exact(self.horizon_days)} days\n{self.metrics()!r}"

    def _repr_html_(self) -> str:
        head = f"{self.patient.disease} patient, {self.plan}, {exact(self.horizon_days)} days"
        return f"<p>{escape(head)}</p>{self.metrics()._repr_html_()}"

    # --- how the numbers are found ---------------------------------------------------------------

    def _extreme(self, name: str, pick) -> tuple[float, float]:
        """Lowest or highest value and its day; between saved times by a parabola through the logarithms."""
        values, time = self[name], self.time_days
        i = int(pick(values))
        if 0 < i < len(values) - 1 and min(values[i - 1], values[i], values[i + 1]) > 0:
            before, after = float(time[i - 1] - time[i]), float(time[i + 1] - time[i])
            if before < -1e-3 and after > 1e-3:  # not across the jump of a dose
                down = math.log(values[i - 1] / values[i]) / before
                up = math.log(values[i + 1] / values[i]) / after
                bend = (up - down) / (after - before)
                shift = -(down - bend * before) / (2 * bend) if bend else 0.0
                if before < shift < after:
                    slope = down - bend * before
                    return float(values[i]) * math.exp((slope + bend * shift) * shift), float(time[i]) + shift
        return float(values[i]), float(time[i])

    def _peak(self, series: str, name: str, label: str, unit: str) -> list[Metric]:
        value, day = self._extreme(series, np.argmax)
        if value <= 0:
            return [Metric(name, label, None, unit), Metric(f"{name}_day", f"day of the {label}", None, "d")]
        return [Metric(name, label, value, unit), Metric(f"{name}_day", f"day of the {label}", day, "d")]

    def _crossing(self, values: np.ndarray, level: float, falling: bool, after: float = -1.0) -> float | None:
        """First day after `after` on which the values cross the level; on the log scale between times."""
        time = self.time_days
        beyond = (values < level) if falling else (values > level)
        found = np.flatnonzero(beyond & (time > after))
        if not found.size:
            return None
        i = int(found[0])
        if i == 0 or time[i - 1] < after:
            return float(time[i])
        low, high = np.log(max(values[i - 1], 1e-30)), np.log(max(values[i], 1e-30))
        share = (np.log(level) - low) / (high - low) if high != low else 1.0
        return float(time[i - 1] + min(max(share, 0.0), 1.0) * (time[i] - time[i - 1]))

    def _days_below(self, values: np.ndarray, level: float) -> float:
        """Days spent below the level within the horizon."""
        total, day = 0.0, -1.0
        while (start := self._crossing(values, level, falling=True, after=day)) is not None:
            end = self._crossing(values, level, falling=False, after=start)
            total += (self.horizon_days if end is None else end) - start
            if end is None:
                break
            day = end
        return total

    def _share_at(self, day: float | None) -> float | None:
        if day is None:
            return None
        return 100 * self.at(day, "blood_memory_per_ul") / self.at(day, "blood_b_cells_per_ul")

    def _clone_half_day(self) -> float | None:
        clone, half = self["autoreactive_memory_cells"], 0.5 * self.patient.clone_at_rest()
        if clone.min() >= half:
            return None
        lowest = float(self.time_days[int(np.argmin(clone))])
        return self._crossing(clone, half, falling=False, after=lowest)

    def _outcome(self) -> tuple[str, str, float | None]:
        """Kind, sentence and day of the outcome."""
        activity = self["activity_percent"]
        lowest, day = self._extreme("activity_percent", np.argmin)
        reached = self._crossing(activity, 100 * REMISSION_SHARE, falling=True)
        if reached is None:
            return "no remission", f"no remission (lowest activity {whole(lowest)} % of start, day {whole(day)})", day
        relapse = self._crossing(activity, 100 * RELAPSE_SHARE, falling=False, after=reached)
        # A therapy after the relapse has no say in it.
        until = self.time_days <= (math.inf if relapse is None else relapse)
        cells = float(self["autoreactive_memory_cells"][until].min())
        left = (
            "fewer than one autoreactive memory cell was"
            if cells < 1
            else f"about {whole(cells)} autoreactive memory cells were"
        )
        few = f"; {left} left, so chance decides whether and when disease returns" if cells < CHANCE_CELLS else ""
        if relapse is None:
            return "remission kept", f"remission kept to day {whole(self.horizon_days)}{few}", None
        if few:
            return "remission, relapse by chance", "remission" + few, None
        return "remission, relapse", f"remission, relapse on day {whole(relapse)}", relapse
