"""The layout holds: on a narrow page, with large type, at fourfold zoom, in the widest and in the narrowest font."""

import functools

import pytest
from fontTools.ttLib import TTFont
from invented_questions import INVENTED, WRONG_AND_RIGHT

from teaching import panels
from teaching.learning import answers
from teaching.panels import questions
from teaching.panels.catalogue import CATALOGUE, DESKS
from teaching.panels.page import save_page
from teaching.panels.prediction import Predict

from . import fonts
from .conftest import PROJECT
from .layout import FILL, FORMS, LONG, SHORT_LISTS, TOO_LONG, faults
from .still_panels import cell_page, front_page, gallery_page, questions_page

#: What a reader may have: width of the page [CSS pixels] and size of type [%]. 320 is also 1280 at fourfold zoom.
PAGES = [(1280, 100), (400, 100), (320, 100), (1280, 200), (400, 200), (320, 200)]
PREDICTIONS = {
    "curve": Predict("layout-curve", "How will blood B cells run after rituximab?", curve="blood",
                     unit="B cells per µL", across_label="month", across_per_unit=365.25 / 12),
    "marker": Predict("layout-marker", "Where is the lowest count of blood B cells after rituximab?", curve="blood",
                      marker=True, unit="B cells per µL", across_label="month", across_per_unit=365.25 / 12),
    "options": Predict("layout-options", "What comes back first?", options=[
        "young cells from the marrow, which have never met an antigen",
        "the clone that made the disease", "nothing: plasmablasts, plasma cells and memory cells all stay away"]),
}  # fmt: skip
#: The size of every kind of word outside the picture [px].
SIZES = """
(panel) => [...panel.querySelectorAll("p, label, legend, button, input[type=text], input[type=file], span, summary")]
  .filter((part) => !part.closest("svg")).map((part) => parseFloat(getComputedStyle(part).fontSize))
"""
#: Words that leave their picture, whose edge cuts them off.
CUT_WORDS = """
(panel) => [...panel.querySelectorAll(".teaching-picture > svg")].flatMap((svg) => {
  const edge = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll("text")].filter((text) => text.checkVisibility({ visibilityProperty: true }));
  return words.filter((text) => {
    const box = text.getBoundingClientRect();
    const out = [box.right - edge.right, edge.left - box.left, box.bottom - edge.bottom, edge.top - box.top];
    return box.width && Math.max(...out) > 1;
  }).map((text) => text.textContent);
})
"""


@pytest.fixture(scope="module", params=[fonts.WIDEST, fonts.NARROWEST])
def reader(request, launched):
    """A page of a browser that has one font only."""
    with launched(request.param) as browser:
        page = browser.new_context().new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.font = request.param
        yield page


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def made(folder):
    """A function that makes the pages of a panel once: in a lesson's cell and between head and foot of the gallery."""

    @functools.cache
    def make(name: str) -> dict:
        panel = CATALOGUE[name].make()
        return {
            "cell": cell_page(panel, folder / f"cell_{name}.html"),
            "gallery": gallery_page(panel, name, folder / f"gallery_{name}.html"),
        }

    return make


@pytest.fixture(scope="module")
def asking(folder):
    """The page of a panel that asks first, for each kind of prediction."""
    ways = PREDICTIONS.items()
    return {kind: cell_page(panels.treatment(predict=ask), folder / f"asking_{kind}.html") for kind, ask in ways}


@pytest.fixture(scope="module")
def exported(folder):
    return save_page(CATALOGUE["bell"].make(), folder / "exported.html")


def opened(page, file, selector: str = ".teaching-panel[data-frames]"):
    """A part of the page of a file, in a wide window."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(file.as_uri())
    part = page.locator(selector).first
    part.wait_for()
    return part


def all_faults(page, root, sizes=PAGES) -> list[str]:
    """The faults on all pages that a reader may have."""
    found = []
    for width, percent in sizes:
        found += faults(page, root, width, percent)
        if percent == 100 or width == 1280:  # a list that is too short beyond that ends in three points
            found += root.evaluate(SHORT_LISTS)
    assert page.complaints == []
    return found


# --- panels -------------------------------------------------------------------------------------------


IN_A_CELL = [(name, "cell", PAGES) for name in CATALOGUE]
#: The gallery's frame is the same around all panels: a panel of each form shows whether it holds.
IN_THE_GALLERY = [(name, "gallery", [(320, 100), (1280, 200), (320, 200)]) for name in FORMS]


@pytest.mark.parametrize("name", DESKS)
def test_a_desk_holds_with_everything_open(reader, folder, name):
    file = save_page(DESKS[name].make(), folder / f"desk_{name}.html", overwrite=True)
    desk = opened(reader, file, ".teaching-desk[data-frames]")
    desk.evaluate(FILL, LONG)
    # A list may end in three points: what was chosen stands in full over the picture.
    assert [fault for width, size in PAGES for fault in faults(reader, reader.locator("body"), width, size)] == []
    assert reader.complaints == []


@pytest.mark.parametrize("name, surrounding, sizes", [*IN_A_CELL, *IN_THE_GALLERY])
def test_a_panel_holds_with_everything_open(reader, made, name, surrounding, sizes):
    panel = opened(reader, made(name)[surrounding])
    assert panel.evaluate(TOO_LONG) == []
    panel.evaluate(FILL, LONG)
    assert all_faults(reader, reader.locator("body"), sizes) == []


@pytest.mark.parametrize("kind", list(PREDICTIONS))
def test_a_panel_that_asks_first_holds_before_and_after(reader, asking, kind):
    panel = opened(reader, asking[kind])
    assert all_faults(reader, panel) == []
    panel.evaluate(FILL, LONG)
    assert all_faults(reader, panel) == []


def test_type_follows_the_size_that_the_reader_has_chosen(reader, made):
    """Twice the size in the browser is twice the size of every word outside the picture; only the title gives way."""
    panel = opened(reader, made("treatment")["cell"])
    usual = panel.evaluate(SIZES)
    reader.evaluate("() => (document.documentElement.style.fontSize = '200%')")
    assert len(usual) > 30 and panel.evaluate(SIZES) == pytest.approx([2 * size for size in usual])
    assert min(usual) > 13


@pytest.mark.parametrize("family", [fonts.USUAL, fonts.NARROWEST])
def test_no_word_of_a_picture_is_cut_off_at_its_edge(launched, made, family):
    """Pictures name their own font, for which they are drawn; without it they have another proportional one."""
    with launched(family) as browser:
        page = browser.new_context().new_page()
        cut = {name: opened(page, made(name)["cell"]).evaluate(CUT_WORDS) for name in CATALOGUE}
    assert {name: words for name, words in cut.items() if words} == {}


# --- pages --------------------------------------------------------------------------------------------


def test_the_front_page_of_the_gallery_holds(reader, folder):
    assert all_faults(reader, opened(reader, front_page(folder / "front.html"), "body")) == []


def test_an_exported_page_holds(reader, exported):
    panel = opened(reader, exported)
    panel.evaluate(FILL, LONG)
    assert all_faults(reader, reader.locator("body")) == []


@pytest.mark.parametrize("name", ["treatment", "side_by_side", "body_map"])
def test_a_page_at_fourfold_zoom_holds(reader, made, name):
    """1280 pixels at 400 % are 320 CSS pixels of four device pixels each."""
    context = reader.context.browser.new_context(device_scale_factor=4)
    page = context.new_page()
    page.complaints = []
    opened(page, made(name)["gallery"]).evaluate(FILL, LONG)
    found = all_faults(page, page.locator("body"), [(320, 100)])
    context.close()
    assert found == []


# --- questions ----------------------------------------------------------------------------------------


def longest(kind: str, size) -> str:
    """The question of a kind for which `size` is largest."""
    return max((entry for entry in answers._key().items() if entry[1]["kind"] == kind), key=lambda one: size(one[1]))[0]


def test_questions_with_all_their_cards_hold(reader, folder, monkeypatch):
    """The longest of the lessons' questions and one of each kind: with an answer, all hints and a complaint."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(folder / "answers"))
    chosen = {
        longest("option", lambda entry: sum(map(len, entry["options"]))): lambda asked: asked.options[0],
        longest("option", lambda entry: max(map(len, entry["options"]))): lambda asked: asked.options[0],
        longest("number", lambda entry: len(entry["prompt"])): lambda asked: "4.25",
        longest("number", lambda entry: len(entry["unit"])): lambda asked: "a lot",
        longest("marker", lambda entry: len(entry["prompt"])): lambda asked: asked.high,
        longest("mark", lambda entry: sum(map(len, entry["phrases"]))): lambda asked: dict.fromkeys(
            asked.labels,
            asked.phrases[0],  # all labels lie on one phrase
        ),
        longest("sort", lambda entry: len(entry["hints"]) and sum(map(len, entry["cards"]))): lambda asked: (
            dict.fromkeys(asked.cards, asked.bins[0])
        ),
    }
    invented = {**{name: right for name, (_, right) in WRONG_AND_RIGHT.items()}, "99-why": f"{LONG}\n{'o' * 200}"}
    monkeypatch.setattr(answers, "_key", functools.partial(dict, {**answers._key(), **INVENTED}))
    made = []
    for name, give in {**chosen, **{name: lambda _, value=value: value for name, value in invented.items()}}.items():
        made.append(questions.check(name))
        made[-1].submit(give(made[-1].question))
        for _ in range(made[-1].setup["hints"]):
            made[-1].open_hint()
    body = opened(reader, questions_page(made, folder / "questions.html"), "body")
    assert body.locator(".teaching-card").count() == 4 * len(made)  # an answer and three hints each
    assert all_faults(reader, body) == []
    body.evaluate(FILL, LONG)
    assert all_faults(reader, body) == []


# --- the fonts themselves -----------------------------------------------------------------------------


def test_a_browser_has_the_font_it_was_given_and_no_other(reader):
    names = ("system-ui", "sans-serif", "serif", "monospace", "Arial", "'DejaVu Sans'", "'Liberation Sans'", "Georgia")
    reader.goto("about:blank")
    lines = [f'<p style="font-family: {name}">B cells per µL</p>' for name in names]
    reader.set_content("".join(lines) + "<button>a</button>")
    tools = reader.context.new_cdp_session(reader)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    parts = tools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "p, button"})["nodeIds"]
    used = [font for part in parts for font in tools.send("CSS.getPlatformFontsForNode", {"nodeId": part})["fonts"]]
    assert len(parts) == len(names) + 1
    assert {font["familyName"] for font in used} == {reader.font}


def test_no_font_that_is_installed_for_the_tests_is_wider_or_narrower():
    words = " ".join(f"{entry.question} {entry.line} {entry.title}" for entry in CATALOGUE.values())

    def width(file) -> float:
        face = TTFont(file)
        advance, letters = face["hmtx"].metrics, face.getBestCmap()
        return sum(advance[letters.get(ord(letter), ".notdef")][0] for letter in words) / face["head"].unitsPerEm

    files = [file for name in ("DejaVu", "Liberation") for file in fonts.FOLDER.rglob(f"{name}*.ttf")]
    if not all(map(fonts.files_of, (fonts.FAMILIES[name][1] for name in fonts.FAMILIES))):
        pytest.skip(f"the fonts of the tests are not below {fonts.FOLDER}")
    widths = {file: width(file) for file in files if "Math" not in file.name}
    assert max(widths, key=widths.get) in fonts.files_of(fonts.FAMILIES[fonts.WIDEST][1])
    assert min(widths, key=widths.get) in fonts.files_of(fonts.FAMILIES[fonts.NARROWEST][1])


def test_a_font_that_is_missing_is_named_with_its_package(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    for ci, outcome in (("true", pytest.fail.Exception), ("", pytest.skip.Exception)):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome, match="Liberation Sans Narrow .* install fonts-liberation, as .ci/run does"):
            fonts.only(fonts.NARROWEST, tmp_path)


def test_the_machine_that_runs_all_tests_installs_their_fonts():
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert {package for package, _ in fonts.FAMILIES.values()} == {"fonts-dejavu", "fonts-liberation"}
    assert "for fonts in dejavu liberation" in script
