"""Builds the site: runs what has changed, writes the text of the pages, lets Sphinx make them, and puts them in place.

What was computed once is kept in a cache folder by the content that it was made from: the lesson, the kit's code and
its data. So only what has changed is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from teaching import __version__, locking, tables
from teaching.deliver import cards, pictures
from teaching.deliver.site import places, sources, target
from teaching.inputs import sentence, shortened
from teaching.panels import bundle
from teaching.panels.catalogue import GALLERY

KIT = Path(tables.__file__).resolve().parent
PAGES = Path(__file__).resolve().parent / "page"
FRONT = "front"
#: Panels whose pictures take longest to compute.
LARGE = ("cohort", "design", "side_by_side")
AUTHORS = "The B-cell depletion teaching kit authors"
TITLE = "B-cell depletion: a teaching kit"
#: What nobody has asked for in this time is taken out of the cache.
KEPT_DAYS = 30
NEEDS = "the site needs Sphinx and its parts ({}): run 'python start.py site', or install the extra 'site' of the kit."


def build(
    out: str | os.PathLike,
    project: Path | None = None,
    lessons: Sequence[Path] | None = None,
    panels: Sequence[str] | None = None,
    cache: Path | None = None,
    coarse: bool = False,
    say: Callable[[str], None] = print,
) -> Path:
    """Builds the site into the folder `out` and returns its first page.

    project: the kit's folder, with notebooks/ and docs/ (default: the one of this file); lessons, panels: which of them
    (default: all); cache: the folder of what is kept between builds; coarse: with few pictures a panel, to try a build;
    say: takes one line of progress at a time.
    Raises ValueError with one sentence for a folder that holds other files, a lesson that fails, or a package that is
    missing; OSError for a place that cannot be written to.
    """
    started = time.monotonic()
    out = Path(out).expanduser()
    target.check(out)
    _sphinx_is_there()
    project = project or KIT.parent.parent
    lessons = sorted((project / "notebooks").glob("[0-9][0-9]_*.ipynb")) if lessons is None else list(lessons)
    if not lessons:
        raise ValueError("the lessons are not beside the package: this command needs the whole folder of the kit.")
    names = list(GALLERY) if panels is None else list(panels)
    cache = _usable(cache or default_cache(project))
    words = f"Another build is at work in {shortened(str(cache))}: waiting for its end"
    with locking.held(cache, waiting=lambda: say(words)):
        changed = _built(out, project, lessons, names, cache, coarse, say)
    say(f"Ready: {changed} files new or changed in {out}, after {time.monotonic() - started:.0f} seconds.")
    return out / "index.html"


def _built(out: Path, project: Path, lessons, names: list[str], cache: Path, coarse: bool, say) -> int:
    """Does what `build` says while no other build uses the cache; how many files are new or have changed."""
    outputs, gallery = _computed(lessons, [FRONT, *names], cache, coarse, say)
    _write_sources(cache / "source", project, lessons, outputs, gallery)
    say("Making the pages")
    _write_static(cache / "static", sources.pictures_of_docs(project))
    _sphinx(cache, {**_for_templates(lessons, gallery), "lite": (out / "lite").is_dir()})
    _add_files(cache / "html", cache / "live", outputs, gallery)
    (cache / "html" / cards.FILE).write_text(cards.cards_page(), encoding="utf-8")
    changed = target.bring(cache / "html", out, {"kit": __version__, "lessons": [path.stem for path in lessons]})
    _forget_old(cache)
    return changed


def default_cache(project: Path) -> Path:
    """Where is kept what was computed: `TEACHING_SITE_CACHE`, or a folder of the user's for this copy of the kit."""
    if chosen := os.environ.get("TEACHING_SITE_CACHE", "").strip():
        return Path(chosen).expanduser()
    import platformdirs

    mark = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:8]
    return Path(platformdirs.user_cache_dir("bcell-teaching-kit")) / f"site-{mark}"


def _usable(cache: Path) -> Path:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "live").mkdir(exist_ok=True)
        (cache / locking.FILE).touch()
    except OSError as problem:
        raise OSError(
            f"nothing can be kept in {shortened(str(cache))} ({problem.strerror}); set TEACHING_SITE_CACHE to a folder."
        ) from None
    return cache


def _sphinx_is_there() -> None:
    missing = []
    for name in ("sphinx", "myst_nb", "furo", "latex2mathml"):
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    if missing:
        raise ValueError(NEEDS.format(", ".join(missing)))


# --- what is computed -----------------------------------------------------------------------------------


def kit_mark() -> str:
    """A mark of all code and data that lessons and panels stand on; the site's own files and the app are left out."""
    digest = hashlib.sha256(__version__.encode())
    files = [*KIT.rglob("*.py"), *KIT.rglob("*.bin"), *tables.data_folder().glob("*")]
    own = Path(__file__).resolve().parent
    ours = {own / "running.py", own / "live_data.py"}
    for path in sorted(files):
        if path.is_file() and (path in ours or (KIT / "deliver") not in path.parents):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def _computed(lessons, names, cache: Path, coarse: bool, say) -> tuple[dict, dict]:
    """Outputs of all lessons and places of panels, by name; what is not in the cache is made, one a processor."""
    mark = kit_mark()
    jobs = {}
    for path in lessons:
        key = hashlib.sha256(path.read_bytes() + f"{mark}{coarse}".encode()).hexdigest()[:24]
        jobs[path.stem] = ("lesson", str(path), cache / f"lesson-{key}.json")
    for name in names:
        key = hashlib.sha256(f"{name}{mark}{coarse}".encode()).hexdigest()[:24]
        jobs[f"panel {name}"] = ("panels", name, cache / f"panel-{key}.json")
    todo = {name: job for name, job in jobs.items() if not _is_whole(job[2], cache / "live")}
    say(f"{len(todo)} of {len(jobs)} lessons and panels to run" if todo else "All lessons and panels are as they were")
    count = 0

    def work(item) -> None:
        nonlocal count
        name, (what, which, file) = item
        seconds = _run(what, which, file, cache / "live", mark, coarse)
        count += 1
        say(f"  {count:2d} of {len(todo)}: {name} ({seconds:.0f} s)")

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for _ in pool.map(work, sorted(todo.items(), key=lambda item: _turn(*item[1][:2]))):
            pass
    found = {name: _read(job[2]) for name, job in jobs.items()}
    outputs = {path.stem: found[path.stem] for path in lessons}
    return outputs, {name: found[f"panel {name}"][name] for name in names}


def _turn(what: str, which: str) -> int:
    """Panels first, the largest of them before the others: lessons find their pictures among those of the gallery."""
    return 2 if what == "lesson" else int(which not in LARGE)


def _run(what: str, which: str, file: Path, live: Path, mark: str, coarse: bool) -> float:
    """Runs one lesson or panel in a process of its own; how long it took [s]."""
    started = time.monotonic()
    more = ["--coarse"] * coarse
    done = _called("teaching.deliver.site.running", what, which, str(file), str(live), mark, *more)
    if done.returncode:
        last = (done.stderr.strip() or "it ended without a word").splitlines()[-1]
        raise ValueError(f"{sentence(which.split('/')[-1], 60)} could not be run: {sentence(last, 200)}")
    return time.monotonic() - started


def _called(module: str, *words: str) -> subprocess.CompletedProcess:
    """Runs a module of the kit in a process of its own, with this copy of the kit."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(KIT.parent), os.environ.get("PYTHONPATH", "")])}
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environ.setdefault(name, "1")  # several processes share the processor already
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *words],
        env={**environ, "PYTHONUTF8": "1"}, capture_output=True, text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip


def _read(file: Path):
    return json.loads(file.read_text(encoding="utf-8"))


def _live_files(found) -> set[str]:
    """Data files and pictures that outputs or places name."""
    if isinstance(found, dict):
        own = {found["data"], found["still"]} if found.get("kind") in ("panel", "desk") else set()
        return own.union(*(_live_files(value) for value in found.values()))
    return set().union(*(_live_files(value) for value in found)) if isinstance(found, list) else set()


def _is_whole(file: Path, live: Path) -> bool:
    """Whether a result is in the cache with all its files; a damaged one counts as none."""
    try:
        found = _read(file)
    except (OSError, ValueError):
        return False
    file.touch()
    return all((live / name).is_file() for name in _live_files(found))


def _forget_old(cache: Path) -> None:
    """Takes what nobody has asked for in a month out of the cache."""
    used = set()
    for file in [*cache.glob("lesson-*.json"), *cache.glob("panel-*.json"), *(cache / "live").glob("*.json")]:
        if time.time() - file.stat().st_mtime > KEPT_DAYS * 86_400:
            file.unlink()
        else:
            if file.name.startswith("grid-"):
                continue  # pictures that several panels share; it names no file
            with contextlib.suppress(ValueError):
                used |= _live_files(_read(file))
    for file in (cache / "live").glob("*"):
        if file.suffix in (".js", ".png") and file.name not in used:
            file.unlink()


# --- pages ----------------------------------------------------------------------------------------------


def _write_sources(folder: Path, project: Path, lessons, outputs: dict, gallery: dict) -> None:
    written = sources.Sources(folder)
    written.write("index.md", sources.front_page(lessons, sources.docs_there(project)))
    for path in lessons:
        written.write(f"lessons/{path.stem}.ipynb", sources.lesson_page(path, outputs[path.stem], set(outputs)))
    citation = project / "CITATION.cff"
    pages = {
        **sources.gallery_pages({name: where for name, where in gallery.items() if name != FRONT}, lessons),
        **sources.doc_pages(project, lessons),
        "glossary.md": sources.glossary_page(),
        "references.md": sources.references_page(),
        "about.md": sources.about_page(__version__, citation.read_text(encoding="utf-8") if citation.is_file() else ""),
    }
    for name, text in pages.items():
        written.write(name, text)
    written.take_away_the_rest()


def _for_templates(lessons, gallery: dict) -> dict:
    """What the first page and the frame of every page show."""
    there = {int(path.stem[:2]): path for path in lessons}
    cards = []
    for number in range(12):
        title = sources.lesson_title(there[number]) if number in there else sources.TO_COME.get(number)
        if title:
            file = pictures.of_lesson(number)
            picture = f"_static/pictures/{file}" if file else ""
            page = f"lessons/{there[number].stem}" if number in there else ""
            cards.append({"number": f"{number:02d}", "title": title, "page": page, "picture": picture})
    stage = places.place(gallery[FRONT], "", data_play="yes")
    first = min(there.values(), key=lambda path: path.name).stem
    return {"cards": cards, "first": first, "stage": stage, "version": __version__, "not_advice": sources.NOT_ADVICE}


def _sphinx(cache: Path, teaching: dict) -> None:
    """Makes the pages; Sphinx keeps what it has read between builds, and nothing of it stays in this process."""
    static = cache / "static"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    digest.update((tables.data_folder() / "glossary.csv").read_bytes())
    settings = {
        "project": TITLE,
        "author": AUTHORS,
        "copyright": f"{AUTHORS}. Lessons, pictures and data: CC BY 4.0; code: BSD 3-Clause",
        "version": __version__,
        "extensions": ["myst_nb", "teaching.deliver.site.extension"],
        "teaching": teaching,
        "teaching_read_with": digest.hexdigest(),
        "nb_execution_mode": "off",
        "nb_code_prompt_show": "Code of this cell",
        "nb_code_prompt_hide": "Code of this cell",
        "nb_ipywidgets_js": {},
        "myst_enable_extensions": ["dollarmath", "deflist"],
        "myst_heading_anchors": 4,
        "html_math_renderer": "mathml",
        "html_theme": "furo",
        "html_title": TITLE,
        "html_theme_options": {"top_of_page_buttons": [], "navigation_with_keys": False},
        "html_static_path": [str(static)],
        "templates_path": [str(PAGES)],
        "html_css_files": ["panel.css", "site.css"],
        "html_js_files": [["site.js", {"defer": "defer"}]],
        "html_show_search_summary": False,  # a page opened as a file may not read others
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_use_index": False,
        "smartquotes": False,  # words stand as the lessons and tables have them
        "suppress_warnings": ["myst.header", "mystnb.unknown_mime_type"],
        "language": "en",
    }
    (cache / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    done = _called("teaching.deliver.site.making", str(cache))
    if done.returncode or done.stdout.strip():
        words = (done.stdout.strip() or done.stderr.strip() or "Sphinx ended without a word").splitlines()
        raise ValueError(
            f"the pages are not as they should be: {sentence(words[0 if done.stdout.strip() else -1], 220)}"
        )


def _write_static(folder: Path, more: set[Path]) -> None:
    """Script, style and pictures of every page, and more pictures that pages show."""
    files = {
        "site.js": f"(() => {{\n{bundle.site_script()}site_js.start();\n}})();\n",
        **{places.desk_file(name): f"(() => {{\n{bundle.desk_script(name)}}})();\n" for name in bundle.desk_names()},
        "panel.css": bundle.style("site"),
        "site.css": (PAGES / "site.css").read_text(encoding="utf-8"),
    }
    folder.mkdir(exist_ok=True)
    for path in folder.glob("desk_*.js"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text:
            (folder / name).write_text(text, encoding="utf-8")
    (folder / "pictures").mkdir(exist_ok=True)
    for path in [*pictures.FOLDER.glob("*.png"), *more]:
        shutil.copyfile(path, folder / "pictures" / path.name)


def _add_files(pages: Path, live: Path, *named) -> None:
    """Data files and still pictures beside the pages; those that nothing names any more go."""
    folder = pages / places.FOLDER
    folder.mkdir(exist_ok=True)
    wanted = set().union(*(_live_files(found) for found in named))
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name in wanted:
        if not (folder / name).is_file():
            shutil.copyfile(live / name, folder / name)
    (pages / ".nojekyll").touch()  # else GitHub Pages leaves out folders whose names begin with a line
