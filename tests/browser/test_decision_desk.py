"""The decision desk on a page without a kernel or a network: exact sums, names, what is kept, and what it refuses."""

import csv
import io
import random
import xml.etree.ElementTree as ElementTree

import pytest
from decision_settings import GOOD, WRONG
from site_tools import small_site

from teaching.evidence.decision import DecisionTable
from teaching.evidence.selection import sentence_case
from teaching.panels.decision import decision
from teaching.panels.decision_setting import CRITERIA, MIDDLE, checked, start, table_of

from . import desk_page
from .asking import faults_for_everyone
from .conftest import complaints_of_ours, keep_pictures
from .desk_page import (
    WIDTHS,
    desk_file,
    desks_in_lab,
    faults_in_windows,
    kept_by_kernel,
    odd_settings,
    opened,
    press,
    refused,
    said_alike,
    saved,
    says,
    script_of,
    start_desks,
    stored,
    without_network,
)
from .layout import faults

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return desk_file(tmp_path_factory.mktemp("desk"), decision())


@pytest.fixture(params=WIDTHS)
def open_page(browser, file, request):
    """Opens the desk without a network, in a window of this width."""
    with without_network(browser, request.param) as context:
        yield lambda: opened(context.new_page(), file)


def enter(page, label, text) -> None:
    desk_page.enter(page, f"{label}, typed", text)


def kept(page) -> list[dict]:
    return stored(page, "10-desk-decision")


# --- the rules, held together with Python --------------------------------------------------------------------------


def tables(count: int) -> list[dict]:
    """Tables of all sizes, of whole, half and odd numbers, with many ties."""
    draw, found = random.Random(10), []
    while len(found) < count:
        kinds = [
            lambda: draw.randint(0, 10), lambda: draw.randint(0, 20) / 2, lambda: draw.randint(0, 10_000) / 1000,
            lambda: draw.choice([0, 0.1, 0.3, 3, 10]),
        ]  # fmt: skip
        number = draw.choice(kinds)
        large = draw.random() < 0.01
        n_criteria, n_options = draw.randint(1, 40 if large else 6), draw.randint(2, 12 if large else 5)
        weights = [number() for _ in range(n_criteria)]
        if any(weights):
            found.append(
                {
                    "criteria": [f"criterion {k}" for k in range(n_criteria)],
                    "weights": weights,
                    "options": [f"option {k} {'x' * draw.choice([0, 0, 60])}".strip() for k in range(n_options)],
                    "scores": [[number() for _ in range(n_criteria)] for _ in range(n_options)],
                }
            )
    return found


def test_five_thousand_tables_are_decided_alike_to_the_last_digit(browser):
    given = tables(5000)
    with script_of(browser, "decision_table") as page:
        there = page.evaluate(
            """(given) => given.map((one) => {
              const { totals, ranks, first, changes, verdict } = decision_table_js.decide(one);
              const words = changes.map((change) => [change.criterion, change.score_of, change.now, change.at,
                change.option, change.overtakes, change.distance, decision_table_js.change_words(change)]);
              return [totals, ranks, first, words, verdict];
            })""",
            given,
        )
    ties = 0
    for one, found in zip(given, there, strict=True):
        table: DecisionTable = table_of(one)
        changes = [
            [c.criterion, c.score_of, c.now, c.at, c.option, c.overtakes, c.distance, c.words] for c in table.changes()
        ]
        here = [list(table.totals.values()), list(table.ranks.values()), list(table.first), changes, table.verdict]
        assert found == here, one
        ties += len(table.first) > 1
    assert 100 < ties < 4000  # both kinds are among them


def test_numbers_are_read_and_rounded_as_python_does_it(browser):
    from fractions import Fraction

    draw = random.Random(11)
    values = [0, 1e-7, 0.1, 9.999, 1e21, *(draw.random() * 10 ** draw.randint(-9, 1) for _ in range(2000))]
    pairs = [
        (draw.randrange(10 ** draw.randint(1, 60)), draw.randrange(1, 10 ** draw.randint(1, 60))) for _ in range(2000)
    ]
    with script_of(browser, "decision_table") as page:
        read = page.evaluate(
            "(values) => values.map((one) => decision_table_js.typed_fraction(one).map(String))", values
        )
        rounded = page.evaluate(
            "(pairs) => pairs.map((pair) => decision_table_js.nearest_number(pair.map(BigInt)))",
            [[str(one) for one in pair] for pair in pairs],
        )
    assert [Fraction(int(over), int(under)) for over, under in read] == [Fraction(repr(float(one))) for one in values]
    assert [float(one) for one in rounded] == [float(Fraction(*pair)) for pair in pairs]


def test_the_script_takes_and_refuses_what_python_does_in_the_same_words(browser):
    given = [*GOOD, *({**start(), **changes} for changes, _ in WRONG)]
    with script_of(browser, "decision_checks") as page:
        said = said_alike(page, "decision_checks_js.check_setting({}, one)", given, checked)
        said_alike(page, "decision_checks_js.check_setting({}, one)", odd_settings(start()), checked)
    assert sum(isinstance(one, str) for one in said) == len(WRONG)


# --- the walk ------------------------------------------------------------------------------------------------------


def test_a_choice_is_made_kept_revised_and_both_stand_side_by_side(open_page, artifacts):
    page = open_page()
    assert "share the first place" in says(page)
    expected = start()
    enter(page, "CAR-T cells in a study on how likely remission is", 9)
    expected["scores"][3][0] = 9
    enter(page, "rituximab again on cost to all", "8,5")
    expected["scores"][0][4] = 8.5
    assert says(page) == sentence_case(table_of(expected).verdict) and says(page).startswith(
        "CAR-T cells in a study is first."
    )
    press(page, "Keep this table")
    page.get_by_text("No number differs from the first table").wait_for()
    enter(page, "Weight of cost to all", 10)
    expected["weights"][4] = 10
    assert says(page) == sentence_case(table_of(expected).verdict) and says(page).startswith(
        "Rituximab again is first."
    )
    moves = page.locator(".teaching-moves").inner_text()
    assert "weight of cost to all" in moves and moves.count("rituximab again") == 1
    press(page, "Keep this table")
    page.get_by_label("What moved you, or why did you stay?").fill("The payer: one course for her is ten for others.")
    page.get_by_label("What moved you, or why did you stay?").press("Tab")
    keep_pictures(page, [page.locator(".teaching-desk")], "decision_desk", artifacts)
    assert faults_for_everyone(page, ".teaching-desk") == []
    page.wait_for_function("Object.keys(localStorage).length === 3")
    again = open_page()
    assert says(again) == says(page)
    last = kept(again)[-1]
    assert last["plan"].startswith("The payer") and checked(last) == last
    assert last["first"]["weights"] == [MIDDLE] * 6 and last["weights"][4] == 10
    assert "First kept: CAR-T cells in a study. Now: rituximab again." in last["says"]
    assert "weight of cost to all 5 to 10" in last["says"]


def test_a_slider_does_what_a_number_does(open_page):
    page = open_page()
    slider = page.get_by_label("Weight of serious infection", exact=True)
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.get_by_label("Weight of serious infection, typed", exact=True).input_value() == "7"
    press(page, "Step back")
    assert page.get_by_label("Weight of serious infection, typed", exact=True).input_value() != "7"


def test_names_rows_and_columns_come_and_go_and_come_back(open_page):
    page = open_page()
    press(page, "Add a criterion")
    name = page.get_by_label("Name of criterion 7")
    assert name.input_value() == "criterion 7" and name.evaluate("(one) => one === document.activeElement")
    name.fill("  wish for a child \n")
    name.press("Tab")
    enter(page, "Weight of wish for a child", 9)
    press(page, "Add an option")
    page.get_by_label("Name of option 5").fill("wait")
    page.get_by_label("Name of option 5").press("Enter")
    enter(page, "wait on wish for a child", 10)
    assert says(page).startswith("Wait is first.")
    press(page, "Remove wish for a child")
    assert "share the first place" in says(page)
    press(page, "Step back")
    assert says(page).startswith("Wait is first.")
    assert page.get_by_label("wait on wish for a child, typed", exact=True).input_value() == "10"
    for name in ("rituximab again", "obinutuzumab", "an engager in a study"):
        press(page, f"Remove {name}")
    assert page.get_by_role("button", name="Remove wait", exact=True).is_disabled()


def test_reset_loses_neither_the_table_nor_the_first_kept_one(open_page):
    page = open_page()
    enter(page, "obinutuzumab on how sure we are", 9)
    press(page, "Keep this table")
    enter(page, "Weight of cost to all", 0)
    before = says(page)
    press(page, "Reset")
    assert "share the first place" in says(page)
    assert "obinutuzumab on how sure we are" in page.locator(".teaching-moves").inner_text()
    press(page, "Step back")
    assert says(page) == before and page.get_by_label("Weight of cost to all, typed", exact=True).input_value() == "0"
    press(page, "Reset")
    press(page, "Keep this table")
    page.get_by_text("This table is kept.").wait_for()
    page.wait_for_function("Object.keys(localStorage).length === 2")
    last = kept(page)[-1]
    assert last["first"]["scores"][1][5] == 9 and last["scores"][1][5] == MIDDLE


def test_one_drag_is_one_step_back(open_page):
    page = open_page()
    slider = page.get_by_label("Weight of cost to all", exact=True)
    for value in (6, 7, 8):  # what a drag sends before the hand lets go
        slider.evaluate("(one, value) => { one.value = value; one.dispatchEvent(new Event('input')); }", value)
    slider.evaluate("(one) => one.dispatchEvent(new Event('change'))")
    assert page.get_by_label("Weight of cost to all, typed", exact=True).input_value() == "8"
    press(page, "Step back")
    assert page.get_by_label("Weight of cost to all, typed", exact=True).input_value() == "5"
    assert page.get_by_role("button", name="Step back").is_disabled()


def test_by_keyboard_alone(open_page):
    page = open_page()
    page.get_by_label("Weight of how likely remission is, typed", exact=True).focus()
    keys = page.keyboard
    keys.press("Tab")  # the slider of the first option
    for _ in range(10):
        keys.press("ArrowRight")
    assert says(page).startswith("Rituximab again is first.")
    for _ in range(200):
        keys.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Keep this table":
            break
    keys.press("Enter")
    page.get_by_text("No number differs from the first table").wait_for()
    assert len(kept(page)) == 1


# --- bad input -----------------------------------------------------------------------------------------------------


def test_weights_of_zero_get_one_sentence_and_the_last_table_stays(open_page):
    page = open_page()
    enter(page, "obinutuzumab on how sure we are", 9)
    for name in CRITERIA[:-1]:
        enter(page, f"Weight of {name}", 0)
    before = says(page)
    enter(page, f"Weight of {CRITERIA[-1]}", 0)
    assert refused(page) == "All weights are zero; give at least one criterion a weight above 0."
    assert says(page) == before
    enter(page, "Weight of cost to all", 3)
    assert refused(page) == "" and "share the first place" in says(page)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("a lot", "is 'a lot'; allowed is a number from 0 to 10."),
        ("11", "is 11; allowed is a number from 0 to 10."),
        ("-1", "is -1; allowed is a number from 0 to 10."),
        ("", "is ''; allowed is a number from 0 to 10."),
        ("3.14159", "is 3.14159; at most three decimals are allowed."),
    ],
)
def test_what_is_no_score_stays_in_its_field_to_be_mended(open_page, typed, told):
    page = open_page()
    before = says(page)
    enter(page, "Weight of cost to all", typed)
    assert refused(page) == f"The weight of cost to all {told}" and says(page) == before
    assert page.get_by_label("Weight of cost to all, typed", exact=True).input_value() == typed
    press(page, "Undo the last change")
    assert page.get_by_label("Weight of cost to all, typed", exact=True).input_value() == "5"


def test_a_name_that_is_there_already_or_none_is_refused(open_page):
    page = open_page()
    for name, told in (("obinutuzumab", "Two options are called 'obinutuzumab'"), ("  ", "'' cannot name the option")):
        page.get_by_label("Name of option 1").fill(name)
        page.get_by_label("Name of option 1").press("Tab")
        assert refused(page).startswith(told)
        press(page, "Undo the last change")
    assert page.get_by_label("Name of option 1").input_value() == "rituximab again"


def test_markup_in_a_name_is_text(open_page):
    page = open_page()
    page.get_by_label("Name of option 1").fill("<img src=x onerror=alert(1)>")
    page.get_by_label("Name of option 1").press("Tab")
    press(page, "Keep this table")
    page.get_by_text("No number differs").wait_for()
    assert page.locator(".teaching-desk img").count() == 0 and "<img src=x" in says(page)


# --- looks and files -----------------------------------------------------------------------------------------------


def test_files_hold_the_table_and_what_would_change_it(open_page):
    page = open_page()
    enter(page, "obinutuzumab on how sure we are", 9)
    page.get_by_text("Take it along").click()
    rows = list(csv.reader(io.StringIO(saved(page, "Numbers (CSV)").text)))
    assert rows[0] == ["option", "rank", "weighted mean", *CRITERIA] and rows[1][3:] == ["5"] * 6
    expected = start()
    expected["scores"][1][5] = 9
    changes = table_of(expected).changes()
    table = rows[rows.index(["single number", "now", "at", "distance", "in words"]) + 1 :]
    assert [row[4] for row in table] == [change.words for change in changes] and changes
    words = "".join(ElementTree.fromstring(saved(page, "Picture (SVG)").text).itertext())
    assert "1 · obinutuzumab" in words and "What do you weigh" in words
    assert saved(page, "Picture (PNG)").content[:4] == b"\x89PNG"


@pytest.mark.parametrize("large", [False, True])
def test_it_holds_on_narrow_pages_with_large_type_and_with_the_largest_table(browser, tmp_path, large):
    names = [f"{k} {'long name ' * 7}".strip() for k in range(40)]
    desk = decision(names[:12], names) if large else decision()
    with without_network(browser) as context:
        page = opened(context.new_page(), desk_file(tmp_path, desk))
        if not large:
            press(page, "Keep this table")
            enter(page, "obinutuzumab on how sure we are", 9)
        assert faults_in_windows(page) == []


# --- over a kernel, and on the site --------------------------------------------------------------------------------


def test_in_jupyterlab_the_kernel_keeps_the_table(lab, open_notebook):
    cells = ["from teaching import panels\npanels.decision()", "panels.benefits(event=['relapse', 'crs'])"]
    notebook = desks_in_lab(lab, open_notebook, "decision.ipynb", *cells)
    page = notebook.page
    enter(page, "obinutuzumab on how sure we are", 9)
    press(page, "Keep this table")
    page.get_by_text("No number differs from the first table").wait_for()
    enter(page, "Weight of how sure we are", 1)
    press(page, "Keep this table")
    page.get_by_text("This table is kept.").wait_for()
    assert boxes_of_people(page) == 4
    found = [
        setting
        for _, setting in kept_by_kernel(lab, "10_benefit_risk_and_access", lambda last: last["weights"][5] == 1)
    ]
    assert len(found) == 2 and all(checked(one) == one for one in found)
    assert found[-1]["first"]["weights"][5] == MIDDLE and found[-1]["weights"][5] == 1
    assert notebook.outside == [] and complaints_of_ours(notebook) == []


def boxes_of_people(page) -> int:
    return page.locator(".teaching-evidence-picture [role=button]").count()


def test_both_desks_have_a_page_of_their_own_on_the_site(browser, tmp_path_factory):
    site = small_site(tmp_path_factory.mktemp("decision"), panels=["benefits", "decision"])
    with without_network(browser, 360, 800) as context:
        page = context.new_page()
        for name in ("benefits", "decision"):
            page.goto((site / "panels" / f"{name}.html").as_uri())
            start_desks(page)
            assert faults(page, page.locator(".teaching-desk"), 360) == [], name
        press(page, "Keep this table")
        page.get_by_text("No number differs from the first table").wait_for()
        page.reload()
        start_desks(page)
        page.get_by_text("This table is kept.").wait_for(timeout=20_000)
