"""Handouts and slides in a real browser without a network: keys, printed pages, letters for the last row."""

import re
from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from teaching.deliver.handing_out import handout, lecturer, lessons, notes, pdf, slides

pytest.importorskip("latex2mathml", reason="the extra 'site' is not installed")
#: Of 720 lines on a projector: what the last row reads [px].
FEWEST = 24
#: Lessons with drawn curves, with options and formulas, without a picture in the core, with tables to fill in.
SOME = ("03_rituximab", "04_bite", "08_virtual_trial", "09_reading_the_evidence")
EVERY = [path.stem for path in lessons.all_paths()]
#: Of how many slides something stands outside of its page, and what is the smallest letter on each [px].
MEASURES = """
() => [...document.querySelectorAll(".slide")].map((slide) => {
  const fit = slide.querySelector(".fit"), body = fit.querySelector(".body"), page = slide.getBoundingClientRect();
  const foot = slide.querySelector(".foot").getBoundingClientRect();
  const sizes = [];
  const walker = document.createTreeWalker(fit, NodeFilter.SHOW_TEXT);
  let lowest = 0;
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    const parent = walker.currentNode.parentElement;
    if (!box.height || parent.closest("math")) continue;
    lowest = Math.max(lowest, box.bottom - page.top);
    const zoom = body.contains(parent) ? Number(body.style.zoom || 1) : 1;
    sizes.push(parseFloat(getComputedStyle(parent).fontSize) * zoom);
  }
  const image = fit.querySelector("img")?.getBoundingClientRect();
  return {
    lowest: Math.max(lowest, image ? image.bottom - page.top : 0), foot: foot.top - page.top,
    wide: fit.scrollWidth - fit.clientWidth, smallest: Math.min(...sizes),
  };
})
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folders 'slides' and 'paper' with some lessons, and 'copies' in a full clone."""
    out = tmp_path_factory.mktemp("room")
    paths = [path for path in lessons.all_paths() if path.stem in SOME]
    slides.build(out / "slides", paths, site="https://example.org/kit", say=lambda line: None)
    handout.build(out / "paper", paths, browser=None, say=lambda line: None)
    try:
        lecturer.build(out / "copies", paths, say=lambda line: None)
    except ValueError as missing:
        assert str(missing) == notes.MISSING
    return out


@pytest.fixture(scope="module")
def all_decks(tmp_path_factory):
    """The folder with the deck of every lesson."""
    out = tmp_path_factory.mktemp("decks")
    slides.build(out / "slides", site="https://example.org/kit", say=lambda line: None)
    return out / "slides"


@pytest.fixture
def opened(browser):
    """Opens a file in a page of that size; whatever it asks for beside itself, and says in the console, is an error."""
    pages = []

    def open_file(path, width=1280, height=720):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(path.as_uri())
        pages.append((context, page, path.as_uri()))
        return page

    yield open_file
    for context, page, address in pages:
        outside = [url for url in page.asked if not url.startswith(("data:", address.split("#")[0]))]
        context.close()
        assert outside == [] and page.said == []


def shown(page) -> int:
    """Which slide is seen, from 1; exactly one is."""
    seen = page.evaluate(
        '[...document.querySelectorAll(".slide")]'
        '.map((slide, n) => getComputedStyle(slide).visibility === "visible" ? n + 1 : 0)'
    )
    (number,) = [n for n in seen if n]
    return number


def barriers(page) -> list:
    """What axe calls serious or critical."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in found if one["impact"] in ("serious", "critical")]


def pages_of(path) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(path).pages)


def parts_of(path) -> list[tuple[str, str]]:
    """Kind and alternative text of each part of a PDF, in the order in which a screen reader meets them."""
    found, rest = [], [PdfReader(path).root_object["/StructTreeRoot"]]
    while rest:
        part = rest.pop(0).get_object()
        if isinstance(part, list):
            rest = [*part, *rest]
        elif isinstance(part, dict):
            found.append((part.get("/S", ""), str(part.get("/Alt", ""))))
            rest = [part["/K"], *rest] if "/K" in part else rest
    return found


def test_arrow_keys_turn_the_slides_and_the_ends_hold(made, opened):
    page = opened(made / "slides" / "03_rituximab.html")
    count = page.locator(".slide").count()
    assert shown(page) == 1
    keys = (("ArrowLeft", 1), ("ArrowRight", 2), (" ", 3), ("PageUp", 2), ("End", count), ("PageDown", count))
    for key, wanted in keys:
        page.keyboard.press(key)
        assert shown(page) == wanted, key
    assert page.url.endswith(f"#slide-{count}")
    page.reload()
    assert shown(page) == count
    page.keyboard.press("Home")
    page.mouse.click(1000, 400)
    assert shown(page) == 2
    page.mouse.click(60, 400)
    assert shown(page) == 1 and page.locator("#told").inner_text() == f"Slide 1 of {count}"


def test_f_fills_the_screen_and_p_prints(made, opened):
    page = opened(made / "slides" / "03_rituximab.html")
    page.evaluate("() => { window.done = []; window.print = () => { done.push('print'); }; }")
    page.evaluate("() => { document.documentElement.requestFullscreen = () => { done.push('full'); }; }")
    page.keyboard.press("f")
    page.keyboard.press("P")
    page.keyboard.press("Control+f")
    assert page.evaluate("done") == ["full", "print"] and shown(page) == 1


@pytest.mark.parametrize("stem", EVERY)
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (1920, 1080)], ids=str)
def test_nothing_leaves_its_slide_and_the_last_row_can_read_it(all_decks, opened, stem, size):
    page = opened(all_decks / f"{stem}.html", *size)
    wide = min(size[0], size[1] * 16 / 9)
    for number, found in enumerate(page.evaluate(MEASURES), start=1):
        assert found["lowest"] <= found["foot"] + 1 and found["wide"] <= 1, (number, found)
        assert found["smallest"] >= FEWEST * wide / 1280 * 0.99, (number, found)


@pytest.mark.parametrize("stem", SOME)
def test_a_deck_prints_one_slide_a_page(made, opened, executable, stem, tmp_path):
    page = opened(made / "slides" / f"{stem}.html")
    pdf.save(made / "slides" / f"{stem}.html", tmp_path / "deck.pdf", executable)
    assert pages_of(tmp_path / "deck.pdf") == page.locator(".slide").count()


def test_links_lead_to_the_live_panel_and_a_key_on_one_does_not_turn_the_page(made, opened):
    page = opened(made / "slides" / "03_rituximab.html")
    while not page.locator(".slide.now.picture").count():
        page.keyboard.press("ArrowRight")
    links = page.locator(".slide.now .live a")
    assert [links.nth(n).get_attribute("href") for n in range(2)] == [
        "http://127.0.0.1:8866/?panel=dose_pk&case=Rituximab+2+%C3%97+1+g",
        "https://example.org/kit/panels/dose_pk.html#case=Rituximab+2+%C3%97+1+g",
    ]
    before = shown(page)
    note = "document.addEventListener('click', (e) => { window.pressed = e.target.textContent; e.preventDefault(); })"
    page.evaluate(f"() => {{ {note}; }}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("pressed") == "app" and shown(page) == before


def test_notes_open_the_deck_and_both_turn_together(made, opened):
    if not (made / "slides" / slides.NOTES).exists():
        pytest.skip("a student's copy has no instructor/")
    page = opened(made / "slides" / slides.NOTES / "03_rituximab.html")
    page.keyboard.press("ArrowRight")
    assert "The slides are not open" in page.locator("#told").inner_text()
    with page.context.expect_page() as found:
        page.locator("#open").click()
    deck = found.value
    deck.locator(".slide.now").wait_for()
    assert shown(deck) == 2
    page.keyboard.press("ArrowRight")
    deck.wait_for_function("document.querySelector('.now').id === 'slide-3'")
    deck.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[aria-current]').dataset.slide === '4'")
    assert page.locator("text=The surprise to expect").is_visible()
    page.locator("[data-slide='1']").click()
    deck.wait_for_function("document.querySelector('.now').id === 'slide-1'")
    deck.evaluate("postMessage({ teaching: 'go', to: 3 }, '*')")  # from itself, which is not its opener
    deck.wait_for_timeout(200)
    assert shown(deck) == 1


def test_paper_on_a_telephone_is_no_wider_than_its_screen(made, opened):
    for path in [*(made / "paper").glob("*.html"), *(made / "copies").glob("*.html")]:
        page = opened(path, 360, 740)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name


def test_key_figures_are_two_pages_and_every_page_has_its_number(made, executable, tmp_path):
    pdf.save(made / "paper" / "key_figures.html", tmp_path / "key.pdf", executable)
    assert pages_of(tmp_path / "key.pdf") == 2
    pdf.save(made / "paper" / "03_rituximab.html", tmp_path / "lesson.pdf", executable)
    assert 8 <= pages_of(tmp_path / "lesson.pdf") <= 20
    assert "counter(page)" in (made / "paper" / "03_rituximab.html").read_text(encoding="utf-8")


def test_no_page_of_paper_is_left_with_a_line_alone(made, executable, tmp_path):
    for source in sorted((made / "paper").glob("*.html")):
        pdf.save(source, tmp_path / "page.pdf", executable)
        words = [len(page.extract_text().split()) for page in PdfReader(tmp_path / "page.pdf").pages]
        assert min(words) > 40, (source.name, words)


@pytest.mark.parametrize("name", ["paper/03_rituximab", "paper/08_virtual_trial", "slides/04_bite"])
def test_whoever_hears_a_printed_page_hears_its_pictures_and_headings(made, executable, name, tmp_path):
    source = made / f"{name}.html"
    pdf.save(source, tmp_path / "page.pdf", executable)
    page, parts = source.read_text(encoding="utf-8"), parts_of(tmp_path / "page.pdf")
    words = [unescape(found) for found in re.findall(r'<(?:img|svg)[^>]* (?:alt|aria-label)="([^"]+)"', page)]
    assert words and [alt for kind, alt in parts if kind == "/Figure"] == words
    assert sum(kind in ("/H1", "/H2") for kind, _ in parts) == len(re.findall(r"<h[12]\b", page))
    about = PdfReader(tmp_path / "page.pdf")
    assert about.metadata.title == re.search("<title>(.*?)</title>", page)[1] and about.root_object["/Lang"] == "en"


@pytest.mark.parametrize("stem", SOME[:3])  # the last one asks for no prediction
def test_on_paper_no_prediction_stands_on_the_page_of_what_answers_it(made, executable, stem, tmp_path):
    pdf.save(made / "paper" / f"{stem}.html", tmp_path / "page.pdf", executable)
    texts = [page.extract_text() for page in PdfReader(tmp_path / "page.pdf").pages]
    turned = (made / "paper" / f"{stem}.html").read_text(encoding="utf-8").count("Then turn the page.")
    assert turned and sum(text.count("Then turn the page.") for text in texts) == turned
    for text in texts:
        assert "Back to your prediction" not in text.partition("Then turn the page.")[2]
        assert not ("compare with picture" in text and "It answers:" in text), "a picture beside its own prediction"


def test_axe_finds_no_barrier(made, opened):
    for name in ("slides/03_rituximab.html", "slides/index.html", "paper/03_rituximab.html", "paper/key_figures.html"):
        assert barriers(opened(made / name)) == [], name
    for name in ("copies/lecturers.html", f"slides/{slides.NOTES}/03_rituximab.html"):
        if (made / name).exists():
            assert barriers(opened(made / name)) == [], name
