"""The kernel's half of the talk with the pages of one panel: every numbered message is answered.

A page gives each message its own name and a number that rises by one. The answer names both and says
what became of it: 'done'; 'refused', with a sentence; or 'dropped', because something newer took its
place. A message that comes twice is answered twice and done once; of settings that overtake one
another the newest counts. Nothing is inferred from two values being equal. Knows neither widget nor
panel: `script/conversation.js` is the other half, docs/panels.md tells the protocol.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

log = logging.getLogger("teaching.panels")
#: Answers that stand in every snapshot: one that gets lost is in the next one too.
ANSWERS_TOLD = 16
#: Answers a page is remembered by, and pages that are remembered.
ANSWERS_KEPT, PAGES_KEPT = 64, 32
LONGEST_PAGE_NAME = 40
LARGEST_NUMBER = 2**53  # the page's numbers are exact up to here
NOT_DONE = "This could not be done; nothing was changed."


@dataclass(frozen=True)
class Answer:
    """What became of one message of a page."""

    page: str
    number: int
    outcome: str
    words: str = ""

    def describe(self) -> dict:
        """As plain data (JSON)."""
        return asdict(self)


@dataclass
class _Page:
    """What is known of one page: its answers, the newest setting it sent, what it still waits for."""

    answers: OrderedDict[int, Answer] = field(default_factory=OrderedDict)
    newest_setting: int = 0
    highest: int = 0
    waiting: set[int] = field(default_factory=set)


class Later:
    """Returned by an act whose answer comes later, through `Conversation.answer`."""


LATER = Later()


class Conversation:
    """Takes the messages of all pages of a panel, has them done, and remembers the answers.

    acts: kind of message -> function of its content. It returns None when it is done or `LATER`, and
    raises ValueError or OSError with the sentence that refuses it. `settings`: kinds that replace the
    whole setting, of which the page's newest counts. `again`: kinds that are done again when they are
    repeated, because their answer carries data. `refused`: called with the kind and the problem, returns
    the sentence.
    """

    def __init__(
        self,
        acts: Mapping[str, Callable[[Mapping], Later | None]],
        refused: Callable[[str, Exception | str], str],
        settings: tuple[str, ...] = ("set", "open"),
        again: tuple[str, ...] = ("sweep", "file"),
    ):
        self._acts, self._refused, self._settings, self._again = dict(acts), refused, settings, again
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._told: deque[Answer] = deque(maxlen=ANSWERS_TOLD)

    def told(self) -> list[dict]:
        """The last answers, oldest first, as plain data."""
        return [answer.describe() for answer in self._told]

    def receive(self, content) -> Answer | None:
        """Does what a message asks for and returns its answer.

        None when the answer comes later, or when the message names no page and number that could be
        answered: whoever sent that does not speak this protocol, and nothing happens.
        """
        if not isinstance(content, Mapping):
            return None
        name, number = content.get("page"), content.get("number")
        if not _is_name(name) or not _is_number(number):
            return None
        page = self._page(name)
        kind = content.get("kind")
        kind = kind if isinstance(kind, str) else ""
        known = page.answers.get(number)
        if known is not None and (kind not in self._again or known.outcome != "done"):
            return self._tell(known)
        if number in page.waiting:
            return None  # under way: its answer comes
        if known is None and number <= page.highest - ANSWERS_KEPT:
            return self.answer(name, number, "dropped")  # so old that nobody knows whether it was done
        page.highest = max(page.highest, number)
        if kind in self._settings:
            if number < page.newest_setting:
                return self.answer(name, number, "dropped")
            page.newest_setting = number
        return self._do(name, number, kind, content)

    def answer(self, name: str, number: int, outcome: str, words: str = "") -> Answer:
        """Notes what became of a message and returns the answer for the page."""
        page = self._page(name)
        answer = Answer(name, number, outcome, words)
        page.waiting.discard(number)
        page.answers[number] = answer
        while len(page.answers) > ANSWERS_KEPT:
            page.answers.popitem(last=False)
        return self._tell(answer)

    def _do(self, name: str, number: int, kind: str, content: Mapping) -> Answer | None:
        act = self._acts.get(kind)
        try:
            if act is None:
                raise ValueError(f"this panel knows no request {kind[:40]!r}; it knows: {', '.join(self._acts)}.")
            if act(content) is LATER:
                self._page(name).waiting.add(number)
                return None
        except (ValueError, OSError) as problem:
            return self.answer(name, number, "refused", self._refused(kind, problem))
        except Exception:  # a student must never see a traceback here
            log.exception("a request %r could not be answered", kind[:40])
            return self.answer(name, number, "refused", self._refused(kind, NOT_DONE))
        return self.answer(name, number, "done")

    def _page(self, name: str) -> _Page:
        page = self._pages.setdefault(name, _Page())
        self._pages.move_to_end(name)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page

    def _tell(self, answer: Answer) -> Answer:
        if answer in self._told:
            self._told.remove(answer)
        self._told.append(answer)
        return answer


def _is_name(name) -> bool:
    return isinstance(name, str) and 0 < len(name) <= LONGEST_PAGE_NAME


def _is_number(number) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LARGEST_NUMBER
