"""What a page without a kernel needs of a panel, a desk and a question: its data file, its still picture, its words.

Data files are classic scripts that put one value into a table of the page, because a page that was opened as a
file may neither fetch nor import. A file is named by its own content: equal panels share one.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Callable
from pathlib import Path

from teaching.panels.desk import Desk
from teaching.panels.page import page_data
from teaching.panels.questions import QuestionPanel
from teaching.panels.state import PanelState
from teaching.saving import save_whole

#: MIME type of a place on a page that becomes alive there.
LIVE = "application/vnd.teaching.live+json"
#: Share of the usual stops of sliders where a build is only to be tried.
COARSE = 0.1


class LiveFiles:
    """A folder of data files and still pictures, and which panel has which of them.

    folder: where they lie; kit: a mark of everything the panels' pictures depend on besides the panel itself;
    coarse: with few stops a slider, for trying a build.
    """

    def __init__(self, folder: Path, kit: str, coarse: bool = False):
        self.folder, self.kit, self.coarse = Path(folder), kit, coarse
        self.folder.mkdir(parents=True, exist_ok=True)

    def place(self, shown) -> dict:
        """The place of a panel or of a desk on a page, as JSON-able data; its files are written."""
        return self.desk(shown) if isinstance(shown, Desk) else self.panel(shown)

    def desk(self, desk: Desk) -> dict:
        """The place of a desk on a page. Nothing of it is computed ahead, so nothing is looked up."""
        return self._written("desk", desk, desk.page_data(), *desk.still(as_new=True), desk.drawing.figure)

    def _written(self, kind: str, shown, data: dict, png: bytes, words: str, figure) -> dict:
        """The place of what is shown, after its data and its still picture have been written."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return {
            "kind": kind,
            "name": shown.name,
            "question": shown.question,
            "words": words,
            "data": self._kept(text.encode(), "js", text),
            "still": self._kept(png, "png"),
            "width": round(72 * figure.get_figwidth()),
            "height": round(72 * figure.get_figheight()),
        }

    def panel(self, panel) -> dict:
        """The place of a panel (live, or a `PanelState`) on a page, as JSON-able data; its files are written."""
        state = getattr(panel, "state", panel)
        note = self.folder / f"{self._mark(state)}.json"
        if note.is_file() and (known := json.loads(note.read_text(encoding="utf-8"))):
            if all((self.folder / known[name]).is_file() for name in ("data", "still")):
                note.touch()
                return known
        data = page_data(state, detail=COARSE if self.coarse else 1.0, kept=self._grid)
        place = self._written("panel", state, data, *state.still(as_new=True), state.drawing.figure)
        save_whole(note, json.dumps(place, ensure_ascii=False), overwrite=True)
        return place

    def _grid(self, mark: str, compute: Callable[[], dict]) -> dict:
        """The pictures of a grid: of another panel that has the same ones, or computed now."""
        whole = hashlib.sha256(f"{self.kit}{self.coarse}{mark}".encode()).hexdigest()[:24]
        file = self.folder / f"grid-{whole}.json"
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            file.touch()
        except (OSError, ValueError):
            found = compute()
            save_whole(file, json.dumps(found, ensure_ascii=False), overwrite=True)
        return found

    def _kept(self, content: bytes, kind: str, text: str = "") -> str:
        """Writes a file that is named by its content, unless it is there; returns its name."""
        mark = hashlib.sha256(content).hexdigest()[:16]
        name = f"{mark}.{kind}"
        if kind == "js":  # U+2028 and U+2029 end a line in old browsers' scripts
            text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
            content = f'(self.teaching_data ??= {{}})["{mark}"] = {text};\n'.encode()
        if not (self.folder / name).is_file():
            save_whole(self.folder / name, content, overwrite=True)
        return name

    def _mark(self, state: PanelState) -> str:
        """Equal for panels that are made alike: the same kit, controls, start, prediction and first picture."""
        setup = {name: value for name, value in state.setup().items() if name != "prefix"}
        shown = {name: value for name, value in state.snapshot().items() if name != "frame"}
        words = json.dumps([self.kit, self.coarse, setup, shown], sort_keys=True, default=str)
        return hashlib.sha256(words.encode() + state.frame).hexdigest()[:24]


def question_words(question: QuestionPanel) -> str:
    """The question with its options, or its text or cards and where they may be put, as HTML, for whoever reads
    without a script."""
    asked = question.question
    unit = f" ({html.escape(asked.unit)})" if asked.unit else ""
    parts = [f"<p><strong>{html.escape(asked.prompt)}</strong>{unit}</p>"]
    if asked.phrases:
        parts.append(f"<blockquote><p>{html.escape(' '.join(asked.phrases))}</p></blockquote>")
    if asked.reference:
        parts.append(f"<p>{html.escape(asked.reference)}</p>")
    for tag, items in (("ul", asked.options), ("ol", asked.cards), ("ul", asked.labels), ("ul", asked.bins)):
        if items:
            parts.append(f"<{tag}>{''.join(f'<li>{html.escape(item)}</li>' for item in items)}</{tag}>")
    return "".join(parts)
