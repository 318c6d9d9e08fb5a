"""Measures the lessons by the rules of the second edition: `python tools/lesson_measures.py [lesson ...]`.

`--against REF` reads the lessons of an earlier commit from git and prints a table, before and after;
`--into FILE` puts that table into a page, between the two lines that mark its place.

Prints a line a lesson: words of its core prose, numbers per 100 words, sentences that are too long, lines of
code that a student sees, and the minutes that this takes; then each long sentence and each bare journal name.
What it counts, and why minutes are counted so, was learned from a slow reading of lessons beside those of others.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "notebooks"
#: Where a page keeps the table of `--against`.
TABLE_BEGINS, TABLE_ENDS = "<!-- measures: made by tools/lesson_measures.py -->", "<!-- end of measures -->"
WORDS_A_MINUTE = 110  # technical prose in a second language
#: Minutes for what is not read, and a share of all for feedback, hints and prompts.
MINUTES = {
    "number": 3.5, "marker": 3.5, "text": 3.5, "option": 1.0, "panel": 4.0, "curve": 2.5, "table": 1.0,
    "mark": 1.25, "sort": 1.25, "trial": 3.0, "decision": 3.0, "deliberation": 6.0, "line": 1.5, "letter": 9.0,
    "visit": 2.5,
}  # fmt: skip
FEEDBACK = 0.25
#: A text of at most so many words is a line, and one of at least so many a letter; others are a few sentences.
LINE_WORDS, LETTER_WORDS = 40, 150
#: Visits of a patient in the clinic; each is a decision of its own.
VISITS = 5
#: Journals whose bare name with a year says too little: Blood has 52 issues a year.
JOURNALS = (
    "Blood", "Cells", "Nature", "Science", "Lancet", "Cell", "IJMS", "NEJM", "ARD", "ACR", "Immunity",
    "Frontiers in Medicine", "J Thromb Haemost", "Nat Med", "Blood Adv", "Ann Rheum Dis",
)  # fmt: skip
_BARE = re.compile(rf"\((?:{'|'.join(JOURNALS)}),? (?:19|20)\d\d\)")
_OPTIONAL = re.compile(r"^#+ .*\boptional\b", re.I | re.M)
_HEADING = re.compile(r"^#+ ", re.M)
_NOT_PROSE = re.compile(r"\*\*(Words|References|Next):?\*\*")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.S)
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_PLACE = re.compile(
    r"\b(?:sections?|lessons?|cells?|steps?|questions?|figures?|tables?|phase) \d+(?: (?:to|and) \d+)?", re.I
)
_NUMBER = re.compile(r"(?<![\w.,])[+\u2212-]?\d[\d.,\u202f]*(?:\s*[×x]\s*10\S*)?(?![\w-]*[A-Za-z])")
_ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|vs|cf|Fig|No|Dr|approx|et al|spp|ca)\.", re.I)


@dataclass(frozen=True)
class Measures:
    """What a lesson asks of a reader. `minutes`: for everything in it; `said_minutes`: as its metadata say."""

    name: str
    words: int
    numbers: int
    long_sentences: tuple[str, ...]
    lines: tuple[int, ...]
    minutes: float
    said_minutes: int
    bare_journals: tuple[str, ...]

    @property
    def numbers_per_100(self) -> float:
        """Numbers per 100 words of core prose."""
        return 100 * self.numbers / max(1, self.words)


def cells_of_core(notebook) -> list:
    """The cells of a lesson that are not under a heading that says 'optional'."""
    kept, optional = [], False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and _HEADING.search(cell.source):
            optional = bool(_OPTIONAL.search(cell.source))
        if not optional:
            kept.append(cell)
    return kept


def blocks(source: str) -> list[str]:
    """The paragraphs and list items of a markdown cell that are read as prose: no table, formula, picture or source.

    What is folded (`<details>`) is not prose that everybody reads.
    """
    source = re.sub(r"<details>.*?</details>", "", source, flags=re.S)
    source = re.sub(r"```.*?```", "", source, flags=re.S)
    found = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", _FORMULA.sub("formula", source)):
        text = paragraph.strip()
        if not text or text.startswith(("|", "#", "<")) or _NOT_PROSE.search(text) or "Projector core" in text:
            continue
        text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(("|", "#")))
        text = re.sub(r"^\s*(?:[-*]|\d+\.) ", "", text)
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
        text = re.sub(r"[*_`]|<[^>]+>", "", text)
        if text := " ".join(text.split()):
            found.append(text)
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; a colon or a semicolon does not end one."""
    text = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", "\u2024"), text)
    return [part.strip() for part in re.split(r"(?<=[.!?])[\"'”’)]*\s+(?=[A-Z0-9\"'“‘(])", text) if part.strip()]


def words(text: str) -> list[str]:
    """The words of a text; a number with its unit is as many as are written apart."""
    return [word for word in text.split() if re.search(r"\w", word)]


def numbers(text: str) -> list[str]:
    """Numbers that a reader has to take in: not those of a citation, a section or a list."""
    return _NUMBER.findall(_PLACE.sub("", _YEAR.sub("", text)))


def _asked(cells: list) -> list[str]:
    """The ids of the questions that code cells ask, each once."""
    source = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return list(dict.fromkeys(re.findall(r'questions\.(?:predict|check)\("([^"]+)"', source)))


def measure(
    notebook, name: str, kinds: dict[str, str], longest: int = 30, texts: dict[str, str] | None = None
) -> Measures:
    """Measures a lesson. `kinds`: kind of each question by its id, as the answer key has them; `texts`: what has to be
    read in those whose text is marked or whose cards are sorted, which counts as prose."""
    core = cells_of_core(notebook)
    prose = [text for cell in core if cell.cell_type == "markdown" for text in blocks(cell.source)]
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    asked = _asked(notebook.cells)
    in_questions = [(texts or {})[question] for question in asked if question in (texts or {})]
    prose += [(texts or {})[question] for question in _asked(core) if question in (texts or {})]
    told = [sentence for text in prose for sentence in sentences(text)]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    seen = [cell for cell in code if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    lines = [
        sum(bool(line.strip()) and not line.strip().startswith("#") for line in cell.source.split("\n"))
        for cell in seen
    ]
    work = sum(MINUTES[kinds.get(question, "option")] for question in asked)
    # The folded filled picture, show(panels.name(...)), is the panel that was already counted.
    work += MINUTES["panel"] * len(re.findall(r"(?<!show\()\bpanels\.(?!Predict)\w+\(", source))
    work += MINUTES["trial"] * len(re.findall(r"panels\.trial_desk\(", source))  # a protocol is written, not moved
    work += MINUTES["visit"] * VISITS * len(re.findall(r"panels\.clinic\((?![^)]*preset)", source))
    work += MINUTES["decision"] * len(re.findall(r"panels\.decision\(", source))  # weights and scores are typed
    # Cards of four people are read, and a reason and what moved one are written.
    work += MINUTES["deliberation"] * len(re.findall(r"panels\.deliberation\(", source))
    work += MINUTES["curve"] * len(re.findall(r"Predict\((?![^)]*options)", source, re.S))
    work += MINUTES["table"] * sum("NBVAL_CHECK_OUTPUT" in cell.source for cell in code)
    everything = [text for cell in notebook.cells if cell.cell_type == "markdown" for text in blocks(cell.source)]
    read = sum(len(words(text)) for text in [*everything, *in_questions]) / WORDS_A_MINUTE
    return Measures(
        name,
        sum(len(words(text)) for text in prose),
        sum(len(numbers(text)) for text in prose),
        tuple(sentence for sentence in told if len(words(sentence)) > longest),
        tuple(lines),
        (read + work) * (1 + FEEDBACK),
        int(notebook.metadata.teaching["minutes"]),
        tuple(_BARE.findall("\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown"))),
    )


def kinds_of_questions() -> dict[str, str]:
    """The kind of every question of the answer key; a text by its length: 'line', 'text' or 'letter'."""
    from teaching.learning import answers

    return kinds_of(answers._key())


def kinds_of(entries: dict[str, dict]) -> dict[str, str]:
    """The kind of each question by its id; a text whose words are limited is a line, a text or a letter."""

    def kind(entry: dict) -> str:
        most = entry.get("words", (0, 0))[1]
        return "line" if 0 < most <= LINE_WORDS else "letter" if most >= LETTER_WORDS else entry["kind"]

    return {name: kind(entry) for name, entry in entries.items()}


def texts_of_questions() -> dict[str, str]:
    """What has to be read in a question beside its prompt, as the answer key has it."""
    from teaching.learning import answers

    return texts_of(answers._key())


def texts_of(entries: dict[str, dict]) -> dict[str, str]:
    """What has to be read in questions beside their prompts: the text that is marked, the cards that are sorted."""
    found = {}
    for name, entry in entries.items():
        # Cards that are only counted are those of the question before: nobody reads them twice.
        if "counts" not in entry and ("phrases" in entry or "cards" in entry):
            cards = (card if card.endswith((".", "?")) else f"{card}." for card in entry.get("cards", ()))
            found[name] = " ".join([*entry.get("phrases", ()), *map(str.capitalize, cards)])
    return found


# --- before and after ------------------------------------------------------------------------------


class NotInGit(ValueError):
    """A commit or a file that git does not have; the text is one sentence."""


def _git(*words: str) -> str:
    """What git prints. Raises NotInGit when there is no git, no repository or no such thing in it."""
    try:
        done = subprocess.run(["git", "-C", str(PROJECT), *words], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        asked = words[-1].removesuffix("^{commit}")
        raise NotInGit(f"git has nothing for '{asked}'; name a commit of a full clone.") from None
    return done.stdout.decode("utf-8")


def measures_at(ref: str) -> dict[str, Measures]:
    """The measures of all lessons of a commit, by the lesson's number. Raises NotInGit."""
    _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    entries: dict[str, dict] = {}
    for path in _git("ls-tree", "-r", "--name-only", ref, "instructor/answers").split():
        if path.endswith(".toml"):
            entries |= tomllib.loads(_git("show", f"{ref}:{path}"))
    kinds, texts, found = kinds_of(entries), texts_of(entries), {}
    for path in _git("ls-tree", "-r", "--name-only", ref, "notebooks").split():
        if path.endswith(".ipynb"):
            name = Path(path).stem
            notebook = nbformat.reads(_git("show", f"{ref}:{path}"), as_version=4)
            found[name[:2]] = measure(notebook, name, kinds, texts=texts)
    return found


def comparison(before: dict[str, Measures], after: list[Measures]) -> str:
    """A markdown table of lessons before and after; a lesson that was not there before has only one number."""
    columns = {
        "words of core prose": lambda one: f"{one.words:,}",
        "numbers per 100 words": lambda one: f"{one.numbers_per_100:.1f}",
        "sentences above 30 words": lambda one: f"{len(one.long_sentences)}",
        "bare journal names": lambda one: f"{len(one.bare_journals)}",
        "lines of code seen": lambda one: f"{sum(one.lines)}",
        "most lines in a cell": lambda one: f"{max(one.lines, default=0)}",
        "minutes counted": lambda one: f"{one.minutes:.0f}",
        "minutes said": lambda one: f"{one.said_minutes}",
    }
    lines = [f"| lesson | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for one in after:
        old = before.get(one.name[:2])
        cells = [f"{words(old)} → {words(one)}" if old else words(one) for words in columns.values()]
        lines.append(f"| {one.name[:2]} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def put_into(page: Path, table: str) -> None:
    """Replaces the table of a page; ValueError in one sentence when its place is not marked."""
    text = page.read_text(encoding="utf-8")
    head, begins, rest = text.partition(TABLE_BEGINS)
    _, ends, tail = rest.partition(TABLE_ENDS)
    if not (begins and ends):
        raise ValueError(
            f"{page.name} has no place for the table; it is marked by '{TABLE_BEGINS}' and '{TABLE_ENDS}'."
        )
    page.write_text(f"{head}{begins}\n\n{table}\n{ends}{tail}", encoding="utf-8", newline="\n")


def main(asked: list[str] | None = None) -> int:
    """Prints the measures of the named lessons, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", help="file names in notebooks/, all when none is given")
    parser.add_argument("--against", metavar="REF", help="a commit: print a table, before and after")
    parser.add_argument("--into", metavar="FILE", type=Path, help="put that table into this page")
    options = parser.parse_args(asked)
    chosen, kinds, texts = options.lessons, kinds_of_questions(), texts_of_questions()
    if options.into and not options.against:
        parser.error("--into needs --against, a commit to compare with.")
    paths = [FOLDER / name for name in chosen] or sorted(FOLDER.glob("*.ipynb"))
    found = [measure(nbformat.read(path, as_version=4), path.stem, kinds, texts=texts) for path in paths]
    if options.against:
        try:
            table = comparison(measures_at(options.against), found)
            if options.into:
                put_into(options.into, table)
        except (ValueError, OSError) as problem:
            parser.error(str(problem))
        print(table, end="")
        return 0
    print(f"{'lesson':28} words  numbers/100  long  lines: median most all   minutes (said)")
    for one in found:
        middle, most = statistics.median(one.lines), max(one.lines)
        print(
            f"{one.name:28} {one.words:5}  {one.numbers_per_100:11.1f}  {len(one.long_sentences):4}  "
            f"{middle:13g} {most:4} {sum(one.lines):3}   {one.minutes:7.0f} ({one.said_minutes})"
        )
    for one in found if chosen else []:
        print(*[f"{one.name}: {len(words(text))} words: {text}" for text in one.long_sentences], sep="\n")
        print(*[f"{one.name}: {name}" for name in one.bare_journals], sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
