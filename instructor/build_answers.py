"""Builds src/teaching/learning/answer_key.bin from answers/*.toml: `python instructor/build_answers.py`.

The key is compressed and encoded against spoilers; that is not security. One TOML file a lesson,
named like the lesson; one table a question:

    [01-half-life]                  the id that a lesson uses
    kind = "number"                 number (unit) | option (options) | marker (unit, low, high)
                                    | text | curve (across, up) | mark (phrases, labels) | sort (cards, bins)
    prompt                          one text
    hints                           three texts, each saying a little more; none of them the answer
    example = 12                    a number for the sentence about bad input; not a right one
    [01-half-life.answer]           leave it out for a prediction that is neither right nor wrong
    value_from = "half_life"        a function of recompute*.py, or: value = 34.66
    relative = 0.04                 the band, or: absolute = 1.5, or: low = 34 and high = 36,
                                    or: band_from = a function that returns (low, high)
    feedback                        one text; {value:.1f} becomes the value
    [[01-half-life.wrong]]          known wrong answers: id of the misconception, then as above

In questions of kind option, `option` with its text stands in place of the band. A band must hold
its value, so the build fails where the model leaves what was published.

A text is kept and not judged: it has no answer, its hints may be left out, and `model = "..."` is a
sentence that is shown when the student's own is kept. `words = [60, 150]` limits it: fewer words are kept and that is
said, more are refused, and the field counts while they are typed. Sentences are not counted: no rule tells the point
of 'Dr. B.' from the end of one.
A curve is drawn on two axes of its own:

    across = { label = "time after the dose", unit = "days", low = 0, high = 180 }
    up = { label = "B cells in blood", unit = "per µL", low = 0.1, high = 1000, log = true }
    [[99-curve.answer.bands]]       where the curve must run, as many places as the shape needs
    at = 60                         the place, in the unit of `across`
    low = 0.1                       the band there, in the unit of `up`; or: value_from with relative
    high = 2

Known wrong shapes have bands as well. Two shapes must be apart at one place at least, which both name.

In a mark question each of the `labels` is put onto one of the `phrases` of a text (in order, they are the text), or
onto `nowhere`, the words for what the text does not say; `reference` says whose text it is. In a sort question each of
the `cards` is put into one of two to four `bins`. What is right, and what usual wrong places are told:

    [09-mark.answer]
    feedback = "..."                said when everything is in its place
    [09-mark.answer.places]         for each label or card the place, or a list of places that are all right
    control = "not in this text"
    [[09-mark.wrong]]               id of the misconception; the `thing` and the wrong `place`; feedback

Instead of an answer a sort question may have `counts = "there"`, one of its bins: what stands in it is counted, kept
and not judged, so that students score a text of their own. It needs no hints.
"""

import argparse
import base64
import itertools
import json
import runpy
import sys
import tomllib
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEY = HERE.parent / "src" / "teaching" / "learning" / "answer_key.bin"
HINTS = 3
NEEDS = {
    "number": {"unit", "hints"},
    "option": {"options", "hints"},
    "marker": {"unit", "low", "high", "hints"},
    "text": set(),
    "curve": {"across", "up", "hints"},
    "mark": {"phrases", "labels", "hints"},
    "sort": {"cards", "bins"},
}
PLACED = {"mark": ("labels", "phrases"), "sort": ("cards", "bins")}
MOST_BINS = 4
#: A text of more words would not fit into the letters that are kept.
MOST_WORDS = 250


def build(folder=HERE / "answers"):
    """Return the questions of all lessons by id; ValueError says which entry is wrong and why."""
    functions = {}
    for file in sorted(HERE.glob("recompute*.py")):
        functions |= runpy.run_path(str(file))
    questions = {}
    for file in sorted(folder.glob("*.toml")):
        for name, written in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in questions:
                raise ValueError(f"{file.name}: the id {name} is used twice.")
            try:
                questions[name] = {"id": name, "lesson": file.stem, **_question(written, functions)}
            except (ValueError, KeyError) as problem:
                raise ValueError(f"{file.name}, {name}: {problem}") from problem
    return questions


def encode(questions):
    """Return the bytes of an answer key: JSON, compressed, in base 85; questions stand in the order of their files."""
    told = {name: dict(sorted(question.items())) for name, question in questions.items()}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return base64.b85encode(zlib.compress(text.encode(), 9))


def _question(written, functions):
    missing = ({"kind", "prompt"} | NEEDS.get(written.get("kind"), set())) - written.keys()
    if missing:
        raise ValueError(f"{', '.join(sorted(missing))} is missing.")
    if written["kind"] not in NEEDS:
        raise ValueError(f"kind is {written['kind']}; allowed are {', '.join(NEEDS)}.")
    hints = written.get("hints", [])
    is_only_kept = written["kind"] == "text" or "counts" in written
    if not (len(hints) == HINTS or (is_only_kept and not hints)) or not all(
        isinstance(text, str) and text for text in hints
    ):
        raise ValueError(f"hints must be {HINTS} texts.")
    question = {**written, "hints": hints}
    if written["kind"] in PLACED:
        return _placed(question)
    if "words" in written:
        _limit(written)
    if written["kind"] == "text" and "answer" in written:
        raise ValueError("a text is kept and not judged: it has no answer; a sentence to compare it with is 'model'.")
    if written["kind"] == "curve":
        question |= {name: _axis(name, written[name]) for name in ("across", "up")}
    if "answer" in written:
        question["answer"] = _judged(written["answer"], functions)
        question["wrong"] = [_judged(wrong, functions) | {"id": wrong["id"]} for wrong in written.get("wrong", ())]
        _check(question)
    return question


def _limit(written):
    """ValueError where a limit of words is none, or stands at a question that is not written."""
    limit = written["words"]
    whole = isinstance(limit, list) and len(limit) == 2 and all(type(number) is int for number in limit)
    if written["kind"] != "text" or not whole or not 1 <= limit[0] <= limit[1] <= MOST_WORDS:
        raise ValueError(f"words must be the least and the most of a text, such as [60, 150], up to {MOST_WORDS}.")


def _placed(question):
    """Return a question in which things are put into places; ValueError where one of them is not there."""
    things, places = (question[name] for name in PLACED[question["kind"]])
    for name, texts in zip(PLACED[question["kind"]], (things, places), strict=True):
        if len(texts) < 2 or len(set(texts)) < len(texts) or not all(isinstance(text, str) and text for text in texts):
            raise ValueError(f"{name} must be at least two different texts.")
    if question["kind"] == "sort" and len(places) > MOST_BINS:
        raise ValueError(f"there are {len(places)} bins; allowed are 2 to {MOST_BINS}.")
    allowed = {*places, *filter(None, [question.get("nowhere")])}
    if "counts" in question:
        if question["counts"] not in allowed or question["kind"] != "sort" or "answer" in question:
            raise ValueError("counts must name a bin of a sort question that has no answer.")
        return question
    if "answer" not in question:
        raise ValueError("answer is missing; a sort question that is only counted has 'counts'.")
    answer = question["answer"]
    found = {thing: [place] if isinstance(place, str) else place for thing, place in answer["places"].items()}
    if set(found) != set(things):
        raise ValueError(f"answer.places must name every one of {things}.")
    wrong = [{name: one[name] for name in ("id", "thing", "place", "feedback")} for one in question.get("wrong", ())]
    for thing, place in [*((thing, place) for thing, all_of in found.items() for place in all_of),
                         *((one["thing"], one["place"]) for one in wrong)]:  # fmt: skip
        if thing not in things or place not in allowed:
            raise ValueError(f"{thing!r} cannot be put onto {place!r}: one of them is not there.")
    pairs = [(one["thing"], one["place"]) for one in wrong]
    if len(set(pairs)) < len(pairs) or any(place in found[thing] for thing, place in pairs):
        raise ValueError("a wrong place stands twice, or is a right one.")
    return question | {"answer": {"places": found, "feedback": answer["feedback"]}, "wrong": wrong}


def _axis(name, written):
    """Return an axis as the page draws it."""
    if missing := {"label", "unit", "low", "high"} - written.keys():
        raise ValueError(f"{name} needs {', '.join(sorted(missing))}.")
    low, high = written["low"], written["high"]
    if not low < high or (written.get("log") and low <= 0):
        raise ValueError(f"{name} runs from {low} to {high}: its low end must lie below, on a log axis above 0.")
    return {"log": False, **written}


def _judged(written, functions):
    """Return option or band, and feedback, of one right or wrong answer."""
    value = written.get("value")
    if "value_from" in written:
        value = functions[written["value_from"]]()
    judged = {"feedback": written["feedback"].format(value=value)}
    if "option" in written:
        return judged | {"option": written["option"]}
    if "bands" in written:
        return judged | {"bands": [[band["at"], *_band(band, functions)] for band in written["bands"]]}
    return judged | {"band": _band(written, functions)}


def _band(written, functions):
    """Return (low, high) of what a table says: as two ends, or around a value."""
    value = written.get("value")
    if "value_from" in written:
        value = functions[written["value_from"]]()
    if "band_from" in written:
        low, high = functions[written["band_from"]]()
    elif "low" in written:
        low, high = written["low"], written["high"]
    else:
        width = written["absolute"] if "absolute" in written else abs(value) * written["relative"]
        low, high = value - width, value + width
    if not low < high or not (value is None or low <= value <= high):
        raise ValueError(f"the band {low} to {high} is empty or does not hold {value}.")
    # Six digits, so that every computer builds the same key.
    return [float(f"{end:.6g}") for end in (low, high)]


def _check(question):
    """Raise ValueError where two answers would both fit, or an option is not offered."""
    judged = [question["answer"], *question["wrong"]]
    if question["kind"] == "option":
        named = [known["option"] for known in judged]
        if not set(named) <= set(question["options"]) or len(set(named)) < len(named):
            raise ValueError(f"answers must be different options; they are {named}.")
        return
    if question["kind"] == "curve":
        return _check_shapes(question, judged)
    bands = sorted(known["band"] for known in judged)
    for lower, upper in itertools.pairwise(bands):
        if lower[1] >= upper[0]:
            raise ValueError(f"the bands {lower} and {upper} overlap.")
    low, high = question["answer"]["band"]
    if low <= question.get("example", 10) <= high:
        raise ValueError("the example gives the answer away.")


def _check_shapes(question, judged):
    """Raise ValueError for a shape that cannot be drawn, or two that one curve could have both."""
    for known in judged:
        for place, low, high in known["bands"]:
            for name, ends in (("across", (place, place)), ("up", (low, high))):
                axis = question[name]
                if not axis["low"] <= ends[0] <= ends[1] <= axis["high"]:
                    raise ValueError(f"the band at {place} from {low} to {high} leaves the axis {name}.")
    for one, other in itertools.combinations(judged, 2):
        there = {place: (low, high) for place, low, high in other["bands"]}
        apart = (there[place][1] < low or high < there[place][0] for place, low, high in one["bands"] if place in there)
        if not any(apart):
            raise ValueError(f"one curve could be both {one.get('id', 'the answer')} and {other['id']}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Packs the answers of all lessons into the answer key.")
    parser.add_argument(
        "--out", type=Path, default=KEY, help="another file, to try a lesson (TEACHING_ANSWER_KEY names it)"
    )
    target = parser.parse_args().out
    made = build()
    target.write_bytes(encode(made))
    sys.stdout.write(f"{target.name}: {len(made)} questions, {target.stat().st_size} bytes\n")
