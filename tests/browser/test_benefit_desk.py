"""The benefit desk on a page without a kernel or a network: a hundred people a figure, and each number's source."""

import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
from benefit_settings import ALL, GOOD, START, WRONG

from teaching.evidence.icons import icons
from teaching.panels import benefits
from teaching.panels.benefit_boxes import SHORT, box, overview, things
from teaching.panels.benefit_data import NOTHING, benefit_data
from teaching.panels.benefit_setting import checked
from teaching.panels.benefits import describe
from teaching.tables_benefit import OPTIONS, POPULATIONS, WITHOUT_NUMBER

from .asking import faults_for_everyone
from .conftest import keep_pictures
from .desk_page import (
    WIDTHS,
    desk_file,
    faults_in_windows,
    odd_settings,
    opened,
    said_alike,
    saved,
    says,
    script_of,
    without_network,
)

LOOKS = ("certain", "seen", "possible", "free", "unknown")
#: How many people of each look an element shows.
_COUNT = """
(root) => {
  const found = {};
  for (const one of root.querySelectorAll(".teaching-whole")) {
    const look = one.getAttribute("class").match(/teaching-(\\w+)-person/)[1];
    found[look] = (found[look] ?? 0) + 1;
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return desk_file(tmp_path_factory.mktemp("desk"), benefits())


@pytest.fixture(params=WIDTHS)
def page(browser, file, request):
    """The desk without a network, in a window of this width."""
    with without_network(browser, request.param) as context:
        yield opened(context.new_page(), file)


@pytest.fixture(scope="module")
def rules(browser):
    """A page with the modules of the desk and its data, and nothing shown."""
    with script_of(browser, "benefits", benefit_data()) as page:
        yield page


def boxes(page):
    return page.locator(".teaching-evidence-picture [role=button]")


def card(page):
    return page.locator(".teaching-study")


def choose(page, label, word) -> None:
    page.get_by_label(label, exact=True).first.select_option(word)


def expected_people(figure) -> dict:
    if figure is None:
        return {"unknown": 100}
    if figure.kind == "impossible":
        return {"impossible": 100}
    return {look: many for look, many in zip(LOOKS, icons(figure).counts, strict=True) if many}


# --- the rules, held together with Python --------------------------------------------------------------------------


def test_the_script_takes_and_refuses_what_python_does_in_the_same_words(rules):
    given = [*GOOD, *ALL, *({**START, **changes} for changes, _ in WRONG)]
    said = said_alike(rules, "benefit_checks_js.check_setting({ data }, one)", given, checked)
    said_alike(rules, "benefit_checks_js.check_setting({ data }, one)", odd_settings(START), checked)
    assert sum(isinstance(one, str) for one in said) == len(WRONG)


def test_the_words_are_those_of_python_for_every_box_and_view(rules):
    there = rules.evaluate("(given) => given.map((one) => benefit_words_js.words_of(data, one))", [*GOOD, *ALL])
    assert there == [describe(one) for one in (*GOOD, *ALL)]


def test_each_box_draws_the_hundred_people_that_python_counts(rules):
    """All therapies, events, grades and both populations: what is drawn, not what is said."""
    there = rules.evaluate(
        f"""() => Object.keys(data.boxes).flatMap((population) => Object.keys(data.things).flatMap((thing) =>
          Object.keys(data.therapies).map((therapy) => {{
            const {{ svg, put }} = evidence_pieces_js.make_canvas(100, 100, "people");
            const figure = benefit_words_js.shown_in(data, population, thing, therapy);
            benefit_icons_js.put_people(put, svg, figure, 0, 0, 100);
            return [population, thing, therapy, ({_COUNT})(svg)];
          }})))"""
    )
    assert len(there) == len(POPULATIONS) * len(things()) * len(OPTIONS)
    for population, thing, therapy, drawn in there:
        assert drawn == expected_people(box(therapy, thing, population).shown), (population, thing, therapy)


def test_each_number_on_an_icon_array_leads_to_its_source(rules):
    """The card of every box has, for each source of each figure, a link to it, or says why there is none."""
    there = rules.evaluate(
        """() => Object.keys(data.boxes).flatMap((population) => Object.keys(data.things).flatMap((thing) =>
          Object.keys(data.therapies).map((therapy) => {
            const host = document.createElement("div");
            document.body.append(host);
            const values = { population, view: "people" };
            host.append(...benefit_card_js.box_card(data, values, thing, therapy, false, host));
            const links = [...host.querySelectorAll("a")].map((one) => one.href);
            const found = [population, thing, therapy, links, host.textContent];
            host.remove();
            return found;
          })))"""
    )
    data, linked = benefit_data(), 0
    for population, thing, therapy, links, words in there:
        found = box(therapy, thing, population)
        if found.shown is None:
            assert NOTHING[population] in words
            continue
        for one in (found.shown, *found.others):
            assert one.name in words, (population, thing, therapy)
            if one.kind not in WITHOUT_NUMBER:
                assert one.source and one.confidence in words
            for key in one.source:
                text, address, _, note = data["references"][key]
                assert text in words and (any(same(address, link) for link in links) if address else note in words)
                linked += bool(address)
    assert linked > 150


def same(address: str, link: str) -> bool:
    """Whether a link as the browser writes it is this address."""
    return re.sub(r"%[0-9A-F]{2}|[^\w]", "", link) == re.sub(r"%[0-9A-F]{2}|[^\w]", "", address)


# --- the walk ------------------------------------------------------------------------------------------------------


def test_therapies_and_events_stand_beside_and_below_each_other(page, artifacts):
    assert boxes(page).count() == 2 and says(page) == describe(START)
    choose(page, "and", "rituximab")
    choose(page, "and below it", "remission")
    setting = {**START, "therapies": ["obinutuzumab", "cd19_car_t", "rituximab"], "events": ["infection", "remission"]}
    assert says(page) == describe(setting) and boxes(page).count() == 6
    order = [(thing, therapy) for thing in setting["events"] for therapy in setting["therapies"]]
    for place, (thing, therapy) in enumerate(order):
        shown = box(therapy, thing, "autoimmune").shown
        assert boxes(page).nth(place).evaluate(_COUNT) == expected_people(shown), (thing, therapy)
        words = " ".join(boxes(page).nth(place).locator("text").all_text_contents())
        if shown.kind not in WITHOUT_NUMBER:
            assert str(shown.year) in words and shown.definition.split()[0] in words and "Not known:" in words
    keep_pictures(page, [page.locator(".teaching-desk")], "benefit_desk", artifacts)
    page.get_by_label("Cancer, which does not carry over to autoimmune disease").check()
    assert says(page) == describe({**setting, "population": "cancer"})
    choose(page, "beside it", "")
    assert boxes(page).count() == 4


def test_by_keyboard_alone_a_box_shows_its_card_and_gives_the_focus_back(page):
    boxes(page).first.focus()
    page.keyboard.press("ArrowRight")
    assert card(page).locator("h4").inner_text() == "Serious infection: CD19 CAR-T"
    link = card(page).locator("a").first
    assert link.get_attribute("href") == "https://doi.org/10.1056/NEJMoa2308917"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Enter")
    assert boxes(page).nth(1).evaluate("(one) => one === document.activeElement")
    assert card(page).inner_text().startswith("Choose a box")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    assert boxes(page).last.get_attribute("aria-pressed") == "true"


def test_the_overview_opens_the_hundred_people_of_a_box(page, artifacts):
    page.get_by_label("Overview: what is counted").check()
    assert says(page) == describe({**START, "view": "overview"})
    places = list(overview("autoimmune"))
    assert boxes(page).count() == len(places)
    keep_pictures(page, [page.locator(".teaching-desk")], "benefit_overview", artifacts)
    for thing, therapy in [("relapse", "mrna_car_t"), ("gvhd", "rituximab"), ("low_igg", "obinutuzumab")]:
        boxes(page).nth(places.index((thing, therapy))).click()
        shown = box(therapy, thing, "autoimmune").shown
        assert card(page).locator("svg").evaluate(_COUNT) == expected_people(shown)
        assert SHORT[therapy] in card(page).locator("h4").inner_text() and shown.not_known in card(page).inner_text()
    boxes(page).nth(places.index(("relapse", "mrna_car_t"))).focus()
    page.keyboard.press("ArrowDown")
    below = places[places.index(("relapse", "mrna_car_t")) + len(OPTIONS)]
    assert boxes(page).nth(places.index(below)).get_attribute("aria-pressed") == "true"


def test_costs_have_place_year_teller_and_a_link(page, artifacts):
    page.get_by_label("Cost, time and access").check()
    rows = page.locator(".teaching-cost-row")
    own = [row for row in benefit_data()["costs"] if {"obinutuzumab", "cd19_car_t"} & set(row["therapies"])]
    assert rows.count() == len(own) and says(page) == describe({**START, "view": "costs"})
    keep_pictures(page, [page.locator(".teaching-desk")], "benefit_costs", artifacts)
    words = page.locator(".teaching-cost-lists").inner_text()
    for row in own:
        assert row["includes"] in words and row["not_known"] in words and str(row["year"] or row["place"]) in words
    page.evaluate("document.querySelectorAll('.teaching-cost-row details').forEach((one) => (one.open = true))")
    for place in range(rows.count()):
        words = rows.nth(place).inner_text()
        row = next(one for one in own if f"Row {one['name']} of costs.csv" in words)
        addresses = [benefit_data()["references"][key][1] for key in row["source"]]
        assert rows.nth(place).locator("a").count() == sum(map(bool, addresses))
    assert page.get_by_role("button", name="Picture (SVG)").is_hidden()


# --- everybody can read it, bad input, files -----------------------------------------------------------------------


def test_each_view_can_be_read_by_everyone(page):
    for view in ("Overview: what is counted", "Cost, time and access", "A hundred people"):
        page.get_by_label(view, exact=True).check()
        if boxes(page).count() and page.locator(".teaching-evidence").is_visible():
            boxes(page).first.click()
        assert faults_for_everyone(page, ".teaching-desk") == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


def test_words_in_the_pictures_stay_inside(page):
    for view in ("A hundred people", "Overview: what is counted"):
        page.get_by_label(view, exact=True).check()
        outside = page.locator(".teaching-evidence-picture > svg").first.evaluate(
            "(svg) => [...svg.querySelectorAll('text')].filter((one) => { const box = one.getBoundingClientRect(), "
            "frame = svg.getBoundingClientRect(); return box.left < frame.left - 1 || box.right > frame.right + 1 "
            "|| box.top < frame.top - 1 || box.bottom > frame.bottom + 1; }).map((one) => one.textContent)"
        )
        assert outside == [], view


def test_a_therapy_cannot_be_chosen_twice_and_none_is_left_out(page):
    second = page.get_by_label("beside it", exact=True)
    assert second.locator("option[value=obinutuzumab]").is_disabled()
    assert page.get_by_label("Therapy", exact=True).locator("option").count() == len(OPTIONS)


def test_files_hold_what_is_seen(page):
    page.get_by_text("Take it along").click()
    rows = list(csv.DictReader(io.StringIO(saved(page, "Numbers (CSV)").text)))
    assert [row["row"] for row in rows] == ["obi_infection", "c19_infection"]
    assert (rows[1]["count"], rows[1]["patients"]) == ("1", "15") and "doi.org" in rows[1]["source"]
    assert [int(rows[1][name]) for name in ("certain", "seen", "possible", "without", "unknown")] == list(
        icons(box("cd19_car_t", "infection", "autoimmune").shown).counts
    )
    text = saved(page, "Picture (SVG)").text
    words = "".join(ElementTree.fromstring(text).itertext())
    assert "1 of 15 patients" in words and describe(START).split(".")[0] in words and text.count("<path") > 200
    assert saved(page, "Picture (PNG)").content[:4] == b"\x89PNG"
    for view, name in (("Overview: what is counted", "overview"), ("Cost, time and access", "costs")):
        page.get_by_label(view, exact=True).check()
        file = saved(page, "Numbers (CSV)")
        rows = list(csv.reader(io.StringIO(file.text)))
        assert file.name == f"benefit-{name}.csv" and {len(row) for row in rows} == {len(rows[0])}


def test_it_holds_on_narrow_pages_with_large_type(browser, tmp_path):
    events = ["crs", "t_cell_malignancy", "pml"]
    with without_network(browser) as context:
        for view in ("people", "overview", "costs"):
            desk = benefits("cd19_engager", "bcma_car_t", events, third="rituximab", view=view)
            page = opened(context.new_page(), desk_file(tmp_path, desk))
            if view != "costs":
                boxes(page).first.click()
            assert faults_in_windows(page) == [], view
