"""Runs one lesson, or makes panels of the gallery, in a process of its own; writes what its cells show as one file.

    python -m teaching.deliver.site.running lesson notebooks/04_bite.ipynb outputs.json FILES MARK [--coarse]
    python -m teaching.deliver.site.running panels bell,reset outputs.json FILES MARK [--coarse]

Panels, questions, the report and the first cell's line become places that live on a page (`live_data.LIVE`);
everything else keeps its own output. `front` among the panels is the picture of the first page.
"""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from dataclasses import replace
from io import TextIOBase
from os import environ
from pathlib import Path

from teaching.deliver.site.live_data import LIVE, LiveFiles, question_words
from teaching.saving import save_whole

FRONT = "front"
#: The course that the first page plays.
FRONT_CASE = "CAR-T 1 million/kg"


class _Outputs(TextIOBase):
    """Collects what a cell prints and shows, in its order, as outputs of a notebook."""

    def __init__(self):
        self.items: list[dict] = []

    def write(self, text: str) -> int:
        if self.items and self.items[-1]["output_type"] == "stream":
            self.items[-1]["text"] += text
        elif text:
            self.items.append({"output_type": "stream", "name": "stdout", "text": text})
        return len(text)

    def show(self, data: dict, metadata: dict | None = None) -> None:
        """Takes a bundle of MIME types."""
        self.items.append({"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})})


def lesson_outputs(path: Path, files: LiveFiles) -> list[list[dict]]:
    """The outputs of each code cell of a lesson, in order.

    Raises RuntimeError with the cell and the last line of the problem when a cell fails.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    shell, outputs = _shell(files)
    shown = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        outputs.items = []
        result = shell.run_cell(cell.source, store_history=True)
        if problem := result.error_before_exec or result.error_in_exec:
            last = traceback.format_exception_only(problem)[-1].strip()
            raise RuntimeError(f"{path.name}: the cell {cell.source.strip()[:80]!r} fails with {last[:200]}")
        shown.append([item for item in outputs.items if item["output_type"] != "stream" or item["text"]])
    return shown


def _shell(files: LiveFiles):
    """An IPython shell whose cells show into the `_Outputs` beside it."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    outputs = _Outputs()

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, **_):
            outputs.show(data, metadata)

    class Hook(DisplayHook):
        def __call__(self, result=None):
            if result is not None and not self.quiet():
                outputs.show(*self.compute_format_data(result))

    class Shell(InteractiveShell):
        display_pub_class = Publisher
        displayhook_class = Hook

        def enable_gui(self, gui=None):
            """There is no window whose events would have to be waited for."""

    history = {"enabled": False, "hist_file": ":memory:"}
    shell = Shell.instance(config=Config({"HistoryManager": history}))
    shell.enable_matplotlib("inline")
    sys.stdout = outputs
    for kind, place in _places(files).items():
        shell.display_formatter.mimebundle_formatter.for_type(kind, place)
    return shell, outputs


def _places(files: LiveFiles) -> dict:
    """Kind of object -> the function that makes its bundle of MIME types."""
    from teaching.learning import answers
    from teaching.learning.report import Report
    from teaching.learning.take_home import Page
    from teaching.panels.desk import Desk
    from teaching.panels.lesson import Ready
    from teaching.panels.live import Panel
    from teaching.panels.questions import QuestionPanel

    def bundle(place: dict) -> dict:
        return {LIVE: place}

    def question(panel: QuestionPanel) -> dict:
        place = {"kind": "question", "id": panel.question.id, "data": panel.page_data()}
        return bundle({**place, "html": question_words(panel)})

    def report(shown: Report) -> dict:
        asked = [
            {
                "id": one.id,
                "prompt": one.prompt,
                "unit": one.unit,
                "kept": answers.is_only_kept(answers.entry_of(one.id)),
                "judged": "answer" in answers.entry_of(one.id),
            }
            for one in answers.questions_of(shown.lesson)
        ]
        place = {"kind": "report", "lesson": shown.lesson, "questions": asked}
        if isinstance(shown, Page):
            lines = {row.id for row in shown.rows}
            place |= {"questions": [one for one in asked if one["id"] in lines], "page": {"title": shown.title}}
        return bundle(place)

    return {
        Panel: lambda panel: bundle(files.place(panel)),
        Desk: lambda desk: bundle(files.place(desk)),
        QuestionPanel: question,
        Report: report,
        Ready: lambda _: bundle({"kind": "kept"}),
    }


def panel_places(names: list[str], files: LiveFiles) -> dict[str, dict]:
    """Name of a panel or desk of the gallery, or `FRONT` -> its place on a page."""
    from teaching.panels.catalogue import GALLERY

    return {name: files.place(_front() if name == FRONT else GALLERY[name].make()) for name in names}


def _front():
    """The body map with one course and without controls: a picture that plays."""
    from teaching.panels.body_map import body_map
    from teaching.panels.state import PanelState

    whole = body_map(preset=FRONT_CASE).state
    words = f"CD19 {FRONT_CASE}, in a typical patient with {whole.about}: two years, day by day."
    scene = replace(whole.scene, sentence=words)
    return PanelState(
        whole.name, whole.question, (), whole.drawing, lambda _: scene, about=whole.about, timeline=whole.timeline
    )


def main(words: list[str]) -> int:
    """Does what one line of the docstring above says; returns the exit code."""
    what, which, target, folder, mark = words[:5]
    files = LiveFiles(Path(folder), mark, coarse="--coarse" in words)
    stdout = sys.stdout
    with tempfile.TemporaryDirectory() as answers_folder:
        environ["TEACHING_ANSWERS"] = answers_folder  # whoever builds the site does not publish own answers
        environ.pop("TEACHING_NAME", None)
        environ["TEACHING_FILLED"] = "1"  # folded on the page, for print and whoever has no script
        environ["IPYTHONDIR"] = answers_folder
        try:
            found = lesson_outputs(Path(which), files) if what == "lesson" else panel_places(which.split(","), files)
        except (RuntimeError, ValueError, OSError) as problem:
            print(str(problem), file=sys.stderr)
            return 1
        finally:
            sys.stdout = stdout
    save_whole(target, json.dumps(found, ensure_ascii=False), overwrite=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
