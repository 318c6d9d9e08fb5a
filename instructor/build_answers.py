"""Builds src/teaching/learning/answer_key.bin from answers/*.toml: `python instructor/build_answers.py`.

The key is compressed and encoded against spoilers; that is not security. One TOML file a lesson,
named like the lesson; one table a question:

    [01-half-life]                  the id that a lesson uses
    kind = "number"                 number (unit) | option (options) | marker (unit, low, high)
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
NEEDS = {"number": {"unit"}, "option": {"options"}, "marker": {"unit", "low", "high"}}


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
    """Return the bytes of an answer key: JSON with sorted keys, compressed, in base 85."""
    text = json.dumps(questions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.b85encode(zlib.compress(text.encode(), 9))


def _question(written, functions):
    missing = ({"kind", "prompt", "hints"} | NEEDS.get(written.get("kind"), set())) - written.keys()
    if missing:
        raise ValueError(f"{', '.join(sorted(missing))} is missing.")
    if written["kind"] not in NEEDS:
        raise ValueError(f"kind is {written['kind']}; allowed are {', '.join(NEEDS)}.")
    hints = written["hints"]
    if len(hints) != HINTS or not all(isinstance(text, str) and text for text in hints):
        raise ValueError(f"hints must be {HINTS} texts.")
    question = dict(written)
    if "answer" in written:
        question["answer"] = _judged(written["answer"], functions)
        question["wrong"] = [_judged(wrong, functions) | {"id": wrong["id"]} for wrong in written.get("wrong", ())]
        _check(question)
    return question


def _judged(written, functions):
    """Return option or band, and feedback, of one right or wrong answer."""
    value = written.get("value")
    if "value_from" in written:
        value = functions[written["value_from"]]()
    judged = {"feedback": written["feedback"].format(value=value)}
    if "option" in written:
        return judged | {"option": written["option"]}
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
    return judged | {"band": [float(f"{end:.6g}") for end in (low, high)]}


def _check(question):
    """Raise ValueError where two answers would both fit, or an option is not offered."""
    judged = [question["answer"], *question["wrong"]]
    if question["kind"] == "option":
        named = [known["option"] for known in judged]
        if not set(named) <= set(question["options"]) or len(set(named)) < len(named):
            raise ValueError(f"answers must be different options; they are {named}.")
        return
    bands = sorted(known["band"] for known in judged)
    for lower, upper in itertools.pairwise(bands):
        if lower[1] >= upper[0]:
            raise ValueError(f"the bands {lower} and {upper} overlap.")
    low, high = question["answer"]["band"]
    if low <= question.get("example", 10) <= high:
        raise ValueError("the example gives the answer away.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Packs the answers of all lessons into the answer key.")
    parser.add_argument(
        "--out", type=Path, default=KEY, help="another file, to try a lesson (TEACHING_ANSWER_KEY names it)"
    )
    target = parser.parse_args().out
    made = build()
    target.write_bytes(encode(made))
    sys.stdout.write(f"{target.name}: {len(made)} questions, {target.stat().st_size} bytes\n")
