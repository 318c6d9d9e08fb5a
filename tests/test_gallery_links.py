"""Links into the app, the questions of lessons in it, and who may show it in a frame."""

import ast
import json
import urllib.request
from urllib.parse import quote, urlencode, urlsplit

import pytest
from browser.running_gallery import running_gallery
from test_gallery import ask

from teaching import Patient, panels, tables
from teaching.deliver import cli
from teaching.deliver.app.lesson_questions import of_panel, questions, questions_in
from teaching.deliver.app.origins import frame_policy
from teaching.panels.catalogue import CATALOGUE, GALLERY

SCRIPT = "<script>alert(1)</script>"
COURSE = "https://courses.example.org"
LESSONS = sorted((tables.data_folder().parent / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(scope="module")
def gallery():
    with running_gallery() as gallery:
        yield gallery


def redirected(address: str) -> tuple[int, str]:
    """Status and the place that an answer leads to, without going there."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
    try:
        with direct.open(address, timeout=60) as answer:
            return answer.status, answer.headers.get("Location", "")
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers.get("Location", "")


def headers(address: str) -> dict:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return dict(direct.open(address, timeout=60).headers)
    except urllib.error.HTTPError as problem:
        return dict(problem.headers)


# --- links -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["treatment", "evidence"])
def test_a_link_leads_to_the_panels_page_with_what_it_says(gallery, name):
    words = {"case": "Rituximab 2 × 1 g", "projector": "1"}
    status, place = redirected(f"{gallery.address}?{urlencode({'panel': name, **words, 'strange': 'x'})}")
    assert status == 302 and place == f"/panel/{name}?{urlencode(words)}"
    assert redirected(f"{gallery.address}?panel={name}") == (302, f"/panel/{name}")


@pytest.mark.parametrize("name", ["nothing", "", "../x", "//evil.example.org", SCRIPT, "x" * 3000, "treatment\r\nX: y"])
def test_a_link_to_no_panel_gets_one_sentence_and_the_list(gallery, name):
    status, text = ask(f"{gallery.address}?panel={quote(name, safe='')}")
    assert status == 404
    assert text.count('role="alert"') == 1 and "There is no panel" in text and "Choose one from the list." in text
    assert f'href="/panel/{next(iter(GALLERY))}"' in text and "<script>alert" not in text and "x" * 100 not in text


def test_what_a_link_says_is_never_more_than_words_of_the_address(gallery):
    _, place = redirected(
        f"{gallery.address}?panel=treatment&case={quote(SCRIPT + chr(13) + chr(10) + 'Set-Cookie: a')}"
    )
    assert place.startswith("/panel/treatment?case=%3Cscript%3E") and "\n" not in place
    status, text = ask(f"{gallery.address}?panel=treatment&setting={'x' * 2001}")
    assert status == 404 and "This link is too long" in text


def test_a_question_of_a_lesson_is_asked_only_where_there_is_one(gallery):
    status, text = ask(f"{gallery.address}panel/treatment?ask={quote(SCRIPT)}")
    assert status == 404 and "has no question" in text and "01-panel-blood" in text and "<script>alert" not in text
    status, text = ask(f"{gallery.address}panel/evidence?ask=01-panel-blood")
    assert status == 404 and "has no question" in text
    status, text = ask(f"{gallery.address}panel/treatment?ask=01-panel-blood")
    assert status == 200 and "widget-view" in text and "in_kernel" not in text


def test_the_first_page_of_a_panel_has_the_way_to_its_question(gallery):
    _, text = ask(f"{gallery.address}panel/treatment")
    assert 'href="/panel/treatment?ask=01-panel-blood&amp;room=1"' in text


# --- the questions of lessons --------------------------------------------------------------------------------


def test_every_prediction_of_a_lessons_panel_is_there():
    """What is not taken, because it is not written out, would be missing in the room."""
    source = "\n".join(
        "".join(cell["source"])
        for path in LESSONS
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )
    assert len(questions()) == source.count("Predict(") >= 11
    assert {asked.panel for asked in questions().values()} <= set(CATALOGUE)


@pytest.mark.parametrize("name", list(questions()))
def test_a_question_makes_its_panel_which_waits(name, tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path))
    asked = questions()[name]
    assert of_panel(asked.panel)[name] is asked
    panel = getattr(panels, asked.panel)(preset=asked.preset, predict=asked.predict)
    assert panel.setup["predict"]["question"] == asked.predict.question and panel.shown["prediction"] is None


def test_the_patient_of_those_lessons_is_the_one_that_panels_take_by_themselves():
    """The app asks without the lesson's patient, so it must be the typical one."""
    for path in LESSONS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or "patient = " not in source:
                continue
            for node in ast.parse(source).body:
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "patient":
                    assert ast.unparse(node.value) == "Patient.typical('SLE')", path.name
    assert Patient.typical("SLE") == Patient.typical()


@pytest.mark.parametrize(
    "source",
    [
        "panels.bell(predict=panels.Predict('x', open('/etc/passwd').read(), curve='share'))",
        "panels.bell(predict=panels.Predict('x', 'Why?', curve='share'), other=1)",
        "panels.bell(someone, predict=panels.Predict('x', 'Why?', curve='share'))",
        "panels.bell(predict=made_elsewhere)",
        "panels.bell(predict=panels.Predict('x'))",
        "not python at all (",
    ],
)
def test_what_is_not_written_out_is_left_out_and_not_run(tmp_path, source):
    cells = [{"cell_type": "code", "source": [source]}]
    (tmp_path / "01_x.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (tmp_path / "02_x.ipynb").write_text("damaged", encoding="utf-8")
    assert questions_in(tmp_path) == {}


# --- frames ---------------------------------------------------------------------------------------------------


def test_no_other_page_may_show_the_app_in_a_frame(gallery):
    for address in ("", "panel/nothing", "page/gallery.js", "page/around.js", "page/around.css", "nowhere"):
        assert "frame-ancestors 'none'" in headers(gallery.address + address)["Content-Security-Policy"], address


def test_one_origin_may_when_it_is_named():
    with running_gallery("--embed", COURSE) as gallery:
        assert headers(gallery.address)["Content-Security-Policy"].startswith(f"frame-ancestors {COURSE}; ")
        assert urlsplit(gallery.address).hostname == "127.0.0.1", "still for this computer alone"


@pytest.mark.parametrize("origin", ["https://a.org", "http://localhost:8000", "http://127.0.0.1:80", "https://[::1]:1"])
def test_an_origin_is_taken(origin):
    assert frame_policy(origin) == f"frame-ancestors {origin}"


@pytest.mark.parametrize(
    "origin",
    [
        "*", "", "courses.example.org", "https://*", "https://*.org", "https://a.org/", "https://a.org/path", "https:",
        "https://a.org https://b.org", "https://a.org; script-src *", "https://a.org\r\nX: y", "javascript:1", "'self'",
        "data:", "https://" + "a" * 5000, "https://a_b.org", "https://ü.org", "file:///x", "https://u:p@a.org",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_said_in_one_sentence(capsys, origin):
    assert cli.main(["app", "--no-browser", f"--embed={origin}"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "is no origin" in said.err and len(said.err) < 310
