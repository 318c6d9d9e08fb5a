"""Publication bias (S6): small reports of one truth, of which the good ones are printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teaching import tables_evidence as tables
from teaching.evidence.numbers import value_of
from teaching.inputs import whole_number
from teaching.showing import Shown, Table

MOST_REPORTS = 2_000_000


@dataclass(frozen=True, repr=False, eq=False)
class Reports(Shown):
    """Reports of one truth: `patients`, `responders` (reports,) and which are `published` (reports,; True or False).

    `share` of all that were treated and `published_share` of those one can read of (fractions); `single_cases` the
    share of published reports of one patient that show success.
    """

    patients: np.ndarray
    responders: np.ndarray
    published: np.ndarray

    @property
    def share(self) -> float:
        """The share of all treated patients who responded (fraction)."""
        return float(self.responders.sum() / self.patients.sum())

    @property
    def published_share(self) -> float | None:
        """The share of published patients who responded (fraction); None when nothing was published."""
        return self._of(self.published)

    @property
    def single_cases(self) -> float | None:
        """The share of published single cases that show success (fraction); None when there is none."""
        return self._of(self.published & (self.patients == 1))

    def _of(self, which) -> float | None:
        return float(self.responders[which].sum() / self.patients[which].sum()) if which.any() else None

    @property
    def table(self) -> Table:
        """What happened and what can be read of it, in per cent."""
        shares = {"of all patients treated": self.share, "of those one can read of": self.published_share}
        shares["of published single cases"] = self.single_cases
        rows = [(name, None if share is None else 100 * share) for name, share in shares.items()]
        caption = f"Responders: {self.patients.size:,} reports, {int(self.published.sum()):,} of them published."
        return Table(caption, {"share": "", "responders": "%"}, rows)


def simulate_reports(
    reports: int = 100_000, seed: int = 1, *, true_response: float | None = None,
    published_if_all_respond: float | None = None, published_if_half_respond: float | None = None,
    published_otherwise: float | None = None,
) -> Reports:  # fmt: skip
    """Reports with sizes of appraisal.csv, binomial responders, and a chance to be printed that grows with success.

    Raises ValueError for a share outside 0 to 1 or more than two million reports.
    """
    reports = whole_number("reports", reports)
    if not 1 <= reports <= MOST_REPORTS:
        raise ValueError(f"reports is {reports}; allowed is a whole number from 1 to {MOST_REPORTS:,}.")
    truth = value_of("publication", "true_response", true_response)
    best = value_of("publication", "published_if_all_respond", published_if_all_respond)
    middle = value_of("publication", "published_if_half_respond", published_if_half_respond)
    worst = value_of("publication", "published_otherwise", published_otherwise)
    chance = np.random.default_rng(seed)
    patients = chance.choice(report_sizes(), reports)
    responders = chance.binomial(patients, truth)
    printed = np.select([responders == patients, 2 * responders >= patients], [best, middle], worst)
    return Reports(patients, responders, chance.random(reports) < printed)


def report_sizes() -> list[int]:
    """How many patients a report has, each size as likely as the others."""
    rows = tables.appraisal().items()
    return [
        int(row.value) for (exercise, name), row in rows if exercise == "publication" and name.startswith("report_")
    ]
