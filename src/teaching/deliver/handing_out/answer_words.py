"""The answer of a question for lecturers, as Markdown: what is right, typical wrong ideas with what is said, hints."""

from __future__ import annotations

from teaching.deliver.handing_out.prose import as_markdown
from teaching.learning.naming import idea_in_words
from teaching.learning.rules import format_number
from teaching.words import exact


def told(entry: dict) -> str:
    """A question's entry in the answer key as Markdown; also where nothing is right or wrong."""
    lines = [f"**For lecturers · {entry['id']}**", ""]
    if answer := entry.get("answer"):
        lines += [f"**Answer:** {_found(entry, answer)}", "", as_markdown(answer["feedback"])]
    elif entry.get("model"):
        lines += [f"**One way to say it:** {as_markdown(entry['model'])}"]
    else:
        lines += ["**Answer:** none is right or wrong here; it is kept, and the lesson comes back to it."]
    if wrong := entry.get("wrong"):
        lines += ["", "**Typical wrong ideas**", ""]
        lines += [f"* *{_idea(one)}* ({_found(entry, one)}): {as_markdown(one['feedback'])}" for one in wrong]
    if hints := entry.get("hints"):
        lines += ["", "**Hints, one after the other**", ""]
        lines += [f"{number}. {as_markdown(hint)}" for number, hint in enumerate(hints, start=1)]
    return "\n".join(lines)


def _idea(wrong: dict) -> str:
    return as_markdown(idea_in_words(wrong["id"]))


def _found(entry: dict, judged: dict) -> str:
    """What is judged: an option, a band, the bands of a curve, or things in their places."""
    if "option" in judged:
        return f"{as_markdown(judged['option'])}"
    if "band" in judged:
        return f"{_span(judged['band'])} {as_markdown(entry.get('unit', ''))}".strip()
    if "bands" in judged:
        across, up = entry["across"], entry["up"]
        places = [f"at {format_number(at)}: {_span((low, high))}" for at, low, high in judged["bands"]]
        return as_markdown(
            f"{up['label']} [{up['unit']}], by {across['label']} [{across['unit']}]: {'; '.join(places)}"
        )
    if "places" in judged:
        pairs = (f"{thing}: {' or '.join(places)}" for thing, places in judged["places"].items())
        return as_markdown("; ".join(pairs))
    return as_markdown(f"{judged['thing']}: {judged['place']}")


def _span(band) -> str:
    low, high = (exact(end, 3) for end in band)
    return f"{low} to {high}"
