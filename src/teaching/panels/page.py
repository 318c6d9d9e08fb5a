"""A panel that lives without a kernel: its data for the page's script, and a whole page as one HTML file.

Pictures are computed ahead on a grid of settings (grid.py) and kept as little text (packing.py). The page runs the
same script as the live panel; its sliders stop where a picture was computed, so what stands at rest is exact to less
than half a pixel. A prediction is asked, kept in the reader's browser and judged on the page (script/verdict.js).
"""

from __future__ import annotations

import base64
import html
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from teaching.panels import bundle
from teaching.panels.desk import Desk
from teaching.panels.grid import Grid, grids_of, mark_of, pictures
from teaching.panels.packing import packed_rows, packed_words
from teaching.panels.state import PanelState
from teaching.saving import save_whole

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title><style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: min(12px, 2vw); max-width: 76rem; }}
body {{ font-family: system-ui, sans-serif; overflow-wrap: anywhere; }}
main {{ --jp-content-font-color0: light-dark(#1b1b1d, #f2f2f2); --jp-layout-color0: light-dark(#fff, #111); }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #f2f2f2; }} }}
img {{ max-width: 100%; height: auto; }}
{style}</style></head>
<body><main><h1 class="teaching-spoken">{title}</h1>
<div id="panel"><p>{sentence}</p><noscript><img alt="{sentence}" src="data:image/png;base64,{png}"></noscript></div>
<p class="teaching-note">{about}</p></main>
<script type="application/json" id="data">{data}</script>
<script type="module">
{script}
daylight_js.follow_the_theme();
{show}(JSON.parse(document.getElementById("data").textContent), document.getElementById("panel"));
</script></body></html>
"""
#: All that the page needs is in it: whatever may get into it can load nothing from anywhere and send nothing.
_POLICY = (
    "default-src data: blob: 'unsafe-inline'; connect-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)
_ABOUT = "Sliders stop where a picture was computed ahead; everything in this file works without a network."
_DESK = "Everything in this file works without a network."
_KEPT = " What you predict and write is kept in this browser, on this device, and sent nowhere."


#: Kinds of files that a page makes by itself; PDF and the numbers need the kernel.
OWN_FORMATS = ("svg", "png", "json")
#: Given a grid's mark and how to compute its pictures: what was computed, now or before.
Kept = Callable[[str, Callable[[], dict]], dict]


def page_data(panel, detail: float = 1.0, keeps: bool = True, kept: Kept | None = None) -> dict:
    """What `page_js.show_page(data, element, store)` wants, as plain data (JSON), of a panel or a `PanelState`.

    Args: detail, share of the usual stops of sliders, 0 to 1 (for tests and quick builds); keeps, whether a page
    without a store of its own keeps predictions in the browser; kept, where computed pictures are looked up, because
    panels that differ in their start alone share them. The page starts as the panel did. Raises ValueError for another
    detail, or when too many pictures would be needed.
    """
    panel = getattr(panel, "state", panel)
    grids = grids_of(panel, detail)
    found = kept(mark_of(panel, grids), lambda: _computed(panel, grids)) if kept else _computed(panel, grids)
    notes = [panel.notes_for({**panel.start, **grid.chosen}) for grid in grids]
    known_notes = list(dict.fromkeys(notes))
    words = {
        **_state(panel, grids),
        "grids": _places(grids, [known_notes.index(note) for note in notes]),
        "notes": known_notes,
        **{name: found[name] for name in ("scenes", "scene_of", "pieces")},
        "model": _model(panel),
    }
    return {
        "panel": panel.name,
        "kit": getattr(sys.modules.get("teaching"), "__version__", "source"),
        "keeps": keeps,
        "words": packed_words(words),
        "pictures": found["pictures"],
    }


def _computed(panel: PanelState, grids: Sequence[Grid]) -> dict:
    """The pictures of all settings, packed, and their words, as plain data (JSON)."""
    rows, scenes, scene_of, pieces = pictures(panel, grids)
    packed = packed_rows(rows, panel.drawing.blocks())
    return {"scenes": scenes, "scene_of": scene_of, "pieces": pieces, "pictures": packed}


def page(panel, detail: float = 1.0, keeps: bool = True) -> str:
    """A panel (live, or a `PanelState`) or a desk as the text of an HTML file; arguments and errors as `page_data`."""
    if isinstance(panel, Desk):
        about = _DESK + (_KEPT if keeps and panel.keeps else "")
        data = {**panel.page_data(), **({} if keeps else {"keeps": None})}
        return _whole(panel, data, panel.name, about, "desk_page", "show_desk")
    panel = getattr(panel, "state", panel)
    about = _ABOUT + (_KEPT if keeps and panel.predict else "")
    return _whole(panel, page_data(panel, detail, keeps), "panel", about, "page", "show_page")


def _whole(panel: PanelState | Desk, data: dict, style: str, about: str, script: str, show: str) -> str:
    png, words = panel.still(as_new=True)
    return _PAGE.format(
        policy=_POLICY,
        title=html.escape(panel.question),
        sentence=html.escape(words),
        png=base64.b64encode(png).decode(),
        style=bundle.style(style),
        about=about,
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        script=f"{bundle.page_script(script)}\n{bundle.linked('daylight')}",
        show=f"{script}_js.{show}",
    )


def save_page(panel, path, overwrite: bool = False, detail: float = 1.0) -> Path:
    """Writes the panel as an HTML file; refuses to replace a file unless told to."""
    path = Path(path).expanduser()
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is already there; choose another name, or say overwrite=True.")
    return save_whole(path, page(panel, detail), overwrite)


def _places(grids: list[Grid], notes: list[int]) -> list[dict]:
    """Where each grid's pictures begin, and what one stop of each of its axes is away."""
    found, start = [], 0
    for grid, note in zip(grids, notes, strict=True):
        axes = [
            {"name": slider.name, "stops": stops, "stride": stride}
            for (slider, stops), stride in zip(grid.axes, grid.strides(), strict=True)
        ]
        found.append({"choices": dict(grid.chosen), "start": start, "axes": axes, "notes": note})
        start += grid.size
    return found


def _state(panel: PanelState, grids: list[Grid]) -> dict:
    """What the page's script finds in its model at the start."""
    stops: dict[str, set] = {}
    gliding = set()
    for grid in grids:
        for number, (slider, places) in enumerate(grid.axes):
            stops.setdefault(slider.name, set()).update(places)
            if number == 0:
                gliding.add(slider.name)
    controls = []
    for spec in panel.setup()["controls"]:
        if spec["kind"] == "choice":
            controls.append(spec)
        elif spec["name"] in stops:
            glide = spec["name"] in gliding and spec["sweep"]
            controls.append({**spec, "sweep": False, "stops": sorted(stops[spec["name"]]), "glide": glide})
    shown = {
        **panel.snapshot(),
        "values": dict(panel.start),
        "frame": None,
        "error": "",
        "line": "",
        "notes": "",
        "position": panel.timeline.start if panel.timeline else 0.0,
        "prediction": None,
        "verdict": "",
        "own_sentence": "",
        "own_note": "",
    }
    setup = {**panel.setup(), "controls": controls, "formats": list(OWN_FORMATS)}
    return {"setup": setup, "svg": panel.svg, "shown": {**shown, "revision": 0, "answers": []}}


def _model(panel: PanelState) -> dict | None:
    """The curve at the start that a prediction is compared with, to the last digit of each number."""
    found = panel.model_curve()
    return (
        None
        if found is None
        else {name: np.asarray(numbers).tolist() for name, numbers in zip("xy", found, strict=True)}
    )
