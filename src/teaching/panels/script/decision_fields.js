// The grid of a decision table: names that can be changed, a slider and a number for each weight and score, and how
// rows and columns come and go. On a narrow page each criterion is a card with a line for each option.

import { LONGEST_NAME, MOST_CRITERIA, MOST_OPTIONS } from "./decision_checks.js";
import { TOP } from "./decision_table.js";
import { make, shown_number, typed_number } from "./numbers.js";

const STEP = 0.5; // of a slider; finer numbers are typed

const silent = (event) => event.stopPropagation(); // JupyterLab has keys of its own
const own_words = (text) => text.replace(/\s+/g, " ").trim();
/** What was typed as a number, or as it stands when it is none, so that it can be refused and mended. */
function read(text) {
  const value = typed_number(text);
  return Number.isNaN(value) ? text.trim() : value;
}
const shown = (value) => (typeof value === "number" ? shown_number(value) : String(value));

/** A name that no other of the list has. */
function new_name(names, word) {
  let number = names.length + 1;
  while (names.includes(`${word} ${number}`)) number++;
  return `${word} ${number}`;
}

/** `changed(key, change)`: the hand wants another table; `change(table)` changes a copy of it. `key` names what it moves,
    so that one drag is one step back; `ended()`: the hand let go. Returns { element, fill(values), focus(kind, place) }. */
export function make_grid(prefix, changed, ended) {
  const element = make("div", { class: "teaching-grid-table teaching-scrolls" });
  let shape = "";
  let cells = null; // { names: { criteria, options }, weights: [pair], scores: [[pair]], labels }

  function name_field(kind, place) {
    const one = kind === "criteria" ? "criterion" : "option";
    const field = make("textarea", {
      rows: 1, id: `${prefix}${kind}-${place}`, class: "teaching-name", maxlength: LONGEST_NAME, autocomplete: "off", "aria-label": `Name of ${one} ${place + 1}`,
      onkeydown(event) {
        silent(event);
        if (event.key === "Enter") {
          event.preventDefault(); // a name has one line
          field.blur();
          field.focus();
        }
      },
      onchange() {
        changed("", (table) => (table[kind][place] = own_words(field.value)));
      },
    });
    const remove = make("button", {
      type: "button", class: "teaching-remove", text: "×",
      onclick() {
        changed("", (table) => {
          table[kind].splice(place, 1);
          if (kind === "options") table.scores.splice(place, 1);
          else for (const row of [table.weights, ...table.scores]) row.splice(place, 1);
        });
        focus(kind, Math.max(0, place - 1));
      },
    });
    return { field, remove };
  }
  function number_pair(key, put) {
    const slider = make("input", { type: "range", min: 0, max: TOP, step: STEP, oninput: () => changed(key, (table) => put(table, Number(slider.value))), onchange: ended, onkeydown: silent });
    const field = make("input", { type: "text", class: "teaching-typed", inputmode: "decimal", autocomplete: "off", size: 4, onchange: () => changed("", (table) => put(table, read(field.value))), onkeydown: silent });
    return { slider, field, element: make("span", { class: "teaching-pair" }, slider, field) };
  }
  function build(values) {
    const names = { criteria: values.criteria.map((_, k) => name_field("criteria", k)), options: values.options.map((_, k) => name_field("options", k)) };
    const weights = values.criteria.map((_, c) => number_pair(`weight ${c}`, (table, value) => (table.weights[c] = value)));
    const scores = values.options.map((_, o) => values.criteria.map((__, c) => number_pair(`score ${o} ${c}`, (table, value) => (table.scores[o][c] = value))));
    const labels = values.criteria.map(() => values.options.map(() => make("span", { class: "teaching-of-option", "aria-hidden": "true" })));
    const named = ({ field, remove }) => make("div", { class: "teaching-named" }, field, remove);
    const head = make("div", { class: "teaching-grid-row teaching-grid-head" }, make("span", { class: "teaching-corner", text: "Criterion" }), make("span", { class: "teaching-corner", text: "Weight" }), ...names.options.map(named));
    const rows = values.criteria.map((_, c) => make(
      "div", { class: "teaching-grid-row" },
      named(names.criteria[c]),
      make("div", { class: "teaching-cell teaching-weight" }, make("span", { class: "teaching-of-option", "aria-hidden": "true", text: "weight" }), weights[c].element),
      ...values.options.map((__, o) => make("div", { class: "teaching-cell" }, labels[c][o], scores[o][c].element)),
    ));
    element.style.setProperty("--teaching-options", values.options.length);
    element.replaceChildren(head, ...rows);
    cells = { names, weights, scores, labels };
  }
  function focus(kind, place) {
    cells.names[kind][place]?.field.focus();
  }
  function put(pair, value, label) {
    const text = shown(value);
    if (document.activeElement !== pair.slider || Number(pair.slider.value) !== value) pair.slider.value = typeof value === "number" ? value : 0;
    if (pair.field.value !== text) pair.field.value = text;
    pair.slider.setAttribute("aria-label", label);
    pair.field.setAttribute("aria-label", `${label}, typed`);
  }
  return {
    element,
    fill(values) {
      const now = `${values.criteria.length} ${values.options.length}`;
      if (now !== shape) build(values);
      shape = now;
      for (const [kind, least] of [["criteria", 1], ["options", 2]]) {
        cells.names[kind].forEach(({ field, remove }, place) => {
          if (field.value !== values[kind][place]) field.value = values[kind][place];
          remove.setAttribute("aria-label", `Remove ${values[kind][place]}`);
          remove.title = values[kind].length > least ? `Remove ${values[kind][place]}` : `At least ${least} must stay`;
          remove.disabled = values[kind].length <= least;
        });
      }
      cells.weights.forEach((pair, c) => put(pair, values.weights[c], `Weight of ${values.criteria[c]}`));
      cells.scores.forEach((row, o) => row.forEach((pair, c) => {
        put(pair, values.scores[o][c], `${values.options[o]} on ${values.criteria[c]}`);
        cells.labels[c][o].textContent = values.options[o];
      }));
    },
    focus,
  };
}

/** The two buttons that add a row or a column in the middle of the scale. */
export function make_adders(changed, grid) {
  const add = (kind, word, table) => {
    table[kind].push(new_name(table[kind], word));
    if (kind === "options") table.scores.push(table.criteria.map(() => TOP / 2));
    else for (const row of [table.weights, ...table.scores]) row.push(TOP / 2);
  };
  const button = (kind, word, words, most) => {
    const made = make("button", {
      type: "button", text: words,
      onclick() {
        let place = 0;
        changed("", (table) => {
          add(kind, word, table);
          place = table[kind].length - 1;
        });
        grid.focus(kind, place);
      },
    });
    return { made, fill: (values) => (made.disabled = values[kind].length >= most) };
  };
  const both = [button("criteria", "criterion", "Add a criterion", MOST_CRITERIA), button("options", "option", "Add an option", MOST_OPTIONS)];
  return { elements: both.map(({ made }) => made), fill: (values) => both.forEach(({ fill }) => fill(values)) };
}
