"""The text of every page, as Sphinx reads it: lessons with their outputs, gallery, glossary, references, docs, about.

A file is written only when its text has changed, so that Sphinx reads again only what is new.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import nbformat

from teaching import tables
from teaching.deliver import cards, pictures
from teaching.deliver.site.live_data import LIVE
from teaching.deliver.site.places import place, with_places
from teaching.learning.naming import LESSONS
from teaching.panels.catalogue import GALLERY
from teaching.saving import save_whole

NOT_ADVICE = "A model for teaching and self-study. Not treatment advice."
#: Number of a lesson -> its subject, while it is not there yet; the others tell their own.
TO_COME = {8: "A virtual trial", 9: "Reading the evidence", 10: "Benefit, risk and access", 11: "The clinic"}
#: Pages about the kit: the file of the kit, and the name of the page.
DOCS = {
    "docs/app_in_a_room.md": "app_in_a_room",
    "docs/adding_a_lesson.md": "adding_a_lesson",
    "docs/panels.md": "panels",
    "docs/model.md": "model",
    "docs/architecture.md": "architecture",
    "docs/lite.md": "lite",
    "data/README.md": "data",
    "docs/teaching/lecturers.md": "lecturers",
    "docs/teaching/plans.md": "plans",
    "docs/teaching/curriculum.md": "curriculum",
    "docs/teaching/faq.md": "faq",
    "docs/teaching/students.md": "students",
    "docs/classroom_server.md": "classroom_server",
    "docs/how_the_model_works.md": "how_the_model_works",
    "docs/what_the_model_leaves_out.md": "what_the_model_leaves_out",
    "CONTRIBUTING.md": "contributing",
    "docs/contributing/new_product.md": "new_product",
    "docs/contributing/new_study.md": "new_study",
    "docs/contributing/report_an_error.md": "report_an_error",
}
#: Where a page stands in the sidebar; below the one for lecturers stand all that no other heading names.
SIDEBAR = {
    "For students": ("students",),
    "For lecturers": ("index",),
    "How it works": ("how_the_model_works", "what_the_model_leaves_out", "model", "data"),
    "Contribute": (
        "contributing",
        "adding_a_lesson",
        "new_product",
        "new_study",
        "report_an_error",
        "panels",
        "architecture",
        "lite",
    ),
}
_RUN_ME = re.compile(r" ?Run (?:this|the next) cell first \(\*\*Shift \+ Enter\*\*\)[.;][^\n]*\n*")
# The page has buttons for it: a sentence goes, and of a sentence that ends so its last part.
_SAVE_IT = re.compile(r";\s*`report\([^`]*\)`[^.`]*(?=\.)|\s*`(?:report|take_home)\([^`]*\)`[^.`]*\.")
_DOI = re.compile(r"(?<![\w/(\[])doi[: ] ?(10\.\d{4,9}/[^\s·;,)\]]*[^\s·;,.)\]])")
_PMID = re.compile(r"(?<![\w/(\[])PMID:? (\d{5,9})")
_ADDRESS = re.compile(r"(?<![\w/(\[<\"`])(https?://[^\s·;)\]>]*[^\s·;,.)\]>])")
_LESSON = re.compile(r"\[([^\]]+)\]\((?:\.\./notebooks/)?(\w+)\.ipynb\)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)\s]+)\)")
#: What stands on a folded picture that a prediction comes before.
_AFTER = {"code_prompt_show": "After your prediction: the picture", "code_prompt_hide": "Hide the picture"}
_AFTER_TABLE = {"code_prompt_show": "After your decision: the table", "code_prompt_hide": "Hide the table"}
#: What stands on code that a student changes: a page without Python shows what it gave as it stands.
_RESTS = {
    "code_prompt_show": "Code of this cell; to change it, open the lesson with Python",
    "code_prompt_hide": "Hide the code",
}
_FRONT = """# B-cell depletion: a teaching kit

```{{toctree}}
:hidden:
:caption: Lessons

{lessons}
```

```{{toctree}}
:hidden:
:caption: Look up

panels/index
glossary
references
```

{groups}```{{toctree}}
:hidden:
:caption: About

about
```
"""
_GROUP = """```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```

"""


class Sources:
    """A folder of pages in Markdown and as notebooks; `write` changes a file only when it must."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.written: set[Path] = set()

    def write(self, name: str, text: str) -> None:
        """Writes a page, unless it stands there already."""
        path = self.folder / name
        self.written.add(path)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        save_whole(path, text, overwrite=True)

    def take_away_the_rest(self) -> None:
        """Takes away pages of an earlier build that are no longer part of the site."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in self.written:
                path.unlink()


# --- lessons --------------------------------------------------------------------------------------------


def lesson_page(path: Path, outputs: list[list[dict]], lessons: set[str]) -> str:
    """A lesson with these outputs of its code cells as the text of a notebook, for pages without a kernel.

    lessons: names of all lessons of the site; a link to another one becomes its words.
    """
    notebook = nbformat.read(path, as_version=4)
    shown = iter(outputs)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            items = next(shown)
            cell.outputs = [nbformat.from_dict(item) for item in with_places(items, "../")]
            jupyter = cell.metadata.get("jupyter", {})
            folded = jupyter.get("outputs_hidden")
            tag = "hide-cell" if folded else "hide-input" if _has_code_to_read(items) else "remove-input"
            open_code = not jupyter.get("source_hidden") and not _has_places(items)
            told = _after(items) if folded else _RESTS if open_code else {}
            cell.metadata = nbformat.from_dict({"tags": [tag], "mystnb": {**told, **_in_words(items)}})
            cell.execution_count = None
        elif cell.cell_type == "markdown":
            text = _LESSON.sub(lambda found: found[0] if found[2] in lessons else found[1], cell.source)
            cell.source = with_links(for_reading(text))
            cell.metadata = nbformat.from_dict({})
            if not cell.source.strip():
                continue
        cells.append(cell)
    first = next((place for place, cell in enumerate(cells) if cell.cell_type == "markdown"), 0)
    note = nbformat.v4.new_markdown_cell('<div class="teaching-place teaching-progress" data-kind="progress"></div>')
    note["id"] = "progress"
    notebook.cells = [*cells[: first + 1], note, *cells[first + 1 :]]
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    return nbformat.writes(notebook)


def _after(outputs: list[dict]) -> dict:
    """What stands on a folded cell: whether a picture or a table is in it."""
    return (
        _AFTER_TABLE if any("<table" in output.get("data", {}).get("text/html", "") for output in outputs) else _AFTER
    )


def for_reading(text: str) -> str:
    """Markdown of a lesson without what only concerns whoever runs its cells."""
    return _SAVE_IT.sub("", _RUN_ME.sub("", text))


def _has_code_to_read(outputs: list[dict]) -> bool:
    """Whether the code of a cell says more than its output: not where it only calls a question or the report."""
    kinds = {output.get("data", {}).get(LIVE, {}).get("kind") for output in outputs}
    return not kinds & {"question", "report", "kept"}


def _in_words(outputs: list[dict]) -> dict:
    """What MyST-NB says of a cell's picture to those who do not see it; without it, that would be the file's name."""
    told = [
        output.get("metadata", {}).get("image/png", {}).get("alt") or output["data"].get("text/plain", "")
        for output in outputs
        if "image/png" in output.get("data", {})
    ]
    return {"image": {"alt": " ".join("".join(told[0]).split())}} if told else {}


def _has_places(outputs: list[dict]) -> bool:
    """Whether something in the outputs of a cell lives on the page."""
    return any(LIVE in output.get("data", {}) for output in outputs)


def lesson_title(path: Path) -> str:
    """What a lesson calls itself in its first line, without the number."""
    notebook = nbformat.read(path, as_version=4)
    return re.match(r"#\s*(?:\d\d\s*·\s*)?(.+)", notebook.cells[0].source)[1].strip()


def with_links(text: str) -> str:
    """Markdown in which DOIs, PMIDs and bare addresses lead to where they say."""
    parts = re.split(r"(`[^`]*`|\$[^$]*\$)", text)  # not inside code and formulas
    for number in range(0, len(parts), 2):
        part = _DOI.sub(r"[doi \1](https://doi.org/\1)", parts[number])
        part = _PMID.sub(r"[PMID \1](https://pubmed.ncbi.nlm.nih.gov/\1/)", part)
        parts[number] = _ADDRESS.sub(r"<\1>", part)
    return "".join(parts)


# --- the other pages ------------------------------------------------------------------------------------


def front_page(lessons: list[Path], docs: set[str]) -> str:
    """The root of the tree of pages; what it shows stands in its template. docs: names of the pages of DOCS it has."""
    groups = ""
    for caption, names in SIDEBAR.items():
        if there := [f"docs/{name}" for name in names if name in {"index", *docs}]:
            groups += _GROUP.format(caption=caption, pages="\n".join(there))
    return _FRONT.format(lessons="\n".join(f"lessons/{path.stem}" for path in lessons), groups=groups)


def gallery_pages(places: dict[str, dict], lessons: list[Path]) -> dict[str, str]:
    """The list of all panels, and a page for each: file name -> text."""
    stems = {int(path.stem[:2]): path.stem for path in lessons}
    cards, pages = [], {}
    for name, entry in GALLERY.items():
        if name not in places:
            continue
        lesson = f"Lesson {entry.lesson} · {LESSONS.get(entry.lesson, '')}".rstrip(" ·")
        link = f"[{lesson}](../lessons/{stems[entry.lesson]}.ipynb)" if entry.lesson in stems else f"{lesson} (to come)"
        pages[f"panels/{name}.md"] = f"# {entry.title}\n\n{entry.line} {link}\n\n{place(places[name], '../')}\n"
        file = pictures.of_panel(name)
        picture = f'<img src="../_static/pictures/{file}" alt="" loading="lazy">' if file else ""
        cards.append(
            f'<li>{picture}<p class="teaching-small">{html.escape(lesson)}</p>'
            f'<h2><a href="{name}.html">{html.escape(entry.question)}</a></h2><p>{html.escape(entry.line)}</p></li>'
        )
    tree = "\n".join(name for name in GALLERY if name in places)
    pages["panels/index.md"] = (
        "# Panel gallery\n\nA question a panel: move the controls and watch what changes. Every panel works here "
        f'without a network.\n\n<ul class="teaching-cards">{"".join(cards)}</ul>\n\n'
        f"```{{toctree}}\n:hidden:\n\n{tree}\n```\n"
    )
    return pages


def glossary_page() -> str:
    """All terms with their meanings."""
    terms = sorted(tables.glossary().items(), key=lambda item: item[0].lower())
    entries = "\n".join(f"{name}\n  {entry.meaning}. (Lesson {entry.lesson})\n" for name, entry in terms)
    return (
        "# Glossary\n\nIn the lessons, a word with a dotted line tells its meaning when you point at it, touch it or "
        f"press Enter on it.\n\n```{{glossary}}\n{entries}```\n"
    )


def references_page() -> str:
    """All sources, by the name of the first author, with links to where they can be read."""
    lines = [_reference(key, fields) for key, fields in sorted(tables.references().items())]
    return (
        "# References\n\nEvery number in the kit names one of these sources. The notes say what was read of it, and "
        "what was not. A link leaves this site.\n\n" + "\n".join(lines) + "\n"
    )


def _reference(key: str, fields: dict[str, str]) -> str:
    def plain(name: str) -> str:
        return re.sub(r"[{}\\]", "", fields.get(name, "")).replace(" and ", ", ")

    def marked(words: str) -> str:
        return re.sub(r"([*_`<>\[\]#|$])", r"\\\1", words)

    where = plain("journal") or plain("howpublished") or plain("publisher") or plain("booktitle")
    words = ". ".join(part for part in (plain("author"), plain("title"), where, plain("year")) if part)
    links = []
    if doi := fields.get("doi"):
        links.append(f"[doi {doi}](https://doi.org/{doi})")
    if pmid := fields.get("pmid"):
        links.append(f"[PMID {pmid}](https://pubmed.ncbi.nlm.nih.gov/{pmid}/)")
    if not links and (address := fields.get("url")):
        links.append(f"<{address}>")
    note = f" *{marked(plain('note'))}*" if plain("note") else ""
    return f"* **{key}**: {marked(words)}. {' · '.join(links)}{note}"


def docs_there(project: Path) -> set[str]:
    """Names of the pages of DOCS whose files this copy of the kit has."""
    return {name for source, name in DOCS.items() if (project / source).is_file()}


def pictures_of_docs(project: Path) -> set[Path]:
    """The picture files that pages of DOCS show."""
    found = set()
    for source in DOCS:
        if (path := project / source).is_file():
            shown = _PICTURE.findall(path.read_text(encoding="utf-8"))
            found |= {(path.parent / file).resolve() for _, file in shown}
    return found


def doc_pages(project: Path, lessons: list[Path]) -> dict[str, str]:
    """The pages of DOCS, and the one above those for lecturers; what lies outside of the site is named, not linked."""
    stems = {path.stem for path in lessons}
    pages = {}
    for source, name in DOCS.items():
        if (path := project / source).is_file():
            here = path.parent

            def link(found: re.Match, here: Path = here) -> str:
                words, address = found.groups()
                if address.startswith(("http", "#")):
                    return found[0]
                file, _, anchor = address.partition("#")
                if file.endswith(".ipynb"):
                    stem = Path(file).stem
                    return f"[{words}](../lessons/{stem}.ipynb)" if stem in stems else words
                wanted = (here / file).resolve()
                known = {(project / other).resolve(): page for other, page in DOCS.items()}
                return f"[{words}]({known[wanted]}.md{'#' * bool(anchor)}{anchor})" if wanted in known else words

            text = path.read_text(encoding="utf-8").replace("```mermaid", "```text")  # drawn by no library of ours
            pages[f"docs/{name}.md"] = _PICTURE.sub(_picture_of_docs, _LINK.sub(link, text))
    elsewhere = {name for names in SIDEBAR.values() for name in names}
    first = sorted(DOCS, key=lambda source: not source.startswith("docs/teaching/"))
    named = [DOCS[source] for source in first if f"docs/{DOCS[source]}.md" in pages]
    tree = "\n".join(name for name in named if name not in elsewhere)
    pages["docs/index.md"] = (
        "# For lecturers\n\n**Ten minutes and a projector:** every lesson says at its top which sections make its "
        "projector core. The [panel gallery](../panels/index.md) has each panel on a page of its own, without any "
        "text around it.\n\n**A workshop:** participants open this site, or the folder from a stick; what they predict "
        "and answer stays in their own browsers, and each lesson ends with a report that they can save, print and hand "
        f'in.\n\n**On paper:** lesson 10 can be held without a computer. Its <a href="../{cards.FILE}">cards, sheets '
        "and rubric</a> print on A4.\n\n**Answers and notes for lecturers** are not part of this site, because "
        "students read it. They lie in "
        "the folder `instructor/` of a full copy of the kit.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{tree}\n```\n"
    )
    return pages


def _picture_of_docs(found: re.Match) -> str:
    words, file = found.groups()
    address = f"../_static/pictures/{Path(file).name}"  # as a link too: on a telephone its words are too small
    return f'<a href="{address}"><img src="{address}" alt="{html.escape(words)}" loading="lazy"></a>'


def about_page(version: str, citation: str) -> str:
    """What this is, who may use it how, and how to cite it."""
    title = re.search(r'^title: "?([^"\n]+)"?$', citation, re.M)
    authors = ", ".join(re.findall(r"^\s+- name: (.+)$", citation, re.M))
    return f"""# About this kit

**{NOT_ADVICE}** It says how therapies that deplete B cells work, and how far today's evidence carries. It knows no
patient of yours, and nobody may use it to decide about one.

**Nothing leaves this page.** The site asks no other computer for anything, counts nobody and sets no cookie. What you
predict and answer stays in this browser; each lesson says how to save it as a file and how to erase it.

**Without Python, most is the same.** Panels draw from pictures that were computed ahead, so their sliders stop where a
picture was computed; what stands at rest is exact. Cells in which you change a number need the kit itself, which runs
on your own computer with Python.

## Licence

Code: BSD 3-Clause. Lessons, figures and data: CC BY 4.0. You may copy, change and teach with all of it, if you name the
source.

## How to cite

{authors}. *{title[1] if title else "B-cell depletion teaching kit"}*, version {version}.
"""
