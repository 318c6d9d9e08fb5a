"""Places on a page that become alive, as HTML that says everything already while no script runs."""

from __future__ import annotations

import hashlib
import html
import json

from teaching.deliver.site.live_data import LIVE
from teaching.panels import bundle

#: Folder of the site with the data files and still pictures.
FOLDER = "live"


def place(live: dict, root: str = "", **more: str) -> str:
    """The HTML of a place.

    live: what `running` notes of a panel, a question, the report or the first cell; root: the way from the page to
    the site's folder, such as '../'; more: attributes of the place, such as data_play='yes'.
    """
    return _KINDS[live["kind"]](
        live, root, "".join(f' {key.replace("_", "-")}="{_(word)}"' for key, word in more.items())
    )


def with_places(outputs: list[dict], root: str) -> list[dict]:
    """Outputs of a cell in which every place stands as HTML instead of as data."""
    return [
        {**output, "data": {"text/html": place(output["data"][LIVE], root)}, "metadata": {}}
        if LIVE in output.get("data", {})
        else output
        for output in outputs
    ]


def _(words: str) -> str:
    return html.escape(words, quote=True)


def desk_file(name: str) -> str:
    """The file of `_static` that holds the script of a desk; its name changes with what is in it, as caches need it."""
    return f"desk_{name}.{hashlib.sha256(bundle.desk_script(name).encode()).hexdigest()[:8]}.js"


def _panel(live: dict, root: str, more: str) -> str:
    files = f"{root}{FOLDER}/"
    if live["kind"] == "desk":
        more = f' data-script="{root}_static/{desk_file(live["name"])}"{more}'
    return (
        f'<div class="teaching-place" data-kind="{live["kind"]}" data-file="{files}{live["data"]}"{more}>'
        f'<figure class="teaching-still"><img src="{files}{live["still"]}" width="{live["width"]}" '
        f'height="{live["height"]}" loading="lazy" alt="{_(live["question"])}">'
        f"<figcaption><strong>{_(live['question'])}</strong> {_(live['words'])}</figcaption></figure>"
        '<p class="teaching-wait" role="status"></p></div>'
    )


def _question(live: dict, root: str, more: str) -> str:
    return (
        f'<div class="teaching-place teaching-asks" data-kind="question" data-id="{_(live["id"])}"{more}>'
        f"{live['html']}{_json(live['data'])}</div>"
    )


def _report(live: dict, root: str, more: str) -> str:
    return (
        f'<div class="teaching-place" data-kind="report"{more}><noscript><p>The report is made by a script; '
        f"this browser runs none here.</p></noscript>{_json(live)}</div>"
    )


def _kept(live: dict, root: str, more: str) -> str:
    return (
        f'<div class="teaching-place" data-kind="kept"{more}><noscript><p>Without a script this page shows pictures '
        "and questions, and keeps nothing.</p></noscript></div>"
    )


def _json(data: dict) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


_KINDS = {"panel": _panel, "desk": _panel, "question": _question, "report": _report, "kept": _kept}
