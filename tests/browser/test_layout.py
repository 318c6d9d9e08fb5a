"""The layout holds: on a narrow page, with large type, at fourfold zoom, in the widest and in the narrowest font."""

import pytest

from teaching import panels
from teaching.panels.catalogue import CATALOGUE
from teaching.panels.page import save_page
from teaching.panels.prediction import Predict

from . import fonts
from .layout import FAULTS, FILL, LONG, TOO_LONG, faults, settle
from .still_panels import cell_page, front_page, gallery_page

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


@pytest.fixture(scope="module", params=[fonts.WIDEST, fonts.NARROWEST])
def reader(request, launched):
    """A window of a browser that has one font only."""
    with launched(request.param) as browser:
        page = browser.new_context().new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every panel of the catalogue in a lesson's cell and on a page of the gallery: (surrounding, name) -> file."""
    folder = tmp_path_factory.mktemp("pages")
    files = {}
    for name, entry in CATALOGUE.items():
        panel = entry.make()
        files["cell", name] = cell_page(panel, folder / f"cell_{name}.html")
        files["gallery", name] = gallery_page(panel, name, folder / f"gallery_{name}.html")
    return files


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """The panel that asks first, once for each kind of prediction."""
    folder = tmp_path_factory.mktemp("asking")
    return {kind: cell_page(panels.treatment(predict=ask), folder / f"{kind}.html") for kind, ask in PREDICTIONS.items()}


def opened(page, file, selector: str = ".teaching-panel[data-frames]"):
    """A part of the page of a file."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(file.as_uri())
    part = page.locator(selector).first
    part.wait_for()
    return part


def all_faults(page, root) -> list[str]:
    """The faults on all pages that a reader may have."""
    found = [fault for width, percent in PAGES for fault in faults(page, root, width, percent)]
    assert page.complaints == []
    return found


@pytest.mark.parametrize("surrounding", ["cell", "gallery"])
@pytest.mark.parametrize("name", list(CATALOGUE))
def test_a_panel_with_everything_open_holds(reader, made, name, surrounding):
    panel = opened(reader, made[surrounding, name])
    cut = panel.evaluate(TOO_LONG)
    panel.evaluate(FILL, LONG)
    assert cut == []
    assert all_faults(reader, reader.locator("body")) == []


@pytest.mark.parametrize("kind", list(PREDICTIONS))
def test_a_panel_that_asks_first_holds_before_and_after(reader, asking, kind):
    panel = opened(reader, asking[kind])
    assert all_faults(reader, panel) == []
    panel.evaluate(FILL, LONG)
    assert all_faults(reader, panel) == []


def test_the_front_page_of_the_gallery_holds(reader, tmp_path):
    assert all_faults(reader, opened(reader, front_page(tmp_path / "front.html"), "body")) == []


def test_an_exported_page_holds(reader, tmp_path):
    body = opened(reader, save_page(CATALOGUE["bell"].make(), tmp_path / "bell.html")).locator("xpath=ancestor::body")
    body.evaluate(FILL, LONG)
    assert all_faults(reader, body) == []
