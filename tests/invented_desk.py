"""A desk that no lesson has, for tests of the base: one number from 0 to 10."""

from collections.abc import Mapping

from teaching.inputs import number
from teaching.panels import bundle
from teaching.panels.desk import Desk, desk

SCORE = 3
#: Its script, as `script/invented.js` would be.
SCRIPT = """
import { make_desk } from "./desk.js";
import { make } from "./numbers.js";
function check(setup, values) {
  const { score } = values, { most } = setup.data;
  if (!(score >= 0 && score <= most)) throw new Error(`score is ${score}; allowed is a number from 0 to ${most}.`);
  return { score };
}
function build({ change, keep, values }) {
  const typed = () => change({ score: Number(field.value) });
  const field = make("input", { type: "text", "aria-label": "Score", onchange: typed });
  const button = make("button", { type: "button", text: "Keep", onclick: () => keep(values()) });
  const kept = make("p", { class: "kept" });
  return {
    above: [field, button], below: [kept],
    fill: ({ score }) => (field.value = String(score)),
    show: ({ score }) => `The score is ${score} of 10.`,
    kept: (found) => (kept.textContent = found ? `Kept: ${found.score}` : "Nothing kept"),
  };
}
export default make_desk({ name: "invented", check, build });
"""


def known(monkeypatch) -> None:
    """Lets the bundle know the script of this desk, until the test ends."""
    text = bundle._text
    given = {"invented": SCRIPT.lstrip()}
    given["desks"] = 'import invented from "./invented.js";\nexport const DESKS = { invented };\n'
    monkeypatch.setattr(bundle, "_text", lambda name: given.get(name) or text(name))
    for kept in ("script", "page_script"):
        monkeypatch.setattr(bundle, kept, getattr(bundle, kept).__wrapped__)
    monkeypatch.setattr(bundle, "style", bundle.style.__wrapped__)


def _checked(values: Mapping) -> dict:
    if set(values) != {"score"}:
        raise ValueError("the setting must have a score and nothing else.")
    return {"score": int(number("score", values["score"], 0, 10, ""))}


def _draw(values: Mapping):
    from matplotlib.figure import Figure

    from teaching.figures.drawing import Drawing

    figure = Figure(figsize=(6, 3))
    figure.subplots().bar([0], [values["score"]])
    return Drawing(figure, [])


@desk(title="Invented", question="How high is the score?", lesson=9, place=9, line="Change the score.")
def invented(keeps: bool = False) -> Desk:
    """A desk about one number."""
    return Desk(
        "invented", invented.desk.question, data={"most": 10}, start={"score": SCORE}, check=_checked, draw=_draw,
        describe=lambda values: f"The score is {values['score']} of 10.",
        keeps=("99_invented", "99-desk") if keeps else None,
    )  # fmt: skip
