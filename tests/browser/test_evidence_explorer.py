"""The evidence explorer as a student uses it: on a page without a kernel with mouse and keyboard, and in JupyterLab."""

import csv
import html
import io
import itertools
import json
import xml.etree.ElementTree as ElementTree

import nbformat
import numpy as np
import pytest
from PIL import Image
from site_tools import built, small_kit

from teaching import panels, tables_evidence
from teaching.evidence import forest as forests
from teaching.evidence.selection import select
from teaching.panels import evidence_explorer

from .asking import faults_for_everyone
from .conftest import complaints_of_ours, keep_pictures
from .desk_page import desk_file, desks_in_lab, opened, saved, says, start_desks, without_network
from .layout import faults

_ASK = """
async ([code, wanted]) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const reply = await kernel.requestExecute({ code, user_expressions: wanted ? { it: wanted } : {} }).done;
  return wanted ? reply.content.user_expressions.it.data["text/plain"] : reply.content.status;
}
"""

#: Words of the picture that lie on one another or stick out of it.
_OVERLAPS = """
() => {
  const picture = document.querySelector(".teaching-evidence-picture");
  const frame = picture.getBoundingClientRect();
  const boxes = [...picture.querySelectorAll("text")].filter((one) => one.textContent)
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  const found = boxes.filter(([, box]) => box.right > frame.right + 1 || box.left < frame.left - 1)
    .map(([words]) => `${words} sticks out`);
  boxes.forEach(([words, a], k) => boxes.slice(k + 1).forEach(([others, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 4) found.push(`${words} | ${others}`);
  }));
  return found;
}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return desk_file(tmp_path_factory.mktemp("evidence"), panels.evidence())


@pytest.fixture
def page(browser, file):
    """The explorer opened as a file of this disk, with the network cut."""
    with without_network(browser) as context:
        yield opened(context.new_page(), file)


def python_says(**change) -> str:
    return evidence_explorer._describe({**panels.evidence().start, **change})


def choose(page, label: str, word: str) -> None:
    page.get_by_label(label, exact=True).select_option(word)


def rows(page):
    return page.locator(".teaching-evidence-picture [role=button]")


def for_readers(why: str) -> str:
    """A reason with the name of the study that holds the patients instead of its key."""
    start = "may share patients with "
    return start + tables_evidence.studies()[why.removeprefix(start)].label if why.startswith(start) else why


# --- filters and words --------------------------------------------------------------------------


def test_every_filter_changes_picture_and_words_as_python_would_say_it(page):
    assert says(page) == python_says()
    steps = [
        ("Outcome", "outcome", "crs"), ("Disease", "disease", ""), ("Therapy", "therapy", "engager"),
        ("Design", "design", "case"), ("Target", "target", "BCMA"), ("Source of cells", "cells", "none"),
        ("Conditioning", "conditioning", "none"), ("From year", "first", "2024"), ("To year", "last", "2025"),
    ]  # fmt: skip
    page.get_by_text("More filters").click()
    change: dict = {}
    for label, name, word in steps:
        choose(page, label, word)
        change[name] = int(word) if name in ("first", "last") else word
        assert says(page) == python_says(**change), label
    assert page.get_by_text("More filters (4 in use)").is_visible()
    page.get_by_role("button", name="Reset").click()
    assert says(page) == python_says()
    product = page.get_by_label("Product, any piece of its name")
    product.fill("zorpo")
    product.press("Enter")
    assert says(page) == python_says(product="zorpo")


def test_a_list_says_how_many_studies_each_word_would_leave(page):
    words = page.get_by_label("Disease", exact=True).locator("option").all_inner_texts()
    assert f"SSc: systemic sclerosis ({len(select(disease='SSc', therapy='car_t'))})" in words
    choose(page, "Therapy", "antibody")
    words = page.get_by_label("Disease", exact=True).locator("option").all_inner_texts()
    assert f"SSc: systemic sclerosis ({len(select(disease='SSc', therapy='antibody'))})" in words


def test_a_filter_that_leaves_nothing_says_so_keeps_the_view_and_can_be_undone(page):
    before, drawn = says(page), rows(page).count()
    choose(page, "Design", "randomised")
    error = page.locator(".teaching-error").first
    told = (
        "No study fits all of this: disease SLE, therapy CAR-T cells, design randomised; the picture stays as it was."
    )
    assert error.inner_text() == told
    assert (says(page), rows(page).count()) == (before, drawn)
    assert page.get_by_label("Design", exact=True).input_value() == "randomised", "the hand's choice stays to be mended"
    choose(page, "Therapy", "antibody")  # another filter can make it fit again
    assert error.inner_text() == "" and says(page) == python_says(design="randomised", therapy="antibody")
    choose(page, "Therapy", "car_nk")
    page.get_by_role("button", name="Undo the last change").click()
    assert error.inner_text() == "" and page.get_by_label("Therapy", exact=True).input_value() == "antibody"
    assert says(page) == python_says(design="randomised", therapy="antibody")


# --- points lead to their references ------------------------------------------------------------


def test_the_keyboard_goes_from_study_to_study_and_each_leads_to_its_source(page):
    found = forests.forest("remission", select(disease="SLE", therapy="car_t"))
    page.get_by_label("Results, study by study").focus()
    page.keyboard.press("Tab")
    card = page.get_by_role("region", name="The chosen study")
    wanted = [*found.counted, None, *found.apart]
    for row in wanted:
        if row is None:
            assert "No two of these studies share patients" in card.inner_text()
        else:
            words = card.inner_text()
            assert (
                row.study.label in words
                and row.definition in words
                and f"{row.treated.events} of {row.treated.n} patients" in words
            )
            assert f"{row.study.opened}:" in words, "how far the source was opened"
            assert (f"Not added up: {for_readers(row.why)}." in words) == bool(row.why)
            links = card.locator("a").evaluate_all("(all) => all.map((one) => one.href)")
            assert links and all(link.startswith("https://") for link in links)
        focus = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focus.startswith(row.study.label if row else "All together"), focus
        page.keyboard.press("ArrowDown")
    assert "Unknown is not zero" in card.inner_text() and f"{found.unknown} studies have neither" in card.inner_text()
    page.keyboard.press("ArrowDown")  # stays at the end
    assert "Unknown is not zero" in card.inner_text()
    page.keyboard.press("Home")
    assert found.counted[0].study.label in card.inner_text()


def test_what_is_not_added_up_is_listed_with_its_reason_and_leads_to_its_card(page):
    found = forests.forest("remission", select(disease="SLE", therapy="car_t"))
    page.get_by_text(f"Studies that are not added up, and why ({len(found.why)})").click()
    table = page.get_by_role("region", name="Studies that are not added up")
    told = dict(
        zip(*[table.locator(f"td:nth-child({k})").all_inner_texts() for k in (1, 2)], strict=True)
    )  # label -> reason
    labels = {study.study: study.label for study in found.selection}
    assert set(told.values()) == {for_readers(why) for why in found.why.values()} and set(told) == {
        labels[name] for name in found.why
    }
    table.get_by_role("button", name="Mackensen 2022").click()
    assert (
        "may share patients with Müller 2026 (CASTLE)"
        in page.get_by_role("region", name="The chosen study").inner_text()
    )
    assert page.evaluate("document.activeElement.className").startswith("teaching-")


def test_a_row_that_was_chosen_stays_chosen_and_the_card_can_be_closed(page):
    rows(page).nth(1).click()
    label = rows(page).nth(1).get_attribute("aria-label").split(",")[0]
    card = page.get_by_role("region", name="The chosen study")
    assert label in card.inner_text() and page.locator("[aria-pressed=true]").count() == 1
    page.set_viewport_size({"width": 800, "height": 900})
    page.wait_for_timeout(200)
    assert label in card.inner_text() and page.locator("[aria-pressed=true]").count() == 1
    card.get_by_role("button", name="Close").click()
    assert "Choose a row" in card.inner_text() and page.locator("[aria-pressed=true]").count() == 0


# --- the map ------------------------------------------------------------------------------------


def test_a_cell_of_the_map_filters(page):
    page.get_by_label("Map of what exists").check()
    assert says(page) == python_says(view="map")
    cell = page.get_by_role("button", name="rheumatoid arthritis, antibody:")
    assert "544 patients in 7 studies" in cell.get_attribute("aria-label")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("systemic sclerosis, antibody")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("systemic sclerosis, T-cell")
    page.keyboard.press("Enter")
    assert says(page) == python_says(disease="SSc", therapy="engager")
    assert page.get_by_label("Therapy", exact=True).input_value() == "engager"


def test_circles_have_the_area_of_their_patients_and_nobody_without_a_control_group_is_filled(page):
    page.get_by_label("Map of what exists").check()
    found = page.locator(".teaching-evidence-picture circle").evaluate_all(
        "(all) => all.map((one) => [one.parentNode.getAttribute('aria-label'), Number(one.getAttribute('r')),"
        " getComputedStyle(one).fill])"
    )
    largest, smallest = max(r for _, r, _ in found), min(r for _, r, _ in found)
    filled = {look for name, _, look in found if "none with a control group" not in name and "no known" not in name}
    for name, r, look in found:
        patients = name.split(": ")[1].split(" patient")[0]
        if patients.isdigit() and r > smallest + 0.01:
            assert r == pytest.approx(largest * (int(patients) / 856) ** 0.5, rel=0.01), name
        if "none with a control group" in name:
            assert look not in filled, f"{name} looks as if it had a control group"
    assert len(filled) == 1


# --- files --------------------------------------------------------------------------------------


def test_numbers_picture_and_citations_can_be_taken_along(page):
    page.get_by_text("Take it along").click()
    found = forests.forest("remission", select(disease="SLE", therapy="car_t"))
    lines = list(csv.DictReader(io.StringIO(saved(page, "Numbers (CSV)").text)))
    assert len(lines) == len(found.selection) + 1
    counted = {line["study"]: line for line in lines if line["added up"] == "yes"}
    assert set(counted) == {row.study.study for row in found.counted}
    for row in found.counted:
        line = counted[row.study.study]
        assert (int(line["events"]), int(line["patients"])) == (row.treated.events, row.treated.n)
        assert float(line["low"]) == pytest.approx(row.treated.interval.low, abs=1e-6)
    unknown = [line for line in lines if line["why not"].startswith("not reported")]
    assert unknown and all(line["events"] == line["share"] == "" for line in unknown), "unknown is empty and not zero"
    assert lines[-1]["name"] == "all together" and int(lines[-1]["events"]) == found.events

    svg = saved(page, "Picture (SVG)").text
    tree = ElementTree.fromstring(svg)
    words = " ".join(tree.itertext())
    assert all(row.study.label in words for row in found.counted) and "disease SLE" in words
    assert "var(" not in svg, "its looks stand in it"
    (title,) = [one for one in tree.iter() if one.text and one.text.startswith("Remission as the study defines it ·")]
    assert "font-weight: 700" in title.get("style"), "the style of the page reaches the copy"
    assert "What has been published" in words and f"{found.events} of {found.n} patients" in words, (
        "with its question and words"
    )
    for theme in ("true", "false"):
        page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme)
        picture = np.asarray(Image.open(io.BytesIO(saved(page, "Picture (PNG)").content)).convert("L"), float)
        assert picture.shape[1] > 1000 and np.median(picture) == 255 and picture.mean() > 235, "on white paper"
    told = saved(page, "Citations (text)").text
    assert "https://doi.org/10.1038/s41591-022-02017-5" in told and "Mackensen, Andreas" in told


# --- for everyone -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["Results, study by study", "Map of what exists"])
def test_it_can_be_heard_and_seen_light_and_dark_and_nothing_sticks_out(page, view, scheme, artifacts):
    page.emulate_media(color_scheme=scheme)
    page.evaluate("(dark) => { document.body.dataset.jpThemeLight = String(!dark); }", scheme == "dark")
    page.get_by_label(view).check()
    rows(page).nth(2).focus()
    assert faults_for_everyone(page, ".teaching-desk") == []
    desk = page.locator(".teaching-desk")
    name = f"evidence_{'map' if 'Map' in view else 'forest'}_{scheme}"
    keep_pictures(page, [desk], name, artifacts)
    keep_pictures(page, [desk], name, artifacts, width=360)
    for part in page.locator("details").all():
        part.evaluate("(one) => { one.open = true; }")
    assert [fault for width in (320, 400, 1280) for fault in faults(page, desk, width)] == []


def test_words_of_the_picture_do_not_run_into_each_other(page):
    for view, label in itertools.product(("Results, study by study", "Map of what exists"), evidence_explorer.CASES):
        page.get_by_label(view).check()
        page.get_by_role("button", name=label).click()
        for width in (1280, 700, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(150)
            overlaps = page.evaluate(_OVERLAPS)
            assert overlaps == [], (view, label, width)


# --- in JupyterLab ------------------------------------------------------------------------------


def test_in_jupyterlab_the_kernel_knows_the_setting_and_can_change_it(lab, open_notebook, artifacts):
    cell = "from teaching import panels\ndesk = panels.evidence(disease='SLE')\ndesk"
    page = (notebook := desks_in_lab(lab, open_notebook, "evidence.ipynb", cell)).page
    choose(page, "Therapy", "antibody")
    page.wait_for_function(
        "() => document.querySelector('.teaching-sentence').textContent.includes('therapy antibody')"
    )
    for _ in range(50):
        values = page.evaluate(_ASK, ["", "__import__('json').dumps(desk.values)"])
        if "antibody" in values:
            break
        page.wait_for_timeout(100)
    assert json.loads(values.strip("'"))["therapy"] == "antibody"
    assert page.evaluate(_ASK, ["desk.set({'outcome': 'response', 'design': 'randomised'})", ""]) == "ok"
    wanted = evidence_explorer._describe(
        {**panels.evidence(disease="SLE").start, "therapy": "antibody", "outcome": "response", "design": "randomised"}
    )
    page.wait_for_function(
        "(wanted) => document.querySelector('.teaching-sentence').textContent === wanted", arg=wanted, timeout=20_000
    )
    keep_pictures(page, [page.locator(".teaching-desk")], "evidence_lab", artifacts)
    assert notebook.outside == [] and complaints_of_ours(notebook) == []


# --- on the site --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of one lesson that has the explorer in a cell, and of the explorer's own page."""
    pytest.importorskip("sphinx", reason="the extra 'site' is not installed")
    project = small_kit(tmp_path_factory.mktemp("explorer") / "explorer-kit")
    lesson = project / "notebooks" / "01_template.ipynb"
    notebook = nbformat.read(lesson, as_version=4)
    cell = nbformat.v4.new_code_cell("from teaching import panels\n\npanels.evidence(disease='RA', outcome='response')")
    notebook.cells.insert(2, cell)
    nbformat.write(notebook, lesson)
    return built(tmp_path_factory.mktemp("out") / "site", project, panels=["evidence"])


@pytest.mark.parametrize(
    ("where", "start"),
    [("panels/evidence.html", {}), ("lessons/01_template.html", {"disease": "RA", "outcome": "response"})],
)
def test_on_the_site_it_stands_in_its_lesson_and_on_its_own_page(site, browser, where, start):
    file = site / where
    wanted = panels.evidence(**start)
    assert wanted.sentence in html.unescape(file.read_text(encoding="utf-8")), "its words stand there without a script"
    with without_network(browser) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        start_desks(page)
        desk = page.locator(".teaching-desk")
        assert says(desk) == wanted.sentence
        assert page.locator(".teaching-place[data-kind=desk] .teaching-still").count() == 0
        choose(page, "Therapy", "antibody")
        assert "therapy antibody" in says(desk)
        rows(page).first.click()
        assert page.get_by_role("region", name="The chosen study").locator("a").count()
        assert faults_for_everyone(page, ".teaching-desk") == []
        assert [fault for width in (320, 1280) for fault in faults(page, desk, width)] == []
