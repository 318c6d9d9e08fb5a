"""Two pages of key figures of the whole kit, read from its tables: each with its unit, range, confidence and sources.

What is an assumption, or from memory, is left out: a sheet that hangs on a wall is taken for fact.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from teaching import __version__, tables, tables_benefit
from teaching.deliver.handing_out.prose import escaped
from teaching.deliver.handing_out.prose import page as whole_page
from teaching.deliver.site.sources import NOT_ADVICE
from teaching.evidence.citations import citation
from teaching.evidence.intervals import exact_interval
from teaching.words import exact, unit_in_words, whole

STYLE = Path(__file__).parent / "page" / "handout.css"
#: (heading, owner and names) of the rows of parameters.csv that stand on the first page.
PARAMETERS = (
    ("B cells and antibodies", "body", ("blood_volume_l",)),
    ("B cells and antibodies", "lineage", (
        "lymphoid_naive", "lymphoid_memory", "naive_loss_per_day", "plasmablast_loss_per_day",
        "long_lived_loss_per_day", "autoreactive_regrowth_per_day",
    )),
    ("B cells and antibodies", "serum", ("igg_half_life_days", "iga_half_life_days", "igm_half_life_days")),
    ("Rituximab", "rituximab", (
        "central_volume_l", "elimination_per_day", "kill_half_concentration_ug_per_ml", "effect_lymphoid",
    )),
    ("Rituximab", "effector", ("response_odds_ratio_per_v_allele", "cd20_shaving_per_hour")),
    ("Engagers", "engager", ("volume_l", "kill_half_concentration_ng_per_ml")),
    ("Engagers", "blinatumomab", ("clearance_l_per_day",)),
    ("Engagers", "teclistamab", ("volume_l", "bioavailability")),
    ("CAR-T cells", "CD19 CAR-T", (
        "growth_per_day", "effector_loss_per_day", "persister_loss_per_day", "kill_half_cells_per_ul",
        "effect_lymphoid",
    )),
)  # fmt: skip
#: (event, grade) of benefit_risk.csv on the second page.
EVENTS = (("remission", ""), ("relapse", ""), ("crs", "3+"), ("infection", ""))
#: Sources that are not publications.
_OWN = {"calibration": "fitted here", "arithmetic": "computed", "assumption": "assumption"}


def page() -> str:
    """Both pages as one HTML page for paper."""
    body = [
        '<main><p class="running">Key figures of the kit</p><h1>Key figures</h1>',
        f"<section>{_numbers()}</section><section>{_counts()}</section></main>",
        f"<footer><p>B-cell depletion teaching kit, version {__version__}. {NOT_ADVICE} CC BY 4.0.</p></footer>",
    ]
    return whole_page("Key figures", "\n".join(body), STYLE.read_text(encoding="utf-8"), kind="handout figures")


def parameters() -> list[tuple[str, tables.Quantity]]:
    """(heading, quantity) of the first page."""
    known = tables.parameters()
    return [(heading, known[owner, name]) for heading, owner, names in PARAMETERS for name in names]


def figures() -> list[tables_benefit.Figure]:
    """Counts in autoimmune disease of the second page, in the order of `EVENTS`."""
    found = [one for one in tables_benefit.figures() if one.shown and one.kind == "count" and one.carries_over]
    return [one for event in EVENTS for one in found if (one.event, one.grade) == event]


def _numbers() -> str:
    numbered = _Sources()
    rows = []
    for heading, group in groupby(parameters(), key=lambda item: item[0]):
        rows.append(f'<tr><th scope="rowgroup" colspan="5"><strong>{escaped(heading)}</strong></th></tr>')
        for _, one in group:
            span = "" if one.low is None or one.high is None else f"{exact(one.low)} to {exact(one.high)}"
            named = tables.label(one.name)
            named += f" ({one.owner})" if one.owner == "teclistamab" else ""
            value = f"{exact(one.value)} {unit_in_words(one.unit)}"
            rows.append(_row(named, value, span, one.confidence, numbered.of(one.source)))
    head = _head("what", "value in the kit", "range", "confidence", "source")
    return (
        "<h2>Numbers of the model</h2><p><em>Read</em>: it stood in a text that was read. <em>Read-secondary</em>: in "
        "a news item, a talk or another paper. <em>Derived</em>: computed or fitted from what was read. What the kit "
        f"only assumes is not on this page.</p><table>{head}<tbody>{''.join(rows)}</tbody></table>{numbered.listed()}"
    )


def _counts() -> str:
    numbered = _Sources()
    rows = []
    for event, group in groupby(figures(), key=lambda one: (one.event, one.grade)):
        words = tables_benefit.EVENTS[event[0]].words
        words += f", {tables_benefit.GRADES[event[1]]}" if event[1] else ""
        rows.append(f'<tr><th scope="rowgroup" colspan="5"><strong>{escaped(words)}</strong></th></tr>')
        for one in group:
            found = exact_interval(one.count, one.n)
            interval = f"{whole(100 * found.low)} to {whole(100 * found.high)} %"
            counted = f"{one.count} of {one.n:,}"
            if isinstance(one.control, tuple):
                counted += f"; control {one.control[0]} of {one.control[1]}"
            named = tables_benefit.OPTIONS[one.therapy].words
            rows.append(_row(named, counted, interval, one.confidence or "", numbered.of(one.source)))
    head = _head("therapy", "counted", "95 % interval", "confidence", "source")
    return (
        "<h2>What was counted in autoimmune disease</h2><p>Studies differ in disease, definition and time, so the rows "
        "are not a comparison. Most groups are small and have no control; the interval shows how much they leave open. "
        f"It is exact (Clopper and Pearson).</p><table>{head}<tbody>{''.join(rows)}</tbody></table>{numbered.listed()}"
    )


def _head(*names: str) -> str:
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _row(name: str, *cells: str) -> str:
    told = "".join(f"<td>{escaped(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escaped(name)}</th>{told}</tr>'


class _Sources:
    """Numbers the sources of a page in the order in which they are met."""

    def __init__(self):
        self.met: list[str] = []

    def of(self, keys: tuple[str, ...]) -> str:
        told = []
        for key in keys:
            if key in _OWN:
                told.append(_OWN[key])
                continue
            if key not in self.met:
                self.met.append(key)
            told.append(f"[{self.met.index(key) + 1}]")
        return ", ".join(told)

    def listed(self) -> str:
        items = "".join(f"<li>{self._line(key)}</li>" for key in self.met)
        return f'<ol class="references">{items}</ol>'

    def _line(self, key: str) -> str:
        one = citation(key)
        mark = f' <a href="{escaped(one.link)}">{escaped(one.mark)}</a>' if one.link else ""
        return f"{escaped(one.text)}{mark}"
