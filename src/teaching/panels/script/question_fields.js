// The field of a question, by its kind: the browser's own radio buttons, text fields and sliders, axes to draw on, or
// things to be put into places.
// Every field has `element`, `read()` -> { value, problem }, `fill(value)` (null empties it) and `close()`.

import { word_count } from "./counting.js";
import { clamp, make, typed_number } from "./numbers.js";
import { make_curve } from "./question_curve.js";
import { make_mark, make_sort } from "./question_placing.js";

/** `submit()`: Enter was pressed; `changed()`: the hand has changed something. */
export function make_field(setup, prefix, submit, changed) {
  return FIELDS[setup.kind](setup, prefix, submit, changed);
}

const FIELDS = {
  option: make_options, number: make_number, marker: make_marker, text: make_text, curve: make_curve,
  mark: (setup, prefix, submit, changed) => make_mark(setup, prefix, changed),
  sort: (setup, prefix, submit, changed) => make_sort(setup, prefix, (radio) => keys(radio, submit), changed),
};

/** Enter submits, and no key reaches JupyterLab, which has keys of its own. `with_control`: only with the control key. */
export function keys(element, submit, with_control = false) {
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const new_line = (event.shiftKey && element.tagName === "TEXTAREA") || (with_control && !event.ctrlKey && !event.metaKey);
    if (event.key !== "Enter" || new_line || event.isComposing) return; // composing: a letter that takes several keys
    event.preventDefault();
    submit();
  });
  return element;
}

const nothing_to_close = () => {};

function make_options(setup, prefix, submit, changed) {
  const buttons = setup.options.map((option) => keys(make("input", { type: "radio", name: prefix + "option", value: option, onchange: changed }), submit));
  const labels = buttons.map((button) => make("label", {}, button, make("span", { text: button.value })));
  return {
    element: make("div", { class: "teaching-choice teaching-options", role: "radiogroup", "aria-labelledby": prefix + "prompt" }, ...labels),
    read() {
      const value = buttons.find((button) => button.checked)?.value ?? null;
      return { value, problem: value === null ? "Choose one of the options first." : "" };
    },
    fill: (value) => buttons.forEach((button) => (button.checked = button.value === value)),
    close: nothing_to_close,
  };
}

function typed_field(attributes, submit, changed) {
  return keys(make("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", oninput: changed, ...attributes }), submit);
}

function make_number(setup, prefix, submit, changed) {
  const id = prefix + "number";
  const input = typed_field({ id, class: "teaching-typed-answer", "aria-describedby": `${id}-unit` }, submit, changed);
  return {
    element: make(
      "div", { class: "teaching-row" }, make("label", { for: id, text: "Your answer" }),
      make("span", { class: "teaching-number" }, input, make("span", { class: "teaching-unit", id: `${id}-unit`, text: setup.unit })),
    ),
    read: () => ({ value: input.value, problem: "" }),
    fill: (value) => (input.value = value ?? ""),
    close: nothing_to_close,
  };
}

function make_marker(setup, prefix, submit, changed) {
  const id = prefix + "marker";
  const { low, high, unit } = setup;
  const track = keys(make("input", { type: "range", id, min: low, max: high, step: 1, value: low, "aria-describedby": `${id}-unit`, oninput: slid }), submit);
  const input = typed_field({ class: "teaching-typed", "aria-label": `Your answer, typed, ${unit}` }, submit, typed);
  function in_words() {
    track.setAttribute("aria-valuetext", input.value ? `${track.value} ${unit}` : "nothing chosen yet");
  }
  function slid() {
    input.value = track.value;
    in_words();
    changed();
  }
  function follow() {
    const number = typed_number(input.value, unit);
    track.value = Number.isFinite(number) ? clamp(number, low, high) : low;
    in_words();
  }
  function typed() {
    follow();
    changed();
  }
  in_words();
  return {
    element: make(
      "div", { class: "teaching-slider" }, make("label", { for: id, text: "Your answer" }), track,
      make("span", { class: "teaching-number" }, input, make("span", { class: "teaching-unit", id: `${id}-unit`, text: unit })),
    ),
    read: () => ({ value: input.value, problem: "" }),
    fill(value) {
      input.value = value ?? "";
      follow();
    },
    close: nothing_to_close,
  };
}

const HOW_TO_KEEP = "In your own words. Enter keeps them, Shift and Enter begin a new line.";
const HOW_TO_KEEP_A_LETTER = "In your own words. Enter begins a new line; the button keeps them, and so do Ctrl and Enter.";
const A_LINE = 40; // words that fit on one or two lines
const A_LETTER = 60; // words: whoever may write more begins new lines

/** A field for own words; where their number is limited, it counts them while they are typed and takes nothing away. */
function make_text(setup, prefix, submit, changed) {
  const id = prefix + "text";
  const [least, most] = setup.words || [0, Infinity];
  const is_letter = Boolean(setup.words) && most >= A_LETTER;
  const size = is_letter ? "letter" : most <= A_LINE ? "line" : "text";
  const count = setup.words ? make("span", { class: "teaching-count", id: `${id}-count` }) : null;
  const beyond = setup.words ? make("p", { class: "teaching-beyond", role: "status", "aria-live": "polite" }) : null;
  const described = setup.words ? `${id}-count ${id}-how` : `${id}-how`;
  const input = keys(make("textarea", { id, rows: 3, "data-size": size, "aria-describedby": described, oninput: typed }), submit, is_letter);
  function tell() {
    if (!count) return;
    const words = word_count(input.value);
    count.textContent = `${words} ${words === 1 ? "word" : "words"} so far; ${least} to ${most} are asked for`;
    const is_too_long = words > most;
    count.dataset.beyond = is_too_long;
    // Said once, when the limit is passed: a screen reader is not told each word.
    const said = is_too_long ? `This is longer than ${most} words. All of it stays here; it can be kept when it is shorter.` : "";
    if (beyond.textContent !== said) beyond.textContent = said;
  }
  function typed() {
    tell();
    changed();
  }
  tell();
  return {
    element: make(
      "div", { class: "teaching-text" }, make("label", { for: id, text: "Your answer" }), input, count, beyond,
      make("p", { class: "teaching-note", id: `${id}-how`, text: is_letter ? HOW_TO_KEEP_A_LETTER : HOW_TO_KEEP }),
    ),
    read: () => ({ value: input.value, problem: "" }),
    fill(value) {
      input.value = value ?? "";
      tell();
    },
    close: nothing_to_close,
  };
}
