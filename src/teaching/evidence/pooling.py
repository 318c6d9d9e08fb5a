"""One outcome over many studies: exact intervals for each, one for all together, and why the others were left out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from teaching import tables_evidence as tables
from teaching.evidence.intervals import Interval, exact_interval
from teaching.evidence.overlap import RULE, independent
from teaching.evidence.selection import Selection, chosen, sentence_case
from teaching.inputs import one_of
from teaching.showing import Shown, Table

#: Tables drawn at random for the test of homogeneity.
DRAWS = 20_000


class Pooled(Shown):
    """One outcome of independent studies: each with its interval, all together, and what was left out.

    `events` of `n` patients, `interval` (share, low, high; fractions), `studies` the names used, `left_out` a table of
    the others with the reason. Adding up is fair only where the definitions, which the table lists, mean the same.
    """

    def __init__(self, outcome: str, arm: str, used: list[tuple], left_out: dict[str, str], words: str, level: float):
        self.outcome, self.arm, self.level, self._words = outcome, arm, level, words
        self._used, self._left_out = used, left_out
        self.studies = tuple(study.study for study, *_ in used)
        self.events, self.n = sum(events for _, events, *_ in used), sum(n for _, _, n, *_ in used)
        self.interval: Interval = exact_interval(self.events, self.n, level)

    @cached_property
    def homogeneity(self) -> float | None:
        """The chance that studies of one truth differ at least as much; None for a single study."""
        return homogeneity([(events, n) for _, events, n, *_ in self._used])

    @property
    def table(self) -> Table:
        """One row a study and one for all, shares in per cent with their exact interval, and the study's definition."""
        rows = [
            (study.label, study.design, events, n, *_percent(exact_interval(events, n, self.level)), told, sure)
            for study, events, n, told, sure in self._used
        ]
        many = len({told for *_, told, _ in self._used})
        told = f"{many} different definitions" if many > 1 else self._used[0][3]
        rows.append(("all together", "", self.events, self.n, *_percent(self.interval), told, ""))
        columns = {"study": "", "design": "", "events": "", "patients": "", "share": "%", "low": "%", "high": "%"}
        columns |= {"definition": "", "confidence": ""}
        caption = f"{sentence_case(tables.OUTCOMES[self.outcome])}: {self._words}, {self.arm} patients; {RULE}."
        return Table(f"{caption} {len(self._left_out)} studies are left out.", columns, rows)

    @property
    def left_out(self) -> Table:
        """The studies of the selection that are not counted, each with the reason."""
        rows = [(name, tables.studies()[name].label, why) for name, why in self._left_out.items()]
        return Table(f"Not counted for {self.outcome}.", dict.fromkeys(("study", "name", "why"), ""), rows)


def pool(
    outcome: str, selection: Selection | None = None, arm: str = "treated", digests: bool = True, level: float = 0.95
) -> Pooled:
    """Events of one outcome added up over studies of which no two share patients.

    Reviews and registers are never counted, nor rows from memory or from sources of which only the title was seen; with
    `digests=False` no rows either that were read in somebody else's summary. A study that does not report the outcome
    is left out as unknown, not counted as zero. Raises ValueError when no study is left, or for a word that is not in
    tables_evidence.OUTCOMES.
    """
    selection = chosen(selection)
    used, left_out = counted(outcome, selection, arm, digests)
    if not used:
        raise ValueError(f"no study of this selection ({selection.words}) has a count of {outcome}; {_most(left_out)}.")
    return Pooled(outcome, arm, used, left_out, selection.words, level)


def counted(
    outcome: str, selection: Selection, arm: str = "treated", digests: bool = True
) -> tuple[list[tuple], dict[str, str]]:
    """What `pool` adds up: (study, events, patients, definition, confidence) of independent studies; why not others.

    Raises ValueError for a word that is not in tables_evidence.OUTCOMES.
    """
    outcome = one_of("outcome", outcome, tables.OUTCOMES)
    arm = one_of("arm", arm, ("treated", "control"))
    wanted = selection.criteria.get("disease")
    found, left_out = {}, {}
    for study in selection:
        answer = _count(study, outcome, arm, wanted, digests)
        if isinstance(answer, str):
            left_out[study.study] = answer
        else:
            found[study.study] = answer
    kept, shared = independent((tables.studies()[name] for name in found), size=lambda study: found[study.study][1])
    left_out |= {name: f"may share patients with {holder}" for name, holder in shared.items()}
    return [(study, *found[study.study]) for study in kept], left_out


def homogeneity(shares: Iterable[tuple[int, int]], seed: int = 1) -> float | None:
    """The chance that studies of one true share differ at least as much as these (events, n); None for fewer than two.

    Exact conditional test: tables with the same margins are drawn by `scipy.stats.random_table` and compared by their
    likelihood ratio (`scipy.stats.power_divergence`), which single cases move less than they move a chi-square.
    """
    import numpy as np
    from scipy.stats import power_divergence, random_table
    from scipy.stats.contingency import expected_freq

    seen = np.array([(events, n - events) for events, n in shares])
    if len(seen) < 2 or 0 in seen.sum(axis=0):
        return None if len(seen) < 2 else 1.0
    expected = expected_freq(seen)
    drawn = random_table(seen.sum(axis=1), seen.sum(axis=0)).rvs(DRAWS, random_state=np.random.default_rng(seed))
    random, own = (
        power_divergence(one.reshape(-1, seen.size), expected.ravel(), axis=1, lambda_="log-likelihood").statistic
        for one in (drawn, seen)
    )
    return float((1 + (random >= own - 1e-9).sum()) / (1 + DRAWS))


def rows_of(study: tables.Study, outcome: str, arm: str, diseases: tuple[str, ...] | None = None) -> list:
    """The main rows of one outcome that count each patient once.

    The row for the whole study when it fits the diseases that are asked for, else those of its parts.
    """
    rows = tables.outcomes_by_study()[study.study]
    rows = [row for row in rows if (row.outcome, row.arm, row.main) == (outcome, arm, True)]
    whole = [row for row in rows if not row.disease]
    if whole and (diseases is None or set(study.diseases) <= set(diseases)):
        return whole
    return [row for row in rows if row.disease and (diseases is None or row.disease in diseases)]


def _count(study, outcome, arm, diseases, digests) -> tuple[int, int, str, str] | str:
    """Events, patients, definition and confidence of one study, or why it cannot be counted."""
    if not study.can_be_pooled:
        if study.design in tables.NEVER_POOLED:
            return f"a {study.design}: {tables.DESIGNS[study.design]}"
        return f"not checked: {tables.OPENED[study.opened]}" if study.opened in tables.NOT_OPENED else "from memory"
    rows = rows_of(study, outcome, arm, diseases)
    if not rows:
        apart = rows_of(study, outcome, arm)
        return "not reported for this disease alone" if apart else "not reported: unknown, not zero"
    counted = [row for row in rows if row.events is not None]
    if not counted:
        return "published as a percentage only" if rows[0].value is not None else "no count was read: unknown, not zero"
    counted = [row for row in counted if row.confidence != "recalled"]
    if not counted:
        return "from memory"
    if not digests and any(row.confidence == "read-secondary" for row in counted):
        return "read in a digest only"
    told = "; ".join(dict.fromkeys(row.definition for row in counted))
    sure = "; ".join(dict.fromkeys(row.confidence for row in counted))
    return sum(row.events for row in counted), sum(row.n for row in counted), told, sure


def _most(left_out: dict[str, str]) -> str:
    """The commonest reason, for a refusal."""
    if not left_out:
        return "nothing fits all criteria: leave one out"
    reasons = list(left_out.values())
    return f"most often: {max(set(reasons), key=reasons.count)}"


def _percent(interval: Interval) -> tuple[float, float, float]:
    return tuple(100 * part for part in interval)
