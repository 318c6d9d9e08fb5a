"""A prediction on a page is judged as in Python: thousands of them on every panel of the lessons that asks for one."""

import ast
import dataclasses
import json
import random

import numpy as np
import pytest

from teaching import Patient, panels
from teaching.panels import bundle
from teaching.panels.page import _model
from teaching.panels.state import PanelState, as_sentence

from .conftest import PROJECT

PREDICTIONS = 150  # of each kind on each panel, twice: a curve and a point
NAN = float("nan")
#: What is no prediction.
NONSENSE = [
    None, True, 3, "", "yes", {}, [], [[]], [[1]], [[1, 2, 3]], [1, 2], ["ab", "cd"], [[0, "1"], [1, 2]],
    [[0, True], [1, 2]], [[0, NAN], [1, 2]], [[0, float("inf")], [1, 2]], [[0, None], [1, 2]], [[1, 1]] * 201, [[5, 5]],
]  # fmt: skip
#: All predictions of a panel in one go: what is kept and what is said of it, or why it is refused.
JUDGE = """
([spec, model, values]) => values.map((value) => {
  try {
    const kept = verdict_js.check_prediction(spec, value);
    return [kept, verdict_js.verdict(spec, kept, model)];
  } catch (problem) {
    return [null, verdict_js.as_sentence(problem.message)];
  }
})
"""


def asking_panels():
    """Every panel of a lesson that asks first: lesson, and the cell that makes it."""
    for path in sorted((PROJECT / "notebooks").glob("0*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "panels.Predict(" in source:
                yield pytest.param(source, id=f"{path.stem}-{source.split('Predict(')[1].split(',')[0].strip()}")


@pytest.fixture(scope="module")
def judge(browser):
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.linked("verdict"))
    yield lambda *asked: page.evaluate(JUDGE, list(asked))
    page.context.close()


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path))


def made_by(source: str) -> PanelState:
    """The panel that a cell of a lesson shows, as it starts."""
    *before, last = ast.parse(source).body
    names = {"panels": panels, "Patient": Patient, "patient": Patient.typical("SLE")}
    exec(compile(ast.Module(before, []), "a cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "a cell", "eval"), names).state


def some_predictions(about: dict, model: dict, draw: random.Random):
    """Points as a hand draws or types them: near the model, round, at the edges and beyond, out of order, double."""

    def on_axis(way: str, share: float, scale: float = 1.0) -> float:
        low, high = about[way]
        return scale * (low * (high / low) ** share if about[f"log_{way}"] else low + share * (high - low))

    per_unit = about["across_per_unit"]
    ends = [number * per_unit for number in (*about["across"], *about["across_read"])]
    heights = [*about["up"], *about["up_read"], 0.0, 100.0]
    for _ in range(PREDICTIONS):
        kind = draw.choice(("model", "round", "straight", "wild", "edge"))
        count = draw.randint(1, 12)
        if kind == "model":  # exactly, twice as high, 10 more: where the words change
            chosen = [draw.randrange(len(model["x"])) for _ in range(count)]
            times, more = draw.choice((1, 1.0001, 2, 0.5, 1.15)), draw.choice((0, 0, 10, -10, 0.5))
            yield [[model["x"][k], model["y"][k] * times + more] for k in chosen]
        elif kind == "round":
            places = [float(f"{on_axis('across', draw.random()):.1g}") * per_unit for _ in range(count)]
            yield [[place, float(f"{on_axis('up', draw.random()):.1g}")] for place in places]
        elif kind == "straight":
            height = draw.choice([*heights, *model["y"]])
            yield [[on_axis("across", share, per_unit), height] for share in (0, draw.random(), 1)]
        elif kind == "wild":
            yield [
                [on_axis("across", draw.uniform(-0.02, 1.02), per_unit), on_axis("up", draw.uniform(-0.02, 1.02))]
                for _ in range(count)
            ]
        else:
            factors = (1, 1, 1 + 1e-7, 1 - 1e-7, 1.001)
            yield [
                [draw.choice(ends) * draw.choice(factors), draw.choice(heights) * draw.choice(factors)]
                for _ in range(count)
            ]


def judged(panel: PanelState, predict, about: dict, value) -> list:
    """What Python keeps and says."""
    x, y = panel.model_curve() or (np.empty(0), np.empty(0))
    try:
        kept = predict.check(value, about if predict.curve else None)
        return [kept, predict.verdict(kept, x, y, about.get("log_up", False), about.get("log_across", False))]
    except ValueError as problem:
        return [None, as_sentence(problem)]


@pytest.mark.parametrize("source", list(asking_panels()))
def test_the_page_says_the_same_sentence_as_python(judge, source):
    panel = made_by(source)
    draw, model = random.Random(panel.predict.id), _model(panel)
    ways = [panel.predict]
    if panel.predict.curve:
        ways.append(dataclasses.replace(panel.predict, marker=True))
    for predict in ways:
        about = predict.describe(panel._predicted_curve(), panel.drawing.height)
        values = [*NONSENSE, *predict.options]
        values += [*some_predictions(about, model, draw)] if model else ["neither "]
        expected = [judged(panel, predict, about, value) for value in values]
        found = judge(about, model, values)
        for value, ours, theirs in zip(values, expected, found, strict=True):
            assert theirs == ours, value
        said = {words for kept, words in expected if kept is not None}
        refused = {words for kept, words in expected if kept is None}
        assert len(said) > (PREDICTIONS / 3 if model else 1) and len(refused) > (4 if model else 0)


def test_what_a_student_writes_is_put_on_one_line_and_refused_in_the_same_words(judge, browser):
    panel = panels.treatment(predict=panels.Predict("a", "What?", options=("yes", "no"))).state
    texts = [
        "  T cells\n\tfell  ",
        "",
        " \n\x00\x85",
        "x" * 500,
        "x" * 501,
        "\ud800 <b>bold</b>",
        "😀" * 500,
        "\u00a0\ufeffa",
    ]
    page = browser.new_context().new_page()
    page.add_script_tag(content=bundle.linked("verdict"))
    found = page.evaluate(
        "(texts) => texts.map((text) => { try { return verdict_js.check_sentence(text); } "
        "catch (problem) { return `refused: ${problem.message}`; } })",
        [text for text in texts if text.isprintable() or "\ud800" not in text],
    )
    page.context.close()

    def checked(text):
        try:
            return panel.predict.check_sentence(text)
        except ValueError as problem:
            return f"refused: {problem}"

    assert found == [checked(text) for text in texts if "\ud800" not in text]
    assert checked("\ud800 <b>bold</b>") == "<b>bold</b>" and found[0] == "T cells fell"
