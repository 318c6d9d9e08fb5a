"""The site in a real browser with the network cut: over http and as files from a stick, by mouse, keyboard and ear."""

import contextlib
import json
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from site_tools import PROJECT, built  # noqa: E402

from teaching.learning import answers  # noqa: E402

from .served import folder_served  # noqa: E402

pytest.importorskip("sphinx", reason="the extra 'site' is not installed")
LESSONS = [path.stem for path in sorted((PROJECT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
#: What axe may find in the theme's own parts, which are none of ours: a label that only covers the page.
NOT_OURS = {"region", "landmark-unique"}
#: The words of what has the keys, and whether it is marked in the window; null when the keys have left the page.
PLACE_OF_KEYS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const marked = [at, at.closest("label") || at].some((one) => getComputedStyle(one).outlineStyle !== "none");
  const inside = box.bottom > 0 && box.top < innerHeight;
  const words = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent || at.tagName;
  return { words: words.trim().replace(/\\s+/g, " ").slice(0, 60), seen: marked && inside };
}
"""
WIDE = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """All lessons and two panels, with few pictures a panel."""
    return built(tmp_path_factory.mktemp("stick") / "Stick – Lehre", panels=["bell", "mechanism_car"])


@pytest.fixture(scope="module")
def address(site):
    """The same folder as a web server gives it."""
    with folder_served(site) as address:
        yield address


@pytest.fixture
def visit(browser):
    """Opens pages; whatever they complain about or ask another computer for fails the test at its end."""
    complaints, contexts = [], []

    def open_page(where: str, viewport=WIDE, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        ours = ("file:", "data:", "blob:", "http://127.0.0.1:", "about:")
        page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
        page.goto(where)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def through(page) -> None:
    """Goes down the page from panel to panel, until each has started or said why not."""
    places = page.locator(".teaching-place[data-kind=panel]")
    for number in range(places.count()):
        places.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "(number) => document.querySelectorAll('.teaching-place[data-kind=panel]')[number].dataset.started",
            arg=number, timeout=60_000,
        )  # fmt: skip


def serious(page) -> list[str]:
    """What axe calls serious or critical, with the places where it stands."""
    # Not 'preload': axe would read style sheets itself, which no page that was opened as a file may. What stands inside
    # a picture is heard and its contrast measured in the gallery (test_gallery.py): it takes longest here.
    found = Axe().run(page, context={"exclude": [["svg g"]]}, options={"preload": False}).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}"
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in NOT_OURS
    ]


# --- every page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_page_from_a_stick_is_alive_and_has_no_barrier(site, visit, lesson, artifacts):
    page = visit((site / "lessons" / f"{lesson}.html").as_uri(), offline=True)
    through(page)
    places = page.locator(".teaching-place:is([data-kind=panel], [data-kind=desk])")
    assert places.count() >= 1
    for place in places.all():  # a desk starts when it comes near, as a panel does
        place.scroll_into_view_if_needed()
        place.locator(".teaching-live[data-frames]").wait_for(timeout=20_000)
    assert places.evaluate_all("(all) => all.map((one) => one.dataset.started)") == ["yes"] * places.count()
    assert page.locator(".teaching-place .teaching-live[data-frames]").count() == places.count()
    assert page.locator("a[rel=next], .next-page, .prev-page").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    said = page.locator("img").evaluate_all("(all) => all.map((one) => one.alt)")
    assert not [words for words in said if words.endswith(".png")], "a file's name is read out for a picture"
    assert serious(page) == []
    if lesson == LESSONS[-1]:
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        assert serious(page) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        if artifacts:
            page.screenshot(path=artifacts / "site_lesson_320.png", full_page=True)


def test_the_first_page_plays_at_once_and_waits_where_less_motion_is_wished(site, address, visit, artifacts):
    for where in (address, (site / "index.html").as_uri()):
        page = visit(where)
        stage = page.locator(".front-stage")
        stage.locator(".teaching-play[aria-pressed=true]").wait_for()
        day = stage.locator(".teaching-stop")
        before = day.inner_text()
        page.wait_for_function(
            "(before) => document.querySelector('.teaching-stop').textContent !== before", arg=before
        )
    assert page.get_by_role("button", name="Projector").count() == 0  # the stage is a picture, no panel to be linked
    stage.get_by_role("button", name="Pause").click()
    assert serious(page) == []
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if artifacts:
            page.screenshot(path=artifacts / f"site_front_{width}.png", full_page=True)
    calm = visit(address, reduced_motion="reduce", color_scheme="dark")
    calm.locator(".front-stage .teaching-play[aria-pressed=false]").wait_for()
    calm.wait_for_timeout(300)
    assert calm.locator(".front-stage .teaching-play").get_attribute("aria-pressed") == "false"
    assert serious(calm) == []


def test_on_paper_what_is_folded_is_open_and_what_only_a_hand_can_use_is_gone(site, visit):
    page = visit((site / "lessons" / "05_car_t.html").as_uri(), offline=True)
    through(page)
    folded = page.locator(".tag_hide-cell details")
    assert folded.count() >= 1 and not folded.evaluate_all("(all) => all.some((one) => one.open)")
    page.wait_for_function("[...document.querySelectorAll('.tag_hide-cell img')].every((one) => one.complete)")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded.evaluate_all("(all) => all.every((one) => one.open)")
    assert folded.locator("img").evaluate_all("(all) => all.every((one) => one.naturalWidth && one.checkVisibility())")
    seen = "(all) => all.filter((one) => one.checkVisibility()).map((one) => one.textContent || one.type)"
    for selector in (
        "main button:not(.teaching-term), article button:not(.teaching-term)",
        "article input[type=range]",
        ".skip-to-content",
    ):
        assert page.locator(selector).evaluate_all(seen) == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not folded.evaluate_all("(all) => all.some((one) => one.open)")


def test_gallery_glossary_and_search_work_from_a_file(site, visit):
    page = visit((site / "panels" / "index.html").as_uri(), offline=True)
    page.get_by_role("link", name="Where on the bell does an engager stand").click()
    through(page)
    slider = page.locator(".teaching-controls input[type=range]:visible").first
    words = page.locator(".teaching-sentence").inner_text()
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("(words) => document.querySelector('.teaching-sentence').textContent !== words", arg=words)
    page.get_by_label("Search", exact=True).first.fill("plasmablast")
    page.keyboard.press("Enter")
    page.locator("#search-results a", has_text="Targets on the lineage").first.wait_for()
    assert serious(page) == []


# --- what a student does --------------------------------------------------------------------------------


def test_a_term_tells_its_meaning_by_touch_by_key_and_by_mouse_and_escape_ends_it(site, visit):
    page = visit((site / "lessons" / "04_bite.html").as_uri(), has_touch=True)
    word = page.locator(".teaching-term", has_text="ternary complex").first
    meaning = page.locator("#term-ternary-complex")
    word.scroll_into_view_if_needed()
    word.tap()
    meaning.wait_for(state="visible")
    page.keyboard.press("Escape")
    meaning.wait_for(state="hidden")
    word.focus()
    page.keyboard.press("Enter")
    meaning.wait_for(state="visible")
    box, window = meaning.bounding_box(), page.viewport_size
    assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"] and box["y"] >= 0
    assert "the bridge between two cells" in meaning.inner_text()
    page.keyboard.press("Escape")
    word.hover()
    meaning.wait_for(state="visible")
    meaning.get_by_role("link", name="Glossary").click()
    page.wait_for_url("**/glossary.html#term-ternary-complex")


def test_a_question_is_answered_wrong_hinted_answered_right_and_reported_with_keys_alone(site, visit):
    right = answers.entry_of("01-half-life")["answer"]["band"]
    page = visit((site / "lessons" / f"{LESSONS[1]}.html").as_uri(), offline=True)
    asked = page.locator(".teaching-place[data-id='01-half-life'][data-started=yes]").last
    field = asked.locator("input").first
    for given, comes in (("1e6", "Not yet"), (f"{sum(right) / 2:.2f}", "Right")):
        field.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(given)
        page.keyboard.press("Enter")
        asked.get_by_text(comes, exact=False).first.wait_for()
        if comes == "Not yet":
            page.keyboard.press("Tab")  # past the button that checks, to the hint
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            asked.get_by_text("Hint 1 of 3").first.wait_for()
    row = page.locator(".teaching-report tr", has_text=asked.locator(".teaching-prompt").inner_text())
    for _ in range(2):
        assert "right after 2 tries" in row.inner_text() and "1" in row.locator("td").nth(3).inner_text()
        page.reload()
        asked.get_by_text("Right").first.wait_for()


def test_the_keys_lead_through_a_whole_lesson_and_the_place_is_always_seen(site, visit):
    page = visit((site / "lessons" / f"{LESSONS[1]}.html").as_uri(), reduced_motion="reduce")
    through(page)
    page.evaluate("scrollTo(0, 0)")
    seen = []
    for _ in range(600):
        page.keyboard.press("Tab")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seen.append(page.evaluate(PLACE_OF_KEYS))
        if seen[-1] is None or len(seen) > 20 and seen[-1] == seen[0]:
            break
    assert len(seen) < 600, "the keys are caught somewhere"
    words = " | ".join(one["words"] for one in seen if one)
    for wanted in ("Skip to content", "Reset", "Check", "Save my report", "Save, move or erase", "Next"):
        assert wanted in words, wanted
    assert [one["words"] for one in seen if one and not one["seen"]] == []


def test_answers_are_kept_reported_moved_and_erased_only_when_that_is_confirmed(address, visit, tmp_path):
    page = visit(f"{address}lessons/01_b_cells_in_balance.html")
    kept = page.locator(".teaching-kept")
    assert "kept in this browser" in kept.inner_text()
    file = tmp_path / "answers.jsonl"
    common = {"lesson": LESSONS[1], "schema": 1, "time": "2026-11-27T10:00:00.000Z", "kit": "0.1.0"}
    entries = [
        {"kit": "bcell-teaching-kit", "what": "answers", "schema": 1},
        {**common, "id": "abc-1", "kind": "prediction", "question": "01-return-marker", "value": 218},
        {
            **common,
            "id": "abc-2",
            "kind": "answer",
            "question": "01-half-life",
            "value": "<img src=x onerror=alert(1)>",
        },
    ]
    file.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    kept.get_by_text("Save, move or erase my answers").click()
    kept.locator("input[type=file]").set_input_files(file)
    kept.get_by_text("2 entries added").wait_for()
    page.reload()
    assert "2 entries are kept so far" in page.locator(".teaching-kept").inner_text()
    report = page.locator(".teaching-report")
    assert "218" in report.inner_text() and "<img src=x onerror" in report.inner_text()
    page.get_by_label("Name on the report").fill("Ann <b>O'Hara</b>")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my report").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert saved.value.suggested_filename.startswith("report_01_b_cells_in_balance_")
    assert "Ann &lt;b&gt;O'Hara&lt;/b&gt;" in text and "&lt;img src=x" in text and "<img" not in text
    assert "1 predictions kept" in text and "Not treatment advice" in text
    kept.get_by_text("Save, move or erase my answers").click()
    with page.expect_download() as saved:
        kept.get_by_role("button", name="Save all answers as a file").click()
    assert Path(saved.value.path()).read_text(encoding="utf-8").count('"question"') == 2
    kept.get_by_role("button", name="Erase all answers").click()
    page.keyboard.press("Escape")
    assert page.evaluate("localStorage.length") >= 2
    kept.get_by_role("button", name="Erase all answers").click()
    kept.get_by_role("button", name="Erase for good").click()
    kept.get_by_text("Erased: nothing of yours is kept").wait_for()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('/answers/')).length") == 0


def test_what_was_read_is_ticked_and_told_on_the_first_page(address, visit):
    page = visit(f"{address}lessons/00_start_here.html", viewport={"width": 1600, "height": 900})
    total = page.locator("progress").get_attribute("max")
    page.wait_for_function("() => document.querySelector('progress').value === 0")
    page.locator("#furo-main-content section section").first.evaluate("(one) => one.lastElementChild.scrollIntoView()")
    page.wait_for_function("() => document.querySelector('progress').value >= 1")
    assert page.locator(".toc-tree a.teaching-read").count() >= 1
    page.goto(address)
    assert f"of {total} sections read" in page.locator("[data-read-of='00_start_here']").inner_text()


# --- bad input ------------------------------------------------------------------------------------------


def test_a_browser_that_keeps_nothing_says_so_and_everything_else_works(site, visit):
    getter = "{ configurable: true, get() { throw new DOMException('no'); } }"
    refuse = f"Object.defineProperty(window, 'localStorage', {getter});"
    page = visit("about:blank")
    page.add_init_script(refuse)
    page.goto((site / "lessons" / "04_bite.html").as_uri())
    assert "lets no page keep anything" in page.locator(".teaching-kept").inner_text()
    through(page)


def test_a_page_without_its_data_files_keeps_picture_and_words_and_says_what_to_do(site, browser):
    with contextlib.closing(browser.new_context()) as context:
        page = context.new_page()
        page.route("**/live/*.js", lambda route: route.abort())
        page.goto((site / "panels" / "bell.html").as_uri())
        page.get_by_text("The data of this panel did not come").wait_for()
        assert page.locator(".teaching-still img").evaluate("(one) => one.complete && one.naturalWidth > 0")


def test_without_any_script_a_page_is_there_to_read(site, browser):
    with contextlib.closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto((site / "lessons" / "04_bite.html").as_uri())
        assert page.locator(".teaching-still:visible").count() == 3
        assert page.locator(".teaching-asks:visible").count() >= 9
        page.locator("summary", has_text="Code of this cell").first.click()
        assert page.locator("math:visible").count() > 5
        page.locator(".teaching-term").first.click()  # popovers are the browser's own
        assert page.locator(".teaching-meaning:popover-open").count() == 1
