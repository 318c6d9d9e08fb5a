"""Lesson 10 tells what the tables of benefits, harms and costs hold, suggests no choice, and weighs its statements."""

import re
from pathlib import Path

import nbformat
import pytest

from teaching import tables, tables_evidence
from teaching.deliver.cards.writing import RUBRIC
from teaching.evidence.icons import interval_of
from teaching.evidence.small_numbers import rule_of_three
from teaching.learning import answers
from teaching.tables_benefit import EVENTS, OPTIONS, WITHOUT_NUMBER, figures, figures_of
from teaching.tables_costs import costs

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "10_benefit_risk_and_access.ipynb"
LESSON = nbformat.read(NOTEBOOK, as_version=4)
PROSE = "\n\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "markdown")
CODE = "\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "code")
HARMS = [name for name, event in EVENTS.items() if not event.benefit]


def figure(name: str):
    return next(one for one in figures() if one.name == name)


def kind(event: str, therapy: str) -> str:
    return figures_of(therapy, event, population="autoimmune")[0].kind


# --- the boxes -----------------------------------------------------------------------------------------------------


def test_the_boxes_of_the_prose_are_those_of_the_table():
    found = [kind(event, therapy) for event in HARMS for therapy in OPTIONS]
    impossible, numbers = found.count("impossible"), sum(one not in WITHOUT_NUMBER for one in found)
    assert (
        (len(OPTIONS), len(HARMS)) == (9, 15) and "nine kinds of therapy" in PROSE and "fifteen kinds of harm" in PROSE
    )
    assert f"In {impossible} boxes nothing can happen" in PROSE
    assert f"That leaves {len(found) - impossible}." in PROSE and f"Only {numbers} boxes hold a number" in PROSE
    entry = answers.entry_of("10-boxes")
    assert entry["high"] == len(found) - impossible and f"{entry['high']} boxes" in entry["prompt"]
    low, high = entry["answer"]["band"]
    assert low <= numbers <= high and f"It is {numbers} of {entry['high']}" in entry["answer"]["feedback"]
    assert all(wrong["band"][0] > high or wrong["band"][1] < low for wrong in entry["wrong"])


def test_what_the_table_has_just_told_is_not_asked_again():
    """Boxes and price are predicted before their table; what is checked after it asks for the meaning."""
    for predicted, checked, options in (("10-boxes", "10-empty", 4), ("10-price", "10-list", 4)):
        assert f'questions.predict("{predicted}")' in CODE and f'questions.check("{predicted}")' not in CODE
        assert CODE.index(f'questions.predict("{predicted}")') < CODE.index(f'questions.check("{checked}")')
        entry = answers.entry_of(checked)
        assert len(entry["options"]) == options
        assert {entry["answer"]["option"], *(one["option"] for one in entry["wrong"])} == set(entry["options"])
    # What the sister reads aloud is what the table prints.
    counted = {name: sum(kind(name, one) not in WITHOUT_NUMBER for one in OPTIONS) for name in HARMS}
    assert "Seven therapies have a number for serious infection, and none" in answers.entry_of("10-empty")["prompt"]
    assert counted["infection"] == 7 and counted["t_cell_malignancy"] == 0
    england, italy = costs()["obi_vial_england"], costs()["obi_vial_italy"]
    prompt = answers.entry_of("10-list")["prompt"]
    assert f"{england.amount:,.0f} pounds" in prompt and f"{round(italy.amount, -1):,.0f} euros" in prompt


def test_harms_without_a_box_are_named_where_the_boxes_are_and_at_the_end():
    """Nobody may take a harm that the tables do not have for one that does not come."""
    words = {event.words for event in EVENTS.values()}
    assert not [one for one in words if re.search("death|hepatitis|vaccin", one, re.I)]
    boxes, end = PROSE.index("## 2"), PROSE.index("What this lesson leaves out")
    for place in (PROSE[boxes : PROSE.index("## 3")], PROSE[end:]):
        assert "eath, hepatitis B" in place and "vaccines that fail" in place
    rows = tables_evidence.outcomes_by_study()["ALLEGORY-2026"]
    treated, control = ((one.events, one.n) for one in rows if one.outcome == "death")
    assert treated == (1, 151) and control == (3, 152)
    assert "one of 151 people died with obinutuzumab, and three of 152 with placebo" in PROSE


def test_labels_are_told_from_the_address_at_which_they_were_read():
    for name in ("rtx", "obi", "tec"):
        row = costs()[f"{name}_before_pregnancy"]
        (source,) = row.source if isinstance(row.source, tuple) else (row.source,)
        reference = tables.references()[source]
        assert "not at this address" not in reference["note"] and reference["url"].startswith("https://ch.oddb.org/")
        assert row.place == "Switzerland"
    assert "Months: labels in Switzerland" in PROSE


def test_the_boxes_that_the_prose_calls_empty_and_full_are_so():
    for event in ("t_cell_malignancy", "fertility"):
        assert all(kind(event, therapy) in WITHOUT_NUMBER for therapy in OPTIONS)
    counted = {event: sum(kind(event, therapy) not in WITHOUT_NUMBER for therapy in OPTIONS) for event in HARMS}
    assert counted["crs"] == max(counted.values()) == 7
    # Where no donor gives cells, none can attack the body.
    assert [therapy for therapy in OPTIONS if kind("gvhd", therapy) != "impossible"] == ["allogeneic_car_t"]


# --- numbers of the prose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, words",
    [
        ("c19_t_cell_cancer", "{count} reports among {n:,} people"),
        ("c19_fertility_cancer", "in {count} of {n} women they failed early"),
        ("c19_insertion_cancer", "among {n} people with inserted genes no new cancer"),
    ],
)
def test_a_count_of_the_prose_is_that_of_its_figure(name, words):
    one = figure(name)
    assert words.format(count=one.count, n=one.n) in PROSE


def test_what_few_people_leave_open_is_told_as_it_is_computed():
    answer = answers.entry_of("10-nobody")["answer"]["option"]
    reports = interval_of(figure("c19_t_cell_cancer").count, figure("c19_t_cell_cancer").n).share
    assert "about 75 of 10,000" in answer and round(10_000 * rule_of_three(400)) == 75
    assert "more than ten times" in answer and rule_of_three(400) > 10 * reports
    assert "some 5,000 people" in PROSE and rule_of_three(5_000) == pytest.approx(reports, rel=0.1)
    assert "four in ten may be missing among five" in PROSE and rule_of_three(5) > 0.4


def test_severe_cytokine_release_stands_in_one_series_with_arthritis():
    one, late = figure("c19_crs_severe"), figure("c19_crs_severe_cd28")
    assert one.count == late.count == 3 and late.studies == ("IL-2025-SHEBA12",) and "all in RA" in late.definition
    assert "all three severe cases stand in one series" in PROSE


def test_days_prices_and_ways_are_those_of_the_costs():
    rows = costs()
    days = [rows[name].amount for name in ("axicel_wait", "tisacel_wait")]
    assert f"it took {days[0]:.0f} days with one product for cancer, and {days[1]:.0f} with another" in PROSE
    assert f"{rows['travel_usa_hour'].amount:.0f} % would travel more than an hour" in PROSE
    assert rows["teclistamab_near"].amount == 2 and "48 hours near a hospital after each of three" in PROSE
    assert rows["stay_near_usa"].amount == 2 and "two weeks near the centre" in PROSE
    brand, copy = rows["rtx_vial_italy"].amount, rows["rtx_vial_biosimilar"].amount
    assert copy / brand == pytest.approx(0.25, abs=0.04) and "costs about a quarter here" in PROSE
    usa, india = rows["car_t_list_usa"], rows["car_t_india"]
    assert usa.low == 10 * india.low and usa.unit == india.unit and "two countries differ tenfold" in PROSE
    england, italy = rows["obi_vial_england"], rows["obi_vial_italy"]
    entry = answers.entry_of("10-price")
    assert f"{england.amount:,.0f} pounds ({england.year})" in entry["prompt"] and f"({italy.year})" in entry["prompt"]
    assert entry["answer"]["option"] == f"about {round(italy.amount, -2):,.0f}"


def test_what_a_child_costs_in_months_is_that_of_the_costs():
    rows = costs()
    obi, rtx, tec, car = (rows[f"{name}_before_pregnancy"].amount for name in ("obi", "rtx", "tec", "c19"))
    assert f"{obi:.0f} months without a pregnancy after obinutuzumab" in PROSE
    assert f"{rtx:.0f} after rituximab and {tec:.0f} after teclistamab" in PROSE
    assert f"One CAR-T study asks for {car:.0f}" in PROSE and "A guideline is less strict" in PROSE
    # The end of the story keeps to what the labels ask for.
    assert rtx == 12 < obi and "after a year its label lets me try" in PROSE


def test_the_count_of_ovaries_is_the_one_that_the_table_tells():
    told = figure("c19_fertility").not_known
    for count in ("2 of 16", "9 of 23"):
        assert count in told and count in PROSE
    assert "boumpas1993" in figure("c19_fertility").source and "one dose of cyclophosphamide is usual" in PROSE


def test_waiting_is_told_with_the_control_arm_and_not_as_free():
    response = figure("obi_response")
    assert f"{response.control:g} % were better after a year with placebo" in PROSE
    assert f"{response.value:g} % with obinutuzumab" in PROSE
    assert PROSE.index("**And if she waits?**") < PROSE.index("## 6") < PROSE.index("**Mara chose**")


def test_warnings_of_the_antibodies_are_told_beside_those_of_the_cells():
    assert "Rituximab and obinutuzumab carry such warnings too" in PROSE


def test_children_are_the_single_cases_of_the_studies():
    notes = " ".join(study.note for study in tables_evidence.studies().values())
    ages = sorted(int(age) for age in re.findall(r"a girl of (\d+)", notes))
    assert f"girls of {', '.join(map(str, ages[:-1]))} and {ages[-1]}" in PROSE


def test_the_table_of_remissions_names_the_disease_of_each_study():
    for name, disease, of in (
        ("rtx_remission", "arthritis", "RA"),
        ("obi_remission", "lupus nephritis", "SLE"),
        ("c19_remission", "lupus", "SLE"),
    ):
        study = tables_evidence.studies()[figure(name).studies[0]]
        assert of in study.diseases and f'("{name}", "{disease}")' in CODE
        assert ("nephritis" in study.note) == ("nephritis" in disease)


# --- a deliberation: statements are weighed, nothing is advised ----------------------------------------------------


def test_every_statement_stands_with_its_author_and_is_weighed_afterwards():
    """Who said it stands in the tagged cell; what was seen stands there or in the two cells that follow."""
    told = {
        "M5": ("Melero 2022", "may be missing among five"),
        "B3": ("*Blood*, 2024", "In autoimmune disease we found no case"),
        "C4": ("*Cells*, 2025", "all three severe cases stand in one series"),
        "C5": ("*Cells*, 2025", "children are single cases"),
        "G4": ("Guffroy 2024", "What was seen?"),
    }
    assert {row.id for row in tables.statements().values() if row.lesson == "10"} == set(told)
    for name, (author, seen) in told.items():
        (place,) = (at for at, cell in enumerate(LESSON.cells) if f"statement-{name}" in cell.metadata.get("tags", ()))
        _, said, after = LESSON.cells[place].source.partition(author)
        after += "".join(cell.source for cell in LESSON.cells[place + 1 : place + 3] if cell.cell_type == "markdown")
        assert said and seen in after, name


def test_no_option_is_called_right_and_no_advice_is_given():
    first = LESSON.cells[0].source
    assert "no right choice" in first and "not treatment advice" in first
    assert "nobody should choose a treatment from this lesson" in PROSE
    for name in ("10-page", "10-score"):
        assert "answer" not in answers.entry_of(name)
    assert not re.search(r"\b(should take|best choice|right choice is|we advise|we recommend)\b", PROSE)
    # Whoever chooses last in the story is answered by somebody who chose otherwise.
    assert "**Mara chose** rituximab" in PROSE and "chose CAR-T cells" in PROSE.split("**Mara chose**")[1]


def test_commit_comes_before_the_table_and_both_before_the_page():
    places = [
        CODE.index(words) for words in ("panels.benefits(", "panels.deliberation(", "panels.decision(", '"10-page"')
    ]
    assert places == sorted(places)


def test_the_page_is_scored_by_the_points_of_the_printed_sheet_and_no_choice_decides():
    entry = answers.entry_of("10-score")
    assert entry["cards"] == [text for _, text in RUBRIC] and entry["counts"] == "there"
    assert "seven points" in entry["prompt"] and len(RUBRIC) == 7
    therapies = ("rituximab", "obinutuzumab", "engager", "CAR-T", "wait")
    assert not [card for card in entry["cards"] if any(word in card for word in therapies)]


def test_the_two_pages_that_are_shown_choose_differently_and_quote_the_table():
    model = answers.entry_of("10-page")["model"]
    severe, free = figure("c19_crs_severe"), figure("c19_drug_free")
    assert "Ada" in model and "Ben" in model
    assert f"{severe.count} of {severe.n} had severe cytokine release" in model
    assert f"All of {free.n} stopped their drugs, for {free.followup_months:g} months" in model
    infection = figure("rtx_infection")
    told = f"After rituximab {infection.count} of {infection.n} people had a serious infection within two years"
    assert told in model and infection.followup_months == 24
    copy, usa = costs()["rtx_course_biosimilar"], costs()["car_t_list_usa"]
    assert f"{copy.amount:,.0f} euros in Campania in {copy.year}" in model and copy.place == "Italy (Campania)"
    assert f"{usa.low:,.0f} dollars or more in {usa.year}" in model
