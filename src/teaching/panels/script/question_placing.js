// Fields in which things are put into places: labels onto the phrases of a text (mark), cards into bins (sort).
// The browser's own buttons and radio buttons: a mouse, a finger and the keyboard do the same. Both read and fill
// pairs [thing, place]; what has no place yet is said before anything is sent.

import { make } from "./numbers.js";

const nothing_to_close = () => {};

/** Keys stay in the question: JupyterLab has keys of its own. */
function own_keys(element) {
  element.addEventListener("keydown", (event) => event.stopPropagation());
  return element;
}

/** A label is taken in hand, and a press on a phrase puts it there; pressed again, it is taken off. */
export function make_mark(setup, prefix, changed) {
  const { labels, phrases, nowhere, reference } = setup;
  const placed = new Map(); // label -> phrase
  const names = labels.map((label) => make("span", { text: label }));
  const radios = labels.map((label) => own_keys(make("input", { type: "radio", name: `${prefix}label`, value: label, onchange: say })));
  const hand = make(
    "fieldset", { class: "teaching-choice teaching-labels" }, make("legend", { text: "Label in your hand" }),
    ...labels.map((label, k) => make("label", {}, radios[k], names[k])),
  );
  const places = [...phrases, ...(nowhere ? [nowhere] : [])];
  const buttons = places.map((place) => own_keys(make("button", { type: "button", class: "teaching-phrase", onclick: () => put(place) })));
  const outside = nowhere ? [make("p", { class: "teaching-outside" }, buttons.at(-1))] : [];
  const how = make("p", { class: "teaching-note", role: "status", "aria-live": "polite" });
  const in_hand = () => labels[radios.findIndex((radio) => radio.checked)];

  function take(label) {
    radios.forEach((radio, k) => (radio.checked = labels[k] === label));
  }
  function put(place) {
    const label = in_hand();
    if (placed.get(label) === place) placed.delete(label);
    else {
      placed.set(label, place);
      const next = labels.find((one) => !placed.has(one));
      if (next !== undefined) take(next);
    }
    show();
    changed();
  }
  function show() {
    buttons.forEach((button, k) => {
      const here = labels.filter((label) => placed.get(label) === places[k]);
      button.setAttribute("aria-pressed", `${here.length > 0}`);
      button.replaceChildren(make("span", { text: places[k] }), ...here.map((label) => make("span", { class: "teaching-tag", text: label })));
    });
    names.forEach((name, k) => (name.textContent = placed.has(labels[k]) ? `${labels[k]} ✓` : labels[k]));
    say();
  }
  function say() {
    how.textContent = placed.size === labels.length
      ? "All labels are placed. To move one, choose it above and press another phrase."
      : `${placed.size} of ${labels.length} labels are placed. Press the phrase for: ${in_hand()}.`;
  }
  take(labels[0]);
  show();
  return {
    element: make(
      "div", { class: "teaching-marking" }, hand,
      make("div", { class: "teaching-phrases", role: "group", "aria-label": "The text" }, ...buttons.slice(0, phrases.length)),
      ...outside, reference ? make("p", { class: "teaching-note", text: reference }) : null, how,
    ),
    read: () => told(labels, placed, (missing) => `Still without a place: ${missing.join(", ")}. What the text does not say has a place below it.`),
    fill(value) {
      placed.clear();
      for (const [label, place] of value ?? []) if (labels.includes(label) && places.includes(place)) placed.set(label, place);
      take(labels.find((label) => !placed.has(label)) ?? labels[0]);
      show();
    },
    close: nothing_to_close,
  };
}

/** Every card has one row of bins; it lies in one of them. */
export function make_sort(setup, prefix, submit_keys, changed) {
  const { cards, bins } = setup;
  const rows = cards.map((card, k) => bins.map((bin) => submit_keys(make("input", { type: "radio", name: `${prefix}card-${k}`, value: bin, onchange: changed }))));
  const sets = cards.map((card, k) =>
    make(
      "fieldset", { class: "teaching-card-to-sort" }, make("legend", {}, make("span", { class: "teaching-number-of", text: `${k + 1}.` }), make("span", { text: card })),
      make("div", { class: "teaching-choice" }, ...rows[k].map((radio) => make("label", {}, radio, make("span", { text: radio.value })))),
    ),
  );
  return {
    element: make("div", { class: "teaching-sorting" }, ...sets),
    read() {
      const placed = new Map();
      rows.forEach((row, k) => {
        const chosen = row.find((radio) => radio.checked);
        if (chosen) placed.set(cards[k], chosen.value);
      });
      return told(cards, placed, (missing) => `Still without a place: ${missing.map((card) => `card ${cards.indexOf(card) + 1}`).join(", ")}.`);
    },
    fill(value) {
      const placed = new Map(value ?? []);
      rows.forEach((row, k) => row.forEach((radio) => (radio.checked = placed.get(cards[k]) === radio.value)));
    },
    close: nothing_to_close,
  };
}

function told(things, placed, words) {
  const missing = things.filter((thing) => !placed.has(thing));
  return { value: things.filter((thing) => placed.has(thing)).map((thing) => [thing, placed.get(thing)]), problem: missing.length ? words(missing) : "" };
}
