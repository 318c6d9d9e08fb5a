"""The lists of all panels and all desks, read from what they declare: name, question, lesson, and how each is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from teaching import panels
from teaching.panels.desk import Listing
from teaching.panels.family import Family


@dataclass(frozen=True)
class Entry:
    """One panel or desk: `make()` builds it as it starts.

    `module` and `function` say where it is made; `title`: two or three words; `question`: what it asks; `lesson`:
    where it is used first; `line`: what can be done with it, one sentence; `place`: among those of its lesson.
    """

    module: str
    function: str
    title: str
    question: str
    lesson: int
    line: str
    place: int = 0

    def make(self):
        """The panel, or the desk."""
        return getattr(import_module(self.module), self.function)()


def catalogue_of(makers: Iterable) -> dict[str, Entry]:
    """Name -> panel, in the order of the lessons, of all that `family` has made among these; others are left out."""
    declared = [said for maker in makers if isinstance(said := getattr(maker, "family", None), Family)]
    return {
        said.name: Entry(said.view.__module__, said.name, said.title, said.question, said.lesson, said.line, said.place)
        for said in sorted(declared, key=lambda said: (said.lesson, said.place))
    }


def desks_of(makers: Iterable) -> dict[str, Entry]:
    """Name -> desk, in the order of the lessons, of all that `desk` has declared among these."""
    declared = [said for maker in makers if isinstance(said := getattr(maker, "desk", None), Listing)]
    return {
        said.name: Entry(said.make.__module__, said.name, said.title, said.question, said.lesson, said.line, said.place)
        for said in sorted(declared, key=lambda said: (said.lesson, said.place))
    }


#: All panels that the door of this room shows: families of pictures, which are tried as such.
CATALOGUE = catalogue_of(vars(panels).values())
#: All desks that it shows.
DESKS = desks_of(vars(panels).values())
#: Both, in the order of the lessons: what the site, the app and `teaching page` show.
GALLERY = dict(sorted((CATALOGUE | DESKS).items(), key=lambda item: (item[1].lesson, item[1].place)))
