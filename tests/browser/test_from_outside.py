"""Markup that gets into a page: what a student writes stays text, and no page can load or send anything elsewhere.

The first is held at every place that shows what somebody wrote; the second is a second wall behind it: the policy of
the app's pages, the site's pages, a panel as a file and a saved report, tried with markup that was let in on purpose.
"""

import http.server
import importlib
import json
import threading
from contextlib import contextmanager

import pytest
from site_tools import built, small_kit

from teaching.learning import answer_store, answers
from teaching.learning.report import report
from teaching.panels import bundle
from teaching.panels.catalogue import DESKS, GALLERY
from teaching.panels.page import page as page_of
from teaching.panels.scenarios import KIT
from teaching.panels.trial_desk import trial_desk

from .running_gallery import running_gallery
from .served import folder_served
from .test_trial_desk import to_the_verdict

LESSON = "01_b_cells_in_balance"
#: What somebody may write: each would set `ran` if it were taken for markup.
WRITTEN = [
    "<script>globalThis.ran = 1</script>",
    "<img src=x onerror='globalThis.ran = 2'>",
    "javascript:globalThis.ran = 3",
    "<svg onload='globalThis.ran = 4'><a href='javascript:globalThis.ran = 5'>x</a></svg>",
    '[x](javascript:globalThis.ran = 6) ![](x" onerror="globalThis.ran = 7) $$\\href{javascript:ran=8}{x}$$',
    "\u202egnp.trohs\u202c\u2066 \u200f",
    "half \ud83d of one",
    "\"'><iframe srcdoc='<script>parent.ran = 9</script>'></iframe>",
    "</style></title></textarea></script><script>globalThis.ran = 10</script>",
    "&lt;script&gt;globalThis.ran = 11&lt;/script&gt; {{ 7 * 7 }} ${globalThis.ran = 12}",
]
#: Whether any of it ran, or stands in the page as an element that the page itself does not have.
TAKEN = """
() => {
  const markup = document.querySelectorAll("iframe[srcdoc], img[src=x], svg[onload], a[href^='javascript:']");
  return [globalThis.ran ?? null, ...[...markup].map((one) => one.outerHTML.slice(0, 80))];
}
"""
#: All ways by which a page asks another computer for something by itself.
LET_IN = """
(elsewhere) => {
  const let_in = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
  for (const tag of ["img", "iframe", "script", "video", "audio", "embed"]) let_in(tag, { src: elsewhere + tag });
  let_in("object", { data: `${elsewhere}object` });
  for (const rel of ["stylesheet", "prefetch", "preload", "icon", "manifest"]) let_in("link", { rel, as: "image", href: elsewhere + rel });
  let_in("style", { textContent: `@import "${elsewhere}import"; body { background: url(${elsewhere}background) }` });
  let_in("style", { textContent: `@font-face { font-family: let_in; src: url(${elsewhere}font) } p { font-family: let_in }` });
  let_in("p", { textContent: "in letters from elsewhere" });
  const lines = [
    `fetch("${elsewhere}fetch").catch(() => 0)`, `navigator.sendBeacon("${elsewhere}beacon")`,
    `new WebSocket("${elsewhere}socket".replace("http", "ws"))`, `new EventSource("${elsewhere}events")`,
    `import("${elsewhere}module").catch(() => 0)`, `new Worker("${elsewhere}worker")`,
  ];
  for (const line of lines) let_in("script", { textContent: `try { ${line} } catch {}` });
  let_in("iframe", { name: "let_in" });
  let_in("form", { action: `${elsewhere}form`, method: "post", target: "let_in" });
  document.forms[document.forms.length - 1].submit();
  let_in("base", { href: elsewhere });
  let_in("img", { src: "relative" });
}
"""  # noqa: E501


@contextmanager
def somewhere_else():
    """Another computer, as a server on another port: its address, and what it was asked for."""
    asked = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def asked_for(page) -> list[str]:
    """What a page could get from elsewhere after every kind of markup was let into it."""
    with somewhere_else() as (elsewhere, asked):
        page.evaluate(LET_IN, elsewhere)
        page.wait_for_timeout(1500)
        return list(asked)


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1000, "height": 900}, bypass_csp=False)
    yield context
    context.close()


# --- nothing can be loaded from elsewhere -----------------------------------------------------------


def test_a_page_without_a_policy_would_ask(context):
    """So that the tests below can fail."""
    page = context.new_page()
    page.set_content("<!doctype html><p>no policy</p>")
    assert {"/img", "/script", "/stylesheet", "/iframe", "/fetch", "/form"} <= set(asked_for(page))


@pytest.mark.parametrize("made", ["desk", "panel"])
def test_a_panel_as_a_file_works_and_can_load_nothing_from_elsewhere(context, tmp_path, made):
    from teaching import panels

    file = tmp_path / "panel.html"
    file.write_text(page_of(trial_desk() if made == "desk" else panels.bell(), detail=0.2), encoding="utf-8")
    page = context.new_page()
    refused = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(file.as_uri())
    page.locator("[data-frames]").wait_for()
    assert refused == []
    assert asked_for(page) == []


def test_a_saved_report_can_load_nothing_and_runs_nothing(context, tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path))
    answer_store.append(LESSON, "sentence", answers.questions_of(LESSON)[0].id, "words")
    page = context.new_page()
    page.goto(report(LESSON).save().path.as_uri())
    assert page.locator("td", has_text="words").count() and asked_for(page) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A small site: the template of a lesson, and a panel and a desk."""
    folder = tmp_path_factory.mktemp("site")
    kit = small_kit(folder / "kit")
    return built(folder / "site", kit, panels=["bell", "trial_desk"])


@pytest.mark.parametrize("way", ["http", "file"])
@pytest.mark.parametrize(
    "name", ["index.html", "panels/bell.html", "panels/trial_desk.html", "lessons/01_template.html", "search.html"]
)
def test_a_page_of_the_site_works_and_can_load_nothing_from_elsewhere(context, site, way, name):
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with folder_served(site) as address:
        page.goto(f"{address}{name}" if way == "http" else (site / name).as_uri())
        if name.startswith("panels/"):
            page.locator(".teaching-place").first.scroll_into_view_if_needed()
            page.locator("[data-frames]").first.wait_for(timeout=60_000)
        page.wait_for_load_state("networkidle")
        assert complaints == []
        assert asked_for(page) == []


@pytest.fixture(scope="module")
def gallery():
    with running_gallery() as gallery:
        yield gallery
        gallery.end()


@pytest.mark.parametrize("name", ["bell", "trial_desk"])
def test_a_panel_of_the_app_works_and_can_load_nothing_from_elsewhere(context, gallery, name):
    page = context.new_page()
    refused = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(gallery.panel(name), wait_until="commit")
    page.locator("[data-frames] svg").first.wait_for(timeout=90_000)
    assert refused == []
    assert asked_for(page) == []


def test_the_list_of_the_app_can_load_nothing_from_elsewhere(context, gallery):
    page = context.new_page()
    page.goto(gallery.address)
    page.locator(".gallery-cards img").first.wait_for()
    assert asked_for(page) == []


# --- what somebody wrote stays text -----------------------------------------------------------------


def without_policy(text: str) -> str:
    """The page without its second wall."""
    assert text.count("Content-Security-Policy") == 1
    return text.replace('http-equiv="Content-Security-Policy"', "data-no-policy")


def write_everywhere(page, words: str, folder) -> int:
    """Types words into every field that is shown, opens files of that name and content; how many places there were."""
    places = 0
    fields = "input[type=text]:not([readonly]), input:not([type]), textarea"
    for number in range(page.locator(fields).count()):
        field = page.locator(fields).nth(number)
        if field.is_visible() and field.is_editable():
            field.fill(words)
            field.press("Enter")
            places += 1
    file = folder / f"{words.replace('/', '').replace(chr(0xD83D), '')[:60]}.json"
    for number in range(page.locator("input[type=file]").count()):
        for content in (words, json.dumps({"kit": KIT, "what": words, "schema": 1, "name": words, "panel": words})):
            file.write_text(content, encoding="utf-8", errors="replace")
            page.locator("input[type=file]").nth(number).set_input_files(file)
            page.wait_for_timeout(30)
        places += 1
    return places


@pytest.mark.parametrize("name", [*DESKS, "dose_pk", "mechanism_rituximab"])
def test_whatever_is_written_at_a_desk_or_a_panel_stays_text(context, tmp_path, monkeypatch, name):
    """Names, notes, letters, plans, settings as a line, names and content of files."""
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    entry = GALLERY[name]
    shown = getattr(importlib.import_module(entry.module), entry.function)()
    file = tmp_path / "page.html"
    file.write_text(without_policy(page_of(shown, detail=0.1)), encoding="utf-8")
    page = context.new_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    page.locator("[data-frames]").first.wait_for()
    page.evaluate("() => document.querySelectorAll('details').forEach((part) => (part.open = true))")
    if name == "trial_desk":
        to_the_verdict(page)
    for words in WRITTEN:
        assert write_everywhere(page, words, tmp_path) > 0 or name == "benefits", "only that one has no field"
        assert page.evaluate(TAKEN) == [None], words
    assert dialogs == [] and page.url == file.as_uri()


@pytest.mark.parametrize("words", WRITTEN)
def test_a_report_on_a_page_shows_what_was_written_as_text(context, words):
    page = context.new_page()
    page.route("http://kit.test/", lambda route: route.fulfill(body="<title>x</title>", content_type="text/html"))
    page.goto("http://kit.test/")
    page.add_script_tag(content=bundle.linked("site"))
    text = page.evaluate(
        """(words) => {
          const store = store_js.make_store({ kit: words });
          for (const kind of ["prediction", "answer", "hint", "sentence"]) store.append("01_x", kind, "01-q", words);
          store.append("panels", "prediction", "01-panel", words);
          store.append("01_x", "desk", "01-desk", JSON.stringify({ says: words }));
          const data = { lesson: "01_x", questions: [{ id: "01-q", prompt: "Why?", unit: words, kept: false }] };
          const place = document.body.appendChild(document.createElement("div"));
          report_page_js.show_report(place, data, store);
          const rows = report_page_js.rows_of(data, store, () => ({ right: false, idea: words }));
          return report_page_js.report_text("01_x", words, rows, new Date(0), store.read("01_x"));
        }""",
        words,
    )
    assert page.evaluate(TAKEN) == [None]
    page.set_content(without_policy(text))
    assert page.evaluate(TAKEN) == [None] and page.locator("td").count() > 5


@pytest.mark.parametrize("words", WRITTEN)
def test_a_report_and_an_answer_of_a_notebook_show_what_was_written_as_text(context, tmp_path, monkeypatch, words):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    for question in answers.questions_of(LESSON):
        for kind in ("prediction", "answer", "sentence"):
            answer_store.append(LESSON, kind, question.id, words)
    answer_store.append("panels", "prediction", f"01-{words[:40]}", words)
    answer_store.append(LESSON, "desk", words[:40], json.dumps({"says": words, "plan": words}))
    made = report(LESSON)
    cards = [answers.Card(words, words, words)._repr_html_()]
    page = context.new_page()
    page.set_content("".join([made._repr_html_(), *cards]).encode("utf-8", "replace").decode())
    assert page.evaluate(TAKEN) == [None] and page.locator("td").count() > 5
    name = "".join(letter for letter in words if letter.isprintable())
    saved = made.save(name=name).path.read_text(encoding="utf-8")
    page.set_content(without_policy(saved))
    assert page.evaluate(TAKEN) == [None] and page.locator("td").count() > 5
