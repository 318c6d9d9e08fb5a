"""The site: its numbers are the model's, its links lead somewhere, it asks nobody for anything and tells no answer."""

import gzip
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from site_tools import PROJECT, built, page, secrets, small_kit

from teaching import Patient, Plan, locking, tables, treat
from teaching.deliver import formulas
from teaching.deliver.site import build, extension, sources, target
from teaching.deliver.site.live_data import LIVE
from teaching.panels import bundle

pytest.importorskip("sphinx", reason="the extra 'site' is not installed")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return small_kit(tmp_path_factory.mktemp("project") / "small")


@pytest.fixture(scope="module")
def site(project, tmp_path_factory):
    """The template lesson and the bell's panel as a site, in a folder whose name needs to be quoted."""
    return built(tmp_path_factory.mktemp("out") / "Lehre über B-Zellen", project, panels=["bell"])


@pytest.fixture(scope="module")
def lesson(site):
    return (site / "lessons" / "01_template.html").read_text(encoding="utf-8")


def pages(site):
    return [page(path) for path in sorted(site.rglob("*.html"))]


def text_files(site):
    return {path: path.read_text(encoding="utf-8") for path in site.rglob("*") if path.suffix in TEXT}


TEXT = {".html", ".js", ".css", ".json", ".txt", ".svg"}


# --- the science ----------------------------------------------------------------------------------------


def test_the_numbers_of_a_page_are_those_of_the_model_today(lesson):
    course = treat(Patient.typical("SLE"), Plan("rituximab", dose_mg=1000, days=[0, 14]), days=730)
    metrics = course.metrics()
    assert f"back above 10 per µL on day {metrics['day_back_above_10']:.0f}" in lesson
    assert f"lowest count {metrics['nadir_per_ul']:.2f} per µL" in lesson


def test_every_panel_says_in_words_what_its_still_picture_shows(site, lesson):
    for question in ("How deep do B cells fall, how long, and what comes back?", "How does rituximab kill a B cell"):
        assert question in lesson
    places = re.findall(r'data-kind="panel" data-file="(\S+?)"', lesson)
    stills = re.findall(r'<img src="(\.\./live/\w+\.png)"[^>]* alt="([^"]+)"', lesson)
    assert len(places) == len(stills) == 3 and all(words for _, words in stills)
    for address in [*places, *(address for address, _ in stills)]:
        assert page(site / "lessons" / "01_template.html").target(address)[0].is_file()


def test_a_data_file_is_one_value_that_a_classic_script_leaves_under_its_own_name(site):
    files = sorted((site / "live").glob("*.js"))
    assert len(files) == 5  # three of the lesson, the bell, and the first page's body map
    for file in files:
        text = file.read_text(encoding="utf-8")
        found = re.fullmatch(r'\(self\.teaching_data \?\?= \{\}\)\["(\w+)"\] = (\{.*\});\n', text)
        assert found and found[1] == file.stem
        assert json.loads(found[2])
        assert "\u2028" not in text and "\u2029" not in text


def test_a_formula_is_mathml_and_a_term_tells_its_meaning_once_a_paragraph():
    assert formulas.mathml(r"\frac{b}{(K_1 + b)}", "block").count("<mfrac>") == 1
    assert "<mi>ln</mi><mspace" in formulas.mathml(r"\ln 2 / d", "inline")
    pattern, names = extension._pattern("01")
    assert names["half-life"] == "half-life" and "bispecific engager" not in names  # no later lesson's word
    assert [found[0] for found in pattern.finditer("Half-lives? A half-life of naive B cells; half-lifetime")] == [
        "half-life",
        "naive B cells",
    ]


@pytest.mark.parametrize(
    "after, joined", [(", and it ends", True), (". Next", True), (")", True), (" rises", False), ("", False)]
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_comma_stays_on_the_line_of_the_term_before_it(after, joined, wrapped):
    term = extension.MeantTerm("", "half-life", known_as="half-life")
    inner = nodes.emphasis("", "", term) if wrapped else term
    nodes.paragraph("", "", nodes.Text("A "), inner, *([nodes.Text(after)] if after else []))
    page = SimpleNamespace(body=[])
    extension._open_term(page, term)
    extension._close_term(page, term)
    assert "".join(page.body).endswith("</button>" + "&#8288;" * joined)


def test_code_that_a_student_changes_says_where_that_is_possible():
    lesson = next((PROJECT / "notebooks").glob("01_*.ipynb"))
    cells = [cell for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    shown = [[{"output_type": "stream", "name": "stdout", "text": "1"}] for _ in cells]
    made = [
        cell for cell in json.loads(sources.lesson_page(lesson, shown, set()))["cells"] if cell["cell_type"] == "code"
    ]
    for before, after in zip(cells, made, strict=True):
        prompt = after["metadata"].get("mystnb", {}).get("code_prompt_show", "")
        hidden = before["metadata"].get("jupyter", {}).get("source_hidden", False)
        assert ("open the lesson with Python" in prompt) == (not hidden), before["source"]


@pytest.mark.parametrize(
    "lesson", sorted((PROJECT / "notebooks").glob("[0-9][0-9]_*.ipynb")), ids=lambda path: path.stem
)
def test_a_page_asks_nobody_to_run_a_cell(lesson):
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    words = sources.lesson_page(lesson, [[] for cell in cells if cell["cell_type"] == "code"], set())
    assert "Shift + Enter" in lesson.read_text(encoding="utf-8") and "Shift + Enter" not in words


def test_the_foot_of_a_page_names_the_authors_and_the_licences(site):
    words = "".join(page(site / "lessons" / "01_template.html").words)
    assert "teaching kit authors" in words and "CC BY 4.0" in words and "BSD 3-Clause" in words


def test_all_sources_and_all_terms_have_their_place(site):
    references = (site / "references.html").read_text(encoding="utf-8")
    for key, fields in tables.references().items():
        assert f"<strong>{key}</strong>" in references
        if doi := fields.get("doi"):
            assert f'href="https://doi.org/{doi}"'.replace("<", "&lt;").replace(">", "&gt;") in references, key
    glossary = page(site / "glossary.html")
    for term, entry in tables.glossary().items():
        assert f"term-{extension.slug(term)}" in {name.lower() for name in glossary.ids}, term
        assert entry.meaning in "".join(glossary.words)


def test_pages_about_the_kit_stand_in_four_groups_with_their_pictures(site):
    front = (site / "lessons" / "01_template.html").read_text(encoding="utf-8")
    captions = re.findall(r'<p class="caption"[^>]*><span class="caption-text">([^<]+)</span>', front)
    assert captions == ["Lessons", "Look up", *sources.SIDEBAR, "About"]
    for name in sources.docs_there(PROJECT):
        assert f"docs/{name}.html" in front, name
    model = page(site / "docs" / "how_the_model_works.html")
    shown = [address for address in model.asks if "pictures/" in address]
    assert len(shown) == 2 and all(model.target(address)[0].is_file() for address in shown)
    students = page(site / "docs" / "students.html")
    assert any(address.endswith("plans.html#four-weeks-alone-705-minutes") for address in students.links)


def test_a_link_to_a_lesson_in_the_docs_leads_to_its_page_or_is_words():
    made = sources.doc_pages(PROJECT, [PROJECT / "notebooks" / "03_rituximab.ipynb"])["docs/plans.md"]
    assert "[lesson 03](../lessons/03_rituximab.ipynb), core" in made and "| lesson 05, core" in made


# --- the interface --------------------------------------------------------------------------------------


def test_no_page_asks_anything_of_another_computer(site):
    for one in pages(site):
        for address in one.asks:
            assert not re.match(r"(?i)(https?:)?//", address), f"{one.path.name} asks for {address}"
    for path, text in text_files(site).items():
        assert not re.search(r"\bfetch\(\s*['\"`]https?:|importScripts|navigator\.sendBeacon|new WebSocket", text), path
        if path.suffix == ".css":
            assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", text), path


def test_every_link_leads_to_something_that_is_there(site):
    assert len(pages(site)) >= 12
    for one in pages(site):
        assert one.lang == "en" and one.bare_pictures == []
        for address in [*one.links, *one.asks]:
            if re.match(r"(?i)[a-z]+:", address):
                continue
            file, place = one.target(address)
            assert file.is_file(), f"{one.path.relative_to(site)}: {address}"
            if place and file.suffix == ".html":
                assert place in page(file).ids, f"{one.path.relative_to(site)}: {address}"


def test_no_answer_and_no_hint_stands_anywhere_in_clear(site):
    told = secrets()
    assert len(told) > 300
    for path, text in text_files(site).items():
        plain = text.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&").replace('\\"', '"')
        for name, words in told.items():
            assert words not in plain, f"{path.relative_to(site)} tells {name}"


def test_options_of_a_question_stand_in_their_order_and_nothing_marks_one(lesson):
    block = re.search(r'data-id="01-quiz-first">(.*?)</div>', lesson, re.S)[1]
    items = re.findall(r"<li(.*?)>", block)
    assert len(items) >= 3 and set(items) == {""}
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', block)[1])
    assert set(data) == {"setup", "lesson", "packed"}
    assert not {"answer", "wrong", "feedback", "right"} & set(data["setup"]) and data["setup"]["hints"] == 3


def test_code_is_folded_where_it_says_something_and_left_out_where_it_only_asks(lesson):
    assert "Code of this cell" in lesson and "back above 10 per µL on day {course" in re.sub(r"<[^>]+>", "", lesson)
    assert "questions.check" not in re.sub(r"<[^>]+>", "", lesson)
    assert "Shift + Enter" not in lesson


def test_a_reader_without_a_script_has_search_words_pictures_and_the_way_on(site, lesson):
    assert "<noscript>" in lesson and 'loading="lazy"' in lesson
    front = (site / "index.html").read_text(encoding="utf-8")
    for words in ("I study", "I teach", "We hold a workshop", "Not treatment advice", "to come", "lessons/01_template"):
        assert words in front
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(") and "plasmablast" in index


def test_where_the_code_can_run_in_the_browser_a_lesson_says_so(site, project):
    assert "Run this lesson" not in (site / "lessons" / "01_template.html").read_text(encoding="utf-8")
    (site / "lite").mkdir()
    (site / "lite" / "mine.txt").write_text("not the site's")
    files = {path: path.stat().st_mtime_ns for path in site.glob("live/*")}
    started = time.time()
    built(site, project, panels=["bell"])
    assert "Run this lesson's code" in (site / "lessons" / "01_template.html").read_text(encoding="utf-8")
    assert (site / "lite" / "mine.txt").read_text() == "not the site's"
    assert {path: path.stat().st_mtime_ns for path in site.glob("live/*")} == files, "nothing is computed twice"
    cache = site.with_name(f"{site.name}-cache")
    if cache.is_dir():
        assert all(path.stat().st_ctime < started for path in (cache / "live").glob("*.js"))


def test_two_builds_with_one_cache_wait_for_each_other_and_each_has_its_own_pages(project, tmp_path):
    cache = Path(os.environ.get("TEACHING_SITE_CACHE") or tmp_path) / project.name
    cache.mkdir(exist_ok=True)

    def make(name: str):
        lesson = tmp_path / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {name}")]), lesson)
        choice = {"lessons": [lesson], "panels": [], "cache": cache, "coarse": True, "say": said.append}
        build.build(tmp_path / name, project=project, **choice)
        return {path.stem for path in (tmp_path / name / "lessons").glob("*.html")}

    said = []
    with ThreadPoolExecutor(2) as pool:
        with locking.held(cache):
            both = [pool.submit(make, name) for name in ("02_one", "03_other")]
            while len(said) < 2:
                assert not any(one.done() for one in both)
                time.sleep(0.01)
            assert all(line.startswith("Another build is at work in ") for line in said)
        assert [one.result() for one in both] == [{"02_one"}, {"03_other"}]


def test_what_is_no_longer_part_of_the_site_goes_and_what_others_put_there_stays(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "deep").mkdir(parents=True)
    for name in ("a.html", "deep/b.html"):
        (source / name).write_text(name)
    assert target.bring(source, out, {}) == 2
    (out / "own.txt").write_text("mine")
    (source / "deep" / "b.html").unlink()
    assert target.bring(source, out, {}) == 0
    assert {path.name for path in out.iterdir()} == {"a.html", "own.txt", target.LIST}
    (tmp_path / "treasure.txt").write_text("outside")
    (out / target.LIST).write_text(json.dumps({"files": ["../treasure.txt", "a.html", 7]}))
    target.bring(source, out, {})
    assert (tmp_path / "treasure.txt").read_text() == "outside"


# --- bad input ------------------------------------------------------------------------------------------


def refuse(capsys, *words):
    from teaching.deliver.cli import main

    assert main(["site", *map(str, words)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("teaching site: ") and said.count("\n") == 1 and len(said) < 320
    return said


def test_a_folder_that_holds_other_files_a_file_or_a_closed_folder_is_refused(tmp_path, capsys):
    (tmp_path / "thesis.docx").write_text("years of work")
    assert "holds other files (thesis.docx)" in refuse(capsys, tmp_path)
    assert "is a file; name a folder" in refuse(capsys, tmp_path / "thesis.docx")
    assert "is a file, and" in refuse(capsys, tmp_path / "thesis.docx" / "site")
    assert (tmp_path / "thesis.docx").read_text() == "years of work"
    if os.name == "posix" and os.geteuid():
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        assert "nobody may write to" in refuse(capsys, closed / "site")


def test_a_lesson_that_fails_is_named_with_its_cell(project, tmp_path):
    notebook = nbformat.read(project / "notebooks" / "01_template.ipynb", as_version=4)
    notebook.cells = [notebook.cells[0], nbformat.v4.new_code_cell("print('so far')\n1 / 0")]
    broken = tmp_path / "02_broken.ipynb"
    nbformat.write(notebook, broken)
    with pytest.raises(ValueError, match=r"02_broken\.ipynb.*print.*ZeroDivisionError"):
        build.build(
            tmp_path / "out", project=project, lessons=[broken], panels=[], cache=tmp_path / "cache", coarse=True,
            say=lambda line: None,
        )  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_without_lessons_or_without_sphinx_one_sentence_says_what_to_do(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="whole folder of the kit"):
        build.build(tmp_path / "out", project=tmp_path, say=lambda line: None)
    monkeypatch.setitem(sys.modules, "furo", None)
    with pytest.raises(ValueError, match=r"furo.*start\.py site"):
        build.build(tmp_path / "out")


def test_a_damaged_cache_counts_as_none(tmp_path):
    live = tmp_path / "live"
    live.mkdir()
    (live / "a.js").write_text("x")
    file = tmp_path / "panel.json"
    whole = {"bell": {"kind": "panel", "data": "a.js", "still": "b.png"}}
    file.write_text(json.dumps(whole))
    assert not build._is_whole(file, live)
    (live / "b.png").write_bytes(b"x")
    assert build._is_whole(file, live)
    file.write_text(json.dumps(whole)[:-3])
    assert not build._is_whole(file, live)


def test_a_page_loads_no_script_of_a_desk_that_it_does_not_show():
    core = bundle.site_script()
    names = bundle.desk_names()
    assert len(names) >= 6
    for name in names:
        assert f"{name}_js.default" not in core and f"teaching_desks.{name} = " in bundle.desk_script(name)
    # What pages need before their first panel moves is held here, as a web server sends it [bytes].
    assert len(gzip.compress(core.encode(), 6)) < 65_000


def test_only_comments_go_from_a_script():
    text = "// a\n/** b\n   c */\nconst d = `e\n  // f\n`; // g\n\n/* h */\nconst i = 1;"
    assert bundle.without_comments(text) == "const d = `e\n  // f\n`; // g\nconst i = 1;\n"


def test_markup_in_a_question_or_a_sentence_stays_text():
    from teaching.deliver.site.places import place, with_places

    panel = {
        "kind": "panel",
        "data": "a.js",
        "still": "a.png",
        "width": 1,
        "height": 1,
        "question": '"><script>',
        "words": "<b>",
    }
    assert "<script>" not in place(panel) and "&lt;b&gt;" in place(panel)
    report = {"kind": "report", "lesson": "01_x", "questions": [{"prompt": "</script><script>alert(1)"}]}
    outputs = with_places([{"output_type": "display_data", "data": {LIVE: report}}], "")
    assert outputs[0]["data"]["text/html"].count("<script") == 1


def test_links_are_made_of_identifiers_and_not_inside_code_or_formulas():
    text = "doi 10.1000/a(1)b. PMID 12345678 · `doi 10.1/x` https://example.org/a_b. [doi](https://doi.org/10.1/x)"
    made = sources.with_links(text)
    assert "(https://pubmed.ncbi.nlm.nih.gov/12345678/)" in made and "<https://example.org/a_b>" in made
    assert "`doi 10.1/x`" in made and made.endswith("[doi](https://doi.org/10.1/x)")


@pytest.mark.parametrize("text", ["Your page. `report('x').save('me')` writes it as a file.",
                                  "Your page; `report('x').save('me')` writes it as a file."])  # fmt: skip
def test_a_page_does_not_tell_how_to_save_what_it_has_a_button_for(tmp_path, text):
    path = tmp_path / "01_x.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]), path)
    first = nbformat.reads(sources.lesson_page(path, [], set()), as_version=4).cells[0]
    assert first.source == "Your page."


def test_the_cards_of_every_lesson_and_panel_have_a_picture():
    from teaching.deliver import pictures
    from teaching.panels.catalogue import GALLERY

    missing = [name for name in GALLERY if not pictures.of_panel(name)]
    missing += [f"lesson_{number:02d}" for number in range(12) if not pictures.of_lesson(number)]
    assert not missing, f"make them with: python tools/pictures.py {' '.join(missing)}"
    assert sum(path.stat().st_size for path in pictures.FOLDER.glob("*.png")) < 600_000
    assert PROJECT.joinpath("tools", "pictures.py").is_file()
