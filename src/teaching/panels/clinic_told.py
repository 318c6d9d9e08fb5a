"""What the clinic desk says beside the model's numbers: stories, roles, endings for a patient, courses and their costs.

The numbers of a course, what it is given in and what it costs come from the tables; the words here hold none.
"""

from __future__ import annotations

from functools import lru_cache

from teaching import tables, tables_costs
from teaching.clinic.numbers import end_day, visit_days, whole_of
from teaching.clinic.people import people
from teaching.model.therapies import usual_plans
from teaching.words import in_text

#: A few lines about each patient, by the names of `people()`; what the model lacks is said beside them. Each has a name
#: of their own, to whom a letter can be written, and something that they ask, fear or want.
STORIES = {
    "SLE nephritis": "Leyla is a young teacher with lupus. Her kidneys are inflamed again, although she takes steroids "
    "and a drug that suppresses the immune system. She asks what else there is, and what it would cost her.",
    "systemic sclerosis with lung disease": "Tomas is a carpenter. His skin has become hard, and his lungs have begun "
    "to scar. He is short of breath on the stairs. He wants to go on working.",
    "myositis": "Ruth is a nurse whose muscles are inflamed. She cannot lift her arms to wash her hair. Steroids "
    "helped her once, and then no longer. She wants to be back on her ward.",
    "rheumatoid arthritis": "Paolo is a cook with swollen hands. Several drugs have failed. He is afraid of "
    "infections, because his small children bring them home.",
    "antiphospholipid syndrome": "Nina is a student whose antibodies make her blood clot. She takes a drug against "
    "clots every day, and that drug goes on, whatever you choose. She asks whether the antibodies could go away for "
    "good.",
    "three diseases at once": "Vera's antibodies attack her red cells and her platelets, and make her blood clot as "
    "well. Many treatments are behind her. She has read about a single case like hers, and asks if she could be next.",
}

#: The four roles of the team round, and what each looks at before it writes its line.
ROLES = {
    "Rheumatology": "How active is the disease, and how sure are we? What would you give now, and what would you keep "
    "for later?",
    "Haematology": "How deep and how long are B cells gone? What could the drug itself do to blood and to other cells?",
    "Nephrology": "Which organ can be lost in the meantime? What do antibodies, IgG and infections mean for it?",
    "Patient": "What matters to me today? Which burden do I accept, and what do I want to know before I agree?",
}

#: The five endings, in words for the patient. They hold also where nothing was given, and promise nothing.
TOLD = {
    "stays well": "Your disease is quiet at the end of these five years. Hardly any of the cells behind it were left. "
    "How long it stays quiet, nobody can promise you.",
    "chance": "Your disease is quiet at the end of these five years. That was close: a few of the cells behind it were "
    "left, and they happened to die out.",
    "relapse": "Your disease became quiet, and then it came back. Some of the cells behind it had survived. You have "
    "done nothing wrong.",
    "infection": "A serious infection has ended this course. The disease, the drugs that you had before and what we "
    "gave you can all weaken a defence. Chance had its part, and you have done nothing wrong.",
    "stays ill": "Your disease never became quiet in these years. What we chose was not enough, and that is no fault "
    "of yours. It says nothing about what could be tried next.",
}

#: What no patient of the clinic has, told in each debrief.
LACKS = (
    "Nobody dies in the model, and no organ is lost for good. It knows two harms only: serious infection and severe "
    "cytokine release. Fertility, pregnancy, low blood counts and harm to the nerves are not counted. Nor is hepatitis "
    "B, for which people are tested before such drugs, and nobody is vaccinated first.",
    "'Nothing given' means that nothing is added: steroids and other drugs go on. Nobody becomes well so in the model. "
    "In trials some people in the control group do get better, so that row of runs is too dark.",
)

#: Sorts of courses, in the order in which they are offered, by the kind of their one product.
GROUPS = {"antibody": "Antibodies", "engager": "T-cell engagers", "car_t": "CAR cells", "": "Combinations"}
#: Words of `given_for` that name a cancer; a course that is given in nothing else is told as such.
_CANCERS = ("lymphoma", "leukaemia", "myeloma")
_NOT_FOUND = "results in autoimmune disease were not found"
#: Products in the words of costs.csv; of the others nothing was looked up.
_PAID_AS = {
    "rituximab": "rituximab", "rituximab 375": "rituximab", "obinutuzumab": "obinutuzumab",
    "blinatumomab": "cd19_engager", "teclistamab": "bcma_engager", "CD19 CAR-T": "cd19_car_t",
    "BCMA CAR-T": "bcma_car_t", "allogeneic CD19 CAR-T": "allogeneic_car_t", "in-vivo CD19 CAR": "in_vivo_car_t",
}  # fmt: skip


def told() -> dict:
    """All of it as plain data (JSON) for the script of the desk."""
    return {
        "stories": {name: STORIES[name] for name in people()},
        "roles": ROLES,
        "endings": TOLD,
        "days": [*visit_days(), end_day()],
        "points": whole_of("game", "points"),
        "igg_cost": whole_of("IgG replacement", "cost"),
        "times": whole_of("rerun", "times"),
        "lacks": list(LACKS),
        "groups": list(GROUPS.values()),
        "courses": courses(),
    }


@lru_cache(maxsize=1)
def courses() -> dict[str, dict]:
    """Each usual course by name.

    `group`, `label`, `usual` (what it is given in, in words), `untried` (whether no result of it in autoimmune
    disease stands behind it) and `costs` (sentences).
    """
    return {name: _course(tables.regimens()[name]) for name in usual_plans()}


def _course(row: tables.Regimen) -> dict:
    drugs = [name for name in row.products if tables.products()[name].kind != "conditioning"]
    group = GROUPS[tables.products()[drugs[0]].kind if len(drugs) == 1 else ""]
    return {
        "group": group,
        "label": in_text(row.label),
        "usual": usual_in(row),
        "untried": untried(row),
        "costs": [c for d in drugs for c in _costs(d)],
    }


def usual_in(row: tables.Regimen) -> str:
    """What a course is given in, in words: a what-if says so, and so does a course of which no result was found.

    'Given' and not 'usual': cells are given to people with autoimmune disease in studies, and are no usual care.
    """
    if _what_if(row):
        return "A what-if of this kit, not a usual course."
    if _NOT_FOUND in row.note:
        return f"Given in {row.given_for}. No result in autoimmune disease was found."
    if _in_cancer_alone(row):
        return f"Given in {row.given_for}, not in autoimmune disease."
    return f"Given in {'; '.join(_given_in(row))}."


def untried(row: tables.Regimen) -> bool:
    """Whether no result in autoimmune disease stands behind this course in the kit, so that the model alone speaks."""
    return _what_if(row) or _NOT_FOUND in row.note or _in_cancer_alone(row)


def _what_if(row: tables.Regimen) -> bool:
    return row.given_for.startswith("a what-if")


def _given_in(row: tables.Regimen) -> list[str]:
    return [part.strip() for part in row.given_for.split(";")]


def _in_cancer_alone(row: tables.Regimen) -> bool:
    return all(part in _CANCERS for part in _given_in(row))


def _costs(drug: str) -> list[str]:
    """Prices with place and year (data/costs.csv); one sentence where none was looked up or found."""
    if drug not in _PAID_AS:
        return [f"What {drug} costs was not looked up."]
    found = []
    for row in tables_costs.costs_of(_PAID_AS[drug]):
        if row.matter not in ("drug_price", "total_cost"):
            continue
        if row.kind in ("amount", "range"):
            ends = (row.amount,) if row.kind == "amount" else (row.low, row.high)
            number = " to ".join(f"{end:,.10g}" for end in ends)
            known = f"{'; '.join(row.source)}, {row.confidence}"
            found.append(f"{number} {row.unit} in {row.place}, {row.year} ({known}). {row.includes}")
    return found or [f"No price of {drug} was found."]
