"""A panel as one HTML file that lives without a kernel: for course pages, handouts on a tablet, a USB stick.

Pictures are computed ahead on a grid of settings and kept as 16-bit numbers. The page runs the same
script as the live panel; its sliders stop where a picture was computed, so what stands at rest is exact.
"""

from __future__ import annotations

import base64
import html
import itertools
import json
import zlib
from pathlib import Path

import numpy as np

from teaching.panels import bundle
from teaching.panels.controls import Choice, Slider
from teaching.panels.state import PanelState, as_sentence
from teaching.panels.sweep import pack
from teaching.saving import save_whole

#: Stops of the first slider, the second, ... by how many sliders are shown at a time.
_STOPS = {0: (), 1: (41,), 2: (33, 7), 3: (21, 5, 4), 4: (13, 4, 3, 3)}
MOST_PICTURES = 5_000
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
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
page_js.show_page(JSON.parse(document.getElementById("data").textContent), document.getElementById("panel"));
</script></body></html>
"""


def page(panel) -> str:
    """A panel (live, or a `PanelState`) as the text of an HTML file.

    Raises ValueError when too many pictures would be needed.
    """
    panel = getattr(panel, "state", panel)
    choices = [spec for spec in panel.controls.values() if isinstance(spec, Choice)]
    grids, rows, scene_of, scenes = [], [], [], []
    combinations = list(itertools.product(*(choice.options for choice in choices)))
    sizes = [
        np.prod([len(stops) for _, stops in _axes(panel, _named(choices, words))] or [1]) for words in combinations
    ]
    if sum(sizes) > MOST_PICTURES:
        raise ValueError(f"this panel would need {sum(sizes):,} pictures; a page holds at most {MOST_PICTURES:,}.")
    for words in combinations:
        chosen = _named(choices, words)
        axes = _axes(panel, chosen)
        strides = [int(np.prod([len(stops) for _, stops in axes[number + 1 :]] or [1])) for number in range(len(axes))]
        grids.append(
            {
                "choices": chosen,
                "start": len(rows),
                "axes": [
                    {"name": slider.name, "stops": stops, "stride": stride}
                    for (slider, stops), stride in zip(axes, strides, strict=False)
                ],
                "notes": panel.notes_for({**panel.start, **chosen}),
            }
        )
        for values in itertools.product(*(stops for _, stops in axes)):
            setting = {
                **panel.start,
                **chosen,
                **{slider.name: value for (slider, _), value in zip(axes, values, strict=False)},
            }
            numbers, about = _picture(panel, setting, rows)
            if about not in scenes:
                scenes.append(about)
            rows.append(numbers)
            scene_of.append(scenes.index(about))
    scales = panel.drawing.scales()
    data = {
        "state": _state(panel, grids),
        "grids": grids,
        "scenes": scenes,
        "scene_of": scene_of,
        "width": len(scales),
        "scales": scales.tolist(),
        "packed": _packed(rows, scales),
    }
    png, _ = panel.still()
    return _PAGE.format(
        title=html.escape(panel.question),
        sentence=html.escape(panel.sentence),
        png=base64.b64encode(png).decode(),
        style=bundle.style(),
        about="Sliders stop where a picture was computed ahead; everything in this file works without a network.",
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        script=bundle.page_script(),
    )


def save_page(panel, path, overwrite: bool = False) -> Path:
    """Writes the panel as an HTML file; refuses to replace a file unless told to."""
    path = Path(path).expanduser()
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is already there; choose another name, or say overwrite=True.")
    return save_whole(path, page(panel), overwrite)


def _named(choices, words) -> dict[str, str]:
    return {choice.name: word for choice, word in zip(choices, words, strict=False)}


def _axes(panel: PanelState, chosen: dict[str, str]) -> list[tuple[Slider, list[float]]]:
    """The sliders shown for a choice and where each may stop: evenly, and wherever a case needs it."""
    shown = [
        spec
        for spec in panel.controls.values()
        if isinstance(spec, Slider) and all(chosen.get(name) == word for name, word in spec.when.items())
    ]
    shown.sort(key=lambda spec: not spec.sweep)  # the first one glides
    counts = _STOPS[min(len(shown), 4)]
    return [(spec, _stops(panel, spec, count)) for spec, count in zip(shown, counts, strict=False)]


def _stops(panel: PanelState, spec: Slider, count: int) -> list[float]:
    needed = {panel.start[spec.name], *(item.values[spec.name] for item in panel.presets if spec.name in item.values)}
    step = spec.step if spec.step and not spec.log else 0.0
    even = [round(stop / step) * step if step else float(f"{stop:.3g}") for stop in spec.stops(count)]
    even = [round(stop) if spec.whole else min(max(stop, spec.low), spec.high) for stop in even]
    even[0], even[-1] = spec.low, spec.high
    return sorted({spec.check(stop) for stop in (*needed, *even)})


def _picture(panel: PanelState, setting: dict, rows: list) -> tuple[np.ndarray, dict]:
    """Numbers and words of a setting; an impossible one repeats the picture before and says why."""
    nothing = {
        "sentence": panel.sentence,
        "overlays": list(panel.scene.shown),
        "texts": panel.texts,
        "closed": {},
        "line": "",
    }
    try:
        scene = panel.picture(setting)
    except ValueError as problem:
        return rows[-1] if rows else np.frombuffer(panel.frame, np.float32), {**nothing, "error": as_sentence(problem)}
    return panel.drawing.numbers(scene.values), {
        "sentence": scene.sentence,
        "overlays": list(scene.shown),
        "texts": panel.drawing.words(scene.values),
        "closed": dict(scene.closed),
        "line": "",
        "error": "",
    }


def _state(panel: PanelState, grids: list[dict]) -> dict:
    """What the page's script finds in its model at the start."""
    stops: dict[str, set] = {}
    gliding = set()
    for grid in grids:
        for number, axis in enumerate(grid["axes"]):
            stops.setdefault(axis["name"], set()).update(axis["stops"])
            if number == 0:
                gliding.add(axis["name"])
    controls = []
    for spec in panel.setup()["controls"]:
        if spec["kind"] == "choice":
            controls.append(spec)
        elif spec["name"] in stops:
            glide = spec["name"] in gliding and spec["sweep"]
            controls.append({**spec, "sweep": False, "stops": sorted(stops[spec["name"]]), "glide": glide})
    setup = {**panel.setup(), "controls": controls, "has_files": False, "has_table": False, "predict": None}
    shown = {
        **panel.snapshot(),
        "values": dict(panel.start),
        "frame": None,
        "line": "",
        "notes": "",
        "prediction": None,
        "verdict": "",
    }
    return {"setup": setup, "svg": panel.svg, "shown": {**shown, "revision": 0, "answers": []}}


def _packed(rows: list[np.ndarray], scales: np.ndarray) -> str:
    """Rows as differences to the row before, compressed, as text."""
    steps = np.frombuffer(pack(rows, scales), "<i2").reshape(len(rows), -1)
    differences = np.diff(steps.astype(np.int32), axis=0, prepend=0).astype(
        "<i2"
    )  # wraps round as the page's numbers do
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(differences.tobytes()) + packer.flush()).decode()
