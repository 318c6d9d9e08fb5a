"""A panel as a page without a kernel and without a grid of pictures: what its widget has sent, drawn by its own script.

It takes a panel's state as JupyterLab would get it and hands its script the functions of a widget model, so that
all panels can be looked at in seconds, in any surrounding and in any font. Nothing answers there.
"""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import jinja2

from teaching.deliver import pictures
from teaching.deliver.app.lesson_questions import of_panel
from teaching.deliver.app.pages import FOLDER
from teaching.learning.naming import LESSONS
from teaching.panels import bundle
from teaching.panels.catalogue import CATALOGUE

#: A cell of a lesson: the panel stands in a page that says nothing about its type.
CELL = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A panel</title><body style="margin: 8px">'
_SHOW = """
<div id="panel"></div>
<script type="application/json" id="state">THE STATE</script>
<script type="module">
const state = JSON.parse(document.getElementById("state").textContent);
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
state.shown.frame = bytes(state.shown.frame);
const style = document.createElement("style");
style.textContent = state._css;
document.head.append(style);
const { default: widget } = await import("data:text/javascript;base64," + state._script);
const el = document.getElementById("panel");
await widget.render({ model: { get: (name) => state[name], send() {}, on() {}, off() {} }, el });
for (const notes of el.querySelectorAll(".teaching-notes")) notes.innerHTML = state.shown.notes;
</script>
"""
_SHOW_QUESTIONS = """
for (const state of states) {
  const el = document.createElement("div");
  document.body.append(el);
  question_js.default.render({ model: { get: (name) => state[name], send() {}, on() {}, off() {} }, el });
}
"""


def cell_page(panel, path: Path) -> Path:
    """The panel on an empty page, as in the output of a lesson's cell."""
    path.write_text(CELL + _shown(panel), encoding="utf-8")
    return path


def questions_page(made, path: Path) -> Path:
    """Questions below one another on an empty page, as in the outputs of a lesson's cells, with all that was said."""
    states = json.dumps([{"setup": one.setup, "shown": one.shown} for one in made]).replace("<", "\\u003c")
    script = f"{bundle.linked('question')}\nconst states = {states};{_SHOW_QUESTIONS}"
    path.write_text(f"{CELL}<style>{bundle.style('question')}</style><script>{script}</script>", encoding="utf-8")
    return path


def gallery_page(panel, name: str, path: Path) -> Path:
    """The panel between head and foot of its page of the gallery, whose style and script come to lie beside it."""
    pages = _templates(path.parent)
    neighbours = {"before": min(CATALOGUE, key=_length), "after": max(CATALOGUE, key=_length)}
    about = {"entry": CATALOGUE[name], "name": name, "asked": of_panel(name), "question": ""}
    start = pages.get_template("panel_start.html.j2").render(**_KNOWN, **about, **neighbours)
    end = pages.get_template("panel_end.html.j2").render(**_KNOWN, entry=CATALOGUE[name])
    path.write_text(start + _shown(panel) + end, encoding="utf-8")
    return path


def front_page(path: Path) -> Path:
    """The gallery's first page, with its style, script and pictures beside it."""
    shutil.copytree(pictures.FOLDER, path.parent / "picture", dirs_exist_ok=True)
    page = _templates(path.parent).get_template("gallery.html.j2").render(picture=pictures.of_panel, **_KNOWN)
    path.write_text(page, encoding="utf-8")
    return path


_KNOWN = {"base": "", "catalogue": CATALOGUE, "lessons": LESSONS}


def _length(name: str) -> int:
    return len(CATALOGUE[name].title)


def _templates(folder: Path) -> jinja2.Environment:
    shutil.copytree(FOLDER, folder / "page", dirs_exist_ok=True)
    return jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER))


def _shown(panel) -> str:
    panel.notes_open = True
    sent = panel.get_state()
    state = {"setup": sent["setup"], "svg": sent["svg"], "shown": {**sent["shown"], "frame": _packed(panel.frame)}}
    state |= {"_css": sent["_css"], "_script": _packed(sent["_esm"].encode())}
    return _SHOW.replace("THE STATE", json.dumps(state).replace("<", "\\u003c"))


def _packed(view) -> str:
    return base64.b64encode(view).decode()
