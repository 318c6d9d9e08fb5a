"""Studies with a control group: both arms, what lies between them, and how sure that is."""

from __future__ import annotations

from teaching import tables_evidence as tables
from teaching.evidence.pooling import rows_of
from teaching.evidence.selection import Selection, chosen, sentence_case
from teaching.inputs import one_of
from teaching.showing import Table


def compare_arms(outcome: str, selection: Selection | None = None, level: float = 0.95) -> Table:
    """Each study with a control arm that reports an outcome: shares, difference, risk ratio with interval, Fisher's P.

    Trials that published percentages and no counts have shares and no interval: what is not known is said so. Raises
    ValueError when no study of the selection has both arms. By `scipy.stats.contingency.relative_risk` (Katz) and
    `scipy.stats.fisher_exact`; studies are not added up here.
    """
    outcome = one_of("outcome", outcome, tables.OUTCOMES)
    selection, rows = chosen(selection), []
    for study in selection:
        arms = [_arm(study, outcome, arm) for arm in ("treated", "control")]
        if study.design in tables.WITH_CONTROL and all(arms):
            rows.append(_row(study, *arms, level))
    if not rows:
        raise ValueError(f"no study of this selection ({selection.words}) has {outcome} in two arms.")
    columns = {"study": "", "design": "", "therapy": "", "control": "", "treated": "%", "controls": "%"}
    columns |= {"difference": "points", "risk ratio": "", "low": "", "high": "", "P": "", "definition": ""}
    caption = f"{sentence_case(tables.OUTCOMES[outcome])}: therapy against control ({selection.words})."
    return Table(caption, columns, rows, none="unknown")


def _arm(study: tables.Study, outcome: str, arm: str) -> tables.Outcome | None:
    rows = [row for row in rows_of(study, outcome, arm) if row.confidence != "recalled"]
    fit = [row for row in rows if row.events is not None or row.unit == "% of patients"]
    return fit[0] if len(fit) == 1 else None


def _row(study, treated, control, level) -> tuple:
    shares = [100 * row.events / row.n if row.events is not None else row.value for row in (treated, control)]
    found = _ratio(treated, control, level) if None not in (treated.events, control.events) else (None,) * 4
    return (
        study.label, study.design, study.product, study.comparator, *shares, shares[0] - shares[1], *found,
        treated.definition,
    )  # fmt: skip


def _ratio(treated, control, level) -> tuple:
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import relative_risk

    table = [[row.events, row.n - row.events] for row in (treated, control)]
    p = float(fisher_exact(table)[1])
    if not treated.events or not control.events:  # a ratio with a zero has no such interval
        return (None, None, None, p)
    found = relative_risk(treated.events, treated.n, control.events, control.n)
    interval = found.confidence_interval(level)
    return float(found.relative_risk), float(interval.low), float(interval.high), p
