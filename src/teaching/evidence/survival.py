"""How long until an event, from published patients one by one: Kaplan and Meier, computed by scipy."""

from __future__ import annotations

import warnings

import numpy as np

from teaching import tables_evidence as tables
from teaching.evidence.overlap import RULE, independent
from teaching.evidence.selection import Selection, chosen, sentence_case
from teaching.inputs import number, one_of
from teaching.showing import Shown, Table


class Survival(Shown):
    """The share of patients without an event by day, with its interval (log-log of Greenwood).

    `days` (steps,), `share`, `low`, `high` (steps,; fractions, nan where no interval exists), `at_risk` and `events`
    (steps,) at those days; `n` patients, `total_events`, `studies` the names used, `left_out` {study: kept study}.
    `share_at(day)` reads the curve.
    """

    def __init__(self, event: str, rows: list, left_out: dict[str, str], words: str, level: float):
        from scipy.stats import CensoredData, ecdf

        self.event, self.left_out, self.level, self._words = event, dict(left_out), level, words
        self.studies = tuple(dict.fromkeys(row.study for row in rows))
        self.n, self.total_events = len(rows), sum(row.event == "yes" for row in rows)
        times = np.array([row.day for row in rows], dtype=float)
        curve = ecdf(CensoredData.right_censored(times, [row.event == "no" for row in rows])).sf
        self.last_day = float(times.max())
        self.days, self.share = curve.quantiles, curve.probabilities
        self.at_risk = np.array([(times >= day).sum() for day in self.days])
        self.events = np.array([sum(row.event == "yes" and row.day == day for row in rows) for day in self.days])
        with warnings.catch_warnings(), np.errstate(all="ignore"):  # at a share of 1 or 0 the interval is undefined
            warnings.simplefilter("ignore", RuntimeWarning)
            found = curve.confidence_interval(level, method="log-log")
        self.low, self.high = found.low.probabilities, found.high.probabilities

    def share_at(self, day: float) -> float:
        """The share without an event on a day [days, 0 to the last one of the curve]; ValueError beyond it."""
        day = number("day", day, 0.0, self.last_day, "days")
        past = self.share[self.days <= day]
        return float(past[-1]) if past.size else 1.0

    @property
    def table(self) -> Table:
        """The days with an event, the patients at risk, and the share without one, in per cent."""
        rows = [
            (day, int(risk), int(seen), 100 * share, *(None if np.isnan(end) else 100 * end for end in ends))
            for day, risk, seen, share, *ends in zip(
                self.days, self.at_risk, self.events, self.share, self.low, self.high, strict=True
            )
            if seen or day == self.last_day
        ]
        event = sentence_case(self.event.replace("_", " "))
        caption = (
            f"{event}: {self.total_events} of {self.n} patients of {len(self.studies)} studies ({self._words}), "
            f"watched for at most {self.last_day:.0f} days. Cases are published when they are worth telling: "
            f"this is no rate; {RULE}."
        )
        columns = {"day": "days", "at risk": "patients", "events": "", "without it": "%", "low": "%", "high": "%"}
        return Table(caption, columns, rows, none="unknown")


def kaplan_meier(event: str = "relapse", selection: Selection | None = None, level: float = 0.95) -> Survival:
    """The curve of one event over published patients, none of them twice; those without it count until last seen.

    Rows from memory are left out, and so are events without a day: their time is unknown. Of studies that may share
    patients one is kept. Raises ValueError when no patient is left, or for a word not in tables_evidence.EVENTS.
    """
    event = one_of("event", event, tables.EVENTS)
    level = number("level", level, 0.5, 0.9999, "")
    selection = chosen(selection)
    names = {study.study for study in selection if study.can_be_pooled}
    wanted = selection.criteria.get("disease")
    first: dict = {}
    for row in tables.patients():
        fits = wanted is None or row.disease in wanted
        if row.what == event and row.study in names and row.day is not None and row.confidence != "recalled" and fits:
            who = (row.study, row.patient)  # several antibodies of one patient: the first that is gone
            first[who] = min(first.get(who, row), row, key=lambda one: (one.event == "no", one.day))
    sizes: dict[str, int] = {}
    for study, _ in first:
        sizes[study] = sizes.get(study, 0) + 1
    kept, left_out = independent((tables.studies()[name] for name in sizes), size=lambda study: sizes[study.study])
    rows = [row for (study, _), row in first.items() if study in {one.study for one in kept}]
    if not rows:
        raise ValueError(f"no patient of this selection ({selection.words}) has a day for {event}.")
    return Survival(event, rows, left_out, selection.words, level)
