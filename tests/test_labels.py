"""What a reader is shown: a label instead of the name that a quantity has in code, and a unit with its µ and its ²."""

import re

import pytest

from teaching import Patient, Plan, compare, tables, treat
from teaching.model.cohort import Cohort, summary, trial
from teaching.model.patient import ANTIGENS
from teaching.model.targets import check_all, misfits
from teaching.model.therapies import product
from teaching.panels.sources import product_sources, quantity_table
from teaching.words import unit_in_words

SLE = Patient.typical("SLE")
#: Names as code has them, and units as the tables write them; dose_mg= in the text of a plan is for typing.
HIDDEN = re.compile(r"\b[a-z0-9]+(?:_[A-Za-z0-9]+)+\b(?!=)")
RAW_UNIT = re.compile(r"\bu[gLM]\b|\bm2\b|\d[eE][+-]?\d")
NAMES_ON_PURPOSE = {"name in code", "source", "source of the typical"}


def named():
    """Every name of a quantity that a patient, a product or a cohort has."""
    found = {name for _, name in tables.parameters()} | set(tables.variation())
    found |= {row.quantity for rows in tables.diseases().values() for row in rows}
    return {name for name in found if not name.startswith("observed")} | {f"antigen_{name}" for name in ANTIGENS}


def shown(table):
    """Caption, headings and cells that a reader sees, but for columns that hold names on purpose."""
    kept = [place for place, head in enumerate(table.columns) if head not in NAMES_ON_PURPOSE]
    heads = [f"{name} {unit}" for name, unit in table.columns.items()]
    return [table.caption, *heads, *(row[place] for row in table.shown() for place in kept)]


def test_every_quantity_has_a_label_and_no_label_stands_for_nothing():
    assert set(tables.labels()) == named()


def test_labels_are_words_of_their_own():
    """Two quantities share a label only where their units tell them apart."""
    units = {name: row.unit for (_, name), row in tables.parameters().items()}
    seen = set()
    for row in tables.labels().values():
        assert not HIDDEN.search(row.label) and row.label == row.label.strip() and len(row.label) <= 60, row
        assert (row.label, units.get(row.quantity)) not in seen, row
        seen.add((row.label, units.get(row.quantity)))


def test_a_name_without_a_row_is_written_apart():
    assert tables.label("flares_per_year") == "flares per year"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("ug/mL", "µg/mL"),
        ("ug/day", "µg/day"),
        ("cells/uL", "cells/µL"),
        ("mg/m2", "mg/m²"),
        ("ug/m2/day", "µg/m²/day"),
        ("1e9 cells", "× 10⁹ cells"),
        ("unit", "unit"),
        ("fold", "fold"),
        ("", ""),
    ],
)
def test_units_are_shown_as_people_write_them(unit, words):
    assert unit_in_words(unit) == words


DIFFERENT = SLE.change(clone_size=1).vary(effect_lymphoid=2, antigen_CD20=0.5)
PLANS = compare({"r": "rituximab", "b": "blinatumomab"}, SLE, ["rituximab_ug_per_ml@28", "nadir_per_ul"], days=60)
COURSE = treat(SLE, Plan("rituximab"), days=60)
TABLES = {
    "patient": lambda: DIFFERENT.table,
    "cohort": lambda: Cohort.sample(5, seed=1).table,
    "trial": lambda: summary(trial(Cohort.sample(5, seed=1), Plan("rituximab"), days=60)),
    "comparison": lambda: PLANS.table,
    "what if of a patient": lambda: PLANS.what_if(naive_loss_per_day=0.03, surface_m2=2).table,
    "what if of products": lambda: PLANS.what_if(effect_lymphoid="* 8", antigen_CD20="/ 2").table,
    "contributions": lambda: COURSE.contributions("plasmablast_autoreactive", 30),
    "targets": lambda: check_all().table,
    "misfits": lambda: misfits().table,
} | {f"product {name}": lambda name=name: product(name).table for name in tables.products()}


@pytest.mark.parametrize("name", TABLES)
def test_no_table_shows_a_hidden_name_or_a_raw_unit(name):
    table = TABLES[name]()
    for words in shown(table):
        assert not HIDDEN.search(words), words
        assert not RAW_UNIT.search(words), words
    assert len(table)


def test_the_sources_of_a_panel_show_labels_too():
    text = product_sources("rituximab") + quantity_table("all", tables.parameters().values())
    plain = " ".join(re.split(r"<[^>]+>", text))
    for key in tables.references():
        plain = plain.replace(key, "")
    assert "killing in lymphoid tissue" in plain and "µg/mL" in plain
    assert not RAW_UNIT.search(plain) and not HIDDEN.search(plain)


def test_a_number_says_its_label_and_its_unit():
    words = str(product("rituximab").quantities["kill_half_concentration_ug_per_ml"])
    assert words.startswith("concentration at half of the killing: 0.62 (0.05 to 5.87) µg/mL [")


def test_names_for_code_stay_beside_their_labels():
    """Whoever wants to change a quantity finds its name in the same row."""
    for table in (DIFFERENT.table, product("rituximab").table):
        names = dict(zip(table["name in code"], table["quantity"], strict=True))
        for name, words in names.items():
            assert words.startswith(tables.label(name)), name
