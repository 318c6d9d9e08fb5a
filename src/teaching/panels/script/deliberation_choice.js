// One choice on the deliberation: an option, how sure, and words of one's own. It stands twice on the desk.

import { make } from "./numbers.js";

const sure_of = (text) => {
  const typed = text.trim().replace(/\s*%$/, "");
  return typed === "" ? "" : /^[+-]?\d+(\.\d+)?$/.test(typed) ? Number(typed) : text.trim();
};

/** `names`: the parts of the setting { option, sure, words }; `changed(part, kept)`; `more`: fields over the words.
    Returns { element, read(): what stands in the fields, fill(values), lock(yes), focus() }. */
export function make_choice(data, prefix, names, legend, sure_words, own_words, changed, ...more) {
  const options = data.choices.map((name) => make("label", {}, make("input", { type: "radio", name: prefix + names.option, value: name, onchange: () => changed({ [names.option]: name }) }), name));
  const sure = make("input", { type: "text", id: prefix + names.sure, class: "teaching-typed", inputmode: "numeric", autocomplete: "off", size: 4, onchange: () => changed({ [names.sure]: sure_of(sure.value) }), onkeydown: (event) => event.stopPropagation() });
  const left = make("span", { class: "teaching-note" });
  const words = make("textarea", { id: prefix + names.words, rows: 2, class: "teaching-own-sentence", onchange: () => changed({ [names.words]: words.value }, true), oninput: count, onkeydown: (event) => event.stopPropagation() });
  function count() {
    const long = [...words.value].length;
    left.textContent = long > data.longest * 0.8 ? `${long} of ${data.longest} characters` : "";
  }
  const element = make("div", { class: "teaching-choice-of-mine" },
    make("fieldset", { class: "teaching-choice" }, make("legend", { text: legend }), ...options),
    make("p", { class: "teaching-row" }, make("label", { for: sure.id, text: sure_words }), sure, make("span", { class: "teaching-unit", text: "of 100" })),
    ...more, make("div", {}, make("label", { for: words.id, text: own_words }), words, left),
  );
  return {
    element,
    read: () => (words.disabled ? {} : { [names.sure]: sure_of(sure.value), [names.words]: words.value }),
    fill(values) {
      for (const label of options) label.firstChild.checked = label.firstChild.value === values[names.option];
      if (sure_of(sure.value) !== values[names.sure]) sure.value = String(values[names.sure]);
      if (words.value !== values[names.words]) words.value = values[names.words];
      count();
    },
    lock(yes) {
      for (const field of element.querySelectorAll("input, textarea, select")) field.disabled = yes;
    },
    focus: () => (options.find((label) => label.firstChild.checked) ?? options[0]).firstChild.focus(),
  };
}
